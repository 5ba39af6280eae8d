"""What is said of how sharply audits look at the child's experience."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    gap,
    interval,
    percent,
    points,
    with_interval,
)
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.stats.child.focus import ChildFocus
from qaf_analysis.stats.child.two_judgements import TwoJudgements
from qaf_analysis.terms.verdicts import FocusVerdict
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding
from qaf_analysis.topics.child.analysis.impact import PracticeImpact

LIMITS = (
    "These measures see grades, not files: they cannot tell whether a child was heard, only "
    "whether grades treat the child's domains as moderators do. Which domains count as the "
    "child's is declared in the settings."
)


def say_child_focus(result: ChildFocusFinding) -> Statement:
    """Words on the child's domains against moderators, and on auditors' own grades."""
    return Statement(
        claim=_claim(result),
        paragraphs=(*_against(result), _own(result), *_followed(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def _claim(result: ChildFocusFinding) -> str:
    focus = result.comparison
    if focus is None or focus.verdict == FocusVerdict.CANNOT_BE_TOLD:
        return (
            "Whether audits look sharply at the child "
            f"{FocusVerdict.CANNOT_BE_TOLD} against moderators"
        )
    return f"Auditors' focus on the child is {focus.verdict} than moderators'"


def _against(result: ChildFocusFinding) -> tuple[str, ...]:
    focus = result.comparison
    if focus is None:
        return (f"Not available because {result.reason}.",)
    gap_words = (
        f"Over-optimism in the child's domains ({listed(result.child_domains)}) less that in "
        f"process domains is {with_interval(focus.experience_gap, gap)} of a grade. It allows for "
        "where each domain stands on the scale."
        if focus.experience_gap.is_estimable
        else "Whether optimism is larger in the child's domains is not available because "
        f"{focus.experience_gap.why_not}."
    )
    return (gap_words, _together(focus), _without_child(result, focus), _tests(focus))


def _together(focus: ChildFocus) -> str:
    halo = focus.halo
    if not halo.difference.is_estimable:
        return (
            "Whether one impression colours all domains of an audit is not available because "
            f"{halo.difference.why_not}."
        )
    return (
        "From 0 (not at all) to 1 (wholly), domains of an audit go together "
        f"{coefficient(halo.audit.value)} for auditors and {coefficient(halo.moderation.value)} "
        f"for moderators (difference {interval(halo.difference, coefficient)})."
    )


def _without_child(result: ChildFocusFinding, focus: ChildFocus) -> str:
    rates = focus.good_without_child
    if not rates.audit.is_estimable:
        return (
            f"How often audits are graded {result.scale.positive} although a child's domain is not "
            f"cannot be said, because {rates.audit.why_not}."
        )
    scale = result.scale
    return (
        f"Where moderators graded a child's domain {scale.below_positive} "
        f"({counted(rates.audit.cases, 'audit')}), {with_interval(rates.audit, percent)} were "
        f"still graded {scale.positive} overall by auditors, and "
        f"{with_interval(rates.moderation, percent)} by moderators. "
        "Kindness alike in every domain does this too, so it is shown and not tested."
    )


def _tests(focus: ChildFocus) -> str:
    found = [test.measure for test in focus.tests if test.shows_weaker_focus]
    tested = [test for test in focus.tests if not isnan(test.adjusted_p)]
    if not tested:
        return "Nothing could be tested that would show a weaker focus."
    every = f"Of {counted(len(tested), 'measure')} tested together"
    if not found:
        return f"{every}, none shows a clearly weaker focus than moderators'."
    shows = "this shows" if len(found) == 1 else "these show"
    return f"{every}, {shows} a weaker focus than moderators': {'; '.join(found)}."


def _own(result: ChildFocusFinding) -> str:
    rate = result.own.good_without_child
    if not rate.is_estimable:
        return (
            f"How often auditors grade an audit {result.scale.positive} although a child's domain "
            f"is not cannot be said: {rate.why_not}."
        )
    return (
        f"By auditors' own grades, {with_interval(rate, percent)} of "
        f"{counted(rate.cases, 'audit')} with a child's domain graded "
        f"{result.scale.below_positive} are graded {result.scale.positive} overall "
        f"({result.own.period})."
    )


def _followed(result: ChildFocusFinding) -> tuple[str, ...]:
    known = [each for each in result.own.rules if each.share.is_estimable]
    if not known:
        return ()
    most = max(known, key=lambda each: each.share.value)
    return (
        f"The overall grade is most often the {most.rule} of the audit's own domains "
        f"({with_interval(most.share, percent)} of {counted(most.share.cases, 'audit')}); several "
        "rules can give the same grade.",
    )


IMPACT_LIMITS = (
    "The two judgements are graders' own. A large share may be disagreement about impact as much "
    "as practice that has not reached the child; how far auditors agree on impact is told beside "
    "it. Impact takes time: an audit may come too early to see it."
)


def say_practice_impact(result: PracticeImpact) -> Statement:
    """Words on good practice that has made no difference for the child yet."""
    return Statement(
        claim=_impact_claim(result),
        paragraphs=_impact_paragraphs(result),
        limits=IMPACT_LIMITS,
        source=result.scope.source_line,
    )


def _impact_claim(result: PracticeImpact) -> str:
    if result.audits is None:
        return "No judgement of the impact for the child is declared"
    share = result.audits.no_difference_yet
    if not share.is_estimable:
        return "Too few audits to say how often practice has made no difference yet"
    return (
        f"{percent(share.value)} of audits with practice graded {result.scale.positive} "
        "saw no such impact for the child yet"
    )


def _impact_paragraphs(result: PracticeImpact) -> tuple[str, ...]:
    found = result.audits
    if found is None:
        return (
            "Where audits also grade the impact for the child, name that domain in council.toml as "
            "impact_domain under [council].",
        )
    share, difference = found.no_difference_yet, found.difference
    if not share.is_estimable:
        return (f"Not available because {share.why_not}.",)
    first = (
        f"Of {counted(found.good_practice, 'audit')} graded {result.scale.positive} in "
        f"{result.practice}, {_without_impact(found)} were below that in {result.impact}: no "
        "difference is seen yet."
    )
    second = (
        f"The other way round it was {counted(found.impact_only, 'audit')}. Over all "
        f"{counted(found.audits, 'audit')}, the share graded {result.scale.positive} in "
        f"{result.practice} less that in {result.impact} is {with_interval(difference, points)} "
        "points."
    )
    return (first, second, _moderated_impact(result))


def _moderated_impact(result: PracticeImpact) -> str:
    found = result.moderated
    if found is None:
        return (
            f"Moderators gave both judgements on {counted(result.moderated_audits, 'audit')}: too "
            "few to set theirs beside it."
        )
    share = found.no_difference_yet
    if not share.is_estimable:
        return f"The same by moderators is not available because {share.why_not}."
    return (
        f"By moderators' own grades of {counted(found.audits, 'audit')} it is "
        f"{_without_impact(found)} of {found.good_practice:,}."
    )


def _without_impact(found: TwoJudgements) -> str:
    share = found.no_difference_yet
    return f"{found.practice_only:,} ({percent(share.value)}, {interval(share, percent)})"


def impact_line(result: PracticeImpact) -> tuple[str, ...]:
    """One sentence for the first page; none where no impact for the child is declared."""
    if result.audits is None or not result.audits.no_difference_yet.is_estimable:
        return ()
    share = result.audits.no_difference_yet
    return (
        f"Of {counted(share.cases, 'audit')} with {result.practice} graded "
        f"{result.scale.positive}, {with_interval(share, percent)} saw no difference for the "
        "child yet.",
    )
