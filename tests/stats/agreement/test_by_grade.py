"""Specific agreement, mean differences and confused boundaries against plain counts and truth."""

from __future__ import annotations

from itertools import combinations
from math import isnan, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_analysis.stats.agreement.by_grade import (
    boundaries,
    mean_absolute_difference,
    specific_agreement,
)
from qaf_analysis.stats.agreement.kappas import percent_agreement
from qaf_analysis.stats.agreement.ratings import Ratings
from tests.stats.agreement.cases import random_ratings
from tests.stats.agreement.other_cases import kept_only


def pairs_of(ratings):
    """Pairs of grades with their weight, by a plain loop."""
    for audit in np.unique(ratings.audit):
        grades = ratings.grade[ratings.audit == audit]
        both = list(combinations(grades.tolist(), 2))
        yield from ((sorted(pair), 1 / len(both)) for pair in both)


def table(a, b, c, d):
    """Two auditors, two grades: both upper, one each in either order, both lower."""
    cells = ((1, 1), (1, 0), (0, 1), (0, 0))
    grades = [cell for cell, times in zip(cells, (a, b, c, d), strict=True) for _ in range(times)]
    return Ratings.from_matrix(grades, n_levels=2)


def test_two_auditors_and_two_grades_give_the_published_formula():
    # Cicchetti and Feinstein (1990): 2a / (2a + b + c) and 2d / (2d + b + c)
    lower, upper = specific_agreement(table(40, 9, 6, 45))
    assert upper.value == pytest.approx(80 / 95)
    assert lower.value == pytest.approx(90 / 105)
    assert (upper.cases, lower.cases) == (55, 60)


def test_error_of_two_auditors_is_that_of_the_delta_method():
    # Positive agreement p of n audits: var = 4 a (b + c)(a + b + c) / (2a + b + c)^4
    a, b, c = 40, 9, 6
    upper = specific_agreement(table(a, b, c, 45), se="subjects")[1]
    variance = 4 * a * (b + c) * (a + b + c) / (2 * a + b + c) ** 4
    assert upper.se**2 * 54 / 55 == pytest.approx(variance)  # ours divides by n - 1


@pytest.mark.parametrize("raters", [2, 3, 5])
def test_values_match_a_plain_loop(raters):
    rng = np.random.default_rng(raters)
    ratings = random_ratings(rng, audits=50, auditors=9, raters=raters, single=0.3)
    pairs = list(pairs_of(ratings))
    for grade, found in enumerate(specific_agreement(ratings)):
        both = sum(w for pair, w in pairs if pair == [grade, grade])
        given_by_one = sum(w * pair.count(grade) / 2 for pair, w in pairs)
        assert found.value == pytest.approx(both / given_by_one)
    expected = sum(w * (pair[1] - pair[0]) for pair, w in pairs) / sum(w for _, w in pairs)
    assert mean_absolute_difference(ratings).value == pytest.approx(expected)


def test_weighted_by_how_often_given_they_average_to_agreement():
    ratings = random_ratings(np.random.default_rng(7), audits=80, raters=3)
    pairs = list(pairs_of(ratings))
    given = np.array([sum(w * pair.count(g) / 2 for pair, w in pairs) for g in range(4)])
    found = np.array([one.value for one in specific_agreement(ratings)])
    assert given @ found / given.sum() == pytest.approx(percent_agreement(ratings).value)


@pytest.mark.slow
@pytest.mark.parametrize("single", [0.0, 0.5])
def test_error_matches_leaving_one_audit_out(single):
    ratings = random_ratings(np.random.default_rng(1), audits=250, auditors=10, single=single)
    left_out = np.array(
        [
            [one.value for one in specific_agreement(kept_only(ratings, ratings.audit != audit))]
            for audit in range(250)
        ]
    )
    for place, found in enumerate(specific_agreement(ratings, se="subjects")):
        used = left_out[np.abs(left_out[:, place] - found.value) > 1e-12, place]
        n = found.cases
        spread = (n - 1) / n * ((used - left_out[:, place].mean()) ** 2).sum()
        assert found.se**2 == pytest.approx(spread, rel=0.1)


