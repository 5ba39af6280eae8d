"""Fair grades: mfrmr's figures, intervals on the scale, and averages over files."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from qaf_analysis.stats.severity.fit_statistics import grade_moments
from qaf_analysis.stats.severity.in_grades import (
    averaged_curve,
    fair_grades,
    link_curve,
    slope_of,
)
from qaf_analysis.stats.severity.joint.fit import joint_fit
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.severity.guilford import PUBLISHED, guilford
from tests.stats.severity.simulated_grades import simulated

CURVE = link_curve([-2.0, 0.0, 2.0], levels=range(4), link="adjacent")


@pytest.mark.parametrize(
    ("field", "at_mean"), [("Fair(M) Average", True), ("Fair(Z) Average", False)]
)
def test_fair_averages_of_guilfords_judges_are_those_of_mfrmr(field, at_mean):
    fit = joint_fit(guilford())
    found = fair_grades(
        link_curve(fit.steps, levels=fit.levels, link="adjacent"),
        severity=fit.auditors.measure,
        se=fit.auditors.se,
        practice=float(fit.audits.measure.mean()) if at_mean else 0.0,
        files=fit.auditors.count,
    )
    printed = {row["Element"]: row[field] for row in PUBLISHED["fair"] if row["Facet"] == "judge"}
    values = [fair.value + 1 for fair in found]  # grades run from 1 there
    assert values == pytest.approx([printed["J1"], printed["J2"], printed["J3"]], abs=0.0051)


def test_traits_have_fair_averages_too():
    fit = joint_fit(guilford())
    found = fair_grades(
        link_curve(fit.steps, levels=fit.levels, link="adjacent"),
        severity=fit.domains.measure,
        se=fit.domains.se,
        practice=float(fit.audits.measure.mean()),
        files=fit.domains.count,
    )
    printed = {r["Element"]: r["Fair(M) Average"] for r in PUBLISHED["fair"]}
    values = [fair.value + 1 for fair in found]
    assert values == pytest.approx([printed[name] for name in "abcde"], abs=0.0051)


def test_slope_is_the_variance_of_the_grade():
    places = np.linspace(-3, 3, 7)
    heights = np.outer(places, np.arange(4)) - np.array([0.0, -2.0, -2.0, 0.0])
    table = np.exp(heights) / np.exp(heights).sum(axis=1, keepdims=True)
    assert slope_of(CURVE, places) == pytest.approx(grade_moments(table).variance, abs=1e-8)
    assert CURVE(places) == pytest.approx(grade_moments(table).expected, abs=1e-12)


def test_a_harsher_auditor_has_a_lower_fair_grade():
    values = [
        fair.value
        for fair in fair_grades(
            CURVE, severity=[-1.0, 0.0, 1.0], se=[0.2] * 3, practice=0.5, files=[9, 9, 9]
        )
    ]
    assert values == sorted(values, reverse=True)


def test_intervals_stay_on_the_scale_however_wide():
    (fair,) = fair_grades(CURVE, severity=[-4.0], se=[5.0], practice=0.0, files=[2])
    assert 0 <= fair.low < fair.value < fair.high <= 3


def test_intervals_agree_with_the_delta_method_when_narrow():
    (fair,) = fair_grades(CURVE, severity=[0.3], se=[0.01], practice=0.0, files=[2])
    assert (fair.high - fair.low) / 2 == pytest.approx(1.959964 * fair.se, rel=1e-4)


def test_the_interval_holds_the_truth_as_often_as_that_of_severity():
    rng = np.random.default_rng(1)
    truth, se = 0.8, 0.6
    drawn = rng.normal(truth, se, 4000)
    found = fair_grades(
        CURVE, severity=drawn, se=np.full(4000, se), practice=1.0, files=np.ones(4000, int)
    )
    held = [fair.low <= float(CURVE(np.array(1.0 - truth))) <= fair.high for fair in found]
    assert np.mean(held) == pytest.approx(0.95, abs=0.012)


def test_average_over_files_is_the_integral():
    averaged = averaged_curve(CURVE, sd=1.7, difficulty=[-0.5, 0.9])
    for place, domains in ((-1.0, (-0.5, 0.9)), (0.4, (-0.5, 0.9))):
        parts = [integral(place - domain, sd=1.7) for domain in domains]
        assert float(averaged(np.array([place]))[0]) == pytest.approx(np.mean(parts), abs=1e-7)


def integral(place, *, sd):
    """Expected grade over files whose practice is normal about a place."""
    value, _ = integrate.quad(
        lambda x: float(CURVE(np.array(place + x))) * stats.norm.pdf(x, scale=sd), -14, 14
    )
    return value


def test_average_over_files_is_the_mean_grade_that_an_auditor_gives():
    truth = simulated(
        np.random.default_rng(2), audits=6000, auditors=3, severity=[-0.8, 0.0, 0.8], halo=0.7
    )
    curve = averaged_curve(
        CURVE, sd=float(np.hypot(1.5, 0.7)), difficulty=np.linspace(-0.5, 0.5, 5)
    )
    found = fair_grades(
        curve, severity=truth.severity, se=np.zeros(3), practice=0.0, files=[1, 1, 1]
    )
    means = [
        truth.ratings.grade[truth.ratings.auditor_number == auditor].mean() for auditor in range(3)
    ]
    assert [fair.value for fair in found] == pytest.approx(means, abs=0.04)


def test_differences_are_smaller_over_files_than_at_the_average_file():
    averaged = averaged_curve(CURVE, sd=1.7)
    ends = np.array([-0.5, 0.5])
    assert np.ptp(averaged(ends)) < np.ptp(CURVE(ends))


def test_an_auditor_without_severity_is_said_to_have_none():
    fair = fair_grades(CURVE, severity=[0.0, np.nan], se=[0.1, np.nan], practice=0.0, files=[5, 1])[
        1
    ]
    assert not fair.is_estimable
    assert fair.why_not


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError):
        fair_grades(CURVE, severity=[0.0, 1.0], se=[0.1], practice=0.0, files=[1, 1])
    with pytest.raises(UsageError):
        fair_grades(CURVE, severity=[0.0], se=[0.1], practice=0.0, files=[1], level=95)
