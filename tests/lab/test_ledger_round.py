"""A round graded through the form stands in the ledger as it was graded, blind until committed."""

import pytest

from qaf_analysis.moderation.ledger.entries import Kind
from qaf_analysis.terms.errors import UsageError
from tests.lab.kept_in_ledger import MODERATOR, entries_of, new_round, round_in
from tests.moderation.rounds.council import DOMAINS, LEVELS, PLAN

GIVEN = (Kind.GRADE, Kind.COMMIT, Kind.RECOGNISED, Kind.REVEAL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return new_round(tmp_path_factory.mktemp("round"))


def grade(form, number, words):
    for domain, word in zip(DOMAINS, words, strict=True):
        form.chose(f"{number}/{domain}", word)
    form.pressed(f"read/{number}")
    form.pressed(f"commit/{number}")
    form.chose(f"{number}/?file", "no")
    form.chose(f"{number}/?audit", "not sure")
    form.pressed(f"recognise/{number}")


def test_grades_go_into_the_ledger_and_nothing_is_revealed_before_all_are_committed(desk):
    form = round_in(desk).grade().conversation
    cases = [case.code for case in desk.grading_place(PLAN.round, MODERATOR).pack.cases]
    wanted = {
        code: tuple(LEVELS[(place + step) % 4] for step in range(len(DOMAINS)))
        for place, code in enumerate(cases)
    }
    for number, code in enumerate(cases, start=1):
        grade(form, number, wanted[code])
    assert not [entry for entry in entries_of(desk) if entry.kind == Kind.REVEAL]
    form.pressed("reveal")
    given = [entry for entry in entries_of(desk) if entry.kind in GIVEN]
    assert [entry.kind for entry in given] == [
        *[Kind.GRADE, Kind.COMMIT, Kind.RECOGNISED] * len(cases), *[Kind.REVEAL] * len(cases),
    ]  # fmt: skip
    assert {entry.who for entry in given if entry.kind != Kind.REVEAL} == {MODERATOR}
    kept = {
        entry.about.split("/")[-1]: tuple(entry.body["grades"][domain] for domain in DOMAINS)
        for entry in given
        if entry.kind == Kind.GRADE
    }
    assert kept == wanted
    audits = desk.found.audits
    assert audits is not None
    for entry in given:
        if entry.kind == Kind.REVEAL:
            assert set(entry.body["audit_grades"].values()) <= set(LEVELS)
    assert form.page().progress.startswith(f"{len(cases)} of {len(cases)} cases committed. Of ")


def test_a_notebook_closed_and_opened_again_goes_on_from_the_ledger(desk):
    form = round_in(desk, moderator="M-02").grade().conversation
    grade(form, 1, (LEVELS[2], LEVELS[1], LEVELS[0]))
    form.chose("2/Overall", LEVELS[3])
    form.pressed("keep/2")
    again = round_in(desk, moderator="M-02").grade().conversation.page()
    assert again.progress.endswith("committed, 1 begun.")
    assert again.sections[0].heading.startswith("Case 2 of")
    assert again.sections[0].questions[0].value == LEVELS[3]


def test_what_a_moderator_may_look_on_at_tells_no_purpose_and_no_grade(desk):
    shown = round_in(desk)
    tables = (shown.plan, shown.draw, shown.assignment, shown.packs, shown.returns, shown.status)
    text = " ".join(str((table.caption, table.rows)) for table in tables).casefold()
    for word in ("anchor", "retest", "consensus", "double", "targeted", *map(str.casefold, LEVELS)):
        assert word not in text


def test_somebody_without_a_pack_is_refused(desk):
    with pytest.raises(UsageError):
        round_in(desk, moderator="M-09").grade()
