"""The rows set aside as a workbook to mend from: offending cells coloured, each with a note.

It holds what the exports held, names among it, and so belongs where they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qaf_analysis.data.contract.grouped import IN_ORDER, FindingKind, grouped, heading
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import FileRecord, Finding, ImportRecord
from qaf_analysis.data.council.quarantine import QUARANTINE_COLUMNS
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.written_workbook import (
    fit_height,
    lettering,
    new_workbook,
    put_text,
    sheet_name,
    workbook_bytes,
)

MAX_ROWS = 5_000
"""Rows that a sheet shows; the file of rows set aside holds them all."""
MAX_ACROSS = 10
"""Most columns that are printed on one page's width."""
ROW_COUNTS = ("Rows in", "Loaded", "Set aside", "Not data")
_FRONT, _FILES, _ALL = "What to mend", "Rows of each file", "Every finding"
_OWN_FROM = 4  # the exports' own columns begin behind row, reason and mend
_TO_MEND = PatternFill("solid", start_color="FFD9B3")
_HEADING = PatternFill("solid", start_color="12436D")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rows_to_mend(record: ImportRecord, quarantine: pd.DataFrame | None) -> bytes:
    """Return the workbook of what must be mended.

    Parameters
    ----------
    record : ImportRecord
        What reading found.
    quarantine : DataFrame or None
        The rows set aside (``council.quarantine``); None where nothing was loaded.

    Returns
    -------
    bytes
        A workbook with a front sheet of the kinds of findings, the row counts of each file, a
        sheet for each export with rows set aside, and every finding. No text in it can run.
    """
    book = new_workbook(title="Rows to mend")
    _front(book, record)
    _files(book, record)
    if quarantine is not None and len(quarantine):
        tables = quarantine[["source_file", "source_sheet"]].drop_duplicates()
        for file, sheet in tables.itertuples(index=False):
            here = (quarantine["source_file"] == file) & (quarantine["source_sheet"] == sheet)
            name, findings = f"{file} {sheet}".strip(), _of(record, file, sheet)
            _export(book, quarantine[here], name=name, findings=findings)
    _every_finding(book, record)
    return workbook_bytes(book)


def row_counts(counts: FileRecord | ImportRecord) -> tuple[int, ...]:
    """Rows of a file, or of all files, under the headings ``ROW_COUNTS``."""
    return counts.rows_in, counts.loaded, counts.quarantined, counts.not_data


def _front(book: Workbook, record: ImportRecord) -> None:
    sheet = book.create_sheet(_FRONT)
    _headings(
        sheet,
        {
            "What to do": 22,
            "Kind": 22,
            "Rows or places": 14,
            "Found": 50,
            "Expected": 40,
            "How to mend": 50,
            "Where": 50,
            "Code": 20,
        },
    )
    for number, kind in enumerate(grouped(record.findings), start=2):
        texts = (_what_to_do(kind), kind.title, kind.extent, kind.found, kind.expected)
        _row(sheet, number, (*texts, kind.mend, kind.where, kind.code))


def _what_to_do(kind: FindingKind) -> str:
    """Its heading, behind a number that a sheet can be sorted by."""
    words = heading([kind])
    return f"{IN_ORDER.index(kind.outcome) + 1} {words[0].lower()}{words[1:]}"


def _files(book: Workbook, record: ImportRecord) -> None:
    sheet = book.create_sheet(_FILES)
    _headings(sheet, {"File": 40} | dict.fromkeys(ROW_COUNTS, 12))
    tables = [file for file in record.files if file.kind != "settings"]
    for number, file in enumerate(tables, start=2):
        _put(sheet, number, 1, file.name)
        for place, count in enumerate(row_counts(file), start=2):
            sheet.cell(row=number, column=place, value=count)


def _every_finding(book: Workbook, record: ImportRecord) -> None:
    sheet = book.create_sheet(_ALL)
    headings = {"What to do": 22, "File": 30, "Sheet": 16, "Row": 8, "Column": 22, "Found": 50}
    _headings(sheet, {**headings, "Expected": 40, "How to mend": 50, "Code": 20})
    ordered = sorted(record.findings, key=lambda finding: IN_ORDER.index(finding.outcome))
    for number, finding in enumerate(ordered, start=2):
        texts = (_what_to_do(*grouped([finding])), finding.file, finding.sheet or "", "")
        more = (finding.column or "", finding.found, finding.expected, finding.mend, finding.code)
        _row(sheet, number, (*texts, *more))
        if finding.row is not None:
            sheet.cell(row=number, column=4, value=finding.row).alignment = _TOP


