"""Are audits over-optimistic? The auditor's grade against the moderator's on the same audit.

What the adjusted figures would be with other moderators, or had all of them been blind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.optimism.headline import good_as_audited, headline
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.moderator_sensitivity import SensitivityLine, sensitivity
from qaf_analysis.stats.optimism.several_draws import DrawBasis
from qaf_analysis.stats.optimism.verdict_figures import RuledFigure
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale, ScaleWords
from qaf_analysis.terms.verdicts import OptimismLimits, OptimismVerdict, SelectionRefusal
from qaf_analysis.topics.common.moderation_record import ModerationRows
from qaf_analysis.topics.common.scope import Event, Scope
from qaf_analysis.topics.moderators.analysis.ceiling import Ceiling, human_ceiling
from qaf_analysis.topics.optimism.analysis.gaps import ToldApart, counted_grades, moderation_of
from qaf_analysis.topics.optimism.analysis.groups import (
    GapGroup,
    Group,
    gap_groups,
    groups_by_quarter,
    groups_by_source,
    groups_of_draws,
)
from qaf_analysis.topics.optimism.analysis.moderator_checks import read_twice

SEED = 20200401


@dataclass(frozen=True, kw_only=True)
class Optimism:
    """How auditors' grades differ from external moderators' on the same audits.

    Every gap is audit minus moderation in grades: positive means the auditor was kinder.
    ``table[i][j]`` counts moderated audits graded i by the auditor and j by the moderator.
    Headline figures rest on cases chosen by a recorded chance only. ``sensitivity`` holds them
    again under other assumptions about moderators. ``draws`` tells which draws and panels they
    rest on, and what each audit weighs; ``apart`` counts audits that were chosen so that they do
    not count. ``ever`` holds gap and rates of all rounds since ``ever_since``.
    ``figures`` are those of the verdict, with the intervals it is read from. ``ceiling`` is how far
    two moderators agree, where enough audits were read by two of them to say.
    """

    scope: Scope
    scale: ScaleWords
    limits: OptimismLimits
    verdict: OptimismVerdict
    reason: str
    figures: tuple[RuledFigure, ...]
    moderation_rows: ModerationRows
    gap: Estimate
    over: Estimate
    under: Estimate
    severe: Estimate
    good_shift: Estimate
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
    sensitivity: tuple[SensitivityLine, ...]
    apart: tuple[ToldApart, ...]
    draws: DrawBasis
    ever_since: Quarter
    ever: GapGroup
    ceiling: Ceiling | None = None

    @property
    def tolerance(self) -> float:
        """Mean gap, in grades, that counts as small."""
        return self.limits.tolerance

    @property
    def refusal(self) -> SelectionRefusal | None:
        """Why no adjusted grades are given, where it lies in how cases came to be moderated."""
        return SelectionRefusal.of(self.adjusted_good.why_not)


def optimism(audits: Audits, *, quarter: Quarter) -> Optimism:
    """Compare auditors with moderators over the headline period up to a quarter."""
    rows = headline_rows(audits, quarter=quarter)
    by_selection, by_source, rounds = (
        gap_groups(groups) for groups in (rows.by_selection, rows.by_source, rows.rounds)
    )
    cases, scale = rows.now, rows.scale
    now = headline(cases)
    found, verdict = now.found, now.verdict
    return Optimism(
        scope=rows.scope,
        scale=scale.words,
        limits=cases.ruled_by,
        verdict=verdict.verdict,
        reason=verdict.reason,
        figures=verdict.figures,
        moderation_rows=rows.rows,
        gap=found.gap,
        over=found.over,
        under=found.under,
        severe=found.severe,
        good_shift=found.good_shift,
        heterogeneity=now.heterogeneity,
        table=tuple(tuple(int(n) for n in row) for row in cases.table),
        audits=len(rows.audited),
        audit_profile=tuple(float(n) / max(len(rows.audited), 1) for n in rows.counts),
        audit_good=good_as_audited(
            rows.audited, good_from=scale.good_from, auditor=rows.auditors, audits=rows.audits
        ),
        adjusted_profile=found.adjusted.shares,
        adjusted_good=found.adjusted.good,
        adjusted_gap=found.adjusted.gap,
        by_selection=by_selection,
        by_source=by_source,
        rounds=rounds,
        events=rows.changes,
        sensitivity=sensitivity(
            cases, found.adjusted, rows.read_twice, rng=np.random.default_rng(SEED)
        ),
        apart=rows.apart,
        draws=rows.basis,
        ever_since=rows.ever_since,
        ever=gap_groups([rows.ever])[0],
        ceiling=_ceiling(audits, quarter=quarter),
    )


def _ceiling(audits: Audits, *, quarter: Quarter) -> Ceiling | None:
    found = human_ceiling(audits, quarter=quarter)
    return found if found.among_moderators.exact.is_estimable else None


@dataclass(frozen=True, kw_only=True, eq=False)
class HeadlineRows:
    """What the headline is computed from, picked from the council once.

    Parameters
    ----------
    scope : Scope
    scale : Scale
    now : ModeratedAudits
        Cases chosen by chance of the headline period.
    audited, counts : int array
        Auditor's grade of each audit of the headline period, and how often each grade was given.
    auditors : int array
        Who gave each of these grades.
    audits : int
        Audits that they were given to.
    read_twice : two int arrays
        Grades by the first and the last moderator of all audits that two of them read.
    by_selection, by_source, rounds : tuple of Group
    changes : tuple of Event
    apart : tuple of ToldApart
        Audits whose choice for moderation does not let them count.
    basis : DrawBasis
        Draws and panels that ``now`` comes from.
    ever_since : Quarter
    ever : Group
        Cases chosen by chance since the first quarter of audits.
    rows : ModerationRows
    """

    scope: Scope
    scale: Scale
    now: ModeratedAudits
    audited: Ints
    counts: Ints
    auditors: Ints
    audits: int
    read_twice: tuple[Ints, Ints]
    by_selection: tuple[Group, ...]
    by_source: tuple[Group, ...]
    rounds: tuple[Group, ...]
    changes: tuple[Event, ...]
    apart: tuple[ToldApart, ...]
    basis: DrawBasis
    ever_since: Quarter
    ever: Group
    rows: ModerationRows


def headline_rows(audits: Audits, *, quarter: Quarter) -> HeadlineRows:
    """Pick the rows of the headline from a council, as arrays."""
    had = moderation_of(audits, quarter=quarter)
    now = had.moderated(had.chosen, had.audits)
    if had.recent.empty:
        now = replace(now, withheld=now.withheld or had.rows.lost())
    twice = read_twice(had.every[had.every["blind"].fillna(True).astype(bool)])
    return HeadlineRows(
        scope=had.scope,
        scale=had.scale,
        now=now,
        audited=had.audits["grade"].to_numpy(np.int64),
        counts=counted_grades(had.audits, had.scale),
        auditors=had.auditors,
        audits=had.audits["audit_id"].nunique(),
        read_twice=(
            twice["moderation_grade_first"].to_numpy(np.int64),
            twice["moderation_grade_second"].to_numpy(np.int64),
        ),
        by_selection=groups_of_draws(had, had.recent, "group"),
        by_source=groups_by_source(had),
        rounds=groups_by_quarter(had),
        changes=had.changes,
        apart=had.apart,
        basis=had.basis,
        ever_since=had.first,
        ever=Group(label="all rounds", cases=had.moderated(had.ever, had.ever_audits)),
        rows=had.rows,
    )