def test_auditors_who_differ_widen_the_interval():
    ratings = random_ratings(
        np.random.default_rng(2), audits=800, auditors=20, severity=0.8, raters=2
    )
    both = (specific_agreement(ratings, se=se)[2] for se in ("two_way", "subjects"))
    two_way, subjects = (one.se for one in both)
    assert two_way > 1.3 * subjects


def test_grades_never_given_have_a_reason_and_never_agreed_on_an_interval():
    never, low, high, _ = specific_agreement(
        Ratings.from_matrix([[1, 2], [2, 1], [1, 2], [3, 3], [3, 3]], n_levels=4)
    )
    assert isnan(never.value)
    assert "was given this grade" in never.why_not
    for found in (low, high):
        assert found.value == found.low == 0
        # Wilson's limit for none of three, with t at 2 df.
        assert found.high == pytest.approx(4.3027**2 / (3 + 4.3027**2), abs=1e-4)
        assert found.cases == 3
    always = specific_agreement(Ratings.from_matrix([[2, 2]] * 30, n_levels=4))[2]
    assert always.value == always.high == 1
    # Thirty of thirty by two auditors, t at 29 df.
    assert always.low == pytest.approx(30 / (30 + 2.0452**2), abs=1e-4)


def test_one_rated_audits_only():
    ratings = Ratings.from_matrix([[1, np.nan], [np.nan, 2]], n_levels=4)
    for found in (*specific_agreement(ratings), mean_absolute_difference(ratings)):
        assert isnan(found.value)
        assert "graded by two auditors" in found.why_not
    for boundary in boundaries(ratings):
        assert "graded by two auditors" in boundary.crossed.why_not
        assert boundary.confused.why_not
        assert boundary.pairs == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_turning_the_scale_round_turns_the_results_round(seed):
    ratings = random_ratings(np.random.default_rng(seed), audits=25, single=0.2, raters=3)
    turned = Ratings(
        audit=ratings.audit, auditor=ratings.auditor, grade=3 - ratings.grade, n_levels=4
    )
    for one, two in zip(specific_agreement(ratings), specific_agreement(turned)[::-1], strict=True):
        assert one.value == pytest.approx(two.value, nan_ok=True)
        assert one.low == pytest.approx(two.low, nan_ok=True)
    for one, two in zip(boundaries(ratings), boundaries(turned)[::-1], strict=True):
        for name in ("confused", "of_all", "crossed", "grey_zone"):
            first, second = getattr(one, name), getattr(two, name)
            assert first.value == pytest.approx(second.value, nan_ok=True)
            assert first.se == pytest.approx(second.se, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), audits=st.integers(2, 12), raters=st.integers(2, 3))
def test_intervals_hold_the_value_and_stay_in_range(seed, audits, raters):
    rng = np.random.default_rng(seed)
    ratings = random_ratings(rng, audits=audits, auditors=4, raters=raters)
    shares = [one.confused for one in boundaries(ratings)]
    for found in (*specific_agreement(ratings), *shares):
        if found.is_estimable:
            assert 0 <= found.low <= found.value <= found.high <= 1
        else:
            assert found.why_not
    apart = mean_absolute_difference(ratings)
    assert 0 <= apart.low <= apart.value <= apart.high <= 3


def test_boundaries_by_hand():
    # pairs: RI-RI 3, RI-Good 2, Good-Good 4, Good-Outstanding 1, RI-Outstanding 1
    grades = [[1, 1]] * 3 + [[1, 2], [2, 1]] + [[2, 2]] * 4 + [[2, 3]] + [[1, 3]]
    low, middle, high = boundaries(Ratings.from_matrix(grades, n_levels=4), se="subjects")
    assert (low.pairs, middle.pairs, high.pairs) == (3, 9, 5)
    assert middle.confused.value == pytest.approx(2 / 9)
    assert middle.of_all.value == pytest.approx(2 / 11)
    assert middle.crossed.value == pytest.approx(3 / 11)
    assert high.crossed.value == pytest.approx(2 / 11)
    assert low.confused.value == 0
    assert "at this boundary and at one beside it" in middle.grey_zone.why_not


