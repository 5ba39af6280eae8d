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
    moderation_grid,
    optimism_card_picture,
    optimism_detail_pictures,
    optimism_pictures,
)
from tests.drawn import drawn, words_drawn
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
        "Found. 100 moderated audits: auditor harsher 3 (3%), same grade 55 (55%), auditor kinder "
        "42 (42%). Poor moderated to Poor 5; Poor moderated to Fair 2; Poor moderated to Good 1; "
        "Fair moderated to Poor 30; Fair moderated to Fair 10; Good moderated to Poor 8; Good "
        "moderated to Fair 4; Good moderated to Good 40."
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
    """From -0.4 to 0.8 and 6% more at both ends: a grade is 220 / 1.344 pixels, no gap at 178."""
    picture = gap_over_rounds(
        MARKS, title="Found", tolerance=0.3, changes=(Change(label="New", before="B"),)
    )
    assert drawn(picture) == [
        "box 104,129 to 650,227 band",
        "line 104,178 650,178 edge text 1.2",
        "line 286,255 286,35 edge quiet 1.2 dashed",
        "line 195,145 195,47 edge accent 2.5",
        "line 195,96 edge #1f77b4 1.5",
        "dot 195,96 9 wide accent",
        "line 559,243 559,243 edge accent 2.5",
        "line 559,243 edge #ff7f0e 1.5",
        "dot 559,243 9 wide accent",
        "line 286,21 286,28 286,35 edge quiet 1.2 dashed",
        '"New" 290,31 start 11 muted',
        '"A" 195,270 middle 11 muted',
        '"B" 377,270 middle 11 muted',
        '"C" 559,270 middle 11 muted',
        '"within 0.3" 656,157 start 11 muted',
        '"same as moderators" 656,182 start 11 text',
        '"auditors kinder" 96,47 end 11 muted',
        '"auditors harsher" 96,251 end 11 muted',
        '"n 1,234" 195,303 middle 11 muted',
        '"n 1" 559,303 middle 11 muted',
        '"+0.5" 204,100 start 11 bold text',
        '"−0.4" 568,247 start 11 bold text',
    ]
    assert picture.width == 800
    assert picture.alt == (
        "Found. Auditor minus moderator, in grades; above zero auditors were kinder, and a gap "
        "within 0.3 counts as small. A: +0.5 (+0.2 to +0.8), 1,234 cases. C: −0.4, 1 case. Before "
        "B: New."
    )


def test_a_card_names_the_lines_only():
    picture = gap_over_rounds(MARKS, title="Found", tolerance=0, size="card")
    assert drawn(picture) == [
        "box 4,89 to 268,89 band",
        "line 4,89 268,89 edge text 1.2",
        "line 48,72 48,22 edge accent 2.5",
        "line 48,47 edge #1f77b4 1.5",
        "dot 48,47 9 wide accent",
        "line 224,122 224,122 edge accent 2.5",
        "line 224,122 edge #ff7f0e 1.5",
        "dot 224,122 9 wide accent",
        '"A" 48,143 middle 11 muted',
        '"B" 136,143 middle 11 muted',
        '"C" 224,143 middle 11 muted',
        '"same as" 274,86 start 11 text',
        '"moderators" 274,100 start 11 text',
        '"+0.5" 57,51 start 11 bold text',
        '"−0.4" 233,126 start 11 bold text',
    ]
    assert picture.width == 360


def test_with_many_rounds_only_the_last_number_is_written():
    many = [replace(mark, label=f"R{place}") for place, mark in enumerate(MARKS * 8)]
    words = words_drawn(gap_over_rounds(many, title="Found", tolerance=0.3))
    assert [word for word in words if word in ("+0.5", "−0.4")] == ["−0.4"]


def test_a_number_without_room_beside_its_mark_stands_above_its_interval():
    """From 0.2 to 0.8: 0.8 lies at 28, and the number 5 pixels above it."""
    rounds = [replace(MARKS[0], label=f"R{place}") for place in range(24)]
    said = drawn(gap_over_rounds(rounds, title="Found", tolerance=0))
    assert [text for text in said if text.startswith('"+0.5"')] == [
        '"+0.5" 639,23 middle 11 bold text'
    ]


