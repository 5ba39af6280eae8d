"""Every mark of the charts that several questions share, mark by mark, on one small example each.

The places are worked out from the sizes of the charts; the comments say how.
"""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.charts.control import control_picture
from qaf_analysis.kit.charts.control_marks import Panel, PanelPoint
from qaf_analysis.kit.charts.grid import (
    cells_in_words,
    draw_cell,
    explain,
    grid_frame,
    require_square,
    split_in_words,
)
from qaf_analysis.kit.charts.icons import Icon, icon_rows
from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import coefficient, percent
from qaf_analysis.kit.palette import ACCENT, COMPARISON
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, picture_of
from qaf_analysis.terms.errors import ShapeError
from tests.drawn import drawn, marks_drawn, size_drawn, words_drawn

MINUS = "\N{MINUS SIGN}"
POINTS = (
    PanelPoint(period="2019-20 Q1", value=0.2, centre=0.4, lower=0.1, upper=0.7, note="n 10"),
    PanelPoint(
        period="2019-20 Q2", value=0.8, centre=0.4, lower=0.1, upper=0.7, direction=1,
        signals=("beyond a limit",),
    ),
    PanelPoint(period="2019-20 Q3", value=nan, centre=0.4, lower=0.1, upper=0.7, bears=False),
    PanelPoint(
        period="2019-20 Q4", value=0.05, centre=0.5, lower=0.2, upper=0.8, part=2, direction=-1,
        signals=("low run",), is_left_out=True,
    ),
)  # fmt: skip
SHARE = Panel(
    measure="Share", points=POINTS, number=percent, centre_name="mean", low=0.0, high=1.0,
    reference=(0.6, "target"), notes=("Mind this",),
)  # fmt: skip
MEAN = Panel(
    measure="Mean",
    points=tuple(
        replace(
            point, value=3 * point.value, centre=1.2, lower=nan, upper=nan, signals=(),
            direction=0, part=1,
        )
        for point in POINTS
    ),
    number=coefficient,
    centre_name="median",
)  # fmt: skip


