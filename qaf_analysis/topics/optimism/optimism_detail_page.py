"""Over-optimism in detail: where it is, whether it narrows, how auditors differ."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    fine_gap,
    gap,
    percent,
    with_interval,
)
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.statement import Statement
from qaf_analysis.topics.optimism.charts_funnel import FunnelBounds, FunnelDot, gap_funnel
from qaf_analysis.topics.optimism.gap_groups import FEWEST_PAIRS, GapGroup
from qaf_analysis.topics.optimism.optimism_detail import OptimismDetail

LIMITS = (
    "Groups were not drawn separately, so a group may stand out by chance: with ten groups, one "
    "often does. An auditor's own gap rests on few cases and is never a ranking; a different "
    "auditor is not a wrong one."
)


def say_optimism_detail(result: OptimismDetail) -> Statement:
    """Words on groups, the trend over rounds, and auditors among themselves."""
    return Statement(
        claim=_claim(result),
        paragraphs=(_where(result), _trend(result), _auditors(result), _replies(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def optimism_detail_pictures(result: OptimismDetail) -> tuple[Picture, ...]:
    """Gap by domain, and the funnel of auditors."""
    pictures = []
    for grouped in result.grouped:
        known = [group for group in grouped.groups if group.gap.is_estimable]
        if grouped.kind == "domain" and known:
            pictures.append(_domains_picture(known))
    if not isnan(result.own.spread) and not isnan(result.own.centre) and result.own.dots:
        pictures.append(_funnel_picture(result))
    return tuple(pictures)


def _claim(result: OptimismDetail) -> str:
    return {
        "narrowing": "The gap is narrowing from round to round",
        "widening": "The gap is widening from round to round",
    }.get(result.trend.direction, "The gap shows no clear trend over the rounds")


def _where(result: OptimismDetail) -> str:
    domains = [g for grouped in result.grouped if grouped.kind == "domain" for g in grouped.groups]
    known = [group for group in domains if group.gap.has_interval]
    kinder = [group for group in known if group.gap.low > 0]
    if not known:
        return (
            f"No domain has the {FEWEST_PAIRS} moderated audits chosen by chance that a gap needs."
        )
    widest = max(known, key=lambda group: group.gap.value)
    return (
        f"Of {counted(len(known), 'domain')} with a gap, the interval lies above none in "
        f"{counted(len(kinder), 'domain')}. The widest is in {widest.label}: "
        f"{with_interval(widest.gap, gap)} of a grade."
    )


def _trend(result: OptimismDetail) -> str:
    trend = result.trend
    if not trend.slope.has_interval:
        why = trend.slope.why_not or "the rounds do not show how much they differ by chance"
        return f"Whether the gap narrows over rounds cannot be told, because {why}."
    ends = (
        f"from {gap(trend.first)} in {result.trend_quarters[0]} to {gap(trend.last)} in "
        f"{result.trend_quarters[-1]}"
    )
    clear = trend.direction in ("narrowing", "widening")
    return (
        f"Over {counted(trend.rounds, 'quarter')} with moderation the line through the gaps runs "
        f"{ends}; its slope is {with_interval(trend.slope, fine_gap)} of a grade a quarter, "
        f"{'a clear change' if clear else 'which may be chance'}."
    )


def _auditors(result: OptimismDetail) -> str:
    between = result.own.between
    if not between.is_estimable:
        return f"How far auditors differ in their gaps cannot be said, because {between.why_not}."
    beyond = [one for one in result.own.auditors if one.is_beyond]
    shown = (
        f"No auditor's own gap is shown, because {result.own.why_not}."
        if result.own.why_not
        else f"{counted(len(beyond), 'auditor')} of {len(result.own.auditors)} shown "
        f"{'stands' if len(beyond) == 1 else 'stand'} outside the limits of chance (99.8%)."
    )
    return (
        f"Auditors' true gaps differ by about {with_interval(between, coefficient)} of a grade "
        f"(standard deviation). {shown}"
    )


def _replies(result: OptimismDetail) -> str:
    if not result.reasons.is_estimable:
        return "No grade was changed by a moderator chosen by chance in this period."
    return (
        f"Of {counted(result.reasons.cases, 'changed grade')}, "
        f"{percent(result.reasons.value)} carry a recorded reason, and auditors disputed "
        f"{percent(result.disputed.value)}."
    )


def _domains_picture(groups: list[GapGroup]) -> Picture:
    return interval_rows(
        [
            Row(mark=Mark.of(group.label, group.gap, note=counted(group.cases, "audit")))
            for group in groups
        ],
        title="Auditors against moderators, domain by domain",
        axis=Axis(
            middle="same as moderators",
            left="auditors harsher",
            right="auditors kinder",
            unit="grades",
        ),
        about="Mean gap, audit minus moderation, by domain.",
    )


def _funnel_picture(result: OptimismDetail) -> Picture:
    own = result.own
    dots = []
    for cases, raw in own.dots:
        limit = 3.09 * own.spread / cases**0.5
        dots.append(FunnelDot(cases=cases, gap=raw, is_beyond=abs(raw - own.centre) > limit))
    beyond = sum(dot.is_beyond for dot in dots)
    return gap_funnel(
        dots,
        title="Every auditor lies within the limits of chance"
        if not beyond
        else f"{counted(beyond, 'auditor')} beyond the limits of chance",
        bounds=FunnelBounds(centre=own.centre, spread=own.spread),
    )
