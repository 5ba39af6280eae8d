"""Columns of a table as a spreadsheet needs them: headings once each, and numbers as numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.kit.parts import Column, Table

Kind = Literal["name of the row", "number", "text"]
Cell = str | float
LONGEST_HEADING = 250  # a spreadsheet's table takes 255 letters
_SIGNS = "+\N{MINUS SIGN}-"
# No leading zeros: "007" is a name. At most 15 digits: a spreadsheet keeps no more.
_DIGITS = r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?"
_NUMBER = re.compile(rf"[{_SIGNS}]?{_DIGITS}%?")
_INTERVAL = re.compile(rf"([{_SIGNS}]?{_DIGITS}) to ([{_SIGNS}]?{_DIGITS})(%?)")
_MOST_DIGITS = 15


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column as it is written.

    Parameters
    ----------
    heading : str
        With its unit; no other column of the table has it.
    unit : str
        As in the model, with "%" where every cell is a percentage.
    kind : {"name of the row", "number", "text"}
        The first column names its rows and stays text. A column to the right is of numbers if
        every cell is one, and every or no cell is a percentage; else it stays as printed.
    cells : tuple of str or float
        As printed, or numbers.
    formats : tuple of str
        For numbers: the spreadsheet format that shows each as it is printed; else empty.
    align : {"left", "right"}
    """

    heading: str
    unit: str
    kind: Kind
    cells: tuple[Cell, ...]
    formats: tuple[str, ...]
    align: Literal["left", "right"]


def sheet_columns(table: Table) -> tuple[SheetColumn, ...]:
    """Columns of a table as they are written.

    Examples
    --------
    >>> table = Table(caption="x", columns=(Column(heading="Team", align="left"),
    ...     Column(heading="Good", unit="share"), Column(heading="Gap")),
    ...     rows=(("East", "54%", "+0.1"), ("West", "62%", "too few to say")))
    >>> for one in sheet_columns(table):
    ...     print(one.heading, one.cells)
    Team ('East', 'West')
    Good, share, % (54.0, 62.0)
    Gap ('+0.1', 'too few to say')
    """
    read = [_read(table, place) for place in range(len(table.columns))]
    headings = _headings_once(
        [
            _heading(column.heading, unit)
            for column, (unit, _, _) in zip(table.columns, read, strict=True)
        ]
    )
    return tuple(
        SheetColumn(
            heading=heading,
            unit=unit,
            kind=kind,
            cells=tuple(map(number_of, cells)) if kind == "number" else cells,
            formats=_formats(cells) if kind == "number" else (),
            align=column.align,
        )
        for heading, column, (unit, kind, cells) in zip(headings, table.columns, read, strict=True)
    )


def number_of(text: str) -> float:
    """The number that a cell prints, a percentage as a hundredfold share.

    Examples
    --------
    >>> number_of("1,575"), number_of("\N{MINUS SIGN}0.04"), number_of("12.7%")
    (1575.0, -0.04, 12.7)
    """
    return float(text.removesuffix("%").replace(",", "").replace("\N{MINUS SIGN}", "-"))


def intervals_of(cells: tuple[Cell, ...]) -> tuple[tuple[float, float] | None, ...]:
    """Both ends of every interval of a column; none at all if the column is not of intervals.

    A column is of intervals if one of its cells is one, every other cell holds no digit, and
    every or no interval is in percent.

    Examples
    --------
    >>> intervals_of(("42 to 69%", "", "too few to say"))
    ((42.0, 69.0), None, None)
    >>> intervals_of(("42 to 69%", "+0.1 to +0.3"))
    ()
    """
    found = [_INTERVAL.fullmatch(cell) if isinstance(cell, str) else None for cell in cells]
    others = (cell for cell, match in zip(cells, found, strict=True) if match is None)
    if len({match[3] for match in found if match}) != 1:
        return ()
    if any(re.search(r"\d", str(cell)) for cell in others):
        return ()
    return tuple(match and (number_of(match[1]), number_of(match[2])) for match in found)


def _read(table: Table, place: int) -> tuple[str, Kind, tuple[str, ...]]:
    """Unit, kind and printed cells of one column."""
    column = table.columns[place]
    # str(): a verdict is a word of an enumeration, and libraries would write its name.
    cells = tuple(str(row[place]) for row in table.rows)
    if place == 0:
        return column.unit, "name of the row", cells
    if not _are_numbers(column, cells):
        return column.unit, "text", cells
    percents = cells[0].endswith("%")
    return ", ".join(filter(None, (column.unit, "%" * percents))), "number", cells


def _are_numbers(column: Column, cells: tuple[str, ...]) -> bool:
    return (
        column.align == "right"
        and bool(cells)
        and all(_NUMBER.fullmatch(cell) for cell in cells)
        and all(sum(map(str.isdigit, cell)) <= _MOST_DIGITS for cell in cells)
        and len({cell.endswith("%") for cell in cells}) == 1
    )


def _heading(heading: str, unit: str) -> str:
    # Two dollar signs would be a reference to a note for the library that writes the sheet.
    told = re.sub(r"\$+", "$", " ".join(f"{heading}, {unit}".split() if unit else heading.split()))
    return told if len(told) <= LONGEST_HEADING else f"{told[: LONGEST_HEADING - 1]}…"


def _headings_once(headings: list[str]) -> list[str]:
    """Name each heading that stands twice by the nearest column before it that stands once.

    So "95% interval" after "Audits" becomes "95% interval, Audits". What is still the same gets
    a number.
    """
    times = Counter(heading.casefold() for heading in headings)
    told: list[str] = []
    taken: set[str] = set()
    owner = ""
    for heading in headings:
        if times[heading.casefold()] == 1:
            owner = said = heading
        else:
            said = f"{heading}, {owner}" if owner else heading
        said = said[:LONGEST_HEADING]
        number = 2
        base = said
        while said.casefold() in taken:
            said, number = f"{base} ({number})", number + 1
        taken.add(said.casefold())
        told.append(said)
    return told


def _formats(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The format that shows each number of a column as printed."""
    are_signed = any(cell.startswith("+") for cell in cells)
    return tuple(_format(cell, is_signed=are_signed) for cell in cells)


def _format(cell: str, *, is_signed: bool) -> str:
    number = cell.lstrip(_SIGNS).removesuffix("%")
    digits = "#,##0" if "," in number else "0"
    _, _, decimals = number.partition(".")
    shape = f"{digits}.{'0' * len(decimals)}" if decimals else digits
    is_plain = not is_signed and not cell.startswith(tuple(_SIGNS))
    minus = '"\N{MINUS SIGN}"'  # in quotes: a sign that formats do not know is refused without
    return shape if is_plain else f"{'+' if is_signed else ''}{shape};{minus}{shape};{shape}"
