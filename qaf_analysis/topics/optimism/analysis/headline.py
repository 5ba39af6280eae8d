"""Are audits over-optimistic? The auditor's grade against the moderator's on the same audit.

What the adjusted figures would be with other moderators, or had all of them been blind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.means import clustered_share, difference_of_means
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile, adjusted_profile, refused_profile
from qaf_analysis.stats.optimism.heterogeneity import gap_heterogeneity
from qaf_analysis.stats.optimism.moderated_counts import selection_refusal
from qaf_analysis.stats.optimism.moderator_sensitivity import (
    SensitivityLine,
    another_panel,
    beside_headline,
    unblinded_moderation,
)
from qaf_analysis.stats.optimism.paired import grade_table, net_good_shift, stuart_birch
from qaf_analysis.stats.optimism.verdict import optimism_verdict
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismVerdict, SelectionRefusal
from qaf_analysis.topics.common.events import PROCESS, Event, events
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    audit_clusters,
    first_quarter,
    graded,
    headline_domain,
    headline_quarters,
    period_words,
    routine,
    up_to,
)
from qaf_analysis.topics.optimism.analysis.gaps import (
    GapGroup,
    by_chance,
    each_once,
    first_moderation,
    gap_by_quarter,
    gap_groups,
    grade_codes,
    headline_figures,
    headline_gap,
    moderated_pairs,
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
    known = up_to(audits, quarter)
    window = headline_quarters(known, quarter)
    every = moderated_pairs(known)
    recent = _in(every, window)
    chosen = first_moderation(by_chance(recent))
    earlier_window = _first_year(known, window[0])
    earlier = first_moderation(by_chance(_in(every, earlier_window)))
    population = _population(known, window)
    codes = grade_codes(chosen)
    adjusted = _adjusted(known, population, chosen, recent)
    gap, over, under, severe = headline_figures(chosen, population, adjusted)
    then = headline_gap(earlier, _population(known, earlier_window))
    between = gap_heterogeneity(*codes)
    verdict, reason = optimism_verdict(gap, severe=severe, heterogeneity_p=between.p)
    scale = known.settings.scale
    return Optimism(
        scope=_scope(known, quarter, window, population, recent, chosen),
        levels=scale.levels,
        good_from=scale.good_from,
        tolerance=OPTIMISM_RULE.tolerance,
        verdict=verdict,
        reason=reason,
        gap=gap,
        over=over,
        under=under,
        severe=severe,
        good_shift=net_good_shift(*codes[:2], good_from=scale.good_from, auditor=codes[2]),
        stuart_birch=stuart_birch(*codes[:2], auditor=codes[2]),
        heterogeneity=between,
        table=_table(chosen, scale.n_levels),
        audits=len(population),
        audit_profile=_shares(population, scale.n_levels),
        audit_good=_good(population, scale.good_from),
        adjusted_profile=adjusted.shares,
        adjusted_good=adjusted.good,
        adjusted_gap=adjusted.gap,
        by_selection=gap_groups(each_once(recent, chosen), "group"),
        by_source=gap_groups(by_chance(recent), "moderation_source"),
        rounds=gap_by_quarter(by_chance(every)),
        events=tuple(e for e in events(known, _quarters(known, quarter)) if e.kind == PROCESS),
        earlier_period=period_words(earlier_window) if earlier_window else "",
        earlier_gap=then,
        gap_change=difference_of_means(gap, then),
        sensitivity=sensitivity_lines(population, chosen, every, adjusted=adjusted, scale=scale),
    )


def _in(pairs: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    return pairs[pairs["quarter"].isin([str(q) for q in quarters])]


def _first_year(audits: Audits, before: Quarter) -> list[Quarter]:
    first = first_quarter(audits)
    return [q for q in (first.next(step) for step in range(4)) if q < before]


def _quarters(audits: Audits, last: Quarter) -> list[Quarter]:
    first = first_quarter(audits)
    return quarters_between(first, last)


def _population(audits: Audits, window: list[Quarter]) -> pd.DataFrame:
    grades = _in(graded(audits, domain=headline_domain(audits)), window)
    return grades[grades["audit_id"].isin(routine(audits.audits)["audit_id"])]


def _table(pairs: pd.DataFrame, n_levels: int) -> tuple[tuple[int, ...], ...]:
    counts = grade_table(*grade_codes(pairs)[:2], n_levels=n_levels)
    return tuple(tuple(int(n) for n in row) for row in counts)


def _shares(population: pd.DataFrame, n_levels: int) -> tuple[float, ...]:
    counts = np.bincount(population["grade"].to_numpy(np.int64), minlength=n_levels)
    return tuple(float(share) for share in counts / max(len(population), 1))


def _adjusted(
    audits: Audits, population: pd.DataFrame, chosen: pd.DataFrame, recent: pd.DataFrame
) -> AdjustedProfile:
    scale = audits.settings.scale
    reason = _refusal(audits, population, chosen, recent)
    if reason:
        return refused_profile(reason, n_levels=scale.n_levels, cases=len(chosen))
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    return adjusted_profile(
        np.bincount(population["grade"].to_numpy(np.int64), minlength=scale.n_levels),
        audit_grade=audit_grade,
        moderation_grade=moderation_grade,
        selection_probability=chosen["selection_probability"].to_numpy(np.float64),
        auditor=auditor,
        population_auditors=population["rater"].nunique(),
        good_from=scale.good_from,
    )


def _refusal(
    audits: Audits, population: pd.DataFrame, chosen: pd.DataFrame, recent: pd.DataFrame
) -> str:
    if recent.empty:
        return SelectionRefusal.NOTHING_MODERATED
    if chosen.empty:
        if (recent["selected_by"] == Selection.UNKNOWN).all():
            return SelectionRefusal.NOT_RECORDED
        return SelectionRefusal.NONE_BY_CHANCE
    if headline_domain(audits) is None or population["audit_id"].duplicated().any():
        return SelectionRefusal.NO_SINGLE_GRADE
    return selection_refusal(
        list(chosen["selected_by"]),
        selection_probability=chosen["selection_probability"].to_numpy(np.float64),
    )


def _good(population: pd.DataFrame, good_from: int) -> Estimate:
    if population.empty:
        return Estimate.not_estimable("no audit was graded", method="Wilson")
    good = (population["grade"] >= good_from).to_numpy(np.float64)
    return clustered_share(good, cluster=audit_clusters(population))


def _scope(
    audits: Audits,
    quarter: Quarter,
    window: list[Quarter],
    population: pd.DataFrame,
    recent: pd.DataFrame,
    chosen: pd.DataFrame,
) -> Scope:
    not_chance = recent[~recent["audit_id"].isin(chosen["audit_id"])]
    picked = not_chance.drop_duplicates(["audit_id", "domain"])["group"].value_counts(sort=False)
    out = [
        LeftOut(reason="not moderated", records=len(population) - _units(recent)),
        *(LeftOut(reason=str(why), records=int(n)) for why, n in sorted(picked.items())),
    ]
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=window[0],
        last=window[-1],
        period=period_words(window),
        unit="moderated audits chosen by a recorded chance",
        used=len(chosen),
        left_out=tuple(gone for gone in out if gone.records),
    )


def _units(pairs: pd.DataFrame) -> int:
    return len(pairs.drop_duplicates(["audit_id", "domain"]))


SEED = 20200401


def sensitivity_lines(
    population: pd.DataFrame,
    chosen: pd.DataFrame,
    every: pd.DataFrame,
    *,
    adjusted: AdjustedProfile,
    scale: Scale,
) -> tuple[SensitivityLine, ...]:
    """Headline, other assumptions on unblinded moderators, and another panel of moderators.

    Parameters
    ----------
    population : DataFrame
        All audits that the headline speaks for.
    chosen : DataFrame
        Moderated pairs of the headline.
    every : DataFrame
        All moderated pairs known, of which those read by two moderators tell how far moderators
        differ.
    adjusted : AdjustedProfile
        The headline; without it there is no line.
    """
    if not adjusted.good.is_estimable:
        return ()
    n_levels, good_from = scale.n_levels, scale.good_from
    counts = np.bincount(population["grade"].to_numpy(np.int64), minlength=n_levels)
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    lines = unblinded_moderation(
        counts,
        audit_grade=audit_grade,
        moderation_grade=moderation_grade,
        blind=chosen["blind"].fillna(False).astype(bool).to_numpy(),
        good_from=good_from,
        selection_probability=chosen["selection_probability"].to_numpy(np.float64),
        auditor=auditor,
        population_auditors=population["rater"].nunique(),
    )
    twice = read_twice(every[every["blind"].fillna(True).astype(bool)])
    anchors = grade_table(
        twice["moderation_grade_first"].to_numpy(np.int64),
        twice["moderation_grade_second"].to_numpy(np.int64),
        n_levels=n_levels,
    )
    panel = another_panel(
        counts,
        grade_table(audit_grade, moderation_grade, n_levels=n_levels),
        anchors,
        good_from=good_from,
        rng=np.random.default_rng(SEED),
    )
    # The panel is drawn from plain counts; what it is held against is the report's headline.
    return (*lines, beside_headline(panel.label, panel.good, panel.gap, adjusted))
