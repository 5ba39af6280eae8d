"""Auditors' own gaps: the formula, and a simulated truth for error, coverage and funnel."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from qaf_analysis.terms.verdicts import FunnelPlace

STEPS = np.arange(-6, 7)
NOISE = 0.62


def true_gap(leniency):
    """Mean of the leniency plus normal noise, rounded to whole grades."""
    edges = np.array([STEPS - 0.5, STEPS + 0.5])[..., np.newaxis]
    below, above = stats.norm.cdf((edges - leniency) / NOISE)
    return STEPS @ (above - below)


def simulated(rng, *, cases, auditors=29, tau=0.23, mean=0.3):
    """Auditor and gap of each audit, and every auditor's true mean gap."""
    leniency = rng.normal(mean, tau, auditors) if tau else np.full(auditors, mean)
    auditor = rng.integers(0, auditors, cases)
    gap = np.rint(rng.normal(leniency[auditor], NOISE)).astype(int)
    return auditor, np.clip(gap, -6, 6), true_gap(leniency)


def gaps_of(auditor, gap, **more):
    return auditor_gaps(6 + gap, np.full(len(gap), 6), auditor, n_levels=13, **more)


def test_is_the_formula():
    auditor, gap, _ = simulated(np.random.default_rng(14), cases=200, auditors=9, tau=0.5)
    found = gaps_of(auditor, gap)
    groups = [gap[auditor == one.auditor] for one in found.auditors]
    n = np.array([len(group) for group in groups])
    mean = np.array([group.mean() for group in groups])
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (len(gap) - 9)
    peer = combine_effects(mean, within / n, method_re="chi2")
    kept = peer.tau2 / (peer.tau2 + within / n)
    assert found.tau.value == pytest.approx(np.sqrt(peer.tau2))
    assert found.towards == pytest.approx(peer.mean_effect_re)
    assert [one.raw for one in found.auditors] == pytest.approx(mean.tolist())
    expected = peer.mean_effect_re + kept * (mean - peer.mean_effect_re)
    assert [one.shrunken.value for one in found.auditors] == pytest.approx(expected.tolist())
    place = found.funnel.cases.index(n[0])
    half = stats.t.ppf(0.975, len(gap) - 9) * np.sqrt(within / n[0])
    assert found.funnel.high_95[place] == pytest.approx(gap.mean() + half)
    half = stats.t.ppf(0.999, len(gap) - 9) * np.sqrt(within / n[0])
    assert found.funnel.low_998[place] == pytest.approx(gap.mean() - half)


def test_pulled_gaps_lie_between_raw_and_mean_in_order_of_code():
    auditor, gap, _ = simulated(np.random.default_rng(15), cases=120, auditors=12, tau=0.5)
    found = gaps_of(90 - 5 * auditor, gap)
    codes = [one.auditor for one in found.auditors]
    assert codes == sorted(codes)
    for one in found.auditors:
        low, high = sorted([one.raw, found.towards])
        assert low <= one.shrunken.value <= high
        assert one.shrunken.low < one.shrunken.value < one.shrunken.high


def test_too_few_cases_are_pooled_but_not_shown():
    auditor = [1, 1, 1, 1, 2, 2, 3, 3, 3]
    gap = np.array([0, 1, 0, 1, 2, 1, 0, 0, 1])
    found = gaps_of(auditor, gap)
    assert [one.auditor for one in found.auditors] == [1, 3]
    assert found.too_few == 1
    assert found.funnel.cases == (3, 4)
    every = gaps_of(auditor, gap, least_cases=1)
    assert every.too_few == 0
    assert every.auditors[0] == found.auditors[0]
    assert found.tau == every.tau


@pytest.mark.parametrize(
    ("gap", "auditor", "words", "shown"),
    [
        ([], [], "fewer than two auditors", 0),
        ([1, 0, 1], [1, 2, 3], "no auditor has two", 0),
        ([1, 0, 1, 1], [4, 4, 4, 4], "fewer than two auditors", 1),
        ([1, 1, 1, 0, 0, 0], [1, 1, 1, 2, 2, 2], "do not vary", 2),
    ],
)
def test_without_a_measure_of_chance_the_raw_gap_stands_with_a_reason(gap, auditor, words, shown):
    found = gaps_of(auditor, np.array(gap, dtype=int))
    assert words in found.tau.why_not
    assert found.funnel is None
    assert len(found.auditors) == shown
    for one in found.auditors:
        assert np.isfinite(one.raw)
        assert words in one.shrunken.why_not
        assert one.funnel == FunnelPlace.NOT_KNOWN