def test_a_control_chart():
    """190 pixels from -0.06 at 275 up to 1.06 at 85: 0.2 lies at 275 - 190 x 0.26 / 1.12 = 231.

    Four quarters of 119.5 pixels from 62; the last begins a part of its own.
    """
    picture = control_picture(
        (SHARE,), title="Found", changes=(Change(label="Audit", before="2019-20 Q2"),)
    )
    assert picture.alt == (
        "Found. Share, 2019-20 Q1 to 2019-20 Q4: 5% at the end; lower limit 20%, mean 50%, upper "
        "limit 80%, target. High, beyond a limit: 2019-20 Q2. Low, low run: 2019-20 Q4. Before "
        "2019-20 Q4: lines drawn anew. Before 2019-20 Q2: Audit."
    )
    assert drawn(picture) == [
        "shape 62,146 182,146 182,146 301,146 301,146 421,146 421,248 301,248 301,248 "
        "182,248 182,248 62,248 band",
        "box 421,129 to 540,231 band",
        "line 62,265 540,265 edge grid 1",
        "line 62,231 540,231 edge grid 1",
        "line 62,197 540,197 edge grid 1",
        "line 62,163 540,163 edge grid 1",
        "line 62,129 540,129 edge grid 1",
        "line 62,95 540,95 edge grid 1",
        "line 421,294 421,85 edge quiet 1.2 dashed",
        "line 182,294 182,85 edge quiet 1.2 dashed",
        "box 200,66 to 283,78 page",
        "box 458,282 to 503,294 page",
        '"0%" 54,269 end 11 muted',
        '"20%" 54,235 end 11 muted',
        '"40%" 54,201 end 11 muted',
        '"60%" 54,167 end 11 muted',
        '"80%" 54,133 end 11 muted',
        '"100%" 54,99 end 11 muted',
        "line 421,48 421,66 421,85 edge quiet 1.2 dashed",
        '"lines drawn anew" 425,58 start 11 muted',
        "line 182,48 182,66 182,85 edge quiet 1.2 dashed",
        '"Audit" 186,58 start 11 muted',
        '"Q1" 122,309 middle 11 muted',
        '"Q2" 241,309 middle 11 muted',
        '"Q3" 361,309 middle 11 muted',
        '"Q4" 480,309 middle 11 muted',
        "line 62,328 62,313 62,298 edge grid 1.5",
        '"2019-20" 67,326 start 11 bold text',
        '"Share" 2,14 start 12 bold text',
        '"Mind this" 2,31 start 11 muted',
        '"beyond a limit" 241,76 middle 11 text',
        '"low run" 480,292 middle 11 text',
        '"lower limit 20%" 547,235 start 11 muted',
        '"mean 50%" 547,184 start 11 bold accent',
        '"target" 547,167 start 11 muted',
        '"upper limit 80%" 547,133 start 11 muted',
        '"left out by design" 32,350 start 11 muted',
        '"found high or rising by a rule" 180,350 start 11 muted',
        '"found low or falling by a rule" 392,350 start 11 muted',
        "line 62,163 540,163 edge text 0.8",
        "line 62,248 182,248 182,248 301,248 301,248 421,248 edge quiet 1.2",
        "line 421,231 540,231 edge quiet 1.2",
        "line 62,146 182,146 182,146 301,146 301,146 421,146 edge quiet 1.2",
        "line 421,129 540,129 edge quiet 1.2",
        "line 62,197 182,197 182,197 301,197 301,197 421,197 edge accent 1.8",
        "line 421,180 540,180 edge accent 1.8",
        "line 122,231 241,129 edge accent 1",
        "line 480,256 edge accent 1",
        "dot 122,231 8 wide accent edge accent 1.6",
        "triangle up 241,129 11 wide text edge text 1.6",
        "triangle down 480,256 11 wide page edge text 1.6",
        "line 234,81 248,81 edge text 1.2",
        "line 473,279 487,279 edge text 1.2",
        "dot 14,346 8 wide page edge accent 1.6",
        "triangle up 162,346 11 wide text edge text 1.6",
        "triangle down 374,346 11 wide text edge text 1.6",
    ]


def test_charts_of_other_periods_do_not_stand_in_one_picture():
    later = tuple(
        replace(point, period=f"2018-19 Q{place}") for place, point in enumerate(POINTS, start=1)
    )
    with pytest.raises(ShapeError, match="one or two series over the same periods"):
        control_picture((SHARE, replace(MEAN, points=later)), title="Found")
    for panels in ((), (SHARE, SHARE, MEAN)):
        with pytest.raises(ShapeError, match="one or two series over the same periods"):
            control_picture(panels, title="Found")


