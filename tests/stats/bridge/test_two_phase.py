"""The share over a bridge: by hand, in plain Python, at its edges, and with a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.bridge.two_phase import (
    Bridge,
    ScoreShare,
    bridged_share,
    two_phase_shares,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from tests.monte_carlo import highest, lowest
from tests.stats.bridge.plain import plain_share, plain_wilson


def bridge_of(readings, levels):
    level, positive, reader = (list(column) for column in zip(*readings, strict=True))
    return Bridge(level=level, positive=positive, reader=reader, n_levels=levels)


EVEN = [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 3), (1, 0, 0), (1, 1, 1), (1, 1, 2), (1, 1, 3)]
UNEVEN = [(1, 1, 0), (1, 0, 1), (1, 0, 2), (2, 1, 0), (2, 1, 1), (2, 1, 1), (2, 1, 2), (2, 0, 2)]


def test_two_even_grades_by_hand():
    """Half and half of ten audits; four readings of each grade, one and three of them positive.

    m = (1 + .5)/5 and (3 + .5)/5; theta = .5. V1 = (.5 * .2^2 + .5 * .2^2)/10. V2: .3 * .7/4 twice,
    each times .25. Readers pull by .125 (0 - .3 + 0 - .7), 0, 0 and .125 (1 - .3 + 1 - .7).
    """
    found = bridged_share([0] * 5 + [1] * 5, bridge_of(EVEN, 2))
    assert found.found == pytest.approx([0.3, 0.7])
    assert found.value == pytest.approx(0.5)
    assert found.audits_variance == pytest.approx(0.004)
    assert found.independent == pytest.approx(0.02625)
    assert found.clustered == pytest.approx(4 / 3 * 2 * 0.125**2)
    assert found.bridge_variance == pytest.approx(1 / 24)
    assert found.variance == pytest.approx(0.004 + 1 / 24)
    assert found.df == pytest.approx(3 * (1 + 0.004 * 24) ** 2)
    assert found.n_effective == pytest.approx(0.25 / (0.004 + 1 / 24))
    assert (found.audits, found.bridge_audits, found.readers) == (10, 8, 4)


def test_three_uneven_grades_one_of_them_unread_by_hand():
    """2, 8 and 10 of 20 audits; 0, 3 and 5 readings, 0, 1 and 4 of them positive; p_b = 5/8.

    m = .625, 1.625/4 and 4.625/6. V2 = .1^2 * .25/1 + .4^2 * .375 * .625/3 + .5^2 * .75 * .25/5.
    Readers pull by .0791667 + .0229167, -.0541667 + .0458333 and -.0541667 - .0541667.
    """
    found = bridged_share([0] * 2 + [1] * 8 + [2] * 10, bridge_of(UNEVEN, 3))
    assert found.found == pytest.approx([0.625, 0.40625, 0.7708333], abs=1e-7)
    assert found.value == pytest.approx(0.6104167, abs=1e-7)
    assert found.audits_variance == pytest.approx(0.001478082, abs=1e-9)
    assert found.independent == pytest.approx(0.0025 + 0.0125 + 0.009375)
    assert found.clustered == pytest.approx(
        3 / 2 * (0.1020833**2 + 0.0083333**2 + 0.1083333**2), abs=1e-7
    )
    assert found.df == pytest.approx(2.181266, abs=1e-5)
    assert found.n_effective == pytest.approx(6.83005, abs=1e-4)


def test_without_a_reader_effect_the_readings_own_variance_is_the_larger_one():
    """Each reader's two readings cancel: the clustered form is far below, and must not be used."""
    readings = [(0, positive, reader) for reader in range(6) for positive in (0, 1)]
    found = bridged_share([0] * 9 + [1], bridge_of(readings, 2))
    assert found.clustered == pytest.approx(0, abs=1e-12)
    assert found.bridge_variance == pytest.approx(0.9**2 * 0.25 / 12 + 0.1**2 * 0.25)
    assert found.df == pytest.approx(5 * (found.variance / found.bridge_variance) ** 2)


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_plain_python(seed):
    rng = np.random.default_rng(seed)
    levels = int(rng.integers(2, 12))
    grades = rng.integers(0, levels, rng.integers(5, 300)).tolist()
    size = int(rng.integers(4, 90))
    readings = list(
        zip(
            rng.integers(0, levels, size).tolist(),
            rng.integers(0, 2, size).tolist(),
            (rng.permutation(size) % rng.integers(2, 9)).tolist(),
            strict=True,
        )
    )
    other = plain_share(grades, readings, levels)
    found = bridged_share(grades, bridge_of(readings, levels))
    ours = (found.value, found.audits_variance, found.independent, found.clustered,
            found.bridge_variance, found.variance, found.df, found.n_effective)  # fmt: skip
    assert ours == pytest.approx([float(number) for number in other.values()], rel=1e-10)


