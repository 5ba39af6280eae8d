"""What is sampled, unit by unit: the sums that coefficients need, of audits or their clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient
from qaf_analysis.stats.agreement.moments import Moments, features
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, Ints

# Numbers in the largest table made at a time.
LARGEST = 4_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """Sums of sampled units; units that are alike stand in one row.

    Parameters
    ----------
    n_levels, n_auditors : int
    features : array, shape (units, columns)
        See ``moments.features``.
    times : array, shape (units,)
        How often each occurs.
    margins : sparse array, shape (units, auditors * K), or None
        How often each auditor gave each grade; only for coefficients that compare auditors.
    """

    n_levels: int
    n_auditors: int
    features: Floats
    times: Floats
    margins: sparse.csr_array | None = None

    def moments(self, times: Floats) -> Moments:
        """Moments of sets of audits in which each unit occurs so many times; (sets, units)."""
        margins = None
        if self.margins is not None:
            flat = (self.margins.T @ times.T).T
            margins = np.asarray(flat).reshape(len(times), self.n_auditors, self.n_levels)
        return Moments.from_sums(times @ self.features, n_levels=self.n_levels, margins=margins)

    def rows_at_once(self) -> int:
        """How many sets of audits to take at a time so that memory stays small."""
        width = len(self.times) + int(self.features.shape[1])
        if self.margins is not None:
            width += self.n_auditors * self.n_levels
        return max(1, LARGEST // width)


def units_of(ratings: Ratings, *, compares_auditors: bool) -> Units:
    """Units that are sampled.

    Parameters
    ----------
    ratings : Ratings
    compares_auditors : bool
        Whether a coefficient needs the auditors' margins; audits graded alike by different
        auditors are then different units.
    """
    patterns = ratings.patterns
    table = features(patterns.counts)
    if not compares_auditors and not ratings.is_clustered:
        return Units(
            n_levels=ratings.n_levels,
            n_auditors=ratings.n_auditors,
            features=table,
            times=patterns.times,
        )
    unit = ratings.audit_cluster
    n = int(unit.max()) + 1 if len(unit) else 0
    membership = _table(unit, patterns.of_audit, shape=(n, len(table)))
    margins = None
    if compares_auditors:
        cell = ratings.auditor_number * ratings.n_levels + ratings.grade
        shape = (n, ratings.n_auditors * ratings.n_levels)
        margins = _table(unit[ratings.audit_number], cell, shape=shape)
    return Units(
        n_levels=ratings.n_levels,
        n_auditors=ratings.n_auditors,
        features=membership @ table,
        times=np.ones(n),
        margins=margins,
    )


def without_each_unit(units: Units, measure: AgreementCoefficient) -> Floats:
    """Value with each unit left out in turn; shape (units,)."""
    whole = units.moments(units.times[np.newaxis])
    total = units.times @ units.features
    n, step = len(units.times), units.rows_at_once()
    values = np.empty(n)
    for start in range(0, n, step):
        part = slice(start, start + step)
        margins = None
        if units.margins is not None and whole.margins is not None:
            own = units.margins[part].toarray()
            margins = whole.margins - own.reshape(len(own), *whole.margins.shape[1:])
        rest = Moments.from_sums(
            total - units.features[part], n_levels=units.n_levels, margins=margins
        )
        with np.errstate(invalid="ignore"):
            values[part] = measure.values(rest)
    return values


def _table(row: Ints, column: Ints, *, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()