def test_two_series_over_the_same_quarters():
    """130 pixels each; what reaches through both is drawn once."""
    picture = control_picture((SHARE, MEAN), title="Found")
    assert picture.alt == (
        "Found. Share, 2019-20 Q1 to 2019-20 Q4: 5% at the end; lower limit 20%, mean 50%, upper "
        "limit 80%, target. Mean, 2019-20 Q1 to 2019-20 Q4: 0.15 at the end; median 1.20. High, "
        "beyond a limit: 2019-20 Q2. Low, low run: 2019-20 Q4. Before 2019-20 Q4: lines drawn anew."
    )
    assert drawn(picture) == [
        "shape 62,127 182,127 182,127 301,127 301,127 421,127 421,196 301,196 301,196 "
        "182,196 182,196 62,196 band",
        "box 421,115 to 540,185 band",
        "line 62,208 540,208 edge grid 1",
        "line 62,185 540,185 edge grid 1",
        "line 62,162 540,162 edge grid 1",
        "line 62,138 540,138 edge grid 1",
        "line 62,115 540,115 edge grid 1",
        "line 62,92 540,92 edge grid 1",
        "line 62,357 540,357 edge grid 1",
        "line 62,306 540,306 edge grid 1",
        "line 421,408 421,85 edge quiet 1.2 dashed",
        "box 200,66 to 283,78 page",
        "box 458,222 to 503,234 page",
        "box 62,234 to 540,278 page",
        '"0%" 54,212 end 11 muted',
        '"20%" 54,189 end 11 muted',
        '"40%" 54,166 end 11 muted',
        '"60%" 54,142 end 11 muted',
        '"80%" 54,119 end 11 muted',
        '"100%" 54,96 end 11 muted',
        '"1.00" 54,361 end 11 muted',
        '"2.00" 54,310 end 11 muted',
        "line 421,48 421,66 421,85 edge quiet 1.2 dashed",
        '"lines drawn anew" 425,58 start 11 muted',
        '"Q1" 122,423 middle 11 muted',
        '"Q2" 241,423 middle 11 muted',
        '"Q3" 361,423 middle 11 muted',
        '"Q4" 480,423 middle 11 muted',
        "line 62,442 62,427 62,412 edge grid 1.5",
        '"2019-20" 67,440 start 11 bold text',
        '"Share" 2,14 start 12 bold text',
        '"Mind this" 2,31 start 11 muted',
        '"beyond a limit" 241,76 middle 11 text',
        '"low run" 480,232 middle 11 text',
        '"lower limit 20%" 547,189 start 11 muted',
        '"mean 50%" 547,156 start 11 bold accent',
        '"target" 547,141 start 11 muted',
        '"upper limit 80%" 547,119 start 11 muted',
        '"Mean" 2,260 start 12 bold text',
        '"median 1.20" 547,351 start 11 bold accent',
        '"left out by design" 32,464 start 11 muted',
        '"found high or rising by a rule" 180,464 start 11 muted',
        '"found low or falling by a rule" 392,464 start 11 muted',
        "line 62,138 540,138 edge text 0.8",
        "line 62,196 182,196 182,196 301,196 301,196 421,196 edge quiet 1.2",
        "line 421,185 540,185 edge quiet 1.2",
        "line 62,127 182,127 182,127 301,127 301,127 421,127 edge quiet 1.2",
        "line 421,115 540,115 edge quiet 1.2",
        "line 62,162 182,162 182,162 301,162 301,162 421,162 edge accent 1.8",
        "line 421,150 540,150 edge accent 1.8",
        "line 62,347 182,347 182,347 301,347 301,347 421,347 421,347 540,347 edge accent 1.8",
        "line 122,185 241,115 edge accent 1",
        "line 480,202 edge accent 1",
        "line 122,378 241,285 edge accent 1",
        "line 480,401 edge accent 1",
        "dot 122,185 8 wide accent edge accent 1.6",
        "triangle up 241,115 11 wide text edge text 1.6",
        "triangle down 480,202 11 wide page edge text 1.6",
        "line 234,81 248,81 edge text 1.2",
        "line 473,219 487,219 edge text 1.2",
        "dot 122,378 8 wide accent edge accent 1.6",
        "dot 241,285 8 wide accent edge accent 1.6",
        "dot 480,401 8 wide page edge accent 1.6",
        "dot 14,460 8 wide page edge accent 1.6",
        "triangle up 162,460 11 wide text edge text 1.6",
        "triangle down 374,460 11 wide text edge text 1.6",
    ]


