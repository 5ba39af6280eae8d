"""Draw audits for moderation by chance, each with its exact inclusion probability.

Audits are drawn within auditors' grades (strata), and spread over auditors as evenly as whole
audits allow: a table of expected numbers, auditor by grade, is rounded at random so that no
cell, no grade and no auditor is ever off by a whole audit, while every audit keeps exactly the
probability of a plain stratified draw. What is picked by risk is drawn afterwards from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.core.numbering import numbered
from qaf_analysis.stats.moderation.allocation import risk_weights, whole_allocation
from qaf_analysis.stats.moderation.controlled_rounding import rounded_at_random
from qaf_analysis.terms.errors import ShapeError, UsageError


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

    by_chance: NDArray[np.bool_]
    targeted: NDArray[np.bool_]
    anchor: NDArray[np.bool_]
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
    chosen: NDArray[np.bool_],
    chance: Floats,
    size: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], Floats]:
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
    chosen: NDArray[np.bool_],
    chance: Floats,
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], Floats]:
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


def _anchors(
    chosen: NDArray[np.bool_], grades: Ints, *, size: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
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
) -> NDArray[np.bool_]:
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
