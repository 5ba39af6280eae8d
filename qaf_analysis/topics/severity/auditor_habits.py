"""How one auditor uses the scale, beside what the severity model expects: no judgement."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.severity.statistics import SeverityStatistics
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class AuditorHabits:
    """Fit and habits of one auditor.

    Parameters
    ----------
    infit, outfit : float
        Mean squares of grades about what the model expects: 1 as expected, above it more
        surprising grades.
    infit_limits, outfit_limits : tuple of float
        Between which they lie in 95 of 100 auditors for whom the model holds, by simulation.
    inconsistency : Estimate
        Infit drawn towards that of all auditors: above 1 more erratic.
    spread_ratio : Estimate
        Spread of grades within a file over the expected one: below 1 nearly one grade for all
        domains (halo).
    stretch : Estimate
        Of the thresholds: above 1 keeps to the middle grades (centrality).
    correlation, expected_correlation : float
        Of grades with practice (point-measure), and what the model expects of it.
    pairs : int
        Pairs of grades with colleagues for one domain of one audit.
    identical, expected_identical : float
        Share of them that are identical, and that the model expects.
    """

    infit: float
    outfit: float
    infit_limits: tuple[float, float]
    outfit_limits: tuple[float, float]
    inconsistency: Estimate
    spread_ratio: Estimate
    stretch: Estimate
    correlation: float
    expected_correlation: float
    pairs: int
    identical: float
    expected_identical: float


def auditor_habits(statistics: SeverityStatistics, place: int) -> AuditorHabits:
    """Habits of the auditor at a place in the model's order."""
    limits, agreement = statistics.limits, statistics.agreement_by_auditor[place]
    return AuditorHabits(
        infit=float(statistics.fit.infit[place]),
        outfit=float(statistics.fit.outfit[place]),
        infit_limits=(float(limits.infit_low[place]), float(limits.infit_high[place])),
        outfit_limits=(float(limits.outfit_low[place]), float(limits.outfit_high[place])),
        inconsistency=statistics.inconsistency.shrunken[place],
        spread_ratio=statistics.halo.shrunken[place],
        stretch=statistics.centrality[place],
        correlation=float(statistics.point_measure.observed[place]),
        expected_correlation=float(statistics.point_measure.expected[place]),
        pairs=agreement.pairs,
        identical=agreement.observed_share,
        expected_identical=agreement.expected_share,
    )
