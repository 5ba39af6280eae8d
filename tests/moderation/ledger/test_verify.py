"""Every attack on a ledger's file is told, by the number of the entry, in a real file."""

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager

import pytest

from qaf_analysis.moderation.ledger import schema
from qaf_analysis.moderation.ledger.entries import Kind, canonical, entry_mac
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.store import go_on_with_new_key, open_ledger, read_ledger
from qaf_analysis.moderation.ledger.verify import (
    NO_HEADS,
    NOT_AUTHENTICATED,
    keep_head,
    verify_ledger,
)
from qaf_analysis.terms.errors import IntegrityError, UsageError
from tests.moderation.ledger.made import KEY, NOW, PACK, ROUND, act, commit, grade, with_cases

FIELDS = ("seq", "op", "at", "kind", "who", "about", "body", "prev", "hash", "mac")
ENTRIES = 40


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Bytes of a ledger of 40 entries, of it when it had 30, and its heads."""
    folder = tmp_path_factory.mktemp("whole")
    ledger = with_cases(folder, 29)
    older = ledger.path.read_bytes()
    for one in range(30, ENTRIES):
        ledger.append([grade(f"C{one}")], now=NOW)
    return ledger.path.read_bytes(), older, ledger.head


@pytest.fixture
def copy(whole, tmp_path):
    """The file of a ledger of 40 entries, with nothing beside it."""
    (tmp_path / "ledger.sqlite").write_bytes(whole[0])
    return tmp_path


@contextmanager
def attacked(folder, *, without=("no_update", "no_delete", "in_order", "once"), restored=True):
    """The database with its rules taken away, and put back afterwards as they were."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        for trigger in without:
            connection.execute(f"DROP TRIGGER {trigger}")
        yield connection
        for trigger in without if restored else ():
            connection.execute(schema.expected_rules()[trigger][1])
        connection.commit()


def summed(prev, row):
    """The sum of an entry, written down anew: not by the ledger's own function."""
    values = [row[0], *row[1:6], json.loads(row[6])]
    return hashlib.sha256(prev + canonical(values)).digest()


def rewrite(connection, *, start, key=b""):
    """Write sums anew from an entry on, as somebody would who knows how; keyed with any key."""
    rows = connection.execute(f"SELECT {', '.join(FIELDS)} FROM entry ORDER BY seq").fetchall()
    prev = rows[start - 2][8]
    name = json.loads(rows[0][6])["ledger"]
    for row in rows[start - 1 :]:
        hashed = summed(prev, row)
        mac = entry_mac(key, name, hashed)
        connection.execute(
            "UPDATE entry SET prev = ?, hash = ?, mac = ? WHERE seq = ?",
            (prev, hashed, mac, row[0]),
        )
        prev = hashed


def problems(folder, *, key=KEY, heads=()):
    return verify_ledger(folder, key=key, heads=heads).problems


def test_an_untouched_ledger_is_sound_and_authenticated(copy, whole):
    check = verify_ledger(copy, key=KEY, heads=[whole[2]])
    assert check.problems == ()
    assert (check.is_authenticated, check.entries, check.head) == (True, ENTRIES, whole[2])
    assert check.sentences == (
        f"The ledger of Example County Council has 40 entries; its head is {whole[2]}.",
        "No entry was changed, taken away or put in another place.",
        "Every entry was written with the ledger's key.",
    )


def test_without_the_key_it_is_said_that_nobody_is_shown_to_have_written_it(copy):
    check = verify_ledger(copy, key=None)
    assert (check.problems, check.is_authenticated) == ((), False)
    assert check.sentences[2:] == (NOT_AUTHENTICATED, NO_HEADS)
    assert NOT_AUTHENTICATED.startswith("Not authenticated: the key is not here.")


def test_anothers_key_is_told(copy):
    other = LedgerKey.random()
    check = verify_ledger(copy, key=other)
    assert not check.is_authenticated
    assert check.problems == (
        f"The key here ({other.key_id}) is not the ledger's, which says that it was begun with "
        f"the key {KEY.key_id}: the key is another's, or the ledger was written anew.",
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", canonical({"grades": {"Overall": "Outstanding"}}).decode()),
        ("body", '{"audit":"A-C4","grades":{"Overall":"Good"}, "moderator":"M-04"}'),  # a space
        ("body", "{"),
        ("who", "M-05"),
        ("at", "2020-01-30T10:04:00+00:00"),
        ("kind", "second_thought"),
        ("about", f"{PACK}/C9"),
        ("op", "another"),
    ],
)
def test_an_edit_is_told(copy, column, value):
    with attacked(copy) as connection:
        connection.execute(f"UPDATE entry SET {column} = ? WHERE seq = 5", (value,))
    for key in (KEY, None):
        assert problems(copy, key=key) == ("Entry 5 was changed after it was written.",)


