"""The parameters of a severity model: laid out block by block, and from them every offset.

``SeverityTerms`` holds which cells of which block each auditor's offset, at each domain, is the
sum of, and which constraints the blocks obey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from scipy import linalg, sparse

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.severity.bundles import BundleKinds
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings

# Prior SD, in logits, of difficulties, free severities and quarters. Wide enough to change no
# estimate in its fourth digit; it keeps those finite whose grades are all at one end.
WIDE = 50.0

NAMES = (
    "thresholds",
    "difficulty",
    "quarter",
    "group",
    "role",
    "auditor",
    "moderator",
    "auditor_domain",
    "drift",
    "auditor_quarter",
    "caseload",
)


def severity_terms(
    ratings: SeverityRatings, *, kinds: BundleKinds, options: SeverityOptions
) -> SeverityTerms:
    """Lay out the parameters of a model for these ratings.

    ``options`` are taken at their word: what cannot be estimated is to be switched off before.
    """
    layout = _Layout(kinds=kinds, options=options)
    layout.add_thresholds()
    if not options.partial_credit:
        layout.add("difficulty", layout.domain, centred_basis(kinds.n_domains), precision=WIDE**-2)
    if options.practice_by_quarter:
        # A better quarter takes off the offset as a kinder auditor does.
        basis = centred_basis(ratings.n_quarters)
        layout.add("quarter", layout.quarter, basis, precision=WIDE**-2)
    anchored = np.isin(ratings.auditor_codes, list(options.anchored))
    moderates = np.isin(ratings.auditor_codes, list(options.moderators))
    _add_auditors(layout, options=options, anchored=anchored, moderates=moderates)
    _add_two_way(layout, options=options, quarters=ratings.quarter_codes, anchored=anchored)
    if options.has_caseload:
        layout.add_caseload(ratings.n_auditors)
    severities = np.array([options.anchored.get(int(code), 0.0) for code in ratings.auditor_codes])
    return layout.finished(fixed=severities)


def _add_auditors(
    layout: _Layout,
    *,
    options: SeverityOptions,
    anchored: Bools,
    moderates: Bools,
) -> None:
    if options.auditor_effects == "none":
        return
    every = np.eye(len(anchored))
    if anchored.any():
        layout.add("group", layout.auditor, (~anchored).astype(float)[:, np.newaxis])
    if options.auditor_effects == "free":
        free = every[:, ~anchored]
        basis = centred_basis(free.shape[1])
        layout.add("auditor", layout.auditor, free @ basis, precision=WIDE**-2)
        return
    layout.add("auditor", layout.auditor, every[:, ~anchored & ~moderates])
    if moderates.any():
        role = moderates.astype(float)[:, np.newaxis]
        layout.add("role", layout.auditor, role, precision=WIDE**-2)
        layout.add("moderator", layout.auditor, every[:, ~anchored & moderates])


def _add_two_way(
    layout: _Layout, *, options: SeverityOptions, quarters: Ints, anchored: Bools
) -> None:
    own = ~anchored[layout.auditor]
    if options.auditor_by_domain:
        layout.add_cells("auditor_domain", layout.auditor, layout.domain, own=own)
    if options.drift:
        span = quarters[-1] - quarters[0]
        time = (quarters - (quarters[0] + quarters[-1]) / 2) / span
        free = np.flatnonzero(~anchored)
        marks = np.eye(len(anchored))[:, free]
        layout.add("drift", layout.auditor, marks, times=time[layout.quarter])
    if options.auditor_by_quarter:
        layout.add_cells("auditor_quarter", layout.auditor, layout.quarter, own=own)


class _Layout:
    """Collects blocks of columns of the design, cell by cell."""

    def __init__(self, *, kinds: BundleKinds, options: SeverityOptions) -> None:
        self.kinds = kinds
        self.options = options
        cells = np.arange(kinds.n_cells)
        station = cells // kinds.n_domains
        self.domain = cells % kinds.n_domains
        self.auditor = kinds.station_auditor[station]
        self.quarter = kinds.station_quarter[station]
        steps = (kinds.n_levels - 1) * (kinds.n_domains if options.partial_credit else 1)
        self.n_local = kinds.n_domains + steps
        self.row = station * self.n_local + self.domain
        self.blocks: dict[str, sparse.csr_array] = {}
        self.precision: dict[str, float] = {}
        self.cells: dict[str, Ints] = {}
        self.columns: dict[str, Floats] = {}

    @property
    def n_rows(self) -> int:
        return self.kinds.n_stations * self.n_local

    def add_thresholds(self) -> None:
        steps = self.n_local - self.kinds.n_domains
        below = sparse.csr_array((self.kinds.n_domains, steps))
        one = sparse.vstack([below, sparse.eye_array(steps)], format="csr")
        self.blocks["thresholds"] = sparse.vstack([one] * self.kinds.n_stations, format="csr")

    def add(
        self,
        name: str,
        code: Ints,
        columns: Floats,
        *,
        precision: float = 0.0,
        times: Floats | None = None,
    ) -> None:
        """Add a block: each cell's offset gets the row of ``columns`` of its code."""
        self.columns[name] = columns
        rows = sparse.csr_array(columns)[code].tocoo()
        if times is not None:
            rows.data = rows.data * times[rows.row]
        self._put(name, rows, precision=precision)

    def add_cells(self, name: str, first: Ints, second: Ints, *, own: Bools) -> None:
        """Add a block with a parameter for each pair of codes that has grades."""
        graded = self.kinds.incidence().sum(axis=0).reshape(self.kinds.n_cells, -1).sum(axis=1)
        kept = np.flatnonzero((graded > 0) & own)
        pairs, column = np.unique(
            np.column_stack([first[kept], second[kept]]), axis=0, return_inverse=True
        )
        shape = (self.kinds.n_cells, len(pairs))
        marks = sparse.coo_array((np.ones(len(kept)), (kept, column.ravel())), shape=shape)
        self.cells[name] = pairs
        self._put(name, marks, precision=0.0)

    def add_caseload(self, n_auditors: int) -> None:
        """Add a block that enters the means of audits, not the offsets."""
        self.columns["caseload"] = np.eye(n_auditors)
        nothing = sparse.coo_array((self.kinds.n_cells, n_auditors))
        self._put("caseload", nothing, precision=0.0)

    def _put(self, name: str, cells: sparse.coo_array, *, precision: float) -> None:
        shape = (self.n_rows, cells.shape[1])
        place = (self.row[cells.row], cells.col)
        self.blocks[name] = sparse.csr_array((cells.data, place), shape=shape)
        self.precision[name] = precision

    def finished(self, *, fixed: Floats) -> SeverityTerms:
        sizes = [self.blocks[name].shape[1] if name in self.blocks else 0 for name in NAMES]
        ends = np.cumsum(sizes).tolist()
        index = {
            name: slice(end - size, end) for name, size, end in zip(NAMES, sizes, ends, strict=True)
        }
        index["log_sd_audit"] = slice(ends[-1], ends[-1] + 1)
        index["log_sd_halo"] = slice(ends[-1] + 1, ends[-1] + 2)
        audits = sparse.csr_array((len(self.kinds.audit_count), ends[-1]))
        if self.options.has_caseload:
            before = sparse.csr_array((len(self.kinds.audit_count), index["caseload"].start))
            audits = sparse.hstack([before, _teams(self.kinds)], format="csr")
        precision = np.zeros(ends[-1] + 2)
        for name, value in self.precision.items():
            precision[index[name]] = value
        added = np.zeros(self.n_rows)
        added[self.row] = fixed[self.auditor]
        return SeverityTerms(
            index=MappingProxyType(index),
            design=sparse.hstack([self.blocks[n] for n in NAMES if n in self.blocks], format="csr"),
            fixed=added,
            audit_design=audits,
            precision=precision,
            cells=MappingProxyType(self.cells),
            columns=MappingProxyType(self.columns),
            n_stations=self.kinds.n_stations,
            n_domains=self.kinds.n_domains,
            n_levels=self.kinds.n_levels,
            partial_credit=self.options.partial_credit,
        )