def _export(
    book: Workbook, rows: pd.DataFrame, *, name: str, findings: Mapping[int, Sequence[Finding]]
) -> None:
    """Write the rows set aside of one export, whole, those of its columns that hold anything."""
    sheet = book.create_sheet(sheet_name(_safe(name), taken=book.sheetnames))
    named = {folded(f.column) for each in findings.values() for f in each if f.column}
    named |= {folded(text) for cell in rows["source_column"] for text in (cell, *cell.split(", "))}
    own = [
        column
        for column in rows.columns
        if column not in QUARANTINE_COLUMNS
        and (_key(column) in named or bool((rows[column] != "").any()))
    ]
    widths = dict.fromkeys(own, 18)
    _headings(
        sheet, {"Row in the file": 10, "Why it was set aside": 44, "How to mend it": 44} | widths
    )
    places = {_key(column): place for place, column in enumerate(own, start=_OWN_FROM)}
    for number, (_, row) in enumerate(rows.head(MAX_ROWS).iterrows(), start=2):
        sheet.cell(row=number, column=1, value=int(row["source_row"])).alignment = _TOP
        _row(sheet, number, (row["reason"], row["how_to_mend"]), first=2)
        for place, column in enumerate(own, start=_OWN_FROM):
            _put(sheet, number, place, row[column]).alignment = _TOP
        _mark(sheet, number, row, findings=findings.get(int(row["source_row"]), ()), places=places)
    if len(rows) > MAX_ROWS:
        more = counted(len(rows) - MAX_ROWS, "further row")
        _put(sheet, MAX_ROWS + 2, 2, f"{more} in the file of rows set aside")


def _mark(
    sheet: Worksheet,
    number: int,
    row: pd.Series,
    *,
    findings: Sequence[Finding],
    places: Mapping[str, int],
) -> None:
    """Colour the cells to mend and say in a note how; the row's number where no one cell is."""
    notes: dict[int, list[str]] = {}
    for finding in findings:
        place = places.get(folded(finding.column or ""), 1)
        notes.setdefault(place, []).append(
            f"Found: {finding.found}\nExpected: {finding.expected}\nTo mend: {finding.mend}"
        )
    if not findings:
        text = f"Found: {row['reason']}\nTo mend: {row['how_to_mend']}"
        wanted = [folded(part) for part in str(row["source_column"]).split(", ")]
        for place in [places[key] for key in wanted if key in places] or [1]:
            notes[place] = [text]
    for place, texts in notes.items():
        cell = sheet.cell(row=number, column=place)
        cell.fill = _TO_MEND
        cell.comment = _note("\n\n".join(texts))


def _note(text: str) -> Comment:
    lines = sum(1 + len(line) // 46 for line in text.splitlines())
    return Comment(_safe(text[:4_000]), "qaf", width=340, height=min(24 + 17 * lines, 420))


def _of(record: ImportRecord, file: str, sheet: str) -> dict[int, list[Finding]]:
    """Findings that set rows of one export aside, by row."""
    by_row: dict[int, list[Finding]] = {}
    for finding in record.findings:
        at_hand = finding.outcome == "quarantine" and finding.row is not None
        if at_hand and (finding.file, finding.sheet or "") == (file, sheet):
            by_row.setdefault(finding.row or 0, []).append(finding)
    return by_row


def _key(column: str) -> str:
    # A column of the export that is called as one of ours has an addition to its name.
    return folded(column.removesuffix(" (cell)"))


def _headings(sheet: Worksheet, widths: Mapping[str, int]) -> None:
    for place, (text, width) in enumerate(widths.items(), start=1):
        cell = _put(sheet, 1, place, text)
        cell.font = lettering(bold=True, color="FFFFFF")
        cell.fill = _HEADING
        cell.alignment = _WRAPPED
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    if len(widths) <= MAX_ACROSS:
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _row(sheet: Worksheet, number: int, texts: Iterable[str], *, first: int = 1) -> None:
    written = dict(enumerate(texts, start=first))
    for place, text in written.items():
        _put(sheet, number, place, text).alignment = _WRAPPED
    fit_height(sheet, number, written)


def _put(sheet: Worksheet, number: int, place: int, text: str) -> Cell | MergedCell:
    return put_text(sheet, number, place, _safe(text))


def _safe(text: str) -> str:
    """Return the text with a sign in place of what no XML can hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
