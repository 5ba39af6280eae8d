"""The headline figures of moderated audits, and the verdict on them.

One function for a council's report, for each of its groups, and for a plain table: whoever holds
the same audits finds the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.optimism.adjusted import (
    FEWEST_MODERATED,
    AdjustedProfile,
    adjusted_profile,
    refused_profile,
)
from qaf_analysis.stats.optimism.gap import (
    grade_table,
    mean_gap,
    over_rate,
    severe_rate,
    under_rate,
)
from qaf_analysis.stats.optimism.heterogeneity import gap_heterogeneity
from qaf_analysis.stats.optimism.moderated_counts import selection_refusal
from qaf_analysis.stats.optimism.verdict import OptimismDecision, optimism_verdict
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection

NO_POPULATION = "the table holds moderated audits only; how many audits there are in all is unknown"


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedAudits:
    """Moderated audits as arrays, and the audits they are to speak for.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (moderated,)
        Grade codes of the same audits.
    auditor : int array, shape (moderated,), or None
        Auditor of each; None where that is not known, or where audits are to count as
        independent of each other.
    n_levels, good_from : int
        Levels of the scale, and the lowest code that counts as good.
    level : float
        Confidence level.
    selected_by : tuple of str, or None
        How each was chosen (see ``Selection``); None where nothing is told, which counts as
        drawn at random.
    selection_probability : array, shape (moderated,), or None
        Chance with which each was chosen; NaN, or None, where not recorded.
    population : int array, shape (K,), or None
        All audits by auditor's grade, the moderated ones among them. None where they are not
        known: the moderated audits then speak for themselves only, and all weigh alike.
    population_auditors : int or None
        Auditors of all audits.
    audits : int or None
        Moderated audits, where the rows are several grades of one audit; None: one row each.
    no_profile : str
        Reason for which no adjusted profile may be made; empty if it may.
    """

    audit_grade: Ints
    moderation_grade: Ints
    auditor: Ints | None
    n_levels: int
    good_from: int
    level: float = 0.95
    selected_by: tuple[str, ...] | None = None
    selection_probability: Floats | None = None
    population: Ints | None = None
    population_auditors: int | None = None
    audits: int | None = None
    no_profile: str = ""

    @property
    def cases(self) -> int:
        """Number of moderated audits."""
        return len(self.audit_grade) if self.audits is None else self.audits

    @property
    def table(self) -> Ints:
        """Audits by auditor's grade (rows) and moderator's grade (columns)."""
        return grade_table(self.audit_grade, self.moderation_grade, n_levels=self.n_levels)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How auditors' grades differ from moderators', weighed to speak for all audits.

    ``gap`` is the mean of audit minus moderation in grades; ``over``, ``under`` and ``severe``
    are the shares that auditors graded higher, lower, and two grades or more apart.
    ``adjusted`` is the profile that moderators would have given to all audits.
    """

    gap: Estimate
    over: Estimate
    under: Estimate
    severe: Estimate
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
    adjusted, weight = _adjusted(moderated), stands_for(moderated)
    gap = _gap(moderated, weight)
    if gap.is_estimable and weight is not None and adjusted.over.is_estimable:
        over, under, severe = adjusted.over, adjusted.under, adjusted.severe
    else:
        over, under, severe = (
            rate(
                moderated.audit_grade,
                moderated.moderation_grade,
                auditor=moderated.auditor,
                level=moderated.level,
            )
            for rate in (over_rate, under_rate, severe_rate)
        )
    return Gap(gap=gap, over=over, under=under, severe=severe, adjusted=adjusted)


def stands_for(moderated: ModeratedAudits) -> Floats | None:
    """How many audits each moderated one stands for; None where all weigh alike.

    They weigh alike when every case was drawn at random with one chance, or where it is not known
    how many audits there are. Otherwise cases of one auditor's grade share that grade's audits,
    by one over their chance where it is recorded.
    """
    grade, there = moderated.audit_grade, moderated.population
    if len(grade) == 0 or there is None or moderated.auditor is None:
        return None
    chance = moderated.selection_probability
    chance = np.full(len(grade), np.nan) if chance is None else chance
    by_grade = set(moderated.selected_by or ()) - {Selection.RANDOM, Selection.ALL}
    if not by_grade and len(np.unique(chance[~np.isnan(chance)])) <= 1:
        return None
    each = 1 / chance if not np.isnan(chance).any() else np.ones(len(grade))
    drawn = np.bincount(grade, weights=each, minlength=len(there))
    weights: Floats = each * (there / np.maximum(drawn, 1e-12))[grade]
    return weights


def _gap(moderated: ModeratedAudits, weight: Floats | None) -> Estimate:
    few = moderated.cases
    if few < FEWEST_MODERATED:
        return Estimate.not_estimable(
            f"only {few} moderated audit{'' if few == 1 else 's'} can be used; "
            f"at least {FEWEST_MODERATED} are needed"
            if few
            else "no audit of this period was moderated after being chosen by a recorded chance",
            method="mean gap, clustered by auditor",
            level=moderated.level,
            cases=few,
        )
    found = mean_gap(
        moderated.audit_grade,
        moderated.moderation_grade,
        auditor=moderated.auditor,
        weight=weight,
        level=moderated.level,
    )
    return replace(found, cases=len(moderated.audit_grade))


def _between_auditors(moderated: ModeratedAudits) -> Estimate:
    if moderated.auditor is None:
        return Estimate.not_estimable(
            "the table does not say who audited",
            method="spread of auditors' gaps",
            level=moderated.level,
            cases=moderated.cases,
        )
    return gap_heterogeneity(
        moderated.audit_grade,
        moderated.moderation_grade,
        moderated.auditor,
        level=moderated.level,
    )


def _adjusted(moderated: ModeratedAudits) -> AdjustedProfile:
    chance, chosen = moderated.selection_probability, moderated.selected_by
    reason = moderated.no_profile
    if not reason and moderated.population is None:
        reason = NO_POPULATION
    if not reason and not moderated.cases:
        reason = "no audit was moderated"
    if not reason and chosen:
        reason = selection_refusal(chosen, selection_probability=chance)
    if reason or moderated.population is None:
        return refused_profile(
            reason,
            n_levels=moderated.n_levels,
            cases=len(moderated.audit_grade),
            level=moderated.level,
        )
    return adjusted_profile(
        moderated.population,
        audit_grade=moderated.audit_grade,
        moderation_grade=moderated.moderation_grade,
        good_from=moderated.good_from,
        selection_probability=chance,
        auditor=moderated.auditor,
        population_auditors=moderated.population_auditors,
        level=moderated.level,
    )
