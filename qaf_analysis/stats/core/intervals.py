"""Intervals for shares and for differences of shares that stay honest in small samples."""

from __future__ import annotations

from math import isnan, nan, sqrt

from scipy import special

from qaf_analysis.stats.core.arrays import check_level
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate


def normal_quantile(level: float) -> float:
    """Two-sided quantile of the normal distribution: 1.96 for the level 0.95."""
    return float(special.ndtri(0.5 + level / 2))


def t_quantile(level: float, *, df: float) -> float:
    """Two-sided quantile of Student's t: 2.571 for the level 0.95 and 5 degrees of freedom."""
    return float(special.stdtrit(df, 0.5 + level / 2))


def t_p_value(t: float, *, df: float) -> float:
    """Two-sided p-value of a t statistic."""
    return float(2 * special.stdtr(df, -abs(t)))


def wilson_limits(share: float, n: float, *, quantile: float) -> tuple[float, float]:
    """Wilson score limits of a share, for any (also an effective) number of cases.

    Parameters
    ----------
    share : float
        Observed share, 0 to 1.
    n : float
        Number of cases it rests on; need not be whole, must be above 0.
    quantile : float
        Two-sided quantile, from ``normal_quantile`` or ``t_quantile``.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> [round(limit, 6) for limit in wilson_limits(81 / 263, 263, quantile=1.959964)]
    [0.255289, 0.36621]
    """
    square = quantile**2
    centre = share + square / (2 * n)
    spread = quantile * sqrt(share * (1 - share) / n + square / (4 * n**2))
    scale = 1 + square / n
    # With no case, or every case, the formula gives 0 or 1 up to rounding; make it exact.
    low = 0.0 if share <= 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if share >= 1 else min(1.0, (centre + spread) / scale)
    return low, high


def wilson(successes: float, n: float, *, level: float = 0.95) -> Estimate:
    """Share of cases with its Wilson interval.

    Parameters
    ----------
    successes, n : float
        Number of cases with the property, and number of cases.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable when there are no cases.

    Raises
    ------
    ShapeError
        If ``successes`` is not between 0 and ``n``.

    Examples
    --------
    >>> share = wilson(0, 20)
    >>> share.low, round(share.high, 6)
    (0.0, 0.161125)
    """
    check_level(level)
    if not 0 <= successes <= n:
        raise ShapeError(f"{successes} of {n} cases is not a share.")
    if n == 0:
        return Estimate.not_estimable("there are no cases", method="Wilson", level=level)
    low, high = wilson_limits(successes / n, n, quantile=normal_quantile(level))
    return Estimate(
        value=successes / n,
        low=low,
        high=high,
        level=level,
        cases=round(n),
        auditors=0,
        method="Wilson",
    )


def newcombe_independent(
    successes: tuple[float, float], n: tuple[float, float], *, level: float = 0.95
) -> Estimate:
    """Difference of two independent shares, first minus second, with Newcombe's interval.

    Parameters
    ----------
    successes, n : pair of float
        Cases with the property, and cases, in the first and in the second group.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable when a group is empty.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> gap = newcombe_independent((56, 48), (70, 80))
    >>> round(gap.low, 4), round(gap.high, 4)
    (0.0524, 0.3339)
    """
    first = wilson(successes[0], n[0], level=level)
    second = wilson(successes[1], n[1], level=level)
    cases, method = round(sum(n)), "Newcombe method 10, independent"
    if not (first.is_estimable and second.is_estimable):
        return Estimate.not_estimable(
            "one of the two groups has no cases", method=method, level=level, cases=cases
        )
    return square_and_add(first, second, method=method)


def square_and_add(first: Estimate, second: Estimate, *, method: str) -> Estimate:
    """Difference of two independent estimates, first minus second, from their own intervals.

    Parameters
    ----------
    first, second : Estimate
        With intervals of one level, which need not lie evenly about their values.
    method : str
        Name of the method in the result.

    Returns
    -------
    Estimate
        Each end lies as far from the difference as the root of the two squared distances that
        lead there; ``cases`` are added up, ``auditors`` are the larger number of the two.

    Raises
    ------
    UsageError
        If the levels differ.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> gap = square_and_add(wilson(56, 70), wilson(48, 80), method="two shares")
    >>> round(gap.low, 4), round(gap.high, 4)
    (0.0524, 0.3339)
    """
    if first.level != second.level:
        raise UsageError("Two intervals can be joined only where they have one level.")
    low, high = square_and_add_limits(
        (first.value, second.value), (first.low, first.high), (second.low, second.high)
    )
    return Estimate(
        value=first.value - second.value,
        low=low,
        high=high,
        level=first.level,
        cases=first.cases + second.cases,
        auditors=max(first.auditors, second.auditors),
        method=method,
    )


