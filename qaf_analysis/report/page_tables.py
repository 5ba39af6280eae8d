"""Tables of a page that any screen can hold: as they are, as cards, or scrolling sideways."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from qaf_analysis.kit.parts import Column, Table

Reading = Literal["as it is", "cards", "scrolls"]
PHONE = 288
"""Pixels for words on the narrowest screen, 320 less the page's margins."""
WIDE = 640
"""Pixels for words on the narrowest screen on which a table is not turned into cards."""
LONG_CELL = 40
_LETTER, _PADDING, _ROW_HEADING = 9.5, 24, 120  # pixels: the widest fonts, the sheet's own sizes


def on_a_phone(table: Table) -> Reading:
    """How a table is read on a narrow screen.

    A table that fits stays as it is. One of words turns into cards, one for each row: it has no
    column of numbers, or a cell behind its row heading is long. One of numbers scrolls, since
    numbers are compared down their column.

    Examples
    --------
    >>> from qaf_analysis.kit.parts import number_columns, word_columns
    >>> def on(*cells, columns):
    ...     return on_a_phone(Table(caption="Audits", columns=columns, rows=(cells,)))
    >>> on("East", "12", columns=(*word_columns("Team"), *number_columns("Audits")))
    'as it is'
    >>> on("East", *"12345", columns=(*word_columns("Team"), *number_columns(*["Grade"] * 5)))
    'scrolls'
    >>> on("East", "Ask the team to read its audits again", columns=word_columns("Team", "What"))
    'as it is'
    >>> on("East", "Ask for more", "Head of Service", "1 June",
    ...    columns=word_columns("Team", "What", "Owner", "By"))
    'cards'
    """
    if least_width(table) <= PHONE:
        return "as it is"
    all_words = all(column.align == "left" for column in table.columns)
    has_long = any(len(cell) > LONG_CELL for row in table.rows for cell in row[1:])
    return "cards" if all_words or has_long else "scrolls"


def is_too_wide(table: Table) -> bool:
    """Whether a table may have to scroll even where it is not turned into cards."""
    return least_width(table) > WIDE


def least_width(table: Table) -> float:
    """Pixels below which a table cannot be squeezed, by its longest words."""
    each = [
        _least_column(column, [row[place] for row in table.rows])
        for place, column in enumerate(table.columns)
    ]
    return max(each[0], _ROW_HEADING) + sum(each[1:])


def _least_column(column: Column, cells: list[str]) -> float:
    unbroken = [word for part in (column.heading, column.unit) for word in part.split()]
    for cell in cells:
        # A number or an interval keeps on one line, words break at their spaces.
        unbroken += [cell] if column.align == "right" else cell.split()
    return _LETTER * max(map(len, unbroken), default=0) + _PADDING


def cards_markup(table: Table, *, label: str) -> Markup:
    """HTML of a table whose rows turn into cards on a narrow screen.

    Turning rows into cards takes their meaning from them, so each element bears its role. Each
    cell holds one element, which a card sets beside the name of its column.
    """
    heads = Markup("").join(map(_head, table.columns))
    rows = Markup("\n").join(_row(table.columns, row) for row in table.rows)
    return Markup(
        '<table class="stack" role="table"><caption>{}. {}</caption>\n'
        '<thead role="rowgroup"><tr role="row">{}</tr></thead>\n'
        '<tbody role="rowgroup">{}</tbody></table>'
    ).format(label, table.caption, heads, rows)


def _head(column: Column) -> Markup:
    unit = Markup(' <span class="unit">{}</span>').format(column.unit) if column.unit else ""
    return Markup('<th scope="col" role="columnheader" class="{}">{}{}</th>').format(
        column.align, column.heading, unit
    )


def _row(columns: tuple[Column, ...], cells: tuple[str, ...]) -> Markup:
    first = Markup('<th scope="row" role="rowheader">{}</th>').format(cells[0])
    rest = [
        Markup('<td role="cell" class="{}" data-label="{}"><span>{}</span></td>').format(
            column.align if cell else f"{column.align} blank", _named(column), cell
        )
        for column, cell in zip(columns[1:], cells[1:], strict=True)
    ]
    return Markup('<tr role="row">{}</tr>').format(Markup("").join([first, *rest]))


def _named(column: Column) -> str:
    return f"{column.heading} ({column.unit})" if column.unit else column.heading
