"""Whether grades rise with practice: the point-measure correlation of each auditor or domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.severity.fit_statistics import grade_moments


@dataclass(frozen=True, kw_only=True, eq=False)
class PointMeasure:
    """Correlation of grades with the practice they are given for; arrays of shape (units,).

    Parameters
    ----------
    observed : array
        Correlation within the unit between its grades and the model's measure at each grade. Near
        0 or negative: grades do not follow practice. NaN where grades or measures do not vary.
    expected : array
        What the model expects of it; clearly below it, grades follow practice less than they
        should.
    """

    observed: Floats
    expected: Floats


def point_measure(
    grade: ArrayLike,
    probabilities: ArrayLike,
    *,
    measure: ArrayLike,
    unit: ArrayLike,
    n_units: int,
    leverage: ArrayLike = 0.0,
    pull: ArrayLike = 0.0,
) -> PointMeasure:
    """Point-measure correlation of each unit with its expectation.

    Parameters
    ----------
    grade : int array, shape (grades,)
    probabilities : array, shape (grades, K)
        Probability of each level under the model.
    measure : array, shape (grades,)
        The model's measure at each grade, in logits: practice less difficulty less severity. What
        is the same for all grades of a unit has no influence.
    unit : int array, shape (grades,)
        Number 0 .. ``n_units`` - 1 of the auditor (or domain) of each grade.
    n_units : int
    leverage, pull : array, shape (grades,), or 0
        For measures fitted to the same grades (``fitted_grades``): the share by which a residual's
        variance is smaller for it, and the covariance of a grade with its own measure. Without
        them the observed correlation lies above its expectation. Facets allows for none.

    Notes
    -----
    The expectation is the correlation with the model's variance of grades put in the place of the
    observed one: (cov(E, measure) + mean pull) / sqrt((var E + mean V (1 + leverage)) var measure).

    References
    ----------
    Linacre (2008), Rasch Measurement Transactions (expected value of the correlation).

    Examples
    --------
    >>> found = point_measure(
    ...     [0, 1], [[0.9, 0.1], [0.1, 0.9]], measure=[-2.2, 2.2], unit=[0, 0], n_units=1
    ... )
    >>> round(float(found.observed[0]), 6), round(float(found.expected[0]), 6)
    (1.0, 0.8)
    """
    grades = frozen_ints(grade, name="grade").astype(np.float64)
    places, units = np.asarray(measure, dtype=np.float64), frozen_ints(unit, name="unit")
    moments = grade_moments(probabilities)
    check_same_length(
        {"grades": grades, "measures": places, "units": units, "probabilities": moments.expected}
    )
    count = np.maximum(np.bincount(units, minlength=n_units), 1)
    place = places - (sums(units, places, n=n_units) / count)[units]
    seen = grades - (sums(units, grades, n=n_units) / count)[units]
    model = moments.expected - (sums(units, moments.expected, n=n_units) / count)[units]
    spread = _squares(place, units, n_units)
    open_variance = moments.variance * (1 + np.asarray(leverage, dtype=np.float64))
    modelled = _squares(model, units, n_units) + sums(units, open_variance, n=n_units)
    together = model * place + np.asarray(pull, dtype=np.float64)
    return PointMeasure(
        observed=_ratio(
            sums(units, seen * place, n=n_units), _squares(seen, units, n_units), spread
        ),
        expected=_ratio(sums(units, together, n=n_units), modelled, spread),
    )


def _squares(values: Floats, units: Ints, n_units: int) -> Floats:
    return sums(units, values**2, n=n_units)


def _ratio(product: Floats, first: Floats, second: Floats) -> Floats:
    # Rounding leaves a little variance where every value is the same.
    varies = (first > 1e-12) & (second > 1e-12)
    result = np.full(len(product), np.nan)
    result[varies] = product[varies] / np.sqrt(first[varies] * second[varies])
    return frozen_floats(result)
