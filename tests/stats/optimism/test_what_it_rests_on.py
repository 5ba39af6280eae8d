"""Level, cases, auditors, method and reasons of paired statistics, and their values by hand."""

from __future__ import annotations

from functools import partial
from math import exp, isnan, log, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps, funnel_reach
from qaf_analysis.stats.optimism.gap import (
    mean_gap,
    net_good_shift,
    over_rate,
    paired_share_difference,
    rates_of_gaps,
    severe_rate,
    stuart_birch,
    under_rate,
)
from qaf_analysis.stats.optimism.gap_trend import gap_trend
from qaf_analysis.stats.optimism.headline import gap_of_all, headline
from qaf_analysis.stats.optimism.heterogeneity import (
    auditor_means,
    dersimonian_laird,
    gap_heterogeneity,
)
from qaf_analysis.stats.optimism.marginal_logit import marginal_logit
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.sign_flips import kinder_share, sign_flip_test, units_by_auditor
from qaf_analysis.stats.optimism.signed_ranks import sign_test, wilcoxon_pratt
from qaf_analysis.stats.optimism.square_tables import (
    bhapkar,
    bowker,
    bradley_blackwood,
    chi_square_test,
    mcnemar_exact,
    ordinal_quasi_symmetry,
    square_counts,
    stuart_maxwell,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from qaf_analysis.terms.verdicts import FunnelPlace, GapDirection

AUDITED = [2, 2, 3, 1, 2, 0, 3, 2, 1, 2]
MODERATED = [1, 2, 1, 1, 2, 1, 2, 2, 1, 1]  # gaps 1 0 2 0 0 -1 1 0 0 1
AUDITOR = [7, 7, 7, 9, 9, 9, 9, 4, 4, 4]


def rests(found):
    return found.level, found.cases, found.auditors


def test_mean_gap_with_and_without_auditors():
    assert rests(mean_gap(AUDITED, MODERATED, level=0.8)) == (0.8, 10, 0)
    found = mean_gap(AUDITED, MODERATED, auditor=AUDITOR, level=0.8)
    assert rests(found) == (0.8, 10, 3)
    fit = clustered_mean(np.subtract(AUDITED, MODERATED), cluster=AUDITOR)
    assert found.value == pytest.approx(0.4)
    assert found.high == pytest.approx(0.4 + stats.t.ppf(0.9, fit.df) * sqrt(fit.variance))


def test_auditors_alike_on_balance_add_nothing():
    gap = np.array([1, 0, 1, 0, 0, 1])
    names = [1, 1, 2, 2, 3, 3]
    found, plain = mean_gap(gap, gap * 0, auditor=names), mean_gap(gap, gap * 0)
    assert (found.value, found.low, found.high) == (plain.value, plain.low, plain.high)
    weight = [2.0, 2.0, 1.0, 1.0, 3.0, 3.0]
    weighed = mean_gap(gap, gap * 0, auditor=names, weight=weight, level=0.8)
    fit = clustered_mean(gap, cluster=range(6), weight=weight)
    assert weighed.se == pytest.approx(sqrt(fit.variance))
    assert rests(weighed) == (0.8, 6, 3)
    assert "by audit (CR2)" in weighed.method
    same = mean_gap([2] * 5, [1] * 5, auditor=[1, 1, 2, 2, 3], level=0.8)
    assert rests(same) == (0.8, 5, 3)
    assert (same.low, same.high) == pytest.approx((1 - (1 - 0.2**0.2), 1 + 1 - 0.2**0.2))
    assert same.method == "every gap is the same, rule of three with gaps one grade off"


def test_rates_count_gaps_of_a_grade_or_more():
    gap = np.subtract(AUDITED, MODERATED)
    names = np.array(AUDITOR)
    three = rates_of_gaps(gap, severe_from=2, auditor=names, level=0.8)
    assert [one.value for one in three] == [0.4, 0.1, 0.1]
    two_apart = partial(severe_rate, at_least=2)
    for one, rate in zip(three, (over_rate, under_rate, two_apart), strict=True):
        assert one == rate(AUDITED, MODERATED, auditor=AUDITOR, level=0.8)
        assert rests(one) == (0.8, 10, 3)
        assert rests(rate(AUDITED, MODERATED, level=0.9)) == (0.9, 10, 0)
    assert over_rate(AUDITED, MODERATED, at_least=2).value == 0.1
    assert under_rate(AUDITED, MODERATED, at_least=2).value == 0


def test_shift_in_good_with_its_design_effect():
    plain = net_good_shift(AUDITED, MODERATED, good_from=2, level=0.8)
    assert (plain.value, rests(plain)) == (pytest.approx(0.3), (0.8, 10, 0))
    assert plain.p == 0.25  # three one way, none the other
    found = net_good_shift(AUDITED, MODERATED, good_from=2, auditor=AUDITOR, level=0.8)
    assert rests(found) == (0.8, 10, 3)
    shift = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 1.0])
    assert found.value == pytest.approx(shift.mean())
    fit = clustered_mean(shift, cluster=AUDITOR)
    effect = max(1.0, fit.variance / (shift.var(ddof=1) / 10))
    assert found.method == (f"Newcombe method 10, paired; design effect {effect:.2f} by auditor")
    one = net_good_shift([2], [1], good_from=2, auditor=[5])
    assert one.method.endswith("design effect 1.00 by auditor")
    assert (one.cases, one.auditors) == (1, 1)
    lone = net_good_shift([2, 1, 2], [1, 1, 2], good_from=2, auditor=[5, 5, 5])
    assert "design effect 1.00" in lone.method


