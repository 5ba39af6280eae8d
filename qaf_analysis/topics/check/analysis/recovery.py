"""What a method check found: planted values recovered, and verdicts given in each world."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OptimismVerdict, SpreadVerdict, ThemeVerdict

PLANTED = "effects planted"
NOTHING = "nothing planted"


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """How often the planted value lay in the 95 % interval of one figure.

    ``share`` has the Monte Carlo interval; ``mean_error`` is estimate minus truth.
    """

    figure: str
    world: str
    councils: int
    estimable: int
    share: Estimate
    mean_error: float


@dataclass(frozen=True, kw_only=True)
class VerdictRate:
    """How often a verdict was given in one world."""

    question: str
    world: str
    verdict: OptimismVerdict | ThemeVerdict | SpreadVerdict
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class MethodCheck:
    """Recovery of planted values, and verdicts by world, over simulated councils."""

    councils: int
    audits_per_quarter: int
    seed: int
    recoveries: tuple[Recovery, ...]
    verdicts: tuple[VerdictRate, ...]
