"""Halo: one impression of the case colours every domain, so that domains go together too much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common, row_mean
from qaf_analysis.stats.child.level_free import NormalScores, grade_slopes, normal_scores
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level, frozen_ints, sums
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.core.means import clustered_mean, clustered_share
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FOCUS_RULE

METHOD = "mean correlation of an audit's domains by normal scores"
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


@dataclass(frozen=True, kw_only=True)
class Halo:
    """How far the domains of an audit go together.

    Parameters
    ----------
    audit, moderation : Estimate
        Mean correlation of two domains over audits, about -1 to 1: auditors', without what comes
        from some auditors being stricter than others, and moderators'.
    difference : Estimate
        Auditors less moderators; above 0 one impression may colour all domains. Below 0 says
        nothing: kindness near the top of the scale lowers it too.
    strictness : float
        Share of the auditors' variance that comes from some being stricter than others.
    """

    audit: Estimate
    moderation: Estimate
    difference: Estimate
    strictness: float


class _Together(NamedTuple):
    """Mean correlation of two domains, and how much each audit moves it."""

    value: float
    influence: Floats


def halo(
    audit: DomainGrades, moderation: DomainGrades, *, auditor: ArrayLike, level: float = 0.95
) -> Halo:
    """How much more auditors' domain grades go together within an audit than moderators' do.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count, and whose grades vary.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Halo
        t intervals by auditor from each audit's influence. Not estimable with fewer than two such
        domains, or with too few auditors who audited twice: a strict auditor's audits go together
        without any halo, and that share has then to be taken off unseen.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.

    Notes
    -----
    The mean product of two domains' ``normal_scores`` is about the correlation of what lies
    behind, wherever the domains stand. Auditors' is r' = (r - s)/(1 - s) with s the part of
    variance between auditors in the audits' mean score gap to moderators, which practice does
    not enter (analysis of variance, not below 0).

    References
    ----------
    Searle, Casella & McCulloch (1992), Variance Components, 3.6 (analysis of variance, unequal
    numbers).
    """
    check_level(level)
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    scores = normal_scores(ours), normal_scores(theirs)
    use = ~np.isnan(grade_slopes(ours, theirs)) & (scores[0].told > 0) & (scores[1].told > 0)
    known = (~np.isnan(ours.domains[:, use])).sum(axis=1) >= FOCUS_RULE.fewest_domains
    why = _why_no_halo(ours, use, known, names)
    if why:
        nothing = Estimate.not_estimable(why, method=METHOD, level=level, cases=int(known.sum()))
        return Halo(audit=nothing, moderation=nothing, difference=nothing, strictness=nan)
    apart = row_mean(scores[0].score[:, use] - scores[1].score[:, use])
    strictness = _between_auditors(apart[known], names[known])
    audited, moderated = (_together(one, use) for one in scores)
    audited = _Together(
        value=min(1.0, (audited.value - strictness) / (1 - strictness)),
        influence=audited.influence / (1 - strictness),
    )
    moderated = moderated._replace(value=min(1.0, moderated.value))
    difference = _Together(
        value=audited.value - moderated.value, influence=audited.influence - moderated.influence
    )
    found = [_estimate(one, known, names, level=level) for one in (audited, moderated, difference)]
    return Halo(
        audit=replace(found[0], p=nan),
        moderation=replace(found[1], p=nan),
        difference=found[2],
        strictness=strictness,
    )


def domain_correlation(scores: NormalScores) -> tuple[float, Floats]:
    """Mean correlation of two domains over audits, and each audit's influence on it.

    Parameters
    ----------
    scores : NormalScores
        Domains whose grades are all alike do not count.

    Returns
    -------
    float
        Mean over pairs of domains d, j of C = mean of z_d z_j; NaN without a pair.
    array, shape (audits,)
        Mean over pairs of z_d z_j - C (V_d z_d^2 + V_j z_j^2)/2, with V what the grades tell;
        they add up to 0. The second term is there because each domain's own spread is estimated
        from the same audits, as in the influence of any correlation.

    References
    ----------
    Devlin, Gnanadesikan & Kettenring (1975), Biometrika 62(3), 531-545 (influence of a
    correlation).
    """
    found = _together(scores, scores.told > 0)
    return found.value, found.influence


def _together(scores: NormalScores, use: Bools) -> _Together:
    score, told, mean = scores.score[:, use], scores.told[use], scores.product[np.ix_(use, use)]
    known = (~np.isnan(score)).astype(np.float64)
    zeros, both, n = np.where(known > 0, score, 0.0), known.T @ known, len(score)
    pair = np.triu(both > 0, k=1)
    if not pair.any():
        return _Together(value=nan, influence=np.full(n, nan))
    share = np.where(pair, 1 / pair.sum(), 0.0)
    mean = np.where(pair, mean, 0.0)
    product = np.einsum("nd,dj,nj->n", zeros, share * n / np.maximum(both, 1), zeros)
    own = (share * mean).sum(axis=0) + (share * mean).sum(axis=1)
    spread = zeros**2 @ (told * own / 2 * n / np.maximum(known.sum(axis=0), 1))
    return _Together(value=float((share * mean).sum()), influence=product - spread)


def _between_auditors(apart: Floats, names: Ints) -> float:
    """Variance between auditors in a value of each audit, by analysis of variance, 0 to 0.9."""
    place = np.unique(names, return_inverse=True)[1]
    size = np.bincount(place).astype(np.float64)
    n, groups = len(apart), len(size)
    if groups < 2:
        return 0.0
    mean = sums(place, apart) / size
    between = size @ (mean - apart.mean()) ** 2 / (groups - 1)
    within = ((apart - mean[place]) ** 2).sum() / (n - groups)
    usual = (n - (size**2).sum() / n) / (groups - 1)
    return float(np.clip((between - within) / usual, 0.0, 0.9))


def _why_no_halo(grades: DomainGrades, use: Bools, known: Bools, names: Ints) -> str:
    if ((~np.isnan(grades.domains)).sum(axis=1) < FOCUS_RULE.fewest_domains).all():
        return NO_DOMAINS
    if use.sum() < FOCUS_RULE.fewest_domains or not known.any():
        return "grades hardly vary in all domains but one, or in all"
    if known.sum() - len(np.unique(names[known])) < FOCUS_RULE.fewest_df_within:
        return (
            "too few auditors have several moderated audits, so one impression cannot be told from "
            "some auditors being stricter"
        )
    return ""


def _estimate(found: _Together, known: Bools, names: Ints, *, level: float) -> Estimate:
    error = clustered_mean(found.influence[known], cluster=names[known])
    low = high = se = p = nan
    method = f"{METHOD}; no interval: it cannot be told how far auditors vary"
    if error.variance > 0:
        scale = known.sum() / len(known)
        se = sqrt(error.variance) * scale
        half = t_quantile(level, df=error.df) * se
        low, high = max(-2.0, found.value - half), min(2.0, found.value + half)
        p = t_p_value(found.value / se, df=error.df)
        method = f"{METHOD}, t with {error.df:.1f} df, by auditor (CR2)"
    return Estimate(
        value=found.value,
        low=low,
        high=high,
        level=level,
        cases=int(known.sum()),
        auditors=error.clusters,
        method=method,
        se=se,
        p=p,
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
