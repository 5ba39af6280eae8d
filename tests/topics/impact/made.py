"""Results about themed audits made of chosen figures, of which no two are alike."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.stats.impact.drift import Drift
from qaf_analysis.stats.impact.sensitivity import SensitivityLine
from qaf_analysis.stats.impact.snapshots import CohortChange
from qaf_analysis.stats.impact.themed_series import QuarterPoint
from qaf_analysis.stats.impact.verdict import (
    ThemeDecision,
    ThemeEvidence,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import (
    DriftStanding,
    Reservation,
    ReservedVerdict,
    ThemeRule,
    ThemeVerdict,
)
from qaf_analysis.topics.common.scope import LeftOut, Scope
from qaf_analysis.topics.impact.analysis.actions import ActionCounts, Actions, ThemeOrder
from qaf_analysis.topics.impact.analysis.checks import ThemeCheck, ThemeChecks
from qaf_analysis.topics.impact.analysis.design import ThemeDesign
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes

MINUS = "\N{MINUS SIGN}"
AUDITED = Quarter(2018, 2)
LAST = Quarter(2019, 4)
SOURCE = (
    "600 routine audits with domain grades, 2017-18 Q1 to 2019-20 Q4. "
    "23 left out (themed, multi-agency or calibration audits)."
)


def reserved(verdict: str, *reservations: str) -> ReservedVerdict:
    """A verdict with its reservations, as an order of actions carries it."""
    return ReservedVerdict(ThemeVerdict(verdict), tuple(map(Reservation, reservations)))


def estimate(value: float, low: float = nan, high: float = nan, *, p: float = nan) -> Estimate:
    return Estimate(
        value=value, low=low, high=high, level=0.95, cases=487, auditors=29, method="t", p=p
    )


def no_estimate(why_not: str) -> Estimate:
    return Estimate.not_estimable(why_not, method="t")


SCOPE = Scope(
    council="Example",
    quarter=LAST,
    first=Quarter(2017, 1),
    last=LAST,
    period="2017-18 Q1 to 2019-20 Q4",
    unit="routine audits with domain grades",
    used=600,
    left_out=(LeftOut(reason="themed, multi-agency or calibration audits", records=23),),
)
DESIGN = ThemeDesign(
    name="Chronology work",
    about="Chronologies",
    audited_in=AUDITED,
    selected_in=(Quarter(2018, 1),),
    phase_in_quarters=0,
    activity="Workshops",
    outcome="mean_grade",
    controls=("Plan", "Risk", "Recording"),
    controls_declared=False,
    not_graded=(),
    excluded=(Quarter(2018, 1), AUDITED),
    since=None,
    until=None,
    cut_because="",
    simultaneous=(),
)
POINTS = (
    QuarterPoint(
        quarter=Quarter(2017, 4).index, post=False, audits=1_041, themed=1.25, control=1.5,
        difference=-0.25, themed_good=0.4, control_good=0.5, difference_good=-0.1,
    ),
    QuarterPoint(
        quarter=Quarter(2018, 3).index, post=True, audits=52, themed=1.75, control=1.625,
        difference=0.125, themed_good=0.6, control_good=0.55, difference_good=0.05,
    ),
)  # fmt: skip
DRIFT = Drift(
    breakdown=0.08,
    before=estimate(0.02, -0.33, 0.37, p=0.7),
    bound=0.21,
    fastest=0.06,
    direction=1,
)
EVIDENCE = ThemeEvidence(
    grade=estimate(0.31, 0.12, 0.5, p=0.004),
    good=estimate(0.17, 0.05, 0.29, p=0.03),
    grade_threshold=estimate(0.29, 0.1, 0.48, p=0.006),
    good_threshold=estimate(0.16, 0.04, 0.28, p=0.04),
    scales=2,
    drift=DRIFT,
    pre_quarters=4,
    post_quarters=6,
    small_quarters=(),
    themed_audits=498,
    audits=487,
    why_not="",
)
DECISION = ThemeDecision(
    verdict=ThemeVerdict.IMPROVED,
    reason="it rose",
    tested=True,
    provisional=False,
    depends_on_scale=False,
    standing=DriftStanding.STANDS,
)
CHANGE = ThemeChange(
    evidence=EVIDENCE,
    themed_grade=estimate(0.22, 0.1, 0.34),
    control_grade=estimate(-0.09, -0.2, 0.02),
    themed_good=estimate(0.11, 0.01, 0.21),
    control_good=estimate(-0.06, -0.16, 0.04),
    shift=-0.11,
    shift_threshold=-0.1,
    factor=nan,
    detectable_grade=estimate(0.24, 0.2, 0.3),
    detectable_good=estimate(0.13, 0.1, 0.18),
    series=POINTS,
    without_theme=7,
    without_control=11,
    left_out=(),
    holm_p=0.0162,
    themes_tested=4,
    rule=ThemeRule(),
    decision=DECISION,
)


def change(*, rule: str = "mean_grade", **parts: object) -> ThemeChange:
    """The base change with other parts: those of the evidence or decision by their own names."""
    evidence = {name: parts.pop(name) for name in list(parts) if hasattr(EVIDENCE, name)}
    decision = {name: parts.pop(name) for name in list(parts) if hasattr(DECISION, name)}
    return replace(
        CHANGE,
        evidence=replace(EVIDENCE, **evidence),
        decision=replace(DECISION, **decision),
        rule=ThemeRule(outcome=rule),
        **parts,
    )


def finding(found: ThemeChange | None = CHANGE, **parts: object) -> ThemeFinding:
    """A theme; parts of its design by their own names."""
    design = {name: parts.pop(name) for name in list(parts) if hasattr(DESIGN, name)}
    base = {
        "design": replace(DESIGN, **design),
        "rivals": (),
        "scale": OFSTED4.words,
        "quarters": (Quarter(2017, 4), Quarter(2018, 1), AUDITED, Quarter(2018, 3)),
        "verdict": ThemeVerdict.IMPROVED if found is None else found.verdict,
        "reason": "" if found is None else found.reason,
        "change": found,
    }
    return ThemeFinding(**{**base, **parts})


def cohort(before: tuple[int, int], after: tuple[int, int]) -> CohortChange:
    """A type of case: good or better of so many, before and after."""
    (before_good, before_n), (after_good, after_n) = before, after
    return CohortChange(
        before_good=before_good,
        before_n=before_n,
        after_good=after_good,
        after_n=after_n,
        difference=newcombe_independent((after_good, before_good), (after_n, before_n)),
        difference_seen=False,
        verdict=ThemeVerdict.TOO_LITTLE,
        reason="nothing is compared",
    )


def themes_of(*found: ThemeFinding, reason: str = "", sha256: str = "ab" * 32) -> Themes:
    return Themes(
        scale=OFSTED4.words,
        scope=SCOPE,
        verdict="improved",
        reason=reason,
        settings_sha256=sha256,
        themes=found,
    )


NAMES = (
    "other_outcome", "wild_bootstrap", "differential_trend", "placebo_dates", "placebo_domains",
    "same_auditors", "ordinal_step", "its_quasibinomial", "leave_one_out",
)  # fmt: skip


def line(name: str, agrees: bool | None, says: str = "improved", **parts: object):
    base = {
        "name": name,
        "question": f"Asked by {name}",
        "estimate": estimate(0.4, 0.1, 0.7, p=0.02),
        "says": says,
        "agrees": agrees,
        "note": "",
    }
    return SensitivityLine(**{**base, **parts})


CHECK = ThemeCheck(
    name="Chronology work",
    verdict=ThemeVerdict.IMPROVED,
    reason="it rose",
    outcome="mean_grade",
    tested=True,
    deciding=estimate(0.31, 0.12, 0.5),
    lines=(),
    effect=estimate(0.28, 0.11, 0.43),
)


def checks_of(*themes: ThemeCheck, why_not: str = "") -> ThemeChecks:
    return ThemeChecks(scope=SCOPE, scale=OFSTED4.words, themes=themes, why_not=why_not)


COUNTS = ActionCounts(
    label="All actions",
    raised=1_040,
    undated=6,
    due=32,
    in_time=17,
    late=8,
    overdue=7,
    closed=28,
    verified=13,
    re_audited=9,
    closed_share=estimate(0.7, 0.55, 0.82),
    in_time_share=estimate(0.53, 0.36, 0.69),
    re_audited_share=estimate(0.32, 0.18, 0.51),
)
ORDER = ThemeOrder(
    theme="Chronology work",
    audited_in=AUDITED,
    first_after=Quarter(2018, 3),
    verdict=reserved("improved"),
    has_begun=True,
    raised=12,
    closed_before=3,
    closed_since=5,
    still_open=4,
    first_closed=Quarter(2018, 2),
    last_closed=Quarter(2019, 1),
)
ACTIONS = Actions(
    scale=OFSTED4.words,
    scope=replace(SCOPE, unit="improvement actions", left_out=()),
    why_not="",
    overall=COUNTS,
    by_theme=(),
    order=(),
    re_audits=(),
)
