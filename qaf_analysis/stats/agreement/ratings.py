"""Grades in long form: who gave which audit which grade.

``Ratings`` is what every coefficient takes; tables in the usual layouts (an auditor a column,
counts by level, two auditors crossed) are turned into one row per grade.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.grade_pairs import GradePairs, pairs_of
from qaf_analysis.stats.agreement.moments import (
    Moments,
    Patterns,
    feature_sums,
    patterns_of,
    sums_without_auditors,
)
from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_ints,
    number_present,
    numbered,
    refuse_repeats,
    sums,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """Grades given by auditors to audits, one row per grade.

    What the coefficients have in common (pairs, patterns of grades, their sums) is computed when
    first asked for and kept, so that six coefficients of the same ratings share the work.

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
    auditors_known : bool
        False when ``auditor`` only tells the grades of one audit apart and the same code in two
        audits need not be the same person, as after ``from_counts``.

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
    auditors_known: bool = True

    def __post_init__(self) -> None:
        columns = {"audit": self.audit, "auditor": self.auditor, "grade": self.grade}
        if self.cluster is not None:
            columns["cluster"] = self.cluster
        checked = {name: frozen_ints(values, name=name) for name, values in columns.items()}
        check_same_length(checked)
        check_grades(checked["grade"], n_levels=self.n_levels)
        for name, values in checked.items():
            object.__setattr__(self, name, values)
        refuse_repeats(
            self.audit_number,
            self.auditor_number,
            n_audits=self.n_audits,
            n_auditors=self.n_auditors,
        )
        in_one = self.cluster is None or (
            self.audit_cluster[self.audit_number] == numbered(self.cluster)[0]
        )
        if not np.all(in_one):
            raise ShapeError("An audit lies in two clusters; each audit belongs to one.")

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
        audit, auditor, grade = long_from_matrix(grades)
        return cls(audit=audit, auditor=auditor, grade=grade, n_levels=n_levels)

    @classmethod
    def from_counts(cls, counts: ArrayLike) -> Ratings:
        """Ratings from the number of grades at each level, a row per audit.

        Who gave which grade is not known then: errors cannot allow for other auditors, and
        coefficients that compare auditors (Conger, Cohen) are not estimable.

        Parameters
        ----------
        counts : int array, shape (audits, K)

        Raises
        ------
        ShapeError
            If the table is not one of whole numbers, 0 or more, with two or more columns.

        Examples
        --------
        >>> Ratings.from_counts([[0, 2], [1, 1]]).grade.tolist()
        [1, 1, 0, 1]
        """
        audit, auditor, grade, n_levels = long_from_counts(counts)
        return cls(
            audit=audit, auditor=auditor, grade=grade, n_levels=n_levels, auditors_known=False
        )

    @classmethod
    def from_table(cls, table: ArrayLike) -> Ratings:
        """Ratings of two auditors from their contingency table.

        Parameters
        ----------
        table : int array, shape (K, K)
            Number of audits by the grade of the first auditor (rows) and of the second.

        Raises
        ------
        ShapeError
            If the table is not a square one of whole numbers, 0 or more.

        Examples
        --------
        >>> Ratings.from_table([[1, 0], [1, 0]]).grade.tolist()
        [0, 0, 1, 0]
        """
        audit, auditor, grade, n_levels = long_from_table(table)
        return cls(audit=audit, auditor=auditor, grade=grade, n_levels=n_levels)

    @property
    def n_audits(self) -> int:
        """Number of audits with a grade."""
        return len(self._audits[1])

    @property
    def n_auditors(self) -> int:
        """Number of auditors who gave a grade."""
        return len(self._auditors[1])

    @property
    def audit_number(self) -> Ints:
        """Audit of each grade, numbered from 0 in the order of the codes."""
        return self._audits[0]

    @property
    def auditor_number(self) -> Ints:
        """Auditor of each grade, numbered from 0 in the order of the codes."""
        return self._auditors[0]

    @property
    def auditor_codes(self) -> Ints:
        """Code of each auditor number."""
        return self._auditors[1]

    @cached_property
    def n_double(self) -> int:
        """Number of audits with two or more grades."""
        return int(self.patterns.double_times.sum())

    @cached_property
    def n_double_clusters(self) -> int:
        """Number of clusters that hold such an audit."""
        if self.cluster is None:
            return self.n_double
        return number_present(self.audit_cluster[self._is_double])

    @cached_property
    def n_pairing_auditors(self) -> int:
        """Number of auditors who are in a pair; 0 when it is not known who gave which grade."""
        if not self.auditors_known:
            return 0
        if self.n_double == self.n_audits:
            return self.n_auditors
        return number_present(self.auditor_number[self._is_double[self.audit_number]])

    @cached_property
    def in_every_pair(self) -> tuple[int, ...]:
        """Numbers of the auditors who stand in every pair of grades: one (a hub), two, or none."""
        pairs = self.pairs
        if not self.auditors_known or len(pairs.audit) == 0:
            return ()
        taken = np.bincount(np.concatenate([pairs.first, pairs.second]))
        return tuple(int(code) for code in np.flatnonzero(taken == len(pairs.audit)))

    @property
    def is_clustered(self) -> bool:
        """Whether some audits are sampled together."""
        return self.cluster is not None and len(self.audit_cluster) > 1 + self.audit_cluster.max()

    @cached_property
    def audit_cluster(self) -> Ints:
        """Cluster of each audit, by audit number; clusters are numbered from 0."""
        if self.cluster is None:
            return np.arange(self.n_audits)
        of_audit = np.zeros(self.n_audits, dtype=np.int64)
        of_audit[self.audit_number] = numbered(self.cluster)[0]
        return of_audit

    @cached_property
    def pairs(self) -> GradePairs:
        """Every pair of grades of one audit."""
        return pairs_of(
            audit=self.audit_number,
            auditor=self.auditor_number,
            grade=self.grade,
            cluster=self.audit_cluster,
            n_levels=self.n_levels,
            auditor_codes=self.auditor_codes,
        )

    @cached_property
    def patterns(self) -> Patterns:
        """The different ways in which audits were graded, and how often each occurs."""
        return patterns_of(
            self.audit_number, self.grade, n_audits=self.n_audits, n_levels=self.n_levels
        )

    @cached_property
    def margins(self) -> Floats:
        """How often each auditor gave each grade; shape (auditors, K)."""
        cell = self.auditor_number * self.n_levels + self.grade
        table = sums(cell, np.ones(len(cell)), n=self.n_auditors * self.n_levels)
        return table.reshape(self.n_auditors, self.n_levels)

    @cached_property
    def moments(self) -> Moments:
        """The sums that coefficients are computed from, but for the auditors' margins."""
        return Moments.from_sums(feature_sums(self.patterns), n_levels=self.n_levels)

    @cached_property
    def moments_without_auditors(self) -> Moments:
        """The same sums, and margins, with each auditor left out in turn."""
        total = sums_without_auditors(
            self.patterns,
            audit=self.audit_number,
            auditor=self.auditor_number,
            grade=self.grade,
            n_auditors=self.n_auditors,
        )
        others = ~np.eye(self.n_auditors, dtype=bool)[..., np.newaxis]
        return Moments.from_sums(total, n_levels=self.n_levels, margins=self.margins * others)

    def without(self, auditor: int) -> Ratings:
        """Return the ratings of everybody else."""
        kept = self.auditor != auditor
        return Ratings(
            audit=self.audit[kept],
            auditor=self.auditor[kept],
            grade=self.grade[kept],
            n_levels=self.n_levels,
            cluster=None if self.cluster is None else self.cluster[kept],
            auditors_known=self.auditors_known,
        )

    @property
    def _is_double(self) -> Bools:
        return (self.patterns.raters > 1)[self.patterns.of_audit]

    @cached_property
    def _audits(self) -> tuple[Ints, Ints]:
        return numbered(self.audit)

    @cached_property
    def _auditors(self) -> tuple[Ints, Ints]:
        return numbered(self.auditor)


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
