"""``qaf plan impact`` by itself: what it prints, and one JSON document."""

from __future__ import annotations

import json

import pytest
import typer

from qaf_analysis.cli.plan_impact import impact
from qaf_analysis.terms.errors import UsageError
from tests.places import EXAMPLE


def run(capsys, *arguments):
    app = typer.Typer()
    app.command()(impact)
    app(list(map(str, arguments)), standalone_mode=False)
    return capsys.readouterr().out


def test_without_data_the_assumptions_are_printed(capsys):
    out = run(capsys, "--change", "0.2")
    assert "50 audits a quarter, 4 + 4 quarters, 5 comparison domains: 0.27 grades, or " in out
    sizes = [line for line in out.splitlines() if "points" in line]
    assert all("points in the share graded good or better" in line for line in sizes)
    assert "a change of 0.2 grades needs 125 audits a quarter" in out
    assert "Not this council's figures, but assumed" in out


def test_with_data_the_councils_own_audits_answer(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    document = json.loads(run(capsys, "--data", EXAMPLE, "--json"))
    assert document["kind"] == "impact_plan"
    assert "From the council's own" in document["assumptions"][0]
    assert document["present"]["grade_low"] < document["present"]["grade"]
    assert run(capsys, "--data", EXAMPLE).count("possible") == 1


def test_out_of_reach_is_said(capsys):
    assert "out of reach with any number of audits" in run(capsys, "--change", "0.05")


@pytest.mark.parametrize("arguments", [["--power", "80"], ["--audits", "0"], ["--before", "0"]])
def test_a_wrong_use_is_refused(capsys, arguments):
    with pytest.raises(UsageError):
        run(capsys, *arguments)
