"""A look at a folder: every sheet of every file as a grid of cells, nothing yet said of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.filled_template import bears_mark
from qaf_analysis.data.files.heading_rows import Merge, merges
from qaf_analysis.data.files.limits import MAX_FIELD
from qaf_analysis.data.files.opened import file_bytes
from qaf_analysis.data.files.oversize import refuse_oversize
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.data.files.sheet import NamedSheet, SheetRow
from qaf_analysis.data.files.signature import refuse_wrong_kind
from qaf_analysis.data.files.text_encoding import as_utf8, encoding_of
from qaf_analysis.data.files.workbook import open_workbook
from qaf_analysis.terms.errors import UsageError

LOOKED_AT = 50_000
"""Rows of a sheet by which it is recognised; the rest are only counted."""
MOST_PLACES = 400
"""Columns of a sheet that are looked at."""
_WORKBOOKS = (".xlsx", ".xlsm")
_TABLES = (".csv", ".tsv", ".txt", *_WORKBOOKS, ".xls", ".xlsb", ".ods")
_DATABASES = (".sqlite", ".sqlite3", ".db")
MOST_TABLES = 50
_LIST_TABLES = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    "AND name NOT LIKE 'sqlite%' ORDER BY name"
)
_SEPARATORS = ",;\t|"
_NOT_OURS = ("readme", "licence", "license", "notes", "requirements", "mess", "council")
_DEPTH = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class GridRow:
    """One row that is not blank: its number in the file, its cells and their kinds."""

    number: int
    cells: Sequence[str]
    kinds: Sequence[str]

    def cell(self, place: int) -> str:
        """Text of a cell; blank beyond the row's end."""
        return self.cells[place].strip() if place < len(self.cells) else ""

    def kind(self, place: int) -> str:
        """Kind of a cell (see ``RawTable``)."""
        return self.kinds[place] if place < len(self.kinds) else ""

    @property
    def filled(self) -> list[int]:
        """Places of the cells that are not blank."""
        return [place for place, text in enumerate(self.cells) if text.strip()]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """One sheet, or one text file, as it stands.

    Parameters
    ----------
    file : str
        Path within the folder, with forward slashes.
    sheet : str or None
        Name of the sheet, for workbooks.
    rows : sequence of GridRow
        Rows that are not blank, at most ``LOOKED_AT``.
    merged : sequence of Merge
        Merged cells.
    more : int
        Rows beyond those looked at.
    query : str
        For a table of a database, the query that reads it.
    """

    file: str
    sheet: str | None
    rows: Sequence[GridRow]
    merged: Sequence[Merge] = ()
    more: int = 0
    hidden: bool = False
    query: str = ""

    @property
    def place(self) -> str:
        """File and sheet in words."""
        return self.file if self.sheet is None else f"{self.file}, sheet {self.sheet}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """Everything found in a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    grids : tuple of Grid
        Sheets and text files that could be read.
    unread : mapping of str to str
        Files that could not be read, each with the reason.
    """

    folder: Path
    grids: tuple[Grid, ...]
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files of tables, in order."""
        return tuple(sorted({*(grid.file for grid in self.grids), *self.unread}))


