"""The report as a PDF that a screen reader can use and an archive can keep (PDF/UA-1, PDF/A-2a)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import typst

from qaf_analysis.report.document import Document
from qaf_analysis.report.layout import Layout
from qaf_analysis.report.writers import shipped_font
from qaf_analysis.report.writers.typst_source import letters_replaced, typst_source
from qaf_analysis.terms.errors import DocumentError

MADE = 1_577_836_800
"""Time of making that every file bears, 1 January 2020: a report's bytes know no clock."""

# A drawing within a literal of the source, whose quotes are escaped.
_INSIDE_OF_DRAWING = re.compile(r'(<svg[^>]*>)(?:[^"\\]|\\.)*?</svg>')

PAGE_HEIGHT, HEAD, FOOT = 841.89, 70.87, 56.69  # points: A4, its margins above and below

__all__ = ["Extent", "extents", "layout", "letters_replaced", "write_pdf"]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Where a section stands.

    Parameters
    ----------
    section : str
        Id of its heading.
    first, last : int
        Pages on which it begins and ends.
    blank : float
        Share of the last page below its end that it leaves free, 0 to 1; what follows may fill it.
    """

    section: str
    first: int
    last: int
    blank: float


def write_pdf(document: Document) -> bytes:
    """Write a report as a PDF.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    bytes
        A tagged PDF on A4, the same bytes for the same report.

    Raises
    ------
    DocumentError
        If it could not be set without a remark of the compiler: none passes in silence.
    """
    compiler = _compiler(typst_source(document))
    try:
        made, remarks = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=MADE
        )
    except typst.TypstError as error:
        raise _not_set(str(error.message)) from None
    if remarks:
        raise _not_set("; ".join(str(remark.message) for remark in remarks))
    if not isinstance(made, bytes):
        raise _not_set("no file was made")
    return with_row_headers(made)


def extents(document: Document) -> tuple[Extent, ...]:
    """Return the pages of each section, as they would be set, without making the PDF."""
    try:
        found = json.loads(_compiler(typst_source(document)).query("<fit>", field="value"))
    except typst.TypstError as error:
        raise _not_set(str(error.message)) from None
    return tuple(
        Extent(
            section=mark["id"],
            first=mark["first"],
            last=mark["last"],
            blank=_blank(mark["y"]),
        )
        for mark in found
    )


def layout(document: Document) -> Layout:
    """Return how a report would fill its pages, without making the PDF.

    A block that goes on to the next page fills the one on which it begins.
    """
    # A drawing takes its room by its sides alone, and is not drawn here.
    source = _INSIDE_OF_DRAWING.sub(r"\1</svg>", typst_source(document))
    try:
        marks = json.loads(_compiler(source).query("<ended>", field="value"))
    except typst.TypstError as error:
        raise _not_set(str(error.message)) from None
    lowest: dict[int, float] = {}
    for mark in marks:
        page = int(mark["page"])
        lowest[page] = max(lowest.get(page, 0.0), mark["y"])
    pages = range(1, max(lowest, default=0) + 1)
    return Layout(
        opening=next(int(mark["page"]) for mark in marks if mark["opening"]),
        blank=tuple(_blank(lowest[page]) if page in lowest else 0.0 for page in pages),
    )


def _blank(foot: float) -> float:
    """Share of a page's height between its margins that lies below a place."""
    return min(max((PAGE_HEIGHT - FOOT - foot) / (PAGE_HEIGHT - HEAD - FOOT), 0.0), 1.0)


def with_row_headers(made: bytes) -> bytes:
    """Mark the first cell of each body row as the heading of its row.

    The compiler marks only column headings. What is saved has no new date and an identifier
    made from its content, so that equal reports stay equal bytes.
    """
    with pikepdf.open(BytesIO(made)) as pdf:
        for row in _body_rows(pdf.Root.StructTreeRoot):
            cells = _children(row)
            if cells and cells[0].S == pikepdf.Name.TD:
                _make_row_heading(cells[0])
        saved = BytesIO()
        pdf.save(
            saved,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            fix_metadata_version=False,
        )
    return saved.getvalue()


def _compiler(source: str) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(shipped_font.folder())],
    )
    return typst.Compiler(source.encode("utf-8"), font_paths=fonts)


def _not_set(said: str) -> DocumentError:
    return DocumentError(
        f"The PDF of the report could not be set, because the typesetter said: {said}. The other "
        "formats of the report are not touched by this. Please report the message."
    )


def _body_rows(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    waiting = [element]
    while waiting:
        each = waiting.pop()
        children = _children(each)
        if each.get("/S") == pikepdf.Name.TBody:
            yield from children
        waiting.extend(children)


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Elements of structure below one; marks of content are none."""
    below = element.get("/K")
    if below is None:
        return []
    each = list(below) if isinstance(below, pikepdf.Array) else [below]
    return [one for one in each if isinstance(one, pikepdf.Dictionary) and "/S" in one]


def _make_row_heading(cell: pikepdf.Object) -> None:
    own = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    before = cell.get("/A")
    cell.S = pikepdf.Name.TH
    if before is None:
        cell.A = own
    else:
        rest = list(before) if isinstance(before, pikepdf.Array) else [before]
        cell.A = pikepdf.Array([own, *rest])
