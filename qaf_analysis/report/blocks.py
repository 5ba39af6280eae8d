"""What a report is made of: words, headings, paragraphs, lists, figures and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.terms.errors import DocumentError

_ID = re.compile(r"(?!page-)[a-z][a-z0-9-]*")  # "page-" is kept for the writer's own
_BESIDE = re.compile(r"[A-Za-z0-9_][\w .-]*(/[A-Za-z0-9_][\w .-]*)*(#[\w-]+)?")
DEEPEST = 4


@dataclass(frozen=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True)
class Link:
    """Words that lead to a place in the report, or to a file beside it.

    Parameters
    ----------
    text : str
        What the reader sees; it must make sense on its own.
    target : str
        ``#id`` of a heading, or a path below the report's own folder.

    Raises
    ------
    DocumentError
        If the text is empty, or the target is an address, a script or a path that leaves the
        folder: a report fetches nothing and runs nothing.

    Examples
    --------
    >>> Link("Section 3", "#agreement").is_internal
    True
    """

    text: str
    target: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise DocumentError("A link needs words that say where it leads.")
        inside = self.is_internal and _ID.fullmatch(self.target[1:])
        beside = _BESIDE.fullmatch(self.target) and ".." not in self.target
        if not (inside or beside):
            raise DocumentError(
                f'The link "{self.text}" may lead only to a heading of the report or to a file '
                "below its folder."
            )

    @property
    def is_internal(self) -> bool:
        """Whether it leads to a place in the report itself."""
        return self.target.startswith("#")


Inline = str | Strong | Link
Words = str | tuple[Inline, ...]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; level 2 opens a numbered section, levels 3 and 4 divide it."""

    text: str
    id: str
    level: int = 2

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise DocumentError("A heading may not be empty.")
        if not _ID.fullmatch(self.id):
            raise DocumentError(
                f'The heading "{self.text}" needs an id of lower-case letters, digits and '
                f'hyphens that does not begin with "page-", not "{self.id}".'
            )
        if not 2 <= self.level <= DEEPEST:
            raise DocumentError(
                f'The heading "{self.text}" has level {self.level}; a report uses levels 2 to '
                f"{DEEPEST}, level 1 being its title."
            )


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One paragraph; a numbered one is counted within its section, as committee papers do."""

    words: Words
    is_numbered: bool = True


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list, with numbers where the order matters."""

    items: tuple[Words, ...]
    is_ordered: bool = False

    def __post_init__(self) -> None:
        if not self.items:
            raise DocumentError("A list needs at least one item.")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture with its measure above and its source line below.

    Parameters
    ----------
    picture : Picture
        The drawing, its title and its alternative text.
    measure : str
        What is measured, under the finding.
    source : Words
        Records used, what was left out and why, method, where to read on.
    """

    picture: Picture
    measure: str = ""
    source: Words = ""


@dataclass(frozen=True, kw_only=True)
class Note:
    """A remark, such as what a section does not show or why it is missing.

    In a box where it falls, or in the margin beside the paragraphs before it; a page without a
    margin shows both as a box.
    """

    label: str
    lines: tuple[Words, ...]
    place: Literal["box", "margin"] = "box"

    def __post_init__(self) -> None:
        if not self.label.strip() or not self.lines:
            raise DocumentError("A note needs a label and at least one line.")


Block = Heading | Paragraph | Listing | Figure | Note | Table


def pieces(words: Words) -> tuple[Inline, ...]:
    """Words as a sequence of inline parts."""
    return (words,) if isinstance(words, str) else words


def words_of(block: Block) -> tuple[Words, ...]:
    """Every run of words in a block that may hold links."""
    match block:
        case Paragraph():
            return (block.words,)
        case Listing():
            return block.items
        case Figure():
            return (block.source,)
        case Note():
            return block.lines
        case Heading() | Table():
            return ()
