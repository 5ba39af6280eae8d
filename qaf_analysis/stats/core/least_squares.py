"""Models that are linear in their columns: least squares, and shares on the scale of log odds.

Outcomes of a line with a step are fitted by least squares, shares by iteratively reweighted least
squares. Both give one ``Fit``, whose errors may allow for rows that resemble their neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.intervals import normal_quantile, t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

# Residuals smaller than this share of the outcome's size are rounding error.
ROUNDING = 1e-12

MOST_STEPS = 60
CONVERGED = 1e-12
# Beyond these log odds a share is 0 or 1 for every purpose: the data separate.
FURTHEST = 30.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Coefficients of a model that is linear in its columns, with what their errors rest on.

    Parameters
    ----------
    coefficients : array, shape (columns,)
    bread : array, shape (columns, columns)
        Inverse of X'WX, with W the weights of the last step (all 1 for least squares).
    scores : array, shape (rows, columns)
        Derivative of each row's (quasi-)likelihood; every column sums to zero.
    dispersion : float
        Residual variance, or Pearson chi-square, per degree of freedom; NaN with none.
    deviance : float
        Residual sum of squares, or deviance.
    df : int
        Rows less columns.
    """

    coefficients: Floats
    bread: Floats
    scores: Floats
    dispersion: float
    deviance: float
    df: int

    def errors(self, *, dispersion: float | None = None) -> Floats:
        """Standard error of each coefficient, with the fit's own or a given dispersion."""
        scale = self.dispersion if dispersion is None else dispersion
        found: Floats = np.sqrt(scale * np.diag(self.bread))
        return found


def has_full_rank(design: Floats) -> bool:
    """Whether every column of a design says something that the others do not.

    Examples
    --------
    >>> has_full_rank(np.array([[1.0, 0.0], [1.0, 1.0]])), has_full_rank(np.ones((4, 2)))
    (True, False)
    """
    return bool(np.linalg.matrix_rank(design) == design.shape[1])


def least_squares(design: Floats, outcome: Floats) -> Fit:
    """Ordinary least squares.

    Parameters
    ----------
    design : array, shape (rows, columns)
    outcome : array, shape (rows,)

    Raises
    ------
    ShapeError
        If the columns are not independent, or do not have as many rows as the outcome.

    Examples
    --------
    >>> fit = least_squares(np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([1.0, 3.0, 5.0]))
    >>> fit.coefficients.round(12).tolist(), fit.df
    ([1.0, 2.0], 1)
    """
    if design.shape[:1] != outcome.shape:
        raise ShapeError(f"A design of shape {design.shape} does not fit {outcome.shape} values.")
    if not has_full_rank(design):
        raise ShapeError("The columns of a design must be independent of each other.")
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0].astype(np.float64)
    residuals = outcome - design @ coefficients
    residuals[np.abs(residuals) < ROUNDING * max(1.0, float(np.abs(outcome).max()))] = 0.0
    squares = float((residuals**2).sum())
    bread = np.linalg.inv(design.T @ design).astype(np.float64)
    df = design.shape[0] - design.shape[1]
    return Fit(
        coefficients=coefficients,
        bread=bread,
        scores=design * residuals[:, np.newaxis],
        dispersion=squares / df if df > 0 else nan,
        deviance=squares,
        df=df,
    )


def newey_west_errors(fit: Fit, *, lags: int) -> Floats:
    """Standard errors that allow for rows being like those shortly before them.

    Parameters
    ----------
    fit : Fit
        Its rows in the order of time, one step apart.
    lags : int
        Rows further apart than this count as unrelated; 0 allows for unequal variance only.

    Returns
    -------
    array, shape (columns,)
        Bartlett weights, without prewhitening or small-sample factor. With fewer than about 20
        rows these errors are far too small.

    References
    ----------
    Newey & West (1987), Econometrica 55, 703-708; for generalised linear models the scores take
    the place of residual times column (Zeileis 2006, Journal of Statistical Software 16(9)).
    """
    if not 0 <= lags < len(fit.scores):
        raise ShapeError(f"{lags} lags need more than {len(fit.scores)} rows.")
    meat = fit.scores.T @ fit.scores
    for lag in range(1, lags + 1):
        together = fit.scores[lag:].T @ fit.scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (together + together.T)
    covariance = fit.bread @ meat @ fit.bread
    # With few rows rounding can leave a variance below zero that is truly nought.
    errors: Floats = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return errors


def coefficient_estimate(
    value: float,
    *,
    se: float,
    df: float,
    level: float,
    cases: int,
    auditors: int,
    method: str,
) -> Estimate:
    """Estimate of one coefficient with its t interval; the normal one where ``df`` is NaN.

    Returns
    -------
    Estimate
        Not estimable when the error is nought or unknown: a number that nothing shows the
        uncertainty of would be taken for a finding.

    Examples
    --------
    >>> rest = {"level": 0.95, "cases": 10, "auditors": 0, "method": "t"}
    >>> found = coefficient_estimate(1.0, se=0.5, df=5, **rest)
    >>> round(found.low, 3), round(found.high, 3), round(found.p, 3)
    (-0.285, 2.285, 0.102)
    """
    if not se > 0:
        return Estimate.not_estimable(
            "the quarters do not show how much they differ by chance",
            method=method,
            level=level,
            cases=cases,
            auditors=auditors,
        )
    is_normal = df != df  # NaN
    quantile = normal_quantile(level) if is_normal else t_quantile(level, df=df)
    return Estimate(
        value=value,
        low=value - quantile * se,
        high=value + quantile * se,
        level=level,
        cases=cases,
        auditors=auditors,
        method=method,
        se=se,
        p=t_p_value(value / se, df=1e9 if is_normal else df),
        df=df,
    )


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of outcome under its canonical link, so that the slope of the mean is the variance.

    Parameters
    ----------
    mean : callable
        Mean from the linear predictor.
    variance : callable
        Variance from the mean, for a weight of 1.
    deviance : callable
        Deviance of each row, from what was observed and the mean.
    """

    mean: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]


def entropy_gap(observed: Floats, expected: Floats) -> Floats:
    """observed x log(observed / expected), which is 0 where nothing was observed."""
    found = special.xlogy(observed, observed) - special.xlogy(observed, expected)
    return np.asarray(found, dtype=np.float64)


def _binomial_deviance(observed: Floats, expected: Floats) -> Floats:
    gap = entropy_gap(observed, expected) + entropy_gap(1 - observed, 1 - expected)
    found: Floats = 2 * gap
    return found


_BINOMIAL = Family(
    mean=special.expit, variance=lambda mean: mean * (1 - mean), deviance=_binomial_deviance
)


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
    return generalised_fit(
        design,
        outcome=successes / trials,
        weights=trials,
        offset=np.zeros(len(trials)),
        start=start,
        family=_BINOMIAL,
    )


def generalised_fit(
    design: Floats,
    *,
    outcome: Floats,
    weights: Floats,
    offset: Floats,
    start: Floats,
    family: Family,
) -> Fit | None:
    """Generalised linear model by iteratively reweighted least squares.

    Parameters
    ----------
    design : array, shape (rows, columns)
    outcome, weights : array, shape (rows,)
        Mean outcome of each row, and how much it counts.
    offset : array, shape (rows,)
        Known part of the linear predictor.
    start : array, shape (rows,)
        Linear predictor of the first step.
    family : Family

    Returns
    -------
    Fit or None
        None where a coefficient has no bound.

    Raises
    ------
    ShapeError
        If columns are not independent, or the design does not fit the outcome.
    """
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
    family: Family,
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
