import base64
import hashlib
import hmac

import pandas as pd
import pytest

from qaf_analysis.data.council.key_file import PSEUDONYM_KEY
from qaf_analysis.data.council.pseudonyms import PseudonymKey, default_key_path
from qaf_analysis.data.council.read import read_council
from qaf_analysis.terms.errors import UsageError

SYNTHETIC = '[council]\nname = "Example"\nsynthetic = true\n'


def test_code_is_the_hmac_of_rfc_2104_worked_by_hand():
    key = PseudonymKey(secret=b"k" * 32)
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key.secret.ljust(64, b"\0")) + b"case:c7000")
    outer = hashlib.sha256(
        bytes(b ^ 0x5C for b in key.secret.ljust(64, b"\0")) + inner.digest()
    ).digest()
    assert key.code("case", "C7000") == "case-" + base64.b32encode(outer)[:20].decode()
    assert outer == hmac.new(key.secret, b"case:c7000", hashlib.sha256).digest()


@pytest.mark.parametrize(
    "text", ["O’Brien", " o'brien", "O'BRIEN ", "\uff2f'Brien", "O'Bri\u200ben"]
)
def test_spellings_collide(text, key):
    assert key.code("person", text) == key.code("person", "O'Brien")


def test_kinds_and_keys_do_not_collide(key):
    other = PseudonymKey(secret=b"x" * 32)
    codes = {k.code(kind, "1")[-20:] for k in (key, other) for kind in ("audit", "case", "person")}
    assert len(codes) == 6
    assert key.key_id != other.key_id


def test_codes_of_blank_text_are_missing(key):
    codes = key.codes("person", pd.Series(["A", "", "a"]))
    assert codes[0] == codes[2]
    assert codes.isna().tolist() == [False, True, False]


def test_key_file_is_made_once_and_private(tmp_path):
    path = tmp_path / "keys" / "council.key"
    made = PseudonymKey.load_or_create(path)
    again = PseudonymKey.load_or_create(path)
    assert made.is_new
    assert not again.is_new
    assert made.secret == again.secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert made.secret.hex() not in repr(made)


@pytest.mark.parametrize("spoil", [lambda t: t[:40], lambda t: t.replace(t[40], "z"), lambda t: ""])
def test_damaged_key_is_refused(tmp_path, spoil):
    path = tmp_path / "council.key"
    PseudonymKey.load_or_create(path)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(UsageError, match="damaged"):
        PseudonymKey.load_or_create(path)


def test_one_flipped_digit_of_the_key_is_noticed(tmp_path):
    path = tmp_path / "council.key"
    PseudonymKey.load_or_create(path)
    lines = path.read_text().split("\n")
    lines[1] = ("1" if lines[1][0] == "0" else "0") + lines[1][1:]
    path.write_text("\n".join(lines))
    with pytest.raises(UsageError, match="damaged"):
        PseudonymKey.load(path)


def test_missing_key_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        PseudonymKey.load(tmp_path / "none.key")


def test_key_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "council.key"
    PseudonymKey.load_or_create(path)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="mode 600"):
        PseudonymKey.load(path)


def test_place_of_the_key(monkeypatch, tmp_path):
    monkeypatch.delenv(PSEUDONYM_KEY.variable, raising=False)
    assert default_key_path("A & B Council").parts[-3:] == (".qaf", "keys", "a-b-council.key")
    monkeypatch.setenv(PSEUDONYM_KEY.variable, str(tmp_path / "mine.key"))
    assert default_key_path("A & B Council") == tmp_path / "mine.key"


def test_reading_without_a_key(corpus, council, monkeypatch, tmp_path):
    monkeypatch.setenv(PSEUDONYM_KEY.variable, str(tmp_path / "mine.key"))
    audits = (corpus / "clean" / "audits.csv").read_bytes()
    first = council({"audits.csv": audits}, key=None).audits.record
    second = council({"audits.csv": audits}, key=None).audits.record
    assert first.key_id == second.key_id
    # The clean files have no grade for Overall, which is noted of both.
    assert [f.code for f in first.findings] == ["headline_absent", "key_made"]
    assert [f.code for f in second.findings] == ["headline_absent"]
    demo = council({"audits.csv": audits, "council.toml": SYNTHETIC}, key=None).audits.record
    assert demo.key_id == PseudonymKey.demonstration("Example").key_id


def test_demonstration_key_is_refused_for_real_data(corpus, council):
    audits = (corpus / "clean" / "audits.csv").read_bytes()
    with pytest.raises(UsageError, match="invented data"):
        council({"audits.csv": audits}, key=PseudonymKey.demonstration("council"))


def test_key_beside_the_exports_is_refused(corpus, tmp_path, monkeypatch):
    folder = tmp_path / "council"
    folder.mkdir()
    (folder / "audits.csv").write_bytes((corpus / "clean" / "audits.csv").read_bytes())
    monkeypatch.setenv(PSEUDONYM_KEY.variable, str(folder / "mine.key"))
    with pytest.raises(UsageError, match="Keep it elsewhere"):
        read_council(folder, as_of=pd.Timestamp("2020-02-07").date())
    assert not (folder / "mine.key").exists()
