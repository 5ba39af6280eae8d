"""Returned workbooks as cells: measured first, then read, and never opened by the program itself.

What Excel saves is read by the reader of a council's exports, as a stream that no size exhausts.
The older .xls, and .ods, are read by a library in a process of its own (``opened``). That process
has a limit of memory on most systems but not on Windows, so an .ods is measured here before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.book import read_book
from qaf_analysis.data.files.faults import WorkbookFaultError
from qaf_analysis.data.files.package import Package
from qaf_analysis.data.files.sheet import NamedSheet
from qaf_analysis.data.files.signature import ZIP, refuse_wrong_kind
from qaf_analysis.data.files.xml_stream import parse_xml
from qaf_analysis.moderation.returns import opened
from qaf_analysis.moderation.returns.opened import MOST_COLUMNS, MOST_ROWS
from qaf_analysis.terms.errors import InputRejectedError

READING_SECONDS = 30
NO_WORKBOOK, EXCEL, OLD_EXCEL, OPEN_DOCUMENT = "", ".xlsx", ".xls", ".ods"
_READ_APART = {"old_workbook": OLD_EXCEL, "opendocument": OPEN_DOCUMENT}
_SAVE_AGAIN = (
    "Open it, save it again as an Excel workbook (.xlsx), and collect it once more; or ask for it "
    "again."
)
_UNLOCK = "Ask for it without a password: in Excel, File, Info, Protect Workbook."
_LOCKED = ("password", "label_protected")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Texts of a sheet by row, row 1 first; and which cells hold a formula without a value.

    ``unstored`` has the number of the row and the place in it, from 0.
    """

    sheet: str
    rows: tuple[tuple[str, ...], ...]
    unstored: frozenset[tuple[int, int]] = frozenset()


def kind_of(name: str, content: bytes) -> str:
    """What a file is by its bytes, whatever its name: a kind of workbook, or none, then text.

    Raises
    ------
    InputRejectedError
        If it is neither, or is locked.
    """
    is_zip = content.startswith(ZIP)
    problems = Problems(file=name)
    try:
        refuse_wrong_kind(content, suffix=EXCEL if is_zip else ".csv", problems=problems)
    except FileRefusedError as error:
        kind = _READ_APART.get(error.findings[-1].code)
        if kind is None:
            raise _refused(name, error) from None
        return kind
    return EXCEL if is_zip else NO_WORKBOOK


def workbook_cells(name: str, content: bytes, *, kind: str) -> tuple[Cells, ...]:
    """Every sheet of a workbook.

    Raises
    ------
    InputRejectedError
        If it cannot be read, or is larger than any return.
    """
    if kind == EXCEL:
        return _excel(name, content)
    if kind == OPEN_DOCUMENT:
        _refuse_wide(name, content)
    return _read_apart(name, content, kind)


def unreadable(name: str, why: str, *, mend: str = _SAVE_AGAIN) -> InputRejectedError:
    """The error that refuses a file, naming it and how to mend it."""
    return InputRejectedError(f"{name} cannot be read: {why}. {mend}")


def too_large(name: str) -> InputRejectedError:
    """The error that refuses a file which is no pack by its size."""
    return unreadable(
        name,
        f"it is larger than any return ({MOST_ROWS:,} rows, {MOST_COLUMNS} columns)",
        mend="Ask for the pack as it was sent, filled in.",
    )


def _refused(name: str, error: FileRefusedError) -> InputRejectedError:
    finding = error.findings[-1]
    mend = _UNLOCK if finding.code in _LOCKED else _SAVE_AGAIN
    return unreadable(name, f"it is {finding.found}", mend=mend)


def _excel(name: str, content: bytes) -> tuple[Cells, ...]:
    try:
        sheets, _ = read_book(content, problems=Problems(file=name))
    except FileRefusedError as error:
        raise _refused(name, error) from None
    return tuple(_cells(name, sheet) for sheet in sheets if sheet.has_cells)


def _cells(name: str, named: NamedSheet) -> Cells:
    filled = named.sheet.rows
    if filled and filled[-1].number > MOST_ROWS:
        # A stray cell far down is no fault, unless the rows between are filled too.
        filled = [row for row in filled if row.number <= MOST_ROWS]
        if len(filled) == MOST_ROWS:
            raise too_large(name)
    rows: list[tuple[str, ...]] = [()] * (filled[-1].number if filled else 0)
    for row in filled:
        width = max(row.cells, default=-1) + 1
        rows[row.number - 1] = tuple(row.cells.get(place, "") for place in range(width))
    unstored = frozenset(
        (row.number, place) for row in filled for place, kind in row.kinds.items() if kind == "f"
    )
    return Cells(sheet=named.name, rows=tuple(rows), unstored=unstored)


@dataclass(kw_only=True)
class _Extent:
    """How far the filled cells of an OpenDocument sheet reach, as its tags are gone through."""

    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    _rows: int = 1
    _columns: int = 1
    _is_filled: bool = field(default=False)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self.row = 0
        elif tag == "table-row":
            self.column, self._is_filled = 0, False
            self._rows = _repeated(attributes, "table:number-rows-repeated")
        elif tag in ("table-cell", "covered-table-cell"):
            self._columns = _repeated(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._fill()
        elif tag == "p":
            self._fill()

    def end(self, tag: str) -> None:
        if tag in ("table-cell", "covered-table-cell"):
            self.column += self._columns
        elif tag == "table-row":
            self.row += self._rows
            if self._is_filled:
                self.last_row = max(self.last_row, self.row)

    def _fill(self) -> None:
        self._is_filled = True
        self.last_column = max(self.last_column, self.column + self._columns)


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else MOST_ROWS + 1


def _refuse_wide(name: str, content: bytes) -> None:
    """Refuse an OpenDocument workbook whose filled cells reach beyond any return."""
    extent = _Extent()
    try:
        with Package(content).part("content.xml") as stream:
            parse_xml(stream, start=extent.start, end=extent.end)
    except WorkbookFaultError as fault:
        raise _refused(name, fault.refusal(Problems(file=name))) from None
    if extent.last_row > MOST_ROWS or extent.last_column > MOST_COLUMNS:
        raise too_large(name)


def _read_apart(name: str, content: bytes, kind: str) -> tuple[Cells, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"returned{kind}"
        path.write_bytes(content)
        try:
            done = subprocess.run(
                # -P: modules are never taken from the folder of the script or of the caller.
                [sys.executable, "-P", opened.__file__, str(path)],
                capture_output=True,
                timeout=READING_SECONDS,
                check=False,
                env=_same_libraries(sys.path),
            )
        except subprocess.TimeoutExpired:
            raise unreadable(name, f"reading it took over {READING_SECONDS} seconds") from None
    if done.returncode == opened.TOO_LARGE:
        raise too_large(name)
    if done.returncode == opened.LOCKED:
        raise unreadable(name, "it is a workbook with a password", mend=_UNLOCK)
    if done.returncode != 0:
        raise unreadable(name, "it is a damaged workbook, or one that needs too much memory")
    return tuple(
        Cells(sheet=sheet["name"], rows=tuple(map(tuple, sheet["rows"])))
        for sheet in json.loads(done.stdout)
    )


def _same_libraries(path: Sequence[str]) -> dict[str, str]:
    """The environment, with the libraries that this process has, wherever it found them."""
    places = os.pathsep.join(str(Path(each).resolve()) for each in path if each)
    return {**os.environ, "PYTHONPATH": places}
