"""Did auditors become more alike in strictness after a change to the audit process?

When the pool of auditors changes, auditing may become more consistent because others do it, not
because anybody learned anything: among those who stayed (``RetainedAuditors``) only the second is
left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import brentq

from qaf_analysis.stats.core.arrays import Ints, frozen_ints
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.process.spread import Spread
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SPREAD_RULE, RetainedSays, SpreadRule, SpreadVerdict

POWER = 0.8

MOST_TIMES = 1e6


@dataclass(frozen=True, kw_only=True)
class SpreadChange:
    """Difference in the spread of severity between two periods, after less before.

    Parameters
    ----------
    component : Estimate
        Difference of the variance components (not cut off at zero), in grades squared, with a
        90 % normal interval.
    sd : Estimate
        Difference of the standard deviations, in grades, with a 90 % interval.
    times_audits : Estimate
        How many times as many audits on each side, by the same auditors, would show a change of
        the size seen with 80 % power; at least 1, without an interval. No value when no number
        of audits would, because the number of auditors sets the limit.
    verdict : SpreadVerdict
        The word.
    reason : str
        Why, in plain words.
    """

    component: Estimate
    sd: Estimate
    times_audits: Estimate
    verdict: SpreadVerdict
    reason: str


def spread_change(before: Spread, after: Spread, *, rule: SpreadRule = SPREAD_RULE) -> SpreadChange:
    """Compare the spread of severity in two periods.

    Whether auditors are right on average (optimism) and whether they agree with a moderator are
    other questions; auditors who are all equally kind look consistent here.

    Parameters
    ----------
    before, after : Spread
        From ``severity_spread`` for each period, with the same fixed effects.
    rule : SpreadRule
        Limits below which nothing is claimed.

    Returns
    -------
    SpreadChange
        "more consistent" when the 90 % intervals of both differences lie below zero, "less
        consistent" when both lie above. The normal interval of the component alone is not
        enough: where a side has few auditors or few audits its standard error is smallest just
        when the component happens to be low, and false claims reach 15 in 100 instead of 5.

    References
    ----------
    Standard error from the variances 2 MS^2 / df of both mean squares of both periods; interval
    for the difference of standard deviations by Zou and Donner (2008), Statistics in Medicine
    27: 1693-1702.
    """
    component = _component_change(before, after)
    shortage = _shortage(before, side="before", rule=rule) or _shortage(
        after, side="after", rule=rule
    )
    sd = _sd_change(before, after)
    verdict, reason = _verdict(component, sd=sd, shortage=shortage)
    return SpreadChange(
        component=component,
        sd=sd,
        times_audits=_times_audits(before, after),
        verdict=verdict,
        reason=reason,
    )


def _verdict(component: Estimate, *, sd: Estimate, shortage: str) -> tuple[SpreadVerdict, str]:
    if shortage:
        return SpreadVerdict.TOO_LITTLE, shortage
    if component.high < 0 and sd.high < 0:
        return SpreadVerdict.MORE, "auditors differ less in strictness, by more than chance makes"
    if component.low > 0 and sd.low > 0:
        return SpreadVerdict.LESS, "auditors differ more in strictness, by more than chance makes"
    return (
        SpreadVerdict.NO_EVIDENCE,
        "a change in the spread of strictness cannot be told from chance",
    )


def _shortage(spread: Spread, *, side: str, rule: SpreadRule) -> str:
    for count, fewest, unit in (
        (spread.audits, rule.fewest_audits, "audit"),
        (spread.auditors, rule.fewest_auditors, "auditor"),
    ):
        if count < fewest:
            plural = "" if count == 1 else "s"
            return f"{count} {unit}{plural} {side} the change; at least {fewest} needed"
    if spread.why_not:
        return f"{side} the change {spread.why_not}"
    if spread.df_within < rule.fewest_df_within:
        return f"auditors {side} the change have too few audits each to judge their strictness"
    return ""


def _component_change(before: Spread, after: Spread) -> Estimate:
    method = "difference of variance components, normal"
    missing = _missing(before, after, method=method)
    if missing:
        return missing
    value = after.component - before.component
    se = math.hypot(before.component_se, after.component_se)
    reach = normal_quantile(SPREAD_RULE.level) * se
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=SPREAD_RULE.level,
        cases=before.audits + after.audits,
        auditors=before.auditors + after.auditors,
        method=method,
        se=se,
        p=2 * float(special.ndtr(-abs(value) / se)),
    )


def _sd_change(before: Spread, after: Spread) -> Estimate:
    method = "difference of standard deviations, from the interval of each"
    missing = _missing(before, after, method=method)
    if missing:
        return missing
    first, second = before.sd_90, after.sd_90
    value = second.value - first.value
    return Estimate(
        value=value,
        low=value - math.hypot(second.value - second.low, first.high - first.value),
        high=value + math.hypot(second.high - second.value, first.value - first.low),
        level=SPREAD_RULE.level,
        cases=before.audits + after.audits,
        auditors=before.auditors + after.auditors,
        method=method,
    )


def _missing(before: Spread, after: Spread, *, method: str) -> Estimate | None:
    """Say why two periods cannot be set against each other at all; None when they can."""
    for spread, side in ((before, "before"), (after, "after")):
        if spread.why_not:
            return Estimate.not_estimable(
                f"{side} the change {spread.why_not}",
                method=method,
                level=SPREAD_RULE.level,
                cases=before.audits + after.audits,
                auditors=before.auditors + after.auditors,
            )
    return None


def _times_audits(before: Spread, after: Spread) -> Estimate:
    method = f"audits for {POWER:.0%} power, normal"
    missing = _missing(before, after, method=method)
    if missing:
        return missing
    size = abs(max(after.component, 0.0) - max(before.component, 0.0))
    needed = normal_quantile(SPREAD_RULE.level) + float(special.ndtri(POWER))

    def shortfall(times: float) -> float:
        se = math.hypot(_se_at(before, times=times), _se_at(after, times=times))
        return size - needed * se

    cases, auditors = before.audits + after.audits, before.auditors + after.auditors
    if size == 0 or shortfall(MOST_TIMES) < 0:
        return Estimate.not_estimable(
            "no number of audits by so few auditors would show a change of this size",
            method=method,
            level=SPREAD_RULE.level,
            cases=cases,
            auditors=auditors,
        )
    times = 1.0 if shortfall(1.0) >= 0 else float(brentq(shortfall, 1.0, MOST_TIMES))
    return Estimate(
        value=times,
        low=math.nan,
        high=math.nan,
        level=SPREAD_RULE.level,
        cases=cases,
        auditors=auditors,
        method=method,
    )


def _se_at(spread: Spread, *, times: float) -> float:
    """Standard error of the component if every auditor had so many times the audits."""
    n0 = spread.n0 * times
    between = spread.ms_within + n0 * max(spread.component, 0.0)
    df_within = spread.df_within + (times - 1) * spread.audits
    sampling = 2 * between**2 / spread.df_between + 2 * spread.ms_within**2 / df_within
    return math.sqrt(sampling) / n0


@dataclass(frozen=True, kw_only=True, eq=False)
class RetainedAuditors:
    """Who stayed, who left and who came; codes in rising order."""

    retained: Ints
    left: Ints
    came: Ints


def retained_auditors(before: ArrayLike, after: ArrayLike) -> RetainedAuditors:
    """Sort auditors by the periods in which they audited.

    Parameters
    ----------
    before, after : int array
        Auditor of each audit of the two periods, by whole numbers that mean the same in both.

    Raises
    ------
    ShapeError
        If the codes are not whole numbers in one dimension.

    Examples
    --------
    >>> found = retained_auditors([1, 1, 2, 3], [3, 4, 3])
    >>> found.retained.tolist(), found.left.tolist(), found.came.tolist()
    ([3], [1, 2], [4])
    """
    first, second = frozen_ints(before, name="before"), frozen_ints(after, name="after")
    return RetainedAuditors(
        retained=np.intersect1d(first, second),
        left=np.setdiff1d(first, second),
        came=np.setdiff1d(second, first),
    )


def retained_says(everybody: Estimate, retained: Estimate) -> RetainedSays:
    """Whether the auditors who stayed moved in the same direction as all auditors did.

    Parameters
    ----------
    everybody, retained : Estimate
        The same difference, among all auditors and among those who stayed.

    Returns
    -------
    RetainedSays
        Whether they point the same way; not told where one has no value. It compares directions
        only: those who stayed are fewer, so that their own interval is wide.

    Examples
    --------
    >>> rest = {"low": -1.0, "high": 1.0, "level": 0.95, "cases": 9, "auditors": 3, "method": ""}
    >>> retained_says(Estimate(value=0.2, **rest), Estimate(value=-0.1, **rest)).value
    'differs'
    """
    if not (everybody.is_estimable and retained.is_estimable):
        return RetainedSays.UNKNOWN
    same_way = everybody.value * retained.value >= 0
    return RetainedSays.SAME if same_way else RetainedSays.DIFFERENT
