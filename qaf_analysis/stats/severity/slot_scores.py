"""Derivatives of the complete data of each bundle by its station's local parameters.

A station's local parameters are the offsets of its domains, then the thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.severity.grid import GridPosterior

# Posterior weight of a node below which it changes no digit of a sum over nodes.
NO_WEIGHT = 1e-20


def n_local(n_levels: int, n_domains: int, *, partial_credit: bool) -> int:
    """Number of local parameters of a station."""
    return n_domains + (n_levels - 1) * (n_domains if partial_credit else 1)


def local_places(domain: int, *, n_levels: int, n_domains: int, partial_credit: bool) -> Ints:
    """Local parameters that a domain's grades depend on: its offset, then thresholds."""
    start = n_domains + (domain * (n_levels - 1) if partial_credit else 0)
    return np.array([domain, *range(start, start + n_levels - 1)])


@dataclass(frozen=True, kw_only=True, eq=False)
class SlotScores:
    """Scores of a stretch of slots, given what is seen and given practice.

    ``score`` and ``by_practice`` have shape (slots, local parameters, nodes); ``seen`` and
    ``practice`` are posterior weights of the nodes, and ``count`` how many audits there are.
    """

    score: Floats
    by_practice: Floats
    seen: Floats
    practice: Floats
    count: Floats

    @classmethod
    def of(cls, posterior: GridPosterior, *, slots: slice, partial_credit: bool) -> SlotScores:
        """Scores of these slots."""
        kinds = posterior.grid.kinds
        # Slots of one kind have the same scores.
        kind, place = np.unique(kinds.slot_kind[slots], return_inverse=True)
        score = _kind_scores(posterior, kind, partial_credit=partial_credit)
        by_practice, bundle = score, posterior.bundle[kind]
        seen = bundle[place] * posterior.slot_share[slots]
        if posterior.sd_halo > 0:
            # One large product is faster than one for each kind.
            weighted = (score * bundle[:, np.newaxis]).reshape(-1, score.shape[2])
            by_practice = (weighted @ posterior.halo.T).reshape(score.shape)
            by_practice /= posterior.given_practice[kind][:, np.newaxis]
            seen = posterior.slot_seen[slots]
        score, by_practice = score[place], by_practice[place]
        return cls(
            score=score,
            by_practice=by_practice,
            seen=seen,
            practice=posterior.audit[kinds.slot_audit[slots]],
            count=kinds.audit_count[kinds.slot_audit[slots]],
        )

    @property
    def _mean(self) -> Floats:
        return (self.score @ self.seen[:, :, np.newaxis])[:, :, 0]

    def variances(self) -> Floats:
        """Posterior variance of each slot's score, times the number of audits."""
        weighted = self.seen[:, np.newaxis] * self.score
        mean = self._mean
        squares = weighted @ self.score.transpose(0, 2, 1)
        outer = mean[:, :, np.newaxis] * mean[:, np.newaxis]
        return self.count[:, np.newaxis, np.newaxis] * (squares - outer)

    def with_practice(self, nodes: Floats) -> Floats:
        """Posterior covariance of each slot's score and practice, times the number of audits."""
        away = self.practice * (nodes - (self.practice @ nodes)[:, np.newaxis])
        return self.count[:, np.newaxis] * (self.by_practice @ away[:, :, np.newaxis])[:, :, 0]

    def covariances(self, first: Ints, second: Ints) -> Floats:
        """Posterior covariance of the scores of pairs of slots, times the number of audits."""
        mean = self._mean
        left = self.practice[first][:, np.newaxis] * self.by_practice[first]
        products = left @ self.by_practice[second].transpose(0, 2, 1)
        outer = mean[first][:, :, np.newaxis] * mean[second][:, np.newaxis]
        return self.count[first][:, np.newaxis, np.newaxis] * (products - outer)

    def add_whole(
        self, whole: Floats, audit: slice, *, own: Ints, design: sparse.csr_array
    ) -> Floats:
        """Add the variance of one audit's score given practice, by the parameters of a design.

        Parameters
        ----------
        whole : array, shape (parameters, parameters)
            Added to.
        audit : slice
            The audit's slots.
        own : int array, shape (slots of the audit,)
            Their stations.
        design : sparse array, shape (stations * local parameters, parameters)

        Returns
        -------
        array, shape (slots of the audit, local, local)
            What each slot adds by itself.
        """
        practice, count = self.practice[audit.start], float(self.count[audit.start])
        # Nodes without weight add nothing, and neither do domains that nobody graded.
        here = practice > NO_WEIGHT
        by_practice = self.by_practice[audit][:, :, here]
        away = by_practice @ practice[here]
        about = (by_practice - away[:, :, np.newaxis]) * np.sqrt(practice[here])
        slot, place = np.nonzero(about.any(axis=2))
        mine = design[own[slot] * about.shape[1] + place]
        touched = np.unique(mine.indices)
        score = mine[:, touched].T @ about[slot, place]
        whole[np.ix_(touched, touched)] += count * (score @ score.T)
        products: Floats = count * (about @ about.transpose(0, 2, 1))
        return products


def _kind_scores(posterior: GridPosterior, kind: Ints, *, partial_credit: bool) -> Floats:
    """Score of each kind by its station's local parameters, (kinds, local, nodes).

    Up to constants, which have no variance: kinds that are alike in this are computed once.
    """
    kind, place = np.unique(posterior.grid.kinds.like[kind], return_inverse=True)
    kinds = posterior.grid.kinds
    sizes = {"n_levels": kinds.n_levels, "n_domains": kinds.n_domains}
    local = n_local(**sizes, partial_credit=partial_credit)
    result = np.zeros((len(kind), local, len(posterior.grid.nodes)))
    for domain in range(kinds.n_domains):
        cell = kinds.station[kind] * kinds.n_domains + domain
        # Grade -1 picks the last entry, that of a domain not graded.
        part = posterior.table.score[cell, kinds.grades[kind, domain]]
        result[:, local_places(domain, **sizes, partial_credit=partial_credit)] += part
    return result[place]
