"""Grades one by one from a plain table: a column per auditor (wide), or a row per grade (long).

A plain table of grades, read whole: the file, its layout and its scale in one call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.files.raw_table import RawTable
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
    MOST_NAMED,
    Part,
    cells_refused,
    column_name,
    is_filled,
    place_of,
    read_plain_table,
    warnings_of,
)
from qaf_analysis.terms.errors import UsageError

_PARTS: tuple[Part, ...] = ("audit", "auditor", "grade")
# Words that head a column beside the grades, alone or with one another.
_OTHER_WORDS = """
week weeks wk month mth quarter qtr period date day year yr time wave round session batch
total totals sum subtotal mean average avg median mode minimum maximum range stdev variance spread
agreed agree agreement agrees consensus final same match matches equal different difference diff
gap change kappa count counts index row line id ids ref reference key serial child case file team
service domain theme type comment comments note notes remark remarks reason status overall
% percent percentage share weight weights check checked
"""
_NO_AUDITOR = frozenset(_OTHER_WORDS.split())
_NEUTRAL_WORDS = "grade grades rating ratings score scores value no num number of the s"
_BESIDE = frozenset(_NEUTRAL_WORDS.split())


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
    cluster: Ints | None = None


def wide_grades(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainGrades:
    """Grades of a table with a row per audit and a column per auditor.

    A column headed ``audit`` (or as ``HEADINGS`` has it) names the audits; every other column
    is an auditor's, and a warning names them. Columns called as no auditor is, such as Week or
    Total, are refused. ``levels`` and the errors are those of ``read_plain_grades``.
    """
    name = place_of(table, "audit")
    places = [p for p in range(len(table.headings)) if p != name and is_filled(table, p)]
    if name is not None:
        refuse_rows_of_totals(table, name)
    audits = () if name is None else numbered_names(table, name, once=True).labels
    _refuse_twice(table, places)
    _refuse_other_columns(table, places)
    scale, codes = coded_grades(table, places, levels)
    audit, column = np.nonzero(codes >= 0)
    idle = len(table.headings) - len(places) - (name is not None)
    if idle:
        warnings = (*warnings, f"{idle} columns hold no grade at all and were left out.")
    warnings = (*warnings, _counted(table, places))
    return PlainGrades(
        levels=scale,
        audit=audit.astype(np.int64),
        auditor=column.astype(np.int64),
        grade=codes[audit, column],
        audits=audits,
        auditors=tuple(tidy(table.headings[place]) for place in places),
        rows=len(table.cells),
        warnings=warnings,
    )


def long_grades(
    table: RawTable, *, levels: PlainLevels | None, warnings: tuple[str, ...]
) -> PlainGrades:
    """Grades of a table with a row per grade and the columns audit, auditor, grade, perhaps domain.

    With a domain, grades are compared within one domain of one audit, and the audit is what is
    sampled: its domains are not independent. ``levels`` and the errors are those of
    ``read_plain_grades``.
    """
    audits, auditors, grades = (needed_place(table, part) for part in _PARTS)
    refuse_rows_of_totals(table, audits)
    scale, codes = coded_grades(table, [grades], levels)
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
        warnings=warnings,
    )


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


def _refuse_other_columns(table: RawTable, places: Sequence[int]) -> None:
    """Refuse columns whose heading is a word for a period, a total, a mean or a remark."""
    other = [place for place in places if _is_no_auditor(table.headings[place])]
    if not other:
        return
    named = ", ".join(column_name(table, place) for place in other)
    raise table.problems.refusal(
        code="column_of_no_auditor",
        row=table.header_row,
        column=column_name(table, other[0]),
        found=f"{counted(len(other), 'column')} called as no auditor is ({named}), whose cells "
        "would count as grades of one more auditor",
        expected="a column for each auditor, and perhaps one headed audit",
        mend="delete the column; if it names the audits, head it audit; if it is an auditor's, "
        "give it the auditor's name",
    )


def _is_no_auditor(heading: str) -> bool:
    words = set(re.findall(r"[^\W\d_]+|%", spelling_key(heading)))
    return bool(words & _NO_AUDITOR) and words <= _NO_AUDITOR | _BESIDE


def _counted(table: RawTable, places: Sequence[int]) -> str:
    shown = [column_name(table, place) for place in places[:MOST_NAMED]]
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    return f"{counted(len(places), 'auditor')} counted, one a column: {', '.join(shown)}{more}."


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
