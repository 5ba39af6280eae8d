"""Are audits over-optimistic? The auditor's grade against the moderator's on the same audit.

What the adjusted figures would be with other moderators, or had all of them been blind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.core.means import clustered_share, difference_of_means
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.gap import grade_table, net_good_shift, stuart_birch
from qaf_analysis.stats.optimism.headline import ModeratedAudits, gap_of_all, headline
from qaf_analysis.stats.optimism.moderator_sensitivity import (
    SensitivityLine,
    another_panel,
    beside_headline,
    unblinded_moderation,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismVerdict, SelectionRefusal
from qaf_analysis.topics.common.events import PROCESS, Event, events
from qaf_analysis.topics.common.scope import Scope, audit_clusters
from qaf_analysis.topics.optimism.analysis.gaps import (
    GapGroup,
    Group,
    counted_grades,
    each_once,
    gap_groups,
    groups_by,
    groups_by_quarter,
    groups_by_source,
    moderation_of,
    read_twice,
)


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
    verdict: OptimismVerdict
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

    @property
    def refusal(self) -> SelectionRefusal | None:
        """Why no adjusted grades are given, where it lies in how cases came to be moderated."""
        return SelectionRefusal.of(self.adjusted_good.why_not)


def optimism(audits: Audits, *, quarter: Quarter) -> Optimism:
    """Compare auditors with moderators over the headline period up to a quarter."""
    rows = headline_rows(audits, quarter=quarter)
    now, scale = headline(rows.now), rows.scale
    found, then = now.found, gap_of_all(rows.earlier).gap
    pairs = rows.now.audit_grade, rows.now.moderation_grade
    return Optimism(
        scope=rows.scope,
        levels=scale.levels,
        good_from=scale.good_from,
        tolerance=OPTIMISM_RULE.tolerance,
        verdict=now.verdict.verdict,
        reason=now.verdict.reason,
        gap=found.gap,
        over=found.over,
        under=found.under,
        severe=found.severe,
        good_shift=net_good_shift(*pairs, good_from=scale.good_from, auditor=rows.now.auditor),
        stuart_birch=stuart_birch(*pairs, auditor=rows.now.auditor),
        heterogeneity=now.heterogeneity,
        table=tuple(tuple(int(n) for n in row) for row in rows.now.table),
        audits=len(rows.audited),
        audit_profile=tuple(float(n) / max(len(rows.audited), 1) for n in rows.counts),
        audit_good=_good(rows),
        adjusted_profile=found.adjusted.shares,
        adjusted_good=found.adjusted.good,
        adjusted_gap=found.adjusted.gap,
        by_selection=gap_groups(rows.by_selection),
        by_source=gap_groups(rows.by_source),
        rounds=gap_groups(rows.rounds),
        events=rows.changes,
        earlier_period=rows.earlier_period,
        earlier_gap=then,
        gap_change=difference_of_means(found.gap, then),
        sensitivity=sensitivity_lines(rows, found.adjusted),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class HeadlineRows:
    """What the headline is computed from, picked from the council once.

    Parameters
    ----------
    scope : Scope
    scale : Scale
    now, earlier : ModeratedAudits
        Cases chosen by chance of the headline period, and of the first year before it.
    audited, counts : int array
        Auditor's grade of each audit of the headline period, and how often each grade was given.
    clusters : int array, or None
        Audit of each of these grades, where an audit gives several.
    blind : bool array
        Whether the moderator of each case of ``now`` did not know the auditor's grade.
    read_twice : two int arrays
        Grades by the first and the last moderator of all audits that two of them read.
    by_selection, by_source, rounds : tuple of Group
    changes : tuple of Event
    earlier_period : str
    """

    scope: Scope
    scale: Scale
    now: ModeratedAudits
    earlier: ModeratedAudits
    audited: Ints
    counts: Ints
    clusters: Ints | None
    blind: NDArray[np.bool_]
    read_twice: tuple[Ints, Ints]
    by_selection: tuple[Group, ...]
    by_source: tuple[Group, ...]
    rounds: tuple[Group, ...]
    changes: tuple[Event, ...]
    earlier_period: str


def headline_rows(audits: Audits, *, quarter: Quarter) -> HeadlineRows:
    """Pick the rows of the headline from a council, as arrays."""
    had = moderation_of(audits, quarter=quarter)
    twice = read_twice(had.every[had.every["blind"].fillna(True).astype(bool)])
    return HeadlineRows(
        scope=had.scope,
        scale=had.scale,
        now=had.moderated(had.chosen, had.audits),
        earlier=had.moderated(had.earlier, had.earlier_audits),
        audited=had.audits["grade"].to_numpy(np.int64),
        counts=counted_grades(had.audits, had.scale),
        clusters=audit_clusters(had.audits),
        blind=had.chosen["blind"].fillna(False).astype(bool).to_numpy(),
        read_twice=(
            twice["moderation_grade_first"].to_numpy(np.int64),
            twice["moderation_grade_second"].to_numpy(np.int64),
        ),
        by_selection=groups_by(had, each_once(had), "group"),
        by_source=groups_by_source(had),
        rounds=groups_by_quarter(had),
        changes=tuple(
            event
            for event in events(audits, quarters_between(had.first, quarter))
            if event.kind == PROCESS
        ),
        earlier_period=had.earlier_period,
    )


def _good(rows: HeadlineRows) -> Estimate:
    if not len(rows.audited):
        return Estimate.not_estimable("no audit was graded", method="Wilson")
    return clustered_share(rows.audited >= rows.scale.good_from, cluster=rows.clusters)


SEED = 20200401


def sensitivity_lines(rows: HeadlineRows, adjusted: AdjustedProfile) -> tuple[SensitivityLine, ...]:
    """Headline, other assumptions on unblinded moderators, and another panel of moderators.

    Parameters
    ----------
    rows : HeadlineRows
        Audits read by two moderators tell how far these differ.
    adjusted : AdjustedProfile
        The headline; without it there is no line.
    """
    if not adjusted.good.is_estimable:
        return ()
    now = rows.now
    lines = unblinded_moderation(
        rows.counts,
        audit_grade=now.audit_grade,
        moderation_grade=now.moderation_grade,
        blind=rows.blind,
        good_from=now.good_from,
        selection_probability=now.selection_probability,
        auditor=now.auditor,
        population_auditors=now.population_auditors,
    )
    panel = another_panel(
        rows.counts,
        now.table,
        grade_table(*rows.read_twice, n_levels=now.n_levels),
        good_from=now.good_from,
        rng=np.random.default_rng(SEED),
    )
    # The panel is drawn from plain counts; what it is held against is the report's headline.
    return (*lines, beside_headline(panel.label, panel.good, panel.gap, adjusted))
