"""Text files that are too large to be cut into cells: counted in bytes, before anything is cut."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.heading_rows import Heading
from qaf_analysis.data.files.limits import (
    HEADER_WITHIN,
    MAX_CELLS_IN_TURN,
    MAX_COLUMNS,
    MAX_LINE_BYTES,
    MAX_LINES,
    MAX_MISFITS,
    MAX_ROWS,
    MAX_SEPARATORS,
    MAX_TABLE_BYTES,
    MAX_TEXTS,
)
from qaf_analysis.data.files.regular_rows import has_open_line

_PIECE = 1 << 18
_SEPARATORS = b",;\t|"
_LINE, _RETURN = b"\n\r"
# Bytes of UTF-8 that make a line filled: ASCII that is seen, and those that begin a letter but
# never a space. Separators and quotation marks alone may be a blank row.
_OF_TEXT = np.zeros(256, dtype=bool)
_OF_TEXT[[*range(0x21, 0x7F), *range(0xC3, 0xE0), 0xE0, *range(0xE4, 0xEF), *range(0xF0, 0xF5)]] = 1
_OF_TEXT[[*_SEPARATORS, *b'"']] = False
_SHORTER = "export a shorter period, only the columns needed, or split the file"
_FEWER = "leave out of the export the columns that the analysis does not need"


def refuse_oversize(data: bytes, *, problems: Problems) -> None:
    """Refuse a text file with too many bytes, lines or cells, or with an endless line.

    Raises
    ------
    FileRefusedError
        Naming the count and the limit.
    """
    if len(data) > MAX_TABLE_BYTES:
        found, most = f"a file of {len(data):,} bytes", f"{MAX_TABLE_BYTES:,} bytes"
        raise too_large(found, most, problems=problems)
    lines = max(_count(data, b"\n"), _count(data, b"\r"))
    if lines > MAX_LINES:
        raise too_many_rows(lines, found=f"{lines:,} lines", problems=problems)
    separators = max(_count(data, bytes([separator])) for separator in _SEPARATORS)
    if separators > MAX_SEPARATORS:
        found, most = f"a file of {separators:,} cells", f"{MAX_SEPARATORS:,} cells"
        raise too_large(found, most, problems=problems)
    endless = _endless_line(data)
    if endless is not None:
        found = f"a line of more than {MAX_LINE_BYTES:,} bytes (line {endless:,} of the file)"
        raise too_large(found, f"{MAX_LINE_BYTES:,} bytes in a line", problems=problems)


def refuse_many_rows(text: bytes, *, problems: Problems) -> None:
    """Refuse a text with too many rows where no cell goes over several lines: then lines are rows.

    Parameters
    ----------
    text : bytes
        The whole file in UTF-8.

    Raises
    ------
    FileRefusedError
        Naming how many lines hold anything. Where a cell may go over several lines, or lines are
        told to be blank only by cutting them, the rows are counted as they are cut.
    """
    most = MAX_ROWS + HEADER_WITHIN
    if max(_count(text, b"\n"), _count(text, b"\r")) < most or has_open_line(text):
        return
    rows = _filled_lines(text)
    if rows > most:
        raise too_many_rows(rows, problems=problems)


def _filled_lines(text: bytes) -> int:
    """How many lines hold a sign that is surely part of a cell's text."""
    every, rows, is_filled = np.frombuffer(text, dtype=np.uint8), 0, False
    for start in range(0, len(every), _PIECE):
        block = every[start : start + _PIECE]
        ends = np.flatnonzero((block == _LINE) | (block == _RETURN))
        signs = np.append(0, np.cumsum(_OF_TEXT[block], dtype=np.int32))
        in_line = np.diff(signs[ends], prepend=0)
        if len(ends):
            in_line[0] += is_filled
            rows += int(np.count_nonzero(in_line))
            is_filled = False
        is_filled |= bool(signs[-1] > (signs[ends[-1]] if len(ends) else 0))
    return rows + is_filled


def _count(data: bytes, sign: bytes) -> int:
    """How often a byte stands in the data; piece by piece, three times as fast as ``count``."""
    every, wanted = np.frombuffer(data, dtype=np.uint8), ord(sign)
    return sum(
        int(np.count_nonzero(every[start : start + _PIECE] == wanted))
        for start in range(0, len(every), _PIECE)
    )


