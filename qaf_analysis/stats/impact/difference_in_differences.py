"""Did practice improve after a themed audit? Judged against other domains of the same audits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.detectable import detectable_errors
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.stats.impact.errors import difference_among_domains, difference_of_means
from qaf_analysis.stats.impact.themed_series import QuarterPoint, QuarterSeries, ThemedAudits
from qaf_analysis.stats.impact.verdict import ThemeDecision, ThemeEvidence, theme_decision
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict

POWER = 0.8
# Below four there is no half of the quarters whose own variation could be judged.
FEWEST_LEAD_QUARTERS = 4
USUAL_RULE = ThemeRule()


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


def theme_change(
    *,
    quarter: ArrayLike,
    post: ArrayLike,
    themed_grade: ArrayLike,
    control_grade: ArrayLike,
    themed_good: ArrayLike,
    control_good: ArrayLike,
    auditor: ArrayLike | None = None,
    control_grades: ArrayLike | None = None,
    control_goods: ArrayLike | None = None,
    rule: ThemeRule = USUAL_RULE,
) -> ThemeChange:
    """Change of a themed domain against the comparison domains of the same audits.

    Quarter means of themed less mean comparison grade are compared, after less before. Whatever
    moves all domains of an audit alike (harder cases, kinder auditors) drops out. A themed domain
    that was already moving by itself does not, nor does a comparison domain graded in some
    quarters only: leave it out.

    Where comparison grades are given one by one, the error is told from all domains
    (``difference_among_domains``), which sees chance that lasts over quarters; else from the
    themed series alone.

    Parameters
    ----------
    quarter : array of int, shape (audits,)
        Quarter as a number. Quarters left out by plan (selection, the themed audit itself,
        phasing in) are not given at all.
    post : array of bool, shape (audits,)
        Whether the quarter lies after the themed audit.
    themed_grade, control_grade : array, shape (audits,)
        Grade code in the themed domain; mean grade code over the comparison domains, which no
        theme ever touched. NaN where missing: such an audit is left out and counted.
    themed_good, control_good : array, shape (audits,)
        1 or 0 for Good or better; share of the comparison domains that are.
    auditor : array of int, shape (audits,), optional
        Whole numbers from 0 naming auditors, for counting them.
    control_grades, control_goods : array, shape (audits, domains), optional
        The grade in each comparison domain and whether it is Good or better; NaN where missing.
    rule : ThemeRule

    Returns
    -------
    ThemeChange
        With the verdict as the only theme tested; see ``with_holm`` for several.

    Raises
    ------
    ShapeError
        If the arrays do not fit together or a quarter lies on both sides.

    Examples
    --------
    >>> change = theme_change(
    ...     quarter=[0, 1, 2, 3], post=[False, False, True, True],
    ...     themed_grade=[1, 1, 2, 2], control_grade=[1, 2, 1, 2],
    ...     themed_good=[0, 0, 1, 1], control_good=[0, 1, 0, 1],
    ... )
    >>> change.grade.value, change.verdict.value, change.reason
    (1.0, 'too little data', '2 quarters before the themed audit; at least 3 needed')
    """
    audits = ThemedAudits.checked(
        quarter=quarter,
        post=post,
        themed_grade=themed_grade,
        control_grade=control_grade,
        themed_good=themed_good,
        control_good=control_good,
        auditor=auditor,
        control_grades=control_grades,
        control_goods=control_goods,
    )
    series = audits.series()
    evidence = _evidence(audits, series=series, rule=rule)
    alone = evidence.deciding(rule.outcome).p
    decision = theme_decision(evidence, rule=rule, holm_p=alone, themes_tested=1)
    return ThemeChange(
        evidence=evidence,
        themed_grade=_movement(series.themed, series=series, like=evidence.grade),
        control_grade=_movement(series.control, series=series, like=evidence.grade),
        themed_good=_movement(series.themed_good, series=series, like=evidence.grade),
        control_good=_movement(series.control_good, series=series, like=evidence.grade),
        detectable_grade=_detectable(evidence.grade),
        detectable_good=_detectable(evidence.good),
        series=series.points(),
        without_theme=int((~audits.has_theme).sum()),
        without_control=int((audits.has_theme & ~audits.is_usable).sum()),
        holm_p=alone if decision.tested else math.nan,
        themes_tested=int(decision.tested),
        rule=rule,
        decision=decision,
    )


def with_holm(changes: Sequence[ThemeChange]) -> tuple[ThemeChange, ...]:
    """Give each theme the verdict that holds when all of them are tested together.

    Parameters
    ----------
    changes : sequence of ThemeChange
        One per theme, in any order. A theme with too few quarters or audits, or no comparison,
        is recognised before its change is looked at, so it does not count among the tested.

    Returns
    -------
    tuple of ThemeChange
        In the same order, with adjusted p-values and verdicts.
    """
    given = [c.deciding.p if c.decision.tested else math.nan for c in changes]
    tested = sum(change.decision.tested for change in changes)
    return tuple(
        change.among(tested, holm_p=float(p)) if change.decision.tested else change
        for change, p in zip(changes, holm(given), strict=True)
    )


def _evidence(audits: ThemedAudits, *, series: QuarterSeries, rule: ThemeRule) -> ThemeEvidence:
    level, by_grade = rule.level, rule.outcome == "mean_grade"
    before, _ = series.split(series.difference if by_grade else series.difference_good)
    return ThemeEvidence(
        grade=_change(audits, series, good=False, level=level),
        good=_change(audits, series, good=True, level=level),
        lead=_lead(before, level=level, cases=int(series.audits[~series.post].sum())),
        pre_quarters=int((~series.post).sum()),
        post_quarters=int(series.post.sum()),
        median_audits=float(np.median(series.audits)) if series.audits.size else 0.0,
        themed_audits=int(audits.has_theme.sum()),
        audits=int(series.audits.sum()),
    )


def _change(audits: ThemedAudits, series: QuarterSeries, *, good: bool, level: float) -> Estimate:
    difference = series.difference_good if good else series.difference
    cases, auditors = int(series.audits.sum()), audits.auditors
    means = audits.domain_means(good=good)
    if means is None:
        return difference_of_means(
            *series.split(difference), level=level, cases=cases, auditors=auditors
        )
    return difference_among_domains(
        means,
        post=series.post,
        difference=difference,
        level=level,
        cases=cases,
        auditors=auditors,
    )


def _lead(before: Floats, *, level: float, cases: int) -> Estimate:
    """Later against earlier half of the quarters before: a placebo date for the theme."""
    if before.size < FEWEST_LEAD_QUARTERS:
        return Estimate.not_estimable(
            f"fewer than {FEWEST_LEAD_QUARTERS} quarters before the themed audit",
            method="later against earlier half of the quarters before",
            level=level,
            cases=cases,
        )
    half = before.size // 2
    return difference_of_means(before[:half], before[half:], level=level, cases=cases)


def _movement(values: Floats, *, series: QuarterSeries, like: Estimate) -> Estimate:
    before, after = series.split(values)
    return difference_of_means(
        before, after, level=like.level, cases=like.cases, auditors=like.auditors
    )


def _detectable(change: Estimate) -> Estimate:
    method = f"smallest change found with {POWER:.0%} power, noncentral t"
    if not change.has_interval:
        return Estimate.not_estimable(
            "the quarters do not show how much they differ by chance",
            method=method,
            level=change.level,
            cases=change.cases,
            auditors=change.auditors,
        )
    value = change.se * detectable_errors(change.df, power=POWER, level=change.level)
    # The smallest change is proportional to the error, whose square is a scaled chi-square.
    tail = (1 - change.level) / 2
    return Estimate(
        value=value,
        low=value * math.sqrt(change.df / float(special.chdtri(change.df, tail))),
        high=value * math.sqrt(change.df / float(special.chdtri(change.df, 1 - tail))),
        level=change.level,
        cases=change.cases,
        auditors=change.auditors,
        method=method,
    )
