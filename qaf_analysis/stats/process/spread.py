"""How far auditors' strictness differs, apart from the luck of which cases each one had."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, special
from scipy.optimize import brentq

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

METHOD = "analysis of variance by auditor, Henderson's method 3"
# Relative size below which an eigenvalue or a sum of squares is rounding error.
ROUNDING = 1e-10


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Spread of auditors' severity in one period.

    Parameters
    ----------
    component : float
        Variance of severity between auditors, in grades squared. It may come out below zero
        when auditors look more alike than chance alone would make them.
    component_se : float
        Its standard error, from 2 MS^2 / df of both mean squares.
    sd : Estimate
        Standard deviation of severity, in grades; 0 when the component is below zero.
    sd_90 : Estimate
        The same with a 90 % interval, for comparing two periods at 5 % each way.
    icc : Estimate
        Share of the variance of grades that lies between auditors, 0 to 1.
    ms_between, ms_within : float
        Mean squares between auditors and within them.
    df_between, df_within : int
        Their degrees of freedom.
    n0 : float
        Audits that count towards each auditor, allowing for unequal numbers.
    audits, auditors : int
        What it rests on.
    why_not : str
        Plain reason when nothing can be estimated (every number is then NaN).
    """

    component: float
    component_se: float
    sd: Estimate
    sd_90: Estimate
    icc: Estimate
    ms_between: float
    ms_within: float
    df_between: int
    df_within: int
    n0: float
    audits: int
    auditors: int
    why_not: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Contrasts:
    """Independent contrasts between auditors, free of the fixed effects and of each other.

    Contrast i has variance ``error + weights[i] * component``: the square of each, its weight,
    and the sum of squares and degrees of freedom of the error.
    """

    squares: Floats
    weights: Floats
    error_squares: float
    df_error: int

    @property
    def ms_between(self) -> float:
        return float(self.squares.mean())

    @property
    def ms_within(self) -> float:
        return self.error_squares / self.df_error

    @property
    def n0(self) -> float:
        return float(self.weights.mean())


def severity_spread(
    grade: ArrayLike,
    *,
    auditor: ArrayLike,
    fixed: ArrayLike | None = None,
    level: float = 0.95,
) -> Spread:
    """Variance component of auditors, by equating mean squares with their expectations.

    The spread of auditors' mean grades shrinks as each does more audits, with no change in the
    auditors; the variance component does not. It assumes that, within the fixed effects, cases
    reach auditors at random, and that no case is given twice: two auditors of one case, or two
    domains of one audit, share the case and must not both be here.

    Parameters
    ----------
    grade : array, shape (audits,)
        Grade codes, one per audit.
    auditor : array of int, shape (audits,)
        Whole number naming the auditor. Auditors with one audit are used.
    fixed : array, shape (audits, effects), optional
        Columns held fixed, such as 0/1 marks of quarter or case type; collinear columns do no
        harm and the constant is always included.
    level : float
        Confidence level of ``sd`` and ``icc``.

    Returns
    -------
    Spread
        With ``why_not`` when fewer than two auditors can be compared, no auditor has a second
        audit, or grades do not differ.

    Raises
    ------
    ShapeError
        If the arrays do not fit together or a value is missing.

    References
    ----------
    Henderson (1953), Estimation of variance and covariance components, Biometrics 9: method 3.
    Harville and Fenech (1985), Biometrics 41: 137-152: exact interval for the ratio of component
    to error when both are normal; times ms_within it gives ``sd``, as a share ``icc``.

    Examples
    --------
    >>> spread = severity_spread([0, 1, 1, 2, 2, 3], auditor=[7, 7, 8, 8, 9, 9])
    >>> round(spread.component, 6), round(spread.ms_between, 6), round(spread.ms_within, 6)
    (0.75, 2.0, 0.5)
    """
    check_level(level)
    grades, codes, design = _checked(grade, auditor=auditor, fixed=fixed)
    auditors = int(np.unique(codes).size)
    if auditors < 2:
        return _no_spread("fewer than two auditors", audits=grades.size, auditors=auditors)
    contrasts = _contrasts(grades, auditor=codes, design=design)
    if contrasts is None:
        return _no_spread(
            "no auditor can be compared with another inside the same quarter and kind of case",
            audits=grades.size,
            auditors=auditors,
        )
    why_not = _why_not(contrasts, total=float(((grades - grades.mean()) ** 2).sum()))
    if why_not:
        return _no_spread(why_not, audits=grades.size, auditors=auditors)
    return _spread(contrasts, audits=grades.size, auditors=auditors, level=level)


def _checked(
    grade: ArrayLike, *, auditor: ArrayLike, fixed: ArrayLike | None
) -> tuple[Floats, Ints, Floats]:
    grades, codes = frozen_floats(grade), frozen_ints(auditor, name="auditor")
    columns = frozen_floats(np.empty((len(grades), 0)) if fixed is None else fixed)
    if grades.ndim != 1 or columns.ndim != 2:
        raise ShapeError("Grades come as one row; fixed effects as one row of columns per audit.")
    check_same_length({"grade": grades, "auditor": codes, "fixed": columns})
    if not (np.isfinite(grades).all() and np.isfinite(columns).all()):
        raise ShapeError("A grade or a fixed effect is missing; leave such audits out.")
    return grades, codes, np.column_stack([np.ones(len(grades)), columns])


