"""A report as source for typst: calls of the functions in report.typ, with words as literals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from importlib.resources import files

from qaf_analysis.kit.parts import MANY_ROWS, Card, Picture, Table
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
from qaf_analysis.report.document import Beside, Box, Document, Placed, with_margins
from qaf_analysis.report.look import Look
from qaf_analysis.report.signoff import WATERMARK, SignOff, footer_line
from qaf_analysis.report.signoff_words import signature_lines
from qaf_analysis.report.writers import shipped_font
from qaf_analysis.report.writers.across_page import outlined
from qaf_analysis.report.writers.table_layout import (
    PAGE_WIDTH,
    SHORT_TABLE,
    TALL_ROW,
    Part,
    breakable,
    parts_of,
)

CARD_WIDTH = 74.0  # millimetres inside a card
PIXEL = 25.4 / 96  # millimetres
SMALLEST_LETTERS = 8.0  # points, of words in drawings
WIDER_FACE = 1.2
"""How much larger words of a drawing may be: they were laid out for a face wider than ours."""

TALLEST_PICTURE = 185.0  # millimetres
LONGEST_WHOLE = 1500
"""Letters of a note, card or source line up to which it is kept on one page."""

LONGEST_RUNNING_TITLE = 70  # letters
LONGEST_RUNNING_LINE = 110  # of council and committee, which have the width of the page
_LINE_ENDS = re.compile(r"\s+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")
_SIDES = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
_LETTER_SIZE = re.compile(r"(font-size: )(\d+(?:\.\d+)?)(px)")
_BY_NUMBER = re.compile(r"&#(?:x([0-9a-fA-F]+)|(\d+));")
_FACE = re.compile(r'font-family="[^"]*"')


def typst_source(document: Document) -> str:
    """Source of a report; the same text for the same report.

    Letters the shipped font lacks are replaced by its rule, and the last page says which.
    """
    source = unicodedata.normalize("NFC", _whole(document))
    lacking = shipped_font.lacking(source.replace("\n", ""))
    if not lacking:
        return source
    told = _told(lacking)
    if told:
        source += f"#below({_literal(told)})\n"
    instead = shipped_font.replacements(lacking)
    return source.translate({ord(letter): instead[letter] for letter in lacking})


def letters_replaced(document: Document) -> tuple[str, ...]:
    """Say which letters the PDF shows otherwise, where each stands first, and what to mend.

    Returns
    -------
    tuple of str
        One message for each letter that can be seen; none where the font has them all.
    """
    source = unicodedata.normalize("NFC", _whole(document))
    lacking = shipped_font.lacking(source.replace("\n", ""))
    return tuple(
        f'The PDF shows "{instead}" for "{letter}" (U+{ord(letter):04X}, '
        f"{shipped_font.name_of(letter)}), first in {_place_of(document, letter)}: the font it is "
        "set in has no such letter. Write the name in Latin, Greek or Cyrillic letters in the "
        "settings or the export, or hand round the web page, which shows it."
        for letter, instead in shipped_font.replacements(lacking).items()
        if instead
    )


def _told(lacking: Iterable[str]) -> str:
    seen = [
        f"U+{ord(letter):04X} as “{instead}”"
        for letter, instead in shipped_font.replacements(lacking).items()
        if instead
    ]
    if not seen:
        return ""
    return (
        f"Letters that the font of this file lacks are shown by others: {', '.join(seen)}. "
        "The web page of the report shows them as they were given."
    )


def _place_of(document: Document, letter: str) -> str:
    def holds(what: object) -> bool:
        return any(letter in unicodedata.normalize("NFC", text) for text in _texts(what))

    if holds(document.look):
        return "the head with the council's name"
    if holds(document.title):
        return "the title"
    section = "the first page"
    highlights, body = document.placed()
    if holds(document.first_page):
        return section
    for placed in (*highlights, *body):
        if isinstance(placed.block, Heading) and placed.number:
            section = f"section {placed.number}"
        if holds(placed.block):
            return placed.number if placed.number[:1].isalpha() else section
    return "the last line"


def _texts(what: object) -> Iterator[str]:
    """Every text in a block, whatever its kind."""
    if isinstance(what, str):
        yield _with_letters(what)
    elif isinstance(what, tuple):
        for part in what:
            yield from _texts(part)
    elif is_dataclass(what):
        for field in fields(what):
            yield from _texts(getattr(what, field.name))


def _whole(document: Document) -> str:
    page = document.first_page
    highlights, body = document.placed()
    parts = [
        _look(document.look),
        f"#show: report.with(named: {_literal(document.title)}, marking: {_literal(page.marking)}, "
        f"edition: {_literal(page.edition)}, "
        f"run: {_literal(_sentence_case(footer_line(page.run_id, page.sign_off)))}, "
        f"watermark: {_literal(_across(page.sign_off))}, "
        f"running-name: {_literal(_running(document.title))}{_running_line(document.look)})",
        *_first_page(document),
        *(_block(placed, inset="0mm") for placed in highlights),
        *(f"#closing({_words(words)})" for words in page.closing),
        *(["#contents()"] if document.has_contents else []),
        "#opened",
        *(["#pagebreak(weak: true)"] if document.opens_alone and body else []),
        *_body(body),
    ]
    if document.colophon:
        parts.append(f"#colophon({_words(document.colophon)})")
    return "\n".join(parts) + "\n"


def _look(own: Look) -> str:
    inks = ", ".join(f'"{ink.name}": rgb("{ink.light}")' for ink in own.inks)
    look = files("qaf_analysis.report").joinpath("templates/report.typ").read_text("utf-8")
    return f"#let ink = ({inks})\n{look}"


def _running_line(look: Look) -> str:
    """Council and committee above every page but the first, where a council has that."""
    return (
        f", running-line: {_literal(_running(look.line, LONGEST_RUNNING_LINE))}"
        if look.has_head
        else ""
    )


def _letterhead(look: Look) -> str:
    """Council, committee and logo at the head of the first page."""
    logo = "none"
    if look.logo is not None:
        wide, high = look.logo.printed
        drawing = _FACE.sub(f'font-family="{shipped_font.FAMILY}"', look.logo.drawing)
        logo = (
            f"({_literal(_with_letters(drawing))}, {_literal(look.logo.alt)}, "
            f"{wide:.2f}mm, {high:.2f}mm)"
        )
    return (
        f"#letterhead({_literal(breakable(look.name, weight='Bold'))}, "
        f"{_literal(breakable(look.committee))}, {_literal(look.occasion)}, {logo})"
    )


def _running(title: str, longest: int = LONGEST_RUNNING_TITLE) -> str:
    return title if len(title) <= longest else title[: longest - 1].rsplit(" ", 1)[0] + " …"


# ---- words -------------------------------------------------------------------------------


def _literal(text: str) -> str:
    """Text as a string of typst's code: only its two special signs need escaping."""
    seen = _UNSEEN.sub("", _LINE_ENDS.sub(" ", text))
    return '"' + seen.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(words: Words) -> str:
    inside = "".join(f"#{_piece(piece)}" for piece in pieces(words))
    return f"[{inside}]"


