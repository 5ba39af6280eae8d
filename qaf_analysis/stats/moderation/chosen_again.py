"""Which earlier cases come again unseen: anchors, retests, and cases that others read.

All are picked with equal chances among those that may come, spread over the grades that they were
given. Picking as many of each grade would not do: a case that got a rare grade once gets a commoner
one more often than not when it is read again, by the same steady person, and that return towards
the middle would pass for drift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Bools, Ints, check_same_length, frozen_ints
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import ANCHOR_RULE


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnReadings:
    """Cases that moderators graded in earlier rounds, one row for each case and moderator.

    Parameters
    ----------
    moderator : int array, shape (readings,)
        Number 0, 1, ... of who read.
    grade : int array, shape (readings,)
        The grade given at the first reading (the headline); any number where there is none.
    rounds_since : int array, shape (readings,)
        Rounds since the person last read the case, whatever for; 1 for the round before.
    uses : int array, shape (readings,)
        How often the person had the case again already.

    Raises
    ------
    ShapeError
        If lengths differ.
    """

    moderator: Ints
    grade: Ints
    rounds_since: Ints
    uses: Ints

    def __post_init__(self) -> None:
        arrays = {
            name: frozen_ints(getattr(self, name), name=name)
            for name in ("moderator", "grade", "rounds_since", "uses")
        }
        check_same_length(arrays)
        for name, values in arrays.items():
            object.__setattr__(self, name, values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """What is to be read again.

    Parameters
    ----------
    row : int array
        Place of the reading, or of the case, in what was given.
    moderator : int array
        Who is to read it.
    short : int array, shape (moderators,)
        How many fewer than wished there are for each moderator.
    """

    row: Ints
    moderator: Ints
    short: Ints


def choose_anchors(readings: OwnReadings, *, moderators: int, each: int, seed: int) -> Chosen:
    """Own earlier readings that each moderator is to give again, to watch for drift.

    Parameters
    ----------
    readings : OwnReadings
    moderators : int
        How many moderators the round has; readings of others are passed over.
    each : int
        Anchors wished for each.
    seed : int

    Returns
    -------
    Chosen
        Read two rounds ago or earlier and had again less than twice; those never had again first.

    Examples
    --------
    >>> readings = OwnReadings(moderator=[0, 0, 0], grade=[1, 2, 2], rounds_since=[2, 1, 3],
    ...                        uses=[0, 0, 2])
    >>> found = choose_anchors(readings, moderators=1, each=2, seed=1)
    >>> found.row.tolist(), found.short.tolist()
    ([0], [1])
    """
    may = (readings.rounds_since >= ANCHOR_RULE.fewest_rounds) & (
        readings.uses < ANCHOR_RULE.most_uses
    )
    return _own(readings, may, moderators=moderators, each=each, seed=[seed, 1])


def choose_retests(readings: OwnReadings, *, moderators: int, each: int, seed: int) -> Chosen:
    """Own readings of the round before that each moderator is to give again, to measure noise.

    The parameters are those of ``choose_anchors``; a case had again twice is not chosen.
    """
    may = (readings.rounds_since == 1) & (readings.uses < ANCHOR_RULE.most_uses)
    return _own(readings, may, moderators=moderators, each=each, seed=[seed, 2])


def choose_consensus(
    allowed: ArrayLike, *, readers: ArrayLike, grade: ArrayLike, each: int, seed: int
) -> Chosen:
    """Cases that others read in earlier rounds, for each moderator to read: severity.

    Parameters
    ----------
    allowed : bool array, shape (cases, moderators)
        Whether the moderator may read the case and has not read it.
    readers : int array, shape (cases,)
        How many moderators read it; those read by several come first.
    grade : int array, shape (cases,)
        The grade they gave, rounded; any number where there is none.
    each : int
        Cases wished for each moderator.
    seed : int

    Raises
    ------
    ShapeError
        If shapes do not fit.
    """
    may = np.array(allowed, dtype=bool)
    number, grades = frozen_ints(readers, name="readers"), frozen_ints(grade, name="grade")
    if may.ndim != 2 or not len(may) == len(number) == len(grades):
        raise ShapeError("Cases that others read need one row, one number and one grade each.")
    rows, people, short = [], [], []
    for moderator in range(may.shape[1]):
        rng = np.random.default_rng([seed, 3, moderator])
        tiers = (may[:, moderator] & (number >= 2), may[:, moderator] & (number == 1))
        row = _spread(tiers, grades, wished=each, rng=rng)
        rows.append(row)
        people.append(np.full(len(row), moderator))
        short.append(each - len(row))
    return _chosen(rows, people, short)


def _own(
    readings: OwnReadings, may: Bools, *, moderators: int, each: int, seed: list[int]
) -> Chosen:
    rows, people, short = [], [], []
    for moderator in range(moderators):
        rng = np.random.default_rng([*seed, moderator])
        own = may & (readings.moderator == moderator)
        tiers = tuple(own & (readings.uses == uses) for uses in range(ANCHOR_RULE.most_uses))
        row = _spread(tiers, readings.grade, wished=each, rng=rng)
        rows.append(row)
        people.append(np.full(len(row), moderator))
        short.append(each - len(row))
    return _chosen(rows, people, short)


def _chosen(rows: list[Ints], people: list[Ints], short: list[int]) -> Chosen:
    none = [np.zeros(0, dtype=np.int64)]
    return Chosen(
        row=frozen_ints(np.concatenate(rows or none), name="row"),
        moderator=frozen_ints(np.concatenate(people or none), name="moderator"),
        short=frozen_ints(short, name="short"),
    )


def _spread(
    tiers: tuple[Bools, ...], grade: Ints, *, wished: int, rng: np.random.Generator
) -> Ints:
    """Places from the tiers in turn; within one with equal chances, evenly along the grades."""
    taken: list[Ints] = []
    for tier in tiers:
        left = wished - sum(map(len, taken))
        pool = rng.permutation(np.flatnonzero(tier))
        if left <= 0 or len(pool) == 0:
            continue
        ordered = pool[np.argsort(grade[pool], kind="stable")]
        if len(ordered) > left:
            # Systematic: a random start, then every N/n-th.
            places = (rng.random() + np.arange(left)) * len(ordered) / left
            ordered = ordered[places.astype(np.int64)]
        taken.append(ordered)
    return np.concatenate(taken) if taken else np.zeros(0, dtype=np.int64)
