"""What the committee edition of every council must hold, measured on its printed pages and words.

At most eight A4 pages, none more than a third blank, no heading or single line left alone; a first
page of few numbers; short sentences, plain words, and no caveat told twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.report.blocks import Heading, Paragraph
from qaf_analysis.report.document import Document, FirstPage
from qaf_analysis.report.editions.committee import MOST_PAGES, committee_edition
from qaf_analysis.report.editions.fit import MOST_BLANK
from qaf_analysis.report.layout import Layout
from qaf_analysis.report.writers.pdf import layout, write_pdf
from qaf_analysis.report.writers.typst_source import typst_source
from qaf_analysis.topics.programme.analysis.grades import Programme
from tests.golden.councils import results as golden
from tests.places import EXAMPLE, PUBLISHED_OUTCOMES
from tests.report.editions.printed import (
    Lines,
    blank_of_ink,
    compiler,
    last_on_pages,
    lines_of,
    parted,
)
from tests.report.editions.spoken import (
    first_page,
    numbers,
    reading_age,
    whole_sentences,
)
from tests.report.specimen import specimen
from tests.report.test_plain_language import CAVEAT, FINDING, prose, too_long
from tests.topics.councils import AS_OF, results_of
from tests.wide import wide

OLDEST_READER = 14
MOST_NUMBERS = 40
ONE_ROW = 0.02  # of a page: ink is measured in dots of two points

ILACS = "ILACS"
EXAMPLE_DATA = "data/example"
COUNCILS = (ILACS, "all falls", "no overall grade", "nothing moderated", "made alike", "one grade")
EACH = [
    *wide(COUNCILS, quick=(ILACS, "all falls")),
    pytest.param(EXAMPLE_DATA, marks=pytest.mark.slow),
]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A council's committee edition, and the names that the council gave."""

    document: Document
    layout: Layout
    names: tuple[str, ...]


@cache
def edition(name: str) -> Edition:
    if name == ILACS:
        found = results_of(read_council(PUBLISHED_OUTCOMES, as_of=date(2026, 11, 1)).audits)
    elif name == EXAMPLE_DATA:
        found = results_of(read_council(EXAMPLE, as_of=AS_OF).audits)
    else:
        found = golden(name)
    made = committee_edition(found, run_id="0123456789abcdef", lay_out=layout)
    events = tuple(event.label for event in found[Programme].events)
    return Edition(document=made.document, layout=made.layout, names=events)


@cache
def lines(name: str) -> tuple[Lines, ...]:
    return lines_of(write_pdf(edition(name).document))


def every_text(document: Document) -> list[str]:
    """What is read as prose: the first page, and headings, words and captions behind it."""
    return [*first_page(document), *(text for block in document.body for text in prose(block))]


@pytest.mark.parametrize("name", EACH)
def test_at_most_eight_pages_and_none_more_than_a_third_blank(name):
    made = edition(name)
    ink = blank_of_ink(made.document)
    assert len(ink) <= MOST_PAGES
    assert [round(blank, 2) for blank in ink if blank > MOST_BLANK + ONE_ROW] == []
    # the measure that the edition is fitted by is that of the pages
    assert list(ink) == pytest.approx(made.layout.blank, abs=ONE_ROW)
    assert made.layout.opening == 1


@pytest.mark.parametrize("name", EACH)
def test_no_heading_and_no_head_of_a_table_is_left_alone_at_the_foot(name):
    last = last_on_pages(lines(name))
    assert len(last) == edition(name).layout.pages
    assert [kind for kind in last if set(kind.split("/")) & LEADS_ON] == []


LEADS_ON = {"H1", "H2", "H3", "H4", "Title", "Caption", "THead"}


@pytest.mark.parametrize("name", EACH)
def test_no_single_line_is_parted_from_its_paragraph(name):
    assert parted(lines(name)) == []


@pytest.mark.parametrize("name", EACH)
def test_the_first_page_holds_few_numbers(name):
    found = numbers(first_page(edition(name).document), edition(name).names)
    assert len(found) <= MOST_NUMBERS, found


@pytest.mark.parametrize("name", EACH)
def test_a_reader_of_fourteen_can_read_it(name):
    document = edition(name).document
    assert reading_age(whole_sentences(every_text(document))) <= OLDEST_READER
    assert reading_age(whole_sentences(first_page(document))) <= OLDEST_READER


@pytest.mark.parametrize("name", EACH)
def test_no_sentence_is_longer_than_thirty_words(name):
    assert too_long(iter(every_text(edition(name).document))) == []


