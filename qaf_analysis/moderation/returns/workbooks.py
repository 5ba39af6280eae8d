"""Returned workbooks as cells: measured first, then read, and never opened by the program itself.

What Excel saves is read by the reader of a council's exports, and an .ods by a reader like it, as
streams that no size exhausts. The older .xls is read by a library in a process of its own
(``opened``), with a limit of memory on most systems, if not on Windows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.book import read_book
from qaf_analysis.data.files.faults import WorkbookFaultError
from qaf_analysis.data.files.signature import ZIP, refuse_wrong_kind
from qaf_analysis.moderation.returns import opened
from qaf_analysis.moderation.returns.opendocument import open_document_sheets
from qaf_analysis.moderation.returns.opened import MOST_COLUMNS, MOST_ROWS
from qaf_analysis.terms.errors import InputRejectedError

READING_SECONDS = 30
NO_WORKBOOK, EXCEL, OLD_EXCEL, OPEN_DOCUMENT = "", ".xlsx", ".xls", ".ods"
_READ_APART = {"old_workbook": OLD_EXCEL, "opendocument": OPEN_DOCUMENT}
_SAVE_AGAIN = (
    "Open it, save it again as an Excel workbook (.xlsx), and collect it once more; or ask for it "
    "again."
)
_AS_SENT = "Ask for the pack as it was sent, filled in."
_SAVE_PAGE = (
    "Open it, choose the answers, press “Save a file”, and collect the file that it saves (.json)."
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
    has_macro: bool = False


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
        return _open_document(name, content)
    return _read_apart(name, content, kind)


def unreadable(name: str, why: str, *, mend: str = _SAVE_AGAIN) -> InputRejectedError:
    """The error that refuses a file, naming it and how to mend it."""
    return InputRejectedError(f"{name} cannot be read: {why}. {mend}")


def too_large(name: str) -> InputRejectedError:
    """The error that refuses a file which is no pack by its size."""
    return unreadable(
        name,
        f"it is larger than any return ({MOST_ROWS:,} rows, {MOST_COLUMNS} columns)",
        mend=_AS_SENT,
    )


def _refused(name: str, error: FileRefusedError) -> InputRejectedError:
    finding = error.findings[-1]
    if finding.code == "web_page":
        return unreadable(name, "it is a web page, perhaps the page of the pack", mend=_SAVE_PAGE)
    mend = _AS_SENT if finding.code == "too_large" else _SAVE_AGAIN
    mend = _UNLOCK if finding.code in _LOCKED else mend
    return unreadable(name, f"it is {finding.found}", mend=mend)


def _excel(name: str, content: bytes) -> tuple[Cells, ...]:
    try:
        sheets, has_macro = read_book(content, problems=Problems(file=name))
    except FileRefusedError as error:
        raise _refused(name, error) from None
    return tuple(
        Cells(
            sheet=named.name,
            rows=_from_first(name, {row.number: row.cells for row in named.sheet.rows}),
            unstored=frozenset(
                (row.number, place)
                for row in named.sheet.rows
                for place, kind in row.kinds.items()
                if kind == "f"
            ),
            has_macro=has_macro,
        )
        for named in sheets
        if named.has_cells
    )


def _open_document(name: str, content: bytes) -> tuple[Cells, ...]:
    try:
        sheets, has_macro = open_document_sheets(content, most_columns=MOST_COLUMNS)
    except WorkbookFaultError as fault:
        raise _refused(name, fault.refusal(Problems(file=name))) from None
    return tuple(
        Cells(
            sheet=each.name,
            rows=_from_first(name, each.rows),
            unstored=frozenset(each.without_value),
            has_macro=has_macro,
        )
        for each in sheets
    )


def _from_first(name: str, cells: Mapping[int, Mapping[int, str]]) -> tuple[tuple[str, ...], ...]:
    """Rows from row 1 on, blank ones among them, of the filled ones by their number."""
    # A stray cell far down is no fault, unless the rows between are filled too.
    near = {number: row for number, row in cells.items() if number <= MOST_ROWS}
    if len(near) == MOST_ROWS and len(cells) > MOST_ROWS:
        raise too_large(name)
    rows = (near.get(number, {}) for number in range(1, max(near, default=0) + 1))
    return tuple(
        tuple(row.get(place, "") for place in range(max(row, default=-1) + 1)) for row in rows
    )


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
    has_macro = _MACROS in content
    return tuple(
        Cells(sheet=sheet["name"], rows=tuple(map(tuple, sheet["rows"])), has_macro=has_macro)
        for sheet in json.loads(done.stdout)
    )


_MACROS = "_VBA_PROJECT".encode("utf-16-le")
"""Name of the part of an .xls that macros lie in."""


def _same_libraries(path: Sequence[str]) -> dict[str, str]:
    """The environment, with the libraries that this process has, wherever it found them."""
    places = os.pathsep.join(str(Path(each).resolve()) for each in path if each)
    return {**os.environ, "PYTHONPATH": places}
