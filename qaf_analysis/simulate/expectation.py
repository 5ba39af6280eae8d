"""What the model expects of grades, by exact integration instead of drawing.

The normal parts of what a rater sees are integrated by Gauss–Hermite quadrature over the logistic
chance in a single grade; teams and case types are summed over by their shares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import expit

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedTheme
from qaf_analysis.simulate.grading import LOGISTIC_SD
from qaf_analysis.simulate.practice import (
    cohort_effects,
    expected_practice,
    loadings,
    with_overall,
)
from qaf_analysis.simulate.raters import Floats, Raters

NODES = 41
REACH = 14.0  # points either side of zero within which curves are tabulated


@lru_cache
def hermite(nodes: int = NODES) -> tuple[Floats, Floats]:
    """Nodes and weights that average a function over the standard normal distribution."""
    at, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    at.flags.writeable = weights.flags.writeable = False  # every caller gets the same two
    return at, weights


@lru_cache(maxsize=256)  # a council asks for the same few curves again and again
def grade_curve(
    *, spread: float, cutpoints: tuple[float, ...], chance_sd: float
) -> Callable[[Floats], Floats]:
    """Chance of each grade or better, as a function of the expected latent value.

    Parameters
    ----------
    spread : float
        Standard deviation of the normal parts that are integrated out.
    cutpoints : tuple of float
        K-1 rising cutpoints.
    chance_sd : float
        Standard deviation of the logistic chance in a single grade.

    Returns
    -------
    function
        From an array of any shape to one with a further axis of K-1 chances, of grade 1 or
        better to grade K-1.

    Examples
    --------
    >>> curve = grade_curve(spread=1.0, cutpoints=(-1.0, 1.0), chance_sd=0.5)
    >>> print(curve(np.zeros(1)).sum(axis=-1).round(6))
    [1.]
    """
    at, weights = hermite()
    grid = np.linspace(-REACH, REACH, 2801)
    beyond = grid[:, np.newaxis, np.newaxis] + spread * at - np.array(cutpoints)[:, np.newaxis]
    chances = expit(beyond * LOGISTIC_SD / chance_sd) @ weights
    spline = CubicSpline(grid, chances)
    return lambda latent: spline(np.clip(latent, -REACH, REACH))


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseMix:
    """Every combination of team and case type, with its share of the audits."""

    offset: Floats
    case_type: np.ndarray
    share: Floats

    @classmethod
    def of(cls, design: CouncilDesign) -> CaseMix:
        """Return the routine audits' case mix."""
        team, kind = np.meshgrid(
            np.arange(len(design.teams)), np.arange(len(design.case_types)), indexing="ij"
        )
        teams = np.array([(group.offset, group.share) for group in design.teams])[team.ravel()]
        kinds = np.array([(group.offset, group.share) for group in design.case_types])
        kinds = kinds[kind.ravel()]
        share = teams[:, 1] * kinds[:, 1]
        return cls(
            offset=teams[:, 0] + kinds[:, 0], case_type=kind.ravel(), share=share / share.sum()
        )

    def only(self, case_type: int) -> CaseMix:
        """Return the mix among cases of one type."""
        rows = self.case_type == case_type
        share = self.share[rows]
        return CaseMix(
            offset=self.offset[rows], case_type=self.case_type[rows], share=share / share.sum()
        )


def case_sd(design: CouncilDesign) -> Floats:
    """Spread of true practice among cases of one team and type in one quarter, by column."""
    own = np.full((1, len(design.domains)), design.domain_sd**2)
    own = with_overall(own)[0]
    own[0] = design.domain_sd**2 / len(design.domains) + design.overall_sd**2
    spread: Floats = np.sqrt((design.case_sd * loadings(design)) ** 2 + own)
    return spread


