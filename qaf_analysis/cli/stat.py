"""``qaf stat``: one analysis of a plain table, without a council around it."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qaf_analysis.cli.console import tell

if TYPE_CHECKING:
    from qaf_analysis.analyses.agreement_table import AgreementTable
    from qaf_analysis.terms.estimate import Estimate

stat = typer.Typer(
    name="stat",
    help="Recompute one kind of figure from a plain table (CSV or .xlsx).",
    no_args_is_help=True,
)


@stat.callback()
def _stat() -> None:
    """Keep ``agreement`` a command of its own while it is the only one."""


@stat.command()
def agreement(
    table: Annotated[Path, typer.Argument(help="CSV file or Excel workbook.", show_default=False)],
    layout: Annotated[
        str,
        typer.Option(
            help="wide: a column per auditor; long: audit, auditor, grade; counts: a column per "
            "level; contingency: one auditor's levels down, the other's across."
        ),
    ] = "wide",
    levels: Annotated[
        str | None,
        typer.Option(
            help='The scale, worst first: "1,2,3,4".', show_default="Ofsted's four, if they fit"
        ),
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            help="identity, linear, quadratic, ordinal, radical, ratio, circular, bipolar or "
            "within_one."
        ),
    ] = "linear",
    se: Annotated[
        str,
        typer.Option(
            help="What the error allows for: two_way (other audits and other auditors), subjects "
            "(other audits), or another of the method page."
        ),
    ] = "two_way",
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    interval: Annotated[
        str, typer.Option(help="auto, fisher, arcsine or plain (as irrCAC makes it).")
    ] = "auto",
    of_audits: Annotated[
        int | None,
        typer.Option(help="Audits there are in all.", show_default="without limit", min=1),
    ] = None,
    of_auditors: Annotated[
        int | None,
        typer.Option(help="Auditors there are in all.", show_default="without limit", min=1),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """How far auditors agree, by every coefficient, with intervals."""
    from qaf_analysis.analyses.agreement_table import agreement_table
    from qaf_analysis.data.plain_layouts import read_plain_grades
    from qaf_analysis.data.plain_levels import declared_levels
    from qaf_analysis.stats.sampling import Population

    scale = None if levels is None else declared_levels(levels)
    grades = read_plain_grades(table, layout=layout, levels=scale)  # type: ignore[arg-type]
    found = agreement_table(
        grades,
        weights=weights,  # type: ignore[arg-type]
        se=se,  # type: ignore[arg-type]
        level=level,
        interval=interval,  # type: ignore[arg-type]
        population=Population(audits=of_audits, auditors=of_auditors),
    )
    if as_json:
        tell(agreement_json(found))
    else:
        for line in agreement_lines(found):
            tell(line)


def agreement_json(found: AgreementTable) -> str:
    """One JSON document: full digits, and null where there is no number or no reason."""
    document = {
        "kind": "agreement",
        "estimates": [
            {"name": named.name, **_plain_estimate(named.estimate)} for named in found.estimates
        ],
        "verdict": found.verdict,
        "warnings": list(found.warnings),
    }
    return json.dumps(document, indent=1, allow_nan=False)


def _plain_estimate(estimate: Estimate) -> dict[str, Any]:
    order = ("value", "se", "low", "high", "level", "p", "cases", "auditors", "method", "why_not")
    known = asdict(estimate)
    return {name: _plain(known[name]) for name in order}


def _plain(value: float | int | str) -> float | int | str | None:
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value != "" else None


def agreement_lines(found: AgreementTable) -> list[str]:
    """The same as lines to read: a table, then the verdict and the warnings."""
    level = found.estimates[0].estimate.level
    head = ("measure", "estimate", "error", f"{level:.4g} interval", "audits", "auditors", "how")
    rows = [head, *(_row(named.name, named.estimate) for named in found.estimates)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head) - 1)]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)),
                row[-1],
            ]
        ).rstrip()
        for row in rows
    ]
    said = [f"Note: {warning}" for warning in found.warnings]
    return [f"Levels, worst first: {', '.join(found.levels)}", "", *lines, "", found.verdict, *said]


def _row(name: str, estimate: Estimate) -> tuple[str, ...]:
    def number(value: float) -> str:
        return f"{value:.4f}" if isfinite(value) else ""

    between = f"{number(estimate.low)} to {number(estimate.high)}" if estimate.has_interval else ""
    return (
        name,
        number(estimate.value),
        number(estimate.se),
        between,
        f"{estimate.cases:,}" if estimate.cases else "",
        f"{estimate.auditors:,}" if estimate.auditors else "",
        estimate.method if estimate.is_estimable else f"not estimable: {estimate.why_not}",
    )
