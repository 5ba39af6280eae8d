"""The gap between auditor and moderator on the same audits, and the shares that lie behind it.

The gap is audit minus moderation: positive where the auditor was kinder. Beside its mean stand how
often auditors were higher, lower and far apart, and the shift in a share such as Good or better.
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Ints,
    check_grades,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.stats.core.intervals import newcombe_paired
from qaf_analysis.stats.core.means import clustered_mean, clustered_share, mean_interval
from qaf_analysis.stats.optimism.moderated_counts import cross_table
from qaf_analysis.stats.optimism.sign_flips import sign_flip_test, sign_test_p, units_by_auditor
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate


def grade_table(audit_grade: ArrayLike, moderation_grade: ArrayLike, *, n_levels: int) -> Ints:
    """Count audits by auditor's grade (rows) and moderator's grade (columns).

    Raises
    ------
    ShapeError, UnknownGradeError
        If the lengths differ, or a grade lies outside 0 .. K-1.

    Examples
    --------
    >>> grade_table([1, 2, 2], [1, 1, 2], n_levels=3).tolist()
    [[0, 0, 0], [0, 1, 0], [0, 1, 1]]
    """
    audited, moderated = _grades(audit_grade, moderation_grade)
    for grades in (audited, moderated):
        check_grades(grades, n_levels=n_levels)
    return cross_table(audited, moderated, n_levels=n_levels)


def grade_gaps(audit_grade: ArrayLike, moderation_grade: ArrayLike) -> Ints:
    """Audit minus moderation of each audit, in grades; positive where the auditor was kinder.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.
    """
    audited, moderated = _grades(audit_grade, moderation_grade)
    return audited - moderated


def mean_gap(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    auditor: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Mean of audit minus moderation, in grades; positive where auditors were kinder.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
        Grade codes of the same audits.
    auditor : int array, shape (audits,), optional
        Auditor of each audit. The interval then allows for each auditor's own leniency; without
        it, auditors who differ by half a grade make a "95 %" interval far too narrow.
    weight : array, shape (audits,), optional
        How many audits each stands for, where grades were drawn with unequal chances; needs
        ``auditor``.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        t interval, by auditor where given (see ``clustered_mean``); p is of no gap at all. When
        every gap is the same, the interval allows for a share 1 - (1 - level)^(1/n) of audits
        one grade off. Not estimable without audits.

    Raises
    ------
    ShapeError
        If lengths differ or codes are not whole numbers.

    Examples
    --------
    >>> gap = mean_gap([2, 2, 3, 1, 2, 2], [2, 1, 2, 1, 2, 2])
    >>> round(gap.value, 3), round(gap.low, 3), round(gap.high, 3)
    (0.333, -0.209, 0.875)
    """
    gap = grade_gaps(audit_grade, moderation_grade)
    return mean_of_gaps(gap, auditor=auditors_of(gap, auditor), weight=weight, level=level)


def mean_of_gaps(
    gap: Ints, *, auditor: Ints | None, weight: ArrayLike | None = None, level: float = 0.95
) -> Estimate:
    """Mean of audits' gaps, as from ``grade_gaps``; see ``mean_gap``."""
    found = mean_interval(gap, cluster=auditor, weight=weight, level=level)
    if not found.is_estimable or found.has_interval:
        return found
    if auditor is not None and (gap != gap[0]).any():
        # Every auditor's own mean is the same although gaps vary: auditors add nothing.
        return _by_audit(gap, weight, auditors=found.auditors, level=level)
    unseen = 1 - (1 - level) ** (1 / len(gap))
    return replace(
        found,
        low=found.value - unseen,
        high=found.value + unseen,
        method="every gap is the same, rule of three with gaps one grade off",
    )


def _by_audit(gap: Ints, weight: ArrayLike | None, *, auditors: int, level: float) -> Estimate:
    if weight is None:
        return mean_interval(gap, level=level)
    found = mean_interval(gap, cluster=np.arange(len(gap)), weight=weight, level=level)
    method = found.method.replace("by auditor", "by audit")
    return replace(found, auditors=auditors, method=method)


