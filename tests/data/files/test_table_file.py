"""Text files that look whole and are not."""

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
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
