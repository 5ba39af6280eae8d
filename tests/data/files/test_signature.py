"""Each file gets its true name and what to do, whatever its own name says."""

import struct

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from tests.data.files import workbooks as w

GOOD = w.csv_text(w.audit_rows())


def ole(*names):
    """File of the OLE family: a header, then a directory of entries of 128 bytes."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\x00")
        + struct.pack("<H", 2 * len(name) + 2)
        + b"\x01" * 62
        for name in ("Root Entry", *names)
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x01") + entries


def ods(kind="spreadsheet"):
    media = f"application/vnd.oasis.opendocument.{kind}"
    return w.packed({"mimetype": media, "content.xml": "<a/>"}, method=0)


XLSB = w.packed({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>", "xl/workbook.bin": b"\x83"})
EXCEL_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "xlsm", "xls", "xlsb", "ods"])
@pytest.mark.parametrize(
    ("data", "code", "name", "mend"),
    [
        (ods(), "opendocument", "OpenDocument spreadsheet (.ods)", "save as .xlsx"),
        (ods("text"), "not_a_table", "OpenDocument file that is no spreadsheet", "export"),
        (XLSB, "binary_workbook", "binary workbook (.xlsb)", "save as .xlsx"),
        (ole("Workbook"), "old_workbook", "Excel 97-2003 (.xls)", "save as .xlsx"),
        (ole("Book"), "old_workbook", "Excel 97-2003 (.xls)", "save as .xlsx"),
        (ole("Workbook", "WordDocument"), "old_workbook", "(.xls)", "save as .xlsx"),
        (ole("WordDocument"), "not_a_table", "Word document (.doc)", "export"),
        (ole("__properties_version1.0"), "not_a_table", "Outlook message", "save the table"),
        (
            ole("EncryptionInfo", "EncryptedPackage"),
            "password",
            "encrypted with a password",
            "remove the password",
        ),
        (
            ole("\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"),
            "label_protected",
            "sensitivity label",
            "label without encryption",
        ),
        (ole("Workbook", "\tDRMContent"), "label_protected", "rights management", "copy without"),
        (w.packed({"word/document.xml": "<a/>"}), "not_a_table", "Word document (.docx)", "export"),
        (w.packed({"Index/Tables.iwa": "x"}), "not_a_table", "Numbers spreadsheet", "export"),
        (w.packed({"audits.csv": GOOD}), "not_a_table", "zip archive of other files", "unpack"),
        (EXCEL_2003, "xml_file", "workbook as XML (Excel 2003)", "save as .xlsx"),
        ("<?xml version='1.0'?><a/>", "xml_file", "an XML file", "save as .xlsx"),
        ("<html><table>", "web_page", "web page", "save as .xlsx"),
        ('[{"audit_id": "AUD-1"}]', "not_a_table", "JSON file", "export"),
        (b"SQLite format 3\x00" + b"\x01" * 99, "not_a_table", "SQLite database", "export"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "not_a_table", "Access database", "export"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "not_a_table", "7-Zip archive", "unpack"),
        (b"%PDF-1.7", "not_a_table", "a PDF", "export"),
        (b"\x00" * 5_000, "nul_file", "file of NUL bytes", "copy or export"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_true_names(council, suffix, data, code, name, mend):
    with pytest.raises(ImportRejectedError) as caught:
        council({f"audits.{suffix}": data})
    (found,) = caught.value.record.findings
    assert found.code == code
    assert name in found.found
    assert mend in found.mend


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "ods"])
def test_text_under_the_name_of_a_workbook(council, suffix):
    with pytest.raises(ImportRejectedError, match=r"rename it \.csv") as caught:
        council({f"audits.{suffix}": GOOD})
    assert caught.value.record.findings[0].code == "text_misnamed"


def test_a_file_that_ends_in_nul_bytes_was_cut_short(council):
    """Rows may be missing behind them, so that what is there is not loaded either."""
    with pytest.raises(ImportRejectedError, match="cut_short"):
        council({"audits.csv": GOOD.encode() + b"\x00" * 4_096})


def test_text_that_begins_like_another_kind_is_text(council):
    header = ["MZ", *w.HEADER]
    rows = [["BZh", *cells] for cells in w.audit_rows()]
    assert council({"audits.csv": w.csv_text(rows, header=header)}).audits.record.loaded == 8


def test_a_text_that_names_a_stream_of_word_is_no_word_document(council):
    text = "WordDocument".encode("utf-16-le")
    with pytest.raises(ImportRejectedError, match="old_workbook"):
        council({"audits.xls": ole() + b"xx" + text})
