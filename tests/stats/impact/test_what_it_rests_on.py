"""Reasons and verdicts of themed audits in full, and what each estimate rests on."""

from __future__ import annotations

from dataclasses import replace
from math import atanh, isnan, nan, sqrt, tanh

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.core.least_squares import fitted_shares, least_squares, newey_west_errors
from qaf_analysis.stats.impact import sensitivity as module
from qaf_analysis.stats.impact.drift import Drift
from qaf_analysis.stats.impact.effect_size import cliffs_delta
from qaf_analysis.stats.impact.errors import ComparedAudits, weighted_change
from qaf_analysis.stats.impact.interrupted_series import (
    its_newey_west,
    its_ols,
    its_quasi_binomial,
    step_and_trend,
    step_refused,
)
from qaf_analysis.stats.impact.placebo import placebo_dates, placebo_domains
from qaf_analysis.stats.impact.power import audits_for_change, detectable_change, domain_variation
from qaf_analysis.stats.impact.sensitivity import saying
from qaf_analysis.stats.impact.snapshots import cohort_change, re_audit_change
from qaf_analysis.stats.impact.verdict import ThemeEvidence, theme_decision
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import (
    DriftStanding,
    ReAuditVerdict,
    Reservation,
    Saying,
    ThemeRule,
    ThemeVerdict,
)


def estimate(value, low, high, p=0.5, **more):
    rest = {"level": 0.95, "cases": 80, "auditors": 9, "method": "t", "se": 0.1} | more
    return Estimate(value=value, low=low, high=high, p=p, **rest)


CLEAR = estimate(0.3, 0.1, 0.5, p=0.01)
SHARE = estimate(0.1, 0.0, 0.2, p=0.04)
EVIDENCE = ThemeEvidence(
    grade=CLEAR,
    good=SHARE,
    grade_threshold=CLEAR,
    good_threshold=SHARE,
    scales=2,
    drift=Drift(
        breakdown=0.3, before=estimate(0.1, -0.2, 0.4), bound=0.29, fastest=0.2, direction=1
    ),
    pre_quarters=4,
    post_quarters=4,
    small_quarters=(),
    themed_audits=300,
    audits=300,
    why_not="",
)


def decided(change=None, *, holm_p=0.01, themes=1, **rule):
    """The decision on evidence that is alike on both scales, but for what is given of one."""
    change = change or {}
    alike = {f"{name}_threshold": change[name] for name in ("grade", "good") if name in change}
    evidence = replace(EVIDENCE, **(alike | change))
    return theme_decision(evidence, rule=ThemeRule(**rule), holm_p=holm_p, themes_tested=themes)


def test_a_rise_and_a_fall_are_claimed_in_words():
    rise = decided()
    assert rise.verdict == ThemeVerdict.IMPROVED
    assert rise.reason == (
        "the themed domain rose against the comparison domains of the same audits by more than "
        "chance explains"
    )
    assert (rise.tested, rise.provisional, rise.depends_on_scale) == (True, False, False)
    assert rise.standing is DriftStanding.FIRM
    fall = decided({"grade": estimate(-0.3, -0.5, -0.1, p=0.01), "good": estimate(-0.1, -0.2, 0)})
    assert fall.verdict == ThemeVerdict.GOT_WORSE
    assert "fell against the comparison domains" in fall.reason


