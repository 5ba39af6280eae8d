"""Tables of the severity section with a row for each auditor, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TypeAlias

from qaf_analysis.kit.numbers import coefficient, gap, interval, percent, value
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.severity.auditor_severity import AuditorSeverity
from qaf_analysis.topics.severity.severity_models import FEWEST_LINKED
from qaf_analysis.topics.severity.severity_page import finding_words
from qaf_analysis.topics.severity.severity_result import Severity

Writer: TypeAlias = Callable[[float], str]
AUDITOR = Column(heading="Auditor", align="left")


def people_tables(result: Severity) -> tuple[Table, ...]:
    """Severity from linked audits and from all, caseloads, fit, agreement and habits."""
    return (
        _severities(result),
        _caseloads(result),
        _fit(result),
        _agreement(result),
        _habits(result),
    )


def _severities(result: Severity) -> Table:
    return Table(
        caption="Auditors' severity on the same files, in the order of their codes",
        columns=(
            AUDITOR,
            Column(heading="Audits"),
            Column(heading="Shared"),
            Column(heading="Severity", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="What may be said", align="left"),
            Column(heading="From all audits", unit="grades"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                _code(person),
                f"{person.audits:,}",
                f"{person.linked:,}",
                *_both(person.severity, gap),
                finding_words(person),
                *_both(person.pooled, gap),
            )
            for person in result.auditors
        ),
        note="Positive: grades lower (stricter) than colleagues. Severity, and what may be said, "
        f"rest on shared audits alone; under {FEWEST_LINKED} of them, or with an interval wider "
        "than a grade, nothing is said. The last two columns use all audits as if they had reached "
        "auditors at random; where the two differ, shared audits count. Not a ranking.",
        source=result.scope.source_line,
    )


def _caseloads(result: Severity) -> Table:
    lowest = result.levels[0]
    return Table(
        caption="The same files, and each auditor's own files",
        columns=(
            AUDITOR,
            Column(heading="Grade for the same files", unit="0 and up"),
            Column(heading="95% interval"),
            Column(heading="Practice in own files", unit="grades"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                _code(person),
                *_both(person.fair_grade, coefficient),
                *_both(person.caseload, gap),
            )
            for person in result.auditors
        ),
        note=f"Grade for the same files (fair grade): mean over all domains, {lowest} counted as "
        "0. Practice in own files: how much better than in colleagues' files; below zero, harder "
        "cases. It says nothing of the auditor.",
        source=result.scope.source_line,
    )


def _fit(result: Severity) -> Table:
    return Table(
        caption="How far auditors' grades are as the model expects, in the order of their codes",
        columns=(
            AUDITOR,
            Column(heading="Infit"),
            Column(heading="Usual"),
            Column(heading="Outfit"),
            Column(heading="Usual"),
            Column(heading="Rise with practice", unit="correlation"),
            Column(heading="Expected"),
        ),
        rows=tuple(_fit_row(person) for person in result.auditors),
        note="Infit and outfit: 1 is as the model expects, above it more surprising grades. Usual: "
        "where they lie for 95 of 100 auditors who grade as the model says, by simulation; with so "
        "many auditors a few lie outside by chance.",
        source=result.scope.source_line,
    )


def _fit_row(person: AuditorSeverity) -> tuple[str, ...]:
    habits = person.habits
    return (
        _code(person),
        _number(habits.infit),
        _limits(habits.infit_limits),
        _number(habits.outfit),
        _limits(habits.outfit_limits),
        _number(habits.correlation),
        _number(habits.expected_correlation),
    )


def _agreement(result: Severity) -> Table:
    return Table(
        caption="How often auditors give the grade that a colleague gives, in the order of their "
        "codes",
        columns=(
            AUDITOR,
            Column(heading="Pairs with colleagues"),
            Column(heading="Identical"),
            Column(heading="As the model expects"),
        ),
        rows=tuple(_agreement_row(person) for person in result.auditors),
        note="Pairs of grades of one domain of one audit. More identical grades than expected may "
        "mean that the two were not given apart.",
        source=result.scope.source_line,
    )


def _agreement_row(person: AuditorSeverity) -> tuple[str, ...]:
    habits = person.habits
    if not habits.pairs:
        return (_code(person), "0", "", "")
    return (
        _code(person),
        f"{habits.pairs:,}",
        percent(habits.identical),
        percent(habits.expected_identical),
    )


def _habits(result: Severity) -> Table:
    return Table(
        caption="How auditors use the scale, in the order of their codes",
        columns=(
            AUDITOR,
            Column(heading="Erratic grades"),
            Column(heading="95% interval"),
            Column(heading="Spread within a file"),
            Column(heading="95% interval"),
            Column(heading="Stretch of the scale"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                _code(person),
                *_both(person.habits.inconsistency, coefficient),
                *_both(person.habits.spread_ratio, coefficient),
                *_both(person.habits.stretch, coefficient),
            )
            for person in result.auditors
        ),
        note="1 is as the model expects. Erratic grades above it: less consistent than expected. "
        "Spread within a file below it: nearly one grade for all domains. Stretch above it: keeps "
        "to the middle grades. Each is drawn towards all auditors' as far as it is uncertain.",
        source=result.scope.source_line,
    )


def _code(person: AuditorSeverity) -> str:
    return person.auditor.removeprefix("AUDITOR-")


def _both(estimate: Estimate, write: Writer) -> tuple[str, str]:
    return (
        value(estimate, write),
        interval(estimate, write) if estimate.has_interval else "",
    )


def _number(number: float) -> str:
    return "" if isnan(number) else coefficient(number)


def _limits(ends: tuple[float, float]) -> str:
    return "" if isnan(ends[0]) else f"{coefficient(ends[0])} to {coefficient(ends[1])}"
