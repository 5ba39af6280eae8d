"""Means and shares with intervals that allow for several cases coming from one auditor."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.core.intervals import (
    normal_quantile,
    t_p_value,
    t_quantile,
    wilson,
    wilson_limits,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

ROUNDING = 1e-12
"""Standard errors below this share of the largest value are rounding error."""


@dataclass(frozen=True, kw_only=True)
class ClusteredMean:
    """A mean with its cluster-robust variance.

    Parameters
    ----------
    value, variance : float
        The mean, and the variance of the mean; NaN where they cannot be had.
    df : float
        Degrees of freedom that the variance rests on.
    cases, clusters : int
        Number of values, and of clusters (auditors) they come from.
    """

    value: float
    variance: float
    df: float
    cases: int
    clusters: int


def clustered_mean(
    values: ArrayLike, *, cluster: ArrayLike, weight: ArrayLike | None = None
) -> ClusteredMean:
    """Mean with a variance that holds when values of one cluster are alike.

    The bias-reduced ("CR2") variance of Bell and McCaffrey with their Satterthwaite degrees of
    freedom. For a mean both have a closed form, with f the share of the values in each cluster.
    Unlike the usual cluster variance with G - 1 degrees of freedom it allows for clusters of
    unequal size, such as auditors who audit a lot and auditors who audit a little.

    Parameters
    ----------
    values : array, shape (cases,)
    cluster : array, shape (cases,)
        Whole number naming the cluster of each value.
    weight : array, shape (cases,), optional
        What each value stands for, such as one over the probability of having been drawn.

    Returns
    -------
    ClusteredMean
        Variance NaN with fewer than two clusters.

    Raises
    ------
    ShapeError
        If the lengths differ.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181; Imbens & Kolesár (2016),
    Review of Economics and Statistics 98, 701-712.
    """
    numbers, names = frozen_floats(values), frozen_ints(cluster, name="cluster")
    worth = None if weight is None else frozen_floats(weight)
    check_same_length({"values": numbers, "cluster": names})
    check_same_length({"values": numbers, "weight": numbers if worth is None else worth})
    return _clustered_mean(numbers, names, worth)


def _clustered_mean(numbers: Floats, names: Ints, weight: Floats | None) -> ClusteredMean:
    n = len(numbers)
    if n == 0:
        return ClusteredMean(value=nan, variance=nan, df=nan, cases=0, clusters=0)
    place = np.unique(names, return_inverse=True)[1]
    worth = np.ones(n) if weight is None else weight
    sizes, whole = sums(place, worth), float(worth.sum())
    mean = float(worth @ numbers) / whole
    if len(sizes) < 2:
        return ClusteredMean(value=mean, variance=nan, df=nan, cases=n, clusters=1)
    totals = sums(place, worth * (numbers - mean))
    share = sizes / whole
    variance = float((totals**2 / (1 - share)).sum()) / whole**2
    return ClusteredMean(
        value=mean, variance=variance, df=_satterthwaite(share), cases=n, clusters=len(sizes)
    )


def _satterthwaite(share: Floats) -> float:
    odds = share**2 / (1 - share)
    off_diagonal = odds.sum() ** 2 - (odds**2).sum()
    return float(1 / ((share**2).sum() + off_diagonal))


def mean_interval(
    values: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Mean with its t interval and the two-sided p-value of a mean of zero.

    Parameters
    ----------
    values : array, shape (cases,)
    cluster : array, shape (cases,), optional
        Whole number naming the auditor of each value; auditors then count as sampled too.
    weight : array, shape (cases,), optional
        What each value stands for; used only together with ``cluster``.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable without values. Without an interval when there is a single value or all
        values are equal, because nothing then shows how much values vary.

    Raises
    ------
    ShapeError
        If the lengths differ.

    Examples
    --------
    >>> mean = mean_interval([1, 0, 0, 1, 2, 0])
    >>> round(mean.value, 3), round(mean.low, 3), round(mean.high, 3)
    (0.667, -0.19, 1.524)
    """
    check_level(level)
    numbers = frozen_floats(values)
    names = None if cluster is None else frozen_ints(cluster, name="cluster")
    worth = None if weight is None else frozen_floats(weight)
    check_same_length({"values": numbers, "cluster": numbers if names is None else names})
    check_same_length({"values": numbers, "weight": numbers if worth is None else worth})
    if len(numbers) == 0:
        return Estimate.not_estimable("there are no cases", method="t", level=level)
    fit, method = _fit(numbers, names, worth)
    # Clusters with the very same mean leave only rounding; it must not pass for certainty.
    if not fit.variance > (ROUNDING * float(np.abs(numbers).max())) ** 2:
        return _without_interval(fit, level=level, method=f"{method}; no variation to measure")
    se = sqrt(fit.variance)
    half = t_quantile(level, df=fit.df) * se
    return Estimate(
        value=fit.value,
        low=fit.value - half,
        high=fit.value + half,
        level=level,
        cases=fit.cases,
        auditors=fit.clusters,
        method=method,
        se=se,
        p=t_p_value(fit.value / se, df=fit.df),
    )