def _piece(piece: Inline) -> str:
    match piece:
        case Strong(text):
            return f"strong({_literal(breakable(text, weight='Bold'))})"
        case Link(text, target) if piece.is_internal:
            return f"lead-to({_literal(target[1:])}, {_literal(text)})"
        case Link(text, target):
            # Paper and a copy sent by mail have no folder beside them: the name is printed.
            return _literal(f"{text} ({breakable(target)})")
        case _:
            return _literal(breakable(piece))


def _said(claim: bool) -> str:
    return "true" if claim else "false"


def _letters(what: object) -> int:
    return sum(map(len, _texts(what)))


def _each(values: Iterable[str]) -> str:
    """An array of typst: the last comma keeps one value from being taken for itself."""
    return "(" + "".join(f"{value}, " for value in values) + ")"


# ---- blocks ------------------------------------------------------------------------------


def _body(placed: Sequence[Placed]) -> Iterator[str]:
    """Blocks with a mark at the foot of each section, from which its pages are read."""
    section = ""
    for each in with_margins(placed):
        if isinstance(each, Beside):
            words = "".join(map(_block, each.blocks))
            yield f"#beside([{words}], {_remark(each.note)})"
            continue
        if isinstance(each.block, Heading) and each.block.level == 2:
            if section:
                yield f"#standing({_literal(section)})"
            section = each.block.id
        last = each is placed[-1] and section
        mark = f"#standing({_literal(section)})" if last else ""
        if last and isinstance(each.block, (Paragraph, Listing, Note)):
            # The colophon alone would take a page of its own: the last words go with it.
            yield f"#kept[{_block(each)}{mark}]"
        else:
            yield _block(each) + mark


