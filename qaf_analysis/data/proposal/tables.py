"""The table in a grid: title rows, heading rows, records, and rows that only sum them up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.files.heading_rows import JOINT, joined_heading
from qaf_analysis.data.files.heading_words import says_anything
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.content import cell_kind
from qaf_analysis.data.proposal.look import Grid, GridRow
from qaf_analysis.terms.scale import OFSTED4

HEADING_WITHIN = 30
_LONGEST_HEADING = 400
MOST_HEADING_ROWS = 3
_VALUES = ("date", "share", "number", "flag", "quarter")
_SUMS = re.compile(
    r"(?i)\b(?:sub[- ]?|grand )?totals?\b|\baverage\b|\bmean\b|\bmedian\b|\bsum\b|\bcount\b|"
    r"^%|\bper ?cent(?:age)?\b|\bnumber of\b|\bno\.? of\b|\ball (?:audits|teams|cases)\b|"
    rf"\b{OFSTED4.positive}\b|\bproportion\b|\bend of (?:report|export|data)\b|\brows? exported\b|"
    r"^(?:key|note|notes|source)\s*:"
)
_FOOTER = re.compile(r"(?i)^(?:key|notes?|source|exported|printed|produced|report run|run date)\b")


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """One table as it was found.

    Parameters
    ----------
    grid : Grid
        Where it stands.
    heading_rows : int
        How many rows make up the heading.
    uppers, lowers : tuple of str
        For each column, what the upper heading rows and the lowest one say.
    titles : tuple of str
        Texts above the heading.
    records : tuple of GridRow
        Rows that hold a record.
    sums : mapping of str to int
        Labels of rows that hold none, such as totals, with their counts.
    """

    grid: Grid
    heading_rows: int
    uppers: tuple[str, ...]
    lowers: tuple[str, ...]
    titles: tuple[str, ...]
    records: tuple[GridRow, ...]
    sums: Counter[str]

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Heading of each column as the reader joins it: upper, then lower."""
        return tuple(
            JOINT.join(part for part in (upper, lower) if part)
            for upper, lower in zip(self.uppers, self.lowers, strict=True)
        )

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        """Place of each column by its folded heading and how many like it stand before."""
        seen: Counter[str] = Counter()
        found = {}
        for place, heading in enumerate(self.headings):
            key = folded(heading)
            found[key, seen[key]] = place
            seen[key] += 1
        return found

    @cached_property
    def layout(self) -> tuple[object, ...]:
        """Key that tables of like layout share: their headings, without empty columns."""
        named = [folded(heading) for heading in self.headings]
        return (self.heading_rows, *named)

    def cells(self, key: tuple[str, int]) -> list[tuple[str, str]]:
        """Texts and kinds of a column, one for each record; blank where there is none."""
        place = self.places.get(key)
        if place is None:
            return [("", "")] * len(self.records)
        return [(row.cell(place), row.kind(place)) for row in self.records]


def table_in(grid: Grid) -> Table | None:
    """Find the table of a grid; None where no row looks like a heading with records below."""
    rows = grid.rows[:HEADING_WITHIN]
    scores = [_heading_score(row) for row in rows]
    if not scores or max(scores) < 2:
        return None
    best = scores.index(max(scores))
    first, last = _heading_block(grid, best)
    below = grid.rows[last + 1 :]
    if not below:
        return None
    uppers, lowers = _headings(grid, first, last)
    records, sums = _records(below, width=len(lowers), lowers=lowers)
    if not records:
        return None
    titles = [" ".join(dict.fromkeys(row.cell(p) for p in row.filled)) for row in grid.rows[:first]]
    return Table(
        grid=grid,
        heading_rows=last - first + 1,
        uppers=uppers,
        lowers=lowers,
        titles=tuple(map(tidy, titles)),
        records=tuple(records),
        sums=sums,
    )


def _heading_score(row: GridRow) -> float:
    """How much a row looks like headings: words that we know count most, values against it."""
    score = 0.0
    for place in row.filled:
        text = tidy(row.cell(place)[:_LONGEST_HEADING])
        if _is_value(text, row.kind(place)):
            score -= 1.0
        elif says_anything(text):
            score += 1.0
        else:
            score += 0.3
    distinct = {folded(row.cell(place)) for place in row.filled}
    return score * (0.5 + 0.5 * len(distinct) / max(len(row.filled), 1))


def _is_value(text: str, kind: str) -> bool:
    found = cell_kind(text, kind)
    if found == "id":
        return sum(c.isdigit() for c in text) >= 3
    return found in _VALUES or (found == "grade" and len(text) > 1)


