"""The report as a whole: numbers in its words, reasons where data are missing, nothing broken."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.report.blocks import Figure, Heading, Note, Paragraph, pieces
from qaf_analysis.report.document import Document
from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.pictures import grades_picture
from qaf_analysis.topics.registry import SECTIONS
from qaf_analysis.topics.show import plot, say, table
from tests.topics.councils import STRIPPED, results_of, simulated
from tests.topics.ten_councils import EXAMPLE, answered
from tests.topics.ten_councils import council as small_council
from tests.wide import wide

PERIODS = re.compile(
    r"\d{4}-\d{2}(?: Q\d)?|(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December) \d{4}|AC2|SHA-256"
)
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
BROKEN = (
    r"\bnan\b",
    r"\bNaN\b",
    r"\bNone\b(?! left out)",
    r"\binf\b",
    r"because [.,]",
    r"\bTrue\b",
)


LITTLE = ("one quarter", "one audit")  # the others take 3 to 15 seconds each
SLOW = ("whole", "nothing planted", *(name for name in STRIPPED if name not in LITTLE))
NAMES = [
    *wide(LITTLE, quick=["one audit"]),
    *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW),
]


class Made(dict):
    """What is made of each council: once, and only of councils that are asked for."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, name):
        self[name] = self.make(name)
        return self[name]


@pytest.fixture(scope="module")
def councils():
    def council(name):
        if name in ("whole", "nothing planted"):
            return simulated(planted=name == "whole")[1]
        # What is left out shows in a small council as well as in a large one.
        return STRIPPED[name](small_council("kinder") if name in SLOW else simulated()[1])

    return Made(council)


@pytest.fixture(scope="module")
def results(councils):
    return Made(lambda n: answered(EXAMPLE) if n == "whole" else results_of(councils[n]))


@pytest.fixture(scope="module")
def documents(results):
    return Made(lambda name: quarterly_document(results[name], run_id="0123456789abcdef"))


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(PERIODS.sub(" ", text)))


def with_rounded(known: set[str]) -> set[str]:
    """Numbers of tables, and the same with one decimal less, as words may have them."""
    rounded = {
        f"{Decimal(number).quantize(Decimal(10) ** (1 - len(number.split('.')[1])), ROUND_HALF_UP)}"
        for number in known
        if "." in number and "," not in number
    }
    return known | rounded


def table_text(tables) -> str:
    parts = []
    for each in tables:
        parts += [each.caption, each.note, each.source]
        parts += [f"{column.heading} {column.unit}" for column in each.columns]
        parts += [cell for row in each.rows for cell in row]
    return " ".join(parts)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.id)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_a_section_s_words_stands_in_its_tables(results, name, section):
    released = results[name].released(section.result)
    for one in released.every:
        alone = replace(one, further=())
        said = say(alone)
        known = with_rounded(numbers(table_text(table(alone))))
        for words in (said.claim, *said.paragraphs):
            missing = numbers(words) - known
            assert not missing, f"{missing} of “{words}”"


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_first_page_and_the_sections_stands_in_a_table(documents, name):
    document = documents[name]
    page = document.first_page
    tables = [b for b in (*page.highlights, *document.body) if isinstance(b, Table)]
    known = with_rounded(numbers(table_text(tables)))
    runs = [page.subtitle, page.lead.words, *(card.words for card in page.cards)]
    runs += [*page.recommended.items, *page.limits.items, page.recommended.title]
    runs += [number.number for number in page.lead.numbers]
    runs += [number.caption for number in page.lead.numbers]
    runs += [card.verdict for card in page.cards]
    runs += [b.words for b in document.body if isinstance(b, Paragraph)]
    runs += [b.text for b in document.body if isinstance(b, Heading)]
    for words in runs:
        text = " ".join(getattr(piece, "text", piece) for piece in pieces(words))
        assert not numbers(text) - known, text


@pytest.mark.parametrize("name", NAMES)
def test_no_report_holds_a_broken_number_or_an_empty_reason(documents, name):
    page = html_page(documents[name])
    text = re.sub(r"<svg.*?</svg>|<style.*?</style>", " ", page, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", text)
    for broken in BROKEN:
        assert not re.search(broken, words), re.findall(f".{{40}}{broken}.{{20}}", words)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no moderation", "hunch moderation"])
def test_without_usable_moderation_no_adjusted_figure_is_printed(documents, name):
    page = documents[name].first_page
    assert len(page.lead.numbers) == 1
    assert "because" in page.lead.words


@pytest.mark.slow
def test_a_null_council_is_not_called_over_optimistic(documents):
    document = documents["nothing planted"]
    assert "Moderators lowered" not in _words(document)
    assert "improved" not in " ".join(card.verdict for card in document.first_page.cards)


@pytest.mark.parametrize("name", NAMES)
def test_every_section_says_what_it_does_not_show_once(results, documents, name):
    notes = [block for block in documents[name].body if isinstance(block, Note)]
    told = [
        section
        for section in SECTIONS
        if section.has_something(results[name].released(section.result).result)
    ]
    assert sum(note.label == "What this does not show" for note in notes) == len(told)


@pytest.mark.slow
def test_no_person_is_named(documents, councils):
    page = html_page(documents["whole"])
    names = set(councils["whole"].ratings["rater"]) | set(councils["whole"].audits["audit_id"])
    assert not [name for name in names if name in page]


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_speaks_of_a_broken_number(documents, name):
    for picture in _pictures(documents[name]):
        assert "nan" not in picture.alt.lower(), picture.alt


@pytest.mark.wide
def test_every_picture_of_every_topic_is_in_the_report(results, documents):
    shown = {picture.svg for picture in _pictures(documents["one quarter"])}
    found = results["one quarter"]
    alone, beside = (grades_picture(found[Programme], by) for by in (None, found[Optimism]))
    for section in SECTIONS:
        for drawn in plot(found.released(section.result)):
            # the first page has the moderators' bar beside the auditors'
            picture = beside if drawn.svg == alone.svg else drawn
            assert picture.svg in shown, (section.id, picture.alt)


def _pictures(document: Document) -> list[Picture]:
    page = document.first_page
    blocks = [b for b in (*page.highlights, *document.body) if isinstance(b, Figure)]
    cards = [card.picture for card in page.cards if card.picture is not None]
    return [*cards, *(figure.picture for figure in blocks)]


def _words(document: Document) -> str:
    runs = [b.words for b in document.body if isinstance(b, Paragraph)]
    runs += [b.text for b in document.body if isinstance(b, Heading)]
    return " ".join(getattr(piece, "text", piece) for words in runs for piece in pieces(words))
