"""A file that came back as sheets of texts, whatever program saved it and whatever it is named.

Excel's and LibreOffice's workbooks (.xlsx, .xls, .ods) are read as stored; a CSV file as either
saves it; and the file that the page of a pack saves.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qaf_analysis.moderation.codes import split_row_key
from qaf_analysis.moderation.returns.opened import LONGEST_CELL, MOST_ROWS
from qaf_analysis.moderation.returns.workbooks import (
    NO_WORKBOOK,
    kind_of,
    too_large,
    unreadable,
    workbook_cells,
)
from qaf_analysis.terms.errors import InputRejectedError

MOST_BYTES = 20_000_000
MOST_JSON_BYTES = 3_000_000
"""A page's file has a few hundred rows; parsed, small pieces take forty times their size."""
MOST_SEPARATORS = 500_000
SAVED_BY_PAGE = ("key", "case", "part", "grade", "reason", "sure", "comment")
_NAMES = {"key": "Row key"}
_SEPARATORS = (",", ";", "\t")
_KEPT = "\n\t"
_NO_PAGE = "it is not what the page of a pack saved"
_SAVE_PAGE = "Ask for the file that the page saves, as it was saved."


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a file.

    Parameters
    ----------
    file, sheet : str
        Name of the file, and of the sheet; empty where the file has none.
    rows : tuple of tuple of str
        Texts; the first row is row 1 of the sheet.
    unstored : frozenset of (int, int)
        Number of the row, and place in it from 0, of formulas that have no stored value.
    has_macro : bool
        Whether a program lies in the file; it is not run.
    """

    file: str
    sheet: str
    rows: tuple[tuple[str, ...], ...]
    unstored: frozenset[tuple[int, int]] = frozenset()
    has_macro: bool = False


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
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return (_saved_by_page(name, content),)
    kind = kind_of(name, content)
    if kind == NO_WORKBOOK:
        return (_text(name, content),)
    return tuple(
        Sheet(
            file=name,
            sheet=cells.sheet,
            rows=_clean(cells.rows),
            unstored=cells.unstored,
            has_macro=cells.has_macro,
        )
        for cells in workbook_cells(name, content, kind=kind)
    )


def clean(text: str) -> str:
    """A text without signs that nobody sees, and with a mark for each that no file can hold.

    Examples
    --------
    >>> clean("Go\\u200bod\\x00"), clean("half \\ud83d"), clean("two\\r\\nlines")
    ('Good', 'half \ufffd', 'two\\nlines')
    """
    if text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_seen(sign) for sign in lines)


def _seen(sign: str) -> str:
    if sign.isprintable() or sign in _KEPT:
        return sign
    if sign.isspace():
        return " "
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else ""


def _clean(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(clean(cell) for cell in row) for row in rows)


def _text(name: str, content: bytes) -> Sheet:
    text = _decoded(content)
    if text.count("\n") + text.count("\r") > 3 * MOST_ROWS:
        raise too_large(name)
    # The separator that cuts most keys out whole; texts in a comment have others, perhaps more.
    cut = [_cut(text, separator) for separator in _SEPARATORS]
    rows = max(cut, key=lambda rows: (_keys_in(rows), sum(map(len, rows))))
    if not rows and text.strip():
        raise unreadable(name, "it is no table that a spreadsheet saved")
    return Sheet(file=name, sheet="", rows=_clean(rows))


def _cut(text: str, separator: str) -> list[list[str]]:
    if text.count(separator) > MOST_SEPARATORS:
        return []
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:  # a cell longer than any; with another separator there may be none
        return []


def _keys_in(rows: Sequence[Sequence[str]]) -> int:
    return sum(any(split_row_key(clean(cell)) is not None for cell in row) for row in rows)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel in the United Kingdom saves as plain CSV.
        return content.decode("cp1252", "replace")


def _saved_by_page(name: str, content: bytes) -> Sheet:
    if len(content) > MOST_JSON_BYTES:
        raise too_large(name)
    try:
        read: Any = json.loads(content, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        raise unreadable(name, _NO_PAGE, mend=_SAVE_PAGE) from None
    rows = read.get("rows") if isinstance(read, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise unreadable(name, _NO_PAGE, mend=_SAVE_PAGE)
    if len(rows) > MOST_ROWS:
        raise too_large(name)
    heading = tuple(_NAMES.get(each, each.capitalize()) for each in SAVED_BY_PAGE)
    body = (tuple(_answer(row.get(each)) for each in SAVED_BY_PAGE) for row in rows)
    return Sheet(file=name, sheet="", rows=(heading, *_clean([*body])))


def _named_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an answer stands there twice")
    return found


def _answer(value: object) -> str:
    """An answer as text: null is none, and what is no text is shown to be none of the words."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    return str(value) if isinstance(value, bool | int | float) else "several answers"
