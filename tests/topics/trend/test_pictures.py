"""Every mark of the pictures of the true trend, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.numbers import percent
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.trend import pictures
from qaf_analysis.topics.trend.pictures import Levels, levels_by_period, true_trend_pictures
from tests.drawn import drawn
from tests.topics.by_hand import unknown
from tests.topics.trend.results import GRADE, TREND

AUDITED = Levels(
    name="As audited",
    marks=(
        Mark(label="2018", value=0.4, low=0.3, high=0.5),
        Mark(label="2019", value=0.6),
        Mark(label="2020", value=0.8, low=0.7, high=0.9),
    ),
)
MODERATED = Levels(
    name="By moderators",
    marks=(
        Mark(label="2018", value=0.2, low=0.1, high=0.4),
        Mark(label="2019", value=nan),
        Mark(label="2020", value=0.3, low=0.2, high=0.4),
    ),
)


def levels(auditors=AUDITED, moderators=MODERATED):
    return levels_by_period(
        auditors, moderators, title="Found", measure="Share good", number=percent
    )


def test_auditors_stand_left_and_moderators_right_of_each_year():
    """From 0.1 to 0.9 and 12% more at both ends: 1 is 190 / 0.992 pixels, 0.4 at 212 - 76."""
    picture = levels()
    assert drawn(picture) == [
        "line 40,174 528,174 40,136 528,136 40,98 528,98 40,60 528,60 edge grid 1",
        "line 40,212 528,212 edge grid 1.5",
        "line 107,155 107,117 edge accent 2.5",
        "line 107,136 edge #1f77b4 1.5",
        "dot 107,136 10 wide accent",
        "line 270,98 270,98 edge accent 2.5",
        "line 270,98 edge #ff7f0e 1.5",
        "dot 270,98 10 wide accent",
        "line 432,79 432,40 edge accent 2.5",
        "line 432,60 edge #2ca02c 1.5",
        "dot 432,60 10 wide accent",
        "line 136,194 136,136 edge comparison 2.5",
        "line 136,174 edge #d62728 1.5",
        "dot 136,174 10 wide comparison",
        "line 462,174 462,136 edge comparison 2.5",
        "line 462,155 edge #9467bd 1.5",
        "dot 462,155 10 wide comparison",
        '"20%" 33,178 end 11 muted',
        '"40%" 33,140 end 11 muted',
        '"60%" 33,102 end 11 muted',
        '"80%" 33,64 end 11 muted',
        '"2018" 121,228 middle 11 text',
        '"2019" 284,228 middle 11 text',
        '"2020" 447,228 middle 11 text',
        '"40%" 98,140 end 11 bold text',
        '"60%" 261,102 end 11 bold text',
        '"80%" 423,64 end 11 bold text',
        '"20%" 145,178 start 11 bold text',
        '"30%" 471,159 start 11 bold text',
        '"By moderators" 536,160 start 12 bold comparison',
        '"As audited" 536,64 start 12 bold accent',
    ]
    assert picture.alt == (
        "Found. Share good. 2020: as audited 80% (70% to 90%), by moderators 30% (20% to "
        "40%). 2019: as audited 60%, by moderators not known. 2018: as audited 40%, by "
        "moderators 20%."
    )


def test_names_that_end_close_together_are_moved_apart():
    """0.80 and 0.79 in the last year: the names stand 17 pixels from each other."""
    close = replace(MODERATED, marks=(*MODERATED.marks[:2], replace(AUDITED.marks[2], value=0.79)))
    names = [said for said in drawn(levels(moderators=close)) if "bold comparison" in said
             or "bold accent" in said]  # fmt: skip
    assert names == [
        '"By moderators" 536,73 start 12 bold comparison',
        '"As audited" 536,56 start 12 bold accent',
    ]


def test_a_series_of_no_value_has_no_name_beside_it():
    empty = replace(MODERATED, marks=tuple(replace(m, value=nan, low=nan, high=nan)
                                           for m in MODERATED.marks))  # fmt: skip
    picture = levels(moderators=empty)
    assert [said for said in drawn(picture) if said.startswith('"By moderators"')] == []
    assert picture.alt.count("by moderators not known") == 3


@pytest.mark.parametrize(
    ("auditors", "moderators"),
    [
        (AUDITED, replace(MODERATED, marks=MODERATED.marks[:2])),
        (replace(AUDITED, marks=()), replace(MODERATED, marks=())),
    ],
)
def test_two_series_of_other_periods_are_refused(auditors, moderators):
    with pytest.raises(ShapeError, match="Both series need the same periods, at least one"):
        levels(auditors, moderators)


@pytest.fixture
def asked(monkeypatch):
    calls = []

    def years(auditors, moderators, **rest):
        calls.append((auditors, moderators, rest))
        return "years"

    def parts(rows, **rest):
        calls.append((rows, rest))
        return "parts"

    monkeypatch.setattr(pictures, "levels_by_period", years)
    monkeypatch.setattr(pictures, "interval_rows", parts)
    return calls


def test_the_years_are_drawn_as_shares_good_or_better(asked):
    assert true_trend_pictures(TREND) == ("years", "parts")
    auditors, moderators, rest = asked[0]
    assert (auditors.name, moderators.name) == ("As audited", "By moderators")
    assert [(mark.label, mark.low, mark.value, mark.high) for mark in auditors.marks] == [
        ("the year to March 2018", 0.35, 0.41, 0.47),
        ("the year to March 2019", 0.43, 0.5, 0.57),
        ("the year to March 2020", 0.56, 0.62, 0.68),
    ]
    assert [(mark.label, mark.value) for mark in moderators.marks] == [
        ("the year to March 2018", 0.27),
        ("the year to March 2019", pytest.approx(nan, nan_ok=True)),
        ("the year to March 2020", 0.31),
    ]
    assert rest == {
        "title": "Grading became kinder",
        "measure": "Share of audits graded good or better",
        "number": percent,
        "size": "full",
    }


def test_the_parts_are_drawn_in_grades(asked):
    true_trend_pictures(TREND)
    rows, rest = asked[1]
    assert [(row.mark.label, row.mark.value, row.mark.note, row.mark.is_quiet) for row in rows] == [
        ("Change in auditors' grades", 0.52, "", False),
        ("Practice", 0.11, "no clear change", True),
        ("Other auditors did the audits", 0.13, "no clear change", True),
        ("Auditors became kinder or harsher", 0.28, "auditors became kinder", False),
    ]
    assert rest["title"] == "What the change is made of"
    assert rest["about"] == (
        "Change in grades between the two years, and its parts, which add up to it."
    )
    axis = rest["axis"]
    assert (axis.left, axis.middle, axis.right, axis.unit) == (
        "lower", "no change", "higher", "grades",
    )  # fmt: skip


def test_what_cannot_be_told_is_not_drawn(asked):
    apart = replace(GRADE, mix=unknown("few"), drift=unknown("few"))
    assert true_trend_pictures(replace(TREND, grade=apart, years=TREND.years[:2])) == (
        "years", "parts",
    )  # fmt: skip
    assert [row.mark.label for row in asked[1][0]] == ["Change in auditors' grades", "Practice"]
    one = replace(TREND, years=TREND.years[:1])
    assert true_trend_pictures(one) == ("parts",)
    untold = replace(GRADE, practice=unknown("few"))
    assert true_trend_pictures(replace(one, grade=untold)) == ()
