"""Fit an edition to its pages: what matters least is given up first, and named where it stood.

Type, margins and charts are never made smaller. What is given up goes to the working edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from qaf_analysis.kit.parts import Table, listed
from qaf_analysis.report.blocks import Block, Figure, Heading, Note, Paragraph
from qaf_analysis.report.document import Document, FirstPage
from qaf_analysis.report.layout import Layout
from qaf_analysis.topics.common.brief import ALWAYS

MOST_BLANK = 1 / 3
"""Share of a page that may be left blank at its foot."""

MOST_TRIES = 24


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A block of a section, and how long it is kept.

    Parameters
    ----------
    block : Block
    keep : int
        1 to 9: what has the lowest is given up first; ``ALWAYS`` stays.
    is_filler : bool
        Whether it is worth having only where a page would else be left blank.
    """

    block: Block
    keep: int = ALWAYS
    is_filler: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section with everything that it could hold."""

    heading: Heading
    blocks: tuple[Kept, ...]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An edition before it is fitted.

    Parameters
    ----------
    parts : tuple of Part
    openings : tuple of FirstPage
        The first page, and shorter ones in its place, the fullest first.
    whole : callable
        From a first page and the blocks of the body to the document.
    elsewhere : str
        Where what is given up can be read, such as "the working edition".
    """

    parts: tuple[Part, ...]
    openings: tuple[FirstPage, ...]
    whole: Callable[[FirstPage, tuple[Block, ...]], Document]
    elsewhere: str

    def document(self, gone: frozenset[tuple[int, int]], *, opening: int = 0) -> Document:
        """Return the edition with one of its first pages, without some of its blocks.

        Blocks are named by the place of their section and their place in it.
        """
        return self.whole(
            self.openings[opening],
            tuple(
                block
                for place, part in enumerate(self.parts)
                for block in _blocks(part, _of(gone, place), self.elsewhere)
            ),
        )

    def headings_only(self, *, opening: int) -> Document:
        """Return one of its first pages before the headings of its sections: quickly laid out."""
        return self.whole(self.openings[opening], tuple(part.heading for part in self.parts))

    def moved(self, gone: frozenset[tuple[int, int]]) -> tuple[Block, ...]:
        """Return what was given up, in its order; fillers are told elsewhere anyway."""
        each = [self.parts[place].blocks[index] for place, index in sorted(gone)]
        return tuple(kept.block for kept in each if not kept.is_filler)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """An edition that fits, and what it had to give up.

    ``gone`` names what was given up by the place of its section and its place in it.
    """

    document: Document
    moved: tuple[Block, ...]
    layout: Layout
    gone: frozenset[tuple[int, int]] = frozenset()


LayOut = Callable[[Document], Layout]


def fitted(draft: Draft, *, pages: int, lay_out: LayOut) -> Fitted:
    """Choose what an edition holds, so that it fits its pages and leaves none of them half empty.

    Parameters
    ----------
    draft : Draft
        The edition with everything that it could hold.
    pages : int
        Most pages that it may have.
    lay_out : callable
        From a document to how it fills its pages.

    Returns
    -------
    Fitted
        Too long, rather than none, where what may never be given up needs more pages: a report
        is not withheld for its length. ``Fitted.layout`` tells.
    """
    gone = frozenset(_places(draft, lambda kept: kept.is_filler))
    opening, found = _opened(draft, gone, lay_out)
    while found.pages > pages:
        place = _next_to_go(draft, gone)
        if place is None:
            break
        gone |= {place}
        found = lay_out(draft.document(gone, opening=opening))
    fit = _Fit(draft=draft, opening=opening, pages=pages, lay_out=lay_out)
    gone, found = fit.filled(gone, found)
    return Fitted(
        document=draft.document(gone, opening=opening),
        moved=draft.moved(gone),
        layout=found,
        gone=gone,
    )


