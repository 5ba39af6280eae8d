"""``qaf sample``: a draw from the example's exports, and what is said when it cannot be made."""

from __future__ import annotations

import json

import pytest

from qaf_analysis.cli import app
from tests.places import EXAMPLE

CLEAN = (
    "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
    "A1,C1,2019-10-04,2019-20 Q3,East,Child in need,Auditor 01,Overall,Good\n"
    "A2,C2,2019-10-07,2019-20 Q3,East,Child in need,Auditor 02,Overall,Inadequate\n"
)


def run(capsys, *arguments):
    code = app.run(["sample", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "audits.csv").write_text(CLEAN, encoding="utf-8")
    return folder


def test_the_example_is_drawn_from(capsys, tmp_path):
    out = tmp_path / "draw"
    options = ["--quarter", "2019-20 Q4", "--quarters", 2, "--audits", 20, "--seed", 3]
    code, said, err = run(
        capsys, "--data", EXAMPLE, *options, "--targeted-share", 0.25, "--out", out
    )
    assert (code, err) == (4, "")  # built, with rows of the untidy exports set aside
    assert "By chance: 15 audits" in said
    assert "Targeted: 5 audits" in said
    assert "qaf check" in said
    record = json.loads((out / "draw.json").read_text(encoding="utf-8"))
    assert (record["by_chance"], record["targeted"], record["anchors"]) == (15, 5, 5)
    assert record["seed"] == 3


def test_clean_exports_are_drawn_from_without_a_remark(capsys, exports, tmp_path):
    options = ["--audits", 2, "--min-per-grade", 1, "--anchors", 0]
    code, said, _ = run(capsys, "--data", exports, *options, "--out", tmp_path / "draw")
    assert code == 0
    assert "Targeted" not in said
    assert "set aside" not in said


def test_a_list_of_named_audits_is_read(capsys, exports, tmp_path):
    (tmp_path / "list.txt").write_text("A1\n\na2\n", encoding="utf-8")
    options = ["--audits", 1, "--min-per-grade", 0, "--anchors", 0]
    code, said, _ = run(
        capsys, "--data", exports, *options, "--named", tmp_path / "list.txt", "--out",
        tmp_path / "draw",
    )  # fmt: skip
    assert code == 0
    assert "Targeted: 1 audit, picked" in said


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"--data": "nowhere"}, 2, "no folder"),
        ({"--data": EXAMPLE / "council.toml"}, 2, "is a file"),
        ({"--out": "here"}, 2, "not an empty folder"),
        ({"--audits": 3}, 2, "3 audits were asked for, and 2 can be drawn"),
        ({"--audits": 0}, 2, "Invalid value"),
        ({"--min-per-grade": 2, "--audits": 1}, 2, "more than the 1 to be drawn"),
        ({"--anchors": 5}, 2, "5 anchors"),
        ({"--targeted-share": 0.9}, 2, "between 0 and 0.5"),
        ({"--quarter": "2019"}, 2, "is not a quarter"),
        ({"--quarter": "2011-12 Q1"}, 2, "No audit was done"),
        ({"--named": "nowhere.txt"}, 2, "cannot be read"),
    ],
)
def test_a_wrong_use_says_what_to_do(capsys, exports, tmp_path, monkeypatch, change, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "kept.txt").write_text("kept")
    options = {"--data": exports, "--audits": 2, "--out": "draw", "--anchors": 0}
    options = {"--min-per-grade": 1, **options, **change}
    found, _, err = run(capsys, *(part for pair in options.items() for part in pair))
    assert found == code
    assert words in " ".join(err.split())
    assert not (tmp_path / "draw").exists()


def test_exports_that_cannot_be_used_are_an_input_fault(capsys, exports, tmp_path):
    (exports / "audits.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, err = run(capsys, "--data", exports, "--audits", 1, "--out", tmp_path / "draw")
    assert code == 3
    assert "audits.csv" in err
