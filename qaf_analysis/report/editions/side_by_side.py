"""What audits, moderators and second readers say of the same domains or teams, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    exact_gap,
    percent,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Table, listed
from qaf_analysis.report.editions.shorten import PAGEFUL, worst_rows
from qaf_analysis.report.quarterly import by_headline
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.registry import Results


@dataclass(frozen=True, kw_only=True)
class Line:
    """One domain or team: its grades, its gap to moderators, and agreement on it.

    ``gap`` and ``agreement`` are None where no such figure was asked for.
    """

    grades: GradeCounts
    gap: Estimate | None
    agreement: Estimate | None


def domain_lines(results: Results) -> tuple[Line, ...]:
    """Every domain that was graded, in the council's own order, headlines among them."""
    return _lines(results, graded_domains(results), "domain")


def graded_domains(results: Results) -> tuple[GradeCounts, ...]:
    """Grades of every domain: those that a headline leaves out as its own stand with the others."""
    found: dict[str, GradeCounts] = {}
    for _, own in by_headline(results):
        for one in own[Programme].by_domain:
            found.setdefault(one.label, one)
    return tuple(found.values())


def team_lines(results: Results) -> tuple[Line, ...]:
    """Every team, in alphabetical order."""
    return _lines(results, results[Programme].by_team, "team")


def case_types_table(results: Results, *, most: int = PAGEFUL) -> Table:
    """Every type of case with its figures, in the order of their names: what may be chance is not
    ranked.
    """
    lines = _lines(results, results[Programme].by_case_type, "case type")
    untold = [0.0 if line.grades.good.is_estimable else nan for line in lines]
    return worst_rows(_table(results, lines, "Case type"), badness=untold, most=most)


def _lines(results: Results, grades: Sequence[GradeCounts], kind: str) -> tuple[Line, ...]:
    gaps: dict[str, Estimate] = {}
    if results.has(OptimismDetail):
        detail = results[OptimismDetail]
        told = [] if detail.withheld else [one for one in detail.grouped if one.kind == kind]
        gaps = {group.label: group.gap for one in told for group in one.groups}
    groups = results[AgreementDrivers].groups
    agreement = {group.label: group.coefficient for group in groups if group.kind == kind}
    return tuple(
        Line(grades=one, gap=gaps.get(one.label), agreement=agreement.get(one.label))
        for one in grades
    )


def domains_table(results: Results, *, most: int = PAGEFUL) -> Table:
    """Every domain with its three figures, the smallest positive share first."""
    lines = domain_lines(results)
    weak = [-line.grades.good.value if line.grades.good.is_estimable else nan for line in lines]
    return worst_rows(_table(results, lines, "Domain"), badness=weak, most=most)


def teams_table(results: Results, *, most: int = PAGEFUL) -> Table:
    """Every team with its figures; first those whose share lies below the council's beyond chance.

    All others keep the order of their names: what may be chance is not ranked.
    """
    lines = team_lines(results)
    council = results[Programme].good_now
    below = {id(line) for line in teams_below(lines, council)}
    badness = [-line.grades.good.value + 2 if id(line) in below else 0.0 for line in lines]
    badness = [
        rank if line.grades.good.is_estimable else nan
        for rank, line in zip(badness, lines, strict=True)
    ]
    return worst_rows(_table(results, lines, "Team"), badness=badness, most=most)


def teams_below(lines: Sequence[Line], council: Estimate) -> tuple[Line, ...]:
    """Teams whose whole interval lies below the council's own share."""
    if not council.is_estimable:
        return ()
    return tuple(
        line
        for line in lines
        if line.grades.good.has_interval and line.grades.good.high < council.value
    )


def teams_words(results: Results) -> str:
    """Which teams lie below the council's share beyond chance, or that none does."""
    lines, programme = team_lines(results), results[Programme]
    told = [line for line in lines if line.grades.good.has_interval]
    good = programme.scale.positive
    headline = results.released(Programme).headline
    named = f"{headline}: " if headline else ""
    if not told:
        return f"{named}No team has audits enough to say how many were graded {good}."
    below = teams_below(lines, programme.good_now)
    of = f"{named}Of {counted(len(told), 'team')} with audits enough"
    if not below:
        return (
            f"{of}, none lies below the council's share graded {good} by more than chance would "
            "explain. They are not ranked."
        )
    worst = sorted(below, key=lambda line: line.grades.good.value)
    names = [f"{line.grades.label} ({percent(line.grades.good.value)})" for line in worst]
    return (
        f"{of}, {listed(names)} {'lies' if len(names) == 1 else 'lie'} below the council's "
        f"{percent(programme.good_now.value)} graded {good}, by the whole interval. The others "
        "are not ranked."
    )


def _table(results: Results, lines: Sequence[Line], heading: str) -> Table:
    programme = results[Programme]
    gaps = any(line.gap is not None for line in lines)
    agreement = any(line.agreement is not None for line in lines)
    return Table(
        caption=f"{heading}s: {listed(_told(gaps=gaps, agreement=agreement))}",
        columns=(
            Column(heading=heading, align="left"),
            Column(heading="Grades"),
            Column(heading=programme.scale.positive_heading),
            *((Column(heading="Moderated"), _gap_column()) if gaps else ()),
            *((Column(heading="Graded twice"), Column(heading="AC2")) if agreement else ()),
        ),
        rows=tuple(_row(line, gaps=gaps, agreement=agreement) for line in lines),
        note=f"With 95% intervals. Grades and gap: {programme.scope.period}"
        + (f"; agreement: {results[AgreementDrivers].scope.period}." if agreement else "."),
        source=programme.scope.source_line,
        place="section",
    )


def _gap_column() -> Column:
    return Column(heading="Gap to moderators", unit="grades")


def _row(line: Line, *, gaps: bool, agreement: bool) -> tuple[str, ...]:
    cells = [line.grades.label, whole(line.grades.total)]
    cells.append(with_interval(line.grades.good, percent))
    if gaps:
        cells += _figure(line.gap, exact_gap)
    if agreement:
        cells += _figure(line.agreement, coefficient)
    return tuple(cells)


def _figure(found: Estimate | None, write: object) -> list[str]:
    if found is None:
        return ["0", TOO_FEW]
    writer = exact_gap if write is exact_gap else coefficient
    return [whole(found.cases), with_interval(found, writer)]


def _told(*, gaps: bool, agreement: bool) -> list[str]:
    return [
        "grades",
        *(["gap to moderators"] if gaps else []),
        *(["agreement"] if agreement else []),
    ]
