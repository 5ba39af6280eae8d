"""Is a change in grades practice, other auditors, or auditors who became kinder?

The change in the mean grade between two periods is split exactly: practice is what moderators
saw change; the rest is leniency, of which one part is the mix of auditors and the other their
drift. All of it rests on moderators who held steady (``moderator_steadiness``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, check_level, frozen_floats
from qaf_analysis.stats.trend.auditor_mix import OutsideLeniency, PeriodGaps, auditor_mix
from qaf_analysis.stats.trend.period_level import (
    combined_df,
    moderations_needed,
    two_phase_estimate,
)
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod, TwoPhaseMeans, two_phase_means
from qaf_analysis.stats.trend.year_change import mean_change, share_change
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import TREND_RULE, TrendClaim

Part: TypeAlias = Literal["practice", "leniency", "mix", "drift"]
CLAIMS: dict[Part, tuple[TrendClaim, TrendClaim]] = {
    "practice": (TrendClaim.PRACTICE_IMPROVED, TrendClaim.PRACTICE_WORSE),
    "leniency": (TrendClaim.GRADING_KINDER, TrendClaim.GRADING_HARSHER),
    "mix": (TrendClaim.KINDER_AUDITORS, TrendClaim.HARSHER_AUDITORS),
    "drift": (TrendClaim.AUDITORS_KINDER, TrendClaim.AUDITORS_HARSHER),
}


@dataclass(frozen=True, kw_only=True)
class TrendSplit:
    """A change between two periods, last minus first, and its parts.

    ``practice + mix + drift`` is ``observed``, and ``mix + drift`` is ``leniency``, exactly.

    Parameters
    ----------
    observed : Estimate
        Change in the auditors' mean, as ``year_change`` has it for any two periods.
    practice : Estimate
        Change in the mean that moderators would have given to all audits.
    leniency : Estimate
        Change in audit minus moderation; positive = grading became kinder.
    mix, drift : Estimate
        Part of the leniency from other auditors doing the audits, and from auditors changing.
    needed : Estimate
        Moderated audits, chosen by chance, needed in each period to see a change in practice as
        large as the one observed in four of five councils; no interval.
    verdict : str
        "cannot be told"; or what practice and leniency as a whole did; or "no clear change".
    """

    observed: Estimate
    practice: Estimate
    leniency: Estimate
    mix: Estimate
    drift: Estimate
    needed: Estimate
    verdict: str


def trend_split(
    first: ModeratedPeriod,
    last: ModeratedPeriod,
    *,
    values: ArrayLike,
    outside: OutsideLeniency | None = None,
    refusal: str = "",
    level: float = 0.95,
) -> TrendSplit:
    """Split the change between two periods into practice, mix of auditors, and drift.

    Parameters
    ----------
    first, last : ModeratedPeriod
        Audits of each; an auditor has one number in both.
    values : array, shape (K,)
        What each grade counts: 0 .. K-1, or 0 and 1 for Good or better.
    outside : OutsideLeniency, optional
        Leniency of auditors, by the same numbers and in the unit of ``values``.
    refusal : str
        Reason found elsewhere (such as selection that is not recorded) why it cannot be told.
    level : float
        Confidence level.

    Returns
    -------
    TrendSplit
        Practice, leniency, mix and drift are not estimable with fewer than 30 moderated audits
        in a period, or when a common auditors' grade has fewer than two of them.

    Raises
    ------
    ShapeError
        If a period has fewer than two audits.
    """
    check_level(level)
    worth = frozen_floats(values)
    auditors = 1 + max(int(period.auditor.max(initial=-1)) for period in (first, last))
    if outside is not None:
        auditors = max(auditors, 1 + int(outside.auditor.max(initial=-1)))
    needed = moderations_needed(first, last, values=worth, level=level)
    observed = _observed_change(first, last, worth, level=level)
    reason = refusal or _refusal(first, last)
    parts = (
        {part: _untold(reason, part, observed) for part in CLAIMS}
        if reason
        else _parts(first, last, worth, auditors=auditors, outside=outside, observed=observed)
    )
    return TrendSplit(
        observed=observed,
        **parts,
        needed=needed,
        verdict=_verdict(parts, told=not reason),
    )


def untold_split(reason: str, *, level: float = 0.95) -> TrendSplit:
    """Split without values, with the reason in plain words."""
    nothing = Estimate.not_estimable(reason, method="two-phase", level=level)
    return TrendSplit(
        observed=nothing,
        practice=nothing,
        leniency=nothing,
        mix=nothing,
        drift=nothing,
        needed=nothing,
        verdict=TrendClaim.CANNOT_BE_TOLD,
    )


def claim(part: Part, estimate: Estimate) -> TrendClaim:
    """What a part of the split did, judged by its interval.

    Examples
    --------
    >>> claim("mix", Estimate.not_estimable("too few", method="two-phase")).value
    'cannot be told'
    """
    if not estimate.has_interval:
        return TrendClaim.CANNOT_BE_TOLD
    rose, fell = CLAIMS[part]
    return rose if estimate.low > 0 else fell if estimate.high < 0 else TrendClaim.NO_CLEAR_CHANGE


def practice_less(practice: Estimate, drift: Estimate) -> Estimate:
    """Change in practice less a drift of the moderators that it was measured by.

    Parameters
    ----------
    practice : Estimate
        By moderators' grades.
    drift : Estimate
        Of moderators between the two periods, positive = kinder, in the same unit.

    Returns
    -------
    Estimate
        Variances are added: moderators' first readings are part of both, which makes the true one
        smaller, so the interval is on the safe side.

    Examples
    --------
    >>> practice = Estimate(value=0.5, low=0.1, high=0.9, level=0.95, cases=80, auditors=0,
    ...     method="by hand", se=0.3)
    >>> drift = Estimate(value=0.2, low=-0.6, high=1.0, level=0.95, cases=20, auditors=0,
    ...     method="by hand", se=0.4)
    >>> found = practice_less(practice, drift)
    >>> round(found.value, 9), round(found.se, 9), round(found.high, 3)  # 1.96 x 0.5
    (0.3, 0.5, 1.28)
    """
    for part in (practice, drift):
        if not part.has_interval or isnan(part.se):
            return Estimate.not_estimable(
                part.why_not or "its standard error is not known",
                method="two-phase, less drift",
                level=practice.level,
                cases=part.cases,
            )
    df = combined_df(
        tuple((part.se**2, inf if isnan(part.df) else part.df) for part in (practice, drift))
    )
    return two_phase_estimate(
        practice.value - drift.value,
        practice.se**2 + drift.se**2,
        df=df,
        like=practice,
        method="change in two-phase means less moderators' drift by anchors, t",
    )


def _parts(
    first: ModeratedPeriod,
    last: ModeratedPeriod,
    worth: Floats,
    *,
    auditors: int,
    outside: OutsideLeniency | None,
    observed: Estimate,
) -> dict[Part, Estimate]:
    was, now = (two_phase_means(period, values=worth) for period in (first, last))
    gaps = [_gaps(p, m, worth, n=auditors) for p, m in ((first, was), (last, now))]
    mix = auditor_mix(*gaps, outside=outside)
    practice = now.adjusted - was.adjusted
    leniency = now.observed - was.observed - practice
    both = was.gap_variance + now.gap_variance
    drift = both + mix.variance - 2 * (mix.covariance_last - mix.covariance_first)
    df = combined_df(((was.gap_variance, was.df), (now.gap_variance, now.df)))
    mix_df = mix.df if not isnan(mix.df) else df

    def part(value: float, variance: float, *, df: float, method: str) -> Estimate:
        return two_phase_estimate(value, variance, df=df, like=observed, method=f"{method}, t")

    parts: dict[Part, Estimate] = {
        "practice": part(
            practice,
            was.adjusted_variance + now.adjusted_variance,
            df=combined_df(((was.adjusted_variance, was.df), (now.adjusted_variance, now.df))),
            method="change in two-phase means",
        ),
        "leniency": part(leniency, both, df=df, method="change in two-phase gaps"),
    }
    if mix.why_not:
        return parts | {p: _untold(mix.why_not, p, observed) for p in ("mix", "drift")}
    return parts | {
        "mix": part(mix.value, mix.variance, df=mix_df, method="predicted from auditors' gaps"),
        "drift": part(
            leniency - mix.value,
            # Rounding, or a covariance larger than it can be, must not make it negative.
            max(drift, 0.25 * both),
            df=min(df, mix_df),
            method="leniency less mix",
        ),
    }


def _gaps(period: ModeratedPeriod, means: TwoPhaseMeans, worth: Floats, *, n: int) -> PeriodGaps:
    return PeriodGaps(
        gap=worth[period.audited] - worth[period.moderation_grade],
        auditor=period.auditor[period.moderated],
        weight=means.weight,
        share=np.bincount(period.auditor, minlength=n) / len(period.auditor),
    )


def _observed_change(
    first: ModeratedPeriod, last: ModeratedPeriod, worth: Floats, *, level: float
) -> Estimate:
    change = share_change if np.isin(worth, (0.0, 1.0)).all() else mean_change
    return change(
        worth[first.grade],
        worth[last.grade],
        first_auditor=first.auditor,
        last_auditor=last.auditor,
        level=level,
    )


def _refusal(first: ModeratedPeriod, last: ModeratedPeriod) -> str:
    for words, period in (("the first period", first), ("the last period", last)):
        reason = period.refusal(fewest=TREND_RULE.fewest_by_chance)
        if reason:
            return f"in {words}, {reason}"
    return ""


def _untold(reason: str, part: Part, like: Estimate) -> Estimate:
    return Estimate.not_estimable(
        reason,
        method=f"two-phase, {part}",
        level=like.level,
        cases=like.cases,
        auditors=like.auditors,
    )


def _verdict(parts: dict[Part, Estimate], *, told: bool) -> str:
    if not told:
        return TrendClaim.CANNOT_BE_TOLD
    found = [claim(part, parts[part]) for part in ("practice", "leniency")]
    clear = [words for words in found if words != TrendClaim.NO_CLEAR_CHANGE]
    return "; ".join(clear) or TrendClaim.NO_CLEAR_CHANGE
