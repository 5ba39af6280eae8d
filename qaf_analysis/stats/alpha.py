"""Krippendorff's alpha: agreement from the disagreement seen and that expected by chance."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypeAlias, get_args

import numpy as np

from qaf_analysis.stats.arrays import Floats, frozen_floats, sums
from qaf_analysis.stats.coefficient import coefficient_estimate
from qaf_analysis.stats.pairs import GradePairs
from qaf_analysis.stats.ratings import Ratings
from qaf_analysis.stats.sampling import Coefficient, StandardError
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Metric: TypeAlias = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(
    ratings: Ratings,
    *,
    metric: Metric = "ordinal",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Agreement beyond chance among auditors who each graded some of the audits.

    Parameters
    ----------
    ratings : Ratings
        Grades; audits graded once are left out.
    metric : {"nominal", "ordinal", "interval"}
        How far apart two grades are: the same or not; by the number of grades given between
        them; by the square of the steps between them.
    se : {"two_way", "subjects", "gwet2014"}
        See ``sampling_error``. The ordinal metric depends on the grades given, and ``two_way``
        and ``subjects`` allow for that.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        1 is perfect agreement, 0 is what chance gives. Not estimable when no audit has two
        grades, or all grades are the same. A single dissent among otherwise equal grades gives
        about 0: read the percentage of agreement beside it.

    Raises
    ------
    UsageError
        If ``metric``, ``se`` or ``level`` is not known.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [0, 1], [3, 3]], n_levels=4)
    >>> round(krippendorff_alpha(ratings, metric="interval", se="subjects").value, 4)
    0.7667
    """
    if metric not in get_args(Metric):
        known = ", ".join(get_args(Metric))
        raise UsageError(f'"{metric}" is no metric of alpha; expected one of {known}.')
    evaluate = partial(_alpha, metric=metric)
    name = f"Krippendorff's alpha, {metric} metric"
    return coefficient_estimate(ratings, evaluate, name=name, se=se, level=level)


def _alpha(pairs: GradePairs, *, metric: Metric) -> Coefficient:
    k, weight = pairs.n_levels, 2 / (pairs.raters - 1.0)
    counts = np.bincount(pairs.grade[pairs.share < 1], minlength=k).astype(np.float64)
    steps = _steps(metric, counts)
    distance, n = steps**2, float(counts.sum())
    seen = float(weight @ distance[pairs.grade_first, pairs.grade_second])
    chance = float(counts @ distance @ counts)
    if not chance > 0:
        return Coefficient.without_variation()
    correction, furthest = (n - 1) / n, float(distance.max())
    per_grade = _per_grade(pairs, metric, counts, steps, seen)
    both = (per_grade[pairs.grade_first] + per_grade[pairs.grade_second]) / 2
    own = n / chance * distance[pairs.grade_first, pairs.grade_second]
    return Coefficient(
        value=1 - correction * seen * n / chance,
        seen=1 - seen / n / furthest,
        expected=1 - chance / (n * (n - 1)) / furthest,
        # As published, without the small-sample correction (n - 1) / n of the value.
        on_pairs=-weight * (own + both),
        on_singles=frozen_floats([]),
    )


def _between(k: int) -> Floats:
    """How much of the grades at each level lies between two levels, ends by half; (K, K, K)."""
    level = np.arange(k)
    one, other = level[:, np.newaxis, np.newaxis], level[:, np.newaxis]
    low, high = np.minimum(one, other), np.maximum(one, other)
    inside = ((level > low) & (level < high)) + 0.5 * ((level == low) | (level == high))
    return np.where(low == high, 0.0, inside)


def _steps(metric: Metric, counts: Floats) -> Floats:
    level = np.arange(len(counts))
    apart: Floats = np.abs(level[:, np.newaxis] - level).astype(np.float64)
    if metric == "ordinal":
        apart = _between(len(counts)) @ counts
    elif metric == "nominal":
        apart = (apart > 0).astype(np.float64)
    return apart


def _per_grade(
    pairs: GradePairs, metric: Metric, counts: Floats, steps: Floats, seen: float
) -> Floats:
    """Derivative of n * seen / chance by the number of grades at each level; shape (K,)."""
    distance, n, k = steps**2, counts.sum(), len(counts)
    chance = float(counts @ distance @ counts)
    seen_slope, chance_slope = np.zeros(k), 2 * distance @ counts
    if metric == "ordinal":  # the distances themselves move with the counts
        cells = pairs.grade_first * k + pairs.grade_second
        table = sums(cells, 2 / (pairs.raters - 1.0), n=k * k).reshape(k, k)
        slopes = 2 * steps[..., np.newaxis] * _between(k)
        seen_slope = np.einsum("ab,abg->g", table, slopes)
        chance_slope = chance_slope + np.einsum("ab,abg->g", np.outer(counts, counts), slopes)
    slope: Floats = (n * seen_slope + seen) / chance - n * seen / chance**2 * chance_slope
    return slope
