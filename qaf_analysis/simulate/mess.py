"""What goes wrong in real exports: each kind of mess done to a table, counted and placed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

import numpy as np

from qaf_analysis.simulate.workbook_file import Cell
from qaf_analysis.terms.scale import OFSTED4

Outcome = Literal["quarantined", "accepted"]

_WORST, _SECOND, _THIRD, _BEST = OFSTED4.levels
_SHORT = {
    level: [k for k, v in OFSTED4.spellings.items() if v == level] for level in OFSTED4.levels
}
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    _WORST: (_WORST.lower(), _SHORT[_WORST][1], _WORST.upper()),
    _SECOND: (*_SHORT[_SECOND][:2], _SECOND.lower(), "Req Imp"),
    _THIRD: (_THIRD.lower(), _THIRD.upper(), f"{_THIRD} "),
    _BEST: (_BEST.lower(), "Outst", f" {_BEST}"),
}
DECLARED_GRADES: Mapping[str, str] = {"Req Imp": _SECOND, "Outst": _BEST}
NOT_GRADED = "N/A"


@dataclass(frozen=True, kw_only=True)
class MessItem:
    """One kind of mess in one file.

    ``rows`` are numbered as a spreadsheet numbers them; for spellings only ``count`` is kept.
    """

    file: str
    item: str
    outcome: Outcome
    count: int
    rows: tuple[int, ...] = ()


@dataclass(kw_only=True)
class Export:
    """One export in the making.

    Parameters
    ----------
    name : str
        Path within the council's folder.
    header : list of str
        Column headings.
    rows : list of lists
        Cells, a row per record.
    rows_above : int
        Rows above the header.
    items : list of MessItem
        What was done to it so far.
    """

    name: str
    header: list[str]
    rows: list[list[Cell]]
    rows_above: int = 0
    items: list[MessItem] = field(default_factory=list)

    def place(self, heading: str) -> int:
        """Place of a column."""
        return self.header.index(heading)

    def spreadsheet_row(self, row: int) -> int:
        """Return the number a spreadsheet gives to a record."""
        return row + self.rows_above + 2

    def note(self, item: str, *, outcome: Outcome, rows: Iterable[int]) -> None:
        """Record mess with the rows it concerns."""
        numbers = tuple(sorted(self.spreadsheet_row(int(row)) for row in rows))
        if numbers:
            self.items.append(
                MessItem(
                    file=self.name, item=item, outcome=outcome, count=len(numbers), rows=numbers
                )
            )

    @property
    def quarantined(self) -> int:
        """How many rows a reader should set aside."""
        return sum(item.count for item in self.items if item.outcome == "quarantined")


def vary(
    export: Export,
    *,
    headings: Sequence[str],
    item: str,
    share: float,
    variants: Callable[[str], Sequence[str]],
    rng: np.random.Generator,
) -> None:
    """Write some cells of these columns otherwise, in ways that mean the same."""
    count = 0
    for place in map(export.place, headings):
        for row in np.flatnonzero(rng.random(len(export.rows)) < share):
            text = export.rows[row][place]
            ways = variants(text) if isinstance(text, str) and text else ()
            if ways:
                export.rows[row][place] = ways[int(rng.integers(len(ways)))]
                count += 1
    if count:
        export.items.append(MessItem(file=export.name, item=item, outcome="accepted", count=count))


def grade_variants(label: str) -> Sequence[str]:
    """Ways in which a grade is written."""
    return SPELLINGS.get(label, ())


def name_variants(name: str) -> Sequence[str]:
    """Write a team or a person in other case and spacing."""
    return (name.upper(), name.lower(), f"{name} ", name.replace(" ", "  ", 1))


@dataclass(frozen=True, kw_only=True)
class BadCell:
    """A cell that should not be as it is, and in how many rows."""

    item: str
    heading: str
    value: Cell
    count: int = 1
    outcome: Outcome = "quarantined"


def spoil(export: Export, bad: BadCell, *, candidates: set[int], rng: np.random.Generator) -> None:
    """Put a bad cell in some of the candidate rows, which then stop being candidates."""
    size = min(bad.count, len(candidates))
    rows = [int(row) for row in rng.permutation(sorted(candidates))[:size]]
    for row in rows:
        export.rows[row][export.place(bad.heading)] = bad.value
    candidates.difference_update(rows)
    export.note(bad.item, outcome=bad.outcome, rows=rows)


def repeat(export: Export, *, share: float, avoid: set[int], rng: np.random.Generator) -> None:
    """Append exact copies of some rows that are not spoilt otherwise."""
    sound = [row for row in range(len(export.rows)) if row not in avoid]
    count = min(max(1, round(share * len(sound))), len(sound))
    for row in np.sort(rng.choice(sound, size=count, replace=False)):
        export.rows.append(list(export.rows[row]))
    added = range(len(export.rows) - count, len(export.rows))
    export.note("exact duplicate", outcome="quarantined", rows=added)


def add_row(export: Export, *, item: str, cells: Mapping[str, Cell]) -> None:
    """Append a row that is no record, or belongs to none."""
    export.rows.append([cells.get(heading) for heading in export.header])
    export.note(item, outcome="quarantined", rows=[len(export.rows) - 1])


def mess_json(exports: Iterable[Export]) -> str:
    """Return the list of all mess, and the row counts that reading each file must give."""
    exports = list(exports)
    files = {
        export.name: {
            "rows_in": len(export.rows),
            "loaded": len(export.rows) - export.quarantined,
            "quarantined": export.quarantined,
        }
        for export in exports
    }
    items = [asdict(item) for export in exports for item in export.items]
    return json.dumps({"files": files, "items": items}, ensure_ascii=False, indent=1) + "\n"
