"""Grades in numbers, questions in other words, other audits' grades: read right, or named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openpyxl import Workbook

from qaf_analysis.cli.init import left_out_lines
from qaf_analysis.data.proposal.left_out import left_out
from qaf_analysis.data.proposal.numbered import direction
from qaf_analysis.terms.errors import UsageError
from tests.data.proposal.exports import NUMBERED, PLAIN, Speller, day_first, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = [replace(a, moderated=None) for a in without_seconds(small_council(audits=36, seed=8))]
HEAD = ["Audit ref", "Child ID", "Audit date", "Team", "Auditor"]
BEST_FIRST = ("4", "3", "2", "1")  # for codes 0 to 3: 1 is Outstanding


def before(audit):
    return [f"R{audit.number}", audit.child, day_first(audit.on), audit.team, audit.auditor]


def numbers(audit, domains=DOMAINS):
    return [BEST_FIRST[audit.grades[domain]] for domain in domains]


def write_numbers(folder, *, heading=(), extra=lambda audit: []):
    rows = [[*before(a), *numbers(a), *extra(a)] for a in TRUTH]
    write_csv(folder / "audits.csv", [[*HEAD, *DOMAINS, *heading], *rows])


def test_numbers_beside_numbered_overall_grade_are_asked_about_and_read(tmp_path):
    write_numbers(tmp_path)
    asked = {q.key: q for q in proposed(tmp_path).unanswered}
    assert set(asked) == {"numbered", "numbers"}
    for domain in DOMAINS[:-1]:
        assert f'"{domain}"' in asked["numbered"].asks
    answers = {"numbered": "grades", "numbers": "1_is_best"}
    assert_loads_truth(loaded(tmp_path, proposed(tmp_path, answers)), TRUTH)


def test_numbers_left_out_are_named_with_what_to_write(tmp_path):
    write_numbers(tmp_path)
    answers = {"numbered": "leave_out", "numbers": "1_is_best"}
    proposal = proposed(tmp_path, answers)
    lines = list(left_out_lines(proposal))
    assert len(lines) == 2 + 4  # a blank line, the head, and every domain but Overall
    assert (
        '  audits.csv, "Voice of the child": numbers from 1 to 4 (36); if they are grades, write '
        '"Voice of the child" = "Voice of the child" under [files.domains]'
    ) in lines
    assert len(loaded(tmp_path, proposal).audits.ratings) == 36


def test_counts_of_things_are_not_asked_about_but_named(tmp_path):
    write_numbers(
        tmp_path,
        heading=["Number of visits", "Priority"],
        extra=lambda audit: [audit.number % 4 + 1, audit.number % 4 + 1],
    )
    answers = {"numbered": "grades", "numbers": "1_is_best"}
    proposal = proposed(tmp_path, answers)
    assert [(c.heading, c.holds, c.cells) for c in proposal.left_out] == [
        ("Number of visits", "numbers from 1 to 4", 36),
        ("Priority", "numbers from 1 to 4", 36),
    ]
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_number_beside_word_tells_which_end_is_best(tmp_path):
    spell = Speller(NUMBERED)
    rows = [
        [*before(a), *numbers(a, DOMAINS[:2]), *(spell(a.grades[d]) for d in DOMAINS[2:])]
        for a in TRUTH
    ]
    write_csv(tmp_path / "audits.csv", [[*HEAD, *DOMAINS], *rows])
    proposal = proposed(tmp_path, {"numbered": "grades"})
    assert not proposal.unanswered
    assert next(q for q in proposal.questions if q.key == "numbers").proposed == "1_is_best"
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_list_of_grades_on_a_sheet_tells_which_end_is_best(tmp_path):
    book = Workbook()
    book.active.append([*HEAD, *DOMAINS])
    for audit in TRUTH:
        book.active.append([*before(audit), *map(int, numbers(audit))])
    key = book.create_sheet("Lists")
    for row in (("Outstanding", 1), ("Good", 2), ("Requires improvement", 3), ("Inadequate", 4)):
        key.append(row)
    book.save(tmp_path / "Audits.xlsx")
    proposal = proposed(tmp_path, {"numbered": "grades"})
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["1 - Outstanding", "2 - Good"], "1_is_best"),
        (["1. Inadequate", "Good (3)"], "1_is_worst"),
        (["1 - Outstanding", "3 - Good"], ""),  # two voices
        (["2 - Good"], ""),  # one slip of the pen would turn every grade round
        (["Good", "Outstanding"], ""),
    ],
)
def test_direction_needs_two_pairs_that_agree(words, told):
    assert direction(words, []) == told


def write_form(folder, asked, *, spell, before_answers=()):
    """Answers to a form whose wording changes at the nineteenth audit."""
    rows = [["Form instance", "Child ID", "Date completed", "Completed by", "Team", "Question",
             "Answer"]]  # fmt: skip
    for a in TRUTH:
        head = [f"F{a.number}", a.child, day_first(a.on), a.auditor, a.team]
        rows.append([*head, "Reason for audit", "Routine"])
        for domain in DOMAINS:
            rows.append([*head, asked[a.number > 18][domain], spell(a.grades[domain])])
    write_csv(folder / "answers.csv", rows)


FIRST_FORM = {
    "Overall": "Overall, how good is practice?",
    "Assessment": "How good is the assessment?",
    "Planning": "How good is the planning?",
    "Voice of the child": "How well is the voice of the child heard?",
    "Supervision": "How good is supervision?",
}
REWORDED = {
    **FIRST_FORM,
    "Overall": "Your overall judgement of practice",
    "Assessment": "Rate the assessment?",
    "Planning": "Rate the planning?",
    "Supervision": "Rate supervision?",
}
NAMES = {"Voice of the child": "Voice of the child heard"}


@pytest.mark.parametrize("numbered", [False, True])
def test_versions_of_questions_in_like_words_are_one_domain(tmp_path, numbered):
    spell = Speller([[n] for n in "1234"] if numbered else PLAIN)
    write_form(tmp_path, (FIRST_FORM, REWORDED), spell=spell)
    answers = {"numbered": "grades", "numbers": "1_is_worst"} if numbered else {}
    proposal = proposed(tmp_path, answers)
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH, domains=NAMES)


OTHER_WORDS = {**FIRST_FORM, "Planning": "Are next steps clear?", "Supervision": "Reflection"}


def test_versions_in_other_words_are_asked_about(tmp_path):
    write_form(tmp_path, (FIRST_FORM, OTHER_WORDS), spell=Speller(PLAIN))
    (asked,) = proposed(tmp_path).unanswered
    assert asked.key == "versions"
    assert asked.options == ("in_order", "apart")
    assert '"How good is the planning?" with "Are next steps clear?"' in asked.consequence
    joined = proposed(tmp_path, {"versions": "in_order"})
    assert_loads_truth(loaded(tmp_path, joined), TRUTH, domains=NAMES)
    apart = loaded(tmp_path, proposed(tmp_path, {"versions": "apart"})).audits.ratings
    counts = apart.groupby("domain")["grade"].count().to_dict()
    assert counts["Planning"] == counts["Supervision"] == 18
    assert counts["Are next steps clear"] == counts["Reflection"] == 18


def test_question_dropped_by_the_new_form_is_no_version(tmp_path):
    write_form(tmp_path, (FIRST_FORM, FIRST_FORM), spell=Speller(PLAIN))
    rows = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    kept = [r for r in rows if "supervision" not in r or int(r[1 : r.index(",")]) <= 18]
    (tmp_path / "answers.csv").write_text("\n".join(kept), encoding="utf-8")
    assert not proposed(tmp_path).unanswered


def write_words(folder, heading, cells):
    spell = Speller(PLAIN)
    rows = [[*before(a), *cells(a, spell), *(spell(a.grades[d]) for d in DOMAINS)] for a in TRUTH]
    write_csv(folder / "audits.csv", [[*HEAD, *heading, *DOMAINS], *rows])


@pytest.mark.parametrize(
    "heading",
    [
        "Previous audit grade",
        "Overall (previous audit)",
        "Last overall judgement",
        "Self-evaluation grade (social worker)",
        "Worker's own grade",
        "Target grade",
    ],
)
def test_grade_of_another_audit_is_left_out_and_named(tmp_path, heading):
    write_words(tmp_path, [heading], lambda a, spell: [spell(a.number % 4)])
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert [(c.heading, c.holds, c.cells) for c in proposal.left_out] == [(heading, "grades", 36)]
    assert "[files.domains]" in proposal.left_out[0].mend
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_date_and_person_of_the_previous_audit_are_not_those_of_this_one(tmp_path):
    heading = ["Date of previous audit", "Previous auditor"]
    write_words(tmp_path, heading, lambda a, _: ["05/01/2023", "Zoe Nagel"])
    proposal = proposed(tmp_path)
    assert [c.heading for c in proposal.left_out] == heading
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_columns_left_out_say_what_they_hold_but_quote_no_cell(tmp_path):
    heading = ["Comments", "Signed off", "Sign-off date", "Allocated worker"]
    write_words(
        tmp_path,
        heading,
        lambda a, _: [
            f"Long words about {a.child} that nobody may see in any report, {a.number}",
            "Yes" if a.number % 2 else "No",
            day_first(a.on),
            ("Uma Vane", "Val West", "Wyn York", "Xan Zell")[a.number % 4],
        ],
    )
    proposal = proposed(tmp_path)
    assert [(c.heading, c.holds, c.mend) for c in proposal.left_out] == [
        ("Comments", "free text", ""),
        ("Signed off", "yes and no", ""),
        ("Sign-off date", "dates", ""),
        ("Allocated worker", "names", ""),
    ]
    shown = "\n".join(left_out_lines(proposal))
    assert not [text for text in ("Uma", "Long words", TRUTH[0].child) if text in shown]


def test_nothing_is_said_where_everything_is_read(tmp_path):
    write_words(tmp_path, [], lambda a, _: [])
    assert left_out([]) == proposed(tmp_path).left_out == ()
    assert not list(left_out_lines(proposed(tmp_path)))


def test_answer_that_is_not_one_of_those_offered_is_refused(tmp_path):
    write_numbers(tmp_path)
    with pytest.raises(UsageError, match="numbered: the answer should be one of grades, leave_out"):
        proposed(tmp_path, {"numbered": "perhaps"})
