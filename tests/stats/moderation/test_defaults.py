"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import moderation
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(moderation) == {
        "anchors": {0},
        "by_risk": {0},
        "chance": {0.95},
        "drift": {0.3},
        "error": {0.025},
        "fewest": {0, 2},
        "least_domains": {0.5},
        "level": {0.95},
        "looks": {4},
        "moderators": {4},
        "most_choices": {5000},
        "n": {12},
        "nodes": {40},
        "of": {"one"},
        "power": {0.8},
        "shape": {"steady"},
        "smoothing": {1.0},
    }
