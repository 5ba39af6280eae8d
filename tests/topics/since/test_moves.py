"""Audits of quarters already reported, looked up one by one; every move planted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.reported import PastMoves
from qaf_analysis.topics.since.moves import past_moves
from tests.topics.by_hand import GOOD, IMPROVE, OUTSTANDING, audit, council

Q1, Q2, Q3 = Quarter(2019, 1), Quarter(2019, 2), Quarter(2019, 3)
THEN = (
    audit("2019-20 Q1", GOOD),  # A001
    audit("2019-20 Q1", GOOD),  # A002
    audit("2019-20 Q2", IMPROVE),  # A003
    audit("2019-20 Q2", GOOD),  # A004
    audit("2019-20 Q2"),  # A005, without a grade
)
NEW = audit("2019-20 Q3", GOOD)


def moves(*now, then=THEN):
    return past_moves(council(*then), council(*now), reported=Q2, quarter=Q3)


def changed(**by_number):
    """The audits of then with some of them otherwise, and one of the new quarter."""
    rows = [by_number.get(f"A{n}", row) for n, row in enumerate(THEN, start=1)]
    return (*rows, NEW)


def test_audits_of_the_new_quarter_alone_are_no_move():
    assert moves(*THEN, NEW, NEW) == ()


def test_an_audit_that_no_file_held_then_came_late():
    late = audit("2019-20 Q1", IMPROVE)
    assert moves(*THEN, late, late, NEW) == (PastMoves(headline="", quarter=Q1, late=2),)


def test_an_audit_that_was_loaded_without_a_grade_is_counted_since():
    found = moves(*changed(A5=audit("2019-20 Q2", GOOD)))
    assert found == (PastMoves(headline="", quarter=Q2, counted_since=1),)


def test_another_date_moves_an_audit_out_of_one_quarter_and_into_the_other():
    found = moves(*changed(A2=audit("2019-20 Q2", GOOD)))
    assert found == (
        PastMoves(headline="", quarter=Q1, moved_out=1),
        PastMoves(headline="", quarter=Q2, moved_in=1),
    )


def test_an_audit_moved_into_the_new_quarter_is_moved_and_not_withdrawn():
    found = moves(*changed(A4=audit("2019-20 Q3", GOOD)))
    assert found == (PastMoves(headline="", quarter=Q2, moved_out=1),)


def test_another_grade_is_a_grade_corrected_whichever_way_it_went():
    found = moves(*changed(A1=audit("2019-20 Q1", IMPROVE), A2=audit("2019-20 Q1", OUTSTANDING)))
    assert found == (PastMoves(headline="", quarter=Q1, regraded=2),)


def test_an_audit_that_lost_its_grade_or_became_a_themed_one_is_uncounted():
    themed = audit("2019-20 Q2", GOOD, audit_type="themed")
    found = moves(*changed(A3=audit("2019-20 Q2"), A4=themed))
    assert found == (PastMoves(headline="", quarter=Q2, uncounted=2),)


def test_an_audit_that_no_file_holds_now_is_withdrawn():
    """The last of then is gone: numbers by place, so that no other audit changes its own."""
    then = (*THEN, audit("2019-20 Q2", GOOD))
    assert moves(*THEN, then=then) == (PastMoves(headline="", quarter=Q2, withdrawn=1),)


def test_then_and_now_exchanged_would_be_seen():
    late = (*THEN, audit("2019-20 Q1", IMPROVE))
    there = past_moves(council(*THEN), council(*late), reported=Q2, quarter=Q3)
    back = past_moves(council(*late), council(*THEN), reported=Q2, quarter=Q3)
    assert (there[0].late, there[0].withdrawn) == (1, 0)
    assert (back[0].late, back[0].withdrawn) == (0, 1)


def test_one_late_and_one_withdrawn_are_both_told_though_the_number_is_the_same():
    then = council(*THEN)
    now = council(*THEN, audit("2019-20 Q1", GOOD))
    gone = now.audits["audit_id"] == "A001"
    ratings = now.ratings[now.ratings["audit_id"] != "A001"].reset_index(drop=True)
    now = replace(now, audits=now.audits[~gone].reset_index(drop=True), ratings=ratings)
    found = past_moves(then, now, reported=Q2, quarter=Q3)
    assert found == (PastMoves(headline="", quarter=Q1, late=1, withdrawn=1),)


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_rows_decides_nothing(turned):
    now = council(*THEN, audit("2019-20 Q1", IMPROVE), NEW)
    if turned:
        now = replace(now, ratings=now.ratings[::-1].reset_index(drop=True))
    found = past_moves(council(*THEN), now, reported=Q2, quarter=Q3)
    assert found == (PastMoves(headline="", quarter=Q1, late=1),)
