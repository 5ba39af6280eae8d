"""The log-likelihood of a severity model as a function of its parameters, with its guards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from qaf_analysis.stats.core.arrays import Bools, Floats
from qaf_analysis.stats.severity.grid import GridPosterior, RaterGrid, grid_posterior
from qaf_analysis.stats.severity.information import information
from qaf_analysis.stats.severity.parameters import SeverityTerms
from qaf_analysis.stats.severity.variances import guard, guard_slope

# Step, in the logarithm of an SD, over which the exact gradient is differenced, and the longer
# one over which the information is.
DIFFERENCE = 1e-4
STRIDE = 0.02
# Below this SD, in logits, practice does not differ as far as the grid can tell.
LEAST = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityLikelihood:
    """The log-likelihood as a function of the parameters, with the guards of what is not shrunken.

    Parameters
    ----------
    grid : RaterGrid
    terms : SeverityTerms
    has_halo : bool
        Without it the last parameter, the logarithm of the halo's SD, counts for nothing.
    sd_is_known : bool
        Whether the SD of practice stays where it is, because nothing tells it.
    """

    grid: RaterGrid
    terms: SeverityTerms
    has_halo: bool
    sd_is_known: bool

    def posterior(self, parameters: Floats) -> GridPosterior:
        """Evaluate the likelihood at these parameters."""
        offsets, thresholds = self.terms.offsets_and_thresholds(parameters)
        sd_audit, sd_halo = np.exp(parameters[-2:])
        return grid_posterior(
            self.grid,
            offsets=offsets,
            thresholds=thresholds,
            audit_means=self.terms.audit_means(parameters),
            sd_audit=float(sd_audit),
            sd_halo=float(sd_halo) if self.has_halo else 0.0,
        )

    def value(self, parameters: Floats, *, posterior: GridPosterior) -> float:
        """Log-likelihood with wide priors and the guard of the halo's SD."""
        value = posterior.log_likelihood
        value -= 0.5 * float(self.terms.precision @ parameters**2)
        return value + (float(guard(np.exp(parameters[-1]))) if self.has_halo else 0.0)

    def gradient(self, parameters: Floats, *, posterior: GridPosterior) -> Floats:
        """Derivatives of the value."""
        design = self.terms.gradient(posterior.gradient, by_audit=posterior.mean_gradient)
        slope = np.append(design, posterior.sd_gradient)
        slope -= self.terms.precision * parameters
        if self.has_halo:
            slope[-1] += guard_slope(np.exp(parameters[-1]))
        return slope

    def information(self, parameters: Floats, *, posterior: GridPosterior) -> Floats:
        """Minus the second derivatives of the value: exact but for the columns of the two SDs.

        Those are differences of the exact gradient.
        """
        result = np.zeros((len(parameters),) * 2)
        result[:-2, :-2] = self.design_information(posterior)
        for place in (-2, -1) if self.has_halo else (-2,):
            ends = []
            for sign in (1, -1):
                moved = parameters.copy()
                moved[place] += sign * DIFFERENCE
                ends.append(self.gradient(moved, posterior=self.posterior(moved)))
            column = (ends[1] - ends[0]) / (2 * DIFFERENCE)
            result[:, place] = result[place, :] = column
        return result

    def design_information(self, posterior: GridPosterior) -> Floats:
        """The same for all parameters but the two SDs."""
        exact = information(
            posterior,
            design=self.terms.design,
            audit_design=self.terms.audit_design,
            partial_credit=self.terms.partial_credit,
        )
        return exact + np.diag(self.terms.precision[:-2])

    def volume_slope(self, parameters: Floats, *, information: Floats, penalty: Floats) -> Floats:
        """What the peak's width in all other effects says of the two SDs.

        Derivatives of minus half the log-determinant of the penalised information. Without them
        the SDs would be those of likelihoods maximised over dozens of severities, which leave too
        little for the halo; with them they are those of likelihoods averaged over severities.

        References
        ----------
        Cox and Reid (1987), adjusted profile likelihood; restricted likelihood is a case of it.
        """
        slope = np.zeros(len(parameters))
        factor = linalg.cho_factor(information[:-2, :-2] + np.diag(penalty[:-2]))
        for place in (-2, -1) if self.has_halo else (-2,):
            moved = parameters.copy()
            moved[place] += STRIDE
            there = self.design_information(self.posterior(moved))
            change = (there - information[:-2, :-2]) / STRIDE
            slope[place] = -0.5 * np.trace(linalg.cho_solve(factor, change))
        return slope

    def estimated(self, parameters: Floats, *, gradient: Floats) -> Bools:
        """Which parameters are free to move."""
        free = np.ones(len(parameters), dtype=bool)
        free[-1] = self.has_halo
        at_least = parameters[-2] <= np.log(LEAST) and gradient[-2] <= 0
        free[-2] = not (self.sd_is_known or at_least)
        return free
