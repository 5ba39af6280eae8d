"""What an edition says, read as prose: its sentences, its numbers, and how hard it is to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.document import Document
from tests.report.test_plain_language import END, NO_NUMBER, NUMBER, plain, prose

VOWELS = re.compile(r"[aeiouy]+")
NO_PERIOD = re.compile(r"\bQ\d\b|\b\d\d/\d\d\b")
"""Quarters and years as an axis has them."""

LETTERS = re.compile(r"[A-Za-z’']+")


def first_page(document: Document) -> Iterator[str]:
    """Everything in words on the first page, what stands in drawings and cells too."""
    page = document.first_page
    yield from page.sign_off.texts
    yield from (page.invented, page.subtitle, plain(page.ask), plain(page.lead.words))
    yield from page.warnings
    for number in page.lead.numbers:
        yield f"{number.number} {number.caption}"
    for card in page.cards:
        yield from (card.question, card.verdict, plain(card.words))
        if card.picture is not None:
            yield from drawn(card.picture.svg)
    for block in page.highlights:
        yield from prose(block)
        yield from cells(block)
    for box in page.boxes:
        yield from (box.title, *map(plain, box.items))
    yield from map(plain, page.closing)


def drawn(svg: str) -> Iterator[str]:
    """Each text of a drawing."""
    for element in ElementTree.fromstring(svg).iter():
        if element.tag.rpartition("}")[2] == "text":
            yield "".join(element.itertext())


def cells(block: object) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield from row


def numbers(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Numbers of some texts; a period, a day and what stands in a given name are none."""
    given = re.compile("|".join(map(re.escape, names)) or r"(?!)")
    told = (NO_PERIOD.sub(" ", NO_NUMBER.sub(" ", given.sub(" ", text))) for text in texts)
    return [each for text in told for each in NUMBER.findall(text)]


def whole_sentences(texts: Iterable[str]) -> list[str]:
    return [each for text in texts for each in END.split(text) if each.endswith((".", "?", "!"))]


def reading_age(sentences: list[str]) -> float:
    """Age at which a text can be read: the grade of Flesch and Kincaid, and five years.

    A syllable is a group of vowels; a silent e at the end is none.
    """
    words = [word for each in sentences for word in LETTERS.findall(each)]
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return grade + 5


def _syllables(word: str) -> int:
    small = word.lower()
    silent = small.endswith("e") and not small.endswith("le")
    return max(1, len(VOWELS.findall(small[:-1] if silent else small)))
