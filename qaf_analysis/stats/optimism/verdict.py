"""What to do about auditors' optimism: accept, adjust, audit again, or moderate more."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

from qaf_analysis.stats.optimism.verdict_figures import MOST_TO_SETTLE, RuledFigure
from qaf_analysis.terms.verdicts import (
    OptimismLimits,
    OptimismVerdict,
    Standing,
    VerdictFigure,
)


@dataclass(frozen=True, kw_only=True)
class OptimismDecision:
    """The verdict, the reason for it in plain words, and the figures it rests on."""

    verdict: OptimismVerdict
    reason: str
    figures: tuple[RuledFigure, ...] = ()


def no_verdict(reason: str) -> OptimismDecision:
    """Withhold the verdict, because the grades it would rest on cannot be trusted."""
    return OptimismDecision(verdict=OptimismVerdict.NOT_JUDGED, reason=reason)


def optimism_verdict(
    figures: tuple[RuledFigure, ...],
    *,
    limits: OptimismLimits,
    why_no_gap: str = "",
    audits: int | None = None,
    positive: str = "positive",
) -> OptimismDecision:
    """Verdict on auditors' grades, from intervals and never from a point estimate.

    Parameters
    ----------
    figures : tuple of RuledFigure
        From ``verdict_figures``.
    limits : OptimismLimits
        Those of the scale.
    why_no_gap : str
        Reason for which no gap is given, such as too few moderated audits; empty if it is.
    audits : int or None
        All audits, moderated or not; None where not known.
    positive : str
        What the scale calls its positive grades, after "graded"; for the reason.

    Returns
    -------
    OptimismDecision
        In this order. ``more moderation needed``: there is no gap. ``re-audit``: the share of
        severe differences or the spread between auditors is shown to lie beyond its limit.
        ``accept``: every figure is shown to be small. ``adjust``: gap or shift is shown not to be
        none. Else ``more moderation needed``. A figure that cannot be estimated is open: it is
        neither small nor too large.

    Notes
    -----
    The severe share cannot be both small and too large, its limit being one. A spread between the
    two limits can be both: the worse is said. A gap that is not none but inside the tolerance is
    accepted, because adjusting for it is not worth while. One correction does not mend auditors
    who differ, so *re-audit* stands before *adjust*.
    """
    gap = next((one for one in figures if one.figure is VerdictFigure.GAP), None)
    if why_no_gap or gap is None or not (gap.small.has_interval and gap.shown.has_interval):
        why = why_no_gap or (gap.small.why_not if gap else "") or "the gap has no interval"
        return OptimismDecision(
            verdict=OptimismVerdict.MORE_MODERATION, reason=why, figures=figures
        )
    beyond = [one for one in figures if one.is_beyond]
    apart = [one for one in beyond if one.figure in (VerdictFigure.SEVERE, VerdictFigure.SPREAD)]
    if apart:
        verdict, reason = OptimismVerdict.RE_AUDIT, _joined(apart, limits, positive)
    elif all(one.is_small for one in figures):
        verdict, reason = OptimismVerdict.ACCEPT, _all_small(figures, beyond, positive)
    elif beyond:
        verdict, reason = OptimismVerdict.ADJUST, _joined(beyond, limits, positive)
    else:
        verdict = OptimismVerdict.MORE_MODERATION
        reason = _open(figures, limits, audits, positive)
    return OptimismDecision(verdict=verdict, reason=reason, figures=figures)


def _joined(found: list[RuledFigure], limits: OptimismLimits, positive: str) -> str:
    said = [_beyond(one, limits, positive) for one in found]
    if found[0].figure is VerdictFigure.GAP and len(said) == 2:
        alike = (found[0].small.value > 0) == (found[1].small.value > 0)
        return f"{said[0]} {'and' if alike else 'but'} {said[1].removeprefix('auditors ')}"
    return " and ".join(said)


def _beyond(one: RuledFigure, limits: OptimismLimits, positive: str) -> str:
    up = one.small.value > 0
    return {
        VerdictFigure.GAP: f"auditors are {'kinder' if up else 'harsher'} than moderators",
        VerdictFigure.SHIFT: f"auditors have a {'larger' if up else 'smaller'} share graded "
        f"{positive} than moderators",
        VerdictFigure.SEVERE: f"more than {limits.severe_share:.0%} of audits are "
        f"{limits.severe_words} apart",
        VerdictFigure.SPREAD: "auditors' own gaps, taken together, spread by more than "
        f"{size_in_grades(limits.tolerance)} of a grade, too much for one correction",
    }[one.figure]


def _all_small(figures: tuple[RuledFigure, ...], beyond: list[RuledFigure], positive: str) -> str:
    names = [one.figure for one in figures if one.figure is VerdictFigure.SEVERE]
    middle = "".join(f", {name}" for name in names)
    several = (
        f"{VerdictFigure.GAP}, shift in the share graded {positive}{middle} and "
        f"{VerdictFigure.SPREAD}"
    )
    reason = f"{several} are all shown to be small"
    return f"{reason}; the gap is not none, but not worth adjusting for" if beyond else reason


def _open(
    figures: tuple[RuledFigure, ...], limits: OptimismLimits, audits: int | None, positive: str
) -> str:
    """Name the open figure that takes most moderation to settle, and how much that is."""
    still = [one for one in figures if one.standing is Standing.OPEN]
    widest = max(still, key=lambda one: inf if isnan(one.settled_at) else one.settled_at)
    if not widest.small.is_estimable:
        what = {
            VerdictFigure.GAP: "the mean gap",
            VerdictFigure.SHIFT: f"the shift in the share graded {positive}",
            VerdictFigure.SEVERE: "how many audits are far apart",
            VerdictFigure.SPREAD: "how far auditors differ among themselves",
        }[widest.figure]
        return f"{what} cannot be told: {widest.small.why_not}"
    what = {
        VerdictFigure.GAP: "the mean gap is small (within "
        f"{size_in_grades(limits.tolerance)} of a grade)",
        VerdictFigure.SHIFT: f"the share graded {positive} shifts little (within "
        f"{100 * limits.good_shift:g} points)",
        VerdictFigure.SEVERE: f"more than {limits.severe_share:.0%} of audits are "
        f"{limits.severe_words} apart",
        VerdictFigure.SPREAD: "auditors differ too much among themselves",
    }[widest.figure]
    what = f"whether {what} is still open"
    n = widest.settled_at
    if isnan(n) and widest.figure is VerdictFigure.SPREAD:
        of = f"{widest.small.auditors} auditors"
        return f"{what}, and with these {of} no usual number of audits would settle it"
    if isnan(n):
        return f"{what}; more than {MOST_TO_SETTLE:,} moderated audits would be needed to settle it"
    more = f", more than this period's {audits:,}" if audits and n > audits else ""
    return f"{what}; about {n:,.0f} moderated audits in all would settle it{more}"


def size_in_grades(size: float) -> str:
    """A limit in grades, as short as it can be told."""
    return f"{round(size, 2):g}" if abs(size - round(size, 2)) < 1e-9 else f"{size:.3g}"
