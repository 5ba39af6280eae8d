"""Grades between two neighbouring levels, such as "Good/RI": counted as one of them if declared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.terms.settings import HalfGrades

_BETWEEN = re.compile(r" ?[/\\|&-] ?| (?:to|or|and) ")
_HALF = re.compile(r"(\d+)\.50*")
_OPENING = "between "


@dataclass(frozen=True, kw_only=True)
class HalfGrade:
    """Two neighbouring levels, by their codes, between which a grade lies."""

    lower: int
    higher: int

    def named(self, levels: Sequence[str]) -> str:
        """The two levels in words."""
        return f"{levels[self.lower]} and {levels[self.higher]}"

    def counted_as(self, rule: HalfGrades) -> int:
        """Code of the neighbour that a declared rule counts it as."""
        return self.lower if rule == "lower" else self.higher


def half_grade(key: str, codes: Mapping[str, int]) -> HalfGrade | None:
    """Between which two neighbouring levels a grade lies, or None.

    Parameters
    ----------
    key : str
        The grade under ``spelling_key``.
    codes : mapping of str to int
        Code of every known spelling, by its key.

    Examples
    --------
    >>> codes = {"inadequate": 0, "ri": 1, "good": 2, "1": 2, "2": 1}
    >>> half_grade("good/ri", codes)
    HalfGrade(lower=1, higher=2)
    >>> half_grade("1.5", codes)
    HalfGrade(lower=1, higher=2)
    >>> half_grade("inadequate to good", codes) is None  # they are no neighbours
    True
    """
    number = _HALF.fullmatch(key)
    if number:
        return _neighbours(codes, number[1], str(int(number[1]) + 1))
    words = key.removeprefix(_OPENING)
    # A level may hold a dash itself, so that each place is tried.
    for match in _BETWEEN.finditer(words):
        found = _neighbours(codes, words[: match.start()], words[match.end() :])
        if found is not None:
            return found
    return None


def halves_counted(number: int, rule: HalfGrades | None) -> str:
    """What a reader is told of grades that were counted as one of their neighbours."""
    return f"{number:,} grades between two levels, each counted as the {rule} one, as declared"


def _neighbours(codes: Mapping[str, int], one: str, other: str) -> HalfGrade | None:
    found = sorted(codes[key] for key in (one.strip(), other.strip()) if key in codes)
    if len(found) != 2 or found[1] - found[0] != 1:
        return None
    return HalfGrade(lower=found[0], higher=found[1])
