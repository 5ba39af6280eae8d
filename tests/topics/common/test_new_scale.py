"""A change of scale is the reason given, and a mark on charts, wherever it lies in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, Scale
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.terms.verdicts import SpreadVerdict, ThemeVerdict
from qaf_analysis.topics.agreement.analysis.drivers import agreement_drivers
from qaf_analysis.topics.charts.analysis.themes import theme_charts
from qaf_analysis.topics.charts.pictures import theme_charts_pictures
from qaf_analysis.topics.common.eras import in_era, why_no_before
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.impact.pictures import themes_small_multiples
from qaf_analysis.topics.impact.words import say_themes
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.pictures import optimism_pictures
from qaf_analysis.topics.process.analysis.agreement import process_agreement
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.process.pictures import process_agreement_pictures
from qaf_analysis.topics.process.words import say_consistency
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.pictures import grades_picture
from qaf_analysis.topics.programme.words import programme_lead, since_last_quarter
from qaf_analysis.topics.trend.analysis import true_trend
from tests.topics.by_hand import audit, council

SIX = Scale(name="six", levels=("a", "b", "c", "d", "e", "f"), good_from=3)
SETTINGS = Settings(
    council="Small",
    scale=SIX,
    eras=(Era(scale=OFSTED4), Era(scale=SIX, first=date(2027, 4, 1))),
    themes=(Theme(name="Plans", domain="Plan", audited_in=Quarter(2027, 1)),),
    process_changes=(ProcessChange(kind="training", label="Training", starts=date(2027, 4, 2)),),
)
LAST = Quarter(2027, 3)
CHANGED = "the scale changed on 1 April 2027"


def young(settings=SETTINGS, quarters=("2027-28 Q1", "2027-28 Q2", "2027-28 Q3")):
    """Three quarters on the new scale; those before are on the old one and not seen here."""
    rows = [
        audit(quarter, auditor="ABCDE"[n % 5], selected_by="all", chance=1.0,
              grades={"Overall": 2 + n % 3, "Plan": 3, "Risk": 2 + n % 2},
              moderated={"Overall": 2 + n % 2, "Plan": 3, "Risk": 2})
        for quarter in quarters
        for n in range(20)
    ]  # fmt: skip
    return in_era(council(*rows, settings=settings), LAST)


@pytest.mark.parametrize(
    ("event", "where"),
    [
        (Quarter(2026, 4), "between before and after"),
        (Quarter(2027, 1), "between before and after"),
        (Quarter(2027, 4), "in the year before"),
    ],
)
def test_the_reason_names_the_day_and_where_it_lies(event, where):
    assert why_no_before(SETTINGS, event) == f"{CHANGED}, {where}"


def test_where_the_scale_has_nothing_to_do_with_it_there_is_no_such_reason():
    assert why_no_before(SETTINGS, Quarter(2028, 1)) == ""
    old = SETTINGS.on(SETTINGS.eras[0])
    assert why_no_before(old, Quarter(2027, 1)) == ""
    assert why_no_before(Settings(council="One scale"), Quarter(2027, 1)) == ""


def test_a_theme_across_the_change_says_so():
    result = themes(young(), quarter=LAST)
    (theme,) = result.themes
    assert theme.verdict is ThemeVerdict.TOO_LITTLE
    assert theme.reason == f"{CHANGED}, between before and after"
    assert CHANGED in " ".join(say_themes(result).paragraphs)


def test_a_process_change_across_the_change_says_so():
    result = consistency(young(), quarter=LAST)
    assert result.verdict is SpreadVerdict.TOO_LITTLE
    assert result.reason == f"{CHANGED}, between before and after"
    assert CHANGED in " ".join(say_consistency(result).paragraphs)
    assert process_agreement(young(), quarter=LAST).reason.startswith(CHANGED)
    within = replace(SETTINGS.process_changes[0], label="Co-location", starts=date(2027, 7, 1))
    later = young(replace(SETTINGS, process_changes=(within,)))
    assert consistency(later, quarter=LAST).reason == f"{CHANGED}, in the year before"


def test_the_year_before_on_another_scale_is_the_reason_in_the_lead_and_the_trend():
    result = programme(young(), quarter=LAST)
    assert result.change.why_not == f"{CHANGED} and there is no earlier whole year on this one"
    assert CHANGED in programme_lead(result)
    split = true_trend(young(), quarter=LAST).good
    assert split.practice.why_not.startswith(CHANGED)


def test_a_council_on_one_scale_keeps_its_reasons():
    alone = replace(SETTINGS, eras=())
    result = programme(young(alone), quarter=LAST)
    assert result.change.why_not == "there is no earlier whole year to compare with"
    assert "scale" not in themes(young(alone), quarter=LAST).themes[0].reason


def test_every_chart_over_time_marks_the_new_scale():
    audits = young()
    drawn = {
        "programme": [grades_picture(programme(audits, quarter=LAST), None)],
        "optimism": optimism_pictures(optimism(audits, quarter=LAST)),
        "themes": theme_charts_pictures(theme_charts(audits, quarter=LAST)),
        "process": process_agreement_pictures(process_agreement(audits, quarter=LAST)),
    }
    for place, pictures in drawn.items():
        assert any("New scale" in picture.svg for picture in pictures), place
        assert any("New scale" in picture.alt for picture in pictures), place
    marks = agreement_drivers(audits, quarter=LAST).changes
    assert [(mark.label, str(mark.quarter)) for mark in marks if mark.kind == "new scale"] == [
        ("New scale", "2027-28 Q1")
    ]


def test_the_small_charts_of_themes_mark_the_new_scale_before_its_first_quarter():
    result = themes(young(), quarter=LAST)
    assert [(one.label, str(one.quarter)) for one in result.new_scales] == [
        ("New scale", "2027-28 Q1")
    ]
    picture = themes_small_multiples(result)
    assert picture is not None
    assert "new scale" in picture.svg
    assert "new scale" in picture.narrow_svg
    alone = replace(SETTINGS, eras=())
    assert themes(young(alone), quarter=LAST).new_scales == ()
    assert "new scale" not in themes_small_multiples(themes(young(alone), quarter=LAST)).svg


def test_a_new_scale_is_news_once():
    first = in_era(young(quarters=("2027-28 Q1",)), Quarter(2027, 1))
    told = since_last_quarter(programme(first, quarter=Quarter(2027, 1)))
    assert "New this quarter: new scale." in told
