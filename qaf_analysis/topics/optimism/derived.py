"""What is said and tabulated of the gap of a derived overall grade."""

from __future__ import annotations

from qaf_analysis.kit.numbers import counted, exact_gap, percent, value, with_interval
from qaf_analysis.kit.parts import Figure, Statement, Table, estimates_table
from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.measured import LOWER_MEDIAN_TRAPS, WEAKEST_TRAPS, DerivedTraps
from qaf_analysis.topics.optimism.analysis.derived import DerivedGap

DERIVED_LIMITS = (
    "Nobody gave this grade, and its gap is the rule's as much as the auditors'. No verdict "
    "follows from it: whether auditors are over-optimistic is told by the areas. It may not be set "
    "beside the gap of a judged overall grade, or of another rule."
)
_TRAPS: dict[DerivedRule, DerivedTraps] = {
    DerivedRule.LOWER_MEDIAN: LOWER_MEDIAN_TRAPS,
    DerivedRule.WEAKEST: WEAKEST_TRAPS,
    DerivedRule.WEAKEST_CHILD: WEAKEST_TRAPS,
}


def say_derived_gap(result: DerivedGap) -> Statement:
    """Words on the gap of the derived overall grade, and on what the rule does to it."""
    return Statement(
        claim=_derived_claim(result),
        paragraphs=tuple(words for words in _derived(result) if words),
        limits=DERIVED_LIMITS if result.found is not None else "",
        source=result.scope.source_line,
    )


def _derived_claim(result: DerivedGap) -> str:
    if result.found is None:
        return "No overall grade is derived"
    if not result.found.gap.is_estimable:
        return "Too few moderated audits to tell the gap of the derived grade"
    return f"Gap of the derived grade: {value(result.found.gap, exact_gap)} of a grade"


def _derived(result: DerivedGap) -> tuple[str, ...]:
    found = result.found
    if found is None or result.rule is None:
        return (
            "Where areas are graded and no overall grade, council.toml may say by which rule one "
            "is derived (derived_overall under [council]).",
        )
    traps = _TRAPS[result.rule]
    left = result.moderated - found.cases
    whole = (
        f"Auditor and moderator both graded all {counted(result.areas, 'area')} in "
        f"{found.cases:,} of {counted(result.moderated, 'audit')} moderated by a recorded chance."
    )
    blank = (
        f" The other {left:,} {'counts' if left == 1 else 'count'} for nothing here: {traps.blank}."
        if left > 0
        else f" An audit with an area left blank would count for nothing here: {traps.blank}."
    )
    if not found.gap.is_estimable:
        return (f"Not available because {found.gap.why_not}. {whole}{blank}",)
    return (
        f"{whole}{blank}",
        f"On these, the mean gap (audit minus moderation) of {_as_derived(result.name)}, is "
        f"{with_interval(found.gap, exact_gap)} of a grade. By moderators it came out lower in "
        f"{with_interval(found.over, percent)} of audits and higher in "
        f"{with_interval(found.under, percent)}.",
        traps.noise,
    )


def _as_derived(name: str) -> str:
    """Name of the derived grade within a sentence."""
    return f"the {name[:1].lower()}{name[1:].replace(', derived', ' grade, derived')}"


def derived_gap_tables(result: DerivedGap) -> tuple[Table, ...]:
    """The gap of the derived grade and its rates; nothing where none is derived."""
    found = result.found
    if found is None:
        return ()
    figures: list[Figure] = [
        ("Mean gap of the derived grade, audit less moderation", found.gap, exact_gap),
        ("Derived grade lower by moderators", found.over, percent),
        ("Derived grade higher by moderators", found.under, percent),
    ]
    return (
        estimates_table(
            result.name,
            figures,
            note="No verdict: over-optimism is told by the areas.",
            source=result.scope.source_line,
        ),
    )
