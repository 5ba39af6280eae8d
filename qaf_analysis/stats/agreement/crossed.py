"""Sums of squares of grades crossed by audit and auditor, with any pattern of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.csgraph import connected_components

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats, sums

# Share of the variation below which a sum of squares is rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossing:
    """Sums of squares of the two-way model grade = audit + auditor + error.

    Parameters
    ----------
    n_audits, n_auditors, grades, groups : int
        Audits, auditors, grades, and groups of them with nobody in common.
    total, audit_squares, auditor_squares, error_squares : float
        Sum of squares about the mean; of audits after auditors; of auditors after audits; of
        what is left.
    audit_weight, auditor_weight : float
        How often the variance of audits, and of auditors, is in the expected sum of squares.
    mean_double : float
        Harmonic mean number of grades of the audits with at least two; NaN without any.
    sizes : array, shape (sizes,)
        The different numbers of grades that audits have.
    shared : array, shape (sizes, auditors, auditors)
        Of the audits of each size, in how many (counting repeats) two auditors met.
    meeting : array, shape (sizes, auditors)
        For each auditor, the sum over audits of that size of the audit's total, every grade
        taken about its auditor's mean.
    own : array, shape (sizes,)
        Sum of the squares of these totals.
    load : array, shape (auditors,)
        Number of grades of each auditor.
    auditor_strength, auditor_contrasts : array, shape (auditor_rank,)
        Independent contrasts between auditors, free of audits: times the variance of auditors in
        each, and its square.
    """

    n_audits: int
    n_auditors: int
    grades: int
    groups: int
    total: float
    audit_squares: float
    auditor_squares: float
    error_squares: float
    audit_weight: float
    auditor_weight: float
    mean_double: float
    sizes: Floats
    shared: Floats
    meeting: Floats
    own: Floats
    load: Floats
    auditor_strength: Floats
    auditor_contrasts: Floats

    @property
    def audit_rank(self) -> int:
        """Number of independent contrasts between audits, free of auditors."""
        return self.n_audits - self.groups

    @property
    def auditor_rank(self) -> int:
        """Number of independent contrasts between auditors, free of audits."""
        return self.n_auditors - self.groups

    @property
    def error_df(self) -> int:
        """Grades beyond what audits and auditors can explain."""
        return self.grades - self.n_audits - self.n_auditors + self.groups

    @property
    def has_double(self) -> bool:
        """Whether any audit has two grades."""
        return self.grades > self.n_audits

    @property
    def has_error(self) -> bool:
        """Whether error is more than rounding."""
        return self.error_squares > ROUNDING * self.total

    @property
    def has_audits(self) -> bool:
        """Whether audits differ, beyond auditors, by more than rounding."""
        return self.audit_squares > ROUNDING * self.total

    @property
    def error_variance(self) -> float:
        """Variance of a grade about its audit and auditor; NaN when no grade is left for it."""
        return self.error_squares / self.error_df if self.error_df > 0 else nan

    @property
    def audit_variance(self) -> float:
        """Variance between audits, in grades squared; may be below 0."""
        if self.audit_rank < 1:
            return nan
        return (self.audit_squares - self.audit_rank * self.error_variance) / self.audit_weight

    @property
    def auditor_variance(self) -> float:
        """Variance between auditors, in grades squared; may be below 0."""
        if self.auditor_rank < 1:
            return nan
        own = self.auditor_squares - self.auditor_rank * self.error_variance
        return own / self.auditor_weight

    @property
    def lowest_correlation(self) -> float:
        """Lowest correlation that two grades of one audit can have, given the largest audit."""
        return -1 / (float(self.sizes.max()) - 1)

    def weighted_audit_squares(self, correlation: float) -> float:
        """Sum of squared contrasts of audits, each over its variance in units of error.

        Falls as the correlation rises, and divided by the variance of error follows chi-squared
        with ``audit_rank`` degrees of freedom at the true correlation of two grades of an audit.

        With r the variance of audits over that of error, C the information on audits free of
        auditors and u the totals by audit, it is u'C^-(I + rC)^-1 u = u'C^-u - r u'(I + rC)^-1 u;
        C is diagonal but for a part of the rank of the auditors, so the inverse needs only a
        matrix of their number.
        """
        ratio = correlation / (1 - correlation)
        shrink = 1 / (1 + ratio * self.sizes)
        inside = np.diag(self.load) - ratio * np.tensordot(shrink, self.shared, axes=1)
        met = shrink @ self.meeting
        solved = linalg.solve(inside, met, assume_a="sym")
        shrunken = float(shrink @ self.own + ratio * met @ solved)
        return self.audit_squares - ratio * shrunken

    def weighted_auditor_squares(self, share: float) -> float:
        """The same for auditors, by their share in the variance of auditors and error."""
        ratio = share / (1 - share)
        return float((self.auditor_contrasts / (1 + ratio * self.auditor_strength)).sum())


def crossing(audit: Ints, auditor: Ints, grade: Floats) -> Crossing:
    """Sums of squares of grades, for any pattern of who graded what.

    Parameters
    ----------
    audit, auditor : int array, shape (grades,)
        Whole numbers naming the audit and the auditor of each grade.
    grade : array, shape (grades,)
        The grade as a number.
    """
    rows = np.unique(audit, return_inverse=True)[1]
    columns = np.unique(auditor, return_inverse=True)[1]
    size, load = np.bincount(rows).astype(float), np.bincount(columns).astype(float)
    shape = (len(size), len(load))
    who = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
    middle = grade - grade.mean() if len(grade) else grade
    about_auditor = middle - (sums(columns, middle) / load)[columns]
    about_audit = middle - (sums(rows, middle) / size)[rows]
    groups = _groups(who)
    contrasts, strength = _auditor_contrasts(
        who, sums(columns, about_audit), size, load, rank=len(load) - groups
    )
    error = max(float(about_audit @ about_audit) - float(contrasts.sum()), 0.0)
    sizes, shared, meeting, own = _by_size(who, size, sums(rows, about_auditor))
    double = size[size > 1]
    return Crossing(
        n_audits=len(size),
        n_auditors=len(load),
        grades=len(rows),
        groups=groups,
        total=float(middle @ middle),
        audit_squares=max(float(about_auditor @ about_auditor) - error, 0.0),
        auditor_squares=float(contrasts.sum()),
        error_squares=error,
        audit_weight=len(rows) - float(((who**2).sum(axis=0) / load).sum()),
        auditor_weight=len(rows) - float(((who**2).sum(axis=1) / size).sum()),
        mean_double=len(double) / float((1 / double).sum()) if len(double) else nan,
        sizes=sizes,
        shared=shared,
        meeting=meeting,
        own=own,
        load=frozen_floats(load),
        auditor_strength=strength,
        auditor_contrasts=contrasts,
    )


def _groups(who: sparse.csr_array) -> int:
    if who.shape[0] == 0:
        return 0
    n, c = who.shape
    links = who.tocoo()
    # One network of audits (numbered first) and auditors, joined where an auditor graded an audit.
    network = sparse.coo_array((links.data, (links.row, n + links.col)), shape=(n + c, n + c))
    return int(connected_components(network, directed=False)[0])


def _auditor_contrasts(
    who: sparse.csr_array, totals: Floats, size: Floats, load: Floats, *, rank: int
) -> tuple[Floats, Floats]:
    """Squares of independent contrasts between auditors, and the auditors' variance in each."""
    if rank < 1:
        return frozen_floats([]), frozen_floats([])
    shared = (who.T @ (who * (1 / size)[:, np.newaxis])).toarray()
    strength, vectors = linalg.eigh(np.diag(load) - shared)
    # As many eigenvalues are zero as there are groups; eigh sorts them first.
    kept = slice(len(load) - rank, None)
    squares = (vectors[:, kept].T @ totals) ** 2 / strength[kept]
    return frozen_floats(squares), frozen_floats(strength[kept])


def _by_size(
    who: sparse.csr_array, size: Floats, totals: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    sizes = np.unique(size)
    shared, meeting, own = [], [], []
    for one in sizes:
        chosen = np.flatnonzero(size == one)
        part, total = who[chosen], totals[chosen]
        shared.append((part.T @ part).toarray())
        meeting.append(part.T @ total)
        own.append(float(total @ total))
    c = who.shape[1]
    return (
        frozen_floats(sizes),
        frozen_floats(np.array(shared).reshape(len(sizes), c, c)),
        frozen_floats(np.array(meeting).reshape(len(sizes), c)),
        frozen_floats(own),
    )