def opened_anew(fit: Fitted, draft: Draft, *, lay_out: LayOut) -> Fitted:
    """Return a fitted edition with other first pages; its sections give up what they gave up.

    Parameters
    ----------
    fit : Fitted
        The edition as it was fitted.
    draft : Draft
        The same with the first pages that it is to have, the fullest first.
    lay_out : callable
        From a document to how it fills its pages.
    """
    opening, found = _opened(draft, fit.gone, lay_out)
    return replace(fit, document=draft.document(fit.gone, opening=opening), layout=found)


def _opened(draft: Draft, gone: frozenset[tuple[int, int]], lay_out: LayOut) -> tuple[int, Layout]:
    """The fullest first page that fits one page; the shortest where none does."""
    last = len(draft.openings) - 1
    for opening in range(last):
        if lay_out(draft.headings_only(opening=opening)).opening > 1:
            continue
        found = lay_out(draft.document(gone, opening=opening))
        if found.opening == 1:
            return opening, found
    return last, lay_out(draft.document(gone, opening=last))


@dataclass(frozen=True, kw_only=True)
class _Fit:
    draft: Draft
    opening: int
    pages: int
    lay_out: LayOut

    def filled(
        self, gone: frozenset[tuple[int, int]], found: Layout
    ) -> tuple[frozenset[tuple[int, int]], Layout]:
        """Let blocks in, or give further ones up, as long as less of a page is left blank."""
        tries = 0
        better = True
        while better and _too_blank(found) > 0 and tries < MOST_TRIES:
            better = False
            for place in _changes(self.draft, gone):
                tries += 1
                other = self.lay_out(self.draft.document(gone ^ {place}, opening=self.opening))
                if other.pages <= self.pages and _too_blank(other) < _too_blank(found) - 1e-6:
                    gone, found, better = gone ^ {place}, other, True
                    break
                if tries >= MOST_TRIES:
                    break
        return gone, found


def _changes(draft: Draft, gone: frozenset[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Blocks to let in, what matters most first; then blocks to give up, what matters least."""
    keep = {
        (place, index): kept.keep
        for place, part in enumerate(draft.parts)
        for index, kept in enumerate(part.blocks)
    }
    yield from sorted(gone, key=lambda one: (-keep[one], one))
    yield from sorted(
        (one for one in keep if one not in gone and keep[one] < ALWAYS),
        key=lambda one: (keep[one], [-at for at in one]),
    )


def _too_blank(found: Layout) -> float:
    return sum(max(0.0, share - MOST_BLANK) for share in found.blank)


def _next_to_go(draft: Draft, gone: frozenset[tuple[int, int]]) -> tuple[int, int] | None:
    """The block of the lowest ``keep`` that is still there, the last such first."""
    left = [place for place in _places(draft, lambda kept: kept.keep < ALWAYS) if place not in gone]
    return min(
        left,
        key=lambda one: (draft.parts[one[0]].blocks[one[1]].keep, -one[0], -one[1]),
        default=None,
    )


def _places(draft: Draft, wanted: Callable[[Kept], bool]) -> Iterator[tuple[int, int]]:
    for place, part in enumerate(draft.parts):
        for index, kept in enumerate(part.blocks):
            if wanted(kept):
                yield place, index


def _of(gone: frozenset[tuple[int, int]], place: int) -> set[int]:
    return {index for section, index in gone if section == place}


def _blocks(part: Part, gone: set[int], elsewhere: str) -> Iterator[Block]:
    yield part.heading
    yield from (kept.block for index, kept in enumerate(part.blocks) if index not in gone)
    moved = [part.blocks[index] for index in sorted(gone)]
    names = [name for name in (_name(kept.block) for kept in moved if not kept.is_filler) if name]
    if names:
        yield Paragraph(words=f"In {elsewhere}: {listed(names)}.", is_numbered=False)


def _name(block: Block) -> str:
    """What a block is called in a sentence; words have no name of their own."""
    match block:
        case Table():
            return f"the table “{block.caption}”"
        case Figure():
            return f"the figure “{block.picture.title}”"
        case Note():
            return f"the note “{block.label}”"
        case _:
            return ""
