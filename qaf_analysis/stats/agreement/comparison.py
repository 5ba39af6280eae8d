"""Is agreement different between two sets of grades?

Two quarters have different audits but the same auditors; a regrading has the same audits. Either
way what both sides share makes their errors alike, so the error of a difference is computed from
both sides' contributions together, not from the two errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan, sqrt

import numpy as np

from qaf_analysis.stats.agreement.coefficient import check_standard_error
from qaf_analysis.stats.agreement.coefficient_protocol import (
    AgreementCoefficient,
    PairContributions,
    on_audits,
)
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import NO_VARIANCE, StandardError, sampling_error
from qaf_analysis.stats.core.arrays import Floats, check_level, sums
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

ALLOWED = ("two_way", "subjects", "raters")


def paired_difference(
    first: Ratings,
    second: Ratings,
    measure: AgreementCoefficient,
    *,
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Difference of agreement in two sets of grades of the same audits, second less first.

    Parameters
    ----------
    first, second : Ratings
        Audit and auditor codes mean the same in both. Audits in one set only are allowed.
    measure : AgreementCoefficient
        From ``agreement_coefficient`` or ``alpha_coefficient``.
    se : {"two_way", "subjects", "raters"}
        See ``sampling_error``.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable when one side is not.

    Raises
    ------
    ShapeError
        If the scales differ.
    UsageError
        If ``se`` or ``level`` is not one of those offered.

    References
    ----------
    Gwet (2016), Educational and Psychological Measurement 76, 609-637, for audits alone.
    """
    return _difference(first, second, measure, same_audits=True, se=se, level=level)


def independent_difference(
    first: Ratings,
    second: Ratings,
    measure: AgreementCoefficient,
    *,
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Difference of agreement between two periods with different audits, second less first.

    Auditor codes mean the same in both, so that auditors who graded in both periods are not
    taken for different people; audit codes need not differ. See ``paired_difference``.
    """
    return _difference(first, second, measure, same_audits=False, se=se, level=level)


def _check_error(se: StandardError) -> None:
    check_standard_error(se)
    if se not in ALLOWED:
        raise UsageError(f'Comparisons have no "{se}" error; use one of {", ".join(ALLOWED)}.')


def _difference(
    first: Ratings,
    second: Ratings,
    measure: AgreementCoefficient,
    *,
    same_audits: bool,
    se: StandardError,
    level: float,
) -> Estimate:
    check_level(level)
    _check_error(se)
    joint = _joint(first, second, same_audits=same_audits)
    name = f"difference of {measure.name}, {'same' if same_audits else 'different'} audits"
    cases, auditors = joint.n_double_clusters, joint.n_pairing_auditors
    why_not = measure.refusal(first) or measure.refusal(second)
    if min(first.n_double, second.n_double) == 0:
        why_not = "one of the two sets has no audit graded by two auditors"
    one, other = (MeasuredCoefficient(ratings=r, measure=measure) for r in (first, second))
    if not why_not and isnan(one.value + other.value):
        why_not = "in one of the two sets every grade is the same"
    if why_not:
        return Estimate.not_estimable(
            why_not, method=name, level=level, cases=cases, auditors=auditors
        )
    found = _Difference(first=one, second=other, ratings=joint)
    error = sampling_error(found, se=se)
    if not error.variance > NO_VARIANCE:
        why = (
            error.sampled
            if isnan(error.variance)
            else "no interval: no error shows in these audits"
        )
        half, spread, how, p = nan, nan, why, nan
    else:
        spread = sqrt(error.variance)
        half = t_quantile(level, df=error.df) * spread
        how = f"{error.sampled}, t with {error.df:.1f} df"
        p = t_p_value(found.value / spread, df=error.df)
    return Estimate(
        value=found.value,
        low=found.value - half,
        high=found.value + half,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"{name}; {how}",
        se=spread,
        p=p,
    )


def _joint(first: Ratings, second: Ratings, *, same_audits: bool) -> Ratings:
    """Grades of both sets; an audit stands once for each set, with its cluster where shared."""
    if first.n_levels != second.n_levels:
        raise ShapeError(f"Scales of {first.n_levels} and {second.n_levels} levels differ.")
    one, other = (r.audit if r.cluster is None else r.cluster for r in (first, second))
    if not same_audits:
        shift = int(one.max(initial=0)) - int(other.min(initial=0)) + 1
        other = other + shift
    return Ratings(
        audit=np.concatenate([first.audit_number, first.n_audits + second.audit_number]),
        auditor=np.concatenate([first.auditor, second.auditor]),
        grade=np.concatenate([first.grade, second.grade]),
        n_levels=first.n_levels,
        cluster=np.concatenate([one, other]),
        auditors_known=first.auditors_known and second.auditors_known,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Difference:
    """The second coefficient less the first, with all that its standard errors need.

    Parameters
    ----------
    first, second : MeasuredCoefficient
    ratings : Ratings
        All grades of both, the first's before the second's, audits numbered in this order.
    """

    first: MeasuredCoefficient
    second: MeasuredCoefficient
    ratings: Ratings

    @property
    def value(self) -> float:
        """The difference."""
        return self.second.value - self.first.value

    def totals(self) -> tuple[Floats, Floats]:
        """Contributions of clusters of audits, and how often each occurs."""
        one, other = (on_audits(part.linear, part.ratings) for part in (self.first, self.second))
        by_cluster = sums(self.ratings.audit_cluster, np.concatenate([-one, other]))
        return by_cluster, np.ones(len(by_cluster))

    def published_totals(self) -> tuple[Floats, Floats]:
        """Contributions as for one coefficient; differences have no published form of their own."""
        return self.totals()

    @property
    def _signed(self) -> tuple[tuple[float, MeasuredCoefficient], ...]:
        return (-1.0, self.first), (1.0, self.second)

    def on_pairs(self) -> PairContributions:
        """Contributions of pairs of grades."""
        return self._on_pairs

    @cached_property
    def _on_pairs(self) -> PairContributions:
        both = [(sign, part.on_pairs(), part) for sign, part in self._signed]
        return PairContributions(
            value=self.value,
            seen=nan,
            expected=nan,
            on_pairs=np.concatenate([sign * found.on_pairs for sign, found, _ in both]),
            on_singles=np.concatenate(
                [
                    sign * found.on_singles
                    if len(found.on_singles)
                    else np.zeros(len(part.ratings.pairs.single_audit))
                    for sign, found, part in both
                ]
            ),
        )

    def without_auditors(self) -> Floats:
        """Value with each auditor of either side left out in turn."""
        total = np.zeros(self.ratings.n_auditors)
        for sign, part in self._signed:
            # Who graded on the other side only changes nothing on this one.
            own = np.full(len(total), part.value)
            place = np.searchsorted(self.ratings.auditor_codes, part.ratings.auditor_codes)
            own[place] = part.without_auditors()
            total += sign * own
        return total

    def without_audits(self) -> tuple[Floats, Floats]:
        """Value with each audit left out: not offered.

        Raises
        ------
        UsageError
            Always.
        """
        raise UsageError('Comparisons have no jackknife error; use "subjects" instead.')
