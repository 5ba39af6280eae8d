"""Dates that stand in three columns: day, month and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.months import MONTHS
from qaf_analysis.data.contract.spelling import by_value
from qaf_analysis.data.files.headings import folded, refuse_missing
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.shapes.versions import without_places
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings

_WHOLE = re.compile(r"0*(\d+)(?:\.0+)?")
_ABSENT = "–"


def with_part_dates(
    table: RawTable, *, file: FileSettings, wanted: Sequence[Column], missing: MissingWords
) -> RawTable:
    """Table in which each date in three parts stands in one column, such as ``5 Apr 2024``.

    A date of which a part is missing is not guessed: it stays a text that is no date.

    Raises
    ------
    SettingsError
        If a date is declared in two parts, or more than three.
    """
    dates = [c for c in wanted if c.heading in file.built and c.kind == "date"]
    for column in dates:
        parts = file.built[column.heading]
        if len(parts) != 3:
            raise SettingsError(
                f'Settings of {file.path}: "{column.name}" is put together from {len(parts)} '
                "columns; a date has three: day, month, year, in this order."
            )
    others = {folded(c.heading) for c in wanted if c not in dates}
    gone: list[int] = []
    for column in dates:
        keys = [folded(heading) for heading in table.headings]
        refuse_missing(
            [replace(column, heading=part) for part in file.built[column.heading]],
            keys=keys,
            unknown=[h for h in table.headings if folded(h) not in others],
            header_row=table.header_row,
            rows_in=table.rows_in,
            problems=table.problems,
        )
        places = [keys.index(folded(part)) for part in file.built[column.heading]]
        table = _with_date(table, column.heading, places, missing=missing)
        gone += [place for place in places if keys[place] not in others]
    return without_places(table, gone)


def _with_date(
    table: RawTable, heading: str, places: Sequence[int], *, missing: MissingWords
) -> RawTable:
    def plain(text: str) -> str:
        return "" if missing.means_missing(text) else text

    parts = [by_value(table.cells[p], plain).to_numpy(dtype=object) for p in places]
    frame = pd.MultiIndex.from_arrays(parts)
    codes, distinct = pd.factorize(frame)
    texts = np.array([_written(*parts) for parts in distinct], dtype=object)
    width = len(table.headings)
    cells = table.cells.copy(deep=False)
    cells[width] = texts[codes] if len(codes) else pd.Series(dtype=object)
    kinds = table.kinds
    if kinds is not None:
        kinds = kinds.copy(deep=False)
        kinds[width] = ""
    return replace(table, headings=(*table.headings, heading), cells=cells, kinds=kinds)


def _written(day: str, month: str, year: str) -> str:
    """One text for the three parts; empty where all three are.

    Examples
    --------
    >>> _written("5", "4", "2024"), _written("05", "April", "2024.0"), _written("", "4", "2024")
    ('5 Apr 2024', '5 April 2024', '– Apr 2024')
    """
    parts = [_plain(part) for part in (day, month, year)]
    if not any(parts):
        return ""
    number = int(parts[1]) if parts[1].isdecimal() else 0
    if 1 <= number <= len(MONTHS):
        parts[1] = MONTHS[number - 1][:3]
    return " ".join(part or _ABSENT for part in parts)


def _plain(part: str) -> str:
    text = part.strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text
