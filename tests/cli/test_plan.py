"""``qaf plan agreement``: how many audits to grade twice, and what the answer rests on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qaf_analysis.cli import app

EXAMPLE = Path(__file__).parents[2] / "data" / "example"


def run(capsys, *arguments):
    code = app.run(["plan", "agreement", *map(str, arguments)])
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
