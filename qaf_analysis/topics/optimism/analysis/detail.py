"""Over-optimism in detail: where it is, whether it narrows, and how auditors differ in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.intervals import wilson
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.stats.optimism.gap_trend import GapTrend, gap_trend
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import BEYOND_CHANCE, FunnelPlace, SelectionRefusal
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.optimism.analysis.gaps import (
    NOT_MODERATED,
    Moderation,
    chosen_by_chance,
    grade_codes,
    moderation_of,
    quarters_done,
)
from qaf_analysis.topics.optimism.analysis.groups import (
    GapGroup,
    Group,
    gap_groups,
    groups_by,
    groups_by_source,
)
from qaf_analysis.topics.optimism.analysis.measures import every_optimism_measure

FEWEST_ROUNDS_TO_SHOW_AUDITORS = 4
"""Rounds over which auditors' own gaps are pooled before any is shown by code."""


@dataclass(frozen=True, kw_only=True)
class GroupedGaps:
    """Gaps of the moderated audits of the headline period, by one way of grouping them."""

    kind: str
    groups: tuple[GapGroup, ...]


@dataclass(frozen=True, kw_only=True)
class OwnGap:
    """One auditor's gap: raw, and pulled towards all auditors'."""

    auditor: str
    cases: int
    raw: float
    shrunken: Estimate
    funnel: FunnelPlace

    @property
    def is_beyond(self) -> bool:
        """Whether the raw gap lies outside the 99.8 % limits of chance."""
        return self.funnel in BEYOND_CHANCE


@dataclass(frozen=True, kw_only=True)
class OwnGaps:
    """Auditors' own gaps over the whole period, in the order of their codes.

    ``dots`` are moderated audits and raw mean gap of every auditor, in order of size, for a
    funnel without codes. ``why_not`` says why none is shown by code.
    """

    centre: float
    spread: float
    between: Estimate
    dots: tuple[tuple[int, float], ...]
    auditors: tuple[OwnGap, ...]
    too_few: int
    why_not: str


@dataclass(frozen=True, kw_only=True)
class OptimismDetail:
    """Over-optimism by group and over time, auditors' own gaps, and every paired measure.

    ``measures`` are of the headline period. ``reasons`` and ``disputed`` are shares of the
    changed grades: with a reason recorded, and with which the auditor disagreed. ``withheld`` is
    the reason for which nothing may be said of any of these; empty if it may.
    """

    scope: Scope
    scale: ScaleWords
    severe_words: str
    withheld: str
    measures: tuple[NamedEstimate, ...]
    grouped: tuple[GroupedGaps, ...]
    trend: GapTrend
    trend_quarters: tuple[Quarter, ...]
    own: OwnGaps
    reasons: Estimate
    disputed: Estimate


def optimism_detail(audits: Audits, *, quarter: Quarter) -> OptimismDetail:
    """Look closer at the moderated audits that were chosen by a recorded chance."""
    had = moderation_of(audits, quarter=quarter)
    every, chosen = chosen_by_chance(had.every), had.moderated(had.chosen, had.audits)
    return OptimismDetail(
        scope=replace(
            had.scope,
            first=had.first,
            last=had.last,
            left_out=tuple(gone for gone in had.scope.left_out if gone.reason != NOT_MODERATED),
        ),
        scale=had.scale.words,
        severe_words=had.limits.severe_words,
        withheld=had.copied,
        measures=every_optimism_measure(chosen, gap_of_all(chosen))
        if chosen.cases and not had.copied
        else (),
        grouped=tuple(
            GroupedGaps(kind=kind, groups=gap_groups(groups)) for kind, groups in _groupings(had)
        ),
        trend=_trend(every),
        trend_quarters=tuple(sorted({*quarters_done(every)})),
        own=_own(every, n_levels=had.scale.n_levels),
        reasons=_share(had.chosen, had.chosen["reason"].notna(), "with a reason recorded"),
        disputed=_share(
            had.chosen, had.chosen["response"].eq("disagreed"), "disputed by the auditor"
        ),
    )


