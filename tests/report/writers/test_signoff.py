"""What every format says of a signature on its first page and at its feet, read back from files."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from lxml import html
from openpyxl import load_workbook
from PIL import Image

from qaf_analysis.kit.palette import MUTED, TEXT, contrast
from qaf_analysis.report.document import Document
from qaf_analysis.report.html import html_page
from qaf_analysis.report.signoff import WATERMARK, OpenQuery, Signature, SignOff, Standing
from qaf_analysis.report.writers.csv_tables import csv_tables
from qaf_analysis.report.writers.pdf import write_pdf
from qaf_analysis.report.writers.word import write_word
from qaf_analysis.report.writers.workbook import workbook
from qaf_analysis.terms.errors import DocumentError
from tests.report.specimen import specimen
from tests.report.writers import pdf_read_back as read
from tests.report.writers import read_word

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")

HEAD = "52 9f3c1ab277e05d16"
ONE = Signature(
    role="external moderator", code="M-04", on=date(2020, 1, 31), comments="Few cases in themes"
)
QUERIES = (
    OpenQuery(words="Why so few?", finding="Do auditors agree?", card=1),
    OpenQuery(words="There were no controls.", finding="Themes", card=3, disagrees=True),
)
UNSIGNED = SignOff(head=HEAD)
SIGNED = SignOff(standing=Standing.SIGNED, signatures=(ONE,), queries=QUERIES, head=HEAD)
SUPERSEDED = SignOff(
    standing=Standing.SUPERSEDED, signatures=(ONE,), queries=QUERIES, head=HEAD,
    by_run="4f2a09c1d2e3b4a5", on=date(2020, 3, 3),
)  # fmt: skip
WITHDRAWN = SignOff(standing=Standing.WITHDRAWN, signatures=(ONE,), on=date(2020, 2, 3), head=HEAD)
REFUSED = SignOff(standing=Standing.REFUSED, signatures=(ONE,), queries=QUERIES, head=HEAD)

DRAFT = "Not signed. A draft: do not quote."
# The specimen's first four sections after its summary are those of its cards.
SAID = {
    "unsigned": (UNSIGNED, (DRAFT,), "Draft, not signed"),
    "signed": (
        SIGNED,
        (
            "Checked and signed by the external moderator (M-04) on 31 January 2020, after the run "
            "was repeated with the same result. 2 queries are open (section 2, section 4). "
            "Conflicts of interest declared: none.",
            "Comments of the external moderator (M-04): Few cases in themes.",
            "Query, section 2: Why so few?",
            "Disagrees, section 4: There were no controls.",
        ),
        "",
    ),
    "superseded": (
        SUPERSEDED,
        (
            "Superseded: the figures were run again on 3 March 2020 (run 4f2a09c1). This copy's "
            "signature no longer applies.",
        ),
        "Superseded",
    ),
    "withdrawn": (
        WITHDRAWN,
        (
            "The signature of the external moderator (M-04) was withdrawn on 3 February 2020. "
            "A draft: do not quote.",
        ),
        "Signature withdrawn",
    ),
    "refused": (
        REFUSED,
        ("The external moderator (M-04) refused to sign on 31 January 2020. " + DRAFT,),
        "Draft, not signed",
    ),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", SAID)


def signed(sign_off: SignOff) -> Document:
    document = specimen()
    return replace(document, first_page=replace(document.first_page, sign_off=sign_off))


def one_line(text: str) -> str:
    return " ".join(text.split())


def foot() -> str:
    return f"run {specimen().first_page.run_id[:8]} · ledger {HEAD}"


@EACH
def test_a_web_page_says_it_in_words_and_across_the_page(name):
    sign_off, sentences, across = SAID[name]
    tree = html.document_fromstring(html_page(signed(sign_off)))
    (mark,) = tree.xpath("//svg[contains(@class, 'watermark')]") if across else [None]
    if mark is not None:
        assert mark.get("aria-hidden") == "true"
        assert mark.text_content().strip() == across
        mark.getparent().remove(mark)
    else:
        assert not tree.xpath("//*[contains(@class, 'watermark')]")
    said = one_line(f"{tree.xpath('string(//header)')} {tree.xpath('string(//main)')}")
    for sentence in sentences:
        assert sentence in said
    assert (DRAFT in said) == (name in ("unsigned", "refused"))
    assert foot() in one_line(tree.xpath("string(//footer)"))
    assert ("Query" in said) == (name in ("signed", "refused"))


@needs_poppler
@EACH
def test_a_pdf_says_it_in_words_and_at_the_foot_of_each_page(name):
    sign_off, sentences, _ = SAID[name]
    data = write_pdf(signed(sign_off))
    assert write_pdf(signed(sign_off)) == data
    pages = [one_line(page) for page in read.words_of_pages(data, order="-raw")]
    for sentence in sentences:
        assert sentence in pages[0]
    for page in pages:
        assert f"R{foot()[1:]}" in page


@needs_poppler
@EACH
def test_what_stands_across_each_page_of_a_pdf_is_drawn_and_hides_nothing(name, tmp_path):
    """Of its own colour on each page, behind the words, and never as letters among them."""
    sign_off, _, across = SAID[name]
    path = tmp_path / "report.pdf"
    path.write_bytes(write_pdf(signed(sign_off)))
    command = ["pdftoppm", "-r", "40", "-png", str(path), str(tmp_path / "page")]
    subprocess.run(command, check=True)
    colour = np.frombuffer(bytes.fromhex(WATERMARK[1:]), dtype=np.uint8)
    pages = [np.asarray(Image.open(one).convert("RGB")) for one in tmp_path.glob("page*.png")]
    assert pages
    for page in pages:
        share = (page == colour).all(axis=2).mean()
        assert (0.004 < share < 0.08) if across else share == 0


def test_what_stands_across_a_page_can_be_read_over():
    """Body text and the quiet grey keep a contrast of 4.5 to 1 on it."""
    for ink in (TEXT, MUTED):
        assert contrast(ink.light, WATERMARK) >= 4.5


@EACH
def test_a_word_file_says_it_in_words_and_in_its_head(name):
    sign_off, sentences, across = SAID[name]
    data = write_word(signed(sign_off))
    assert write_word(signed(sign_off)) == data
    said = " ".join(one_line(p.text) for p in read_word.word(data).paragraphs)
    for sentence in sentences:
        assert sentence in said
    parts = read_word.parts(data)
    heads = b"".join(held for part, held in parts.items() if "/header" in part).decode()
    feet = b"".join(held for part, held in parts.items() if "/footer" in part).decode()
    assert re.findall(r'<v:textpath [^>]*string="([^"]*)"', heads) == ([across] if across else [])
    assert foot() in re.sub("<[^>]+>", "", feet)


@EACH
def test_a_workbook_says_it_on_its_cover_and_above_and_below_each_sheet(name):
    sign_off, sentences, across = SAID[name]
    book = load_workbook(io.BytesIO(workbook(signed(sign_off))))
    cover = [str(row[0].value) for row in book["Cover"].iter_rows()]
    told = one_line(" ".join(cover)).replace(" (section 2, section 4)", "")
    first = sentences[0].replace(" (section 2, section 4)", "")
    assert first in told
    for sheet in book.worksheets:
        assert foot() in str(sheet.oddFooter.left.text)
        assert str(sheet.oddHeader.center.text or "") == across


@EACH
def test_the_list_of_csv_files_says_it(name):
    sign_off, sentences, _ = SAID[name]
    text = csv_tables(signed(sign_off))["tables.csv"].decode("utf-8-sig")
    said = {row["Signature"] for row in csv.DictReader(io.StringIO(text))}
    assert len(said) == 1
    assert sentences[0].replace(" (section 2, section 4)", "") in said.pop()


def test_conflicts_and_two_signers_are_told():
    other = replace(ONE, code="M-07", on=date(2020, 2, 1), conflicts="was a team manager here")
    both = SignOff(standing=Standing.SIGNED, signatures=(ONE, other))
    assert "M-04) on 31 January 2020" in both.sentences[0]
    assert "M-07) on 1 February 2020" in both.sentences[1]
    assert both.conflicts == "Conflicts of interest declared: M-07: was a team manager here."
    alone = SignOff(standing=Standing.SIGNED, signatures=(other,))
    assert alone.conflicts == "Conflicts of interest declared: was a team manager here."


@pytest.mark.parametrize(
    "parts",
    [
        {"standing": Standing.SIGNED},
        {"signatures": (ONE,)},
        {"standing": Standing.SUPERSEDED, "signatures": (ONE,), "on": date(2020, 3, 3)},
        {"standing": Standing.WITHDRAWN, "signatures": (ONE,)},
    ],
)
def test_a_standing_without_its_facts_is_refused(parts):
    with pytest.raises(DocumentError):
        SignOff(**parts)
