"""One export with its cells read: each column's values, and the rows set aside so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.dates import read_dates
from qaf_analysis.data.cells.grades import GradeReader
from qaf_analysis.data.cells.identifiers import is_total, set_spoilt_aside, warn_of_personal_details
from qaf_analysis.data.cells.texts import tidy_cells
from qaf_analysis.data.cells.words import (
    check_quarters,
    only_given,
    read_choice,
    read_flag,
    read_share,
)
from qaf_analysis.data.contract.columns import OWN_COLUMNS, PLANNED, REQUIRED, Column, Graded
from qaf_analysis.data.contract.distinct import Texts, blank, constant, distinct, where
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.files.headings import Layout, folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.settings import FileSettings, Settings

_NO_LETTERS = {n: None for n in range(128) if not chr(n).isalnum() and chr(n) != "|"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """One export with its cells read.

    Parameters
    ----------
    file : FileSettings
        How it is laid out.
    table : RawTable
        As it stood.
    layout : Layout
        Where its columns are.
    values : mapping of Column to Series
        What each column's cells mean, by row number; declared constants are columns too.
    raw : mapping of Column to Series
        Cells as they stood, for the grade columns.
    """

    file: FileSettings
    table: RawTable
    layout: Layout
    values: Mapping[Column, Texts]
    raw: Mapping[Column, Texts]

    @property
    def problems(self) -> Problems:
        """What was found wrong with it."""
        return self.table.problems

    def value(self, name: str, grader: Graded) -> Texts | None:
        """Values of a column by our name, or None where the export has none."""
        return next(
            (v for c, v in self.values.items() if c.name == name and c.grader == grader), None
        )


def read_export(
    table: RawTable, *, layout: Layout, file: FileSettings, settings: Settings, as_of: date
) -> Export:
    """Read every cell of a table that a wanted column holds.

    Raises
    ------
    FileRefusedError
        If grades are bare numbers or the order of day and month cannot be told.
    """
    live = _without_totals(table, layout=layout)
    texts = _tidy_columns(table, live=live, layout=layout)
    texts.update(_constants(file, index=live.index))
    reader = _Reader(table, file=file, settings=settings, as_of=as_of)
    raw = {c: live[p] for c, p in layout.places.items() if c.kind == "grade"}
    values = {
        column: reader.read(column, cells, raw=raw.get(column), live=live, layout=layout)
        for column, cells in texts.items()
    }
    reader.grades.report()
    _set_missing_aside(texts, file=file, problems=table.problems)
    _check_quarter(values, problems=table.problems)
    return Export(file=file, table=table, layout=layout, values=values, raw=raw)


def _without_totals(table: RawTable, *, layout: Layout) -> pd.DataFrame:
    """Rows of the table but for repeated headers and totals, which are set aside."""
    cells, problems = table.cells, table.problems
    if cells.empty:
        return cells
    # A repeated header is sought by its identifier first: comparing every cell would be slow.
    names = ("audit_id", "action_id")
    identifier = next((p for c, p in layout.places.items() if c.name in names), 0)
    heading = folded(table.headings[identifier])
    suspects = cells[_holding(cells[identifier], heading)]
    wanted = [folded(text) for text in table.headings]
    again = [[folded(text) for text in texts] == wanted for texts in suspects.to_numpy()]
    repeated = [int(row) for row in suspects.index[again]]
    problems.set_aside(
        repeated,
        code="repeated_header",
        found="the header again (two exports pasted together?)",
        expected="one header",
        mend=[f"delete row {row}" for row in repeated],
    )
    dated = ("audit_date", "moderated_on", "raised_on")
    dates = [p for c, p in layout.places.items() if c.name in dated]
    undated = np.ones(len(cells), dtype=bool)
    for place in dates:
        undated &= where(cells[place], lambda text: not text.strip())
    totals = cells[identifier][undated]
    problems.set_aside(
        [int(row) for row in totals.index[[is_total(text) for text in totals]]],
        code="totals_row",
        found="a totals row: no identifier and no date",
        expected="one record in each row",
        mend="delete the total row",
    )
    kept = problems.kept(cells.index)
    return cells if kept.all() else cells[kept]


def _holding(texts: Texts, heading: str) -> NDArray[np.bool_]:
    """Whether each cell holds a heading, given as letters and digits."""
    found = distinct(texts)
    every = "|".join(found.texts)
    if every.isascii() and heading not in every.casefold().translate(_NO_LETTERS):
        return np.zeros(len(texts), dtype=bool)
    return found.chosen([folded(text[:200]) == heading for text in found.texts])


def _tidy_columns(table: RawTable, *, live: pd.DataFrame, layout: Layout) -> dict[Column, Texts]:
    kinds = None if table.kinds is None else table.kinds.loc[live.index]
    return {
        column: tidy_cells(
            live[place],
            None if kinds is None else kinds[place],
            column=column,
            problems=table.problems,
        )
        for column, place in layout.places.items()
    }


def _constants(file: FileSettings, *, index: pd.Index) -> dict[Column, Texts]:
    own = OWN_COLUMNS[file.kind]
    texts = {}
    for name, value in file.constants.items():
        moderators = name in ("moderation_source", "round", "selected_by", "moderated_on")
        grader: Graded = "moderator" if moderators or own == "moderator" else own
        column = Column(name=name, heading=f"{name} (declared for the file)", grader=grader)
        texts[column] = constant(value, index=index)
    return texts


class _Reader:
    def __init__(
        self, table: RawTable, *, file: FileSettings, settings: Settings, as_of: date
    ) -> None:
        own = file.scale is not None and file.scale.name != settings.scale.name
        self.grades = GradeReader(
            scale=file.scale if own and file.scale is not None else settings.scale,
            scale_map=file.scale_map,
            not_graded=settings.not_graded,
            blank_is_not_graded=file.shape == "wide",
            problems=table.problems,
        )
        self._table = table
        self._file = file
        self._settings = settings
        self._as_of = as_of

    def read(
        self,
        column: Column,
        texts: Texts,
        *,
        raw: Texts | None,
        live: pd.DataFrame,
        layout: Layout,
    ) -> Texts:
        problems, heading = self._table.problems, column.heading
        if column.kind == "grade":
            good = problems.kept(texts.index)
            texts, raw = texts[good], (texts if raw is None else raw)[good]
            rows_in = self._table.rows_in
            return self.grades.read(texts, raw=raw, heading=heading, rows_in=rows_in)
        if column.kind == "date":
            return read_dates(
                texts[problems.kept(texts.index)],
                self._kinds(column, layout=layout),
                order=self._file.date_order,
                as_of=self._as_of,
                planned=column.name in PLANNED,
                heading=heading,
                problems=problems,
            )
        if column.kind == "identifier":
            set_spoilt_aside(texts, heading=heading, problems=problems)
        elif column.kind == "choice":
            spellings = self._settings.spellings.get(column.name, {})
            return read_choice(texts, column=column, spellings=spellings, problems=problems)
        elif column.kind == "flag":
            return read_flag(texts, column=column, problems=problems)
        elif column.kind == "share":
            return read_share(texts, column=column, problems=problems)
        elif column.kind == "free":
            warn_of_personal_details(texts, heading=heading, problems=problems)
            return only_given(texts)
        return texts

    def _kinds(self, column: Column, *, layout: Layout) -> Texts | None:
        if self._table.kinds is None or column not in layout.places:
            return None
        return self._table.kinds[layout.places[column]]


def _set_missing_aside(
    texts: Mapping[Column, Texts], *, file: FileSettings, problems: Problems
) -> None:
    own = OWN_COLUMNS[file.kind]
    for column, cells in texts.items():
        needed = column.name in REQUIRED[file.kind] and column.grader == own
        if not needed or column.kind == "grade":
            continue
        problems.set_aside(
            cells.index[blank(cells)].tolist(),
            code="cell_missing",
            column=column.heading,
            found=f"no {column.name} (a blank cell)",
            expected=f"the {column.name} in every row",
            mend="fill in the cell, or leave the row out",
        )


def _check_quarter(values: Mapping[Column, Texts], *, problems: Problems) -> None:
    by_name = {column.name: (column, cells) for column, cells in values.items()}
    if "quarter" in by_name and "audit_date" in by_name:
        column, texts = by_name["quarter"]
        days = by_name["audit_date"][1]
        check_quarters(texts, days, heading=column.heading, problems=problems)
