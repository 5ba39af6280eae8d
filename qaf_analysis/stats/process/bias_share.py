"""How much of a change in agreement comes from auditors being less (or more) kind on balance.

Auditors who stop being kinder than moderators agree with them more often, although each is as
erratic as before. The two are told apart by a model of how auditors see what moderators grade.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import atanh, exp, nan, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from qaf_analysis.stats.core.arrays import (
    Floats,
    check_grades,
    check_level,
    check_same_length,
    frozen_ints,
    numbered,
)
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.process.stratified_agreement import stratum_weights
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

METHOD = "cumulative probit of auditor's on moderator's grade, with a shift and a scale after"
PRIOR_SD = 5.0
"""Holds back parameters that the data leave open, such as the limit of a grade never given."""
STEP = 1e-4
LEAST_CHANCE = 1e-12


@dataclass(frozen=True, kw_only=True)
class BiasShare:
    """Parts of a change in exact agreement, as proportions; positive where agreement rose.

    Parameters
    ----------
    explained : Estimate
        What the change of bias brings about by itself, at the later period's scatter.
    had_bias_stayed : Estimate
        Observed difference less ``explained``: what it would have been with the bias of before.
    shift : Estimate
        Change of bias on the latent scale, in standard deviations of the earlier scatter;
        negative where auditors became less kind.
    scatter : Estimate
        Later over earlier standard deviation of auditors' grades about that bias; below 1 where
        they became less erratic.
    """

    explained: Estimate
    had_bias_stayed: Estimate
    shift: Estimate
    scatter: Estimate


def bias_share(
    audited: ArrayLike,
    moderated: ArrayLike,
    *,
    after: ArrayLike,
    cluster: ArrayLike,
    n_levels: int,
    level: float = 0.95,
) -> BiasShare:
    """Split a difference in exact agreement into change of bias and the rest.

    Auditors are taken to see practice on a continuous scale, centred in a straight line on the
    moderator's grade, and to cut it at limits of their own. After the change the centre may have
    moved (bias) and the scatter may have shrunk or grown.

    Parameters
    ----------
    audited, moderated : int array, shape (pairs,)
        Grade codes 0 .. K-1 of the same audits.
    after : array of bool, shape (pairs,)
        Whether the pair belongs to the later period.
    cluster : int array, shape (pairs,)
        Names what is sampled as one: the auditor, or each pair by itself.
    n_levels : int
        K.
    level : float
        Confidence level.

    Returns
    -------
    BiasShare
        Maximum likelihood; errors from the influence of each cluster, with t on clusters - 1
        degrees of freedom. Not estimable when a period has no pair, no moderator's grade was met
        in both, or auditors or moderators gave one grade only.

    Raises
    ------
    ShapeError, UnknownGradeError
        If the lengths differ, or a grade lies outside the scale.

    Examples
    --------
    Auditors one grade too kind half of the time, and then never:

    >>> moderated = [0, 0, 1, 1, 2, 2] * 10
    >>> kind, fair = [0, 1, 1, 2, 2, 3] * 10, [0, 0, 1, 1, 2, 2] * 9 + [1, 0, 0, 1, 2, 1]
    >>> parts = bias_share(kind + fair, 2 * moderated, after=[False] * 60 + [True] * 60,
    ...     cluster=list(range(120)), n_levels=4)
    >>> parts.shift.high < 0
    True
    """
    check_level(level)
    ours, theirs = frozen_ints(audited, name="audited"), frozen_ints(moderated, name="moderated")
    late, names = np.array(after, dtype=np.bool_), frozen_ints(cluster, name="cluster")
    check_same_length({"audited": ours, "moderated": theirs, "cluster": names})
    for grades in (ours, theirs):
        check_grades(grades, n_levels=n_levels)
    if late.shape != ours.shape:
        raise ShapeError(f"{len(ours)} pairs need {len(ours)} marks of the later period.")
    k, (place, labels) = n_levels, numbered(names)
    # Pairs counted by cluster, period, auditor's and moderator's grade: (clusters, 2, K, K).
    cell = (late * k + ours) * k + theirs
    cells = np.bincount(place * 2 * k * k + cell, minlength=len(labels) * 2 * k * k)
    by_cluster = cells.reshape(len(labels), 2, k, k).astype(np.float64)
    why_not = _why_not(by_cluster.sum(axis=0))
    if why_not:
        return _unknown(why_not, pairs=len(ours), level=level)
    return _parts(by_cluster, level=level)


def _why_not(tables: Floats) -> str:
    used = tables.sum(axis=0) > 0
    if not tables.sum(axis=1).prod(axis=0).any():
        return "no grade of the moderators was met in both periods"
    if min(used.any(axis=0).sum(), used.any(axis=1).sum()) < 2:
        return "auditors or moderators gave one grade only"
    return ""


def _parts(by_cluster: Floats, *, level: float) -> BiasShare:
    tables = by_cluster.sum(axis=0)
    # The common mix of moderator's grades, and the ordered probit of both periods.
    mix = stratum_weights(tables.sum(axis=1))
    theta, curvature = _fitted(tables)
    # How much one more pair of each kind moves the parameters.
    on_theta = np.einsum("pq,qsam->psam", np.linalg.inv(curvature), _scores(theta))
    explained, on_difference = partial(_moved, mix=mix), _on_difference(tables, mix=mix)
    # Delta method: influence on the explained part, (2, K, K).
    on_explained = np.einsum("p,psam->sam", _gradient(explained, theta), on_theta)
    difference = float(mix @ np.subtract(*_agreed(tables)[::-1]))

    def estimate(value: float, influence: Floats) -> Estimate:
        # Influence of each cluster: the sum over its pairs.
        moved = np.einsum("csam,sam->c", by_cluster, influence)
        return _estimate(value, moved, level=level, cases=round(tables.sum()))

    part = explained(theta)
    return BiasShare(
        explained=_within_one(estimate(part, on_explained)),
        had_bias_stayed=_within_one(estimate(difference - part, on_difference - on_explained)),
        shift=estimate(float(theta[-2]), on_theta[-2]),
        scatter=_as_ratio(estimate(float(theta[-1]), on_theta[-1])),
    )


def _agreed(tables: Floats) -> Floats:
    """Share of each moderator's grade on which auditors agree, by period; 0 where not met."""
    pairs = tables.sum(axis=1)
    shares: Floats = tables.diagonal(axis1=1, axis2=2) / np.maximum(pairs, 1)
    return shares


