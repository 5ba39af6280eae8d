"""What a column holds, told from its cells alone: dates, grades, names, numbers, long texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.proposal.grade_words import grade_level, is_small_number
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter

CellKind = Literal["date", "grade", "number", "share", "flag", "quarter", "id", "name", "long", ""]
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}" + _TIME)
_TWO_ORDERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})" + _TIME)
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? )?\d{1,2}(?:st|nd|rd|th)?[ -](?:of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?[ -](?:\d{4}|\d{2})" + _TIME,
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_SHARE = re.compile(r"\d+(?:\.\d+)?\s*%")
_ID = re.compile(r"[A-Za-z]{0,8}[-_/ ]{0,2}\d[\w/-]*")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:,? [^\W\d_][\w'’.-]*){1,3}(?: \d{1,3})?|[^\W\d_]+ \d{1,3}")
_FLAGS = frozenset(["yes", "no", "y", "n", "true", "false"])
_LONG = 60


def cell_kind(text: str, kind: str = "") -> CellKind:
    """What one cell seems to hold.

    Parameters
    ----------
    text : str
        Tidy text.
    kind : str
        Kind of the cell in a workbook (see ``RawTable``): ``d`` is a real date.

    Examples
    --------
    >>> [cell_kind(text) for text in ("24-Jul-2024", "R.I.", "75%", "Jane Smith", "A-0012")]
    ['date', 'grade', 'share', 'name', 'id']
    """
    if kind == "d":
        return "date"
    return _kind_of(text)


@lru_cache(maxsize=65_536)
def _kind_of(text: str) -> CellKind:
    if len(text) > _LONG:
        return "long"
    for kind, holds in _TESTS:
        if holds(text):
            return kind
    return "long" if len(text.split()) > 7 else ""


def _is_date(text: str) -> bool:
    return any(form.fullmatch(text) for form in (_YEAR_FIRST, _TWO_ORDERS, _NAMED))


def _is_quarter(text: str) -> bool:
    try:
        Quarter.parse(text)
    except UnknownQuarterError:
        return re.fullmatch(r"(?i)(\d{4}-?)?q[1-4]( ?\d{4}([-/]\d{2,4})?)?", text) is not None
    return True


_TESTS: tuple[tuple[CellKind, Callable[[str], bool]], ...] = (
    ("date", _is_date),
    ("quarter", _is_quarter),
    ("share", lambda text: _SHARE.fullmatch(text) is not None),
    ("number", lambda text: _NUMBER.fullmatch(text) is not None),
    ("flag", lambda text: text.casefold() in _FLAGS),
    ("grade", lambda text: grade_level(text) is not None),
    ("id", lambda text: _ID.fullmatch(text) is not None),
    ("name", lambda text: _NAME.fullmatch(text) is not None),
)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One column by its cells.

    Parameters
    ----------
    filled : int
        Cells that are not blank.
    words : Counter of str
        Distinct tidy texts with their counts; long texts are counted together under "".
    kinds : Counter of CellKind
        How many cells seem to hold what.
    day_first, month_first : int
        Dates that can only be read in that order.
    either : int
        Dates that could be read in both.
    """

    filled: int
    words: Mapping[str, int]
    kinds: Mapping[CellKind, int]
    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def share(self, *kinds: CellKind) -> float:
        """Share of the filled cells that are of one of these kinds; 0 where none is filled."""
        return sum(self.kinds.get(k, 0) for k in kinds) / self.filled if self.filled else 0.0

    @property
    def distinct(self) -> int:
        """Number of distinct texts."""
        return len(self.words)

    @property
    def repeats(self) -> float:
        """Filled cells for each distinct text."""
        return self.filled / self.distinct if self.distinct else 0.0

    @property
    def are_dates(self) -> bool:
        """Whether nearly every cell is a date."""
        return self.share("date") >= 0.8

    @property
    def are_serials(self) -> bool:
        """Whether nearly every cell is a number that Excel would show as a date of our time."""
        serials = sum(n for text, n in self.words.items() if _SERIAL.fullmatch(text))
        return self.filled > 0 and serials >= 0.9 * self.filled

    @property
    def are_grades(self) -> bool:
        """Whether most cells are grades, and not by a few single letters alone."""
        grades = [text for text in self.words if cell_kind(text) == "grade"]
        telling = any(len(text) > 1 for text in grades) or len(grades) >= 2
        return telling and self.share("grade") >= 0.6

    @property
    def are_small_numbers(self) -> bool:
        """Whether nearly every cell is one of a few numbers from 0 to 10."""
        small = sum(n for text, n in self.words.items() if is_small_number(text))
        return self.filled > 0 and small >= 0.9 * self.filled and self.distinct <= 11

    @property
    def are_long(self) -> bool:
        """Whether the column holds free text."""
        return self.share("long") >= 0.2

    @property
    def are_flags(self) -> bool:
        """Whether the column holds yes and no."""
        return self.share("flag") >= 0.8

    @property
    def may_be_people(self) -> bool:
        """Whether the cells could be names: no dates, grades, flags or bare numbers."""
        return self.filled > 0 and self.share("date", "grade", "flag", "long", "share") < 0.2

    @property
    def may_be_identifiers(self) -> bool:
        """Whether the cells could be identifiers."""
        return self.filled > 0 and self.share("date", "grade", "flag", "long", "share") < 0.2

    @property
    def may_be_words(self) -> bool:
        """Whether the cells could be words that repeat, such as teams."""
        return self.filled > 0 and self.share("date", "grade", "long", "share", "flag") < 0.3


def profile_of(cells: Iterable[tuple[str, str]]) -> Profile:
    """Profile of a column from its cells and their kinds."""
    counts = Counter((tidy(text), kind) for text, kind in cells if text.strip())
    kinds: Counter[CellKind] = Counter()
    words: Counter[str] = Counter()
    orders: Counter[str] = Counter()
    for (text, kind), number in counts.items():
        found = cell_kind(text, kind)
        kinds[found] += number
        words["" if found == "long" else text] += number
        if found == "date" and kind != "d":
            orders[_order(text)] += number
    return Profile(
        filled=sum(counts.values()),
        words=words,
        kinds=kinds,
        day_first=orders["day_first"],
        month_first=orders["month_first"],
        either=orders["either"],
    )


def _order(text: str) -> str:
    match = _TWO_ORDERS.fullmatch(text)
    if match is None:
        return "told"
    first, second = int(match[1]), int(match[2])
    if first > 12:
        return "day_first"
    return "month_first" if second > 12 else "either"
