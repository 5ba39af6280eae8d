"""Short codes by which auditors stand in a report: stable from quarter to quarter, and no names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from qaf_analysis.data.council.pseudonyms import PseudonymKey

SHORTEST = 4
_PSEUDONYM = re.compile(r"person-([A-Z2-7]{20})")
# No key of anybody's: it makes codes of names that nobody bears, the same in every version.
_NO_COUNCIL = PseudonymKey(secret=hashlib.sha256(b"qaf demonstration key: ").digest())


def auditor_codes(raters: Iterable[str]) -> dict[str, str]:
    """Code of each rater, such as ``AUDITOR-5XQ3``.

    The letters are the first of the rater's pseudonym, so that the same person keeps the code in
    every report made under one key; where two would share them, all get longer ones.

    Examples
    --------
    >>> codes = auditor_codes(["person-5XQ3ABCDEFGHIJKLMNOP", "person-5XQ7ABCDEFGHIJKLMNOP"])
    >>> sorted(codes.values())
    ['AUDITOR-5XQ3', 'AUDITOR-5XQ7']
    """
    letters = {rater: _letters(rater) for rater in sorted(set(raters))}
    length = SHORTEST
    while len({text[:length] for text in letters.values()}) < len(letters):
        length += 1
    return {rater: f"AUDITOR-{text[:length]}" for rater, text in letters.items()}


def _letters(rater: str) -> str:
    found = _PSEUDONYM.fullmatch(rater)
    # Invented councils are analysed under plain names; they too stand in reports by code only.
    return found[1] if found else _NO_COUNCIL.code("person", rater).removeprefix("person-")