def _on_difference(tables: Floats, *, mix: Floats) -> Floats:
    """How much one more pair of each kind moves the observed difference."""
    pairs, same = tables.sum(axis=1), np.eye(len(mix))
    sign = np.array([-1.0, 1.0])[:, np.newaxis]
    # d difference / d pair = +-m_k / n_k (same - p_k), by period.
    per_pair = sign * mix / np.maximum(pairs, 1)
    moved: Floats = per_pair[:, np.newaxis] * (same - _agreed(tables)[:, np.newaxis])
    return moved


def _fitted(tables: Floats) -> tuple[Floats, Floats]:
    """Parameters (first limit, logs of the gaps, slope, shift, log scatter) and information."""
    k = tables.shape[1]
    start = np.concatenate([[-1.0], np.full(k - 2, 0.5), [1.0, 0.0, 0.0]])
    loss = partial(_loss, tables=tables)
    theta: Floats = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-6}).x
    # Observed information by central differences of the gradient.
    columns = [
        (_gradient(loss, theta + step) - _gradient(loss, theta - step)) / (2 * STEP)
        for step in STEP * np.eye(len(theta))
    ]
    curvature = np.array(columns)
    return theta, (curvature + curvature.T) / 2


def _loss(theta: Floats, *, tables: Floats) -> float:
    chances = np.maximum(_chances(theta), LEAST_CHANCE)
    return -float((tables * np.log(chances)).sum()) + float(theta @ theta) / (2 * PRIOR_SD**2)


