"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import impact
from tests.stats.defaults import numbers_by_default

DOCUMENTED = {
    "auditors": {0},
    "cases": {0},
    "lags": {1},
    "level": {0.95},
    "no_change": {0.0},
    "power": {0.8},
}


def test_defaults_are_those_documented():
    found = numbers_by_default(impact)
    assert {name: found[name] for name in DOCUMENTED} == DOCUMENTED
