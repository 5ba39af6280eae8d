"""Grades that stand twice beside a column of names are asked about, never the auditor's unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.data.proposal.write import refuse_unanswered
from qaf_analysis.terms.errors import UsageError
from tests.data.proposal.exports import PLAIN, Speller, day_first, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
)

TRUTH = [replace(a, moderated=None) for a in small_council(audits=36, seed=9, moderated=0)]
LAYOUTS = {
    "letters after": ("Auditor A", "Auditor B", "{} A", "{} B"),
    "numbers after": ("Auditor 1", "Auditor 2", "{} 1", "{} 2"),
    "letters before": ("Auditor A", "Auditor B", "A: {}", "B: {}"),
    "numbers in brackets": ("Auditor 1", "Auditor 2", "{} (1)", "{} (2)"),
    "words after": ("First auditor", "Second auditor", "{} - first", "{} - second"),
    "one word before": ("Auditor", "Peer auditor", "{}", "Peer {}"),
    "co-auditor": ("Auditor", "Co-auditor", "{} (auditor)", "{} (co-auditor)"),
    "one grader's own number": ("Reader", "Other reader", "{}", "{} 2"),
}


def write_twice(folder, *, first, second, own, further, more=()):
    spell = Speller(PLAIN)
    heading = ["Audit ref", "LCS ID", "Date of audit", "Team", *(name for name, _ in more), first,
               *(own.format(d) for d in DOMAINS), second,
               *(further.format(d) for d in DOMAINS)]  # fmt: skip
    rows = [
        [a.number, a.child, day_first(a.on), a.team, *(value(a) for _, value in more), a.auditor,
         *(spell(a.grades[d]) for d in DOMAINS), a.second,
         *(spell(a.second_grades[d]) if a.second else "" for d in DOMAINS)]
        for a in TRUTH
    ]  # fmt: skip
    write_csv(folder / "audits.csv", [heading, *rows])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_second_auditor_is_told_by_letters_numbers_or_words(tmp_path, layout):
    first, second, own, further = LAYOUTS[layout]
    write_twice(tmp_path, first=first, second=second, own=own, further=further)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_what_headings_only_suggest_is_marked_to_be_checked(tmp_path):
    write_twice(tmp_path, first="Auditor A", second="Auditor B", own="{} A", further="{} B")
    proposal = proposed(tmp_path)
    (rater,) = [c for c in proposal.choices if c.key == "rater"]
    assert rater.confidence == "unsure"
    assert "further_grader" in [question.key for question in proposal.questions]


@pytest.mark.parametrize(
    ("who", "further"),
    [("QA lead", "{}"), ("External reviewer", "External {}"), ("Review lead", "Review lead {}")],
)
def test_words_of_quality_assurance_suggest_a_moderator(tmp_path, who, further):
    write_twice(tmp_path, first="Lead auditor", second=who, own="{}", further=further)
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert file.moderator is not None
    assert file.moderator.rater == who
    assert list(file.moderator.domains) == list(DOMAINS) == list(file.domains)
    found = loaded(tmp_path, proposal)
    assert len(found.audits.moderations) == sum(bool(a.second) for a in TRUTH)


def test_a_name_without_a_telling_word_must_be_answered(tmp_path):
    write_twice(tmp_path, first="Auditor", second="Practice lead", own="{}", further="Lead {}")
    proposal = proposed(tmp_path)
    assert [q.key for q in proposal.unanswered] == ["further_grader"]
    with pytest.raises(UsageError, match=r'"Practice lead".*second_auditor\|moderator'):
        refuse_unanswered(proposal)
    answered = proposed(tmp_path, {"further_grader": "second_auditor"})
    assert_loads_truth(loaded(tmp_path, answered), TRUTH)


def test_grades_of_three_readings_are_never_taken_for_one_auditor_s(tmp_path):
    more = [("Overall 3", lambda a: "Good")]
    write_twice(tmp_path, first="Auditor 1", second="Auditor 2", own="{} 1", further="{} 2",
                more=more)  # fmt: skip
    proposal = proposed(tmp_path)
    assert not proposal.settings.files[0].second_auditor
    assert [q.key for q in proposal.unanswered] == ["further_grader"]


def test_the_moderator_s_domain_is_the_auditors_or_is_declared(tmp_path):
    more = [("Moderator", lambda a: "Mo Lane" if a.number % 3 == 0 else ""),
            ("Mod Overall", lambda a: "Good" if a.number % 3 == 0 else ""),
            ("Mod something else", lambda a: "Good" if a.number % 3 == 0 else "")]  # fmt: skip
    write_twice(tmp_path, first="Auditor 1", second="Auditor 2", own="{} (1)", further="{} (2)",
                more=more)  # fmt: skip
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert list(file.moderator.domains) == ["Overall", "Something else"]
    assert {*file.moderator.domains} <= {*proposal.settings.domains}
    record = loaded(tmp_path, proposal).audits.record
    assert record.quarantined == 0
