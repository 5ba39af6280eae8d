"""The verdict on a theme: improved, got worse, no evidence of change, or too little data."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    Reservation,
    ReservedVerdict,
    ThemeRule,
    ThemeVerdict,
)


@dataclass(frozen=True, kw_only=True)
class ThemeEvidence:
    """What a verdict rests on.

    Parameters
    ----------
    grade, good : Estimate
        Change of the themed domain against the comparison domains, in grades and as a
        proportion Good or better.
    lead : Estimate
        Movement of the difference that decides within the quarters before the themed audit.
    pre_quarters, post_quarters : int
        Quarters with usable audits.
    median_audits : float
        Median usable audits a quarter.
    themed_audits, audits : int
        Audits with a themed grade; those of them with a comparison grade too.
    """

    grade: Estimate
    good: Estimate
    lead: Estimate
    pre_quarters: int
    post_quarters: int
    median_audits: float
    themed_audits: int
    audits: int

    def deciding(self, outcome: Outcome) -> Estimate:
        """The change that decides."""
        return self.grade if outcome == "mean_grade" else self.good


@dataclass(frozen=True, kw_only=True)
class ThemeDecision:
    """A verdict with its reason.

    Parameters
    ----------
    verdict : ThemeVerdict
        The word.
    reason : str
        Why, in plain words.
    tested : bool
        Whether there was enough data to test for a change at all.
    provisional : bool
        Whether only one quarter after the themed audit is in.
    already_moving : bool
        Whether a claim is weakened because the difference moved before the themed audit too.
        That it did not is no proof: the check finds few real trends.
    """

    verdict: ThemeVerdict
    reason: str
    tested: bool
    provisional: bool
    already_moving: bool

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What weakens the verdict; of no test, nothing does."""
        said = {
            Reservation.PROVISIONAL: self.tested and self.provisional,
            Reservation.ALREADY_MOVING: self.already_moving,
        }
        return tuple(reservation for reservation, holds in said.items() if holds)

    @property
    def full_verdict(self) -> ReservedVerdict:
        """The verdict with its reservations."""
        return ReservedVerdict(self.verdict, self.reservations)


def theme_decision(
    evidence: ThemeEvidence, *, rule: ThemeRule, holm_p: float, themes_tested: int
) -> ThemeDecision:
    """Apply the rule to the evidence.

    Parameters
    ----------
    evidence : ThemeEvidence
        Estimates and counts.
    rule : ThemeRule
        Limits.
    holm_p : float
        Two-sided p-value of the change that decides, after Holm when several are tested.
    themes_tested : int
        Number of themes in that adjustment.

    Returns
    -------
    ThemeDecision
        A claim needs p below 1 - level, a change at least as large as the smallest that counts,
        and no movement of the other outcome in the opposite direction.
    """
    provisional = evidence.post_quarters == 1
    shortage = _shortage(evidence, rule=rule)
    if shortage:
        return ThemeDecision(
            verdict=ThemeVerdict.TOO_LITTLE,
            reason=shortage,
            tested=False,
            provisional=provisional,
            already_moving=False,
        )
    verdict, reason = _verdict(evidence, rule=rule, holm_p=holm_p, themes_tested=themes_tested)
    already_moving = verdict in THEME_CLAIMS and evidence.lead.p < 1 - rule.level
    if already_moving:
        reason += ", but the difference was already moving before the themed audit"
    return ThemeDecision(
        verdict=verdict,
        reason=reason,
        tested=True,
        provisional=provisional,
        already_moving=already_moving,
    )


def _verdict(
    evidence: ThemeEvidence, *, rule: ThemeRule, holm_p: float, themes_tested: int
) -> tuple[ThemeVerdict, str]:
    doubt = _doubt(evidence, rule=rule, holm_p=holm_p, themes_tested=themes_tested)
    if not doubt and evidence.deciding(rule.outcome).value > 0:
        return ThemeVerdict.IMPROVED, (
            "the themed domain rose against the comparison domains of the same audits by more "
            "than chance explains"
        )
    if not doubt:
        return ThemeVerdict.GOT_WORSE, (
            "the themed domain fell against the comparison domains of the same audits by more "
            "than chance explains"
        )
    half_width = (evidence.good.high - evidence.good.low) / 2
    if half_width <= rule.widest_good:
        return ThemeVerdict.NO_EVIDENCE, doubt
    if evidence.good.has_interval:
        wide = f"reaches more than {100 * rule.widest_good:g} points either way"
    else:
        wide = "cannot be formed"
    return ThemeVerdict.TOO_LITTLE, f"{doubt}, and the interval for Good or better {wide}"


def _shortage(evidence: ThemeEvidence, *, rule: ThemeRule) -> str:
    """Why the data cannot be tested at all; empty when they can."""
    before, after = evidence.pre_quarters, evidence.post_quarters
    if evidence.themed_audits == 0:
        return "no audit has a grade in the themed domain"
    if evidence.audits == 0:
        return "no audit has a grade in a comparison domain that no theme ever touched"
    if before < rule.fewest_pre:
        return f"{_quarters(before)} before the themed audit; at least {rule.fewest_pre} needed"
    if after < rule.fewest_post:
        return f"{_quarters(after)} after the themed audit; at least {rule.fewest_post} needed"
    if before + after < rule.fewest_quarters:
        return f"{_quarters(before + after)} in all; at least {rule.fewest_quarters} needed"
    if evidence.median_audits < rule.fewest_audits:
        return (
            f"a median of {evidence.median_audits:g} audits a quarter; "
            f"at least {rule.fewest_audits} needed"
        )
    decides = evidence.deciding(rule.outcome)
    return "" if decides.has_interval else decides.why_not


def _doubt(evidence: ThemeEvidence, *, rule: ThemeRule, holm_p: float, themes_tested: int) -> str:
    """Why a change may not be claimed; empty when it may."""
    limit, change = 1 - rule.level, evidence.deciding(rule.outcome)
    if not change.p < limit:
        return "the interval for the change includes no change"
    if not holm_p < limit:
        return (
            f"the change would count on its own, but with {themes_tested} themes tested at once "
            "one like it can arise by chance"
        )
    if rule.outcome == "mean_grade" and abs(change.value) < rule.smallest_grade:
        return f"the change is smaller than {rule.smallest_grade:g} of a grade"
    if rule.outcome == "good_or_better" and abs(change.value) < rule.smallest_good:
        return f"the change is smaller than {100 * rule.smallest_good:g} points"
    if evidence.grade.value * evidence.good.value < 0:
        return "the mean grade and Good or better moved in opposite directions"
    return ""


def _quarters(count: int) -> str:
    return "no quarter" if count == 0 else "1 quarter" if count == 1 else f"{count} quarters"
