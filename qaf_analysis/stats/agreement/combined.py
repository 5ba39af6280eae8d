"""Weighted sums of coefficients, such as differences, with all that their errors need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import PairContributions, on_audits
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, sums
from qaf_analysis.terms.errors import UsageError


@dataclass(frozen=True, kw_only=True, eq=False)
class Combined:
    """A weighted sum of coefficients.

    Parameters
    ----------
    parts : tuple of (weight, coefficient)
    joint : Ratings or None
        All grades of the parts, in their order, with audits numbered one part after the other;
        None when the parts are coefficients of the same ratings.
    """

    parts: tuple[tuple[float, MeasuredCoefficient], ...]
    joint: Ratings | None = None

    @property
    def ratings(self) -> Ratings:
        """All grades together."""
        return self.joint or self.parts[0][1].ratings

    @property
    def value(self) -> float:
        """The weighted sum."""
        return sum(weight * part.value for weight, part in self.parts)

    def totals(self) -> tuple[Floats, Floats]:
        """Contributions of clusters of audits, and how often each occurs."""
        whole = self.ratings
        total = np.zeros(whole.n_audits)
        start = 0
        for weight, part in self.parts:
            own = on_audits(part.linear, part.ratings)
            total[start : start + len(own)] += weight * own
            start += len(own) if self.joint else 0
        by_cluster = sums(whole.audit_cluster, total)
        return by_cluster, np.ones(len(by_cluster))

    def published_totals(self) -> tuple[Floats, Floats]:
        """Contributions as for one coefficient; sums have no published form of their own."""
        return self.totals()

    @cached_property
    def _on_pairs(self) -> PairContributions:
        pairs = [(weight, part, part.on_pairs()) for weight, part in self.parts]
        singles = [
            weight * found.on_singles
            if len(found.on_singles)
            else np.zeros(len(part.ratings.pairs.single_audit))
            for weight, part, found in pairs
        ]
        of_pairs = [weight * found.on_pairs for weight, _, found in pairs]
        if self.joint:
            both, alone = np.concatenate(of_pairs), np.concatenate(singles)
        else:
            both, alone = np.sum(of_pairs, axis=0), np.sum(singles, axis=0)
        return PairContributions(
            value=self.value, seen=nan, expected=nan, on_pairs=both, on_singles=alone
        )

    def on_pairs(self) -> PairContributions:
        """Contributions of pairs of grades."""
        return self._on_pairs

    def without_auditors(self) -> Floats:
        """Value with each auditor left out in turn, of all parts."""
        total = np.zeros(self.ratings.n_auditors)
        for weight, part in self.parts:
            own = np.full(len(total), part.value)
            place = np.searchsorted(self.ratings.auditor_codes, part.ratings.auditor_codes)
            own[place] = part.without_auditors()
            total += weight * own
        return total

    def without_audits(self) -> tuple[Floats, Floats]:
        """Value with each audit left out: not offered.

        Raises
        ------
        UsageError
            Always.
        """
        raise UsageError('Comparisons have no jackknife error; use "subjects" instead.')
