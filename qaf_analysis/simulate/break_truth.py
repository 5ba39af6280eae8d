"""What is true across a change of scale: how each side would be graded by the other's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import EraDesign
from qaf_analysis.simulate.expectation import CaseMix, case_sd, grade_curve, shock_variance
from qaf_analysis.simulate.practice import cohort_effects, expected_practice, loadings
from qaf_analysis.simulate.raters import Raters

LAST_YEAR = 4
"""Quarters before a change of scale, and from it on, that are compared."""


@dataclass(frozen=True, kw_only=True)
class BreakTruth:
    """Positive shares on either side of a change of scale, of one headline.

    Expected over cases, shocks and the chance of grading, with every active auditor counting
    alike; quarters count alike. ``old_on_new`` is the old quarters' share, had their audits been
    graded on the new scale by the auditors of its first quarter as they are then: what audits
    read again (kind A) estimate. ``new_on_old`` is the new quarters' share on the old scale by
    their own auditors: what audits graded twice (kind B) estimate.

    Attributes
    ----------
    change : float
        ``new`` less ``old_on_new``: of practice alone.
    change_on_old : float
        ``new_on_old`` less ``old``: of practice and of the auditors' severity.
    harsher : float
        By how much (points) the auditors became harsher at the change.
    """

    domain: str
    old_scale: str
    new_scale: str
    starts: str
    old_quarters: tuple[str, ...]
    new_quarters: tuple[str, ...]
    old: float
    new: float
    old_on_new: float
    new_on_old: float
    change: float
    change_on_old: float
    harsher: float


def break_truths(council: SimulatedCouncil) -> tuple[BreakTruth, ...]:
    """Work out what is true across each change of scale, for each headline."""
    design = council.design
    return tuple(
        _break_truth(design, council.raters, place=place, column=column)
        for place in range(1, len(design.all_eras))
        for column in design.headline_columns
    )


def positive_share(
    design: CouncilDesign,
    raters: Raters,
    *,
    column: int,
    quarters: Sequence[int],
    era: EraDesign,
    graded_in: int | None = None,
) -> float:
    """Expected positive share of the audits of some quarters.

    Parameters
    ----------
    column : int
        Place in ``columns``.
    quarters : sequence of int
        Places of the quarters; each counts alike.
    era : EraDesign
        The scale that they are graded on.
    graded_in : int or None
        Place of the quarter whose auditors grade them all; None where each quarter's own do.
    """
    mix, load = CaseMix.of(design), float(loadings(design)[column])
    variance = case_sd(design)[column] ** 2 + shock_variance(design)[column] + design.halo_sd**2
    curve = grade_curve(
        spread=float(np.sqrt(variance)), cutpoints=era.cutpoints, chance_sd=design.reading_sd
    )
    practice = expected_practice(design)[:, column]
    cohort = cohort_effects(design)[:, mix.case_type, 0]
    shares = []
    for t in quarters:
        auditors = t if graded_in is None else graded_in
        leniency = raters.leniency[auditors, : design.pool_sizes[auditors], column]
        case = practice[t] + cohort[t] + load * mix.offset
        reached = curve(case[:, np.newaxis] + leniency)[..., era.scale.good_from - 1]
        shares.append(mix.share @ reached.mean(axis=1))
    return float(np.mean(shares))


def _break_truth(design: CouncilDesign, raters: Raters, *, place: int, column: int) -> BreakTruth:
    before, after = design.all_eras[place - 1], design.all_eras[place]
    of_era = np.array(design.era_by_quarter)
    old = np.flatnonzero(of_era == place - 1)[-LAST_YEAR:].tolist()
    new = np.flatnonzero(of_era == place)[:LAST_YEAR].tolist()

    def share(quarters: list[int], era: EraDesign, graded_in: int | None = None) -> float:
        return positive_share(
            design, raters, column=column, quarters=quarters, era=era, graded_in=graded_in
        )

    was, now = share(old, before), share(new, after)
    old_on_new, new_on_old = share(old, after, new[0]), share(new, before)
    return BreakTruth(
        domain=design.columns[column],
        old_scale=before.scale.name,
        new_scale=after.scale.name,
        starts=str(after.starts),
        old_quarters=tuple(str(design.quarters[t]) for t in old),
        new_quarters=tuple(str(design.quarters[t]) for t in new),
        old=was,
        new=now,
        old_on_new=old_on_new,
        new_on_old=new_on_old,
        change=now - old_on_new,
        change_on_old=new_on_old - was,
        harsher=after.harsher,
    )
