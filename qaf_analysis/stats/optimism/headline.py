"""The headline figures of moderated audits, and the verdict on them.

One function for a council's report, for each of its groups, and for a plain table: whoever holds
the same audits finds the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.stats.optimism.adjusted import FEWEST_PAIRS, AdjustedProfile, profile_of
from qaf_analysis.stats.optimism.gap import mean_of_gaps, rates_of_gaps
from qaf_analysis.stats.optimism.heterogeneity import spread_of_gaps
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.verdict import OptimismDecision, no_verdict, optimism_verdict
from qaf_analysis.stats.optimism.verdict_figures import (
    SHIFT_METHOD,
    VerdictInputs,
    good_shift,
    verdict_figures,
)
from qaf_analysis.stats.optimism.verdict_size import with_sizes
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How auditors' grades differ from moderators', weighed to speak for all audits.

    ``gap`` is the mean of audit minus moderation in grades; ``over``, ``under`` and ``severe``
    are the shares that auditors graded higher, lower, and so far apart that it is severe;
    ``good_shift`` is the share good or better by auditors less that by moderators.
    ``adjusted`` is the profile that moderators would have given to all audits.
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
    given = verdict_inputs(moderated, stands_for(moderated))
    found = gap_of_all(moderated)
    return Headline(
        found=found,
        heterogeneity=_between_auditors(moderated, given),
        verdict=_verdict(moderated, found, given),
    )


def verdict_inputs(moderated: ModeratedAudits, weight: Floats | None) -> VerdictInputs:
    """What the verdict rests on; ``weight`` is how many audits each moderated one stands for."""
    return VerdictInputs(
        audited=moderated.audit_grade,
        moderated=moderated.moderation_grade,
        auditor=moderated.auditor,
        weight=weight,
        good_from=moderated.good_from,
        limits=moderated.ruled_by,
    )


def _verdict(moderated: ModeratedAudits, found: Gap, given: VerdictInputs) -> OptimismDecision:
    if moderated.withheld:
        return no_verdict(moderated.withheld)
    if not found.gap.is_estimable:
        return optimism_verdict((), limits=given.limits, why_no_gap=found.gap.why_not)
    return optimism_verdict(
        with_sizes(verdict_figures(given), given),
        limits=given.limits,
        audits=None if moderated.population is None else int(moderated.population.sum()),
        positive=moderated.positive,
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
        where these can be made. The gap is not estimable under ``FEWEST_PAIRS`` audits.
    """
    weight = stands_for(moderated)
    adjusted = profile_of(moderated)
    gap = _gap(moderated, weight)
    rates = adjusted.over, adjusted.under, adjusted.severe
    if not gap.is_estimable or weight is None or not adjusted.over.is_estimable:
        rates = rates_of_gaps(
            moderated.gap,
            severe_from=moderated.ruled_by.severe_from,
            auditor=moderated.auditor,
            level=moderated.level,
        )
    if moderated.withheld:
        rates = (_untold(moderated, moderated.withheld, method="Wilson"),) * 3
    over, under, severe = (on_enough(rate, audits=moderated.cases) for rate in rates)
    if moderated.ruled_by.severe_from is None:
        severe = _untold(moderated, "two levels cannot lie further apart than one", method="none")
    return Gap(
        gap=gap,
        over=over,
        under=under,
        severe=severe,
        good_shift=on_enough(
            _good_shift(moderated, weight, adjusted=adjusted.good), audits=moderated.cases
        ),
        adjusted=adjusted,
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


def good_as_audited(
    audited: Ints, *, good_from: int, auditor: Ints | None, audits: int
) -> Estimate:
    """Share of audits that auditors graded good or better, with auditors as clusters.

    ``audited`` holds auditors' grades of so many ``audits``; not estimable on fewer than ten.
    """
    if not len(audited):
        return Estimate.not_estimable("no audit was graded", method="Wilson")
    return on_enough(clustered_share(audited >= good_from, cluster=auditor), audits=audits)


def _gap(moderated: ModeratedAudits, weight: Floats | None) -> Estimate:
    few = moderated.cases
    if moderated.withheld:
        return _untold(moderated, moderated.withheld, method="mean gap, clustered by auditor")
    if few < FEWEST_PAIRS:
        return _untold(
            moderated,
            f"only {few} moderated audit{'' if few == 1 else 's'} can be used; "
            f"at least {FEWEST_PAIRS} are needed"
            if few
            else "no audit of this period was moderated after being chosen by a recorded chance",
            method="mean gap, clustered by auditor",
        )
    found = mean_of_gaps(
        moderated.gap, auditor=moderated.auditor, weight=weight, level=moderated.level
    )
    return replace(found, cases=len(moderated.audit_grade))


def _good_shift(
    moderated: ModeratedAudits, weight: Floats | None, *, adjusted: Estimate
) -> Estimate:
    """Share good or better by auditors less that by moderators.

    Where audits weigh unequally the auditors' share is that of all audits, which is known.
    """
    if moderated.withheld:
        return _untold(moderated, moderated.withheld, method=SHIFT_METHOD)
    there = moderated.population
    if weight is None or there is None or not adjusted.is_estimable:
        return good_shift(verdict_inputs(moderated, weight), level=moderated.level)
    audited = float(there[moderated.good_from :].sum() / there.sum())
    return replace(
        adjusted,
        value=audited - adjusted.value,
        low=audited - adjusted.high,
        high=audited - adjusted.low,
        method=f"share as audited less {adjusted.method}",
    )


def _between_auditors(moderated: ModeratedAudits, given: VerdictInputs) -> Estimate:
    method = "spread of auditors' gaps"
    if moderated.withheld:
        return _untold(moderated, moderated.withheld, method=method)
    if given.auditor is None:
        return _untold(moderated, given.why_no_auditor, method=method)
    return spread_of_gaps(given.gap, given.auditor, weight=given.weight, level=moderated.level)


def _untold(moderated: ModeratedAudits, why_not: str, *, method: str) -> Estimate:
    return Estimate.not_estimable(
        why_not, method=method, level=moderated.level, cases=moderated.cases
    )
