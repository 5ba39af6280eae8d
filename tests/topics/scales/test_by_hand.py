"""Eras of the scale in small councils: every figure, sentence, cell and mark worked out beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from qaf_analysis.kit.parts import LONGEST_SENTENCE
from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, Scale, ScaleMap
from qaf_analysis.terms.verdicts import BridgeVerdict
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.scales import pictures
from qaf_analysis.topics.scales.analysis.scales import ScaleEras, scale_eras
from qaf_analysis.topics.scales.pictures import scales_pictures
from qaf_analysis.topics.scales.section import SCALES
from qaf_analysis.topics.scales.tables import scales_tables
from qaf_analysis.topics.scales.words import say_scales, scale_change_words
from tests.drawn import marks_drawn, words_drawn
from tests.topics.scales.eras_by_hand import (
    FIVE,
    LAST,
    READERS,
    SETTINGS,
    Graded,
    bridged,
    council,
    with_settings,
)

NEW = (
    Graded(quarter="2027-28 Q1", grade=1, audits=90),
    Graded(quarter="2027-28 Q4", grade=2, audits=110),
)
OLD = (
    Graded(quarter="2026-27 Q1", grade=1, audits=100),
    Graded(quarter="2026-27 Q4", grade=2, audits=100),
)
MAP = ScaleMap(
    source=OFSTED4,
    target=FIVE,
    version="2",
    approved_by="Head of service",
    levels=dict(zip(OFSTED4.levels, (FIVE.levels[n] for n in (0, 1, 1, 3)), strict=True)),
)


def eras(audits, quarter=LAST) -> ScaleEras:
    return scale_eras(audits, quarter=quarter)


def only(result: ScaleEras):
    (area,) = result.breaks[-1].areas
    return area


def said(result: ScaleEras) -> str:
    statement = say_scales(result)
    return " ".join((f"{statement.claim}.", *statement.paragraphs, statement.limits))


def test_old_audits_read_again_are_counted_level_by_level():
    """p = 44/80; each level gets one reading of p: .55/9, 8.55/33, 28.55/33 and 8.55/9."""
    area = only(eras(bridged()))
    expected = 0.1 * 0.55 / 9 + 0.4 * 8.55 / 33 + 0.4 * 28.55 / 33 + 0.1 * 8.55 / 9
    assert area.re_read.share.value == pytest.approx(expected)
    assert area.re_read.change.value == pytest.approx(0.55 - expected)
    assert (area.re_read.readings, area.re_read.used, area.re_read.readers) == (80, 80, 12)
    assert [(one.audits, one.read, one.positive) for one in area.re_read.by_level] == [
        (20, 8, 0),
        (80, 32, 8),
        (80, 32, 28),
        (20, 8, 8),
    ]
    assert area.verdict is BridgeVerdict.NO_EVIDENCE
    assert area.decided_by is BridgeKind.RE_READ


def test_each_era_is_told_in_its_own_words_and_the_bridge_between_them():
    statement = say_scales(eras(bridged()))
    words = " ".join(statement.paragraphs)
    assert "In the year to March 2028, 55% (45 to 64%) of 200 audits were graded" in words
    assert "graded expected standard or better, on the scale in use from 1 April 2027." in words
    assert (
        "The scale in use until 31 March 2027 has other words: in the year to March 2027" in words
    )
    assert "50% (40 to 60%) of 200 audits were graded good or better." in words
    assert "Read again on the new scale, 55% (45 to 65%) of the 200 audits" in words
    assert "The difference, −0.1 (−12 to +12) points, may be chance." in words
    assert "80 audits were read again by 12 auditors who did not see the first grade." in words
    assert "today’s view of old work" in statement.limits
    assert statement.claim == (
        "No evidence that practice changed over the change of scale on 1 April 2027"
    )


def test_a_rise_over_a_bridge_is_called_better_practice_and_a_fall_worse():
    rose = eras(bridged(rises=True))
    assert only(rose).verdict is BridgeVerdict.IMPROVED
    assert say_scales(rose).claim == "Practice improved over the change of scale on 1 April 2027"
    assert "is more than chance explains: practice improved." in said(rose)
    fell = eras(
        council(
            *[_part(bridged_old) for bridged_old in range(4)],
            Graded(quarter="2027-28 Q1", grade=1, audits=150),
            Graded(quarter="2027-28 Q4", grade=2, audits=50),
        )
    )
    assert only(fell).verdict is BridgeVerdict.WORSENED
    assert "practice worsened" in say_scales(fell).claim.lower()


def _part(level: int, **more) -> Graded:
    """One level of the old era in ``bridged``."""
    audits = (20, 80, 80, 20)[level]
    again = ([1] * 8, [1, 1, 1, 2] * 8, [2, 3, 2, 2, 2, 2, 2, 1] * 4, [3] * 8)[level]
    quarter = f"2026-27 Q{level + 1}"
    return Graded(quarter=quarter, grade=level, audits=audits, again=again, readers=READERS, **more)


def test_without_a_bridge_it_is_said_that_nothing_can_be_compared_and_what_to_do():
    result = eras(council(*OLD, *NEW))
    area = only(result)
    assert area.verdict is BridgeVerdict.CANNOT_BE_COMPARED
    assert not area.re_read.change.is_estimable
    words = said(result)
    assert say_scales(result).claim == (
        "The scale changed on 1 April 2027: before and after cannot be compared"
    )
    assert "re-read at least 40 audits of the old scale (80 for changes of 15 points)" in words
    for claim in ("no change", "improved", "worsened", "may be chance", "rose", "fell", "nan"):
        assert claim not in words.lower().replace("neither a change", "")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"blind": False}, "read with the first grade in sight"),
        ({"blind": None}, "without a record of whether the first grade was hidden"),
        ({"selected": "targeted"}, "picked in another way than by chance"),
        ({"selected": "unknown"}, "picked in a way that is not recorded"),
        ({"readers": READERS[:6]}, "6 readers graded for the bridge; at least 10"),
    ],
)
def test_a_bridge_that_may_not_carry_it_is_refused_by_its_reason(more, reason):
    parts = [replace(_part(level), **more) for level in range(4)]
    result = eras(council(*parts, *NEW))
    assert only(result).verdict is BridgeVerdict.CANNOT_BE_COMPARED
    assert reason in said(result)
    assert "cannot be compared" in say_scales(result).claim


def test_readings_made_after_the_quarter_reported_are_not_used():
    late = [_part(level, read_on="2028-02-01") for level in range(4)]
    audits = council(*late, *NEW)
    before = scale_eras(audits, quarter=Quarter(2027, 3))
    assert only(before).re_read.readings == 0
    assert only(eras(audits)).re_read.readings == 80


def test_of_several_readings_of_one_audit_one_counts_and_the_blind_one_goes_first():
    audits = bridged()
    again = audits.ratings[audits.ratings["role"] == "bridge"]
    seen = again.assign(rater="Z", blind=False, grade=4, rated_on="2027-04-02")
    seen["rated_on"] = seen["rated_on"].astype(again["rated_on"].dtype)
    both = replace(audits, ratings=pd.concat([audits.ratings, seen]))
    told = only(eras(both)).re_read
    assert told.share == only(eras(audits)).re_read.share
    assert [(gone.records, gone.reason) for gone in told.left_out] == [
        (80, "further readings of the same audits")
    ]
    assert "In no figure: 80 readings (further readings of the same audits)." in said(eras(both))


def test_new_audits_graded_twice_say_what_became_of_grades_and_not_of_practice():
    """100 of 200 new audits positive; on the old scale 10 of 40 and 36 of 40: p = 46/80."""
    twelve = READERS
    parts = (
        Graded(quarter="2027-28 Q1", grade=1, audits=100, auditors=twelve,
               again=[1, 1, 1, 2] * 10),
        Graded(quarter="2027-28 Q4", grade=2, audits=100, auditors=twelve,
               again=[2] * 36 + [1] * 4),
    )  # fmt: skip
    old = (
        Graded(quarter="2026-27 Q1", grade=1, audits=150),
        Graded(quarter="2026-27 Q4", grade=2, audits=50),
    )
    result = eras(council(*old, *parts))
    area = only(result)
    expected = 0.5 * (10 + 46 / 80) / 41 + 0.5 * (36 + 46 / 80) / 41
    assert area.graded_twice.share.value == pytest.approx(expected)
    assert area.graded_twice.change.value == pytest.approx(expected - 0.25)
    assert (area.decided_by, area.verdict) == (BridgeKind.GRADED_TWICE, BridgeVerdict.GRADES_ROSE)
    words = said(result)
    assert "practice improved" not in words.lower()
    assert "grades rose, with auditors’ strictness in them" in words
    assert "Auditors who became kinder or harsher on both scales count as a change." in words


def test_a_second_grade_by_somebody_else_is_no_grading_twice():
    new = Graded(quarter="2027-28 Q1", grade=2, audits=60, again=[2] * 55, readers=READERS)
    told = only(eras(council(*OLD, new))).graded_twice
    assert told.readings == 0
    assert [(gone.records, gone.reason) for gone in told.left_out] == [
        (55, "graded on the old scale by somebody other than the audit's auditor")
    ]


def test_both_bridges_tell_how_strictness_changed():
    """The old era loses 50 - 55.1 points by the words, the new one gains 55 less its share."""
    twelve = READERS
    new = (
        Graded(quarter="2027-28 Q1", grade=1, audits=90, auditors=twelve, again=[1] * 40),
        Graded(quarter="2027-28 Q4", grade=2, audits=110, auditors=twelve, again=[2] * 40),
    )
    result = eras(council(*[_part(level) for level in range(4)], *new))
    area = only(result)
    assert area.decided_by is BridgeKind.RE_READ
    on_new = area.re_read.share.value
    on_old = 0.45 * 0.5 / 41 + 0.55 * 40.5 / 41
    assert area.graded_twice.share.value == pytest.approx(on_old)
    assert area.severity.value == pytest.approx((0.5 - on_new) + (0.55 - on_old))
    assert "From both bridges together: " in said(result)
    assert "supports no verdict of its own" in said(result)


def test_an_approved_map_is_told_and_drawn_dashed_without_a_verdict():
    """By the map only outstanding meets the new standard: 20 of 200."""
    old = [replace(_part(level), again=()) for level in range(4)]
    result = eras(with_settings(council(*old, *NEW), scale_maps=(MAP,)))
    area = only(result)
    assert area.verdict is BridgeVerdict.CANNOT_BE_COMPARED
    assert area.mapped is not None
    assert area.mapped.positive.value == pytest.approx(0.1)
    words = said(result)
    assert "In the new words, 10% (" in words
    assert "cannot be compared: mapped by decision of Head of service, version 2." in words
    (picture,) = scales_pictures(result)
    told = words_drawn(picture)
    assert "mapped by decision of Head of" in " ".join(told)
    assert any(mark.endswith("edge comparison 1.6 dashed") for mark in marks_drawn(picture))
    # By the map only outstanding meets the new standard: all of the last quarter, none before.
    rows = [row for row in scales_tables(result)[-1].rows if "mapped" in " ".join(row)]
    assert [row[-2] for row in rows] == ["0%", "0%", "0%", "100%"]


def test_a_map_is_silent_where_a_bridge_speaks():
    result = eras(with_settings(bridged(), scale_maps=(MAP,)))
    assert only(result).mapped is None
    assert "mapped" not in said(result)


def test_the_tables_hold_eras_bridge_and_levels():
    by_era, bridge, levels, by_time = scales_tables(eras(bridged()))
    assert [row[3:7] for row in by_era.rows] == [
        ("good or better", "the year to March 2027", "200", "50%"),
        ("expected standard or better", "the year to March 2028", "200", "55%"),
    ]
    (row,) = bridge.rows
    assert row[:12] == (
        "1 April 2027", "Overall", "old audits read again on the new scale",
        "the year to March 2027", "200", "80", "80", "12", "55%", "45 to 65%", "−0.1",
        "−12 to +12",
    )  # fmt: skip
    assert row[12].startswith("bridge: Wilson on")
    assert [row[3:] for row in levels.rows] == [
        ("Inadequate", "20", "8", "0"),
        ("Requires improvement", "80", "32", "8"),
        ("Good", "80", "32", "28"),
        ("Outstanding", "20", "8", "8"),
    ]
    assert [row[0] for row in by_time.rows][:5] == [
        "2026-27 Q1", "2026-27 Q2", "2026-27 Q3", "2026-27 Q4", "2027-28 Q1",
    ]  # fmt: skip


def test_the_picture_says_each_era_the_band_and_the_break():
    (picture,) = scales_pictures(eras(bridged()))
    assert picture.alt == (
        "No evidence that practice changed over the change of scale on 1 April 2027. Its audits "
        "read again on the new scale: 55% (45 to 65%) expected standard or better. Good or better, "
        "in use until 31 March 2027: 0% in 2026-27 Q1, 100% in 2026-27 Q4."
    )
    assert "scale changed on 1 April 2027" in picture.svg
    # What finds no room in so few words stands in the table, also quarters without audits.
    by_time = scales_tables(eras(bridged()))[-1]
    assert [(row[0], *row[-3:-1]) for row in by_time.rows[4:6]] == [
        ("2027-28 Q1", "90", "0%"),
        ("2027-28 Q2", "0", "too few to say"),
    ]
    quarters = [words for words in words_drawn(picture) if words.startswith("Q")]
    assert quarters == ["Q1", "Q2", "Q3", "Q4"] * 2


def test_the_eras_are_told_where_there_is_no_bridge():
    (picture,) = scales_pictures(eras(council(*OLD, *NEW)))
    assert "Good or better, in use until 31 March 2027: 0% in 2026-27 Q1, 100% in" in picture.alt
    assert "Expected standard or better, in use from 1 April 2027: 0% in 2027-28 Q1" in picture.alt


def test_no_line_joins_two_eras(monkeypatch):
    drawn: list[list[str]] = []

    def keep(axes, points, *, dashed):
        drawn.append([point.label for point in points])

    monkeypatch.setattr(pictures, "_draw_line", keep)
    scales_pictures(eras(bridged()))
    assert [(line[0], line[-1]) for line in drawn] == [
        ("2026-27 Q1", "2026-27 Q4"),
        ("2027-28 Q1", "2027-28 Q4"),
    ]


def test_months_are_the_points_where_twelve_a_year_are_declared():
    days = (
        ("2026-27 Q4", "2027-01-05"),
        ("2026-27 Q4", "2027-03-05"),
        ("2027-28 Q1", "2027-05-05"),
    )
    parts = [Graded(quarter=quarter, day=day, grade=2, audits=12) for quarter, day in days]
    audits = with_settings(council(*parts), months=True)
    result = eras(audits, quarter=Quarter(2027, 1))
    assert [point.label for point in result.eras[0].areas[0].by_time] == [
        "Jan 2027", "Feb 2027", "Mar 2027",
    ]  # fmt: skip
    assert "by month" in scales_tables(result)[-1].caption
    assert "Feb 2027" in {row[0] for row in scales_tables(result)[-1].rows}
    assert "100% in Jan 2027, 100% in Mar 2027" in scales_pictures(result)[0].alt


def test_areas_are_judged_together_and_each_is_named():
    """The rise of one area alone is beyond chance; with two areas Holm asks for p below .025."""
    areas = ("Help", "Care")
    parts = [
        replace(part, domain=area)
        for area in areas
        for part in (*(_part(level) for level in range(4)), *NEW)
    ]
    result = eras(council(*parts, settings=replace(SETTINGS, headline_domains=areas)))
    assert [area.area for area in result.breaks[0].areas] == ["Help", "Care"]
    alone = only(eras(bridged())).p_adjusted
    assert [area.p_adjusted for area in result.breaks[0].areas] == pytest.approx(
        [min(1.0, 2 * alone)] * 2
    )
    assert "Help: read again on the new scale" in said(result)
    assert "in every area" in say_scales(result).claim
    assert (
        "On the scale in use from 1 April 2027, graded expected standard or better: Help, 55% "
        "(45 to 64%) of 200 audits in the year to March 2028; Care, 55%"
    ) in said(result)
    assert scale_change_words(result, section="section 2").endswith(
        "no evidence that practice changed in every area (section 2)."
    )
    assert len(scales_pictures(result)) == 2


def test_the_first_page_says_where_earlier_years_are_told():
    result = eras(council(*OLD, *NEW))
    assert scale_change_words(result, section="section 2") == (
        "The scale changed on 1 April 2027; earlier years are told in section 2 and not compared."
    )
    assert "no evidence that practice changed (section 2)" in scale_change_words(
        eras(bridged()), section="section 2"
    )
    later = council(*OLD, *NEW, Graded(quarter="2028-29 Q4", grade=2, audits=20))
    assert scale_change_words(eras(later, Quarter(2028, 4)), section="section 2") == ""


def test_a_council_on_one_scale_has_no_such_section():
    one = council(*OLD)
    alone = with_settings(one, eras=(), scale=OFSTED4)
    for audits, quarter in ((alone, Quarter(2026, 4)), (council(*OLD, *NEW), Quarter(2026, 4))):
        result = eras(audits, quarter)
        assert not SCALES.has_something(result)
        assert (scales_tables(result), scales_pictures(result)) == ((), ())
        assert scale_change_words(result, section="section 2") == ""
        assert say_scales(result).claim == "All audits are graded on one scale"


def test_three_eras_compare_neighbours_only():
    six = Scale(name="six", levels=tuple("abcdef"), good_from=3)
    three = (*SETTINGS.eras, Era(scale=six, first=date(2028, 4, 1)))
    settings = replace(SETTINGS, eras=three, scale=six)
    latest = Graded(quarter="2028-29 Q1", grade=4, audits=30)
    audits = council(*[_part(level) for level in range(4)], *NEW, latest, settings=settings)
    result = eras(audits, Quarter(2028, 1))
    assert [(one.old, one.new) for one in result.breaks] == [("ofsted4", "five"), ("five", "six")]
    assert [one.areas[0].verdict for one in result.breaks] == [
        BridgeVerdict.NO_EVIDENCE,
        BridgeVerdict.CANNOT_BE_COMPARED,
    ]
    far = audits.ratings.copy()
    far.loc[far["role"] == "bridge", "scale"] = "six"
    gone = eras(replace(audits, ratings=far), Quarter(2028, 1))
    assert gone.unused_readings == 80
    assert "80 bridge readings between scales that did not follow one another" in said(gone)


def test_changes_over_two_new_scales_are_never_added_up():
    six = Scale(name="six", levels=tuple("abcdef"), good_from=3)
    three = (*SETTINGS.eras, Era(scale=six, first=date(2028, 4, 1)))
    settings = replace(SETTINGS, eras=three, scale=six)
    again = [Graded(quarter="2027-28 Q1", grade=grade, audits=100, again=[given] * 40,
                    readers=READERS, read_on="2028-05-01")
             for grade, given in ((1, 0), (2, 1))]  # fmt: skip
    latest = Graded(quarter="2028-29 Q1", grade=4, audits=60)
    audits = council(*[_part(level) for level in range(4)], *again, latest, settings=settings)
    ratings = audits.ratings.copy()
    middle = ratings["audit_id"].isin(audits.audits.loc[audits.audits["quarter"] == "2027-28 Q1",
                                                        "audit_id"])  # fmt: skip
    ratings.loc[middle & (ratings["role"] == "bridge"), "scale"] = "six"
    both = eras(replace(audits, ratings=ratings), Quarter(2028, 1))
    assert [one.areas[0].decided_by for one in both.breaks] == [BridgeKind.RE_READ] * 2
    words = "may not be added up: practice that rose and fell back would look changed."
    assert said(both).count(words) == 1
    assert said(eras(audits, Quarter(2028, 1))).count(words) == 0  # the second bridge is none
    assert said(eras(bridged())).count(words) == 0


def test_results_survive_being_kept():
    for audits in (bridged(), with_settings(council(*OLD, *NEW), scale_maps=(MAP,))):
        text = result_to_json(eras(audits))
        assert result_to_json(result_from_json(text, ScaleEras)) == text


def test_every_sentence_is_short_enough_to_read():
    for audits in (bridged(), bridged(rises=True), council(*OLD, *NEW)):
        for sentence in said(eras(audits)).replace(": ", ". ").split(". "):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
