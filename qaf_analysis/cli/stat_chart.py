"""``qaf stat chart``: limits, rules and signals of a series, as a picture and never a verdict."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.estimates import estimates_json
from qaf_analysis.cli.options import AsJson
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.topics.charts.analysis.plain_table import ChartPoint, ChartTable


Series = Annotated[
    Path,
    typer.Argument(
        help="CSV file or Excel workbook with a row per period: period, then value, or "
        "numerator and denominator; perhaps baseline and part.",
        show_default=False,
    ),
]
Type = Annotated[
    str,
    typer.Option(
        "--type",
        help="run; p or pprime (shares); u or uprime (rates); xmr (single values).",
        show_default=False,
    ),
]
Baseline = Annotated[
    int | None,
    typer.Option(
        help="Rows at the start of each part that its lines rest on.", show_default="all", min=2
    ),
]
Rebase = Annotated[
    str | None,
    typer.Option(
        help="Numbers of the rows that begin a new part, such as 25 or 13,25.", show_default="none"
    ),
]
Target = Annotated[float | None, typer.Option(help="Value to be reached.")]
Improvement = Annotated[str, typer.Option(help="Which way is better: up or down.")]
Screened = Annotated[
    bool,
    typer.Option(
        "--screened/--unscreened",
        help="Leave outlying moving ranges out of the limits of an XmR chart.",
    ),
]
Factor = Annotated[
    float,
    typer.Option(
        help="Mean moving ranges from the centre line of an XmR chart to a limit; unrounded "
        "it is 2.6595744680851063."
    ),
]


def chart(
    series: Series,
    type_: Type,
    baseline: Baseline = None,
    rebase: Rebase = None,
    target: Target = None,
    improvement: Improvement = "up",
    screened: Screened = True,
    factor: Factor = 2.66,
    as_json: AsJson = False,
) -> None:
    """Limits, rules and signals of a series over time: a picture, never a verdict."""
    from qaf_analysis.data.plain.series import read_plain_series
    from qaf_analysis.topics.charts.analysis.drawn import ChartOptions, series_kind
    from qaf_analysis.topics.charts.analysis.plain_table import chart_table

    options = ChartOptions(
        type=type_,  # type: ignore[arg-type]
        baseline=baseline,
        rebase=_row_numbers(rebase),
        target=target,
        improvement=improvement,  # type: ignore[arg-type]
        screened=screened,
        factor=factor,
    )
    found = chart_table(read_plain_series(series, kind=series_kind(type_)), options)
    if as_json:
        tell(chart_json(found))
        return
    for line in chart_lines(found):
        tell(line)


def chart_json(found: ChartTable) -> str:
    """One JSON document: the figures of every analysis, and each point of the chart."""
    document = json.loads(
        estimates_json("chart", found.estimates, verdict=found.verdict, warnings=found.warnings)
    )
    document["points"] = [_plain_point(point) for point in found.points]
    return json.dumps(document, indent=1, allow_nan=False)


def chart_lines(found: ChartTable) -> list[str]:
    """The chart as lines to read: figures, points, what the picture shows."""
    figures = [
        (
            named.name,
            f"{named.estimate.value:.6g}" if named.estimate.is_estimable else "",
            named.estimate.why_not or named.estimate.method,
        )
        for named in found.estimates
    ]
    points = [
        (
            point.period,
            str(point.part),
            *(_shown(value) for value in (point.value, point.centre, point.lower, point.upper)),
            point.reading,
            ", ".join(point.signals),
        )
        for point in found.points
    ]
    head = ("period", "part", "value", "centre", "lower", "upper", "reading", "rules")
    return [
        *_aligned([("measure", "value", "how"), *figures]),
        "",
        *_aligned([head, *points]),
        "",
        found.verdict,
        *(f"Note: {warning}" for warning in found.warnings),
    ]


def _plain_point(point: ChartPoint) -> dict[str, Any]:
    def number(value: float) -> float | None:
        return value if isfinite(value) else None

    return {
        "period": point.period,
        "part": point.part,
        "value": number(point.value),
        "center": number(point.centre),
        "lower": number(point.lower),
        "upper": number(point.upper),
        "signal": list(point.signals),
        "reading": point.reading,
    }


def _row_numbers(text: str | None) -> tuple[int, ...]:
    pieces = [] if text is None else text.split(",")
    if not all(piece.strip().isascii() and piece.strip().isdigit() for piece in pieces):
        raise UsageError(f"--rebase takes numbers of rows such as 13,25, not “{text}”.")
    return tuple(int(piece) for piece in pieces)


def _shown(value: float) -> str:
    return f"{value:.6g}" if isfinite(value) else ""


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
