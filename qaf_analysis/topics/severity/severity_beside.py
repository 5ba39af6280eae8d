"""What stands beside auditors' severities, in words: who gets the harder cases, and moderators."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import chance, coefficient, counted, with_interval
from qaf_analysis.topics.severity.severity_result import Allocation, Severity

UNEVEN = 0.05
"""Chance under random allocation below which caseloads are said to differ."""


def allocation_words(result: Severity) -> str:
    """Who gets the harder cases, and what that does to severities."""
    found = result.allocation
    return f"{_finding(found)} {_ours(found)}"


def _finding(found: Allocation) -> str:
    if found.why_not or isnan(found.p):
        return (
            "Who gets the harder cases cannot be told"
            f"{f', because {found.why_not}' if found.why_not else ''}."
        )
    if found.p >= UNEVEN:
        return (
            "Who gets the harder cases: nobody, as far as this can show. If audits had reached "
            f"auditors at random, their cases would differ as much as here with a chance of "
            f"{chance(found.p)}."
        )
    return (
        "Who gets the harder cases: some auditors do. If audits had reached auditors at random, "
        f"their cases would differ as much as here with a chance of {chance(found.p)}; practice "
        f"differs between their caseloads by {with_interval(found.spread, coefficient)} of a "
        f"grade (standard deviation). {_direction(found)}"
    )


def _direction(found: Allocation) -> str:
    known = found.correlation
    if known.has_interval and known.low > 0:
        return (
            "It is the kinder auditors who get the harder cases: all audits together would make "
            f"auditors look more alike than they are (correlation {coefficient(known.value)})."
        )
    if known.has_interval and known.high < 0:
        return (
            "It is the stricter auditors who get the harder cases: all audits together would make "
            f"them look stricter than they are (correlation {coefficient(known.value)})."
        )
    return "Whether those are the stricter or the kinder auditors cannot be told."


def _ours(found: Allocation) -> str:
    ours = (
        "Severities here rest on audits that two or more auditors graded, so harder cases do not "
        "count against anybody"
    )
    if isnan(found.change):
        return f"{ours}."
    return (
        f"{ours}; all audits, taken as if they had reached auditors at random, would change no "
        f"severity by more than {coefficient(found.change)} of a grade."
    )


def moderator_words(result: Severity) -> str:
    """How strict moderators are beside auditors."""
    facet = result.moderators.facet
    gap = facet.gap
    if not gap.is_estimable:
        return f"How strict moderators are beside auditors cannot be told, because {gap.why_not}."
    return (
        f"{_stricter(result)} ({counted(gap.cases, 'moderated audit')}, "
        f"{counted(facet.moderators, 'moderator')}, {counted(gap.auditors, 'auditor')}). Here "
        "moderators are raters like auditors and nobody is taken as the truth; the gap under "
        f"external moderation, from pairs of grades alone, stays the headline. {_spread(result)}"
    ).strip()


def _stricter(result: Severity) -> str:
    gap, domain = result.moderators.facet.gap, result.domain.lower()
    size = f"{with_interval(gap, coefficient)} of a grade in {domain} grades"
    if gap.low > 0:
        return (
            f"Moderators are stricter than auditors on the same files, so auditors kinder: {size}"
        )
    if gap.high < 0:
        return (
            f"Moderators are kinder than auditors on the same files, so auditors stricter: {size}"
        )
    return f"There is no clear difference in strictness between moderators and auditors: {size}"


def _spread(result: Severity) -> str:
    facet = result.moderators.facet
    if not facet.spread.is_estimable:
        return ""
    if facet.boundary:
        return "Moderators show no difference among themselves beyond chance."
    return (
        f"Moderators differ among themselves by {with_interval(facet.spread, coefficient)} of a "
        "grade (standard deviation)."
    )


def group_words(result: Severity) -> str:
    """What auditors differ by in single domains and over time: said of the group only."""
    said = []
    for estimate, name, what in (
        (result.by_domain, "auditors by domain", "differ from domain to domain"),
        (result.drift, "auditors' change over the whole period", "changed over the whole period"),
    ):
        if not estimate.is_estimable:
            said.append(f"whether auditors {what} cannot be told")
        elif name in result.boundary:
            said.append(f"there is no sign beyond chance that auditors {what}")
        else:
            size = with_interval(estimate, coefficient)
            said.append(f"auditors {what} by {size} of a grade (standard deviation)")
    first, second = said
    return (
        f"As a group, {first}; and {second}. No auditor's own domain or change is shown: one "
        "person's rests on too few audits."
    )
