"""The plan answers from the council's own moderation, or says what it assumes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.cli.moderation_plan_lines import moderation_plan_lines
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import Scale
from qaf_analysis.topics.moderation.analysis import (
    ASSUMED,
    ASSUMED_AUDITS,
    FEWEST_TO_PLAN,
    ModerationWishes,
    council_basis,
    moderation_plan,
)
from tests.topics.councils import (
    hunch_moderation,
    one_grade,
    one_quarter,
    simulated,
    without_overall,
)


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


def by_question(plan):
    return {answer.question: answer for answer in plan.answers}


def test_without_a_council_the_assumed_one_answers():
    plan = moderation_plan()
    assert plan.audits == ASSUMED_AUDITS
    assert plan.profile == pytest.approx(ASSUMED.share)
    assert "assumed" in plan.assumptions[0]
    assert plan.warnings == ()


def test_the_assumed_council_is_the_one_of_the_simulation_study():
    """Its auditors and moderators have the profiles and gaps that the method page states."""
    levels = np.arange(4)
    joint = ASSUMED.share[:, np.newaxis] * ASSUMED.found
    gap = levels[:, np.newaxis] - levels
    np.testing.assert_allclose(ASSUMED.share, [0.05, 0.32, 0.49, 0.14], atol=0.011)
    np.testing.assert_allclose(joint.sum(axis=0), [0.10, 0.45, 0.40, 0.05], atol=0.013)
    assert (joint * gap).sum() == pytest.approx(0.31, abs=0.01)
    assert joint[gap > 0].sum() == pytest.approx(0.37, abs=0.01)
    assert joint[gap < 0].sum() == pytest.approx(0.08, abs=0.005)


def test_a_council_is_planned_from_its_own_moderation(council):
    plan = moderation_plan(council)
    assert "From the council's own" in plan.assumptions[0]
    assert 150 < plan.audits < 250  # fifty a quarter
    assert plan.found != tuple(map(tuple, ASSUMED.found))
    assert all(sum(size.numbers) == size.moderated for size in plan.sizes)
    assert all(min(size.numbers) >= 1 for size in plan.sizes)


@pytest.mark.parametrize("strip", [hunch_moderation, one_quarter, without_overall])
def test_a_council_with_little_moderation_is_told_what_is_assumed(council, strip):
    basis = council_basis(strip(council))
    assert basis.mix is ASSUMED
    assert f"At least {FEWEST_TO_PLAN}" in basis.warnings[0]


def test_a_small_frame_needs_fewer_audits():
    many, few = (by_question(moderation_plan(audits=n)) for n in (1450, 50))
    gap = "the mean gap to ±0.15 of a grade"
    assert few[gap].moderated < many[gap].moderated
    net = next(question for question in many if "net" in question)
    assert few[net].moderated == many[net].moderated
    assert few[net].why_not == "more than the 50 audits there are"


def test_a_finer_wish_needs_more_audits():
    coarse = moderation_plan(audits=1450)
    fine = moderation_plan(audits=1450, wishes=ModerationWishes(half_width=0.1, power=0.9))
    pairs = list(zip(coarse.answers, fine.answers, strict=True))
    assert all(one.moderated <= other.moderated for one, other in pairs)
    assert pairs[0][0].moderated < pairs[0][1].moderated


def test_a_question_that_no_number_answers_says_why(council):
    plan = moderation_plan(one_grade(council))
    alike = plan.answers[-1]
    assert (alike.moderated, alike.share) == (0, 0)
    assert "needs more than 10,000 audits" in alike.why_not
    assert "out of reach" in moderation_plan_lines(plan)[len(plan.answers)]


def test_nothing_is_larger_than_the_frame():
    plan = moderation_plan(audits=30)
    assert max(size.moderated for size in plan.sizes) == 30
    assert plan.sizes[-1].good_half_width == 0


def test_another_scale_has_no_assumptions(council):
    scale = Scale(name="three", levels=("Poor", "Fair", "Fine"), good_from=1)
    bare = hunch_moderation(council)
    other = replace(bare, settings=replace(council.settings, scale=scale))
    with pytest.raises(UsageError, match="scale of four grades"):
        moderation_plan(other)


@pytest.mark.parametrize("options", [{"audits": 3}, {"allocated": 2}])
def test_a_plan_of_next_to_nothing_is_refused(options):
    with pytest.raises(UsageError, match="at least one audit for each grade"):
        moderation_plan(**options)
