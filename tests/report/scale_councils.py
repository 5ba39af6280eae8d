"""Councils on scales of 2, 5 and 11 levels, whose whole reports are read for words of others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from scipy.stats import norm

from qaf_analysis.simulate import simulate_council, standard_design
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.terms.scale import SIGNS_OF_SAFETY, Scale
from tests.golden.page import page
from tests.topics.councils import results_of

FIVE = Scale(
    name="five",
    levels=(
        "Urgent improvement",
        "Needs attention",
        "Expected standard",
        "Strong standard",
        "Exceptional",
    ),
    good_from=2,
)
NAMED = Scale(
    name="named",
    levels=("RI", "Nearly there", "At standard", "Above standard"),
    good_from=2,
    positive="at the Ofsted standard or above",
)
TWO = Scale(name="two", levels=("Not met", "Met"), good_from=1)
SCALES = {scale.name: scale for scale in (TWO, FIVE, SIGNS_OF_SAFETY, NAMED)}


@cache
def page_on(name: str) -> str:
    """Whole report, as plain text, of a council whose grades are on a scale."""
    scale = SCALES[name]
    places = np.arange(1, scale.n_levels) / scale.n_levels
    design = replace(
        standard_design(audits_per_quarter=20, quarters=9),
        auditors=8,
        scale=scale,
        cutpoints=tuple(1.5 * norm.ppf(places)),
        double_share=0.4,
    )
    council = simulate_council(design, rng=np.random.default_rng(2026))
    return page(results_of(simulated_audits(council)))
