"""Rows of an SQL query, read without a way to change the database, as a table of texts."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.limits import MAX_ROWS, MAX_TABLE_BYTES
from qaf_analysis.data.files.oversize import too_large, too_many_rows
from qaf_analysis.data.files.query_text import fault_of, states_order, without_end
from qaf_analysis.data.files.raw_table import RawTable, table_from

KEYRING_SERVICE = "qaf_analysis"
SECONDS = 10
"""Seconds that a database may take until it gives rows."""
MOST_SECONDS = 300
"""Seconds that an SQLite file may take in all, while rows keep coming."""
MOST_OF_A_ROW = 1_000_000
"""Bytes of one text or one row that an SQLite file may give."""
MOST_DIGITS = 10**15
_LESS = "ask for a shorter period, or for the columns needed only, in the query"
_FASTER = (
    "ask for fewer months with WHERE, and join tables by columns that have an index; or have "
    "the result saved as a table or a CSV file, and read that"
)
_ENVIRONMENT, _KEYRING = "environment:", "keyring:"
_AT_ONCE = 5_000
_STEPS = 100_000  # of SQLite's machine between two looks at the clock
_LOGIN, _NO_DATABASE, _TIMED_OUT = ("28P01", "28000"), ("3D000",), ("57014",)
_OF_QUERY = "42"  # the class of PostgreSQL's errors that quote the query's own words only
_READ_ONLY = "25006"


@dataclass(frozen=True, kw_only=True, eq=False)
class QueryRows:
    """What a query gave.

    Parameters
    ----------
    rows, kinds : list of list of str
        Texts and kinds of the cells (see ``RawTable``), the column names first.
    sha256 : str
        Hash over the rows, whatever their order.
    """

    rows: list[list[str]]
    kinds: list[list[str]]
    sha256: str

    def table(
        self, *, wanted: Sequence[Column], problems: Problems, empty_is_refused: bool
    ) -> RawTable:
        """The rows as a table; the first below the names has number 2, as in a file.

        Raises
        ------
        FileRefusedError
            If there are no rows where there must be some, or too many columns.
        """
        filled = [n for n, row in enumerate(self.rows) if n == 0 or any(c.strip() for c in row)]
        return table_from(
            [self.rows[n] for n in filled],
            numbers=[n + 1 for n in filled],
            kinds=[self.kinds[n] for n in filled],
            wanted=wanted,
            problems=problems,
            empty_is_refused=empty_is_refused,
        )


def ask(folder: Path, *, database: str, query: str, problems: Problems) -> QueryRows:
    """Ask a database one query that only reads.

    Parameters
    ----------
    folder : Path
        The council's folder, in which an SQLite file lies.
    database : str
        An SQLite file of the folder, or ``environment:NAME`` or ``keyring:NAME``, which hold an
        SQLAlchemy URL.
    query : str
        One SELECT.

    Raises
    ------
    FileRefusedError
        If the query may do more than read, the database cannot be reached, or it refuses.
    """
    fault = fault_of(query)
    if fault:
        raise problems.refusal(
            code="query_not_reading",
            found=fault,
            expected="one query that only reads, which begins with SELECT or WITH",
            mend="give query = one SELECT in council.toml",
        )
    if not states_order(query):
        problems.note(
            code="query_without_order",
            found="a query that does not say in which order its rows come",
            expected="ORDER BY, so that a row has the same number next time",
            mend="add ORDER BY and the identifier at the end of the query",
        )
    engine = _engine(folder, database, problems=problems)
    try:
        with _reading(engine) as connection:
            return _rows(connection, without_end(query), problems=problems)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _refused(error, problems=problems) from None
    finally:
        engine.dispose()


def _engine(folder: Path, database: str, *, problems: Problems) -> Engine:
    if database.startswith((_ENVIRONMENT, _KEYRING)):
        url = _url(_secret(database, problems=problems), database, problems=problems)
        if url.get_backend_name() == "sqlite":
            return _sqlite(Path(url.database or ""), problems=problems)
        return _postgresql(url, problems=problems)
    if "://" in database or "@" in database:
        raise problems.refusal(
            code="database_in_settings",
            found="the address of a database in council.toml, where it may hold a password",
            expected='database = "environment:NAME" or "keyring:NAME", which holds the address',
            mend="put the address into an environment variable or the keyring, name it there, and "
            "change the password if one stood in the file",
        )
    path = folder / database
    if not path.resolve().is_relative_to(folder.resolve()):
        raise problems.refusal(
            code="outside_folder",
            found="a database whose path leads out of the folder",
            expected="a database file in the folder itself",
            mend="put the file into the folder, or its address into an environment variable",
        )
    return _sqlite(path, problems=problems)


def _secret(database: str, *, problems: Problems) -> str:
    place, name = database.split(":", 1)
    found = os.environ.get(name) if place + ":" == _ENVIRONMENT else _from_keyring(name, problems)
    if found:
        return found
    kept = "environment variable" if place + ":" == _ENVIRONMENT else "entry of the keyring"
    how = (
        f"set {name} to the address, such as postgresql://user:password@server/database"
        if place + ":" == _ENVIRONMENT
        else f"store it once: keyring set {KEYRING_SERVICE} {name}"
    )
    raise problems.refusal(
        code="database_unnamed",
        found=f"no {kept} called {name}, or an empty one",
        expected="the address of the database in it",
        mend=how,
    )


def _from_keyring(name: str, problems: Problems) -> str | None:
    try:
        keyring = import_module("keyring")
    except ImportError:
        raise problems.refusal(
            code="keyring_absent",
            found="a database whose address is in the keyring, and no package keyring",
            expected="the package keyring, which is not part of the workbench",
            mend="install it beside the workbench (pip install keyring), or use "
            f'database = "environment:{name}"',
        ) from None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise problems.refusal(
            code="keyring_closed",
            found=f"a keyring that cannot be read ({type(error).__name__})",
            expected="a keyring that is open",
            mend=f'unlock it, or use database = "environment:{name}"',
        ) from None
    return found


def _url(text: str, database: str, *, problems: Problems) -> URL:
    try:
        url = sqlalchemy.make_url(text)
        known = url.get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, NoSuchModuleError, ValueError):
        known = False
    if known:
        return url
    raise problems.refusal(
        code="database_unknown",
        found=f"an address in {database} that is not one of a database known here",
        expected="an address such as postgresql://user:password@server/database or "
        "sqlite:///path/to/file",
        mend="correct the address; other databases are not tried: export the query's rows "
        "to a file instead",
    )


def _sqlite(path: Path, *, problems: Problems) -> Engine:
    if not path.is_file():
        raise problems.refusal(
            code="file_missing",
            found=f"no database file {extract(path.name)}",
            expected="the database that council.toml names",
            mend="put the file into the folder, or correct its name",
        )
    address = f"{path.resolve().as_uri()}?mode=ro"
    if not path.with_name(path.name + "-wal").exists():
        # Nobody is writing; else SQLite would leave files of its own beside the database.
        address += "&immutable=1"

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=SECONDS)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_OF_A_ROW)
        _stop_waiting(connection, latest=monotonic() + MOST_SECONDS)
        return connection

    return sqlalchemy.create_engine("sqlite://", creator=opened)


def _stop_waiting(connection: object, *, latest: float) -> None:
    """Have SQLite stop a query at that time, or where no rows come; PostgreSQL does so itself."""
    if isinstance(connection, sqlite3.Connection):
        soonest = min(latest, monotonic() + SECONDS)
        connection.set_progress_handler(lambda: monotonic() > soonest, _STEPS)


def _postgresql(url: URL, *, problems: Problems) -> Engine:
    if url.get_driver_name() not in ("psycopg", "psycopg2"):
        raise problems.refusal(
            code="database_unknown",
            found="an address with a driver that is not known here",
            expected="an address that begins with postgresql://",
            mend="leave the driver out of the address",
        )
    # Read-only for the whole session, so that not even an ended transaction opens a way to write.
    options = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS}s"
    given = url.query.get("options")
    if given:
        options = f"{given if isinstance(given, str) else ' '.join(given)} {options}"
    own = {key: value for key, value in url.query.items() if key != "options"}
    own.setdefault("connect_timeout", str(SECONDS))
    return sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg", query=own), connect_args={"options": options}
    )


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        try:
            yield connection
        finally:
            connection.rollback()


def _rows(connection: Connection, query: str, *, problems: Problems) -> QueryRows:
    # Without parameters, so that a percent sign or a colon in the query is just that.
    asked = connection.execution_options(
        stream_results=True, max_row_buffer=_AT_ONCE, no_parameters=True
    )
    latest, driver = monotonic() + MOST_SECONDS, connection.connection.driver_connection
    _stop_waiting(driver, latest=latest)
    result = asked.exec_driver_sql(query)
    names = [str(name) for name in result.keys()]  # noqa: SIM118 - no mapping
    rows, kinds = [names], [[""] * len(names)]
    sums, size = [], 0
    for part in result.partitions(_AT_ONCE):
        for values in part:
            cells = [
                _cell(value, name, problems) for value, name in zip(values, names, strict=True)
            ]
            size += sum(len(text) for text, _ in cells)
            if size > MAX_TABLE_BYTES:
                raise too_large(
                    f"rows of more than {MAX_TABLE_BYTES:,} characters",
                    f"{MAX_TABLE_BYTES:,} characters in all rows together",
                    mend=_LESS,
                    problems=problems,
                    rows_in=len(rows),
                )
            rows.append([text for text, _ in cells])
            kinds.append([kind for _, kind in cells])
            sums.append(hashlib.sha256(repr(cells).encode()).digest())
        if len(rows) - 1 > MAX_ROWS:
            raise too_many_rows(
                len(rows) - 1,
                found=f"more than {counted(MAX_ROWS, 'row')}",
                mend="ask for a shorter period in the query",
                problems=problems,
            )
        _stop_waiting(driver, latest=latest)  # our own work on the rows is not the query's
    total = hashlib.sha256(repr(names).encode())
    for one in sorted(sums):
        total.update(one)
    return QueryRows(rows=rows, kinds=kinds, sha256=total.hexdigest())


def _cell(value: Any, name: str, problems: Problems) -> tuple[str, str]:
    """Text and kind of a value, as a workbook would hold it."""
    match value:
        case None:
            return "", ""
        case str():
            return value, ""
        case bool():
            return str(value).upper(), "b"
        case int():
            return str(value), "n"
        case float() | Decimal():
            return _number(value), "n"
        case datetime() if value.tzinfo is not None:
            return value.isoformat(timespec="seconds"), ""
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat(), "d"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds"), "d"
        case date():
            return value.isoformat(), "d"
        case bytes() | bytearray() | memoryview():
            raise problems.refusal(
                code="binary_column",
                column=name,
                found="bytes that are no text",
                expected="text, numbers or dates",
                mend="leave the column out of the query, or turn it into text there",
            )
    return str(value), ""


def _number(value: float | Decimal) -> str:
    if isfinite(value) and value == int(value) and abs(int(value)) < MOST_DIGITS:
        return str(int(value))
    return repr(value) if isinstance(value, float) else format(value.normalize(), "f")


def _refused(error: Exception, *, problems: Problems) -> FileRefusedError:
    """Refusal in our own words: a driver's message may hold the address, a name or a password."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or ""
    text = str(original)
    found, mend = "a fault of the database", "ask whoever keeps the database"
    expected = "a database that answers"
    if state in _LOGIN or "authentication failed" in text or "no password supplied" in text:
        found, mend = "a login that the database refused", "correct the user's name or the password"
    elif state in _NO_DATABASE or ("database" in text and "does not exist" in text):
        found, mend = "no database of the name given", "correct the name at the end of the address"
    elif text == "interrupted" or state in _TIMED_OUT:
        found, mend = f"no answer within {SECONDS} seconds", _FASTER
        if text == "interrupted":
            found += f", or not all of it within {MOST_SECONDS}"
    elif state.startswith(_OF_QUERY) or state == _READ_ONLY:
        found, expected = (
            f"a query that the database refused: {extract(_primary(original))}",
            ("a query about tables and columns that exist and may be read"),
        )
        mend = "correct the query in council.toml"
    elif "is locked" in text:
        found = "a database that another program is writing to"
        mend = "wait until it has ended, or put a copy of the file into the folder"
    elif "not a database" in text:
        found, mend = "a file that is no SQLite database", "name the right file in council.toml"
    elif isinstance(original, sqlite3.Error) and "unable to open" not in text:
        found, expected = (
            f"a query that the database refused: {extract(text)}",
            ("a query about tables and columns that exist"),
        )
        mend = "correct the query in council.toml"
    elif not state:
        found = "a database that could not be reached"
        mend = "see whether the server's name is right and the network is up, then try again"
    return problems.refusal(code="database_refused", found=found, expected=expected, mend=mend)


def _primary(original: BaseException) -> str:
    said = getattr(getattr(original, "diag", None), "message_primary", None)
    return str(said or type(original).__name__)
