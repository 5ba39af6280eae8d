"""``qaf stat agreement``: how far auditors agree, from a plain table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.estimates import tell_estimates
from qaf_analysis.cli.options import AsJson, Level, Levels, Table
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.data.plain.counts import PlainCounts
    from qaf_analysis.data.plain.grades import PlainGrades
    from qaf_analysis.topics.agreement.analysis.plain_table import AgreementTable

Layout = Annotated[
    str,
    typer.Option(
        help="wide: a column per auditor; long: audit, auditor, grade, perhaps domain; counts: a "
        "column per level; contingency: one auditor's levels down, the other's across."
    ),
]
Weights = Annotated[
    str,
    typer.Option(
        help="identity, linear, quadratic, ordinal, radical, ratio, circular, bipolar or "
        "within_one; or with a number, power:3 (falls with that power of the distance), "
        "neighbour:0.5 (credit for a neighbouring grade only) or circular_neighbour:0.5."
    ),
]
Error = Annotated[
    str,
    typer.Option(
        help="What the error allows for: two_way (other audits and other auditors), subjects "
        "(other audits), or another of the method page."
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        help="A second table of the same layout and scale: each coefficient of both, and the "
        "difference, second less first.",
        show_default=False,
    ),
]
SameAudits = Annotated[
    bool,
    typer.Option(
        "--same-audits", help="With --against: audits of one name are the same, graded again."
    ),
]
Gold = Annotated[
    str | None,
    typer.Option(
        help="Name of the auditor (a panel, an anchor) whose grades count as right: how the "
        "others compare.",
        show_default=False,
    ),
]
Interval = Annotated[str, typer.Option(help="auto, fisher, arcsine or plain (as irrCAC makes it).")]
OfAudits = Annotated[
    int | None, typer.Option(help="Audits there are in all.", show_default="without limit", min=1)
]
OfAuditors = Annotated[
    int | None,
    typer.Option(help="Auditors there are in all.", show_default="without limit", min=1),
]


AuditorsNamed = Annotated[
    str | None,
    typer.Option(
        "--auditors",
        help='Headings of the auditors\' columns of a wide table, such as "Ann,Bob"; the other '
        "columns are left out.",
        show_default="every column but that of the audits",
    ),
]
HalfGradesAs = Annotated[
    str | None,
    typer.Option(
        "--half-grades",
        help="What a grade between two levels, such as 2.5, counts as: lower or higher.",
        show_default="refused",
    ),
]


def agreement(
    table: Table,
    layout: Layout = "wide",
    levels: Levels = None,
    auditors: AuditorsNamed = None,
    half_grades: HalfGradesAs = None,
    weights: Weights = "linear",
    se: Error = "two_way",
    level: Level = 0.95,
    interval: Interval = "auto",
    of_audits: OfAudits = None,
    of_auditors: OfAuditors = None,
    against: Against = None,
    same_audits: SameAudits = False,
    gold: Gold = None,
    as_json: AsJson = False,
) -> None:
    """How far auditors agree, by every coefficient, with intervals."""
    from qaf_analysis.stats.agreement.standard_errors import Population
    from qaf_analysis.topics.agreement.analysis import plain_comparison, plain_table

    whole_only = interval != "auto" or of_audits is not None or of_auditors is not None
    _refuse_together(against, gold, same_audits=same_audits, whole_only=whole_only, se=se)
    paths = [table] if against is None else [table, against]
    tables = _read(paths, layout=layout, levels=levels, auditors=auditors, halves=half_grades)
    if gold is not None:
        found = plain_comparison.criterion_table(*tables, gold=gold, weights=weights, level=level)
    elif against is not None:
        found = plain_comparison.agreement_comparison(
            *tables,
            same_audits=same_audits,
            weights=weights,
            se=se,  # type: ignore[arg-type]
            level=level,
        )
    else:
        found = plain_table.agreement_table(
            *tables,
            weights=weights,
            se=se,  # type: ignore[arg-type]
            level=level,
            interval=interval,  # type: ignore[arg-type]
            population=Population(audits=of_audits, auditors=of_auditors),
        )
    heading = f"Levels, worst first: {', '.join(found.levels)}"
    _tell(found, heading=heading, tables=tables, as_json=as_json)


def _tell(
    found: AgreementTable,
    *,
    heading: str,
    tables: Sequence[PlainGrades | PlainCounts],
    as_json: bool,
) -> None:
    """Print what was found, and before it who was counted as an auditor."""
    from qaf_analysis.data.plain.grades import PlainGrades

    counted = [table.counted for table in tables if isinstance(table, PlainGrades)]
    tell_estimates(
        "agreement",
        found.estimates,
        verdict=found.verdict,
        warnings=found.warnings,
        heading=heading,
        as_json=as_json,
        first=[sentence for sentence in counted if sentence],
    )


def _read(
    paths: Sequence[Path],
    *,
    layout: str,
    levels: str | None,
    auditors: str | None,
    halves: str | None,
) -> list[PlainGrades | PlainCounts]:
    from qaf_analysis.data.plain.auditor_columns import named_auditors
    from qaf_analysis.data.plain.grades import read_plain_grades
    from qaf_analysis.data.plain.levels import declared_levels

    if halves not in (None, "lower", "higher"):
        raise UsageError(f"--half-grades is lower or higher, not “{halves}”.")
    scale = None if levels is None else declared_levels(levels)
    named = () if auditors is None else named_auditors(auditors)
    return [
        read_plain_grades(
            path,
            layout=layout,  # type: ignore[arg-type]
            levels=scale,
            auditors=named,
            half_grades=halves,  # type: ignore[arg-type]
        )
        for path in paths
    ]


def _refuse_together(
    against: Path | None, gold: str | None, *, same_audits: bool, whole_only: bool, se: str
) -> None:
    """Refuse options that would have no effect."""
    if against is not None and gold is not None:
        raise UsageError("Ask for --against or for --gold, not for both.")
    if same_audits and against is None:
        raise UsageError("--same-audits is for a comparison; give the other table by --against.")
    if whole_only and (against is not None or gold is not None):
        raise UsageError("--interval, --of-audits and --of-auditors are for one table by itself.")
    if gold is not None and se != "two_way":
        raise UsageError("--gold has one kind of error, for other audits and auditors; leave --se.")