@pytest.mark.parametrize(
    ("change", "holm_p", "themes", "rule", "reason"),
    [
        ({"grade": estimate(0.3, -0.1, 0.7, p=0.06)}, 0.06, 1, {},
         "the interval for the change includes no change"),
        ({}, 0.06, 3, {},
         "the change would count on its own, but with 3 themes tested at once one like it can "
         "arise by chance"),
        ({"grade": estimate(0.04, 0.01, 0.07, p=0.01)}, 0.01, 1, {},
         "the change is smaller than 0.05 of a grade"),
        ({"good": estimate(0.04, 0.01, 0.07, p=0.01)}, 0.01, 1, {"outcome": "good_or_better"},
         "the change is smaller than 5 points"),
        ({"good": estimate(-0.1, -0.2, 0.0, p=0.3)}, 0.01, 1, {},
         "the mean grade and the positive share moved in opposite directions"),
    ],
)  # fmt: skip
def test_doubts_in_full(change, holm_p, themes, rule, reason):
    found = decided(change, holm_p=holm_p, themes=themes, **rule)
    assert (found.verdict, found.reason) == (ThemeVerdict.NO_EVIDENCE, reason)
    assert found.tested
    wide = replace(change.get("good", SHARE), low=-0.3, high=0.3)
    if "good" in change and rule:
        return
    found = decided({**change, "good": wide}, holm_p=holm_p, themes=themes, **rule)
    assert found.verdict == ThemeVerdict.TOO_LITTLE
    assert found.reason == (
        f"{reason}, and the interval for the positive share reaches more than 15 points either way"
    )
    unknown = replace(wide, low=nan, high=nan)
    found = decided({**change, "good": unknown}, holm_p=holm_p, themes=themes, **rule)
    assert found.reason == f"{reason}, and the interval for the positive share cannot be formed"


def test_limits_of_the_rule_are_enough():
    assert decided({"grade": estimate(0.05, 0.01, 0.09, p=0.01)}).verdict == ThemeVerdict.IMPROVED
    share = {"good": estimate(0.05, 0.01, 0.09, p=0.01)}
    assert decided(share, outcome="good_or_better").verdict == ThemeVerdict.IMPROVED
    at = {"grade": estimate(0.3, 0.0, 0.6, p=1 - 0.95)}
    assert decided(at).verdict == ThemeVerdict.NO_EVIDENCE
    none = {"grade": estimate(0.3, -0.1, 0.7, p=0.06), "good": estimate(0.0, -0.125, 0.125)}
    assert decided(none, widest_good=0.125).verdict == ThemeVerdict.NO_EVIDENCE
    assert decided(none, widest_good=0.12).verdict == ThemeVerdict.TOO_LITTLE
    level = {"good": estimate(0.0, -0.1, 0.1)}
    assert decided(level).verdict == ThemeVerdict.IMPROVED  # no movement is not the opposite one


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        # Without audits the reason comes before the count of quarters, with some behind it.
        ({"audits": 0, "pre_quarters": 0, "why_not": "nothing to compare"}, "nothing to compare"),
        ({"why_not": "no domain is left", "pre_quarters": 2},
         "2 quarters before the themed audit; at least 3 needed"),
        ({"why_not": "no domain is left"}, "no domain is left"),
        ({"pre_quarters": 2}, "2 quarters before the themed audit; at least 3 needed"),
        ({"pre_quarters": 1}, "1 quarter before the themed audit; at least 3 needed"),
        ({"post_quarters": 0}, "no quarter after the themed audit; at least 1 needed"),
        ({"pre_quarters": 3, "post_quarters": 2}, "5 quarters in all; at least 6 needed"),
        ({"small_quarters": (5,), "pre_quarters": 1},
         "1 quarter before the themed audit with at least 10 audits; at least 3 needed"),
        ({"small_quarters": (5,), "post_quarters": 0},
         "no quarter after the themed audit with at least 10 audits; at least 1 needed"),
        ({"small_quarters": (5,), "pre_quarters": 3, "post_quarters": 2},
         "5 quarters in all with at least 10 audits; at least 6 needed"),
        ({"grade": Estimate.not_estimable("quarters do not vary", method="t")},
         "quarters do not vary"),
        ({"grade_threshold": Estimate.not_estimable("no other scale", method="t")},
         "no other scale"),
    ],
)  # fmt: skip
def test_shortages_in_full(change, reason):
    found = decided(change)
    assert (found.verdict, found.reason) == (ThemeVerdict.TOO_LITTLE, reason)
    assert (found.tested, found.depends_on_scale, found.standing) == (False, False, None)
    assert found.reservations == ()


def test_just_enough_data_are_tested():
    assert decided({"pre_quarters": 3, "post_quarters": 3, "small_quarters": (5,)}).tested
    assert decided({"pre_quarters": 5, "post_quarters": 1}).tested


