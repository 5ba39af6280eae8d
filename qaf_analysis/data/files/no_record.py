"""Rows below a heading that hold no record: labels that were declared, formulas that show nothing.

A row is only taken for one of these where nothing of a record can be lost with it: a row that
bears a date is always read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.headings import folded

SHOWS_NOTHING = "v"
"""Kind of a cell whose formula has an empty text for its stored result."""
EMPTY_FORMULAS = "formulas that show nothing"
_DATE = re.compile(r"\d{1,4}(st|nd|rd|th)?[-/. ]\w{1,9}[-/., ]+\d{1,4}\b.*|\d{5}(\.\d+)?")


def places_of_dates(headings: Sequence[str], wanted: Sequence[Column]) -> tuple[int, ...]:
    """Places of the columns that hold dates."""
    dated = {folded(column.heading) for column in wanted if column.kind == "date"}
    return tuple(place for place, heading in enumerate(headings) if folded(heading) in dated)


def bears_date(cells: Sequence[str], dated: Sequence[int]) -> bool:
    """Whether one of the columns of dates holds what may be a date.

    Examples
    --------
    >>> bears_date(["Total", "8"], [1]), bears_date(["A1", "4 Oct 2019"], [1])
    (False, True)
    """
    return any(place < len(cells) and _DATE.fullmatch(cells[place].strip()) for place in dated)


def first_filled(cells: Sequence[str]) -> str:
    """Text of the first cell of a row that is not blank; blank where there is none."""
    return next((cell for cell in cells if cell.strip()), "")


class Labels:
    """Labels of rows that were declared to hold no record.

    Examples
    --------
    >>> labels = Labels(["% Good"])
    >>> labels.of(["", "% good or better", "75%"]), labels.of(["A1", "% Good"])
    ('% Good', '')
    """

    def __init__(self, declared: Sequence[str]) -> None:
        self._keys = {spelling_key(label): label for label in declared}
        self._starts = tuple(self._keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def of(self, cells: Sequence[str]) -> str:
        """Label with which the first filled cell of a row begins, or blank."""
        if not self._keys:
            return ""
        key = spelling_key(first_filled(cells))
        if not key.startswith(self._starts):
            return ""
        return next(label for start, label in self._keys.items() if key.startswith(start))


def rows_without_record(
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int],
    kinds: Sequence[Sequence[str]] | None,
    labels: Labels,
    dated: Sequence[int],
    problems: Problems,
) -> dict[int, str]:
    """Rows that hold no record, by their number, each with the reason in words.

    Parameters
    ----------
    rows : sequence of sequence of str
        Rows below the heading.
    numbers : sequence of int
        Their numbers.
    kinds : sequence of sequence of str or None
        Kinds of the cells, for a workbook.
    dated : sequence of int
        Places of the columns of dates.
    """
    found: dict[int, str] = {}
    if kinds is not None:
        for row, number, of_row in zip(rows, numbers, kinds, strict=True):
            if SHOWS_NOTHING in of_row and not any(cell.strip() for cell in row):
                found[int(number)] = EMPTY_FORMULAS
    if labels:
        read: dict[int, str] = {}
        for row, number in zip(rows, numbers, strict=True):
            label = labels.of(row)
            if label:
                chosen = read if bears_date(row, dated) else found
                chosen[int(number)] = f"declared in not_data as {extract(label)}"
        _warn_of_records(read, problems=problems)
    _report(found, problems=problems)
    return found


def _warn_of_records(rows: Mapping[int, str], *, problems: Problems) -> None:
    for row, reason in rows.items():
        problems.warn(
            code="not_data_bears_date",
            row=row,
            found=f"a row {reason}, though it bears a date; it was read as a record",
            expected="rows declared in not_data to bear no date",
            mend="write the label in not_data (council.toml) so that no identifier begins with it",
        )


def _report(rows: Mapping[int, str], *, problems: Problems) -> None:
    for reason in dict.fromkeys(rows.values()):
        alike = [row for row, other in rows.items() if other == reason]
        problems.note(
            code="no_record",
            row=alike[0],
            found=f"{counted(len(alike), 'row')} that {_hold(len(alike))} no record: {reason}",
            expected="one record in each row",
            rows=len(alike),
        )


def _hold(rows: int) -> str:
    return "holds" if rows == 1 else "hold"
