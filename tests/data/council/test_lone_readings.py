"""Second readings with a number of their own are told of, or refused: they are no audits."""

from __future__ import annotations

from pathlib import Path

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council.read import read_council
from tests.data.conftest import AS_OF, KEY

SETTINGS = '[council]\nname = "Stepshire"\n[[files]]\npath = "audits.csv"\n'
HEADER = "audit_id,case_ref,audit_date,team,auditor,role,domain,grade\n"


def council(folder: Path, rows: list[tuple[str, str, str, str]], *, settings: str = "") -> Path:
    lines = [f"{i},{c},2019-10-01,East,{who},{role},Overall,Good\n" for i, c, who, role in rows]
    (folder / "audits.csv").write_text(HEADER + "".join(lines))
    (folder / "council.toml").write_text(SETTINGS + settings)
    return folder


def steps(pairs: int) -> list[tuple[str, str, str, str]]:
    first = [(f"S{n}", f"C{n}", "Ann", "auditor") for n in range(pairs)]
    return first + [(f"T{n}", f"C{n}", "Bob", "second_auditor") for n in range(pairs)]


def test_a_file_of_second_readings_that_are_alone_is_refused_and_the_lines_to_paste_work(tmp_path):
    with pytest.raises(ImportRejectedError) as refused:
        read_council(council(tmp_path, steps(5)), as_of=AS_OF, key=KEY)
    [finding] = [f for f in refused.value.record.findings if f.outcome == "reject"]
    assert finding.code == "second_reading_alone"
    assert "5 second readings of 5" in finding.found
    assert (finding.row, finding.column) == (7, "role")
    paste = finding.mend.partition("\n")[2] + "\n"
    head = '[[files]]\npath = "audits.csv"\n'
    assert paste.startswith(f"{head}[files.match]")
    paste = paste.removeprefix(head)  # the table is there already
    found = read_council(council(tmp_path, steps(5), settings=paste), as_of=AS_OF, key=KEY)
    assert len(found.audits.audits) == 5
    assert found.audits.ratings.groupby("audit_id")["rater"].nunique().tolist() == [2] * 5


def test_a_few_that_are_alone_are_warned_of(tmp_path):
    rows = [(f"S{n}", f"C{n}", "Ann", "auditor") for n in range(5)]
    rows += [(f"S{n}", f"C{n}", "Bob", "second_auditor") for n in range(4)]
    rows.append(("T9", "C9", "Bob", "second_auditor"))
    found = read_council(council(tmp_path, rows), as_of=AS_OF, key=KEY)
    [finding] = [f for f in found.audits.record.findings if f.code == "second_reading_alone"]
    assert finding.outcome == "warning"
    assert "1 second reading of 5" in finding.found
    assert len(found.audits.audits) == 6


def test_second_readings_beside_their_first_are_passed_over(tmp_path):
    rows = [
        (f"S{n}", f"C{n}", who, role)
        for n in range(4)
        for who, role in (("Bob", "second_auditor"), ("Ann", "auditor"))
    ]
    found = read_council(council(tmp_path, rows), as_of=AS_OF, key=KEY)
    assert "second_reading_alone" not in {f.code for f in found.audits.record.findings}
