"""Files made to harm: refused or read in bounded time and memory, with a sentence."""

import io
import json
import re
import subprocess
import sys
import time
import zipfile

import pytest

from qaf_analysis.moderation.returns import opened
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.sheets import MOST_BYTES, clean, sheets_of
from qaf_analysis.terms.errors import InputRejectedError
from tests.moderation.returns.filled import (
    as_csv,
    as_json,
    as_xlsx,
    pack,
    read_grades,
    rows_of,
    truth,
)

SENT = pack()
ROWS = rows_of(SENT)
ODS_START = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>"
)
ODS_END = "</office:spreadsheet></office:body></office:document-content>"


def zipped(parts):
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, how)
    return stored.getvalue()


def ods(table):
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ODS_START + table + ODS_END,
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest/>',
        }
    )


def ods_rows(rows):
    """Rows as LibreOffice writes them, with the empty remainder of the sheet repeated."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + '<table:table-cell table:number-columns-repeated="16377"/></table:table-row>'
        for row in rows
    )
    rest = (
        '<table:table-row table:number-rows-repeated="1048563">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return f'<table:table table:name="Grades">{cells}{rest}</table:table>'


def with_part(content, name, change):
    """A workbook with one part changed, or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    return zipped(parts)


def repeated(rows, columns=1):
    return ods(
        f'<table:table table:name="Grades"><table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        "<text:p>Good, and much more of it</text:p></table:table-cell></table:table-row>"
        "</table:table>"
    )


def workbook_cell(name):
    """A workbook whose one stray cell stands far out."""
    number = re.sub("[A-Z]", "", name)
    row = f'<row r="{number}"><c r="{name}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return with_part(
        as_xlsx(ROWS),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", row.encode()),
    )


