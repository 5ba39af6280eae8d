"""Each edition as a PDF that can be heard: headings of tables, words for pictures, order, marks."""

from __future__ import annotations

import pikepdf
import pytest

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.blocks import Figure, Heading
from qaf_analysis.report.document import Beside, Document, with_margins
from qaf_analysis.report.editions.every import EDITIONS
from qaf_analysis.report.writers.pdf import layout
from qaf_analysis.report.writers.table_layout import parts_of
from tests.report.editions import made
from tests.report.editions.four_formats import close
from tests.report.editions.made import COUNCILS
from tests.report.writers import pdf_read_back as read
from tests.report.writers import pdf_words

MOST_WORDS = 60
WITHIN = {"P", "Caption", "Link", "H1", "H2", "H3", "TH", "TD", "LBody", "TOCI", "Reference"}
BOTH = [pytest.param(c, e, marks=getattr(p, "marks", ())) for p in COUNCILS for e in EDITIONS
        for c in [getattr(p, "values", (p,))[0]]]  # fmt: skip


@pytest.fixture(scope="module")
def opened():
    kept: dict[tuple[str, str], pikepdf.Pdf] = {}

    def of(council: str, edition: str) -> pikepdf.Pdf:
        if (council, edition) not in kept:
            kept[council, edition] = read.opened(made.pdf(council, edition))
        return kept[council, edition]

    yield of
    for each in kept.values():
        each.close()


def blocks(document: Document, kind):
    highlights, body = document.placed()
    return [each for each in (*highlights, *body) if isinstance(each.block, kind)]


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_every_table_has_headings_of_columns_and_of_rows(opened, council, edition):
    document, pdf = made.editions(council)[edition], opened(council, edition)
    parts = [
        (part, each.block) for each in blocks(document, Table) for part in parts_of(each.block)
    ]
    assert read.kinds(pdf).count("Table") == len(parts)
    scopes = [read.scope(cell) for kind, cell, _ in read.elements(pdf) if kind == "TH"]
    assert scopes.count("Column") == sum(len(part.columns) for part, _ in parts)
    assert scopes.count("Row") == sum(len(table.rows) for _, table in parts)
    assert set(scopes) == {"Column", "Row"}
    for kind, row, parent in read.elements(pdf):
        if kind == "TR" and parent == "TBody":
            first, *rest = read.below(row)
            assert read.scope(first) == "Row"
            assert {str(cell.S) for cell in rest} <= {"/TD"}


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_every_picture_has_its_few_words(opened, council, edition):
    document = made.editions(council)[edition]
    drawn = [card.picture for card in document.first_page.cards]
    drawn += [each.block.picture for each in blocks(document, Figure)]
    told = [picture.alt for picture in drawn if picture is not None]
    pdf = opened(council, edition)
    alts = [str(each.Alt) for kind, each, _ in read.elements(pdf) if kind == "Figure"]
    assert alts == told
    assert [alt for alt in alts if not 1 <= len(alt.split()) <= MOST_WORDS] == []


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_the_file_says_its_language_and_its_title(opened, council, edition):
    pdf, title = opened(council, edition), made.editions(council)[edition].title
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo["/Title"]) == title
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert read.kinds(pdf).count("Title") == 1
    with pdf.open_metadata() as claims:
        assert claims["pdfuaid:part"] == "1"
        assert (claims["pdfaid:part"], claims["pdfaid:conformance"]) == ("2", "A")


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_bookmarks_are_the_headings_in_their_order(opened, council, edition):
    document, pdf = made.editions(council)[edition], opened(council, edition)
    page = document.first_page
    highlights, body = document.placed()
    told = [(1, card.question) for card in page.cards]
    told += [(1, box.title) for box in page.boxes]
    told += [_level(each) for each in highlights if isinstance(each.block, Heading)]
    told += [(1, "Contents")] if document.has_contents else []
    told += [_level(each) for each in body if isinstance(each.block, Heading)]
    assert sorted(read.bookmarks(pdf)) == sorted(told)
    behind = [_level(each) for each in body if isinstance(each.block, Heading)]
    assert read.bookmarks(pdf)[-len(behind) :] == behind
    tags = [kind for kind in read.kinds(pdf) if kind[0] == "H" and kind[1:].isdigit()]
    assert tags == [f"H{level}" for level, _ in read.bookmarks(pdf)]


def _level(placed):
    return placed.block.level - 1, f"{placed.number} {placed.block.text}".strip()


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_no_note_stands_outside_a_paragraph(opened, council, edition):
    found = list(read.elements(opened(council, edition)))
    assert {parent for kind, _, parent in found if kind in ("Span", "Strong")} <= WITHIN
    # Nothing is marked right below a part of the page that is no paragraph, heading or cell.
    loose = [
        kind
        for kind, element, _ in found
        if kind in ("Document", "Div", "Sect", "Table", "TBody", "THead", "TR", "L", "LI", "TOC")
        and len(read.below(element)) != _children(element)
    ]
    assert loose == []


def _children(element) -> int:
    below = element.get("/K")
    return 0 if below is None else len(below) if isinstance(below, pikepdf.Array) else 1


@pytest.mark.parametrize(("council", "edition"), BOTH)
def test_words_are_read_before_the_note_beside_them(opened, council, edition):
    document = made.editions(council)[edition]
    said = close(pdf_words.all_words(opened(council, edition)))
    beside = [each for each in with_margins(document.placed()[1]) if isinstance(each, Beside)]
    assert edition != "committee" or beside
    for each in beside:
        label, *lines = (each.note.label, *map(_plain, each.note.lines))
        words = [_plain(one.block.words) for one in each.blocks if hasattr(one.block, "words")]
        # The last words of the section, right behind them the note.
        assert close(f"{words[-1]}{label}{''.join(lines)}") in said
        assert said.index(close(words[0])) <= said.index(close(words[-1] + label))


def _plain(words) -> str:
    return (
        words
        if isinstance(words, str)
        else "".join(piece if isinstance(piece, str) else piece.text for piece in words)
    )


@pytest.mark.parametrize("council", COUNCILS)
def test_the_committee_edition_has_eight_pages_at_most_and_opens_alone(opened, council):
    document = made.editions(council).committee
    pdf = opened(council, "committee")
    assert len(pdf.pages) == layout(document).pages <= 8
    first = document.sections[0]
    with pdf.open_outline() as outline:
        pages = {item.title: item.destination for item in outline.root}
    (target,) = [where for title, where in pages.items() if title.endswith(first.text)]
    assert target[0].objgen == pdf.pages[1].obj.objgen
