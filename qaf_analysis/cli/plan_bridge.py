"""``qaf plan bridge``: how many old audits to read again, by how many people, over a new scale."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.kit.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qaf_analysis.stats.bridge.planning import BridgePlan, BridgeWorth


def bridge(
    share: Annotated[
        float,
        typer.Option(help="Share positive on the new scale that you expect: 0.62 is 62%."),
    ] = 0.5,
    old_share: Annotated[
        float | None,
        typer.Option(help="Share positive on the old scale.", show_default="as --share"),
    ] = None,
    audits: Annotated[
        int, typer.Option(help="Audits on the new scale, in the year you will compare.")
    ] = 200,
    old_audits: Annotated[
        int, typer.Option(help="Audits on the old scale, of which some are read again.")
    ] = 200,
    readers: Annotated[int, typer.Option(help="Auditors who can read old audits again.")] = 29,
    half_width: Annotated[
        float, typer.Option(help="Half width wished for of the change: 0.15 is 15 points.")
    ] = 0.15,
    difference: Annotated[
        float, typer.Option(help="A change to be found: 0.15 is a rise of 15 points.")
    ] = 0.15,
    power: Annotated[float, typer.Option(help="Chance of finding that change.")] = 0.8,
    level: Annotated[float, typer.Option(help="Confidence level of the interval.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Seed of the councils that are drawn.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """How many audits of the old scale to read again on the new one, and by how many people."""
    from qaf_analysis.stats.bridge.planning import BridgeWishes, bridge_plan

    wishes = BridgeWishes(
        share=share,
        old_share=old_share,
        half_width=half_width,
        difference=difference,
        power=power,
        old_audits=old_audits,
        new_audits=audits,
        auditors=readers,
        level=level,
    )
    found = bridge_plan(wishes, seed=seed)
    if as_json:
        tell(json.dumps({"kind": "bridge_plan", **asdict(found)}, indent=1, allow_nan=False))
    else:
        for line in bridge_plan_lines(found):
            tell(line)


def bridge_plan_lines(found: BridgePlan) -> list[str]:
    """The two wishes with what each needs, sizes side by side, and what the plan rests on."""
    wishes = found.wishes
    rise = "rise" if wishes.difference > 0 else "fall"
    points = f"{100 * abs(wishes.difference):g} points"
    every = f"even all {wishes.old_audits:,}"
    return [
        "Audits of the old scale to read again on the new one, picked by chance, first grade "
        "hidden",
        f"  to know the change to within ±{100 * wishes.half_width:g} points: "
        + _needed(
            found.for_width, least=f"even all {wishes.old_audits:,} leave {_wide(found.most)}"
        ),
        f"  to find a {rise} of {points} {wishes.power:.0%} of the time: "
        + _needed(found.for_power, least=f"{every} find it {found.most.found:.0%} of the time"),
        "",
        f"What sizes tell (half width of the change; how often a {rise} of {points} is found)",
        *(
            f"  {one.audits:>5,} audits, {one.readers:>3} readers: {_wide(one)}, found "
            f"{one.found:.0%}"
            for one in found.sizes
        ),
        f"  had the scale not changed:  {_wide(found.no_break)}, found {found.no_break.found:.0%}",
        "",
        *(f"Rests on: {text}" for text in _assumptions(found)),
        *(f"Note: {text}" for text in _notes()),
    ]


def _needed(enough: Sequence[BridgeWorth], *, least: str) -> str:
    if not enough:
        return f"out of reach; {least}"
    return ", or ".join(
        f"{counted(one.audits, 'audit')} by {counted(one.readers, 'reader')}" for one in enough
    )


def _wide(one: BridgeWorth) -> str:
    return f"±{100 * one.half_width:.0f} points"


def _assumptions(found: BridgePlan) -> list[str]:
    wishes = found.wishes
    old = wishes.share if wishes.old_share is None else wishes.old_share
    return [
        f"{wishes.old_audits:,} audits on the old scale, {100 * old:g}% positive; "
        f"{wishes.new_audits:,} on the new one, {100 * wishes.share:g}% positive where nothing "
        f"changed; {counted(wishes.auditors, 'auditor')}.",
        f"{found.councils:,} councils drawn by chance for each figure (seed {found.seed}), with "
        "practice of SD 1, auditors' strictness of SD 0.3 and a chance of grading of SD 0.5. A "
        "figure of 80% is known to within 2.5 points.",
    ]


def _notes() -> list[str]:
    from qaf_analysis.terms.verdicts import BRIDGE_RULE

    return [
        f"A bridge with fewer than {BRIDGE_RULE.fewest_audits} audits or "
        f"{BRIDGE_RULE.fewest_readers} readers is refused, whatever is wished.",
        "Nobody reads their own audit, each audit is read once, and each reader gets about as "
        "many.",
        "Share the audits out among as many readers as you can: each has a strictness of their "
        "own.",
    ]
