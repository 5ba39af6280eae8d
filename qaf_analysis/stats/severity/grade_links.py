"""How likely each grade is, given practice and strictness: adjacent-category or cumulative link.

Practice less strictness is x, in logits; the thresholds tau say where the levels of the scale
part. Adjacent (Rasch): log P(k) / P(k-1) = x - tau_k. Cumulative: log P(below k) / P(k or above)
= tau_k - x. Derivatives are taken by the *offset* that is subtracted from practice, and by tau.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats

Link: TypeAlias = Literal["adjacent", "cumulative"]


@dataclass(frozen=True, kw_only=True, eq=False)
class GradeTable(ABC):
    """Probabilities of grades in each cell at each node, with their derivatives.

    Parameters
    ----------
    x : float array, shape (cells, nodes)
        Practice at the nodes less the cell's offset.
    thresholds : float array, shape (cells, K - 1)
    """

    x: Floats
    thresholds: Floats

    @property
    def n_levels(self) -> int:
        """K, the number of levels."""
        return int(self.thresholds.shape[1]) + 1

    @property
    @abstractmethod
    def log_probability(self) -> Floats:
        """Logarithm of the probability of each grade, shape (cells, K, nodes)."""

    @property
    @abstractmethod
    def score(self) -> Floats:
        """Derivatives of the log-probability, shape (cells, K + 1, K, nodes).

        Third axis: by the offset, then by each threshold. The last "grade" stands for a domain
        that was not graded; its derivatives are zero.
        """

    def slope(self, counts: Floats) -> Floats:
        """First derivatives of sum(counts * log_probability), shape (cells, K).

        Parameters
        ----------
        counts : float array, shape (cells, K, nodes)
        """
        each: Floats = (self.score[:, :-1] @ counts[..., np.newaxis])[..., 0].sum(axis=1)
        return each

    @abstractmethod
    def curvature(self, counts: Floats) -> Floats:
        """Second derivatives of sum(counts * log_probability), shape (cells, K, K).

        Parameters
        ----------
        counts : float array, shape (cells, K, nodes)
        """


class AdjacentTable(GradeTable):
    """Adjacent-category logits: the rating-scale and partial-credit models."""

    @cached_property
    def log_probability(self) -> Floats:
        """See ``GradeTable``."""
        steps = np.cumsum(self.thresholds, axis=1)[:, :, np.newaxis]
        level = np.arange(1, self.n_levels)[:, np.newaxis]
        unnormed = np.zeros((len(self.x), self.n_levels, self.x.shape[1]))
        unnormed[:, 1:] = level * self.x[:, np.newaxis] - steps
        top = unnormed.max(axis=1, keepdims=True)
        unnormed -= top
        unnormed -= np.log(np.exp(unnormed).sum(axis=1, keepdims=True))
        return unnormed

    @cached_property
    def _marks(self) -> Floats:
        """What the derivatives compare with expectation: the grade, and whether it reached j."""
        reached = np.tri(self.n_levels)[:, 1:]
        return np.column_stack([np.arange(self.n_levels), reached])

    @cached_property
    def _expected_marks(self) -> Floats:
        means: Floats = self._marks.T @ np.exp(self.log_probability)
        return means

    @cached_property
    def score(self) -> Floats:
        """See ``GradeTable``."""
        cells, nodes = self.x.shape
        score = np.zeros((cells, self.n_levels + 1, self.n_levels, nodes))
        marks = self._marks[:, :, np.newaxis]
        np.subtract(self._expected_marks[:, np.newaxis], marks, out=score[:, :-1])
        return score

    def slope(self, counts: Floats) -> Floats:
        """See ``GradeTable``."""
        graded = counts.sum(axis=1)
        expected = (self._expected_marks @ graded[:, :, np.newaxis])[:, :, 0]
        slope: Floats = expected - counts.sum(axis=2) @ self._marks
        return slope

    def curvature(self, counts: Floats) -> Floats:
        """See ``GradeTable``."""
        graded = counts.sum(axis=1)
        level = np.einsum("cs,cks->ck", graded, np.exp(self.log_probability))
        squares: Floats = np.einsum("ck,ki,kj->cij", level, self._marks, self._marks)
        means = self._expected_marks
        products: Floats = (graded[:, np.newaxis] * means) @ means.transpose(0, 2, 1)
        return products - squares


class CumulativeTable(GradeTable):
    """Cumulative logits: the proportional-odds model."""

    @cached_property
    def log_probability(self) -> Floats:
        """See ``GradeTable``."""
        logit = self.thresholds[:, :, np.newaxis] - self.x[:, np.newaxis]
        result = np.zeros((len(self.x), self.n_levels, self.x.shape[1]))
        # F(u) - F(l) = F(u) (1 - F(l)) (1 - exp(l - u)) loses no digits in the tails.
        result[:, :-1] += special.log_expit(logit)
        result[:, 1:] += special.log_expit(-logit)
        with np.errstate(divide="ignore", invalid="ignore"):
            # Thresholds out of order have no likelihood: NaN, which the search steps back from.
            result[:, 1:-1] += np.log1p(-np.exp(-self._gaps))[:, :, np.newaxis]
        return result

    @property
    def _gaps(self) -> Floats:
        """Width of each inner level."""
        return np.diff(self.thresholds, axis=1)

    @cached_property
    def _below(self) -> Floats:
        """Probability of staying below each threshold, shape (cells, K - 1, nodes)."""
        return special.expit(self.thresholds[:, :, np.newaxis] - self.x[:, np.newaxis])

    @cached_property
    def score(self) -> Floats:
        """See ``GradeTable``."""
        cells, nodes = self.x.shape
        score = np.zeros((cells, self.n_levels + 1, self.n_levels, nodes))
        inner = 1 / np.expm1(self._gaps)
        for threshold in range(self.n_levels - 1):
            below = self._below[:, threshold]
            score[:, threshold, threshold + 1] = 1 - below
            score[:, threshold + 1, threshold + 1] = -below
        score[:, :, 0] = score[:, :, 1:].sum(axis=2)
        for level in range(1, self.n_levels - 1):
            pull = inner[:, level - 1, np.newaxis]
            score[:, level, level] -= pull
            score[:, level, level + 1] += pull
        return score

    def curvature(self, counts: Floats) -> Floats:
        """See ``GradeTable``."""
        density = self._below * (1 - self._below)
        at = ((counts[:, :-1] + counts[:, 1:]) * density).sum(axis=2)
        result = np.zeros((len(counts), self.n_levels, self.n_levels))
        result[:, 0, 0] = -at.sum(axis=1)
        result[:, 0, 1:] = result[:, 1:, 0] = -at
        place = np.arange(1, self.n_levels)
        result[:, place, place] = -at
        inner = 1 / np.expm1(self._gaps)
        bend = counts[:, 1:-1].sum(axis=2) * inner * (1 + inner)
        result[:, place[:-1], place[:-1]] -= bend
        result[:, place[1:], place[1:]] -= bend
        result[:, place[:-1], place[1:]] += bend
        result[:, place[1:], place[:-1]] += bend
        return result


def grade_table(x: Floats, *, thresholds: Floats, link: Link) -> GradeTable:
    """Table of grade probabilities under a link.

    Parameters
    ----------
    x : float array, shape (cells, nodes)
        Practice less strictness, in logits.
    thresholds : float array, shape (cells, K - 1)
    link : {"adjacent", "cumulative"}

    Examples
    --------
    >>> table = grade_table(np.zeros((1, 1)), thresholds=np.zeros((1, 2)), link="adjacent")
    >>> np.exp(table.log_probability).round(3).ravel().tolist()
    [0.333, 0.333, 0.333]
    """
    kind = AdjacentTable if link == "adjacent" else CumulativeTable
    return kind(x=x, thresholds=thresholds)
