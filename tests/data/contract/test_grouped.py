"""Findings as a reader needs them: one line a kind, in the order of what must be done."""

import pytest

from qaf_analysis.data.contract.grouped import IN_ORDER, grouped, of_outcome
from qaf_analysis.data.contract.record import Finding


def finding(row: int | None = None, **changes: object) -> Finding:
    fields = {
        "code": "unknown_grade",
        "outcome": "quarantine",
        "file": "audits.csv",
        "row": row,
        "column": "grade",
        "found": '"Adequate", which is not a grade',
        "expected": "a grade of the scale",
        "mend": "add it to the grade map",
    }
    return Finding(**(fields | changes))


def test_kinds_come_in_the_order_of_what_must_be_done():
    found = [
        finding(1, code="spaces", outcome="note"),
        finding(2, code="encoding", outcome="warning"),
        finding(3),
        finding(4, code="date_unreadable"),
        finding(5, code="date_unreadable"),
        finding(6, code="quote_not_closed", outcome="reject"),
    ]
    assert [(kind.outcome, kind.code) for kind in grouped(found)] == [
        ("reject", "quote_not_closed"),
        ("quarantine", "date_unreadable"),  # two rows
        ("quarantine", "unknown_grade"),  # one
        ("warning", "encoding"),
        ("note", "spaces"),
    ]


def test_nothing_is_lost_by_grouping():
    found = [
        finding(row, code=f"code_{row % 7}", outcome=IN_ORDER[row % 4], file=f"{row % 3}.csv")
        for row in range(200)
    ]
    kinds = grouped(found)
    again = [each for kind in kinds for each in kind.findings]
    assert sorted(again, key=lambda each: each.row) == found
    assert sum(len(of_outcome(kinds, outcome)) for outcome in IN_ORDER) == len(kinds)
    assert grouped([]) == ()


def test_one_code_with_two_outcomes_is_two_kinds():
    kinds = grouped([finding(2), finding(3, outcome="warning")])
    assert [kind.outcome for kind in kinds] == ["quarantine", "warning"]


def test_a_kind_is_one_line_with_its_first_places():
    rows = [finding(row) for row in range(2, 52)]
    [kind] = grouped(rows)
    assert kind.line == (
        'Unknown grade (50 rows) [unknown_grade]: found "Adequate", which is not a grade; expected '
        "a grade of the scale. Where: audits.csv › rows 2, 3, 4 and 47 more, column grade. To "
        "mend: add it to the grade map"
    )


def test_rows_that_are_counted_only_are_among_those_of_the_line():
    [kind] = grouped([finding(2), finding(3), finding(None, rows=4536)])
    assert kind.extent == "4,538 rows"
    assert kind.where == "audits.csv › rows 2, 3 and 4,536 more, column grade"


def test_every_file_has_its_own_places_as_far_as_a_line_holds_them():
    found = [finding(9, file=name, sheet="Q1") for name in ("a.xlsx", "b.xlsx")]
    [kind] = grouped(found)
    assert kind.where == (
        "a.xlsx › sheet Q1 › row 9, column grade; b.xlsx › sheet Q1 › row 9, column grade"
    )
    many = [finding(9, file=f"{n}.csv") for n in range(5)]
    assert grouped(many)[0].where.endswith("2.csv › row 9, column grade; and in 2 further columns")


@pytest.mark.parametrize(
    ("founds", "said"),
    [
        (['"Poor"', '"Poor"'], '"Poor"'),
        (['"Poor"', '"Fair"', '"Weak"'], '"Poor" (also "Fair", "Weak")'),
        ([f'"{n}"' for n in range(8)], '"0" (also "1", "2", "3", "4" and 3 more)'),
        (["it repeats row 3", "it repeats row 4"], "it repeats row 3 (and so on)"),
        (["a blank cell", "a note"], "a blank cell (others differ)"),
    ],
)
def test_what_was_found_is_told_once_with_what_else_was_found(founds, said):
    kind = grouped([finding(n, found=found) for n, found in enumerate(founds)])[0]
    assert kind.found == said


def test_a_long_text_is_cut_in_the_line_and_whole_in_its_finding():
    found = "read as Good, " * 40
    kind = grouped([finding(2, found=found)])[0]
    assert len(kind.found) <= 160
    assert kind.findings[0].found == found


@pytest.mark.parametrize(
    ("mend", "asks"),
    [
        ("nothing needs mending", False),
        ("none needed", False),
        ("none needed, or save with commas", False),
        ("keep a copy of the key in a safe place", True),
    ],
)
def test_whether_anything_is_to_be_done(mend, asks):
    assert grouped([finding(2, mend=mend)])[0].asks_something is asks