def test_reservations():
    late = decided({"pre_quarters": 5, "post_quarters": 1})
    assert late.reservations == (Reservation.PROVISIONAL,)
    # As fast as the domain was seen to gain by itself, the change is explained; faster, it stands.
    seen = {"drift": replace(EVIDENCE.drift, breakdown=0.1, fastest=0.05)}
    assert decided(seen).reservations == (Reservation.DRIFT,)
    assert decided({"drift": replace(EVIDENCE.drift, breakdown=0.21)}).reservations == ()
    both = decided(seen | {"pre_quarters": 5, "post_quarters": 1}).contested(True)
    assert both.reservations == (
        Reservation.PROVISIONAL, Reservation.DRIFT, Reservation.CONTESTED
    )  # fmt: skip
    assert both.full_verdict.reservations == both.reservations
    open_here = {"grade_threshold": estimate(0.3, -0.1, 0.7, p=0.06)}
    assert decided(seen | open_here).reservations == (Reservation.SCALE,)
    # A drift explains a claim, and where nothing is claimed nothing.
    unclaimed = decided(seen, holm_p=0.2)
    assert (unclaimed.standing, unclaimed.reservations) == (None, ())


@pytest.mark.parametrize(
    ("drift", "standing"),
    [
        ({}, DriftStanding.FIRM),
        ({"bound": 0.3}, DriftStanding.STANDS),
        ({"fastest": 0.3}, DriftStanding.EXPLAINED),
        ({"fastest": nan}, DriftStanding.FIRM),
        ({"direction": -1, "breakdown": 0.05, "fastest": 0.01}, DriftStanding.STANDS),
        ({"direction": 1, "breakdown": 0.05, "fastest": 0.01}, DriftStanding.EXPLAINED),
        ({"before": estimate(nan, nan, nan)}, DriftStanding.EXPLAINED),
        ({"breakdown": nan}, DriftStanding.EXPLAINED),
    ],
)
def test_standing_against_drift_at_its_limits(drift, standing):
    """Breakdown .3 a year, .1 gained before (at most .29), .2 gained by the fastest other."""
    assert replace(EVIDENCE.drift, **drift).standing is standing


@pytest.mark.parametrize(
    ("value", "p", "no_change", "says"),
    [
        (0.2, 0.049, 0.0, Saying.IMPROVED), (-0.2, 0.049, 0.0, Saying.GOT_WORSE),
        (0.2, 0.051, 0.0, Saying.NO_CLEAR_CHANGE), (0.2, 0.0, 0.0, Saying.IMPROVED),
        (0.9, 0.01, 1.0, Saying.GOT_WORSE), (1.1, 0.01, 1.0, Saying.IMPROVED),
        (0.2, 1.0, 0.0, Saying.NO_CLEAR_CHANGE), (0.2, nan, 0.0, Saying.NOT_AVAILABLE),
        (nan, 0.01, 0.0, Saying.NOT_AVAILABLE), (0.2, 1.1, 0.0, Saying.NOT_AVAILABLE),
    ],
)  # fmt: skip
def test_what_an_estimate_says(value, p, no_change, says):
    found = saying(estimate(value, value - 1, value + 1, p=p), no_change=no_change)
    assert found == says


def test_what_holds_whichever_is_left_out():
    said, V = module._verdict_said, ThemeVerdict
    assert said(V.IMPROVED, set()) == Saying.IMPROVED
    assert said(V.GOT_WORSE, set()) == Saying.GOT_WORSE
    assert said(V.NO_EVIDENCE, set()) == Saying.NO_CLEAR_CHANGE
    assert said(V.IMPROVED, {V.NO_EVIDENCE}) == Saying.NO_CLEAR_CHANGE
    assert said(V.IMPROVED, {V.GOT_WORSE}) == Saying.NO_CLEAR_CHANGE
    assert said(V.NO_EVIDENCE, {V.GOT_WORSE}) == Saying.GOT_WORSE
    assert said(V.NO_EVIDENCE, {V.IMPROVED}) == Saying.IMPROVED
    assert said(V.NO_EVIDENCE, {V.TOO_LITTLE}) == Saying.NO_CLEAR_CHANGE


