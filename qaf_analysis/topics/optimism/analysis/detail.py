"""Over-optimism in detail: where it is, whether it narrows, and how auditors differ in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.intervals import wilson
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.stats.optimism.gap_trend import GapTrend, gap_trend
from qaf_analysis.stats.optimism.heterogeneity import auditor_means
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import BEYOND_CHANCE, FunnelPlace, SelectionRefusal
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    domain_names,
    first_quarter,
    headline_domain,
    headline_quarters,
    period_words,
    up_to,
)
from qaf_analysis.topics.optimism.analysis.gaps import (
    GapGroup,
    by_chance,
    first_moderation,
    gap_group,
    grade_codes,
    moderated_domains,
    moderated_pairs,
)
from qaf_analysis.topics.optimism.analysis.measures import Pairs, every_optimism_measure

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
    changed grades: with a reason recorded, and with which the auditor disagreed.
    """

    scope: Scope
    good_label: str
    measures: tuple[NamedEstimate, ...]
    grouped: tuple[GroupedGaps, ...]
    trend: GapTrend
    trend_quarters: tuple[Quarter, ...]
    own: OwnGaps
    reasons: Estimate
    disputed: Estimate


def optimism_detail(audits: Audits, *, quarter: Quarter) -> OptimismDetail:
    """Look closer at the moderated audits that were chosen by a recorded chance."""
    known = up_to(audits, quarter)
    window = headline_quarters(known, quarter)
    every = first_moderation(by_chance(moderated_pairs(known)))
    recent = _in(every, window)
    audit_grade, moderation_grade, auditor = grade_codes(recent)
    scale = known.settings.scale
    return OptimismDetail(
        scope=_scope(known, quarter, window, recent),
        good_label=scale.good_label,
        measures=every_optimism_measure(
            Pairs(
                audit_grade=audit_grade,
                moderation_grade=moderation_grade,
                auditor=auditor,
                n_levels=scale.n_levels,
                good_from=scale.good_from,
            )
        )
        if len(recent)
        else (),
        grouped=tuple(_grouped(known, recent, window)),
        trend=_trend(every),
        trend_quarters=tuple(sorted({*_rounds(every)})),
        own=_own(every, n_levels=scale.n_levels),
        reasons=_share(recent, recent["reason"].notna(), "with a reason recorded"),
        disputed=_share(recent, recent["response"].eq("disagreed"), "disputed by the auditor"),
    )


def _in(pairs: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    return pairs[pairs["quarter"].isin([str(q) for q in quarters])]


def _grouped(audits: Audits, recent: pd.DataFrame, window: list[Quarter]) -> Iterator[GroupedGaps]:
    domains = first_moderation(by_chance(_in(moderated_domains(audits), window)))
    if headline_domain(audits) is not None:
        order = [name for name in domain_names(audits) if name in set(domains["domain"])]
        yield GroupedGaps(
            kind="domain",
            groups=tuple(gap_group(name, domains[domains["domain"] == name]) for name in order),
        )
    for kind, column in (
        ("case type", "case_type"),
        ("team", "team"),
        ("source", "moderation_source"),
    ):
        labels = recent[column].fillna("not recorded")
        if labels.nunique() > 1:
            groups = recent.groupby(labels, sort=True)
            yield GroupedGaps(
                kind=kind, groups=tuple(gap_group(str(name), rows) for name, rows in groups)
            )
    blind = recent["blind"].map({True: "blind", False: "seeing the auditor's grade"})
    labels = blind.astype(object).where(blind.notna(), "not recorded")
    if len(recent):
        groups = recent.groupby(labels, sort=True)
        yield GroupedGaps(
            kind="moderator's view",
            groups=tuple(gap_group(str(name), rows) for name, rows in groups),
        )


def _rounds(pairs: pd.DataFrame) -> pd.Series:
    return pairs["moderated_on"].dropna().map(lambda day: Quarter.of(day.date()))


def _trend(pairs: pd.DataFrame) -> GapTrend:
    """Slope over quarters of moderation, one quarter apart counting as 1."""
    done = _rounds(pairs)
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
    rounds = _rounds(pairs).nunique()
    few = (
        f"auditors are shown by code only once {FEWEST_ROUNDS_TO_SHOW_AUDITORS} rounds of "
        f"moderation can be pooled; there are {rounds}"
    )
    several = pairs["audit_id"].duplicated().any()
    if several:
        few = SelectionRefusal.NO_SINGLE_GRADE
    shown = rounds >= FEWEST_ROUNDS_TO_SHOW_AUDITORS and not several
    return OwnGaps(
        centre=found.funnel.centre if found.funnel else nan,
        spread=sqrt(auditor_means(gaps, auditor).within) if len(gaps) else nan,
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
    return wilson(float((event & changed).sum()), int(changed.sum()))


def _scope(audits: Audits, quarter: Quarter, window: list[Quarter], recent: pd.DataFrame) -> Scope:
    every = _in(moderated_pairs(audits), window)
    others = every[~every["audit_id"].isin(recent["audit_id"])]
    picked = others.drop_duplicates(["audit_id", "domain"])["group"].value_counts(sort=False)
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=first_quarter(audits),
        last=quarter,
        period=period_words(window),
        unit="moderated audits chosen by a recorded chance",
        used=len(recent),
        left_out=tuple(
            LeftOut(reason=str(why), records=int(n)) for why, n in sorted(picked.items())
        ),
    )
