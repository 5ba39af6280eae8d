"""Conger's coefficient: chance pairs each auditor's own distribution of grades with another's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.agreement.chance import (
    CERTAIN,
    corrected,
    linear_in_seen,
    seen_of,
    wrong_number,
)
from qaf_analysis.stats.agreement.coefficient_protocol import Kind, Linear
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.errors import UsageError


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

    def linear(self, moments: Moments) -> Linear:
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
