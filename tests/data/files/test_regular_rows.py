"""Rows cut many at a time are those that the csv module cuts one by one, whatever the file."""

import random

import pandas as pd
import pytest

from qaf_analysis.data.contract.columns import wanted_columns
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files import regular_rows, table_file
from qaf_analysis.terms.settings import FileSettings
from tests.wide import wide

COLUMNS = ["audit_id", "case_ref", "audit_date", "team", "auditor", "domain", "grade"]
WANTED = wanted_columns(FileSettings(path="audits.csv", kind="audits"))
PIECES = [
    '"',
    '""',
    '"a, b"',
    '"two\nlines"',
    '"two\r\nlines, and more"',
    '"a"b',
    ' "a"',
    'a"b"',
    ",",
    ",,,",
    ";",
    "\x00",
    "\r",
    "\n",
    "\r\n",
    "\n,,,,,,\n",
    "\n  , ,\t\n",
    "\ufeff",
    "\n\ufeffA9,C9\n",
    "é",
    "\u2028",
    "\x85",
    "\x0b",
    "\n<<<<<<< HEAD\n",
    "\n=======\n",
    "Total",
    "\naudit_id,case_ref,audit_date,team,auditor,domain,grade\n",
]


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(regular_rows, "_BLOCK", 300)


def text_of(rows):
    return "".join(",".join(row) + "\n" for row in [COLUMNS, *rows])


def plain_rows(number=60):
    return [
        [f"A{n}", f"C{n:03d}", "2019-10-04", "North", f"Auditor {n % 5}", "Overall", "Good"]
        for n in range(number)
    ]


