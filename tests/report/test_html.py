import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from lxml import html

from qaf_analysis.report.html import POLICY, html_page
from tests.places import ROOT
from tests.report.specimen import specimen
from tests.wide import wide

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><svg onload=alert(1)>",
    "]]><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    '<a href="javascript:alert(1)">x</a>',
    '<base href="//example.org"><meta http-equiv=refresh content="0;url=//example.org">',
    "\\3c script\\3e } body { background: url(//example.org/x) } @import '//example.org'",
    '"; } body { background: url(//example.org/x) } /*',
    "&lt;script&gt; &#x3c;script&#x3e; %3Cscript%3E",
    "$\\frac{1}{0}$ `code` *bold* [x](javascript:alert(1))",
)
# What may stand in a page at all; everything outside drawings.
ELEMENTS = re.compile(
    "html|head|meta|title|style|body|a|header|p|strong|span|main|section|div|h[1-4]|[uo]l|li|nav|"
    "footer|figure|figcaption|table|caption|thead|tbody|t[rhd]|br|svg|g|path|text"
)
ATTRIBUTES = re.compile(
    "lang|charset|http-equiv|content|name|class|href|id|aria-(?:labelledby|label|hidden)|role|"
    "tabindex|style|scope|width|height|viewbox|d|x|y|transform|font-family|focusable|xmlns"
)
PLACES = (
    "//h1",
    "//h3",
    "//caption",
    "//tbody/tr/th",
    "//div[@class='two']/section[2]//li[2]",
    "//title",
    "//figcaption",
)


