"""The working edition for the quality lead: what to do first, then what an hour's work needs.

Cases to discuss, domains, sittings, teams, moderators, actions and the next sample. No table here
is about single auditors. Everything that is cut stands whole in the annex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaf_analysis import __version__
from qaf_analysis.kit.parts import Card
from qaf_analysis.report.blocks import Block, Figure, Heading, Listing
from qaf_analysis.report.by_headline import DIFFERS, headlines_table
from qaf_analysis.report.document import Document, FirstPage
from qaf_analysis.report.editions.next_round import next_round
from qaf_analysis.report.editions.supplied import not_supplied
from qaf_analysis.report.editions.to_do import ToDo, in_short, to_do, to_do_table
from qaf_analysis.report.editions.working_sections import (
    ACTIONS,
    MODERATORS,
    SITTINGS,
    WorkingSection,
    working_sections,
)
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.quarterly import SYNTHETIC, cards_of, lead_of, subtitle
from qaf_analysis.topics.common.brief import sentences
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.words import data_warnings
from qaf_analysis.topics.registry import Results

EDITION = "working edition"
NOT_SUPPLIED, MOVED = "not-supplied", "from-committee"

# Cards' sections of the long report, and the section here that says more.
_ANSWERED_IN = {
    "agreement": SITTINGS,
    "moderation": MODERATORS,
    "themes": ACTIONS,
    "process": SITTINGS,
}


def working_document(
    results: Results,
    *,
    run_id: str,
    look: Look = PLAIN,
    moved: Sequence[Block] = (),
    cards: Sequence[Card] | None = None,
) -> Document:
    """Compose the working edition from released results.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    look : Look
        What it bears of the council's own.
    moved : sequence of Block
        What the committee edition had no room for; it stands here in a section of its own.
    cards : sequence of Card, optional
        The cards of the long report, where they are made already: drawing takes time.
    """
    following = next_round(results)
    every = working_sections(results, following)
    told = tuple(section for section in every if section.blocks)
    body = tuple(block for section in told for block in section.whole)
    body += (*_moved(moved, body), *_not_supplied(results, every))
    numbers = _numbers(body)
    todo = tuple(
        item if item.section in numbers else replace(item, section=NOT_SUPPLIED)
        for item in to_do(results, draw=following.draw)
    )
    return Document(
        title=f"Working report, {results[Programme].scope.quarter}",
        first_page=_first_page(results, run_id, todo=todo, numbers=numbers, cards=cards),
        body=body,
        colophon=f"Made by qaf_analysis {__version__}, run {run_id}. Tables that are cut here "
        "stand whole in the annex and the spreadsheet of this run.",
        folded=True,
        look=look,
    )


def _numbers(body: Sequence[Block]) -> dict[str, int]:
    headings = [one for one in body if isinstance(one, Heading) and one.level == 2]
    return {heading.id: number for number, heading in enumerate(headings, start=1)}


def _first_page(
    results: Results,
    run_id: str,
    *,
    todo: Sequence[ToDo],
    numbers: dict[str, int],
    cards: Sequence[Card] | None,
) -> FirstPage:
    programme, overview = results[Programme], results.released(Programme)
    return FirstPage(
        marking=overview.marking,
        edition=f"{EDITION}, not for publication",
        run_id=run_id,
        subtitle=subtitle(programme),
        ask=in_short(todo),
        lead=lead_of(results),
        cards=tuple(_card(card, numbers) for card in cards or cards_of(results)),
        highlights=(
            *((to_do_table(todo, numbers=numbers),) if todo else ()),
            *headlines_table(results),
        ),
        warnings=data_warnings(results[Intake]),
        invented=SYNTHETIC if programme.synthetic else "",
    )


def _card(card: Card, numbers: dict[str, int]) -> Card:
    """The card in short, without its picture, leading to what this edition says more.

    One sentence is enough, but not where each headline has its own.
    """
    section = _ANSWERED_IN[card.section]
    return replace(
        card,
        words=card.words if card.verdict == DIFFERS else sentences(str(card.words))[0],
        picture=None,
        section=section if section in numbers else NOT_SUPPLIED,
    )


def _moved(moved: Sequence[Block], body: tuple[Block, ...]) -> tuple[Block, ...]:
    """What the committee edition had no room for and this edition does not hold anyway."""
    here = {block.picture.svg for block in body if isinstance(block, Figure)}
    left = tuple(
        block
        for block in moved
        if block not in body
        and not isinstance(block, Heading)
        and not (isinstance(block, Figure) and block.picture.svg in here)
    )
    if not left:
        return ()
    return (Heading(text="What the committee edition had no room for", id=MOVED), *left)


def _not_supplied(results: Results, every: Sequence[WorkingSection]) -> tuple[Block, ...]:
    """A line for each source that is missing, each once."""
    lines = dict.fromkeys(
        (*(section.missing for section in every if section.missing), *not_supplied(results))
    )
    return (
        Heading(text="Not supplied for this report", id=NOT_SUPPLIED),
        Listing(items=tuple(lines)),
    )
