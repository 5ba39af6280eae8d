"""What the bytes of a file really are, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.files.limits import NUL_TAIL
from qaf_analysis.data.files.package import DAMAGED, Directory, part_name
from qaf_analysis.data.files.text_encoding import encoding_told

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_SAVE = "open it in Excel and save as .xlsx"
_EXPORT = "export the table as CSV or .xlsx"
_UNPACK = "unpack it and put the table itself into the folder"
_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<table|<meta)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\[\s*)?\{\s*"[^"]*"\s*:')
# What other files begin with, by what to do with them.
_OTHERS: dict[str, dict[bytes, str]] = {
    _EXPORT: {
        b"%PDF": "a PDF",
        b"PAR1": "a Parquet file",
        b"\x89PNG": "a picture (PNG)",
        b"\xff\xd8\xff": "a picture (JPEG)",
        b"{\\rtf": "a text document (RTF)",
        b"SQLite format 3\x00": "an SQLite database",
        b"\x00\x01\x00\x00Standard ": "an Access database",
        b"MZ": "a program",
        b"\x7fELF": "a program",
    },
    _UNPACK: {
        b"\x1f\x8b": "a gzip archive",
        b"BZh": "a bzip2 archive",
        b"\xfd7zXZ\x00": "an xz archive",
        b"\x28\xb5\x2f\xfd": "a Zstandard archive",
        b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
        b"Rar!": "a RAR archive",
        b"PK\x07\x08": "a part of a zip archive in several volumes",
    },
    "export the file again": {b"PK\x05\x06": "an empty zip archive"},
}
# Names in the directory of an OLE file, and what they tell; the first that is there counts.
_OLE_KINDS: tuple[tuple[str, str, str, str], ...] = (
    (
        "DRMEncrypted",
        "label_protected",
        "a workbook encrypted by a sensitivity label (rights management)",
        "in Excel choose a label without encryption and save, or ask its owner for a copy "
        "without protection",
    ),
    (
        "\tDRMContent",
        "label_protected",
        "a workbook of Excel 97-2003 protected by rights management",
        "ask its owner for a copy without protection, saved as .xlsx",
    ),
    (
        "EncryptedPackage",
        "password",
        "a workbook encrypted with a password",
        "remove the password and save",
    ),
)
# A workbook may hold a Word document inside; only without a workbook's own stream do these count.
_OLE_OTHERS: tuple[tuple[str, str, str], ...] = (
    ("WordDocument", "a Word document (.doc)", _EXPORT),
    ("PowerPoint Document", "a PowerPoint presentation (.ppt)", _EXPORT),
    ("__properties_version", "an Outlook message (.msg)", "save the table that it carries"),
)
_CONTROLS = bytes([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F])
_OLE_ENTRY = 128  # bytes of one entry of the directory
_XML_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "a workbook as XML (Excel 2003)"),
    (b"urn:oasis:names:tc:opendocument", "an OpenDocument file as plain XML (.fods)"),
)


def refuse_wrong_kind(data: bytes, *, suffix: str, problems: Problems) -> None:
    """Refuse a file that is not what its name says, before anything is parsed.

    Parameters
    ----------
    data : bytes
        The whole file.
    suffix : str
        Ending of its name in lower case, such as ``".csv"``.

    Raises
    ------
    FileRefusedError
        Naming what the file is and what to do.
    """
    if not data:
        _refuse(problems, "empty_file", "an empty file (0 bytes)", "export the file again")
    _refuse_nul(data, problems=problems)
    if data.startswith(OLE):
        _refuse_ole(data, problems=problems)
    start = data[3:4_096] if data.startswith(b"\xef\xbb\xbf") else data[:4_096]
    if _HTML.match(start):
        _refuse(problems, "web_page", "a web page (HTML table), whatever its name", _SAVE)
    if _XML.match(start):
        what = next((w for sign, w in _XML_KINDS if sign in start), "an XML file")
        _refuse(problems, "xml_file", what, _SAVE)
    if _JSON.match(start):
        _refuse(problems, "not_a_table", "a JSON file", _EXPORT)
    for mend, signs in _OTHERS.items():
        for sign, what in signs.items():
            if data.startswith(sign) and not _is_text(start, sign):
                _refuse(problems, "not_a_table", what, mend)
    if data.startswith(ZIP):
        _refuse_zip(data, suffix=suffix, problems=problems)
    elif suffix in (".xlsx", ".xlsm"):
        found = "a file that is not a workbook (or a damaged one)"
        _refuse(problems, "not_a_workbook", found, "rename it .csv if it is text; or export it")
    elif suffix not in _TEXT_SUFFIXES:
        _refuse_unknown(start, suffix=suffix, problems=problems)
    elif _is_binary(start):
        _refuse(problems, "not_a_table", "bytes that are no text", _EXPORT)


def _is_text(start: bytes, sign: bytes) -> bool:
    """Whether letters such as MZ or BZh begin a text: a heading may begin with any letters."""
    return sign in (b"MZ", b"BZh", b"Rar!", b"PAR1") and start.isascii() and b"\x00" not in start


def _is_binary(start: bytes) -> bool:
    """Whether one byte in twenty or more is a control character, which text hardly ever holds."""
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return 20 * controls > len(start) and encoding_told(start) is None


def _refuse_nul(data: bytes, *, problems: Problems) -> None:
    if not data[:4_096].strip(b"\x00"):
        found = "a file of NUL bytes, as an interrupted copy or a failing disk leaves it"
        _refuse(problems, "nul_file", found, "copy or export the file again")
    if not data[-NUL_TAIL:].strip(b"\x00") and not data.startswith((ZIP, OLE)):
        found = "a file that ends in NUL bytes: its end was never written, and rows may be missing"
        _refuse(problems, "cut_short", found, "copy or export the file again")


def _refuse_ole(data: bytes, *, problems: Problems) -> None:
    """Refuse a file of the OLE family by the names in its directory."""
    for name, code, what, mend in _OLE_KINDS:
        if name.encode("utf-16-le") in data:
            _refuse(problems, code, what, mend)
    if not any(_has_stream(data, name) for name in ("Workbook", "Book")):
        for name, what, mend in _OLE_OTHERS:
            if _has_stream(data, name):
                _refuse(problems, "not_a_table", what, mend)
    _refuse(problems, "old_workbook", "a workbook of Excel 97-2003 (.xls)", _SAVE)


def _has_stream(data: bytes, name: str) -> bool:
    """Whether a name stands where the directory of an OLE file has names, not in a text."""
    sought, place = name.encode("utf-16-le"), -1
    while (place := data.find(sought, place + 1)) >= 0:
        if place % _OLE_ENTRY == 0:
            return True
    return False


def _refuse_zip(data: bytes, *, suffix: str, problems: Problems) -> None:
    """Refuse a zip file that is no workbook, or one under another file's name."""
    names = _names(data)
    lower = [name.lower() for name in names]
    what, code, mend = "", "not_a_table", _EXPORT
    if "mimetype" in lower or "content.xml" in lower:
        what, code, mend = "an OpenDocument spreadsheet (.ods)", "opendocument", _SAVE
        if _media(data).rpartition(".")[2] not in ("", "spreadsheet", "spreadsheet-template"):
            what, code, mend = "an OpenDocument file that is no spreadsheet", "not_a_table", _EXPORT
    elif any(name.endswith("workbook.bin") for name in lower):
        what, code, mend = "a binary workbook (.xlsb)", "binary_workbook", _SAVE
    elif any(name.startswith("word/") for name in lower):
        what = "a Word document (.docx)"
    elif any(name.startswith("ppt/") for name in lower):
        what = "a PowerPoint presentation (.pptx)"
    elif any(name.endswith(".iwa") or name == "index.zip" for name in lower):
        what = "a Numbers spreadsheet"
    elif names and not any(name.startswith("xl/") or name.endswith(".rels") for name in lower):
        what, mend = "a zip archive of other files", _UNPACK
    if what:
        _refuse(problems, code, what, mend)
    if suffix not in (".xlsx", ".xlsm"):
        found = "an Excel workbook (xlsx) or another zip file under a different name"
        _refuse(problems, "workbook_misnamed", found, "rename it .xlsx, or save it as CSV")


def _names(data: bytes) -> list[str]:
    """Names of the parts; none where the zip file is damaged, which is told later."""
    if Directory.of(data).is_too_large:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [part_name(name) for name in archive.namelist()]
    except DAMAGED:
        return []


def _media(data: bytes) -> str:
    """Media type that an OpenDocument file begins with; empty where it is not told plainly."""
    found = re.search(rb"mimetype(application/[\w.+-]+?)PK", data[:300])
    return found[1].decode("ascii") if found else ""


def _refuse_unknown(start: bytes, *, suffix: str, problems: Problems) -> None:
    if suffix in (".xls", ".xlsb", ".ods") and b"\x00" not in start:
        found = f"text under the name of a workbook ({suffix})"
        _refuse(problems, "text_misnamed", found, "rename it .csv, or " + _SAVE)
    found = f"a file ending in {suffix or 'nothing'}"
    _refuse(problems, "unknown_format", found, _EXPORT)


def _refuse(problems: Problems, code: str, found: str, mend: str) -> None:
    raise problems.refusal(
        code=code, found=found, expected="a CSV file, or a workbook saved as .xlsx", mend=mend
    )