REFUSED = {
    "a zip bomb": (
        with_part(as_xlsx(ROWS), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 60_000_000),
        "too large a workbook",
    ),
    "an empty zip": (b"PK\x05\x06" + bytes(18), "cannot be read"),
    "a broken zip": (as_xlsx(ROWS)[:-400], "damaged or incomplete"),
    "broken XML": (
        with_part(as_xlsx(ROWS), "xl/worksheets/sheet1.xml", lambda xml: xml[:-40]),
        "damaged or incomplete",
    ),
    "entities": (
        with_part(
            as_xlsx(ROWS),
            "xl/worksheets/sheet1.xml",
            lambda xml: b'<!DOCTYPE x [<!ENTITY a "Good">]>' + xml,
        ),
        "entities",
    ),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "Ask for it without a password",
    ),
    "a Word document": (zipped({"word/document.xml": "<w/>", "_rels/.rels": "<x/>"}), "Word"),
    "a million rows of one (.ods)": (repeated(1_048_576, 200), "500,000 filled cells"),
    "rows beyond the last (.ods)": (
        ods(
            "<table:table>"
            + 3 * '<table:table-row table:number-rows-repeated="1048576"/>'
            + "</table:table>"
        ),
        "more rows than a sheet can have",
    ),
    "a table in a cell (.ods)": (
        ods(
            "<table:table><table:table-row><table:table-cell><table:table/></table:table-cell>"
            "</table:table-row></table:table>"
        ),
        "a table inside a cell",
    ),
    "JSON of a million empty rows": (
        b'{"rows": [' + b"{}," * 1_000_000 + b"{}]}",
        "larger than any return",
    ),
    "a bottomless .ods": (ods("<table:table>" * 10_000), "too large a workbook"),
    "no .ods": (ods("<table:table"), "damaged or incomplete"),
    "a broken .xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le"),
        "damaged workbook",
    ),
    "JSON nested 10,000 deep": (
        b'{"rows": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "not what the page of a pack saved",
    ),
    "JSON cut short": (as_json(SENT)[:-9], "not what the page of a pack saved"),
    "JSON with an answer twice": (
        as_json(SENT).replace(b'"part": "Plan"', b'"part": "Plan", "grade": "Good"'),
        "not what the page of a pack saved",
    ),
    "JSON without rows": (b'{"rows": "none"}', "not what the page of a pack saved"),
    "a number of 5,000 digits": (b'{"rows": ' + b"9" * 5_000 + b"}", "not what the page"),
    "bytes that are no text": (bytes(range(256)) * 40, "cannot be read"),
    "a text that ends in NUL bytes": (as_csv(ROWS) + bytes(400), "NUL bytes"),
    "NUL bytes alone": (bytes(5_000), "NUL bytes"),
    "nothing": (b"", "empty file"),
    "a PDF": (b"%PDF-1.7 and more", "a PDF"),
    "a web page as .xls": (b"<html><table><tr><td>Good</td></tr></table></html>", "web page"),
    "too many lines": (b"a,b\n" * 100_000, "larger than any return"),
    "too large a file": (b"x" * (MOST_BYTES + 1), "has 20 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_at_once_by_its_name_and_with_how_to_mend_it(what):
    content, words = REFUSED[what]
    start = time.process_time()
    with pytest.raises(InputRejectedError) as error:
        returned_file("return of M-04.csv", content, [SENT])
    assert time.process_time() - start < 2
    sentence = str(error.value)
    assert sentence.startswith("return of M-04.csv ")
    assert words in sentence
    assert re.search(r"(Open it|Ask for|ask for)", sentence)
    assert "Traceback" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD14", "CV20001"])
def test_a_stray_cell_far_out_does_not_matter(place):
    file = returned_file("return.xlsx", workbook_cell(place), [SENT])
    assert read_grades(file, SENT) == truth(SENT)


def test_macros_and_links_are_neither_run_nor_followed():
    macro = with_part(as_xlsx(ROWS), "xl/vbaProject.bin", lambda _: b"Sub Auto_Open()")
    link = with_part(
        macro,
        "xl/externalLinks/externalLink1.xml",
        lambda _: b'<externalLink><externalBook r:id="rId1"/></externalLink>',
    )
    for name in ("return.xlsm", "return.xlsx"):
        file = returned_file(name, link, [SENT])
        assert read_grades(file, SENT) == truth(SENT)
        assert [problem.code for problem in file.problems] == ["macro"]


def test_a_macro_of_an_old_workbook_is_known_by_its_part():
    from qaf_analysis.moderation.returns.workbooks import _MACROS

    assert _MACROS == b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"


def test_a_wide_row_of_an_ods_is_cut():
    file = returned_file("return.ods", repeated(1, 16_384), [SENT])
    assert [problem.code for problem in file.problems] == ["no grades"]


def test_the_page_itself_is_told_from_the_file_that_it_saves():
    with pytest.raises(InputRejectedError, match="press “Save a file”"):
        returned_file("pack.html", b"<!doctype html><html lang=en>", [SENT])


def test_the_empty_remainder_of_an_ods_costs_nothing():
    file = returned_file("return.ods", ods(ods_rows(ROWS)), [SENT])
    assert (read_grades(file, SENT), file.problems) == (truth(SENT), ())


def test_half_a_character_and_a_nul_in_a_comment_are_replaced():
    content = as_json(SENT).replace(b'"See plan"', b'"a\\ud83d b\\u0000 c"')
    comment = returned_file("r.json", content, [SENT]).cases[0].comment
    assert comment == "a\ufffd b c"
    comment.encode()
    assert clean("a\x00b") == "ab"
    rows = [row[:] for row in ROWS]
    rows[1][6] = "a\x00b"
    assert returned_file("r.csv", as_csv(rows), [SENT]).cases[0].comment == "ab"


def test_a_text_of_a_million_cells_is_not_cut_by_that_sign():
    rows = [row[:] for row in ROWS]
    rows[1][6] = ";" * 600_000
    assert len(sheets_of("r.csv", as_csv(rows[:1]))) == 1
    content = as_csv(rows)
    with pytest.raises(InputRejectedError, match="no table"):
        sheets_of("r.csv", content)


def child(path):
    return subprocess.run(
        [sys.executable, "-P", opened.__file__, str(path)],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit of memory")
def test_the_reader_s_own_process_keeps_within_its_memory(tmp_path):
    """Without the measure that stands before it: 26 GB of cells that an .ods asks for."""
    path = tmp_path / "large.ods"
    path.write_bytes(repeated(1_048_576, 1_000))
    done = child(path)
    assert done.returncode != 0
    assert done.stdout == b""


def test_the_reader_s_own_process_tells_what_it_read(tmp_path):
    path = tmp_path / "small.ods"
    path.write_bytes(ods(ods_rows(ROWS[:2])))
    done = child(path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)[0]["rows"] == ROWS[:2]
    path.write_bytes(repeated(opened.MOST_ROWS + 2))
    assert child(path).returncode == opened.TOO_LARGE
    path.write_bytes(b"PK\x03\x04")
    assert child(path).returncode == opened.NOT_READ
