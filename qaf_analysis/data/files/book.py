"""Sheets of a workbook with their cells: its parts found by their relations, as the format has it.

The names ``xl/workbook.xml`` and ``xl/sharedStrings.xml`` are habits of Excel only; what counts is
the relation by which one part refers to another. The habits are followed where a writer left the
relation out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.faults import WorkbookFaultError, ambiguous, damaged, too_large
from qaf_analysis.data.files.limits import MAX_FILLED_ROWS, MAX_FORMATS, MAX_SHEETS
from qaf_analysis.data.files.package import Package, Relation
from qaf_analysis.data.files.sheet import Book, NamedSheet, Sheet, read_sheet, shared_texts
from qaf_analysis.data.files.xml_stream import parse_xml

_WORKBOOK, _TEXTS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_NO_CELLS = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet", "macrosheet")


@dataclass(kw_only=True)
class _Listed:
    """What the workbook part says: its sheets with name, state and relation, and its dates."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    from_1904: bool = False


def read_book(data: bytes, *, problems: Problems) -> tuple[list[NamedSheet], bool]:
    """Sheets of a workbook in their order, and whether there is a macro.

    Charts are among the sheets, without rows.

    Nothing in the workbook is run or followed: macros, links and formulas are left alone, and of
    a formula only the stored result is read.

    Parameters
    ----------
    data : bytes
        The whole file, known to be a zip file.

    Raises
    ------
    FileRefusedError
        If the workbook is damaged, ambiguous, locked, unsafe or too large. The message says
        which; where a sheet is at fault it is named.
    """
    try:
        package = Package(data)
        return _sheets(package, problems=problems), package.has_macro
    except WorkbookFaultError as fault:
        raise fault.refusal(problems) from None


def _sheets(package: Package, *, problems: Problems) -> list[NamedSheet]:
    name = _workbook_part(package)
    listed = _listed(package, name)
    relations = package.relations(name)
    if not relations:
        raise damaged("which does not say where its sheets are")
    book = Book(
        texts=_texts(package, relations),
        formats=_formats(package, relations),
        epoch=CALENDAR_MAC_1904 if listed.from_1904 else CALENDAR_WINDOWS_1900,
    )
    by_id = {relation.identifier: relation for relation in relations}
    sheets, read, rows_left = list[NamedSheet](), set[str](), MAX_FILLED_ROWS
    for title, hidden, identifier in listed.sheets:
        relation = by_id.get(identifier)
        if relation is None:
            raise damaged("with a sheet in its list that is not there")
        if relation.kind in _NO_CELLS:
            empty = Sheet(rows=[], merged=[])
            sheets.append(NamedSheet(name=title, hidden=hidden, sheet=empty, has_cells=False))
            continue
        if relation.target in read:
            raise ambiguous("two sheets in its list that are one and the same")
        read.add(relation.target)
        with package.part(relation.target) as stream:
            problems.sheet = title
            sheet = read_sheet(stream, book=book, rows_left=rows_left)
            problems.sheet = None
        rows_left -= len(sheet.rows)
        sheets.append(NamedSheet(name=title, hidden=hidden, sheet=sheet))
    return sheets


def _workbook_part(package: Package) -> str:
    named = [r.target for r in package.relations("") if r.kind == "officeDocument"]
    if len(named) > 1:
        raise ambiguous("two workbooks in one file")
    return named[0] if named else _WORKBOOK


def _listed(package: Package, name: str) -> _Listed:
    listed = _Listed()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            identifier = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            if len(listed.sheets) == MAX_SHEETS:
                raise too_large(f"more than {MAX_SHEETS} sheets")
            listed.sheets.append((attributes.get("name", ""), hidden, identifier))
        elif tag == "workbookPr":
            listed.from_1904 = attributes.get("date1904") in ("1", "true", "on")

    with package.part(name) as stream:
        parse_xml(stream, start=start)
    names = [title.strip().casefold() for title, _, _ in listed.sheets]
    if len(set(names)) < len(names):
        raise ambiguous("two sheets of one name")
    return listed


def _one(relations: Sequence[Relation], kind: str, usual: str, package: Package) -> str | None:
    """Name of the one part of a kind; the usual name where no relation tells it."""
    named = list(dict.fromkeys(r.target for r in relations if r.kind == kind))
    if len(named) > 1:
        raise ambiguous(f"{counted(len(named), 'part')} of the kind {kind}")
    if named:
        return named[0]
    return usual if usual in package else None


def _texts(package: Package, relations: Sequence[Relation]) -> tuple[str, ...]:
    name = _one(relations, "sharedStrings", _TEXTS, package)
    if name is None:
        return ()
    with package.part(name) as stream:
        return shared_texts(stream)


def _formats(package: Package, relations: Sequence[Relation]) -> tuple[bool, ...]:
    """Of every format a cell may have, whether it shows a date."""
    name = _one(relations, "styles", _STYLES, package)
    if name is None:
        return ()
    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    numbers: list[int] = []
    inside = [""]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        inside.append(tag)
        if max(len(codes), len(numbers)) > MAX_FORMATS:
            raise too_large(f"more than {MAX_FORMATS:,} formats")
        if tag == "numFmt":
            codes[_number(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "xf" and inside[-2] == "cellXfs":
            numbers.append(_number(attributes.get("numFmtId", "0")))

    def end(_: str) -> None:
        inside.pop()

    with package.part(name) as stream:
        parse_xml(stream, start=start, end=end)
    # The built-in formats 27-36 and 50-58 are dates in East Asian versions only.
    shows_date = {number: is_date_format(codes.get(number, "General")) for number in set(numbers)}
    return tuple(shows_date[number] for number in numbers)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise damaged("whose formats have no proper numbers")
    return int(text)
