"""What reviewers say of a run's findings: accept, query or disagree, each with words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind, canonical
from qaf_analysis.moderation.signoff.findings import Finding
from qaf_analysis.moderation.signoff.reproduction import about_run
from qaf_analysis.terms.errors import UsageError

MOST_LETTERS = 1000
"""Letters of a note."""


class NoteState(StrEnum):
    """What a reviewer says of a finding."""

    ACCEPT = "accept"
    QUERY = "query"
    DISAGREE = "disagree"


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a reviewer said last of one finding."""

    finding: str
    state: NoteState
    words: str
    who: str
    at: str

    @property
    def is_open(self) -> bool:
        """Whether something is left to be answered."""
        return self.state != NoteState.ACCEPT


def note_draft(
    run_id: str,
    findings: Sequence[Finding],
    *,
    finding: str,
    state: str,
    words: str,
    who: str,
    after: int,
) -> Draft:
    """Compose the entry of a note.

    Parameters
    ----------
    run_id : str
    findings : sequence of Finding
        Of that run.
    finding : str
        Its identifier.
    state : str
        ``accept``, ``query`` or ``disagree``.
    words : str
        Needed for all but ``accept``.
    who : str
        Code of the reviewer.
    after : int
        Number of the ledger's last entry: the same words may be said once more later.

    Raises
    ------
    UsageError
        If there is no such finding or state, or words are missing or too many.
    """
    if finding not in {one.id for one in findings}:
        known = ", ".join(one.id for one in findings)
        raise UsageError(f"“{finding[:60]}” is no finding of this run; there are {known}.")
    if state not in {one.value for one in NoteState}:
        raise UsageError(f"“{state[:30]}” is no answer; write accept, query or disagree.")
    said = " ".join(words.split())
    if state != NoteState.ACCEPT and not said:
        raise UsageError(f"Say what you {state}: --words “…”, in a sentence or two.")
    if len(said) > MOST_LETTERS:
        raise UsageError(
            f"The words have {len(said):,} letters; there is room for {MOST_LETTERS:,}."
        )
    body = {"finding": finding, "state": str(state), "words": said}
    named = sha256(canonical([run_id, who, after, body])).hexdigest()[:24]
    return Draft(
        op=f"finding {named}",
        kind=Kind.FINDING,
        who=who,
        about=about_run(run_id, finding),
        body=body,
    )


def standing_notes(entries: Sequence[Entry], run_id: str) -> Mapping[str, tuple[Note, ...]]:
    """The last note of each reviewer on each finding of a run, by the finding's identifier."""
    above = about_run(run_id, "")
    last: dict[tuple[str, str], Note] = {}
    for entry in entries:
        if entry.kind == Kind.FINDING and entry.about.startswith(above):
            note = Note(
                finding=str(entry.body["finding"]),
                state=NoteState(entry.body["state"]),
                words=str(entry.body["words"]),
                who=entry.who,
                at=entry.at,
            )
            last[note.finding, note.who] = note
    found: dict[str, tuple[Note, ...]] = {}
    for note in last.values():
        found[note.finding] = (*found.get(note.finding, ()), note)
    return found


def open_queries(entries: Sequence[Entry], run_id: str) -> tuple[Note, ...]:
    """Every query and disagreement of a run that its reviewer has not taken back."""
    notes = standing_notes(entries, run_id)
    return tuple(note for each in notes.values() for note in each if note.is_open)