@pytest.mark.parametrize(
    ("direction", "marks"),
    [
        (
            1,
            [
                "box 134,51 to 240,63 page",
                "box 264,32 to 362,44 page",
                '"a run of eight high" 187,61 middle 11 text',
                '"two of three high" 313,42 middle 11 text',
                "line 118,66 257,66 edge text 1.2",
                "line 243,47 383,47 edge text 1.2",
            ],
        ),
        (
            -1,
            [
                "box 134,229 to 240,241 page",
                "box 264,248 to 362,260 page",
                '"a run of eight high" 187,239 middle 11 text',
                '"two of three high" 313,258 middle 11 text',
                "line 118,226 257,226 edge text 1.2",
                "line 243,245 383,245 edge text 1.2",
            ],
        ),
    ],
)
def test_names_of_rules_stand_in_rows_away_from_the_panel(direction, marks):
    """Two rules find the second quarter: the second name stands 19 pixels farther away.

    Quarters of 125.4 pixels from 62: the first name stands at 62 + 125.4, the second twice as
    far.
    """
    found = (
        ("a run of eight high",),
        ("a run of eight high", "two of three high"),
        ("two of three high",),
        (),
    )
    points = tuple(
        PanelPoint(
            period=f"2019-20 Q{place}", value=0.5 + place / 10, centre=0.5,
            direction=direction if signals else 0, signals=signals,
        )
        for place, signals in enumerate(found, start=1)
    )  # fmt: skip
    picture = control_picture(
        (replace(SHARE, points=points, notes=(), reference=None),), title="Found"
    )
    told = drawn(picture)
    assert [
        said
        for said in told
        if "page" in said or "edge text 1.2" in said or said.startswith(('"a run', '"two'))
    ] == marks
    side = "High" if direction > 0 else "Low"
    assert (
        f"{side}, a run of eight high: 2019-20 Q1 to 2019-20 Q2. {side}, two of three high: "
        "2019-20 Q2 to 2019-20 Q3." in picture.alt
    )


def test_a_long_label_of_a_row_takes_a_third_of_the_width_and_two_lines():
    """At most 0.36 x 642 = 231 pixels, less 12, and 14 more down; a note at most 170."""
    axis = Axis(middle="0", left="less", right="more", unit="points", span=(-1, 1))
    mark = Mark(label="A label of so many words that it cannot stand beside its dot", value=0.0)
    picture = interval_rows([Row(mark=mark)], title="t", axis=axis, about="x")
    label = [word for word in words_drawn(picture) if len(word) > 8]
    assert label == [
        "A label of so many words that it",
        "cannot stand beside its dot",
    ]
    assert "line 231,54 582,54 edge grid 1.5" in drawn(picture)
    noted = replace(mark, label="A", note="words " * 20)
    picture = interval_rows([Row(mark=noted)], title="t", axis=axis, about="x")
    assert "line 24,40 412,40 edge grid 1.5" in drawn(picture)


def test_a_long_name_of_a_sign_takes_two_lines_and_is_cut_after_them():
    """0.42 of the 596 pixels beside a sign, less the wider letters of bold words."""
    name = "A very long name of a series that nobody can read at once, nor at twice, in full"
    assert words_drawn(icon_rows([Icon(name=name, reading="missing")], title="t")) == [
        "?", "A very long name of a series", "that nobody can read at once,…", "no point to read",
    ]  # fmt: skip


def test_sizes_of_the_pictures():
    """Under a panel of 190 pixels 40 for the names of quarters, 24 for the key, and 4."""
    assert size_drawn(control_picture((SHARE,), title="Found")) == (642, 362)
    assert size_drawn(control_picture((SHARE, MEAN), title="Found")) == (642, 476)
    axis = Axis(middle="0", left="less", right="more", unit="points")
    row = Row(mark=Mark(label="One", value=0.5))
    assert size_drawn(interval_rows([row, row], title="t", axis=axis, about="x")) == (642, 98)
    assert size_drawn(icon_rows([Icon(name="A", reading="missing")], title="t")) == (642, 42)
    assert size_drawn(grid()) == (
        491,
        186,
    )


def test_lines_carried_beyond_their_points_are_dashed():
    """They rest on the first two quarters of four."""
    carried = tuple(
        replace(point, part=1, bears=place < 2, value=0.3, signals=(), direction=0)
        for place, point in enumerate(POINTS)
    )
    picture = control_picture((replace(SHARE, points=carried, reference=None),), title="Found")
    lines = [said for said in marks_drawn(picture) if "edge accent 1.8" in said]
    assert [said.endswith("dashed") for said in lines] == [False, True, False, True]
    assert words_drawn(picture)[-3:] == [
        "left out by design", "lines rest on these quarters", "lines carried forward",
    ]  # fmt: skip