def _chances(theta: Floats) -> Floats:
    """Chance of each auditor's grade (rows) for each moderator's (columns); before, and after."""
    # Cut points: the first, then sums of exponentials of the logs of gaps, so that they rise.
    limits = theta[0] + np.concatenate([[0.0], np.cumsum(np.exp(theta[1:-3]))])
    slope, shift, log_scatter = theta[-3:]
    centre = slope * np.arange(len(limits) + 1)
    # P(below limit) = Phi((limit - centre - shift) / scatter); before the change 0 and 1: (2, K -
    # 1, K).
    below = np.stack(
        [
            special.ndtr(limits[:, np.newaxis] - centre),
            special.ndtr((limits[:, np.newaxis] - centre - shift) / np.exp(log_scatter)),
        ]
    )
    edge = np.ones((2, 1, len(centre)))
    # Neighbouring limits differ by a grade's chance: (2, K, K).
    chances: Floats = np.diff(np.concatenate([0 * edge, below, edge], axis=1), axis=1)
    return chances


def _scores(theta: Floats) -> Floats:
    """Derivative of the logarithm of each chance; shape (parameters, 2, K, K)."""
    rises = [
        np.log(np.maximum(_chances(theta + step), LEAST_CHANCE))
        - np.log(np.maximum(_chances(theta - step), LEAST_CHANCE))
        for step in STEP * np.eye(len(theta))
    ]
    slopes: Floats = np.array(rises) / (2 * STEP)
    return slopes


def _agreement(theta: Floats, *, mix: Floats) -> float:
    """Exact agreement of the later period at a mix of moderator's grades."""
    return float(_chances(theta)[1].diagonal() @ mix)


def _moved(theta: Floats, *, mix: Floats) -> float:
    """Agreement that the shift alone brings, at the later scatter."""
    still = theta.copy()
    still[-2] = 0.0
    return float(_agreement(theta, mix=mix) - _agreement(still, mix=mix))


def _gradient(function: Callable[[Floats], float], theta: Floats) -> Floats:
    steps = STEP * np.eye(len(theta))
    rises = [function(theta + step) - function(theta - step) for step in steps]
    slope: Floats = np.array(rises) / (2 * STEP)
    return slope


def _estimate(value: float, moved: Floats, *, level: float, cases: int) -> Estimate:
    """Estimate from how far each cluster moves it."""
    df = float(len(moved) - 1)
    # Cluster-robust: G / (G - 1) times the sum of squared influences.
    se = sqrt(float(moved @ moved) * len(moved) / df) if df > 0 else nan
    half = t_quantile(level, df=df) * se if df > 0 else nan
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        cases=cases,
        auditors=0,
        method=METHOD,
        se=se,
        p=t_p_value(value / se, df=df) if se > 0 else nan,
        df=df,
    )


def _within_one(difference: Estimate) -> Estimate:
    """Difference of shares with an interval on Fisher's scale, which never leaves -1 to 1."""
    if not (difference.se > 0 and abs(difference.value) < 1):
        return difference
    # atanh(d) with standard error se / (1 - d^2).
    centre, spread = atanh(difference.value), difference.se / (1 - difference.value**2)
    half = t_quantile(difference.level, df=difference.df) * spread
    return replace(
        difference,
        low=tanh(centre - half),
        high=tanh(centre + half),
        p=t_p_value(centre / spread, df=difference.df),
    )


def _as_ratio(log_ratio: Estimate) -> Estimate:
    value, low, high = (exp(part) for part in (log_ratio.value, log_ratio.low, log_ratio.high))
    return replace(log_ratio, value=value, low=low, high=high, se=value * log_ratio.se)


def _unknown(why_not: str, *, pairs: int, level: float) -> BiasShare:
    none = Estimate.not_estimable(why_not, method=METHOD, level=level, cases=pairs)
    return BiasShare(explained=none, had_bias_stayed=none, shift=none, scatter=none)
