"""Cases to discuss in words: how many, why these, and where readers part. No reader is named."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import TOO_FEW, counted, percent, whole
from qaf_analysis.kit.parts import Statement, because, listed
from qaf_analysis.terms.names import MODERATING_ROLES, Role
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.terms.verdicts import FEWEST_AUDITS
from qaf_analysis.topics.cases.analysis import (
    Answer,
    Case,
    CaseRule,
    CasesToDiscuss,
    PartedAt,
    Reading,
)

MOST = 20
"""Cases that are shown beside the words; all of them stand in the tables behind."""
EVERY_CASE = "Every case to discuss"
ALL_CASES = f"the table “{EVERY_CASE}” of the annex"
MOST_BOUNDARIES = 3
"""Boundaries named besides the one at which most readers part."""
NO_MODERATOR = "not moderated otherwise"


def say_cases_to_discuss(result: CasesToDiscuss) -> Statement:
    """Say how many cases there are to discuss, by which rule, and where readers part."""
    said = [_counts(result), _chosen(result), _boundaries(result), _moderators(result)]
    said += [_use(result), _multi_agency(result), _withheld(result)]
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(words for words in said if words),
        limits="Which of two grades is right: nobody's counts as the right one, and no reader is "
        "named. Most audits are read by one person only and may be as unclear. Audits that were "
        "moderated by risk stand here more often.",
        source=result.scope.source_line,
    )


def _claim(result: CasesToDiscuss) -> str:
    if not result.scope.used:
        return "No audit was read by two people, so there is no case to discuss"
    read = counted(result.scope.used, "audit")
    if not result.cases:
        return f"No case to discuss among {read} that two people read"
    worth = "is" if len(result.cases) == 1 else "are"
    return f"{whole(len(result.cases))} of {read} that two people read {worth} worth talking over"


def _counts(result: CasesToDiscuss) -> str:
    if not result.scope.used:
        return "Plan second readings or moderation, and the report will choose cases to talk over."
    return (
        f"In {result.scope.period}, {counted(result.scope.used, 'audit was', 'audits were')} read "
        f"by two people or more{_on(result)}. All readers gave the same grade to "
        f"{whole(result.alike)} of them, and different grades to {whole(result.differ)}."
    )


def _on(result: CasesToDiscuss) -> str:
    """What is compared, where that is not one headline."""
    return f" and graded by them on one of {len(result.areas)} areas" if several(result) else ""


def several(result: CasesToDiscuss) -> bool:
    """Whether cases are told for more than one headline."""
    return len(result.areas) > 1


def _chosen(result: CasesToDiscuss) -> str:
    if not result.scope.used:
        return ""
    far = f", or lie {result.far_words} apart" if result.far_words else ""
    said = [
        f"A case is chosen where grades lie on both sides of the line to {result.scale.positive}"
        f"{far}."
    ]
    told = [
        f"{whole(n)} {_rule_words(rule, n, result)}"
        for rule in CaseRule
        if (n := sum(case.rule is rule for case in result.cases))
    ]
    if told:
        said.append(f"Of {counted(len(result.cases), 'case')}, {listed(told)}.")
    if len(result.cases) > MOST:
        said.append(
            f"The {MOST} to begin with are shown: the newest quarter first, then the largest "
            f"difference. All {whole(len(result.cases))} stand in {ALL_CASES}."
        )
    return " ".join(said)


def _rule_words(rule: CaseRule, cases: int, result: CasesToDiscuss) -> str:
    lie = "lies" if cases == 1 else "lie"
    return {
        CaseRule.BOTH: f"{lie} so far apart and across the line",
        CaseRule.FAR: f"{lie} so far apart on one side of it",
        CaseRule.ACROSS: f"{lie} only across the line" if result.far_words else f"{lie} across it",
    }[rule]


def rule_words(case: Case) -> str:
    """How far readers part, and whether the scale's positive line lies between them."""
    return f"{case.apart}" if case.rule is CaseRule.FAR else f"{case.apart}, across the line"


