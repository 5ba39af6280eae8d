"""What a committee is told of a question: a few sentences, a figure, a table, and what it is not.

Each topic writes its own in its ``brief.py``; the committee edition puts them in order and, where
pages are full, gives up first what has the lowest ``keep``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qaf_analysis.kit.parts import Picture, Table

ALWAYS = 9
"""``keep`` of what is never given up for room."""

_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_MARGIN_WORDS = 60


@dataclass(frozen=True, kw_only=True)
class Told:
    """One paragraph, picture or table of a brief.

    Parameters
    ----------
    what : str, Picture or Table
        Words of a paragraph, or what is shown.
    keep : int
        1 to 9: what has the lowest is given up first; ``ALWAYS`` stays.
    measure : str
        What a picture measures, under its finding.
    is_filler : bool
        Whether it is shown only where a page would else be left blank.
    """

    what: str | Picture | Table
    keep: int = ALWAYS
    measure: str = ""
    is_filler: bool = False

    def about(self, headline: str) -> Told:
        """Return it with the headline it is about before what it shows; words stay as they are."""
        if isinstance(self.what, str):
            return self
        return replace(self, what=self.what.about(headline))


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a committee is told of one question.

    Parameters
    ----------
    claim : str
        The finding as a heading.
    paragraphs : tuple of Told
        Sentences, the most important first.
    shown : tuple of Told
        Pictures and tables.
    limits : str
        What the finding does not show.
    source : str
        Records used, left out and why.
    """

    claim: str
    paragraphs: tuple[Told, ...]
    shown: tuple[Told, ...] = ()
    limits: str
    source: str

    def about(self, headline: str) -> Brief:
        """Return the brief with the headline it is about before its claim and what it shows.

        Examples
        --------
        >>> said = Brief(claim="Auditors agree well", paragraphs=(), limits="", source="")
        >>> said.about("Help and protection").claim, said.about("") == said
        ('Help and protection: Auditors agree well', True)
        """
        if not headline:
            return self
        shown = tuple(told.about(headline) for told in self.shown)
        return replace(self, claim=f"{headline}: {self.claim}", shown=shown)


def short_limits(limits: str, *, words: int = _MARGIN_WORDS) -> str:
    """Return as many whole sentences as a margin has room for; never less than the first.

    Examples
    --------
    >>> short_limits("One thing. Another thing. A third.", words=4)
    'One thing. Another thing.'
    """
    kept: list[str] = []
    for sentence in sentences(limits):
        if kept and len(" ".join([*kept, sentence]).split()) > words:
            break
        kept.append(sentence)
    return " ".join(kept)


def sentences(words: str) -> list[str]:
    """Return the sentences of a paragraph.

    Examples
    --------
    >>> sentences("It rose. Why? Nobody knows.")
    ['It rose.', 'Why?', 'Nobody knows.']
    """
    return _SENTENCE_END.split(words)
