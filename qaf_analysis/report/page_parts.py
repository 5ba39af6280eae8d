"""A report's blocks as its page holds them: sections, their parts, and notes beside the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qaf_analysis.report.blocks import Heading, Listing, Note, Paragraph
from qaf_analysis.report.document import Document, Placed

CONTENTS_FROM = 9
"""Sections from which a report has contents; a committee's eight pages need none."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Paragraphs and lists, and the notes that stand in the margin beside them."""

    text: tuple[Placed, ...]
    notes: tuple[Placed, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section, or one part of it, with what stands under its heading.

    Parameters
    ----------
    heading : Placed
        Of level 2 or 3.
    blocks : tuple
        What stands under the heading before the first part.
    parts : tuple of Part
        The parts of a section; a part has none.
    is_folded : bool
        Whether the reader unfolds it.
    is_open : bool
        Whether it is unfolded from the first.
    """

    heading: Placed
    blocks: tuple[Placed | Beside, ...]
    parts: tuple[Part, ...] = ()
    is_folded: bool = False
    is_open: bool = False


def has_contents(document: Document) -> bool:
    """Whether a report is long enough for contents and for ways back to them."""
    return document.folded or len(document.sections) >= CONTENTS_FROM


def page_parts(body: Sequence[Placed], *, folded: bool) -> tuple[Part, ...]:
    """Lay out the body of a report.

    Parameters
    ----------
    body : sequence of Placed
        Its blocks with their numbers; the first is the heading of a section.
    folded : bool
        Whether sections are folded, all but the first. A section that holds nothing but parts,
        such as an appendix, stays open and its parts are folded.
    """
    return tuple(
        _section(heading, blocks, folded=folded, is_first=place == 0)
        for place, (heading, blocks) in enumerate(_under_headings(body, level=2))
    )


def _section(heading: Placed, blocks: Sequence[Placed], *, folded: bool, is_first: bool) -> Part:
    own = list(_before(blocks, level=3))
    below = _under_headings(blocks[len(own) :], level=3)
    only_parts = bool(below) and not own
    return Part(
        heading=heading,
        blocks=_with_margin(own),
        parts=tuple(
            Part(
                heading=part,
                blocks=_with_margin(rest),
                is_folded=folded and only_parts,
                is_open=is_first and place == 0,
            )
            for place, (part, rest) in enumerate(below)
        ),
        is_folded=folded and not only_parts,
        is_open=is_first,
    )


def _before(blocks: Sequence[Placed], *, level: int) -> Iterator[Placed]:
    for placed in blocks:
        if _level(placed) == level:
            return
        yield placed


def _under_headings(blocks: Sequence[Placed], *, level: int) -> list[tuple[Placed, list[Placed]]]:
    found: list[tuple[Placed, list[Placed]]] = []
    for placed in blocks:
        if _level(placed) == level:
            found.append((placed, []))
        else:
            found[-1][1].append(placed)
    return found


def _level(placed: Placed) -> int:
    return placed.block.level if isinstance(placed.block, Heading) else 0


def _with_margin(blocks: Sequence[Placed]) -> tuple[Placed | Beside, ...]:
    """Put each note of the margin beside the run of words before it.

    Where no words stand before it, it stays where it falls.
    """
    out: list[Placed | Beside] = []
    for placed in blocks:
        if not (isinstance(placed.block, Note) and placed.block.place == "margin"):
            out.append(placed)
            continue
        if out and isinstance(before := out[-1], Beside):
            out[-1] = Beside(text=before.text, notes=(*before.notes, placed))
            continue
        text: list[Placed] = []
        while out and isinstance(last := out[-1], Placed) and _is_text(last):
            text.insert(0, last)
            out.pop()
        out.append(Beside(text=tuple(text), notes=(placed,)) if text else placed)
    return tuple(out)


def _is_text(placed: Placed) -> bool:
    return isinstance(placed.block, Paragraph | Listing)