def mutated(seed):
    """A file with some pieces thrown in, in one of several encodings and line ends."""
    draw = random.Random(seed)
    text = text_of(plain_rows(draw.choice([10, 40, 60, 120])))
    for _ in range(draw.choice([0, 1, 1, 2, 3, 8])):
        place = draw.randrange(len(text))
        if draw.random() < 0.5:  # where a cell begins
            place = text.rfind(",", 0, place) + 1
        text = text[:place] + draw.choice(PIECES) + text[place:]
    if draw.random() < 0.2:
        text = text.replace("\n", ",,\n")
    if draw.random() < 0.3:
        text = text.replace("\n", "\r\n")
    if draw.random() < 0.2:
        text = text.replace(",", draw.choice([";", "\t", "|"]))
    if draw.random() < 0.2:
        text = "Audits of the year\n\n" + text
    if draw.random() < 0.2:
        text = text.rstrip("\n")
    encoding = draw.choice(["utf-8"] * 5 + ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
    return text.encode(encoding, errors="replace")


def read(data):
    """Everything that cutting a file gives, and whether it was refused."""
    problems = Problems(file="audits.csv")
    try:
        table = table_file.read_csv_table(
            data, wanted=WANTED, problems=problems, empty_is_refused=True
        )
    except FileRefusedError as error:
        return None, (error.findings, error.rows_in)
    told = (table.headings, table.header_row, dict(table.misfits), table.above, table.rows_in)
    return table.cells.astype(object), (told, problems.findings, problems.bad_rows)


def read_with_care(data, monkeypatch):
    def never(*_, **__):
        raise regular_rows.NotRegularError

    with monkeypatch.context() as patched:
        patched.setattr(table_file, "cut_rows", never)
        return read(data)


def assert_same(data, monkeypatch):
    (cells, told), (careful_cells, careful) = read(data), read_with_care(data, monkeypatch)
    assert told == careful
    assert (cells is None) == (careful_cells is None)
    if cells is not None:
        pd.testing.assert_frame_equal(cells, careful_cells, check_index_type=False)


@pytest.mark.parametrize("seed", wide(range(300), quick=range(100)))
def test_both_ways_read_a_mutated_file_alike(seed, small_blocks, monkeypatch):
    assert_same(mutated(seed), monkeypatch)


def test_most_mutated_files_are_cut_many_rows_at_a_time(small_blocks, monkeypatch):
    fast = []

    def noted(*args, **kwargs):
        found = regular_rows.cut_rows(*args, **kwargs)
        fast.append(len(found[1]))
        return found

    monkeypatch.setattr(table_file, "cut_rows", noted)
    for seed in range(100):
        read(mutated(seed))
    assert len(fast) >= 50
    assert sum(fast) > 1_000


@pytest.mark.parametrize("word", ["007", "1.50", "1e5", "TRUE", "NA", "nan", "None", "", "2019"])
def test_texts_are_not_taken_for_numbers(word):
    rows = plain_rows()
    for row in rows:
        row[1] = word
    cells, _ = read(text_of(rows).encode())
    assert set(cells[1]) == {word}


@pytest.mark.parametrize("first", [40, 41])
def test_a_long_row_beside_a_short_one_in_one_block(first, monkeypatch):
    rows = plain_rows()
    rows[first] = [*rows[first], "more"]
    rows[first + 1] = rows[first + 1][:-1]
    data = text_of(rows).encode()
    table = table_file.read_csv_table(
        data, wanted=WANTED, problems=Problems(file="audits.csv"), empty_is_refused=True
    )
    # The header is row 1, so that the place counted from 0 is two less than the row.
    assert {row: len(cells) for row, cells in table.misfits.items()} == {
        first + 2: 8,
        first + 3: 6,
    }
    assert_same(data, monkeypatch)


def test_row_numbers_count_blank_rows_and_rows_of_several_lines(monkeypatch):
    rows = plain_rows()
    rows[35][3] = '"North,\nfirst floor"'
    rows[50] = rows[50][:3]
    lines = text_of(rows).replace("A38,", "\n,,,,,,\nA38,")
    cells, _ = read(lines.encode())
    number = {text: row for row, text in cells[0].items()}
    # A30 stands in row 32; A35 is one row though two lines; two blank rows stand before A38.
    assert (number["A30"], number["A35"], number["A37"], number["A38"]) == (32, 37, 39, 42)
    assert number["A51"] == 55
    table = table_file.read_csv_table(
        lines.encode(), wanted=WANTED, problems=Problems(file="a"), empty_is_refused=True
    )
    assert list(table.misfits) == [54]  # two further rows are blank; the line break is none
    assert cells.loc[37, 3] == "North,\nfirst floor"
    assert_same(lines.encode(), monkeypatch)


def test_a_conflict_far_below_the_header_is_refused(monkeypatch):
    rows = plain_rows()
    rows[50] = ["<<<<<<< HEAD", *[""] * 6]
    data = text_of(rows).encode()
    assert read(data)[1][0][-1].row == 52
    assert_same(data, monkeypatch)


def test_columns_empty_to_the_end_are_left_out_only_if_no_row_fills_them(monkeypatch):
    rows = [[*row, "", ""] for row in plain_rows()]
    header = ",".join([*COLUMNS, "", ""])
    for filled in (False, True):
        rows[55][8] = "a note" if filled else ""
        data = (header + "\n" + "".join(",".join(row) + "\n" for row in rows)).encode()
        cells, _ = read(data)
        assert cells.shape[1] == (9 if filled else 7)
        assert_same(data, monkeypatch)


def test_a_file_of_which_most_rows_do_not_fit_is_left_to_the_careful_way(monkeypatch):
    monkeypatch.setattr(regular_rows, "MAX_MISFITS", 20)
    rows = [row if n % 3 else row[:4] for n, row in enumerate(plain_rows(200))]
    data = text_of(rows).encode()
    with pytest.raises(regular_rows.NotRegularError):
        regular_rows.cut_rows(
            text_of([row[:3] for row in rows[:100]] + rows).encode(),
            separator=",",
            width_of=lambda rows, numbers: len(rows[0]),
        )
    assert_same(data, monkeypatch)


@pytest.mark.parametrize("seed", range(40))
def test_open_lines_are_seen_across_pieces(seed, monkeypatch):
    monkeypatch.setattr(regular_rows, "_PIECE", 7)
    draw = random.Random(seed)
    pieces = ['a"b"', '""', "a", "\n", "\n", '"' if seed % 2 else "b"]
    data = "".join(draw.choice(pieces) for _ in range(30))
    by_line = any(line.count('"') % 2 for line in data.split("\n"))
    assert regular_rows.has_open_line(data.encode()) == by_line
