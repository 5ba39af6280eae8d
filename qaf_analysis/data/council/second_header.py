"""Headers met again below the first: the same one is set aside, another one refuses the file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.headings import Layout, folded
from qaf_analysis.data.files.raw_table import RawTable

_FEWEST = 3
_LONGEST = 200


def repeated_headers(table: RawTable, *, layout: Layout) -> list[int]:
    """Rows that hold the header again, in the same order.

    Raises
    ------
    FileRefusedError
        If a lower row holds headings of the table in another order, or some of them among others:
        what stands below it would be read under the wrong headings.
    """
    headings = [folded(text) for text in table.headings]
    known = {key for key in headings if key} | {folded(c.heading) for c in layout.places}
    suspects = _suspects(table, known)
    again, other = [], []
    for row, texts in zip(suspects.index, suspects.to_numpy(), strict=True):
        keys = [folded(str(text)[:_LONGEST]) for text in texts]
        named = [place for place, key in enumerate(keys) if key and key in known]
        in_place = [place for place in named if keys[place] == headings[place]]
        rest = any(key for place, key in enumerate(keys) if place not in in_place)
        if len(in_place) >= min(_FEWEST, len([k for k in headings if k])) and not rest:
            again.append(int(row))
        elif len({keys[place] for place in named}) >= _FEWEST:
            other.append(int(row))
    if other:
        raise _refusal(table, other, headings=headings)
    return again


def _suspects(table: RawTable, known: set[str]) -> pd.DataFrame:
    """Rows with headings in several cells, found by whole columns; few tables have any."""
    cells = table.cells
    spelt = {form for text in table.headings for form in _forms(text)} | known
    hits = np.zeros(len(cells), dtype=np.int64)
    for place in cells.columns:
        hits += cells[place].isin(spelt).to_numpy(dtype=bool)
    enough = min(_FEWEST, sum(bool(text.strip()) for text in table.headings))
    return cells.loc[hits >= enough]


def _forms(heading: str) -> tuple[str, ...]:
    tidy = " ".join(heading.split())
    spaced = tidy.replace("_", " ")
    return tuple(
        form
        for text in (heading, tidy, spaced)
        for form in (text, text.lower(), text.upper(), text.capitalize(), text.title())
        if form
    )


def _refusal(table: RawTable, rows: Sequence[int], *, headings: Sequence[str]) -> Exception:
    below = int((table.cells.index > rows[0]).sum())
    texts = table.cells.loc[rows[0]]
    keys = [folded(str(text)[:_LONGEST]) for text in texts]
    moved = [
        table.headings[headings.index(key)]
        for place, key in enumerate(keys)
        if key in headings and headings[place] != key
    ]
    what = f"with {', '.join(moved[:4])} in other places" if moved else "with other headings"
    return table.problems.refusal(
        code="second_header",
        row=rows[0],
        found=f"a second header {what} than in row {table.header_row}, and "
        f"{counted(below, 'row')} below it whose cells would stand under the wrong headings",
        expected="one header, and every row in its order",
        mend="two exports were pasted together: keep each in a file of its own, or put the columns "
        f"below row {rows[0]} in the order of the first header and delete row {rows[0]}",
        rows_in=table.rows_in,
    )