def test_an_edit_with_its_sum_written_anew_breaks_the_chain(copy):
    with attacked(copy) as connection:
        connection.execute("UPDATE entry SET who = 'M-05' WHERE seq = 5")
        row = connection.execute("SELECT * FROM entry WHERE seq = 5").fetchone()
        connection.execute("UPDATE entry SET hash = ? WHERE seq = 5", (summed(row[7], row),))
    found = problems(copy)
    assert found[0].startswith("Entry 6 does not follow from entry 5:")
    assert found[1:] == ("Entry 5 was not written with the ledger's key.",)


def test_a_deleted_entry_is_told(copy):
    with attacked(copy) as connection:
        connection.execute("DELETE FROM entry WHERE seq = 5 OR seq BETWEEN 20 AND 22")
    assert problems(copy) == (
        "Entry 5 is missing: it was taken away.",
        "Entries 20 to 22 are missing: they were taken away.",
    )


def test_a_deleted_entry_whose_gap_was_closed_is_told(copy):
    with attacked(copy) as connection:
        connection.execute("DELETE FROM entry WHERE seq = 5")
        for seq in range(6, ENTRIES + 1):
            connection.execute("UPDATE entry SET seq = ? WHERE seq = ?", (seq - 1, seq))
    found = problems(copy, key=None)
    assert found[0] == "Entry 5 was changed after it was written."
    assert found[-1] == "23 more entries are not as written."  # 35 of them, 12 told


def test_entries_that_changed_places_are_told(copy):
    with attacked(copy) as connection:
        for old, new in ((5, 99), (9, 5), (99, 9)):
            connection.execute("UPDATE entry SET seq = ? WHERE seq = ?", (new, old))
    found = problems(copy)
    assert found[0] == "Entry 5 was changed after it was written."
    assert "Entry 9 was changed after it was written." in found


def test_entries_that_changed_places_with_their_sums_anew_are_told(copy):
    with attacked(copy) as connection:
        for old, new in ((5, 99), (9, 5), (99, 9)):
            connection.execute("UPDATE entry SET seq = ? WHERE seq = ?", (new, old))
        rewrite(connection, start=5, key=b"not the key")
    assert problems(copy, key=None) == ()  # nobody without the key or a head could tell
    assert problems(copy) == ("Entries 5 to 40 were not written with the ledger's key.",)


def test_a_rewrite_without_the_key_is_told_by_a_head_alone(copy, whole):
    with attacked(copy) as connection:
        connection.execute("UPDATE entry SET who = 'M-05' WHERE seq = 7")
        rewrite(connection, start=7, key=b"not the key")
    assert problems(copy) == ("Entries 7 to 40 were not written with the ledger's key.",)
    (found,) = problems(copy, key=None, heads=[whole[2]])
    assert found.startswith("The head kept elsewhere of entry 40 is not the one")


def test_a_replayed_entry_is_told(copy):
    """A true entry of the same person put behind the last one, with sums that fit there."""
    with attacked(copy, without=()) as connection:  # the rules do not stop this one
        old = connection.execute("SELECT * FROM entry WHERE seq = 5").fetchone()
        last = connection.execute("SELECT hash FROM entry WHERE seq = 40").fetchone()[0]
        row = (41, "again", *old[2:7], last, b"", old[9])
        row = (*row[:8], summed(last, row), row[9])
        connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", row)
    assert problems(copy, key=None) == ()
    assert problems(copy) == ("Entry 41 was not written with the ledger's key.",)


def test_a_replacement_by_insert_or_replace_is_told(copy):
    with attacked(copy, without=("in_order", "once")) as connection:
        old = connection.execute("SELECT * FROM entry WHERE seq = 5").fetchone()
        row = (*old[:4], "M-05", *old[5:])
        connection.execute(f"REPLACE INTO entry VALUES ({', '.join('?' * 10)})", row)
    assert problems(copy) == ("Entry 5 was changed after it was written.",)


