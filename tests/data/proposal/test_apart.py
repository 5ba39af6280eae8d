"""A table of second looks at the same children is read as moderations, never as further audits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.data.proposal.exports import PLAIN, Speller, real, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = without_seconds(small_council(audits=48, seed=31, moderated=0.4))


def iso(day):
    return real(day).date().isoformat()


def write_two(folder, *, heading, shift=0, other_children=False):
    spell = Speller(PLAIN)
    rows = [[a.child, iso(a.on), a.auditor, a.team, *(spell(a.grades[d]) for d in DOMAINS)]
            for a in TRUTH]  # fmt: skip
    write_csv(folder / "file audits.csv",
              [["PIN", "Audit date", "Auditor", "Team", *DOMAINS], *rows])  # fmt: skip
    looks = [
        [f"9{a.child}" if other_children else a.child, a.moderated.moderator,
         iso(a.moderated.on + timedelta(days=shift)), spell(a.moderated.grade)]
        for a in TRUTH if a.moderated
    ]  # fmt: skip
    write_csv(folder / "second looks.csv", [heading, *looks])


@pytest.mark.parametrize(
    "heading",
    [
        ["PIN", "External reviewer", "Reviewed on", "Overall grade given"],
        ["Client no.", "QA lead", "QA date", "QA grade"],
        ["LCS ID", "Reviewer", "Review date", "Overall"],
    ],
)
def test_second_looks_at_the_same_children_are_moderations(tmp_path, heading):
    write_two(tmp_path, heading=heading)
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert [file.kind for file in proposal.settings.files] == ["audits", "moderations"]
    unsure = [c.key for c in proposal.choices if c.confidence == "unsure"]
    assert "moderator" in unsure
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


@pytest.mark.parametrize("change", [{"shift": -900}, {"other_children": True}])
def test_other_children_or_earlier_days_are_audits_of_their_own(tmp_path, change):
    heading = ["PIN", "Reviewer", "Review date", "Overall"]
    write_two(tmp_path, heading=heading, **change)
    proposal = proposed(tmp_path)
    assert [file.kind for file in proposal.settings.files] == ["audits", "audits"]
