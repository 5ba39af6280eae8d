"""Cells of one worksheet, read from its XML as a stream so that no size can exhaust memory.

Which sheet of a workbook holds the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import IO
from xml.parsers import expat

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.heading_rows import Heading, find_heading, merges
from qaf_analysis.data.files.headings import heading_score
from qaf_analysis.data.files.labels import SHOWS_NOTHING
from qaf_analysis.data.files.raw_table import MAX_CELL, PLAIN, Form
from qaf_analysis.data.files.regular_rows import HEADER_WITHIN

_CHUNK = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class UnsafeXmlError(Exception):
    """The XML declares a document type, as entity-expansion attacks do."""


class TooMuchDataError(Exception):
    """The part unpacks to more than the limit."""


@dataclass(kw_only=True)
class SheetRow:
    """One row that holds something: cells by place (from 0) as text, and their kinds."""

    number: int
    hidden: bool
    cells: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Sheet:
    """Rows of a worksheet that are not blank, and its merged ranges such as ``A1:C1``."""

    rows: list[SheetRow]
    merged: list[str]


@dataclass(frozen=True, kw_only=True)
class Book:
    """What cells refer to: shared texts, which formats are dates, the date system."""

    texts: tuple[str, ...] = ()
    date_formats: frozenset[int] = frozenset()
    epoch: datetime = datetime(1899, 12, 30)


class _Events:
    """Text of the elements asked for; at most one cell's worth of text is kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def text(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= MAX_CELL + _CHUNK:
            self._pieces.append(piece)

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text


def _parse(
    stream: IO[bytes],
    *,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    budget: Budget,
) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    while chunk := stream.read(_CHUNK):
        budget.spend(len(chunk))
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise UnsafeXmlError


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class Budget:
    """How many bytes may still be unpacked; what a zip file says of its sizes may be untrue."""

    def __init__(self, size: int) -> None:
        self._left = size

    def spend(self, size: int) -> None:
        """Count bytes.

        Raises
        ------
        TooMuchDataError
            When the limit is passed.
        """
        self._left -= size
        if self._left < 0:
            raise TooMuchDataError


def shared_texts(stream: IO[bytes], *, budget: Budget) -> tuple[str, ...]:
    """Texts that cells refer to by number; pronunciation hints are left out."""
    events, found = _Events(), list[str]()
    inside = {"t": False, "rPh": False}

    def start(name: str, _: Mapping[str, str]) -> None:
        if name in inside:
            inside[name] = True

    def end(name: str) -> None:
        if name in inside:
            inside[name] = False
        elif name == "si":
            found.append(_unescaped(events.take()))

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            events.text(piece)

    _parse(stream, start=start, end=end, text=text, budget=budget)
    return tuple(found)


def read_sheet(stream: IO[bytes], *, book: Book, budget: Budget) -> Sheet:
    """Read the rows of a worksheet that are not blank.

    Raises
    ------
    UnsafeXmlError, TooMuchDataError
        Before the harm is done.
    xml.parsers.expat.ExpatError
        If the XML is damaged.
    """
    reader = _SheetReader(book)
    _parse(stream, start=reader.start, end=reader.end, text=reader.text, budget=budget)
    return Sheet(rows=reader.rows, merged=reader.merged)


class _SheetReader:
    def __init__(self, book: Book) -> None:
        self.rows: list[SheetRow] = []
        self.merged: list[str] = []
        self._book = book
        self._events = _Events()
        self._row = SheetRow(number=0, hidden=False)
        self._place = -1
        self._type, self._format = "", 0
        self._value: str | None = None
        self._has_formula = self._in_value = self._in_hint = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            number = int(attributes.get("r", self._row.number + 1))
            self._row = SheetRow(number=number, hidden=attributes.get("hidden") in ("1", "true"))
            self._place = -1
        elif name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._in_value = True
        elif name == "rPh":
            self._in_hint = True
        elif name == "f":
            self._has_formula = True
        elif name == "mergeCell":
            self.merged.append(attributes["ref"])

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        match = _CELL_NAME.fullmatch(attributes.get("r", ""))
        self._place = column_index_from_string(match[1]) - 1 if match else self._place + 1
        self._type = attributes.get("t", "n")
        self._format = int(attributes.get("s", 0))
        self._value, self._has_formula = None, False

    def text(self, piece: str) -> None:
        if self._in_value and not self._in_hint:
            self._events.text(piece)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._in_value = False
            self._value = (self._value or "") + self._events.take()
        elif name == "rPh":
            self._in_hint = False
        elif name == "c":
            self._end_cell()
        elif name == "row" and any(t.strip() or self._row.kinds[p] for p, t in self._cells()):
            self.rows.append(self._row)

    def _cells(self) -> Iterator[tuple[int, str]]:
        return iter(self._row.cells.items())

    def _end_cell(self) -> None:
        if self._value is None:
            if self._has_formula:
                self._row.cells[self._place], self._row.kinds[self._place] = "", "f"
            return
        text, kind = self._read(self._value)
        if self._has_formula and not text:
            # A program that stores results says of which type they are; others leave it out.
            kind = SHOWS_NOTHING if self._type == "str" else "f"
        self._row.cells[self._place], self._row.kinds[self._place] = text, kind

    def _read(self, value: str) -> tuple[str, str]:
        if self._type == "s":
            return self._book.texts[int(value)], ""
        if self._type in ("str", "inlineStr"):
            return _unescaped(value), ""
        if self._type == "b":
            return ("TRUE" if value == "1" else "FALSE"), "b"
        if self._type == "e":
            return value, "e"
        if self._type == "d":
            return value, "d"
        if self._format in self._book.date_formats:
            return _date_text(float(value), epoch=self._book.epoch), "d"
        return (_number_text(value), "n") if value else ("", "")


