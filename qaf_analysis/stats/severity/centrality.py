"""Whether an auditor keeps to the middle grades: the stretch of the thresholds between them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import interpolate

from qaf_analysis.stats.core.arrays import Floats, check_same_length, frozen_ints, sums
from qaf_analysis.stats.severity.grade_links import Link, grade_table
from qaf_analysis.stats.severity.shrunken_ratios import LOG_RATIOS, ratio_estimates
from qaf_analysis.terms.estimate import Estimate

METHOD = "stretch of the thresholds beside that of all auditors, shrunken"
# The likelihood is smooth, so it is computed at every so many nodes and interpolated.
EVERY = 10


def centrality(
    log_probability: Callable[[float], Floats],
    *,
    auditor: ArrayLike,
    files: ArrayLike,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """How far each auditor avoids the ends of the scale, beside all auditors together.

    Parameters
    ----------
    log_probability : function
        Gives, for a stretch of the thresholds about their mean, the log probability of each grade
        that was given, all else fixed; shape (grades,).
    auditor : int array, shape (grades,)
        Number 0, 1, ... of the auditor of each grade.
    files : int array, shape (auditors,)
        Number of files that each auditor graded.
    level : float
        Probability that an interval holds.

    Returns
    -------
    tuple of Estimate
        Above 1: the auditor keeps to the middle grades; below 1: uses the ends more. Not
        estimable with too few files, or where the stretch has no influence (two levels).

    References
    ----------
    Jin & Wang (2018), centrality in a facets model.
    """
    numbers, counts = frozen_ints(auditor, name="auditor"), frozen_ints(files, name="files")
    at_one = log_probability(1.0)
    check_same_length({"auditors": numbers, "log probabilities": at_one})
    if np.allclose(at_one, log_probability(2.0), rtol=0, atol=1e-9):
        why_not = "the thresholds cannot be stretched: there is only one"
        return tuple(
            Estimate.not_estimable(why_not, method=METHOD, level=level, cases=number, auditors=1)
            for number in counts.tolist()
        )

    def curves(around: float) -> Floats:
        nodes = LOG_RATIOS[::EVERY]
        columns = [
            sums(numbers, log_probability(float(np.exp(around + node))), n=len(counts))
            for node in nodes
        ]
        smooth: Floats = interpolate.CubicSpline(nodes, np.stack(columns, axis=1), axis=1)(
            LOG_RATIOS
        )
        return smooth

    # Practice is estimated too, which stretches everybody alike; only differences count.
    typical = float(LOG_RATIOS[int(curves(0.0).sum(axis=0).argmax())])
    return ratio_estimates(curves(typical), files=counts, centre=0.0, method=METHOD, level=level)


def stretched_log_probability(
    grade: ArrayLike, *, predictor: ArrayLike, thresholds: ArrayLike, link: Link = "adjacent"
) -> Callable[[float], Floats]:
    """Log probability of each grade as a function of the stretch of the thresholds.

    Parameters
    ----------
    grade : int array, shape (grades,)
        Among the levels that have thresholds, 0 to K-1.
    predictor : array, shape (grades,)
        Practice less severity less difficulty, in logits.
    thresholds : array, shape (K-1,) or (grades, K-1)
        In logits.
    link : {"adjacent", "cumulative"}

    Examples
    --------
    >>> at = stretched_log_probability([1], predictor=[0.0], thresholds=[-1.0, 1.0])
    >>> [round(float(np.exp(at(stretch))[0]), 3) for stretch in (1.0, 2.0)]
    [0.576, 0.787]
    """
    grades = frozen_ints(grade, name="grade")
    places = np.asarray(predictor, dtype=np.float64)[:, np.newaxis]
    edges = np.atleast_2d(np.asarray(thresholds, dtype=np.float64))
    mean = edges.mean(axis=1, keepdims=True)
    rows = np.arange(len(grades))

    def at(stretch: float) -> Floats:
        moved = np.broadcast_to(mean + stretch * (edges - mean), (len(rows), edges.shape[1]))
        table = grade_table(places, thresholds=moved, link=link)
        given: Floats = table.log_probability[rows, grades, 0]
        return given

    return at
