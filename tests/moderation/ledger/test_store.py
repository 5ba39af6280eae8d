"""A ledger only grows, in one order, and knows whose turn it is."""

import multiprocessing
import os
import sqlite3
import stat
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import pytest

from qaf_analysis.data.files.file_lock import FileLock
from qaf_analysis.moderation.ledger import schema, store
from qaf_analysis.moderation.ledger.entries import GENESIS, Draft, Kind, entry_hash, entry_mac
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.store import GATE_FILE, open_ledger, read_ledger
from qaf_analysis.terms.errors import IntegrityError, RunFailedError, RunLockedError, UsageError
from tests.moderation.ledger.made import (
    COUNCIL,
    KEY,
    NOW,
    PACK,
    ROUND,
    act,
    commit,
    grade,
    new,
    reveal,
    with_cases,
)


def test_an_entry_is_bound_to_the_one_before_it_by_its_sum_and_the_key(tmp_path):
    ledger = new(tmp_path / "ledger")
    (entry,) = ledger.append([grade("C1")], now=NOW)
    first = ledger.entries()[0]
    assert first.prev == GENESIS
    assert first.body["council"] == COUNCIL
    assert first.body["key"] == KEY.key_id
    assert (entry.seq, entry.prev) == (2, first.hash)
    assert entry.at == "2020-01-31T10:00:00+00:00"
    assert entry.hash == entry_hash(
        prev=first.hash,
        seq=2,
        op=f"grade {PACK} C1",
        at="2020-01-31T10:00:00+00:00",
        kind="grade",
        who="M-04",
        about=f"{PACK}/C1",
        body={"audit": "A-C1", "moderator": "M-04", "grades": {"Overall": "Good"}},
    )
    assert entry.mac == entry_mac(KEY.secret, ledger.id, entry.hash)
    assert ledger.head == entry.head
    assert read_ledger(tmp_path / "ledger").entries() == ledger.entries()


def test_an_act_done_twice_adds_nothing_and_gives_what_stands(tmp_path):
    ledger = new(tmp_path)
    first = ledger.append([grade("C1"), grade("C2"), grade("C1")], now=NOW)
    assert [entry.seq for entry in first] == [2, 3, 2]
    later = ledger.append([grade("C2"), grade("C3")], now=NOW + timedelta(days=1))
    assert [entry.seq for entry in later] == [3, 4]
    assert later[0].at == first[1].at


def test_an_act_that_says_something_else_adds_nothing_at_all(tmp_path):
    ledger = with_cases(tmp_path, 1)
    with pytest.raises(IntegrityError, match="stands in the ledger already, as entry 2"):
        ledger.append([grade("C2"), grade("C1", "Outstanding")], now=NOW)
    same = grade("C1")
    for other in ({"who": "M-05"}, {"kind": Kind.THIRD_VIEW}, {"about": f"{PACK}/C2"}):
        with pytest.raises(IntegrityError, match="says something else"):
            ledger.append([grade("C2"), replace(same, **other)], now=NOW)
    assert [entry.seq for entry in ledger.entries()] == [1, 2]


def test_entries_are_found_by_kind_and_by_what_they_are_about_and_below(tmp_path):
    ledger = new(tmp_path)
    other = f"{ROUND}b/K7QM5TXB"  # its name begins like the round's
    ledger.append([grade("C1"), grade("C10"), grade("C1", pack=other), commit("C1")], now=NOW)
    assert [e.seq for e in ledger.entries(about=ROUND)] == [2, 3, 5]
    assert [e.seq for e in ledger.entries(about=f"{PACK}/C1")] == [2, 5]
    assert [e.seq for e in ledger.entries(kinds=[Kind.COMMIT, Kind.LEDGER])] == [1, 5]
    assert [e.seq for e in ledger.entries(kinds={Kind.GRADE}, about=PACK)] == [2, 3]
    assert ledger.entries(about="2019-20-Q4") == ()
    ledger.append([grade("É"), grade("~")], now=NOW)
    assert [e.seq for e in ledger.entries(about=PACK)] == [2, 3, 5, 6, 7]


