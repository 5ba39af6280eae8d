"""Days of which only the month is known: which cells they are, and how they are compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.distinct import Texts, distinct
from qaf_analysis.data.contract.months import month_of
from qaf_analysis.terms.settings import DateOrder

MAY_BE_MONTHS = ("audit_date", "rated_on", "moderated_on", "read_on")
"""Columns of days in which a month may stand."""


def is_months(texts: Texts, *, order: DateOrder | None, declared: bool) -> bool:
    """Whether months in a column are read as such.

    They are where nothing but months with a year of four digits stands in it, and where months
    are declared for the file or the council: then Apr-24 is April 2024 and no day of April.
    """
    if declared or order == "months":
        return True
    months = [month_of(text) for text in distinct(texts).texts if text]
    return bool(months) and all(month is not None and not month.is_short for month in months)


def only_months(
    texts: Texts, days: Texts, *, order: DateOrder | None, declared: bool
) -> NDArray[np.bool_]:
    """Whether only the month of each cell's day is known.

    Parameters
    ----------
    texts : Series of str
        Cells of a column of days.
    days : Series of datetime64
        What they were read as; a month is its first day.
    order : str or None
        Order declared for the file.
    declared : bool
        Whether the council declares months. Then a column of first days only, as Excel makes of
        "Apr-24", is one of months too.
    """
    if not is_months(texts, order=order, declared=declared):
        return np.zeros(len(texts), dtype=bool)
    found = distinct(texts)
    flags = found.chosen([bool(t) and month_of(t) is not None for t in found.texts])
    known = days.notna()
    different = days[known].nunique()
    if (declared or order == "months") and different > 1 and (days[known].dt.day == 1).all():
        flags |= known.to_numpy(dtype=bool)
    return flags


def is_before(
    first: NDArray[Any],
    second: NDArray[Any],
    *,
    by_month: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether a day lies before another; by their months where only a month is known of either.

    Examples
    --------
    >>> days = np.array(["2024-04-03", "2024-04-03"], dtype="datetime64[us]")
    >>> month = np.array(["2024-04-20", "2024-04-20"], dtype="datetime64[us]")
    >>> is_before(days, month, by_month=np.array([False, True])).tolist()
    [True, False]
    """
    earlier = first.astype("datetime64[M]") < second.astype("datetime64[M]")
    return np.where(by_month, earlier, first < second)


def spare_days(days: pd.Series, by_month: pd.Series) -> pd.Series:
    """How many days later each day may have been: the rest of the month where only that is known.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2024-04-01", "2024-04-01"]))
    >>> spare_days(days, pd.Series([True, False])).tolist()
    [29.0, 0.0]
    """
    rest: pd.Series = days.dt.days_in_month - days.dt.day
    return rest.where(by_month.fillna(False).astype(bool), 0).astype("float64")


def shown_day(day: pd.Timestamp, *, by_month: bool) -> str:
    """A day as 2024-04-05, or its month as 2024-04 where no more is known."""
    return f"{day:%Y-%m}" if by_month else f"{day:%Y-%m-%d}"
