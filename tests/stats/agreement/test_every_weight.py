"""Every coefficient in every weight against irrCAC, with its options and the auditor jackknife."""

from __future__ import annotations

import csv
import json
from math import isnan, sqrt

import numpy as np
import pytest

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.kappas import (
    agreement_coefficient,
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac,
    percent_agreement,
    scott,
)
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population
from qaf_analysis.stats.agreement.weights import grade_weights
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import EXPECTED, FOLDER, ratings_of

SAVED = json.loads((FOLDER / "every_weight.json").read_text())
OPTIONS = json.loads((FOLDER / "options_fpc_conflev.json").read_text())
OWN_WEIGHTS = json.loads((FOLDER / "options_custom_weights.json").read_text())
COEFFICIENTS = {
    "percent_agreement": percent_agreement,
    "brennan_prediger": brennan_prediger,
    "conger": conger,
    "cohen": cohen,
    "fleiss": fleiss,
    "scott": scott,
    "gwet": gwet_ac,
    "krippendorff": krippendorff_alpha,
}
CELLS = [(case, weights) for case, saved in SAVED.items() for weights in saved["irrCAC"]]
LEFT_OUT = [(case, w) for case, s in SAVED.items() for w in s.get("rater_jackknife", {})]


def matrix_of(case, weights):
    labels = EXPECTED[case]["categories"]
    scores = None if isinstance(labels[0], str) else labels
    return grade_weights(weights, n_levels=len(labels), scores=scores)


def in_its_layout(case):
    """Ratings from the file by the constructor made for its layout."""
    if EXPECTED[case]["layout"] == "raw":
        return ratings_of(case)
    with (FOLDER / f"{case}.csv").open(newline="") as file:
        counts = np.array(list(csv.reader(file))[1:], dtype=np.float64).astype(int)
    build = Ratings.from_counts if EXPECTED[case]["layout"] == "distribution" else None
    return build(counts) if build else Ratings.from_table(counts)


def measure_of(name, case, weights):
    matrix = matrix_of(case, weights)
    if name == "krippendorff":
        return alpha_coefficient(n_levels=len(matrix), weights=matrix)
    known = "gwet_ac" if name == "gwet" else name
    return agreement_coefficient(known, n_levels=len(matrix), weights=matrix)


@pytest.mark.parametrize(("case", "weights"), CELLS)
def test_value_error_interval_and_p_match_irrcac(case, weights):
    ratings, matrix = in_its_layout(case), matrix_of(case, weights)
    layout, n = EXPECTED[case]["layout"], ratings.n_audits
    # irrCAC divides variances of contingency tables by n, all others by n - 1.
    factor = sqrt((n - 1) / n) if layout == "contingency" else 1
    compared = 0
    for name, (value, se, low, high, p) in SAVED[case]["irrCAC"][weights].items():
        if value is None:  # ratio weights with a level 0, which irrCAC cannot do
            continue
        found = COEFFICIENTS[name](ratings, weights=matrix, se="gwet2014", interval="plain")
        assert found.value == pytest.approx(value, abs=1e-9), name
        compared += 1
        # irrCAC's error of alpha from counts is not that of the same grades told one by one;
        # from a contingency table it is taken for Scott's.
        if name == "krippendorff" and layout != "raw":
            continue
        assert found.se * factor == pytest.approx(se, abs=1e-9, nan_ok=True), name
        # irrCAC gives alpha degrees of freedom for audits graded once, which it does not use.
        if layout == "raw" and se > 0 and (name != "krippendorff" or n == ratings.n_double):
            assert found.low == pytest.approx(low, abs=1e-8), name
            assert found.high == pytest.approx(high, abs=1e-8), name
            if name != "percent_agreement":  # ours are two-sided, irrCAC's one-sided
                assert found.p == pytest.approx(2 * min(p, 1 - p), abs=1e-9), name
    expected = 5 if layout == "distribution" else 6  # who gave which grade is not known there
    assert compared == (0 if (case, weights) == ("gwet_raw5obser", "ratio") else expected)


@pytest.mark.parametrize(("case", "weights"), LEFT_OUT)
def test_leaving_auditors_out_matches_irrcac_run_without_them(case, weights):
    ratings = ratings_of(case)
    for name, (left_out, raters, both) in SAVED[case]["rater_jackknife"][weights].items():
        measure = measure_of(name, case, weights)
        found = MeasuredCoefficient(ratings=ratings, measure=measure).without_auditors()
        expected = np.array(left_out, dtype=np.float64)
        assert found == pytest.approx(expected, abs=1e-9, nan_ok=True), name
        matrix = matrix_of(case, weights)
        of_raters = COEFFICIENTS[name](ratings, weights=matrix, se="raters")
        of_both = COEFFICIENTS[name](ratings, weights=matrix, se="gwet_unconditional")
        assert of_raters.se == pytest.approx(raters, abs=1e-9, nan_ok=True), name
        assert of_both.se == pytest.approx(both, abs=1e-9, nan_ok=True), name


