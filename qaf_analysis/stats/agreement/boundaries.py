"""Where on the scale auditors disagree: the boundaries between neighbouring grades."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.pair_counts import pair_counts
from qaf_analysis.stats.agreement.pair_measures import (
    PairRatio,
    RelativeConfusion,
    only_audits_with,
)
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.terms.estimate import Estimate

Marks: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Disagreement at the boundary between one grade and the next.

    Parameters
    ----------
    lower, upper : int
        The two grade codes.
    pairs : int
        Pairs of grades in which both are one of the two.
    confused : Estimate
        Among these, the share in which the two auditors gave one each.
    of_all : Estimate
        The same pairs as a share of all pairs.
    crossed : Estimate
        Share of all pairs in which one auditor graded at or below ``lower`` and the other at or
        above ``upper``. Over all boundaries these add up to the mean absolute difference.
    grey_zone : Estimate
        How many times as many pairs were confused here as there would be if this boundary were
        as clear as those next to it; above 1 means less clear. See ``boundaries``.
    """

    lower: int
    upper: int
    pairs: int
    confused: Estimate
    of_all: Estimate
    crossed: Estimate
    grey_zone: Estimate


def boundaries(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = 0.95
) -> tuple[Boundary, ...]:
    """Confusion at each boundary of the scale, from the lowest up.

    Parameters
    ----------
    ratings : Ratings
        Grades by any number of auditors; every audit counts once.
    se : str
        Kind of standard error, see ``sampling_error``.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Boundary, length K - 1

    Notes
    -----
    A rare grade is confused more often than a common one for no fault of the boundary. The
    ``grey_zone`` therefore compares how well grades are told apart: with x and y the shares of
    pairs that agree on the lower and on the upper grade, and z the share confused, the odds are
    xy / (z/2)^2, which do not depend on how common the grades are (Darroch and McCloud). It is
    the square root of the neighbours' odds (their geometric mean) over those here. It is
    descriptive: it says where to look, and with K - 1 boundaries one will always be the largest.
    With the same noise at every boundary the inner ones come out a little above 1, about 1.15 on
    four levels of normal practice.
    It needs pairs of each of the three kinds here and at a neighbouring boundary.

    References
    ----------
    Darroch & McCloud (1986), Australian Journal of Statistics 28, 371-388. The question is that
    of Demirhan & Yilmaz (2023), BMC Medical Research Methodology 23:3; their index is another.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [1, 1], [0, 1], [3, 3]], n_levels=4)
    >>> [round(one.confused.value, 3) for one in boundaries(ratings, se="subjects")]
    [0.5, 0.333, 0.0]
    """
    return tuple(
        _boundary(ratings, lower, se=se, level=level) for lower in range(ratings.n_levels - 1)
    )


def _boundary(ratings: Ratings, lower: int, *, se: StandardError, level: float) -> Boundary:
    codes = np.arange(ratings.n_levels)
    is_lower, is_upper = codes == lower, codes == lower + 1
    near = is_lower | is_upper
    confused = np.outer(is_lower, is_upper) | np.outer(is_upper, is_lower)
    crossed = np.not_equal.outer(codes <= lower, codes <= lower)
    every = np.ones_like(crossed)
    beside = only_audits_with(ratings, lower, lower + 1, at_least=2)

    def share(name: str, some: Ratings, hit: Marks, among: Marks) -> Estimate:
        measure = PairRatio(
            name=f"{name}, levels {lower + 1} and {lower + 2} of {ratings.n_levels}",
            hit=hit.astype(np.float64),
            among=among.astype(np.float64),
            why_not="no two grades of one audit are both at this boundary",
        )
        return measured(some, measure, se=se, level=level)

    matrix = np.triu(pair_counts(ratings).matrix)
    own = beside if beside.n_audits else ratings
    return Boundary(
        lower=lower,
        upper=lower + 1,
        pairs=int(matrix[np.ix_(near, near)].sum()),
        confused=share("share confused of pairs at boundary", own, confused, np.outer(near, near)),
        of_all=share("share confused of all pairs", ratings, confused, every),
        crossed=share("share of all pairs across boundary", ratings, crossed, every),
        grey_zone=_grey_zone(ratings, lower, se=se, level=level),
    )


def _grey_zone(ratings: Ratings, lower: int, *, se: StandardError, level: float) -> Estimate:
    """Times as many confused pairs, from the same on a scale from -1 to 1."""
    name = f"confused pairs relative to boundaries beside, levels {lower + 1} and {lower + 2}"
    found = measured(ratings, RelativeConfusion(name=name, lower=lower), se=se, level=level)
    if not found.is_estimable:
        return found
    return replace(
        found,
        value=_times(found.value),
        low=_times(found.low),
        high=_times(found.high),
        se=found.se * 2 / (1 - found.value) ** 2,
    )


def _times(place: float) -> float:
    return (1 + place) / (1 - place) if place < 1 else nan
