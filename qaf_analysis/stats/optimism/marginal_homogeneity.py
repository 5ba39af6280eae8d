"""Do auditors and moderators use each grade equally often? Two tests on the same audits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.optimism.square_tables import chi_square_test, square_counts, why_no_test
from qaf_analysis.terms.estimate import Estimate

# W / n is 1 exactly when Bhapkar's variance is singular; what is nearer to 1 is rounding.
ROUNDING = 1e-9


def stuart_maxwell(table: ArrayLike) -> Estimate:
    """Test that each grade is as frequent among auditors as among moderators of the same audits.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns), for any K >= 2.

    Returns
    -------
    Estimate
        ``value`` is chi-square with ``df`` degrees of freedom; no interval, and audits count as
        independent. Grades on which nobody differs say nothing and are dropped. Where the others
        fall into groups between which nobody differs (Inadequate with Requires improvement, Good
        with Outstanding) the variance is singular: the generalised inverse is used, df is its
        rank, and the method says so. Not estimable when no audit differs.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Stuart (1955), Biometrika; Maxwell (1970), British Journal of Psychiatry.

    Examples
    --------
    >>> test = stuart_maxwell([[794, 150], [86, 570]])
    >>> round(test.value, 3), test.df
    (17.356, 1.0)
    """
    return _tested(square_counts(table), name="Stuart-Maxwell", bhapkar=False)


def bhapkar(table: ArrayLike) -> Estimate:
    """Stuart-Maxwell's question with the variance as seen, not as under the hypothesis.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns).

    Returns
    -------
    Estimate
        W / (1 - W / n) with W of ``stuart_maxwell`` and its degrees of freedom; finds more in
        large samples and too much in small ones. Not estimable when no audit differs, or when
        every audit differs in the same way.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Bhapkar (1966), Journal of the American Statistical Association.

    Examples
    --------
    >>> round(bhapkar([[794, 150], [86, 570]]).value, 3)
    17.546
    """
    return _tested(square_counts(table), name="Bhapkar", bhapkar=True)


class _Wald(NamedTuple):
    """Weighted squared difference of the two margins, its rank, and the groups of grades."""

    statistic: float
    df: int
    groups: int


def _tested(counts: Ints, *, name: str, bhapkar: bool) -> Estimate:
    cases, why_not = int(counts.sum()), why_no_test(counts)
    if why_not:
        return Estimate.not_estimable(why_not, method=name, cases=cases)
    wald = _wald(counts)
    statistic = wald.statistic
    if bhapkar:
        left = 1 - statistic / cases
        if left < ROUNDING:
            why_not = "every audit differs in the same way, so differences show no variation"
            return Estimate.not_estimable(why_not, method=name, cases=cases)
        statistic /= left
    method = f"{name}, chi-square with {wald.df} df"
    if wald.groups > 1:
        method += f"; generalised inverse, as nobody differs between {wald.groups} groups of grades"
    return chi_square_test(statistic, df=wald.df, cases=cases, method=method)


def _wald(counts: Ints) -> _Wald:
    """Stuart's statistic, one group of connected grades at a time.

    The variance is the Laplacian of the graph that joins two grades where audits differ between
    them. Within each connected group it has full rank once one grade is left out, whichever it
    is, and the sum over groups is the statistic with the generalised inverse.
    """
    apart = counts + counts.T
    np.fill_diagonal(apart, 0)
    shift = (counts.sum(axis=1) - counts.sum(axis=0)).astype(np.float64)
    variance = np.diag(apart.sum(axis=1)) - apart
    number, label = connected_components(apart > 0, directed=False)
    members = [np.flatnonzero(label == group)[1:] for group in range(number)]
    members = [grades for grades in members if len(grades)]
    statistic = sum(
        float(shift[grades] @ np.linalg.solve(variance[np.ix_(grades, grades)], shift[grades]))
        for grades in members
    )
    return _Wald(statistic=statistic, df=sum(map(len, members)), groups=len(members))
