"""Which column is the day of the audit, where several hold dates."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.data.proposal.exports import SHORT, Speller, day_first, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = without_seconds(small_council(audits=36, seed=15, moderated=0))


def write_dated(folder, *days):
    """A list with columns of dates: each a heading and the days between the audit and it."""
    spell = Speller(SHORT)
    rows = [
        [f"A{a.number}", a.child, *(day_first(a.on + timedelta(days=apart)) for _, apart in days),
         a.team, a.auditor, *(spell(a.grades[d]) for d in DOMAINS)]
        for a in TRUTH
    ]  # fmt: skip
    heading = ["Audit ref", "LCS ID", *(name for name, _ in days), "Team", "Auditor", *DOMAINS]
    write_csv(folder / "audits.csv", [heading, *rows])


@pytest.mark.parametrize(
    ("right", "others"),
    [
        ("Date audit completed", ["Date audit allocated", "Date of feedback"]),
        ("Audit date", ["Audit due date", "Audit feedback date"]),
        ("Date audited", ["Date audit booked"]),
        ("Date of audit", ["Date audit allocated", "Date of audit feedback"]),
        ("When did you audit the file?", ["Start time", "Completion time"]),
    ],
)
def test_the_day_it_was_done_ranks_above_others_and_is_asked(tmp_path, right, others):
    write_dated(tmp_path, *((name, -60) for name in others), (right, 0))
    proposal = proposed(tmp_path)
    assert [q.proposed for q in proposal.questions if q.key == "audit_date"] == [right]
    assert not proposal.unanswered
    (line,) = [c for c in proposal.choices if c.key == "audit_date"]
    assert line.confidence == "unsure"
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


@pytest.mark.parametrize(
    "headings",
    [("Audit date", "Date of audit"), ("Date completed", "Completion date"),
     ("Date audited", "Date audit completed")],
)  # fmt: skip
def test_two_that_may_be_it_alike_must_be_answered(tmp_path, headings):
    write_dated(tmp_path, (headings[0], -20), (headings[1], 0))
    (question,) = proposed(tmp_path).unanswered
    assert question.key == "audit_date"
    assert all(f'"{heading}"' in question.asks for heading in headings)
    assert set(headings) <= set(question.options)
    answered = proposed(tmp_path, {"audit_date": headings[1]})
    assert_loads_truth(loaded(tmp_path, answered), TRUTH)


def test_a_single_date_of_the_audit_is_not_asked_about(tmp_path):
    write_dated(tmp_path, ("Date of audit", 0))
    assert "audit_date" not in [q.key for q in proposed(tmp_path).questions]
