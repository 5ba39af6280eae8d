"""Texts that say the same: tidying without loss, and spellings joined by case and spaces only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import (
    Distinct,
    ManyTexts,
    Texts,
    are_plain,
    by_value,
    distinct,
    held,
)

__all__ = [
    "Joined",
    "Texts",
    "by_spelling",
    "by_value",
    "has_hidden_characters",
    "has_other_alphabet",
    "joined",
    "lookalike_key",
    "lookalikes",
    "spelling_key",
    "spelling_keys",
    "tidy",
]
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-"})
_LOOKALIKES = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
# Cyrillic and Greek letters that look like Latin ones.
_OTHER_ALPHABETS = str.maketrans(
    "авекмнорстухіјѕһԁԛԝүӏαβεηικνορτυχγ", "abekmhopctyxijshdqwylabenikvoptuxy"
)


def tidy(text: str) -> str:
    """Text without invisible characters, outer spaces and runs of spaces, in plain width.

    Examples
    --------
    >>> tidy(" Families\\u200b First\\u00a0 North ")
    'Families First North'
    """
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) != "Cf").translate(_FULL_WIDTH)
    return " ".join(text.split())


def spelling_key(text: str) -> str:
    """Key under which spellings are the same: compatibility form, case, spaces, quotation marks.

    Examples
    --------
    >>> spelling_key(" CHILD’S  Voice") == spelling_key("Child's voice")
    True
    """
    if text.isascii():
        return " ".join(text.split()).casefold()
    return tidy(unicodedata.normalize("NFKC", tidy(text)).translate(_QUOTES)).casefold()


def spelling_keys(texts: ManyTexts) -> list[str]:
    """``spelling_key`` of each text; thousands of plain ones cost little more than one.

    Examples
    --------
    >>> spelling_keys(["North ", "CHILD’S voice"])
    ['north', "child's voice"]
    """
    if are_plain(texts):
        keys = "|".join(texts).casefold().split("|")
        if len(keys) == len(texts):
            return keys
    return [spelling_key(text) for text in texts]


def by_spelling(texts: Texts) -> Texts:
    """``spelling_key`` of each cell."""
    found = distinct(texts)
    keys = np.empty(len(found.texts), dtype=object)
    keys[:] = spelling_keys(found.texts)
    return held(Distinct(places=found.places, texts=keys), index=texts.index)


def has_hidden_characters(text: str) -> bool:
    """Whether the text holds characters that cannot be seen or only look like plain ones."""
    if text.isascii():
        return False
    return any(unicodedata.category(c) == "Cf" or ord(c) in _FULL_WIDTH for c in text)


def has_other_alphabet(text: str) -> bool:
    """Whether a text holds a letter that is no Latin one, with or without accents.

    Examples
    --------
    >>> has_other_alphabet("J\u0430ne"), has_other_alphabet("Jos\u00e9")
    (True, False)
    """
    if text.isascii():
        return False
    return any(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in text)


def lookalike_key(text: str) -> str:
    """Key under which names look alike: letter O and zero, l and 1, word order, punctuation.

    Only ever used to report, never to join.

    Examples
    --------
    >>> lookalike_key("Auditor O1") == lookalike_key("auditor 01")
    True
    """
    words = re.findall(r"\w+", latin(text))
    return " ".join(sorted(word.translate(_LOOKALIKES) for word in words))


def latin(text: str) -> str:
    """Text in lower case, without accents, and with Latin letters for those that look like them.

    Examples
    --------
    >>> latin("J\u0430ne Smith") == latin("Jane Smith")
    True
    """
    plain = unicodedata.normalize("NFKD", spelling_key(text).translate(_OTHER_ALPHABETS))
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_OTHER_ALPHABETS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """Spellings joined: one text for each key, and which cells were written otherwise.

    Parameters
    ----------
    texts : Series
        The agreed spelling for each cell; empty where the cell was blank.
    otherwise : Series of bool
        True where the cell was written in another way than the agreed one.
    """

    texts: Texts
    otherwise: Texts


def joined(texts: Texts, *, agreed: Mapping[str, str]) -> Joined:
    """Give every spelling of one word the same text.

    Parameters
    ----------
    texts : Series
        Tidy texts.
    agreed : mapping of str to str
        Declared spellings by ``spelling_key``. Of undeclared ones the most frequent stands; of
        equally frequent ones the first in the alphabet, so that the order of rows is no matter.

    Examples
    --------
    >>> list(joined(pd.Series(["North", "north", "North", ""]), agreed={}).texts)
    ['North', 'North', 'North', '']
    """
    found = distinct(texts)
    chosen: dict[str, str] = {}
    for text in _commonest_first(found):
        chosen.setdefault(spelling_key(text), text)
    chosen.update(agreed)
    chosen[""] = ""
    read = np.empty(len(found.texts), dtype=object)
    keyed = zip(found.texts, spelling_keys(found.texts), strict=True)
    read[:] = [chosen.get(key, text) for text, key in keyed]
    otherwise = pd.Series(found.chosen(read != found.texts), index=texts.index)
    result = held(Distinct(places=found.places, texts=read), index=texts.index)
    return Joined(texts=result, otherwise=otherwise)


def _commonest_first(found: Distinct) -> list[str]:
    """Texts that stand in any cell: the commonest first, equally common ones by the alphabet."""
    numbered = zip(found.texts, found.numbers().tolist(), strict=True)
    present = [(text, number) for text, number in numbered if number]
    return [text for text, _ in sorted(present, key=lambda pair: (-pair[1], pair[0]))]


def lookalikes(texts: Texts) -> list[tuple[str, str]]:
    """Pairs of different names that look alike: the rarer first, then the commoner.

    Examples
    --------
    >>> lookalikes(pd.Series(["Auditor 01", "Auditor 01", "Auditor O1", "Auditor 02"]))
    [('Auditor O1', 'Auditor 01')]
    """
    commonest: dict[str, str] = {}
    pairs = []
    for text in filter(None, _commonest_first(distinct(texts))):
        key = lookalike_key(text)
        if key in commonest and spelling_key(text) != spelling_key(commonest[key]):
            pairs.append((text, commonest[key]))
        commonest.setdefault(key, text)
    return pairs
