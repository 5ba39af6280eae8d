"""Cells that two programs may read as two values are refused or set aside, with their place."""

import re

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.files import sheet
from tests.data.files import workbooks as w

ROWS = w.audit_rows()
STYLES = (
    f'<styleSheet {w.MAIN}><numFmts><numFmt numFmtId="200" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>'
)


def with_part(kind, name, content, **more):
    rels = w.relations(("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", kind, name))
    return w.parts(rels=rels, **more) | {f"xl/{name}": content}


def changed(old, new):
    text = w.sheet(ROWS)
    assert text.count(old) == 1
    return text.replace(old, new)


def refusal(council, contents):
    with pytest.raises(ImportRejectedError) as caught:
        council({"audits.xlsx": w.packed(contents)})
    (found,) = [f for f in caught.value.record.findings if f.outcome == "reject"]
    return found


A5, A6 = w.cell("A5", "AUD-0004"), w.cell("A6", "AUD-0005")


@pytest.mark.parametrize(
    ("old", "new", "code", "says", "row"),
    [
        (A5, A5 + w.cell("A5", "AUD-9"), "ambiguous_workbook", "cell A5 stands", 5),
        (A5, A5 + '<c r="B5"/>', "ambiguous_workbook", "cell B5 stands", 5),
        (A5, '<c r="A5"/>' + A5, "ambiguous_workbook", "cell A5 stands", 5),
        (
            w.row(5, ROWS[3]),
            w.row(5, ROWS[3]) * 2,
            "ambiguous_workbook",
            "row 5 stands in the sheet twice",
            5,
        ),
        (
            w.row(9, ROWS[7]),
            w.row(9, ROWS[7]) + w.row(3, ROWS[1]),
            "ambiguous_workbook",
            "row 3 stands in the sheet twice",
            3,
        ),
        (A5, w.cell("A6", "AUD-0004"), "damaged_workbook", 'a cell "A6" in row 5', 5),
        (A5, w.cell("a5", "AUD-0004"), "damaged_workbook", 'a cell "a5" in row 5', 5),
        (A5, w.cell("A05", "AUD-0004"), "damaged_workbook", 'a cell "A05"', 5),
        (A5, w.cell("XFE5", "AUD-0004"), "damaged_workbook", "beyond the last", None),
        (A5, f"<row>{A5}</row>", "damaged_workbook", "rows inside rows", 5),
        (A5, A5.replace("<is>", f"<is>{A6}"), "damaged_workbook", "cells inside cells", 5),
        (A5, '<c r="A5" t="n"><v>nan</v></c>', "damaged_workbook", "a number that is none", 5),
        (A5, '<c r="A5"><v>1_0</v></c>', "damaged_workbook", "a number that is none", 5),
        (A5, '<c r="A5"><v>1e999</v></c>', "damaged_workbook", "a number that is none", 5),
        (A5, '<c r="A5" t="b"><v>yes</v></c>', "damaged_workbook", "neither true nor false", 5),
        (A5, '<c r="A5" t="zz"><v>1</v></c>', "damaged_workbook", 'unknown kind ("zz")', 5),
        (A5, '<c r="A5" s="7"><v>1</v></c>', "damaged_workbook", 'format number "7" of 0', 5),
        (A5, '<c r="A5" t="s"><v>0</v></c>', "damaged_workbook", "of 0 shared texts", 5),
        ('<row r="5">', '<row r="0">', "damaged_workbook", 'a row numbered "0"', None),
        ('<row r="5">', '<row r="1048577">', "damaged_workbook", "a row numbered", None),
        ('<row r="5">', '<row r="five">', "damaged_workbook", 'a row numbered "five"', None),
        (
            "</worksheet>",
            '<mergeCells><mergeCell ref="A9:"/></mergeCells></worksheet>',
            "damaged_workbook",
            'merged range "A9:"',
            None,
        ),
    ],
)
def test_what_is_ambiguous_or_damaged_is_named(council, old, new, code, says, row):
    found = refusal(council, w.parts(sheet=changed(old, new)))
    assert (found.code, found.row, found.sheet) == (code, row, "audits")
    assert says in found.message


@pytest.mark.parametrize("number", ["-1", "9", "99999999999", "1.0", "", "+1", "0x1", "١"])
def test_a_shared_text_that_is_not_there_is_refused(council, number):
    """There are nine texts, of which number 8 is the last; only 0 to 8 are texts."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in ROWS[3])
    part = f"<sst {w.MAIN}>{texts}</sst>"

    def contents(place):
        new = f'<c r="A5" t="s"><v>{place}</v></c>'
        return with_part("sharedStrings", "s.xml", part, sheet=changed(A5, new))

    assert len(council({"audits.xlsx": w.packed(contents("0"))}).audits.audits) == 8
    found = refusal(council, contents(number))
    assert found.code == "damaged_workbook"
    assert "whose cell A5 refers to the text number" in found.found
    assert "of 9 shared texts" in found.found


def test_a_format_that_is_not_there_is_refused_and_one_that_is_shows_a_date(council):
    """Serial 43739 is 1 October 2019, by Excel's own count of days."""
    old = w.cell("C5", ROWS[3][2])
    contents = {
        style: with_part(
            "styles",
            "s.xml",
            STYLES,
            sheet=changed(old, f'<c r="C5" s="{style}"><v>43739</v></c>'),
        )
        for style in ("1", "2", "-1")
    }
    read = council({"audits.xlsx": w.packed(contents["1"])}).audits.audits
    assert sorted(str(day.date()) for day in read["audit_date"])[0] == "2019-10-01"
    for style in ("2", "-1"):
        found = refusal(council, contents[style])
        assert f'whose cell C5 refers to the format number "{style}" of 2 formats' in found.found


