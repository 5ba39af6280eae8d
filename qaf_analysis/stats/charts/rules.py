"""Rules that tell a signal from chance: Anhøj's two for runs, and the NHS four for XmR charts.

Anhøj's are a run too long on one side of the centre line, and too few crossings of it; points on
the line neither count nor break a run. The four rules of NHS "Making Data Count" start afresh with
each part and go point by point: a value on the centre line breaks a shift and a pair near a limit;
equal values break a trend. A blank is passed over by all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log2, nan
from typing import Literal, TypeAlias

import numpy as np
from scipy import special

from qaf_analysis.stats.charts.limits import ControlChart
from qaf_analysis.stats.core.arrays import Ints

FEWEST_USEFUL = 10
"""Useful points below which the rules cannot signal: the published table begins here."""


MOST_EXACT = 200
"""Useful points up to which the false-signal rate is counted; beyond, the counting takes long."""


_RARELY = 0.05
"""Share of random series with fewer crossings than the fewest allowed, at most."""

NhsRule: TypeAlias = Literal["outside", "trend", "two_of_three", "shift"]
RULES: tuple[NhsRule, ...] = ("outside", "trend", "two_of_three", "shift")
"""By which rule a point is read first where several find it, as in NHSRplotthedots."""

SHIFT = 7
"""Points in a row on one side of the centre line that make a shift."""

TREND = 7
"""Points in a row, each above or each below the one before, that make a trend."""


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """How far a random series of so many useful points goes.

    Parameters
    ----------
    longest_run : int
        A run longer than this signals.
    crossings : int
        Fewer crossings of the centre line than this signal.
    """

    longest_run: int
    crossings: int


@dataclass(frozen=True, kw_only=True)
class RunAnalysis:
    """Runs of one part of a series.

    Parameters
    ----------
    useful : int
        Points off the centre line.
    longest_run : int
        Points of the longest run on one side; 0 without a useful point.
    crossings : int
        How often the series changes sides.
    limits : RunLimits or None
        None where the useful points are too few for a signal.
    false_signals : float
        Share of all orders in time of these very points that would signal by chance alone; NaN
        without limits or with more than 200 useful points. It holds where the centre line is the
        points' own, not a fixed baseline's.
    """

    useful: int
    longest_run: int
    crossings: int
    limits: RunLimits | None
    false_signals: float

    @property
    def is_too_long(self) -> bool:
        """Whether the longest run signals."""
        return self.limits is not None and self.longest_run > self.limits.longest_run

    @property
    def is_too_seldom_crossed(self) -> bool:
        """Whether the crossings signal."""
        return self.limits is not None and self.crossings < self.limits.crossings

    @property
    def is_signal(self) -> bool:
        """Whether either rule signals."""
        return self.is_too_long or self.is_too_seldom_crossed


def run_limits(useful: int) -> RunLimits | None:
    """Critical values for a number of useful points; None under 10.

    The convention is that of qicharts2: a run signals when it is *longer* than round(log2 n) + 3,
    crossings signal when they are *fewer* than the 5 % quantile of a binomial distribution of
    n - 1 tosses. Papers that print "a run of at least 7" for 13 points use another limit.

    References
    ----------
    Anhøj and Olesen (2014); the table for 10 to 100 points in the vignette of qicharts2.

    Examples
    --------
    >>> run_limits(24)
    RunLimits(longest_run=8, crossings=8)
    """
    if useful < FEWEST_USEFUL:
        return None
    # The quantile is the first count whose cumulative probability reaches 5 %.
    below = special.bdtr(np.arange(useful), useful - 1, 0.5)
    return RunLimits(
        longest_run=round(log2(useful)) + 3, crossings=int(np.searchsorted(below, _RARELY))
    )


def run_analysis(side: Ints) -> RunAnalysis:
    """Longest run and crossings of one part of a series.

    Parameters
    ----------
    side : array of int, shape (points,)
        1 above the centre line, -1 below it, 0 on it or missing (``ControlChart.side``).

    Examples
    --------
    >>> found = run_analysis(np.array([1, 0, 1, -1, -1, -1, 1]))
    >>> found.useful, found.longest_run, found.crossings, found.is_signal
    (6, 3, 2, False)
    """
    sides = side[side != 0]
    limits = run_limits(sides.size)
    lengths = _run_lengths(sides)
    above = int((sides > 0).sum())
    return RunAnalysis(
        useful=sides.size,
        longest_run=int(lengths.max(initial=0)),
        crossings=max(lengths.size - 1, 0),
        limits=limits,
        false_signals=nan
        if limits is None or sides.size > MOST_EXACT
        else false_signal_rate(above, sides.size - above, limits=limits),
    )


def long_runs(side: Ints) -> Ints:
    """Points of runs longer than the limit: 1 above the centre line, -1 below it, else 0."""
    found = np.zeros(side.size, dtype=np.int64)
    rows = np.flatnonzero(side)
    limits = run_limits(rows.size)
    if limits is not None:
        lengths = _run_lengths(side[rows])
        chosen = np.repeat(lengths > limits.longest_run, lengths)
        found[rows[chosen]] = side[rows[chosen]]
    return found


def false_signal_rate(above: int, below: int, *, limits: RunLimits) -> float:
    """Share of the orders in time of so many points above and below that would signal.

    Exact: where nothing changes over time every order is equally likely.

    Parameters
    ----------
    above, below : int
        Points on either side of the centre line.
    limits : RunLimits

    Examples
    --------
    >>> round(false_signal_rate(10, 10, limits=RunLimits(longest_run=7, crossings=6)), 3)
    0.021
    """
    longest = limits.longest_run
    quiet = 0
    # With r runs in all, the sides take turns: each has half of them, or one has one more.
    for runs in range(limits.crossings + 1, above + below + 1):
        more, less = (runs + 1) // 2, runs // 2
        quiet += _divisions(above, more, longest) * _divisions(below, less, longest)
        quiet += _divisions(above, less, longest) * _divisions(below, more, longest)
    return 1 - quiet / comb(above + below, above)


def _divisions(points: int, runs: int, longest: int) -> int:
    """Ways to divide points into so many runs, in order, of 1 to ``longest`` points each."""
    if not runs or points < runs:
        return int(points == runs)
    # Counted by taking away the divisions in which some runs are too long.
    return sum(
        (-1) ** long * comb(runs, long) * comb(points - long * longest - 1, runs - 1)
        for long in range(min(runs, (points - runs) // longest) + 1)
    )


def _run_lengths(sides: Ints) -> Ints:
    if not sides.size:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.diff(sides, prepend=0))
    return np.diff(starts, append=sides.size).astype(np.int64)


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
