"""Raw table from an Excel workbook: limits first, then the one sheet that holds the table."""

from __future__ import annotations

import io
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.utils.exceptions import CellCoordinatesException

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.heading_rows import Heading, Merge, merges, two_rows_offered
from qaf_analysis.data.files.raw_table import PLAIN, Form, RawTable, table_from
from qaf_analysis.data.files.sheet import (
    Book,
    Budget,
    NamedSheet,
    Sheet,
    TooMuchDataError,
    UnsafeXmlError,
    cells_of,
    chosen_sheet,
    heading_on,
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
    form: Form = PLAIN,
) -> RawTable:
    """Read the one sheet of a workbook that holds the wanted columns.

    Parameters
    ----------
    data : bytes
        The whole file, known to be a zip file.
    sheet : str or None
        Name of the sheet where the settings give it.
    form : Form
        What the settings say of the layout.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, too large, unsafe, has a merged header, or if two sheets
        could be meant.
    """
    sheets = open_workbook(data, problems=problems)
    chosen = chosen_sheet(sheets, wanted=wanted, sheet=sheet, problems=problems, form=form)
    problems.sheet = chosen.name
    return table_on(
        chosen, wanted=wanted, problems=problems, empty_is_refused=empty_is_refused, form=form
    )


def open_workbook(data: bytes, *, problems: Problems) -> list[NamedSheet]:
    """Sheets of a workbook with their cells.

    Nothing in the workbook is run or followed: macros, links and formulas are left alone, and of
    a formula only the stored result is read.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, too large or unsafe.
    """
    try:
        sheets, has_macro = _sheets(data, problems=problems)
        for named in sheets:
            merges(named.sheet.merged)  # a reference that is none shows damage
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
    return sheets


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


def table_on(
    chosen: NamedSheet,
    *,
    wanted: Sequence[Column],
    problems: Problems,
    empty_is_refused: bool,
    form: Form = PLAIN,
) -> RawTable:
    """Table that a sheet holds.

    Raises
    ------
    FileRefusedError
        If it is empty where it may not be, too large, or its heading is not as declared.
    """
    rows = chosen.sheet.rows
    merged = merges(chosen.sheet.merged)
    heading = heading_on(chosen.sheet, wanted, form=form)
    if heading is not None:
        _refuse_merged_header(chosen.sheet, heading, merged, form=form, problems=problems)
        _mark_merged(chosen.sheet, merged, below=heading.last)
        _report_hidden(sum(row.hidden for row in rows[heading.last + 1 :]), problems=problems)
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
        merged=merged,
        form=form,
        empty_is_refused=empty_is_refused,
    )


def _report_hidden(hidden: int, *, problems: Problems) -> None:
    if hidden:
        problems.warn(
            code="hidden_rows",
            found=f"{counted(hidden, 'hidden row')} (a filter, or hidden by hand); all are loaded",
            expected="no hidden rows",
            mend="clear the filter if the rows should not count, and delete them",
            rows=hidden,
        )


def _refuse_merged_header(
    sheet: Sheet,
    heading: Heading,
    merged: Sequence[Merge],
    *,
    form: Form,
    problems: Problems,
) -> None:
    """Refuse a merged cell in a heading of one row, and one that reaches out of a taller heading.

    A row of several cells above the heading, with merged ones among them, is part of it too.
    """
    numbers = [row.number for row in sheet.rows]
    first, last = numbers[heading.first], numbers[heading.last]
    if form.header_rows > 1:
        out = [m for m in merged if m.top <= last < m.bottom or m.top < first <= m.bottom]
        in_header = [m for m in out if m.right > m.left or m.bottom > m.top]
    else:
        above = sheet.rows[heading.first - 1] if heading.first else None
        two_rows = above is not None and sum(bool(t.strip()) for t in above.cells.values()) > 1
        touched = {first, above.number} if two_rows and above is not None else {first}
        in_header = [m for m in merged if any(m.top <= n <= m.bottom for n in touched)]
    if not in_header:
        return
    near = sheet.rows[: heading.last + 2]
    offer = (
        ""
        if form.header_rows > 1
        else two_rows_offered(
            [cells_of(row) for row in near], numbers=numbers, place=heading.first, merged=merged
        )
    )
    mend = "unmerge the cells and keep one header row"
    if form.header_rows > 1:
        mend = "correct header_rows in council.toml, or unmerge the cells"
    raise problems.refusal(
        code="merged_header",
        row=min(m.top for m in in_header),
        found=f"merged cells in the header ({', '.join(m.reference for m in in_header[:10])})",
        expected="one header row without merged cells"
        if form.header_rows == 1
        else f"a heading of {form.header_rows} rows, with merged cells inside it only",
        mend=f"{mend}; or {offer}" if offer else mend,
        rows_in=len(sheet.rows) - heading.last - 1,
    )


def _mark_merged(sheet: Sheet, merged: Sequence[Merge], *, below: int) -> None:
    """Mark cells below the header that a merged cell covers: whose value they have is not told."""
    rows = sheet.rows[below + 1 :]
    numbers = [row.number for row in rows]
    width = max((place + 1 for row in sheet.rows[below:] for place in row.cells), default=0)
    for merge in merged:
        within = rows[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)]
        for row in within:
            for place in range(merge.left, min(merge.right + 1, width)):
                if (row.number, place) != (merge.top, merge.left):
                    row.cells[place], row.kinds[place] = "", "m"
