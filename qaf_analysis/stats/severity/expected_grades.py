"""Grades that a severity model expects: for any practice, or for each grade that was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.grade_links import grade_table

# Rows worked on at once.
STRETCH = 8192


@dataclass(frozen=True, kw_only=True, eq=False)
class ExpectedGrades:
    """What the model expects of each grade given, its auditor and audit being who they are.

    Parameters
    ----------
    probability : float array, shape (grades, K)
        Probability of each level, averaged over what is left open about the audit's practice as
        the auditor saw it. The grade itself has helped to find that practice.
    mean, variance : float array, shape (grades,)
    """

    probability: Floats
    mean: Floats
    variance: Floats


def category_probabilities(
    fit: SeverityFit, practice: ArrayLike, *, severity: ArrayLike, domain: ArrayLike
) -> Floats:
    """Probability of each level for given practice, severity and domain.

    Parameters
    ----------
    fit : SeverityFit
    practice, severity : float or array
        In logits; severity as ``fit.auditor_effect``. Broadcast with each other.
    domain : int or int array
        Number of the domain.

    Returns
    -------
    array, shape (..., K)
        0 for levels that nobody used.
    """
    shapes = np.broadcast_arrays(practice, severity, domain)
    seen = shapes[0].astype(float) - shapes[1] - fit.difficulty[shapes[2]]
    thresholds = fit.thresholds[shapes[2]] if fit.thresholds.ndim == 2 else fit.thresholds
    used = np.unique(fit.ratings.grade)
    steps = np.broadcast_to(thresholds, (*seen.shape, fit.ratings.n_levels - 1))[..., used[1:] - 1]
    table = grade_table(
        seen.reshape(-1, 1), thresholds=steps.reshape(seen.size, -1), link=fit.options.link
    )
    result = np.zeros((seen.size, fit.ratings.n_levels))
    result[:, used] = np.exp(table.log_probability[:, :, 0])
    return result.reshape(*seen.shape, fit.ratings.n_levels)


def expected_grades(fit: SeverityFit) -> ExpectedGrades:
    """What the model expects of each grade, at the posterior of practice and halo."""
    posterior, ratings = fit.posterior, fit.ratings
    kinds = posterior.grid.kinds
    slot = kinds.slot_of_bundle[ratings.bundle_number]
    cell = kinds.station[kinds.slot_kind[slot]] * kinds.n_domains + ratings.domain_number
    used = np.unique(ratings.grade)
    table = np.exp(posterior.table.log_probability)
    probability = np.zeros((len(slot), ratings.n_levels))
    for start in range(0, len(slot), STRETCH):
        rows = slice(start, start + STRETCH)
        probability[rows, used] = np.einsum(
            "rs,rks->rk", posterior.slot_seen[slot[rows]], table[cell[rows]]
        )
    level = np.arange(ratings.n_levels)
    mean = probability @ level
    variance = probability @ level**2 - mean**2
    return ExpectedGrades(probability=probability, mean=mean, variance=variance)