def _heading_block(grid: Grid, best: int) -> tuple[int, int]:
    """First and last place of the rows that make up the heading round its best row."""
    first = last = best
    while last + 1 < len(grid.rows) and last - first + 1 < MOST_HEADING_ROWS:
        if not _goes_on(grid, grid.rows[last], grid.rows[last + 1]):
            break
        last += 1
    while first > 0 and last - first + 1 < MOST_HEADING_ROWS:
        upper, lower = grid.rows[first - 1], grid.rows[first]
        if lower.number - upper.number != 1 or not _is_upper(grid, upper, lower):
            break
        first -= 1
    return first, last


def _goes_on(grid: Grid, upper: GridRow, lower: GridRow) -> bool:
    """Whether the row below a heading row is a further one: sub-headings of merged cells."""
    if lower.number - upper.number != 1 or any(
        _is_value(tidy(lower.cell(p)), lower.kind(p)) for p in lower.filled
    ):
        return False
    return len(lower.filled) >= 2 and _is_upper(grid, upper, lower)


def _is_upper(grid: Grid, upper: GridRow, lower: GridRow) -> bool:
    """Whether a row spans the headings below it, rather than being a title or a record."""
    filled = upper.filled
    if any(_is_value(tidy(upper.cell(p)), upper.kind(p)) for p in filled):
        return False
    spans = [merge for merge in grid.merged if merge.top <= upper.number <= merge.bottom]
    width = max(lower.filled, default=0) - min(lower.filled, default=0) + 1
    whole = any(merge.right - merge.left + 1 >= width for merge in spans)
    if len(filled) == 1:
        return bool(spans) and not whole
    if spans and len(filled) >= 2:
        return True
    # Without merged cells: names over groups, with gaps between them that the row below fills.
    gaps = {p for p in lower.filled if not upper.cell(p)}
    return any(gaps & set(range(left + 1, right)) for left, right in pairwise(filled))


def _headings(grid: Grid, first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the upper rows and the lowest row say over each column, as the reader joins them."""
    rows = grid.rows[: last + 1]
    joined = joined_heading(
        [row.cells for row in rows],
        [row.number for row in rows],
        first=first,
        last=last,
        merged=None if grid.sheet is None else grid.merged,
    ).texts
    parts = [(text, _lowest(text, rows[last].cell(place))) for place, text in enumerate(joined)]
    uppers = [text.removesuffix(lower).removesuffix(JOINT) for text, lower in parts]
    return tuple(uppers), tuple(lower for _, lower in parts)


def _lowest(joined: str, own: str) -> str:
    """Lowest part of a joined heading: the lowest row's own cell, or the last part above it."""
    own = " ".join(own.split())
    return own if own and joined.endswith(own) else joined.rpartition(JOINT)[2]


def _records(
    rows: Sequence[GridRow], *, width: int, lowers: Sequence[str]
) -> tuple[list[GridRow], Counter[str]]:
    """Rows that hold a record, and labels of those that only sum them up."""
    dated = _dated_places(rows, width)
    records: list[GridRow] = []
    sums: Counter[str] = Counter()
    again = [folded(text) for text in lowers]
    for row in rows:
        label = _sum_label(row, dated)
        if label is not None:
            sums[label] += 1
        elif [folded(row.cell(p)) for p in range(width)] != again:
            records.append(row)
    starts = {label.casefold() for label in sums}
    openings = [tidy(row.cell(row.filled[0])).casefold() for row in records if row.filled]
    wrong = {label for label in starts if any(text.startswith(label) for text in openings)}
    if wrong:
        # A label that would also take away records is none.
        kept = Counter({label: n for label, n in sums.items() if label.casefold() not in wrong})
        return [row for row in rows if _sum_label(row, dated) not in kept], kept
    return records, sums


def _dated_places(rows: Sequence[GridRow], width: int) -> list[int]:
    """Columns in which most rows hold a date."""
    sample = rows[:500]
    places = []
    for place in range(width):
        dates = sum(cell_kind(tidy(r.cell(place)), r.kind(place)) == "date" for r in sample)
        if 2 * dates >= len(sample):
            places.append(place)
    return places


def _sum_label(row: GridRow, dated: Sequence[int]) -> str | None:
    """Label of a row that holds no record, if it is one: no date, and figures or a footer."""
    label = tidy(row.cell(row.filled[0]))
    if len(label) > 60 or any(
        cell_kind(tidy(row.cell(p)), row.kind(p)) == "date" for p in row.filled
    ):
        return None
    others = [cell_kind(tidy(row.cell(p)), row.kind(p)) for p in row.filled[1:]]
    if "grade" in others and len([k for k in others if k == "grade"]) * 2 > len(others):
        return None
    if _FOOTER.match(label) and not others:
        return label.split(":")[0].split()[0]
    if _SUMS.search(label):
        return label
    figures = [kind for kind in others if kind in ("share", "number")]
    by_figures = dated and others and len(figures) == len(others) and "share" in others
    return label if by_figures and cell_kind(label) in ("", "name") else None
