import csv
import io

import pytest

from qaf_analysis.data.contract.formula_text import unguarded
from qaf_analysis.report.writers.csv_tables import csv_tables
from tests.report.writers.papers import EVERY, GRADES, ORDERS, paper

ALL = {"auditors": "among the others"}


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def files():
    return csv_tables(paper(*EVERY), **ALL)


def test_there_is_a_file_a_table_a_list_and_a_dictionary(files):
    assert list(files) == ["tables.csv", "columns.csv", *(f"table_{n:03}.csv" for n in range(1, 8))]
    headings, first, *_ = rows(files["tables.csv"])
    assert dict(zip(headings, first, strict=True)) == {
        "Table": "Table 1",
        "File": "table_001.csv",
        "Title": "Grades by team",
        "Section": "1. Grades",
        "Note": "Gaps are audit minus moderation.",
        "Source": "1,634 audits. 48 left out (themed).",
        "Marking": "OFFICIAL-SENSITIVE",
        "Run": "7f3a 91c2",
        "Signature": "Not signed. A draft: do not quote.",
    }


def test_numbers_are_plain_and_intervals_have_their_ends_beside(files):
    headings, *cells = rows(files["table_001.csv"])
    assert headings == [
        "Team", "Audits", "Good or better, %",
        "95% interval, Good or better, %", "95% interval, Good or better, %, low, %",
        "95% interval, Good or better, %, high, %",
        "Mean gap, grades",
        "95% interval, Mean gap, grades", "95% interval, Mean gap, grades, low",
        "95% interval, Mean gap, grades, high",
        "Shared", "Verdict",
    ]  # fmt: skip
    assert cells == [
        ["East", "1575", "54", "47 to 61%", "47", "61", "0.12", "−0.04 to +0.28", "-0.04", "0.28",
         "72%", "improved"],
        ["West", "9", "62", "53 to 69%", "53", "69", "-0.001", "−0.20 to +0.19", "-0.2", "0.19",
         "too few to say", "12"],
        ["007", "50", "9", "", "", "", "0", "", "", "", "", ""],
    ]  # fmt: skip


def test_no_cell_runs_or_turns_into_a_number_and_every_word_can_be_had_back(files):
    _, *cells = rows(files["table_006.csv"])
    assert [[unguarded(cell) for cell in row] for row in cells] == [[text] * 3 for text in ORDERS]
    marked = {row[0] for row in cells if row[0].startswith("'")}
    assert {"'=1+1", "'@SUM(A1)", "'7E30", "'2011-12"} <= marked
    every = [cell for data in files.values() for row in rows(data) for cell in row]
    assert not [cell for cell in every if cell.startswith(("=", "+", "@"))]


def test_every_column_of_every_file_is_in_the_dictionary(files):
    _, *described = rows(files["columns.csv"])
    for number, name in ((n, f"table_{n:03}.csv") for n in range(1, 8)):
        own = [row[1] for row in described if row[0] == f"Table {number}"]
        assert own == rows(files[name])[0]
    meanings = {tuple(row[:2]): row[4] for row in described}
    assert meanings["Table 1", "95% interval, Mean gap, grades, low"] == (
        'Taken from the column "95% interval, Mean gap, grades"; empty where it holds none.'
    )
    assert meanings["Table 1", "Verdict"] == "Verdict: A fixed word."


def test_auditors_are_left_out_unless_asked_for():
    others = csv_tables(paper(*EVERY))
    assert not any(b"22EG" in data or b"5XQ3" in data for data in others.values())
    alone = csv_tables(paper(*EVERY), auditors="alone")
    assert list(alone)[2:] == ["table_002.csv", "table_003.csv", "table_004.csv"]
    assert rows(alone["table_002.csv"])[2] == ["'2E45", "-0.3"]


def test_the_same_report_gives_the_same_bytes():
    assert csv_tables(paper(GRADES)) == csv_tables(paper(GRADES))
