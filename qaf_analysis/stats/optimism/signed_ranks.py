"""Sign test and Wilcoxon's signed ranks: are auditors kinder, by order of grades alone?"""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.optimism.gap import auditors_of, grade_gaps
from qaf_analysis.stats.optimism.sign_flips import kinder_share, sign_flip_test, units_by_auditor
from qaf_analysis.terms.estimate import Estimate


def sign_test(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Of the audits that differ, the share where the auditor was kinder, with the exact test.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
    auditor : int array, shape (audits,), optional
        Auditor of each audit. The differences of one auditor then change sign together, and the
        interval allows for an auditor's differences being alike.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        0.5 when neither is kinder. Clopper-Pearson interval, or Wilson on effective cases by
        auditor (``clustered_share``). Not estimable when no audit differs.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.

    Examples
    --------
    >>> test = sign_test([2, 2, 3, 1, 2, 2], [1, 1, 2, 1, 1, 1])
    >>> test.value, test.p
    (1.0, 0.0625)
    """
    gap = grade_gaps(audit_grade, moderation_grade)
    over, under = int((gap > 0).sum()), int((gap < 0).sum())
    share = kinder_share(over, under, cases=len(gap), level=level)
    names = auditors_of(gap, auditor)
    if names is None or not share.is_estimable:
        return share
    units, _ = units_by_auditor(np.sign(gap), names)
    differs = gap != 0
    found = clustered_share(gap[differs] > 0, cluster=names[differs], level=level)
    method = f"share of the {over + under} audits that differ, {found.method}"
    if len(units) == 0:
        method += "; every auditor's differences cancel out"
        return replace(found, cases=len(gap), method=method, p=1.0)
    test = sign_flip_test(units)
    return replace(found, cases=len(gap), method=f"{method}; {test.how} sign test", p=test.p)


def wilcoxon_pratt(
    audit_grade: ArrayLike, moderation_grade: ArrayLike, *, auditor: ArrayLike | None = None
) -> Estimate:
    """Wilcoxon's signed-rank test with audits that agree ranked too (Pratt).

    Most audits agree, so leaving them out before ranking, as Wilcoxon did, would throw away what
    tells a gap of two grades from one of a single grade.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
    auditor : int array, shape (audits,), optional
        Auditor of each audit; the ranks of one auditor then change sign together.

    Returns
    -------
    Estimate
        ``value`` is Z, positive where auditors are kinder: the sum of signed ranks over the root
        of the sum of their squares. ``p`` from all changes of signs, or from the normal
        distribution where these are too many. No interval. Not estimable when no audit differs.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.

    References
    ----------
    Pratt (1959), Journal of the American Statistical Association.

    Examples
    --------
    >>> test = wilcoxon_pratt([2, 2, 3, 1, 2, 0], [1, 1, 1, 1, 2, 1])
    >>> round(test.value, 4), test.p
    (1.0911, 0.5)
    """
    gap = grade_gaps(audit_grade, moderation_grade)
    ranks = np.sign(gap) * _doubled_ranks(np.abs(gap))
    units, auditors = units_by_auditor(ranks, auditors_of(gap, auditor))
    method = "Wilcoxon-Pratt" + ("" if auditor is None else ", by auditor")
    if len(units) == 0:
        why = "auditors' and moderators' grades do not differ on balance in any unit"
        return Estimate.not_estimable(why, method=method, cases=len(gap), auditors=auditors)
    test = sign_flip_test(units)
    return Estimate(
        value=test.z,
        low=nan,
        high=nan,
        level=0.95,
        cases=len(gap),
        auditors=auditors,
        method=f"{method}, {test.how} p",
        p=test.p,
    )


def _doubled_ranks(sizes: Ints) -> Ints:
    """Twice the mean rank of each number: first plus last place of those equal to it."""
    _, place, number = np.unique(sizes, return_inverse=True, return_counts=True)
    last = np.cumsum(number)
    return (2 * last - number + 1)[place].astype(np.int64)
