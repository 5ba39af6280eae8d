"""The ledger of a council's moderation: entries are added one after another, and only added.

One file on the disk of the round's owner holds it. Who wants to write takes a gate first and waits
for a turn there, so that nobody waits long; each call of ``append`` is one transaction, and what it
returns is on the disk. The file is opened anew for each call: a notebook that stays open for days
keeps nothing locked, and never writes into a copy that was moved away.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from types import TracebackType

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.file_lock import FileLock, holder_words
from qaf_analysis.data.files.private_file import private_folder, sync_folder, write_new
from qaf_analysis.moderation.ledger import schema
from qaf_analysis.moderation.ledger.entries import (
    GENESIS,
    Draft,
    Entry,
    Head,
    Kind,
    canonical,
    entry_mac,
)
from qaf_analysis.moderation.ledger.heads import HEADS_FILE, last_head, write_head
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.place import place_notices
from qaf_analysis.moderation.ledger.rows import COLUMNS, INSERT, entry_of, plain, row_of, written
from qaf_analysis.moderation.ledger.schema import LEDGER_FILE
from qaf_analysis.terms.errors import IntegrityError, RunLockedError, UsageError

GATE_FILE = "ledger.lock"
FRONT = ".next"
OWNER = "owner"
ABOUT_LEDGER = "ledger"
_WAIT_SECONDS = 60.0
_TELL_AFTER = 2.0  # seconds of waiting, before and between two words about it
_POLL = 0.002  # seconds; a turn takes about ten times as long

Tell = Callable[[str], None]


class Gate:
    """One writer at a time; the others wait for a turn and are told for whom.

    Parameters
    ----------
    path : Path
        File of the lock.
    tell : callable, optional
        Is given a sentence every two seconds of waiting.
    patience : float
        Seconds after which waiting ends with an error.
    """

    def __init__(
        self, path: Path, *, tell: Tell | None = None, patience: float = _WAIT_SECONDS
    ) -> None:
        self._lock = FileLock(path)
        self._front = FileLock(path.with_name(path.name + FRONT))
        self._tell = tell
        self._patience = patience
        # Threads of one program take turns, too; the same thread may pass again.
        self._thread = threading.RLock()
        self._depth = 0

    def __enter__(self) -> None:
        self._thread.acquire()
        try:
            if self._depth == 0:
                self._take()
            self._depth += 1
        except BaseException:
            self._thread.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._lock.release()
        self._thread.release()

    def _take(self) -> None:
        start = time.monotonic()
        # Whoever just had a turn would take the next one, too, before a waiting one looks again.
        # So there is a place in front of the gate: who stands there goes next.
        self._wait_for(self._front, start)
        try:
            self._wait_for(self._lock, start)
        finally:
            self._front.release()

    def _wait_for(self, lock: FileLock, start: float) -> None:
        told = start
        while (holder := lock.take()) is not None:
            now = time.monotonic()
            if now - start > self._patience:
                raise RunLockedError(
                    f"The ledger is being written by another: {holder_words(holder)}. Nothing was "
                    "added; try again when it has ended. If that computer no longer runs it, "
                    f"delete the file {lock.path.name} in “{lock.path.parent}”."
                )
            if self._tell is not None and now - told > _TELL_AFTER:
                self._tell(
                    f"Waiting for another to finish writing the ledger ({holder_words(holder)}), "
                    f"{now - start:.0f} seconds so far …"
                )
                told = now
            time.sleep(_POLL)


class Ledger:
    """A council's ledger; ``open_ledger`` and ``read_ledger`` give one.

    Attributes
    ----------
    id : str
        Random name of the ledger; another one of the same council has another.
    council : str
        Whose it is.
    folder : Path
        Where it lies.
    notices : tuple of str
        What speaks against that place.
    """

    def __init__(self, place: Path, *, key: LedgerKey | None, gate: Gate) -> None:
        self.path = ledger_file(place)
        self.folder = self.path.parent
        self.notices = place_notices(self.folder.resolve())
        self._key = key
        self._gate = gate
        with schema.reading(self.path) as connection, told_of_damage(self.path):
            _refuse_other_rules(connection)
            first, last = _first(connection), _last(connection)
        self.id = str(first.body["ledger"])
        self.council = str(first.body["council"])
        self._seen = last
        if key is not None and key.key_id != first.body["key"]:
            raise IntegrityError(
                f"The key here ({key.key_id}) is another's: this ledger was begun with the key "
                f"{first.body['key']}. Put back that key from your backup."
            )

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing stays open between two calls."""

    @property
    def head(self) -> Head:
        """How far the ledger goes now; keep it outside the ledger's folder."""
        with schema.reading(self.path) as connection, told_of_damage(self.path):
            return _last(connection).head

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other writers out for a block, so that what was read still holds when written."""
        with self._gate:
            yield

    def entries(self, *, kinds: Collection[Kind] = (), about: str = "") -> tuple[Entry, ...]:
        """Entries in their order.

        Parameters
        ----------
        kinds : collection of Kind
            Only these; empty means all.
        about : str
            Only what is about this and everything below it: a round, a pack or a case.

        Raises
        ------
        IntegrityError
            If one of them was changed after it was written.
        """
        wheres, values = [], list[str]()
        if kinds:
            wheres.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values += [kind.value for kind in kinds]
        if about:
            # "0" is the sign after "/": all that begins with the text and a stroke.
            wheres.append("(about = ? OR (about >= ? AND about < ?))")
            values += [about, f"{about}/", f"{about}0"]
        where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
        with schema.reading(self.path) as connection, told_of_damage(self.path):
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM entry {where} ORDER BY seq", values
            ).fetchall()
            return tuple(map(entry_of, rows))

    def append(self, drafts: Sequence[Draft], *, now: datetime) -> tuple[Entry, ...]:
        """Add entries, all of them or none; what is returned is on the disk.

        An act that stands in the ledger already (the same ``op``) adds nothing.

        Parameters
        ----------
        drafts : sequence of Draft
            In the order in which they happened.
        now : datetime
            When, with its time zone.

        Returns
        -------
        tuple of Entry
            One for each draft: the new one, or the one that stands.

        Raises
        ------
        IntegrityError
            If an act stands there with other content, the order of things forbids an entry (a
            reveal before a commitment), or the ledger is not as it was left.
        RunLockedError
            If another program did not finish writing in time.
        UsageError
            If the ledger was opened for reading, or a draft cannot be written down.
        """
        if self._key is None:
            raise UsageError("The ledger was opened for reading; adding entries needs its key.")
        acts = [plain(draft) for draft in drafts]
        at = written(now)
        with self._gate, schema.writing(self.path) as connection, told_of_damage(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_last(connection)
                last = _last(connection)
                found = []
                for draft in acts:
                    entry = _standing(connection, draft)
                    if entry is None:
                        entry = last = _add(connection, draft, last, at=at, ledger=self)
                    found.append(entry)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            self._acknowledge(last, at=at)
        return tuple(found)

    def _check_last(self, connection: sqlite3.Connection) -> None:
        """Refuse to go on from an end that is not the one that was left."""
        _refuse_other_rules(connection)
        last = _last(connection)
        if not compare_digest(self.mac_of(last.hash), last.mac):
            raise IntegrityError(
                f"Entry {last.seq}, the last of the ledger, was not written with this key. "
                "Nothing was added. Run qaf ledger verify."
            )
        for head in (self._seen.head, last_head(self.folder)):
            if head is not None and not _has(connection, head):
                raise IntegrityError(
                    f"The ledger went on to entry {head.seq} ({head.digits}), which it no longer "
                    "has: it was cut, or an older copy was put back. Nothing was added. If you put "
                    f"back a copy yourself, give {HEADS_FILE} beside it another name, and collect "
                    "again what came after it."
                )

    def _acknowledge(self, last: Entry, *, at: str) -> None:
        # The journal's end must be on the disk, too: a power cut could else bring it back.
        sync_folder(self.folder)
        if last.seq > self._seen.seq:
            write_head(self.folder / HEADS_FILE, last.head, at=at)
        self._seen = last

    def mac_of(self, hashed: bytes) -> bytes:
        """The keyed sum of an entry's hash.

        Raises
        ------
        UsageError
            If the ledger was opened without its key.
        """
        if self._key is None:
            raise UsageError("The ledger was opened for reading, without its key.")
        return entry_mac(self._key.secret, self.id, hashed)


def open_ledger(
    folder: Path,
    *,
    key: LedgerKey,
    council: str = "",
    now: datetime | None = None,
    tell: Tell | None = None,
    patience: float = _WAIT_SECONDS,
) -> Ledger:
    """Open a ledger to read and to write; it is made where there is none.

    Parameters
    ----------
    folder : Path
        Where it lies, on this computer's own disk (``default_ledger_place``).
    key : LedgerKey
        Its key, which lies elsewhere.
    council : str
        Whose it is; needed where it is to be made.
    now : datetime, optional
        When it is made, with the time zone; the clock's time where not given.
    tell : callable, optional
        Is given a sentence every two seconds of waiting for another writer.
    patience : float
        Seconds after which waiting ends with an error.

    Raises
    ------
    UsageError
        If there is none and no council is given, or it is another council's.
    IntegrityError
        If it is damaged, its rules were changed, the key is another's, or it is gone.
    """
    gate = Gate(folder / GATE_FILE, tell=tell, patience=patience)
    if not (folder / LEDGER_FILE).exists():
        if not council:
            raise UsageError(f"There is no ledger in “{folder}”; a new one needs a council's name.")
        made = now or datetime.now().astimezone()
        private_folder(folder)
        with gate:
            if not (folder / LEDGER_FILE).exists():
                _refuse_where_one_was(folder)
                _make(folder, key=key, council=council, at=written(made))
    ledger = Ledger(folder, key=key, gate=gate)
    if council and spelling_key(council) != spelling_key(ledger.council):
        raise UsageError(
            f"The ledger in “{folder}” belongs to “{ledger.council}”, not to “{council}”. Name "
            "another folder (QAF_MODERATION)."
        )
    return ledger


def go_on_with_new_key(folder: Path, *, key: LedgerKey, now: datetime) -> Ledger:
    """Begin a new ledger where the key of the one there was lost.

    Its first entry holds the old one's head, so that the old one cannot be changed from then on
    without being noticed. The old one stays beside it, under another name, and can be read.

    Raises
    ------
    UsageError
        If there is none, or the key is that of the ledger there.
    """
    gate = Gate(folder / GATE_FILE)
    with gate:
        old = read_ledger(folder)
        if old.entries(kinds=[Kind.LEDGER])[0].body["key"] == key.key_id:
            raise UsageError(f"The key {key.key_id} is the ledger's own: it is not lost.")
        _make(folder, key=key, council=old.council, at=written(now), after=old)
    return Ledger(folder, key=key, gate=gate)


def read_ledger(place: Path) -> Ledger:
    """Open a ledger for reading, without its key.

    Parameters
    ----------
    place : Path
        Folder of the ledger, or a copy of its file.

    Raises
    ------
    UsageError
        If there is none.
    IntegrityError
        If it is damaged, or its rules were changed.
    """
    return Ledger(place, key=None, gate=Gate(ledger_file(place).with_name(GATE_FILE)))


def ledger_file(place: Path) -> Path:
    """The file of a ledger: the one in a folder, or the copy of one that is named itself."""
    return place if place.is_file() else place / LEDGER_FILE


@contextmanager
def told_of_damage(path: Path) -> Iterator[None]:
    """Say in plain words what the database refused in the block."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        # The words of a trigger, which are plain ones.
        raise IntegrityError(f"{error} Nothing was added.") from None
    except sqlite3.DatabaseError as error:
        raise schema.fault(path, error) from None


