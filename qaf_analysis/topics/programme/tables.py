"""The tables of the audit programme."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.direction import unsigned
from qaf_analysis.kit.numbers import (
    counted,
    decimals_adding_up,
    interval,
    percent,
    percent_to,
    points,
    points_to,
    value,
    whole,
)
from qaf_analysis.kit.parts import (
    Column,
    Figure,
    Table,
    difference_figures,
    estimates_table,
    in_section,
    number_columns,
    word_columns,
)
from qaf_analysis.terms.verdicts import YEAR_RULE
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.programme.words import reach_title


def programme_tables(result: Programme) -> tuple[Table, ...]:
    """Shares by year, grades by quarter and month, audits by type, by domain, and figures."""
    tables = [in_section(by_year_table(result)), in_section(_by_quarter(result)), _by_type(result)]
    if result.by_month:
        tables.append(_by_month(result))
    if result.by_domain:
        tables.append(in_section(by_domain_table(result)))
    for heading, groups in (("Team", result.by_team), ("Case type", result.by_case_type)):
        if len(groups) > 1:
            tables.append(_by_group(result, heading, groups))
    return (*tables, _figures(result))


def _grade_columns(result: Programme, first: str) -> tuple[Column, ...]:
    levels = tuple(Column(heading=level) for level in result.scale.levels)
    good = result.scale.positive_heading
    return (
        Column(heading=first, align="left"),
        *levels,
        Column(heading="All graded"),
        Column(heading=good),
    )


def _grade_row(grades: GradeCounts) -> tuple[str, ...]:
    counts = tuple(f"{n:,}" for n in grades.counts)
    share = value(grades.good, percent) if grades.total else "none graded"
    return (grades.label, *counts, f"{grades.total:,}", share)


def by_year_table(result: Programme) -> Table:
    """The positive share year by year."""
    decimals = 0
    if result.change.is_estimable:
        decimals = decimals_adding_up(*(100 * year.good.value for year in result.years[-2:]))
    share, change = percent_to(decimals), points_to(decimals)
    rows = [
        (
            year.period if year.is_whole else f"{year.period}, not a whole year",
            f"{year.good.cases:,}",
            f"{year.good.auditors:,}",
            value(year.good, share),
            interval(year.good, share) if year.good.is_estimable else "",
            "",
            "",
        )
        for year in result.years
    ]
    if result.change.is_estimable:
        rows[-1] = (*rows[-1][:5], value(result.change, change), interval(result.change, change))
    return Table(
        caption=f"{result.scale.positive_heading}, year by year",
        columns=(
            Column(heading="Year", align="left"),
            Column(heading="Grades" if not result.has_overall else "Audits"),
            Column(heading="Auditors"),
            Column(heading=result.scale.positive_heading),
            Column(heading="95% interval"),
            Column(heading="Change on the year before, points"),
            Column(heading="95% interval"),
        ),
        rows=tuple(rows),
        note="Intervals allow for auditors who grade alike, and for who audited in which year. "
        "Only this year and the year before are compared.",
        source="Grades given by the first auditor in routine audits.",
    )


def _by_quarter(result: Programme) -> Table:
    return Table(
        caption="Routine audits by quarter and grade",
        columns=_grade_columns(result, "Quarter"),
        rows=tuple(_grade_row(each) for each in result.by_quarter),
        source="Grades given by the first auditor; themed, multi-agency and calibration audits "
        "are left out.",
    )


def _by_month(result: Programme) -> Table:
    return Table(
        caption="Routine audits by month and grade",
        columns=_grade_columns(result, "Month"),
        rows=tuple(_grade_row(each) for each in result.by_month),
        note="So few audits move by chance: single months should not be compared.",
        source="Grades given by the first auditor; themed, multi-agency and calibration audits "
        "are left out.",
    )


def _by_type(result: Programme) -> Table:
    rows = tuple(
        (
            str(quarter),
            *(f"{kind.counts[place]:,}" for kind in result.by_type),
            f"{sum(kind.counts[place] for kind in result.by_type):,}",
        )
        for place, quarter in enumerate(result.quarters)
    )
    totals = [sum(kind.counts) for kind in result.by_type]
    return Table(
        caption="Audits completed by quarter and type",
        columns=(
            Column(heading="Quarter", align="left"),
            *(
                Column(heading=kind.audit_type.replace("_", "-").capitalize())
                for kind in result.by_type
            ),
            Column(heading="All audits"),
        ),
        rows=(*rows, ("All quarters", *(f"{n:,}" for n in totals), f"{sum(totals):,}")),
        source="Every audit loaded, whatever its type.",
    )


def by_domain_table(result: Programme) -> Table:
    """Grades of the headline period, domain by domain."""
    return Table(
        caption=f"Grades by domain, {result.scope.period}",
        columns=_grade_columns(result, "Domain"),
        rows=tuple(_grade_row(each) for each in result.by_domain),
        source=result.scope.source_line,
    )


def _by_group(result: Programme, heading: str, groups: tuple[GradeCounts, ...]) -> Table:
    return Table(
        caption=f"Grades by {heading.lower()}, {result.scope.period}",
        columns=_grade_columns(result, heading),
        rows=tuple(_grade_row(group) for group in groups),
        note=f"No share is given on fewer than {YEAR_RULE.fewest_audits} audits.",
        source=result.scope.source_line,
    )


def _figures(result: Programme) -> Table:
    good = result.scale.positive_heading
    figures: list[Figure] = []
    if result.scope.period != result.years[-1].period:
        figures.append((f"{good}, {result.scope.period}", result.good_now, percent))
    if len(result.by_quarter) > 1:
        before = result.by_quarter[-2]
        figures += difference_figures(
            (f"{good}, {result.scope.quarter}", result.good_quarter),
            (f"{good}, {before.label}", before.good),
            ("Change since last quarter, in percentage points", result.quarter_change),
        )
    else:
        figures.append((f"{good}, {result.scope.quarter}", result.good_quarter, percent))
    figures += [
        ("Audits with the worker present", result.collaborative, percent),
        ("Audits with family feedback", result.family_feedback, percent),
    ]
    return estimates_table(
        "Figures in the overview",
        figures,
        note=f"{counted(result.auditors, 'auditor')} graded routine audits in "
        f"{result.scope.period}; {counted(result.scope.used, 'grade is', 'grades are')} used.",
        source=result.scope.source_line,
    )


OUTCOMES = {
    "quarantine": "set aside",
    "warning": "loaded, with a warning",
    "note": "loaded",
    "reject": "rejected",
}


def intake_tables(result: Intake) -> tuple[Table, ...]:
    """Files, findings and checks."""
    tables = [_files(result)]
    if result.findings:
        tables.append(findings_table(result))
    if result.checks:
        tables.append(in_section(checks_table(result)))
    return tuple(tables)


def _files(result: Intake) -> Table:
    """Rows of each file; a column for those without a record only where there are any."""
    no_record = result.not_data > 0
    rows = [
        (
            file.name,
            file.kind,
            whole(file.rows_in),
            whole(file.loaded),
            whole(file.quarantined),
            *((whole(file.not_data),) if no_record else ()),
            file.sha256[:16],
        )
        for file in result.files
    ]
    held = (
        f"{whole(result.audits)} audits, {whole(result.ratings)} grades, "
        f"{whole(result.moderations)} moderations"
    )
    total = (
        "All files",
        held,
        whole(result.rows_in),
        whole(result.loaded),
        whole(result.quarantined),
        *((whole(result.not_data),) if no_record else ()),
        "",
    )
    return Table(
        caption="Files read",
        columns=(
            *word_columns("File", "Holds"),
            *number_columns("Rows in", "Loaded", "Set aside"),
            *(number_columns("No record") if no_record else ()),
            *word_columns("SHA-256"),
        ),
        rows=(*rows, total),
        source=f"Settings file SHA-256: {result.settings_sha256[:16] or 'no settings file'}.",
        place="section",
    )


def findings_table(result: Intake) -> Table:
    """What reading found: kind, rows, outcome, first place, and how to mend it."""
    return Table(
        caption="What reading found",
        columns=(
            Column(heading="Finding", align="left"),
            Column(heading="Rows"),
            Column(heading="Outcome", align="left"),
            Column(heading="First place", align="left"),
            Column(heading="To mend", align="left"),
        ),
        rows=tuple(
            (
                found.code.replace("_", " "),
                whole(found.rows),
                OUTCOMES[found.outcome],
                found.first_place,
                found.mend,
            )
            for found in result.findings
        ),
        note="Rows set aside are kept outside this report, where only who made it may read them.",
    )


def checks_table(result: Intake) -> Table:
    """The checks of the data, each passed, failed, or not run."""
    return Table(
        caption="Checks of the data",
        columns=(
            Column(heading="Check", align="left"),
            Column(heading="Result", align="left"),
            Column(heading="Detail", align="left"),
        ),
        rows=tuple((check.name, check.state, check.detail) for check in result.checks),
    )


Row = tuple[str, str, str]


def reach_table(result: Reach) -> Table:
    """Every figure of the box."""
    return Table(
        caption=reach_title(result),
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Answer"),
            Column(heading="How computed", align="left"),
        ),
        rows=(*_size_rows(result), *_power_rows(result), *_moderation_rows(result)),
        source="Computed from this report's own figures; nothing here is a rule of thumb.",
    )


def _size_rows(result: Reach) -> list[Row]:
    rows: list[Row] = [
        ("Graded routine audits in the quarter", whole(result.audits), "count"),
        ("Open cases", whole(result.open_cases) if result.open_cases else "not stated", "settings"),
    ]
    if result.share.is_estimable:
        share = f"{percent(result.share.value)} ({interval(result.share, percent)})"
        rows.append((f"{result.scale.positive_heading} in the quarter", share, result.share.method))
    return rows


def _power_rows(result: Reach) -> list[Row]:
    rows: list[Row] = []
    if not isnan(result.missed):
        rise = unsigned(result.change, points)
        rows.append(
            (
                f"A rise of {rise} points between two such quarters is missed, times in 100",
                f"{100 * result.missed:.0f}",
                "normal approximation, two-sided test at 95% confidence",
            )
        )
    for between, found in (
        ("quarter to quarter", result.detectable_quarters),
        ("year to year", result.detectable_years),
    ):
        label = f"Smallest rise seen {percent(result.power)} of the time, {between}"
        shown = f"{unsigned(found.value, points)} points" if found.is_estimable else "none"
        rows.append((label, shown, found.method if found.is_estimable else found.why_not))
    return rows


def _moderation_rows(result: Reach) -> list[Row]:
    rows: list[Row] = []
    if not isnan(result.none_found):
        rows.append(
            (
                f"A random moderation of {whole(result.moderated)} meets no lowered grade when "
                f"{percent(result.lowered)} would be lowered, times in 100",
                f"{100 * result.none_found:.0f}",
                "binomial",
            )
        )
    return rows
