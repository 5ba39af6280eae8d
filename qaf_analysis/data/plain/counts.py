"""Counts of grades from a plain table: audits by level, or two auditors against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.data.contract.spelling import by_value
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.levels import PlainLevels, ofsted_levels
from qaf_analysis.data.plain.table import (
    HEADINGS,
    cells_refused,
    column_name,
    is_filled,
    levels_undeclared,
)

Ints: TypeAlias = NDArray[np.int64]
MOST_GRADES = 20_000_000
_WHOLE = re.compile(r"\d{1,9}(\.0+)?")


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainCounts:
    """Counts of grades.

    Parameters
    ----------
    levels : PlainLevels
    counts : array of int, shape (rows, K)
        How many auditors gave each audit each grade; or, for ``by_auditor``, how many audits got
        the row's grade from the first auditor and the column's from the second.
    by_auditor : bool
        Whether it is the table of two auditors against each other.
    warnings : tuple of str
    """

    levels: PlainLevels
    counts: Ints
    by_auditor: bool
    warnings: tuple[str, ...]


def counts_of_audits(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainCounts:
    """Counts of a table with a row per audit and a column per level.

    A first column headed ``audit`` (or as ``HEADINGS`` has it) is passed over. ``levels`` and
    the errors are those of ``read_plain_grades``.
    """
    named = folded(table.headings[0]) in {folded(name) for name in HEADINGS["audit"]}
    scale = levels or ofsted_levels(table.headings[int(named) :])
    if scale is None:
        raise levels_undeclared(table, table.headings[int(named) :])
    counts, absent = _counts(table, scale, first=int(named))
    return PlainCounts(levels=scale, counts=counts, by_auditor=False, warnings=warnings + absent)


def counts_of_two_auditors(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainCounts:
    """Counts of a square table: a row per level of one auditor, a column per level of the other.

    The rows stand in the order of the levels, or a first column whose heading is no level names
    them. ``levels`` and the errors are those of ``read_plain_grades``.
    """
    scale = levels or ofsted_levels(table.headings[1:])
    if scale is None:
        raise levels_undeclared(table, table.headings)
    named = scale.code(table.headings[0]) is None
    counts, absent = _counts(table, scale, first=int(named))
    k = len(scale.labels)
    rows = _row_levels(table, scale) if named else list(range(k))
    if len(counts) != k or sorted(rows) != list(range(k)) or absent:
        raise table.problems.refusal(
            code="not_square",
            found=f"{len(counts)} rows and {len(table.headings) - named} columns of counts",
            expected=f"a row and a column for each of the {k} levels: {', '.join(scale.labels)}",
            mend="add the rows and columns that are missing, with zeros",
        )
    return PlainCounts(
        levels=scale, counts=counts[np.argsort(rows)], by_auditor=True, warnings=warnings
    )


def _counts(table: RawTable, scale: PlainLevels, *, first: int) -> tuple[Ints, tuple[str, ...]]:
    """Counts by level, shape (rows, K), and a warning of levels that have no column."""
    columns = range(first, len(table.headings))
    places = [p for p in columns if table.headings[p].strip() or is_filled(table, p)]
    codes = [_level_of(table, place, scale) for place in places]
    if len(set(codes)) < len(codes):
        twice = next(scale.labels[code] for code in codes if codes.count(code) > 1)
        raise table.problems.refusal(
            code="column_twice",
            row=table.header_row,
            column=twice,
            found="two columns for this level",
            expected="each level once",
            mend="delete or rename one of them",
        )
    counts = np.zeros((len(table.cells), len(scale.labels)), dtype=np.int64)
    for place, code in zip(places, codes, strict=True):
        counts[:, code] = _whole_numbers(table, place)
    if counts.sum() > MOST_GRADES:
        raise table.problems.refusal(
            code="too_large",
            found=f"counts that add up to {int(counts.sum()):,} grades",
            expected=f"at most {MOST_GRADES:,}",
            mend="check the counts; they are to be numbers of auditors or of audits",
        )
    absent = [label for code, label in enumerate(scale.labels) if code not in codes]
    said = (f"No column for {', '.join(absent)}: taken as never given.",) if absent else ()
    return counts, said


def _row_levels(table: RawTable, scale: PlainLevels) -> list[int]:
    codes = [scale.code(text) for text in table.cells[0]]
    wrong = [(row, 0) for row, code in enumerate(codes) if code is None]
    if wrong:
        raise cells_refused(
            table,
            wrong,
            code="unknown_grade",
            expected=f"one of {', '.join(scale.labels)}",
            mend="correct the cell, or add the level to --levels",
        )
    return [code for code in codes if code is not None]


def _level_of(table: RawTable, place: int, scale: PlainLevels) -> int:
    code = scale.code(table.headings[place])
    if code is None:
        raise table.problems.refusal(
            code="unknown_grade",
            row=table.header_row,
            column=column_name(table, place),
            found="a column whose heading is no level of the scale",
            expected=f"one of {', '.join(scale.labels)}",
            mend="rename or delete the column, or add the level to --levels (a column that names "
            "the audits is to be headed audit)",
        )
    return code


def _whole_numbers(table: RawTable, place: int) -> Ints:
    texts = by_value(table.cells[place], str.strip)
    wrong = [row for row, text in enumerate(texts) if text and not _WHOLE.fullmatch(text)]
    if wrong:
        raise cells_refused(
            table,
            [(row, place) for row in wrong],
            code="not_a_count",
            expected="a whole number, 0 or more",
            mend="write how many auditors gave the grade; if the cells hold grades, give "
            "--layout wide",
        )
    return by_value(texts, lambda text: int(text.split(".")[0] or 0)).to_numpy(dtype=np.int64)