@pytest.mark.parametrize("verdict", list(ThemeVerdict))
@pytest.mark.parametrize("says", list(Saying))
@pytest.mark.parametrize("name", list(module.QUESTIONS))
def test_when_a_line_agrees(name, says, verdict):
    line = module._line(name, CLEAR, says, "", verdict=verdict)
    claim = {ThemeVerdict.IMPROVED: Saying.IMPROVED, ThemeVerdict.GOT_WORSE: Saying.GOT_WORSE}
    if says == Saying.NOT_AVAILABLE or verdict == ThemeVerdict.TOO_LITTLE:
        expected = None
    elif name in ("ordinal_step", "its_quasibinomial"):
        expected = None  # without a comparison
    elif name == "differential_trend" and verdict in claim and says == Saying.NO_CLEAR_CHANGE:
        expected = None
    elif name == "placebo_dates":
        expected = False if verdict in claim and says != Saying.NO_CLEAR_CHANGE else None
    elif name == "placebo_domains" and verdict not in claim:
        expected = None
    else:
        expected = says == claim.get(verdict, Saying.NO_CLEAR_CHANGE)
    assert line.agrees == expected
    assert (line.name, line.question, line.says) == (name, module.QUESTIONS[name], says)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((10, 10, 0, 10), ReAuditVerdict.SEEN),
        ((9, 9, 0, 10), ReAuditVerdict.TOO_FEW),
        ((10, 20, 10, 20), ReAuditVerdict.NOT_SEEN),
        ((0, 20, 10, 20), ReAuditVerdict.SEEN),
    ],
)
def test_snapshots(counts, verdict):
    found = re_audit_change(*counts, level=0.8)
    assert found.verdict is verdict
    good, n, later_good, later_n = counts
    assert (found.audit_good, found.audit_n) == (good, n)
    assert (found.re_audit_good, found.re_audit_n) == (later_good, later_n)
    assert (found.difference.level, found.difference.cases) == (0.8, n + later_n)
    if verdict is not ReAuditVerdict.TOO_FEW:
        assert found.difference.value == pytest.approx(later_good / later_n - good / n)


def test_cohorts_make_no_claim_in_words():
    cannot = (
        "there is no comparison inside the same audits, so practice cannot be told from who "
        "audited or how the sample was picked"
    )
    for counts, seen, reason in (
        ((8, 20, 30, 40), True, f"a difference is seen, but {cannot}"),
        ((30, 40, 8, 20), True, f"a difference is seen, but {cannot}"),
        ((10, 20, 20, 40), False, cannot),
        ((0, 0, 20, 40), False,
         "no such cases were audited before, or none after, the themed audit"),
    ):  # fmt: skip
        found = cohort_change(*counts, level=0.8)
        assert (found.difference_seen, found.reason) == (seen, reason)
        assert found.verdict == ThemeVerdict.TOO_LITTLE
        assert (found.before_good, found.before_n, found.after_good, found.after_n) == counts
        assert found.difference.level == 0.8


def test_placebo_dates_carry_the_whole_estimate():
    before = np.array([0.0, 0.1, -0.1, 0.05, 0.5, 0.6, 0.55])
    found = placebo_dates(before, quarter=np.arange(7), level=0.8, cases=70)
    best = min((date.change for date in found.dates), key=lambda one: one.p)
    for name in ("value", "low", "high", "level", "cases"):
        assert getattr(found.most, name) == getattr(best, name)
    assert found.most.level == 0.8
    assert found.most.low < found.most.value < found.most.high
    few = placebo_dates(before[:3], quarter=np.arange(3), level=0.8, cases=9)
    assert (few.most.level, few.most.cases) == (0.8, 9)
    four = placebo_dates(before[:4], quarter=np.arange(4))
    assert len(four.dates) == 1
    assert four.most.p == four.dates[0].change.p


