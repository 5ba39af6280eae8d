"""``qaf ledger``: what is said of a ledger, its copies, heads and key, and the exit code."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from qaf_analysis.cli import app, faults
from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key, default_ledger_place
from qaf_analysis.moderation.ledger.store import open_ledger
from tests.moderation.ledger.made import COUNCIL, NOW, grade


@pytest.fixture
def council(tmp_path, monkeypatch):
    """Folder of exports of a council whose ledger has three entries, all in a new home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for name in ("QAF_MODERATION", "QAF_LEDGER_KEY"):
        monkeypatch.delenv(name, raising=False)
    data = tmp_path / "data"
    data.mkdir()
    (data / "council.toml").write_text(f'[council]\nname = "{COUNCIL}"\n', encoding="utf-8")
    key = LedgerKey.load_or_create(default_ledger_key(COUNCIL), council=COUNCIL)
    ledger = open_ledger(default_ledger_place(COUNCIL), key=key, council=COUNCIL, now=NOW)
    ledger.append([grade("C1"), grade("C2")], now=NOW)
    return data


def run(capsys, *arguments):
    code = app.run(["ledger", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_sound_ledger_is_told_with_its_head_and_key(capsys, council):
    code, said, err = run(capsys, "verify", "--data", council)
    assert (code, err) == (faults.BUILT, "")
    assert re.match(rf"The ledger of {COUNCIL} has 3 entries; its head is 3 [0-9a-f]{{16}}\.", said)
    assert "Every entry was written with the ledger's key." in said
    assert "No head kept elsewhere was given" in said


def test_without_its_key_it_is_not_authenticated(capsys, council):
    default_ledger_key(COUNCIL).unlink()
    code, said, _ = run(capsys, "verify", "--ledger", default_ledger_place(COUNCIL))
    assert code == faults.BUILT
    assert "Not authenticated: the key is not here." in said


def test_a_changed_entry_ends_with_the_code_for_integrity(capsys, council):
    with closing(sqlite3.connect(default_ledger_place(COUNCIL) / "ledger.sqlite")) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE entry SET who = 'M-01' WHERE seq = 2")
        connection.commit()
    code, said, err = run(capsys, "verify", "--data", council)
    assert code == faults.INTEGRITY
    assert "The trigger “no_update” of the ledger is missing" in said
    assert "Entry 2 was changed after it was written." in said
    assert err == "The ledger is not as it was written: 2 things are wrong.\n"


def test_a_head_kept_elsewhere_tells_an_older_copy(capsys, council, tmp_path):
    place = default_ledger_place(COUNCIL)
    older = (place / "ledger.sqlite").read_bytes()
    open_ledger(place, key=LedgerKey.load(default_ledger_key(COUNCIL))).append(
        [grade("C3")], now=NOW
    )
    kept = tmp_path / "colleague" / "heads.txt"
    code, said, _ = run(capsys, "heads", "--data", council, "--to", kept)
    assert code == faults.BUILT
    head = re.search(rf"Head of the ledger of {COUNCIL}: (4 [0-9a-f]{{16}})", said).group(1)
    code, said, _ = run(capsys, "verify", "--data", council, "--heads", kept, "--head", head)
    assert code == faults.BUILT
    assert "It agrees with 2 heads kept elsewhere." in said
    (place / "ledger.sqlite").write_bytes(older)
    (place / "heads.txt").unlink()
    assert run(capsys, "verify", "--data", council)[0] == faults.BUILT
    for option, value in (("--heads", kept), ("--head", head)):
        code, said, _ = run(capsys, "verify", "--data", council, option, value)
        assert code == faults.INTEGRITY
        assert "went on to entry 4; it ends at entry 3" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Name the ledger"),
        (("--ledger", "nowhere"), "There is no ledger in “nowhere”"),
        (("--data", ".", "--ledger", "nowhere"), "Name the ledger"),
    ],
)
def test_a_ledger_that_is_not_named_or_not_there_is_a_slip_of_use(capsys, options, words):
    code, _, err = run(capsys, "verify", *options)
    assert code == faults.USAGE
    assert words in err


def test_a_head_that_is_none_is_a_slip_of_use(capsys, council):
    code, _, err = run(capsys, "verify", "--data", council, "--head", "41")
    assert (code, "“41” is no head" in err) == (faults.USAGE, True)