def test_rows_of_intervals():
    """From -0.445 at 50 to 0.545 at 519, 473 pixels a grade: 0.3 lies at 403, 0 at 261."""
    picture = interval_rows(
        [
            Row(
                mark=Mark(label="One", value=0.3, low=0.1, high=0.5, note="improved"),
                inner=(0.2, 0.4),
            ),
            Row(mark=Mark(label="Two", value=-0.2, low=-0.4, high=0, is_quiet=True)),
            Row(mark=Mark(label="Three", value=nan, note="few")),
        ],
        title="Found",
        axis=Axis(
            middle="none", left="worse", right="better", unit="grades", band=0.1,
            band_words="band: small",
        ),
        about="About.",
    )  # fmt: skip
    assert picture.alt == (
        f"Found. About. One: +0.3 (+0.1 to +0.5), improved. Two: {MINUS}0.2 ({MINUS}0.4 to 0.0). "
        "Three: few."
    )
    assert drawn(picture) == [
        "box 213,18 to 308,84 band",
        ("line 72,84 72,18 166,84 166,18 261,84 261,18 355,84 355,18 449,84 449,18 edge grid 1"),
        "line 50,84 518,84 edge grid 1.5",
        "line 261,18 261,84 edge text 1.2",
        "line 355,29 449,29 edge accent 5",
        "line 308,29 497,29 edge accent 2.5",
        "line 402,29 edge #1f77b4 1.5",
        "dot 402,29 10 wide accent",
        "line 72,51 261,51 edge quiet 2.5",
        "line 166,51 edge #ff7f0e 1.5",
        "dot 166,51 10 wide page edge quiet 2",
        '"−0.4" 72,98 middle 11 muted',
        '"−0.2" 166,98 middle 11 muted',
        '"0" 261,98 middle 11 muted',
        '"+0.2" 355,98 middle 11 muted',
        '"+0.4" 449,98 middle 11 muted',
        '"none" 261,13 middle 11 text',
        '"← worse" 50,115 start 11 muted',
        '"better →" 518,115 end 11 muted',
        '"grades; band: small" 284,115 middle 11 muted',
        '"One" 2,33 start 12 text',
        '"improved" 576,33 start 11 muted',
        '"+0.3" 568,33 end 12 bold text',
        '"Two" 2,55 start 12 text',
        '"−0.2" 568,55 end 12 bold text',
        '"Three" 2,77 start 12 text',
        '"few" 576,77 start 11 muted',
    ]


def test_rows_without_band_interval_or_reason():
    axis = Axis(middle="0", left="less", right="more", unit="points", number=percent, span=(-1, 1))
    picture = interval_rows(
        [Row(mark=Mark(label="One", value=0.5)), Row(mark=Mark(label="Two", value=nan))],
        title="Found", axis=axis, about="About.",
    )  # fmt: skip
    assert picture.alt == "Found. About. One: 50%. Two: too few to say."
    assert not [said for said in drawn(picture) if "band" in said]
    assert "points" in words_drawn(picture)
    assert words_drawn(picture)[-2:] == ["Two", "too few to say"]
    # From -1 at 40 to 1 at 492: a half lies a quarter of the way from the right.
    assert "dot 379,29 10 wide accent" in drawn(picture)
    with pytest.raises(ShapeError, match="at least one row"):
        interval_rows([], title="t", axis=axis, about="x")


