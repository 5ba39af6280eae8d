"""Agreement of auditors with a declared gold standard, such as a calibration panel's grades.

Here the criterion is taken as right and only the auditors can be wrong, so there is no chance
correction. It speaks of the group of auditors; nobody is ranked. ``qaf stat agreement --gold``
prints it; it is meant for the calibration panels and anchors of moderation rounds too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.coefficient import transformed_limits
from qaf_analysis.stats.agreement.coefficient_protocol import Kind
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import NO_VARIANCE
from qaf_analysis.stats.agreement.weights import WeightName, grade_weights, weights_name
from qaf_analysis.stats.core.arrays import Floats, Ints, check_level, sums
from qaf_analysis.stats.core.intervals import t_quantile, wilson_limits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class CriterionAgreement:
    """How auditors' grades compare with the criterion's, each audit counting once.

    Parameters
    ----------
    exact : Estimate
        Share with the criterion's grade.
    weighted : Estimate
        Mean credit by the weights asked for, 0 to 1.
    bias : Estimate
        Mean of auditor minus criterion, in grades: positive when auditors are kinder. Its p is
        that of no bias.
    distance : Estimate
        Mean number of grades apart, whichever way.
    comparisons : int
        Number of grades compared with the criterion.
    """

    exact: Estimate
    weighted: Estimate
    bias: Estimate
    distance: Estimate
    comparisons: int


def criterion_agreement(
    ratings: Ratings,
    *,
    criterion: int,
    weights: WeightName | ArrayLike = "linear",
    level: float = 0.95,
) -> CriterionAgreement:
    """Agreement of all auditors with one who is declared the gold standard.

    Parameters
    ----------
    ratings : Ratings
        Grades, the criterion's among them. Audits without a grade by the criterion, or by
        anybody else, are left out.
    criterion : int
        Auditor code of the criterion.
    weights : name or array, shape (K, K)
        Credit for ``weighted``, see ``grade_weights``.
    level : float
        Confidence level.

    Returns
    -------
    CriterionAgreement
        Not estimable when the criterion shares no audit with an auditor. Errors allow for other
        audits and other auditors (the sum of squares by audit and by auditor, less that by
        both); with fewer than three auditors, for other audits only. The criterion is fixed.

    Raises
    ------
    UsageError
        If the criterion gave no grade at all.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Journal of Business & Economic Statistics 29, 238-249, for
    errors that allow for two ways of likeness.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2, 3], [1, 1, 1], [0, 1, 0], [2, 3, 3]], n_levels=4)
    >>> against = criterion_agreement(ratings, criterion=0)
    >>> against.exact.value, against.bias.value
    (0.5, 0.5)
    """
    check_level(level)
    matrix = grade_weights(weights, n_levels=ratings.n_levels)
    compared = _compared(ratings, criterion)
    credit = matrix[compared.given, compared.right]
    counted: Kind = "counted share" if np.isin(matrix, (0, 1)).all() else "share"
    gap, far = compared.given - compared.right, ratings.n_levels - 1.0
    words = f"agreement with criterion, {weights_name(weights)} weights"
    bias, distance = "mean of auditor minus criterion", "mean distance from criterion"
    return CriterionAgreement(
        exact=_estimate(
            compared, gap == 0, "exact agreement with criterion", "counted share", level=level
        ),
        weighted=_estimate(compared, credit, words, counted, level=level),
        bias=_estimate(compared, gap, bias, "coefficient", level=level, far=far),
        distance=_estimate(compared, abs(gap), distance, "share", level=level, far=far),
        comparisons=len(gap),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Compared:
    """Grades with the criterion's grade of the same audit beside each."""

    cluster: Ints
    auditor: Ints
    given: Ints
    right: Ints
    weight: Floats  # adds up to one, every audit alike

    @property
    def clusters(self) -> int:
        return len(np.unique(self.cluster))

    @property
    def auditors(self) -> int:
        return len(np.unique(self.auditor))


