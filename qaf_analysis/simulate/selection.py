"""Rules by which audits are chosen for moderation, each with its exact inclusion probability."""

from __future__ import annotations

import numpy as np

from qaf_analysis.simulate.design_parts import SelectionRule
from qaf_analysis.simulate.raters import Floats, Integers

RISK_WEIGHTS = (1.0, 1.0, 3.0, 6.0)  # from the worst grade up
HUNCH_ODDS = 3.0


def choose(
    *,
    rule: SelectionRule,
    audits: int,
    auditor_grades: Integers,
    moderator_grades: Integers,
    levels: int,
    rng: np.random.Generator,
) -> tuple[Integers, Floats]:
    """Choose audits for moderation.

    Parameters
    ----------
    rule : {"random", "stratified", "targeted", "hunch"}
        See ``RoundDesign``.
    audits : int
        How many to choose; all, where there are fewer.
    auditor_grades, moderator_grades : array, shape (frame,)
        Grade codes 0 .. levels-1. Only a hunch uses what the moderator would say.

    Returns
    -------
    chosen : array of int
        Places in the frame, rising.
    probability : array, shape (frame,)
        Each audit's true chance to be chosen.
    """
    size = min(audits, len(auditor_grades))
    if rule == "stratified":
        return _one_draw_per_grade(auditor_grades, size=size, levels=levels, rng=rng)
    weights = np.ones(len(auditor_grades))
    if rule == "targeted":
        risk = np.interp(np.linspace(0, 1, levels), np.linspace(0, 1, 4), RISK_WEIGHTS)
        weights = risk[auditor_grades]
    if rule == "hunch":
        weights = np.where(auditor_grades > moderator_grades, HUNCH_ODDS, 1.0)
    probability = inclusion_probabilities(weights, size=size)
    return _systematic(probability, rng=rng), probability


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


def _systematic(probability: Floats, *, rng: np.random.Generator) -> Integers:
    """Draw a sample of fixed size with exactly these probabilities (in random order)."""
    order = rng.permutation(len(probability))
    # Rounding keeps a running total that should be whole from falling on the wrong side.
    steps = np.floor(np.round(np.cumsum(probability[order]), 9) + rng.random())
    return np.sort(order[np.diff(steps, prepend=0.0) > 0])


def _one_draw_per_grade(
    grades: Integers, *, size: int, levels: int, rng: np.random.Generator
) -> tuple[Integers, Floats]:
    """Draw at random within each grade: as even a number per grade as the frame allows."""
    held = np.bincount(grades, minlength=levels)
    quota = np.zeros(levels, dtype=np.int64)
    for _ in range(size):
        open_grades = np.flatnonzero(quota < held)
        quota[open_grades[np.argmin(quota[open_grades])]] += 1
    chosen = [
        rng.choice(np.flatnonzero(grades == grade), size=quota[grade], replace=False)
        for grade in range(levels)
    ]
    probability = quota / np.maximum(held, 1)
    return np.sort(np.concatenate(chosen)), probability[grades]
