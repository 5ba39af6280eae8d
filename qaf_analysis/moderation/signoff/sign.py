"""A signature: what it binds, what must hold before it is given, and how it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Head, Kind, canonical
from qaf_analysis.moderation.signoff.findings import Finding
from qaf_analysis.moderation.signoff.reproduction import (
    Reproduction,
    about_run,
    last_reproduction,
)
from qaf_analysis.moderation.signoff.review import Note, open_queries, standing_notes
from qaf_analysis.moderation.signoff.state import SIGNED
from qaf_analysis.terms.errors import IntegrityError, UsageError

SCHEMA = "qaf-sign-off/1"
SIGN, WITH_QUERIES, REFUSE = "sign", "sign_with_queries", "refuse"
DECISIONS = (SIGN, WITH_QUERIES, REFUSE)
NONE_DECLARED = "none declared"
MOST_COMMENTS = 400
"""Letters of the comments: they stand on the first page."""

STATEMENT_ID, STATEMENT_VERSION = "qaf-sign-off-statement", 1
STATEMENT = (
    "I have read this report and gone through its findings. The run was repeated with the same "
    "result. I graded none of it alone, did not make the run, and have declared what could "
    "influence me. My signature is for this run only; any change of it is another run."
)


@dataclass(frozen=True, kw_only=True)
class SignedRun:
    """What a signature binds of a run.

    Parameters
    ----------
    run_id, manifest_sha256 : str
    report : mapping of str to str
        SHA-256 of the exact bytes of each edition.
    results_sha256 : str
        SHA-256 over the results.
    checks : mapping of str to int
        Data checks ``passed``, ``failed`` and ``could_not_run``.
    findings : tuple of Finding
    made_by : str
        Code of who made the run.
    """

    run_id: str
    manifest_sha256: str
    report: Mapping[str, str]
    results_sha256: str
    checks: Mapping[str, int]
    findings: tuple[Finding, ...]
    made_by: str


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs.

    Parameters
    ----------
    code, role : str
        Such as ``M-04`` and ``external moderator``.
    organisation : str
        What kind of organisation, such as ``partner council``.
    is_external : bool
    own_share : float
        Share of the run's grades that the person gave.
    """

    code: str
    role: str
    organisation: str
    is_external: bool
    own_share: float


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a signer decides and says."""

    decision: str
    comments: str = ""
    conflicts: str = ""

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS:
            raise UsageError(
                f"“{self.decision[:30]}” is no decision; write {', '.join(DECISIONS)}."
            )
        if len(self.comments) > MOST_COMMENTS:
            raise UsageError(
                f"The comments have {len(self.comments)} letters. They stand on the first page, "
                f"which has room for {MOST_COMMENTS}; say more in notes on findings."
            )


def refusals(
    run: SignedRun, signer: Signer, decision: Decision, entries: Sequence[Entry]
) -> tuple[str, ...]:
    """Why a signature may not be given now; nothing where it may.

    A decision not to sign needs nothing but a run.
    """
    if decision.decision == REFUSE:
        return () if decision.comments else ("Say why you refuse to sign: --comments “…”.",)
    return (
        *_not_reproduced(run, last_reproduction(entries, run.run_id)),
        *_unspoken_checks(run, signer, decision, entries),
        *_own_work(run, signer, entries),
        *_left_open(decision, open_queries(entries, run.run_id)),
    )


def _not_reproduced(run: SignedRun, found: Reproduction | None) -> Iterator[str]:
    if found is None:
        yield "The run was not repeated yet. Do so first: qaf verify RUN --record."
    elif found.manifest_sha256 != run.manifest_sha256:
        yield "The files of the run are not those that were repeated. Repeat it: qaf verify RUN."
    elif not found.is_same:
        why = f" ({found.differences[0]})" if found.differences else ""
        yield f"The run was repeated, and the outcome was: {found.outcome}{why}."


def _unspoken_checks(
    run: SignedRun, signer: Signer, decision: Decision, entries: Sequence[Entry]
) -> Iterator[str]:
    notes = standing_notes(entries, run.run_id)
    said = decision.comments.casefold()
    for check in (one for one in run.findings if one.withholds):
        by_signer = [note for note in notes.get(check.id, ()) if note.who == signer.code]
        is_named = check.title.casefold() in said or check.id in said
        if not is_named and not any(note.words for note in by_signer):
            yield (
                f"The data check “{check.title}” failed. Say in your comments what you make of "
                f"it, by its name, or note it: qaf review note RUN {check.id} accept --words “…”."
            )


def _own_work(run: SignedRun, signer: Signer, entries: Sequence[Entry]) -> Iterator[str]:
    if signer.code == run.made_by:
        yield f"{signer.code} made this run. Somebody else must sign it."
    if not run.made_by:
        yield "Nobody is known to have made this run. Say who did, by code: --made-by A-02."
    if signer.own_share >= 1:
        yield f"Every grade of this run is {signer.code}'s own. Somebody else must sign it."
    elif signer.own_share > 0 and not _others(run, signer, entries):
        yield (
            f"{signer.own_share:.0%} of the grades are {signer.code}'s own. Somebody who graded "
            "none of them must sign first."
        )


def _others(run: SignedRun, signer: Signer, entries: Sequence[Entry]) -> bool:
    """Whether somebody else has signed this run, who graded nothing in it."""
    about = about_run(run.run_id)
    void = {str(e.body["signs"]) for e in entries if e.kind == Kind.VOID and e.about == about}
    return any(
        entry.kind == Kind.SIGN
        and entry.about == about
        and entry.who != signer.code
        and entry.op not in void
        and entry.body["decision"] in SIGNED
        and entry.body["own_share"] == 0
        for entry in entries
    )


def _left_open(decision: Decision, queries: Sequence[Note]) -> Iterator[str]:
    if queries and decision.decision == SIGN:
        number = len(queries)
        told = "1 query is" if number == 1 else f"{number} queries are"
        yield (
            f"{told} open. Settle what is open (qaf review note RUN FINDING accept), or decide "
            f"{WITH_QUERIES}."
        )
    if not queries and decision.decision == WITH_QUERIES:
        yield f"No query is open. Note one first, or decide {SIGN}."


def sign_draft(
    run: SignedRun,
    signer: Signer,
    decision: Decision,
    entries: Sequence[Entry],
    *,
    ledger: str,
    head: Head,
    key_id: str,
    now: datetime,
) -> Draft:
    """Compose the entry of a decision; to be called while no other writes the ledger.

    Parameters
    ----------
    run : SignedRun
    signer : Signer
    decision : Decision
    entries : sequence of Entry
        Of the ledger.
    ledger, key_id : str
        Identifiers of the ledger and of its key.
    head : Head
        The ledger's last entry, which the new one follows.
    now : datetime

    Raises
    ------
    IntegrityError
        If the run may not be signed so: every reason in a sentence.
    """
    against = refusals(run, signer, decision, entries)
    if against:
        raise IntegrityError("Not signed. " + " ".join(against))
    body = _body(run, signer, decision, entries)
    body |= {
        "key_id": key_id,
        "ledger": {"id": ledger, "seq": head.seq + 1, "prev": head.digits},
        "at": now.isoformat(timespec="seconds"),
    }
    named = sha256(canonical([run.run_id, signer.code, head.seq, body])).hexdigest()[:24]
    return Draft(
        op=f"sign {named}", kind=Kind.SIGN, who=signer.code, about=about_run(run.run_id), body=body
    )


def sealed_bytes(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that a signer's own signature is of."""
    return canonical({**{k: v for k, v in body.items() if k != "signature"}, "key_id": ""})


