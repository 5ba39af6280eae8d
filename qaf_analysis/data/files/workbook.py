"""Raw table from an Excel workbook: limits first, then the one sheet that holds the table."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.utils.exceptions import CellCoordinatesException

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.raw_table import RawTable, table_from
from qaf_analysis.data.files.sheet import (
    Book,
    Budget,
    NamedSheet,
    Sheet,
    TooMuchDataError,
    UnsafeXmlError,
    cells_of,
    chosen_sheet,
    header_of,
    read_sheet,
    shared_texts,
)

MAX_BYTES = 100_000_000
MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 2_000
MAX_RATIO = 100
MAX_SHEETS = 100
_SMALL = 1_000_000  # a small part may compress well by chance
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    ParseError,
    ExpatError,
    CellCoordinatesException,
)


def read_workbook_table(
    data: bytes,
    *,
    wanted: Sequence[Column],
    sheet: str | None,
    problems: Problems,
    empty_is_refused: bool,
) -> RawTable:
    """Read the one sheet of a workbook that holds the wanted columns.

    Nothing in the workbook is run or followed: macros, links and formulas are left alone, and of
    a formula only the stored result is read.

    Parameters
    ----------
    data : bytes
        The whole file, known to be a zip file.
    sheet : str or None
        Name of the sheet where the settings give it.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, too large, unsafe, has a merged header, or if two sheets
        could be meant.
    """
    try:
        sheets, has_macro = _sheets(data, problems=problems)
    except _DAMAGED:
        raise problems.refusal(
            code="damaged_workbook",
            found="a damaged or incomplete workbook",
            expected="a workbook that opens",
            mend="copy or export the file again",
        ) from None
    except (UnsafeXmlError, DefusedXmlException):
        raise problems.refusal(
            code="unsafe_xml",
            found="XML with a document type or entities, which is unsafe and no workbook needs",
            expected="a workbook as Excel saves it",
            mend="export the file again",
        ) from None
    except TooMuchDataError:
        raise _too_large(problems, "parts that unpack to more than they say") from None
    if has_macro:
        problems.warn(
            code="macro",
            found="a workbook with a macro; the macro was neither run nor copied",
            expected="a workbook without macros",
            mend="none needed, or save as .xlsx",
        )
    chosen = chosen_sheet(sheets, wanted=wanted, sheet=sheet, problems=problems)
    problems.sheet = chosen.name
    return _table(chosen, wanted=wanted, problems=problems, empty_is_refused=empty_is_refused)


def _sheets(data: bytes, *, problems: Problems) -> tuple[list[NamedSheet], bool]:
    if len(data) > MAX_BYTES:
        raise _too_large(problems, f"a workbook of {len(data):,} bytes")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse_bomb(archive, problems=problems)
        budget = Budget(MAX_UNPACKED)
        names = {info.filename.lower(): info.filename for info in archive.infolist()}
        workbook = _xml(archive, names["xl/workbook.xml"], budget=budget)
        targets = _targets(archive, names, budget=budget)
        book = _book(archive, names, workbook, budget=budget)
        sheets = []
        for entry in [e for e in workbook.iter() if _tag(e) == "sheet"][:MAX_SHEETS]:
            target = targets[entry.get(_RELATION) or entry.get(_STRICT_RELATION) or ""]
            if "worksheet" not in target.lower():
                continue  # a chart sheet holds no cells
            with archive.open(names[target.lower()]) as stream:
                sheet = read_sheet(stream, book=book, budget=budget)
            hidden = entry.get("state", "visible") != "visible"
            sheets.append(NamedSheet(name=entry.get("name", ""), hidden=hidden, sheet=sheet))
        return sheets, any(name.endswith("vbaproject.bin") for name in names)


def _refuse_bomb(archive: zipfile.ZipFile, *, problems: Problems) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    tight = any(
        member.file_size > _SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or tight:
        raise _too_large(
            problems, f"{counted(len(members), 'part')} that unpack to {unpacked:,} bytes"
        )


def _too_large(problems: Problems, found: str) -> Exception:
    return problems.refusal(
        code="too_large",
        found=f"too large a workbook: {found}",
        expected=f"at most {MAX_BYTES:,} bytes, unpacked at most {MAX_UNPACKED:,}, and no part "
        f"compressed more than {MAX_RATIO} times",
        mend="export the file again, with only the rows and columns needed",
    )


def _xml(archive: zipfile.ZipFile, name: str, *, budget: Budget) -> Element:
    with archive.open(name) as stream:
        data = stream.read(MAX_UNPACKED // 10)
    budget.spend(len(data))
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _targets(
    archive: zipfile.ZipFile, names: Mapping[str, str], *, budget: Budget
) -> dict[str, str]:
    relations = _xml(archive, names["xl/_rels/workbook.xml.rels"], budget=budget)
    return {
        entry.get("Id", ""): normpath(join("/xl", entry.get("Target", ""))).lstrip("/")
        for entry in relations
        if entry.get("TargetMode") != "External"
    }


def _book(
    archive: zipfile.ZipFile, names: Mapping[str, str], workbook: Element, *, budget: Budget
) -> Book:
    texts: tuple[str, ...] = ()
    if "xl/sharedstrings.xml" in names:
        with archive.open(names["xl/sharedstrings.xml"]) as stream:
            texts = shared_texts(stream, budget=budget)
    formats: frozenset[int] = frozenset()
    if "xl/styles.xml" in names:
        formats = _date_formats(_xml(archive, names["xl/styles.xml"], budget=budget))
    from_1904 = any(
        _tag(entry) == "workbookPr" and entry.get("date1904") in ("1", "true")
        for entry in workbook.iter()
    )
    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    return Book(texts=texts, date_formats=formats, epoch=epoch)


def _date_formats(styles: Element) -> frozenset[int]:
    """Places among the cell formats of those that show a date."""
    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    for entry in styles.iter():
        if _tag(entry) == "numFmt":
            codes[int(entry.get("numFmtId", 0))] = entry.get("formatCode", "")
    # The built-in formats 27-36 and 50-58 are dates in East Asian versions only.
    cell_formats = next((e for e in styles.iter() if _tag(e) == "cellXfs"), ())
    return frozenset(
        place
        for place, entry in enumerate(cell_formats)
        if is_date_format(codes.get(int(entry.get("numFmtId", 0)), "General"))
    )


def _table(
    chosen: NamedSheet, *, wanted: Sequence[Column], problems: Problems, empty_is_refused: bool
) -> RawTable:
    rows = chosen.sheet.rows
    header = header_of(chosen.sheet, wanted)
    if rows:
        __refuse_merged_header(chosen.sheet, header=header, problems=problems)
        _mark_merged(chosen.sheet, header=header)
    hidden = sum(row.hidden for row in rows[header + 1 :])
    if hidden:
        problems.warn(
            code="hidden_rows",
            found=f"{counted(hidden, 'hidden row')} (a filter, or hidden by hand); all are loaded",
            expected="no hidden rows",
            mend="clear the filter if the rows should not count, and delete them",
            rows=hidden,
        )
    kinds = [
        [row.kinds.get(place, "") for place in range(max(row.cells, default=-1) + 1)]
        for row in rows
    ]
    return table_from(
        [cells_of(row) for row in rows],
        numbers=[row.number for row in rows],
        wanted=wanted,
        problems=problems,
        kinds=kinds,
        empty_is_refused=empty_is_refused,
    )


def __refuse_merged_header(sheet: Sheet, *, header: int, problems: Problems) -> None:
    """Refuse merged cells in the header, or a second header row of merged cells above it."""
    number = sheet.rows[header].number
    above = sheet.rows[header - 1] if header else None
    two_rows = above is not None and sum(bool(t.strip()) for t in above.cells.values()) > 1
    touched = {number, above.number} if two_rows and above is not None else {number}
    merged = [(ref, range_boundaries(ref)) for ref in sheet.merged]
    in_header = [
        (ref, top)
        for ref, (_, top, _, bottom) in merged
        if top is not None and bottom is not None and any(top <= n <= bottom for n in touched)
    ]
    if in_header:
        raise problems.refusal(
            code="merged_header",
            row=min(top for _, top in in_header),
            found=f"merged cells in the header ({', '.join(ref for ref, _ in in_header)})",
            expected="one header row without merged cells",
            mend="unmerge the cells and keep one header row",
            rows_in=len(sheet.rows) - header - 1,
        )


def _mark_merged(sheet: Sheet, *, header: int) -> None:
    """Mark cells below the header that a merged cell covers: whose value they have is not told."""
    by_number = {row.number: row for row in sheet.rows[header + 1 :]}
    for ref in sheet.merged:
        left, top, right, bottom = range_boundaries(ref)
        if left is None or top is None or right is None or bottom is None:
            continue
        for row in [r for number, r in by_number.items() if top <= number <= bottom]:
            for place in range(left - 1, right):
                if (row.number, place) != (top, left - 1):
                    row.cells[place], row.kinds[place] = "", "m"
