"""The committee edition with its signature: one first page, few numbers, the same sections."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from qaf_analysis.report.blocks import Listing
from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.committee import MOST_PAGES
from qaf_analysis.report.editions.every import EDITIONS, Editions, every_edition
from qaf_analysis.report.editions.few_numbers import MOST_NUMBERS, numbers_on
from qaf_analysis.report.signoff import UNSIGNED, OpenQuery, Signature, SignOff, Standing
from qaf_analysis.report.signoff_words import signature_lines
from qaf_analysis.report.writers.pdf import layout
from qaf_analysis.topics.programme.analysis.grades import Programme
from tests.golden.councils import results
from tests.wide import wide

LONG = " ".join(["The sample was small and the reasons were told in few words."] * 6)
ONE = Signature(role="external moderator", code="M-04", on=date(2020, 1, 31), comments=LONG)
QUERIES = tuple(
    OpenQuery(words=f"Why {name} in this quarter and not before it?", finding="x", card=n)
    for n, name in enumerate(("so few pairs", "this gap"), start=1)
)
SIGNED = SignOff(
    standing=Standing.SIGNED, signatures=(ONE,), queries=QUERIES, head="52 9f3c1ab277e05d16"
)
COUNCILS = ("all falls", "nothing moderated", "made alike")
EACH = wide(COUNCILS, quick=("all falls",))


@cache
def editions(name: str, sign_off: SignOff) -> Editions:
    return every_edition(
        results(name), run_id="0123456789abcdef", lay_out=layout, sign_off=sign_off
    )


def body(document: Document) -> list[object]:
    """Blocks behind the first page; a list may leave out lines that stand on that page."""
    return [block for block in document.body if not isinstance(block, Listing)]


@pytest.mark.parametrize("name", EACH)
def test_the_first_page_holds_the_signature_and_the_sections_are_the_same(name):
    unsigned, signed = editions(name, UNSIGNED), editions(name, SIGNED)
    found = layout(signed.committee)
    assert found.opening == 1
    assert found.pages <= MOST_PAGES
    names = [event.label for event in results(name)[Programme].events]
    assert numbers_on(signed.committee.first_page, names) <= MOST_NUMBERS
    assert body(signed.committee) == body(unsigned.committee)
    for edition in ("working", "annex"):
        assert signed[edition].body == unsigned[edition].body


@pytest.mark.parametrize("name", EACH)
def test_queries_lead_to_the_sections_of_each_edition(name):
    for edition in EDITIONS:
        document = editions(name, SIGNED)[edition]
        first, comments, *queries = signature_lines(document)
        targets = [part.target for part in first if not isinstance(part, str)]
        cards = document.first_page.cards
        assert targets == list(dict.fromkeys(f"#{cards[place].section}" for place in (0, 1)))
        assert comments.startswith("Comments of the external moderator (M-04): The sample")
        assert len(queries) == 2


@pytest.mark.parametrize("name", EACH)
def test_only_a_head_of_the_ledger_changes_nothing_but_the_foot(name):
    with_head = editions(name, SignOff(head="52 9f3c1ab277e05d16"))
    assert with_head.committee.body == editions(name, UNSIGNED).committee.body
    pictures = [
        [card.picture for card in each.committee.first_page.cards]
        for each in (with_head, editions(name, UNSIGNED))
    ]
    assert pictures[0] == pictures[1]
