"""Grades in long form: who gave which audit which grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.arrays import Ints, check_grades, check_same_length, frozen_ints
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """Grades given by auditors to audits, one row per grade.

    Parameters
    ----------
    audit, auditor : int array, shape (grades,)
        Any whole numbers that name the audit and the auditor of each grade.
    grade : int array, shape (grades,)
        Grade codes 0 .. K-1; higher is better.
    n_levels : int
        K, the number of levels of the declared scale, used or not.
    cluster : int array, shape (grades,), optional
        Names what is sampled as one when that is larger than ``audit``. With one row per audit,
        domain and auditor, ``audit`` names the audit and domain, and ``cluster`` the audit.
        By default every audit is sampled by itself.

    Raises
    ------
    ShapeError
        If lengths differ, codes are not whole numbers, an auditor grades one audit twice, or
        one audit lies in two clusters.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    Examples
    --------
    >>> ratings = Ratings(audit=[1, 1, 2], auditor=[7, 8, 7], grade=[2, 1, 3], n_levels=4)
    >>> ratings.n_audits, ratings.n_auditors
    (2, 2)
    """

    audit: Ints
    auditor: Ints
    grade: Ints
    n_levels: int
    cluster: Ints | None = None

    def __post_init__(self) -> None:
        columns = {"audit": self.audit, "auditor": self.auditor, "grade": self.grade}
        if self.cluster is not None:
            columns["cluster"] = self.cluster
        checked = {name: frozen_ints(values, name=name) for name, values in columns.items()}
        check_same_length(checked)
        check_grades(checked["grade"], n_levels=self.n_levels)
        for name, values in checked.items():
            object.__setattr__(self, name, values)
        _refuse_repeats(self.audit, self.auditor)
        if self.cluster is not None:
            _refuse_split_audits(self.audit, self.cluster)

    @classmethod
    def from_matrix(cls, grades: ArrayLike, *, n_levels: int) -> Ratings:
        """Ratings from a table with a row per audit and a column per auditor.

        Parameters
        ----------
        grades : array, shape (audits, auditors)
            Grade codes; NaN where the auditor did not grade the audit.
        n_levels : int
            K, the number of levels of the declared scale.

        Raises
        ------
        ShapeError
            If the table is not two-dimensional.
        UnknownGradeError
            If a code is not a whole number from 0 to K-1.

        Examples
        --------
        >>> Ratings.from_matrix([[2, 2], [1, float("nan")]], n_levels=4).grade.tolist()
        [2, 2, 1]
        """
        table = np.asarray(grades, dtype=np.float64)
        if table.ndim != 2:
            raise ShapeError(f"A table of grades has two dimensions, not {table.ndim}.")
        audit, auditor = np.nonzero(~np.isnan(table))
        found = table[audit, auditor]
        if not (found == np.floor(found)).all():
            raise UnknownGradeError("Grade codes should be whole numbers.")
        return cls(
            audit=audit.astype(np.int64),
            auditor=auditor.astype(np.int64),
            grade=found.astype(np.int64),
            n_levels=n_levels,
        )

    @property
    def n_audits(self) -> int:
        """Number of audits with a grade."""
        return len(np.unique(self.audit))

    @property
    def n_auditors(self) -> int:
        """Number of auditors who gave a grade."""
        return len(np.unique(self.auditor))

    def without(self, auditor: int) -> Ratings:
        """Return the ratings of everybody else."""
        kept = self.auditor != auditor
        return Ratings(
            audit=self.audit[kept],
            auditor=self.auditor[kept],
            grade=self.grade[kept],
            n_levels=self.n_levels,
            cluster=None if self.cluster is None else self.cluster[kept],
        )


def _refuse_repeats(audit: Ints, auditor: Ints) -> None:
    order = np.lexsort((auditor, audit))
    repeated = (np.diff(audit[order]) == 0) & (np.diff(auditor[order]) == 0)
    if repeated.any():
        place = int(order[1:][repeated].min())
        raise ShapeError(
            f"{int(repeated.sum())} grades repeat an auditor and audit already seen (first at "
            f"place {place}). Keep one grade for each audit and auditor."
        )


def _refuse_split_audits(audit: Ints, cluster: Ints) -> None:
    first = np.unique(audit, return_index=True, return_inverse=True)
    if (cluster != cluster[first[1]][first[2]]).any():
        raise ShapeError("An audit lies in two clusters; each audit belongs to one.")
