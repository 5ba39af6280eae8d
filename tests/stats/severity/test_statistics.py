"""Statistics beside a fitted severity model: nothing where the model holds, habits where not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.severity.fit_statistics import fit_statistics, fitted_grades, grade_moments
from qaf_analysis.stats.severity.in_grades import (
    auditor_fair_grades,
    auditor_severity_in_grades,
    category_probabilities,
    yardstick,
)
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.statistics import severity_differences, severity_statistics
from qaf_analysis.terms.errors import UsageError
from tests.monte_carlo import highest
from tests.stats.severity.simulated_grades import simulated

FREE = SeverityOptions(auditor_effects="free")


def regraded(ratings, grade, **more):
    columns = {"audit": ratings.audit, "auditor": ratings.auditor, "domain": ratings.domain}
    return SeverityRatings(**{**columns, **more}, grade=grade, n_levels=ratings.n_levels)


@pytest.fixture(scope="module")
def truth():
    return simulated(np.random.default_rng(3), audits=400, auditors=8, halo=0.7)


@pytest.fixture(scope="module")
def fit(truth):
    return severity_model(truth.ratings)


@pytest.fixture(scope="module")
def found(fit):
    return severity_statistics(fit, rng=np.random.default_rng(1))


def test_probabilities_are_those_of_the_model_at_the_fitted_position(fit):
    ratings, fitted = fit.ratings, fitted_grades(fit)
    seen = fit.audit_mean[ratings.audit_number] + fit.halo_mean[ratings.bundle_number]
    expected = category_probabilities(
        fit, seen, severity=fit.auditor_effect[ratings.auditor_number], domain=ratings.domain_number
    )
    assert fitted.probability == pytest.approx(expected, abs=1e-10)
    assert fitted.levels.tolist() == [0, 1, 2, 3]


def test_mean_squares_average_one_once_fitting_is_allowed_for(fit, found):
    fitted = fitted_grades(fit)
    plain = fit_statistics(
        fitted.grade,
        grade_moments(fitted.probability),
        unit=fit.ratings.auditor_number,
        n_units=8,
    )
    assert plain.infit.mean() < 0.9
    assert found.fit.infit.mean() == pytest.approx(1, abs=0.02)
    assert found.domain_fit.infit.mean() == pytest.approx(1, abs=0.02)
    assert np.mean(found.halo.observed) == pytest.approx(1, abs=0.03)
    inside = (found.limits.infit_low <= found.fit.infit) & (
        found.fit.infit <= found.limits.infit_high
    )
    assert inside.mean() >= 0.75


def test_correlation_with_practice_meets_its_expectation_once_fitting_is_allowed_for(found):
    observed, expected = found.point_measure.observed, found.point_measure.expected
    assert observed.mean() == pytest.approx(expected.mean(), abs=0.02)


def test_no_habit_is_found_where_the_model_holds(found):
    for estimates in (found.centrality, found.halo.shrunken, found.inconsistency.shrunken):
        assert all(one.low < 1.03 and one.high > 0.97 for one in estimates)
        assert all(one.cases >= 10 for one in estimates)


def test_agreement_is_near_what_is_expected(found):
    assert found.agreement.pairs == 400 * 5
    agreement = found.agreement
    assert agreement.observed_share == pytest.approx(agreement.expected_share, abs=0.03)
    assert sum(one.pairs for one in found.agreement_by_auditor) == 2 * found.agreement.pairs


def test_three_habits_of_three_auditors_are_told_apart(truth):
    rng, ratings = np.random.default_rng(4), truth.ratings
    grade = ratings.grade.copy()
    middle, straight, erratic = (ratings.auditor_number == auditor for auditor in (1, 3, 5))
    grade[middle] = np.clip(grade[middle], 1, 2)
    first = np.unique(ratings.bundle_number, return_index=True)[1]
    grade[straight] = grade[first][ratings.bundle_number][straight]
    loose = erratic & (rng.random(len(grade)) < 0.5)
    grade[loose] = rng.integers(0, 4, loose.sum())
    found = severity_statistics(
        severity_model(regraded(ratings, grade)), rng=np.random.default_rng(1)
    )
    assert int(np.argmax([one.value for one in found.centrality])) == 1
    assert found.centrality[1].low > 1
    assert int(np.argmin([one.value for one in found.halo.shrunken])) == 3
    assert found.halo.shrunken[3].high < 1
    assert int(np.argmax([one.value for one in found.inconsistency.shrunken])) == 5
    assert found.inconsistency.shrunken[5].low > 1
    assert found.fit.infit[5] > found.limits.infit_high[5]


def test_fair_grades_are_the_mean_grades_of_the_same_files(truth, fit):
    # The files as they were drawn, graded by everybody: expectation over the known truth.
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    practice = nodes * np.hypot(1.5, 0.7)
    expected = []
    for severity in truth.severity - truth.severity.mean():
        total = 0.0
        for difficulty in np.linspace(-0.5, 0.5, 5):
            place = practice - severity - difficulty
            heights = np.outer(place, np.arange(4)) - np.array([0.0, -2.0, -2.0, 0.0])
            table = np.exp(heights) / np.exp(heights).sum(axis=1, keepdims=True)
            total += (weights / weights.sum()) @ (table @ np.arange(4)) / 5
        expected.append(total)
    fair = auditor_fair_grades(fit)
    assert [one.value for one in fair] == pytest.approx(expected, abs=0.2)
    apart = np.array([one.value for one in auditor_severity_in_grades(fit)])
    centre = np.mean(expected)
    assert apart == pytest.approx(centre - np.array(expected), abs=0.15)


def test_severity_in_grades_has_the_sign_and_zero_of_severity(fit):
    for reference in ("files", "mean", "zero"):
        for one, severity in zip(
            auditor_severity_in_grades(fit, reference=reference), fit.severity, strict=True
        ):
            assert np.sign(one.value) == np.sign(severity)
            assert one.low < one.value < one.high
    stick = yardstick(fit, reference="mean")
    assert stick.practice == pytest.approx(fit.audit_mean.mean(), abs=1e-12)
    assert yardstick(fit, reference="zero").practice == fit.location


def test_an_unknown_reference_is_refused(fit):
    with pytest.raises(UsageError, match="files, mean, zero"):
        yardstick(fit, reference="average")


@pytest.mark.parametrize(
    "options",
    [
        SeverityOptions(link="cumulative"),
        SeverityOptions(thresholds="partial_credit"),
        SeverityOptions(halo=False),
        SeverityOptions(auditor_effects="none"),
        SeverityOptions(auditor_by_domain=True),
    ],
    ids=["cumulative", "partial credit", "no halo", "no auditors", "by domain"],
)
def test_every_kind_of_model_has_its_statistics(options):
    ratings = simulated(np.random.default_rng(5), audits=120, auditors=4, halo=0.5).ratings
    fit = severity_model(ratings, options=options)
    found = severity_statistics(fit, rng=np.random.default_rng(1), draws=40)
    assert found.fit.infit == pytest.approx(1, abs=0.3)
    assert np.isfinite(found.point_measure.expected).all()
    for one in auditor_fair_grades(fit):
        assert 0 < one.value < 3
    assert all(one.is_estimable for one in found.centrality)


def test_leverage_holds_for_the_cumulative_link_too():
    ratings = simulated(np.random.default_rng(6), audits=500, auditors=5, halo=0.7).ratings
    fit = severity_model(ratings, options=SeverityOptions(link="cumulative"))
    found = severity_statistics(fit, rng=np.random.default_rng(1), draws=20)
    assert found.fit.infit.mean() == pytest.approx(1, abs=0.05)


def test_unused_levels_keep_their_codes_in_fair_grades():
    ratings = simulated(np.random.default_rng(7), audits=120, auditors=4).ratings
    fit = severity_model(regraded(ratings, np.where(ratings.grade == 0, 1, ratings.grade)))
    assert all(1 < one.value < 3 for one in auditor_fair_grades(fit))
    found = severity_statistics(fit, rng=np.random.default_rng(1), draws=20)
    assert found.fit.infit.mean() == pytest.approx(1, abs=0.1)


def test_an_auditor_alone_has_no_fair_grade_but_a_reason():
    ratings = simulated(np.random.default_rng(8), audits=60, auditors=3).ratings
    alone = SeverityRatings(
        audit=np.concatenate([ratings.audit, np.repeat([900, 901], 5)]),
        auditor=np.concatenate([ratings.auditor, np.full(10, 50)]),
        domain=np.concatenate([ratings.domain, np.tile(np.arange(5), 2)]),
        grade=np.concatenate([ratings.grade, np.array([1, 2, 2, 1, 3, 0, 1, 1, 2, 1])]),
        n_levels=4,
    )
    fit = severity_model(alone, options=FREE)
    fair = auditor_fair_grades(fit)
    assert [one.is_estimable for one in fair] == [True, True, True, False]
    assert fair[3].why_not
    differences = severity_differences(fit)
    assert differences.separation is None
    assert differences.fixed.df == 2


def test_differences_are_told_from_free_severities_only(fit):
    with pytest.raises(UsageError, match="free"):
        severity_differences(fit)


def test_auditors_who_differ_are_found_to(truth):
    differences = severity_differences(severity_model(truth.ratings, options=FREE))
    assert differences.fixed.df == 7
    assert differences.fixed.p < 1e-6
    assert differences.separation.reliability > 0.7


@pytest.mark.slow
def test_p_of_the_fixed_chi_square_is_uniform_when_auditors_do_not_differ(times):
    rng, councils = np.random.default_rng(9), times(60, full=150)
    p = []
    for _ in range(councils):
        ratings = simulated(
            rng, audits=150, auditors=5, domains=3, halo=0.7, severity=np.zeros(5)
        ).ratings
        p.append(severity_differences(severity_model(ratings, options=FREE)).fixed.p)
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) < 0.05) < highest(0.05, councils, errors=3.3)
