"""Every mark of the pictures of severity, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.severity.pictures import ScaleMap, scale_map, severity_pictures
from qaf_analysis.topics.severity.section import SEVERITY as SECTION
from tests.drawn import drawn, words_drawn
from tests.topics.by_hand import unknown
from tests.topics.severity.results import KIND, NEW, SEVERITY, STRICT, untold

MINUS = "\N{MINUS SIGN}"
ABOUT = (
    "Severity of each auditor in grades on the same files, in the order of their codes; above "
    "zero stricter."
)


def test_auditors_lie_between_kinder_and_stricter():
    """From -0.78 less 0.08 at 39 to 0.83 and 0.08 at 576: 303.2 pixels a grade, zero at 300.

    0.62 lies 188 to the right of it, its inner line 0.55 to 0.69 from 467 to 509.
    """
    rows, _ = severity_pictures(SEVERITY)
    assert rows.title == "Auditors differ by about 0.34 of a grade in strictness"
    assert rows.width == 800
    assert rows.alt == (
        f"{rows.title}. {ABOUT} 001: +0.6 (+0.4 to +0.8), 1,104 audits, 1,031 shared. 002: "
        f"{MINUS}0.5 ({MINUS}0.8 to {MINUS}0.2), 57 audits, 23 shared. 003: +0.1 ({MINUS}0.6 to "
        "+0.8), not enough yet (4 shared)."
    )
    assert drawn(rows) == [
        "box 224,6 to 376,72 band",
        "line 300,6 300,72 edge text 1.2",
        "line 466,17 509,17 edge accent 5",
        "line 424,17 551,17 edge accent 2.5",
        "line 488,17 edge #1f77b4 1.5",
        "dot 488,17 10 wide accent",
        "line 124,39 191,39 edge accent 5",
        "line 63,39 251,39 edge accent 2.5",
        "line 157,39 edge #ff7f0e 1.5",
        "dot 157,39 10 wide accent",
        "line 263,61 409,61 edge quiet 5",
        "line 124,61 551,61 edge quiet 2.5",
        "line 336,61 edge #2ca02c 1.5",
        "dot 336,61 10 wide page edge quiet 2",
        "line 39,72 576,72 edge grid 1.5",
        '"001" 2,21 start 12 text',
        '"1,104 audits, 1,031 shared" 632,21 start 11 muted',
        '"+0.6" 622,21 end 12 text',
        '"002" 2,43 start 12 text',
        '"57 audits, 23 shared" 632,43 start 11 muted',
        f'"{MINUS}0.5" 622,43 end 12 text',
        '"003" 2,65 start 12 text',
        '"not enough yet (4 shared)" 632,65 start 11 muted',
        '"+0.1" 622,65 end 12 text',
        '"as colleagues" 300,87 middle 11 text',
        '"grades higher (kinder)" 39,103 start 11 muted',
        '"grades lower (stricter)" 576,103 end 11 muted',
        '"grades; shaded: no practical difference" 576,118 end 11 muted',
    ]


def test_an_auditor_without_figures_is_named_and_not_drawn():
    none = replace(NEW, severity=unknown("no shared audit"), inner=(nan, nan), linked=0)
    bare = replace(KIND, severity=replace(KIND.severity, low=nan, high=nan), audits=1, linked=1)
    rows, _ = severity_pictures(replace(SEVERITY, auditors=(none, bare)))
    assert rows.alt == (
        f"Auditors differ by about 0.34 of a grade in strictness. {ABOUT} 003: not enough yet (0 "
        f"shared). 002: {MINUS}0.5, 1 audit, 1 shared."
    )
    marks = [mark for mark in drawn(rows) if mark.startswith(("dot", "line"))]
    assert [mark.split(" ")[0] for mark in marks] == ["line", "line", "line", "dot", "line"]
    assert not [mark for mark in marks if mark.endswith(" 5")]  # no inner line without an outer


def test_practice_grades_domains_and_auditors_lie_on_one_scale():
    """330 pixels from -1.8 less 0.4 at 374 to 1.9 and 0.4 at 44: 73.3 a logit."""
    _, scale = severity_pictures(SEVERITY)
    assert (scale.title, scale.width) == (
        "Practice, grades, domains and auditors on one scale",
        800,
    )
    assert scale.alt == (
        f"{scale.title}. One scale in logits. Audits: a tenth, a quarter, half, three quarters and "
        f"nine tenths lie below {MINUS}1.60, {MINUS}0.70, 0.30, 0.80, 1.50. Grades begin at: "
        f"Requires improvement {MINUS}1.80; Good 0.10; Outstanding 1.90. Domains, graded lower "
        f"the higher: Overall {MINUS}0.21; Risk 0.42. Severities of 3 auditors from {MINUS}0.90 "
        "to 1.10."
    )
    assert drawn(scale) == [
        "line 124,374 124,44 edge grid 1.5",
        "line 279,374 279,44 edge grid 1.5",
        "line 434,374 434,44 edge grid 1.5",
        "line 589,374 589,44 edge grid 1.5",
        # a tenth to nine tenths of practice, its middle half, and half of it
        "line 124,330 124,103 edge pale 4",
        "line 124,264 124,154 edge accent 10",
        "line 124,191 edge band 1.5",
        "dot 124,191 6 wide band edge band 1",
        "line 279,345 edge text 1.5",
        "dot 279,345 12 wide text edge text 2",
        "line 279,205 edge text 1.5",
        "dot 279,205 12 wide text edge text 2",
        "line 279,73 edge text 1.5",
        "dot 279,73 12 wide text edge text 2",
        "line 434,228 edge comparison 1.5",
        "dot 434,228 12 wide comparison edge comparison 2",
        "line 434,182 edge comparison 1.5",
        "dot 434,182 12 wide comparison edge comparison 2",
        "line 589,279 edge accent 1.5",
        "dot 589,279 6 wide accent at 0.6 edge accent 1",
        "line 589,198 edge accent 1.5",
        "dot 589,198 6 wide accent at 0.6 edge accent 1",
        "line 589,132 edge accent 1.5",
        "dot 589,132 6 wide accent at 0.6 edge accent 1",
        '"audits" 120,22 start 12 bold text',
        '"grades begin" 275,22 start 12 bold text',
        '"domains" 430,22 start 12 bold text',
        '"auditors" 585,22 start 12 bold text',
        '"a quarter below" 136,268 start 11 muted',
        '"half" 136,195 start 11 muted',
        '"Requires…" 291,349 start 11 text',
        '"Good" 291,209 start 11 text',
        '"Outstanding" 291,77 start 11 text',
        '"Overall" 446,232 start 11 text',
        '"Risk" 446,186 start 11 text',
        '"better practice;" 630,58 start 11 muted',
        '"graded lower;" 630,74 start 11 muted',
        '"stricter" 630,90 start 11 muted',
        '"weaker practice;" 630,336 start 11 muted',
        '"graded higher;" 630,352 start 11 muted',
        '"kinder" 630,368 start 11 muted',
    ]


MAP = ScaleMap(
    practice=(-1.0, -0.5, 0.0, 0.5, 1.0),
    levels=("Bad", "Poor", "Good", "Top"),
    thresholds=(-1.1, nan, 1.1),
    domains=(("Plan", 0.2), ("Risk", -0.2)),
    auditors=(-1.6, 2.1),
)


def test_everything_has_room_on_the_scale():
    """From -1.6 less 0.4 to 2.1 and 0.4: 330 pixels for 4.5 logits; a grade never used is none."""
    picture = scale_map(MAP, title="t")
    assert picture.alt == (
        f"t. One scale in logits. Audits: a tenth, a quarter, half, three quarters and nine tenths "
        f"lie below {MINUS}1.00, {MINUS}0.50, 0.00, 0.50, 1.00. Grades begin at: Poor "
        f"{MINUS}1.10; Top 1.10. Domains, graded lower the higher: Plan 0.20; Risk {MINUS}0.20. "
        f"Severities of 2 auditors from {MINUS}1.60 to 2.10."
    )
    dots = [mark for mark in drawn(picture) if mark.startswith("dot 589")]
    assert dots == [
        "dot 589,345 6 wide accent at 0.6 edge accent 1",
        "dot 589,73 6 wide accent at 0.6 edge accent 1",
    ]
    # names in the order of their places, from the lowest
    assert words_drawn(picture)[4:10] == ["a quarter below", "half", "Poor", "Top", "Risk", "Plan"]


def test_names_that_would_touch_are_moved_apart():
    """Domains a hundredth of a logit apart stand 15 pixels apart."""
    near = replace(MAP, domains=(("Plan", 0.01), ("Risk", 0.0)), auditors=())
    picture = scale_map(near, title="t")
    places = [
        float(mark.split(",")[1].split(" ")[0])
        for mark in drawn(picture)
        if mark.startswith(('"Plan"', '"Risk"'))
    ]
    assert abs(places[0] - places[1]) == 15
    assert picture.alt.endswith("Severities of no auditor.")


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
