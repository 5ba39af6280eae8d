"""How fast a themed domain would have to have been moving by itself to explain its change.

No test on the data of one domain can tell a straight drift from a step. So the drift is bounded
and not tested: how fast it would have to be, beside what was seen of drifts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.impact.errors import ComparedAudits, WeightedChange
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import DriftStanding

QUARTERS_A_YEAR = 4
FEWEST_BEFORE = 3
"""Quarters before the theme that show a slope."""
BOUND = 0.90
"""Level of the one-sided bound of the drift before, for ``DriftStanding.FIRM``."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Drifts against which a change is held, all by year and in the unit of the change.

    Parameters
    ----------
    breakdown : float
        A themed domain that had been gaining (or losing) more than this by itself all along
        would explain the change. 0 where the change's interval holds no change.
    before : Estimate
        What it gained against the others in the quarters before.
    bound : float
        At most so much in the direction of the change, with 90 % confidence.
    fastest : float
        Largest drift, either way, of a comparison domain against the other comparison domains
        over all quarters; NaN with fewer than two of them.
    direction : int
        1 for a rise, -1 for a fall.
    """

    breakdown: float
    before: Estimate
    bound: float
    fastest: float
    direction: int

    @property
    def standing(self) -> DriftStanding:
        """How a claim stands against drift; anything unknown counts against it."""
        own = self.breakdown > self.direction * self.before.value
        others = math.isnan(self.fastest) or self.breakdown > self.fastest
        if not (own and others):
            return DriftStanding.EXPLAINED
        return DriftStanding.FIRM if self.breakdown > self.bound else DriftStanding.STANDS


def drift_of(changes: Sequence[WeightedChange], audits: ComparedAudits) -> Drift:
    """Drifts beside a change.

    Parameters
    ----------
    changes : sequence of WeightedChange
        The same change on each scale; the first gives the drift before. The breakdown drift is
        the smallest over the scales.
    audits : ComparedAudits
        Of the first.

    References
    ----------
    Rambachan & Roth (2023), Review of Economic Studies 90, 2555-2591: sensitivity to a difference
    in slopes.
    """
    first = changes[0]
    direction = 1 if first.estimate.value >= 0 else -1
    before = _before(first, audits)
    one_sided = 1 - 2 * (1 - BOUND)
    reach = t_quantile(one_sided, df=before.df) * before.se if before.has_interval else math.inf
    return Drift(
        breakdown=min(_breakdown(one, audits) for one in changes),
        before=before,
        bound=direction * before.value + reach,
        fastest=_fastest(audits, first.weights),
        direction=direction,
    )


def no_drift(like: Estimate) -> Drift:
    """Drifts where there is no change to hold them against."""
    return Drift(
        breakdown=0.0,
        before=Estimate.not_estimable(like.why_not, method=like.method, level=like.level),
        bound=math.inf,
        fastest=math.nan,
        direction=1,
    )


def _breakdown(change: WeightedChange, audits: ComparedAudits) -> float:
    """(|change| - t se) by the years between the middles of the two sides; never below 0."""
    found = change.estimate
    if not found.has_interval:
        return 0.0
    signed = np.where(audits.late, change.weights, -change.weights)
    years = float(signed @ audits.times) / QUARTERS_A_YEAR
    return max(0.0, abs(found.value) - (found.high - found.value)) / years


def _before(change: WeightedChange, audits: ComparedAudits) -> Estimate:
    """Slope of the gap over the quarters before, with the error and degrees of freedom of all."""
    found, early = change.estimate, ~audits.late
    method = "slope over the quarters before, error of the change, t"
    rests = int(audits.gap_means.audits[early, 0].sum()) if early.any() else 0
    if not found.has_interval or early.sum() < FEWEST_BEFORE:
        return Estimate.not_estimable(
            found.why_not or f"fewer than {FEWEST_BEFORE} quarters before the themed audit",
            method=method,
            level=found.level,
            cases=rests,
        )
    times, weight = _centred(audits.times, change.weights, early)
    slope = QUARTERS_A_YEAR * float((weight * times) @ audits.gap_means.mean[early, 0])
    slope /= float(weight @ times**2)
    variance = change.quarter_variance * float(weight**2 @ times**2)
    se = QUARTERS_A_YEAR * math.sqrt(variance) / float(weight @ times**2)
    half = t_quantile(found.level, df=found.df) * se
    return Estimate(
        value=slope,
        low=slope - half,
        high=slope + half,
        level=found.level,
        cases=rests,
        auditors=found.auditors,
        method=method,
        se=se,
        p=t_p_value(slope / se, df=found.df),
        df=found.df,
    )


def _fastest(audits: ComparedAudits, weights: Floats) -> float:
    """Largest slope of a comparison domain less the mean of the others, over all quarters."""
    means = audits.means.mean[:, 1:]
    controls = means.shape[1]
    if controls < 2:
        return math.nan
    apart = (means - means.mean(axis=1, keepdims=True)) * controls / (controls - 1)
    times, weight = _centred(audits.times, weights, np.ones(len(weights), dtype=np.bool_))
    drifts = (weight * times) @ apart / float(weight @ times**2)
    return QUARTERS_A_YEAR * float(np.abs(drifts).max())


def _centred(times: Ints, weights: Floats, kept: Bools) -> tuple[Floats, Floats]:
    """Times from their weighted mean, and weights that add up to 1, of the quarters kept."""
    weight = weights[kept] / weights[kept].sum()
    centred: Floats = times[kept] - weight @ times[kept]
    return centred, weight
