"""The workbook that a quality lead fills in: drop-downs, notes, checks, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qaf_analysis.data.files.filled_template import (
    AUDITS_SHEET,
    COUNCIL_HEADINGS,
    COUNCIL_SHEET,
    SETTINGS_HEADINGS,
    SETTINGS_SHEET,
)
from qaf_analysis.data.files.written_workbook import (
    fit_height,
    lettering,
    new_workbook,
    put_text,
    workbook_bytes,
)
from qaf_analysis.data.template.fields import Block, TemplateColumn, template_columns
from qaf_analysis.data.template.guide import HOW_SHEET, guide_lines
from qaf_analysis.data.template.layout import EXAMPLE, layout_lines
from qaf_analysis.terms.settings import Settings

LAST_ROW = 2_001
"""Last row with drop-downs and checks: room for 2,000 rows."""
LISTED = 200
LISTS_SHEET = "qaf lists"
_YES_NO = ("Yes", "No")
_LISTS = (*COUNCIL_HEADINGS, "Types of case", "Auditors and moderators")
_AIDS = {"team": "B", "case_type": "C", "auditor": "D", "second_auditor": "D", "moderator": "D"}
_COLOURS: Mapping[Block, str] = {
    "auditor": "12436D",
    "second_auditor": "565D69",
    "moderator": "A94D00",
}
_WIDTHS = {"identifier": 20, "date": 13, "grade": 16, "yes_no": 14, "share": 12}
_FORMATS = {"date": "dd/mm/yyyy", "share": "0.00", "identifier": "@"}
_TO_MEND = PatternFill("solid", start_color="FFD9B3", end_color="FFD9B3")
_SAMPLE = PatternFill("solid", start_color="EEF1F5")
_LINE = Side(style="medium", color="FFFFFF")
_FIRST_DAY = 36_526  # 1 January 2000, as a spreadsheet counts days


def template_workbook(settings: Settings, *, council: str) -> bytes:
    """Return the template as an Excel workbook.

    Parameters
    ----------
    settings : Settings
        Domains, scale and themes come from here.
    council : str
        The council's name; empty where whoever fills it in is to write it.

    Returns
    -------
    bytes
        A workbook that is read back without any settings (``data.files.filled_template``).

    Raises
    ------
    SettingsError
        If the domains have no place in it.
    """
    columns = template_columns(settings)
    book = new_workbook(title="Audits to fill in")
    sheet = book.create_sheet(AUDITS_SHEET)
    lists = _Lists(book)
    _head(sheet, columns)
    _example(sheet, columns)
    for place, column in enumerate(columns, start=1):
        _check(sheet, get_column_letter(place), column, lists=lists, columns=columns)
    _colour(sheet, columns, lists=lists)
    _council(book, settings, council)
    _guide(book, columns)
    lists.write()
    _settings(book, layout_lines(settings, columns, council=council))
    return workbook_bytes(book)


class _Lists:
    """Words of the drop-downs on a hidden sheet: a word may hold a comma, a list may be long."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._lists: list[tuple[str, ...]] = []

    def range_of(self, words: Sequence[str]) -> str:
        """Where the words of a drop-down stand."""
        if tuple(words) not in self._lists:
            self._lists.append(tuple(words))
        letter = get_column_letter(self._lists.index(tuple(words)) + 1)
        return f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"

    def write(self) -> None:
        sheet = self._book.create_sheet(LISTS_SHEET)
        sheet.sheet_state = "veryHidden"
        for place, words in enumerate(self._lists, start=1):
            for number, word in enumerate(words, start=1):
                put_text(sheet, number, place, word)


