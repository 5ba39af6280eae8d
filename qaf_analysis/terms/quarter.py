"""Financial quarters: April to June is Q1, and ``2019-20 Q4`` ends in March 2020."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, total_ordering

from qaf_analysis.terms.errors import UnknownQuarterError

_WRITTEN = re.compile(r"\s*(\d{4})\s*[-/]\s*(\d{2}|\d{4})[\s-]*Q([1-4])\s*", re.IGNORECASE)

_CALENDAR = re.compile(r"\s*(\d{4})\s*-?\s*Q([1-4])\s*", re.IGNORECASE)
_ONE_YEAR = re.compile(r"(?:(\d{4})\W*Q([1-4])|Q([1-4])\W*(\d{4}))", re.IGNORECASE)
_TURNED = re.compile(r"Q([1-4])\W*(\d{4})\W+(\d{2}|\d{4})", re.IGNORECASE)
_OTHER_NUMBER = re.compile(r"\W*Q\W*(\d+)\s*$", re.IGNORECASE)
_QUARTER_MONTHS = (
    "April to June",
    "July to September",
    "October to December",
    "January to March",
)


@total_ordering
@dataclass(frozen=True)
class Quarter:
    """One financial quarter.

    Parameters
    ----------
    year : int
        Calendar year in which the financial year begins (2019 for 2019-20).
    number : int
        1 (April to June) to 4 (January to March).

    Examples
    --------
    >>> str(Quarter.of(date(2020, 2, 7)))
    '2019-20 Q4'
    >>> Quarter.parse("2019-20 Q4").next().path_name
    '2020-21-Q1'
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise UnknownQuarterError(f"A quarter is numbered 1 to 4, not {self.number}.")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Quarter in which a day falls."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def from_index(cls, index: int) -> Quarter:
        """Return the quarter with that ``index``."""
        year, number = divmod(index, 4)
        return cls(year, number + 1)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2019-20 Q3``, ``2019-20-Q3`` or ``2019/20 Q3``.

        Raises
        ------
        UnknownQuarterError
            If the text is anything else, or its two years do not follow each other.
        """
        return _parsed(text)

    @classmethod
    def parse_calendar(cls, text: str) -> Quarter:
        """Read a calendar quarter such as ``2019Q4``, October to December 2019.

        Raises
        ------
        UnknownQuarterError
            If the text is anything else.

        Examples
        --------
        >>> str(Quarter.parse_calendar("2019Q4"))
        '2019-20 Q3'
        """
        match = _CALENDAR.fullmatch(text)
        if match is None or int(match[1]) == 0:
            raise UnknownQuarterError(f'"{text}" is not a calendar quarter such as "2019Q4".')
        return cls.of(date(int(match[1]), 3 * int(match[2]), 1))

    @property
    def financial_year(self) -> str:
        """Financial year, such as ``2019-20``."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def path_name(self) -> str:
        """The quarter as it is written in file names."""
        return f"{self.financial_year}-Q{self.number}"

    @property
    def index(self) -> int:
        """Quarters since year 0, so that neighbouring quarters differ by one."""
        return self.year * 4 + self.number - 1

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        month = 3 * self.number + 1
        return date(self.year, month, 1) if month <= 10 else date(self.year + 1, 1, 1)

    @property
    def last_day(self) -> date:
        """Last day of the quarter."""
        return date.fromordinal(self.next().first_day.toordinal() - 1)

    def next(self, steps: int = 1) -> Quarter:
        """Return the quarter so many steps later (negative: earlier)."""
        return Quarter.from_index(self.index + steps)

    def __str__(self) -> str:
        return f"{self.financial_year} Q{self.number}"

    def __lt__(self, other: Quarter) -> bool:
        return self.index < other.index


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Quarter:
    # A table names few quarters, each of them on many rows.
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise UnknownQuarterError(f"{_quoted(text)} is not a quarter; {_advice(text)}.")
    year, end, number = int(match[1]), match[2], int(match[3])
    if int(end[-2:]) != (year + 1) % 100:
        raise UnknownQuarterError(
            f"{_quoted(text)} names years that do not follow each other; "
            f'write it like "{Quarter(year, number)}".'
        )
    return Quarter(year, number)


def _advice(text: str) -> str:
    """What to write instead; where two quarters could be meant, both."""
    plain = " ".join(text.split())
    turned = _TURNED.fullmatch(plain)
    if turned and int(turned[3][-2:]) == (int(turned[2]) + 1) % 100:
        return f'write "{Quarter(int(turned[2]), int(turned[1]))}"'
    one = _ONE_YEAR.fullmatch(plain)
    if one and int(one[1] or one[4]) > 0:
        year, number = int(one[1] or one[4]), int(one[2] or one[3])
        calendar = Quarter.of(date(year, 3 * number, 1))
        return (
            f'write "{calendar}" for the calendar quarter ({_QUARTER_MONTHS[calendar.number - 1]} '
            f'{year}), or "{Quarter(year, number)}" for the financial one '
            f"({_QUARTER_MONTHS[number - 1]} {year + (number == 4)})"
        )
    other = _OTHER_NUMBER.search(plain)
    if other and other[1] not in ("1", "2", "3", "4"):
        return 'quarters go from Q1 (April to June) to Q4 (January to March), as in "2019-20 Q3"'
    return 'write it like "2019-20 Q3"'


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'


def spans(quarters: Iterable[Quarter]) -> str:
    """Quarters in words, those that follow each other together.

    Examples
    --------
    >>> spans([Quarter(2019, 1), Quarter(2018, 3), Quarter(2018, 4), Quarter(2019, 4)])
    '2018-19 Q3 to 2019-20 Q1, 2019-20 Q4'
    """
    runs: list[list[Quarter]] = []
    for quarter in sorted(set(quarters)):
        if runs and runs[-1][-1].next() == quarter:
            runs[-1].append(quarter)
        else:
            runs.append([quarter])
    return ", ".join(f"{r[0]} to {r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def quarters_between(first: Quarter, last: Quarter) -> list[Quarter]:
    """Every quarter from the first to the last, both included.

    Examples
    --------
    >>> [str(q) for q in quarters_between(Quarter(2018, 4), Quarter(2019, 1))]
    ['2018-19 Q4', '2019-20 Q1']
    """
    return [first.next(step) for step in range(last.index - first.index + 1)]


def rolling_year(last: Quarter) -> list[Quarter]:
    """Return the four quarters that end with the one given."""
    return quarters_between(last.next(-3), last)
