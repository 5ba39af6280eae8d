"""One column that stands under several headings, such as in two versions of a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import Texts, by_value
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings


def with_versions(
    table: RawTable, *, file: FileSettings, wanted: Sequence[Column], missing: MissingWords
) -> RawTable:
    """Table in which each column with several headings stands under the first of them.

    Where two of them are filled in one row they must say the same; rows in which they do not are
    set aside.
    """
    named = {column.heading for column in wanted}
    for heading, versions in file.either.items():
        if heading in named:
            table = _joined(table, heading, versions, missing=missing)
    return table


def _joined(
    table: RawTable, heading: str, versions: Sequence[str], *, missing: MissingWords
) -> RawTable:
    keys = [folded(text) for text in table.headings]
    wanted = [folded(version) for version in versions]
    places = [keys.index(key) for key in dict.fromkeys(wanted) if keys.count(key) == 1]
    if not places or (len(places) == 1 and keys[places[0]] == folded(heading)):
        return table
    first, *others = places
    cells = table.cells.copy(deep=False)
    kinds = None if table.kinds is None else table.kinds.copy(deep=False)
    for other in others:
        keys_here = [by_value(cells[place], missing.key) for place in (first, other)]
        _set_unlike_aside(table, *keys_here, heading=heading)
        empty = (keys_here[0] == "").to_numpy(dtype=bool)
        cells[first] = cells[first].where(~empty, cells[other])
        if kinds is not None:
            kinds[first] = kinds[first].where(~empty, kinds[other])
    headings = [*table.headings]
    headings[first] = heading
    return without_places(
        replace(table, headings=tuple(headings), cells=cells, kinds=kinds), others
    )


def _set_unlike_aside(table: RawTable, one: Texts, other: Texts, *, heading: str) -> None:
    unlike = (one != "") & (other != "") & (one != other)
    table.problems.set_aside(
        [int(row) for row in table.cells.index[unlike.to_numpy(dtype=bool)]],
        code="versions_differ",
        column=heading,
        found=f"two columns that stand for {heading}, both filled and not alike",
        expected="one of them filled, or both with the same",
        mend="find out which one stands, and empty the other",
    )


def without_places(table: RawTable, places: Sequence[int]) -> RawTable:
    """Table without the columns at these places."""
    gone = set(places)
    if not gone:
        return table
    kept = [place for place in range(len(table.headings)) if place not in gone]
    numbered = dict(zip(kept, range(len(kept)), strict=True))

    def narrowed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[kept].rename(columns=numbered)

    return replace(
        table,
        headings=tuple(table.headings[place] for place in kept),
        cells=narrowed(table.cells),
        kinds=None if table.kinds is None else narrowed(table.kinds),
    )


def listed(rows: Sequence[int], *, shown: int = 4) -> str:
    """Row numbers in words.

    Examples
    --------
    >>> listed([4, 9]), listed([4, 5, 6, 7, 8, 9])
    ('rows 4 and 9', 'rows 4, 5, 6, 7 and 2 rows more')
    """
    texts = [str(row) for row in rows[:shown]]
    if len(rows) > shown:
        return f"rows {', '.join(texts)} and {counted(len(rows) - shown, 'row')} more"
    if len(rows) == 1:
        return f"row {texts[0]}"
    return f"rows {', '.join(texts[:-1])} and {texts[-1]}"
