"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import moderation
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(moderation) == {
        "anchors": {0},
        "by_risk": {0},
        "chance": {0.95},
        "fewest": {0, 2},
        "level": {0.95},
        "power": {0.8},
    }
