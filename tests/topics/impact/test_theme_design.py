"""The design of a theme follows from the settings alone: which quarters count, against what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.impact.analysis.design import (
    ThemeDesign,
    excluded_quarters,
    rivals,
    theme_design,
)

GRADED = ("Overall", "Plan", "Risk", "Voice", "Recording")
QUARTERS = quarters_between(Quarter(2017, 1), Quarter(2019, 4))
PLANS = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 2))
AGAIN = Theme(name="Plans again", domain="Plan", audited_in=Quarter(2019, 2))
RISKS = Theme(name="Risks", domain="Risk", audited_in=Quarter(2019, 1))


def design(theme, *others, changes=(), quarters=QUARTERS, graded=GRADED):
    settings = Settings(council="Example", themes=(theme, *others), process_changes=changes)
    return theme_design(settings, theme, graded=graded, quarters=quarters)


def written(quarters):
    return [str(quarter) for quarter in quarters]


def test_a_theme_alone_counts_every_quarter_but_its_own():
    found = design(PLANS)
    assert found.controls == ("Risk", "Voice", "Recording")
    assert not found.controls_declared
    assert written(found.excluded) == ["2018-19 Q2"]
    assert (found.since, found.until, found.cut_because) == (None, None, "")
    assert [found.before(q) for q in QUARTERS] == [True] * 5 + [False] * 7
    assert [found.after(q) for q in QUARTERS] == [False] * 6 + [True] * 6


def test_selection_audit_and_phasing_in_count_on_neither_side():
    theme = replace(PLANS, selected_in=(Quarter(2017, 4),), phase_in_quarters=2)
    expected = ["2017-18 Q4", "2018-19 Q2", "2018-19 Q3", "2018-19 Q4"]
    assert written(excluded_quarters(theme)) == expected
    found = design(theme)
    assert written(found.excluded) == expected
    left = [q for q in QUARTERS if found.counts(q)]
    assert written(left) == written(q for q in QUARTERS if str(q) not in expected)
    assert sum(map(found.before, QUARTERS)) == 4
    assert sum(map(found.after, QUARTERS)) == 4


def test_quarters_beyond_the_data_are_not_listed():
    found = design(replace(PLANS, phase_in_quarters=2), quarters=QUARTERS[:6])
    assert written(found.excluded) == ["2018-19 Q2"]


def test_declared_controls_are_taken_as_far_as_they_are_graded():
    found = design(replace(PLANS, controls=("Voice", "Risk", "Supervision")))
    assert found.controls == ("Risk", "Voice")
    assert found.controls_declared
    assert found.not_graded == ("Supervision",)


def test_domains_of_other_themes_are_no_controls_by_default():
    found = design(PLANS, RISKS)
    assert found.controls == ("Voice", "Recording")
    assert found.until is None


def test_a_declared_control_counts_only_until_its_own_theme():
    theme = replace(PLANS, controls=("Risk", "Voice"))
    selected = replace(RISKS, selected_in=(Quarter(2018, 4),))
    for other, until in ((RISKS, Quarter(2019, 1)), (selected, Quarter(2018, 4))):
        found = design(theme, other)
        assert found.until == until
        assert found.cut_because == f"Risk is itself themed (Risks) from {until} on"
        assert [q for q in QUARTERS if found.after(q)] == quarters_between(
            Quarter(2018, 3), until.next(-1)
        )


def test_a_control_that_is_not_graded_cuts_nothing():
    theme = replace(PLANS, controls=("Risk", "Voice"))
    assert design(theme, RISKS, graded=("Plan", "Voice")).until is None


def test_a_cut_after_the_last_quarter_is_none():
    theme = replace(PLANS, controls=("Risk",))
    assert design(theme, RISKS, quarters=QUARTERS[:8]).until is None
    assert design(theme, RISKS, quarters=QUARTERS[:9]).until == Quarter(2019, 1)


def test_of_two_cuts_the_earlier_counts_and_both_are_named_when_they_coincide():
    theme = replace(PLANS, controls=("Risk", "Voice"))
    voices = Theme(name="Voices", domain="Voice", audited_in=Quarter(2018, 4))
    assert design(theme, RISKS, voices).cut_because == (
        "Voice is itself themed (Voices) from 2018-19 Q4 on"
    )
    together = design(theme, RISKS, replace(voices, audited_in=Quarter(2019, 1)))
    assert together.cut_because.count("from 2019-20 Q1 on") == 2


def test_a_domain_themed_twice_is_split_between_its_themes():
    again = replace(AGAIN, selected_in=(Quarter(2019, 1),), phase_in_quarters=1)
    first, second = design(PLANS, again), design(again, PLANS)
    assert first.until == Quarter(2019, 1)
    assert first.cut_because == "Plan is themed again (Plans again) from 2019-20 Q1 on"
    assert second.since == Quarter(2018, 3)
    assert second.cut_because == "Plan was themed before (Plans), up to 2018-19 Q2"
    assert written(q for q in QUARTERS if second.before(q)) == ["2018-19 Q3", "2018-19 Q4"]
    assert written(q for q in QUARTERS if second.after(q)) == ["2019-20 Q4"]
    assert not any(first.after(q) and second.after(q) for q in QUARTERS)


def test_an_earlier_theme_that_ended_before_the_data_cuts_nothing():
    assert design(AGAIN, PLANS, quarters=QUARTERS[6:]).since is None
    assert design(AGAIN, PLANS, quarters=QUARTERS[5:]).since == Quarter(2018, 3)


def test_a_quarter_that_led_to_a_later_theme_of_the_domain_counts_on_neither_side():
    # Chosen because it was bad: as a quarter before, it would make the first theme look better.
    again = replace(AGAIN, selected_in=(Quarter(2018, 1),))
    found = design(PLANS, again)
    assert written(found.excluded) == ["2018-19 Q1", "2018-19 Q2"]
    assert found.until == Quarter(2019, 2)


def test_themes_of_the_same_quarter_are_named():
    other = replace(RISKS, audited_in=PLANS.audited_in)
    assert design(PLANS, other, AGAIN).simultaneous == ("Risks",)
    assert design(AGAIN, other, PLANS).simultaneous == ()


def test_a_type_of_case_has_no_controls_and_is_compared_on_the_share_good_or_better():
    cohort = Theme(name="Fostering", case_type="Fostering", audited_in=Quarter(2018, 2))
    found = design(cohort, RISKS)
    assert found.controls == ()
    assert found.outcome == "good_or_better"
    assert found.about == "cases of type Fostering"
    assert design(replace(PLANS, outcome="good_or_better")).outcome == "good_or_better"
    assert design(PLANS).outcome == "mean_grade"


@pytest.mark.parametrize("cut", [False, True])
def test_rivals_are_what_happened_within_the_quarters_compared(cut):
    changes = (
        ProcessChange(kind="training", label="Training", starts=date(2018, 10, 1)),
        ProcessChange(kind="co_location", label="Co-location", starts=date(2018, 8, 1)),
        ProcessChange(kind="tool", label="New tool", starts=date(2019, 8, 1)),
        ProcessChange(kind="pool", label="From the first day", starts=date(2017, 4, 1)),
        ProcessChange(kind="pool", label="In the first quarter", starts=date(2017, 4, 2)),
        ProcessChange(kind="pool", label="Long before", starts=date(2016, 4, 1)),
        ProcessChange(kind="pool", label="To come", starts=date(2021, 4, 1)),
    )
    theme = replace(PLANS, controls=("Risk",)) if cut else PLANS
    settings = Settings(council="Example", themes=(RISKS, theme), process_changes=changes)
    found = theme_design(settings, theme, graded=GRADED, quarters=QUARTERS)
    early = (
        "In the first quarter (2017-18 Q1)",
        "Co-location (2018-19 Q2)",
        "Training (2018-19 Q3)",
    )
    late = ("themed audit Risks (2019-20 Q1)", "New tool (2019-20 Q2)")
    assert rivals(settings, found, QUARTERS) == (early if cut else early + late)


def test_where_nothing_is_compared_there_are_no_rivals():
    settings = Settings(council="Example", themes=(AGAIN, replace(PLANS, phase_in_quarters=4)))
    quarters = QUARTERS[:8]
    found = theme_design(settings, AGAIN, graded=GRADED, quarters=quarters)
    assert not any(map(found.is_compared, quarters))
    assert rivals(settings, found, quarters) == ()


def test_a_design_comes_back_from_json():
    again = replace(AGAIN, selected_in=(Quarter(2019, 1),), controls=("Risk", "Supervision"))
    found = design(again, PLANS, replace(RISKS, audited_in=Quarter(2019, 4)))
    assert found.since is not None
    assert found.until is not None
    assert result_from_json(result_to_json(found), ThemeDesign) == found
