"""Who read, and what was asked, where headings say it in few words: merged, numbered or by role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import Workbook

from qaf_analysis.data.files.heading_words import domain_name, heading_weight, tells_question
from qaf_analysis.terms.errors import InputRejectedError
from tests.data.proposal.exports import PLAIN, Speller, day_first, real, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = small_council(audits=36, seed=17)
NOT_MODERATED = [replace(audit, moderated=None) for audit in TRUTH]
AUDITS_ONLY = without_seconds(NOT_MODERATED)


def write_merged(path, *, first, second, names=("Name", "Date read"), child="Child / ID"):
    """A workbook with a merged heading over the child, the first and the second reading."""
    spell = Speller(PLAIN)
    book = Workbook()
    sheet = book.active
    upper, lower = child.split(" / ")
    sheet.append([upper, None, first, *[None] * 6, second])
    sheet.append([lower, "Team", *names, *DOMAINS, "Name", *DOMAINS])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:I1")
    sheet.merge_cells("J1:O1")
    for a in NOT_MODERATED:
        again = [spell(a.second_grades.get(domain)) for domain in DOMAINS]
        own = [spell(a.grades[domain]) for domain in DOMAINS]
        row = [int(a.child), a.team, a.auditor, real(a.on), *own, a.second or None, *again]
        sheet.append(row)
    book.save(path)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("First reader", "Second reader"),
        ("1st reader", "2nd reader"),
        ("Audit", "Second reading"),
        ("First reading", "2nd reading"),
        ("Auditor", "Auditor 2"),
    ],
)
@pytest.mark.parametrize("names", [("Name", "Date read"), ("By", "Date")])
def test_merged_heading_says_whose_name_stands_below(tmp_path, first, second, names):
    write_merged(tmp_path / "Audits.xlsx", first=first, second=second, names=names)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), NOT_MODERATED)


def test_reading_of_a_lead_is_asked_about(tmp_path):
    write_merged(tmp_path / "Audits.xlsx", first="First reader", second="QA lead reading")
    asked = next(q for q in proposed(tmp_path).questions if q.key == "further_grader")
    assert asked.options == ("second_auditor", "moderator", "same_auditor")
    proposal = proposed(tmp_path, {"further_grader": "second_auditor"})
    assert_loads_truth(loaded(tmp_path, proposal), NOT_MODERATED)


@pytest.mark.parametrize("upper", ["Child", "Child details", "Young person", "Parent"])
def test_name_under_a_merged_heading_of_the_family_is_never_read(tmp_path, upper):
    book = Workbook()
    sheet = book.active
    sheet.append(["File", None, upper, None, "Auditor", None])
    sheet.append(["Child ID", "Team", "Name", "Age", "Name", "Date", *DOMAINS])
    for cells in ("A1:B1", "C1:D1", "E1:K1"):
        sheet.merge_cells(cells)
    for a in AUDITS_ONLY:
        who = ("Kit Small", "Lou Small", "Pat Small")[a.number % 3]
        grades = [Speller(PLAIN)(a.grades[domain]) for domain in DOMAINS]
        sheet.append([int(a.child), a.team, who, 12, a.auditor, real(a.on), *grades])
    book.save(tmp_path / "Audits.xlsx")
    proposal = proposed(tmp_path)
    assert [note for note in proposal.notes if f"{upper} / Name" in note and "never read" in note]
    assert_loads_truth(loaded(tmp_path, proposal), AUDITS_ONLY)


def test_name_of_a_worker_is_not_taken_for_the_auditor(tmp_path):
    write_merged(tmp_path / "Audits.xlsx", first="Allocated social worker", second="Second reader")
    proposals = proposed(tmp_path)
    assert "auditor" in {question.key for question in proposals.unanswered}


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Read", ("1st", "2nd")),
        ("Which read", ("First", "Second")),
        ("Form type", ("Case audit", "Case audit - 2nd reader")),
        ("Reader number", ("Reader 1", "Reader 2")),
    ],
)
def test_rows_of_second_readings_are_told_by_a_column_of_few_words(tmp_path, heading, words):
    spell = Speller(PLAIN)
    rows = [["Audit ref", "Child ID", "Audit date", "Team", heading, "Read by", *DOMAINS]]
    for a in NOT_MODERATED:
        head = [f"R{a.number}", a.child, day_first(a.on), a.team]
        rows.append([*head, words[0], a.auditor, *(spell(a.grades[d]) for d in DOMAINS)])
        if a.second:
            again = [spell(a.second_grades[d]) for d in DOMAINS]
            rows.append([*head, words[1], a.second, *again])
    write_csv(tmp_path / "audits.csv", rows)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), NOT_MODERATED)


NUMBERS = dict(zip(DOMAINS, ("2.1", "3.1", "4.1", "5.1", "9.1"), strict=True))


def write_answers(folder, heading, *, text=True):
    spell = Speller(PLAIN)
    rows = [["FormRef", "Child ID", "Date of completion", "Auditor", "Team", *heading]]
    for a in AUDITS_ONLY:
        head = [f"F{a.number}", a.child, day_first(a.on), a.auditor, a.team]
        answers = [("1.1", "", "Words about it"), ("8.1", 5, "Yes")]
        answers += [(NUMBERS[d], a.grades[d] + 1, spell(a.grades[d])) for d in DOMAINS]
        rows += [[*head, *(answer if text else answer[:2])] for answer in answers]
    write_csv(folder / "answers.csv", rows)


@pytest.mark.parametrize(
    "heading",
    [
        ("Q No", "Answer Key", "Answer Text"),
        ("Question number", "Key", "Response text"),
        ("Item ID", "Score key", "Answer"),
        ("Q Code", "Response Key", "Response"),
    ],
)
def test_numbers_of_questions_are_rows_of_a_form(tmp_path, heading):
    write_answers(tmp_path, heading)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert [note for note in proposal.notes if "headline_domain" in note]
    assert_loads_truth(loaded(tmp_path, proposal), AUDITS_ONLY, domains=NUMBERS)


def test_form_of_numbers_alone_is_refused_with_the_question_to_answer(tmp_path):
    write_answers(tmp_path, ("Q No", "Answer Key"), text=False)
    with pytest.raises(InputRejectedError, match=r"--answer numbered=grades\|leave_out"):
        proposed(tmp_path)
    answers = {"numbered": "grades", "numbers": "1_is_worst"}
    assert_loads_truth(loaded(tmp_path, proposed(tmp_path, answers)), AUDITS_ONLY, domains=NUMBERS)


def test_a_leading_q_is_numbering_unless_it_is_the_question():
    assert tells_question("Q Ref")
    assert not tells_question("Q4 Ref")
    assert heading_weight("Q No", "question") == 2
    assert heading_weight("Q2 Team", "team") == 3
    assert (
        domain_name("2nd reader: Planning") == domain_name("First reading Planning") == "Planning"
    )


def test_second_readings_on_other_days_find_their_audit_where_no_number_is_given(tmp_path):
    spell = Speller(PLAIN)
    rows = [["Person ID", "Step name", "Date of audit", "Read by", "Team name", *DOMAINS]]
    for a in NOT_MODERATED:
        own = [spell(a.grades[d]) for d in DOMAINS]
        rows.append([a.child, "Evaluation", day_first(a.on), a.auditor, a.team, *own])
        if a.second:
            on = day_first(a.on + timedelta(days=3))
            again = [spell(a.second_grades[d]) for d in DOMAINS]
            name = "Evaluation (second reading)"
            rows.append([a.child, name, on, a.second, a.team, *again])
    write_csv(tmp_path / "steps.csv", rows)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert proposal.settings.files[0].match.days == 7  # the shortest usual window over 3 days
    assert_loads_truth(loaded(tmp_path, proposal), NOT_MODERATED)
