"""Every mark of the pictures of process changes, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.topics.process.pictures import (
    consistency_card_picture,
    consistency_pictures,
    process_agreement_pictures,
    spread_before_after,
)
from tests.drawn import drawn, words_drawn
from tests.topics.by_hand import estimated
from tests.topics.process.results import (
    AGREEMENT,
    CONSISTENCY,
    LATE_SPREAD,
    POOL_SPREAD,
    QUIET_QUARTER,
    timeline,
)


def test_spread_lies_to_scale_before_above_after():
    """Zero at 55, 1.05 x 0.56 at 622: 567 / 0.588 = 964 pixels a grade; 0.42 lies at 460."""
    pool, training = consistency_pictures(CONSISTENCY)
    assert pool.title == "Pool cut: more consistent"
    assert pool.alt == (
        "Pool cut: more consistent. Spread among auditors in grades, 0 if all are alike. before: "
        "0.42 (0.29 to 0.56). after: 0.27 (0.13 to 0.45)."
    )
    assert (pool.width, pool.place) == (
        642,
        "section",
    )
    assert drawn(pool) == [
        "line 55,94 55,10 248,94 248,10 441,94 441,10 edge grid 1",
        "line 55,10 55,94 edge text 1.2",
        "line 55,94 622,94 edge grid 1.5",
        "line 334,37 595,37 edge accent 2.5",
        "line 460,37 edge #1f77b4 1.5",
        "dot 460,37 9 wide accent",
        "line 180,75 489,75 edge accent 2.5",
        "line 315,75 edge #ff7f0e 1.5",
        "dot 315,75 9 wide accent",
        '"0.0" 55,108 middle 11 muted',
        '"0.2" 248,108 middle 11 muted',
        '"0.4" 441,108 middle 11 muted',
        '"before" 2,42 start 12 text',
        '"0.42" 460,28 middle 12 bold text',
        '"after" 2,79 start 12 text',
        '"0.27" 315,66 middle 12 bold text',
        '"0 = all auditors alike" 55,125 start 11 muted',
        '"spread, in grades" 622,125 end 11 muted',
    ]
    # The change of the last quarter has no spread after it and is not drawn.
    assert training.title == "Training and Days together: no evidence of change"


def test_the_card_shows_the_change_that_the_verdict_is_about():
    card = consistency_card_picture(CONSISTENCY)
    assert card is not None
    assert card.alt == (
        "Training and Days together: no evidence of change. Spread among auditors in grades, 0 if "
        "all are alike. before: 0.31 (0.22 to 0.41). after: 0.36 (0.26 to 0.47)."
    )
    assert card.width == 360
    assert drawn(card)[1:5] == [
        "line 55,94 340,94 edge grid 1.5",
        "line 182,37 292,37 edge accent 2.5",
        "line 234,37 edge #1f77b4 1.5",
        "dot 234,37 9 wide accent",
    ]
    first = consistency_card_picture(replace(CONSISTENCY, headline=0))
    assert first is not None
    assert first.title == "Pool cut: more consistent"


@pytest.mark.parametrize("side", ["before", "after"])
def test_without_both_spreads_nothing_is_drawn(side):
    half = replace(POOL_SPREAD, **{side: LATE_SPREAD.after})
    result = replace(CONSISTENCY, changes=(half,), headline=0)
    assert consistency_card_picture(result) is None
    assert consistency_pictures(result) == ()
    assert consistency_card_picture(replace(CONSISTENCY, changes=(), headline=-1)) is None


def test_what_cannot_be_measured_is_said_in_its_place():
    picture = spread_before_after(
        Mark(label="before", value=nan, note="there were few"),
        Mark(label="after the change of the tool", value=0.2),
        title="Spread",
    )
    assert picture.alt == (
        "Spread. Spread among auditors in grades, 0 if all are alike. before: not measurable "
        "because there were few. after the change of the tool: 0.20."
    )
    assert drawn(picture) == [
        ("line 181,94 181,10 286,94 286,10 391,94 391,10 496,94 496,10 601,94 601,10 edge grid 1"),
        "line 181,10 181,94 edge text 1.2",
        "line 181,94 622,94 edge grid 1.5",
        "line 601,75 601,75 edge accent 2.5",
        "line 601,75 edge #1f77b4 1.5",
        "dot 601,75 9 wide accent",
        '"0.00" 181,108 middle 11 muted',
        '"0.05" 286,108 middle 11 muted',
        '"0.10" 391,108 middle 11 muted',
        '"0.15" 496,108 middle 11 muted',
        '"0.20" 601,108 middle 11 muted',
        '"before" 2,42 start 12 text',
        '"not measurable" 189,42 start 12 muted',
        '"after the change of the tool" 2,79 start 12 text',
        '"0.20" 601,66 middle 12 bold text',
        '"0 = all auditors alike" 181,125 start 11 muted',
        '"spread, in grades" 622,125 end 11 muted',
    ]
    bare = spread_before_after(Mark(label="b", value=nan), Mark(label="a", value=0), title="S")
    assert bare.alt.endswith("b: not measurable. a: 0.00.")


def test_a_long_label_is_broken_over_two_lines():
    """At most two fifths of the card: 144 pixels less 14."""
    long = "before the pool was cut and days were shared"
    picture = spread_before_after(
        Mark(label=long, value=0.05), Mark(label="after", value=0.05), title="S", size="card"
    )
    assert [said for said in drawn(picture) if '" 2,' in said] == [
        '"before the pool was" 2,35 start 12 text',
        '"cut and days were…" 2,49 start 12 text',
        '"after" 2,79 start 12 text',
    ]
    # The axis reaches 0.105 at least: 0.05 lies at 144 + 196 x 0.05 / 0.105.
    assert "dot 237,37 9 wide accent" in drawn(picture)


def quarters():
    """30 pairs of which 6 alike, 10 of which 8 alike: 14 of 40; none in the third quarter."""
    first = replace(timeline(1, 30), same=6, identical=estimated(0.2, 0.1, 0.4, cases=30))
    second = replace(
        timeline(2, 10, "Training", "Days together"),
        same=8,
        identical=estimated(0.8, 0.5, 0.9, cases=10),
    )
    return replace(AGREEMENT, timeline=(first, second, QUIET_QUARTER))


def test_agreement_by_quarter():
    """190 pixels from 0 at 221 up to 1 at 31: 0.2 lies at 183 and 0.8 at 69.

    Three quarters share 642 - 40 - 130 pixels: 157 each, with middles at 119, 276 and 433.
    """
    (picture,) = process_agreement_pictures(quarters())
    assert picture.title == (
        "Same grade by auditor and moderator, share by quarter: agreement improved"
    )
    assert picture.alt == (
        "Same grade by auditor and moderator, share by quarter: agreement improved. By "
        "quarter of the audit. All quarters together: 0.35. 2019-20 Q2: 0.80 (0.50 to "
        "0.90), 10 audits. Before 2019-20 Q2: Training and Days together. Lowest 2019-20 "
        "Q1: 0.20 (0.10 to 0.40), 30 audits. 1 quarter with fewer than 10 moderated audits."
    )
    marks = drawn(picture)
    for mark in (
        "line 119,202 119,145 edge accent 2.5",
        "dot 119,183 9 wide accent",
        "line 276,126 276,50 edge accent 2.5",
        "dot 276,69 9 wide accent",
        '"Training and Days together" 201,27 start 11 muted',
        '"n 30" 119,269 middle 11 muted',
        '"n 10" 276,269 middle 11 muted',
        '"n 0" 433,269 middle 11 muted',
    ):
        assert mark in marks
    assert words_drawn(picture).count("Training and Days together") == 1


def test_without_a_moderated_audit_no_agreement_is_drawn():
    assert process_agreement_pictures(replace(AGREEMENT, timeline=(QUIET_QUARTER,))) == ()
    assert process_agreement_pictures(replace(AGREEMENT, timeline=())) == ()
