"""What a committee is told of over-optimism: the gap, every round, and other assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.direction import shown
from qaf_analysis.kit.numbers import counted, exact_gap, percent, with_interval
from qaf_analysis.kit.parts import as_sentence, listed
from qaf_analysis.kit.picture import drawn_for_both, for_both_if_any
from qaf_analysis.terms.verdicts import OptimismVerdict, Standing
from qaf_analysis.topics.common.brief import Brief, Told, sentences
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.pictures import gap_picture, however_picture
from qaf_analysis.topics.optimism.tables import profile_table
from qaf_analysis.topics.optimism.words import (
    LIMITS,
    figure_name,
    optimism_card,
    rounds_words,
    say_optimism,
)


def optimism_brief(result: Optimism) -> Brief:
    """Return what a committee is told of the gap to external moderators."""
    return Brief(
        claim=say_optimism(result).claim,
        paragraphs=tuple(optimism_told(result)),
        shown=tuple(_shown(result)),
        limits=sentences(LIMITS)[0],
        source=result.scope.source_line,
    )


def optimism_in_short(result: Optimism) -> str:
    """One sentence for the first page."""
    return sentences(optimism_card(result))[0]


def optimism_claim(result: Optimism) -> str:
    """What the verdict lets a committee be asked to note: of kindness only where it is shown.

    Nothing is claimed from a gap whose interval holds no difference.
    """
    return {
        OptimismVerdict.ACCEPT: "grades may be taken as they are",
        OptimismVerdict.ADJUST: _direction(result),
        OptimismVerdict.RE_AUDIT: "grades cannot be relied on as they are",
        OptimismVerdict.MORE_MODERATION: "it is not settled whether grades are too kind",
        OptimismVerdict.NOT_JUDGED: "it could not be judged whether grades are too kind",
    }[result.verdict]


def _direction(result: Optimism) -> str:
    signs = (shown(result.gap), shown(result.good_shift))
    if max(signs) > 0:
        return "auditors grade more kindly than moderators"
    if min(signs) < 0:
        return "auditors grade more harshly than moderators"
    return "grades are best read adjusted"


def optimism_told(result: Optimism) -> Iterator[Told]:
    """Paragraphs on the gap, the verdict and all rounds."""
    if not result.gap.is_estimable:
        yield Told(what=say_optimism(result).paragraphs[0])
        return
    yield Told(
        what=f"On {counted(result.gap.cases, 'audit')} drawn by chance, moderators graded lower in "
        f"{with_interval(result.over, percent)} and higher in "
        f"{with_interval(result.under, percent)}. On average auditors’ grades less moderators’ "
        f"came to {with_interval(result.gap, exact_gap)} of a grade."
    )
    yield Told(what=_verdict(result))
    rounds = rounds_words(result)
    if rounds:
        yield Told(what=rounds, keep=6)


def _verdict(result: Optimism) -> str:
    still = [
        figure_name(one.figure, result.scale)
        for one in result.figures
        if one.standing is Standing.OPEN
    ]
    if result.verdict == OptimismVerdict.MORE_MODERATION and still:
        return f"Verdict: {result.verdict}. Not settled yet: {listed(still)}."
    return f"Verdict: {result.verdict}. {as_sentence(result.reason)}"


def _shown(result: Optimism) -> Iterator[Told]:
    if any(group.gap.is_estimable for group in result.rounds):
        yield Told(
            what=drawn_for_both(lambda size: gap_picture(result, size=size)),
            keep=8,
            measure="Mean of audit minus moderation in grades, with 95% interval",
        )
    if result.adjusted_good.is_estimable:
        yield Told(what=profile_table(result), keep=2, is_filler=True)
    however = for_both_if_any(lambda size: however_picture(result, size=size))
    if however is not None:
        yield Told(
            what=however, keep=5, measure=f"Share {result.scale.positive_alone}, with 95% interval"
        )
