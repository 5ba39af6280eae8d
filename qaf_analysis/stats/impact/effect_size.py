"""How much of the audits after a themed audit stand above those before it."""

from __future__ import annotations

from dataclasses import replace
from math import atanh, sqrt, tanh

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.impact.errors import mean_by, pooled_deviation
from qaf_analysis.terms.estimate import Estimate

METHOD = "Cliff's delta of audits after against before, quarters varying by chance"


def cliffs_delta(
    difference: Floats,
    *,
    quarter: Ints,
    post: Bools,
    auditors: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Chance that an audit after stands above one before, less the chance that it stands below.

    Parameters
    ----------
    difference : array, shape (audits,)
        Themed less mean comparison grade of each audit; only its order matters.
    quarter : array of int, shape (audits,)
    post : array of bool, shape (audits,)
    auditors : int
        Passed through.
    level : float

    Returns
    -------
    Estimate
        1 when every audit after stands above every audit before, 0 when neither stands above.
        Each audit's standing among the audits of the other side is averaged by quarter; quarter
        means are compared as in the headline (t, Q - 2 degrees of freedom), on the scale of
        Fisher's z so that the interval stays within -1 and 1. Without a value where a side is
        empty, without an interval where every audit after stands on the same side of all before.

    References
    ----------
    Cliff (1993), Psychological Bulletin 114, 494-509, for the measure.

    Examples
    --------
    >>> found = cliffs_delta(
    ...     np.array([1.0, 2, 3, 1, 2, 4, 3, 5]), quarter=np.arange(8) // 2, post=np.arange(8) > 3
    ... )
    >>> found.value
    0.75
    """
    check_level(level)
    base = Estimate.not_estimable(
        "", method=METHOD, level=level, cases=len(difference), auditors=auditors
    )
    if post.all() or not post.any():
        return replace(base, why_not="there is no audit before, or none after")
    standing = _standing(difference, post)
    delta = float(standing[post].mean())
    quarters, first, group = np.unique(quarter, return_index=True, return_inverse=True)
    means = mean_by(standing, group=group, groups=len(quarters))
    after = post[first]
    found = replace(base, value=delta)
    deviation = pooled_deviation(means[~after], means[after])
    if not deviation > 0 or abs(delta) >= 1:
        return replace(found, method=f"{METHOD}; no variation to measure")
    se = deviation * sqrt(1 / int(after.sum()) + 1 / int((~after).sum()))
    degrees = len(quarters) - 2
    z, z_se = atanh(delta), se / (1 - delta**2)
    reach = t_quantile(level, df=degrees) * z_se
    return replace(
        found,
        low=tanh(z - reach),
        high=tanh(z + reach),
        method=f"{METHOD}, t with {degrees} df",
        se=se,
        p=t_p_value(z / z_se, df=degrees),
        df=float(degrees),
    )


def _standing(difference: Floats, post: Bools) -> Floats:
    """Share of the other side's audits below each audit less the share above it.

    Seen from after: the sign is turned for audits before, so that both sides' means are delta.
    """
    standing = np.empty(len(difference))
    # Grades less a mean of grades are equal on paper, not always in their last digit.
    rounded = np.round(difference, 9)
    for side, sign in ((post, 1.0), (~post, -1.0)):
        other = np.sort(rounded[~side])
        below = np.searchsorted(other, rounded[side], side="left")
        above = len(other) - np.searchsorted(other, rounded[side], side="right")
        standing[side] = sign * (below - above) / len(other)
    return standing
