"""Habits of grading: known habits are found, none are found where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.severity.fit_statistics import drawn_grades, fit_statistics, grade_moments
from qaf_analysis.stats.severity.habits import (
    LOG_RATIOS,
    GradedFiles,
    centrality,
    halo_index,
    inconsistency,
    shrunken_ratios,
    stretched_log_probability,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from tests.stats.severity.simulated_grades import simulated

THRESHOLDS = np.array([-2.0, 0.0, 2.0])


def files_of(truth, *, grade=None, probabilities=None):
    """Graded files whose positions are known, so that grades did not move them."""
    chances = truth.probabilities if probabilities is None else probabilities
    moments = grade_moments(chances)
    return GradedFiles(
        grade=truth.ratings.grade if grade is None else grade,
        probabilities=chances,
        auditor=truth.ratings.auditor_number,
        bundle=truth.ratings.bundle_number,
        n_auditors=truth.ratings.n_auditors,
        variance=moments.variance,
        moments=moments,
    )


def stretches(truth, **more):
    return centrality(
        stretched_log_probability(
            truth.ratings.grade, predictor=truth.predictor, thresholds=THRESHOLDS
        ),
        auditor=truth.ratings.auditor_number,
        files=truth.ratings.audits_of_auditor,
        **more,
    )


def test_probabilities_at_a_stretch_of_one_are_those_of_the_model():
    truth = simulated(np.random.default_rng(1), audits=30)
    at = stretched_log_probability(
        truth.ratings.grade, predictor=truth.predictor, thresholds=THRESHOLDS
    )
    rows = np.arange(len(truth.ratings.grade))
    given = truth.probabilities[rows, truth.ratings.grade]
    assert at(1.0) == pytest.approx(np.log(given), abs=1e-12)
    each = stretched_log_probability(
        truth.ratings.grade,
        predictor=truth.predictor + 0.7,
        thresholds=np.tile(THRESHOLDS + 0.7, (len(rows), 1)),
    )
    assert each(1.6) == pytest.approx(at(1.6), abs=1e-12)


@pytest.mark.slow
def test_intervals_of_centrality_hold_the_truth():
    held, flagged = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        log_stretch = rng.normal(0, 0.3, 8)
        truth = simulated(rng, audits=160, auditors=8, stretch=np.exp(log_stretch))
        found = stretches(truth)
        relative = np.exp(log_stretch - log_stretch.mean())
        held += [one.low <= value <= one.high for one, value in zip(found, relative, strict=True)]
        alike = stretches(simulated(rng, audits=160, auditors=8))
        flagged += [one.low > 1 or one.high < 1 for one in alike]
    assert 0.91 <= np.mean(held) <= 0.99
    assert np.mean(flagged) <= 0.05


def test_an_auditor_who_never_uses_the_ends_is_finite_and_found():
    truth = simulated(np.random.default_rng(3), audits=150, auditors=5)
    grade = truth.ratings.grade.copy()
    own = truth.ratings.auditor_number == 3
    grade[own] = np.clip(grade[own], 1, 2)
    found = centrality(
        stretched_log_probability(grade, predictor=truth.predictor, thresholds=THRESHOLDS),
        auditor=truth.ratings.auditor_number,
        files=truth.ratings.audits_of_auditor,
    )
    assert found[3].low > 1
    assert all(np.isfinite([one.value, one.high]).all() for one in found)


def test_two_levels_have_no_centrality():
    truth = simulated(np.random.default_rng(4), audits=50, thresholds=(0.0,))
    found = centrality(
        stretched_log_probability(truth.ratings.grade, predictor=truth.predictor, thresholds=[0.0]),
        auditor=truth.ratings.auditor_number,
        files=truth.ratings.audits_of_auditor,
    )
    assert {one.why_not for one in found} == {
        "the thresholds cannot be stretched: there is only one"
    }


def test_halo_index_is_that_of_plain_loops():
    truth = simulated(np.random.default_rng(5), audits=40, auditors=4)
    expected_grade = truth.probabilities @ np.arange(4)
    variance = truth.probabilities @ np.arange(4) ** 2 - expected_grade**2
    seen, expected = np.zeros(4), np.zeros(4)
    for bundle in range(truth.ratings.n_bundles):
        rows = truth.ratings.bundle_number == bundle
        auditor = truth.ratings.auditor_number[rows][0]
        residual = truth.ratings.grade[rows] - expected_grade[rows]
        seen[auditor] += ((residual - residual.mean()) ** 2).sum()
        expected[auditor] += variance[rows].sum() * (1 - 1 / rows.sum())
    found = halo_index(files_of(truth), rng=np.random.default_rng(1), draws=20)
    assert found.observed == pytest.approx(seen / expected, rel=1e-10)


def test_inconsistency_is_infit():
    truth = simulated(np.random.default_rng(6), audits=40, auditors=4)
    found = inconsistency(files_of(truth), rng=np.random.default_rng(1), draws=20)
    fit = fit_statistics(
        truth.ratings.grade,
        grade_moments(truth.probabilities),
        unit=truth.ratings.auditor_number,
        n_units=4,
    )
    assert found.observed == pytest.approx(fit.infit, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("habit", [halo_index, inconsistency])
def test_nobody_is_flagged_where_the_model_holds(habit):
    truth = simulated(np.random.default_rng(7), audits=160, auditors=8)
    inside, flagged = [], []
    for grade in drawn_grades(truth.probabilities, rng=np.random.default_rng(8), draws=60):
        found = habit(files_of(truth, grade=grade), rng=np.random.default_rng(9), draws=200)
        inside += list((found.usual_low <= found.observed) & (found.observed <= found.usual_high))
        flagged += [one.low > 1 or one.high < 1 for one in found.shrunken]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)
    assert np.mean(flagged) <= 0.05


def test_straight_lining_lowers_the_halo_index():
    truth = simulated(np.random.default_rng(10), audits=160, auditors=8)
    grade = truth.ratings.grade.copy()
    own = np.flatnonzero(truth.ratings.auditor_number == 5)
    first = np.unique(truth.ratings.bundle_number[own], return_index=True)[1]
    place = np.searchsorted(
        truth.ratings.bundle_number[own][first], truth.ratings.bundle_number[own]
    )
    grade[own] = grade[own][first][place]  # the first domain's grade for the whole file
    found = halo_index(files_of(truth, grade=grade), rng=np.random.default_rng(1))
    assert found.observed[5] < found.usual_low[5]
    assert found.shrunken[5].high < 1
    others = [one for auditor, one in enumerate(found.shrunken) if auditor != 5]
    assert all(one.low < 1.1 and one.high > 0.9 for one in others)


def test_erratic_grades_raise_inconsistency():
    rng = np.random.default_rng(11)
    truth = simulated(rng, audits=160, auditors=8)
    grade = truth.ratings.grade.copy()
    own = truth.ratings.auditor_number == 1
    grade[own] = rng.integers(0, 4, own.sum())
    found = inconsistency(files_of(truth, grade=grade), rng=np.random.default_rng(1))
    assert found.observed[1] > found.usual_high[1]
    assert found.shrunken[1].low > 1.2


def test_few_files_are_too_few():
    truth = simulated(np.random.default_rng(12), audits=12, auditors=4, raters=2)
    counts = truth.ratings.audits_of_auditor
    for found in (
        stretches(truth),
        halo_index(files_of(truth), rng=np.random.default_rng(1), draws=20).shrunken,
        inconsistency(files_of(truth), rng=np.random.default_rng(1), draws=20).shrunken,
    ):
        assert [one.cases for one in found] == counts.tolist()
        assert [one.is_estimable for one in found] == (counts >= 10).tolist()
        assert all(one.is_estimable or one.why_not.startswith("too few") for one in found)


def test_one_domain_has_no_halo_index():
    truth = simulated(np.random.default_rng(13), audits=60, auditors=3, domains=1)
    found = halo_index(files_of(truth), rng=np.random.default_rng(1), draws=20)
    assert np.isnan(found.observed).all()
    assert all(one.why_not for one in found.shrunken)


def test_the_same_seed_gives_the_same_habits():
    truth = simulated(np.random.default_rng(14), audits=60)
    first, second = (
        halo_index(files_of(truth), rng=np.random.default_rng(2), draws=50) for _ in range(2)
    )
    assert (first.usual_low == second.usual_low).all()
    assert first.shrunken == second.shrunken


def test_shrinking_follows_the_normal_formula_for_many_auditors():
    # With 400 auditors the spread is known, and the posterior is the precision-weighted mean.
    rng = np.random.default_rng(15)
    seen, error = rng.normal(0, np.hypot(0.4, 0.3), 400), 0.3
    found = shrunken_ratios(-0.5 * ((LOG_RATIOS - seen[:, np.newaxis]) / error) ** 2)
    weight = found.spread**2 / (found.spread**2 + error**2)
    assert found.spread == pytest.approx(0.4, abs=0.05)
    assert np.log(found.value) == pytest.approx(weight * seen, abs=0.02)
    width = 2 * 1.96 * error * np.sqrt(weight)
    assert np.log(found.high / found.low) == pytest.approx(width, abs=0.02)


def test_nothing_known_gives_the_centre_with_a_wide_interval():
    found = shrunken_ratios(np.zeros((2, len(LOG_RATIOS))), centre=np.log(1.1))
    assert found.value == pytest.approx(1.1, abs=0.01)
    assert (found.high / found.low > 2).all()


def test_what_does_not_fit_is_refused():
    truth = simulated(np.random.default_rng(16), audits=20)
    with pytest.raises(ShapeError):
        files_of(truth, probabilities=truth.probabilities[1:])
    with pytest.raises(UnknownGradeError):
        files_of(truth, grade=truth.ratings.grade + 1)
    with pytest.raises(UsageError):
        halo_index(files_of(truth), rng=np.random.default_rng(1), draws=1)
    with pytest.raises(ShapeError):
        shrunken_ratios(np.zeros((2, 3)))
