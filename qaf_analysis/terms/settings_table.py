"""One table of a settings file, read key by key: what is missing, misspelt or amiss is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from qaf_analysis.terms.errors import SettingsError, UnknownQuarterError
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale

Table = Mapping[str, Any]
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2060, 12, 31)
"""Days outside are slips of the pen: no council declares what happened before or after."""
_LARGEST = 10**12
_LONGEST = 500

_KINDS: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    date: "a date such as 2018-10-01",
}


class SettingsTable:
    """One TOML table, remembering which keys were asked for.

    Parameters
    ----------
    table : mapping
        What ``tomllib`` read.
    where : str
        File and table, quoted at the head of every message.

    Examples
    --------
    >>> SettingsTable({"name": "Plans"}, where="council.toml").text("name")
    'Plans'
    """

    def __init__(self, table: Table, *, where: str) -> None:
        self._table = table
        self._where = where
        self._asked: set[str] = set()

    def fail(self, what: str) -> SettingsError:
        """Error that names the file and the table."""
        return SettingsError(f"{self._where}: {what}")

    def raw(self, key: str, kind: type, default: Any = None) -> Any:
        """Value of that kind under a key, or the default where the key is absent."""
        self._asked.add(key)
        if key not in self._table:
            return default
        value = self._table[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f'"{key}" should be {_KINDS.get(kind, kind.__name__)}.')
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Text that must be there and not empty, unless a default is given."""
        value: str | None = self.raw(key, str, default)
        if value is None or not value.strip():
            raise self.fail(f'"{key}" is missing or empty; write {key} = "…".')
        return value

    def maybe_text(self, key: str) -> str | None:
        """Text, or None where the key is absent."""
        value: str | None = self.raw(key, str)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Every entry of a list as text; none where the key is absent."""
        return tuple(self._entry(key, value) for value in self.raw(key, list, []))

    def _entry(self, key: str, value: Any) -> str:
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
        if not isinstance(value, str) and not whole:
            raise self.fail(f'"{key}" should be a list of texts in quotation marks.')
        return str(value)

    def maybe_texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list that is not empty and names nothing twice; None where the key is absent."""
        if self.raw(key, list) is None:
            return None
        found = self.texts(key)
        if not found:
            raise self.fail(f'"{key}" is an empty list; name at least one, or leave "{key}" out.')
        self.refuse_twice(key, found)
        return found

    def flag(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        return bool(self.raw(key, bool, False))

    def whole(
        self, key: str, default: int | None = None, *, low: int = 0, high: int = _LARGEST
    ) -> int | None:
        """Whole number within the limits, both included."""
        value: int | None = self.raw(key, int, default)
        if value is not None and not low <= value <= high:
            # A number of thousands of digits cannot be written out.
            shown = str(value) if abs(value) < _LARGEST else "a number of very many digits"
            if high == _LARGEST and value < 0:
                raise self.fail(f'"{key}" is {shown}; it should not be negative.')
            raise self.fail(
                f'"{key}" is {shown}; expected a whole number from {low:,} to {high:,}.'
            )
        return value

    def number(self, key: str) -> float | None:
        """Number above 0, or None where the key is absent."""
        self._asked.add(key)
        value = self._table.get(key)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 < value < _LARGEST:
            raise self.fail(f'"{key}" should be a number above 0.')
        return float(value)

    def has(self, key: str) -> bool:
        """Whether a key is there."""
        return key in self._table

    def bound(self, key: str, *, last: bool = False) -> date | None:
        """Day on which a time begins or ends: a date or a quarter; None where the key is absent."""
        if not self.has(key):
            self._asked.add(key)
            return None
        if self.holds_text(key):
            quarter = self.quarter(key)
            return quarter.last_day if last else quarter.first_day
        return self.day(key)

    def day(self, key: str) -> date:
        """Date that must be there."""
        value = self.raw(key, date)
        if value is None:
            raise self.fail(f'"{key}" is missing; write {key} = 2018-10-01.')
        day = date(value.year, value.month, value.day)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.fail(
                f'"{key}" is {day.isoformat()}; expected a date from {FIRST_DAY.year} to '
                f"{LAST_DAY.year}. Correct the year."
            )
        return day

    def quarter(self, key: str) -> Quarter:
        """Quarter that must be there."""
        return self._quarter(key, self.text(key))

    def _quarter(self, key: str, text: str) -> Quarter:
        try:
            quarter = Quarter.parse(text)
        except UnknownQuarterError as error:
            raise self.fail(f'"{key}": {error}') from None
        if not FIRST_DAY.year <= quarter.year <= LAST_DAY.year:
            raise self.fail(
                f'"{key}" is {quarter}; expected a quarter from {FIRST_DAY.year} to '
                f"{LAST_DAY.year}. Correct the year."
            )
        return quarter

    def quarters(self, key: str) -> tuple[Quarter, ...]:
        """Quarters of a list, none of them twice; none where the key is absent."""
        found = tuple(self._quarter(key, text) for text in self.texts(key))
        self.refuse_twice(key, tuple(map(str, found)))
        return found

    def choice(self, key: str, allowed: Sequence[str], default: Any) -> Any:
        """One of the words allowed, or the default where the key is absent."""
        value = self.raw(key, str, default)
        if value is not None and value not in allowed:
            raise self.fail(f'"{key}" is "{value}"; expected one of {", ".join(allowed)}.')
        return value

    def one_of(self, key: str, name: str, known: Mapping[str, Scale]) -> Scale:
        """Scale of that name."""
        if name not in known:
            raise self.fail(f'"{key}" is "{name}"; expected one of {", ".join(known)}.')
        return known[name]

    def words(self, key: str) -> dict[str, str]:
        """Table of texts by name."""
        found = self.raw(key, dict, {})
        for name, value in found.items():
            if not isinstance(value, str):
                raise self.fail(f'[{key}] "{name}" should be text.')
        return dict(found)

    def headings(self, key: str) -> dict[str, tuple[str, ...]]:
        """Table of column headings by name, each one text or a list of several."""
        found = {}
        for name, value in self.raw(key, dict, {}).items():
            if not name.strip():
                raise self.fail(f"[{key}] has an entry without a name. Take it out.")
            texts = [value] if isinstance(value, str) else value
            if not isinstance(texts, list) or not texts or not all(map(_is_filled, texts)):
                raise self.fail(
                    f'[{key}] "{name}" should be a column heading, or a list of several.'
                )
            self.refuse_twice(name, texts)
            found[name] = tuple(texts)
        return found

    def holds_text(self, key: str) -> bool:
        """Whether text stands under a key."""
        return isinstance(self._table.get(key), str)

    def table(self, key: str) -> SettingsTable:
        """Table within this one; empty where the key is absent."""
        return SettingsTable(self.raw(key, dict, {}), where=f"{self._where}, [{key}]")

    def tables(self, key: str) -> list[SettingsTable]:
        """Tables of an array such as ``[[themes]]``, numbered in messages from 1."""
        found = self.raw(key, list, [])
        if not all(isinstance(table, dict) for table in found):
            raise self.fail(f'"{key}" should be tables; write [[{key}]] above each of them.')
        return [
            SettingsTable(table, where=f"{self._where}, [[{key}]] number {number}")
            for number, table in enumerate(found, start=1)
        ]

    def tag(self, domain: str, tag: str) -> DomainTag:
        """Tag of a domain."""
        try:
            return DomainTag(tag)
        except ValueError:
            raise self.fail(
                f'[domains] "{domain}" is tagged "{tag}"; expected child, process or "".'
            ) from None

    def refuse_twice(self, key: str, found: Sequence[str]) -> None:
        """Refuse a list that names one thing twice."""
        twice = [name for name, times in Counter(found).items() if times > 1]
        if twice:
            raise self.fail(f'"{key}" names "{twice[0]}" more than once; name it once.')

    def refuse_unknown(self) -> None:
        """Refuse keys that nobody asked for: most often they are misspelt."""
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            near = get_close_matches(unknown[0], sorted(self._asked), n=1, cutoff=0.6)
            meant = f'perhaps "{near[0]}" is meant; ' if near else ""
            raise self.fail(
                f'"{unknown[0][:_LONGEST]}" is not a setting known here; {meant}'
                f"known: {', '.join(sorted(self._asked))}."
            )


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
