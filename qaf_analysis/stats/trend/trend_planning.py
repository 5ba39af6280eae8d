"""How many audits must be moderated to tell whether a change in grades is practice."""

from __future__ import annotations

from math import ceil, nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import frozen_floats
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.trend.period_level import mean_by_auditors
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod, two_phase_means
from qaf_analysis.terms.estimate import Estimate

FEWEST_BY_CHANCE = 30
"""Moderated audits, chosen by chance, without which a period's practice is not judged."""
PLANNED_GRADES = 0.56
"""Standard deviation of moderators' grades within one auditors' grade, where it is not known."""
PLANNED_SHARE = 0.41
"""The same of a share such as Good or better."""


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
        if period.refusal(fewest=FEWEST_BY_CHANCE):
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
        value=float(max(FEWEST_BY_CHANCE, ceil(within / allowed))),
        low=nan,
        high=nan,
        level=level,
        cases=most,
        auditors=0,
        method=method,
    )
