"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import process
from tests.stats.defaults import numbers_by_default

DOCUMENTED = {"draws": {1000}, "level": {0.95}}


def test_defaults_are_those_documented():
    found = numbers_by_default(process)
    assert {name: found[name] for name in DOCUMENTED} == DOCUMENTED
