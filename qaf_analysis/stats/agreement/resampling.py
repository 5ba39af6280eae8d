"""Bootstrap of agreement coefficients: audits drawn anew, many times at once.

Audits graded alike are drawn together: how often each pattern of grades comes up in a draw is
multinomial, which is exactly the same as drawing audits one by one. The coefficients of all draws
then come from one matrix product. Auditors are not drawn: the claim is for these auditors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import special

from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient, moments_of
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.units import Units, units_of, without_each_unit
from qaf_analysis.stats.core.arrays import Floats, check_level
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

BootstrapInterval: TypeAlias = Literal["bca", "percentile"]

# Below this share of draws with a value, the draws say little about the coefficient.
ENOUGH = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class Bootstrap:
    """Bootstrap of one coefficient.

    Parameters
    ----------
    estimate : Estimate
        The coefficient, its interval, and the spread of the draws as standard error.
    draws : array, shape (draws,)
        The coefficient in each draw; NaN where a draw has no pair, or grades of one kind only.
    """

    estimate: Estimate
    draws: Floats


def bootstrap(
    ratings: Ratings,
    measures: Sequence[AgreementCoefficient],
    *,
    rng: np.random.Generator,
    draws: int = 2000,
    interval: BootstrapInterval = "bca",
    level: float = 0.95,
) -> tuple[Bootstrap, ...]:
    """Bootstrap of several coefficients from the same draws of audits.

    Parameters
    ----------
    ratings : Ratings
        Clusters of audits are drawn as one.
    measures : sequence of AgreementCoefficient
        From ``agreement_coefficient`` and ``alpha_coefficient``.
    rng : numpy.random.Generator
        Source of randomness; the same state gives the same draws.
    draws : int
        Number of draws, 2 or more.
    interval : {"bca", "percentile"}
        Bias-corrected and accelerated, or the plain quantiles of the draws.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Bootstrap
        In the order of ``measures``. No interval when less than nine in ten draws have a value,
        or all draws are the same.

    Raises
    ------
    UsageError
        If ``interval``, ``level`` or the number of draws is not as described.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82, 171-185.

    Examples
    --------
    >>> from qaf_analysis.stats.agreement.kappas import agreement_coefficient
    >>> ratings = Ratings.from_table([[20, 5], [4, 31]])
    >>> ac1 = agreement_coefficient("gwet_ac", n_levels=2, weights="identity")
    >>> found, = bootstrap(ratings, [ac1], rng=np.random.default_rng(1))
    >>> found.estimate.low < found.estimate.value < found.estimate.high
    True
    """
    check_level(level)
    if interval not in get_args(BootstrapInterval):
        known = ", ".join(get_args(BootstrapInterval))
        raise UsageError(f'"{interval}" is no bootstrap interval; expected one of {known}.')
    if draws < 2:
        raise UsageError(f"A bootstrap needs 2 or more draws, not {draws}.")
    compares = any(measure.compares_auditors for measure in measures)
    units = units_of(ratings, compares_auditors=compares)
    values = _drawn(ratings, units, measures, rng=rng, draws=draws)
    return tuple(
        Bootstrap(
            estimate=_estimate(ratings, units, measure, drawn, interval=interval, level=level),
            draws=drawn,
        )
        for measure, drawn in zip(measures, values, strict=True)
    )


def _drawn(
    ratings: Ratings,
    units: Units,
    measures: Sequence[AgreementCoefficient],
    *,
    rng: np.random.Generator,
    draws: int,
) -> Floats:
    """Value of each measure in each draw; shape (measures, draws)."""
    values = np.full((len(measures), draws), nan)
    if ratings.n_double == 0:
        return values
    step = units.rows_at_once()
    for start in range(0, draws, step):
        part = slice(start, min(start + step, draws))
        moments = units.moments(_times(units, rng, part.stop - part.start))
        with np.errstate(invalid="ignore", divide="ignore"):
            for row, measure in zip(values, measures, strict=True):
                row[part] = measure.values(moments)
    return values


def _times(units: Units, rng: np.random.Generator, draws: int) -> Floats:
    """How often each unit comes up in each draw; shape (draws, units)."""
    n, rows = int(units.times.sum()), len(units.times)
    if n > rows:
        return rng.multinomial(n, units.times / n, size=draws).astype(np.float64)
    drawn = rng.integers(0, n, (draws, n)) + rows * np.arange(draws)[:, np.newaxis]
    return np.bincount(drawn.ravel(), minlength=draws * rows).reshape(draws, rows).astype(float)


def _estimate(
    ratings: Ratings,
    units: Units,
    measure: AgreementCoefficient,
    drawn: Floats,
    *,
    interval: BootstrapInterval,
    level: float,
) -> Estimate:
    name = f"{measure.name}; {'BCa' if interval == 'bca' else 'percentile'} bootstrap"
    method = f"{name}, {len(drawn):,} draws of audits, for these auditors"
    cases, auditors = ratings.n_double_clusters, ratings.n_pairing_auditors
    value = float(measure.values(moments_of(ratings, measure))) if cases else nan
    why_not = measure.refusal(ratings)
    if np.isnan(value) and not why_not:
        why_not = "no audit was graded twice, or every grade is the same"
    if why_not:
        return Estimate.not_estimable(
            why_not, method=method, level=level, cases=cases, auditors=auditors
        )
    known = drawn[~np.isnan(drawn)]
    low = high = spread = nan
    if len(known) >= ENOUGH * len(drawn) and np.ptp(known) > 0:
        spread = float(known.std(ddof=1))
        ends = _ends(units, measure, known, value, interval=interval, level=level)
        low, high = (float(end) for end in np.quantile(known, ends))
    else:
        method = f"{method}; no interval: the draws do not differ, or too few have a value"
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=auditors,
        method=method,
        se=spread,
    )


def _ends(
    units: Units,
    measure: AgreementCoefficient,
    known: Floats,
    value: float,
    *,
    interval: BootstrapInterval,
    level: float,
) -> Floats:
    """Shares of the draws at which the interval ends."""
    tails = np.array([0.5 - level / 2, 0.5 + level / 2])
    if interval == "percentile":
        return tails
    # Draws that equal the value count by half: few audits give few different values.
    below = ((known < value).sum() + (known == value).sum() / 2) / len(known)
    half = 0.5 / len(known)
    bias = special.ndtri(min(max(below, half), 1 - half))
    left_out, times = without_each_unit(units, measure), units.times
    usable = ~np.isnan(left_out)
    change = float(times[usable] @ left_out[usable]) / times[usable].sum() - left_out[usable]
    scale = float(times[usable] @ change**2) ** 1.5
    acceleration = float(times[usable] @ change**3) / (6 * scale) if scale > 0 else 0.0
    z = bias + special.ndtri(tails)
    ends: Floats = special.ndtr(bias + z / (1 - acceleration * z))
    return ends
