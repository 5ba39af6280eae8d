"""A plan of themed audits: from a council's own audits, and from stated assumptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import Scale
from qaf_analysis.topics.impact.analysis.planning import assumed_basis, impact_basis, impact_plan
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.topics.councils import LAST, STRIPPED, simulated


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


@pytest.fixture(scope="module")
def plan(example):
    return impact_plan(example, change=0.2)


def test_it_rests_on_the_councils_own_domains(example, plan):
    assert plan.warnings == ()
    assert "From the council's own 600 routine audits" in plan.assumptions[0]
    assert plan.present.design.audits == 50
    themed = {theme.domain for theme in example.settings.themes}
    assert plan.present.design.controls == 6
    assert len(example.settings.domains) - 1 - len(themed - {None}) == 6


def test_it_agrees_with_what_the_themes_themselves_show(example):
    """Each theme's own smallest change, of as many quarters, lies about the planned one."""
    ratios = []
    for theme in themes(example, quarter=LAST).themes:
        if theme.change is not None and theme.change.detectable_grade.is_estimable:
            before, after = theme.change.pre_quarters, theme.change.post_quarters
            planned = impact_plan(example, before=before, after=after).present.grade
            ratios.append(theme.change.detectable / planned)
    assert len(ratios) >= 3
    assert 0.8 < sum(ratios) / len(ratios) < 1.25


def test_more_of_anything_helps(plan):
    for ways in (plan.audits, plan.quarters, plan.controls):
        sizes = [way.grade for way in ways]
        assert sizes == sorted(sizes, reverse=True)
    now = plan.present
    assert now.grade_low <= now.grade <= now.grade_high
    assert now.grade_limit < now.grade
    assert now.good_limit <= now.good_limit_high < now.good_high


def test_audits_needed_show_the_change_asked_for(example, plan):
    there = impact_plan(example, audits=plan.needed, change=0.2).present.grade
    before = impact_plan(example, audits=plan.needed - 1).present.grade
    assert there <= 0.2 < before
    assert impact_plan(example, change=0.01).needed == 0
    assert impact_plan(example).needed == 0


def test_without_a_council_assumptions_are_stated():
    plan = impact_plan()
    assert plan.present.design.audits == 50
    assert plan.present.grade == pytest.approx(0.27, abs=0.005)
    assert plan.present.good == pytest.approx(0.18, abs=0.005)
    assert plan.present.grade_low == plan.present.grade_high
    assert "Not this council's figures" in plan.assumptions[0]


@pytest.mark.parametrize("strip", ["one quarter", "one audit"])
def test_a_council_with_too_little_gets_assumptions_and_is_told_so(example, strip):
    plan = impact_plan(STRIPPED[strip](example))
    assert "at least 3 domains in 4 quarters" in plan.warnings[0]
    assert "Not this council's figures" in plan.assumptions[0]


def test_a_domain_that_came_half_way_is_left_out(example):
    basis = impact_basis(example)
    ratings = example.ratings.merge(example.audits[["audit_id", "quarter"]], on="audit_id")
    themed = {theme.domain for theme in example.settings.themes}
    gone = next(d for d in example.settings.domains if d not in themed and d != "Overall")
    late = (ratings["domain"] == gone) & (ratings["quarter"] == "2017-18 Q1")
    shorter = replace(example, ratings=example.ratings[~late.to_numpy()])
    assert impact_basis(shorter).controls == basis.controls - 1
    assert impact_basis(shorter).grade.audits == basis.grade.audits


def test_nothing_is_assumed_about_another_scale(example):
    other = Scale(name="five", levels=("a", "b", "c", "d", "e"), good_from=3)
    with pytest.raises(UsageError, match="four grades"):
        assumed_basis(replace(example.settings, scale=other))


@pytest.mark.parametrize(
    "wrong",
    [
        {"power": 80.0},
        {"level": 0.0},
        {"change": -0.1},
        {"audits": 0},
        {"controls": 0},
        {"before": 0},
        {"before": 1, "after": 1},
    ],
)
def test_impossible_plans_are_refused(wrong):
    with pytest.raises(UsageError):
        impact_plan(**wrong)
