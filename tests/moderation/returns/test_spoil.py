"""A small part of the measurement of spoilt returns, and what its page says."""

import random

import pytest

from qaf_analysis.moderation.returns.collect import collected
from tests.moderation.returns.filled import AT, LEVELS, as_csv, given, pack, rows_of
from tests.moderation.returns.spoil import HARMLESS, KINDS, PAGE, SILENT, Total, measured, page

EACH = 8


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SILENT])
def test_no_grade_is_taken_for_another_row(kind):
    total = measured(kind, each=EACH, seed=11)
    assert total.with_wrong == 0
    if kind in HARMLESS:
        assert total.right_share == 1
    else:
        assert total.told == EACH
        assert total.right_share > 0.85


@pytest.mark.parametrize("kind", SILENT)
def test_of_grades_moved_beside_their_keys_most_are_flagged_and_no_code_is_the_right_one(kind):
    total = measured(kind, each=EACH, seed=11)
    assert total.with_wrong >= EACH - 1
    assert total.wrong_flagged >= total.with_wrong / 2
    assert total.wrong_with_the_right_code == 0


def test_all_sixteen_kinds_are_measured_at_full_size():
    text = PAGE.read_text(encoding="utf-8")
    assert "--seed 5 --each 250`" in text
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if " | " in line]
    rows = [row for row in rows if row[1] == "250" and len(row) == 6]
    assert [row[0] for row in rows] == list(KINDS)
    assert len(rows) == 16
    assert {(row[2], row[3]) for row in rows if row[0] not in SILENT} == {("0", "0")}
    assert "0 of 3,500 returns had a wrong grade taken" in text


def test_the_page_would_tell_of_a_wrong_grade():
    total = Total(kind="a key blank", returns=9, with_wrong=3, wrong_untold=2, wrong_flagged=1,
                  wrong_with_the_right_code=1, told=6, right_share=0.5)  # fmt: skip
    text = page([total], (4, {"in order": 4}), each=9, seed=1)
    assert "| a key blank | 9 | 3 | 2 | 6 | 50.0 % |" in text
    assert "3 of 9 returns had a wrong grade taken" in text
    assert "4 were flagged all the same (“in order” 4)" in text


# Flags, by hand.

SENT = pack()


def flags(grades, **texts):
    content = as_csv(rows_of(SENT, grades, **texts))
    return [each.code for each in collected([SENT], [("a.csv", content)], already={}).flags]


def test_grades_in_no_order_are_not_flagged():
    assert flags(given(SENT)) == []


@pytest.mark.parametrize("order", [LEVELS, sorted(LEVELS), LEVELS[::-1], ("Good", *LEVELS[:2])])
def test_a_sorted_column_is_flagged_by_whatever_list_it_was_sorted(order):
    """Twelve grades in blocks: 3 blocks of 4 by chance once in 5,775, 4 of 3 once in 15,400."""
    grades = [level for level in order for _ in range(12 // len(order))]
    assert flags(grades) == ["in order"]
    random.Random(2).shuffle(grades)
    assert flags(grades) == []


def test_few_grades_in_blocks_are_nothing_odd():
    assert flags(["Good"] * 12) == []
    assert flags(["Good"] * 11 + ["Outstanding"]) == []


def test_a_shift_is_flagged_by_what_it_leaves():
    grades = given(SENT)
    assert flags(["", *grades[:-1]]) == ["beside nothing", "a gap"]
    assert flags([*grades[1:], ""]) == ["a gap"]
    unfinished = [*grades[:6], *[""] * 6]
    assert "a gap" not in flags(unfinished)
    rows = rows_of(SENT, [*grades[:6], *[""] * 6])
    for row in rows[7:]:
        row[AT["Reason"]] = row[AT["Sure"]] = row[AT["Comment"]] = ""
    assert collected([SENT], [("a.csv", as_csv(rows))], already={}).flags == ()
