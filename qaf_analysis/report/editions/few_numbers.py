"""A first page that can be taken in: at most so many numbers, those in its drawings among them.

Words carry the finding, and every drawing of a card stands in full in its section. So where there
are too many numbers, the drawing that holds most of them is left out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.report.blocks import Heading, Listing, Paragraph, Words, pieces
from qaf_analysis.report.document import FirstPage

MOST_NUMBERS = 40

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NO_NUMBER = re.compile(
    rf"\d{{4}}-\d{{2}}(?: Q\d)?|\bQ\d\b|\b\d\d/\d\d\b|(?:\d{{1,2}} )?(?:{_MONTHS}) \d{{4}}|AC2"
    r"|\bM-\d+\b|\brun [0-9a-f]{8}\b"
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_DRAWN_WORDS = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_few_numbers(page: FirstPage, names: Sequence[str] = ()) -> FirstPage:
    """Return a first page without as many drawings of its cards as make too many numbers.

    Parameters
    ----------
    page : FirstPage
    names : sequence of str
        Names that the council gave; a number in one, as in "pool cut from 45 to 29", is no figure.
    """
    while not has_few_numbers(page, names):
        drawn = [card for card in page.cards if card.picture is not None]
        if not drawn:
            break
        most = max(drawn, key=lambda card: _in_picture(card.picture, names))
        cards = (replace(card, picture=None) if card is most else card for card in page.cards)
        page = replace(page, cards=tuple(cards))
    return page


def has_few_numbers(page: FirstPage, names: Sequence[str] = ()) -> bool:
    """Whether a first page holds no more numbers than can be taken in."""
    return numbers_on(page, names) <= MOST_NUMBERS


def numbers_on(page: FirstPage, names: Sequence[str] = ()) -> int:
    """Numbers of a first page and its drawings; periods, days, codes and names given are none."""
    words = sum(_numbers(text, names) for text in _texts(page))
    return words + sum(_in_picture(card.picture, names) for card in page.cards)


def _numbers(text: str, names: Sequence[str]) -> int:
    for name in names:
        text = text.replace(name, " ")
    return len(_NUMBER.findall(_NO_NUMBER.sub(" ", text)))


def _in_picture(picture: Picture | None, names: Sequence[str]) -> int:
    if picture is None:
        return 0
    texts = (_TAG.sub("", drawn) for drawn in _DRAWN_WORDS.findall(picture.svg))
    return sum(_numbers(text, names) for text in texts)


def _texts(page: FirstPage) -> Iterator[str]:
    yield from page.sign_off.texts
    yield from (page.invented, page.subtitle, _plain(page.ask), _plain(page.lead.words))
    yield from page.warnings
    yield from (f"{number.number} {number.caption}" for number in page.lead.numbers)
    for card in page.cards:
        yield from (card.question, card.verdict, _plain(card.words))
    for block in page.highlights:
        match block:
            case Heading(text=text):
                yield text
            case Paragraph(words=words):
                yield _plain(words)
            case Listing(items=items):
                yield from map(_plain, items)
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row)
    for box in page.boxes:
        yield from (box.title, *map(_plain, box.items))
    yield from map(_plain, page.closing)


def _plain(words: Words) -> str:
    return "".join(one if isinstance(one, str) else one.text for one in pieces(words))
