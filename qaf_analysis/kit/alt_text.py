"""Alternative text of a picture: the finding and its key numbers, in few enough words to hear."""

from __future__ import annotations

from collections.abc import Iterable

MOST_WORDS = 60
"""Words that the alternative text of a picture may have, with its title."""


def alt_text(title: str, said: str, *further: str) -> str:
    """Say what a picture shows, and of further sentences those that there is room for.

    A screen reader reads all of it in one breath, with no way to go back. What finds no room
    stands in the tables of the same section.

    Parameters
    ----------
    title : str
        The finding, which is read out before the rest.
    said : str
        What must be said.
    *further : str
        The most telling first; one that is too long is left out, and so are those after it.

    Examples
    --------
    >>> alt_text("Fewer audits", "In all 40.", "In Q1 10.", "word " * 55, "In Q2 30.")
    'In all 40. In Q1 10.'
    """
    told = said
    for sentence in further:
        longer = f"{told} {sentence}".strip()
        if words_in(title, longer) > MOST_WORDS:
            break
        told = longer
    return shortened(told, most=MOST_WORDS - words_in(title))


def fullest(title: str, forms: Iterable[str]) -> str:
    """Return the first of several ways to say it, from full to brief, that there is room for.

    Examples
    --------
    >>> fullest("t", ["word " * 70, "In all 40."])
    'In all 40.'
    """
    form = ""
    for form in forms:
        if words_in(title, form) <= MOST_WORDS:
            return form
    return shortened(form, most=MOST_WORDS - words_in(title))


def words_in(*texts: str) -> int:
    """Count words as they stand between spaces."""
    return sum(len(text.split()) for text in texts)


def shortened(text: str, *, most: int) -> str:
    """Cut a text off after so many words, with an ellipsis; at least one word stays.

    Examples
    --------
    >>> shortened("one two three", most=2)
    'one two…'
    """
    words = text.split(" ")
    return text if len(words) <= max(1, most) else f"{' '.join(words[: max(1, most)])}…"
