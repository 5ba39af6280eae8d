"""What moderation may be asked, and how many moderated audits each question needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from qaf_analysis.stats.core.arrays import check_level
from qaf_analysis.stats.core.detectable import audits_for_mean
from qaf_analysis.stats.moderation.allocation import ModerationMix
from qaf_analysis.stats.moderation.planning import (
    audits_for_direction,
    audits_for_excess_rate,
    audits_for_net_shift,
    audits_for_one_auditor,
    audits_for_rate,
    audits_to_meet_one,
)
from qaf_analysis.terms.errors import UsageError

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
        Net overstatement of good or better to be seen, as a proportion.
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
    mix: ModerationMix, wished: ModerationWishes, *, audits: int
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

    Raises
    ------
    UsageError
        If the rate to be noticed is not above the tolerable one.
    """
    questions = (*_of_the_gap(mix, wished, audits), *_of_over_grading(mix, wished, audits))
    return tuple(
        _answer(question, needed, audits=audits, rule=rule) for question, needed, rule in questions
    )


def _of_the_gap(mix: ModerationMix, wished: ModerationWishes, audits: int) -> list[_Question]:
    level = wished.level

    def mean(deviation: float) -> Callable[[], int]:
        return lambda: audits_for_mean(
            deviation, half_width=wished.half_width, level=level, population=audits
        )

    return [
        (f"the mean gap to ±{wished.half_width:g} of a grade", mean(mix.deviation), ""),
        ("the same, drawn by auditors' grades", mean(mix.deviation_within), ""),
        (
            f"good or better overstated by {wished.shift:.0%} net, seen with "
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
            f"more over- than under-graded ({over:.0%} against {under:.0%}), shown with "
            f"{power:.0%} chance",
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
