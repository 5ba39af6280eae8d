"""How a table stands on an A4 page: widths by content, and parts where it is wider than the page.

The rule, in this order:

1. Columns are as wide as their longest cell, if all of them then fit.
2. Otherwise cells are broken into lines, about equally many in each column by the quadratic mean
   of its cells; no word is broken and no column gets narrower than its longest word. Columns of
   numbers, and of a few letters such as quarters, keep each cell on one line where that leaves
   the others enough room.
3. If the longest words do not fit side by side, the type goes from 9.5 to 8.5 points.
4. If they still do not, columns are set as several parts one below the other, each with the
   row's heading first, and the caption says which columns a part holds.

A word longer than a quarter of the page (a file's name, a hash) may be broken anywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.report.writers.shipped_font import Weight, width

PAGE_WIDTH = 170.0  # millimetres between the margins
SIZES = (9.5, 8.5)  # points
PADDING = 3.2  # millimetres, left and right of a cell together
LONGEST_WORD = PAGE_WIDTH / 4
MAY_BREAK = "\N{ZERO WIDTH SPACE}"
LINE = 4.6  # height of a line in millimetres, with 9.5 points
LONGEST_NUMBER = 32.0  # millimetres; an interval with its brackets is not longer
FEW_LETTERS = 24.0  # millimetres; a quarter or a grade is not longer
SHORT_TABLE = 95.0  # a table not taller than this, in millimetres, is kept on one page
TALL_ROW = 95.0  # a row taller than this may go on on the next page
_WORD = re.compile(r"\S+")
_BREAKABLE_AFTER = re.compile(r"(?<=[/\\_.,:;-])(?=\w)")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some columns of a table, fit for the page.

    Parameters
    ----------
    columns : tuple of int
        Places of the columns it holds; the first is the row's heading.
    widths : tuple of float
        Width of each in millimetres, its padding included.
    size : float
        Size of its letters in points.
    height, tallest : float
        Height of all rows and of the tallest, in millimetres, as estimated: what is short is kept
        on one page, what is too tall may be broken.
    """

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float
    height: float
    tallest: float


@dataclass(frozen=True)
class _Need:
    least: float  # width of the longest word
    usual: float  # quadratic mean of the widths of its cells on one line
    most: float  # width of the longest cell on one line, its heading on two
    full: float  # the same, its heading on one line too


def parts_of(table: Table) -> tuple[Part, ...]:
    """Lay a table out on an A4 page, in one part or, if it is too wide, in several."""
    every = tuple(range(len(table.columns)))
    for size in SIZES:
        needs = _needs(table, size)
        if sum(need.least for need in needs) <= PAGE_WIDTH:
            return (_part(table, every, needs, size),)
    return tuple(_part(table, columns, needs, size) for columns in _runs(needs))


def breakable(text: str, *, size: float = SIZES[0], weight: Weight = "Regular") -> str:
    """Text whose over-long words may be broken: after a sign if it has one, else anywhere.

    Examples
    --------
    >>> breakable("short words stay as they are")
    'short words stay as they are'
    >>> len(breakable("a" * 64)) > 64
    True
    """
    return _WORD.sub(lambda word: _loosened(word[0], size, weight), text)


def _loosened(word: str, size: float, weight: Weight) -> str:
    if width(word, size=size, weight=weight) <= LONGEST_WORD - PADDING:
        return word
    pieces = _BREAKABLE_AFTER.split(word)
    if max(width(piece, size=size, weight=weight) for piece in pieces) > LONGEST_WORD - PADDING:
        pieces = list(word)
    return MAY_BREAK.join(pieces)


def _needs(table: Table, size: float) -> tuple[_Need, ...]:
    return tuple(
        _need(column, [row[place] for row in table.rows], size, is_first=place == 0)
        for place, column in enumerate(table.columns)
    )


