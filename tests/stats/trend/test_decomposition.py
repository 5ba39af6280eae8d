"""The split of a change in grades: exact sums, known answers, refusals, and planted truths."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.mixed_linear_model import MixedLM

from qaf_analysis.stats.optimism.adjusted import adjusted_profile
from qaf_analysis.stats.trend.auditor_mix import OutsideLeniency, PeriodGaps, auditor_mix
from qaf_analysis.stats.trend.decomposition import claim, trend_split, untold_split
from qaf_analysis.stats.trend.moderator_steadiness import moderator_steadiness, second_less_first
from qaf_analysis.stats.trend.period_level import moderations_needed
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod, two_phase_means
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SteadinessVerdict, TrendClaim

GRADES, GOOD = np.arange(4.0), np.array([0.0, 0.0, 1.0, 1.0])
CUTS = np.array([-2.0, 0.15, 2.1])
AUDITORS = 20


def year(rng, *, audits=200, moderated=80, practice=0.0, kind=0.0, severity=None, active=None):
    severity = rng.normal(0, 0.5, AUDITORS) if severity is None else severity
    latent = rng.normal(practice, 1.2, audits)
    auditor = rng.choice(np.arange(len(severity)) if active is None else active, audits)
    grade = np.searchsorted(CUTS, latent - severity[auditor] + kind + rng.normal(0, 0.6, audits))
    found = np.searchsorted(CUTS, latent + rng.normal(0, 0.35, audits))
    cases = rng.choice(audits, moderated, replace=False)
    return ModeratedPeriod(
        grade=grade, auditor=auditor, moderated=cases, moderation_grade=found[cases]
    )


def two_years(seed, **change):
    rng = np.random.default_rng(seed)
    severity = rng.normal(0, 0.5, AUDITORS)
    return year(rng, severity=severity), year(rng, severity=severity, **change)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), values=st.sampled_from([GRADES, GOOD]))
def test_the_parts_add_up_to_the_observed_change(seed, values):
    split = trend_split(*two_years(seed, practice=0.3, active=np.arange(12)), values=values)
    parts = split.practice.value + split.mix.value + split.drift.value
    assert parts == pytest.approx(split.observed.value, abs=1e-12)
    assert split.mix.value + split.drift.value == pytest.approx(split.leniency.value, abs=1e-12)


@pytest.mark.parametrize("values", [GRADES, GOOD])
def test_means_agree_with_the_moderation_adjusted_profile(values):
    period, _ = two_years(1)
    means = two_phase_means(period, values=values)
    profile = adjusted_profile(
        np.bincount(period.grade, minlength=4),
        audit_grade=period.audited,
        moderation_grade=period.moderation_grade,
        good_from=2,
    )
    shares = np.array([share.value for share in profile.shares])
    assert means.adjusted == pytest.approx(float(shares @ values), abs=1e-12)
    if values is GRADES:
        assert means.gap == pytest.approx(profile.gap.value, abs=1e-12)
    assert means.observed - means.adjusted == pytest.approx(means.gap, abs=1e-12)
    assert means.weight.sum() == pytest.approx(1, abs=1e-12)


def test_two_phase_means_by_hand():
    # Grade 1: 2 audits, both moderated (1, 1); grade 2: 4 audits, 2 moderated (1, 2).
    period = ModeratedPeriod(
        grade=[1, 1, 2, 2, 2, 2],
        auditor=[0, 1, 0, 1, 0, 1],
        moderated=[0, 1, 2, 3],
        moderation_grade=[1, 1, 1, 2],
    )
    means = two_phase_means(period, values=GRADES)
    assert means.adjusted == pytest.approx(1 / 3 + 2 / 3 * 1.5)
    # Squares within: 0 in grade 1, 0.5 in grade 2; 2 df; each borrows 4 df at 0.25.
    within = np.array([(0 + 1) / 5, (0.5 + 1) / 5])
    second = (1 / 3) ** 2 * within[0] / 2 + (2 / 3) ** 2 * within[1] / 2
    between = 1 / 3 * 2 / 3 * 0.5**2 / 5
    assert means.adjusted_variance == pytest.approx(second + between)
    assert means.audits_variance == pytest.approx(between)
    assert means.observed_variance == pytest.approx(np.var([1, 1, 2, 2, 2, 2]) / 5)


def test_chances_of_being_chosen_count():
    period = ModeratedPeriod(
        grade=[2] * 10,
        auditor=[0] * 10,
        moderated=[0, 1, 2],
        moderation_grade=[1, 2, 2],
        selection_probability=[0.6, 0.3, 0.3],
    )
    # Weights 1/0.6, 1/0.3, 1/0.3: the first counts half as much as the others.
    assert two_phase_means(period, values=GRADES).adjusted == pytest.approx((1 * 1 + 2 * 2 * 2) / 5)


def test_everything_is_found_where_nothing_is_left_to_chance():
    """No noise at all: every auditor's gap is their leniency, and all audits are moderated."""
    kind = np.array([0, 1, 0, 1, 0, 1])
    auditor = np.repeat(np.arange(6), 40)
    found = np.tile([0, 1, 2, 1], 60)

    def period(who):
        return ModeratedPeriod(
            grade=(found + kind[auditor])[who],
            auditor=auditor[who],
            moderated=np.arange(who.sum()),
            moderation_grade=found[who],
        )

    # All six at first; later those kind by a grade do two thirds of the audits.
    later = (kind[auditor] == 1) | (np.arange(240) % 40 < 20)
    split = trend_split(period(np.ones(240, dtype=bool)), period(later), values=GRADES)
    assert split.practice.value == pytest.approx(0, abs=1e-9)
    assert split.mix.value == pytest.approx(2 / 3 - 1 / 2, abs=1e-4)
    assert split.drift.value == pytest.approx(0, abs=1e-4)


