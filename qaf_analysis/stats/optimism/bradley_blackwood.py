"""Bradley-Blackwood: do auditors and moderators differ in mean, in spread, or in both?"""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.optimism.paired import grade_gaps
from qaf_analysis.stats.optimism.square_tables import NO_DIFFERENCE
from qaf_analysis.terms.estimate import Estimate

# Sums of squares of whole numbers; anything below this share of the total is rounding error.
ROUNDING = 1e-12


def bradley_blackwood(audit_grade: ArrayLike, moderation_grade: ArrayLike) -> Estimate:
    """Test at once that auditors' and moderators' grades have the same mean and the same spread.

    The gap is regressed on the sum of the two grades: an intercept shows a shift, a slope that
    one side uses more of the scale than the other.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)

    Returns
    -------
    Estimate
        ``value`` is F of intercept and slope together with 2 and ``df`` = audits - 2 degrees of
        freedom. No interval; audits count as independent. Not estimable with fewer than three
        audits, when no audit differs, when the sums of grades are all alike, or when gaps follow
        the sums exactly.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.

    References
    ----------
    Bradley & Blackwood (1989), The American Statistician.

    Examples
    --------
    >>> test = bradley_blackwood([2, 2, 3, 1, 2, 2], [2, 1, 2, 1, 2, 3])
    >>> round(test.value, 4), test.df
    (0.1964, 4.0)
    """
    gap = grade_gaps(audit_grade, moderation_grade).astype(np.float64)
    n = len(gap)
    total = gap + 2 * np.asarray(moderation_grade, dtype=np.float64)  # audit plus moderation
    square = float(gap @ gap)
    spread = float(((total - total.mean()) ** 2).sum()) if n else 0.0
    slope = float(gap @ (total - total.mean())) / spread if spread > 0 else nan
    rest = float((gap - gap.mean()) @ (gap - gap.mean())) - slope**2 * spread if n else nan
    why_not = _why_not(n, square, spread, rest)
    if why_not:
        return Estimate.not_estimable(why_not, method="Bradley-Blackwood", cases=n)
    statistic = max(0.0, (square - rest) / 2) / (rest / (n - 2))
    return Estimate(
        value=statistic,
        low=nan,
        high=nan,
        level=0.95,
        cases=n,
        auditors=0,
        method=f"Bradley-Blackwood, F with 2 and {n - 2} df",
        p=float(special.fdtrc(2, n - 2, statistic)),
        df=float(n - 2),
    )


def _why_not(n: int, square: float, spread: float, rest: float) -> str:
    if n < 3:
        return "there are fewer than three cases"
    if square == 0:
        return NO_DIFFERENCE
    if not spread > 0:
        return "auditor's and moderator's grades add up to the same in every audit"
    if not rest > ROUNDING * square:
        return "gaps follow the grades exactly, so chance cannot be measured"
    return ""
