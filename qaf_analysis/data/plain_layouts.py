"""A plain table of grades, read whole: the file, its layout and its scale in one call."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qaf_analysis.data.plain_counts import PlainCounts, counts_of_audits, counts_of_two_auditors
from qaf_analysis.data.plain_grades import PlainGrades, long_grades, wide_grades
from qaf_analysis.data.plain_levels import PlainLevels
from qaf_analysis.data.plain_table import TableLayout, cells_refused, read_plain_table
from qaf_analysis.data.raw_table import RawTable


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
    FileRefusedError
        If a grade or column is not on the scale, which is then named with its row and column; if
        the scale is not declared and cannot be known; or if an auditor graded an audit twice.
    """
    table = read_plain_table(path, layout=layout)
    _refuse_unread_cells(table)
    warnings = tuple(
        finding.message for finding in table.problems.findings if finding.outcome == "warning"
    )
    if layout == "wide":
        return wide_grades(table, levels=levels, warnings=warnings)
    if layout == "long":
        return long_grades(table, levels=levels, warnings=warnings)
    if layout == "counts":
        return counts_of_audits(table, levels=levels, warnings=warnings)
    return counts_of_two_auditors(table, levels=levels, warnings=warnings)


def _refuse_unread_cells(table: RawTable) -> None:
    """Refuse cells of a workbook that look blank and are not: merged, or formulas unstored."""
    if table.kinds is None:
        return
    cells = np.argwhere(table.kinds.isin(["m", "f"]).to_numpy())
    if len(cells):
        raise cells_refused(
            table,
            [(int(row), int(place)) for row, place in cells],
            code="cell_not_stored",
            expected="a value in the cell itself",
            mend="unmerge merged cells, and save the workbook after its formulas were computed",
        )
