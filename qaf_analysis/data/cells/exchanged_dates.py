"""Days and months exchanged by a spreadsheet or read in the wrong order: signs in whole columns.

A spreadsheet of another locale turns 04/10/2019 into a real 10 April and leaves 15/10/2019 as text,
since there is no fifteenth month. No single cell shows it; the column does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from qaf_analysis.data.cells.words import quarter_indices
from qaf_analysis.data.contract.distinct import Texts, by_value, distinct, in_rows, present
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import DateOrder

_LAST = 12  # no month follows, so a day up to here may have been taken for a month
_EARLY = 0.39
"""Share of days of the year up to the twelfth of a month, 144 of 365."""
_UNLIKELY, _VERY_UNLIKELY = 0.06, 1e-4
_FEW = 0.2
_ONE_MONTH = np.timedelta64(1, "M")
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
    found = distinct(texts)
    days = np.array([_day_number(text, second=second) for text in found.texts], dtype=np.float64)
    number = found.spread(days, missing=np.nan)
    dated, early = ~np.isnan(number), number <= _LAST
    if not dated.any():
        return
    forms = [_form(text) for text in found.texts]
    names = ["real", *sorted(set(forms))]
    codes = np.array([names.index(form) for form in forms], dtype=np.intp)
    form = found.spread(codes, missing=0)
    if kinds is not None:
        form[(in_rows(kinds, texts.index) == "d").to_numpy(dtype=bool)] = 0
    counts = np.bincount(2 * form[dated] + early[dated], minlength=2 * len(names)).reshape(-1, 2)
    late = (counts[:, 0] > counts[:, 1]) & [name.startswith("text") for name in names]
    tally = _Tally(
        early=int(counts[~late, 1].sum()),
        early_off=int(counts[~late, 0].sum()),
        late=int(counts[late, 0].sum()),
        late_off=int(counts[late, 1].sum()),
    )
    if tally.shows_exchange:
        first = texts.index[dated & early & ~late[form]][0]
        raise problems.refusal(
            code="dates_exchanged",
            row=int(first),
            column=heading,
            found=_parted(tally),
            expected="dates of every day of the month in each form",
            mend=_RE_EXPORT,
            rows_in=rows_in,
        )
    if early[dated].all():
        kept = texts[dated]
        months = by_value(kept, lambda text: _month_number(text, second=second))
        _warn_of_no_late_day(kept, months, order=order, heading=heading, problems=problems)


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
    found = distinct(in_rows(quarters, days.index))
    indices = np.array([_quarter_index(text) for text in found.texts], dtype=np.float64)
    stated = found.spread(indices, missing=np.nan)
    read = days.to_numpy(dtype="datetime64[D]")
    month = read.astype("datetime64[M]")
    day = (read - month).astype(np.int64) + 1
    as_read = quarter_indices(read) == stated
    exchanged = quarter_indices(read.astype("datetime64[Y]") + (day - 1) * _ONE_MONTH) == stated
    tells = (as_read != exchanged) & ~np.isnat(read) & ~np.isnan(stated) & (day <= _LAST)
    told = int(tells.sum())
    against: list[int] = days.index[tells & ~as_read].tolist()
    if len(against) < 2 or len(against) < _SHARE_AGAINST * told:
        return
    if len(against) < 3 and told > len(against):
        return
    first = min(against)
    other = "day" if order == "month_first" else "month"
    declarable = order in (None, "day_first", "month_first") and all(
        _TWO_ORDERS.fullmatch(text) for text in present(texts.loc[against])
    )
    raise problems.refusal(
        code="dates_against_quarters",
        row=int(first),
        column=headings[0],
        found=f"{counted(len(against), 'date')} of {told:,} that fall in the {headings[1]} stated "
        f"only with day and month exchanged ({extract(texts[first])} beside "
        f"{extract(quarters[first])}): they look "
        + (f"{other} first" if declarable else "exchanged by a spreadsheet"),
        expected="dates that fall in the quarter beside them",
        mend=f'declare date_order = "{other}_first" for this file in council.toml if it is so'
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


def _warn_of_no_late_day(
    texts: Texts, months: Texts, *, order: DateOrder | None, heading: str, problems: Problems
) -> None:
    """Warn of many different dates of which none lies after the twelfth of a month.

    Days taken for months would stand in many months, so dates of a few months are no sign.
    """
    if texts.nunique() < _NEVER_LATER or months.nunique() < _MANY_MONTHS:
        return
    first = "day" if order == "month_first" else "month"
    problems.warn(
        code="no_late_day",
        row=int(texts.index[0]),
        column=heading,
        found=f"{counted(len(texts), 'date')}, not one of them after the 12th of a month (the "
        f"first is {extract(texts.iloc[0])}): day and month may be exchanged, or rows lacking",
        expected="dates of every day of the month",
        mend=f"compare some dates with the records; if the {first} comes first, declare "
        f'date_order = "{first}_first" for this file in council.toml, or export the file again',
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