def _teams(kinds: BundleKinds) -> sparse.csr_array:
    """Share of each auditor (columns) in the bundles of each audit kind (rows).

    An audit by two auditors has, on average, practice half-way between their caseloads.
    """
    auditor = kinds.station_auditor[kinds.station[kinds.slot_kind]]
    share = 1 / np.bincount(kinds.slot_audit)[kinds.slot_audit]
    shape = (len(kinds.audit_count), int(kinds.station_auditor.max()) + 1)
    return sparse.csr_array((share, (kinds.slot_audit, auditor)), shape=shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityTerms:
    """The parameters by name, and the design that turns them into offsets and thresholds.

    The last two parameters are the logarithms of the SDs of practice and of the halo; they do
    not enter the design.

    Parameters
    ----------
    index : mapping of name to slice
        Where each block of parameters stands: ``thresholds``, ``difficulty`` (contrasts),
        ``quarter`` (contrasts), ``group`` (mean of those not anchored), ``role`` (mean of
        moderators less that of auditors), ``auditor``, ``moderator``, ``auditor_domain``,
        ``drift``, ``auditor_quarter``, ``caseload``, ``log_sd_audit``, ``log_sd_halo``.
    design : sparse array, shape (stations * local parameters, parameters)
    fixed : float array, shape (stations * local parameters,)
        What anchored severities add.
    audit_design : sparse array, shape (audit kinds, parameters)
        How the mean practice of each audit kind follows from the parameters.
    precision : float array, shape (parameters,)
        Wide prior of those effects that are not shrunken; 0 for none.
    cells : mapping of name to int array, shape (parameters of the block, 2)
        Auditor and domain, or auditor and quarter, of each parameter of the two-way blocks.
    columns : mapping of name to float array, shape (codes, parameters of the block)
        What each auditor, domain or quarter takes from the parameters of the one-way blocks.
    n_stations, n_domains, n_levels : int
    partial_credit : bool
    """

    index: Mapping[str, slice]
    design: sparse.csr_array
    fixed: Floats
    audit_design: sparse.csr_array
    precision: Floats
    cells: Mapping[str, Ints]
    columns: Mapping[str, Floats]
    n_stations: int
    n_domains: int
    n_levels: int
    partial_credit: bool

    @property
    def n_parameters(self) -> int:
        """Number of parameters with the two logarithms of SDs."""
        return self.design.shape[1] + 2

    @property
    def n_local(self) -> int:
        """Local parameters of a station: offsets of its domains, then thresholds."""
        return self.design.shape[0] // self.n_stations

    @cached_property
    def random(self) -> dict[str, slice]:
        """The blocks whose spread is estimated."""
        names = ("auditor", "moderator", "auditor_domain", "drift", "auditor_quarter", "caseload")
        return {
            name: place
            for name in names
            if (place := self.index[name]).stop > place.start and not self.precision[place].any()
        }

    def offsets_and_thresholds(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Offsets (cells,) and thresholds (cells, K - 1) that parameters give."""
        local = (self.design @ parameters[:-2] + self.fixed).reshape(self.n_stations, -1)
        offsets = local[:, : self.n_domains].ravel()
        steps = local[:, self.n_domains :]
        if self.partial_credit:
            return offsets, steps.reshape(len(offsets), -1)
        return offsets, np.repeat(steps, self.n_domains, axis=0)

    def largest_change(self, move: Floats) -> float:
        """Largest change of an offset, a threshold, a mean or a logarithm that a move makes.

        Unlike the largest change of a parameter it does not hang on the order of the auditors.
        """
        changes = (self.design @ move[:-2], self.audit_design @ move[:-2], move[-2:])
        return max(float(np.abs(change).max()) for change in changes)

    def audit_means(self, parameters: Floats) -> Floats:
        """Mean practice of each audit kind."""
        return np.asarray(self.audit_design @ parameters[:-2], dtype=np.float64)

    def gradient(self, by_cell: Floats, *, by_audit: Floats) -> Floats:
        """Derivatives by the parameters of the design.

        Parameters
        ----------
        by_cell : float array, shape (cells, K)
            Derivatives by each cell's offset and thresholds.
        by_audit : float array, shape (audit kinds,)
            Derivatives by each audit kind's mean practice.
        """
        by_domain = by_cell.reshape(self.n_stations, self.n_domains, -1)
        steps = by_domain[:, :, 1:]
        steps = steps.reshape(self.n_stations, -1) if self.partial_credit else steps.sum(axis=1)
        local = np.concatenate([by_domain[:, :, 0], steps], axis=1)
        whole = self.design.T @ local.ravel() + self.audit_design.T @ by_audit
        return np.asarray(whole, dtype=np.float64)


def centred_basis(n: int) -> Floats:
    """Orthonormal columns that each sum to zero, shape (n, n - 1)."""
    if n < 2:
        return np.zeros((n, 0))
    return np.asarray(linalg.helmert(n).T, dtype=np.float64)
