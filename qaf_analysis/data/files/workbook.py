"""Raw table from an Excel workbook: limits first, then the one sheet that holds the table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.book import read_book
from qaf_analysis.data.files.heading_rows import Heading, Merge, merges, two_rows_offered
from qaf_analysis.data.files.oversize import too_many_columns
from qaf_analysis.data.files.raw_table import PLAIN, Form, RawTable, table_from
from qaf_analysis.data.files.sheet import (
    NamedSheet,
    Sheet,
    cells_of,
    chosen_sheet,
    heading_on,
)


def read_workbook_table(
    data: bytes,
    *,
    wanted: Sequence[Column],
    sheet: str | None,
    problems: Problems,
    empty_is_refused: bool,
    form: Form = PLAIN,
) -> RawTable:
    """Read the one sheet of a workbook that holds the wanted columns.

    Parameters
    ----------
    data : bytes
        The whole file, known to be a zip file.
    sheet : str or None
        Name of the sheet where the settings give it.
    form : Form
        What the settings say of the layout.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, ambiguous, too large or unsafe, has a merged header, or if two
        sheets could be meant.
    """
    sheets = [named for named in open_workbook(data, problems=problems) if named.has_cells]
    chosen = chosen_sheet(sheets, wanted=wanted, sheet=sheet, problems=problems, form=form)
    problems.sheet = chosen.name
    return table_on(
        chosen, wanted=wanted, problems=problems, empty_is_refused=empty_is_refused, form=form
    )


def open_workbook(data: bytes, *, problems: Problems) -> list[NamedSheet]:
    """Sheets of a workbook with their cells, charts among them.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, ambiguous, locked, too large or unsafe.
    """
    sheets, has_macro = read_book(data, problems=problems)
    if has_macro:
        problems.warn(
            code="macro",
            found="a workbook with a macro; the macro was neither run nor copied",
            expected="a workbook without macros",
            mend="none needed, or save as .xlsx",
        )
    return sheets


def _refuse_far_cell(sheet: Sheet, *, problems: Problems) -> None:
    if sheet.far is None:
        return
    name, row, column = sheet.far
    raise too_many_columns(
        f"a filled cell {name}, in column {column:,}",
        row=row,
        problems=problems,
        mend="delete the columns that the analysis does not need, or leave them out of the export",
        rows_in=max(len(sheet.rows) - 1, 0),
    )


def table_on(
    chosen: NamedSheet,
    *,
    wanted: Sequence[Column],
    problems: Problems,
    empty_is_refused: bool,
    form: Form = PLAIN,
) -> RawTable:
    """Table that a sheet holds.

    Raises
    ------
    FileRefusedError
        If it is empty where it may not be, too large, or its heading is not as declared.
    """
    _refuse_far_cell(chosen.sheet, problems=problems)
    rows = chosen.sheet.rows
    merged = merges(chosen.sheet.merged)
    heading = heading_on(chosen.sheet, wanted, form=form)
    if heading is not None:
        _refuse_merged_header(chosen.sheet, heading, merged, form=form, problems=problems)
        _mark_merged(chosen.sheet, merged, below=heading.last)
        _report_hidden(sum(row.hidden for row in rows[heading.last + 1 :]), problems=problems)
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
        merged=merged,
        form=form,
        empty_is_refused=empty_is_refused,
    )


def _report_hidden(hidden: int, *, problems: Problems) -> None:
    if hidden:
        problems.warn(
            code="hidden_rows",
            found=f"{counted(hidden, 'hidden row')} (a filter, or hidden by hand); all are loaded",
            expected="no hidden rows",
            mend="clear the filter if the rows should not count, and delete them",
            rows=hidden,
        )


def _refuse_merged_header(
    sheet: Sheet,
    heading: Heading,
    merged: Sequence[Merge],
    *,
    form: Form,
    problems: Problems,
) -> None:
    """Refuse a merged cell in a heading of one row, and one that reaches out of a taller heading.

    A row of several cells above the heading, with merged ones among them, is part of it too.
    """
    numbers = [row.number for row in sheet.rows]
    first, last = numbers[heading.first], numbers[heading.last]
    if form.header_rows > 1:
        out = [m for m in merged if m.top <= last < m.bottom or m.top < first <= m.bottom]
        in_header = [m for m in out if m.right > m.left or m.bottom > m.top]
    else:
        above = sheet.rows[heading.first - 1] if heading.first else None
        two_rows = above is not None and sum(bool(t.strip()) for t in above.cells.values()) > 1
        touched = {first, above.number} if two_rows and above is not None else {first}
        in_header = [m for m in merged if any(m.top <= n <= m.bottom for n in touched)]
    if not in_header:
        return
    near = sheet.rows[: heading.last + 2]
    offer = (
        ""
        if form.header_rows > 1
        else two_rows_offered(
            [cells_of(row) for row in near], numbers=numbers, place=heading.first, merged=merged
        )
    )
    mend = "unmerge the cells and keep one header row"
    if form.header_rows > 1:
        mend = "correct header_rows in council.toml, or unmerge the cells"
    raise problems.refusal(
        code="merged_header",
        row=min(m.top for m in in_header),
        found=f"merged cells in the header ({', '.join(m.reference for m in in_header[:10])})",
        expected="one header row without merged cells"
        if form.header_rows == 1
        else f"a heading of {form.header_rows} rows, with merged cells inside it only",
        mend=f"{mend}; or {offer}" if offer else mend,
        rows_in=len(sheet.rows) - heading.last - 1,
    )


def _mark_merged(sheet: Sheet, merged: Sequence[Merge], *, below: int) -> None:
    """Mark cells below the header that a merged cell covers: whose value they have is not told."""
    rows = sheet.rows[below + 1 :]
    numbers = [row.number for row in rows]
    width = max((place + 1 for row in sheet.rows[below:] for place in row.cells), default=0)
    for merge in merged:
        within = rows[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)]
        for row in within:
            for place in range(merge.left, min(merge.right + 1, width)):
                if (row.number, place) != (merge.top, merge.left):
                    row.cells[place], row.kinds[place] = "", "m"
