"""Drift: the breakdown drift by hand, slopes against numpy, and how a claim stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import nan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.impact.drift import Drift, drift_of
from qaf_analysis.stats.impact.errors import ComparedAudits, weighted_change
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import DriftStanding
from tests.stats.impact.test_errors import audits_of


def told(audits):
    change = weighted_change(audits, level=0.95, auditors=9)
    return change, drift_of([change], audits)


def effect(audits, size, kept=None):
    values = audits.values.copy()
    values[:, 0] += size * audits.post
    found = replace(audits, values=values)
    if kept is None:
        return found
    return ComparedAudits(
        values=values[kept],
        quarter=audits.quarter[kept],
        post=audits.post[kept],
        auditor=audits.auditor[kept],
    )


@pytest.mark.parametrize("size", [2.0, -2.0])
@pytest.mark.parametrize("gone", [(), (9, 11)])
def test_a_drift_that_fast_leaves_the_change_at_the_edge_of_chance(size, gone):
    """Taken off quarter by quarter, also where quarters in the middle are left out."""
    audits = audits_of(np.random.default_rng(1), (30,) * 10, before=5)
    audits = effect(audits, size, ~np.isin(audits.quarter, gone))
    change, drift = told(audits)
    rate = drift.breakdown / 4 * np.sign(size)
    signed = np.where(audits.late, change.weights, -change.weights)
    left = signed @ (audits.gap_means.mean[:, 0] - rate * audits.times)
    found = change.estimate
    assert left == pytest.approx(np.sign(size) * (found.high - found.value))
    assert drift.direction == np.sign(size)


def test_the_breakdown_drift_is_the_smallest_over_the_scales_and_never_below_none():
    audits = effect(audits_of(np.random.default_rng(2), (30,) * 8, before=4), 2.0)
    change, drift = told(audits)
    weaker = replace(change, estimate=replace(change.estimate, value=change.estimate.value / 2,
                                              high=change.estimate.high / 2))  # fmt: skip
    both = drift_of([change, weaker], audits)
    assert both.breakdown == pytest.approx(drift.breakdown / 2)
    none = drift_of([change, replace(change, estimate=Estimate.not_estimable("x", method=""))],
                    audits)  # fmt: skip
    assert none.breakdown == 0
    still = told(audits_of(np.random.default_rng(3), (30,) * 8, before=4))[1]
    assert still.breakdown == 0


@pytest.mark.parametrize("moved", [2.0, -2.0])
def test_the_drift_before_is_a_slope_with_the_error_of_the_change(moved):
    audits = effect(audits_of(np.random.default_rng(4), (30,) * 9, before=5), moved)
    change, drift = told(audits)
    times, gap = audits.times[:5], audits.gap_means.mean[:5, 0]
    assert drift.before.value == pytest.approx(4 * np.polyfit(times, gap, 1)[0])
    size = (change.weights**2).sum()
    sxx = ((times - times.mean()) ** 2).sum()
    se = 4 * change.estimate.se / sqrt(size) / sqrt(sxx)
    assert drift.before.se == pytest.approx(se)
    df = change.estimate.df
    assert drift.before.df == df
    assert drift.bound == pytest.approx(
        np.sign(moved) * drift.before.value + stats.t.ppf(0.90, df) * se
    )


def test_the_fastest_untouched_domain_is_told_from_the_other_untouched_ones():
    audits = audits_of(np.random.default_rng(5), (25,) * 8, before=4, controls=3)
    values = audits.values.copy()
    values[:, 2] -= 0.2 * audits.place
    _, drift = told(replace(audits, values=values))
    means = np.array([values[audits.place == q].mean(axis=0) for q in range(8)])
    slopes = [
        4 * np.polyfit(audits.times, means[:, d] - means[:, rest].mean(axis=1), 1)[0]
        for d, rest in ((1, [2, 3]), (2, [1, 3]), (3, [1, 2]))
    ]
    assert drift.fastest == pytest.approx(max(map(abs, slopes)), rel=1e-6)
    assert drift.fastest == pytest.approx(-slopes[1], rel=1e-6)


def test_one_comparison_domain_shows_no_drift_of_its_own():
    _, drift = told(audits_of(np.random.default_rng(6), (25,) * 8, before=4, controls=1))
    assert np.isnan(drift.fastest)


def test_two_quarters_before_show_no_slope():
    _, drift = told(audits_of(np.random.default_rng(7), (25,) * 6, before=2))
    assert "fewer than 3 quarters before" in drift.before.why_not
    assert drift.standing is DriftStanding.EXPLAINED


def drift(breakdown, before=0.0, bound=0.1, fastest=0.05, direction=1):
    slope = Estimate(value=before, low=-1, high=1, level=0.95, cases=9, auditors=9, method="")
    return Drift(
        breakdown=breakdown, before=slope, bound=bound, fastest=fastest, direction=direction
    )


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (drift(0.2), DriftStanding.FIRM),
        (drift(0.1), DriftStanding.STANDS),  # not above the bound
        (drift(0.08), DriftStanding.STANDS),
        (drift(0.05), DriftStanding.EXPLAINED),  # not above the fastest
        (drift(0.2, fastest=0.3), DriftStanding.EXPLAINED),
        (drift(0.2, fastest=nan), DriftStanding.FIRM),
        (drift(0.2, before=0.3, bound=0.4), DriftStanding.EXPLAINED),
        (drift(0.2, before=-0.3, bound=0.4, direction=-1), DriftStanding.EXPLAINED),
        (drift(0.2, before=0.3, bound=-0.2, direction=-1), DriftStanding.FIRM),
        (drift(0.2, before=nan, bound=nan), DriftStanding.EXPLAINED),
    ],
)
def test_how_a_claim_stands(found, standing):
    assert found.standing is standing


def test_every_combination_has_a_standing():
    for values in product((0.0, 0.1, nan), (-0.1, 0.1, nan), (0.1, nan), (0.1, nan), (1, -1)):
        assert drift(*values).standing in DriftStanding
