"""The few sums that agreement coefficients are computed from.

How often each grade was given is all that most coefficients ask of an audit, so audits that got
the same grades are counted together: with two grades on four levels there are ten such patterns,
and a million audits are ten rows with numbers of times. The sums of a bootstrap draw, or of the
audits without one auditor, are sums with other numbers of times: one matrix product gives
thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats, Ints, numbered

# Rows turned into sums at a time, so that memory stays small beside the grades themselves.
CHUNK = 65_536

# Whole numbers up to here are exact as floating-point numbers.
EXACT = 2**53


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Patterns:
    """The different ways in which audits were graded.

    Parameters
    ----------
    counts : array, shape (patterns, K)
        Number of grades at each level.
    times : array, shape (patterns,)
        Number of audits graded so.
    of_audit : int array, shape (audits,)
        Pattern of each audit.
    """

    counts: Floats
    times: Floats
    of_audit: Ints

    @cached_property
    def raters(self) -> Floats:
        """Number of grades of an audit, for each pattern."""
        total: Floats = self.counts.sum(axis=1)
        return total

    @cached_property
    def others(self) -> Floats:
        """Number of other grades beside one of the audit's, but at least 1."""
        return np.maximum(self.raters - 1, 1)

    @cached_property
    def double(self) -> Floats:
        """1 for patterns of two or more grades, 0 for those of a single one."""
        return (self.raters > 1).astype(np.float64)

    @cached_property
    def double_times(self) -> Floats:
        """The same as ``times``, but 0 for patterns of a single grade."""
        return self.times * self.double

    @cached_property
    def independent_pairs(self) -> float:
        """Number of audits with two grades that would tell as much as all pairs, if independent."""
        raters, times = self.raters, self.double_times
        return float(times.sum() ** 2 / (times @ (2 / np.maximum(raters * (raters - 1), 2))))


def patterns_of(audit: Ints, grade: Ints, *, n_audits: int, n_levels: int) -> Patterns:
    """Patterns of grades.

    Each audit's counts are written as the digits of one number, which takes a single pass over
    the grades; where that number would be too long, rows of counts are compared instead.

    Parameters
    ----------
    audit : int array, shape (grades,)
        Audits numbered from 0.
    grade : int array, shape (grades,)
    n_audits, n_levels : int

    Examples
    --------
    >>> audit, grade = np.array([0, 0, 1, 1, 2, 2]), np.array([1, 0, 0, 1, 1, 1])
    >>> found = patterns_of(audit, grade, n_audits=3, n_levels=2)
    >>> found.counts.tolist(), found.times.tolist()
    ([[1.0, 1.0], [0.0, 2.0]], [2.0, 1.0])
    """
    base = int(np.bincount(audit, minlength=1).max()) + 1
    if base**n_levels < EXACT:
        digit = float(base) ** np.arange(n_levels)
        written = np.bincount(audit, weights=digit[grade], minlength=n_audits).astype(np.int64)
        of_audit, labels = numbered(written)
        counts = labels[:, np.newaxis] // digit.astype(np.int64) % base
    else:
        cells = np.bincount(audit * n_levels + grade, minlength=n_audits * n_levels)
        counts, inverse = np.unique(cells.reshape(n_audits, n_levels), axis=0, return_inverse=True)
        of_audit = inverse.reshape(-1).astype(np.int64)
    return Patterns(
        counts=counts.astype(np.float64),
        times=np.bincount(of_audit, minlength=len(counts)).astype(np.float64),
        of_audit=of_audit,
    )
