"""Audits before and after a themed audit, from a plain table: a row per audit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.data.plain_columns import (
    Floats,
    Ints,
    coded_grades,
    needed_place,
    numbered_names,
    numbers_between,
    quarter_numbers,
    refuse_blank,
)
from qaf_analysis.data.plain_levels import PlainLevels
from qaf_analysis.data.plain_table import (
    Part,
    cells_refused,
    place_of,
    read_plain_table,
    warnings_of,
)
from qaf_analysis.data.raw_table import RawTable

Bools = NDArray[np.bool_]
PARTS: tuple[Part, ...] = (
    "audit",
    "auditor",
    "quarter",
    "post",
    "themed grade",
    "control grade",
    "control good",
)
AFTER = "1 where the quarter lies after the themed audit, 0 where before"


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainThemed:
    """Audits of one theme, each array of shape (audits,).

    Parameters
    ----------
    levels : PlainLevels
    quarter : array of int
        Numbers one apart for quarters that follow each other.
    post : array of bool
        Whether the quarter lies after the themed audit.
    auditor : array of int
        Number of the auditor from 0.
    themed_grade : array of int
        Code of the themed domain's grade; -1 where not graded.
    control_grade, control_good : array
        Mean grade code over the comparison domains, and their share Good or better; NaN in both
        where none was graded.
    warnings : tuple of str
    """

    levels: PlainLevels
    quarter: Ints
    post: Bools
    auditor: Ints
    themed_grade: Ints
    control_grade: Floats
    control_good: Floats
    warnings: tuple[str, ...]


def read_plain_themed(path: Path, *, levels: PlainLevels | None = None) -> PlainThemed:
    """Read a table with a row per audit.

    Columns: quarter (1, 2, … or 2019-20 Q3), post (0 or 1), auditor, themed_grade (a level),
    control_grade (mean code over the comparison domains, 0 for the worst level), control_good
    (their share Good or better, 0 to 1); perhaps audit_id. Quarters left out by plan, such as
    that of the themed audit itself, are not to stand in the table.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If a column, a quarter, a side or an auditor is missing, a grade is not on the scale, a
        number is out of range, a quarter lies on both sides, or an audit stands twice.
    """
    table = read_plain_table(path, parts=PARTS)
    audit = place_of(table, "audit")
    if audit is not None:
        numbered_names(table, audit, once=True)
    scale, codes = coded_grades(table, [needed_place(table, "themed grade")], levels)
    quarter = quarter_numbers(table, needed_place(table, "quarter"))
    control_grade, control_good = _control(table, highest=len(scale.labels) - 1)
    return PlainThemed(
        levels=scale,
        quarter=quarter,
        post=_sides(table, quarter),
        auditor=numbered_names(table, needed_place(table, "auditor")).number,
        themed_grade=codes[:, 0],
        control_grade=control_grade,
        control_good=control_good,
        warnings=warnings_of(table),
    )


def _sides(table: RawTable, quarter: Ints) -> Bools:
    place = needed_place(table, "post")
    given = numbers_between(table, place, low=0, high=1, expected=AFTER)
    refuse_blank(table, place, np.isnan(given), expected=AFTER, mend="fill it in")
    wrong = (given != 0) & (given != 1)
    if wrong.any():
        raise _refused(table, place, wrong, expected=AFTER, mend="correct the cell")
    post: Bools = given == 1
    both = np.isin(quarter, np.intersect1d(quarter[post], quarter[~post]))
    if both.any():
        raise _refused(
            table,
            place,
            both,
            expected="the same in all rows of a quarter",
            mend="correct the cell, or leave out the quarter of the themed audit",
        )
    return post


def _control(table: RawTable, *, highest: int) -> tuple[Floats, Floats]:
    places = [needed_place(table, "control grade"), needed_place(table, "control good")]
    ranges = (
        (highest, f"a mean grade code from 0 (the worst level) to {highest} (the best)"),
        (1, "a share from 0 to 1"),
    )
    grade, good = (
        numbers_between(table, place, low=0, high=high, expected=expected)
        for place, (high, expected) in zip(places, ranges, strict=True)
    )
    for place, present, missing in ((places[0], good, grade), (places[1], grade, good)):
        refuse_blank(
            table,
            place,
            np.isnan(missing) & ~np.isnan(present),
            expected="control_grade and control_good both given, or both blank",
            mend="fill it in, or blank the other",
        )
    return grade, good


def _refused(table: RawTable, place: int, wrong: Bools, *, expected: str, mend: str) -> Exception:
    cells = [(int(row), place) for row in np.flatnonzero(wrong)]
    return cells_refused(table, cells, code="not_a_side", expected=expected, mend=mend)