def too_many_rows(
    rows: int,
    *,
    problems: Problems,
    found: str = "",
    mend: str = "export a shorter period, or split the file",
) -> FileRefusedError:
    """Return the error that refuses a file, or a query, of too many rows."""
    return problems.refusal(
        code="too_many_rows",
        found=found or f"{rows:,} rows",
        expected=f"at most {MAX_ROWS:,} rows",
        mend=mend,
        rows_in=rows,
    )


def too_many_columns(
    found: str,
    *,
    problems: Problems,
    row: int | None = None,
    rows_in: int = 0,
    mend: str = _FEWER,
) -> FileRefusedError:
    """Return the error that refuses a table of too many columns."""
    return problems.refusal(
        code="too_many_columns",
        row=row,
        found=found,
        expected=f"at most {MAX_COLUMNS} columns",
        mend=mend,
        rows_in=rows_in,
    )


def refuse_wide_row(cells: Sequence[str], *, row: int, problems: Problems) -> None:
    """Refuse a file with a row of more filled cells than any table has columns.

    Raises
    ------
    FileRefusedError
        Such a row is no row with a comma too many: the file is cut by another sign, or no table.
    """
    filled = next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)
    if filled > MAX_COLUMNS:
        mend = f"{_FEWER}, or mend the quotation marks of that row"
        raise too_many_columns(
            f"{filled:,} cells in one row", row=row, mend=mend, problems=problems
        )


class Misfits:
    """Rows of another length than the header, counted while a file is cut.

    A few are set aside, each with its place. A large file most of whose rows do not fit is no
    table, and to keep all of them would take more memory than any table.

    Parameters
    ----------
    heading_of : callable
        Finds the heading among the first rows.
    """

    def __init__(
        self, heading_of: Callable[[Sequence[Sequence[str]]], Heading], *, problems: Problems
    ) -> None:
        self._heading_of = heading_of
        self._problems = problems
        self._next = MAX_MISFITS
        self._seen = self._found = self._cells = 0
        self._width = 0

    def look(self, records: Sequence[Sequence[str]], broken: Collection[int]) -> None:
        """Count the rows cut since the last look, every so many rows.

        Raises
        ------
        FileRefusedError
            If more than ``MAX_MISFITS`` and more than half do not fit, or there are more than
            ``MAX_CELLS_IN_TURN`` cells.
        """
        if len(records) + len(broken) < self._next:
            return
        self._next += MAX_MISFITS
        if not self._width and records:
            first = records[:HEADER_WITHIN]
            self._width = len(first[self._heading_of(first).last])
        for cells in records[self._seen :]:
            is_long = any(map(str.strip, cells[self._width :]))
            self._found += len(cells) < self._width or is_long
        self._cells += sum(map(len, records[self._seen :]))
        self._seen = len(records)
        if self._cells > MAX_CELLS_IN_TURN:
            most = f"{MAX_CELLS_IN_TURN:,} cells in a file whose lines end in more than one way"
            found = f"more than {MAX_CELLS_IN_TURN:,} cells that had to be cut out one by one"
            raise too_large(found, most, problems=self._problems)
        wrong, rows = self._found + len(broken), len(records) + len(broken)
        if wrong > MAX_MISFITS and wrong > rows / 2:
            raise self._problems.refusal(
                code="not_a_table",
                found=f"{wrong:,} of the first {rows:,} rows with more or fewer cells than the "
                f"header ({self._width})",
                expected="as many cells in each row as in the header",
                mend="look in a text editor whether the rows are cut by one sign throughout, and "
                "export the file again",
                rows_in=rows,
            )


def _endless_line(data: bytes) -> int | None:
    """Number of the first line that is too long; found in leaps, without going through all."""
    start = 0
    while start + MAX_LINE_BYTES < len(data):
        end = start + MAX_LINE_BYTES + 1
        last = max(data.rfind(b"\n", start, end), data.rfind(b"\r", start, end))
        if last < 0:
            return max(data.count(b"\n", 0, start), data.count(b"\r", 0, start)) + 1
        start = last + 1
    return None


def too_many_texts(*, problems: Problems) -> FileRefusedError:
    """Return the error that refuses a file of too many different texts."""
    most = f"{MAX_TEXTS:,} different texts in all columns together"
    return too_large(f"more than {MAX_TEXTS:,} different texts", most, problems=problems)


def too_large(
    found: str, most: str, *, problems: Problems, mend: str = _SHORTER, rows_in: int = 0
) -> FileRefusedError:
    """Return the error that refuses a file, or a query, of too many bytes, cells or texts."""
    return problems.refusal(
        code="too_large", found=found, expected=f"at most {most}", mend=mend, rows_in=rows_in
    )
