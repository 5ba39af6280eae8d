"""A ledger as files to read, and two copies of one that went different ways."""

import csv
import hashlib
import hmac
import json
import shutil

import pytest

from qaf_analysis.moderation.ledger.entries import Draft, Kind
from qaf_analysis.moderation.ledger.export import export_ledger, fork_of
from qaf_analysis.moderation.ledger.heads import read_heads
from qaf_analysis.moderation.ledger.store import open_ledger, read_ledger
from qaf_analysis.terms.errors import IntegrityError, UsageError
from tests.moderation.ledger.made import KEY, NOW, grade, new, with_cases


def said(text):
    return Draft(op=f"said {text}", kind=Kind.DISPUTE, who="=1+1", about="a/b/c", body={"w": text})


def test_a_table_runs_nothing_and_lines_of_json_hold_all(tmp_path):
    ledger = with_cases(tmp_path / "ledger", 2)
    ledger.append([said('=cmd|" /C calc"!A0')], now=NOW)
    table, lines, head = export_ledger(ledger, tmp_path / "out")
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["entry"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[3]["who"] == "'=1+1"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@"]
    assert read_heads(head) == (ledger.head,)
    first, *entries = map(json.loads, lines.read_text(encoding="utf-8").splitlines())
    assert (first["head"], first["entries"]) == (str(ledger.head), 4)
    # The chain can be followed from the lines alone, by whoever reads the two formulas.
    prev = bytes(32)
    for entry in entries:
        values = [entry[name] for name in ("seq", "op", "at", "kind", "who", "about", "body")]
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert entry["prev"] == prev.hex()
        prev = hashlib.sha256(prev + text.encode()).digest()
        assert entry["hash"] == prev.hex()
        mark = b"qaf ledger 1\0" + ledger.id.encode() + b"\0"
        assert entry["mac"] == hmac.new(KEY.secret, mark + prev, "sha256").hexdigest()
    with pytest.raises(UsageError, match="already"):
        export_ledger(ledger, tmp_path / "out")


@pytest.fixture
def two(tmp_path):
    """A ledger of four entries, and a copy of it in another folder."""
    with_cases(tmp_path / "ours", 3)
    shutil.copytree(tmp_path / "ours", tmp_path / "theirs")
    return tuple(open_ledger(tmp_path / name, key=KEY) for name in ("ours", "theirs"))


def test_what_each_copy_has_after_the_fork_is_told_and_nothing_is_merged(two):
    ours, theirs = two
    ours.append([grade("C4"), grade("C5")], now=NOW)
    theirs.append([grade("C5"), grade("C6"), grade("C4", "Outstanding")], now=NOW)
    fork = fork_of(ours, theirs)
    assert fork.common.seq == 4
    assert [entry.seq for entry in fork.ours] == [5, 6]
    # The reading of C5 stands in both; that of C4 differs, that of C6 is in one only.
    assert [(e.seq, e.about[-2:]) for e in fork.again] == [(6, "C6"), (7, "C4")]
    assert fork.sentences == (
        f"Both copies are the same up to entry 4 ({fork.common.digits}).",
        "From there on they differ: 2 entries in the first, 3 entries in the second. 1 act of the "
        "second stands in the first, too.",
        "Keep one. If it is the first, collect 2 acts again, from the files that came back and "
        "from the people; nothing is merged.",
    )
    assert (ours.head.seq, theirs.head.seq) == (6, 7)


def test_copies_of_which_one_goes_further_are_told_apart(two):
    ours, theirs = two
    assert fork_of(ours, theirs).sentences[1].startswith("Neither goes further")
    ours.append([grade("C4")], now=NOW)
    assert fork_of(ours, theirs).sentences[1].endswith("1 entry more. Keep the first.")
    assert fork_of(theirs, ours).sentences[1].endswith("1 entry more. Keep the second.")


def test_a_copy_beside_the_ledger_is_read_by_its_file(two):
    ours, _ = two
    copy = ours.folder / "ledger-PC7.sqlite"
    shutil.copyfile(ours.path, copy)
    ours.append([grade("C4")], now=NOW)
    assert [e.seq for e in fork_of(ours, read_ledger(copy)).ours] == [5]


def test_ledgers_that_are_not_copies_are_refused(two, tmp_path):
    with pytest.raises(IntegrityError, match="not copies of one ledger"):
        fork_of(two[0], new(tmp_path / "another"))
