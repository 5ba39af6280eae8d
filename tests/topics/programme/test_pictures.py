"""Every mark of the pictures of the audit programme, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from types import SimpleNamespace

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.topics.programme.pictures import (
    AdjustedBar,
    audits_completed,
    grade_bars,
    grades_picture,
    programme_pictures,
)
from tests.drawn import drawn, marks_drawn, words_drawn
from tests.topics.by_hand import estimated, unknown
from tests.topics.programme.results import PROGRAMME

TWO = ("2019-20 Q3", "2019-20 Q4")
LEVELS = ("Bad", "Poor", "Good", "Top")
BESIDE = AdjustedBar(
    period="the year to March 2020",
    graded=(0.05, 0.25, 0.6, 0.1),
    audits=200,
    shares=(0.1, 0.5, 0.3, 0.1),
    good=Mark(label="good or better", value=0.4, low=0.3, high=0.52, cases=60),
)


def bars(counts=((1, 2, 5, 2), (0, 1000, 1000, 0)), periods=TWO, **more):
    return grade_bars(
        periods,
        **{"title": "Found", "scale": ScaleWords.of(LEVELS, 2), "counts": counts, **more},
    )


def test_bars_stand_on_190_pixels_from_the_worst_grade_up():
    """1, 2, 5 and 2 of 10 are 19, 38, 95 and 38 pixels; the share 0.4 lies 76 under the top."""
    picture = bars(adjusted=BESIDE, changes=(Change(label="New", before=TWO[1]),))
    assert drawn(picture) == [
        "box 52,210 to 126,229 #7f3b08 edge text 0.7",
        "box 52,172 to 126,210 #f1b46a edge text 0.7",
        "box 52,77 to 126,172 #b7b3d8 edge text 0.7",
        "box 52,39 to 126,77 #3f2a72 edge text 0.7",
        "box 148,134 to 222,229 #f1b46a edge text 0.7",
        "box 148,39 to 222,134 #b7b3d8 edge text 0.7",
        "line 137,229 137,39 edge quiet 1.2 dashed",
        '"10%" 89,223 middle 11 #fefefe',
        '"20%" 89,195 middle 11 #010101',
        '"50%" 89,128 middle 11 #010101',
        '"20%" 89,62 middle 11 #fefefe',
        '"50%" 185,185 middle 11 #010101',
        '"50%" 185,90 middle 11 #010101',
        '"n 10" 89,33 middle 11 muted',
        '"n 2,000" 185,33 middle 11 muted',
        "line 137,5 137,22 137,39 edge quiet 1.2 dashed",
        '"New" 141,15 start 11 muted',
        '"Q3" 89,244 middle 11 muted',
        '"Q4" 185,244 middle 11 muted',
        "line 41,263 41,248 41,233 edge grid 1.5",
        '"2019-20" 46,261 start 11 bold text',
        '"Bad" 35,223 end 11 text',
        '"Poor" 35,195 end 11 text',
        '"Good" 35,128 end 11 text',
        '"Top" 35,62 end 11 text',
        "box 261,210 to 306,229 #7f3b08 edge text 0.7",
        "box 261,115 to 306,210 #f1b46a edge text 0.7",
        "box 261,58 to 306,115 #b7b3d8 edge text 0.7",
        "box 261,39 to 306,58 #3f2a72 edge text 0.7",
        # 0.3, 0.4 and 0.52 of 190 pixels under the top at 39: down to 96, 115 and 138
        "line 321,138 321,96 edge comparison 2.5",
        "line 321,115 edge #1f77b4 1.5",
        "dot 321,115 9 wide comparison",
        '"10%" 283,223 middle 11 #fefefe',
        '"50%" 283,166 middle 11 #010101',
        '"30%" 283,90 middle 11 #010101',
        '"10%" 283,52 middle 11 #fefefe',
        '"had moderators graded" 261,244 start 11 comparison',
        '"them all" 261,258 start 11 comparison',
        '"40%" 333,103 start 12 bold comparison',
        '"30 to 52%" 333,117 start 11 comparison',
        '"good or better" 333,131 start 11 comparison',
    ]
    assert picture.width == 800
    assert picture.alt == (
        "Found. Share of audits graded good or better: 2019-20 Q3 70% of 10, 2019-20 Q4 50% of "
        "2,000. In 2019-20 Q4: Bad 0%, Poor 50%, Good 50%, Top 0%. Had moderators graded them all: "
        "40% (30 to 52%). Before 2019-20 Q4: New."
    )


def test_the_level_from_which_grades_are_good_is_the_one_given():
    assert bars(scale=ScaleWords.of(LEVELS, 1)).alt.startswith(
        "Found. Share of audits graded poor or better: 2019-20 Q3 90% of 10, 2019-20 Q4 100% of"
    )


def test_a_quarter_without_audits_is_a_gap_and_grades_are_named_beside_the_next():
    picture = bars(counts=((0, 0, 0, 0), (2, 2, 4, 2)))
    assert [said for said in marks_drawn(picture) if said.startswith("box")] == [
        "box 148,172 to 222,210 #7f3b08 edge text 0.7",
        "box 148,134 to 222,172 #f1b46a edge text 0.7",
        "box 148,58 to 222,134 #b7b3d8 edge text 0.7",
        "box 148,20 to 222,58 #3f2a72 edge text 0.7",
    ]
    # Heights of the names are those of the middles of the second bar: 19, 57, 114 and 171 up.
    assert [said for said in drawn(picture) if " end 11 text" in said] == [
        '"Bad" 35,195 end 11 text',
        '"Poor" 35,157 end 11 text',
        '"Good" 35,100 end 11 text',
        '"Top" 35,43 end 11 text',
    ]
    assert picture.alt == (
        "Found. Share of audits graded good or better: 2019-20 Q3 no audits, 2019-20 Q4 60% of 10. "
        "In 2019-20 Q4: Bad 20%, Poor 20%, Good 40%, Top 20%."
    )
    last = bars(counts=((2, 2, 4, 2), (0, 0, 0, 0)))
    assert last.alt == (
        "Found. Share of audits graded good or better: 2019-20 Q3 60% of 10, 2019-20 Q4 no audits."
    )


def test_bars_too_close_for_numbers_say_the_range_once():
    words = words_drawn(bars(counts=[(5, 5, 5 + k, 5) for k in range(40)], periods=YEARS))
    assert "n 20 to 59" in words
    assert not [word for word in words if word.endswith("%") or word == "n 20"]


def test_a_share_too_low_for_its_number_is_drawn_without():
    """7 pixels of 190 (4 in 100) are too low for a number of 11; 15 (8 in 100) are not."""
    words = words_drawn(bars(counts=((4, 0, 96, 0), (8, 0, 92, 0))))
    assert [word for word in words if word.endswith("%")] == ["96%", "8%", "92%"]


def test_the_adjusted_bar_without_its_share_or_interval():
    bare = replace(BESIDE, good=Mark(label="good or better", value=nan))
    picture = bars(adjusted=bare)
    assert words_drawn(picture)[-2:] == ["had moderators graded", "them all"]
    assert not [said for said in marks_drawn(picture) if "comparison" in said]
    assert "ad moderators" not in picture.alt
    no_ends = replace(BESIDE, good=Mark(label="good or better", value=0.4))
    assert words_drawn(bars(adjusted=no_ends))[-2:] == ["40%", "good or better"]
    assert bars(adjusted=no_ends).alt.endswith("Had moderators graded them all: 40%.")
    with pytest.raises(ShapeError):
        bars(adjusted=replace(BESIDE, shares=(0.5, 0.5)))


def test_bars_of_audits_completed_share_one_scale():
    """52 pixels for the most, 4: 2 are 26, and 1 is 13."""
    picture = audits_completed(
        TWO, title="Done", kinds=("Case file", "Multi-agency"), counts=((4, 2), (0, 1))
    )
    assert drawn(picture) == [
        "box 182,15 to 254,67 accent",
        "box 278,41 to 350,67 accent",
        "line 170,67 362,67 edge grid 1.5",
        '"4" 218,11 middle 11 text',
        '"2" 314,37 middle 11 text',
        '"Case file" 2,65 start 12 text',
        '"6" 420,65 end 12 bold text',
        '"Total" 420,11 end 11 muted',
        "box 182,134 to 254,134 accent",
        "box 278,121 to 350,134 accent",
        "line 170,134 362,134 edge grid 1.5",
        '"0" 218,130 middle 11 muted',
        '"1" 314,117 middle 11 text',
        '"Multi-agency" 2,132 start 12 text',
        '"1" 420,132 end 12 bold text',
        '"Q3" 218,149 middle 11 muted',
        '"Q4" 314,149 middle 11 muted',
        "line 170,168 170,153 170,138 edge grid 1.5",
        '"2019-20" 175,166 start 11 bold text',
    ]
    assert picture.alt == (
        "Done. Case file: 6 audits from 2019-20 Q3 to 2019-20 Q4, 2 in the last quarter. "
        "Multi-agency: 1 audit from 2019-20 Q3 to 2019-20 Q4, 1 in the last quarter."
    )
    one = audits_completed(TWO, title="Done", kinds=("Themed",), counts=((0, 1),))
    assert one.alt == (
        "Done. Themed: 1 audit from 2019-20 Q3 to 2019-20 Q4, 1 in the last quarter."
    )
    long = "Audits of children who live away from home and of care leavers"
    kinds = words_drawn(audits_completed(TWO, title="Done", kinds=(long,), counts=((0, 1),)))
    assert kinds[2:4] == ["Audits of children who", "live away from home…"]


YEARS = tuple(f"20{k}-{k + 1} Q{q}" for k in range(10, 20) for q in (1, 2, 3, 4))


def test_forty_quarters_share_the_width_of_the_page():
    """Audits: 800 - 170 - 70 = 560 pixels are 14 each. Grades: less the names of the levels."""
    close = audits_completed(YEARS, title="Done", kinds=("Themed",), counts=([1000] * 40,))
    assert words_drawn(close)[:3] == ["Themed", "40,000", "Total"]
    boxes = [said for said in marks_drawn(close) if said.startswith("box")]
    assert (boxes[0], boxes[39]) == ("box 172,15 to 182,67 accent", "box 718,15 to 728,67 accent")
    assert '"40,000" 788,65 end 12 bold text' in drawn(close)
    counts = [(5, 5, 5 + k, 5) for k in range(40)]
    stacks = drawn(bars(counts=counts, periods=YEARS))
    assert '"n 20 to 59" 43,14 start 11 muted' in stacks
    assert [said for said in stacks if said.startswith("box")][-1] == (
        "box 771,20 to 786,36 #3f2a72 edge text 0.7"
    )
    beside = drawn(bars(counts=counts, periods=YEARS, adjusted=BESIDE))
    assert [said for said in beside if said.startswith("box")][-5:-3] == [
        "box 591,20 to 602,36 #3f2a72 edge text 0.7",
        "box 632,191 to 677,210 #7f3b08 edge text 0.7",
    ]


def test_the_picture_of_audits_completed_is_that_of_the_result():
    (picture,) = programme_pictures(PROGRAMME)
    assert picture.title == "1,104 audits completed since 2019-20 Q3"
    assert picture.alt == (
        "1,104 audits completed since 2019-20 Q3. Collaborative: 1,098 audits from 2019-20 Q3 to "
        "2019-20 Q4, 1,048 in the last quarter. Multi-agency: 6 audits from 2019-20 Q3 to 2019-20 "
        "Q4, 4 in the last quarter."
    )
    assert picture.place == "section"


PLAIN = (
    "Good or better rose from 46% to 60%. Share of audits graded good or better: 2019-20 Q3 74% of "
    "50, 2019-20 Q4 63% of 48. In 2019-20 Q4: Inadequate 4%, Requires improvement 33%, Good 52%, "
    "Outstanding 10%."
)
CHANGED = " Before 2019-20 Q3: Training. Before 2019-20 Q4: New pool."


def moderated(**more):
    shares = (0.12, 0.42, 0.40, 0.06)
    found = {
        "scale": OFSTED4.words,
        "scope": SimpleNamespace(period="the year to March 2020"),
        "adjusted_good": estimated(0.46, 0.37, 0.55),
        "adjusted_profile": tuple(estimated(share) for share in shares),
        **more,
    }
    return SimpleNamespace(**found)


def test_the_picture_of_grades_marks_process_changes_only():
    picture = grades_picture(PROGRAMME, None)
    assert picture.title == "Good or better rose from 46% to 60%"
    assert picture.alt == PLAIN + CHANGED
    later = replace(PROGRAMME, quarters=tuple(q.next(1) for q in PROGRAMME.quarters))
    assert grades_picture(later, None).alt.endswith("Before 2019-20 Q4: New pool.")


@pytest.mark.parametrize(
    ("optimism", "said"),
    [
        (moderated(), " Had moderators graded the year to March 2020: 46% (37 to 55%)."),
        (moderated(adjusted_good=unknown("selection not recorded")), ""),
        (
            moderated(adjusted_profile=(*(estimated(0.3) for _ in range(3)), estimated(nan))),
            "",
        ),
    ],
)
def test_the_moderators_bar_stands_where_their_whole_profile_is_known(optimism, said):
    picture = grades_picture(PROGRAMME, optimism)
    assert picture.alt == PLAIN + said + CHANGED
    boxes = [line for line in marks_drawn(picture) if line.startswith("box")]
    assert len(boxes) == (12 if said else 8)
