"""Whether a good overall grade is given although the child's experience was not good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades, check_same_audits, in_common
from qaf_analysis.stats.core.arrays import frozen_ints
from qaf_analysis.stats.core.means import clustered_share, mean_interval
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.estimate import Estimate

GAP_METHOD = "mean gap on child domains less mean gap on process domains"
RATE_METHOD = "share good or better overall among audits with a child domain below good"


def child_experience_gap(
    audit: DomainGrades, moderation: DomainGrades, *, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """How much kinder auditors are on child domains than on process domains, in grades.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Mean over audits of the mean gap on child domains less that on process domains. Positive
        where optimism sits in the child domains. t interval by auditor (see
        ``means.mean_interval``). Not estimable without an audit that has both kinds of domain.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    more = (ours.child_mean - theirs.child_mean) - (ours.process_mean - theirs.process_mean)
    known = ~np.isnan(more)
    if not known.any():
        why = audit.why_not_contrasted or (
            "no audit has a child and a process domain graded by auditor and moderator"
        )
        return Estimate.not_estimable(why, method=GAP_METHOD, level=level)
    found = mean_interval(more[known], cluster=names[known], level=level)
    if not found.has_interval and np.ptp(more[known]) > 0:
        # Every auditor's own mean is the same although audits vary: auditors add nothing.
        found = mean_interval(more[known], level=level)
    return replace(found, method=f"{GAP_METHOD}; {found.method}")


def good_without_child_rate(
    overall_by: DomainGrades,
    *,
    child_by: DomainGrades,
    good_from: int,
    auditor: ArrayLike,
    level: float = 0.95,
) -> Estimate:
    """Share of audits good or better overall, among those with a child domain below good.

    Parameters
    ----------
    overall_by : DomainGrades
        Whose overall grades are judged.
    child_by : DomainGrades
        Whose child-domain grades say that the child's experience was not good. With the same
        reader for both it is a contradiction within one reading, and needs no moderator.
    good_from : int
        Lowest code that counts as good.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Wilson interval that allows for auditors. A rate above zero is no fault by itself: an
        overall grade weighs other domains too, so compare it with the moderators' own. Not
        estimable when no audit has a child domain below good.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    check_same_audits(overall_by, child_by)
    names = frozen_ints(auditor, name="auditor")
    below = (child_by.lowest_child < good_from) & ~np.isnan(overall_by.overall)
    if not below.any():
        why = _no_audit_below(overall_by, child_by)
        return Estimate.not_estimable(why, method=RATE_METHOD, level=level)
    good = overall_by.overall[below] >= good_from
    return clustered_share(good, cluster=names[below], level=level)


def good_without_child_difference(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    good_from: int,
    auditor: ArrayLike,
    level: float = 0.95,
) -> Estimate:
    """Auditors' good-without-the-child rate less moderators' own, on the same audits.

    Both rates are among audits in which the moderator graded a child domain below good; see
    ``good_without_child_rate`` for the parameters and ``paired_share_difference`` for interval
    and p. Where moderators are unsure of their own grades it is a little above zero even if both
    follow one rule, because the audits were chosen by the moderators' child grades; the
    difference of crossed readings is not.
    """
    check_same_audits(audit, moderation)
    names = frozen_ints(auditor, name="auditor")
    both = ~np.isnan(audit.overall) & ~np.isnan(moderation.overall)
    below = (moderation.lowest_child < good_from) & both
    if not below.any():
        why = _no_audit_below(audit, moderation)
        return Estimate.not_estimable(why, method=RATE_METHOD, level=level)
    return paired_share_difference(
        audit.overall[below] >= good_from,
        moderation.overall[below] >= good_from,
        auditor=names[below],
        level=level,
    )


def crossed_difference(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    good_from: int,
    auditor: ArrayLike,
    level: float = 0.95,
) -> Estimate:
    """How much more often the auditor's good meets the moderator's doubt than the other way.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only child domains that both graded count.
    good_from : int
        Lowest code that counts as good.
    auditor : int array, shape (audits,)
    level : float

    Returns
    -------
    Estimate
        Share of moderated audits that the auditor calls good overall while the moderator has a
        child domain below good, less the share with the two exchanged. Zero when both grade
        alike, however unsure each is; ``p`` is exact. Not estimable without an audit whose
        overall and child grades both readers gave.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    known = ~np.isnan(ours.overall + theirs.overall + ours.lowest_child + theirs.lowest_child)
    if not known.any():
        why = audit.why_no_child or (
            "no audit has overall and child-domain grades by auditor and moderator"
        )
        return Estimate.not_estimable(why, method="difference of crossed readings", level=level)
    ours, theirs = ours.select(known), theirs.select(known)
    return paired_share_difference(
        (ours.overall >= good_from) & (theirs.lowest_child < good_from),
        (theirs.overall >= good_from) & (ours.lowest_child < good_from),
        auditor=names[known],
        level=level,
    )


def _no_audit_below(overall_by: DomainGrades, child_by: DomainGrades) -> str:
    if child_by.why_no_child:
        return child_by.why_no_child
    if np.isnan(overall_by.overall).all():
        return "no audit has an overall grade"
    if np.isnan(child_by.lowest_child).all():
        return "no child domain was graded"
    return "no audit has a child domain below good"
