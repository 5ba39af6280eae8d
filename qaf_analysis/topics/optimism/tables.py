"""The tables of over-optimism."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import isnan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    exact_gap,
    fine_gap,
    gap,
    interval,
    percent,
    points,
    value,
)
from qaf_analysis.kit.parts import Column, Figure, Table, estimates_table, in_section
from qaf_analysis.stats.optimism.adjusted import FEWEST_PAIRS
from qaf_analysis.stats.optimism.verdict_figures import RuledFigure
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.published import DISAGREEMENTS, WHY_NO_BENCHMARK
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import (
    OPTIMISM_RULE,
    FunnelPlace,
    OptimismLimits,
    VerdictFigure,
)
from qaf_analysis.topics.optimism.analysis.detail import GroupedGaps, OptimismDetail, OwnGap
from qaf_analysis.topics.optimism.analysis.groups import GapGroup
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.draw_tables import draw_tables
from qaf_analysis.topics.optimism.words import panel_name


def optimism_tables(result: Optimism) -> tuple[Table, ...]:
    """The grid, the figures, the adjusted profile, the groups and the rounds."""
    tables = []
    if any(any(row) for row in result.table):
        tables += [grades_grid(result), in_section(_figures(result))]
    if result.by_selection:
        tables.append(in_section(profile_table(result)))
    tables += draw_tables(result)
    if result.sensitivity:
        tables.append(sensitivity_table(result))
    groups = (
        ("Moderated audits by how they were chosen", "Chosen", result.by_selection),
        (_BY_SOURCE, "Source", _named(result.by_source)),
        (
            "Moderated audits chosen by chance, by quarter of moderation",
            "Moderated in",
            result.rounds,
        ),
    )
    tables += [_groups(*group, result) for group in groups if group[2]]
    if result.figures:
        tables.append(_ruled(result))
    return tuple(tables)


_BY_SOURCE = "Moderated audits chosen by a recorded chance, by source"


def sources_table(result: Optimism) -> Table:
    """Gap and rates of each source of moderation."""
    return _groups(_BY_SOURCE, "Source", _named(result.by_source), result)


def _named(panels: tuple[GapGroup, ...]) -> tuple[GapGroup, ...]:
    """Groups by source under plain names."""
    return tuple(replace(panel, label=panel_name(panel.label)) for panel in panels)


def grades_grid(result: Optimism) -> Table:
    """Moderated audits by the auditor's grade and the moderator's."""
    return Table(
        caption="Auditor's grade by moderator's grade",
        columns=(
            Column(heading="Auditor's grade", align="left"),
            *(Column(heading=level, unit="moderator") for level in result.scale.levels),
        ),
        rows=tuple(
            (level, *(f"{count:,}" for count in row))
            for level, row in zip(result.scale.levels, result.table, strict=True)
        ),
        source=result.scope.source_line,
    )


def _figures(result: Optimism) -> Table:
    write, ever = exact_gap, result.ever
    return estimates_table(
        "Auditors against moderators",
        [
            ("Mean gap, in grades (audit minus moderation)", result.gap, write),
            (f"Mean gap, all rounds since {result.ever_since}", ever.gap, write),
            ("… graded lower by the moderator", ever.over, percent),
            ("… graded higher by the moderator", ever.under, percent),
            ("Graded lower by the moderator", result.over, percent),
            ("Graded higher by the moderator", result.under, percent),
            *_severe(result),
            (_shift_words(result.scale), result.good_shift, points),
            ("Spread of gaps between auditors, in grades", result.heterogeneity, coefficient),
        ],
        note="The verdict is not read from these 95% intervals but from those of the table of "
        "its own figures. How the gap changed stands in the section on the trend.",
        source=result.scope.source_line,
    )


def _severe(result: Optimism) -> Iterator[Figure]:
    if result.limits.severe_words:
        yield f"{result.limits.severe_words.capitalize()} apart", result.severe, percent


def _ruled(result: Optimism) -> Table:
    """The verdict's own figures: the two intervals of each, their limits, and what was shown."""
    limits = result.limits
    own = OPTIMISM_RULE.limits(result.scale.n_levels) != limits
    return Table(
        caption="What the verdict on over-optimism rests on",
        columns=(
            Column(heading="Figure", align="left"),
            Column(heading="Value"),
            Column(heading="Interval to show it small"),
            Column(heading="Small within"),
            Column(heading="Interval to show a fault"),
            Column(heading="Fault beyond"),
            Column(heading="Finding", align="left"),
            Column(heading="Settled with", unit="moderated audits"),
        ),
        rows=tuple(_ruled_row(one, limits, result.scale) for one in result.figures),
        note=f"Limits {'are set by the council' if own else 'are those of the scale'}, "
        f"{counted(result.scale.n_levels, 'level')}. Accept: every figure shown small. Re-audit: "
        "severe differences or spread shown beyond. Adjust: gap or shift shown not to be none. "
        "Else more moderation is needed.",
        source=result.scope.source_line,
    )


