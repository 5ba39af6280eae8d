"""Workbooks written for people to open in a spreadsheet: the same bytes, and no cell that runs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

EPOCH = datetime(2000, 1, 1)
"""Day that every workbook says it was made on, so that the same content is the same file."""
MAX_TEXT = 32_767
"""Letters that a cell of a spreadsheet holds at most."""
_MAX_NAME = 31
_LINE_HEIGHT, _MOST_LINES = 15, 12
_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]\x00-\x1f]")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def new_workbook(*, title: str) -> Workbook:
    """Return an empty workbook without any sheet."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    properties = book.properties
    properties.creator, properties.title = "qaf", title
    properties.created = properties.modified = EPOCH
    return book


def lettering(
    *, bold: bool = False, italic: bool = False, size: int = 11, color: str = "1A1A1A"
) -> Font:
    """Letters of the one kind that our workbooks use."""
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell | MergedCell:
    """Write a text that stays a text: no spreadsheet runs it, in this file or typed over.

    Letters that no workbook can hold are shown by a sign in their place, and what is longer than
    a cell can be is cut. An empty text leaves the cell empty.

    Examples
    --------
    >>> sheet = new_workbook(title="An example").create_sheet("Rows")
    >>> cell = put_text(sheet, 1, 1, "=1+1")
    >>> cell.value, cell.data_type, cell.quotePrefix
    ('=1+1', 's', True)
    """
    cell = sheet.cell(row=row, column=column)
    if not text:
        return cell  # an empty text would count as filled in, and cut its neighbour's words
    cell.value = printable(text)
    cell.data_type = "s"
    # Excel then shows the text as if an apostrophe stood before it, also when it is edited.
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def fit_height(sheet: Worksheet, row: int, texts: Mapping[int, str]) -> None:
    """Make a row high enough for wrapped texts: not every spreadsheet does so on its own.

    Parameters
    ----------
    texts : mapping of int to str
        Texts by the number of their column.
    """
    lines = 1
    for column, text in texts.items():
        width = max(int(sheet.column_dimensions[get_column_letter(column)].width) - 2, 1)
        lines = max(lines, sum(1 + len(line) // width for line in text.splitlines() or [""]))
    sheet.row_dimensions[row].height = _LINE_HEIGHT * min(lines, _MOST_LINES) + 1


def printable(text: str) -> str:
    """Return what a cell can hold of a text.

    Examples
    --------
    >>> printable("Looked\\x00After")
    'Looked␀After'
    """
    shown = ILLEGAL_CHARACTERS_RE.sub(lambda found: chr(0x2400 + ord(found[0])), text)
    shown = shown.encode("utf-8", errors="replace").decode("utf-8")
    return shown if len(shown) <= MAX_TEXT else f"{shown[: MAX_TEXT - 1]}…"


def sheet_name(wanted: str, *, taken: list[str]) -> str:
    """Return a name that a sheet may have, as near to the one wanted as can be.

    Examples
    --------
    >>> sheet_name("returns/partner: council.csv", taken=[])
    'returns partner council.csv'
    >>> sheet_name("Audits", taken=["audits"])
    'Audits (2)'
    """
    plain = " ".join(_NOT_IN_NAMES.sub(" ", printable(wanted)).split()).strip("'") or "Sheet"
    used = {name.casefold() for name in taken}
    number, name = 1, plain[:_MAX_NAME]
    while name.casefold() in used:
        number += 1
        name = f"{plain[: _MAX_NAME - len(str(number)) - 3].rstrip()} ({number})"
    return name


def workbook_bytes(book: Workbook) -> bytes:
    """Return the workbook as a file whose bytes follow from its content alone."""
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    stamp = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", parts[core])
    return zipped(parts, rights=0o600)


def zipped(parts: Mapping[str, bytes], *, rights: int = 0o644) -> bytes:
    """Zip file of some parts, with the same bytes on every machine.

    Parameters
    ----------
    rights : int
        Rights of who unpacks it, as Unix writes them.
    """
    buffer = io.BytesIO()
    # Not compressed: compressors differ between machines.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # else it names the operating system it was made on
            entry.external_attr = rights << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
