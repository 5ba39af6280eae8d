"""What happened to a themed domain against its comparison domains, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qaf_analysis.stats.impact.themed_series import QuarterPoint
from qaf_analysis.stats.impact.verdict import (
    ThemeDecision,
    ThemeEvidence,
    theme_decision,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeChange:
    """What happened to a themed domain, and what may be said of it.

    Parameters
    ----------
    evidence : ThemeEvidence
        The change, the check of the quarters before, and the counts.
    themed_grade, control_grade, themed_good, control_good : Estimate
        Own movement of each side, without comparison.
    detectable_grade, detectable_good : Estimate
        Smallest true change found with 80 % power, given how quarters differ by chance; the
        interval comes from estimating that from few quarters.
    series : tuple of QuarterPoint
        Means by quarter, in order.
    without_theme, without_control : int
        Audits not used: no themed grade; a themed but no comparison grade.
    holm_p : float
        p-value after Holm; NaN when there was too little data to test (see ``decision``).
    themes_tested : int
        Number of themes in that adjustment; 0 when this one was not tested.
    rule, decision
        Limits applied; verdict, reason and reservations.
    """

    evidence: ThemeEvidence
    themed_grade: Estimate
    control_grade: Estimate
    themed_good: Estimate
    control_good: Estimate
    detectable_grade: Estimate
    detectable_good: Estimate
    series: tuple[QuarterPoint, ...]
    without_theme: int
    without_control: int
    holm_p: float
    themes_tested: int
    rule: ThemeRule
    decision: ThemeDecision

    @property
    def verdict(self) -> ThemeVerdict:
        """The verdict."""
        return self.decision.verdict

    @property
    def reason(self) -> str:
        """Why, in plain words."""
        return self.decision.reason

    @property
    def deciding(self) -> Estimate:
        """The change that decides the verdict: ``grade``, or ``good`` where the rule says so."""
        return self.evidence.deciding(self.rule.outcome)

    @property
    def grade(self) -> Estimate:
        """Change in mean grade against the comparison domains."""
        return self.evidence.grade

    @property
    def good(self) -> Estimate:
        """Change in the share Good or better against the comparison domains, as a proportion."""
        return self.evidence.good

    @property
    def lead(self) -> Estimate:
        """Movement of the difference within the quarters before; no movement proves nothing."""
        return self.evidence.lead

    @property
    def pre_quarters(self) -> int:
        """Quarters before the themed audit with usable audits."""
        return self.evidence.pre_quarters

    @property
    def post_quarters(self) -> int:
        """Quarters after the themed audit with usable audits."""
        return self.evidence.post_quarters

    @property
    def detectable(self) -> float:
        """Smallest true change in grades found with 80 % power; NaN where ``grade`` is."""
        return self.detectable_grade.value

    @property
    def ruled_out(self) -> float:
        """A change of more grades than this, either way, is ruled out; NaN without interval."""
        return max(abs(self.grade.low), abs(self.grade.high))

    @property
    def ruled_out_good(self) -> float:
        """A larger change in Good or better, either way, is ruled out; NaN without interval."""
        return max(abs(self.good.low), abs(self.good.high))

    def among(self, themes_tested: int, *, holm_p: float) -> ThemeChange:
        """Return the same change with the verdict it has as one of several themes."""
        decision = theme_decision(
            self.evidence, rule=self.rule, holm_p=holm_p, themes_tested=themes_tested
        )
        return replace(self, holm_p=holm_p, themes_tested=themes_tested, decision=decision)
