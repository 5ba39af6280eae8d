"""Whether a run's signature applies: computed from the ledger and the runs there are, never kept.

A signature is of one run, and so of its inputs, code, parameters and outputs. Whatever is changed
gives another run, which leaves the old signature with the old bytes: those are superseded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qaf_analysis.moderation.ledger.entries import Entry, Head, Kind
from qaf_analysis.moderation.signoff.reproduction import about_run
from qaf_analysis.moderation.signoff.review import Note, open_queries
from qaf_analysis.terms.errors import IntegrityError

SIGNED = ("sign", "sign_with_queries")


class SignState(StrEnum):
    """Whether a run is signed, and whether that still applies."""

    NOT_SIGNED = "not signed"
    VALID = "valid"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class KnownRun:
    """A finished run of the same council and quarter.

    ``made`` is when it ended; ``is_latest`` whether it is the one that was made last here, which
    may be older: a run made again from the same inputs is the same run.
    """

    run_id: str
    made: datetime
    is_latest: bool = False


@dataclass(frozen=True, kw_only=True)
class SignOffState:
    """What is known of a run's signature.

    Parameters
    ----------
    state : SignState
    signs : tuple of Entry
        The decisions that stand, one a person: signatures, or refusals where nobody signed;
        for a withdrawn signature those that were withdrawn.
    queries : tuple of Note
        Queries that are open now.
    by : KnownRun or None
        The run that superseded it.
    withdrawn_at : str
        When, in ISO 8601.
    head : Head or None
        State of the ledger that this was computed from.
    """

    state: SignState
    signs: tuple[Entry, ...] = ()
    queries: tuple[Note, ...] = ()
    by: KnownRun | None = None
    withdrawn_at: str = ""
    head: Head | None = None


def sign_off_state(
    run_id: str, entries: Sequence[Entry], runs: Sequence[KnownRun], *, head: Head | None = None
) -> SignOffState:
    """Compute whether a run's signature applies.

    Parameters
    ----------
    run_id : str
    entries : sequence of Entry
        Of the ledger, or those about the run.
    runs : sequence of KnownRun
        Runs of the same council and quarter, this one among them or not.
    head : Head, optional
        State of the ledger.
    """
    about = about_run(run_id)
    own = [entry for entry in entries if entry.about == about]
    voids = {str(e.body["signs"]): e for e in own if e.kind == Kind.VOID}
    last = {e.who: e for e in own if e.kind == Kind.SIGN}
    standing = [entry for entry in last.values() if entry.op not in voids]
    signed = tuple(entry for entry in standing if entry.body["decision"] in SIGNED)
    if all(entry.body["own_share"] > 0 for entry in signed):
        signed = ()  # who graded part of a run never stands for it alone
    queries = open_queries(entries, run_id)
    if signed:
        newer = _newer(run_id, runs)
        return SignOffState(
            state=SignState.VALID if newer is None else SignState.SUPERSEDED,
            signs=signed,
            queries=queries,
            by=newer,
            head=head,
        )
    withdrawn = tuple(entry for entry in last.values() if entry.op in voids)
    if withdrawn:
        return SignOffState(
            state=SignState.WITHDRAWN,
            signs=withdrawn,
            queries=queries,
            withdrawn_at=max(voids[entry.op].at for entry in withdrawn),
            head=head,
        )
    return SignOffState(
        state=SignState.REFUSED if standing else SignState.NOT_SIGNED,
        signs=tuple(standing),
        queries=queries,
        head=head,
    )


def may_publish(state: SignOffState) -> bool:
    """Whether a public edition may be built without a watermark: only while a signature applies.

    Examples
    --------
    >>> may_publish(SignOffState(state=SignState.NOT_SIGNED))
    False
    """
    return state.state == SignState.VALID


def refuse_to_publish(state: SignOffState, *, as_draft: bool) -> None:
    """Refuse a public edition of what is not signed, unless it is asked for as a marked draft.

    Raises
    ------
    IntegrityError
        Saying what to do.
    """
    if not may_publish(state) and not as_draft:
        raise IntegrityError(
            f"The public edition is not made: this report is {state.state}. Have it signed (qaf "
            "review sign), or ask for a draft, which says so across each page."
        )


def _newer(run_id: str, runs: Sequence[KnownRun]) -> KnownRun | None:
    """The run that was made after this one, the newest of them; None where this one is newest."""
    own = [run for run in runs if run.run_id == run_id]
    if any(run.is_latest for run in own):
        return None
    made = max((run.made for run in own), default=None)
    others = [
        run
        for run in runs
        if run.run_id != run_id and (run.is_latest or made is None or run.made > made)
    ]
    return max(others, key=lambda run: (run.is_latest, run.made), default=None)
