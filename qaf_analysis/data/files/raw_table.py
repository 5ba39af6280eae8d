"""One table as it stood in a file: headings, cells as text, and the rows that fit no column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.heading_rows import (
    Heading,
    Merge,
    find_heading,
    numbered,
    report_carried,
)
from qaf_analysis.data.files.labels import Labels, declared_as, first_filled, may_be_date
from qaf_analysis.data.files.limits import HEADER_WITHIN, MAX_COLUMNS, MAX_ROWS
from qaf_analysis.data.files.oversize import too_many_columns, too_many_rows
from qaf_analysis.data.files.regular_rows import PlainRows, row_index

_CONFLICT = re.compile(r"(<{7}|>{7})( .*)?|={7}")


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a table is laid out, as far as the settings say.

    Parameters
    ----------
    header_rows : int
        Rows that make up the heading.
    not_data : tuple of str
        Labels of rows that hold no record.
    title : bool
        Whether rows above the heading are known to be its title.
    """

    header_rows: int = 1
    not_data: tuple[str, ...] = ()
    title: bool = False


PLAIN = Form()


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """Rows of the file, of which the records of a table were put together.

    Parameters
    ----------
    headings : tuple of str
        Cells of the header.
    cells : DataFrame
        Text of each cell; the index is the row number.
    known : frozenset of int
        Places of the columns that are read; the others are copied nowhere.
    """

    headings: tuple[str, ...]
    cells: pd.DataFrame
    known: frozenset[int]

    def cells_of(self, row: int) -> dict[str, str]:
        """Known cells of one row by heading, as they stood."""
        return {self.headings[p]: str(self.cells.at[row, p]) for p in sorted(self.known)}


@dataclass(frozen=True, kw_only=True, eq=False)
class RawTable:
    """One table as it stood in a file.

    Parameters
    ----------
    file, sheet : str, str or None
        Where it stood.
    header_row : int
        The header's last row, as a spreadsheet numbers it.
    headings : tuple of str
        Cells of the header; those of several rows are joined.
    cells : DataFrame
        Text of each cell (blank = empty), columns 0, 1, …; the index is the row number.
    kinds : DataFrame or None
        For workbooks, what a cell was: ``""`` text or blank, ``n`` number, ``d`` date, ``b`` true
        or false, ``e`` error, ``f`` formula without stored result, ``m`` covered by a merged
        cell, ``h`` half a character.
    misfits : mapping of int to tuple of str
        Rows with too many or too few cells, already set aside.
    problems : Problems
        What was found so far.
    rows_of : mapping of int to tuple of int
        Rows of the file that a record was put together from, by the record's row; without an
        entry it is that row alone.
    not_data : mapping of int to str
        Rows of the file that hold no record, each with the reason in words.
    above : tuple of tuple of str
        The filled cells of each row above the heading.
    origin : Origin or None
        The rows as they stood, where records were put together from them.
    further_cases : mapping of int to tuple of str
        Of a record about several children, the references of all but the first.
    """

    file: str
    sheet: str | None
    header_row: int
    headings: tuple[str, ...]
    cells: pd.DataFrame
    misfits: Mapping[int, tuple[str, ...]]
    problems: Problems
    kinds: pd.DataFrame | None = None
    rows_of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    not_data: Mapping[int, str] = field(default_factory=dict)
    above: tuple[tuple[str, ...], ...] = ()
    origin: Origin | None = None
    further_cases: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rows_in(self) -> int:
        """Rows below the header that are not blank."""
        records = len(self.cells) + len(self.misfits)
        further = sum(len(rows) - 1 for rows in self.rows_of.values())
        return records + further + len(self.not_data)

    @property
    def rows_aside(self) -> int:
        """Rows of the file whose record was set aside."""
        return sum(len(self.file_rows(row)) for row in self.problems.bad_rows)

    def file_rows(self, row: int) -> tuple[int, ...]:
        """Rows of the file that a record was put together from."""
        return self.rows_of.get(row, (row,))

    def cells_of(self, row: int) -> dict[str, str]:
        """Cells of one row by heading, as they stood."""
        if row in self.misfits:
            cells = self.misfits[row]
            headings = self.headings if self.origin is None else self.origin.headings
            names = [*headings[: len(cells)]]
            names += [f"further cell {n + 1}" for n in range(len(cells) - len(names))]
            return dict(zip(names, cells, strict=True))
        return dict(zip(self.headings, self.cells.loc[row], strict=True))


