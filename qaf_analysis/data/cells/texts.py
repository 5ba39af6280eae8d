"""Checks of single cells that hold for every column, and their texts without outer mess."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import Distinct, Texts, are_plain, distinct, held
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import has_hidden_characters, tidy
from qaf_analysis.data.files.limits import MAX_CELL
from qaf_analysis.data.files.sheet import HALF_CHARACTER

# Control characters, and those that Unicode says no text is ever to hold.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!)", re.I)
# ASCII without control characters, signs of an error or spare spaces; blank is plain too.
_PLAIN = re.compile(r"(?:[!-\"$-~]+(?: [!-\"$-~]+)*)?")
_RETYPE = "retype the cell"
# Kinds of cells whose value cannot be told: code, what was found, what was expected, how to mend.
_NO_VALUE = {
    "f": (
        "formula_without_value",
        "a formula without a stored result (it is not read as blank)",
        "a value",
        "open and save the workbook in Excel, or paste the column as values",
    ),
    "m": (
        "merged_cell",
        "a cell covered by a merged one, so that its value cannot be told",
        "one cell for each row",
        "unmerge the cells and fill in each row",
    ),
}


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
    checked = _Cells(cells, column=column, problems=problems)
    checked.set_long_aside()
    _set_half_aside(kinds, column=column, problems=problems)
    checked.set_control_aside()
    if column.kind == "free":
        return cells
    checked.set_errors_aside(kinds)
    checked.warn_of_damage()
    tidied = checked.tidied()
    if kinds is not None:
        _check_kinds(tidied, kinds, column=column, problems=problems)
    return tidied


class _Cells:
    """Cells of one column by their distinct texts; those beyond doubt are not looked at twice."""

    def __init__(self, cells: Texts, *, column: Column, problems: Problems) -> None:
        self._cells = cells
        self._column = column
        self._problems = problems
        self._found = distinct(cells)
        free = column.kind == "free"
        texts = self._found.texts
        self._doubtful = np.arange(len(texts)) if free else _doubtful(texts)

    def _rows(self, test: Callable[[str], bool], more: Texts | None = None) -> list[int]:
        """Numbers of the rows whose text passes a test, and of those flagged otherwise."""
        if not len(self._doubtful) and more is None:
            return []
        flags = np.zeros(len(self._found.texts), dtype=bool)
        flags[self._doubtful] = [test(text) for text in self._found.texts[self._doubtful]]
        chosen = self._found.chosen(flags)
        if more is not None:
            chosen |= more.to_numpy(dtype=bool)
        return list(self._cells.index[chosen].tolist())

    def set_long_aside(self) -> None:
        self._problems.set_aside(
            self._rows(lambda text: len(text) > MAX_CELL),
            code="cell_too_long",
            column=self._column.heading,
            found=lambda row: f"a text of {len(self._cells[row]):,} characters, too long",
            expected=f"at most {MAX_CELL:,} characters",
            mend="shorten the text",
        )

    def set_control_aside(self) -> None:
        pattern = re.compile("\x00") if self._column.kind == "free" else _CONTROL
        self._problems.set_aside(
            self._rows(lambda text: pattern.search(text) is not None),
            code="control_character",
            column=self._column.heading,
            found=lambda row: (
                f"{extract(self._cells[row])}, which holds a NUL or control character"
            ),
            expected="printable text",
            mend="export the file again, or retype the cell",
        )

    def set_errors_aside(self, kinds: Texts | None) -> None:
        self._problems.set_aside(
            self._rows(
                lambda text: _ERROR.fullmatch(text.strip()) is not None,
                None if kinds is None else kinds == "e",
            ),
            code="error_cell",
            column=self._column.heading,
            found=lambda row: f"the error {extract(self._cells[row])}",
            expected="a value",
            mend="mend the formula and save",
        )
        if kinds is None:
            return
        for kind, (code, found, expected, mend) in _NO_VALUE.items():
            self._problems.set_aside(
                _where(kinds == kind),
                code=code,
                column=self._column.heading,
                found=found,
                expected=expected,
                mend=mend,
            )

    def warn_of_damage(self) -> None:
        self._problems.warn_each(
            self._rows(lambda text: "\ufffd" in text),
            code="damaged_character",
            column=self._column.heading,
            found="a character whose bytes are damaged (encoding), shown as \ufffd",
            expected="UTF-8 text",
            mend=_RETYPE,
        )
        self._problems.warn_each(
            self._rows(has_hidden_characters),
            code="hidden_character",
            column=self._column.heading,
            found="invisible or full-width characters, which were taken out or made plain",
            expected="plain characters",
            mend=_RETYPE,
        )

    def tidied(self) -> Texts:
        """Tidy texts; how many had spare spaces is noted, but for grades."""
        texts = self._found.texts.copy()
        texts[self._doubtful] = [tidy(text) for text in texts[self._doubtful]]
        changed = texts != self._found.texts
        spaced = int(self._found.numbers()[changed].sum())
        if spaced and self._column.kind != "grade":
            self._problems.note(
                code="spaces",
                column=self._column.heading,
                found=f"{counted(spaced, 'cell')} with spare spaces, which were taken out",
                expected="no spaces at either end",
                rows=spaced,
            )
        if not changed.any() and isinstance(self._cells.dtype, pd.CategoricalDtype):
            return self._cells
        return held(Distinct(places=self._found.places, texts=texts), index=self._cells.index)


def _doubtful(texts: NDArray[np.object_]) -> NDArray[np.intp]:
    """Places of the texts in which a check may find something, or that are not tidy."""
    # A few searches through all of them show most columns to be beyond doubt.
    longest = max(map(len, texts), default=0)
    if are_plain(texts) and longest <= MAX_CELL and "#" not in "|".join(texts):
        return np.zeros(0, dtype=np.intp)
    doubt = [_PLAIN.fullmatch(text) is None or len(text) > MAX_CELL for text in texts]
    return np.flatnonzero(doubt)


def _where(flags: Texts) -> list[int]:
    return [int(row) for row in flags.index[flags.to_numpy(dtype=bool)]]


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


def _check_kinds(texts: Texts, kinds: Texts, *, column: Column, problems: Problems) -> None:
    if column.kind not in ("date", "quarter"):
        rows = _where(kinds == "d")
        problems.set_aside(
            rows,
            code="unexpected_date",
            column=column.heading,
            found=lambda row: f"the date {extract(texts[row])}",
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
