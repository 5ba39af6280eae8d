"""Verdicts on whether moderators themselves drifted, and the rule behind them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AnchorVerdict(StrEnum):
    """What anchors say of a moderator, or of the panel, over a series of rounds."""

    KINDER = "drifted kinder"
    HARSHER = "drifted harsher"
    NO_DRIFT = "no drift seen"
    TOO_FEW = "too few to say"


ANCHOR_CLAIMS = (AnchorVerdict.KINDER, AnchorVerdict.HARSHER)
"""Verdicts that would be false where moderators held steady."""


@dataclass(frozen=True, kw_only=True)
class AnchorRule:
    """The limits of the verdict on drift, fixed before any anchor is read.

    Parameters
    ----------
    error : float
        Chance of any false claim, of the panel or of any moderator, over a whole series of
        rounds; half of it goes to the panel, half to the moderators together.
    looks : int
        Rounds of a series; the next round begins a new one.
    level : float
        Confidence level of the intervals beside the verdict.
    drift : float
        Drift in grades over a series that should not be missed. "No drift seen" is said only
        where the interval of the whole drift reaches no further than this either way of its value.
    fewest_anchors : int
        Anchors without which nothing is said.
    least_domains : float
        Share of the domains of the round's scale that both readings of an anchor must have graded.
    wanted_retests, fewest_retests : int
        Pairs that the noise of a reading should rest on, and without which it is not known.
    fewest_rounds : int
        Rounds that lie between two readings of an anchor by one person, at the least.
    most_uses : int
        How often one person may have one case again.
    """

    error: float = 0.05
    looks: int = 4
    level: float = 0.95
    drift: float = 0.3
    fewest_anchors: int = 8
    least_domains: float = 0.5
    wanted_retests: int = 60
    fewest_retests: int = 20
    fewest_rounds: int = 2
    most_uses: int = 2


ANCHOR_RULE = AnchorRule()


@dataclass(frozen=True, kw_only=True)
class CeilingRule:
    """From how many double readings agreement among moderators is given.

    Parameters
    ----------
    fewest : int
        Cases that two moderators read in one round, for shares and for AC2 with quadratic weights.
    fewest_linear : int
        The same for AC2 with linear weights.
    rounds : int
        Rounds that are pooled, the latest first.
    """

    fewest: int = 16
    fewest_linear: int = 30
    rounds: int = 4


CEILING_RULE = CeilingRule()
