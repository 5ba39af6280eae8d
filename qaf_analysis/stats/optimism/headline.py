"""The headline figures of moderated audits, and the verdict on them.

One function for a council's report, for each of its groups, and for a plain table: whoever holds
the same audits finds the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.optimism.adjusted import FEWEST_MODERATED, AdjustedProfile, profile_of
from qaf_analysis.stats.optimism.gap import mean_of_gaps, rates_of_gaps, shift_in_good
from qaf_analysis.stats.optimism.heterogeneity import spread_of_gaps
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.verdict import OptimismDecision, optimism_verdict
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How auditors' grades differ from moderators', weighed to speak for all audits.

    ``gap`` is the mean of audit minus moderation in grades; ``over``, ``under`` and ``severe``
    are the shares that auditors graded higher, lower, and two grades or more apart, and
    ``good_shift`` is the share good or better by auditors less that by moderators. ``adjusted`` is
    the profile that moderators would have given to all audits.
    """

    gap: Estimate
    over: Estimate
    under: Estimate
    severe: Estimate
    good_shift: Estimate
    adjusted: AdjustedProfile


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The gap, how far auditors differ in it, and the verdict."""

    found: Gap
    heterogeneity: Estimate
    verdict: OptimismDecision


def headline(moderated: ModeratedAudits) -> Headline:
    """Gap, spread between auditors and verdict of moderated audits."""
    found, between = gap_of_all(moderated), _between_auditors(moderated)
    return Headline(
        found=found,
        heterogeneity=between,
        verdict=optimism_verdict(found.gap, severe=found.severe, heterogeneity_p=between.p),
    )


def gap_of_all(moderated: ModeratedAudits) -> Gap:
    """Gap and rates, weighed to speak for all audits where these were drawn with unequal chances.

    Parameters
    ----------
    moderated : ModeratedAudits
        Cases chosen by a recorded chance, or of which nothing is claimed beyond themselves
        (without a ``population``).

    Returns
    -------
    Gap
        With one chance for all, plain figures of the moderated audits, with errors by auditor.
        Otherwise each weighs as many audits as it stands for, and the rates are the adjusted ones
        where these can be made. The gap is not estimable under ``FEWEST_MODERATED`` audits.
    """
    weight = stands_for(moderated)
    adjusted = profile_of(moderated)
    gap = _gap(moderated, weight)
    rates = adjusted.over, adjusted.under, adjusted.severe
    if not gap.is_estimable or weight is None or not adjusted.over.is_estimable:
        rates = rates_of_gaps(moderated.gap, auditor=moderated.auditor, level=moderated.level)
        shift = shift_in_good(
            moderated.audit_grade,
            moderated.moderation_grade,
            good_from=moderated.good_from,
            auditor=moderated.auditor,
            level=moderated.level,
        )
    else:
        shift = _adjusted_shift(moderated, adjusted.good)
    over, under, severe = rates
    return Gap(gap=gap, over=over, under=under, severe=severe, good_shift=shift, adjusted=adjusted)


def _adjusted_shift(moderated: ModeratedAudits, good: Estimate) -> Estimate:
    """Share good or better of all audits as audited, which is known, less the adjusted share."""
    there = moderated.population
    if there is None:
        return good
    audited = float(there[moderated.good_from :].sum() / there.sum())
    return replace(
        good,
        value=audited - good.value,
        low=audited - good.high,
        high=audited - good.low,
        method=f"share as audited less {good.method}",
    )


def stands_for(moderated: ModeratedAudits) -> Floats | None:
    """How many audits each moderated one stands for; None where all weigh alike.

    They weigh alike when every case was drawn at random with one chance, or where it is not known
    how many audits there are. Otherwise cases of one auditor's grade share that grade's audits,
    by one over their chance where it is recorded.
    """
    grade, there = moderated.audit_grade, moderated.population
    if len(grade) == 0 or there is None or moderated.auditor is None:
        return None
    chance = moderated.chance
    by_grade = set(moderated.selected_by or ()) - {Selection.RANDOM, Selection.ALL}
    if not by_grade and len(np.unique(chance[~np.isnan(chance)])) <= 1:
        return None
    each = 1 / chance if not np.isnan(chance).any() else np.ones(len(grade))
    drawn = np.bincount(grade, weights=each, minlength=len(there))
    weights: Floats = each * (there / np.maximum(drawn, 1e-12))[grade]
    return weights


def good_as_audited(audited: Ints, *, good_from: int, cluster: Ints | None) -> Estimate:
    """Share of audits that auditors graded good or better.

    ``audited`` holds auditors' grades, and ``cluster`` the audit of each where one gives several.
    """
    if not len(audited):
        return Estimate.not_estimable("no audit was graded", method="Wilson")
    return clustered_share(audited >= good_from, cluster=cluster)


def _gap(moderated: ModeratedAudits, weight: Floats | None) -> Estimate:
    few = moderated.cases
    if few < FEWEST_MODERATED:
        return _untold(
            moderated,
            f"only {few} moderated audit{'' if few == 1 else 's'} can be used; "
            f"at least {FEWEST_MODERATED} are needed"
            if few
            else "no audit of this period was moderated after being chosen by a recorded chance",
            method="mean gap, clustered by auditor",
        )
    found = mean_of_gaps(
        moderated.gap, auditor=moderated.auditor, weight=weight, level=moderated.level
    )
    return replace(found, cases=len(moderated.audit_grade))


def _between_auditors(moderated: ModeratedAudits) -> Estimate:
    if moderated.auditor is None:
        return _untold(
            moderated, "the table does not say who audited", method="spread of auditors' gaps"
        )
    return spread_of_gaps(moderated.gap, moderated.auditor, level=moderated.level)


def _untold(moderated: ModeratedAudits, why_not: str, *, method: str) -> Estimate:
    return Estimate.not_estimable(
        why_not, method=method, level=moderated.level, cases=moderated.cases
    )
