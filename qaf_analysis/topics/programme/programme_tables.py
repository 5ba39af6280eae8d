"""Tables of the programme overview."""

from __future__ import annotations

from qaf_analysis.kit.estimates_table import estimates_table
from qaf_analysis.kit.numbers import TOO_FEW, percent, points, value
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.topics.programme.programme import GradeCounts, Programme

FEWEST_FOR_A_SHARE = 10


def programme_tables(result: Programme) -> tuple[Table, ...]:
    """Grades by quarter, audits by type, grades by domain, and the figures in the words."""
    tables = [_by_quarter(result), _by_type(result)]
    if result.by_domain:
        tables.append(_by_domain(result))
    for heading, groups in (("Team", result.by_team), ("Case type", result.by_case_type)):
        if len(groups) > 1:
            tables.append(_by_group(result, heading, groups))
    return (*tables, _figures(result))


def _grade_columns(result: Programme, first: str) -> tuple[Column, ...]:
    levels = tuple(Column(heading=level) for level in result.levels)
    good = f"{result.levels[result.good_from]} or better"
    return (
        Column(heading=first, align="left"),
        *levels,
        Column(heading="All graded"),
        Column(heading=good),
    )


def _grade_row(counted: GradeCounts) -> tuple[str, ...]:
    counts = tuple(f"{n:,}" for n in counted.counts)
    share = value(counted.good, percent) if counted.total else "none graded"
    return (counted.label, *counts, f"{counted.total:,}", share)


def _by_quarter(result: Programme) -> Table:
    return Table(
        caption="Routine audits by quarter and grade",
        columns=_grade_columns(result, "Quarter"),
        rows=tuple(_grade_row(counted) for counted in result.by_quarter),
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


def _by_domain(result: Programme) -> Table:
    return Table(
        caption=f"Grades by domain, {result.scope.period}",
        columns=_grade_columns(result, "Domain"),
        rows=tuple(_grade_row(counted) for counted in result.by_domain),
        source=result.scope.source_line,
    )


def _by_group(result: Programme, heading: str, groups: tuple[GradeCounts, ...]) -> Table:
    rows = []
    for group in groups:
        *counts, share = _grade_row(group)
        rows.append((*counts, share if group.total >= FEWEST_FOR_A_SHARE else TOO_FEW))
    return Table(
        caption=f"Grades by {heading.lower()}, {result.scope.period}",
        columns=_grade_columns(result, heading),
        rows=tuple(rows),
        note=f"No share is given on fewer than {FEWEST_FOR_A_SHARE} audits.",
        source=result.scope.source_line,
    )


def _figures(result: Programme) -> Table:
    good = f"{result.levels[result.good_from]} or better"
    return estimates_table(
        "Figures in the overview",
        [
            (f"{good}, {result.scope.period}", result.good_now, percent),
            (f"{good}, {result.scope.quarter}", result.good_quarter, percent),
            (f"{good}, {result.before_period or 'first year'}", result.good_before, percent),
            ("Change, in percentage points", result.change, points),
            ("Change since last quarter, in percentage points", result.quarter_change, points),
            ("Audits with the worker present", result.collaborative, percent),
            ("Audits with family feedback", result.family_feedback, percent),
        ],
        note=f"{result.auditors:,} auditors graded routine audits in {result.scope.period}; "
        f"{result.scope.used:,} grades are used.",
        source=result.scope.source_line,
    )
