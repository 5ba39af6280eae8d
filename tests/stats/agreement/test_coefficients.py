"""Coefficients and published standard errors against irrCAC and krippendorff."""

from __future__ import annotations

import json
from math import isnan, sqrt

import krippendorff as oracle
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_analysis.stats.agreement.alpha import krippendorff_alpha
from qaf_analysis.stats.agreement.kappas import brennan_prediger, fleiss, gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.weights import grade_weights
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import EXPECTED, FOLDER, random_ratings, ratings_of

COEFFICIENTS = {
    "percent_agreement": percent_agreement,
    "brennan_prediger": brennan_prediger,
    "fleiss": fleiss,
    "scott": fleiss,  # what irrCAC calls Fleiss's coefficient for two raters
    "gwet": gwet_ac,
}
WEIGHTS = ("identity", "linear", "quadratic", "ordinal")
CASES = sorted(EXPECTED)
METRICS = ("nominal", "ordinal", "interval")


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("case", CASES)
def test_value_and_published_se_match_irrcac(case, weights):
    ratings, expected = ratings_of(case), EXPECTED[case]["irrCAC"][weights]
    # irrCAC divides variances of contingency tables by n, all others by n - 1.
    n = ratings.n_audits
    factor = sqrt((n - 1) / n) if EXPECTED[case]["layout"] == "contingency" else 1
    compared = 0
    for name in COEFFICIENTS.keys() & expected.keys():
        found = COEFFICIENTS[name](ratings, weights=weights, se="gwet2014")
        assert found.value == pytest.approx(expected[name]["coeff"], abs=1e-9), name
        if not isnan(found.se):
            assert found.se * factor == pytest.approx(expected[name]["se"], abs=1e-9), name
        compared += 1
    assert compared == 4


@pytest.mark.parametrize("case", [c for c in CASES if EXPECTED[c]["layout"] == "raw"])
@pytest.mark.parametrize(
    ("metric", "weights"), [("nominal", "identity"), ("interval", "quadratic")]
)
def test_alpha_and_its_se_match_irrcac(case, metric, weights):
    # The se of alpha for "distribution" files is wrong in irrCAC: raw and counts of the same
    # ratings differ there (gwet_raw10x4 and gwet_dist10x5). Ours is the raw one for both.
    expected = EXPECTED[case]["irrCAC"][weights]["krippendorff"]
    found = krippendorff_alpha(ratings_of(case), metric=metric, se="gwet2014")
    assert found.value == pytest.approx(expected["coeff"], abs=1e-9)
    assert found.se == pytest.approx(expected["se"], abs=1e-9)


def test_alpha_se_is_the_same_from_raw_grades_and_from_counts():
    raw = krippendorff_alpha(ratings_of("gwet_raw10x4"), metric="interval", se="subjects")
    counts = krippendorff_alpha(ratings_of("gwet_dist10x5"), metric="interval", se="subjects")
    assert raw.se == pytest.approx(counts.se, abs=1e-12)
    wrong = EXPECTED["gwet_dist10x5"]["irrCAC"]["quadratic"]["krippendorff"]["se"]
    assert abs(counts.se - wrong) > 0.01


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("case", [c for c in CASES if "krippendorff" in EXPECTED[c]])
def test_alpha_matches_krippendorff_package_as_saved(case, metric):
    found = krippendorff_alpha(ratings_of(case), metric=metric, se="subjects")
    assert found.value == pytest.approx(EXPECTED[case]["krippendorff"][metric], abs=1e-12)


def test_irr_is_wrong_where_krippendorff_is_right():
    # Complete data, 30 subjects by 6 raters: R's irr 0.84.1 counts the pairs wrongly.
    found = krippendorff_alpha(
        ratings_of("fleiss1971_diagnoses_raw"), metric="nominal", se="subjects"
    )
    assert abs(found.value - EXPECTED["fleiss1971_diagnoses_raw"]["irr_kripp_alpha_nominal"]) > 1e-3


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_matches_krippendorff_2011(metric, published):
    found = krippendorff_alpha(ratings_of("gwet_raw4raters"), metric=metric)
    assert found.value == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_alpha_matches_krippendorff_package_live(metric, seed):
    rng = np.random.default_rng(seed)
    grades = rng.integers(0, 4, (40, 6)).astype(float)
    grades[rng.random(grades.shape) < 0.5] = np.nan
    expected = oracle.alpha(grades.T, value_domain=[0, 1, 2, 3], level_of_measurement=metric)
    found = krippendorff_alpha(Ratings.from_matrix(grades, n_levels=4), metric=metric)
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_fleiss_1971():
    found = fleiss(ratings_of("fleiss1971_diagnoses_raw"), weights="identity", se="subjects")
    assert found.value == pytest.approx(0.430, abs=5e-4)


def test_own_weights_match_irrcac():
    saved = json.loads((FOLDER / "options_custom_weights.json").read_text())
    ratings, weights = ratings_of("gwet_raw5obser"), np.array(saved["weights"])
    for name in ("percent_agreement", "brennan_prediger", "fleiss", "gwet"):
        found = COEFFICIENTS[name](ratings, weights=weights, se="gwet2014")
        assert found.value == pytest.approx(saved["result"][name]["coeff"], abs=1e-9)
        assert found.se == pytest.approx(saved["result"][name]["se"], abs=1e-9)


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        ("cubic", UsageError),
        (np.eye(3), ShapeError),
        (np.array([[1, 0.5], [0.4, 1]]), ShapeError),
        (np.array([[0.9, 0], [0, 1]]), ShapeError),
        (np.array([[1, -0.1], [-0.1, 1]]), ShapeError),
        (np.array([[1, np.nan], [np.nan, 1]]), ShapeError),
    ],
)
def test_bad_weights_are_refused(weights, error):
    with pytest.raises(error):
        grade_weights(weights, n_levels=2)


