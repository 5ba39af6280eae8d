"""Columns of a plain table: grades as codes, names as numbers, quarters in order, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.half_grades import halves_counted
from qaf_analysis.data.cells.identifiers import is_total
from qaf_analysis.data.cells.missing import missing_words_found
from qaf_analysis.data.contract.spelling import by_value, tidy
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.levels import PlainLevels, ofsted_levels
from qaf_analysis.data.plain.table import (
    HEADINGS,
    Part,
    cells_refused,
    column_name,
    levels_undeclared,
    place_of,
)
from qaf_analysis.terms.errors import WorkbenchError
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import HalfGrades

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
_BLANK, _UNKNOWN, _HALF = -1, -2, -3
_MISSING = MissingWords()

# A column with fewer grades than this may hold names instead, which messages do not show.
_MOSTLY_GRADES = 0.5
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, kw_only=True, eq=False)
class Names:
    """Who or what each row is about.

    Parameters
    ----------
    number : array of int, shape (rows,)
        Number of each row's name, from 0 in the order of first appearance.
    labels : tuple of str
        The name of each number.
    """

    number: Ints
    labels: tuple[str, ...]

    @property
    def by_label(self) -> Names:
        """The same, numbered in the order of the labels, which no order of rows moves."""
        order = sorted(range(len(self.labels)), key=lambda number: self.labels[number])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return Names(number=place[self.number], labels=tuple(self.labels[n] for n in order))


def needed_place(table: RawTable, part: Part) -> int:
    """Place of a column that the table must have.

    Raises
    ------
    FileRefusedError
        If it has none, naming the headings it has.
    """
    place = place_of(table, part)
    if place is None:
        raise table.problems.refusal(
            code="column_missing",
            row=table.header_row,
            found=f"no column of the {part}; the headings are "
            f"{', '.join(column_name(table, p) for p in range(len(table.headings)))}",
            expected=f"a column headed {' or '.join(HEADINGS[part])}",
            mend="rename the column, or give another --layout where the command has one",
        )
    return place


def is_missing(text: str, levels: PlainLevels | None) -> bool:
    """Whether a cell of grades is blank, or holds a word for missing that is no level.

    Examples
    --------
    >>> is_missing(" ", None), is_missing("n/a", None), is_missing("Good", None)
    (True, True, False)
    """
    if levels is not None and levels.code(text) is not None:
        return False
    return not tidy(text) or _MISSING.means_missing(text)


def coded_grades(
    table: RawTable,
    places: Sequence[int],
    levels: PlainLevels | None,
    *,
    half_grades: HalfGrades | None = None,
    mend_half: str = "choose one of the two, or add it to --levels as a level of its own",
) -> tuple[PlainLevels, Ints]:
    """Scale, and codes of the grades in some columns, -1 where blank; shape (rows, columns).

    A word for missing is a blank cell, and a warning of the table counts each.

    Parameters
    ----------
    half_grades : {"lower", "higher"} or None
        Which neighbour a grade between two levels counts as, with a warning; None to refuse it.
    mend_half : str
        What is to be done about a grade between two levels that is refused.

    Raises
    ------
    FileRefusedError
        If a grade is not on the scale, or the scale is not declared and cannot be known.
    """
    cells = table.cells[list(places)].to_numpy(dtype=object)
    found, texts = pd.factorize(cells.ravel())
    scale = levels or ofsted_levels(texts)
    if scale is None:
        raise levels_undeclared(table, texts)
    known = [_code(text, scale, half_grades) for text in texts]
    of_text = np.array(known, dtype=np.int64)
    codes = of_text[found].reshape(cells.shape) if len(texts) else np.empty(cells.shape, np.int64)
    _refuse_unknown(table, places, codes, scale)
    halves = np.argwhere(codes == _HALF)
    if len(halves):
        raise cells_refused(
            table,
            [(int(row), places[int(column)]) for row, column in halves],
            code="half_grade",
            expected=f"one of {', '.join(scale.labels)}; this lies between two of them",
            mend=mend_half,
        )
    counts = {str(text): int(n) for text, n in zip(texts, np.bincount(found), strict=True)}
    _warn_of_words(table, counts, scale, half_grades)
    return scale, codes


def _code(text: str, scale: PlainLevels, half_grades: HalfGrades | None) -> int:
    code = scale.code(text)
    if code is not None:
        return code
    if is_missing(text, scale):
        return _BLANK
    half = scale.half(text)
    if half is None:
        return _UNKNOWN
    return _HALF if half_grades is None else half.counted_as(half_grades)


def _warn_of_words(
    table: RawTable, counts: dict[str, int], scale: PlainLevels, half_grades: HalfGrades | None
) -> None:
    """Warn of words read as blank, and of grades that count as one of their neighbours."""
    missing = {text: n for text, n in counts.items() if tidy(text) and is_missing(text, scale)}
    if missing:
        table.problems.warn(
            code="missing_word",
            found=missing_words_found(missing),
            expected="a grade, or a blank cell",
            mend="none needed; if a word is a level of your scale, add it to --levels",
            rows=sum(missing.values()),
        )
    halves = sum(n for text, n in counts.items() if scale.half(text) is not None)
    if halves:
        table.problems.warn(
            code="half_grades",
            found=halves_counted(halves, half_grades),
            expected="one level for each grade",
            mend="none needed; have auditors choose one level if this is no rule of yours",
            rows=halves,
        )


def _refuse_unknown(
    table: RawTable, places: Sequence[int], codes: Ints, scale: PlainLevels
) -> None:
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


def refuse_blank(
    table: RawTable, place: int, blank: NDArray[np.bool_], *, expected: str, mend: str
) -> None:
    """Refuse rows whose cell in a column is blank.

    Raises
    ------
    FileRefusedError
        Naming the rows.
    """
    if blank.any():
        cells = [(int(row), place) for row in np.flatnonzero(blank)]
        raise cells_refused(table, cells, code="cell_blank", expected=expected, mend=mend)


def numbered_names(
    table: RawTable, place: int, *, needed: NDArray[np.bool_] | None = None, once: bool = False
) -> Names:
    """Names in a column as numbers.

    Parameters
    ----------
    table : RawTable
    place : int
    needed : array of bool, shape (rows,), optional
        Rows that must have a name; by default all.
    once : bool
        Whether each name may stand in one row only.

    Raises
    ------
    FileRefusedError
        If a name is missing or stands twice.
    """
    codes, texts = pd.factorize(table.cells[place].to_numpy(dtype=object))
    tidied, labels = pd.factorize(np.array([tidy(text) for text in texts], dtype=object))
    number: Ints = np.asarray(tidied, dtype=np.int64)[codes]
    # A word for missing is nobody's name: it would count as one more auditor, or as one audit.
    named = [bool(tidy(text)) and not _MISSING.means_missing(text) for text in texts]
    blank = ~np.array(named, dtype=bool)[codes]
    again = pd.Series(number).duplicated().to_numpy() & once
    for wrong, code, expected, mend in (
        (
            blank if needed is None else blank & needed,
            "name_missing",
            "a name or number in each row that has a grade",
            "fill it in",
        ),
        (again, "audit_twice", "one row per audit", "keep one row, or give --layout long"),
    ):
        if wrong.any():
            cells = [(int(row), place) for row in np.flatnonzero(wrong)]
            raise cells_refused(table, cells, code=code, expected=expected, mend=mend)
    return Names(number=number, labels=tuple(str(label) for label in labels))


def refuse_rows_of_totals(table: RawTable, place: int) -> None:
    """Refuse rows that hold a total or a mean in place of an audit.

    Raises
    ------
    FileRefusedError
        Naming the rows.
    """
    totals = by_value(table.cells[place], is_total).to_numpy(dtype=bool)
    if totals.any():
        raise cells_refused(
            table,
            [(int(row), place) for row in np.flatnonzero(totals)],
            code="totals_row",
            expected="one audit in each row, and no totals or means",
            mend="delete the row",
        )


def quarter_numbers(table: RawTable, place: int) -> Ints:
    """Quarters in the order of time: whole numbers as they stand, or financial quarters.

    Returns
    -------
    array of int, shape (rows,)
        Numbers one apart for quarters that follow each other.

    Raises
    ------
    FileRefusedError
        If a cell is neither a whole number nor a quarter such as ``2019-20 Q3``, or the column
        holds both kinds.
    """
    read = list(by_value(table.cells[place], _quarter_number))
    usual = "whole" if any(kind == "whole" for kind, _ in read) else "quarter"
    wrong = [row for row, (kind, _) in enumerate(read) if kind != usual]
    if wrong:
        raise cells_refused(
            table,
            [(row, place) for row in wrong],
            code="not_a_quarter",
            expected="the number of the quarter (1, 2, 3 …) throughout, or financial quarters "
            "such as 2019-20 Q3 throughout",
            mend="correct the cell",
        )
    return np.array([number for _, number in read], dtype=np.int64)


def year_numbers(table: RawTable, place: int) -> Ints:
    """Financial years of quarters such as ``2019-20 Q3``; whole numbers as they stand.

    The errors are those of ``quarter_numbers``.
    """
    numbers = quarter_numbers(table, place)
    kinds = {kind for kind, _ in by_value(table.cells[place], _quarter_number)}
    if kinds != {"quarter"}:
        return numbers
    years = {number: Quarter.from_index(number).year for number in set(numbers.tolist())}
    return np.array([years[number] for number in numbers.tolist()], dtype=np.int64)


def _quarter_number(cell: str) -> tuple[str, int]:
    text = cell.strip()
    if re.fullmatch(r"\d{1,6}(\.0+)?", text):
        return "whole", int(float(text))
    try:
        quarter = Quarter.parse(text)
    except WorkbenchError:
        return "neither", 0
    return "quarter", quarter.index


def numbers_between(
    table: RawTable, place: int, *, low: float = -inf, high: float = inf, expected: str
) -> Floats:
    """Numbers of a column; NaN where blank.

    Raises
    ------
    FileRefusedError
        If a cell is no number, or lies outside the limits; ``expected`` says what should stand.
    """
    found = by_value(table.cells[place], _number).to_numpy(dtype=np.float64)
    is_blank = table.cells[place].str.strip().eq("").to_numpy()
    wrong = ~is_blank & ~((found >= low) & (found <= high))
    if wrong.any():
        raise cells_refused(
            table,
            [(int(row), place) for row in np.flatnonzero(wrong)],
            code="not_a_number",
            expected=expected,
            mend="correct the cell",
        )
    return found


def _number(cell: str) -> float:
    text = cell.strip()
    return float(text) if _NUMBER.fullmatch(text) else float("nan")
