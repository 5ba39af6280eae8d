"""Every mark of the pictures of the audit programme, placed by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan
from types import SimpleNamespace

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.topics.programme.analysis.grades import GradeCounts
from qaf_analysis.topics.programme.pictures import (
    AdjustedBar,
    audits_completed,
    grade_bars,
    grades_picture,
    programme_pictures,
    weakest_domains_picture,
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
        "box 51,210 to 127,229 #7f3b08 edge text 0.7",
        "box 51,172 to 127,210 #f1b46a edge text 0.7",
        "box 51,77 to 127,172 #b7b3d8 edge text 0.7",
        "box 51,39 to 127,77 #3f2a72 edge text 0.7",
        "box 147,134 to 223,229 #f1b46a edge text 0.7",
        "box 147,39 to 223,134 #b7b3d8 edge text 0.7",
        "35 strokes 51,134 to 223,229 edge #d0924a 1.4",
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
        "box 255,220 to 287,229 #7f3b08 edge text 0.7",
        "box 255,172 to 287,220 #f1b46a edge text 0.7",
        "box 255,58 to 287,172 #b7b3d8 edge text 0.7",
        "box 255,39 to 287,58 #3f2a72 edge text 0.7",
        "box 313,210 to 345,229 #7f3b08 edge text 0.7",
        "box 313,115 to 345,210 #f1b46a edge text 0.7",
        "box 313,58 to 345,115 #b7b3d8 edge text 0.7",
        "box 313,39 to 345,58 #3f2a72 edge text 0.7",
        "26 strokes 255,115 to 345,219 edge #d0924a 1.4",
        "line 355,138 355,96 edge comparison 2.5",
        "line 355,115 edge #1f77b4 1.5",
        "dot 355,115 9 wide comparison",
        '"25%" 271,200 middle 11 #010101',
        '"60%" 271,119 middle 11 #010101',
        '"10%" 271,52 middle 11 #fefefe',
        '"graded" 271,244 middle 11 muted',
        '"n 200" 271,33 middle 11 muted',
        '"10%" 329,223 middle 11 #fefefe',
        '"50%" 329,166 middle 11 #010101',
        '"30%" 329,90 middle 11 #010101',
        '"10%" 329,52 middle 11 #fefefe',
        '"moderators" 329,244 middle 11 comparison',
        '"n 60" 329,33 middle 11 comparison',
        '"the year to March 2020" 249,261 start 11 muted',
        '"40%" 363,119 start 12 bold comparison',
    ]
    assert picture.width == 642
    assert picture.alt == (
        "Found. Share graded good or better: 2019-20 Q4 50% of 2,000. Had moderators graded"
        " the year to March 2020: 40% (30 to 52%). First 2019-20 Q3 70% of 10. In 2019-20 "
        "Q4: Bad 0%, Poor 50%, Good 50%, Top 0%. Before 2019-20 Q4: New."
    )


def test_the_level_from_which_grades_are_good_is_the_one_given():
    assert bars(scale=ScaleWords.of(LEVELS, 1)).alt.startswith(
        "Found. Share graded poor or better: 2019-20 Q4 100% of 2,000. First 2019-20 Q3 90% of 10."
    )


def test_a_quarter_without_audits_is_a_gap_and_grades_are_named_beside_the_next():
    picture = bars(counts=((0, 0, 0, 0), (2, 2, 4, 2)))
    assert [said for said in marks_drawn(picture) if said.startswith("box")] == [
        "box 147,172 to 223,210 #7f3b08 edge text 0.7",
        "box 147,134 to 223,172 #f1b46a edge text 0.7",
        "box 147,58 to 223,134 #b7b3d8 edge text 0.7",
        "box 147,20 to 223,58 #3f2a72 edge text 0.7",
    ]
    # Heights of the names are those of the middles of the second bar: 19, 57, 114 and 171 up.
    assert [said for said in drawn(picture) if " end 11 text" in said] == [
        '"Bad" 35,195 end 11 text',
        '"Poor" 35,157 end 11 text',
        '"Good" 35,100 end 11 text',
        '"Top" 35,43 end 11 text',
    ]
    assert picture.alt == (
        "Found. Share graded good or better: 2019-20 Q4 60% of 10. First 2019-20 Q3 no "
        "audits. In 2019-20 Q4: Bad 20%, Poor 20%, Good 40%, Top 20%."
    )
    last = bars(counts=((2, 2, 4, 2), (0, 0, 0, 0)))
    assert last.alt == (
        "Found. Share graded good or better: 2019-20 Q4 no audits. First 2019-20 Q3 60% of 10."
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
    assert words_drawn(picture)[-2:] == [
        "moderators",
        "the year to March 2020",
    ]
    assert not [said for said in marks_drawn(picture) if "comparison" in said]
    assert "ad moderators" not in picture.alt
    no_ends = replace(BESIDE, good=Mark(label="good or better", value=0.4))
    assert words_drawn(bars(adjusted=no_ends))[-2:] == [
        "the year to March 2020",
        "40%",
    ]
    assert (
        bars(adjusted=no_ends).alt.count("Had moderators graded the year to March 2020: 40%.") == 1
    )
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
        '"6" 402,65 end 12 bold text',
        '"Case file" 2,65 start 12 text',
        '"Total" 402,11 end 11 muted',
        "box 278,121 to 350,134 accent",
        "line 170,134 362,134 edge grid 1.5",
        '"0" 218,130 middle 11 muted',
        '"1" 314,117 middle 11 text',
        '"1" 402,132 end 12 bold text',
        '"Multi-agency" 2,132 start 12 text',
        '"Q3" 218,149 middle 11 muted',
        '"Q4" 314,149 middle 11 muted',
        "line 170,168 170,153 170,138 edge grid 1.5",
        '"2019-20" 175,166 start 11 bold text',
    ]
    assert picture.alt == (
        "Done. Case file: 6 audits, 2 in 2019-20 Q4. Multi-agency: 1 audit, 1 in 2019-20 Q4."
    )
    one = audits_completed(TWO, title="Done", kinds=("Themed",), counts=((0, 1),))
    assert one.alt == ("Done. Themed: 1 audit, 1 in 2019-20 Q4.")
    long = "Audits of children who live away from home and of care leavers"
    kinds = words_drawn(audits_completed(TWO, title="Done", kinds=(long,), counts=((0, 1),)))
    assert kinds[2:4] == [
        "1",
        "Audits of children who",
    ]


YEARS = tuple(f"20{k}-{k + 1} Q{q}" for k in range(10, 20) for q in (1, 2, 3, 4))


def test_forty_quarters_share_the_width_of_the_page():
    """Audits: 642 less 170 for names and 72 for the total are 10 each; grades likewise."""
    close = audits_completed(YEARS, title="Done", kinds=("Themed",), counts=([1000] * 40,))
    assert words_drawn(close)[:3] == [
        "40,000",
        "Themed",
        "Total",
    ]
    boxes = [said for said in marks_drawn(close) if said.startswith("box")]
    assert (boxes[0], boxes[39]) == (
        "box 171,15 to 179,67 accent",
        "box 569,15 to 576,67 accent",
    )
    assert '"40,000" 638,65 end 12 bold text' in drawn(close)
    counts = [(5, 5, 5 + k, 5) for k in range(40)]
    stacks = drawn(bars(counts=counts, periods=YEARS))
    assert '"n 20 to 59" 43,14 start 11 muted' in stacks
    assert [said for said in stacks if said.startswith("box")][-1] == (
        "box 623,20 to 635,36 #3f2a72 edge text 0.7"
    )
    beside = drawn(bars(counts=counts, periods=YEARS, adjusted=BESIDE))
    assert [said for said in beside if said.startswith("box")][-5:-3] == [
        "box 497,20 to 529,39 #3f2a72 edge text 0.7",
        "box 555,191 to 587,210 #7f3b08 edge text 0.7",
    ]


def test_the_picture_of_audits_completed_is_that_of_the_result():
    (picture,) = programme_pictures(PROGRAMME)
    assert picture.title == "1,104 audits completed since 2019-20 Q3"
    assert picture.alt == (
        "1,104 audits completed since 2019-20 Q3. Collaborative: 1,098 audits, 1,048 in "
        "2019-20 Q4. Multi-agency: 6 audits, 4 in 2019-20 Q4."
    )
    assert picture.place == "section"


PLAIN = "Good or better rose from 46% to 60%. Share graded good or better: 2019-20 Q4 63% of 48."
REST = (
    " First 2019-20 Q3 74% of 50. In 2019-20 Q4: Inadequate 4%, Requires improvement 33%, Good "
    "52%, Outstanding 10%."
)
CHANGED = " Before 2019-20 Q3: Training. Before 2019-20 Q4: New pool."


def moderated(**more):
    shares = (0.12, 0.42, 0.40, 0.06)
    found = {
        "scale": OFSTED4.words,
        "scope": SimpleNamespace(period="the year to March 2020"),
        "audit_profile": (0.05, 0.35, 0.45, 0.15),
        "audits": 200,
        "adjusted_good": estimated(0.46, 0.37, 0.55),
        "adjusted_profile": tuple(estimated(share) for share in shares),
        **more,
    }
    return SimpleNamespace(**found)


def test_the_picture_of_grades_marks_process_changes_only():
    picture = grades_picture(PROGRAMME, None)
    assert picture.title == "Good or better rose from 46% to 60%"
    assert picture.alt == PLAIN + REST + CHANGED
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
    assert picture.alt.startswith(PLAIN + said + REST)
    # Sixty words hold one change beside the moderators, and both without them.
    changes = " Before 2019-20 Q3: Training." if said else CHANGED
    assert picture.alt.removeprefix(PLAIN + said + REST) == changes
    boxes = [line for line in marks_drawn(picture) if line.startswith("box")]
    assert len(boxes) == (16 if said else 8)


def domain(label, good, low, high, total=100):
    return GradeCounts(
        label=label, counts=(0, 0, total, 0), good=estimated(good, low, high, cases=total)
    )


WEAK = domain("Impact", 0.40, 0.30, 0.59)
WEAKER_BUT_UNSURE = domain("Voice", 0.35, 0.10, 0.61, 12)
STRONG = domain("Recording", 0.80, 0.70, 0.88)
SILENT = GradeCounts(label="Visits", counts=(1, 0, 1, 0), good=unknown("only 2", cases=2))
WITH_DOMAINS = replace(PROGRAMME, by_domain=(STRONG, WEAK, SILENT, WEAKER_BUT_UNSURE))


def test_the_weakest_domain_stands_first_and_only_a_shortfall_in_the_other_colour():
    """All audits: 60%. Only Impact lies under it with its whole interval (30 to 59%)."""
    picture = weakest_domains_picture(WITH_DOMAINS)
    words = words_drawn(picture)
    names = [word for word in words if word in ("Voice", "Impact", "Recording", "Visits")]
    assert names == ["Voice", "Impact", "Recording"]
    assert picture.title == "Impact stands below the rest"
    assert "all audits 60%" in words
    dots = [said for said in marks_drawn(picture) if said.startswith("dot")]
    assert [dot.split()[-1] for dot in dots] == ["quiet", "comparison", "accent"]
    bold = [said for said in drawn(picture) if "start 12 bold" in said]
    assert [said.split('"')[1] for said in bold] == ["Impact"]
    # 0.10 to 0.88 and 5% more at both ends: a share of 1 is 407 / 0.858 pixels from 0.061 at left
    places = [float(dot.split()[1].split(",")[0]) for dot in dots]
    assert places[1] - places[0] == pytest.approx(0.05 / 0.45 * (places[2] - places[0]), abs=1)
    assert picture.alt == (
        "Impact stands below the rest. Share of audits graded good or better by domain, worst "
        "first; all audits: 60%. Voice: 35% (10% to 61%), n 12. Impact: 40% (30% to 59%), n 100. "
        "Recording: 80% (70% to 88%), n 100."
    )


@pytest.mark.parametrize(
    ("domains", "title"),
    [
        ((STRONG, WEAKER_BUT_UNSURE), "No domain stands clearly below the rest; lowest is Voice"),
        ((STRONG, WEAK, replace(WEAK, label="Plan")), "Impact and Plan stand below the rest"),
        (
            (STRONG, *(replace(WEAK, label=f"D{k}") for k in range(3))),
            "3 of 4 domains stand below the rest",
        ),
    ],
)
def test_the_title_counts_what_stands_below_the_rest(domains, title):
    assert weakest_domains_picture(replace(PROGRAMME, by_domain=domains)).title == title


def test_one_domain_or_an_unknown_share_of_all_is_not_compared():
    assert weakest_domains_picture(replace(PROGRAMME, by_domain=(WEAK, SILENT))) is None
    unsure = replace(WITH_DOMAINS, good_now=unknown("too few"))
    assert weakest_domains_picture(unsure) is None


def test_a_narrow_chart_of_grades_names_them_in_a_key_and_drops_the_sign():
    quarters = tuple(f"20{k}-{k + 1} Q{q}" for k in (17, 18, 19) for q in (1, 2, 3, 4))
    counts = [(5, 20, 20, 5)] * 12
    picture = bars(periods=quarters, counts=counts, adjusted=BESIDE, size="narrow")
    words = words_drawn(picture)
    assert words.count("40") == 24  # two of four grades, in each of twelve quarters
    assert not [word for word in words if word.endswith("%") and word != "40%"]
    assert words[-4:] == list(LEVELS)
    assert "n 50 each" in words
    # Four grades in the key have their colours once more than in bars.
    for fill in ("#7f3b08", "#f1b46a", "#b7b3d8", "#3f2a72"):
        drawn_so = [
            said for said in marks_drawn(picture) if said.startswith("box") and fill in said
        ]
        assert len(drawn_so) == 12 + 2 + 1
    assert picture.width == 342


def test_words_on_a_hatch_have_a_rim_in_the_colour_of_their_ground():
    rims = re.findall(r"stroke: (#\w+); stroke-width: 2.6; paint-order: stroke", bars().svg)
    assert rims == ["#f1b46a"] * 2  # 20% of the first and 50% of the second bar
