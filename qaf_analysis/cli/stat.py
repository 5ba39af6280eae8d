"""``qaf stat``: one analysis of a plain table, without a council around it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.estimates import tell_estimates
from qaf_analysis.cli.stat_chart import chart
from qaf_analysis.cli.stat_impact import impact
from qaf_analysis.cli.stat_severity import severity

stat = typer.Typer(
    name="stat",
    help="Recompute one kind of figure from a plain table (CSV or .xlsx).",
    no_args_is_help=True,
)
stat.command("chart")(chart)
stat.command("severity")(severity)
stat.command("impact")(impact)

Table = Annotated[Path, typer.Argument(help="CSV file or Excel workbook.", show_default=False)]
Levels = Annotated[
    str | None,
    typer.Option(
        help='The scale, worst first: "1,2,3,4".', show_default="Ofsted's four, if they fit"
    ),
]
Level = Annotated[float, typer.Option(help="Confidence level.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@stat.command()
def agreement(
    table: Table,
    layout: Annotated[
        str,
        typer.Option(
            help="wide: a column per auditor; long: audit, auditor, grade, perhaps domain; counts: "
            "a column per level; contingency: one auditor's levels down, the other's across."
        ),
    ] = "wide",
    levels: Levels = None,
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
    level: Level = 0.95,
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
    as_json: AsJson = False,
) -> None:
    """How far auditors agree, by every coefficient, with intervals."""
    from qaf_analysis.data.plain.grades import read_plain_grades
    from qaf_analysis.data.plain.levels import declared_levels
    from qaf_analysis.stats.agreement.standard_errors import Population
    from qaf_analysis.topics.agreement.analysis.plain_table import agreement_table

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
    tell_estimates(
        "agreement",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=levels_line(found.levels),
        as_json=as_json,
    )


def levels_line(labels: Sequence[str]) -> str:
    """The scale in one line."""
    return f"Levels, worst first: {', '.join(labels)}"


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
    good_from: Annotated[
        str | None,
        typer.Option(help="Lowest level that counts as good.", show_default="Good, or the middle"),
    ] = None,
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """How far auditors and moderators differ, and the grades had moderators graded every audit."""
    from qaf_analysis.data.plain.levels import declared_levels
    from qaf_analysis.data.plain.moderated import read_moderated_table
    from qaf_analysis.topics.optimism.analysis.plain_table import optimism_table

    scale = None if levels is None else declared_levels(levels)
    found = optimism_table(
        read_moderated_table(table, layout=layout, levels=scale), good_from=good_from, level=level
    )
    tell_estimates(
        "optimism",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=f"{levels_line(found.levels)} (good from {found.good})",
        as_json=as_json,
    )