def test_the_audits_grade_is_shown_only_after_the_moderators_own_is_confirmed(tmp_path):
    ledger = with_cases(tmp_path, 2)
    with pytest.raises(IntegrityError, match="shown only after the moderator confirmed"):
        ledger.append([reveal("C1")], now=NOW)
    with pytest.raises(IntegrityError, match="shown only after"):
        ledger.append([commit("C1"), reveal("C2")], now=NOW)  # another case's commitment
    assert not ledger.entries(kinds=[Kind.COMMIT])  # all of them or none
    ledger.append([commit("C1"), reveal("C1")], now=NOW)
    with pytest.raises(IntegrityError, match="confirmed only after it was graded"):
        ledger.append([commit("C9")], now=NOW)


def test_a_grade_after_the_reveal_is_a_second_thought(tmp_path):
    ledger = with_cases(tmp_path, 2)
    ledger.append([commit("C1"), reveal("C1")], now=NOW)
    with pytest.raises(IntegrityError, match="a grade is a second thought"):
        ledger.append([grade("C1", "Outstanding", op="again")], now=NOW)
    ledger.append([act(Kind.SECOND_THOUGHT, "C1", grades={"Overall": "Outstanding"})], now=NOW)
    # Before the reveal it is a blind one, even after a commitment: a corrected return.
    ledger.append([commit("C2"), grade("C2", "Outstanding", op="corrected")], now=NOW)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE entry SET body = '{}' WHERE seq = 2", "never changed"),
        ("DELETE FROM entry WHERE seq = 3", "never deleted"),
        ("REPLACE INTO entry SELECT 2, 'x', at, kind, who, about, body, prev, x'01', mac "
         "FROM entry WHERE seq = 3", "comes after the last one"),
        # As the next entry, with the sum of the last one, but in place of another with its name.
        ("INSERT OR REPLACE INTO entry SELECT 4, 'grade 2019-20-Q4-a/K7QM5TXB C1', at, kind, who, "
         "about, body, hash, x'01', mac FROM entry WHERE seq = 3", "stands in a ledger once"),
        ("INSERT INTO entry SELECT NULL, 'x', at, kind, who, about, body, hash, x'01', mac "
         "FROM entry WHERE seq = 3", "comes after the last one"),
        ("INSERT OR IGNORE INTO entry SELECT 5, 'x', at, kind, who, about, body, hash, x'01', mac "
         "FROM entry WHERE seq = 3", "comes after the last one"),
    ],
)  # fmt: skip
def test_the_file_itself_refuses_other_programs(tmp_path, statement, words):
    ledger = with_cases(tmp_path, 2)
    with closing(sqlite3.connect(ledger.path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match=words):
            connection.execute(statement)
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (3,)


def test_it_is_written_whole_and_waits_for_the_disk(tmp_path):
    with_cases(tmp_path, 1)
    with schema.writing(tmp_path / "ledger.sqlite") as connection:
        for name, value in (("journal_mode", "delete"), ("synchronous", 2)):
            assert connection.execute(f"PRAGMA {name}").fetchone() == (value,)


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_its_files_are_for_their_owner_alone(tmp_path):
    with_cases(tmp_path / "made", 1)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "made").iterdir()}
    names = ("ledger.sqlite", "ledger.lock", "ledger.lock.next", "heads.txt")
    assert modes == dict.fromkeys(names, 0o600)


def test_a_key_of_another_ledger_is_refused(tmp_path):
    with_cases(tmp_path, 1)
    with pytest.raises(IntegrityError, match="is another's"):
        open_ledger(tmp_path, key=LedgerKey.random())


def test_a_ledger_of_another_council_is_refused(tmp_path):
    with_cases(tmp_path, 1)
    open_ledger(tmp_path, key=KEY, council="EXAMPLE county  council")
    with pytest.raises(UsageError, match=f"belongs to “{COUNCIL}”, not to “Another Council”"):
        open_ledger(tmp_path, key=KEY, council="Another Council")
    with pytest.raises(UsageError, match="a new one needs a council's name"):
        open_ledger(tmp_path / "nowhere", key=KEY)
    with pytest.raises(UsageError, match="There is no ledger"):
        read_ledger(tmp_path / "nowhere")