def test_difference_of_paired_shares():
    audit, moderation = [1, 1, 1, 0, 1], [0, 0, 1, 0, 0]
    found = paired_share_difference(audit, moderation, auditor=[1, 2, 3, 4, 5], level=0.8)
    assert (found.value, found.p) == pytest.approx((0.6, 0.25))
    assert rests(found) == (0.8, 5, 5)
    assert found.method.endswith("; p of Stuart-Birch, by auditor, exact p")
    assert paired_share_difference([1, 0], [1, 0], auditor=[1, 2]).p == 1
    assert not paired_share_difference([], [], auditor=[]).is_estimable
    for wrong in (([2, 0], [1, 0]), ([1, 0], [0.5, 0])):
        with pytest.raises(ShapeError, match="0 or 1 only"):
            paired_share_difference(*wrong, auditor=[1, 2])


@pytest.mark.parametrize(
    ("test", "name"), [(stuart_birch, "Stuart-Birch"), (wilcoxon_pratt, "Wilcoxon-Pratt")]
)
def test_sign_flips_say_what_turned(test, name):
    plain, own = test(AUDITED, MODERATED), test(AUDITED, MODERATED, auditor=AUDITOR)
    assert (plain.method, rests(plain)) == (f"{name}, exact p", (0.95, 10, 0))
    assert (own.method, rests(own)) == (f"{name}, by auditor, exact p", (0.95, 10, 3))
    assert not plain.has_interval
    none = test([1, 2, 2], [1, 2, 2], auditor=[4, 4, 5])
    assert none.why_not == ("auditors' and moderators' grades do not differ on balance in any unit")
    assert (none.cases, none.auditors, none.method) == (3, 2, f"{name}, by auditor")
    assert (test([1], [1]).auditors, test([1], [1]).method) == (0, name)


