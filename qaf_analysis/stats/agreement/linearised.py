"""A coefficient of certain ratings, with all that its standard errors need, computed when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf, nan
from typing import TypeAlias

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import (
    AgreementCoefficient,
    Linearisation,
    PairContributions,
    moments_of,
    on_audits,
    on_pairs,
    on_patterns,
)
from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import audit_totals
from qaf_analysis.stats.agreement.units import units_of, without_each_unit
from qaf_analysis.stats.core.arrays import Floats, Ints, sums
from qaf_analysis.terms.errors import UsageError

ROUNDING = 1e-12
Evaluate: TypeAlias = Callable[[GradePairs], PairContributions]


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasuredCoefficient:
    """A measure of certain ratings.

    Audits graded alike are counted together wherever it does not matter who graded them.
    """

    ratings: Ratings
    measure: AgreementCoefficient

    @cached_property
    def linear(self) -> Linearisation:
        """Value and linearisation."""
        return self.measure.linear(moments_of(self.ratings, self.measure))

    @property
    def value(self) -> float:
        """The coefficient."""
        return self.linear.value

    @property
    def smallest_step(self) -> float:
        """What the smallest disagreement of one audit by itself takes from full agreement."""
        credit = self.linear.credit
        taken = (credit.diagonal()[:, np.newaxis] - credit) * self.ratings.n_double
        taken = taken[taken > ROUNDING * max(1.0, float(taken.max()))]
        # Distances that go by the grades given (alpha) vanish between levels nobody used.
        if self.linear.by_grades or len(taken) == 0:
            return largest_step(self.linear.expected)
        return float(taken.min())

    @cached_property
    def _of_audits(self) -> tuple[Floats, Floats, Floats]:
        """Contribution, number of times, and whether graded twice, of audits or their patterns."""
        patterns = self.ratings.patterns
        double = patterns.double
        if self.linear.on_auditor is None and not self.ratings.is_clustered:
            return on_patterns(self.linear, patterns), patterns.times, double
        each = np.ones(self.ratings.n_audits)
        return on_audits(self.linear, self.ratings), each, double[patterns.of_audit]

    def totals(self) -> tuple[Floats, Floats]:
        """Contributions of clusters of audits, and how often each occurs."""
        if self.ratings.is_clustered:
            of_audits, _, double = self._of_audits
            cluster = self.ratings.audit_cluster
            total = sums(cluster, of_audits)
            used = np.ones(len(cluster)) if self.linear.uses_singles else double
            return total, (sums(cluster, used) > 0).astype(np.float64)
        total, times, double = self._of_audits
        return total, times if self.linear.uses_singles else times * double

    def published_totals(self) -> tuple[Floats, Floats]:
        """Contributions of audits as Gwet (2014) has them, and how often each occurs."""
        total, times, double = self._of_audits
        if not self.linear.uses_singles:
            return total, times * double
        return published(total, double, times, value=self.value), times

    def on_pairs(self) -> PairContributions:
        """Contributions of pairs of grades."""
        return on_pairs(self.linear, self.ratings.pairs)

    def without_auditors(self) -> Floats:
        """Value with each auditor left out in turn."""
        with np.errstate(invalid="ignore"):
            return self.measure.values(self.ratings.moments_without_auditors)

    def without_audits(self) -> tuple[Floats, Floats]:
        """Value with each cluster of audits left out in turn, and how often each occurs."""
        units = units_of(self.ratings, compares_auditors=self.measure.compares_auditors)
        value = without_each_unit(units, self.measure)
        return value, units.times if self.linear.uses_singles else self.totals()[1]


@dataclass(frozen=True, kw_only=True, eq=False)
class EvaluatedCoefficient:
    """A coefficient computed from pairs of grades by a function of one's own."""

    ratings: Ratings
    evaluate: Evaluate

    @cached_property
    def _coefficient(self) -> PairContributions:
        return self.evaluate(self.ratings.pairs)

    @property
    def value(self) -> float:
        """The coefficient."""
        return self._coefficient.value

    @property
    def linear(self) -> PairContributions:
        """Value and contributions."""
        return self._coefficient

    @property
    def smallest_step(self) -> float:
        """What a disagreement of one audit by itself takes from full agreement, at the most."""
        return largest_step(self._coefficient.expected)

    def totals(self) -> tuple[Floats, Floats]:
        """Contributions of clusters of audits, and how often each occurs."""
        pairs = self.ratings.pairs
        total = sums(pairs.cluster, audit_totals(pairs, self._coefficient))
        return total, self._used(pairs.cluster, len(total))

    def published_totals(self) -> tuple[Floats, Floats]:
        """Contributions of audits as Gwet (2014) has them, and how often each occurs."""
        pairs = self.ratings.pairs
        total = audit_totals(pairs, self._coefficient)
        times = self._used(np.arange(pairs.n_audits), pairs.n_audits)
        if len(self._coefficient.on_singles) == 0:
            return total, times
        double = np.ones(pairs.n_audits)
        double[pairs.single_audit] = 0
        return published(total, double, times, value=self.value), times

    def on_pairs(self) -> PairContributions:
        """Contributions of pairs of grades."""
        return self._coefficient

    def without_auditors(self) -> Floats:
        """Value with each auditor left out in turn."""
        values = []
        for code in self.ratings.auditor_codes:
            rest = self.ratings.without(int(code)).pairs
            values.append(self.evaluate(rest).value if rest.n_double else nan)
        return np.array(values)

    def without_audits(self) -> tuple[Floats, Floats]:
        """Value with each cluster of audits left out in turn: not offered.

        Raises
        ------
        UsageError
            Always.
        """
        raise UsageError('This coefficient has no jackknife error; use "subjects" instead.')

    def _used(self, group: Ints, n: int) -> Floats:
        pairs = self.ratings.pairs
        used = np.zeros(n)
        used[group[pairs.audit]] = 1
        if len(self._coefficient.on_singles):
            used[group[pairs.single_audit]] = 1
        return used


def largest_step(expected: float) -> float:
    """What a total disagreement of one audit by itself takes from full agreement."""
    return 1 / (1 - expected) if expected < 1 else inf


def published(total: Floats, double: Floats, times: Floats, *, value: float) -> Floats:
    """Contributions as Gwet (2014) has them.

    The number of audits graded twice is held fixed, yet the coefficient is spread over all.
    """
    shifted: Floats = total + value * (double / float(times @ double) - 1 / float(times.sum()))
    return shifted
