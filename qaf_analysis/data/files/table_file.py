"""Raw table from a CSV file: separator, quotation marks, row numbers."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Protocol

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import where
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.heading_rows import Heading, find_heading
from qaf_analysis.data.files.headings import heading_score
from qaf_analysis.data.files.limits import (
    HEADER_WITHIN,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_FIELD,
    MAX_ROWS,
)
from qaf_analysis.data.files.oversize import (
    Misfits,
    refuse_many_rows,
    refuse_oversize,
    refuse_wide_row,
    too_many_rows,
    too_many_texts,
)
from qaf_analysis.data.files.raw_table import PLAIN, Form, RawTable, table_from
from qaf_analysis.data.files.regular_rows import (
    CutRows,
    NotRegularError,
    PlainRows,
    TooManyTextsError,
    cut_rows,
    has_open_line,
)
from qaf_analysis.data.files.text_encoding import as_utf8, encoding_of

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


def read_csv_table(
    data: bytes,
    *,
    wanted: Sequence[Column],
    problems: Problems,
    empty_is_refused: bool,
    form: Form = PLAIN,
) -> RawTable:
    """Cut a CSV file into rows and cells.

    Row numbers are those that a spreadsheet shows: blank lines count, and a line break inside
    quotation marks does not start a new row.

    Parameters
    ----------
    data : bytes
        The whole file.
    wanted : sequence of Column
        Columns by which the separator and the header are found.
    form : Form
        What the settings say of the layout.

    Raises
    ------
    FileRefusedError
        If the file is too large, cannot be decoded, or a quotation mark is never closed.
    """
    refuse_oversize(data, problems=problems)
    text = as_utf8(data, encoding_of(data, problems=problems))
    if len(text) > len(data):
        refuse_oversize(text, problems=problems)
    separator = _separator(text, wanted=wanted, form=form)
    if separator in ";|":
        problems.warn(
            code="separator",
            found=f"cells separated by {_SEPARATORS[separator]} ({separator})",
            expected="cells separated by commas",
            mend="none needed, or save with commas",
        )
    if b"\n" not in text:  # then returns end the lines, and can be read as fast
        text = text.replace(b"\r", b"\n")
    text = _without_blank_end(text, separator=separator)
    refuse_many_rows(text, problems=problems)
    cut, plain = _cut(text, separator=separator, wanted=wanted, form=form, problems=problems)
    table = table_from(
        cut.records,
        numbers=cut.numbers,
        wanted=wanted,
        problems=problems,
        broken=cut.broken,
        plain=plain,
        form=form,
        empty_is_refused=empty_is_refused,
    )
    _set_swallowed_aside(table, text, separator=separator)
    return table


def _without_blank_end(text: bytes, *, separator: str) -> bytes:
    """The text up to its last line that is not blank; a spreadsheet may leave a million others."""
    end = len(text.rstrip(b" \r\n\t" + separator.encode()))
    ends = [place for place in (text.find(b"\n", end), text.find(b"\r", end)) if place >= 0]
    if not end:
        return b""
    if not ends:
        return text  # the last line has no end, and its empty cells belong to it
    # A return and a line feed end one line.
    stop = min(ends) + (2 if text[min(ends) : min(ends) + 2] == b"\r\n" else 1)
    return text[:stop]


def _cut(
    text: bytes,
    *,
    separator: str,
    wanted: Sequence[Column],
    form: Form,
    problems: Problems,
) -> tuple[CutRows, PlainRows | None]:
    """Rows of the file: plain ones many at a time where they can be proved plain."""

    heading_of = _heading_of(wanted, form=form)

    def width_of(rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> int:
        return len(heading_of(rows, numbers).texts)

    with contextlib.suppress(NotRegularError), _unlimited_fields():
        try:
            cut, plain = cut_rows(text, separator=separator, width_of=width_of)
        except TooManyTextsError:
            raise too_many_texts(problems=problems) from None
        _set_broken_aside(cut.broken, (), problems=problems)
        return cut, plain
    # Out of the block above nothing of the first attempt is kept in memory.
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    misfits = Misfits(heading_of, problems=problems)
    records, numbers, broken = _records(
        lines, separator=separator, misfits=misfits, problems=problems
    )
    return CutRows(records=records, numbers=numbers, broken=broken), None


class _HeadingOf(Protocol):
    def __call__(
        self, rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), /
    ) -> Heading: ...


def _heading_of(wanted: Sequence[Column], *, form: Form) -> _HeadingOf:
    """What finds the heading among the first rows of a file, of which none is blank."""

    def heading_of(rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), /) -> Heading:
        return find_heading(
            rows,
            numbers=numbers or range(1, len(rows) + 1),
            wanted=wanted,
            header_rows=form.header_rows,
            merged=None,
        )

    return heading_of


def _separator(text: bytes, *, wanted: Sequence[Column], form: Form) -> str:
    """Separator under which the header shows most wanted headings; a comma when in doubt."""
    # A character may be cut in two where the start ends.
    start = text[:200_000].decode("utf-8", errors="ignore")

    def score(separator: str) -> int:
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        start_rows = [row for row in islice(reader, HEADER_WITHIN) if any(map(str.strip, row))]
        return heading_score(heading_of(start_rows).texts, wanted) if start_rows else 0

    heading_of = _heading_of(wanted, form=form)

    with _unlimited_fields():
        return max(_SEPARATORS, key=score)


class _unlimited_fields:  # noqa: N801 - reads as a statement
    """Lift the csv module's limit on cell length; ours is enforced later, with the row named.

    It is not lifted altogether: a quotation mark never closed would make a cell of all the rest.
    """

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(MAX_FIELD)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)


def _records(
    lines: io.TextIOWrapper, *, separator: str, misfits: Misfits, problems: Problems
) -> tuple[list[list[str]], list[int], dict[int, str]]:
    """Rows that are not blank, their numbers, and lines with a faulty quotation mark."""
    records: list[list[str]] = []
    numbers: list[int] = []
    broken: dict[int, str] = {}
    too_long: list[int] = []
    kept = _LastLine(lines)
    reader = csv.reader(kept, delimiter=separator, strict=True)
    number = 0
    with _unlimited_fields():
        while True:
            number += 1
            first_line = reader.line_num
            try:
                record = next(reader)
            except StopIteration:
                _set_broken_aside(broken, too_long, problems=problems)
                return records, numbers, broken
            except csv.Error as error:
                if "unexpected end" in str(error) or reader.line_num > first_line + 1:
                    raise _unclosed(number, lines=kept, before=records, problems=problems) from None
                if kept.line.count('"') % 2 and "limit" in str(error):
                    raise _unclosed(number, lines=kept, before=records, problems=problems) from None
                broken[number] = kept.line.rstrip("\r\n")
                too_long += [number] if "limit" in str(error) else []
                misfits.look(records, broken)
                continue
            if len(record) > MAX_COLUMNS:
                refuse_wide_row(record, row=number, problems=problems)
            if any(cell.strip() for cell in record):
                records.append(record)
                numbers.append(number)
                misfits.look(records, broken)
                if len(records) > MAX_ROWS + HEADER_WITHIN:
                    raise too_many_rows(len(records) + kept.count_rest(), problems=problems)


class _LastLine:
    """Lines of a file, remembering the last one and how many were not blank."""

    def __init__(self, lines: io.TextIOWrapper) -> None:
        self._lines = lines
        self.line = ""
        self._filled = 0

    def __iter__(self) -> _LastLine:
        return self

    def __next__(self) -> str:
        self.line = next(self._lines)
        self._filled += bool(self.line.strip())
        return self.line

    def count_rest(self) -> int:
        """Lines that are not blank, to the end of the file."""
        return sum(bool(line.strip()) for line in self._lines)

    def count_all(self) -> int:
        """Lines that are not blank, from the start of the file to its end."""
        return self._filled + self.count_rest()


def _unclosed(
    number: int, *, lines: _LastLine, before: list[list[str]], problems: Problems
) -> Exception:
    return problems.refusal(
        code="quote_not_closed",
        row=number,
        found="a quotation mark opened in this row and not closed in it, so that where the "
        "following rows begin cannot be told",
        expected="every quotation mark closed",
        mend=f"close the quotation mark in row {number}",
        # With the quotation broken a line is the best count of rows there is.
        rows_in=max(lines.count_all() - 1, 0),
    )


def _set_swallowed_aside(table: RawTable, text: bytes, *, separator: str) -> None:
    """Set rows aside of which one cell holds whole rows: a quotation mark too many, and one later.

    Between two stray marks in one column every line break brings as many separators as a row has,
    and the cells come out even, so that the rows between would vanish without a word.
    """
    width = len(table.headings)
    if width < 3 or not has_open_line(text):
        return  # no cell goes over several lines

    def holds_rows(text: str) -> bool:
        breaks = _breaks(text)
        # A sentence has spaces after its commas.
        even = text.count(separator) == breaks * (width - 1) and separator + " " not in text
        return bool(breaks) and even

    for place in table.cells.columns:
        texts = table.cells[place]
        for row in texts.index[where(texts, holds_rows)]:
            _set_one_swallowed_aside(int(row), _breaks(texts[row]), problems=table.problems)


def _breaks(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _set_one_swallowed_aside(row: int, breaks: int, *, problems: Problems) -> None:
    problems.set_aside(
        [row],
        code="rows_in_a_cell",
        found=f"a cell with {counted(breaks, 'line break')} and the cells of as many rows: a "
        "quotation mark stands where none belongs, and rows are caught in that cell",
        expected="quotation marks that open and close within one cell",
        mend=f"look at rows {row} to {row + breaks} in a text editor, and take the quotation "
        "marks out",
    )


def _set_broken_aside(
    broken: Collection[int], too_long: Collection[int], *, problems: Problems
) -> None:
    problems.set_aside(
        list(too_long),
        code="cell_too_long",
        found=f"a cell of more than {MAX_FIELD:,} characters",
        expected=f"at most {MAX_CELL:,} characters",
        mend="shorten the text",
    )
    # The line is not quoted: it may hold a column that must not be copied anywhere.
    problems.set_aside(
        sorted(set(broken) - set(too_long)),
        code="stray_quote",
        found="a quotation mark in the middle of a quoted cell",
        expected='quotation marks inside a quoted cell written twice ("")',
        mend="double the quotation marks inside the cell",
    )
