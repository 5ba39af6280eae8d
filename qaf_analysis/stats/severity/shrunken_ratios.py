"""Ratios of several auditors to a common one, each drawn towards it as far as it is uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level, frozen_floats
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

# Fewer files than these say nothing about one auditor's habits.
MIN_FILES = 10

# Logs of ratios from a twelfth to twelve, finely enough for intervals to three figures.
LOG_RATIOS = np.linspace(-2.5, 2.5, 251)
# Spreads of the log ratios between auditors that are weighed, and how likely each is beforehand:
# half-normal with SD 0.5, so that neither no difference nor huge ones are taken for granted.
SPREADS = np.geomspace(0.01, 2.0, 40)
PRIOR_SD = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class ShrunkenRatios:
    """Posterior of each auditor's ratio; arrays of shape (auditors,).

    Parameters
    ----------
    value, low, high : array
        Posterior median and central interval.
    spread : float
        Posterior mean of the standard deviation of auditors' log ratios.
    """

    value: Floats
    low: Floats
    high: Floats
    spread: float


def shrunken_ratios(
    log_likelihood: Floats, *, centre: float = 0.0, level: float = 0.95
) -> ShrunkenRatios:
    """Auditors' ratios, their spread being learnt from all of them.

    Parameters
    ----------
    log_likelihood : array, shape (auditors, nodes)
        Log likelihood of each auditor's grades at the log ratios ``LOG_RATIOS``; all equal for
        an auditor about whom nothing is known.
    centre : float
        Log of the ratio that they are drawn towards.
    level : float
        Probability that the interval holds.

    Raises
    ------
    ShapeError
        If the likelihood is not given at every node.

    Notes
    -----
    Log ratios are normal around the centre. Their spread is integrated over, not set to its best
    value, so that intervals keep a width even where auditors seem alike.

    References
    ----------
    Gelman, Carlin, Stern & Rubin, Bayesian Data Analysis (hierarchical normal model).

    Examples
    --------
    >>> alike = -0.5 * ((LOG_RATIOS - np.log([[1.0], [1.2], [3.0]])) / 0.2) ** 2
    >>> shrunken_ratios(alike).value.round(2).tolist()
    [1.0, 1.17, 2.61]
    """
    check_level(level)
    if log_likelihood.ndim != 2 or log_likelihood.shape[1] != len(LOG_RATIOS):
        raise ShapeError(f"The likelihood needs {len(LOG_RATIOS)} nodes for each auditor.")
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    prior = np.exp(-0.5 * ((LOG_RATIOS - centre)[:, np.newaxis] / SPREADS) ** 2)
    prior = np.maximum(prior, 1e-300)
    prior /= prior.sum(axis=0)
    marginal = likelihood @ prior  # (auditors, spreads)
    # Spreads are spaced evenly on the log scale, so each stands for a width like itself.
    weight = np.log(marginal).sum(axis=0) - 0.5 * (SPREADS / PRIOR_SD) ** 2 + np.log(SPREADS)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    posterior = likelihood * ((weight / marginal) @ prior.T)
    low, value, high = (
        _quantiles(posterior, share) for share in ((1 - level) / 2, 0.5, (1 + level) / 2)
    )
    return ShrunkenRatios(
        value=frozen_floats(np.exp(value)),
        low=frozen_floats(np.exp(low)),
        high=frozen_floats(np.exp(high)),
        spread=float(weight @ SPREADS),
    )


def ratio_estimates(
    log_likelihood: Floats, *, files: Ints, centre: float, method: str, level: float
) -> tuple[Estimate, ...]:
    """Shrunken ratio of each auditor with at least ``MIN_FILES`` files; the others take no part.

    Parameters
    ----------
    log_likelihood, centre, level :
        As in ``shrunken_ratios``.
    files : int array, shape (auditors,)
        Number of files that each auditor's ratio rests on; it becomes ``cases``.
    method : str
        Name of the ratio.
    """
    estimates = [
        Estimate.not_estimable(
            f"too few: {number} files where at least {MIN_FILES} are needed",
            method=method,
            level=level,
            cases=number,
            auditors=1,
        )
        for number in files.tolist()
    ]
    enough = np.flatnonzero(files >= MIN_FILES)
    if len(enough) == 0:
        return tuple(estimates)
    ratios = shrunken_ratios(log_likelihood[enough], centre=centre, level=level)
    for row, auditor in enumerate(enough.tolist()):
        estimates[auditor] = Estimate(
            value=float(ratios.value[row]),
            low=float(ratios.low[row]),
            high=float(ratios.high[row]),
            level=level,
            cases=int(files[auditor]),
            auditors=1,
            method=method,
        )
    return tuple(estimates)


def _quantiles(posterior: Floats, share: float) -> Floats:
    cumulated = posterior.cumsum(axis=1) / posterior.sum(axis=1, keepdims=True)
    step = LOG_RATIOS[1] - LOG_RATIOS[0]
    # The mass of a node is spread evenly over the width around it.
    edges = LOG_RATIOS + step / 2
    return np.array([np.interp(share, row, edges) for row in cumulated])
