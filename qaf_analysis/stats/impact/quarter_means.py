"""Compare quarter means: the quarter, not the audit, is the unit that varies by chance."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.core.intervals import t_quantile
from qaf_analysis.terms.estimate import Estimate

# Quarter means are sums of grades of order one; anything below this is rounding error.
ROUNDING = 1e-12


def mean_by(values: Floats, *, group: Ints, groups: int) -> Floats:
    """Mean of the values in each group.

    Parameters
    ----------
    values : array, shape (n,)
        Values without gaps.
    group : array of int, shape (n,)
        Group of each value, 0 .. groups-1; every group holds at least one value.
    groups : int
        Number of groups.

    Returns
    -------
    array, shape (groups,)

    Examples
    --------
    >>> mean_by(np.array([1.0, 3.0, 5.0]), group=np.array([0, 0, 1]), groups=2).tolist()
    [2.0, 5.0]
    """
    sums = np.bincount(group, weights=values, minlength=groups)
    counts = np.bincount(group, minlength=groups)
    means: Floats = sums / counts
    return means


def pooled_deviation(before: Floats, after: Floats) -> float:
    """Pooled standard deviation of the quarter means about the mean of their own side.

    Returns
    -------
    float
        NaN when there are fewer than three quarters or a side has none; exactly zero when the
        quarters of each side differ by no more than rounding error.
    """
    degrees = before.size + after.size - 2
    if before.size == 0 or after.size == 0 or degrees < 1:
        return math.nan
    squares = float(((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum())
    deviation = math.sqrt(squares / degrees)
    return deviation if deviation > ROUNDING else 0.0


def difference_of_means(
    before: Floats, after: Floats, *, level: float = 0.95, cases: int = 0, auditors: int = 0
) -> Estimate:
    """Mean of the quarters after less the mean of the quarters before, with a t interval.

    Parameters
    ----------
    before, after : array, shapes (b,) and (a,)
        One mean per quarter, each quarter counting once.
    level : float
        Confidence level.
    cases, auditors : int
        How many audits and auditors the means rest on (passed through).

    Returns
    -------
    Estimate
        Positive when the later quarters are higher. Pooled variance, b + a - 2 degrees of
        freedom. Without a value, and with the reason, where a side has no quarter or chance
        variation cannot be judged: a change without an interval would be taken for a finding.

    References
    ----------
    Donald and Lang (2007), Inference with difference-in-differences and other panel data,
    Review of Economics and Statistics 89: the two-step estimator on group means.

    Examples
    --------
    >>> result = difference_of_means(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> result.value, round(result.se, 3), round(result.p, 3)
    (2.0, 0.707, 0.106)
    """
    degrees = before.size + after.size - 2
    se = pooled_deviation(before, after) * math.sqrt(_inverse(before.size) + _inverse(after.size))
    if not se > 0:
        return Estimate.not_estimable(
            why_no_error(before.size, after.size),
            method="difference of quarter means, t",
            level=level,
            cases=cases,
            auditors=auditors,
        )
    value = float(after.mean() - before.mean())
    reach = t_quantile(level, df=degrees) * se
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"difference of quarter means, t, {degrees} degrees of freedom",
        se=se,
        p=2 * float(special.stdtr(degrees, -abs(value) / se)),
        df=float(degrees),
    )


def _inverse(count: int) -> float:
    return 1 / count if count else math.nan


def why_no_error(before: int, after: int) -> str:
    """Say why so many quarters before and after do not show how much they differ by chance."""
    if before == 0 or after == 0:
        return f"there is no quarter {'before' if before == 0 else 'after'}"
    if before + after < 3:
        return "one quarter on each side does not show how much quarters differ by chance"
    return "the quarters of each side are all alike, so chance variation cannot be judged"
