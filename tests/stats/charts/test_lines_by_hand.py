"""Lines of charts by hand, and where a point lies when it is on a line, at an end or of no size."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.charts.limits import (
    ChartSeries,
    ControlChart,
    mean_moving_range,
    p_chart,
    run_chart,
    u_chart,
    xmr_chart,
)
from qaf_analysis.stats.charts.rules import (
    RunLimits,
    false_signal_rate,
    long_runs,
    nhs_flags,
    run_analysis,
    run_limits,
)
from qaf_analysis.stats.charts.signals import (
    assurance,
    denominators_too_small,
    last_variation,
    opposite_signals,
    variations,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.verdicts import Assurance, Variation

NAN = float("nan")


def chart(values, *, lower=-3.0, centre=0.0, upper=3.0, part=None, **ends):
    n = len(values)
    return ControlChart(
        values=np.array(values, dtype=float),
        centre=np.full(n, centre),
        lower=np.full(n, lower),
        upper=np.full(n, upper),
        part=np.zeros(n, dtype=np.int64) if part is None else np.array(part),
        baseline=np.ones(n, dtype=bool),
        **ends,
    )


def test_where_points_lie():
    found = chart([3.0, 3.1, -3.0, -3.1, 2.0, 2.1, -2.0, -2.1, 0.0, 0.1, -0.1, NAN])
    assert found.outside.tolist() == [0, 1, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert found.near.tolist() == [1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 0, 0]
    assert found.side.tolist() == [1, 1, -1, -1, 1, 1, -1, -1, 0, 1, -1, 0]
    assert found.step.tolist() == [0, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, 0]
    assert found.is_present.tolist() == [True] * 11 + [False]


@pytest.mark.parametrize("size", [1e-13, 1.0, 1e6])
def test_signs_do_not_go_by_the_size_of_the_values(size):
    """What is equal but for rounding is so beside the values themselves, however small."""
    found = chart(np.array([4, -4, 2, 2, 1, 0]) * size, lower=-3 * size, upper=3 * size)
    assert found.outside.tolist() == [1, -1, 0, 0, 0, 0]
    assert found.side.tolist() == [1, -1, 1, 1, 1, 0]
    assert found.step.tolist() == [0, -1, 1, 0, -1, -1]
    nothing = chart([NAN, NAN])
    assert nothing.side.tolist() == [0, 0]


def test_steps_start_afresh_with_each_part_and_pass_over_blanks():
    assert chart([1, 2, NAN, 3, 5, 4], part=[0, 0, 0, 0, 1, 1]).step.tolist() == [0, 1, 0, 1, 0, -1]


def test_limits_that_nothing_can_pass():
    found = chart([0.5, 0.5], lower=0.0, upper=1.0, floor=0.0, ceiling=1.0)
    assert found.closed_above.all()
    assert found.closed_below.all()
    within = chart([0.5], lower=0.1, upper=0.9, floor=0.0, ceiling=1.0)
    assert not within.closed_above.any()
    assert not within.closed_below.any()
    none = chart([0.5], lower=NAN, upper=NAN, floor=0.0, ceiling=1.0)
    assert not none.closed_above.any()
    assert not none.closed_below.any()
    endless = chart([0.5])
    assert not endless.closed_above.any()


def test_moving_ranges_by_hand():
    assert mean_moving_range(np.array([1.0, 4.0, 2.0])) == 2.5
    assert np.isnan(mean_moving_range(np.array([1.0])))
    assert np.isnan(mean_moving_range(np.array([0.3, 0.1 + 0.2, 0.3])))
    # Ranges 1 1 1 1 1 8: their mean is 13/6, and 8 is above 3.267 times that.
    values = np.array([0, 1, 0, 1, 0, 1, 9.0])
    assert mean_moving_range(values) == pytest.approx(13 / 6)
    assert mean_moving_range(values, screened=True) == 1
    assert xmr_chart(values).upper[0] == pytest.approx(values.mean() + 2.66)
    unscreened = xmr_chart(values, screened=False, factor=3.0)
    assert unscreened.lower[0] == pytest.approx(values.mean() - 6.5)


def test_shares_and_rates_by_hand():
    """8 of 40: 3 errors of sqrt(0.16 / 10) are 0.379, and of sqrt(0.16 / 30) 0.219."""
    found = p_chart([2, 6, NAN], [10, 30, 10])
    assert found.centre.tolist() == [0.2] * 3
    assert found.upper[:2] == pytest.approx(0.2 + 3 * np.sqrt(0.16 / np.array([10, 30])))
    assert found.lower[:2].tolist() == [0, 0]
    assert np.isnan([found.upper[2], found.lower[2]]).all()
    assert (found.floor, found.ceiling) == (0, 1)
    high = p_chart([9, 9], [10, 10])
    assert high.upper.tolist() == [1, 1]
    assert high.lower == pytest.approx(0.9 - 3 * np.sqrt(0.009))
    rates = u_chart([40, 60], [10.0, 15.0])
    assert rates.centre.tolist() == [4, 4]
    assert rates.lower == pytest.approx(4 - 3 * np.sqrt(4 / np.array([10, 15])))
    assert rates.upper == pytest.approx(4 + 3 * np.sqrt(4 / np.array([10, 15])))
    assert (rates.floor, rates.ceiling) == (0, np.inf)
    assert u_chart([9], [1.0]).upper.tolist() == [18]


def test_primed_limits_by_laney():
    """z of each share, their mean moving range over 1.128, times the plain error."""
    good, cases = np.array([20, 60, 30, 70.0]), np.full(4, 100.0)
    z = (good / cases - 0.45) / np.sqrt(0.45 * 0.55 / 100)
    sigma = np.abs(np.diff(z)).mean() / 1.128
    found = p_chart(good, cases, prime=True)
    plain = p_chart(good, cases)
    assert found.upper == pytest.approx(np.minimum(1, 0.45 + sigma * (plain.upper - 0.45)))
    rates = u_chart(good, cases, prime=True)
    z = (good / cases - 0.45) / np.sqrt(0.45 / 100)
    sigma = np.abs(np.diff(z)).mean() / 1.128
    assert rates.upper == pytest.approx(0.45 + 3 * sigma * np.sqrt(0.0045))
    for none in (p_chart([0, 0], [5, 5], prime=True), p_chart([5, 5], [5, 5], prime=True)):
        assert np.isnan(none.upper).all()
        assert np.isnan(none.lower).all()


def test_baselines_bear_the_lines():
    found = run_chart([1, 2, 9, 5, 7], baseline=[True, True, False, False, False])
    assert found.centre.tolist() == [1.5] * 5
    assert found.baseline.tolist() == [True, True, False, False, False]
    parts = run_chart([1, 2, 9, NAN, 7], baseline=[True, False, False, False, False],
                      part=[0, 0, 1, 1, 1])  # fmt: skip
    assert parts.centre.tolist() == [1, 1, 8, 8, 8]
    assert parts.baseline.tolist() == [True, False, True, False, True]
    blank = run_chart([1, NAN], part=[0, 1])
    assert np.isnan(blank.centre[1])
    for lines in (blank.lower, blank.upper):
        assert np.isnan(lines).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: run_chart([[1, 2]]), "one row of finite values"),
        (lambda: run_chart([1, np.inf]), "one row of finite values"),
        (lambda: run_chart([1, 2], part=[1, 0]), "may not fall"),
        (lambda: run_chart([1, 2], baseline=[True]), "values 2, part 2, baseline 1"),
        (lambda: p_chart([1], [0]), "above 0"),
        (lambda: p_chart([-1], [2]), "0 or more"),
        (lambda: p_chart([1], [np.inf]), "all finite"),
        (lambda: p_chart([np.inf], [3]), "all finite"),
        (lambda: p_chart([3], [2]), "larger than its denominator"),
        (lambda: u_chart([1, 2], [2]), "numerator 2, denominator 1"),
        (lambda: u_chart([-0.1], [2]), "0 or more"),
    ],
)
def test_series_that_make_no_chart(call, words):
    with pytest.raises(ShapeError, match=words):
        call()


def test_what_is_possible_is_not_refused():
    assert p_chart([0, 2], [2, 2]).values.tolist() == [0, 1]
    assert u_chart([3], [2]).values.tolist() == [1.5]
    assert run_chart([1, 2], part=[0, 0]).centre.tolist() == [1.5, 1.5]
    series = ChartSeries.checked(np.array([1.0, 3.0]), baseline=None, part=None)
    assert series.by_part(lambda rows: float(len(rows))).tolist() == [2, 2]


@pytest.mark.parametrize(
    ("useful", "longest", "crossings"),
    [(10, 6, 2), (11, 6, 2), (12, 7, 3), (13, 7, 3), (20, 7, 6), (24, 8, 8), (100, 10, 41)],
)
def test_run_limits_of_the_published_table(useful, longest, crossings):
    assert run_limits(useful) == RunLimits(longest_run=longest, crossings=crossings)
    assert run_limits(9) is None


def test_runs_at_their_limits():
    longest = run_analysis(np.array([1] * 6 + [-1, 1, -1, 1]))
    assert (longest.useful, longest.longest_run, longest.crossings) == (10, 6, 4)
    assert not longest.is_signal
    longer = run_analysis(np.array([1] * 7 + [-1, 1, -1]))
    assert longer.is_too_long
    assert not longer.is_too_seldom_crossed
    seldom = run_analysis(np.array([1] * 5 + [0] + [-1] * 5))
    assert seldom.is_too_seldom_crossed
    assert not seldom.is_too_long
    twice = run_analysis(np.array([1] * 5 + [-1] * 4 + [1]))
    assert twice.crossings == 2
    assert not twice.is_signal
    none = run_analysis(np.array([0, 0]))
    assert (none.useful, none.longest_run, none.crossings, none.is_signal) == (0, 0, 0, False)
    assert np.isnan(run_analysis(np.tile([1, -1], 101)).false_signals)
    assert not np.isnan(run_analysis(np.tile([1, -1], 100)).false_signals)
    assert long_runs(np.array([1] * 7 + [0, -1, 1, -1])).tolist() == [1] * 7 + [0] * 4
    assert long_runs(np.array([1] * 6 + [-1, 1, -1, 1])).tolist() == [0] * 10
    assert long_runs(np.ones(9, dtype=int)).tolist() == [0] * 9


@pytest.mark.parametrize(("above", "below"), [(3, 4), (5, 2), (0, 5)])
@pytest.mark.parametrize("limits", [(2, 1), (3, 3), (4, 2)])
def test_false_signals_by_listing_every_order(above, below, limits):
    from itertools import combinations, groupby

    rule = RunLimits(longest_run=limits[0], crossings=limits[1])
    n, signals, orders = above + below, 0, 0
    for chosen in combinations(range(n), above):
        runs = [len(list(run)) for _, run in groupby(place in chosen for place in range(n))]
        signals += max(runs) > rule.longest_run or len(runs) - 1 < rule.crossings
        orders += 1
    found = false_signal_rate(above, below, limits=rule)
    assert found == pytest.approx(signals / orders, abs=1e-12)


def test_rules_of_the_nhs_at_their_limits():
    six, seven = [1.0] * 6 + [-1.0], [1.0] * 7 + [-1.0]
    assert nhs_flags(chart(six)).shift.tolist() == [0] * 7
    assert nhs_flags(chart(seven)).shift.tolist() == [1] * 7 + [0]
    assert nhs_flags(chart([-one for one in seven])).shift.tolist() == [-1] * 7 + [0]
    rising = [-1.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert nhs_flags(chart(rising)).trend.tolist() == [1] * 7
    assert nhs_flags(chart(rising[1:])).trend.tolist() == [0] * 6
    assert nhs_flags(chart(rising[::-1])).trend.tolist() == [-1] * 7
    assert nhs_flags(chart([2.5, 1.0, 2.5, -1])).two_of_three.tolist() == [1, 0, 1, 0]
    assert nhs_flags(chart([2.5, -1.0, 2.5])).two_of_three.tolist() == [0, 0, 0]
    assert nhs_flags(chart([-2.5, -2.5, -1])).two_of_three.tolist() == [-1, -1, 0]
    assert nhs_flags(chart([2.5, 2.5])).two_of_three.tolist() == [0, 0]
    assert nhs_flags(chart([2.5, 1, 1, 2.5])).two_of_three.tolist() == [0] * 4
    parts = nhs_flags(chart([2.5, 1.0, 2.5], part=[0, 0, 1]))
    assert parts.two_of_three.tolist() == [0, 0, 0]
    both = nhs_flags(chart([4.0] * 7 + [-1]))
    assert both.rules(0) == ("outside", "shift")
    assert both.rules(7) == ()
    assert both.direction.tolist() == [1] * 7 + [0]


def test_a_point_is_read_by_its_first_rule():
    """Rising seven times below the line: a trend upwards before a shift downwards."""
    found = nhs_flags(chart([-2.9, -2.5, -2.2, -1.4, -1.0, -0.5, -0.1]))
    assert found.shift.tolist() == [-1] * 7
    assert found.trend.tolist() == [1] * 7
    assert found.direction.tolist() == [1] * 7
    assert found.rules(0)[0] == "trend"


def test_readings():
    yes, no = np.ones(4, bool), np.array([True, True, True, False])
    able = np.array([True, False, True, True])
    found = variations(np.array([1, 0, -1, 1]), present=no, could_signal=able, improvement="up")
    assert found == (
        Variation.IMPROVEMENT, Variation.CANNOT_TELL, Variation.CONCERN, Variation.MISSING,
    )  # fmt: skip
    assert last_variation(found) == Variation.CONCERN
    assert last_variation((Variation.MISSING,)) == Variation.MISSING
    down = variations(np.array([1, 0, -1, 1]), present=yes, could_signal=yes, improvement="down")
    assert down[:3] == (Variation.CONCERN, Variation.COMMON_CAUSE, Variation.IMPROVEMENT)
    with pytest.raises(UsageError, match="up or down, not “sideways”"):
        variations(np.zeros(1), present=yes, could_signal=yes, improvement="sideways")


@pytest.mark.parametrize(
    ("target", "improvement", "expected"),
    [
        (-3.5, "up", Assurance.PASS), (-3.5, "down", Assurance.FAIL),
        (3.5, "up", Assurance.FAIL), (3.5, "down", Assurance.PASS),
        (3.0, "up", Assurance.HIT_AND_MISS), (-3.0, "down", Assurance.HIT_AND_MISS),
    ],
)  # fmt: skip
def test_targets(target, improvement, expected):
    assert assurance(chart([1, NAN]), target=target, improvement=improvement) == expected
    for none in (chart([NAN]), chart([1], upper=NAN, lower=NAN)):
        assert assurance(none, target=0, improvement=improvement) == Assurance.UNKNOWN


def test_small_denominators_and_opposite_signals():
    found = denominators_too_small(np.array([39.0, 40, 40, 39]), np.array([0.9, 0.9, 0.1, 0.1]))
    assert found.tolist() == [True, False, False, True]
    two = chart([1, 2, 3, 4], part=[0, 0, 1, 1])
    assert opposite_signals(two, np.array([1, -1, 1, 0])) == (0,)
    assert opposite_signals(two, np.array([1, 0, 1, -1])) == (1,)
    assert opposite_signals(two, np.array([1, 1, -1, 0])) == ()
