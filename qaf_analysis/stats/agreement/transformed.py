"""Intervals of agreement coefficients that stay within the range a coefficient can have."""

from __future__ import annotations

from math import asin, atanh, nan, pi, sin, sqrt, tanh
from typing import Literal, TypeAlias, get_args

from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.terms.errors import UsageError

Interval: TypeAlias = Literal["auto", "fisher", "arcsine", "plain"]


def check_interval(interval: str) -> None:
    """Refuse an unknown kind of interval.

    Raises
    ------
    UsageError
        If it is not known.
    """
    if interval not in get_args(Interval):
        known = ", ".join(get_args(Interval))
        raise UsageError(f'"{interval}" is no kind of interval; expected one of {known}.')


def transformed_limits(
    value: float, se: float, *, df: float, level: float, lowest: float, interval: Interval
) -> tuple[float, float, float]:
    """Limits of an interval, and the two-sided p-value of the value being zero.

    Parameters
    ----------
    value, se : float
        Coefficient and standard error.
    df : float
        Degrees of freedom of Student's t.
    level : float
        Confidence level.
    lowest : float
        Lower end of the range, -1 or 0; the upper end is 1.
    interval : {"auto", "fisher", "arcsine", "plain"}
        ``fisher`` and ``arcsine`` make the interval on the inverse hyperbolic tangent, and on the
        inverse sine, of the place in the range; ``plain`` on the coefficient itself, cut off at 1
        (as irrCAC does). ``auto`` is ``fisher``.

    Returns
    -------
    low, high, p : float
        Outside the range, which weighted coefficients can leave, the interval is plain.

    References
    ----------
    Moss (2024), Psychometrika, on the two transformations for coefficients of agreement.

    Examples
    --------
    >>> [round(x, 3) for x in transformed_limits(0.9, 0.1, df=9, level=0.95, lowest=-1,
    ...                                          interval="fisher")]
    [0.274, 0.99, 0.021]
    """
    quantile = t_quantile(level, df=df)
    if interval == "plain" or not lowest < value < 1:
        high = min(1.0, value + quantile * se)
        p = t_p_value(value / se, df=df) if lowest < value else nan
        return value - quantile * se, high, p
    width = 1 - lowest
    place = (2 * value - 1 - lowest) / width
    if interval == "arcsine":
        centre, spread = asin(place), 2 * se / width / sqrt(1 - place**2)
        low, high = (
            sin(min(max(centre + side * quantile * spread, -pi / 2), pi / 2)) for side in (-1, 1)
        )
        zero = asin((-1 - lowest) / width)
    else:
        centre, spread = atanh(place), 2 * se / width / (1 - place**2)
        low, high = (tanh(centre + side * quantile * spread) for side in (-1, 1))
        zero = atanh((-1 - lowest) / width) if lowest < 0 else nan
    p = t_p_value((centre - zero) / spread, df=df)
    return lowest + (low + 1) * width / 2, lowest + (high + 1) * width / 2, p
