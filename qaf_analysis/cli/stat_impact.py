"""``qaf stat impact``: did practice improve after one themed audit? From a plain table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.estimates import scale_line, tell_estimates
from qaf_analysis.cli.options import AsJson, GoodFrom, Level, Levels, Positive


def impact(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV file or Excel workbook with a row per audit: quarter, post (0 or 1), "
            "auditor, themed_grade, and one column for each comparison domain, headed "
            '"control: Risk" and so on, with its level or nothing. With control_grade (mean code '
            "of the comparison domains, 0 for the worst level) and control_good (their positive "
            "share) in their place there is no verdict: the domains' levels are not known.",
            show_default=False,
        ),
    ],
    levels: Levels = None,
    good_from: GoodFrom = None,
    positive: Positive = None,
    outcome: Annotated[
        str, typer.Option(help="What decides the verdict: mean_grade or good_or_better.")
    ] = "mean_grade",
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """Whether practice improved after a themed audit, against other domains of the same audits."""
    from qaf_analysis.data.plain.levels import declared_levels
    from qaf_analysis.data.plain.themed import read_plain_themed
    from qaf_analysis.topics.impact.analysis.plain_table import impact_table

    scale = None if levels is None else declared_levels(levels)
    audits = read_plain_themed(table, levels=scale, good_from=good_from)
    found = impact_table(
        audits,
        good_from=good_from,
        positive=positive,
        outcome=outcome,  # type: ignore[arg-type]
        level=level,
    )
    tell_estimates(
        "impact",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=scale_line(found.scale),
        as_json=as_json,
    )
