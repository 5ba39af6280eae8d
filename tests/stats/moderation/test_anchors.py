"""Drift from anchors: by hand, by matrix algebra, and in simulated panels of another make."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.moderation.anchor_power import anchor_power, anchors_needed
from qaf_analysis.stats.moderation.anchors import (
    NEVER,
    PANEL,
    Anchors,
    anchor_drift,
    series_of,
)
from qaf_analysis.stats.moderation.boundary import boundary
from qaf_analysis.stats.moderation.noise import stated_noise
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.verdicts import AnchorVerdict
from tests.monte_carlo import monte_carlo_error


def anchors(difference, *, lag, rounds, moderator=None, reference=None):
    n = len(difference)
    return Anchors(
        difference=np.array(difference, float),
        lag=np.array(lag),
        round=np.array(rounds),
        moderator=np.zeros(n, int) if moderator is None else np.array(moderator),
        reference=np.arange(n) if reference is None else np.array(reference),
    )


def panel(mean, *, each=8, moderators=4, looks=4):
    """Anchors whose mean difference by moderator and look is as given, without any scatter."""
    means = np.broadcast_to(np.array(mean, float), (moderators, looks))
    who, look, _ = np.indices((moderators, looks, each))
    return anchors(
        means[who.ravel(), look.ravel()],
        lag=look.ravel() + 1,
        rounds=look.ravel() + 5,
        moderator=who.ravel(),
    )


def test_one_moderator_by_hand():
    """Lags 1, 2, 2 and differences .2, .1, .5: slope (.2 + .2 + 1) / 9, its error σ / 3."""
    found = anchor_drift(
        anchors([0.2, 0.1, 0.5], lag=[1, 2, 2], rounds=[1, 2, 2]), noise=stated_noise(0.6), looks=2
    )
    drift = found.moderators[0]
    assert drift.per_round.value == pytest.approx(1.4 / 9)
    assert drift.per_round.se == pytest.approx(0.2)
    assert drift.per_round.low == pytest.approx(1.4 / 9 - 1.959964 * 0.2, abs=1e-6)
    assert drift.in_all.value == pytest.approx(2.8 / 9)
    assert [look.share for look in drift.looks] == pytest.approx([1 / 9, 1])
    # Z √share: at the first look .2/.6 · 1/3, at the last 1.4/9 / .2.
    assert [look.total for look in drift.looks] == pytest.approx([0.2 / 0.6 / 3, 1.4 / 9 / 0.2])
    assert drift.verdict == AnchorVerdict.TOO_FEW
    # The only moderator is the panel, with the whole of the error.
    assert drift.limit == found.panel.limit == pytest.approx(boundary([[1 / 9, 1]], error=0.05))
    assert (found.panel.moderator, found.panel.per_round.value) == (PANEL, drift.per_round.value)


def test_the_slope_is_that_of_generalised_least_squares():
    rng = np.random.default_rng(3)
    n = 60
    reference = rng.integers(0, 30, n)
    moderator = reference % 3
    lag = rng.integers(1, 6, n)
    rounds = rng.integers(1, 5, n)
    difference = rng.normal(size=n)
    found = anchor_drift(
        anchors(difference, lag=lag, rounds=rounds, moderator=moderator, reference=reference),
        noise=stated_noise(0.5, df=40),
    )
    for drift in (found.panel, *found.moderators):
        mine = np.ones(n, bool) if drift.moderator == PANEL else moderator == drift.moderator
        for look in drift.looks:
            seen = mine & (rounds <= look.round)
            same = reference[seen][:, None] == reference[seen]
            inverse = np.linalg.inv(0.25 * (0.5 * np.eye(seen.sum()) + 0.5 * same))
            q, d = lag[seen].astype(float), difference[seen]
            variance = 1 / (q @ inverse @ q)
            slope = variance * (q @ inverse @ d)
            # |Z| √(share) with share relative to the last look, for all four rounds were seen.
            assert look.total == pytest.approx(slope / sqrt(variance) * sqrt(look.share))
        assert drift.per_round.value == pytest.approx(slope)
        assert drift.per_round.se == pytest.approx(sqrt(variance))
        quantile = stats.t.ppf(0.975, 40)
        assert drift.per_round.high == pytest.approx(slope + quantile * sqrt(variance))


@pytest.mark.parametrize(
    ("slope", "verdict"),
    [(0.1, AnchorVerdict.KINDER), (-0.1, AnchorVerdict.HARSHER), (0.01, AnchorVerdict.NO_DRIFT)],
)
def test_verdicts_say_the_direction(slope, verdict):
    """Positive is kinder. The second of four moderators drifts; the panel by a quarter of it."""
    mean = np.zeros((4, 4))
    mean[1] = slope * np.arange(1, 5)
    found = anchor_drift(panel(mean), noise=stated_noise(0.3))
    assert [drift.verdict for drift in found.moderators] == [
        AnchorVerdict.NO_DRIFT, verdict, AnchorVerdict.NO_DRIFT, AnchorVerdict.NO_DRIFT,
    ]  # fmt: skip
    assert found.moderators[1].in_all.value == pytest.approx(4 * slope)
    assert found.panel.in_all.value == pytest.approx(slope)
    assert found.moderators[0].rang_in == NEVER


def test_the_joint_interval_leaves_out_nought_where_the_last_look_rings():
    for slope in np.linspace(0.0, 0.12, 25):
        found = anchor_drift(panel(slope * np.arange(1, 5)), noise=stated_noise(0.3, df=50))
        for drift in (found.panel, *found.moderators):
            assert (drift.joint.low > 0) == (abs(drift.looks[-1].total) > drift.limit)
            assert drift.joint.low < drift.in_all.low


def test_a_ring_stands_though_later_rounds_calm_down():
    found = anchor_drift(panel([1.2, 1.2, -0.1, -0.55]), noise=stated_noise(0.3))
    one = found.moderators[0]
    assert abs(one.looks[-1].total) < one.limit
    assert (one.verdict, one.rang_in) == (AnchorVerdict.KINDER, 6)


def test_evidence_to_come_is_taken_as_so_far_and_further_back():
    """Two rounds of four, 8 anchors each at lags 1 and 2; then lags 3 and 4 are to come."""
    half = anchor_drift(panel([0, 0], looks=2), noise=stated_noise(0.3))
    assert [look.share for look in half.moderators[0].looks] == pytest.approx([1 / 30, 5 / 30])
    assert half.moderators[0].limit == pytest.approx(
        boundary([[1 / 30, 5 / 30]] * 4, error=0.025), abs=1e-4
    )


def test_too_few_to_say():
    unknown = stated_noise(0.3)
    # 7 anchors are too few however far they lie; 8 are enough.
    for each, verdict in ((7, AnchorVerdict.TOO_FEW), (8, AnchorVerdict.KINDER)):
        far = anchors([3.0] * each, lag=[4] * each, rounds=[1] * each)
        assert anchor_drift(far, noise=unknown, looks=1).panel.verdict == verdict
    # Noise so large that a drift of .3 could not be told from none.
    wide = anchor_drift(panel(0.0), noise=stated_noise(2.0))
    assert {drift.verdict for drift in wide.moderators} == {AnchorVerdict.TOO_FEW}
    assert wide.moderators[0].in_all.high > 0.3


def test_unknown_noise_says_nothing_and_why():
    from qaf_analysis.stats.moderation.noise import retest_noise

    noise = retest_noise([1, 2], [1, 2], moderator=[0, 1])
    found = anchor_drift(panel(1.0), noise=noise)
    for drift in (found.panel, *found.moderators):
        assert drift.verdict == AnchorVerdict.TOO_FEW
        assert "2 pairs of readings" in drift.in_all.why_not
        assert isnan(drift.limit)


def test_no_anchor_at_all():
    found = anchor_drift(anchors([], lag=[], rounds=[]), noise=stated_noise(0.3))
    assert (found.panel.verdict, found.moderators) == (AnchorVerdict.TOO_FEW, ())
    assert found.panel.in_all.why_not == "no anchor came back"


def test_anchors_that_cannot_be_compared_are_left_out_and_counted():
    found = anchor_drift(
        anchors([0.1, nan, 0.3], lag=[1, 1, 1], rounds=[1, 1, 1]), noise=stated_noise(0.3)
    )
    assert (found.left_out, found.panel.anchors) == (1, 2)
    assert found.panel.per_round.value == pytest.approx(0.2)


def test_series_of_four_rounds():
    assert series_of([9, 2, 3, 5, 7, 11, 2]).tolist() == [1, 0, 0, 0, 0, 1, 0]
    with pytest.raises(UsageError, match="5 rounds"):
        anchor_drift(anchors([0] * 5, lag=[1] * 5, rounds=range(5)), noise=stated_noise(0.3))


def test_what_is_no_anchor():
    with pytest.raises(ShapeError, match="one round or more"):
        anchors([0.1], lag=[0], rounds=[1])
    with pytest.raises(ShapeError, match="own earlier reading"):
        anchors([0.1, 0.2], lag=[1, 1], rounds=[1, 1], moderator=[0, 1], reference=[4, 4])
    with pytest.raises(ShapeError):
        anchors([0.1, 0.2], lag=[1], rounds=[1, 1])


def simulated_power(seed, *, each, sigma, drift, df, step=False, times=6000):
    """One of four drifts, then all: written anew, with another generator and a known limit."""
    rng = np.random.Generator(np.random.Philox(seed))
    q = np.array([1.0, 2, 3, 4])
    path = np.full(4, drift) if step else drift * q / 4
    fraction = np.cumsum(q**2) / 30
    limits = boundary([fraction] * 4, df=df), boundary([fraction], df=df)
    wrong = np.sqrt(rng.chisquare(df, times) / df) if df < inf else np.ones(times)
    error = rng.normal(size=(times, 4, 4)) * sigma / sqrt(each)

    def z(mean, number):
        slope = np.cumsum(q * mean, axis=-1) / np.cumsum(q**2)
        se = sigma * wrong[:, None] / np.sqrt(number * np.cumsum(q**2))
        return np.abs(slope / se) * np.sqrt(fraction)

    one = (z(error[:, 0] + path, each) > limits[0]).any(axis=1)
    whole = (z(error.mean(axis=1) + path, 4 * each) > limits[1]).any(axis=1)
    return one.mean(), whole.mean()


@pytest.mark.parametrize(
    ("each", "sigma", "df", "step"),
    [(8, 0.3, inf, False), (8, 0.41, 56, False), (8, 0.65, 56, True)],
)
def test_power_is_that_of_simulated_panels(each, sigma, df, step):
    found = anchor_power(
        each, sigma=sigma, df=df, shape="at_once" if step else "steady", moderators=4
    )
    one, whole = simulated_power(7, each=each, sigma=sigma, drift=0.3, df=df, step=step)
    assert one == pytest.approx(found.one, abs=3 * monte_carlo_error(found.one, 6000))
    assert whole == pytest.approx(found.panel, abs=3 * monte_carlo_error(found.panel, 6000) + 1e-3)


def test_power_grows_with_anchors_and_needs_enough_of_them():
    few, more = (anchor_power(n, sigma=0.3) for n in (4, 8))
    assert few.one < more.one < 1
    assert anchor_power(1, sigma=0.01).one == 0  # four anchors in all: never believed
    assert anchor_power(1, sigma=0.01).panel > 0.99
    number = anchors_needed(sigma=0.41, power=0.8)
    assert anchor_power(number, sigma=0.41).one >= 0.8 > anchor_power(number - 1, sigma=0.41).one
    assert anchors_needed(sigma=0.41, of="panel") < number
    with pytest.raises(UsageError, match="more than"):
        anchors_needed(sigma=30.0)


def test_power_without_drift_is_the_false_alarm_rate():
    still = anchor_power(8, sigma=0.3, drift=0.0)
    assert still.panel == pytest.approx(0.025, abs=1e-4)
    assert 1 - (1 - still.one) ** 4 == pytest.approx(0.025, abs=1e-4)
    alone = anchor_power(8, sigma=0.3, drift=0.0, moderators=1)
    assert alone.one == alone.panel == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize("wrong", [{"anchors": 0}, {"sigma": 0.0}, {"moderators": 0}, {"df": 0}])
def test_what_has_no_power(wrong):
    arguments = {"anchors": 8, "sigma": 0.3, **wrong}
    with pytest.raises(UsageError):
        anchor_power(arguments.pop("anchors"), **arguments)
    with pytest.raises(UsageError):
        anchors_needed(sigma=0.3, power=1.0)
