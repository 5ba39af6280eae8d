"""``qaf plan``: how many audits to grade twice or to moderate, and what the answer rests on."""

from __future__ import annotations

import json

import pytest

from qaf_analysis.cli import app
from tests.places import EXAMPLE


def run(capsys, *arguments, what="agreement"):
    code = app.run(["plan", what, *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_without_data_the_assumptions_are_printed(capsys):
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert "29 auditors: grade" in out
    assert "Not this council's figures, but assumed" in out


def test_with_data_the_councils_own_gradings_answer(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    code, out, _ = run(capsys, "--data", EXAMPLE, "--width", "0.2", "--json")
    assert code == 0
    document = json.loads(out)
    assert document["kind"] == "agreement_plan"
    assert "From the council's own" in document["assumptions"][0]
    assert all(design["double_graded"] > 0 for design in document["designs"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--width", "0"], "between 0 and 2"),
        (["--claim", "everybody"], "no claim"),
        (["--data", "nowhere"], "no folder"),
    ],
)
def test_a_wrong_use_says_what_to_write(capsys, arguments, words):
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert words in err


def test_moderation_without_data_is_planned_from_assumptions(capsys):
    code, out, err = run(capsys, "--audits", 1450, what="moderation")
    assert (code, err) == (0, "")
    assert "Audits to have moderated, of 1,450" in out
    assert "flag from 7 over-graded on" in out
    assert "±8.9 points, mean gap ±0.12, 30 over-graded met" in out.replace("± ", "±")
    assert "in proportion to auditors' grades (3.6 / 25.5 / 40.0 / 10.8)" in out
    assert "Not this council's figures, but assumed" in out


def test_moderation_tells_what_hidden_anchors_find(capsys):
    """The only moderator has the whole of the error: .97 by the simulations of the method page."""
    code, out, _ = run(capsys, "--anchors", 8, "--moderators", 1, what="moderation")
    assert code == 0
    assert "8 for each of 1 moderator in each of 4 rounds" in out
    assert "97%  the moderator drifts; 80% take 5 anchors each a round (if 73% of grades" in out


def test_moderation_is_planned_from_the_councils_own(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    code, out, _ = run(capsys, "--data", EXAMPLE, "--json", what="moderation")
    assert code == 0
    document = json.loads(out)
    assert document["kind"] == "moderation_plan"
    assert "From the council's own" in document["assumptions"][0]
    widths = [size["good_half_width"] for size in document["sizes"]]
    assert widths == sorted(widths, reverse=True)
    assert {way["rule"] for way in document["allocations"]} >= {"proportional", "risk", "equal"}
    assert [round(drift["noise"], 2) for drift in document["anchors"]["found"]] == [0.3, 0.41]
    assert "13 audits were read by two moderators" in document["anchors"]["warnings"][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--half-width", "0"], "above zero"),
        (["--shift", "0"], "shift lies between 0 and 1"),
        (["--power", "80"], "0.15 for 15 %"),
        (["--tolerable", "0.2"], "above the tolerable"),
        (["--audits", "3"], "at least one audit for each grade"),
        (["--anchors", "0"], "needs one anchor or more"),
        (["--moderators", "0"], "from 1 to 30 moderators"),
        (["--level", "95"], "between 0 and 1"),
        (["--data", "nowhere"], "no folder"),
    ],
)
def test_a_wrong_plan_of_moderation_says_what_to_write(capsys, arguments, words):
    code, _, err = run(capsys, *arguments, what="moderation")
    assert code == 2
    assert words in err
