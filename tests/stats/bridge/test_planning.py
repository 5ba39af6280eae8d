"""Plans: a table made elsewhere, limits that follow from nothing but shares, and wrong wishes."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.bridge.councils import (
    FIVE,
    FOUR,
    BridgeSize,
    ChangedCouncil,
    ScaleShape,
    positives,
)
from qaf_analysis.stats.bridge.planning import (
    BridgeWishes,
    bridge_plan,
    bridge_worth,
    limits_drawn,
)
from qaf_analysis.terms.errors import UsageError

WISHES = BridgeWishes(share=0.62, old_share=0.52)
TABLE = [
    # readers, audits, coverage from and to, false "improved", half in points, finds +9, finds +15
    (6, 40, 0.980, 0.983, 0.014, 19, 0.13, 0.34),
    (6, 80, 0.971, 0.975, 0.015, 16, 0.20, 0.49),
    (10, 40, 0.973, 0.978, 0.015, 17, 0.18, 0.41),
    (10, 80, 0.966, 0.968, 0.017, 14, 0.24, 0.60),
    (15, 40, 0.974, 0.974, 0.014, 16, 0.18, 0.46),
    (15, 80, 0.964, 0.967, 0.017, 13, 0.28, 0.67),
    (29, 40, 0.963, 0.968, 0.020, 15, 0.21, 0.50),
    (29, 80, 0.962, 0.964, 0.019, 12, 0.31, 0.70),
]
"""Simulated apart from this package, 4,000 councils a line: 29 auditors whose strictness has SD
.3, grading noise .5, 200 audits in each era, four grades (52 % positive) to five (62 %)."""

SHAPE = 0.015
"""How the single grades were shared out there is not known: a power may differ by so much."""


def near(found, told, councils, *, told_councils=4000, beside=0.0):
    spread = sqrt(told * (1 - told) * (1 / councils + 1 / told_councils))
    return abs(found - told) <= 3 * spread + beside


@pytest.mark.parametrize(("readers", "audits", "least", "most", "false", "half", "nine", "fifteen"),
                         TABLE)  # fmt: skip
def test_the_table(readers, audits, least, most, false, half, nine, fifteen, times):
    councils, size = times(1000, full=4000), BridgeSize(audits=audits, readers=readers)
    worth = [
        bridge_worth(replace(WISHES, difference=rise), size, councils=councils)
        for rise in (0.09, 0.15)
    ]
    assert 100 * worth[0].half_width == pytest.approx(half, abs=1)
    assert near(worth[0].found, nine, councils, beside=SHAPE)
    assert near(worth[1].found, fifteen, councils, beside=SHAPE)
    council = ChangedCouncil()
    limits = limits_drawn(council, size=size, councils=councils, seed=2, level=0.95)
    assert near((limits[:, 0] > 0).mean(), false, councils)
    covered = ((limits[:, 0] <= 0) & (limits[:, 1] >= 0)).mean()
    assert least - 3 * sqrt(0.04 * 0.96 / councils) <= covered
    assert covered <= most + 3 * sqrt(0.03 * 0.97 / councils) + 0.005


def test_more_audits_and_more_readers_tell_more():
    few, more, many = (
        bridge_worth(WISHES, BridgeSize(audits=n, readers=r), councils=400)
        for n, r in ((40, 10), (80, 10), (80, 29))
    )
    assert few.half_width > more.half_width > many.half_width
    assert few.found < more.found < many.found


def test_a_rise_and_a_fall_are_found_alike_where_shares_mirror_each_other():
    rise, fall = (
        bridge_worth(
            BridgeWishes(share=0.5, difference=d), BridgeSize(audits=80, readers=15), councils=2000
        )
        for d in (0.15, -0.15)
    )
    assert near(rise.found, fall.found, 2000, told_councils=2000, beside=0.02)


def test_a_plan_holds_together():
    wishes = replace(WISHES, old_audits=120, auditors=15)
    found = bridge_plan(wishes, councils=300, seed=4)
    assert [one.readers for one in found.for_width] == [10, 15]
    for one in found.for_width:
        assert one.half_width <= wishes.half_width
        less = BridgeSize(audits=one.audits - 10, readers=one.readers)
        assert bridge_worth(wishes, less, councils=300, seed=4).half_width > wishes.half_width
    assert found.for_power == ()
    assert found.most.found < wishes.power
    assert (found.most.audits, found.most.readers) == (120, 15)
    assert [(one.audits, one.readers) for one in found.sizes] == [
        (n, r) for n in (40, 60, 80, 120) for r in (10, 15)
    ]
    # Without a break two counted shares: z sqrt(p q (1/120 + 1/200)) and its normal power.
    se = sqrt(0.62 * 0.38 * (1 / 120 + 1 / 200))
    assert found.no_break.half_width == pytest.approx(1.96 * se, abs=0.004)
    with_rise = sqrt(0.62 * 0.38 / 120 + 0.77 * 0.23 / 200)
    power = stats.norm.sf((1.96 * se - 0.15) / with_rise)
    assert near(found.no_break.found, power, 300, beside=0.02)
    assert bridge_plan(wishes, councils=300, seed=4) == found


def test_a_small_old_era_is_read_again_as_a_whole():
    found = bridge_plan(replace(WISHES, old_audits=45, auditors=60), councils=50)
    assert found.most.audits == 45
    assert found.most.readers == 45
    assert {one.audits for one in found.sizes} == {40}


def test_a_large_old_era_is_looked_through_by_fewer_steps():
    found = bridge_plan(
        replace(WISHES, old_audits=1450, new_audits=1450, half_width=0.05), councils=50
    )
    assert found.most.audits == 1450
    assert found.no_break.half_width < 0.05


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 62},
        {"share": 0},
        {"half_width": 15},
        {"power": 80},
        {"level": 95},
        {"difference": 0},
        {"difference": 0.5},
        {"difference": -0.7},
        {"old_share": 1.0},
        {"old_share": 52},
        {"old_audits": 39},
        {"new_audits": 0},
        {"auditors": 9},
    ],
)
def test_wrong_wishes_are_refused(wrong):
    with pytest.raises(UsageError):
        replace(WISHES, **wrong)


# The councils that are drawn: their truth against many audits of them.

LARGE = ChangedCouncil(old_audits=4000, new_audits=4000, auditors=400)
SIZE = BridgeSize(audits=4000, readers=400)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"rise": 0.15},
        {"harsher": -0.3},
        {"harsher": 0.3, "rise": -0.1},
        {"harsher": -0.3, "harsher_on_old": False, "rise": 0.09},
    ],
)
def test_councils_have_the_truth_that_they_say(given):
    council = replace(LARGE, **given)
    old, new = council.drawn(np.random.default_rng(7), councils=20, re_read=SIZE, twice=SIZE)
    before = positives(old, good_from=FOUR.good_from).mean() / 4000
    after = positives(new, good_from=FIVE.good_from).mean() / 4000
    assert before == pytest.approx(0.52, abs=0.01)
    again, twice = old.bridge.positive.mean(), new.bridge.positive.mean()
    assert after - again == pytest.approx(council.change_re_read, abs=0.01)
    assert twice - before == pytest.approx(council.change_graded_twice, abs=0.01)
    assert council.change_re_read == pytest.approx(given.get("rise", 0))
    if "harsher" not in given:
        assert again == pytest.approx(0.62, abs=0.01)
        assert old.shares.mean(axis=0) == pytest.approx(FOUR.shares, abs=0.01)
    else:
        assert (again > 0.63) == (given["harsher"] < 0)


def test_readers_in_sight_of_the_first_grade_give_it_again():
    seen = replace(LARGE, sight=1.0, new=replace(FIVE, shares=(*FOUR.shares, 0.0)))
    old, _ = seen.drawn(np.random.default_rng(1), councils=1, re_read=SIZE, twice=SIZE)
    assert (old.bridge.positive == (old.bridge.level >= 2)).all()


def test_readers_share_the_audits_out_evenly():
    size = BridgeSize(audits=47, readers=10)
    old, new = ChangedCouncil().drawn(
        np.random.default_rng(1), councils=3, re_read=size, twice=size
    )
    for era in (old, new):
        for reader in era.bridge.reader:
            assert sorted(np.bincount(reader)) == [4] * 3 + [5] * 7
    assert (old.bridge.reader[0] != old.bridge.reader[1]).any()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: BridgeSize(audits=40, readers=1),
        lambda: BridgeSize(audits=5, readers=6),
        lambda: ScaleShape(shares=(0.5, 0.6), good_from=1),
        lambda: ScaleShape(shares=(-0.1, 1.1), good_from=1),
        lambda: ScaleShape(shares=(0.5, 0.5), good_from=0),
        lambda: ScaleShape(shares=(0.5, 0.5), good_from=2),
        lambda: FOUR.with_positive(1.0),
        lambda: ChangedCouncil(rise=0.5).practice,
        lambda: ChangedCouncil().drawn(
            np.random.default_rng(1), councils=1, re_read=BridgeSize(audits=201, readers=2),
            twice=BridgeSize(audits=2, readers=2),
        ),
        lambda: ChangedCouncil().drawn(
            np.random.default_rng(1), councils=1, re_read=BridgeSize(audits=40, readers=30),
            twice=BridgeSize(audits=2, readers=2),
        ),
    ],
)  # fmt: skip
def test_wrong_councils_are_refused(wrong):
    with pytest.raises(UsageError):
        wrong()
