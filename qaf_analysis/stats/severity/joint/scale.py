"""Audits, auditors and domains on one scale by joint likelihood, extreme ones included.

What was graded all at one end of the scale has no finite measure: the joint likelihood rises for
ever as such a measure grows. It is set aside first and gets a measure last, from a score moved a
little inward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from scipy import sparse, special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, numbered, sums
from qaf_analysis.stats.severity.joint.likelihood import Facets, JointMeasures, joint_maximum

# How far inward the score of an extreme element is moved, in score points; the default of Facets.
ADJUSTMENT = 0.3

# Measures are sought between these ends, in logits from the others.
FURTHEST = 40.0

# Halvings of that range: enough for the precision of the numbers.
HALVINGS = 60


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


@dataclass(frozen=True, kw_only=True, eq=False)
class SetAside:
    """Elements of one facet that were set aside together.

    Parameters
    ----------
    facet : int
        0 audits, 1 auditors, 2 domains.
    elements : int array
        Their numbers.
    at_top : bool array, shape (elements,)
        Whether all their grades were the highest (else the lowest) then in use.
    grades : bool array, shape (grades,)
        Their grades that took part until then.
    """

    facet: int
    elements: Ints
    at_top: Bools
    grades: Bools


def without_extremes(facets: Sequence[Ints], grade: Ints) -> tuple[Bools, tuple[SetAside, ...]]:
    """Grades that take part in the estimation, and what was set aside, in that order.

    Setting an audit aside may leave an auditor with only the highest grades, so it is repeated
    until nobody is extreme. The grades that remain are the same whatever the order.

    Parameters
    ----------
    facets : sequence of int arrays, each of shape (grades,)
        Numbers of the audit, auditor and domain of each grade.
    grade : int array, shape (grades,)

    Examples
    --------
    >>> audit, auditor = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
    >>> takes_part, aside = without_extremes([audit, auditor], np.array([0, 1, 1, 0, 1, 1]))
    >>> takes_part.tolist(), aside[0].elements.tolist()
    ([True, True, True, True, False, False], [2])
    """
    takes_part = np.ones(len(grade), dtype=bool)
    aside: list[SetAside] = []
    found = True
    while found:
        found = False
        for number, facet in enumerate(facets):
            step = _extremes(number, facet, grade, takes_part)
            if step is not None:
                aside.append(step)
                takes_part = takes_part & ~step.grades
                found = True
    return takes_part, tuple(aside)


def extreme_counts(facets: Sequence[Ints], grade: Ints) -> tuple[int, ...]:
    """How many elements of each facet ``without_extremes`` sets aside.

    Examples
    --------
    >>> audit, auditor = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
    >>> extreme_counts([audit, auditor], np.array([0, 1, 1, 0, 1, 1]))
    (1, 0)
    """
    aside = without_extremes(facets, grade)[1]
    return tuple(
        sum(len(part.elements) for part in aside if part.facet == facet)
        for facet in range(len(facets))
    )


def _extremes(number: int, facet: Ints, grade: Ints, takes_part: Bools) -> SetAside | None:
    if not takes_part.any():
        return None
    given, element = grade[takes_part], facet[takes_part]
    n = int(facet.max()) + 1
    count = np.bincount(element, minlength=n)
    top = np.bincount(element[given == given.max()], minlength=n)
    bottom = np.bincount(element[given == given.min()], minlength=n)
    at_top = (count > 0) & (top == count)
    extreme = at_top | ((count > 0) & (bottom == count))
    if not extreme.any():
        return None
    elements = np.flatnonzero(extreme)
    return SetAside(
        facet=number,
        elements=elements,
        at_top=at_top[elements],
        grades=takes_part & extreme[facet],
    )


def adjusted_measures(
    aside: SetAside, *, element: Ints, grade: Ints, rest: Floats, log_weight: Floats
) -> Floats:
    """Measures of elements set aside, all others being fixed; NaN where none can be given.

    Parameters
    ----------
    aside : SetAside
    element : int array, shape (grades,)
        Number of the element of this facet at each grade.
    grade : int array, shape (grades,)
    rest : array, shape (grades,)
        What the other facets add to the predictor at each grade; NaN where unknown.
    log_weight : array, shape (K,)
        Log weights of the levels; minus infinity for a level that is not in use.

    Returns
    -------
    array, shape (elements,)
        What the element adds to the predictor (so severity with the sign turned) at which the
        expected score is its score moved inward by ``ADJUSTMENT``. NaN where it has no grade
        beside measured ones, or that score is beyond the levels in use.
    """
    use = aside.grades & np.isfinite(rest)
    place = np.searchsorted(aside.elements, element[use])
    n = len(aside.elements)
    inward = np.where(aside.at_top, -ADJUSTMENT, ADJUSTMENT)
    target = sums(place, grade[use].astype(np.float64), n=n) + inward
    low, high = np.full(n, -FURTHEST), np.full(n, FURTHEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        expected = _expected(middle[place] + rest[use], log_weight)
        below = sums(place, expected, n=n) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    measure = (low + high) / 2
    reached = (np.abs(measure) < FURTHEST - 1) & (np.bincount(place, minlength=n) > 0)
    return np.where(reached, measure, np.nan)


def _expected(predictor: Floats, log_weight: Floats) -> Floats:
    code = np.arange(len(log_weight), dtype=np.float64)
    expected: Floats = special.softmax(np.outer(predictor, code) + log_weight, axis=1) @ code
    return expected
