"""The four figures of the verdict against independent computations and councils of known truth."""

from __future__ import annotations

from collections import Counter
from math import isnan, nan, sqrt

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint

from qaf_analysis.stats.optimism.verdict import optimism_verdict
from qaf_analysis.stats.optimism.verdict_figures import (
    RuledFigure,
    VerdictInputs,
    clopper_pearson,
    good_shift,
    kish,
    verdict_figures,
)
from qaf_analysis.stats.optimism.verdict_size import with_sizes
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismVerdict, Standing, VerdictFigure

GAP, SHIFT, SEVERE, SPREAD = VerdictFigure
MIDDLE = {2: 1, 3: 1, 4: 2, 5: 3, 11: 6}


def given(audited, moderated, *, auditor=None, weight=None, levels=4, **own):
    return VerdictInputs(
        audited=np.asarray(audited),
        moderated=np.asarray(moderated),
        auditor=None if auditor is None else np.asarray(auditor),
        weight=None if weight is None else np.asarray(weight, dtype=float),
        good_from=MIDDLE[levels],
        limits=OPTIMISM_RULE.limits(levels, **own),
    )


def figures(*args, **how):
    return {one.figure: one for one in verdict_figures(given(*args, **how))}


# Of 40 audits 6 lifted over good, 2 put below it, and 3 two grades apart (two of them lifted).
AUDITED = np.array([2] * 4 + [3] * 2 + [1] * 2 + [0] + [2] * 31)
MODERATED = np.array([1] * 4 + [1] * 2 + [2] * 2 + [2] + [2] * 31)
ALONE = np.arange(40)


def wilson(k, n, level):
    return proportion_confint(k, n, alpha=1 - level, method="wilson")


def test_shift_is_the_mover_of_both_shares():
    found = good_shift(given(AUDITED, MODERATED), level=0.9)
    up, down, n = 6, 3, 40
    assert found.value == pytest.approx((up - down) / n)
    p, q = up / n, down / n
    (low1, high1), (low2, high2) = wilson(up, n, 0.9), wilson(down, n, 0.9)
    rho = -sqrt(p * q / ((1 - p) * (1 - q)))

    def root(a, b):
        return sqrt(a * a + b * b - 2 * rho * a * b)

    assert found.low == pytest.approx(p - q - root(p - low1, high2 - q))
    assert found.high == pytest.approx(p - q + root(high1 - p, q - low2))


def test_severe_share_has_a_wilson_upper_and_a_clopper_pearson_lower_limit():
    found = figures(AUDITED, MODERATED)[SEVERE]
    assert found.small.value == pytest.approx(3 / 40)
    assert found.small.high == pytest.approx(wilson(3, 40, 0.9)[1])
    exact = stats.binomtest(3, 40).proportion_ci(0.95, method="exact")
    assert (found.shown.low, found.shown.high) == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize(("k", "n"), [(0, 20), (1, 7), (20, 20)])
def test_clopper_pearson_equals_scipy(k, n):
    exact = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert clopper_pearson(k, n, level=0.95) == pytest.approx((exact.low, exact.high))


def test_gap_has_its_two_levels():
    rng = np.random.default_rng(3)
    moderated = rng.integers(0, 3, 60)
    audited, auditor = moderated + rng.integers(0, 2, 60), np.repeat(np.arange(12), 5)
    found = figures(audited, moderated, auditor=auditor)[GAP]
    # Equal clusters: the variance of their means over their number, 11 degrees of freedom.
    means = (audited - moderated).reshape(12, 5).mean(axis=1)
    for one, level in ((found.small, 0.9), (found.shown, 0.975)):
        half = stats.t.ppf(0.5 + level / 2, 11) * means.std(ddof=1) / sqrt(12)
        assert (one.low, one.high) == pytest.approx((means.mean() - half, means.mean() + half))


def test_spread_solves_q_at_the_points_of_f():
    rng = np.random.default_rng(5)
    auditor = np.repeat(np.arange(10), 8)
    gap = np.rint(rng.normal(0, 0.5, 10)[auditor] + rng.normal(0, 0.6, 80)).astype(int)
    found = figures(gap + 2, np.full(80, 2), auditor=auditor, levels=11)[SPREAD]
    groups = gap.reshape(10, 8)
    within = groups.var(axis=1, ddof=1).mean() / 8

    def q(tau):
        return groups.mean(axis=1).var(ddof=1) / (within + tau**2)

    for at, tail in ((found.small.high, 0.05), (found.shown.low, 0.975)):
        want = stats.f.ppf(tail, 9, 70)
        solved = optimize.brentq(lambda tau, want=want: q(tau) - want, 0, 9)
        assert at == pytest.approx(solved)


