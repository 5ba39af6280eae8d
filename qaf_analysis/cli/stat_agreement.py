"""``qaf stat agreement``: how far auditors agree, from a plain table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.estimates import tell_estimates
from qaf_analysis.cli.options import AsJson, Level, Levels, Table
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.data.plain.counts import PlainCounts
    from qaf_analysis.data.plain.grades import PlainGrades

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


def agreement(
    table: Table,
    layout: Layout = "wide",
    levels: Levels = None,
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

    _refuse_together(
        against=against is not None,
        gold=gold is not None,
        same_audits=same_audits,
        whole_only=interval != "auto" or of_audits is not None or of_auditors is not None,
        se=se,
    )
    grades = _read(table, layout=layout, levels=levels)
    if gold is not None:
        found = plain_comparison.criterion_table(grades, gold=gold, weights=weights, level=level)
    elif against is not None:
        found = plain_comparison.agreement_comparison(
            grades,
            _read(against, layout=layout, levels=levels),
            same_audits=same_audits,
            weights=weights,
            se=se,  # type: ignore[arg-type]
            level=level,
        )
    else:
        found = plain_table.agreement_table(
            grades,
            weights=weights,
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
        heading=f"Levels, worst first: {', '.join(found.levels)}",
        as_json=as_json,
    )


def _read(table: Path, *, layout: str, levels: str | None) -> PlainGrades | PlainCounts:
    from qaf_analysis.data.plain.grades import read_plain_grades
    from qaf_analysis.data.plain.levels import declared_levels

    scale = None if levels is None else declared_levels(levels)
    return read_plain_grades(table, layout=layout, levels=scale)  # type: ignore[arg-type]


def _refuse_together(
    *, against: bool, gold: bool, same_audits: bool, whole_only: bool, se: str
) -> None:
    """Refuse options that would have no effect."""
    if against and gold:
        raise UsageError("Ask for --against or for --gold, not for both.")
    if same_audits and not against:
        raise UsageError("--same-audits is for a comparison; give the other table by --against.")
    if whole_only and (against or gold):
        raise UsageError("--interval, --of-audits and --of-auditors are for one table by itself.")
    if gold and se != "two_way":
        raise UsageError("--gold has one kind of error, for other audits and auditors; leave --se.")