def _shift_words(scale: ScaleWords) -> str:
    return f"{scale.positive_heading}, auditors minus moderators, points"


def _unsigned_points(share: float) -> str:
    return f"{100 * share:g}"


def _ruled_row(one: RuledFigure, limits: OptimismLimits, scale: ScaleWords) -> tuple[str, ...]:
    words, write = {
        VerdictFigure.GAP: ("Mean gap, grades", fine_gap),
        VerdictFigure.SHIFT: (_shift_words(scale), points),
        VerdictFigure.SEVERE: (f"{limits.severe_words.capitalize()} apart", percent),
        VerdictFigure.SPREAD: ("Spread of gaps between auditors, grades", coefficient),
    }[one.figure]
    plain = {VerdictFigure.GAP: coefficient, VerdictFigure.SHIFT: _unsigned_points}.get(
        one.figure, write
    )
    none = "0" if one.shown_limit == 0 else plain(one.shown_limit)
    return (
        words,
        value(one.small, write),
        f"{interval(one.small, write)} ({one.small.level:.0%})" if one.small.has_interval else "",
        plain(one.small_limit),
        f"{interval(one.shown, write)} ({100 * one.shown.level:g}%)"
        if one.shown.has_interval
        else "",
        none,
        one.standing if one.small.is_estimable else f"{one.standing}: {one.small.why_not}",
        "" if isnan(one.settled_at) else f"about {one.settled_at:,.0f}",
    )


def profile_table(result: Optimism) -> Table:
    """The grade profile as audited, and had moderators graded every audit."""
    rows = []
    for level, share, adjusted in zip(
        result.scale.levels, result.audit_profile, result.adjusted_profile, strict=True
    ):
        rows.append((level, percent(share), value(adjusted, percent), _interval(adjusted)))
    rows.append(
        (
            result.scale.positive_heading,
            value(result.audit_good, percent),
            value(result.adjusted_good, percent),
            _interval(result.adjusted_good),
        )
    )
    why_not = result.adjusted_good.why_not
    return Table(
        caption="Grades as audited, and had moderators graded every audit",
        columns=(
            Column(heading="Grade", align="left"),
            Column(heading="As audited"),
            Column(heading="Had moderators graded all"),
            Column(heading="95% interval"),
        ),
        rows=tuple(rows),
        note=f"No adjusted figure, because {why_not}."
        if why_not
        else f"Method: {result.adjusted_good.method}. As audited: {result.audits:,} audits, "
        f"{result.scale.positive_alone} {interval(result.audit_good, percent)}. Moderated: "
        f"{result.adjusted_good.cases:,}.",
        source=result.scope.source_line,
    )


