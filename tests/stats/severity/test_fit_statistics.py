"""Fit statistics: published values, plain loops, and their behaviour when the model holds."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.severity.fit_statistics import (
    drawn_grades,
    fit_limits,
    fit_statistics,
    grade_moments,
    point_measure,
)
from qaf_analysis.stats.severity.joint.fit import joint_fit
from qaf_analysis.stats.severity.observed_agreement import observed_agreement
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.severity.guilford import guilford
from tests.stats.severity.simulated_grades import simulated


@pytest.fixture(scope="module")
def truth():
    return simulated(np.random.default_rng(1), audits=150, auditors=6)


def by_loops(truth, auditor):
    """Infit, outfit and their deviates with plain loops."""
    squares = variances = ratios = excess = kurtoses = 0.0
    count = 0
    for row in np.flatnonzero(truth.ratings.auditor_number == auditor):
        shares = truth.probabilities[row].tolist()
        mean = sum(k * share for k, share in enumerate(shares))
        variance = sum((k - mean) ** 2 * share for k, share in enumerate(shares))
        fourth = sum((k - mean) ** 4 * share for k, share in enumerate(shares))
        square = (int(truth.ratings.grade[row]) - mean) ** 2
        squares, variances = squares + square, variances + variance
        ratios, count = ratios + square / variance, count + 1
        excess, kurtoses = excess + fourth - variance**2, kurtoses + fourth / variance**2
    infit, outfit = squares / variances, ratios / count
    infit_q = sqrt(excess / variances**2)
    outfit_q = sqrt(kurtoses / count**2 - 1 / count)
    return (
        count,
        infit,
        outfit,
        (infit ** (1 / 3) - 1) * 3 / infit_q + infit_q / 3,
        (outfit ** (1 / 3) - 1) * 3 / outfit_q + outfit_q / 3,
    )


@pytest.mark.parametrize("auditor", range(6))
def test_fit_statistics_are_those_of_plain_loops(truth, auditor):
    fit = fit_statistics(
        truth.ratings.grade,
        grade_moments(truth.probabilities),
        unit=truth.ratings.auditor_number,
        n_units=6,
    )
    found = (fit.count, fit.infit, fit.outfit, fit.infit_z, fit.outfit_z)
    values = [float(column[auditor]) for column in found]
    assert values == pytest.approx(by_loops(truth, auditor), rel=1e-10)


def test_deviate_of_guilfords_second_judge():
    # 1.9 with these degrees of freedom; mfrmr's own give 2.54.
    assert joint_fit(guilford()).auditors.fit.infit_z[1] == pytest.approx(1.9, abs=0.05)


def test_deviates_are_roughly_standard_normal_when_the_model_holds(truth):
    rng = np.random.default_rng(2)
    unit, moments = truth.ratings.auditor_number, grade_moments(truth.probabilities)
    fits = [
        fit_statistics(grades, moments, unit=unit, n_units=6)
        for grades in drawn_grades(truth.probabilities, rng=rng, draws=300)
    ]
    for name in ("infit_z", "outfit_z"):
        values = np.concatenate([getattr(fit, name) for fit in fits])
        assert values.mean() == pytest.approx(0, abs=0.1)
        assert values.std() == pytest.approx(1, abs=0.08)


def test_limits_hold_the_share_that_they_claim(truth):
    unit, moments = truth.ratings.auditor_number, grade_moments(truth.probabilities)
    limits = fit_limits(
        truth.probabilities, unit=unit, n_units=6, rng=np.random.default_rng(3), draws=800
    )
    inside = []
    for grades in drawn_grades(truth.probabilities, rng=np.random.default_rng(4), draws=400):
        fit = fit_statistics(grades, moments, unit=unit, n_units=6)
        inside.append((limits.infit_low <= fit.infit) & (fit.infit <= limits.infit_high))
        inside.append((limits.outfit_low <= fit.outfit) & (fit.outfit <= limits.outfit_high))
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_limits_depend_on_the_seed_only(truth):
    unit = truth.ratings.auditor_number
    first, second, other = (
        fit_limits(
            truth.probabilities, unit=unit, n_units=6, rng=np.random.default_rng(seed), draws=50
        )
        for seed in (1, 1, 2)
    )
    assert (first.infit_low == second.infit_low).all()
    assert (first.infit_low != other.infit_low).any()


def test_drawn_grades_follow_the_probabilities():
    grades = drawn_grades(
        np.array([[0.2, 0.0, 0.5, 0.3]]), rng=np.random.default_rng(5), draws=9000
    )
    counts = np.bincount(grades[:, 0], minlength=4)
    assert counts[1] == 0
    assert stats.chisquare(counts[[0, 2, 3]], 9000 * np.array([0.2, 0.5, 0.3])).pvalue > 0.01


def test_an_erratic_auditor_stands_out(truth):
    rng = np.random.default_rng(6)
    grade = truth.ratings.grade.copy()
    own = truth.ratings.auditor_number == 2
    grade[own] = rng.permutation(grade[own])
    fit = fit_statistics(
        grade,
        grade_moments(truth.probabilities),
        unit=truth.ratings.auditor_number,
        n_units=6,
    )
    assert int(fit.infit.argmax()) == 2
    assert fit.infit_z[2] > 5


def test_grades_the_model_is_certain_of_hold_no_information():
    fit = fit_statistics([0, 1], grade_moments([[1.0, 0.0], [0.5, 0.5]]), unit=[0, 1], n_units=3)
    assert fit.count.tolist() == [0, 1, 0]
    assert np.isnan(fit.infit[[0, 2]]).all()
    assert fit.infit[1] == 1
    limits = fit_limits(
        [[1.0, 0.0], [0.5, 0.5]], unit=[0, 1], n_units=2, rng=np.random.default_rng(1), draws=9
    )
    assert np.isnan(limits.infit_low[0])
    assert limits.outfit_low[1] == 1


@pytest.mark.parametrize(
    ("grade", "table", "unit"),
    [
        ([0, 1], [[0.5, 0.5]], [0, 0]),
        ([0], [[0.5, 0.4]], [0]),
        ([1], [[0.5, 0.5]], [3]),
        ([0], [[1.0]], [0]),
    ],
)
def test_what_does_not_fit_is_refused(grade, table, unit):
    with pytest.raises(ShapeError):
        fit_statistics(grade, grade_moments(table), unit=unit, n_units=1)


def test_too_few_draws_are_refused():
    with pytest.raises(UsageError, match="2 or more"):
        fit_limits([[0.5, 0.5]], unit=[0], n_units=1, rng=np.random.default_rng(1), draws=1)


def test_moments_of_certainty_and_of_the_ends():
    moments = grade_moments([[0, 0, 1], [0.5, 0, 0.5]])
    assert moments.expected.tolist() == [2, 1]
    assert moments.variance.tolist() == [0, 1]
    assert moments.fourth.tolist() == [0, 1]


def test_point_measure_is_the_correlation_and_meets_its_expectation(truth):
    unit, measure = truth.ratings.auditor_number, truth.predictor
    found = point_measure(
        truth.ratings.grade, truth.probabilities, measure=measure, unit=unit, n_units=6
    )
    for auditor in range(6):
        own = unit == auditor
        expected = np.corrcoef(truth.ratings.grade[own], measure[own])[0, 1]
        assert found.observed[auditor] == pytest.approx(expected, abs=1e-12)
    drawn = [
        point_measure(grades, truth.probabilities, measure=measure, unit=unit, n_units=6).observed
        for grades in drawn_grades(truth.probabilities, rng=np.random.default_rng(7), draws=200)
    ]
    assert np.mean(drawn, axis=0) == pytest.approx(found.expected, abs=0.005)


def test_point_measure_is_unknown_where_grades_do_not_vary():
    found = point_measure([1, 1], [[0.5, 0.5]] * 2, measure=[0.0, 1.0], unit=[0, 0], n_units=2)
    assert np.isnan(found.observed).all()
    assert np.isnan(found.expected[1])


def test_agreement_is_that_of_plain_loops(truth):
    grade, auditor = truth.ratings.grade, truth.ratings.auditor_number
    place = truth.ratings.audit_number * 5 + truth.ratings.domain_number
    whole, each = observed_agreement(
        grade, truth.probabilities, auditor=auditor, place=place, n_auditors=6
    )
    pairs, exact, expected, own = 0, 0, 0.0, [0] * 6
    for code in np.unique(place):
        rows = np.flatnonzero(place == code)
        for i, first in enumerate(rows):
            for second in rows[i + 1 :]:
                pairs += 1
                exact += int(grade[first] == grade[second])
                expected += float(truth.probabilities[first] @ truth.probabilities[second])
                own[auditor[first]] += 1
                own[auditor[second]] += 1
    assert (whole.pairs, whole.exact) == (pairs, exact)
    assert whole.expected == pytest.approx(expected, rel=1e-10)
    assert [part.pairs for part in each] == own
    shares = (whole.observed_share, whole.expected_share)
    assert shares == pytest.approx((exact / pairs, expected / pairs), rel=1e-10)


def test_independent_auditors_agree_as_expected_and_copies_always(truth):
    place = truth.ratings.audit_number * 5 + truth.ratings.domain_number
    more = {"auditor": truth.ratings.auditor_number, "place": place, "n_auditors": 6}
    whole, _ = observed_agreement(truth.ratings.grade, truth.probabilities, **more)
    assert whole.observed_share == pytest.approx(whole.expected_share, abs=0.06)
    first = truth.ratings.grade[np.unique(place, return_index=True)[1]]
    copied = first[np.unique(place, return_inverse=True)[1]]
    whole, _ = observed_agreement(copied, truth.probabilities, **more)
    assert whole.observed_share == 1 > whole.expected_share


def test_without_pairs_there_is_no_share():
    whole, each = observed_agreement(
        [0, 1], [[0.5, 0.5]] * 2, auditor=[0, 0], place=[0, 0], n_auditors=2
    )
    assert (whole.pairs, each[1].pairs) == (0, 0)
    assert np.isnan([whole.observed_share, whole.expected_share]).all()
