"""Is agreement different between two sets of grades, or between coefficients of the same grades?

Two quarters have different audits but the same auditors; a regrading has the same audits. Either
way what both sides share makes their errors alike, so the error of a difference is computed from
both sides' contributions together, not from the two errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from scipy import special

from qaf_analysis.stats.agreement.coefficient import check_standard_error
from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient
from qaf_analysis.stats.agreement.combined import Combined
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import NO_VARIANCE, StandardError, sampling_error
from qaf_analysis.stats.core.arrays import Floats, check_level, frozen_floats
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


@dataclass(frozen=True, kw_only=True, eq=False)
class CoefficientComparison:
    """Several coefficients of the same grades.

    Parameters
    ----------
    names : tuple of str
    values : array, shape (measures,)
    covariance : array, shape (measures, measures)
        NaN where an error cannot be told.
    p : float
        Of Hotelling's test that all coefficients are equal; NaN where it cannot be made.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    p: float


def compare_coefficients(
    ratings: Ratings, measures: Sequence[AgreementCoefficient], *, se: StandardError = "two_way"
) -> CoefficientComparison:
    """Several coefficients of the same grades, with their covariance and a test that all are equal.

    Parameters
    ----------
    ratings : Ratings
    measures : sequence of AgreementCoefficient
    se : {"two_way", "subjects", "raters"}

    Raises
    ------
    UsageError
        If ``se`` is not one of those offered.

    Notes
    -----
    The covariance follows from the errors of sums and differences of two coefficients. The test
    is Hotelling's T² of the differences from the first coefficient.

    Examples
    --------
    >>> from qaf_analysis.stats.agreement.kappas import agreement_coefficient
    >>> ratings = Ratings.from_table([[20, 5], [4, 11]])
    >>> names = ("fleiss", "brennan_prediger")
    >>> two = [agreement_coefficient(name, n_levels=2, weights="identity") for name in names]
    >>> compare_coefficients(ratings, two, se="subjects").values.round(3).tolist()
    [0.526, 0.55]
    """
    _check_error(se)
    found = [MeasuredCoefficient(ratings=ratings, measure=measure) for measure in measures]
    k, usable = len(found), ratings.n_double_clusters > 1
    values = np.array([one.value if ratings.n_double else nan for one in found])
    covariance = np.full((k, k), nan)
    df = nan
    if usable and not np.isnan(values).any():
        for i in range(k):
            for j in range(i, k):
                plus = sampling_error(Combined(parts=((1.0, found[i]), (1.0, found[j]))), se=se)
                minus = sampling_error(Combined(parts=((1.0, found[i]), (-1.0, found[j]))), se=se)
                covariance[i, j] = covariance[j, i] = (plus.variance - minus.variance) / 4
                df = plus.df
    return CoefficientComparison(
        names=tuple(measure.name for measure in measures),
        values=frozen_floats(values),
        covariance=frozen_floats(covariance),
        p=_hotelling(values, covariance, df=df),
    )


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
    found = Combined(parts=((-1.0, one), (1.0, other)), joint=joint)
    error = sampling_error(found, se=se)
    if not error.variance > NO_VARIANCE:
        why = error.sampled if isnan(error.variance) else "no interval: audits do not differ"
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


def _hotelling(values: Floats, covariance: Floats, *, df: float) -> float:
    if len(values) < 2 or np.isnan(covariance).any():
        return nan
    contrast = np.eye(len(values))[1:] - np.eye(len(values))[0]
    gap, spread = contrast @ values, contrast @ covariance @ contrast.T
    k = len(gap)
    if np.linalg.matrix_rank(spread) < k or df <= k - 1:
        return nan
    statistic = float(gap @ np.linalg.solve(spread, gap)) * (df - k + 1) / (df * k)
    return float(special.fdtrc(k, df - k + 1, statistic))