def _number_text(value: str) -> str:
    number = float(value)
    # Excel keeps 15 digits; a longer whole number has lost its end and must not look exact.
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _date_text(serial: float, *, epoch: datetime) -> str:
    try:
        moment = from_excel(serial, epoch=epoch)
    except (OverflowError, ValueError):
        moment = None
    if not isinstance(moment, datetime):
        return _number_text(str(serial))
    if moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="seconds")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


@dataclass(frozen=True, kw_only=True)
class NamedSheet:
    """A worksheet with its name."""

    name: str
    hidden: bool
    sheet: Sheet


def chosen_sheet(
    sheets: Sequence[NamedSheet],
    *,
    wanted: Sequence[Column],
    sheet: str | None,
    problems: Problems,
    form: Form = PLAIN,
) -> NamedSheet:
    """Choose the sheet that holds the wanted columns.

    Parameters
    ----------
    sheet : str or None
        Name of the sheet where the settings give it.
    form : Form
        What the settings say of the layout.

    Raises
    ------
    FileRefusedError
        If the sheet named is missing, if two could be meant, or if there is none.
    """
    if sheet is not None:
        return sheet_called(sheet, sheets, problems=problems)
    enough = max(2, sum(column.need == "required" for column in wanted) // 2)
    likely = [n for n in sheets if sheet_score(n.sheet, wanted, form=form) >= enough]
    if len(likely) > 1:
        _refuse_several(likely, wanted=wanted, form=form, problems=problems)
    if not likely:
        filled = [named for named in sheets if named.sheet.rows and not named.hidden]
        likely = filled[:1] or list(sheets[:1])
    if not likely:
        raise problems.refusal(
            code="no_sheet",
            found="a workbook without a sheet of cells",
            expected="a sheet with a header and rows",
            mend="export the file again",
        )
    chosen = likely[0]
    if chosen is not sheets[0] or chosen.hidden:
        problems.sheet = chosen.name
        hidden = ", which is hidden" if chosen.hidden else ""
        problems.warn(
            code="sheet_chosen",
            found=f"the table on the sheet {chosen.name}{hidden}, not on the first one",
            expected="the table on the first sheet, or the sheet named in council.toml",
            mend="none needed, or name the sheet in the settings",
        )
    return chosen


def sheet_called(name: str, sheets: Sequence[NamedSheet], *, problems: Problems) -> NamedSheet:
    """Return the sheet of that name; case is no matter where the name is plain even so.

    Raises
    ------
    FileRefusedError
        If there is none, naming those that there are.
    """
    for key in (str.strip, spelling_key):
        found = [named for named in sheets if key(named.name) == key(name)]
        if len(found) == 1:
            return found[0]
    names = {spelling_key(named.name): named.name for named in sheets}
    near = get_close_matches(spelling_key(name), list(names), n=1)
    mend = "correct the name of the sheet in council.toml"
    raise problems.refusal(
        code="sheet_missing",
        found=f"no sheet {name}; there are: {', '.join(named.name for named in sheets)}",
        expected=f"the sheet {name} that council.toml names",
        mend=f"{mend}; is {names[near[0]]} meant?" if near else mend,
    )


def sheet_score(sheet: Sheet, wanted: Sequence[Column], *, form: Form) -> int:
    """How many wanted headings the heading of a sheet holds."""
    heading = heading_on(sheet, wanted, form=form)
    return 0 if heading is None else heading_score(heading.texts, wanted)


def heading_on(sheet: Sheet, wanted: Sequence[Column], *, form: Form) -> Heading | None:
    """Heading of a sheet, or None where it has no cells."""
    near = sheet.rows[:HEADER_WITHIN]
    if not near:
        return None
    return find_heading(
        [cells_of(row) for row in near],
        numbers=[row.number for row in near],
        wanted=wanted,
        header_rows=form.header_rows,
        merged=merges(sheet.merged),
    )


def _refuse_several(
    likely: Sequence[NamedSheet], *, wanted: Sequence[Column], form: Form, problems: Problems
) -> None:
    rows_in = sum(rows_below(named.sheet, wanted, form=form) for named in likely)
    for named in likely:
        problems.sheet = named.name
        refusal = problems.refusal(
            code="two_sheets",
            found=f"{counted(len(likely), 'sheet')} that could be meant, this one among them: "
            + ", ".join(other.name for other in likely),
            expected="one sheet with these columns",
            mend="name the sheet in the settings (council.toml), or delete the other; if all "
            'of them count, write sheets = "all" there',
            rows_in=rows_in,
        )
    raise refusal


def rows_below(sheet: Sheet, wanted: Sequence[Column], *, form: Form) -> int:
    """How many rows below the heading are not blank."""
    heading = heading_on(sheet, wanted, form=form)
    return 0 if heading is None else len(sheet.rows) - heading.last - 1


def cells_of(row: SheetRow) -> list[str]:
    """Texts of a row from the first column on, blank cells among them."""
    return [row.cells.get(place, "") for place in range(max(row.cells, default=-1) + 1)]
