"""Identifiers that a spreadsheet may have spoilt, and those that may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qaf_analysis.data.contract.distinct import Texts, distinct
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.spelling import spelling_key

_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[Ee]\+?\d+")
_EXPONENT = re.compile(r"\d[Ee]\+?\d")
_PUNCTUATION = "".join(chr(n) for n in range(128) if not chr(n).isalnum())
_SIGNS = {n: None for n in range(128) if not chr(n).isalnum() or chr(n) == "0"}
_TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b.*|sum|count|average|mean", re.IGNORECASE)


def set_spoilt_aside(texts: Texts, *, heading: str, problems: Problems) -> None:
    """Set aside rows whose identifier Excel turned into a number such as 2.01911E+11."""
    found = distinct(texts)
    if _EXPONENT.search("|".join(found.texts)) is None:
        return
    spoilt = [_SCIENTIFIC.fullmatch(text) is not None for text in found.texts]
    rows = [int(row) for row in texts.index[found.chosen(spoilt)]]
    problems.set_aside(
        rows,
        code="scientific_identifier",
        column=heading,
        found=lambda row: f"{extract(texts[row])}, a number of which digits are lost",
        expected="the identifier in full",
        mend="format the column as text and export again",
    )


def is_total(text: str) -> bool:
    """Whether an identifier is the label of a totals row.

    Examples
    --------
    >>> is_total("Grand total"), is_total("AUD-0001")
    (True, False)
    """
    return _TOTAL.fullmatch(text.strip()) is not None


def near_identifier(text: str) -> str:
    """Key under which identifiers may be the same but for zeros, decimals or punctuation.

    Only ever used to offer a match, never to apply it.

    Examples
    --------
    >>> near_identifier("AUD-0001") == near_identifier("aud 1"), near_identifier("101.0")
    (True, '101')
    """
    key = re.sub(r"\.0+$", "", spelling_key(text))
    parts = re.findall(r"\d+|[^\W\d_]+", key)
    return " ".join(part.lstrip("0") or "0" for part in parts)


def near_matches(texts: Iterable[str], *, known: Iterable[str]) -> dict[str, str]:
    """For each text the one known identifier that may be meant, if there is just one.

    It differs in zeros or punctuation only; or one of the two is a bare number, as Excel stores an
    identifier whose letters stand in the number format of the cell.

    Examples
    --------
    >>> near_matches(["1", "9"], known=["0001", "0002"])
    {'1': '0001'}
    >>> near_matches(["AUD-0001", "B-1"], known=["1", "2", "A-1"])
    {'AUD-0001': '1', 'B-1': '1'}
    """
    texts = list(texts)
    each = [_marks(text) for text in texts]
    marks = None if None in each else {mark for own in each for mark in own or ()}
    index: dict[str, set[str]] = {}
    by_number: dict[str, set[str]] = {}
    for other in known:
        # Only ASCII texts have marks by which most of them need no closer look.
        if marks is None or (own := _marks(other)) is None or not marks.isdisjoint(own):
            index.setdefault(near_identifier(other), set()).add(other)
            by_number.setdefault(_number(other), set()).add(other)
    found: dict[str, str] = {}
    for text in texts:
        near = index.get(near_identifier(text), set())
        alike = {other for other in by_number.get(_number(text), ()) if _one_is_bare(text, other)}
        for some in (near, alike):
            if len(some) == 1:
                found.setdefault(text, next(iter(some)))
    return found


def _marks(text: str) -> tuple[str, str] | None:
    """What near identifiers share, found fast: signs and zeros apart, all; or the last number."""
    if not text.isascii():
        return None
    bare = text.strip()
    whole = bare.rstrip("0")
    if whole != bare and whole[-1:] == ".":
        bare = whole[:-1]
    bare = bare.rstrip(_PUNCTUATION)
    number = bare[len(bare.rstrip("0123456789")) :]
    return text.casefold().translate(_SIGNS), (number.lstrip("0") or "0") if number else text


def _number(text: str) -> str:
    """Number at the end of an identifier, without leading zeros; the text itself without one."""
    match = re.search(r"(\d+)$", near_identifier(text))
    return match[1].lstrip("0") or "0" if match else f"no number: {text}"


def _one_is_bare(text: str, other: str) -> bool:
    """Whether one of two identifiers is a number alone, and the other has letters before it."""
    parts = [near_identifier(t).split() for t in (text, other)]
    return sorted(len(p) for p in parts) == [1, 2] and all(p[-1].isdigit() for p in parts)
