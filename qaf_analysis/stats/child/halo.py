"""Halo: one impression of the case colours every domain, so that domains differ too little."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common
from qaf_analysis.stats.core.arrays import Floats, Ints, check_level, frozen_ints
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.core.means import clustered_mean, clustered_share, mean_interval
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.estimate import Estimate

METHOD = "ratio of mean within-audit standard deviations, linearised logarithm"
STRAIGHT_METHOD = "share of audits with one grade in all domains"
NO_DOMAINS = "no audit has two or more domains graded by auditor and moderator"


@dataclass(frozen=True, kw_only=True)
class StraightLines:
    """Share of audits graded alike in all domains.

    Parameters
    ----------
    audit, moderation : Estimate
        Share by auditors, and by moderators.
    difference : Estimate
        Auditors less moderators, on the same audits.
    """

    audit: Estimate
    moderation: Estimate
    difference: Estimate


def halo_ratio(
    audit: DomainGrades, moderation: DomainGrades, *, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """How much auditors' domain grades differ within an audit, for one that moderators' do.

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
        Mean within-audit standard deviation of auditors' grades over that of moderators'. 1 is
        no difference, below 1 is halo. Readers who are unsure of each domain spread their grades
        too: auditors less sure than moderators push the ratio up and can hide halo. t interval
        of its logarithm, by auditor; ``p`` is of a ratio of 1, ``se`` that of the logarithm. Not
        estimable without audits, or when moderators never tell domains apart. Without an
        interval when auditors never do.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    check_level(level)
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = (grades.spread for grades in in_common(audit, moderation))
    known = ~np.isnan(ours)
    ours, theirs, names = ours[known], theirs[known], names[known]
    why = NO_DOMAINS if not known.any() else ""
    if not why and not theirs.any():
        why = "moderators gave all domains the same grade in every audit"
    if why:
        return Estimate.not_estimable(why, method=METHOD, level=level, cases=len(ours))
    if not ours.any():
        return _no_spread(theirs, names, level=level)
    return _ratio(ours, theirs, names, level=level)


def _ratio(ours: Floats, theirs: Floats, names: Ints, *, level: float) -> Estimate:
    value = float(ours.mean() / theirs.mean())
    # To first order the logarithm of the ratio errs by the mean of these.
    errs = clustered_mean(ours / ours.mean() - theirs / theirs.mean(), cluster=names)
    low = high = se = p = nan
    method = f"{METHOD}; no interval: it cannot be told how far auditors vary"
    if errs.variance > 0:
        se = sqrt(errs.variance)
        half = t_quantile(level, df=errs.df) * se
        low, high = value * exp(-half), value * exp(half)
        p = t_p_value(log(value) / se, df=errs.df)
        method = f"{METHOD}, t with {errs.df:.1f} df, by auditor (CR2)"
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=len(ours),
        auditors=errs.clusters,
        method=method,
        se=se,
        p=p,
    )


def _no_spread(theirs: Floats, names: Ints, *, level: float) -> Estimate:
    test = mean_interval(theirs, cluster=names, level=level)
    return Estimate(
        value=0.0,
        low=nan,
        high=nan,
        level=level,
        cases=len(theirs),
        auditors=len(np.unique(names)),
        method=f"{METHOD}; no interval: auditors gave all domains the same grade in every audit",
        p=test.p,
    )


def straight_lines(
    audit: DomainGrades, moderation: DomainGrades, *, auditor: ArrayLike, level: float = 0.95
) -> StraightLines:
    """How often all domains of an audit have one grade: auditors, moderators, the difference.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count, two or more.
    auditor : int array, shape (audits,)
    level : float

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = (grades.is_straight_line for grades in in_common(audit, moderation))
    known = ~np.isnan(ours)
    if not known.any():
        nothing = Estimate.not_estimable(NO_DOMAINS, method=STRAIGHT_METHOD, level=level)
        return StraightLines(audit=nothing, moderation=nothing, difference=nothing)
    ours, theirs, names = ours[known], theirs[known], names[known]
    return StraightLines(
        audit=clustered_share(ours, cluster=names, level=level),
        moderation=clustered_share(theirs, cluster=names, level=level),
        difference=paired_share_difference(ours, theirs, auditor=names, level=level),
    )
