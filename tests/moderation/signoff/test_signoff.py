"""Findings, notes, refusals and states of a signature, on entries made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from qaf_analysis.data.contract.record import Check
from qaf_analysis.moderation.ledger.entries import Entry, Head, Kind
from qaf_analysis.moderation.signoff.findings import Answer, findings_of
from qaf_analysis.moderation.signoff.reproduction import Reproduction, last_reproduction
from qaf_analysis.moderation.signoff.review import note_draft, open_queries, standing_notes
from qaf_analysis.moderation.signoff.sign import (
    Decision,
    SignedRun,
    Signer,
    refusals,
    sealed_bytes,
    sign_draft,
    withdrawal,
)
from qaf_analysis.moderation.signoff.state import (
    KnownRun,
    SignState,
    may_publish,
    refuse_to_publish,
    sign_off_state,
)
from qaf_analysis.terms.errors import IntegrityError, UsageError

RUN, OTHER_RUN = "4f2a09c1d2e3b4a5", "0123456789abcdef"
NOW = datetime(2020, 1, 31, 10, 0, tzinfo=UTC)
MANIFEST = "ab" * 32
FINDINGS = findings_of(
    [
        Answer(section="agreement", question="Do auditors agree?", verdict="In part", words="72%."),
        Answer(section="moderation", question="Too kind?", verdict="Adjust", words="0.3."),
    ],
    ["Chronologies", "Chronologies"],
    [
        Check(name="Dates are there", state="passed", detail=""),
        Check(name="Grades were not copied", state="failed", detail="9 of 10 pairs are the same"),
        Check(name="Themes have audits", state="could not run", detail="no theme"),
    ],
)
BOUND = SignedRun(
    run_id=RUN, manifest_sha256=MANIFEST, report={"committee": "c" * 64}, results_sha256="d" * 64,
    checks={"passed": 1, "failed": 1, "could_not_run": 1}, findings=FINDINGS, made_by="A-02",
)  # fmt: skip
SIGNER = Signer(
    code="M-04", role="external moderator", organisation="partner council", is_external=True,
    own_share=0.0,
)  # fmt: skip
REPEATED = Reproduction(
    manifest_sha256=MANIFEST, at="2020-01-30T10:00:00+00:00", by="M-04", machine="Linux",
    outcome="identical", figures_compared=173, largest_difference=0.0,
)  # fmt: skip
COMMENTS = "Grades were not copied: read, and they agree by chance."
SIGN = Decision(decision="sign", comments=COMMENTS)


class Book:
    """Entries in their order, without a file."""

    def __init__(self):
        self.entries, self._seq = [], count(1)

    def add(self, draft):
        seq = next(self._seq)
        entry = Entry(
            seq=seq, op=draft.op, at=(NOW + timedelta(hours=seq)).isoformat(), kind=draft.kind,
            who=draft.who, about=draft.about, body=draft.body, prev=bytes(32),
            hash=bytes([seq] * 32), mac=b"",
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def note(self, finding, state, words="", who="M-04", run=RUN):
        return self.add(
            note_draft(
                run,
                FINDINGS,
                finding=finding,
                state=state,
                words=words,
                who=who,
                after=len(self.entries),
            )
        )

    def sign(self, signer=SIGNER, decision=SIGN, run=BOUND):
        return self.add(
            sign_draft(
                run,
                signer,
                decision,
                self.entries,
                ledger="L",
                key_id="k",
                now=NOW,
                head=Head(seq=len(self.entries), digits="0" * 16),
            )
        )


@pytest.fixture
def book():
    made = Book()
    made.add(REPEATED.draft(RUN))
    return made


def test_findings_are_cards_claims_once_and_checks_that_did_not_pass():
    assert [one.id for one in FINDINGS] == [
        "verdict-agreement",
        "verdict-moderation",
        "claim-chronologies",
        "check-grades-were-not-copied",
        "check-themes-have-audits",
    ]
    assert [one.card for one in FINDINGS] == [1, 2, 0, 0, 0]
    assert [one.withholds for one in FINDINGS] == [False, False, False, True, False]


def test_names_that_begin_alike_have_identifiers_of_their_own():
    long = "The share of audits that were graded good or better in the "
    first, second = findings_of([], [f"{long}east", f"{long}west"], [])
    assert first.id != second.id
    assert findings_of([], [f"{long}east"], [])[0].id == first.id


def test_the_last_note_of_each_reviewer_stands(book):
    book.note("verdict-agreement", "query", "Why?")
    book.note("verdict-agreement", "disagree", "No.", who="M-09")
    book.note("verdict-agreement", "query", "Elsewhere?", run=OTHER_RUN)
    assert [n.words for n in open_queries(book.entries, RUN)] == ["Why?", "No."]
    book.note("verdict-agreement", "accept")
    assert [n.who for n in open_queries(book.entries, RUN)] == ["M-09"]
    assert len(standing_notes(book.entries, RUN)["verdict-agreement"]) == 2


def test_the_same_words_later_are_another_act(book):
    first = book.note("verdict-agreement", "query", "Why?")
    book.note("verdict-agreement", "accept")
    again = book.note("verdict-agreement", "query", "Why?")
    assert first.op != again.op
    assert len(open_queries(book.entries, RUN)) == 1


@pytest.mark.parametrize(
    ("finding", "state", "words", "told"),
    [
        ("verdict-x", "accept", "", "is no finding"),
        ("verdict-agreement", "maybe", "", "is no answer"),
        ("verdict-agreement", "query", " ", "Say what you query"),
        ("verdict-agreement", "disagree", "x" * 1001, "1,001 letters"),
    ],
)
def test_a_note_that_says_nothing_is_refused(book, finding, state, words, told):
    with pytest.raises(UsageError, match=told):
        book.note(finding, state, words)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "not repeated yet"),
        (replace(REPEATED, outcome="differs", differences=("input: a.csv was changed",)), "a.csv"),
        (replace(REPEATED, outcome="cannot run"), "cannot run"),
        (replace(REPEATED, manifest_sha256="0" * 64), "not those that were repeated"),
    ],
)
def test_without_the_same_result_nobody_signs(found, told):
    book = Book()
    if found is not None:
        book.add(REPEATED.draft(RUN))  # an earlier one that was the same does not help
        book.add(found.draft(RUN))
    with pytest.raises(IntegrityError, match=told):
        book.sign()


@pytest.mark.parametrize("outcome", ["identical", "same numbers, other bytes"])
def test_both_outcomes_that_are_the_same_let_sign(outcome):
    book = Book()
    book.add(replace(REPEATED, outcome=outcome).draft(RUN))
    assert book.sign().body["reproduced"]["outcome"] == outcome


def test_a_repetition_of_another_run_is_none():
    book = Book()
    book.add(REPEATED.draft(OTHER_RUN))
    assert last_reproduction(book.entries, RUN) is None


@pytest.mark.parametrize(
    ("run", "signer", "told"),
    [
        (replace(BOUND, made_by="M-04"), SIGNER, "made this run"),
        (replace(BOUND, made_by=""), SIGNER, "Nobody is known"),
        (BOUND, replace(SIGNER, own_share=1.0), "Every grade"),
        (BOUND, replace(SIGNER, own_share=0.01), "1% of the grades"),
    ],
)
def test_own_work_is_not_signed(book, run, signer, told):
    with pytest.raises(IntegrityError, match=told):
        book.sign(signer=signer, run=run)


def test_who_graded_a_part_needs_another_signature_that_stands(book):
    part = replace(SIGNER, code="M-07", own_share=0.25)
    first = book.sign()
    assert refusals(BOUND, part, SIGN, book.entries) == ()
    book.add(withdrawal(RUN, first, who="M-04", words="Mistaken."))
    assert refusals(BOUND, part, SIGN, book.entries) != ()
    book.sign(decision=Decision(decision="refuse", comments="No."))
    assert refusals(BOUND, part, SIGN, book.entries) != ()
    whole = replace(part, own_share=1.0)
    book.sign()
    assert refusals(BOUND, whole, SIGN, book.entries) != ()


def test_two_who_graded_parts_do_not_stand_for_each_other(book):
    first = book.sign()
    book.sign(signer=replace(SIGNER, code="M-07", own_share=0.25))
    assert state(book).state == SignState.VALID
    book.add(withdrawal(RUN, first, who="M-04", words="Mistaken."))
    assert refusals(BOUND, replace(SIGNER, code="M-08", own_share=0.25), SIGN, book.entries)
    # Nor does the one who is left stand for it alone.
    assert state(book).state == SignState.WITHDRAWN


def test_nobody_stands_beside_themselves(book):
    book.sign()
    assert refusals(BOUND, replace(SIGNER, own_share=0.25), SIGN, book.entries)


def test_every_reason_is_told_at_once():
    signer = replace(SIGNER, code="A-02", own_share=1.0)
    told = refusals(BOUND, signer, Decision(decision="sign"), [])
    assert len(told) == 4  # not repeated, check not spoken to, own run, own grades


def test_a_check_that_could_not_run_withholds_nothing(book):
    told = " ".join(refusals(BOUND, SIGNER, Decision(decision="sign"), book.entries))
    assert "Grades were not copied" in told
    assert "Themes have audits" not in told


def test_a_decision_that_is_none_and_comments_without_end_are_refused():
    with pytest.raises(UsageError, match="is no decision"):
        Decision(decision="yes")
    with pytest.raises(UsageError, match="401 letters"):
        Decision(decision="sign", comments="x" * 401)


def test_a_signature_of_its_own_covers_every_word_of_the_body(book):
    body = dict(book.sign().body)
    whole = sealed_bytes(body)
    assert sealed_bytes({**body, "signature": "S", "key_id": "own"}) == whole
    for name in body.keys() - {"key_id"}:
        assert sealed_bytes({**body, name: "changed"}) != whole


OWN = (KnownRun(run_id=RUN, made=NOW),)


def state(book, runs=OWN):
    return sign_off_state(RUN, book.entries, runs)


LATER = KnownRun(run_id=OTHER_RUN, made=NOW + timedelta(days=3))


def test_from_nothing_to_valid_superseded_and_withdrawn(book):
    assert state(book).state == SignState.NOT_SIGNED
    assert not may_publish(state(book))
    signed = book.sign()
    assert state(book).state == SignState.VALID
    assert may_publish(state(book))
    later = state(book, (KnownRun(run_id=RUN, made=NOW), LATER))
    assert (later.state, later.by) == (SignState.SUPERSEDED, LATER)
    assert not may_publish(later)
    book.add(withdrawal(RUN, signed, who="M-04", words="Mistaken."))
    assert state(book).state == SignState.WITHDRAWN
    assert not may_publish(state(book))


def test_an_earlier_run_supersedes_nothing_and_the_same_run_made_last_is_valid_again(book):
    book.sign()
    own = KnownRun(run_id=RUN, made=NOW)
    assert state(book, (own, replace(LATER, made=NOW - timedelta(days=1)))).state == SignState.VALID
    assert state(book, (replace(own, is_latest=True), LATER)).state == SignState.VALID
    # Made again from older inputs: the run that was made last counts, not the one that is newest.
    last = replace(LATER, made=NOW - timedelta(days=9), is_latest=True)
    assert state(book, (own, last)).state == SignState.SUPERSEDED


def test_one_of_two_signatures_withdrawn_leaves_the_other(book):
    first = book.sign()
    book.sign(signer=replace(SIGNER, code="M-09"))
    book.add(withdrawal(RUN, first, who="M-04", words="Mistaken."))
    found = state(book)
    assert found.state == SignState.VALID
    assert [entry.who for entry in found.signs] == ["M-09"]


def test_a_later_refusal_of_the_same_person_takes_the_place_of_the_signature(book):
    book.sign()
    book.sign(decision=Decision(decision="refuse", comments="I was wrong."))
    assert state(book).state == SignState.REFUSED


def test_only_the_signer_withdraws(book):
    signed = book.sign()
    with pytest.raises(IntegrityError, match="only M-04"):
        withdrawal(RUN, signed, who="M-09", words="No.")


def test_a_public_edition_is_a_draft_until_it_is_signed(book):
    with pytest.raises(IntegrityError, match="not signed"):
        refuse_to_publish(state(book), as_draft=False)
    refuse_to_publish(state(book), as_draft=True)
    book.sign()
    refuse_to_publish(state(book), as_draft=False)
    assert book.entries[-1].kind == Kind.SIGN
