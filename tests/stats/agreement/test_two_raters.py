"""Light, Bangdiwala, Maxwell, Lin and Kendall against irr, irrCAC, epiR and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qaf_analysis.stats.agreement.kappas import brennan_prediger
from qaf_analysis.stats.agreement.rank_agreement import kendall_w
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.two_raters import (
    bangdiwala_b,
    light_kappa,
    lin_concordance,
    maxwell_re,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import random_ratings, ratings_of
from tests.stats.agreement.other_cases import (
    OTHER,
    cases_with,
    complete_ratings_of,
    kept_only,
    scores_of,
)

WITH_LIGHT = [case for case in cases_with("irr") if "kappam_light" in OTHER[case]["irr"]]
WITH_KENDALL = [case for case in WITH_LIGHT if "kendall_W_tie_corrected" in OTHER[case]["irr"]]
UNNAMED = Ratings.from_counts([[2, 0, 0], [0, 1, 1], [0, 0, 2]])


@pytest.mark.parametrize("case", WITH_LIGHT)
def test_light_matches_irr(case):
    found = light_kappa(complete_ratings_of(case))
    assert found.value == pytest.approx(OTHER[case]["irr"]["kappam_light"], abs=1e-9)


def cohen_by_hand(first, second, weights):
    k = len(weights)
    table = np.zeros((k, k))
    np.add.at(table, (first, second), 1 / len(first))
    seen, chance = (table * weights).sum(), table.sum(axis=1) @ weights @ table.sum(axis=0)
    return (seen - chance) / (1 - chance) if chance < 1 - 1e-12 else np.nan


def test_light_is_the_mean_over_pairs_of_auditors_with_gaps():
    ratings = random_ratings(np.random.default_rng(3), audits=90, auditors=6, raters=3, single=0.2)
    weights = 1 - (np.subtract.outer(range(4), range(4)) / 3) ** 2
    kappas = []
    for one, other in combinations(range(6), 2):
        sets = [dict(zip(*grades, strict=True)) for grades in map(grades_of(ratings), (one, other))]
        shared = sorted(sets[0].keys() & sets[1].keys())
        if len(shared) >= 14:
            both = ([grades[audit] for audit in shared] for grades in sets)
            kappas.append(cohen_by_hand(*both, weights))
    found = light_kappa(ratings, weights="quadratic", fewest_audits=14)
    assert 0 < len(kappas) < 15
    assert f"mean of {len(kappas)} of 15 pairs" in found.method
    assert found.value == pytest.approx(np.mean(kappas))


def grades_of(ratings):
    def own(auditor):
        kept = ratings.auditor == auditor
        return ratings.audit[kept].tolist(), ratings.grade[kept].tolist()

    return own


def test_light_error_matches_leaving_one_audit_out():
    ratings = random_ratings(np.random.default_rng(5), audits=150, auditors=4, raters=4)
    left_out = [
        light_kappa(kept_only(ratings, ratings.audit != audit), se="subjects").value
        for audit in range(150)
    ]
    jackknife = sqrt(149 / 150 * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    found = light_kappa(ratings, se="subjects")
    assert found.se == pytest.approx(jackknife, rel=0.02)
    assert light_kappa(ratings).se >= found.se


def test_light_degenerate():
    same = light_kappa(Ratings.from_matrix([[1, 1, 1]] * 5, n_levels=4))
    assert isnan(same.value)
    assert "grades that vary" in same.why_not
    assert "graded by two" in light_kappa(Ratings.from_matrix([[1], [2]], n_levels=4)).why_not
    assert "not known" in light_kappa(UNNAMED).why_not
    few = Ratings.from_matrix([[0, 1], [1, 1]], n_levels=2)
    assert "has 3 in common" in light_kappa(few, fewest_audits=3).why_not
    with pytest.raises(UsageError):
        light_kappa(few, fewest_audits=0)


@pytest.mark.parametrize("case", cases_with("bangdiwala"))
def test_bangdiwala_matches_irrcac(case):
    expected, found = OTHER[case]["bangdiwala"], bangdiwala_b(ratings_of(case))
    assert found.value == pytest.approx(expected["coeff"], abs=1e-9)
    # irrCAC divides variances of contingency tables by n, ours by n - 1
    n = found.cases
    assert found.se * sqrt((n - 1) / n) == pytest.approx(expected["se"], abs=1e-9)
    assert 0 < found.low < found.value < found.high < 1


def test_two_auditors_are_needed():
    three = Ratings.from_matrix([[1, 1, 2], [0, 1, 1]], n_levels=3)
    for ratings, reason in (
        (three, "there are 3"),
        (UNNAMED, "not known"),
        (Ratings.from_matrix([[1, np.nan]], n_levels=3), "graded by two"),
    ):
        for found in (bangdiwala_b(ratings), lin_concordance(ratings).estimate):
            assert isnan(found.value)
            assert reason in found.why_not
    # a third auditor who never graded beside another does not matter
    more = Ratings.from_matrix([[1, 1, np.nan], [0, 1, np.nan], [np.nan, np.nan, 2]], n_levels=3)
    assert bangdiwala_b(more).is_estimable


def test_bangdiwala_without_a_grade_in_common():
    found = bangdiwala_b(Ratings.from_matrix([[0, 1], [0, 1]], n_levels=2))
    assert "no grade in common" in found.why_not
    assert bangdiwala_b(Ratings.from_matrix([[1, 1]] * 9, n_levels=2)).value == 1


def test_maxwell_is_brennan_and_prediger_on_two_levels():
    ratings = random_ratings(np.random.default_rng(4), audits=80, auditors=9, n_levels=2, raters=3)
    found, expected = maxwell_re(ratings), brennan_prediger(ratings, weights="identity")
    assert found.value == pytest.approx(expected.value)
    assert found.se == pytest.approx(expected.se)
    assert -1 <= found.low < found.value < found.high <= 1
    assert "two levels" in maxwell_re(random_ratings(np.random.default_rng(4))).why_not
    nothing = maxwell_re(Ratings.from_matrix([[1], [0]], n_levels=2))
    assert isnan(nothing.value)
    assert nothing.why_not


@pytest.mark.parametrize("case", cases_with("lin_ccc"))
def test_lin_matches_epir(case):
    expected, found = OTHER[case]["lin_ccc"], lin_concordance(ratings_of(case))
    assert found.estimate.value == pytest.approx(expected["rho_c"], abs=1e-9)
    assert found.estimate.low == pytest.approx(expected["ci_low"], abs=1e-9)
    assert found.estimate.high == pytest.approx(expected["ci_high"], abs=1e-9)
    assert found.accuracy == pytest.approx(expected["bias_correction_Cb"], abs=1e-9)
    assert abs(found.location_shift) == pytest.approx(expected["l_shift"], abs=1e-9)
    assert found.scale_shift == pytest.approx(expected["s_shift"], abs=1e-9)


@pytest.mark.parametrize("case", [c for c in WITH_LIGHT if OTHER[c]["irr"]["kappam_light"] > 0])
def test_lin_is_quadratic_kappa(case):
    ratings = complete_ratings_of(case)
    if ratings.n_auditors == 2 and scores_of(case) is not None:
        found = lin_concordance(ratings, scores=scores_of(case)).estimate
        assert found.value == pytest.approx(light_kappa(ratings, weights="quadratic").value)


def test_lin_shift_is_positive_when_the_first_auditor_is_kinder():
    found = lin_concordance(Ratings.from_matrix([[3, 2], [2, 1], [1, 0], [2, 2]], n_levels=4))
    assert found.location_shift > 0
    assert found.estimate.value == pytest.approx(found.correlation * found.accuracy)


def test_lin_covers_the_truth():
    # bivariate normal grades on a fine scale: rho .8, shift .5, so rho_c = .8 * 2 / (2 + .25)
    rng, truth, held = np.random.default_rng(9), 0.8 * 2 / 2.25, 0
    for _ in range(300):
        pair = rng.multivariate_normal([0, 0.5], [[1, 0.8], [0.8, 1]], 60)
        codes = np.clip(np.rint(pair * 20) + 120, 0, 240)
        found = lin_concordance(Ratings.from_matrix(codes, n_levels=241)).estimate
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 300 <= 0.98


def test_lin_degenerate():
    for matrix, reason in (([[1, 1], [1, 2]], "the same grade throughout"), ([[1, 2]], "the same")):
        found = lin_concordance(Ratings.from_matrix(matrix, n_levels=4))
        assert reason in found.estimate.why_not
    perfect = lin_concordance(Ratings.from_matrix([[0, 0], [1, 1], [2, 2]], n_levels=4)).estimate
    assert perfect.value == pytest.approx(1)
    assert not perfect.has_interval
    with pytest.raises(ShapeError):
        lin_concordance(UNNAMED, scores=[1])


@pytest.mark.parametrize("case", WITH_KENDALL)
def test_kendall_matches_irr(case):
    expected, found = OTHER[case]["irr"], kendall_w(ratings_of(case))
    corrected = expected["kendall_W_tie_corrected"]
    assert found.estimate.value == pytest.approx(corrected["W"], abs=1e-12)
    assert found.chi_square == pytest.approx(corrected["chisq"], abs=1e-9)
    assert found.estimate.p == pytest.approx(corrected["p"], abs=1e-12)
    assert found.uncorrected == pytest.approx(expected["kendall_W_uncorrected"], abs=1e-12)
    assert found.estimate.cases == expected["n_complete_subjects"]
    assert found.left_out == ratings_of(case).n_audits - expected["n_complete_subjects"]


def test_kendall_is_friedmans_test():
    table = np.random.default_rng(2).integers(0, 4, (15, 5))
    found = kendall_w(Ratings.from_matrix(table, n_levels=4))
    friedman = stats.friedmanchisquare(*table)
    assert found.chi_square == pytest.approx(friedman.statistic)
    assert found.estimate.p == pytest.approx(friedman.pvalue)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_strictness_does_not_change_kendall(seed):
    table = np.random.default_rng(seed).integers(0, 4, (9, 4)).astype(float)
    strict = 2 * table + np.array([0, 1, 3, 0])
    one, two = (kendall_w(Ratings.from_matrix(t, n_levels=12)) for t in (table, strict))
    assert one.estimate.value == pytest.approx(two.estimate.value, nan_ok=True)
    assert not one.estimate.value < 0
    assert not one.estimate.value > 1 + 1e-12


def test_kendall_degenerate():
    for ratings, reason in (
        (ratings_of("rand_145x29_sparse"), "0 audits were graded by all 29 auditors and 145"),
        (Ratings.from_matrix([[1], [2]], n_levels=4), "fewer than two auditors"),
        (Ratings.from_matrix([[1, 2]] * 4, n_levels=4), "one grade throughout"),
        (UNNAMED, "not known"),
        (Ratings.from_matrix(np.empty((0, 2)), n_levels=4), "fewer than two"),
    ):
        found = kendall_w(ratings).estimate
        assert isnan(found.value)
        assert reason in found.why_not
    alike = kendall_w(Ratings.from_matrix([[0, 0], [1, 2], [3, 3]], n_levels=4)).estimate
    assert alike.value == pytest.approx(1)


def test_sparse_designs_are_taken_by_light_in_clusters_too():
    ratings = random_ratings(np.random.default_rng(1), audits=60, auditors=5)
    clustered = replace(ratings, cluster=ratings.audit // 2)
    assert light_kappa(clustered).cases == 30
    assert light_kappa(clustered).value == pytest.approx(light_kappa(ratings).value)
