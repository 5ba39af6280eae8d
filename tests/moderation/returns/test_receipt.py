"""The receipt reads everything back, and its code stands for all of it."""

from dataclasses import replace

import pytest

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.receipt import (
    receipt_code,
    receipt_page,
    receipt_text,
    same_code,
)
from tests.moderation.returns.filled import COMMENT, KEY, REASON, as_csv, given, pack, rows_of

SENT = pack()
CASES = returned_file("a.csv", as_csv(rows_of(SENT)), [SENT]).cases
CODE = receipt_code(KEY, SENT.pack, CASES)


def test_the_code_is_of_what_was_read_and_not_of_how_it_came():
    turned = returned_file("b.csv", as_csv(rows_of(SENT)[:1] + rows_of(SENT)[:0:-1]), [SENT]).cases
    assert [case.case for case in turned] != [case.case for case in CASES]
    assert receipt_code(KEY, SENT.pack, turned) == CODE
    again = [replace(case, grades=dict(reversed(case.grades.items()))) for case in CASES]
    assert receipt_code(KEY, SENT.pack, again) == CODE


@pytest.mark.parametrize(
    "changed",
    [
        {"grades": {**CASES[0].grades, "Plan": "Outstanding"}},
        {"grades": {**CASES[0].grades, "Plan": None}},
        {"grades": {**CASES[0].grades, "Plan": NOT_GRADED}},
        {"reason": "Timeliness"},
        {"sure": "Not sure"},
        {"comment": COMMENT + "."},
        {"case": "B7KD2QXM"},
    ],
)
def test_anything_else_that_was_read_has_another_code(changed):
    assert CASES[0].grades["Plan"] not in ("Outstanding", None)
    assert receipt_code(KEY, SENT.pack, [replace(CASES[0], **changed), *CASES[1:]]) != CODE


def test_another_pack_round_or_secret_has_another_code():
    others = {
        receipt_code(KEY, "B7KD2QXM", CASES),
        receipt_code(replace(KEY, round="2020-21-Q1-a"), SENT.pack, CASES),
        receipt_code(RoundKey(secret=bytes(32), round=KEY.round), SENT.pack, CASES),
        receipt_code(KEY, SENT.pack, CASES[1:]),
    }
    assert len({CODE, *others}) == 5


def test_two_cases_swapped_have_another_code():
    first, second = CASES[:2]
    swapped = [replace(first, grades=second.grades), replace(second, grades=first.grades)]
    assert receipt_code(KEY, SENT.pack, [*swapped, *CASES[2:]]) != CODE


def test_codes_are_compared_as_people_type_them():
    assert same_code(f" {CODE[:4].lower()} - {CODE[4:]}. ", CODE)
    assert not same_code(CODE[:-1], CODE)
    assert not same_code("", CODE)


def test_text_and_page_read_every_grade_back_beside_its_case():
    told = {"moderator": "M-04", "round": KEY.round, "code": CODE, "cases": CASES, "missing": 2}
    text = receipt_text(**told)
    page = receipt_page(
        **told, names={case.code: f"Case {n}" for n, case in enumerate(SENT.cases, 1)}
    )
    grades = iter(given(SENT))
    for number, case in enumerate(SENT.cases, start=1):
        words = ", ".join(f"{part} {next(grades)}" for part in SENT.domains)
        assert f"Case {case.code}: {words}. Reason: {REASON}." in text
        assert f"Case {number} ({case.code})" in page.decode()
    for each in (text, page.decode()):
        assert f"send back this code: {CODE}" in each
        assert "Nothing has come of 2 cases" in each
        assert COMMENT in each


def test_a_part_without_a_grade_is_read_back_as_such():
    case = replace(CASES[0], grades={"Overall": NOT_GRADED, "Plan": None}, comment="")
    text = receipt_text(moderator="M-04", round=KEY.round, code=CODE, cases=[case], missing=0)
    assert "Overall Could not grade, Plan nothing yet" in text
    assert "Please say why a part could not be graded." in text


def test_a_comment_is_shown_as_text_on_the_page():
    case = replace(CASES[0], comment="<script>alert(1)</script>")
    page = receipt_page(
        moderator="M-04", round=KEY.round, code=CODE, cases=[case], missing=0, names={}
    )
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;" in page