def gaps_of(rng, share, leniency, *, n=80, period=0.0):
    auditor = rng.choice(len(share), n, p=share)
    return PeriodGaps(
        gap=period + leniency[auditor] + rng.normal(0, 0.6, n),
        auditor=auditor,
        weight=np.full(n, 1 / n),
        share=share,
    )


def test_the_prediction_is_that_of_a_mixed_model():
    """Independent route: statsmodels' mixed model with the two variances that we found."""
    rng = np.random.default_rng(4)
    leniency = rng.normal(0, 0.5, AUDITORS)
    first, last = (
        gaps_of(rng, rng.dirichlet(np.full(AUDITORS, 8.0)), leniency, period=p) for p in (0, 0.3)
    )
    mix = auditor_mix(first, last)
    change = last.share - first.share
    auditor = np.concatenate([first.auditor, last.auditor])
    fixed = np.column_stack([np.repeat([1, 0], 80), np.repeat([0, 1], 80), change[auditor]])
    model = MixedLM(np.concatenate([first.gap, last.gap]), fixed, groups=auditor)
    fit = model.fit(reml=True)
    ours = mix.spread**2 / _noise_by_regression(first, last)
    fixed_at = model.get_fe_params(np.array([[ours]]), np.zeros(0))[0]
    residual = np.concatenate([first.gap, last.gap]) - fixed @ fixed_at
    deviations = np.zeros(AUDITORS)
    for who in range(AUDITORS):
        rows = auditor == who
        deviations[who] = residual[rows].sum() * ours / (1 + ours * rows.sum())
    expected = change @ (change * fixed_at[2] + deviations)
    assert mix.value == pytest.approx(expected, abs=1e-9)
    assert mix.spread == pytest.approx(sqrt(float(fit.cov_re[0, 0])), rel=0.35)


def _noise_by_regression(first, last):
    """Variance about auditors and periods, by dummy variables."""
    gap = np.concatenate([first.gap, last.gap])
    auditor = np.concatenate([first.auditor, last.auditor])
    present = np.unique(auditor)
    dummies = np.column_stack([auditor[:, None] == present, np.repeat([0, 1], [80, 80])])
    rest = gap - dummies @ np.linalg.lstsq(dummies.astype(float), gap, rcond=None)[0]
    return float(rest @ rest) / (len(gap) - dummies.shape[1])


