"""SQL queries: read as a file is, without a way to change the database or to show its secrets."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import types
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.files import database

SETTINGS = """[council]
name = "Example"
[[files]]
path = "Audits in the register"
database = "{database}"
query = '''{query}'''
{more}
"""
ALL = "SELECT * FROM audits ORDER BY audit_id, domain"
COLUMNS = "audit_id, case_ref, audit_date, team, auditor, domain, grade"
ROWS = [
    (101, "C1", "2019-10-04", "North", "Ann", "Overall", "Good"),
    (101, "C1", "2019-10-04", "North", "Ann", "Plan", "RI"),
    (102, "C2", "2019-10-05", "South", "Bob", "Overall", "Outstanding"),
    (102, "C2", "2019-10-05", "South", "Bob", "Plan", None),
]
SECRET = "hunter2-not-to-be-shown"


def sqlite_file(path, rows=ROWS):
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE audits ({COLUMNS})")
        connection.executemany("INSERT INTO audits VALUES (?,?,?,?,?,?,?)", rows)
    connection.close()
    return path


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "council"
    place.mkdir()
    sqlite_file(place / "register.sqlite")
    return place


def read(council, *, query=ALL, where="register.sqlite", more=""):
    return council({"council.toml": SETTINGS.format(database=where, query=query, more=more)})


def refusal(council, **how):
    with pytest.raises(ImportRejectedError) as refused:
        read(council, **how)
    assert SECRET not in str(refused.value)
    return str(refused.value)


def test_rows_of_a_query_are_read_as_those_of_a_file(folder, council):
    before = hashlib.sha256((folder / "register.sqlite").read_bytes()).hexdigest()
    imported = read(council)
    file = imported.audits.record.files[0]
    assert (file.name, file.rows_in, file.loaded, file.quarantined) == (
        "Audits in the register",
        4,
        3,
        1,
    )
    assert file.is_query
    assert imported.audits.ratings["grade"].tolist() in ([2, 1, 3], [3, 2, 1])
    missing = next(f for f in imported.audits.record.findings if f.code == "grade_missing")
    assert missing.row == 5  # the fourth row of the result; its names are row 1
    assert sorted(p.name for p in folder.iterdir()) == ["council.toml", "register.sqlite"]
    assert hashlib.sha256((folder / "register.sqlite").read_bytes()).hexdigest() == before


def test_numbers_keep_their_form_and_a_colon_or_percent_is_no_parameter(folder, council):
    query = (
        "SELECT audit_id, case_ref, audit_date, team, auditor, domain, grade FROM audits "
        "WHERE team LIKE '%o%' AND ':x' <> '%s' ORDER BY audit_id;"
    )
    imported = read(council, query=query)
    assert set(imported.references.values()) == {"101", "102"}


def test_the_hash_is_of_the_rows_and_not_of_their_order(folder, council):
    def sum_of(query):
        return read(council, query=query).audits.record.files[0].sha256

    first = sum_of(ALL)
    assert sum_of(ALL + " DESC") == first
    with sqlite3.connect(folder / "register.sqlite") as connection:
        connection.execute("UPDATE audits SET team = 'East' WHERE audit_id = 102")
    connection.close()
    assert sum_of(ALL) != first


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM audits",
        "SELECT 1; SELECT 2",
        "SELECT * FROM audits; DROP TABLE audits",
        "WITH gone AS (DELETE FROM audits RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM audits",
        "PRAGMA query_only = OFF",
        "ATTACH 'other.sqlite' AS other",
        "/* SELECT */ UPDATE audits SET grade = 1",
        "SELECT E'\\'; DROP TABLE audits; --'",
        "EXPLAIN SELECT 1",
        "-- nothing",
    ],
)
def test_whatever_may_do_more_than_read_is_refused(folder, council, query):
    assert "query_not_reading" in refusal(council, query=query)


def test_the_words_of_texts_names_and_comments_are_no_instructions(folder, council):
    query = (
        "WITH a AS (SELECT *, 'delete; me' AS \"update\" FROM audits /* drop; */) -- insert;\n"
        "SELECT audit_id, case_ref, audit_date, team, auditor, domain, grade FROM a "
        "ORDER BY audit_id"
    )
    assert len(read(council, query=query).audits.audits) == 2


def test_the_database_is_opened_so_that_nothing_can_be_written(folder):
    engine = database._sqlite(folder / "register.sqlite", problems=Problems(file="x"))
    with engine.connect() as connection:
        for text in ("DELETE FROM audits", "CREATE TABLE other (id)"):
            with pytest.raises(sqlalchemy.exc.OperationalError, match="readonly"):
                connection.exec_driver_sql(text)
    engine.dispose()


def test_no_file_is_left_beside_a_database_in_another_journal_mode(folder, council):
    with sqlite3.connect(folder / "register.sqlite") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    assert len(read(council).audits.audits) == 2
    assert sorted(p.name for p in folder.iterdir()) == ["council.toml", "register.sqlite"]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"query": "SELECT * FROM audit"}, '"no such table: audit"'),
        ({"query": "SELECT graed FROM audits"}, '"no such column: graed"'),
        ({"query": "SELECT FROM WHERE"}, "syntax error"),
        ({"where": "registre.sqlite"}, 'no database file "registre.sqlite"'),
        ({"where": "council.toml"}, "no SQLite database"),
        ({"where": "../other.sqlite"}, "leads out of the folder"),
        ({"where": f"postgresql://qaf:{SECRET}@server/register"}, "change the password"),
        ({"where": f"qaf:{SECRET}@server/register"}, "database_in_settings"),
        ({"where": "environment:QAF_NO_SUCH_VARIABLE"}, "set QAF_NO_SUCH_VARIABLE"),
        ({"query": "SELECT * FROM audits WHERE 1 = 0"}, "no_rows"),
        ({"query": "SELECT audit_id, x'ff00' AS grade FROM audits"}, "bytes that are no text"),
    ],
)
def test_each_fault_has_a_message_of_its_own(folder, council, how, told):
    assert told in refusal(council, **how)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"mysql://qaf:{SECRET}@server/register", "database_unknown"),
        (f"{SECRET}", "database_unknown"),
        (f"postgresql+nonsense://qaf:{SECRET}@server/register", "database_unknown"),
        (f"postgresql+asyncpg://qaf:{SECRET}@server/register", "database_unknown"),
        (f"postgresql://qaf:{SECRET}@127.0.0.1:1/register", "could not be reached"),
        (f"sqlite:////nowhere/{SECRET}/other.sqlite", 'no database file "other.sqlite"'),
        ("", "or an empty one"),
    ],
)
def test_an_address_that_leads_nowhere_is_not_shown(folder, council, monkeypatch, address, told):
    monkeypatch.setenv("QAF_DATABASE", address)
    assert told in refusal(council, where="environment:QAF_DATABASE")


def test_the_address_may_stand_in_the_environment_or_the_keyring(folder, council, monkeypatch):
    address = f"sqlite:///{(folder / 'register.sqlite').as_posix()}"
    monkeypatch.setenv("QAF_DATABASE", address)
    assert len(read(council, where="environment:QAF_DATABASE").audits.audits) == 2
    kept = {(database.KEYRING_SERVICE, "register"): address}
    keyring = types.ModuleType("keyring")
    keyring.get_password = lambda service, name: kept.get((service, name))
    keyring.errors = types.SimpleNamespace(KeyringError=RuntimeError)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert len(read(council, where="keyring:register").audits.audits) == 2
    assert "keyring set qaf_analysis other" in refusal(council, where="keyring:other")
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "keyring_absent" in refusal(council, where="keyring:register")


def test_too_many_rows_are_refused_before_they_fill_the_memory(folder, council, monkeypatch):
    monkeypatch.setattr(database, "MAX_ROWS", 1_000)
    monkeypatch.setattr(database, "_AT_ONCE", 100)
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS audit_id, 'North' AS team, 'Ann' AS auditor FROM n"
    )
    assert "more than 1,000 rows" in refusal(council, query=query)


def test_a_query_that_never_ends_is_stopped(folder, council, monkeypatch):
    assert database.SECONDS == 10
    monkeypatch.setattr(database, "SECONDS", 0.2)
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    said = refusal(council, query=query)
    assert "no answer within 0.2 seconds" in said
    assert "ask for fewer months with WHERE, and join tables by columns that have an index" in said


@pytest.mark.parametrize(("counted", "is_read"), [(20_000, True), (400_000, False)])
def test_a_slow_query_is_read_while_rows_keep_coming(
    folder, council, monkeypatch, counted, is_read
):
    """On a clock that moves by a second with every look at it, which SQLite takes as it counts.

    More than 10 seconds for all four rows are not too many; more than 10 for one row are.
    """
    seconds = iter(range(10**6))
    looks = []
    monkeypatch.setattr(database, "monotonic", lambda: looks.append(1) or next(seconds))
    monkeypatch.setattr(database, "_AT_ONCE", 1)
    count = (
        "(WITH RECURSIVE n(i) AS (SELECT audits.rowid UNION ALL SELECT i + 1 FROM n "
        f"LIMIT {counted}) SELECT count(*) FROM n)"
    )
    query = f"SELECT *, {count} AS note FROM audits ORDER BY rowid"
    if is_read:
        assert len(read(council, query=query).audits.audits) == 2
        assert len(looks) > 12
    else:
        assert "no answer within 10 seconds" in refusal(council, query=query)


def test_a_database_that_is_being_written_is_told_as_such(folder, council, monkeypatch):
    monkeypatch.setattr(database, "SECONDS", 0.1)
    with closing(sqlite3.connect(folder / "register.sqlite")) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        (folder / "register.sqlite-wal").touch()  # else it would be read as one nobody writes to
        assert "another program is writing to" in refusal(council)


def test_a_query_without_an_order_is_noted(folder, council):
    imported = read(council, query="SELECT * FROM audits")
    assert "query_without_order" in [f.code for f in imported.audits.record.findings]


def test_answers_of_a_form_come_from_a_query_as_well(folder, council):
    with sqlite3.connect(folder / "register.sqlite") as connection:
        connection.execute("CREATE TABLE answers (form, child, day, team, who, q, a)")
        connection.executemany(
            "INSERT INTO answers VALUES ('F1', 'C1', '2019-10-04', 'North', 'Ann', ?, ?)",
            [("Overall grade", "Good"), ("Comments", SECRET), ("Plan grade", "RI")],
        )
    connection.close()
    more = """shape = "answers"
