"""The table that stands behind a section's words: every figure with interval, n and method."""

from __future__ import annotations

from collections.abc import Callable

from qaf_analysis.kit.numbers import TOO_FEW, interval, value
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.estimate import Estimate

Figure = tuple[str, Estimate, Callable[[float], str]]

COLUMNS = (
    Column(heading="Measure", align="left"),
    Column(heading="Estimate"),
    Column(heading="95% interval"),
    Column(heading="n"),
    Column(heading="Auditors"),
    Column(heading="Method, or why not", align="left"),
)


def estimates_table(caption: str, figures: list[Figure], *, note: str = "", source: str) -> Table:
    """Lay out estimates, one a row, each written as it is written in the words."""
    return Table(
        caption=caption,
        columns=COLUMNS,
        rows=tuple(_row(*figure) for figure in figures),
        note=note,
        source=source,
    )


def number_row(label: str, text: str, method: str) -> tuple[str, ...]:
    """Row for a plain number that has no interval."""
    return (label, text, "", "", "", method)


def _row(label: str, estimate: Estimate, write: Callable[[float], str]) -> tuple[str, ...]:
    if not estimate.is_estimable:
        return (label, TOO_FEW, "", f"{estimate.cases:,}", "", estimate.why_not)
    return (
        label,
        value(estimate, write),
        interval(estimate, write) if estimate.has_interval else "",
        f"{estimate.cases:,}",
        f"{estimate.auditors:,}" if estimate.auditors else "",
        estimate.method,
    )
