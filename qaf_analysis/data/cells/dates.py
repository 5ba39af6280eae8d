"""Dates as councils write them. The order of day and month is declared or proved, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.only_months import is_months
from qaf_analysis.data.contract.distinct import Texts, distinct
from qaf_analysis.data.contract.months import month_number, month_of
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.terms.settings import DateOrder

EARLIEST = date(1990, 1, 1)
AHEAD = timedelta(days=5 * 365)  # a plan that reaches further is more likely a slip in the year
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)?"
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME)
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _TIME)
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4}|\d{2})"
    + _TIME
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SERIAL_START = date(1899, 12, 30)
_MONTH_ONLY = re.compile(r"([A-Za-z]{3,9})\.?[ '’/-](\d{2}|\d{4})|(\d{1,2})[ -/]([A-Za-z]{3,9})\.?")
_NO_SEPARATOR = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first", "excel_serial", "months")
"""Orders in which dates are read that another order cannot read."""
_FEWEST_AGAINST = 2
_WRITE = "a date such as 25/11/2019 or 2019-11-25"


@dataclass(frozen=True, kw_only=True)
class WrittenDate:
    """What one text may mean; ``two_orders`` where day and month could be exchanged."""

    day_first: date | None = None
    month_first: date | None = None
    two_orders: bool = False
    short_year: bool = False
    offer: str = ""
    serial: date | None = None
    with_zone: bool = False

    @property
    def only(self) -> DateOrder | None:
        """The only order in which the text is a date, if there is just one."""
        if not self.two_orders or (self.day_first is None) == (self.month_first is None):
            return None
        return "month_first" if self.day_first is None else "day_first"

    def day(self, order: DateOrder) -> date | None:
        """Day that it names, read in that order; None where it is none."""
        if self.serial is not None:
            return self.serial if order == "excel_serial" else None
        if self.two_orders and order in ("year_first", "excel_serial"):
            return None
        return self.month_first if order == "month_first" else self.day_first


def read_dates(
    texts: Texts,
    kinds: Texts | None,
    *,
    order: DateOrder | None,
    as_of: date,
    heading: str,
    problems: Problems,
    planned: bool = False,
    may_be_months: bool = False,
    months_declared: bool = False,
) -> Texts:
    """Read a column of dates.

    Year-first dates and named months need no order. Dates such as 04/10/2019 are read in the
    declared order; undeclared, day first as in the United Kingdom, unless the column itself
    shows otherwise.

    Parameters
    ----------
    texts : Series of str
        Tidy texts; blank is not a date and not an error here.
    kinds : Series of str or None
        Kinds of the cells, for a workbook.
    order : {"day_first", "month_first", "year_first", "excel_serial", "months"} or None
        Declared order; under ``excel_serial`` numbers such as 45385 are Excel's count of days,
        under ``months`` a text such as Apr-24 is a month with its year.
    as_of : date
        Later dates are set aside.
    planned : bool
        Whether the dates may lie ahead, up to ``AHEAD`` after ``as_of``.
    may_be_months : bool
        Whether a column of nothing but months is read, each as its first day.
    months_declared : bool
        Whether the council declares months: then they may stand among days, and Apr-24 is one.

    Returns
    -------
    Series of datetime64
        NaT where the cell was blank or its row was set aside.

    Raises
    ------
    FileRefusedError
        If no order is declared, and the column holds month-first dates or numbers of days; or if
        one is declared that the column contradicts.
    """
    column = _DateColumn(texts, heading=heading, problems=problems)
    if order is None:
        column.refuse_month_first()
        column.refuse_serials()
    else:
        column.refuse_contradicted(order, may_be_months=may_be_months)
    if may_be_months:
        column.read_months(order=order, declared=months_declared)
    days = [reading.day(order or "day_first") if reading else None for reading in column.readings]
    column.set_unreadable_aside(days)
    days = column.without_outside(days, latest=as_of + AHEAD if planned else as_of)
    column.report(kinds, order=order)
    values = np.array([np.datetime64("NaT") if d is None else d for d in days], dtype="M8[us]")
    return pd.Series(values[column.codes], index=texts.index)


class _DateColumn:
    """One column by its distinct texts, since a date stands in many rows."""

    def __init__(self, texts: Texts, *, heading: str, problems: Problems) -> None:
        self.texts = texts
        self.heading = heading
        self.problems = problems
        found = distinct(texts)
        self.codes, self.distinct = found.places, found.texts
        self.readings = [written_date(text) if text else None for text in self.distinct]

    def rows(self, chosen: Sequence[bool] | NDArray[np.bool_]) -> list[int]:
        flags = np.array([*chosen], dtype=bool)
        if not flags.any():
            return []
        return list(self.texts.index[flags[self.codes]].tolist())

    def refuse_month_first(self) -> None:
        months = self.rows([r is not None and r.only == "month_first" for r in self.readings])
        days = self.rows([r is not None and r.only == "day_first" for r in self.readings])
        if not months or len(months) < len(days):
            return
        raise self.problems.refusal(
            code="date_order",
            row=months[0],
            column=self.heading,
            found=f"{counted(len(months), 'date')} that can only be month/day and "
            f"{len(days)} that can only be day/month, so the order of the others is unknown",
            expected="one order of day and month, day first unless declared",
            mend='declare date_order = "month_first" for this file in council.toml if it is so',
            rows_in=len(self.texts),
        )

    def refuse_serials(self) -> None:
        """Refuse a column of which most cells are Excel's numbers of days: one fault, one mend."""
        rows = self.rows([r is not None and r.serial is not None for r in self.readings])
        if len(rows) < _FEWEST_AGAINST or 2 * len(rows) < self._filled:
            return
        first = written_date(self.texts[rows[0]]).serial
        raise self.problems.refusal(
            code="date_serials",
            row=rows[0],
            column=self.heading,
            found=f"{counted(len(rows), 'whole number')} such as {extract(self.texts[rows[0]])} "
            "where dates should be. They look like Excel's numbers of days, as which this one is "
            f"{first}",
            expected=_WRITE,
            mend="format the column as dates in Excel and save again; or, if that is what they "
            'are, declare date_order = "excel_serial" for this file in council.toml',
            rows_in=len(self.texts),
        )

    def refuse_contradicted(self, order: DateOrder, *, may_be_months: bool) -> None:
        """Refuse a declared order that the dates contradict: one fault of the settings, one mend.

        Dates that either order could read are read wrongly too, and no row of theirs would show it.
        Where day and month are exchanged, more dates against the order than for it are too many;
        in other forms, half of the column.
        """
        orders = _ORDERS if may_be_months else _ORDERS[:-1]
        only_other = {o: self.rows(self._unread(order) & ~self._unread(o)) for o in orders}
        only_declared = {o: self.rows(self._unread(o) & ~self._unread(order)) for o in orders}
        other = max(orders, key=lambda o: len(only_other[o]) - len(only_declared[o]))
        rows, cost = only_other[other], len(only_declared[other])
        exchanged = {order, other} == {"day_first", "month_first"}
        if len(rows) < _FEWEST_AGAINST or len(rows) <= cost:
            return
        if not exchanged and 2 * len(rows) < self._filled:
            return
        but = f", beside {cost:,} the other way about" if cost else ""
        raise self.problems.refusal(
            code="date_order_contradicted",
            row=rows[0],
            column=self.heading,
            found=f"{counted(len(rows), 'date')} such as {extract(self.texts[rows[0]])} that "
            f"cannot be read in the order declared ({order}), and can be as {other}{but}",
            expected=f"dates in the order declared for the file ({order})",
            mend=f'write date_order = "{other}" in place of date_order = "{order}" in the '
            "[[files]] table of council.toml; or, if only this column is written so, export it "
            "again like the others",
            rows_in=len(self.texts),
        )

    @property
    def _filled(self) -> int:
        return int((self.texts.to_numpy() != "").sum())

    def _unread(self, order: DateOrder) -> NDArray[np.bool_]:
        """Whether each distinct text is written, and no date in that order."""
        pairs = zip(self.distinct, self.readings, strict=True)
        return np.array(
            [
                reading is not None
                and reading.day(order) is None
                and not (order == "months" and month_of(text) is not None)
                for text, reading in pairs
            ],
            dtype=bool,
        )

    def read_months(self, *, order: DateOrder | None, declared: bool) -> None:
        """Read months as their first days, where the whole column is of them or so declared.

        Apr-24 may be a day of April; it is a month only where that is declared.
        """
        months = [month_of(text) for text in self.distinct]
        if not is_months(self.texts, order=order, declared=declared):
            return
        self.readings = [
            reading
            if month is None
            else WrittenDate(day_first=month.first, month_first=month.first)
            for reading, month in zip(self.readings, months, strict=True)
        ]
        if rows := self.rows([month is not None for month in months]):
            self._warn(
                "months_for_dates",
                rows,
                found=f"{counted(len(rows), 'month')} without a day: the quarter follows from the "
                "month, days are compared by their months, and no day is shown",
                mend="none needed, or export the day if it is recorded",
            )

    def set_unreadable_aside(self, days: Sequence[date | None]) -> None:
        bad = [r is not None and d is None for r, d in zip(self.readings, days, strict=True)]
        rows = self.rows(bad)
        offers = {
            t: r.offer if r else "" for t, r in zip(self.distinct, self.readings, strict=True)
        }
        self.problems.set_aside(
            rows,
            code="date_unreadable",
            column=self.heading,
            found=lambda row: extract(self.texts[row]),
            expected=_WRITE + ", of a day that exists",
            mend=lambda row: f"{offers[self.texts[row]]}write {_WRITE}",
        )

    def without_outside(self, days: Sequence[date | None], *, latest: date) -> list[date | None]:
        late = [d is not None and d > latest for d in days]
        early = [d is not None and d < EARLIEST for d in days]
        for rows, expected in (
            (self.rows(late), f"a date up to {latest.isoformat()}, not after it"),
            (self.rows(early), f"a date from {EARLIEST.isoformat()} on"),
        ):
            self.problems.set_aside(
                rows,
                code="date_out_of_range",
                column=self.heading,
                found=lambda row: extract(self.texts[row]),
                expected=expected,
                mend="correct the year, or the order of day and month",
            )
        return [None if x or y else d for d, x, y in zip(days, late, early, strict=True)]

    def report(self, kinds: Texts | None, *, order: DateOrder | None) -> None:
        written = [r is not None and r.two_orders for r in self.readings]
        rows = self.rows(written)
        if rows and order is None:
            self._warn(
                "day_first",
                rows,
                found=f"{counted(len(rows), 'date')} written dd/mm/yyyy, read day first",
                mend="none needed, or declare date_order in council.toml",
            )
        elif rows:
            self.problems.note(
                code="date_order",
                column=self.heading,
                found=f"{counted(len(rows), 'date')} read in the declared order ({order})",
                expected="dates in the declared order",
                rows=len(rows),
            )
        self._report_serials_and_zones(order)
        if kinds is not None and (kinds == "d").any():
            rows = self.rows([r is not None for r in self.readings])
            typed = [row for row in rows if kinds[row] != "d"]
            if typed:
                self._warn(
                    "date_as_text",
                    typed,
                    found=f"{counted(len(typed), 'date')} stored as text among real dates",
                    mend="format the column as dates",
                )
        short = self.rows([r is not None and r.short_year for r in self.readings])
        if short:
            self._warn(
                "short_year",
                short,
                found=f"{counted(len(short), 'year')} of two digits, read as 20yy",
                mend="write the year with four digits",
            )

    def _report_serials_and_zones(self, order: DateOrder | None) -> None:
        serials = [r is not None and r.serial is not None for r in self.readings]
        if order == "excel_serial" and (rows := self.rows(serials)):
            days = [str(r.serial) for r in self.readings if r is not None and r.serial is not None]
            self._warn(
                "date_serial",
                rows,
                found=f"{counted(len(rows), 'number')} read as Excel's numbers of days, which "
                f"gives days from {min(days)} to {max(days)}",
                mend="none needed if these are the days of the records",
            )
        if rows := self.rows([r is not None and r.with_zone for r in self.readings]):
            self._warn(
                "date_with_zone",
                rows,
                found=f"{counted(len(rows), 'time')} with a time zone, read as the day it then was "
                "in the United Kingdom",
                mend="none needed, or export dates without a time",
            )

    def _warn(self, code: str, rows: Sequence[int], *, found: str, mend: str) -> None:
        self.problems.warn(
            code=code,
            row=rows[0],
            column=self.heading,
            found=found,
            expected="dates as 2019-11-25, or real dates in a workbook",
            mend=mend,
            rows=len(rows),
        )


