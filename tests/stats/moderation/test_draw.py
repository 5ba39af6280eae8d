"""Audits are drawn as often as their probability says, of every grade, and of every auditor."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.moderation.draw import (
    inclusion_probabilities,
    moderation_draw,
    rounded_at_random,
    spread_sample,
    systematic_sample,
)
from qaf_analysis.terms.errors import ShapeError, UsageError

GRADES = np.repeat([0, 1, 2, 3], [3, 12, 18, 7])
AUDITORS = np.array([5, 9, 2, 7, 11, 3, 9, 5] * 5)
RULES = {"n_levels": 4, "audits": 12, "by_risk": 4, "anchors": 3}
# 40 audits in three ways: the largest of 120 normal deviates is above 4.5 once in 1,000 times.
MOST_DEVIATES = 4.5


def repeated(draws, *, seed):
    """How often each audit was drawn, picked and made an anchor, and the probabilities."""
    rng, times = np.random.default_rng(seed), np.zeros((3, len(GRADES)))
    for _ in range(draws):
        drawn = moderation_draw(GRADES, AUDITORS, **RULES, rng=rng)
        assert (drawn.by_chance.sum(), drawn.targeted.sum(), drawn.anchor.sum()) == (12, 4, 3)
        assert not (drawn.by_chance & drawn.targeted).any()
        assert not (drawn.anchor & ~drawn.by_chance).any()
        assert np.bincount(GRADES[drawn.by_chance]).tolist() == [2, 3, 5, 2]
        times += np.array([drawn.by_chance, drawn.targeted, drawn.anchor])
    return times / draws, np.array([drawn.chance, drawn.targeted_chance, drawn.chance * 3 / 12])


def largest_deviate(draws, *, seed):
    often, probability = repeated(draws, seed=seed)
    np.testing.assert_allclose(probability.sum(axis=1), [12, 4, 3])
    error = np.sqrt(probability * (1 - probability) / draws)
    return np.max(np.abs(often - probability) / np.maximum(error, 1e-12))


@pytest.mark.slow
def test_each_audit_is_drawn_as_often_as_its_probability_says():
    assert largest_deviate(600, seed=21) < MOST_DEVIATES


@pytest.mark.slow
def test_probabilities_hold_in_thousands_of_draws(times):
    assert largest_deviate(times(2_000, full=20_000), seed=22) < MOST_DEVIATES


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (6, 1), (9, 4), (30, 11)])
def test_rounding_is_never_a_whole_audit_off(shape):
    rng = np.random.default_rng(31)
    for _ in range(20):
        expected = rng.gamma(0.5, size=shape) * rng.integers(0, 2, shape)
        whole = rounded_at_random(expected, rng=rng)
        for axis in (0, 1, (0, 1), ()):
            off = np.abs(whole.sum(axis=axis) - expected.sum(axis=axis))
            assert (off < 1).all()


@pytest.mark.wide
def test_rounding_keeps_the_mean_of_every_cell():
    rng, expected = np.random.default_rng(32), np.array([[0.2, 1.5, 0.7], [0.9, 0.25, 2.1]])
    draws = np.array([rounded_at_random(expected, rng=rng) for _ in range(4_000)])
    part = expected % 1
    error = np.sqrt(part * (1 - part) / 4_000)
    assert (np.abs(draws.mean(axis=0) - expected) < MOST_DEVIATES * error).all()


def test_whole_sums_stay_whole_though_computers_round():
    rng = np.random.default_rng(33)
    for _ in range(200):
        held = rng.integers(1, 9, (29, 4))
        numbers = np.minimum(rng.integers(1, 30, 4), held.sum(axis=0))
        whole = rounded_at_random(held * (numbers / held.sum(axis=0)), rng=rng)
        assert whole.sum(axis=0).tolist() == numbers.tolist()
        assert (whole <= held).all()


def test_refuses_numbers_that_cannot_be_rounded():
    for wrong in ([0.5, 0.5], [[-0.1]], [[np.nan]]):
        with pytest.raises(ShapeError):
            rounded_at_random(wrong, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def quarter():
    """A quarter's 50 audits by 29 auditors, most of whom have one or two."""
    rng = np.random.default_rng(41)
    return rng.choice(4, 50, p=[0.05, 0.32, 0.49, 0.14]), rng.integers(0, 29, 50)


@pytest.fixture(scope="module")
def draws(quarter):
    """Draws of 20 spread over auditors, plain ones with as many of each grade, and the chances."""
    grades, auditors = quarter
    draws = 400
    rng = np.random.default_rng(42)
    spread, plain = np.zeros((draws, 50), dtype=bool), np.zeros((draws, 50), dtype=bool)
    for n in range(draws):
        drawn = moderation_draw(grades, auditors, n_levels=4, audits=20, rng=rng)
        spread[n] = drawn.by_chance
        for grade, number in enumerate(np.bincount(grades[drawn.by_chance], minlength=4)):
            held = np.flatnonzero(grades == grade)
            plain[n, rng.choice(held, number, replace=False)] = True
    return spread, plain, drawn.chance


