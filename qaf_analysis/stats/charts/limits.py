"""Centre line and limits of a series over time: run, p, p', u, u' and XmR charts.

A series (``ChartSeries``) knows which of its points bear the lines of each part; a chart
(``ControlChart``) says where each point lies. A blank value is a missing point: it is passed over,
so that moving ranges and runs are those of the points present, whatever blanks stand between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.terms.errors import ShapeError

NHS_FACTOR = 2.66
"""Mean moving range times this on either side of the mean, as the NHS prints it."""


MEAN_RANGE = 1.128
"""Mean moving range of independent normal values, in standard deviations."""


_SIGMAS = 3.0

LARGEST_RANGE = 3.267
"""A moving range of this many times their mean or more is an outlier among them (Nelson 1982)."""

EQUAL = 1e-12
"""Values this close, as a share of the largest value, are equal but for rounding."""


def run_chart(
    values: ArrayLike, *, baseline: ArrayLike | None = None, part: ArrayLike | None = None
) -> ControlChart:
    """Series around its median, without limits.

    Parameters
    ----------
    values : array, shape (points,)
        In the order of time; NaN where missing.
    baseline : array of bool, shape (points,), optional
        Points the centre line rests on. By default, and in a part that has none, all of the part.
    part : array of int, shape (points,), optional
        Number of the part of each point, not falling: each part has its own centre line.

    Raises
    ------
    ShapeError
        If the arrays do not fit each other, a value is infinite, or part numbers fall.

    Examples
    --------
    >>> run_chart([3, 5, 4, float("nan")]).centre.tolist()
    [4.0, 4.0, 4.0, 4.0]
    """
    series = ChartSeries.checked(frozen_floats(values), baseline=baseline, part=part)
    nowhere = np.full(len(series.values), nan)
    centre = series.by_part(lambda base: float(np.median(series.values[base])))
    return _chart(series, centre, nowhere, nowhere)


def xmr_chart(
    values: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    part: ArrayLike | None = None,
    screened: bool = True,
    factor: float = NHS_FACTOR,
) -> ControlChart:
    """Single values around their mean, with limits from the mean moving range.

    Parameters
    ----------
    values, baseline, part
        As for ``run_chart``.
    screened : bool
        Whether moving ranges of at least 3.267 times their mean are left out of that mean, once,
        as NHSRplotthedots does by default; the NHS spreadsheet tool does not.
    factor : float
        Mean moving ranges from the centre line to a limit: 2.66, or 3 / 1.128 = 2.6596 unrounded.

    Returns
    -------
    ControlChart
        Without limits where the points they rest on are fewer than two or all equal.

    Raises
    ------
    ShapeError
        As ``run_chart``.

    References
    ----------
    Limits, screening and constants as in NHSRplotthedots and qicharts2.

    Examples
    --------
    >>> chart = xmr_chart([1, 2] * 4 + [1], factor=2.66)
    >>> [round(float(limit[0]), 4) for limit in (chart.lower, chart.centre, chart.upper)]
    [-1.2156, 1.4444, 4.1044]
    """
    series = ChartSeries.checked(frozen_floats(values), baseline=baseline, part=part)
    centre = series.by_part(lambda base: float(np.mean(series.values[base])))
    spread = factor * series.by_part(
        lambda base: mean_moving_range(series.values[base], screened=screened)
    )
    return _chart(series, centre, centre - spread, centre + spread)


def p_chart(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    part: ArrayLike | None = None,
    prime: bool = False,
) -> ControlChart:
    """Shares around their pooled share, with limits that go by each denominator.

    Parameters
    ----------
    numerator, denominator : array, shape (points,)
        Cases with the property, of how many; NaN in either where the point is missing.
    baseline, part
        As for ``run_chart``.
    prime : bool
        Whether to widen the limits by how much shares vary beyond chance (Laney's p').

    Returns
    -------
    ControlChart
        Limits are kept within 0 and 1. A p' chart has none where fewer than two points, or points
        without any variation, bear them.

    Raises
    ------
    ShapeError
        As ``run_chart``, or if a denominator is not above 0 or a numerator outside 0 and it.

    References
    ----------
    Laney (2002), Improved control charts for attributes; formulas as in qicharts2.

    Examples
    --------
    >>> chart = p_chart([5, 6, 4, 5], [10, 10, 10, 10])
    >>> round(float(chart.upper[0]), 4)
    0.9743
    """
    counts = ChartCounts.checked(numerator, denominator, at_most=1.0)
    series = ChartSeries.checked(counts.ratio, baseline=baseline, part=part)
    centre = series.by_part(counts.pooled)
    error = np.sqrt(centre * (1 - centre) / counts.denominator)
    return _counts_chart(series, centre, error, prime=prime, ceiling=1.0)


def u_chart(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    part: ArrayLike | None = None,
    prime: bool = False,
) -> ControlChart:
    """Rates of events around their pooled rate, with limits that go by each denominator.

    Parameters
    ----------
    numerator, denominator : array, shape (points,)
        Events, and what they are counted over (days, audits); NaN where the point is missing.
    baseline, part
        As for ``run_chart``.
    prime : bool
        Whether to widen the limits by how much rates vary beyond chance (Laney's u').

    Returns
    -------
    ControlChart
        Lower limits are kept at 0 or above. A u' chart may lack limits, as a p' chart may.

    Raises
    ------
    ShapeError
        As ``run_chart``, or if a denominator is not above 0 or a numerator below 0.

    Examples
    --------
    >>> chart = u_chart([4, 9, 5], [1.0, 2.0, 1.5])
    >>> float(chart.centre[0]), float(chart.upper[0])
    (4.0, 10.0)
    """
    counts = ChartCounts.checked(numerator, denominator, at_most=inf)
    series = ChartSeries.checked(counts.ratio, baseline=baseline, part=part)
    centre = series.by_part(counts.pooled)
    error = np.sqrt(centre / counts.denominator)
    return _counts_chart(series, centre, error, prime=prime, ceiling=inf)


def _counts_chart(
    series: ChartSeries, centre: Floats, error: Floats, *, prime: bool, ceiling: float
) -> ControlChart:
    """Limits three errors from the centre line, within what is possible."""
    if prime:
        certain = error == 0
        z = (series.values - centre) / np.where(certain, nan, error)
        error = error * series.by_part(lambda base: mean_moving_range(z[base])) / MEAN_RANGE
    lower = np.maximum(centre - _SIGMAS * error, 0.0)
    upper = np.minimum(centre + _SIGMAS * error, ceiling)
    return _chart(series, centre, lower, upper, floor=0.0, ceiling=ceiling)


def _chart(
    series: ChartSeries,
    centre: Floats,
    lower: Floats,
    upper: Floats,
    *,
    floor: float = -inf,
    ceiling: float = inf,
) -> ControlChart:
    return ControlChart(
        values=series.values,
        centre=frozen_floats(centre),
        lower=frozen_floats(lower),
        upper=frozen_floats(upper),
        part=series.part,
        baseline=series.baseline,
        floor=floor,
        ceiling=ceiling,
    )


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
