"""What every estimate of the report measures: of which audits, weighed how, at which level.

``QUANTITIES`` has an entry for each field of a result that holds an estimate, and ``PLACES`` tells
groups and periods apart where one kind of result stands several times. ``figures`` reads both. A
test holds that two figures of one measure, group and period are one figure, and that no measure
speaks of two populations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, SPREAD_RULE, FocusMeasure
from qaf_analysis.topics.common.scope import period_words

ROUTINE = "routine audits"
DOUBLE = "audits graded by two auditors or more"
MODERATED = "routine audits, told from those moderated by chance"
READ = "audits moderated by chance"
COMPARED = "routine audits with domain grades"
ACTIONS = "improvement actions"
READ_BY_TWO = "audits that two moderators read blind in one round"
READ_AGAIN = "cases that a moderator read again"
JUDGED = "audits with a judgement of practice and one of impact"

ALIKE = "each audit alike"
BY_PAIRS = "each audit alike, over its pairs of auditors"
ANY_DRAW = "one over the chance that any draw took the audit"
MODEL = "as the model has it"
STRATA = "like with like, by the auditor's grade"
QUARTERS = "quarters by what they know"
MIX = "each group by its share in the mix"
EACH = "each action alike"
LEVELS = "each audit alike, through the levels of the bridge"


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What one estimate measures.

    Parameters
    ----------
    measure : str
        In words; ``{of}`` stands for what the place adds.
    population : str
        Audits, or actions, that it speaks of.
    weighting : str
    levels : tuple of float
        Confidence levels that its interval may have.
    """

    measure: str
    population: str
    weighting: str
    levels: tuple[float, ...] = (0.95,)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a field adds to the figures below it.

    Parameters
    ----------
    group, period, of : callable, optional
        From the result that holds the field, and one value in it, to words. A group narrows that
        of the place above; a period, and what a measure is of, take the place of those above.
    """

    group: Callable[[Any, Any], str] | None = None
    period: Callable[[Any, Any], str] | None = None
    of: Callable[[Any, Any], str] | None = None


def _q(measure: str, population: str, weighting: str = ALIKE, *levels: float) -> Quantity:
    return Quantity(
        measure=measure, population=population, weighting=weighting, levels=levels or (0.95,)
    )


GOOD = _q("share graded {positive}, by auditors", ROUTINE)
GOOD_CHANGE = _q("change in share graded {positive}, by auditors", ROUTINE)
GOOD_FOUND = _q("share graded {positive}, had moderators graded all", MODERATED, ANY_DRAW)
WITHOUT_CHILD = "graded {positive} with a child domain below"
GAP = _q("mean gap{of}, auditors less moderators", MODERATED, ANY_DRAW)
OWN_GAP = _q("mean gap of the period's own audits, as if no other were done", MODERATED, ANY_DRAW)
EXACT = _q("pairs of auditors with the same grade", DOUBLE, BY_PAIRS)
AC2 = _q("Gwet's AC2", DOUBLE, BY_PAIRS)
GOOD_IN_ERA = _q("positive share on the scale in use, by auditors", ROUTINE)
DEVIATION = "standard deviation of auditors' strictness, case mix and team held"

QUANTITIES: dict[str, Quantity] = {
    "GradeCounts.good": GOOD,
    "Programme.good_now": GOOD,
    "Programme.good_quarter": GOOD,
    "YearShare.good": GOOD,
    "Reach.share": GOOD,
    "Optimism.audit_good": GOOD,
    "Programme.change": GOOD_CHANGE,
    "Programme.quarter_change": GOOD_CHANGE,
    "MixBreak.old_mix": _q("change in positive share, mix of the year before held", ROUTINE, MIX),
    "MixBreak.new_mix": _q("change in positive share, mix of this year held", ROUTINE, MIX),
    "Programme.collaborative": _q("audits done with the worker", ROUTINE),
    "Programme.family_feedback": _q("audits with feedback from the family", ROUTINE),
    "Reach.detectable_quarters": _q("smallest rise seen from quarter to quarter", ROUTINE),
    "Reach.detectable_years": _q("smallest rise seen from year to year", ROUTINE),
    "Agreement.exact": EXACT,
    "YearAgreement.exact": EXACT,
    "GroupAgreement.exact": EXACT,
    "Agreement.within_one": _q("pairs of auditors at most one grade apart", DOUBLE, BY_PAIRS),
    "Agreement.ac2": AC2,
    "YearAgreement.coefficient": AC2,
    "GroupAgreement.coefficient": AC2,
    "Agreement.ac2_for_these_auditors": _q("AC2 of these auditors alone", DOUBLE, BY_PAIRS),
    "Agreement.alpha_nominal": _q("Krippendorff's alpha, nominal", DOUBLE, BY_PAIRS),
    "Agreement.alpha_ordinal": _q("Krippendorff's alpha, ordinal", DOUBLE, BY_PAIRS),
    "Agreement.alpha_interval": _q("Krippendorff's alpha, interval", DOUBLE, BY_PAIRS),
    "AgreementDetail.by_grade": _q("grade shared when one auditor gives it", DOUBLE, BY_PAIRS),
    "AgreementDetail.measures": _q("agreement measure", DOUBLE, BY_PAIRS),
    "BoundaryFigures.confused": _q("pairs on two sides of a boundary", DOUBLE, BY_PAIRS),
    "BoundaryFigures.grey_zone": _q("practice within which graders differ", DOUBLE, MODEL),
    "Severity.precision": _q("half-width of an auditor's severity", DOUBLE, MODEL),
    "Severity.spread": _q("spread of severities, in grades", DOUBLE, MODEL),
    "Severity.by_domain": _q("spread of severities by domain, in grades", DOUBLE, MODEL),
    "Severity.drift": _q("change of severities over the period, in grades", DOUBLE, MODEL),
    "Severity.components": _q("standard deviation in the model, logits", DOUBLE, MODEL),
    "Severity.difficulty": _q("how much lower a domain is graded, logits", DOUBLE, MODEL),
    "Severity.domain_fit": _q("infit of a domain", DOUBLE, MODEL),
    "Allocation.correlation": _q("severity with practice in own audits", ROUTINE, MODEL),
    "Allocation.spread": _q("practice between auditors' caseloads, in grades", ROUTINE, MODEL),
    "ModeratorFacet.gap": _q("auditors less moderators in the model, grades", READ, MODEL),
    "ModeratorFacet.gap_in_logits": _q(
        "auditors less moderators in the model, logits", READ, MODEL
    ),
    "ModeratorFacet.spread": _q("spread of moderators' severities, logits", READ, MODEL),
    "ModeratorFacet.auditor_spread": _q(
        "spread of auditors' severities beside moderators', logits", READ, MODEL
    ),
    "AuditorSeverity.severity": _q("an auditor's severity, in grades", DOUBLE, MODEL),
    "AuditorSeverity.pooled": _q("an auditor's severity from all audits", ROUTINE, MODEL),
    "AuditorSeverity.caseload": _q("practice in an auditor's audits, in grades", ROUTINE, MODEL),
    "AuditorSeverity.fair_grade": _q("mean grade on the same files", DOUBLE, MODEL),
    "AuditorHabits.inconsistency": _q("an auditor's inconsistency", DOUBLE, MODEL),
    "AuditorHabits.spread_ratio": _q("spread of an auditor's grades to others'", DOUBLE, MODEL),
    "AuditorHabits.stretch": _q("how far an auditor stretches the scale", DOUBLE, MODEL),
    "TwoJudgements.no_difference_yet": _q("positive practice without positive impact", JUDGED),
    "TwoJudgements.difference": _q("share of positive practice less that of impact", JUDGED),
    "RuledFigure.small": _q(
        "verdict's figure, to show it small", MODERATED, ANY_DRAW, OPTIMISM_RULE.small_level
    ),
    "RuledFigure.shown": _q(
        "verdict's figure, to show a fault",
        MODERATED,
        ANY_DRAW,
        OPTIMISM_RULE.differs_level,
        OPTIMISM_RULE.beyond_level,
    ),
    "Optimism.gap": GAP,
    "GapGroup.gap": GAP,
    "PanelLine.gap": GAP,
    "Optimism.over": _q("graded lower by moderators{of}", MODERATED, ANY_DRAW),
    "GapGroup.over": _q("graded lower by moderators{of}", MODERATED, ANY_DRAW),
    "Optimism.under": _q("graded higher by moderators{of}", MODERATED, ANY_DRAW),
    "GapGroup.under": _q("graded higher by moderators{of}", MODERATED, ANY_DRAW),
    "Optimism.severe": _q("severely apart from moderators", MODERATED, ANY_DRAW),
    "Optimism.good_shift": _q(
        "share graded {positive}, auditors less moderators", MODERATED, ANY_DRAW
    ),
    "Optimism.heterogeneity": _q("spread of auditors' gaps, this period", MODERATED, ANY_DRAW),
    "Optimism.adjusted_profile": _q(
        "share of a grade, had moderators graded all", MODERATED, ANY_DRAW
    ),
    "Optimism.adjusted_good": GOOD_FOUND,
    "SensitivityLine.good": GOOD_FOUND,
    "PanelLine.good": GOOD_FOUND,
    "Optimism.adjusted_gap": OWN_GAP,
    "SensitivityLine.gap": OWN_GAP,
    "PanelDifference.difference": _q("one panel's grades less another's", READ, STRATA),
    "TrendSplit.observed": _q("change in {of}, by auditors", ROUTINE),
    "TrendSplit.practice": _q("change in {of}, had moderators graded all", MODERATED, ANY_DRAW),
    "TrendSplit.leniency": _q("change of the gap in {of}", MODERATED, ANY_DRAW),
    "TrendSplit.mix": _q("change of the gap in {of} by other auditors", MODERATED, ANY_DRAW),
    "TrendSplit.drift": _q("change of the gap in {of} by auditors changing", MODERATED, ANY_DRAW),
    "TrendSplit.needed": _q("moderations a year to tell a change in {of}", MODERATED, ANY_DRAW),
    "PeriodLevel.observed": _q("{of}, by auditors", ROUTINE),
    "PeriodLevel.adjusted": _q("{of}, had moderators graded all", MODERATED, ANY_DRAW),
    "ModeratorSteadiness.repeated": _q("second moderation less first", "audits moderated twice"),
    "ModeratorSteadiness.newcomers": _q(
        "newer moderators less earlier ones", "audits moderated twice"
    ),
    "PairAgreement.exact": _q("pairs with the same grade: {of}", READ_BY_TWO, BY_PAIRS),
    "PairAgreement.quadratic": _q("AC2, quadratic weights: {of}", READ_BY_TWO, BY_PAIRS),
    "PairAgreement.linear": _q("AC2, linear weights: {of}", READ_BY_TWO, BY_PAIRS),
    "DriftFound.per_round": _q("drift of moderators a round, kinder positive", READ_AGAIN, MODEL),
    "DriftFound.in_all": _q("drift of moderators over the rounds", READ_AGAIN, MODEL),
    "RetestNoise.reading": _q("spread of one reading of a case, in grades", READ_AGAIN),
    "RetestNoise.exact": _q("single grades that came out the same again", READ_AGAIN),
    "ReaderDrift.change": _q("drift of moderators between two years", READ_AGAIN, MODEL),
    "PracticeByAnchors.practice": _q(
        "change in mean grade, moderators' own drift taken out", MODERATED, ANY_DRAW
    ),
    "OptimismDetail.measures": _q("paired measure", MODERATED, ANY_DRAW),
    "GapTrend.slope": _q("slope of the gap a quarter", READ),
    "GapTrend.by_auditor": _q("slope of the gap a quarter, auditors as clusters", READ),
    "GapTrend.by_round": _q("slope of the gap a quarter, rounds as clusters", READ),
    "OwnGaps.between": _q("spread of auditors' gaps, all rounds", READ),
    "OwnGap.shrunken": _q("an auditor's own gap", READ),
    "OptimismDetail.reasons": _q("changed grades with a reason", READ),
    "OptimismDetail.disputed": _q("changed grades that auditors disputed", READ),
    "ChildFocus.experience_gap": _q(FocusMeasure.KINDER_TO_CHILD, READ),
    "FocusShares.audit": _q("child's share of the overall grade, auditors", READ),
    "FocusShares.moderation": _q("child's share of the overall grade, moderators", READ),
    "FocusShares.difference": _q("child's share of the overall grade, difference", READ),
    "FocusShares.weights": _q("child's share of the slopes, difference", READ),
    "GoodWithoutChild.audit": _q(f"{WITHOUT_CHILD}, auditors", READ),
    "GoodWithoutChild.moderation": _q(
        "graded {positive} with a child domain below, moderators", READ
    ),
    "Halo.audit": _q("likeness of an audit's domains, auditors", READ),
    "Halo.moderation": _q("likeness of an audit's domains, moderators", READ),
    "Halo.difference": _q("likeness of an audit's domains, difference", READ),
    "StraightLines.audit": _q("audits with one grade throughout, auditors", READ),
    "StraightLines.moderation": _q("audits with one grade throughout, moderators", READ),
    "StraightLines.difference": _q("audits with one grade throughout, difference", READ),
    "ChildFocus.weakest_link": _q("overall as the weakest domain, difference", READ),
    "RuleFit.audit": _q("overall as a rule gives it, auditors", READ),
    "RuleFit.moderation": _q("overall as a rule gives it, moderators", READ),
    "RuleFit.difference": _q("overall as a rule gives it, difference", READ),
    "OwnReading.good_without_child": _q(
        "graded {positive} with a child domain below, all audits", ROUTINE
    ),
    "RuleShare.share": _q("overall as a rule gives it, all audits", ROUTINE),
    "ThemeEvidence.grade": _q("change after the theme in mean grade, net", COMPARED, QUARTERS),
    "ThemeEvidence.good": _q(
        "change after the theme in share graded {positive}, net", COMPARED, QUARTERS
    ),
    "ThemeEvidence.grade_threshold": _q(
        "change after the theme in mean grade, net, second scale", COMPARED, QUARTERS
    ),
    "ThemeEvidence.good_threshold": _q(
        "change after the theme in share graded {positive}, net, second scale", COMPARED, QUARTERS
    ),
    "ThemeCheck.deciding": _q("change after the theme in {of}, net", COMPARED, QUARTERS),
    "Drift.before": _q("drift a year before the theme", COMPARED, QUARTERS),
    "ThemeChange.themed_grade": _q("change in the themed domain, grades", COMPARED, QUARTERS),
    "ThemeChange.control_grade": _q("change in comparison domains, grades", COMPARED, QUARTERS),
    "ThemeChange.themed_good": _q("change in the themed domain, share", COMPARED, QUARTERS),
    "ThemeChange.control_good": _q("change in comparison domains, share", COMPARED, QUARTERS),
    "ThemeChange.detectable_grade": _q("smallest change seen, grades", COMPARED, QUARTERS),
    "ThemeChange.detectable_good": _q("smallest change seen, share", COMPARED, QUARTERS),
    "CohortChange.difference": _q(
        "share graded {positive} after the theme less before", "audits of the theme's cases"
    ),
    "SensitivityLine.estimate": _q("change after the theme asked otherwise", COMPARED, QUARTERS),
    "ThemeCheck.effect": _q("audits after the theme above audits before", COMPARED),
    "ActionCounts.closed_share": _q("actions closed", ACTIONS, EACH),
    "ActionCounts.in_time_share": _q("actions closed in time", ACTIONS, EACH),
    "ActionCounts.re_audited_share": _q("actions verified by an audit", ACTIONS, EACH),
    "ReAuditChange.difference": _q(
        "share graded {positive}, re-audit less audit", "themed audits and re-audits"
    ),
    "Spread.sd": _q(DEVIATION, ROUTINE),
    "Spread.sd_90": _q(f"{DEVIATION}, for the difference", ROUTINE, ALIKE, SPREAD_RULE.level),
    "Spread.icc": _q("share of variance between auditors", ROUTINE),
    "SpreadChange.component": _q("change of auditors' variance", ROUTINE, ALIKE, SPREAD_RULE.level),
    "SpreadChange.sd": _q("change of the spread of strictness", ROUTINE, ALIKE, SPREAD_RULE.level),
    "SpreadChange.times_audits": _q(
        "audits that make up for the spread, ratio", ROUTINE, ALIKE, SPREAD_RULE.level
    ),
    "AgreementFound.difference": _q("change in grades equal to moderators'", READ, STRATA),
    "StratifiedDifference.difference": _q("change in grades {of}", READ, STRATA),
    "AgreementChange.kappa": _q("change of weighted kappa with moderators", READ, STRATA),
    "AgreementChange.bias": _q("change of the mean gap around a change", READ, STRATA),
    "AgreementChange.bias_before": _q("mean gap before a change", READ, STRATA),
    "AgreementChange.bias_after": _q("mean gap after a change", READ, STRATA),
    "BiasShare.explained": _q("part of the change in agreement by bias", READ, STRATA),
    "BiasShare.had_bias_stayed": _q("change in agreement had bias stayed", READ, STRATA),
    "BiasShare.shift": _q("shift of bias, latent scale", READ, STRATA),
    "BiasShare.scatter": _q("scatter about bias, ratio", READ, STRATA),
    "AreaInEra.positive": GOOD_IN_ERA,
    "PeriodShare.positive": GOOD_IN_ERA,
    "MappedShare.positive": _q("positive share in the new words, by a map of words", ROUTINE),
    "BridgeTold.share": _q("positive share on the other scale, over a bridge", ROUTINE, LEVELS),
    "BridgeTold.change": _q("change in positive share over a new scale", ROUTINE, LEVELS),
    "AreaBreak.severity": _q("change of auditors' strictness at a new scale", ROUTINE, LEVELS),
    "ModeratedQuarter.identical": _q("a quarter's audits with moderators' grade", READ),
    "ModeratedQuarter.gap": _q("mean gap of a quarter's audits", READ),
}

SAME_AS: dict[tuple[str, str], str] = {
    ("AgreementDetail.measures", "within_one"): "Agreement.within_one",
    ("AgreementDetail.measures", "gwet_ac"): "Agreement.ac2",
    ("AgreementDetail.measures", "krippendorff_alpha[nominal]"): "Agreement.alpha_nominal",
    ("AgreementDetail.measures", "krippendorff_alpha[ordinal]"): "Agreement.alpha_ordinal",
    ("AgreementDetail.measures", "krippendorff_alpha[interval]"): "Agreement.alpha_interval",
    ("OptimismDetail.measures", "mean_gap"): "Optimism.gap",
    ("OptimismDetail.measures", "over_rate"): "Optimism.over",
    ("OptimismDetail.measures", "under_rate"): "Optimism.under",
    ("OptimismDetail.measures", "severe_rate"): "Optimism.severe",
    ("OptimismDetail.measures", "net_good_shift"): "Optimism.good_shift",
}
"""Members of a list of measures that stand elsewhere too."""

UNNAMED: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "Optimism.adjusted_profile": lambda result: result.scale.levels,
}
"""What each of several unnamed estimates in one field is of."""


def _labelled(kind: str) -> Callable[[Any, Any], str]:
    return lambda _, value: f"{kind} {value.label}"


def _label(_: Any, value: Any) -> str:
    return str(value.label)


def _words(words: str) -> Callable[[Any, Any], str]:
    return lambda _, __: words


def _pooled(_: Any, value: Any) -> str:
    return f"rounds {', '.join(value.rounds)}" if value.rounds else "no round"


def _area(_: Any, value: Any) -> str:
    return str(value.area)


def _over_break(_: Any, value: Any) -> str:
    return f"{value.period} and {value.other_period}"


def _change(_: Any, value: Any) -> str:
    periods = value.periods
    return f"change {', '.join(periods.labels)}, {periods.quarter}"


def _around(_: Any, value: Any) -> str:
    periods = value.periods
    return f"{period_words([*periods.after])} against {period_words([*periods.before])}"


def _financial_year(label: str, last: Quarter) -> str:
    start = Quarter.parse(f"{label} Q1")
    return period_words([q for q in (start.next(step) for step in range(4)) if q <= last])


def _every_round(result: Any, _: Any) -> str:
    return f"{result.scope.first} to {result.scope.last}"


GRADE, SHARE = "mean grade", "share graded {positive}"

PLACES: dict[str, Place] = {
    "Programme.by_quarter": Place(period=_label),
    "Programme.by_month": Place(period=_label),
    "Programme.by_domain": Place(group=_labelled("domain")),
    "Programme.by_team": Place(group=_labelled("team")),
    "Programme.by_case_type": Place(group=_labelled("case type")),
    "Programme.years": Place(period=lambda _, value: value.period),
    "Programme.good_quarter": Place(period=lambda result, _: str(result.scope.quarter)),
    "Programme.change": Place(
        period=lambda result, _: " against ".join(
            year.period for year in reversed(result.years[-2:])
        )
    ),
    "Programme.quarter_change": Place(
        period=lambda result, _: " against ".join(map(str, reversed(result.quarters[-2:])))
    ),
    "Programme.mix_breaks": Place(
        group=lambda _, value: f"new {value.column.replace('_', ' ')}s from {value.on}",
        period=lambda result, _: " against ".join(
            year.period for year in reversed(result.years[-2:])
        ),
    ),
    "Ceiling.among_moderators": Place(of=_words("two moderators")),
    "Ceiling.with_auditors": Place(of=_words("an auditor and a moderator")),
    "Optimism.ceiling": Place(period=_pooled),
    "ModeratorsMeasured.ceiling": Place(period=_pooled),
    "ModeratorsMeasured.panel": Place(group=_words("all moderators together")),
    "ModeratorsMeasured.moderators": Place(group=lambda _, value: value.moderator),
    "Agreement.by_year": Place(
        period=lambda result, value: _financial_year(value.label, result.scope.last)
    ),
    "AgreementDetail.boundaries": Place(
        group=lambda _, value: f"boundary {value.lower} to {value.upper}"
    ),
    "AgreementDrivers.groups": Place(group=lambda _, value: f"{value.kind} {value.label}"),
    "AgreementDrivers.quarters": Place(period=_label),
    "Severity.auditors": Place(group=lambda _, value: f"auditor {value.auditor}"),
    "Optimism.figures": Place(group=lambda _, value: str(value.figure)),
    "Optimism.by_selection": Place(group=_label),
    "Optimism.by_source": Place(group=_labelled("source")),
    "Optimism.rounds": Place(period=_label, of=_words(" of a round")),
    "Optimism.ever": Place(
        period=lambda result, _: f"{result.ever_since} to {result.scope.quarter}"
    ),
    "DerivedGap.found": Place(group=lambda result, _: result.name),
    "Optimism.sensitivity": Place(
        group=lambda result, value: "" if value is result.sensitivity[0] else f"if: {value.label}"
    ),
    "DrawBasis.panels": Place(group=lambda _, value: f"source {value.name}"),
    "DrawBasis.others": Place(group=lambda _, value: f"source {value.name}"),
    "DrawBasis.differences": Place(group=lambda _, value: f"{value.first} less {value.second}"),
    "DrawBasis.apart": Place(group=lambda _, value: f"{value.first} less {value.second}"),
    "TrueTrend.grade": Place(of=_words(GRADE), period=lambda result, _: _two_years(result)),
    "TrueTrend.good": Place(of=_words(SHARE), period=lambda result, _: _two_years(result)),
    "TrueTrend.years": Place(period=lambda _, value: value.period),
    "YearLevel.grade": Place(of=_words(GRADE)),
    "YearLevel.good": Place(of=_words(SHARE)),
    "GroupedGaps.groups": Place(group=lambda result, value: f"{result.kind} {value.label}"),
    "OptimismDetail.trend": Place(period=_every_round),
    "OptimismDetail.own": Place(period=_every_round),
    "OwnGaps.auditors": Place(group=lambda _, value: f"auditor {value.auditor}"),
    "ChildFocus.rules": Place(group=lambda _, value: f"rule {value.rule}"),
    "OwnReading.rules": Place(group=lambda _, value: f"rule {value.rule}"),
    "PracticeImpact.audits": Place(group=lambda *_: "by auditors"),
    "PracticeImpact.moderated": Place(group=lambda *_: "by moderators"),
    "ChildFocusFinding.own": Place(period=lambda _, value: value.period),
    "ChildFocusFinding.years": Place(
        period=lambda result, value: _financial_year(value.period, result.scope.last)
    ),
    "Themes.themes": Place(group=lambda _, value: f"theme {value.design.name}"),
    "ThemeChecks.themes": Place(
        group=lambda _, value: f"theme {value.name}",
        of=lambda _, value: GRADE if value.outcome == "mean_grade" else SHARE,
    ),
    "ThemeCheck.lines": Place(group=lambda _, value: value.name),
    "Actions.by_theme": Place(group=_labelled("theme")),
    "Actions.re_audits": Place(group=lambda _, value: f"theme {value.theme}: {value.domain}"),
    "Consistency.changes": Place(group=_change, period=_around),
    "Consistency.agreement": Place(group=_change, period=_around),
    "ProcessFinding.before": Place(period=lambda result, _: period_words([*result.periods.before])),
    "ProcessFinding.after": Place(period=lambda result, _: period_words([*result.periods.after])),
    "ProcessFinding.retained": Place(group=_words("auditors who stayed")),
    "ProcessAgreement.changes": Place(group=_change, period=_around),
    "AgreementFinding.retained": Place(group=_words("auditors who stayed")),
    "AgreementChange.exact": Place(of=_words("equal to moderators'")),
    "AgreementChange.within_one": Place(of=_words("within one of moderators'")),
    "ScaleEras.eras": Place(group=lambda _, value: f"scale {value.name}"),
    "EraTold.areas": Place(group=_area, period=lambda _, value: value.period),
    "AreaInEra.by_time": Place(period=_label),
    "ScaleEras.breaks": Place(group=lambda _, value: f"scale {value.old} to {value.new}"),
    "ScaleBreak.areas": Place(group=_area),
    "AreaBreak.re_read": Place(group=_words("old audits read again"), period=_over_break),
    "AreaBreak.graded_twice": Place(group=_words("new audits graded twice"), period=_over_break),
    "AreaBreak.mapped": Place(period=lambda result, _: result.re_read.period),
    "MappedShare.by_time": Place(period=_label),
    "ProcessAgreement.timeline": Place(period=lambda _, value: str(value.quarter)),
}


def _two_years(result: Any) -> str:
    return f"{result.last_period} against {result.first_period}" if result.first_period else ""
