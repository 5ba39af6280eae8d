"""Which rows make up the heading of a table, and what its columns are called.

A heading of several rows is joined from the top, ``Second auditor / Name``. A merged cell holds for
every column and row that it covers. Where a file cannot say what is merged (CSV), an upper heading
holds until the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl.utils.cell import get_column_letter, range_boundaries

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.files.headings import base_heading, folded, header_place, heading_score

JOINT = " / "
_MOST_SHOWN = 12
_ENOUGH = 2


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A merged cell: columns counted from 0, rows as a spreadsheet numbers them, all included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def reference(self) -> str:
        """How a spreadsheet calls it, such as ``A1:C2``."""
        first, last = get_column_letter(self.left + 1), get_column_letter(self.right + 1)
        return f"{first}{self.top}:{last}{self.bottom}"

    def covers(self, row: int, place: int) -> bool:
        """Whether a cell lies within."""
        return self.top <= row <= self.bottom and self.left <= place <= self.right


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The heading of a table.

    Parameters
    ----------
    first, last : int
        Places of its first and last row among the rows of the file.
    texts : tuple of str
        What its columns are called.
    carried : tuple of str
        Upper headings that were taken to hold for columns without one of their own.
    """

    first: int
    last: int
    texts: tuple[str, ...]
    carried: tuple[str, ...] = ()


def merges(references: Iterable[str]) -> tuple[Merge, ...]:
    """Merged cells from references such as ``A1:C2``; whole rows or columns are left out.

    Examples
    --------
    >>> merges(["B1:C2"])
    (Merge(left=1, top=1, right=2, bottom=2),)
    """
    found = []
    for reference in references:
        left, top, right, bottom = range_boundaries(reference)
        if left is None or top is None or right is None or bottom is None:
            continue
        found.append(Merge(left=left - 1, top=top, right=right - 1, bottom=bottom))
    return tuple(found)


def find_heading(
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int],
    wanted: Sequence[Column],
    header_rows: int,
    merged: Sequence[Merge] | None,
) -> Heading:
    """Find the heading: the rows whose joined texts hold most wanted headings.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows that are not blank, at least one.
    numbers : sequence of int
        Their row numbers.
    header_rows : int
        Rows that make up the heading.
    merged : sequence of Merge or None
        Merged cells; None where the file cannot say.
    """
    if header_rows == 1:
        place = header_place(rows, wanted)
        return Heading(first=place, last=place, texts=tuple(rows[place]))
    best, most = None, -1
    for first in range(len(rows) - header_rows + 1):
        last = first + header_rows - 1
        if numbers[last] - numbers[first] != header_rows - 1:
            continue
        heading = joined_heading(rows, numbers, first=first, last=last, merged=merged)
        score = heading_score(heading.texts, wanted)
        if score > most:
            best, most = heading, score
    if best is not None and most >= _ENOUGH:
        return best
    # No row holds what is wanted: the first that look like a heading, so that a message can say so.
    place = header_place(rows, wanted)
    last = min(place + header_rows, len(rows)) - 1
    return joined_heading(rows, numbers, first=place, last=last, merged=merged)


def two_rows_offered(
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int],
    place: int,
    merged: Sequence[Merge],
) -> str:
    """How to declare a heading of two rows, where merged cells show that there is one; or blank.

    Parameters
    ----------
    place : int
        Place of the row that was taken for the heading.
    """
    for first, last in ((place - 1, place), (place, place + 1)):
        if first < 0 or last >= len(rows) or numbers[last] != numbers[first] + 1:
            continue
        if sum(bool(text.strip()) for text in rows[first]) < _ENOUGH:
            continue  # a title
        upper = [m for m in merged if m.top == numbers[first] and m.right > m.left]
        if not any(_filled_under(rows[last], merge) >= _ENOUGH for merge in upper):
            continue
        texts = joined_heading(rows, numbers, first=first, last=last, merged=merged).texts
        shown = [text for text in texts if JOINT in text][:_MOST_SHOWN]
        return (
            f"write header_rows = 2 for this file in council.toml; its columns are then called "
            f"{'; '.join(shown)}"
        )
    return ""


