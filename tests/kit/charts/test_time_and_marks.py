"""Names of periods and of changes along a time line, and dots on their intervals, by place."""

from __future__ import annotations

from math import nan

import pytest

from qaf_analysis.kit.charts.mark import Mark, draw_mark, require_table, spread_apart
from qaf_analysis.kit.charts.time import Change, TimeFrame
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError
from tests.drawn import drawn, marks_drawn, words_drawn


def framed(periods, *, slot: float, changes=(), right: float = 800) -> tuple[TimeFrame, Picture]:
    time = TimeFrame(
        periods=tuple(periods), left=50, slot=slot, right=right,
        changes=tuple(Change(label=label, before=before) for label, before in changes),
    )  # fmt: skip
    with house_style():
        figure = new_figure(800, time.headroom + 100 + 40)
        axes = panel(figure, left=50, top=time.headroom, width=slot * len(time.periods), height=100)
        time.frame(axes)
        return time, picture_of(figure, title="t", alt="x")


QUARTERS = ("2018-19 Q3", "2018-19 Q4", "2019-20 Q1")


def test_names_of_quarters_and_years():
    _, wide = framed(QUARTERS, slot=100)
    assert drawn(wide) == [
        '"Q3" 100,115 middle 11 muted',
        '"Q4" 200,115 middle 11 muted',
        '"Q1" 300,115 middle 11 muted',
        "line 50,134 50,119 50,104 edge grid 1.5",
        '"2018-19" 55,132 start 11 bold text',
        "line 250,134 250,119 250,104 edge grid 1.5",
        '"2019-20" 255,132 start 11 bold text',
    ]
    assert words_drawn(framed(QUARTERS, slot=50)[1]) == ["Q3", "Q4", "Q1", "2018-19", "19/20"]
    # A year too short for its name, at the beginning, takes the room at its left: 50 + 2 x 20.
    _, short = framed(QUARTERS, slot=20)
    assert words_drawn(short) == ["Q3", "Q4", "Q1", "18/19", "19/20"]
    assert '"18/19" 86,132 end 11 bold text' in drawn(short)
    # One at the end takes the room at its right.
    assert '"19/20" 95,132 start 11 bold text' in drawn(short)
    assert words_drawn(framed(QUARTERS, slot=15)[1]) == ["18/19", "19/20"]


def test_names_of_other_periods():
    _, picture = framed(("May 2018", "Nov 2018", "May 2019"), slot=60)
    assert drawn(picture) == [
        '"May 2018" 80,115 middle 11 muted',
        '"Nov 2018" 140,115 middle 11 muted',
        '"May 2019" 200,115 middle 11 muted',
    ]
    # Too narrow for each: every second is named, and always the last.
    _, close = framed(("May 2018", "Nov 2018", "May 2019"), slot=30)
    assert words_drawn(close) == ["May 2018", "May 2019"]


def test_changes_of_one_period_share_a_rule_and_near_ones_stand_in_rows():
    changes = (
        ("Training", "2018-19 Q4"), ("Days together", "2018-19 Q4"), ("Pool", "2019-20 Q1"),
    )  # fmt: skip
    time, picture = framed(QUARTERS, slot=60, changes=changes)
    assert time.headroom == 34  # two rows of 15 and 4
    marks = drawn(picture)
    # The name on the left reaches over the rule on the right and stands a row higher.
    assert '"Pool" 174,30 start 11 muted' in marks
    assert '"Training; Days together" 114,15 start 11 muted' in marks
    assert framed(QUARTERS, slot=60)[0].headroom == 0
    assert framed(QUARTERS, slot=60, changes=changes[2:])[0].headroom == 19


def test_a_third_name_stands_over_both_it_would_lie_on():
    changes = (
        ("Third with a name", "2018-19 Q3"), ("A change with a name", "2018-19 Q4"),
        ("Another with a name", "2019-20 Q1"),
    )  # fmt: skip
    time, picture = framed(QUARTERS, slot=60, changes=changes)
    assert time.headroom == 49
    assert [said for said in drawn(picture) if "name" in said] == [
        '"Another with a name" 174,45 start 11 muted',
        '"A change with a name" 114,30 start 11 muted',
        '"Third with a name" 54,15 start 11 muted',
    ]


def test_a_name_that_finds_no_room_to_the_right_stands_to_the_left():
    _, picture = framed(QUARTERS, slot=250, changes=(("A name of some length", QUARTERS[2]),),
                        right=600)  # fmt: skip
    assert '"A name of some length" 546,15 end 11 muted' in drawn(picture)


@pytest.mark.parametrize(
    ("periods", "changes"),
    [((), ()), (("a", "a"), ()), (("a", "b"), (("x", "c"),))],
)
def test_times_that_cannot_be_drawn_are_refused(periods, changes):
    with pytest.raises(ShapeError):
        framed(periods, slot=50, changes=changes)


@pytest.mark.parametrize(
    ("mark", "upright", "said"),
    [
        (
            Mark(label="", value=4, low=2, high=8), False,
            ["line 20,50 80,50 edge accent 2.5", "dot 40,50 9 wide accent"],
        ),
        (
            Mark(label="", value=4, low=2, high=8), True,
            ["line 50,80 50,20 edge accent 2.5", "dot 50,60 9 wide accent"],
        ),
        (
            Mark(label="", value=4, is_quiet=True), False,
            ["line 40,50 40,50 edge quiet 2.5", "dot 40,50 9 wide page edge quiet 2"],
        ),
        (Mark(label="", value=nan, low=2, high=8), False, []),
    ],
)  # fmt: skip
def test_a_dot_on_its_interval(mark, upright, said):
    """A square of 100 pixels for ten units."""
    with house_style():
        figure = new_figure(100, 100)
        axes = panel(figure, left=0, top=0, width=100, height=100)
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        draw_mark(axes, mark, place=5, upright=upright)
        found = marks_drawn(picture_of(figure, title="t", alt="x"))
    assert [line for line in found if "#1f77b4" not in line] == said


def test_what_a_mark_needs_room_for():
    assert Mark(label="", value=1, low=0, high=3).reach == (0, 1, 3)
    assert Mark(label="", value=1, low=nan, high=3).reach == (1, 3)
    assert not Mark(label="", value=1, low=nan, high=3).has_interval
    assert not Mark(label="", value=1, low=0, high=nan).has_interval
    assert Mark(label="", value=nan).reach == ()


@pytest.mark.parametrize(
    ("table", "rows", "columns"),
    [
        ([], 0, 2), ([[1, 2]], 2, 2), ([[1, 2], [1]], 2, 2), ([[1, -1]], 1, 2),
        ([[1, nan]], 1, 2), ([[]], 1, 0),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_are_refused(table, rows, columns):
    with pytest.raises(ShapeError, match="The chart needs"):
        require_table(table, rows=rows, columns=columns)


def test_a_table_fits_until_any_one_number_of_it_is_wrong():
    table = [[0, 1], [2, 3]]
    require_table(table, rows=2, columns=2)
    for row in table:
        for column, number in enumerate(row):
            for wrong in (-0.5, nan):
                row[column] = wrong
                with pytest.raises(ShapeError, match="not negative"):
                    require_table(table, rows=2, columns=2)
            row[column] = number
    assert require_table(table, rows=2, columns=2) is None


def test_places_pushed_apart_keep_their_middle():
    assert spread_apart([10, 12, 40], gap=10) == [6, 16, 40]
    assert spread_apart([0, 0, 0], gap=15) == [-15, 0, 15]
    assert spread_apart([0, 14, 28], gap=15) == [-1, 14, 29]
    assert spread_apart([], gap=15) == []
