"""How many audits a council should have moderated, which ones, and what that would tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.moderation.allocation import (
    AllocationRule,
    ModerationMix,
    allocation,
    allocation_worth,
    whole_allocation,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.moderation.moderation_basis import assumed_basis, council_basis
from qaf_analysis.topics.moderation.moderation_questions import (
    ModerationWishes,
    PlannedAnswer,
    planned_answers,
)

SIZES = (20, 30, 40, 60, 80, 120, 160)
FEWEST_OF_A_GRADE = 2
_RULES: dict[AllocationRule, str] = {
    "proportional": "in proportion to auditors' grades",
    "neyman_good": "for the share good or better (Neyman)",
    "neyman_gap": "for the mean gap (Neyman)",
    "neyman_profile": "for all grades' shares (Neyman)",
    "risk": "by risk, 1 : 1 : 3 : 6",
    "half_risk": "half in proportion, half by risk",
    "equal": "as many of each grade",
}


@dataclass(frozen=True, kw_only=True)
class PlannedSize:
    """What a draw of a size buys; ``numbers`` are the audits of each auditor's grade."""

    moderated: int
    numbers: tuple[int, ...]
    good_half_width: float
    gap_half_width: float
    over_found: float


@dataclass(frozen=True, kw_only=True)
class PlannedAllocation:
    """What one way of sharing out the same number of audits buys, from an endless supply."""

    rule: str
    meaning: str
    numbers: tuple[float, ...]
    good_half_width: float
    gap_half_width: float
    over_found: float


@dataclass(frozen=True, kw_only=True)
class ModerationPlan:
    """How many audits to moderate, which, and what it buys.

    ``deviation`` is the gap's standard deviation in grades that the plan rests on; ``profile``
    and ``found`` are auditors' shares of grades, and what moderators find of each of them.
    """

    wishes: ModerationWishes
    audits: int
    levels: tuple[str, ...]
    profile: tuple[float, ...]
    found: tuple[tuple[float, ...], ...]
    deviation: float
    answers: tuple[PlannedAnswer, ...]
    sizes: tuple[PlannedSize, ...]
    allocated: int
    allocations: tuple[PlannedAllocation, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def moderation_plan(
    council: Audits | None = None,
    *,
    wishes: ModerationWishes | None = None,
    audits: int | None = None,
    allocated: int = 80,
) -> ModerationPlan:
    """Plan a round of moderation.

    Parameters
    ----------
    council : Audits, optional
        Council whose own audits and moderations say what to expect; without it, or where it has
        too few, stated assumptions take their place.
    wishes : ModerationWishes, optional
        What moderation should tell.
    audits : int, optional
        Audits to draw from; by default the council's routine audits of the headline period.
    allocated : int
        Audits for which the ways of sharing out are compared.

    Raises
    ------
    UsageError
        If a wish or a number is not as it should be, or the scale is not the one that the
        assumptions are about.
    """
    wished = wishes or ModerationWishes()
    basis = assumed_basis() if council is None else council_basis(council)
    number = basis.audits if audits is None else audits
    if number < len(basis.levels) or allocated < len(basis.levels):
        raise UsageError("A plan needs at least one audit for each grade.")
    counts = whole_allocation(np.rint(basis.mix.share * 1e6).astype(np.int64), moderated=number)
    mix, sizes = basis.mix, sorted({*SIZES, min(allocated, number)})
    return ModerationPlan(
        wishes=wished,
        audits=number,
        levels=basis.levels,
        profile=tuple(float(share) for share in mix.share),
        found=tuple(tuple(float(share) for share in row) for row in mix.found),
        deviation=mix.deviation,
        answers=planned_answers(mix, wished, audits=number),
        sizes=tuple(
            _size(mix, counts, moderated=size, level=wished.level)
            for size in sizes
            if len(basis.levels) <= size <= number
        ),
        allocated=allocated,
        allocations=tuple(
            _allocation(mix, rule, moderated=allocated, level=wished.level)
            for rule in get_args(AllocationRule)
        ),
        assumptions=(*basis.assumptions, f"{number:,} audits to draw from."),
        warnings=basis.warnings,
    )


def _size(mix: ModerationMix, counts: Ints, *, moderated: int, level: float) -> PlannedSize:
    fewest = FEWEST_OF_A_GRADE if moderated >= FEWEST_OF_A_GRADE * len(counts) else 1
    numbers = whole_allocation(counts, moderated=moderated, fewest=fewest)
    # A grade too rare to be found among so many audits has none to moderate.
    present = ModerationMix(share=counts / counts.sum(), found=mix.found, good_from=mix.good_from)
    worth = allocation_worth(present, numbers, population=counts, level=level)
    return PlannedSize(
        moderated=moderated,
        numbers=tuple(int(number) for number in numbers),
        good_half_width=worth.good_half_width,
        gap_half_width=worth.gap_half_width,
        over_found=worth.over_found,
    )


def _allocation(
    mix: ModerationMix, rule: AllocationRule, *, moderated: int, level: float
) -> PlannedAllocation:
    numbers = allocation(mix, rule=rule, moderated=moderated)
    worth = allocation_worth(mix, numbers, level=level)
    return PlannedAllocation(
        rule=rule,
        meaning=_RULES[rule],
        numbers=tuple(float(number) for number in numbers),
        good_half_width=worth.good_half_width,
        gap_half_width=worth.gap_half_width,
        over_found=worth.over_found,
    )
