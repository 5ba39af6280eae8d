"""Every mark of the pictures of over-optimism, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from matplotlib.axes import Axes

from qaf_analysis.kit.charts.funnel import FunnelBounds, FunnelDot, gap_funnel
from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.optimism import pictures
from qaf_analysis.topics.optimism.pictures import (
    gap_over_rounds,
    gap_picture,
    however_picture,
    moderation_grid,
    optimism_card_picture,
    optimism_detail_pictures,
    optimism_pictures,
)
from tests.drawn import drawn, marks_drawn, words_drawn
from tests.topics.by_hand import estimated, unknown
from tests.topics.optimism.results import DETAIL, OPTIMISM, ROUNDS, group


def test_the_grid_has_the_kinder_triangle_under_the_diagonal():
    """Kinder 30 + 8 + 4, harsher 2 + 1, alike 5 + 10 + 40, of 100."""
    counts = ((5, 2, 1), (30, 10, 0), (8, 4, 40))
    picture = moderation_grid(("Poor", "Fair", "Good"), title="Found", counts=counts)
    assert drawn(picture) == [
        "box 106,50 to 190,94 accent at 0.1",
        "box 109,51 to 188,93 edge text 1.8",
        "box 190,50 to 274,94 quiet at 0.08",
        "box 193,51 to 272,93 edge band 1",
        "box 274,50 to 358,94 quiet at 0.07",
        "box 277,51 to 356,93 edge band 1",
        "box 106,94 to 190,138 comparison at 0.33",
        "box 109,95 to 188,137 edge band 1",
        "box 190,94 to 274,138 accent at 0.15",
        "box 193,95 to 272,137 edge text 1.8",
        "box 274,94 to 358,138 quiet at 0.03",
        "box 277,95 to 356,137 edge band 1",
        "box 106,138 to 190,182 comparison at 0.13",
        "box 109,139 to 188,181 edge band 1",
        "box 190,138 to 274,182 comparison at 0.1",
        "box 193,139 to 272,181 edge band 1",
        "box 274,138 to 358,182 accent at 0.42",
        "box 277,139 to 356,181 edge text 1.8",
        "shape 384,65 398,65 398,79 quiet",
        "box 384,109 to 398,123 accent",
        "shape 384,153 384,167 398,167 comparison",
        '"moderator’s grade" 108,14 start 11 bold text',
        '"auditor’s grade" 98,42 end 11 bold text',
        '"Poor" 98,76 end 11 text',
        '"Poor" 148,44 middle 11 text',
        '"Fair" 98,120 end 11 text',
        '"Fair" 232,44 middle 11 text',
        '"Good" 98,164 end 11 text',
        '"Good" 316,44 middle 11 text',
        '"5" 148,76 middle 12 bold text',
        '"2" 232,76 middle 12 bold text',
        '"1" 316,76 middle 12 bold text',
        '"30" 148,120 middle 12 bold text',
        '"10" 232,120 middle 12 bold text',
        '"0" 316,120 middle 12 muted',
        '"8" 148,164 middle 12 bold text',
        '"4" 232,164 middle 12 bold text',
        '"40" 316,164 middle 12 bold text',
        '"auditor harsher" 408,69 start 12 bold text',
        '"3 of 100 (3%)" 408,85 start 11 muted',
        '"same grade" 408,113 start 12 bold text',
        '"55 of 100 (55%)" 408,129 start 11 muted',
        '"auditor kinder" 408,157 start 12 bold text',
        '"42 of 100 (42%)" 408,173 start 11 muted',
    ]
    assert picture.alt == (
        "Found. 100 moderated audits: auditor harsher 3 (3%), same grade 55 (55%), auditor "
        "kinder 42 (42%). Apart most often: Fair moderated to Poor 30."
    )


def test_an_empty_grid_says_so():
    picture = moderation_grid(("Poor", "Good"), title="Found", counts=((0, 0), (0, 0)))
    assert picture.alt == (
        "Found. 0 moderated audits: auditor harsher 0, same grade 0, auditor kinder 0. No audit "
        "was counted."
    )
    with pytest.raises(ShapeError, match="2 rows of 2 counts"):
        moderation_grid(("Poor", "Good"), title="Found", counts=((0, 0),))


MARKS = (
    Mark(label="A", value=0.5, low=0.2, high=0.8, cases=1234),
    Mark(label="B", value=nan, note="no moderation"),
    Mark(label="C", value=-0.4, cases=1),
)


def test_kinder_auditors_stand_above_the_line_of_no_gap():
    """From -0.4 to 0.8 and 6% more at both ends: a grade is 190 / 1.344 pixels, no gap at 160."""
    picture = gap_over_rounds(
        MARKS, title="Found", tolerance=0.3, changes=(Change(label="New", before="B"),)
    )
    assert drawn(picture) == [
        ("line 44,196 530,196 44,160 530,160 44,125 530,125 44,90 530,90 44,54 530,54 edge grid 1"),
        "box 44,118 to 530,203 band",
        "line 44,160 530,160 edge text 1.2",
        "line 206,227 206,37 edge quiet 1.2 dashed",
        "line 125,132 125,47 edge accent 2.5",
        "line 125,90 edge #1f77b4 1.5",
        "dot 125,90 9 wide accent",
        "line 449,217 449,217 edge accent 2.5",
        "line 449,217 edge #ff7f0e 1.5",
        "dot 449,217 9 wide accent",
        '"−0.25" 37,200 end 11 muted',
        '"0" 37,164 end 11 muted',
        '"+0.25" 37,129 end 11 muted',
        '"+0.50" 37,94 end 11 muted',
        '"+0.75" 37,58 end 11 muted',
        '"n 1,234" 125,275 middle 11 muted',
        '"n 1" 449,275 middle 11 muted',
        "line 206,5 206,21 206,37 edge quiet 1.2 dashed",
        '"New" 210,15 start 11 muted',
        '"A" 125,242 middle 11 muted',
        '"B" 287,242 middle 11 muted',
        '"C" 449,242 middle 11 muted',
        '"grades; above 0 auditors kinder, below 0 harsher" 10,31 start 11 muted',
        '"within 0.3" 570,143 start 11 muted',
        '"same as" 570,157 start 11 text',
        '"moderators" 570,171 start 11 text',
        '"+0.5" 133,94 start 11 bold text',
        '"−0.4" 457,221 start 11 bold text',
    ]
    assert picture.width == 642
    assert picture.alt == (
        "Found. In grades; above zero auditors were kinder. C: −0.4, 1 case. A: +0.5 (+0.2 "
        "to +0.8), 1,234 cases. Before B: New. A gap within 0.3 counts as small."
    )


def test_a_card_names_the_lines_only():
    picture = gap_over_rounds(MARKS, title="Found", tolerance=0, size="card")
    assert drawn(picture) == [
        "box 4,79 to 248,79 band",
        "line 4,79 248,79 edge text 1.2",
        "line 45,62 45,12 edge accent 2.5",
        "line 45,37 edge #1f77b4 1.5",
        "dot 45,37 9 wide accent",
        "line 207,112 207,112 edge accent 2.5",
        "line 207,112 edge #ff7f0e 1.5",
        "dot 207,112 9 wide accent",
        '"A" 45,133 middle 11 muted',
        '"B" 126,133 middle 11 muted',
        '"C" 207,133 middle 11 muted',
        '"same as" 288,76 start 11 text',
        '"moderators" 288,90 start 11 text',
    ]
    assert picture.width == 360


def test_with_many_rounds_a_number_is_written_where_the_next_round_leaves_room():
    many = [replace(mark, label=f"R{place}") for place, mark in enumerate(MARKS * 8)]
    words = words_drawn(gap_over_rounds(many, title="Found", tolerance=0.3))
    # After each A comes a round without a number; after each C at once the next A, but the last.
    assert [word for word in words if word in ("+0.5", "−0.4")] == ["+0.5"] * 8 + ["−0.4"]


def test_the_last_number_stands_beside_its_dot_however_many_rounds():
    """At the end of a whisker a number would read as its limit: it stands 8 pixels to the right."""
    rounds = [replace(MARKS[0], label=f"R{place}") for place in range(24)]
    said = drawn(gap_over_rounds(rounds, title="Found", tolerance=0))
    assert [text for text in said if text.startswith('"+0.5"')] == [
        '"+0.5" 528,96 start 11 bold text',
    ]


def test_rounds_without_a_value_are_said_to_have_none():
    picture = gap_over_rounds(MARKS[1:2], title="Found", tolerance=0.25)
    assert picture.alt == (
        "Found. In grades; above zero auditors were kinder. No round can be estimated. A "
        "gap within 0.25 counts as small."
    )


@pytest.mark.parametrize(("rounds", "tolerance"), [((), 0.25), (MARKS, -0.01)])
def test_a_chart_of_no_rounds_or_a_negative_tolerance_is_refused(rounds, tolerance):
    with pytest.raises(ShapeError, match="needs a round and a tolerance that is not negative"):
        gap_over_rounds(rounds, title="Found", tolerance=tolerance)


def test_auditors_stand_by_their_cases_and_their_gap():
    """1.08 x 1.5 grades either side of 0.4 on 220 pixels; cases 0.5 to 9.8 on 468."""
    dots = [
        FunnelDot(cases=1, gap=0.9),
        FunnelDot(cases=4, gap=1.9, is_beyond=True),
        FunnelDot(cases=9, gap=-0.1),
    ]
    picture = gap_funnel(dots, title="Found", bounds=FunnelBounds(centre=0.4, spread=0.6, df=inf))
    assert drawn(picture) == [
        "line 44,223 512,223 44,155 512,155 44,87 512,87 44,19 512,19 edge grid 1",
        "dot 0,278 468 wide band",
        "dot 0,278 468 wide grid",
        "line 44,128 512,128 edge pale 1.5",
        "line 44,155 512,155 edge text 1.2",
        "line 69,94 edge #1f77b4 1.5",
        "dot 69,94 8 wide accent edge page 1",
        "line 220,26 edge #ff7f0e 1.5",
        "dot 220,26 11 wide comparison edge page 1",
        "line 472,162 edge #2ca02c 1.5",
        "dot 472,162 8 wide accent edge page 1",
        '"−1" 37,227 end 11 muted',
        '"0" 37,159 end 11 muted',
        '"+1" 37,91 end 11 muted',
        '"+2" 37,23 end 11 muted',
        '"grades; above 0 auditors kinder, below 0 harsher" 10,12 start 11 muted',
        '"all: +0.4" 518,132 start 11 text',
        '"same as" 518,152 start 11 text',
        '"moderators" 518,166 start 11 text',
        '"1" 69,253 middle 11 muted',
        '"5" 270,253 middle 11 muted',
        '"9" 472,253 middle 11 muted',
        (
            '"moderated audits of the auditor; shaded: 95% and 99.8% limits of chance" '
            "44,270 start 11 muted"
        ),
    ]
    assert picture.alt == (
        "Found. Mean gap of 3 auditors without names, each with 1 to 9 moderated audits, about "
        "the overall gap of +0.4. 1 of them beyond the 99.8% limits of chance."
    )


def test_the_limits_narrow_with_the_root_of_the_cases(monkeypatch):
    bands, plain = [], Axes.fill_between

    def noted(axes, across, low, high, **look):
        bands.append((across, low, high))
        return plain(axes, across, low, high, **look)

    monkeypatch.setattr(Axes, "fill_between", noted)
    one = FunnelDot(cases=4, gap=0.05)
    picture = gap_funnel([one], title="Found", bounds=FunnelBounds(centre=0.05, spread=0.5, df=inf))
    assert picture.alt == (
        "Found. Mean gap of 1 auditor without names, each with 4 moderated audits, about the "
        "overall gap of +0.1. 0 of them beyond the 99.8% limits of chance."
    )
    # no gap lies 0.05 of 1.67 grades from the centre, too near to be named too
    assert "same as moderators" not in words_drawn(picture)
    assert [word for word in words_drawn(picture) if word.isdigit()] == [
        "0",
        "1",
        "4",
    ]
    for (across, low, high), quantile in zip(bands, (3.090232, 1.959964), strict=True):
        assert (across[0], across[-1]) == (0.5, 4.8)
        # 3.0902 x 0.5 / 2 = 0.7726; nothing is drawn further away than 1.08 times that
        at_four, edge = 0.772558 * quantile / 3.090232, 1.08 * 0.772558
        assert np.interp(4.0, across, high) == pytest.approx(0.05 + at_four, abs=1e-3)
        assert np.interp(4.0, across, low) == pytest.approx(0.05 - at_four, abs=1e-3)
        far = min(quantile * 0.5 / 0.5**0.5, edge)
        assert (low[0], high[0]) == pytest.approx((0.05 - far, 0.05 + far))
    with pytest.raises(ShapeError, match="at least one auditor"):
        gap_funnel([], title="Found", bounds=FunnelBounds(centre=0.0, spread=1.0, df=inf))


@pytest.fixture
def asked(monkeypatch):
    """What the pictures of a result ask to be drawn, instead of drawings."""
    calls = []

    def noted(name):
        def draw(first, **rest):
            calls.append((name, first, rest))
            return name

        return draw

    for name in ("moderation_grid", "gap_over_rounds", "gap_funnel", "interval_rows"):
        monkeypatch.setattr(pictures, name, noted(name))
    return calls


def test_the_pictures_of_the_headline(asked):
    assert optimism_pictures(OPTIMISM) == ("moderation_grid", "gap_over_rounds")
    (_, levels, grid), (_, rounds, drawing) = asked
    assert levels == OPTIMISM.scale.levels
    assert grid == {
        "title": "Moderators lowered 45% of the grades they re-read", "counts": OPTIMISM.table,
        "size": "full",
    }  # fmt: skip
    assert [(mark.label, mark.low, mark.value, mark.high, mark.cases) for mark in rounds] == [
        ("2018-19 Q2", 0.5, 0.92, 1.34, 12),
        ("2018-19 Q3", pytest.approx(nan, nan_ok=True), pytest.approx(nan, nan_ok=True),
         pytest.approx(nan, nan_ok=True), None),
        ("2018-19 Q4", pytest.approx(nan, nan_ok=True), pytest.approx(nan, nan_ok=True),
         pytest.approx(nan, nan_ok=True), 9),
        ("2019-20 Q1", -0.6, -0.31, -0.02, 1020),
    ]  # fmt: skip
    assert [mark.note for mark in rounds] == ["", "no moderation", "only 9", ""]
    assert drawing == {
        "title": "Auditor minus moderator, by quarter of moderation",
        "tolerance": 0.25,
        "changes": [Change(label="Training", before="2019-20 Q1")],
        "later": None,
        "together": [Mark.of("this year", OPTIMISM.gap), Mark.of("all rounds", OPTIMISM.ever.gap)],
        "size": "full",
        "source": "1,041 moderated audits drawn by chance, moderated 2018-19 Q2 to 2019-20 Q1; "
        "plain means of each quarter.",
    }


def test_the_card_shows_the_last_six_rounds_with_moderation(asked):
    quarters = ("2017-18 Q2", "2017-18 Q4", "2018-19 Q1", "2018-19 Q2", "2018-19 Q3",
                "2018-19 Q4", "2019-20 Q1")  # fmt: skip
    rounds = tuple(group(quarter, 12, estimated(0.5, 0.2, 0.8)) for quarter in quarters)
    assert optimism_card_picture(replace(OPTIMISM, rounds=rounds)) == "gap_over_rounds"
    [(_, marks, drawing)] = asked
    assert [mark.label for mark in marks] == list(quarters[1:])
    # A card has no room for the names of changes; the section's chart has them.
    assert drawing["changes"] == []
    assert drawing["size"] == "card"


def test_rounds_without_a_gap_are_not_drawn(asked):
    none = replace(OPTIMISM, rounds=ROUNDS[1:2], table=((0, 0), (0, 0)))
    assert optimism_pictures(none) == ()
    assert optimism_card_picture(none) is None
    grid_only = replace(OPTIMISM, rounds=(), table=((0, 1), (0, 0)))
    assert optimism_pictures(grid_only) == ("moderation_grid",)
    assert optimism_card_picture(replace(OPTIMISM, rounds=ROUNDS[1:])) == "gap_over_rounds"


def test_the_pictures_in_detail(asked):
    assert optimism_detail_pictures(DETAIL) == ("interval_rows", "gap_funnel")
    (_, rows, drawing), (_, dots, funnel) = asked
    assert [(row.mark.label, row.mark.value, row.mark.note, row.mark.is_quiet) for row in rows] == [
        ("Plan", 0.3, "30 audits", False),
        ("Voice", 0.61, "28 audits", False),
        ("Visits", 0.1, "26 audits", False),
    ]
    assert drawing["title"] == "Auditors against moderators, domain by domain"
    # 30 audits less 4 auditors: t with 26 df leaves 0.2% beyond 3.435 (printed tables); limits at
    # 3.435 x 0.6 / root of 1, 4, 9, 16: 2.06, 1.03, 0.69, 0.52 about 0.4
    assert dots == [
        FunnelDot(cases=1, gap=1.0, is_beyond=False),
        FunnelDot(cases=4, gap=1.5, is_beyond=True),
        FunnelDot(cases=9, gap=0.4, is_beyond=False),
        FunnelDot(cases=16, gap=-0.2, is_beyond=True),
    ]
    assert funnel == {
        "title": "2 auditors beyond the limits of chance",
        "bounds": FunnelBounds(centre=0.4, spread=0.6, df=26),
        "source": "30 moderated audits drawn by chance since 2019-20 Q1, of 4 auditors. "
        "Those with fewer than 3 audits (1) are not judged.",
        "size": "full",
    }


@pytest.mark.parametrize(
    ("dots", "title"),
    [
        (((4, 1.96), (4, -1.16)), "Every auditor lies within the limits of chance"),
        (((4, 1.97), (4, -1.16)), "1 auditor beyond the limits of chance"),
        (((4, 1.97), (4, -1.17)), "2 auditors beyond the limits of chance"),
    ],
)
def test_the_title_counts_auditors_beyond_1_562_either_side_of_0_4(asked, dots, title):
    # 8 audits less 2 auditors: 5.208 (t with 6 df, printed tables) x 0.6 / 2
    optimism_detail_pictures(replace(DETAIL, grouped=(), own=replace(DETAIL.own, dots=dots)))
    assert asked[0][2]["title"] == title


def test_whom_the_words_leave_out_for_want_of_cases_is_not_beyond_either(asked):
    """One audit four grades off lies beyond any limit of chance; the words show no such auditor."""
    dots = ((1, 4.0), (2, -4.0), (30, 0.4), (31, 0.4))
    optimism_detail_pictures(replace(DETAIL, grouped=(), own=replace(DETAIL.own, dots=dots)))
    (_, drawn_dots, funnel) = asked[0]
    assert funnel["title"] == "Every auditor lies within the limits of chance"
    assert not any(dot.is_beyond for dot in drawn_dots)
    assert funnel["source"].endswith("Those with fewer than 3 audits (2) are not judged.")


def test_without_limits_there_is_no_funnel(asked):
    for unlike in ({"spread": nan}, {"centre": nan}, {"dots": ()}):
        result = replace(DETAIL, grouped=(), own=replace(DETAIL.own, **unlike))
        assert optimism_detail_pictures(result) == ()
    domain = replace(DETAIL.grouped[0], groups=(group("Plan", 3, unknown("few")),))
    sources = DETAIL.grouped[2]
    result = replace(DETAIL, grouped=(domain, sources), own=replace(DETAIL.own, dots=()))
    assert optimism_detail_pictures(result) == ()


def test_domains_stand_in_rows_with_kinder_to_the_right():
    """From -0.1 to 0.92 and 5% more at both ends: a grade is 471 / 1.122 pixels."""
    picture = optimism_detail_pictures(replace(DETAIL, own=replace(DETAIL.own, dots=())))[0]
    assert drawn(picture) == [
        ("line 111,84 111,18 195,84 195,18 279,84 279,18 363,84 363,18 447,84 447,18 edge grid 1"),
        "line 48,84 519,84 edge grid 1.5",
        "line 111,18 111,84 edge text 1.2",
        "line 132,29 342,29 edge accent 2.5",
        "line 237,29 edge #1f77b4 1.5",
        "dot 237,29 10 wide accent",
        "line 237,51 497,51 edge accent 2.5",
        "line 367,51 edge #ff7f0e 1.5",
        "dot 367,51 10 wide accent",
        "line 69,73 237,73 edge accent 2.5",
        "line 153,73 edge #2ca02c 1.5",
        "dot 153,73 10 wide accent",
        '"0" 111,98 middle 11 muted',
        '"+0.2" 195,98 middle 11 muted',
        '"+0.4" 279,98 middle 11 muted',
        '"+0.6" 363,98 middle 11 muted',
        '"+0.8" 447,98 middle 11 muted',
        '"same as moderators" 111,13 middle 11 text',
        '"← auditors harsher" 48,115 start 11 muted',
        '"auditors kinder →" 519,115 end 11 muted',
        '"grades" 287,115 middle 11 muted',
        '"Plan" 2,33 start 12 text',
        '"30 audits" 577,33 start 11 muted',
        '"+0.3" 569,33 end 12 bold text',
        '"Voice" 2,55 start 12 text',
        '"28 audits" 577,55 start 11 muted',
        '"+0.6" 569,55 end 12 bold text',
        '"Visits" 2,77 start 12 text',
        '"26 audits" 577,77 start 11 muted',
        '"+0.1" 569,77 end 12 bold text',
    ]
    assert picture.alt == (
        "Auditors against moderators, domain by domain. Mean gap, audit minus moderation, by "
        "domain. Plan: +0.3 (+0.1 to +0.6), 30 audits. Voice: +0.6 (+0.3 to +0.9), 28 audits. "
        "Visits: +0.1 (−0.1 to +0.3), 26 audits."
    )


def test_the_share_under_other_assumptions_stands_in_rows_with_hollow_what_ifs():
    """As graded 60%, had moderators graded 37%; blind only 36%, a pull of 40% 22%."""
    picture = however_picture(OPTIMISM)
    assert picture.title == "Worked out in 4 ways, 22 to 60% were good or better"
    # 26 to 68% is 42 points wide: the first page gives no share of moderators then
    wide = replace(OPTIMISM, adjusted_good=estimated(0.44, 0.26, 0.68, cases=12))
    assert however_picture(wide).title == (
        "Share good or better, had moderators graded all: too few to say"
    )
    dots = [said for said in marks_drawn(picture) if said.startswith("dot")]
    assert [dot.split(" ", 4)[-1] for dot in dots] == [
        "accent", "comparison", "page edge quiet 2", "page edge quiet 2",
    ]  # fmt: skip
    names = [
        word for word in words_drawn(picture) if word[0].isalpha() and not word.startswith("n")
    ]
    assert names == [
        "share good or better, the year to March 2020; hollow: what if",
        "As auditors graded", "Had moderators graded all", "Blind only", "A pull of 40%",
    ]  # fmt: skip
    assert picture.alt.startswith(
        f"{picture.title}. Share good or better, the year to March 2020. As auditors graded: 60% "
        "(57% to 63%), n 1,200. Had moderators graded all: 37% (28% to 46%), n 1,060."
    )


def test_the_headline_stands_once_among_the_assumptions():
    same = replace(OPTIMISM.sensitivity[0], label="all moderation", good=OPTIMISM.adjusted_good)
    twice = replace(OPTIMISM, sensitivity=(same, *OPTIMISM.sensitivity))
    assert drawn(however_picture(twice)) == drawn(however_picture(OPTIMISM))


def test_rounds_pooled_are_a_row_of_their_own_where_they_are_given():
    picture = however_picture(OPTIMISM, pooled=estimated(0.5, 0.4, 0.6))
    assert "The same, all rounds pooled" in words_drawn(picture)
    assert however_picture(replace(OPTIMISM, adjusted_good=unknown("no"))) is None


def test_a_quarter_after_the_reported_one_is_named_as_later():
    """Audits up to 2019-20 Q4 are moderated in the next quarter, too."""
    after = group("2020-21 Q1", 29, estimated(0.1, -0.1, 0.3))
    picture = gap_picture(replace(OPTIMISM, rounds=(*ROUNDS, after)))
    assert "after 2019-20 Q4" in words_drawn(picture)
    assert "Before 2020-21 Q1: after 2019-20 Q4." not in gap_picture(OPTIMISM).alt
    assert picture.source.endswith("What was moderated after 2019-20 Q4 is of audits up to then.")
    assert "after 2019-20 Q4" not in words_drawn(gap_picture(OPTIMISM))


def test_rounds_together_stand_at_the_right_on_the_same_scale_or_are_said_under_it():
    full, narrow = gap_picture(OPTIMISM), gap_picture(OPTIMISM, size="narrow")
    (first, _) = [said for said in marks_drawn(full) if said.startswith("dot") and "compar" in said]
    # 1.34 and -0.6 and 6% more are 190 pixels: 0.42 lies 1.0364 / 2.1728 of them under the top
    top = 190 * (1.34 + 0.1164 - 0.42) / 2.1728
    assert float(first.split()[1].split(",")[1]) == pytest.approx(
        top + float(first_top(full)), abs=1
    )
    assert {"this year", "all rounds", "+0.4"} <= set(words_drawn(full))
    assert words_drawn(narrow)[-2:] == [
        "This year: +0.4 (+0.2 to +0.6), n 60", "All rounds: +0.4 (+0.2 to +0.6), n 60",
    ]  # fmt: skip


def first_top(picture):
    """Where the panel begins: at the upper end of the first vertical rule of a change."""
    rule = next(said for said in marks_drawn(picture) if said.endswith("edge quiet 1.2 dashed"))
    return min(float(point.split(",")[1]) for point in rule.split()[1:3])
