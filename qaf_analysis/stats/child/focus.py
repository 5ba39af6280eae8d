"""How sharply audits look at the child's experience, against moderators on the same audits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades
from qaf_analysis.stats.child.experience import (
    child_experience_gap,
    crossed_difference,
    good_without_child_difference,
    good_without_child_rate,
)
from qaf_analysis.stats.child.focus_share import FocusShares, focus_shares
from qaf_analysis.stats.child.halo import StraightLines, halo_ratio, straight_lines
from qaf_analysis.stats.child.rule_fit import RULES, RuleFit, rule_fit, weakest_link_difference
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.terms.estimate import Estimate

Metric: TypeAlias = Literal[
    "child experience gap",
    "focus share difference",
    "good without the child",
    "halo ratio",
    "weakest link difference",
]


@dataclass(frozen=True, kw_only=True)
class GoodWithoutChild:
    """Good or better overall although a child domain is below good.

    Parameters
    ----------
    audit, moderation : Estimate
        Rate among audits with a child domain below good by the moderator: auditors' overall
        grades, and moderators' own.
    difference : Estimate
        Auditors' rate less moderators'.
    audit_own : Estimate
        The same rate from the auditor's overall and child grades alone.
    crossed : Estimate
        The difference that is tested; see ``crossed_difference``.
    """

    audit: Estimate
    moderation: Estimate
    difference: Estimate
    audit_own: Estimate
    crossed: Estimate


@dataclass(frozen=True, kw_only=True)
class FocusTest:
    """One metric's test that auditors and moderators do alike.

    Parameters
    ----------
    metric : str
        Which metric.
    is_weaker : bool
        Whether the figure lies on the side of auditors' weaker focus: above 0 for the child
        experience gap and good without the child, below 0 for the difference of focus shares,
        below 1 for the halo ratio. Never for the weakest link difference: a reader less sure of
        each domain has a lower weakest domain without any weaker focus.
    p, adjusted_p : float
        Two-sided p-value, and the same adjusted for the five tests (Holm); NaN where not tested.
    """

    metric: Metric
    is_weaker: bool
    p: float
    adjusted_p: float

    def shows_weaker_focus(self, *, level: float = 0.95) -> bool:
        """Whether auditors' weaker focus may be claimed, with all five tests in view."""
        return self.is_weaker and self.adjusted_p < 1 - level


@dataclass(frozen=True, kw_only=True)
class ChildFocus:
    """Five metrics of child focus, each auditors against moderators on the same audits.

    Parameters
    ----------
    experience_gap : Estimate
        Optimism on child domains less that on process domains, in grades.
    focus : FocusShares
        Share of child domains in what explains the overall grade.
    good_without_child : GoodWithoutChild
        Good overall grades although a child domain is below good.
    halo : Estimate
        Within-audit spread of auditors' domain grades over that of moderators'.
    straight_lines : StraightLines
        How often all domains of an audit have one grade.
    weakest_link : Estimate
        Share of overall grades no higher than the weakest domain, auditors less moderators.
    rules : tuple of RuleFit
        How often overall grades follow each rule.
    tests : tuple of FocusTest
        The five metrics' tests. Holm's adjustment keeps the chance of one or more false claims
        among the five at 5 %.
    """

    experience_gap: Estimate
    focus: FocusShares
    good_without_child: GoodWithoutChild
    halo: Estimate
    straight_lines: StraightLines
    weakest_link: Estimate
    rules: tuple[RuleFit, ...]
    tests: tuple[FocusTest, ...]


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
    good = good_without_child(audit, moderation, good_from=good_from, auditor=auditor, level=level)
    halo = halo_ratio(audit, moderation, auditor=auditor, level=level)
    weakest = weakest_link_difference(audit, moderation, auditor=auditor, level=level)
    return ChildFocus(
        experience_gap=gap,
        focus=focus,
        good_without_child=good,
        halo=halo,
        straight_lines=straight_lines(audit, moderation, auditor=auditor, level=level),
        weakest_link=weakest,
        rules=tuple(
            rule_fit(audit, moderation, rule=rule, auditor=auditor, level=level) for rule in RULES
        ),
        tests=_tests(
            {
                "child experience gap": (gap, gap.value > 0),
                "focus share difference": (focus.difference, focus.difference.value < 0),
                "good without the child": (good.crossed, good.crossed.value > 0),
                "halo ratio": (halo, halo.value < 1),
                "weakest link difference": (weakest, False),
            }
        ),
    )


def good_without_child(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    good_from: int,
    auditor: ArrayLike,
    level: float = 0.95,
) -> GoodWithoutChild:
    """Every figure on good overall grades without a good experience of the child.

    See ``good_without_child_rate`` and ``crossed_difference`` for the parameters.
    """
    rates = [
        good_without_child_rate(
            overall_by, child_by=child_by, good_from=good_from, auditor=auditor, level=level
        )
        for overall_by, child_by in (
            (audit, moderation),
            (moderation, moderation),
            (audit, audit),
        )
    ]
    return GoodWithoutChild(
        audit=rates[0],
        moderation=rates[1],
        audit_own=rates[2],
        difference=good_without_child_difference(
            audit, moderation, good_from=good_from, auditor=auditor, level=level
        ),
        crossed=crossed_difference(
            audit, moderation, good_from=good_from, auditor=auditor, level=level
        ),
    )


def _tests(tested: dict[Metric, tuple[Estimate, bool]]) -> tuple[FocusTest, ...]:
    adjusted = holm([estimate.p for estimate, _ in tested.values()])
    return tuple(
        FocusTest(metric=metric, is_weaker=is_weaker, p=estimate.p, adjusted_p=float(corrected))
        for (metric, (estimate, is_weaker)), corrected in zip(tested.items(), adjusted, strict=True)
    )
