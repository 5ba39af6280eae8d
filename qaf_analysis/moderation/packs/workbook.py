"""A pack as an Excel workbook: one row a case and part, keyed, with lists to choose from.

The sheet ``Grades`` stands first and is the one that opens. Saving as CSV writes the first sheet
or the open one alone, so a moderator who does so returns grades, not instructions.

Reason, Sure and Comment are asked once a case, on the row of the overall grade. Where a row asks
for nothing its cells are locked.

Protection is a courtesy: without a password, and no program is bound by it. It forbids sorting,
which Excel would do to the grades alone, leaving their locked keys behind. ``Normal`` is unlocked:
text pasted from elsewhere takes that style, and could not be corrected if it were locked. All else
is locked by name, columns too, so that Tab goes from one cell to fill in to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.packaging.custom import IntProperty, StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from qaf_analysis.data.files.written_workbook import (
    fit_height,
    lettering,
    new_workbook,
    put_text,
    workbook_bytes,
)
from qaf_analysis.moderation.packs.instructions import (
    NO_NAMES,
    WHY_NOT_GRADED,
    addressed,
    instructions,
    title,
)
from qaf_analysis.moderation.packs.pack import (
    LONGEST_COMMENT,
    NOT_GRADED,
    SURE,
    Pack,
    shared_descriptors,
)

GRADES_SHEET, INSTRUCTIONS_SHEET = "Grades", "Instructions"
DESCRIPTORS_SHEET, LISTS_SHEET = "Descriptors", "Lists"
HEADINGS = ("Row key", "Case", "File", "Part", "Grade", "Reason", "Sure", "Comment")
TO_FILL_IN = HEADINGS[4:]
ONCE_A_CASE = HEADINGS[5:]
LISTS = {"Grade": "grade_words", "Reason": "reason_words", "Sure": "sure_words"}
"""Named ranges of the lists: as names they outlast what other programs do to a workbook."""
PROPERTIES = ("qaf pack", "qaf round", "qaf layout")
"""Names of the workbook's own properties: advice to a reader, since the rows decide."""

_WIDTHS = (16, 9, 30, 26, 24, 32, 13, 56)
_ACCENT, _TEXT, _MUTED = "12436D", "1A1A1A", "565D69"
_BANDS = ("FFFFFF", "EEF1F5")
_INPUT, _NOT_ASKED = "FFF6E8", "DDE2E8"
_LOCKED, _OPEN = Protection(locked=True), Protection(locked=False)
_LAST_COLUMN = 16_384
_ROW_HEIGHT, _TALL = 19, 34
_OPENS = "Alt and down arrow opens the list."


def pack_workbook(pack: Pack) -> bytes:
    """Write a pack as an Excel workbook.

    Parameters
    ----------
    pack : Pack

    Returns
    -------
    bytes
        The same for the same pack, whenever and wherever it is made.
    """
    book = _new_book(pack)
    grades = book.create_sheet(GRADES_SHEET)
    _write_grades(grades, pack)
    _write_instructions(book.create_sheet(INSTRUCTIONS_SHEET), pack)
    if any(part.descriptors for part in pack.parts):
        _write_descriptors(book.create_sheet(DESCRIPTORS_SHEET), pack)
    _write_lists(book, pack)
    for sheet in book.worksheets:
        _protect(sheet)
        _paper(sheet, pack)
    book.active = 0
    return workbook_bytes(book)


def _new_book(pack: Pack) -> Workbook:
    book = new_workbook(title=title(pack))
    book.properties.language = "en-GB"
    own = book.custom_doc_props  # type: ignore[attr-defined]
    for name, value in zip(PROPERTIES[:2], (pack.pack, pack.round), strict=True):
        own.append(StringProperty(name=name, value=value))
    own.append(IntProperty(name=PROPERTIES[2], value=pack.version))
    # The library writes no protection for the first of its list; "locked" is to be written out.
    book._protections = IndexedList([Protection(hidden=True), _LOCKED, _OPEN])  # type: ignore[attr-defined]
    book._named_styles["Normal"].protection = _OPEN  # type: ignore[attr-defined]
    return book


