"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import bridge
from tests.stats.defaults import numbers_by_default

DOCUMENTED = {
    "level": {0.95},
    "share": {0.5},
    "half_width": {0.15},
    "difference": {0.15},
    "power": {0.8},
    "seed": {1},
    "councils": {1000},
    "severity": {0.3},
    "noise": {0.5},
}


def test_defaults_are_those_documented():
    found = numbers_by_default(bridge)
    assert {name: found[name] for name in DOCUMENTED} == DOCUMENTED
