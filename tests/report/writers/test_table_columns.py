from dataclasses import replace
from enum import StrEnum

import pytest

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.report.writers.table_columns import intervals_of, number_of, sheet_columns
from tests.report.writers.papers import GRADES


def column(*cells: str, align="right"):
    first = Column(heading="Row", align="left")
    table = Table(
        caption="x",
        columns=(first, Column(heading="Figure", align=align)),
        rows=tuple((f"row {n}", cell) for n, cell in enumerate(cells)),
    )
    return sheet_columns(table)[1]


def test_headings_stand_once_and_say_whose_interval_it_is():
    assert [one.heading for one in sheet_columns(GRADES)] == [
        "Team",
        "Audits",
        "Good or better, %",
        "95% interval, Good or better, %",
        "Mean gap, grades",
        "95% interval, Mean gap, grades",
        "Shared",
        "Verdict",
    ]


def test_same_headings_without_an_owner_are_counted_whatever_their_capitals():
    table = Table(
        caption="x", columns=tuple(Column(heading=h) for h in ("A", "a", "A")), rows=(("1",) * 3,)
    )
    assert [one.heading for one in sheet_columns(table)] == ["A", "a (2)", "A (3)"]


def test_a_heading_that_a_spreadsheet_would_refuse_is_cut():
    table = Table(caption="x", columns=(Column(heading="w" * 400),) * 2, rows=(("1", "2"),))
    headings = [one.heading for one in sheet_columns(table)]
    assert max(map(len, headings)) <= 255
    assert len(set(headings)) == 2


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("12", "1,575"), (12.0, 1575.0)),
        (("54%", "9%"), (54.0, 9.0)),
        (("12.7%", "0.0%"), (12.7, 0.0)),
        (("+0.12", "−0.04", "0.00"), (0.12, -0.04, 0.0)),
        (("-3", "4"), (-3.0, 4.0)),
        (("1800", "2019"), (1800.0, 2019.0)),
    ],
)
def test_a_column_of_numbers_holds_numbers(cells, numbers):
    found = column(*cells)
    assert (found.kind, found.cells) == ("number", numbers)


@pytest.mark.parametrize(
    "cells",
    [
        ("12", "too few to say"),
        ("12", ""),
        ("54%", "0.12"),
        ("under 1%", "2%"),
        ("4, 6",),
        ("1,57",),
        ("0123",),
        ("1e5",),
        ("12 ",),
        ("nan",),
        ("½",),
        ("١٢",),
        ("123456789012345678",),
        (),
    ],
)
def test_any_other_column_stays_as_printed(cells):
    found = column(*cells)
    assert (found.kind, found.cells, found.formats) == ("text", cells, ())


def test_words_to_the_left_and_names_of_rows_stay_text_though_they_are_digits():
    assert column("2745", "3333", align="left").cells == ("2745", "3333")
    table = Table(caption="x", columns=(Column(heading="Round"),), rows=(("1",),))
    assert sheet_columns(table)[0].cells == ("1",)


def test_a_word_of_an_enumeration_is_its_text():
    class Verdict(StrEnum):
        IMPROVED = "improved"

    found = column(Verdict.IMPROVED, align="left").cells[0]
    assert type(found) is str
    assert found == "improved"


def test_unit_says_percent_only_where_the_cells_are_numbers():
    assert [one.unit for one in sheet_columns(GRADES)][2:7] == ["%", "", "grades", "", ""]
    some = replace(GRADES, columns=(*GRADES.columns[:2], Column(heading="Good", unit="share"),
                                    *GRADES.columns[3:]))  # fmt: skip
    assert sheet_columns(some)[2].heading == "Good, share, %"


@pytest.mark.parametrize(
    ("cells", "ends"),
    [
        (("47 to 61%", ""), ((47.0, 61.0), None)),
        (("−0.04 to +0.28", "too few to say"), ((-0.04, 0.28), None)),
        (("1,000 to 2,500",), ((1000.0, 2500.0),)),
        (("47 to 61%", "0.1 to 0.2"), ()),
        (("47 to 61%", "about 70"), ()),
        (("−0.01 to +0.25 (90%)",), ()),
        (("", "too few to say"), ()),
        ((12.0, 13.0), ()),
        ((), ()),
    ],
)
def test_intervals_are_split_only_where_every_one_is_sure(cells, ends):
    assert intervals_of(cells) == ends


def test_number_of_reads_every_sign():
    assert [number_of(text) for text in ("+0.4", "−0.4", "-0.4", "40%")] == [0.4, -0.4, -0.4, 40.0]
