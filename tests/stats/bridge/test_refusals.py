"""Every reason against a bridge: at its limit and just inside, alone and together, in its words."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.bridge.refusals import BridgeDesign, refusals
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.verdicts import BridgeRefusal

LEVELS = ("Poor", "Fair", "Good", "Great")
NAN = float("nan")


def design(n=40, readers=10, *, kind=BridgeKind.RE_READ, **given):
    usual = {
        "kind": kind,
        "grade": [0, 1, 2, 3] * 50,
        "level": [place % 4 for place in range(n)],
        "reader": [place % readers for place in range(n)],
        "by_chance": [1] * n,
        "blind": [1] * n,
        "levels": LEVELS,
    }
    return BridgeDesign(**{**usual, **given})


def reasons(found):
    return [one.reason for one in refusals(found)]


def why(found):
    (one,) = refusals(found)
    return one.why


def test_the_smallest_bridge_that_is_enough():
    assert refusals(design(40, 10)) == ()
    assert refusals(design(80, 15, kind=BridgeKind.GRADED_TWICE)) == ()


def test_no_bridge():
    empty = {"level": [], "reader": [], "by_chance": [], "blind": []}
    assert why(design(**empty)) == (
        "No audit was graded on both scales. To compare, re-read at least 40 audits of the old "
        "scale (80 for changes of 15 points)."
    )
    assert why(design(kind=BridgeKind.GRADED_TWICE, **empty)) == (
        "No audit was graded on both scales. To compare, grade on both scales at least 40 audits "
        "of the new scale (80 for changes of 15 points)."
    )
    assert reasons(design(**empty)) == [BridgeRefusal.NO_BRIDGE]


@pytest.mark.parametrize(
    ("n", "kind", "said"),
    [
        (39, BridgeKind.RE_READ, "39 audits were read again"),
        (12, BridgeKind.GRADED_TWICE, "12 audits were graded on both scales"),
    ],
)
def test_too_few_audits(n, kind, said):
    assert why(design(n, 10, kind=kind)) == (
        f"{said}; at least 40 are needed. Plan 80 to see changes of 15 points."
    )


def test_one_audit_is_told_as_one():
    found = refusals(design(1, 1))
    assert found[0].why.startswith("1 audit was read again; at least 40")
    assert [one.reason for one in found] == [
        BridgeRefusal.FEW_AUDITS, BridgeRefusal.FEW_READERS, BridgeRefusal.THIN_LEVEL,
    ]  # fmt: skip
    assert found[1].why.startswith("1 reader graded for the bridge; at least 10 are needed")


def test_too_few_readers():
    assert why(design(80, 9)) == (
        "9 readers graded for the bridge; at least 10 are needed, as each has a strictness of "
        "their own. Share the audits out among more."
    )


def test_audits_picked_by_grade():
    picked = [1] * 39 + [0] * 40 + [NAN]
    found = design(80, 10, by_chance=picked)
    assert why(found) == (
        "Of 80 audits in the bridge, 40 were picked in another way than by chance and 1 was picked "
        "in a way that is not recorded. That leaves 39 audits picked by chance; at least 40 are "
        "needed. Plan 80 to see changes of 15 points. Draw them by chance, never by grade."
    )
    assert reasons(found) == [BridgeRefusal.NOT_BY_CHANCE]


def test_readers_who_were_not_blind():
    assert why(design(80, 10, blind=[1] * 39 + [0] * 41)) == (
        "Of 80 audits in the bridge, 41 were read with the first grade in sight. That leaves 39 "
        "audits read blind; at least 40 are needed. Plan 80 to see changes of 15 points. Readers "
        "who see the first grade are drawn to it."
    )
    assert (
        "40 were read without a record of whether the first grade was hidden. That leaves 0 audits"
        in why(design(40, 10, blind=[NAN] * 40))
    )


def test_blindness_is_not_asked_of_audits_graded_twice():
    assert refusals(design(40, 10, kind=BridgeKind.GRADED_TWICE, blind=[NAN] * 40)) == ()
    assert reasons(design(40, 10, kind=BridgeKind.GRADED_TWICE, by_chance=[0] * 40)) == [
        BridgeRefusal.NOT_BY_CHANCE
    ]


def test_readings_that_do_not_count_are_left_out_where_enough_remain():
    """Of 60, ten were seen and ten picked by hand: 40 are left, and these alone are used."""
    found = design(60, 10, blind=[0] * 10 + [1] * 50, by_chance=[1] * 50 + [0] * 10)
    assert refusals(found) == ()
    assert found.usable.sum() == 40
    assert not found.usable[:10].any()
    assert not found.usable[50:].any()
    assert reasons(design(60, 10, blind=[0] * 11 + [1] * 49, by_chance=[1] * 50 + [0] * 10)) == [
        BridgeRefusal.NOT_BLIND
    ]


def test_readers_and_grades_are_those_of_readings_that_count():
    """The tenth reader, and all readings of the worst grade, saw the first grade."""
    blind = np.ones(100)
    blind[9::10] = 0
    assert reasons(design(100, 10, blind=blind)) == [BridgeRefusal.FEW_READERS]
    blind = np.ones(100)
    blind[::4] = 0
    assert reasons(design(100, 25, blind=blind)) == [BridgeRefusal.THIN_LEVEL]


def test_a_common_grade_that_is_hardly_in_the_bridge():
    """20 of 200 audits are of the worst grade, with two in the bridge; with 19 it is let pass."""
    level = [0] * 2 + [1] * 20 + [2] * 18
    common = [0] * 20 + [1] * 90 + [2] * 90
    found = design(40, 10, grade=common, level=level)
    assert why(found) == (
        'A grade that 10% of audits or more have needs at least 3 audits in the bridge ("Poor": '
        "20 of 200 audits, 2 in the bridge). Add audits of it, drawn by chance."
    )
    assert refusals(design(40, 10, grade=[0] * 19 + [1] * 91 + [2] * 90, level=level)) == ()
    assert refusals(design(40, 10, grade=common, level=[0, *level[:-1]])) == ()


def test_grades_picked_lowest_first_leave_the_upper_ones_thin():
    found = design(40, 10, level=[0] * 20 + [1] * 20)
    (one,) = refusals(found)
    assert one.reason is BridgeRefusal.THIN_LEVEL
    assert '"Good": 50 of 200 audits, 0 in the bridge; "Great": 50 of 200' in one.why


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"reader": [0] * 39}, ShapeError),
        ({"reader": [-1] * 40}, ShapeError),
        ({"blind": [2] * 40}, ShapeError),
        ({"by_chance": [1] * 39}, ShapeError),
        ({"level": [4] * 40}, UnknownGradeError),
        ({"grade": [4] * 200}, UnknownGradeError),
    ],
)
def test_wrong_designs_are_refused(given, error):
    with pytest.raises(error):
        design(**given)
