"""All themes in small charts of one scale: their order, their marks, and what each must show."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from math import nan

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.common.scope import Event
from qaf_analysis.topics.impact.pictures import themes_small_multiples, worst_first
from qaf_analysis.topics.impact.small_multiples import SmallChart, SmallCharts, small_charts
from tests.drawn import drawn, size_drawn, words_drawn
from tests.kit.charts.test_control import texts
from tests.topics.impact.made import (
    ACTIONS,
    ORDER,
    change,
    cohort,
    estimate,
    finding,
    themes_of,
)

QUARTERS = tuple(f"{year} Q{n}" for year in ("2018-19", "2019-20") for n in (1, 2, 3, 4))
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
PLAN = SmallChart(
    name="Plan",
    verdict="improved",
    change=0.4,
    themed=(1.0, 1.2, 1.1, nan, nan, 1.8, 2.0, 1.9),
    controls=(1.5, 1.5, 1.5, nan, nan, 1.5, 1.5, 1.5),
    audited=3,
    closed=(4, 5),
    left_out=(3, 4),
    why_none="",
)
SHOWN = SmallCharts(quarters=QUARTERS, levels=LEVELS, reach=(1.0, 2.0), charts=(PLAN,))


def narrow(picture):
    """The second drawing, as a picture of its own."""
    return replace(picture, svg=picture.narrow_svg, narrow_svg="")


def lines(picture, ink: str, *, width: str) -> list[list[tuple[float, float]]]:
    """Ends of the strokes of an ink; one drawn with a gap is two."""
    found = []
    for d, style in re.findall(r'<path d="([^"]+)" style="([^"]+)"', picture.svg):
        if f"stroke: var(--{ink}" in style and f"stroke-width: {width}" in style:
            for piece in d.split("M")[1:]:
                ends = re.findall(r"(-?[\d.]+) (-?[\d.]+)", piece)
                found.append([(float(x), float(y)) for x, y in ends])
    return found


def wide(box: str) -> float:
    """Pixels across, of a box as it is drawn."""
    return float(box.split(" to ")[1].split(",")[0]) - float(box[4:].split(",")[0])


def test_a_small_chart_holds_both_lines_to_scale_with_a_gap_where_quarters_are_missing():
    """96 pixels for a grade; a missing quarter breaks the line and keeps its place."""
    picture = small_charts(SHOWN, title="t")
    before, after, *_ = lines(picture, "accent", width="2")
    assert (len(before), len(after)) == (3, 3)
    slot = before[1][0] - before[0][0]
    assert after[0][0] - before[2][0] == pytest.approx(3 * slot, abs=0.05)
    heights = [y for _, y in (*before, *after)]
    assert [(heights[0] - y) / 96 for y in heights] == pytest.approx(
        [0, 0.2, 0.1, 0.8, 1.0, 0.9], abs=0.001
    )
    others, *_ = lines(picture, "quiet", width="1.5")
    assert [y for _, y in others] == pytest.approx([heights[0] - 48] * len(others), abs=0.05)
    # Selection or audit left out: a band of two quarters; actions closed: a bar of two.
    boxes = [mark for mark in drawn(picture) if mark.startswith("box")]
    for ink in ("band", "comparison"):
        (own,) = [box for box in boxes if box.endswith(ink) and not box.startswith("box 2,")]
        assert wide(own) == pytest.approx(2 * slot, abs=1)


def test_lines_are_named_where_they_end_and_every_year_once():
    picture = small_charts(SHOWN, title="t")
    words = words_drawn(picture)
    assert {"theme", "others", "Plan", "improved", "Good"} <= set(words)
    assert [each for each in words if re.fullmatch(r"(20)?\d\d[-/]\d\d", each)] in (
        ["2018-19", "2019-20"],
        ["18/19", "19/20"],
    )
    names = {
        mark[1 : mark.index('"', 1)]: float(mark.split('" ')[1].split(",")[1].split(" ")[0])
        for mark in drawn(picture)
        if mark.startswith(('"theme"', '"others"'))
    }
    assert names["theme"] < names["others"]  # the theme ends higher


def test_every_chart_has_the_same_size_and_scale_on_page_and_telephone():
    low = replace(PLAN, name="Risk", themed=(1.0,) * 8, controls=(1.0,) * 8)
    picture = small_charts(replace(SHOWN, charts=(PLAN, low, PLAN, low)), title="t")
    assert (size_drawn(picture)[0], size_drawn(narrow(picture))[0]) == (642, 342)
    for one, columns in ((picture, 3), (narrow(picture), 1)):
        strokes = lines(one, "accent", width="2")
        risk = [stroke for stroke in strokes if len(stroke) == 8]
        plan = [stroke for stroke in strokes if len(stroke) == 3][::2]
        assert len(risk) == len(plan) == 2
        # In the second row of three columns, or below each other in one.
        assert (risk[0][0][1] == pytest.approx(plan[0][0][1])) == (columns == 3)
        first, second = (stroke[-1][0] - stroke[0][0] for stroke in risk)
        assert first == pytest.approx(second, abs=0.1)
        sizes = re.findall(r"font-size: (\d+(?:\.\d+)?)px", one.svg)
        assert min(map(float, sizes)) >= 11


def test_words_stay_within_the_picture_and_apart():
    long = replace(
        PLAN,
        name="A theme of a name that is so long that nobody would read it at once",
        verdict="improved, provisional, a drift of its own could explain it",
    )
    none = replace(PLAN, themed=(nan,) * 8, controls=(nan,) * 8, why_none="words " * 40)
    charts = replace(SHOWN, charts=(long, PLAN, long, none, long), new_scales=(2,))
    picture = small_charts(charts, title="t")
    for one in (picture, narrow(picture)):
        width, height = size_drawn(one)
        boxes = list(texts(one))
        for words, (left, top, right, bottom) in boxes:
            assert left >= -0.5, words
            assert right <= width + 0.5, words
            assert top >= -0.5, words
            assert bottom <= height + 0.5, words
        for (words, a), (other, b) in combinations(boxes, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{words!r} lies on {other!r}"


def test_the_key_names_what_is_drawn_and_nothing_else():
    plain = replace(PLAN, closed=None, left_out=())
    words = words_drawn(small_charts(replace(SHOWN, charts=(plain,)), title="t"))
    assert "themed audit" in words
    assert not {"its actions closed", "left out of the comparison", "new scale"} & set(words)
    every = words_drawn(small_charts(replace(SHOWN, new_scales=(2,)), title="t"))
    assert {"its actions closed", "left out of the comparison", "new scale"} <= set(every)


def test_a_quarter_alone_is_a_dash_and_a_dot():
    alone = replace(PLAN, themed=(1.0, *(nan,) * 6, 2.0), controls=(1.5, *(nan,) * 6, 1.5))
    picture = small_charts(replace(SHOWN, charts=(alone,)), title="t")
    own = lines(picture, "accent", width="2")[:2]
    assert [round(end[1][0] - end[0][0], 1) for end in own] == [6.0, 6.0]
    dots = [mark for mark in drawn(picture) if mark.startswith("dot")]
    assert len(dots) == 2 + 2  # and two in the key


# From results


IMPROVED = finding(name="Up")
WORSE = finding(change(verdict=ThemeVerdict.GOT_WORSE, grade=estimate(-0.3)), name="Down")
NOTHING = finding(change(verdict=ThemeVerdict.NO_EVIDENCE, grade=estimate(0.1)), name="Still")
LESS = finding(change(verdict=ThemeVerdict.NO_EVIDENCE, grade=estimate(-0.05)), name="Less")
CASES = finding(
    None, name="Cases", cohort=cohort((1, 2), (3, 4)), verdict=ThemeVerdict.TOO_LITTLE, reason="no"
)


def test_bad_news_stands_first():
    found = worst_first(themes_of(IMPROVED, NOTHING, LESS, CASES, WORSE))
    assert [theme.name for theme in found] == ["Down", "Cases", "Less", "Still", "Up"]


def test_each_theme_is_said_with_its_change_or_why_there_is_none():
    picture = themes_small_multiples(themes_of(IMPROVED, CASES, WORSE))
    assert picture is not None
    assert picture.title == "Themed audits, by quarter: improved"
    assert picture.alt == (
        "Themed audits, by quarter: improved. Change in grades against domains no theme touched: "
        "Down \N{MINUS SIGN}0.3, Cases too little data, Up +0.3. Each quarter stands in the annex."
    )
    said = " ".join(words_drawn(picture))
    assert "no comparison: it is about a type of case" in said
    assert "its actions closed" not in said
    assert themes_small_multiples(themes_of()) is None


def test_actions_are_marked_by_the_quarters_in_which_they_were_closed_as_far_as_shown():
    """Closed from the themed audit, 2018-19 Q2, to 2019-20 Q1: shown are its first two quarters."""
    order = replace(ORDER, theme="Up")
    result = themes_of(IMPROVED)
    picture = themes_small_multiples(result, replace(ACTIONS, order=(order,)))
    bars = [mark for mark in drawn(picture) if mark.startswith("box") and "comparison" in mark]
    own = next(bar for bar in bars if not bar.startswith("box 2,"))  # the other is the key's
    dots = [float(mark[4:].split(",")[0]) for mark in drawn(picture) if mark.startswith("dot")]
    assert wide(own) == pytest.approx(2 * (dots[1] - dots[0]) / 3, abs=1.5)
    assert "its actions closed" in words_drawn(picture)
    later = replace(order, first_closed=Quarter(2020, 1), last_closed=Quarter(2020, 2))
    for none in (later, replace(order, first_closed=None, last_closed=None),
                 replace(order, theme="Another")):  # fmt: skip
        found = themes_small_multiples(result, replace(ACTIONS, order=(none,)))
        assert "its actions closed" not in words_drawn(found)


def test_a_new_scale_is_a_rule_before_its_quarter():
    scale = Event(quarter=Quarter(2018, 1), label="New scale", kind="new scale")
    picture = themes_small_multiples(replace(themes_of(IMPROVED), new_scales=(scale,)))
    assert "new scale" in words_drawn(picture)
    plain = themes_small_multiples(themes_of(IMPROVED))
    assert "new scale" not in words_drawn(plain)


def test_many_themes_are_said_by_their_ends():
    many = tuple(replace(PLAN, name=f"Theme {n}", change=n / 10) for n in range(30))
    picture = small_charts(replace(SHOWN, charts=many), title="t")
    assert picture.alt == (
        "t. Change in grades against domains no theme touched: 30 themes, from Theme 0 0.0 to "
        "Theme 29 +2.9."
    )
