"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import core
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(core) == {
        "design_effect": {1.0},
        "draws": {4000},
        "level": {0.95},
        "n": {0},
        "power": {0.8},
    }
