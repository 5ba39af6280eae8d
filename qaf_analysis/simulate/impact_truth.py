"""What is true of practice and its impact together: good practice that made no difference yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.expectation import (
    CaseMix,
    case_sd,
    grade_curve,
    hermite,
    shock_variance,
)
from qaf_analysis.simulate.practice import cohort_effects, expected_practice, loadings
from qaf_analysis.simulate.raters import Floats, Raters

LAST_YEAR = 4


@dataclass(frozen=True, kw_only=True)
class ImpactTruth:
    """Auditors' grades of practice and of impact in one audit, in the last year of a scale.

    Shares of all audits: ``both`` positive, ``practice_only``, ``impact_only``, ``neither``.
    ``no_difference_yet`` is the share without a positive impact among those of positive practice.
    Expected over cases, shocks and the chance of grading; auditors and quarters count alike.
    """

    practice: str
    impact: str
    scale: str
    quarters: tuple[str, ...]
    both: float
    practice_only: float
    impact_only: float
    neither: float
    no_difference_yet: float


def impact_truths(council: SimulatedCouncil) -> tuple[ImpactTruth, ...]:
    """Work out the cross-table of each headline with the impact, on each scale."""
    design = council.design
    if design.impact_domain is None:
        return ()
    eras = np.array(design.era_by_quarter)
    return tuple(
        _impact_truth(
            design,
            council.raters,
            column=column,
            quarters=np.flatnonzero(eras == place)[-LAST_YEAR:].tolist(),
        )
        for place in range(len(design.all_eras))
        for column in design.practice_columns
    )


def _impact_truth(
    design: CouncilDesign, raters: Raters, *, column: int, quarters: Sequence[int]
) -> ImpactTruth:
    impact = design.columns.index(str(design.impact_domain))
    tables = [_both_ways(design, raters, practice=column, impact=impact, t=t) for t in quarters]
    both, practice, felt = (float(np.mean(values)) for values in zip(*tables, strict=True))
    return ImpactTruth(
        practice=design.columns[column],
        impact=design.columns[impact],
        scale=design.era_at(quarters[0]).scale.name,
        quarters=tuple(str(design.quarters[t]) for t in quarters),
        both=both,
        practice_only=practice - both,
        impact_only=felt - both,
        neither=1 - practice - felt + both,
        no_difference_yet=(practice - both) / practice,
    )


def _both_ways(
    design: CouncilDesign, raters: Raters, *, practice: int, impact: int, t: int
) -> tuple[float, float, float]:
    """Chance that both are positive, that practice is, and that impact is, in one quarter.

    What the two grades share is one normal factor z, by which each is moved in proportion to its
    own spread; given z they are independent.
    """
    mix, era, columns = CaseMix.of(design), design.era_at(t), [practice, impact]
    spread = np.sqrt(case_sd(design) ** 2 + shock_variance(design) + design.halo_sd**2)[columns]
    shared = _shared_variance(design, practice=practice, impact=impact)
    ratio = spread[0] / spread[1]
    by_factor = np.sqrt(shared) * np.array([np.sqrt(ratio), 1 / np.sqrt(ratio)])
    at, weights = hermite()
    chances = []
    for place, column in enumerate(columns):
        curve = grade_curve(
            spread=float(np.sqrt(spread[place] ** 2 - by_factor[place] ** 2)),
            cutpoints=era.cutpoints,
            chance_sd=design.reading_sd,
        )
        leniency = raters.leniency[t, : design.pool_sizes[t], column]
        case = expected_practice(design)[t, column] + cohort_effects(design)[t, mix.case_type, 0]
        latent = (
            (case + loadings(design)[column] * mix.offset)[:, np.newaxis, np.newaxis]
            + leniency[:, np.newaxis]
            + by_factor[place] * at
        )
        chances.append(curve(latent)[..., era.scale.good_from - 1])  # (mix, auditor, node)

    def averaged(chance: Floats) -> float:
        return float(mix.share @ (chance @ weights).mean(axis=1))

    return averaged(chances[0] * chances[1]), averaged(chances[0]), averaged(chances[1])


def _shared_variance(design: CouncilDesign, *, practice: int, impact: int) -> float:
    """Covariance of what an auditor sees of the two, but for the auditor's own leniency."""
    load = loadings(design)
    common = (design.case_sd**2 + design.quarter_sd**2) * load[practice] * load[impact]
    own = (design.domain_sd**2 + design.quarter_domain_sd**2) / len(design.domains)
    is_overall = practice == 0  # the overall grade is, in part, the impact's own
    return float(common + design.halo_sd**2 + (own if is_overall else 0.0))
