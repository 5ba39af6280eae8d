"""Intraclass correlations: what they rest on, their reasons, and mean squares by hand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from qaf_analysis.stats.agreement.icc import icc, mean_squares
from qaf_analysis.stats.agreement.icc_form import spearman_brown
from qaf_analysis.stats.agreement.icc_incomplete import crossing, incomplete_icc
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.errors import ShapeError, UsageError

N = np.nan
# Nine audits, two of them graded once; four auditors, of whom one has no partner.
TABLE = [
    [2, 2, N], [1, 2, N], [N, 1, 1], [0, N, 1], [3, 3, 2],
    [2, 2, 2], [1, 1, N], [N, 2, N], [N, N, 0],
]  # fmt: skip
RATINGS = Ratings.from_matrix(TABLE, n_levels=4)
UNNAMED = Ratings.from_counts([[2, 0, 0], [0, 1, 1], [0, 0, 2]])


def rests(found):
    return found.level, found.cases, found.auditors


def test_icc_forms_say_what_they_rest_on():
    grid = [[3, 2, 2], [1, 0, 1], [2, 2, 1], [0, 0, 1], [3, 1, 3]]
    for table, cases, auditors, complete in ((grid, 5, 3, True), (TABLE, 9, 3, False)):
        found = icc(Ratings.from_matrix(table, n_levels=4), level=0.8)
        assert found.is_complete == complete
        for form in found.forms:
            assert rests(form.estimate) == (0.8, cases, auditors)
            wide = icc(Ratings.from_matrix(table, n_levels=4)).form(form.shrout_fleiss).estimate
            assert wide.low < form.estimate.low <= form.estimate.value <= form.estimate.high
            assert form.estimate.high < wide.high
            assert form.estimate.method.startswith(f"{form.shrout_fleiss} = {form.mcgraw_wong}")
        singles = [form.averaged for form in found.forms[::2]]
        assert singles == [1, 1, 1]
        assert all("mean of" in form.estimate.method for form in found.forms[1::2])
    # Harmonic mean of 2 2 2 2 3 3 2 grades is 7 / (5/2 + 2/3).
    assert found.forms[1].averaged == pytest.approx(7 / (5 / 2 + 2 / 3))
    chosen = icc(RATINGS, averaged=2.5).forms[1]
    assert chosen.averaged == 2.5
    single = icc(RATINGS).forms[0].estimate.value
    assert chosen.estimate.value == pytest.approx(2.5 * single / (1 + 1.5 * single))
    with pytest.raises(UsageError, match=r"one grade or more, not of 0\.5"):
        icc(RATINGS, averaged=0.5)
    with pytest.raises(UsageError, match=r'"ICC\(9,1\)" is no form'):
        found.form("ICC(9,1)")
    with pytest.raises(ShapeError, match="4 levels need 4 scores"):
        icc(RATINGS, scores=[0, 1])


def test_icc_by_an_analysis_of_variance():
    grid = np.array([[3, 2, 2], [1, 0, 1], [2, 2, 1], [0, 0, 1], [3, 1, 3]], dtype=float)
    squares = mean_squares(grid)
    rows, columns, mean = grid.mean(axis=1), grid.mean(axis=0), grid.mean()
    assert squares.audits == pytest.approx(3 * ((rows - mean) ** 2).sum() / 4)
    assert squares.auditors == pytest.approx(5 * ((columns - mean) ** 2).sum() / 2)
    assert squares.within == pytest.approx(((grid.T - rows) ** 2).sum() / 10)
    rest = grid - rows[:, None] - columns + mean
    assert squares.error == pytest.approx((rest**2).sum() / 8)
    found = icc(Ratings.from_matrix(grid, n_levels=4))
    assert found.audit_variance == pytest.approx((squares.audits - squares.error) / 3)
    assert found.auditor_variance == pytest.approx((squares.auditors - squares.error) / 5)
    assert found.error_variance == pytest.approx(squares.error)
    assert found.groups == 1


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ([[1, 2]], "1 audits were graded; at least two are needed"),
        ([[1, N], [N, 2]], "none of the 2 audits was graded by two auditors"),
        ([[1, 1, N], [1, N, 1]], "every grade in 2 audits is the same"),
        ([[1, 1], [1, 1]], "every grade in 2 audits is the same"),
    ],
)
def test_icc_that_cannot_be_had(grades, words):
    found = icc(Ratings.from_matrix(grades, n_levels=4), level=0.8)
    for form in found.forms:
        assert words in form.estimate.why_not
        assert form.estimate.level == 0.8
        assert isnan(form.f)


def test_icc_without_error_audits_or_names():
    strict = icc(Ratings.from_matrix([[1, 0], [2, 1], [3, 2]], n_levels=4))
    assert strict.form("ICC(C,1)").estimate.value == 1
    assert "no error left to set limits by" in strict.form("ICC(C,1)").estimate.method
    only = icc(Ratings.from_matrix([[1, 0], [1, 0]], n_levels=4))
    assert only.form("ICC(C,1)").estimate.why_not == (
        "audits do not differ once auditors' strictness is taken out"
    )
    gaps = icc(Ratings.from_matrix([[1, 0, N], [1, N, 2], [N, 0, 2]], n_levels=4))
    assert gaps.form("ICC(C,1)").estimate.why_not == (
        "audits do not differ once auditors' strictness is taken out"
    )
    line = icc(Ratings.from_matrix([[1, 0, N], [2, N, 3], [N, 2, 4]], n_levels=5))
    assert line.form("ICC(C,1)").estimate.value == pytest.approx(1)
    unnamed = icc(UNNAMED)
    assert "not known" in unnamed.form("ICC(A,1)").estimate.why_not
    assert "not known" in unnamed.form("ICC(C,1)").estimate.why_not
    assert unnamed.form("ICC(1)").estimate.is_estimable
    assert np.isnan(
        [unnamed.audit_variance, unnamed.auditor_variance, unnamed.error_variance]
    ).all()
    chain = icc(Ratings.from_matrix([[1, 2, N, N], [N, N, 0, 1]], n_levels=4))
    assert chain.groups == 2
    assert "too few grades to tell audits" in chain.form("ICC(C,1)").estimate.why_not


def test_generalised_limits_are_those_of_random_draws():
    """Independent: random chi-squares in place of the fixed points, ratios solved by bisection."""
    rng = np.random.default_rng(7)
    n, k = 30, 6
    who = rng.random((n, k)).argsort(axis=1)[:, :3]
    grade = rng.normal(0, 1.2, (n, 1)) + rng.normal(0, 0.7, k)[who] + rng.normal(size=who.shape)
    audit = np.repeat(np.arange(n), 3)
    form = incomplete_icc(audit, who.ravel(), grade.ravel()).form("ICC(A,1)").estimate
    design = crossing(audit, who.ravel(), grade.ravel())
    grid = np.linspace(design.lowest_correlation + 1e-6, 1 - 1e-6, 1500)
    audits = np.array([design.weighted_audit_squares(place) for place in grid])
    own = np.linspace(0, 1 - 1e-6, 1500)
    auditors = np.array([design.weighted_auditor_squares(place) for place in own])
    draws = 20_000
    error = design.error_squares / rng.chisquare(design.error_df, draws)
    a = np.interp(-error * rng.chisquare(design.audit_rank, draws), -audits, grid)
    b = np.interp(-error * rng.chisquare(design.auditor_rank, draws), -auditors, own)
    ratio = a / (1 - a)
    expected = np.quantile(ratio / (ratio + b / (1 - b) + 1), [0.025, 0.975])
    assert (form.low, form.high) == pytest.approx(expected, abs=0.012)
    assert form.method.endswith("generalised limits")


@pytest.mark.parametrize(
    ("single", "k", "mean"), [(0.5, 2, 2 / 3), (0.2, 1, 0.2), (-0.25, 3, -1.5), (0.0, 4, 0)]
)
def test_spearman_and_brown(single, k, mean):
    assert spearman_brown(single, k=k) == pytest.approx(mean)
    assert isnan(spearman_brown(-0.5, k=3))
