"""Values that are built from several columns, such as an identifier from the case and the date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.dates import read_dates
from qaf_analysis.data.cells.identifiers import is_total
from qaf_analysis.data.contract.columns import OWN_COLUMNS, REQUIRED, Column
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.contract.spelling import Texts, by_value, tidy
from qaf_analysis.data.files.headings import folded, refuse_missing
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.shapes.versions import without_places
from qaf_analysis.terms.file_settings import JOINED
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings

_ONLY_LISTED = MissingWords()


def with_built_values(
    table: RawTable,
    *,
    file: FileSettings,
    wanted: Sequence[Column],
    missing: MissingWords = _ONLY_LISTED,
) -> RawTable:
    """Table in which each value that several columns make up stands in one of its own.

    A part that is a date counts by its day, however it was written or stored, so that one audit
    keeps one identifier. A row without one of the parts has no such value; where the value is
    required the row is set aside, naming the part. Dates in parts are no matter of this.

    Parameters
    ----------
    missing : MissingWords
        Words for a missing value; a part with one of them counts as blank.

    Raises
    ------
    FileRefusedError
        If there is no column for a part.
    """
    built = [c for c in wanted if c.heading in file.built and c.kind != "date"]
    if not built:
        return table
    _refuse_missing_parts(table, built, file=file, wanted=wanted)
    others = {folded(column.heading) for column in wanted if column not in built}
    dated = {folded(column.heading) for column in wanted if column.kind == "date"}
    gone: set[int] = set()
    for column in built:
        keys = [folded(heading) for heading in table.headings]
        places = [keys.index(folded(part)) for part in file.built[column.heading]]
        parts = [
            _part(table, p, file=file, dated=keys[p] in dated, missing=missing) for p in places
        ]
        values = _joined(parts, table, column, places, file=file)
        table = _with_column(table, column.heading, values)
        gone |= {place for place in places if keys[place] not in others}
    return without_places(table, sorted(gone))


def _refuse_missing_parts(
    table: RawTable, built: Sequence[Column], *, file: FileSettings, wanted: Sequence[Column]
) -> None:
    known = {folded(column.heading) for column in wanted}
    parts = {
        folded(part): replace(column, heading=part, need="required")
        for column in built
        for part in file.built[column.heading]
    }
    refuse_missing(
        [*parts.values()],
        keys=[folded(heading) for heading in table.headings],
        unknown=[heading for heading in table.headings if folded(heading) not in known],
        header_row=table.header_row,
        rows_in=table.rows_in,
        problems=table.problems,
    )


def _part(
    table: RawTable, place: int, *, file: FileSettings, dated: bool, missing: MissingWords
) -> Texts:
    """One part of each value: tidy text, the day where it is a date, or blank."""

    def reading(text: str) -> str:
        return "" if missing.means_missing(tidy(text)) else tidy(text)

    texts = by_value(table.cells[place], reading)
    kinds = None if table.kinds is None else table.kinds[place]
    if not dated and (kinds is None or not (kinds == "d").any()):
        return texts
    # What is wrong with a date is told where the column of dates itself is read.
    unheard = Problems(file=table.file, sheet=table.sheet)
    try:
        days = read_dates(
            texts,
            kinds,
            order=file.date_order,
            as_of=date.max,
            heading=table.headings[place],
            problems=unheard,
        )
    except FileRefusedError:
        if dated:
            return texts  # the column is refused where it is read
        raise
    written = pd.Series(np.datetime_as_string(days.to_numpy(), unit="D"), index=texts.index)
    return written.astype(object).where(days.notna().to_numpy(), texts)


def _joined(
    parts: Sequence[Texts],
    table: RawTable,
    column: Column,
    places: Sequence[int],
    *,
    file: FileSettings,
) -> Texts:
    filled = [part.to_numpy(dtype=object) != "" for part in parts]
    complete = np.logical_and.reduce(filled)
    joined = parts[0].astype(object)
    for part in parts[1:]:
        joined = joined + JOINED + part
    needed = column.name in REQUIRED[file.kind] and column.grader == OWN_COLUMNS[file.kind]
    total = by_value(parts[0], is_total).to_numpy(dtype=bool)
    if needed:
        # Rows of totals, of one text alone and of nothing at all are told as such later.
        partial = ~complete & np.logical_or.reduce(filled) & ~total
        partial[partial] = _filled_cells(table.cells[partial]) > 1
        _set_partial_aside(filled, partial, table, column, places)
    return joined.where(complete, "").where(~total, parts[0])


def _filled_cells(cells: pd.DataFrame) -> np.ndarray:
    """How many cells of each row are filled."""
    filled = [(cells[place].str.strip() != "").to_numpy(dtype=int) for place in cells.columns]
    counts: np.ndarray = np.sum(filled, axis=0)
    return counts


def _set_partial_aside(
    filled: Sequence[np.ndarray],
    partial: np.ndarray,
    table: RawTable,
    column: Column,
    places: Sequence[int],
) -> None:
    untold = partial.copy()
    for part, place in zip(filled, places, strict=True):
        lacking = untold & ~part
        untold &= part
        table.problems.set_aside(
            [int(row) for row in table.cells.index[lacking]],
            code="cell_missing",
            column=table.headings[place],
            found=f"no {table.headings[place]} (a blank cell, or a word for a missing value), of "
            f"which the {column.name} is built",
            expected=f"every part of the {column.name} in every row",
            mend="fill in the cell, or leave the row out",
        )


def _with_column(table: RawTable, heading: str, values: Texts) -> RawTable:
    width = len(table.headings)
    cells = table.cells.copy(deep=False)
    cells[width] = values
    kinds = table.kinds
    if kinds is not None:
        kinds = kinds.copy(deep=False)
        kinds[width] = ""
    return replace(table, headings=(*table.headings, heading), cells=cells, kinds=kinds)
