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
from qaf_analysis.terms.verdicts import Assurance, Variation

NAN = float("nan")


def test_readings_go_by_what_is_better():
    direction = np.array([1, -1, 0, 0, 0])
    present = np.array([True, True, True, False, True])
    able = np.array([True, True, True, True, False])

    def read(improvement):
        return variations(direction, present=present, could_signal=able, improvement=improvement)

    up, down = read("up"), read("down")
    assert up == (
        Variation.IMPROVEMENT,
        Variation.CONCERN,
        Variation.COMMON_CAUSE,
        Variation.MISSING,
        Variation.CANNOT_TELL,
    )
    assert down == (
        Variation.CONCERN,
        Variation.IMPROVEMENT,
        Variation.COMMON_CAUSE,
        Variation.MISSING,
        Variation.CANNOT_TELL,
    )
    assert last_variation(up) == Variation.CANNOT_TELL
    assert last_variation(up[:4]) == Variation.COMMON_CAUSE
    assert last_variation(()) == Variation.MISSING
    with pytest.raises(UsageError, match="sideways"):
        read("sideways")


# Mean 2, mean moving range 4: limits at 2 - 10.64 and 2 + 10.64.
FLAT = xmr_chart([0.0, 4.0] * 8)


@pytest.mark.parametrize(
    ("target", "up", "down"),
    [
        (13, Assurance.FAIL, Assurance.PASS),
        (12.64, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (2, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (-8.64, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (-9, Assurance.PASS, Assurance.FAIL),
    ],
)
def test_a_target_is_met_always_never_or_sometimes(target, up, down):
    assert assurance(FLAT, target=target, improvement="up") == up
    assert assurance(FLAT, target=target, improvement="down") == down


def test_the_target_is_read_by_the_limits_of_the_last_point_present():
    values = [0.0, 4.0] * 8 + [20.0, 24.0] * 8 + [NAN]
    rebased = xmr_chart(values, part=np.minimum(np.arange(33) // 16, 1))
    assert rebased.part[-1] == 1
    assert assurance(rebased, target=9, improvement="up") == Assurance.PASS
    shares = p_chart([50, 500], [100, 1000])
    assert assurance(shares, target=0.6, improvement="up") == Assurance.FAIL
    assert assurance(p_chart([500, 50], [1000, 100]), target=0.6, improvement="up") == (
        Assurance.HIT_AND_MISS
    )


def test_without_limits_or_points_a_target_is_not_read():
    for chart in (run_chart([1, 2, 3]), xmr_chart([1.0]), xmr_chart([NAN]), xmr_chart([])):
        assert assurance(chart, target=2, improvement="up") == Assurance.UNKNOWN


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
