"""Returns that read without a fault and may still be wrong: a column sorted or moved by itself.

A grade beside the wrong key has no mark of it. What can be seen is that grades stand sorted, which
cases in a random order hardly do; that words stand beside an empty grade; or that grades are
missing at one end alone. Only the receipt, read by the moderator, is a sure defence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from math import exp, lgamma

from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.keyed import ASIDE, ReturnedFile
from qaf_analysis.moderation.returns.rows import KeyedRow, ReturnProblem

SELDOM = 0.001
"""Chance of standing in blocks below which they are told of."""


def suspicions(file: ReturnedFile) -> tuple[ReturnProblem, ...]:
    """What of a returned file is to be checked with the moderator before it is confirmed."""
    by_sheet: dict[tuple[str, str], list[KeyedRow]] = {}
    for row in sorted(file.rows, key=lambda each: each.number):
        by_sheet.setdefault((row.sheet.sheet, row.pack.pack), []).append(row)
    return tuple(
        problem
        for rows in by_sheet.values()
        for looks in (_in_blocks, _beside_nothing, _empty_at_an_end)
        for problem in looks(file, rows)
    )


def chance_in_blocks(grades: Sequence[str]) -> float:
    """Chance that grades given in a random order stand in one block for each word.

    Sorting a column makes such blocks, by the alphabet or by any list. The chance is for grades
    that have nothing to do with each other; parts of one case are more alike, so that blocks come
    about more often.

    Parameters
    ----------
    grades : sequence of str

    Returns
    -------
    float
        Product of the factorials of the counts and of the number of words, over the factorial of
        the number of grades; 1 where all are the same.

    Examples
    --------
    >>> round(chance_in_blocks(["Good", "Good", "Outstanding", "Outstanding"]), 4)  # 2 of 6
    0.3333
    >>> chance_in_blocks(["Good", "Good"])
    1.0
    """
    counts = Counter(grades)
    ways = sum(lgamma(number + 1) for number in (*counts.values(), len(counts)))
    return min(1.0, exp(ways - lgamma(len(grades) + 1)))


def _in_blocks(file: ReturnedFile, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    grades = [row.grade for row in rows if row.grade]
    blocks = sum(1 for _ in groupby(grades))
    chance = chance_in_blocks(grades)
    if blocks == len(set(grades)) and chance < SELDOM:
        yield _flag(
            file,
            rows[0],
            code="in order",
            found=f"all {len(grades)} grades stand sorted, each word in one block",
            expected="the order of the cases, which is a random one (were each grade given by "
            f"itself, the chance of blocks is {_chance_words(chance)})",
            mend="Was the column of grades sorted? Let the moderator read the receipt before it is "
            "confirmed.",
        )


def _beside_nothing(file: ReturnedFile, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    alone = [
        row
        for row in rows
        if not row.texts.get("grade") and any(row.texts.get(name) for name in ASIDE)
    ]
    if alone:
        yield _flag(
            file,
            alone[0],
            code="beside nothing",
            found=f"{len(alone)} rows have a reason, a certainty or a comment, and no grade",
            expected=f"a grade, or “{NOT_GRADED}”",
            mend="Were grades moved up or down, or not given? Let the moderator read the receipt.",
        )


def _empty_at_an_end(file: ReturnedFile, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    """A column that was moved by a row or two leaves a gap at one end, smaller than a case."""
    for ordered, end in ((rows, "first"), (rows[::-1], "last")):
        gap = sum(1 for _ in takewhile(lambda row: not row.texts.get("grade"), ordered))
        if 0 < gap < len(rows[0].pack.parts) and gap < len(rows):
            yield _flag(
                file,
                ordered[0],
                code="empty at an end",
                found=f"the {end} of {len(rows)} rows have no grade ({gap}), the next ones do",
                expected=f"a grade in each row, or “{NOT_GRADED}”",
                mend="Were grades moved up or down? Let the moderator read the receipt before it "
                "is confirmed.",
            )


def _flag(
    file: ReturnedFile, row: KeyedRow, *, code: str, found: str, expected: str, mend: str
) -> ReturnProblem:
    return ReturnProblem(
        code=code,
        file=file.name,
        sheet=row.sheet.sheet,
        row=0 if code == "in order" else row.number,
        column="Grade",
        found=found,
        expected=expected,
        mend=mend,
    )


def _chance_words(chance: float) -> str:
    return f"1 in {round(1 / chance):,}" if chance > 1e-9 else "less than 1 in 1,000,000,000"
