"""What chance alone would show, beside the studentized range, exact tables and the normal curve."""

from math import comb, sqrt

import numpy as np
import pytest
from scipy.stats import norm, studentized_range

from qaf_analysis.stats.core.chance_spread import (
    chance_of_one_so_far,
    chance_spread,
    chance_unlikeness,
    errors_if_alike,
    expected_by_chance,
)
from qaf_analysis.terms.errors import ShapeError

DRAWS = 40_000


def rng():
    return np.random.default_rng(20200401)


@pytest.mark.parametrize("groups", [2, 5, 12])
def test_equal_errors_give_the_studentized_range(groups):
    # The range of k normals with known error is the studentized range with infinite df.
    error, values = 0.3, np.linspace(0, 1, groups)
    found = chance_spread(values, np.full(groups, error), rng=rng(), draws=DRAWS)
    exact = studentized_range(groups, np.inf)
    assert found.observed == 1
    assert found.centre == pytest.approx(0.5)
    for measured, p in ((found.low, 0.025), (found.usual, 0.5), (found.high, 0.975)):
        assert measured == pytest.approx(error * exact.ppf(p), abs=0.01)
    assert found.share == pytest.approx(exact.sf(1 / error), abs=0.01)


def test_two_groups_of_unequal_precision_by_hand():
    # Difference N(0, 0.3² + 0.4²) = N(0, 0.5²): |difference| has quantiles 0.5 * Φ⁻¹((1 + p) / 2).
    found = chance_spread([1.0, 2.0], [0.3, 0.4], rng=rng(), draws=DRAWS)
    assert found.usual == pytest.approx(0.5 * norm.ppf(0.75), rel=0.02)
    assert found.high == pytest.approx(0.5 * norm.ppf(0.9875), rel=0.02)
    assert found.share == pytest.approx(2 * norm.sf(2), abs=0.003)
    # Weights 1/0.09 and 1/0.16: (16 * 1 + 9 * 2) / 25.
    assert found.centre == pytest.approx(34 / 25)


def test_groups_that_are_alike_are_told_so_as_often_as_promised():
    draw, errors = rng(), np.array([0.1, 0.2, 0.05, 0.15])
    shares = [
        chance_spread(errors * draw.standard_normal(4), errors, rng=draw, draws=400).share
        for _ in range(600)
    ]
    assert np.mean(np.array(shares) <= 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.05)


def test_one_of_two_groups_is_as_far_as_the_other():
    # |1 - 2| / 0.5 = 2 for both: one of them as far has the chance of either.
    for place in (0, 1):
        share = chance_of_one_so_far([1.0, 2.0], [0.3, 0.4], place=place, rng=rng(), draws=DRAWS)
        assert share == pytest.approx(2 * norm.sf(2), abs=0.003)


def test_looking_at_many_groups_makes_a_distance_less_rare():
    # Of ten groups of equal error one lies apart; by Šidák over nearly independent distances.
    values, errors = np.array([0.9, *[0.0] * 9]), np.full(10, 0.3)
    share = chance_of_one_so_far(values, errors, place=0, rng=rng(), draws=DRAWS)
    z = 0.9 / (0.3 * sqrt(1 + 1 / 9))
    alone = 2 * norm.sf(z)
    assert alone < 0.01 < share
    assert share == pytest.approx(1 - (1 - alone) ** 10, abs=0.006)
    none = chance_of_one_so_far(np.zeros(10), errors, place=3, rng=rng(), draws=500)
    assert none == 1


def exact_unlikeness(table):
    """Every table with the same margins (two groups, two levels), its chance and its unlikeness."""
    (a, b), (c, d) = table
    first, good, audits = a + b, a + c, a + b + c + d
    found = []
    for x in range(max(0, good - (c + d)), min(first, good) + 1):
        chance = comb(good, x) * comb(audits - good, first - x) / comb(audits, first)
        rest = (good - x) / (audits - first)
        mine, others = abs(x / first - good / audits), abs(rest - good / audits)
        found.append((chance, (mine * first + others * (audits - first)) / audits))
    return found


