"""Returns that read without a fault and may still be wrong: a column sorted or moved by itself.

A grade beside the wrong key has no mark of it. What can be seen is that grades stand in order,
which those of cases in a random order seldom do; that words stand beside an empty grade; or that a
case is graded but for a gap. Only the receipt, read by the moderator, is a sure defence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise, permutations
from math import exp, lgamma

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.moderation.packs.pack import NOT_GRADED, Pack
from qaf_analysis.moderation.returns.keyed import ASIDE, ReturnedFile
from qaf_analysis.moderation.returns.rows import KeyedRow, ReturnProblem, problem_in
from qaf_analysis.moderation.returns.sheets import Sheet

SELDOM = 0.01
"""Chance of rows that stand in order, were they independent, below which an order is told of."""
MOST_LISTED = 6
"""Words of a scale up to which every list of them is thought of."""


def suspicions(file: ReturnedFile) -> tuple[ReturnProblem, ...]:
    """What of a returned file is to be checked with the moderator before it is confirmed."""
    packs = {row.pack.pack: row.pack for row in file.rows}
    found = [
        problem
        for pack in packs.values()
        for problem in _of_pack(pack, [row for row in file.rows if row.pack.pack == pack.pack])
    ]
    return (*_several_packs(file), *found)


def _several_packs(file: ReturnedFile) -> Iterator[ReturnProblem]:
    """Somebody put files together: the rows are counted, and may have been changed on the way."""
    if len(file.packs) > 1:
        yield problem_in(
            Sheet(file=file.name, sheet="", rows=()),
            "several packs",
            0,
            "",
            found=f"it has rows of the packs {' and '.join(file.packs)}",
            expected="one pack a file",
            mend="The rows were taken. Let each moderator read the receipt: grades may have been "
            "changed when the files were put together.",
        )


def _of_pack(pack: Pack, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    by_key: dict[str, KeyedRow] = {}
    for row in rows:
        if row.row.key not in by_key or row.texts.get("grade"):
            by_key[row.row.key] = row
    # In the order in which the pack shows them: whole rows that were sorted are no matter.
    shown = [by_key[row.key] for row in pack.rows if row.key in by_key]
    yield from _in_order(pack, shown)
    yield from _beside_nothing(shown)
    yield from _gaps(pack, shown)


def _in_order(pack: Pack, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    words = [row.grade for row in rows if row.grade]
    by_case: dict[str, list[str]] = {}
    for row in rows:
        if row.grade:
            by_case.setdefault(row.row.case, []).append(row.grade)
    orders = _orders_that_show(words, pack)
    if not orders or chance_of_rows(words, orders=len(orders)) >= SELDOM:
        return
    chance = chance_of_cases([*by_case.values()], orders)
    yield problem_in(
        rows[0].sheet,
        "in order",
        0,
        "Grade",
        found=f"all {len(words)} grades of pack {pack.pack} stand in order, as if sorted",
        expected="no order, since cases stand in a random one (by that alone these cases would "
        f"stand so {_chance_words(chance)})",
        mend="Was the column of grades sorted? Let the moderator read the receipt before it is "
        "confirmed.",
    )


def _orders_that_show(words: Sequence[str], pack: Pack) -> list[Mapping[str, int]]:
    """Orders that a sorting may have followed, where words stand in one of them; else none.

    The usual ones first: of a few orders even a small pack tells something. Then any list of
    somebody's own, by which each word stands in one block.
    """
    usual = sorting_orders(words, pack)
    if any(_rises([order[word] for word in words]) for order in usual):
        return usual
    used = set(words)
    is_in_blocks = sum(1 for _ in groupby(words)) == len(used) <= MOST_LISTED
    return [_places(order) for order in permutations(sorted(used))] if is_in_blocks else []


def sorting_orders(words: Sequence[str], pack: Pack) -> list[Mapping[str, int]]:
    """Orders in which a program usually sorts words: by letters or by the scale, either way."""
    used = set(words)
    by_letters = sorted(used, key=str.casefold)
    scale = [level for level in pack.levels if level in used]
    aside = [NOT_GRADED] if NOT_GRADED in used else []
    either = (by_letters, [*scale, *aside], [*aside, *scale])
    found = {tuple(order) for each in either for order in (each, each[::-1])}
    return [_places(order) for order in sorted(found)]


def _places(order: Sequence[str]) -> Mapping[str, int]:
    return {word: place for place, word in enumerate(order)}


def chance_of_rows(words: Sequence[str], *, orders: int) -> float:
    """Chance that rows in a random order stand sorted, had rows of one case nothing in common.

    Parameters
    ----------
    words : sequence of str
        A grade a row.
    orders : int
        Sorting orders that count.

    Returns
    -------
    float
        The product of the factorials of the counts over the factorial of the number, once for
        each order; 1 where all are the same.

    Examples
    --------
    >>> round(chance_of_rows(["Good", "Inadequate", "Good"], orders=2), 6) == round(2 * 2 / 6, 6)
    True
    """
    counts = Counter(words)
    ways = sum(lgamma(number + 1) for number in counts.values()) - lgamma(len(words) + 1)
    return min(1.0, orders * exp(ways))


def chance_of_cases(cases: Sequence[Sequence[str]], orders: Sequence[Mapping[str, int]]) -> float:
    """Chance that these cases, put in a random order, stand sorted throughout.

    Cases stand in a random order by design, so this holds however alike the parts of a case are.

    Parameters
    ----------
    cases : sequence of sequence of str
        Grades of each case, in the order of its parts.
    orders : sequence of mapping
        Sorting orders that count, each the place of every word.

    Examples
    --------
    >>> up = {"Poor": 0, "Good": 1}
    >>> round(chance_of_cases([["Poor"], ["Good"], ["Good"]], [up]), 6) == round(2 / 6, 6)
    True
    """
    return min(1.0, sum(_share(cases, order) for order in orders))


def _share(cases: Sequence[Sequence[str]], order: Mapping[str, int]) -> float:
    ranks = sorted([order[word] for word in case] for case in cases)
    if not _rises([rank for case in ranks for rank in case]):
        return 0.0
    # Only cases all of one grade, the same for each, may change places.
    alike = Counter(case[0] for case in ranks if case[0] == case[-1])
    return exp(sum(lgamma(n + 1) for n in alike.values()) - lgamma(len(cases) + 1))


def _rises(ranks: Sequence[int]) -> bool:
    return all(earlier <= later for earlier, later in pairwise(ranks))


def _beside_nothing(rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    alone = [
        row
        for row in rows
        if not row.texts.get("grade") and any(row.texts.get(name) for name in ASIDE)
    ]
    if alone:
        one = "row has a reason, a certainty or a comment, and no grade"
        more = "rows have a reason, a certainty or a comment, and no grade"
        yield problem_in(
            alone[0].sheet,
            "beside nothing",
            alone[0].number,
            "Grade",
            found=counted(len(alone), one, more),
            expected=f"a grade, or “{NOT_GRADED}”",
            mend="Were grades moved up or down, or not given? Let the moderator read the receipt.",
        )


def _gaps(pack: Pack, rows: Sequence[KeyedRow]) -> Iterator[ReturnProblem]:
    """Cases graded in part: the mark that a column leaves which was moved by a row or two."""
    empty = [row for row in rows if not row.texts.get("grade")]
    graded = {row.row.case for row in rows if row.texts.get("grade")}
    gaps = [row for row in empty if row.row.case in graded]
    if len(pack.parts) == 1 and len(empty) == 1 and len(rows) > 1:
        gaps = empty
    if gaps:
        yield problem_in(
            gaps[0].sheet,
            "a gap",
            gaps[0].number,
            "Grade",
            found=counted(
                len(gaps), "part of a graded case is empty", "parts of graded cases are empty"
            ),
            expected=f"a grade for every part, or “{NOT_GRADED}”",
            mend="Were grades moved up or down, or not given? Let the moderator read the receipt.",
        )


def _chance_words(chance: float) -> str:
    times = round(1 / chance) if chance > 1e-9 else 10**9
    return f"once in {times:,} times" if times < 10**9 else "less than once in 1,000,000,000 times"
