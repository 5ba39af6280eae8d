"""Words that stand for grades: full words, their short forms, and words with a number beside them.

A number beside a word says nothing: one council writes ``2 - Good``, another ``3 - Good``. Only
the word is read. What is recognised here is proposed with its count and never applied unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.ofsted_spellings import LIKELY, SHORT_FORMS
from qaf_analysis.terms.scale import OFSTED4, Scale

_UNGRADED = re.compile(
    r"na|not(?:applicable|graded|judged|assessed|rated|scored|yetassessed|yetgraded)|ungraded|"
    r"no(?:grade|grading|judgement)|unableto(?:grade|judge)|cannotgrade|nr|ng|nj|nya"
)
_NUMBER_BEFORE = re.compile(r"^(?:(?:grade|level|score|rating|judgement)\s*)?\d\s*[-–.:)=]*\s*")
_NUMBER_AFTER = re.compile(r"\s*[-–:(\[=]*\s*\d\s*[)\]]?$")
_QUALIFIED = re.compile(r"[+*?<>~↑↓]|-$")  # "RI+" is more than RI, and by how much is not said
_LETTERS = re.compile(r"[^a-z]+")
_BETWEEN = re.compile(r"\s*(?:/|\\|\bto\b|\bor\b|\band\b|&|\s[-–]\s)\s*")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d+)?")
_NEAR = 0.86
_LONG = 40


def grade_level(text: str) -> str | None:
    """Level of Ofsted's scale that a cell names, or None.

    Examples
    --------
    >>> [grade_level(text) for text in ("R.I.", "2 - Good", "RI+", "Good (borderline)")]
    ['Requires improvement', 'Good', None, None]
    """
    key = spelling_key(text)
    if len(text) > _LONG or _QUALIFIED.search(key):
        return None
    for form in (key, _NUMBER_BEFORE.sub("", key), _NUMBER_AFTER.sub("", key)):
        found = SHORT_FORMS.get(_plain(form))
        if found is not None:
            return found
    return None


def number_beside(text: str) -> str:
    """Number that stands beside the word of a grade; "" for none.

    Examples
    --------
    >>> number_beside("2 - Good"), number_beside("Good (2)"), number_beside("Good")
    ('2', '2', '')
    """
    key = spelling_key(text)
    for pattern in (_NUMBER_BEFORE, _NUMBER_AFTER):
        found = pattern.search(key)
        if found is not None and SHORT_FORMS.get(_plain(pattern.sub("", key))):
            return re.sub(r"\D", "", found[0])
    return ""


def likely_level(text: str) -> str | None:
    """Level that a cell most likely means: a slip of the pen, or a word of the same meaning.

    Examples
    --------
    >>> likely_level("Outsanding"), likely_level("Needs improvement"), likely_level("Adequate")
    ('Outstanding', 'Requires improvement', None)
    """
    key = spelling_key(text)
    usable = len(text) <= _LONG and not _QUALIFIED.search(key)
    plain = _plain(_NUMBER_BEFORE.sub("", key)) if usable else ""
    if plain in LIKELY:
        return LIKELY[plain]
    long_words = [word for word in SHORT_FORMS if len(word) >= 4]
    near = get_close_matches(plain, long_words, n=1, cutoff=_NEAR) if len(plain) >= 4 else []
    # "Adequate" is no misspelling of "Inadequate".
    if not near or near[0].endswith(plain) or plain.endswith(near[0]):
        return None
    return SHORT_FORMS[near[0]]


def is_ungraded(text: str) -> bool:
    """Whether a cell says that no grade was meant to be given.

    Examples
    --------
    >>> is_ungraded("Not applicable"), is_ungraded("N/A"), is_ungraded("Good")
    (True, True, False)
    """
    return len(text) <= _LONG and _UNGRADED.fullmatch(_plain(spelling_key(text))) is not None


def is_between_grades(text: str) -> bool:
    """Whether a cell names two neighbouring grades, such as ``Good/RI``.

    Examples
    --------
    >>> is_between_grades("Good/RI"), is_between_grades("Good/Inadequate")
    (True, False)
    """
    if len(text) > _LONG:
        return False
    levels = [grade_level(part) for part in _BETWEEN.split(spelling_key(text))]
    if len(levels) != 2 or None in levels:
        return False
    first, second = (OFSTED4.levels.index(level) for level in levels if level)
    return abs(first - second) == 1


def is_small_number(text: str) -> bool:
    """Whether a cell is a number from 0 to 10, as a grade may be.

    Examples
    --------
    >>> is_small_number("3"), is_small_number("2.5"), is_small_number("45385")
    (True, True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None and float(text) <= 10


@dataclass(frozen=True, kw_only=True)
class GradeWords:
    """Every word in the grade columns, by what it seems to be, with its count.

    Parameters
    ----------
    levels : mapping of str to str
        Level of each word understood.
    likely : mapping of str to str
        Likely level of each word that is a slip or says the same.
    ungraded, between, numbers, unknown : tuple of str
        Words for "no grade", two grades in one cell, bare numbers, and all others.
    counts : mapping of str to int
        Cells that hold each word.
    """

    levels: Mapping[str, str]
    likely: Mapping[str, str]
    ungraded: tuple[str, ...]
    between: tuple[str, ...]
    numbers: tuple[str, ...]
    unknown: tuple[str, ...]
    counts: Mapping[str, int]

    def cells(self, words: Iterable[str]) -> int:
        """How many cells hold one of these words."""
        return sum(self.counts[word] for word in words)

    def to_declare(self, scale: Scale = OFSTED4) -> dict[str, str]:
        """Words understood that the scale itself does not know yet, in the order of the levels."""
        order = {level: place for place, level in enumerate(scale.levels)}
        words = [word for word in self.levels if spelling_key(word) not in _known(scale)]
        return {
            word: self.levels[word]
            for word in sorted(words, key=lambda w: (order[self.levels[w]], w.casefold()))
        }


def sorted_grade_words(counts: Counter[str]) -> GradeWords:
    """Say of every word in grade columns what it seems to be."""
    words = [word for word in counts if word]
    levels = {word: level for word in words if (level := grade_level(word))}
    rest = [word for word in words if word not in levels]
    ungraded = tuple(word for word in rest if is_ungraded(word))
    between = tuple(word for word in rest if is_between_grades(word))
    numbers = tuple(word for word in rest if is_small_number(word))
    rest = [word for word in rest if word not in {*ungraded, *between, *numbers}]
    likely = {word: level for word in rest if (level := likely_level(word))}
    return GradeWords(
        levels=levels,
        likely=likely,
        ungraded=ungraded,
        between=between,
        numbers=numbers,
        unknown=tuple(word for word in rest if word not in likely),
        counts=counts,
    )


def _plain(key: str) -> str:
    return _LETTERS.sub("", key)


def _known(scale: Scale) -> frozenset[str]:
    return frozenset(spelling_key(text) for text in scale.codes)