def test_signs_and_their_words():
    """Rows of 38 pixels from the top; an arrow points up where that is what is said."""
    picture = icon_rows(
        [
            Icon(name="A", reading="improvement"),
            Icon(name="B", reading="concern"),
            Icon(name="C", reading="common cause"),
            Icon(name="D", reading="cannot tell"),
            Icon(name="E", reading="consistently pass"),
            Icon(name="F", reading="consistently fail", improvement="down"),
            Icon(name="G", reading="hit and miss"),
            Icon(name="H", reading="improvement", improvement="down"),
        ],
        title="Found",
    )
    assert picture.alt == (
        "Found. A: improvement, a signal in the better direction. B: concern, a signal in the "
        "worse direction. C: common cause, no signal at this point. D: cannot tell, no rule could "
        "signal here, so silence means nothing. E: consistently pass, left as it is, it would meet "
        "the target every time."
    )
    told = icon_rows([Icon(name="A", reading="concern")], title="Found", alt=("One is worse.",))
    assert told.alt == "Found. One is worse."
    # Discs are drawn as lines of 49 points and are left out here.
    assert [said for said in drawn(picture) if len(said) < 150] == [
        "box 5,273 to 33,301 accent edge accent 2",
        "box 8,244 to 30,254 band edge accent 1.6",
        "box 8,198 to 30,208 band edge accent 1.6",
        "box 8,160 to 30,170 band edge accent 1.6",
        "box 5,45 to 33,73 page edge text 2",
        "box 5,7 to 33,35 accent edge accent 2",
        "line 19,278 19,296 edge page 2.4",
        "line 13,289 19,296 25,289 edge page 2.4",
        "line 4,249 34,249 edge text 2",
        "line 4,211 34,211 edge text 2",
        "line 4,173 34,173 edge text 2",
        "line 10,100 14,93 19,100 24,93 28,100 edge muted 2",
        "line 19,50 19,68 edge text 2.4",
        "line 13,61 19,68 25,61 edge text 2.4",
        "line 19,30 19,12 edge page 2.4",
        "line 13,19 19,12 25,19 edge page 2.4",
        '"H" 46,291 start 12 bold text',
        '"a signal in the better direction" 296,291 start 12 text',
        '"G" 46,253 start 12 bold text',
        '"left as it is, it would meet the target only at times" 296,253 start 12 text',
        '"F" 46,215 start 12 bold text',
        '"left as it is, it would miss the target every time" 296,215 start 12 text',
        '"E" 46,177 start 12 bold text',
        '"left as it is, it would meet the target every time" 296,177 start 12 text',
        '"?" 19,139 middle 12 bold muted',
        '"D" 46,139 start 12 bold text',
        '"no rule could signal here, so silence means nothing" 296,139 start 12 text',
        '"C" 46,101 start 12 bold text',
        '"no signal at this point" 296,101 start 12 text',
        '"B" 46,63 start 12 bold text',
        '"a signal in the worse direction" 296,63 start 12 text',
        '"A" 46,25 start 12 bold text',
        '"a signal in the better direction" 296,25 start 12 text',
    ]
    discs = [said for said in drawn(picture) if len(said) >= 150]
    assert [said[:10] for said in discs] == ["line 33,13", "line 33,97"]
    assert [said.endswith("edge quiet 1.8 dashed") for said in discs] == [True, False]
    with pytest.raises(ShapeError):
        icon_rows([], title="t")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ("missing", "no point to read"),
        ("unknown", "without limits or a target this cannot be read"),
    ],
)
def test_what_cannot_be_read_has_a_question_mark(reading, words):
    picture = icon_rows([Icon(name="A", reading=reading)], title="Found")
    assert picture.alt == f"Found. A: {reading}, {words}."
    assert words_drawn(picture) == ["?", "A", words]


GRID = ((10, 0, 0), (2, 20, 1), (0, 4, 3))
NAMES = ("Bad", "Good", "Top")


def grid() -> Picture:
    with house_style():
        figure, axes = grid_frame(NAMES, across="Second", down="First")
        for row, counts in enumerate(GRID):
            for column, number in enumerate(counts):
                ink = ACCENT if row == column else COMPARISON
                draw_cell(axes, number, 40, row=row, column=column, ink=ink)
        explain(
            axes,
            (("Same", 33, ACCENT, None), ("Apart", 7, COMPARISON, ((0, 0), (1, 0), (0, 1)))),
            40,
        )
        return picture_of(figure, title="Found", alt="x")


