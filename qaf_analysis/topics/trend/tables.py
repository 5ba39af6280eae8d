"""The tables of the true trend."""

from __future__ import annotations

from collections.abc import Callable

from qaf_analysis.kit.numbers import TOO_FEW, coefficient, gap, interval, percent, points, value
from qaf_analysis.kit.parts import Column, Figure, Table, estimates_table, in_section
from qaf_analysis.stats.trend.period_level import PeriodLevel
from qaf_analysis.topics.trend.analysis import TrueTrend


def true_trend_tables(result: TrueTrend) -> tuple[Table, ...]:
    """The change with its parts, and the level of each year."""
    parts = in_section(_parts_table(result))
    return (parts, _years_table(result)) if result.years else (parts,)


def _parts_table(result: TrueTrend) -> Table:
    figures: list[Figure] = []
    for unit, split, write in (
        ("grades", result.grade, gap),
        (f"points in the share graded {result.scale.positive}", result.good, points),
    ):
        figures += [
            (f"Change in auditors' grades, {unit}", split.observed, write),
            ("… of which practice", split.practice, write),
            ("… of which grading (leniency)", split.leniency, write),
            ("   … other auditors did the audits", split.mix, write),
            ("   … auditors became kinder or harsher", split.drift, write),
        ]
    anchored = result.anchored
    if anchored is not None and anchored.practice.is_estimable:
        figures += [
            ("Moderators' own drift by cases read again, grades", anchored.readers.change, gap),
            ("Practice with that drift taken out, grades", anchored.practice, gap),
        ]
    found = result.steadiness
    needed = result.grade.needed
    figures += [
        ("Moderated audits needed in each year", needed, lambda n: f"{n:,.0f}"),
        ("Moderators, later less earlier reading, grades", found.repeated, gap),
        ("Newer moderators less earlier ones, grades", found.newcomers, gap),
    ]
    return estimates_table(
        "The change in grades and its parts",
        figures,
        note=f"From {result.first_period or 'the first year'} to {result.last_period}; moderated "
        f"{result.moderated_first:,} and {result.moderated_last:,}. Moderators in both years: "
        f"{found.moderators_both:,}; {found.moderators_first:,} in the first and "
        f"{found.moderators_last:,} in the last. Verdict: {result.verdict}.",
        source=result.scope.source_line,
    )


def _years_table(result: TrueTrend) -> Table:
    rows = []
    for year in result.years:
        rows.append(
            (
                year.period,
                f"{year.audits:,}",
                f"{year.moderated:,}",
                *_level(year.grade, coefficient),
                *_level(year.good, percent),
            )
        )
    return Table(
        caption="Each year as audited, and had moderators graded every audit",
        columns=(
            Column(heading="Year", align="left"),
            Column(heading="Audits"),
            Column(heading="Moderated"),
            Column(heading="Mean grade"),
            Column(heading="By moderators"),
            Column(heading="95% interval"),
            Column(heading=result.scale.positive_heading),
            Column(heading="By moderators"),
            Column(heading="95% interval"),
        ),
        rows=tuple(rows),
        note="Mean grade counts the lowest grade as 0. Intervals are for the moderators' figures "
        "of the year's own audits, as in the section on optimism. Those of the change are for "
        "practice, of which audits are a sample, and wider.",
        source=result.scope.source_line,
    )


def _level(level: PeriodLevel, number: Callable[[float], str]) -> tuple[str, str, str]:
    adjusted = level.adjusted
    return (
        value(level.observed, number),
        value(adjusted, number),
        interval(adjusted, number) if adjusted.is_estimable else TOO_FEW,
    )
