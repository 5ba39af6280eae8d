"""A plain table of grades, read whole: the file, its layout and its scale in one call."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, get_args

from qaf_analysis.data.plain.plain_counts import (
    PlainCounts,
    counts_of_audits,
    counts_of_two_auditors,
)
from qaf_analysis.data.plain.plain_grades import PlainGrades, long_grades, wide_grades
from qaf_analysis.data.plain.plain_levels import PlainLevels
from qaf_analysis.data.plain.plain_table import read_plain_table, warnings_of
from qaf_analysis.terms.errors import UsageError

TableLayout: TypeAlias = Literal["wide", "long", "counts", "contingency"]


def read_plain_grades(
    path: Path, *, layout: TableLayout, levels: PlainLevels | None = None
) -> PlainGrades | PlainCounts:
    """Read a plain table of grades.

    Parameters
    ----------
    path : Path
        CSV file or Excel workbook.
    layout : {"wide", "long", "counts", "contingency"}
        Counts and contingency tables give ``PlainCounts``, the others ``PlainGrades``.
    levels : PlainLevels, optional
        The declared scale. By default Ofsted's four levels, if every grade is one of them.

    Raises
    ------
    UsageError
        If there is no such file, or the layout is not known.
    FileRefusedError
        If a grade or column is not on the scale, which is then named with its row and column; if
        the scale is not declared and cannot be known; or if an auditor graded an audit twice.
    """
    if layout not in get_args(TableLayout):
        known = ", ".join(get_args(TableLayout))
        raise UsageError(f'"{layout}" is no layout of a table; expected one of {known}.')
    table = read_plain_table(path, parts=("audit", "auditor", "grade") if layout == "long" else ())
    warnings = warnings_of(table)
    if layout == "wide":
        return wide_grades(table, levels=levels, warnings=warnings)
    if layout == "long":
        return long_grades(table, levels=levels, warnings=warnings)
    if layout == "counts":
        return counts_of_audits(table, levels=levels, warnings=warnings)
    return counts_of_two_auditors(table, levels=levels, warnings=warnings)
