"""What a single row shows of itself: its label, and whether it bears a date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.months import month_of
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.headings import folded

SHOWS_NOTHING = "v"
"""Kind of a cell whose formula has an empty text for its stored result."""
_DATE = re.compile(r"\d{1,4}(st|nd|rd|th)?[-/. ]\w{1,9}[-/., ]+\d{1,4}\b.*|\d{5}(\.\d+)?")


def places_of_dates(headings: Sequence[str], wanted: Sequence[Column]) -> tuple[int, ...]:
    """Places of the columns that hold dates."""
    dated = {folded(column.heading) for column in wanted if column.kind == "date"}
    return tuple(place for place, heading in enumerate(headings) if folded(heading) in dated)


def may_be_date(text: str) -> bool:
    """Whether a cell of a column of dates may hold one; a count is none.

    Examples
    --------
    >>> may_be_date("4 Oct 2019"), may_be_date("8"), may_be_date("45000")
    (True, False, True)
    """
    plain = text.strip()
    return _DATE.fullmatch(plain) is not None or month_of(plain) is not None


def first_filled(cells: Sequence[str]) -> str:
    """Text of the first cell of a row that is not blank; blank where there is none."""
    return next((cell for cell in cells if cell.strip()), "")


def declared_as(label: str) -> str:
    """Reason why a row with a declared label holds no record."""
    return f"declared in not_data as {extract(label)}"


class Labels:
    """Labels of rows that were declared to hold no record.

    Parameters
    ----------
    declared : sequence of str
        Such as ``Total``; a row has the label if its first filled cell begins with it.

    Examples
    --------
    >>> labels = Labels(["% Good"])
    >>> labels.of("% good or better"), labels.of("A1")
    ('% Good', '')
    """

    def __init__(self, declared: Sequence[str]) -> None:
        self._keys = {spelling_key(label): label for label in declared}
        self._starts = tuple(self._keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def of(self, text: str) -> str:
        """Label with which a text begins, or blank."""
        key = spelling_key(text[:200]) if self._keys else ""
        if not self._keys or not key.startswith(self._starts):
            return ""
        return next(label for start, label in self._keys.items() if key.startswith(start))