def test_many_councils_at_once_are_each_as_alone():
    rng = np.random.default_rng(3)
    grades = rng.integers(0, 4, (5, 50))
    level, reader = rng.integers(0, 4, (5, 24)), rng.integers(0, 5, (5, 24))
    positive = rng.integers(0, 2, (5, 24))
    shares = np.stack([(grades == k).mean(axis=1) for k in range(4)], axis=1)
    many = two_phase_shares(
        shares, audits=50, bridge=Bridge(level=level, positive=positive, reader=reader, n_levels=4)
    )
    for place in range(5):
        one = bridged_share(
            grades[place],
            Bridge(level=level[place], positive=positive[place], reader=reader[place], n_levels=4),
        )
        assert many.value[place] == pytest.approx(one.value)
        assert many.variance[place] == pytest.approx(one.variance)
        assert many.df[place] == pytest.approx(one.df)
        assert many.n_effective[place] == pytest.approx(one.n_effective)


def test_the_interval_is_wilson_s_at_the_audits_in_effect_with_t():
    share = bridged_share([0] * 5 + [1] * 5, bridge_of(EVEN, 2)).score
    t = stats.t.ppf(0.975, 3 * (1 + 0.004 * 24) ** 2)
    low, high = plain_wilson(0.5, 0.25 / (0.004 + 1 / 24), t)
    found = share.estimate()
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.se == pytest.approx((0.004 + 1 / 24) ** 0.5)
    assert (found.cases, found.auditors, found.level) == (10, 4, 0.95)
    assert "5.5 audits in effect" in found.method
    narrower = share.estimate(level=0.8)
    assert low < narrower.low < narrower.high < high


def test_a_counted_share_is_wilson_s_with_the_normal_quantile():
    found = ScoreShare.counted(12, 40).estimate()
    assert (found.low, found.high) == pytest.approx(plain_wilson(0.3, 40, stats.norm.ppf(0.975)))
    assert np.isnan(found.df)


@pytest.mark.parametrize(("positive", "value"), [(0, 0.0), (1, 1.0)])
def test_a_bridge_that_says_one_thing_only_is_no_certainty(positive, value):
    """80 readings of one grade alike: Wilson's interval for 0 or 80 of 80, with t for readers."""
    readings = [(0, positive, place % 10) for place in range(80)]
    found = bridged_share([0] * 200, bridge_of(readings, 2))
    assert found.value == value
    assert found.audits_variance == pytest.approx(0, abs=1e-12)
    assert found.n_effective == pytest.approx(80)
    interval = found.score.estimate()
    other = plain_wilson(value, 80, stats.t.ppf(0.975, 9))
    assert (interval.low, interval.high) == pytest.approx(other)


def test_a_grade_of_the_bridge_that_no_audit_of_the_era_has_only_moves_the_prior():
    readings = [*EVEN, (2, 1, 0), (2, 1, 1)]
    found = bridged_share([0] * 5 + [1] * 5, bridge_of(readings, 3))
    other = plain_share([0] * 5 + [1] * 5, readings, 3)
    assert found.value == pytest.approx(float(other["theta"]))
    assert found.value > 0.5


