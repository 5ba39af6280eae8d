"""The report as a whole: numbers in its words, reasons where data are missing, nothing broken."""

from __future__ import annotations

import re

import pytest

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.blocks import Heading, Note, Paragraph, pieces
from qaf_analysis.report.document import Document
from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.topics.registry import SECTIONS
from qaf_analysis.topics.show import plot, say, table
from tests.topics.councils import STRIPPED, results_of, simulated

PERIODS = re.compile(
    r"\d{4}-\d{2}(?: Q\d)?|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{4}|AC2|SHA-256"
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


@pytest.fixture(scope="module")
def audits():
    return simulated()[1]


@pytest.fixture(scope="module")
def councils(audits):
    found = {"whole": audits, "nothing planted": simulated(planted=False)[1]}
    return found | {name: strip(audits) for name, strip in STRIPPED.items()}


@pytest.fixture(scope="module")
def results(councils):
    return {name: results_of(council) for name, council in councils.items()}


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(PERIODS.sub(" ", text)))


def table_text(tables) -> str:
    parts = []
    for each in tables:
        parts += [each.caption, each.note, each.source]
        parts += [f"{column.heading} {column.unit}" for column in each.columns]
        parts += [cell for row in each.rows for cell in row]
    return " ".join(parts)


NAMES = ["whole", "nothing planted", *STRIPPED]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.id)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_a_section_s_words_stands_in_its_tables(results, name, section):
    released = results[name].released(section.result)
    said = say(released)
    known = numbers(table_text(table(released)))
    for words in (said.claim, *said.paragraphs):
        missing = numbers(words) - known
        assert not missing, f"{missing} of “{words}”"


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_first_page_and_the_sections_stands_in_a_table(results, name):
    document = quarterly_document(results[name], run_id="0123456789abcdef")
    page = document.first_page
    tables = [b for b in (*page.highlights, *document.body) if isinstance(b, Table)]
    known = numbers(table_text(tables))
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
def test_no_report_holds_a_broken_number_or_an_empty_reason(results, name):
    text = re.sub(r"<svg.*?</svg>|<style.*?</style>", " ", _page(results[name]), flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", text)
    for broken in (
        r"\bnan\b",
        r"\bNaN\b",
        r"\bNone\b(?! left out)",
        r"\binf\b",
        r"because [.,]",
        r"\bTrue\b",
    ):
        assert not re.search(broken, words), re.findall(f".{{40}}{broken}.{{20}}", words)


@pytest.mark.parametrize("name", ["no moderation", "hunch moderation"])
def test_without_usable_moderation_no_adjusted_figure_is_printed(results, name):
    document = quarterly_document(results[name], run_id="0123456789abcdef")
    assert len(document.first_page.lead.numbers) == 1
    assert "because" in document.first_page.lead.words


def test_a_null_council_is_not_called_over_optimistic(results):
    words = _words(quarterly_document(results["nothing planted"], run_id="0123456789abcdef"))
    assert "Moderators lowered" not in words
    assert "improved" not in " ".join(
        card.verdict
        for card in quarterly_document(
            results["nothing planted"], run_id="0123456789abcdef"
        ).first_page.cards
    )


def test_every_section_says_what_it_does_not_show(results):
    document = quarterly_document(results["whole"], run_id="0123456789abcdef")
    notes = [block for block in document.body if isinstance(block, Note)]
    assert sum(note.label == "What this does not show" for note in notes) == len(SECTIONS)


def test_no_person_is_named(results, councils):
    page = _page(results["whole"])
    names = set(councils["whole"].ratings["rater"]) | set(councils["whole"].audits["audit_id"])
    assert not [name for name in names if name in page]


def test_pictures_of_every_council_can_be_drawn(results):
    for name in NAMES:
        for section in SECTIONS:
            for picture in plot(results[name].released(section.result)):
                assert "nan" not in picture.alt.lower(), (name, picture.alt)


def _page(results) -> str:
    return html_page(quarterly_document(results, run_id="0123456789abcdef"))


def _words(document: Document) -> str:
    runs = [b.words for b in document.body if isinstance(b, Paragraph)]
    runs += [b.text for b in document.body if isinstance(b, Heading)]
    return " ".join(getattr(piece, "text", piece) for words in runs for piece in pieces(words))