def _need(column: Column, cells: Sequence[str], size: float, *, is_first: bool) -> _Need:
    heads: list[tuple[str, Weight]] = [(column.heading, "Bold"), (column.unit, "Regular")]
    weight: Weight = "Bold" if is_first else "Regular"
    body = [(cell, weight) for cell in cells]
    least = max(
        (width(word, size=size, weight=bold) for text, bold in (*heads, *body)
         for word in _unbroken(text, size, bold)),
        default=0.0,
    )  # fmt: skip
    lines = [width(text, size=size, weight=bold) for text, bold in body] or [0.0]
    most, usual = max(lines), math.hypot(*lines) / math.sqrt(len(lines))
    heading = max(width(text, size=size, weight=bold) for text, bold in heads)
    return _Need(
        least + PADDING,
        usual,
        max(least, most, _on_two_lines(column.heading, size)) + PADDING,
        max(least, most, heading) + PADDING,
    )


def _on_two_lines(heading: str, size: float) -> float:
    """Width of a heading broken once, where it gets narrowest."""
    words = heading.split()
    return min(
        max(width(" ".join(half), size=size, weight="Bold") for half in (words[:at], words[at:]))
        for at in range(len(words) + 1)
    )


def _unbroken(text: str, size: float, weight: Weight) -> list[str]:
    """Words of a text, as they stand at the end of a line."""
    return re.split(rf"[\s{MAY_BREAK}]+", breakable(text, size=size, weight=weight))


def _part(table: Table, columns: tuple[int, ...], needs: Sequence[_Need], size: float) -> Part:
    widths = _widths(_on_one_line([(table.columns[place], needs[place]) for place in columns]))
    heights = [_height([row[place] for place in columns], widths, size) for row in table.rows]
    return Part(
        columns=columns,
        widths=widths,
        size=size,
        height=sum(heights),
        tallest=max(heights, default=0.0),
    )


def _on_one_line(columns: Sequence[tuple[Column, _Need]]) -> list[_Need]:
    """Needs of the columns, with those that should not be broken kept from it if there is room."""
    for longest_number, share in ((LONGEST_NUMBER, 0.8), (FEW_LETTERS, 0.9)):
        kept = [
            replace(need, least=need.most)
            if need.most <= (longest_number if column.align == "right" else FEW_LETTERS)
            else need
            for column, need in columns
        ]
        if sum(need.least for need in kept) <= share * PAGE_WIDTH:
            return kept
    return [need for _, need in columns]


def _widths(needs: Sequence[_Need]) -> tuple[float, ...]:
    """Widths with which the cells take few lines on the page."""
    if sum(need.full for need in needs) <= PAGE_WIDTH:
        return tuple(need.full for need in needs)
    left = PAGE_WIDTH - sum(need.most for need in needs)
    if left >= 0:
        share = left / sum(need.full - need.most for need in needs)
        return tuple(need.most + share * (need.full - need.most) for need in needs)
    few, many = 0.0, 1000.0  # times the usual width of its cells that each column gets
    for _ in range(40):
        times = (few + many) / 2
        if sum(_at(need, times) for need in needs) > PAGE_WIDTH:
            many = times
        else:
            few = times
    return tuple(_at(need, few) for need in needs)


def _at(need: _Need, times: float) -> float:
    return min(max(need.least, need.usual * times + PADDING), need.most)


def _runs(needs: Sequence[_Need]) -> Iterator[tuple[int, ...]]:
    """Columns that fit side by side behind the row's heading, in their order."""
    run: list[int] = []
    for place in range(1, len(needs)):
        taken = needs[0].least + sum(needs[each].least for each in (*run, place))
        if run and taken > PAGE_WIDTH:
            yield (0, *run)
            run = []
        run.append(place)
    yield (0, *run)


def _height(cells: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Height of a row in millimetres, a little too much rather than too little."""
    lines = max(
        1 + width(cell, size=size, weight="Bold") * 1.1 // max(wide - PADDING, 1)
        for cell, wide in zip(cells, widths, strict=True)
    )
    return lines * LINE * size / SIZES[0] + PADDING
