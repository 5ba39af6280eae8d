"""The change across a new scale: Newcombe by hand, Holm, every verdict, severity, and themes."""

from __future__ import annotations

from itertools import product
from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.bridge.change import (
    ScaleGap,
    area_changes,
    change_across,
    change_limits,
    scale_gap,
    severity_change,
    translated,
    with_bridge_error,
)
from qaf_analysis.stats.bridge.two_phase import Bridge, ScoreShare, bridged_share
from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import BridgeVerdict
from tests.monte_carlo import highest, lowest
from tests.stats.bridge.plain import plain_wilson

BRIDGE = Bridge(
    level=[0, 0, 0, 0, 1, 1, 1, 1], positive=[0, 0, 0, 1, 0, 1, 1, 1],
    reader=[0, 1, 2, 3, 0, 1, 2, 3], n_levels=2,
)  # fmt: skip
OLD = ScoreShare(value=0.5, n=40.0, df=20.0, cases=200, auditors=15)


def test_newcombe_by_hand():
    """Old .5 on 40 in effect, t with 20: .34339 to .65661; new 124 of 200: .55107 to .68441."""
    change = change_across(OLD, ScoreShare.counted(124, 200))
    assert change.value == pytest.approx(0.12)
    assert change.low == pytest.approx(0.12 - sqrt(0.06893**2 + 0.15661**2), abs=2e-5)
    assert change.high == pytest.approx(0.12 + sqrt(0.06441**2 + 0.15661**2), abs=2e-5)
    assert (change.cases, change.auditors) == (400, 15)
    old = plain_wilson(0.5, 40, stats.t.ppf(0.975, 20))
    assert old == pytest.approx((0.34339, 0.65661), abs=1e-5)


def test_kind_b_is_the_new_share_over_the_bridge_less_the_old_as_counted():
    new, old = OLD, ScoreShare.counted(124, 200)
    change, other = change_across(old, new), change_across(new, old)
    assert (change.value, change.low, change.high) == pytest.approx(
        (-other.value, -other.high, -other.low)
    )
    assert change.p == pytest.approx(other.p)


def test_two_counted_shares_are_newcombe_s():
    change = change_across(ScoreShare.counted(48, 80), ScoreShare.counted(56, 70))
    other = newcombe_independent((56, 48), (70, 80))
    assert (change.low, change.high) == pytest.approx((other.low, other.high))
    assert (round(change.low, 4), round(change.high, 4)) == (0.0524, 0.3339)  # Newcombe (1998)


@pytest.mark.parametrize("good", [20, 80, 95, 124, 150, 195])
def test_at_the_p_value_the_interval_just_reaches_nothing(good):
    new = ScoreShare.counted(good, 200)
    change = change_across(OLD, new)
    low, high = change_limits(OLD, new, level=1 - change.p)
    assert (low if change.value > 0 else high) == pytest.approx(0, abs=1e-7)
    assert (change.p < 0.05) == (change.low > 0 or change.high < 0)


def test_p_values_at_the_ends():
    assert change_across(OLD, ScoreShare.counted(100, 200)).p == 1.0
    far = ScoreShare(value=0.01, n=5000.0, cases=5000)
    assert change_across(far, ScoreShare.counted(4950, 5000)).p == pytest.approx(1e-12)
    assert 0.9 < change_across(OLD, ScoreShare.counted(501, 1000)).p < 1


def estimate(value, low, high, p, level=0.95):
    return Estimate(value=value, low=low, high=high, level=level, cases=9, auditors=0, method="",
                    p=p)  # fmt: skip


REFUSED = Estimate.not_estimable("no audit was graded on both scales", method="bridge")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (estimate(0.1, 0.02, 0.18, 0.02), BridgeVerdict.IMPROVED),
        (estimate(-0.1, -0.18, -0.02, 0.02), BridgeVerdict.WORSENED),
        (estimate(0.1, -0.01, 0.2, 0.06), BridgeVerdict.NO_EVIDENCE),
        (estimate(-0.1, -0.2, 0.01, 0.06), BridgeVerdict.NO_EVIDENCE),
        (estimate(0.0, -0.1, 0.1, 1.0), BridgeVerdict.NO_EVIDENCE),
        (estimate(0.1, 0.0, 0.2, 0.05), BridgeVerdict.NO_EVIDENCE),
        (estimate(0.1, nan, nan, nan), BridgeVerdict.CANNOT_BE_COMPARED),
        (REFUSED, BridgeVerdict.CANNOT_BE_COMPARED),
    ],
)
def test_every_single_verdict(change, verdict):
    (found,) = area_changes([change])
    assert found.verdict is verdict
    assert found.change is change


def test_a_verdict_is_there_for_every_set_of_figures():
    for low, high, p in product((-0.1, 0.0, 0.1, nan), (-0.1, 0.0, 0.1, nan), (0.01, 0.5, nan)):
        (found,) = area_changes([estimate(0.0, low, high, p)])
        assert found.verdict in BridgeVerdict
        if isnan(p) or isnan(low) or isnan(high):
            assert found.verdict not in (BridgeVerdict.IMPROVED, BridgeVerdict.WORSENED)


