"""Coefficients of the form (seen - chance) / (1 - chance), which differ in what chance gives.

``ChanceCorrected`` takes chance from how common each grade is among all; ``Conger`` pairs each
auditor's own distribution of grades with another's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import Kind, Linearisation
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.errors import UsageError

# From weights and the distribution of grades (..., K): how much each grade adds to the agreement
# by chance (..., K). It is half the derivative, so that its mean over the distribution is the
# agreement by chance itself.
Chance = Callable[[Floats, Floats], Floats]

# Rounding can leave chance a hair under 1 when every grade is the same.
CERTAIN = 1 - 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class ChanceCorrected:
    """A coefficient whose chance agreement comes from how common each grade is.

    Parameters
    ----------
    name : str
    weights : array, shape (K, K)
    chance : callable
    kind : {"coefficient", "share", "counted share"}
    auditors : int or None
        Number of auditors that the coefficient is for; None for any.
    """

    name: str
    weights: Floats
    chance: Chance
    kind: Kind = "coefficient"
    auditors: int | None = None

    @property
    def compares_auditors(self) -> bool:
        """Never: who gave which grade does not matter."""
        return False

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where chance alone gives full agreement."""
        shares = _over(moments.shares, moments.n_audits)
        expected = (shares * self.chance(self.weights, shares)).sum(axis=-1)
        return corrected(seen_of(self.weights, moments), expected)

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits."""
        n = float(moments.n_audits)
        shares = moments.shares / n
        per_grade = self.chance(self.weights, shares)
        expected = float(shares @ per_grade)
        linear = linear_in_seen(self.weights, moments, expected=expected)
        scale = 2 * (1 - linear.value) / (1 - expected) if expected < CERTAIN else nan
        return Linearisation(
            value=linear.value,
            seen=linear.seen,
            expected=expected,
            credit=linear.credit,
            on_grade=-scale * (per_grade - expected) / n,
        )

    def refusal(self, ratings: Ratings) -> str:
        """Why these ratings do not suit the coefficient; empty when they do."""
        return wrong_number(self.name, ratings, wanted=self.auditors)


def wrong_number(name: str, ratings: Ratings, *, wanted: int | None) -> str:
    """Reason against a coefficient for two auditors when there are more; else empty."""
    if wanted is None or ratings.n_auditors <= wanted:
        return ""
    return f"{name.split(',')[0]} is for {wanted} auditors and there are {ratings.n_auditors}"


def seen_of(weights: Floats, moments: Moments) -> Floats:
    """Agreement seen, each audit with two or more grades counting once."""
    return _over((moments.agreement * weights).sum(axis=(-2, -1)), moments.n_double)


def corrected(seen: Floats, expected: Floats) -> Floats:
    """Agreement beyond chance as a share of what there could be; NaN where chance is certain."""
    room = np.where(expected < CERTAIN, 1 - expected, np.nan)
    value: Floats = (seen - expected) / room
    return value


def linear_in_seen(weights: Floats, moments: Moments, *, expected: float) -> Linearisation:
    """Linearisation with the agreement by chance held fixed."""
    n = float(moments.n_double)
    seen = float(np.vdot(moments.agreement, weights)) / n if n > 0 else nan
    room = 1 - expected if expected < CERTAIN else nan
    value = (seen - expected) / room
    return Linearisation(
        value=value,
        seen=seen,
        expected=expected,
        credit=((weights - expected) / room - value) / (n if n > 0 else nan),
        on_grade=np.zeros(len(weights)),
    )


def no_chance(weights: Floats, shares: Floats) -> Floats:
    """No agreement by chance: plain percentages."""
    return np.zeros_like(shares)


def uniform_chance(weights: Floats, shares: Floats) -> Floats:
    """Every level equally often (Brennan and Prediger)."""
    return np.full_like(shares, weights.mean())


def fleiss_chance(weights: Floats, shares: Floats) -> Floats:
    """Every grade as often as all auditors together gave it (Fleiss, Scott)."""
    return shares @ weights


def gwet_chance(weights: Floats, shares: Floats) -> Floats:
    """Only part of the grades is guessed, the more the less common they are (Gwet)."""
    k = shares.shape[-1]
    per_grade: Floats = weights.sum() / (k * (k - 1)) * (1 - shares)
    return per_grade


def _over(total: Floats, number: Floats) -> Floats:
    share = np.asarray(number, dtype=np.float64)
    share = np.where(share > 0, share, np.nan)
    mean: Floats = total / (share[..., np.newaxis] if np.ndim(total) > np.ndim(number) else share)
    return mean


@dataclass(frozen=True, kw_only=True, eq=False)
class Conger:
    """Conger's kappa for any number of auditors; Cohen's where there are two.

    Parameters
    ----------
    name : str
    weights : array, shape (K, K)
    auditors : int or None
        Number of auditors that the coefficient is for; None for any.

    References
    ----------
    Conger (1980), Psychological Bulletin 88, 322-328; Gwet (2014), Handbook of Inter-Rater
    Reliability, 4th edition, for grades that are missing and for weights.
    """

    name: str
    weights: Floats
    auditors: int | None = None

    @property
    def kind(self) -> Kind:
        """What its interval is made for."""
        return "coefficient"

    @property
    def compares_auditors(self) -> bool:
        """Always: chance depends on how often each auditor gave each grade."""
        return True

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; auditors without a grade in a set do not count there."""
        shares, r, _ = _shares(moments)
        total = shares.sum(axis=-2)
        both = ((total @ self.weights) * total).sum(axis=-1)
        own = ((shares @ self.weights) * shares).sum(axis=(-2, -1))
        expected = (both - own) / np.where(r > 1, r * (r - 1), np.nan)
        return corrected(seen_of(self.weights, moments), expected)

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits.

        What a grade adds to the agreement by chance depends on the auditor and the grade only, so
        it is a table of auditors by grades.
        """
        shares, r, given = _shares(moments)
        others = (shares.sum(axis=0) - shares) @ self.weights  # (auditors, K)
        mean = (shares * others).sum(axis=1, keepdims=True)
        pairs = float(r * (r - 1))
        expected = float(mean.sum()) / pairs if pairs > 0 else 1.0
        linear = linear_in_seen(self.weights, moments, expected=expected)
        if not expected < CERTAIN:
            return linear
        scale = -2 * (1 - linear.value) / (1 - expected) / np.maximum(given, 1)[:, np.newaxis]
        of_auditor = scale[:, 0] * (mean[:, 0] / (r - 1) - expected) / r
        return replace(linear, on_auditor=scale * (others - mean) / pairs, of_auditor=of_auditor)

    def refusal(self, ratings: Ratings) -> str:
        """Why these ratings do not suit the coefficient; empty when they do."""
        if not ratings.auditors_known:
            return "it is not known which auditor gave which grade"
        return wrong_number(self.name, ratings, wanted=self.auditors)


def _shares(moments: Moments) -> tuple[Floats, Floats, Floats]:
    """Each auditor's shares of the grades, number of auditors with grades, grades of each."""
    if moments.margins is None:
        raise UsageError("Conger's coefficient needs to know who gave which grade.")
    given = moments.margins.sum(axis=-1)
    shares = moments.margins / np.maximum(given, 1)[..., np.newaxis]
    return shares, (given > 0).sum(axis=-1).astype(np.float64), given
