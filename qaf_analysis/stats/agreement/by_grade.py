"""Agreement on each grade by itself, and how many grades apart two auditors are on average."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np

from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.kappas import percent_agreement
from qaf_analysis.stats.agreement.pair_measures import PairRatio, only_audits_with
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.terms.estimate import Estimate


def specific_agreement(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = 0.95
) -> tuple[Estimate, ...]:
    """Specific agreement of each grade, in the order of the scale.

    When one auditor gives an audit this grade, how often does another give it too? A high
    percentage of agreement overall can hide that a rare grade is hardly ever agreed on.

    Parameters
    ----------
    ratings : Ratings
        Grades by any number of auditors; audits graded once are left out. Every audit counts
        once, so that a calibration audit with many grades does not outweigh the rest.
    se : str
        Kind of standard error, see ``sampling_error``; only audits in which somebody gave the
        grade are counted for it.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Estimate, length K
        0 to 1. ``cases`` is the number of audits (clusters) in which somebody gave the grade
        and there was a second opinion. Not estimable for a grade that was not given there.
        Wilson's interval on effective pairs; when every audit contributes the same (nobody, or
        everybody, agreed) the interval allows for what audits not seen could do.

    References
    ----------
    Cicchetti & Feinstein (1990), Journal of Clinical Epidemiology 43, 551-558, for two auditors
    and two grades; Spitzer & Fleiss (1974), British Journal of Psychiatry 125, 341-347.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [1, 1], [0, 1]], n_levels=4)
    >>> [round(one.value, 3) for one in specific_agreement(ratings, se="subjects")]
    [0.0, 0.5, 0.667, nan]
    """
    return tuple(_specific(ratings, grade, se=se, level=level) for grade in range(ratings.n_levels))


def _specific(ratings: Ratings, grade: int, *, se: StandardError, level: float) -> Estimate:
    is_grade = (np.arange(ratings.n_levels) == grade).astype(np.float64)
    measure = PairRatio(
        name=f"specific agreement on level {grade + 1} of {ratings.n_levels}",
        hit=np.outer(is_grade, is_grade),
        among=(is_grade[:, np.newaxis] + is_grade) / 2,
        why_not="no audit with two grades was given this grade",
    )
    given = only_audits_with(ratings, grade, grade, at_least=1)
    # Without an audit left, all of them tell why: none graded twice, or none given this grade.
    return measured(given if given.n_audits else ratings, measure, se=se, level=level)


def mean_absolute_difference(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = 0.95
) -> Estimate:
    """How many grades apart two auditors of one audit are on average.

    0 when they always agree, K - 1 when they are always at opposite ends. It is what linear
    weights leave of full agreement, times K - 1, and has the same errors.

    Parameters
    ----------
    ratings, se, level
        See ``specific_agreement``.

    Returns
    -------
    Estimate
        In grades.

    Examples
    --------
    >>> ratings = Ratings.from_matrix([[2, 2], [1, 2], [1, 1], [0, 2]], n_levels=4)
    >>> round(mean_absolute_difference(ratings, se="subjects").value, 4)
    0.75
    """
    far = ratings.n_levels - 1
    agreed = percent_agreement(ratings, weights="linear", se=se, level=level)
    how = agreed.method.partition("; ")[2]
    method = "mean absolute difference in grades" + (f"; {how}" if how else "")
    if isnan(agreed.value):
        return replace(agreed, method=method)
    return replace(
        agreed,
        value=far * (1 - agreed.value),
        low=far * (1 - agreed.high),
        high=far * (1 - agreed.low),
        se=far * agreed.se,
        method=method,
    )
