"""Shares and counts that follow a line on the scale of log odds or of logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.least_squares import Fit, has_full_rank
from qaf_analysis.terms.errors import ShapeError

MOST_STEPS = 60
CONVERGED = 1e-12
# Beyond these log odds a share is 0 or 1 for every purpose: the data separate.
FURTHEST = 30.0


@dataclass(frozen=True, kw_only=True)
class _Family:
    """A kind of outcome: mean from the linear predictor, variance, slope, deviance by row."""

    mean: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]


def _entropy_gap(observed: Floats, expected: Floats) -> Floats:
    """observed x log(observed / expected), which is 0 where nothing was observed."""
    found = special.xlogy(observed, observed) - special.xlogy(observed, expected)
    return np.asarray(found, dtype=np.float64)


def _binomial_deviance(observed: Floats, expected: Floats) -> Floats:
    gap = _entropy_gap(observed, expected) + _entropy_gap(1 - observed, 1 - expected)
    found: Floats = 2 * gap
    return found


def _poisson_deviance(observed: Floats, expected: Floats) -> Floats:
    found: Floats = 2 * (_entropy_gap(observed, expected) - (observed - expected))
    return found


# Both links are canonical, so the slope of the mean is the variance.
_BINOMIAL = _Family(
    mean=special.expit, variance=lambda mean: mean * (1 - mean), deviance=_binomial_deviance
)
_POISSON = _Family(mean=np.exp, variance=lambda mean: mean, deviance=_poisson_deviance)


def fitted_shares(design: Floats, *, successes: Floats, trials: Floats) -> Fit | None:
    """Logistic regression of shares, by iteratively reweighted least squares.

    Parameters
    ----------
    design : array, shape (rows, columns)
    successes, trials : array, shape (rows,)
        Cases with the property, and cases; every row has at least one case.

    Returns
    -------
    Fit or None
        Its dispersion is Pearson's chi-square by degree of freedom: 1 where shares vary as
        chance alone has it, more where rows differ besides. None where a coefficient has no
        bound because the property tells the rows apart completely.

    Raises
    ------
    ShapeError
        If columns are not independent, a row has no case, or more successes than cases.

    Examples
    --------
    >>> good, audits = np.array([3.0, 1.0]), np.array([4.0, 4.0])
    >>> fit = fitted_shares(np.ones((2, 1)), successes=good, trials=audits)
    >>> round(float(special.expit(fit.coefficients[0])), 9), round(fit.dispersion, 9)
    (0.5, 2.0)
    """
    if (trials <= 0).any() or (successes < 0).any() or (successes > trials).any():
        raise ShapeError("Every row needs at least one case, and no more successes than cases.")
    start = special.logit((successes + 0.5) / (trials + 1))
    return _fitted(
        design,
        outcome=successes / trials,
        weights=trials,
        offset=np.zeros(len(trials)),
        start=start,
        family=_BINOMIAL,
    )


def fitted_counts(design: Floats, *, counts: Floats, exposure: Floats | None = None) -> Fit | None:
    """Poisson regression of counts on the log scale, by iteratively reweighted least squares.

    Parameters
    ----------
    design : array, shape (rows, columns)
    counts : array, shape (rows,)
    exposure : array, shape (rows,), optional
        What the counts are a rate of (such as the population), above 0.

    Returns
    -------
    Fit or None
        As from ``fitted_shares``.

    Raises
    ------
    ShapeError
        If columns are not independent, a count is negative or an exposure not above 0.
    """
    at_risk = np.ones(len(counts)) if exposure is None else exposure
    if (counts < 0).any() or (at_risk <= 0).any():
        raise ShapeError("Counts cannot be negative, and an exposure must be above 0.")
    return _fitted(
        design,
        outcome=counts,
        weights=np.ones(len(counts)),
        offset=np.log(at_risk),
        start=np.log(counts + 0.5),
        family=_POISSON,
    )


def _fitted(
    design: Floats,
    *,
    outcome: Floats,
    weights: Floats,
    offset: Floats,
    start: Floats,
    family: _Family,
) -> Fit | None:
    if design.shape[:1] != outcome.shape:
        raise ShapeError(f"A design of shape {design.shape} does not fit {outcome.shape} values.")
    if not has_full_rank(design):
        raise ShapeError("The columns of a design must be independent of each other.")
    predictor, before = start, np.inf
    for _ in range(MOST_STEPS):
        mean = family.mean(predictor)
        curve = weights * family.variance(mean)
        working = predictor - offset + weights * (outcome - mean) / curve
        bread = np.linalg.inv((design * curve[:, np.newaxis]).T @ design)
        coefficients: Floats = bread @ (design.T @ (curve * working))
        predictor = design @ coefficients + offset
        if np.abs(predictor - offset).max() > FURTHEST:
            return None
        deviance = float((weights * family.deviance(outcome, family.mean(predictor))).sum())
        if abs(deviance - before) < CONVERGED * (abs(deviance) + 1):
            return _fit_at(design, coefficients, outcome, weights, offset, family)
        before = deviance
    return None


def _fit_at(
    design: Floats,
    coefficients: Floats,
    outcome: Floats,
    weights: Floats,
    offset: Floats,
    family: _Family,
) -> Fit:
    mean = family.mean(design @ coefficients + offset)
    curve = weights * family.variance(mean)
    gap = weights * (outcome - mean)
    df = design.shape[0] - design.shape[1]
    information = (design * curve[:, np.newaxis]).T @ design
    pearson = float((gap**2 / curve).sum())
    return Fit(
        coefficients=coefficients,
        bread=np.linalg.inv(information).astype(np.float64),
        scores=design * gap[:, np.newaxis],
        dispersion=pearson / df if df > 0 else nan,
        deviance=float((weights * family.deviance(outcome, mean)).sum()),
        df=df,
    )
