"""A long table is cut to its worst rows; what cannot be told comes last and is never ranked."""

from __future__ import annotations

from math import nan

import pytest

from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.report.editions.shorten import worst_rows
from qaf_analysis.terms.errors import DocumentError


def table(*names: str, note: str = "") -> Table:
    return Table(
        caption="Teams",
        columns=word_columns("Team", "Place"),
        rows=tuple((name, f"{place}") for place, name in enumerate(names)),
        note=note,
    )


def names(cut: Table) -> list[str]:
    return [row[0] for row in cut.rows]


@pytest.mark.parametrize(
    ("badness", "most", "kept"),
    [
        ([1, 3, 2], 3, ["B", "C", "A"]),
        ([1, 3, 2], 2, ["B", "C"]),
        ([-1, -3, -2], 1, ["A"]),
        ([2, 2, 2], 2, ["A", "B"]),  # as bad as each other: their own order
        ([nan, 1, 2], 3, ["C", "B", "A"]),
        ([nan, -5, nan], 2, ["B", "A"]),
        ([nan, nan, nan], 2, ["A", "B"]),
    ],
)
def test_the_worst_rows_come_first_and_stay(badness, most, kept):
    assert names(worst_rows(table("A", "B", "C"), badness=badness, most=most)) == kept


def test_rows_keep_their_cells():
    cut = worst_rows(table("A", "B"), badness=[0, 1])
    assert cut.rows == (("B", "1"), ("A", "0"))


def test_what_is_cut_is_said_and_nothing_where_nothing_is():
    own = "Ten or more."
    whole = worst_rows(table("A", "B", note=own), badness=[0, 1], most=2)
    assert whole.note == own
    cut = worst_rows(table("A", "B", note=own), badness=[0, 1], most=1)
    assert cut.note == "The first 1 of 2 rows, worst first; all 2 stand in the annex. Ten or more."
    alike = worst_rows(table("A", "B"), badness=[0, nan], most=1)
    assert alike.note == "The first 1 of 2 rows; all 2 stand in the annex."


def test_a_number_is_wanted_for_each_row():
    with pytest.raises(DocumentError, match="one number for each row"):
        worst_rows(table("A", "B"), badness=[1.0])
