"""Returns that read without a fault and may still be wrong: a column sorted or moved by itself.

A grade beside the wrong key has no mark of it. What can be seen is that grades stand in order,
which cases in a random order hardly do, or that words stand beside an empty grade. Only the
receipt, read by the moderator, is a sure defence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp, lgamma

from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.keyed import KeyedRow, ReturnedFile, ReturnProblem

SELDOM = 0.01
"""Chance of standing in order below which an order is told of."""


def suspicions(file: ReturnedFile) -> tuple[ReturnProblem, ...]:
    """What of a returned file is to be checked with the moderator before it is confirmed."""
    by_sheet: dict[str, list[KeyedRow]] = {}
    for row in file.rows:
        by_sheet.setdefault(row.sheet.sheet, []).append(row)
    return tuple(
        problem
        for rows in by_sheet.values()
        for problem in (*_in_order(file, rows), *_beside_nothing(file, rows))
    )


def chance_in_order(grades: Sequence[int]) -> float:
    """Chance that grades given in a random order rise throughout, or fall throughout.

    Parameters
    ----------
    grades : sequence of int
        Grade codes.

    Returns
    -------
    float
        Twice the product of the factorials of the counts over the factorial of the number; 1
        where all are the same.

    Examples
    --------
    >>> round(chance_in_order([0, 1, 2]), 6)
    0.333333
    >>> chance_in_order([1, 1])
    1.0
    """
    counts = Counter(grades)
    if len(counts) < 2:
        return 1.0
    ways = sum(lgamma(number + 1) for number in counts.values()) - lgamma(len(grades) + 1)
    return min(1.0, 2 * exp(ways))


def _in_order(file: ReturnedFile, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    rows = sorted(rows, key=lambda each: each.number)
    if not _as_sent(rows):
        return  # whole rows were sorted, each grade with its key
    words = []
    for row in rows:
        levels = [level.casefold() for level in row.pack.levels]
        word = row.texts.get("grade", "").strip().rstrip(".").casefold()
        if word in levels:
            words.append((levels.index(word), word))
    codes = [code for code, _ in words]
    # By the scale, or by the alphabet as a spreadsheet sorts.
    orders: tuple[Sequence[int], ...] = (codes, _by_alphabet([word for _, word in words]))
    chance = min(1.0, len(orders) * chance_in_order(codes))
    if codes and chance < SELDOM and any(_stand_in_order(order) for order in orders):
        yield _flag(
            file,
            rows[0],
            code="in order",
            found=f"all {len(codes)} grades stand in order, by the scale or by the alphabet",
            expected="the order of the cases, which is a random one (chance of this: "
            f"{_chance_words(chance)})",
            mend="Was the column of grades sorted? Let the moderator read the receipt before it is "
            "confirmed.",
        )


def _as_sent(rows: Sequence[KeyedRow]) -> bool:
    """Whether the keys stand in the order in which the pack was sent."""
    places = {row.key: place for place, row in enumerate(rows[0].pack.rows)}
    return _stand_in_order([places.get(row.row.key, -1) for row in rows])


def _by_alphabet(words: Sequence[str]) -> list[int]:
    places = {word: place for place, word in enumerate(sorted(set(words)))}
    return [places[word] for word in words]


def _stand_in_order(codes: Sequence[int]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(codes)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)


def _beside_nothing(file: ReturnedFile, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    alone = [
        row
        for row in rows
        if not row.texts.get("grade") and any(row.texts.get(name) for name in ("reason", "comment"))
    ]
    if alone:
        yield _flag(
            file,
            alone[0],
            code="beside nothing",
            found=f"{len(alone)} rows have a reason or a comment and no grade",
            expected=f"a grade, or “{NOT_GRADED}”",
            mend="Were grades moved up or down, or not given? Let the moderator read the receipt.",
        )


def _flag(
    file: ReturnedFile, row: KeyedRow, *, code: str, found: str, expected: str, mend: str
) -> ReturnProblem:
    return ReturnProblem(
        code=code,
        file=file.name,
        sheet=row.sheet.sheet,
        row=row.number if code == "beside nothing" else 0,
        column="Grade",
        found=found,
        expected=expected,
        mend=mend,
    )


def _chance_words(chance: float) -> str:
    return f"1 in {round(1 / chance):,}" if chance > 1e-9 else "less than 1 in 1,000,000,000"
