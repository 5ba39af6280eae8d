"""A file that came back as sheets of texts, whatever program saved it.

Excel's and LibreOffice's workbooks (.xlsx, .xls, .ods) are read as stored; a CSV file as either
saves it; and the file that the page of a pack saves.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qaf_analysis.moderation.returns.opened import MOST_COLUMNS, MOST_ROWS
from qaf_analysis.terms.errors import InputRejectedError

MOST_BYTES = 20_000_000
READING_SECONDS = 30
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
SAVED_BY_PAGE = ("key", "case", "part", "grade", "reason", "sure", "comment")
_NAMES = {"key": "Row key"}
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a file.

    Parameters
    ----------
    file, sheet : str
        Name of the file, and of the sheet; empty where the file has none.
    rows : tuple of tuple of str
        Texts; the first row is row 1 of the sheet.
    """

    file: str
    sheet: str
    rows: tuple[tuple[str, ...], ...]


def sheets_of(name: str, content: bytes) -> tuple[Sheet, ...]:
    """Read a returned file.

    Raises
    ------
    InputRejectedError
        If it is too large, of a kind that is not read, or cannot be read at all.
    """
    if len(content) > MOST_BYTES:
        raise InputRejectedError(
            f"{name} has {len(content) // 1_000_000} MB, and a return has at most "
            f"{MOST_BYTES // 1_000_000}. Ask for the pack as it was sent, filled in."
        )
    suffix = Path(name).suffix.lower()
    if suffix in WORKBOOKS:
        return _workbook(name, content, suffix)
    if suffix == ".json":
        return (_saved_by_page(name, content),)
    if suffix in (".csv", ".txt", ".tsv"):
        return (_text(name, content),)
    raise InputRejectedError(
        f"{name} is of a kind that is not read ({suffix or 'no ending'}). A return is the workbook "
        "(.xlsx, .xls, .ods or saved as .csv) or the file that the page saved (.json)."
    )


def _workbook(name: str, content: bytes, suffix: str) -> tuple[Sheet, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"returned{suffix}"
        path.write_bytes(content)
        command = [sys.executable, "-m", "qaf_analysis.moderation.returns.opened", str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=READING_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise _unreadable(name, "reading it did not end") from None
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _unreadable(name, why[-1][:60] if done.returncode == 3 and why else "it broke off")
    found = json.loads(done.stdout)
    large = [sheet["name"] for sheet in found if sheet.get("too_large")]
    if large:
        raise InputRejectedError(
            f"{name}, sheet “{large[0][:31]}”: it has more than {MOST_ROWS:,} rows or "
            f"{MOST_COLUMNS} columns. Ask for the pack as it was sent, filled in."
        )
    return tuple(
        Sheet(file=name, sheet=sheet["name"], rows=tuple(map(tuple, sheet["rows"])))
        for sheet in found
    )


def _text(name: str, content: bytes) -> Sheet:
    text = _decoded(content)
    lines = text.splitlines()
    if len(lines) > MOST_ROWS:
        raise _unreadable(name, f"more than {MOST_ROWS:,} lines")
    # The separator that the keyed rows use most; texts in a comment have others.
    separator = max(_SEPARATORS, key=lambda each: sum(line.count(each) for line in lines))
    try:
        rows = [
            tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ]
    except csv.Error as error:
        raise _unreadable(name, str(error)) from None
    return Sheet(file=name, sheet="", rows=tuple(rows))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel in the United Kingdom saves as plain CSV.
        return content.decode("cp1252", "replace")


def _saved_by_page(name: str, content: bytes) -> Sheet:
    try:
        read: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable(name, "it is not what the page saved") from None
    rows = read.get("rows") if isinstance(read, Mapping) else None
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise _unreadable(name, "it is not what the page saved")
    if len(rows) > MOST_ROWS:
        raise _unreadable(name, f"more than {MOST_ROWS:,} rows")
    heading = tuple(_NAMES.get(each, each.capitalize()) for each in SAVED_BY_PAGE)
    body = (
        tuple(row[each] if isinstance(row.get(each), str) else "" for each in SAVED_BY_PAGE)
        for row in rows
    )
    return Sheet(file=name, sheet="", rows=(heading, *body))


def _unreadable(name: str, why: str) -> InputRejectedError:
    return InputRejectedError(
        f"{name} cannot be read ({why}). Open it, save it again as an Excel workbook, and collect "
        "it once more; or ask for it again."
    )
