"""Over-optimism in detail: where it is, whether it narrows, auditors' own gaps, every measure."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from qaf_analysis.analyses.gap_groups import FEWEST_PAIRS, GapGroup
from qaf_analysis.analyses.optimism_detail import GroupedGaps, OptimismDetail, OwnGap
from qaf_analysis.present.charts_funnel import FunnelBounds, FunnelDot, gap_funnel
from qaf_analysis.present.charts_mark import Mark
from qaf_analysis.present.charts_rows import Axis, Row, interval_rows
from qaf_analysis.present.estimates_table import Figure, estimates_table
from qaf_analysis.present.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    fine_gap,
    gap,
    interval,
    percent,
    points,
    value,
    with_interval,
)
from qaf_analysis.present.parts import Column, Picture, Table
from qaf_analysis.present.statement import Statement
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.published import DISAGREEMENTS, WHY_NO_BENCHMARK

LIMITS = (
    "Groups were not drawn separately, so a group may stand out by chance: with ten groups, one "
    "often does. An auditor's own gap rests on few cases and is never a ranking; a different "
    "auditor is not a wrong one."
)
BEYOND = ("above_998", "below_998")

MEASURE_WORDS: dict[str, tuple[str, Callable[[float], str]]] = {
    "mean_gap": ("Mean gap, grades", fine_gap),
    "over_rate": ("Moderator lower", percent),
    "under_rate": ("Moderator higher", percent),
    "severe_rate": ("Two grades or more apart", percent),
    "net_good_shift": ("Good or better, auditors minus moderators, points", points),
    "stuart_birch": ("Stuart–Birch", coefficient),
    "sign_test": ("Share kinder among those that differ (sign test)", percent),
    "wilcoxon_pratt": ("Wilcoxon–Pratt", coefficient),
    "stuart_maxwell": ("Stuart–Maxwell", coefficient),
    "bhapkar": ("Bhapkar", coefficient),
    "bowker": ("Bowker", coefficient),
    "mcnemar_exact": ("Share kinder at the good boundary (McNemar)", percent),
    "cumulative_logit": ("Marginal cumulative logit, slope", coefficient),
    "odds_of_higher_grade": ("Odds of a higher grade from auditors", coefficient),
    "quasi_symmetry": ("Ordinal quasi-symmetry, slope", coefficient),
    "bradley_blackwood": ("Bradley–Blackwood", coefficient),
}


def say_optimism_detail(result: OptimismDetail) -> Statement:
    """Words on groups, the trend over rounds, and auditors among themselves."""
    return Statement(
        claim=_claim(result),
        paragraphs=(_where(result), _trend(result), _auditors(result), _replies(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def optimism_detail_tables(result: OptimismDetail) -> tuple[Table, ...]:
    """Groups, the trend, auditors' own gaps, every paired measure, and published figures."""
    tables = [_group_table(grouped, result) for grouped in result.grouped if grouped.groups]
    tables.append(_trend_table(result))
    if result.own.auditors:
        tables.append(_own_table(result))
    if result.measures:
        tables.append(_measures_table(result))
    return (*tables, _published_table(result))


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
    beyond = [one for one in result.own.auditors if one.funnel in BEYOND]
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