def known(leniency, covariance, **more):
    return OutsideLeniency(
        auditor=np.arange(len(leniency)), leniency=leniency, covariance=covariance, **more
    )


def test_outside_leniency_that_is_certain_decides_the_mix():
    rng = np.random.default_rng(5)
    leniency = rng.normal(0, 0.5, AUDITORS)
    share = rng.dirichlet(np.full(AUDITORS, 3.0), 2)
    first, last = (gaps_of(rng, s, leniency) for s in share)
    mix = auditor_mix(first, last, outside=known(leniency + 7, 1e-12 * np.eye(AUDITORS)))
    assert mix.value == pytest.approx(float((share[1] - share[0]) @ leniency), abs=1e-5)
    assert mix.variance < 1e-10
    nonsense = rng.normal(0, 1e4, AUDITORS)
    vague = auditor_mix(first, last, outside=known(nonsense, 1e8 * np.eye(AUDITORS)))
    alone = auditor_mix(first, last)
    assert vague.value == pytest.approx(alone.value, abs=0.005)
    assert vague.variance == pytest.approx(alone.variance, rel=0.1)


def test_shrinking_is_undone():
    """Shrunk values with their posterior say what the values that they came from say."""
    rng = np.random.default_rng(6)
    found, spread = rng.normal(0, 0.5, AUDITORS), 0.3
    errors = np.diag(rng.uniform(0.01, 0.2, AUDITORS))
    posterior = np.linalg.inv(np.linalg.inv(errors) + np.eye(AUDITORS) / spread**2)
    # Empirical Bayes about a common mean that is estimated, not known.
    weight = np.linalg.inv(errors + spread**2 * np.eye(AUDITORS))
    mean = weight.sum(axis=0) @ found / weight.sum()
    shrunk = mean + spread**2 * weight @ (found - mean)
    rest = np.ones(AUDITORS) - spread**2 * weight.sum(axis=1)
    posterior = posterior + np.outer(rest, rest) / weight.sum()
    first, last = (gaps_of(rng, rng.dirichlet(np.full(AUDITORS, 3.0)), found) for _ in range(2))
    plain = auditor_mix(first, last, outside=known(found, errors))
    undone = auditor_mix(first, last, outside=known(shrunk, posterior, shrunk_to=spread))
    assert undone.value == pytest.approx(plain.value, abs=1e-8)
    assert undone.variance == pytest.approx(plain.variance, rel=1e-6)


def test_other_numbers_and_orders_give_the_same_split():
    periods = two_years(7, active=np.arange(14))
    split = trend_split(*periods, values=GRADES)
    rng = np.random.default_rng(0)
    renamed = rng.permutation(AUDITORS)

    def shuffled(period):
        order = rng.permutation(len(period.grade))
        place = np.argsort(order)
        again = rng.permutation(len(period.moderated))
        return ModeratedPeriod(
            grade=period.grade[order],
            auditor=renamed[period.auditor[order]],
            moderated=place[period.moderated][again],
            moderation_grade=period.moderation_grade[again],
        )

    other = trend_split(*(shuffled(period) for period in periods), values=GRADES)
    for part in ("observed", "practice", "leniency", "mix", "drift"):
        ours, theirs = getattr(split, part), getattr(other, part)
        assert theirs.value == pytest.approx(ours.value, abs=1e-8)
        assert theirs.se == pytest.approx(ours.se, abs=1e-8)


def test_reversing_the_years_reverses_every_part():
    first, last = two_years(8, kind=0.4)
    there, back = trend_split(first, last, values=GRADES), trend_split(last, first, values=GRADES)
    for part in ("observed", "practice", "leniency", "mix", "drift"):
        assert getattr(back, part).value == pytest.approx(-getattr(there, part).value, abs=1e-9)
        assert getattr(back, part).se == pytest.approx(getattr(there, part).se, abs=1e-9)


