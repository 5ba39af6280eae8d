"""A whole report as plain text whose differences can be read: one sentence or table row a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qaf_analysis import __version__
from qaf_analysis.kit.parts import Card, Column, Table
from qaf_analysis.report.blocks import Figure, Heading, Listing, Note, Paragraph, Words, pieces
from qaf_analysis.report.document import Box, Document, FirstPage, Placed
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.topics.registry import Results

RUN, VERSION = "(run)", "(version)"
_END_OF_SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z0-9“])")


def page(results: Results) -> str:
    """Write the report on released results; nothing in it depends on when it was made, or by whom.

    Parameters
    ----------
    results : Results
        Every released result of a council.
    """
    document = quarterly_document(results, run_id=RUN)
    lines = "\n".join(line.rstrip() for line in _document(document))
    return lines.replace(f"qaf_analysis {__version__}", f"qaf_analysis {VERSION}") + "\n"


def _document(document: Document) -> Iterator[str]:
    highlights, body = document.placed()
    yield f"# {document.title}"
    yield from _first_page(document, highlights)
    for placed in body:
        yield ""
        yield from _block(placed)
    yield ""
    yield "---"
    yield from _sentences(document.colophon)


def _first_page(document: Document, highlights: tuple[Placed, ...]) -> Iterator[str]:
    first = document.first_page
    yield from _head(first)
    for card in first.cards:
        yield ""
        yield from _card(card, section=document.section_number(card.section))
    for placed in highlights:
        yield ""
        yield from _block(placed)
    for box in (first.recommended, first.limits):
        yield ""
        yield from _box(box)


def _head(first: FirstPage) -> Iterator[str]:
    yield f"{first.marking} · {first.edition} · run {first.run_id}"
    yield first.sign_off.chip
    yield from first.warnings
    if first.invented:
        yield first.invented
    yield from _sentences(first.subtitle)
    yield ""
    for big in first.lead.numbers:
        yield f"[{big.number}] {big.caption}"
    yield from _sentences(first.lead.words)


def _card(card: Card, *, section: int) -> Iterator[str]:
    yield f"? {card.question}"
    yield f"= {card.verdict}"
    yield from _sentences(card.words)
    if card.picture is not None:
        yield f"picture: {card.picture.title}"
        yield from _sentences(card.picture.alt)
    yield f"(section {section})"


def _box(box: Box) -> Iterator[str]:
    yield f"[{box.title}]"
    for item in box.items:
        yield from _item(item)


def _item(words: Words) -> Iterator[str]:
    for place, sentence in enumerate(_sentences(words)):
        yield f"{' ' if place else '-'} {sentence}"


def _block(placed: Placed) -> Iterator[str]:
    number = f"{placed.number} " if placed.number else ""
    match placed.block:
        case Heading(text=text, level=level):
            yield f"{'#' * level} {number}{text}"
        case Paragraph(words=words):
            # Without its number: one paragraph less would change every line that follows.
            yield from _sentences(words)
        case Listing(items=items):
            for item in items:
                yield from _item(item)
        case Note(label=label, lines=lines):
            yield f"[{label}]"
            for line in lines:
                yield from _sentences(line)
        case Figure() as figure:
            yield from _figure(figure, number)
        case Table() as table:
            yield from _table(table, number)


def _figure(figure: Figure, number: str) -> Iterator[str]:
    yield f"{number}{figure.picture.title}"
    yield from _sentences(figure.measure)
    yield from _sentences(figure.picture.alt)
    yield from _sentences(figure.source)


def _table(table: Table, number: str) -> Iterator[str]:
    yield f"{number}{table.caption}"
    for row in (tuple(map(_heading, table.columns)), *table.rows):
        yield " | ".join(row)
    yield from _sentences(table.note)
    yield from _sentences(table.source)


def _heading(column: Column) -> str:
    return f"{column.heading} ({column.unit})" if column.unit else column.heading


def _sentences(words: Words) -> Iterator[str]:
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces(words))
    if text:
        yield from _END_OF_SENTENCE.split(text)
