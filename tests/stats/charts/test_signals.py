"""Readings of a chart: improvement or concern, a target within reach, too small denominators."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.charts.limits import p_chart, run_chart, xmr_chart
from qaf_analysis.stats.charts.signals import (
    assurance,
    denominators_too_small,
    last_variation,
    opposite_signals,
    variations,
)
from qaf_analysis.terms.errors import UsageError

NAN = float("nan")


def test_readings_go_by_what_is_better():
    direction = np.array([1, -1, 0, 0, 0])
    present = np.array([True, True, True, False, True])
    able = np.array([True, True, True, True, False])

    def read(improvement):
        return variations(direction, present=present, could_signal=able, improvement=improvement)

    up, down = read("up"), read("down")
    assert up == ("improvement", "concern", "common cause", "missing", "cannot tell")
    assert down == ("concern", "improvement", "common cause", "missing", "cannot tell")
    assert last_variation(up) == "cannot tell"
    assert last_variation(up[:4]) == "common cause"
    assert last_variation(()) == "missing"
    with pytest.raises(UsageError, match="sideways"):
        read("sideways")


# Mean 2, mean moving range 4: limits at 2 - 10.64 and 2 + 10.64.
FLAT = xmr_chart([0.0, 4.0] * 8)


@pytest.mark.parametrize(
    ("target", "up", "down"),
    [
        (13, "consistently fail", "consistently pass"),
        (12.64, "hit and miss", "hit and miss"),
        (2, "hit and miss", "hit and miss"),
        (-8.64, "hit and miss", "hit and miss"),
        (-9, "consistently pass", "consistently fail"),
    ],
)
def test_a_target_is_met_always_never_or_sometimes(target, up, down):
    assert assurance(FLAT, target=target, improvement="up") == up
    assert assurance(FLAT, target=target, improvement="down") == down


def test_the_target_is_read_by_the_limits_of_the_last_point_present():
    values = [0.0, 4.0] * 8 + [20.0, 24.0] * 8 + [NAN]
    rebased = xmr_chart(values, part=np.minimum(np.arange(33) // 16, 1))
    assert rebased.part[-1] == 1
    assert assurance(rebased, target=9, improvement="up") == "consistently pass"
    shares = p_chart([50, 500], [100, 1000])
    assert assurance(shares, target=0.6, improvement="up") == "consistently fail"
    assert assurance(p_chart([500, 50], [1000, 100]), target=0.6, improvement="up") == (
        "hit and miss"
    )


def test_without_limits_or_points_a_target_is_not_read():
    for chart in (run_chart([1, 2, 3]), xmr_chart([1.0]), xmr_chart([NAN]), xmr_chart([])):
        assert assurance(chart, target=2, improvement="up") == "unknown"


def test_four_cases_of_the_rarer_answer_are_enough():
    cases = np.array([39.0, 40.0, 8.0, 7.0, NAN])
    centre = np.array([0.9, 0.9, 0.5, 0.5, 0.9])
    assert denominators_too_small(cases, centre).tolist() == [True, False, False, True, False]
    few = denominators_too_small(cases, 1 - centre)
    assert few.tolist() == [True, False, False, True, False]


def test_parts_with_signals_both_ways_are_named():
    chart = run_chart(np.arange(6.0), part=[0, 0, 0, 1, 1, 2])
    assert opposite_signals(chart, np.array([1, 0, -1, 1, 1, 0])) == (0,)
    assert opposite_signals(chart, np.zeros(6, dtype=int)) == ()
