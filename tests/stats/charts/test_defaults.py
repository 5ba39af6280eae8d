"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import charts
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(charts) == {
        "factor": {2.66},
        "prime": {False},
        "screened": {True, False},
    }