[files.columns]
audit_id = "form"
case_ref = "child"
audit_date = "day"
auditor = "who"
question = "q"
answer = "a"
[files.domains]
Overall = "Overall grade"
Plan = "Plan grade"
"""
    imported = read(council, query="SELECT * FROM answers ORDER BY form", more=more)
    file = imported.audits.record.files[0]
    assert (file.rows_in, file.loaded, file.not_data) == (3, 2, 1)
    assert sorted(imported.audits.ratings["grade"]) == [1, 2]


# --- PostgreSQL -------------------------------------------------------------------------------


def _binaries():
    """Folder of PostgreSQL's programs, as Debian and others lay them out."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((p for p in places if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


class Server:
    """A PostgreSQL server of the test's own: another user than root, a port of this computer."""

    def __init__(self, binaries, home):
        self.binaries, self.home = binaries, home
        self.user = _other_user() if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(home, self.user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, program, *arguments):
        subprocess.run(
            [self.binaries / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=self.home,
            user=self.user,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.home)},
        )

    def start(self):
        word = self.home / "word"
        word.write_text(SECRET + "\n", encoding="ascii")
        data = str(self.home / "data")
        known = ["-U", "keeper", "-A", "scram-sha-256", f"--pwfile={word}", "-E", "UTF8"]
        self.run("initdb", "-D", data, *known)
        options = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", str(self.home / "log"), "-o", options, "start")

    def stop(self):
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "stop")

    def url(self, *, user="keeper", word=SECRET, name="register", driver="postgresql"):
        return f"{driver}://{user}:{word}@127.0.0.1:{self.port}/{name}"