def sensitivity_table(result: Optimism) -> Table:
    """The adjusted figures under each other assumption."""
    return Table(
        caption="The adjusted figures under other assumptions about moderators",
        columns=(
            Column(heading="Assumption", align="left"),
            Column(heading=result.scale.positive_heading),
            Column(heading="95% interval"),
            Column(heading="Mean gap of these audits", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Same conclusion", align="left"),
        ),
        rows=tuple(
            (
                line.label,
                value(line.good, percent),
                _interval(line.good),
                value(line.gap, exact_gap),
                interval(line.gap, exact_gap) if line.gap.is_estimable else line.gap.why_not,
                ("yes" if line.agrees else "no") if line.gap.is_estimable else "cannot be said",
            )
            for line in result.sensitivity
        ),
        note="Moderators differ among themselves, and one who sees the auditor's grade is drawn "
        "to it: these lines show how much hangs on that.",
        source=result.scope.source_line,
    )


def _interval(estimate: Estimate) -> str:
    return interval(estimate, percent) if estimate.is_estimable else ""


def _groups(caption: str, heading: str, groups: tuple[GapGroup, ...], result: Optimism) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column(heading=heading, align="left"),
            Column(heading="Audits"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Moderator lower"),
            Column(heading="Moderator higher"),
        ),
        rows=tuple(
            (
                group.label,
                f"{group.cases:,}",
                value(group.gap, exact_gap),
                interval(group.gap, exact_gap) if group.gap.is_estimable else "",
                value(group.over, percent),
                value(group.under, percent),
            )
            for group in groups
        ),
        note=f'A mean gap on fewer than ten audits is "{TOO_FEW}". An audit counts once in each '
        "row, and in every row that read it.",
        source=f"Routine audits with a moderator's grade, up to {result.scope.last}: "
        f"{sum(group.cases for group in groups):,} in these rows.",
    )


MEASURE_WORDS: dict[str, tuple[str, Callable[[float], str]]] = {
    "mean_gap": ("Mean gap, grades", exact_gap),
    "over_rate": ("Moderator lower", percent),
    "under_rate": ("Moderator higher", percent),
    "severe_rate": ("{severe} apart", percent),
    "net_good_shift": ("{shift}", points),
    "stuart_birch": ("Stuart–Birch", coefficient),
    "sign_test": ("Share kinder among those that differ (sign test)", percent),
    "wilcoxon_pratt": ("Wilcoxon–Pratt", coefficient),
    "stuart_maxwell": ("Stuart–Maxwell", coefficient),
    "bhapkar": ("Bhapkar", coefficient),
    "bowker": ("Bowker", coefficient),
    "mcnemar_exact": ("Share kinder on whether graded {positive} (McNemar)", percent),
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
    return (*tables, in_section(_published_table(result)))


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
        place="section" if grouped.kind == "domain" else "appendix",
    )


def _group_row(group: GapGroup) -> tuple[str, ...]:
    enough = group.gap.is_estimable
    return (
        group.label,
        f"{group.cases:,}",
        value(group.gap, exact_gap),
        interval(group.gap, exact_gap) if enough else "",
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
        source=f"Slope and spread: {sum(cases for cases, _ in result.own.dots):,} moderated "
        f"audits drawn by chance since {result.scope.first}. Changed grades: "
        f"{result.scope.source_line}",
    )


def replies_table(result: OptimismDetail) -> Table:
    """How many changed grades carry a reason, and how many the auditor disputed."""
    shares = (("a reason recorded", result.reasons), ("disputed by the auditor", result.disputed))
    return Table(
        caption="Moderators' reasons and auditors' answers",
        columns=(
            Column(heading="Changed grades with", align="left"),
            Column(heading="Share"),
            Column(heading="95% interval"),
            Column(heading="Changed grades"),
        ),
        rows=tuple(
            (what, value(share, percent), interval(share, percent), f"{share.cases:,}")
            for what, share in shares
        ),
        note="Grades of the headline that a moderator, chosen by a recorded chance, gave "
        "otherwise than the auditor. What a reason says is not read.",
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
        FunnelPlace.WITHIN: FunnelPlace.WITHIN.value,
        FunnelPlace.ABOVE_95: "kinder than 95% limits",
        FunnelPlace.ABOVE_998: "kinder than 99.8% limits",
        FunnelPlace.BELOW_95: "harsher than 95% limits",
        FunnelPlace.BELOW_998: "harsher than 99.8% limits",
        FunnelPlace.NOT_KNOWN: FunnelPlace.NOT_KNOWN.value,
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
        rows=tuple(
            _measure_row(named, result)
            for named in result.measures
            if named.name != "severe_rate" or result.severe_words
        ),
        source=result.scope.source_line,
    )


def _measure_row(named: NamedEstimate, result: OptimismDetail) -> tuple[str, ...]:
    words, write = MEASURE_WORDS[named.name]
    words = words.format(
        severe=result.severe_words.capitalize(),
        shift=_shift_words(result.scale),
        positive=result.scale.positive,
    )
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
