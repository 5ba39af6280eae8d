"""What moderators found for each auditor's grade, and whether its selection allows conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.names import PROBABILITY_SELECTIONS, Selection

SMOOTHING_DECAY = 1.2
"""One pseudo-case for each auditor's grade, spread over grades as exp(-1.2 x grades apart)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedCounts:
    """Moderated audits by auditor's grade (rows) and moderator's grade (columns).

    Parameters
    ----------
    cases : int array, shape (K,)
        Moderated audits of each auditor's grade.
    effective : array, shape (K,)
        The same for equal weights; fewer when weights are unequal (Kish). 1 where there are none,
        so that it can be divided by.
    weight : array, shape (K,)
        Weight of all moderated audits of each auditor's grade. 1 where there are none.
    found : array, shape (K, K)
        Weighted share of each moderator's grade within each auditor's grade. Where no audit was
        moderated the auditor's grade stands.
    smoothed : array, shape (K, K)
        The same with one pseudo-case, for variances only: a share of 0 or 1 in a few cases is
        not certain.
    """

    cases: Ints
    effective: Floats
    weight: Floats
    found: Floats
    smoothed: Floats

    def pooled_variance(self) -> tuple[float, float]:
        """Variance of moderators' grades within auditors' grades, and its degrees of freedom.

        When grades never vary within a row, the smoothed shares stand in.
        """
        levels, some = np.arange(len(self.cases)), self.cases > 0
        df = max(float(self.cases.sum() - some.sum()), 1.0)
        within = self.found @ levels**2 - (self.found @ levels) ** 2
        pooled = float(self.cases @ within) / df
        if pooled <= 1e-12:
            smooth = self.smoothed @ levels**2 - (self.smoothed @ levels) ** 2
            pooled = float(self.cases @ smooth) / float(self.cases.sum())
        return pooled, df


def moderated_counts(
    audited: Ints, moderated: Ints, weight: Floats, *, n_levels: int
) -> ModeratedCounts:
    """Count moderated audits; ``weight`` is one over the probability of being chosen."""
    k = n_levels
    cases = np.bincount(audited, minlength=k).astype(np.int64)
    cases.setflags(write=False)
    total = np.bincount(audited, weights=weight, minlength=k)
    squares = np.bincount(audited, weights=weight**2, minlength=k)
    cells = np.bincount(audited * k + moderated, weights=weight, minlength=k * k).reshape(k, k)
    some = cases > 0
    effective = np.divide(total**2, squares, out=np.ones(k), where=some)
    found = np.eye(k)
    found[some] = cells[some] / total[some, np.newaxis]
    counted = np.where(some, effective, 0.0)[:, np.newaxis]
    return ModeratedCounts(
        cases=cases,
        effective=frozen_floats(effective),
        weight=frozen_floats(np.where(some, total, 1.0)),
        found=frozen_floats(found),
        smoothed=frozen_floats((counted * found + pseudo_case(k)) / (counted + 1)),
    )


def varies_within_grade(audited: Ints, chance: Floats) -> bool:
    """Whether recorded probabilities differ between audits of one auditor's grade."""
    recorded = ~np.isnan(chance)
    return any(np.ptp(chance[recorded & (audited == a)]) > 1e-12 for a in set(audited[recorded]))


def pseudo_case(k: int) -> Floats:
    """One case for each auditor's grade (rows), spread over moderators' grades near it."""
    levels = np.arange(k)
    near: Floats = np.exp(-SMOOTHING_DECAY * np.abs(levels[:, np.newaxis] - levels))
    share: Floats = near / near.sum(axis=1, keepdims=True)
    return share


def selection_probabilities(given: ArrayLike | None, n: int) -> Floats:
    """Probabilities with which n audits were chosen, NaN where not recorded.

    Raises
    ------
    ShapeError
        If there are not n, or one is not above 0 and at most 1.
    """
    if given is None:
        return np.full(n, np.nan)
    chance = frozen_floats(given)
    if chance.shape != (n,):
        raise ShapeError(f"{n} moderated audits need {n} probabilities, not {chance.shape}.")
    if ((chance <= 0) | (chance > 1)).any():
        raise ShapeError("A probability of being chosen lies above 0 and is at most 1.")
    return chance


def selection_refusal(
    selected_by: Sequence[Selection | str], *, selection_probability: ArrayLike | None = None
) -> str:
    """Reason why cases chosen like this must not carry an adjusted figure; empty if they may.

    Parameters
    ----------
    selected_by : sequence of Selection, one for each moderated audit
    selection_probability : array, shape (moderated,), optional
        Probability of being chosen; NaN where not recorded.

    Examples
    --------
    >>> selection_refusal(["random", "unknown"])
    '1 of 2 moderated audits were chosen in a way that is not recorded'
    >>> selection_refusal(["random", "targeted"], selection_probability=[0.1, 0.4])
    ''
    """
    n = len(selected_by)
    if n == 0:
        return "no audit was moderated"
    chance = selection_probabilities(selection_probability, n)
    unknown = sum(how not in tuple(Selection) or how == Selection.UNKNOWN for how in selected_by)
    if unknown:
        return f"{unknown} of {n} moderated audits were chosen in a way that is not recorded"
    picked = np.array([how not in PROBABILITY_SELECTIONS for how in selected_by])
    if (picked & np.isnan(chance)).any():
        bare = int((picked & np.isnan(chance)).sum())
        return f"{bare} of {n} moderated audits were picked without a recorded probability"
    if picked.any() and np.isnan(chance).any():
        return "picked audits can only be weighed when every audit's probability is recorded"
    return ""
