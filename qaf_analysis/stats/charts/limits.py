"""Centre line and limits of a series over time: run, p, p', u, u' and XmR charts.

A blank value is a missing point: it is passed over, so that moving ranges and runs are those of
the points present, whatever blanks stand between them.
"""

from __future__ import annotations

from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.charts.chart_series import ChartCounts, ChartSeries, mean_moving_range
from qaf_analysis.stats.charts.control_chart import ControlChart
from qaf_analysis.stats.core.arrays import Floats, frozen_floats

NHS_FACTOR = 2.66
"""Mean moving range times this on either side of the mean, as the NHS prints it."""
MEAN_RANGE = 1.128
"""Mean moving range of independent normal values, in standard deviations."""
_SIGMAS = 3.0


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
