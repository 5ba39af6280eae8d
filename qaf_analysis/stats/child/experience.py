"""Whether a good overall grade is given although the child's experience was not good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import (
    DomainGrades,
    check_same_audits,
    in_common,
    row_mean,
)
from qaf_analysis.stats.child.level_free import grade_slopes
from qaf_analysis.stats.core.arrays import Floats, frozen_ints
from qaf_analysis.stats.core.means import clustered_share, mean_interval
from qaf_analysis.terms.estimate import Estimate

GAP_METHOD = "gap on child domains less gap on process domains, each on its own level"
RATE_METHOD = "share graded positive overall among audits with a child domain below that"


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
        In each domain audit less moderation, over the domain's ``grade_slopes``; mean over the
        child domains less mean over the process domains; mean over audits; times the mean slope
        of the child domains, so that it is in grades of these. Positive where optimism sits in
        the child domains. Kindness alike in all domains leaves it at 0 wherever domains stand.
        t interval by auditor (see ``means.mean_interval``). Not estimable without an audit that
        has both kinds of domain, with grades that vary.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    slope = grade_slopes(ours, theirs)
    shift = (ours.domains - theirs.domains) / slope
    worth = slope[ours.is_child & ~np.isnan(slope)]
    more = row_mean(shift[:, ours.is_child]) - row_mean(shift[:, ours.is_process])
    known = ~np.isnan(more)
    if not known.any():
        return Estimate.not_estimable(
            _why_no_gap(ours, theirs, slope), method=GAP_METHOD, level=level
        )
    more = more[known] * worth.mean()
    found = mean_interval(more, cluster=names[known], level=level)
    if not found.has_interval and np.ptp(more) > 0:
        # Every auditor's own mean is the same although audits vary: auditors add nothing.
        found = mean_interval(more, level=level)
    return replace(found, method=f"{GAP_METHOD}; {found.method}")


def _why_no_gap(audit: DomainGrades, moderation: DomainGrades, slope: Floats) -> str:
    if audit.why_not_contrasted:
        return audit.why_not_contrasted
    if np.isnan(audit.child_mean + audit.process_mean).all():
        return "no audit has a child and a process domain graded by auditor and moderator"
    return "grades of the child's domains, or of process domains, hardly vary"


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
        Wilson interval that allows for auditors. No test of focus on the child: an overall grade
        weighs other domains too, and kindness alike in all domains raises the rate. Not estimable
        when no audit has a child domain below good.

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


def _no_audit_below(overall_by: DomainGrades, child_by: DomainGrades) -> str:
    if child_by.why_no_child:
        return child_by.why_no_child
    if np.isnan(overall_by.overall).all():
        return "no audit has an overall grade"
    if np.isnan(child_by.lowest_child).all():
        return "no child domain was graded"
    return "no audit has a child domain below the positive grades"
