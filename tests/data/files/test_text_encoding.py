"""Every encoding that a program may save a table in is named, and read without a letter lost."""

import codecs

import pytest

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.files import text_encoding
from qaf_analysis.data.files.settings_bytes import tables_of
from qaf_analysis.data.files.text_encoding import as_utf8, encoding_of
from qaf_analysis.terms.errors import SettingsError
from tests.data.files import workbooks as w

GOOD = w.csv_text([["Zoë 日本", *cells[1:]] for cells in w.audit_rows(1)] + w.audit_rows(7))
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
WIDE = [name for name in MARKS if name != "utf-8"]


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_without_a_mark_it_is_named_and_read(council, name, end):
    data = GOOD.replace("\n", end).encode(name)
    record = council({"audits.csv": data}).audits.record
    (found,) = [f for f in record.findings if f.code == "encoding"]
    assert found.found == f"{name[:6].upper()} text without a byte-order mark, read as such"
    assert (found.outcome, found.mend) == ("warning", "save as CSV UTF-8")
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 8, 0)


@pytest.mark.parametrize("name", MARKS)
def test_with_a_mark_it_is_read_without_a_word(council, name):
    record = council({"audits.csv": MARKS[name] + GOOD.encode(name)}).audits.record
    assert not [f for f in record.findings if f.code == "encoding"]
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 8, 0)


@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
@pytest.mark.parametrize("name", [*WIDE, "cp1252"])
def test_no_letter_is_lost_where_pieces_meet(monkeypatch, name, piece):
    monkeypatch.setattr(text_encoding, "_PIECE", piece)
    text = "grade,team\nGood,Zoë – “North”\n" * 3 + ("" if name == "cp1252" else "日本😀,x\n")
    data = text.encode(name)
    assert as_utf8(data, encoding_of(data, problems=Problems(file="a.csv"))) == text.encode()


@pytest.mark.parametrize("data", [b"a\x00b,c\nd,e\n", b"a,b\n\x00\x00\x00\x00,c\n", b"gr\x00ade"])
def test_nul_bytes_here_and_there_are_no_encoding(data):
    problems = Problems(file="a.csv")
    assert as_utf8(data, encoding_of(data, problems=problems)) == data
    assert not problems.findings


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("rows", [10, 400])
def test_bytes_that_are_no_text_are_refused_as_such(council, share, rows):
    """Every tenth byte, every other or all are control characters; then it is no table of text."""
    line = bytes(1 + n % 8 if n < 100 * share else 65 for n in range(100)) + b"\n"
    with pytest.raises(ImportRejectedError) as caught:
        council({"audits.csv": line * rows})
    (found,) = [f for f in caught.value.record.findings if f.outcome == "reject"]
    assert (found.code, found.found) == ("not_a_table", "bytes that are no text")


def test_a_few_control_characters_cost_their_rows_only(council):
    rows = w.audit_rows()
    rows[2][0] = "\x01" * 18 + rows[2][0]
    text = w.csv_text(rows)
    assert 0.02 < text.count("\x01") / len(text) < 0.05
    record = council({"audits.csv": text}).audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 7, 1)


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("mark", [True, False])
def test_settings_in_another_encoding_are_told_which(name, mark):
    data = (MARKS[name] if mark else b"") + '[council]\nname = "Test"\n'.encode(name)
    with pytest.raises(SettingsError, match=rf"{name[:6].upper()} text.*Save it as UTF-8"):
        tables_of(data, name="council.toml")