def test_places_in_the_funnel():
    rng = np.random.default_rng(16)
    auditor = np.repeat(np.arange(20), 30)
    gap = np.rint(rng.normal(0, 0.7, 600)).astype(int)
    gap[auditor == 3] += 1
    gap[auditor == 5] -= 1
    found = {one.auditor: one.funnel for one in gaps_of(auditor, gap).auditors}
    assert (found[3], found[5]) == (FunnelPlace.ABOVE_998, FunnelPlace.BELOW_998)
    assert sum(place == FunnelPlace.WITHIN for place in found.values()) >= 14


def test_nothing_leaves_the_scale_and_nothing_lacks_a_reason():
    rng = np.random.default_rng(17)
    for _ in range(400):
        k, n = int(rng.integers(2, 12)), int(rng.integers(1, 40))
        audited, moderated = rng.integers(0, k, (2, n))
        if rng.random() < 0.2:
            moderated = audited
        auditor = rng.integers(0, rng.integers(1, 15), n)
        found = auditor_gaps(audited, moderated, auditor, n_levels=k, least_cases=1)
        assert len(found.auditors) == len(np.unique(auditor))
        for one in found.auditors:
            own = one.shrunken
            assert own.is_estimable != bool(own.why_not)
            if own.is_estimable:
                assert -(k - 1) <= own.low <= own.value <= own.high <= k - 1
                assert own.se > 0
                assert own.high - own.low > 0.01
        assert (found.funnel is None) == bool(found.tau.why_not)
        if found.funnel is not None:
            limits = np.array([found.funnel.low_998, found.funnel.high_998])
            assert (np.abs(limits) <= k - 1).all()


def test_bad_input_is_refused():
    with pytest.raises(ShapeError):
        auditor_gaps([1, 2], [1, 2], [1], n_levels=4)
    with pytest.raises(UnknownGradeError):
        auditor_gaps([1, 4], [1, 2], [1, 1], n_levels=4)
    with pytest.raises(UsageError):
        auditor_gaps([1, 2], [1, 2], [1, 1], n_levels=4, least_cases=0)


def summary(*, cases, auditors=29, tau=0.23, runs, seed):
    """Root mean squared errors (raw, pooled, pulled), coverage, and share outside the funnel."""
    rng = np.random.default_rng(seed)
    squares, held, outside = [], [], []
    for _ in range(runs):
        auditor, gap, truth = simulated(rng, cases=cases, auditors=auditors, tau=tau)
        for one in gaps_of(auditor, gap, least_cases=1).auditors:
            true = truth[one.auditor]
            values = np.array([one.raw, gap.mean(), one.shrunken.value])
            squares.append((values - true) ** 2)
            held.append(one.shrunken.low <= true <= one.shrunken.high)
            outside.append(one.funnel != FunnelPlace.WITHIN)
    return np.sqrt(np.mean(squares, axis=0)), np.mean(held), np.mean(outside)


@pytest.mark.parametrize("cases", [80, 290])
def test_pulled_gaps_are_nearer_the_truth_than_raw_or_pooled_ones(cases):
    (raw, pooled, pulled), held, _ = summary(cases=cases, runs=60, seed=18)
    assert pulled < pooled
    assert pulled < 0.8 * raw
    assert held > 0.92


def test_without_differences_the_funnel_holds_its_level():
    _, held, outside = summary(cases=290, tau=0, runs=60, seed=19)
    assert held > 0.95
    assert outside == pytest.approx(0.05, abs=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0, 0.1, 0.23, 0.5])
@pytest.mark.parametrize(("auditors", "cases"), [(29, 58), (29, 116), (29, 290), (8, 40), (4, 20)])
def test_intervals_hold_the_truth_on_average_over_auditors(tau, auditors, cases):
    runs = 3_000 // auditors
    _, held, _ = summary(cases=cases, auditors=auditors, tau=tau, runs=runs, seed=20)
    assert held > 0.93 - 0.01  # the margin is two Monte Carlo errors
