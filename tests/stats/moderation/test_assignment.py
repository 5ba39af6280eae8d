"""Sharing out a round: against every possible sharing of small rounds, and its rules in large."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from qaf_analysis.stats.moderation.assignment import NOBODY, assign
from qaf_analysis.terms.errors import ShapeError


def pair_counts(found, moderators):
    pairs = dict.fromkeys(combinations(range(moderators), 2), 0)
    for one, other in zip(found.first.tolist(), found.second.tolist(), strict=True):
        if other != NOBODY:
            pairs[min(one, other), max(one, other)] += 1
    return pairs


def unevenness(readers, moderators, beforehand=0):
    """Range of loads and range of pairs of a sharing given as tuples of readers."""
    loads = np.zeros(moderators, int) + beforehand
    pairs = dict.fromkeys(combinations(range(moderators), 2), 0)
    for who in readers:
        for one in who:
            loads[one] += 1
        if len(who) == 2:
            pairs[who] += 1
    counts = list(pairs.values())
    return np.ptp(loads) + (np.ptp(counts) if any(len(who) == 2 for who in readers) else 0)


def is_linked(readers, moderators):
    """Whether double readings link all: walked from the first, without any matrix."""
    reached, grew = {0}, True
    while grew:
        further = {m for who in readers if len(who) == 2 and reached & set(who) for m in who}
        grew = not further <= reached
        reached |= further
    return len(reached) == moderators


def every_sharing(may, wanted):
    moderators = may.shape[1]
    choices = []
    for case, number in enumerate(wanted):
        free = [m for m in range(moderators) if may[case, m]]
        choices.append(list(combinations(free, min(number, len(free)))))
    return product(*choices)


def readers_of(found):
    return [
        tuple(sorted(who for who in pair if who != NOBODY))
        for pair in zip(found.first.tolist(), found.second.tolist(), strict=True)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_no_sharing_of_a_small_round_is_more_even(seed):
    rng = np.random.default_rng([77, seed])
    moderators, cases = 3, 6
    may = rng.random((cases, moderators)) > 0.25
    doubles = np.arange(cases) < 3
    before = rng.integers(0, 3, moderators)
    found = assign(may, doubles, seed=seed, beforehand=before)
    mine = readers_of(found)
    sharings = list(every_sharing(may, 1 + doubles))
    linked = [one for one in sharings if is_linked(one, moderators)]
    best = min(unevenness(one, moderators, before) for one in (linked or sharings))
    assert unevenness(mine, moderators, before) == best
    assert found.is_exact
    assert found.is_connected == bool(linked)


@pytest.mark.parametrize("most", [10**6, 0])
@pytest.mark.parametrize(("cases", "moderators", "doubles"), [(24, 3, 6), (40, 4, 3), (48, 6, 6)])
def test_rules_of_a_round(cases, moderators, doubles, most):
    """Both searches: nobody reads what is barred, loads and pairs lie within one, all linked."""
    rng = np.random.default_rng([5, cases])
    may = rng.random((cases, moderators)) > 0.08
    may[:4, 0] = may[4:8, 1] = False  # two teams' own cases
    twice = np.zeros(cases, dtype=bool)
    twice[rng.choice(cases, doubles, replace=False)] = True
    found = assign(may, twice, seed=3, most_choices=most)
    for case, who in enumerate(readers_of(found)):
        assert len(set(who)) == 1 + twice[case]
        assert all(may[case, one] for one in who)
    assert found.loads.sum() == cases + doubles
    assert np.ptp(found.loads) <= 1
    assert np.ptp(list(pair_counts(found, moderators).values())) <= 1
    assert found.is_connected
    assert found.is_exact == (most > 0)
    assert np.ptp(np.bincount(found.first, minlength=moderators)) <= 2


@pytest.mark.parametrize("seed", range(6))
def test_the_stepwise_search_evens_pairs_and_moves_work_along_chains(seed):
    """Eighteen double readings of six pairs; and work that must pass through the middle one."""
    found = assign(np.ones((18, 4), bool), np.ones(18, bool), seed=seed, most_choices=0)
    assert set(pair_counts(found, 4).values()) == {3}
    may = np.array([[True, True, False]] * 6 + [[False, True, True]] * 6)
    found = assign(may, np.zeros(12, bool), seed=seed, most_choices=0)
    assert found.loads.tolist() == [4, 4, 4]


def test_two_triangles_are_not_enough_where_all_can_be_linked():
    """Six moderators and six double readings: two triangles are even, but compare nothing."""
    found = assign(np.ones((12, 6), bool), np.arange(12) < 6, seed=1)
    assert found.is_connected
    assert set(pair_counts(found, 6).values()) == {0, 1}
    for seed in range(6):  # five double readings link six people just so
        found = assign(np.ones((12, 6), bool), np.arange(12) < 5, seed=seed, most_choices=0)
        assert found.is_connected


def test_groups_that_no_double_reading_can_link_are_told_apart():
    may = np.zeros((8, 4), bool)
    may[:4, :2] = may[4:, 2:] = True
    found = assign(may, np.ones(8, bool), seed=1)
    assert not found.is_connected
    assert found.group.tolist() == [0, 0, 1, 1]


def test_too_few_double_readings_link_nobody_further():
    found = assign(np.ones((6, 4), bool), np.arange(6) < 2, seed=1)
    assert not found.is_connected
    assert found.group.max() >= 1
    assert assign(np.ones((4, 1), bool), np.zeros(4, bool), seed=1).is_connected


def test_a_case_nobody_may_read_is_named_not_dropped():
    may = np.ones((5, 3), bool)
    may[1] = False
    may[2] = [False, True, False]
    found = assign(may, np.array([False, True, True, True, False]), seed=9)
    assert found.unreadable.tolist() == [1]
    assert found.first[1] == found.second[1] == NOBODY
    assert found.read_once.tolist() == [2]
    assert (found.first[2], found.second[2]) == (1, NOBODY)
    assert found.loads.sum() == 3 + 2


@pytest.mark.parametrize("most", [10**6, 0])
def test_readings_given_beforehand_are_evened_out(most):
    found = assign(
        np.ones((12, 3), bool), np.zeros(12, bool), seed=2, beforehand=[6, 0, 0], most_choices=most
    )
    assert found.loads.tolist() == [6, 6, 6]


def test_the_same_seed_gives_the_same_sharing_and_another_one_another():
    may, twice = np.ones((20, 4), bool), np.arange(20) % 5 == 0
    one, again, other = (assign(may, twice, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one.first, again.first)
    np.testing.assert_array_equal(one.second, again.second)
    assert (one.first != other.first).any()


def test_nothing_to_share_out():
    found = assign(np.ones((0, 3), bool), np.zeros(0, bool), seed=1)
    assert found.loads.tolist() == [0, 0, 0]
    assert len(found.first) == len(found.unreadable) == 0


@pytest.mark.parametrize(
    ("may", "twice", "before"),
    [(np.ones(4, bool), np.ones(4, bool), None), (np.ones((4, 2), bool), np.ones(3, bool), None),
     (np.ones((4, 2), bool), np.ones(4, bool), [1, 2, 3])],
)  # fmt: skip
def test_shapes_that_do_not_fit(may, twice, before):
    with pytest.raises(ShapeError):
        assign(may, twice, seed=1, beforehand=before)
