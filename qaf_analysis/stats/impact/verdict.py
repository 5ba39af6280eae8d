"""The verdict on a theme: improved, got worse, no evidence of change, or too little data."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from qaf_analysis.stats.impact.drift import Drift
from qaf_analysis.stats.impact.errors import ROUNDING
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    DriftStanding,
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
        proportion Good or better, where a common shift is alike in latent deviations.
    grade_threshold, good_threshold : Estimate
        The same where the thresholds between grades are alike; of the outcome that decides only.
    scales : int
        Scales on which a claim must hold: 2, or 1 on a scale of two grades.
    drift : Drift
        Drifts beside the change that decides.
    pre_quarters, post_quarters : int
        Quarters with enough usable audits.
    small_quarters : tuple of int
        Quarters left out, because they have too few.
    themed_audits, audits : int
        Audits with a themed grade; audits compared.
    why_not : str
        Why the audits cannot be compared; empty where they can.
    """

    grade: Estimate
    good: Estimate
    grade_threshold: Estimate
    good_threshold: Estimate
    scales: int
    drift: Drift
    pre_quarters: int
    post_quarters: int
    small_quarters: tuple[int, ...]
    themed_audits: int
    audits: int
    why_not: str

    def deciding(self, outcome: Outcome) -> Estimate:
        """The change that decides, as it is printed."""
        return self.grade if outcome == "mean_grade" else self.good

    def both(self, outcome: Outcome) -> tuple[Estimate, ...]:
        """The change that decides on each scale on which a claim must hold."""
        second = self.grade_threshold if outcome == "mean_grade" else self.good_threshold
        return (self.deciding(outcome), second)[: self.scales]

    def p(self, outcome: Outcome) -> float:
        """p-value of the verdict: the larger of the scales'; 1 where one cannot be told."""
        return max(1.0 if math.isnan(one.p) else one.p for one in self.both(outcome))


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
    depends_on_scale : bool
        Whether a change would be claimed on one scale and not on the other.
    standing : DriftStanding or None
        How a claim stands against drift; None where nothing is claimed.
    is_contested : bool
        Whether most other ways of asking say otherwise; False where none was asked.
    """

    verdict: ThemeVerdict
    reason: str
    tested: bool
    provisional: bool
    depends_on_scale: bool
    standing: DriftStanding | None
    is_contested: bool = False

    def contested(self, is_so: bool) -> ThemeDecision:
        """Return the same decision, with what other ways of asking say of it."""
        return replace(self, is_contested=is_so)

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What weakens the verdict; of no test, nothing does."""
        said = {
            Reservation.PROVISIONAL: self.tested and self.provisional,
            Reservation.SCALE: self.depends_on_scale,
            Reservation.DRIFT: self.standing is DriftStanding.EXPLAINED,
            Reservation.CONTESTED: self.is_contested,
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
        ``evidence.p``, after Holm when several are tested.
    themes_tested : int
        Number of themes in that adjustment.

    Returns
    -------
    ThemeDecision
        A claim needs, on each scale, p below 1 - level and a change at least as large as the
        smallest that counts, of one sign; p below 1 - level after Holm; and no movement of the
        other outcome in the opposite direction. Whatever is not a number speaks against a claim.
    """
    provisional = evidence.post_quarters == 1
    shortage = _shortage(evidence, rule=rule)
    if shortage:
        return ThemeDecision(
            verdict=ThemeVerdict.TOO_LITTLE,
            reason=shortage,
            tested=False,
            provisional=provisional,
            depends_on_scale=False,
            standing=None,
        )
    depends = _depends_on_scale(evidence, rule=rule)
    verdict, reason = _verdict(evidence, rule=rule, holm_p=holm_p, themes_tested=themes_tested)
    return ThemeDecision(
        verdict=verdict,
        reason=reason,
        tested=True,
        provisional=provisional,
        depends_on_scale=depends,
        standing=evidence.drift.standing if verdict in THEME_CLAIMS else None,
    )


def _verdict(
    evidence: ThemeEvidence, *, rule: ThemeRule, holm_p: float, themes_tested: int
) -> tuple[ThemeVerdict, str]:
    doubt = _doubt(evidence, rule=rule, holm_p=holm_p, themes_tested=themes_tested)
    if not doubt:
        rose = evidence.deciding(rule.outcome).value > 0
        return ThemeVerdict.IMPROVED if rose else ThemeVerdict.GOT_WORSE, (
            f"the themed domain {'rose' if rose else 'fell'} against the comparison domains of the "
            "same audits by more than chance explains"
        )
    half_width = (evidence.good.high - evidence.good.low) / 2
    if half_width <= rule.widest_good:
        return ThemeVerdict.NO_EVIDENCE, doubt
    if evidence.good.has_interval:
        wide = f"reaches more than {100 * rule.widest_good:g} points either way"
    else:
        wide = "cannot be formed"
    return ThemeVerdict.TOO_LITTLE, f"{doubt}, and the interval for the positive share {wide}"


def _shortage(evidence: ThemeEvidence, *, rule: ThemeRule) -> str:
    """Why the data cannot be tested at all; empty when they can."""
    before, after = evidence.pre_quarters, evidence.post_quarters
    if evidence.why_not and evidence.audits == 0:
        return evidence.why_not
    enough = f" with at least {rule.fewest_audits} audits" if evidence.small_quarters else ""
    if before < rule.fewest_pre:
        return (
            f"{_quarters(before)} before the themed audit{enough}; at least {rule.fewest_pre} "
            "needed"
        )
    if after < rule.fewest_post:
        return (
            f"{_quarters(after)} after the themed audit{enough}; at least {rule.fewest_post} needed"
        )
    if before + after < rule.fewest_quarters:
        return f"{_quarters(before + after)} in all{enough}; at least {rule.fewest_quarters} needed"
    if evidence.why_not:
        return evidence.why_not
    return next((one.why_not for one in evidence.both(rule.outcome) if not one.has_interval), "")


def _would_claim(change: Estimate, *, rule: ThemeRule) -> int:
    """1 or -1 where a change alone would be claimed as a rise or a fall, else 0."""
    smallest = rule.smallest_grade if rule.outcome == "mean_grade" else rule.smallest_good
    if not (change.p < 1 - rule.level and abs(change.value) >= smallest):
        return 0
    return 1 if change.value > 0 else -1


def _depends_on_scale(evidence: ThemeEvidence, *, rule: ThemeRule) -> bool:
    return len({_would_claim(one, rule=rule) for one in evidence.both(rule.outcome)}) > 1


def _doubt(evidence: ThemeEvidence, *, rule: ThemeRule, holm_p: float, themes_tested: int) -> str:
    """Why a change may not be claimed; empty when it may."""
    limit, changes = 1 - rule.level, evidence.both(rule.outcome)
    if _depends_on_scale(evidence, rule=rule):
        return (
            "a change would be claimed on one of the two scales on which domains of different "
            "levels can be compared, and not on the other"
        )
    if not all(change.p < limit for change in changes):
        return "the interval for the change includes no change"
    if not all(_would_claim(change, rule=rule) for change in changes):
        if rule.outcome == "mean_grade":
            return f"the change is smaller than {rule.smallest_grade:g} of a grade"
        return f"the change is smaller than {100 * rule.smallest_good:g} points"
    if not holm_p < limit:
        return (
            f"the change would count on its own, but with {themes_tested} themes tested at once "
            "one like it can arise by chance"
        )
    # A value that is nought but for rounding has no direction.
    if evidence.grade.value * evidence.good.value < -(ROUNDING**0.5):
        return "the mean grade and the positive share moved in opposite directions"
    return ""


def _quarters(count: int) -> str:
    return "no quarter" if count == 0 else "1 quarter" if count == 1 else f"{count} quarters"
