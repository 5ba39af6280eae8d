"""A plan of hidden anchors: from the council's own double moderations, or from what is assumed."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.cli.moderation_plan_lines import anchor_plan_lines
from qaf_analysis.stats.moderation.anchor_power import anchor_power
from qaf_analysis.stats.moderation.noise import stated_noise
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import MODERATING_ROLES
from qaf_analysis.terms.scale import Scale
from qaf_analysis.topics.moderation.anchor_plan import (
    ASSUMED_NOISE,
    AnchorPlan,
    PlannedDrift,
    anchor_plan,
    double_reading_noise,
)
from tests.topics.councils import simulated


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


def read_twice(council, *, audits, shifts):
    """The council with some audits read by two moderators only, the second apart by a shift."""
    ratings = council.ratings
    moderating = ratings["role"].isin(MODERATING_ROLES)
    first = ratings[moderating & (ratings["domain"] == "Overall")].drop_duplicates("audit_id")
    first = first.head(audits)
    one = first.assign(rater="moderator-a", grade=1)
    other = first.assign(rater="moderator-b", grade=1 + np.resize(shifts, len(first)))
    return replace(council, ratings=pd.concat([ratings[~moderating], one, other]))


def test_noise_of_double_moderations_by_hand(council):
    """Differences 1, 0, 0, 1: all lie a half off their mean, so 40 squares of a quarter."""
    noise = double_reading_noise(read_twice(council, audits=40, shifts=[1, 0, 0, 1]))
    assert noise.pairs == 40
    assert noise.difference.value == pytest.approx(sqrt(40 / 4 / 39))
    assert noise.exact.value == 0.5


def test_a_council_is_planned_from_its_own_noise(council):
    plan = anchor_plan(read_twice(council, audits=40, shifts=[1, 0, 0, 1]), moderators=4)
    assert [drift.basis for drift in plan.found] == ["by the council's own noise"]
    assert plan.found[0].noise == pytest.approx(sqrt(10 / 39))
    assert plan.found[0].one == anchor_power(8, sigma=sqrt(10 / 39), df=56).one
    assert "own 40 audits that two moderators read" in plan.assumptions[0]
    assert "0.51 of a grade (0.41 to 0.65), and 50% of single grades" in plan.assumptions[0]
    assert "on the safe side" in plan.assumptions[1]
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("audits", "shifts", "why"),
    [
        (19, [1, 0], "19 audits were read by two moderators. At least 20"),
        (1, [1], "1 audit was read by two moderators. At least 20"),
        (30, [1], "Of double moderations the differences do not vary"),
    ],
)
def test_a_council_with_too_little_is_told_what_is_assumed(council, audits, shifts, why):
    plan = anchor_plan(read_twice(council, audits=audits, shifts=shifts))
    assert [drift.noise for drift in plan.found] == [size for _, size in ASSUMED_NOISE]
    assert plan.warnings[0].startswith(why)


def test_retests_go_before_double_moderations(council):
    plan = anchor_plan(
        read_twice(council, audits=40, shifts=[1, 0]), retests=stated_noise(0.33, df=50)
    )
    assert plan.found[0].noise == 0.33
    assert "one moderator read twice" in plan.assumptions[0]
    assert not any("safe side" in text for text in plan.assumptions)


def test_nothing_is_assumed_about_other_scales(council):
    scale = Scale(name="six", levels=tuple("abcdef"), good_from=3)
    plan = anchor_plan(replace(council, settings=replace(council.settings, scale=scale)))
    assert plan.found == ()
    assert plan.warnings[-1] == "Noise is assumed for a scale of four grades only."
    assert not any("Infinity" in line for line in anchor_plan_lines(plan))


def test_moderators_are_those_of_the_year_or_four(council):
    assert anchor_plan().moderators == 4
    assert 1 < anchor_plan(council).moderators <= 30
    none = replace(council, moderations=council.moderations.head(0))
    assert anchor_plan(none).moderators == 4


@pytest.mark.parametrize("wrong", [{"anchors": 0}, {"moderators": 0}, {"moderators": 31}])
def test_a_wrong_wish_is_refused(wrong):
    with pytest.raises(UsageError, match="A plan needs one anchor or more"):
        anchor_plan(**wrong)


def test_what_the_assumed_noise_finds_is_what_was_measured():
    """The cells of the calibration with 60 retests, within three Monte Carlo errors."""
    plan = anchor_plan()
    assert plan.found[0].one == pytest.approx(0.855, abs=0.015)
    assert plan.found[1].one == pytest.approx(0.489, abs=0.018)


PLAN = AnchorPlan(
    anchors=6, moderators=3, rounds=4, drift=0.25, power=0.9, retests=60,
    found=(
        PlannedDrift(basis="by x", noise=0.3, one=0.476, panel=0.994, needed_one=17,
                     needed_panel=1),
        PlannedDrift(basis="by y", noise=3.0, one=0.031, panel=0.06, needed_one=0,
                     needed_panel=333),
    ),
    assumptions=("one thing.",), warnings=("another.",),
)  # fmt: skip


def test_the_lines_of_a_plan():
    assert anchor_plan_lines(PLAN) == [
        "Hidden anchors: cases read before come again unseen, 6 for each of 3 moderators in each "
        "of 4 rounds",
        "A drift that adds up to 0.25 of a grade over 4 rounds is found with this chance",
        "   48%  one drifts, the others hold steady; 90% take 17 anchors each a round (by x)",
        "  >99%  all drift together; 90% take 1 anchor each a round (by x)",
        "    3%  one drifts, the others hold steady; 90% are out of reach (by y)",
        "    6%  all drift together; 90% take 333 anchors each a round (by y)",
        "",
        "Rests on: one thing.",
        "Note: another.",
    ]


def test_the_only_moderator_is_no_panel():
    lines = anchor_plan_lines(replace(PLAN, moderators=1))
    assert lines[0].endswith("6 for each of 1 moderator in each of 4 rounds")
    assert [line for line in lines if line.endswith(")")] == [
        "   48%  the moderator drifts; 90% take 17 anchors each a round (by x)",
        "    3%  the moderator drifts; 90% are out of reach (by y)",
    ]


def test_out_of_reach_is_an_answer():
    plan = anchor_plan(retests=stated_noise(30.0, df=inf))
    assert (plan.found[0].needed_one, plan.found[0].needed_panel) == (0, 0)
