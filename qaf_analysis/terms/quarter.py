"""Financial quarters: April to June is Q1, and ``2019-20 Q4`` ends in March 2020."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, total_ordering

from qaf_analysis.terms.errors import UnknownQuarterError

_WRITTEN = re.compile(r"\s*(\d{4})\s*[-/]\s*(\d{2}|\d{4})[\s-]*Q([1-4])\s*", re.IGNORECASE)

_CALENDAR = re.compile(r"\s*(\d{4})\s*-?\s*Q([1-4])\s*", re.IGNORECASE)


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
        raise UnknownQuarterError(f'"{text}" is not a quarter; write it like "2019-20 Q3".')
    year, end, number = int(match[1]), match[2], int(match[3])
    if int(end[-2:]) != (year + 1) % 100:
        raise UnknownQuarterError(
            f'"{text}" names years that do not follow each other; write it like "2019-20 Q3".'
        )
    return Quarter(year, number)


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
