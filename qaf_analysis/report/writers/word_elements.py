"""Small pieces of a Word file: runs, links, fields, bookmarks, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement

LONGEST_NAME = 40  # letters Word allows in the name of a bookmark
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    tag: str, attributes: Mapping[str, str] | None = None, children: Iterable[BaseOxmlElement] = ()
) -> BaseOxmlElement:
    """Element of a Word file.

    Parameters
    ----------
    tag : str
        Name with its prefix, such as ``w:p``.
    attributes : mapping of str to str
        By name with prefix.
    children : iterable of element
        In their order.
    """
    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name) if ":" in name else name, clean(value))
    made.extend(children)
    return made


def value(tag: str, text: str | int) -> BaseOxmlElement:
    """Element that holds one value, as most of Word's properties do."""
    return element(tag, {"w:val": str(text)})


def clean(text: str) -> str:
    """Text with what no XML file may hold shown as unreadable.

    Examples
    --------
    >>> clean("a\\x0bb")
    'a\ufffdb'
    """
    return _NO_XML.sub("\ufffd", text)


def run(text: str, *, style: str = "") -> BaseOxmlElement:
    """Words in one style; never with a font or a size of their own."""
    properties = [element("w:rPr", children=[value("w:rStyle", style)])] if style else []
    words = element("w:t", {"xml:space": "preserve"})
    words.text = clean(text)
    return element("w:r", children=[*properties, words])


def tab() -> BaseOxmlElement:
    """A jump to the next stop."""
    return element("w:r", children=[element("w:tab")])


def field(instruction: str, shown: str) -> BaseOxmlElement:
    """What Word counts itself, such as a page number, with the count as of now."""
    return element("w:fldSimple", {"w:instr": f" {instruction} "}, [run(shown)])


def field_mark(kind: str) -> BaseOxmlElement:
    """Begin, separator or end of a field that spans paragraphs."""
    return element("w:r", children=[element("w:fldChar", {"w:fldCharType": kind})])


def field_instruction(instruction: str) -> BaseOxmlElement:
    """What such a field is to do."""
    words = element("w:instrText", {"xml:space": "preserve"})
    words.text = f" {instruction} "
    return element("w:r", children=[words])


def bookmark_name(identifier: str) -> str:
    """Name of the bookmark of a heading; two headings never get the same.

    Examples
    --------
    >>> bookmark_name("where-auditors-differ")
    'where_auditors_differ'
    >>> len(bookmark_name("a" * 80)), bookmark_name("a" * 80) == bookmark_name("a" * 81)
    (40, False)
    """
    name = identifier.replace("-", "_")  # identifiers hold no underscore of their own
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 9]}_{sha256(name.encode()).hexdigest()[:8]}"


def bookmarked(
    pieces: Iterable[BaseOxmlElement], *, name: str, number: int
) -> list[BaseOxmlElement]:
    """Pieces with a bookmark around them."""
    start = element("w:bookmarkStart", {"w:id": str(number), "w:name": name})
    return [start, *pieces, element("w:bookmarkEnd", {"w:id": str(number)})]


def paragraph(
    style: str, pieces: Iterable[BaseOxmlElement], *, properties: Iterable[BaseOxmlElement] = ()
) -> BaseOxmlElement:
    """Paragraph of a style.

    Parameters
    ----------
    style : str
        Identifier of the style.
    pieces : iterable of element
        Runs, links and fields.
    properties : iterable of element
        Further properties in the order of the schema: keepNext, pageBreakBefore, numPr, sectPr.
    """
    about = element("w:pPr", children=[value("w:pStyle", style), *properties])
    return element("w:p", children=[about, *pieces])
