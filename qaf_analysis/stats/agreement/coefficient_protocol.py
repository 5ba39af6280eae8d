"""What a coefficient of agreement is: its value from sums, and what grades add to its error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import Literal, Protocol, TypeAlias

import numpy as np

from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.moments import Moments, Patterns
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, frozen_floats, sums

Kind: TypeAlias = Literal["coefficient", "share", "counted share"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Linearisation:
    """A coefficient and its linearisation: what pairs and grades add to its error.

    Each pair of grades of one audit adds ``credit`` of the two grades, each grade adds
    ``on_grade``; an audit adds the mean over its pairs plus the mean over its grades, times its
    number of grades where ``by_grades``. All contributions together are zero.

    Parameters
    ----------
    value : float
        The coefficient; NaN when every grade is the same and it has no meaning then.
    seen, expected : float
        Agreement seen, and agreement that chance would give.
    credit : array, shape (K, K)
    on_grade : array, shape (K,)
    by_grades : bool
        Whether audits weigh by their number of grades (alpha) or alike (all others).
    uses_singles : bool
        Whether audits graded once tell anything.
    on_auditor : array, shape (auditors, K), or None
        What a grade adds besides, by who gave it; zero over all grades of an auditor.
    of_auditor : array, shape (auditors,), or None
        What each grade of an auditor adds besides, when auditors are sampled as well.
    """

    value: float
    seen: float
    expected: float
    credit: Floats
    on_grade: Floats
    by_grades: bool = False
    uses_singles: bool = True
    on_auditor: Floats | None = None
    of_auditor: Floats | None = None


class AgreementCoefficient(Protocol):
    """A coefficient of agreement, ready to be computed from any ratings on its scale."""

    @property
    def name(self) -> str:
        """Name with its weights or metric, the first words of ``Estimate.method``."""
        ...

    @property
    def kind(self) -> Kind:
        """What its interval is made for, see ``coefficient_estimate``."""
        ...

    @property
    def compares_auditors(self) -> bool:
        """Whether it needs to know how often each auditor gave each grade."""
        ...

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where it has no meaning."""
        ...

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits."""
        ...

    def refusal(self, ratings: Ratings) -> str:
        """Why these ratings do not suit the coefficient; empty when they do."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class PairContributions:
    """A coefficient of certain ratings and what each pair of grades adds to its error.

    Parameters
    ----------
    value : float
        The coefficient; NaN when every grade is the same and it has no meaning then.
    seen, expected : float
        Agreement seen, and agreement that chance would give.
    on_pairs : array, shape (pairs,)
        Contribution of each pair.
    on_singles : array, shape (audits graded once,) or (0,)
        Contribution of each audit graded once; empty when the coefficient does not use them.
    """

    value: float
    seen: float
    expected: float
    on_pairs: Floats
    on_singles: Floats

    @classmethod
    def without_variation(cls) -> PairContributions:
        """Coefficient that has no meaning because every grade is the same."""
        none = frozen_floats([])
        return cls(value=nan, seen=1.0, expected=1.0, on_pairs=none, on_singles=none)


def moments_of(ratings: Ratings, measure: AgreementCoefficient) -> Moments:
    """Sums that the coefficient needs."""
    if measure.compares_auditors:
        return replace(ratings.moments, margins=ratings.margins)
    return ratings.moments


def on_patterns(linear: Linearisation, patterns: Patterns) -> Floats:
    """Contribution of an audit of each pattern, but for what depends on who graded it."""
    counts = patterns.counts
    credit = np.einsum("pk,pk->p", counts @ linear.credit, counts)
    credit -= counts @ linear.credit.diagonal()
    total: Floats = credit / patterns.others + counts @ linear.on_grade
    if not linear.by_grades:
        total /= patterns.raters
    return total if linear.uses_singles else np.where(patterns.raters > 1, total, 0.0)


def on_audits(linear: Linearisation, ratings: Ratings) -> Floats:
    """Contribution of each audit."""
    total: Floats = on_patterns(linear, ratings.patterns)[ratings.patterns.of_audit]
    if linear.on_auditor is None:
        return total
    own = linear.on_auditor.ravel()[ratings.auditor_number * ratings.n_levels + ratings.grade]
    return total + sums(ratings.audit_number, own, n=ratings.n_audits)


def on_pairs(linear: Linearisation, pairs: GradePairs) -> PairContributions:
    """Contribution of each pair of grades, with what grades add shared among their pairs.

    This is for errors that take auditors as sampled, so what auditors add is in it.
    """
    one, other = pairs.grade_first, pairs.grade_second
    share = pairs.audit_weight * pairs.raters if linear.by_grades else pairs.audit_weight
    credit = linear.credit + (linear.on_grade[:, np.newaxis] + linear.on_grade) / 2
    value = share * credit[one, other]
    single = linear.on_grade[pairs.single_grade]
    if linear.on_auditor is not None and linear.of_auditor is not None:
        own = linear.on_auditor + linear.of_auditor[:, np.newaxis]
        value = value + (own[pairs.first, one] + own[pairs.second, other]) / (pairs.raters - 1.0)
        single = single + own[pairs.single_auditor, pairs.single_grade]
    return PairContributions(
        value=linear.value,
        seen=linear.seen,
        expected=linear.expected,
        on_pairs=value,
        on_singles=single if linear.uses_singles else frozen_floats([]),
    )
