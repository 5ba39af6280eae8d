"""The working edition: complete for every council, without an empty section or a single auditor."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.report.blocks import Figure, Heading, Listing, Paragraph
from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.working import working_document
from qaf_analysis.report.writers.chosen_tables import every_table
from qaf_analysis.report.writers.pdf import write_pdf
from qaf_analysis.terms.settings import Settings
from tests.golden.councils import results as golden
from tests.places import EXAMPLE
from tests.topics.by_hand import GOOD, IMPROVE, audit, council
from tests.topics.councils import AS_OF, one_audit, results_of, simulated
from tests.wide import wide

ORDER = (
    "to-do", "cases", "domains", "sittings", "teams", "moderators", "actions", "next-sample",
    "not-supplied",
)  # fmt: skip


def _areas():
    settings = Settings(
        council="Small",
        headline_domains=("Help", "Care"),
        domains=dict.fromkeys(("Help", "Care", "Plan")),
    )
    grades = {"Help": GOOD, "Care": IMPROVE, "Plan": GOOD}
    rows = [
        audit(
            f"2019-20 Q{1 + place % 4}",
            grades=grades,
            auditor=f"A{place % 3}",
            second={"Help": IMPROVE} if place % 2 else {},
            moderated={"Care": GOOD} if place % 3 == 0 else {},
            team=f"Team {place % 2}",
        )
        for place in range(24)
    ]
    return results_of(council(*rows, settings=settings))


MAKERS = {
    "kinder": lambda: golden("kinder"),
    "nothing moderated": lambda: golden("nothing moderated"),
    "no overall grade": lambda: golden("no overall grade"),
    "one audit": lambda: results_of(one_audit(simulated()[1])),
    "areas": _areas,
}
_made: dict[str, Document] = {}


def made(name: str) -> Document:
    if name not in _made:
        _made[name] = working_document(MAKERS[name](), run_id="0123456789abcdef")
    return _made[name]


EACH = wide(tuple(MAKERS), quick=("one audit", "areas"))


def ids(document: Document) -> list[str]:
    return [heading.id for heading in document.sections]


def not_supplied(document: Document) -> tuple[str, ...]:
    listing = document.body[-1]
    assert isinstance(listing, Listing)
    return tuple(map(str, listing.items))


@pytest.mark.parametrize("name", EACH)
def test_sections_stand_in_their_order_and_none_is_empty(name):
    document = made(name)
    found = ids(document)
    assert found == [one for one in ORDER if one in found]
    assert found[0] == "to-do"
    assert found[-1] == "not-supplied"
    blocks = document.body
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(block, Heading):
            assert after is not None
            assert not (isinstance(after, Heading) and after.level <= block.level), block
        if isinstance(block, Table):
            assert block.rows, block.caption
        if isinstance(block, Paragraph):
            assert block.words


@pytest.mark.parametrize("name", EACH)
def test_what_has_no_section_has_a_line(name):
    document = made(name)
    lines = " ".join(not_supplied(document))
    missing = {
        "cases": "Audits that two people read",
        "domains": "Grades domain by domain",
        "sittings": "Audits graded by two auditors",
        "teams": "each of two teams",
        "moderators": "Grades of external moderators",
        "actions": "Improvement actions",
        "next-sample": "What a plan of moderation needs",
    }
    for section, words in missing.items():
        assert (section in ids(document)) != (words in lines), section
    assert len(set(not_supplied(document))) == len(not_supplied(document))


@pytest.mark.parametrize("name", EACH)
def test_no_table_is_about_a_single_auditor(name):
    document = made(name)
    told = {one.table.caption: one.about_auditors for one in every_table(document)}
    assert not [caption for caption, about in told.items() if about]


@pytest.mark.parametrize("name", EACH)
def test_the_first_page_begins_with_what_is_to_be_done(name):
    page = made(name).first_page
    todo = page.highlights[0]
    assert isinstance(todo, Table)
    assert todo.caption == "To do before the next report"
    assert str(page.ask).endswith(f"First: {todo.rows[0][0]}.")
    numbers = {f"{place}" for place in range(1, len(made(name).sections) + 1)}
    assert {row[4] for row in todo.rows} <= numbers
    assert not any(card.picture for card in page.cards)


@pytest.mark.parametrize("name", EACH)
def test_tables_are_no_longer_than_a_page_allows(name):
    for block in made(name).body:
        if isinstance(block, Table):
            assert len(block.rows) <= 20, block.caption


def test_every_headline_is_told_and_named():
    document = made("areas")
    captions = [block.caption for block in document.body if isinstance(block, Table)]
    # Only Care was moderated; of Help it is said that it was not.
    grids = [one for one in captions if one.endswith("moderator's grade")]
    assert grids == ["Care: Auditor's grade by moderator's grade"]
    heading = next(one for one in document.sections if one.id == "moderators")
    assert heading.text.startswith("Care: ")
    parts = [one.text for one in document.body if isinstance(one, Heading) and one.level == 3]
    assert parts.count("Help") == parts.count("Care") > 1
    domains = next(b for b in document.body if isinstance(b, Table) and "Domain" in b.caption)
    assert {row[0] for row in domains.rows} == {"Help", "Care", "Plan"}


def test_what_the_committee_had_no_room_for_stands_here_once():
    results = MAKERS["areas"]()
    extra = Table(caption="Extra", columns=word_columns("A"), rows=(("b",),))
    heading = Heading(text="Its heading", id="its-heading")
    whole = working_document(results, run_id="1")
    held = next(block for block in whole.body if isinstance(block, Table))
    moved = working_document(results, run_id="1", moved=(heading, extra, held))
    assert ids(moved) == [*ids(whole)[:-1], "from-committee", "not-supplied"]
    captions = [block.caption for block in moved.body if isinstance(block, Table)]
    assert captions.count("Extra") == captions.count(held.caption) == 1
    again = working_document(results, run_id="1", moved=(held,))
    assert again.body == whole.body


def test_pictures_of_the_committee_are_not_shown_twice():
    results = golden("kinder")
    whole = working_document(results, run_id="1")
    figure = next(block for block in whole.body if isinstance(block, Figure))
    moved = working_document(results, run_id="1", moved=(replace(figure, measure="Another"),))
    assert moved.body == whole.body


@pytest.mark.slow
def test_the_example_s_working_edition_has_twelve_to_fifteen_pages():
    results = results_of(read_council(EXAMPLE, as_of=AS_OF).audits)
    with pikepdf.open(BytesIO(write_pdf(working_document(results, run_id="1")))) as pdf:
        assert 12 <= len(pdf.pages) <= 15
