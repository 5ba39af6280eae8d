"""Lines of ``council.toml`` that a message offers to paste: a word, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.record import MAX_EXTRACT

MOST_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line to paste.

    Parameters
    ----------
    word : str
        As it stands in the export.
    meaning : str
        What it is near to; empty where the reader must fill it in.
    comment : str
        What helps to decide, such as how many rows hold the word.
    """

    word: str
    meaning: str
    comment: str


def block(table: str, lines: Sequence[Line]) -> str:
    """Lines to paste under a table of ``council.toml``, on lines of their own.

    Words too long to be quoted, or with signs that cannot stand in quotation marks, are left out
    and counted.

    Examples
    --------
    >>> line = Line(word="RI+", meaning="Requires improvement", comment="12 rows")
    >>> print(block("grades", [line]))
    <BLANKLINE>
    [grades]
    "RI+" = "Requires improvement"  # 12 rows
    """
    return "\n".join(["", f"[{table}]", *pasted_lines(lines)])


def pasted_lines(lines: Sequence[Line]) -> list[str]:
    """Lines to paste without the head of their table; see ``block``."""
    fit = [line for line in lines if can_be_pasted(line.word) and can_be_pasted(line.meaning)]
    shown = [f'"{line.word}" = "{line.meaning}"  # {line.comment}' for line in fit[:MOST_LINES]]
    rest = len(lines) - len(shown)
    return [*shown, *([f"# and {counted(rest, 'further word')}"] if rest else [])]


def lines_for(
    counts: Mapping[str, int], *, near: Mapping[str, str], hint: str = "", noun: str = "row"
) -> list[Line]:
    """One line for each word with its count; ``hint`` says what may stand where nothing is near."""
    return [
        Line(
            word=word,
            meaning=near.get(word, ""),
            comment=counted(number, noun)
            + (", check that this is meant" if near.get(word) else f", fill in{hint}"),
        )
        for word, number in counts.items()
    ]


def listed(counts: Mapping[str, int], *, shown: int = 8) -> str:
    """Words with their counts, the commonest first, cut after some.

    Examples
    --------
    >>> listed({"RI+": 12, "NYA": 1})
    '"RI+" (12); "NYA" (1)'
    """
    named = "; ".join(f"{extract(word)} ({n:,})" for word, n in list(counts.items())[:shown])
    rest = len(counts) - shown
    return f"{named} and {counted(rest, 'other')}" if rest > 0 else named


def can_be_pasted(text: str) -> bool:
    """Whether a word can stand in quotation marks in a line to paste."""
    return len(text) <= MAX_EXTRACT and text.isprintable() and not set(text) & set('"\\')
