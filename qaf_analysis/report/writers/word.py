"""The report as a Word document: real styles, counted paragraphs, captions, and no layout table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import assert_never
from urllib.parse import quote

from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.kit.parts import Card, Picture, Table
from qaf_analysis.report.blocks import (
    Figure,
    Heading,
    Inline,
    Link,
    Listing,
    Note,
    Paragraph,
    Strong,
    Words,
    pieces,
)
from qaf_analysis.report.document import BigNumber, Box, Document, FirstPage, Placed
from qaf_analysis.report.look import Look as OwnLook
from qaf_analysis.report.signoff import Standing
from qaf_analysis.report.signoff_words import signature_lines
from qaf_analysis.report.writers.rezip import rezipped
from qaf_analysis.report.writers.word_elements import (
    bookmark_name,
    bookmarked,
    element,
    field,
    field_instruction,
    field_mark,
    paragraph,
    run,
    tab,
)
from qaf_analysis.report.writers.word_look import Look, numbered
from qaf_analysis.report.writers.word_page import (
    properties_of,
    shows_picture,
    text_width,
    write_head_and_foot,
)
from qaf_analysis.report.writers.word_pictures import Pictures
from qaf_analysis.report.writers.word_styles import twips
from qaf_analysis.report.writers.word_tables import word_table
from qaf_analysis.report.writers.word_template import add_part, opened

_HEADINGS = {2: "heading 1", 3: "heading 2", 4: "heading 3"}  # level 1 is the title
_BETWEEN = twips(8)  # the two columns of cards
_LARGE = 5  # letters of a number that still stands beside its caption
_MOST_FRONT_MATTER = 6  # lines above a first page that still stands alone


def write_word(
    document: Document,
    *,
    reference: bytes | None = None,
    front_matter: Sequence[tuple[str, str]] | None = None,
) -> bytes:
    """Write a report as a Word document (.docx).

    Parameters
    ----------
    document : Document
        The report.
    reference : bytes or None
        A council's own Word document or template: its page, its head and foot and its styles are
        kept, styles it lacks are made, its text is left out. None for that of the report's look.
    front_matter : sequence of (str, str) or None
        What a committee wants to read first, label and text, such as
        ``("Report to", "Scrutiny Committee")``. None for what the report's look says.

    Returns
    -------
    bytes
        The same for the same report.

    Raises
    ------
    DocumentError
        If the reference document is broken, locked, or holds a macro.
    """
    word = opened(document.look.reference if reference is None else reference)
    writer = _Writer(word, document)
    writer.write(document.look.pairs if front_matter is None else front_matter)
    write_head_and_foot(word, document, writer.look)
    writer.part_sections()
    add_part(word, name="/docProps/core.xml", kind=CT.OPC_CORE_PROPERTIES,
             data=properties_of(document), relation=RT.CORE_PROPERTIES)  # fmt: skip
    out = io.BytesIO()
    word.save(out)
    return rezipped(out.getvalue())


class _Writer:
    """The body of one document, written from its first paragraph to its last."""

    def __init__(self, word: WordFile, document: Document) -> None:
        self._word = word
        self._document = document
        self._body = word.element.body
        self._last = word.element.body.sectPr
        self.look = Look(word, accent=document.look.accent.light)
        self._pictures = Pictures(word)
        self._width = text_width(self._last)
        self._bookmarks = 0
        self._ends: list[BaseOxmlElement] = []  # last paragraphs of the sections of page one

    def write(self, front_matter: Sequence[tuple[str, str]]) -> None:
        """Write everything in reading order."""
        highlights, body = self._document.placed()
        page = self._document.first_page
        if self._document.look.has_head:
            self._write_letterhead(self._document.look)
        self._write_opening(page, front_matter)
        self._write_cards(page.cards)
        self._write_blocks(highlights, then=self._behind_highlights(body))
        if page.recommended is not None:
            self._write_recommended(page.recommended)
        if page.limits is not None:
            self._write_limits(page.limits)
        for words in page.closing:
            self._add("Source", self._words(words))
        if self._document.has_contents:
            self._write_contents()
        # Long front matter may fill more than a page: what follows then goes on below it.
        alone = self._document.opens_alone and len(front_matter) <= _MOST_FRONT_MATTER
        self._write_blocks(body, on_new_page=alone)
        if self._document.colophon:
            self._keep_last()
            self._add("Colophon", self._words(self._document.colophon))

    def part_sections(self) -> None:
        """Set the cards in two columns: read one after another, with no table to hold them."""
        for place, end in enumerate(self._ends):
            section = deepcopy(self._last)
            if place:
                _go_on(section)
                _set_columns(section, 2)
            end.pPr.append(section)
        _go_on(self._last)

    def _add(
        self,
        style: str,
        parts: Iterable[BaseOxmlElement],
        *properties: BaseOxmlElement,
    ) -> BaseOxmlElement:
        made = paragraph(self.look[style], parts, properties=properties)
        self._last.addprevious(made)
        return made

    def _keep_last(self) -> None:
        """Keep the last words with what follows: one line alone would take a page of its own."""
        last = self._last.getprevious()
        if last is not None and last.tag == qn("w:p"):
            last.get_or_add_pPr().get_or_add_keepNext()

    def _write_letterhead(self, own: OwnLook) -> None:
        """Name of the council, and its logo where its own document does not show one."""
        name = run(own.name, style=self.look["Strong"])
        if own.logo is None or shows_picture(self._word):
            self._add("Document Line", [name])
            return
        at_the_right = element("w:tab", {"w:val": "right", "w:pos": str(self._width)})
        shown = [name, tab(), self._pictures.logo_run(own.logo)]
        self._add("Document Line", shown, element("w:tabs", children=[at_the_right]))

    def _write_opening(self, page: FirstPage, front_matter: Sequence[tuple[str, str]]) -> None:
        about = f" · {page.edition} · run {page.run_id}"
        self._add("Document Line", [run(page.marking, style=self.look["Strong"]), run(about)])
        if page.sign_off.standing == Standing.NOT_SIGNED:
            self._add("Document Line", [run(page.sign_off.chip, style=self.look["Strong"])])
        for notice in (page.invented, *page.warnings):
            if notice:
                self._add("Notice", [run(notice)])
        for words in signature_lines(self._document):
            self._add("Box" if page.sign_off.is_valid else "Notice", self._words(words))
        self._add("Title", [run(self._document.title)])
        self._add("Subtitle", [run(page.subtitle)])
        for label, text in front_matter:
            label_run = run(label, style=self.look["Strong"])
            self._add("Front Matter", [label_run, tab(), run(text)])
        if page.ask:
            self._add("Lead", self._words(page.ask))
        for big in page.lead.numbers:
            self._write_big_number(big)
        self._add("Lead", self._words(page.lead.words))
        self._ends.append(self._add("Unnumbered Heading", [run("Four questions")]))

    def _write_big_number(self, big: BigNumber) -> None:
        style = "Big Figure" if len(big.number) <= _LARGE else "Strong"
        number = run(big.number, style=self.look[style])
        self._add("Big Number", [number, tab(), run(big.caption)])

    def _write_cards(self, cards: Sequence[Card]) -> None:
        width = (self._width - _BETWEEN) // 2
        last = None
        for place, card in enumerate(cards, start=1):
            self._add("Card Question", [run(card.question)])
            self._add("Card Verdict", [run(card.verdict)])
            # A first page that stands alone must hold its actions too: what these drawings show
            # stands larger in the sections.
            if card.picture is not None and not self._document.opens_alone:
                self._write_picture("Card Picture", card.picture, f"Card {place}", width)
            number = self._document.section_number(card.section)
            see = Link(f"Section {number}", f"#{card.section}")
            last = self._add("Card Text", self._words((*pieces(card.words), " ", see)))
        if last is not None:
            self._ends.append(last)

    def _write_recommended(self, box: Box) -> None:
        self._add("Unnumbered Heading", [run(box.title)])
        self._write_listing(Listing(items=box.items, is_ordered=True))

    def _write_limits(self, box: Box) -> None:
        self._add("Box Heading", [run(box.title)])
        for words in box.items:
            self._add("Box List", self._words(words), numbered(self.look.boxed_bullets))

    def _write_contents(self) -> None:
        """List the sections by a field; without page numbers, which only Word knows."""
        sections = self._document.sections
        self._add("TOC Heading", [run("Contents")])
        for number, heading in enumerate(sections, start=1):
            name = bookmark_name(heading.id)
            words = [run(str(number)), tab(), run(heading.text)]
            parts = [element("w:hyperlink", {"w:anchor": name, "w:history": "1"}, words)]
            if number == 1:
                opening = [field_mark("begin"), field_instruction(r'TOC \o "1-1" \n \h \z')]
                parts = [*opening, field_mark("separate"), *parts]
            if number == len(sections):
                parts.append(field_mark("end"))
            kept = [element("w:keepNext")] if number < len(sections) else []
            self._add("toc 1", parts, *kept)

    def _behind_highlights(self, body: Sequence[Placed]) -> Placed | None:
        """The heading right behind the highlights, unless the first page goes on after them."""
        page = self._document.first_page
        goes_on = page.boxes or page.closing or self._document.has_contents
        return None if goes_on or not body else body[0]

    def _write_blocks(
        self,
        placed: Sequence[Placed],
        *,
        then: Placed | None = None,
        on_new_page: bool = False,
    ) -> None:
        for each, following in zip(placed, (*placed[1:], then), strict=True):
            match each.block:
                case Heading():
                    begins = on_new_page and each is placed[0]
                    self._write_heading(each.block, each.number, begins=begins)
                case Paragraph(words=words):
                    style = "Numbered Paragraph" if each.number else "Normal"
                    self._add(style, self._words(words))
                case Listing():
                    self._write_listing(each.block)
                case Table():
                    is_last = following is not None and isinstance(following.block, Heading)
                    self._write_table(each.block, each.number, before_heading=is_last)
                case Figure():
                    self._write_figure(each.block, each.number)
                case Note():
                    self._add("Box Label", [run(each.block.label)])
                    for line in each.block.lines:
                        self._add("Box", self._words(line))
                case _:
                    assert_never(each.block)

    def _write_heading(self, heading: Heading, number: str, *, begins: bool) -> None:
        """Write a heading; one that begins the body may stand at the head of a new page."""
        self._bookmarks += 1
        parts = bookmarked(
            [run(heading.text)], name=bookmark_name(heading.id), number=self._bookmarks
        )
        is_plain = heading.level == min(_HEADINGS) and not number
        style = "Unnumbered Heading" if is_plain else _HEADINGS[heading.level]
        self._add(style, parts, *([element("w:pageBreakBefore")] if begins else []))

    def _write_listing(self, listing: Listing) -> None:
        for place, words in enumerate(listing.items):
            if not listing.is_ordered:
                self._add("List Bullet", self._words(words))
                continue
            if place == 0:
                number = self.look.new_order()
            self._add("List Number", self._words(words), numbered(number))

    def _write_table(self, table: Table, number: str, *, before_heading: bool) -> None:
        self._write_caption(number, table.caption)
        below = [line for line in (table.note, table.source) if line]
        # Two tables with no paragraph between them would be one; a heading parts them too.
        if not below and not before_heading:
            below = [""]
        made = word_table(table, look=self.look, width=self._width, is_told=bool(below))
        self._last.addprevious(made)
        for place, words in enumerate(below, start=1):
            kept = [element("w:keepNext")] if place < len(below) else []
            self._add("Source", [run(words)] if words else [], *kept)

    def _write_figure(self, figure: Figure, number: str) -> None:
        self._write_caption(number, figure.picture.title)
        if figure.measure:
            self._add("Measure", [run(figure.measure)])
        kept = [element("w:keepNext")] if figure.source else []
        self._write_picture("Figure", figure.picture, number, self._width, *kept)
        if figure.source:
            self._add("Source", self._words(figure.source))

    def _write_picture(
        self, style: str, picture: Picture, name: str, width: int, *properties: BaseOxmlElement
    ) -> None:
        self._add(style, [self._pictures.run(picture, name=name, width=width)], *properties)

    def _write_caption(self, number: str, text: str) -> None:
        """Label and number of a table or figure, counted by a field, and what it shows."""
        label, _, count = number.rpartition(" ")
        counted = field(rf"SEQ {label} \* ARABIC", count)
        self._add("caption", [run(f"{label} "), counted, run(f". {text}")])

    def _words(self, words: Words) -> list[BaseOxmlElement]:
        return [self._piece(piece) for piece in pieces(words)]

    def _piece(self, piece: Inline) -> BaseOxmlElement:
        match piece:
            case Strong(text):
                return run(text, style=self.look["Strong"])
            case Link(text, target):
                words = run(text, style=self.look["Hyperlink"])
                return element("w:hyperlink", self._leads_to(target), [words])
            case _:
                return run(piece)

    def _leads_to(self, target: str) -> dict[str, str]:
        path, _, place = target.partition("#")
        if not path:
            return {"w:anchor": bookmark_name(place), "w:history": "1"}
        beside = self._word.part.relate_to(quote(path), RT.HYPERLINK, is_external=True)
        return {"r:id": beside, **({"w:anchor": place} if place else {}), "w:history": "1"}


def _go_on(section: BaseOxmlElement) -> None:
    """Let a section begin where the one before it ends, with no new first page."""
    section.start_type = WD_SECTION.CONTINUOUS
    for tag in ("w:titlePg", "w:pgNumType"):
        for child in section.findall(qn(tag)):
            section.remove(child)


def _set_columns(section: BaseOxmlElement, number: int) -> None:
    columns = section.find(qn("w:cols"))
    made = element("w:cols", {"w:num": str(number), "w:space": str(_BETWEEN)})
    if columns is not None:
        section.replace(columns, made)
        return
    later = ("w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi",
             "w:rtlGutter", "w:docGrid", "w:printerSettings")  # fmt: skip
    for child in section:
        if child.tag in map(qn, later):
            child.addprevious(made)
            return
    section.append(made)
