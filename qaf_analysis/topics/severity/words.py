"""What is said of auditors' severity: how far they differ, who had which cases, and moderators."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.direction import by_sign, moved, shown
from qaf_analysis.kit.numbers import chance, coefficient, counted, percent, with_interval
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.terms.verdicts import SEVERITY_CLAIMS, SEVERITY_RULE, SeverityFinding
from qaf_analysis.topics.severity.analysis.auditors import AuditorSeverity
from qaf_analysis.topics.severity.analysis.headline import Allocation, Component, Severity
from qaf_analysis.topics.severity.analysis.models import FEWEST_LINKED

LIMITS = (
    "Severity is relative to this group: a strict auditor may be the accurate one, and if all are "
    "too kind, no comparison among them shows it; only external moderation does. Codes stand in "
    "no order of merit. Not for appraisal or pay."
)


def say_severity(result: Severity) -> Statement:
    """Words on precision first, then the group, then what to talk about."""
    if result.why_not:
        return Statement(
            claim="How strictly auditors grade cannot be told",
            paragraphs=(
                f"Not available because {result.why_not}. Planned double grading of a share of "
                "audits, or calibration files that all auditors grade, would make it possible.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=(
            _precision(result),
            *_group(result),
            allocation_words(result),
            group_words(result),
            _agreement(result),
            moderator_words(result),
            _people(result),
            HOW_TO_READ,
        ),
        limits=LIMITS,
        source=result.scope.source_line,
    )


HOW_TO_READ = (
    "How to read the chart: the dot is the best estimate of how much lower (stricter) or higher "
    "(kinder) an auditor grades the same files than colleagues do. It is pulled towards the group "
    "as far as few shared files demand. The thick line holds the truth half of the time, the thin "
    "one nearly always. A line that meets the shaded band may mean no difference that matters."
)


def finding_words(person: AuditorSeverity) -> str:
    """What may be said of one auditor."""
    return {
        SeverityFinding.CLEARLY_STRICTER: "grades lower than colleagues on the same files (clear)",
        SeverityFinding.POSSIBLY_STRICTER: "may grade lower than colleagues on the same files",
        SeverityFinding.CLEARLY_KINDER: "grades higher than colleagues on the same files (clear)",
        SeverityFinding.POSSIBLY_KINDER: "may grade higher than colleagues on the same files",
        SeverityFinding.NO_CLEAR_DIFFERENCE: SeverityFinding.NO_CLEAR_DIFFERENCE.value,
        SeverityFinding.NOT_ENOUGH: "not enough shared audits yet",
    }[person.finding]


def _claim(result: Severity) -> str:
    if Component.AUDITORS in result.boundary:
        return "Auditors show no difference in strictness beyond chance"
    return f"Auditors differ by about {coefficient(result.spread.value)} of a grade in strictness"


def _precision(result: Severity) -> str:
    if not result.precision.is_estimable:
        return f"No auditor's severity can be told, because {result.precision.why_not}."
    enough = sum(person.finding != SeverityFinding.NOT_ENOUGH for person in result.auditors)
    return (
        f"With {counted(result.precision.cases, 'audit')} graded by two or more auditors, a "
        f"typical auditor's severity is known to within {coefficient(result.precision.value)} of "
        f"a grade either way. Of {counted(len(result.auditors), 'auditor')}, {enough} "
        f"{'shares' if enough == 1 else 'share'} {FEWEST_LINKED} or more audits with colleagues "
        f"and {'is' if enough == 1 else 'are'} known closely enough to say anything."
    )


def _group(result: Severity) -> tuple[str, ...]:
    said = [
        f"Auditors' severities spread by {with_interval(result.spread, coefficient)} of a grade "
        f"(standard deviation) in {result.domain.lower()} grades."
    ]
    found = result.differences
    if found is not None:
        said.append(
            f"That all auditors are alike has a chance of {chance(found.p)} to look like this."
        )
    if len(result.groups) > 1:
        said.append(
            f"Auditors fall into {len(result.groups)} groups that share no audit; nobody is "
            "compared across groups."
        )
    return (" ".join(said),)


def _agreement(result: Severity) -> str:
    if not result.pairs:
        return "No two auditors graded the same domain of an audit."
    more = moved(result.expected, result.identical, percent) > 0
    return (
        f"Of {counted(result.pairs, 'pair')} of grades for the same domain of the same audit, "
        f"{percent(result.identical)} are identical, where the model expects "
        f"{percent(result.expected)}"
        f"{': auditors agree more than judging apart would give' if more else ''}. So about "
        f"{percent(1 - result.identical)} of grades would differ with another auditor."
    )


def _people(result: Severity) -> str:
    clear = [p for p in result.auditors if p.finding in SEVERITY_CLAIMS]
    talks = (
        "A conversation is suggested with "
        f"{listed([code.removeprefix('AUDITOR-') for code in result.talks])}: the same finding "
        "in two successive windows. First step: regrade three to five files together."
        if result.talks
        else "No conversation is suggested: nobody shows the same clear finding in two successive "
        "windows."
    )
    return (
        f"{counted(len(clear), 'auditor') if clear else 'No auditor'} "
        f"{'differ' if len(clear) > 1 else 'differs'} clearly "
        f"by more than {coefficient(SEVERITY_RULE.no_difference)} of a grade. {talks}"
    )


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
    if found.p >= SEVERITY_RULE.uneven:
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
    correlation = f"(correlation {coefficient(found.correlation.value)})"
    return by_sign(
        shown(found.correlation),
        above="It is the kinder auditors who get the harder cases: all audits together would make "
        f"auditors look more alike than they are {correlation}.",
        below="It is the stricter auditors who get the harder cases: all audits together would "
        f"make them look stricter than they are {correlation}.",
        neither="Whether those are the stricter or the kinder auditors cannot be told.",
    )


def _ours(found: Allocation) -> str:
    ours = (
        "Severities here rest on audits that two or more auditors graded, so harder cases do not "
        "count against anybody"
    )
    if isnan(found.change):
        return f"{ours}."
    return (
        f"{ours}. All audits, taken as if they had reached auditors at random, would change no "
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
    said = by_sign(
        shown(gap),
        above="Moderators are stricter than auditors on the same files, so auditors are kinder",
        below="Moderators are kinder than auditors on the same files, so auditors are stricter",
        neither="There is no clear difference in strictness between moderators and auditors",
    )
    return f"{said}: {size}"


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
        (result.by_domain, Component.BY_DOMAIN, "differ from domain to domain"),
        (result.drift, Component.DRIFT, "changed over the whole period"),
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