def _compared(ratings: Ratings, criterion: int) -> _Compared:
    own = ratings.auditor == criterion
    if not own.any():
        raise UsageError(f"The criterion, auditor {criterion}, gave no grade.")
    order = np.argsort(ratings.audit[own])
    audits, grades = ratings.audit[own][order], ratings.grade[own][order]
    place = np.searchsorted(audits, ratings.audit)
    place = np.minimum(place, len(audits) - 1)
    kept = ~own & (audits[place] == ratings.audit)
    audit = np.unique(ratings.audit[kept], return_inverse=True)[1]
    of = ratings.audit if ratings.cluster is None else ratings.cluster
    graded = np.bincount(audit)
    return _Compared(
        cluster=np.unique(of[kept], return_inverse=True)[1],
        auditor=np.unique(ratings.auditor[kept], return_inverse=True)[1],
        given=ratings.grade[kept],
        right=grades[place[kept]],
        weight=1 / graded[audit] / max(len(graded), 1),
    )


def _estimate(
    compared: _Compared,
    values: ArrayLike,
    name: str,
    kind: Kind,
    *,
    level: float,
    far: float = 1.0,
) -> Estimate:
    """Mean of values that lie between 0 (for a coefficient, minus ``far``) and ``far``."""
    cases = compared.clusters
    if cases == 0:
        why_not = "no audit was graded by the criterion and by an auditor"
        return Estimate.not_estimable(why_not, method=name, level=level)
    parts = np.asarray(values, dtype=np.float64) / far
    lowest = -1.0 if kind == "coefficient" else 0.0
    # Weights add up to one but for rounding, which may lift full agreement a hair above 1.
    value = min(1.0, float(compared.weight @ parts))
    variance, df, sampled = _variance(compared, compared.weight * (parts - value))
    se = sqrt(variance) if variance > NO_VARIANCE else nan
    p = nan
    if variance <= NO_VARIANCE:
        # What audits not seen could do when those seen are all alike ("rule of three").
        unseen = 1 - (1 - level) ** (1 / cases)
        low, high = value - unseen * (value - lowest), value + unseen * (1 - value)
        sampled = "audits do not differ, rule of three"
    elif kind == "counted share":
        effective = value * (1 - value) / variance
        low, high = wilson_limits(value, effective, quantile=t_quantile(level, df=df))
    else:
        low, high, p = transformed_limits(
            value, se, df=df, level=level, lowest=lowest, interval="fisher"
        )
    return Estimate(
        value=far * value,
        low=far * low,
        high=far * high,
        level=level,
        cases=cases,
        auditors=compared.auditors,
        method=f"{name}; {sampled}",
        se=far * se,
        p=p if kind == "coefficient" else nan,
    )


def _variance(compared: _Compared, contributions: Floats) -> tuple[float, float, str]:
    """Variance, degrees of freedom, and what is taken as sampled."""
    if compared.clusters < 2:
        return 0.0, nan, ""
    by_audit, audits = _by(compared.cluster, compared.weight, contributions)
    by_auditor, auditors = _by(compared.auditor, compared.weight, contributions)
    if compared.auditors < 3:
        return by_audit, audits - 1, f"audits sampled, t with {audits - 1:.1f} df"
    both = compared.cluster * compared.auditors + compared.auditor
    by_both = _by(np.unique(both, return_inverse=True)[1], compared.weight, contributions)[0]
    df = max(1.0, min(audits, auditors) - 1)
    variance = max(by_audit + by_auditor - by_both, by_audit)
    return variance, df, f"audits and auditors sampled, t with {df:.1f} df"


def _by(codes: Ints, weight: Floats, contributions: Floats) -> tuple[float, float]:
    """Variance from the totals of each code, and the effective number of codes."""
    squares = float((sums(codes, weight) ** 2).sum())
    total = sums(codes, contributions)
    # Contributions add up to zero, which takes this part out of the sum of squares.
    return float(total @ total) / (1 - squares) if squares < 1 else 0.0, 1 / squares
