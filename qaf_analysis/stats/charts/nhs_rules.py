"""The four rules of NHS "Making Data Count" for XmR charts, point by point.

Rules start afresh with each part. A blank is passed over: it neither counts nor breaks anything.
A value on the centre line breaks a shift and a pair near a limit; equal values break a trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from qaf_analysis.stats.charts.control_chart import ControlChart
from qaf_analysis.stats.core.arrays import Ints

NhsRule: TypeAlias = Literal["outside", "trend", "two_of_three", "shift"]
RULES: tuple[NhsRule, ...] = ("outside", "trend", "two_of_three", "shift")
"""By which rule a point is read first where several find it, as in NHSRplotthedots."""
SHIFT = 7
"""Points in a row on one side of the centre line that make a shift."""
TREND = 7
"""Points in a row, each above or each below the one before, that make a trend."""


@dataclass(frozen=True, kw_only=True, eq=False)
class NhsFlags:
    """What each rule finds, each of shape (points,): 1 high or rising, -1 low or falling, else 0.

    Parameters
    ----------
    outside : array of int
        Points outside the limits.
    shift : array of int
        Points of seven or more in a row on one side of the centre line.
    trend : array of int
        Points of seven or more in a row that all rise or all fall; where a rise turns into a
        fall, the turning point has the later direction.
    two_of_three : array of int
        Points near a limit, in the outer third but not outside, of which there are two or three
        among three points in a row that all lie on the same side of the centre line.
    """

    outside: Ints
    shift: Ints
    trend: Ints
    two_of_three: Ints

    @property
    def direction(self) -> Ints:
        """Direction of the first rule, in the order of ``RULES``, that finds each point."""
        found = np.zeros(len(self.outside), dtype=np.int64)
        for rule in RULES:
            found = np.where(found == 0, getattr(self, rule), found)
        return found

    def rules(self, point: int) -> tuple[NhsRule, ...]:
        """Rules that find a point, the one it is read by first."""
        return tuple(rule for rule in RULES if getattr(self, rule)[point] != 0)


def nhs_flags(chart: ControlChart) -> NhsFlags:
    """Apply the four rules to an XmR chart.

    Returns
    -------
    NhsFlags
        No flag at a missing point. Without limits only shift and trend can be found.

    References
    ----------
    Rules as in NHSRplotthedots.

    Examples
    --------
    >>> from qaf_analysis.stats.charts.limits import xmr_chart
    >>> nhs_flags(xmr_chart([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2])).outside.tolist()
    [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    """
    found = {rule: np.zeros(len(chart.values), dtype=np.int64) for rule in RULES}
    side, near, step = chart.side, chart.near, chart.step
    found["outside"] = chart.outside
    for number in np.unique(chart.part):
        rows = np.flatnonzero((chart.part == number) & chart.is_present)
        found["shift"][rows] = _in_a_row(side[rows], SHIFT)
        found["trend"][rows] = _trend(step[rows])
        found["two_of_three"][rows] = _two_of_three(side[rows], near[rows])
    for flags in found.values():
        flags.setflags(write=False)
    return NhsFlags(**found)


def _in_a_row(signs: Ints, fewest: int) -> Ints:
    """The signs of runs of equal signs at least so long; 0 elsewhere."""
    starts = np.flatnonzero(np.diff(signs, prepend=2))
    lengths = np.diff(starts, append=signs.size)
    return np.where(np.repeat(lengths >= fewest, lengths), signs, 0)


def _trend(step: Ints) -> Ints:
    """Direction of the trend each point belongs to, from the steps that lead to the points."""
    # Seven points rise in six steps; the first of them is the one the first step comes from.
    leading, following = np.zeros_like(step), np.zeros_like(step)
    leading[1:] = _in_a_row(step[1:], TREND - 1)
    following[:-1] = leading[1:]
    return np.where(following != 0, following, leading)


def _two_of_three(side: Ints, near: Ints) -> Ints:
    """Points near a limit in a window of three on one side with two or three near it."""
    if side.size < 3:
        return np.zeros(side.size, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view
    three_sides, three_near = windows(side, 3).sum(axis=1), windows(near, 3).sum(axis=1)
    fits = (np.abs(three_sides) == 3) & (np.abs(three_near) >= 2)
    touched = np.zeros(side.size, dtype=bool)
    for place in range(3):
        touched[place : place + fits.size] |= fits
    return np.where(touched, near, 0)
