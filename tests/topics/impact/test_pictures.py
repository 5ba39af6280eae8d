"""Pictures of themed audits: the words for those who cannot see them, and the marks themselves."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import pytest

from qaf_analysis.kit.charts.mark import Mark, text_width
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PAGE, QUIET, TEXT
from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import DriftStanding
from qaf_analysis.topics.common.scope import Event
from qaf_analysis.topics.impact import lines, pictures
from qaf_analysis.topics.impact.lines import Line, level_reach, theme_lines
from qaf_analysis.topics.impact.pictures import (
    forest_picture,
    theme_forest,
    themes_card_picture,
    themes_pictures,
)
from tests.drawn import drawn, size_drawn
from tests.kit.charts.test_control import texts
from tests.topics.impact.made import (
    CHANGE,
    MINUS,
    change,
    cohort,
    estimate,
    finding,
    no_estimate,
    themes_of,
)

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


@pytest.fixture
def drawings(monkeypatch):
    """Figures as they are handed on, in place of finished pictures."""
    for module in (pictures, lines):
        monkeypatch.setattr(module, "picture_of", lambda figure, **words: SimpleNamespace(
            figure=figure, **words
        ))  # fmt: skip
    monkeypatch.setattr(pictures, "in_appendix", lambda one: one)


def words(axes):
    """Every word written: what, in pixels where, and how."""
    return {one.get_text(): one for one in axes.texts}


def strokes(axes):
    """Lines by colour: their ends, and what marks them."""
    return [
        (one.get_color(), [tuple(end) for end in one.get_xydata().round(6).tolist()])
        for one in axes.lines
    ]


IMPROVED = finding(name="Up")
FALLEN = finding(
    change(
        verdict=ThemeVerdict.GOT_WORSE,
        grade=estimate(-0.27, -0.58, -0.06),
        detectable_grade=estimate(0.36),
        provisional=True,
    ),
    name="Down",
)
STEADY = finding(
    change(
        verdict=ThemeVerdict.NO_EVIDENCE,
        grade=estimate(0.04, -0.15, 0.23),
        detectable_grade=estimate(math.nan),
    ),
    name="Still",
)
UNKNOWN = finding(
    change(verdict=ThemeVerdict.TOO_LITTLE, grade=no_estimate("all alike")), name="Dark"
)


def test_the_forest_holds_every_tested_theme_with_its_signs(drawings):
    untested = finding(change(tested=False), name="Late")
    cases = finding(None, name="Cases", cohort=cohort((1, 2), (3, 4)))
    found = themes_pictures(themes_of(IMPROVED, FALLEN, untested, STEADY, cases, UNKNOWN))
    assert [one.title for one in found] == [
        "Against domains no theme touched: improved",
        "Up: improved",
        "Down: got worse, provisional",
        "Still: no evidence of change",
        "Dark: too little data",
    ]
    assert found[0].alt == (
        f"In grades, above zero better. Up +0.3 (+0.1 to +0.5), improved. Down {MINUS}0.3 "
        f"({MINUS}0.6 to {MINUS}0.1), got worse. Still +0.04 ({MINUS}0.1 to +0.2), no evidence of "
        "change. Dark: too little data. Found four times in five from 0.2 to 0.4."
    )


def test_the_forest_of_many_themes_says_what_there_is_room_for(drawings):
    """First the intervals go, then the themes without a claim; the title counts too."""
    names = [f"Theme number {n}" for n in range(9)]
    few = [Mark(label=name, value=0.2, low=0.1, high=0.3, note="improved") for name in names[:8]]
    said = theme_forest(few, title="t", detectable=[math.nan] * 8).alt
    assert "Theme number 7 +0.2, improved." in said
    assert "(" not in said
    many = [replace(few[0], label=name, is_quiet=n > 1) for n, name in enumerate(names * 3)]
    said = theme_forest(many, title="t", detectable=[math.nan] * 27).alt
    assert said.endswith("Theme number 1 +0.2, improved. " + pictures.IN_TABLES)
    long = [replace(few[0], label="a " * 80)]
    assert len(theme_forest(long, title="t", detectable=[math.nan]).alt.split()) < 60


def test_marks_of_the_forest_stand_where_the_figures_are(drawings):
    forest = themes_pictures(themes_of(IMPROVED, FALLEN, STEADY, UNKNOWN))[0]
    (axes,) = forest.figure.axes
    low, high = axes.get_xlim()
    # From -0.58 to +0.50, with a twentieth of that, 0.054, on either side.
    assert (low, high) == pytest.approx((-0.634, 0.554))
    # Four rows of 38 pixels: two lines of 15 each, and 8.
    assert axes.get_ylim() == (152, 0)
    # Room at the left for the longest name; 270 of 642 pixels at the right for numbers, words.
    box = axes.get_position()
    assert box.x1 * 642 == pytest.approx(372)
    assert box.x0 * 642 == pytest.approx(14 + max(map(text_width, ("Up", "Down", "Dark"))))
    drawn = strokes(axes)
    ends = [one for one in drawn if len(one[1]) == 2 and one[0] != GRID.light]
    assert ends == [
        (ACCENT.light, [(0.12, 19), (0.5, 19)]),
        (ACCENT.light, [(-0.58, 57), (-0.06, 57)]),
        (QUIET.light, [(-0.15, 95), (0.23, 95)]),
        (TEXT.light, [(0, 0), (0, 152)]),
    ]
    # The numbers of the axis: 44 pixels are 0.16 of a grade, so that 0.2 is the smallest step.
    ticks = [one[1][0][0] for one in drawn if one[0] == GRID.light][:-1]
    assert ticks == pytest.approx([-0.6, -0.4, -0.2, 0, 0.2, 0.4])
    dots = [one for one in axes.lines if one.get_marker() == "o"]
    assert [(*one.get_xydata()[0], one.get_markerfacecolor()) for one in dots] == [
        (0.31, 19, ACCENT.light),
        (-0.27, 57, ACCENT.light),
        (0.04, 95, PAGE.light),
    ]
    bars = [(one.get_x(), one.get_width(), one.get_y() + one.get_height() / 2) for one in
            axes.patches]  # fmt: skip
    assert bars == [
        pytest.approx((-0.24, 0.48, 19)),
        pytest.approx((-0.36, 0.72, 57)),
        # No bar for the third, whose smallest change is not known.
        pytest.approx((-0.24, 0.48, 133)),
    ]
    assert {one.get_facecolor()[:3] for one in axes.patches} == {_rgb(BAND.light)}
    written = words(axes)
    assert list(written) == [
        f"{MINUS}0.6", f"{MINUS}0.4", f"{MINUS}0.2", "0", "+0.2", "+0.4",
        "Up", "+0.3", "+0.1 to +0.5", "improved",
        "Down", f"{MINUS}0.3", f"{MINUS}0.6 to {MINUS}0.1", "got worse", "provisional",
        "Still", "+0.04", f"{MINUS}0.1 to +0.2", "no evidence of change",
        "Dark", "too little data",
        "no change", "← worse",
        "change in grades, 95% interval; a change within the bar is missed more than once in five",
    ]  # fmt: skip
    heights = {text: one.xy[1] for text, one in written.items()}
    assert [heights[text] for text in ("Up", "+0.3", "+0.1 to +0.5", "improved")] == [19] * 4
    assert [heights[text] for text in ("Still", "+0.04", "no evidence of change")] == [95] * 3
    bold = {text for text, one in written.items() if one.get_fontweight() == "bold"}
    assert bold == {"+0.3", "improved", f"{MINUS}0.3", "got worse"}
    assert written["no change"].xy == (0, 152)
    assert written["← worse"].xy == (low, 152)
    places = {text: one.xyann[0] for text, one in written.items()}
    # Numbers and verdicts stand in columns beyond the end of the axis, not at the whiskers.
    assert (places["+0.3"], places["+0.1 to +0.5"], places["improved"]) == (92, 92, 104)
    numbers = ("+0.3", "+0.1 to +0.5", "improved", "too little data")
    assert [written[text].xy[0] for text in numbers] == [high] * 4
    assert written["Up"].xy[0] == low
    assert places["Up"] == places["Dark"] == -14 - max(map(text_width, ("Up", "Down", "Dark")))
    assert written["Up"].get_ha() == "left"
    assert written["+0.3"].get_ha() == written["+0.1 to +0.5"].get_ha() == "right"


def test_a_long_verdict_stands_in_lines_of_its_own_row(drawings):
    drift = "improved, provisional, a drift of its own could explain it"
    marks = [Mark(label="A", value=0.2, note=drift), Mark(label="B", value=0.1, note="improved")]
    (axes,) = theme_forest(marks, title="t", detectable=[0.1, 0.1]).figure.axes
    said = [one.get_text() for one in axes.texts]
    assert "improved" in said
    assert " ".join(said[said.index("improved") + 1 :]).startswith(
        "provisional, a drift of its own could explain it B"
    )
    assert not [each for each in said if "…" in each]
    assert axes.get_ylim()[0] == 3 * 15 + 8 + 38


def _rgb(colour):
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def test_better_is_named_on_the_side_that_reaches_farther(drawings):
    (axes,) = themes_card_picture(themes_of(IMPROVED)).figure.axes
    written = words(axes)
    assert "better →" in written
    assert "← worse" not in written
    assert written["better →"].xy == (axes.get_xlim()[1], 24)
    assert (written["better →"].get_ha(), written["no change"].get_ha()) == ("right", "center")
    even = theme_forest([Mark(label="A", value=0, low=-0.5, high=0.5)], title="t", detectable=[0.1])
    assert "better →" in words(even.figure.axes[0])
    falls = theme_forest([Mark(label="A", value=-0.2, low=-0.5, high=0.4)], title="t",
                         detectable=[0.1])  # fmt: skip
    side = words(falls.figure.axes[0])["← worse"]
    assert (side.xy, side.get_ha()) == ((pytest.approx(-0.545), 38), "left")


def test_the_card_shows_no_number_but_says_where_there_is_none(drawings):
    card = themes_card_picture(themes_of(IMPROVED, UNKNOWN))
    (axes,) = card.figure.axes
    written = words(axes)
    assert list(written) == [
        "Up", "Dark", "too little data", "no change", "better →",
        "in grades; shaded: missed more than once in five",
    ]  # fmt: skip
    assert written["too little data"].xy == (0, 36)
    assert written["too little data"].xyann[0] == 8
    assert card.alt == (
        "In grades, above zero better. Up +0.3 (+0.1 to +0.5), improved. Dark: too little data. "
        "Found four times in five from 0.2."
    )
    assert tuple(card.figure.get_size_inches() * 72) == pytest.approx((360, 86))
    assert axes.get_position().x1 * 360 == pytest.approx(346)
    full = theme_forest([Mark(label="A", value=0.1)], title="t", detectable=[0.1])
    assert tuple(full.figure.get_size_inches() * 72) == pytest.approx((642, 98))


def test_a_telephone_has_a_forest_of_its_own_in_which_no_word_lies_on_another():
    long = finding(name="A theme of a name that is so long that nobody reads it at once")
    drift = finding(
        change(provisional=True, standing=DriftStanding.EXPLAINED, grade=estimate(0.2, 0.1, 0.3)),
        name="Drift",
    )
    picture = forest_picture(themes_of(IMPROVED, FALLEN, long, STEADY, drift, UNKNOWN))
    narrow = replace(picture, svg=picture.narrow_svg, narrow_svg="")
    assert (size_drawn(picture)[0], size_drawn(narrow)[0]) == (642, 342)
    for one in (picture, narrow):
        boxes = list(texts(one))
        told = " ".join(said for said, _ in boxes)
        for said in ("+0.3", "+0.1 to +0.5", "got worse", "provisional", "too little data"):
            assert said in told
        for said, (left, top, right, bottom) in boxes:
            assert left >= -0.5, said
            assert right <= size_drawn(one)[0] + 0.5, said
            assert top >= -0.5, said
            assert bottom <= size_drawn(one)[1] + 0.5, said
        for (said, a), (other, b) in combinations(boxes, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{said!r} lies on {other!r}"
        dots = [mark for mark in drawn(one) if mark.startswith("dot")]
        assert len(dots) == 5  # one without a figure
        # Words stand in rows of their own: none at the height of a dot between its whiskers.
        if one is narrow:
            heights = [float(mark.split(",")[1].split(" ")[0]) for mark in dots]
            for said, (_, top, _, bottom) in boxes:
                assert not any(top < height < bottom for height in heights), said
    assert forest_picture(themes_of()) is None


def test_without_a_tested_theme_there_is_no_picture():
    late = finding(change(tested=False))
    cases = finding(None, cohort=cohort((1, 2), (3, 4)))
    for result in (themes_of(), themes_of(late, cases)):
        assert themes_pictures(result) == ()
        assert themes_card_picture(result) is None


def test_a_mark_without_interval_or_verdict_is_told_by_its_number(drawings):
    bare = [Mark(label="A", value=0.2), Mark(label="B", value=math.nan)]
    forest = theme_forest(bare, title="t", detectable=[math.nan, math.nan])
    assert forest.alt == "In grades, above zero better. A +0.2. B: too little data."
    (axes,) = forest.figure.axes
    assert not axes.patches
    # Zero is always on the axis: from 0 to 0.2, with a twentieth on either side.
    assert axes.get_xlim() == pytest.approx((-0.01, 0.21))
    said = [one.get_text() for one in axes.texts]
    assert said[said.index("A") :][:4] == ["A", "+0.2", "B", "too little data"]
    nothing = theme_forest(bare[1:], title="t", detectable=[math.nan])
    assert nothing.figure.axes[0].get_xlim() == (-0.05, 0.05)
    small = theme_forest(bare[:1], title="t", detectable=[0.04])
    assert small.alt.endswith("A +0.2. Found four times in five from 0.04.")
    wide = theme_forest(bare, title="t", detectable=[0.4, math.nan])
    assert wide.figure.axes[0].get_xlim() == pytest.approx((-0.44, 0.44))


@pytest.mark.parametrize("detectable", [[], [0.1, 0.2]])
def test_a_forest_needs_a_smallest_change_of_each(detectable):
    with pytest.raises(ShapeError):
        theme_forest([Mark(label="A", value=0.2)], title="t", detectable=detectable)
    with pytest.raises(ShapeError):
        theme_forest([], title="t", detectable=[])


# A theme beside its controls

SERIES = (
    replace(CHANGE.series[0], quarter=Quarter(2017, 3).index, themed=1.0, control=1.5,
            difference=-0.5),
    replace(CHANGE.series[0], quarter=Quarter(2017, 4).index, themed=1.3, control=1.4,
            difference=-0.1),
    replace(CHANGE.series[1], quarter=Quarter(2018, 3).index, themed=1.9, control=1.7,
            difference=0.2),
)  # fmt: skip


def test_the_lines_hold_each_quarter_and_where_the_domain_would_stand(drawings):
    """Usual difference before: (-0.5 - 0.1) / 2 = -0.3, so that 1.7 - 0.3 = 1.4 after."""
    theme = finding(
        change(series=SERIES),
        quarters=tuple(Quarter(2017, 3).next(step) for step in range(5)),
    )
    _, picture = themes_pictures(themes_of(theme))
    assert picture.title == "Chronology work: improved"
    assert picture.alt == [
        "Mean grades. Chronologies 1.0 in 2017-18 Q3 to 1.9 in 2018-19 Q3.",
        "Had it moved alike 1.4 in 2018-19 Q3.",
        "Untouched domains 1.5 in 2017-18 Q3 to 1.7 in 2018-19 Q3.",
        "Before 2018-19 Q2: Themed audit.",
        "After it: Workshops.",
    ]
    (axes,) = picture.figure.axes
    drawn = {
        one.get_color(): (one.get_ydata(), one.get_linestyle()) for one in axes.lines
        if one.get_marker() == "o"
    }  # fmt: skip
    assert drawn[ACCENT.light][0] == pytest.approx([1.0, 1.3, math.nan, math.nan, 1.9], nan_ok=True)
    assert drawn[ACCENT.light][1] == "-"
    nowhere = [math.nan] * 4
    assert drawn[COMPARISON.light][0] == pytest.approx([*nowhere, 1.4], nan_ok=True)
    assert drawn[QUIET.light][0] == pytest.approx([1.5, 1.4, math.nan, math.nan, 1.7], nan_ok=True)
    assert drawn[COMPARISON.light][1] == drawn[QUIET.light][1] == "--"
    # From 1.0 to 1.9, and on to Good at 2 so that two grades are named; 0.06 of that beyond.
    assert axes.get_ylim() == pytest.approx((0.94, 2.06))
    # Selection in the third quarter and the audit in the fourth are left out: one shaded stretch.
    (band,) = axes.patches
    assert (band.get_xy()[:, 0].min(), band.get_xy()[:, 0].max()) == (1.5, 3.5)
    assert {"shaded: left out", "After the themed audit: Workshops"} <= set(words(axes))


def test_all_themes_are_drawn_on_one_scale(drawings):
    """Means from 0.2 to 2.8 over both themes, and 0.06 of 2.6 beyond either end."""
    low = tuple(replace(point, themed=0.2) for point in SERIES)
    high = tuple(replace(point, themed=2.8, difference=0.0) for point in SERIES)
    quarters = tuple(Quarter(2017, 3).next(step) for step in range(5))
    both = [finding(change(series=each), quarters=quarters, name=n)
            for n, each in (("A", low), ("B", high))]  # fmt: skip
    _, *each = themes_pictures(themes_of(*both))
    reaches = [one.figure.axes[0].get_ylim() for one in each]
    assert reaches[0] == reaches[1]
    assert reaches[0][1] == pytest.approx(2.8 + 0.06 * (2.8 - min(0.2, 0.2)), abs=0.03)


def test_a_new_scale_within_the_quarters_is_marked(drawings):
    theme = finding(change(series=SERIES),
                    quarters=tuple(Quarter(2017, 3).next(step) for step in range(5)))  # fmt: skip
    scale = Event(quarter=Quarter(2017, 4), label="New scale", kind="new scale")
    _, picture = themes_pictures(replace(themes_of(theme), new_scales=(scale,)))
    assert "Before 2017-18 Q4: New scale." in picture.alt
    written = words(picture.figure.axes[0])
    assert written["New scale"].xy[0] == 0.5  # between the first quarter and the second
    _, plain = themes_pictures(themes_of(theme))
    assert "New scale" not in words(plain.figure.axes[0])


NAMED = ("Plan", "Untouched domains")


def lines_of(themed, controls, *, levels=LEVELS, as_controls=None, marked=()):
    quarters = [f"2018-19 Q{number + 1}" for number in range(len(themed))]
    return theme_lines(
        quarters,
        title="t",
        levels=levels,
        themed=Line(name="Plan", means=tuple(themed)),
        controls=Line(name="Untouched domains", means=tuple(controls)),
        as_controls=as_controls,
        marked=marked,
    )


@pytest.mark.parametrize(
    ("themed", "controls", "ends", "named"),
    [
        ((1.2, 1.6), (1.4, 1.8), (1, 2), LEVELS[1:3]),
        ((0.2, 0.6), (0.4, 0.8), (0, 1), LEVELS[:2]),
        ((2.2, 2.6), (2.4, 2.8), (2, 3), LEVELS[2:]),
        ((0.5, 2.6), (1.4, 1.8), (0.5, 2.6), LEVELS[1:3]),
        ((1.0, 1.0), (1.0, 1.0), (0, 1), LEVELS[:2]),
        ((3.0, 3.0), (3.0, 3.0), (2, 3), LEVELS[2:]),
        ((0.0, 0.0), (0.0, 0.0), (0, 1), LEVELS[:2]),
        ((math.nan, math.nan), (math.nan, math.nan), (0, 1), LEVELS[:2]),
        # Good is within: the nearer of its neighbours is shown too.
        ((1.9, 2.6), (2.1, 2.1), (1.9, 3), LEVELS[2:]),
        ((1.3, 2.2), (1.4, 1.8), (1, 2.2), LEVELS[1:3]),
    ],
)
def test_two_grades_at_least_are_named_where_they_lie(drawings, themed, controls, ends, named):
    (axes,) = lines_of(themed, controls).figure.axes
    room = 0.06 * (ends[1] - ends[0])
    assert axes.get_ylim() == pytest.approx((ends[0] - room, ends[1] + room))
    assert axes.get_ylim() == level_reach(
        LEVELS, [Line(name="", means=themed), Line(name="", means=controls)]
    )
    # A name of two lines stands centred on its grade.
    levels = [one for one in axes.texts if one.get_ha() == "right"]
    assert " ".join(one.get_text() for one in levels) == " ".join(named)
    assert {one.xy for one in levels} == {(-0.5, LEVELS.index(name)) for name in named}
    assert {one.xyann[0] for one in levels} == {-8}


def test_lines_are_named_at_their_last_mean(drawings):
    picture = lines_of((1.0, 1.8), (1.5, math.nan))
    (axes,) = picture.figure.axes
    names = {one.get_text(): one for one in axes.texts if one.get_text() in NAMED}
    assert list(names) == ["Untouched domains", "Plan"]  # from below
    low, high = axes.get_ylim()
    rises = {"Plan": 1.8, "Untouched domains": 1.5}
    for name, at in rises.items():
        shown = 170 * (at - low) / (high - low)
        assert names[name].xyann[1] == pytest.approx(shown - 0.36 * 12)
        assert names[name].xy == (1.5, low)
    assert names["Plan"].get_color() == ACCENT.light
    assert names["Untouched domains"].get_color() == MUTED.light
    assert picture.alt == [
        "Mean grades. Plan 1.0 in 2018-19 Q1 to 1.8 in 2018-19 Q2.",
        "Untouched domains 1.5 in 2018-19 Q1.",
    ]


def test_names_that_would_touch_stand_apart(drawings):
    (axes,) = lines_of((1.0, 1.5), (1.5, 1.5)).figure.axes
    names = [one for one in axes.texts if one.get_text() in NAMED]
    rises = sorted(one.xyann[1] for one in names)
    assert rises[1] - rises[0] == pytest.approx(15)


def test_a_line_without_a_mean_is_left_out_or_told_to_have_none(drawings):
    nothing = Line(name="Had it moved", means=(math.nan, math.nan))
    picture = lines_of((1.0, 1.8), (math.nan, math.nan), as_controls=nothing)
    assert picture.alt[-1] == "Untouched domains none."
    assert len(picture.alt) == 2
    some = Line(name="Had it moved", means=(math.nan, 1.25))
    picture = lines_of(
        (1.0, 1.8), (1.5, 1.6), as_controls=some,
        marked=[Change(label="Training", before="2018-19 Q2")],
    )  # fmt: skip
    assert picture.alt[1:] == [
        "Had it moved 1.2 in 2018-19 Q2.",
        "Untouched domains 1.5 in 2018-19 Q1 to 1.6 in 2018-19 Q2.",
        "Before 2018-19 Q2: Training.",
    ]
    assert "Training" in words(picture.figure.axes[0])


@pytest.mark.parametrize(
    "given",
    [((1.0,), (1.0, 2.0), None), ((1.0, 2.0), (1.0,), None), ((1.0, 2.0), (1.0, 2.0), (1.0,))],
)
def test_a_line_needs_a_mean_of_each_quarter(given):
    themed, controls, third = given
    with pytest.raises(ShapeError):
        theme_lines(
            ["2018-19 Q1", "2018-19 Q2"],
            title="t",
            levels=LEVELS,
            themed=Line(name="Plan", means=themed),
            controls=Line(name="Others", means=controls),
            as_controls=third and Line(name="Had it moved", means=third),
        )


def test_the_finished_picture_is_drawn():
    forest = themes_card_picture(themes_of(IMPROVED))
    assert forest.title == "Against domains no theme touched: improved"
    assert forest.width == 360
    assert "in grades; shaded: missed more than once in five" in forest.svg