def test_a_cut_tail_is_told_by_a_head_kept_elsewhere_and_by_nothing_else(copy, whole):
    with attacked(copy) as connection:
        connection.execute("DELETE FROM entry WHERE seq > 37")
    assert problems(copy) == ()
    assert problems(copy, heads=[whole[2]]) == (
        "A head kept elsewhere says that the ledger went on to entry 40; it ends at entry 37: its "
        "last entries were cut off, or an older copy was put back.",
    )


def test_an_older_copy_put_back_is_told_by_a_head(copy, whole):
    (copy / "ledger.sqlite").write_bytes(whole[1])
    assert problems(copy) == ()
    assert "went on to entry 40; it ends at entry 30" in problems(copy, heads=[whole[2]])[0]
    (copy / "heads.txt").write_text(f"{whole[2]} 2020-01-31T10:00:00+00:00\n")
    (found,) = problems(copy)
    assert found.startswith(
        "A head in heads.txt beside it says that the ledger went on to entry 40"
    )


def test_an_older_copy_that_was_written_on_is_told_by_a_head(copy, whole):
    (copy / "ledger.sqlite").write_bytes(whole[1])
    ledger = open_ledger(copy, key=KEY)
    ledger.append([grade(f"D{one}") for one in range(20)], now=NOW)  # even the owner, with the key
    assert problems(copy) == ()
    assert "of entry 40 is not the one" in problems(copy, heads=[whole[2]])[0]


@pytest.mark.parametrize(
    "trigger", [name for name, (kind, _) in schema.expected_rules().items() if kind == "trigger"]
)
def test_a_rule_taken_away_is_told(copy, trigger):
    with attacked(copy, without=[trigger], restored=False):
        pass
    assert problems(copy) == (
        f"The trigger “{trigger}” of the ledger is missing: it was taken away.",
    )


def test_a_rule_made_weaker_and_one_put_in_are_told(copy):
    with attacked(copy, without=["no_delete"], restored=False) as connection:
        connection.execute(
            "CREATE TRIGGER no_delete BEFORE DELETE ON entry WHEN OLD.seq < 0 BEGIN "
            "SELECT RAISE(ABORT, 'An entry of a ledger is never deleted.'); END"
        )
        connection.execute("CREATE TABLE notes (text)")
    assert problems(copy) == (
        "The trigger “no_delete” of the ledger was changed.",
        "The ledger has a table “notes” that does not belong to it.",
    )


def test_a_damaged_page_is_told(copy, whole):
    damaged = bytearray(whole[0])
    damaged[3 * 4096 : 3 * 4096 + 600] = bytes(600)
    (copy / "ledger.sqlite").write_bytes(damaged)
    check = verify_ledger(copy, key=KEY)
    assert check.problems
    assert not check.is_authenticated


@pytest.mark.parametrize("content", [b"", b"not a ledger", b"SQLite format 3\0" + b"\1" * 4096])
def test_a_file_that_is_no_ledger_is_told(copy, content):
    (copy / "ledger.sqlite").write_bytes(content)
    (problem,) = verify_ledger(copy, key=KEY).problems
    assert problem.startswith("ledger.sqlite in “")


def test_an_emptied_ledger_is_told(copy):
    with attacked(copy) as connection:
        connection.execute("DELETE FROM entry")
    assert problems(copy)[0] == "The ledger is empty: its entries were taken away."


def test_acts_out_of_order_are_told_though_the_owner_wrote_them(copy):
    """With the key, and with the rules taken away while writing."""
    rules = ("reveal_after_commit", "blind_before_reveal", "commit_after_grade")
    with attacked(copy, without=rules) as connection:
        acts = (
            act(Kind.REVEAL, "C1"),
            grade("C1", op="again"),
            act(Kind.COMMIT, "C99"),
        )
        for seq, draft in enumerate(acts, ENTRIES + 1):
            prev = connection.execute("SELECT hash FROM entry WHERE seq = ?", (seq - 1,)).fetchone()
            body = canonical(draft.body).decode()
            row = (seq, draft.op, "2020", draft.kind, draft.who, draft.about, body, prev[0])
            hashed = summed(prev[0], row)
            mac = entry_mac(KEY.secret, read_name(connection), hashed)
            row = (*row[:3], str(draft.kind), *row[4:], hashed, mac)
            connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", row)
    assert problems(copy) == (
        "Entry 41 shows the audit's grade of a case not confirmed before.",
        "Entry 42 counts as blind, and the audit's grade was shown at 41.",
        "Entry 43 confirms a case that was not graded before.",
    )


