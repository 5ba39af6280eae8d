"""A report can be read: short sentences, each caveat once, plain words, few numbers up front."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.kit.parts import LONGEST_SENTENCE, Table
from qaf_analysis.report.blocks import Figure, Heading, Listing, Note, Paragraph, Words, pieces
from qaf_analysis.report.document import Document
from qaf_analysis.report.quarterly import quarterly_document
from tests.golden.councils import NAMES, results
from tests.places import EXAMPLE
from tests.topics.councils import AS_OF, results_of
from tests.wide import wide

MOST_NUMBERS = 55  # on the first page
CAVEAT = 12  # words from which a sentence told twice is a caveat told twice

# What is found of each theme or change is no caveat, though its words may be those of another.
FINDING = re.compile(
    r"\d|^(?:Not available because|Declare |Not compared with |Other reasons for a difference: )"
    r"|cannot be told apart\.$"
)

QUICK = ("kinder", "picked by hunch", "made alike")
EXAMPLE_DATA = "data/example"
EACH = [*wide(NAMES, quick=QUICK), pytest.param(EXAMPLE_DATA, marks=pytest.mark.slow)]

END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”)]))\s+(?=[A-Z0-9“\"'(])")
TECHNICAL = re.compile(r"\b[a-z]+\d*(?:_[a-z0-9]+)+\b")
NUMBER = re.compile(r"[+−]?\d+(?:,\d{3})*(?:\.\d+)?")
NO_NUMBER = re.compile(
    r"\d{4}-\d{2}(?: Q\d)?|(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December) \d{4}|AC2"
)


@cache
def document(name: str) -> Document:
    if name == EXAMPLE_DATA:
        found = results_of(read_council(EXAMPLE, as_of=AS_OF).audits)
    else:
        found = results(name)
    return quarterly_document(found, run_id="0123456789abcdef")


def plain(words: Words) -> str:
    return "".join(getattr(piece, "text", piece) for piece in pieces(words))


def first_page(name: str) -> Iterator[str]:
    """Everything in words on the first page, pictures apart."""
    page = document(name).first_page
    yield from (page.invented, page.subtitle, plain(page.lead.words), *page.warnings)
    for number in page.lead.numbers:
        yield f"{number.number} {number.caption}"
    for card in page.cards:
        yield from (card.question, card.verdict, plain(card.words))
    for block in page.highlights:
        yield from prose(block)
    for box in (page.recommended, page.limits):
        yield from (box.title, *map(plain, box.items))


def prose(block: object) -> Iterator[str]:
    """Words of a block that are read as sentences: no cells, no alternative texts."""
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(words=words):
            yield plain(words)
        case Listing(items=items):
            yield from map(plain, items)
        case Note(lines=lines):
            yield from map(plain, lines)
        case Figure(picture=picture, measure=measure, source=source):
            yield from (picture.title, measure, plain(source))
        case Table(caption=caption, note=note, source=source):
            yield from (caption, note, source)


def before(name: str, *headings: str) -> list[object]:
    """Blocks of the body up to the first of some headings."""
    body = document(name).body
    ids = [block.id if isinstance(block, Heading) else "" for block in body]
    return list(body[: min(ids.index(each) for each in headings)])


def sentences(text: str) -> list[str]:
    """Sentences of a text; after a colon, the items of a list with semicolons count singly."""
    return [part for sentence in END.split(text) for part in items(sentence)]


def items(sentence: str) -> list[str]:
    """A sentence, or each item of the list that follows its colon."""
    opening, colon, rest = sentence.partition(": ")
    first, *others = rest.split("; ")
    return [f"{opening}{colon}{first}", *others]


def too_long(texts: Iterator[str]) -> list[str]:
    every = (each for text in texts for each in sentences(text))
    return [each for each in every if len(each.split()) > LONGEST_SENTENCE]


def test_sentences_end_before_a_capital_and_lists_count_by_the_item():
    assert sentences("A gap of 0.5. It is; small! “Yes.” One: two; three 2.0 of a kind.") == [
        "A gap of 0.5.",
        "It is; small!",
        "“Yes.”",
        "One: two",
        "three 2.0 of a kind.",
    ]
    thirty = " ".join(["Word", *["word"] * 29])
    assert too_long(iter([f"{thirty}. {thirty} more."])) == [f"{thirty} more."]


@pytest.mark.parametrize("name", EACH)
def test_no_sentence_is_longer_than_thirty_words(name):
    body = (text for block in document(name).body for text in prose(block))
    assert not too_long(first_page(name))
    assert not too_long(body)


@pytest.mark.parametrize("name", EACH)
def test_technical_names_of_measures_stand_in_the_appendix_only(name):
    texts = list(first_page(name))
    for block in before(name, "figures"):
        texts += prose(block)
        if isinstance(block, Table):
            texts += [f"{column.heading} {column.unit}" for column in block.columns]
            texts += [cell for row in block.rows for cell in row]
    assert not TECHNICAL.findall(" ".join(texts))


@pytest.mark.parametrize("name", EACH)
def test_each_caveat_is_told_once(name):
    told = Counter(
        sentence
        for block in before(name, "figures", "method")
        if isinstance(block, Paragraph | Note | Listing)
        for text in prose(block)
        for sentence in END.split(text)
        if len(sentence.split()) >= CAVEAT and not FINDING.search(sentence)
    )
    assert not [sentence for sentence, times in told.items() if times > 1]


@pytest.mark.parametrize("name", EACH)
def test_first_page_holds_few_numbers(name):
    found = NUMBER.findall(NO_NUMBER.sub(" ", " ".join(first_page(name))))
    assert len(found) <= MOST_NUMBERS, len(found)
