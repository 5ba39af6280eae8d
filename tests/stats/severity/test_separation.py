"""Separation and chi-squares: definitions, identities, and p-values when nobody differs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.severity.separation import (
    facets_fixed_chi_square,
    facets_random_chi_square,
    fixed_chi_square,
    separation,
)
from qaf_analysis.terms.errors import ShapeError

MEASURES = np.array([0.4, -0.1, 0.9, -1.3, 0.1])
ERRORS = np.array([0.2, 0.3, 0.25, 0.4, 0.2])
CENTRE = np.eye(5) - 1 / 5


def covariance(seed=1, n=5):
    square = np.random.default_rng(seed).normal(size=(n, n))
    return square @ square.T / n + np.eye(n) * 0.1


def test_separation_follows_its_definition():
    found = separation(MEASURES, se=ERRORS)
    error = sum(se**2 for se in ERRORS) / 5
    mean = sum(MEASURES) / 5
    observed = sum((measure - mean) ** 2 for measure in MEASURES) / 4
    ratio = ((observed - error) / error) ** 0.5
    assert found.separation == pytest.approx(ratio, rel=1e-12)
    assert found.strata == pytest.approx((4 * ratio + 1) / 3, rel=1e-12)
    assert found.reliability == pytest.approx((observed - error) / observed, rel=1e-12)


def test_no_more_spread_than_error_is_no_separation():
    found = separation([0.1, 0.0, -0.1], se=[0.5, 0.5, 0.5])
    assert (found.true_sd, found.separation, found.reliability) == (0, 0, 0)
    assert found.strata == pytest.approx(1 / 3)


def test_one_measure_has_no_separation_and_no_test():
    assert np.isnan(separation([0.3], se=[0.1]).reliability)
    assert fixed_chi_square([0.3], covariance=[[0.01]]).why_not
    assert facets_fixed_chi_square([0.3], se=[0.1]).why_not
    assert facets_random_chi_square([0.3, 0.4], se=[0.1, 0.1]).why_not


def test_fixed_chi_square_follows_the_printed_formula():
    weight = 1 / ERRORS**2
    value = (weight * MEASURES**2).sum() - (weight * MEASURES).sum() ** 2 / weight.sum()
    found = facets_fixed_chi_square(MEASURES, se=ERRORS)
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.p == pytest.approx(stats.chi2.sf(value, 4), rel=1e-10)


def test_wald_with_independent_errors_is_the_printed_formula():
    whole = fixed_chi_square(MEASURES, covariance=np.diag(ERRORS**2))
    printed = facets_fixed_chi_square(MEASURES, se=ERRORS)
    assert whole.value == pytest.approx(printed.value, rel=1e-9)
    assert (whole.df, whole.p) == (printed.df, pytest.approx(printed.p, rel=1e-9))


def test_wald_is_that_of_any_set_of_contrasts():
    spread = covariance()
    contrasts = np.diff(np.eye(5), axis=0)
    gaps = contrasts @ MEASURES
    value = gaps @ np.linalg.solve(contrasts @ spread @ contrasts.T, gaps)
    assert fixed_chi_square(MEASURES, covariance=spread).value == pytest.approx(value, rel=1e-9)


def test_centring_and_shifting_change_nothing():
    spread = covariance()
    plain = fixed_chi_square(MEASURES, covariance=spread)
    centred = fixed_chi_square(CENTRE @ MEASURES, covariance=CENTRE @ spread @ CENTRE)
    shifted = fixed_chi_square(MEASURES + 3, covariance=spread + 2)
    assert centred.value == pytest.approx(plain.value, rel=1e-9)
    assert shifted.value == pytest.approx(plain.value, rel=1e-9)
    assert centred.df == shifted.df == plain.df == 4


def test_p_of_the_wald_test_is_uniform_when_nobody_differs():
    spread = covariance(2)
    rng = np.random.default_rng(3)
    drawn = rng.multivariate_normal(np.full(5, 0.7), spread, size=1500) @ CENTRE
    p = [fixed_chi_square(row, covariance=CENTRE @ spread @ CENTRE).p for row in drawn]
    assert stats.kstest(p, "uniform").pvalue > 0.01
    # The formula that takes errors as independent fails here.
    errors = np.sqrt(np.diag(CENTRE @ spread @ CENTRE))
    printed = [facets_fixed_chi_square(row, se=errors).p for row in drawn]
    assert stats.kstest(printed, "uniform").pvalue < 0.01


def test_p_of_the_printed_fixed_formula_is_uniform_with_independent_errors():
    drawn = np.random.default_rng(4).normal(0.7, ERRORS, size=(1500, 5))
    p = [facets_fixed_chi_square(row, se=ERRORS).p for row in drawn]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_the_random_chi_square_says_nothing_as_its_docstring_warns():
    rng = np.random.default_rng(5)
    far, near = rng.normal(0, 5, 12), rng.standard_cauchy(12) * 3
    for measures in (far, near):
        found = facets_random_chi_square(measures, se=np.full(12, 0.3))
        assert found.value == pytest.approx(11, abs=1e-9)
    drawn = rng.normal(0, 1, size=(300, 12)) + rng.normal(0, 0.3, size=(300, 12))
    p = [facets_random_chi_square(row, se=np.full(12, 0.3)).p for row in drawn]
    assert np.ptp(p) < 1e-6


def test_measures_without_error_have_no_test():
    assert fixed_chi_square([0.0, 1.0], covariance=np.zeros((2, 2))).why_not


@pytest.mark.parametrize(
    "spread",
    [np.eye(4), np.triu(np.ones((5, 5))), -np.eye(5), np.full((5, 5), np.nan)],
    ids=["shape", "asymmetric", "negative", "missing"],
)
def test_a_covariance_that_cannot_be_is_refused(spread):
    with pytest.raises(ShapeError):
        fixed_chi_square(MEASURES, covariance=spread)


@pytest.mark.parametrize("errors", [[0.1], [0.1, 0.0], [0.1, np.nan]])
def test_errors_that_cannot_be_are_refused(errors):
    with pytest.raises(ShapeError):
        separation([0.0, 1.0], se=errors)
