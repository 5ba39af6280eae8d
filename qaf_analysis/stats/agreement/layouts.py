"""Tables of grades in their usual layouts, turned into one row per grade."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError


def long_from_matrix(grades: ArrayLike) -> tuple[Ints, Ints, Ints]:
    """Audit, auditor and grade, from a row per audit and a column per auditor.

    Parameters
    ----------
    grades : array, shape (audits, auditors)
        Grade codes; NaN where the auditor did not grade the audit.

    Raises
    ------
    ShapeError
        If the table is not two-dimensional.
    UnknownGradeError
        If a code is not a whole number.
    """
    table = np.asarray(grades, dtype=np.float64)
    if table.ndim != 2:
        raise ShapeError(f"A table of grades has two dimensions, not {table.ndim}.")
    audit, auditor = np.nonzero(~np.isnan(table))
    found = table[audit, auditor]
    if not (found == np.floor(found)).all():
        raise UnknownGradeError("Grade codes should be whole numbers.")
    return audit.astype(np.int64), auditor.astype(np.int64), found.astype(np.int64)


def long_from_counts(counts: ArrayLike) -> tuple[Ints, Ints, Ints, int]:
    """Audit, place within the audit, grade, and K, from a row per audit and a column per level.

    Parameters
    ----------
    counts : int array, shape (audits, K)
        Number of grades at each level.

    Raises
    ------
    ShapeError
        If the table is not one of whole numbers, 0 or more, with two or more columns.
    """
    table = _whole_numbers(counts)
    n, k = table.shape
    graded = table.sum(axis=1)
    audit = np.repeat(np.arange(n), graded)
    place = np.arange(len(audit)) - np.repeat(np.cumsum(graded) - graded, graded)
    return audit, place, np.repeat(np.tile(np.arange(k), n), table.ravel()), k


def long_from_table(table: ArrayLike) -> tuple[Ints, Ints, Ints, int]:
    """Audit, auditor (0 or 1), grade, and K, from the contingency table of two auditors.

    Parameters
    ----------
    table : int array, shape (K, K)
        Number of audits by the grade of the first auditor (rows) and of the second.

    Raises
    ------
    ShapeError
        If the table is not a square one of whole numbers, 0 or more.
    """
    cells = _whole_numbers(table)
    k = len(cells)
    if cells.shape != (k, k):
        raise ShapeError(f"A table of two auditors is square, not {cells.shape}.")
    both = np.repeat(np.arange(k * k), cells.ravel())
    audit, auditor = np.repeat(np.arange(len(both)), 2), np.tile(np.arange(2), len(both))
    return audit, auditor, np.stack(np.divmod(both, k), axis=1).ravel(), k


def _whole_numbers(values: ArrayLike) -> Ints:
    table = np.asarray(values)
    if table.ndim != 2 or table.shape[1] < 2 or table.dtype.kind not in "iu" or (table < 0).any():
        raise ShapeError(
            f"A table of whole numbers, 0 or more, with two or more columns is needed; this one "
            f"has shape {table.shape} and holds {table.dtype}."
        )
    return table.astype(np.int64)
