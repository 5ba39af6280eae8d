"""Level of one period: by its auditors, and as moderators would have found it.

``moderations_needed`` says how many audits must be moderated to tell whether a change is practice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isinf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, check_grades, frozen_floats, frozen_ints
from qaf_analysis.stats.core.intervals import normal_quantile, t_p_value, t_quantile
from qaf_analysis.stats.core.means import clustered_share, mean_interval
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.stats.optimism.adjusted import profile_of
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod, two_phase_means
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import TREND_RULE

PLANNED_GRADES = 0.56
"""Standard deviation of moderators' grades within one auditors' grade, where it is not known."""

PLANNED_SHARE = 0.41
"""The same of a share such as Good or better."""


@dataclass(frozen=True, kw_only=True)
class PeriodLevel:
    """Level of one period: by auditors, and had moderators graded all of its audits."""

    observed: Estimate
    adjusted: Estimate


def period_levels(
    grade: ArrayLike, auditor: ArrayLike, *, moderated: ModeratedAudits
) -> tuple[PeriodLevel, PeriodLevel]:
    """Mean grade and share good or better of a period, by auditors and by moderators.

    Parameters
    ----------
    grade, auditor : int array, shape (audits,)
        Auditor's grade of every audit, and a whole number naming the auditor.
    moderated : ModeratedAudits
        Those of them that were moderated, with all of them as population.

    Returns
    -------
    PeriodLevel, PeriodLevel
        Of the mean grade and of the share. By auditors: with auditors as clusters, not estimable
        on fewer than ten audits. By moderators: the figures of ``profile_of``, so that a year has
        here what it has wherever else it stands.

    Raises
    ------
    ShapeError
        If the lengths differ.
    """
    codes = frozen_ints(grade, name="grade")
    names = frozen_ints(auditor, name="auditor")
    mean = on_enough(mean_interval(codes, cluster=names, level=moderated.level), audits=len(codes))
    share = on_enough(
        clustered_share(codes >= moderated.good_from, cluster=names, level=moderated.level),
        audits=len(codes),
    )
    profile = profile_of(moderated)
    own = float(codes.mean()) if len(codes) else nan
    adjusted = replace(
        profile.gap,
        value=own - profile.gap.value,
        low=own - profile.gap.high,
        high=own - profile.gap.low,
        method=f"mean as audited less {profile.gap.method}",
    )
    return (
        PeriodLevel(observed=mean, adjusted=adjusted),
        PeriodLevel(observed=share, adjusted=profile.good),
    )


def mean_by_auditors(period: ModeratedPeriod, worth: Floats, *, level: float) -> Estimate:
    """Mean of all audits by their auditors, as a sample of practice (t interval).

    Raises
    ------
    ShapeError
        If there are fewer than two audits, which cannot show how much audits vary.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.
    """
    n = len(period.grade)
    if n < 2:
        raise ShapeError(f"A period needs at least two audits to show a change; it has {n}.")
    check_grades(period.grade, n_levels=len(worth))
    given = worth[period.grade]
    like = Estimate.not_estimable(
        "", method="", level=level, cases=n, auditors=len(np.unique(period.auditor))
    )
    return two_phase_estimate(
        float(given.mean()), float(given.var(ddof=1)) / n, df=n - 1.0, like=like, method="mean, t"
    )


def two_phase_estimate(
    value: float, variance: float, *, df: float, like: Estimate, method: str
) -> Estimate:
    """Estimate with its t interval; cases, auditors and level as in ``like``."""
    se = sqrt(variance)
    half = t_quantile(like.level, df=df) * se
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=like.level,
        cases=like.cases,
        auditors=like.auditors,
        method=method,
        se=se,
        p=t_p_value(value / se, df=df) if se > 0 else nan,
        df=df,
    )


def combined_df(parts: tuple[tuple[float, float], ...]) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent variances."""
    total = sum(variance for variance, _ in parts)
    if total == 0 or all(isinf(df) for _, df in parts):
        return min(df for _, df in parts)
    return total**2 / sum(variance**2 / df for variance, df in parts)


def moderations_needed(
    first: ModeratedPeriod,
    last: ModeratedPeriod,
    *,
    values: ArrayLike,
    power: float = 0.8,
    level: float = 0.95,
) -> Estimate:
    """Moderated audits needed in each period to see practice change as much as grades did.

    The spread within one auditors' grade is that of the moderated audits where there are at
    least 30 in each period, and a planning value otherwise. Not estimable when not even
    moderating every audit would show so small a change.

    References
    ----------
    n from (z_(level) + z_(power))^2 (sum of within / n + first-phase variances) = change^2,
    normal approximation.
    """
    worth = frozen_floats(values)
    own = [mean_by_auditors(p, worth, level=level) for p in (first, last)]
    change, most = own[1].value - own[0].value, min(own[0].cases, own[1].cases)
    within, audits_part = 0.0, 0.0
    for period, mean in zip((first, last), own, strict=True):
        if period.refusal(fewest=TREND_RULE.fewest_by_chance):
            within += (PLANNED_SHARE if np.isin(worth, (0, 1)).all() else PLANNED_GRADES) ** 2
            audits_part += mean.se**2
        else:
            means = two_phase_means(period, values=worth)
            within += means.within
            audits_part += means.audits_variance
    allowed = (change / (normal_quantile(level) + float(special.ndtri(power)))) ** 2 - audits_part
    method = f"moderated audits a period for {power:.0%} power"
    if allowed <= 0 or within / allowed > most:
        return Estimate.not_estimable(
            "the observed change is so small that not even moderating every audit would show it",
            method=method,
            level=level,
            cases=most,
        )
    return Estimate(
        value=float(max(TREND_RULE.fewest_by_chance, ceil(within / allowed))),
        low=nan,
        high=nan,
        level=level,
        cases=most,
        auditors=0,
        method=method,
    )
