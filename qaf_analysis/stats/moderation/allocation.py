"""Which auditors' grades to moderate how often, and what each way of sharing out buys."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level, frozen_floats, frozen_ints
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.terms.errors import ShapeError, UsageError

AllocationRule: TypeAlias = Literal[
    "proportional", "neyman_good", "neyman_gap", "neyman_profile", "risk", "half_risk", "equal"
]

RISK_WEIGHTS = (1.0, 1.0, 3.0, 6.0)
"""How eagerly a risk-led choice takes each of four grades, worst first: 1 : 1 : 3 : 6."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ModerationMix:
    """What auditors give, and what moderators then find: all that an allocation depends on.

    Parameters
    ----------
    share : array, shape (K,)
        Share of audits with each auditor's grade, worst first; adds up to 1.
    found : array, shape (K, K)
        Of audits with an auditor's grade (row), the share with each moderator's grade; rows add
        up to 1.
    good_from : int
        Lowest code that counts as good.

    Raises
    ------
    ShapeError
        If the shapes do not fit, or shares do not add up to 1.
    """

    share: Floats
    found: Floats
    good_from: int

    def __post_init__(self) -> None:
        share, found = frozen_floats(self.share), frozen_floats(self.found)
        if share.ndim != 1 or found.shape != (len(share), len(share)):
            raise ShapeError("A mix needs K shares and a table of K by K shares.")
        if abs(share.sum() - 1) > 1e-9 or (np.abs(found.sum(axis=1) - 1) > 1e-9).any():
            raise ShapeError("The shares of a mix, and of each of its rows, should add up to 1.")
        object.__setattr__(self, "share", share)
        object.__setattr__(self, "found", found)

    @property
    def good_variance(self) -> Floats:
        """Variance of "good to the moderator" within each auditor's grade."""
        good = self.found[:, self.good_from :].sum(axis=1)
        variance: Floats = good * (1 - good)
        return variance

    @property
    def gap_variance(self) -> Floats:
        """Variance of audit minus moderation, in grades, within each auditor's grade."""
        levels = np.arange(len(self.share))
        variance: Floats = self.found @ levels**2 - (self.found @ levels) ** 2
        return np.maximum(variance, 0.0)

    @property
    def deviation(self) -> float:
        """Standard deviation of the gap over all audits, in grades."""
        levels = np.arange(len(self.share))
        gap = levels - self.found @ levels
        between = float(self.share @ gap**2) - float(self.share @ gap) ** 2
        return sqrt(float(self.share @ self.gap_variance) + max(between, 0.0))

    @property
    def deviation_within(self) -> float:
        """Standard deviation of the gap within auditors' grades, pooled."""
        return sqrt(float(self.share @ self.gap_variance))

    @property
    def discordant(self) -> float:
        """Share of audits that are good to the auditor only, or to the moderator only."""
        good = self.found[:, self.good_from :].sum(axis=1)
        given_good = np.arange(len(self.share)) >= self.good_from
        return float(self.share @ np.where(given_good, 1 - good, good))

    @property
    def over(self) -> Floats:
        """Share of each auditor's grade that moderators would lower."""
        share: Floats = np.tril(self.found, -1).sum(axis=1)
        return share

    @property
    def under(self) -> Floats:
        """Share of each auditor's grade that moderators would raise."""
        share: Floats = np.triu(self.found, 1).sum(axis=1)
        return share


@dataclass(frozen=True, kw_only=True)
class AllocationWorth:
    """What an allocation buys.

    Parameters
    ----------
    good_half_width : float
        Half of the interval's width of the moderation-adjusted share good or better.
    gap_half_width : float
        The same of the moderation-adjusted mean gap, in grades.
    over_found : float
        Over-graded audits that moderators can be expected to meet.
    """

    good_half_width: float
    gap_half_width: float
    over_found: float


def risk_weights(n_levels: int) -> Floats:
    """``RISK_WEIGHTS`` for a scale of any length, between its worst and its best grade.

    Examples
    --------
    >>> risk_weights(4).tolist(), risk_weights(2).tolist()
    ([1.0, 1.0, 3.0, 6.0], [1.0, 6.0])
    """
    places = np.linspace(0, 1, len(RISK_WEIGHTS))
    weights: Floats = np.interp(np.linspace(0, 1, n_levels), places, RISK_WEIGHTS)
    return weights