def table_from(
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int],
    wanted: Sequence[Column],
    problems: Problems,
    kinds: Sequence[Sequence[str]] | None = None,
    broken: Mapping[int, str] | None = None,
    plain: PlainRows | None = None,
    merged: Sequence[Merge] | None = None,
    form: Form = PLAIN,
    empty_is_refused: bool,
) -> RawTable:
    """Find the header among the rows and put the cells in columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        Rows that are not blank.
    numbers : sequence of int
        Their row numbers.
    kinds : sequence of sequence of str, optional
        Kinds of the cells, of the same shape; rows of a workbook may be short.
    broken : mapping of int to str, optional
        Lines that could not be cut into cells, by row number; already set aside.
    plain : PlainRows, optional
        Further rows below the header, as long as it and not blank. Every rule about single rows
        must be asked of them too.
    merged : sequence of Merge, optional
        Merged cells; None where the file cannot say.
    form : Form
        What the settings say of the layout.
    empty_is_refused : bool
        Whether a table without rows is refused.

    Raises
    ------
    FileRefusedError
        If the table is empty where it may not be, too large, or holds conflict markers.
    """
    _refuse_no_header(rows, problems=problems)
    _refuse_conflicts(rows, numbers=numbers, plain=plain, problems=problems)
    heading = find_heading(
        rows[:HEADER_WITHIN],
        numbers=numbers,
        wanted=wanted,
        header_rows=form.header_rows,
        merged=merged,
    )
    place, header_row = heading.last, int(numbers[heading.last])
    body, body_numbers = rows[place + 1 :], numbers[place + 1 :]
    headings = _headings(heading.texts, body, plain=plain, ragged=kinds is not None)
    headings = numbered(headings, wanted)
    _refuse_size(len(body) + (len(plain) if plain else 0), width=len(headings), problems=problems)
    _report_heading(heading, header_row=header_row, form=form, problems=problems)
    if not body and not broken:
        _report_no_rows(refused=empty_is_refused, problems=problems)
    width = len(headings)
    if kinds is not None:
        body = [_padded(row, width) for row in body]
    fits = [len(row) == width or _fits(row, width) for row in body]
    misfits = _misfits(body, body_numbers, fits)
    labelled = _take_labelled(misfits, labels=Labels(form.not_data))
    _set_misfits_aside(misfits, width=width, problems=problems)
    misfits.update({number: (line,) for number, line in (broken or {}).items()})
    index = [number for number, fit in zip(body_numbers, fits, strict=True) if fit]
    cells = [row for row, fit in zip(body, fits, strict=True) if fit]
    return RawTable(
        file=problems.file,
        sheet=problems.sheet,
        header_row=header_row,
        headings=headings,
        cells=_frame(cells, index=index, width=width, plain=plain),
        kinds=_kinds(kinds, place=place, index=index, width=width),
        misfits=misfits,
        problems=problems,
        not_data=labelled,
        above=tuple(tuple(c for c in row if c.strip()) for row in rows[: heading.first]),
    )


def _refuse_no_header(rows: Sequence[Sequence[str]], *, problems: Problems) -> None:
    if not rows:
        raise problems.refusal(
            code="empty_file",
            found="an empty file, without even a header",
            expected="a header row and the rows below it",
            mend="export the file again",
        )


def _misfits(
    body: Sequence[Sequence[str]], numbers: Sequence[int], fits: Sequence[bool]
) -> dict[int, tuple[str, ...]]:
    """Rows that fit no columns, by their number."""
    return {
        int(number): tuple(row)
        for row, number, fit in zip(body, numbers, fits, strict=True)
        if not fit
    }


def _kinds(
    kinds: Sequence[Sequence[str]] | None, *, place: int, index: Sequence[int], width: int
) -> pd.DataFrame | None:
    if kinds is None:
        return None
    return _frame([_padded(row, width) for row in kinds[place + 1 :]], index=index, width=width)


