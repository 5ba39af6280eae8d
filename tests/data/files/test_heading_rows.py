"""Headings of several rows, merged and not, and headings that stand twice."""

import pytest

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.files.heading_rows import Merge, find_heading, merges, numbered


def columns(*headings):
    return [Column(name="grade", heading=text, grader="auditor") for text in headings]


def texts(rows, *, header_rows=2, merged=(), wanted=("Ref", "A / x", "B / x")):
    return find_heading(
        rows,
        numbers=range(1, len(rows) + 1),
        wanted=columns(*wanted),
        header_rows=header_rows,
        merged=merged,
    )


ROWS = [["Ref", "A", "", "B", ""], ["", "x", "y", "x", "y"], ["1", "", "", "", ""]]
CASES = {
    # what is merged: the headings that follow
    ("B1:C1", "D1:E1", "A1:A2"): ("Ref", "A / x", "A / y", "B / x", "B / y"),
    ("B1:C1",): ("Ref", "A / x", "A / y", "B / x", "y"),
    (): ("Ref", "A / x", "y", "B / x", "y"),
    # across the second row: both columns are called by its text
    ("B1:C1", "D1:E1", "B2:C2"): ("Ref", "A / x", "A / x", "B / x", "B / y"),
}


@pytest.mark.parametrize("merged", CASES)
def test_only_merged_cells_hold_for_several_columns_in_a_workbook(merged):
    heading = texts(ROWS, merged=merges(merged))
    assert heading.texts == CASES[merged]
    assert (heading.first, heading.last, heading.carried) == (0, 1, ())


def test_in_text_files_an_upper_heading_holds_until_the_next():
    rows = [["Ref", "A", "", "Day", "B", ""], ["", "x", "y", "", "x", "y"]]
    heading = texts(rows, merged=None)
    assert heading.texts == ("Ref", "A / x", "A / y", "Day", "B / x", "B / y")
    assert heading.carried == ("A", "B")


def test_a_column_of_its_own_is_not_carried_on():
    rows = [["Ref", "A", "", "Day", ""], ["", "x", "y", "", "z"]]
    assert texts(rows, merged=None).texts == ("Ref", "A / x", "A / y", "Day", "z")


def test_three_rows_keep_to_the_blocks_above():
    rows = [
        ["Ref", "A", "", "", "B", ""],
        ["", "first", "", "second", "", "first"],
        ["", "x", "y", "x", "x", "x"],
    ]
    heading = texts(rows, header_rows=3, merged=None, wanted=("Ref", "A / first / x"))
    assert heading.texts == (
        "Ref",
        "A / first / x",
        "A / first / y",
        "A / second / x",
        "B / x",  # nothing says that "second" reaches into B
        "B / first / x",
    )


def test_one_text_twice_is_not_drawn_together():
    rows = [["Ref", "x", "B"], ["", "x", "x"]]
    assert texts(rows, wanted=("Ref", "x / x", "B / x")).texts == ("Ref", "x / x", "B / x")


def test_a_title_above_is_not_part_of_the_heading():
    rows = [["All audits", "", "", "", ""], *ROWS]
    merged = merges(["A1:E1", "B2:C2", "D2:E2", "A2:A3"])
    heading = texts(rows, merged=merged)
    assert (heading.first, heading.last) == (1, 2)
    assert heading.texts[0] == "Ref"


def test_merged_cells_are_read_from_their_reference():
    assert merges(["B2:C4"]) == (Merge(left=1, top=2, right=2, bottom=4),)
    assert merges(["B2:C4"])[0].reference == "B2:C4"
    assert merges(["A:C"]) == ()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["Overall", "Overall (2)"], ("Overall", "Overall (2)", "Overall (3)")),
        (["Overall (1)", "Overall (3)"], ("Overall (1)", "Overall (2)", "Overall (3)")),
        (["Overall"], ("Overall", "overall ", "Overall")),
        (["Other (2)"], ("Overall", "overall ", "Overall")),
    ],
)
def test_numbers_tell_columns_apart_where_they_are_asked_for(wanted, expected):
    assert numbered(["Overall", "overall ", "Overall"], columns(*wanted)) == expected


def test_a_heading_that_has_the_number_itself_is_left_alone():
    given = ("Overall", "Overall", "Overall (2)")
    assert numbered(given, columns("Overall (2)")) == given