def test_crossings_add_up_to_the_mean_absolute_difference():
    ratings = random_ratings(np.random.default_rng(4), audits=60, raters=3, severity=1.0)
    crossed = sum(one.crossed.value for one in boundaries(ratings))
    assert crossed == pytest.approx(mean_absolute_difference(ratings).value)


def test_grey_zone_by_hand():
    # odds xy / (z/2)^2: 8 * 18 / 4^2 = 9 at the lower boundary, 18 * 8 / 2^2 = 36 at the upper
    grades = [[0, 0]] * 8 + [[0, 1]] * 8 + [[1, 1]] * 18 + [[1, 2]] * 4 + [[2, 2]] * 8
    lower, upper = boundaries(Ratings.from_matrix(grades, n_levels=3), se="subjects")
    assert lower.grey_zone.value == pytest.approx(2)
    assert upper.grey_zone.value == pytest.approx(1 / 2)
    # Each cell's count is Poisson-like: var log t = sum of (power / 2)^2 / count, less nothing,
    # because the powers add up to zero. The cell in both odds cancels.
    variance = (1 / 8 + 4 / 8 + 4 / 4 + 1 / 8) / 4
    n = len(grades)
    assert (lower.grey_zone.se / 2) ** 2 * (n - 1) / n == pytest.approx(variance)
    ends = log(lower.grey_zone.low), log(lower.grey_zone.high)
    assert sum(ends) / 2 == pytest.approx(log(2))


def test_a_scale_of_two_levels_has_no_grey_zone():
    (only,) = boundaries(table(10, 3, 2, 10))
    assert "one boundary only" in only.grey_zone.why_not
    assert only.confused.value == only.crossed.value == pytest.approx(5 / 25)


def graded(rng, *, unsure, audits=3000):
    """Two readings of each audit, by readers unsure where the middle boundary lies."""
    limits = np.array([-1.2, 0, 1.2])
    seen = rng.normal(size=(audits, 1)) + 0.4 * rng.normal(size=(audits, 2))
    moved = np.clip(unsure * rng.normal(size=seen.shape), -1.2, 1.2)
    levels = (seen > limits[0]).astype(int) + (seen > moved) + (seen > limits[2])
    return Ratings.from_matrix(np.clip(levels, 0, 3), n_levels=4)


def test_a_grey_zone_is_found_where_it_was_put_and_only_there():
    rng = np.random.default_rng(6)
    plain = boundaries(graded(rng, unsure=0.0), se="subjects")
    blurred = boundaries(graded(rng, unsure=0.8), se="subjects")
    # With the same noise everywhere no boundary is much less clear than those beside it, although
    # the outer grades are half as common.
    assert all(0.6 < one.grey_zone.value < 1.7 for one in plain)
    assert blurred[1].grey_zone.low > 1.3
    assert blurred[1].grey_zone.p < 0.001
    assert blurred[0].grey_zone.value < 1
    assert blurred[2].grey_zone.value < 1


@pytest.mark.slow
def test_intervals_of_specific_agreement_cover_the_truth():
    limits, severity = np.array([-1.9, 0.3, 1.9]), 0.5
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(400_000, 1)) + rng.normal(0, (0.36 + severity**2) ** 0.5, (400_000, 2))
    truth = specific_agreement(
        Ratings.from_matrix(np.searchsorted(limits, seen), n_levels=4), se="subjects"
    )
    held, known = np.zeros(4), np.zeros(4)
    for _ in range(250):
        ratings = random_ratings(rng, audits=200, auditors=29)
        for place, found in enumerate(specific_agreement(ratings)):
            known[place] += found.has_interval
            held[place] += found.low <= truth[place].value <= found.high
    # Monte Carlo error 1.4 points; the rare grades (3 % of audits) rest on about 9 audits.
    assert (held / known >= 0.92).all()
    assert (known >= 245).all()