def test_three_comparison_domains_are_enough():
    rng = np.random.default_rng(1)
    quarter = np.repeat(np.arange(8), 6)
    given = {"quarter": quarter, "post": quarter > 3}
    true = estimate(0.0, -1, 1, level=0.8)
    found = placebo_domains(rng.normal(1.5, 0.5, (48, 3)), true_change=true, **given)
    assert (found.rank, found.share) == (4, 1.0)
    assert all(one.level == 0.8 for one in found.changes)
    assert found.true_change is true
    large = placebo_domains(
        rng.normal(1.5, 0.5, (48, 3)), true_change=estimate(-9.0, -10, -8), **given
    )
    assert (large.rank, large.share) == (1, 0.25)


QUARTER, POST = np.array([0, 1, 2, 4, 5, 6, 7]), np.arange(7) > 3
VALUES = np.array([1.0, 1.3, 1.1, 1.4, 2.3, 2.2, 2.6])
DESIGN = np.column_stack([np.ones(7), POST, QUARTER]).astype(float)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interrupted_series_by_their_matrices(level):
    fit = least_squares(DESIGN, VALUES)
    rest = {"quarter": QUARTER, "post": POST, "auditors": 5, "level": level}
    plain = its_ols(VALUES, cases=90, **rest)
    se = fit.errors()[1]
    half = stats.t.ppf(0.5 + level / 2, 4) * se
    assert plain.value == pytest.approx(fit.coefficients[1])
    assert (plain.low, plain.high) == pytest.approx((plain.value - half, plain.value + half))
    assert (plain.level, plain.cases, plain.auditors, plain.df) == (level, 90, 5, 4)
    assert plain.method.endswith(", t with 4 df")
    west = its_newey_west(VALUES, cases=90, lags=2, **rest)
    se = sqrt(7 / 4) * newey_west_errors(fit, lags=2)[1]
    half = stats.norm.ppf(0.5 + level / 2) * se
    assert west.se == pytest.approx(se)
    assert west.high == pytest.approx(west.value + half)
    assert "Newey-West error with 2 lag" in west.method
    assert west.method.endswith("below 20 quarters, normal")
    assert (west.level, west.cases, west.auditors) == (level, 90, 5)
    good, audits = np.array([3.0, 5, 4, 6, 9, 8, 9]), np.full(7, 12)
    odds = its_quasi_binomial(good, audits=audits, **rest)
    shares = fitted_shares(DESIGN, successes=good, trials=audits.astype(float))
    assert odds.value == pytest.approx(shares.coefficients[1])
    assert odds.se == pytest.approx(shares.errors(dispersion=max(1, shares.dispersion))[1])
    assert (odds.level, odds.cases, odds.auditors, odds.df) == (level, 84, 5, 4)
    # A trend counts quarters that were skipped, and neither goes by where counting begins.
    base = Estimate.not_estimable("", method="m", level=level, cases=3, auditors=2)
    step, trend = step_and_trend(VALUES, quarter=QUARTER + 40, post=POST, base=base)
    assert (step.value, trend.value) == pytest.approx(tuple(fit.coefficients[1:]))
    assert trend.se == pytest.approx(fit.errors()[2])
    assert (trend.method, trend.cases, trend.auditors) == ("m, t with 4 df", 3, 2)


