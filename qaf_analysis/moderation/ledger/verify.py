"""Whether a ledger is as it was written: what is wrong is told by the number of the entry.

Five things are looked at. The file and its own rules; the chain of sums, which an edit breaks; the
keyed sums, which nobody can make without the key; the order of acts; and heads kept elsewhere,
without which nobody can tell a cut tail or an older copy put back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from itertools import pairwise
from pathlib import Path

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.moderation.ledger import schema
from qaf_analysis.moderation.ledger.entries import (
    GENESIS,
    HEAD_DIGITS,
    Entry,
    Head,
    Kind,
    entry_mac,
)
from qaf_analysis.moderation.ledger.heads import HEADS_FILE, heads_beside, read_heads, write_head
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.rows import COLUMNS, Row, entry_of, row_fault
from qaf_analysis.moderation.ledger.store import Ledger, ledger_file, told_of_damage
from qaf_analysis.terms.errors import IntegrityError, UsageError

NOT_AUTHENTICATED = (
    "Not authenticated: the key is not here. Only who holds it can tell that nobody else wrote "
    "entries."
)
NO_HEADS = (
    "No head kept elsewhere was given: that the last entries were cut off, or an older copy was "
    "put back, could not be seen."
)
_MOST_TOLD = 12  # problems of one kind; more of them say no more


@dataclass(frozen=True, kw_only=True)
class LedgerCheck:
    """What was found of a ledger.

    Parameters
    ----------
    problems : tuple of str
        What is wrong; empty where nothing is.
    is_authenticated : bool
        Whether every entry was shown to be written with the ledger's key.
    entries : int
        How many there are.
    head : Head or None
        How far it goes; None where it could not be read.
    notices : tuple of str
        What could not be looked at.
    words : str
        Whose ledger it is, how long, and its head.
    """

    problems: tuple[str, ...]
    is_authenticated: bool
    entries: int
    head: Head | None
    notices: tuple[str, ...] = ()
    words: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in plain words, what is wrong first."""
        if self.problems:
            return (*self.problems, self.words, *self.notices)
        whole = "No entry was changed, taken away or put in another place."
        signed = ("Every entry was written with the ledger's key.",) * self.is_authenticated
        return (self.words, whole, *signed, *self.notices)


def verify_ledger(place: Path, *, key: LedgerKey | None, heads: Sequence[Head] = ()) -> LedgerCheck:
    """Look through a whole ledger.

    Parameters
    ----------
    place : Path
        Folder of the ledger, or a copy of its file.
    key : LedgerKey or None
        Its key, where it is here.
    heads : sequence of Head
        Heads kept elsewhere: in a file, in the footer of a report. Those beside the ledger are
        looked at anyway.

    Raises
    ------
    UsageError
        If there is no ledger.
    """
    path = ledger_file(place)
    # Before the entries: a ledger that grows in between is still longer than its heads.
    beside = heads_beside(path.parent) if path.name == schema.LEDGER_FILE else ()
    try:
        with schema.reading(path) as connection, told_of_damage(path):
            connection.execute("BEGIN")
            faults = (*_file_faults(connection), *schema.rule_faults(connection))
            rows = connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY seq").fetchall()
    except IntegrityError as error:
        return LedgerCheck(problems=(str(error),), is_authenticated=False, entries=0, head=None)
    except ValueError:
        # A text that is not UTF-8: the database hands it on and does not mind.
        why = f"{path.name} is damaged: it holds a text that cannot be read."
        return LedgerCheck(problems=(why,), is_authenticated=False, entries=0, head=None)
    chain = tuple(_chain_faults(rows))
    order = () if chain else tuple(_order_faults([entry_of(row) for row in rows]))
    keyed = () if key is None else tuple(_key_faults(rows, key))
    outside = (
        *_head_faults(rows, heads, where="kept elsewhere"),
        *_head_faults(rows, beside, where=f"in {HEADS_FILE} beside it"),
    )
    head = _head(rows[-1]) if rows else None
    return LedgerCheck(
        problems=(*faults, *_shortened(chain), *_shortened(order), *keyed, *outside),
        is_authenticated=key is not None and not keyed and not chain and bool(rows),
        entries=len(rows),
        head=head,
        notices=(*(() if key else (NOT_AUTHENTICATED,)), *(() if heads else (NO_HEADS,))),
        words=_words(rows, head, chain=chain),
    )


def keep_head(ledger: Ledger, path: Path, *, at: str) -> Head:
    """Add the head to a file outside the ledger's folder, such as one on another person's drive.

    Raises
    ------
    UsageError
        If the file would lie with the ledger, or holds something else.
    IntegrityError
        If the file holds a head that this ledger has not: it was cut, or the file is another's.
    """
    if path.resolve().is_relative_to(ledger.folder.resolve()):
        raise UsageError(
            f"{path.name} would lie with the ledger: whoever changes one can change the other. "
            "Name a file elsewhere."
        )
    if path.exists() and path.stat().st_size:
        rows = [(entry.seq, entry.hash) for entry in ledger.entries()]
        kept = read_heads(path)
        if faults := tuple(_head_mismatches(dict(rows), kept, where=f"in {path.name}")):
            raise IntegrityError(f"{faults[0]} Nothing was added to {path.name}.")
    head = ledger.head
    write_head(path, head, at=at)
    return head