def read_name(connection):
    body = connection.execute("SELECT body FROM entry WHERE seq = 1").fetchone()[0]
    return json.loads(body)["ledger"]


def test_an_entry_of_another_ledger_with_the_same_key_does_not_pass(copy, tmp_path_factory):
    other = with_cases(tmp_path_factory.mktemp("other"), 45)
    foreign = other.entries()[-1]
    with attacked(copy) as connection:
        last = connection.execute("SELECT hash FROM entry WHERE seq = 40").fetchone()[0]
        body = canonical(foreign.body).decode()
        row = (41, foreign.op, foreign.at, str(foreign.kind), foreign.who, foreign.about, body)
        hashed = summed(last, row)
        mac = entry_mac(KEY.secret, other.id, hashed)  # keyed rightly, for the other one
        connection.execute(
            f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", (*row, last, hashed, mac)
        )
    assert problems(copy) == ("Entry 41 was not written with the ledger's key.",)


def test_a_head_is_kept_in_a_file_elsewhere(copy, tmp_path_factory):
    ledger = read_ledger(copy)
    outside = tmp_path_factory.mktemp("outside") / "heads of the council.txt"
    head = keep_head(ledger, outside, at="2020-01-31T10:00:00+00:00")
    keep_head(ledger, outside, at="2020-02-01T10:00:00+00:00")
    assert outside.read_text().splitlines() == [
        f"{head} 2020-01-31T10:00:00+00:00",
        f"{head} 2020-02-01T10:00:00+00:00",
    ]
    with pytest.raises(UsageError, match="would lie with the ledger"):
        keep_head(ledger, copy / "kept.txt", at="")
    with attacked(copy) as connection:
        connection.execute("DELETE FROM entry WHERE seq > 37")
    with pytest.raises(IntegrityError, match="went on to entry 40; it ends at entry 37"):
        keep_head(ledger, outside, at="")


def test_a_new_ledger_holds_the_head_of_the_one_whose_key_was_lost(copy, whole):
    new_key = LedgerKey.random()
    ledger = go_on_with_new_key(copy, key=new_key, now=NOW)
    old = read_ledger(copy / f"ledger-until-40-{whole[2].digits}.sqlite")
    assert ledger.entries()[0].body["after"] == {"ledger": old.id, "head": str(whole[2])}
    assert (ledger.council, len(old.entries(about=ROUND))) == (old.council, ENTRIES - 1)
    ledger.append([grade("C1"), commit("C1")], now=NOW)
    assert problems(copy, key=new_key) == ()
    with pytest.raises(UsageError, match="it is not lost"):
        go_on_with_new_key(copy, key=new_key, now=NOW)


def test_a_journal_left_by_a_killed_writer_is_rolled_back_before_reading(copy):
    leave_hot_journal(copy)
    with (
        closing(sqlite3.connect(f"file:{copy}/ledger.sqlite?mode=ro", uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError),
    ):
        connection.execute("SELECT * FROM entry")
    check = verify_ledger(copy, key=KEY)
    assert (check.problems, check.entries) == ((), ENTRIES)
    assert not (copy / "ledger.sqlite-journal").exists()


def test_a_journal_is_rolled_back_in_a_copy_where_nothing_may_be_written(copy, monkeypatch):
    leave_hot_journal(copy)
    monkeypatch.setattr(schema.os, "access", lambda *_: False)
    before = (copy / "ledger.sqlite").read_bytes()
    assert len(read_ledger(copy).entries()) == ENTRIES
    assert (copy / "ledger.sqlite").read_bytes() == before
    (copy / "ledger.sqlite-journal").unlink()


def test_it_is_read_where_nothing_may_be_written(copy, monkeypatch):
    monkeypatch.setattr(schema.os, "access", lambda *_: False)
    assert len(read_ledger(copy).entries()) == ENTRIES


def leave_hot_journal(folder):
    """What a writer leaves that is killed after it began to write its pages."""
    path = folder / "ledger.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        last = connection.execute("SELECT * FROM entry WHERE seq = 40").fetchone()
        for seq in range(41, 141):
            row = (seq, f"x{seq}", *last[2:6], '{"a":"' + "x" * 900 + '"}', last[8], bytes([seq]))
            connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", (*row, b""))
            last = (*row, b"")
        written, journal = path.read_bytes(), path.with_name(path.name + "-journal").read_bytes()
        connection.execute("ROLLBACK")
    assert len(journal) > 512
    path.write_bytes(written)
    path.with_name(path.name + "-journal").write_bytes(journal)
