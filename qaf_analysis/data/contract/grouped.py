"""Findings gathered by kind, in the order in which a reader must act on them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import NOTHING_LOST, Finding, Outcome

IN_ORDER: tuple[Outcome, ...] = ("reject", "quarantine", "warning", "note")
"""What stops everything, what must be mended, what should be looked at, what was done."""
_HEADINGS: Mapping[Outcome, str] = {
    "reject": "First: what stops everything",
    "quarantine": "To mend: rows set aside",
    "warning": "To look at: loaded, with a warning",
    "note": "Done",
}
_NOTHING_LOST = "Set aside: nothing is lost by it"
FIRST_ROWS = 3
FIRST_TABLES = 3
FIRST_WORDS = 4
LONGEST = 160
_NOTHING_TO_DO = ("nothing needs mending", "none needed")
_NUMBER = re.compile(r"\d+")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, kw_only=True)
class FindingKind:
    """All findings of one code and outcome.

    Parameters
    ----------
    code : str
        Their stable short name.
    outcome : {"note", "warning", "quarantine", "reject"}
        What they led to.
    findings : tuple of Finding
        At least one, in the order of reading.

    Examples
    --------
    >>> grade = dict(code="unknown_grade", outcome="quarantine", file="audits.csv",
    ...     column="grade", expected="a grade of the scale", mend="add it to the grade map")
    >>> kind = FindingKind(code="unknown_grade", outcome="quarantine", findings=tuple(
    ...     Finding(row=row, found='"Poor"', **grade) for row in (3, 9)))
    >>> kind.title, kind.extent, kind.where
    ('Unknown grade', '2 rows', 'audits.csv › rows 3, 9, column grade')
    """

    code: str
    outcome: Outcome
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """The code as words."""
        return self.code.replace("_", " ").capitalize()

    @property
    def rows(self) -> int:
        """Rows that the findings concern; a finding about a whole file counts as one."""
        return sum(finding.rows for finding in self.findings)

    @property
    def extent(self) -> str:
        """How much there is of it: rows where rows are concerned, else places."""
        if self.outcome == "quarantine" or any(finding.rows > 1 for finding in self.findings):
            return counted(self.rows, "row")
        return counted(len(self.findings), "place")

    @property
    def asks_something(self) -> bool:
        """Whether the reader has anything to do about it."""
        return any(not finding.mend.startswith(_NOTHING_TO_DO) for finding in self.findings)

    @property
    def loses_nothing(self) -> bool:
        """Whether rows were set aside that repeat others or hold no record."""
        return self.outcome == "quarantine" and self.code in NOTHING_LOST

    @property
    def found(self) -> str:
        """What was found first, and how many others there are of another wording."""
        return _gist([_shortened(finding.found) for finding in self.findings])

    @property
    def expected(self) -> str:
        """What was expected there."""
        return _shortened(self.findings[0].expected)

    @property
    def mend(self) -> str:
        """How to mend it: where each finding has its own way, the first of them."""
        return _gist([finding.mend for finding in self.findings])

    @property
    def where(self) -> str:
        """The first places, those of one file, sheet and column together."""
        tables: dict[tuple[str, str | None, str | None], list[Finding]] = {}
        for finding in self.findings:
            tables.setdefault((finding.file, finding.sheet, finding.column), []).append(finding)
        named = [_places(alike) for alike in list(tables.values())[:FIRST_TABLES]]
        rest = len(tables) - FIRST_TABLES
        if rest > 0:
            named.append(f"and in {counted(rest, 'further column')}")
        return "; ".join(named)

    @property
    def line(self) -> str:
        """The kind as one line; a mend that is a block to paste stands below it, whole."""
        return (
            f"{self.title} ({self.extent}) [{self.code}]: found {self.found}; expected "
            f"{self.expected}. Where: {self.where}. To mend: {self.mend}"
        )


def grouped(findings: Sequence[Finding]) -> tuple[FindingKind, ...]:
    """Gather findings by kind, sorted by what the reader must do.

    First what stops everything, then what set rows aside, then what should be looked at, then
    what was done; in each, kinds about most rows first.
    """
    by_kind: dict[tuple[Outcome, str], list[Finding]] = {}
    for finding in findings:
        by_kind.setdefault((finding.outcome, finding.code), []).append(finding)
    kinds = [
        FindingKind(code=code, outcome=outcome, findings=tuple(alike))
        for (outcome, code), alike in by_kind.items()
    ]
    return tuple(sorted(kinds, key=lambda kind: (IN_ORDER.index(kind.outcome), -kind.rows)))


def of_outcome(kinds: Sequence[FindingKind], outcome: Outcome) -> tuple[FindingKind, ...]:
    """Kinds with one outcome, in their order."""
    return tuple(kind for kind in kinds if kind.outcome == outcome)


def heading(kinds: Sequence[FindingKind]) -> str:
    """What the reader must do about kinds of one outcome, at least one.

    Examples
    --------
    >>> twice = Finding(code="duplicate", outcome="quarantine", file="a.csv", found="it twice",
    ...     expected="it once", mend="delete row 4")
    >>> heading(grouped([twice]))
    'Set aside: nothing is lost by it'
    """
    if all(kind.loses_nothing for kind in kinds):
        return _NOTHING_LOST
    return _HEADINGS[kinds[0].outcome]


def _gist(texts: Sequence[str]) -> str:
    """Return the first text, and what the others say: other words, another number, or more."""
    if len(set(texts)) == 1:
        return texts[0]
    shapes = {_QUOTED.sub("", _NUMBER.sub("", text)) for text in texts}
    said = set(_QUOTED.findall(texts[0]))
    words = list(dict.fromkeys(w for t in texts for w in _QUOTED.findall(t) if w not in said))
    if len(shapes) > 1 or not words:
        return f"{texts[0]} ({'others differ' if len(shapes) > 1 else 'and so on'})"
    more = len(words) - FIRST_WORDS
    also = ", ".join(words[:FIRST_WORDS]) + (f" and {more:,} more" if more > 0 else "")
    return f"{texts[0]} (also {also})"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _places(findings: Sequence[Finding]) -> str:
    """Places of one file, sheet and column."""
    first = findings[0]
    parts = [first.file] if first.sheet is None else [first.file, f"sheet {first.sheet}"]
    rows = list(dict.fromkeys(f.row for f in findings if f.row is not None))
    shown = rows[:FIRST_ROWS]
    # A finding without a row of its own stands for rows that are counted only.
    more = len(rows) - len(shown) + sum(f.rows for f in findings if f.row is None and rows)
    cell = []
    if shown:
        numbers = ", ".join(map(str, shown)) + (f" and {more:,} more" if more else "")
        cell.append(f"{'row' if len(shown) == 1 and not more else 'rows'} {numbers}")
    if first.column is not None:
        cell.append(f"column {first.column}")
    return " › ".join([*parts, ", ".join(cell)] if cell else parts)
