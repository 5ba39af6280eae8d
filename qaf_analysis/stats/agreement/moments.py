"""The few sums that agreement coefficients are computed from.

They are sums over audits, so those of a bootstrap draw or of the audits without one auditor are
sums with other numbers of times: one matrix product gives thousands of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from qaf_analysis.stats.agreement.patterns import Patterns
from qaf_analysis.stats.core.arrays import Floats, Ints

# Rows turned into sums at a time, so that memory stays small beside the grades themselves.
CHUNK = 65_536


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Sums over audits; leading axes, where there are any, hold several sets of audits.

    Parameters
    ----------
    n_audits, n_double : array, shape (...)
        Number of audits, and of those with two or more grades.
    shares : array, shape (..., K)
        Sum of each audit's shares of the grades; over ``n_audits`` the distribution of grades.
    agreement : array, shape (..., K, K)
        Pairs of grades of one audit in either order, the pairs of each audit adding up to one.
    coincidences : array, shape (..., K, K)
        The same pairs, those of each audit adding up to its number of grades.
    margins : array, shape (..., auditors, K), or None
        Number of times each auditor gave each grade; only for coefficients that need it.
    """

    n_audits: Floats
    n_double: Floats
    shares: Floats
    agreement: Floats
    coincidences: Floats
    margins: Floats | None = None

    @classmethod
    def from_sums(cls, sums: Floats, *, n_levels: int, margins: Floats | None = None) -> Moments:
        """Return the moments from sums of the columns of ``features``; shape (..., columns)."""
        k = n_levels
        square = (*sums.shape[:-1], k, k)
        middle = 2 + k + k * k
        return cls(
            n_audits=sums[..., 0],
            n_double=sums[..., 1],
            shares=sums[..., 2 : 2 + k],
            agreement=sums[..., 2 + k : middle].reshape(square),
            coincidences=sums[..., middle:].reshape(square),
            margins=margins,
        )


def features(counts: Floats) -> Floats:
    """What one audit adds to each of the sums; shape (audits, 2 + K + 2 K²).

    Parameters
    ----------
    counts : array, shape (audits, K)
        Number of grades at each level; an audit without grades adds nothing.
    """
    n, k = counts.shape
    raters = counts.sum(axis=1)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    pairs[:, np.arange(k), np.arange(k)] -= counts
    coincidences = pairs.reshape(n, k * k) / np.maximum(raters - 1, 1)[:, np.newaxis]
    each = np.maximum(raters, 1)[:, np.newaxis]
    present = np.stack([raters > 0, raters > 1], axis=1).astype(np.float64)
    return np.concatenate([present, counts / each, coincidences / each, coincidences], axis=1)


def feature_sums(patterns: Patterns) -> Floats:
    """Sums over all audits; shape (columns,)."""
    k = patterns.counts.shape[1]
    total = np.zeros(2 + k + 2 * k * k)
    for start in range(0, len(patterns.counts), CHUNK):
        part = slice(start, start + CHUNK)
        total += patterns.times[part] @ features(patterns.counts[part])
    return total


def sums_without_auditors(
    patterns: Patterns, *, audit: Ints, auditor: Ints, grade: Ints, n_auditors: int
) -> Floats:
    """Sums over all audits with each auditor's grades left out in turn; (auditors, columns).

    One pass over the grades: what leaving out a grade changes depends on the grade and on the
    pattern of its audit only.
    """
    k = patterns.counts.shape[1]
    cell = patterns.of_audit[audit] * k + grade
    used, place = np.unique(cell, return_inverse=True)
    before = patterns.counts[used // k]
    after = before.copy()
    after[np.arange(len(used)), used % k] -= 1
    times = sparse.coo_array(
        (np.ones(len(cell)), (auditor, place.reshape(-1))), shape=(n_auditors, len(used))
    ).tocsr()
    change = np.asarray(times @ (features(after) - features(before)), dtype=np.float64)
    return feature_sums(patterns) + change