def test_birch_and_pratt_by_hand():
    # Gaps 1 2 -1 1 1: 4 / sqrt(8). Ranks of sizes 0 0 0 0 0 1 1 1 1 2: 7.5 (ones) and 10.
    assert stuart_birch(AUDITED, MODERATED).value == pytest.approx(4 / sqrt(8))
    expected = (7.5 * 3 + 10 - 7.5) / sqrt(4 * 7.5**2 + 100)
    assert wilcoxon_pratt(AUDITED, MODERATED).value == pytest.approx(expected)
    # Sums by auditor 3, 0 and 1: of 4 changes of signs, 2 are as far from none.
    own = stuart_birch(AUDITED, MODERATED, auditor=AUDITOR)
    assert (own.value, own.p) == (pytest.approx(4 / sqrt(10)), 0.5)
    units, auditors = units_by_auditor(np.array([1, -1, 2]), np.array([3, 3, 8]))
    assert (units.tolist(), auditors) == ([2], 2)
    units, auditors = units_by_auditor(np.array([1, 0, 2]), None)
    assert (units.tolist(), auditors) == ([1, 2], 0)


def test_a_thousand_units_are_counted_and_more_are_not():
    units = np.tile([1, -1, 1, 1], 250)
    assert sign_flip_test(units).how == "exact"
    assert sign_flip_test(units).p == pytest.approx(stats.binomtest(750, 1000).pvalue, rel=1e-6)
    beyond = sign_flip_test(np.append(units, 1))
    assert beyond.how == "normal"
    assert beyond.z == pytest.approx(501 / sqrt(1001))
    assert beyond.p == pytest.approx(2 * stats.norm.sf(501 / sqrt(1001)))