def _block(placed: Placed, *, inset: str = "gutter") -> str:
    block, number = placed.block, placed.number
    match block:
        case Heading():
            return (
                f"#titled({block.level - 1}, {_literal(number)}, "
                f"{_literal(breakable(block.text, weight='Bold'))}, {_literal(block.id)})"
            )
        case Paragraph() if number:
            return f"#numbered({_literal(number)}, {_words(block.words)})"
        case Paragraph():
            return f"#plain({inset}, {_words(block.words)})"
        case Listing():
            items = ", ".join(map(_words, block.items))
            whole = _said(_letters(block.items) <= LONGEST_WHOLE)
            return f"#listed({inset}, {_said(block.is_ordered)}, {whole}, {items})"
        case Note():
            return _note(block, inset=inset)
        case Figure():
            return _figure(block, number)
        case Table():
            return "\n".join(_table_parts(block, number))


def _note(note: Note, *, inset: str) -> str:
    whole = _said(_letters(note) <= LONGEST_WHOLE)
    lines = ", ".join(map(_words, note.lines))
    return f"#note({inset}, {whole}, {_literal(note.label)}, {lines})"


def _remark(note: Note) -> str:
    return f"remark({_literal(note.label)}, {', '.join(map(_words, note.lines))})"


def _figure(figure: Figure, number: str) -> str:
    picture = figure.picture
    wide = _width_of(picture, PAGE_WIDTH)
    return (
        f"#drawn({_literal(number)}, {_literal(picture.title)}, {_literal(figure.measure)}, "
        f"alt: {_literal(picture.alt)}, width: {wide:.2f}mm, "
        f"svg: {_literal(_drawing(picture, wide))}, "
        f"whole: {_said(_letters(figure.source) <= LONGEST_WHOLE)}, "
        f"source: {_words(figure.source) if figure.source else 'none'})"
    )


def _width_of(picture: Picture, room: float) -> float:
    """Width in print: its own, but never beyond the room nor so that it outgrows a page."""
    wide = min(picture.width * PIXEL, room)
    sides = _SIDES.search(picture.svg)
    if sides is None or float(sides[1]) <= 0:
        return wide
    return min(wide, TALLEST_PICTURE * float(sides[1]) / max(float(sides[2]), 1.0))


def _drawing(picture: Picture, wide: float) -> str:
    """The drawing in our font, its words as large as print needs and their places allow.

    A drawing that names our font was laid out for it: there is no room for larger words.
    """
    has_room = shipped_font.FAMILY not in picture.fixed_svg.split(">", 1)[0]
    drawing = _FACE.sub(f'font-family="{shipped_font.FAMILY}"', picture.fixed_svg, count=1)
    point = wide / picture.width * 72 / 25.4

    def enlarged(match: re.Match[str]) -> str:
        size = float(match[2])
        larger = min(WIDER_FACE, max(1.0, SMALLEST_LETTERS / (size * point))) if has_room else 1.0
        return f"{match[1]}{round(size * larger, 2):g}{match[3]}"

    return _with_letters(_LETTER_SIZE.sub(enlarged, drawing))