@pytest.mark.parametrize("table", [((9, 1), (1, 9)), ((8, 4), (5, 9)), ((3, 7), (12, 10))])
def test_dealing_grades_again_gives_the_exact_chances(table):
    found = chance_unlikeness(table, rng=rng(), draws=DRAWS)
    told = exact_unlikeness(table)
    (a, b), (c, d) = table
    all_good = (a + c) / (a + b + c + d)
    mine = abs(a / (a + b) - all_good) * (a + b) + abs(c / (c + d) - all_good) * (c + d)
    assert found.observed == pytest.approx(mine / (a + b + c + d))
    exact = sum(chance for chance, unlike in told if unlike >= found.observed - 1e-9)
    assert found.share == pytest.approx(exact, abs=0.008)
    assert found.audits == a + b + c + d


def test_a_group_without_audits_says_nothing():
    with_it = chance_unlikeness([[5, 5], [0, 0], [2, 8]], rng=rng(), draws=2_000)
    without = chance_unlikeness([[5, 5], [2, 8]], rng=rng(), draws=2_000)
    assert with_it == without


def test_equal_mixes_are_never_more_alike_than_chance():
    found = chance_unlikeness([[5, 5, 5], [10, 10, 10]], rng=rng(), draws=500)
    assert found.observed == 0
    assert found.share == 1


def test_the_same_seed_gives_the_same_answer():
    first, again = (chance_spread([0, 1, 2], [1, 1, 1], rng=rng()) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("values", "errors"),
    [([1.0], [1.0]), ([1, 2], [1]), ([1, 2], [1, 0]), ([1, np.nan], [1, 1]), ([1, 2], [1, np.nan])],
)
def test_what_cannot_be_compared_is_refused(values, errors):
    with pytest.raises(ShapeError):
        chance_spread(values, errors, rng=rng())
    with pytest.raises(ShapeError):
        chance_of_one_so_far(values, errors, place=0, rng=rng())


@pytest.mark.parametrize(
    "counts", [[[1, 2]], [[1, 2], [0, 0]], [[1, -1], [2, 2]], [[0.5, 1], [1, 1]], [1]]
)
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ShapeError):
        chance_unlikeness(counts, rng=rng())


def test_a_group_that_is_not_there_is_refused():
    for place in (-1, 2):
        with pytest.raises(ShapeError, match="none with number"):
            chance_of_one_so_far([1, 2], [1, 1], place=place, rng=rng())


def test_expected_numbers_by_the_normal_curve():
    # Within one and two errors of the centre lie 68.27 % and 95.45 %; the second errs half as much.
    found = expected_by_chance([-1, 1, 3], [1.0, 0.5], centre=1.0)
    below_two, below_four = 0.9545 / 2, 0.5
    assert found == pytest.approx([below_two + below_four] * 2, abs=1e-4)
    assert expected_by_chance([-99, 99], [1, 2, 3], centre=0.2).sum() == pytest.approx(3)


def test_shares_by_chance_have_the_error_of_the_share_they_have_in_common():
    # 20 and 30 independent cases: (20 * 0.9 + 30 * 0.4) / 50 = 0.6.
    shares, cases = np.array([0.9, 0.4]), np.array([20, 30])
    own = np.sqrt(shares * (1 - shares) / cases)
    found = errors_if_alike(shares, own, cases=cases)
    assert found == pytest.approx(np.sqrt(0.24 / cases))
    # Worth half as many cases each: a clustered share keeps its larger error.
    found = errors_if_alike(shares, own * sqrt(2), cases=cases)
    assert found == pytest.approx(np.sqrt(0.24 / (cases / 2)))


def test_a_share_is_worth_no_more_than_its_cases_and_an_extreme_one_as_many():
    found = errors_if_alike([0.5, 1.0], [0.001, 0.02], cases=[10, 10])
    assert found == pytest.approx([sqrt(0.75 * 0.25 / 10)] * 2)
    assert errors_if_alike([1.0, 1.0], [0.1, 0.2], cases=[9, 9]).tolist() == [0.1, 0.2]


def test_small_groups_that_are_alike_are_told_so_as_often_as_promised():
    draw, cases, seen = rng(), np.full(8, 12), 0
    for _ in range(400):
        shares = draw.binomial(cases, 0.6) / cases
        own = np.sqrt(np.maximum(shares * (1 - shares), 0.02) / cases)
        errors = errors_if_alike(shares, own, cases=cases)
        seen += chance_spread(shares, errors, rng=draw, draws=400).share <= 0.05
    assert seen / 400 == pytest.approx(0.05, abs=0.03)
