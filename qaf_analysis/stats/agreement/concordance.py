"""Lin's concordance correlation of two auditors."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.two_raters import no_estimate, two_only
from qaf_analysis.stats.core.arrays import check_level, frozen_floats
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """Lin's concordance correlation of two auditors, and what it is made of.

    Parameters
    ----------
    estimate : Estimate
        The coefficient, -1 to 1.
    correlation, accuracy : float
        Pearson's correlation, and the factor (0 to 1) by which different means and spreads of
        the two auditors lower it. Their product is the coefficient.
    location_shift : float
        Mean of the first auditor minus mean of the second, in units of the geometric mean of
        their standard deviations; positive when the first is kinder.
    scale_shift : float
        Standard deviation of the first over that of the second.
    """

    estimate: Estimate
    correlation: float = nan
    accuracy: float = nan
    location_shift: float = nan
    scale_shift: float = nan


def lin_concordance(
    ratings: Ratings, *, scores: ArrayLike | None = None, level: float = 0.95
) -> Concordance:
    """Lin's concordance correlation coefficient of two auditors.

    Parameters
    ----------
    ratings : Ratings
        Grades of exactly two auditors; audits graded by one are left out. The first auditor is
        the one with the lower code.
    scores : array, shape (K,), optional
        Number that each level stands for; 0 to K-1 by default.
    level : float
        Confidence level.

    Returns
    -------
    Concordance
        With variances over n it equals Cohen's kappa with quadratic weights. Not estimable
        without two auditors or when one of them gave the same grade throughout. No interval
        with fewer than three audits or at -1 and 1.

    Raises
    ------
    ShapeError
        If the scores do not fit the scale.

    References
    ----------
    Lin (1989), Biometrics 45, 255-268, with the correction of Lin (2000), Biometrics 56, 324-325.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 0], [1, 2], [2, 2], [3, 3], [1, 0]], n_levels=4)
    >>> round(lin_concordance(ratings).estimate.value, 4)
    0.8387
    """
    check_level(level)
    numbers = frozen_floats(np.arange(ratings.n_levels) if scores is None else scores)
    if numbers.shape != (ratings.n_levels,) or not np.isfinite(numbers).all():
        raise ShapeError(f"{ratings.n_levels} levels need as many scores, not {numbers.shape}.")
    name, pairs = "Lin's concordance correlation", ratings.pairs
    first, second = numbers[pairs.grade_first], numbers[pairs.grade_second]
    why_not = two_only(ratings)
    if not why_not and (np.ptp(first) == 0 or np.ptp(second) == 0):
        why_not = "one auditor gave the same grade throughout"
    if why_not:
        return Concordance(estimate=no_estimate(ratings, why_not, name=name, level=level))
    spread = float(first.std()), float(second.std())
    shift = float(first.mean() - second.mean()) / sqrt(spread[0] * spread[1])
    scale = spread[0] / spread[1]
    correlation = float(np.corrcoef(first, second)[0, 1])
    accuracy = 2 / (scale + 1 / scale + shift**2)
    return Concordance(
        estimate=_concordance(pairs, correlation, accuracy, shift, name=name, level=level),
        correlation=correlation,
        accuracy=accuracy,
        location_shift=shift,
        scale_shift=scale,
    )


def _concordance(
    pairs: GradePairs, r: float, accuracy: float, shift: float, *, name: str, level: float
) -> Estimate:
    n, value = len(pairs.audit), r * accuracy
    low = high = se = nan
    if n > 2 and abs(value) < 1:
        # Lin's variance, written without his divisions by the correlation, which may be zero.
        variance = (
            (1 - r**2) * accuracy**2 * (1 - value**2)
            + 2 * r**2 * accuracy**3 * (1 - value) * shift**2
            - r**2 * accuracy**4 * shift**4 / 2
        ) / (n - 2)
        se = sqrt(max(variance, 0.0))
        half = normal_quantile(level) * se / (1 - value**2)
        low, high = tanh(atanh(value) - half), tanh(atanh(value) + half)
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=n,
        auditors=2,
        method=f"{name}; audits sampled, Fisher's transformation",
        se=se,
    )
