"""The annex: everything behind the other editions, without what tells single auditors apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.parts import Card
from qaf_analysis.report.blocks import Block, Heading, Note
from qaf_analysis.report.document import Document
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.report.writers.chosen_tables import every_table, figures_about_auditors
from qaf_analysis.topics.registry import Results

EDITION = "annex"


def annex_document(
    results: Results, *, run_id: str, look: Look = PLAIN, cards: Sequence[Card] | None = None
) -> tuple[Document, Document]:
    """Compose the annex from released results, and the same with tables about single auditors.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    look : Look
        What it bears of the council's own.
    cards : sequence of Card, optional
        The cards of the first page, where they are made already: drawing takes time.
    """
    whole = quarterly_document(results, run_id=run_id, look=look, cards=cards)
    tables = [one.table for one in every_table(whole) if one.about_auditors]
    # A drawing tells what its table tells.
    drawn = figures_about_auditors(whole)
    sealed = [id(one) for one in (*tables, *drawn)]
    kept = _without_empty_headings([block for block in whole.body if id(block) not in sealed])
    annex = replace(
        whole,
        title=f"{whole.title}: annex",
        first_page=replace(whole.first_page, edition=f"{EDITION}, not for publication"),
        body=(*kept, *_kept_apart(len(tables), len(drawn))),
        folded=True,
        searchable=True,
    )
    return annex, whole


def _kept_apart(tables: int, drawn: int) -> Iterator[Block]:
    if tables:
        figures = f" {counted(drawn, 'figure')} that shows them is left out." if drawn == 1 else ""
        if drawn > 1:
            figures = f" {counted(drawn, 'figure')} that show them are left out."
        yield Note(
            label="Kept apart",
            lines=(
                f"{counted(tables, 'table')} about single auditors, by code, "
                f"{'stands' if tables == 1 else 'stand'} in a workbook of its own for the audit "
                f"manager. It is made only when it is asked for.{figures}",
            ),
        )


def _without_empty_headings(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave out headings below which nothing is left, from the end: one may leave the one above."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if not (isinstance(block, Heading) and _ends(block, kept[-1] if kept else None)):
            kept.append(block)
    return tuple(reversed(kept))


def _ends(heading: Heading, after: Block | None) -> bool:
    return after is None or (isinstance(after, Heading) and after.level <= heading.level)
