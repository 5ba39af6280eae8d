"""How a share or a mean grade moved between two periods, with auditors who may have done both.

One rule decides whether a share that auditors gave has risen or fallen, whoever says so: the
interval here, and ``direction``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    numbered,
    sums,
)
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import YEAR_RULE, YearVerdict

_METHOD = "difference of two {}, auditors as clusters over both periods"
METHOD = _METHOD.format("shares")


@dataclass(frozen=True, kw_only=True)
class ChangeError:
    """Variance of a change of two means, and what it rests on.

    Parameters
    ----------
    variance : float
        By auditor over both periods; never below what independent audits would have.
    df : float
        Degrees of freedom.
    auditors : int
        Auditors of either period.
    """

    variance: float
    df: float
    auditors: int


@dataclass(frozen=True, kw_only=True)
class _Period:
    """One period's values, and its auditors numbered over both periods."""

    values: Floats
    auditor: Ints
    auditors: int

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def plain_variance(self) -> float:
        """Variance of the mean, were audits independent."""
        return float(self.values.var()) / self.n

    @property
    def work(self) -> Floats:
        """Each auditor's share of the audits."""
        return sums(self.auditor, np.ones(self.n), n=self.auditors) / self.n

    @property
    def pulls(self) -> Floats:
        """How far each auditor's audits pull the mean off itself."""
        return sums(self.auditor, self.values - self.mean, n=self.auditors) / self.n


def share_change(
    first: ArrayLike,
    last: ArrayLike,
    *,
    first_auditor: ArrayLike,
    last_auditor: ArrayLike,
    level: float = YEAR_RULE.level,
) -> Estimate:
    """Share of the last period less that of the first, allowing for who audited.

    Parameters
    ----------
    first, last : array, shapes (n1,) and (n2,)
        1 where an audit has the property, else 0.
    first_auditor, last_auditor : int array, shapes (n1,) and (n2,)
        Auditor of each audit; the same number means the same person in both.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        t interval within -1 to 1. An auditor of both periods is subtracted from themselves; one
        who left or joined is not. Not estimable with fewer than ten audits in a period, or where
        one auditor did all audits of a period and others did the rest: that person cannot be told
        from the year. Where one person did all audits of both, it speaks of this person only.

    Raises
    ------
    ShapeError
        If a value is neither 0 nor 1, or lengths differ.

    Notes
    -----
    Auditors are taken as drawn from many like them. A kinder mix of auditors, or all of them
    becoming kinder, raises the share as well as practice does.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181 (bias-reduced variance and degrees
    of freedom). Agresti & Caffo (2000), The American Statistician 54(4), 280-288 (one success and
    one failure added, for the floor near 0 and 1).

    Examples
    --------
    >>> change = share_change([0, 1] * 10, [1, 1, 1, 0] * 5, first_auditor=[0, 1, 2, 3] * 5,
    ...                       last_auditor=[1, 2, 3, 4] * 5)
    >>> round(change.value, 2), round(change.se, 3)
    (0.25, 0.354)
    """
    was, now = _periods(first, last, first_auditor, last_auditor)
    for period in (was, now):
        if not np.isin(period.values, (0.0, 1.0)).all():
            raise ShapeError("A share needs values that are 0 or 1 only.")
    floor = _share_floor(was) + _share_floor(now) if min(was.n, now.n) else nan
    found = _change(was, now, floor=floor, what="shares", level=level)
    if not found.has_interval:
        return found
    return replace(found, low=max(-1.0, found.low), high=min(1.0, found.high))


def mean_change(
    first: ArrayLike,
    last: ArrayLike,
    *,
    first_auditor: ArrayLike,
    last_auditor: ArrayLike,
    level: float = YEAR_RULE.level,
) -> Estimate:
    """Mean grade of the last period less that of the first, by the same rule as a share.

    Parameters
    ----------
    first, last : array, shapes (n1,) and (n2,)
        What each audit's grade counts.
    first_auditor, last_auditor : int array, shapes (n1,) and (n2,)
        Auditor of each audit; the same number means the same person in both.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        t interval; not estimable where ``share_change`` is not.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> change = mean_change([1, 2] * 10, [2, 3] * 10, first_auditor=[0, 1] * 10,
    ...                      last_auditor=[0, 1] * 10)
    >>> round(change.value, 2), round(change.se, 3)  # both auditors rose alike
    (1.0, 0.158)
    """
    was, now = _periods(first, last, first_auditor, last_auditor)
    floor = was.plain_variance + now.plain_variance if min(was.n, now.n) else nan
    return _change(was, now, floor=floor, what="means", level=level)


