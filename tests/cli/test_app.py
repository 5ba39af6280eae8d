"""Each ending of a command has its exit code, and says what happened without showing data."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from qaf_analysis.cli import app, console, faults
from qaf_analysis.cli.console import finding_lines
from qaf_analysis.data.contract.record import Finding
from qaf_analysis.data.council import read
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.run import doctor, pipeline
from qaf_analysis.run.summary import Summary
from qaf_analysis.terms import errors
from qaf_analysis.terms.quarter import Quarter

VERDICTS = (
    ("agreement", "Agrees well"), ("optimism", "More moderation needed"), ("themes", "Improved"),
    ("consistency", "Too little data"),
)  # fmt: skip


@pytest.fixture
def ending(monkeypatch, tmp_path):
    """Run ``qaf report`` with a pipeline that ends as told."""

    def run(outcome: object) -> int:
        def build_report(*_args: object, progress: object, **_more: object) -> object:
            progress("Reading", 0, 2)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(pipeline, "build_report", build_report)
        monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
        exports = tmp_path / "exports"
        exports.mkdir(exist_ok=True)
        (exports / "audits.csv").write_text(
            "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
            "A1,C1,2019-10-04,2019-20 Q3,East,Child in need,Auditor 01,Overall,Good\n",
            encoding="utf-8",
        )
        (exports / "council.toml").write_text('[council]\nname = "Example"\n', encoding="utf-8")
        return app.run(["report", "--data", str(exports)])

    return run


def built(tmp_path: Path, *, quarantined: int) -> SimpleNamespace:
    return SimpleNamespace(
        rows_in=9,
        loaded=9 - quarantined,
        quarantined=quarantined,
        not_data=0,
        run_id="ab12",
        quarter=Quarter(2019, 3),
        summary=Summary(edition="board edition", council="Example", verdicts=VERDICTS),
        folder=tmp_path,
        report=tmp_path / "report.html",
        set_aside=tmp_path / "set_aside.csv" if quarantined else None,
    )


@pytest.mark.parametrize(("quarantined", "code"), [(0, 0), (2, 4)])
def test_a_built_report_is_named(ending, tmp_path, capsys, quarantined, code):
    assert ending(built(tmp_path, quarantined=quarantined)) == code
    said = capsys.readouterr()
    made, verdicts, rows, where, _ = said.out.splitlines()[-5:]
    assert made == "Made: board edition, of Example for 2019-20 Q3, run ab12"
    assert verdicts == (
        "agreement: agrees well · optimism: more moderation needed · themes: improved · "
        "consistency: too little data"
    )
    assert rows.startswith(f"Rows: 9 in = {9 - quarantined} loaded + {quarantined} set aside")
    assert where == f"Open: {(tmp_path / 'report.html').as_uri()}"
    assert ("kept for 30 days" in said.out) == (quarantined > 0)
    assert "Reading …" in said.err


def test_a_look_that_cannot_be_used_is_told_before_the_exports_are_read(ending, tmp_path, capsys):
    ending(built(tmp_path, quarantined=0))
    settings = tmp_path / "exports" / "council.toml"
    settings.write_text(
        '[council]\nname = "Example"\n[report]\nlogo = "logo.png"\n', encoding="utf-8"
    )
    capsys.readouterr()
    for command, reads in (("report", False), ("check", True)):
        assert app.run([command, "--data", str(settings.parent)]) == 3
        said = capsys.readouterr()
        assert ("Read audits.csv" in said.err) == reads
        assert 'The logo "logo.png" is not in the folder' in said.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.UnknownQuarterError("x"), 2),
        (errors.InputRejectedError("x"), 3),
        (errors.SettingsError("x"), 3),
        (errors.RunFailedError("x"), 5),
        (errors.ShapeError("x"), 5),
        (errors.RunLockedError("x"), 6),
        (errors.DisclosureError("x"), 7),
    ],
)
def test_each_named_error_has_its_code_and_its_words(ending, capsys, error, code):
    assert ending(error) == code
    assert capsys.readouterr().err.splitlines()[-1] == "x"


def test_a_fault_of_ours_shows_a_number_and_no_data(ending, capsys):
    assert ending(KeyError("Jane Smith")) == 70
    first = capsys.readouterr()
    assert ending(KeyError("John Brown")) == 70
    second = capsys.readouterr()
    assert "Jane" not in first.out + first.err
    assert "Traceback" not in first.err
    assert "KeyError in test_app.py, line" in first.err
    number = first.err.rstrip(".\n").split(", ")[-1]
    assert len(number) == 8
    assert number in second.err


def test_the_stop_key_and_a_full_disk_are_no_faults(ending, capsys):
    stop = KeyboardInterrupt()
    stop.add_note("What was made until then lies in x.")
    assert ending(stop) == 130
    assert capsys.readouterr().err.splitlines()[-1] == (
        "Stopped. Your files and earlier reports are as they were. No report was made. What was "
        "made until then lies in x."
    )
    assert ending(OSError(28, "No space left on device", "/secret/place/report.html")) == 5
    said = capsys.readouterr().err
    assert "No space left on device (report.html)" in said
    assert "/secret" not in said


@pytest.mark.parametrize("command", ["check", "report"])
def test_stopping_while_the_exports_are_read_says_that_nothing_was_written(
    command, monkeypatch, tmp_path, capsys
):
    def read_council(*_args: object, **_more: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(read, "read_council", read_council)
    (tmp_path / "council.toml").write_text('[council]\nname = "X"\n', encoding="utf-8")
    assert app.run([command, "--data", str(tmp_path), "--outputs", str(tmp_path / "out")]) == 130
    said = capsys.readouterr().err
    assert said.startswith("Stopped. Your files and earlier reports are as they were.")
    assert "nothing was written" in said
    assert not (tmp_path / "out").exists()


def test_stopping_anywhere_else_is_said_too(monkeypatch, tmp_path, capsys):
    def examine(**_more: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", examine)
    assert app.run(["doctor", "--outputs", str(tmp_path)]) == 130
    assert capsys.readouterr().err.startswith("Stopped. Your files and earlier reports are as")


@pytest.mark.parametrize(
    ("quarter", "words"),
    [
        ("2019-20 Q5", "quarters go from Q1 (April to June) to Q4"),
        ("2019Q3", '"2019-20 Q2" for the calendar quarter'),
    ],
)
def test_a_quarter_that_is_none_is_refused_before_anything_is_read(
    quarter, words, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(read, "read_council", None)  # reading would raise TypeError
    for command, more in (("report", []), ("sample", ["--audits", "5", "--out", "new"])):
        assert app.run([command, "--data", str(tmp_path), "--quarter", quarter, *more]) == 2
        assert words in capsys.readouterr().err


def test_a_quarter_without_audits_is_refused_before_any_notebook(ending, tmp_path, capsys):
    """The one audit of the export is of 4 October 2019."""
    assert ending(built(tmp_path, quarantined=0)) == 0
    asked = ["report", "--data", str(tmp_path / "exports"), "--quarter", "2018-19 Q2"]
    capsys.readouterr()
    assert app.run(asked) == 2
    said = capsys.readouterr().err
    assert "No audit was done in 2018-19 Q2. The files hold audits of 2019-20 Q3;" in said
    assert "Reading …" not in said  # what the pipeline tells first


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--data", "nowhere"], "no folder “nowhere”"),
        (["report", "--data", __file__], f"--data “{Path(__file__).parent}”"),
        (["report"], "--data"),
        (["reprot"], "reprot"),
        (["check", "--dta", "."], "--dta"),
        (["simulate", "--out", str(Path(__file__).parent)], "not an empty folder"),
    ],
)
def test_a_wrong_use_says_what_to_write(arguments, words, capsys):
    assert app.run(arguments) == 2
    assert words in capsys.readouterr().err


def finding(line: int, **changes: object) -> Finding:
    fields = {
        "code": "unknown_grade",
        "outcome": "quarantine",
        "file": "audits.csv",
        "row": line,
        "column": "grade",
        "found": '"Adequate"',
        "expected": "a grade of the scale",
        "mend": "add it to the grade map",
    }
    return Finding(**(fields | changes))


def test_findings_are_one_line_a_kind_and_what_was_done_is_only_named():
    key = finding(None, code="key_made", outcome="note", mend="keep a copy of the key", column=None)
    findings = (
        finding(1, code="spaces", outcome="note", mend="nothing needs mending", rows=230),
        key,
        *(finding(row) for row in range(2, 52)),
        finding(7, code="encoding", outcome="warning"),
    )
    assert list(finding_lines(findings)) == [
        "",
        "To mend: rows set aside (1 kind)",
        '  Unknown grade (50 rows) [unknown_grade]: found "Adequate"; expected a grade of the '
        "scale. Where: audits.csv › rows 2, 3, 4 and 47 more, column grade. To mend: add it to "
        "the grade map",
        "",
        "To look at: loaded, with a warning (1 kind)",
        '  Encoding (1 place) [encoding]: found "Adequate"; expected a grade of the scale. Where: '
        "audits.csv › row 7, column grade. To mend: add it to the grade map",
        "",
        "Done (2 kinds)",
        '  Key made (1 place) [key_made]: found "Adequate"; expected a grade of the scale. Where: '
        "audits.csv. To mend: keep a copy of the key",
        "  Nothing to mend: spaces (230 rows)",
    ]


def test_a_block_to_paste_stands_in_lines_of_its_own():
    lines = list(finding_lines((finding(2, mend="paste:\n[grades]\nAdequate = 1"),)))
    assert lines[2].endswith("To mend: paste:\n      [grades]\n      Adequate = 1")


HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"


def audits_file(folder: Path, *grades: str) -> Path:
    folder.mkdir()
    rows = [
        f"A{n},C{n},2019-11-0{n + 1},2019-20 Q3,North,CIN,Auditor {n},Overall,{grade}\n"
        for n, grade in enumerate(grades)
    ]
    (folder / "audits.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return folder


def qaf(*arguments: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    key = str(tmp_path / "keys" / "council.key")
    return subprocess.run(
        [sys.executable, "-m", "qaf_analysis.cli", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=dict(os.environ, QAF_KEY_FILE=key, **environment),
    )


def test_check_counts_rows_and_keeps_those_set_aside_away_from_the_input(tmp_path):
    data = audits_file(tmp_path / "Data set", "Good", "Adequate", "Good")
    before = sorted(path.name for path in data.iterdir())
    narrow = {"COLUMNS": "40", "PYTHONIOENCODING": "cp1252"}
    outputs, aside = tmp_path / "out", tmp_path / "aside"
    ended = qaf(
        *("check", "--data", str(data), "--outputs", str(outputs)),
        tmp_path=tmp_path,
        **narrow,
        QAF_SET_ASIDE=str(aside),
    )
    assert ended.returncode == 4, ended.stdout + ended.stderr
    assert "audits.csv: 3 rows in = 2 loaded + 1 quarantined" in ended.stdout
    [line] = [line for line in ended.stdout.splitlines() if "[unknown_grade]" in line]
    assert "Adequate" in line
    assert "row 3, column grade" in line
    assert "could not run" in ended.stdout
    [kept] = aside.rglob("set_aside.csv")
    assert str(kept) in ended.stdout
    assert "Adequate" in kept.read_text(encoding="utf-8")
    assert not outputs.exists()
    assert sorted(path.name for path in data.iterdir()) == before


def test_check_of_clean_and_of_unusable_files(tmp_path):
    clean = audits_file(tmp_path / "clean", "Good", "Good")
    outputs = str(tmp_path / "out")
    assert (
        qaf("check", "--data", str(clean), "--outputs", outputs, tmp_path=tmp_path).returncode == 0
    )
    assert not (tmp_path / "out").exists()
    empty, aside = audits_file(tmp_path / "empty"), tmp_path / "aside"
    ended = qaf(
        "check",
        "--data",
        str(empty),
        "--outputs",
        outputs,
        tmp_path=tmp_path,
        QAF_SET_ASIDE=str(aside),
    )
    assert ended.returncode == 3, ended.stdout + ended.stderr
    assert "audits.csv" in ended.stdout
    assert "Nothing was loaded" in ended.stdout
    written = sorted(path.name for path in aside.rglob("*") if path.is_file())
    assert written == ["check.html", "rows_to_mend.xlsx"]
    assert not (tmp_path / "out").exists()


def test_simulate_writes_the_same_council_clean_and_messy(tmp_path):
    small = ["--audits-per-quarter", "6", "--quarters", "4", "--seed", "3"]
    for name, form in (("clean", "--clean"), ("again", "--clean"), ("messy", "--messy")):
        assert app.run(["simulate", "--out", str(tmp_path / name), form, *small]) == 0
    truth = [(tmp_path / name / "truth.json").read_bytes() for name in ("clean", "again", "messy")]
    assert truth[0] == truth[1] == truth[2]
    audits = [(tmp_path / name / "audits.csv").read_bytes() for name in ("clean", "again")]
    assert audits[0] == audits[1]
    assert app.run(["simulate", "--out", str(tmp_path / "null"), "--null", "--clean", *small]) == 0
    assert (tmp_path / "null" / "truth.json").read_bytes() != truth[0]


def test_control_codes_in_a_cell_do_not_command_the_terminal(capsys, monkeypatch, tmp_path):
    def read_council(*_args: object, **_more: object) -> object:
        raise errors.InputRejectedError("found \x1b[2J\u202e")

    monkeypatch.setattr(read, "read_council", read_council)
    assert app.run(["check", "--data", str(tmp_path)]) == faults.REJECTED
    assert capsys.readouterr().err == "found \\x1b[2J\\u202e\n"


def test_each_file_is_told_as_it_is_read_in_one_line_where_nobody_watches(tmp_path, capsys):
    progress = console.ReadingSteps()
    progress("audits.csv", 1, 2, None)
    progress("audits.csv", 1, 2, 2930)
    progress("x\x1b[2J.csv", 2, 2, None)
    progress("x\x1b[2J.csv", 2, 2, 1)
    assert capsys.readouterr().err.splitlines() == [
        "Read audits.csv, file 1 of 2: 2,930 rows",
        "Read x\\x1b[2J.csv, file 2 of 2: 1 row",
    ]


def test_reading_tells_its_progress_file_by_file(tmp_path):
    folder = audits_file(tmp_path / "exports", "Good", "Good")
    told = []
    read.read_council(
        folder,
        as_of=date(2020, 2, 7),
        key=PseudonymKey(secret=bytes(32)),
        progress=lambda *step: told.append(step),
    )
    assert told == [("audits.csv", 1, 1, None), ("audits.csv", 1, 1, 2)]
