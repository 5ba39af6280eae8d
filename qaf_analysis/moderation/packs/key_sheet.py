"""The key sheet: which file a code stands for, for the person who finds the files.

It is a workbook of its own, made where a round does not show references to moderators. It holds
codes, references and days, and never leaves the council.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from qaf_analysis.data.files.written_workbook import (
    lettering,
    new_workbook,
    put_text,
    workbook_bytes,
)
from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.errors import UsageError

KEY_SHEET = "Key sheet"
HEADINGS = ("Moderator", "Pack", "Case", "Code", "File", "Read as at")
WARNING = (
    "Key sheet of round {round}. For the person who finds the files: keep it inside the council, "
    "apart from the packs. A moderator is told the file of one code at a time."
)
_WIDTHS = (13, 13, 10, 13, 32, 22)


def key_sheet(packs: Sequence[Pack], references: Mapping[str, str]) -> bytes:
    """Write the key sheet of a round.

    Parameters
    ----------
    packs : sequence of Pack
        All packs of one round.
    references : mapping of str to str
        The council's own reference of each case, by the case's code in its pack.

    Returns
    -------
    bytes
        An Excel workbook; the same for the same packs.

    Raises
    ------
    UsageError
        If there is no pack, or a case has no reference.
    """
    cases = [(pack, case) for pack in packs for case in pack.cases]
    without = [case.code for _, case in cases if not references.get(case.code, "").strip()]
    if not cases:
        raise UsageError("There is no case to make a key sheet of. Make the packs first.")
    if without:
        raise UsageError(
            f"{len(without)} of {len(cases)} cases have no reference in the exports (first: code "
            f"{without[0]}). Add it there, or nobody can find the file."
        )
    book = new_workbook(title=f"Key sheet of round {packs[0].round}")
    book.properties.language = "en-GB"
    sheet = book.create_sheet(KEY_SHEET)
    for place, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True), start=1):
        cell = put_text(sheet, 1, place, heading)
        cell.font = lettering(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="12436D")
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row, (pack, case) in enumerate(cases, start=2):
        texts = (
            pack.moderator,
            pack.pack,
            pack.case_name(case.code),
            case.code,
            references[case.code],
            in_words(case.as_at) if case.as_at else "",
        )
        for place, text in enumerate(texts, start=1):
            cell = put_text(sheet, row, place, text)
            cell.font = lettering()
            cell.alignment = Alignment(vertical="top", wrap_text=place == len(HEADINGS) - 1)
    note = put_text(sheet, len(cases) + 3, 1, WARNING.format(round=packs[0].round))
    note.font = lettering(bold=True)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return workbook_bytes(book)
