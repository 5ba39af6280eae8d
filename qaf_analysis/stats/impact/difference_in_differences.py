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
from qaf_analysis.stats.impact.compared import Compared, LeftOutDomain, Scale
from qaf_analysis.stats.impact.drift import Drift, drift_of, no_drift
from qaf_analysis.stats.impact.errors import (
    METHOD,
    ComparedAudits,
    WeightedChange,
    own_change,
    quarter_means,
    weighted_change,
    why_no_error,
)
from qaf_analysis.stats.impact.themed_series import QuarterPoint, QuarterSeries, ThemedAudits
from qaf_analysis.stats.impact.verdict import ThemeDecision, ThemeEvidence, theme_decision
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict

POWER = 0.8
USUAL_RULE = ThemeRule()
BESIDE = "it does not decide the verdict, so it is told on the first scale only"
ONE_THRESHOLD = "the thresholds between grades do not tell how noisily each domain is graded"


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeChange:
    """What happened to a themed domain, and what may be said of it.

    Parameters
    ----------
    evidence : ThemeEvidence
        The change on both scales, drifts, and the counts.
    themed_grade, control_grade, themed_good, control_good : Estimate
        Own movement of each side, without comparison and at its own level.
    shift, shift_threshold : float
        What the comparison domains' movement is worth at the themed domain's level, on each
        scale, in the unit that decides.
    factor : float
        The claim would fall if whatever moved all domains moved the themed one so many times as
        much; NaN where the comparison domains did not clearly move or nothing is claimed.
    detectable_grade, detectable_good : Estimate
        Smallest true change found with 80 % power, given how quarters differ by chance; the
        interval comes from estimating that from few quarters.
    series : tuple of QuarterPoint
        Means by quarter, in order.
    without_theme, without_control : int
        Audits not used: no themed grade; a themed but no comparison grade.
    left_out : tuple of LeftOutDomain
        Comparison domains not compared with, by their place among those given.
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
    shift: float
    shift_threshold: float
    factor: float
    detectable_grade: Estimate
    detectable_good: Estimate
    series: tuple[QuarterPoint, ...]
    without_theme: int
    without_control: int
    left_out: tuple[LeftOutDomain, ...]
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
    def drift(self) -> Drift:
        """Drifts beside the change."""
        return self.evidence.drift

    @property
    def is_hard_to_see(self) -> bool:
        """Whether the change is smaller than one that would be found four times in five."""
        seen = self.detectable_grade if self.rule.outcome == "mean_grade" else self.detectable_good
        return abs(self.deciding.value) < seen.value

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
        # Other ways of asking were set against the verdict as it was.
        same = self.decision.is_contested and decision.verdict == self.verdict
        return replace(
            self,
            holm_p=holm_p,
            themes_tested=themes_tested,
            decision=decision.contested(same),
        )

    def contested(self, is_so: bool) -> ThemeChange:
        """Return the same change with what other ways of asking say of its verdict."""
        return replace(self, decision=self.decision.contested(is_so))


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

    Quarter means of themed less comparison grade are compared, after less before, each quarter
    counting for what it knows. The comparison domains' movements are first brought to the themed
    domain's level, on two scales (``levels``); a claim must hold on both. Then whatever moves all
    domains of an audit alike (harder cases, kinder auditors) drops out. A themed domain that was
    already moving by itself does not: ``drift`` says how fast it would have to have been.

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
        Without them there is too little data: the level of a mean alone is not known.
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
    >>> codes = np.tile([0, 1, 1, 2, 2, 3], 24).astype(float)
    >>> quarter = np.repeat(np.arange(6), 24)
    >>> themed = np.clip(codes + (quarter > 2), 0, 3)
    >>> change = theme_change(
    ...     quarter=quarter, post=quarter > 2, themed_grade=themed, control_grade=codes,
    ...     themed_good=themed >= 2, control_good=codes >= 2,
    ...     control_grades=codes[:, None], control_goods=codes[:, None] >= 2,
    ... )
    >>> round(change.grade.value, 3), change.verdict.value
    (0.833, 'improved')
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
    return change_of(audits, rule=rule)


def change_of(audits: ThemedAudits, *, rule: ThemeRule) -> ThemeChange:
    """Change of a themed domain, from audits that are checked already; see ``theme_change``."""
    return _told(Compared.of(audits, rule), given=audits)


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
    given = [c.evidence.p(c.rule.outcome) if c.decision.tested else math.nan for c in changes]
    tested = sum(change.decision.tested for change in changes)
    return tuple(
        change.among(tested, holm_p=float(p)) if change.decision.tested else change
        for change, p in zip(changes, holm(given), strict=True)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scaled:
    """The change of one outcome on each scale, and the audits it is told from."""

    latent: WeightedChange
    threshold: WeightedChange
    audits: ComparedAudits

    @property
    def factor(self) -> float:
        """How many times as much as the others the themed domain would have to have moved."""
        found, shift = self.latent.estimate, self.latent.shift
        if not found.has_interval or found.low <= 0 <= found.high or shift == 0:
            return math.nan
        nearer = found.low if found.value > 0 else found.high
        return (nearer + shift) / shift


def _told(compared: Compared, *, given: ThemedAudits) -> ThemeChange:
    rule, scaled = compared.rule, None
    if compared.is_comparable:
        scaled = {good: _scaled(compared, good=good) for good in (False, True)}
    series = _series(compared, scaled)
    evidence = _evidence(compared, scaled, series=series, given=given)
    alone = evidence.p(rule.outcome)
    decision = theme_decision(evidence, rule=rule, holm_p=alone, themes_tested=1)
    decides = None if scaled is None else scaled[rule.outcome == "good_or_better"]
    weights = None if scaled is None else scaled[False].latent.weights
    used = compared.audits
    themed_grade, control_grade, themed_good, control_good = (
        _movement(values[used.is_usable], used, weights=weights, like=evidence.grade)
        for values in (used.themed_grade, used.control_grade, used.themed_good, used.control_good)
    )
    moved = control_grade if rule.outcome == "mean_grade" else control_good
    return ThemeChange(
        evidence=evidence,
        themed_grade=themed_grade,
        control_grade=control_grade,
        themed_good=themed_good,
        control_good=control_good,
        shift=math.nan if decides is None else decides.latent.shift,
        shift_threshold=math.nan if decides is None else decides.threshold.shift,
        factor=decides.factor if decides is not None and _is_clear(moved) else math.nan,
        detectable_grade=_detectable(evidence.grade),
        detectable_good=_detectable(evidence.good),
        series=series.points(),
        without_theme=int((~given.has_theme).sum()),
        without_control=int((given.has_theme & ~given.is_usable).sum()),
        left_out=compared.left_out,
        holm_p=alone if decision.tested else math.nan,
        themes_tested=int(decision.tested),
        rule=rule,
        decision=decision,
    )


def _is_clear(moved: Estimate) -> bool:
    """Whether a movement is larger than its own error; below that, level hardly matters."""
    return moved.has_interval and abs(moved.value) > moved.se


def _scaled(compared: Compared, *, good: bool) -> _Scaled:
    level, auditors = compared.rule.level, compared.audits.auditors
    audits = compared.on("latent", good=good)

    decides = good == (compared.rule.outcome == "good_or_better")

    def change(scale: Scale) -> WeightedChange:
        if scale == "threshold" and not decides:
            return WeightedChange.not_estimable(BESIDE, level=level)
        if not compared.has_scale(scale):
            return WeightedChange.not_estimable(ONE_THRESHOLD, level=level)
        there = audits if scale == "latent" else compared.on(scale, good=good)
        return weighted_change(there, level=level, auditors=auditors)

    return _Scaled(latent=change("latent"), threshold=change("threshold"), audits=audits)


def _evidence(
    compared: Compared,
    scaled: dict[bool, _Scaled] | None,
    *,
    series: QuarterSeries,
    given: ThemedAudits,
) -> ThemeEvidence:
    rule, before, after = compared.rule, int((~series.post).sum()), int(series.post.sum())
    why_not = compared.why_not or why_no_error(before, after)
    nothing = Estimate.not_estimable(why_not, method=METHOD, level=rule.level)
    grade, good, grade_threshold, good_threshold = (nothing,) * 4
    scales, drift = 1, no_drift(nothing)
    if scaled is not None:
        scales = 1 if np.isnan(compared.slopes.threshold).any() else 2
        decides = scaled[rule.outcome == "good_or_better"]
        drift = drift_of((decides.latent, decides.threshold)[:scales], decides.audits)
        grade, good = (scaled[which].latent.estimate for which in (False, True))
        grade_threshold, good_threshold = (
            scaled[which].threshold.estimate for which in (False, True)
        )
    return ThemeEvidence(
        grade=grade,
        good=good,
        grade_threshold=grade_threshold,
        good_threshold=good_threshold,
        scales=scales,
        drift=drift,
        pre_quarters=before,
        post_quarters=after,
        small_quarters=compared.small_quarters,
        themed_audits=int(given.has_theme.sum()),
        audits=int(series.audits.sum()),
        why_not=compared.why_not,
    )


def _series(compared: Compared, scaled: dict[bool, _Scaled] | None) -> QuarterSeries:
    audits = compared.audits
    nothing = np.full(int(audits.is_usable.sum()), math.nan)
    gap, gap_good = (
        nothing if scaled is None else scaled[good].audits.gaps[:, 0] for good in (False, True)
    )
    return audits.series(gap=gap, gap_good=gap_good)


def _movement(
    values: Floats, audits: ThemedAudits, *, weights: Floats | None, like: Estimate
) -> Estimate:
    if weights is None or not like.is_estimable:
        return Estimate.not_estimable(like.why_not, method=like.method, level=like.level)
    quarter, post = audits.quarter[audits.is_usable], audits.post[audits.is_usable]
    _, first, place = np.unique(quarter, return_index=True, return_inverse=True)
    means = quarter_means(values[:, np.newaxis], place=place, late=post[first])
    return own_change(means, weights=weights, like=like)


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
