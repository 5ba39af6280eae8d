"""Rows of a CSV file that need no care, cut many at a time; the others are left to the csv module.

A line is plain when it is proved to be one row with as many cells as the header: its quotation
marks open and close whole cells, it holds no NUL, and the separators outside quotation marks
are as many as they should be. Plain lines go to pandas in blocks; of each column only the
distinct texts are made. Every other line goes through ``csv.reader``, as the whole file would.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.errors import ParserError

from qaf_analysis.data.contract.distinct import Distinct, Texts, distinct, together
from qaf_analysis.data.files.limits import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    MAX_FIELD,
    MAX_MISFITS,
    MAX_ROWS,
    MAX_TEXTS,
)

_BLOCK = 4_000_000  # bytes: small enough for the processor's cache, large enough for pandas
_WORKERS = min(4, os.cpu_count() or 1)
_PIECE = 1 << 20
_LINE, _RETURN, _QUOTE, _NUL = b'\n\r"\x00'
WidthOf = Callable[[Sequence[Sequence[str]], Sequence[int]], int]
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainRows:
    """Rows that were cut many at a time; all are as long as the header, and none is blank.

    Parameters
    ----------
    blocks : tuple of lists of Distinct
        The cells, block by block and column by column.
    numbers : array of int
        Row numbers, rising.
    """

    blocks: tuple[list[Distinct], ...]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def extent(self) -> int:
        """How many columns there are up to the last that holds any text."""
        width = max((len(block) for block in self.blocks), default=0)
        for place in range(width - 1, -1, -1):
            if any(any(map(_is_filled, block[place].texts)) for block in self.blocks):
                return place + 1
        return 0

    def numbers_where(self, test: Callable[[str], bool], *, marks: str) -> list[int]:
        """Numbers of the rows whose first cell begins with one of some marks and passes a test."""
        firsts = [block[0] for block in self.blocks]
        if not any(mark in "".join(first.texts) for first in firsts for mark in marks):
            return []
        flags = [first.chosen([*map(test, first.texts)]) for first in firsts]
        return list(self.numbers[np.concatenate(flags)].tolist())

    def with_others(
        self, rows: Sequence[Sequence[str]], *, numbers: Sequence[int], width: int
    ) -> pd.DataFrame:
        """Frame of these rows and others in the order of their numbers; the columns to a width."""
        every = np.concatenate([np.array(numbers, dtype="int64"), self.numbers])
        order = None if (np.diff(every) > 0).all() else np.argsort(every, kind="stable")
        index = row_index(every if order is None else every[order])
        columns: dict[int, Texts] = {}
        for place in range(width):
            others = distinct(pd.Series([row[place] for row in rows], dtype=object))
            column = together([others, *(block[place] for block in self.blocks)], index=index)
            columns[place] = column if order is None else _in_order(column, order)
        return pd.DataFrame(columns, index=index, copy=False)


def _in_order(column: Texts, order: NDArray[np.intp]) -> Texts:
    return pd.Series(column.array.take(order), index=column.index)


def _is_filled(text: str) -> bool:
    return bool(text.strip())


@dataclass(kw_only=True, eq=False)
class CutRows:
    """What became of the lines of a file.

    Parameters
    ----------
    records, numbers : list
        Rows cut one by one that are not blank, and their row numbers.
    broken : dict of int to str
        Lines with a faulty quotation mark, by row number.
    """

    records: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)


class NotRegularError(Exception):
    """Nothing can be proved about the lines of this file; it must be read with care."""


class TooManyTextsError(Exception):
    """So many different texts stand in the file that to hold them all would cost too much."""


def cut_rows(data: bytes, *, separator: str, width_of: WidthOf) -> tuple[CutRows, PlainRows]:
    """Cut the rows of a file: the first ones and the irregular one by one, the others together.

    Parameters
    ----------
    data : bytes
        The file in UTF-8, known to be valid, without byte-order mark.
    width_of : callable
        Tells from the first rows that are not blank, and their numbers, how many cells the
        header has.

    Raises
    ------
    NotRegularError
        If the file is short, or rows cannot be told from lines: returns that end no line, a
        quotation mark that is never closed.
    TooManyTextsError
        If there are more than ``MAX_TEXTS`` different ones.
    """
    if _has_endless_line(data):
        raise NotRegularError
    for by_counts in (True, False):
        cutter = _Cutter(data, separator=separator)
        cutter.cut_head(width_of)
        try:
            plain = cutter.plain_rows(by_counts=by_counts)
            _leave_extremes(cutter.others, plain)
            return cutter.others, plain
        except ParserError:
            # In one block long and short rows balance, so that the separators are as many as
            # they should be; once more, counting them line by line.
            continue
    raise NotRegularError


def has_open_line(data: bytes) -> bool:
    """Whether a line holds an odd number of quotation marks, so that a cell may go beyond it.

    A line ends with a line feed or a carriage return.

    Examples
    --------
    >>> has_open_line(b'a,"b"\\n"c"'), has_open_line(b'a,"b\\nc"')
    (False, True)
    """
    if b'"' not in data:
        return False
    every, before = np.frombuffer(data, dtype=np.uint8), 0
    for start in range(0, len(every), _PIECE):
        block = every[start : start + _PIECE]
        quotes = block == _QUOTE
        if not before and not quotes.any():
            continue
        ends = np.flatnonzero((block == _LINE) | (block == _RETURN))
        so_far = np.cumsum(quotes, dtype=np.int64)
        in_line = np.diff(so_far[ends], prepend=-before)
        if (in_line % 2).any():
            return True
        before = int(so_far[-1] - so_far[ends[-1]]) if len(ends) else before + int(so_far[-1])
    return before % 2 == 1


def _has_endless_line(data: bytes) -> bool:
    """Whether a line may hold a cell that is too long to be cut out; found in leaps."""
    start = 0
    while start + MAX_FIELD < len(data):
        start = data.rfind(b"\n", start, start + MAX_FIELD) + 1
        if not start:
            return True
    return False


def _leave_extremes(others: CutRows, plain: PlainRows) -> None:
    """Leave a file that may be refused for its rows to the careful way, which counts as it goes.

    Raises
    ------
    NotRegularError
        If there are too many rows, or most rows up to one are irregular.
    """
    rows = len(plain) + len(others.records)
    odd = np.sort([*others.numbers, *others.broken])
    regular = np.searchsorted(plain.numbers, odd)
    number = np.arange(1, len(odd) + 1)
    mostly_odd = ((number > MAX_MISFITS) & (number > regular)).any()
    if rows > MAX_ROWS + HEADER_WITHIN or mostly_odd:
        raise NotRegularError


@dataclass(frozen=True, kw_only=True, eq=False)
class _Piece:
    """Plain lines, and the numbers of the rows that they are."""

    start: int
    end: int
    numbers: NDArray[np.int64]
    lines: bytes | None = None  # where they do not stand together in the file


class _Cutter:
    def __init__(self, data: bytes, *, separator: str) -> None:
        self.others = CutRows()
        self._data = data
        self._separator = separator
        self._width = 0
        self._pieces: list[_Piece] = []
        self._position = 0
        self._row = 1
        self._odd = 0

    def cut_head(self, width_of: WidthOf) -> None:
        """Cut the rows among which the header stands one by one."""
        while len(self.others.records) < HEADER_WITHIN:
            if self._position >= len(self._data):
                raise NotRegularError
            self._cut(self._position, self._row)
            self._row += 1
        self._width = width_of(self.others.records, self.others.numbers)

    def plain_rows(self, *, by_counts: bool) -> PlainRows:
        """Cut everything after the head; the rows that are not plain go to ``others``."""
        data, start = self._data, self._position
        while start < len(data):
            end = data.find(b"\n", min(start + _BLOCK, len(data) - 1)) + 1 or len(data)
            block = np.frombuffer(data, dtype=np.uint8, count=end - start, offset=start)
            lines = int(np.count_nonzero(block == _LINE)) + (data[end - 1] != _LINE)
            if by_counts and self._is_plain(block, lines=lines):
                self._add(start, end, np.arange(lines) + self._row)
                self._row += lines
                start = end
            else:
                start = self._sort(block, start=start)
        return self._parsed()

    def _add(
        self, start: int, end: int, numbers: NDArray[np.int64], lines: bytes | None = None
    ) -> None:
        if len(numbers):
            self._pieces.append(_Piece(start=start, end=end, numbers=numbers, lines=lines))

    def _is_plain(self, block: NDArray[np.uint8], *, lines: int) -> bool:
        """Whether a block has as many separators as plain lines would, and no mark to look at.

        Together with pandas, which refuses a row that is too long and would find more rows if
        a return stood alone, this is proof.
        """
        separators = int(np.count_nonzero(block == ord(self._separator)))
        returns = int(np.count_nonzero(block == _RETURN))
        marked = (block == _QUOTE).any() or (block == _NUL).any()
        return separators == lines * (self._width - 1) and returns in (0, lines) and not marked

    def _sort(self, block: NDArray[np.uint8], *, start: int) -> int:
        """Cut the lines of a block that are not plain; return where the next block begins."""
        ends = np.flatnonzero(block == _LINE)
        if block[-1] != _LINE:
            ends = np.append(ends, len(block))
        begins = np.append(0, ends[:-1] + 1)
        if np.count_nonzero(block == _RETURN) != np.count_nonzero(block[ends - 1] == _RETURN):
            raise NotRegularError
        plain = self._plain_lines(block, ends)
        further = np.zeros(len(ends), dtype=np.int64)  # lines of a row beyond its first
        swallowed = 0
        for line in np.flatnonzero(~plain).tolist():
            if start + begins[line] < self._position:
                continue  # it belongs to the row before
            self._cut(int(start + begins[line]), self._row + line - swallowed)
            last = int(np.searchsorted(begins, self._position - start))
            further[line + 1 : last] = 1
            plain[line + 1 : last] = False
            swallowed += last - line - 1
        numbers = self._row + np.arange(len(ends)) - np.cumsum(further)
        self._row = int(numbers[-1]) + 1
        stop = start + len(block)
        kept = np.repeat(plain, np.append(begins[1:], len(block)) - begins)
        self._add(start, stop, numbers[plain], block[kept].tobytes())
        return max(stop, self._position)

    def _plain_lines(self, block: NDArray[np.uint8], ends: NDArray[np.intp]) -> NDArray[np.bool_]:
        separators = np.flatnonzero(block == ord(self._separator))
        quotes = np.flatnonzero(block == _QUOTE)
        plain = self._well_quoted(block, ends, quotes)
        regular = quotes[plain[np.searchsorted(ends, quotes)]]
        separators = separators[np.searchsorted(regular, separators) % 2 == 0]
        found = np.diff(np.searchsorted(separators, ends), prepend=0)
        plain &= found == self._width - 1
        plain[np.searchsorted(ends, np.flatnonzero(block == _NUL))] = False
        return plain

    def _well_quoted(
        self, block: NDArray[np.uint8], ends: NDArray[np.intp], quotes: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Whether the quotation marks of each line open and close whole cells, or are doubled."""
        line = np.searchsorted(ends, quotes)
        opening = (np.arange(len(quotes)) - np.searchsorted(line, line)) % 2 == 0
        before = np.append(np.uint8(_LINE), block)[quotes]
        after = np.append(block, np.uint8(_LINE))[quotes + 1]
        fits = np.where(
            opening,
            np.isin(before, [ord(self._separator), _LINE, _QUOTE]),
            np.isin(after, [ord(self._separator), _LINE, _RETURN, _QUOTE]),
        )
        well = np.bincount(line, minlength=len(ends)) % 2 == 0
        well[line[~fits]] = False
        return np.asarray(well, dtype=bool)

    def _cut(self, begin: int, number: int) -> None:
        """Cut one row with the csv module, be it of several lines.

        Raises
        ------
        NotRegularError
            If a row is too wide, or most rows so far had to be cut so, which costs more than to
            cut all in turn.
        """
        self._odd += 1
        if self._odd > MAX_MISFITS and self._odd > number / 2:
            raise NotRegularError
        self._position = begin
        reader = csv.reader(self._lines(), delimiter=self._separator, strict=True)
        try:
            record = next(reader)
        except csv.Error as error:
            told = str(error)
            if "unexpected end" in told or "limit" in told or reader.line_num > 1:
                raise NotRegularError from None
            line = self._data[begin : self._position].decode("utf-8")
            self.others.broken[number] = line.rstrip("\r\n")
            return
        if not any(cell.strip() for cell in record):
            return
        if len(record) > MAX_COLUMNS:
            raise NotRegularError  # it may be refused, which is not to wait for all the others
        self.others.records.append(record)
        self.others.numbers.append(number)

    def _lines(self) -> Iterator[str]:
        while self._position < len(self._data):
            begin = self._position
            self._position = self._data.find(b"\n", begin) + 1 or len(self._data)
            line = self._data[begin : self._position].decode("utf-8")
            if "\r" in line.removesuffix("\n").removesuffix("\r"):
                raise NotRegularError  # a return that ends no line here ends one elsewhere
            yield line

    def _parsed(self) -> PlainRows:
        """Hand the plain lines to pandas, block by block."""
        numbers, blocks, texts = [], list[list[Distinct]](), 0
        with ThreadPoolExecutor(_WORKERS) as workers:
            for columns in workers.map(self._columns, self._pieces):
                blocks.append(columns)
                texts += sum(len(column.texts) for column in columns)
                if texts > MAX_TEXTS:
                    workers.shutdown(wait=False, cancel_futures=True)
                    raise TooManyTextsError
        for place, piece in enumerate(self._pieces):
            blank = _blank(blocks[place])
            numbers.append(piece.numbers[~blank])
            if blank.any():
                blocks[place] = [replace(c, places=c.places[~blank]) for c in blocks[place]]
        return PlainRows(
            blocks=tuple(blocks), numbers=np.concatenate([np.zeros(0, dtype=np.int64), *numbers])
        )

    def _columns(self, piece: _Piece) -> list[Distinct]:
        """Cells of plain lines, column by column.

        They are read as texts: as categories pandas would take "007" for the number 7.
        """
        lines = self._data[piece.start : piece.end] if piece.lines is None else piece.lines
        if lines.startswith(_MARK):
            raise NotRegularError  # pandas would take it for a byte-order mark
        frame = pd.read_csv(
            io.BytesIO(lines),
            sep=self._separator,
            header=None,
            names=range(self._width),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
        )
        if len(frame) != len(piece.numbers):
            raise NotRegularError
        return [distinct(frame[place]) for place in range(self._width)]


def _blank(columns: Sequence[Distinct]) -> NDArray[np.bool_]:
    """Whether each row is blank: looked for in the columns of few texts first."""
    blank = np.ones(len(columns[0].places), dtype=bool)
    for column in sorted(columns, key=lambda column: len(column.texts)):
        if blank.any():
            blank &= ~column.chosen([_is_filled(text) for text in column.texts])
    return blank


def row_index(numbers: NDArray[np.int64]) -> pd.Index:
    """Index of row numbers, which takes no room where they follow one another."""
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1:
        return pd.RangeIndex(int(numbers[0]), int(numbers[-1]) + 1)
    return pd.Index(numbers)
