"""``qaf plan bridge`` by itself: what it prints of a plan, and one JSON document."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typer

from qaf_analysis.cli.plan_bridge import bridge, bridge_plan_lines
from qaf_analysis.stats.bridge.planning import BridgePlan, BridgeWishes, BridgeWorth
from qaf_analysis.terms.errors import UsageError

NARROW = BridgeWorth(audits=60, readers=15, half_width=0.1418, found=0.607)
FEW = BridgeWorth(audits=40, readers=10, half_width=0.172, found=0.431)
PLAN = BridgePlan(
    wishes=BridgeWishes(share=0.62, old_share=0.52, old_audits=1450),
    for_width=(NARROW, replace(NARROW, audits=50, readers=29)),
    for_power=(),
    sizes=(FEW, NARROW),
    most=BridgeWorth(audits=1450, readers=29, half_width=0.101, found=0.77),
    no_break=BridgeWorth(audits=0, readers=0, half_width=0.094, found=0.905),
    councils=1000,
    seed=7,
)


def run(capsys, *arguments):
    app = typer.Typer()
    app.command()(bridge)
    app(list(map(str, arguments)), standalone_mode=False)
    return capsys.readouterr().out


def test_a_plan_as_it_is_printed():
    lines = bridge_plan_lines(PLAN)
    assert lines[1:3] == [
        "  to know the change to within ±15 points: 60 audits by 15 readers, or 50 audits by 29 "
        "readers",
        "  to find a rise of 15 points 80% of the time: out of reach; even all 1,450 find it 77% "
        "of the time",
    ]
    assert lines[5:8] == [
        "     40 audits,  10 readers: ±17 points, found 43%",
        "     60 audits,  15 readers: ±14 points, found 61%",
        "  had the scale not changed:  ±9 points, found 90%",
    ]
    assert (
        "Rests on: 1,450 audits on the old scale, 52% positive; 200 on the new one, 62% positive "
        "where nothing changed; 29 auditors." in lines
    )
    assert any("(seed 7)" in line for line in lines)
    assert (
        "Note: A bridge with fewer than 40 audits or 10 readers is refused, whatever is wished."
        in lines
    )


def test_a_fall_and_a_width_out_of_reach():
    wishes = replace(PLAN.wishes, difference=-0.1, half_width=0.05, old_share=None)
    plan = replace(PLAN, wishes=wishes, for_width=(), for_power=(replace(NARROW, audits=1450),))
    lines = bridge_plan_lines(plan)
    assert lines[1] == (
        "  to know the change to within ±5 points: out of reach; even all 1,450 leave ±10 points"
    )
    assert lines[2] == ("  to find a fall of 10 points 80% of the time: 1,450 audits by 15 readers")
    assert any("old scale, 62% positive" in line for line in lines)


def test_the_command_gives_what_was_asked(capsys):
    asked = ("--share", 0.7, "--old-audits", 50, "--audits", 60, "--readers", 12, "--seed", 3)
    document = json.loads(run(capsys, *asked, "--half-width", 0.2, "--json"))
    assert document["kind"] == "bridge_plan"
    assert document["wishes"]["share"] == 0.7
    assert (document["wishes"]["old_audits"], document["wishes"]["new_audits"]) == (50, 60)
    assert document["wishes"]["auditors"] == 12
    assert document["seed"] == 3
    assert document["most"]["readers"] == 12
    out = run(capsys, *asked, "--difference", "-0.2", "--power", 0.5, "--half-width", 0.2)
    assert "to find a fall of 20 points 50% of the time" in out
    assert "to within ±20 points" in out


@pytest.mark.parametrize(
    "arguments",
    [["--share", "62"], ["--readers", "9"], ["--old-audits", "30"], ["--difference", "0.6"]],
)
def test_a_wrong_use_is_refused(capsys, arguments):
    with pytest.raises(UsageError):
        run(capsys, *arguments)
