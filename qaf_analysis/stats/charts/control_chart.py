"""A series over time with its centre line and limits: where each point lies."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.stats.core.arrays import Floats, Ints

Bools: TypeAlias = NDArray[np.bool_]

EQUAL = 1e-12
"""Values this close, as a share of the largest value, are equal but for rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlChart:
    """A series with its centre line and limits, all of shape (points,) and read-only.

    Parameters
    ----------
    values : array
        NaN where the point is missing.
    centre : array
        NaN in a part without any point.
    lower, upper : array
        NaN where there is no limit: on a run chart, at a missing point of a chart whose limits go
        by the denominator, and where the points the limits rest on do not vary.
    part : array of int
        Number of the part each point belongs to, from 0; limits are those of the part.
    baseline : array of bool
        Points that the centre line and the limits rest on.
    floor, ceiling : float
        What no value can fall below or rise above: 0 and 1 for shares, 0 for rates.
    """

    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    part: Ints
    baseline: Bools
    floor: float = -inf
    ceiling: float = inf

    @property
    def is_present(self) -> Bools:
        """Which points are not missing."""
        return ~np.isnan(self.values)

    @property
    def side(self) -> Ints:
        """1 above the centre line, -1 below it, 0 on it or missing."""
        return self._sign(self.values - self.centre)

    @property
    def outside(self) -> Ints:
        """1 above the upper limit, -1 below the lower, 0 within, on a limit, or without one."""
        above = self._sign(self.values - self.upper) > 0
        below = self._sign(self.values - self.lower) < 0
        return above.astype(np.int64) - below.astype(np.int64)

    @property
    def near(self) -> Ints:
        """1 or -1 in the outer third between centre line and upper or lower limit, else 0.

        Points outside the limits are not near them.
        """
        inner_upper = self.centre + 2 / 3 * (self.upper - self.centre)
        inner_lower = self.centre - 2 / 3 * (self.centre - self.lower)
        above = self._sign(self.values - inner_upper) > 0
        below = self._sign(self.values - inner_lower) < 0
        return np.where(self.outside == 0, above.astype(np.int64) - below, 0)

    @property
    def step(self) -> Ints:
        """1 or -1 where a point lies above or below the point present before it, else 0.

        The first point present of each part has no point before it.
        """
        step = np.zeros(len(self.values), dtype=np.int64)
        for number in np.unique(self.part):
            rows = np.flatnonzero((self.part == number) & self.is_present)
            step[rows[1:]] = self._sign(np.diff(self.values[rows]))
        return step

    @property
    def closed_above(self) -> Bools:
        """Points at which not even the highest possible value would lie above the upper limit."""
        return ~np.isnan(self.upper) & (self.upper >= self.ceiling - EQUAL)

    @property
    def closed_below(self) -> Bools:
        """Points at which not even the lowest possible value would lie below the lower limit."""
        return ~np.isnan(self.lower) & (self.lower <= self.floor + EQUAL)

    def _sign(self, difference: Floats) -> Ints:
        largest = np.max(np.abs(self.values[self.is_present]), initial=0.0)
        clear = np.abs(difference) > EQUAL * largest
        return np.where(clear, np.sign(difference), 0.0).astype(np.int64)
