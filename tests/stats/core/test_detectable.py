"""What a number of audits can and cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from qaf_analysis.stats.core.detectable import (
    audits_for_mean,
    chance_of_none,
    detectable_difference,
    detectable_shift,
    power_of_difference,
)
from qaf_analysis.terms.errors import UsageError


@pytest.mark.parametrize(
    ("before", "after", "audits"),
    [(0.5, 0.6, 388), (0.5, 0.7, 93), (0.4, 0.2, 82), (0.1, 0.05, 435)],
)
def test_audits_needed_to_see_a_difference(before, after, audits):
    reached = power_of_difference(before, after, audits_before=audits, audits_after=audits)
    fewer = power_of_difference(before, after, audits_before=audits - 1, audits_after=audits - 1)
    assert fewer < 0.8 <= reached


@pytest.mark.parametrize(("audits", "power"), [(50, 0.17), (200, 0.52)])
def test_power_for_ten_points(audits, power):
    reached = power_of_difference(0.5, 0.6, audits_before=audits, audits_after=audits)
    assert reached == pytest.approx(power, abs=0.005)


def test_power_agrees_with_statsmodels():
    theirs = power_proportions_2indep(0.1, 0.5, 120, ratio=0.5).power
    ours = power_of_difference(0.5, 0.6, audits_before=60, audits_after=120)
    assert ours == pytest.approx(theirs, abs=1e-3)  # theirs adds the wrong tail


def test_power_is_what_simulated_samples_show():
    rng = np.random.default_rng(20)
    before, after = rng.binomial(200, 0.5, 40_000), rng.binomial(200, 0.6, 40_000)
    pooled = (before + after) / 400
    z = (after - before) / 200 / np.sqrt(pooled * (1 - pooled) / 100)
    shown = (z > stats.norm.ppf(0.975)).mean()
    power = power_of_difference(0.5, 0.6, audits_before=200, audits_after=200)
    assert power == pytest.approx(shown, abs=0.02)  # normal approximation of whole counts


def test_smallest_rise_between_two_years():
    rise = detectable_difference(0.5, audits_before=200, audits_after=200)
    assert rise.value == pytest.approx(0.14, abs=0.005)
    power = power_of_difference(0.5, 0.5 + rise.value, audits_before=200, audits_after=200)
    assert power == pytest.approx(0.8, abs=1e-9)


@pytest.mark.parametrize(("before", "audits"), [(0.9, 10), (1.0, 500)])
def test_says_when_no_rise_would_be_seen(before, audits):
    rise = detectable_difference(before, audits_before=audits, audits_after=audits)
    assert not rise.is_estimable
    assert "missed" in rise.why_not


@pytest.mark.parametrize(("before", "after"), [(4, 4), (3, 1), (11, 1), (6, 6), (2, 1)])
def test_detectable_shift_is_exact_by_noncentral_t(before, after):
    shift = detectable_shift(0.2, before=before, after=after)
    degrees = before + after - 2
    noncentrality = shift / (0.2 * np.sqrt(1 / before + 1 / after))
    power = stats.nct.sf(stats.t.ppf(0.975, degrees), degrees, noncentrality)
    assert power == pytest.approx(0.8, abs=1e-6)


def test_detectable_shift_agrees_with_statsmodels():
    shift = detectable_shift(1.0, before=6, after=6)
    theirs = TTestIndPower().power(shift, nobs1=6, ratio=1.0, alpha=0.05, alternative="two-sided")
    assert theirs == pytest.approx(0.8, abs=1e-4)  # theirs adds the wrong tail


def test_chance_of_meeting_no_lowered_audit():
    assert chance_of_none(5, rate=0.3) == pytest.approx(0.7**5)
    assert chance_of_none(10, rate=0.3) == pytest.approx(0.03, abs=0.005)
    of_fifty = stats.hypergeom.pmf(0, 50, 15, 5)
    assert chance_of_none(5, rate=0.3, population=50) == pytest.approx(of_fifty, rel=1e-12)
    assert chance_of_none(50, rate=0.3, population=50) == 0
    assert chance_of_none(50, rate=0.0, population=50) == 1


@pytest.mark.parametrize(
    ("deviation", "by_population"),
    [
        (0.55, {None: 55, 1450: 53, 200: 44, 50: 27}),
        (0.62, {None: 69, 1450: 66, 200: 52, 50: 29}),
        (0.70, {None: 87, 1450: 83, 200: 61, 50: 32}),
        (0.80, {None: 112, 1450: 104, 200: 72, 50: 35}),
    ],
)
def test_audits_for_the_mean_gap(deviation, by_population):
    for population, audits in by_population.items():
        found = audits_for_mean(deviation, half_width=0.15, population=population)
        assert found == audits


@pytest.mark.parametrize(
    "call",
    [
        lambda: power_of_difference(0.5, 1.2, audits_before=5, audits_after=5),
        lambda: power_of_difference(0.5, 0.6, audits_before=0, audits_after=5),
        lambda: detectable_shift(0.1, before=1, after=1),
        lambda: chance_of_none(60, rate=0.3, population=50),
        lambda: chance_of_none(-1, rate=0.3),
        lambda: audits_for_mean(0.0, half_width=0.1),
        lambda: audits_for_mean(0.5, half_width=0.0),
    ],
)
def test_refuses_what_makes_no_sense(call):
    with pytest.raises(UsageError):
        call()