def test_weights_count_as_audits_of_equal_weight():
    weight = np.where(np.arange(40) < 10, 4.0, 1.0)
    inputs = given(AUDITED, MODERATED, auditor=ALONE, weight=weight)
    assert kish(inputs) == pytest.approx((40 + 30) ** 2 / (160 + 30))
    found = {one.figure: one for one in verdict_figures(inputs)}
    gap = AUDITED - MODERATED
    assert found[GAP].small.value == pytest.approx(weight @ gap / 70)
    assert found[SEVERE].small.value == pytest.approx(4 * 3 / 70)
    assert found[SHIFT].small.value == pytest.approx((4 * 6 - 4 * 3) / 70)
    plain = figures(AUDITED, MODERATED, auditor=ALONE)
    for which in (SHIFT, SEVERE):
        wide, narrow = found[which].small, plain[which].small
        assert wide.high - wide.low > narrow.high - narrow.low


def test_equal_weights_are_no_weights():
    auditor = ALONE % 9
    one = verdict_figures(given(AUDITED, MODERATED, auditor=auditor))
    other = verdict_figures(given(AUDITED, MODERATED, auditor=auditor, weight=np.full(40, 7.5)))
    for plain, weighed in zip(one, other, strict=True):
        for a, b in ((plain.small, weighed.small), (plain.shown, weighed.shown)):
            assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high))


def test_auditors_alike_within_widen_every_share():
    """The three audits far apart are one auditor's: they count for less than three apart."""
    of_one = np.array([0, 1, 2, 3, 8, 8, 6, 7, 8, *range(9, 40)]) % 20
    alone, joined = figures(AUDITED, MODERATED), figures(AUDITED, MODERATED, auditor=of_one)
    assert joined[SEVERE].small.high > alone[SEVERE].small.high
    assert joined[SEVERE].shown.low < alone[SEVERE].shown.low


def test_a_share_rests_on_audits_over_the_design_effect():
    """Twenty auditors of two audits each, three of whom have both far apart: 6 of 40."""
    audited = np.array([3] * 6 + [1] * 34)
    found = figures(audited, np.ones(40, dtype=int), auditor=np.repeat(np.arange(20), 2))[SEVERE]
    # Totals less their share: 3 times 1.7 and 17 times -0.3; 20 equal clusters, 19 df.
    variance = (3 * 1.7**2 + 17 * 0.3**2) * 20 / 19 / 40**2
    effective = 0.15 * 0.85 / variance
    assert effective == pytest.approx(19, abs=0.1)
    t = stats.t.ppf(0.95, 19)
    centre, half = (
        0.15 + t**2 / (2 * effective),
        t * sqrt(0.15 * 0.85 / effective + t**2 / (4 * effective**2)),
    )
    assert found.small.high == pytest.approx((centre + half) / (1 + t**2 / effective))
    cut = effective * (stats.t.ppf(0.975, 39) / stats.t.ppf(0.975, 19)) ** 2
    low = stats.beta.ppf(0.025, 0.15 * cut, 0.85 * cut + 1)
    assert found.shown.low == pytest.approx(low)


@pytest.mark.parametrize(
    ("levels", "tolerance", "severe"), [(2, 0.125, None), (3, 1 / 6, 2), (4, 0.25, 2),
                                        (5, 1 / 3, 2), (11, 5 / 6, 5)],
)  # fmt: skip
def test_limits_belong_to_the_scale(levels, tolerance, severe):
    limits = OPTIMISM_RULE.limits(levels)
    assert limits.tolerance == pytest.approx(tolerance)
    assert limits.small_spread == pytest.approx(2 * tolerance)
    assert (limits.severe_from, limits.good_shift, limits.severe_share) == (severe, 0.125, 0.1)
    found = verdict_figures(given([1, 0] * 8, [0, 0] * 8, auditor=[1, 2] * 8, levels=levels))
    assert [one.figure for one in found] == [
        which for which in VerdictFigure if which is not SEVERE or severe
    ]
    assert found[0].small_limit == found[-1].shown_limit == pytest.approx(tolerance)


