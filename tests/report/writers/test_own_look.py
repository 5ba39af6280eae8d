"""A council's own look in every format: read back from the file, and the same bytes twice."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pikepdf
import pytest
from PIL import Image

from qaf_analysis.kit.palette import ACCENT, COMPARISON
from qaf_analysis.report.html import html_page
from qaf_analysis.report.look import PLAIN, Look, look_from
from qaf_analysis.report.writers.csv_tables import csv_tables
from qaf_analysis.report.writers.pdf import letters_replaced, write_pdf
from qaf_analysis.report.writers.word import write_word
from qaf_analysis.report.writers.workbook import workbook
from qaf_analysis.terms.report_settings import ReportSettings
from tests.report.logos import FROM_A_PROGRAM, SVG, png
from tests.report.specimen import specimen
from tests.report.test_html import HOSTILE
from tests.report.writers import pdf_read_back, read_word
from tests.report.writers.read_word import W

NAME, COMMITTEE = "Northshire County Council", "Children’s Scrutiny Committee"
ALT = "An oak above the words Northshire"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
LOGOS = {"svg": SVG, "png": png()}
needs_poppler = pytest.mark.skipif(not pdf_read_back.HAS_POPPLER, reason="poppler is not installed")


def look(kind: str = "svg", data: bytes = b"", **changes: object) -> Look:
    declared: dict[str, object] = {
        "is_given": True, "name": NAME, "logo": f"logo.{kind}", "logo_alt": ALT,
        "colour": "#005a3c", "committee": COMMITTEE, "meeting": date(2025, 5, 12),
        "sender": "Head of Quality Assurance",
        "front_matter": (("Wards affected", "All"), ("Appendices", "Two")),
    }  # fmt: skip
    settings = ReportSettings(**{**declared, **changes})
    return look_from(settings, council="x", logo=data or LOGOS[kind], reference=None)


def report(own: Look):
    return replace(specimen(), look=own)


@pytest.fixture(scope="module", params=["svg", "png"])
def own(request):
    return look(request.param)


@pytest.fixture(scope="module")
def page(own):
    return html_page(report(own))


@pytest.fixture(scope="module")
def pdf(own):
    return write_pdf(report(own))


@pytest.fixture(scope="module")
def word(own):
    return write_word(report(own))


WRITERS = (lambda document: html_page(document).encode(), write_pdf, write_word, workbook)


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_look_gives_the_same_bytes(write, own):
    assert write(report(own)) == write(report(look(own.logo.kind)))


@pytest.mark.parametrize("write", WRITERS)
def test_the_plain_look_adds_nothing(write):
    assert write(report(PLAIN)) == write(specimen())
    assert write(report(PLAIN)) != write(report(look()))


def test_tables_as_csv_know_no_look():
    assert csv_tables(report(look())) == csv_tables(specimen())


# ---- web page ----------------------------------------------------------------------------


def test_the_page_begins_with_council_committee_and_logo(page, own):
    head = page[page.index("<header") : page.index("</header>")]
    words = re.sub(r"<[^>]+>", "|", head)
    order = [words.index(text) for text in (NAME, COMMITTEE, "Meeting of 12 May 2025", "OFFICIAL")]
    assert order == sorted(order)
    (source, alt), = re.findall(r'<img src="([^"]+)" alt="([^"]+)">', page)  # fmt: skip
    kind, _, data = source.partition(";base64,")
    assert kind == {"svg": "data:image/svg+xml", "png": "data:image/png"}[own.logo.kind]
    assert base64.b64decode(data) == own.logo.data
    assert alt == ALT


def test_links_are_in_the_councils_colour_and_charts_keep_theirs(page, own):
    light, dark = re.findall(r":root \{ ([^}]*)\}", page)[:2]
    assert "--accent: #005a3c;" in light
    assert f"--accent: {own.accent.dark};" in dark
    assert f"--comparison: {COMPARISON.light};" in light
    assert f"svg {{ --accent: {ACCENT.light}; }}" in page
    assert f"svg {{ --accent: {ACCENT.dark}; }}" in page


def test_without_a_colour_of_its_own_a_page_has_the_reports():
    page = html_page(report(look(colour="")))
    assert f"--accent: {ACCENT.light};" in page
    assert "svg { --accent" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_the_settings_are_only_words_on_the_page(text):
    hostile = look(name=text, committee=text, sender=text, logo_alt=text)
    plain, made = html_page(report(look())), html_page(report(hostile))
    tags = [re.findall(r"<(\w+)", page) for page in (plain, made)]
    assert tags[0] == tags[1]


# ---- PDF ---------------------------------------------------------------------------------


def test_the_pdf_says_once_what_the_logo_shows(pdf):
    with pdf_read_back.opened(pdf) as file:
        alts = [str(e.Alt) for kind, e, _ in pdf_read_back.elements(file) if kind == "Figure"]
        title = str(file.docinfo["/Title"])
    assert alts.count(ALT) == 1
    assert alts[0] == ALT
    assert title == specimen().title


@needs_poppler
def test_every_page_of_the_pdf_names_council_and_committee(pdf):
    first, *others = pdf_read_back.words_of_pages(pdf)
    assert NAME in first
    assert "Meeting of 12 May 2025 · Report from: Head of Quality Assurance" in first
    assert others
    for words in others:
        assert f"{NAME} · {COMMITTEE}" in words
        assert specimen().title in words


@needs_poppler
def test_nothing_of_the_head_stands_beyond_the_margins():
    long = look(name="Borough of " * 8 + "End", committee="Committee on " * 7 + "End")
    assert pdf_read_back.beyond_margins(write_pdf(report(long))) == []


def test_the_pdf_is_drawn_in_the_councils_colour(pdf):
    with pdf_read_back.opened(pdf) as file:
        drawn = b"".join(
            page.Contents.read_bytes()
            if isinstance(page.Contents, pikepdf.Stream)
            else b"".join(part.read_bytes() for part in page.Contents)
            for page in file.pages
        )
    # #005a3c as the page description writes it: 0, 90 / 255, 60 / 255.
    assert re.search(rb"\b0 0\.3529\d* 0\.2352\d* (?:scn|rg)\b", drawn)


def test_a_letter_that_the_font_lacks_is_told_with_its_place():
    (said,) = letters_replaced(report(look(committee="Committee 漢")))
    assert "in the head with the council's name" in said


def test_a_logo_from_a_drawing_program_is_set():
    with pdf_read_back.opened(write_pdf(report(look(data=FROM_A_PROGRAM)))) as file:
        assert "Figure" in pdf_read_back.kinds(file)


@pytest.mark.parametrize("text", HOSTILE[::3])
def test_words_of_the_settings_are_never_markup(text):
    assert write_pdf(report(look(name=text, committee=text, sender=text, logo_alt=text)))
    assert write_word(report(look(name=text, front_matter=((text, text),), logo_alt=text)))


# ---- Word --------------------------------------------------------------------------------


def pictures(data: bytes) -> list[str]:
    return [one.get("descr") for one in read_word.body(data).iter(f"{WP}docPr")]


def test_word_has_logo_name_and_front_matter_in_order(word):
    lines = read_word.paragraphs(word)
    assert pictures(word)[0] == ALT
    assert pictures(word).count(ALT) == 1
    texts = [line for _, line in lines]
    assert texts.index(NAME) < texts.index(specimen().title)
    assert [line for style, line in lines if style == "Front Matter"] == [
        f"Report to{COMMITTEE}",
        "Meeting12 May 2025",
        "Report fromHead of Quality Assurance",
        "Wards affectedAll",
        "AppendicesTwo",
    ]


def test_word_keeps_the_logo_sharp_whole_and_in_the_order_of_the_schema(word, own):
    media = {n: d for n, d in read_word.parts(word).items() if n.startswith("word/media/")}
    hashed = hashlib.sha256(own.logo.data).hexdigest()[:16]
    kept = {name.rsplit(".")[-1] for name in media if hashed in name}
    assert kept == ({"svg", "png"} if own.logo.kind == "svg" else {"png"})
    with Image.open(io.BytesIO(media[f"word/media/{hashed}.png"])) as image:
        assert image.width / image.height == pytest.approx(3, abs=0.05)
        assert image.convert("RGB").getpixel((5, 5)) == (0, 90, 60)
    assert read_word.out_of_order(read_word.part(word, "word/document.xml")) == []
    extent = next(read_word.body(word).iter(f"{WP}extent"))
    assert (int(extent.get("cx")), int(extent.get("cy"))) == (42 * 36_000, 14 * 36_000)


def test_words_of_a_drawn_logo_are_drawn_in_the_png_too():
    lettered = SVG.replace(
        b"</svg>", b'<text x="9" y="30" fill="#ffffff" font-size="30">OAK</text></svg>'
    )
    data = write_word(report(look(data=lettered)))
    hashed = hashlib.sha256(look(data=lettered).logo.data).hexdigest()[:16]
    with Image.open(io.BytesIO(read_word.parts(data)[f"word/media/{hashed}.png"])) as image:
        assert (255, 255, 255) in set(image.convert("RGB").get_flattened_data())


def test_every_page_of_word_names_council_and_committee(word):
    head = read_word.word(word).sections[-1].header.paragraphs[-1].text
    assert head.startswith("OFFICIAL-SENSITIVE")
    assert head.endswith(f"{NAME} · {COMMITTEE}")


def test_styles_of_word_have_the_councils_colour(word):
    styles = read_word.part(word, "word/styles.xml")
    colours = {node.get(f"{W}val") for node in styles.iter(f"{W}color")}
    edges = {node.get(f"{W}color") for node in styles.iter(f"{W}left")}
    assert "005a3c" in colours
    assert "005a3c" in edges
    assert ACCENT.light[1:] not in colours | edges


def council_document(*, logo: bool) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.styles["Normal"].font.name = "Gill Sans MT"
    if logo:
        document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(png()))
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("has_logo", "shown"), [(True, 0), (False, 1)])
def test_a_council_document_is_used_and_its_own_logo_is_not_doubled(has_logo, shown):
    own = replace(look(), reference=council_document(logo=has_logo))
    data = write_word(report(own))
    assert b"Gill Sans MT" in read_word.parts(data)["word/styles.xml"]
    assert pictures(data).count(ALT) == shown
    assert data == write_word(report(own))


def test_a_document_that_is_given_goes_before_that_of_the_look():
    own = replace(look(), reference=council_document(logo=False))
    given, out = docx.Document(), io.BytesIO()
    given.styles["Normal"].font.name = "Georgia"
    given.save(out)
    styles = read_word.parts(write_word(report(own), reference=out.getvalue()))["word/styles.xml"]
    assert b"Georgia" in styles
    assert b"Gill Sans MT" not in styles


# ---- Excel -------------------------------------------------------------------------------


def test_the_cover_of_the_workbook_names_council_and_committee(own):
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(own))))
    cover = [cell.value for cell in book.worksheets[0]["A"] if cell.value]
    assert cover.index(NAME) + 1 == cover.index(COMMITTEE)
    assert "Meeting of 12 May 2025 · Report from: Head of Quality Assurance" in cover
    assert cover.index(COMMITTEE) < cover.index(specimen().first_page.subtitle)
