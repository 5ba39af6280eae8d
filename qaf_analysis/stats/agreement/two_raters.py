"""Agreement measures made for two auditors, and Light's mean of kappas over all pairs of auditors.

With two auditors there is no telling what others would do, so errors count audits alone as
sampled; only Light's kappa and Maxwell's coefficient can allow for other auditors. Lin's
concordance reads grades as numbers: closeness to the line of equal grades.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import atanh, nan, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.coefficient import coefficient_estimate
from qaf_analysis.stats.agreement.coefficient_protocol import PairContributions
from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.kappas import percent_agreement
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.stats.agreement.weights import WeightName, grade_weights, weights_name
from qaf_analysis.stats.core.arrays import Bools, Floats, check_level, frozen_floats, sums
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate


def light_kappa(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "identity",
    fewest_audits: int = 2,
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Light's kappa: the mean of Cohen's kappa over all pairs of auditors.

    Each pair of auditors counts alike, on the audits that both graded, so pairs with few audits
    in common add much noise: where most of them share a handful, use another coefficient.

    Parameters
    ----------
    ratings : Ratings
    weights : name or array, shape (K, K)
        Credit for pairs of grades, see ``grade_weights``.
    fewest_audits : int
        Pairs of auditors with fewer audits in common are left out.
    se : standard error
        See ``sampling_error``.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        ``method`` says how many of the pairs of auditors could be used: those in which one grade
        was given throughout have no kappa. Not estimable when none has.

    Raises
    ------
    UsageError
        If ``fewest_audits`` is below 1.

    References
    ----------
    Light (1971), Psychological Bulletin 76, 365-377; Fleiss, Cohen & Everitt (1969),
    Psychological Bulletin 72, 323-327, for the linearisation of each kappa.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 0, 0], [1, 1, 0], [1, 1, 1], [0, 1, 0]], n_levels=2)
    >>> round(light_kappa(ratings).value, 4)
    0.4
    """
    check_level(level)
    if fewest_audits < 1:
        raise UsageError(f"Auditors share one audit or more, not {fewest_audits}.")
    matrix = grade_weights(weights, n_levels=ratings.n_levels)
    name = f"Light's kappa, {weights_name(weights)} weights"
    why_not = unknown_auditors(ratings)
    if why_not:
        return no_estimate(ratings, why_not, name=name, level=level)
    used, sharing = _used(_kappas(ratings.pairs, matrix), fewest_audits)
    if not used.any():
        why_not = (
            f"none of the {sharing} pairs of auditors who shared an audit has {fewest_audits} in "
            f"common with grades that vary"
        )
        return no_estimate(ratings, why_not, name=name, level=level)
    everybody = ratings.n_auditors * (ratings.n_auditors - 1) // 2
    return coefficient_estimate(
        ratings,
        partial(_light, weights=matrix, fewest_audits=fewest_audits),
        name=f"{name}, mean of {int(used.sum())} of {everybody} pairs of auditors",
        se=se,
        level=level,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Kappas:
    """Cohen's kappa of each pair of auditors (NaN where grades do not vary).

    ``shared`` is the number of audits they share, ``expected`` the agreement that chance would
    give them, and ``on_pairs`` what each pair of grades adds to the kappa of its two auditors.
    """

    kappa: Floats
    expected: Floats
    shared: Floats
    on_pairs: Floats


def _kappas(pairs: GradePairs, weights: Floats) -> _Kappas:
    k, dyad = pairs.n_levels, pairs.dyad
    a, b, one = pairs.grade_first, pairs.grade_second, np.ones(len(dyad))
    n = sums(dyad, one)
    cells = len(n) * k
    first = sums(dyad * k + a, one, n=cells).reshape(-1, k) / n[:, np.newaxis]
    second = sums(dyad * k + b, one, n=cells).reshape(-1, k) / n[:, np.newaxis]
    seen = sums(dyad, weights[a, b]) / n
    by_first, by_second = first @ weights, second @ weights
    expected = (first * by_second).sum(axis=1)
    # Rounding can leave chance a hair under 1 when every grade is the same.
    room = np.where(expected < 1 - 1e-12, 1 - expected, nan)
    kappa = (seen - expected) / room
    in_seen = weights[a, b] - seen[dyad]
    in_chance = by_second[dyad, a] + by_first[dyad, b] - 2 * expected[dyad]
    on_pairs = (in_seen - (1 - kappa[dyad]) * in_chance) / room[dyad] / n[dyad]
    return _Kappas(kappa=kappa, expected=expected, shared=n, on_pairs=np.nan_to_num(on_pairs))


def _used(found: _Kappas, fewest_audits: int) -> tuple[Bools, int]:
    return ~np.isnan(found.kappa) & (found.shared >= fewest_audits), len(found.kappa)


def _light(pairs: GradePairs, *, weights: Floats, fewest_audits: int) -> PairContributions:
    found = _kappas(pairs, weights)
    used, _ = _used(found, fewest_audits)
    if not used.any():
        return PairContributions.without_variation()
    value, expected = float(found.kappa[used].mean()), float(found.expected[used].mean())
    on_pairs = np.where(used[pairs.dyad], found.on_pairs, 0.0) / used.sum()
    # What audits not seen could do rests on chance too: for one pair it is as for Cohen's kappa.
    return replace(
        _coefficient(value, on_pairs), seen=expected + value * (1 - expected), expected=expected
    )


def bangdiwala_b(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """Bangdiwala's B: of what two auditors could agree on, given how often each uses each grade.

    In the agreement chart, the area of the squares of agreement over that of the rectangles that
    the two auditors' margins allow: 1 when they agree on everything, 0 when on nothing.

    Parameters
    ----------
    ratings : Ratings
        Grades of exactly two auditors; audits graded by one are left out.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable without two auditors, or when they have no grade in common.

    References
    ----------
    Bangdiwala (1985), Proceedings of the International Statistical Institute 1, 1083-1088.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 0], [1, 1], [1, 1], [0, 1]], n_levels=2)
    >>> bangdiwala_b(ratings).value
    0.625
    """
    check_level(level)
    name, pairs = "Bangdiwala's B", ratings.pairs
    why_not = two_only(ratings)
    if why_not:
        return no_estimate(ratings, why_not, name=name, level=level)
    if not _squares_and_room(pairs)[1] > 0:
        why_not = "the two auditors have no grade in common"
        return no_estimate(ratings, why_not, name=name, level=level)
    return coefficient_estimate(
        ratings, _bangdiwala, name=name, se="subjects", level=level, kind="share"
    )


def _squares_and_room(pairs: GradePairs) -> tuple[float, float]:
    a, b, k = pairs.grade_first, pairs.grade_second, pairs.n_levels
    both = np.bincount(a[a == b], minlength=k) / len(a)
    first, second = (np.bincount(grades, minlength=k) / len(a) for grades in (a, b))
    return float(both @ both), float(first @ second)


def _bangdiwala(pairs: GradePairs) -> PairContributions:
    a, b, n, k = pairs.grade_first, pairs.grade_second, len(pairs.audit), pairs.n_levels
    both = np.bincount(a[a == b], minlength=k) / n
    first, second = (np.bincount(grades, minlength=k) / n for grades in (a, b))
    squares, room = _squares_and_room(pairs)
    in_squares = 2 * (np.where(a == b, both[a], 0.0) - squares)
    in_room = second[a] + first[b] - 2 * room
    value = squares / room
    return _coefficient(value, (in_squares - value * in_room) / room / n)


def maxwell_re(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """Maxwell's random error coefficient: twice the share of agreement, less one.

    It is for scales of two levels, where it equals Brennan and Prediger's coefficient and the
    index of Holley and Guilford. The errors are those of ``percent_agreement``, with audits and
    auditors both sampled.

    Parameters
    ----------
    ratings : Ratings
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Not estimable on a scale of more levels.

    References
    ----------
    Maxwell (1977), British Journal of Psychiatry 130, 79-83.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 0], [1, 1], [1, 1], [0, 1]], n_levels=2)
    >>> maxwell_re(ratings).value
    0.5
    """
    name = "Maxwell's random error coefficient"
    if ratings.n_levels != 2:
        check_level(level)
        why_not = f"it is for two levels and the scale has {ratings.n_levels}"
        return no_estimate(ratings, why_not, name=name, level=level)
    agreed = percent_agreement(ratings, level=level)
    how = agreed.method.partition("; ")[2]
    return replace(
        agreed,
        value=2 * agreed.value - 1,
        low=2 * agreed.low - 1,
        high=2 * agreed.high - 1,
        se=2 * agreed.se,
        method=f"{name}; {how}" if how else name,
    )


def unknown_auditors(ratings: Ratings) -> str:
    """Reason why auditors cannot be compared with each other; empty when they can."""
    if ratings.n_double == 0:
        return f"none of the {ratings.n_audits} audits was graded by two auditors"
    if not ratings.auditors_known:
        return "it compares auditors, and who gave which grade is not known"
    return ""


def two_only(ratings: Ratings) -> str:
    """Reason why these are not the grades of two auditors; empty when they are."""
    why_not = unknown_auditors(ratings)
    if not why_not and ratings.n_pairing_auditors != 2:
        return f"it is for two auditors and there are {ratings.n_pairing_auditors}"
    return why_not


def no_estimate(ratings: Ratings, why_not: str, *, name: str, level: float) -> Estimate:
    """Estimate without a value, of these ratings."""
    return Estimate.not_estimable(
        why_not,
        method=name,
        level=level,
        cases=ratings.n_double_clusters,
        auditors=ratings.n_pairing_auditors,
    )


def _coefficient(value: float, on_pairs: Floats) -> PairContributions:
    return PairContributions(
        value=value, seen=value, expected=0.0, on_pairs=on_pairs, on_singles=np.zeros(0)
    )


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """Lin's concordance correlation of two auditors, and what it is made of.

    Parameters
    ----------
    estimate : Estimate
        The coefficient, -1 to 1.
    correlation, accuracy : float
        Pearson's correlation, and the factor (0 to 1) by which different means and spreads of
        the two auditors lower it. Their product is the coefficient.
    location_shift : float
        Mean of the first auditor minus mean of the second, in units of the geometric mean of
        their standard deviations; positive when the first is kinder.
    scale_shift : float
        Standard deviation of the first over that of the second.
    """

    estimate: Estimate
    correlation: float = nan
    accuracy: float = nan
    location_shift: float = nan
    scale_shift: float = nan


def lin_concordance(
    ratings: Ratings, *, scores: ArrayLike | None = None, level: float = 0.95
) -> Concordance:
    """Lin's concordance correlation coefficient of two auditors.

    Parameters
    ----------
    ratings : Ratings
        Grades of exactly two auditors; audits graded by one are left out. The first auditor is
        the one with the lower code.
    scores : array, shape (K,), optional
        Number that each level stands for; 0 to K-1 by default.
    level : float
        Confidence level.

    Returns
    -------
    Concordance
        With variances over n it equals Cohen's kappa with quadratic weights. Not estimable
        without two auditors or when one of them gave the same grade throughout. No interval
        with fewer than three audits or at -1 and 1.

    Raises
    ------
    ShapeError
        If the scores do not fit the scale.

    References
    ----------
    Lin (1989), Biometrics 45, 255-268, with the correction of Lin (2000), Biometrics 56, 324-325.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[0, 0], [1, 2], [2, 2], [3, 3], [1, 0]], n_levels=4)
    >>> round(lin_concordance(ratings).estimate.value, 4)
    0.8387
    """
    check_level(level)
    numbers = frozen_floats(np.arange(ratings.n_levels) if scores is None else scores)
    if numbers.shape != (ratings.n_levels,) or not np.isfinite(numbers).all():
        raise ShapeError(f"{ratings.n_levels} levels need as many scores, not {numbers.shape}.")
    name, pairs = "Lin's concordance correlation", ratings.pairs
    first, second = numbers[pairs.grade_first], numbers[pairs.grade_second]
    why_not = two_only(ratings)
    if not why_not and (np.ptp(first) == 0 or np.ptp(second) == 0):
        why_not = "one auditor gave the same grade throughout"
    if why_not:
        return Concordance(estimate=no_estimate(ratings, why_not, name=name, level=level))
    spread = float(first.std()), float(second.std())
    shift = float(first.mean() - second.mean()) / sqrt(spread[0] * spread[1])
    scale = spread[0] / spread[1]
    correlation = float(np.corrcoef(first, second)[0, 1])
    accuracy = 2 / (scale + 1 / scale + shift**2)
    return Concordance(
        estimate=_concordance(pairs, correlation, accuracy, shift, name=name, level=level),
        correlation=correlation,
        accuracy=accuracy,
        location_shift=shift,
        scale_shift=scale,
    )


def _concordance(
    pairs: GradePairs, r: float, accuracy: float, shift: float, *, name: str, level: float
) -> Estimate:
    n, value = len(pairs.audit), r * accuracy
    low = high = se = nan
    if n > 2 and abs(value) < 1:
        # Lin's variance, written without his divisions by the correlation, which may be zero.
        variance = (
            (1 - r**2) * accuracy**2 * (1 - value**2)
            + 2 * r**2 * accuracy**3 * (1 - value) * shift**2
            - r**2 * accuracy**4 * shift**4 / 2
        ) / (n - 2)
        se = sqrt(max(variance, 0.0))
        half = normal_quantile(level) * se / (1 - value**2)
        low, high = tanh(atanh(value) - half), tanh(atanh(value) + half)
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=n,
        auditors=2,
        method=f"{name}; audits sampled, Fisher's transformation",
        se=se,
    )