def test_a_draw_covers_as_many_auditors_as_its_probabilities_allow(quarter, draws):
    auditors = quarter[1]
    spread, plain, chance = draws

    def covered(drawn):
        return np.mean([len(set(auditors[row])) for row in drawn])

    expected = np.bincount(auditors, weights=chance)
    bound = np.minimum(expected, 1).sum()  # nobody can be met more often than expected to be
    assert covered(spread) == pytest.approx(bound, abs=0.1)
    assert covered(spread) > covered(plain) + 2
    sure = np.flatnonzero(expected >= 1)
    assert all(set(sure) <= set(auditors[row]) for row in spread)


def test_spreading_over_auditors_makes_a_mean_surer_where_auditors_differ(quarter, draws):
    auditors = quarter[1]
    rng = np.random.default_rng(43)
    gap = rng.normal(0, 0.5, 29)[auditors] + rng.normal(0, 0.4, 50)
    spread, plain, chance = draws

    def means(drawn):
        return (drawn * gap / chance).sum(axis=1) / 50

    assert means(spread).mean() == pytest.approx(gap.mean(), abs=0.02)
    assert means(spread).var() < means(plain).var()


def test_every_auditor_with_an_audit_to_draw_can_be_met(draws):
    spread, _, chance = draws
    assert (chance > 0).all()
    assert spread.any(axis=0).all()


def test_named_audits_are_added_and_have_no_probability():
    named = [0, 20, 39]
    drawn = moderation_draw(
        GRADES, AUDITORS, n_levels=4, audits=6, named=named, fewest=1, rng=np.random.default_rng(2)
    )
    assert drawn.by_chance.sum() == 6
    assert (drawn.by_chance | drawn.targeted)[named].all()
    assert drawn.targeted.sum() == 3 - drawn.by_chance[named].sum()
    assert np.isnan(drawn.targeted_chance[named]).all()


def test_auditors_whom_chance_passes_by_are_met_as_often_as_the_probability_says():
    rng, draws, to_meet = np.random.default_rng(51), 600, [2, 3, 9]
    often = np.zeros(len(GRADES))
    for _ in range(draws):
        drawn = moderation_draw(
            GRADES, AUDITORS, n_levels=4, audits=4, fewest=0, to_meet=to_meet, rng=rng
        )
        assert set(to_meet) <= set(AUDITORS[drawn.by_chance | drawn.targeted])
        often += drawn.targeted / draws
    chance = drawn.targeted_chance
    assert set(AUDITORS[chance > 0]) <= set(to_meet)
    error = np.sqrt(chance * (1 - chance) / draws)
    assert (np.abs(often - chance) <= MOST_DEVIATES * error).all()


def test_all_are_drawn_where_all_are_asked_for():
    drawn = moderation_draw(GRADES, AUDITORS, n_levels=4, audits=40, rng=np.random.default_rng(3))
    assert drawn.by_chance.all()
    assert (drawn.chance == 1).all()


def test_risk_takes_what_is_left_when_most_is_asked_for():
    drawn = moderation_draw(
        GRADES, AUDITORS, n_levels=4, audits=20, by_risk=20, rng=np.random.default_rng(4)
    )
    assert (drawn.by_chance ^ drawn.targeted).all()
    np.testing.assert_allclose(drawn.chance + drawn.targeted_chance, 1)


def test_risk_prefers_better_grades_one_one_three_six():
    drawn = moderation_draw(
        np.repeat([0, 1, 2, 3], 50),
        np.arange(200) % 7,
        n_levels=4,
        audits=40,
        by_risk=11,
        rng=np.random.default_rng(5),
    )
    ratio = drawn.targeted_chance[::50] / drawn.targeted_chance[0]
    np.testing.assert_allclose(ratio, [1, 1, 3, 6])


def test_the_same_seed_gives_the_same_draw():
    first, again, other = (
        moderation_draw(GRADES, AUDITORS, **RULES, rng=np.random.default_rng(seed))
        for seed in (6, 6, 7)
    )
    for part in ("by_chance", "targeted", "anchor"):
        assert getattr(first, part).tolist() == getattr(again, part).tolist()
    assert first.by_chance.tolist() != other.by_chance.tolist()


def test_systematic_samples_have_a_fixed_size():
    rng = np.random.default_rng(8)
    probability = inclusion_probabilities(rng.gamma(1.0, size=30), size=9)
    for _ in range(50):
        sample = systematic_sample(probability, order=rng.permutation(30), rng=rng)
        assert len(set(sample.tolist())) == 9


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"audits": 41}, "41 audits cannot be drawn from 40"),
        ({"audits": 30, "by_risk": 11}, "41 audits"),
        ({"audits": 5, "fewest": 2}, "more than the 5"),
        ({"audits": 9, "by_risk": 2, "named": [3]}, "one of these at a time"),
        ({"audits": 5, "fewest": 1, "anchors": 6}, "6 anchors"),
    ],
)
def test_more_than_there_is_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        moderation_draw(GRADES, AUDITORS, n_levels=4, rng=np.random.default_rng(1), **options)


def test_a_spread_sample_needs_one_probability_for_each_grade():
    with pytest.raises(ShapeError, match="same probability"):
        spread_sample([0.2, 0.8], grade=[1, 1], auditor=[0, 1], rng=np.random.default_rng(1))
