"""How far shrunken effects spread: their SDs, from a quadratic picture of the likelihood.

Near its peak the log-likelihood is -1/2 b'Ib + h'b. With b normal around 0 and variances tau^2 by
block, the marginal likelihood of tau is that of a linear mixed model (restricted, as the fixed
effects are integrated out too). A half-normal guard on each tau, taken on the scale of log tau,
keeps it from zero, where nothing could be computed, and from running off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import linalg
from scipy.linalg import lapack

from qaf_analysis.stats.core.arrays import Floats

# Scale of the half-normal guard, in logits.
GUARD = 0.5

# An SD that stands for none when the likelihood with and without an effect is compared.
NONE = 1e-3
STEPS = 12

# Normal quantile of the upper 90 % limit of an SD, at which errors of effects are taken.
SURE = 1.2816

# Newton squares the distance: after a move this small the next would be 1e-14.
CLOSE = 1e-7
# An error of a thousand logits: further than any grade can tell.
LEAST_INFORMATION = 1e-6


def guard(sd: float | Floats) -> float | Floats:
    """Logarithm of the guard on an SD, up to a constant."""
    return np.log(sd) - 0.5 * (np.asarray(sd) / GUARD) ** 2


def guard_slope(sd: float | Floats) -> float | Floats:
    """Its derivative by the logarithm of the SD; the second derivative is twice this less 2."""
    return 1 - (np.asarray(sd) / GUARD) ** 2


@dataclass(frozen=True, kw_only=True, eq=False)
class QuadraticLikelihood:
    """The log-likelihood near its peak as a quadratic in the parameters.

    Parameters
    ----------
    information : float array, shape (parameters, parameters)
        With wide priors of the fixed effects, without the shrinkage of random ones.
    slope : float array, shape (parameters,)
        h: the gradient plus information times parameters.
    random : tuple of slice
        The blocks of shrunken effects.
    """

    information: Floats
    slope: Floats
    random: tuple[slice, ...]

    @property
    def sizes(self) -> Floats:
        """Number of effects in each block."""
        return np.array([place.stop - place.start for place in self.random], dtype=float)

    def penalty(self, sd: Floats) -> Floats:
        """Precision that SDs of the blocks give each parameter."""
        precision = np.zeros(len(self.slope))
        for place, value in zip(self.random, sd, strict=True):
            precision[place] = value**-2
        return precision

    def log_marginal(self, sd: Floats) -> float:
        """Logarithm of the marginal likelihood of the SDs, up to a constant, without the guard.

        Raises
        ------
        LinAlgError
            If the quadratic has no peak.
        """
        # I + D^-1, with D the prior variances of the shrunken effects.
        whole = self.information + np.diag(self.penalty(sd))
        factor = linalg.cho_factor(whole, lower=True)
        # Marginal: 1/2 h'(I + D^-1)^-1 h - 1/2 log|I + D^-1| - n log tau (Laplace).
        peak = 0.5 * self.slope @ linalg.cho_solve(factor, self.slope)
        return float(peak - np.log(np.diag(factor[0])).sum() - self.sizes @ np.log(sd))


def lifted(information: Floats) -> Floats:
    """Information with a peak: what is flat or bent the wrong way gets next to none.

    Where a search ended at no peak, errors from its information would be undefined, or too small.
    Along such directions they become so wide that no interval is given.

    Examples
    --------
    >>> np.linalg.eigvalsh(lifted(np.diag([4.0, -1.0]))).tolist() == [LEAST_INFORMATION, 4.0]
    True
    """
    values, vectors = linalg.eigh(information)
    bent = np.maximum(values, LEAST_INFORMATION)
    return np.asarray((vectors * bent) @ vectors.T, dtype=np.float64)


def with_peak(likelihood: QuadraticLikelihood, *, sd: Floats) -> QuadraticLikelihood:
    """The quadratic itself where it has a peak, or else with its information lifted."""
    penalty = np.diag(likelihood.penalty(sd))
    try:
        linalg.cholesky(likelihood.information + penalty, lower=True)
    except linalg.LinAlgError:
        return replace(likelihood, information=lifted(likelihood.information + penalty) - penalty)
    return likelihood


@dataclass(frozen=True, kw_only=True, eq=False)
class SpreadStep:
    """Derivatives of the guarded marginal likelihood by the logarithms of the SDs."""

    likelihood: QuadraticLikelihood
    sd: Floats

    @cached_property
    def covariance(self) -> Floats:
        """Covariance of the parameters given the SDs."""
        whole = self.likelihood.information + np.diag(self.likelihood.penalty(self.sd))
        lower = linalg.cholesky(whole, lower=True)
        # A third of the time that solving for every unit vector takes.
        inverse, _ = lapack.dpotri(lower, lower=1)
        half = np.tril(inverse)
        return np.asarray(half + np.tril(half, -1).T, dtype=np.float64)

    @cached_property
    def effects(self) -> Floats:
        """Parameters at the peak."""
        return self.covariance @ self.likelihood.slope

    @cached_property
    def sd_covariance(self) -> Floats:
        """Covariance of the logarithms of the SDs."""
        # Inverse of the observed information on log tau.
        values, vectors = linalg.eigh(-self.hessian)
        # The guard alone gives 1 and more; less would be a peak that is not one.
        return np.asarray(vectors / np.maximum(values, 1.0) @ vectors.T, dtype=np.float64)

    @cached_property
    def whole_covariance(self) -> Floats:
        """Covariance of the parameters with that part that comes from not knowing the SDs.

        References
        ----------
        Kass and Steffey (1989): first-order correction of empirical-Bayes variances.
        """
        # d b / d log tau = 2 C b / tau^2 by block; its spread adds J V J' (Kass and Steffey).
        shrunken = [self.covariance[:, b] @ self.effects[b] for b in self.likelihood.random]
        moved = 2 * np.column_stack(shrunken) / self.sd**2
        return self.covariance + moved @ self.sd_covariance @ moved.T

    @cached_property
    def wide_covariance(self) -> Floats:
        """The same with the covariance of the effects taken at the upper 90 % limits of the SDs.

        For intervals. Where the grades say little of an effect, its error is that of the prior, and
        an SD found too small makes every such interval too short at once. Chosen by simulation
        (``docs/calibration/severity_teams.md``).
        """
        larger = self.sd * np.exp(SURE * np.sqrt(np.diag(self.sd_covariance)))
        widened = SpreadStep(likelihood=self.likelihood, sd=larger).covariance
        return np.asarray(widened + self.whole_covariance - self.covariance, dtype=np.float64)

    @property
    def _squares(self) -> tuple[Floats, Floats]:
        """Sums of squared effects and of their variances, in units of the SDs."""
        # Sums by block of b^2 / tau^2 and of Var(b) / tau^2, the two halves of EM's expected
        # square.
        variance = np.diag(self.covariance)
        blocks = self.likelihood.random
        effects = np.array([self.effects[b] @ self.effects[b] for b in blocks])
        return effects / self.sd**2, np.array([variance[b].sum() for b in blocks]) / self.sd**2

    @property
    def gradient(self) -> Floats:
        """First derivatives: zero where tau^2 = (sum of squares + variances) / n, but the guard."""
        effects, variances = self._squares
        return np.asarray(effects + variances - self.likelihood.sizes + guard_slope(self.sd))

    @property
    def hessian(self) -> Floats:
        """Second derivatives."""
        effects, variances = self._squares
        blocks = self.likelihood.random
        # Own part: -2 (sum of squares + variances) / tau^2, and that of the guard.
        result = np.diag(-2 * (effects + variances) - 2 * (self.sd / GUARD) ** 2)
        for i, first in enumerate(blocks):
            for j, second in enumerate(blocks):
                # What moves through the other effects: 4 b'C b + 2 tr(C C) in units of the SDs.
                between = self.covariance[first, second] / (self.sd[i] * self.sd[j])
                left, right = self.effects[first] / self.sd[i], self.effects[second] / self.sd[j]
                result[i, j] += 4 * left @ between @ right + 2 * (between**2).sum()
        return result


def best_spreads(likelihood: QuadraticLikelihood, *, start: Floats) -> SpreadStep:
    """SDs of the shrunken effects at the peak of their guarded marginal likelihood.

    Newton steps in log tau, which reach the fixed point of the EM rule
    ``tau^2 <- (sum of squared effects + their variances) / n`` in a handful of steps, where EM
    itself takes many.

    Raises
    ------
    LinAlgError
        If the quadratic has no peak.
    """
    step = SpreadStep(likelihood=likelihood, sd=start)
    for _ in range(STEPS):
        values, vectors = linalg.eigh(-step.hessian)
        # Directions of wrong curvature are followed uphill, as long as right ones are.
        turned = vectors / np.maximum(np.abs(values), 1e-3) @ vectors.T
        move = np.clip(turned @ step.gradient, -1, 1)
        step = SpreadStep(likelihood=likelihood, sd=step.sd * np.exp(move))
        if np.abs(move).max() < CLOSE:
            break
    return step
