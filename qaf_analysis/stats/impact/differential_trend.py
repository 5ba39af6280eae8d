"""Was the themed domain moving by itself all along? Its change beside a trend of its own."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.impact.interrupted_series import step_and_trend
from qaf_analysis.stats.impact.themed_series import QuarterSeries
from qaf_analysis.terms.estimate import Estimate

STEP = "step of quarter means against the comparison domains, beside a trend of their own"
TREND = "trend by quarter of the themed domain against the comparison domains, beside a step"


@dataclass(frozen=True, kw_only=True)
class DifferentialTrend:
    """Step and trend of the difference between the themed and the comparison domains.

    Parameters
    ----------
    step : Estimate
        Change at the themed audit, in grades, if the difference would else have gone on moving
        as it did. Its interval is about twice as wide as without a trend, so that finding
        nothing here says little.
    trend : Estimate
        Movement of the difference by quarter, in grades.
    """

    step: Estimate
    trend: Estimate


def differential_trend(
    series: QuarterSeries, *, level: float = 0.95, auditors: int = 0
) -> DifferentialTrend:
    """Fit a step and a straight trend to the quarter means of themed less comparison grade.

    Parameters
    ----------
    series : QuarterSeries
    level : float
    auditors : int
        How many auditors the means rest on (passed through).

    Returns
    -------
    DifferentialTrend
        t intervals on Q - 3 degrees of freedom. Not estimable, with the reason, with fewer than
        four quarters or where they cannot tell a step from a trend.
    """
    cases = int(series.audits.sum())

    def base(method: str) -> Estimate:
        return Estimate.not_estimable(
            "", method=method, level=level, cases=cases, auditors=auditors
        )

    step, trend = (
        step_and_trend(
            series.difference, quarter=series.quarter, post=series.post, base=base(method)
        )[place]
        for place, method in enumerate((STEP, TREND))
    )
    return DifferentialTrend(step=step, trend=trend)
