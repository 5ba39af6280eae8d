"""Grades one by one from a plain table: a column per auditor (wide), or a row per grade (long).

A plain table of grades, read whole: the file, its layout and its scale in one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.auditor_columns import auditor_columns, auditors_counted
from qaf_analysis.data.plain.columns import (
    Ints,
    coded_grades,
    needed_place,
    numbered_names,
    refuse_rows_of_totals,
)
from qaf_analysis.data.plain.counts import PlainCounts, counts_of_audits, counts_of_two_auditors
from qaf_analysis.data.plain.levels import PlainLevels
from qaf_analysis.data.plain.table import (
    Part,
    cells_refused,
    place_of,
    read_plain_table,
    warnings_of,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.settings import HalfGrades

_PARTS: tuple[Part, ...] = ("audit", "auditor", "grade")
_MEND_HALF = (
    "choose one of the two, or say which all such grades count as: --half-grades lower, or "
    "--half-grades higher"
)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainGrades:
    """Grades one by one.

    Parameters
    ----------
    levels : PlainLevels
    audit, auditor, grade : array of int, shape (grades,)
        Number of the audit (with a column of domains, of the audit and domain) and of the
        auditor, from 0, and code of the grade.
    audits, auditors : tuple of str
        The name of each number; no names of audits where a wide table has no column of them, or
        where there is a column of domains.
    rows : int
        Rows of the table below its header.
    warnings : tuple of str
        What was read otherwise than a reader might expect.
    counted : str
        Which columns of a wide table were counted as auditors, as a sentence.
    cluster : array of int, shape (grades,), or None
        Number of the audit, where ``audit`` is that of an audit and domain.
    """

    levels: PlainLevels
    audit: Ints
    auditor: Ints
    grade: Ints
    audits: tuple[str, ...]
    auditors: tuple[str, ...]
    rows: int
    warnings: tuple[str, ...]
    counted: str = ""
    cluster: Ints | None = None


def wide_grades(
    table: RawTable,
    *,
    levels: PlainLevels | None,
    auditors: Sequence[str] = (),
    half_grades: HalfGrades | None = None,
) -> PlainGrades:
    """Grades of a table with a row per audit and a column per auditor.

    A column headed ``audit`` (or as ``HEADINGS`` has it) names the audits; of the others
    ``auditor_columns`` says which are auditors'. The options and the errors are those of
    ``read_plain_grades``.
    """
    found = auditor_columns(table, named=auditors, levels=levels)
    if found.audit is not None:
        refuse_rows_of_totals(table, found.audit)
    audits = () if found.audit is None else numbered_names(table, found.audit, once=True).labels
    scale, codes = coded_grades(
        table, found.places, levels, half_grades=half_grades, mend_half=_MEND_HALF
    )
    audit, column = np.nonzero(codes >= 0)
    return PlainGrades(
        levels=scale,
        audit=audit.astype(np.int64),
        auditor=column.astype(np.int64),
        grade=codes[audit, column],
        audits=audits,
        auditors=tuple(tidy(table.headings[place]) for place in found.places),
        rows=len(table.cells),
        warnings=(*warnings_of(table), *found.left_out),
        counted=auditors_counted(table, found.places),
    )


def long_grades(
    table: RawTable, *, levels: PlainLevels | None, half_grades: HalfGrades | None = None
) -> PlainGrades:
    """Grades of a table with a row per grade and the columns audit, auditor, grade, perhaps domain.

    With a domain, grades are compared within one domain of one audit, and the audit is what is
    sampled: its domains are not independent. ``levels`` and the errors are those of
    ``read_plain_grades``.
    """
    audits, auditors, grades = (needed_place(table, part) for part in _PARTS)
    refuse_rows_of_totals(table, audits)
    scale, codes = coded_grades(
        table, [grades], levels, half_grades=half_grades, mend_half=_MEND_HALF
    )
    grade = codes[:, 0]
    graded = grade >= 0
    audit_names = numbered_names(table, audits, needed=graded)
    auditor_names = numbered_names(table, auditors, needed=graded)
    audit, auditor = audit_names.number[graded], auditor_names.number[graded]
    place, cluster = place_of(table, "domain"), None
    if place is not None:
        domain = numbered_names(table, place, needed=graded).number[graded]
        cluster, audit = audit, audit * (int(domain.max(initial=0)) + 1) + domain
    _refuse_repeats(table, audit, auditor, rows=np.flatnonzero(graded), place=auditors)
    return PlainGrades(
        cluster=cluster,
        levels=scale,
        audit=audit,
        auditor=auditor,
        grade=grade[graded],
        audits=audit_names.labels if cluster is None else (),
        auditors=auditor_names.labels,
        rows=len(table.cells),
        warnings=warnings_of(table),
    )


def _refuse_repeats(table: RawTable, audit: Ints, auditor: Ints, *, rows: Ints, place: int) -> None:
    pairs = audit * (int(auditor.max(initial=0)) + 1) + auditor
    repeated = pd.Series(pairs).duplicated().to_numpy()
    if repeated.any():
        raise cells_refused(
            table,
            [(int(row), place) for row in rows[repeated]],
            code="graded_twice",
            expected="one grade by each auditor for each audit, or for each domain of it (this "
            "auditor stands in an earlier row with the same one)",
            mend="keep one of the grades; name the domain of each in a column headed domain",
        )


TableLayout: TypeAlias = Literal["wide", "long", "counts", "contingency"]


def read_plain_grades(
    path: Path,
    *,
    layout: TableLayout,
    levels: PlainLevels | None = None,
    auditors: Sequence[str] = (),
    half_grades: HalfGrades | None = None,
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
    auditors : sequence of str
        Headings of the auditors' columns of a wide table, whose other columns are left out.
    half_grades : {"lower", "higher"} or None
        Which neighbour a grade between two levels counts as; None to refuse it.

    Raises
    ------
    UsageError
        If there is no such file, the layout is not known or has no columns of auditors, or a
        column of theirs is not there.
    FileRefusedError
        If a grade or column is not on the scale, which is then named with its row and column; if
        the scale is not declared and cannot be known; or if an auditor graded an audit twice.
    """
    if layout not in get_args(TableLayout):
        known = ", ".join(get_args(TableLayout))
        raise UsageError(f'"{layout}" is no layout of a table; expected one of {known}.')
    if auditors and layout != "wide":
        raise UsageError("--auditors names columns of --layout wide; leave it out otherwise.")
    if half_grades is not None and layout not in ("wide", "long"):
        raise UsageError("--half-grades is for grades one by one, not for counts.")
    table = read_plain_table(path, parts=("audit", "auditor", "grade") if layout == "long" else ())
    if layout == "wide":
        return wide_grades(table, levels=levels, auditors=auditors, half_grades=half_grades)
    if layout == "long":
        return long_grades(table, levels=levels, half_grades=half_grades)
    warnings = warnings_of(table)
    if layout == "counts":
        return counts_of_audits(table, levels=levels, warnings=warnings)
    return counts_of_two_auditors(table, levels=levels, warnings=warnings)
