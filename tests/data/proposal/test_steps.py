"""Workflow steps about siblings load their truth, with second readings and moderations apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.data.proposal.exports import (
    PLAIN,
    SHORT,
    WRONG_NUMBERS,
    Speller,
    day_first,
    named_month,
    step_rows,
    steps_of,
    write_csv,
)
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
)


@pytest.fixture(scope="module")
def truth():
    return small_council(audits=40, seed=9, siblings=True)


def test_moderations_that_name_the_step(tmp_path, truth):
    rows = step_rows(
        truth, domains=DOMAINS, spell=Speller(PLAIN), written=named_month,
        first="Case Audit", second="Case Audit (2nd reader)",
    )  # fmt: skip
    heading = [
        "Step ID",
        "Family ID",
        "Client ID",
        "Workflow Step",
        "Completed On",
        "Assigned To",
        "Responsible Team",
        *(f"Q: {d}" for d in DOMAINS),
    ]
    write_csv(tmp_path / "steps.csv", [heading, *rows])
    steps, spell = steps_of(rows, "Case Audit"), Speller(PLAIN)
    moderated = [a for a in truth if a.moderated]
    log = [
        [
            "Step ID",
            "Moderating manager",
            "Date of moderation",
            "Grade after moderation",
            "Selection",
        ]
    ]
    log += [
        [
            steps[a.child],
            a.moderated.moderator,
            named_month(a.moderated.on),
            spell(a.moderated.grade),
            "Drawn at random",
        ]
        for a in moderated
    ]
    write_csv(tmp_path / "moderation steps.csv", log)
    proposal = proposed(tmp_path)
    audits, moderations = proposal.settings.files
    assert (audits.siblings, audits.match.days) == ("one_audit", 0)
    assert moderations.match is None
    assert "siblings" in [question.key for question in proposal.questions]
    assert_loads_truth(loaded(tmp_path, proposal), truth)


def test_second_readings_some_days_later_and_moderations_that_name_the_child(tmp_path, truth):
    rows = step_rows(
        truth, domains=tuple(reversed(DOMAINS)), spell=Speller(SHORT), written=day_first,
        first="Audit", second="Audit - peer check", later=lambda day: day + timedelta(days=5),
    )  # fmt: skip
    heading = [
        "Workflow ID",
        "Group",
        "Person Number",
        "Type of step",
        "Date completed",
        "Completed by",
        "Locality",
        *(f"Judgement {d}" for d in reversed(DOMAINS)),
    ]
    write_csv(tmp_path / "mosaic.csv", [heading, *rows], separator=";")
    spell = Speller(SHORT)
    log = [["Person Number", "Date moderated", "Moderator", "Overall"]]
    log += [
        [a.child, day_first(a.moderated.on), a.moderated.moderator, spell(a.moderated.grade)]
        for a in truth
        if a.moderated
    ]
    write_csv(tmp_path / "moderated.csv", log)
    proposal = proposed(tmp_path)
    audits, moderations = proposal.settings.files
    assert audits.match.days == 7
    assert moderations.match is not None
    longest = max((a.moderated.on - a.on).days for a in truth if a.moderated)
    assert longest <= moderations.match.days < 2 * longest
    assert_loads_truth(loaded(tmp_path, proposal), truth)


def test_siblings_as_audits_of_each_child_when_so_answered(tmp_path):
    truth = small_council(audits=30, seed=2, seconds=0, moderated=0, siblings=True)
    rows = step_rows(
        truth, domains=DOMAINS, spell=Speller(WRONG_NUMBERS), written=named_month,
        first="Practice audit", second="",
    )  # fmt: skip
    heading = [
        "Form ID",
        "Household",
        "Child ID",
        "Step name",
        "Audit date",
        "Auditor",
        "Team",
        *DOMAINS,
    ]
    write_csv(tmp_path / "forms.csv", [heading, *rows])
    children = sum(len(audit.children) for audit in truth)
    question = next(q for q in proposed(tmp_path).questions if q.key == "siblings")
    assert f"one_audit: {len(truth)} audits; audit_each: {children}" in question.consequence
    each = proposed(tmp_path, answers={"siblings": "audit_each"})
    found = loaded(tmp_path, each)
    assert len(found.audits.audits) == children
    assert found.audits.record.quarantined == 0
