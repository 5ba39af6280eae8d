"""A plan of moderation as lines to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaf_analysis.kit.numbers import counted

if TYPE_CHECKING:
    from qaf_analysis.terms.scale import ScaleWords
    from qaf_analysis.topics.moderation.analysis import (
        ModerationPlan,
        PlannedAllocation,
        PlannedAnswer,
        PlannedSize,
    )
    from qaf_analysis.topics.moderation.anchor_plan import AnchorPlan, PlannedDrift


def moderation_plan_lines(found: ModerationPlan) -> list[str]:
    """Questions with the number each needs, what sizes buy, what ways of sharing out buy."""
    level = f"at the level {found.wishes.level:g}"
    grades = " / ".join(found.scale.levels)
    return [
        f"Audits to have moderated, of {found.audits:,} ({level})",
        *(_answer_line(answer) for answer in found.answers),
        "",
        f"What a draw in proportion to auditors' grades buys ({grades})",
        *(_size_line(size, found.scale) for size in found.sizes),
        "",
        f"Ways of sharing out {found.allocated} ({grades}; from an endless supply)",
        *(_allocation_line(way, found.scale) for way in found.allocations),
        "",
        *(f"Rests on: {text}" for text in found.assumptions),
        *(f"Note: {text}" for text in found.warnings),
    ]


def _answer_line(answer: PlannedAnswer) -> str:
    if answer.moderated == 0:
        return f"  out of reach  {answer.question}; {answer.why_not}"
    further = "; ".join(text for text in (answer.rule, answer.why_not) if text)
    line = f"  {answer.moderated:>5,} ({answer.share:4.0%})  {answer.question}"
    return f"{line}; {further}" if further else line


def _size_line(size: PlannedSize, scale: ScaleWords) -> str:
    numbers = " / ".join(str(number) for number in size.numbers)
    return f"  {size.moderated:>5,}  {_worth(size, scale)} ({numbers})"


def _allocation_line(way: PlannedAllocation, scale: ScaleWords) -> str:
    numbers = " / ".join(f"{number:.1f}" for number in way.numbers)
    return f"  {_worth(way, scale)}  {way.meaning} ({numbers})"


def _worth(bought: PlannedSize | PlannedAllocation, scale: ScaleWords) -> str:
    return (
        f"graded {scale.positive} ±{bought.good_half_width * 100:4.1f} points, mean gap "
        f"±{bought.gap_half_width:.2f}, {bought.over_found:.0f} over-graded met"
    )


def anchor_plan_lines(found: AnchorPlan) -> list[str]:
    """What hidden anchors find of moderators' drift, and how many it takes."""
    rounds = counted(found.rounds, "round")
    return [
        f"Hidden anchors: cases read before come again unseen, {found.anchors} for each of "
        f"{counted(found.moderators, 'moderator')} in each of {rounds}",
        f"A drift that adds up to {found.drift:g} of a grade over {rounds} is found with this "
        "chance",
        *(line for drift in found.found for line in _drift_lines(drift, found)),
        "",
        *(f"Rests on: {text}" for text in found.assumptions),
        *(f"Note: {text}" for text in found.warnings),
    ]


def _drift_lines(drift: PlannedDrift, found: AnchorPlan) -> list[str]:
    """One line for a single moderator where there are several, and one for the panel."""
    who = "the moderator drifts" if found.moderators == 1 else "one drifts, the others hold steady"
    lines = [f"  {_chance(drift.one)}  {who}; {_needed(drift.needed_one, found.power)}"]
    if found.moderators > 1:
        needed = _needed(drift.needed_panel, found.power)
        lines.append(f"  {_chance(drift.panel)}  all drift together; {needed}")
    return [f"{line} ({drift.basis})" for line in lines]


def _chance(share: float) -> str:
    """Nothing is found for certain."""
    return ">99%" if share > 0.99 else f"{share:4.0%}"


def _needed(anchors: int, power: float) -> str:
    if anchors == 0:
        return f"{power:.0%} are out of reach"
    return f"{power:.0%} take {counted(anchors, 'anchor')} each a round"
