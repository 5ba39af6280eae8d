"""Likelihood of grades with practice and halo integrated on a grid, and its gradient.

Practice of an audit is normal with mean 0; what one auditor sees in it is practice plus a halo,
normal too and shared by everything the auditor grades in that audit. Both integrals run over the
same equally spaced nodes: for bundle likelihoods f at the nodes, and the halo's matrix K of
weights (each row sums to 1), G = K f is the likelihood given practice, and an audit's likelihood
is the weighted sum over nodes of the product of its bundles' G.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.severity.bundles import BundleKinds
from qaf_analysis.stats.severity.grade_links import GradeTable, Link, grade_table

# Below this a likelihood relative to its peak counts as this; its square root squared is > 0.
FLOOR = 1e-290


@dataclass(frozen=True, kw_only=True, eq=False)
class RaterGrid:
    """The reduced data and the nodes that practice is integrated on.

    Parameters
    ----------
    kinds : BundleKinds
    nodes : float array, shape (nodes,)
        Equally spaced and symmetric about 0.
    link : {"adjacent", "cumulative"}
    """

    kinds: BundleKinds
    nodes: Floats
    link: Link

    @cached_property
    def incidence(self) -> sparse.csr_array:
        """Which cell and level each kind has grades in."""
        return self.kinds.incidence()

    @cached_property
    def levels_by_kind(self) -> sparse.csr_array:
        """The same, with cells and levels as rows."""
        return self.incidence.T.tocsr()

    @cached_property
    def kinds_by_slot(self) -> sparse.csr_array:
        """Which slots (columns) each kind (rows) fills."""
        slots = np.arange(len(self.kinds.slot_kind))
        shape = (len(self.kinds.station), len(slots))
        return sparse.csr_array((np.ones(len(slots)), (self.kinds.slot_kind, slots)), shape=shape)

    def log_practice(self, sd: float, *, mean: Floats) -> Floats:
        """Logarithm of the weight of each node for audits of a mean, (means, nodes).

        Weights are those of an endless grid, where they sum to 1; beyond the nodes they are lost.
        """
        # log of phi(z) over its sum on the endless grid: (means, nodes).
        z = (self.nodes - mean[:, np.newaxis]) / sd
        return np.asarray(-0.5 * z**2 - np.log(np.exp(-0.5 * self._endless(sd) ** 2).sum()))

    def practice_slope(self, sd: float, *, mean: Floats) -> Floats:
        """Derivative of those logarithms by the logarithm of the SD."""
        # d log w / d log sd = z^2 less its mean under the weights.
        endless = np.exp(-0.5 * self._endless(sd) ** 2)
        z = (self.nodes - mean[:, np.newaxis]) / sd
        return np.asarray(z**2 - (endless @ self._endless(sd) ** 2) / endless.sum())

    def halo_weights(self, sd: float) -> Floats:
        """Weight of what is seen (columns) at each node of practice (rows)."""
        # K of the module's docstring; rows are practice: (nodes, nodes).
        weights = np.exp(-0.5 * (self._distance / sd) ** 2)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)

    def halo_slope(self, sd: float) -> Floats:
        """Derivative of the logarithm of each of them by the logarithm of the SD."""
        squares: Floats = (self._distance / sd) ** 2
        mean: Floats = (self.halo_weights(sd) * squares).sum(axis=1, keepdims=True)
        return squares - mean

    def _endless(self, sd: float) -> Floats:
        """Nodes so far out, in units of the SD, that nothing lies beyond."""
        spacing = self.nodes[1] - self.nodes[0]
        furthest = int(np.ceil(12 * sd / spacing))
        steps: Floats = np.arange(-furthest, furthest + 1, dtype=np.float64)
        return steps * float(spacing / sd)

    @property
    def _distance(self) -> Floats:
        return self.nodes[:, np.newaxis] - self.nodes


@dataclass(frozen=True, kw_only=True, eq=False)
class GridPosterior:
    """The likelihood at one set of parameters, and what it says of each audit.

    Parameters
    ----------
    grid : RaterGrid
    table : GradeTable
        Probabilities of grades in each cell at the nodes.
    sd_audit : float
        Standard deviation of practice.
    sd_halo : float
        Standard deviation of the halo; 0 for none.
    audit_means : float array, shape (audit kinds,)
        Mean practice before any grade is seen.
    """

    grid: RaterGrid
    table: GradeTable
    audit_means: Floats
    sd_audit: float
    sd_halo: float

    @cached_property
    def log_likelihood(self) -> float:
        """Logarithm of the likelihood of all grades; NaN where thresholds are out of order."""
        # Sum over audit kinds of n times log of the integral over practice.
        audits = self.grid.kinds.audit_count @ self._audits[1]
        # Grades of the audits, in place of those of the representatives: same at every node.
        middle = self.table.log_probability[:, :, len(self.grid.nodes) // 2]
        return float(audits + (self.grid.kinds.surplus * middle).sum())

    @cached_property
    def halo(self) -> Floats:
        """Weights of what is seen, by practice; the identity without halo."""
        if self.sd_halo == 0:
            return np.eye(len(self.grid.nodes))
        return self.grid.halo_weights(self.sd_halo)

    @cached_property
    def bundle(self) -> Floats:
        """Likelihood of each kind by what is seen, relative to its peak: (kinds, nodes)."""
        return np.exp(self._log_bundle - self._peak)

    @cached_property
    def given_practice(self) -> Floats:
        """Likelihood of each kind by practice, relative to the same peak: (kinds, nodes)."""
        # G = K f: (kinds, nodes of practice).
        seen = self.bundle if self.sd_halo == 0 else self.bundle @ self.halo.T
        return np.maximum(seen, FLOOR)

    @property
    def audit(self) -> Floats:
        """Posterior weight of each node of practice for each audit kind."""
        return self._audits[0]

    @cached_property
    def slot_share(self) -> Floats:
        """Posterior of practice over likelihood of the slot's own kind, (slots, nodes)."""
        kinds = self.grid.kinds
        # p(theta | y) / G(theta): what is left once this bundle's own likelihood is taken out.
        return self.audit[kinds.slot_audit] / self.given_practice[kinds.slot_kind]

    @cached_property
    def slot_seen(self) -> Floats:
        """Posterior weight of each node of what was seen, for each slot."""
        # p(seen | y) = f(seen) times sum over theta of K(theta, seen) p(theta | y) / G(theta).
        share = self.slot_share if self.sd_halo == 0 else self.slot_share @ self.halo
        return self.bundle[self.grid.kinds.slot_kind] * share

    @property
    def practice(self) -> tuple[Floats, Floats]:
        """Posterior mean and SD of the practice of each audit kind."""
        return self._moments(self.audit)

    @property
    def seen(self) -> tuple[Floats, Floats]:
        """Posterior mean and SD of what was seen, by slot."""
        return self._moments(self.slot_seen)

    def _moments(self, weights: Floats) -> tuple[Floats, Floats]:
        mean = weights @ self.grid.nodes
        return mean, np.sqrt(np.maximum(weights @ self.grid.nodes**2 - mean**2, 0.0))

    @cached_property
    def kind_share(self) -> Floats:
        """The same added up over all audits that hold a kind, (kinds, nodes)."""
        kinds = self.grid.kinds
        return self.grid.kinds_by_slot @ (
            kinds.audit_count[kinds.slot_audit, np.newaxis] * self.slot_share
        )

    @cached_property
    def counts(self) -> Floats:
        """Expected number of grades in each cell, of each level, at each node."""
        # Posterior weight of what was seen, summed over audits: (kinds, nodes).
        seen = self.kind_share if self.sd_halo == 0 else self.kind_share @ self.halo
        # Expected counts by cell and level (cells * K, nodes), as in the E step of EM.
        flat = self.grid.levels_by_kind @ (self.bundle * seen)
        return flat.reshape(self.table.log_probability.shape)

    @cached_property
    def gradient(self) -> Floats:
        """Derivatives of the log-likelihood by each cell's offset and thresholds: (cells, K)."""
        counts = self.counts.copy()
        # The surplus has the same likelihood at every node, so any one node may hold it.
        counts[:, :, len(self.grid.nodes) // 2] += self.grid.kinds.surplus
        return self.table.slope(counts)

    @property
    def mean_gradient(self) -> Floats:
        """Derivatives by the mean practice of each audit kind."""
        # (E[theta | y] - mu) / sigma^2 for each audit kind.
        shift = self.audit @ self.grid.nodes - self.audit_means
        return self.grid.kinds.audit_count * shift / self.sd_audit**2

    @cached_property
    def sd_gradient(self) -> Floats:
        """Derivatives by the logarithms of the SDs of practice and of the halo."""
        slopes = self.grid.practice_slope(self.sd_audit, mean=self.audit_means)
        practice = self.grid.kinds.audit_count @ (self.audit * slopes).sum(axis=1)
        if self.sd_halo == 0:
            return np.array([practice, 0.0])
        # dK / d log sd; the likelihood moves by p(theta | y) / G times (dK f).
        slope = self.halo * self.grid.halo_slope(self.sd_halo)
        return np.array([practice, (self.kind_share * (self.bundle @ slope.T)).sum()])

    @cached_property
    def _log_bundle(self) -> Floats:
        shape = (-1, len(self.grid.nodes))
        return self.grid.incidence @ self.table.log_probability.reshape(shape)

    @cached_property
    def _peak(self) -> Floats:
        peak: Floats = self._log_bundle.max(axis=1, keepdims=True)
        return peak

    @cached_property
    def _audits(self) -> tuple[Floats, Floats]:
        """Posterior of practice of each audit kind, and the logarithm of its likelihood."""
        kinds = self.grid.kinds
        log_given = np.log(self.given_practice) + self._peak
        # log G summed over the bundles of an audit, then the prior: (audit kinds, nodes).
        joint = np.add.reduceat(log_given[kinds.slot_kind], kinds.first_slot, axis=0)
        joint += self.grid.log_practice(self.sd_audit, mean=self.audit_means)
        # log-sum-exp over the nodes.
        peak = joint.max(axis=1, keepdims=True)
        posterior = np.exp(joint - peak)
        total = posterior.sum(axis=1, keepdims=True)
        return posterior / total, (np.log(total) + peak)[:, 0]


def grid_posterior(
    grid: RaterGrid,
    *,
    offsets: Floats,
    thresholds: Floats,
    audit_means: Floats,
    sd_audit: float,
    sd_halo: float,
) -> GridPosterior:
    """Evaluate the likelihood at one set of parameters.

    Parameters
    ----------
    grid : RaterGrid
    offsets : float array, shape (cells,)
        Strictness of each cell in logits: severity, difficulty and what else is subtracted.
    thresholds : float array, shape (cells, K - 1)
    audit_means : float array, shape (audit kinds,)
        Mean practice before any grade is seen.
    sd_audit, sd_halo : float
        Standard deviations of practice and of the halo (0 for none).
    """
    x = grid.nodes - offsets[:, np.newaxis]
    table = grade_table(x, thresholds=thresholds, link=grid.link)
    return GridPosterior(
        grid=grid, table=table, audit_means=audit_means, sd_audit=sd_audit, sd_halo=sd_halo
    )
