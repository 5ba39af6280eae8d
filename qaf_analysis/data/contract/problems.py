"""Everything found wrong with one table, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.record import MAX_EXTRACT, FileRefusedError, Finding, Outcome

MAX_NAMED = 500
# One text for all rows, one for each, or what makes the text of a row from its number.
Told: TypeAlias = str | Sequence[str] | Callable[[int], str]


def extract(text: str) -> str:
    """Short printable piece of a cell, in double quotes.

    Double quotes inside become single ones, so that every quoted piece in a message can be found
    again and withheld (see ``ImportRecord.withheld``).

    Examples
    --------
    >>> extract('He said "no"')
    '"He said \\'no\\'"'
    """
    shown = "".join(c if c.isprintable() else " " for c in text[: MAX_EXTRACT + 1])
    shown = shown.replace('"', "'").strip()
    return f'"{shown[: MAX_EXTRACT - 1]}…"' if len(shown) > MAX_EXTRACT else f'"{shown}"'


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return the number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _told(text: Told, rows: Sequence[int], place: int) -> str:
    if isinstance(text, str):
        return text
    return text(int(rows[place])) if callable(text) else text[place]


class Problems:
    """Collects the findings about one table and the rows that they set aside.

    Parameters
    ----------
    file : str
        Name of the file, relative to the folder read.
    sheet : str or None
        Name of the sheet, for workbooks.

    Attributes
    ----------
    place_of : callable or None
        Row of the file where the cell of a record's row and column stands, for records that were
        put together from several rows.
    """

    def __init__(self, *, file: str, sheet: str | None = None) -> None:
        self.file = file
        self.sheet = sheet
        self.place_of: Callable[[int, str | None], int] | None = None
        self.findings: list[Finding] = []
        self._reasons: dict[int, list[Finding]] = {}
        self._is_bad = np.zeros(0, dtype=bool)

    @property
    def bad_rows(self) -> set[int]:
        """Numbers of the rows set aside."""
        return set(self._reasons)

    def reasons(self, row: int) -> list[Finding]:
        """Why a row was set aside, in the order found."""
        return self._reasons[row]

    def kept(self, rows: NDArray[np.int64] | pd.Index) -> NDArray[np.bool_]:
        """Whether each of these rows, by number, has not been set aside."""
        numbers = np.asarray(rows, dtype=np.int64)
        bad = np.zeros(len(numbers), dtype=bool)
        within = numbers < len(self._is_bad)
        bad[within] = self._is_bad[numbers[within]]
        return ~bad

    def set_aside(
        self,
        rows: Sequence[int],
        *,
        code: str,
        found: Told,
        expected: str,
        mend: Told,
        column: str | None = None,
    ) -> None:
        """Quarantine rows.

        The first ``MAX_NAMED`` rows get a finding each, the others share one that counts them.

        Parameters
        ----------
        found, mend : str, sequence of str or callable
            One text for all rows, one for each, or a function that makes the text of a row from
            its number; it is asked for the rows named only.
        """
        self._mark(rows)
        for place, row in enumerate(rows[:MAX_NAMED]):
            what, how = _told(found, rows, place), _told(mend, rows, place)
            finding = self._finding("quarantine", code, what, expected, how, column, int(row))
            self.findings.append(finding)
            self._reasons.setdefault(int(row), []).append(finding)
        rest = rows[MAX_NAMED:]
        if len(rest):
            what = f"the same in {counted(len(rest), 'further row')}, from row {int(rest[0])} on"
            how = _told(mend, rows, len(rows) - 1)
            shared = self._finding(
                "quarantine", code, what, expected, how, column, None, rows=len(rest)
            )
            self.findings.append(shared)
            for row in rest:
                self._reasons.setdefault(int(row), []).append(shared)

    def hold(self, rows: Sequence[int]) -> None:
        """Mark rows as set aside; why is said later, by ``set_aside`` or ``set_aside_together``."""
        self._mark(rows)

    def set_aside_together(
        self,
        rows: Sequence[int],
        *,
        code: str,
        found: str,
        expected: str,
        mend: str,
        column: str,
    ) -> None:
        """Quarantine rows that have one reason, in one finding.

        What is kept with each row leaves out the lines to paste.
        """
        self._mark(rows)
        whole = self._finding(
            "quarantine", code, found, expected, mend, column, int(rows[0]), rows=len(rows)
        )
        self.findings.append(whole)
        short = replace(whole, mend=mend.split("\n", 1)[0])
        for row in rows:
            self._reasons.setdefault(int(row), []).append(short)

    def _mark(self, rows: Sequence[int]) -> None:
        if len(rows):
            numbers = np.asarray(rows, dtype=np.int64)
            size = int(numbers.max()) + 1
            if size > len(self._is_bad):
                self._is_bad = np.append(
                    self._is_bad, np.zeros(size + size // 4 - len(self._is_bad), dtype=bool)
                )
            self._is_bad[numbers] = True

    def advise(
        self, *, code: str, found: str, expected: str, mend: str, row: int, column: str, rows: int
    ) -> None:
        """Say once what rows set aside have in common, and how to mend them together."""
        self.findings.append(
            self._finding("quarantine", code, found, expected, mend, column, row, rows=rows)
        )

    def warn(
        self,
        *,
        code: str,
        found: str,
        expected: str,
        mend: str,
        row: int | None = None,
        column: str | None = None,
        rows: int = 1,
    ) -> None:
        """Record a warning; the rows it is about are loaded."""
        self.findings.append(
            self._finding("warning", code, found, expected, mend, column, row, rows=rows)
        )

    def warn_each(
        self, rows: Iterable[int], *, code: str, found: str, expected: str, mend: str, column: str
    ) -> None:
        """Record a warning for each row, at most ``MAX_NAMED`` of them."""
        for row in islice(rows, MAX_NAMED):
            self.warn(
                code=code, found=found, expected=expected, mend=mend, row=int(row), column=column
            )

    def note(
        self,
        *,
        code: str,
        found: str,
        expected: str,
        mend: str = "nothing needs mending",
        row: int | None = None,
        column: str | None = None,
        rows: int = 1,
    ) -> None:
        """Record what was done without any doubt."""
        self.findings.append(
            self._finding("note", code, found, expected, mend, column, row, rows=rows)
        )

    def refusal(
        self,
        *,
        code: str,
        found: str,
        expected: str,
        mend: str,
        row: int | None = None,
        column: str | None = None,
        rows_in: int = 0,
    ) -> FileRefusedError:
        """Return the error that refuses the whole file, carrying all findings so far."""
        self.findings.append(self._finding("reject", code, found, expected, mend, column, row))
        return FileRefusedError(tuple(self.findings), rows_in=rows_in)

    def _finding(
        self,
        outcome: Outcome,
        code: str,
        found: str,
        expected: str,
        mend: str,
        column: str | None,
        row: int | None,
        *,
        rows: int = 1,
    ) -> Finding:
        shown = row if row is None or self.place_of is None else self.place_of(row, column)
        return Finding(
            code=code,
            outcome=outcome,
            file=self.file,
            sheet=self.sheet,
            row=shown,
            column=column,
            found=found,
            expected=expected,
            mend=mend,
            rows=rows,
        )
