"""Cases of which a few show a fault as a rule, and the others only with more time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest


def wide(cases: Sequence[Any], *, quick: Collection[Any]) -> list[Any]:
    """Return cases as a test's parameters; with ``--quick`` only those of ``quick`` are run."""
    return [case if case in quick else pytest.param(case, marks=pytest.mark.wide) for case in cases]
