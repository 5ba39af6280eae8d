"""Every mark of the pictures of severity, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.severity.pictures import ScaleMap, scale_map, severity_pictures
from qaf_analysis.topics.severity.section import SEVERITY as SECTION
from qaf_analysis.topics.severity.tables import severity_tables
from tests.drawn import drawn, size_drawn, words_drawn
from tests.topics.by_hand import unknown
from tests.topics.severity.results import KIND, NEW, SEVERITY, STRICT, untold

MINUS = "\N{MINUS SIGN}"


def dots(picture) -> list[str]:
    return [mark for mark in drawn(picture) if mark.startswith("dot")]


def test_auditors_lie_between_kinder_and_stricter():
    """From -0.78 less 0.08 at 39 to 0.83 and 0.08 at 422: 216.3 pixels a grade, zero at 225.

    0.62 lies 134 to the right of it, its inner line 0.55 to 0.69 from 344 to 374; the band of
    0.25 reaches 54 to either side.
    """
    rows, _ = severity_pictures(SEVERITY)
    assert rows.title == "Auditors differ by about 0.34 of a grade in strictness"
    assert rows.width == 642
    assert rows.alt == (
        f"{rows.title}. 3 auditors in the order of their codes from {MINUS}0.5 to +0.6 of a grade, "
        "above zero stricter: 1 clearly stricter, 1 possibly kinder and 1 not enough yet. Up to "
        "0.25 is no practical difference. Each auditor stands in the table."
    )
    marks = drawn(rows)
    assert "box 171,18 to 279,84 band" in marks
    assert dots(rows) == [
        "dot 359,29 10 wide accent",
        "dot 123,51 10 wide accent",
        "dot 251,73 10 wide page edge quiet 2",
    ]
    assert {"line 344,29 374,29 edge accent 5", "line 314,29 404,29 edge accent 2.5"} <= set(marks)
    words = words_drawn(rows)
    for code, number, note in (
        ("001", "+0.6", "1,104 audits, 1,031 shared"),
        ("002", f"{MINUS}0.5", "57 audits, 23 shared"),
        ("003", "+0.1", "not enough yet (4 shared)"),
    ):
        assert {code, number, note} <= set(words)
    assert [each for each in words if each.startswith("00")] == ["001", "002", "003"]


def test_many_auditors_stand_in_pictures_that_fit_a_page_on_one_scale():
    """50 auditors in two pictures of 25, in the order of their codes, the same code in one only."""
    people = tuple(replace(STRICT, auditor=f"AUDITOR-{n:03}") for n in range(49))
    extreme = replace(KIND, auditor="AUDITOR-900")
    first, second, _ = severity_pictures(replace(SEVERITY, auditors=(*people, extreme)))
    assert [one.title.partition(" (")[2] for one in (first, second)] == ["1 of 2)", "2 of 2)"]
    codes = [[each for each in words_drawn(one) if each.isdigit() and len(each) == 3]
             for one in (first, second)]  # fmt: skip
    assert codes[0] == [f"{n:03}" for n in range(25)]
    assert codes[1] == [*(f"{n:03}" for n in range(25, 49)), "900"]
    for one in (first, second):
        assert size_drawn(one)[1] < 900  # a page has room for 970 under its head
    assert len({mark.split(",")[0] for mark in [*dots(first), *dots(second)[:-1]]}) == 1


def test_an_auditor_without_figures_is_named_and_not_drawn():
    none = replace(NEW, severity=unknown("no shared audit"), inner=(nan, nan), linked=0)
    bare = replace(KIND, severity=replace(KIND.severity, low=nan, high=nan), audits=1, linked=1)
    rows, _ = severity_pictures(replace(SEVERITY, auditors=(none, bare)))
    assert rows.alt.startswith(
        "Auditors differ by about 0.34 of a grade in strictness. 2 auditors in the order of their "
        f"codes from {MINUS}0.5 of a grade, above zero stricter: 1 possibly kinder and 1 not "
        "enough yet."
    )
    assert len(dots(rows)) == 1
    assert {"003", "not enough yet (0 shared)", "1 audit, 1 shared"} <= set(words_drawn(rows))
    assert not [mark for mark in drawn(rows) if mark.endswith(" 5")]  # no inner without an outer


def test_practice_grades_domains_and_auditors_lie_on_one_scale():
    """340 pixels from -1.8 less 0.148 at 386 to 1.9 and 0.148 at 46: 85.1 a logit, 0 at 220."""
    _, scale = severity_pictures(SEVERITY)
    assert (scale.title, scale.width) == (
        "Practice, grades, domains and auditors on one scale",
        642,
    )
    assert scale.alt == (
        f"{scale.title}. In logits: eight in ten audits from {MINUS}1.60 to 1.50; 3 auditors from "
        f"{MINUS}0.90 to 1.10. Grades begin at Requires improvement {MINUS}1.80, Good 0.10, "
        f"Outstanding 1.90. Domains from Overall {MINUS}0.21 to Risk 0.42."
    )
    marks = set(drawn(scale))
    assert {
        # a tenth to nine tenths of practice, its middle half, and half of it
        "line 58,356 58,93 edge pale 4",
        "line 58,280 58,152 edge accent 10",
        "dot 58,195 6 wide band edge band 1",
        # where Good begins, carried over to the audits
        "line 168,212 184,212 edge text 2",
        "line 48,212 176,212 edge quiet 0.8 dashed",
        '"Good" 208,216 start 11 text',
        "line 336,185 352,185 edge comparison 2",
        '"Risk" 376,188 start 11 text',
        "dot 560,297 6 wide accent",
        "dot 560,203 6 wide accent",
        "dot 560,127 6 wide accent",
        '"0" 30,224 end 11 muted',
    } <= marks
    # No name is cut: one of two lines stands centred beside its mark, at 373.
    assert {'"Requires" 208,370 start 11 text', '"improvement" 208,385 start 11 text'} <= marks
    assert not [mark for mark in marks if "…" in mark]


def test_every_point_that_is_drawn_stands_in_a_table():
    tables = severity_tables(SEVERITY)
    cells = {cell for table in tables for row in table.rows for cell in row}
    notes = " ".join(table.note for table in tables)
    assert {f"{MINUS}1.60", f"{MINUS}0.70", "0.30", "0.80", "1.50"} <= cells
    assert {"10% of audits lie below", "90% of audits lie below", "Kindest auditor"} <= cells
    assert {f"{MINUS}0.90", "1.10", f"{MINUS}0.21", "0.42"} <= cells
    assert f"Requires improvement {MINUS}1.80; Good 0.10; Outstanding 1.90" in notes


MAP = ScaleMap(
    practice=(-1.0, -0.5, 0.0, 0.5, 1.0),
    levels=("Bad", "Poor", "Good", "Top"),
    thresholds=(-1.1, nan, 1.1),
    domains=(("Plan", 0.2), ("Risk", -0.2)),
    auditors=(-1.6, 2.1),
)


def test_everything_has_room_on_the_scale():
    """From -1.6 less 0.148 to 2.1 and 0.148: 340 pixels for 3.996; a grade never used is none."""
    picture = scale_map(MAP, title="t")
    assert picture.alt == (
        f"t. In logits: eight in ten audits from {MINUS}1.00 to 1.00; 2 auditors from {MINUS}1.60 "
        f"to 2.10. Grades begin at Poor {MINUS}1.10, Top 1.10. Domains from Risk {MINUS}0.20 to "
        "Plan 0.20."
    )
    assert dots(picture)[1:] == ["dot 560,373 6 wide accent", "dot 560,59 6 wide accent"]
    # names in the order of their places, from the lowest
    assert words_drawn(picture)[-4:] == ["Poor", "Top", "Risk", "Plan"]


def test_names_that_would_touch_are_moved_apart_and_joined_to_their_marks():
    """Domains a hundredth of a logit apart stand 15 pixels apart, each with a line to its mark."""
    near = replace(MAP, domains=(("Plan", 0.01), ("Risk", 0.0)), auditors=())
    picture = scale_map(near, title="t")
    marks = drawn(picture)
    names = {
        mark[1:5]: float(mark.split(",")[1].split(" ")[0]) - 4
        for mark in marks
        if mark.startswith(('"Plan"', '"Risk"'))
    }
    assert names["Risk"] - names["Plan"] == 15
    leaders = [
        tuple(float(end.split(",")[1]) for end in mark.split(" ")[1:3])
        for mark in marks
        if mark.startswith("line 353,") and mark.endswith("edge quiet 0.8")
    ]
    assert [end for _, end in leaders] == pytest.approx([names["Risk"], names["Plan"]], abs=1)
    assert abs(leaders[0][0] - leaders[1][0]) <= 1  # a hundredth of a logit is under a pixel
    assert "no auditor" in picture.alt


def test_as_many_domains_as_there_may_be_keep_their_names_within_the_picture():
    many = replace(MAP, domains=tuple((f"A domain of a long name, {n}", 0.0) for n in range(24)))
    picture = scale_map(many, title="t")
    height = size_drawn(picture)[1]
    for mark in drawn(picture):
        if mark.startswith('"A domain'):
            assert 46 - 15 <= float(mark.split(",")[-1].split(" ")[0]) <= height


def test_auditors_of_one_severity_lie_beside_each_other():
    alike = replace(MAP, auditors=(0.0, 0.0, 0.0))
    across = [mark.split(",")[0] for mark in dots(scale_map(alike, title="t"))[1:]]
    assert across == ["dot 560", "dot 568", "dot 575"]  # 7.5 pixels apart


def test_practice_needs_five_points():
    with pytest.raises(
        ShapeError, match=r"^Practice is drawn from five points of its distribution\.$"
    ):
        scale_map(replace(MAP, practice=(0.0, 1.0)), title="t")


def test_what_is_not_known_is_not_drawn():
    assert severity_pictures(untold()) == ()
    none = replace(STRICT, severity=unknown("no shared audit"))
    [scale] = severity_pictures(replace(SEVERITY, auditors=(none,)))
    assert scale.title.startswith("Practice, grades")
    for bare in ({"thresholds": ()}, {"practice": (0.0, 1.0)}):
        [rows] = SECTION.pictures(replace(SEVERITY, **bare))
        assert rows.title.startswith("Auditors differ")