@pytest.mark.parametrize(("over", "under"), [(3, 0), (0, 3), (4, 2)])
def test_kinder_share_by_clopper_and_pearson(over, under):
    found = kinder_share(over, under, cases=20, level=0.9)
    exact = stats.binomtest(over, over + under).proportion_ci(0.9, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    assert (found.value, rests(found)) == (over / (over + under), (0.9, 20, 0))
    assert found.method == (
        f"share of the {over + under} audits that differ, Clopper-Pearson, exact sign test"
    )
    none = kinder_share(0, 0, cases=20, level=0.9)
    assert (none.why_not, rests(none)) == ("no audit differs", (0.9, 20, 0))
    with pytest.raises(UsageError):
        kinder_share(1, 1, cases=2, level=95)


def test_sign_test_by_auditor():
    found = sign_test(AUDITED, MODERATED, auditor=AUDITOR, level=0.8)
    assert found.value == pytest.approx(4 / 5)
    assert rests(found) == (0.8, 10, 3)
    assert found.method.startswith("share of the 5 audits that differ, Wilson")
    assert found.method.endswith("; exact sign test")
    # Signs summed by auditor: 2, 0 and 1; half of the changes of signs are as far from none.
    assert found.p == 0.5
    plain = sign_test(AUDITED, MODERATED, level=0.8)
    assert rests(plain) == (0.8, 10, 0)
    level = sign_test([2, 1, 2, 1], [1, 2, 1, 2], auditor=[1, 1, 2, 2])
    assert (level.cases, level.p) == (4, 1)


def test_tests_of_tables_say_what_they_rest_on():
    table = [[4, 5, 0], [1, 9, 7], [0, 2, 9]]
    for test, name in ((stuart_maxwell, "Stuart-Maxwell"), (bhapkar, "Bhapkar")):
        found = test(table)
        assert (found.method, found.cases) == (f"{name}, chi-square with 2 df", 37)
        none = test(np.eye(3, dtype=int))
        assert (none.method, none.cases) == (name, 3)
    found = bowker(table)
    assert found.cases == 37
    assert bowker(np.eye(3, dtype=int)).method == "Bowker"
    assert bowker(np.eye(3, dtype=int)).cases == 3
    made = chi_square_test(5.0, df=2, cases=9, method="so")
    assert (made.value, made.df, made.cases, made.auditors, made.method) == (5, 2, 9, 0, "so")
    assert made.p == pytest.approx(stats.chi2.sf(5, 2))
    assert not made.has_interval
    both = bradley_blackwood(AUDITED, MODERATED)
    assert (both.cases, both.df, both.method) == (10, 8, "Bradley-Blackwood, F with 2 and 8 df")
    none = bradley_blackwood([1, 2], [1, 1])
    assert (none.cases, none.method) == (2, "Bradley-Blackwood")
    assert bradley_blackwood([1, 2, 2], [1, 1, 3]).is_estimable
    assert bradley_blackwood([], []).why_not == "there are fewer than three cases"
    apart = stuart_maxwell([[5, 3, 0, 0], [1, 5, 0, 0], [0, 0, 5, 6], [0, 0, 1, 5]])
    assert apart.method == (
        "Stuart-Maxwell, chi-square with 2 df; generalised inverse, as nobody differs between 2 "
        "groups of grades"
    )


def test_quasi_symmetry_says_what_it_rests_on():
    table = [[9, 1, 0], [3, 9, 2], [1, 4, 9]]
    found = ordinal_quasi_symmetry(table, level=0.8)
    assert rests(found.slope) == (0.8, 38, 0)
    assert found.slope.method == "ordinal quasi-symmetry, Wald"
    assert (found.fit.method, found.fit.cases) == ("deviance, chi-square with 2 df", 38)
    half = stats.norm.ppf(0.9) * found.slope.se
    assert found.slope.high == pytest.approx(found.slope.value + half)
    assert found.slope.low == pytest.approx(found.slope.value - half)
    for one_way in ([[3, 0], [4, 3]], [[3, 4], [0, 3]]):
        none = ordinal_quasi_symmetry(one_way, level=0.8)
        for one in (none.slope, none.fit):
            assert rests(one) == (0.8, 10, 0)
            assert one.method == "ordinal quasi-symmetry"
            assert "one direction" in one.why_not
    two = ordinal_quasi_symmetry([[3, 1], [4, 3]])
    assert (two.fit.method, two.fit.cases) == ("deviance", 11)


@pytest.mark.parametrize("kinder", [1, 30])
def test_quasi_symmetry_finds_slopes_far_from_none(kinder):
    """Two grades: the log of the odds, here 1 against 999 or 30 against 1."""
    stricter = 999 if kinder == 1 else 1
    found = ordinal_quasi_symmetry([[0, stricter], [kinder, 0]]).slope
    assert found.value == pytest.approx(log(kinder / stricter))
    assert found.se == pytest.approx(sqrt(1 / kinder + 1 / stricter))


def test_mcnemar_by_hand():
    table = [[5, 1, 2], [3, 5, 1], [4, 6, 5]]
    found = mcnemar_exact(table, good_from=2, level=0.8)  # 10 good by the auditor alone, 3 not
    assert (found.value, rests(found)) == (10 / 13, (0.8, 32, 0))
    assert mcnemar_exact(table, good_from=1).value == 7 / 10
    for wrong in (0, 3):
        with pytest.raises(UnknownGradeError, match="from 1 to 2"):
            mcnemar_exact(table, good_from=wrong)


@pytest.mark.parametrize(
    ("table", "words"),
    [([[1, 2]], r"square; this has \(1, 2\)"), ([[3]], "square"), ([3, 1], "square"),
     ([[1, -1], [0, 1]], "whole numbers from 0"), ([[1.0, 0], [0, 1]], "whole numbers from 0")],
)  # fmt: skip
def test_tables_are_square_counts(table, words):
    with pytest.raises(ShapeError, match=words):
        square_counts(table)
    with pytest.raises(ValueError, match="read-only"):
        square_counts([[1, 0], [0, 1]])[0, 0] = 2


def test_marginal_logit_says_what_it_rests_on():
    plain = marginal_logit(AUDITED, MODERATED, level=0.8)
    own = marginal_logit(AUDITED, MODERATED, auditor=AUDITOR, level=0.8)
    alone = marginal_logit(AUDITED, MODERATED, auditor=[3] * 10, level=0.8)
    name = "cumulative logit, independence working model, sandwich by audit"
    for found, auditors, method in (
        (plain, 0, f"{name}, t with 9.0 df"),
        (own, 3, f"{name}or (CR2), t with {own.log_odds_ratio.df:.1f} df"),
        (alone, 1, f"{name}; one auditor only, so it speaks of this auditor, t with 9.0 df"),
    ):
        logged, ratio = found.log_odds_ratio, found.odds_ratio
        half = stats.t.ppf(0.9, logged.df) * logged.se
        assert (logged.low, logged.high) == pytest.approx(
            (logged.value - half, logged.value + half)
        )
        assert (ratio.low, ratio.value, ratio.high) == pytest.approx(
            (exp(logged.low), exp(logged.value), exp(logged.high))
        )
        assert logged.p == pytest.approx(2 * stats.t.sf(abs(logged.value) / logged.se, logged.df))
        for one in (logged, ratio):
            assert rests(one) == (0.8, 10, auditors)
            assert one.method == method
        assert (ratio.p, ratio.df) == (logged.p, logged.df)
    assert own.log_odds_ratio.se >= plain.log_odds_ratio.se
    none = marginal_logit([1, 2], [1, 2], auditor=[5, 6], level=0.8)
    assert rests(none.odds_ratio) == (0.8, 2, 2)


def test_gap_trend_says_what_it_rests_on():
    gap = np.array([0, 1, 0, 1, 1, 1, 2, 1, 1, 2, 1, 2])
    when, who = np.repeat([0, 1, 2], 4), np.array([1, 2, 3, 4, 1, 2, 2, 3, 4, 4, 1, 3])
    found = gap_trend(3 + gap, np.full(12, 3), when, auditor=who, level=0.8)
    assert (found.slope.value, found.first) == (pytest.approx(0.5), pytest.approx(7 / 12))
    assert (found.last, found.rounds) == (pytest.approx(19 / 12), 3)
    for one, how in ((found.by_auditor, "by auditor (CR2)"), (found.by_round, "by round")):
        assert rests(one) == (0.8, 12, 4)
        assert one.method == f"least squares on time, {how}, t with {one.df:.1f} df"
        half = stats.t.ppf(0.9, one.df) * one.se
        assert (one.low, one.high) == pytest.approx((0.5 - half, 0.5 + half))
        assert one.p == pytest.approx(2 * stats.t.sf(0.5 / one.se, one.df))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clear_slope_of_about_one_is_a_direction(sign):
    rng = np.random.default_rng(4)
    when, who = np.repeat(range(5), 20), np.tile(range(10), 10)
    gap = sign * (when + rng.integers(0, 2, 100))
    found = gap_trend(9 + gap, np.full(100, 9), when, auditor=who)
    assert found.direction == GapDirection.WIDENING
    assert found.slope.low < sign < found.slope.high
    turned = gap_trend(9 + gap, np.full(100, 9), -when, auditor=who)
    assert turned.direction == GapDirection.NARROWING


def test_gap_trends_that_cannot_be_told():
    alone = gap_trend([2, 1, 1, 1, 2, 1], [1] * 6, [0, 0, 1, 1, 2, 2], auditor=[1] * 6, level=0.8)
    assert (alone.by_auditor.method, rests(alone.by_auditor)) == ("by auditor (CR2)", (0.8, 6, 1))
    # The rounds' means lie on a line: no variation by round, some by auditor.
    even = gap_trend([1, 2, 2, 3, 3, 4], [1] * 6, [0, 0, 1, 1, 2, 2], auditor=[1, 2, 2, 3, 3, 1])
    assert even.by_round.why_not == "nothing varies around the line, by round"
    assert even.by_round.method == "by round"
    assert even.slope == even.by_auditor
    two = gap_trend([2, 2], [1, 2], [0, 1], auditor=[1, 2], level=0.8)
    for one in (two.slope, two.by_auditor, two.by_round):
        assert one.why_not == "a trend needs 3 rounds, not 2"
        assert rests(one) == (0.8, 2, 2)
    assert (two.rounds, isnan(two.first), isnan(two.last)) == (2, True, True)
    with pytest.raises(ShapeError, match="needs the time of its round"):
        gap_trend([1, 2], [1, 2], [0.0, np.inf], auditor=[1, 2])
    with pytest.raises(UsageError):
        gap_trend([1, 2], [1, 2], [0, 1], auditor=[1, 2], level=2)


def moderated(n=12, **change):
    given = {
        "audit_grade": np.tile([2, 2, 1], n // 3),
        "moderation_grade": np.tile([1, 2, 1], n // 3),
        "auditor": np.arange(n) % 5,
        "n_levels": 4,
        "good_from": 2,
        "level": 0.8,
    }
    return ModeratedAudits(**given | change)


def test_headline_says_what_it_rests_on():
    found = headline(moderated())
    for one in (found.found.gap, found.found.over, found.found.under, found.found.severe):
        assert rests(one) == (0.8, 12, 5)
    assert found.heterogeneity == gap_heterogeneity(
        moderated().audit_grade, moderated().moderation_grade, moderated().auditor, level=0.8
    )
    nobody = headline(moderated(auditor=None))
    assert nobody.heterogeneity.why_not == "the table does not say who audited"
    assert nobody.heterogeneity.method == "spread of auditors' gaps"
    assert rests(nobody.heterogeneity) == (0.8, 12, 0)
    none = gap_of_all(moderated(0)).gap
    assert none.why_not == (
        "no audit of this period was moderated after being chosen by a recorded chance"
    )
    one = gap_of_all(moderated(12, audits=1)).gap
    assert one.why_not == "only 1 moderated audit can be used; at least 10 are needed"
    assert (one.method, rests(one)) == ("mean gap, clustered by auditor", (0.8, 1, 0))
    ten = gap_of_all(moderated(12, audits=10)).gap
    assert (ten.is_estimable, ten.cases) == (True, 12)


def test_spread_between_auditors_by_hand():
    """Means 1, 0 and -1 of 4, 3 and 3 gaps; variance within 6 / 7."""
    gap = np.array([1, 0, 2, 1, 0, 1, -1, -1, 0, -2])
    names = np.repeat([5, 2, 9], [4, 3, 3])
    means = auditor_means(gap, names)
    assert means.mean.tolist() == [0, 1, -1]  # in the order of the codes
    assert means.cases.tolist() == [3, 4, 3]
    assert means.within == pytest.approx(6 / 7)
    weight = np.array([3, 4, 3]) / (6 / 7)
    assert means.weight == pytest.approx(weight)
    centre = weight @ [0, 1, -1] / weight.sum()
    q = weight @ (np.array([0, 1, -1]) - centre) ** 2
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    assert dersimonian_laird(means) == pytest.approx((q - 2) / scale)
    found = gap_heterogeneity(3 + gap, np.full(10, 3), names, level=0.8)
    assert found.value == pytest.approx(sqrt((q - 2) / scale))
    assert rests(found) == (0.8, 10, 3)
    assert found.p == pytest.approx(stats.f.sf(q / 2, 2, 7))
    assert found.method == (
        "DerSimonian-Laird spread of auditors' mean gaps; p and interval from F"
    )
    assert means.q(found.high**2) == pytest.approx(2 * stats.f.ppf(0.1, 2, 7))
    none = gap_heterogeneity([1, 2], [1, 1], [4, 4], level=0.8)
    assert (rests(none), none.method) == ((0.8, 2, 1), found.method)
    alike = gap_heterogeneity([1, 2, 1, 2], [1] * 4, [4, 4, 5, 5])
    assert (alike.value, alike.low) == (0, 0)


def test_shrunken_gaps_are_averaged_over_tau():
    """By a plain loop over the 400 values of tau, weighed by likelihood times tau."""
    gap = np.array([1, 0, 2, 1, 0, 1, -1, -1, 0, -2])
    names = np.repeat([5, 2, 9], [4, 3, 3])
    found = auditor_gaps(3 + gap, np.full(10, 3), names, n_levels=6, level=0.8)
    n, mean, within = np.array([3, 4, 3]), np.array([0.0, 1, -1]), 6 / 7
    value = np.array([one.shrunken.value for one in found.auditors])
    total, error = 0.0, np.zeros(3)
    for tau in np.linspace(0, 5, 400):
        weight = 1 / (within / n + tau**2)
        centre = weight @ mean / weight.sum()
        log_likelihood = np.log(weight).sum() - np.log(weight.sum())
        log_likelihood -= weight @ (mean - centre) ** 2
        kept = tau**2 * weight
        variance = within / n * kept + (1 - kept) ** 2 / weight.sum()
        share = tau * exp(log_likelihood / 2)
        total += share
        error += share * (variance + (centre + kept * (mean - centre) - value) ** 2)
    se = np.sqrt(error / total)
    for one, cases, own in zip(found.auditors, n, se, strict=True):
        half = stats.t.ppf(0.9, 7) * own
        shrunken = one.shrunken
        assert shrunken.se == pytest.approx(own)
        assert shrunken.low == pytest.approx(max(-5, shrunken.value - half))
        assert shrunken.high == pytest.approx(min(5, shrunken.value + half))
        assert (rests(shrunken), shrunken.df) == ((0.8, cases, 1), 7)
        assert shrunken.method == "empirical Bayes, averaged over tau, t with 7 df"
    assert found.within == pytest.approx(6 / 7)
    assert found.funnel.centre == pytest.approx(0.1)
    assert found.funnel.cases == (3, 4)
    for limits, sign, level in (
        (found.funnel.low_95, -1, 0.95),
        (found.funnel.high_95, 1, 0.95),
        (found.funnel.low_998, -1, 0.998),
        (found.funnel.high_998, 1, 0.998),
    ):
        reach = [stats.t.ppf(0.5 + level / 2, 7) * sqrt(6 / 7 / k) for k in (3, 4)]
        assert limits == pytest.approx([0.1 + sign * half for half in reach])
    reach = funnel_reach(2.0, 4, df=3, level=0.9)
    assert reach == pytest.approx(stats.t.ppf(0.95, 3))


@pytest.mark.parametrize(
    ("raised", "place"),
    [(1, FunnelPlace.ABOVE_95), (2, FunnelPlace.ABOVE_998), (-1, FunnelPlace.BELOW_95),
     (-2, FunnelPlace.BELOW_998), (0, FunnelPlace.WITHIN)],
)  # fmt: skip
def test_places_between_the_limits(raised, place):
    """20 auditors of 6 audits with gaps of -1 or 1: a mean's standard error is sqrt(1 / 5)."""
    gap = np.tile([-1, 1], 60)
    gap[:6] += raised
    names = np.repeat(range(20), 6)
    found = auditor_gaps(9 + gap, np.full(120, 9), names, n_levels=20)
    assert found.auditors[0].funnel == place
    assert found.auditors[0].raw == raised


def test_limits_stay_on_the_scale():
    found = auditor_gaps(
        [1, 0, 1, 0, 0, 0, 1, 1], [0, 1, 0, 0, 1, 1, 0, 1], [1] * 4 + [2] * 4, n_levels=2
    )
    for one in found.auditors:
        assert one.shrunken.low >= -1
        assert one.shrunken.high <= 1
    assert (min(found.funnel.low_998), max(found.funnel.high_998)) == (-1, 1)
    none = auditor_gaps([1, 1, 1], [0, 1, 1], [5, 5, 5], n_levels=2, level=0.8).auditors[0]
    assert rests(none.shrunken) == (0.8, 3, 1)
    assert none.shrunken.method == "empirical Bayes"
    with pytest.raises(UsageError, match="one case at least, not 0"):
        auditor_gaps([1], [1], [1], n_levels=2, least_cases=0)