def square_and_add_limits(
    values: tuple[float, float], first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float]:
    """Limits of a difference from the two values and the limits of each; see ``square_and_add``."""
    gap = values[0] - values[1]
    low = gap - sqrt((values[0] - first[0]) ** 2 + (second[1] - values[1]) ** 2)
    return low, gap + sqrt((first[1] - values[0]) ** 2 + (values[1] - second[0]) ** 2)


def newcombe_paired(
    both: float,
    first_only: float,
    second_only: float,
    neither: float,
    *,
    level: float = 0.95,
    design_effect: float = 1.0,
    df: float = nan,
) -> Estimate:
    """Difference of two shares of the same cases, first minus second.

    Parameters
    ----------
    both, first_only, second_only, neither : float
        Cases with the property by both readings, by the first only, by the second only, by none.
    level : float
        Confidence level.
    design_effect : float
        By how much likeness of cases inflates the variance; at least 1.
    df : float
        Degrees of freedom where Student's t replaces the normal quantile; NaN for the normal.

    Returns
    -------
    Estimate
        Not estimable when there are no cases.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10 (Wilson limits of both
    shares, correlation with continuity correction).

    Examples
    --------
    >>> gap = newcombe_paired(14, 5, 0, 22)
    >>> round(gap.low, 4), round(gap.high, 4)
    (0.0115, 0.2265)
    """
    check_level(level)
    cases, method = both + first_only + second_only + neither, "Newcombe method 10, paired"
    if cases == 0:
        return Estimate.not_estimable("there are no cases", method=method, level=level)
    quantile = normal_quantile(level) if isnan(df) else t_quantile(level, df=df)
    n = cases / design_effect
    first, second = (both + first_only) / cases, (both + second_only) / cases
    low1, high1 = wilson_limits(first, n, quantile=quantile)
    low2, high2 = wilson_limits(second, n, quantile=quantile)
    phi = _paired_correlation(both, first_only, second_only, neither)
    gap = first - second
    down = _root(first - low1, high2 - second, phi)
    up = _root(high1 - first, second - low2, phi)
    return Estimate(
        value=gap,
        low=gap - down,
        high=gap + up,
        level=level,
        cases=round(cases),
        auditors=0,
        method=method,
    )


def _root(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))


def _paired_correlation(a: float, b: float, c: float, d: float) -> float:
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    product = a * d - b * c
    if product > 0:
        product = max(product - (a + b + c + d) / 2, 0.0)
    return product / sqrt(margins)


def p_from_interval(estimate: Estimate) -> float:
    """Two-sided p-value of no difference that an interval implies.

    Parameters
    ----------
    estimate : Estimate
        A difference with its interval; t with ``df`` degrees of freedom, normal where unknown.

    Returns
    -------
    float
        The level at which the end nearer to 0 would just reach it, were its distance to the
        value in proportion to the quantile; below 1 - level exactly where the interval leaves
        out 0. NaN without an interval.

    Examples
    --------
    >>> half = 1.959963984540054
    >>> found = Estimate(value=half, low=0.0, high=2 * half, level=0.95, cases=9, auditors=0,
    ...                  method="z")
    >>> round(p_from_interval(found), 4)
    0.05
    """
    if not estimate.has_interval:
        return nan
    size = abs(estimate.value)
    near = estimate.value - estimate.low if estimate.value > 0 else estimate.high - estimate.value
    if size == 0:
        return 1.0
    if near <= 0:
        return 0.0
    df = estimate.df
    quantile = (
        t_quantile(estimate.level, df=df) if not isnan(df) else normal_quantile(estimate.level)
    )
    reached = size / near * quantile
    return t_p_value(reached, df=df) if not isnan(df) else 2 * float(special.ndtr(-reached))
