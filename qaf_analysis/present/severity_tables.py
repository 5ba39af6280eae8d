"""Tables of the severity section: the group, every auditor, domains."""

from __future__ import annotations

from math import isnan

from qaf_analysis.analyses.auditor_severity import NO_DIFFERENCE, AuditorSeverity
from qaf_analysis.analyses.severity import Severity
from qaf_analysis.analyses.severity_models import FEWEST_LINKED
from qaf_analysis.present.estimates_table import estimates_table, number_row
from qaf_analysis.present.numbers import (
    chance,
    coefficient,
    gap,
    interval,
    percent,
    value,
)
from qaf_analysis.present.parts import Column, Table
from qaf_analysis.present.severity_page import finding_words


def severity_tables(result: Severity) -> tuple[Table, ...]:
    """The group's figures, the model's spreads, every auditor, and domains."""
    if result.why_not:
        return (_reason(result),)
    return (_group(result), _auditors(result), _habits(result), _model(result), _scale(result))


def _reason(result: Severity) -> Table:
    return Table(
        caption="Why severity cannot be told",
        columns=(
            Column(heading="What is needed", align="left"),
            Column(heading="What was found", align="left"),
        ),
        rows=(
            (
                f"{FEWEST_LINKED} audits graded by two or more auditors",
                f"{result.scope.used:,}: {result.why_not}",
            ),
        ),
        source=result.scope.source_line,
    )


def _group(result: Severity) -> Table:
    clear = sum(person.finding.startswith("clearly") for person in result.auditors)
    enough = sum(person.finding != "not enough yet" for person in result.auditors)
    table = estimates_table(
        "Auditors' severity as a group",
        [
            ("Half-width of a typical auditor's interval, grades", result.precision, coefficient),
            ("Spread of severities (standard deviation), grades", result.spread, coefficient),
            ("Spread of practice between caseloads, logits", result.caseload_spread, coefficient),
        ],
        note=f"Auditors: {len(result.auditors)}; known closely enough: {enough}; clearly more "
        f"than {coefficient(NO_DIFFERENCE)} of a grade from colleagues: {clear}. Groups that "
        f"share no audit: {len(result.groups)}. "
        + (
            f"Could be nothing at all: {', '.join(result.boundary)}."
            if result.boundary
            else "Every spread is beyond chance."
        ),
        source=result.scope.source_line,
    )
    return Table(
        caption=table.caption,
        columns=table.columns,
        rows=(*table.rows, *_plain_numbers(result)),
        note=table.note,
        source=table.source,
    )


def _plain_numbers(result: Severity) -> list[tuple[str, ...]]:
    found = result.differences
    rows = [
        number_row("Pairs of grades of one domain of one audit", f"{result.pairs:,}", "count"),
        number_row("… identical", percent(result.identical), "share of pairs"),
        number_row("… different", percent(1 - result.identical), "share of pairs"),
        number_row("… identical, as the model expects", percent(result.expected), "severity model"),
    ]
    if not isnan(result.pooled_change):
        rows.append(
            number_row(
                "Largest change of a severity with audits graded once, grades",
                coefficient(result.pooled_change),
                "linked against all audits",
            )
        )
    if found is not None:
        rows += [
            number_row(
                f"Chance of such differences if all were alike (chi-square "
                f"{coefficient(found.chi_square)}, {found.df} df)",
                chance(found.p),
                "free severities with their covariance",
            ),
            number_row("Separation", coefficient(found.separation), "true spread over error"),
            number_row("Groups that can be told apart", coefficient(found.strata), "strata"),
            number_row(
                "Reliability of the differences",
                coefficient(found.reliability),
                "0: auditors cannot be told apart; high means that they differ",
            ),
        ]
    return rows


def _auditors(result: Severity) -> Table:
    return Table(
        caption="Auditors' severity on the same files, in the order of their codes",
        columns=(
            Column(heading="Auditor", align="left"),
            Column(heading="Audits"),
            Column(heading="Shared"),
            Column(heading="Severity", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="What may be said", align="left"),
        ),
        rows=tuple(_auditor(person) for person in result.auditors),
        note=f"Positive: grades lower (stricter) than colleagues. Under {FEWEST_LINKED} shared "
        "audits, or with an interval wider than a grade, nothing is said. Not a ranking.",
        source=result.scope.source_line,
    )


def _auditor(person: AuditorSeverity) -> tuple[str, ...]:
    return (
        person.auditor.removeprefix("AUDITOR-"),
        f"{person.audits:,}",
        f"{person.linked:,}",
        value(person.severity, gap),
        interval(person.severity, gap) if person.severity.has_interval else "",
        finding_words(person),
    )


def _habits(result: Severity) -> Table:
    return Table(
        caption="How auditors use the scale, in the order of their codes",
        columns=(
            Column(heading="Auditor", align="left"),
            Column(heading="Infit"),
            Column(heading="Outfit"),
            Column(heading="Spread within a file"),
            Column(heading="95% interval"),
            Column(heading="Stretch of the scale"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                person.auditor.removeprefix("AUDITOR-"),
                coefficient(person.infit) if not isnan(person.infit) else "",
                coefficient(person.outfit) if not isnan(person.outfit) else "",
                value(person.spread_ratio, coefficient),
                interval(person.spread_ratio, coefficient)
                if person.spread_ratio.has_interval
                else "",
                value(person.stretch, coefficient),
                interval(person.stretch, coefficient) if person.stretch.has_interval else "",
            )
            for person in result.auditors
        ),
        note="1 is as the model expects. Infit and outfit above it: more surprising grades. Spread "
        "within a file below it: nearly one grade for all domains. Stretch above it: keeps to the "
        "middle grades. With so many auditors a few lie off by chance.",
        source=result.scope.source_line,
    )


def _model(result: Severity) -> Table:
    return estimates_table(
        "What differs by how much, in logits",
        [(named.name.capitalize(), named.estimate, coefficient) for named in result.components],
        note="Standard deviations. The last two are findings about the group: single auditors by "
        "domain or quarter are not shown, because they rest on too little.",
        source=result.scope.source_line,
    )


def _scale(result: Severity) -> Table:
    return estimates_table(
        "Domains: how much lower than the average one each is graded, in logits",
        [(named.name, named.estimate, coefficient) for named in result.difficulty],
        note="Grades begin at: "
        + "; ".join(
            f"{level} {coefficient(at)}"
            for level, at in zip(result.levels[1:], result.thresholds, strict=True)
            if not isnan(at)
        )
        + ".",
        source=result.scope.source_line,
    )
