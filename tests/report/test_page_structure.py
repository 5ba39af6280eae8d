"""What holds for every page whichever its edition: structure, reach by keyboard, what folds."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html

from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.report.blocks import Heading, Link, Note, Paragraph, Strong
from qaf_analysis.report.html import POLICY, html_page, tab_stops
from tests.report.committee_specimen import WORDS, annex, committee
from tests.report.specimen import specimen

EDITIONS = {"quarterly": specimen, "committee": committee, "annex": annex}
STOPS = "//a[@href] | //summary | //input | //button | //*[@tabindex='0']"
# What style hides on a wide screen, and on a phone.
NOT_WIDE = ("on-narrow", "in-view-not", "in-print")
NOT_NARROW = ("on-wide", "in-view", "in-print")


@pytest.fixture(scope="module", params=EDITIONS)
def tree(request):
    return html.document_fromstring(html_page(EDITIONS[request.param]()))


@pytest.fixture(scope="module")
def long():
    return html.document_fromstring(html_page(annex()))


@pytest.fixture(scope="module")
def short():
    return html.document_fromstring(html_page(committee()))


def classes(node):
    return (node.get("class") or "").split()


def stops(tree, hidden):
    """Stops of the Tab key, but for what is hidden or folded."""
    found = []
    for node in tree.xpath(STOPS):
        above = list(node.iterancestors())
        folded = any(
            one.tag == "details" and one.get("open") is None and node.getparent() is not one
            for one in above
        )
        if not folded and not any(set(classes(one)) & set(hidden) for one in above):
            found.append(node)
    return found


def test_landmarks_headings_and_ids(tree):
    assert [len(tree.xpath(f"//{name}")) for name in ("main", "header", "footer")] == [1, 1, 1]
    levels = [int(node.tag[1]) for node in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")}
    described = {name for names in tree.xpath("//@aria-describedby") for name in names.split()}
    assert targets | described | set(tree.xpath("//@aria-labelledby")) <= set(ids)


def test_whatever_has_a_role_has_a_name(tree):
    for role in ("img", "region"):
        assert all(
            node.get("aria-label", "").strip() for node in tree.xpath(f"//*[@role='{role}']")
        )
    assert all(nav.get("aria-label") for nav in tree.iter("nav"))
    for field in tree.iter("input"):
        assert tree.xpath(f"string(//label[@for='{field.get('id')}'])")


def test_a_chart_is_hidden_behind_its_label_and_never_shrunk(tree):
    for drawing in tree.xpath("//svg[not(@class='watermark')]"):
        assert drawing.getparent().get("role") == "img"
        assert drawing.get("aria-hidden") == "true"
        boxes = [classes(one) for one in drawing.iterancestors()]
        on_wide = any("on-wide" in box for box in boxes)
        least = re.search(r"min-width: (\d+)px", drawing.getparent().get("style") or "")
        own_size = any("on-narrow" in box for box in boxes)
        assert on_wide or own_size or int(least[1]) == int(drawing.get("width"))
        if not on_wide:  # its own size may be more than the screen has
            assert any("scroll" in box for box in boxes)


def test_what_can_scroll_says_so_and_can_be_reached(tree):
    for box in tree.xpath("//*[contains(concat(' ', @class, ' '), ' fixed ')]"):
        assert box.get("tabindex") == "0"
        assert box.getprevious().text == "Scroll sideways for more"


def test_a_table_is_read_with_its_headings_in_any_form(tree):
    assert tree.xpath("//table")
    for table in tree.iter("table"):
        heads = [" ".join(th.text_content().split()) for th in table.xpath("./thead//th")]
        assert all(th.get("scope") == "col" for th in table.xpath("./thead//th"))
        for row in table.xpath("./tbody/tr"):
            assert row[0].get("scope") == "row"
            assert len(row) == len(heads)
    for table in tree.xpath("//table[@class='stack']"):
        roles = [node.get("role") for node in table.iter("table", "thead", "tbody", "tr")]
        assert None not in roles
        heads = [th.text_content() for th in table.xpath("./thead//th[@role='columnheader']")]
        for row in table.xpath("./tbody/tr"):
            assert row[0].get("role") == "rowheader"
            cells = row[1:]
            assert all(cell.get("role") == "cell" and len(cell) == 1 for cell in cells)
            names = [re.sub(r"[()]", "", cell.get("data-label")) for cell in cells]
            assert names == heads[1:]


def test_the_committee_edition_needs_at_most_sixty_stops(short):
    page = html_page(committee())
    assert len(stops(short, NOT_WIDE)) <= len(stops(short, ())) <= tab_stops(page) <= 60
    # By hand: the way past the head, four cards, three figures to use, two links of sources, the
    # table that scrolls, and five words.
    assert len(stops(short, NOT_WIDE)) == 1 + 4 + 3 + 2 + 1 + 5
    # On a phone the drawings of three figures and four cards may scroll.
    assert len(stops(short, NOT_NARROW)) == len(stops(short, NOT_WIDE)) + 7


def test_words_are_explained_only_while_sixty_stops_allow_it():
    links = tuple(Link(f"Limits {number}", "#section-7") for number in range(40))
    full = replace(
        committee(),
        body=(*committee().body, *(Paragraph(words=(link,)) for link in links[:33])),
    )
    page = html_page(full)
    assert tab_stops(page) == 60
    assert 0 < page.count('class="term"') < html_page(committee()).count('class="term"')


def test_eight_sections_need_no_contents_and_nine_have_them(short):
    assert not short.xpath("//nav | //*[@class='back'] | //*[@class='in-print']")
    body = (*committee().body, Heading(text="Nine", id="nine"))
    nine = html.document_fromstring(html_page(replace(committee(), body=body)))
    hrefs = nine.xpath("//nav/div//a/@href")
    assert hrefs == [f"#section-{number}" for number in range(1, 9)] + ["#nine"]
    assert nine.xpath("//nav/details//a/@href") == hrefs
    assert len(nine.xpath("//*[@class='back']/a[@href='#page-contents']")) == 9
    assert not nine.xpath("//details[contains(@class, 'part')]")


def test_a_long_edition_folds_its_sections_and_the_parts_of_its_appendix(long):
    folded = long.xpath("//details[contains(@class, 'part')]")
    names = [" ".join(one.find("summary").text_content().split()) for one in folded]
    assert names[0] == "1 More than a third of audits found practice below good"
    assert names[8:] == ["Activity and grades", "Advice", "Charts"]
    assert len(folded) == 8 + 3
    assert [one.get("open") is not None for one in folded] == [True] + [False] * 10
    (appendix,) = long.xpath("//section[contains(@class, 'part')]")
    assert appendix.find("h2").get("id") == "figures"


def test_a_link_leads_into_what_is_folded_so_that_browsers_unfold_it(long):
    for section in annex().sections:
        (place,) = long.xpath(f"//*[@id='{section.id}']")
        assert place.tag == "h2" or place.getparent().tag == "details"
        assert not list(place.iterancestors("summary"))


def test_the_committee_edition_is_not_folded(short):
    assert not short.xpath("//details[contains(@class, 'part')]")
    # Nothing but the files of figures is folded.
    assert {tuple(classes(one)) for one in short.iter("details")} == {("files",)}


def test_a_note_of_the_margin_stands_beside_the_words_before_it(short):
    beside = short.xpath("//div[@class='beside']")
    assert len(beside) == 8
    for number, each in enumerate(beside, start=1):
        text, margin = each
        assert [p[0].text for p in text] == [f"{number}.1", f"{number}.2"]
        assert margin[0].get("aria-label") == f"What section {number} does not show"


def test_the_first_page_asks_and_closes(short):
    ask = short.xpath("//p[@class='ask']")[0]
    assert ask.getprevious().get("class") == "subtitle"
    assert ask.text_content().startswith("The committee is asked to note that")
    closing = [p.text_content() for p in short.xpath("//section[@id='page-first']/p")[-2:]]
    assert closing[0] == "Since the last report: supervision now counts as improved."
    assert not short.xpath("//div[@class='two']")


def test_figures_for_slides_are_offered_where_their_files_are(short, long):
    hrefs = short.xpath("//details[@class='files']//a[@download]/@href")
    assert hrefs == [
        f"figures/figure-{number}.{kind}" for number in (1, 2, 3) for kind in ("svg", "png")
    ]
    names = [a.text_content() for a in short.xpath("//details[@class='files']//a")]
    assert len(set(names)) == len(names)
    assert not long.xpath("//details[@class='files']")


def test_only_a_searchable_page_has_a_script_and_only_its_own_may_run(short, long):
    assert not short.xpath("//script")
    assert short.xpath("string(//meta[@http-equiv]/@content)") == POLICY
    (script,) = long.xpath("//script")
    assert not script.attrib
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policy = long.xpath("string(//meta[@http-equiv]/@content)")
    assert policy == f"{POLICY}; script-src 'sha256-{digest}'"
    assert "</" not in script.text
    assert not re.search(r"innerHTML|eval|fetch|XMLHttp|import\b|localStorage|cookie", script.text)


def test_without_the_script_nothing_is_hidden_but_the_box_that_needs_it(long):
    assert [node.get("id") for node in long.xpath("//*[@hidden]")] == ["page-search"]


def test_a_word_leads_to_its_row_and_is_described_by_its_meaning(short):
    terms = short.xpath("//a[@class='term']")
    assert [term.text for term in terms] == [
        "Auditors", "Audits", "Moderation-adjusted", "moderation", "Agreement",
    ]  # fmt: skip
    rows = dict(WORDS.rows)
    for term, word in zip(
        terms, ("Auditor", "Audit", "Moderation-adjusted", "Moderation", "Agreement"), strict=True
    ):
        (head,) = short.xpath(f"//th[@id='{term.get('href')[1:]}']")
        (meaning,) = short.xpath(f"//td[@id='{term.get('aria-describedby')}']")
        assert (head.text, meaning.text) == (word, rows[word])


def test_the_meaning_shown_is_the_glossarys_own_and_cannot_leave_its_string():
    said = '"; } body { background: url(//example.org/x) } </style><script>alert(1)</script>'
    words = Table(caption="Words", columns=word_columns("Word", "Meaning"), rows=(("Gap", said),))
    document = replace(
        specimen(),
        body=(
            *specimen().body,
            Heading(text="Words", id="words"),
            Paragraph(words="The gap is told."),
            words,
        ),
    )
    page = html_page(document)
    (shown,) = re.findall(r'--meaning: "(.*)"; \}', page)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]{6} )+", shown)
    read = re.sub(r"\\([0-9a-f]{6}) ", lambda match: chr(int(match[1], 16)), shown)
    assert read == said
    assert page.count("</style") == 1
    assert "<script" not in page


def test_words_are_linked_anew_in_each_section_of_a_long_edition(long):
    for part in long.xpath("//details[contains(@class, 'level-2')]"):
        linked = [term.get("href") for term in part.xpath(".//a[@class='term']")]
        assert linked == [
            "#page-word-auditor", "#page-word-audit", "#page-word-moderation-adjusted",
            "#page-word-moderation", "#page-word-agreement",
        ]  # fmt: skip


@pytest.mark.parametrize("edition", [committee, annex])
def test_no_word_is_altered_by_its_link(edition):
    tree = html.document_fromstring(html_page(edition()))
    said = [block.words for block in edition().body if isinstance(block, Paragraph)] + [
        line for block in edition().body if isinstance(block, Note) for line in block.lines
    ]
    shown = [p.text_content() for p in tree.xpath("//div[@class='body']//p")]
    for words in said:
        assert any(text.endswith(words) for text in shown), words


def test_words_of_headings_tables_figures_and_links_are_not_linked():
    body = (
        Heading(text="The gap of auditors", id="gap"),
        Paragraph(words=(Strong("The gap"), " and ", Link("the gap", "#gap"), " remain.")),
        Table(caption="The gap", columns=word_columns("Gap", "Theme"), rows=(("A gap", "Theme"),)),
        Heading(text="Words", id="words"),
        WORDS,
    )
    cards = tuple(replace(card, section="gap") for card in specimen().first_page.cards)
    page = replace(specimen().first_page, cards=cards, highlights=())
    tree = html.document_fromstring(html_page(replace(specimen(), body=body, first_page=page)))
    assert not tree.xpath("//a[@class='term']")
