"""Checks of single cells that hold for every column, and their texts without outer mess."""

from __future__ import annotations

import re

import pandas as pd

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import Texts, by_value, has_hidden_characters, tidy
from qaf_analysis.data.files.limits import MAX_CELL
from qaf_analysis.data.files.sheet import HALF_CHARACTER

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!)", re.I)
_RETYPE = "retype the cell"


def tidy_cells(cells: Texts, kinds: Texts | None, *, column: Column, problems: Problems) -> Texts:
    """Check a column's cells and return their tidy texts.

    Free text is only checked for its length and for NUL bytes, and comes back as it stood.

    Parameters
    ----------
    cells : Series of str
        As they stood in the file; the index is the row number.
    kinds : Series of str or None
        Kinds of the cells, for a workbook (see ``RawTable``).
    """
    _set_long_aside(cells, column=column, problems=problems)
    _set_half_aside(kinds, column=column, problems=problems)
    free = column.kind == "free"
    _set_control_aside(cells, column=column, only_nul=free, problems=problems)
    if free:
        return cells
    _set_errors_aside(cells, kinds, column=column, problems=problems)
    _warn_of_damage(cells, column=column, problems=problems)
    tidied = by_value(cells, tidy)
    spaced = int((tidied != cells).sum())
    if spaced and column.kind != "grade":
        problems.note(
            code="spaces",
            column=column.heading,
            found=f"{counted(spaced, 'cell')} with spare spaces, which were taken out",
            expected="no spaces at either end",
            rows=spaced,
        )
    if kinds is not None:
        _check_kinds(tidied, kinds, column=column, problems=problems)
    return tidied


def _where(flags: Texts) -> list[int]:
    return [int(row) for row in flags.index[flags.to_numpy(dtype=bool)]]


def _set_long_aside(cells: Texts, *, column: Column, problems: Problems) -> None:
    long = pd.Series([len(text) > MAX_CELL for text in cells], index=cells.index, dtype=bool)
    rows = _where(long)
    problems.set_aside(
        rows,
        code="cell_too_long",
        column=column.heading,
        found=[f"a text of {len(cells[row]):,} characters, too long" for row in rows],
        expected=f"at most {MAX_CELL:,} characters",
        mend="shorten the text",
    )


def _set_control_aside(cells: Texts, *, column: Column, only_nul: bool, problems: Problems) -> None:
    pattern = re.compile("\x00") if only_nul else _CONTROL
    rows = _where(by_value(cells, lambda text: pattern.search(text) is not None))
    problems.set_aside(
        rows,
        code="control_character",
        column=column.heading,
        found=[f"{extract(cells[row])}, which holds a NUL or control character" for row in rows],
        expected="printable text",
        mend="export the file again, or retype the cell",
    )


def _set_half_aside(kinds: Texts | None, *, column: Column, problems: Problems) -> None:
    if kinds is None:
        return
    problems.set_aside(
        _where(kinds == HALF_CHARACTER),
        code="half_character",
        column=column.heading,
        found="half a character (a lone surrogate), which no text can hold; shown as \ufffd",
        expected="whole characters",
        mend=_RETYPE,
    )


def _set_errors_aside(
    cells: Texts, kinds: Texts | None, *, column: Column, problems: Problems
) -> None:
    errors = by_value(cells, lambda text: _ERROR.fullmatch(text.strip()) is not None)
    if kinds is not None:
        errors = errors | (kinds == "e")
    rows = _where(errors)
    problems.set_aside(
        rows,
        code="error_cell",
        column=column.heading,
        found=[f"the error {extract(cells[row])}" for row in rows],
        expected="a value",
        mend="mend the formula and save",
    )
    if kinds is None:
        return
    problems.set_aside(
        _where(kinds == "f"),
        code="formula_without_value",
        column=column.heading,
        found="a formula without a stored result (it is not read as blank)",
        expected="a value",
        mend="open and save the workbook in Excel, or paste the column as values",
    )
    problems.set_aside(
        _where(kinds == "m"),
        code="merged_cell",
        column=column.heading,
        found="a cell covered by a merged one, so that its value cannot be told",
        expected="one cell for each row",
        mend="unmerge the cells and fill in each row",
    )


def _warn_of_damage(cells: Texts, *, column: Column, problems: Problems) -> None:
    problems.warn_each(
        _where(by_value(cells, lambda text: "\ufffd" in text)),
        code="damaged_character",
        column=column.heading,
        found="a character whose bytes are damaged (encoding), shown as \ufffd",
        expected="UTF-8 text",
        mend=_RETYPE,
    )
    problems.warn_each(
        _where(by_value(cells, has_hidden_characters)),
        code="hidden_character",
        column=column.heading,
        found="invisible or full-width characters, which were taken out or made plain",
        expected="plain characters",
        mend=_RETYPE,
    )


def _check_kinds(texts: Texts, kinds: Texts, *, column: Column, problems: Problems) -> None:
    if column.kind not in ("date", "quarter"):
        rows = _where(kinds == "d")
        problems.set_aside(
            rows,
            code="unexpected_date",
            column=column.heading,
            found=[f"the date {extract(texts[row])}" for row in rows],
            expected=f"text; Excel may have turned the {column.name} into a date",
            mend="format the column as text and enter the cell again",
        )
    numbers = _where(kinds == "n")
    if numbers and column.kind in ("identifier", "person"):
        problems.warn(
            code="number_for_text",
            row=numbers[0],
            column=column.heading,
            found=f"{counted(len(numbers), 'cell')} stored as a number, read as text without "
            'decimals (as "101", not "101.0")',
            expected="text, so that leading zeros are kept",
            mend="format the column as text",
            rows=len(numbers),
        )
