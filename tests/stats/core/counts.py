"""Poisson regression of counts, by which published series prove the generalised linear fit."""

from __future__ import annotations

import numpy as np

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.least_squares import Family, Fit, entropy_gap, generalised_fit


def fitted_counts(design: Floats, *, counts: Floats, exposure: Floats | None = None) -> Fit | None:
    """Counts on the scale of logs; ``exposure`` is what they are a rate of."""
    at_risk = np.ones(len(counts)) if exposure is None else exposure
    return generalised_fit(
        design,
        outcome=counts,
        weights=np.ones(len(counts)),
        offset=np.log(at_risk),
        start=np.log(counts + 0.5),
        family=Family(
            mean=np.exp,
            variance=lambda mean: mean,
            deviance=lambda seen, mean: 2 * (entropy_gap(seen, mean) - (seen - mean)),
        ),
    )