def test_several_areas_are_told_by_holm_and_refused_ones_do_not_count():
    """.02, .03 and .2 of three: .06, .06 and .2; of two, .02 and .03: .04 and .04."""
    claimed = [estimate(0.1, 0.02, 0.18, 0.02), estimate(-0.1, -0.19, -0.01, 0.03)]
    other = estimate(0.03, -0.1, 0.16, 0.2)
    three = area_changes([*claimed, other])
    assert [one.p_adjusted for one in three] == pytest.approx([0.06, 0.06, 0.2])
    assert {one.verdict for one in three} == {BridgeVerdict.NO_EVIDENCE}
    two = area_changes([claimed[0], REFUSED, claimed[1]])
    assert [one.verdict for one in two] == [
        BridgeVerdict.IMPROVED, BridgeVerdict.CANNOT_BE_COMPARED, BridgeVerdict.WORSENED,
    ]  # fmt: skip
    assert [one.p_adjusted for one in two] == pytest.approx([0.04, nan, 0.04], nan_ok=True)
    assert area_changes([]) == ()


def test_areas_of_two_levels_are_not_told_together():
    with pytest.raises(UsageError):
        area_changes([estimate(0, -1, 1, 1.0), estimate(0, -1, 1, 1.0, level=0.9)])


def test_the_gap_of_an_era_by_hand():
    """2 and 8 of ten audits, m = .3 and .7, good from the second: gaps -.3 and .3, mean .18.

    Between grades (.2 * .48^2 + .8 * .12^2)/10 = .00576. Readers pull .05 (-.3) + .2 (-.7) = -.155,
    .05 (-.3) + .2 (.3) = .045 twice, and .05 (.7) + .2 (.3) = .095... times 4/3 of their squares.
    """
    gap = scale_gap([0] * 2 + [1] * 8, BRIDGE, good_from=1)
    assert gap.value == pytest.approx(0.18)
    clustered = 4 / 3 * (0.155**2 + 2 * 0.045**2 + 0.095**2)
    independent = (0.04 + 0.64) * 0.3 * 0.7 / 4
    assert clustered > independent
    assert gap.variance == pytest.approx(0.00576 + clustered)
    assert gap.df == pytest.approx(3 * (1 + 0.00576 / clustered) ** 2)
    assert (gap.audits, gap.readers) == (10, 4)
    share = bridged_share([0] * 2 + [1] * 8, BRIDGE)
    assert gap.value == pytest.approx(0.8 - share.value)


def test_severity_by_hand_and_its_sign():
    """Gaps .10 and -.02 with variances .003 and .002: .08, error sqrt(.005)."""
    re_read = ScaleGap(value=0.10, variance=0.003, df=20.0, audits=200, readers=15)
    twice = ScaleGap(value=-0.02, variance=0.002, df=10.0, audits=180, readers=12)
    found = severity_change(re_read, twice)
    df = 0.005**2 / (0.003**2 / 20 + 0.002**2 / 10)
    half = stats.t.ppf(0.975, df) * sqrt(0.005)
    assert (found.value, found.low, found.high) == pytest.approx((0.08, 0.08 - half, 0.08 + half))
    assert found.df == pytest.approx(df)
    assert found.p == pytest.approx(2 * stats.t.sf(0.08 / sqrt(0.005), df))
    assert (found.cases, found.auditors) == (380, 15)


def test_severity_is_the_change_by_kind_a_less_that_by_kind_b():
    rng = np.random.default_rng(5)
    old, new = rng.integers(0, 2, 60), rng.integers(0, 2, 80)
    a = bridged_share(old, BRIDGE)
    b = bridged_share(new, BRIDGE)
    kind_a = change_across(a.score, ScoreShare.counted(int(new.sum()), 80))
    kind_b = change_across(ScoreShare.counted(int(old.sum()), 60), b.score)
    gaps = [scale_gap(era, BRIDGE, good_from=1) for era in (old, new)]
    assert severity_change(*gaps).value == pytest.approx(kind_a.value - kind_b.value)


def test_harsher_auditors_are_above_nothing_and_an_unmoved_council_is_covered(times):
    """One scale of two grades used twice, so that the words do nothing; drawn here.

    An audit is good with chance .6; auditors who became harsher fail one in five of the good ones,
    on both scales: old audits read again come out lower, and new ones graded twice alike.
    """
    rng, councils = np.random.default_rng(6), times(300, full=1500)
    true, inside, above = 0.12, 0, 0
    for _ in range(councils):
        practice = rng.random((2, 150)) < 0.6
        old = practice[0]
        again = old[:80] & (rng.random(80) < 0.8)
        new = practice[1] & (rng.random(150) < 0.8)
        gaps = []
        for era, other in ((old, again), (new, new[:80])):
            codes = era.astype(int)
            bridge = Bridge(level=codes[:80], positive=other.astype(float),
                            reader=np.arange(80) % 16, n_levels=2)  # fmt: skip
            gaps.append(scale_gap(codes, bridge, good_from=1))
        found = severity_change(*gaps)
        inside += found.low <= true <= found.high
        above += found.low > 0
    assert inside / councils >= lowest(0.95, councils)
    assert above / councils >= 0.6


