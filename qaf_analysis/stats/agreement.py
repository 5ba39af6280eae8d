"""Agreement among auditors: the coefficients of Gwet, Brennan and Prediger, and Fleiss.

Each coefficient compares the agreement seen with the agreement that chance would give:
(seen - chance) / (1 - chance). They differ only in what they take chance to be. Every audit
with two or more grades counts once in the agreement seen; every audit counts once in the
distribution of grades, also when it was graded only once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.arrays import Floats
from qaf_analysis.stats.coefficient import Kind, coefficient_estimate
from qaf_analysis.stats.pairs import GradePairs
from qaf_analysis.stats.ratings import Ratings
from qaf_analysis.stats.sampling import Coefficient, StandardError
from qaf_analysis.stats.weights import WeightName, grade_weights, weights_name
from qaf_analysis.terms.estimate import Estimate

# From the distribution of grades: chance agreement, and how much a grade adds to it. The second
# is half the derivative, so that its mean over the distribution is the chance agreement itself.
Chance = Callable[[Floats, Floats], tuple[float, Floats]]


def percent_agreement(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "identity",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Share of pairs of grades that agree, each audit counting once, with no chance correction.

    ``weights="within_one"`` gives the share of pairs with grades at most one apart. See
    ``gwet_ac`` for the other parameters and the errors.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [0, 2], [3, 3]], n_levels=4)
    >>> percent_agreement(ratings, weights="within_one", se="subjects").value
    0.75
    """
    name = f"percent agreement, {weights_name(weights)} weights"
    matrix = grade_weights(weights, n_levels=ratings.n_levels)
    kind: Kind = "counted share" if np.isin(matrix, (0, 1)).all() else "share"
    return _estimate(ratings, _no_chance, weights, name=name, se=se, level=level, kind=kind)


def gwet_ac(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Gwet's coefficient: AC1 with identity weights, AC2 with any others.

    Parameters
    ----------
    ratings : Ratings
        Grades; audits graded once help only to tell how common each grade is.
    weights : name or array, shape (K, K)
        Credit for pairs of grades, see ``grade_weights``.
    se : {"two_way", "subjects", "gwet2014"}
        What the standard error allows for, see ``sampling_error``: audits and auditors both
        sampled (default); audits only; or audits only by the formula of Gwet (2014), which is
        too large when some audits have one grade.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        1 is perfect agreement, 0 is what chance gives. ``cases`` counts the audits with two or
        more grades, ``auditors`` those who are in a pair. Not estimable without such an audit.

    Raises
    ------
    UsageError
        If ``weights``, ``se`` or ``level`` is not known.
    ShapeError
        If a weight matrix is not as it should be.

    References
    ----------
    Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48; Gwet (2014),
    Handbook of Inter-Rater Reliability, 4th edition.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [0, 1], [3, 3]], n_levels=4)
    >>> round(gwet_ac(ratings, weights="quadratic", se="subjects").value, 4)
    0.8195
    """
    letter = "AC1" if isinstance(weights, str) and weights == "identity" else "AC2"
    name = f"Gwet's {letter}, {weights_name(weights)} weights"
    return _estimate(ratings, _gwet_chance, weights, name=name, se=se, level=level)


def brennan_prediger(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Coefficient of Brennan and Prediger: chance gives each level of the scale equally often.

    See ``gwet_ac`` for parameters, return and errors.

    References
    ----------
    Brennan & Prediger (1981), Educational and Psychological Measurement 41, 687-699.
    """
    name = f"Brennan-Prediger, {weights_name(weights)} weights"
    return _estimate(ratings, _uniform_chance, weights, name=name, se=se, level=level)


def fleiss(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> Estimate:
    """Fleiss's kappa, weighted, for audits with any number of grades.

    Not estimable when every grade is the same. See ``gwet_ac`` for parameters and errors.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382.
    """
    name = f"Fleiss's kappa, {weights_name(weights)} weights"
    return _estimate(ratings, _fleiss_chance, weights, name=name, se=se, level=level)


def _no_chance(weights: Floats, shares: Floats) -> tuple[float, Floats]:
    return 0.0, np.zeros(len(shares))


def _uniform_chance(weights: Floats, shares: Floats) -> tuple[float, Floats]:
    chance = float(weights.mean())
    return chance, np.full(len(shares), chance)


def _fleiss_chance(weights: Floats, shares: Floats) -> tuple[float, Floats]:
    per_grade = weights @ shares
    return float(shares @ per_grade), per_grade


def _gwet_chance(weights: Floats, shares: Floats) -> tuple[float, Floats]:
    k = len(shares)
    per_grade = weights.sum() / (k * (k - 1)) * (1 - shares)
    return float(shares @ per_grade), per_grade


def _estimate(
    ratings: Ratings,
    chance: Chance,
    weights: WeightName | ArrayLike,
    *,
    name: str,
    se: StandardError,
    level: float,
    kind: Kind = "coefficient",
) -> Estimate:
    matrix = grade_weights(weights, n_levels=ratings.n_levels)
    evaluate = partial(_coefficient, weights=matrix, chance=chance)
    return coefficient_estimate(ratings, evaluate, name=name, se=se, level=level, kind=kind)


def _coefficient(pairs: GradePairs, *, weights: Floats, chance: Chance) -> Coefficient:
    shares = np.bincount(pairs.grade, weights=pairs.share, minlength=pairs.n_levels)
    expected, per_grade = chance(weights, shares / pairs.n_audits)
    agreed = weights[pairs.grade_first, pairs.grade_second]
    seen = float(pairs.audit_weight @ agreed) / pairs.n_double
    # Rounding can leave chance a hair under 1 when every grade is the same.
    if 1 - expected < 1e-12:
        return Coefficient.without_variation()
    value = (seen - expected) / (1 - expected)
    in_seen = ((agreed - expected) / (1 - expected) - value) / pairs.n_double
    in_chance = 2 * (1 - value) / (1 - expected) * (per_grade - expected) / pairs.n_audits
    both = (in_chance[pairs.grade_first] + in_chance[pairs.grade_second]) / 2
    return Coefficient(
        value=value,
        seen=seen,
        expected=expected,
        on_pairs=pairs.audit_weight * (in_seen - both),
        on_singles=-in_chance[pairs.single_grade],
    )
