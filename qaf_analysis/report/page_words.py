"""Words of the glossary where a section first uses them: links that show their meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.blocks import (
    Inline,
    Link,
    Listing,
    Note,
    Paragraph,
    Strong,
    Words,
    pieces,
)
from qaf_analysis.report.document import Document, Placed
from qaf_analysis.report.page_parts import Beside, Part
from qaf_analysis.terms.errors import DocumentError
from qaf_analysis.terms.glossary import GLOSSARY

_PLACE = re.compile(r"#page-word-[a-z0-9-]+")


@dataclass(frozen=True)
class Term(Link):
    """A word as the report uses it, leading to its row of the glossary."""

    def __post_init__(self) -> None:
        if not _PLACE.fullmatch(self.target):
            raise DocumentError(f'The word "{self.text}" leads to no row of the glossary.')


def glossary_tables(document: Document) -> tuple[Table, ...]:
    """Find the tables of a report that explain its words; no word is in two of them."""
    found: list[Table] = []
    known: set[str] = set()
    for block in document.body:
        if isinstance(block, Table) and _explains(block) and known.isdisjoint(_words_of(block)):
            found.append(block)
            known |= _words_of(block)
    return tuple(found)


def _explains(table: Table) -> bool:
    words = _words_of(table)
    is_whole = len(words) == len(table.rows) > 0
    return len(table.columns) == 2 and is_whole and words <= GLOSSARY.keys()


def _words_of(table: Table) -> set[str]:
    return {row[0] for row in table.rows}


def meanings(document: Document) -> Mapping[str, str]:
    """The words that a report explains, each with its meaning there."""
    return {row[0]: row[1] for table in glossary_tables(document) for row in table.rows}


def word_id(word: str) -> str:
    """Id of a word's row in the glossary.

    Examples
    --------
    >>> word_id("Smallest change found")
    'page-word-smallest-change-found'
    """
    return "page-word-" + re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")


class WordLinks:
    """Turns the first use of a word into a link, section by section.

    Parameters
    ----------
    words : sequence of str
        Words of the glossary.
    anew : bool
        Whether each section begins anew; else a word is linked once in the whole report.
    most : int or None
        Most links in all; None for as many as there are.

    Notes
    -----
    Only plain words of paragraphs, lists and notes are looked at: headings, tables, figures,
    links and strong words stay as they are. The words themselves are never altered.
    """

    def __init__(self, words: Sequence[str], *, anew: bool, most: int | None = None) -> None:
        # A longer word comes first: "control chart" would not be found behind "control".
        longest = sorted(words, key=len, reverse=True)
        self._named = {word.lower(): word for word in words}
        each = "|".join(map(re.escape, longest))
        self._use = re.compile(rf"(?<![\w-])({each})(s?)(?![\w-])", re.IGNORECASE)
        self._anew, self._left = anew, most
        self._told: set[str] = set()

    def sections(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """Link the words of every section of a report."""
        return tuple(map(self._section, parts)) if self._named else tuple(parts)

    def _section(self, part: Part) -> Part:
        if self._anew:
            self._told.clear()
        return self._part(part)

    def _part(self, part: Part) -> Part:
        blocks = tuple(
            Beside(text=self._blocks(each.text), notes=self._blocks(each.notes))
            if isinstance(each, Beside)
            else self._placed(each)
            for each in part.blocks
        )
        return replace(part, blocks=blocks, parts=tuple(map(self._part, part.parts)))

    def _blocks(self, blocks: Sequence[Placed]) -> tuple[Placed, ...]:
        return tuple(map(self._placed, blocks))

    def _placed(self, placed: Placed) -> Placed:
        match placed.block:
            case Paragraph(words=words) as paragraph:
                return replace(placed, block=replace(paragraph, words=self._words(words)))
            case Listing(items=items) as listing:
                return replace(placed, block=replace(listing, items=tuple(map(self._words, items))))
            case Note(lines=lines) as note:
                return replace(placed, block=replace(note, lines=tuple(map(self._words, lines))))
            case _:
                return placed

    def _words(self, words: Words) -> Words:
        return tuple(self._linked(pieces(words)))

    def _linked(self, inline: Sequence[Inline]) -> Iterator[Inline]:
        for piece in inline:
            if isinstance(piece, Strong | Link):
                yield piece
            else:
                yield from self._plain(piece)

    def _plain(self, text: str) -> Iterator[Inline]:
        done = 0
        for use in self._use.finditer(text):
            word = self._named[use[1].lower()]
            if word in self._told or self._left == 0:
                continue
            self._told.add(word)
            if self._left is not None:
                self._left -= 1
            yield text[done : use.start()]
            yield Term(use[0], f"#{word_id(word)}")
            done = use.end()
        yield text[done:]
