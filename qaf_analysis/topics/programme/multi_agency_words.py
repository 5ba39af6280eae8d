"""What multi-agency audits found, round by round: counts, and no percentages."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.statement import listed
from qaf_analysis.topics.programme.multi_agency import MultiAgencyRound
from qaf_analysis.topics.programme.programme import Programme

LEAD = (
    "So few cases, chosen for what they can teach, are for reading. Their grades are in no "
    "percentage, interval or verdict of this report."
)


def say_multi_agency(result: Programme) -> tuple[str, ...]:
    """One line for each round of multi-agency audits, in order of time."""
    return tuple(_round(one, result.levels) for one in result.multi_agency)


def _round(one: MultiAgencyRound, levels: Sequence[str]) -> str:
    theme = f", {one.theme}" if one.theme else ""
    found = [
        f"{count:,} graded {level.lower()}"
        for count, level in zip(one.counts, levels, strict=True)
        if count
    ]
    if one.ungraded:
        found.append(f"{one.ungraded:,} without an overall grade")
    return f"{one.quarter}{theme}: {counted(one.cases, 'case')}; {listed(found)}."
