"""The change of a positive share across a new scale, its verdict, and what else a bridge tells.

A share on one side is counted on the scale on which it was graded, that on the other side comes
over a bridge (``two_phase``). Every change here is new less old: above 0 is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, inf, isnan, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from qaf_analysis.stats.bridge.two_phase import Bridge, ScoreShare
from qaf_analysis.stats.core.arrays import (
    Floats,
    check_grades,
    check_level,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.stats.core.intervals import (
    normal_quantile,
    square_and_add,
    square_and_add_limits,
    t_p_value,
    t_quantile,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import BRIDGE_RULE, BridgeVerdict

METHOD = "difference of a share and a bridged share, Newcombe"
SMALLEST_P, LARGEST_P = 1e-12, 1 - 1e-9
"""Between these a p-value is looked for: further out no interval is what it says."""


def change_across(
    old: ScoreShare, new: ScoreShare, *, level: float = BRIDGE_RULE.level
) -> Estimate:
    """Positive share of the new era less that of the old, both on one scale.

    Parameters
    ----------
    old, new : ScoreShare
        One counted, the other over a bridge. Kind A: the old era on the new scale
        (``BridgedShare.score``), and the new era as graded. Kind B: the old era as graded, and
        the new era on the old scale.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        With the p-value at which the interval would just reach 0.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: squares of the distances to
    the two Wilson limits are added.

    Examples
    --------
    >>> old = ScoreShare(value=0.5, n=40.0, df=20.0, cases=200, auditors=15)
    >>> change = change_across(old, ScoreShare.counted(124, 200))
    >>> round(change.value, 2), round(change.low, 3), round(change.high, 3), round(change.p, 3)
    (0.12, -0.051, 0.289, 0.169)
    """
    check_level(level)
    found = square_and_add(new.estimate(level=level), old.estimate(level=level), method=METHOD)
    return replace(found, p=_p_value(old, new))


def change_limits(old: ScoreShare, new: ScoreShare, *, level: float) -> tuple[float, float]:
    """Limits of ``change_across`` alone."""
    return square_and_add_limits(
        (new.value, old.value), new.limits(level=level), old.limits(level=level)
    )


def _p_value(old: ScoreShare, new: ScoreShare) -> float:
    """One less the highest level at which the interval leaves out 0."""
    rise = new.value - old.value

    def room(log_p: float) -> float:
        """How far beyond 0 the nearer end lies; less as the level rises."""
        low, high = change_limits(old, new, level=1 - exp(log_p))
        return low if rise > 0 else -high

    least, most = log(SMALLEST_P), log(LARGEST_P)
    if rise == 0 or room(most) <= 0:
        return 1.0
    if room(least) > 0:
        return SMALLEST_P
    return exp(float(brentq(room, least, most, xtol=1e-12)))


@dataclass(frozen=True, kw_only=True)
class AreaChange:
    """The change of one area across a break, and what is said of it.

    Parameters
    ----------
    change : Estimate
        With the interval of this area alone.
    p_adjusted : float
        Its p-value adjusted for all areas that are told together; NaN where none was compared.
    verdict : BridgeVerdict
    """

    change: Estimate
    p_adjusted: float
    verdict: BridgeVerdict


def area_changes(changes: Sequence[Estimate]) -> tuple[AreaChange, ...]:
    """Verdicts on areas that are told together; for a single headline a sequence of one.

    Parameters
    ----------
    changes : sequence of Estimate
        From ``change_across``, or not estimable where a bridge was refused.

    Returns
    -------
    tuple of AreaChange
        In the order given. A claim needs the interval to leave out 0, and the p-value to be
        below 1 - level after Holm's adjustment over all areas that were compared.

    Raises
    ------
    UsageError
        If intervals have different levels.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6: 65-70.

    Examples
    --------
    >>> old = ScoreShare(value=0.5, n=60.0, df=30.0, cases=200, auditors=15)
    >>> changes = [change_across(old, ScoreShare.counted(good, 200)) for good in (136, 104)]
    >>> [str(one.verdict) for one in area_changes(changes)]
    ['improved', 'no evidence of change']
    """
    if len({change.level for change in changes}) > 1:
        raise UsageError("Areas that are told together need intervals of one level.")
    adjusted = holm([change.p if change.has_interval else nan for change in changes])
    return tuple(
        AreaChange(change=change, p_adjusted=float(p), verdict=_verdict(change, float(p)))
        for change, p in zip(changes, adjusted, strict=True)
    )


def _verdict(change: Estimate, p: float) -> BridgeVerdict:
    if not change.has_interval:
        return BridgeVerdict.CANNOT_BE_COMPARED
    if p < 1 - change.level:
        if change.low > 0:
            return BridgeVerdict.IMPROVED
        if change.high < 0:
            return BridgeVerdict.WORSENED
    return BridgeVerdict.NO_EVIDENCE


@dataclass(frozen=True, kw_only=True)
class ScaleGap:
    """Positive share of an era's audits on its own scale, less that on the other scale.

    Parameters
    ----------
    value, variance : float
        The gap, and its variance over samples of practice, audits of the bridge and readers.
    df : float
        Degrees of freedom.
    audits, readers : int
        Audits of the era, and readers of the bridge.
    """

    value: float
    variance: float
    df: float
    audits: int
    readers: int


def scale_gap(grade: ArrayLike, bridge: Bridge, *, good_from: int) -> ScaleGap:
    """How much higher the positive share of an era is on its own scale than over the bridge.

    Parameters
    ----------
    grade : int array, shape (audits,)
        Grade of every audit of the era on its own scale.
    bridge : Bridge
        A single one, of audits of this era.
    good_from : int
        Lowest grade of the own scale that is positive there.

    Raises
    ------
    ShapeError
        If there is no audit, or several bridges are given.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    Examples
    --------
    >>> bridge = Bridge(level=[0, 0, 0, 0, 1, 1, 1, 1], positive=[0, 0, 0, 1, 0, 1, 1, 1],
    ...                 reader=[0, 1, 2, 3, 0, 1, 2, 3], n_levels=2)
    >>> gap = scale_gap([0] * 2 + [1] * 8, bridge, good_from=1)
    >>> round(gap.value, 2)  # 80 % on its own scale; 0.2 * 0.3 + 0.8 * 0.7 on the other
    0.18
    """
    codes = frozen_ints(grade, name="grade")
    check_grades(codes, n_levels=bridge.n_levels)
    if bridge.positive.ndim != 1 or len(codes) == 0:
        raise ShapeError("A gap between two scales needs audits of the era and one bridge.")
    share = np.bincount(codes, minlength=bridge.n_levels) / len(codes)
    gap = (np.arange(bridge.n_levels) >= good_from) - bridge.found
    value = float(share @ gap)
    error = bridge.error(share)
    variance = float(share @ (gap - value) ** 2) / len(codes) + float(error.variance)
    return ScaleGap(
        value=value,
        variance=variance,
        df=float(error.df) * (variance / float(error.variance)) ** 2,
        audits=len(codes),
        readers=int(bridge.readers),
    )


def severity_change(
    re_read: ScaleGap, graded_twice: ScaleGap, *, level: float = BRIDGE_RULE.level
) -> Estimate:
    """Change of auditors' severity at the break: the change by kind A less that by kind B.

    Parameters
    ----------
    re_read : ScaleGap
        Of the old era, by old audits read again on the new scale (kind A).
    graded_twice : ScaleGap
        Of the new era, by new audits graded on the old scale too (kind B).
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        In points of the positive share (proportion); above 0 auditors became harsher.

    Notes
    -----
    The change by kind A is of practice; that by kind B has auditors' severity in it too. Their
    difference is the sum of the two gaps: what the words do to the share is in both, once each
    way. A gap subtracts two shares of the same audits, so what these have in common falls out.
    The words are taken to do the same to both eras' audits, and severity to have moved alike on
    both scales; readings of the two kinds by the same people are taken as independent.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114 (degrees of freedom).

    Examples
    --------
    >>> first = ScaleGap(value=0.10, variance=0.003, df=20.0, audits=200, readers=15)
    >>> other = ScaleGap(value=-0.02, variance=0.002, df=20.0, audits=200, readers=15)
    >>> change = severity_change(first, other)
    >>> round(change.value, 2), round(change.se, 4), round(change.df, 1)
    (0.08, 0.0707, 38.5)
    """
    check_level(level)
    variances = (re_read.variance, graded_twice.variance)
    return _t_interval(
        re_read.value + graded_twice.value,
        variances,
        (re_read.df, graded_twice.df),
        level=level,
        cases=re_read.audits + graded_twice.audits,
        auditors=max(re_read.readers, graded_twice.readers),
        method="change with old audits read again, less that with new audits graded twice",
    )


def translated(shares: ArrayLike, bridge: Bridge) -> Floats:
    """Positive share on the other scale of each quarter of an era.

    Parameters
    ----------
    shares : array, shape (quarters, K)
        Shares of the own grades in each quarter.
    bridge : Bridge
        A single one.

    Examples
    --------
    >>> bridge = Bridge(level=[0, 0, 0, 0, 1, 1, 1, 1], positive=[0, 0, 0, 1, 0, 1, 1, 1],
    ...                 reader=[0, 1, 2, 3, 0, 1, 2, 3], n_levels=2)
    >>> [round(float(share), 2) for share in translated([[0.5, 0.5], [0.2, 0.8]], bridge)]
    [0.5, 0.62]
    """
    return frozen_floats(frozen_floats(shares) @ bridge.found)


def with_bridge_error(change: Estimate, bridge: Bridge, *, weights: ArrayLike) -> Estimate:
    """Widen a change over a break by the error of its bridge, once and not for each quarter.

    Parameters
    ----------
    change : Estimate
        A change whose standard error takes translated shares (``translated``) as known.
    bridge : Bridge
        The bridge by which they were translated.
    weights : array, shape (K,)
        What each own grade counts in the change: the sum, over translated quarters, of the
        quarter's shares times the quarter's part in the change. For the mean of later quarters
        less that of earlier ones, minus the mean shares of the earlier ones; for a themed domain
        against others, these less the same of the others.

    Returns
    -------
    Estimate
        Same value; t interval with both errors. Not estimable where the change is not, or has
        no standard error.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114 (degrees of freedom).
    """
    if not change.is_estimable or isnan(change.se):
        why = change.why_not or "the change has no standard error to add the bridge's to"
        return Estimate.not_estimable(
            why, method=change.method, level=change.level, cases=change.cases
        )
    error = bridge.error(weights)
    return _t_interval(
        change.value,
        (change.se**2, float(error.variance)),
        (inf if isnan(change.df) else change.df, float(error.df)),
        level=change.level,
        cases=change.cases,
        auditors=change.auditors,
        method=f"{change.method}, and the error of the bridge",
    )


def _t_interval(
    value: float,
    variances: tuple[float, float],
    dfs: tuple[float, float],
    *,
    level: float,
    cases: int,
    auditors: int,
    method: str,
) -> Estimate:
    """Interval with two independent errors, degrees of freedom by Satterthwaite."""
    total = sum(variances)
    unsure = sum(part**2 / df for part, df in zip(variances, dfs, strict=True))
    se = sqrt(total)
    df = total**2 / unsure if unsure > 0 else nan
    quantile = normal_quantile(level) if isnan(df) else t_quantile(level, df=df)
    p = nan
    if se > 0:
        p = t_p_value(value / se, df=inf if isnan(df) else df)
    return Estimate(
        value=value,
        low=value - quantile * se,
        high=value + quantile * se,
        level=level,
        cases=cases,
        auditors=auditors,
        method=method,
        se=se,
        p=p,
        df=df,
    )
