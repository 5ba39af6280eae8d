"""Identifiers that a spreadsheet may have spoilt, and personal details where none should be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qaf_analysis.data.contract.distinct import Texts, distinct, where
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.spelling import spelling_key

_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[Ee]\+?\d+")
_EXPONENT = re.compile(r"\d[Ee]\+?\d")
_SIGNS = {n: None for n in range(128) if not chr(n).isalnum() or chr(n) == "0"}
_TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b.*|sum|count|average|mean", re.IGNORECASE)
_PERSONAL = re.compile(
    r"""\b(?:born|d\.?o\.?b\.?|date\ of\ birth)\b
    |\b\d{3}[ -]?\d{3}[ -]?\d{4}\b                           # NHS number
    |\b[A-Za-z]\d{11}[A-Za-z\d]\b                            # unique pupil number
    |\b[A-CEGHJ-PR-TW-Z]{2}\ ?\d{2}\ ?\d{2}\ ?\d{2}\ ?[A-D]\b  # National Insurance number
    |\b[A-Z]{1,2}\d[A-Z\d]?\ ?\d[A-Z]{2}\b                   # postcode
    |(?:\+44\ ?|\b0)\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b        # telephone
    |[\w.+-]+@[\w-]+\.[\w.-]+                                # e-mail
    |\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\ [A-Z][a-z]+""",
    re.VERBOSE,
)


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
    """For each text the one known identifier that differs in zeros or punctuation only, if any.

    Examples
    --------
    >>> near_matches(["1", "9"], known=["0001", "0002"])
    {'1': '0001'}
    """
    texts = list(texts)
    marks = {_mark(text) for text in texts}
    index: dict[str, set[str]] = {}
    for other in known:
        # Only ASCII texts have a mark by which most of them need no closer look.
        if None in marks or (mark := _mark(other)) is None or mark in marks:
            index.setdefault(near_identifier(other), set()).add(other)
    found = {}
    for text in texts:
        near = index.get(near_identifier(text), set())
        if len(near) == 1:
            found[text] = next(iter(near))
    return found


def _mark(text: str) -> str | None:
    """What is left of an identifier without zeros and signs: the same for all that are near."""
    return text.casefold().translate(_SIGNS) if text.isascii() else None


def warn_of_personal_details(texts: Texts, *, heading: str, problems: Problems) -> None:
    """Warn of rows whose free text seems to identify somebody, without quoting it."""
    # Only the opening of a text is searched: cells beyond the limit are set aside anyhow.
    flags = where(texts, lambda text: _PERSONAL.search(text[:40_000]) is not None)
    problems.warn_each(
        [int(row) for row in texts.index[flags]],
        code="personal_details",
        column=heading,
        found="what seems to be personal details that identify somebody",
        expected="no names, dates of birth, numbers or addresses in free text",
        mend="take the details out at source; the text itself goes into no output",
    )
