"""``qaf sample``: draw the audits that a round of moderation is to read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, new_folder
from qaf_analysis.cli.options import DataFolder, Seed
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter

if TYPE_CHECKING:
    from qaf_analysis.moderation.draw.drawing import DrawnAudits

Out = Annotated[
    Path, typer.Option("--out", help="New folder to write the draw to.", show_default=False)
]
Audits = Annotated[int, typer.Option(help="Audits to draw in all.", min=1, show_default=False)]
LastQuarter = Annotated[
    str, typer.Option(help='Such as "2019-20 Q3".', show_default="the latest in the data")
]
Quarters = Annotated[int, typer.Option(help="Draw from so many quarters up to it.", min=1, max=8)]
MinPerGrade = Annotated[int, typer.Option(help="Fewest audits of each auditor's grade.", min=0)]
TargetedShare = Annotated[float, typer.Option(help="Share to pick by risk instead, 0 to 0.5.")]
Named = Annotated[
    Path | None, typer.Option(help="Text file with one audit_id a line, to add besides.")
]
EveryAuditor = Annotated[
    bool,
    typer.Option(
        "--every-auditor", help="Add an audit of each auditor not met this year otherwise."
    ),
]
Anchors = Annotated[int, typer.Option(help="Audits for a second moderator too.", min=0)]


def sample(
    data: DataFolder,
    out: Out,
    audits: Audits,
    quarter: LastQuarter = "",
    quarters: Quarters = 1,
    min_per_grade: MinPerGrade = 2,
    targeted_share: TargetedShare = 0.0,
    named: Named = None,
    every_auditor: EveryAuditor = False,
    anchors: Anchors = 5,
    seed: Seed = 1,
) -> None:
    """Draw audits for moderation, by a chance that is recorded and can be repeated."""
    data_folder(data)
    new_folder(out)
    asked = str(Quarter.parse(quarter)) if quarter else ""
    listed = _listed(named)
    from qaf_analysis.data.council.read import read_council
    from qaf_analysis.moderation.draw.drawing import DrawRules, draw_audits
    from qaf_analysis.moderation.draw.files import write_draw
    from qaf_analysis.moderation.draw.frame import moderation_frame

    rules = DrawRules(
        audits=audits,
        min_per_grade=min_per_grade,
        targeted_share=targeted_share,
        anchors=anchors,
        named=listed,
        every_auditor=every_auditor,
        seed=seed,
    )
    found = read_council(data, as_of=date.today())
    drawn = draw_audits(moderation_frame(found, quarter=asked, quarters=quarters), rules)
    write_draw(drawn, out)
    for line in draw_lines(drawn):
        tell(line)
    tell(f"Draw: {out.resolve()}")
    aside = found.audits.record.quarantined
    if aside:
        rows = "1 row was" if aside == 1 else f"{aside:,} rows were"
        tell(f"{rows} set aside and could not be drawn from; “qaf check” says why.")
        raise typer.Exit(faults.QUARANTINED)


def _listed(named: Path | None) -> tuple[str, ...]:
    if named is None:
        return ()
    try:
        text = named.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The list “{named}” cannot be read ({type(error).__name__}); give a text file with "
            "one audit_id a line."
        ) from None
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def draw_lines(drawn: DrawnAudits) -> list[str]:
    """What was drawn from what, as lines to read."""
    frame, draw = drawn.frame, drawn.drawn
    grades = frame.table["grade"].to_numpy()
    shares = [
        f"{level} {int((draw.by_chance & (grades == code)).sum())} of {int((grades == code).sum())}"
        for code, level in enumerate(frame.levels)
    ]
    out = "; ".join(f"{gone.records:,} left out ({gone.reason})" for gone in frame.left_out)
    lines = [
        f"To draw from: {counted(len(frame.table), 'audit')} of {', '.join(frame.quarters)}. "
        f"{out or 'None left out'}.",
        f"By chance: {counted(int(draw.by_chance.sum()), 'audit')} ({', '.join(shares)}), "
        f"{int(draw.anchor.sum())} of them for two moderators.",
    ]
    if draw.targeted.any():
        lines.append(
            f"Targeted: {counted(int(draw.targeted.sum()), 'audit')}, picked from the rest; never "
            "to be counted together with those drawn by chance."
        )
    lines.append(
        f"Auditors: {drawn.auditors_drawn} of the {frame.table['auditor'].nunique()} who have "
        f"audits here; {drawn.auditors_unseen} of the year "
        f"{'is' if drawn.auditors_unseen == 1 else 'are'} not met yet."
    )
    return lines
