"""Cells of an OpenDocument spreadsheet (.ods), read as a stream so that no size can exhaust memory.

One element may stand for a million cells alike, and a cell may carry a note whose text is none of
its own; both are heeded. Formulas give the value that was stored with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qaf_analysis.data.files.faults import damaged, too_large
from qaf_analysis.data.files.limits import LAST_COLUMN, LAST_ROW, MAX_CELL, MAX_SHEETS
from qaf_analysis.data.files.package import Package
from qaf_analysis.data.files.xml_stream import parse_xml

CONTENT = "content.xml"
MOST_FILLED = 500_000
"""Cells that hold something, of all sheets together, however few elements stand for them."""
_CELLS = ("table-cell", "covered-table-cell")
_VALUES = ("value", "boolean-value", "date-value", "time-value", "string-value")
_NOT_ITS_OWN = (
    "annotation", "shapes", "frame", "custom-shape", "detective", "tracked-changes", "dde-links",
)  # fmt: skip


@dataclass(kw_only=True)
class OpenSheet:
    """One sheet: its filled rows by number, each with its cells by place from 0.

    ``without_value`` has row and place of formulas that no value was stored with.
    """

    name: str
    is_linked: bool = False  # a copy of another file's sheet, kept for a formula
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    without_value: set[tuple[int, int]] = field(default_factory=set)


def open_document_sheets(content: bytes, *, most_columns: int) -> tuple[list[OpenSheet], bool]:
    """Sheets of an OpenDocument spreadsheet, and whether it holds a macro.

    Parameters
    ----------
    content : bytes
        The whole file, known to be a zip file.
    most_columns : int
        Cells further right are left out.

    Raises
    ------
    WorkbookFaultError
        If it is damaged, ambiguous, locked, unsafe or too large.
    """
    package = Package(content)
    reader = _Reader(most_columns)
    with package.part(CONTENT) as stream:
        parse_xml(stream, start=reader.start, end=reader.end, text=reader.text)
    own = [sheet for sheet in reader.sheets if not sheet.is_linked]
    return own, "Basic/script-lc.xml" in package


class _Reader:
    def __init__(self, most_columns: int) -> None:
        self.sheets: list[OpenSheet] = []
        self._most = most_columns
        self._filled = 0
        self._row, self._times = 0, 1
        self._cells: dict[int, str] = {}
        self._empty_formulas: set[int] = set()
        self._place, self._across = 0, 1
        self._attributes: Mapping[str, str] | None = None  # of the cell that is being read
        self._pieces: list[str] = []
        self._paragraphs = self._length = 0
        self._in_paragraph = False
        self._beside = 0  # how deep inside a note or a drawing

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._beside or name in _NOT_ITS_OWN:
            self._beside += 1
        elif self._attributes is not None:
            self._inside(name, attributes)
        elif name == "table":
            self._start_sheet(_plain(attributes).get("name", ""))
        elif name == "table-source" and self.sheets:
            self.sheets[-1].is_linked = True
        elif name == "table-row" and self.sheets:
            self._times = _number(_plain(attributes).get("number-rows-repeated", "1"), LAST_ROW)
            self._place, self._cells, self._empty_formulas = 0, {}, set()
        elif name in _CELLS and self.sheets:
            self._attributes = _plain(attributes)
            self._across = _number(
                self._attributes.get("number-columns-repeated", "1"), LAST_COLUMN
            )
            self._pieces, self._paragraphs, self._length = [], 0, 0

    def _start_sheet(self, name: str) -> None:
        if len(self.sheets) == MAX_SHEETS:
            raise too_large(f"more than {MAX_SHEETS} sheets")
        self.sheets.append(OpenSheet(name=name))
        self._row = 0

    def _inside(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "p":
            if self._paragraphs:
                self._add("\n")
            self._paragraphs += 1
            self._in_paragraph = True
        elif name == "s":
            self._add(" " * _number(_plain(attributes).get("c", "1"), MAX_CELL))
        elif name == "tab":
            self._add("\t")
        elif name == "line-break":
            self._add("\n")
        elif name in ("table", "table-row", *_CELLS):
            raise damaged("with a table inside a cell")

    def end(self, name: str) -> None:
        if self._beside:
            self._beside -= 1
        elif name == "p":
            self._in_paragraph = False
        elif name in _CELLS and self._attributes is not None:
            self._end_cell(self._attributes)
            self._attributes = None
        elif name == "table-row" and self.sheets:
            self._end_row()

    def text(self, piece: str) -> None:
        if self._in_paragraph and not self._beside and self._attributes is not None:
            self._add(piece)

    def _add(self, piece: str) -> None:
        if self._length <= MAX_CELL:
            self._pieces.append(piece)
        self._length += len(piece)

    def _end_cell(self, attributes: Mapping[str, str]) -> None:
        shown = "".join(self._pieces)[:MAX_CELL]
        text = _value(attributes, shown)
        stored = shown or any(attributes.get(name) is not None for name in _VALUES)
        last = min(self._place + self._across, self._most)
        if text:
            self._cells.update(dict.fromkeys(range(self._place, last), text))
        elif "formula" in attributes and not stored:
            self._empty_formulas.update(range(self._place, last))
        self._place += self._across

    def _end_row(self) -> None:
        sheet = self.sheets[-1]
        first, self._row = self._row + 1, self._row + self._times
        if self._row > 2 * LAST_ROW:
            raise damaged("with more rows than a sheet can have")
        held = len(self._cells) + len(self._empty_formulas)
        self._filled += held * self._times
        if self._filled > MOST_FILLED:
            raise too_large(f"more than {MOST_FILLED:,} filled cells")
        for number in range(first, first + self._times) if held else ():
            sheet.rows[number] = self._cells
            sheet.without_value.update((number, place) for place in self._empty_formulas)


def _value(attributes: Mapping[str, str], shown: str) -> str:
    """Value of a cell as text: a number as it is stored, not as it is shown."""
    kind = attributes.get("value-type", attributes.get("type", ""))
    if kind in ("float", "percentage", "currency") and "value" in attributes:
        number = attributes["value"]
        return number.removesuffix(".0")
    if kind == "boolean" and "boolean-value" in attributes:
        return attributes["boolean-value"].upper()
    if kind == "date" and "date-value" in attributes:
        return attributes["date-value"].removesuffix("T00:00:00")
    # Of an error the stored text is empty, and what is shown names it.
    return attributes.get("string-value") or shown


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes without the prefix of their namespace; the first of one name counts."""
    found: dict[str, str] = {}
    for name, value in attributes.items():
        found.setdefault(name.rpartition(":")[2], value)
    return found


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 9):
        raise damaged("whose cells are counted in no proper number")
    return min(int(text), most)
