"""Agreement before and after a change, within audits to which moderators gave the same grade.

A moderator agrees more often with auditors on some grades than on others. When the cases of one
period are better or worse, agreement moves although auditing has not changed; inside a moderator's
grade it does not. Where an auditor has several audits, ``cell_contrast`` allows for their being
alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    numbered,
    sums,
)
from qaf_analysis.stats.core.intervals import normal_quantile, t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

MOST_PAIRS_ALONE = 3
"""Where no auditor gives more pairs than this, pairs count as independent of each other."""


METHOD = "Mantel-Haenszel difference within moderator's grades"

# Shares of a cell closer to 1 than this are those of the only auditor in it.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class StratifiedDifference:
    """Share of pairs with a property, after less before, at the same mix of moderator's grades.

    Parameters
    ----------
    difference : Estimate
        As a proportion; ``cases`` are the pairs that enter.
    before, after : float
        The two shares at the common mix; their difference is ``difference``.
    strata : int
        Moderator's grades met in both periods.
    unmatched : int
        Pairs whose moderator's grade was met in one period only: they cannot enter.
    """

    difference: Estimate
    before: float
    after: float
    strata: int
    unmatched: int


def stratified_difference(
    value: ArrayLike,
    *,
    after: ArrayLike,
    stratum: ArrayLike,
    auditor: ArrayLike,
    level: float = 0.95,
) -> StratifiedDifference:
    """Mantel-Haenszel difference of two shares, after less before.

    Parameters
    ----------
    value : array, shape (pairs,)
        1 (or True) where auditor and moderator agree, else 0.
    after : array of bool, shape (pairs,)
        Whether the pair belongs to the later period.
    stratum : int array, shape (pairs,)
        The moderator's grade.
    auditor : int array, shape (pairs,)
        Whole number naming the auditor; the same in both periods.
    level : float
        Confidence level.

    Returns
    -------
    StratifiedDifference
        Each stratum counts with the product of its two numbers of pairs over their sum. Sato's
        variance, normal; where an auditor gives more than three pairs, the larger of it and the
        variance by auditor, with t (see ``cell_contrast``). Not estimable when no moderator's
        grade was met in both periods; without an interval when all pairs agree, or none.

    Raises
    ------
    ShapeError
        If lengths differ or a value is neither 0 nor 1.

    References
    ----------
    Greenland & Robins (1985), Biometrics 41, 55-68; Sato (1989), Biometrics 45, 1323-1324, for
    the variance that holds both with few large and with many small strata.

    Examples
    --------
    >>> found = stratified_difference(
    ...     [1, 0, 1, 0, 1, 1], after=[0, 0, 0, 1, 1, 1], stratum=[1, 1, 2, 1, 2, 2],
    ...     auditor=[1, 2, 3, 4, 5, 6],
    ... )
    >>> round(found.difference.value, 3), round(found.before, 3), round(found.after, 3)
    (-0.25, 0.75, 0.5)
    """
    check_level(level)
    ones, late = frozen_floats(value), np.array(after, dtype=np.bool_)
    grade, names = frozen_ints(stratum, name="stratum"), frozen_ints(auditor, name="auditor")
    check_same_length({"value": ones, "stratum": grade, "auditor": names})
    if len(late) != len(ones):
        raise ShapeError(f"{len(ones)} pairs need {len(ones)} marks of the later period.")
    if ((ones != 0) & (ones != 1)).any():
        raise ShapeError("Agreement is 0 or 1 for each pair.")
    place, grades = numbered(grade)
    counts = _counts(ones, late=late, place=place, n=len(grades))
    used = counts.pairs.all(axis=0)
    if not used.any():
        why_not = "no grade of the moderators was met in both periods"
        return _unknown(why_not, pairs=len(ones), level=level)
    kept: Bools = np.isin(place, np.flatnonzero(used))
    weight = stratum_weights(counts.pairs)
    before, later = (float(weight @ row) for row in counts.agreed / np.maximum(counts.pairs, 1))
    clusters = names[kept]
    signed = np.concatenate([-weight, weight])
    by_auditor = (nan, inf)
    if np.bincount(numbered(clusters)[0]).max() > MOST_PAIRS_ALONE:
        fit = cell_contrast(ones, cell=place + len(grades) * late, weight=signed, cluster=names)
        by_auditor = (fit.variance, fit.df)
    return StratifiedDifference(
        difference=_estimate(
            later - before,
            pairwise=counts.sato_variance(later - before),
            by_auditor=by_auditor,
            level=level,
            cases=int(kept.sum()),
            auditors=len(np.unique(clusters)),
        ),
        before=before,
        after=later,
        strata=int(used.sum()),
        unmatched=int((~kept).sum()),
    )


def stratum_weights(pairs: Floats) -> Floats:
    """Weight of each stratum in a Mantel-Haenszel difference; they add up to 1.

    Parameters
    ----------
    pairs : array, shape (2, strata)
        Pairs of each period; at least one stratum is met in both.

    Examples
    --------
    >>> stratum_weights(np.array([[30.0, 10.0, 5.0], [10.0, 30.0, 0.0]])).tolist()
    [0.5, 0.5, 0.0]
    """
    weights = pairs.prod(axis=0) / np.maximum(pairs.sum(axis=0), 1.0)
    shares: Floats = weights / weights.sum()
    return shares


@dataclass(frozen=True, kw_only=True, eq=False)
class _Counts:
    """Pairs, and pairs that agree, of each period (row: before, after) and stratum (column)."""

    pairs: Floats
    agreed: Floats

    def sato_variance(self, difference: float) -> float:
        (n0, n1), (a0, a1) = self.pairs, self.agreed
        total = np.maximum(n0 + n1, 1.0)
        lean = (n1**2 * a0 - n0**2 * a1 + n0 * n1 * (n0 - n1) / 2) / total**2
        scatter = (a1 * (n0 - a0) + a0 * (n1 - a1)) / (2 * total)
        return float((difference * lean + scatter).sum() / (n0 * n1 / total).sum() ** 2)


def _counts(ones: Floats, *, late: Bools, place: Ints, n: int) -> _Counts:
    cell = place + n * late
    pairs = sums(cell, np.ones(len(cell)), n=2 * n).reshape(2, n)
    agreed = sums(cell, ones, n=2 * n).reshape(2, n)
    return _Counts(pairs=pairs, agreed=agreed)


def _estimate(
    value: float,
    *,
    pairwise: float,
    by_auditor: tuple[float, float],
    level: float,
    cases: int,
    auditors: int,
) -> Estimate:
    variance, df, how = pairwise, inf, "Sato"
    if not isnan(by_auditor[1]) and by_auditor[0] > pairwise:
        variance, df = by_auditor
        how = f"by auditor (CR2), t with {df:.1f} df"
    low = high = se = p = nan
    if variance > 0:
        se = sqrt(variance)
        quantile = normal_quantile(level) if df == inf else t_quantile(level, df=df)
        low, high = max(-1.0, value - quantile * se), min(1.0, value + quantile * se)
        p = t_p_value(value / se, df=1e9 if df == inf else df)
    else:
        how = "no interval: in each period all pairs agree, or none does"
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"{METHOD}, {how}",
        se=se,
        p=p,
        df=nan if df == inf else df,
    )


def _unknown(why_not: str, *, pairs: int, level: float) -> StratifiedDifference:
    return StratifiedDifference(
        difference=Estimate.not_estimable(why_not, method=METHOD, level=level, cases=pairs),
        before=nan,
        after=nan,
        strata=0,
        unmatched=pairs,
    )


class Contrast(NamedTuple):
    """Weighted sum of cell means, its variance and the degrees of freedom of that.

    The variance and its degrees of freedom are NaN where one auditor stands behind everything.
    """

    value: float
    variance: float
    df: float


def cell_contrast(values: Floats, *, cell: Ints, weight: Floats, cluster: Ints) -> Contrast:
    """Weighted sum of the means of cells, with a variance that lets values of a cluster be alike.

    The bias-reduced ("CR2") variance of Bell and McCaffrey with their Satterthwaite degrees of
    freedom, for a regression on marks of the cells. It has a closed form: with f the share of a
    cell's values that one cluster gives, the cluster's residuals of that cell are divided by
    the root of 1 - f. An auditor with values in several cells (before and after) counts once.

    Parameters
    ----------
    values : array, shape (n,)
    cell : int array, shape (n,)
        Cell of each value, 0 .. C-1; every cell with a weight holds at least one value.
    weight : array, shape (C,)
        Weight of each cell's mean, such as -1 and 1 for a difference.
    cluster : int array, shape (n,)
        Whole number naming the auditor of each value.

    Returns
    -------
    Contrast

    Raises
    ------
    ShapeError
        If lengths differ, or a cell with a weight is empty.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181; Imbens & Kolesár (2016),
    Review of Economics and Statistics 98, 701-712.

    Examples
    --------
    With one value per auditor the variance is the sum of those of the two means:

    >>> found = cell_contrast(
    ...     np.array([1.0, 2.0, 3.0, 5.0, 9.0]), cell=np.array([0, 0, 0, 1, 1]),
    ...     weight=np.array([-1.0, 1.0]), cluster=np.arange(5),
    ... )
    >>> found.value, round(found.variance, 6) == round(1 / 3 + 8 / 2, 6)
    (5.0, True)
    """
    check_same_length({"values": values, "cell": cell, "cluster": cluster})
    n = np.bincount(cell, minlength=len(weight)).astype(np.float64)
    if (n[weight != 0] == 0).any():
        raise ShapeError("A cell that has a weight holds no value.")
    kept = weight[cell] != 0
    mean = np.divide(sums(cell, values, n=len(n)), n, out=np.zeros_like(n), where=n > 0)
    place, names = numbered(cluster[kept])
    value = float(weight @ mean)
    if len(names) < 2:
        return Contrast(value, nan, nan)
    part, cells = place * len(n) + cell[kept], len(names) * len(n)
    held = sums(part, np.ones(len(part)), n=cells).reshape(len(names), len(n))
    rest = sums(part, (values - mean[cell])[kept], n=cells).reshape(len(names), len(n))
    size = np.where(n > 0, n, 1.0)
    others = 1 - held / size
    # A cluster that fills a cell has no residual there and cannot say how sure its mean is.
    scale = np.divide(1.0, np.sqrt(others), out=np.zeros_like(others), where=others > ROUNDING)
    per_value = weight / size * scale
    variance = float(((per_value * rest).sum(axis=1) ** 2).sum())
    return Contrast(value, variance, _satterthwaite(per_value, held=held, size=size))


def _satterthwaite(per_value: Floats, *, held: Floats, size: Floats) -> float:
    """Degrees of freedom, from the products of the clusters' parts in the residual variance."""
    across = per_value * held / np.sqrt(size)
    products = np.diag((per_value**2 * held).sum(axis=1)) - across @ across.T
    squares = float((products**2).sum())
    trace = float(np.trace(products))
    return trace**2 / squares if squares > 0 and trace > ROUNDING * sqrt(squares) else nan
