"""The workbook as another program reads it."""

import hashlib
import io
import re
import subprocess
import sys
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from qaf_analysis.report.writers.chosen_tables import every_table
from qaf_analysis.report.writers.workbook import NOTHING, workbook
from tests.report.specimen import specimen
from tests.report.writers.papers import AUDITORS, EVERY, GRADES, HOSTILE, ORDERS, paper

ALL = {"auditors": "among the others"}


@pytest.fixture(scope="module")
def data():
    return workbook(paper(*EVERY), **ALL)


@pytest.fixture(scope="module")
def book(data):
    return opened(data)


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=False)


def body(sheet):
    """Headings and rows of the one table of a sheet."""
    (table,) = sheet.tables.values()
    return tuple(sheet[table.ref])


def shown(cell):
    """What a spreadsheet shows of a cell, by the format of its numbers."""
    if not isinstance(cell.value, int | float):
        return str(cell.value)
    sections = cell.number_format.replace('"', "").split(";")
    place = 0 if cell.value > 0 or len(sections) == 1 else (1 if cell.value < 0 else 2)
    sign, digits = re.fullmatch(r"([+−]?)([#,0.]+)", sections[place]).groups()
    decimals = len(digits.partition(".")[2])
    comma = "," if "," in digits else ""
    return f"{sign}{abs(cell.value) if place else cell.value:{comma}.{decimals}f}"


def text_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode("utf-8") for name in parts.namelist())


def test_title_language_and_day_are_in_the_properties(book, data):
    about = book.properties
    assert (about.title, about.language) == ("Report, 2019-20 Q4", "en-GB")
    assert about.created.year == about.modified.year == 1980
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"


def test_sheets_are_cover_contents_notes_columns_and_one_table_each(book):
    names = [f"Table {n}" for n in range(1, 8)]
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Columns", *names]
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert [len(sheet.tables) for sheet in book.worksheets] == [0, *[1] * 10]
    own = [name for sheet in book.worksheets for name in sheet.tables]
    assert len({name.casefold() for name in own}) == 10


def test_cover_tells_what_it_is_and_how_to_read_it(book):
    lines = [row[0].value for row in book["Cover"].iter_rows()]
    assert lines[0] == "Report, 2019-20 Q4"
    page = specimen().first_page
    for said in (page.subtitle, "Marking: OFFICIAL-SENSITIVE", "Edition: board edition",
                 "Run: 7f3a 91c2", "Not signed. A draft: do not quote.",
                 page.invented):  # fmt: skip
        assert said in lines
    assert any('"too few to say"' in line for line in lines)
    assert "Table 2, Table 3, Table 4 show single auditors, by code. Share them with care." in lines


def test_numbers_are_shown_as_the_model_prints_them_under_a_heading_with_their_unit(book):
    headings, *rows = body(book["Table 1"])
    kinds = [[cell.data_type for cell in row] for row in rows]
    assert kinds == [["s", "n", "n", "s", "n", "s", "s", "s"]] * 3
    assert [cell.value for cell in headings][1:5] == [
        "Audits",
        "Good or better, %",
        "95% interval, Good or better, %",
        "Mean gap, grades",
    ]
    assert [cell.value for cell in rows[0]][1:5] == [1575, 54, "47 to 61%", 0.12]
    assert [cell.value for cell in rows[2]] == ["007", 50, 9, NOTHING, 0, *[NOTHING] * 3]
    is_percent = [cell.value.endswith("%") and cell.value.startswith("Good") for cell in headings]
    for row, printed in zip(rows, GRADES.rows, strict=True):
        said = [
            shown(cell) + "%" * percent
            for cell, percent in zip(row, is_percent, strict=True)
        ]  # fmt: skip
        assert said == [text or NOTHING for text in printed]


def test_every_table_of_a_report_is_read_back_as_it_stands():
    document = specimen()
    found = opened(workbook(document, **ALL))
    chosen = every_table(document)
    assert chosen
    for one in chosen:
        headings, *rows = body(found[one.number])
        assert len(headings) == len(one.table.columns)
        said = [tuple(shown(cell) for cell in row) for row in rows]
        assert said == [tuple(text.removesuffix("%") for text in row) for row in one.table.rows]


def test_words_above_a_table_say_what_it_rests_on_and_what_was_left_out(book):
    sheet = book["Table 1"]
    first = int(re.search(r"\d+", sheet.tables["Table_1_data"].ref)[0])
    lines = [sheet.cell(row, 1).value for row in range(1, first)]
    assert lines[0] == "Table 1. Grades by team"
    assert lines[1].startswith("OFFICIAL-SENSITIVE. Example Council")
    assert "Note: Gaps are audit minus moderation." in lines
    assert "Source: 1,634 audits. 48 left out (themed)." in lines
    assert lines[-1] == "Back to contents"