def written_date(text: str) -> WrittenDate:
    """What one tidy text may mean as a date, in each order of day and month.

    Examples
    --------
    >>> written = written_date("04/10/2024")
    >>> written.day("day_first"), written.day("month_first")
    (datetime.date(2024, 10, 4), datetime.date(2024, 4, 10))
    """
    if _MOMENT.fullmatch(text):
        return _moment(text)
    if match := _YEAR_FIRST.fullmatch(text):
        day = _date(match[1], match[2], match[3])
        return WrittenDate(day_first=day, month_first=day)
    if match := _NAMED.fullmatch(text):
        month = month_number(match[2])
        day = _date(match[3], str(month), match[1]) if month else None
        return WrittenDate(day_first=day, month_first=day, short_year=len(match[3]) == 2)
    if match := _NUMBERS.fullmatch(text):
        return WrittenDate(
            day_first=_date(match[3], match[2], match[1]),
            month_first=_date(match[3], match[1], match[2]),
            two_orders=True,
            short_year=len(match[3]) == 2,
        )
    if _SERIAL.fullmatch(text):
        day = _SERIAL_START + timedelta(days=int(float(text)))
        offer = f"perhaps an Excel serial number for {day.isoformat()}; "
        return WrittenDate(offer=offer, serial=day)
    if (match := _NO_SEPARATOR.fullmatch(text)) and (day := _date(*match.groups())):
        return WrittenDate(offer=f"perhaps {day.isoformat()} is meant; ")
    if (match := _MONTH_ONLY.fullmatch(text)) and month_number(match[1] or match[4]):
        return WrittenDate(
            offer="a month with a year or a day but not both, as Excel shows some dates (format "
            "the column as dd/mm/yyyy to see the whole date; or, if all are months with a year, "
            'declare date_order = "months" for this file in council.toml); '
        )
    return WrittenDate()


def _moment(text: str) -> WrittenDate:
    """Read a time with its zone as a day of the United Kingdom.

    Midnight of a summer's day there is 23:00 of the day before in universal time, as which
    programs often export it.
    """
    plain = re.sub(r" ?(?:Z|UTC)$", "+00:00", text, flags=re.IGNORECASE)
    plain = re.sub(r"(\.\d{6})\d+", r"\1", plain).replace(" +", "+").replace(" -", "-")
    try:
        moment = datetime.fromisoformat(plain).astimezone(UTC)
        day = (moment + _summer_time(moment)).date()
    except (ValueError, OverflowError):
        return WrittenDate()
    return WrittenDate(day_first=day, month_first=day, with_zone=True)


def _summer_time(moment: datetime) -> timedelta:
    """One hour from the last Sunday of March to that of October, at 01:00 universal time."""
    starts, ends = (
        datetime(moment.year, month, 31, 1, tzinfo=UTC)
        - timedelta(days=date(moment.year, month, 31).isoweekday() % 7)
        for month in (3, 10)
    )
    return timedelta(hours=1) if starts <= moment < ends else timedelta(0)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
