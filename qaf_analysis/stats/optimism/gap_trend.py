"""Does the gap between auditors and moderators narrow from round to round of moderation?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan, sqrt
from typing import NamedTuple

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
from qaf_analysis.stats.optimism.gap import grade_gaps
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import GAP_TREND_RULE, GapDirection

# Variances of gaps are of order one; anything below this is rounding error.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class GapTrend:
    """Straight line through the gaps of all moderated audits over time.

    Parameters
    ----------
    slope : Estimate
        Change of the mean gap (audit minus moderation) for one unit of time, in grades. Its
        interval is the wider one of the two below.
    by_auditor : Estimate
        The same slope, with auditors as what varies by chance.
    by_round : Estimate
        The same slope, with rounds as what varies by chance: a round has its own moderators.
    first, last : float
        Gap on the line at the first and at the last round.
    rounds : int
        Number of rounds.
    direction : GapDirection
        ``narrowing`` or ``widening`` only when the interval of the slope excludes 0: the line
        ends nearer to no gap than it starts, or further from it.
    """

    slope: Estimate
    by_auditor: Estimate
    by_round: Estimate
    first: float
    last: float
    rounds: int
    direction: GapDirection


def gap_trend(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    time: ArrayLike,
    *,
    auditor: ArrayLike,
    level: float = 0.95,
) -> GapTrend:
    """Trend of the mean gap over rounds of moderation, each weighted by its audits.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
    time : array, shape (audits,)
        When each audit's round was, in any unit (years, or the round's number); the same number
        for all audits of a round.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    GapTrend
        Least squares. By auditor: bias-reduced (CR2) variance with Satterthwaite degrees of
        freedom. By round: from the scatter of the rounds' means around the line, with rounds - 2
        degrees of freedom. Auditors' errors alone cannot see that moderators of one round are
        kinder than those of another: rounds that differ by 0.2 of a grade for such reasons made
        one in four steady gaps look like a trend. Not estimable with fewer than three rounds, or
        when nothing varies around the line.

    Raises
    ------
    ShapeError
        If lengths differ or a time is missing.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181; Imbens & Kolesár (2016),
    Review of Economics and Statistics 98, 701-712.

    Examples
    --------
    >>> audited, moderated = [3, 3, 2, 3, 2, 2, 2, 2], [2, 2, 1, 3, 1, 2, 2, 2]
    >>> trend = gap_trend(audited, moderated, [0, 0, 1, 1, 2, 2, 3, 3], auditor=[1, 2] * 4)
    >>> round(trend.slope.value, 3), round(trend.first, 3), round(trend.last, 3)
    (-0.3, 0.95, 0.05)
    """
    check_level(level)
    gap = grade_gaps(audit_grade, moderation_grade).astype(np.float64)
    when, names = frozen_floats(time), frozen_ints(auditor, name="auditor")
    check_same_length({"audit grades": gap, "time": when, "auditor": names})
    if not np.isfinite(when).all():
        raise ShapeError("Every moderated audit needs the time of its round.")
    rounds = len(np.unique(when))
    base = Estimate.not_estimable(
        "", method="least squares", level=level, cases=len(gap), auditors=len(np.unique(names))
    )
    fewest = GAP_TREND_RULE.fewest_rounds
    if rounds < fewest:
        return _unknown(base, f"a trend needs {fewest} rounds, not {rounds}", rounds)
    line = _line(gap, when)
    by_auditor = _estimate(base, line, _auditor_variance(line, names), "by auditor (CR2)")
    by_round = _estimate(base, line, _round_variance(line, when), "by round")
    if not (by_auditor.has_interval or by_round.has_interval):
        return _unknown(base, "gaps do not vary around the line at all", rounds)
    slope = max(by_auditor, by_round, key=lambda one: one.high if one.has_interval else -np.inf)
    first, last = (line.mean + line.slope * (t - when.mean()) for t in (when.min(), when.max()))
    return GapTrend(
        slope=slope,
        by_auditor=by_auditor,
        by_round=by_round,
        first=float(first),
        last=float(last),
        rounds=rounds,
        direction=_direction(slope, float(first), float(last)),
    )


class _Line(NamedTuple):
    """Least-squares line: mean gap, slope, and each audit's place and distance from the line."""

    mean: float
    slope: float
    basis: Floats  # shape (audits, 2), orthonormal: the constant, and time
    scale: float  # slope = scale x coefficient of the second column of the basis
    rest: Floats


