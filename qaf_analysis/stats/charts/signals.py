"""What a chart's signals mean: improvement or concern, a target within reach or not.

A chart is a picture. It cannot tell a change in practice from a change in who audited or in which
cases were picked, so none of these readings is a verdict.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from qaf_analysis.stats.charts.limits import ControlChart
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.verdicts import Assurance, Variation

Improvement: TypeAlias = Literal["up", "down"]
FEWEST_FOR_LIMITS = 12
"""Points below which limits are trial limits."""


def variations(
    direction: Ints, *, present: Bools, could_signal: Bools, improvement: Improvement
) -> tuple[Variation, ...]:
    """Read each point by the direction of its signal.

    Parameters
    ----------
    direction : array of int, shape (points,)
        1 where a rule finds the point high or rising, -1 low or falling, 0 where none finds it.
    present : array of bool, shape (points,)
    could_signal : array of bool, shape (points,)
        Points that some rule could find; without one, silence is not common cause.
    improvement : {"up", "down"}
        Whether higher or lower values are better.

    Raises
    ------
    UsageError
        If ``improvement`` is neither.

    Examples
    --------
    >>> yes = np.ones(3, bool)
    >>> found = variations(np.array([1, 0, -1]), present=yes, could_signal=yes, improvement="down")
    >>> [reading.name for reading in found]
    ['CONCERN', 'COMMON_CAUSE', 'IMPROVEMENT']
    """
    better = _better(improvement)

    def reading(sign: int, is_present: bool, is_able: bool) -> Variation:
        if not is_present:
            return Variation.MISSING
        if sign == 0:
            return Variation.COMMON_CAUSE if is_able else Variation.CANNOT_TELL
        return Variation.IMPROVEMENT if sign == better else Variation.CONCERN

    return tuple(map(reading, direction.tolist(), present.tolist(), could_signal.tolist()))


def last_variation(readings: tuple[Variation, ...]) -> Variation:
    """Reading of the last point present; ``MISSING`` where there is none."""
    there = [reading for reading in readings if reading != Variation.MISSING]
    return there[-1] if there else Variation.MISSING


def assurance(chart: ControlChart, *, target: float, improvement: Improvement) -> Assurance:
    """Whether the process as it is would meet a target, by the limits at the last point present.

    Returns
    -------
    Assurance
        ``PASS`` when the whole band between the limits is on the good side of the
        target, ``FAIL`` when it is on the other, ``HIT_AND_MISS`` when the target
        lies within the band or on a limit, ``UNKNOWN`` without limits.

    Raises
    ------
    UsageError
        If ``improvement`` is neither ``up`` nor ``down``.
    """
    better = _better(improvement)
    rows = np.flatnonzero(chart.is_present)
    if not rows.size or np.isnan(chart.upper[rows[-1]]):
        return Assurance.UNKNOWN
    lower, upper = float(chart.lower[rows[-1]]), float(chart.upper[rows[-1]])
    if lower <= target <= upper:
        return Assurance.HIT_AND_MISS
    is_met = target < lower if better > 0 else target > upper
    return Assurance.PASS if is_met else Assurance.FAIL


def denominators_too_small(denominator: Floats, centre: Floats) -> Bools:
    """Points of a chart of shares whose denominator is too small for a point outside to count.

    Parameters
    ----------
    denominator, centre : array, shape (points,)
        Cases at each point, NaN where missing, and the centre line.

    Returns
    -------
    array of bool
        True where fewer than 4 cases with the rarer of the two answers are expected.

    References
    ----------
    Guideline of Hart and Hart: at least 4 / p cases, or 4 / (1 - p).

    Examples
    --------
    >>> denominators_too_small(np.array([30.0, 50.0]), np.array([0.9, 0.9])).tolist()
    [True, False]
    """
    rarer = np.minimum(centre, 1 - centre)
    # 4 is exceeded or met but for rounding: 40 cases at 0.9 are enough.
    return denominator * rarer < 4 - 1e-9


def opposite_signals(chart: ControlChart, direction: Ints) -> tuple[int, ...]:
    """Parts with signals both high and low: their one line lies between two levels."""
    return tuple(
        int(number)
        for number in np.unique(chart.part)
        if {-1, 1} <= set(direction[chart.part == number].tolist())
    )


def _better(improvement: Improvement) -> int:
    if improvement not in get_args(Improvement):
        raise UsageError(f"Improvement is up or down, not “{improvement}”.")
    return 1 if improvement == "up" else -1
