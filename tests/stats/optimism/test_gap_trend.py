"""Trend of the gap: general formulas, statsmodels, and a simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from qaf_analysis.stats.optimism.gap_trend import gap_trend
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import GapDirection


def rounds_of(rng, *, slope=0.0, shock=0.0, rounds=6, audits=40, auditors=29, start=0.4):
    """Grades, time and auditor, with a gap that changes by ``slope`` a round."""
    when = np.repeat(np.arange(rounds), audits)
    auditor = rng.integers(0, auditors, len(when))
    leniency = rng.normal(0, 0.23, auditors)[auditor] + rng.normal(0, shock, rounds)[when]
    gap = np.rint(start + slope * when + leniency + rng.normal(0, 0.65, len(when))).astype(int)
    return 6 + gap, np.full(len(when), 6), when, auditor


def bell_mccaffrey(gap, when, auditor):
    """CR2 variance of the slope and Satterthwaite degrees of freedom by the general formulas."""
    n, groups = len(gap), np.unique(auditor)
    x = np.column_stack([np.ones(n), when])
    bread = np.linalg.inv(x.T @ x)
    off, rows = np.eye(n) - x @ bread @ x.T, []
    for one in groups:
        inside = auditor == one
        values, vectors = np.linalg.eigh(np.eye(inside.sum()) - x[inside] @ bread @ x[inside].T)
        inverse = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)
        root = vectors @ np.diag(inverse) @ vectors.T
        rows.append((bread @ x[inside].T @ root @ off[inside])[1])
    rows = np.array(rows)
    products = rows @ rows.T
    variance = ((rows @ (off @ gap)) ** 2).sum()
    return variance, np.trace(products) ** 2 / (products**2).sum()


@pytest.mark.parametrize("auditors", [2, 5, 12])
def test_by_auditor_is_bell_and_mccaffreys(auditors):
    audited, moderated, when, auditor = rounds_of(
        np.random.default_rng(21), rounds=4, audits=9, auditors=auditors
    )
    found = gap_trend(audited, moderated, when, auditor=auditor).by_auditor
    variance, df = bell_mccaffrey(audited - moderated, when, auditor)
    assert found.se**2 == pytest.approx(variance)
    assert found.df == pytest.approx(df)


def test_an_auditor_of_one_round_only_is_handled():
    audited, moderated, when, auditor = rounds_of(
        np.random.default_rng(22), rounds=3, audits=8, auditors=3
    )
    auditor[when == 2] = 9  # alone decides the last round
    found = gap_trend(audited, moderated, when, auditor=auditor).by_auditor
    variance, df = bell_mccaffrey(audited - moderated, when, auditor)
    assert (found.se**2, found.df) == pytest.approx((variance, df))


def test_by_round_is_the_weighted_regression_of_round_means():
    rng = np.random.default_rng(23)
    audited, moderated, when, auditor = rounds_of(rng)
    keep = rng.random(len(when)) < np.array([0.2, 1, 0.5, 0.9, 0.4, 1])[when]
    audited, moderated, when, auditor = (
        numbers[keep] for numbers in (audited, moderated, when, auditor)
    )
    found = gap_trend(audited, moderated, when, auditor=auditor)
    sizes = np.bincount(when)
    means = np.bincount(when, weights=audited - moderated) / sizes
    peer = sm.WLS(means, sm.add_constant(np.arange(6.0)), weights=sizes).fit()
    assert found.by_round.value == pytest.approx(peer.params[1])
    assert found.by_round.se == pytest.approx(peer.bse[1])
    assert found.by_round.p == pytest.approx(peer.pvalues[1])
    assert (found.by_round.low, found.by_round.high) == pytest.approx(tuple(peer.conf_int()[1]))
    assert found.first == pytest.approx(peer.params[0])
    assert found.last == pytest.approx(peer.params @ [1, 5])


def test_the_wider_interval_is_the_one_given():
    for seed in range(20):
        found = gap_trend_of(rounds_of(np.random.default_rng(seed), shock=0.1))
        widths = [one.high - one.low for one in (found.by_auditor, found.by_round)]
        assert found.slope.high - found.slope.low == max(widths)


def gap_trend_of(parts):
    *grades, when, auditor = parts
    return gap_trend(*grades, when, auditor=auditor)


@pytest.mark.parametrize(
    ("slope", "start", "direction"),
    [
        (-0.3, 1.5, GapDirection.NARROWING),
        (0.3, 0.0, GapDirection.WIDENING),
        (0.3, -1.5, GapDirection.NARROWING),
    ],
)
def test_direction_is_towards_no_gap(slope, start, direction):
    found = gap_trend_of(rounds_of(np.random.default_rng(24), slope=slope, start=start))
    assert found.direction == direction
    assert not found.slope.low <= 0 <= found.slope.high
    assert found.rounds == 6


def test_unit_of_time_only_scales_the_slope():
    *grades, when, auditor = rounds_of(np.random.default_rng(25), slope=-0.1)
    quarters = gap_trend(*grades, when, auditor=auditor)
    years = gap_trend(*grades, 2019.25 + when / 4, auditor=auditor)
    assert years.slope.value == pytest.approx(4 * quarters.slope.value)
    assert years.slope.p == pytest.approx(quarters.slope.p)
    assert years.last == pytest.approx(quarters.last)


def test_too_little_to_say_has_a_reason():
    two = gap_trend([2, 2, 1], [1, 2, 1], [0, 1, 1], auditor=[1, 2, 3])
    assert "3 rounds, not 2" in two.slope.why_not
    assert two.direction == GapDirection.NOT_KNOWN
    flat = gap_trend([2] * 6, [1] * 6, [0, 0, 1, 1, 2, 2], auditor=[1, 2] * 3)
    assert "do not vary" in flat.slope.why_not
    alone = gap_trend([2, 1, 1, 1, 2, 1], [1] * 6, [0, 0, 1, 1, 2, 2], auditor=[1] * 6)
    assert "rests on one auditor" in alone.by_auditor.why_not
    assert alone.slope == alone.by_round
    nothing = gap_trend([], [], [], auditor=[])
    assert nothing.rounds == 0
    with pytest.raises(ShapeError):
        gap_trend([1, 2], [1, 2], [0.0, np.nan], auditor=[1, 2])
    with pytest.raises(ShapeError):
        gap_trend([1, 2], [1, 2], [0], auditor=[1, 2])


def test_anything_has_a_slope_or_a_reason():
    rng = np.random.default_rng(26)
    for _ in range(800):
        n = int(rng.integers(1, 30))
        audited, moderated = rng.integers(0, rng.integers(1, 5), (2, n))
        when, auditor = rng.integers(0, rng.integers(1, 7), n), rng.integers(0, 6, n)
        found = gap_trend(audited, moderated, when, auditor=auditor)
        for one in (found.slope, found.by_auditor, found.by_round):
            assert one.is_estimable != bool(one.why_not)
            if one.is_estimable:
                assert one.low < one.value < one.high
                assert one.se > 0
                assert np.isfinite([one.low, one.high, one.p]).all()


@pytest.mark.slow
@pytest.mark.parametrize("shock", [0.0, 0.2])
@pytest.mark.parametrize("rounds", [3, 4, 8])
def test_a_steady_gap_is_rarely_called_a_trend(rounds, shock):
    rng = np.random.default_rng(27)
    alarms = np.zeros(2)
    for _ in range(600):
        found = gap_trend_of(rounds_of(rng, rounds=rounds, shock=shock))
        alarms += [found.direction != GapDirection.NO_CLEAR_CHANGE, found.by_auditor.p < 0.05]
    verdict, auditors_only = alarms / 600
    assert verdict < 0.075
    if shock:
        assert auditors_only > 0.2


@pytest.mark.slow
def test_a_gap_that_halves_over_two_years_is_mostly_seen():
    rng = np.random.default_rng(28)
    seen = [
        gap_trend_of(rounds_of(rng, rounds=8, slope=-0.4 / 7)).direction == GapDirection.NARROWING
        for _ in range(300)
    ]
    assert np.mean(seen) > 0.6
