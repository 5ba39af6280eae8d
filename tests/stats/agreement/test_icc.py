"""Intraclass correlations of complete designs against psych, irr and Shrout and Fleiss."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_analysis.stats.agreement.icc import icc, mean_squares
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import EXPECTED, ratings_of
from tests.stats.agreement.other_cases import OTHER, cases_with, complete_ratings_of, scores_of

PSYCH = {
    "ICC1": ("ICC(1,1)", "ICC(1)"),
    "ICC2": ("ICC(2,1)", "ICC(A,1)"),
    "ICC3": ("ICC(3,1)", "ICC(C,1)"),
    "ICC1k": ("ICC(1,k)", "ICC(k)"),
    "ICC2k": ("ICC(2,k)", "ICC(A,k)"),
    "ICC3k": ("ICC(3,k)", "ICC(C,k)"),
}
IRR = {
    "oneway_consistency_single": "ICC(1)",
    "oneway_consistency_average": "ICC(k)",
    "twoway_consistency_single": "ICC(C,1)",
    "twoway_consistency_average": "ICC(C,k)",
    "twoway_agreement_single": "ICC(A,1)",
}
NAMES = [name for both in PSYCH.values() for name in both]


@pytest.mark.parametrize("case", cases_with("icc"))
def test_matches_psych(case):
    found = icc(complete_ratings_of(case), scores=scores_of(case))
    assert found.is_complete
    for key, names in PSYCH.items():
        expected = OTHER[case]["icc"]["psych"][key]
        for name in names:
            form = found.form(name)
            assert form.estimate.value == pytest.approx(expected["icc"], abs=1e-8)
            assert form.estimate.low == pytest.approx(expected["ci_low"], abs=1e-8)
            assert form.estimate.high == pytest.approx(expected["ci_high"], abs=1e-8)
            assert form.estimate.p == pytest.approx(expected["p"], abs=1e-12, rel=1e-8)
            assert form.f == pytest.approx(expected["F"], abs=1e-8)
            assert (form.df1, form.df2) == (expected["df1"], expected["df2"])


@pytest.mark.parametrize("case", cases_with("icc"))
def test_matches_irr(case):
    found = icc(complete_ratings_of(case), scores=scores_of(case))
    for key, name in IRR.items():
        expected, estimate = OTHER[case]["icc"]["irr"][key], found.form(name).estimate
        assert estimate.value == pytest.approx(expected["icc"], abs=1e-8)
        assert estimate.low == pytest.approx(expected["ci_low"], abs=1e-8)
        assert estimate.high == pytest.approx(expected["ci_high"], abs=1e-8)


def test_irr_steps_up_the_wrong_limits_for_the_mean():
    # McGraw and Wong's degrees of freedom hold k * rho1 / (1 - rho1) for a single grade, which is
    # rho_k / (1 - rho_k) for a mean. R's irr 0.84.1 puts in k * rho_k / (1 - rho_k): 4.19 instead
    # of 4.79 df. psych steps up the limits of a single grade, which is the same as the paper's.
    expected = OTHER["shrout_fleiss_1979"]["icc"]["irr"]["twoway_agreement_average"]
    case = "shrout_fleiss_1979"
    table = np.zeros((6, 4))
    ratings = ratings_of(case)
    table[ratings.audit, ratings.auditor] = np.array(EXPECTED[case]["categories"])[ratings.grade]
    squares, n, k = mean_squares(table), 6, 4
    rho = expected["icc"]
    for factor, published in ((k, expected["df2"]), (1, 4.78514386221276)):
        a = factor * rho / (n * (1 - rho))
        parts = a * squares.auditors, (1 + a * (n - 1)) * squares.error
        df = sum(parts) ** 2 / (parts[0] ** 2 / (k - 1) + parts[1] ** 2 / ((n - 1) * (k - 1)))
        assert df == pytest.approx(published, abs=1e-8)
    found = icc(ratings, scores=scores_of(case)).form("ICC(A,k)").estimate
    assert found.value == pytest.approx(expected["icc"], abs=1e-8)
    assert abs(found.low - expected["ci_low"]) > 0.03


def test_shrout_and_fleiss_1979():
    found = icc(ratings_of("shrout_fleiss_1979"))
    printed = {
        "ICC(1,1)": 0.17,
        "ICC(2,1)": 0.29,
        "ICC(3,1)": 0.71,
        "ICC(1,k)": 0.44,
        "ICC(2,k)": 0.62,
        "ICC(3,k)": 0.91,
    }
    for name, value in printed.items():
        assert found.form(name).estimate.value == pytest.approx(value, abs=5e-3)
    # Their table 4: components 2.56 (targets), 5.24 (judges) and 1.02 (residual)
    assert found.audit_variance == pytest.approx(2.56, abs=5e-3)
    assert found.auditor_variance == pytest.approx(5.24, abs=5e-3)
    assert found.error_variance == pytest.approx(1.02, abs=5e-3)


def table_of(seed, n=8, k=3, levels=5):
    return np.random.default_rng(seed).integers(0, levels, (n, k)).astype(float)


def values(found):
    return [
        number
        for form in found.forms
        for number in (form.estimate.value, form.estimate.low, form.estimate.high, form.f)
    ]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50), unit=st.floats(0.1, 20))
def test_origin_unit_order_and_names_do_not_matter(seed, shift, unit):
    rng = np.random.default_rng(seed)
    ratings = Ratings.from_matrix(table_of(seed), n_levels=5)
    order = rng.permutation(len(ratings.audit))
    renamed = Ratings(
        audit=rng.permutation(100)[ratings.audit][order],
        auditor=rng.permutation(100)[ratings.auditor][order],
        grade=ratings.grade[order],
        n_levels=5,
    )
    plain = values(icc(ratings))
    other = values(icc(renamed, scores=shift + unit * np.arange(5)))
    assert other == pytest.approx(plain, abs=1e-6, nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_strict_auditor_lowers_agreement_but_not_consistency(seed):
    table = table_of(seed, n=12)
    strict = table.copy()
    strict[:, 1] += 20
    plain = icc(Ratings.from_matrix(table, n_levels=30))
    moved = icc(Ratings.from_matrix(strict, n_levels=30))
    for name in ("ICC(C,1)", "ICC(C,k)"):
        both = [one.form(name).estimate for one in (plain, moved)]
        assert both[0].value == pytest.approx(both[1].value, abs=1e-9)
        assert both[0].low == pytest.approx(both[1].low, abs=1e-9)
    assert moved.auditor_variance > plain.auditor_variance
    before, after = (abs(one.form("ICC(A,1)").estimate.value) for one in (plain, moved))
    assert after < before or after == before == 0


def test_mean_of_other_numbers_of_grades():
    ratings = ratings_of("shrout_fleiss_1979")
    one = icc(ratings, averaged=1).form("ICC(A,k)").estimate
    assert one.value == pytest.approx(icc(ratings).form("ICC(A,1)").estimate.value, abs=1e-12)
    ten = icc(ratings, averaged=10).form("ICC(C,k)")
    assert ten.averaged == 10
    assert ten.estimate.value == pytest.approx(10 * 0.714840714840715 / (1 + 9 * 0.714840714840715))


def estimates(matrix, n_levels=4):
    found = icc(Ratings.from_matrix(matrix, n_levels=n_levels))
    return {form.mcgraw_wong: form.estimate for form in found.forms}


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.empty((0, 2)), "0 audits were graded"),
        ([[1, 2]], "1 audits were graded"),
        ([[1], [2], [3]], "graded by two auditors"),
        ([[1, np.nan], [np.nan, 2]], "graded by two auditors"),
        ([[2, 2], [2, 2], [2, 2]], "no variation"),
    ],
)
def test_nothing_to_estimate_has_a_reason(matrix, reason):
    for estimate in estimates(matrix).values():
        assert isnan(estimate.value)
        assert reason in estimate.why_not


def test_audits_alike_but_for_strictness():
    found = estimates([[1, 3], [1, 3], [1, 3]])
    assert "strictness" in found["ICC(C,1)"].why_not
    assert found["ICC(A,1)"].value == 0
    assert not found["ICC(A,1)"].has_interval


def test_full_agreement_has_a_value_and_no_interval():
    for estimate in estimates([[0, 0], [2, 2], [3, 3]]).values():
        assert estimate.value == 1
        assert not estimate.has_interval
        assert "no error left" in estimate.method


def test_perfect_order_with_strictness():
    found = estimates([[0, 1], [1, 2], [2, 3]])
    assert found["ICC(C,1)"].value == 1
    assert found["ICC(A,1)"].value == pytest.approx(2 / 3)
    assert found["ICC(1)"].has_interval


def test_opposite_grades():
    found = estimates([[0, 1], [1, 0]], n_levels=2)
    assert found["ICC(1)"].value == -1
    assert found["ICC(A,1)"].why_not
    for estimate in found.values():
        assert estimate.is_estimable or estimate.why_not


def test_opposite_grades_that_cancel_out_leave_nothing_but_error():
    """Every audit's mean is 1.5, and both auditors' too."""
    found = estimates([[0, 3], [3, 0], [1, 2], [2, 1]] * 5, n_levels=4)
    assert found["ICC(A,1)"].why_not == "neither audits nor auditors differ on average"
    # one auditor a little kinder: the limits are there again
    assert estimates([[0, 3], [3, 0], [1, 2], [2, 2]] * 5, n_levels=4)["ICC(A,1)"].is_estimable


def test_bad_arguments_are_refused():
    ratings = ratings_of("shrout_fleiss_1979")
    with pytest.raises(ShapeError, match="scores"):
        icc(ratings, scores=[1, 2])
    with pytest.raises(UsageError, match="one grade or more"):
        icc(ratings, averaged=0.5)
    with pytest.raises(UsageError, match="between 0 and 1"):
        icc(ratings, level=95)
    with pytest.raises(UsageError, match=r"ICC\(2,1\) = ICC\(A,1\)"):
        icc(ratings).form("ICC2")
