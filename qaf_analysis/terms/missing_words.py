"""Words that stand for a missing value: one rule for every column, in any spelling of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_LISTED = """
null; nul; none; nil; nan; nat; na; n/a; nk; n/k; n/d; n/r; n/v; unknown; not known; not applicable;
not available; not recorded; not entered; not stated; not given; not provided; not specified;
not completed; not set; not selected; not answered; no value; no data; no entry; no answer;
no selection; no date; missing; missing value; blank; blanks; empty; void; undefined; unspecified;
unrecorded; unstated; tbc; tba; tbd; to be confirmed; to be advised; to be agreed; to be decided;
to be determined; to follow; select; select one; select an option; please select; please choose;
choose; choose one; choose an item; click or tap to enter text; click or tap to enter a date;
click here to enter text; click here to enter a date; anonymous; not allocated; unallocated; vacant;
pending; awaiting
"""
MISSING_WORDS = tuple(" ".join(word.split()) for word in _LISTED.split(";"))
"""Words read as blank unless a council says otherwise; brackets and dots round them do not count.

What says something of a case, such as "declined", "not yet audited" or "other", is no word for a
missing value. A council with a team of the name "Unallocated" declares it in not_missing_words.
"""

_PEOPLE = ("auditor", "moderator", "user", "worker", "person", "name", "team")
# Signs that stand round a word, or alone, where nothing is recorded.
_ROUND = " ()[]<>{}*_-–—.?#'\"‘’“”!:;,|~=…/"
_MARKS = re.compile(r"[\s()\[\]<>{}*_\-–—.?#'\"‘’“”!:;,|~=…/\\•·]+")
_DATABASE_NULL = ("\\n", "\\\\n")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"(\w\.)+\w")
_BETWEEN = re.compile(r" - | – |/|[:;,(\[]")


def missing_key(text: str) -> str:
    """Key under which words for missing are the same: case, brackets, dots, dashes, spaces.

    Examples
    --------
    >>> missing_key("(Not-Recorded)"), missing_key("<NA>"), missing_key("N / A.")
    ('not recorded', 'na', 'n/a')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip(_ROUND)
    if _LETTERS.fullmatch(plain):
        plain = plain.replace(".", "")
    words = " ".join(re.sub(r"[-_‐‑–—]+", " ", plain).split())
    return re.sub(r" ?/ ?", "/", words)


@dataclass(frozen=True, kw_only=True)
class MissingWords:
    """Which words of a council stand for a missing value.

    Parameters
    ----------
    added : tuple of str
        Words of its own, declared as ``missing_words``; compared as they are written but for case
        and spaces, so that "-1" is not "1".
    allowed : tuple of str
        Words that are values here, declared as ``not_missing_words``.

    Examples
    --------
    >>> words = MissingWords(added=("-1",), allowed=("None",))
    >>> [words.means_missing(text) for text in ("-1", "1", "None", "(null)", "?", "Good", "")]
    [True, False, False, True, True, False, False]
    """

    added: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    _added: frozenset[str] = field(init=False, repr=False, compare=False)
    _listed: frozenset[str] = field(init=False, repr=False, compare=False)
    _allowed: frozenset[str] = field(init=False, repr=False, compare=False)
    _added_without_digit: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_added", _spellings(self.added))
        object.__setattr__(self, "_allowed", _spellings(self.allowed))
        object.__setattr__(self, "_listed", frozenset(MISSING_WORDS))
        without_digit = not any(map(_DIGIT.search, self._added))
        object.__setattr__(self, "_added_without_digit", without_digit)

    def means_missing(self, text: str) -> bool:
        """Whether a cell's text stands for a missing value; a blank cell needs no word."""
        if self._added_without_digit and _DIGIT.search(text):
            return False  # no word of the list holds a digit, and none was added that does
        spelling = plain_spelling(text)
        if not spelling or spelling in self._allowed:
            return False
        if spelling in self._added or spelling in _DATABASE_NULL or _MARKS.fullmatch(spelling):
            return True
        if len(spelling) > 40 or _DIGIT.search(spelling):
            return False
        key = missing_key(spelling)
        if key in self._listed or self._names_nobody(key):
            return True
        parts = [missing_key(part) for part in _BETWEEN.split(spelling)]
        return len(parts) > 1 and all(part in self._listed for part in parts)

    def key(self, text: str) -> str:
        """Key under which spellings of one value are the same; empty where the value is missing.

        Examples
        --------
        >>> MissingWords().key(" Jane  SMITH"), MissingWords().key("NULL")
        ('jane smith', '')
        """
        return "" if self.means_missing(text) else plain_spelling(text)

    def _names_nobody(self, key: str) -> bool:
        """Whether it is such as "unknown auditor", "no team" or "name not recorded"."""
        first, _, rest = key.partition(" ")
        if rest in _PEOPLE and (first == "no" or first in self._listed):
            return True
        start, _, last = key.rpartition(" ")
        return (last in _PEOPLE and start in self._listed) or (
            first in _PEOPLE and rest in self._listed
        )


def plain_spelling(text: str) -> str:
    """Text in lower case, in plain width and with single spaces, under which words are compared.

    Examples
    --------
    >>> plain_spelling("  Smith,\u00a0 JANE ")
    'smith, jane'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(plain.split()).casefold()


def _spellings(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(plain_spelling(text) for text in texts)
