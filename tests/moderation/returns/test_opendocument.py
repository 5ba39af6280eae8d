"""Cells of an .ods: notes, repeats, formulas without a value, and another reader beside ours."""

import io
import zipfile

import pytest

from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.opendocument import open_document_sheets
from tests.moderation.returns.filled import pack

SENT = pack()


def document(body, *, more=""):
    """A small OpenDocument spreadsheet around the rows of one sheet."""
    names = ("office", "table", "text", "calcext")
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet>{more}<table:table table:name="Grades">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", content)
    return out.getvalue()


def row(*cells, times=1):
    """A row of texts; a cell that begins with ``<`` is taken as it stands."""
    made = [
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
        "</table:table-cell>"
        for cell in cells
    ]
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(made)}</table:table-row>"


NOTE = "<office:annotation><text:p>Inadequate</text:p></office:annotation>"
STRING = 'table:table-cell office:value-type="string"'
END = "</table:table-cell>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Good", "Good"),
        (f"<{STRING}>{NOTE}<text:p>Good</text:p>{END}", "Good"),
        (f"<table:table-cell>{NOTE}{END}", None),
        (f"<{STRING}><text:p>Re<text:span>quires</text:span><text:s/>improvement</text:p>{END}",
         "Requires improvement"),
        (f"<{STRING}><text:p>one<text:tab/>1</text:p><text:p>two<text:line-break/>three</text:p>"
         f"{END}", "one\t1\ntwo\nthree"),
        (f'<table:table-cell office:value-type="float" office:value="2.0"><text:p>2.00</text:p>'
         f"{END}", "2"),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "TRUE"),
        # What LibreOffice writes of an error: no text, and what is shown.
        (f'<{STRING} office:string-value="" calcext:value-type="error"><text:p>#REF!</text:p>{END}',
         "#REF!"),
        (f'<{STRING} table:formula="of:=X" office:string-value="Good"/>', "Good"),
        (f'<{STRING} table:formula="of:=X" office:string-value=""/>', None),
    ],
)  # fmt: skip
def test_what_a_cell_holds(cell, text):
    ((sheet,), has_macro) = open_document_sheets(document(row("first", cell)), most_columns=9)
    assert sheet.rows == {1: {0: "first"} | ({1: text} if text else {})}
    assert (sheet.without_value, has_macro) == (set(), False)


def test_a_formula_without_a_value_is_no_blank():
    cell = '<table:table-cell table:formula="of:=[.A1]" table:number-columns-repeated="2"/>'
    ((sheet,), _) = open_document_sheets(document(row("a", cell, "b")), most_columns=9)
    assert sheet.rows == {1: {0: "a", 3: "b"}}
    assert sheet.without_value == {(1, 1), (1, 2)}


def test_a_grade_without_a_value_or_with_an_error_is_told():
    empty = '<table:table-cell table:formula="of:=[.A1]"/>'
    error = f'<{STRING} office:string-value=""><text:p>Err:508</text:p>{END}'
    heads = row("Row key", "Case", "Part", "Grade")
    keys = [each.key for each in SENT.rows]
    body = heads + "".join(
        row(key, "Case 1", part, cell)
        for key, part, cell in zip(keys, SENT.domains, (empty, error, "Good"), strict=False)
    )
    file = returned_file("a.ods", document(body), [SENT])
    assert [dict(case.grades) for case in file.cases] == [{"Plan": "Good"}]
    codes = [(problem.code, problem.row) for problem in file.problems]
    assert codes == [("no stored value", 2), ("no grade", 3), ("rows missing", 0)]


def test_repeated_rows_and_cells_keep_their_numbers():
    blank = '<table:table-cell table:number-columns-repeated="3"/>'
    body = row("a") + row(blank, times=4) + row(blank, "b", times=2)
    ((sheet,), _) = open_document_sheets(document(body), most_columns=9)
    assert sheet.rows == {1: {0: "a"}, 6: {3: "b"}, 7: {3: "b"}}


def test_a_linked_sheet_and_a_tracked_change_are_none_of_the_return():
    other = row(SENT.rows[0].key, "Case 1", "Overall", "Inadequate")
    changes = f"<table:tracked-changes><table:table>{other}</table:table></table:tracked-changes>"
    linked = f'<table:table table:name="x"><table:table-source/>{other}</table:table>'
    own = row("Row key", "Case", "Part", "Grade") + row(SENT.rows[0].key, "", "", "Good")
    file = returned_file("a.ods", document(own, more=changes + linked), [SENT])
    assert [dict(case.grades) for case in file.cases] == [{"Overall": "Good"}]
    assert [problem.code for problem in file.problems] == ["rows missing"]