def test_quarters_are_translated_and_the_bridge_counts_once():
    """Two quarters before on the old scale, one after: the mean of two shares less their errors."""
    quarters = np.array([[0.5, 0.5], [0.2, 0.8]])
    assert translated(quarters, BRIDGE) == pytest.approx([0.5, 0.62])
    change = Estimate(value=0.1, low=-0.1, high=0.3, level=0.95, cases=60, auditors=8, method="t",
                      se=0.08, df=12.0)  # fmt: skip
    weights = -quarters.mean(axis=0)
    found = with_bridge_error(change, BRIDGE, weights=weights)
    # Readers pull by .35/4 (y - .3) and .65/4 (y - .7), as weights .35 and .65.
    pulls = [0.0875 * -0.3 + 0.1625 * -0.7, 0.0875 * -0.3 + 0.1625 * 0.3,
             0.0875 * -0.3 + 0.1625 * 0.3, 0.0875 * 0.7 + 0.1625 * 0.3]  # fmt: skip
    clustered = 4 / 3 * sum(pull**2 for pull in pulls)
    independent = (0.35**2 + 0.65**2) * 0.21 / 4
    added = max(clustered, independent)
    assert found.se**2 == pytest.approx(0.0064 + added)
    df = (0.0064 + added) ** 2 / (0.0064**2 / 12 + added**2 / 3)
    assert found.df == pytest.approx(df)
    assert found.high == pytest.approx(0.1 + stats.t.ppf(0.975, df) * found.se)
    assert found.value == 0.1
    # Were it added once for each quarter, its part would halve: quarters are not independent.
    assert added != pytest.approx(
        sum(float(BRIDGE.error(quarter / 2).variance) for quarter in quarters), rel=0.05
    )


def test_a_theme_against_others_leans_on_the_difference_of_their_shares():
    """Domains alike in grades: what the bridge gets wrong falls out of their difference."""
    change = Estimate(value=0.1, low=0, high=0.2, level=0.9, cases=9, auditors=3, method="t",
                      se=0.05)  # fmt: skip
    found = with_bridge_error(change, BRIDGE, weights=[0.0, 0.0])
    half = stats.norm.ppf(0.95) * 0.05
    assert (found.low, found.high) == pytest.approx((0.1 - half, 0.1 + half))
    assert found.p == pytest.approx(2 * stats.norm.sf(2))
    assert isnan(found.df) or found.df == inf


def test_a_change_that_cannot_be_told_stays_so():
    found = with_bridge_error(REFUSED, BRIDGE, weights=[0.5, 0.5])
    assert found.why_not == REFUSED.why_not
    bare = Estimate(value=0.1, low=0, high=0.2, level=0.95, cases=9, auditors=0, method="t")
    assert "no standard error" in with_bridge_error(bare, BRIDGE, weights=[0.5, 0.5]).why_not


def test_wrong_use_is_refused():
    with pytest.raises(UnknownGradeError):
        scale_gap([0, 2], BRIDGE, good_from=1)
    with pytest.raises(ShapeError):
        scale_gap([], BRIDGE, good_from=1)
    with pytest.raises(UsageError):
        change_across(OLD, ScoreShare.counted(1, 2), level=1.0)


def test_a_steady_council_is_seldom_called_improved(times):
    """A discrete world drawn here: a third grade on the new scale, nothing else changed."""
    rng, councils = np.random.default_rng(21), times(500, full=2000)
    claimed = inside = 0
    chance = np.array([0.15, 0.5, 0.85, 0.97])  # positive on the new scale, by true level
    for _ in range(councils):
        grades = rng.choice(4, 200, p=[0.06, 0.42, 0.40, 0.12])
        reader = np.arange(40) % 10
        again = rng.random(40) < np.clip(chance[grades[:40]] + 0.05 * rng.normal(size=10)[reader],
                                         0, 1)  # fmt: skip
        new = int((rng.random(200) < chance[rng.choice(4, 200, p=[0.06, 0.42, 0.40, 0.12])]).sum())
        bridge = Bridge(level=grades[:40], positive=again.astype(float), reader=reader, n_levels=4)
        low, high = change_limits(
            bridged_share(grades, bridge).score, ScoreShare.counted(new, 200), level=0.95
        )
        claimed += low > 0
        inside += low <= 0 <= high
    assert claimed / councils <= highest(0.025, councils)
    assert inside / councils >= lowest(0.95, councils)
