"""How many audits a council should have moderated, which ones, and what that would tell it.

Plans rest on the council's own experience of moderation, or on stated assumptions; each question
that moderation may be asked needs its own number of audits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Ints, check_level
from qaf_analysis.stats.core.detectable import audits_for_mean
from qaf_analysis.stats.moderation.allocation import (
    AllocationRule,
    ModerationMix,
    allocation,
    allocation_worth,
    whole_allocation,
)
from qaf_analysis.stats.moderation.planning import (
    audits_for_direction,
    audits_for_excess_rate,
    audits_for_net_shift,
    audits_for_one_auditor,
    audits_for_rate,
    audits_to_meet_one,
)
from qaf_analysis.stats.optimism.moderated_counts import moderated_counts
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.topics.common.scope import (
    graded,
    headline_domain,
    headline_quarters,
    latest_quarter,
    routine,
)
from qaf_analysis.topics.optimism.analysis.gaps import (
    by_chance,
    first_moderation,
    grade_codes,
    moderated_pairs,
)

SIZES = (20, 30, 40, 60, 80, 120, 160)
FEWEST_OF_A_GRADE = 2
GAP_BY_GRADES = 1
"""Place, among the answers of a plan, of the mean gap from audits drawn by auditors' grades."""
_RULES: dict[AllocationRule, str] = {
    "proportional": "in proportion to auditors' grades",
    "neyman_good": "for the share graded {positive} (Neyman)",
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
    scale: ScaleWords
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
    if number < basis.scale.n_levels or allocated < basis.scale.n_levels:
        raise UsageError("A plan needs at least one audit for each grade.")
    counts = whole_allocation(np.rint(basis.mix.share * 1e6).astype(np.int64), moderated=number)
    mix, sizes = basis.mix, sorted({*SIZES, min(allocated, number)})
    return ModerationPlan(
        wishes=wished,
        audits=number,
        scale=basis.scale,
        profile=tuple(float(share) for share in mix.share),
        found=tuple(tuple(float(share) for share in row) for row in mix.found),
        deviation=mix.deviation,
        answers=planned_answers(mix, wished, audits=number, positive=basis.scale.positive),
        sizes=tuple(
            _size(mix, counts, moderated=size, level=wished.level)
            for size in sizes
            if basis.scale.n_levels <= size <= number
        ),
        allocated=allocated,
        allocations=tuple(
            _allocation(basis, rule, moderated=allocated, level=wished.level)
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
    basis: ModerationBasis, rule: AllocationRule, *, moderated: int, level: float
) -> PlannedAllocation:
    numbers = allocation(basis.mix, rule=rule, moderated=moderated)
    worth = allocation_worth(basis.mix, numbers, level=level)
    return PlannedAllocation(
        rule=rule,
        meaning=_RULES[rule].format(positive=basis.scale.positive),
        numbers=tuple(float(number) for number in numbers),
        good_half_width=worth.good_half_width,
        gap_half_width=worth.gap_half_width,
        over_found=worth.over_found,
    )


ASSUMED = ModerationMix(
    share=np.array([0.0456, 0.3193, 0.5006, 0.1345]),
    found=np.array(
        [
            [0.3313, 0.6633, 0.0054, 0.0],
            [0.1898, 0.6810, 0.1292, 0.0],
            [0.0247, 0.4101, 0.5476, 0.0176],
            [0.0027, 0.0575, 0.6638, 0.2760],
        ]
    ),
    good_from=2,
)
"""An invented council whose auditors are kinder by a third of a grade on average: they agree with
moderators on just over half of the audits and over-grade three in eight."""


ASSUMED_AUDITS = 200
FEWEST_TO_PLAN = 30
"""With fewer moderated audits the council's own figures are too unsure to plan from."""


@dataclass(frozen=True, kw_only=True)
class ModerationBasis:
    """What a plan of moderation rests on, and in words where that comes from."""

    mix: ModerationMix
    scale: ScaleWords
    audits: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...] = ()


_COMMON = (
    "Audits are drawn at random within auditors' grades, and moderated without sight of the "
    "auditor's grade.",
    "Widths are of these audits, by these auditors, and of moderators as they are. An interval "
    "that is to hold for other auditors too is wider, and so is one from very few audits.",
)


def assumed_basis(
    council: Audits | None = None, *, audits: int = ASSUMED_AUDITS, why: str = ""
) -> ModerationBasis:
    """What is assumed where no council, or one without enough moderation, is planned for.

    Parameters
    ----------
    council : Audits, optional
        Council whose scale is to be used.
    audits : int
        Audits to draw from.
    why : str
        Why the council's own figures do not serve; becomes a warning.

    Raises
    ------
    UsageError
        If the council's scale is not like the one that the assumptions are about.
    """
    scale = OFSTED4 if council is None else council.settings.scale
    if scale.n_levels != len(ASSUMED.share) or scale.good_from != ASSUMED.good_from:
        raise UsageError(
            f"{why} Assumptions are stated for a scale of four grades, two of them positive, only; "
            f"have {FEWEST_TO_PLAN} audits drawn by chance moderated first."
        )
    over, under = (float(ASSUMED.share @ part) for part in (ASSUMED.over, ASSUMED.under))
    return ModerationBasis(
        mix=ASSUMED,
        scale=scale.words,
        audits=audits,
        assumptions=(
            f"Not this council's figures, but assumed: moderators lower {over:.0%} of audits and "
            f"raise {under:.0%}. The gap has a standard deviation of {ASSUMED.deviation:.2f} "
            f"grades, {ASSUMED.deviation_within:.2f} within auditors' grades. So it is in an "
            "invented council whose auditors are kinder by a third of a grade.",
            *_COMMON,
        ),
        warnings=(why,) if why else (),
    )


def council_basis(council: Audits) -> ModerationBasis:
    """What to expect from a council's own audits of the headline period and all its moderations.

    With fewer than ``FEWEST_TO_PLAN`` of these it is what is assumed. Grades are shrunk a little
    towards the auditor's (``moderated.moderated_counts``), so that none seems certain.

    Raises
    ------
    UsageError
        If there are too few and nothing is assumed about the council's scale.
    """
    scale, domain = council.settings.scale, headline_domain(council)
    window = [str(q) for q in headline_quarters(council, latest_quarter(council))]
    year = routine(graded(council, domain=domain))
    year = year[year["quarter"].isin(window)].drop_duplicates("audit_id")
    pairs = first_moderation(by_chance(moderated_pairs(council)))
    if domain is None or len(pairs) < FEWEST_TO_PLAN:
        why = (
            f"The council has {len(pairs)} moderated audit{'s' if len(pairs) != 1 else ''} chosen "
            "by a recorded chance. "
            f"At least {FEWEST_TO_PLAN}, with an overall grade, are needed to plan from its own "
            "figures, so assumed ones are used."
        )
        return assumed_basis(council, audits=max(len(year), scale.n_levels), why=why)
    audit_grade, moderation_grade, _ = grade_codes(pairs)
    counts = moderated_counts(
        audit_grade, moderation_grade, np.ones(len(pairs)), n_levels=scale.n_levels
    )
    held = np.bincount(year["grade"].to_numpy(np.int64), minlength=scale.n_levels)
    mix = ModerationMix(share=held / held.sum(), found=counts.smoothed, good_from=scale.good_from)
    return ModerationBasis(
        mix=mix,
        scale=scale.words,
        audits=len(year),
        assumptions=(
            f"From the council's own {len(pairs):,} moderated audits chosen by a recorded chance: "
            f"moderators lower {float(mix.share @ mix.over):.0%} and raise "
            f"{float(mix.share @ mix.under):.0%}; the gap has a standard deviation of "
            f"{mix.deviation:.2f} grades, {mix.deviation_within:.2f} within auditors' grades.",
            *_COMMON,
        ),
    )


# A question, how to find the number it needs, and the rule to count by if there is one.
_Question: TypeAlias = tuple[str, Callable[[], int], str]


@dataclass(frozen=True, kw_only=True)
class ModerationWishes:
    """What moderation should tell.

    Parameters
    ----------
    half_width : float
        Half of the interval's width of the mean gap, in grades.
    shift : float
        Net overstatement of the positive share to be seen, as a proportion.
    over_rate, tolerable : float
        Share over-graded that should be noticed, and the share that would be tolerated.
    rate_half_width : float
        Half of the interval's width of the share over-graded.
    auditor_half_width : float
        Half of the interval's width of one auditor's own mean gap, in grades.
    power, level : float
        Chance of seeing what is there; confidence level.

    Raises
    ------
    UsageError
        If a half width is not above 0, or a proportion not between 0 and 1.
    """

    half_width: float = 0.15
    shift: float = 0.15
    over_rate: float = 0.15
    tolerable: float = 0.05
    rate_half_width: float = 0.1
    auditor_half_width: float = 0.5
    power: float = 0.8
    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)
        if min(self.half_width, self.rate_half_width, self.auditor_half_width) <= 0:
            raise UsageError("The half width of an interval must be above zero.")
        for name in ("shift", "over_rate", "tolerable", "power"):
            share = getattr(self, name)
            if not 0 < share < 1:
                words = name.replace("_", " ")
                raise UsageError(
                    f"The {words} lies between 0 and 1 (0.15 for 15 %), not {share:g}."
                )