def test_rounds_without_a_value_are_said_to_have_none():
    picture = gap_over_rounds(MARKS[1:2], title="Found", tolerance=0.25)
    assert picture.alt == (
        "Found. Auditor minus moderator, in grades; above zero auditors were kinder, and a gap "
        "within 0.25 counts as small. No round can be estimated."
    )


@pytest.mark.parametrize(("rounds", "tolerance"), [((), 0.25), (MARKS, -0.01)])
def test_a_chart_of_no_rounds_or_a_negative_tolerance_is_refused(rounds, tolerance):
    with pytest.raises(ShapeError, match="needs a round and a tolerance that is not negative"):
        gap_over_rounds(rounds, title="Found", tolerance=tolerance)


def test_auditors_stand_by_their_cases_and_their_gap():
    """1.08 x 1.5 grades either side of 0.4 on 250 pixels; cases 0.5 to 9.8 on 530."""
    dots = [
        FunnelDot(cases=1, gap=0.9),
        FunnelDot(cases=4, gap=1.9, is_beyond=True),
        FunnelDot(cases=9, gap=-0.1),
    ]
    picture = gap_funnel(dots, title="Found", bounds=FunnelBounds(centre=0.4, spread=0.6, df=inf))
    assert drawn(picture) == [
        "dot 0,306 530 wide band",
        "dot 0,306 530 wide grid",
        "line 120,135 650,135 edge pale 1.5",
        "line 120,166 650,166 edge text 1.2",
        "line 148,96 edge #1f77b4 1.5",
        "dot 148,96 8 wide accent edge page 1",
        "line 319,19 edge #ff7f0e 1.5",
        "dot 319,19 11 wide comparison edge page 1",
        "line 604,174 edge #2ca02c 1.5",
        "dot 604,174 8 wide accent edge page 1",
        '"all: +0.4" 656,139 start 11 text',
        '"same as moderators" 656,170 start 11 text',
        '"auditor kinder" 112,22 end 11 muted',
        '"auditor harsher" 112,256 end 11 muted',
        '"1" 148,276 middle 11 muted',
        '"5" 376,276 middle 11 muted',
        '"9" 604,276 middle 11 muted',
        '"moderated audits of the auditor; shaded: 95% and 99.8% limits of chance" 650,294 end 11 '
        "muted",
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
    assert [word for word in words_drawn(picture) if word.isdigit()] == ["1", "4"]
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
    # the change before 2018-19 Q1 is on this card, too
    assert [change.before for change in drawing["changes"]] == ["2018-19 Q1", "2019-20 Q1"]
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
    """From -0.1 to 0.92 and 5% more at both ends: a grade is 625 / 1.122 pixels."""
    picture = optimism_detail_pictures(replace(DETAIL, own=replace(DETAIL.own, dots=())))[0]
    assert drawn(picture) == [
        "line 132,6 132,72 edge text 1.2",
        "line 160,17 438,17 edge accent 2.5",
        "line 299,17 edge #1f77b4 1.5",
        "dot 299,17 10 wide accent",
        "line 299,39 644,39 edge accent 2.5",
        "line 472,39 edge #ff7f0e 1.5",
        "dot 472,39 10 wide accent",
        "line 76,61 299,61 edge accent 2.5",
        "line 188,61 edge #2ca02c 1.5",
        "dot 188,61 10 wide accent",
        "line 48,72 673,72 edge grid 1.5",
        '"Plan" 2,21 start 12 text',
        '"30 audits" 729,21 start 11 muted',
        '"+0.3" 719,21 end 12 text',
        '"Voice" 2,43 start 12 text',
        '"28 audits" 729,43 start 11 muted',
        '"+0.6" 719,43 end 12 text',
        '"Visits" 2,65 start 12 text',
        '"26 audits" 729,65 start 11 muted',
        '"+0.1" 719,65 end 12 text',
        '"same as moderators" 132,87 middle 11 text',
        '"auditors harsher" 48,103 start 11 muted',
        '"auditors kinder" 673,103 end 11 muted',
        '"grades" 673,118 end 11 muted',
    ]
    assert picture.alt == (
        "Auditors against moderators, domain by domain. Mean gap, audit minus moderation, by "
        "domain. Plan: +0.3 (+0.1 to +0.6), 30 audits. Voice: +0.6 (+0.3 to +0.9), 28 audits. "
        "Visits: +0.1 (−0.1 to +0.3), 26 audits."
    )
