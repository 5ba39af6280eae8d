"""Agreement among auditors: the coefficients that compare it with what chance would give.

Each is (seen - chance) / (1 - chance); they differ only in what they take chance to be. Every
audit with two or more grades counts once in the agreement seen; every audit counts once in the
distribution of grades, also when it was graded only once.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.chance import (
    Chance,
    ChanceCorrected,
    Conger,
    fleiss_chance,
    gwet_chance,
    no_chance,
    uniform_chance,
)
from qaf_analysis.stats.agreement.coefficient import Interval, measured
from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient, Kind
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population, StandardError
from qaf_analysis.stats.agreement.weights import WeightName, grade_weights, weights_name
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

CoefficientName: TypeAlias = Literal[
    "percent_agreement", "brennan_prediger", "conger", "cohen", "fleiss", "scott", "gwet_ac"
]

_CHANCE: dict[str, Chance] = {
    "percent_agreement": no_chance,
    "brennan_prediger": uniform_chance,
    "fleiss": fleiss_chance,
    "scott": fleiss_chance,
    "gwet_ac": gwet_chance,
}
_TITLES = {
    "percent_agreement": "percent agreement",
    "brennan_prediger": "Brennan-Prediger",
    "conger": "Conger's kappa",
    "cohen": "Cohen's kappa",
    "fleiss": "Fleiss's kappa",
    "scott": "Scott's pi",
    "gwet_ac": "Gwet's AC2",
}


def agreement_coefficient(
    name: CoefficientName, *, n_levels: int, weights: WeightName | ArrayLike = "quadratic"
) -> AgreementCoefficient:
    """Coefficient by its name, for whatever takes one: bootstrap, comparison, leaving out.

    Parameters
    ----------
    name : str
        Name of one of the functions of this module.
    n_levels : int
        K, the number of levels of the scale.
    weights : name or array, shape (K, K)
        Credit for pairs of grades, see ``grade_weights``.

    Raises
    ------
    UsageError
        If the name or the weights are not known.
    ShapeError
        If a weight matrix is not as it should be.
    """
    if name not in get_args(CoefficientName):
        known = ", ".join(get_args(CoefficientName))
        raise UsageError(f'"{name}" is no coefficient of agreement; expected one of {known}.')
    matrix = grade_weights(weights, n_levels=n_levels)
    is_identity = isinstance(weights, str) and weights == "identity"
    title = "Gwet's AC1" if name == "gwet_ac" and is_identity else _TITLES[name]
    words = f"{title}, {weights_name(weights)} weights"
    pair = 2 if name in ("cohen", "scott") else None
    if name in ("conger", "cohen"):
        return Conger(name=words, weights=matrix, auditors=pair)
    kind: Kind = "coefficient"
    if name == "percent_agreement":
        kind = "counted share" if np.isin(matrix, (0, 1)).all() else "share"
    return ChanceCorrected(
        name=words, weights=matrix, chance=_CHANCE[name], kind=kind, auditors=pair
    )


def percent_agreement(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "identity",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
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
    measure = agreement_coefficient("percent_agreement", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def gwet_ac(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Gwet's coefficient: AC1 with identity weights, AC2 with any others.

    Parameters
    ----------
    ratings : Ratings
        Grades; audits graded once help only to tell how common each grade is.
    weights : name or array, shape (K, K)
        Credit for pairs of grades, see ``grade_weights``.
    se : {"two_way", "subjects", "raters", "gwet2014", "gwet_unconditional", "jackknife"}
        What the standard error allows for, see ``sampling_error``: audits and auditors both
        sampled (default); audits only; auditors only; audits only by the formula of Gwet (2014),
        which is too large when some audits have one grade. ``method`` names the claim made.
    level : float
        Confidence level.
    interval : {"auto", "fisher", "arcsine", "plain"}
        Scale on which the interval is made, see ``transformed_limits``.
    population : Population, optional
        How many audits and auditors there are altogether; without limit by default.

    Returns
    -------
    Estimate
        1 is perfect agreement, 0 is what chance gives. ``cases`` counts the audits with two or
        more grades, ``auditors`` those who are in a pair. Not estimable without such an audit.

    Raises
    ------
    UsageError
        If ``weights``, ``se``, ``level`` or ``interval`` is not known.
    ShapeError
        If a weight matrix is not as it should be, or a population smaller than the sample.

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
    measure = agreement_coefficient("gwet_ac", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def brennan_prediger(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Coefficient of Brennan and Prediger: chance gives each level of the scale equally often.

    See ``gwet_ac`` for parameters, return and errors.

    References
    ----------
    Brennan & Prediger (1981), Educational and Psychological Measurement 41, 687-699.
    """
    measure = agreement_coefficient("brennan_prediger", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def conger(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Conger's kappa, weighted: chance pairs each auditor's own grades with another auditor's.

    Not estimable when it is not known who gave which grade (``Ratings.from_counts``). With many
    auditors who graded few audits each, their distributions of grades are mostly noise: prefer
    ``gwet_ac`` or ``krippendorff_alpha`` then. See ``gwet_ac`` for parameters and errors.

    References
    ----------
    Conger (1980), Psychological Bulletin 88, 322-328.
    """
    measure = agreement_coefficient("conger", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def cohen(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Cohen's kappa, weighted, for two auditors: Conger's with two.

    Not estimable with more auditors. See ``gwet_ac`` for parameters and errors.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37-46; Cohen (1968),
    Psychological Bulletin 70, 213-220, with weights.
    """
    measure = agreement_coefficient("cohen", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def fleiss(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Fleiss's kappa, weighted, for audits with any number of grades.

    Not estimable when every grade is the same. See ``gwet_ac`` for parameters and errors.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382.
    """
    measure = agreement_coefficient("fleiss", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)


def scott(
    ratings: Ratings,
    *,
    weights: WeightName | ArrayLike = "quadratic",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Scott's pi, weighted, for two auditors: Fleiss's kappa with two.

    Not estimable with more auditors. See ``gwet_ac`` for parameters and errors.

    References
    ----------
    Scott (1955), Public Opinion Quarterly 19, 321-325.
    """
    measure = agreement_coefficient("scott", n_levels=ratings.n_levels, weights=weights)
    return measured(ratings, measure, se=se, level=level, interval=interval, population=population)
