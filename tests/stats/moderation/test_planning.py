"""How many audits to moderate: the sizes that method notes print, and independent checks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from qaf_analysis.stats.core.detectable import audits_for_mean
from qaf_analysis.stats.moderation.allocation import (
    ModerationMix,
    allocation,
    allocation_worth,
    risk_weights,
    whole_allocation,
)
from qaf_analysis.stats.moderation.planning import (
    audits_for_direction,
    audits_for_excess_rate,
    audits_for_net_shift,
    audits_for_one_auditor,
    audits_for_rate,
    audits_to_meet_one,
    power_of_direction,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.topics.moderation.analysis import ASSUMED


def test_audits_for_the_mean_gap_drawn_by_grades():
    assert 55 <= audits_for_mean(0.56, half_width=0.15) <= 57
    assert ASSUMED.deviation_within == pytest.approx(0.56, abs=0.005)


@pytest.mark.parametrize(
    ("discordant", "at_80", "at_90"),
    [(0.20, 68, 90), (0.25, 85, 113), (0.30, 103, 136), (0.40, 138, 183)],
)
def test_audits_to_see_a_net_overstatement(discordant, at_80, at_90):
    assert audits_for_net_shift(0.15, discordant=discordant) == at_80
    assert audits_for_net_shift(-0.15, discordant=discordant, power=0.9) == at_90


def test_power_for_a_net_overstatement_is_what_simulated_rounds_show():
    rng = np.random.default_rng(8)
    audits = audits_for_net_shift(0.03, discordant=0.3)  # so many that steps hardly matter
    over, under, _ = rng.multinomial(audits, [0.165, 0.135, 0.7], size=40_000).T
    z = (over - under) / np.sqrt(np.maximum(over + under, 1))
    assert (z > stats.norm.ppf(0.975)).mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("tolerable", "power", "audits", "flag_from"),
    [
        (0.02, 0.8, 28, 3),
        (0.02, 0.9, 43, 4),
        (0.05, 0.8, 59, 7),
        (0.05, 0.9, 85, 9),
        (0.10, 0.8, 299, None),
        (0.10, 0.9, 405, None),
    ],
)
def test_audits_to_tell_too_much_over_grading(tolerable, power, audits, flag_from):
    found = audits_for_excess_rate(0.15, tolerable=tolerable, power=power)
    assert found.audits == audits
    assert flag_from in (None, found.flag_from)
    exact = stats.binomtest(found.flag_from, audits, tolerable, alternative="greater").pvalue
    assert found.false_alarm == pytest.approx(exact, rel=1e-12)
    assert found.false_alarm <= 0.05
    below = stats.binomtest(found.flag_from - 1, audits, tolerable, alternative="greater").pvalue
    assert below > 0.05
    assert found.power == pytest.approx(stats.binom.sf(found.flag_from - 1, audits, 0.15))
    assert found.power >= power


@pytest.mark.parametrize(("rate", "audits"), [(0.15, 19), (0.10, 29), (0.05, 59)])
def test_audits_to_meet_an_over_graded_one(rate, audits):
    assert audits_to_meet_one(rate) == audits


def test_fewer_audits_meet_one_in_a_small_quarter():
    found = audits_to_meet_one(0.1, population=50)
    assert stats.hypergeom.pmf(0, 50, 5, found) <= 0.05 < stats.hypergeom.pmf(0, 50, 5, found - 1)
    with pytest.raises(UsageError, match="too low"):
        audits_to_meet_one(0.001, population=50)


@pytest.mark.parametrize(("half_width", "audits"), [(0.05, 196), (0.075, 87), (0.10, 49)])
def test_audits_for_the_share_over_graded(half_width, audits):
    assert audits_for_rate(0.15, half_width=half_width) == audits
    low, high = proportion_confint(0.15 * audits, audits, method="wilson")
    assert (high - low) / 2 <= half_width


@pytest.mark.parametrize(
    # The second is the exact number; the notes print 130, by a coarser search.
    ("over", "under", "audits"),
    [(0.20, 0.05, 92), (0.25, 0.10, 129), (0.15, 0.0, 52)],
)
def test_audits_to_see_which_way_auditors_lean(over, under, audits):
    assert audits_for_direction(over, under) == audits
    assert audits_for_direction(under, over) == audits
    fewer = power_of_direction(audits - 1, over=over, under=under)
    assert fewer < 0.8 <= power_of_direction(audits, over=over, under=under)


def test_power_of_the_sign_test_is_counted_out():
    audits, over, under = 14, 0.4, 0.1
    power = 0.0
    for kinder in range(audits + 1):
        for harsher in range(audits + 1 - kinder):
            if kinder + harsher == 0 or kinder <= harsher:
                continue
            chance = stats.multinomial.pmf(
                [kinder, harsher, audits - kinder - harsher], audits, [over, under, 0.5]
            )
            power += chance * (stats.binomtest(kinder, kinder + harsher, 0.5).pvalue <= 0.05)
    assert power_of_direction(audits, over=over, under=under) == pytest.approx(power, rel=1e-10)


@pytest.mark.parametrize(("half_width", "audits"), [(0.5, 6), (0.3, 17)])
def test_audits_for_one_auditors_own_gap(half_width, audits):
    assert audits_for_one_auditor(0.62, half_width=half_width) == audits


@pytest.mark.parametrize(
    ("rule", "numbers", "good", "gap", "found"),
    [
        ("proportional", (3.6, 25.5, 40.0, 10.8), 0.0895, 0.123, 30.1),
        ("neyman_good", (0.7, 21.9, 50.8, 6.6), 0.0856, 0.133, 31.0),
        ("neyman_gap", (3.1, 25.5, 41.0, 10.5), 0.089, 0.123, 30.2),
        ("neyman_profile", (3.4, 25.0, 41.1, 10.5), 0.089, 0.123, 30.2),
        ("risk", (1.4, 9.6, 44.9, 24.1), 0.1004, 0.149, 38.8),
        ("half_risk", (2.5, 17.5, 42.5, 17.5), 0.0912, 0.128, 34.4),
        ("equal", (20.0, 20.0, 20.0, 20.0), 0.1193, 0.152, 27.0),
    ],
)
def test_ways_of_sharing_out_eighty_audits(rule, numbers, good, gap, found):
    numbers_of_rule = allocation(ASSUMED, rule=rule, moderated=80)
    assert tuple(round(float(number), 1) for number in numbers_of_rule) == numbers
    worth = allocation_worth(ASSUMED, numbers_of_rule)
    assert round(worth.good_half_width, 3 if good == 0.089 else 4) == good
    assert round(worth.gap_half_width, 3) == gap
    assert round(worth.over_found, 1) == found


@pytest.mark.parametrize("aim", ["good", "gap"])
def test_nothing_beats_neymans_allocation_for_what_it_aims_at(aim):
    rng = np.random.default_rng(3)
    best = allocation_worth(ASSUMED, allocation(ASSUMED, rule=f"neyman_{aim}", moderated=80))
    for _ in range(200):
        other = allocation_worth(ASSUMED, 80 * rng.dirichlet(np.full(4, 3.0)))
        assert getattr(other, f"{aim}_half_width") >= getattr(best, f"{aim}_half_width")


def test_half_widths_are_what_repeated_moderation_shows():
    rng, population = np.random.default_rng(4), np.array([65, 463, 726, 196])
    mix = ModerationMix(share=population / 1450, found=ASSUMED.found, good_from=2)
    held = [rng.choice(4, size, p=row) for size, row in zip(population, mix.found, strict=True)]
    empirical = np.array([np.bincount(part, minlength=4) / len(part) for part in held])
    numbers = whole_allocation(population, moderated=200, fewest=2)
    estimates = []
    for _ in range(4_000):
        rows = [rng.choice(part, n, replace=False) for part, n in zip(held, numbers, strict=True)]
        estimates.append(
            [
                mix.share @ [(row >= 2).mean() for row in rows],
                mix.share @ [a - row.mean() for a, row in enumerate(rows)],
            ]
        )
    mix = ModerationMix(share=mix.share, found=empirical, good_from=2)
    worth = allocation_worth(mix, numbers, population=population)
    good, gap = 1.96 * np.std(estimates, axis=0)
    assert good == pytest.approx(worth.good_half_width, rel=0.05)
    assert gap == pytest.approx(worth.gap_half_width, rel=0.05)


def test_nothing_is_left_open_once_all_are_moderated():
    worth = allocation_worth(ASSUMED, [10, 60, 90, 40], population=[10, 60, 90, 40])
    assert (worth.good_half_width, worth.gap_half_width) == (0.0, 0.0)


def test_whole_numbers_keep_minimum_supply_and_sum():
    rng = np.random.default_rng(5)
    for _ in range(300):
        held = rng.integers(0, 40, 5)
        fewest = int(rng.integers(0, 4))
        least = int(np.minimum(held, fewest).sum())
        if held.sum() < max(least, 1):
            continue
        moderated = int(rng.integers(max(least, 1), held.sum() + 1))
        numbers = whole_allocation(held, moderated=moderated, fewest=fewest)
        assert numbers.sum() == moderated
        assert (numbers <= held).all()
        assert (numbers >= np.minimum(held, fewest)).all()


def test_risk_weights_of_other_scales():
    assert risk_weights(4).tolist() == [1, 1, 3, 6]
    assert risk_weights(11)[[0, -1]].tolist() == [1, 6]
    assert (np.diff(risk_weights(11)) >= 0).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: audits_for_net_shift(0.0, discordant=0.2),
        lambda: audits_for_net_shift(0.3, discordant=0.2),
        lambda: audits_for_net_shift(0.1, discordant=1.2),
        lambda: audits_for_excess_rate(0.05, tolerable=0.05),
        lambda: audits_for_excess_rate(0.0502, tolerable=0.05),
        lambda: audits_for_rate(0.15, half_width=0.0),
        lambda: audits_for_direction(0.1, 0.1),
        lambda: audits_for_direction(0.9, 0.3),
        lambda: audits_for_direction(0.101, 0.1),
        lambda: audits_for_one_auditor(0.0, half_width=0.3),
        lambda: audits_to_meet_one(0.15, chance=1.5),
        lambda: allocation(ASSUMED, rule="hunch", moderated=80),
        lambda: whole_allocation([3, 4], moderated=8),
        lambda: whole_allocation([30, 40], moderated=3, fewest=2),
        lambda: whole_allocation([30, 40], moderated=0),
    ],
)
def test_refuses_what_makes_no_sense(call):
    with pytest.raises(UsageError):
        call()


def test_refuses_a_mix_that_does_not_fit():
    with pytest.raises(ShapeError, match="K by K"):
        ModerationMix(share=[0.5, 0.5], found=np.eye(3), good_from=1)
    with pytest.raises(ShapeError, match="add up"):
        ModerationMix(share=[0.5, 0.4], found=np.eye(2), good_from=1)
    with pytest.raises(ShapeError, match="needs a number"):
        allocation_worth(ASSUMED, [0, 20, 40, 20])
