"""Months written in place of dates, such as "April 2024"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_FULL = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NAMES = tuple(name[:3] for name in _FULL)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ '’/-](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month by its first day; ``is_short`` where two digits may be a year or a day."""

    first: date
    is_short: bool = False


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
        name = match[1].casefold()
        short = "sep" if name == "sept" else name
        place = _FULL.index(name) if name in _FULL else _place(short)
        is_short = len(match[2]) == 2
        year = int(match[2]) + (2000 if is_short else 0)
        return None if place is None else _month(year, place + 1, is_short=is_short)
    if match := _YEAR_FIRST.fullmatch(text):
        return _month(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.fullmatch(text):
        return _month(int(match[2]), int(match[1]))
    return None


def _place(name: str) -> int | None:
    return _NAMES.index(name) if name in _NAMES else None


def _month(year: int, month: int, *, is_short: bool = False) -> Month | None:
    try:
        return Month(first=date(year, month, 1), is_short=is_short)
    except ValueError:
        return None