def test_it_is_exported_into_a_new_folder(capsys, council, tmp_path):
    code, said, _ = run(capsys, "export", "--data", council, "--out", tmp_path / "out")
    assert code == faults.BUILT
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"ledger.csv", "ledger.jsonl", "head.txt"}
    assert "Head: 3 " in said
    assert run(capsys, "export", "--data", council, "--out", tmp_path / "out")[0] == faults.USAGE


def test_two_copies_are_compared_and_what_to_collect_again_is_listed(capsys, council, tmp_path):
    place, other = default_ledger_place(COUNCIL), tmp_path / "other"
    shutil.copytree(place, other)
    key = LedgerKey.load(default_ledger_key(COUNCIL))
    open_ledger(place, key=key).append([grade("C3")], now=NOW)
    open_ledger(other, key=key).append([grade("C4")], now=NOW)
    out = tmp_path / "again.csv"
    code, said, _ = run(capsys, "join", place, other, "--out", out)
    assert code == faults.BUILT
    assert "the same up to entry 3" in said
    assert "entry 4 of the second, 2020-01-31T10:00:00+00:00: grade by M-04, about " in said
    assert "/C4" in out.read_text(encoding="utf-8-sig")
    assert "/C3" not in out.read_text(encoding="utf-8-sig")
    assert run(capsys, "join", place, other, "--out", out)[0] == faults.USAGE
    (other / "ledger.sqlite").write_bytes(b"")
    assert run(capsys, "join", place, other)[0] == faults.INTEGRITY


def test_the_key_is_shown_by_name_and_copied(capsys, council, tmp_path):
    code, said, _ = run(capsys, "key", "--data", council, "--backup", tmp_path / "safe.key")
    key = LedgerKey.load(default_ledger_key(COUNCIL))
    assert code == faults.BUILT
    assert f"Name of the key: {key.key_id}" in said
    assert key.secret.hex() not in said
    assert LedgerKey.load(tmp_path / "safe.key").secret == key.secret
    for to in (tmp_path / "safe.key", default_ledger_place(COUNCIL) / "copy.key"):
        assert run(capsys, "key", "--data", council, "--backup", to)[0] == faults.USAGE


def test_where_the_key_was_lost_a_new_ledger_goes_on(capsys, council):
    code, _, err = run(capsys, "key", "--data", council, "--lost", "--yes")
    assert (code, "There is a key" in err) == (faults.USAGE, True)
    default_ledger_key(COUNCIL).unlink()
    code, _, err = run(capsys, "key", "--data", council, "--lost")
    assert (code, "Give --yes to do it" in err) == (faults.USAGE, True)
    code, said, _ = run(capsys, "key", "--data", council, "--lost", "--yes")
    assert code == faults.BUILT
    assert re.search(r"A new ledger goes on from 3 [0-9a-f]{16}\. Its head: 1 ", said)
    assert run(capsys, "verify", "--data", council)[0] == faults.BUILT


def test_another_key_at_its_place_is_told(capsys, council):
    path = default_ledger_key(COUNCIL)
    path.unlink()
    LedgerKey.random().write(path)
    assert run(capsys, "key", "--data", council)[0] == faults.INTEGRITY
    code, said, _ = run(capsys, "verify", "--data", council)
    assert code == faults.INTEGRITY
    assert "is not the ledger's" in said


def test_a_public_key_counts_once_two_people_have_vouched_for_it(capsys, council, tmp_path):
    public = tmp_path / "id.pub"
    public.write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0B4NfXyh7bQmHq2f3Vw0v6 name@pc\n")
    options = ("--data", council, "--of", "M-04", "--public", public)
    code, said, _ = run(capsys, "vouch", *options, "--by", "owner")
    assert (code, "counts once one more person" in said) == (faults.BUILT, True)
    assert "two people vouched" in run(capsys, "vouch", *options, "--by", "M-02")[1]
    assert "counts no longer" in run(capsys, "vouch", *options, "--by", "M-02", "--withdraw")[1]
    assert run(capsys, "vouch", *options, "--by", "M-04")[0] == faults.USAGE
    assert run(capsys, "verify", "--data", council)[0] == faults.BUILT
    content = (default_ledger_place(COUNCIL) / "ledger.sqlite").read_bytes()
    assert b"name@pc" not in content
