"""A whole simulated council: its audits, grades and actions, and what is true behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.simulate.actions import draw_actions
from qaf_analysis.simulate.bridging import draw_bridges
from qaf_analysis.simulate.caseload import draw_caseload
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.grading import draw_ratings, graded
from qaf_analysis.simulate.moderating import draw_moderations, potential_readings
from qaf_analysis.simulate.practice import draw_practice, draw_shocks
from qaf_analysis.simulate.raters import Floats, Integers, Raters, draw_raters


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedCouncil:
    """A council with known truth.

    Parameters
    ----------
    design : CouncilDesign
        What it was drawn from.
    audits : DataFrame
        One row per audit, as in ``draw_caseload``.
    ratings : DataFrame
        One row per audit, auditor and domain, as in ``draw_ratings``; grades are codes.
    moderations : DataFrame
        One row per audit, round and domain, as in ``draw_moderations``; grades are codes.
    actions : DataFrame
        One row per improvement action, as in ``draw_actions``.
    raters : Raters
        Auditors and moderators with their leniency.
    shocks : array, shape (quarters, columns)
        What each quarter truly added to each domain.
    practice : array, shape (audits, columns)
        True practice, rows as in ``audits``.
    auditor_grades : array, shape (audits, columns)
        Code the first auditor gives (also where a domain is not part of the audit).
    moderator_grades : mapping of str to array, shape (audits, columns)
        For each moderation source the code that a blind moderator would give every audit, on
        the audit's own scale.
    bridges : DataFrame
        One row per audit graded on two scales and domain, as in ``draw_bridges``.
    """

    design: CouncilDesign
    audits: pd.DataFrame
    ratings: pd.DataFrame
    moderations: pd.DataFrame
    actions: pd.DataFrame
    raters: Raters
    shocks: Floats
    practice: Floats
    auditor_grades: Integers
    moderator_grades: Mapping[str, Integers]
    bridges: pd.DataFrame


def simulate_council(design: CouncilDesign, *, rng: np.random.Generator) -> SimulatedCouncil:
    """Draw a council from its design.

    Examples
    --------
    >>> from qaf_analysis.simulate.presets import standard_design
    >>> council = simulate_council(standard_design(quarters=4), rng=np.random.default_rng(1))
    >>> int((council.audits["audit_type"] == "collaborative").sum())
    200
    """
    raters = draw_raters(design, rng=rng)
    audits = draw_caseload(design, rng=rng)
    shocks = draw_shocks(design, rng=rng)
    practice = draw_practice(design, audits, shocks=shocks, rng=rng)
    ratings, auditor_latent = draw_ratings(
        design, audits, practice=practice, raters=raters, rng=rng
    )
    potential = potential_readings(design, practice=practice, raters=raters, rng=rng)
    moderations = draw_moderations(
        design,
        audits,
        auditor_latent=auditor_latent,
        potential=potential,
        rng=rng,
    )
    era = np.array(design.era_by_quarter)[audits["t"].to_numpy()]
    return SimulatedCouncil(
        design=design,
        audits=audits,
        ratings=ratings,
        moderations=moderations,
        actions=draw_actions(design, audits, rng=rng.spawn(1)[0]),
        raters=raters,
        shocks=shocks,
        practice=practice,
        auditor_grades=graded(auditor_latent, design=design, era=era),
        moderator_grades={
            source: graded(readings, design=design, era=era)
            for source, readings in potential.latent.items()
        },
        bridges=draw_bridges(
            design,
            audits,
            practice=practice,
            auditor_latent=auditor_latent,
            raters=raters,
            rng=rng.spawn(1)[0],
        ),
    )