def _write_grades(sheet: Worksheet, pack: Pack) -> None:
    for place, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True), start=1):
        _head(sheet, place, heading)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[1].height = 24
    row = 2
    for number, case in enumerate(pack.cases):
        for keyed in pack.rows_of(case.code):
            is_first = keyed.domain == pack.domains[0]
            fixed = (keyed.key, pack.case_name(case.code), case.file, keyed.domain)
            _write_row(sheet, row, fixed, is_first=is_first, band=_BANDS[number % 2])
            row += 1
    sheet.freeze_panes = "E2"
    sheet.sheet_view.tabSelected = True
    for pane in sheet.sheet_view.selection:
        pane.activeCell = pane.sqref = "E2"  # the first cell to fill in
    sheet.sheet_view.zoomScale = 90
    _add_table(sheet, last=row - 1)
    for check in _checks(sheet, pack, last=row - 1):
        sheet.add_data_validation(check)


def _write_row(
    sheet: Worksheet, row: int, fixed: Sequence[str], *, is_first: bool, band: str
) -> None:
    """One part of a case: what it is, then cells to fill in."""
    top = Side(style="thin", color=_ACCENT) if is_first else Side(style="hair", color="9AA3AE")
    for place, text in enumerate(fixed, start=1):
        cell = put_text(sheet, row, place, text)
        is_key = place == 1
        cell.font = lettering(
            size=9 if is_key else 11,
            color=_MUTED if is_key else _TEXT,
            bold=is_first and place in (2, 4),
        )
        cell.fill, cell.protection = _filled(band), _LOCKED
    for place, heading in enumerate(TO_FILL_IN, start=len(fixed) + 1):
        is_asked = is_first or heading not in ONCE_A_CASE
        cell = sheet.cell(row=row, column=place)
        cell.number_format, cell.font = "@", lettering()
        cell.fill = _filled(_INPUT if is_asked else _NOT_ASKED)
        cell.protection = _OPEN if is_asked else _LOCKED
    for place in range(1, len(HEADINGS) + 1):
        cell = sheet.cell(row=row, column=place)
        cell.alignment = Alignment(vertical="center", wrap_text=place == len(HEADINGS))
        edge = Side(style="hair", color="9AA3AE")
        cell.border = Border(top=top, left=edge, right=edge, bottom=edge)
    sheet.row_dimensions[row].height = _TALL if is_first else _ROW_HEIGHT


def _add_table(sheet: Worksheet, *, last: int) -> None:
    """Name the cells a table: screen readers then say a column's heading."""
    table = Table(displayName="grades", ref=f"A1:{get_column_letter(len(HEADINGS))}{last}")
    # Named here: the library would add buttons that filter and sort.
    for number, heading in enumerate(HEADINGS, start=1):
        table.tableColumns.append(TableColumn(id=number, name=heading))
    table.tableStyleInfo = TableStyleInfo(showRowStripes=False, showColumnStripes=False)
    sheet.add_table(table)


def _checks(sheet: Worksheet, pack: Pack, *, last: int) -> Iterator[DataValidation]:
    """Lists and prompts of the cells to fill in."""
    firsts = [
        row for row in range(2, last + 1) if sheet.cell(row=row, column=4).value == pack.domains[0]
    ]
    prompts = {
        "Grade": f"{_OPENS} {WHY_NOT_GRADED}",
        "Reason": f"{_OPENS} What weighed most in the grade of the whole case.",
        "Sure": f"{_OPENS} How sure you are of the grade of the whole case.",
        "Comment": f"{NO_NAMES} At most {LONGEST_COMMENT:,} letters.",
    }
    for heading in TO_FILL_IN:
        letter = get_column_letter(HEADINGS.index(heading) + 1)
        check = DataValidation(
            allow_blank=True, showInputMessage=True, showErrorMessage=True, errorStyle="stop"
        )
        check.promptTitle, check.prompt = heading, prompts[heading]
        check.errorTitle = heading
        if heading in LISTS:
            check.type, check.formula1 = "list", LISTS[heading]
            check.error = "Choose one of the list, or leave the cell empty."
        else:
            check.type, check.operator = "textLength", "lessThanOrEqual"
            check.formula1 = str(LONGEST_COMMENT)
            check.error = f"A comment has at most {LONGEST_COMMENT:,} letters."
        if heading in ONCE_A_CASE:
            for row in firsts:
                check.add(f"{letter}{row}")
        else:
            check.add(f"{letter}2:{letter}{last}")
        yield check


