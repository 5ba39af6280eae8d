"""``qaf stat``: one analysis of a plain table, without a council around it."""

from __future__ import annotations

from typing import Annotated

import typer

from qaf_analysis.cli.estimates import scale_line, tell_estimates
from qaf_analysis.cli.options import AsJson, GoodFrom, Level, Levels, Positive, Table
from qaf_analysis.cli.stat_agreement import agreement
from qaf_analysis.cli.stat_chart import chart
from qaf_analysis.cli.stat_impact import impact
from qaf_analysis.cli.stat_severity import severity

stat = typer.Typer(
    name="stat",
    help="Recompute one kind of figure from a plain table (CSV or .xlsx).",
    no_args_is_help=True,
)
stat.command("agreement")(agreement)
stat.command("chart")(chart)
stat.command("severity")(severity)
stat.command("impact")(impact)


@stat.command()
def optimism(
    table: Table,
    layout: Annotated[
        str,
        typer.Option(
            help="long: audit_id, auditor, audit_grade, moderation_grade (blank: not moderated); "
            "contingency: counts, the auditor's grade down and the moderator's across."
        ),
    ] = "long",
    levels: Levels = None,
    good_from: GoodFrom = None,
    positive: Positive = None,
    level: Level = 0.95,
    tolerance: Annotated[
        float | None,
        typer.Option(help="Gap in grades that counts as small.", show_default="by the scale"),
    ] = None,
    severe_from: Annotated[
        int | None,
        typer.Option(help="Grades apart that are severe.", show_default="half the scale"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How far auditors and moderators differ, and the grades had moderators graded every audit."""
    from qaf_analysis.data.plain.levels import declared_levels
    from qaf_analysis.data.plain.moderated import read_moderated_table
    from qaf_analysis.topics.optimism.analysis.plain_table import optimism_table

    scale = None if levels is None else declared_levels(levels)
    found = optimism_table(
        read_moderated_table(table, layout=layout, levels=scale),
        good_from=good_from,
        positive=positive,
        level=level,
        tolerance=tolerance,
        severe_from=severe_from,
    )
    tell_estimates(
        "optimism",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=scale_line(found.scale),
        as_json=as_json,
    )
