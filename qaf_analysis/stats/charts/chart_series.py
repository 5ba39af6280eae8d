"""A series over time, and which of its points bear the lines of each part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.charts.control_chart import EQUAL, Bools
from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.terms.errors import ShapeError

LARGEST_RANGE = 3.267
"""A moving range of this many times their mean or more is an outlier among them (Nelson 1982)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ChartSeries:
    """Values with the points that bear each part's lines.

    Parameters
    ----------
    values : array, shape (points,)
        NaN where the point is missing.
    part : array of int, shape (points,)
        Number of each point's part, not falling.
    baseline : array of bool, shape (points,)
        Points present that bear the lines of their part.
    """

    values: Floats
    part: Ints
    baseline: Bools

    @classmethod
    def checked(
        cls, values: Floats, *, baseline: ArrayLike | None, part: ArrayLike | None
    ) -> ChartSeries:
        """Check the arrays; where no baseline point stands in a part, all of its points bear it.

        Raises
        ------
        ShapeError
            If lengths differ, a value is infinite, or part numbers fall.
        """
        if values.ndim != 1 or np.isinf(values).any():
            raise ShapeError("A series is one row of finite values, NaN where one is missing.")
        parts = frozen_ints(np.zeros(len(values), int) if part is None else part, name="part")
        wished = np.ones(len(values), bool) if baseline is None else np.asarray(baseline, bool)
        check_same_length({"values": values, "part": parts, "baseline": wished.astype(np.int64)})
        if (np.diff(parts) < 0).any():
            raise ShapeError("Part numbers may not fall: parts follow each other in time.")
        present = ~np.isnan(values)
        bearing = present & wished
        for number in np.unique(parts):
            here = parts == number
            if not bearing[here].any():
                bearing[here] = present[here]
        bearing.setflags(write=False)
        return cls(values=values, part=parts, baseline=bearing)

    def by_part(self, figure: Callable[[Ints], float]) -> Floats:
        """One figure of each part, from the rows that bear its lines, at every point of it."""
        figures = np.full(len(self.values), nan)
        for number in np.unique(self.part):
            here = self.part == number
            rows = np.flatnonzero(here & self.baseline)
            if rows.size:
                figures[here] = figure(rows)
        return figures


@dataclass(frozen=True, kw_only=True, eq=False)
class ChartCounts:
    """Numerators and denominators, of shape (points,), NaN in both where a point is missing."""

    numerator: Floats
    denominator: Floats

    @classmethod
    def checked(
        cls, numerator: ArrayLike, denominator: ArrayLike, *, at_most: float
    ) -> ChartCounts:
        """Check counts whose ratios are ``at_most`` so much.

        Raises
        ------
        ShapeError
            If a denominator is not above 0, or a numerator is below 0 or too large.
        """
        above, below = frozen_floats(numerator), frozen_floats(denominator)
        check_same_length({"numerator": above, "denominator": below})
        present = ~np.isnan(above) & ~np.isnan(below)
        finite = np.isfinite(above[present]) & np.isfinite(below[present])
        if not (finite & (below[present] > 0) & (above[present] >= 0)).all():
            raise ShapeError("Denominators must be above 0 and numerators 0 or more, all finite.")
        if (above[present] > at_most * below[present]).any():
            raise ShapeError("The numerator of a share may not be larger than its denominator.")
        return cls(
            numerator=np.where(present, above, nan), denominator=np.where(present, below, nan)
        )

    @property
    def ratio(self) -> Floats:
        """Numerator over denominator, shape (points,)."""
        return frozen_floats(self.numerator / self.denominator)

    def pooled(self, rows: Ints) -> float:
        """Ratio of the summed numerators to the summed denominators of some rows."""
        return float(self.numerator[rows].sum() / self.denominator[rows].sum())


def mean_moving_range(values: Floats, *, screened: bool = False) -> float:
    """Mean size of the step from one value to the next.

    Returns
    -------
    float
        NaN for fewer than two values or values all equal: they tell nothing about variation.
    """
    ranges = np.abs(np.diff(values))
    if not ranges.size or ranges.max() <= EQUAL * np.abs(values).max():
        return nan
    if screened:
        ranges = ranges[ranges < LARGEST_RANGE * ranges.mean()]
    return float(ranges.mean())
