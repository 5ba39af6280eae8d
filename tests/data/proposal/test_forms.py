"""Exports of online forms: long questions, a time of sending, an e-mail that names nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.data.proposal.exports import PLAIN, SHORT, Speller, day_first, real, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    MODERATORS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

QUESTION = "How would you grade the quality of {}?"
ASKED = {domain: QUESTION.format(domain.lower()) for domain in DOMAINS}
ASKED["Overall"] = "What is your overall judgement of practice for this child?"
ASKED["Voice of the child"] = "How would you grade the voice of the child?"


@pytest.fixture(scope="module")
def truth():
    return [replace(a, moderated=None) for a in without_seconds(small_council(audits=36, seed=3))]


def test_a_form_with_its_own_date_beside_the_time_of_sending(tmp_path, truth):
    spell, book = Speller(PLAIN), Workbook()
    sheet = book.active
    sheet.append(
        [
            "ID",
            "Start time",
            "Completion time",
            "Email",
            "Name",
            "Last modified time",
            "What is your name (auditor)?",
            "Which team holds the case?",
            "What is the child's LCS ID number?",
            "Date of the audit",
            *ASKED.values(),
            "Please say what went well for the child",
        ]
    )
    for audit in truth:
        late = real(audit.on.replace(day=28)) if audit.on.day < 20 else real(audit.on)
        sheet.append(
            [
                audit.number,
                late,
                late,
                "anonymous",
                None,
                None,
                audit.auditor,
                audit.team,
                int(audit.child),
                real(audit.on),
                *(spell(audit.grades[d]) for d in ASKED),
                "The worker knew the child very well and this could be seen throughout the file.",
            ]
        )
    book.save(tmp_path / "Case file audit (Responses).xlsx")
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert file.columns["audit_date"] == "Date of the audit"
    assert file.columns["audit_id"] == "ID"
    assert "Last modified time" not in proposal.text
    assert_loads_truth(loaded(tmp_path, proposal), truth)


def test_a_form_whose_only_date_is_the_time_of_completion_is_asked_about(tmp_path, truth):
    spell = Speller(SHORT)
    heading = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Auditor name",
        "Service area",
        "Mosaic ID of the child",
        *(f"{n}. {q}" for n, q in enumerate(ASKED.values(), 7)),
    ]
    rows = [
        [a.number, f"{day_first(a.on)} 09:12:44", f"{day_first(a.on)} 10:01:09", "anonymous",
         a.auditor, a.team, a.child, *(spell(a.grades[d]) for d in ASKED)]
        for a in truth
    ]  # fmt: skip
    write_csv(tmp_path / "responses.csv", [heading, *rows], encoding="utf-8-sig")
    proposal = proposed(tmp_path)
    question = next(q for q in proposal.questions if q.key == "audit_date")
    assert question.proposed == "Completion time"
    assert "Start time" in question.options
    assert_loads_truth(loaded(tmp_path, proposal), truth)


def test_a_date_in_three_parts_and_a_moderation_form_beside(tmp_path):
    truth = without_seconds(small_council(audits=36, seed=4))
    spell = Speller(PLAIN)
    heading = [
        "ID",
        "Completion time",
        "Auditor",
        "Team",
        "Child's reference number",
        "Audit day",
        "Audit month",
        "Audit year",
        *ASKED.values(),
    ]
    rows = [
        [a.number, "", a.auditor, a.team, a.child, a.on.day, f"{a.on:%B}", a.on.year,
         *(spell(a.grades[d]) for d in ASKED)]
        for a in truth
    ]  # fmt: skip
    write_csv(tmp_path / "audit form.csv", [heading, *rows])
    log = [
        [
            "ID",
            "Name of moderator",
            "Date of moderation",
            "Child's reference number",
            "What is the moderated overall grade?",
        ]
    ]
    log += [
        [n, a.moderated.moderator, day_first(a.moderated.on), a.child, spell(a.moderated.grade)]
        for n, a in enumerate(truth)
        if a.moderated
    ]
    write_csv(tmp_path / "moderation form.csv", log)
    proposal = proposed(tmp_path)
    assert MODERATORS[0] not in proposal.text
    audits, moderations = proposal.settings.files
    assert audits.built[audits.columns["audit_date"]] == ("Audit day", "Audit month", "Audit year")
    assert "audit_id" not in moderations.columns
    assert_loads_truth(loaded(tmp_path, proposal), truth)