def test_few_moderations_cannot_tell_and_say_how_many_would():
    rng = np.random.default_rng(9)
    first, last = year(rng), year(rng, moderated=29, kind=0.7)
    split = trend_split(first, last, values=GRADES)
    assert split.verdict == TrendClaim.CANNOT_BE_TOLD
    assert split.observed.is_estimable
    for part in (split.practice, split.leniency, split.mix, split.drift):
        assert not part.has_interval
        assert "only 29 moderated audits" in part.why_not
    assert 30 <= split.needed.value <= 200


def test_the_number_needed_has_the_power_it_promises():
    rng = np.random.default_rng(10)
    first, last = year(rng, audits=2000), year(rng, audits=2000, kind=0.35)
    needed = int(moderations_needed(first, last, values=GRADES).value)
    found = np.array([two_phase_means(p, values=GRADES).within for p in (first, last)])
    variance = sum(found) / needed + sum(
        two_phase_means(p, values=GRADES).audits_variance for p in (first, last)
    )
    change = last.grade.mean() - first.grade.mean()
    # 80 % power: the change lies 1.96 + 0.84 standard errors from 0.
    assert change / sqrt(variance) == pytest.approx(2.80, abs=0.05)


def test_no_number_is_named_for_a_change_that_nothing_could_show():
    first, last = two_years(11)
    same = replace(last, grade=first.grade, moderated=first.moderated)
    needed = moderations_needed(first, same, values=GRADES)
    assert isnan(needed.value)
    assert "so small" in needed.why_not


def test_other_auditors_throughout_leave_mix_and_drift_together():
    rng = np.random.default_rng(12)
    severity = rng.normal(0, 0.5, 2 * AUDITORS)
    first = year(rng, severity=severity, active=np.arange(AUDITORS))
    last = year(rng, severity=severity, active=np.arange(AUDITORS, 2 * AUDITORS))
    split = trend_split(first, last, values=GRADES)
    assert split.leniency.has_interval
    assert "only 0 auditors were moderated in both" in split.mix.why_not
    assert not split.drift.is_estimable
    certain = known(-severity, 0.01 * np.eye(2 * AUDITORS))
    told = trend_split(first, last, values=GRADES, outside=certain)
    assert told.mix.has_interval
    assert told.drift.has_interval


def test_one_auditor_alone_is_no_mix():
    rng = np.random.default_rng(13)
    first, last = (year(rng, severity=np.zeros(1)) for _ in range(2))
    split = trend_split(first, last, values=GRADES)
    assert (split.mix.value, split.mix.low, split.mix.high) == (0, 0, 0)
    assert split.drift.value == pytest.approx(split.leniency.value)


def test_a_refusal_from_elsewhere_stands():
    split = trend_split(*two_years(14), values=GRADES, refusal="selection is not recorded")
    assert split.verdict == TrendClaim.CANNOT_BE_TOLD
    assert split.practice.why_not == "selection is not recorded"
    assert untold_split("only one year").verdict == TrendClaim.CANNOT_BE_TOLD


def test_a_thin_grade_refuses():
    rng = np.random.default_rng(15)
    period = year(rng)
    no_good = period.moderated[period.grade[period.moderated] != 2]
    thin = replace(
        period, moderated=no_good, moderation_grade=np.ones(len(no_good), dtype=np.int64)
    )
    assert "(level 3)" in thin.refusal(fewest=10)


def test_missing_chances_beside_unequal_ones_refuse():
    rng = np.random.default_rng(16)
    period = year(rng)
    chance = rng.uniform(0.2, 0.6, 80)
    chance[0] = np.nan
    broken = replace(period, selection_probability=chance)
    assert "no recorded probability" in broken.refusal(fewest=30)
    with pytest.raises(ShapeError, match="no recorded probability"):
        two_phase_means(broken, values=GRADES)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.1, 0.2, TrendClaim.PRACTICE_IMPROVED),
        (-0.2, -0.1, TrendClaim.PRACTICE_WORSE),
        (-0.1, 0.1, TrendClaim.NO_CLEAR_CHANGE),
    ],
)
def test_claims_follow_from_intervals(low, high, words):
    estimate = Estimate(value=0.0, low=low, high=high, level=0.95, cases=1, auditors=1, method="")
    assert claim("practice", estimate) == words