class Seen(HTMLParser):
    """Every element and attribute as a browser-like reader finds them."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.attributes = [], []
        self.comments = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_comment(self, data):
        self.comments.append(data)


@pytest.fixture(scope="module")
def page():
    return html_page(specimen())


@pytest.fixture(scope="module")
def tree(page):
    return html.document_fromstring(page)


@pytest.fixture(scope="module", params=wide(HOSTILE, quick=HOSTILE[::4]))
def hostile(request):
    return request.param, html_page(specimen(request.param))


def outside_drawings(page):
    return re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_hostile_text_adds_no_element_and_no_attribute(hostile, page):
    _, attacked = hostile
    plain, seen = Seen(outside_drawings(page)), Seen(outside_drawings(attacked))
    assert Counter(seen.elements) == Counter(plain.elements)
    assert Counter((t, n) for t, n, _ in seen.attributes) == Counter(
        (t, n) for t, n, _ in plain.attributes
    )
    assert not seen.comments


def test_nothing_in_the_page_acts_or_fetches(hostile):
    _, attacked = hostile
    seen = Seen(attacked)
    assert all(map(ELEMENTS.fullmatch, seen.elements))
    for tag, name, value in seen.attributes:
        assert ATTRIBUTES.fullmatch(name), (tag, name)
        if name == "href":
            assert re.fullmatch(r"#[a-z0-9-]+|[a-z0-9_/.]+", value), value
        if name == "style":
            assert "url" not in value.lower()
            assert "expression" not in value.lower()


def test_hostile_text_is_shown_as_it_is(hostile):
    text, attacked = hostile
    tree = html.document_fromstring(attacked)
    said = " ".join(text.split())
    for place in PLACES:
        shown = " ".join(tree.xpath(place)[0].text_content().split())
        assert said in shown, place
    labels = [node.get("aria-label") for node in tree.xpath("//*[@role='img']")]
    assert any(text in label for label in labels)


def test_the_style_sheet_cannot_be_left_or_made_to_fetch(hostile):
    _, attacked = hostile
    assert attacked.count("</style") == 1
    sheet = html.document_fromstring(attacked).findtext(".//style")
    assert not re.search(r"url\(|@import|//|expression", sheet.replace("\\", ""))
    (running,) = re.findall(r'@page \{ @top-left \{ content: "(.*)"; \} \}', sheet)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]{6} )+", running)


def as_css_reads(text):
    """A CSS string as a browser reads it: one space after an escape ends it and is swallowed."""
    return re.sub(r"\\([0-9a-fA-F]{1,6})[ \t\n]?", lambda match: chr(int(match[1], 16)), text)


def test_the_running_title_reads_as_the_title(page):
    (running,) = re.findall(r'content: "(OFFICIAL.*)"; \} \}', page)
    said = "OFFICIAL-SENSITIVE · Quarterly moderation report, 2019-20 Q4"
    assert as_css_reads(running) == said


@pytest.mark.parametrize(
    "title",
    ["Ends in a sign?", "A  b", "Co-located: 12% – 3", "é", "1,234 5", "a · b", "x\\", '"; } p {'],
)
def test_no_sign_swallows_the_space_after_it(title):
    (running,) = re.findall(
        r'@top-left \{ content: "(.*)"; \} \}', html_page(replace(specimen(), title=title))
    )
    assert as_css_reads(running) == f"OFFICIAL-SENSITIVE · {title}"


def test_the_policy_comes_before_anything_it_governs(tree):
    head = [(node.tag, node.get("http-equiv")) for node in tree.find("head")]
    assert head.index(("meta", "Content-Security-Policy")) < head.index(("style", None))
    assert tree.xpath("string(//meta[@http-equiv]/@content)") == POLICY
    assert POLICY.startswith("default-src 'none'; ")


def test_no_address_stands_in_the_page(page):
    assert set(re.findall(r"https?://[^\"' <]+", page)) == {"http://www.w3.org/2000/svg"}


def test_one_title_and_no_heading_level_skipped(tree):
    levels = [int(node.tag[1]) for node in tree.iter(*HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(node.text_content().strip() for node in tree.iter(*HEADINGS))


def test_landmarks_language_and_skip_link(tree):
    assert tree.get("lang") == "en-GB"
    for landmark in ("header", "main", "footer"):
        assert len(tree.xpath(f"//{landmark}")) == 1
    first = tree.find("body")[0]
    assert (first.tag, first.get("href")) == ("a", "#page-main")


def test_every_reference_within_the_page_is_met_once(tree):
    ids = [node.get("id") for node in tree.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")]
    labels = tree.xpath("//@aria-labelledby")
    assert set(targets) | set(labels) <= set(ids)


def test_every_picture_is_labelled_and_every_drawing_hidden_behind_its_label(tree):
    pictures = tree.xpath("//*[@role='img']")
    every = tree.xpath("//svg")
    drawings = [svg for svg in every if svg.getparent().get("role") == "img"]
    (across,) = set(every) - set(drawings)  # the words across an unsigned page
    assert across.get("aria-hidden") == "true"
    # Five figures, and four cards whose drawings stand twice, for wide and for narrow screens.
    assert len(pictures) == len(drawings) == 5 + 2 * 4
    assert all(re.search(r"\d", picture.get("aria-label")) for picture in pictures)
    assert all(svg.get("aria-hidden") == "true" for svg in drawings)
    assert all(figure.get("aria-label") for figure in tree.iter("figure"))


def test_every_table_has_caption_and_scoped_headings(tree):
    tables = tree.xpath("//table")
    assert tables
    for table in tables:
        assert table[0].tag == "caption"
        assert table[0].text_content().startswith("Table ")
        assert all(th.get("scope") == "col" for th in table.xpath("./thead//th"))
        assert all(row[0].tag == "th" for row in table.xpath("./tbody/tr"))
        assert all(th.get("scope") == "row" for th in table.xpath("./tbody//th"))


def test_whatever_scrolls_can_be_reached_by_keyboard_and_is_named(tree):
    boxes = tree.xpath("//*[contains(@class, 'scroll')]")
    reached = [box for box in boxes if box.get("tabindex") == "0"]
    assert len(reached) == 5 + 4 + 1  # figures, drawings of cards on a phone, the wide table
    assert all(box.get("role") == "region" and box.get("aria-label") for box in reached)
    names = [box.get("aria-label") for box in reached]
    assert len(names) == len(set(names))
    assert not tree.xpath("//*[@tabindex and not(contains(@class, 'scroll'))]")


def test_cards_lead_to_their_numbered_sections(tree):
    cards = tree.xpath("//section[@class='card']")
    assert [card.xpath("string(.//a)") for card in cards] == [
        "Section 2", "Section 3", "Section 4", "Section 5",
    ]  # fmt: skip
    assert tree.xpath("string(//h2[@id='optimism'])") == "3 Auditors graded above moderators"


def test_the_first_page_says_marking_run_and_signature(tree):
    said = " ".join(tree.xpath("string(//header)").split())
    signature = "Not signed. A draft: do not quote."
    assert said == f"OFFICIAL-SENSITIVE · board edition run 7f3a 91c2 · {signature}"
    assert tree.xpath("string(//p[@class='invented'])").startswith("Made-up data")


def test_what_was_lost_in_reading_stands_above_the_title():
    page = replace(specimen().first_page, warnings=("Rows <were> lost.",))
    tree = html.document_fromstring(html_page(replace(specimen(), first_page=page)))
    (warning,) = tree.xpath("//p[@class='warning']")
    assert warning.text_content() == "Rows <were> lost."
    assert warning.getnext().get("id") == "page-title"


def test_a_report_of_real_data_has_no_banner():
    page = replace(specimen().first_page, invented="")
    tree = html.document_fromstring(html_page(replace(specimen(), first_page=page)))
    assert not tree.xpath("//p[@class='invented']")


@pytest.mark.wide
def test_the_same_report_gives_the_same_bytes_elsewhere(page, tmp_path):
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 30\nsvg.fonttype: path\naxes.facecolor: red\n", "utf-8")
    ask = (
        "import hashlib; from tests.report.specimen import specimen; "
        "from qaf_analysis.report.html import html_page; "
        "print(hashlib.sha256(html_page(specimen()).encode()).hexdigest())"
    )
    surroundings = {
        **os.environ, "MPLBACKEND": "pdf", "MATPLOTLIBRC": str(settings), "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", ask], env=surroundings, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == hashlib.sha256(page.encode()).hexdigest()
