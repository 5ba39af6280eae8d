"""``qaf init``: proposes, asks, shows, and writes only with consent and over nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
from pathlib import Path

import pytest

from qaf_analysis.cli import app
from tests.data.proposal.exports import SHORT, Speller, day_first, write_csv
from tests.data.proposal.small_council import AUDITORS, DOMAINS, MODERATORS, small_council

TRUTH = small_council(audits=24, seed=8)
HEADING = ["Audit ref", "Child ID", "Date completed", "Team", "Auditor", *DOMAINS,
           "Moderator", "Date moderated", "Moderated grade"]  # fmt: skip


def rows(words=SHORT, dates=day_first):
    spell = Speller(words)
    return [
        [f"A{a.number:03d}", a.child, dates(a.on), a.team, a.auditor,
         *(spell(a.grades[d]) for d in DOMAINS),
         *((a.moderated.moderator, dates(a.moderated.on), spell(a.moderated.grade))
           if a.moderated else ("", "", ""))]
        for a in TRUTH
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    write_csv(made / "audits 2024-25.csv", [HEADING, *rows()])
    return made


def run(capsys, monkeypatch, *arguments, typed=""):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code = app.run(["init", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def sums(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_yes_takes_the_proposed_answers_and_writes(capsys, monkeypatch, folder):
    before = sums(folder)
    code, out, err = run(capsys, monkeypatch, folder, "--yes", "--council", "Westmere")
    assert (code, err) == (0, "")
    moderated = sum(a.moderated is not None for a in TRUTH)
    assert f"This would load: 24 audits, 0 graded twice, {moderated} moderated" in out
    assert "2024-25 Q1 to 2024-25 Q4" in out
    assert "qaf check" in out
    after = sums(folder)
    assert set(after) - set(before) == {"council.toml"}
    assert {name: after[name] for name in before} == before
    settings = tomllib.loads((folder / "council.toml").read_text(encoding="utf-8"))
    assert settings["council"]["name"] == "Westmere"
    assert settings["files"][0]["columns"]["audit_date"] == "Date completed"


def test_a_council_that_no_file_names_is_told_to_name_itself(capsys, monkeypatch, folder):
    code, out, _ = run(capsys, monkeypatch, folder, "--yes")
    assert code == 0
    assert "write its name into council.toml first" in out
    assert "PLEASE CHECK: no file names" in (folder / "council.toml").read_text(encoding="utf-8")


def test_settings_that_are_there_are_never_overwritten(capsys, monkeypatch, folder):
    (folder / "council.toml").write_text('[council]\nname = "Ours"\n', encoding="utf-8")
    code, out, _ = run(capsys, monkeypatch, folder, "--yes")
    assert code == 0
    assert "council.proposed.toml" in out
    assert (folder / "council.toml").read_text(encoding="utf-8") == '[council]\nname = "Ours"\n'
    before = sums(folder)
    code, _, err = run(capsys, monkeypatch, folder, "--yes")
    assert code == 2
    assert "nothing is overwritten" in err
    assert sums(folder) == before


def test_json_alone_writes_nothing_and_names_nobody_outside_the_settings(
    capsys, monkeypatch, folder
):
    before = sums(folder)
    code, out, _ = run(capsys, monkeypatch, folder, "--json")
    assert code == 0
    assert sums(folder) == before
    document = json.loads(out)
    assert document["written"] is None
    assert document["would_load"]["audits"] == 24
    assert document["would_load"]["set_aside"] == 0
    assert {q["key"] for q in document["questions"]} >= {"council", "audit_date", "selected_by"}
    assert tomllib.loads(document["settings"])["council"]["scale"] == "ofsted4"
    for name in (*AUDITORS, *MODERATORS):
        assert name not in out


def test_yes_and_json_write_and_say_where(capsys, monkeypatch, folder):
    code, out, _ = run(capsys, monkeypatch, folder, "--yes", "--json")
    assert code == 0
    document = json.loads(out)
    assert document["written"] == "council.toml"
    assert (folder / "council.toml").read_text(encoding="utf-8") == document["settings"]


def test_prompts_take_answers_and_consent(capsys, monkeypatch, folder):
    # The name, the day of the audit, the tags, and how audits were chosen; one wrong answer.
    typed = "Westmere\n\nmaybe\nyes\nrandom\ny\n"
    code, out, _ = run(capsys, monkeypatch, folder, typed=typed)
    assert code == 0
    assert "Please answer with one of: yes, no." in out
    settings = tomllib.loads((folder / "council.toml").read_text(encoding="utf-8"))
    assert settings["council"]["name"] == "Westmere"
    assert settings["files"][0]["constants"]["selected_by"] == "random"


@pytest.mark.parametrize(("typed", "code"), [("\n\n\n\nn\n", 0), ("Westmere\n", 130)])
def test_without_consent_nothing_is_written(capsys, monkeypatch, folder, typed, code):
    before = sums(folder)
    ended, _, _ = run(capsys, monkeypatch, folder, typed=typed)
    assert ended == code
    assert sums(folder) == before


def test_numbers_for_grades_are_never_guessed(capsys, monkeypatch, tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    write_csv(
        made / "audits.csv",
        [["Audit ID", "Date of audit", "Team", "Auditor", "Overall grade"],
         *([n, f"{n:02d}/05/2024", "North", f"Auditor {n % 3}", 1 + n % 4] for n in range(1, 25))],
    )  # fmt: skip
    code, _, err = run(capsys, monkeypatch, made, "--yes")
    assert code == 2
    assert "--answer numbers=1_is_best|1_is_worst" in err
    assert not (made / "council.toml").exists()
    code, out, _ = run(capsys, monkeypatch, made, "--yes", "--answer", "numbers=1_is_best")
    assert code == 0, out
    grades = tomllib.loads((made / "council.toml").read_text(encoding="utf-8"))["grades"]
    assert (grades["1"], grades["4"]) == ("Outstanding", "Inadequate")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--answer", "siblings"], 2, "KEY=ANSWER"),
        (["--answer", "siblings=one_audit"], 2, 'no question "siblings"'),
        (["--answer", "domain_tags=perhaps"], 2, "one of yes, no"),
    ],
)
def test_answers_that_fit_no_question_are_refused(
    capsys, monkeypatch, folder, options, code, words
):
    ended, _, err = run(capsys, monkeypatch, folder, "--yes", *options)
    assert ended == code
    assert words in err
    assert not (folder / "council.toml").exists()


def test_folders_without_audits_are_told_what_was_seen(capsys, monkeypatch, tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    code, _, err = run(capsys, monkeypatch, made, "--yes")
    assert code == 2
    assert "no table" in err.lower()
    write_csv(made / "staff.csv", [["Name", "Phone"], ["Ann Field", "0123"], ["Ben Marsh", "0124"]])
    code, _, err = run(capsys, monkeypatch, made, "--yes")
    assert code == 3
    assert "staff.csv" in err
    assert "Ann Field" not in err
    assert list(made.iterdir()) == [made / "staff.csv"]


def test_a_template_needs_no_settings(capsys, monkeypatch, tmp_path):
    assert app.run(["template", "--out", str(tmp_path / "audits.xlsx"), "--council", "Us"]) == 0
    code, _, err = run(capsys, monkeypatch, tmp_path, "--yes")
    assert code == 2
    assert "brings its own settings" in err


def test_a_file_that_cannot_be_read_is_asked_about_first(capsys, monkeypatch, folder):
    (folder / "moderations.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a workbook")
    code, _, err = run(capsys, monkeypatch, folder, "--yes")
    assert code == 2
    assert "moderations.xlsx cannot be read" in err
    code, _, _ = run(capsys, monkeypatch, folder, "--yes", "--answer", "unread_1=leave_out")
    assert code == 0


def write_with_many_bad_dates(folder):
    """A list in which three rows of ten have a date in a year that has not come."""
    table = rows()
    for row in table[: int(0.3 * len(table))]:
        row[2] = "01/02/2199"
    (folder / "audits 2024-25.csv").unlink()
    write_csv(folder / "audits 2024-25.csv", [HEADING, *table])


def test_yes_does_not_write_where_many_rows_would_be_set_aside(capsys, monkeypatch, folder):
    write_with_many_bad_dates(folder)
    before = sums(folder)
    code, _, err = run(capsys, monkeypatch, folder, "--yes", "--council", "Westmere")
    assert code == 2
    assert "7 of 24 rows would be set aside" in err
    assert "column Date completed: date_out_of_range (7 rows)" in err
    assert "--answer set_aside=accept" in err
    assert sums(folder) == before


def test_many_rows_set_aside_can_be_accepted(capsys, monkeypatch, folder):
    write_with_many_bad_dates(folder)
    code, _, _ = run(capsys, monkeypatch, folder, "--yes", "--answer", "set_aside=accept")
    assert code == 0
    assert (folder / "council.toml").exists()


def test_with_prompts_many_rows_set_aside_are_written_only_if_told(capsys, monkeypatch, folder):
    write_with_many_bad_dates(folder)
    _, out, _ = run(capsys, monkeypatch, folder, typed="\n" * 30)
    assert "something may be misunderstood" in out
    assert not (folder / "council.toml").exists()
