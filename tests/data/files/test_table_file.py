"""Text files that look whole and are not."""

import pytest

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError, ImportRejectedError
from qaf_analysis.data.files import oversize, regular_rows
from tests.data.files import workbooks as w

ROWS = w.audit_rows()


def with_quotes(first, last, column):
    """File with a quotation mark before one cell and another after that of a later row."""
    rows = [list(cells) for cells in ROWS]
    rows[first][column] = '"' + rows[first][column]
    rows[last][column] = rows[last][column] + '"'
    return w.csv_text(rows)


@pytest.mark.parametrize("column", [0, 4, 8])
@pytest.mark.parametrize(("first", "last"), [(2, 3), (2, 5), (0, 7)])
def test_rows_caught_between_two_quotation_marks_are_told(council, first, last, column):
    """Such a file is cut without an error, and the rows between would vanish in a cell."""
    text = with_quotes(first, last, column)
    if (first, last) == (0, 7):
        with pytest.raises(ImportRejectedError, match="rows_in_a_cell"):
            council({"audits.csv": text})
        return
    record = council({"audits.csv": text}).audits.record
    found = next(f for f in record.findings if f.code == "rows_in_a_cell")
    assert (found.row, found.outcome) == (first + 2, "quarantine")
    assert f"rows {first + 2} to {last + 2}" in found.mend
    assert record.quarantined == 1
    assert record.loaded == len(ROWS) - (last - first) - 1


def test_a_reason_of_several_lines_is_no_such_row(council):
    header = [*w.HEADER, "note"]
    text = '"One, two and three, four, five.\nSix, seven, eight, nine, ten, eleven"'
    rows = [[*cells, text if n == 3 else "x"] for n, cells in enumerate(ROWS)]
    assert council({"audits.csv": w.csv_text(rows, header=header)}).audits.record.loaded == 8


def test_one_cell_of_three_million_letters_sets_its_row_aside(council):
    rows = [list(cells) for cells in ROWS]
    rows[3][4] = "x" * 3_000_000
    record = council({"audits.csv": w.csv_text(rows)}).audits.record
    (found,) = [f for f in record.findings if f.outcome == "quarantine"]
    assert (found.row, found.code) == (5, "cell_too_long")
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 7, 1)


def test_a_few_rows_of_another_length_are_set_aside_and_most_of_a_large_file_is_no_table(council):
    good = w.csv_text(ROWS)
    record = council({"audits.csv": good + "a\n" * 19_000}).audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (19_008, 8, 19_000)
    with pytest.raises(ImportRejectedError, match="not_a_table"):
        council({"audits.csv": good + "a\n" * 41_000})


def test_many_rows_of_another_length_are_set_aside_while_most_fit(council):
    """Half and a little more fit the header: every other row is named, and the rest loaded."""
    text = w.csv_text(w.audit_rows(26)) + "a\n" * 25
    record = council({"audits.csv": text}).audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (51, 26, 25)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_caught_are_told_whatever_ends_a_line(council, end):
    text = with_quotes(2, 4, 0).replace("\n", end)
    record = council({"audits.csv": text}).audits.record
    assert [f.row for f in record.findings if f.code == "rows_in_a_cell"] == [4]
    assert (record.rows_in, record.loaded, record.quarantined) == (6, 5, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("rest", ["", ",", ",,,,,,,,,,,,,", " , ,\t,"])
def test_blank_rows_at_the_end_are_no_rows(council, end, rest):
    text = w.csv_text(ROWS).replace("\n", end)
    record = council({"audits.csv": text + f"{rest}{end}" * 50_000}).audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 8, 0)


@pytest.mark.parametrize("last", [";", "|", '""x', ",,x,,"])
def test_a_last_row_of_signs_that_cut_no_cells_is_not_blank(council, last):
    """What cuts the cells of another file is text here, and no row vanishes without a word."""
    record = council({"audits.csv": f"{w.csv_text(ROWS)}{last}\n,,,\n\n"}).audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (9, 8, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_the_last_row_keeps_its_empty_cells(council, end, is_ended):
    header = [*w.HEADER, "note", "further note"]
    rows = [[*cells, "", ""] for cells in ROWS]
    text = w.csv_text(rows, header=header).replace("\n", end)
    record = council({"audits.csv": text if is_ended else text.removesuffix(end)}).audits.record
    assert (record.rows_in, record.loaded) == (8, 8)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\nb\nc\n", 3),
        ("a\r\nb\r\nc", 3),
        ("a\rb\rc\r", 3),
        ("é\n\u65e5,\nc\n", 3),
        ('"a"\n"b,c"\n\n,,\n ;\n"""d"\n', 3),
        ('"a\nb"\nc\nd\n', None),
        ('"a\rb"\nc\nd\n', None),
        ("\u00a0\n\u3000\n\n,\n", 0),
    ],
)
@pytest.mark.parametrize("piece", [2, 5, 1 << 18])
def test_lines_are_counted_as_rows_where_no_cell_goes_over_two(monkeypatch, text, rows, piece):
    """Counted by eye; None where a quotation mark is open at the end of a line."""
    for module in (oversize, regular_rows):
        monkeypatch.setattr(module, "_PIECE", piece)
    limits = [(rows - 1, True), (rows, False)] if rows else [(1 if rows is None else 0, False)]
    for most, refused in limits:
        monkeypatch.setattr(oversize, "MAX_ROWS", most - oversize.HEADER_WITHIN)
        problems = Problems(file="audits.csv")
        if refused:
            with pytest.raises(FileRefusedError) as caught:
                oversize.refuse_many_rows(text.encode(), problems=problems)
            assert caught.value.rows_in == rows
        else:
            oversize.refuse_many_rows(text.encode(), problems=problems)
            assert not problems.findings


def distinct_rows(count):
    """Rows of a header of nine columns, in which each row has one text of its own."""
    return [[f"A{n}", *w.audit_rows(1)[0][1:]] for n in range(count)]


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_different_texts_are_counted_and_not_cells(council, monkeypatch, end):
    """Below 30 rows cut singly, 70 have 70 texts of their own and eight that all rows share."""
    text = w.csv_text(distinct_rows(99)).replace("\n", end)
    width = len(w.HEADER)
    monkeypatch.setattr(regular_rows, "MAX_TEXTS", 70 + width - 1)
    assert council({"audits.csv": text}).audits.record.rows_in == 99
    monkeypatch.setattr(regular_rows, "MAX_TEXTS", 70 + width - 2)
    with pytest.raises(ImportRejectedError, match=r"different texts.*too_large"):
        council({"audits.csv": text})


def test_cells_cut_one_by_one_are_counted(council, monkeypatch):
    """A return within a cell and line feeds between: such rows are cut singly."""
    text = w.csv_text(distinct_rows(99)).replace("A7,", '"A\r7",')
    monkeypatch.setattr(oversize, "MAX_MISFITS", 10)
    monkeypatch.setattr(oversize, "MAX_CELLS_IN_TURN", 100 * len(w.HEADER))
    assert council({"audits.csv": text}).audits.record.rows_in == 99
    monkeypatch.setattr(oversize, "MAX_CELLS_IN_TURN", 100 * len(w.HEADER) - 1)
    with pytest.raises(ImportRejectedError, match=r"one by one.*too_large"):
        council({"audits.csv": text})
