"""The tables of auditors' severity: the model, and auditors by code."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TypeAlias

from qaf_analysis.kit.numbers import TOO_FEW, chance, coefficient, gap, interval, percent, value
from qaf_analysis.kit.parts import (
    COLUMNS,
    Column,
    Table,
    estimates_table,
    in_section,
    number_columns,
    number_row,
    word_columns,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SEVERITY_CLAIMS, SEVERITY_RULE, SeverityFinding
from qaf_analysis.topics.severity.analysis.auditors import AuditorSeverity
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.severity.analysis.models import FEWEST_LINKED
from qaf_analysis.topics.severity.words import finding_words

BELOW = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares of audits that lie below the five points of practice."""


def severity_tables(result: Severity) -> tuple[Table, ...]:
    """The group's figures, every auditor, the model's spreads, moderators, and domains."""
    if result.why_not:
        return (_reason(result),)
    return (
        in_section(_group(result)),
        *people_tables(result),
        _moderators(result),
        _model(result),
        _scale(result),
        *_positions(result),
        _tests(result),
    )


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
    clear = sum(person.finding in SEVERITY_CLAIMS for person in result.auditors)
    enough = sum(person.finding != SeverityFinding.NOT_ENOUGH for person in result.auditors)
    table = estimates_table(
        "Auditors' severity as a group",
        [
            ("Half-width of a typical auditor's interval, grades", result.precision, coefficient),
            ("Spread of severities (standard deviation), grades", result.spread, coefficient),
            ("Spread between auditors by domain, grades", result.by_domain, coefficient),
            ("Spread of auditors' change over the period, grades", result.drift, coefficient),
            ("Spread of practice between caseloads, grades", result.allocation.spread, coefficient),
            (
                "Correlation of severity with practice in own files",
                result.allocation.correlation,
                coefficient,
            ),
        ],
        note=f"Auditors: {len(result.auditors)}; known closely enough: {enough}; clearly more "
        f"than {coefficient(SEVERITY_RULE.no_difference)} of a grade from colleagues: {clear}. "
        f"Groups that share no audit: {len(result.groups)}. "
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
    return [
        number_row("Pairs of grades of one domain of one audit", f"{result.pairs:,}", "count"),
        number_row("… identical", percent(result.identical), "share of pairs"),
        number_row("… different", percent(1 - result.identical), "share of pairs"),
        number_row("… identical, as the model expects", percent(result.expected), "severity model"),
    ]


def _tests(result: Severity) -> Table:
    """Figures with names of their own: whoever needs them looks for them in the appendix."""
    return Table(
        caption="Tests behind auditors' severity as a group",
        columns=COLUMNS,
        rows=(*_allocation_rows(result), *_difference_rows(result), *_extreme_rows(result)),
        source=result.scope.source_line,
    )


def _allocation_rows(result: Severity) -> list[tuple[str, ...]]:
    found = result.allocation
    if found.why_not:
        return [number_row("Test of random allocation", TOO_FEW, found.why_not)]
    rows = [
        number_row(
            f"Chance of such caseloads if audits had reached auditors at random (chi-square "
            f"{coefficient(found.statistic)}, {coefficient(found.df)} df)",
            chance(found.p),
            "score test of practice between caseloads (Hausman, Mundlak)",
        )
    ]
    if not isnan(found.change):
        rows.append(
            number_row(
                "Largest change of a severity if all audits were used so, grades",
                coefficient(found.change),
                "linked audits against all, as if allocated at random",
            )
        )
    return rows


def _difference_rows(result: Severity) -> list[tuple[str, ...]]:
    found = result.differences
    if found is None:
        return []
    return [
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


def _extreme_rows(result: Severity) -> list[tuple[str, ...]]:
    how = "drawn towards the others here; without a finite measure in joint likelihood"
    return [
        number_row("Audits with grades at one end only", f"{result.extremes.audits:,}", how),
        number_row("Auditors with grades at one end only", f"{result.extremes.auditors:,}", how),
    ]


def _moderators(result: Severity) -> Table:
    found = result.moderators
    facet = found.facet
    return estimates_table(
        "Moderators as raters of the same audits",
        [
            ("Moderators stricter than auditors by, grades", facet.gap, coefficient),
            ("… logits", facet.gap_in_logits, coefficient),
            ("Spread of moderators' severities, grades", facet.spread, coefficient),
            (
                "Spread of auditors' severities, same model, grades",
                facet.auditor_spread,
                coefficient,
            ),
        ],
        note=f"Moderators: {facet.moderators}. Positive: moderators grade lower, so auditors are "
        "kinder. The interval is about these moderators; others may be stricter or kinder by what "
        f"their spread says. Moderations left out: {found.not_by_chance:,} (audit not chosen by a "
        f"recorded chance), {found.not_blind:,} (auditor's grade known).",
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
        [
            *((named.name, named.estimate, coefficient) for named in result.difficulty),
            *((f"{named.name}: infit", named.estimate, coefficient) for named in result.domain_fit),
        ],
        note="Infit: 1 is as the model expects. Grades begin at: "
        + "; ".join(
            f"{level} {coefficient(at)}"
            for level, at in zip(result.levels[1:], result.thresholds, strict=True)
            if not isnan(at)
        )
        + ".",
        source=result.scope.source_line,
    )


def _positions(result: Severity) -> tuple[Table, ...]:
    """The points that a picture of the common scale shows and no other table holds."""
    if len(result.practice) != len(BELOW):
        return ()
    rows = [
        (f"{percent(share)} of audits lie below", coefficient(at))
        for share, at in zip(BELOW, result.practice, strict=True)
    ]
    if result.severities:
        ends = (min(result.severities), max(result.severities))
        rows += zip(("Kindest auditor", "Strictest auditor"), map(coefficient, ends), strict=True)
    return (
        Table(
            caption="Where audits and auditors lie on the scale, in logits",
            columns=(*word_columns("Point of the scale"), *number_columns("Place", unit="logits")),
            rows=tuple(rows),
            note="Practice of audits that two or more auditors graded, and auditors' severity. "
            "Where each grade begins stands with the domains.",
            source=result.scope.source_line,
        ),
    )


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
