"""One number with its interval and what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One number, its interval, and what it rests on.

    Parameters
    ----------
    value, low, high : float
        The estimate and the ends of its interval; NaN when it cannot be estimated.
    level : float
        Confidence level, for example 0.95.
    cases, auditors : int
        How many cases (audits, pairs, quarters: see ``method``) and how many auditors it rests on.
    method : str
        Name of the method, such as ``"Wilson"``.
    se, p : float
        Standard error and two-sided p-value where the method has them, else NaN.
    df : float
        Degrees of freedom of the standard error; NaN where the normal distribution is used.
    why_not : str
        Plain reason when there is no value; empty otherwise.

    Examples
    --------
    >>> Estimate.not_estimable("no audit was graded twice", method="AC2").is_estimable
    False
    """

    value: float
    low: float
    high: float
    level: float
    cases: int
    auditors: int
    method: str
    se: float = nan
    p: float = nan
    df: float = nan
    why_not: str = ""

    @classmethod
    def not_estimable(
        cls, why_not: str, *, method: str, level: float = 0.95, cases: int = 0, auditors: int = 0
    ) -> Estimate:
        """Return an estimate without a value, with the reason in plain words."""
        return cls(
            value=nan,
            low=nan,
            high=nan,
            level=level,
            cases=cases,
            auditors=auditors,
            method=method,
            why_not=why_not,
        )

    @property
    def is_estimable(self) -> bool:
        """Whether there is a value."""
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return not (math.isnan(self.low) or math.isnan(self.high))


@dataclass(frozen=True, kw_only=True)
class NamedEstimate:
    """An estimate and its name in tables and documents."""

    name: str
    estimate: Estimate
