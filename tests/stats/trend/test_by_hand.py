"""Periods small enough to work out: levels, mix of auditors, steadiness, reasons in full."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.optimism.adjusted import profile_of
from qaf_analysis.stats.optimism.gap import mean_gap
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits, pseudo_case
from qaf_analysis.stats.trend.auditor_mix import OutsideLeniency, PeriodGaps, auditor_mix
from qaf_analysis.stats.trend.decomposition import claim, trend_split, untold_split
from qaf_analysis.stats.trend.moderator_steadiness import moderator_steadiness, second_less_first
from qaf_analysis.stats.trend.period_level import (
    combined_df,
    mean_by_auditors,
    moderations_needed,
    period_levels,
)
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod, two_phase_means
from qaf_analysis.stats.trend.year_change import change_error
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SteadinessVerdict, TrendClaim

GRADES, GOOD = np.arange(4.0), np.array([0.0, 0, 1, 1])


def rests(found):
    return found.level, found.cases, found.auditors


def period(seed, n=80, m=40, *, kind=0, auditors=9):
    rng = np.random.default_rng(seed)
    found = rng.integers(0, 3, n)
    grade = np.clip(found + (rng.random(n) < 0.3 + 0.1 * kind), 0, 3)
    cases = rng.choice(n, m, replace=False)
    return ModeratedPeriod(
        grade=grade,
        auditor=rng.integers(0, auditors, n),
        moderated=cases,
        moderation_grade=found[cases],
    )


FIRST, LAST = period(1), period(2, 100, 50, kind=3, auditors=10)


@pytest.mark.parametrize("values", [GRADES, GOOD])
def test_two_phase_means_grade_by_grade(values):
    """Every auditors' grade by itself, each borrowing 4 df from all, and one not read at all."""
    base = period(3)
    read = base.grade[base.moderated] != 0
    one = replace(base, moderated=base.moderated[read],
                  moderation_grade=base.moderation_grade[read])  # fmt: skip
    means = two_phase_means(one, values=values)
    n, audited = len(one.grade), one.audited
    share = np.array([(one.grade == g).mean() for g in range(4)])
    within, found = {}, {}
    for g in range(4):
        own = values[one.moderation_grade[audited == g]]
        found[g] = own.mean() if len(own) else values[g]
        within[g] = (((own - found[g]) ** 2).sum() if len(own) else 0.0, len(own))
    df = sum(max(m - 1, 0) for _, m in within.values())
    pooled = sum(s for s, _ in within.values()) / df
    variance = {g: (s + 4 * pooled) / (max(m - 1, 0) + 4) for g, (s, m) in within.items()}
    second = sum(
        share[g] ** 2 * (variance[g] / within[g][1] if within[g][1] else 1.0) for g in range(4)
    )
    level = np.array([found[g] for g in range(4)])

    def between(x):
        return share @ (x - share @ x) ** 2 / (n - 1)

    assert means.observed == pytest.approx(share @ values)
    assert means.adjusted == pytest.approx(share @ level)
    assert means.gap == pytest.approx(share @ (values - level))
    assert means.observed_variance == pytest.approx(between(values))
    assert means.audits_variance == pytest.approx(between(level))
    assert means.adjusted_variance == pytest.approx(second + between(level))
    assert means.gap_variance == pytest.approx(second + between(values - level))
    assert means.within == pytest.approx(sum(share[g] * variance[g] for g in range(4)))
    assert means.df == df
    each = share[audited] / np.bincount(audited, minlength=4)[audited]
    assert means.weight == pytest.approx(each)


