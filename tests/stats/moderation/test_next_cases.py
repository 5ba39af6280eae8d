"""Where one more reading tells most: by hand, by trying it, and by entropies of another make."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.moderation.next_cases import (
    further_reading,
    instructive_cases,
    so_far,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError


def test_gain_and_half_width_by_hand():
    """Strata of 20 and 60 audits. Squares .5 and 2 on 1 and 3 df: pooled 2.5 / 4 = .625; drawn
    towards it s² = (.5 + 1.25) / 3 and (2 + 1.25) / 5."""
    values = [0, 1, 0, 0, 0, 2]
    values[2:] = [1, 1, -1, -1]  # squares 4, see below
    found = so_far(values, stratum=[0, 0, 1, 1, 1, 1], population=[20, 60])
    pooled = (0.5 + 4) / 4
    spread = np.array([(0.5 + 2 * pooled) / 3, (4 + 2 * pooled) / 5])
    gain = np.array([1 / 16 * spread[0] / 6, 9 / 16 * spread[1] / 20])
    np.testing.assert_allclose(found.gain, gain)
    assert found.best.tolist() == [1, 0]
    assert found.figure.value == pytest.approx(0.25 * 0.5)
    se = sqrt(spread[0] / 16 * (1 / 2 - 1 / 20) + 9 / 16 * spread[1] * (1 / 4 - 1 / 60))
    assert found.half_width == pytest.approx(stats.norm.ppf(0.975) * se)
    assert found.pooled.tolist() == []


def test_the_gain_is_what_one_more_reading_takes_off_the_variance():
    """With the spread as it is: the difference of two variances, not a formula of its own."""
    read, size = np.array([4, 9, 2]), np.array([30, 50, 20])
    values = np.concatenate([np.tile([0.0, 1.0], n)[:n] for n in read])
    found = so_far(values, stratum=np.repeat([0, 1, 2], read), population=size)
    weight = size / size.sum()
    for h in range(3):
        spread = found.gain[h] * read[h] * (read[h] + 1) / weight[h] ** 2
        before, after = (
            weight[h] ** 2 * spread * (1 / n - 1 / size[h]) for n in (read[h], read[h] + 1)
        )
        assert found.gain[h] == pytest.approx(before - after)
    assert found.gain[found.best].tolist() == sorted(found.gain, reverse=True)


def test_a_stratum_without_a_reading_comes_first_and_a_finished_one_never():
    found = so_far([1, 0, 1, 1], stratum=[0, 0, 2, 2], population=[2, 5, 9])
    assert found.gain.tolist()[:2] == [0, inf]
    assert found.best.tolist() == [1, 2]
    assert not found.figure.is_estimable
    assert "1 of 3 strata" in found.figure.why_not
    assert np.isnan(found.half_width)
    assert found.pooled.tolist() == [1]


def test_a_stratum_that_shows_no_spread_yet_is_not_finished():
    found = so_far([1, 1, 0, 1, 0, 1], stratum=[0, 0, 1, 1, 1, 1], population=[50, 50])
    assert found.gain[0] > 0
    assert found.best.tolist()[0] == 0


def test_one_reading_or_none():
    assert so_far([1], stratum=[0], population=[5]).figure.why_not == "one reading only"
    assert so_far([], stratum=[], population=[5, 4]).best.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("stratum", "population"), [([0, 2], [5, 5]), ([0, -1], [5, 5]), ([0, 0], [1, 5]), ([0], [5])]
)
def test_strata_that_do_not_fit(stratum, population):
    with pytest.raises(ShapeError):
        so_far([1, 0], stratum=stratum, population=population)


def test_a_further_readers_grade():
    """Pairs (0, 1) and (2, 2): half each way, and one pair added to each row."""
    rows = further_reading([0, 2], [1, 2], n_levels=3)
    counts = np.array([[2 / 3, 1 / 3 + 0.5, 0], [0.5 + 1 / 4, 2 / 4, 1 / 4], [0, 1 / 3, 1 + 2 / 3]])
    np.testing.assert_allclose(rows, counts / counts.sum(axis=1, keepdims=True))
    with pytest.raises(UnknownGradeError):
        further_reading([3], [1], n_levels=3)


FURTHER = np.array([[0.8, 0.2, 0, 0], [0.1, 0.6, 0.3, 0], [0, 0.3, 0.65, 0.05], [0, 0, 0.4, 0.6]])


def test_information_is_entropy_of_a_further_reading():
    found = instructive_cases(
        [1, 2, 0, 0, 3], case=[4, 4, 9, 9, 9], domain=[0, 0, 0, 1, 1], further=FURTHER, seed=1
    )
    mixed = stats.entropy((FURTHER[1] + FURTHER[2]) / 2, base=2)
    own = [stats.entropy(row, base=2) for row in FURTHER]
    nine = own[0] + stats.entropy((FURTHER[0] + FURTHER[3]) / 2, base=2)
    assert found.case.tolist() == [9, 4]
    np.testing.assert_allclose(found.information, [nine, mixed])
    np.testing.assert_allclose(
        found.closeness, [own[0] + (own[0] + own[3]) / 2, (own[1] + own[2]) / 2]
    )
    np.testing.assert_allclose(found.disagreement + found.closeness, found.information)


def test_readings_that_differ_teach_more_and_so_do_those_near_a_boundary():
    """Case 0: alike, far from a boundary; 1: alike, near one; 2: apart by two grades."""
    found = instructive_cases(
        [0, 0, 3, 3, 0, 3], case=[0, 0, 1, 1, 2, 2], domain=[0] * 6, further=FURTHER, seed=1
    )
    assert found.case.tolist() == [2, 1, 0]
    np.testing.assert_allclose(found.disagreement[1:], 0, atol=1e-12)


def test_twelve_at_most_and_ties_by_the_seed_alone():
    arguments = {"case": np.arange(30), "domain": np.zeros(30, int), "further": FURTHER}
    orders = [
        instructive_cases(np.ones(30, int), seed=seed, **arguments).case.tolist()
        for seed in (1, 1, 2)
    ]
    assert len(orders[0]) == 12
    assert orders[0] == orders[1] != orders[2]
    shuffled = instructive_cases(
        np.ones(30, int), seed=1, **{**arguments, "case": np.arange(30)[::-1]}
    )
    assert shuffled.case.tolist() == orders[0]
    assert len(instructive_cases([], case=[], domain=[], further=FURTHER, seed=1).case) == 0