@dataclass(frozen=True, kw_only=True)
class PlannedAnswer:
    """How many moderated audits answer one question.

    ``moderated`` is 0 where no number would do, ``share`` is that number as a share of all
    audits, ``rule`` says how to count where there is one, ``why_not`` what stands against it.
    """

    question: str
    moderated: int
    share: float
    rule: str = ""
    why_not: str = ""


def planned_answers(
    mix: ModerationMix, wished: ModerationWishes, *, audits: int, positive: str = "positive"
) -> tuple[PlannedAnswer, ...]:
    """How many moderated audits each question needs.

    Parameters
    ----------
    mix : ModerationMix
        What auditors give and moderators find.
    wished : ModerationWishes
        How surely each question is to be answered.
    audits : int
        Audits to draw from.
    positive : str
        What the scale calls its positive grades, after "graded".

    Raises
    ------
    UsageError
        If the rate to be noticed is not above the tolerable one.
    """
    questions = (
        *_of_the_gap(mix, wished, audits, positive),
        *_of_over_grading(mix, wished, audits),
    )
    return tuple(
        _answer(question, needed, audits=audits, rule=rule) for question, needed, rule in questions
    )


def _of_the_gap(
    mix: ModerationMix, wished: ModerationWishes, audits: int, positive: str
) -> list[_Question]:
    level = wished.level

    def mean(deviation: float) -> Callable[[], int]:
        return lambda: audits_for_mean(
            deviation, half_width=wished.half_width, level=level, population=audits
        )

    return [
        (f"the mean gap to ±{wished.half_width:g} of a grade", mean(mix.deviation), ""),
        ("the same, drawn by auditors' grades", mean(mix.deviation_within), ""),
        (
            f"the share graded {positive} overstated by {wished.shift:.0%} net, seen with "
            f"{wished.power:.0%} chance",
            lambda: audits_for_net_shift(
                wished.shift,
                # So large a shift cannot be had with fewer audits that differ.
                discordant=max(mix.discordant, wished.shift),
                power=wished.power,
                level=level,
            ),
            "",
        ),
        (
            f"one auditor's own mean gap to ±{wished.auditor_half_width:g} of a grade, "
            "from so many of that auditor's audits",
            lambda: audits_for_one_auditor(
                mix.deviation, half_width=wished.auditor_half_width, level=level
            ),
            "",
        ),
    ]