def test_links_lead_to_every_sheet_and_back(book):
    contents = book["Contents"]
    targets = [cell.hyperlink.location for row in body(contents)[1:] for cell in row[:1]]
    assert targets == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    for name in book.sheetnames[2:]:
        links = [cell for row in book[name].iter_rows(max_col=1) for cell in row if cell.hyperlink]
        assert "'Contents'!A1" in {cell.hyperlink.location for cell in links}
    assert not [
        rel for sheet in book.worksheets for rel in sheet._rels if rel.TargetMode == "External"
    ]


def test_sheets_print_on_a4_landscape_one_page_wide_with_their_headings(book):
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert "OFFICIAL-SENSITIVE" in sheet.oddHeader.left.text
        assert not sheet.merged_cells.ranges
        if sheet.tables:
            row = int(re.search(r"\d+", next(iter(sheet.tables.values())).ref)[0])
            assert sheet.print_title_rows == f"${row}:${row}"


def test_panes_are_frozen(book):
    assert book["Table 1"].freeze_panes == "B1"
    long = opened(workbook(paper(HOSTILE)))["Table 1"]
    assert long.freeze_panes is not None
    row = int(re.search(r"\d+", next(iter(long.tables.values())).ref)[0])
    assert long.freeze_panes == f"B{row + 1}"


def test_words_that_are_orders_are_written_as_words(book, data):
    _, *rows = body(book["Table 6"])
    assert [tuple(cell.value for cell in row) for row in rows] == [(text,) * 3 for text in ORDERS]
    assert book["Table 6"]["A1"].value == "Table 6. =HYPERLINK(1)"
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)


@pytest.mark.parametrize("text", ["=1+1", "[press](https://example.org)", "$$note$$"])
def test_an_order_anywhere_in_a_report_stays_a_word(text):
    found = opened(workbook(specimen(text), **ALL))
    lines = [row[0].value for row in found["Cover"].iter_rows()]
    assert lines[0] == f"Quarterly moderation report, 2019-20 Q4 {text}"
    assert lines[2].endswith(text)
    cells = [cell for sheet in found.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "written later" not in {cell.value for cell in cells}


def test_a_title_is_no_order_to_the_printed_header_either():
    data = workbook(replace(paper(GRADES), title="A&P of &D & [b](c)"))
    assert "&amp;R" + "A&&P of &&D && [b](c)".replace("&", "&amp;") in text_of(data)
    assert opened(data).properties.title == "A&P of &D & [b](c)"


def test_no_code_of_an_auditor_is_in_the_workbook_that_leaves_them_out():
    left_out = workbook(paper(*EVERY))
    assert not re.search(r"22EG|5XQ3", text_of(left_out))
    found = opened(left_out)
    assert "Table 2" not in found.sheetnames
    lines = [row[0].value for row in found["Cover"].iter_rows()]
    assert any(line.startswith("Left out here: Table 2, Table 3, Table 4.") for line in lines)


def test_tables_about_auditors_stand_alone_in_a_workbook_that_says_for_whom():
    found = opened(workbook(paper(*EVERY), auditors="alone"))
    assert found.sheetnames == [
        "Cover", "Contents", "Notes", "Columns", "Table 2", "Table 3", "Table 4"
    ]  # fmt: skip
    lines = [row[0].value for row in found["Cover"].iter_rows()]
    assert any(line.startswith("For the audit manager only.") for line in lines)
    assert [cell.value for cell in body(found["Table 2"])[1]] == ["22EG", 0.4]


def test_a_report_without_tables_about_auditors_says_nothing_of_them():
    found = opened(workbook(paper(GRADES)))
    assert "single auditors" not in " ".join(row[0].value for row in found["Cover"].iter_rows())


def test_a_table_without_rows_is_a_sheet_that_says_so(book):
    assert [[cell.value for cell in row] for row in body(book["Table 7"])] == [["Team"], [NOTHING]]


def test_the_dictionary_explains_columns_in_the_words_of_the_report(book):
    rows = [[cell.value for cell in row] for row in body(book["Columns"])]
    known = {tuple(row[:2]): row[2:] for row in rows}
    assert known["Table 1", "Mean gap, grades"] == [
        "grades",
        "number",
        "Gap: The auditor's grade minus the moderator's.",
    ]
    assert known["Table 1", "Good or better, %"] == ["%", "number", NOTHING]
    assert known["Table 1", "Team"][1] == "name of the row"
    assert len(rows) - 1 == sum(len(table.columns) for table in EVERY)


def test_the_same_report_is_the_same_bytes_later_and_elsewhere(data):
    time.sleep(2.1)  # the clock of a zip ticks every other second
    assert workbook(paper(*EVERY), **ALL) == data
    code = (
        "import hashlib; from tests.report.writers.papers import EVERY, paper; "
        "from qaf_analysis.report.writers.workbook import workbook; "
        "print(hashlib.sha256(workbook(paper(*EVERY), auditors='among the others')).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=None
    )
    assert told.stdout.strip() == hashlib.sha256(data).hexdigest()


def test_writing_changes_nothing_for_the_next_writer():
    document = paper(GRADES, AUDITORS)
    first = workbook(document)
    workbook(document, auditors="alone")
    assert workbook(document) == first
