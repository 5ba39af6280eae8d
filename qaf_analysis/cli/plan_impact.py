"""``qaf plan impact``: how large a change after a themed audit would have to be to be seen."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder
from qaf_analysis.cli.options import AsJson, Power
from qaf_analysis.kit.numbers import counted

if TYPE_CHECKING:
    from qaf_analysis.terms.scale import ScaleWords
    from qaf_analysis.topics.impact.analysis.planning import ImpactPlan, PlannedImpact


OwnAudits = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder that holds your exports, to plan from your own audits.",
        show_default="stated assumptions",
    ),
]
RoutineAudits = Annotated[
    int | None,
    typer.Option(help="Routine audits a quarter.", show_default="from --data, or 50"),
]
Before = Annotated[
    int | None,
    typer.Option(help="Quarters before the themed audit.", show_default="as your themes had, or 4"),
]
After = Annotated[
    int | None,
    typer.Option(help="Quarters after it.", show_default="as your themes had, or 4"),
]
Controls = Annotated[
    int | None,
    typer.Option(
        help="Comparison domains that no theme touches.", show_default="from --data, or 5"
    ),
]
Change = Annotated[float, typer.Option(help="A change in grades to be seen; 0 asks about none.")]


def impact(
    data: OwnAudits = None,
    audits: RoutineAudits = None,
    before: Before = None,
    after: After = None,
    controls: Controls = None,
    change: Change = 0.0,
    power: Power = 0.8,
    level: Annotated[float, typer.Option(help="Confidence level of the verdict.")] = 0.95,
    as_json: AsJson = False,
) -> None:
    """How large a change after a themed audit would have to be to be seen."""
    from qaf_analysis.data.council.read import read_council
    from qaf_analysis.topics.impact.analysis.planning import impact_plan

    council = None
    if data is not None:
        council = read_council(data_folder(data), as_of=date.today(), keep_key=False).audits
    found = impact_plan(
        council,
        audits=audits,
        before=before,
        after=after,
        controls=controls,
        change=change,
        power=power,
        level=level,
    )
    if as_json:
        tell(json.dumps({"kind": "impact_plan", **asdict(found)}, indent=1, allow_nan=False))
    else:
        for line in impact_plan_lines(found):
            tell(line)


def impact_plan_lines(found: ImpactPlan) -> list[str]:
    """The present design, then designs with more audits, quarters or comparison domains."""
    now, scale = found.present.design, found.scale
    return [
        f"Smallest true change seen {found.power:.0%} of the time, by a verdict at the level "
        f"{found.level:g}",
        f"  now, with {counted(now.audits, 'audit')} a quarter, {now.before} + {now.after} "
        f"quarters, {counted(now.controls, 'comparison domain')}: {_size(found.present, scale)}",
        *_range_lines(found.present),
        *_limit_lines(found.present, scale),
        *_needed_lines(found),
        "",
        "Other numbers of audits a quarter",
        *(f"  {one.design.audits:>5,}  {_size(one, scale)}" for one in found.audits),
        "",
        "Other numbers of quarters before and after",
        *(
            f"  {one.design.before:>2} + {one.design.after}  {_size(one, scale)}"
            for one in found.quarters
        ),
        "",
        "Other numbers of comparison domains",
        *(f"  {one.design.controls:>5}  {_size(one, scale)}" for one in found.controls),
        "",
        *(f"Rests on: {text}" for text in found.assumptions),
        *(f"Note: {text}" for text in found.warnings),
    ]


def _size(one: PlannedImpact, scale: ScaleWords) -> str:
    points = f"{one.good * 100:.0f} points in the share graded {scale.positive}"
    return f"{one.grade:.2f} grades, or {points}"


def _range_lines(one: PlannedImpact) -> list[str]:
    """How far off the present figure may be; nothing where the variation is assumed."""
    if one.grade_low == one.grade_high:
        return []
    return [
        f"    or {one.grade_low:.2f} to {one.grade_high:.2f} grades, {one.good_low * 100:.0f} to "
        f"{one.good_high * 100:.0f} points: so few quarters leave open how much they vary"
    ]


def _limit_lines(one: PlannedImpact, scale: ScaleWords) -> list[str]:
    """What no number of audits gets below; the upper limit where nothing is left by chance."""
    line = (
        f"    however many audits a quarter: {one.grade_limit:.2f} grades, "
        f"or {one.good_limit * 100:.0f} points in the share graded {scale.positive}"
    )
    if one.grade_limit == one.grade_limit_high:
        return [line]
    return [
        f"{line} (but up to {one.grade_limit_high:.2f} and {one.good_limit_high * 100:.0f} are "
        "possible)"
    ]


def _needed_lines(found: ImpactPlan) -> list[str]:
    if found.change == 0:
        return []
    if found.needed == 0:
        return [
            f"    a change of {found.change:g} grades: out of reach with any number of audits; "
            "more quarters or comparison domains are needed"
        ]
    audits = counted(found.needed, "audit")
    return [f"    a change of {found.change:g} grades needs {audits} a quarter"]
