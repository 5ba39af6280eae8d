"""Agreement before and after: gates, verdicts, parts, and rates of false and missed claims."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from qaf_analysis.stats.optimism.gap import grade_table
from qaf_analysis.stats.process.agreement_change import agreement_change
from qaf_analysis.stats.process.period_differences import (
    ModeratedPairs,
    TwoPeriods,
    bias_change,
    kappa_change,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from qaf_analysis.terms.verdicts import AgreementChangeVerdict
from tests.monte_carlo import highest

LIMITS = np.array([-2.95, 0.0, 3.1])


def period(rng, pairs, *, error=1.2, bias=0.0, practice=0.0, auditors=10_000):
    """Practice with a standard deviation of 2, read by auditors and by moderators (error 0.5)."""
    latent = rng.normal(practice, 2, pairs)
    return ModeratedPairs(
        audited=np.searchsorted(LIMITS, latent + bias + rng.normal(0, error, pairs)),
        moderated=np.searchsorted(LIMITS, latent + rng.normal(0, 0.5, pairs)),
        auditor=rng.integers(0, auditors, pairs),
        n_levels=4,
    )


def compared(before, after, *, seed=0, draws=200):
    return agreement_change(before, after, rng=np.random.default_rng(seed), draws=draws)


@pytest.fixture(scope="module")
def sides():
    rng = np.random.default_rng(1)
    return period(rng, 150, bias=0.5), period(rng, 150, error=0.3)


def test_a_real_improvement_is_seen(sides):
    change = compared(*sides)
    assert change.verdict == AgreementChangeVerdict.IMPROVED
    assert change.kappa.low > 0
    assert change.bias.value == pytest.approx(change.bias_after.value - change.bias_before.value)
    assert change.ruled_out == change.exact.difference.high
    assert "by more than chance makes" in change.reason


def test_the_mirror_image_is_seen_too(sides):
    change, mirrored = compared(*sides), compared(*reversed(sides))
    assert mirrored.verdict == AgreementChangeVerdict.FELL
    assert mirrored.exact.difference.value == pytest.approx(-change.exact.difference.value)
    assert mirrored.within_one.difference.value == pytest.approx(
        -change.within_one.difference.value
    )
    assert mirrored.bias.value == pytest.approx(-change.bias.value)


def first(pairs, n):
    return replace(
        pairs, audited=pairs.audited[:n], moderated=pairs.moderated[:n], auditor=pairs.auditor[:n]
    )


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (24, 150, "24 moderated audits before the change; at least 25 needed"),
        (150, 1, "1 moderated audit after the change; at least 25 needed"),
        (0, 150, "0 moderated audits before the change; at least 25 needed"),
        (150, 0, "0 moderated audits after the change; at least 25 needed"),
        (0, 0, "0 moderated audits before the change; at least 25 needed"),
    ],
)
def test_too_few_pairs_make_no_claim(sides, before, after, reason):
    change = compared(first(sides[0], before), first(sides[1], after))
    assert (change.verdict, change.reason) == (AgreementChangeVerdict.TOO_LITTLE, reason)


def test_twenty_five_pairs_are_judged(sides):
    change = compared(*(first(side, 25) for side in sides))
    assert change.verdict != AgreementChangeVerdict.TOO_LITTLE


def test_perfect_agreement_throughout_cannot_be_judged(sides):
    perfect = [replace(side, audited=side.moderated) for side in sides]
    change = compared(*perfect)
    assert change.verdict == AgreementChangeVerdict.TOO_LITTLE
    assert "does not vary" in change.reason
    assert not change.bias.is_estimable


def test_other_grades_altogether_cannot_be_judged(sides):
    bad, good = (
        replace(first(side, 30), moderated=np.full(30, g))
        for side, g in zip(sides, (0, 3), strict=True)
    )
    change = compared(bad, good)
    assert change.verdict == AgreementChangeVerdict.TOO_LITTLE
    assert "no grade of the moderators was met in both periods" in change.reason


def test_the_same_seed_gives_the_same_numbers(sides):
    one, same, other = (compared(*sides, seed=seed).kappa for seed in (3, 3, 4))
    assert one == same
    assert one.low != other.low


def test_kappa_is_the_difference_of_cohens(sides):
    found = kappa_change(TwoPeriods.of(*sides), rng=np.random.default_rng(1), draws=400)
    quadratic = [
        cohens_kappa(grade_table(s.audited, s.moderated, n_levels=4), wt="quadratic") for s in sides
    ]
    assert found.value == pytest.approx(quadratic[1].kappa - quadratic[0].kappa, abs=1e-12)
    se = np.hypot(quadratic[0].std_kappa, quadratic[1].std_kappa)
    assert found.se == pytest.approx(se, rel=0.2)


def test_bias_is_welch_where_pairs_stand_alone(sides):
    periods = TwoPeriods.of(*sides)
    assert not periods.by_auditor
    found = bias_change(periods)
    theirs = stats.ttest_ind(sides[1].gap, sides[0].gap, equal_var=False)
    assert found.value / found.se == pytest.approx(theirs.statistic, rel=1e-9)
    assert found.p == pytest.approx(theirs.pvalue, rel=0.05)


def test_pairs_of_one_auditor_count_together():
    rng = np.random.default_rng(5)
    change = compared(period(rng, 60, auditors=10), period(rng, 60, auditors=10))
    assert change.by_auditor
    assert "CR2" in change.bias.method
    assert (change.auditors_before, change.auditors_after) == (10, 10)


def test_pairs_of_some_auditors():
    rng = np.random.default_rng(6)
    whole = period(rng, 60, auditors=10)
    some = whole.by([1, 4])
    assert set(some.auditor) == {1, 4}
    assert len(some) == np.isin(whole.auditor, [1, 4]).sum()


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"audited": [1, 2], "moderated": [1], "auditor": [1, 2], "n_levels": 4}, ShapeError),
        ({"audited": [4], "moderated": [1], "auditor": [1], "n_levels": 4}, UnknownGradeError),
    ],
)
def test_pairs_refuse_what_does_not_fit(columns, error):
    with pytest.raises(error):
        ModeratedPairs(**columns)


def test_scales_must_be_the_same(sides):
    with pytest.raises(ShapeError, match="4 and 5 levels"):
        compared(sides[0], replace(sides[1], n_levels=5))


def rates(before, after, *, runs, seed):
    rng = np.random.default_rng(seed)
    verdicts = [
        compared(period(rng, **before), period(rng, **after), seed=run, draws=2).verdict
        for run in range(runs)
    ]
    return {word: verdicts.count(word) / runs for word in AgreementChangeVerdict}


@pytest.mark.slow
def test_a_better_mix_of_cases_is_no_improvement(times):
    runs = times(60, full=150)
    found = rates({"pairs": 60}, {"pairs": 60, "practice": 1.5}, runs=runs, seed=7)
    limit = highest(0.025, runs, errors=3)
    assert found[AgreementChangeVerdict.IMPROVED] <= limit
    assert found[AgreementChangeVerdict.FELL] <= limit


@pytest.mark.slow
def test_a_large_fall_of_error_is_usually_seen():
    found = rates({"pairs": 150}, {"pairs": 150, "error": 0.5}, runs=60, seed=8)
    assert found[AgreementChangeVerdict.IMPROVED] > 0.6
    assert found[AgreementChangeVerdict.FELL] == 0
