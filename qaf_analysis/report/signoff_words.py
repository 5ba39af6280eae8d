"""The signature of one edition in words, with links to the sections that open queries are about."""

from __future__ import annotations

from qaf_analysis.kit.parts import Card
from qaf_analysis.report.blocks import Link, Words
from qaf_analysis.report.document import Document
from qaf_analysis.report.signoff import OpenQuery, Standing, queries_open


def signature_lines(document: Document) -> tuple[Words, ...]:
    """Return what stands on the first page of a signature, one paragraph each.

    Nothing for a report that nobody has decided on: its head says so.

    Parameters
    ----------
    document : Document
        The edition; its sections are those that queries lead to.
    """
    sign_off = document.first_page.sign_off
    if sign_off.standing == Standing.NOT_SIGNED:
        return ()
    first: list[str | Link] = [" ".join(sign_off.sentences)]
    queries = sign_off.queries if sign_off.shows_remarks else ()
    if queries:
        first += [f" {queries_open(len(queries)).rstrip('.')}", *_places(document), "."]
    if sign_off.conflicts:
        first.append(f" {sign_off.conflicts}")
    return (
        tuple(first),
        *sign_off.comments,
        *(_query(document, query) for query in queries),
    )


def _places(document: Document) -> list[str | Link]:
    """The sections that open queries are about, in brackets."""
    cards = (_card(document, query) for query in document.first_page.sign_off.queries)
    sections = dict.fromkeys(card.section for card in cards if card is not None)
    if not sections:
        return []
    found: list[str | Link] = [" ("]
    for place, section in enumerate(sections):
        named = f"section {document.section_number(section)}"
        found += [", "] * bool(place) + [Link(named, f"#{section}")]
    return [*found, ")"]


def _query(document: Document, query: OpenQuery) -> Words:
    card = _card(document, query)
    if card is None:
        return query.sentence
    section = Link(f"section {document.section_number(card.section)}", f"#{card.section}")
    return (f"{query.kind}, ", section, f": {query.words}")


def _card(document: Document, query: OpenQuery) -> Card | None:
    return document.first_page.cards[query.card - 1] if query.card else None