def numbered(headings: Sequence[str], wanted: Sequence[Column]) -> tuple[str, ...]:
    """Headings in which one that stands several times is numbered, where a number is asked for.

    ``Overall (2)`` asks for the second column called Overall, unless a column is called just so.
    The first keeps its plain name where that is wanted too.

    Examples
    --------
    >>> second = Column(name="grade", heading="Overall (2)", grader="second_auditor")
    >>> numbered(["Ref", "Overall", "By", "Overall"], [second])
    ('Ref', 'Overall (1)', 'By', 'Overall (2)')
    """
    keys, plain = [folded(text) for text in headings], {folded(c.heading) for c in wanted}
    result = [*headings]
    for column in wanted:
        base = base_heading(column.heading)
        if base is None or folded(column.heading) in keys:
            continue
        places = [place for place, key in enumerate(keys) if key == folded(base)]
        for number, place in enumerate(places, start=1):
            if number > 1 or folded(base) not in plain:
                result[place] = f"{base} ({number})"
    return tuple(result)


def report_carried(heading: Heading, *, row: int, problems: Problems) -> None:
    """Say which upper headings were taken to hold for the columns that follow."""
    if heading.carried:
        problems.warn(
            code="heading_carried",
            row=row,
            found="upper headings that hold for several columns: "
            + "; ".join(heading.carried[:_MOST_SHOWN]),
            expected="each upper heading above its own columns, up to the next one",
            mend="none needed, or write the upper heading above every column it holds for",
        )


def _filled_under(lower: Sequence[str], merge: Merge) -> int:
    return sum(bool(text.strip()) for text in lower[merge.left : merge.right + 1])


def joined_heading(
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int],
    *,
    first: int,
    last: int,
    merged: Sequence[Merge] | None,
) -> Heading:
    """Heading of several rows, each column's texts joined from the top.

    Parameters
    ----------
    first, last : int
        Places of its first and last row.
    merged : sequence of Merge or None
        Merged cells; None where the file cannot say.
    """
    width = max(len(rows[place]) for place in range(first, last + 1))
    levels = [_level(rows[place], width) for place in range(first, last + 1)]
    carried: list[str] = []
    if merged is None:
        carried = _carry(levels)
    else:
        top = numbers[first]
        inside = [m for m in merged if m.bottom >= top and m.top <= numbers[last]]
        for merge in inside:
            _fill(levels, merge, top=top)
    columns = zip(*levels, strict=True)
    texts = tuple(JOINT.join(text for text in column if text) for column in columns)
    return Heading(first=first, last=last, texts=texts, carried=tuple(carried))


def _level(row: Sequence[str], width: int) -> list[str]:
    texts = [" ".join(text.split()) for text in row]
    return [*texts, *[""] * (width - len(texts))]


def _fill(levels: list[list[str]], merge: Merge, *, top: int) -> None:
    """Write the text of a merged cell above every column that it covers, once."""
    if merge.top < top:
        return  # its text stands above the heading, as that of a title does
    level = levels[merge.top - top]
    for place in range(merge.left + 1, min(merge.right + 1, len(level))):
        level[place] = level[merge.left]


def _carry(levels: list[list[str]]) -> list[str]:
    """Let each upper heading hold until the next; one with nothing below it is a column's own."""
    carried: dict[str, None] = {}
    for depth, level in enumerate(levels[:-1]):
        holding = ""
        upper = levels[depth - 1] if depth else [""] * len(level)
        for place, text in enumerate(level):
            below = any(lower[place] for lower in levels[depth + 1 :])
            if place and upper[place] != upper[place - 1]:
                holding = ""
            if text:
                holding = text if below else ""
            elif below and holding:
                level[place] = holding
                carried[holding] = None
    return list(carried)
