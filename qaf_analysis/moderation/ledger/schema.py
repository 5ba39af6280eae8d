"""The file of a ledger: one table that only grows, the rules it keeps itself, and how it is opened.

The rules stand in the file as triggers, so that they hold for every program that opens it. They
stop slips, not whoever sets out to falsify: that is what chain, key and heads are for
(``verify.py``).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

from qaf_analysis.terms.errors import (
    IntegrityError,
    RunFailedError,
    RunLockedError,
    UsageError,
    WorkbenchError,
)

LEDGER_FILE = "ledger.sqlite"
JOURNAL = "-journal"
APPLICATION_ID = int.from_bytes(b"qafl")
FORMAT = 1
BUSY_SECONDS = 30.0
_MAGIC = b"SQLite format 3\0"
_OLDEST = (3, 37)  # the first with tables that keep to their types
_WAL = 2  # in bytes 18 and 19 of the file

_LAST = "(SELECT hash FROM entry ORDER BY seq DESC LIMIT 1)"
_STATEMENTS = (
    """CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  op TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  about TEXT NOT NULL,
  body TEXT NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  mac BLOB NOT NULL
) STRICT""",
    "CREATE INDEX entry_about ON entry (about, kind)",
    # What stands now is the last entry of its kind about a thing, never a column that changes.
    """CREATE VIEW standing AS SELECT * FROM entry AS e WHERE seq =
  (SELECT max(seq) FROM entry WHERE about = e.about AND kind = e.kind)""",
    """CREATE TRIGGER no_update BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'An entry of a ledger is never changed.');
END""",
    """CREATE TRIGGER no_delete BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'An entry of a ledger is never deleted.');
END""",
    f"""CREATE TRIGGER in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT coalesce((SELECT max(seq) FROM entry), 0) + 1
  OR NEW.prev IS NOT coalesce({_LAST}, zeroblob(32))
BEGIN
  SELECT RAISE(ABORT, 'An entry of a ledger comes after the last one and names its sum.');
END""",
    # INSERT OR REPLACE would else take the place of an entry without a delete trigger's word.
    """CREATE TRIGGER once BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE op = NEW.op OR hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'An act stands in a ledger once.');
END""",
    """CREATE TRIGGER commit_after_grade BEFORE INSERT ON entry
WHEN NEW.kind = 'commit' AND NOT EXISTS
  (SELECT 1 FROM entry WHERE about = NEW.about AND kind = 'grade')
BEGIN
  SELECT RAISE(ABORT, 'A case is confirmed only after it was graded.');
END""",
    """CREATE TRIGGER reveal_after_commit BEFORE INSERT ON entry
WHEN NEW.kind = 'reveal' AND NOT EXISTS
  (SELECT 1 FROM entry WHERE about = NEW.about AND kind = 'commit')
BEGIN
  SELECT RAISE(ABORT, 'The audit''s grade is shown only after the moderator confirmed their own.');
END""",
    """CREATE TRIGGER blind_before_reveal BEFORE INSERT ON entry
WHEN NEW.kind = 'grade' AND EXISTS
  (SELECT 1 FROM entry WHERE about = NEW.about AND kind = 'reveal')
BEGIN
  SELECT RAISE(ABORT, 'After the audit''s grade was shown, a grade is a second thought.');
END""",
)


def make_file(connection: sqlite3.Connection) -> None:
    """Write table, rules and marks into an empty database, inside the caller's transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def rules_of(connection: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """Kind and text of everything that a database declares, by name."""
    found = connection.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
    return {str(name): (str(kind), sql) for name, kind, sql in found}


@cache
def expected_rules() -> dict[str, tuple[str, str | None]]:
    """What the file of a ledger declares, by name."""
    with closing(sqlite3.connect(":memory:")) as connection:
        make_file(connection)
        return rules_of(connection)


def rule_faults(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What of the ledger's own rules is missing, changed or added, in plain words."""
    found, expected = rules_of(connection), expected_rules()
    faults = []
    for name, (kind, text) in expected.items():
        if name not in found:
            faults.append(f"The {kind} “{name}” of the ledger is missing: it was taken away.")
        elif found[name] != (kind, text):
            faults.append(f"The {kind} “{name}” of the ledger was changed.")
    for name in sorted(found.keys() - expected.keys()):
        faults.append(f"The ledger has a {found[name][0]} “{name}” that does not belong to it.")
    return tuple(faults)


def check_form(path: Path) -> None:
    """Refuse what is no file of a ledger, or one that another program set to write-ahead logging.

    Raises
    ------
    UsageError
        If there is no file.
    IntegrityError
        If it is no database, or one that is written ahead.
    """
    if not path.is_file():
        raise UsageError(f"There is no ledger in “{path.parent}” ({path.name} is not there).")
    with path.open("rb") as file:
        start = file.read(20)
    if not start.startswith(_MAGIC) or len(start) < 20:
        raise IntegrityError(
            f"{path.name} in “{path.parent}” is damaged: it is no database. Put back your last "
            "copy of it, and compare it with the heads you keep elsewhere (qaf ledger verify)."
        )
    if _WAL in start[18:20]:
        raise IntegrityError(
            f"Another program set {path.name} to write-ahead logging, in which a copy of the file "
            "can lack its last entries. Close that program and set the journal mode to DELETE."
        )


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one transaction that is on the disk when ``COMMIT`` returns."""
    check_form(path)
    with closing(_connected(path)) as connection:
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, also from what a killed program left half written.

    A program that was killed while writing leaves a journal; it must be rolled back before
    anything is read, and that is a write. So the file is opened for writing where that is allowed
    and a copy of it where it is not; the connection itself refuses to change anything.
    """
    check_form(path)
    journal = path.with_name(path.name + JOURNAL)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        with closing(_connected(path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    elif journal.exists():
        with tempfile.TemporaryDirectory(prefix="qaf-") as folder:
            copy = Path(folder) / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(journal, copy.with_name(journal.name))
            with closing(_connected(copy)) as connection:
                yield connection
    else:
        name = path.resolve().as_posix()
        address = f"file://{'' if name.startswith('/') else '/'}{quote(name)}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            yield connection


def new_database(path: Path) -> sqlite3.Connection:
    """A connection to a new, empty file that only its owner may read."""
    return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < _OLDEST:
        raise UsageError(
            f"This Python has SQLite {sqlite3.sqlite_version}; a ledger needs 3.37 or newer. "
            "Install the workbench with a newer Python."
        )
    # No transaction begins by itself: BEGIN IMMEDIATE waits for its turn, a plain one does not.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        # So that REPLACE meets the delete trigger, too.
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise fault(path, error) from None
    return connection


def fault(path: Path, error: sqlite3.Error) -> WorkbenchError:
    """What is said where the database refused: kept busy, not to be written, or damaged."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return RunLockedError(
            f"Another program has {path.name} open and keeps it. Close it (a database viewer, a "
            "backup) and try again. Nothing was added."
        )
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return RunFailedError(
            f"{path.name} in “{path.parent}” cannot be opened or written ({error}): is the disk "
            "full, or may you not write there? Nothing was added."
        )
    return IntegrityError(
        f"{path.name} in “{path.parent}” cannot be read as a ledger ({error}). Put back your last "
        "copy of it, and compare it with the heads you keep elsewhere (qaf ledger verify)."
    )
