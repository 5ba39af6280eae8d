"""A plain table of grades, without a council around it: CSV or workbook, as rows and cells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.opened import file_bytes
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.files.signature import refuse_wrong_kind
from qaf_analysis.data.files.table_file import read_csv_table
from qaf_analysis.data.files.text_encoding import as_utf8, encoding_of
from qaf_analysis.data.files.workbook import read_workbook_table
from qaf_analysis.data.plain.levels import shown_levels
from qaf_analysis.terms.errors import UsageError

Part: TypeAlias = Literal[
    "audit",
    "auditor",
    "grade",
    "domain",
    "quarter",
    "audit grade",
    "moderation grade",
    "selection probability",
    "selected by",
    "stratum",
    "draw",
    "post",
    "themed grade",
    "control grade",
    "control positive",
    "period",
    "value",
    "numerator",
    "denominator",
    "baseline",
    "part",
]

# Headings by which a column is known, in the order they are preferred.
HEADINGS: dict[Part, tuple[str, ...]] = {
    "audit": ("audit", "audit_id", "case", "case_ref", "subject", "unit"),
    "auditor": ("auditor", "auditor_id", "rater", "moderator"),
    "grade": ("grade", "rating"),
    "domain": ("domain", "item", "criterion"),
    "quarter": ("quarter", "period"),
    "audit grade": ("audit_grade", "auditor_grade"),
    "moderation grade": ("moderation_grade", "moderator_grade", "moderated_grade"),
    "selection probability": ("selection_probability", "probability"),
    "selected by": ("selected_by", "selection"),
    "stratum": ("stratum",),
    "draw": ("draw", "round"),
    "post": ("post",),
    "themed grade": ("themed_grade",),
    "control grade": ("control_grade",),
    "control positive": ("control_good",),
    "period": ("period", "date", "quarter", "month"),
    "value": ("value",),
    "numerator": ("numerator",),
    "denominator": ("denominator",),
    "baseline": ("baseline",),
    "part": ("part",),
}
MOST_NAMED = 20


def read_plain_table(path: Path, *, parts: Sequence[Part] = ()) -> RawTable:
    """Cut a table into rows and cells, all as text.

    Parameters
    ----------
    path : Path
        A CSV file (comma, semicolon, tab or bar; UTF-8 with or without byte-order mark, UTF-16,
        Windows-1252; any line ends) or an Excel workbook, of which the first sheet is read.
    parts : sequence of str
        Columns the table should have, by which its header is found; none where headings cannot
        be foreseen.

    Returns
    -------
    RawTable
        Headings and cells; row numbers are those that a spreadsheet shows.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If the file cannot be read, a row has too many or too few cells, or a cell looks blank
        and is not.
    """
    if not path.is_file():
        raise UsageError(f"There is no file “{path}”; give a table as CSV or .xlsx.")
    suffix, problems = path.suffix.lower(), Problems(file=path.name)
    data = file_bytes(path, problems=problems)
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix in (".xlsx", ".xlsm"):
        table = read_workbook_table(
            data, wanted=_foreseen(parts), sheet=None, problems=problems, empty_is_refused=True
        )
    else:
        wanted = _foreseen(parts) or _columns(_first_line(data))
        table = read_csv_table(data, wanted=wanted, problems=problems, empty_is_refused=True)
    refuse_rows_set_aside(problems)
    _refuse_unread_cells(table)
    return table


def warnings_of(table: RawTable) -> tuple[str, ...]:
    """What was read otherwise than a reader might expect."""
    return tuple(
        finding.message for finding in table.problems.findings if finding.outcome == "warning"
    )


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


def _refuse_unread_cells(table: RawTable) -> None:
    """Refuse cells of a workbook that look blank and are not: merged, or formulas unstored."""
    if table.kinds is None:
        return
    cells = np.argwhere(table.kinds.isin(["m", "f"]).to_numpy())
    if len(cells):
        raise cells_refused(
            table,
            [(int(row), int(place)) for row, place in cells],
            code="cell_not_stored",
            expected="a value in the cell itself",
            mend="unmerge merged cells, and save the workbook after its formulas were computed",
        )


def _foreseen(parts: Sequence[Part]) -> list[Column]:
    return _columns([heading for part in parts for heading in HEADINGS[part]])


def _columns(headings: Sequence[str]) -> list[Column]:
    return [
        Column(name="grade", heading=heading, grader="auditor", need="optional")
        for heading in headings
        if heading.strip()
    ]


def _first_line(data: bytes) -> list[str]:
    """Headings of a file whose headings cannot be foreseen, cut where they come to most."""
    head = data[:200_000]
    encoding = encoding_of(head, problems=Problems(file=""))
    start = as_utf8(head, encoding).decode(errors="replace")
    line = next((line for line in start.splitlines() if line.strip()), "")[:50_000]
    cut = [next(csv.reader([line], delimiter=separator)) for separator in ",;\t|"]
    return max(cut, key=len)
