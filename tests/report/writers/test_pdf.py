"""The PDF: what a screen reader, an archive and a reader of paper need, read back from the file."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace as Some

import pikepdf
import pytest

from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.report.blocks import Figure, Heading, Link, Listing, Note, Paragraph
from qaf_analysis.report.writers import pdf as writer
from qaf_analysis.report.writers.pdf import extents, letters_replaced, write_pdf
from qaf_analysis.report.writers.typst_source import _drawing, _width_of, typst_source
from qaf_analysis.terms.errors import DocumentError
from tests.report.committee_specimen import committee
from tests.report.specimen import specimen
from tests.report.writers import pdf_read_back as read

needs_poppler = pytest.mark.skipif(not read.HAS_POPPLER, reason="poppler is not installed")


@pytest.fixture(scope="module")
def document():
    return specimen()


@pytest.fixture(scope="module")
def data(document):
    return write_pdf(document)


@pytest.fixture(scope="module")
def pdf(data):
    return read.opened(data)


def with_body(*blocks):
    """The specimen with other blocks behind its sections."""
    report = specimen()
    return replace(report, body=(*report.body, *blocks))


def plain_table(*, columns, rows, cell="1"):
    return Table(
        caption="A table",
        columns=tuple(
            Column(heading=f"Head {place}", align="right" if place else "left")
            for place in range(columns)
        ),
        rows=tuple((f"row {row}", *[cell] * (columns - 1)) for row in range(rows)),
    )


def test_title_language_and_standards(pdf, document):
    assert str(pdf.docinfo["/Title"]) == document.title
    assert str(pdf.Root.Lang) == "en-GB"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as claims:
        assert claims["pdfuaid:part"] == "1"
        assert (claims["pdfaid:part"], claims["pdfaid:conformance"]) == ("2", "A")
    assert read.kinds(pdf).count("Title") == 1


def test_pages_are_a4_and_few(pdf):
    assert {tuple(round(float(side)) for side in page.mediabox) for page in pdf.pages} == {
        (0, 0, 595, 842)
    }
    assert 4 <= len(pdf.pages) <= 5


def test_bookmarks_are_the_headings_in_their_order(pdf, document):
    page = document.first_page
    first = [(1, card.question) for card in page.cards]
    first += [(1, page.recommended.title), (1, page.limits.title)]
    highlights, body = document.placed()
    behind = [
        (placed.block.level - 1, f"{placed.number} {placed.block.text}".strip())
        for placed in (*highlights, *body)
        if isinstance(placed.block, Heading)
    ]
    assert read.bookmarks(pdf) == [*first, *behind]
    levels = [kind for kind in read.kinds(pdf) if re.fullmatch(r"H\d", kind)]
    assert levels == [f"H{level}" for level, _ in (*first, *behind)]


def test_every_table_has_headings_of_columns_and_of_rows(pdf, document):
    tables = [block for block in document.body if isinstance(block, Table)]
    scopes = [read.scope(cell) for kind, cell, _ in read.elements(pdf) if kind == "TH"]
    assert scopes.count("Column") == sum(len(table.columns) for table in tables)
    assert scopes.count("Row") == sum(len(table.rows) for table in tables)
    assert len(scopes) == scopes.count("Column") + scopes.count("Row")
    for kind, row, parent in read.elements(pdf):
        if kind == "TR" and parent == "TBody":
            assert read.below(row)[0].S == pikepdf.Name.TH


def test_every_picture_has_its_words(pdf, document):
    page = document.first_page
    pictures = [card.picture for card in page.cards]
    pictures += [
        block.picture for block in (*page.highlights, *document.body) if isinstance(block, Figure)
    ]
    alts = [str(each.Alt) for kind, each, _ in read.elements(pdf) if kind == "Figure"]
    assert alts == [picture.alt for picture in pictures]


def test_all_words_are_in_paragraphs(pdf):
    parents = {parent for kind, _, parent in read.elements(pdf) if kind == "Span"}
    assert parents <= {"P", "Caption", "Link", "H1", "H2", "TH", "LBody", "TOCI", "Reference"}


def test_fonts_are_ours_embedded_and_mapped(pdf):
    found = read.fonts(pdf)
    assert found
    assert all(found.values())
    assert {name.split("+")[-1] for name in found} == {"ReportSans-Regular", "ReportSans-Bold"}


def test_links_lead_within_the_document_only(pdf):
    links = [
        each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == "/Link"
    ]
    assert len(links) >= 5  # four cards and the source of the figure
    assert all("/Dest" in each or pikepdf.Name.GoTo == each.A.S for each in links)


def test_same_bytes_later_and_in_another_process(document, data):
    time.sleep(2.1)  # clocks of file formats tick in two seconds
    assert write_pdf(document) == data
    done = subprocess.run(
        [sys.executable, "-c",
         "import sys; from tests.report.specimen import specimen;"
         "from qaf_analysis.report.writers.pdf import write_pdf;"
         "sys.stdout.buffer.write(write_pdf(specimen()))"],
        capture_output=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout == data


@needs_poppler
def test_marking_title_and_page_stand_on_every_page(data, document):
    pages = read.words_of_pages(data)
    for number, page in enumerate(pages, start=1):
        assert document.first_page.marking in page
        assert document.title in page
        assert f"Page {number} of {len(pages)}" in page
    assert "Not signed. A draft: do not quote." in pages[0]


@needs_poppler
def test_the_first_page_holds_what_a_reader_with_two_minutes_needs(data, document):
    first = read.one_line(read.words_of_pages(data, order="-raw")[0])
    page = document.first_page
    for said in (page.lead.numbers[0].number, page.recommended.title, page.limits.title):
        assert said in first
    for card in page.cards:
        assert card.question in first
        assert card.verdict in first
    assert "Section 2, page 3" in first
    assert page.invented in first


@needs_poppler
def test_the_pdf_says_what_the_report_says_and_nothing_else(data, document):
    said = set(re.findall(r"\w+", typst_source(document)))
    printed = set(re.findall(r"\w+", " ".join(read.words_of_pages(data))))
    furniture = {"Page", "of", "Run", "run", "Section", "page"} | {str(n) for n in range(1, 10)}
    assert printed - said <= furniture
    for table in (block for block in document.body if isinstance(block, Table)):
        assert {cell for row in table.rows for cell in row[1:]} <= printed


@needs_poppler
def test_markup_is_only_text():
    hostile = (
        '#panic("no") *x* _y_ $z$ @ref <tag> \\n \\u{41} \\ "quoted" [b] {c} '
        "// d /* e */ `f` ~ -- ..."
    )
    pages = read.one_line(" ".join(read.words_of_pages(write_pdf(specimen(hostile)))))
    assert hostile in pages


@needs_poppler
def test_what_is_told_below_a_table_never_parts_from_its_last_row():
    for rows in range(20, 32):
        table = replace(plain_table(columns=3, rows=rows), note="The note.", source="The source.")
        (page,) = [
            page for page in read.words_of_pages(write_pdf(with_body(table))) if "The note." in page
        ]
        assert re.search(rf"row {rows - 1}\s", page)
        assert "The source." in page


@needs_poppler
def test_what_is_told_stands_right_below_the_table():
    table = replace(plain_table(columns=3, rows=4), note="Beneath.")
    words = [word for page in read.boxes_of_words(write_pdf(with_body(table))) for word in page]
    last = [foot for _, _, _, foot, word in words if word == "row"][-1]
    (told,) = [top for _, top, _, _, word in words if word == "Beneath."]
    assert 0 < told - last < 16  # points


@needs_poppler
def test_a_header_row_is_repeated_and_never_left_alone():
    for rows in range(24, 34):
        pages = read.words_of_pages(write_pdf(with_body(plain_table(columns=3, rows=rows * 2))))
        bearing = [page for page in pages if re.search(r"\brow \d+", page)]
        assert len(bearing) >= 2
        assert all("Head 1" in page for page in bearing)
        assert len([page for page in pages if "Head 1" in page]) == len(bearing)


def test_nothing_stands_beyond_the_margins(data):
    if read.HAS_POPPLER:
        assert read.beyond_margins(data) == []
        many = [Heading(text=f"Claim {n} " + "words " * 30, id=f"claim-{n}") for n in range(5)]
        assert read.beyond_margins(write_pdf(with_body(*many))) == []


@needs_poppler
def test_no_heading_ends_a_page():
    for lines in range(1, 45, 3):
        body = (
            Listing(items=("a line",) * lines),
            Heading(text="Watched", id="watched"),
            Paragraph(words="words " * 60),
        )
        for page in read.words_of_pages(write_pdf(with_body(*body))):
            *_, last = [line.strip() for line in page.splitlines() if line.strip()][:-1]
            assert "Watched" not in last


@needs_poppler
def test_the_last_line_is_not_alone_on_a_page():
    pages = []
    for lines in range(38, 54):
        report = with_body(Listing(items=("a line",) * lines), Paragraph(words="The end."))
        every = read.words_of_pages(write_pdf(report))
        pages.append(len(every))
        assert "The end." in every[-1]
        assert "Made by a run of the workbench." in every[-1]
    assert pages[0] < pages[-1]  # or no page was ever full


def test_extents_are_the_pages_on_which_sections_stand(document, data):
    found = {each.section: each for each in extents(document)}
    assert list(found) == [heading.id for heading in document.sections]
    pages = read.opened(data).pages
    starts = [page for _, page in sorted((each.first, each.first) for each in found.values())]
    assert starts == [each.first for each in found.values()]
    assert found["consistency"].last <= len(pages)
    longer = with_body(Paragraph(words="words " * 500))
    last = extents(longer)[-1]
    assert last.last == found["consistency"].last + 1
    assert 0 <= last.blank <= 1


def test_the_layout_is_measured_without_drawing_and_is_the_same(monkeypatch, document):
    for report in (document, committee()):
        found = writer.layout(report)
        with monkeypatch.context() as drawn:
            drawn.setattr(writer, "_INSIDE_OF_DRAWING", re.compile("(never)^"))
            assert writer.layout(report) == found
    emptied = writer._INSIDE_OF_DRAWING.sub(r"\1</svg>", typst_source(committee()))
    assert "<path" not in emptied
    assert "<svg" in emptied


def test_a_report_with_many_sections_lists_them():
    more = [Heading(text=f"Claim {place}", id=f"claim-{place}") for place in range(5)]
    pdf = read.opened(write_pdf(with_body(*more)))
    assert (1, "Contents") in read.bookmarks(pdf)
    assert read.kinds(pdf).count("TOCI") == 10
    assert "TOC" not in read.kinds(read.opened(write_pdf(specimen())))


def test_a_table_wider_than_the_page_is_set_in_parts():
    table = plain_table(columns=40, rows=3, cell="number_of_letters")
    pdf = read.opened(write_pdf(with_body(table)))
    scopes = [read.scope(cell) for kind, cell, _ in read.elements(pdf) if kind == "TH"]
    own = specimen()
    before = sum(len(each.columns) for each in own.body if isinstance(each, Table))
    parts = read.kinds(pdf).count("Table") - 1
    assert parts > 2
    assert scopes.count("Column") - before == 40 + parts - 1  # each part repeats the first


@pytest.mark.parametrize(
    "block",
    [
        plain_table(columns=1, rows=1),
        plain_table(columns=3, rows=0),
        plain_table(columns=5, rows=2, cell=""),
        plain_table(columns=2, rows=2, cell="x" * 3000),
        plain_table(columns=2, rows=2, cell="many words " * 900),
        Note(label="A long note", lines=("words " * 1500,)),
        Paragraph(words="", is_numbered=False),
        Listing(items=("words " * 900, "")),
        Heading(text="A_very/long-name." * 30, id="long"),
    ],
    ids=lambda block: type(block).__name__,
)
def test_odd_blocks_are_set_whole_and_within_the_margins(block):
    data = write_pdf(with_body(block))
    assert data.startswith(b"%PDF-")
    if not read.HAS_POPPLER:
        return
    assert read.beyond_margins(data) == []
    printed = "".join(read.words_of_pages(data, order="-raw"))
    own = "".join(read.words_of_pages(write_pdf(specimen()), order="-raw"))
    for text in ("words ", "many words ", "x", "A_very/long-name."):
        given = str(block).count(text)
        if given >= 30:
            gap = " " if " " in text else ""
            found = re.sub(r"[\s\u200b]+", gap, printed)
            assert found.count(text.strip()) - own.count(text.strip()) >= given - 2


def test_a_letter_the_font_lacks_does_not_end_the_run():
    page = replace(specimen().first_page, subtitle="Council of 北 Example 😀 ﬁrst")
    report = replace(specimen(), first_page=page)
    said = letters_replaced(report)
    assert len(said) == 3
    assert said[0].startswith('The PDF shows "□" for "北" (U+5317, CJK UNIFIED IDEOGRAPH-5317)')
    assert "first in the first page" in said[0]
    assert 'shows "fi" for "ﬁ"' in said[2]
    assert all("in the settings or the export" in each for each in said)
    data = write_pdf(report)
    if read.HAS_POPPLER:
        pages = read.words_of_pages(data)
        assert "Council of □ Example □ first" in pages[0]
        assert "U+5317 as “□”" in read.one_line(pages[-1])
    assert letters_replaced(specimen()) == ()


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (plain_table(columns=2, rows=1, cell="語"), "Table 2"),
        (Paragraph(words=("a ", Link("語", "#agreement"))), "section 5"),
        (
            Figure(
                picture=Picture(
                    svg='<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20" '
                    'viewBox="0 0 90 20"><text x="1" y="9">&#x8a9e;</text></svg>',
                    alt="A word.", title="A title", width=90,
                )
            ),
            "Figure 6",
        ),
    ],
)  # fmt: skip
def test_the_message_names_the_place_of_the_letter(block, place):
    (said,) = letters_replaced(with_body(block))
    assert f'for "語" (U+8A9E, CJK UNIFIED IDEOGRAPH-8A9E), first in {place}: ' in said
    assert write_pdf(with_body(block))


def test_invisible_and_broken_letters_are_left_out():
    odd = "a\x00b\u202ec\ufeffd\ud800e\ufffef\x1bg\u2028h"
    report = with_body(Paragraph(words=odd))
    assert letters_replaced(report) == ()
    assert '"abcdefg h"' in typst_source(report)
    assert write_pdf(report)


def test_the_decomposed_letter_is_composed():
    report = with_body(Paragraph(words="Ty\u0302 and W\u0306"))
    assert letters_replaced(report) == ()
    assert "Tŷ" in typst_source(report)
    assert write_pdf(report)


@pytest.mark.parametrize("bad", ['#set text(font: "No such font")\n', "#nothing\n"])
def test_no_remark_of_the_typesetter_passes_in_silence(monkeypatch, document, bad):
    monkeypatch.setattr(writer, "typst_source", lambda given: bad + typst_source(given))
    with pytest.raises(DocumentError, match="the typesetter said: unknown"):
        write_pdf(document)


def test_words_in_drawings_are_large_enough_for_print():
    words = '<svg font-family="x"><text style="font-size: 11px"/></svg>'
    # 800 pixels on 170 mm: 11 pixels are 6.6 points; 1.2 times that is allowed, no more.
    drawing = _drawing(Some(width=800, fixed_svg=words), 170.0)
    assert "font-size: 13.2px" in drawing
    assert 'font-family="Report Sans"' in drawing
    assert "font-size: 11px" in _drawing(Some(width=642, fixed_svg=words), 170.0)
    ours = words.replace('"x"', '"Report Sans, sans-serif"')
    assert "font-size: 11px" in _drawing(Some(width=800, fixed_svg=ours), 170.0)


def test_a_tall_drawing_leaves_room_for_its_words():
    tall = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 400"><path d="M 0 0"/></svg>'
    picture = Picture(svg=tall, alt="Tall.", title="Tall", width=800)
    assert _width_of(picture, 170.0) == pytest.approx(185 / 4)
    assert _width_of(replace(picture, width=40), 170.0) == pytest.approx(40 / 96 * 25.4)
