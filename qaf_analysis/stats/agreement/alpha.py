"""Krippendorff's alpha: agreement from the disagreement seen and that expected by chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.coefficient import Interval, measured
from qaf_analysis.stats.agreement.coefficient_protocol import Kind, Linearisation
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.pseudo_audits import pseudo_limits
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population, StandardError
from qaf_analysis.stats.agreement.weights import WeightName, grade_weights, weights_name
from qaf_analysis.stats.core.arrays import Floats, frozen_floats
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]

# Weights whose complement is the squared distance of a metric, whatever its unit.
SAME_AS: dict[str, WeightName] = {
    "nominal": "identity",
    "interval": "quadratic",
    "ratio": "ratio",
}


def krippendorff_alpha(
    ratings: Ratings,
    *,
    metric: Metric = "ordinal",
    weights: WeightName | ArrayLike | None = None,
    scores: ArrayLike | None = None,
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Agreement beyond chance among auditors who each graded some of the audits.

    Parameters
    ----------
    ratings : Ratings
        Grades; audits graded once are left out.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two grades are: the same or not; by the number of grades given between
        them; by the square of the steps between them; by the steps relative to their sum.
    weights : name or array, shape (K, K), optional
        In place of a metric: one less the credit is the distance (``grade_weights``).
    scores : array, shape (K,), optional
        Number each level stands for, for ``interval`` and ``ratio``; 1 to K by default.
    se, level, interval, population
        See ``kappas.gwet_ac``. The ordinal metric depends on the grades given, and the
        standard errors allow for that. The interval ``auto`` is made with two pseudo-audits
        (``pseudo_audits``), for rare grades make alpha look surer than it is; the standard
        error is plain alpha's.

    Returns
    -------
    Estimate
        1 is perfect agreement, 0 is what chance gives. Not estimable when no audit has two
        grades, or all grades are the same. A single dissent among otherwise equal grades gives
        about 0: read the percentage of agreement beside it.

    Raises
    ------
    UsageError
        If ``metric``, ``weights``, ``se``, ``level`` or ``interval`` is not known.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [0, 1], [3, 3]], n_levels=4)
    >>> round(krippendorff_alpha(ratings, metric="interval", se="subjects").value, 4)
    0.7667
    """
    measure = alpha_coefficient(
        n_levels=ratings.n_levels, metric=metric, weights=weights, scores=scores
    )
    plain = measured(ratings, measure, se=se, level=level, interval=interval, population=population)
    # With the audits fixed ("raters") there is no pattern that a sample of them could lack.
    if interval != "auto" or se == "raters" or not plain.has_interval:
        return plain
    steadied = pseudo_limits(ratings, measure, se=se, level=level, population=population)
    return plain if isnan(steadied.low) else steadied.around(plain)


def alpha_coefficient(
    *,
    n_levels: int,
    metric: Metric = "ordinal",
    weights: WeightName | ArrayLike | None = None,
    scores: ArrayLike | None = None,
) -> Alpha:
    """Krippendorff's alpha, for whatever takes a measure; parameters as ``krippendorff_alpha``."""
    if metric not in get_args(Metric):
        known = ", ".join(get_args(Metric))
        raise UsageError(f'"{metric}" is no metric of alpha; expected one of {known}.')
    if weights is None and metric == "ordinal":
        return Alpha(name="Krippendorff's alpha, ordinal metric", distance=None)
    words = f"{metric} metric" if weights is None else f"{weights_name(weights)} weights"
    chosen = SAME_AS[metric] if weights is None else weights
    credit = grade_weights(chosen, n_levels=n_levels, scores=scores)
    return Alpha(name=f"Krippendorff's alpha, {words}", distance=1 - credit)


@dataclass(frozen=True, kw_only=True, eq=False)
class Alpha:
    """Krippendorff's alpha as a measure.

    Parameters
    ----------
    name : str
    distance : array, shape (K, K), or None
        Squared distance between two grades; None for the ordinal metric, which takes it from
        how often each grade was given.
    """

    name: str
    distance: Floats | None

    @property
    def kind(self) -> Kind:
        """What its interval is made for."""
        return "coefficient"

    @property
    def compares_auditors(self) -> bool:
        """Never: who gave which grade does not matter."""
        return False

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where all grades are the same."""
        counts, distance = self._counts(moments)
        seen = (moments.coincidences * distance).sum(axis=(-2, -1))
        chance = ((counts[..., np.newaxis, :] @ distance)[..., 0, :] * counts).sum(axis=-1)
        n = counts.sum(axis=-1)
        value: Floats = 1 - (n - 1) * seen / np.where(chance > 0, chance, np.nan)
        return value

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation for one set of audits."""
        counts, distance = self._counts(moments)
        n, furthest = float(counts.sum()), float(distance.max())
        seen = float(np.vdot(moments.coincidences, distance))
        chance = float(counts @ distance @ counts)
        possible = chance if chance > 0 else np.nan
        return Linearisation(
            value=1 - (n - 1) * seen / possible,
            seen=1 - seen / n / furthest if chance > 0 else 1.0,
            expected=1 - chance / (n * (n - 1)) / furthest if chance > 0 else 1.0,
            # As published, without the small-sample correction (n - 1) / n of the value.
            credit=-n / possible * distance,
            on_grade=-self._slope(moments, counts, distance, seen / possible),
            by_grades=True,
            uses_singles=False,
        )

    def refusal(self, ratings: Ratings) -> str:
        """Why these ratings do not suit the coefficient: never."""
        return ""

    def _counts(self, moments: Moments) -> tuple[Floats, Floats]:
        counts: Floats = moments.coincidences.sum(axis=-1)
        if self.distance is not None:
            return counts, self.distance
        return counts, _ordinal_steps(counts) ** 2

    def _slope(self, moments: Moments, counts: Floats, distance: Floats, ratio: float) -> Floats:
        """Derivative of n * seen / chance by the number of grades at each level; shape (K,)."""
        n, per_grade = float(counts.sum()), distance @ counts
        chance = float(counts @ per_grade)
        scale = n / chance if chance > 0 else np.nan
        slope: Floats = ratio - 2 * scale * ratio * per_grade
        if self.distance is None:  # the distances themselves move with the counts
            gap = moments.coincidences - ratio * np.outer(counts, counts)
            moved = (2 * np.sqrt(distance) * gap).ravel() @ _between(len(counts)).reshape(
                gap.size, -1
            )
            slope = slope + scale * moved
        return slope


@cache
def _between(k: int) -> Floats:
    """How much of the grades at each level lies between two levels, ends by half; (K, K, K)."""
    level = np.arange(k)
    one, other = level[:, np.newaxis, np.newaxis], level[:, np.newaxis]
    low, high = np.minimum(one, other), np.maximum(one, other)
    inside = ((level > low) & (level < high)) + 0.5 * ((level == low) | (level == high))
    return frozen_floats(np.where(low == high, 0.0, inside))


def _ordinal_steps(counts: Floats) -> Floats:
    """Number of grades given between two levels, for each set of counts; (..., K, K)."""
    k = counts.shape[-1]
    steps: Floats = (counts @ _between(k).reshape(k * k, k).T).reshape(*counts.shape[:-1], k, k)
    return steps
