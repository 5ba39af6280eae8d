"""Long tables cut to their worst rows by a rule that the reader is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

from qaf_analysis.kit.numbers import whole
from qaf_analysis.kit.parts import Table
from qaf_analysis.terms.errors import DocumentError

PAGEFUL = 12
"""Rows, at most, of a table of an edition that is to be printed."""


def worst_rows(
    table: Table, *, badness: Sequence[float], most: int = PAGEFUL, elsewhere: str = "the annex"
) -> Table:
    """Return the table worst row first, cut to so many rows, and say so below it.

    Parameters
    ----------
    table : Table
    badness : sequence of float
        How bad each row is: the larger, the worse. NaN where that cannot be told: such rows come
        last, and like rows that are as bad as each other they keep their order.
    most : int
        Rows that are kept.
    elsewhere : str
        Where all of them stand.

    Raises
    ------
    DocumentError
        If there is not one number for each row.

    Examples
    --------
    >>> from qaf_analysis.kit.parts import word_columns
    >>> table = Table(caption="Teams", columns=word_columns("Team"),
    ...               rows=(("East",), ("West",), ("North",)))
    >>> cut = worst_rows(table, badness=[1.0, float("nan"), 3.0], most=2)
    >>> [row[0] for row in cut.rows], cut.note
    (['North', 'East'], 'The first 2 of 3 rows, worst first; all 3 stand in the annex.')
    """
    if len(badness) != len(table.rows):
        raise DocumentError(f'Table "{table.caption}" needs one number for each row to be cut.')
    order = sorted(
        range(len(table.rows)),
        key=lambda place: (
            isnan(badness[place]),
            0.0 if isnan(badness[place]) else -badness[place],
        ),
    )
    kept = tuple(table.rows[place] for place in order[:most])
    if len(kept) == len(table.rows):
        return replace(table, rows=kept)
    number = whole(len(table.rows))
    ranked = len({bad for bad in badness if not isnan(bad)}) > 1
    worst = ", worst first" if ranked else ""
    said = f"The first {most} of {number} rows{worst}; all {number} stand in {elsewhere}."
    return replace(table, rows=kept, note=f"{said} {table.note}".strip())
