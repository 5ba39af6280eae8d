"""Months by their names, and months written in place of dates, such as "April 2024"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBERS = {
    **{name.casefold(): number for number, name in enumerate(MONTHS, start=1)},
    **{name[:3].casefold(): number for number, name in enumerate(MONTHS, start=1)},
    "sept": 9,
}
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ '’/-](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month by its first day; ``is_short`` where two digits may be a year or a day."""

    first: date
    is_short: bool = False


def month_number(name: str) -> int | None:
    """Number of a month by its English name, in full or in three letters; None for another word.

    Examples
    --------
    >>> month_number("Sept"), month_number("April"), month_number("Spring")
    (9, 4, None)
    """
    return _NUMBERS.get(name.casefold())


def month_of(text: str) -> Month | None:
    """The month that a text names, or None.

    Examples
    --------
    >>> month_of("April 2024").first, month_of("2024-04").first, month_of("04/2024").first
    (datetime.date(2024, 4, 1), datetime.date(2024, 4, 1), datetime.date(2024, 4, 1))
    >>> month_of("Apr-24")
    Month(first=datetime.date(2024, 4, 1), is_short=True)
    >>> month_of("2024-13") is None, month_of("4 April 2024") is None
    (True, True)
    """
    if match := _NAMED.fullmatch(text):
        number = month_number(match[1])
        is_short = len(match[2]) == 2
        year = int(match[2]) + (2000 if is_short else 0)
        return None if number is None else _month(year, number, is_short=is_short)
    if match := _YEAR_FIRST.fullmatch(text):
        return _month(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.fullmatch(text):
        return _month(int(match[2]), int(match[1]))
    return None


def _month(year: int, month: int, *, is_short: bool = False) -> Month | None:
    try:
        return Month(first=date(year, month, 1), is_short=is_short)
    except ValueError:
        return None
