"""Agreement grade by grade: on each grade, at each boundary, and in steps of the scale.

These measures need no chance correction, only how often each two grades met in one audit. Specific
agreement and the mean number of grades apart are ratios of sums over pairs of grades
(``PairRatio``); boundaries between neighbouring grades say where on the scale auditors part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TypeAlias

import numpy as np

from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.coefficient_protocol import Kind, Linearisation
from qaf_analysis.stats.agreement.kappas import percent_agreement
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.pair_counts import pair_counts
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.stats.core.arrays import Bools, Floats
from qaf_analysis.terms.estimate import Estimate

Marks: TypeAlias = Bools


def specific_agreement(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = 0.95
) -> tuple[Estimate, ...]:
    """Specific agreement of each grade, in the order of the scale.

    When one auditor gives an audit this grade, how often does another give it too? A high
    percentage of agreement overall can hide that a rare grade is hardly ever agreed on.

    Parameters
    ----------
    ratings : Ratings
        Grades by any number of auditors; audits graded once are left out. Every audit counts
        once, so that a calibration audit with many grades does not outweigh the rest.
    se : str
        Kind of standard error, see ``sampling_error``; only audits in which somebody gave the
        grade are counted for it.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Estimate, length K
        0 to 1. ``cases`` is the number of audits (clusters) in which somebody gave the grade
        and there was a second opinion. Not estimable for a grade that was not given there.
        Wilson's interval on effective pairs; when every audit contributes the same (nobody, or
        everybody, agreed) the interval allows for what audits not seen could do.

    References
    ----------
    Cicchetti & Feinstein (1990), Journal of Clinical Epidemiology 43, 551-558, for two auditors
    and two grades; Spitzer & Fleiss (1974), British Journal of Psychiatry 125, 341-347.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [1, 1], [0, 1]], n_levels=4)
    >>> [round(one.value, 3) for one in specific_agreement(ratings, se="subjects")]
    [0.0, 0.5, 0.667, nan]
    """
    return tuple(_specific(ratings, grade, se=se, level=level) for grade in range(ratings.n_levels))


def _specific(ratings: Ratings, grade: int, *, se: StandardError, level: float) -> Estimate:
    is_grade = (np.arange(ratings.n_levels) == grade).astype(np.float64)
    measure = PairRatio(
        name=f"specific agreement on level {grade + 1} of {ratings.n_levels}",
        hit=np.outer(is_grade, is_grade),
        among=(is_grade[:, np.newaxis] + is_grade) / 2,
        why_not="no audit with two grades was given this grade",
    )
    given = only_audits_with(ratings, grade, grade, at_least=1)
    # Without an audit left, all of them tell why: none graded twice, or none given this grade.
    return measured(given if given.n_audits else ratings, measure, se=se, level=level)


def mean_absolute_difference(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = 0.95
) -> Estimate:
    """How many grades apart two auditors of one audit are on average.

    0 when they always agree, K - 1 when they are always at opposite ends. It is what linear
    weights leave of full agreement, times K - 1, and has the same errors.

    Parameters
    ----------
    ratings, se, level
        See ``specific_agreement``.

    Returns
    -------
    Estimate
        In grades.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [1, 1], [0, 2]], n_levels=4)
    >>> round(mean_absolute_difference(ratings, se="subjects").value, 4)
    0.75
    """
    far = ratings.n_levels - 1
    agreed = percent_agreement(ratings, weights="linear", se=se, level=level)
    how = agreed.method.partition("; ")[2]
    method = "mean absolute difference in grades" + (f"; {how}" if how else "")
    if isnan(agreed.value):
        return replace(agreed, method=method)
    return replace(
        agreed,
        value=far * (1 - agreed.value),
        low=far * (1 - agreed.high),
        high=far * (1 - agreed.low),
        se=far * agreed.se,
        method=method,
    )


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


@dataclass(frozen=True, kw_only=True, eq=False)
class PairRatio:
    """Ratio of two sums over pairs of grades, each audit counting once.

    Parameters
    ----------
    name : str
        First words of ``Estimate.method``.
    hit, among : array, shape (K, K)
        What a pair of two grades adds above and below the line; symmetric.
    why_not : str
        Reason to give when there is nothing below the line.
    """

    name: str
    hit: Floats
    among: Floats
    why_not: str

    @property
    def kind(self) -> Kind:
        """A share of pairs that are counted one by one."""
        return "counted share"

    @property
    def compares_auditors(self) -> bool:
        """Never: who gave which grade does not matter."""
        return False

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where there is nothing below the line."""
        whole = (moments.agreement * self.among).sum(axis=(-2, -1))
        # Leaving audits out leaves rounding behind where there is in truth nothing.
        whole = np.where(whole > 1e-9, whole, np.nan)
        value: Floats = (moments.agreement * self.hit).sum(axis=(-2, -1)) / whole
        return value

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits."""
        value = float(self.values(moments))
        whole = float((moments.agreement * self.among).sum())
        return Linearisation(
            value=value,
            seen=value,
            expected=0.0,
            credit=(self.hit - value * self.among) / whole,
            on_grade=np.zeros(len(self.hit)),
            uses_singles=False,
        )

    def refusal(self, ratings: Ratings) -> str:
        """Why there is no such ratio; empty when there is."""
        nothing = np.isnan(self.values(ratings.moments))
        return self.why_not if ratings.n_double > 0 and nothing else ""


@dataclass(frozen=True, kw_only=True, eq=False)
class RelativeConfusion:
    """How confused one boundary is relative to those beside it, on a scale from -1 to 1.

    With t the number of times as many confused pairs as the clearness of the neighbouring
    boundaries would give, it is (t - 1) / (t + 1): 0 when alike, towards 1 when less clear. On
    this scale Fisher's transformation is half the logarithm of t.

    Parameters
    ----------
    name : str
        First words of ``Estimate.method``.
    lower : int
        Grade code below the boundary.
    """

    name: str
    lower: int

    @property
    def kind(self) -> Kind:
        """Zero is a hypothesis of its own: the boundary is as clear as those beside it."""
        return "coefficient"

    @property
    def compares_auditors(self) -> bool:
        """Never: who gave which grade does not matter."""
        return False

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where a kind of pair that it needs is missing."""
        return np.tanh(self._log_times(moments) / 2)

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits."""
        value = float(self.values(moments))
        k = moments.agreement.shape[-1]
        credit = np.zeros((k, k))
        beside = self._known_beside(moments)
        for lower in beside:
            credit += _slope(moments.agreement, lower) / len(beside)
        credit = (credit - _slope(moments.agreement, self.lower)) / 2
        return Linearisation(
            value=value,
            seen=value,
            expected=0.0,
            credit=(1 - value**2) / 2 * credit,
            on_grade=np.zeros(k),
            uses_singles=False,
        )

    def refusal(self, ratings: Ratings) -> str:
        """Why it cannot be told; empty when it can."""
        if ratings.n_levels < 3:
            return "the scale has one boundary only, so there is none to compare it with"
        if ratings.n_double > 0 and np.isnan(self.values(ratings.moments)):
            return (
                "pairs that agree on each grade, and pairs that are one apart, are needed at "
                "this boundary and at one beside it"
            )
        return ""

    def _known_beside(self, moments: Moments) -> list[int]:
        k = moments.agreement.shape[-1]
        beside = [lower for lower in (self.lower - 1, self.lower + 1) if 0 <= lower < k - 1]
        return [lower for lower in beside if not np.isnan(_log_odds(moments.agreement, lower))]

    def _log_times(self, moments: Moments) -> Floats:
        k = moments.agreement.shape[-1]
        here = _log_odds(moments.agreement, self.lower)
        beside = [
            _log_odds(moments.agreement, lower)
            for lower in (self.lower - 1, self.lower + 1)
            if 0 <= lower < k - 1
        ]
        known = sum((~np.isnan(odds) for odds in beside), np.zeros(here.shape))
        total = sum((np.nan_to_num(odds) for odds in beside), np.zeros(here.shape))
        mean = total / np.where(known > 0, known, np.nan)
        times: Floats = (mean - here) / 2
        return times


def _log_odds(agreement: Floats, lower: int) -> Floats:
    """Log odds of telling two neighbouring grades apart, for each set of audits."""
    upper = lower + 1
    one_each = agreement[..., lower, upper]  # in either order: half of these pairs
    cells = (agreement[..., lower, lower], agreement[..., upper, upper], one_each)
    # Leaving audits out leaves rounding behind where there is in truth nothing.
    low, high, apart = (np.log(np.where(cell > 1e-9, cell, np.nan)) for cell in cells)
    odds: Floats = low + high - 2 * apart
    return odds


def _slope(agreement: Floats, lower: int) -> Floats:
    """How the log odds change with the number of pairs of each two grades."""
    upper, slope = lower + 1, np.zeros_like(agreement)
    slope[lower, lower] = 1 / agreement[lower, lower]
    slope[upper, upper] = 1 / agreement[upper, upper]
    # The two orders stand for one number, so that each gets half of its slope.
    slope[lower, upper] = slope[upper, lower] = -1 / agreement[lower, upper]
    return slope


def only_audits_with(ratings: Ratings, lowest: int, highest: int, *, at_least: int) -> Ratings:
    """Audits graded twice or more, with so many grades from one level to another.

    A ratio of these levels rests on these audits only; counting the others would make it look
    better founded than it is.
    """
    within = (ratings.grade >= lowest) & (ratings.grade <= highest)
    place, n = ratings.audit_number, ratings.n_audits
    enough = np.bincount(place[within], minlength=n) >= at_least
    kept = (enough & (np.bincount(place, minlength=n) > 1))[place]
    return replace(
        ratings,
        audit=ratings.audit[kept],
        auditor=ratings.auditor[kept],
        grade=ratings.grade[kept],
        cluster=None if ratings.cluster is None else ratings.cluster[kept],
    )
