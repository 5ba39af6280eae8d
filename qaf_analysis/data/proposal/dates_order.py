"""Whether a source writes the day or the month first: shown by its dates, or by its quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.draft import Confidence
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.data.proposal.identity import days_of
from qaf_analysis.data.proposal.meaning import Meaning
from qaf_analysis.data.proposal.places import month_named, quarter_named
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import DateOrder, NamePlace

_DATES = ("audit_date", "moderated_on", "raised_on", "due_on", "closed_on", "verified_on")


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of day and month, why, and how sure; None where no date needs one.

    ``months`` are the patterns that take the month of the audits from names, where no column
    holds their day.
    """

    order: DateOrder | None
    why: str
    confidence: Confidence = "sure"
    mixed: bool = False
    months: Mapping[NamePlace, str] = field(default_factory=dict)

    @property
    def to_read(self) -> DateOrder:
        """Order to read dates in; day first where none is needed."""
        return self.order or "day_first"


def date_order(meaning: Meaning, *, key: str, asking: Asking) -> Order:
    """Say in which order the dates of a source are written; asked where nothing shows it."""
    fields = _date_fields(meaning)
    months_in = _months_in_names(meaning, fields, key=key, asking=asking)
    if months_in:
        why = "no column holds the day of the audit; the names say the month"
        return Order(order="months", why=why, confidence="asked", months=months_in)
    days = sum(f.profile.day_first for f in fields)
    months = sum(f.profile.month_first for f in fields)
    either = sum(f.profile.either for f in fields)
    numbers = [f for f in fields if f.profile.are_serials and f.source == "column"]
    if numbers and not days + months + either:
        cells = counted(sum(f.profile.filled for f in numbers), "date")
        why = f"{cells} stand as Excel's numbers of days, such as 45385"
        return Order(order="excel_serial", why=why, confidence="likely")
    if not days + months + either:
        return Order(order=None, why="")
    if days and months:
        most: DateOrder = "day_first" if days >= months else "month_first"
        why = f"{days:,} dates can only be day first, but {months:,} only month first"
        return Order(order=most, why=why, confidence="unsure", mixed=True)
    if days or months:
        order: DateOrder = "day_first" if days else "month_first"
        why = f"{counted(days or months, 'date')} can be read in no other order"
        return Order(order=order, why=why)
    return _by_quarters(meaning, either, key=key, asking=asking)


def _months_in_names(
    meaning: Meaning, fields: Sequence[Field], *, key: str, asking: Asking
) -> dict[NamePlace, str]:
    """Patterns for the month of the audits, where no column holds their day; always asked.

    Other dates of the source must not be month first, for months are read beside day first only.
    """
    given = {*meaning.columns, *meaning.questions}
    if meaning.kind != "audits" or "audit_date" in given or meaning.source.first.grid.query:
        return {}
    found = month_named(meaning.source)
    if not found or any(f.profile.month_first for f in fields):
        return {}
    agreed = asking.agrees(
        f"{key}month",
        asks=f"No column holds the day of the audit, but the name of each {next(iter(found))} "
        "holds its month. Is each audit to count on the first day of that month?",
        consequence="yes: months and quarters are right, days are not known; no: a column with "
        "the day of the audit must be added first",
    )
    return found if agreed else {}


def _date_fields(meaning: Meaning) -> list[Field]:
    fields = [f for name in _DATES for f in meaning.columns.get(name, ())]
    fields += [f for name, f in meaning.questions.items() if name in _DATES]
    if meaning.moderator is not None:
        fields += [f for n, f in meaning.moderator.columns.items() if n in _DATES]
    return fields


def _by_quarters(meaning: Meaning, either: int, *, key: str, asking: Asking) -> Order:
    stated = stated_quarters(meaning)
    right: dict[DateOrder, int] = {}
    orders: tuple[DateOrder, DateOrder] = ("day_first", "month_first")
    for order in orders:
        days = days_of(meaning, "audit_date", order)
        right[order] = agreeing(days, stated)
    told = sum(quarter is not None for quarter in stated)
    best = max(orders, key=lambda order: right[order])
    other = orders[1 - orders.index(best)]
    if told and right[best] == told and right[other] < told:
        why = f"in this order all {told:,} dates lie in the quarter stated; in the other not"
        return Order(order=best, why=why)
    answer = asking.choose(
        f"{key}date_order",
        asks=f"{counted(either, 'date')} could be read day first or month first. Which is it?",
        options=("day_first", "month_first"),
        proposed="day_first",
        consequence="day first is usual in the United Kingdom; the wrong one puts audits into "
        "other months",
    )
    chosen: DateOrder = "month_first" if answer == "month_first" else "day_first"
    return Order(order=chosen, why="nothing in the dates shows the order", confidence="asked")


def stated_quarters(meaning: Meaning) -> list[Quarter | None]:
    """Quarter that each record states in a column of its own, or its file, sheet or title."""
    if meaning.column("quarter") is not None:
        return [_parsed(text) for text in meaning.texts("quarter")]
    places: tuple[NamePlace, ...] = ("sheet", "file", "title")
    for place in places:
        named = [quarter_named(table, place) for table in meaning.source.tables]
        if all(quarter is not None for quarter in named):
            pairs = zip(meaning.source.tables, named, strict=True)
            return [quarter for table, quarter in pairs for _ in table.records]
    return [None] * sum(len(table.records) for table in meaning.source.tables)


def agreeing(days: Sequence[date | None], stated: Sequence[Quarter | None]) -> int:
    """How many records have a date in the quarter stated."""
    return sum(
        day is not None and quarter is not None and Quarter.of(day) == quarter
        for day, quarter in zip(days, stated, strict=True)
    )


def _parsed(text: str) -> Quarter | None:
    for parse in (Quarter.parse, Quarter.parse_calendar):
        try:
            return parse(text)
        except UnknownQuarterError:
            continue
    return None
