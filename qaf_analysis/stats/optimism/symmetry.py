"""Where auditor and moderator differ, do they differ as often one way as the other?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.optimism.sign_flips import kinder_share, kinder_share_mid_p
from qaf_analysis.stats.optimism.square_tables import chi_square_test, square_counts, why_no_test
from qaf_analysis.terms.errors import UnknownGradeError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class QuasiSymmetry:
    """Ordinal quasi-symmetry: one slope for all pairs of grades, and whether one is enough.

    Parameters
    ----------
    slope : Estimate
        Log odds, for two readings one grade apart, that the kinder one is the auditor's; for
        readings k grades apart it is k times as much. Positive where auditors are kinder.
    fit : Estimate
        Deviance of the model with its chi-square p: small where one slope does not describe
        every pair of grades.
    """

    slope: Estimate
    fit: Estimate


def bowker(table: ArrayLike) -> Estimate:
    """Bowker's test that every difference is as likely as its reverse.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns), for any K >= 2.

    Returns
    -------
    Estimate
        ``value`` is chi-square over the pairs of grades with any difference, ``df`` the number
        of these: an empty pair says nothing, and counting it (as some packages do) or adding to
        its cells (as others do) changes the p-value. No interval; audits count as independent.
        Not estimable when no audit differs.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Bowker (1948), Journal of the American Statistical Association.

    Examples
    --------
    >>> test = bowker([[14, 5, 0], [0, 22, 0], [0, 1, 3]])
    >>> test.value, test.df, test.method
    (6.0, 2.0, 'Bowker, chi-square with 2 df: the non-empty ones of 3 pairs of grades')
    """
    counts = square_counts(table)
    cases, why_not = int(counts.sum()), why_no_test(counts)
    if why_not:
        return Estimate.not_estimable(why_not, method="Bowker", cases=cases)
    pairs = _pairs(counts)
    df = len(pairs.total)
    possible = len(counts) * (len(counts) - 1) // 2
    return chi_square_test(
        float(((2 * pairs.kinder - pairs.total) ** 2 / pairs.total).sum()),
        df=df,
        cases=cases,
        method=f"Bowker, chi-square with {df} df: the non-empty ones of {possible} pairs of grades",
    )


def ordinal_quasi_symmetry(table: ArrayLike, *, level: float = 0.95) -> QuasiSymmetry:
    """How the odds of the auditor being the kinder one grow with the distance of two grades.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns).
    level : float
        Confidence level.

    Returns
    -------
    QuasiSymmetry
        Logistic regression without intercept, log(n_ji / n_ij) = slope (j - i) for i < j, with
        Wald interval. Audits count as independent. The slope is not estimable when no audit
        differs or all differ in one direction; the fit not with a single pair of grades.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Agresti (2002), Categorical Data Analysis, 2nd edition.

    Examples
    --------
    >>> found = ordinal_quasi_symmetry([[9, 1, 0], [3, 9, 2], [1, 4, 9]])
    >>> round(found.slope.value, 3), round(found.fit.value, 3), found.fit.df
    (0.97, 0.38, 2.0)
    """
    check_level(level)
    counts = square_counts(table)
    cases, why_not = int(counts.sum()), why_no_test(counts)
    pairs = _pairs(counts)
    if not why_not and pairs.kinder.sum() in (0, pairs.total.sum()):
        why_not = "all audits that differ do so in one direction, so the slope has no bound"
    if why_not:
        method = "ordinal quasi-symmetry"
        nothing = Estimate.not_estimable(why_not, method=method, level=level, cases=cases)
        return QuasiSymmetry(slope=nothing, fit=nothing)
    slope, se = _logistic_slope(pairs)
    half = normal_quantile(level) * se
    return QuasiSymmetry(
        slope=Estimate(
            value=slope,
            low=slope - half,
            high=slope + half,
            level=level,
            cases=cases,
            auditors=0,
            method="ordinal quasi-symmetry, Wald",
            se=se,
            p=float(2 * special.ndtr(-abs(slope) / se)),
        ),
        fit=_fit(pairs, slope, cases=cases),
    )


def mcnemar(table: ArrayLike, *, good_from: int) -> Estimate:
    """McNemar's chi-square that auditors and moderators find good equally often.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns).
    good_from : int
        Lowest code that counts as good, 1 .. K-1.

    Returns
    -------
    Estimate
        Chi-square with 1 degree of freedom, without continuity correction; in small samples
        ``mcnemar_exact`` is the one to use. Not estimable when no audit differs on good.

    Examples
    --------
    >>> round(mcnemar([[794, 150], [86, 570]], good_from=1).value, 3)
    17.356
    """
    over, under, cases = _at_good(table, good_from)
    if over + under == 0:
        return Estimate.not_estimable("no audit differs", method="McNemar", cases=cases)
    statistic = (over - under) ** 2 / (over + under)
    return chi_square_test(statistic, df=1, cases=cases, method="McNemar, chi-square with 1 df")


def mcnemar_exact(table: ArrayLike, *, good_from: int, level: float = 0.95) -> Estimate:
    """Of the audits that differ on good, the share good by the auditor alone; exact test.

    Parameters and errors as in ``mcnemar``. Clopper-Pearson interval; 0.5 means no shift.

    Examples
    --------
    >>> found = mcnemar_exact([[14, 0], [5, 22]], good_from=1)
    >>> found.value, found.p
    (1.0, 0.0625)
    """
    over, under, cases = _at_good(table, good_from)
    return kinder_share(over, under, cases=cases, level=level)


def mcnemar_mid_p(table: ArrayLike, *, good_from: int, level: float = 0.95) -> Estimate:
    """``mcnemar_exact`` with mid-p: less cautious, and right on average."""
    over, under, cases = _at_good(table, good_from)
    return kinder_share_mid_p(over, under, cases=cases, level=level)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pairs:
    """Audits that differ, by pair of grades; pairs without any are left out."""

    steps: Floats  # how many grades the two are apart
    kinder: Floats  # audits where the auditor gave the higher of the two
    total: Floats


def _pairs(counts: Ints) -> _Pairs:
    low, high = np.triu_indices(len(counts), 1)
    total = counts[low, high] + counts[high, low]
    some = total > 0
    return _Pairs(
        steps=(high - low)[some].astype(np.float64),
        kinder=counts[high, low][some].astype(np.float64),
        total=total[some].astype(np.float64),
    )


def _logistic_slope(pairs: _Pairs) -> tuple[float, float]:
    """Slope where the score is zero, and its standard error."""

    def score(slope: float) -> float:
        chance = special.expit(slope * pairs.steps)
        return float(pairs.steps @ (pairs.kinder - pairs.total * chance))

    # The score falls with the slope; with differences both ways it has both signs.
    reach = 1.0
    while score(-reach) < 0 or score(reach) > 0:
        reach *= 2
    slope = float(optimize.brentq(score, -reach, reach, xtol=1e-13))
    chance = special.expit(slope * pairs.steps)
    information = float(pairs.steps**2 @ (pairs.total * chance * (1 - chance)))
    return slope, 1 / sqrt(information)


def _fit(pairs: _Pairs, slope: float, *, cases: int) -> Estimate:
    df = len(pairs.total) - 1
    if df == 0:
        why_not = "audits differ between two grades only, so one slope always fits"
        return Estimate.not_estimable(why_not, method="deviance", cases=cases)
    expected = pairs.total * special.expit(slope * pairs.steps)
    stricter = pairs.total - pairs.kinder
    terms = special.xlogy(pairs.kinder, pairs.kinder / expected)
    terms += special.xlogy(stricter, stricter / (pairs.total - expected))
    deviance = max(0.0, 2 * float(terms.sum()))
    method = f"deviance, chi-square with {df} df"
    return chi_square_test(deviance, df=df, cases=cases, method=method)


def _at_good(table: ArrayLike, good_from: int) -> tuple[int, int, int]:
    """Audits good by the auditor alone, by the moderator alone, and all audits."""
    counts = square_counts(table)
    if not 0 < good_from < len(counts):
        raise UnknownGradeError(f"Good starts at a code from 1 to {len(counts) - 1}.")
    over = int(counts[good_from:, :good_from].sum())
    under = int(counts[:good_from, good_from:].sum())
    return over, under, int(counts.sum())
