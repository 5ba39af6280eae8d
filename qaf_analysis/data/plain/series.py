"""A series over time from a plain table: a row per period, with a value or two counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import nan
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.months import month_number
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.columns import (
    Floats,
    Ints,
    needed_place,
    numbers_between,
    refuse_blank,
)
from qaf_analysis.data.plain.table import cells_refused, place_of, read_plain_table, warnings_of
from qaf_analysis.terms.quarter import Quarter

Bools: TypeAlias = NDArray[np.bool_]
SeriesKind: TypeAlias = Literal["values", "shares", "rates"]
_YES, _NO = ("1", "yes", "y", "true"), ("0", "no", "n", "false", "")
_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m", "%d/%m/%Y", "%d/%m/%y", "%m/%Y", "%Y/%m")
_MONTH = re.compile(
    r"(?P<day>\d{1,2}[ -])?(?P<month>[A-Za-z]{3,9})\.?[ '’/-]{0,2}(?P<year>\d{4}|\d{2})"
    r"|(?P<first>\d{4})[ /-](?P<after>[A-Za-z]{3,9})"
)
_YEAR = re.compile(r"(?P<year>\d{4})[-/](?P<next>\d{2}|\d{4})")


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainSeries:
    """A series over time, each array of shape (points,).

    Parameters
    ----------
    periods : tuple of str
        As they stood, in the order of the rows, which is the order of time.
    values : array
        NaN where the point is missing. Where counts were given, their ratio.
    numerator, denominator : array or None
        NaN in both where the point is missing; None where the table gave values.
    baseline : array of bool or None
        Points that the lines are to rest on; None without that column.
    part : array of int or None
        Number of the part, from 0; None without that column.
    warnings : tuple of str
    """

    periods: tuple[str, ...]
    values: Floats
    numerator: Floats | None
    denominator: Floats | None
    baseline: Bools | None
    part: Ints | None
    warnings: tuple[str, ...]


def read_plain_series(path: Path, *, kind: SeriesKind) -> PlainSeries:
    """Read a table with a row per period, in the order of time.

    Columns: period (or date, quarter, month), then value, or numerator and denominator; perhaps
    baseline (yes or no) and part (any name, the same in all rows of a part). A blank value or
    count is a missing point.

    Parameters
    ----------
    path : Path
    kind : {"values", "shares", "rates"}
        Shares and rates need counts; of shares these are whole numbers, the numerator no more
        than the denominator. Values may be given as counts too, and are then their ratio.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If a column is missing, a cell is not what its column should hold, a period stands twice
        or out of order, or a part is left and taken up again.
    """
    table = read_plain_table(
        path, parts=("period", "value", "numerator", "denominator", "baseline", "part")
    )
    periods = _periods(table)
    numerator = denominator = None
    if kind == "values" and place_of(table, "value") is not None:
        place = needed_place(table, "value")
        values = numbers_between(table, place, expected="a number, or nothing where it is missing")
    elif kind == "values" and place_of(table, "numerator") is None:
        raise _no_values(table)
    else:
        numerator, denominator = _counts(table, kind=kind)
        values = numerator / denominator
    return PlainSeries(
        periods=periods,
        values=values,
        numerator=numerator,
        denominator=denominator,
        baseline=_baseline(table),
        part=_part(table),
        warnings=warnings_of(table),
    )


def _no_values(table: RawTable) -> Exception:
    return table.problems.refusal(
        code="column_missing",
        row=table.header_row,
        found="neither a column of values nor one of numerators",
        expected="a column headed value, or two headed numerator and denominator",
        mend="rename the columns",
    )


def _counts(table: RawTable, *, kind: SeriesKind) -> tuple[Floats, Floats]:
    """Numerators and denominators, NaN in both where the point is missing."""
    above, below = needed_place(table, "numerator"), needed_place(table, "denominator")
    expected = "a number of 0 or more, or nothing where the point is missing"
    numerator = numbers_between(table, above, low=0, expected=expected)
    denominator = numbers_between(table, below, low=0, expected=expected)
    empty = (denominator == 0) & ~(numerator > 0)
    half = (np.isnan(numerator) != np.isnan(denominator)) & ~empty
    refuse = partial(_refuse_counts, table, above)
    refuse((denominator == 0) & (numerator > 0), expected="0 where the denominator is 0")
    if kind == "shares":
        refuse(numerator > denominator, expected="no more than the denominator of the row")
        refuse(numerator % 1 > 0, expected="a whole number of cases")
        _refuse_counts(table, below, denominator % 1 > 0, expected="a whole number of cases")
    for which, found in (
        (empty, "a denominator of 0"),
        (half, "a numerator or a denominator, not both"),
    ):
        if which.any():
            table.problems.warn(
                code="point_missing",
                found=f"{counted(int(which.sum()), 'row')} with {found}, read as missing",
                expected="both counts, or neither where the point is missing",
                mend="none needed, or fill in the counts",
                row=int(table.cells.index[int(np.flatnonzero(which)[0])]),
                rows=int(which.sum()),
            )
    missing = empty | half
    return np.where(missing, nan, numerator), np.where(missing, nan, denominator)


def _refuse_counts(table: RawTable, place: int, wrong: Bools, *, expected: str) -> None:
    if wrong.any():
        cells = [(int(row), place) for row in np.flatnonzero(wrong)]
        raise cells_refused(
            table, cells, code="count_wrong", expected=expected, mend="correct the counts"
        )


def _periods(table: RawTable) -> tuple[str, ...]:
    """Labels of the periods, refused where they are blank, twice there or out of order."""
    place = needed_place(table, "period")
    labels = [tidy(cell) for cell in table.cells[place]]
    refuse_blank(
        table,
        place,
        np.array([not label for label in labels], dtype=bool),
        expected="the period of each row",
        mend="fill it in, or delete the row",
    )
    again = pd.Series([spelling_key(label) for label in labels]).duplicated().to_numpy()
    order = _order(labels)
    late = np.zeros(len(labels), dtype=bool)
    if order is not None:
        late[1:] = np.diff(order) < 0
    for wrong, code, expected, mend in (
        (again, "period_twice", "one row for each period", "keep one row of the period"),
        (late, "period_order", "rows in the order of time", "sort the rows, the oldest first"),
    ):
        if wrong.any():
            cells = [(int(row), place) for row in np.flatnonzero(wrong)]
            raise cells_refused(table, cells, code=code, expected=expected, mend=mend)
    if order is None:
        table.problems.warn(
            code="period_order",
            found="periods whose order in time cannot be told from how they are written",
            expected="numbers, quarters such as 2019-20 Q3, months such as Apr-19, or dates such "
            "as 2019-11-25",
            mend="none needed if the rows stand in the order of time, as they were read",
        )
    return tuple(labels)


def _order(labels: list[str]) -> list[float] | None:
    """Place in time of each period; None where they are not all written in one known way."""
    ways: list[Callable[[str], float]] = [float, _quarter, _month, _financial_year]
    ways += [partial(_date, way) for way in _DATES]
    for way in ways:
        try:
            return [way(label) for label in labels]
        except ValueError:
            continue
    return None


def _quarter(label: str) -> float:
    quarter = Quarter.parse(label)
    return 4.0 * quarter.year + quarter.number


def _month(label: str) -> float:
    """Place in time of a month such as Apr-19, April 2019 or 2019 Apr, or of a day of it."""
    match = _MONTH.fullmatch(label)
    month = month_number(match["month"] or match["after"]) if match else None
    if match is None or month is None:
        raise ValueError(label)
    year = match["year"] or match["first"]
    day = int(match["day"].strip(" -")) if match["day"] else 1
    return float(datetime(int(year) + (2000 if len(year) == 2 else 0), month, day).toordinal())


def _financial_year(label: str) -> float:
    match = _YEAR.fullmatch(label)
    if match is None or int(match["next"][-2:]) != (int(match["year"]) + 1) % 100:
        raise ValueError(label)
    return float(match["year"])


def _date(way: str, label: str) -> float:
    return float(datetime.strptime(label, way).toordinal())


def _baseline(table: RawTable) -> Bools | None:
    place = place_of(table, "baseline")
    if place is None:
        return None
    cells = [spelling_key(cell) for cell in table.cells[place]]
    wrong = [(row, place) for row, cell in enumerate(cells) if cell not in (*_YES, *_NO)]
    if wrong:
        raise cells_refused(
            table, wrong, code="not_yes_or_no", expected="yes or no", mend="correct the cell"
        )
    chosen = np.array([cell in _YES for cell in cells], dtype=bool)
    if not chosen.any():
        raise cells_refused(
            table,
            [(0, place)],
            code="no_baseline",
            expected="yes in at least one row of the column",
            mend="mark the rows of the baseline, or delete the column",
        )
    return chosen


def _part(table: RawTable) -> Ints | None:
    place = place_of(table, "part")
    if place is None:
        return None
    labels = [spelling_key(cell) for cell in table.cells[place]]
    refuse_blank(
        table,
        place,
        np.array([not label for label in labels], dtype=bool),
        expected="the part of each row",
        mend="fill it in, or delete the column",
    )
    part: Ints = np.asarray(pd.factorize(np.array(labels, dtype=object))[0], dtype=np.int64)
    back = np.flatnonzero(np.diff(part) < 0) + 1
    if back.size:
        raise cells_refused(
            table,
            [(int(row), place) for row in back],
            code="part_again",
            expected="the rows of a part together: parts follow each other in time",
            mend="give the later rows a part of their own",
        )
    return part
