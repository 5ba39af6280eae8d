"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import optimism
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(optimism) == {
        "at_least": {1},
        "auditors": {0},
        "cases": {0},
        "chances_known": {True},
        "draws": {4000},
        "fewest_df": {1},
        "files": {0},
        "least_cases": {3},
        "level": {0.95},
        "paired": {True},
        "positive": {"positive"},
        "tau_squared": {0.0},
        "why_no_auditor": {"the table does not say who audited"},
    }