def _words(rows: Sequence[Row], head: Head | None, *, chain: Sequence[str]) -> str:
    if head is None:
        return "The ledger has no entries."
    whose = ""
    if not row_fault(rows[0]):
        first = entry_of(rows[0])
        whose = f" of {first.body.get('council', 'no council')}"
    length = counted(len(rows), "entry", "entries")
    return f"The ledger{whose} has {length}; its head is {head}."


def _file_faults(connection: sqlite3.Connection) -> Iterator[str]:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        yield f"The file is damaged: {found[0]}."
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if (mark, version) != (schema.APPLICATION_ID, schema.FORMAT):
        yield "The file's marks were changed: it was made or repaired by another program."


def _chain_faults(rows: Sequence[Row]) -> Iterator[str]:
    """Entries that are missing, were changed, or do not follow from the one before."""
    if not rows:
        yield "The ledger is empty: its entries were taken away."
    last_seq, last_hash = 0, GENESIS
    for row in rows:
        seq, prev, hashed = int(str(row[0])), row[7], row[8]
        if seq != last_seq + 1:
            yield _missing(last_seq + 1, seq - 1)
        if why := row_fault(row):
            yield why
        elif prev != last_hash and seq == last_seq + 1:
            before = f"from entry {last_seq}" if last_seq else "as the first one"
            yield (
                f"Entry {seq} does not follow {before}: an entry there was changed, taken away or "
                "put in another place."
            )
        last_seq, last_hash = seq, hashed if isinstance(hashed, bytes) else b""


def _missing(first: int, last: int) -> str:
    if first > last:
        return f"Entry {last + 1} has a number that no entry can have."
    if first == last:
        return f"Entry {first} is missing: it was taken away."
    return f"Entries {first} to {last} are missing: they were taken away."


def _order_faults(entries: Sequence[Entry]) -> Iterator[str]:
    """Acts that the ledger's own rules would have refused."""
    if entries[0].kind is not Kind.LEDGER:
        yield "The first entry does not say whose ledger it is."
    seen = dict[tuple[Kind, str], int]()
    for entry in entries:
        about = entry.about
        if entry.kind is Kind.COMMIT and (Kind.GRADE, about) not in seen:
            yield f"Entry {entry.seq} confirms a case that was not graded before."
        if entry.kind is Kind.REVEAL and (Kind.COMMIT, about) not in seen:
            yield f"Entry {entry.seq} shows the audit's grade of a case not confirmed before."
        if entry.kind is Kind.GRADE and (Kind.REVEAL, about) in seen:
            shown = seen[Kind.REVEAL, about]
            yield f"Entry {entry.seq} counts as blind, and the audit's grade was shown at {shown}."
        seen.setdefault((entry.kind, about), entry.seq)


def _key_faults(rows: Sequence[Row], key: LedgerKey) -> Iterator[str]:
    """Entries that were not written with the key."""
    if not rows or row_fault(rows[0]):
        yield "Whose key the ledger was begun with cannot be told: its first entry is damaged."
        return
    body = entry_of(rows[0]).body
    if body.get("key") != key.key_id:
        yield (
            f"The key here ({key.key_id}) is not the ledger's, which says that it was begun with "
            f"the key {body.get('key')}: the key is another's, or the ledger was written anew."
        )
        return
    name = str(body.get("ledger"))
    wrong = [int(str(row[0])) for row in rows if not _is_keyed(row, key, name)]
    for first, last in _spans(wrong):
        if first == last:
            yield f"Entry {first} was not written with the ledger's key."
        else:
            yield f"Entries {first} to {last} were not written with the ledger's key."


def _is_keyed(row: Row, key: LedgerKey, ledger: str) -> bool:
    hashed, mac = row[8], row[9]
    if not isinstance(hashed, bytes) or not isinstance(mac, bytes):
        return False
    return compare_digest(entry_mac(key.secret, ledger, hashed), mac)


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers that follow each other."""
    if not numbers:
        return
    breaks = [at for at, (one, two) in enumerate(pairwise(numbers), 1) if two != one + 1]
    for start, end in pairwise((0, *breaks, len(numbers))):
        yield numbers[start], numbers[end - 1]


def _head_faults(rows: Sequence[Row], heads: Sequence[Head], *, where: str) -> Iterator[str]:
    found = {int(str(row[0])): row[8] for row in rows if isinstance(row[8], bytes)}
    return _head_mismatches(found, heads, where=where)


def _head_mismatches(
    found: dict[int, bytes], heads: Sequence[Head], *, where: str
) -> Iterator[str]:
    """What heads say that the ledger does not: it once went further, or had another entry."""
    end = max(found, default=0)
    other = [h for h in heads if h.seq in found and found[h.seq].hex()[:HEAD_DIGITS] != h.digits]
    if other:
        head = min(other, key=lambda one: one.seq)
        yield (
            f"The head {where} of entry {head.seq} is not the one that the ledger has there: the "
            "ledger was written anew at that entry or before, or the head is another ledger's."
        )
    if beyond := [head.seq for head in heads if head.seq > end]:
        yield (
            f"A head {where} says that the ledger went on to entry {max(beyond)}; it ends at entry "
            f"{end}: its last entries were cut off, or an older copy was put back."
        )


def _head(row: Row) -> Head:
    digits = row[8].hex()[:HEAD_DIGITS] if isinstance(row[8], bytes) else ""
    return Head(seq=int(str(row[0])), digits=digits)


def _shortened(faults: Sequence[str]) -> tuple[str, ...]:
    if len(faults) <= _MOST_TOLD:
        return tuple(faults)
    return (*faults[:_MOST_TOLD], f"{len(faults) - _MOST_TOLD} more entries are not as written.")