def _groupings(had: Moderation) -> Iterator[tuple[str, tuple[Group, ...]]]:
    """Ways of grouping that tell something here, and their groups."""
    if had.domains:
        yield "domain", _groups_by_domain(had)
    for kind, groups in (
        ("case type", groups_by(had, had.chosen, "case_type")),
        ("team", groups_by(had, had.chosen, "team")),
        ("source", groups_by_source(had)),
    ):
        if len(groups) > 1:
            yield kind, groups
    if len(had.chosen):
        blind = had.chosen["blind"].map({True: "blind", False: "seeing the auditor's grade"})
        seen = had.chosen.assign(view=blind.astype(object))
        yield "moderator's view", groups_by(had, seen, "view")


def _groups_by_domain(had: Moderation) -> tuple[Group, ...]:
    """One group for each domain, in the settings' order; each speaks for that domain's grades."""
    groups = dict(iter(had.all_domains.groupby("domain", sort=False)))
    grades = had.audits_by_domain
    return tuple(
        Group(label=name, cases=had.moderated(groups[name], grades[grades["domain"] == name]))
        for name in had.domains
        if name in groups
    )


def _trend(pairs: pd.DataFrame) -> GapTrend:
    """Slope over quarters of moderation, one quarter apart counting as 1."""
    done = quarters_done(pairs)
    dated = pairs.loc[done.index]
    audit_grade, moderation_grade, auditor = grade_codes(dated)
    if len(dated) == 0:
        return gap_trend([], [], [], auditor=[])
    known = quarters_between(min(done), max(done))
    place = {quarter: float(number) for number, quarter in enumerate(known)}
    return gap_trend(
        audit_grade, moderation_grade, done.map(place).to_numpy(np.float64), auditor=auditor
    )


def _own(pairs: pd.DataFrame, *, n_levels: int) -> OwnGaps:
    codes = auditor_codes(pairs["auditor"])
    names = sorted(codes, key=lambda rater: codes[rater])
    number = {rater: place for place, rater in enumerate(names)}
    audit_grade, moderation_grade, _ = grade_codes(pairs)
    auditor = pairs["auditor"].map(number).to_numpy(np.int64)
    gaps = audit_grade - moderation_grade
    found = auditor_gaps(audit_grade, moderation_grade, auditor, n_levels=n_levels)
    rounds = quarters_done(pairs).nunique()
    few = (
        f"auditors are shown by code only once {FEWEST_ROUNDS_TO_SHOW_AUDITORS} rounds of "
        f"moderation can be pooled; there {'is' if rounds == 1 else 'are'} {rounds}"
    )
    several = pairs["audit_id"].duplicated().any()
    if several:
        few = SelectionRefusal.NO_SINGLE_GRADE
    shown = rounds >= FEWEST_ROUNDS_TO_SHOW_AUDITORS and not several
    return OwnGaps(
        centre=found.funnel.centre if found.funnel else nan,
        spread=sqrt(found.within),
        between=found.tau,
        dots=_dots(gaps, auditor),
        auditors=tuple(
            OwnGap(
                auditor=codes[names[one.auditor]],
                cases=one.cases,
                raw=one.raw,
                shrunken=one.shrunken,
                funnel=one.funnel,
            )
            for one in found.auditors
        )
        if shown
        else (),
        too_few=found.too_few,
        why_not="" if shown else few,
    )


def _dots(gaps: np.ndarray, auditor: np.ndarray) -> tuple[tuple[int, float], ...]:
    if len(gaps) == 0:
        return ()
    cases = np.bincount(auditor)
    means = np.bincount(auditor, weights=gaps) / np.maximum(cases, 1)
    return tuple(sorted((int(n), float(mean)) for n, mean in zip(cases, means, strict=True) if n))


def _share(pairs: pd.DataFrame, event: pd.Series, what: str) -> Estimate:
    changed = pairs["audit_grade"] != pairs["moderation_grade"]
    if not changed.any():
        return Estimate.not_estimable("no grade was changed", method=f"Wilson; {what}")
    n = int(changed.sum())
    return on_enough(wilson(float((event & changed).sum()), n), audits=n)