def _boundaries(result: CasesToDiscuss) -> str:
    if not result.differ:
        return ""
    first, *others = sorted(result.parted, key=lambda one: -one.audits)
    part = "parts" if first.audits == 1 else "part"
    said = [
        f"Of {counted(result.differ, 'audit')} with different grades, {_number(first, result)} "
        f"{part} {boundary_words(first, result)}."
    ]
    if others:
        told = [
            f"{_number(one, result)} {boundary_words(one, result)}"
            for one in others[:MOST_BOUNDARIES]
        ]
        said.append(f"Of the others, {listed(told)}.")
    if not is_enough(result):
        said.append(f"Which boundary is least clear: {TOO_FEW}.")
    return " ".join(said)


def boundary_words(one: PartedAt, result: CasesToDiscuss) -> str:
    """Where readers of some audits part, within a sentence."""
    if one.lower is None:
        return "by more than one grade"
    levels = result.scale
    return f"between {levels.within(one.lower)} and {levels.within(one.lower + 1)}"


def _number(one: PartedAt, result: CasesToDiscuss) -> str:
    """Audits, and their share of those with different grades where these are enough."""
    share = f" ({percent(one.audits / result.differ)})" if is_enough(result) else ""
    return f"{whole(one.audits)}{share}"


def is_enough(result: CasesToDiscuss) -> bool:
    """Whether so many audits were graded differently that shares of them may be given."""
    return result.differ >= FEWEST_AUDITS


def _moderators(result: CasesToDiscuss) -> str:
    told = moderated(result.cases)
    if not told:
        return ""
    reasons = sum(case.reasons > 0 for case in told)
    disputed = sum(case.answer is Answer.DISPUTED for case in told)
    answered = sum(case.answer is not Answer.NOT_RECORDED for case in told)
    return (
        f"A moderator graded otherwise than the auditor in {whole(len(told))} of the cases. A "
        f"reason is recorded in {whole(reasons)} of these; what it says is not read. An answer of "
        f"the auditor is recorded in {whole(answered)}, and {whole(disputed)} "
        f"{'is' if disputed == 1 else 'are'} disputed."
    )


def moderated(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Cases in which a moderator graded otherwise than the first auditor."""
    return tuple(case for case in cases if case.moderators)


def _use(result: CasesToDiscuss) -> str:
    if not result.cases:
        return ""
    return (
        "Each is worth an hour: two people read one file and told of two kinds of practice. Ask "
        "what each saw, which words of the standard decide, and write the answer down for all."
    )


def _multi_agency(result: CasesToDiscuss) -> str:
    if not result.multi_agency_read:
        return ""
    read = counted(result.multi_agency_read, "multi-agency audit")
    return (
        f"Of {read} read by two people, {whole(len(result.multi_agency))} would be chosen by the "
        "same rule. They are told apart and are in no number above."
    )


def _withheld(result: CasesToDiscuss) -> str:
    if not result.withheld:
        return ""
    return because("Moderators' grades choose no case that can be relied on", result.withheld)


def grades_words(case: Case, result: CasesToDiscuss) -> str:
    """Who gave which grade: the roles, and never a person.

    Parameters
    ----------
    case : Case
    result : CasesToDiscuss
    """
    told = beginning_sentence("; ".join(_reading(one, result) for one in case.readings))
    if not several(result):
        return told
    further = f" Also on {listed(case.further_areas)}." if case.further_areas else ""
    return f"{case.area}. {told}.{further}"


_READERS = {
    Role.AUDITOR: "auditor",
    Role.SECOND_AUDITOR: "second auditor",
    Role.INSPECTOR: "inspector",
    **dict.fromkeys(MODERATING_ROLES, "moderator"),
}


def _reading(one: Reading, result: CasesToDiscuss) -> str:
    who = _READERS[one.reader]
    named = counted(one.readers, who) if one.readers > 1 else who
    source = f" ({one.source.replace('_', ' ')})" if one.source else ""
    return f"{named}{source}: {result.scale.levels[one.grade]}"


def domains_words(case: Case) -> str:
    """Domains furthest apart, or that there are none."""
    if not case.graded_twice:
        return "none graded twice"
    if not case.domains:
        return f"none of {case.graded_twice}"
    return ", ".join(f"{one.name} ({one.apart})" for one in case.domains)


def moderation_words(case: Case) -> str:
    """Whether a moderator who graded otherwise recorded a reason, and what the auditor answered."""
    if case.answer is Answer.NO_MODERATOR:
        return NO_MODERATOR
    reason = "reason recorded" if case.reasons else "no reason recorded"
    return f"{reason}; {case.answer}"
