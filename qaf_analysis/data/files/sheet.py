"""Cells of one worksheet, read from its XML as a stream so that no size can exhaust memory.

Which sheet of a workbook holds the table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import IO

from openpyxl.utils.cell import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import from_excel

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.faults import WorkbookFaultError, ambiguous, damaged, too_large
from qaf_analysis.data.files.heading_rows import Heading, find_heading, merges
from qaf_analysis.data.files.headings import heading_score
from qaf_analysis.data.files.labels import SHOWS_NOTHING
from qaf_analysis.data.files.limits import (
    HEADER_WITHIN,
    LAST_COLUMN,
    LAST_ROW,
    MAX_CELL,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_FILLED_ROWS,
    MAX_MERGED,
)
from qaf_analysis.data.files.raw_table import PLAIN, Form
from qaf_analysis.data.files.xml_stream import parse_xml

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LONE = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_CELL_NAME = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_KEPT = MAX_CELL + (1 << 16)  # characters of a cell that are kept: enough to see it is too long
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
HALF_CHARACTER = "h"
"""Kind of a cell with half a character in it (a lone surrogate), which no file can hold."""


@dataclass(kw_only=True, slots=True)
class SheetRow:
    """One row that holds something: cells by place (from 0) as text, and kinds of those not text.

    Kinds are ``n`` number, ``d`` date, ``b`` true or false, ``e`` error, ``f`` formula without
    stored result, ``m`` covered by a merged cell, ``h`` half a character.
    """

    number: int
    hidden: bool
    cells: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Sheet:
    """Rows of a worksheet that are not blank, and its merged ranges such as ``A1:C1``.

    Parameters
    ----------
    rows : list of SheetRow
        In the order of their numbers.
    merged : list of str
        Cut to the rows and columns that hold anything.
    far : (str, int, int) or None
        Name, row and column of the filled cell farthest right beyond ``MAX_COLUMNS``; such cells
        are not kept.
    """

    rows: list[SheetRow]
    merged: list[str]
    far: tuple[str, int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Book:
    """What cells refer to: shared texts, whether each format shows a date, the date system."""

    texts: tuple[str, ...] = ()
    formats: tuple[bool, ...] = ()
    epoch: datetime = datetime(1899, 12, 30)


class _Text:
    """Text of the elements asked for; at most one cell's worth of text is kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= _KEPT:
            self._pieces.append(piece)
        elif self._length - len(piece) <= MAX_CELL:
            self._pieces.append(piece[:_KEPT])

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text


def shared_texts(stream: IO[bytes]) -> tuple[str, ...]:
    """Texts that cells refer to by number; pronunciation hints are left out."""
    kept, found = _Text(), list[str]()
    in_text = in_hint = False

    def start(name: str, _: Mapping[str, str]) -> None:
        nonlocal in_text, in_hint
        if name == "t":
            in_text = True
        elif name == "rPh":
            in_hint = True

    def end(name: str) -> None:
        nonlocal in_text, in_hint
        if name == "t":
            in_text = False
        elif name == "rPh":
            in_hint = False
        elif name == "si":
            found.append(_unescaped(kept.take()))

    def text(piece: str) -> None:
        if in_text and not in_hint:
            kept.add(piece)

    parse_xml(stream, start=start, end=end, text=text)
    return tuple(found)


def read_sheet(stream: IO[bytes], *, book: Book, rows_left: int) -> Sheet:
    """Read the rows of a worksheet that are not blank, at most so many as are left.

    Raises
    ------
    WorkbookFaultError
        If the XML is damaged or unsafe, if a cell cannot be understood, or if a row or a cell
        stands in the sheet twice.
    """
    reader = _SheetReader(book, rows_left)
    parse_xml(stream, start=reader.start, end=reader.end, text=reader.text)
    return reader.sheet()