@pytest.mark.parametrize(
    ("quarter", "post", "reason"),
    [
        ([0, 1, 2], [0, 0, 1], "a step beside a trend needs at least 4 quarters; there are 3"),
        ([0, 1, 2, 3], [1, 1, 1, 1], "there is no quarter before the themed audit"),
        ([0, 1, 2, 3], [0, 0, 0, 0], "there is no quarter after the themed audit"),
        ([0, 0, 1, 1], [0, 0, 1, 1], "these quarters cannot tell a step from a trend"),
        ([0, 1, 2, 3], [0, 0, 1, 1], ""),
    ],
)
def test_series_that_cannot_tell_a_step(quarter, post, reason):
    quarter, post = np.array(quarter), np.array(post, dtype=bool)
    assert step_refused(quarter, post) == reason
    if reason:
        n = len(quarter)
        rest = {"quarter": quarter, "post": post, "auditors": 5, "level": 0.8}
        for found, cases in (
            (its_ols(np.ones(n), cases=9, **rest), 9),
            (its_newey_west(np.ones(n), cases=9, **rest), 9),
            (its_quasi_binomial(np.ones(n), audits=np.full(n, 3), **rest), 3 * n),
        ):
            assert (found.why_not, found.level, found.cases) == (reason, 0.8, cases)
            assert found.auditors == 5
    every = its_quasi_binomial(
        np.full(4, 3.0), audits=np.full(4, 3), quarter=np.arange(4), post=np.arange(4) > 1,
        auditors=1,
    )  # fmt: skip
    assert every.why_not == "all or none are positive on a side: the odds have no bound"


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_cliffs_delta_by_quarter_means(level):
    difference = np.array([0.0, 1, 2, 1, 0, 2, 3, 1, 2, 3, 3, 0])
    quarter, post = np.repeat(range(4), 3), np.arange(12) > 5
    found = cliffs_delta(difference, quarter=quarter, post=post, auditors=4, level=level)
    above = np.sign(np.subtract.outer(difference[6:], difference[:6]))
    assert found.value == pytest.approx(above.mean())
    means = np.concatenate([above.mean(axis=0).reshape(2, 3).mean(axis=1),
                            above.mean(axis=1).reshape(2, 3).mean(axis=1)])  # fmt: skip
    pooled = (np.ptp(means[:2]) ** 2 / 2 + np.ptp(means[2:]) ** 2 / 2) / 2
    se = sqrt(pooled)
    assert found.se == pytest.approx(se)
    z, spread = atanh(found.value), se / (1 - found.value**2)
    reach = stats.t.ppf(0.5 + level / 2, 2) * spread
    assert (found.low, found.high) == pytest.approx((tanh(z - reach), tanh(z + reach)))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(z) / spread, 2))
    assert (found.level, found.cases, found.auditors, found.df) == (level, 12, 4, 2)
    assert found.method.endswith(", t with 2 df")
    back = cliffs_delta(-difference, quarter=quarter, post=post)
    assert back.value == pytest.approx(-found.value)
    every = cliffs_delta(difference + 9 * post, quarter=quarter, post=post)
    assert (every.value, every.has_interval) == (1, False)
    assert every.method.endswith("; no variation to measure")
    for side in (post | True, post & False):
        none = cliffs_delta(difference, quarter=quarter, post=side, level=level)
        assert none.why_not == "there is no audit before, or none after"
        assert (none.level, none.cases) == (level, 12)


GRADES = np.random.default_rng(6).integers(0, 4, (48, 3)).astype(float)
WHEN = np.arange(48) % 6


def test_detectable_changes_say_what_they_rest_on():
    found = domain_variation(GRADES, quarter=WHEN, level=0.8)
    assert (found.audits, found.quarters, found.domains) == (48, 6, 3)
    part = found.of_quarter
    assert (part.level, part.cases, part.auditors, part.df) == (0.8, 48, 0, 10)
    assert part.method == "analysis of variance, quarter by domain, 10 degrees of freedom"
    mean_square = part.value + found.of_audit / 8
    limits = mean_square * 10 / stats.chi2.ppf([0.9, 0.1], 10) - found.of_audit / 8
    assert (part.low, part.high) == pytest.approx(np.maximum(limits, 0))
    design = {"before": 3, "after": 5, "controls": 4}
    change = detectable_change(found, audits=20, power=0.7, level=0.9, **design)
    assert (change.cases, change.auditors, change.level) == (48, 0, 0.8)
    assert "70%" in change.method

    def smallest(of_quarter):
        variance = (max(of_quarter, 0) + found.of_audit / 20) * 1.25 * (1 / 3 + 1 / 5)
        unit = sqrt(variance)
        power = stats.nct.sf(stats.t.ppf(0.95, 6), 6, change_of(of_quarter) / unit)
        assert power == pytest.approx(0.7, abs=1e-6)

    def change_of(of_quarter):
        places = {part.value: change.value, part.low: change.low, part.high: change.high}
        return places[of_quarter]

    for of_quarter in (part.value, part.low, part.high):
        smallest(of_quarter)
    endless = detectable_change(found, audits=np.inf, **design)
    assert endless.value <= detectable_change(found, audits=1000, **design).value
    needed = audits_for_change(found, change.value * 0.9, power=0.7, level=0.9, **design)
    if needed:
        enough = detectable_change(found, audits=needed, power=0.7, level=0.9, **design).value
        assert enough <= change.value * 0.9
    assert audits_for_change(found, 1e-6, **design) == 0
    assert audits_for_change(found, 50.0, **design) == 1