def test_reading_needs_no_key_and_adds_nothing(tmp_path):
    with_cases(tmp_path, 1)
    with pytest.raises(UsageError, match="opened for reading"):
        read_ledger(tmp_path).append([grade("C2")], now=NOW)


@pytest.mark.parametrize(
    "draft",
    [
        grade("C1", float("nan")),
        grade("C1", "\ud800"),
        grade("C1", object()),
        grade("C1", op="two\nlines"),
        Draft(op="x", kind=Kind.GRADE, who="", about="x", body={}),
    ],
)
def test_what_cannot_be_written_down_is_refused(tmp_path, draft):
    with pytest.raises(UsageError):
        new(tmp_path).append([draft], now=NOW)


def test_a_body_is_summed_as_it_will_be_read_again(tmp_path):
    ledger = new(tmp_path)
    # Numbers as names sort otherwise than the texts they become.
    (entry,) = ledger.append(
        [act(Kind.PANEL, "C1", members=("A", "B"), n={10: 1, 9: 0.1})], now=NOW
    )
    assert entry.body == {"members": ["A", "B"], "n": {"10": 1, "9": 0.1}}
    assert read_ledger(tmp_path).entries()[-1] == entry


def test_a_time_needs_its_zone(tmp_path):
    with pytest.raises(UsageError, match="time zone"):
        new(tmp_path).append([grade("C1")], now=datetime(2020, 1, 31))


@pytest.mark.parametrize("content", [b"", b"SQLite", b"x" * 5000])
def test_a_file_that_is_no_ledger_is_never_taken_for_a_new_one(tmp_path, content):
    ledger = with_cases(tmp_path, 1)
    ledger.path.write_bytes(content)
    for use in (lambda: open_ledger(tmp_path, key=KEY, council=COUNCIL), lambda: ledger.entries()):
        with pytest.raises(IntegrityError, match="damaged"):
            use()
    assert ledger.path.read_bytes() == content


def test_a_ledger_that_is_gone_is_not_begun_anew_in_silence(tmp_path):
    with_cases(tmp_path, 3).path.unlink()
    with pytest.raises(IntegrityError, match=r"is gone.*went on to entry 4"):
        new(tmp_path)


def test_an_older_copy_put_back_is_not_written_on(tmp_path):
    ledger = with_cases(tmp_path, 2)
    older = ledger.path.read_bytes()
    ledger.append([grade("C3")], now=NOW)
    ledger.path.write_bytes(older)
    for one in (ledger, open_ledger(tmp_path, key=KEY)):
        with pytest.raises(IntegrityError, match="went on to entry 4"):
            one.append([grade("C4")], now=NOW)
    (tmp_path / "heads.txt").rename(tmp_path / "heads until the copy.txt")
    open_ledger(tmp_path, key=KEY).append([grade("C4")], now=NOW)


def test_write_ahead_logging_is_refused(tmp_path):
    ledger = with_cases(tmp_path, 1)
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    for use in (lambda: ledger.append([grade("C2")], now=NOW), lambda: read_ledger(tmp_path)):
        with pytest.raises(IntegrityError, match="write-ahead"):
            use()


@pytest.mark.parametrize("trigger", ["in_order", "reveal_after_commit", "no_delete"])
def test_without_one_of_its_rules_nothing_is_read_or_added(tmp_path, trigger):
    ledger = with_cases(tmp_path, 1)
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute(f"DROP TRIGGER {trigger}")
    for use in (lambda: ledger.append([grade("C2")], now=NOW), lambda: read_ledger(tmp_path)):
        with pytest.raises(IntegrityError, match=f"“{trigger}” of the ledger is missing"):
            use()


