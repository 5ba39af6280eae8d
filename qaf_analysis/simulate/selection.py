"""Rules by which audits are chosen for moderation, each with its exact inclusion probability."""

from __future__ import annotations

import numpy as np

from qaf_analysis.simulate.design_parts import SelectionRule
from qaf_analysis.simulate.raters import Floats, Integers
from qaf_analysis.stats.moderation.allocation import risk_weights
from qaf_analysis.stats.moderation.draw import inclusion_probabilities, systematic_sample

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
        weights = risk_weights(levels)[auditor_grades]
    if rule == "hunch":
        weights = np.where(auditor_grades > moderator_grades, HUNCH_ODDS, 1.0)
    probability = inclusion_probabilities(weights, size=size)
    order = rng.permutation(len(probability))
    return systematic_sample(probability, order=order, rng=rng), probability


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
