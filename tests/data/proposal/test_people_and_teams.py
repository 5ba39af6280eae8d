"""A column of people's names is never proposed for the team, which reports print."""

from __future__ import annotations

import pytest

from qaf_analysis.data.files.heading_words import heading_weight
from tests.data.proposal.exports import SHORT, Speller, day_first, write_csv
from tests.data.proposal.small_council import (
    AUDITORS,
    DOMAINS,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = without_seconds(small_council(audits=36, seed=5, moderated=0))


def write_audits(folder, *, heading, with_service):
    spell = Speller(SHORT)
    rows = [
        [a.number, a.child, AUDITORS[a.number % 3], *([a.team] if with_service else []),
         day_first(a.on), a.auditor, *(spell(a.grades[d]) for d in DOMAINS)]
        for a in TRUTH
    ]  # fmt: skip
    heads = ["Audit ref", "Mosaic no", heading, *(["Service"] if with_service else [])]
    write_csv(folder / "audits.csv", [[*heads, "Audit date", "Auditor", *DOMAINS], *rows])


@pytest.mark.parametrize(
    "heading", ["Team Manager", "Team leader", "Team worker", "Team Lead", "Manager of the team"]
)
def test_a_service_is_the_team_rather_than_somebody_s_name(tmp_path, heading):
    write_audits(tmp_path, heading=heading, with_service=True)
    (file,) = proposed(tmp_path).settings.files
    assert file.columns["team"] == "Service"


def test_without_any_team_it_is_asked(tmp_path):
    write_audits(tmp_path, heading="Team Manager", with_service=False)
    proposal = proposed(tmp_path)
    assert "team" in [question.key for question in proposal.questions]
    assert "Team Manager" not in proposal.text


@pytest.mark.parametrize(
    ("heading", "says_team"),
    [
        ("Worker's team", True),
        ("Which team does the social worker sit in?", True),
        ("Team", True),
        ("Team supervisor", False),
        ("Hub practitioner", False),
        ("Service IRO", False),
        ("Which team manager signed it off?", False),
    ],
)
def test_headings_that_speak_of_a_person(heading, says_team):
    assert (heading_weight(heading, "team") > 0) == says_team
