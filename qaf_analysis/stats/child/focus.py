"""How sharply audits look at the child's experience, against moderators on the same audits."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades
from qaf_analysis.stats.child.experience import child_experience_gap, good_without_child_rate
from qaf_analysis.stats.child.focus_share import FocusShares, focus_shares
from qaf_analysis.stats.child.halo import Halo, StraightLines, halo, straight_lines
from qaf_analysis.stats.child.rule_fit import RULES, RuleFit, rule_fit, weakest_link_difference
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FOCUS_RULE, FocusMeasure, FocusVerdict


@dataclass(frozen=True, kw_only=True)
class GoodWithoutChild:
    """Good or better overall although a child domain is below good; shown, never tested.

    Kindness alike in all domains raises the auditors' rate above the moderators', so a difference
    says nothing of focus on the child.

    Parameters
    ----------
    audit, moderation : Estimate
        Rate among audits with a child domain below good by the moderator: auditors' overall
        grades, and moderators' own.
    """

    audit: Estimate
    moderation: Estimate


@dataclass(frozen=True, kw_only=True)
class FocusTest:
    """One measure's test that auditors and moderators do alike.

    Parameters
    ----------
    measure : FocusMeasure
        Which measure.
    is_weaker : bool
        Whether the figure lies on the side of auditors' weaker focus: above 0 for the child
        experience gap and halo, below 0 for the difference of focus shares.
    p, adjusted_p : float
        Two-sided p-value, and the same adjusted for all the tests (Holm); NaN where not tested.
    """

    measure: FocusMeasure
    is_weaker: bool
    p: float
    adjusted_p: float

    @property
    def shows_weaker_focus(self) -> bool:
        """Whether auditors' weaker focus may be claimed, with all tests in view."""
        return self.is_weaker and self.adjusted_p < FOCUS_RULE.error


@dataclass(frozen=True, kw_only=True)
class ChildFocus:
    """Measures of child focus, each auditors against moderators on the same audits.

    Parameters
    ----------
    experience_gap : Estimate
        Optimism on child domains less that on process domains, in grades, free of level.
    focus : FocusShares
        Share of child domains in what explains the overall grade.
    good_without_child : GoodWithoutChild
        Good overall grades although a child domain is below good; not tested.
    halo : Halo
        How far the domains of an audit go together.
    straight_lines : StraightLines
        How often all domains of an audit have one grade; not tested.
    weakest_link : Estimate
        Share of overall grades no higher than the weakest domain, auditors less moderators. Not
        among the tests: a reader less sure of each domain has a lower weakest domain without any
        weaker focus.
    rules : tuple of RuleFit
        How often overall grades follow each rule.
    tests : tuple of FocusTest
        Of the child experience gap, the focus share and halo. Holm's adjustment keeps the chance
        of one or more false claims among them at 5 %.
    """

    experience_gap: Estimate
    focus: FocusShares
    good_without_child: GoodWithoutChild
    halo: Halo
    straight_lines: StraightLines
    weakest_link: Estimate
    rules: tuple[RuleFit, ...]
    tests: tuple[FocusTest, ...]

    @property
    def verdict(self) -> FocusVerdict:
        """What may be said: weaker, not shown to be weaker, or, with nothing tested, nothing."""
        return focus_verdict(self.tests)


def child_focus_metrics(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    good_from: int,
    auditor: ArrayLike,
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> ChildFocus:
    """Compare auditors' child focus with moderators' on the same audits.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits.
    good_from : int
        Lowest code that counts as good.
    auditor : int array, shape (audits,)
        Auditor of each audit; every interval allows for auditors.
    rng : numpy.random.Generator
        For the focus shares' intervals.
    draws : int
    level : float

    Returns
    -------
    ChildFocus
        Each figure that cannot be had says why.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    gap = child_experience_gap(audit, moderation, auditor=auditor, level=level)
    focus = focus_shares(audit, moderation, auditor=auditor, rng=rng, draws=draws, level=level)
    together = halo(audit, moderation, auditor=auditor, level=level)
    rates = [
        good_without_child_rate(
            reader, child_by=moderation, good_from=good_from, auditor=auditor, level=level
        )
        for reader in (audit, moderation)
    ]
    return ChildFocus(
        experience_gap=gap,
        focus=focus,
        good_without_child=GoodWithoutChild(audit=rates[0], moderation=rates[1]),
        halo=together,
        straight_lines=straight_lines(audit, moderation, auditor=auditor, level=level),
        weakest_link=weakest_link_difference(audit, moderation, auditor=auditor, level=level),
        rules=tuple(
            rule_fit(audit, moderation, rule=rule, auditor=auditor, level=level) for rule in RULES
        ),
        tests=focus_tests(gap, focus, together),
    )


def focus_verdict(tests: tuple[FocusTest, ...]) -> FocusVerdict:
    """Weaker where a test shows it; not shown where some test could; else cannot be told."""
    if all(isnan(test.adjusted_p) for test in tests):
        return FocusVerdict.CANNOT_BE_TOLD
    if any(test.shows_weaker_focus for test in tests):
        return FocusVerdict.WEAKER
    return FocusVerdict.NOT_SHOWN


def focus_tests(gap: Estimate, focus: FocusShares, together: Halo) -> tuple[FocusTest, ...]:
    """Test each measure on the side of weaker focus, adjusted for testing all of them (Holm).

    Parameters
    ----------
    gap : Estimate
        Child experience gap.
    focus : FocusShares
    together : Halo
    """
    halo_is = together.difference
    tested: dict[FocusMeasure, tuple[float, bool]] = {
        FocusMeasure.KINDER_TO_CHILD: (gap.p, gap.value > 0),
        FocusMeasure.LESS_OF_CHILD: (focus.p, focus.difference.value < 0),
        FocusMeasure.ONE_IMPRESSION: (halo_is.p, halo_is.value > 0),
    }
    adjusted = holm([p for p, _ in tested.values()])
    return tuple(
        FocusTest(measure=measure, is_weaker=is_weaker, p=p, adjusted_p=float(corrected))
        for (measure, (p, is_weaker)), corrected in zip(tested.items(), adjusted, strict=True)
    )
