"""Every figure about optimism of one plain table, for an analyst who checks one by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.data.plain.levels import PlainLevels, good_level
from qaf_analysis.data.plain.moderated import PlainModerated
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile, adjusted_profile, refused_profile
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.stats.optimism.gap import mean_gap
from qaf_analysis.stats.optimism.heterogeneity import gap_heterogeneity
from qaf_analysis.stats.optimism.verdict import optimism_verdict
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.optimism.analysis.measures import Pairs, every_optimism_measure

CHANCE_ASSUMED = (
    "The table does not say with which probability audits were chosen for moderation. Adjusted "
    "figures hold only if, within each auditor's grade, they were chosen by chance."
)
UNTOLD = (
    "The table says neither who audited nor how audits were chosen: errors count every audit as "
    "independent, and the verdict holds only for audits chosen by chance."
)
NO_POPULATION = "the table holds moderated audits only; how many audits there are in all is unknown"


@dataclass(frozen=True, kw_only=True)
class OptimismTable:
    """Every figure about optimism of one table.

    Parameters
    ----------
    levels : tuple of str
        The scale, worst first.
    good : str
        Lowest level that counts as good.
    estimates : tuple of NamedEstimate
        Paired measures, adjusted figures, the spread between auditors, and each auditor's gap.
    verdict : str
        Accept, adjust, re-audit or more moderation needed, with the reason.
    warnings : tuple of str
        What a reader of the figures should know.
    """

    levels: tuple[str, ...]
    good: str
    estimates: tuple[NamedEstimate, ...]
    verdict: str
    warnings: tuple[str, ...]


def optimism_table(
    audits: PlainModerated, *, good_from: str | None = None, level: float = 0.95
) -> OptimismTable:
    """Compute every figure about optimism.

    Parameters
    ----------
    audits : PlainModerated
        As read from a plain table.
    good_from : str, optional
        Lowest level that counts as good; by default ``Good`` on Ofsted's scale, else the middle.
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If ``good_from`` is no level of the scale, or the level is not between 0 and 1.
    """
    good, warned = good_level(audits.levels, good_from)
    read = audits.moderation_grade >= 0
    auditor = None if audits.auditor is None else audits.auditor[read]
    pairs = Pairs(
        audit_grade=audits.audit_grade[read],
        moderation_grade=audits.moderation_grade[read],
        auditor=auditor,
        n_levels=len(audits.levels.labels),
        good_from=good,
        level=level,
    )
    measures = every_optimism_measure(pairs)
    adjusted = _adjusted(audits, pairs)
    own = tuple(_of_auditors(audits, pairs))
    by_name = {named.name: named.estimate for named in (*measures, *own)}
    weight = _weights(audits)
    unequal = weight is not None and adjusted.severe.is_estimable
    verdict = optimism_verdict(
        mean_gap(
            pairs.audit_grade, pairs.moderation_grade, auditor=auditor, weight=weight, level=level
        )
        if unequal
        else by_name["mean_gap"],
        severe=adjusted.severe if unequal else by_name["severe_rate"],
        heterogeneity_p=by_name["tau"].p,
    )
    return OptimismTable(
        levels=audits.levels.labels,
        good=audits.levels.labels[good],
        estimates=(*measures, *_profile(audits.levels, adjusted), *own),
        verdict=f"{verdict.verdict}: {verdict.reason}",
        warnings=(
            *audits.warnings,
            *warned,
            *_about_selection(audits),
        ),
    )


def _about_selection(audits: PlainModerated) -> tuple[str, ...]:
    if audits.auditor is None:
        return (UNTOLD,)
    chance = audits.selection_probability
    told = audits.stratum is not None or (chance is not None and not np.isnan(chance).all())
    return () if told or (audits.moderation_grade >= 0).all() else (CHANCE_ASSUMED,)


def _weights(audits: PlainModerated) -> Floats | None:
    """How many audits each moderated one stands for; None where all weigh alike."""
    chance = _probability(audits)
    if chance is None or np.isnan(chance).any() or len(np.unique(chance)) <= 1:
        return None
    grade = audits.audit_grade[audits.moderation_grade >= 0]
    there = np.bincount(audits.audit_grade, minlength=int(grade.max()) + 1)
    drawn = np.bincount(grade, weights=1 / chance, minlength=len(there))
    weights: Floats = (there / np.maximum(drawn, 1e-12))[grade] / chance
    return weights


def _adjusted(audits: PlainModerated, pairs: Pairs) -> AdjustedProfile:
    if audits.auditor is None:
        return refused_profile(
            NO_POPULATION,
            n_levels=pairs.n_levels,
            cases=len(pairs.audit_grade),
            level=pairs.level,
        )
    return adjusted_profile(
        np.bincount(audits.audit_grade, minlength=pairs.n_levels),
        audit_grade=pairs.audit_grade,
        moderation_grade=pairs.moderation_grade,
        good_from=pairs.good_from,
        selection_probability=_probability(audits),
        auditor=pairs.auditor,
        population_auditors=len(audits.auditors),
        level=pairs.level,
    )


def _probability(audits: PlainModerated) -> Floats | None:
    """Recorded probabilities, or the share of each stratum that was moderated."""
    read = audits.moderation_grade >= 0
    if audits.selection_probability is not None:
        return audits.selection_probability[read]
    if audits.stratum is None:
        return None
    drawn = np.bincount(audits.stratum[read], minlength=int(audits.stratum.max(initial=0)) + 1)
    of_stratum = drawn / np.maximum(np.bincount(audits.stratum, minlength=len(drawn)), 1)
    return of_stratum[audits.stratum[read]]


def _profile(levels: PlainLevels, adjusted: AdjustedProfile) -> Iterator[NamedEstimate]:
    for label, share in zip(levels.labels, adjusted.shares, strict=True):
        yield NamedEstimate(name=f"adjusted[{label}]", estimate=share)
    yield NamedEstimate(name="adjusted_good", estimate=adjusted.good)
    yield NamedEstimate(name="adjusted_mean_gap", estimate=adjusted.gap)
    yield NamedEstimate(name="adjusted_over_rate", estimate=adjusted.over)
    yield NamedEstimate(name="adjusted_under_rate", estimate=adjusted.under)
    yield NamedEstimate(name="adjusted_severe_rate", estimate=adjusted.severe)


def _of_auditors(audits: PlainModerated, pairs: Pairs) -> Iterator[NamedEstimate]:
    if pairs.auditor is None:
        why = "the table does not say who audited"
        yield NamedEstimate(
            name="tau",
            estimate=Estimate.not_estimable(
                why, method="spread of auditors' gaps", cases=len(pairs.audit_grade)
            ),
        )
        return
    columns: tuple[Ints, Ints, Ints] = (pairs.audit_grade, pairs.moderation_grade, pairs.auditor)
    yield NamedEstimate(name="tau", estimate=gap_heterogeneity(*columns, level=pairs.level))
    found = auditor_gaps(*columns, n_levels=pairs.n_levels, least_cases=1, level=pairs.level)
    for one in found.auditors:
        estimate = replace(one.shrunken, auditors=1)
        yield NamedEstimate(name=f"auditor_gap[{audits.auditors[one.auditor]}]", estimate=estimate)