@pytest.mark.parametrize("name", EACH)
def test_no_caveat_is_told_twice(name):
    """Of sources and findings each figure and card may tell its own."""
    document = edition(name).document
    told = Counter(
        sentence
        for sentence in whole_sentences(every_text(document))
        if len(sentence.split()) >= CAVEAT - 4 and not FINDING.search(sentence)
    )
    answers = _answers(document)
    twice = [said for said, times in told.items() if times > 1 and said not in answers]
    assert [said for said in twice if not said.startswith("This section is about ")] == []


def _answers(document: Document) -> list[str]:
    """Sentences of the cards: what they answer is told in full in its section."""
    return whole_sentences(str(card.words) for card in document.first_page.cards)


@pytest.mark.parametrize("name", EACH)
def test_bad_news_and_the_limits_have_their_places(name):
    headings = [
        one for one in edition(name).document.body if isinstance(one, Heading) and one.level == 2
    ]
    assert headings[0].id == "practice"
    assert headings[-1].id == "limits"


# ---- the measures themselves --------------------------------------------------------------


def test_reading_age_is_that_of_flesch_and_kincaid():
    # 12 words in 2 sentences; the cat sat on the mat 6 syllables, and 9 in the other
    said = ["The cat sat on the mat.", "A table of many simple words."]
    # a ta-ble of ma-ny sim-ple words: 1 + 2 + 1 + 2 + 2 + 1 = 9
    assert reading_age(said) == pytest.approx(0.39 * 6 + 11.8 * 15 / 12 - 15.59 + 5)


def test_numbers_leave_periods_days_and_names_out():
    texts = ["In 2019-20 Q4, 76 of 1,200 (+0.4 to −21)", "Q3", "17/18", "30 June 2020, AC2"]
    assert numbers(texts) == ["76", "1,200", "+0.4", "−21"]
    assert numbers(["Pool cut from 45 to 29: 3"], ["Pool cut from 45 to 29"]) == ["3"]


def printed(source: str) -> bytes:
    return compiler(source).compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)


def pages_of(sentences: int) -> Document:
    """Ten paragraphs of three lines, a heading, and two more, behind one of so many sentences."""
    sentence = "Auditors read the file and graded it."
    three = Paragraph(words=" ".join([sentence] * 6))
    body = (
        Heading(text="One", id="agreement"),
        Paragraph(words=" ".join([sentence] * sentences)),
        *(three,) * 10,
        Heading(text="Two", id="two"),
        *(three,) * 2,
    )
    page = first_page_of_specimen()
    return Document(title="T", first_page=page, body=body, opens_alone=True)


def first_page_of_specimen() -> FirstPage:
    whole = specimen().first_page
    cards = tuple(replace(one, section="agreement", picture=None) for one in whole.cards)
    return replace(
        whole, cards=cards, highlights=(), recommended=None, limits=None, closing=(), warnings=(),
        lead=replace(whole.lead, words="w"), ask="",
    )  # fmt: skip


LENGTHS = range(2, 20, 2)


def test_a_heading_left_alone_would_be_seen():
    alone = 0
    for sentences in LENGTHS:
        source = typst_source(pages_of(sentences))
        assert "H1" not in _last(printed(source))
        alone += "H1" in _last(printed(source.replace("sticky: true", "sticky: false")))
    assert alone  # of so many lengths one at least brings the heading to the foot


def _last(data: bytes) -> list[str]:
    return [kind.rpartition("/")[2] for kind in last_on_pages(lines_of(data))]


def test_a_line_left_alone_would_be_seen():
    careless = "#set text(costs: (widow: 0%, orphan: 0%))\n"
    seen = 0
    for sentences in LENGTHS:
        source = typst_source(pages_of(sentences))
        assert parted(lines_of(printed(source))) == []
        place = source.index("#show: report")
        seen += bool(parted(lines_of(printed(f"{source[:place]}{careless}{source[place:]}"))))
    assert seen


def test_lines_of_a_print_are_counted():
    found = lines_of(printed(typst_source(pages_of(6))))
    # six sentences of 37 letters, and five spaces, on lines that hold some 80: three lines
    words = [each for each in found if each.page == 1 and each.kind.endswith("/P")]
    assert [len(each.heights) for each in words[:11]] == [3] * 11


def test_a_parted_line_is_seen():
    whole = Lines(kind="P", element=0, page=0, heights=(300.0,))
    first = Lines(kind="P", element=1, page=0, heights=(80.0, 95.0))
    rest = Lines(kind="P", element=1, page=1, heights=(700.0,))
    assert parted((whole, first, rest)) == [rest]
    assert parted((whole, first)) == []