def _change(was: _Period, now: _Period, *, floor: float, what: str, level: float) -> Estimate:
    check_level(level)
    why, cases = _refusal(was, now), was.n + now.n
    if why:
        return Estimate.not_estimable(
            why, method=_METHOD.format(what), level=level, cases=cases, auditors=was.auditors
        )
    error = _error(was, now, floor=floor)
    change, se = now.mean - was.mean, sqrt(error.variance)
    half = t_quantile(level, df=error.df) * se
    return Estimate(
        value=change,
        low=change - half,
        high=change + half,
        level=level,
        cases=cases,
        auditors=error.auditors,
        method=f"{_method(error, what)}, t with {error.df:.1f} df",
        se=se,
        p=t_p_value(change / se, df=error.df) if se > 0 else nan,
        df=error.df,
    )


def direction(change: Estimate) -> YearVerdict:
    """Word the change: risen or fallen only where the whole interval lies on one side of 0.

    Examples
    --------
    >>> str(direction(Estimate.not_estimable("one year only", method="")))
    'cannot be told'
    """
    if not change.has_interval:
        return YearVerdict.CANNOT_BE_TOLD
    if change.low > 0:
        return YearVerdict.RISEN
    return YearVerdict.FALLEN if change.high < 0 else YearVerdict.NO_CHANGE


def change_error(
    first: ArrayLike, last: ArrayLike, *, first_auditor: ArrayLike, last_auditor: ArrayLike
) -> ChangeError:
    """Variance of the change of two means with auditors as clusters over both periods.

    Parameters
    ----------
    first, last : array, shapes (n1,) and (n2,)
    first_auditor, last_auditor : int array, shapes (n1,) and (n2,)
        Two auditors or more in each period, unless one person did all audits of both.

    Returns
    -------
    ChangeError
        Each auditor's pull on the last mean less that on the first, each divided by the root of
        what the others did, squared and added up; at least the variance of independent audits.
        NaN where one auditor did all audits of one period only.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181.
    """
    was, now = _periods(first, last, first_auditor, last_auditor)
    return _error(was, now, floor=was.plain_variance + now.plain_variance)


def _method(error: ChangeError, what: str) -> str:
    if error.auditors == 1:
        return f"difference of two {what}; one auditor only, so it speaks of this auditor"
    return f"{_METHOD.format(what)} (CR2)"


def _error(was: _Period, now: _Period, *, floor: float) -> ChangeError:
    if was.auditors == 1:
        return ChangeError(variance=floor, df=was.n + now.n - 2.0, auditors=1)
    if max(was.work.max(), now.work.max()) >= 1:
        return ChangeError(variance=nan, df=nan, auditors=was.auditors)
    pull = now.pulls / np.sqrt(1 - now.work) - was.pulls / np.sqrt(1 - was.work)
    return ChangeError(
        variance=max(float((pull**2).sum()), floor),
        df=_degrees_of_freedom(was, now),
        auditors=was.auditors,
    )


def _degrees_of_freedom(was: _Period, now: _Period) -> float:
    """Satterthwaite's, were all audits equally variable: (tr M)^2 over the sum of M squared.

    M = diag(d) - a a' - b b' holds the covariances of the auditors' pulls.
    """
    own, (a, b) = np.zeros(was.auditors), np.zeros((2, was.auditors))
    for period, off in ((was, a), (now, b)):
        odds = period.work / (1 - period.work)
        own += odds / period.n
        off += period.work / np.sqrt((1 - period.work) * period.n)
    trace = own.sum() - a @ a - b @ b
    squares = own @ own - 2 * own @ (a**2 + b**2) + (a @ a) ** 2 + (b @ b) ** 2 + 2 * (a @ b) ** 2
    return float(trace**2 / squares)


def _share_floor(period: _Period) -> float:
    """Variance of independent audits; above 0 even where all are alike."""
    n, mean = period.n, period.mean
    near = (n * mean + 1) / (n + 2)
    return max(period.plain_variance, near * (1 - near) / (n + 2))


def _refusal(was: _Period, now: _Period) -> str:
    fewest = min(was.n, now.n)
    if fewest < YEAR_RULE.fewest_audits:
        return (
            f"one of the two periods has {fewest} graded audit{'' if fewest == 1 else 's'}; at "
            f"least {YEAR_RULE.fewest_audits} are needed in each"
        )
    if was.auditors > 1 and max(was.work.max(), now.work.max()) >= 1:
        return (
            "one auditor did all audits of one of the two periods, and that auditor cannot be "
            "told from the period"
        )
    return ""


def _periods(
    first: ArrayLike, last: ArrayLike, first_auditor: ArrayLike, last_auditor: ArrayLike
) -> tuple[_Period, _Period]:
    values = frozen_floats(first), frozen_floats(last)
    names = (
        frozen_ints(first_auditor, name="first_auditor"),
        frozen_ints(last_auditor, name="last_auditor"),
    )
    for numbers, people in zip(values, names, strict=True):
        check_same_length({"values": numbers, "auditors": people})
    everyone, labels = numbered(np.concatenate(names))
    split = len(names[0])
    was, now = (
        _Period(values=numbers, auditor=people, auditors=len(labels))
        for numbers, people in zip(values, (everyone[:split], everyone[split:]), strict=True)
    )
    return was, now
