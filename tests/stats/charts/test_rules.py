"""Anhøj's rules: the published table, every ordering of small series, ties, blanks and mirrors."""

from __future__ import annotations

import csv
from itertools import combinations, groupby

import numpy as np
import pytest

from qaf_analysis.stats.charts.rules import (
    RunLimits,
    false_signal_rate,
    long_runs,
    run_analysis,
    run_limits,
)
from tests.places import REFERENCE

TABLE = REFERENCE / "impact" / "anhoej_critical_values.csv"


def orderings(above: int, below: int):
    for places in combinations(range(above + below), above):
        sides = np.full(above + below, -1)
        sides[list(places)] = 1
        yield sides


def test_the_critical_values_are_the_published_ones_for_10_to_100_points():
    with TABLE.open(encoding="utf-8") as file:
        rows = [tuple(map(int, row.values())) for row in csv.DictReader(file)]
    assert [row[0] for row in rows] == list(range(10, 101))
    for useful, longest, crossings in rows:
        assert run_limits(useful) == RunLimits(longest_run=longest, crossings=crossings)


def test_under_ten_useful_points_no_order_can_signal():
    assert [run_limits(useful) for useful in range(10)] == [None] * 10
    found = [run_analysis(sides) for sides in orderings(4, 4)]
    assert len(found) == 70
    assert not any(one.is_signal for one in found)
    assert all(np.isnan(one.false_signals) for one in found)
    assert not run_analysis(np.ones(9, dtype=int)).is_signal


@pytest.mark.parametrize(("above", "below"), [(5, 5), (6, 6), (7, 7), (3, 8), (12, 1), (10, 0)])
def test_the_false_signal_rate_counts_every_order(above, below):
    found = [run_analysis(sides) for sides in orderings(above, below)]
    signals = sum(one.is_signal for one in found)
    assert found[0].false_signals == pytest.approx(signals / len(found), abs=1e-12)


@pytest.mark.parametrize(("useful", "rate"), [(10, 0.008), (12, 0.013), (16, 0.009), (20, 0.021)])
def test_the_false_signal_rates_are_those_enumerated_elsewhere(useful, rate):
    half = useful // 2
    found = false_signal_rate(half, half, limits=run_limits(useful))
    assert found == pytest.approx(rate, abs=5e-4)


def test_the_false_signal_rate_of_a_long_series_is_that_of_shuffling():
    rng = np.random.default_rng(1)
    sides = np.repeat([-1, 1], [14, 16])
    signals = np.mean([run_analysis(rng.permutation(sides)).is_signal for _ in range(2_000)])
    exact = run_analysis(sides).false_signals
    assert signals == pytest.approx(exact, abs=4 * np.sqrt(exact / 2_000))


def test_a_very_long_series_has_limits_and_no_counted_rate():
    found = run_analysis(np.tile([1, -1, 1, 1, -1], 10_000))
    assert found.limits is not None
    assert not found.is_signal
    assert np.isnan(found.false_signals)
    assert 0 < run_analysis(np.tile([1, -1], 100)).false_signals < 0.1


def test_each_rule_signals_alone():
    long = run_analysis(np.array([1, -1] * 6 + [1] * 8))
    assert (long.longest_run, long.crossings) == (8, 12)
    assert long.is_too_long
    assert not long.is_too_seldom_crossed
    few = run_analysis(np.repeat([1, -1, 1, -1], 5))
    assert (few.longest_run, few.crossings) == (5, 3)
    assert few.is_too_seldom_crossed
    assert not few.is_too_long
    assert few.is_signal


def test_a_run_at_the_limit_and_crossings_at_the_limit_are_silent():
    assert not run_analysis(np.array([1, -1] * 6 + [1] * 7 + [-1])).is_signal  # 20: 7 and 6
    at_limit = run_analysis(np.array([1] * 4 + [-1] * 4 + [1, 1, 1, -1, -1, -1] * 2))
    assert at_limit.crossings == 5
    assert at_limit.is_signal
    assert not run_analysis(np.array([1] * 4 + [-1] * 4 + [1, 1, -1] * 2 + [1] * 6)).is_signal


def test_counts_agree_with_counting_by_hand_with_ties_and_blanks():
    rng = np.random.default_rng(2)
    for _ in range(200):
        side = rng.choice([-1, 0, 1], size=int(rng.integers(0, 40)), p=[0.4, 0.2, 0.4])
        useful = [sign for sign in side.tolist() if sign]
        lengths = [len(list(group)) for _, group in groupby(useful)]
        found = run_analysis(side)
        assert found.useful == len(useful)
        assert found.longest_run == max(lengths, default=0)
        assert found.crossings == max(len(lengths) - 1, 0)
        mirrored = run_analysis(-side)
        assert (mirrored.longest_run, mirrored.crossings) == (found.longest_run, found.crossings)
        assert (long_runs(-side) == -long_runs(side)).all()


def test_points_of_too_long_a_run_are_marked_and_ties_within_it_are_not():
    side = np.array([1, -1, 1, -1, 1, -1, -1, -1, 0, -1, -1, -1, -1, 1])
    assert run_analysis(side).longest_run == 7  # of 13 useful points, up to 7 is usual
    assert not long_runs(side).any()
    longer = np.insert(side, 6, -1)
    assert long_runs(longer).tolist() == [0] * 5 + [-1] * 4 + [0] + [-1] * 4 + [0]