def allocation_weights(mix: ModerationMix, *, rule: AllocationRule) -> Floats:
    """How eagerly a rule takes an audit of each auditor's grade; only ratios matter.

    Parameters
    ----------
    rule : {"proportional", "neyman_good", "neyman_gap", "neyman_profile", "risk", \
"half_risk", "equal"}
        Every audit alike; as the standard deviation within its grade demands (Neyman), of the
        share good or better, of the gap, or of all grades' shares; by ``risk_weights``; half of
        the audits alike and half by risk; as many of each grade.

    Raises
    ------
    UsageError
        If there is no such rule.
    """
    share, risk = mix.share, risk_weights(len(mix.share))
    profile = (mix.found * (1 - mix.found)).sum(axis=1)
    weights: dict[str, Floats] = {
        "proportional": np.ones(len(share)),
        "neyman_good": np.sqrt(mix.good_variance),
        "neyman_gap": np.sqrt(mix.gap_variance),
        "neyman_profile": np.sqrt(profile),
        "risk": risk,
        "half_risk": 1 + risk / float(share @ risk),
        "equal": np.divide(1.0, share, out=np.zeros(len(share)), where=share > 0),
    }
    if rule not in weights:
        raise UsageError(
            f'"{rule}" is no rule of allocation; expected one of '
            f"{', '.join(get_args(AllocationRule))}."
        )
    return weights[rule]


def allocation(mix: ModerationMix, *, rule: AllocationRule, moderated: float) -> Floats:
    """Moderated audits of each auditor's grade, not yet whole, from an endless supply.

    References
    ----------
    Neyman (1934): the number in a stratum in proportion to its size and standard deviation.

    Examples
    --------
    >>> mix = ModerationMix(share=[0.5, 0.5], found=[[0.9, 0.1], [0.5, 0.5]], good_from=1)
    >>> allocation(mix, rule="neyman_good", moderated=80).round(6).tolist()
    [30.0, 50.0]
    """
    wanted = mix.share * allocation_weights(mix, rule=rule)
    allocated: Floats = moderated * wanted / wanted.sum()
    return allocated


def allocation_worth(
    mix: ModerationMix,
    allocated: ArrayLike,
    *,
    population: ArrayLike | None = None,
    level: float = 0.95,
) -> AllocationWorth:
    """What so many moderated audits of each auditor's grade buy.

    Parameters
    ----------
    allocated : array, shape (K,)
        Moderated audits of each auditor's grade; above 0 wherever auditors gave the grade.
    population : array, shape (K,), optional
        Audits of each auditor's grade that there are; the variance is then reduced by the share
        that was moderated. Without it the supply is endless.
    level : float
        Confidence level.

    Notes
    -----
    Variance of a post-stratified mean, sum of W^2 S^2 / n, with the normal quantile; a real
    interval of few audits is somewhat wider (``adjusted.adjusted_profile``).

    Raises
    ------
    ShapeError
        If a grade that auditors gave has no moderated audit.
    """
    check_level(level)
    numbers = frozen_floats(allocated)
    given = mix.share > 0
    if numbers.shape != mix.share.shape or (numbers[given] <= 0).any():
        raise ShapeError("Every grade that auditors gave needs a number of moderated audits.")
    unread = np.ones(len(numbers))
    if population is not None:
        held = frozen_floats(population)
        unread = np.clip(1 - numbers / np.maximum(held, 1e-300), 0.0, 1.0)
    weight = np.where(given, mix.share**2 * unread / np.where(given, numbers, 1.0), 0.0)
    quantile = normal_quantile(level)
    return AllocationWorth(
        good_half_width=quantile * sqrt(float(weight @ mix.good_variance)),
        gap_half_width=quantile * sqrt(float(weight @ mix.gap_variance)),
        over_found=float(numbers @ mix.over),
    )


def whole_allocation(counts: ArrayLike, *, moderated: int, fewest: int = 0) -> Ints:
    """Whole numbers of audits of each grade: proportional, with a minimum for each.

    Parameters
    ----------
    counts : int array, shape (K,)
        Audits of each grade that there are.
    moderated : int
        Audits to share out; at most all.
    fewest : int
        Fewest of each grade; of a grade with fewer audits all are taken.

    Returns
    -------
    int array, shape (K,)
        Adds up to ``moderated``. Each number comes as near to the proportional share as whole
        numbers and the minimum allow; never more audits than there are.

    Raises
    ------
    UsageError
        If there are fewer audits than wanted, or the minimum asks for more than wanted.

    Examples
    --------
    >>> whole_allocation([3, 25, 22, 8], moderated=12, fewest=2).tolist()
    [2, 4, 4, 2]
    """
    held = frozen_ints(counts, name="counts")
    if (held < 0).any() or moderated < 1 or fewest < 0:
        raise UsageError("Numbers of audits must not be negative, and at least one is to be drawn.")
    if moderated > held.sum():
        raise UsageError(f"{moderated} audits cannot be drawn from {int(held.sum())}.")
    least = np.minimum(held, fewest)
    if least.sum() > moderated:
        raise UsageError(
            f"At least {fewest} of each grade are {int(least.sum())} audits, more than the "
            f"{moderated} to be drawn. Draw more, or ask for fewer of each grade."
        )
    ideal, numbers = moderated * held / held.sum(), least.copy()
    # One audit at a time to the grade that is furthest behind its share; a tie goes to the
    # better grade, where over-grading is likelier.
    while numbers.sum() < moderated:
        behind = np.where(numbers < held, ideal - numbers, -np.inf)
        numbers[len(behind) - 1 - int(np.argmax(behind[::-1]))] += 1
    return numbers
