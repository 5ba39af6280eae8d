"""What drives disagreement: words, tables and the picture over time."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import coefficient, counted, interval, percent, value
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement
from qaf_analysis.topics.agreement.agreement_drivers import AgreementDrivers, GroupAgreement
from qaf_analysis.topics.agreement.charts_agreement_time import agreement_over_time

LIMITS = (
    "Groups differ in their cases as well as in how they were audited, and most rest on few "
    "audits; overlapping intervals mean that no difference was shown. Looking at many groups "
    "finds one that stands out by chance alone."
)


def say_agreement_drivers(result: AgreementDrivers) -> Statement:
    """Words on where auditors part."""
    judged = [group for group in result.groups if group.coefficient.is_estimable]
    if not judged:
        return Statement(
            claim="What drives disagreement cannot be told",
            paragraphs=(
                "Not available because no group has ten audits graded by two or more auditors.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim="Where auditors part",
        paragraphs=(_domains(result), _apart(judged)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def agreement_drivers_tables(result: AgreementDrivers) -> tuple[Table, ...]:
    """Agreement by group, and by quarter."""
    tables = []
    if result.groups:
        tables.append(
            _table("Agreement by domain, case and sitting", "Group", result.groups, result)
        )
    return (*tables, _table("Agreement by quarter", "Quarter", result.quarters, result))


def agreement_drivers_pictures(result: AgreementDrivers) -> tuple[Picture, ...]:
    """Agreement over time, where at least two quarters can be estimated."""
    if sum(quarter.coefficient.is_estimable for quarter in result.quarters) < 2:
        return ()
    overall = next(group for group in result.groups if group.coefficient.is_estimable)
    return (
        agreement_over_time(
            [Mark.of(quarter.label, quarter.coefficient) for quarter in result.quarters],
            title="Agreement between auditors by quarter (AC2)",
            whole_period=Mark.of(overall.label, overall.coefficient, note="(band: its interval)"),
            changes=[
                Change(label=change.label, before=str(change.quarter)) for change in result.changes
            ],
        ),
    )


def _domains(result: AgreementDrivers) -> str:
    domains = [
        group
        for group in result.groups
        if group.kind == "domain" and group.coefficient.is_estimable
    ]
    if len(domains) < 2:
        return f"{counted(result.scope.used, 'audit')} were graded by two or more auditors."
    lowest = min(domains, key=lambda group: group.coefficient.value)
    highest = max(domains, key=lambda group: group.coefficient.value)
    words = (
        f"Agreement is lowest on {lowest.label} ({coefficient(lowest.coefficient.value)}) and "
        f"highest on {highest.label} ({coefficient(highest.coefficient.value)})"
    )
    if lowest.coefficient.high >= highest.coefficient.low:
        return f"{words}, but their intervals overlap, so no domain stands out."
    return f"{words}; their intervals do not overlap."


def _apart(judged: list[GroupAgreement]) -> str:
    sittings = [group for group in judged if group.kind == "sitting"]
    if len(sittings) < 2:
        return "Whether auditors sat together is not recorded for enough audits to compare."
    said = [
        f"{group.label} {coefficient(group.coefficient.value)} "
        f"({interval(group.coefficient, coefficient)})"
        for group in sittings
    ]
    return f"By where auditors sat: {', '.join(said)}."


def _table(
    caption: str, heading: str, groups: tuple[GroupAgreement, ...], result: AgreementDrivers
) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column(heading=heading, align="left"),
            Column(heading="Audits graded twice"),
            Column(heading="Identical"),
            Column(heading="AC2"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                group.label if group.kind == "quarter" else f"{group.kind}: {group.label}",
                f"{group.audits:,}",
                value(group.exact, percent),
                value(group.coefficient, coefficient),
                interval(group.coefficient, coefficient) if group.coefficient.is_estimable else "",
            )
            for group in groups
        ),
        note="No figure is given on fewer than ten audits. Calibration audits, which every "
        "auditor grades, count once each.",
        source=result.scope.source_line,
    )