def look_at(folder: Path) -> Look:
    """Read every table of a folder once; nothing is written.

    Raises
    ------
    UsageError
        If there is no such folder, no file of tables in it, or a filled template, which brings
        settings of its own.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder.name} is not a folder. Name the folder that holds the exports.")
    names = list(_names(folder))
    _refuse_templates(folder, names)
    grids: list[Grid] = []
    unread: dict[str, str] = {}
    for name in names:
        problems = Problems(file=name)
        try:
            if Path(name).suffix.lower() in _DATABASES:
                grids += _database_grids(folder, name, problems=problems)
            else:
                data = file_bytes(folder / name, problems=problems, within=folder)
                grids += _grids(data, name=name, problems=problems)
        except FileRefusedError as error:
            finding = error.findings[-1]
            unread[name] = f"{finding.found}; to mend: {finding.mend}"
    if not grids and not unread:
        raise UsageError(
            f"There is no table in the folder {folder.name}: no file that ends in "
            f"{', '.join(_TABLES[:5])}. Put the exports into it."
        )
    return Look(folder=folder, grids=tuple(grids), unread=unread)


def _refuse_templates(folder: Path, names: Sequence[str]) -> None:
    filled = [name for name in names if name.endswith(".xlsx") and bears_mark(folder / name)]
    if filled:
        raise UsageError(
            f"{filled[0]} is a template of the workbench: it brings its own settings and needs "
            "none proposed. Check its folder with qaf check; keep other exports in a folder of "
            "their own."
        )


def _names(folder: Path) -> Iterator[str]:
    """Files of tables in the folder and one or two folders below, by name."""
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$", "_")) for part in parts)
        if hidden or len(parts) > _DEPTH or not path.is_file():
            continue
        suffix = path.suffix.lower()
        text = suffix == ".txt" and path.stem.lower().startswith(_NOT_OURS)
        if suffix in (*_TABLES, *_DATABASES) and not text and path.name != SETTINGS_FILE:
            found.append(join(*parts))
    yield from sorted(found)


def _grids(data: bytes, *, name: str, problems: Problems) -> list[Grid]:
    suffix = Path(name).suffix.lower()
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix in _WORKBOOKS:
        return [
            _sheet_grid(named, file=name)
            for named in open_workbook(data, problems=problems)
            if named.has_cells
        ]
    return [_text_grid(data, file=name, problems=problems)]


def _database_grids(folder: Path, name: str, *, problems: Problems) -> list[Grid]:
    """Tables and views of an SQLite database, each as a query gives it."""
    from qaf_analysis.data.files.database import ask

    listed = ask(folder, database=name, query=_LIST_TABLES, problems=problems).rows[1:]
    grids = []
    for (table,) in listed[:MOST_TABLES]:
        quoted = table.replace('"', '""')
        query = f'SELECT * FROM "{quoted}" ORDER BY 1'
        found = ask(folder, database=name, query=query, problems=problems)
        rows = [
            GridRow(number=number, cells=cells, kinds=kinds)
            for number, (cells, kinds) in enumerate(
                zip(found.rows[:LOOKED_AT], found.kinds, strict=False), start=1
            )
        ]
        grids.append(
            Grid(
                file=name,
                sheet=table,
                rows=[row for row in rows if row.filled],
                more=max(len(found.rows) - LOOKED_AT, 0),
                query=query,
            )
        )
    return grids


def _sheet_grid(named: NamedSheet, *, file: str) -> Grid:
    rows = [_sheet_row(row) for row in named.sheet.rows[:LOOKED_AT]]
    return Grid(
        file=file,
        sheet=named.name,
        rows=[row for row in rows if row.filled],
        merged=merges(named.sheet.merged),
        more=max(len(named.sheet.rows) - LOOKED_AT, 0),
        hidden=named.hidden,
    )


def _sheet_row(row: SheetRow) -> GridRow:
    # A stray cell far to the right must not cost a cell for every column before it.
    width = min(max(row.cells, default=-1) + 1, MOST_PLACES)
    return GridRow(
        number=row.number,
        cells=[row.cells.get(place, "") for place in range(width)],
        kinds=[row.kinds.get(place, "") for place in range(width)],
    )


def _text_grid(data: bytes, *, file: str, problems: Problems) -> Grid:
    refuse_oversize(data, problems=problems)
    text = as_utf8(data, encoding_of(data, problems=problems))
    separator = _separator(text[:200_000])
    rows: list[GridRow] = []
    more = 0
    for number, cells in _numbered(text, separator=separator):
        if len(rows) < LOOKED_AT:
            rows.append(GridRow(number=number, cells=cells[:MOST_PLACES], kinds=()))
        else:
            more += 1
    return Grid(file=file, sheet=None, rows=rows, more=more)


def _numbered(text: bytes, *, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank with the numbers that a spreadsheet shows."""
    limit = csv.field_size_limit(MAX_FIELD)
    # A start of the file may end within a character.
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors="ignore", newline="")
    try:
        reader = csv.reader(lines, delimiter=separator)
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        return  # the reader of the council says where the quotation mark is amiss
    finally:
        csv.field_size_limit(limit)


def _separator(start: bytes) -> str:
    """Separator that cuts most of the first rows into the same number of cells."""

    def score(separator: str) -> tuple[float, int]:
        widths = [
            len(cells)
            for (_, cells), _ in zip(_numbered(start, separator=separator), range(60), strict=False)
        ]
        commonest = max(set(widths), key=widths.count, default=1)
        if commonest < 2:
            return (0.0, 0)
        return (widths.count(commonest) / len(widths), commonest)

    return max(_SEPARATORS, key=score)