DEGENERATE = {
    "no audit": ([], [], []),
    "one audit": ([2], [1], [1]),
    "all alike": ([2] * 40, [2] * 40, list(range(10)) * 4),
    "one gap throughout": ([2] * 40, [1] * 40, list(range(10)) * 4),
    "one auditor": ([2, 1] * 20, [1] * 40, [5] * 40),
    "every auditor once": ([2, 1] * 20, [1] * 40, list(range(40))),
    "alike within auditors": ([2] * 20 + [1] * 20, [1] * 40, [1] * 20 + [2] * 20),
    "too few to spare": ([2, 1] * 10, [1] * 20, [*range(11), *range(9)]),
    "all two apart": ([3] * 40, [0] * 40, list(range(10)) * 4),
    "auditors not known": ([2, 1] * 20, [1] * 40, None),
}


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 11])
@pytest.mark.parametrize("name", DEGENERATE)
def test_whatever_cannot_be_estimated_is_open(name, levels):
    audited, moderated, auditor = DEGENERATE[name]
    audited, moderated = (
        np.minimum(np.array(g, dtype=int), levels - 1) for g in (audited, moderated)
    )
    who = None if auditor is None else np.array(auditor, dtype=int)
    inputs = given(audited, moderated, auditor=who, levels=levels)
    found = with_sizes(verdict_figures(inputs), inputs)
    for one in found:
        if not one.small.is_estimable:
            assert one.standing is Standing.OPEN
            assert one.small.why_not
            assert isnan(one.settled_at)
    assert not found[-1].small.is_estimable  # the spread, in every one of these
    decided = optimism_verdict(found, limits=inputs.limits)
    assert decided.verdict is not OptimismVerdict.ACCEPT
    assert "nan" not in decided.reason


def test_all_two_grades_apart_is_audited_again():
    audited, moderated, auditor = DEGENERATE["all two apart"]
    found = optimism_verdict(
        verdict_figures(given(audited, moderated, auditor=auditor)), limits=OPTIMISM_RULE.limits(4)
    )
    assert found.verdict is OptimismVerdict.RE_AUDIT


# The numbers at which an open figure is settled


def test_a_severe_share_is_settled_when_the_same_share_of_more_audits_would_do():
    apart, n = 2, 40
    audited = np.array([3] * apart + [1] * (n - apart))
    inputs = given(audited, np.ones(n, dtype=int))
    settled = with_sizes(verdict_figures(inputs), inputs)[2].settled_at
    assert wilson(settled * apart / n, settled, 0.9)[1] <= 0.1
    earlier = 0.85 * settled
    assert wilson(earlier * apart / n, earlier, 0.9)[1] > 0.1


def test_a_gap_is_settled_when_its_interval_reaches_half_its_limit():
    rng = np.random.default_rng(2)
    moderated = rng.integers(1, 3, 40)
    audited = moderated + np.tile([1, -1, 0, 0], 10)
    inputs = given(audited, moderated, auditor=ALONE)
    gap = with_sizes(verdict_figures(inputs), inputs)[0]
    half = (gap.small.high - gap.small.low) / 2
    assert gap.standing is Standing.OPEN or half <= 0.25
    wanted = 40 * (half / 0.125) ** 2
    if gap.standing is Standing.OPEN:
        assert wanted <= gap.settled_at <= wanted + 10


# The three faults of a verdict that looks at the mean gap only, and a council without any


def council(rng, *, n=160, auditors=29, own=0.0, noise=0.48):
    """Grades 10, 45, 40 and 5 in 100 from worst to best; ``own`` is added to alternate auditors."""
    cuts = stats.norm.ppf([0.1, 0.55, 0.95]) * sqrt(1 + noise**2)
    practice, auditor = rng.normal(size=n), rng.integers(0, auditors, n)
    kindness = np.where(auditor % 2, own, -own) + rng.normal(0, 0.2, auditors)[auditor]
    seen = practice + rng.normal(0, noise, n) + kindness
    return (
        np.searchsorted(cuts, seen),
        np.searchsorted(cuts, practice + rng.normal(0, noise, n)),
        auditor,
    )


def two_apart(rng):
    """30 in 100 lie two grades apart, half of them up and half down."""
    audited, moderated, auditor = council(rng)
    far = rng.random(160) < 0.3
    other = np.where(moderated < 2, moderated + 2, moderated - 2)
    return np.where(far, other, audited), moderated, auditor


