"""Lines of ``council.toml`` that a message offers to paste: a word, and what it means.

Every block is accepted as it stands: a line that the reader has to complete is a comment. Lines go
into the table that they name if it is there already, a ``[[files]]`` table being known by its path.
"""

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
    by_hand : bool
        Whether the line would contradict the settings as they are: it is shown as a comment.
    """

    word: str
    meaning: str
    comment: str
    by_hand: bool = False

    @property
    def shown(self) -> str:
        """The line as it is printed; a comment where it would not be accepted as it stands."""
        line = f'"{self.word}" = "{self.meaning}"  # {self.comment}'
        return line if self.meaning and not self.by_hand else f"# {line}"


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
    >>> Line(word="NYA", meaning="", comment="fill in").shown
    '# "NYA" = ""  # fill in'
    """
    return "\n".join(["", f"[{table}]", *pasted_lines(lines)])


def pasted_lines(lines: Sequence[Line]) -> list[str]:
    """Lines to paste without the head of their table; see ``block``."""
    fit = [line for line in lines if fits_quotes(line.word) and fits_quotes(line.meaning)]
    shown = [line.shown for line in fit[:MOST_LINES]]
    rest = len(lines) - len(shown)
    return [*shown, *([f"# and {counted(rest, 'further word')}"] if rest else [])]


def file_block(path: str, lines: Sequence[str]) -> str:
    """Lines to paste into the ``[[files]]`` table of a path, with the head of that table.

    Examples
    --------
    >>> print(file_block("audits.csv", ['shape = "wide"']))
    <BLANKLINE>
    [[files]]
    path = "audits.csv"
    shape = "wide"
    """
    return "\n".join(["", "[[files]]", f'path = "{path}"', *lines])


def lines_for(
    counts: Mapping[str, int], *, near: Mapping[str, str], hint: str = "", noun: str = "row"
) -> list[Line]:
    """One line for each word with its count; ``hint`` says what may stand where nothing is near."""
    return [
        Line(
            word=word,
            meaning=near.get(word, ""),
            comment=counted(number, noun)
            + (
                ", check that this is meant"
                if near.get(word)
                else f", fill in{hint} and take away the first #"
            ),
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


def fits_quotes(text: str) -> bool:
    """Whether a text can stand between quotation marks in ``council.toml``, and be quoted."""
    return len(text) <= MAX_EXTRACT and text.isprintable() and not set(text) & set('"\\')
