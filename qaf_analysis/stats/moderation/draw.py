"""Draw audits for moderation by chance, each with its exact inclusion probability.

Audits are drawn within auditors' grades (strata), and spread over auditors as evenly as whole
audits allow: a table of expected numbers, auditor by grade, is rounded at random so that no cell,
no grade and no auditor is ever off by a whole audit (rounding one by one would let the sums
drift), while every audit keeps exactly the probability of a plain stratified draw. What is picked
by risk is drawn afterwards from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_floats,
    frozen_ints,
    numbered,
    sums,
)
from qaf_analysis.stats.moderation.allocation import risk_weights, whole_allocation
from qaf_analysis.terms.errors import ShapeError, UsageError

_UNIT = 2**40  # all sums are kept in whole numbers of 1/_UNIT, so that they stay exact
_ROUNDING = 2**20  # a sum so near to a whole one was meant to be whole


@dataclass(frozen=True, kw_only=True, eq=False)
class ModerationDraw:
    """Audits drawn for moderation. Every array has one place for each audit of the frame.

    Parameters
    ----------
    by_chance : bool array
        Drawn at random within grades: what figures about all audits may rest on.
    targeted : bool array
        Picked from the rest, by risk, to meet an auditor, or because they were named; for no
        figure about all audits.
    anchor : bool array
        Of those drawn by chance, the ones that a second moderator reads too.
    chance, targeted_chance : float array
        Probability, before anything is drawn, of being drawn by chance, and of being picked;
        NaN where an audit was named, for then nothing was left to chance.
    """

    by_chance: Bools
    targeted: Bools
    anchor: Bools
    chance: Floats
    targeted_chance: Floats


def moderation_draw(
    grade: ArrayLike,
    auditor: ArrayLike,
    *,
    n_levels: int,
    audits: int,
    by_risk: int = 0,
    named: ArrayLike = (),
    to_meet: ArrayLike = (),
    fewest: int = 2,
    anchors: int = 0,
    rng: np.random.Generator,
) -> ModerationDraw:
    """Draw audits by chance, then pick some of the rest: by risk, by name, or to meet auditors.

    Parameters
    ----------
    grade, auditor : int array, shape (frame,)
        Auditor's grade, 0 .. K-1, and a number naming the auditor, of each audit of the frame.
    n_levels : int
        K.
    audits : int
        Audits to draw by chance: in proportion to the grades, ``fewest`` of each at least.
    by_risk : int
        Audits to pick from the rest with ``risk_weights``.
    named : int array
        Places of audits to add whatever chance gives.
    to_meet : int array
        Auditors to meet: of each whom chance passes by, one audit is picked besides.
    anchors : int
        How many of those drawn by chance are to be read by a second moderator too.
    rng : Generator
        The only source of chance.

    Raises
    ------
    UsageError
        If more is asked for than there is, or picks of two kinds.

    Examples
    --------
    >>> drawn = moderation_draw([0, 1, 1, 2, 2, 2], [1, 1, 2, 2, 3, 3], n_levels=3, audits=3,
    ...                         fewest=1, rng=np.random.default_rng(1))
    >>> drawn.chance.round(3).tolist(), int(drawn.by_chance.sum())
    ([1.0, 0.5, 0.5, 0.333, 0.333, 0.333], 3)
    """
    grades, auditors = frozen_ints(grade, name="grade"), frozen_ints(auditor, name="auditor")
    check_same_length({"grades": grades, "auditors": auditors})
    check_grades(grades, n_levels=n_levels)
    if audits + by_risk > len(grades):
        raise UsageError(f"{audits + by_risk} audits cannot be drawn from {len(grades)}.")
    if (by_risk > 0) + (np.size(named) > 0) + (np.size(to_meet) > 0) > 1:
        raise UsageError(
            "Audits are picked by risk, by name or to meet every auditor: one of these at a time, "
            "for otherwise their probabilities could not be told."
        )
    if not 0 <= anchors <= audits or by_risk < 0:
        raise UsageError(
            f"{anchors} anchors cannot be chosen from {audits} audits drawn by chance."
        )
    held = np.bincount(grades, minlength=n_levels)
    numbers = whole_allocation(held, moderated=audits, fewest=fewest)
    chance = (numbers / np.maximum(held, 1))[grades]
    chosen = spread_sample(chance, grade=grades, auditor=auditors, rng=rng)
    if by_risk:
        targeted, targeted_chance = _picked_by_risk(
            grades,
            auditors,
            n_levels=n_levels,
            chosen=chosen,
            chance=chance,
            size=by_risk,
            rng=rng,
        )
    else:
        targeted, targeted_chance = _picked_to_meet(
            np.unique(to_meet), auditors, chosen=chosen, chance=chance, rng=rng
        )
    listed = np.zeros(len(grades), dtype=bool)
    listed[np.asarray(named, dtype=np.int64)] = True
    targeted_chance[listed] = np.nan
    return ModerationDraw(
        by_chance=chosen,
        targeted=targeted | (listed & ~chosen),
        anchor=_anchors(chosen, grades, size=anchors, rng=rng),
        chance=frozen_floats(chance),
        targeted_chance=frozen_floats(targeted_chance),
    )


def _picked_by_risk(
    grades: Ints,
    auditors: Ints,
    *,
    n_levels: int,
    chosen: Bools,
    chance: Floats,
    size: int,
    rng: np.random.Generator,
) -> tuple[Bools, Floats]:
    """Pick from what chance left; how many of each grade it leaves is always the same."""
    picked, left = np.zeros(len(grades), dtype=bool), np.flatnonzero(~chosen)
    weights = risk_weights(n_levels)
    of_left = inclusion_probabilities(weights[grades[left]], size=size)
    sample = spread_sample(of_left, grade=grades[left], auditor=auditors[left], rng=rng)
    picked[left[sample]] = True
    by_grade = np.zeros(n_levels)
    by_grade[grades[left]] = of_left
    return picked, (1 - chance) * by_grade[grades]


def _picked_to_meet(
    to_meet: Ints,
    auditors: Ints,
    *,
    chosen: Bools,
    chance: Floats,
    rng: np.random.Generator,
) -> tuple[Bools, Floats]:
    """Pick one audit of each of these auditors whom chance passed by."""
    picked, probability = np.zeros(len(auditors), dtype=bool), np.zeros(len(auditors))
    for auditor in to_meet:
        own = np.flatnonzero(auditors == auditor)
        expected = float(chance[own].sum())
        if len(own) == 0 or expected >= 1 - 1e-9:
            continue  # a spread sample is sure to meet an auditor with so many
        # It draws one audit or none of all others, so it passes by with exactly this chance.
        probability[own] = (1 - expected) / len(own)
        if not chosen[own].any():
            picked[rng.choice(own)] = True
    return picked, probability


def _anchors(chosen: Bools, grades: Ints, *, size: int, rng: np.random.Generator) -> Bools:
    """Choose anchors with equal probability, spread over grades."""
    anchor, places = np.zeros(len(chosen), dtype=bool), np.flatnonzero(chosen)
    if size:
        mixed = rng.permutation(len(places))
        order = mixed[np.argsort(grades[places[mixed]], kind="stable")]
        even = np.full(len(places), size / len(places))
        anchor[places[systematic_sample(even, order=order, rng=rng)]] = True
    return anchor


def inclusion_probabilities(weights: Floats, *, size: int) -> Floats:
    """Probabilities in proportion to weights, none above 1, that add up to ``size``.

    Examples
    --------
    >>> inclusion_probabilities(np.array([1.0, 1.0, 1.0, 9.0]), size=2)
    array([0.33333333, 0.33333333, 0.33333333, 1.        ])
    """
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        rest = size - certain.sum()
        probability = np.where(certain, 1.0, rest * weights / max(weights[~certain].sum(), 1e-300))
        if not (probability[~certain] > 1).any():
            return probability
        certain |= probability > 1


def systematic_sample(probability: Floats, *, order: Ints, rng: np.random.Generator) -> Ints:
    """Places, rising, of a sample of fixed size with exactly these probabilities.

    Parameters
    ----------
    probability : array, shape (frame,)
        Adds up to the whole number to draw.
    order : int array, shape (frame,)
        Order in which the frame is walked through with a fixed step from a random start; places
        near each other in it are seldom drawn together.
    """
    # Rounding keeps a running total that should be whole from falling on the wrong side.
    steps = np.floor(np.round(np.cumsum(probability[order]), 9) + rng.random())
    return np.sort(order[np.diff(steps, prepend=0.0) > 0])


def spread_sample(
    probability: ArrayLike, *, grade: ArrayLike, auditor: ArrayLike, rng: np.random.Generator
) -> Bools:
    """Draw audits with given probabilities, spread over grades and auditors at once.

    Parameters
    ----------
    probability : array, shape (frame,)
        Alike within a grade.
    grade, auditor : int array, shape (frame,)

    Returns
    -------
    bool array, shape (frame,)
        Of each grade, and of each auditor, as many as expected, rounded up or down. So an auditor
        with an expected number of 1 or more is always drawn, and one with less as often as that
        number says: no draw with these probabilities covers more auditors.

    Raises
    ------
    ShapeError
        If probabilities differ within a grade.
    """
    chance = frozen_floats(probability)
    rows, _ = numbered(frozen_ints(auditor, name="auditor"))
    columns, _ = numbered(frozen_ints(grade, name="grade"))
    check_same_length({"probabilities": chance, "auditors": rows, "grades": columns})
    if len(chance) == 0:
        return np.zeros(0, dtype=bool)
    by_grade = sums(columns, chance) / np.bincount(columns)
    if (np.abs(chance - by_grade[columns]) > 1e-9).any():
        raise ShapeError("Audits of one grade should have the same probability of being drawn.")
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    cell = rows * shape[1] + columns
    expected = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape) * by_grade
    wanted = rounded_at_random(expected, rng=rng).ravel()
    # Within a cell every audit is as likely as any other.
    mixed = rng.permutation(len(cell))
    in_cells = mixed[np.argsort(cell[mixed], kind="stable")]
    first = np.searchsorted(cell[in_cells], cell[in_cells])
    chosen = np.zeros(len(cell), dtype=bool)
    chosen[in_cells] = np.arange(len(cell)) - first < wanted[cell[in_cells]]
    return chosen


def rounded_at_random(expected: ArrayLike, *, rng: np.random.Generator) -> Ints:
    """Whole numbers whose mean is what was expected, in every cell, row, column and in all.

    Parameters
    ----------
    expected : array, shape (rows, columns)
        Numbers, 0 or more.
    rng : Generator
        Source of chance.

    Returns
    -------
    int array, shape (rows, columns)
        Every cell, row sum, column sum and the sum of all is rounded up or down, never further;
        what is whole already stays.

    Raises
    ------
    ShapeError
        If it is not a table, or a number is below zero or missing.

    References
    ----------
    Cox (1987), A constructive procedure for unbiased controlled rounding, Journal of the American
    Statistical Association 82.

    Examples
    --------
    >>> whole = rounded_at_random([[0.5, 1.5], [0.5, 0.5]], rng=np.random.default_rng(1))
    >>> whole.sum(axis=0).tolist(), whole.sum(axis=1).tolist()
    ([1, 2], [2, 1])
    """
    numbers = np.asarray(expected, dtype=np.float64)
    if numbers.ndim != 2 or not (numbers >= 0).all():
        raise ShapeError("A table of numbers that are 0 or more is needed.")
    units = _with_margins(numbers)
    # Which cycle is turned first is left to chance, so that any two audits can be drawn together.
    order = rng.permutation(units.shape[0]), rng.permutation(units.shape[1])
    units = units[np.ix_(*order)]
    while (loose := units % _UNIT != 0).any():
        _turn(units, _cycle(loose), rng=rng)
    back = np.ix_(np.argsort(order[0]), np.argsort(order[1]))
    whole: Ints = units[back][:-1, :-1] // _UNIT
    return whole


def _with_margins(expected: Floats) -> Ints:
    """Add a row and a column of fractions that make every sum whole."""
    units = np.rint(expected * _UNIT).astype(np.int64)
    for column in units.T:
        _make_whole(column)
    _make_whole(units.reshape(-1))
    table = np.zeros((units.shape[0] + 1, units.shape[1] + 1), dtype=np.int64)
    table[:-1, :-1] = units
    table[-1, :-1] = -units.sum(axis=0) % _UNIT
    table[:-1, -1] = -units.sum(axis=1) % _UNIT
    table[-1, -1] = units.sum() % _UNIT
    return table


def _make_whole(units: Ints) -> None:
    """Take what a sum is off a whole number by rounding from a cell that is not whole."""
    excess = int((units.sum() + _UNIT // 2) % _UNIT - _UNIT // 2)
    if excess and abs(excess) < _ROUNDING:
        units[int(np.argmax(units % _UNIT))] -= excess


def _cycle(loose: Bools) -> list[tuple[int, int]]:
    """Cells, none of them whole, of a closed walk along a row and along a column in turn.

    Sums of rows and columns are whole. So whoever comes by a cell that is not finds another to
    leave by, and meets a row or column again in the end.
    """
    n_rows = len(loose)
    walk = [int(np.argmax(loose.any(axis=1)))]  # rows are 0, 1, ...; columns follow them
    while True:
        place, before = walk[-1], walk[-2] if len(walk) > 1 else -1
        if place < n_rows:
            ways = n_rows + np.flatnonzero(loose[place])
        else:
            ways = np.flatnonzero(loose[:, place - n_rows])
        ahead = int(ways[0] if ways[0] != before else ways[1])
        if ahead in walk:
            ring = [*walk[walk.index(ahead) :], ahead]
            return [(min(pair), max(pair) - n_rows) for pair in pairwise(ring)]
        walk.append(ahead)


def _turn(units: Ints, cells: list[tuple[int, int]], *, rng: np.random.Generator) -> None:
    """Move the cells of a cycle up and down in turn until one of them is whole."""
    rows, columns = np.array(cells).T
    rising, falling = (rows[::2], columns[::2]), (rows[1::2], columns[1::2])
    above_rising, above_falling = units[rising] % _UNIT, units[falling] % _UNIT
    up = min(int((_UNIT - above_rising).min()), int(above_falling.min()))
    down = min(int(above_rising.min()), int((_UNIT - above_falling).min()))
    # With these chances the step is nothing on average, so every cell keeps its mean.
    step = up if rng.random() * (up + down) < down else -down
    units[rising] += step
    units[falling] -= step
