"""What the bytes of a file really are, whatever its name says."""

from __future__ import annotations

import re

from qaf_analysis.data.contract.problems import Problems

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<table|<meta)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml", re.IGNORECASE)
_OTHERS = {b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive", b"PAR1": "a Parquet file"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE = "open it in Excel and save as .xlsx"


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
    if data.startswith(OLE):
        if _ENCRYPTED in data:
            found = "a workbook encrypted with a password"
            _refuse(problems, "password", found, "remove the password and save")
        _refuse(problems, "old_workbook", "a workbook of Excel 97-2003 (.xls)", _SAVE)
    start = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
    if _HTML.match(start):
        _refuse(problems, "web_page", "a web page (HTML table), whatever its name", _SAVE)
    if _XML.match(start):
        _refuse(problems, "xml_file", "an XML file", _SAVE)
    for sign, what in _OTHERS.items():
        if data.startswith(sign):
            _refuse(problems, "not_a_table", what, "export the table as CSV or .xlsx")
    if suffix in (".xlsx", ".xlsm"):
        if not data.startswith(ZIP):
            found = "a file that is not a workbook (or a damaged one)"
            _refuse(problems, "not_a_workbook", found, "rename it .csv if it is text; or export it")
    elif data.startswith(ZIP):
        found = "an Excel workbook (xlsx) or another zip file under a different name"
        _refuse(problems, "workbook_misnamed", found, "rename it .xlsx, or save it as CSV")
    elif suffix not in (".csv", ".txt", ".tsv"):
        found = f"a file ending in {suffix or 'nothing'}"
        _refuse(problems, "unknown_format", found, "export the table as CSV or .xlsx")


def _refuse(problems: Problems, code: str, found: str, mend: str) -> None:
    raise problems.refusal(
        code=code, found=found, expected="a CSV file, or a workbook saved as .xlsx", mend=mend
    )
