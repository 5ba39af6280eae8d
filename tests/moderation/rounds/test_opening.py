"""A new round bars who may not read, takes what chance drew, and records all of it."""

from dataclasses import replace

import pytest

from qaf_analysis.moderation.ledger.entries import Kind
from qaf_analysis.moderation.rounds.plan import Purpose
from qaf_analysis.moderation.rounds.state import round_state
from qaf_analysis.terms.errors import UsageError
from tests.moderation.rounds.council import MODERATORS, PLAN, desk_of, write_council


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_council(tmp_path_factory.mktemp("council") / "exports")


@pytest.fixture
def desk(data, tmp_path):
    return desk_of(tmp_path / "place", data)


def readings(opened, moderator, purpose):
    return [
        each.audit
        for each in opened.assigned
        if each.moderator == moderator and each.purpose is purpose
    ]


def test_every_drawn_audit_has_a_first_reader_and_half_by_chance_a_second(desk):
    opened = desk.new(PLAN, MODERATORS)
    firsts = [each.audit for each in opened.assigned if each.purpose is Purpose.FIRST]
    doubles = [each.audit for each in opened.assigned if each.purpose is Purpose.DOUBLE]
    table = opened.drawn.table
    assert sorted(firsts) == sorted(table["audit_code"])
    assert len(table) == 12
    # Of 12 audits 3 are picked by risk; half of the 9 by chance, rounded up, are read twice.
    assert sorted(doubles) == sorted(table.loc[table["anchor"] == "yes", "audit_code"])
    assert len(doubles) == 5
    chance = table.set_index("audit_code")["selected_by"]
    assert set(chance[doubles]) == {"stratified"}


def test_nobody_reads_an_own_case_or_one_of_an_own_team(desk):
    opened = desk.new(PLAN, MODERATORS)
    own = desk.found.references
    new = (Purpose.FIRST, Purpose.DOUBLE, Purpose.CONSENSUS)
    numbers = [
        int(own[each.audit][1:])
        for each in opened.assigned
        if each.moderator == "M-03" and each.purpose in new
    ]
    # Auditor 03 audited A003, A013, …; every fourth audit is of team West.
    assert numbers
    assert all(number % 10 != 3 and number % 4 != 0 for number in numbers)


def test_anchors_are_two_rounds_old_and_retests_one(desk):
    opened = desk.new(PLAN, MODERATORS)
    own = desk.found.references

    def numbers(moderator, purpose):
        return sorted(int(own[audit][1:]) for audit in readings(opened, moderator, purpose))

    for moderator in ("M-01", "M-02"):
        anchors, retests = numbers(moderator, Purpose.ANCHOR), numbers(moderator, Purpose.RETEST)
        assert len(anchors) == 2
        assert all(40 <= number < 50 for number in anchors)
        assert len(retests) == 1
        assert all(number >= 50 for number in retests)
    # Moderator B read the odd ones of them only.
    assert all(number % 2 for number in numbers("M-02", Purpose.ANCHOR))
    # Nobody's earlier reading is known of M-03, and M-01 read all that others read.
    assert opened.fewer == {Purpose.ANCHOR: 2, Purpose.RETEST: 1, Purpose.CONSENSUS: 1}


def test_a_case_of_others_was_read_by_others_alone(desk):
    opened = desk.new(PLAN, MODERATORS)
    own = desk.found.references
    (other,) = readings(opened, "M-02", Purpose.CONSENSUS)
    # Moderator A alone read the even ones.
    assert int(own[other][1:]) % 2 == 0
    assert readings(opened, "M-01", Purpose.CONSENSUS) == []  # A read all that B read


def test_the_ledger_tells_the_round_as_it_was_opened(desk):
    opened = desk.new(PLAN, MODERATORS)
    state = desk.state(PLAN.round)
    assert state.plan == replace(PLAN, quarter="2019-20 Q4")
    assert {(each.audit, each.moderator, each.purpose) for each in state.readings} == {
        (each.audit, each.moderator, each.purpose) for each in opened.assigned
    }
    assert [each.code for each in state.moderators] == ["M-01", "M-02", "M-03"]
    assert all(each.name == "" for each in state.moderators)  # names are no business of a ledger
    text = (desk.place.folder / "ledger.sqlite").read_bytes()
    assert b"Moderator A" not in text
    assert desk.place.moderators(PLAN.round) == MODERATORS
    kinds = [entry.kind for entry in desk.ledger.entries(about=PLAN.round)]
    assert kinds == [Kind.ROUND, Kind.DRAW, Kind.ASSIGN]


def test_the_order_of_cases_tells_nothing_of_purpose(desk):
    desk.new(PLAN, MODERATORS)
    state = desk.state(PLAN.round)
    key = desk.round_key(PLAN.round)
    for moderator in ("M-01", "M-02"):
        rows = state.of_moderator(moderator)
        assert rows == tuple(sorted(rows, key=lambda each: key.order(each.pack, each.case)))
        assert len({each.case for each in rows}) == len(rows)


def test_a_round_is_begun_once_and_draws_nothing_that_another_drew(desk):
    first = desk.new(PLAN, MODERATORS)
    with pytest.raises(UsageError, match="There is a round 2019-20-Q4-a already"):
        desk.new(PLAN, MODERATORS)
    second = desk.new(replace(PLAN, round="2019-20-Q4-b", seed=4), MODERATORS)
    both = set(first.drawn.table["audit_code"]) & set(second.drawn.table["audit_code"])
    assert both == set()
    reasons = {gone.reason: gone.records for gone in second.drawn.frame.left_out}
    assert reasons["drawn for another round already"] == 12


def test_the_same_exports_and_seed_give_the_same_round(data, tmp_path):
    one = desk_of(tmp_path / "one", data).new(PLAN, MODERATORS)
    other = desk_of(tmp_path / "other", data).new(PLAN, MODERATORS)
    assert one.assigned == other.assigned
    third = desk_of(tmp_path / "third", data).new(replace(PLAN, seed=5), MODERATORS)
    assert one.assigned != third.assigned


def test_a_team_that_no_audit_has_is_told_of(data, tmp_path):
    listed = (*MODERATORS[:2], replace(MODERATORS[2], teams=("Wset",)))
    assert desk_of(tmp_path, data).new(PLAN, listed).unknown_teams == ("Wset",)


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a b", "x" * 41])
def test_a_round_has_a_name_that_a_folder_can_have(desk, name):
    with pytest.raises(UsageError, match="cannot be the name of a round"):
        desk.new(replace(PLAN, round=name), MODERATORS)


def test_a_round_that_is_not_there_is_told_of(desk):
    with pytest.raises(UsageError, match="There is no round “none”"):
        desk.state("none")
    with pytest.raises(UsageError, match="There is no round"):
        round_state((), "none")
