"""Rows below a heading that hold no record: declared labels, idle formulas, second tables.

A row is only taken for one of these where no record can be lost with it: a row that bears a date
is always read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.spelling import Texts, by_value
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.labels import (
    SHOWS_NOTHING,
    Labels,
    declared_as,
    may_be_date,
    places_of_dates,
)
from qaf_analysis.data.files.raw_table import RawTable

_EMPTY_FORMULAS = "formulas that show nothing"
_LEAST_OF_HEADING = 2


def with_records_only(
    table: RawTable, *, labels: Sequence[str], wanted: Sequence[Column]
) -> RawTable:
    """Table without the rows that hold no record; these are counted in ``not_data``.

    A second table below, which was not declared, is set aside and named.

    Parameters
    ----------
    labels : sequence of str
        Labels declared for such rows.
    wanted : sequence of Column
        Columns as they stand in the file, by which those of dates are known.
    """
    if table.cells.empty:
        return _counted(table, {})
    dated = _bear_date(table, places_of_dates(table.headings, wanted))
    found = _idle_formulas(table)
    if labels:
        found |= _labelled(table, Labels(labels), dated=dated)
    table = _counted(table, found)
    if not places_of_dates(table.headings, wanted):
        return table  # nothing would tell a record from another row
    return _without_second_tables(table, dated=dated.loc[table.cells.index])


def _bear_date(table: RawTable, places: Sequence[int]) -> Texts:
    """Whether a row holds what may be a date in a column of dates."""
    flags = np.zeros(len(table.cells), dtype=bool)
    for place in places:
        flags |= by_value(table.cells[place], may_be_date).to_numpy(dtype=bool)
        if table.kinds is not None:
            flags |= (table.kinds[place] == "d").to_numpy(dtype=bool)
    return pd.Series(flags, index=table.cells.index)


def _idle_formulas(table: RawTable) -> dict[int, str]:
    """Rows of nothing but formulas whose result is an empty text."""
    if table.kinds is None or not (table.kinds == SHOWS_NOTHING).to_numpy().any():
        return {}
    filled = np.zeros(len(table.cells), dtype=bool)
    for place in table.cells.columns:
        filled |= (table.cells[place].str.strip() != "").to_numpy(dtype=bool)
        filled |= (~table.kinds[place].isin(["", SHOWS_NOTHING])).to_numpy(dtype=bool)
    return dict.fromkeys((int(row) for row in table.cells.index[~filled]), _EMPTY_FORMULAS)


def _labelled(table: RawTable, labels: Labels, *, dated: Texts) -> dict[int, str]:
    """Rows that begin with a declared label, each with the reason."""
    found: dict[int, str] = {}
    rest = np.ones(len(table.cells), dtype=bool)
    for place in table.cells.columns:
        texts = table.cells[place]
        first = rest & (texts.str.strip() != "").to_numpy(dtype=bool)
        rest &= ~first
        given = by_value(texts[first], labels.of)
        given = given[given != ""]
        found |= dict(zip(map(int, given.index), given, strict=True))
        if not rest.any():
            break
    for row in [row for row in found if dated[row]]:
        table.problems.warn(
            code="not_data_bears_date",
            row=row,
            found=f"a row that begins like {extract(found.pop(row))}, declared in not_data, and "
            "bears a date; it was read as a record",
            expected="rows declared in not_data to bear no date",
            mend="write the label in full in not_data (council.toml), so that no record fits it",
        )
    return {row: declared_as(label) for row, label in found.items()}


def _counted(table: RawTable, found: Mapping[int, str]) -> RawTable:
    """Table without the rows found, which are told once a reason and counted."""
    all_found = {**table.not_data, **found}
    for reason in dict.fromkeys(all_found.values()):
        alike = sorted(row for row, other in all_found.items() if other == reason)
        table.problems.note(
            code="no_record",
            row=alike[0],
            found=f"{counted(len(alike), 'row')} without a record: {reason}",
            expected="one record in each row",
            rows=len(alike),
        )
    return _without(table, all_found)


def _without(table: RawTable, not_data: Mapping[int, str]) -> RawTable:
    if not not_data:
        return table
    kept = ~table.cells.index.isin([*not_data])
    return replace(
        table,
        cells=table.cells[kept],
        kinds=None if table.kinds is None else table.kinds[kept],
        not_data=not_data,
    )


def _without_second_tables(table: RawTable, *, dated: Texts) -> RawTable:
    """Table without those below it; one that begins with a declared label holds no record."""
    not_data = dict(table.not_data)
    blocks = _blocks(table)
    own = table.cells.index.to_numpy(dtype="int64")
    is_record = np.zeros(max([int(block[-1]) for block in blocks], default=0) + 1, dtype=bool)
    bears_date = is_record.copy()
    below = own[own < len(is_record)]
    is_record[below] = True
    bears_date[below] = dated.to_numpy(dtype=bool)[own < len(is_record)]
    for rows in blocks:
        if bears_date[rows].any():
            continue
        block, records = rows.tolist(), rows[is_record[rows]].tolist()
        if not records or not _has_heading(table, records):
            continue
        if block[0] in table.not_data:
            not_data |= dict.fromkeys(records, f"a table below, {table.not_data[block[0]]}")
            continue
        table.problems.set_aside(
            records,
            code="second_table",
            found=f"part of a second table below the first (rows {block[0]} to {block[-1]})",
            expected="one table, or one on each sheet",
            mend="move it to a sheet of its own; if it holds no records, give it a first row with "
            "a label and declare that label in council.toml under not_data",
        )
    return table if len(not_data) == len(table.not_data) else _without(table, not_data)


def _blocks(table: RawTable) -> list[NDArray[np.int64]]:
    """Rows that follow a blank row, up to the next one; those right below the heading are none."""
    others = np.array([*table.misfits, *table.not_data], dtype="int64")
    own = table.cells.index.to_numpy(dtype="int64")
    numbers = np.sort(np.concatenate([own, others]), kind="stable")
    gaps = np.flatnonzero(np.diff(numbers) > 1) + 1
    return np.split(numbers, gaps)[1:] if len(gaps) else []


def _has_heading(table: RawTable, rows: Sequence[int]) -> bool:
    """Whether one of the rows looks like a heading: several texts, none of them with a digit."""
    own = {folded(heading) for heading in table.headings if heading}
    for row in rows:
        texts = [str(text) for text in table.cells.loc[row] if str(text).strip()]
        if len(texts) < _LEAST_OF_HEADING or any(c.isdigit() for text in texts for c in text):
            continue
        return {folded(text) for text in texts} != own
    return False
