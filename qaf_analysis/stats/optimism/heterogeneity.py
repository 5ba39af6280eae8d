"""Do auditors differ among themselves in how optimistic they are?"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.terms.estimate import Estimate

ROUNDING = 1e-9
METHOD = "DerSimonian-Laird spread of auditors' mean gaps; p and interval from F"


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorMeans:
    """Mean gap of each auditor and what they rest on.

    Parameters
    ----------
    mean, cases : array, shape (auditors,)
        Mean gap, and number of moderated audits, of each auditor. With unequal weights, the
        weighted mean, and how many audits of equal weight it counts as (Kish).
    within : float
        Variance of gaps around their auditor's mean, pooled; NaN without an auditor with two.
    spare : float
        Degrees of freedom of ``within``.
    audits : int
        Moderated audits of all auditors.
    """

    mean: Floats
    cases: Floats
    within: float
    spare: float
    audits: int

    @property
    def weight(self) -> Floats:
        """One over the sampling variance of each mean."""
        return self.cases / self.within

    def q(self, tau_squared: float = 0.0) -> float:
        """Weighted squared spread of the means, given the variance between auditors."""
        weight = 1 / (self.within / self.cases + tau_squared)
        centre = float(weight @ self.mean / weight.sum())
        return float(weight @ (self.mean - centre) ** 2)


def auditor_means(gap: ArrayLike, auditor: ArrayLike) -> AuditorMeans:
    """Mean gap of each auditor, in the order of the auditors' codes.

    Raises
    ------
    ShapeError
        If the lengths differ.
    """
    gaps, names = frozen_floats(gap), frozen_ints(auditor, name="auditor")
    check_same_length({"gaps": gaps, "auditor": names})
    return means_of_gaps(gaps, names)


def means_of_gaps(
    gaps: Floats | Ints, names: Ints, *, weight: Floats | None = None
) -> AuditorMeans:
    """Mean gap of each auditor, from checked arrays; see ``auditor_means``.

    ``weight`` is how many audits each moderated one stands for.
    """
    place = np.unique(names, return_inverse=True)[1]
    worth = np.ones(len(gaps)) if weight is None else weight
    whole = np.bincount(place, weights=worth)
    cases = whole**2 / np.bincount(place, weights=worth**2)
    mean = np.bincount(place, weights=worth * gaps) / whole
    spare = max(float((cases - 1).sum()), 0.0)
    # Weighted squares around the mean of each auditor, over their expectation at variance 1.
    squares = float((worth * (gaps - mean[place]) ** 2).sum())
    expected = float((whole * (1 - 1 / cases)).sum())
    within = squares / expected if spare > ROUNDING else nan
    for column in (mean, cases):
        column.setflags(write=False)
    return AuditorMeans(mean=mean, cases=cases, within=within, spare=spare, audits=len(gaps))


def gap_heterogeneity(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    auditor: ArrayLike,
    *,
    level: float = 0.95,
) -> Estimate:
    """Spread of auditors' true mean gaps, in grades, and the test that there is none.

    Parameters
    ----------
    audit_grade, moderation_grade, auditor : int array, shape (audits,)
        Grades of the same audits, and who audited each.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        ``value`` is tau, the standard deviation between auditors after chance is taken out (0
        when they differ no more than chance makes them), with the Q-profile interval. ``p`` is
        of Cochran's Q with the pooled variance within auditors. Both are taken from F because
        that variance is itself estimated. Not estimable with one auditor, without an auditor who
        has two moderated audits, or when gaps within auditors do not vary.

    References
    ----------
    DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188; Viechtbauer (2007),
    Statistics in Medicine 26, 37-52 (interval).

    Examples
    --------
    >>> found = gap_heterogeneity([2, 2, 3, 3, 2, 1], [2, 1, 1, 1, 2, 2], [1, 1, 2, 2, 3, 3])
    >>> round(found.value, 3), round(found.p, 3)
    (1.19, 0.05)
    """
    check_level(level)
    audited = frozen_ints(audit_grade, name="audit_grade")
    moderated = frozen_ints(moderation_grade, name="moderation_grade")
    check_same_length({"audit grades": audited, "moderation grades": moderated})
    names = frozen_ints(auditor, name="auditor")
    check_same_length({"gaps": audited, "auditor": names})
    return spread_of_gaps(audited - moderated, names, level=level)


def spread_of_gaps(
    gap: Ints, auditor: Ints, *, weight: Floats | None = None, level: float = 0.95
) -> Estimate:
    """Spread of auditors' true mean gaps, from checked arrays; see ``gap_heterogeneity``."""
    return spread_of_means(means_of_gaps(gap, auditor, weight=weight), level=level)


def spread_of_means(means: AuditorMeans, *, level: float = 0.95, fewest_df: int = 1) -> Estimate:
    """Spread of auditors' true mean gaps, from the means found; see ``gap_heterogeneity``.

    ``fewest_df`` is how many degrees of freedom within auditors are asked for.
    """
    auditors = len(means.mean)
    why_not = _why_not(means, fewest_df=fewest_df)
    if why_not:
        return Estimate.not_estimable(
            why_not, method=METHOD, level=level, cases=means.audits, auditors=auditors
        )
    q, df = means.q(), auditors - 1
    low, high = _q_profile(means, level)
    return Estimate(
        value=sqrt(dersimonian_laird(means)),
        low=low,
        high=high,
        level=level,
        cases=means.audits,
        auditors=auditors,
        method=METHOD,
        p=float(special.fdtrc(df, means.spare, q / df)),
    )


def dersimonian_laird(means: AuditorMeans) -> float:
    """Variance of auditors' true mean gaps by the method of moments, never below 0."""
    weight = means.weight
    scale = weight.sum() - float((weight**2).sum()) / weight.sum()
    return max(0.0, float((means.q() - (len(weight) - 1)) / scale))


def _why_not(means: AuditorMeans, *, fewest_df: int) -> str:
    if len(means.mean) < 2:
        return "moderated audits come from fewer than two auditors"
    if not means.spare > ROUNDING:
        return "no auditor has two moderated audits, so chance cannot be told from difference"
    if not means.within > ROUNDING:
        return "gaps of the same auditor do not vary at all, so chance cannot be measured"
    if means.spare < fewest_df - ROUNDING:
        return (
            f"auditors have too few moderated audits each to measure chance: {means.spare:.0f} "
            f"beyond the first of each auditor, where {fewest_df} are needed"
        )
    return ""


def _q_profile(means: AuditorMeans, level: float) -> tuple[float, float]:
    df, tail = len(means.mean) - 1, (1 - level) / 2
    # Q is taken as df times F: the variance within auditors is itself estimated.
    low, high = (df * float(special.fdtri(df, means.spare, below)) for below in (1 - tail, tail))
    return _root_of_q(means, low), _root_of_q(means, high)


def _root_of_q(means: AuditorMeans, target: float) -> float:
    if means.q() <= target:
        return 0.0
    upper = 1.0
    while means.q(upper) > target:
        upper *= 4
    return sqrt(float(optimize.brentq(lambda tau: means.q(tau) - target, 0.0, upper)))