def _write_instructions(sheet: Worksheet, pack: Pack) -> None:
    sheet.column_dimensions["A"].width = 82
    sheet.sheet_view.showGridLines = False
    lines: list[tuple[str, Font]] = [
        (title(pack), lettering(bold=True, size=16, color=_ACCENT)),
        (addressed(pack), lettering(bold=True)),
        (f"Layout {pack.version}", lettering(size=9, color=_MUTED)),
    ]
    for each in instructions(pack, medium="workbook"):
        lines.append((each.heading, lettering(bold=True, size=13, color=_ACCENT)))
        lines += [(sentence, lettering()) for sentence in each.sentences]
    for row, (text, font) in enumerate(lines, start=1):
        _put(sheet, row, 1, text, font=font)
        fit_height(sheet, row, {1: text})
        if (font.sz or 0) > 11:
            sheet.row_dimensions[row].height = 26
            sheet.cell(row=row, column=1).alignment = Alignment(vertical="bottom")


def _write_descriptors(sheet: Worksheet, pack: Pack) -> None:
    """What each grade means: a row a part, a column a grade."""
    sheet.column_dimensions["A"].width = 24
    _head(sheet, 1, "Part")
    for place, level in enumerate(pack.levels, start=2):
        _head(sheet, place, level)
        sheet.column_dimensions[get_column_letter(place)].width = 42
    sheet.row_dimensions[1].height = 24
    for row, (names, texts) in enumerate(shared_descriptors(pack), start=2):
        _put(sheet, row, 1, names, font=lettering(bold=True))
        for place, text in enumerate(texts, start=2):
            _put(sheet, row, place, text, font=lettering())
        fit_height(sheet, row, {1: names, **dict(enumerate(texts, start=2))})
    sheet.freeze_panes = "B2"


def _write_lists(book: Workbook, pack: Pack) -> None:
    """The words to choose from, where everybody can see them: a hidden sheet frightens."""
    sheet = book.create_sheet(LISTS_SHEET)
    words = ((*pack.levels, NOT_GRADED), pack.reasons, SURE)
    for place, (heading, name, column) in enumerate(
        zip(LISTS, LISTS.values(), words, strict=True), start=1
    ):
        _head(sheet, place, heading)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 36
        for row, word in enumerate(column, start=2):
            _put(sheet, row, place, word, font=lettering())
        cells = f"{LISTS_SHEET}!${letter}$2:${letter}${len(column) + 1}"
        book.defined_names[name] = DefinedName(name, attr_text=cells)


def _head(sheet: Worksheet, place: int, text: str) -> None:
    cell = put_text(sheet, 1, place, text)
    cell.font, cell.fill = lettering(bold=True, color="FFFFFF"), _filled(_ACCENT)
    cell.alignment, cell.protection = Alignment(vertical="center"), _LOCKED


def _put(sheet: Worksheet, row: int, place: int, text: str, *, font: Font) -> None:
    cell = put_text(sheet, row, place, text)
    cell.font, cell.protection = font, _LOCKED
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _filled(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


def _protect(sheet: Worksheet) -> None:
    """Forbid what would part keys from grades; widths and heights may be changed."""
    for place in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(place)].protection = _LOCKED
    beyond = sheet.column_dimensions[get_column_letter(sheet.max_column + 1)]
    beyond.min, beyond.max = sheet.max_column + 1, _LAST_COLUMN
    beyond.width, beyond.protection = 9, _LOCKED
    # In this library True forbids.
    protection = sheet.protection
    protection.sheet = True
    protection.sort = protection.autoFilter = True
    protection.insertRows = protection.insertColumns = True
    protection.deleteRows = protection.deleteColumns = True
    protection.formatColumns = protection.formatRows = False


def _paper(sheet: Worksheet, pack: Pack) -> None:
    """A4 with the headings on each page: a printed workbook is a paper form."""
    sheet.page_setup.orientation = "portrait" if sheet.title == INSTRUCTIONS_SHEET else "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.title != INSTRUCTIONS_SHEET:
        sheet.print_title_rows = "1:1"
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    footer = HeaderFooterItem(
        left=_HeaderFooterPart(text=f"{pack.pack} {sheet.title}"),
        right=_HeaderFooterPart(text="Page &P of &N"),
    )
    sheet.HeaderFooter.oddFooter = footer
