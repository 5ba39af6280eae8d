"""The workbooks of the annex and of the audit manager, cell by cell as others read them."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.writers.column_dictionary import DICTIONARY_HEADINGS, NAMES_THE_ROW
from qaf_analysis.terms.errors import DocumentError
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from tests.golden import councils
from tests.report.editions import made
from tests.report.editions.four_formats import NUMBER, shown
from tests.report.editions.made import COUNCILS

FRONT = ["Cover", "Contents", "Notes", "Columns"]


@pytest.fixture(scope="module", params=COUNCILS)
def council(request):
    return request.param


@pytest.fixture(scope="module")
def book(council):
    return openpyxl.load_workbook(io.BytesIO(made.tables(council)))


def cells(sheet):
    """Rows of the one table of a sheet, its headings first."""
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def placed(document):
    highlights, body = document.placed()
    return {
        each.number: each.block for each in (*highlights, *body) if isinstance(each.block, Table)
    }


def test_it_says_its_title_its_language_and_no_day(book, council):
    about = book.properties
    assert about.title == made.editions(council).annex.title
    assert about.language == "en-GB"
    assert about.created.year == about.modified.year == 1980


def test_it_has_a_cover_contents_notes_columns_and_one_table_a_sheet(book, council):
    own = placed(made.editions(council).annex)
    assert book.sheetnames == [*FRONT, *own]
    assert [len(sheet.tables) for sheet in book.worksheets] == [0] + [1] * (len(own) + 3)
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet["A1"].value, sheet.title
        # Nothing is worked out, nothing hidden, nothing left to the eye alone.
        values = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in values} <= {"s", "n"}, sheet.title
        assert sheet.sheet_state == "visible"


def test_headings_are_there_once_each_and_no_cell_is_empty(book):
    for sheet in book.worksheets[1:]:
        head, *rows = cells(sheet)
        headings = [str(cell.value) for cell in head]
        assert all(heading.strip() for heading in headings), sheet.title
        assert len({heading.casefold() for heading in headings}) == len(headings), sheet.title
        assert all(cell.value not in (None, "") for row in rows for cell in row), sheet.title


def test_each_cell_is_that_of_the_report_numbers_as_numbers(book, council):
    as_numbers = 0
    for number, table in placed(made.editions(council).annex).items():
        head, *rows = cells(book[number])
        assert len(rows) == max(len(table.rows), 1)
        for row, printed in zip(rows, table.rows, strict=True):
            for cell, text, heading, column in zip(row, printed, head, table.columns, strict=True):
                percent = "%" * (cell.data_type == "n" and heading.value.endswith("%"))
                assert shown(cell) + percent == (text or "[z]"), (number, cell.coordinate)
                as_numbers += cell.data_type == "n"
                assert cell.alignment.horizontal == column.align
        for place, column in enumerate(table.columns[1:], start=1):
            every = [row[place] for row in table.rows]
            plain = all(NUMBER.fullmatch(text) for text in every)
            if column.align == "right" and plain and len({text[-1] == "%" for text in every}) == 1:
                assert {row[place].data_type for row in rows} == {"n"}, (number, column.heading)
    assert as_numbers > 100


def test_contents_lead_to_every_sheet_and_each_sheet_back(book):
    listed = {row[0].value: row[0].hyperlink.location for row in cells(book["Contents"])[1:]}
    assert list(listed) == book.sheetnames[2:]
    assert listed == {name: f"'{name}'!A1" for name in listed}
    for sheet in book.worksheets[2:]:
        back = [row[0] for row in sheet.iter_rows(max_row=20) if row[0].value == "Back to contents"]
        assert [cell.hyperlink.location for cell in back] == ["'Contents'!A1"], sheet.title


def test_notes_and_columns_hold_what_the_report_says(book, council):
    own = placed(made.editions(council).annex)
    notes = [[cell.value for cell in row] for row in cells(book["Notes"])[1:]]
    assert notes == [[name, one.note or "[z]", one.source or "[z]"] for name, one in own.items()]
    head, *rows = ([cell.value for cell in row] for row in cells(book["Columns"]))
    assert tuple(head) == DICTIONARY_HEADINGS
    told = [[name, cell.value] for name in own for cell in cells(book[name])[0]]
    assert [row[:2] for row in rows] == told
    assert all(row[4] != "[z]" for row in rows if row[3] == "name of the row")
    assert NAMES_THE_ROW in {row[4] for row in rows}


def test_auditors_stand_in_their_own_workbook_alone(council, book):
    whole, annex = made.editions(council).whole, made.editions(council).annex
    sealed = [one for one in placed(whole).values() if one not in placed(annex).values()]
    ratings = councils.council(council).ratings
    graded = ratings.loc[ratings["role"] == "auditor", "rater"]
    letters = {code.removeprefix("AUDITOR-") for code in auditor_codes(graded.dropna()).values()}
    assert len(letters) >= 6
    assert letters.isdisjoint(words(book))
    if not sealed:
        assert council == "nothing moderated"
        with pytest.raises(DocumentError, match="no table about single auditors"):
            made.auditors(council)
        return
    theirs = openpyxl.load_workbook(io.BytesIO(made.auditors(council)))
    assert len(theirs.sheetnames) == len(FRONT) + len(sealed)
    captions = [row[1].value for row in cells(theirs["Contents"])[3:]]
    assert captions == [one.caption for one in sealed]
    assert letters & words(theirs)


def words(book):
    every = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return {word for cell in every for word in re.findall(r"\w+", str(cell.value))}
