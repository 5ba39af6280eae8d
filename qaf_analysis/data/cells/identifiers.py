"""Identifiers that a spreadsheet may have spoilt, and those that may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.spelling import Texts, by_value, spelling_key

_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[Ee]\+?\d+")
_TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b.*|sum|count|average|mean", re.IGNORECASE)


def set_spoilt_aside(texts: Texts, *, heading: str, problems: Problems) -> None:
    """Set aside rows whose identifier Excel turned into a number such as 2.01911E+11."""
    spoilt = by_value(texts, lambda text: _SCIENTIFIC.fullmatch(text) is not None)
    rows = [int(row) for row in texts.index[spoilt.to_numpy(dtype=bool)]]
    problems.set_aside(
        rows,
        code="scientific_identifier",
        column=heading,
        found=[f"{extract(texts[row])}, a number of which digits are lost" for row in rows],
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
    index: dict[str, set[str]] = {}
    for other in known:
        index.setdefault(near_identifier(other), set()).add(other)
    found = {}
    for text in texts:
        near = index.get(near_identifier(text), set())
        if len(near) == 1:
            found[text] = next(iter(near))
    return found
