"""Noise of a reading: by hand, by an independent fit, and its interval in simulated panels."""

from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from qaf_analysis.stats.moderation.noise import (
    double_noise,
    mean_difference,
    retest_noise,
    stated_noise,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.monte_carlo import lowest


def test_a_case_counts_once_and_needs_half_of_its_domains():
    now = [[2, 2, 2, 2], [3, 1, nan, nan], [3, nan, nan, nan], [nan] * 4]
    before = [[1, 2, 2, 3], [1, 1, nan, 2], [1, 1, 1, 1], [1, 1, 1, 1]]
    np.testing.assert_array_equal(mean_difference(now, before), [0, 1, nan, nan])
    np.testing.assert_array_equal(mean_difference([2, 0], [1, 3]), [1, -3])
    with pytest.raises(ShapeError):
        mean_difference([[1, 2]], [[1]])


def pairs(rng, moderators, each, sigma, shift):
    who = np.repeat(np.arange(moderators), each)
    first = rng.normal(size=(len(who), 1))
    again = first + shift[who][:, np.newaxis] + sigma * rng.normal(size=(len(who), 1))
    return who, first, again


def test_moderators_own_shifts_are_no_noise():
    """By hand: differences 1, 1, 3, 3 and -1, -1, -3, -3, fivefold: about ±2, all squares 1."""
    difference = np.tile([1, 1, 3, 3, -1, -1, -3, -3], 5)
    who = np.tile([0, 0, 0, 0, 1, 1, 1, 1], 5)
    noise = retest_noise(np.zeros(40), difference, moderator=who)
    assert noise.difference.value == pytest.approx(sqrt(40 / 38))
    assert noise.reading.value == pytest.approx(sqrt(40 / 38 / 2))
    assert (noise.df, noise.pairs, noise.moderators, noise.exact.value) == (38, 40, 2, 0)
    # The interval of a variance: df s² over the quantiles of chi squared.
    low, high = (sqrt(40 / stats.chi2.ppf(p, 38)) for p in (0.975, 0.025))
    assert (noise.difference.low, noise.difference.high) == pytest.approx((low, high))
    assert "40 cases that were read twice, of 60 wanted" in noise.reservation


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(400):
        who, first, again = pairs(rng, 4, 15, 0.5, rng.normal(size=4))
        found = retest_noise(first, again, moderator=who).difference
        held += found.low < 0.5 < found.high
    assert held / 400 > lowest(0.95, 400)


@pytest.mark.parametrize(
    ("again", "moderator", "why"),
    [
        (np.tile([1, 2], 9), np.zeros(18, int), "18 pairs of readings"),
        ([2], [0], "1 pair of readings of one case"),
        (np.full(30, 2), np.zeros(30, int), "the differences do not vary"),
        (np.tile([1, 2], 15), np.arange(30) // 1.4, "too few pairs of readings for so many"),
    ],
)
def test_unknown_noise_says_why(again, moderator, why):
    noise = retest_noise(np.ones(len(again)), again, moderator=np.array(moderator, int))
    assert not noise.difference.is_estimable
    assert not noise.reading.is_estimable
    assert why in noise.difference.why_not
    assert noise.reservation == ""


def test_enough_pairs_have_no_reservation_and_left_out_ones_are_counted():
    first = np.ones((62, 2))
    again = np.tile([[1, 2], [2, 2]], (31, 1)).astype(float)
    again[0] = nan
    noise = retest_noise(first, again, moderator=np.zeros(62, int))
    assert (noise.pairs, noise.left_out, noise.reservation) == (61, 1, "")
    # Of 30 pairs (1, 2) and 31 pairs (2, 2) the first domain came out alike 30 times of 122.
    assert noise.exact.value == pytest.approx(30 / 122)


def test_two_peoples_strictness_is_no_noise():
    """Against an ordinary regression on who gave the later and who the earlier reading."""
    rng = np.random.default_rng(4)
    n, people = 50, 5
    one = rng.integers(0, people, n)
    other = (one + rng.integers(1, people, n)) % people
    strict = rng.normal(size=people)
    first, second = rng.normal(size=n), rng.normal(size=n)
    second = first + strict[other] - strict[one] + 0.4 * second
    found = double_noise(first, second, reader=one, other=other)
    design = np.zeros((n, people))
    design[np.arange(n), other] += 1
    design[np.arange(n), one] -= 1
    fit = sm.OLS(second - first, design[:, 1:]).fit()
    assert found.difference.value == pytest.approx(sqrt(fit.scale))
    assert found.df == fit.df_resid == n - (people - 1)
    assert found.moderators == people


def test_stated_noise():
    noise = stated_noise(0.3)
    assert (noise.difference.value, noise.difference.low, noise.df) == (0.3, 0.3, inf)
    assert noise.reading.value == pytest.approx(0.3 / sqrt(2))
    assert stated_noise(0.3, df=20).difference.high > 0.3
    with pytest.raises(UsageError):
        stated_noise(0.0)
