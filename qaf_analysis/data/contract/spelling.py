"""Texts that say the same: tidying without loss, and spellings joined by case and spaces only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Texts: TypeAlias = "pd.Series[Any]"

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


def has_hidden_characters(text: str) -> bool:
    """Whether the text holds characters that cannot be seen or only look like plain ones."""
    if text.isascii():
        return False
    return any(unicodedata.category(c) == "Cf" or ord(c) in _FULL_WIDTH for c in text)


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


def by_value(texts: Texts, reading: Callable[[str], Any]) -> Texts:
    """Apply a reading once to each distinct text; the result has the same index."""
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    values = np.empty(len(distinct), dtype=object)
    for place, text in enumerate(distinct):
        values[place] = reading(text)
    return pd.Series(values[codes], index=texts.index, dtype=object)


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
    counts = texts.value_counts()
    chosen: dict[str, str] = {}
    for text in sorted(counts.index, key=lambda text: (-int(counts[text]), text)):
        chosen.setdefault(spelling_key(text), text)
    chosen.update(agreed)
    chosen[""] = ""
    result = by_value(texts, lambda text: chosen[spelling_key(text)])
    return Joined(texts=result, otherwise=result != texts)


def lookalikes(texts: Texts) -> list[tuple[str, str]]:
    """Pairs of different names that look alike: the rarer first, then the commoner.

    Examples
    --------
    >>> lookalikes(pd.Series(["Auditor 01", "Auditor 01", "Auditor O1", "Auditor 02"]))
    [('Auditor O1', 'Auditor 01')]
    """
    counts = texts[texts != ""].value_counts()
    commonest: dict[str, str] = {}
    pairs = []
    for text in sorted(counts.index, key=lambda text: (-int(counts[text]), text)):
        key = lookalike_key(text)
        if key in commonest and spelling_key(text) != spelling_key(commonest[key]):
            pairs.append((text, commonest[key]))
        commonest.setdefault(key, text)
    return pairs
