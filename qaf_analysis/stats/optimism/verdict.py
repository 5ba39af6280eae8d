"""What to do about auditors' optimism: accept, adjust, audit again, or moderate more."""

from __future__ import annotations

from math import isnan
from typing import NamedTuple

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismRule, OptimismVerdict


class OptimismDecision(NamedTuple):
    """The verdict and the reason for it in plain words."""

    verdict: OptimismVerdict
    reason: str


def optimism_verdict(
    gap: Estimate,
    *,
    severe: Estimate,
    heterogeneity_p: float,
    rule: OptimismRule = OPTIMISM_RULE,
) -> OptimismDecision:
    """Verdict on auditors' grades, from intervals and never from a point estimate.

    Parameters
    ----------
    gap : Estimate
        Mean of audit minus moderation, in grades, from cases chosen by a recorded chance.
    severe : Estimate
        Share of audits two or more grades apart.
    heterogeneity_p : float
        p-value of the test that auditors are alike; NaN where it could not be made.
    rule : OptimismRule
        Limits of the verdict.

    Returns
    -------
    OptimismDecision
        In this order. ``accept``: the gap's interval lies inside the tolerance. ``re-audit``: it
        excludes 0, and auditors differ among themselves or severe differences exceed their limit
        (lower end of the interval). ``adjust``: it excludes 0, and neither was shown. Else
        ``more moderation needed``.
    """
    if not gap.has_interval:
        return OptimismDecision(
            OptimismVerdict.MORE_MODERATION, gap.why_not or "the gap has no interval"
        )
    tolerance = rule.tolerance
    if -tolerance <= gap.low and gap.high <= tolerance:
        return OptimismDecision(
            OptimismVerdict.ACCEPT, f"the mean gap lies within {tolerance:g} of a grade of no gap"
        )
    if gap.low <= 0 <= gap.high:
        return OptimismDecision(
            OptimismVerdict.MORE_MODERATION,
            f"the mean gap may be none, and may be more than {tolerance:g} of a grade",
        )
    direction = "kinder" if gap.low > 0 else "harsher"
    base = f"auditors are {direction} than moderators"
    if not isnan(severe.low) and severe.low > rule.severe_limit:
        return OptimismDecision(
            OptimismVerdict.RE_AUDIT,
            f"{base}, and more than {rule.severe_limit:.0%} of audits are two or more grades apart",
        )
    if heterogeneity_p <= rule.heterogeneity_limit:
        return OptimismDecision(
            OptimismVerdict.RE_AUDIT, f"{base}, and auditors differ too much for one correction"
        )
    alike = "no difference among auditors was shown"
    if isnan(heterogeneity_p):
        alike = "whether auditors are alike could not be tested"
    return OptimismDecision(OptimismVerdict.ADJUST, f"{base}, and {alike}")