def _head(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for place, column in enumerate(columns, start=1):
        cell = put_text(sheet, 1, place, column.heading)
        cell.font = lettering(bold=column.is_needed, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_COLOURS[column.block])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        begins = place > 1 and columns[place - 2].block != column.block
        cell.border = Border(left=_LINE) if begins else Border()
        needed = "Needed for every audit. " if column.is_needed else ""
        cell.comment = Comment(f"{needed}{column.note}", "qaf", width=300, height=110)
        letter = get_column_letter(place)
        dimension = sheet.column_dimensions[letter]
        dimension.width = _WIDTHS.get(column.entry, 20)
        dimension.number_format = _FORMATS.get(column.entry, "General")
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "B2"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4


def _example(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    """Write the row that shows how to fill one in; its first cell says that it is no audit."""
    shown: dict[tuple[Block, str], str] = {
        ("auditor", "audit_id"): EXAMPLE,
        ("auditor", "case_ref"): "100234",
        ("auditor", "audit_date"): "dd/mm/yyyy",
        ("auditor", "team"): "Family Help East",
        ("auditor", "case_type"): "Child in need",
        ("auditor", "audit_type"): "Case file",
        ("auditor", "collaborative"): "Yes",
        ("auditor", "family_feedback"): "No",
        ("auditor", "auditor"): "A. Example",
        ("moderator", "moderator"): "B. Example",
        ("moderator", "moderated_on"): "dd/mm/yyyy",
        ("moderator", "moderation_source"): "Internal",
        ("moderator", "round"): "Winter 2024",
        ("moderator", "selected_by"): "Random",
        ("moderator", "selection_probability"): "0.25",
        ("moderator", "blind"): "Yes",
    }
    for place, column in enumerate(columns, start=1):
        value = shown.get((column.block, column.name), "")
        if column.entry == "grade" and column.block != "second_auditor":
            value = column.choices[len(column.choices) // 2 - 1]
        cell = put_text(sheet, 2, place, value)
        cell.font = lettering(italic=True, color="565D69")
        cell.fill = _SAMPLE
        cell.alignment = Alignment(vertical="top")


def _check(
    sheet: Worksheet,
    letter: str,
    column: TemplateColumn,
    *,
    lists: _Lists,
    columns: Sequence[TemplateColumn],
) -> None:
    """Give a column its drop-down or its check, and the note that shows when a cell is chosen."""
    check = DataValidation(allow_blank=True, showInputMessage=True, showErrorMessage=True)
    check.promptTitle, check.prompt = column.heading[:32], column.note[:255]
    check.errorTitle = column.heading[:32]
    words = _YES_NO if column.entry == "yes_no" else column.choices
    if column.entry in ("list", "grade", "yes_no"):
        check.type, check.formula1 = "list", lists.range_of(words)
        check.error = "Choose one of the list, or leave the cell blank."
    elif column.entry == "aid":
        check.type, check.formula1 = "list", _listed(_AIDS[column.name])
        check.showErrorMessage = False  # the list is an aid: other names may be typed
    elif column.entry == "date":
        check.type, check.operator = "date", "between"
        check.formula1, check.formula2 = _earliest(column, columns), "TODAY()"
        check.error = "Write a day such as 25/11/2024, not after today" + (
            " and not before the audit." if column.name == "moderated_on" else "."
        )
    elif column.entry == "share":
        check.type, check.operator = "decimal", "between"
        check.formula1, check.formula2 = "0.000001", "1"
        check.error = "Write a chance above 0 and up to 1, such as 0.25."
    elif column.name == "audit_id":
        check.type = "custom"
        check.formula1 = f"COUNTIF(${letter}$2:${letter}${LAST_ROW},{letter}2)=1"
        check.error = "This number stands in another row already. Each audit has one row."
    else:
        check.showErrorMessage = False
    check.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(check)


def _earliest(column: TemplateColumn, columns: Sequence[TemplateColumn]) -> str:
    if column.name != "moderated_on":
        return str(_FIRST_DAY)
    return f"MAX({_FIRST_DAY},${_letter(columns, 'audit_date')}2)"


def _listed(letter: str) -> str:
    """Cells of a list on the council's own sheet that are filled in."""
    here = f"'{COUNCIL_SHEET}'!${letter}$2"
    return f"OFFSET({here},0,0,MAX(1,COUNTA({here}:${letter}${LISTED + 1})),1)"


def _colour(sheet: Worksheet, columns: Sequence[TemplateColumn], *, lists: _Lists) -> None:
    """Colour what was pasted past the checks, and what is still missing in a row begun."""
    last = get_column_letter(len(columns))
    begun = f'AND(COUNTA($A2:${last}2)>0,$A2<>"{EXAMPLE}",'
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        for claim in _faults(letter, column, columns=columns, lists=lists):
            rule = _orange(f"{begun}{claim})")
            sheet.conditional_formatting.add(f"{letter}2:{letter}{LAST_ROW}", rule)


def _orange(formula: str) -> Rule:
    return Rule(type="expression", formula=[formula], dxf=DifferentialStyle(fill=_TO_MEND))


def _faults(
    letter: str, column: TemplateColumn, *, columns: Sequence[TemplateColumn], lists: _Lists
) -> Iterator[str]:
    """What is wrong with a cell of the column in row 2, as conditions of the spreadsheet."""
    cell = f"{letter}2"
    if column.is_needed:
        yield f"LEN(TRIM({cell}))=0"
    if column.name == "audit_id":
        yield f"COUNTIF(${letter}$2:${letter}${LAST_ROW},{cell})>1"
    if column.entry == "date":
        yield f"LEN({cell})>0,NOT(ISNUMBER({cell}))"
        yield f"ISNUMBER({cell}),OR({cell}>TODAY(),{cell}<{_earliest(column, columns)})"
    if column.entry in ("list", "grade", "yes_no"):
        words = _YES_NO if column.entry == "yes_no" else column.choices
        yield f"LEN({cell})>0,COUNTIF({lists.range_of(words)},TRIM({cell}))=0"
    if column.entry == "share":
        yield f"LEN({cell})>0,NOT(AND(ISNUMBER({cell}),{cell}>0,{cell}<=1))"
    if column.name in ("second_auditor", "moderator", "moderated_on"):
        grades = [
            get_column_letter(place)
            for place, other in enumerate(columns, start=1)
            if other.block == column.block and other.domain is not None
        ]
        yield f"LEN(TRIM({cell}))=0,COUNTA(${grades[0]}2:${grades[-1]}2)>0"


def _letter(columns: Sequence[TemplateColumn], name: str) -> str:
    names = [column.name for column in columns]
    return get_column_letter(names.index(name) + 1)


def _council(book: Workbook, settings: Settings, council: str) -> None:
    """The sheet with the council's name, and the words of its own that drop-downs offer."""
    sheet = book.create_sheet(COUNCIL_SHEET)
    spellings = settings.spellings
    known = [
        [council] if council else [],
        sorted(set(spellings.get("team", {}).values())),
        sorted(set(spellings.get("case_type", {}).values())),
        [],
    ]
    notes = (
        "The name that is printed on reports. Write it into the cell below.",
        "Your teams, one a row: they become the drop-down of the column Team.",
        "Types of case, one a row: they become the drop-down of that column.",
        "Who audits and moderates, one a row, each always spelt alike.",
    )
    for place, (heading, words, note) in enumerate(zip(_LISTS, known, notes, strict=True), start=1):
        cell = put_text(sheet, 1, place, heading)
        cell.font = lettering(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_COLOURS["auditor"])
        cell.comment = Comment(note, "qaf", width=280, height=80)
        sheet.column_dimensions[get_column_letter(place)].width = 34
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"
        for number, word in enumerate(words[:LISTED], start=2):
            put_text(sheet, number, place, word)
    sheet.conditional_formatting.add("A2", _orange("LEN(TRIM($A$2))=0"))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = "A2"


def _guide(book: Workbook, columns: Sequence[TemplateColumn]) -> None:
    sheet = book.create_sheet(HOW_SHEET)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 40, 90
    sheet.sheet_view.showGridLines = False
    for number, (first, second, is_heading) in enumerate(guide_lines(columns), start=1):
        written = {1: first, 2: second}
        for place, text in written.items():
            cell = put_text(sheet, number, place, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if is_heading:
                cell.font = lettering(bold=True, size=14 if number == 1 else 12, color="12436D")
                cell.alignment = Alignment(vertical="top")  # it may run over the second column
        fit_height(sheet, number, {2: second} if is_heading else written)
        if number == 1:
            sheet.row_dimensions[1].height = 22
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _settings(book: Workbook, lines: Sequence[str]) -> None:
    sheet = book.create_sheet(SETTINGS_SHEET)
    sheet.sheet_state = "veryHidden"
    for number, line in enumerate((SETTINGS_HEADINGS[1], *lines), start=1):
        put_text(sheet, number, 1, SETTINGS_HEADINGS[0] if number == 1 else str(number))
        put_text(sheet, number, 2, line)
