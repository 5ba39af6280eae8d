"""Bundles of grades that say the same about an audit, counted together.

With adjacent-category grades (Rasch) all bundles by one auditor with the same total grade over
the same domains say the same about practice: their likelihoods differ by a factor free of it.
They are represented by one of them, and that factor is kept exact by ``surplus``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.severity.grade_links import Link
from qaf_analysis.stats.severity.ratings import SeverityRatings


@dataclass(frozen=True, kw_only=True, eq=False)
class BundleKinds:
    """The data of the severity model, reduced to what differs.

    A *station* is an auditor in a quarter, a *cell* a station and domain, a *kind* a pattern of
    grades at a station, an *audit kind* a set of kinds, and a *slot* the place of a kind in it.

    Parameters
    ----------
    station : int array, shape (kinds,)
    grades : int array, shape (kinds, domains)
        Grade codes among the levels used, -1 where the domain was not graded.
    like : int array, shape (kinds,)
        Kind whose derivatives by practice, at any node, differ from those of this kind by a
        constant only; itself where there is no other.
    n_levels : int
        Number of levels used.
    station_auditor, station_quarter : int array, shape (stations,)
    slot_audit, slot_kind : int array, shape (slots,)
        Audit kind and kind of each slot; slots of one audit kind follow each other.
    audit_count : float array, shape (audit kinds,)
        How many audits are of each kind.
    kind_of_audit : int array, shape (audits,)
    slot_of_bundle : int array, shape (bundles,)
    surplus : float array, shape (cells, levels)
        Grades seen, less those of the representatives of the bundles.
    """

    station: Ints
    grades: Ints
    like: Ints
    n_levels: int
    station_auditor: Ints
    station_quarter: Ints
    slot_audit: Ints
    slot_kind: Ints
    audit_count: Floats
    kind_of_audit: Ints
    slot_of_bundle: Ints
    surplus: Floats

    @property
    def n_stations(self) -> int:
        """Number of stations."""
        return len(self.station_auditor)

    @property
    def n_domains(self) -> int:
        """Number of domains."""
        return int(self.grades.shape[1])

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.n_stations * self.n_domains

    @property
    def first_slot(self) -> Ints:
        """First slot of each audit kind."""
        return np.searchsorted(self.slot_audit, np.arange(len(self.audit_count)))

    def incidence(self) -> sparse.csr_array:
        """Which cell and level (columns, level fastest) each kind (rows) has grades in."""
        kind, domain = np.nonzero(self.grades >= 0)
        cell = self.station[kind] * self.n_domains + domain
        column = cell * self.n_levels + self.grades[kind, domain]
        shape = (len(self.station), self.n_cells * self.n_levels)
        return sparse.csr_array((np.ones(len(kind)), (kind, column)), shape=shape)


def bundle_kinds(ratings: SeverityRatings, *, link: Link) -> BundleKinds:
    """Reduce ratings to bundle kinds and audit kinds.

    Levels that nobody used are left out; the grades of the kinds are numbered without them.
    """
    levels, code = np.unique(ratings.grade, return_inverse=True)
    seen = ratings.auditor_number * ratings.n_quarters + ratings.quarter_number
    stations, station_of = np.unique(seen, return_inverse=True)
    grades = np.full((ratings.n_bundles, ratings.n_domains), -1, dtype=np.int64)
    grades[ratings.bundle_number, ratings.domain_number] = code
    station = station_of[ratings.bundle_first]
    place = np.column_stack([station, grades >= 0])
    said = grades
    if link == "adjacent":
        said = np.where(grades >= 0, grades, 0).sum(axis=1, keepdims=True)
    first, kind_of_bundle = _unique_rows(np.column_stack([place, said]))
    like = np.arange(len(first))
    if link == "adjacent":
        shared, number = _unique_rows(place[first])
        like = shared[number]
    counts = _Counts(n_stations=len(stations), n_levels=len(levels))
    audits = _audit_kinds(ratings.audit_number[ratings.bundle_first], kind_of_bundle)
    return BundleKinds(
        station=station[first],
        grades=grades[first],
        like=like,
        n_levels=len(levels),
        station_auditor=stations // ratings.n_quarters,
        station_quarter=stations % ratings.n_quarters,
        slot_audit=audits.slot_audit,
        slot_kind=audits.slot_kind,
        audit_count=audits.count,
        kind_of_audit=audits.of_audit,
        slot_of_bundle=audits.slot_of_bundle,
        surplus=counts.of(station, grades) - counts.of(station, grades[first][kind_of_bundle]),
    )


def _unique_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Row that represents each different row, and the number of each row's representative."""
    key = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        # Renumbered at each column so that the key never outgrows whole numbers.
        _, key = np.unique(key * (column.max() + 2) + column + 1, return_inverse=True)
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), number.astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class _Counts:
    """Counts of grades by cell and level."""

    n_stations: int
    n_levels: int

    def of(self, station: Ints, grades: Ints) -> Floats:
        bundle, domain = np.nonzero(grades >= 0)
        cell = station[bundle] * grades.shape[1] + domain
        size = self.n_stations * grades.shape[1] * self.n_levels
        counts = np.bincount(cell * self.n_levels + grades[bundle, domain], minlength=size)
        return counts.reshape(-1, self.n_levels).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class _AuditKinds:
    """Audits with the same kinds of bundles, counted together."""

    slot_audit: Ints
    slot_kind: Ints
    count: Floats
    of_audit: Ints
    slot_of_bundle: Ints


def _audit_kinds(audit_of_bundle: Ints, kind_of_bundle: Ints) -> _AuditKinds:
    """Count audits together; bundles come sorted by audit, slots of an audit are so by kind."""
    order = np.lexsort((kind_of_bundle, audit_of_bundle))
    sizes = np.bincount(audit_of_bundle)
    start = np.cumsum(sizes) - sizes
    place = np.arange(len(order)) - start[audit_of_bundle]
    sets = np.full((len(sizes), int(sizes.max())), -1, dtype=np.int64)
    sets[audit_of_bundle, place] = kind_of_bundle[order]
    first, of_audit = _unique_rows(sets)
    slot_audit, column = np.nonzero(sets[first] >= 0)
    slot_start = np.cumsum(sizes[first]) - sizes[first]
    slot_of_bundle = np.empty_like(order)
    slot_of_bundle[order] = slot_start[of_audit[audit_of_bundle]] + place
    return _AuditKinds(
        slot_audit=slot_audit.astype(np.int64),
        slot_kind=sets[first][slot_audit, column],
        count=np.bincount(of_audit).astype(np.float64),
        of_audit=of_audit,
        slot_of_bundle=slot_of_bundle,
    )
