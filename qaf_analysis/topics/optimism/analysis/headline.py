"""Are audits over-optimistic? The auditor's grade against the moderator's on the same audit.

What the adjusted figures would be with other moderators, or had all of them been blind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.means import clustered_share, difference_of_means
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.headline import ModeratedAudits, gap_of_all, headline
from qaf_analysis.stats.optimism.moderator_sensitivity import (
    SensitivityLine,
    another_panel,
    beside_headline,
    unblinded_moderation,
)
from qaf_analysis.stats.optimism.paired import grade_table, net_good_shift, stuart_birch
from qaf_analysis.stats.optimism.verdict import TOLERANCE
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale
from qaf_analysis.topics.common.events import Event
from qaf_analysis.topics.common.scope import Scope, audit_clusters
from qaf_analysis.topics.optimism.analysis.gaps import (
    GapGroup,
    Moderation,
    by_chance,
    counted_grades,
    each_once,
    gap_by_quarter,
    gap_groups,
    moderation_of,
)
from qaf_analysis.topics.optimism.analysis.moderator_checks import read_twice


@dataclass(frozen=True, kw_only=True)
class Optimism:
    """How auditors' grades differ from external moderators' on the same audits.

    Every gap is audit minus moderation in grades: positive means the auditor was kinder.
    ``table[i][j]`` counts moderated audits graded i by the auditor and j by the moderator.
    Headline figures rest on cases chosen by a recorded chance only. ``sensitivity`` holds them
    again under other assumptions about moderators.
    """

    scope: Scope
    levels: tuple[str, ...]
    good_from: int
    tolerance: float
    verdict: str
    reason: str
    gap: Estimate
    over: Estimate
    under: Estimate
    severe: Estimate
    good_shift: Estimate
    stuart_birch: Estimate
    heterogeneity: Estimate
    table: tuple[tuple[int, ...], ...]
    audits: int
    audit_profile: tuple[float, ...]
    audit_good: Estimate
    adjusted_profile: tuple[Estimate, ...]
    adjusted_good: Estimate
    adjusted_gap: Estimate
    by_selection: tuple[GapGroup, ...]
    by_source: tuple[GapGroup, ...]
    rounds: tuple[GapGroup, ...]
    events: tuple[Event, ...]
    earlier_period: str
    earlier_gap: Estimate
    gap_change: Estimate
    sensitivity: tuple[SensitivityLine, ...]


def optimism(audits: Audits, *, quarter: Quarter) -> Optimism:
    """Compare auditors with moderators over the headline period up to a quarter."""
    had = moderation_of(audits, quarter=quarter)
    chosen = had.moderated(had.chosen, had.audits)
    now, scale = headline(chosen), had.scale
    then = gap_of_all(had.moderated(had.earlier, had.earlier_audits)).gap
    found, adjusted = now.found, now.found.adjusted
    pairs = chosen.audit_grade, chosen.moderation_grade
    return Optimism(
        scope=had.scope,
        levels=scale.levels,
        good_from=scale.good_from,
        tolerance=TOLERANCE,
        verdict=now.verdict.verdict,
        reason=now.verdict.reason,
        gap=found.gap,
        over=found.over,
        under=found.under,
        severe=found.severe,
        good_shift=net_good_shift(*pairs, good_from=scale.good_from, auditor=chosen.auditor),
        stuart_birch=stuart_birch(*pairs, auditor=chosen.auditor),
        heterogeneity=now.heterogeneity,
        table=tuple(tuple(int(n) for n in row) for row in chosen.table),
        audits=len(had.audits),
        audit_profile=_shares(had.audits, scale),
        audit_good=_good(had.audits, scale.good_from),
        adjusted_profile=adjusted.shares,
        adjusted_good=adjusted.good,
        adjusted_gap=adjusted.gap,
        by_selection=gap_groups(had, each_once(had), "group"),
        by_source=gap_groups(had, by_chance(had.recent), "moderation_source"),
        rounds=gap_by_quarter(had),
        events=had.changes,
        earlier_period=had.earlier_period,
        earlier_gap=then,
        gap_change=difference_of_means(found.gap, then),
        sensitivity=sensitivity_lines(had, chosen, adjusted),
    )


def _shares(population: pd.DataFrame, scale: Scale) -> tuple[float, ...]:
    shares = counted_grades(population, scale) / max(len(population), 1)
    return tuple(float(share) for share in shares)


def _good(population: pd.DataFrame, good_from: int) -> Estimate:
    if population.empty:
        return Estimate.not_estimable("no audit was graded", method="Wilson")
    good = (population["grade"] >= good_from).to_numpy(np.float64)
    return clustered_share(good, cluster=audit_clusters(population))


SEED = 20200401


def sensitivity_lines(
    had: Moderation, chosen: ModeratedAudits, adjusted: AdjustedProfile
) -> tuple[SensitivityLine, ...]:
    """Headline, other assumptions on unblinded moderators, and another panel of moderators.

    Parameters
    ----------
    had : Moderation
        All that is known of moderation; audits read by two moderators tell how far these differ.
    chosen : ModeratedAudits
        Moderated audits of the headline.
    adjusted : AdjustedProfile
        The headline; without it there is no line.
    """
    if chosen.population is None or not adjusted.good.is_estimable:
        return ()
    lines = unblinded_moderation(
        chosen.population,
        audit_grade=chosen.audit_grade,
        moderation_grade=chosen.moderation_grade,
        blind=had.chosen["blind"].fillna(False).astype(bool).to_numpy(),
        good_from=chosen.good_from,
        selection_probability=chosen.selection_probability,
        auditor=chosen.auditor,
        population_auditors=chosen.population_auditors,
    )
    twice = read_twice(had.every[had.every["blind"].fillna(True).astype(bool)])
    anchors = grade_table(
        twice["moderation_grade_first"].to_numpy(np.int64),
        twice["moderation_grade_second"].to_numpy(np.int64),
        n_levels=chosen.n_levels,
    )
    panel = another_panel(
        chosen.population,
        chosen.table,
        anchors,
        good_from=chosen.good_from,
        rng=np.random.default_rng(SEED),
    )
    # The panel is drawn from plain counts; what it is held against is the report's headline.
    return (*lines, beside_headline(panel.label, panel.good, panel.gap, adjusted))