def _contrasts(grades: Floats, *, auditor: Ints, design: Floats) -> _Contrasts | None:
    """Reduction of the grades to contrasts between auditors; None when there is none.

    With M the projection off the fixed effects and Z the auditors' marks, the eigenvectors of
    Z'MZ with eigenvalue w > 0 give the contrasts v'Z'My / sqrt(w).
    """
    _, place = np.unique(auditor, return_inverse=True)
    marks = np.bincount(place)
    basis = linalg.orth(design)
    rest = grades - basis @ (basis.T @ grades)
    totals = np.column_stack(
        [np.bincount(place, weights=column, minlength=marks.size) for column in basis.T]
    )
    weights, vectors = linalg.eigh(np.diag(marks.astype(np.float64)) - totals @ totals.T)
    real = weights > ROUNDING * marks.max()
    if not real.any():
        return None
    sums = np.bincount(place, weights=rest, minlength=marks.size)
    squares = (vectors[:, real].T @ sums) ** 2 / weights[real]
    return _Contrasts(
        squares=squares,
        weights=weights[real],
        error_squares=max(float(rest @ rest - squares.sum()), 0.0),
        df_error=grades.size - basis.shape[1] - int(real.sum()),
    )


def _why_not(contrasts: _Contrasts, *, total: float) -> str:
    if contrasts.df_error < 1:
        return "no auditor has enough audits to tell strictness from the luck of the case"
    if total == 0:
        return "every grade is the same"
    if contrasts.error_squares <= ROUNDING * total:
        return "no auditor's own grades differ, so strictness cannot be told from the case"
    return ""


def _spread(contrasts: _Contrasts, *, audits: int, auditors: int, level: float) -> Spread:
    between, within, n0 = contrasts.ms_between, contrasts.ms_within, contrasts.n0
    component = (between - within) / n0
    kept = max(component, 0.0)
    df_between = contrasts.squares.size
    sampling = 2 * between**2 / df_between + 2 * within**2 / contrasts.df_error

    def estimate(value: float, limits: tuple[float, float], *, at: float) -> Estimate:
        return Estimate(
            value=value,
            low=limits[0],
            high=limits[1],
            level=at,
            cases=audits,
            auditors=auditors,
            method=METHOD,
        )

    low, high = _ratio_limits(contrasts, level=level)
    low_90, high_90 = _ratio_limits(contrasts, level=0.9)
    sd, scale = math.sqrt(kept), math.sqrt(within)
    return Spread(
        component=component,
        component_se=math.sqrt(sampling) / n0,
        sd=estimate(sd, (scale * math.sqrt(low), scale * math.sqrt(high)), at=level),
        sd_90=estimate(sd, (scale * math.sqrt(low_90), scale * math.sqrt(high_90)), at=0.9),
        icc=estimate(kept / (kept + within), (low / (1 + low), high / (1 + high)), at=level),
        ms_between=between,
        ms_within=within,
        df_between=df_between,
        df_within=contrasts.df_error,
        n0=n0,
        audits=audits,
        auditors=auditors,
    )


def _ratio_limits(contrasts: _Contrasts, *, level: float) -> tuple[float, float]:
    """Limits of component / error variance, by inverting an exact F test.

    Where auditors look more alike than chance makes them the exact upper limit shrinks to
    nothing; the limits are then those of auditors just as alike as chance makes them (wider).
    """
    ratios = contrasts.squares / contrasts.ms_within
    if ratios.mean() < 1:
        ratios = np.ones_like(ratios)
    degrees = (ratios.size, contrasts.df_error)

    def solve(quantile: float) -> float:
        ends = (ratios.mean() / quantile - 1) / contrasts.weights
        low, high = float(ends.min()), float(ends.max())
        if high <= 0:
            return 0.0
        if high - low <= ROUNDING * high:
            return high

        def excess(ratio: float) -> float:
            return float((ratios / (1 + ratio * contrasts.weights)).mean()) - quantile

        return float(brentq(excess, low, high, xtol=1e-14))

    tail = (1 - level) / 2
    return (
        solve(float(special.fdtri(*degrees, 1 - tail))),
        solve(float(special.fdtri(*degrees, tail))),
    )


def _no_spread(why_not: str, *, audits: int, auditors: int) -> Spread:
    none = Estimate.not_estimable(why_not, method=METHOD, cases=audits, auditors=auditors)
    return Spread(
        component=math.nan,
        component_se=math.nan,
        sd=none,
        sd_90=none,
        icc=none,
        ms_between=math.nan,
        ms_within=math.nan,
        df_between=0,
        df_within=0,
        n0=math.nan,
        audits=audits,
        auditors=auditors,
        why_not=why_not,
    )