def test_moderators_who_never_differ_within_a_grade_are_not_certain():
    """No variation: the pseudo-case of each grade stands in, pooled over the cases."""
    same = ModeratedPeriod(
        grade=[1] * 6 + [2] * 6, auditor=[0, 1] * 6, moderated=[0, 1, 6, 7, 8],
        moderation_grade=[1, 1, 2, 2, 2],
    )  # fmt: skip
    near = pseudo_case(4)
    smooth = {}
    for g, m in ((1, 2), (2, 3)):
        row = (m * np.eye(4)[g] + near[g]) / (m + 1)
        smooth[g] = row @ GRADES**2 - (row @ GRADES) ** 2
    pooled = (2 * smooth[1] + 3 * smooth[2]) / 5
    within = {1: 4 * pooled / 5, 2: 4 * pooled / 6}
    means = two_phase_means(same, values=GRADES)
    assert means.within == pytest.approx((within[1] + within[2]) / 2)
    second = 0.25 * (within[1] / 2 + within[2] / 3)
    assert means.gap_variance == pytest.approx(second)
    assert means.df == 3


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_levels_of_a_period(level):
    """Ten audits of two auditors, means 1 and 2 of grades that differ by one within each.

    Pulls -+2.5/10 over the root of one half, squared: error variance 2 x 0.25^2 x 2 = 0.25.
    """
    grade, auditor = [0, 2, 0, 2, 1, 1, 3, 1, 3, 2], [0] * 5 + [1] * 5
    moderated = ModeratedAudits(
        audit_grade=grade, moderation_grade=np.maximum(np.array(grade) - 1, 0),
        auditor=auditor, n_levels=4, good_from=2, selected_by=("all",) * 10,
        population=np.bincount(grade, minlength=4), population_auditors=2, level=level,
    )  # fmt: skip
    mean, share = period_levels(grade, auditor, moderated=moderated)
    half = stats.t.ppf(0.5 + level / 2, 1) * sqrt(0.25)
    assert (mean.observed.low, mean.observed.high) == pytest.approx((1.5 - half, 1.5 + half))
    assert (mean.observed.value, share.observed.value) == pytest.approx((1.5, 0.5))
    # All but the two lowest audits were graded one lower: 0.8 of a grade; two of ten stay good.
    assert mean.adjusted.value == pytest.approx(1.5 - 0.8)
    assert share.adjusted == profile_of(moderated).good
    assert share.adjusted.value == pytest.approx(0.2)
    few, none = period_levels(grade[:9], auditor[:9], moderated=replace(
        moderated, withheld="grades were copied"))  # fmt: skip
    for one in (few.observed, none.observed):
        assert one.why_not == "it would rest on 9 audits; at least 10 are needed"
    for one in (few.adjusted, none.adjusted):
        assert one.why_not == "grades were copied"


def test_means_of_a_period_need_two_audits():
    level = 0.95
    flat = ModeratedPeriod(grade=[2, 2], auditor=[0, 0], moderated=[], moderation_grade=[])
    assert isnan(mean_by_auditors(flat, GRADES, level=level).p)
    lone = ModeratedPeriod(grade=[2], auditor=[0], moderated=[], moderation_grade=[])
    with pytest.raises(ShapeError, match="at least two audits to show a change; it has 1"):
        mean_by_auditors(lone, GRADES, level=level)
    for empty in (lone, flat):
        with pytest.raises(ShapeError, match="two audits or more, one of them moderated"):
            two_phase_means(empty, values=GRADES)


def test_reasons_of_a_period_in_full():
    def reason(held, read, *, fewest=1, chance=None):
        grade = np.repeat(range(len(held)), held)
        starts = np.cumsum([0, *held])
        cases = np.concatenate(
            [np.arange(start, start + k) for start, k in zip(starts, read, strict=False)]
        )
        return ModeratedPeriod(
            grade=grade, auditor=np.zeros(len(grade), int), moderated=cases,
            moderation_grade=grade[cases], selection_probability=chance,
        ).refusal(fewest=fewest)  # fmt: skip

    assert reason([5, 5], [2, 2], fewest=5) == (
        "only 4 moderated audits were chosen by chance; at least 5 are needed"
    )
    assert reason([5, 5], [1, 0], fewest=5).startswith(
        "only 1 moderated audit was chosen by chance"
    )
    assert reason([5, 5], [2, 2], fewest=4) == ""
    assert reason([5, 15], [1, 9]) == (
        "an auditors' grade (level 1) with 5 of 20 audits has only 1 moderated; at least 2 are "
        "needed"
    )
    assert reason([2, 18], [1, 9]) == ""  # a tenth of all audits, not more
    assert reason([5, 5], [2, 2], chance=[0.2, 0.4, np.nan, 0.2]) == (
        "1 of 4 moderated audits have no recorded probability of being chosen, while others were "
        "chosen with unequal ones"
    )
    assert reason([5, 5], [2, 2], chance=[0.2, 0.2, np.nan, 0.2]) == ""


