"""A plain table of grades, without a council around it: CSV or workbook, in one of four layouts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from qaf_analysis.data.columns import Column
from qaf_analysis.data.headings import folded
from qaf_analysis.data.plain_levels import shown_levels
from qaf_analysis.data.problems import Problems, extract
from qaf_analysis.data.raw_table import RawTable
from qaf_analysis.data.record import FileRefusedError
from qaf_analysis.data.signature import refuse_wrong_kind
from qaf_analysis.data.table_file import read_csv_table
from qaf_analysis.data.workbook import read_workbook_table
from qaf_analysis.terms.errors import UsageError

TableLayout: TypeAlias = Literal["wide", "long", "counts", "contingency"]
Part: TypeAlias = Literal["audit", "auditor", "grade"]

# Headings by which the three columns of a long table are known, in the order they are preferred.
HEADINGS: dict[Part, tuple[str, ...]] = {
    "audit": ("audit", "audit_id", "case", "case_ref", "subject", "unit"),
    "auditor": ("auditor", "auditor_id", "rater", "moderator"),
    "grade": ("grade", "rating"),
}
MOST_NAMED = 20


def read_plain_table(path: Path, *, layout: TableLayout) -> RawTable:
    """Cut a table into rows and cells, all as text.

    Parameters
    ----------
    path : Path
        A CSV file (comma, semicolon, tab or bar; UTF-8 with or without byte-order mark, UTF-16,
        Windows-1252; any line ends) or an Excel workbook, of which the first sheet is read.
    layout : {"wide", "long", "counts", "contingency"}
        What a row is: see ``plain_layouts``.

    Returns
    -------
    RawTable
        Headings and cells; row numbers are those that a spreadsheet shows.

    Raises
    ------
    UsageError
        If there is no such file, or the layout is not known.
    FileRefusedError
        If the file cannot be read, or a row has too many or too few cells.
    """
    if layout not in get_args(TableLayout):
        known = ", ".join(get_args(TableLayout))
        raise UsageError(f'"{layout}" is no layout of a table; expected one of {known}.')
    if not path.is_file():
        raise UsageError(f"There is no file “{path}”; give a table as CSV or .xlsx.")
    data, suffix, problems = path.read_bytes(), path.suffix.lower(), Problems(file=path.name)
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix in (".xlsx", ".xlsm"):
        table = read_workbook_table(
            data, wanted=_long_columns(layout), sheet=None, problems=problems, empty_is_refused=True
        )
    else:
        wanted = _long_columns(layout) or _columns(_first_line(data))
        table = read_csv_table(data, wanted=wanted, problems=problems, empty_is_refused=True)
    refuse_rows_set_aside(problems)
    return table


def refuse_rows_set_aside(problems: Problems) -> None:
    """Refuse a table of which a row could not be read: figures without it would mislead.

    Raises
    ------
    FileRefusedError
        Naming each row and what is wrong with it.
    """
    faults = [finding for finding in problems.findings if finding.outcome == "quarantine"]
    for fault in faults[:MOST_NAMED]:
        refusal = problems.refusal(
            code=fault.code,
            row=fault.row,
            column=fault.column,
            found=fault.found,
            expected=fault.expected,
            mend=fault.mend,
        )
    if faults:
        raise refusal


def cells_refused(
    table: RawTable,
    cells: Sequence[tuple[int, int]],
    *,
    code: str,
    expected: str,
    mend: str,
    quoted: bool = True,
) -> FileRefusedError:
    """Return the error that names cells, each with its row, its column and what stands in it.

    Parameters
    ----------
    table : RawTable
    cells : sequence of (int, int)
        Row and column of each, as places in ``table.cells``; the first 20 are named.
    quoted : bool
        Whether to show what stands in them; not where it may be somebody's name.
    """
    for row, place in cells[:MOST_NAMED]:
        text = str(table.cells.iat[row, place]).strip()
        refusal = table.problems.refusal(
            code=code,
            row=int(table.cells.index[row]),
            column=column_name(table, place),
            found=(extract(text) if quoted else "a text") if text else "an empty cell",
            expected=expected,
            mend=mend,
        )
    if len(cells) > MOST_NAMED:
        refusal = table.problems.refusal(
            code=code,
            found=f"the same in {len(cells) - MOST_NAMED:,} further cells",
            expected=expected,
            mend=mend,
        )
    return refusal


def column_name(table: RawTable, place: int) -> str:
    """Heading of a column, or its number where it has none."""
    return " ".join(table.headings[place].split())[:60] or f"{place + 1} (without a heading)"


def place_of(table: RawTable, part: Part) -> int | None:
    """Place of the column of audits, auditors or grades; None where there is none."""
    keys = [folded(heading) for heading in table.headings]
    return next((keys.index(folded(name)) for name in HEADINGS[part] if folded(name) in keys), None)


def is_filled(table: RawTable, place: int) -> bool:
    """Whether a column holds anything below its heading."""
    return bool(table.cells[place].str.strip().ne("").any())


def levels_undeclared(table: RawTable, texts: Iterable[str]) -> FileRefusedError:
    """Return the error that asks for the scale, naming the values found."""
    shown = shown_levels(texts)
    return table.problems.refusal(
        code="levels_not_declared",
        found=f"the grades {shown}, of which neither the order nor the full scale is known"
        if shown
        else "no grade at all",
        expected="Ofsted's four levels, or the scale declared",
        mend='name every level of the scale, worst first, used or not: --levels "…,…,…"',
    )


def _long_columns(layout: TableLayout) -> list[Column]:
    names = [name for names in HEADINGS.values() for name in names]
    return _columns(names) if layout == "long" else []


def _columns(headings: Sequence[str]) -> list[Column]:
    return [
        Column(name="grade", heading=heading, grader="auditor", need="optional")
        for heading in headings
        if heading.strip()
    ]


def _first_line(data: bytes) -> list[str]:
    """Headings of a file whose headings cannot be foreseen, cut where they come to most."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    start = data[:200_000].decode("utf-16" if marked else "utf-8-sig", errors="replace")
    line = next((line for line in start.splitlines() if line.strip()), "")[:50_000]
    cut = [next(csv.reader([line], delimiter=separator)) for separator in ",;\t|"]
    return max(cut, key=len)
