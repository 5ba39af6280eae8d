"""Audits, auditors and domains on one scale by joint likelihood, extreme ones included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from qaf_analysis.stats.core.arrays import Floats, Ints, sums
from qaf_analysis.stats.core.numbering import numbered
from qaf_analysis.stats.severity.joint.extreme_scores import (
    SetAside,
    adjusted_measures,
    without_extremes,
)
from qaf_analysis.stats.severity.joint.joint_likelihood import Facets, JointMeasures, joint_maximum

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class JointScale:
    """Measures of all elements and how they were come by.

    Parameters
    ----------
    facets : Facets
    measures : JointMeasures
        Severities average 0 in each connected group, difficulties and steps average 0; NaN for
        elements without a measure.
    groups : int arrays of audits, auditors, domains
        Connected group of each element; -1 for those that took no part in the estimation.
    takes_part : bool array, shape (grades,)
        Grades that took part in the estimation.
    aside : tuple of SetAside
        Extreme elements, in the order in which they were set aside.
    log_likelihood : float
        Of the grades that took part; NaN where there are none.
    iterations : int
    converged : bool
    undetermined : int
        See ``JointMaximum``.
    """

    facets: Facets
    measures: JointMeasures
    groups: tuple[Ints, Ints, Ints]
    takes_part: Bools
    aside: tuple[SetAside, ...]
    log_likelihood: float = nan
    iterations: int = 0
    converged: bool = False
    undetermined: int = 0

    @property
    def n_groups(self) -> int:
        """Number of groups of auditors that share audits."""
        return int(self.groups[1].max()) + 1

    def probabilities(self) -> Floats:
        """Probability of each level at each grade, (grades, K); NaN without all three measures."""
        known = np.isfinite(self.measures.predictor(self.facets))
        table = np.full((len(known), self.facets.n_levels), nan)
        table[known] = self.measures.probabilities(self.facets.only(known))
        return table


def joint_scale(facets: Facets) -> JointScale:
    """Estimate what has a maximum, centre it, and place extreme elements last.

    Parameters
    ----------
    facets : Facets
        Numbers 0, 1, ... without gaps.
    """
    takes_part, aside = without_extremes(facets.columns, facets.grade)
    if not takes_part.any():
        return _nothing(facets, aside)
    scale = _estimated(facets, takes_part, aside)
    own = [scale.measures.practice.copy(), -scale.measures.severity, -scale.measures.difficulty]
    for step in reversed(aside):  # what stands beside the last one set aside is known already
        first, second = (own[n][facets.columns[n]] for n in range(3) if n != step.facet)
        own[step.facet][step.elements] = adjusted_measures(
            step,
            element=facets.columns[step.facet],
            grade=facets.grade,
            rest=first + second,
            log_weight=scale.measures.log_weight,
        )
    placed = JointMeasures(
        practice=own[0],
        severity=-own[1],
        difficulty=-own[2],
        log_weight=scale.measures.log_weight,
    )
    return replace(scale, measures=placed)


def _nothing(facets: Facets, aside: tuple[SetAside, ...]) -> JointScale:
    sizes = [int(column.max()) + 1 for column in facets.columns]
    practice, severity, difficulty = (np.full(size, nan) for size in sizes)
    audits, auditors, domains = (np.full(size, -1) for size in sizes)
    return JointScale(
        facets=facets,
        measures=JointMeasures(
            practice=practice,
            severity=severity,
            difficulty=difficulty,
            log_weight=np.full(facets.n_levels, -np.inf),
        ),
        groups=(audits, auditors, domains),
        takes_part=np.zeros(len(facets.grade), dtype=bool),
        aside=aside,
    )


def _estimated(facets: Facets, takes_part: Bools, aside: tuple[SetAside, ...]) -> JointScale:
    empty = _nothing(facets, aside)
    part = facets.only(takes_part)
    (audit, audits), (auditor, auditors), (domain, domains) = map(numbered, part.columns)
    core = Facets(
        audit=audit, auditor=auditor, domain=domain, grade=part.grade, n_levels=part.n_levels
    )
    maximum = joint_maximum(core)
    audit_group, auditor_group = _connected_groups(audit, auditor)
    centred = _centred(maximum.measures, audit_group, auditor_group)
    empty.measures.practice[audits] = centred.practice
    empty.measures.severity[auditors] = centred.severity
    empty.measures.difficulty[domains] = centred.difficulty
    empty.measures.log_weight[:] = centred.log_weight
    empty.groups[0][audits], empty.groups[1][auditors] = audit_group, auditor_group
    empty.groups[2][domains] = 0
    return replace(
        empty,
        takes_part=takes_part,
        log_likelihood=maximum.measures.log_likelihood(core),
        iterations=maximum.iterations,
        converged=maximum.converged,
        undetermined=maximum.undetermined,
    )


def _connected_groups(audit: Ints, auditor: Ints) -> tuple[Ints, Ints]:
    """Connected group of each audit and each auditor, numbered in the order of the auditors."""
    n_auditors = int(auditor.max()) + 1
    n = n_auditors + int(audit.max()) + 1
    links = sparse.coo_array((np.ones(len(audit)), (auditor, n_auditors + audit)), shape=(n, n))
    label = sparse.csgraph.connected_components(links, directed=False)[1].astype(np.int64)
    return label[n_auditors:], label[:n_auditors]


def _centred(measures: JointMeasures, audit_group: Ints, auditor_group: Ints) -> JointMeasures:
    """Shift severities to mean 0 in each group, difficulties and steps to mean 0 in all."""
    severity = sums(auditor_group, measures.severity) / np.bincount(auditor_group)
    difficulty = float(measures.difficulty.mean())
    used = np.flatnonzero(np.isfinite(measures.log_weight))
    first, last = measures.log_weight[used[[0, -1]]]
    # An even slope of the weights is the same as a shift of all predictors.
    slope = float(last - first) / float(used[-1] - used[0])
    code = np.arange(len(measures.log_weight)) - used[0]
    return JointMeasures(
        practice=measures.practice - severity[audit_group] - difficulty + slope,
        severity=measures.severity - severity[auditor_group],
        difficulty=measures.difficulty - difficulty,
        log_weight=measures.log_weight - first - slope * code,
    )
