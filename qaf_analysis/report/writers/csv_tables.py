"""Every table of a report as a CSV file, with a list of the tables and a dictionary of columns.

Tables keep the order of their rows and columns. Numbers are plain: no thousands comma, a hyphen
for minus, percentages as whole numbers under "…, %". A column of intervals is kept as printed and
followed by its two ends as numbers. No cell can run as a formula or turn into a date.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.report.document import Document
from qaf_analysis.report.writers.chosen_tables import (
    AuditorTables,
    ChosenTable,
    chosen_tables,
)
from qaf_analysis.report.writers.column_dictionary import (
    DICTIONARY_HEADINGS,
    DescribedColumn,
    column_dictionary,
)
from qaf_analysis.report.writers.table_columns import Cell, SheetColumn, intervals_of, sheet_columns

TABLES_FILE = "tables.csv"
COLUMNS_FILE = "columns.csv"
TABLES_HEADINGS = (
    "Table",
    "File",
    "Title",
    "Section",
    "Note",
    "Source",
    "Marking",
    "Run",
    "Signature",
)
# What a spreadsheet would turn into a number or a month although it is a name: 2E45, 2011-12.
_TURNED = re.compile(r"\d+[eE]\d+|\d{4}-(0[1-9]|1[0-2])")


def csv_tables(document: Document, *, auditors: AuditorTables = "left out") -> dict[str, bytes]:
    """Write every table of a report as a CSV file.

    Parameters
    ----------
    document : Document
    auditors : {"left out", "alone", "among the others"}
        What becomes of tables about single auditors.

    Returns
    -------
    dict of str to bytes
        Files by name: ``tables.csv`` with what each table shows, ``columns.csv`` with what each
        column holds, and a file a table. UTF-8 with the mark that spreadsheets look for. A text
        that a spreadsheet might run or change begins with an apostrophe that is not part of it.

    Raises
    ------
    DocumentError
        If there is no such table.
    """
    tables = chosen_tables(document, auditors=auditors)
    page = document.first_page
    signature = " ".join(page.sign_off.texts)
    names = {one.number: file_name(one) for one in tables}
    files = {
        TABLES_FILE: _csv_bytes(
            TABLES_HEADINGS,
            (
                (
                    *(one.number, names[one.number], one.table.caption, one.section),
                    *(one.table.note, one.table.source, page.marking, page.run_id, signature),
                )
                for one in tables
            ),
        ),
        COLUMNS_FILE: _csv_bytes(
            DICTIONARY_HEADINGS,
            (described.row for described in _described(document, tables)),
        ),
    }
    for one in tables:
        columns = csv_columns(one)
        rows = zip(*(column.cells for column in columns), strict=True)
        files[names[one.number]] = _csv_bytes([column.heading for column in columns], rows)
    return files


def file_name(chosen: ChosenTable) -> str:
    """Name of a table's file, by its number in the report, such as ``table_005.csv``."""
    return f"table_{int(chosen.number.split()[-1]):03}.csv"


def csv_columns(chosen: ChosenTable) -> tuple[SheetColumn, ...]:
    """Columns of a table's file: as in the workbook, the ends of intervals as numbers beside."""
    columns = sheet_columns(chosen.table)
    taken = {column.heading.casefold() for column in columns}
    written: list[SheetColumn] = []
    for column in columns:
        ends = _ends(column)
        # A table that has such columns of its own keeps them, and only them.
        is_free = taken.isdisjoint(end.heading.casefold() for end in ends)
        written += [column, *(ends if is_free else ())]
    return tuple(written)


def _ends(column: SheetColumn) -> tuple[SheetColumn, ...]:
    """Both ends of a column of intervals; of any other none."""
    ends = intervals_of(column.cells) if column.kind == "text" else ()
    if not ends:
        return ()
    percent = "%" if any(str(cell).endswith("%") for cell in column.cells) else ""
    return tuple(
        replace(
            column,
            heading=", ".join(filter(None, (column.heading, name, percent))),
            unit=", ".join(filter(None, (column.unit, percent))),
            kind="number",
            cells=tuple("" if end is None else end[place] for end in ends),
        )
        for place, name in enumerate(("low", "high"))
    )


def _described(document: Document, tables: Sequence[ChosenTable]) -> Iterable[DescribedColumn]:
    """The dictionary, with the ends of intervals behind their interval."""
    known = {(one.table, one.heading): one for one in column_dictionary(document, tables)}
    for chosen in tables:
        interval = ""
        for column in csv_columns(chosen):
            found = known.get((chosen.number, column.heading))
            if found is not None:
                interval = column.heading
                yield found
            else:
                yield DescribedColumn(
                    table=chosen.number,
                    heading=column.heading,
                    unit=column.unit,
                    kind=column.kind,
                    meaning=f'Taken from the column "{interval}"; empty where it holds none.',
                )


def _csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(map(_as_text, headings))
    for row in rows:
        table.writerow(map(_written, row))
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return _as_text(cell)
    # No decimals that were not printed: 50 and not 50.0, which is the same number.
    return str(int(cell)) if cell == int(cell) else f"{Decimal(repr(cell)):f}"


def _as_text(text: str) -> str:
    return f"'{text}" if _TURNED.fullmatch(text) else guarded(text)