def _body(
    run: SignedRun, signer: Signer, decision: Decision, entries: Sequence[Entry]
) -> dict[str, Any]:
    found = last_reproduction(entries, run.run_id)
    return {
        "schema": SCHEMA,
        "run_id": run.run_id,
        "report": dict(run.report),
        "results_sha256": run.results_sha256,
        "data_checks": dict(run.checks),
        "reproduced": {} if found is None else found.in_signature(),
        "signer": {
            "code": signer.code,
            "role": signer.role,
            "organisation": signer.organisation,
            "external": signer.is_external,
        },
        "decision": decision.decision,
        "comments": decision.comments,
        "queries": [
            {"finding": note.finding, "words": note.words, "state": str(note.state)}
            for note in open_queries(entries, run.run_id)
        ],
        "conflicts": decision.conflicts or NONE_DECLARED,
        "own_share": signer.own_share,
        "statement": {
            "id": STATEMENT_ID,
            "version": STATEMENT_VERSION,
            "sha256": sha256(STATEMENT.encode()).hexdigest(),
        },
    }


def withdrawal(run_id: str, signs: Entry, *, who: str, words: str) -> Draft:
    """Compose the entry that withdraws a decision; only the person who took it can.

    Raises
    ------
    IntegrityError
        If it is somebody else's.
    UsageError
        If no reason is given.
    """
    if signs.who != who:
        raise IntegrityError(f"The signature is {signs.who}'s; only {signs.who} can withdraw it.")
    if not words.strip():
        raise UsageError("Say why the signature is withdrawn: --words “…”.")
    return Draft(
        op=f"void {signs.op}",
        kind=Kind.VOID,
        who=who,
        about=about_run(run_id),
        body={"signs": signs.op, "words": " ".join(words.split())},
    )
