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
    detectable_errors,
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


def normal_power(before, after, n, m, level):
    """Chance that z passes its quantile, by scipy: pooled error under no change."""
    pooled = (n * before + m * after) / (n + m)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    true = np.sqrt(before * (1 - before) / n + after * (1 - after) / m)
    return stats.norm.sf((stats.norm.ppf(0.5 + level / 2) * null - abs(after - before)) / true)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("shares", [(0.5, 0.6), (0.7, 0.3), (0.0, 0.2), (1.0, 0.9)])
def test_power_of_unequal_samples(shares, level):
    found = power_of_difference(*shares, audits_before=30, audits_after=80, level=level)
    assert found == pytest.approx(normal_power(*shares, 30, 80, level))


@pytest.mark.parametrize(("audits", "power"), [(1, 0.0), (10, 1.0)])
def test_from_none_to_all_nothing_is_left_to_chance(audits, power):
    """Pooled 1/2: 1 - 1.96 sqrt(1/2) is below 0 for one audit each, 1 - 1.96 sqrt(1/20) above."""
    assert power_of_difference(0, 1, audits_before=audits, audits_after=audits) == power
    assert power_of_difference(1, 0, audits_before=audits, audits_after=audits) == power
    assert power_of_difference(1, 1, audits_before=audits, audits_after=audits) == 0


def test_smallest_rise_says_what_it_rests_on():
    rise = detectable_difference(0.4, audits_before=60, audits_after=90, power=0.9, level=0.8)
    assert normal_power(0.4, 0.4 + rise.value, 60, 90, 0.8) == pytest.approx(0.9)
    assert (rise.cases, rise.auditors, rise.level) == (150, 0, 0.8)
    assert rise.method == "smallest rise seen with 90% power"
    assert not rise.has_interval
    none = detectable_difference(0.95, audits_before=5, audits_after=6, level=0.8)
    assert none.why_not == "even a rise to 100 % would be missed too often with so few audits"
    assert (none.cases, none.level, none.method) == (11, 0.8, "smallest rise seen with 80% power")
    # A rise to 100 % is seen with this power exactly, so it is the smallest.
    most = power_of_difference(0.5, 1.0, audits_before=12, audits_after=12)
    assert detectable_difference(
        0.5, audits_before=12, audits_after=12, power=most
    ).value == pytest.approx(0.5)


@pytest.mark.parametrize(("df", "power", "level"), [(1, 0.8, 0.95), (1, 0.9, 0.99), (7, 0.5, 0.9)])
def test_detectable_errors_by_noncentral_t(df, power, level):
    found = detectable_errors(df, power=power, level=level)
    assert stats.nct.sf(stats.t.ppf(0.5 + level / 2, df), df, found) == pytest.approx(power)


def test_detectable_shift_goes_by_its_options():
    expected = 0.3 * np.sqrt(1 / 3 + 1 / 5) * detectable_errors(6, power=0.6, level=0.8)
    found = detectable_shift(0.3, before=3, after=5, power=0.6, level=0.8)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("moderated", "rate", "population", "chance"),
    [(0, 0.3, None, 1), (3, 1.0, None, 0), (2, 0.5, 4, 1 / 6), (2, 0.6, 4, 1 / 6), (1, 0.0, 1, 1)],
)
def test_chance_of_none_by_hand(moderated, rate, population, chance):
    """Of 4 audits, 2 sound ones (0.6 of 4 is rounded to 2): 1 pair of 6 is of sound ones."""
    found = chance_of_none(moderated, rate=rate, population=population)
    assert found == pytest.approx(chance)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_audits_for_a_mean_are_the_fewest(level):
    audits = audits_for_mean(0.6, half_width=0.2, level=level)

    def half(n):
        return stats.t.ppf(0.5 + level / 2, n - 1) * 0.6 / np.sqrt(n)

    assert half(audits) <= 0.2 < half(audits - 1)


@pytest.mark.parametrize("population", [None, 2, 40])
def test_a_mean_rests_on_two_audits_at_least(population):
    assert audits_for_mean(0.001, half_width=5, population=population) == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: detectable_errors(0.9), "at least three quarters"),
        (lambda: chance_of_none(-1, rate=0.3), "must not be negative, not -1"),
        (lambda: chance_of_none(3, rate=0.3, population=2), "3 audits cannot be drawn from 2"),
        (lambda: audits_for_mean(-1, half_width=1), "above zero, not -1"),
        (lambda: audits_for_mean(1, half_width=-2), "above zero, not -2"),
        (lambda: detectable_difference(-0.1, audits_before=1, audits_after=1), "not -0.1"),
        (lambda: power_of_difference(0, 0, audits_before=1, audits_after=0), "at least 1, not 0"),
    ],
)
def test_refusals_say_what_was_asked(call, words):
    with pytest.raises(UsageError, match=words):
        call()
