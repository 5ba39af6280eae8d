"""``qaf stat severity``: how strictly auditors grade, from a plain table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.estimates import tell_estimates
from qaf_analysis.cli.options import AsJson, Level, Levels

Ratings = Annotated[
    Path,
    typer.Argument(
        help="CSV file or Excel workbook with the columns audit, auditor, domain and grade, "
        "and perhaps quarter.",
        show_default=False,
    ),
]
Link = Annotated[str, typer.Option(help="adjacent (Rasch) or cumulative.")]
Halo = Annotated[
    bool, typer.Option(help="Whether one auditor's grades of one audit may go together.")
]
PartialCredit = Annotated[
    bool, typer.Option("--partial-credit", help="Thresholds of its own for each domain.")
]
AuditorsAs = Annotated[
    str,
    typer.Option(
        help="shrunken (drawn together as far as chance explains), free, or auto: free for "
        "the adjacent link without halo, as TAM has it."
    ),
]
Joint = Annotated[
    bool,
    typer.Option("--jml", help="Joint likelihood as Facets has it; its errors are too small."),
]
LinkedOnly = Annotated[
    bool, typer.Option("--linked-only", help="Use audits of two or more auditors only.")
]
Statistics = Annotated[
    bool,
    typer.Option(
        "--statistics",
        help="Fit, habits, fair grades, agreement, separation, chi-squares and who gets the "
        "harder cases too.",
    ),
]


def severity(
    table: Ratings,
    levels: Levels = None,
    link: Link = "adjacent",
    halo: Halo = True,
    partial_credit: PartialCredit = False,
    auditors: AuditorsAs = "auto",
    jml: Joint = False,
    linked_only: LinkedOnly = False,
    statistics: Statistics = False,
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """How strictly auditors grade, apart from which audits each one had."""
    from qaf_analysis.data.plain.levels import declared_levels
    from qaf_analysis.data.plain.severity import read_plain_ratings
    from qaf_analysis.topics.severity.analysis.plain_table import SeverityAsked, severity_table

    scale = None if levels is None else declared_levels(levels)
    asked = SeverityAsked(
        link=link,  # type: ignore[arg-type]
        halo=halo,
        partial_credit=partial_credit,
        auditors=auditors,  # type: ignore[arg-type]
        jml=jml,
        linked_only=linked_only,
        statistics=statistics,
        level=level,
    )
    found = severity_table(read_plain_ratings(table, levels=scale), asked)
    tell_estimates(
        "severity",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=f"Levels, worst first: {', '.join(found.levels)}. Positive severity is harsher.",
        as_json=as_json,
    )
