"""Rows of the table of a ledger: how an entry becomes one, and whether one is still an entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind, canonical, entry_hash
from qaf_analysis.terms.errors import IntegrityError, UsageError

COLUMNS = "seq, op, at, kind, who, about, body, prev, hash, mac"
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

Row = Sequence[object]
"""Values of a row in the order of ``COLUMNS``, as they were read."""


def plain(draft: Draft) -> Draft:
    """The draft with its body as it will be read again.

    Raises
    ------
    UsageError
        If it cannot be written down: no plain values, or a name with signs that are not printed.
    """
    for text in (draft.op, draft.who, draft.about):
        if not text or not text.isprintable():
            raise UsageError("An entry of a ledger needs a name, a person and what it is about.")
    try:
        body = json.loads(canonical(dict(draft.body)))
    except (TypeError, ValueError):
        raise UsageError(
            f"An entry of kind “{draft.kind}” holds a text or number that cannot be written down."
        ) from None
    return Draft(op=draft.op, kind=Kind(draft.kind), who=draft.who, about=draft.about, body=body)


def written(now: datetime) -> str:
    """A time as an entry has it.

    Raises
    ------
    UsageError
        If it has no time zone.
    """
    if now.tzinfo is None:
        raise UsageError("The time of an entry needs its time zone.")
    return now.isoformat(timespec="seconds")


def row_of(
    draft: Draft, *, seq: int, prev: bytes, at: str
) -> tuple[int, str, str, str, str, str, str, bytes, bytes]:
    """The row of a new entry without its keyed sum; the last value is what is to be keyed."""
    hashed = entry_hash(
        prev=prev,
        seq=seq,
        op=draft.op,
        at=at,
        kind=draft.kind.value,
        who=draft.who,
        about=draft.about,
        body=draft.body,
    )
    body = canonical(draft.body).decode("utf-8")
    return (seq, draft.op, at, draft.kind.value, draft.who, draft.about, body, prev, hashed)


def entry_of(row: Row) -> Entry:
    """An entry from its row, if it is still what was summed.

    Raises
    ------
    IntegrityError
        If it was changed, or is of a kind that this version does not know.
    """
    if fault := row_fault(row):
        raise IntegrityError(f"{fault} Run qaf ledger verify.")
    seq, op, at, kind, who, about, body, prev, hashed, mac = row
    return Entry(
        seq=int(str(seq)),
        op=str(op),
        at=str(at),
        kind=Kind(str(kind)),
        who=str(who),
        about=str(about),
        body=json.loads(str(body)),
        prev=_bytes(prev),
        hash=_bytes(hashed),
        mac=_bytes(mac),
    )


def row_fault(row: Row) -> str:
    """Why a row of the table is not an entry as it was written; empty where it is one."""
    seq, op, at, kind, who, about, body, prev, hashed, _ = row
    changed = f"Entry {seq} was changed after it was written."
    try:
        read = json.loads(str(body))
        if canonical(read).decode("utf-8") != body:
            return changed
        summed = entry_hash(
            prev=_bytes(prev),
            seq=int(str(seq)),
            op=str(op),
            at=str(at),
            kind=str(kind),
            who=str(who),
            about=str(about),
            body=read,
        )
    except (ValueError, TypeError):
        return changed
    if summed != hashed:
        return changed
    if kind not in set(Kind):
        return f"Entry {seq} is of a kind that this version does not know: it was made by another."
    return ""


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(value)
    return value
