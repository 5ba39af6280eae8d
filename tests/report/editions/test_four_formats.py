"""One edition says the same in every format: each number of its tables, each of its sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qaf_analysis.report.blocks import Figure, Heading, Listing, Note, Paragraph, Words, pieces
from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.every import EDITIONS
from qaf_analysis.report.writers.chosen_tables import chosen_tables
from tests.report.editions import four_formats as read
from tests.report.editions import made
from tests.report.editions.made import COUNCILS

WORDS = {
    "html": lambda *which: read.words_of_html(made.page(*which)),
    "pdf": lambda *which: read.words_of_pdf(made.pdf(*which)),
    "word": lambda *which: read.words_of_word(made.word(*which)),
}


def sentences(document: Document) -> Iterator[str]:
    """Every run of words of an edition but the cells of its tables."""
    page = document.first_page
    said: list[Words] = [document.title, page.subtitle, page.ask, page.lead.words, *page.closing]
    said += [page.invented, *page.warnings, document.colophon]
    said += [words for big in page.lead.numbers for words in (big.number, big.caption)]
    said += [words for card in page.cards for words in (card.question, card.verdict, card.words)]
    said += [words for box in page.boxes for words in (box.title, *box.items)]
    for block in (*page.highlights, *document.body):
        match block:
            case Heading():
                said.append(block.text)
            case Paragraph():
                said.append(block.words)
            case Listing():
                said += block.items
            case Note():
                said += [block.label, *block.lines]
            case Figure():
                said += [block.picture.title, block.measure, block.source]
            case _:
                said += [block.caption, block.note, block.source]
    for words in said:
        # A link to a file is followed by the file's name on paper: its words are looked for alone.
        for piece in pieces(words):
            text = piece if isinstance(piece, str) else piece.text
            if text.strip():
                yield text


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("council", COUNCILS)
def test_every_table_has_the_same_numbers_in_every_format(council, edition):
    told = read.of_the_model(made.editions(council)[edition])
    assert told
    assert sum(sum(each.values()) for each in told.values()) > 10
    assert read.of_word(made.word(council, edition)) == told
    assert read.of_html(made.page(council, edition)) == told
    assert read.of_pdf(made.pdf(council, edition)) == told


@pytest.mark.parametrize("council", COUNCILS)
def test_the_workbook_has_the_numbers_of_the_annex(council):
    annex = made.editions(council).annex
    told = read.without_signs(read.of_the_model(annex))
    found = read.without_signs(read.of_workbook(made.tables(council)))
    names = [one.number for one in chosen_tables(annex)]
    assert list(told) == names
    # Headings that stand twice are told apart in a sheet by the heading before them.
    for name in names:
        less, more = told[name] - found[name], found[name] - told[name]
        assert not less, name
        assert set(more) <= {"95", "2", "3", "4"}, name


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("council", COUNCILS)
def test_every_sentence_stands_in_every_format(council, edition):
    for kind, words in WORDS.items():
        found = read.close(words(council, edition))
        told = sentences(made.editions(council)[edition])
        assert [said for said in told if read.close(said) not in found] == [], kind


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_format_holds_a_number_of_its_own(edition):
    document = made.editions("kinder")[edition]
    known = set(read.numbers(sentences(document)))
    known |= {str(number) for number in range(100)}  # of pages, sections, tables
    known |= {f"{section}.{one}" for section in range(100) for one in range(100)}  # paragraphs
    known |= set(read.numbers([document.first_page.run_id]))
    for kind, words in WORDS.items():
        assert set(read.numbers([words("kinder", edition)])) <= known, kind
