"""Tables of over-optimism in detail: groups, trend, auditors' own gaps, measures, published."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from qaf_analysis.kit.estimates_table import Figure, estimates_table
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    fine_gap,
    gap,
    interval,
    percent,
    points,
    value,
)
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.published import DISAGREEMENTS, WHY_NO_BENCHMARK
from qaf_analysis.topics.optimism.gap_groups import FEWEST_PAIRS, GapGroup
from qaf_analysis.topics.optimism.optimism_detail import GroupedGaps, OptimismDetail, OwnGap

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


def optimism_detail_tables(result: OptimismDetail) -> tuple[Table, ...]:
    """Groups, the trend, auditors' own gaps, every paired measure, and published figures."""
    tables = [_group_table(grouped, result) for grouped in result.grouped if grouped.groups]
    tables.append(_trend_table(result))
    if result.own.auditors:
        tables.append(_own_table(result))
    if result.measures:
        tables.append(_measures_table(result))
    return (*tables, _published_table(result))


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
    beyond = sum(one.is_beyond for one in result.own.auditors)
    return estimates_table(
        "Trend of the gap, and spread between auditors",
        figures,
        note=f"{ends}Domains with a gap: {len(known)}, above none: {above}; at least "
        f"{FEWEST_PAIRS} audits each. Auditors shown: {len(result.own.auditors)}, outside 99.8% "
        f"limits: {beyond}; not shown for want of cases: {result.own.too_few}."
        + (f" No auditor is shown, because {result.own.why_not}." if result.own.why_not else ""),
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
