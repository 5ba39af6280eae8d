"""Pairs of grades of the same audit, which all measures of agreement are made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.stats.arrays import Floats, Ints, number_present, sums
from qaf_analysis.stats.ratings import Ratings


@dataclass(frozen=True, kw_only=True, eq=False)
class GradePairs:
    """Every pair of grades that two auditors gave one audit, and the audits graded once.

    Parameters
    ----------
    n_levels, n_audits, n_double, n_auditors : int
        Levels of the scale, audits, audits with two or more grades, auditors.
    share : array, shape (grades,)
        One over the number of grades of the audit, for each grade.
    grade : array, shape (grades,)
        All grades, in the order of ``share``.
    audit, first, second : array, shape (pairs,)
        Audit and the two auditors of each pair, numbered from 0.
    grade_first, grade_second : array, shape (pairs,)
        The two grades.
    raters : array, shape (pairs,)
        Number of grades of the pair's audit, 2 or more.
    single_audit, single_auditor, single_grade : array, shape (audits graded once,)
        The audits with one grade only.
    cluster : array, shape (audits,)
        What each audit is sampled with, numbered from 0.
    auditor_codes : array, shape (auditors,)
        Code in the ratings of each auditor number.
    """

    n_levels: int
    n_audits: int
    n_double: int
    n_auditors: int
    share: Floats
    grade: Ints
    audit: Ints
    first: Ints
    second: Ints
    grade_first: Ints
    grade_second: Ints
    raters: Ints
    single_audit: Ints
    single_auditor: Ints
    single_grade: Ints
    cluster: Ints
    auditor_codes: Ints

    @property
    def audit_weight(self) -> Floats:
        """Weight of each pair such that the pairs of one audit add up to one."""
        weight: Floats = 2 / (self.raters * (self.raters - 1.0))
        return weight

    @property
    def n_double_clusters(self) -> int:
        """Number of clusters that hold an audit with two or more grades."""
        return number_present(self.cluster[self.audit])

    @property
    def n_pairing_auditors(self) -> int:
        """Number of auditors who are in a pair."""
        return number_present(np.concatenate([self.first, self.second]))


def grade_pairs(ratings: Ratings) -> GradePairs:
    """Every pair of grades of one audit.

    Takes memory in proportion to the number of pairs: an audit with m grades gives m(m-1)/2.
    """
    order = np.argsort(ratings.audit, kind="stable")
    audits, start, audit, sizes = np.unique(
        ratings.audit[order], return_index=True, return_inverse=True, return_counts=True
    )
    codes, auditor = np.unique(ratings.auditor[order], return_inverse=True)
    grade, raters = ratings.grade[order], sizes[audit]
    # Each grade pairs with those after it in the same audit.
    after = raters - 1 - (np.arange(len(order)) - start[audit])
    one = np.repeat(np.arange(len(order)), after)
    within = np.arange(len(one)) - np.repeat(np.cumsum(after) - after, after)
    other = one + 1 + within
    lone = raters == 1
    return GradePairs(
        n_levels=ratings.n_levels,
        n_audits=len(audits),
        n_double=int((sizes > 1).sum()),
        n_auditors=len(codes),
        share=1 / raters,
        grade=grade,
        audit=audit[one],
        first=np.minimum(auditor[one], auditor[other]),
        second=np.maximum(auditor[one], auditor[other]),
        grade_first=grade[one],
        grade_second=grade[other],
        raters=raters[one],
        single_audit=audit[lone],
        single_auditor=auditor[lone],
        single_grade=grade[lone],
        cluster=_clusters(ratings, order[start]),
        auditor_codes=codes,
    )


def _clusters(ratings: Ratings, first_rows: Ints) -> Ints:
    if ratings.cluster is None:
        return np.arange(len(first_rows))
    return np.unique(ratings.cluster[first_rows], return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class PairCounts:
    """Plain counts of pairs of grades: how many are the same, one apart, further apart.

    Parameters
    ----------
    matrix : array, shape (K, K)
        Symmetric. On the diagonal the number of pairs with that grade twice; off the diagonal,
        on both sides, the number of pairs with those two grades in either order. The upper
        triangle with the diagonal adds up to ``pairs``.
    share_matrix : array, shape (K, K)
        The same as shares of all pairs, each audit counting once; the upper triangle with the
        diagonal adds up to 1, and every share is NaN when there are no pairs.
    pairs, audits, auditors : int
        Number of pairs, of audits graded twice or more, and of auditors in a pair.
    identical, one_apart, two_or_more : float
        Shares with each audit counting once, so that a calibration audit graded by 29 auditors
        (406 pairs) weighs as much as an audit graded by two; NaN when there are no pairs.
    pair_identical, pair_one_apart, pair_two_or_more : float
        Shares of all pairs, each pair counting once.
    """

    matrix: Ints
    share_matrix: Floats
    pairs: int
    audits: int
    auditors: int
    identical: float
    one_apart: float
    two_or_more: float
    pair_identical: float
    pair_one_apart: float
    pair_two_or_more: float

    @property
    def within_one(self) -> float:
        """Share with the same grade or grades one apart, each audit counting once."""
        return self.identical + self.one_apart

    @property
    def pair_within_one(self) -> float:
        """Share of all pairs with the same grade or grades one apart."""
        return self.pair_identical + self.pair_one_apart


def pair_counts(ratings: Ratings) -> PairCounts:
    """Count the pairs of grades of the same audit.

    Examples
    --------
    >>> counts = pair_counts(Ratings.from_matrix([[2, 2], [1, 2], [0, 2]], n_levels=4))
    >>> counts.pairs, round(counts.identical, 3), round(counts.within_one, 3)
    (3, 0.333, 0.667)
    """
    pairs = grade_pairs(ratings)
    steps = np.minimum(np.abs(pairs.grade_first - pairs.grade_second), 2)
    weighted = _shares(sums(steps, pairs.audit_weight, n=3))
    plain = _shares(np.bincount(steps, minlength=3).astype(np.float64))
    return PairCounts(
        matrix=_symmetric_matrix(pairs, np.ones(len(steps))).astype(np.int64),
        share_matrix=_symmetric_matrix(pairs, pairs.audit_weight / max(pairs.n_double, 1)),
        pairs=len(steps),
        audits=pairs.n_double,
        auditors=pairs.n_pairing_auditors,
        identical=weighted[0],
        one_apart=weighted[1],
        two_or_more=weighted[2],
        pair_identical=plain[0],
        pair_one_apart=plain[1],
        pair_two_or_more=plain[2],
    )


def _shares(weights: Floats) -> list[float]:
    total = float(weights.sum())
    return [float(weight / total) if total > 0 else nan for weight in weights]


def _symmetric_matrix(pairs: GradePairs, weight: Floats) -> Floats:
    k = pairs.n_levels
    cells = pairs.grade_first * k + pairs.grade_second
    ordered = sums(cells, weight, n=k * k).reshape(k, k)
    matrix: Floats = ordered + ordered.T - np.diag(np.diag(ordered))
    return matrix
