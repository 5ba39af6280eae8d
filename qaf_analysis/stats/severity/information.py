"""Observed information of the grid likelihood: exact second derivatives, with a minus sign.

By Louis (1982) the information is what complete data would give, less the variance of the
complete-data score given the grades. Given practice, the bundles of an audit are independent, so
that variance is a sum over bundles and over pairs of bundles of one audit. Scores are held by the
*local parameters* of a bundle's station: the offsets of its domains, then the thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.severity.bundles import BundleKinds
from qaf_analysis.stats.severity.grid import GridPosterior

# Numbers held at once for a stretch of audits: 4 million take 32 megabytes.
ROOM = 1_000_000

# Audits with more bundles than this are taken whole: their pairs grow with the square.
MANY = 8

# Posterior weight of a node below which it changes no digit of a sum over nodes.
NO_WEIGHT = 1e-20


@dataclass(frozen=True, kw_only=True, eq=False)
class BundlePairs:
    """Pairs of slots that share an audit kind, first before second.

    Parameters
    ----------
    first, second : int array, shape (pairs,)
    """

    first: Ints
    second: Ints


def bundle_pairs(kinds: BundleKinds, *, most: int = MANY) -> BundlePairs:
    """All pairs of slots of each audit kind, in the order of the audit kinds.

    Audit kinds with more slots than ``most`` are left out: they are taken whole.
    """
    sizes = np.bincount(kinds.slot_audit)
    # Slots of one audit kind stand together: each slot pairs with those up to the end of its kind.
    end = np.cumsum(sizes)[kinds.slot_audit]
    slots = np.arange(len(kinds.slot_audit))
    later = np.where(sizes[kinds.slot_audit] > most, 0, end - slots - 1)
    first = np.repeat(slots, later)
    within = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return BundlePairs(first=first, second=first + 1 + within)


def information(
    posterior: GridPosterior,
    *,
    design: sparse.csr_array,
    audit_design: sparse.csr_array,
    partial_credit: bool,
) -> Floats:
    """Minus the second derivatives of the log-likelihood by the parameters of a design.

    Parameters
    ----------
    posterior : GridPosterior
    design : sparse array, shape (stations * local parameters, parameters)
        How the local parameters of each station (offsets of its domains, then thresholds)
        follow from the parameters.
    audit_design : sparse array, shape (audit kinds, parameters)
        How the mean practice of each audit kind follows from them.
    partial_credit : bool
        Whether each domain has thresholds of its own.

    Returns
    -------
    array, shape (parameters, parameters)

    References
    ----------
    Louis (1982), Finding the observed information matrix when using the EM algorithm.
    """
    sums = _ScoreSums.over(posterior, design=design, partial_credit=partial_credit)
    # Louis (1982): I(observed) = E[I(complete) | grades] - Var[score(complete) | grades].
    complete = _complete(posterior, partial_credit=partial_credit)
    # Blocks (local, local) at (station, station) become design' B design: (parameters, parameters).
    alone = _expanded(design, blocks=-complete - sums.alone, keys=sums.alone_keys)
    # Cov(score_i, score_j) of two bundles stands once for each pair, so its transpose is added.
    shared = _expanded(design, blocks=sums.shared, keys=sums.shared_keys)
    cells = alone - shared - shared.T - sums.whole
    if audit_design.nnz == 0:
        return cells
    return cells + _of_means(posterior, sums=sums, design=design, audit_design=audit_design)


def _of_means(
    posterior: GridPosterior,
    *,
    sums: _ScoreSums,
    design: sparse.csr_array,
    audit_design: sparse.csr_array,
) -> Floats:
    """What the means of audits add: among themselves, and with offsets and thresholds."""
    kinds, variance = posterior.grid.kinds, posterior.sd_audit**2
    # What the grades take away of the prior information on a mean: 1 - Var[practice | y] / sigma^2.
    left = 1 - posterior.practice[1] ** 2 / variance
    weighted = sparse.diags_array(kinds.audit_count * left / variance)
    among = audit_design.T @ weighted @ audit_design
    size = sums.with_practice.shape[1]
    station = kinds.station[kinds.slot_kind]
    columns = station[:, np.newaxis] * size + np.arange(size)
    starts = np.arange(0, columns.size + 1, size)
    shape = (len(station), design.shape[0])
    # Cov(score, practice | y) of each slot at its station's places: (slots, stations * local).
    cross = sparse.csr_array((sums.with_practice.ravel(), columns.ravel(), starts), shape=shape)
    between = audit_design[kinds.slot_audit].T @ (cross @ design) / variance
    return np.asarray((among - between - between.T).todense(), dtype=np.float64)


def _complete(posterior: GridPosterior, *, partial_credit: bool) -> Floats:
    """Expected second derivatives of the complete data, by station."""
    kinds = posterior.grid.kinds
    # E[d2 log P] over nodes, weighted by expected counts: (cells, K, K).
    curvature = posterior.table.curvature(posterior.counts)
    # The surplus counts as in the gradient: at any one node.
    by_domain = curvature.reshape(kinds.n_stations, kinds.n_domains, *curvature.shape[1:])
    sizes = {"n_levels": kinds.n_levels, "n_domains": kinds.n_domains}
    size = n_local(**sizes, partial_credit=partial_credit)
    blocks = np.zeros((kinds.n_stations, size, size))
    for domain in range(kinds.n_domains):
        at = local_places(domain, **sizes, partial_credit=partial_credit)
        blocks[:, at[:, np.newaxis], at] += by_domain[:, domain]
    return blocks


@dataclass(frozen=True, kw_only=True, eq=False)
class _ScoreSums:
    """Variance of the complete-data score.

    Within stations (``alone``), between pairs of stations (``shared``), of each slot's score
    with practice, and, by the parameters of the design, of the scores of audits with many bundles
    (``whole``). What ``whole`` says of one bundle only is taken off ``alone``.
    """

    alone: Floats
    alone_keys: tuple[Ints, Ints]
    shared: Floats
    shared_keys: tuple[Ints, Ints]
    with_practice: Floats
    whole: Floats

    @classmethod
    def over(
        cls, posterior: GridPosterior, *, design: sparse.csr_array, partial_credit: bool
    ) -> _ScoreSums:
        kinds = posterior.grid.kinds
        pairs = bundle_pairs(kinds)
        station = kinds.station[kinds.slot_kind]
        # Pairs of slots at the same pair of stations add up in one block.
        joint = station[pairs.first] * kinds.n_stations + station[pairs.second]
        keys, place = np.unique(joint, return_inverse=True)
        size = n_local(kinds.n_levels, kinds.n_domains, partial_credit=partial_credit)
        alone = np.zeros((kinds.n_stations, size, size))
        shared = np.zeros((len(keys), size, size))
        with_practice = np.zeros((len(station), size))
        whole = np.zeros((design.shape[1],) * 2)
        for slots, stretch in _stretches(kinds, pairs, width=size * len(posterior.grid.nodes)):
            scores = SlotScores.of(posterior, slots=slots, partial_credit=partial_credit)
            # Sum over slots of n Var(score | y): (stations, local, local).
            np.add.at(alone, station[slots], scores.variances())
            with_practice[slots] = scores.with_practice(posterior.grid.nodes)
            for audit in _crowded(kinds, slots):
                own = station[slots][audit]
                # A crowded audit has Var of its whole score in ``whole``: its slots' own part
                # leaves ``alone``.
                np.subtract.at(alone, own, scores.add_whole(whole, audit, own=own, design=design))
            if stretch.stop > stretch.start:
                first, second = pairs.first[stretch], pairs.second[stretch]
                # Cov of the two scores comes through practice alone: (pairs, local, local).
                between = scores.covariances(first - slots.start, second - slots.start)
                np.add.at(shared, place[stretch], between)
        every = np.arange(kinds.n_stations)
        return cls(
            alone=alone,
            alone_keys=(every, every),
            shared=shared,
            shared_keys=(keys // kinds.n_stations, keys % kinds.n_stations),
            with_practice=with_practice,
            whole=whole,
        )


def _crowded(kinds: BundleKinds, slots: slice) -> Iterator[slice]:
    """Places, within a stretch, of the slots of each audit kind with many of them."""
    bounds = np.append(kinds.first_slot, len(kinds.slot_audit))
    bounds = bounds[(bounds >= slots.start) & (bounds <= slots.stop)] - slots.start
    for place in np.flatnonzero(np.diff(bounds) > MANY):
        yield slice(int(bounds[place]), int(bounds[place + 1]))


def _stretches(
    kinds: BundleKinds, pairs: BundlePairs, *, width: int
) -> Iterator[tuple[slice, slice]]:
    """Slots and pairs of whole audit kinds, as many at once as there is room for."""
    bounds = np.append(kinds.first_slot, len(kinds.slot_audit))
    pair_bounds = np.searchsorted(pairs.first, bounds)
    load = np.cumsum(np.diff(bounds) + np.diff(pair_bounds))
    stretch = (load * width) // ROOM
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    for begin, end in zip(starts, [*starts[1:], len(load)], strict=True):
        yield (
            slice(int(bounds[begin]), int(bounds[end])),
            slice(int(pair_bounds[begin]), int(pair_bounds[end])),
        )


def _expanded(design: sparse.csr_array, *, blocks: Floats, keys: tuple[Ints, Ints]) -> Floats:
    """Sum of design' block design over blocks that stand at pairs of stations, sorted by row."""
    if len(blocks) == 0:
        return np.zeros((design.shape[1], design.shape[1]))
    size = blocks.shape[1]
    stations = design.shape[0] // size
    starts = np.searchsorted(keys[0], np.arange(stations + 1))
    whole = sparse.bsr_array((blocks, keys[1], starts), shape=(design.shape[0],) * 2)
    return np.asarray((design.T @ (whole.tocsr() @ design)).todense(), dtype=np.float64)


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
            # E[s | theta, y] = sum over seen of K(theta, seen) f(seen) s(seen) / G(theta).
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
        # Var = E[s s'] - E[s] E[s]' over nodes of what was seen: (slots, local, local).
        weighted = self.seen[:, np.newaxis] * self.score
        mean = self._mean
        squares = weighted @ self.score.transpose(0, 2, 1)
        outer = mean[:, :, np.newaxis] * mean[:, np.newaxis]
        return self.count[:, np.newaxis, np.newaxis] * (squares - outer)

    def with_practice(self, nodes: Floats) -> Floats:
        """Posterior covariance of each slot's score and practice, times the number of audits."""
        # w(theta) (theta - E theta), so that its sum with the score is their covariance.
        away = self.practice * (nodes - (self.practice @ nodes)[:, np.newaxis])
        return self.count[:, np.newaxis] * (self.by_practice @ away[:, :, np.newaxis])[:, :, 0]

    def covariances(self, first: Ints, second: Ints) -> Floats:
        """Posterior covariance of the scores of pairs of slots, times the number of audits."""
        mean = self._mean
        # E[s1 s2' | y] = sum over practice of w E[s1 | theta, y] E[s2 | theta, y]'.
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
        # E[s | theta, y] less its mean, times sqrt(w): its square is the covariance given practice.
        away = by_practice @ practice[here]
        about = (by_practice - away[:, :, np.newaxis]) * np.sqrt(practice[here])
        slot, place = np.nonzero(about.any(axis=2))
        # From local places to parameters, the touched ones only: (touched, nodes).
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
