"""The values along an axis: three to five round numbers, with thin lines behind the marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, isclose, log10, nan

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import SMALL, middle, write
from qaf_analysis.kit.numbers import (
    coefficient,
    coefficient_to,
    exact_gap,
    gap,
    percent,
    percent_to,
)
from qaf_analysis.kit.palette import GRID, MUTED
from qaf_analysis.terms.errors import ShapeError

MOST_VALUES = 5
UNIT_OF_GAPS = "grades; above 0 auditors kinder, below 0 harsher"
VALUES_ROOM = 17  # height of the values under an axis
_STEPS = (1.0, 2.0, 2.5, 5.0)


def round_values(low: float, high: float, *, most: int = MOST_VALUES) -> tuple[float, ...]:
    """Round numbers, evenly apart, from one end of an axis to the other.

    Parameters
    ----------
    low, high : float
        Ends of the axis.
    most : int
        How many there may be, 3 or more; never fewer than three are returned where five may be.

    Raises
    ------
    ShapeError
        If the axis has no length.

    Examples
    --------
    >>> round_values(-0.31, 0.72)
    (-0.2, 0.0, 0.2, 0.4, 0.6)
    >>> round_values(0.38, 0.81)
    (0.4, 0.5, 0.6, 0.7, 0.8)
    """
    if not low < high:
        raise ShapeError("An axis rises from its lower end to its higher one.")
    power = 10.0 ** floor(log10((high - low) / most))
    for step in (part * size for size in (power, 10 * power, 100 * power) for part in _STEPS):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first < most:
            return tuple(round(place * step, 12) + 0.0 for place in range(first, last + 1))
    return ()  # pragma: no cover - the largest step leaves one value at most


def words_of(values: Sequence[float], number: Callable[[float], str]) -> list[str]:
    """Write the values of an axis as a writer of numbers does, but none of them rounded.

    Examples
    --------
    >>> words_of([-0.25, 0, 0.25], gap), words_of([0, 1], gap)
    (['−0.25', '0', '+0.25'], ['0', '+1'])
    >>> words_of([0.5, 0.75], percent), words_of([0.025, 0.05], percent)
    (['50%', '75%'], ['2.5%', '5.0%'])
    >>> words_of([0, 0.25], coefficient), words_of([0, 0.5], coefficient)
    (['0.00', '0.25'], ['0.0', '0.5'])
    """
    if number is percent:
        decimals = _decimals([100 * value for value in values])
        return [percent_to(decimals)(value) for value in values]
    if number is gap:
        decimals = _decimals(values)
        return [exact_gap(value, decimals=decimals) if value else "0" for value in values]
    if number is coefficient:
        return [coefficient_to(_decimals(values))(value) for value in values]
    return [number(value) for value in values]


def _decimals(values: Sequence[float]) -> int:
    """Fewest decimals, of at most three, with which none of the values is rounded."""
    for decimals in range(3):
        if all(isclose(value, round(value, decimals), abs_tol=1e-9) for value in values):
            return decimals
    return 3


def draw_values(
    axes: Axes,
    values: Sequence[float],
    words: Sequence[str],
    *,
    upright: bool,
    drop: float = 0.0,
) -> None:
    """Write values beside an upright axis or under a level one, with thin lines behind the marks.

    Parameters
    ----------
    axes : Axes
    values : sequence of float
    words : sequence of str
        How each is written.
    upright : bool
        Whether they lie on the upright axis.
    drop : float
        Pixels by which those under the axis stand lower.
    """
    (left, right), (foot, top) = axes.get_xlim(), axes.get_ylim()
    across = [x for _ in values for x in (left, right, nan)]
    along = [y for value in values for y in (value, value, nan)]
    if not upright:
        across = [x for value in values for x in (value, value, nan)]
        along = [y for _ in values for y in (foot, top, nan)]
    axes.plot(across, along, color=GRID.light, linewidth=1, zorder=0.5, clip_on=False)
    for value, said in zip(values, words, strict=True):
        if upright:
            write(
                axes, said, (left, value), shift=(-7, middle(SMALL)), anchor="right", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
        else:
            write(
                axes, said, (value, foot), shift=(0, -14 - drop), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
