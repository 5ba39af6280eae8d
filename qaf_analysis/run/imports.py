"""Importing the Jupyter packages in half the time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_address_checks() -> Iterator[None]:
    """Import Jupyter packages inside this block, without the check of web addresses.

    jsonschema builds a grammar for international web addresses as it is imported, which takes
    longer than all of papermill. No notebook schema has such an address, and jsonschema does
    without the package when it is not there. Nothing stays changed after the block.
    """
    blocked = "rfc3987_syntax"
    if blocked in sys.modules or "jsonschema" in sys.modules:
        yield
        return
    sys.modules[blocked] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop(blocked, None)
