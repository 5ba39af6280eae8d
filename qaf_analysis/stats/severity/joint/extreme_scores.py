"""Audits, auditors and domains graded all at one end of the scale, which have no finite measure.

The joint likelihood rises for ever as such a measure grows, so they are set aside first and get a
measure last, from a score moved a little inward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, Ints, sums

Bools = NDArray[np.bool_]

# How far inward the score of an extreme element is moved, in score points; the default of Facets.
ADJUSTMENT = 0.3
# Measures are sought between these ends, in logits from the others.
FURTHEST = 40.0
# Halvings of that range: enough for the precision of the numbers.
HALVINGS = 60


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
