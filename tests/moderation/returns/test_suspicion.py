"""What is flagged of a return that reads without a fault: by hand, and against every order."""

from itertools import permutations

import pytest

from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.suspicion import (
    chance_of_cases,
    chance_of_rows,
    sorting_orders,
    suspicions,
)
from tests.moderation.returns.filled import AT, LEVELS, as_csv, pack, rows_of

I, R, G, O = LEVELS  # noqa: E741
SENT = pack(cases=4)
GRADE = AT["Grade"]
MIXED = [G, R, O, I, G, G, R, G, O, G, R, I]


def flags(grades, *, sent=SENT, change=None):
    rows = rows_of(sent, grades)
    rows = change(rows) if change else rows
    return suspicions(returned_file("a.csv", as_csv(rows), [sent]))


def codes(*args, **how):
    return [flag.code for flag in flags(*args, **how)]


BY_LETTERS = sorted(MIXED)
BY_SCALE = sorted(MIXED, key=LEVELS.index)


def test_grades_in_no_order_are_not_flagged():
    assert codes(MIXED) == []
    assert codes([G] * 12) == []


@pytest.mark.parametrize("grades", [BY_LETTERS, BY_LETTERS[::-1], BY_SCALE, BY_SCALE[::-1]])
def test_a_sorted_column_is_flagged_however_it_was_sorted(grades):
    (flag,) = flags(grades)
    assert (flag.code, flag.row) == ("in order", 0)
    assert "receipt" in flag.mend


def test_a_sorted_column_is_flagged_with_words_that_are_no_level_and_with_gaps():
    words = sorted([*MIXED[:9], NOT_GRADED], key=str.casefold)
    assert "in order" in codes([*words, "", ""])


@pytest.mark.parametrize("first", [NOT_GRADED, G, R])
def test_a_column_sorted_by_a_list_of_ones_own_is_flagged(first):
    grades = sorted([*MIXED[:11], NOT_GRADED], key=lambda word: (word != first, word[::-1]))
    assert codes(grades) == ["in order"]
    sent = pack(cases=2)  # 3! lists: 6 · 2! 2! 2! / 6! = 0.07
    assert codes([G, G, O, O, R, R], sent=sent) == []


def test_whole_rows_that_were_sorted_are_not_flagged():
    def by_grade(rows):
        return [rows[0], *sorted(rows[1:], key=lambda row: row[GRADE])]

    assert codes(MIXED, change=by_grade) == []


def test_rows_sorted_after_the_column_was_are_still_flagged():
    def by_key(rows):
        return [rows[0], *sorted(rows[1:])]

    assert codes(BY_LETTERS, change=by_key) == ["in order"]


def test_an_order_that_chance_often_makes_is_not_flagged():
    sent = pack(cases=2)
    assert codes([R, R, G, G, G, G], sent=sent) == []  # 2 · 2! 4! / 6! = 0.13


def test_the_chance_of_rows_is_that_of_counting():
    words = [I, G, G, R]
    orders = sorting_orders(words, SENT)
    found = [
        order
        for order in permutations(words)
        if any([*ranks] == sorted(ranks) for each in orders if (ranks := [each[w] for w in order]))
    ]
    assert chance_of_rows(words, orders=len(orders)) == pytest.approx(len(found) / 24)


@pytest.mark.parametrize(
    "cases",
    [
        [[I, I], [R, R], [G, G]],
        [[G, G], [G, G], [G, R], [R, R]],
        [[I, R], [R, G], [G, O]],
        [[G], [G], [R], [O]],
        [[R, G], [R, G], [O, O]],  # two cases that each rise: never in order together
        [[G, G], [G, G]],
    ],
)
def test_the_chance_of_cases_is_that_of_counting_all_their_orders(cases):
    words = [word for case in cases for word in case]
    orders = sorting_orders(words, SENT)

    def stands(order, shown):
        ranks = [order[word] for case in shown for word in case]
        return ranks == sorted(ranks)

    every = [*permutations(cases)]
    shares = [sum(stands(order, shown) for shown in every) / len(every) for order in orders]
    assert chance_of_cases(cases, orders) == pytest.approx(min(1, sum(shares)))


def test_the_chance_that_is_told_is_that_of_the_cases():
    # Four cases, each of one grade, all different: 4 orders of 4! = 24.
    (flag,) = flags([G] * 3 + [I] * 3 + [O] * 3 + [R] * 3)
    assert "once in 6 times" in flag.expected


@pytest.mark.parametrize("first", [1, 2, 5, 9])
@pytest.mark.parametrize("down", [True, False])
def test_a_column_moved_by_one_is_flagged(first, down):
    def moved(rows):
        grades = [row[GRADE] for row in rows[first:]]
        grades = ["", *grades[:-1]] if down else [*grades[1:], ""]
        for row, grade in zip(rows[first:], grades, strict=True):
            row[GRADE] = grade
        return rows

    found = codes(MIXED, change=moved)
    assert "a gap" in found
    assert ("beside nothing" in found) == (down and first == 1)


def test_a_reason_beside_an_empty_grade_is_flagged_with_its_row():
    (flag,) = flags(["", "", "", *MIXED[3:]])
    assert (flag.code, flag.row, flag.column) == ("beside nothing", 2, "Grade")
    assert "1 row has a reason, a certainty or a comment" in flag.found


def test_cases_left_for_later_are_not_flagged():
    def blank(rows):
        return [*rows[:4], *([*row[:GRADE], *[""] * 4] for row in rows[4:])]

    assert codes(MIXED, change=blank) == []


def test_files_put_together_are_flagged_once():
    one, other = pack("M-01"), pack("M-02")
    rows = [*rows_of(one, MIXED), *rows_of(other, MIXED)[1:]]
    file = returned_file("a.csv", as_csv(rows), [one, other])
    (flag,) = suspicions(file)
    assert (flag.code, len(file.cases)) == ("several packs", 8)
    assert f"{one.pack} and {other.pack}" in flag.found
