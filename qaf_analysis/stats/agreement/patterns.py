"""Audits that got the same grades, counted together.

How often each grade was given is all that most coefficients ask of an audit. With two grades on
four levels there are ten such patterns, so a million audits are ten rows with numbers of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.core.numbering import numbered

# Whole numbers up to here are exact as floating-point numbers.
EXACT = 2**53


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
