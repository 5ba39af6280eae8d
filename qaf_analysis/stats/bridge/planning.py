"""How many audits to read again, by how many people, before a bridge tells what is wished.

The estimator has no closed form for its width or its power, since the larger of two errors is taken
and both rest on few readings. Councils are drawn instead (``councils``), the same ones for each
size, and the estimator is used on them as a report uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from qaf_analysis.stats.bridge.change import change_limits
from qaf_analysis.stats.bridge.councils import (
    BridgeSize,
    ChangedCouncil,
    EraAudits,
    positives,
)
from qaf_analysis.stats.bridge.two_phase import ScoreShare, two_phase_shares
from qaf_analysis.stats.core.arrays import Floats, check_level
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.verdicts import BRIDGE_RULE

COUNCILS = 1000
READERS = (10, 15)
SHOWN = (40, 60, 80, 120, 160)
SMALLEST_TWICE = BridgeSize(audits=2, readers=2)


@dataclass(frozen=True, kw_only=True)
class BridgeWishes:
    """What a bridge should tell.

    Parameters
    ----------
    share : float
        Positive share on the new scale that is expected where practice has not changed.
    old_share : float, optional
        Positive share on the old scale; left out, the same.
    half_width : float
        Half of the interval of the change, as a proportion, that is wished for.
    difference : float
        Change of the positive share (proportion) that should be found; below 0 a fall.
    power : float
        Chance of finding it.
    old_audits, new_audits, auditors : int
        Audits of the old era to draw from and of the new one, and who may read.
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If a number is not as it should be.
    """

    share: float = 0.5
    old_share: float | None = None
    half_width: float = 0.15
    difference: float = 0.15
    power: float = 0.8
    old_audits: int = 200
    new_audits: int = 200
    auditors: int = 29
    level: float = BRIDGE_RULE.level

    def __post_init__(self) -> None:
        check_level(self.level)
        parts = (self.share, self.power, self.half_width)
        old = () if self.old_share is None else (self.old_share,)
        if not all(0 < part < 1 for part in (*parts, *old)):
            raise UsageError(
                "A share, a power and a half-width lie between 0 and 1: 62% is written 0.62, 15 "
                "points 0.15."
            )
        if self.difference == 0 or not 0 < self.share + self.difference < 1:
            raise UsageError(
                f"A change of {100 * self.difference:g} points from {100 * self.share:g}% is not "
                "one that can be found; name another with --difference."
            )
        if self.old_audits < BRIDGE_RULE.fewest_audits or self.new_audits < 1:
            raise UsageError(
                f"A bridge needs at least {BRIDGE_RULE.fewest_audits} audits of the old scale to "
                f"draw from, not {self.old_audits}, and audits on the new one."
            )
        if self.auditors < BRIDGE_RULE.fewest_readers:
            raise UsageError(
                f"A bridge needs at least {BRIDGE_RULE.fewest_readers} readers, not "
                f"{self.auditors}."
            )


@dataclass(frozen=True, kw_only=True)
class BridgeWorth:
    """What a bridge of a size tells.

    Parameters
    ----------
    audits, readers : int
        0 readers where it is worth of the same audits without a new scale.
    half_width : float
        Mean half-width of the change's interval where nothing changed, as a proportion.
    found : float
        Share of councils with the wished change in which it is found.
    """

    audits: int
    readers: int
    half_width: float
    found: float


@dataclass(frozen=True, kw_only=True)
class BridgePlan:
    """How many audits to read again, by how many readers.

    Parameters
    ----------
    wishes : BridgeWishes
    for_width, for_power : tuple of BridgeWorth
        For each number of readers the smallest bridge that is as narrow, and that finds the
        change as often, as is wished; left out where none does.
    sizes : tuple of BridgeWorth
        Sizes beside one another.
    most : BridgeWorth
        The most that can be had: all old audits, read by all auditors.
    no_break : BridgeWorth
        What the same audits would tell, had the scale not changed.
    councils, seed : int
        Councils that were drawn for each figure.
    """

    wishes: BridgeWishes
    for_width: tuple[BridgeWorth, ...]
    for_power: tuple[BridgeWorth, ...]
    sizes: tuple[BridgeWorth, ...]
    most: BridgeWorth
    no_break: BridgeWorth
    councils: int
    seed: int


def bridge_plan(wishes: BridgeWishes, *, councils: int = COUNCILS, seed: int = 1) -> BridgePlan:
    """Plan a bridge of kind A: audits of the old scale read again, blind, on the new one.

    Parameters
    ----------
    wishes : BridgeWishes
    councils : int
        Councils drawn for each figure; 1,000 tell a chance near 80 % to within 2.5 points.
    seed : int
        Of the draws.
    """

    @cache
    def worth(audits: int, readers: int) -> BridgeWorth:
        size = BridgeSize(audits=audits, readers=min(readers, audits))
        return bridge_worth(wishes, size, councils=councils, seed=seed)

    numbers = _audit_numbers(wishes.old_audits)
    people = sorted({number for number in READERS if number < wishes.auditors} | {wishes.auditors})
    smallest = partial(_smallest, worth, numbers=numbers)
    return BridgePlan(
        wishes=wishes,
        for_width=_there(
            smallest(lambda one: one.half_width <= wishes.half_width, readers=readers)
            for readers in people
        ),
        for_power=_there(
            smallest(lambda one: one.found >= wishes.power, readers=readers) for readers in people
        ),
        sizes=tuple(worth(n, readers) for n in numbers if n in SHOWN for readers in people),
        most=worth(numbers[-1], people[-1]),
        no_break=_without_break(wishes, councils=councils, seed=seed),
        councils=councils,
        seed=seed,
    )


def bridge_worth(
    wishes: BridgeWishes, size: BridgeSize, *, councils: int = COUNCILS, seed: int = 1
) -> BridgeWorth:
    """What one size of bridge tells, by drawing councils.

    Examples
    --------
    >>> worth = bridge_worth(BridgeWishes(share=0.62), BridgeSize(audits=80, readers=15))
    >>> round(worth.half_width, 2), round(worth.found, 1)
    (0.13, 0.7)
    """
    steady, changed = (
        limits_drawn(
            replace(_council(wishes), rise=rise),
            size=size,
            councils=councils,
            seed=seed,
            level=wishes.level,
        )
        for rise in (0.0, wishes.difference)
    )
    return BridgeWorth(
        audits=size.audits,
        readers=size.readers,
        half_width=float((steady[:, 1] - steady[:, 0]).mean() / 2),
        found=_found(changed, wishes.difference),
    )


def limits_drawn(
    council: ChangedCouncil, *, size: BridgeSize, councils: int, seed: int, level: float
) -> Floats:
    """Limits of the change by kind A in councils drawn with a seed, shape (councils, 2)."""
    rng = np.random.default_rng([seed, 14])
    old, new = council.drawn(rng, councils=councils, re_read=size, twice=SMALLEST_TWICE)
    graded = positives(new, good_from=council.new.good_from)
    return np.array(
        [
            change_limits(before, ScoreShare.counted(int(after), new.audits), level=level)
            for before, after in zip(bridged(old), graded, strict=True)
        ]
    )


def bridged(era: EraAudits) -> Sequence[ScoreShare]:
    """Share of each council's era on the other scale, as its interval needs it."""
    found = two_phase_shares(era.shares, audits=era.audits, bridge=era.bridge)
    numbers = zip(found.value, found.n_effective, found.df, strict=True)
    return [
        ScoreShare(value=float(value), n=float(n), df=float(df), cases=era.audits)
        for value, n, df in numbers
    ]


