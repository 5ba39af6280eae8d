"""Exact agreement between auditors beside what a severity model expects of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_ints,
    numbered,
    sums,
)


@dataclass(frozen=True, kw_only=True)
class ObservedAgreement:
    """Pairs of grades of the same domain of the same audit by different auditors.

    Parameters
    ----------
    pairs : int
        Number of pairs.
    exact : int
        Pairs with the same grade.
    expected : float
        Number of such pairs that the model expects from auditors who judge independently.
    """

    pairs: int
    exact: int
    expected: float

    @property
    def observed_share(self) -> float:
        """Share of pairs with the same grade; NaN without pairs."""
        return self.exact / self.pairs if self.pairs else nan

    @property
    def expected_share(self) -> float:
        """Share of pairs expected to have the same grade; NaN without pairs."""
        return self.expected / self.pairs if self.pairs else nan


def observed_agreement(
    grade: ArrayLike,
    probabilities: ArrayLike,
    *,
    auditor: ArrayLike,
    place: ArrayLike,
    n_auditors: int,
) -> tuple[ObservedAgreement, tuple[ObservedAgreement, ...]]:
    """Exact agreement of all pairs, and of each auditor's pairs.

    Parameters
    ----------
    grade : int array, shape (grades,)
        Grades, 0 to K-1.
    probabilities : array, shape (grades, K)
        Probability of each level under the model.
    auditor : int array, shape (grades,)
        Number 0, 1, ... of the auditor of each grade.
    place : int array, shape (grades,)
        What was graded: one code for each domain of each audit. Two grades of one auditor
        at one place are not a pair.
    n_auditors : int

    Returns
    -------
    tuple of ObservedAgreement and tuple of ObservedAgreement
        All pairs, then the pairs of each auditor in the order of their numbers. A pair counts
        once in the first and for both auditors in the second.

    Notes
    -----
    The expectation of a pair is the sum over levels of the product of the two auditors'
    probabilities. Probabilities that already follow the grades (a fitted halo) raise it.

    References
    ----------
    Linacre, Facets manual, "Agreement statistics".

    Examples
    --------
    >>> even = [[0.5, 0.5]] * 4
    >>> whole, _ = observed_agreement(
    ...     [0, 0, 1, 0], even, auditor=[0, 1, 0, 1], place=[1, 1, 2, 2], n_auditors=2
    ... )
    >>> whole.pairs, whole.exact, whole.expected
    (2, 1, 1.0)
    """
    grades, auditors = frozen_ints(grade, name="grade"), frozen_ints(auditor, name="auditor")
    places, _ = numbered(frozen_ints(place, name="place"))
    table = np.asarray(probabilities, dtype=np.float64)
    check_same_length(
        {"grades": grades, "auditors": auditors, "places": places, "probabilities": table}
    )
    check_grades(grades, n_levels=int(table.shape[-1]))
    own, _ = numbered(places * n_auditors + auditors)
    others = (np.bincount(places)[places] - np.bincount(own)[own]).astype(np.float64)
    given = np.zeros(table.shape)
    given[np.arange(len(grades)), grades] = 1
    same = _with_others(given, places, own)
    expected = _with_others(table, places, own)
    whole = ObservedAgreement(
        pairs=round(others.sum() / 2),
        exact=round(same.sum() / 2),
        expected=float(expected.sum() / 2),
    )
    columns = (sums(auditors, values, n=n_auditors) for values in (others, same, expected))
    each = tuple(
        ObservedAgreement(pairs=round(pairs), exact=round(exact), expected=float(chance))
        for pairs, exact, chance in zip(*columns, strict=True)
    )
    return whole, each


def _with_others(shares: Floats, places: Ints, own: Ints) -> Floats:
    """Sum over a grade's pairs of the products of the two rows; shape (grades,)."""
    total = np.stack([sums(places, column)[places] for column in shares.T], axis=1)
    mine = np.stack([sums(own, column)[own] for column in shares.T], axis=1)
    products: Floats = (shares * (total - mine)).sum(axis=1)
    return products
