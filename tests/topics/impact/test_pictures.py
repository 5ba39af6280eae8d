"""Pictures of themed audits: the words for those who cannot see them, and the marks themselves."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from qaf_analysis.kit.charts.mark import Mark, text_width
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, MUTED, PAGE, QUIET, TEXT
from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact import pictures
from qaf_analysis.topics.impact.pictures import (
    Line,
    theme_forest,
    theme_lines,
    themes_card_picture,
    themes_pictures,
)
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
    monkeypatch.setattr(pictures, "picture_of", lambda figure, **words: SimpleNamespace(
        figure=figure, **words
    ))  # fmt: skip


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
        "Change of each theme against domains no theme touched",
        "Up: improved",
        "Down: got worse, provisional",
        "Still: no evidence of change",
        "Dark: too little data",
    ]
    assert found[0].alt == (
        "Change against untouched domains at one level, in grades; above zero is better. Up: +0.3 "
        "(+0.1 to "
        f"+0.5), improved; found four times in five from 0.2. Down: {MINUS}0.3 ({MINUS}0.6 to "
        f"{MINUS}0.1), got worse, provisional; found four times in five from 0.4. Still: "
        f"+0.04 ({MINUS}0.1 to +0.2), no evidence of change. Dark: too little data."
    )


def test_marks_of_the_forest_stand_where_the_figures_are(drawings):
    forest = themes_pictures(themes_of(IMPROVED, FALLEN, STEADY, UNKNOWN))[0]
    (axes,) = forest.figure.axes
    low, high = axes.get_xlim()
    # From -0.58 to +0.50, with a twentieth of that, 0.054, on either side.
    assert (low, high) == pytest.approx((-0.634, 0.554))
    assert axes.get_ylim() == (4, 0)
    # Room at the left for the longest name; 330 of 800 pixels at the right for numbers, words.
    box = axes.get_position()
    assert box.x1 * 800 == pytest.approx(470)
    assert box.x0 * 800 == pytest.approx(14 + max(map(text_width, ("Up", "Down", "Dark"))))
    lines = strokes(axes)
    assert [one for one in lines if len(one[1]) == 2] == [
        (ACCENT.light, [(0.12, 0.5), (0.5, 0.5)]),
        (ACCENT.light, [(-0.58, 1.5), (-0.06, 1.5)]),
        (QUIET.light, [(-0.15, 2.5), (0.23, 2.5)]),
        (TEXT.light, [(0, 0), (0, 4)]),
        (lines[-1][0], [(pytest.approx(-0.634), 4), (pytest.approx(0.554), 4)]),
    ]
    dots = [one for one in axes.lines if one.get_marker() == "o"]
    assert [(*one.get_xydata()[0], one.get_markerfacecolor()) for one in dots] == [
        (0.31, 0.5, ACCENT.light),
        (-0.27, 1.5, ACCENT.light),
        (0.04, 2.5, PAGE.light),
    ]
    bars = [(one.get_x(), one.get_width(), one.get_y() + one.get_height() / 2) for one in
            axes.patches]  # fmt: skip
    assert bars == [
        pytest.approx((-0.24, 0.48, 0.5)),
        pytest.approx((-0.36, 0.72, 1.5)),
        # No bar for the third, whose smallest change is not known.
        pytest.approx((-0.24, 0.48, 3.5)),
    ]
    assert {one.get_facecolor()[:3] for one in axes.patches} == {_rgb(BAND.light)}
    written = words(axes)
    assert list(written) == [
        "Up", "+0.3", "+0.1 to +0.5", "improved",
        "Down", f"{MINUS}0.3", f"{MINUS}0.6 to {MINUS}0.1", "got worse, provisional",
        "Still", "+0.04", f"{MINUS}0.1 to +0.2", "no evidence of change",
        "Dark", "too little data",
        "no change", "worse", "in grades; shaded: missed more than once in five",
    ]  # fmt: skip
    heights = {text: one.xy[1] for text, one in written.items()}
    assert [heights[text] for text in ("Up", "+0.3", "improved")] == [0.5] * 3
    assert [heights[text] for text in ("Still", "+0.04", "no evidence of change")] == [2.5] * 3
    bold = {text for text, one in written.items() if one.get_fontweight() == "bold"}
    assert bold == {"+0.3", "improved", f"{MINUS}0.3", "got worse, provisional"}
    assert written["no change"].xy == (0, 4)
    assert written["worse"].xy == (low, 4)
    places = {text: one.xyann[0] for text, one in written.items()}
    assert (places["+0.3"], places["+0.1 to +0.5"], places["improved"]) == (40, 54, 150)
    numbers = ("+0.3", "+0.1 to +0.5", "improved", "too little data")
    assert [written[text].xy[0] for text in numbers] == [high] * 4
    assert written["Up"].xy[0] == low
    assert places["Up"] == places["Dark"] == -14 - max(map(text_width, ("Up", "Down", "Dark")))
    assert written["Up"].get_ha() == "left"
    assert written["+0.3"].get_ha() == "right"


def _rgb(colour):
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def test_better_is_named_on_the_side_that_reaches_farther(drawings):
    (axes,) = themes_card_picture(themes_of(IMPROVED)).figure.axes
    written = words(axes)
    assert "better" in written
    assert "worse" not in written
    assert written["better"].xy == (axes.get_xlim()[1], 1)
    assert (written["better"].get_ha(), written["no change"].get_ha()) == ("right", "center")
    even = theme_forest([Mark(label="A", value=0, low=-0.5, high=0.5)], title="t", detectable=[0.1])
    assert "better" in words(even.figure.axes[0])
    falls = theme_forest([Mark(label="A", value=-0.2, low=-0.5, high=0.4)], title="t",
                         detectable=[0.1])  # fmt: skip
    side = words(falls.figure.axes[0])["worse"]
    assert (side.xy, side.get_ha()) == ((pytest.approx(-0.545), 1), "left")


def test_the_card_shows_the_number_alone(drawings):
    card = themes_card_picture(themes_of(IMPROVED, UNKNOWN))
    (axes,) = card.figure.axes
    written = words(axes)
    assert list(written) == [
        "Up", "+0.3", "Dark", "too little data", "no change", "better",
        "in grades; shaded: missed more than once in five",
    ]  # fmt: skip
    assert written["too little data"].xy == (0, 1.5)
    assert written["too little data"].xyann[0] == 8
    assert card.alt == (
        "Change against untouched domains at one level, in grades; above zero is better. Up: +0.3 "
        "(+0.1 to "
        "+0.5), improved; found four times in five from 0.2. Dark: too little data."
    )
    assert tuple(card.figure.get_size_inches() * 72) == pytest.approx((360, 88))
    assert axes.get_position().x1 * 360 == pytest.approx(316)
    full = theme_forest([Mark(label="A", value=0.1)], title="t", detectable=[0.1])
    assert tuple(full.figure.get_size_inches() * 72) == pytest.approx((800, 70))


def test_without_a_tested_theme_there_is_no_picture():
    late = finding(change(tested=False))
    cases = finding(None, cohort=cohort((1, 2), (3, 4)))
    for result in (themes_of(), themes_of(late, cases)):
        assert themes_pictures(result) == ()
        assert themes_card_picture(result) is None


def test_a_mark_without_interval_or_verdict_is_told_by_its_number(drawings):
    bare = [Mark(label="A", value=0.2), Mark(label="B", value=math.nan)]
    forest = theme_forest(bare, title="t", detectable=[math.nan, math.nan])
    assert forest.alt == (
        "Change against untouched domains at one level, in grades; above zero is better. A: +0.2. "
        "B: too little data."
    )
    (axes,) = forest.figure.axes
    assert not axes.patches
    # Zero is always on the axis: from 0 to 0.2, with a twentieth on either side.
    assert axes.get_xlim() == pytest.approx((-0.01, 0.21))
    assert [one.get_text() for one in axes.texts][:6] == [
        "A", "+0.2", "", "", "B", "too little data",
    ]  # fmt: skip
    nothing = theme_forest(bare[1:], title="t", detectable=[math.nan])
    assert nothing.figure.axes[0].get_xlim() == (-0.05, 0.05)
    small = theme_forest(bare[:1], title="t", detectable=[0.04])
    assert small.alt.endswith("A: +0.2; found four times in five from 0.04.")
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
    assert picture.alt == (
        "Chronologies, mean grade: 2017-18 Q3 1.0, 2017-18 Q4 1.3, 2018-19 Q3 1.9. Had it moved as "
        "they did, mean grade: 2018-19 Q3 1.4. Untouched domains, mean grade: 2017-18 Q3 1.5, "
        "2017-18 Q4 1.4, 2018-19 Q3 1.7. Before 2018-19 Q2: Themed audit."
    )
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
    # Whole grades about 1.0 to 1.9 are one grade; two are shown.
    assert axes.get_ylim() == pytest.approx((-0.08 + 0, 2.08))


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
    ("themed", "controls", "reach", "named"),
    [
        ((1.2, 1.6), (1.4, 1.8), (-0.08, 2.08), LEVELS[:3]),
        ((0.2, 0.6), (0.4, 0.8), (-0.08, 2.08), LEVELS[:3]),
        ((2.2, 2.6), (2.4, 2.8), (0.92, 3.08), LEVELS[1:]),
        ((0.5, 2.6), (1.4, 1.8), (-0.08, 3.08), LEVELS),
        ((1.0, 1.0), (1.0, 1.0), (-0.08, 2.08), LEVELS[:3]),
        ((3.0, 3.0), (3.0, 3.0), (1.92, 3.08), LEVELS[2:]),
        ((math.nan, math.nan), (math.nan, math.nan), (-0.08, 2.08), LEVELS[:3]),
        ((1.0, 2.6), (1.4, 1.8), (0.92, 3.08), LEVELS[1:]),
    ],
)
def test_levels_are_named_where_they_lie(drawings, themed, controls, reach, named):
    (axes,) = lines_of(themed, controls).figure.axes
    assert axes.get_ylim() == pytest.approx(reach)
    levels = [one for one in axes.texts if one.get_text() in LEVELS]
    assert tuple(one.get_text() for one in levels) == tuple(named)
    assert [one.xy for one in levels] == [(-0.5, LEVELS.index(name)) for name in named]
    assert {(one.get_ha(), one.xyann[0]) for one in levels} == {("right", -8)}


def test_lines_are_named_at_their_last_mean(drawings):
    picture = lines_of((1.0, 1.8), (1.5, math.nan))
    (axes,) = picture.figure.axes
    names = {one.get_text(): one for one in axes.texts if one.get_text() in NAMED}
    assert list(names) == ["Untouched domains", "Plan"]  # from below
    low, high = axes.get_ylim()
    rises = {"Plan": 1.8, "Untouched domains": 1.5}
    for name, at in rises.items():
        shown = 200 * (at - low) / (high - low)
        assert names[name].xyann[1] == pytest.approx(shown - 0.36 * 12)
        assert names[name].xy == (1.5, low)
    assert names["Plan"].get_color() == ACCENT.light
    assert names["Untouched domains"].get_color() == MUTED.light
    assert picture.alt == (
        "Plan, mean grade: 2018-19 Q1 1.0, 2018-19 Q2 1.8. Untouched domains, mean grade: 2018-19 "
        "Q1 1.5."
    )


def test_names_that_would_touch_stand_apart(drawings):
    (axes,) = lines_of((1.0, 1.5), (1.5, 1.5)).figure.axes
    names = [one for one in axes.texts if one.get_text() in NAMED]
    rises = sorted(one.xyann[1] for one in names)
    assert rises[1] - rises[0] == pytest.approx(16)


def test_a_line_without_a_mean_is_left_out_or_told_to_have_none(drawings):
    nothing = Line(name="Had it moved", means=(math.nan, math.nan))
    picture = lines_of((1.0, 1.8), (math.nan, math.nan), as_controls=nothing)
    assert picture.alt == (
        "Plan, mean grade: 2018-19 Q1 1.0, 2018-19 Q2 1.8. Untouched domains, mean grade: none."
    )
    some = Line(name="Had it moved", means=(math.nan, 1.25))
    picture = lines_of(
        (1.0, 1.8), (1.5, 1.6), as_controls=some,
        marked=[Change(label="Training", before="2018-19 Q2")],
    )  # fmt: skip
    assert picture.alt == (
        "Plan, mean grade: 2018-19 Q1 1.0, 2018-19 Q2 1.8. Had it moved, mean grade: 2018-19 Q2 "
        "1.2. Untouched domains, mean grade: 2018-19 Q1 1.5, 2018-19 Q2 1.6. Before 2018-19 Q2: "
        "Training."
    )
    assert "Training" in words(picture.figure.axes[0])


@pytest.mark.parametrize(
    "lines",
    [((1.0,), (1.0, 2.0), None), ((1.0, 2.0), (1.0,), None), ((1.0, 2.0), (1.0, 2.0), (1.0,))],
)
def test_a_line_needs_a_mean_of_each_quarter(lines):
    themed, controls, third = lines
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
    assert forest.title == "Change of each theme against domains no theme touched"
    assert forest.width == 360
    assert "in grades; shaded: missed more than once in five" in forest.svg
