"""What the statistics of this room take where nothing is said: the documented defaults."""

from __future__ import annotations

from qaf_analysis.stats import severity
from tests.stats.defaults import numbers_by_default


def test_defaults_are_those_documented():
    assert numbers_by_default(severity) == {
        "auditor_by_domain": {False},
        "auditor_by_quarter": {False},
        "auditor_effects": {"shrunken"},
        "centre": {0.0},
        "close": {1e-5},
        "converged": {False},
        "draws": {200, 500},
        "drift": {False},
        "halo": {True},
        "iterations": {0},
        "level": {0.95},
        "leverage": {0.0},
        "link": {"adjacent"},
        "moderated": {0},
        "moderators": {0},
        "most": {8},
        "practice_by_quarter": {True},
        "precision": {0.0},
        "pull": {0.0},
        "reference": {"files"},
        "se_note": {"conditional: too small; intervals from them covered 38-60 % in simulation"},
        "thresholds": {"rating_scale"},
        "undetermined": {0},
        "wide": {False},
    }
