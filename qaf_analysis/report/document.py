"""The whole report before it is written: its first page, its sections, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qaf_analysis.kit.parts import Card, Table
from qaf_analysis.report.blocks import (
    Block,
    Figure,
    Heading,
    Link,
    Listing,
    Note,
    Paragraph,
    Words,
    pieces,
    words_of,
)
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.signoff import UNSIGNED, SignOff
from qaf_analysis.terms.errors import DocumentError

CARDS = 4
CONTENTS_FROM = 9
"""Sections from which on a report has a list of contents; a shorter one is its own list."""


@dataclass(frozen=True, kw_only=True)
class BigNumber:
    """One of the two numbers a reader takes away, and what it is."""

    number: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The sentence that answers how good practice is, as far as audits can tell."""

    numbers: tuple[BigNumber, ...]  # the council's own, then the moderators' if there is one
    words: Words

    def __post_init__(self) -> None:
        if not 1 <= len(self.numbers) <= 2:
            raise DocumentError("The lead of a report shows one or two numbers.")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A titled list."""

    title: str
    items: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """Everything a reader with two minutes sees.

    Parameters
    ----------
    marking, edition : str
        Protective marking and edition, such as OFFICIAL-SENSITIVE and "board edition".
    run_id : str
        Run the report comes from.
    subtitle : str
        Council, and how many audits of which months.
    ask : Words
        What the reader is asked to do; empty where nothing is asked.
    lead : Lead
        The two big numbers and the sentence.
    cards : tuple of Card
        The four questions, in their fixed order.
    highlights : tuple of Block
        What follows the cards: the grades over time, or a table of actions to agree.
    recommended, limits : Box or None
        What is recommended, and what so many audits can and cannot tell.
    closing : tuple of Words
        The last lines of the page, such as what changed since the last report.
    sign_off : SignOff
        Who checked and signed it, and whether that still applies; a draft while nobody has.
    warnings : tuple of str
        What the reader must know of the data before any figure.
    invented : str
        Said in a banner when the data are not real; empty otherwise.

    Raises
    ------
    DocumentError
        If there are not four cards, or the marking or the run is not given.
    """

    marking: str
    edition: str
    run_id: str
    subtitle: str
    lead: Lead
    cards: tuple[Card, ...]
    ask: Words = ""
    highlights: tuple[Block, ...] = ()
    recommended: Box | None = None
    limits: Box | None = None
    closing: tuple[Words, ...] = ()
    sign_off: SignOff = UNSIGNED
    warnings: tuple[str, ...] = ()
    invented: str = ""

    def __post_init__(self) -> None:
        if len(self.cards) != CARDS:
            raise DocumentError(f"The first page answers {CARDS} questions, not {len(self.cards)}.")
        if not self.marking.strip() or not self.run_id.strip():
            raise DocumentError("The first page needs its protective marking and its run.")

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes that it has."""
        return tuple(box for box in (self.recommended, self.limits) if box is not None)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A block with the number it bears: "3", "3.2", "Table 1", "Figure 4", or none."""

    block: Block
    number: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report in reading order.

    Parameters
    ----------
    title : str
        The only heading of level 1.
    first_page : FirstPage
        The first page.
    body : tuple of Block
        The sections; the first block is a heading of level 2.
    colophon : Words
        Last line: how and from what the report was made.
    folded : bool
        Whether a page folds its sections, as the long editions do; print shows them all.
    searchable : bool
        Whether a page can be searched, by the one script that it then holds.
    figure_folder : str
        Folder beside the page with each figure for slides; empty where there is none.
    opens_alone : bool
        Whether the first page stands on a page of its own in print.
    look : Look
        The council's own name, logo, colour and committee.

    Raises
    ------
    DocumentError
        If a heading skips a level, an id stands twice, or a link or card leads nowhere.
    """

    title: str
    first_page: FirstPage
    body: tuple[Block, ...]
    colophon: Words = ""
    folded: bool = False
    searchable: bool = False
    figure_folder: str = ""
    opens_alone: bool = False
    look: Look = PLAIN

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise DocumentError("A report needs a title.")
        if self.body and not isinstance(self.body[0], Heading):
            raise DocumentError("The body of a report begins with the heading of a section.")
        _check_order(self.first_page.highlights)
        _check_order(self.body)
        self._check_ids()
        self._check_links()

    @property
    def sections(self) -> tuple[Heading, ...]:
        """Headings of level 2 in the body, in order; the first has number 1."""
        return tuple(b for b in self.body if isinstance(b, Heading) and b.level == 2)

    @property
    def has_contents(self) -> bool:
        """Whether a printed report lists its sections."""
        return len(self.sections) >= CONTENTS_FROM

    def section_number(self, section: str) -> int:
        """Return the number of the section with an id."""
        return [heading.id for heading in self.sections].index(section) + 1

    def placed(self) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
        """Blocks of the first page and of the body with their numbers."""
        highlights = self.first_page.highlights
        numbered = list(_numbered((*highlights, *self.body), unnumbered=len(highlights)))
        return tuple(numbered[: len(highlights)]), tuple(numbered[len(highlights) :])

    def _check_ids(self) -> None:
        blocks = (*self.first_page.highlights, *self.body)
        ids = [block.id for block in blocks if isinstance(block, Heading)]
        for name in ids:
            if ids.count(name) > 1:
                raise DocumentError(f'Two headings of the report have the id "{name}".')

    def _check_links(self) -> None:
        page = self.first_page
        blocks = (*page.highlights, *self.body)
        known = {f"#{block.id}" for block in blocks if isinstance(block, Heading)}
        runs: list[Words] = [page.lead.words, *(card.words for card in page.cards)]
        runs += [self.colophon, page.ask, *page.closing]
        runs += [item for box in page.boxes for item in box.items]
        runs += [words for block in blocks for words in words_of(block)]
        for piece in (piece for words in runs for piece in pieces(words)):
            if isinstance(piece, Link) and piece.is_internal and piece.target not in known:
                raise DocumentError(f'The link "{piece.text}" leads to no heading of the report.')
        sections = {heading.id for heading in self.sections}
        for card in page.cards:
            if card.section not in sections:
                raise DocumentError(f'The card "{card.question}" leads to no section.')


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Words of a section, and the note that stands in the margin beside them."""

    blocks: tuple[Placed, ...]
    note: Note


def with_margins(placed: Sequence[Placed]) -> Iterator[Placed | Beside]:
    """Gather each note of the margin with the words before it, for pages that have a margin."""
    waiting: list[Placed] = []
    for each in placed:
        block = each.block
        if isinstance(block, (Paragraph, Listing)):
            waiting.append(each)
        elif isinstance(block, Note) and block.place == "margin" and waiting:
            yield Beside(blocks=tuple(waiting), note=block)
            waiting = []
        else:
            yield from waiting
            waiting = []
            yield each
    yield from waiting


def _check_order(blocks: Sequence[Block]) -> None:
    level = 1
    for heading in (block for block in blocks if isinstance(block, Heading)):
        if heading.level > level + 1:
            raise DocumentError(
                f'The heading "{heading.text}" skips from level {level} to level {heading.level}.'
            )
        level = heading.level


def _numbered(blocks: Sequence[Block], *, unnumbered: int) -> Iterator[Placed]:
    """Number tables and figures throughout, sections and paragraphs after the first page."""
    section = paragraph = table = figure = 0
    for place, block in enumerate(blocks):
        in_body = place >= unnumbered
        number = ""
        match block:
            case Heading(level=2) if in_body:
                section, paragraph = section + 1, 0
                number = str(section)
            case Paragraph(is_numbered=True) if in_body:
                paragraph += 1
                number = f"{section}.{paragraph}"
            case Table():
                table += 1
                number = f"Table {table}"
            case Figure():
                figure += 1
                number = f"Figure {figure}"
            case _:
                pass
        yield Placed(block=block, number=number)
