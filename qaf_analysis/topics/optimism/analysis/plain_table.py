"""Every figure about optimism of one plain table, for an analyst who checks one by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.data.plain.levels import PlainLevels, good_level
from qaf_analysis.data.plain.moderated import PlainModerated
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.stats.optimism.headline import headline
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.several_draws import Draws, chance_of_any
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits
from qaf_analysis.topics.optimism.analysis.measures import every_optimism_measure

CHANCE_ASSUMED = (
    "The table does not say with which probability audits were chosen for moderation. Adjusted "
    "figures hold only if, within each auditor's grade, they were chosen by chance."
)
COPIED = (
    "All {n:,} moderators' grades equal the auditors', as where an export copies one over the "
    "other. Check this first: if it did, no figure here holds."
)
UNTOLD = (
    "The table says neither who audited nor how audits were chosen: errors count every audit as "
    "independent, and the verdict holds only for audits chosen by chance."
)


@dataclass(frozen=True, kw_only=True)
class OptimismTable:
    """Every figure about optimism of one table.

    Parameters
    ----------
    scale : ScaleWords
    estimates : tuple of NamedEstimate
        Paired measures, adjusted figures, the spread between auditors, and each auditor's gap.
    verdict : str
        Accept, adjust, re-audit or more moderation needed, with the reason.
    warnings : tuple of str
        What a reader of the figures should know.
    """

    scale: ScaleWords
    estimates: tuple[NamedEstimate, ...]
    verdict: str
    warnings: tuple[str, ...]


def optimism_table(
    audits: PlainModerated,
    *,
    good_from: str | None = None,
    positive: str | None = None,
    level: float = 0.95,
    tolerance: float | None = None,
    severe_from: int | None = None,
) -> OptimismTable:
    """Compute every figure about optimism.

    Parameters
    ----------
    audits : PlainModerated
        As read from a plain table.
    good_from : str, optional
        Lowest level that counts as positive; by default ``Good`` on Ofsted's scale, else the
        middle.
    positive : str, optional
        What grades from that level on are called; by default made from the level.
    level : float
        Confidence level.
    tolerance : float, optional
        Mean gap, in grades, that the verdict counts as small; by default that of the scale.
    severe_from : int, optional
        Grades apart from which a difference is severe; by default that of the scale.

    Raises
    ------
    UsageError
        If ``good_from`` is no level of the scale, the level is not between 0 and 1, or a limit
        does not fit the scale.
    """
    good, warned = good_level(audits.levels, good_from)
    scale = audits.levels.words(good, positive=positive)
    limits = _limits(len(audits.levels.labels), tolerance=tolerance, severe_from=severe_from)
    moderated = _moderated(audits, scale=scale, level=level, limits=limits)
    found = headline(moderated)
    return OptimismTable(
        scale=scale,
        estimates=(
            *every_optimism_measure(moderated, found.found),
            *_profile(audits.levels, found.found.adjusted, limits),
            NamedEstimate(name="tau", estimate=found.heterogeneity),
            *_of_auditors(audits, moderated),
        ),
        verdict=f"{found.verdict.verdict}: {found.verdict.reason}",
        warnings=(
            *audits.warnings,
            *warned,
            *_about_selection(audits),
            *_about_copies(moderated),
        ),
    )


def _limits(n_levels: int, *, tolerance: float | None, severe_from: int | None) -> OptimismLimits:
    steps = n_levels - 1
    if tolerance is not None and not 0 < tolerance < steps:
        raise UsageError(f"A tolerance on {n_levels} levels lies between 0 and {steps} grades.")
    if severe_from is not None and not 1 <= severe_from <= steps:
        raise UsageError(f"On {n_levels} levels, grades lie 1 to {steps} apart.")
    return OPTIMISM_RULE.limits(n_levels, tolerance=tolerance, severe_from=severe_from)


def _moderated(
    audits: PlainModerated, *, scale: ScaleWords, level: float, limits: OptimismLimits
) -> ModeratedAudits:
    """Rows with a moderator's grade; all rows are the audits that they speak for."""
    read, k = audits.moderation_grade >= 0, len(audits.levels.labels)
    known = audits.auditor is not None
    return ModeratedAudits(
        audit_grade=audits.audit_grade[read],
        moderation_grade=audits.moderation_grade[read],
        auditor=None if audits.auditor is None else audits.auditor[read],
        n_levels=k,
        good_from=scale.good_from,
        positive=scale.positive,
        level=level,
        selected_by=None
        if audits.selected_by is None
        else tuple(word for word, kept in zip(audits.selected_by, read, strict=True) if kept),
        selection_probability=_probability(audits),
        population=np.bincount(audits.audit_grade, minlength=k) if known else None,
        population_auditors=len(audits.auditors) if known else None,
        no_profile="no audit was moderated" if known and not read.any() else "",
        limits=limits,
    )


