"""Identifiers built from several columns: one audit keeps one, however its date is stored."""

import io
from datetime import datetime

import openpyxl
import pytest

from qaf_analysis.data.contract.record import ImportRejectedError

HEADS = ["Child", "Seen on", "Team", "By", "Domain", "Grade"]
SETTINGS = """[council]
name = "E"
[[files]]
path = "a.*"
[files.columns]
audit_id = ["Child", "Seen on"]
case_ref = "Child"
audit_date = "Seen on"
team = "Team"
auditor = "By"
domain = "Domain"
grade = "Grade"
"""


def row(child, day, domain="Overall"):
    return [child, day, "North", "Ann", domain, "Good"]


def read(council, *rows, settings=SETTINGS, heads=HEADS):
    book = openpyxl.Workbook()
    for cells in (heads, *rows):
        book.active.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return council({"a.xlsx": buffer.getvalue(), "council.toml": settings})


def ids(imported):
    return sorted(imported.references.values())


def test_a_date_stored_or_typed_gives_one_identifier(council):
    imported = read(
        council,
        row(101, datetime(2019, 10, 4), "Overall"),
        row("101", "04/10/2019", "Plan"),
        row(" 101 ", "4 October 2019", "Visits"),
        row(102, datetime(2019, 10, 4)),
        row(101, datetime(2019, 10, 5)),
    )
    assert ids(imported) == ["101 · 2019-10-04", "101 · 2019-10-05", "102 · 2019-10-04"]
    assert len(imported.audits.ratings) == 5
    assert imported.audits.audits["case_ref"].nunique() == 2


def test_parts_are_not_told_as_columns_left_out(council):
    imported = read(council, row(101, "04/10/2019"))
    assert imported.audits.record.dropped_columns == ()


def test_a_part_that_is_no_column_of_ours_is_read_all_the_same(council):
    settings = SETTINGS.replace('case_ref = "Child"\n', "")
    imported = read(council, row(101, "04/10/2019"), settings=settings)
    assert ids(imported) == ["101 · 2019-10-04"]
    assert imported.audits.record.dropped_columns == ()


@pytest.mark.parametrize(
    ("child", "day", "part"),
    [(None, "04/10/2019", "Child"), ("N/A", "04/10/2019", "Child")],
)
def test_a_blank_part_sets_the_row_aside_and_is_named(council, child, day, part):
    imported = read(council, row(101, "04/10/2019"), row(child, day))
    assert imported.quarantine["code"].tolist() == ["cell_missing"]
    assert imported.quarantine["source_column"].tolist() == [part]
    assert "of which the audit_id is built" in imported.quarantine["reason"][0]


def test_a_row_without_any_part_is_set_aside_once(council):
    imported = read(council, row(101, "04/10/2019"), row("TBC", None))
    assert imported.quarantine["source_row"].tolist() == ["3"]
    assert "Child · Seen on" in imported.quarantine["source_column"][0]


def test_a_row_of_totals_is_told_as_such(council):
    imported = read(council, row(101, "04/10/2019"), ["Total", 1, None, None, None, None])
    assert imported.quarantine["code"].tolist() == ["totals_row"]


def test_a_missing_part_is_refused_by_its_own_name(council):
    heads = ["Kid", *HEADS[1:]]
    with pytest.raises(ImportRejectedError) as error:
        read(council, row(101, "04/10/2019"), heads=heads)
    found = [f for f in error.value.record.findings if f.outcome == "reject"]
    assert [(f.code, f.column) for f in found] == [("column_missing", "Child")]


def test_dates_in_an_unknown_order_are_refused_once(council):
    rows = [row(n, f"{n}/25/2019") for n in range(1, 4)]
    with pytest.raises(ImportRejectedError) as error:
        read(council, *rows)
    found = [f for f in error.value.record.findings if f.outcome == "reject"]
    assert [f.code for f in found] == ["date_order"]


def test_month_first_dates_build_the_day_that_is_declared(council):
    settings = SETTINGS.replace('path = "a.*"', 'path = "a.*"\ndate_order = "month_first"')
    imported = read(council, row(101, "10/04/2019"), settings=settings)
    assert ids(imported) == ["101 · 2019-10-04"]


def test_two_columns_of_one_heading_are_told_apart_by_number(council):
    heads = ["Child", "Seen on", "Team", "By", "Overall", "Second", "Overall"]
    settings = SETTINGS.replace('path = "a.*"', 'path = "a.*"\nshape = "wide"')
    settings = settings.replace('domain = "Domain"\ngrade = "Grade"\n', "")
    cells = [101, "04/10/2019", "North", "Ann", "Good", "Bob", "Inadequate"]
    second = '[files.second_auditor]\nrater = "Second"\ndomains = { Overall = "Overall%s" }\n'
    settings += '[files.domains]\nOverall = "Overall"\n'
    with pytest.raises(ImportRejectedError) as error:
        read(council, cells, settings=settings + second % "", heads=heads)
    [finding] = [f for f in error.value.record.findings if f.code == "column_twice"]
    assert '"Overall (2)"' in finding.mend
    imported = read(council, cells, settings=settings + second % " (2)", heads=heads)
    ratings = imported.audits.ratings
    assert dict(zip(ratings["role"], ratings["grade"], strict=True)) == {
        "auditor": 2,
        "second_auditor": 0,
    }
