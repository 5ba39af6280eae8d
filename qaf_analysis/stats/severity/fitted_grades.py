"""Each grade that was given beside the model's probabilities at the fitted position of its file.

The position is where the auditor saw the file: practice and halo at their posterior mean, less
severity and difficulty. It was fitted to the same grades, so residuals are smaller than the model's
variance says, and grades go with positions more closely. ``moments``, ``leverage`` and ``pull``
allow for that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats, frozen_ints
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.fit_statistics import CERTAIN, GradeMoments, grade_moments
from qaf_analysis.stats.severity.grade_links import Link, grade_table

# At least this share of a grade's variance is left when its expectation follows it.
LEAST = 0.05
# Grades worked on at once, so that memory stays small.
AT_ONCE = 8192


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedGrades:
    """Grades given and what the model expects of them; first axis (grades,).

    Parameters
    ----------
    grade : int array, shape (grades,)
        Number of the level among those in use.
    levels : int array, shape (levels in use,)
        Their codes.
    probability : array, shape (grades, levels in use)
        At the fitted position.
    position : array, shape (grades,)
        In logits, severity and difficulty taken off.
    thresholds : array, shape (grades, levels in use - 1)
    link : {"adjacent", "cumulative"}
    variance : array, shape (grades,)
        Variance of the grade about its expectation at a position, averaged over the posterior.
    moments : GradeMoments
        Expectation averaged over the posterior, and the variance of the grade about *that*: the
        posterior variance of the expectation is taken off, as the expectation follows the grade.
    leverage : array, shape (grades,)
        (Slope of the expected grade)² times the posterior variance of the position, over the
        variance of the grade: the share by which a residual is smaller.
    pull : array, shape (grades,)
        Covariance of a grade with its fitted position: that slope times that variance.
    """

    grade: Ints
    levels: Ints
    probability: Floats
    position: Floats
    thresholds: Floats
    link: Link
    variance: Floats
    moments: GradeMoments
    leverage: Floats
    pull: Floats


def fitted_grades(fit: SeverityFit) -> FittedGrades:
    """Probabilities at the fitted position of every grade of a severity model."""
    ratings, kinds = fit.ratings, fit.posterior.grid.kinds
    slot = kinds.slot_of_bundle[ratings.bundle_number]
    cell = kinds.station[kinds.slot_kind[slot]] * kinds.n_domains + ratings.domain_number
    offsets, thresholds = fit.terms.offsets_and_thresholds(fit.parameters)
    seen, seen_sd = fit.posterior.seen
    position = seen[slot] - offsets[cell]
    table = grade_table(position[:, np.newaxis], thresholds=thresholds[cell], link=fit.options.link)
    probability = np.exp(table.log_probability[:, :, 0])
    code = np.arange(probability.shape[1])
    slope = -(probability * table.score[:, :-1, 0, 0]) @ code
    at_position = grade_moments(probability)
    leverage = (slope * seen_sd[slot]) ** 2 / np.maximum(at_position.variance, CERTAIN)
    expected, variance, open_variance = _averaged(fit, slot, cell)
    left = np.maximum(variance - open_variance, LEAST * variance)
    share = left / np.maximum(at_position.variance, CERTAIN)
    levels, grade = np.unique(ratings.grade, return_inverse=True)
    return FittedGrades(
        grade=frozen_ints(grade, name="grade"),
        levels=frozen_ints(levels, name="levels"),
        probability=frozen_floats(probability),
        position=frozen_floats(position),
        thresholds=frozen_floats(thresholds[cell]),
        link=fit.options.link,
        variance=frozen_floats(variance),
        moments=GradeMoments(
            expected=frozen_floats(expected),
            variance=frozen_floats(left),
            fourth=frozen_floats(at_position.fourth * share**2),
        ),
        leverage=frozen_floats(leverage),
        pull=frozen_floats(slope * seen_sd[slot] ** 2),
    )


def _averaged(fit: SeverityFit, slot: Ints, cell: Ints) -> tuple[Floats, Floats, Floats]:
    """Expectation, variance at a position, and posterior variance of the expectation."""
    table = np.exp(fit.posterior.table.log_probability)
    code = np.arange(table.shape[1])
    expected = np.einsum("cks,k->cs", table, code)
    variance = np.einsum("cks,k->cs", table, code**2) - expected**2
    found = np.empty((3, len(slot)))
    for start in range(0, len(slot), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        weight, place = fit.posterior.slot_seen[slot[rows]], cell[rows]
        found[0, rows] = (weight * expected[place]).sum(axis=1)
        found[1, rows] = (weight * variance[place]).sum(axis=1)
        found[2, rows] = (weight * expected[place] ** 2).sum(axis=1) - found[0, rows] ** 2
    return found[0], found[1], found[2]