def _refuse_where_one_was(folder: Path) -> None:
    if head := last_head(folder):
        raise IntegrityError(
            f"The ledger of “{folder}” is gone: {HEADS_FILE} there says that it went on to entry "
            f"{head.seq}. Put back your last copy. To begin anew, give {HEADS_FILE} another name."
        )


def _make(
    folder: Path, *, key: LedgerKey, council: str, at: str, after: Ledger | None = None
) -> None:
    """Make the file of a ledger under another name first: it is there whole or not at all."""
    for left in folder.glob(f".{LEDGER_FILE}.part*"):
        left.unlink()
    part = folder / f".{LEDGER_FILE}.part"
    write_new(part, b"")
    draft = Draft(
        op=f"ledger {(name := secrets.token_hex(8))}",
        kind=Kind.LEDGER,
        who=OWNER,
        about=ABOUT_LEDGER,
        body={
            "format": schema.FORMAT,
            "ledger": name,
            "council": council,
            "key": key.key_id,
            "after": {"ledger": after.id, "head": str(after.head)} if after else None,
        },
    )
    with told_of_damage(part), closing(schema.new_database(part)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        schema.make_file(connection)
        row = row_of(plain(draft), seq=1, prev=GENESIS, at=at)
        connection.execute(INSERT, (*row, entry_mac(key.secret, name, row[-1])))
        connection.execute("COMMIT")
        entry = _last(connection)
    if after is not None:
        _put_aside(after)
    part.replace(folder / LEDGER_FILE)
    sync_folder(folder)
    write_head(folder / HEADS_FILE, entry.head, at=at)


def _put_aside(ledger: Ledger) -> None:
    """Give the files of a ledger that another goes on from names of their own."""
    head = ledger.head
    for path in (ledger.path, ledger.folder / HEADS_FILE):
        if path.exists():
            path.rename(path.with_stem(f"{path.stem}-until-{head.seq}-{head.digits}"))


def _add(
    connection: sqlite3.Connection, draft: Draft, last: Entry, *, at: str, ledger: Ledger
) -> Entry:
    row = row_of(draft, seq=last.seq + 1, prev=last.hash, at=at)
    whole = (*row, ledger.mac_of(row[-1]))
    connection.execute(INSERT, whole)
    return entry_of(whole)


def _standing(connection: sqlite3.Connection, draft: Draft) -> Entry | None:
    """The entry of an act that was done already.

    Raises
    ------
    IntegrityError
        If it says something else.
    """
    found = connection.execute(f"SELECT {COLUMNS} FROM entry WHERE op = ?", (draft.op,)).fetchone()
    if found is None:
        return None
    entry = entry_of(found)
    same = (entry.kind, entry.who, entry.about) == (draft.kind, draft.who, draft.about)
    if not same or canonical(entry.body) != canonical(draft.body):
        raise IntegrityError(
            f"This act stands in the ledger already, as entry {entry.seq}, and says something "
            "else there. Nothing was added."
        )
    return entry


def _first(connection: sqlite3.Connection) -> Entry:
    found = connection.execute(f"SELECT {COLUMNS} FROM entry WHERE seq = 1").fetchone()
    entry = None if found is None else entry_of(found)
    if entry is None or entry.kind is not Kind.LEDGER:
        raise IntegrityError("The ledger does not begin with an entry that says whose it is.")
    return entry


def _last(connection: sqlite3.Connection) -> Entry:
    found = connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    if found is None:
        raise IntegrityError("The ledger is empty: its entries were taken away.")
    return entry_of(found)


def _has(connection: sqlite3.Connection, head: Head) -> bool:
    row = connection.execute("SELECT hash FROM entry WHERE seq = ?", (head.seq,)).fetchone()
    return row is not None and bytes(row[0]).hex().startswith(head.digits)


def _refuse_other_rules(connection: sqlite3.Connection) -> None:
    if faults := schema.rule_faults(connection):
        raise IntegrityError(f"{faults[0]} Nothing is read or added. Run qaf ledger verify.")