def test_wrong_input_is_named():
    good = {"grade": [1, 2], "auditor": [0, 0], "moderated": [0], "moderation_grade": [1]}
    with pytest.raises(ShapeError, match="named once"):
        ModeratedPeriod(**good | {"moderated": [0, 0], "moderation_grade": [1, 1]})
    with pytest.raises(ShapeError, match="named once"):
        ModeratedPeriod(**good | {"moderated": [2]})
    with pytest.raises(ShapeError, match="negative"):
        ModeratedPeriod(**good | {"auditor": [0, -1]})
    with pytest.raises(ShapeError, match="equally long"):
        ModeratedPeriod(**good | {"auditor": [0]})
    with pytest.raises(UnknownGradeError):
        two_phase_means(ModeratedPeriod(**good), values=[0, 1])
    lone = ModeratedPeriod(grade=[1], auditor=[0], moderated=[], moderation_grade=[])
    with pytest.raises(ShapeError, match="two audits"):
        trend_split(lone, lone, values=GRADES)
    with pytest.raises(ShapeError, match="2 auditors need 2 leniencies"):
        known(np.zeros(2), np.eye(3))
    with pytest.raises(UsageError, match="above zero"):
        known(np.zeros(2), np.eye(2), shrunk_to=0.0)


def test_pure_leniency_is_not_called_practice():
    """200 seeded councils of 200 audits and 80 moderations a year; leniency up by 0.3 grade."""
    splits = [trend_split(*two_years(seed, kind=0.6), values=GRADES) for seed in range(200)]
    rise = np.mean([split.observed.value for split in splits])
    assert rise == pytest.approx(0.3, abs=0.05)
    # 5 % in the long run; 200 councils allow up to 10 of them, and three errors on top.
    assert sum(split.practice.low > 0 for split in splits) <= 10
    assert sum(split.leniency.low > 0 for split in splits) >= 160
    assert sum(TrendClaim.GRADING_KINDER in split.verdict for split in splits) >= 160


def test_pure_practice_is_not_called_leniency():
    splits = [trend_split(*two_years(seed, practice=0.55), values=GRADES) for seed in range(200)]
    assert sum(split.practice.low > 0 for split in splits) >= 160
    assert sum(split.drift.low > 0 or split.drift.high < 0 for split in splits) <= 19
    truth = np.mean([split.observed.value for split in splits])
    covered = [split.practice.low <= truth <= split.practice.high for split in splits]
    assert 0.90 <= np.mean(covered) <= 0.99


def test_moderators_who_hold_steady_and_who_do_not():
    rng = np.random.default_rng(18)
    grade = rng.integers(0, 4, 60)
    same = second_less_first(grade, np.clip(grade + rng.choice([-1, 0, 0, 1], 60), 0, 3))
    kinder = second_less_first(grade, np.minimum(grade + rng.choice([0, 1], 60), 3))
    few = second_less_first(grade[:9], grade[:9])
    assert "only 9 audits" in few.why_not
    people = {"moderators_first": [0, 1, 2, 1], "moderators_last": [2, 3, 3]}
    for repeated, newcomers, verdict in (
        (same, few, SteadinessVerdict.STEADY),
        (same, kinder, SteadinessVerdict.MOVED),
        (few, few, SteadinessVerdict.NOT_TESTED),
        (replace(same, low=-0.4, high=0.4), few, SteadinessVerdict.NOT_SHOWN),
    ):
        found = moderator_steadiness(
            repeated=repeated, newcomers=newcomers, tolerance=0.25, **people
        )
        assert found.verdict == verdict
        assert (found.moderators_first, found.moderators_last, found.moderators_both) == (3, 2, 1)


def test_moderations_that_never_differ_are_not_certain():
    alike = second_less_first(np.ones(20, dtype=int), np.ones(20, dtype=int))
    assert alike.value == 0
    assert alike.high > 0.1
