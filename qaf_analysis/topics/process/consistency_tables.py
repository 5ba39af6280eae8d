"""Tables of the section on process changes."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import coefficient, fine_gap, with_interval
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.kit.statement import listed
from qaf_analysis.stats.process.spread_change import SpreadVerdict
from qaf_analysis.topics.process.consistency import Consistency, ProcessFinding
from qaf_analysis.topics.process.consistency_words import named
from qaf_analysis.topics.process.process_periods import ProcessPeriods


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
                Column(heading="Auditors before, after"),
            ),
            rows=tuple(_row(finding) for finding in result.changes),
            note="In brackets 95% intervals, of the difference 90%. Spread: standard deviation "
            "between auditors' usual strictness, by analysis of variance with quarter and case "
            "type held fixed.",
            source=result.scope.source_line,
        ),
        _retained(result),
        periods_table(
            [finding.periods for finding in result.changes], source=result.scope.source_line
        ),
    )


def _row(finding: ProcessFinding) -> tuple[str, ...]:
    before, after, change = finding.before, finding.after, finding.change
    is_judged = change.verdict != SpreadVerdict.TOO_LITTLE
    return (
        named(finding.periods),
        finding.change.verdict,
        with_interval(before.sd, coefficient) if before.sd.is_estimable else before.sd.why_not,
        with_interval(after.sd, coefficient) if after.sd.is_estimable else after.sd.why_not,
        with_interval(change.sd, fine_gap) if is_judged else change.reason,
        f"{before.audits:,}, {after.audits:,}",
        f"{finding.auditors_before}, {finding.auditors_after}",
    )


def _retained(result: Consistency) -> Table:
    return Table(
        caption="The same among auditors of both periods",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Auditors in both"),
            Column(heading="Difference in spread", unit="grades"),
            Column(heading="Verdict on these alone", align="left"),
            Column(heading="Against all auditors", align="left"),
        ),
        rows=tuple(
            (
                named(finding.periods),
                str(finding.retained_auditors),
                with_interval(finding.retained.sd, fine_gap)
                if finding.retained.sd.is_estimable
                else finding.retained.reason,
                finding.retained.verdict,
                finding.retained_says,
            )
            for finding in result.changes
        ),
        note="In brackets 90% intervals. When the pool changes, spread may change because others "
        "audit; among these auditors it cannot.",
        source=result.scope.source_line,
    )


def periods_table(changes: Sequence[ProcessPeriods], *, source: str) -> Table:
    """Quarters compared for each change, and what else lies within them."""
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
                named(periods),
                ", ".join(map(str, periods.before)) or "none",
                ", ".join(map(str, periods.after)) or "none",
                listed(periods.also_within) or "no other change",
            )
            for periods in changes
        ),
        note="Up to four quarters on each side; the quarter of the change itself is left out.",
        source=source,
    )
