"""Every mark of the pictures of agreement, placed by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.agreement import pictures
from qaf_analysis.topics.agreement.pictures import (
    LANDIS_KOCH,
    agreement_card_picture,
    agreement_detail_pictures,
    agreement_drivers_pictures,
    agreement_over_time,
    agreement_pictures,
    auditor_grid,
    coefficient_scale,
    pair_squares,
    pairs_picture,
)
from tests.drawn import drawn, marks_drawn, words_drawn
from tests.topics.agreement.results import AGREEMENT, DETAIL, DRIVERS, unmeasured
from tests.topics.by_hand import unknown

SAME, NEAR, FAR = "accent edge accent 1", "pale edge accent 1", "comparison edge comparison 1"


def test_what_was_measured_is_drawn_three_times():
    squares, grid, scale = agreement_pictures(AGREEMENT)
    assert (squares.title, squares.width) == (
        "When two auditors read the same audit they gave the same grade 60 times in 100",
        360,
    )
    assert squares.alt == (
        f"{squares.title}. Of every 100 pairs of grades given to the same case, 60 were "
        "identical, 28 were one grade apart and 12 two or more apart."
    )
    assert squares == agreement_card_picture(AGREEMENT)
    assert (grid.title, grid.width) == (
        "Where 100 pairs of grades fell",
        620,
    )
    assert grid.alt == (
        "Where 100 pairs of grades fell. 100 pairs: same grade 60 (60%), one apart 28 "
        "(28%), two or more apart 12 (12%). Apart most often: Good and Requires improvement"
        " 16."
    )
    assert (scale.title, scale.width) == (
        "Agreement allowing for chance",
        642,
    )
    assert scale.alt == (
        "Agreement allowing for chance. AC2 is 0.64 (0.52 to 0.76), in the band called substantial."
    )
    # 614 pixels from 0 to 1, from 14 on: 0.52 at 333, 0.64 at 407, 0.76 at 481
    assert drawn(scale) == [
        "box 14,28 to 137,54 band",
        "box 137,28 to 260,54 grid",
        "box 260,28 to 382,54 band",
        "box 382,28 to 505,54 grid",
        "box 505,28 to 628,54 band",
        "line 333,41 481,41 edge accent 2.5",
        "line 407,41 edge #1f77b4 1.5",
        "dot 407,41 11 wide accent",
        '"slight" 75,84 middle 11 muted',
        '"fair" 198,84 middle 11 muted',
        '"moderate" 321,84 middle 11 muted',
        '"substantial" 444,84 middle 11 muted',
        '"almost perfect" 567,84 middle 11 muted',
        '"0.00" 14,69 start 11 muted',
        '"0.20" 137,69 middle 11 muted',
        '"0.40" 260,69 middle 11 muted',
        '"0.60" 382,69 middle 11 muted',
        '"0.80" 505,69 middle 11 muted',
        '"1.00" 628,69 end 11 muted',
        '"AC2 0.64" 407,20 middle 12 bold text',
    ]


def test_what_could_not_be_measured_is_not_drawn():
    assert agreement_pictures(unmeasured()) == ()
    assert agreement_detail_pictures(DETAIL) == ()


def test_a_hundred_squares_stand_in_rows_of_twenty():
    """51 of 84 are 60.7, 29 are 34.5, 4 are 4.8: 61, 34 and 5 squares."""
    picture = pair_squares(title="t", identical=51, one_apart=29, further=4)
    boxes = [mark for mark in marks_drawn(picture) if mark.startswith("box")]
    looks = [mark.split(" ", 4)[4] for mark in boxes]
    assert looks == [SAME] * 61 + [NEAR] * 34 + [FAR] * 5 + [SAME, NEAR, FAR]
    assert boxes[0] == f"box 1,1 to 16,16 {SAME}"
    assert boxes[19] == f"box 343,1 to 358,16 {SAME}"
    assert boxes[20] == f"box 1,19 to 16,34 {SAME}"
    assert boxes[60] == f"box 1,55 to 16,70 {SAME}"
    assert boxes[61] == f"box 19,55 to 34,70 {NEAR}"
    assert boxes[99] == f"box 343,73 to 358,88 {FAR}"
    assert boxes[100:] == [
        f"box 1,97 to 13,109 {SAME}",
        f"box 95,97 to 107,109 {NEAR}",
        f"box 196,97 to 208,109 {FAR}",
    ]
    # only the last kind is struck through, from its lower left to its upper right
    assert [mark for mark in marks_drawn(picture) if mark.startswith("line")] == [
        "line 274,85 283,76 edge page 2",
        "line 292,85 301,76 edge page 2",
        "line 310,85 319,76 edge page 2",
        "line 328,85 337,76 edge page 2",
        "line 346,85 355,76 edge page 2",
        "line 199,106 205,100 edge page 2",
    ]
    assert words_drawn(picture) == ["61 identical", "34 one apart", "5 further apart"]
    assert picture.alt == (
        "t. Of every 100 pairs of grades given to the same case, 61 were identical, 34 were one "
        "grade apart and 5 two or more apart."
    )


def test_one_square_was_and_two_were():
    picture = pair_squares(title="t", identical=1, one_apart=1, further=98)
    assert picture.alt == (
        "t. Of every 100 pairs of grades given to the same case, 1 was identical, 1 was one "
        "grade apart and 98 two or more apart."
    )


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 2, 3), (2, -1, 3), (2, 3, -1)])
def test_squares_of_nothing_or_less_are_refused(counts):
    with pytest.raises(
        ShapeError, match=r"^The squares need at least one pair of grades and no negative count\.$"
    ):
        pair_squares(title="t", identical=counts[0], one_apart=counts[1], further=counts[2])


PAIRS = ((3, 4, 2, 1), (4, 20, 18, 0), (2, 18, 30, 6), (1, 0, 6, 16))


def test_the_grid_shows_one_triangle_with_every_square_in_its_colour():
    """3 + 20 + 30 + 16 = 69 same, 4 + 18 + 6 = 28 near, 2 + 1 + 0 = 3 far: 100 pairs."""
    picture = auditor_grid(("Bad", "Poor", "Good", "Top"), title="t", pairs=PAIRS)
    assert picture.alt == (
        "t. 100 pairs: same grade 69 (69%), one apart 28 (28%), two or more apart 3 (3%). "
        "Apart most often: Good and Poor 18."
    )
    shaded = [m.split(" ", 4) for m in marks_drawn(picture) if m.startswith("box") and " at " in m]
    # squares of 84 by 44; row by row: the square's column and row, and its colour
    left, top = (int(part) for part in shaded[0][1].split(","))
    places = [
        ((int(x) - left) / 84, (int(y) - top) / 44, look.split(" ")[0])
        for _, corner, _, _, look in shaded
        for x, y in [corner.split(",")]
    ]
    assert places == [
        (0, 0, "accent"),
        (0, 1, "quiet"),
        (1, 1, "accent"),
        (0, 2, "comparison"),
        (1, 2, "quiet"),
        (2, 2, "accent"),
        (0, 3, "comparison"),
        (1, 3, "comparison"),
        (2, 3, "quiet"),
        (3, 3, "accent"),
    ]
    assert words_drawn(picture) == [
        "the other auditor", "one auditor",
        "Bad", "Bad", "Poor", "Poor", "Good", "Good", "Top", "Top",
        "3", "4", "20", "2", "18", "30", "1", "0", "6", "16",
        "same grade", "69 of 100 (69%)",
        "one apart", "28 of 100 (28%)",
        "two or more apart", "3 of 100 (3%)",
    ]  # fmt: skip


def test_a_grid_that_is_not_symmetric_is_refused():
    with pytest.raises(
        ShapeError, match=r"^The grid of two auditors is symmetric: neither comes first\.$"
    ):
        auditor_grid(("a", "b"), title="t", pairs=((1, 2), (3, 4)))
    with pytest.raises(ShapeError):
        auditor_grid(("a", "b", "c"), title="t", pairs=((1, 2), (2, 4)))


def scale(value, low=nan, high=nan, *, note="", size="full", bands=LANDIS_KOCH):
    mark = Mark(label="AC2", value=value, low=low, high=high, note=note)
    return coefficient_scale(mark, title="t", bands=bands, size=size)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-0.1, "t. AC2 is \N{MINUS SIGN}0.10, in the band called slight."),
        (0.2, "t. AC2 is 0.20, in the band called slight."),
        (0.21, "t. AC2 is 0.21, in the band called fair."),
        (0.4, "t. AC2 is 0.40, in the band called fair."),
        (0.6, "t. AC2 is 0.60, in the band called moderate."),
        (0.8, "t. AC2 is 0.80, in the band called substantial."),
        (0.81, "t. AC2 is 0.81, in the band called almost perfect."),
        (1.0, "t. AC2 is 1.00, in the band called almost perfect."),
        (1.01, "t. AC2 is 1.01, in the band called almost perfect."),  # as rounding may leave it
        (nan, "t. AC2 cannot be estimated: too few audits."),
    ],
)
def test_a_coefficient_lies_in_the_band_that_it_does_not_pass(value, words, monkeypatch):
    monkeypatch.setattr(pictures, "picture_of", lambda figure, *, title, alt: f"{title}. {alt}")
    assert scale(value) == words


def test_a_coefficient_below_none_has_a_longer_scale():
    """332 pixels from -0.25 to 1: 66.4 for the first quarter, 265.6 from 0 on; 14 + 66.4 = 80."""
    picture = scale(-0.2, -0.25, 0.5, size="card")
    assert picture.width == 360
    assert picture.alt == (
        "t. AC2 is \N{MINUS SIGN}0.20 (\N{MINUS SIGN}0.25 to 0.50), in the band called slight."
    )
    assert drawn(picture) == [
        "box 14,28 to 134,54 band",
        "box 134,28 to 187,54 grid",
        "box 187,28 to 240,54 band",
        "box 240,28 to 293,54 grid",
        "box 293,28 to 346,54 band",
        "line 14,41 213,41 edge accent 2.5",
        "line 27,41 edge #1f77b4 1.5",
        "dot 27,41 11 wide accent",
        '"slight" 74,83 middle 11 muted',
        '"fair" 160,96 middle 11 muted',
        '"moderate" 213,83 middle 11 muted',
        '"substantial" 266,96 middle 11 muted',
        '"almost perfect" 306,83 middle 11 muted',
        '"−0.25" 14,69 start 11 muted',
        '"0.00" 80,69 middle 11 muted',
        '"0.20" 134,69 middle 11 muted',
        '"0.40" 187,69 middle 11 muted',
        '"0.60" 240,69 middle 11 muted',
        '"0.80" 293,69 middle 11 muted',
        '"1.00" 346,69 end 11 muted',
        '"AC2 −0.20" 27,20 start 12 bold text',
    ]


def test_words_of_a_high_coefficient_stay_inside():
    picture = scale(0.9, 0.85, 0.95)
    assert drawn(picture)[-1] == '"AC2 0.90" 567,20 end 12 bold text'
    assert drawn(scale(0.8))[-1] == '"AC2 0.80" 505,20 middle 12 bold text'
    assert drawn(scale(0.2))[-1] == '"AC2 0.20" 137,20 middle 12 bold text'
    assert drawn(scale(0.19))[-1] == '"AC2 0.19" 131,20 start 12 bold text'


def test_a_coefficient_that_is_not_known_leaves_its_scale_bare():
    picture = scale(nan, note="no audit was graded twice")
    assert picture.alt == "t. AC2 cannot be estimated: no audit was graded twice."
    assert "AC2" not in " ".join(words_drawn(picture))
    assert not [mark for mark in marks_drawn(picture) if mark.startswith("dot")]


@pytest.mark.parametrize(
    "bands", [(), ((0.5, "a"), (0.9, "b")), ((0.6, "a"), (0.5, "b"), (1.0, "c")), ((1, "a"),) * 2]
)
def test_bands_that_do_not_rise_to_1_are_refused(bands):
    with pytest.raises(ShapeError, match=r"rise to 1, each higher than the one before\.$"):
        scale(0.5, bands=bands)


def test_agreement_over_time_lies_over_that_of_all_quarters():
    """190 pixels from 0 at 221 to 1 at 31; three quarters of 157 pixels from 40 on.

    The band 0.51 to 0.73 reaches from 124 to 82; the dots 0.56 and 0.68 lie at 115 and 92.
    """
    [picture] = agreement_drivers_pictures(DRIVERS)
    assert (picture.title, picture.width) == (
        "Agreement between auditors by quarter (AC2)",
        642,
    )
    assert picture.alt == (
        "Agreement between auditors by quarter (AC2). Agreement by quarter, 1 being perfect"
        " and 0 what chance gives. All quarters together: 0.61. 2019-20 Q4: 0.68 (0.49 to "
        "0.88), 1,023 audits. Before 2019-20 Q3: Joint reading. Lowest 2019-20 Q2: 0.56 "
        "(0.37 to 0.74), 21 audits. 1 quarter with too few audits graded twice."
    )
    assert drawn(picture) == [
        ("line 40,221 512,221 40,174 512,174 40,126 512,126 40,78 512,78 40,31 512,31 edge grid 1"),
        "box 40,82 to 512,124 band",
        "line 197,221 197,31 edge quiet 1.2 dashed",
        "line 119,151 119,80 edge accent 2.5",
        "line 119,115 edge #1f77b4 1.5",
        "dot 119,115 9 wide accent",
        "line 433,128 433,54 edge accent 2.5",
        "line 433,92 edge #ff7f0e 1.5",
        "dot 433,92 9 wide accent",
        '"all quarters 0.61" 518,102 start 11 muted',
        '"(band: its interval)" 518,116 start 11 muted',
        '"0.00" 33,225 end 11 muted',
        '"0.25" 33,177 end 11 muted',
        '"0.50" 33,130 end 11 muted',
        '"0.75" 33,82 end 11 muted',
        '"1.00" 33,35 end 11 muted',
        "line 197,17 197,24 197,31 edge quiet 1.2 dashed",
        '"Joint reading" 201,27 start 11 muted',
        '"Q2" 119,236 middle 11 muted',
        '"Q3" 276,236 middle 11 muted',
        '"Q4" 433,236 middle 11 muted',
        "line 40,255 40,240 40,225 edge grid 1.5",
        '"2019-20" 45,253 start 11 bold text',
        '"n 21" 119,269 middle 11 muted',
        '"n 9" 276,269 middle 11 muted',
        '"n 1,023" 433,269 middle 11 muted',
    ]


def test_one_quarter_is_no_line_of_time():
    first, few, last = DRIVERS.quarters
    assert agreement_drivers_pictures(replace(DRIVERS, quarters=(few, last))) == ()
    assert (
        len(agreement_drivers_pictures(replace(DRIVERS, quarters=(first, last), changes=()))) == 1
    )


def test_a_whole_period_without_interval_has_no_band():
    bare = Mark(label="all", value=-0.25)
    quarters = [
        Mark(label="2019-20 Q3", value=-0.25, low=-0.5, high=0.1, cases=1),
        Mark(label="2019-20 Q4", value=nan),
        Mark(label="2020-21 Q1", value=nan),
    ]
    picture = agreement_over_time(
        quarters,
        title="t",
        whole_period=bare,
        changes=[Change(label="New", before="2019-20 Q4")],
        about="About.",
        missing="nothing",
    )
    assert picture.alt == (
        "t. About. All quarters together: −0.25. 2019-20 Q3: −0.25 (−0.50 to 0.10), 1 "
        "audit. Before 2019-20 Q4: New. 2 quarters with nothing."
    )
    assert not [mark for mark in marks_drawn(picture) if mark.startswith("box")]
    assert [word for word in words_drawn(picture) if word.startswith("n ")] == [
        "n 1", "n 0", "n 0",
    ]  # fmt: skip
    # from -0.5 at 221 to 1 at 31: 0 lies at 158, -0.25 at 189, and 0.5 at 94
    assert (
        "line 40,221 512,221 40,158 512,158 40,94 512,94 40,31 512,31 edge grid 1"
        in marks_drawn(picture)
    )
    assert [mark for mark in marks_drawn(picture) if mark.startswith("dot")] == [
        "dot 119,189 9 wide accent",
    ]


def test_what_is_not_known_at_all_is_not_said_of_all_quarters():
    quarters = [Mark(label="2019-20 Q3", value=0.5, cases=12)]
    none = Mark.of("all", unknown("nothing"))
    picture = agreement_over_time(quarters, title="t", whole_period=none)
    assert picture.alt == (
        "t. Agreement by quarter, 1 being perfect and 0 what chance gives. 2019-20 Q3: 0.50, "
        "12 audits."
    )
    with pytest.raises(
        ShapeError, match=r"^The chart of agreement over time needs at least one quarter\.$"
    ):
        agreement_over_time([], title="t", whole_period=none)


MODERATED = ((3, 2, 0, 0), (4, 10, 1, 0), (1, 12, 14, 0), (0, 0, 2, 1))


def test_pairs_of_readers_stand_in_bars_of_one_width():
    """By moderator 28 of 50 alike, 21 one apart, 1 further; by auditor 60, 28 and 12 of 100."""
    picture = pairs_picture(AGREEMENT, MODERATED)
    assert picture.title == (
        "Same grade on the same case: two auditors 60%, auditor and moderator 56%"
    )
    assert picture.alt == (
        f"{picture.title}. Two auditors, 1,030 cases: 60% same grade, 28% one apart, 12% two or "
        "more apart. Auditor and moderator, 50 cases: 56% same grade, 42% one apart, 2% two or "
        "more apart."
    )
    boxes = [said for said in marks_drawn(picture) if said.startswith("box")][:6]
    ends = [[float(x) for x in re.findall(r"(\d+),\d+", box)] for box in boxes]
    widths = [right - left for left, right in ends]
    whole = sum(widths[:3])
    shares = [width / whole for width in widths]
    assert shares == pytest.approx([0.6, 0.28, 0.12, 0.56, 0.42, 0.02], abs=0.005)
    assert ends[0][0] == ends[3][0]
    assert ends[2][1] == ends[5][1]
    words = words_drawn(picture)
    assert {"60%", "28%", "12%", "56%", "42%", "2%", "1,030 cases", "50 cases"} <= set(words)


def test_pairs_on_fewer_than_ten_cases_are_left_out():
    few = ((2, 1), (1, 5))
    assert "moderator" not in pairs_picture(AGREEMENT, few).title
    nobody = replace(AGREEMENT, ac2=unknown("too few"))
    assert pairs_picture(nobody, few) is None
    assert pairs_picture(nobody, MODERATED).title == (
        "Same grade on the same case: auditor and moderator 56%"
    )


def test_a_share_that_rounds_to_none_is_not_written_as_none():
    rare = replace(AGREEMENT, identical=0.62, one_apart=0.377, two_or_more=0.003)
    picture = pairs_picture(rare)
    assert "<1%" in words_drawn(picture)
    assert "under 1% two or more apart" in picture.alt