def test_readings_in_another_order_tell_the_same():
    again = [UNEVEN[place] for place in (3, 1, 7, 0, 2, 6, 5, 4)]
    renamed = [(level, positive, 40 - reader) for level, positive, reader in again]
    grades = [0] * 2 + [1] * 8 + [2] * 10
    one, other = (bridged_share(grades, bridge_of(r, 3)) for r in (UNEVEN, renamed))
    assert (one.value, one.variance, one.df) == pytest.approx(
        (other.value, other.variance, other.df)
    )


def test_the_error_of_a_contrast_counts_its_weights_once():
    """The same shares with the other sign, and half of them: the square of the factor."""
    bridge = bridge_of(UNEVEN, 3)
    whole = bridge.error([0.1, 0.4, 0.5])
    assert bridge.error([-0.1, -0.4, -0.5]).variance == pytest.approx(whole.variance)
    assert bridge.error([0.05, 0.2, 0.25]).variance == pytest.approx(whole.variance / 4)
    assert bridge.error([0, 0, 0]).variance == 0
    assert whole.df == 2


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"reader": [0] * 8}, ShapeError),
        ({"reader": [-1, *range(7)]}, ShapeError),
        ({"reader": [0, 1]}, ShapeError),
        ({"positive": [2] * 8}, ShapeError),
        ({"positive": [float("nan")] * 8}, ShapeError),
        ({"level": [2] * 8}, UnknownGradeError),
        ({"level": [-1] * 8}, UnknownGradeError),
        ({"level": [0.5] * 8}, ShapeError),
        ({"level": [], "positive": [], "reader": []}, ShapeError),
    ],
)
def test_wrong_readings_are_refused(given, error):
    level, positive, reader = zip(*EVEN, strict=True)
    usual = {"level": list(level), "positive": list(positive), "reader": list(reader)}
    with pytest.raises(error):
        Bridge(**{**usual, **given}, n_levels=2)


def test_wrong_eras_are_refused():
    bridge = bridge_of(EVEN, 2)
    with pytest.raises(UnknownGradeError):
        bridged_share([0, 1, 2], bridge)
    with pytest.raises(ShapeError):
        bridged_share([], bridge)
    two = Bridge(level=[[0, 1]] * 2, positive=[[0, 1]] * 2, reader=[[0, 1]] * 2, n_levels=2)
    with pytest.raises(ShapeError):
        bridged_share([0, 1], two)
    with pytest.raises(ShapeError):
        ScoreShare.counted(3, 2)
    with pytest.raises(ShapeError):
        ScoreShare.counted(0, 0)
    with pytest.raises(UsageError):
        ScoreShare.counted(1, 2).estimate(level=95)


def test_a_known_share_is_covered(times):
    """Grades 20, 30, 50 %; 10, 50 and 90 % of them positive, each reader 10 points off at most.

    A world without any normal variable behind it, drawn here; the true share is .2 * .1 + .3 * .5 +
    .5 * .9 = .62.
    """
    rng, councils = np.random.default_rng(14), times(400, full=2000)
    inside = 0
    for _ in range(councils):
        grades = rng.choice(3, 150, p=[0.2, 0.3, 0.5])
        level, reader = grades[:60], np.arange(60) % 12
        lean = rng.uniform(-0.1, 0.1, 12)
        chance = np.array([0.1, 0.5, 0.9])[level] + lean[reader]
        positive = (rng.random(60) < chance).astype(float)
        bridge = Bridge(level=level, positive=positive, reader=reader, n_levels=3)
        found = bridged_share(grades, bridge).score.estimate()
        inside += found.low <= 0.62 <= found.high
    assert lowest(0.95, councils) <= inside / councils <= highest(0.985, councils)