def _fit(numbers: Floats, cluster: Ints | None, weight: Floats | None) -> tuple[ClusteredMean, str]:
    n = len(numbers)
    if cluster is not None:
        fit = _clustered_mean(numbers, cluster, weight)
        if fit.clusters > 1:
            how = "" if weight is None else ", weighted by the chance of being chosen"
            return fit, f"t with {fit.df:.1f} df, by auditor (CR2){how}"
    variance = float(numbers.var(ddof=1)) / n if n > 1 else nan
    auditors = 0 if cluster is None else 1
    plain = ClusteredMean(
        value=float(numbers.mean()), variance=variance, df=n - 1.0, cases=n, clusters=auditors
    )
    only = "" if cluster is None else "; one auditor only, so it speaks of this auditor"
    return plain, f"t with {n - 1} df{only}"


def _without_interval(fit: ClusteredMean, *, level: float, method: str) -> Estimate:
    return Estimate(
        value=fit.value,
        low=nan,
        high=nan,
        level=level,
        cases=fit.cases,
        auditors=fit.clusters,
        method=method,
    )


def clustered_share(
    values: ArrayLike, *, cluster: ArrayLike | None = None, level: float = 0.95
) -> Estimate:
    """Share of cases, with an interval that allows for cases of one auditor being alike.

    Parameters
    ----------
    values : array, shape (cases,)
        1 (or True) where the case has the property, else 0.
    cluster : array, shape (cases,), optional
        Whole number naming the auditor of each case. Without it cases count as independent.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Wilson interval on the effective number of cases: the number divided by the design
        effect (cluster-robust variance over binomial variance, at least 1), with Student's t for
        the few clusters. ``auditors`` is the number of clusters.

    Raises
    ------
    ShapeError
        If a value is neither 0 nor 1, or the lengths differ.
    """
    check_level(level)
    ones = frozen_floats(values)
    names = None if cluster is None else frozen_ints(cluster, name="cluster")
    check_same_length({"values": ones, "cluster": ones if names is None else names})
    if ((ones != 0) & (ones != 1)).any():
        raise ShapeError("A share needs values that are 0 or 1 only.")
    n = len(ones)
    if names is None or n == 0:
        return wilson(float(ones.sum()), n, level=level)
    fit = _clustered_mean(ones, names, None)
    binomial = fit.value * (1 - fit.value) / n
    if isnan(fit.variance) or binomial == 0:
        effect, quantile = 1.0, normal_quantile(level)
        how = "Wilson; likeness of one auditor's cases could not be measured"
    else:
        effect, quantile = max(1.0, fit.variance / binomial), t_quantile(level, df=fit.df)
        how = f"Wilson on {n / effect:.1f} effective cases, by auditor, t with {fit.df:.1f} df"
    low, high = wilson_limits(fit.value, n / effect, quantile=quantile)
    return Estimate(
        value=fit.value,
        low=low,
        high=high,
        level=level,
        cases=n,
        auditors=fit.clusters,
        method=how,
        se=sqrt(fit.variance),
    )