def _take_labelled(misfits: dict[int, tuple[str, ...]], *, labels: Labels) -> dict[int, str]:
    """Take rows with a declared label, and no date, out of those that fit no columns."""
    found: dict[int, str] = {}
    for row, cells in misfits.items():
        label = labels.of(first_filled(cells))
        if label and not any(map(may_be_date, cells)):
            found[row] = declared_as(label)
    for row in found:
        del misfits[row]
    return found


def _report_heading(heading: Heading, *, header_row: int, form: Form, problems: Problems) -> None:
    report_carried(heading, row=header_row, problems=problems)
    if heading.first > 0 and not form.title:
        _report_title_rows(heading.first, header_row=header_row, problems=problems)


def _report_title_rows(above: int, *, header_row: int, problems: Problems) -> None:
    problems.warn(
        code="rows_above_header",
        row=header_row,
        found=f"the header in row {header_row}, with {counted(above, 'row')} above it",
        expected="the header in row 1",
        mend="none needed, or delete the rows above the header",
    )


def _extent(cells: Sequence[str]) -> int:
    for place in range(len(cells), 0, -1):
        if cells[place - 1].strip():
            return place
    return 0


def _headings(
    header: Sequence[str],
    body: Sequence[Sequence[str]],
    *,
    plain: PlainRows | None,
    ragged: bool,
) -> tuple[str, ...]:
    """Cells of the header, without the empty columns to its right (spreadsheet residue)."""
    like_header = body if ragged else [row for row in body if len(row) == len(header)]
    width = _extent(header)
    if ragged or len(header) > width:
        width = max([width, plain.extent if plain else 0, *map(_extent, like_header)])
    return tuple([*header, *[""] * (width - len(header))][:width])


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) > width and not any(cell.strip() for cell in row[width:])


def _frame(
    rows: Sequence[Sequence[str]],
    *,
    index: Sequence[int],
    width: int,
    plain: PlainRows | None = None,
) -> pd.DataFrame:
    if plain is not None:
        return plain.with_others(rows, numbers=index, width=width)
    # Column by column: a frame built from a million lists of rows would hold them twice.
    columns = {}
    for place in range(width):
        column = np.empty(len(rows), dtype=object)
        column[:] = [row[place] for row in rows]
        columns[place] = column
    return pd.DataFrame(columns, index=row_index(np.array(index, dtype="int64")), dtype=object)


def _set_misfits_aside(
    misfits: Mapping[int, tuple[str, ...]], *, width: int, problems: Problems
) -> None:
    for long in (True, False):
        rows = [n for n, cells in misfits.items() if (len(cells) > width) == long]
        mend = "put quotation marks round the cell that holds a comma"
        problems.set_aside(
            rows,
            code="too_many_cells" if long else "too_few_cells",
            found=[f"{counted(len(misfits[row]), 'cell')}" for row in rows],
            expected=f"{counted(width, 'cell')}, one for each of the {width} columns",
            mend=mend if long else "fill in the missing cells",
        )


def _report_no_rows(*, refused: bool, problems: Problems) -> None:
    found, expected = "a header and no rows below it (the table is empty)", "at least one row"
    mend = "check the export's date range"
    if refused:
        raise problems.refusal(code="no_rows", found=found, expected=expected, mend=mend)
    problems.warn(code="no_rows", found=found, expected=expected, mend=mend, rows=0)


def _refuse_size(rows: int, *, width: int, problems: Problems) -> None:
    if rows > MAX_ROWS:
        raise too_many_rows(rows, problems=problems)
    if width > MAX_COLUMNS:
        raise too_many_columns(counted(width, "column"), rows_in=rows, problems=problems)


def _is_conflict(text: str) -> bool:
    return text.startswith(("<", ">")) and _CONFLICT.fullmatch(text) is not None


def _refuse_conflicts(
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int],
    plain: PlainRows | None,
    problems: Problems,
) -> None:
    marked = [
        int(number) for row, number in zip(rows, numbers, strict=True) if _is_conflict(row[0])
    ]
    if plain is not None:
        marked += plain.numbers_where(_is_conflict, marks="<>")
    if marked:
        raise problems.refusal(
            code="conflict_markers",
            row=min(marked),
            found="version-control conflict markers (<<<<<<< … >>>>>>>)",
            expected="a table in which every conflict is resolved",
            mend="resolve the conflict and save the file",
        )
