"""How cases were given to auditors: whether each auditor had the cases of some teams only.

A spread of strictness holds the case's team fixed, so that good and weak teams cannot pass for
kind and strict auditors. Where auditors kept to their own teams in one period and not in the
other, that is not enough: auditors of one team may be strict alike, and in the first period that
cannot be told from the practice of the team. Then auditors are compared within teams only.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import Ints, check_same_length, frozen_ints
from qaf_analysis.terms.verdicts import SpreadRule

NO_TEAM = -1
"""Home team of an auditor who gave no audit in the period that tells it."""


@dataclass(frozen=True, kw_only=True)
class AllocationChange:
    """How far auditors kept to certain teams' cases, before and after.

    Parameters
    ----------
    before, after : float
        Bias-corrected Cramér's V of auditor and team: 0 where cases reach auditors whatever the
        team, 1 where each auditor has the cases of one team. NaN where it cannot be told.
    changed : bool
        Whether they lie further apart than the rule lets pass, and the larger is more than chance
        makes; False where either is not told.
    """

    before: float
    after: float
    changed: bool


def cramers_v(first: ArrayLike, second: ArrayLike) -> float:
    """Association of two classifications of the same cases, free of what chance alone makes.

    Parameters
    ----------
    first, second : array of int, shape (cases,)
        Whole numbers naming the class of each case.

    Returns
    -------
    float
        0 to 1; NaN where either has one class only, or there are too few cases to tell.

    Raises
    ------
    ShapeError
        If the lengths differ or a value is no whole number.

    References
    ----------
    Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T, Journal of the Korean
    Statistical Society 42, 323-328, equations 5 to 7.

    Examples
    --------
    >>> cramers_v([0, 0, 0, 1, 1, 1], [5, 5, 5, 8, 8, 8])
    1.0
    >>> cramers_v([0, 0, 1, 1], [5, 8, 5, 8])
    0.0
    """
    return _association(first, second)[0]


def _association(first: ArrayLike, second: ArrayLike) -> tuple[float, float]:
    """V, and the chance of such a chi-square under independence; NaN where not told."""
    rows, columns = frozen_ints(first, name="first"), frozen_ints(second, name="second")
    check_same_length({"first": rows, "second": columns})
    table = _crossed(rows, columns)
    n, (r, c) = len(rows), table.shape
    if min(r, c) < 2:
        return nan, nan
    df = (r - 1) * (c - 1)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    squared = float((table**2 / expected).sum()) - n
    # Chi-square over n, less what independence makes it; numbers of classes likewise.
    kept = max(squared / n - df / (n - 1), 0.0)
    most = min(size - (size - 1) ** 2 / (n - 1) for size in (r, c)) - 1
    strength = min(sqrt(kept / most), 1.0) if most > 0 else nan
    # Under independence chi-square has the mean df n / (n - 1), both margins being given.
    return strength, float(special.chdtrc(df, squared * (n - 1) / n))


def _crossed(rows: Ints, columns: Ints) -> Ints:
    """Cases in each pair of classes that occur."""
    names, row = np.unique(rows, return_inverse=True)
    others, column = np.unique(columns, return_inverse=True)
    counts = np.bincount(row * len(others) + column, minlength=len(names) * len(others))
    return counts.reshape(len(names), len(others))


def allocation_change(
    before: tuple[ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike],
    *,
    rule: SpreadRule,
) -> AllocationChange:
    """Compare how cases were given out in two periods.

    Parameters
    ----------
    before, after : pair of int arrays, shape (audits,)
        Auditor and team of each audit.
    rule : SpreadRule
        With the difference that is let pass.
    """
    (first, p_first), (second, p_second) = _association(*before), _association(*after)
    apart, p = abs(second - first), p_first if first > second else p_second
    changed = isfinite(apart) and apart > rule.given_out_apart and p < rule.given_out_chance
    return AllocationChange(before=first, after=second, changed=changed)


def home_teams(auditor: ArrayLike, team: ArrayLike) -> dict[int, int]:
    """The team whose cases each auditor had most of; the one of lower number where two tie.

    Examples
    --------
    >>> home_teams([7, 7, 7, 8], [1, 2, 2, 1])
    {7: 2, 8: 1}
    """
    who, where = frozen_ints(auditor, name="auditor"), frozen_ints(team, name="team")
    check_same_length({"auditor": who, "team": where})
    if len(who) == 0:
        return {}
    counts = _crossed(who, where)
    teams = np.unique(where)
    return {
        int(name): int(teams[place])
        for name, place in zip(np.unique(who), counts.argmax(axis=1), strict=True)
    }