class _SheetReader:
    def __init__(self, book: Book, rows_left: int) -> None:
        self._rows_left = rows_left
        self._characters = 0
        self._rows: list[SheetRow] = []
        self._merged: list[tuple[int, int, int, int]] = []
        self._far: tuple[str, int, int] | None = None
        self._book = book
        self._places: dict[str, int] = {}
        self._formats: dict[str, bool] = {} if book.formats else {"0": False}
        self._text = _Text()
        self._row = SheetRow(number=0, hidden=False)
        self._row_text = "0"
        self._last_row = 0
        self._name, self._place, self._blank = "", -1, set[int]()
        self._type, self._shows_date = "n", False
        self._value: str | None = None
        self._in_data = self._in_row = self._in_cell = False
        self._has_formula = self._in_value = self._in_hint = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._in_cell:
            if name == "v" or name == "t":
                self._in_value = True
            elif name == "rPh":
                self._in_hint = True
            elif name == "f":
                self._has_formula = True
            elif name == "c" or name == "row":
                raise self._fault("cells inside cells")
        elif name == "c" and self._in_row:
            self._start_cell(attributes)
        elif name == "row" and self._in_data:
            self._start_row(attributes)
        elif name == "sheetData":
            self._in_data = True
        elif name == "mergeCell":
            self._merged.append(self._range(attributes.get("ref", "")))

    def end(self, name: str) -> None:
        if self._in_cell:
            if name == "v" or name == "t":
                self._in_value = False
                self._value = (self._value or "") + self._text.take()
            elif name == "rPh":
                self._in_hint = False
            elif name == "c":
                self._end_cell()
                self._in_cell = False
        elif name == "row" and self._in_row:
            self._in_row = False
            if self._row.kinds or any(map(str.strip, self._row.cells.values())):
                self._keep_row()
        elif name == "sheetData":
            self._in_data = False

    def text(self, piece: str) -> None:
        if self._in_value and not self._in_hint:
            self._text.add(piece)

    def sheet(self) -> Sheet:
        """The rows in their order, and merged ranges cut to where there are cells."""
        self._rows.sort(key=lambda row: row.number)
        return Sheet(rows=self._rows, merged=_cut(self._merged, self._rows), far=self._far)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        if self._in_row:
            raise self._fault("rows inside rows")
        stated = attributes.get("r", "")
        number = _whole(stated, most=LAST_ROW) if stated else self._last_row + 1
        if number is None or not 0 < number <= LAST_ROW:
            raise damaged(f"with a row numbered {extract(stated)}")
        # Rows out of order are rare; only then are those before looked through.
        if number <= self._last_row and number in {r.number for r in (*self._rows, self._row)}:
            raise ambiguous(f"row {number} stands in the sheet twice", row=number)
        self._last_row = max(number, self._last_row)
        self._row = SheetRow(number=number, hidden=attributes.get("hidden") in ("1", "true"))
        self._row_text, self._place = str(number), -1
        self._in_row = True
        self._blank.clear()

    def _keep_row(self) -> None:
        if len(self._rows) == self._rows_left:
            raise too_large(f"more than {MAX_FILLED_ROWS:,} rows that are filled")
        self._rows.append(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._name = attributes.get("r", "")
        place = self._place_of(self._name) if self._name else self._place + 1
        if place <= self._place and (place in self._row.cells or place in self._blank):
            raise ambiguous(f"cell {self._shown()} stands in the sheet twice", row=self._row.number)
        self._place = place
        self._type = attributes.get("t", "n")
        stated = attributes.get("s", "0")
        shows_date = self._formats.get(stated)
        self._shows_date = self._format(stated) if shows_date is None else shows_date
        self._value, self._has_formula, self._in_cell = None, False, True

    def _format(self, stated: str) -> bool:
        """Whether a format shows a date; each is looked up once."""
        number = _whole(stated, most=len(self._book.formats) - 1)
        if number is None:
            formats = counted(len(self._book.formats), "format")
            raise self._fault(f"refers to the format number {extract(stated)} of {formats}")
        shows_date = self._formats[stated] = self._book.formats[number]
        return shows_date

    def _place_of(self, name: str) -> int:
        """Place of a cell from its name, which must be of this row; letters are read once."""
        letters = name.removesuffix(self._row_text)
        place = self._places.get(letters)
        if place is None or len(letters) == len(name):
            match = _CELL_NAME.fullmatch(name)
            if match is None or match[2] != self._row_text:
                raise damaged(
                    f"with a cell {extract(name)} in row {self._row_text}", row=self._row.number
                )
            place = self._places[letters] = _column(match[1]) - 1
        return place

    def _end_cell(self) -> None:
        place = self._place
        if self._value is None:
            if not self._has_formula:
                self._blank.add(place)
                return
            text, kind = "", "f"
        else:
            text, kind = self._read(self._value)
            if self._has_formula and not text:
                # A program that stores results says of which type they are; others leave it out.
                kind = SHOWS_NOTHING if self._type == "str" else "f"
        if place >= MAX_COLUMNS:
            if (text.strip() or kind) and (self._far is None or place >= self._far[2]):
                self._far = (self._shown(), self._row.number, place + 1)
            self._blank.add(place)
            return
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise too_large(f"more than {MAX_CHARACTERS:,} characters in all cells together")
        self._row.cells[place] = text
        if kind:
            self._row.kinds[place] = kind

    def _read(self, value: str) -> tuple[str, str]:
        if self._type == "s":
            place = _whole(value, most=len(self._book.texts) - 1)
            if place is None:
                texts = counted(len(self._book.texts), "shared text")
                raise self._fault(f"refers to the text number {extract(value)} of {texts}")
            return _kept(self._book.texts[place])
        if self._type == "n":
            return self._number(value)
        if self._type in ("str", "inlineStr"):
            return _kept(_unescaped(value))
        if self._type == "b":
            if value.strip() not in _TRUTHS:
                raise self._fault("is neither true nor false")
            return _TRUTHS[value.strip()], "b"
        if self._type == "e":
            return value, "e"
        if self._type == "d":
            return value, "d"
        raise self._fault(f"is of an unknown kind ({extract(self._type)})")

    def _number(self, value: str) -> tuple[str, str]:
        value = value.strip()
        if not value:
            return "", ""
        number = float(value) if _NUMBER.fullmatch(value) else math.nan
        if not math.isfinite(number):
            raise self._fault("holds a number that is none")
        if self._shows_date:
            return _date_text(number, epoch=self._book.epoch), "d"
        return _number_text(number), "n"

    def _shown(self) -> str:
        return self._name or f"{get_column_letter(self._place + 1)}{self._row.number}"

    def _fault(self, what: str) -> WorkbookFaultError:
        return damaged(f"whose cell {self._shown()} {what}", row=self._row.number)

    def _range(self, ref: str) -> tuple[int, int, int, int]:
        match = _RANGE.fullmatch(ref)
        if match is None:
            raise damaged(f"with a merged range {extract(ref)}")
        left, top = _column(match[1]), int(match[2])
        right, bottom = (_column(match[3]), int(match[4])) if match[3] else (left, top)
        if right < left or bottom < top or bottom > LAST_ROW:
            raise damaged(f"with a merged range {extract(ref)}")
        return left, top, right, bottom


def _column(letters: str) -> int:
    number = column_index_from_string(letters)
    if number > LAST_COLUMN:
        raise damaged(f"with a cell in column {letters}, beyond the last (XFD)")
    return number


def _whole(text: str, *, most: int) -> int | None:
    """Whole number from 0 to a most, or None; signs, other alphabets' digits are no number."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    number = int(text)
    return number if number <= most else None


def _cut(merged: Sequence[tuple[int, int, int, int]], rows: Sequence[SheetRow]) -> list[str]:
    """Merged ranges as far as there are rows and columns that hold anything."""
    if not rows or not merged:
        return []
    width = max(max(row.cells, default=0) for row in rows) + 1
    first, last = rows[0].number, rows[-1].number
    found, covered = [], 0
    for left, top, right, bottom in merged:
        top, bottom, right = max(top, first), min(bottom, last), min(right, width)
        if bottom < top or right < left:
            continue
        covered += (bottom - top + 1) * (right - left + 1)
        if covered > MAX_MERGED:
            raise too_large(f"merged ranges that cover more than {MAX_MERGED:,} cells")
        ends = f"{get_column_letter(right)}{bottom}"
        found.append(f"{get_column_letter(left)}{top}:{ends}")
    return found


def _number_text(number: float) -> str:
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
        return _number_text(serial)
    if moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="seconds")


def _unescaped(text: str) -> str:
    """Text with ``_x000D_`` and the like as characters; two halves of one become that one."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text if text.isascii() else _PAIR.sub(_joined_pair, text)


def _joined_pair(match: re.Match[str]) -> str:
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _kept(text: str) -> tuple[str, str]:
    """Text and kind; half a character is shown as \ufffd, and the cell is marked."""
    if text.isascii() or _LONE.search(text) is None:
        return text, ""
    return _LONE.sub("\ufffd", text), HALF_CHARACTER


@dataclass(frozen=True, kw_only=True)
class NamedSheet:
    """A sheet with its name; a chart is one that cannot hold cells."""

    name: str
    hidden: bool
    sheet: Sheet
    has_cells: bool = True


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