def _with_letters(drawing: str) -> str:
    """Letters that a drawing names by number as themselves, so that all are looked at."""

    def letter(match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else int(match[2])
        return chr(number) if 0x7F < number <= 0x10FFFF else match[0]

    return _BY_NUMBER.sub(letter, drawing)


def _table_parts(table: Table, number: str) -> Iterator[str]:
    parts = parts_of(table)
    for place, part in enumerate(parts):
        name = number
        if len(parts) > 1:
            columns = part.columns[1:]
            name = f"{number}, columns {columns[0] + 1} to {columns[-1] + 1}"
            if len(columns) == 1:
                name = f"{number}, column {columns[0] + 1}"
            name += f" of {len(table.columns)}"
        notes = [text for text in (table.note, table.source) if text]
        yield _table(table, part, name, notes if place == len(parts) - 1 else [])


def _table(table: Table, part: Part, name: str, notes: list[str]) -> str:
    columns = [table.columns[place] for place in part.columns]
    head = [
        f"({_literal(breakable(column.heading, size=part.size, weight='Bold'))}, "
        f"{_literal(column.unit)})"
        for column in columns
    ]
    rows = [_each(_cells(row, part)) for row in table.rows]
    return (
        f"#tabled({_literal(name)}, {_literal(table.caption)}, "
        f"widths: {_each(f'{wide:.2f}mm' for wide in part.widths)}, "
        f"sides: {_each(column.align for column in columns)}, size: {part.size}pt, "
        f"whole: {_said(part.height <= SHORT_TABLE)}, "
        f"splits-rows: {_said(part.tallest > TALL_ROW)}, "
        f"many: {_said(len(table.rows) > MANY_ROWS)}, "
        f"head: {_each(head)}, rows: {_each(rows)}, "
        f"notes: {_each(_words(text) for text in notes)})"
    )


def _cells(row: tuple[str, ...], part: Part) -> Iterator[str]:
    for place, column in enumerate(part.columns):
        weight: shipped_font.Weight = "Regular" if place else "Bold"
        yield _literal(breakable(row[column], size=part.size, weight=weight))


# ---- the first page ----------------------------------------------------------------------


def _first_page(document: Document) -> Iterator[str]:
    page = document.first_page
    if document.look.has_head:
        yield _letterhead(document.look)
    yield (
        f"#mark({_literal(page.marking)}, {_literal(page.edition)}, {_literal(page.run_id)}, "
        f"{_literal(page.sign_off.chip)}, {_said(page.sign_off.is_valid)})"
    )
    notices = [words for words in (page.invented, *page.warnings) if words]
    if notices:
        yield f"#banner({', '.join(map(_literal, notices))})"
    signature = signature_lines(document)
    if signature:
        lines = ", ".join(map(_words, signature))
        yield f"#signature({_said(page.sign_off.is_valid)}, {lines})"
    yield "#title()"
    yield f"#subtitle({_literal(page.subtitle)})"
    if page.ask:
        yield f"#asked({_words(page.ask)})"
    numbers = "".join(
        f", ({_literal(big.number)}, {_literal(big.caption)})" for big in page.lead.numbers
    )
    yield f"#leading-numbers({_words(page.lead.words)}{numbers})"
    whole = _said(max(_letters(card.words) for card in page.cards) <= LONGEST_WHOLE)
    yield f"#cards({whole}, {', '.join(_card(card, document) for card in page.cards)})"
    if page.boxes:
        yield _boxes(page.boxes)


def _across(sign_off: SignOff) -> str:
    return outlined(sign_off.watermark, fill=WATERMARK) if sign_off.watermark else ""


def _sentence_case(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _card(card: Card, document: Document) -> str:
    number = document.section_number(card.section)
    picture = "none"
    if card.picture is not None:
        wide = _width_of(card.picture, CARD_WIDTH)
        drawing = _literal(_drawing(card.picture, wide))
        picture = f"({drawing}, {_literal(card.picture.alt)}, {wide:.2f}mm)"
    return (
        f"card({_literal(card.question)}, {_literal(card.verdict)}, {_words(card.words)}, "
        f"{_literal(card.section)}, {_literal(str(number))}, {picture})"
    )


def _boxes(boxes: Sequence[Box]) -> str:
    each = (f"({_literal(box.title)}, {_each(map(_words, box.items))})" for box in boxes)
    return f"#boxes({', '.join(each)})"
