"""What moderation is planned from, by hand; and the edges of every draw."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from qaf_analysis.stats.moderation.allocation import (
    ModerationMix,
    allocation,
    allocation_weights,
    allocation_worth,
    risk_weights,
    whole_allocation,
)
from qaf_analysis.stats.moderation.draw import (
    inclusion_probabilities,
    moderation_draw,
    rounded_at_random,
    spread_sample,
    systematic_sample,
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
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError

SHARE = [0.1, 0.3, 0.6]
FOUND = [[0.8, 0.2, 0.0], [0.3, 0.5, 0.2], [0.1, 0.4, 0.5]]
MIX = ModerationMix(share=SHARE, found=FOUND, good_from=2)
# Good to the moderator 0, 0.2, 0.5; grades of moderators 0.2, 0.9, 1.4 on average.
GAPS = [-0.2, 0.1, 0.6]
SPREADS = [0.16, 0.49, 0.44]  # 0.2 - 0.04, 1.3 - 0.81, 2.4 - 1.96


def test_what_a_mix_says():
    assert MIX.good_variance == pytest.approx([0, 0.16, 0.25])
    assert MIX.gap_variance == pytest.approx(SPREADS)
    within = 0.1 * 0.16 + 0.3 * 0.49 + 0.6 * 0.44
    mean = 0.1 * -0.2 + 0.3 * 0.1 + 0.6 * 0.6
    between = 0.1 * 0.04 + 0.3 * 0.01 + 0.6 * 0.36 - mean**2
    assert MIX.deviation_within == pytest.approx(sqrt(within))
    assert MIX.deviation == pytest.approx(sqrt(within + between))
    assert MIX.discordant == pytest.approx(0.1 * 0 + 0.3 * 0.2 + 0.6 * 0.5)
    assert MIX.over == pytest.approx([0, 0.3, 0.5])
    assert MIX.under == pytest.approx([0.2, 0.2, 0])


@pytest.mark.parametrize(
    ("rule", "weights"),
    [
        ("proportional", [1, 1, 1]),
        ("neyman_good", [0, 0.4, 0.5]),
        ("neyman_gap", [0.4, 0.7, sqrt(0.44)]),
        ("neyman_profile", [sqrt(0.32), sqrt(0.62), sqrt(0.58)]),
        ("risk", [1, 2, 6]),
        ("half_risk", [1 + 1 / 4.3, 1 + 2 / 4.3, 1 + 6 / 4.3]),
        ("equal", [10, 10 / 3, 10 / 6]),
    ],
)
def test_weights_of_each_rule(rule, weights):
    assert allocation_weights(MIX, rule=rule) == pytest.approx(weights)
    wanted = np.multiply(SHARE, weights)
    found = allocation(MIX, rule=rule, moderated=30)
    assert found == pytest.approx(30 * wanted / wanted.sum())


def test_grades_that_nobody_gave_get_nothing():
    mix = ModerationMix(share=[0, 1], found=[[1, 0], [0.5, 0.5]], good_from=1)
    assert allocation(mix, rule="equal", moderated=8).tolist() == [0, 8]
    worth = allocation_worth(mix, [0, 8])
    assert worth.good_half_width == pytest.approx(1.959964 * sqrt(0.25 / 8), rel=1e-6)
    assert risk_weights(3).tolist() == [1, 2, 6]


def test_worth_by_hand():
    numbers, population = np.array([2, 6, 12]), np.array([10, 30, 60])
    weight = np.array([0.01 / 2, 0.09 / 6, 0.36 / 12])
    for held, left in ((None, 1.0), (population, 0.8)):
        found = allocation_worth(MIX, numbers, population=held, level=0.9)
        good, gap = weight @ [0, 0.16, 0.25] * left, weight @ SPREADS * left
        assert found.good_half_width == pytest.approx(stats.norm.ppf(0.95) * sqrt(good))
        assert found.gap_half_width == pytest.approx(stats.norm.ppf(0.95) * sqrt(gap))
        assert found.over_found == pytest.approx(6 * 0.3 + 12 * 0.5)
    whole = allocation_worth(MIX, population, population=population)
    assert (whole.good_half_width, whole.gap_half_width) == (0, 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ModerationMix(share=[0.5, 0.5], found=[[1, 0]], good_from=1), "K shares"),
        (lambda: ModerationMix(share=[0.5, 0.4], found=np.eye(2), good_from=1), "add up to 1"),
        (lambda: ModerationMix(share=[0.5, 0.5], found=[[1, 0], [0, 0.9]], good_from=1), "rows"),
        (lambda: allocation_worth(MIX, [1, 2]), "needs a number"),
        (lambda: allocation_worth(MIX, [0, 2, 2]), "needs a number"),
    ],
)
def test_mixes_that_do_not_fit(call, words):
    with pytest.raises(ShapeError, match=words):
        call()


def test_unknown_rules_are_named():
    with pytest.raises(UsageError, match=r'"luck" is no rule .* proportional, neyman_good'):
        allocation_weights(MIX, rule="luck")
    with pytest.raises(UsageError, match="confidence level"):
        allocation_worth(MIX, [1, 1, 1], level=95)


@pytest.mark.parametrize(
    ("counts", "moderated", "fewest", "numbers"),
    [
        ([10, 10], 3, 0, [1, 2]),  # a tie goes to the better grade
        ([10, 20, 30], 6, 0, [1, 2, 3]),
        ([1, 20, 30], 6, 3, None),
        ([0, 5], 5, 2, [0, 5]),
        ([1, 9], 4, 2, [1, 3]),
        ([3, 3], 6, 3, [3, 3]),
    ],
)
def test_whole_numbers_of_each_grade(counts, moderated, fewest, numbers):
    if numbers is None:
        with pytest.raises(UsageError, match="At least 3 of each grade are 7 audits, more than"):
            whole_allocation(counts, moderated=moderated, fewest=fewest)
        return
    assert whole_allocation(counts, moderated=moderated, fewest=fewest).tolist() == numbers


@pytest.mark.parametrize(
    ("counts", "moderated", "fewest", "words"),
    [
        ([1, -1], 1, 0, "must not be negative"),
        ([1, 1], 0, 0, "at least one"),
        ([1, 1], 1, -1, "must not be negative"),
        ([1, 1], 3, 0, "3 audits cannot be drawn from 2"),
    ],
)
def test_numbers_that_cannot_be_shared_out(counts, moderated, fewest, words):
    with pytest.raises(UsageError, match=words):
        whole_allocation(counts, moderated=moderated, fewest=fewest)


def rng(seed=1):
    return np.random.default_rng(seed)


def test_each_grade_has_its_chance_and_two_audits_at_least():
    grade = np.repeat([0, 1, 2], [3, 10, 20])
    drawn = moderation_draw(grade, np.arange(33) % 7, n_levels=4, audits=9, rng=rng())
    # Of 9 audits each grade gets 2 first; the rest goes where the share is furthest behind.
    assert np.bincount(grade[drawn.by_chance]).tolist() == [2, 2, 5]
    assert drawn.chance == pytest.approx(np.array([2 / 3, 2 / 10, 5 / 20])[grade])
    assert not drawn.anchor.any()
    assert not drawn.targeted.any()
    assert (drawn.targeted_chance == 0).all()
    for column in (drawn.chance, drawn.targeted_chance):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_anchors_are_of_those_drawn_by_chance_and_spread_over_grades():
    grade = np.repeat([0, 1], 20)
    for seed in range(5):
        drawn = moderation_draw(
            grade, np.arange(40) % 9, n_levels=2, audits=10, anchors=4, rng=rng(seed)
        )
        assert drawn.anchor.sum() == 4
        assert not (drawn.anchor & ~drawn.by_chance).any()
        assert np.bincount(grade[drawn.anchor]).tolist() == [2, 2]
    every = moderation_draw(grade, np.arange(40), n_levels=2, audits=6, anchors=6, rng=rng())
    assert (every.anchor == every.by_chance).all()


def test_audits_picked_by_risk_have_their_chance():
    grade = np.repeat([0, 1], 10)
    drawn = moderation_draw(grade, np.arange(20), n_levels=2, audits=4, by_risk=7, rng=rng())
    # 8 of each grade are left by chance; weights 1 and 6 share 7 picks 1 : 6.
    assert drawn.targeted.sum() == 7
    assert drawn.targeted_chance == pytest.approx(np.array([0.8 * 1 / 8, 0.8 * 6 / 8])[grade])
    assert np.bincount(grade[drawn.targeted]).tolist() == [1, 6]


def test_auditors_to_meet_who_are_sure_to_be_met_are_not_picked():
    grade, auditor = np.zeros(8, dtype=int), np.array([1, 1, 1, 1, 2, 2, 3, 4])
    drawn = moderation_draw(
        grade, auditor, n_levels=2, audits=2, fewest=0, to_meet=[1, 2, 3, 99], rng=rng(3)
    )
    # 2 of 8: auditor 1 expects 1 audit, auditor 2 half of one, auditor 3 a quarter.
    assert drawn.targeted_chance == pytest.approx([0] * 4 + [0.25, 0.25, 0.75, 0])
    assert {1, 2, 3} <= set(auditor[drawn.by_chance | drawn.targeted])


def test_named_audits_beside_those_drawn():
    drawn = moderation_draw([0] * 6, range(6), n_levels=2, audits=5, named=[0, 1], rng=rng())
    assert (drawn.by_chance | drawn.targeted)[:2].all()
    assert [isnan(one) for one in drawn.targeted_chance] == [True] * 2 + [False] * 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"audits": 4, "by_risk": 3}, "7 audits cannot be drawn from 6"),
        ({"audits": 2, "by_risk": 1, "to_meet": [1]}, "one of these at a time"),
        ({"audits": 2, "named": [1], "to_meet": [1]}, "one of these at a time"),
        ({"audits": 2, "anchors": 3}, "3 anchors cannot be chosen from 2"),
        ({"audits": 2, "anchors": -1}, "-1 anchors"),
        ({"audits": 2, "by_risk": -1}, "anchors"),
    ],
)
def test_draws_that_cannot_be_made(options, words):
    with pytest.raises(UsageError, match=words):
        moderation_draw([0] * 6, range(6), n_levels=2, rng=rng(), **options)


def test_frames_are_checked():
    with pytest.raises(UnknownGradeError):
        moderation_draw([0, 2], [0, 1], n_levels=2, audits=1, fewest=0, rng=rng())
    with pytest.raises(ShapeError, match="grades 2, auditors 1"):
        moderation_draw([0, 1], [0], n_levels=2, audits=1, fewest=0, rng=rng())
    assert spread_sample([], grade=[], auditor=[], rng=rng()).tolist() == []
    with pytest.raises(ShapeError, match="probabilities 1"):
        spread_sample([0.5], grade=[0, 0], auditor=[0, 1], rng=rng())


@pytest.mark.parametrize(
    ("weights", "size", "expected"),
    [
        ([1, 1, 1, 9], 2, [1 / 3] * 3 + [1]),
        ([1, 1], 1, [0.5, 0.5]),
        ([1, 1, 8, 30], 3, [0.5, 0.5, 1, 1]),
        ([5, 5], 2, [1, 1]),
        ([1, 3], 0, [0, 0]),
    ],
)
def test_no_probability_is_above_one(weights, size, expected):
    found = inclusion_probabilities(np.array(weights, dtype=float), size=size)
    assert found == pytest.approx(expected)


def test_a_systematic_sample_walks_with_a_fixed_step():
    """Ten audits with chance 0.2: places 5 apart in the order walked, whatever the start."""
    order = np.arange(10)[::-1]
    for seed in range(8):
        places = systematic_sample(np.full(10, 0.2), order=order, rng=rng(seed))
        assert places[1] - places[0] == 5
    certain = systematic_sample(np.array([0.0, 1.0, 1.0]), order=np.arange(3), rng=rng())
    assert certain.tolist() == [1, 2]


def test_rounding_keeps_whole_sums_whole_beyond_what_computers_keep():
    thirds = np.full((3, 3), 1 / 3)
    for seed in range(20):
        whole = rounded_at_random(thirds, rng=rng(seed))
        assert whole.sum(axis=0).tolist() == whole.sum(axis=1).tolist() == [1, 1, 1]
    assert rounded_at_random([[2.0, 0.0]], rng=rng()).tolist() == [[2, 0]]
    tenths = np.full((1, 10), 0.7)
    assert {int(rounded_at_random(tenths, rng=rng(seed)).sum()) for seed in range(10)} == {7}


def test_sums_off_by_rounding_either_way_are_made_whole():
    """Seven times 1/7 from doubles a little above, and a little below, a seventh."""
    for shift in (1e-10, -1e-10):
        for seed in range(10):
            cells = np.full((7, 1), 1 / 7 + shift)
            assert rounded_at_random(cells, rng=rng(seed)).sum() == 1


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_net_shift_by_connors_formula(level):
    z = stats.norm.ppf(0.5 + level / 2) * sqrt(0.4) + stats.norm.ppf(0.7) * sqrt(0.4 - 0.04)
    found = audits_for_net_shift(-0.2, discordant=0.4, power=0.7, level=level)
    assert found == int(np.ceil((z / 0.2) ** 2))
    assert audits_for_net_shift(0.4, discordant=0.4) > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: audits_for_net_shift(0, discordant=0.4), "must not be none"),
        (lambda: audits_for_net_shift(0.5, discordant=0.4), "of at least as much, not 0.4"),
        (lambda: audits_for_net_shift(1.5, discordant=0.4), "Shift lies between 0 and 1"),
        (lambda: audits_for_net_shift(0.1, discordant=1.4), "Discordant lies between"),
        (lambda: audits_for_net_shift(0.1, discordant=0.4, power=2), "Power lies between"),
        (lambda: audits_for_excess_rate(0.1, tolerable=0.1), "should lie above the tolerable"),
        (lambda: audits_for_excess_rate(0.1001, tolerable=0.1), "more than 10,000 audits"),
        (lambda: audits_to_meet_one(0), "A rate of 0 is too low to be met"),
        (lambda: audits_for_rate(0.5, half_width=0.001), "needs more than 10,000 audits"),
        (lambda: audits_for_direction(0.2, 0.2), "should differ"),
        (lambda: audits_for_direction(0.7, 0.4), "not exceed 1"),
        (lambda: audits_for_direction(0.2, 0.199), "0.2 against 0.199 needs more than 10,000"),
        (lambda: audits_for_one_auditor(0, half_width=1), "above zero"),
        (lambda: audits_for_one_auditor(1, half_width=0), "above zero"),
    ],
)
def test_questions_that_have_no_answer(call, words):
    with pytest.raises(UsageError, match=words):
        call()


def test_excess_rate_is_the_first_number_that_lasts():
    found = audits_for_excess_rate(0.3, tolerable=0.05, power=0.9, level=0.9)

    def power(n):
        flag = int(stats.binom.ppf(0.9, n, 0.05)) + 1
        return stats.binom.sf(flag - 1, n, 0.3), flag

    assert power(found.audits - 1)[0] < 0.9
    assert all(power(n)[0] >= 0.9 for n in range(found.audits, found.audits + 60))
    assert (found.power, found.flag_from) == power(found.audits)
    assert found.false_alarm == stats.binom.sf(found.flag_from - 1, found.audits, 0.05)
    assert audits_for_excess_rate(1.0, tolerable=0.01, power=0.5).audits == 1


@pytest.mark.parametrize(("rate", "chance"), [(0.15, 0.9), (0.5, 0.5), (1.0, 0.99)])
def test_audits_to_meet_one_are_the_fewest(rate, chance):
    found = audits_to_meet_one(rate, chance=chance)
    assert (1 - rate) ** found <= 1 - chance + 1e-12
    assert (1 - rate) ** (found - 1) > 1 - chance + 1e-12


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_audits_for_a_rate_are_the_fewest(level):
    found = audits_for_rate(0.2, half_width=0.1, level=level)

    def width(n):
        low, high = proportion_confint(0.2 * n, n, alpha=1 - level, method="wilson")
        return high - low

    assert width(found) <= 0.2 < width(found - 1)
    assert audits_for_rate(0.2, half_width=0.5) == 1


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_power_of_direction_by_plain_sums(level):
    """How many differ, times the chance that enough of them lean one way."""
    expected = 0.0
    for m in range(31):
        flag = next(k for k in range(m + 2) if stats.binom.sf(k - 1, m, 0.5) < (1 - level) / 2
                    or k == m + 1)  # fmt: skip
        expected += stats.binom.pmf(m, 30, 0.4) * stats.binom.sf(flag - 1, m, 0.75)
    for over, under in ((0.3, 0.1), (0.1, 0.3)):
        found = power_of_direction(30, over=over, under=under, level=level)
        assert found == pytest.approx(expected, abs=1e-9)
    needed = audits_for_direction(0.3, 0.1, power=0.6, level=level)
    assert power_of_direction(needed, over=0.3, under=0.1, level=level) >= 0.6
    assert power_of_direction(needed - 1, over=0.3, under=0.1, level=level) < 0.6


def test_one_auditors_audits():
    expected = int(np.ceil((stats.norm.ppf(0.9) * 0.7 / 0.3) ** 2))
    assert audits_for_one_auditor(0.7, half_width=0.3, level=0.8) == expected