def test_rows_and_cells_out_of_order_are_read_in_theirs(council):
    b5 = w.cell("B5", ROWS[3][1])
    text = changed(A5 + b5, b5 + A5)
    fifth = text[text.index('<row r="5">') : text.index('<row r="6">')]
    text = text.replace(fifth, "").replace("</sheetData>", fifth + "</sheetData>")
    read = council({"audits.xlsx": w.packed(w.parts(sheet=text))})
    assert read.audits.record.rows_in == read.audits.record.loaded == 8


@pytest.mark.parametrize(
    "text", ["_xD800_", "North_xDC00_", "_xDC00__xD800_", "_xDBFF_ _xDFFF_", "No_xD83D_rth"]
)
@pytest.mark.parametrize("shared", [True, False])
def test_half_a_character_sets_its_row_aside(council, text, shared):
    old = w.cell("E5", "North")
    if shared:
        new = '<c r="E5" t="s"><v>0</v></c>'
        part = f"<sst {w.MAIN}><si><t>{text}</t></si></sst>"
        contents = with_part("sharedStrings", "s.xml", part, sheet=changed(old, new))
    else:
        contents = w.parts(sheet=changed(old, w.cell("E5", text)))
    read = council({"audits.xlsx": w.packed(contents)})
    (file,) = read.audits.record.files
    assert (file.rows_in, file.loaded, file.quarantined) == (8, 7, 1)
    (found,) = [f for f in read.audits.record.findings if f.outcome == "quarantine"]
    assert (found.code, found.row, found.column) == ("half_character", 5, "team")
    "".join(read.quarantine.iloc[0]).encode()  # what is written can be written


def test_two_halves_of_one_character_are_that_character(council):
    """The surrogates D83D and DE00 are the two halves of U+1F600 (Unicode, table 3-5)."""
    text = changed(w.cell("E5", "North"), w.cell("E5", "_xD83D__xDE00_"))
    read = council({"audits.xlsx": w.packed(w.parts(sheet=text))}).audits
    assert "\U0001f600" in set(read.audits["team"])


def test_truths_are_read_in_both_spellings(council):
    header = [*w.HEADER, "blind"]
    rows = [[*cells, "?"] for cells in ROWS]
    text = w.sheet(rows, header=header)
    for number, (value, _) in enumerate([("1", 1), ("true", 1), ("0", 0), ("false", 0)] * 2, 2):
        new = f'<c r="J{number}" t="b"><v>{value}</v></c>'
        text = text.replace(w.cell(f"J{number}", "?"), new)
    ratings = council({"audits.xlsx": w.packed(w.parts(sheet=text))}).audits.ratings
    assert sorted(ratings["blind"].astype(int)) == [0] * 4 + [1] * 4


def test_a_blank_cell_far_to_the_right_is_no_matter_and_a_filled_one_is_named(council):
    end = '</row><row r="4">'
    for inside in ('<c r="XFD3" s="0"/>', w.cell("XFD3", " ")):
        text = changed(end, inside + end)
        assert council({"audits.xlsx": w.packed(w.parts(sheet=text))}).audits.record.loaded == 8
    found = refusal(council, w.parts(sheet=changed(end, w.cell("XFD3", "x") + end)))
    assert (found.code, found.row) == ("too_many_columns", 3)
    assert "XFD3" in found.found


@pytest.mark.parametrize("encoding", ["UTF-7", "idna", "cp1252", "utf-32", "none-such"])
def test_an_encoding_that_no_spreadsheet_writes_is_refused_by_its_part(council, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + w.sheet(ROWS)
    found = refusal(council, w.parts(sheet=text))
    assert found.code == "damaged_workbook"
    assert w.SHEET in found.found
    assert encoding in found.found


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "us-ascii", "ISO-8859-1"])
def test_an_encoding_that_every_reader_knows_is_read(council, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + w.sheet(ROWS)
    assert council({"audits.xlsx": w.packed(w.parts(sheet=text))}).audits.record.loaded == 8


@pytest.mark.parametrize("is_read", [True, False])
def test_a_text_counts_in_every_cell_that_refers_to_it(council, monkeypatch, is_read):
    """A shared text of 50 letters in eight rows is 400 characters, not 50."""
    header = [*w.HEADER, "note"]
    text = w.sheet([[*cells, "NOTE"] for cells in ROWS], header=header)
    note = text.count("NOTE")
    text = re.sub(r't="inlineStr"><is><t[^>]*>NOTE</t></is>', 't="s"><v>0</v>', text)
    assert (note, text.count("<v>0</v>")) == (8, 8)
    others = sum(len(cell) for row in [header, *ROWS] for cell in row)
    monkeypatch.setattr(sheet, "MAX_CHARACTERS", others + 400 - (not is_read))
    texts = f"<sst {w.MAIN}><si><t>{'x' * 50}</t></si></sst>"
    data = w.packed(with_part("sharedStrings", "texts.xml", texts, sheet=text))
    if is_read:
        assert council({"audits.xlsx": data}).audits.record.loaded == 8
    else:
        with pytest.raises(ImportRejectedError, match="characters in all cells together"):
            council({"audits.xlsx": data})
