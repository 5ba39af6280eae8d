"""The font that is shipped for print: where it lies, how wide its letters are, which it lacks."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

FAMILY = "Report Sans"
UNKNOWN = "\N{WHITE SQUARE}"
"""What stands for a letter that neither the font has nor a rule replaces."""

Weight = Literal["Regular", "Bold"]
# Signs that look or mean the same as one the font has.
_ALIKE = {
    "\N{WHITE DIAMOND}": "\N{LOZENGE}",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{HYPHENATION POINT}": "·",
    "\N{FULLWIDTH COLON}": ":",
    "\N{HEAVY CHECK MARK}": "\N{CHECK MARK}",
}
# Marks on a letter, among them variation selectors; controls; ends of lines and paragraphs.
_INVISIBLE = {"Mn", "Me", "Cf", "Cc", "Zl", "Zp"}
_NOT_IN_LITERALS = {'"', "\\"}


def folder() -> Path:
    """Folder of the two font files, as the package was installed."""
    return Path(str(files("qaf_analysis.report").joinpath("fonts")))


@cache
def _widths() -> dict[Weight, dict[str, int]]:
    kept = json.loads((folder() / "widths.json").read_text("ascii"))
    return {
        weight: {chr(int(letter, 16)): width for letter, width in kept[weight].items()}
        for weight in ("Regular", "Bold")
    }


def width(text: str, *, size: float, weight: Weight = "Regular") -> float:
    """Width of a line of text in millimetres, set in letters of a size in points.

    Examples
    --------
    >>> round(width("0123456789", size=10), 2)  # each digit is 0.497 em wide
    17.53
    """
    widths = _widths()[weight]
    return sum(widths.get(letter, 500) for letter in text) / 1000 * size * 25.4 / 72


def lacking(text: str) -> tuple[str, ...]:
    """Letters of a text that the font does not have, each once, in their order.

    Examples
    --------
    >>> lacking("Swyddfa Tŷ Hywel, 1 ≤ 2 − 字")
    ('字',)
    """
    known = _widths()["Regular"]
    return tuple(dict.fromkeys(letter for letter in text if letter not in known))


def replacements(letters: Iterable[str]) -> dict[str, str]:
    """What stands for each letter that the font lacks, by rule.

    Marks and invisible letters (of direction, joiners) are left out. A sign that looks alike comes
    first, then the letter's plain form (such as "fi" for the ligature), then the letter without
    its marks, and last a white square.

    Examples
    --------
    >>> replacements(["ﬁ", "字", "\\u2066"])
    {'ﬁ': 'fi', '字': '□', '\\u2066': ''}
    """
    return {letter: _replacement(letter) for letter in letters}


def _replacement(letter: str) -> str:
    if unicodedata.category(letter) in _INVISIBLE:
        return ""
    unmarked = "".join(
        part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part)
    )
    for offered in (_ALIKE.get(letter, ""), unicodedata.normalize("NFKC", letter), unmarked):
        if offered and not lacking(offered) and not _NOT_IN_LITERALS & set(offered):
            return offered
    return UNKNOWN


def name_of(letter: str) -> str:
    """Return the Unicode name of a letter, or "no name" where it has none."""
    return unicodedata.name(letter, "no name")
