"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import agreement
from tests.stats.defaults import numbers_by_default

DOCUMENTED = {
    "auditors_known": {True},
    "by_grades": {False},
    "circular": {False},
    "draws": {2000},
    "far": {1.0},
    "fewest_audits": {2},
    "interval": {"auto", "bca"},
    "kind": {"coefficient"},
    "left_out": {0},
    "level": {0.95},
    "metric": {"ordinal"},
    "se": {"two_way"},
    "uses_singles": {True},
    "weights": {"identity", "linear", "quadratic"},
}


def test_defaults_are_those_documented():
    found = numbers_by_default(agreement)
    assert {name: found[name] for name in DOCUMENTED} == DOCUMENTED
