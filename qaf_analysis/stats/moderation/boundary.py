"""How often a running total strays beyond a limit that is looked at round by round.

A test that is repeated at every round rings falsely far more often than one that is made once. What
is watched here is the score of a drift: as evidence comes in it moves like a random walk whose time
is the share of the evidence that the series will have in the end. The limit is level, so that early
looks, at little evidence, ring only for a large drift (O'Brien and Fleming).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import ceil, inf, isinf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from qaf_analysis.stats.core.arrays import Floats, check_level
from qaf_analysis.terms.errors import ShapeError

_FEWEST_NODES = 32
_MOST_NODES = 400
_NODES_A_STEP = 2.5
_SMALLEST_STEP = 1e-4
_LIMITS = np.linspace(0.2, 6.5, 43)
"""Between these the chance is interpolated; beyond the last it is below 1e-9."""


def crossing_chance(evidence: ArrayLike, *, limit: float, drift: ArrayLike | None = None) -> float:
    """Chance that the total lies beyond the limit, either way, at one look or more.

    Parameters
    ----------
    evidence : array, shape (looks,)
        Share of the final evidence at each look, rising, the last at most 1: the variance of the
        total.
    limit : float
        The same at every look.
    drift : array, shape (looks,), optional
        Expected total at each look; 0 where nothing drifts.

    Returns
    -------
    float
        From the density of the totals that were never beyond it, carried from look to look by
        Gauss-Legendre quadrature.

    Raises
    ------
    ShapeError
        If the shares do not rise from above 0.

    References
    ----------
    Armitage, McPherson & Rowe (1969), Journal of the Royal Statistical Society A 132, 235-244;
    Jennison & Turnbull (2000), Group Sequential Methods, chapter 19.

    Examples
    --------
    >>> round(crossing_chance([0.2, 0.4, 0.6, 0.8, 1.0], limit=2.040), 3)  # O'Brien-Fleming, K = 5
    0.05
    """
    share = np.array(evidence, dtype=np.float64)
    mean = np.zeros_like(share) if drift is None else np.array(drift, dtype=np.float64)
    if share.ndim != 1 or len(share) == 0 or mean.shape != share.shape:
        raise ShapeError("Evidence and drift need one number a look.")
    steps = np.diff(share, prepend=0.0)
    if (steps < 0).any() or share[0] <= 0:
        raise ShapeError("The share of the evidence rises from look to look.")
    # A look that adds nothing cannot ring: the total is what it was.
    keep = steps > _SMALLEST_STEP
    return _crossing(share[keep], mean[keep], limit)


def _crossing(share: Floats, mean: Floats, limit: float) -> float:
    if limit <= 0:
        return 1.0
    steps = np.diff(share, prepend=0.0)
    spread = np.sqrt(steps)
    finest = float(spread.min())
    nodes, weights = _legendre(
        int(min(_MOST_NODES, max(_FEWEST_NODES, ceil(_NODES_A_STEP * 2 * limit / finest))))
    )
    place, width = limit * nodes, limit * weights
    density = _normal((place - mean[0]) / spread[0]) / spread[0]
    for look in range(1, len(share)):
        shift = mean[look] - mean[look - 1]
        moved = (place[:, np.newaxis] - place - shift) / spread[look]
        density = (_normal(moved) / spread[look]) @ (width * density)
    return float(min(1.0, max(0.0, 1.0 - width @ density)))


def _normal(z: Floats) -> Floats:
    height: Floats = np.exp(-(z**2) / 2) / sqrt(2 * np.pi)
    return height


@lru_cache(maxsize=64)
def _legendre(number: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return nodes, weights


def noise_scales(df: float, *, nodes: int = 40) -> tuple[Floats, Floats]:
    """By what factor an estimated standard deviation may miss the true one, and how likely.

    Parameters
    ----------
    df : float
        Degrees of freedom of the estimate; infinite where it is known.
    nodes : int
        How finely.

    Returns
    -------
    factors, chances : array
        Nodes of a quadrature over the chi distribution; one node where it is known.
    """
    if isinf(df):
        return np.ones(1), np.ones(1)
    place, weights = _legendre(nodes)
    return np.sqrt(special.chdtri(df, 0.5 - place / 2) / df), weights / 2


def boundary(series: Sequence[ArrayLike], *, error: float = 0.025, df: float = inf) -> float:
    """Limit at which several walks, looked at round by round, ring falsely with a given chance.

    Parameters
    ----------
    series : sequence of array, each of shape (looks,)
        For each moderator (or for the panel alone) the share of the final evidence at each look.
    error : float
        Chance that any of them lies beyond the limit at any look, if nothing drifts.
    df : float
        Degrees of freedom of the standard deviation that the totals were divided by; the same
        estimate serves all of them, so they are too large, or too small, together.

    Returns
    -------
    float
        For |Z| √(share of the final evidence).

    Raises
    ------
    UsageError
        If the error is not between 0 and 1.

    Examples
    --------
    >>> looks = [1 / 30, 5 / 30, 14 / 30, 1]
    >>> round(boundary([looks], error=0.05), 2), round(boundary([looks] * 4), 2)
    (1.97, 2.73)
    >>> round(boundary([[1.0]], error=0.05, df=10), 3)  # Student's t, of one look
    2.228
    """
    check_level(1 - error)
    paths = [tuple(np.round(np.array(path, dtype=np.float64), 6).tolist()) for path in series]
    if not paths:
        raise ShapeError("A limit needs the evidence of one series at least.")
    quiet = [_log_quiet(path) for path in paths]
    factors, chances = noise_scales(df)

    def excess(limit: float) -> float:
        held = sum(one(limit * factors) for one in quiet)
        return error - float(chances @ -np.expm1(held))

    return float(brentq(excess, 0.05, 200.0, xtol=1e-6))


@lru_cache(maxsize=256)
def _log_quiet(path: tuple[float, ...]) -> Callable[[Floats], Floats]:
    """Logarithm of the chance never to ring, as a smooth function of the limit."""
    chance = np.array([crossing_chance(path, limit=limit) for limit in _LIMITS])
    known = chance < 1 - 1e-9
    lowest, smooth = _LIMITS[known][0], CubicSpline(_LIMITS[known], np.log1p(-chance[known]))

    def log_quiet(limit: Floats) -> Floats:
        inside: Floats = smooth(np.clip(limit, lowest, _LIMITS[-1]))
        return np.where(limit > _LIMITS[-1], 0.0, np.minimum(inside, 0.0))

    return log_quiet