def _group_table(grouped: GroupedGaps, result: OptimismDetail) -> Table:
    return Table(
        caption=f"Gap by {grouped.kind}",
        columns=(
            Column(heading=grouped.kind.capitalize(), align="left"),
            Column(heading="Audits"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Moderator lower"),
            Column(heading="Moderator higher"),
        ),
        rows=tuple(_group_row(group) for group in grouped.groups),
        note=f'A gap on fewer than {FEWEST_PAIRS} audits is "{TOO_FEW}".',
        source=result.scope.source_line,
    )


def _group_row(group: GapGroup) -> tuple[str, ...]:
    enough = group.gap.is_estimable
    return (
        group.label,
        f"{group.cases:,}",
        value(group.gap, gap),
        interval(group.gap, gap) if enough else "",
        value(group.over, percent) if enough else "",
        value(group.under, percent) if enough else "",
    )


def _trend_table(result: OptimismDetail) -> Table:
    trend = result.trend
    figures: list[Figure] = [
        ("Slope of the gap, grades a quarter", trend.slope, fine_gap),
        ("… with auditors as what varies", trend.by_auditor, fine_gap),
        ("… with rounds as what varies", trend.by_round, fine_gap),
        ("Spread between auditors' gaps, grades", result.own.between, coefficient),
        ("Changed grades with a reason recorded", result.reasons, percent),
        ("Changed grades disputed by the auditor", result.disputed, percent),
    ]
    ends = (
        f"Line: {gap(trend.first)} in {result.trend_quarters[0]}, {gap(trend.last)} in "
        f"{result.trend_quarters[-1]}, {counted(trend.rounds, 'quarter')} with moderation. "
        if result.trend_quarters and not isnan(trend.first)
        else ""
    )
    domains = [g for grouped in result.grouped if grouped.kind == "domain" for g in grouped.groups]
    known = [group for group in domains if group.gap.has_interval]
    above = sum(group.gap.low > 0 for group in known)
    beyond = sum(one.funnel in BEYOND for one in result.own.auditors)
    return estimates_table(
        "Trend of the gap, and spread between auditors",
        figures,
        note=f"{ends}Domains with a gap: {len(known)}, above none: {above}; at least "
        f"{FEWEST_PAIRS} audits each. Auditors shown: {len(result.own.auditors)}, outside 99.8% "
        f"limits: {beyond}; not shown for want of cases: {result.own.too_few}."
        + (f" None is shown, because {result.own.why_not}." if result.own.why_not else ""),
        source=result.scope.source_line,
    )


def _own_table(result: OptimismDetail) -> Table:
    return Table(
        caption="Auditors' own gaps, in the order of their codes",
        columns=(
            Column(heading="Auditor", align="left"),
            Column(heading="Moderated"),
            Column(heading="Raw gap", unit="grades"),
            Column(heading="Best estimate", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Against limits of chance", align="left"),
        ),
        rows=tuple(_own_row(one) for one in result.own.auditors),
        note="The best estimate pulls each raw gap towards all auditors', the more the fewer "
        "cases it rests on. Not a ranking, and not for appraisal.",
        source=f"All moderated audits chosen by chance, {result.scope.first} to "
        f"{result.scope.last}.",
    )


def _own_row(one: OwnGap) -> tuple[str, ...]:
    place = {
        "within": "within",
        "above_95": "kinder than 95% limits",
        "above_998": "kinder than 99.8% limits",
        "below_95": "harsher than 95% limits",
        "below_998": "harsher than 99.8% limits",
        "not known": "not known",
    }[one.funnel]
    return (
        one.auditor.removeprefix("AUDITOR-"),
        f"{one.cases:,}",
        gap(one.raw),
        value(one.shrunken, gap),
        interval(one.shrunken, gap),
        place,
    )


def _measures_table(result: OptimismDetail) -> Table:
    return Table(
        caption="Every paired measure of optimism",
        columns=(
            Column(heading="Measure", align="left"),
            Column(heading="Value"),
            Column(heading="95% interval"),
            Column(heading="p"),
            Column(heading="n"),
            Column(heading="Method, or why not", align="left"),
        ),
        rows=tuple(_measure_row(named) for named in result.measures),
        source=result.scope.source_line,
    )


def _measure_row(named: NamedEstimate) -> tuple[str, ...]:
    words, write = MEASURE_WORDS[named.name]
    found = named.estimate
    p = "" if isnan(found.p) else ("under 0.001" if found.p < 0.001 else f"{found.p:.3f}")
    return (
        words,
        value(found, write),
        interval(found, write) if found.has_interval else "",
        p,
        f"{found.cases:,}",
        found.method if found.is_estimable else found.why_not,
    )


def _published_table(result: OptimismDetail) -> Table:
    over = [named.estimate for named in result.measures if named.name == "over_rate"]
    under = [named.estimate for named in result.measures if named.name == "under_rate"]
    own = (
        (
            (
                f"{result.scope.council}, this report",
                percent(over[0].value + under[0].value),
                f"{over[0].cases:,}",
                f"kinder in {percent(over[0].value)}, harsher in {percent(under[0].value)}",
            ),
        )
        if over and over[0].is_estimable
        else ()
    )
    return Table(
        caption="Published figures on disagreement with councils' own audits",
        columns=(
            Column(heading="Whose audits, and where published", align="left"),
            Column(heading="Graded differently"),
            Column(heading="Audits"),
            Column(heading="Direction", align="left"),
        ),
        rows=(
            *own,
            *(
                (
                    f"{one.council}. {one.report}",
                    percent(one.share),
                    f"{one.cases}" if one.cases else "not stated",
                    "council kinder" if one.too_kind else "not stated",
                )
                for one in DISAGREEMENTS
            ),
        ),
        note=WHY_NO_BENCHMARK,
        source="Inspection reports of 2012 to 2025, searched for figures; one peer review.",
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
