"""Straight lines with a step, fitted by least squares, and errors where neighbours are alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.intervals import normal_quantile, t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

# Residuals smaller than this share of the outcome's size are rounding error.
ROUNDING = 1e-12


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