def test_satterthwaite_by_hand():
    assert combined_df(((2.0, 4.0), (1.0, 2.0))) == pytest.approx(9 / (1 + 0.5))
    assert combined_df(((0.0, 4.0), (0.0, 2.0))) == 2


@pytest.mark.parametrize(("power", "level"), [(0.8, 0.95), (0.6, 0.8)])
def test_moderations_needed_by_the_formula(power, level):
    first, last = period(1, 2000, 400), period(2, 1500, 400, kind=4)
    found = moderations_needed(first, last, values=GRADES, power=power, level=level)
    means = [two_phase_means(one, values=GRADES) for one in (first, last)]
    change = last.grade.mean() - first.grade.mean()
    z = stats.norm.ppf(0.5 + level / 2) + stats.norm.ppf(power)
    allowed = (change / z) ** 2 - sum(one.audits_variance for one in means)
    assert found.value == max(30, ceil(sum(one.within for one in means) / allowed))
    assert rests(found) == (level, 1500, 0)
    assert found.method == f"moderated audits a period for {power:.0%} power"
    few = [replace(one, moderated=one.moderated[:9], moderation_grade=one.moderation_grade[:9])
           for one in (first, last)]  # fmt: skip
    for values, planned in ((GRADES, 0.56), (GOOD, 0.41)):
        worth = [values[one.grade] for one in few]
        change = worth[1].mean() - worth[0].mean()
        spread = sum(one.var(ddof=1) / len(one) for one in worth)
        allowed = (change / z) ** 2 - spread
        found = moderations_needed(*few, values=values, power=power, level=level)
        if allowed > 0 and 2 * planned**2 / allowed <= 1500:
            assert found.value == max(30, ceil(2 * planned**2 / allowed))
        else:
            assert found.why_not == (
                "the observed change is so small that not even moderating every audit would show it"
            )
            assert rests(found) == (level, 1500, 0)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_parts_of_a_split_by_their_formulas(level):
    found = trend_split(FIRST, LAST, values=GRADES, level=level)
    was, now = (two_phase_means(one, values=GRADES) for one in (FIRST, LAST))
    error = change_error(
        FIRST.grade, LAST.grade, first_auditor=FIRST.auditor, last_auditor=LAST.auditor
    )
    gaps = [
        PeriodGaps(
            gap=(one.audited - one.moderation_grade).astype(float),
            auditor=one.auditor[one.moderated],
            weight=means.weight,
            share=np.bincount(one.auditor, minlength=10) / len(one.auditor),
        )
        for one, means in ((FIRST, was), (LAST, now))
    ]
    mix = auditor_mix(*gaps)
    both = was.gap_variance + now.gap_variance
    df = combined_df(((was.gap_variance, was.df), (now.gap_variance, now.df)))
    drift = both + mix.variance - 2 * (mix.covariance_last - mix.covariance_first)
    practice_df = combined_df(((was.adjusted_variance, was.df), (now.adjusted_variance, now.df)))
    practice = now.adjusted - was.adjusted
    change = LAST.grade.mean() - FIRST.grade.mean()
    for one, value, variance, own_df, method in (
        (found.observed, change, error.variance, error.df,
         "difference of two means, auditors as clusters over both periods (CR2), t with "
         f"{error.df:.1f} df"),
        (found.practice, practice, was.adjusted_variance + now.adjusted_variance, practice_df,
         "change in two-phase means, t"),
        (found.leniency, change - practice, both, df, "change in two-phase gaps, t"),
        (found.mix, mix.value, mix.variance, mix.df, "predicted from auditors' gaps, t"),
        (found.drift, change - practice - mix.value, max(drift, both / 4), min(df, mix.df),
         "leniency less mix, t"),
    ):  # fmt: skip
        half = stats.t.ppf(0.5 + level / 2, own_df) * sqrt(variance)
        assert (one.value, one.low, one.high) == pytest.approx((value, value - half, value + half))
        assert one.df == pytest.approx(own_df)
        assert (rests(one), one.method) == ((level, 180, 10), method)
    assert found.needed.level == level


