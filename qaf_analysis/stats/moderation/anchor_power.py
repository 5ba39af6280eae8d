"""How surely anchors would show a drift, and how many anchors that takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal, TypeAlias

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.moderation.boundary import boundary, crossing_chance, noise_scales
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.verdicts import ANCHOR_RULE

DriftShape: TypeAlias = Literal["steady", "at_once"]
MOST_ANCHORS = 400
_NODES = 12
"""Of a quadrature over the error of the noise: power to three decimals."""


@dataclass(frozen=True, kw_only=True)
class AnchorPower:
    """What so many anchors buy.

    Parameters
    ----------
    anchors : int
        Anchors of each moderator in each round.
    one : float
        Chance that the drift of one moderator is found, the others holding steady.
    panel : float
        Chance that the drift of all moderators together is found in the panel's mean.
    """

    anchors: int
    one: float
    panel: float


def anchor_power(
    anchors: int,
    *,
    sigma: float,
    moderators: int = 4,
    looks: int = ANCHOR_RULE.looks,
    drift: float = ANCHOR_RULE.drift,
    shape: DriftShape = "steady",
    df: float = inf,
) -> AnchorPower:
    """Chance that the rule of ``anchors.anchor_drift`` finds a drift.

    The earlier readings are those of the round before the series, so that 1, 2, ... rounds lie
    between the two readings of an anchor.

    Parameters
    ----------
    anchors : int
        Anchors of each moderator in each round.
    sigma : float
        Standard deviation of the difference between two readings of a case by one person, each
        the mean over the domains, in grades.
    moderators : int
    looks : int
        Rounds of the series.
    drift : float
        Drift in grades by the last round.
    shape : {"steady", "at_once"}
        The same step each round, or the whole from the first round on.
    df : float
        Degrees of freedom of ``sigma`` as it will be known; infinite where it is known.

    Raises
    ------
    UsageError
        If a number is not as it should be.

    Examples
    --------
    >>> found = anchor_power(8, sigma=0.3)
    >>> round(found.one, 2), round(found.panel, 2)
    (0.87, 1.0)
    """
    if anchors < 1 or moderators < 1 or looks < 1 or not (sigma > 0 and df > 0):
        raise UsageError("Power needs an anchor, a moderator and a round, and a noise above 0.")
    lag = np.arange(1, looks + 1)
    evidence = np.cumsum(lag**2) * float(anchors)
    moved = drift * (lag / looks if shape == "steady" else np.ones(looks))
    total = np.cumsum(lag * moved) * anchors / (sigma * sqrt(evidence[-1]))
    share = evidence / evidence[-1]
    error = ANCHOR_RULE.error if moderators == 1 else ANCHOR_RULE.error / 2
    one = boundary([share] * moderators, error=error, df=df)
    panel = boundary([share], error=error, df=df)
    read = anchors * lag
    return AnchorPower(
        anchors=anchors,
        one=_found(share, total, read=read, limit=one, df=df),
        panel=_found(share, total * sqrt(moderators), read=moderators * read, limit=panel, df=df),
    )


def _found(share: Floats, total: Floats, *, read: Ints, limit: float, df: float) -> float:
    """Chance to ring at a look that has enough anchors to be believed."""
    believed = read >= ANCHOR_RULE.fewest_anchors
    if not believed.any():
        return 0.0
    share, total = share[believed], total[believed]
    factors, chances = noise_scales(df, nodes=_NODES)
    found = [crossing_chance(share, limit=limit * factor, drift=total) for factor in factors]
    return float(chances @ np.array(found))


def anchors_needed(
    *,
    sigma: float,
    of: Literal["one", "panel"] = "one",
    power: float = 0.8,
    moderators: int = 4,
    looks: int = ANCHOR_RULE.looks,
    drift: float = ANCHOR_RULE.drift,
    shape: DriftShape = "steady",
    df: float = inf,
) -> int:
    """Fewest anchors of each moderator in each round that find a drift often enough.

    Parameters
    ----------
    of : {"one", "panel"}
        Whose drift; the other parameters are those of ``anchor_power``.
    power : float
        Chance of finding it.

    Raises
    ------
    UsageError
        If more than ``MOST_ANCHORS`` would be needed.

    Examples
    --------
    >>> anchors_needed(sigma=0.3), anchors_needed(sigma=0.3, of="panel")
    (7, 2)
    """
    if not 0 < power < 1:
        raise UsageError(f"The power lies between 0 and 1 (0.8 for 80 %), not {power:g}.")

    def enough(anchors: int) -> bool:
        found = anchor_power(
            anchors,
            sigma=sigma,
            moderators=moderators,
            looks=looks,
            drift=drift,
            shape=shape,
            df=df,
        )
        return (found.one if of == "one" else found.panel) >= power

    return _fewest(enough)


def _fewest(enough: Callable[[int], bool]) -> int:
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
        if low >= MOST_ANCHORS:
            raise UsageError(f"This needs more than {MOST_ANCHORS} anchors of each moderator.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