def test_an_entry_that_was_changed_is_not_read(tmp_path):
    ledger = with_cases(tmp_path, 3)
    with closing(sqlite3.connect(ledger.path)) as connection:
        rule = schema.expected_rules()["no_update"][1]
        connection.execute("DROP TRIGGER no_update")
        connection.execute(
            "UPDATE entry SET body = replace(body, 'Good', 'Inadequate') WHERE seq = 3"
        )
        connection.execute(rule)
        connection.commit()
    with pytest.raises(IntegrityError, match="Entry 3 was changed"):
        read_ledger(tmp_path).entries(kinds=[Kind.GRADE])


def test_who_waits_is_told_for_whom_and_not_for_ever(tmp_path, monkeypatch):
    ledger = with_cases(tmp_path, 1)
    monkeypatch.setattr(store, "_TELL_AFTER", 0.02)
    told = []
    waiting = open_ledger(tmp_path, key=KEY, tell=told.append, patience=0.1)
    with ledger.alone():
        ledger.append([grade("C2")], now=NOW)  # who holds the gate passes it again
        with pytest.raises(RunLockedError, match=rf"process {os.getpid()} .*Nothing was added"):
            waiting.append([grade("C3")], now=NOW)
    assert told
    assert told[0].startswith("Waiting for another to finish writing the ledger (process")
    waiting.append([grade("C3")], now=NOW)


def test_who_just_wrote_does_not_go_before_one_that_waits(tmp_path):
    """Two threads write as fast as they can: they take turns."""
    with_cases(tmp_path, 1)
    turns = []

    def write(who):
        ledger = open_ledger(tmp_path, key=KEY)
        for _ in range(40):
            with ledger.alone():
                turns.append(who)
                time.sleep(0.002)

    threads = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One that went before the other each time would leave two runs of forty.
    assert len(list(groupby(turns))) > 16


def test_a_gate_left_by_another_computer_is_respected(tmp_path):
    with_cases(tmp_path, 1)
    (tmp_path / GATE_FILE).write_text('{"host": "elsewhere", "pid": 1, "since": "2019"}')
    ledger = open_ledger(tmp_path, key=KEY, patience=0)
    with pytest.raises(
        RunLockedError, match=r"process 1 on elsewhere .*delete the file ledger.lock"
    ):
        ledger.append([grade("C2")], now=NOW)


def test_the_lock_of_a_file_is_had_by_one(tmp_path):
    one, two = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")
    assert one.take() is None
    assert two.take()["pid"] == os.getpid()
    assert (one.is_ours, two.is_ours) == (True, False)
    two.release()
    assert FileLock(tmp_path / "a.lock").take() is not None  # who has it not frees nothing
    one.release()
    assert two.take() is None
    two.release()


def test_a_lock_is_free_though_a_process_forked_meanwhile_lives(tmp_path):
    """On Linux a forked process shares the lock, and closing the file would not free it."""
    lock = FileLock(tmp_path / "a.lock")
    lock.take()
    with _forked():
        lock.release()
        next_one = FileLock(tmp_path / "a.lock")
        assert next_one.take() is None
        next_one.release()


@contextmanager
def _forked():
    process = multiprocessing.get_context().Process(target=time.sleep, args=(20,))
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def test_an_old_sqlite_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(UsageError, match=r"needs 3\.37 or newer"):
        new(tmp_path)


def test_a_ledger_kept_open_by_another_program_is_told(tmp_path, monkeypatch):
    ledger = with_cases(tmp_path, 1)
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as viewer:
        viewer.execute("BEGIN IMMEDIATE")
        with pytest.raises(RunLockedError, match=r"Another program has ledger.sqlite open"):
            ledger.append([grade("C2")], now=NOW)
    ledger.append([grade("C2")], now=NOW)


def test_a_full_disk_is_told_and_adds_nothing(tmp_path, monkeypatch):
    ledger = with_cases(tmp_path, 1)
    connected = schema._connected

    def small(path):
        connection = connected(path)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(schema, "_connected", small)
    with pytest.raises(RunFailedError, match="is the disk full"):
        ledger.append([grade(f"D{one}", "x" * 900) for one in range(30)], now=NOW)
    monkeypatch.undo()
    assert ledger.head.seq == 2
