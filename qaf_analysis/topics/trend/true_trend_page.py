"""Is the trend in grades real: words, tables and pictures of the change split into its parts."""

from __future__ import annotations

from collections.abc import Callable

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.estimates_table import Figure, estimates_table
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    gap,
    interval,
    percent,
    points,
    value,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.trend.period_level import PeriodLevel
from qaf_analysis.stats.trend.true_trend import Part, TrendSplit, claim
from qaf_analysis.topics.trend.charts_levels import Levels, levels_by_period
from qaf_analysis.topics.trend.true_trend import TrueTrend

LIMITS = (
    "The split rests on moderators who held steady: if they became kinder or harsher, what is "
    "called practice moves with them. Practice is what audited files show, not what families "
    "experienced. Interval ends of the parts move together, so they cannot be added up."
)
PARTS: tuple[tuple[Part, str], ...] = (
    ("practice", "Practice"),
    ("mix", "Other auditors did the audits"),
    ("drift", "Auditors became kinder or harsher"),
)


def say_true_trend(result: TrueTrend) -> Statement:
    """Words on how much of the change is practice, and how much is grading."""
    return Statement(
        claim=_claim(result),
        paragraphs=(*_observed(result), *_split(result), _steady(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def true_trend_tables(result: TrueTrend) -> tuple[Table, ...]:
    """The change with its parts, and the level of each year."""
    parts = _parts_table(result)
    return (parts, _years_table(result)) if result.years else (parts,)


def true_trend_pictures(result: TrueTrend) -> tuple[Picture, ...]:
    """Good or better by year, as audited and as moderated; and the parts of the change."""
    pictures = []
    if len(result.years) > 1:
        pictures.append(_years_picture(result))
    if result.grade.practice.is_estimable:
        pictures.append(_parts_picture(result))
    return tuple(pictures)


def true_trend_line(result: TrueTrend) -> str:
    """One sentence for the first page."""
    split = result.grade
    if not split.practice.is_estimable:
        return (
            f"Whether the trend since {result.first_period or 'the start'} is real cannot be "
            f"told, because {split.practice.why_not}."
        )
    return (
        f"Since {result.first_period}, by moderators' grades, practice changed by "
        f"{with_interval(split.practice, gap)} of a grade: {claim('practice', split.practice)}; "
        f"auditors against moderators by {with_interval(split.leniency, gap)}: "
        f"{claim('leniency', split.leniency)}."
    )


def _claim(result: TrueTrend) -> str:
    split = result.grade
    if not split.practice.is_estimable:
        return "Whether the trend in grades is real cannot be told"
    said = [claim("practice", split.practice), claim("leniency", split.leniency)]
    clear = [words for words in said if words != "no clear change"]
    if not clear:
        return "Neither practice nor grading clearly changed"
    return f"{clear[0].capitalize()}{f'; {clear[1]}' if len(clear) > 1 else ''}"


def _observed(result: TrueTrend) -> tuple[str, ...]:
    split = result.grade
    if not split.observed.is_estimable:
        return ()
    return (
        f"From {result.first_period} to {result.last_period} auditors' mean grade changed by "
        f"{with_interval(split.observed, gap)} of a grade, and the share good or better by "
        f"{with_interval(result.good.observed, points)} points "
        f"({counted(split.observed.cases, 'audit')}).",
    )


def _split(result: TrueTrend) -> tuple[str, ...]:
    split = result.grade
    if not split.practice.is_estimable:
        return (f"What of it is practice cannot be told, because {split.practice.why_not}."
                f"{_needed(split)}",)  # fmt: skip
    first = (
        f"By moderators' grades, practice changed by {with_interval(split.practice, gap)} of a "
        f"grade: {claim('practice', split.practice)}. The gap between auditors and moderators "
        f"changed by {with_interval(split.leniency, gap)}: {claim('leniency', split.leniency)}."
    )
    if not split.mix.is_estimable:
        return (first, f"Auditor mix and drift cannot be told apart, because {split.mix.why_not}.")
    second = (
        f"Of that, {with_interval(split.mix, gap)} is due to other auditors doing the audits and "
        f"{with_interval(split.drift, gap)} to auditors changing: "
        f"{claim('drift', split.drift)}."
    )
    undecided = claim("practice", split.practice) == "no clear change"
    return (first, second, *([_needed(split).strip()] if undecided and _needed(split) else []))


def _needed(split: TrendSplit) -> str:
    if not split.needed.is_estimable:
        return ""
    return (
        f" To see a change in practice as large as the one in grades, about "
        f"{counted(round(split.needed.value), 'audit')} moderated by chance would be needed in "
        "each of the two years."
    )


def _steady(result: TrueTrend) -> str:
    found = result.steadiness
    said = {
        "held steady": "Audits that two moderators read show that moderators held steady",
        "moved": "Audits that two moderators read show that moderators themselves moved, so the "
        "split must not be relied on",
        "not shown": "Too few audits were read by two moderators to show whether moderators held "
        "steady",
        "not tested": "Whether moderators held steady could not be tested: no audits were read by "
        "two of them at different times",
    }[found.verdict]
    repeated = (
        f" ({with_interval(found.repeated, gap)} of a grade on "
        f"{counted(found.repeated.cases, 'audit')})"
        if found.repeated.is_estimable
        else ""
    )
    further = f" Note that {listed(result.limitations)}." if result.limitations else ""
    return (
        f"{said}{repeated}. {counted(found.moderators_both, 'moderator')} worked in both years."
        f"{further}"
    )


def _parts_table(result: TrueTrend) -> Table:
    figures: list[Figure] = []
    for unit, split, write in (
        ("grades", result.grade, gap),
        ("points good or better", result.good, points),
    ):
        figures += [
            (f"Change in auditors' grades, {unit}", split.observed, write),
            ("… of which practice", split.practice, write),
            ("… of which grading (leniency)", split.leniency, write),
            ("   … other auditors did the audits", split.mix, write),
            ("   … auditors became kinder or harsher", split.drift, write),
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
            Column(heading="Good or better"),
            Column(heading="By moderators"),
            Column(heading="95% interval"),
        ),
        rows=tuple(rows),
        note="Mean grade counts the lowest grade as 0.",
        source=result.scope.source_line,
    )


def _level(level: PeriodLevel, number: Callable[[float], str]) -> tuple[str, str, str]:
    adjusted = level.adjusted
    return (
        value(level.observed, number),
        value(adjusted, number),
        interval(adjusted, number) if adjusted.is_estimable else TOO_FEW,
    )


def _years_picture(result: TrueTrend) -> Picture:
    return levels_by_period(
        Levels(
            name="As audited",
            marks=tuple(Mark.of(year.period, year.good.observed) for year in result.years),
        ),
        Levels(
            name="By moderators",
            marks=tuple(Mark.of(year.period, year.good.adjusted) for year in result.years),
        ),
        title=_claim(result),
        measure="Share of audits graded good or better",
        number=percent,
    )


def _parts_picture(result: TrueTrend) -> Picture:
    split = result.grade
    rows = [Row(mark=Mark.of("Change in auditors' grades", split.observed))]
    for part, words in PARTS:
        estimate = getattr(split, part)
        if estimate.is_estimable:
            said = claim(part, estimate)
            mark = Mark.of(words, estimate, note=said, is_quiet=said == "no clear change")
            rows.append(Row(mark=mark))
    return interval_rows(
        rows,
        title="What the change is made of",
        axis=Axis(middle="no change", left="lower", right="higher", unit="grades"),
        about="Change in grades between the two years, and its parts, which add up to it.",
    )
