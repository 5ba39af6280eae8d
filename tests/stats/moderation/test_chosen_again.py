"""Cases that come again: who may have which, and that picking them brings no drift of its own."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.moderation.chosen_again import (
    OwnReadings,
    choose_anchors,
    choose_consensus,
    choose_retests,
)
from qaf_analysis.terms.errors import ShapeError

READINGS = OwnReadings(
    moderator=np.array([0, 0, 0, 0, 0, 1, 1, 1, 7]),
    grade=np.array([1, 2, 1, 2, 0, 1, 1, 2, 1]),
    rounds_since=np.array([1, 2, 3, 4, 2, 1, 1, 5, 9]),
    uses=np.array([0, 0, 1, 2, 0, 0, 2, 0, 0]),
)


def of_one(grade):
    """Readings of one person, two rounds old."""
    n = len(grade)
    return OwnReadings(
        moderator=np.zeros(n, int), grade=grade, rounds_since=np.full(n, 2), uses=np.zeros(n, int)
    )


def test_anchors_are_own_two_rounds_old_and_had_again_less_than_twice():
    found = choose_anchors(READINGS, moderators=3, each=3, seed=1)
    assert sorted(found.row[found.moderator == 0]) == [1, 2, 4]
    assert found.row[found.moderator == 1].tolist() == [7]
    assert found.short.tolist() == [0, 2, 3]


def test_those_never_had_again_come_first():
    for seed in range(10):
        found = choose_anchors(READINGS, moderators=1, each=2, seed=seed)
        assert sorted(found.row) == [1, 4]


def test_retests_are_own_and_of_the_round_before():
    found = choose_retests(READINGS, moderators=2, each=2, seed=1)
    assert (found.row.tolist(), found.moderator.tolist()) == ([0, 5], [0, 1])
    assert found.short.tolist() == [1, 1]


def test_anchors_spread_over_grades_in_proportion():
    """Of 4, 20 and 16 readings by grade ten anchors are one, five and four, give or take none."""
    grade = np.repeat([0, 1, 2], [4, 20, 16])
    readings = OwnReadings(
        moderator=np.zeros(40, int),
        grade=grade,
        rounds_since=np.full(40, 2),
        uses=np.zeros(40, int),
    )
    for seed in range(20):
        found = choose_anchors(readings, moderators=1, each=10, seed=seed)
        assert len(set(found.row.tolist())) == 10
        np.testing.assert_array_equal(np.bincount(grade[found.row]), [1, 5, 4])


def test_each_reading_is_picked_equally_often():
    grade = np.repeat([0, 1, 2], [3, 11, 9])
    readings = OwnReadings(
        moderator=np.zeros(23, int),
        grade=grade,
        rounds_since=np.full(23, 2),
        uses=np.zeros(23, int),
    )
    times = 3000
    picked = np.zeros(23)
    for seed in range(times):
        picked[choose_anchors(readings, moderators=1, each=7, seed=seed).row] += 1
    share = 7 / 23
    assert np.abs(picked / times - share).max() < 4 * np.sqrt(share * (1 - share) / times)


def test_cases_of_others_are_those_read_by_several_first_and_never_ones_own():
    may = np.array([[1, 0], [1, 1], [1, 1], [0, 1], [1, 1]], bool)
    found = choose_consensus(may, readers=[2, 3, 1, 2, 0], grade=[1, 1, 2, 2, 1], each=3, seed=5)
    assert sorted(found.row[found.moderator == 0]) == [0, 1, 2]
    assert sorted(found.row[found.moderator == 1]) == [1, 2, 3]
    for seed in range(8):
        two = choose_consensus(
            may, readers=[2, 3, 1, 2, 0], grade=[1, 1, 2, 2, 1], each=2, seed=seed
        )
        assert sorted(two.row[two.moderator == 0]) == [0, 1]
        assert two.short.tolist() == [0, 0]


def test_the_same_seed_picks_the_same():
    one, again, other = (
        choose_anchors(READINGS, moderators=2, each=1, seed=seed).row.tolist() for seed in (3, 3, 4)
    )
    assert one == again
    assert len(other) == 2


def test_what_does_not_fit():
    with pytest.raises(ShapeError):
        OwnReadings(moderator=[0], grade=[1, 2], rounds_since=[2], uses=[0])
    with pytest.raises(ShapeError):
        choose_consensus(np.ones((2, 2), bool), readers=[1], grade=[1, 2], each=1, seed=1)
    none = choose_anchors(READINGS, moderators=0, each=1, seed=1)
    assert len(none.row) == len(none.short) == 0