def good_overstated(rng):
    """Good is given to 25 in 100 audits that require improvement; as many fall elsewhere."""
    _, moderated, auditor = council(rng)
    draw = rng.random(160)
    ri = moderated == 1
    audited = np.where(ri & (draw < 0.25 / 0.45), 2, moderated)
    return (
        np.where((ri & (draw >= 0.25 / 0.45)) | (moderated == 3), moderated - 1, audited),
        (moderated),
        auditor,
    )


def half_and_half(rng):
    """Half of the auditors are half a grade too kind, and half as much too harsh."""
    return council(rng, own=0.84)


def verdicts(draw, seed, councils=60):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(councils):
        audited, moderated, auditor = draw(rng)
        inputs = given(audited, moderated, auditor=auditor)
        seen[optimism_verdict(verdict_figures(inputs), limits=inputs.limits).verdict] += 1
    return seen


@pytest.mark.parametrize(
    ("draw", "right"),
    [
        (two_apart, OptimismVerdict.RE_AUDIT),
        (good_overstated, OptimismVerdict.ADJUST),
        (half_and_half, OptimismVerdict.RE_AUDIT),
    ],
)
def test_a_mean_gap_near_none_hides_no_other_fault(draw, right):
    seen = verdicts(draw, seed=1)
    assert seen[OptimismVerdict.ACCEPT] <= 1  # auditors at the limit of their spread: 5 in 100
    assert seen[right] >= 54


def test_an_ordinary_council_is_accepted():
    assert verdicts(council, seed=2)[OptimismVerdict.ACCEPT] >= 45


def test_ordinary_noise_on_eleven_steps_is_no_cause_for_another_audit():
    def draw(rng):
        moderated, auditor = rng.integers(1, 10, 160), rng.integers(0, 29, 160)
        return moderated + rng.integers(-1, 2, 160), moderated, auditor

    rng, seen = np.random.default_rng(4), Counter()
    for _ in range(30):
        audited, moderated, auditor = draw(rng)
        inputs = given(audited, moderated, auditor=auditor, levels=11)
        seen[optimism_verdict(verdict_figures(inputs), limits=inputs.limits).verdict] += 1
    assert seen[OptimismVerdict.RE_AUDIT] == 0
    assert seen[OptimismVerdict.ACCEPT] >= 24


def test_thirteen_points_of_overstatement_on_two_levels_are_not_accepted():
    rng = np.random.default_rng(6)
    moderated, auditor = rng.integers(0, 2, 400), np.arange(400) % 29
    audited = np.where((moderated == 0) & (np.arange(400) % 4 == 0), 1, moderated)
    inputs = given(audited, moderated, auditor=auditor, levels=2)
    assert (audited - moderated).mean() == pytest.approx(0.13, abs=0.02)
    found = optimism_verdict(verdict_figures(inputs), limits=inputs.limits)
    assert found.verdict is OptimismVerdict.ADJUST


def test_settled_numbers_stand_for_open_figures_only():
    inputs = given(AUDITED, MODERATED, auditor=ALONE % 9)
    for one in with_sizes(verdict_figures(inputs), inputs):
        if one.standing is Standing.OPEN and one.small.is_estimable:
            assert isnan(one.settled_at) or (one.settled_at > 40 and one.settled_at % 10 == 0)
        else:
            assert one.settled_at is nan or isnan(one.settled_at)


def of_shown(value, low, high, *, limit):
    shown = Estimate(
        value=value, low=low, high=high, level=0.95, cases=9, auditors=0, method="by hand"
    )
    return RuledFigure(
        figure=VerdictFigure.SPREAD, small=shown, shown=shown, small_limit=9, shown_limit=limit
    )


def test_a_figure_is_judged_against_what_its_rule_lets_pass():
    """0.3 beyond 0.1 with a lower end 0.1 below it: twice the quantile, whichever the sign."""
    expected = 2 * stats.norm.sf(2 * stats.norm.ppf(0.975))
    assert of_shown(0.3, 0.2, 0.9, limit=0.1).p == pytest.approx(expected)
    assert of_shown(-0.3, -0.9, -0.2, limit=0.1).p == pytest.approx(expected)
    assert of_shown(0.3, 0.1, 0.9, limit=0.1).p == pytest.approx(0.05)
    # Far from 0 but inside the limit nothing is shown.
    assert of_shown(0.3, 0.2, 0.9, limit=0.3).p == 1
    assert of_shown(0.1, 0.05, 0.15, limit=0.3).p == 1
    assert of_shown(-0.1, -0.15, -0.05, limit=0.3).p == 1
    assert np.isnan(of_shown(0.3, np.nan, np.nan, limit=0.1).p)
