"""The parameters of a severity model, and how each auditor's offsets follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, sparse

from qaf_analysis.stats.core.arrays import Floats, Ints


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
