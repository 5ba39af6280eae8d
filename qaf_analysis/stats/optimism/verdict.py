"""What to do about auditors' optimism: accept, adjust, audit again, or moderate more."""

from __future__ import annotations

from math import isnan
from typing import Literal, NamedTuple, TypeAlias

from qaf_analysis.terms.estimate import Estimate

Verdict: TypeAlias = Literal["accept", "adjust", "re-audit", "more moderation needed"]

TOLERANCE = 0.25
SEVERE_LIMIT = 0.05
HETEROGENEITY_LIMIT = 0.1


class OptimismVerdict(NamedTuple):
    """The verdict and the reason for it in plain words."""

    verdict: Verdict
    reason: str


def optimism_verdict(
    gap: Estimate,
    *,
    severe: Estimate,
    heterogeneity_p: float,
    tolerance: float = TOLERANCE,
    severe_limit: float = SEVERE_LIMIT,
    heterogeneity_limit: float = HETEROGENEITY_LIMIT,
) -> OptimismVerdict:
    """Verdict on auditors' grades, from intervals and never from a point estimate.

    Parameters
    ----------
    gap : Estimate
        Mean of audit minus moderation, in grades, from cases chosen by a recorded chance.
    severe : Estimate
        Share of audits two or more grades apart.
    heterogeneity_p : float
        p-value of the test that auditors are alike; NaN where it could not be made.
    tolerance : float
        Gap in grades that is taken as alike.
    severe_limit : float
        Share of severe differences beyond which adjusting is not enough.
    heterogeneity_limit : float
        p-value at or below which auditors count as different from each other.

    Returns
    -------
    OptimismVerdict
        In this order. ``accept``: the gap's interval lies inside the tolerance. ``re-audit``: it
        excludes 0, and auditors differ among themselves or severe differences exceed their limit
        (lower end of the interval). ``adjust``: it excludes 0, and neither was shown. Else
        ``more moderation needed``.
    """
    if not gap.has_interval:
        return OptimismVerdict("more moderation needed", gap.why_not or "the gap has no interval")
    if -tolerance <= gap.low and gap.high <= tolerance:
        return OptimismVerdict(
            "accept", f"the mean gap lies within {tolerance:g} of a grade of no gap"
        )
    if gap.low <= 0 <= gap.high:
        return OptimismVerdict(
            "more moderation needed",
            f"the mean gap may be none, and may be more than {tolerance:g} of a grade",
        )
    direction = "kinder" if gap.low > 0 else "harsher"
    base = f"auditors are {direction} than moderators"
    if not isnan(severe.low) and severe.low > severe_limit:
        return OptimismVerdict(
            "re-audit",
            f"{base}, and more than {severe_limit:.0%} of audits are two or more grades apart",
        )
    if heterogeneity_p <= heterogeneity_limit:
        return OptimismVerdict(
            "re-audit", f"{base}, and auditors differ too much for one correction"
        )
    alike = "no difference among auditors was shown"
    if isnan(heterogeneity_p):
        alike = "whether auditors are alike could not be tested"
    return OptimismVerdict("adjust", f"{base}, and {alike}")
