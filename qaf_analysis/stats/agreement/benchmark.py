"""What level of agreement can be claimed, given how uncertain a coefficient is."""

from __future__ import annotations

from math import isnan, nan

from scipy import special

from qaf_analysis.terms.estimate import Estimate

LANDIS_KOCH = (
    (0.8, "almost perfect"),
    (0.6, "substantial"),
    (0.4, "moderate"),
    (0.2, "fair"),
    (0.0, "slight"),
    (-1.0, "poor"),
)
"""Lower end and name of each band of Landis and Koch (1977), Biometrics 33, 159-174."""


def probability_at_least(estimate: Estimate, threshold: float) -> float:
    """Probability that agreement is at least so high: Gwet's cumulative membership probability.

    Parameters
    ----------
    estimate : Estimate
        An agreement coefficient with its standard error.
    threshold : float
        A level of agreement from -1 to 1.

    Returns
    -------
    float
        From Student's t (or the normal distribution, where the coefficient has no degrees of
        freedom) around the coefficient, cut off at -1 and 1. NaN when the coefficient has no
        standard error; its interval then says what can be claimed.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 6, who uses the normal
    distribution; with few auditors it would promise too much.

    Examples
    --------
    >>> coefficient = Estimate(value=0.42, low=0.2, high=0.6, level=0.95, cases=50, auditors=8,
    ...                        method="AC2", se=0.11)
    >>> round(probability_at_least(coefficient, 0.4), 4)
    0.5721
    """
    if isnan(estimate.value) or isnan(estimate.se):
        return nan
    if threshold <= -1:
        return 1.0

    if estimate.se == 0:
        return float(estimate.value >= threshold)

    def above(level: float) -> float:
        steps = (estimate.value - level) / estimate.se
        normal = isnan(estimate.df)
        return float(special.ndtr(steps) if normal else special.stdtr(estimate.df, steps))

    whole = above(-1.0) - above(1.0)
    return (above(threshold) - above(1.0)) / whole if whole > 0 else nan


def benchmark_band(estimate: Estimate, *, certainty: float = 0.95) -> str:
    """Highest band of Landis and Koch that agreement reaches with the certainty asked for.

    Never the band in which the coefficient itself lies: that one is reached only about half the
    time. Without a standard error (all pairs alike) the lower end of the interval decides, which
    is then one-sided. Empty when the coefficient is not estimable.

    Examples
    --------
    >>> coefficient = Estimate(value=0.775, low=0.46, high=1, level=0.95, cases=12, auditors=4,
    ...                        method="AC1", se=0.143)
    >>> benchmark_band(coefficient)
    'moderate'
    """
    if not estimate.is_estimable:
        return ""
    for lower, name in LANDIS_KOCH[:-1]:
        if isnan(estimate.se):
            reached = estimate.low >= lower
        else:
            reached = probability_at_least(estimate, lower) >= certainty
        if reached:
            return name
    return LANDIS_KOCH[-1][1]
