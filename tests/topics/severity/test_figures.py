"""Figures of one fitted model that the report and a plain table both print."""

from __future__ import annotations

from math import isnan, nan
from types import SimpleNamespace

import numpy as np
import pytest

from qaf_analysis.stats.severity.fit import SpreadComponent
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.topics.severity.analysis import figures, plain_table
from qaf_analysis.topics.severity.analysis.figures import (
    at_one_end,
    difficulties,
    freed_differences,
    spread_estimate,
    wald,
)

FIT = SimpleNamespace(
    options=SimpleNamespace(level=0.9),
    ratings=SimpleNamespace(n_audits=31, n_auditors=3),
    difficulty=np.array([0.3, nan, -0.1]),
    difficulty_covariance=np.diag([0.04, 0.01, -1e-18]),
)


def test_a_figure_has_its_normal_interval_where_its_error_is_known():
    """1.6449 errors of 0.2 for 90 %."""
    found = wald(0.5, 0.2, fit=FIT, method="how")
    assert (found.low, found.high) == pytest.approx((0.5 - 0.32897, 0.5 + 0.32897), abs=1e-5)
    assert (found.value, found.se, found.level, found.method) == (0.5, 0.2, 0.9, "how")
    assert (found.cases, found.auditors) == (31, 3)
    for error in (0.0, nan):
        bare = wald(0.5, error, fit=FIT, method="how")
        assert (bare.value, bare.has_interval, isnan(bare.se)) == (0.5, False, True)
    none = wald(nan, 0.2, fit=FIT, method="how")
    assert (none.why_not, none.method, none.level) == ("it cannot be told", "how", 0.9)


def test_difficulties_have_the_errors_of_their_covariance():
    high, untold, low = difficulties(FIT, method="how")
    assert (high.value, high.se, high.method) == (0.3, pytest.approx(0.2), "how")
    assert untold.why_not == "it cannot be told"
    assert (low.value, low.has_interval) == (-0.1, False)  # a variance just below zero is none


def spread(value):
    return SpreadComponent(value=value, low=0.2, high=1.4, at_boundary=False, words="by hand")


def test_a_spread_is_told_in_the_unit_of_its_slope():
    found = spread_estimate(spread(0.8), FIT, method="how", why_not="no", slope=0.5)
    assert (found.value, found.low, found.high) == (0.4, 0.1, 0.7)
    assert (found.cases, found.auditors, found.level, found.method) == (31, 3, 0.9, "how")
    assert spread_estimate(spread(0.8), FIT, method="how", why_not="no").value == 0.8
    none = spread_estimate(spread(nan), FIT, method="how", why_not="no")
    assert (none.why_not, none.method, none.level) == ("no", "how", 0.9)


def fit_of(*, effects="shrunken", caseload=None, auditors=3, is_anchored=False, name="first"):
    return SimpleNamespace(
        name=name,
        options=SeverityOptions(auditor_effects=effects, caseload=caseload),
        ratings=SimpleNamespace(n_auditors=auditors),
        is_anchored=is_anchored,
    )


def test_differences_are_told_with_each_severity_for_itself(monkeypatch):
    asked = []

    def again(ratings, *, options, near):
        asked.append((ratings, options, near))
        return "freed"

    monkeypatch.setattr(figures, "severity_model", again)
    monkeypatch.setattr(figures, "severity_differences", lambda fit: f"of {fit}")
    for caseload in (True, False):
        fit = fit_of(caseload=caseload)
        assert freed_differences(fit) == "of freed"
        ratings, options, near = asked.pop()
        assert (ratings, near) == (fit.ratings, fit)
        assert (options.auditor_effects, options.caseload) == ("free", caseload)
    free = fit_of(effects="free")
    assert freed_differences(free) == f"of {free}"
    assert freed_differences(fit_of(auditors=2)) == "of freed"
    asked.clear()
    for none in (fit_of(auditors=1), fit_of(effects="none"), fit_of(is_anchored=True)):
        assert freed_differences(none) is None
    assert asked == []


def test_grades_at_one_end_are_counted_by_audit_and_by_auditor():
    """Audits 0 and 1 are Bad throughout; once they are set aside Ann has only Top left."""
    ratings = SimpleNamespace(
        audit_number=np.array([0, 0, 1, 1, 2, 2, 2, 3, 3, 3]),
        auditor_number=np.array([0, 1, 0, 1, 0, 1, 2, 0, 1, 2]),
        grade=np.array([0, 0, 0, 0, 3, 1, 2, 3, 2, 1]),
        n_levels=4,
    )
    assert at_one_end(SimpleNamespace(ratings=ratings)) == (2, 1)


def test_without_shared_audits_the_spread_of_free_severities_cannot_be_told(monkeypatch):
    fit = SimpleNamespace(
        options=SimpleNamespace(auditor_effects="free", level=0.9),
        ratings=SimpleNamespace(n_auditors=3, n_audits=31),
        sd_auditor=spread(0.8),
    )
    monkeypatch.setattr(
        plain_table, "severity_differences", lambda fit: SimpleNamespace(separation=None)
    )
    none = plain_table._between_auditors(fit)
    assert (none.why_not, none.level) == ("groups of auditors share no audit", 0.9)
    assert none.method == "standard deviation in logits, errors of free severities taken out"
    fit.ratings.n_auditors = 1
    assert plain_table._between_auditors(fit).value == 0.8
