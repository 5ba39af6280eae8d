"""Raw table from an Excel workbook: limits first, then the one sheet that holds the table."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils.cell import range_boundaries

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.book import read_book
from qaf_analysis.data.files.limits import MAX_COLUMNS
from qaf_analysis.data.files.raw_table import RawTable, table_from
from qaf_analysis.data.files.sheet import (
    NamedSheet,
    Sheet,
    cells_of,
    chosen_sheet,
    header_of,
)


def read_workbook_table(
    data: bytes,
    *,
    wanted: Sequence[Column],
    sheet: str | None,
    problems: Problems,
    empty_is_refused: bool,
) -> RawTable:
    """Read the one sheet of a workbook that holds the wanted columns.

    Nothing in the workbook is run or followed: macros, links and formulas are left alone, and of
    a formula only the stored result is read.

    Parameters
    ----------
    data : bytes
        The whole file, known to be a zip file.
    sheet : str or None
        Name of the sheet where the settings give it.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, ambiguous, too large or unsafe, has a merged header, or if two
        sheets could be meant.
    """
    sheets, has_macro = read_book(data, problems=problems)
    if has_macro:
        problems.warn(
            code="macro",
            found="a workbook with a macro; the macro was neither run nor copied",
            expected="a workbook without macros",
            mend="none needed, or save as .xlsx",
        )
    chosen = chosen_sheet(sheets, wanted=wanted, sheet=sheet, problems=problems)
    problems.sheet = chosen.name
    _refuse_far_cell(chosen.sheet, problems=problems)
    return _table(chosen, wanted=wanted, problems=problems, empty_is_refused=empty_is_refused)


def _refuse_far_cell(sheet: Sheet, *, problems: Problems) -> None:
    if sheet.far is None:
        return
    name, row, column = sheet.far
    raise problems.refusal(
        code="too_many_columns",
        row=row,
        found=f"a filled cell {name}, in column {column:,}",
        expected=f"at most {MAX_COLUMNS} columns",
        mend="delete the columns that the analysis does not need, or leave them out of the export",
        rows_in=max(len(sheet.rows) - 1, 0),
    )


def _table(
    chosen: NamedSheet, *, wanted: Sequence[Column], problems: Problems, empty_is_refused: bool
) -> RawTable:
    rows = chosen.sheet.rows
    header = header_of(chosen.sheet, wanted)
    if rows:
        __refuse_merged_header(chosen.sheet, header=header, problems=problems)
        _mark_merged(chosen.sheet, header=header)
    hidden = sum(row.hidden for row in rows[header + 1 :])
    if hidden:
        problems.warn(
            code="hidden_rows",
            found=f"{counted(hidden, 'hidden row')} (a filter, or hidden by hand); all are loaded",
            expected="no hidden rows",
            mend="clear the filter if the rows should not count, and delete them",
            rows=hidden,
        )
    kinds = [
        [row.kinds.get(place, "") for place in range(max(row.cells, default=-1) + 1)]
        for row in rows
    ]
    return table_from(
        [cells_of(row) for row in rows],
        numbers=[row.number for row in rows],
        wanted=wanted,
        problems=problems,
        kinds=kinds,
        empty_is_refused=empty_is_refused,
    )


def __refuse_merged_header(sheet: Sheet, *, header: int, problems: Problems) -> None:
    """Refuse merged cells in the header, or a second header row of merged cells above it."""
    number = sheet.rows[header].number
    above = sheet.rows[header - 1] if header else None
    two_rows = above is not None and sum(bool(t.strip()) for t in above.cells.values()) > 1
    touched = {number, above.number} if two_rows and above is not None else {number}
    merged = [(ref, range_boundaries(ref)) for ref in sheet.merged]
    in_header = [
        (ref, top)
        for ref, (_, top, _, bottom) in merged
        if top is not None and bottom is not None and any(top <= n <= bottom for n in touched)
    ]
    if in_header:
        raise problems.refusal(
            code="merged_header",
            row=min(top for _, top in in_header),
            found=f"merged cells in the header ({', '.join(ref for ref, _ in in_header)})",
            expected="one header row without merged cells",
            mend="unmerge the cells and keep one header row",
            rows_in=len(sheet.rows) - header - 1,
        )


def _mark_merged(sheet: Sheet, *, header: int) -> None:
    """Mark cells below the header that a merged cell covers: whose value they have is not told."""
    by_number = {row.number: row for row in sheet.rows[header + 1 :]}
    for ref in sheet.merged:
        left, top, right, bottom = range_boundaries(ref)
        if left is None or top is None or right is None or bottom is None:
            continue
        # The range was cut to where there are rows; going through all rows each time is slow.
        for row in [by_number[n] for n in range(top, bottom + 1) if n in by_number]:
            for place in range(left - 1, right):
                if (row.number, place) != (top, left - 1):
                    row.cells[place], row.kinds[place] = "", "m"
