"""``qaf cases``: codes of the report beside the council's own identifiers; nobody is named."""

from __future__ import annotations

import csv
import io
import os
import stat
from datetime import date

import pytest

from qaf_analysis.cli import app
from qaf_analysis.data.council.read import read_council
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.cases.analysis import cases_to_discuss
from qaf_analysis.topics.cases.tables import first_cases
from tests.places import EXAMPLE

HEAD = "audit_id,case_ref,audit_date,team,case_type,auditor,role,domain,grade\n"
ROWS = (
    "A1,C1,2019-10-04,East,Child in need,Ann Example,auditor,Overall,Good\n"
    "A1,C1,2019-10-04,East,Child in need,Bo Example,second_auditor,Overall,Inadequate\n"
    "A2,C2,2019-10-07,East,Child in need,Ann Example,auditor,Overall,Good\n"
    "A2,C2,2019-10-07,East,Child in need,Bo Example,second_auditor,Overall,Good\n"
    "=A3,C3,2020-01-07,West,Early help,Ann Example,auditor,Overall,Good\n"
    "=A3,C3,2020-01-07,West,Early help,Bo Example,second_auditor,Overall,Requires improvement\n"
)


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "audits.csv").write_text(HEAD + ROWS, encoding="utf-8")
    return folder


def run(capsys, *arguments):
    code = app.run(["cases", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def listed(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_cases_stand_with_the_council_s_own_identifiers_in_the_report_s_order(
    capsys, exports, tmp_path
):
    code, said, _ = run(capsys, "--data", exports, "--out", tmp_path / "list")
    assert code == 0
    assert "2 cases to discuss up to 2019-20 Q4." in said
    first, second = listed(tmp_path / "list" / "cases.csv")
    # A cell that a spreadsheet would run is written so that it does not.
    assert (first["audit_id"], first["grades"], first["grades_apart"]) == (
        "'=A3", "Auditor: Good; second auditor: Requires improvement", "1, across the line"
    )  # fmt: skip
    assert (second["audit_id"], second["quarter"], second["team"]) == ("A1", "2019-20 Q3", "East")
    text = (tmp_path / "list" / "cases.csv").read_text(encoding="utf-8-sig")
    assert "Example" not in text
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "list" / "cases.csv").stat().st_mode) == 0o600


def test_codes_are_those_of_the_report(capsys, exports, tmp_path):
    run(capsys, "--data", exports, "--out", tmp_path / "list")
    found = read_council(exports, as_of=date(2020, 6, 30))
    table = first_cases(cases_to_discuss(found.audits, quarter=Quarter(2019, 4)))
    assert [row["audit"] for row in listed(tmp_path / "list" / "cases.csv")] == [
        row[0] for row in table.rows
    ]


def test_an_earlier_quarter_knows_nothing_later(capsys, exports, tmp_path):
    options = ("--out", tmp_path / "list", "--quarter", "2019-20 Q3")
    run(capsys, "--data", exports, *options)
    assert [row["audit_id"] for row in listed(tmp_path / "list" / "cases.csv")] == ["A1"]


def test_where_there_is_no_case_nothing_is_written(capsys, exports, tmp_path):
    alike = "".join(line + "\n" for line in ROWS.splitlines() if line.startswith("A2"))
    (exports / "audits.csv").write_text(HEAD + alike, encoding="utf-8")
    code, said, _ = run(capsys, "--data", exports, "--out", tmp_path / "list")
    assert (code, said) == (0, "No case to discuss up to 2019-20 Q3: nothing was written.\n")
    assert not (tmp_path / "list").exists()


def test_a_folder_that_holds_something_is_not_written_to(capsys, exports):
    code, _, err = run(capsys, "--data", exports, "--out", exports)
    assert code == 2
    assert "is not an empty folder" in err


def test_rows_set_aside_are_said(capsys, tmp_path):
    code, said, _ = run(capsys, "--data", EXAMPLE, "--out", tmp_path / "list")
    assert code == 4
    assert "31 cases to discuss up to 2019-20 Q4." in said
    assert "49 rows were set aside and can be no case" in said
