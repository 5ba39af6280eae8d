"""Tables of the section on process changes."""

from __future__ import annotations

from qaf_analysis.analyses.consistency import Consistency, ProcessFinding
from qaf_analysis.present.numbers import coefficient, fine_gap, with_interval
from qaf_analysis.present.parts import Column, Table
from qaf_analysis.present.statement import listed


def consistency_tables(result: Consistency) -> tuple[Table, ...]:
    """Spread of severity before and after each change."""
    if not result.changes:
        return ()
    return (
        Table(
            caption="Spread of auditors' severity before and after each process change",
            columns=(
                Column(heading="Change", align="left"),
                Column(heading="Verdict", align="left"),
                Column(heading="Spread before", unit="grades"),
                Column(heading="Spread after", unit="grades"),
                Column(heading="Difference", unit="grades"),
                Column(heading="Audits before, after"),
                Column(heading="Auditors before, after, in both"),
            ),
            rows=tuple(_row(finding) for finding in result.changes),
            note="In brackets 95% intervals, of the difference 90%. Spread: standard deviation "
            "between auditors' usual strictness, by analysis of variance with quarter and case "
            "type held fixed.",
            source=result.scope.source_line,
        ),
        _periods(result),
    )


def _row(finding: ProcessFinding) -> tuple[str, ...]:
    before, after, change = finding.before, finding.after, finding.change
    return (
        f"{listed(finding.labels)} ({finding.quarter})",
        finding.change.verdict,
        with_interval(before.sd, coefficient) if before.sd.is_estimable else before.sd.why_not,
        with_interval(after.sd, coefficient) if after.sd.is_estimable else after.sd.why_not,
        with_interval(change.sd, fine_gap) if change.sd.is_estimable else change.reason,
        f"{before.audits:,}, {after.audits:,}",
        f"{finding.auditors_before}, {finding.auditors_after}, {finding.retained}",
    )


def _periods(result: Consistency) -> Table:
    return Table(
        caption="Periods compared",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Before", align="left"),
            Column(heading="After", align="left"),
            Column(heading="Also within these periods", align="left"),
        ),
        rows=tuple(
            (
                f"{listed(finding.labels)} ({finding.quarter})",
                ", ".join(map(str, finding.before_quarters)) or "none",
                ", ".join(map(str, finding.after_quarters)) or "none",
                listed(finding.also_within) or "no other change",
            )
            for finding in result.changes
        ),
        note="Up to four quarters on each side; the quarter of the change itself is left out.",
        source=result.scope.source_line,
    )
