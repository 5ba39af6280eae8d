"""Days and months exchanged by a spreadsheet or read in the wrong order: signs in whole columns.

A spreadsheet of another locale turns 04/10/2019 into a real 10 April and leaves 15/10/2019 as text,
since there is no fifteenth month. No single cell shows it; the column does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import Texts, by_value
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import DateOrder

_LAST = 12  # no month follows, so a day up to here may have been taken for a month
_EARLY = 0.39
"""Share of days of the year up to the twelfth of a month, 144 of 365."""
_UNLIKELY, _VERY_UNLIKELY = 0.06, 1e-4
_FEW = 0.2
_NEVER_LATER, _MANY_MONTHS = 8, 5
_TWO_ORDERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.]\d{2,4}\b(.*)")
_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.](\d{1,2})(?!\d)")
_SHARE_AGAINST = 0.25
_RE_EXPORT = (
    "export the data again and open them in no other program before; in Excel import the file by "
    "Data, From Text/CSV with the column as text or as Date: DMY, and never by a double click"
)


def refuse_exchanged_dates(
    texts: Texts,
    kinds: Texts | None,
    *,
    order: DateOrder | None,
    heading: str,
    problems: Problems,
    rows_in: int,
) -> None:
    """Refuse a column whose dates of one form all have a day up to 12, and of the other never.

    Dates that lie ahead or do not exist count too: exchanging may have made them so.

    Parameters
    ----------
    texts : Series of str
        Tidy texts of the column.
    kinds : Series of str or None
        Kinds of the cells, for a workbook.
    order : str or None
        Declared order of day and month.

    Raises
    ------
    FileRefusedError
        If the forms part at the twelfth of the month and chance does not explain it.
    """
    second = order == "month_first"
    number = by_value(texts, lambda text: _day_number(text, second=second)).dropna()
    if number.empty:
        return
    early = (number <= _LAST).to_numpy(dtype=bool)
    form = by_value(texts[number.index], _form)
    if kinds is not None:
        form = form.where((kinds[number.index] != "d").to_numpy(dtype=bool), "real")
    counts = pd.crosstab(form.to_numpy(), early).reindex(columns=[True, False], fill_value=0)
    late_forms = [
        str(name)
        for name, n in counts.iterrows()
        if n[False] > n[True] and str(name).startswith("text")
    ]
    late, rest = counts.loc[late_forms].sum(), counts.drop(index=late_forms).sum()
    tally = _Tally(
        early=int(rest[True]),
        early_off=int(rest[False]),
        late=int(late[False]),
        late_off=int(late[True]),
    )
    if tally.shows_exchange:
        first = number.index[early & ~form.isin(late_forms).to_numpy(dtype=bool)][0]
        raise problems.refusal(
            code="dates_exchanged",
            row=int(first),
            column=heading,
            found=_parted(tally),
            expected="dates of every day of the month in each form",
            mend=_RE_EXPORT,
            rows_in=rows_in,
        )
    if early.all():
        kept = texts[number.index]
        months = by_value(kept, lambda text: _month_number(text, second=second))
        _warn_of_no_late_day(kept, months, heading=heading, problems=problems)


def refuse_dates_against_quarters(
    days: Texts,
    texts: Texts,
    *,
    quarters: Texts,
    order: DateOrder | None,
    headings: tuple[str, str],
    problems: Problems,
    rows_in: int,
) -> None:
    """Refuse dates that the stated quarters contradict as read, and confirm the other way round.

    Parameters
    ----------
    days : Series of datetime64
        Dates as read.
    texts, quarters : Series of str
        The cells of the dates, and those of the quarters.
    order : str or None
        Declared order of day and month.
    headings : tuple of str
        Headings of the dates and of the quarters.

    Raises
    ------
    FileRefusedError
        If enough rows contradict for it to be no slip of the pen; of such a file no date whose
        day is 12 at most can be trusted, not even where both ways fall in the quarter stated.
    """
    read = days.dropna()
    stated = by_value(quarters.reindex(read.index), _quarter_index)
    pairs = pd.DataFrame({"day": read.to_numpy(), "stated": stated.to_numpy(dtype=float)})
    pairs["row"] = read.index.to_numpy()
    pairs = pairs[pairs["stated"].notna() & (pairs["day"].dt.day <= _LAST)]
    against: list[int] = []
    told = 0
    for (day, index), part in pairs.groupby(["day", "stated"], sort=False):
        as_read = Quarter.of(day.date()).index == index
        exchanged = Quarter.of(date(day.year, day.day, day.month)).index == index
        if as_read != exchanged:
            told += len(part)
            against += [] if as_read else part["row"].tolist()
    if len(against) < 2 or len(against) < _SHARE_AGAINST * told:
        return
    if len(against) < 3 and told > len(against):
        return
    first = min(against)
    declarable = order is None and all(_TWO_ORDERS.fullmatch(texts[row]) for row in against)
    raise problems.refusal(
        code="dates_against_quarters",
        row=int(first),
        column=headings[0],
        found=f"{counted(len(against), 'date')} of {told:,} that fall in the {headings[1]} stated "
        f"only with day and month exchanged ({extract(texts[first])} beside "
        f"{extract(quarters[first])}): they look "
        + ("month first" if declarable else "exchanged by a spreadsheet"),
        expected="dates that fall in the quarter beside them",
        mend='declare date_order = "month_first" for this file in council.toml if it is so'
        if declarable
        else _RE_EXPORT,
        rows_in=rows_in,
    )


@dataclass(frozen=True, kw_only=True)
class _Tally:
    """Dates of the forms that keep to the days 1 to 12, and of those that keep to later days."""

    early: int
    early_off: int
    late: int
    late_off: int

    @property
    def shows_exchange(self) -> bool:
        """Whether the forms part at the twelfth more neatly than chance would have it."""
        if not self.early or not self.late:
            return False
        chance = _at_most(self.early_off, self.early + self.early_off, 1 - _EARLY)
        chance *= _at_most(self.late_off, self.late + self.late_off, _EARLY)
        if not self.early_off and not self.late_off:
            return chance < _UNLIKELY
        few = self.early_off <= _FEW * self.early and self.late_off <= _FEW * self.late
        return few and chance < _VERY_UNLIKELY


def _at_most(number: int, of: int, share: float) -> float:
    """Chance of at most so many out of ``of``, each with this chance."""
    term = total = (1 - share) ** of
    for k in range(1, number + 1):
        term *= (of - k + 1) / k * share / (1 - share)
        total += term
    return float(total)


def _parted(tally: _Tally) -> str:
    but = f", but for {tally.early_off:,}" if tally.early_off else ""
    off = f", but for {tally.late_off:,}" if tally.late_off else ""
    return (
        f"{counted(tally.early, 'date')}, all on the 1st to 12th of a month{but}, beside "
        f"{counted(tally.late, 'date')} left as text, all after the 12th{off}: a spreadsheet of "
        "another country exchanged day and month"
    )


def _day_number(text: str, *, second: bool) -> float:
    """Day of the month as written; NaN where the text is no date in numbers."""
    if match := _TWO_ORDERS.fullmatch(text):
        return float(match[3] if second else match[1])
    match = _YEAR_FIRST.match(text)
    return float(match[1]) if match else float("nan")


def _month_number(text: str, *, second: bool) -> float:
    """Month as written; NaN where the text is no date in numbers."""
    if match := _TWO_ORDERS.fullmatch(text):
        return float(match[1] if second else match[3])
    match = _YEAR_FIRST.match(text)
    return float(re.split(r"[-/.]", text)[1]) if match else float("nan")


def _form(text: str) -> str:
    """How a date is written: text in which day and month have two orders, or another form."""
    if match := _TWO_ORDERS.fullmatch(text):
        return f"text {match[2]}{' with time' if match[4].strip() else ''}"
    return "year first"


def _warn_of_no_late_day(texts: Texts, months: Texts, *, heading: str, problems: Problems) -> None:
    """Warn of many different dates of which none lies after the twelfth of a month.

    Days taken for months would stand in many months, so dates of a few months are no sign.
    """
    if texts.nunique() < _NEVER_LATER or months.nunique() < _MANY_MONTHS:
        return
    problems.warn(
        code="no_late_day",
        row=int(texts.index[0]),
        column=heading,
        found=f"{counted(len(texts), 'date')}, not one of them after the 12th of a month (the "
        f"first is {extract(texts.iloc[0])}): day and month may be exchanged, or rows lacking",
        expected="dates of every day of the month",
        mend="compare some dates with the records; if the month comes first, declare date_order = "
        '"month_first" for this file in council.toml, or export the file again',
        rows=len(texts),
    )


def _quarter_index(text: object) -> float:
    if not isinstance(text, str) or not text:
        return float("nan")
    for parse in (Quarter.parse, Quarter.parse_calendar):
        try:
            return float(parse(text).index)
        except UnknownQuarterError:
            continue
    return float(np.nan)
