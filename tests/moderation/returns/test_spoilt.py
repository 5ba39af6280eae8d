"""Spoilt returns: no grade on a wrong row without a word, in a few of those that are measured."""

from dataclasses import replace

import pytest

from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.collect import collected
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.receipt import receipt_code, receipt_text, same_code
from tests.moderation.returns.filled import (
    DOMAINS,
    KEY,
    LEVELS,
    as_csv,
    given,
    pack,
    read_grades,
    rows_of,
    truth,
)
from tests.moderation.returns.spoil import BY_RECEIPT_ALONE, KINDS, measured

READ_WHOLE = (
    "whole rows sorted", "column inserted", "columns swapped", "capitals", "row twice, alike",
    "header lost",
)  # fmt: skip


@pytest.fixture(scope="module")
def counts():
    return measured(seed=11, each=15)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(BY_RECEIPT_ALONE)))
def test_no_grade_is_read_for_a_wrong_row(counts, kind):
    assert (counts[kind].wrong, counts[kind].silent) == (0, 0)
    if kind in READ_WHOLE:
        assert counts[kind].right == counts[kind].grades
    else:
        assert counts[kind].right < counts[kind].grades
        assert counts[kind].told >= 14


@pytest.mark.parametrize("kind", BY_RECEIPT_ALONE)
def test_a_moved_column_has_another_receipt(counts, kind):
    assert counts[kind].with_wrong >= 14
    assert counts[kind].other_code == counts[kind].with_wrong


def read(rows, *packs, name="a.csv"):
    return returned_file(name, as_csv(rows), list(packs))


def told(file):
    return [problem.code for problem in file.problems]


@pytest.mark.parametrize(
    ("word", "grade"),
    [("good ", "Good"), ("GOOD", "Good"), ("outstanding.", "Outstanding"),
     ("requires  improvement", "Requires improvement"), ("could not grade", NOT_GRADED)],
)  # fmt: skip
def test_a_grade_is_known_however_it_is_written(word, grade):
    sent = pack()
    rows = rows_of(sent)
    rows[1][3] = word
    file = read(rows, sent)
    assert read_grades(file, sent)[sent.rows[0].key] == grade
    assert told(file) == []


@pytest.mark.parametrize("word", ["RI", "2", "Gud", "Good/RI", "Good-", "high RI", "n/a"])
def test_a_word_that_is_no_grade_is_set_aside_with_the_list(word):
    sent = pack()
    rows = rows_of(sent)
    rows[1][3] = word
    file = read(rows, sent)
    assert sent.rows[0].key not in read_grades(file, sent)
    (problem,) = file.problems
    assert problem.code == "no grade"
    assert (problem.row, problem.column) == (2, "Grade")
    assert (
        "Inadequate; Requires improvement; Good; Outstanding; Could not grade" in problem.expected
    )


def test_a_comment_in_the_column_of_grades_is_not_shown():
    sent = pack()
    rows = rows_of(sent)
    rows[1][3] = "The child’s mother said that the worker never came"
    (problem,) = read(rows, sent).problems
    assert "mother" not in problem.sentence


def test_a_key_of_another_version_is_not_read():
    sent, older = pack(), pack(version=0)
    file = read(rows_of(older), sent)
    assert file.cases == ()
    assert told(file) == ["unknown key"] * len(sent.rows)
    assert "another version" in file.problems[0].found


def test_another_sheet_says_so():
    file = returned_file("a.csv", b"How to use this workbook,\r\nRead the file,\r\n", [pack()])
    assert told(file) == ["no grades"]
    assert "another sheet was saved" in file.problems[0].mend


def test_two_moderators_in_one_file_are_two_packs():
    one, other = pack("M-01"), pack("M-02")
    file = read([*rows_of(one), *rows_of(other)[1:]], one, other)
    assert file.packs == (one.pack, other.pack)
    assert read_grades(file, one) | read_grades(file, other) == truth(one) | truth(other)


def both(sent, first, second, **more):
    files = [("one.csv", as_csv(first)), ("two.csv", as_csv(second))]
    return collected([sent], files, already={}, **more)


def test_halves_make_a_whole():
    sent = pack(cases=4)
    rows = rows_of(sent)
    found = both(sent, rows[:7], [rows[0], *rows[7:]])
    assert len(found.taken) == 4
    assert found.conflicts == ()


def test_what_is_filled_beats_what_is_empty_only_where_the_rest_is_equal():
    sent = pack(cases=1)
    full, part = rows_of(sent), rows_of(sent)
    part[2][3] = ""
    found = both(sent, part, full)
    (taken,) = found.taken
    assert dict(taken.case.grades) == dict(zip(DOMAINS, given(sent), strict=True))
    part[3][3] = next(level for level in LEVELS if level != part[3][3])
    found = both(sent, part, full)
    assert found.taken == ()
    (conflict,) = found.conflicts
    assert conflict.what == "Plan"
    assert conflict.said == (("one.csv, row 4", part[3][3]), ("two.csv, row 4", full[3][3]))


def test_two_comments_are_a_conflict_whose_words_are_not_shown():
    sent = pack(cases=1)
    found = both(sent, rows_of(sent, comment="One"), rows_of(sent, comment="Other"))
    (conflict,) = found.conflicts
    assert (conflict.what, {text for _, text in conflict.said}) == ("comment", {"another text"})


def test_a_confirmed_case_is_not_corrected():
    sent = pack(cases=1)
    before = read(rows_of(sent), sent).cases[0]
    key = before.pack, before.case
    other = rows_of(sent, [LEVELS[(LEVELS.index(word) + 1) % 4] for word in given(sent)])
    ask = {"already": {key: before}, "corrected": True}
    assert collected([sent], [("a.csv", as_csv(other))], **ask).taken
    confirmed = collected([sent], [("a.csv", as_csv(other))], confirmed=frozenset({key}), **ask)
    assert confirmed.taken == ()
    assert len(confirmed.conflicts) == 3


def test_any_change_changes_the_code_and_the_order_does_not():
    sent = pack(cases=3)
    cases = read(rows_of(sent), sent).cases
    code = receipt_code(KEY, sent.pack, cases)
    assert same_code(f" {code[:4].lower()} {code[4:]} ", code)
    assert receipt_code(KEY, sent.pack, cases[::-1]) == code
    changes = ({"reason": "Other, see comment"}, {"sure": "Not sure"}, {"comment": "x"},
               {"grades": {**cases[0].grades, "Plan": None}})  # fmt: skip
    for change in changes:
        assert receipt_code(KEY, sent.pack, (replace(cases[0], **change), *cases[1:])) != code


def test_a_receipt_says_each_grade_and_what_is_missing():
    sent = pack(cases=1)
    (case,) = read(rows_of(sent, ["Good", "", NOT_GRADED], comment=""), sent).cases
    text = receipt_text(moderator="M-04", round="a", code="K7QM5TXB", cases=[case], missing=2)
    assert "for round a: 1 case. Nothing has come of 2 cases." in text
    assert f"Case {case.case}: Overall Good, Assessment nothing yet, Plan Could not grade." in text
    assert "Please say why a part could not be graded." in text
    assert "send back this code: K7QM5TXB." in text
