"""Where a ledger and its key may lie, and which key is refused."""

import os
import subprocess
from pathlib import Path, PureWindowsPath

import pytest

from qaf_analysis.data.council.key_file import PSEUDONYM_KEY, key_files, refuse_key_beside
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.moderation.ledger import place as places
from qaf_analysis.moderation.ledger import signature
from qaf_analysis.moderation.ledger.heads import read_heads
from qaf_analysis.moderation.ledger.key import (
    LedgerKey,
    default_ledger_key,
    default_ledger_place,
)
from qaf_analysis.moderation.ledger.place import place_notices
from qaf_analysis.moderation.ledger.signature import (
    can_sign,
    enrolled_keys,
    is_signed_by,
    public_key,
    sign,
    voucher,
)
from qaf_analysis.terms.errors import IntegrityError, UsageError
from tests.moderation.ledger.made import COUNCIL, KEY, NOW, new

signing = pytest.mark.skipif(not can_sign(), reason="no ssh-keygen here")


def test_a_key_is_made_once_and_read_again(tmp_path, monkeypatch):
    monkeypatch.delenv("QAF_LEDGER_KEY", raising=False)  # a file that was named serves whom it will
    path = tmp_path / "keys" / "a.ledger-key"
    made = LedgerKey.load_or_create(path, council=COUNCIL, away_from=[tmp_path / "data"])
    again = LedgerKey.load_or_create(path, council=COUNCIL)
    assert (made.is_new, again.is_new, made.secret == again.secret) == (True, False, True)
    assert made.secret.hex() not in repr(made)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match=f"belongs to “{COUNCIL}”; the council is now “Another”"):
        LedgerKey.load(path, council="Another")
    with pytest.raises(UsageError, match="has 32 bytes, not 31"):
        LedgerKey(secret=bytes(31))


@pytest.mark.parametrize(
    ("secret", "words"),
    [(bytes(32), "is weak: it has only 1 different byte"), (b"x" * 20, "is too short: 40 of")],
)
def test_a_key_that_can_be_guessed_or_was_cut_is_refused(tmp_path, secret, words):
    path = tmp_path / "a.ledger-key"
    path.write_text(f"qaf ledger key, version 1\n{secret.hex()}\n000\n")
    path.chmod(0o600)
    with pytest.raises(UsageError, match=f"The ledger key a.ledger-key {words}"):
        LedgerKey.load_or_create(path)


def test_a_key_for_codes_is_not_taken_for_a_ledgers_nor_the_other_way(tmp_path):
    PseudonymKey.random().write(tmp_path / "codes.key")
    LedgerKey.random().write(tmp_path / "a.ledger-key")
    with pytest.raises(UsageError, match="holds a pseudonym key, not a ledger key"):
        LedgerKey.load(tmp_path / "codes.key")
    with pytest.raises(UsageError, match="holds a ledger key, not a pseudonym key"):
        PseudonymKey.load(tmp_path / "a.ledger-key")


def test_a_ledgers_key_never_lies_with_exports_under_any_name(tmp_path):
    data = tmp_path / "data"
    with pytest.raises(UsageError, match=r"lies in the folder .* can write entries that pass"):
        LedgerKey.load_or_create(data / "a.ledger-key", away_from=[data])
    LedgerKey.random().write(data / "holiday photos.txt")
    ((found, kind),) = key_files(data)
    assert (found.name, kind.noun) == ("holiday photos.txt", "ledger key")
    for away in ({"kind": PSEUDONYM_KEY}, {"kind": kind}):
        with pytest.raises(UsageError, match=r"photos.txt .*holds a ledger key.*begin a new"):
            refuse_key_beside(tmp_path / "codes.key", [data], **away)


def test_ledger_and_key_lie_in_the_users_folder_or_where_the_environment_says(monkeypatch):
    monkeypatch.delenv("QAF_MODERATION", raising=False)
    monkeypatch.delenv("QAF_LEDGER_KEY", raising=False)
    home = Path.home() / ".qaf"
    assert default_ledger_place("A & B Council") == home / "moderation" / "a-b-council"
    assert default_ledger_key("A & B Council") == home / "keys" / "a-b-council.ledger-key"
    monkeypatch.setenv("QAF_MODERATION", "/srv/m")
    monkeypatch.setenv("QAF_LEDGER_KEY", "/srv/k/x")
    assert default_ledger_place("A & B Council") == Path("/srv/m/a-b-council")
    assert default_ledger_key("A & B Council") == Path("/srv/k/x")


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        (r"C:\OneDrive - Example County\qaf", "OneDrive"),
        (r"C:\Dropbox (Work)\qaf", "Dropbox"),
        (r"G:\My Drive\qaf", "Google Drive"),
        (r"\\server\share\qaf", "network drive"),
        (r"\\?\UNC\server\share\qaf", "network drive"),
        (r"C:\.qaf\moderation\example", ""),
        (r"\\?\C:\.qaf", ""),
        (r"C:\one drive's notes", ""),
    ],
)
def test_a_place_that_is_copied_or_shared_is_warned_of(folder, words):
    notices = place_notices(PureWindowsPath(folder))
    assert bool(notices) == bool(words)
    assert all(words in notice for notice in notices)


