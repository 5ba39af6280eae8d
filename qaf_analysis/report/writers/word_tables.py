"""A table of the report as a table of Word: heading row, row headings, widths that fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.kit.parts import MANY_ROWS, Column, Table
from qaf_analysis.report.writers.word_elements import element, paragraph, run, value
from qaf_analysis.report.writers.word_look import Look
from qaf_analysis.report.writers.word_styles import TABLE

ROWS_KEPT_TOGETHER = 12
_HEIGHT_KEPT_TOGETHER = 4_500  # twips, a third of a page: no larger table is moved as a whole
_LINE, _ROW_SPACE = 240, 80
_SHORT = 24  # letters of a number and its interval, which are read as one
_COMFORT = 1_500  # twips, below which words are hard to read
_EM = 190  # twips of the type of tables, 9.5 points
_MARGINS = 215  # twips left and right of the words of a cell, with a little to spare
# Thousandths of an em that letters of Arial take; Word itself breaks the lines.
_LETTERS = {
    letter: thousandths
    for thousandths, letters in (
        (222, "ijl'’"), (278, "ft/I.,:;![] \N{NO-BREAK SPACE}"), (333, "r()-"),
        (500, "cksvxyzJ"), (584, "+−<>="), (611, "FTZ"), (722, "wCDHNRU"), (778, "GOQ"),
        (833, "mM"), (889, "%"), (944, "W"), (1000, "—…@→"),
    )
    for letter in letters
}  # fmt: skip
_BOLD = 1.08
# An interval in brackets behind its estimate.
_INTERVAL = re.compile(r"\([+−]?\d[\d.,]{0,8}%? to [+−]?\d[\d.,]{0,8}%?\)")
# What is read as one word: a quarter, a day, an interval.
_TOGETHER = re.compile(
    rf"\d{{4}}-\d{{2}} Q\d|\d{{1,2}} [A-Z][a-z]{{2,8}} \d{{4}}|{_INTERVAL.pattern}|\S+"
)


def word_table(table: Table, *, look: Look, width: int, is_told: bool = True) -> BaseOxmlElement:
    """Table with a heading row that repeats, and with its first column as headings of rows.

    Parameters
    ----------
    table : Table
        The table.
    look : Look
        Styles of the file.
    width : int
        Twips from margin to margin.
    is_told : bool
        Whether a line below it is to stay with its last row.
    """
    widths = column_widths(table, width)
    heads = [_heading(column) for column in table.columns]
    is_kept = _is_kept_together(table, widths)
    rows = [_row(heads, _styles(table, "Heading"), widths, look=look, is_head=True, is_kept=True)]
    styles = _styles(table, "Text")
    for place, cells in enumerate(table.rows, start=1):
        # No heading stands alone, nor the note below.
        together = is_kept or place == 1 or place >= len(table.rows) - 1
        together = together and (is_told or place < len(table.rows))
        rows.append(_row(cells, styles, widths, look=look, is_head=False, is_kept=together))
    grid = element("w:tblGrid", children=[element("w:gridCol", {"w:w": str(w)}) for w in widths])
    return element("w:tbl", children=[_properties(table, look, width), grid, *rows])


def column_widths(table: Table, width: int) -> list[int]:
    """Widths of columns in twips: first each longest word, then the rest by length of text.

    Examples
    --------
    >>> table = Table(caption="Audits", rows=(("East", "12"),),
    ...               columns=(Column(heading="Team", align="left"), Column(heading="Audits")))
    >>> sum(column_widths(table, 9638))
    9638
    """
    words, whole, wanted = [], [], []
    for place, column in enumerate(table.columns):
        heading = _heading(column)
        weight = _BOLD if place == 0 else 1
        texts = [row[place] for row in table.rows]
        word = max(
            _BOLD * _longest_word(heading),
            weight * max(map(_longest_word, texts), default=0),
        )
        text = max(weight * _typical(texts), _BOLD * _on_two_lines(heading))
        if column.align == "right":
            short = weight * max((_length(one) for one in texts if len(one) <= _SHORT), default=0)
        else:
            short = min(text, _COMFORT)
        words.append(word + _MARGINS)
        whole.append(max(word, short) + _MARGINS)
        wanted.append(max(word, text) + _MARGINS)
    # Where one column alone would fill half a page, short cells may not take all the others' room.
    room = 0.7 * width if max(wanted) > width / 2 else width
    return _shared_out(whole if sum(whole) < room else words, wanted, width)


def _shared_out(least: Sequence[float], wanted: Sequence[float], width: int) -> list[int]:
    """Share a width out among columns; it is used up to the last twip."""
    if sum(least) >= width:
        shares = [width * one / sum(least) for one in least]
    elif sum(wanted) <= width:
        shares = [width * one / sum(wanted) for one in wanted]
    else:
        part = (width - sum(least)) / (sum(wanted) - sum(least))
        shares = [low + part * (high - low) for low, high in zip(least, wanted, strict=True)]
    rounded = [int(share) for share in shares]
    rounded[-1] += width - sum(rounded)
    return rounded


def _is_kept_together(table: Table, widths: Sequence[int]) -> bool:
    """Whether a table is short enough to stand on one page without leaving another blank."""
    if len(table.rows) > ROWS_KEPT_TOGETHER:
        return False
    lines = sum(
        max(
            ceil(_length(text) / (width - _MARGINS))
            for text, width in zip(row, widths, strict=True)
        )
        for row in table.rows
    )
    return lines * _LINE + len(table.rows) * _ROW_SPACE <= _HEIGHT_KEPT_TOGETHER


def _typical(texts: Sequence[str]) -> float:
    """Twips a column wants; one long text among short ones does not take their room."""
    lengths = [_length(text) for text in texts]
    longest = max(lengths, default=0)
    return longest if longest <= 2 * _COMFORT else (longest + sum(lengths) / len(lengths)) / 2


def _on_two_lines(heading: str) -> float:
    """Twips of a heading broken once, where it gets narrowest."""
    words = heading.split()
    return min(
        max(_length(" ".join(words[:at])), _length(" ".join(words[at:])))
        for at in range(len(words) + 1)
    )


def _unbroken(text: str) -> str:
    """The text with no line end within an interval: it goes to the next line as a whole."""
    return _INTERVAL.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def _longest_word(text: str) -> float:
    return max(map(_length, _TOGETHER.findall(text)), default=0)


def _length(text: str) -> float:
    """Twips that a text takes in the type of tables, if it stands in one line."""
    usual = (_LETTERS.get(letter, 667 if letter.isupper() else 556) for letter in text)
    return _EM * sum(usual) / 1000


def _heading(column: Column) -> str:
    return f"{column.heading} ({column.unit})" if column.unit else column.heading


def _styles(table: Table, part: str) -> list[str]:
    first = "Heading" if part == "Heading" else "Row Heading"
    names = [first, *([part] * (len(table.columns) - 1))]
    return [
        f"Table {name}{' Right' if column.align == 'right' else ''}"
        for name, column in zip(names, table.columns, strict=True)
    ]


def _properties(table: Table, look: Look, width: int) -> BaseOxmlElement:
    """Properties of a table in the order of the schema."""
    has_bands = len(table.rows) > MANY_ROWS
    shown = {
        "w:val": "04A0" if has_bands else "06A0",
        "w:firstRow": "1",
        "w:lastRow": "0",
        "w:firstColumn": "1",
        "w:lastColumn": "0",
        "w:noHBand": "0" if has_bands else "1",
        "w:noVBand": "1",
    }
    return element("w:tblPr", children=[
        value("w:tblStyle", look[TABLE]),
        element("w:tblW", {"w:w": str(width), "w:type": "dxa"}),
        element("w:tblLayout", {"w:type": "fixed"}),
        element("w:tblLook", shown),
        value("w:tblCaption", table.caption),
        value("w:tblDescription", _description(table)),
    ])  # fmt: skip


def _description(table: Table) -> str:
    """What a reader who cannot see the table is told before it."""
    columns = ", ".join(column.heading for column in table.columns)
    rows = "1 row" if len(table.rows) == 1 else f"{len(table.rows)} rows"
    return f"{rows} under one row of headings: {columns}. The first column names each row."


def _row(
    cells: Sequence[str],
    styles: Sequence[str],
    widths: Sequence[int],
    *,
    look: Look,
    is_head: bool,
    is_kept: bool,
) -> BaseOxmlElement:
    about = [element("w:cantSplit"), *([element("w:tblHeader")] if is_head else [])]
    made = [element("w:trPr", children=about)]
    for text, style, width in zip(cells, styles, widths, strict=True):
        kept = [element("w:keepNext")] if is_kept else []
        words = [run(_unbroken(text))] if text else []
        made.append(element("w:tc", children=[
            element("w:tcPr", children=[element("w:tcW", {"w:w": str(width), "w:type": "dxa"})]),
            paragraph(look[style], words, properties=kept),
        ]))  # fmt: skip
    return element("w:tr", children=made)
