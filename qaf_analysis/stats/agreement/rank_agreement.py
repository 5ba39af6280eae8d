"""Kendall's coefficient of concordance: do auditors put audits in the same order?"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special, stats

from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, check_level
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class RankAgreement:
    """Kendall's W and its test.

    Parameters
    ----------
    estimate : Estimate
        W corrected for ties, 0 (no common order) to 1 (the same order), with the p-value that
        auditors order audits at random. It has no standard error and no interval: none is known
        that holds with ties.
    uncorrected : float
        W without the correction; lower, as few grades for many audits tie most of them.
    chi_square, df : float
        The test statistic, and its degrees of freedom: audits less one.
    left_out : int
        Audits not graded by every auditor.
    """

    estimate: Estimate
    uncorrected: float = nan
    chi_square: float = nan
    df: float = nan
    left_out: int = 0


def kendall_w(ratings: Ratings, *, level: float = 0.95) -> RankAgreement:
    """Kendall's coefficient of concordance W, corrected for ties.

    Strictness does not lower it, only a different order of the audits. Ranks mean nothing unless
    every auditor ranks the same audits, so it rests on the audits that every auditor graded; how
    many are left out is said. Where auditors share few audits, as in routine auditing, it is not
    estimable, and the consistency form of the intraclass correlation is the measure to use.

    Parameters
    ----------
    ratings : Ratings
    level : float
        Confidence level, passed on.

    Returns
    -------
    RankAgreement
        Not estimable with fewer than two auditors, fewer than two audits graded by all of them,
        or when every auditor gave one grade throughout. The p-value is rough below about seven
        audits.

    References
    ----------
    Kendall & Babington Smith (1939), Annals of Mathematical Statistics 10, 275-287; Siegel &
    Castellan (1988), Nonparametric Statistics for the Behavioral Sciences, 2nd edition, 9.6.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 1, 0], [1, 1, 1], [2, 3, 2], [3, 3, 3]], n_levels=4)
    >>> round(kendall_w(ratings).estimate.value, 4)
    0.9524
    """
    check_level(level)
    table = _complete(ratings)
    n, m = table.shape
    left_out = ratings.n_audits - n
    name = "Kendall's W, corrected for ties"
    why_not = _why_not(table, left_out=left_out)
    if not ratings.auditors_known:
        why_not = "it compares auditors, and who gave which grade is not known"
    if why_not:
        none = Estimate.not_estimable(why_not, method=name, level=level, cases=n, auditors=m)
        return RankAgreement(estimate=none, left_out=left_out)
    ranks = stats.rankdata(table, axis=0)
    total = ranks.sum(axis=1)
    apart = 12 * float(((total - total.mean()) ** 2).sum())
    ties = sum(_ties(column) for column in table.T)
    value = apart / (m**2 * (n**3 - n) - m * ties)
    chi_square = m * (n - 1) * value
    estimate = Estimate(
        value=value,
        low=nan,
        high=nan,
        level=level,
        cases=n,
        auditors=m,
        method=f"{name}; chi-squared test with {n - 1} df"
        + (f"; {left_out} audits not graded by everybody left out" if left_out else ""),
        p=float(special.chdtrc(n - 1, chi_square)),
    )
    return RankAgreement(
        estimate=estimate,
        uncorrected=apart / (m**2 * (n**3 - n)),
        chi_square=chi_square,
        df=n - 1.0,
        left_out=left_out,
    )


def _complete(ratings: Ratings) -> Floats:
    """Grades of the audits that every auditor graded; shape (audits, auditors)."""
    place = np.unique(ratings.audit, return_inverse=True)[1]
    m = ratings.n_auditors
    kept = (np.bincount(place) == m)[place]
    order = np.lexsort((ratings.auditor[kept], ratings.audit[kept]))
    table: Floats = ratings.grade[kept][order].reshape(-1, m or 1).astype(np.float64)
    return table


def _why_not(table: Floats, *, left_out: int) -> str:
    n, m = table.shape
    if m < 2:
        return "there are fewer than two auditors"
    if n < 2:
        return (
            f"{n} audits were graded by all {m} auditors and {left_out} were not; ranks need at "
            f"least two that everybody graded"
        )
    if (np.ptp(table, axis=0) == 0).all():
        return "every auditor gave one grade throughout, so there is no order to compare"
    return ""


def _ties(grades: Floats) -> float:
    tied = np.unique(grades, return_counts=True)[1].astype(np.float64)
    return float((tied**3 - tied).sum())