class _Variance(NamedTuple):
    """Variance of the slope and its degrees of freedom; NaN where not known."""

    value: float
    df: float


def _line(gap: Floats, when: Floats) -> _Line:
    centred = when - when.mean()
    length = sqrt(float(centred @ centred))
    basis = np.column_stack([np.full(len(gap), 1 / sqrt(len(gap))), centred / length])
    coefficient = basis.T @ gap
    return _Line(
        mean=float(gap.mean()),
        slope=float(coefficient[1]) / length,
        basis=basis,
        scale=1 / length,
        rest=gap - basis @ coefficient,
    )


def _auditor_variance(line: _Line, names: Ints) -> _Variance:
    """CR2 variance of the slope; all matrices are 2 by 2, thanks to the orthonormal basis.

    With Q_g the rows of auditor g, the correction (I - Q_g Q_g')^(-1/2) of the residuals equals
    (I - Q_g'Q_g)^(-1/2) of the scores Q_g'r_g.
    """
    place, labels = numbered(names)
    if len(labels) < 2:
        return _Variance(nan, nan)
    first, second = line.basis.T
    entries = [sums(place, one * other) for one in (first, second) for other in (first, second)]
    leverage = np.stack(entries, axis=1).reshape(-1, 2, 2)
    scores = np.stack([sums(place, column * line.rest) for column in line.basis.T], axis=1)
    # The slope's column of the correction: how each auditor's two scores enter the slope.
    corrected = _inverse_root(np.eye(2) - leverage)[:, :, 1] * line.scale
    value = float(((corrected * scores).sum(axis=1) ** 2).sum())
    weighted = np.einsum("gij,gj->gi", leverage, corrected)
    products = np.diag((corrected * weighted).sum(axis=1)) - weighted @ weighted.T
    if np.trace(products) < ROUNDING * line.scale**2:
        return _Variance(nan, nan)
    return _Variance(value, float(np.trace(products) ** 2 / (products**2).sum()))


def _inverse_root(matrices: Floats) -> Floats:
    """Generalised inverse square roots: directions that one auditor alone decides give 0."""
    values, vectors = np.linalg.eigh(matrices)
    some = values > 1e-9
    roots = np.where(some, 1 / np.sqrt(np.where(some, values, 1.0)), 0.0)
    found: Floats = (vectors * roots[:, np.newaxis, :]) @ vectors.transpose(0, 2, 1)
    return found


def _round_variance(line: _Line, when: Floats) -> _Variance:
    """Variance of the slope from the rounds' distances from the line, weighted by audits."""
    place = np.unique(when, return_inverse=True)[1]
    total = sums(place, line.rest)
    df = len(total) - 2
    scatter = float((total**2 / np.bincount(place)).sum()) / df
    return _Variance(scatter * line.scale**2, float(df))


def _estimate(base: Estimate, line: _Line, variance: _Variance, how: str) -> Estimate:
    if isnan(variance.value):
        return replace(base, method=how, why_not="the trend rests on one auditor")
    if variance.value < ROUNDING * line.scale**2:
        return replace(base, method=how, why_not=f"nothing varies around the line, {how}")
    se = sqrt(variance.value)
    half = t_quantile(base.level, df=variance.df) * se
    return replace(
        base,
        value=line.slope,
        low=line.slope - half,
        high=line.slope + half,
        method=f"least squares on time, {how}, t with {variance.df:.1f} df",
        se=se,
        p=t_p_value(line.slope / se, df=variance.df),
        df=variance.df,
    )


def _direction(slope: Estimate, first: float, last: float) -> GapDirection:
    if slope.low <= 0 <= slope.high:
        return GapDirection.NO_CLEAR_CHANGE
    return GapDirection.NARROWING if abs(last) < abs(first) else GapDirection.WIDENING


def _unknown(base: Estimate, why_not: str, rounds: int) -> GapTrend:
    nothing = replace(base, why_not=why_not)
    return GapTrend(
        slope=nothing,
        by_auditor=nothing,
        by_round=nothing,
        first=nan,
        last=nan,
        rounds=rounds,
        direction=GapDirection.NOT_KNOWN,
    )
