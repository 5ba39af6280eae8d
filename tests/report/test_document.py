import dataclasses

import pytest

from qaf_analysis.report.blocks import Heading, Link, Listing, Note, Paragraph
from qaf_analysis.report.document import BigNumber, Lead
from qaf_analysis.terms.errors import DocumentError
from tests.report.specimen import specimen


def with_body(*blocks):
    return dataclasses.replace(specimen(), body=(*specimen().body, *blocks))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "JAVASCRIPT:x",
        "http://example.org", "//example.org", "data:text/html,x", "mailto:a@b", "/etc/passwd",
        "../up", "a/../../b", "a/..", "C:\\x", "\\\\host\\x", "#Bad id", "#", "", "file:x",
        "tables.xlsx\n", "a?b=c", "%2e%2e/x",
    ],
)  # fmt: skip
def test_links_lead_only_into_the_report_or_below_its_folder(target):
    with pytest.raises(DocumentError, match="may lead only"):
        Link("here", target)


@pytest.mark.parametrize("target", ["#agreement", "tables.xlsx", "notebooks/01_agreement.html"])
def test_links_inside_are_accepted(target):
    assert Link("here", target).target == target


def test_a_link_needs_words():
    with pytest.raises(DocumentError, match="words"):
        Link(" ", "#a")


def test_a_skipped_heading_level_is_refused():
    with pytest.raises(DocumentError, match="skips from level 2 to level 4"):
        with_body(Heading(text="a", id="a"), Heading(text="b", id="b", level=4))


def test_going_back_up_is_no_skip():
    document = with_body(
        Heading(text="a", id="a"), Heading(text="b", id="b", level=3),
        Heading(text="c", id="c", level=4), Heading(text="d", id="d"),
    )  # fmt: skip
    assert [heading.id for heading in document.sections][-2:] == ["a", "d"]


@pytest.mark.parametrize("level", [0, 1, 5])
def test_the_title_is_the_only_heading_of_level_one(level):
    with pytest.raises(DocumentError, match="levels 2 to 4"):
        Heading(text="a", id="a", level=level)


@pytest.mark.parametrize("name", ["A", "1a", "a b", "", "a_b", "page-main"])
def test_ids_that_would_not_work_in_a_link_are_refused(name):
    with pytest.raises(DocumentError, match="id"):
        Heading(text="a", id=name)


@pytest.mark.parametrize("name", ["agreement", "differences", "grades"])
def test_an_id_twice_is_refused(name):
    with pytest.raises(DocumentError, match=f'"{name}"'):
        with_body(Heading(text="a", id=name))


def test_links_and_cards_that_lead_nowhere_are_refused():
    with pytest.raises(DocumentError, match="leads to no heading"):
        with_body(Paragraph(words=(Link("there", "#nowhere"),)))
    page = specimen().first_page
    lost = dataclasses.replace(page.cards[0], section="differences")
    page = dataclasses.replace(page, cards=(lost, *page.cards[1:]))
    with pytest.raises(DocumentError, match="leads to no section"):
        dataclasses.replace(specimen(), first_page=page)


def test_the_first_page_answers_four_questions():
    page = specimen().first_page
    with pytest.raises(DocumentError, match="4 questions, not 3"):
        dataclasses.replace(page, cards=page.cards[:3])


@pytest.mark.parametrize("field", ["marking", "run_id"])
def test_the_marking_and_the_run_are_needed(field):
    with pytest.raises(DocumentError, match="protective marking and its run"):
        dataclasses.replace(specimen().first_page, **{field: ""})


@pytest.mark.parametrize(
    "make",
    [
        lambda: Listing(items=()),
        lambda: Note(label="", lines=("x",)),
        lambda: Note(label="x", lines=()),
        lambda: Heading(text=" ", id="a"),
        lambda: Lead(numbers=(), words="x"),
        lambda: Lead(numbers=(BigNumber(number="1", caption="x"),) * 3, words="x"),
        lambda: dataclasses.replace(specimen(), title=""),
        lambda: dataclasses.replace(specimen(), body=(Paragraph(words="x"), *specimen().body)),
        lambda: dataclasses.replace(specimen().first_page.cards[0], verdict=" "),
    ],
)
def test_parts_without_what_a_reader_needs_are_refused(make):
    with pytest.raises(DocumentError):
        make()


def test_sections_paragraphs_tables_and_figures_are_numbered():
    first, body = specimen().placed()
    assert [item.number for item in first] == ["", "Figure 1"]
    assert [item.number for item in body] == [
        "1", "1.1", "Figure 2", "Table 1", "2", "2.1", "", "", "Figure 3", "3", "Figure 4", "",
        "4", "Figure 5", "", "", "5", "5.1",
    ]  # fmt: skip
    assert specimen().section_number("themes") == 4