def test_a_mapped_drive_and_a_renamed_cloud_folder_are_warned_of(monkeypatch):
    monkeypatch.setattr(places, "_drive_is_remote", lambda folder: folder.drive == "H:")
    assert "network drive" in place_notices(PureWindowsPath(r"H:\qaf"))[0]
    monkeypatch.setenv("OneDriveCommercial", "/srv/Files of the council")
    assert "OneDrive" in place_notices(Path("/srv/Files of the council/qaf"))[0]


def test_heads_are_found_in_a_footer_and_in_a_file_from_windows(tmp_path):
    path = tmp_path / "heads.txt"
    path.write_bytes(
        "\ufeff7 0123456789abcdef 2020-01-31\r\n"
        "run 4f2a09c1 · ledger head 41 9f3c1ab277e05d16 · page 3\r\n"
        "nothing here\r\n9 0123".encode()
    )
    assert [str(head) for head in read_heads(path)] == ["7 0123456789abcdef", "41 9f3c1ab277e05d16"]
    path.write_text("none")
    with pytest.raises(UsageError, match="holds no head"):
        read_heads(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_heads(tmp_path / "missing.txt")


PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0B4NfXyh7bQmHq2f3Vw0v6t6yHkq7m1h0Vx6l5l9aZ"


def test_a_public_key_counts_once_two_others_vouch_for_it(tmp_path):
    ledger = new(tmp_path)
    ledger.append([voucher(of="M-04", key=f"{PUBLIC} name@pc", by="owner")], now=NOW)
    ledger.append([voucher(of="M-04", key=PUBLIC, by="owner")], now=NOW)  # the same person again
    assert enrolled_keys(ledger.entries()) == {}
    ledger.append([voucher(of="M-04", key=PUBLIC, by="M-02")], now=NOW)
    assert enrolled_keys(ledger.entries()) == {"M-04": (PUBLIC,)}
    ledger.append([voucher(of="M-04", key=PUBLIC, by="M-04", withdrawn=True)], now=NOW)
    assert enrolled_keys(ledger.entries()) == {}
    assert enrolled_keys(ledger.entries()[:-1]) == {"M-04": (PUBLIC,)}


def test_nobody_vouches_for_themselves_and_no_secret_or_name_is_taken():
    with pytest.raises(UsageError, match="Nobody vouches for their own key"):
        voucher(of="M-04", key=PUBLIC, by="M-04")
    with pytest.raises(UsageError, match="secret key"):
        voucher(of="M-04", key="-----BEGIN OPENSSH PRIVATE KEY-----\nxx", by="owner")
    with pytest.raises(UsageError, match="no public key"):
        public_key("my key")
    assert public_key(f"  {PUBLIC} person@laptop\n") == PUBLIC


@pytest.fixture
def pair(tmp_path):
    """A secret key without a passphrase, and its public half."""
    path = tmp_path / "signer"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path, path.with_name("signer.pub").read_text()


@signing
def test_what_is_signed_is_checked_with_the_public_half_alone(pair):
    secret, public = pair
    signed = sign(b"these bytes", secret)
    secret.unlink()
    assert is_signed_by(b"these bytes", signed, [PUBLIC, public])
    assert not is_signed_by(b"these bytes.", signed, [public])
    assert not is_signed_by(b"these bytes", signed, [PUBLIC])
    assert not is_signed_by(b"these bytes", "no signature", [public])
    assert not is_signed_by(b"these bytes", signed, [])
    with pytest.raises(IntegrityError, match="is none"):
        is_signed_by(b"these bytes", signed, ["* ssh-ed25519 x\n"])


@signing
def test_a_signature_for_another_purpose_does_not_count(pair, monkeypatch):
    secret, public = pair
    monkeypatch.setattr(signature, "NAMESPACE", "git")
    signed = sign(b"these bytes", secret)
    monkeypatch.undo()
    assert not is_signed_by(b"these bytes", signed, [public])


def test_without_the_program_it_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setattr(signature.shutil, "which", lambda name: None)
    (tmp_path / "key").write_text("x")
    assert not can_sign()
    for use in (lambda: sign(b"", tmp_path / "key"), lambda: is_signed_by(b"", "", [PUBLIC])):
        with pytest.raises(UsageError, match="has no ssh-keygen"):
            use()
    with pytest.raises(UsageError, match="There is no key"):
        sign(b"", tmp_path / "none")


@signing
def test_a_key_that_is_damaged_is_told(tmp_path):
    (tmp_path / "key").write_text("x")
    with pytest.raises(UsageError, match="did not sign with key"):
        sign(b"", tmp_path / "key")


def test_codes_of_rounds_come_from_the_ledgers_secret():
    from qaf_analysis.moderation.codes import RoundKey

    assert RoundKey.derived(KEY.secret, "2019-20-Q4-a").code("pack", "M-04")