def test_whose_period_is_too_thin_is_said():
    thin = replace(LAST, moderated=LAST.moderated[:29],
                   moderation_grade=LAST.moderation_grade[:29])  # fmt: skip
    words = "only 29 moderated audits were chosen by chance; at least 30 are needed"
    last, first = trend_split(FIRST, thin, values=GRADES), trend_split(thin, FIRST, values=GRADES)
    assert last.practice.why_not == f"in the last period, {words}"
    assert first.drift.why_not == f"in the first period, {words}"
    assert last.mix.method == "two-phase, mix"
    assert rests(last.leniency) == (0.95, 180, 10)
    untold = untold_split("only one year", level=0.8)
    for one in (untold.observed, untold.practice, untold.leniency, untold.mix, untold.drift,
                untold.needed):  # fmt: skip
        assert (one.why_not, one.level) == ("only one year", 0.8)


@pytest.mark.parametrize(
    ("part", "rose", "fell"),
    [
        ("practice", TrendClaim.PRACTICE_IMPROVED, TrendClaim.PRACTICE_WORSE),
        ("leniency", TrendClaim.GRADING_KINDER, None),
    ],
)
def test_claims_at_their_limits(part, rose, fell):
    def between(low, high):
        return Estimate(value=0.0, low=low, high=high, level=0.95, cases=1, auditors=1, method="")

    assert claim(part, between(0.01, 0.2)) == rose
    if fell is not None:
        assert claim(part, between(-0.2, -0.01)) == fell
    assert claim(part, between(0.0, 0.2)) == TrendClaim.NO_CLEAR_CHANGE
    assert claim(part, between(-0.2, 0.0)) == TrendClaim.NO_CLEAR_CHANGE
    assert claim(part, between(np.nan, 0.2)) == TrendClaim.CANNOT_BE_TOLD


def gaps_of(rng, share, leniency, n=120):
    auditor = rng.choice(len(share), n, p=share)
    return PeriodGaps(
        gap=leniency[auditor] + rng.normal(0, 0.4, n), auditor=auditor,
        weight=np.full(n, 1 / n), share=share,
    )  # fmt: skip


def test_auditors_who_left_and_who_joined_have_means_of_their_own():
    """Harsh ones leave, kind ones join: the mix is found, not shrunk to the mean of all."""
    rng = np.random.default_rng(3)
    leniency = np.repeat([-0.8, 0.0, 0.8], [4, 8, 4])
    first = np.repeat([1 / 12, 1 / 12, 0], [4, 8, 4])
    last = np.repeat([0, 1 / 12, 1 / 12], [4, 8, 4])
    mix = auditor_mix(gaps_of(rng, first, leniency), gaps_of(rng, last, leniency))
    truth = (last - first) @ leniency
    assert truth == pytest.approx(8 / 15)
    assert mix.value == pytest.approx(truth, abs=3 * sqrt(mix.variance))
    assert sqrt(mix.variance) < 0.2
    assert mix.spread < 0.25  # beyond what having left or joined explains
    assert mix.links == 8
    other = auditor_mix(gaps_of(rng, last, leniency), gaps_of(rng, first, leniency))
    assert other.value == pytest.approx(-truth, abs=3 * sqrt(other.variance))


