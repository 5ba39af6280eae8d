"""Measures that are ratios of sums over pairs of grades, such as specific agreement.

They need no chance correction, only how often each two grades met in one audit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import Kind, Linear
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats


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

    def linear(self, moments: Moments) -> Linear:
        """Value and linearisation for one set of audits."""
        value = float(self.values(moments))
        whole = float((moments.agreement * self.among).sum())
        return Linear(
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

    def linear(self, moments: Moments) -> Linear:
        """Value and linearisation for one set of audits."""
        value = float(self.values(moments))
        k = moments.agreement.shape[-1]
        credit = np.zeros((k, k))
        beside = self._known_beside(moments)
        for lower in beside:
            credit += _slope(moments.agreement, lower) / len(beside)
        credit = (credit - _slope(moments.agreement, self.lower)) / 2
        return Linear(
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
