"""A round from its packs to the files for the exports: what each act leaves, by hand."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.moderation.ledger.entries import Draft, Kind
from qaf_analysis.moderation.rounds.closing import settings_to_add
from qaf_analysis.moderation.rounds.learning import read_cases
from qaf_analysis.moderation.rounds.plan import Purpose
from qaf_analysis.moderation.rounds.status import round_status
from qaf_analysis.terms.errors import IntegrityError, UsageError
from tests.end_to_end.filling import in_a_workbook
from tests.moderation.rounds.council import (
    DOMAINS,
    KEY,
    LEVELS,
    MODERATORS,
    PLAN,
    Clock,
    desk_of,
    write_council,
)

ROUND = PLAN.round


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_council(tmp_path_factory.mktemp("council") / "exports")


@pytest.fixture
def desk(data, tmp_path):
    found = desk_of(tmp_path / "place", data)
    found.new(PLAN, MODERATORS)
    found.pack(ROUND, tmp_path / "packs")
    return found


def returned(desk, tmp_path, word=lambda place, part: LEVELS[place % 4], *, only=None, name="back"):
    """A folder of returns, one a moderator."""
    folder = tmp_path / name
    folder.mkdir()
    for pack in desk.state(ROUND).packs:
        if only in (None, pack.moderator):
            sent = tmp_path / "packs" / pack.moderator / f"pack_{pack.pack}.xlsx"
            in_a_workbook(sent, folder / f"{pack.moderator}.xlsx", word)
    return folder


def codes(folder):
    """The codes of receipts, as a moderator reads them."""
    texts = [path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob("*.txt"))]
    return [text.split("send back this code: ")[1].split(".")[0] for text in texts]


def committed(desk, tmp_path):
    desk.collect(ROUND, [returned(desk, tmp_path)], tmp_path / "receipts")
    desk.confirm(ROUND, codes(tmp_path / "receipts"))
    return desk.state(ROUND)


def test_nothing_counts_before_the_moderator_confirmed_it(desk, tmp_path):
    found = desk.collect(ROUND, [returned(desk, tmp_path)], tmp_path / "receipts")
    state = desk.state(ROUND)
    assert not found.has_problems
    assert len(found.taken) == len(state.readings)
    assert all(each.grading is not None for each in state.readings)
    assert not any(each.counts for each in state.readings)
    with pytest.raises(UsageError, match="Nothing is committed yet"):
        desk.reveal(ROUND, tmp_path / "revealed")
    own = codes(tmp_path / "receipts")
    assert desk.confirm(ROUND, own[:1]) == len(state.of_moderator("M-01"))
    now = desk.state(ROUND)
    assert {each.moderator for each in now.readings if each.counts} == {"M-01"}
    # The same code once more commits nothing, and is no mistake.
    assert desk.confirm(ROUND, own[:1]) == 0


def test_a_grade_stands_with_the_case_that_it_was_given_to(desk, tmp_path):
    state = committed(desk, tmp_path)
    for pack in state.packs:
        for place, case in enumerate(pack.cases, start=1):
            reading = state.of_case(pack.pack, case)
            assert reading.grading.grades == dict.fromkeys(DOMAINS, LEVELS[place % 4])
            assert tuple(reading.grading.grades) == DOMAINS  # in the order of the audit tool
            assert reading.grading.reason == "Planning and review"


def test_a_wrong_code_confirms_nothing(desk, tmp_path):
    desk.collect(ROUND, [returned(desk, tmp_path)], tmp_path / "receipts")
    with pytest.raises(UsageError, match="No receipt of round 2019-20-Q4-a has the code"):
        desk.confirm(ROUND, ["BCDFGHJK"])
    assert not any(each.counts for each in desk.state(ROUND).readings)


def test_a_correction_makes_the_older_receipt_worthless(desk, tmp_path):
    first = returned(desk, tmp_path, only="M-01")
    desk.collect(ROUND, [first], tmp_path / "receipts")
    (old,) = codes(tmp_path / "receipts")
    other = returned(desk, tmp_path, lambda place, part: "Good", only="M-01", name="other")
    # Without a word from the owner two things were said, and neither counts more.
    found = desk.collect(ROUND, [other], tmp_path / "again")
    assert found.conflicts
    assert all(
        each.grading.grades["Plan"] == LEVELS[place % 4]
        for pack in desk.state(ROUND).packs
        if pack.moderator == "M-01"
        for place, case in enumerate(pack.cases, start=1)
        for each in [desk.state(ROUND).of_case(pack.pack, case)]
    )
    assert "Two things were said" in (tmp_path / "again" / "set aside.html").read_text()
    desk.collect(ROUND, [other], tmp_path / "corrected", corrected=True)
    with pytest.raises(UsageError, match="What was read has changed since the receipt"):
        desk.confirm(ROUND, [old])
    assert desk.confirm(ROUND, codes(tmp_path / "corrected")) > 0
    # Once confirmed, nothing corrects it.
    last = desk.collect(ROUND, [first], tmp_path / "last", corrected=True)
    assert last.conflicts
    words = {each.grading.grades["Plan"] for each in desk.state(ROUND).of_moderator("M-01")}
    assert words == {"Good"}


def test_collecting_twice_adds_nothing(desk, tmp_path):
    folder = returned(desk, tmp_path)
    desk.collect(ROUND, [folder], tmp_path / "receipts")
    before = desk.head
    desk.collect(ROUND, [folder], tmp_path / "again")
    assert desk.head == before
    assert codes(tmp_path / "again") == codes(tmp_path / "receipts")


def test_returned_files_are_kept_as_they_came(desk, tmp_path):
    folder = returned(desk, tmp_path)
    desk.collect(ROUND, [folder], tmp_path / "receipts")
    kept = {path.read_bytes() for path in desk.place.returns(ROUND).iterdir()}
    assert kept == {path.read_bytes() for path in folder.iterdir()}


def test_silence_confirms_only_where_the_plan_says_so(desk, data, tmp_path):
    desk.collect(ROUND, [returned(desk, tmp_path)], tmp_path / "receipts")
    desk._clock.now += timedelta(days=4)
    assert desk.confirm_by_silence(ROUND) == 0
    desk._clock.now += timedelta(days=1)
    assert desk.confirm_by_silence(ROUND) == len(desk.state(ROUND).readings)
    by = {entry.body["by"] for entry in desk.ledger.entries(kinds=(Kind.COMMIT,))}
    assert by == {"silence"}
    strict = desk_of(tmp_path / "strict", data, clock=Clock())
    strict.new(replace(PLAN, silence_days=0), MODERATORS)
    with pytest.raises(UsageError, match="silence confirms nothing"):
        strict.confirm_by_silence(ROUND)


def test_the_ledger_itself_refuses_a_reveal_before_commitment(desk, tmp_path):
    desk.collect(ROUND, [returned(desk, tmp_path)], tmp_path / "receipts")
    reading = desk.state(ROUND).readings[0]
    with pytest.raises(UsageError, match="not committed yet"):
        desk.decisions(ROUND).reveal(reading, {"Overall": "Good"})
    draft = desk.ledger.entries(kinds=(Kind.GRADE,))[0]
    sneaked = Draft(
        op="sneaked", kind=Kind.REVEAL, who=draft.who, about=draft.about, body={"audit_grades": {}}
    )
    with pytest.raises(IntegrityError):
        desk.ledger.append([sneaked], now=desk._clock())


def test_a_reveal_shows_the_auditors_grades_and_how_they_lie(desk, tmp_path):
    state = committed(desk, tmp_path)
    own = {row["audit_id"] + row["domain"]: row["grade"] for row in rows_of(desk.data)}
    assert desk.reveal(ROUND, tmp_path / "revealed", moderator="M-01") == len(
        state.of_moderator("M-01")
    )
    reading = desk.state(ROUND).of_moderator("M-01")[0]
    name = desk.found.references[reading.audit]
    theirs = reading.revealed.body["audit_grades"]
    assert theirs == {domain: own[name + domain] for domain in DOMAINS}
    page = (tmp_path / "revealed" / "revealed M-01.html").read_text(encoding="utf-8")
    apart = LEVELS.index(theirs["Plan"]) - LEVELS.index(reading.grading.grades["Plan"])
    words = {0: "the same", 1: "auditor 1 grade kinder", -1: "auditor 1 grade stricter"}
    word = words.get(apart, f"auditor {abs(apart)} grades {'kinder' if apart > 0 else 'stricter'}")
    assert f"<td>{theirs['Plan']}</td><td>{word}</td>" in page
    assert not (tmp_path / "revealed" / "revealed M-02.html").exists()


def test_what_is_said_later_stands_beside_and_changes_no_grade(desk, tmp_path):
    committed(desk, tmp_path)
    desk.reveal(ROUND, tmp_path / "revealed")
    reading = next(r for r in desk.state(ROUND).readings if r.purpose is Purpose.FIRST)
    before = reading.grading
    say = {"who": "A-07", "words": "The plan was updated", "grades": {}}
    desk.talk(ROUND, reading.case, "disagree", **say)
    desk.talk(ROUND, reading.case.lower(), "dispute", **say)
    assert desk.state(ROUND).talks[reading.audit].is_disputed
    assert round_status(desk.state(ROUND), today=PLAN.due).disputes == 1
    desk.talk(ROUND, reading.case, "panel", who="M-01, M-03", words="Talked", grades={})
    desk.talk(ROUND, reading.case, "outcome", who="owner", words="", grades={"Overall": "Good"})
    talk = desk.state(ROUND).talks[reading.audit]
    assert not talk.is_disputed
    assert talk.outcome.body == {"grades": {"Overall": "Good"}}
    assert desk.state(ROUND).of_case(reading.pack, reading.case).grading == before
    with pytest.raises(UsageError, match="“Godo” is no grade"):
        desk.talk(ROUND, reading.case, "outcome", who="", words="", grades={"Overall": "Godo"})
    with pytest.raises(UsageError, match="has no case “BCDFGHJK”"):
        desk.talk(ROUND, "bcdfghjk", "dispute", **say)


def test_a_second_thought_and_a_third_view_are_grades_of_their_own(desk, tmp_path):
    committed(desk, tmp_path)
    reading = next(r for r in desk.state(ROUND).of_moderator("M-01") if r.purpose == "first")
    thought = {"who": "M-01", "words": "", "grades": {"Plan": "Inadequate"}}
    with pytest.raises(UsageError, match="was not revealed yet"):
        desk.talk(ROUND, reading.case, "second-thought", **thought)
    desk.reveal(ROUND, tmp_path / "revealed")
    desk.talk(ROUND, reading.case, "second-thought", **thought)
    now = desk.state(ROUND).of_case(reading.pack, reading.case)
    assert now.second_thought.grades == {"Plan": "Inadequate"}
    assert now.grading == reading.grading
    with pytest.raises(UsageError, match="M-01 read this case in the round already"):
        desk.talk(ROUND, reading.case, "third-view", **thought)
    desk.talk(ROUND, reading.case, "third-view", **{**thought, "who": "M-09"})
    (view,) = desk.state(ROUND).talks[reading.audit].third_views
    assert (view.who, view.grades) == ("M-09", {"Plan": "Inadequate"})
    with pytest.raises(UsageError, match="at least one grade"):
        desk.talk(ROUND, reading.case, "third-view", who="M-09", words="", grades={})
    with pytest.raises(UsageError, match="“Gud” is no grade"):
        desk.talk(ROUND, reading.case, "third-view", who="M-09", words="", grades={"Plan": "Gud"})


def rows_of(folder):
    text = (folder / "audits.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def cells(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.mark.parametrize("rule", ["blind", "agreed"])
def test_a_closed_round_is_read_as_moderation_by_its_rule(desk, tmp_path, rule):
    state = committed(desk, tmp_path)
    desk.reveal(ROUND, tmp_path / "revealed")
    firsts = [each for each in state.readings if each.purpose is Purpose.FIRST]
    talked, seen = firsts[0], firsts[1]
    word = "Outstanding" if talked.grading.grades["Overall"] != "Outstanding" else "Inadequate"
    desk.talk(ROUND, talked.case, "disagree", who="A-01", words="", grades={})
    desk.talk(ROUND, talked.case, "outcome", who="", words="", grades={"Overall": word})
    desk.recognised(ROUND, seen.case, file="no", audit_grade="not sure")
    desk.rule(ROUND, rule)
    closed = desk.close(ROUND, tmp_path / "closed")
    rows = cells(tmp_path / "closed" / f"moderations {ROUND}.csv")
    of_audits = [each for each in state.readings if each.purpose in ("first", "double")]
    assert closed.moderated == len(of_audits)
    assert len(rows) == 3 * len(of_audits)
    names = {each.code: each.name for each in MODERATORS}

    def row(reading, domain):
        name = desk.found.references[reading.audit], names[reading.moderator], domain
        (one,) = (r for r in rows if (r["audit_id"], r["moderator"], r["domain"]) == name)
        return one

    one = row(talked, "Overall")
    grade = {"blind": talked.grading.grades["Overall"], "agreed": word}[rule]
    assert (one["grade"], one["blind"]) == (grade, "yes" if rule == "blind" else "no")
    assert one["response"] == "disagreed"
    assert row(seen, "Plan")["blind"] == "no"
    drawn = {each.audit: each for each in state.drawn}
    for reading in firsts:
        chance = drawn[reading.audit].selection_probability
        assert float(row(reading, "Plan")["selection_probability"]) == chance
        assert row(reading, "Plan")["selected_by"] == drawn[reading.audit].selected_by
    again = cells(tmp_path / "closed" / f"rereadings {ROUND}.csv")
    others = [each for each in state.readings if each.purpose not in ("first", "double")]
    assert len(again) == 3 * len(others)
    assert {each["reading"] for each in again} == {"anchor", "retest", "consensus"}
    head = json.loads((tmp_path / "closed" / "ledger_head.json").read_text())
    assert (head["rule"], head["head"], head["ledger"]) == (rule, str(desk.head), desk.ledger.id)
    with pytest.raises(UsageError, match="is closed"):
        desk.rule(ROUND, "blind")


def test_the_files_of_a_closed_round_load_as_they_are(desk, data, tmp_path):
    state = committed(desk, tmp_path)
    desk.close(ROUND, tmp_path / "closed")
    exports = tmp_path / "exports"
    write_council(exports)
    name = f"moderations {ROUND}.csv"
    (exports / name).write_bytes((tmp_path / "closed" / name).read_bytes())
    text = (exports / "council.toml").read_text()
    for path in ("audits.csv", "moderations.csv", name):
        kind = path.split(".")[0].split()[0]
        text += f'\n[[files]]\npath = "{path}"\nkind = "{kind}"\nshape = "long"\n'
    (exports / "council.toml").write_text(text)
    back = read_council(exports, as_of=date(2020, 6, 30), key=KEY).audits
    assert back.record.quarantined == 0
    new = back.moderations[back.moderations["round"] == ROUND]
    of_audits = [each for each in state.readings if each.purpose in ("first", "double")]
    assert len(new) == len(of_audits)


def test_status_counts_who_returned_what_and_how_far_two_moderators_agree(desk, tmp_path):
    late = PLAN.due + timedelta(days=1)
    before = round_status(desk.state(ROUND), today=late)
    assert before.is_overdue
    assert all(each.returned == 0 < each.outstanding for each in before.moderators)
    assert not round_status(desk.state(ROUND), today=PLAN.due).is_overdue
    folder = returned(desk, tmp_path, lambda place, part: "Good")
    desk.collect(ROUND, [folder], tmp_path / "receipts")
    desk.confirm(ROUND, codes(tmp_path / "receipts"))
    state = desk.state(ROUND)
    after = round_status(state, today=late)
    assert not after.is_overdue
    doubles = sum(each.purpose is Purpose.DOUBLE for each in state.readings)
    assert (after.pairs.cases, after.pairs.same, after.pairs.adjacent) == (doubles, doubles, 0)
    strata = {each.audit: each.stratum for each in state.drawn}
    theirs = [
        strata[each.audit]
        for each in state.readings
        if each.purpose in (Purpose.FIRST, Purpose.DOUBLE)
    ]
    assert after.against.same == theirs.count("Good")
    assert after.against.adjacent == sum(
        word in ("Requires improvement", "Outstanding") for word in theirs
    )


def test_the_gap_so_far_rests_on_cases_drawn_by_chance(desk, tmp_path):
    before = round_status(desk.state(ROUND), today=PLAN.due).precision
    assert before.gap.why_not
    assert not before.is_enough
    folder = returned(desk, tmp_path, lambda place, part: "Good")
    desk.collect(ROUND, [folder], tmp_path / "receipts")
    desk.confirm(ROUND, codes(tmp_path / "receipts"))
    state = desk.state(ROUND)
    found = round_status(state, today=PLAN.due).precision
    chance = [each for each in state.drawn if each.selected_by == "stratified"]
    assert found.gap.cases == len(chance) == 9
    # Moderators say Good (2) of each case: within a grade all gaps are alike, so that the figure
    # is what auditors gave less 2, over all that could be drawn.
    total = sum(state.strata.values())
    mean = sum(code * number for code, number in enumerate(state.strata.values())) / total
    assert found.gap.value == pytest.approx(mean - 2)


def test_a_session_shows_grades_without_persons(desk, tmp_path):
    with pytest.raises(UsageError, match="a session needs 3"):
        desk.learn(ROUND, tmp_path / "none")
    state = committed(desk, tmp_path)
    desk.reveal(ROUND, tmp_path / "revealed")
    assert desk.learn(ROUND, tmp_path / "session") == 12
    page = (tmp_path / "session" / "session.html").read_text(encoding="utf-8")
    for each in state.moderators:
        assert each.code not in page
    listed = cells(tmp_path / "session" / "cases.csv")
    assert len(listed) == 12
    assert {row["audit_id"] for row in listed} <= set(desk.found.references.values())


def test_a_session_s_cases_are_measured_by_everybody_but_their_own_auditor(desk, data, tmp_path):
    committed(desk, tmp_path)
    desk.reveal(ROUND, tmp_path / "revealed")
    desk.learn(ROUND, tmp_path / "session")
    listed = read_cases((tmp_path / "session" / "cases.csv").read_bytes())
    plan = replace(PLAN, round="before", audits=0)
    opened = desk.new(plan, MODERATORS, references=listed)
    own = desk.found.references
    by = {
        each.code: {own[a.audit] for a in opened.assigned if a.moderator == each.code}
        for each in MODERATORS
    }
    assert by["M-01"] == by["M-02"] == set(listed)
    # Auditor 03 audited A003, A013, …; a team keeps nobody from a session.
    assert by["M-03"] == {name for name in listed if int(name[1:]) % 10 != 3}
    state = desk.state("before")
    assert {each.purpose for each in state.readings} == {Purpose.SESSION}
    assert state.drawn == ()
    desk.pack("before", tmp_path / "second packs")
    folder = tmp_path / "second returns"
    folder.mkdir()
    for pack in desk.state("before").packs:
        word = "Good" if pack.moderator == "M-01" else "Outstanding"
        sent = tmp_path / "second packs" / pack.moderator / f"pack_{pack.pack}.xlsx"
        in_a_workbook(sent, folder / f"{pack.moderator}.xlsx", lambda place, part, word=word: word)
    desk.collect("before", [folder], tmp_path / "second receipts")
    desk.confirm("before", codes(tmp_path / "second receipts"))
    found = round_status(desk.state("before"), today=PLAN.due)
    # Of two or three readers of a case only M-02 and M-03 agree; M-01 is one grade below.
    three = len(by["M-03"])
    assert found.everybody.cases == len(listed) + 2 * three
    assert (found.everybody.same, found.everybody.adjacent) == (three, len(listed) + three)
    assert found.precision is None
    closed = desk.close("before", tmp_path / "second closed")
    rows = cells(tmp_path / "second closed" / "audits before.csv")
    assert len(rows) == 3 * (2 * len(listed) + three)
    assert {row["session_id"] for row in rows} == {"before"}
    assert list(closed.files) == ["audits before.csv", "ledger_head.json"]
    exports = write_council(tmp_path / "exports")
    (exports / "audits before.csv").write_bytes(closed.files["audits before.csv"])
    text = (exports / "council.toml").read_text()
    for path, kind in (("audits.csv", "audits"), ("moderations.csv", "moderations")):
        text += f'\n[[files]]\npath = "{path}"\nkind = "{kind}"\nshape = "long"\n'
    (exports / "council.toml").write_text(f"{text}\n{settings_to_add(closed)}\n")
    back = read_council(exports, as_of=date(2020, 6, 30), key=KEY).audits
    assert back.record.quarantined == 0
    again = back.ratings[back.ratings["role"] == "second_auditor"]
    assert len(again) == len(rows)
