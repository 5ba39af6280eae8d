"""Raw table from a CSV file: encoding, separator, quotation marks, row numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.files.heading_rows import find_heading
from qaf_analysis.data.files.headings import heading_score
from qaf_analysis.data.files.raw_table import PLAIN, Form, RawTable, table_from
from qaf_analysis.data.files.regular_rows import (
    HEADER_WITHIN,
    CutRows,
    NotRegularError,
    PlainRows,
    cut_rows,
)

MAX_BYTES = 200_000_000
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")


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
    if len(data) > MAX_BYTES:
        raise problems.refusal(
            code="too_large",
            found=f"a file of {len(data):,} bytes",
            expected=f"at most {MAX_BYTES:,} bytes",
            mend="export a shorter period, or split the file",
        )
    encoding, errors = _encoding(data, problems=problems)
    separator = _separator(data, encoding=encoding, errors=errors, wanted=wanted, form=form)
    if separator in ";|":
        problems.warn(
            code="separator",
            found=f"cells separated by {_SEPARATORS[separator]} ({separator})",
            expected="cells separated by commas",
            mend="none needed, or save with commas",
        )
    with _unlimited_fields():
        cut, plain = _cut(
            data,
            encoding=encoding,
            errors=errors,
            separator=separator,
            wanted=wanted,
            form=form,
            problems=problems,
        )
    return table_from(
        cut.records,
        numbers=cut.numbers,
        wanted=wanted,
        problems=problems,
        broken=cut.broken,
        plain=plain,
        form=form,
        empty_is_refused=empty_is_refused,
    )


def _cut(
    data: bytes,
    *,
    encoding: str,
    errors: str,
    separator: str,
    wanted: Sequence[Column],
    form: Form,
    problems: Problems,
) -> tuple[CutRows, PlainRows | None]:
    """Rows of the file: plain ones many at a time where they can be proved plain."""

    def width_of(rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> int:
        heading = find_heading(
            rows, numbers=numbers, wanted=wanted, header_rows=form.header_rows, merged=None
        )
        return len(heading.texts)

    text = data
    if encoding != "utf-8" or errors != "strict":
        text = data.decode(encoding, errors=errors).encode()
    try:
        cut, plain = cut_rows(text, separator=separator, width_of=width_of)
    except NotRegularError:
        lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors=errors, newline="")
        return _records(lines, separator=separator, problems=problems), None
    for number in cut.broken:
        _set_broken_aside(number, problems=problems)
    return cut, plain


def _encoding(data: bytes, *, problems: Problems) -> tuple[str, str]:
    """Name of the encoding and what to do with bytes that do not fit it."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, "replace"
    if data[1:400:2].count(0) > len(data[1:400:2]) // 2:
        problems.warn(
            code="encoding",
            found="UTF-16 text without a byte-order mark",
            expected="UTF-8",
            mend="save as CSV UTF-8",
        )
        return "utf-16-le", "replace"
    try:
        if not data.isascii():
            data.decode("utf-8")
    except UnicodeDecodeError:
        return _encoding_of_damaged(data, problems=problems)
    return "utf-8", "strict"


def _encoding_of_damaged(data: bytes, *, problems: Problems) -> tuple[str, str]:
    text = data.decode("utf-8", errors="replace")
    right, wrong = len(_BEYOND_ASCII.findall(text)), text.count("\ufffd")
    try:
        data.decode("cp1252")
        fits_1252 = True
    except UnicodeDecodeError:
        fits_1252 = False
    # Accented letters that decode well as UTF-8 would hardly do so by chance.
    if fits_1252 and right < wrong:
        problems.warn(
            code="encoding",
            found="text in the Windows-1252 encoding, read as such",
            expected="UTF-8",
            mend="save as CSV UTF-8",
        )
        return "cp1252", "strict"
    problems.warn(
        code="encoding",
        found=f"UTF-8 text with {wrong} damaged characters, shown as \ufffd",
        expected="UTF-8 throughout",
        mend="retype the cells named below, and save as CSV UTF-8",
    )
    return "utf-8", "replace"


def _separator(
    data: bytes, *, encoding: str, errors: str, wanted: Sequence[Column], form: Form
) -> str:
    """Separator under which the header shows most wanted headings; a comma when in doubt."""
    start = data[:200_000].decode(encoding, errors="ignore" if errors == "strict" else errors)

    def score(separator: str) -> int:
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        start_rows = enumerate(islice(reader, HEADER_WITHIN), start=1)
        filled = {number: row for number, row in start_rows if any(map(str.strip, row))}
        if not filled:
            return 0
        heading = find_heading(
            [*filled.values()],
            numbers=[*filled],
            wanted=wanted,
            header_rows=form.header_rows,
            merged=None,
        )
        return heading_score(heading.texts, wanted)

    with _unlimited_fields():
        return max(_SEPARATORS, key=score)


class _unlimited_fields:  # noqa: N801 - reads as a statement
    """Lift the csv module's limit on cell length; ours is enforced later, with the row named."""

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(MAX_BYTES)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)


def _records(lines: io.TextIOWrapper, *, separator: str, problems: Problems) -> CutRows:
    """Rows that are not blank, their numbers, and lines with a faulty quotation mark."""
    cut = CutRows()
    kept = _LastLine(lines)
    reader = csv.reader(kept, delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        first_line = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return cut
        except csv.Error as error:
            if "unexpected end" in str(error) or reader.line_num > first_line + 1:
                raise _unclosed(number, lines=kept, before=cut.records, problems=problems) from None
            cut.broken[number] = kept.line.rstrip("\r\n")
            _set_broken_aside(number, problems=problems)
            continue
        if any(cell.strip() for cell in record):
            cut.records.append(record)
            cut.numbers.append(number)


class _LastLine:
    """Lines of a file, remembering the last one and how many were not blank."""

    def __init__(self, lines: io.TextIOWrapper) -> None:
        self._lines = lines
        self.line = ""
        self.filled = 0

    def __iter__(self) -> _LastLine:
        return self

    def __next__(self) -> str:
        self.line = next(self._lines)
        self.filled += bool(self.line.strip())
        return self.line

    def count_rest(self) -> int:
        """Lines that are not blank, to the end of the file."""
        return self.filled + sum(bool(line.strip()) for line in self._lines)


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
        rows_in=max(lines.count_rest() - 1, 0),
    )


def _set_broken_aside(number: int, *, problems: Problems) -> None:
    # The line is not quoted: it may hold a column that must not be copied anywhere.
    problems.set_aside(
        [number],
        code="stray_quote",
        found="a quotation mark in the middle of a quoted cell",
        expected='quotation marks inside a quoted cell written twice ("")',
        mend="double the quotation marks inside the cell",
    )
