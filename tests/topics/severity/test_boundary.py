"""A spread at its boundary of 0, or without an interval, says so."""

from __future__ import annotations

from math import isnan, nan
from types import SimpleNamespace

import pytest

from qaf_analysis.stats.severity.fit import SpreadComponent
from qaf_analysis.topics.severity.analysis import plain_table
from qaf_analysis.topics.severity.analysis.figures import spread_estimate

FIT = SimpleNamespace(
    options=SimpleNamespace(auditor_effects="free", level=0.95),
    ratings=SimpleNamespace(n_auditors=8, n_audits=80),
)


def component(value, low, high, *, at_boundary):
    return SpreadComponent(
        value=value, low=low, high=high, at_boundary=at_boundary, words="in logits"
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (
            component(0.11, 0.0, 0.49, at_boundary=True),
            "at the boundary of 0, no difference beyond chance",
        ),
        (
            component(0.11, nan, nan, at_boundary=True),
            "at the boundary of 0, no difference beyond chance",
        ),
        (
            component(0.4, nan, nan, at_boundary=False),
            "no interval, because the grades do not tell how large it could be",
        ),
        (component(0.4, 0.2, 0.7, at_boundary=False), ""),
    ],
)
def test_a_spread_of_the_model(found, reason):
    told = spread_estimate(found, FIT, method="model", why_not="absent")
    assert told.method == (f"model; {reason}" if reason else "model")


@pytest.mark.parametrize(("true_sd", "at_zero"), [(0.0, True), (0.3, False)])
def test_a_spread_of_free_severities_has_a_reason_in_place_of_its_interval(
    monkeypatch, true_sd, at_zero
):
    apart = SimpleNamespace(separation=SimpleNamespace(true_sd=true_sd))
    monkeypatch.setattr(plain_table, "severity_differences", lambda fit: apart)
    told = plain_table._between_auditors(FIT)
    assert told.value == true_sd
    assert isnan(told.low)
    assert "no interval, because shrunken severities are needed for one" in told.method
    assert ("at the boundary of 0" in told.method) == at_zero