def test_variation_that_cannot_be_told():
    for values, quarter, words in (
        (GRADES[:, :1], WHEN, "domains that no theme ever touched"),
        (GRADES[:6], np.zeros(6, int), "quarters with audits graded in all those domains"),
        (GRADES[:6], np.arange(6), "no quarter has a second audit"),
        (np.where(np.arange(48)[:, None] > 5, np.nan, GRADES), WHEN, "second audit"),
    ):
        found = domain_variation(values, quarter=quarter)
        assert words in found.why_not
        assert found.of_quarter.why_not == found.why_not
        assert isnan(found.of_audit)
        design = {"before": 3, "after": 3, "controls": 2}
        none = detectable_change(found, audits=9, level=0.8, **design)
        assert (none.why_not, none.level, none.cases) == (found.why_not, 0.8, found.audits)
        assert audits_for_change(found, 1.0, **design) == 0
    known = domain_variation(GRADES, quarter=WHEN)
    for wrong in ({"audits": 0, "controls": 1}, {"audits": 5, "controls": 0}):
        with pytest.raises(UsageError, match="at least one audit a quarter"):
            detectable_change(known, before=3, after=3, **wrong)
    with pytest.raises(UsageError, match="above zero, not 0"):
        audits_for_change(known, 0, before=3, after=3, controls=1)
    with pytest.raises(ShapeError, match="audits by domains"):
        domain_variation(GRADES[:, 0], quarter=WHEN)


def test_change_among_domains_says_what_it_rests_on():
    """Ten audits a quarter, so that each quarter counts alike: the plain difference of gaps."""
    grades = np.random.default_rng(8).integers(0, 4, (60, 3)).astype(float)
    quarter = np.repeat([3, 5, 6, 8, 9, 11], 10)
    audits = ComparedAudits(
        values=grades, quarter=quarter, post=quarter > 6, auditor=np.full(60, -1)
    )
    found = weighted_change(audits, level=0.8, auditors=6)
    gap = grades[:, 0] - grades[:, 1:].mean(axis=1)
    change = found.estimate
    assert change.value == pytest.approx(gap[30:].mean() - gap[:30].mean())
    assert (change.level, change.cases, change.auditors) == (0.8, 60, 6)
    half = stats.t.ppf(0.9, change.df) * change.se
    assert (change.low, change.high) == pytest.approx((change.value - half, change.value + half))
    assert change.p == pytest.approx(2 * stats.t.sf(abs(change.value) / change.se, change.df))
    assert change.method.endswith(f", {change.df:.3g} degrees of freedom")
    assert found.weights == pytest.approx(np.full(6, 1 / 3))
    assert found.quarter_variance == pytest.approx(change.se**2 / (2 / 3))
    others = grades[:, 1:].mean(axis=1)
    assert found.shift == pytest.approx(others[30:].mean() - others[:30].mean())
    early = ComparedAudits(
        values=grades, quarter=quarter, post=np.zeros(60, bool), auditor=audits.auditor
    )
    none = weighted_change(early, level=0.8, auditors=6)
    assert none.estimate.why_not == "there is no quarter after"
    assert rests(none.estimate) == (0.8, 60, 6)
    assert np.isnan([none.quarter_variance, none.shift]).all()


def rests(found):
    return found.level, found.cases, found.auditors