def test_mix_that_is_none_or_not_known():
    rng = np.random.default_rng(4)
    share, leniency = np.full(8, 1 / 8), np.zeros(8)
    none = auditor_mix(gaps_of(rng, share, leniency), gaps_of(rng, share, leniency))
    assert (none.value, none.variance, none.why_not) == (0, 0, "")
    assert (none.covariance_first, none.covariance_last, none.links) == (0, 0, 8)
    for links, words in ((1, "only 1 auditor was"), (4, "only 4 auditors were")):
        first = np.concatenate([np.full(5, 0.2), np.zeros(5 - links)])
        last = np.concatenate([np.zeros(5 - links), np.full(5, 0.2)])
        found = auditor_mix(*(gaps_of(rng, one, np.zeros(10 - links)) for one in (first, last)))
        assert found.why_not == (
            f"{words} moderated in both periods; at least 5 are needed to tell a different mix "
            "from changed auditors"
        )
        assert (found.links, isnan(found.value)) == (links, True)
    uneven = np.array([0.4, 0.2, 0.2, 0.1, 0.1])
    five = auditor_mix(gaps_of(rng, np.full(5, 0.2), np.zeros(5)),
                       gaps_of(rng, uneven, np.zeros(5)))  # fmt: skip
    assert (five.why_not, five.links) == ("", 5)


def test_contrasts_of_leniency_known_from_elsewhere():
    known = OutsideLeniency(auditor=[0, 1], leniency=[0.6, 0.2], covariance=np.diag([0.02, 0.06]))
    values, variances, directions = known.contrasts()
    assert abs(values[0]) == pytest.approx(0.4 / sqrt(2))
    assert variances == pytest.approx([0.04])
    assert directions.sum() == pytest.approx(0)
    assert np.linalg.norm(directions[0]) == pytest.approx(1)
    for wrong in ({"auditor": [0, 0]}, {"leniency": [0.1]}, {"covariance": np.eye(3)}):
        with pytest.raises(ShapeError, match="each auditor once"):
            replace(known, **wrong)


def test_second_moderations():
    earlier = np.array([1, 2, 2, 1, 2, 1, 2, 3, 1, 2])
    later = earlier + np.array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    found = second_less_first(earlier, later, level=0.8)
    assert found == mean_gap(later, earlier, level=0.8)
    assert found.value == pytest.approx(0.2)
    for n, words in ((9, "only 9 audits were"), (1, "only 1 audit was")):
        few = second_less_first(earlier[:n], later[:n], level=0.8)
        assert few.why_not == f"{words} moderated by both; at least 10 are needed"
        assert (few.level, few.cases) == (0.8, n)
        assert few.method == "mean difference of two moderations"
    with pytest.raises(ShapeError, match="first 2, second 1"):
        second_less_first([1, 2], [1])


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.25, 0.25, SteadinessVerdict.STEADY),
        (-0.26, 0.1, SteadinessVerdict.NOT_SHOWN),
        (-0.1, 0.26, SteadinessVerdict.NOT_SHOWN),
        (0.01, 0.1, SteadinessVerdict.MOVED),
        (-0.1, -0.01, SteadinessVerdict.MOVED),
        (0.0, 0.1, SteadinessVerdict.STEADY),
        (-0.1, 0.0, SteadinessVerdict.STEADY),
        (np.nan, np.nan, SteadinessVerdict.NOT_TESTED),
    ],
)
def test_steadiness_at_its_limits(low, high, verdict):
    one = Estimate(value=0.0, low=low, high=high, level=0.95, cases=20, auditors=0, method="")
    none = Estimate.not_estimable("few", method="")
    for repeated, newcomers in ((one, none), (none, one), (one, one)):
        found = moderator_steadiness(
            repeated=repeated, newcomers=newcomers, moderators_first=[1, 2], moderators_last=[2],
            tolerance=0.25,
        )  # fmt: skip
        assert found.verdict == verdict
        assert (found.repeated, found.newcomers) == (repeated, newcomers)
    wide = moderator_steadiness(
        repeated=one, newcomers=none, moderators_first=[1], moderators_last=[2], tolerance=0.3
    )
    assert wide.verdict in (verdict, SteadinessVerdict.STEADY)
    assert (wide.moderators_first, wide.moderators_last, wide.moderators_both) == (1, 1, 0)
