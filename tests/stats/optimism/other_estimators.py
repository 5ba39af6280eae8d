"""Other estimators of what moderators would have found in all audits, from weights alone.

They are for an appendix and for checking: where cases were drawn at random within each auditor's
grade, every one of them equals the moderation-adjusted figure (``adjusted``), and elsewhere they
differ by chance only. Each takes the probability with which an audit was chosen; none needs
auditors' grades to form groups, and none knows that the audits are finite in number.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, check_level, check_same_length, frozen_floats
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.optimism.moderated_counts import selection_probabilities
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate


def hajek_mean(
    value: ArrayLike, *, selection_probability: ArrayLike, level: float = 0.95
) -> Estimate:
    """Weighted mean of moderated audits, weights one over the probability of being chosen.

    Parameters
    ----------
    value : array, shape (moderated,)
        A number for each moderated audit: moderator's grade, or 1 where it is good, else 0.
    selection_probability : array, shape (moderated,)
        Probability with which each audit was chosen.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Linearised standard error, t with n - 1 degrees of freedom. Not estimable without audits;
        without an interval for a single one.

    Raises
    ------
    ShapeError
        If the lengths differ, or a probability is missing or not above 0 and at most 1.

    References
    ----------
    Hájek (1971), as in survey sampling texts.

    Examples
    --------
    >>> round(hajek_mean([1, 1, 0], selection_probability=[0.5, 0.5, 0.25]).value, 3)
    0.5
    """
    values = frozen_floats(value)
    weight = _weights(selection_probability, len(values))
    return _weighted_mean(values, weight, method="Hájek, t", level=level)


def difference_mean(
    value: ArrayLike,
    *,
    audit_value: ArrayLike,
    population_mean: float,
    selection_probability: ArrayLike,
    level: float = 0.95,
) -> Estimate:
    """Auditors' mean over all audits plus the weighted mean difference of the moderated ones.

    This is the difference estimator of financial audits, and prediction-powered inference (PPI)
    with the auditor as the prediction; see ``powered_mean`` for parameters.
    """
    return powered_mean(
        value,
        audit_value=audit_value,
        population_mean=population_mean,
        selection_probability=selection_probability,
        power=1.0,
        level=level,
    )


def powered_mean(
    value: ArrayLike,
    *,
    audit_value: ArrayLike,
    population_mean: float,
    selection_probability: ArrayLike,
    power: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """Prediction-powered mean: the auditor's values count by ``power`` (PPI++ when it is None).

    Parameters
    ----------
    value, audit_value : array, shape (moderated,)
        The same number from the moderator's and from the auditor's grade of each audit.
    population_mean : float
        Mean of ``audit_value`` over all audits, moderated or not.
    selection_probability : array, shape (moderated,)
        Probability with which each audit was chosen.
    power : float, optional
        0 leaves auditors out (``hajek_mean``), 1 is PPI. None takes the value between them with
        the smallest variance.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Standard error of the moderated part (the population's mean is known), t with n - 1
        degrees of freedom. Not estimable without audits; without an interval for a single one.

    Raises
    ------
    ShapeError
        If the lengths differ, or a probability is missing or not above 0 and at most 1.

    References
    ----------
    Angelopoulos et al. (2023), prediction-powered inference; Angelopoulos, Duchi & Zrnic (2023),
    PPI++.

    Examples
    --------
    >>> found = powered_mean([1, 0, 0, 1], audit_value=[1, 1, 0, 1], population_mean=0.6,
    ...                      selection_probability=[0.1] * 4, power=1.0)
    >>> round(found.value, 3)
    0.35
    """
    moderated, audited = frozen_floats(value), frozen_floats(audit_value)
    check_same_length({"moderators' values": moderated, "auditors' values": audited})
    weight = _weights(selection_probability, len(moderated))
    counted = _best_power(moderated, audited, weight) if power is None else power
    off = frozen_floats(moderated - counted * (audited - population_mean))
    return _weighted_mean(off, weight, method=f"PPI with power {counted:.3g}, t", level=level)


def _best_power(value: Floats, proxy: Floats, weight: Floats) -> float:
    if len(value) == 0:
        return 0.0
    # Variance of a weighted mean counts squared weights.
    square = weight**2
    centred = proxy - np.average(proxy, weights=weight)
    spread = float(square @ centred**2)
    if spread <= 0:
        return 0.0
    slope = float(square @ (centred * (value - np.average(value, weights=weight)))) / spread
    return min(1.0, max(0.0, slope))


def _weights(selection_probability: ArrayLike, n: int) -> Floats:
    chance = selection_probabilities(selection_probability, n)
    if np.isnan(chance).any():
        raise ShapeError(f"{int(np.isnan(chance).sum())} of {n} probabilities are missing.")
    return frozen_floats(1 / chance)


def _weighted_mean(values: Floats, weight: Floats, *, method: str, level: float) -> Estimate:
    check_level(level)
    n = len(values)
    if n == 0:
        return Estimate.not_estimable("no audit was moderated", method=method, level=level)
    share = weight / weight.sum()
    mean = float(share @ values)
    if n == 1:
        return Estimate(
            value=mean, low=nan, high=nan, level=level, cases=1, auditors=0, method=method
        )
    se = sqrt(n / (n - 1) * float(share**2 @ (values - mean) ** 2))
    half = t_quantile(level, df=n - 1) * se
    return Estimate(
        value=mean,
        low=mean - half,
        high=mean + half,
        level=level,
        cases=n,
        auditors=0,
        method=method,
        se=se,
        p=t_p_value(mean / se, df=n - 1) if se > 0 else nan,
        df=n - 1.0,
    )
