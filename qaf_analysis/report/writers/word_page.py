"""What surrounds the text of a Word report: page, head, foot, and what the file says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _BaseHeaderFooter

from qaf_analysis.report.document import Document
from qaf_analysis.report.signoff import footer_line
from qaf_analysis.report.writers.word_elements import clean, field, paragraph, run
from qaf_analysis.report.writers.word_look import Look
from qaf_analysis.report.writers.word_styles import LANGUAGE
from qaf_analysis.report.writers.word_watermark import watermark

_PAGE = 11_906  # twips across A4
_LEAST_WIDTH = 2_000  # a page narrower than that is none
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_UNITS = {None: 1, "mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440, "pt": 20, "pc": 240, "pi": 240}


def text_width(section: BaseOxmlElement) -> int:
    """Twips from the left margin of a page to the right one."""
    across = _length(section, "w:pgSz", "w:w") or _PAGE
    margins = [_length(section, "w:pgMar", side) for side in ("w:left", "w:right", "w:gutter")]
    return max(across - sum(margins), _LEAST_WIDTH)


def _length(section: BaseOxmlElement, tag: str, name: str) -> int:
    """Twips that a property of a page says, in whatever unit; 0 where it says nothing."""
    found = section.find(qn(tag))
    said = "" if found is None else found.get(qn(name), "")
    number = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(mm|cm|in|pt|pc|pi)?", said)
    return round(float(number[1]) * _UNITS[number[2]]) if number else 0


def write_head_and_foot(word: WordFile, document: Document, look: Look) -> None:
    """Write the marking above every page and its number below; what stands there stays.

    Parameters
    ----------
    word : docx.document.Document
        The file.
    document : Document
        The report.
    look : Look
        Styles of the file.
    """
    page = document.first_page
    for place, head in enumerate(_heads(word), start=1):
        marking = [run(page.marking, style=look["Strong"]), run(f" · {document.title}")]
        if document.look.has_head:
            marking.append(run(f" · {document.look.line}"))
        if page.sign_off.watermark:
            marking.append(watermark(page.sign_off.watermark, number=place))
        _write(head, look["header"], marking)
    for foot in _feet(word):
        counted = [] if _counts_pages(foot) else _page_number()
        said = footer_line(page.run_id, page.sign_off)
        about = run(f"{page.edition} · {said}{' · ' if counted else ''}")
        _write(foot, look["footer"], [about, *counted])


def shows_picture(word: WordFile) -> bool:
    """Whether the head of the first page shows a picture already, such as a council's logo."""
    for head in _heads(word):
        inside = None if head.is_linked_to_previous else head._element
        if inside is not None and any(
            next(inside.iter(tag), None) is not None for tag in (qn("a:blip"), _OLD_PICTURE)
        ):
            return True
    return False


def properties_of(document: Document) -> bytes:
    """What the file says of itself; neither when it was made nor by which program."""
    page = document.first_page
    said = {
        "dc:title": document.title,
        "dc:subject": page.subtitle,
        "dc:identifier": page.run_id,
        "dc:language": LANGUAGE,
        "cp:category": page.edition,
        "cp:keywords": page.marking,
    }
    inner = "".join(f"<{tag}>{escape(clean(text))}</{tag}>" for tag, text in said.items())
    namespace = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<cp:coreProperties xmlns:cp="{namespace}" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</cp:coreProperties>'
    ).encode()


def _heads(word: WordFile) -> Iterator[_BaseHeaderFooter]:
    section = word.sections[-1]
    yield section.header
    if section.different_first_page_header_footer:
        yield section.first_page_header
    if word.settings.odd_and_even_pages_header_footer:
        yield section.even_page_header


def _feet(word: WordFile) -> Iterator[_BaseHeaderFooter]:
    section = word.sections[-1]
    yield section.footer
    if section.different_first_page_header_footer:
        yield section.first_page_footer
    if word.settings.odd_and_even_pages_header_footer:
        yield section.even_page_footer


def _write(place: _BaseHeaderFooter, style: str, parts: list[BaseOxmlElement]) -> None:
    is_new = place.is_linked_to_previous
    place.is_linked_to_previous = False  # gives it a part of its own if it has none
    inside = place._element
    made = paragraph(style, parts)
    if is_new:
        for child in list(inside):
            inside.remove(child)
    inside.append(made)


def _counts_pages(foot: _BaseHeaderFooter) -> bool:
    if foot.is_linked_to_previous:
        return False
    inside = foot._element
    said = [node.get(qn("w:instr"), "") for node in inside.iter(qn("w:fldSimple"))]
    said += [node.text or "" for node in inside.iter(qn("w:instrText"))]
    return any("PAGE" in instruction.split() for instruction in said)


def _page_number() -> list[BaseOxmlElement]:
    return [run("Page "), field("PAGE", "1"), run(" of "), field("NUMPAGES", "1")]