def _about_copies(moderated: ModeratedAudits) -> tuple[str, ...]:
    n = moderated.cases
    if n < OPTIMISM_RULE.fewest_pairs or moderated.gap.any():
        return ()
    return (COPIED.format(n=n),)


def _about_selection(audits: PlainModerated) -> tuple[str, ...]:
    if audits.auditor is None:
        return (UNTOLD,)
    chance = audits.selection_probability
    told = audits.stratum is not None or (chance is not None and not np.isnan(chance).all())
    return () if told or (audits.moderation_grade >= 0).all() else (CHANCE_ASSUMED,)


def _probability(audits: PlainModerated) -> Floats | None:
    """Recorded probabilities, or the share of each stratum that was moderated.

    With several draws, in proportion within auditors' grades to the chance that any took an audit.
    """
    read = audits.moderation_grade >= 0
    if audits.selection_probability is not None:
        chance = audits.selection_probability[read]
        if audits.draw is None or np.isnan(chance).any():
            return chance
        took = audits.draw[read] == np.unique(audits.draw[read])[:, np.newaxis]
        draws = Draws(
            took=took, chance=np.where(took, chance, np.nan), exercise=np.arange(len(took))
        )
        return chance_of_any(draws, audits.audit_grade[read])[0]
    if audits.stratum is None:
        return None
    drawn = np.bincount(audits.stratum[read], minlength=int(audits.stratum.max(initial=0)) + 1)
    of_stratum = drawn / np.maximum(np.bincount(audits.stratum, minlength=len(drawn)), 1)
    return of_stratum[audits.stratum[read]]


def _profile(
    levels: PlainLevels, adjusted: AdjustedProfile, limits: OptimismLimits
) -> Iterator[NamedEstimate]:
    for label, share in zip(levels.labels, adjusted.shares, strict=True):
        yield NamedEstimate(name=f"adjusted[{label}]", estimate=share)
    yield NamedEstimate(name="adjusted_good", estimate=adjusted.good)
    yield NamedEstimate(name="adjusted_mean_gap", estimate=adjusted.gap)
    yield NamedEstimate(name="adjusted_over_rate", estimate=adjusted.over)
    yield NamedEstimate(name="adjusted_under_rate", estimate=adjusted.under)
    if limits.severe_from is not None:
        yield NamedEstimate(name="adjusted_severe_rate", estimate=adjusted.severe)


def _of_auditors(audits: PlainModerated, moderated: ModeratedAudits) -> Iterator[NamedEstimate]:
    if moderated.auditor is None:
        return
    found = auditor_gaps(
        moderated.audit_grade,
        moderated.moderation_grade,
        moderated.auditor,
        n_levels=moderated.n_levels,
        least_cases=1,
        level=moderated.level,
    )
    yield NamedEstimate(name="tau_unweighted", estimate=found.tau)
    for one in found.auditors:
        estimate = replace(one.shrunken, auditors=1)
        yield NamedEstimate(name=f"auditor_gap[{audits.auditors[one.auditor]}]", estimate=estimate)
