"""Question-and-answer rows load their truth by what is proposed alone; free text is never shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook

from tests.data.proposal.exports import (
    PLAIN,
    SHORT,
    Speller,
    answers_rows,
    day_first,
    named_month,
    real,
    with_time,
    write_csv,
)
from tests.data.proposal.small_council import (
    Audited,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

CANARY = "Mrs Threadgold-Whimbrel of 12 Quay Row rang about Barnaby"


@pytest.fixture(scope="module")
def truth():
    return without_seconds(small_council(audits=40, seed=5))


def test_two_versions_of_a_form_with_the_moderation_inside_it(tmp_path, truth):
    """From October the question about assessment has other words; comments are not read."""
    spell = Speller(PLAIN)

    def questions(audit: Audited) -> dict[str, object]:
        early = audit.on < date(2024, 10, 1)
        first = "1.4 Grade the quality of assessment" if early else "1.2 Quality of assessment"
        found: dict[str, object] = {
            "0.1 Type of audit": "Case file audit",
            "0.2 Case type": "Child in need" if audit.number % 2 else "Child protection",
            first: spell(audit.grades["Assessment"]),
            "1.9 Comments": CANARY,
            "2.1 Grade the quality of planning": spell(audit.grades["Planning"]),
            "3.1 Grade the voice of the child": spell(audit.grades["Voice of the child"]),
            "4.1 Grade supervision": spell(audit.grades["Supervision"]),
            "5.1 Overall grade for this audit": spell(audit.grades["Overall"]),
        }
        if audit.moderated:
            found |= {
                "6.1 Moderator": audit.moderated.moderator,
                "6.2 Date moderated": day_first(audit.moderated.on),
                "6.3 Moderated overall grade": spell(audit.moderated.grade),
            }
        return found

    rows = answers_rows(
        truth,
        heading=[
            "Form Instance ID",
            "Person ID",
            "Form Status",
            "Form Completed Date",
            "Worker Name",
            "Worker Team",
            "Question",
            "Response",
        ],
        form_number=lambda audit: f"{880_000 + audit.number}",
        before=lambda a: (a.child, "Finalised", with_time(a.on), a.auditor, a.team),
        questions=questions,
    )
    write_csv(tmp_path / "LCS form answers.csv", rows, separator="\t")
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert (file.shape, file.date_order) == ("answers", "day_first")
    assert len(next(iter(file.either.values()))) == 2
    assert CANARY not in proposal.text
    assert "Threadgold" not in repr((proposal.questions, proposal.notes, proposal.text))
    found = loaded(tmp_path, proposal)
    assert_loads_truth(found, truth)
    assert set(found.audits.audits["case_type"]) == {"Child in need", "Child protection"}


def test_a_workbook_whose_auditor_is_asked_as_a_question(tmp_path, truth):
    """The form's own columns name neither the auditor nor the team; both are answers."""
    spell, book = Speller(SHORT), Workbook()
    sheet = book.active
    sheet.title = "Answers"
    rows = answers_rows(
        truth,
        heading=["Record Number", "Child's LCS number", "Audit Date", "Field Name", "Field Value"],
        form_number=lambda audit: f"REC{audit.number:05d}",
        before=lambda audit: (int(audit.child), real(audit.on)),
        questions=lambda audit: {
            "Name of auditor": audit.auditor,
            "Team holding the case": audit.team,
            "Was the plan SMART?": "Yes" if audit.number % 3 else "No",
            **{f"Judgement: {domain}": spell(grade) for domain, grade in audit.grades.items()},
            "What would you do differently?": CANARY,
        },
    )
    for row in rows:
        sheet.append(row)
    book.create_sheet("Guidance").append(["Export of all answers since April"])
    book.save(tmp_path / "audit answers.xlsx")
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert set(file.questions) >= {"auditor", "team"}
    assert "Threadgold" not in repr((proposal.questions, proposal.notes, proposal.text))
    assert_loads_truth(loaded(tmp_path, proposal), [replace(a, moderated=None) for a in truth])


def test_answers_with_drafts_and_rows_without_a_form(tmp_path, truth):
    """Drafts are no audits; a row whose form is -1 or null holds no record."""
    spell = Speller(PLAIN)
    rows = answers_rows(
        truth,
        heading=[
            "Audit Form ID",
            "Client ID",
            "Status",
            "Date of audit",
            "Auditor",
            "Team",
            "Question Text",
            "Answer Text",
        ],
        form_number=lambda audit: str(audit.number),
        before=lambda a: (a.child, "Completed", named_month(a.on), a.auditor, a.team),
        questions=lambda a: {
            "What is the judgement for assessment?": spell(a.grades["Assessment"]),
            "What is the judgement for planning?": spell(a.grades["Planning"]),
            "What is the judgement for the voice of the child?": spell(
                a.grades["Voice of the child"]
            ),
            "What is the judgement for supervision?": spell(a.grades["Supervision"]),
            "What is the overall judgement?": spell(a.grades["Overall"]),
            "Any other comments": CANARY,
        },
    )
    draft = ["9001", "499999", "Draft", "01-May-2024", "Ann Field", "North Locality"]
    rows += [
        [*draft, "What is the overall judgement?", "Good"],
        [*draft, "Any other comments", CANARY],
    ]
    write_csv(tmp_path / "answers.csv", rows)
    proposal = proposed(tmp_path)
    assert proposal.settings.files[0].not_data == ("Draft",)
    found = loaded(tmp_path, proposal)
    assert_loads_truth(found, [replace(a, moderated=None) for a in truth])
