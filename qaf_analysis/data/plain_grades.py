"""Grades one by one from a plain table: a column per auditor (wide), or a row per grade (long)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.plain_levels import PlainLevels, ofsted_levels
from qaf_analysis.data.plain_table import (
    HEADINGS,
    Part,
    cells_refused,
    column_name,
    is_filled,
    levels_undeclared,
    place_of,
)
from qaf_analysis.data.raw_table import RawTable
from qaf_analysis.data.spelling import tidy

Ints: TypeAlias = NDArray[np.int64]
_BLANK, _UNKNOWN = -1, -2
# A column with fewer grades than this may hold names instead, which messages do not show.
_MOSTLY_GRADES = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainGrades:
    """Grades one by one.

    Parameters
    ----------
    levels : PlainLevels
    audit, auditor, grade : array of int, shape (grades,)
        Number of the audit and of the auditor, from 0, and code of the grade.
    rows : int
        Rows of the table below its header.
    warnings : tuple of str
        What was read otherwise than a reader might expect.
    """

    levels: PlainLevels
    audit: Ints
    auditor: Ints
    grade: Ints
    rows: int
    warnings: tuple[str, ...]


def wide_grades(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainGrades:
    """Grades of a table with a row per audit and a column per auditor.

    A column headed ``audit`` (or as ``HEADINGS`` has it) names the audits; every other column
    is an auditor's. ``levels`` and the errors are those of ``read_plain_grades``.
    """
    name = place_of(table, "audit")
    places = [p for p in range(len(table.headings)) if p != name and is_filled(table, p)]
    if name is not None:
        _names(table, name, needed=np.ones(len(table.cells), dtype=bool), once=True)
    _refuse_twice(table, places)
    scale, codes = _codes(table, places, levels)
    audit, column = np.nonzero(codes >= 0)
    idle = len(table.headings) - len(places) - (name is not None)
    if idle:
        warnings = (*warnings, f"{idle} columns hold no grade at all and were left out.")
    return PlainGrades(
        levels=scale,
        audit=audit.astype(np.int64),
        auditor=column.astype(np.int64),
        grade=codes[audit, column],
        rows=len(table.cells),
        warnings=warnings,
    )


def long_grades(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainGrades:
    """Grades of a table with a row per grade and the columns audit, auditor and grade.

    ``levels`` and the errors are those of ``read_plain_grades``.
    """
    audits, auditors, grades = (_needed(table, part) for part in ("audit", "auditor", "grade"))
    scale, codes = _codes(table, [grades], levels)
    grade = codes[:, 0]
    graded = grade >= 0
    audit = _names(table, audits, needed=graded)[graded]
    auditor = _names(table, auditors, needed=graded)[graded]
    _refuse_repeats(table, audit, auditor, rows=np.flatnonzero(graded), place=auditors)
    return PlainGrades(
        levels=scale,
        audit=audit,
        auditor=auditor,
        grade=grade[graded],
        rows=len(table.cells),
        warnings=warnings,
    )


def _needed(table: RawTable, part: Part) -> int:
    place = place_of(table, part)
    if place is None:
        raise table.problems.refusal(
            code="column_missing",
            row=table.header_row,
            found=f"no column of the {part}; the headings are "
            f"{', '.join(column_name(table, p) for p in range(len(table.headings)))}",
            expected=f"a column headed {' or '.join(HEADINGS[part])}",
            mend="rename the column, or give another --layout",
        )
    return place


def _codes(
    table: RawTable, places: Sequence[int], levels: PlainLevels | None
) -> tuple[PlainLevels, Ints]:
    """Scale, and codes of the grades in some columns, -1 where blank; shape (rows, columns)."""
    cells = table.cells[list(places)].to_numpy(dtype=object)
    found, texts = pd.factorize(cells.ravel())
    scale = levels or ofsted_levels(texts)
    if scale is None:
        raise levels_undeclared(table, texts)
    known = [_BLANK if not tidy(text) else scale.code(text) for text in texts]
    of_text = np.array([_UNKNOWN if code is None else code for code in known], dtype=np.int64)
    codes = of_text[found].reshape(cells.shape) if len(texts) else np.empty(cells.shape, np.int64)
    unknown = np.argwhere(codes == _UNKNOWN)
    if len(unknown):
        known_share = (codes >= 0).sum(axis=0) / np.maximum((codes != _BLANK).sum(axis=0), 1)
        raise cells_refused(
            table,
            [(int(row), places[int(column)]) for row, column in unknown],
            code="unknown_grade",
            expected=f"one of {', '.join(scale.labels)}, or nothing where not graded",
            mend="correct the cell, or add the level to --levels (a column that names the audits "
            "is to be headed audit)",
            quoted=bool((known_share[unknown[:, 1]] >= _MOSTLY_GRADES).all()),
        )
    return scale, codes


def _names(table: RawTable, place: int, *, needed: NDArray[np.bool_], once: bool = False) -> Ints:
    """Numbers of the names in a column, refusing blank ones where one is needed."""
    names = pd.Series(table.cells[place].to_numpy(dtype=object))
    codes, texts = pd.factorize(names)
    tidied, _ = pd.factorize(np.array([tidy(text) for text in texts], dtype=object))
    blank = np.array([not tidy(text) for text in texts], dtype=bool)[codes] & needed
    numbers: Ints = np.asarray(tidied, dtype=np.int64)[codes]
    again = pd.Series(numbers).duplicated().to_numpy() & once
    for wrong, code, expected, mend in (
        (blank, "name_missing", "a name or number in each row that has a grade", "fill it in"),
        (again, "audit_twice", "one row per audit", "keep one row, or give --layout long"),
    ):
        if wrong.any():
            cells = [(int(row), place) for row in np.flatnonzero(wrong)]
            raise cells_refused(table, cells, code=code, expected=expected, mend=mend)
    return numbers


def _refuse_twice(table: RawTable, places: Sequence[int]) -> None:
    names = [tidy(table.headings[place]) for place in places]
    for name in names:
        if not name or names.count(name) > 1:
            raise table.problems.refusal(
                code="column_twice" if name else "no_heading",
                row=table.header_row,
                column=name or column_name(table, places[names.index(name)]),
                found="two columns with this heading" if name else "grades without a heading",
                expected="one column for each auditor",
                mend="give each auditor's column a heading of its own",
            )


def _refuse_repeats(table: RawTable, audit: Ints, auditor: Ints, *, rows: Ints, place: int) -> None:
    pairs = audit * (int(auditor.max(initial=0)) + 1) + auditor
    repeated = pd.Series(pairs).duplicated().to_numpy()
    if repeated.any():
        raise cells_refused(
            table,
            [(int(row), place) for row in rows[repeated]],
            code="graded_twice",
            expected="one grade by each auditor for each audit (this auditor stands in an earlier "
            "row with the same audit)",
            mend="keep one of the grades; of several domains, keep one",
        )
