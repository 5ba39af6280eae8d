"""``qaf plan``: how much auditing or moderation is needed to know something well enough."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder
from qaf_analysis.cli.moderation_plan_lines import anchor_plan_lines, moderation_plan_lines
from qaf_analysis.cli.options import AsJson, Level, Power
from qaf_analysis.cli.plan_bridge import bridge
from qaf_analysis.cli.plan_impact import impact

if TYPE_CHECKING:
    from qaf_analysis.data.contract.audits import Audits
    from qaf_analysis.topics.agreement.analysis.planning import AgreementPlan, PlannedDesign

plan = typer.Typer(
    name="plan",
    help="Work out how many audits, auditors or moderations a question needs.",
    no_args_is_help=True,
)
plan.command("impact")(impact)
plan.command("bridge")(bridge)


Width = Annotated[
    float,
    typer.Option(help='Width of the interval wished for: 0.2 is "0.60 to 0.80".'),
]
DoubleGradings = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder that holds your exports, to plan from your own double gradings.",
        show_default="stated assumptions",
    ),
]
Auditors = Annotated[
    int | None,
    typer.Option(help="Auditors to share the double gradings.", show_default="from --data, or 29"),
]
Claim = Annotated[
    str,
    typer.Option(
        help="auditors-like-these: true of other auditors too; these-auditors: of the "
        "present ones only."
    ),
]


@plan.command()
def agreement(
    width: Width = 0.2,
    data: DoubleGradings = None,
    audits: Annotated[
        int | None, typer.Option(help="Audits in a year.", show_default="from --data, or 200")
    ] = None,
    auditors: Auditors = None,
    claim: Claim = "auditors-like-these",
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """How many audits to grade twice, and by how many auditors, to know agreement."""
    from qaf_analysis.topics.agreement.analysis.planning import agreement_plan

    council = None
    if data is not None:
        council = _council(data)
    found = agreement_plan(
        council,
        width=width,
        level=level,
        claim=claim,  # type: ignore[arg-type]
        audits=audits,
        auditors=auditors,
    )
    if as_json:
        document = {"kind": "agreement_plan", **asdict(found)}
        tell(json.dumps(document, indent=1, allow_nan=False))
    else:
        for line in plan_lines(found):
            tell(line)


HalfWidth = Annotated[float, typer.Option(help="Half width wished for of the mean gap, in grades.")]
Shift = Annotated[
    float, typer.Option(help="Net overstatement of the positive share to be seen: 0.15.")
]
OverRate = Annotated[float, typer.Option(help="Share over-graded that should be noticed.")]
Tolerable = Annotated[float, typer.Option(help="Share over-graded that would be tolerated.")]
Moderations = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder that holds your exports, to plan from your own moderations.",
        show_default="stated assumptions",
    ),
]
Anchors = Annotated[
    int,
    typer.Option(help="Cases read before that come again unseen, for each moderator in a round."),
]
Moderators = Annotated[
    int | None,
    typer.Option(help="Moderators of a round.", show_default="from --data, or 4"),
]


@plan.command()
def moderation(
    half_width: HalfWidth = 0.15,
    shift: Shift = 0.15,
    over_rate: OverRate = 0.15,
    tolerable: Tolerable = 0.05,
    data: Moderations = None,
    audits: Annotated[
        int | None, typer.Option(help="Audits to draw from.", show_default="from --data, or 200")
    ] = None,
    moderated: Annotated[
        int, typer.Option(help="Audits for which the ways of sharing out are compared.")
    ] = 80,
    anchors: Anchors = 8,
    moderators: Moderators = None,
    power: Power = 0.8,
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """How many audits to have moderated, of which grades, and what that tells."""
    from qaf_analysis.topics.moderation.analysis import ModerationWishes, moderation_plan
    from qaf_analysis.topics.moderation.anchor_plan import anchor_plan

    council = None if data is None else _council(data)
    found = moderation_plan(
        council,
        wishes=ModerationWishes(
            half_width=half_width,
            shift=shift,
            over_rate=over_rate,
            tolerable=tolerable,
            power=power,
            level=level,
        ),
        audits=audits,
        allocated=moderated,
    )
    hidden = anchor_plan(council, anchors=anchors, moderators=moderators, power=power)
    if as_json:
        document = {"kind": "moderation_plan", **asdict(found), "anchors": asdict(hidden)}
        tell(json.dumps(document, indent=1, allow_nan=False))
    else:
        for line in [*moderation_plan_lines(found), "", *anchor_plan_lines(hidden)]:
            tell(line)


def _council(data: Path) -> Audits:
    from qaf_analysis.data.council.read import read_council

    return read_council(data_folder(data), as_of=date.today(), keep_key=False).audits


def plan_lines(found: AgreementPlan) -> list[str]:
    """The plan as lines to read."""
    claim = {
        "auditors-like-these": "true of these auditors and others like them",
        "these-auditors": "true of these auditors only",
    }[found.claim]
    heading = (
        f"{found.measure}: an interval no wider than {found.width:g} at the level {found.level:g}, "
        f"{claim}"
    )
    rows = [_design_line(design) for design in found.designs]
    rests = [f"Rests on: {text}" for text in found.assumptions]
    return [heading, *rows, *rests, *(f"Note: {text}" for text in found.warnings)]


def _design_line(design: PlannedDesign) -> str:
    if design.double_graded == 0:
        return f"  {design.auditors:>4} auditors: out of reach; {design.why_not}"
    line = (
        f"  {design.auditors:>4} auditors: grade {design.double_graded:,} audits twice, "
        f"{design.share:.0%} of the year's (expected width {design.expected_width:.2f})"
    )
    return f"{line}; {design.why_not}" if design.why_not else line