def _council(wishes: BridgeWishes) -> ChangedCouncil:
    base = ChangedCouncil()
    return replace(
        base,
        old=base.old.with_positive(wishes.share if wishes.old_share is None else wishes.old_share),
        new=base.new.with_positive(wishes.share),
        old_audits=wishes.old_audits,
        new_audits=wishes.new_audits,
        auditors=wishes.auditors,
    )


def _found(limits: Floats, difference: float) -> float:
    """Share of councils in which a change of this direction is found."""
    beyond = limits[:, 0] > 0 if difference > 0 else limits[:, 1] < 0
    return float(beyond.mean())


def _without_break(wishes: BridgeWishes, *, councils: int, seed: int) -> BridgeWorth:
    """Worth of the same audits on one scale: two counted shares."""
    rng = np.random.default_rng([seed, 15])
    before = rng.binomial(wishes.old_audits, wishes.share, councils)
    limits = [
        np.array(
            [
                change_limits(
                    ScoreShare.counted(int(was), wishes.old_audits),
                    ScoreShare.counted(int(now), wishes.new_audits),
                    level=wishes.level,
                )
                for was, now in zip(
                    before, rng.binomial(wishes.new_audits, share, councils), strict=True
                )
            ]
        )
        for share in (wishes.share, wishes.share + wishes.difference)
    ]
    return BridgeWorth(
        audits=0,
        readers=0,
        half_width=float((limits[0][:, 1] - limits[0][:, 0]).mean() / 2),
        found=_found(limits[1], wishes.difference),
    )


def _audit_numbers(most: int) -> list[int]:
    """Sizes to look through: by tens, then by twenties, then by a quarter each; and all audits."""
    numbers = [*range(BRIDGE_RULE.fewest_audits, 100, 10), *range(100, 201, 20)]
    while numbers[-1] < most:
        numbers.append(round(numbers[-1] * 1.25, -1))
    return sorted({min(number, most) for number in numbers})


def _smallest(
    worth: Callable[[int, int], BridgeWorth],
    enough: Callable[[BridgeWorth], bool],
    *,
    numbers: Sequence[int],
    readers: int,
) -> BridgeWorth | None:
    """Smallest size that is enough, by halving; None where the largest is not."""
    if not enough(worth(numbers[-1], readers)):
        return None
    low, high = 0, len(numbers) - 1
    while low < high:
        middle = (low + high) // 2
        if enough(worth(numbers[middle], readers)):
            high = middle
        else:
            low = middle + 1
    return worth(numbers[high], readers)


def _there(found: Iterable[BridgeWorth | None]) -> tuple[BridgeWorth, ...]:
    return tuple(one for one in found if one is not None)
