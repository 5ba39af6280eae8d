"""Ratings from a plain long table: which grade who gave to which domain of which audit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.columns import (
    Ints,
    Names,
    coded_grades,
    needed_place,
    numbered_names,
    refuse_rows_of_totals,
    year_numbers,
)
from qaf_analysis.data.plain.levels import PlainLevels
from qaf_analysis.data.plain.table import cells_refused, place_of, read_plain_table, warnings_of

ONE_DOMAIN = "all grades"


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainRatings:
    """Ratings one by one.

    Parameters
    ----------
    levels : PlainLevels
    audit, auditor, domain, grade : array of int, shape (ratings,)
        Numbers of audit, auditor and domain, from 0, and code of the grade.
    auditors, domains : tuple of str
        Label of each number.
    year : array of int, shape (ratings,), or None
        Financial year of the quarter, or the number of the quarter where quarters are numbered;
        None without that column. Rows stand in the order of the names of audits, auditors and
        domains.
    warnings : tuple of str
    """

    levels: PlainLevels
    audit: Ints
    auditor: Ints
    domain: Ints
    grade: Ints
    auditors: tuple[str, ...]
    domains: tuple[str, ...]
    year: Ints | None
    warnings: tuple[str, ...]


def read_plain_ratings(path: Path, *, levels: PlainLevels | None = None) -> PlainRatings:
    """Read a table with the columns audit, auditor and grade, and perhaps domain and quarter.

    Rows without a grade are passed over, and counted in a warning.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If a column or a name is missing, a grade is not on the scale, or an auditor graded one
        domain of one audit twice.
    """
    table = read_plain_table(path, parts=("audit", "auditor", "domain", "grade", "quarter"))
    scale, codes = coded_grades(table, [needed_place(table, "grade")], levels)
    graded = codes[:, 0] >= 0
    refuse_rows_of_totals(table, needed_place(table, "audit"))
    audit = numbered_names(table, needed_place(table, "audit"), needed=graded).by_label
    auditor = numbered_names(table, needed_place(table, "auditor"), needed=graded).by_label
    domain, said = _domains(table, graded)
    quarter = place_of(table, "quarter")
    _refuse_repeats(table, np.stack([audit.number, auditor.number, domain.number]), graded)
    blank = int((~graded).sum())
    if blank:
        said = (*said, f"{blank:,} rows have no grade and were passed over.")
    # In the order of names, so that no order of rows moves a sum by rounding.
    order = np.lexsort((domain.by_label.number, auditor.number, audit.number))
    kept = order[graded[order]]
    return PlainRatings(
        levels=scale,
        audit=audit.number[kept],
        auditor=auditor.number[kept],
        domain=domain.number[kept],
        grade=codes[kept, 0],
        auditors=auditor.labels,
        domains=domain.labels,
        year=None if quarter is None else year_numbers(table, quarter)[kept],
        warnings=(*warnings_of(table), *said),
    )


def _domains(table: RawTable, graded: np.ndarray) -> tuple[Names, tuple[str, ...]]:
    place = place_of(table, "domain")
    if place is not None:
        return numbered_names(table, place, needed=graded), ()
    number = np.zeros(len(table.cells), dtype=np.int64)
    said = "There is no column of the domain, so all grades count as of one domain."
    return Names(number=number, labels=(ONE_DOMAIN,)), (said,)


def _refuse_repeats(table: RawTable, parts: np.ndarray, graded: np.ndarray) -> None:
    rows = np.flatnonzero(graded)
    _, first = np.unique(parts[:, rows], axis=1, return_index=True)
    repeated = np.setdiff1d(np.arange(len(rows)), first)
    if len(repeated):
        place = needed_place(table, "auditor")
        raise cells_refused(
            table,
            [(int(rows[row]), place) for row in repeated],
            code="graded_twice",
            expected="one grade by each auditor for each domain of each audit (these three stand "
            "in an earlier row together)",
            mend="keep one of the grades",
        )
