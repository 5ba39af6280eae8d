"""Words that moderators type, beside the words of a pack: whatever is not one of them is none."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from qaf_analysis.moderation.packs.pack import NOT_GRADED, Pack

_ALIKE = str.maketrans("’‘‐‑–—", "''----")
_NEAR = 0.55


def plain(text: str) -> str:
    """A text without capitals, further spaces, and kinds of apostrophe and dash.

    Examples
    --------
    >>> plain("  Child’s  VOICE ")
    "child's voice"
    """
    return " ".join(text.split()).casefold().translate(_ALIKE)


def letters_of(text: str) -> str:
    """Letters and digits of a text that every encoding keeps; all of it where it has none.

    Programs that save a text in an old encoding put question marks for quotes and dashes.

    Examples
    --------
    >>> letters_of("Child’s voice") == letters_of("Child?s  VOICE ")
    True
    """
    kept = "".join(sign for sign in text.casefold() if sign.isascii() and sign.isalnum())
    return kept or plain(text)


def choice(text: str, choices: Sequence[str]) -> str:
    """The word of a list that a text is, with a full stop or without; empty where it is none.

    Examples
    --------
    >>> choice("very sure.", ("Very sure", "Not sure")), choice("sure", ("Very sure", "Not sure"))
    ('Very sure', '')
    """
    typed = plain(text).removesuffix(".").rstrip()
    return {plain(word): word for word in choices}.get(typed, "")


def grade_words(pack: Pack) -> tuple[str, ...]:
    """What may stand in a cell for a grade."""
    return (*pack.levels, NOT_GRADED)


def grade_word(text: str, pack: Pack) -> str:
    """The grade that a cell is; empty where it is none."""
    return choice(text, grade_words(pack))


def may_be_shown(text: str, pack: Pack) -> bool:
    """Whether a text in the column of grades was meant for one, so that a message may quote it.

    A number, initials, and beginnings of words or words near to them are; anything else is
    perhaps a comment.
    """
    pieces = plain(text).replace("/", " ").replace("-", " ").replace(". ", " ").split()
    pieces = [piece.rstrip(".") for piece in pieces]
    words = [plain(word) for word in grade_words(pack)]
    initials = {"".join(each[0] for each in word.split()) for word in words}
    single = {piece for word in words for piece in word.split()}
    return len(text) <= 40 and all(
        piece.replace(".", "").isdecimal()
        or piece in initials
        or (len(piece) > 2 and any(word.startswith(piece) for word in single))
        or any(SequenceMatcher(None, piece, word).ratio() >= _NEAR for word in single)
        for piece in pieces
    )
