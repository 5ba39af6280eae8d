"""The tables of a report as an Excel workbook: cover, contents, notes, one table a sheet.

Made by gptables, which follows the government's guidance on spreadsheets that everybody can read.
That library reads some texts as orders (links, references to notes) and refuses others; such
texts are written after it, as they are. No cell is a formula and none is merged.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any, Literal

import pandas as pd
from xlsxwriter.utility import cell_autofit_width

from qaf_analysis.kit.numbers import TOO_FEW, counted
from qaf_analysis.kit.palette import ACCENT
from qaf_analysis.report.document import Document
from qaf_analysis.report.signoff import footer_line
from qaf_analysis.report.writers.chosen_tables import (
    AuditorTables,
    ChosenTable,
    chosen_tables,
    every_table,
    plain,
)
from qaf_analysis.report.writers.column_dictionary import DICTIONARY_HEADINGS, column_dictionary
from qaf_analysis.report.writers.rezip import unzipped, zipped
from qaf_analysis.report.writers.table_columns import Cell, sheet_columns

with warnings.catch_warnings():
    # The library leaves a file of its own open for the moment in which it is imported.
    warnings.simplefilter("ignore", ResourceWarning)
    import gptables

LANGUAGE = "en-GB"
NOTHING = "[z]"
CONTENTS, NOTES, COLUMNS = "Contents", "Notes", "Columns"
BACK = "Back to contents"
# No clock: the same report is the same bytes whenever it is written. No file is older than this.
_CREATED = datetime(1980, 1, 1)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_PROPERTIES = "docProps/core.xml"
_A4 = 9
_INDENT = 12  # pixels
_LINE = 15.75  # points of a line of Arial 12
_TALLEST_ROW = 409.0  # points; what Excel takes
_COVER_WIDTH, _COVER_PIXELS = 140, 980  # letters of the sheet's own type, and pixels
_MOST_FROZEN = 10  # rows; more would fill a laptop's screen
_SCROLLS_FROM = 15  # rows
_WIDEST_PAGE = 1500  # pixels of all columns before words are wrapped more tightly
_LONGEST_LINE = 150  # letters above a table
_ORDER = re.compile(r"\$\$|\[.+\]\(.+\)")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?]) +(?=[A-Z0-9“\"(])")


@dataclass(frozen=True, kw_only=True)
class _Column:
    heading: str
    cells: tuple[Cell, ...]
    formats: tuple[str, ...] = ()
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """One sheet: its words, then its table. ``links`` lead from the first column to sheets."""

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[_Column, ...]
    links: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple(zip(*(column.cells for column in self.columns), strict=True))

    @property
    def header_row(self) -> int:
        """Row of the headings, the first of the sheet being 0."""
        return 1 + len(self.lines)


def workbook(document: Document, *, auditors: AuditorTables = "left out") -> bytes:
    """Write the tables of a report as an Excel workbook.

    Parameters
    ----------
    document : Document
    auditors : {"left out", "alone", "among the others"}
        What becomes of tables about single auditors: alone, they are for the audit manager.

    Returns
    -------
    bytes
        The workbook; the same for the same report.

    Raises
    ------
    DocumentError
        If there is no such table.
    """
    tables = chosen_tables(document, auditors=auditors)
    cover = _cover(document, tables, auditors)
    sheets = (
        _contents(tables),
        _notes(tables),
        _dictionary(document, tables),
        *(_table_sheet(one, document) for one in tables),
    )
    raw = io.BytesIO()
    with warnings.catch_warnings():
        # What the library itself does in an outdated way, and that it made no sheet of notes.
        warnings.filterwarnings("ignore", module=r"gptables\.")
        made = gptables.produce_workbook(
            raw,
            {sheet.name: _good_practice_table(sheet) for sheet in sheets},
            cover=gptables.Cover(
                title=_harmless(cover[0]),
                intro=[_harmless(line) for line in cover[1]],
                about=[_harmless(line) for line in cover[2]],
                width=_COVER_WIDTH,
            ),
            contentsheet_label=None,
            auto_width=False,
            workbook_options=_OPTIONS,
        )
    _finish(made, document, sheets, cover)
    made.close()
    return _with_language(raw.getvalue())


_Cover = tuple[str, tuple[str, ...], tuple[str, ...]]


def _cover(document: Document, tables: Sequence[ChosenTable], auditors: AuditorTables) -> _Cover:
    """Title, what the workbook is, and how to read it."""
    page = document.first_page
    intro = (
        *(document.look.name, document.look.committee, document.look.occasion),
        page.subtitle,
        f"Marking: {page.marking}",
        f"Edition: {page.edition}",
        f"Run: {page.run_id}",
        *page.sign_off.texts,
        page.invented,
        *page.warnings,
        *_about_auditors(document, auditors),
    )
    about = (
        f"This workbook holds {counted(len(tables), 'table')} of the report, one a sheet. "
        "Sheets are named by the numbers that tables bear in the report.",
        f'The sheet "{CONTENTS}" leads to each table. The sheet "{NOTES}" has all notes and '
        f'sources. The sheet "{COLUMNS}" says what each column holds.',
        "Every figure is the one printed in the report. No cell is worked out by this workbook.",
        "A column holds numbers only where every cell of it is a number. Any other column is text "
        "as printed, so that no total can leave out a cell in silence.",
        f'"{TOO_FEW}" stands where too few records are behind a figure.',
        f'"{NOTHING}" stands where the report shows an empty cell: nothing applies there.',
        "Percentages are whole numbers, or as printed, under a heading that ends in %.",
        plain(document.colophon),
    )
    title = document.title if auditors != "alone" else f"{document.title}: tables about auditors"
    return title, tuple(filter(str.strip, intro)), tuple(filter(str.strip, about))


def _about_auditors(document: Document, auditors: AuditorTables) -> tuple[str, ...]:
    if auditors == "alone":
        return (
            "For the audit manager only. These tables show single auditors, by code. "
            "Do not pass this workbook on.",
        )
    theirs = [one.number for one in every_table(document) if one.about_auditors]
    if not theirs:
        return ()
    if auditors == "left out":
        return (
            f"Left out here: {', '.join(theirs)}. They show single auditors, by code, and stand "
            "in a workbook of their own for the audit manager.",
        )
    return (f"{', '.join(theirs)} show single auditors, by code. Share them with care.",)


def _contents(tables: Sequence[ChosenTable]) -> _Sheet:
    front = ((NOTES, "Notes and sources of every table"), (COLUMNS, "What every column holds"))
    names = (*(name for name, _ in front), *(one.number for one in tables))
    shown = (*(words for _, words in front), *(one.table.caption for one in tables))
    return _Sheet(
        name=CONTENTS,
        title="Contents",
        lines=("This sheet has one table. The first column leads to each sheet.",),
        columns=(
            _Column(heading="Sheet", cells=names),
            _Column(heading="What it shows", cells=shown),
            _Column(heading="Section", cells=("all", "all", *(one.section for one in tables))),
            _Column(
                heading="Rows",
                cells=(NOTHING, NOTHING, *(f"{len(one.table.rows):,}" for one in tables)),
                align="right",
            ),
        ),
        links=names,
    )


def _notes(tables: Sequence[ChosenTable]) -> _Sheet:
    return _Sheet(
        name=NOTES,
        title="Notes and sources",
        lines=("This sheet has one table. The same words stand above each table.", BACK),
        columns=(
            _Column(heading="Sheet", cells=tuple(one.number for one in tables)),
            _Column(heading="Note", cells=tuple(_or_nothing(one.table.note) for one in tables)),
            _Column(heading="Source", cells=tuple(_or_nothing(one.table.source) for one in tables)),
        ),
        links=tuple(one.number for one in tables),
    )


def _dictionary(document: Document, tables: Sequence[ChosenTable]) -> _Sheet:
    rows = [described.row for described in column_dictionary(document, tables)]
    return _Sheet(
        name=COLUMNS,
        title="What every column holds",
        lines=("This sheet has one table.", BACK),
        columns=tuple(
            _Column(heading=heading, cells=tuple(map(_or_nothing, cells)))
            for heading, cells in zip(DICTIONARY_HEADINGS, zip(*rows, strict=True), strict=True)
        ),
    )


def _table_sheet(one: ChosenTable, document: Document) -> _Sheet:
    page, table = document.first_page, one.table
    columns = tuple(
        _Column(
            heading=column.heading,
            cells=tuple(_or_nothing(cell) for cell in column.cells) or (NOTHING,),
            formats=column.formats,
            align=column.align,
        )
        for column in sheet_columns(table)
    )
    has_empty = any(NOTHING in column.cells for column in columns)
    lines = (
        f"{page.marking}. {page.subtitle}",
        f"Section {one.section}" if one.section[:1].isdigit() else one.section,
        *_sentences("Note", table.note),
        *_sentences("Source", table.source),
        f"This sheet has one table. {NOTHING}: nothing applies."
        if has_empty
        else "This sheet has one table.",
        BACK,
    )
    return _Sheet(
        name=one.number,
        title=f"{one.number}. {table.caption}",
        lines=tuple(filter(str.strip, lines)),
        columns=columns,
    )


def _sentences(label: str, words: str) -> tuple[str, ...]:
    """Rows of whole sentences, as many as fit: a row does not wrap, and merged cells confuse."""
    rows: list[str] = []
    for sentence in _SENTENCE_ENDS.split(f"{label}: {words.strip()}" if words.strip() else ""):
        if rows and len(rows[-1]) + len(sentence) < _LONGEST_LINE:
            rows[-1] = f"{rows[-1]} {sentence}"
        else:
            rows += textwrap.wrap(sentence, _LONGEST_LINE, break_long_words=False)
    return tuple(rows)


def _or_nothing(cell: Cell) -> Cell:
    return NOTHING if isinstance(cell, str) and not cell.strip() else cell


def _good_practice_table(sheet: _Sheet) -> Any:
    headings = [column.heading for column in sheet.columns]
    rows = [[_harmless(cell) for cell in row] for row in sheet.rows]
    title, *lines = (_harmless(line) for line in (sheet.title, *sheet.lines))
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=headings, dtype=object),
        table_name=f"{sheet.name.replace(' ', '_')}_data",
        title=title,
        instructions=lines[0],
        legend=lines[1:],
        index_columns={1: 0},
        additional_formatting=list(_formatting(sheet)),
    )


def _formatting(sheet: _Sheet) -> Iterable[dict[str, Any]]:
    """Alignment of each column, and of each number how it is shown."""
    every = range(len(sheet.columns))
    usual = [max(one.formats, key=one.formats.count, default="") for one in sheet.columns]
    left = [place for place in every if sheet.columns[place].align == "left"]
    right = [place for place in every if sheet.columns[place].align == "right"]
    for places, style in (
        (left, {"align": "left", "valign": "top"}),
        # Words must not stick to the numbers of the column before.
        ([place for place in left if place], {"indent": 1}),
        # Nor a heading to that of the column after.
        (right, {"align": "right", "valign": "top", "indent": 1}),
    ):
        if places:
            yield {"column": {"columns": places, "format": style, "include_names": True}}
    for shape in sorted({*usual} - {""}):
        places = [place for place in every if usual[place] == shape]
        yield {"column": {"columns": places, "format": {"num_format": shape}}}
    for place in every:
        for row, own in enumerate(sheet.columns[place].formats, start=1):
            if own != usual[place]:
                yield {"cell": {"cells": (row, place), "format": {"num_format": own}}}


def _is_harmless(text: str) -> bool:
    """Whether the library writes a text as it is."""
    return not _ORDER.search(text) and re.search("[a-zA-Z0-9]", text) is not None


def _harmless(cell: Any) -> Any:
    return "written later" if isinstance(cell, str) and not _is_harmless(cell) else cell


def _finish(made: Any, document: Document, sheets: Sequence[_Sheet], cover: _Cover) -> None:
    page = document.first_page
    made.set_properties(
        {
            "title": cover[0],
            "subject": page.subtitle,
            "author": "qaf_analysis",
            "category": page.marking,
            "comments": plain(document.colophon),
            "created": _CREATED,
        }
    )
    first, *others = made.worksheets()
    _finish_cover(first, cover)
    _paper(first, document)
    for worksheet, sheet in zip(others, sheets, strict=True):
        _write_refused(worksheet, sheet)
        _write_links(worksheet, sheet)
        _lay_out(worksheet, sheet)
        _paper(worksheet, document)


def _finish_cover(worksheet: Any, cover: _Cover) -> None:
    title, intro, about = cover
    # Below the title and below each list's own heading.
    for row, line in ((0, title), *enumerate(intro, start=2), *enumerate(about, len(intro) + 3)):
        _overwrite(worksheet, row, 0, line)
        if row:
            worksheet.set_row(row, _height((line,), (_COVER_PIXELS,)))


def _write_refused(worksheet: Any, sheet: _Sheet) -> None:
    for row, line in enumerate((sheet.title, *sheet.lines)):
        _overwrite(worksheet, row, 0, line)
    for row, cells in enumerate(sheet.rows, start=sheet.header_row + 1):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                _overwrite(worksheet, row, place, cell)


def _overwrite(worksheet: Any, row: int, place: int, text: str) -> None:
    """Write a text that the library would not have written as it is, in the format it chose."""
    if not _is_harmless(text):
        worksheet.write_string(row, place, text, worksheet.table[row][place].format)


def _write_links(worksheet: Any, sheet: _Sheet) -> None:
    for row, name in enumerate(sheet.links, start=sheet.header_row + 1):
        _link(worksheet, row, name, str(sheet.columns[0].cells[row - sheet.header_row - 1]))
    for row, line in enumerate(sheet.lines, start=1):
        if line == BACK:
            _link(worksheet, row, CONTENTS, BACK)


def _link(worksheet: Any, row: int, name: str, words: str) -> None:
    style = worksheet._workbook.add_format(
        {
            "font_name": "Arial",
            "font_size": 12,
            "font_color": ACCENT.light,
            "underline": 1,
            "valign": "top",
        }
    )
    worksheet.write_url(row, 0, f"internal:'{name}'!A1", style, words)


def _lay_out(worksheet: Any, sheet: _Sheet) -> None:
    widths = _widths(sheet)
    for place, width in enumerate(widths):
        worksheet.set_column_pixels(place, place, width)
    head, last = sheet.header_row, sheet.header_row + len(sheet.rows)
    headings = tuple(column.heading for column in sheet.columns)
    for row, cells in enumerate((headings, *sheet.rows), start=head):
        worksheet.set_row(row, _height(cells, widths))
    scrolls = len(sheet.rows) > _SCROLLS_FROM and head < _MOST_FROZEN
    worksheet.freeze_panes(head + 1 if scrolls else 0, 1 if len(widths) > 2 else 0)
    worksheet.repeat_rows(head)
    # Lines above the table run on over empty cells: the printed page must be as wide as they are.
    longest = max(_pixels(line) for line in (sheet.title, *sheet.lines))
    beside = max(0, longest - sum(widths)) // 64 + 1
    worksheet.print_area(0, 0, last, len(widths) - 1 + (beside if longest > sum(widths) else 0))
    # "12 to 15" and "too few to say" are text on purpose; no green corners.
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _paper(worksheet: Any, document: Document) -> None:
    worksheet.set_paper(_A4)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    marking = document.first_page.marking[:60].replace("&", "&&")
    title = document.title[:100].replace("&", "&&")
    across = f"&C{watermark}" if (watermark := document.first_page.sign_off.watermark) else ""
    worksheet.set_header(f"&L{marking}{across}&R{title}")
    said = footer_line(document.first_page.run_id, document.first_page.sign_off)
    worksheet.set_footer(f"&L&A · {said}&RPage &P of &N")


def _widths(sheet: _Sheet) -> list[int]:
    """Pixels of each column: as wide as its words, up to a width at which they wrap."""
    natural = [
        max(
            max(_pixels(word) for word in column.heading.split()),
            *(_pixels(cell) for cell in map(_shown, column.cells)),
        )
        for column in sheet.columns
    ]
    for most in (560, 480, 400, 320, 260, 220, 180):
        widths = [max(90, min(most, width + 24)) for width in natural]
        if sum(widths) <= _WIDEST_PAGE:
            break
    return widths


def _height(cells: Iterable[Cell], widths: Iterable[int]) -> float:
    """Points of a row in which words wrap; not every program works it out for itself."""
    lines = max(_lines(_shown(cell), width) for cell, width in zip(cells, widths, strict=True))
    return min(_TALLEST_ROW, _LINE * lines + 2)


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column so many pixels wide."""
    room = 0.94 * (width - _INDENT)  # lines end at words, so some of the width stays empty
    return max(1, ceil(_pixels(text) / room)) if _pixels(text) > width - _INDENT else 1


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:+,.2f}"


def _pixels(text: str) -> int:
    """Width of a text in Arial 12 and bold; the library measures Calibri 11."""
    return int(1.2 * cell_autofit_width(text)) if text else 0


def _with_language(data: bytes) -> bytes:
    """The same workbook with its language in its properties, and no trace of when it was made."""
    parts = unzipped(data)
    end = b"</cp:coreProperties>"
    language = f"<dc:language>{LANGUAGE}</dc:language>".encode()
    parts[_PROPERTIES] = parts[_PROPERTIES].replace(end, language + end)
    return zipped(parts)