def _other_user():
    pwd = pytest.importorskip("pwd")
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@pytest.fixture(scope="module")
def server():
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on this computer")
    if os.geteuid() == 0 and _other_user() is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no other user")
    home = Path(tempfile.mkdtemp(prefix="qaf-postgresql-"))
    own = Server(binaries, home)
    try:
        own.start()
        _fill(own)
        yield own
        own.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _fill(server):
    first = server.url(name="postgres", driver="postgresql+psycopg")
    engine = sqlalchemy.create_engine(first, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE register")
        connection.exec_driver_sql("CREATE ROLE reader LOGIN PASSWORD 'reading'")
    engine.dispose()
    engine = sqlalchemy.create_engine(server.url(driver="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE audits (audit_id integer, case_ref text, audit_date date, team text, "
            "auditor text, domain text, grade text, at timestamptz, share numeric(6, 4), "
            "again boolean)"
        )
        connection.exec_driver_sql("CREATE SEQUENCE numbers")
        more = ("2019-10-04 09:00:00+01", "0.2500", True)
        for row in ROWS:
            connection.exec_driver_sql(
                "INSERT INTO audits VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", (*row, *more)
            )
    engine.dispose()


@pytest.fixture
def register(server, council, monkeypatch):
    def asked(query, *, read_it=read, **how):
        monkeypatch.setenv("QAF_DATABASE", server.url(**how))
        return read_it(council, query=query, where="environment:QAF_DATABASE")

    return asked


def test_postgresql_rows_with_real_dates(register):
    imported = register(f"SELECT {COLUMNS} FROM audits ORDER BY audit_id, domain")
    audits = imported.audits.audits
    assert audits["audit_date"].dt.strftime("%Y-%m-%d").tolist() == ["2019-10-04", "2019-10-05"]
    file = imported.audits.record.files[0]
    assert (file.rows_in, file.loaded, file.quarantined) == (4, 3, 1)
    # Real dates need no order of day and month, and none was read as text.
    codes = {finding.code for finding in imported.audits.record.findings}
    assert not codes & {"day_first", "date_as_text", "unexpected_date"}


def test_postgresql_values_have_the_kinds_of_a_workbook(server, tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_DATABASE", server.url())
    query = "SELECT audit_id, audit_date, share, again, grade FROM audits WHERE domain = 'Plan' "
    got = database.ask(
        tmp_path,
        database="environment:QAF_DATABASE",
        query=query + "ORDER BY audit_id",
        problems=Problems(file="x"),
    )
    assert got.rows[1] == ["101", "2019-10-04", "0.25", "TRUE", "RI"]
    assert got.kinds[1] == ["n", "d", "n", "b", ""]
    assert got.rows[2][4] == ""


@pytest.mark.parametrize(
    ("query", "how", "told"),
    [
        ("SELECT * FROM audit", {}, "relation 'audit' does not exist"),
        ("SELECT graed FROM audits", {}, "column 'graed' does not exist"),
        ("SELECT FROM WHERE", {}, "syntax error"),
        (ALL, {"word": "wrong"}, "a login that the database refused"),
        (ALL, {"user": "nobody"}, "a login that the database refused"),
        (ALL, {"name": "registre"}, "no database of the name given"),
        (ALL, {"user": "reader", "word": "reading"}, "permission denied"),
        ("SELECT nextval('x'::regclass)", {}, "relation 'x' does not exist"),
        ("SELECT setval('numbers', 9)", {}, "read-only transaction"),
    ],
)
def test_postgresql_faults_are_told_without_the_address(register, query, how, told):
    message = register(query, read_it=refusal, **how)
    assert told in message
    assert "127.0.0.1" not in message
    assert "keeper" not in message


def test_postgresql_never_shows_a_value_in_a_message(register):
    message = register("SELECT CAST(team AS integer) AS audit_id FROM audits", read_it=refusal)
    assert "database_refused" in message
    assert "North" not in message


def test_postgresql_can_write_nothing_whatever_is_asked(server):
    engine = database._postgresql(
        sqlalchemy.make_url(server.url()), problems=Problems(file="register")
    )
    for text in ("DELETE FROM audits", "COMMIT; CREATE TABLE other (id integer)"):
        with (
            engine.connect() as connection,
            pytest.raises(sqlalchemy.exc.InternalError, match="read-only transaction"),
        ):
            connection.exec_driver_sql(text)
    engine.dispose()


def test_a_query_is_stopped_though_its_rows_keep_coming(folder, council, monkeypatch):
    monkeypatch.setattr(database, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(database, "_AT_ONCE", 100)
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS audit_id, 'North' AS team, 'Ann' AS auditor FROM n"
    )
    assert "not all of it within 0.3" in refusal(council, query=query)


def test_one_giant_text_is_refused(folder, council):
    said = refusal(council, query="SELECT hex(zeroblob(600000)) AS audit_id FROM audits")
    assert "too big" in said


def test_rows_that_are_too_large_together_are_refused(folder, council, monkeypatch):
    monkeypatch.setattr(database, "MAX_TABLE_BYTES", 1_000)
    said = refusal(council, query="SELECT *, hex(zeroblob(200)) AS note FROM audits")
    assert "too_large" in said