def expected_grades(
    design: CouncilDesign,
    raters: Raters,
    *,
    without: PlantedTheme | None = None,
    case_type: int | None = None,
) -> tuple[Floats, Floats]:
    """Auditors' expected grade, and chance of a positive grade, in each quarter and column.

    The active auditors count alike; the shocks of quarters are averaged over, so that what is
    left between quarters is trend, themes and process changes. Grades of each quarter are on
    its own scale.

    Returns
    -------
    mean_grade, good : array, shape (quarters, columns)
    """
    mix = CaseMix.of(design) if case_type is None else CaseMix.of(design).only(case_type)
    practice = expected_practice(design, without=without)
    cohort = cohort_effects(design, without=without)[:, mix.case_type, 0]  # (quarters, mix)
    load = loadings(design)
    spread = np.sqrt(case_sd(design) ** 2 + shock_variance(design) + design.halo_sd**2)
    mean_grade, good = np.empty_like(practice), np.empty_like(practice)
    for column in range(len(load)):
        for t, pool in enumerate(design.pool_sizes):
            era = design.era_at(t)
            curve = grade_curve(
                spread=float(spread[column]),
                cutpoints=era.cutpoints,
                chance_sd=design.reading_sd,
            )
            case = practice[t, column] + cohort[t] + load[column] * mix.offset
            latent = case[:, np.newaxis] + raters.leniency[t, :pool, column]
            chances = np.einsum("m,mjk->k", mix.share, curve(latent)) / pool
            mean_grade[t, column] = chances.sum()
            good[t, column] = chances[era.scale.good_from - 1]
    return mean_grade, good


def severity_sd(design: CouncilDesign, raters: Raters) -> Floats:
    """Spread among active auditors of their expected headline grade, for each quarter.

    All are given the same case mix, that of the middle of the period without shocks.

    Returns
    -------
    array, shape (quarters,)
        Standard deviation (n-1 in the denominator) in grades of the quarter's scale.
    """
    mix = CaseMix.of(design)
    column = design.headline_columns[0]
    middle = float(expected_practice(design)[:, column].mean())
    spreads = []
    for t, pool in enumerate(design.pool_sizes):
        curve = grade_curve(
            spread=float(np.hypot(case_sd(design)[column], design.halo_sd)),
            cutpoints=design.era_at(t).cutpoints,
            chance_sd=design.reading_sd,
        )
        latent = middle + mix.offset[:, np.newaxis] + raters.leniency[t, :pool, column]
        spreads.append(np.std(mix.share @ curve(latent).sum(axis=-1), ddof=1))
    return np.array(spreads)


def pair_table(
    design: CouncilDesign, raters: Raters, *, t: int, shock: float, column: int = 0
) -> Floats:
    """Joint chances of the grades of two auditors drawn at random, who grade one audit.

    Parameters
    ----------
    t : int
        Place of the quarter in the design.
    shock : float
        What the quarter added to practice in the column (points).
    column : int
        Place in ``columns``: the overall grade, or a domain.

    Returns
    -------
    array, shape (K, K)
        Symmetric; sums to 1.
    """
    mix, pool = CaseMix.of(design), design.pool_sizes[t]
    at, weights = hermite()
    cohort = cohort_effects(design)[t, mix.case_type, 0]
    case = expected_practice(design)[t, column] + shock + cohort
    practice = (case + mix.offset)[:, np.newaxis] + case_sd(design)[column] * at
    curve = grade_curve(
        spread=design.halo_sd,
        cutpoints=design.era_at(t).cutpoints,
        chance_sd=design.reading_sd,
    )
    reached = curve(practice[..., np.newaxis] + raters.leniency[t, :pool, column])
    edge = np.ones((*reached.shape[:-1], 1))
    chances = -np.diff(reached, axis=-1, prepend=edge, append=0 * edge)  # (mix, node, auditor, K)
    together = chances.sum(axis=2)
    pairs = np.einsum("mnk,mnl,m,n->kl", together, together, mix.share, weights)
    same = np.einsum("mnjk,mnjl,m,n->kl", chances, chances, mix.share, weights, optimize=True)
    table: Floats = (pairs - same) / (pool * (pool - 1))
    return table


def shock_variance(design: CouncilDesign) -> Floats:
    """Variance of what a quarter adds to practice, by column."""
    own = np.full((1, len(design.domains)), design.quarter_domain_sd**2)
    own = with_overall(own)[0]
    own[0] /= len(design.domains)
    variance: Floats = (design.quarter_sd * loadings(design)) ** 2 + own
    return variance
