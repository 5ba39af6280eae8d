"""Intraclass correlation in all its forms, for complete and incomplete designs.

It reads grade codes as equally spaced numbers (or the scores given) and says what share of their
variance is due to audits. It rests on near-normal grades; with four levels its intervals are a
rough guide, and it is low wherever audits are much alike, however well auditors agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.agreement.icc_form import Icc, IccKind, SingleGrade, icc_forms
from qaf_analysis.stats.agreement.icc_incomplete import incomplete_icc
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, check_level, frozen_floats
from qaf_analysis.terms.errors import ShapeError, UsageError

# Share of the variation below which a sum of squares is rounding.
ROUNDING = 1e-12


def icc(
    ratings: Ratings,
    *,
    scores: ArrayLike | None = None,
    averaged: float | None = None,
    level: float = 0.95,
) -> Icc:
    """Intraclass correlations of all forms.

    Parameters
    ----------
    ratings : Ratings
        Grades. When every auditor graded every audit the closed forms are used, else variance
        components (see ``incomplete_icc``).
    scores : array, shape (K,), optional
        Number that each level stands for; 0 to K-1 by default.
    averaged : float, optional
        Number of grades in the mean that the ``k`` forms speak of. By default the number of
        auditors in a complete design, else the harmonic mean number of grades of the audits
        graded at least twice.
    level : float
        Confidence level.

    Returns
    -------
    Icc
        Each form not estimable, with the reason, when there are fewer than two audits, no audit
        with two grades, or no variation; all but the one-way forms also when it is not known who
        gave which grade. Without an interval when grades show no error at all.

    Raises
    ------
    ShapeError
        If the scores do not fit the scale.
    UsageError
        If ``averaged`` is below 1 or ``level`` is not between 0 and 1.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw & Wong (1996),
    Psychological Methods 1, 30-46 (the interval of ICC(A,k) is that of ICC(A,1) stepped up,
    which equals theirs).

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[3, 2], [1, 0], [2, 2], [0, 0]], n_levels=4)
    >>> round(icc(ratings).form("ICC(A,1)").estimate.value, 4)
    0.8421
    """
    check_level(level)
    numbers = _numbers(scores, ratings.n_levels)
    if averaged is not None and not (np.isfinite(averaged) and averaged >= 1):
        raise UsageError(f"A mean is of one grade or more, not of {averaged}.")
    n, k = ratings.n_audits, ratings.n_auditors
    is_complete = n > 1 and k > 1 and len(ratings.grade) == n * k
    if not (is_complete and ratings.auditors_known):
        return incomplete_icc(
            ratings.audit,
            ratings.auditor,
            numbers[ratings.grade],
            auditors_known=ratings.auditors_known,
            averaged=averaged,
            level=level,
        )
    order = np.lexsort((ratings.auditor, ratings.audit))
    return _complete(numbers[ratings.grade][order].reshape(n, k), averaged=averaged, level=level)


def _numbers(scores: ArrayLike | None, n_levels: int) -> Floats:
    numbers = frozen_floats(np.arange(n_levels) if scores is None else scores)
    if numbers.shape != (n_levels,) or not np.isfinite(numbers).all():
        raise ShapeError(f"{n_levels} levels need {n_levels} scores, not {numbers.shape}.")
    return numbers


@dataclass(frozen=True, kw_only=True)
class MeanSquares:
    """Mean squares of a complete table of n audits by k auditors."""

    n: int
    k: int
    audits: float
    auditors: float
    within: float
    error: float

    @property
    def has_error(self) -> bool:
        """Whether grades vary beyond audits and auditors by more than rounding."""
        return self.error > ROUNDING * (self.audits + self.auditors)

    @property
    def has_within(self) -> bool:
        """Whether grades of one audit vary by more than rounding."""
        return self.within > ROUNDING * (self.audits + self.within)


def mean_squares(table: Floats) -> MeanSquares:
    """Two-way analysis of variance of a complete table, audits by auditors."""
    n, k = table.shape
    middle = table - table.mean()
    by_audit, by_auditor = middle.mean(axis=1), middle.mean(axis=0)
    left = middle - by_audit[:, np.newaxis] - by_auditor
    inside = middle - by_audit[:, np.newaxis]
    return MeanSquares(
        n=n,
        k=k,
        audits=float(k * (by_audit**2).sum() / (n - 1)),
        auditors=float(n * (by_auditor**2).sum() / (k - 1)),
        within=float((inside**2).sum() / (n * (k - 1))),
        error=float((left**2).sum() / ((n - 1) * (k - 1))),
    )


def _complete(table: Floats, *, averaged: float | None, level: float) -> Icc:
    squares = mean_squares(table)
    mean_of = float(squares.k) if averaged is None else averaged
    singles: dict[IccKind, SingleGrade] = {
        "one_way": _one_way(squares, level=level),
        "agreement": _agreement(squares, level=level),
        "consistency": _consistency(squares, level=level),
    }
    make = partial(icc_forms, averaged=mean_of, level=level, cases=squares.n, auditors=squares.k)
    return Icc(
        forms=tuple(form for kind, single in singles.items() for form in make(kind, single)),
        audit_variance=(squares.audits - squares.error) / squares.k,
        auditor_variance=(squares.auditors - squares.error) / squares.n,
        error_variance=squares.error,
        is_complete=True,
        groups=1,
    )


def _no_variation(n: int) -> SingleGrade:
    return SingleGrade(why_not=f"every grade in {n} audits is the same, so there is no variation")


def _exact(squares: MeanSquares, *, error: float, df2: float, level: float) -> SingleGrade:
    """Value and exact limits where the ratio of two mean squares follows F."""
    k, df1 = squares.k, squares.n - 1.0
    f = squares.audits / error

    def correlation(ratio: float) -> float:
        return (ratio - 1) / (ratio + k - 1)

    upper = 0.5 + level / 2
    return SingleGrade(
        value=correlation(f),
        low=correlation(f / float(special.fdtri(df1, df2, upper))),
        high=correlation(f * float(special.fdtri(df2, df1, upper))),
        f=f,
        df1=df1,
        df2=df2,
        method="analysis of variance, exact F limits",
    )


def _without_error(value: float) -> SingleGrade:
    return SingleGrade(value=value, method="analysis of variance; no error left to set limits by")


def _one_way(squares: MeanSquares, *, level: float) -> SingleGrade:
    if not squares.has_within:
        return _without_error(1.0) if squares.audits > 0 else _no_variation(squares.n)
    df2 = float(squares.n * (squares.k - 1))
    return _exact(squares, error=squares.within, df2=df2, level=level)


def _consistency(squares: MeanSquares, *, level: float) -> SingleGrade:
    if not squares.has_error:
        if squares.audits > ROUNDING * squares.auditors:
            return _without_error(1.0)
        why_not = "audits do not differ once auditors' strictness is taken out"
        return SingleGrade(why_not=why_not) if squares.auditors > 0 else _no_variation(squares.n)
    df2 = float((squares.n - 1) * (squares.k - 1))
    return _exact(squares, error=squares.error, df2=df2, level=level)


def _agreement(squares: MeanSquares, *, level: float) -> SingleGrade:
    n, k, audits, error = squares.n, squares.k, squares.audits, squares.error
    whole = audits + (k - 1) * error + k / n * (squares.auditors - error)
    if not whole > ROUNDING * (audits + squares.auditors + error):
        if audits + squares.auditors + error == 0:
            return _no_variation(n)
        return SingleGrade(why_not="the variances of audits and auditors add up to nothing")
    if audits + squares.auditors <= ROUNDING * error:
        return SingleGrade(why_not="neither audits nor auditors differ on average")
    value = (audits - error) / whole
    if not squares.has_error:
        return _without_error(value)
    # Satterthwaite's degrees of freedom of a * auditors + b * error, both per 1 - value.
    a, b = k * value / n, 1 - value + k * value * (n - 1) / n
    both = a * squares.auditors, b * error
    df = sum(both) ** 2 / (both[0] ** 2 / (k - 1) + both[1] ** 2 / ((n - 1) * (k - 1)))
    rest = k * squares.auditors + (k * n - k - n) * error
    down = float(special.fdtri(n - 1, df, 0.5 + level / 2))
    up = float(special.fdtri(df, n - 1, 0.5 + level / 2))
    return SingleGrade(
        value=value,
        low=n * (audits - down * error) / (down * rest + n * audits),
        high=n * (up * audits - error) / (rest + n * up * audits),
        f=audits / error,
        df1=n - 1.0,
        df2=float((n - 1) * (k - 1)),
        method=f"analysis of variance, F limits with {df:.1f} df (McGraw and Wong)",
    )
