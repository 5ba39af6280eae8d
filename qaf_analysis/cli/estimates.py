"""Estimates as one JSON document, or as lines to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from qaf_analysis.cli.console import tell

if TYPE_CHECKING:
    from qaf_analysis.terms.estimate import Estimate, NamedEstimate
    from qaf_analysis.terms.scale import ScaleWords


def scale_line(scale: ScaleWords) -> str:
    """The levels, and what counts as positive."""
    return f"Levels, worst first: {', '.join(scale.levels)} (positive: {scale.positive})"


def tell_estimates(
    kind: str,
    estimates: Sequence[NamedEstimate],
    *,
    verdict: str,
    warnings: Sequence[str],
    heading: str,
    as_json: bool,
    first: Sequence[str] = (),
) -> None:
    """Print what one analysis of a plain table found; ``first`` stands before all figures.

    In the JSON document these sentences stand before the warnings.
    """
    if as_json:
        warnings = (*first, *warnings)
        tell(estimates_json(kind, estimates, verdict=verdict, warnings=warnings))
        return
    lines = estimate_lines(estimates)
    said = [f"Note: {warning}" for warning in warnings]
    for line in [*first, heading, "", *lines, "", *([verdict] if verdict else []), *said]:
        tell(line)


def estimates_json(
    kind: str, estimates: Sequence[NamedEstimate], *, verdict: str, warnings: Sequence[str]
) -> str:
    """One JSON document: full digits, and null where there is no number or no reason."""
    document = {
        "kind": kind,
        "estimates": [
            {"name": named.name, **_plain_estimate(named.estimate)} for named in estimates
        ],
        "verdict": verdict or None,
        "warnings": list(warnings),
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


def estimate_lines(estimates: Sequence[NamedEstimate]) -> list[str]:
    """The same as a table to read."""
    level = estimates[0].estimate.level
    between = f"{level:.4g} interval"
    head = ("measure", "estimate", "error", between, "p", "audits", "auditors", "how")
    rows = [head, *(_row(named.name, named.estimate) for named in estimates)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head) - 1)]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)),
                row[-1],
            ]
        ).rstrip()
        for row in rows
    ]


def _row(name: str, estimate: Estimate) -> tuple[str, ...]:
    def number(value: float) -> str:
        return f"{value:.4f}" if isfinite(value) else ""

    between = f"{number(estimate.low)} to {number(estimate.high)}" if estimate.has_interval else ""
    return (
        name,
        number(estimate.value),
        number(estimate.se),
        between,
        _p(estimate.p),
        f"{estimate.cases:,}" if estimate.cases else "",
        f"{estimate.auditors:,}" if estimate.auditors else "",
        estimate.method if estimate.is_estimable else f"not estimable: {estimate.why_not}",
    )


def _p(p: float) -> str:
    if not isfinite(p):
        return ""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"