def _of_over_grading(mix: ModerationMix, wished: ModerationWishes, audits: int) -> list[_Question]:
    level, power, rate = wished.level, wished.power, wished.over_rate
    over, under = float(mix.share @ mix.over), float(mix.share @ mix.under)
    way, most, least = ("over- than under", over, under)
    if under > over:
        way, most, least = ("under- than over", under, over)
    test = audits_for_excess_rate(rate, tolerable=wished.tolerable, power=power, level=level)
    return [
        (
            f"{rate:.0%} over-graded told from a tolerable {wished.tolerable:.0%}, "
            f"with {power:.0%} chance",
            lambda: test.audits,
            f"flag from {test.flag_from} over-graded on",
        ),
        (
            f"at least one over-graded audit met, if {rate:.0%} are",
            lambda: audits_to_meet_one(rate, chance=level, population=audits),
            "",
        ),
        (
            f"the share over-graded, about {rate:.0%}, to ±{wished.rate_half_width * 100:g} points",
            lambda: audits_for_rate(rate, half_width=wished.rate_half_width, level=level),
            "",
        ),
        (
            f"more {way}-graded ({most:.0%} against {least:.0%}), shown with {power:.0%} chance",
            lambda: audits_for_direction(over, under, power=power, level=level),
            "",
        ),
    ]


def _answer(question: str, needed: Callable[[], int], *, audits: int, rule: str) -> PlannedAnswer:
    try:
        moderated = needed()
    except UsageError as error:
        # A question that no number answers is itself an answer: the reason stands in its place.
        return PlannedAnswer(question=question, moderated=0, share=0.0, why_not=str(error))
    why_not = "" if moderated <= audits else f"more than the {audits:,} audits there are"
    return PlannedAnswer(
        question=question,
        moderated=moderated,
        share=moderated / audits,
        rule=rule,
        why_not=why_not,
    )