def test_the_squares_of_a_grid():
    """Squares of 84 by 44; a tint from 0.06 to 0.42 at two fifths of all: 10 of 40 have 0.285."""
    assert drawn(grid()) == [
        "box 39,50 to 123,94 accent at 0.28",
        "box 41,51 to 120,93 edge text 1.8",
        "box 123,50 to 207,94 comparison at 0.03",
        "box 125,51 to 204,93 edge band 1",
        "box 207,50 to 291,94 comparison at 0.03",
        "box 209,51 to 288,93 edge band 1",
        "box 39,94 to 123,138 comparison at 0.1",
        "box 41,95 to 120,137 edge band 1",
        "box 123,94 to 207,138 accent at 0.42",
        "box 125,95 to 204,137 edge text 1.8",
        "box 207,94 to 291,138 comparison at 0.08",
        "box 209,95 to 288,137 edge band 1",
        "box 39,138 to 123,182 comparison at 0.03",
        "box 41,139 to 120,181 edge band 1",
        "box 123,138 to 207,182 comparison at 0.15",
        "box 125,139 to 204,181 edge band 1",
        "box 207,138 to 291,182 accent at 0.13",
        "box 209,139 to 288,181 edge text 1.8",
        "box 317,76 to 331,90 accent",
        "shape 317,156 331,156 317,142 comparison",
        '"Second" 41,14 start 11 bold text',
        '"First" 31,42 end 11 bold text',
        '"Bad" 31,76 end 11 text',
        '"Bad" 81,44 middle 11 text',
        '"Good" 31,120 end 11 text',
        '"Good" 165,44 middle 11 text',
        '"Top" 31,164 end 11 text',
        '"Top" 249,44 middle 11 text',
        '"10" 81,76 middle 12 bold text',
        '"0" 165,76 middle 12 muted',
        '"0" 249,76 middle 12 muted',
        '"2" 81,120 middle 12 bold text',
        '"20" 165,120 middle 12 bold text',
        '"1" 249,120 middle 12 bold text',
        '"0" 81,164 middle 12 muted',
        '"4" 165,164 middle 12 bold text',
        '"3" 249,164 middle 12 bold text',
        '"Same" 341,80 start 12 bold text',
        '"33 of 40 (83%)" 341,96 start 11 muted',
        '"Apart" 341,146 start 12 bold text',
        '"7 of 40 (18%)" 341,162 start 11 muted',
    ]


def test_a_grid_without_counts():
    with house_style():
        figure, axes = grid_frame(NAMES, across="Second", down="First")
        draw_cell(axes, 0, 0, row=0, column=1, ink=ACCENT)
        explain(axes, (("Same", 0, ACCENT, None),), 0)
        picture = picture_of(figure, title="Found", alt="x")
    assert words_drawn(picture)[-3:] == ["0", "Same", "0 of 0"]


def test_a_grid_in_words():
    split = (("same", 1033, ACCENT), ("apart", 7, COMPARISON))
    assert split_in_words(split, 1040) == "same 1,033 (99%), apart 7 (1%)"
    assert split_in_words((("same", 0, ACCENT),), 0) == "same 0"
    # Six squares would take 36 words: the fullest off the diagonal is told.
    assert cells_in_words(NAMES, GRID, "and then") == "Apart most often: Top and then Good 4"
    same = ((10, 0, 0), (0, 20, 0), (0, 0, 3))
    assert cells_in_words(NAMES, same, "and in the end") == (
        "Bad and in the end Bad 10; Good and in the end Good 20; Top and in the end Top 3"
    )
    assert cells_in_words(NAMES, GRID, "and", lower_only=True) == (
        "Bad and Bad 10; Good and Bad 2; Good and Good 20; Top and Good 4; Top and Top 3"
    )
    assert cells_in_words(NAMES, ((0,) * 3,) * 3, "and") == "No audit was counted"
    require_square(NAMES, GRID)
    for wrong in (GRID[:2], ((1, 2), *GRID[1:])):
        with pytest.raises(ShapeError, match="needs 3 rows of 3 counts"):
            require_square(NAMES, wrong)
