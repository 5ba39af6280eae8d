"""Plain counts of pairs of grades of the same audit."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, Ints, sums


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
        Number of pairs, of audits graded twice or more, and of auditors in a pair (0 when it is
        not known who gave which grade).
    identical, one_apart, two_or_more : float
        Shares with each audit counting once, so that a calibration audit graded by 29 auditors
        (406 pairs) weighs as much as an audit graded by two; NaN when there are no pairs.
    """

    matrix: Ints
    share_matrix: Floats
    pairs: int
    audits: int
    auditors: int
    identical: float
    one_apart: float
    two_or_more: float

    @property
    def within_one(self) -> float:
        """Share with the same grade or grades one apart, each audit counting once."""
        return self.identical + self.one_apart


def pair_counts(ratings: Ratings) -> PairCounts:
    """Count the pairs of grades of the same audit.

    Examples
    --------
    >>> counts = pair_counts(Ratings.from_matrix([[2, 2], [1, 2], [0, 2]], n_levels=4))
    >>> counts.pairs, round(counts.identical, 3), round(counts.within_one, 3)
    (3, 0.333, 0.667)
    """
    pairs = ratings.pairs
    steps = np.minimum(np.abs(pairs.grade_first - pairs.grade_second), 2)
    weighted = _shares(sums(steps, pairs.audit_weight, n=3))
    return PairCounts(
        matrix=_symmetric_matrix(pairs, np.ones(len(steps))).astype(np.int64),
        share_matrix=_symmetric_matrix(pairs, pairs.audit_weight / max(pairs.n_double, 1)),
        pairs=len(steps),
        audits=pairs.n_double,
        auditors=pairs.n_pairing_auditors if ratings.auditors_known else 0,
        identical=weighted[0],
        one_apart=weighted[1],
        two_or_more=weighted[2],
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
