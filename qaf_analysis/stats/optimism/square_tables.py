"""Tests on the square table of auditors' by moderators' grades of the same audits.

Do the two use each grade equally often (Stuart-Maxwell, Bhapkar)? Where they differ, is it as
often one way as the other (Bowker, ordinal quasi-symmetry, McNemar)? Do they differ in mean, in
spread, or in both (Bradley-Blackwood)?
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special
from scipy.sparse.csgraph import connected_components

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.optimism.gap import grade_gaps
from qaf_analysis.stats.optimism.sign_flips import kinder_share
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from qaf_analysis.terms.estimate import Estimate

NO_DIFFERENCE = "auditor and moderator gave the same grade to every audit"

# Sums of squares of whole numbers; anything below this share of the total is rounding error.
ROUNDING = 1e-12

# W / n is 1 exactly when Bhapkar's variance is singular; what is nearer to 1 is rounding.
MARGINS_ROUNDING = 1e-9


def square_counts(table: ArrayLike) -> Ints:
    """Counts of audits by auditor's grade (rows) and moderator's grade (columns), checked.

    Raises
    ------
    ShapeError
        If the table is not square with at least two grades, or an entry is not a count.

    Examples
    --------
    >>> square_counts([[3, 1], [0, 2]]).sum().item()
    6
    """
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise ShapeError(
            f"A table of auditor's against moderator's grades is square; this has {counts.shape}."
        )
    if counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ShapeError("A table of grades holds counts: whole numbers from 0.")
    checked = counts.astype(np.int64)
    checked.setflags(write=False)
    return checked


def why_no_test(counts: Ints) -> str:
    """Reason why no test of a difference can be made of a table; empty when one can."""
    if counts.sum() == 0:
        return "there are no cases"
    return NO_DIFFERENCE if counts.sum() == np.trace(counts) else ""


def chi_square_test(statistic: float, *, df: int, cases: int, method: str) -> Estimate:
    """Test whose statistic follows chi-square; it has no interval.

    Examples
    --------
    >>> round(chi_square_test(3.841459, df=1, cases=10, method="McNemar").p, 6)
    0.05
    """
    return Estimate(
        value=statistic,
        low=nan,
        high=nan,
        level=0.95,
        cases=cases,
        auditors=0,
        method=method,
        p=float(special.chdtrc(df, statistic)),
        df=float(df),
    )


def bradley_blackwood(audit_grade: ArrayLike, moderation_grade: ArrayLike) -> Estimate:
    """Test at once that auditors' and moderators' grades have the same mean and the same spread.

    The gap is regressed on the sum of the two grades: an intercept shows a shift, a slope that
    one side uses more of the scale than the other.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)

    Returns
    -------
    Estimate
        ``value`` is F of intercept and slope together with 2 and ``df`` = audits - 2 degrees of
        freedom. No interval; audits count as independent. Not estimable with fewer than three
        audits, when no audit differs, when the sums of grades are all alike, or when gaps follow
        the sums exactly.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.

    References
    ----------
    Bradley & Blackwood (1989), The American Statistician.

    Examples
    --------
    >>> test = bradley_blackwood([2, 2, 3, 1, 2, 2], [2, 1, 2, 1, 2, 3])
    >>> round(test.value, 4), test.df
    (0.1964, 4.0)
    """
    gap = grade_gaps(audit_grade, moderation_grade).astype(np.float64)
    n = len(gap)
    total = gap + 2 * np.asarray(moderation_grade, dtype=np.float64)  # audit plus moderation
    square = float(gap @ gap)
    spread = float(((total - total.mean()) ** 2).sum()) if n else 0.0
    slope = float(gap @ (total - total.mean())) / spread if spread > 0 else nan
    rest = float((gap - gap.mean()) @ (gap - gap.mean())) - slope**2 * spread if n else nan
    why_not = _why_not(n, square, spread, rest)
    if why_not:
        return Estimate.not_estimable(why_not, method="Bradley-Blackwood", cases=n)
    statistic = max(0.0, (square - rest) / 2) / (rest / (n - 2))
    return Estimate(
        value=statistic,
        low=nan,
        high=nan,
        level=0.95,
        cases=n,
        auditors=0,
        method=f"Bradley-Blackwood, F with 2 and {n - 2} df",
        p=float(special.fdtrc(2, n - 2, statistic)),
        df=float(n - 2),
    )


def _why_not(n: int, square: float, spread: float, rest: float) -> str:
    if n < 3:
        return "there are fewer than three cases"
    if square == 0:
        return NO_DIFFERENCE
    if not spread > 0:
        return "auditor's and moderator's grades add up to the same in every audit"
    if not rest > ROUNDING * square:
        return "gaps follow the grades exactly, so chance cannot be measured"
    return ""


def stuart_maxwell(table: ArrayLike) -> Estimate:
    """Test that each grade is as frequent among auditors as among moderators of the same audits.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns), for any K >= 2.

    Returns
    -------
    Estimate
        ``value`` is chi-square with ``df`` degrees of freedom; no interval, and audits count as
        independent. Grades on which nobody differs say nothing and are dropped. Where the others
        fall into groups between which nobody differs (Inadequate with Requires improvement, Good
        with Outstanding) the variance is singular: the generalised inverse is used, df is its
        rank, and the method says so. Not estimable when no audit differs.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Stuart (1955), Biometrika; Maxwell (1970), British Journal of Psychiatry.

    Examples
    --------
    >>> test = stuart_maxwell([[794, 150], [86, 570]])
    >>> round(test.value, 3), test.df
    (17.356, 1.0)
    """
    return _tested(square_counts(table), name="Stuart-Maxwell", bhapkar=False)


def bhapkar(table: ArrayLike) -> Estimate:
    """Stuart-Maxwell's question with the variance as seen, not as under the hypothesis.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns).

    Returns
    -------
    Estimate
        W / (1 - W / n) with W of ``stuart_maxwell`` and its degrees of freedom; finds more in
        large samples and too much in small ones. Not estimable when no audit differs, or when
        every audit differs in the same way.

    Raises
    ------
    ShapeError
        If the table is not square, or holds anything but counts.

    References
    ----------
    Bhapkar (1966), Journal of the American Statistical Association.

    Examples
    --------
    >>> round(bhapkar([[794, 150], [86, 570]]).value, 3)
    17.546
    """
    return _tested(square_counts(table), name="Bhapkar", bhapkar=True)


class _Wald(NamedTuple):
    """Weighted squared difference of the two margins, its rank, and the groups of grades."""

    statistic: float
    df: int
    groups: int


def _tested(counts: Ints, *, name: str, bhapkar: bool) -> Estimate:
    cases, why_not = int(counts.sum()), why_no_test(counts)
    if why_not:
        return Estimate.not_estimable(why_not, method=name, cases=cases)
    wald = _wald(counts)
    statistic = wald.statistic
    if bhapkar:
        left = 1 - statistic / cases
        if left < MARGINS_ROUNDING:
            why_not = "every audit differs in the same way, so differences show no variation"
            return Estimate.not_estimable(why_not, method=name, cases=cases)
        statistic /= left
    method = f"{name}, chi-square with {wald.df} df"
    if wald.groups > 1:
        method += f"; generalised inverse, as nobody differs between {wald.groups} groups of grades"
    return chi_square_test(statistic, df=wald.df, cases=cases, method=method)


def _wald(counts: Ints) -> _Wald:
    """Stuart's statistic, one group of connected grades at a time.

    The variance is the Laplacian of the graph that joins two grades where audits differ between
    them. Within each connected group it has full rank once one grade is left out, whichever it
    is, and the sum over groups is the statistic with the generalised inverse.
    """
    apart = counts + counts.T
    np.fill_diagonal(apart, 0)
    shift = (counts.sum(axis=1) - counts.sum(axis=0)).astype(np.float64)
    variance = np.diag(apart.sum(axis=1)) - apart
    number, label = connected_components(apart > 0, directed=False)
    members = [np.flatnonzero(label == group)[1:] for group in range(number)]
    members = [grades for grades in members if len(grades)]
    statistic = sum(
        float(shift[grades] @ np.linalg.solve(variance[np.ix_(grades, grades)], shift[grades]))
        for grades in members
    )
    return _Wald(statistic=statistic, df=sum(map(len, members)), groups=len(members))


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


def mcnemar_exact(table: ArrayLike, *, good_from: int, level: float = 0.95) -> Estimate:
    """Of the audits that differ on good, the share good by the auditor alone; exact test.

    Parameters
    ----------
    table : int array, shape (K, K)
        Audits by auditor's grade (rows) and moderator's grade (columns).
    good_from : int
        Lowest code that counts as good, 1 .. K-1.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        McNemar's exact test with the Clopper-Pearson interval; 0.5 means no shift. Not estimable
        when no audit differs on good.

    Raises
    ------
    UnknownGradeError
        If ``good_from`` is not a code above the lowest.

    Examples
    --------
    >>> found = mcnemar_exact([[14, 0], [5, 22]], good_from=1)
    >>> found.value, found.p
    (1.0, 0.0625)
    """
    over, under, cases = _at_good(table, good_from)
    return kinder_share(over, under, cases=cases, level=level)


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
        raise UnknownGradeError(f"Positive grades start at a code from 1 to {len(counts) - 1}.")
    over = int(counts[good_from:, :good_from].sum())
    under = int(counts[:good_from, good_from:].sum())
    return over, under, int(counts.sum())