@pytest.mark.parametrize("case", [c for c in SAVED if SAVED[c].get("alpha_ratio") is not None])
def test_ratio_alpha_matches_krippendorff_package(case):
    labels = EXPECTED[case]["categories"]
    scores = None if isinstance(labels[0], str) else labels
    found = krippendorff_alpha(ratings_of(case), metric="ratio", scores=scores)
    assert found.value == pytest.approx(SAVED[case]["alpha_ratio"], abs=1e-12)


def test_ratio_alpha_matches_krippendorff_2011():
    found = krippendorff_alpha(ratings_of("gwet_raw4raters"), metric="ratio")
    assert found.value == pytest.approx(0.797, abs=5e-4)


@pytest.mark.parametrize("weights", ["identity", "quadratic"])
def test_finite_population_and_other_level_match_irrcac(weights):
    ratings = ratings_of("gwet_raw5obser")
    for name, saved in OPTIONS["N_60"][weights].items():
        population = Population(audits=60)
        found = COEFFICIENTS[name](
            ratings,
            weights=matrix_of("gwet_raw5obser", weights),
            se="gwet2014",
            interval="plain",
            population=population,
        )
        assert found.se == pytest.approx(saved["se"], abs=1e-9), name
        assert found.low == pytest.approx(saved["ci_low"], abs=1e-8), name
    for name, saved in OPTIONS["conflev_90"][weights].items():
        found = COEFFICIENTS[name](
            ratings,
            weights=matrix_of("gwet_raw5obser", weights),
            se="gwet2014",
            interval="plain",
            level=0.9,
        )
        assert found.low == pytest.approx(saved["ci_low"], abs=1e-8), name
        assert found.high == pytest.approx(saved["ci_high"], abs=1e-8), name


def test_own_weights_match_irrcac_in_all_six():
    ratings, weights = ratings_of("gwet_raw5obser"), np.array(OWN_WEIGHTS["weights"])
    for name, saved in OWN_WEIGHTS["result"].items():
        found = COEFFICIENTS[name](ratings, weights=weights, se="gwet2014")
        assert found.value == pytest.approx(saved["coeff"], abs=1e-9), name
        assert found.se == pytest.approx(saved["se"], abs=1e-9), name


def test_cohen_1968():
    # Two judges, 200 cases; disagreement between the levels weighs 1, 3 and 6.
    ratings = Ratings.from_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    weights = 1 - np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]]) / 6
    found = cohen(ratings, weights="identity", se="subjects")
    assert found.value == pytest.approx(0.492, abs=5e-4)
    assert cohen(ratings, weights=weights).value == pytest.approx(0.348, abs=5e-4)


def test_two_auditors_make_conger_cohen_and_fleiss_scott():
    ratings = ratings_of("gwet_ben_gerry")
    assert cohen(ratings).value == conger(ratings).value
    assert scott(ratings).value == fleiss(ratings).value


def test_more_than_two_auditors_are_told_so():
    ratings = ratings_of("gwet_raw4raters")
    for found in (cohen(ratings), scott(ratings)):
        assert isnan(found.value)
        assert "is for 2 auditors and there are 4" in found.why_not


def test_counts_do_not_say_who_graded():
    counts = Ratings.from_counts([[0, 2], [1, 1], [2, 0], [2, 1]])
    assert "not known which auditor" in conger(counts).why_not
    found = gwet_ac(counts)
    assert "auditors are not named" in found.method
    assert found.se == gwet_ac(counts, se="subjects").se
    assert found.auditors == 0
    raters = gwet_ac(counts, se="raters")
    assert raters.is_estimable
    assert not raters.has_interval


def test_counts_and_table_give_the_same_as_a_matrix():
    table = np.array([[5, 2, 0], [1, 7, 3], [0, 2, 4]])
    pairs = [(a, b) for a in range(3) for b in range(3) for _ in range(table[a, b])]
    matrix = Ratings.from_matrix(pairs, n_levels=3)
    counts = Ratings.from_counts([np.bincount(pair, minlength=3) for pair in pairs])
    for name in (percent_agreement, gwet_ac, fleiss, brennan_prediger, krippendorff_alpha):
        expected = name(matrix, se="subjects")
        for other in (Ratings.from_table(table), counts):
            found = name(other, se="subjects")
            assert found.value == pytest.approx(expected.value, abs=1e-12)
            assert found.se == pytest.approx(expected.se, abs=1e-12)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, -1], [0, 2]], [[0.5, 1], [1, 1]], [1, 2]])
def test_bad_tables_are_refused(table):
    with pytest.raises(ShapeError):
        Ratings.from_table(table)


def test_unknown_names_are_refused():
    with pytest.raises(UsageError, match="no coefficient"):
        agreement_coefficient("kappa", n_levels=4)
    with pytest.raises(UsageError, match="kind of interval"):
        gwet_ac(ratings_of("gwet_ben_gerry"), interval="logit")
    with pytest.raises(ShapeError, match="population of 5 audits"):
        gwet_ac(ratings_of("gwet_raw5obser"), population=Population(audits=5))