def over_rate(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    at_least: int = 1,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share of audits that the auditor graded higher than the moderator.

    ``at_least`` is by how many grades. Wilson interval, on effective cases where ``auditor`` is
    given (see ``clustered_share``).
    """
    gap = grade_gaps(audit_grade, moderation_grade)
    return clustered_share(gap >= at_least, cluster=auditor, level=level)


def under_rate(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    at_least: int = 1,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share of audits that the auditor graded lower than the moderator; see ``over_rate``."""
    gap = grade_gaps(audit_grade, moderation_grade)
    return clustered_share(gap <= -at_least, cluster=auditor, level=level)


def severe_rate(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    at_least: int,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share of audits that both graded ``at_least`` so many grades apart, either way."""
    gap = grade_gaps(audit_grade, moderation_grade)
    return clustered_share(np.abs(gap) >= at_least, cluster=auditor, level=level)


def rates_of_gaps(
    gap: Ints, *, severe_from: int | None, auditor: Ints | None, level: float = 0.95
) -> tuple[Estimate, Estimate, Estimate]:
    """Shares of gaps over, under, and severe either way; see ``over_rate``.

    ``severe_from`` is the grades apart from which a difference is severe; None where none can be.
    """
    far = np.abs(gap) >= (np.inf if severe_from is None else severe_from)
    over, under, severe = (
        clustered_share(apart, cluster=auditor, level=level) for apart in (gap >= 1, gap <= -1, far)
    )
    return over, under, severe


def net_good_shift(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    good_from: int,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share good or better by auditors minus share good or better by moderators.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
    good_from : int
        Lowest code that counts as good.
    auditor : int array, shape (audits,), optional
        Auditor of each audit; cases of one auditor then count for less (design effect).
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Newcombe's method 10 for paired shares; p of McNemar's exact test, which takes audits as
        independent and is left out when ``auditor`` is given.
    """
    audited, moderated = _grades(audit_grade, moderation_grade)
    names = auditors_of(audited, auditor)
    return shift_in_good(audited, moderated, good_from=good_from, auditor=names, level=level)


def shift_in_good(
    audited: Ints, moderated: Ints, *, good_from: int, auditor: Ints | None, level: float = 0.95
) -> Estimate:
    """Shift in the share good or better, of grades that were checked; see ``net_good_shift``."""
    kind, strict = audited >= good_from, moderated >= good_from
    over, under = int((kind & ~strict).sum()), int((~kind & strict).sum())
    effect, df = 1.0, nan
    shift = kind.astype(np.float64) - strict
    if auditor is not None and len(shift) > 1:
        fit = clustered_mean(shift, cluster=auditor)
        plain = float(shift.var(ddof=1)) / len(shift)
        if plain > 0 and not isnan(fit.variance):
            effect, df = max(1.0, fit.variance / plain), fit.df
    found = newcombe_paired(
        int((kind & strict).sum()),
        over,
        under,
        int((~kind & ~strict).sum()),
        level=level,
        design_effect=effect,
        df=df,
    )
    if auditor is None:
        return replace(found, p=sign_test_p(over, under))
    how = f"{found.method}; design effect {effect:.2f} by auditor"
    return replace(found, auditors=len(np.unique(auditor)), method=how)


def stuart_birch(
    audit_grade: ArrayLike, moderation_grade: ArrayLike, *, auditor: ArrayLike | None = None
) -> Estimate:
    """Test of no optimism on ordered grades: Z = sum of gaps / root of sum of squared gaps.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
    auditor : int array, shape (audits,), optional
        Auditor of each audit. An auditor's gaps then change sign together, so that the test holds
        when auditors differ in leniency.

    Returns
    -------
    Estimate
        ``value`` is Z (positive: auditors kinder). ``p`` is exact, from all sign changes, with up
        to 1,000 audits (or auditors) that differ, else from the normal distribution. No interval.
        Not estimable when no audit differs.

    References
    ----------
    Birch (1965), Journal of the Royal Statistical Society B 27, 111-124; scores 0 .. K-1.

    Examples
    --------
    >>> test = stuart_birch([2, 2, 3, 1, 2, 2], [1, 1, 2, 1, 1, 1])
    >>> round(test.value, 4), test.p
    (2.2361, 0.0625)
    """
    gap = grade_gaps(audit_grade, moderation_grade)
    return birch_of_gaps(gap, auditor=auditors_of(gap, auditor))


def birch_of_gaps(gap: Ints, *, auditor: Ints | None) -> Estimate:
    """Test of no optimism on audits' gaps, as from ``grade_gaps``; see ``stuart_birch``."""
    units, auditors = units_by_auditor(gap, auditor)
    method = "Stuart-Birch" + ("" if auditor is None else ", by auditor")
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


def auditors_of(gap: Ints, auditor: ArrayLike | None) -> Ints | None:
    """Auditor of each gap as a read-only array, or None.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.
    """
    if auditor is None:
        return None
    names = frozen_ints(auditor, name="auditor")
    check_same_length({"gaps": gap, "auditor": names})
    return names


def _grades(audit_grade: ArrayLike, moderation_grade: ArrayLike) -> tuple[Ints, Ints]:
    audited = frozen_ints(audit_grade, name="audit_grade")
    moderated = frozen_ints(moderation_grade, name="moderation_grade")
    check_same_length({"audit grades": audited, "moderation grades": moderated})
    return audited, moderated


def paired_share_difference(
    audit: ArrayLike, moderation: ArrayLike, *, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """Share of audits with a property as the auditor read them, less as the moderator did.

    Parameters
    ----------
    audit, moderation : array, shape (audits,)
        1 (or True) where the reading has the property, else 0.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Newcombe's interval for paired shares, with a design effect for auditors. In the test
        each auditor's differences change sign together (see ``paired.stuart_birch``); with one
        audit per auditor it is McNemar's exact test. ``p`` is 1 where no reading differs. Not
        estimable without audits.

    Raises
    ------
    ShapeError
        If a value is neither 0 nor 1, or the lengths differ.

    Examples
    --------
    >>> gap = paired_share_difference([1, 1, 1, 0], [0, 0, 1, 0], auditor=[1, 2, 3, 4])
    >>> gap.value, gap.p
    (0.5, 0.5)
    """
    first, second = frozen_floats(audit), frozen_floats(moderation)
    for values in (first, second):
        if ((values != 0) & (values != 1)).any():
            raise ShapeError("A difference of shares needs values that are 0 or 1 only.")
    ours, theirs = first.astype(int), second.astype(int)
    found = net_good_shift(ours, theirs, good_from=1, auditor=auditor, level=level)
    if not found.is_estimable:
        return found
    test = stuart_birch(ours, theirs, auditor=auditor)
    method = f"{found.method}; p of {test.method}"
    return replace(found, p=test.p if test.is_estimable else 1.0, method=method)