def test_unknown_options_are_refused():
    ratings = Ratings.from_matrix([[0, 1], [1, 1]], n_levels=2)
    with pytest.raises(UsageError, match="standard error"):
        gwet_ac(ratings, se="bootstrap")
    with pytest.raises(UsageError, match="metric"):
        krippendorff_alpha(ratings, metric="cosine")
    with pytest.raises(UsageError, match="between 0 and 1"):
        gwet_ac(ratings, level=95)


def every(ratings, **options):
    yield from (
        f(ratings, **options) for f in (percent_agreement, gwet_ac, brennan_prediger, fleiss)
    )
    yield krippendorff_alpha(ratings, **options)


@pytest.mark.parametrize("se", ["two_way", "subjects", "gwet2014"])
def test_one_grade_only(se):
    same = Ratings.from_matrix(np.full((12, 2), 2), n_levels=4)
    for name in (percent_agreement, gwet_ac, brennan_prediger):
        found = name(same, se=se)
        assert found.value == 1
        assert found.high == 1
        assert -1 <= found.low < 0.97  # never of zero width
        assert isnan(found.se)
        assert isnan(found.p)
    for found in (fleiss(same, se=se), krippendorff_alpha(same, se=se)):
        assert isnan(found.value)
        assert "no variation" in found.why_not


def test_bounds_where_every_audit_is_alike():
    """Two auditors, 60 audits: t at 59 df is 2.001, in Wilson's limit and in the score limit."""
    same = Ratings.from_matrix(np.tile([[0, 0], [2, 2], [3, 3]], (20, 1)), n_levels=4)
    assert percent_agreement(same).low == pytest.approx(60 / (60 + 2.001**2), abs=1e-5)
    # The smallest disagreement costs 1/3 with linear weights, 1/9 with quadratic, 1 of a share;
    # chance is sum(w) / 12 times 2/3, with sum(w) 28/3, 104/9 and 4.
    for weights, smallest, total in (
        ("linear", 1 / 3, 28 / 3),
        ("quadratic", 1 / 9, 104 / 9),
        ("identity", 1.0, 4.0),
    ):
        room = 1 - total / 12 * 2 / 3
        low = 1 - 2.001**2 * smallest / room / 60
        assert gwet_ac(same, weights=weights).low == pytest.approx(low, abs=1e-4)
    # Never one grade in common: nothing is known but that agreement is rare.
    never = Ratings.from_matrix(np.tile([[0, 1]], (60, 1)), n_levels=4)
    found = percent_agreement(never)
    assert found.low == 0
    assert found.high == pytest.approx(2.001**2 / (60 + 2.001**2), abs=1e-5)


@pytest.mark.parametrize(
    "matrix", [np.empty((0, 3)), [[1, np.nan], [np.nan, 2]], [[np.nan, np.nan]]]
)
def test_nothing_graded_twice_has_a_reason(matrix):
    for found in every(Ratings.from_matrix(matrix, n_levels=4)):
        assert isnan(found.value)
        assert "graded by two auditors" in found.why_not


def test_one_audit_graded_twice_gives_a_wide_interval():
    for found in every(Ratings.from_matrix([[1, 2]], n_levels=4)):
        assert found.high - found.low > 0.9


def test_unused_grades_change_what_chance_gives():
    grades = [[0, 0], [0, 1], [1, 1], [1, 1]]
    two, four = (Ratings.from_matrix(grades, n_levels=k) for k in (2, 4))
    assert brennan_prediger(two, weights="identity").value == pytest.approx(0.5)
    assert brennan_prediger(four, weights="identity").value == pytest.approx(2 / 3)


def shuffled(ratings, rng):
    order = rng.permutation(len(ratings.audit))
    audit_names, names = rng.permutation(10_000), rng.permutation(1_000)
    return Ratings(
        audit=audit_names[ratings.audit][order],
        auditor=names[ratings.auditor][order],
        grade=ratings.grade[order],
        n_levels=ratings.n_levels,
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), raters=st.integers(2, 4), auditors=st.integers(4, 20))
def test_order_and_names_do_not_matter(seed, raters, auditors):
    rng = np.random.default_rng(seed)
    ratings = random_ratings(rng, audits=25, auditors=auditors, raters=raters, single=0.3)
    other = shuffled(ratings, rng)
    for one, two in zip(every(ratings), every(other), strict=True):
        for name in ("value", "low", "high", "se", "p"):
            assert getattr(one, name) == pytest.approx(getattr(two, name), abs=1e-9, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_turning_the_scale_round_changes_nothing(seed):
    ratings = random_ratings(np.random.default_rng(seed), audits=25, single=0.2)
    turned = Ratings(
        audit=ratings.audit, auditor=ratings.auditor, grade=3 - ratings.grade, n_levels=4
    )
    for one, two in zip(every(ratings), every(turned), strict=True):
        assert one.value == pytest.approx(two.value, abs=1e-9)
        assert one.se == pytest.approx(two.se, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), audits=st.integers(2, 8), levels=st.integers(2, 5))
def test_intervals_hold_the_value_and_stay_in_range(seed, audits, levels):
    rng = np.random.default_rng(seed)
    ratings = random_ratings(rng, audits=audits, auditors=3, n_levels=levels, severity=0.1)
    for found in every(ratings):
        if found.is_estimable:
            assert found.low <= found.value <= found.high <= 1
            assert found.value <= -1 or found.low >= -1
        else:
            assert found.why_not
