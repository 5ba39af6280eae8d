"""What a committee is told of activity and grades: the shortfall first."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import counted, interval, percent, points, with_interval
from qaf_analysis.kit.parts import listed
from qaf_analysis.kit.picture import drawn_for_both, for_both_if_any
from qaf_analysis.terms.quarter import quarters_between
from qaf_analysis.terms.verdicts import LARGE_TYPE_RULE, YEAR_CLAIMS, YearVerdict
from qaf_analysis.topics.common.brief import Brief, Told, short_limits
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.pictures import grades_picture, weakest_domains_picture
from qaf_analysis.topics.programme.tables import by_year_table
from qaf_analysis.topics.programme.words import (
    LIMITS,
    mix_break_words,
    programme_claim,
    say_programme,
    weakest_domains,
    worst_grade_words,
)


def programme_brief(result: Programme, optimism: Optimism | None) -> Brief:
    """Return what a committee is told of grades.

    Parameters
    ----------
    result : Programme
    optimism : Optimism or None
        For the bar of grades had moderators graded every audit.
    """
    return Brief(
        claim=_claim(result),
        paragraphs=tuple(_paragraphs(result)),
        shown=tuple(_shown(result, optimism)),
        limits=short_limits(LIMITS),
        source=result.scope.source_line,
    )


def audits_below(result: Programme) -> tuple[int, int]:
    """Audits of the headline period graded below the positive share, and audits graded."""
    counts = _window_counts(result)
    return sum(counts[: result.scale.good_from]), sum(counts)


def _claim(result: Programme) -> str:
    if not result.good_now.is_estimable:
        return programme_claim(result)
    below, graded = audits_below(result)
    unit = "audit" if result.has_overall else "domain grade"
    was = "was" if below <= 1 else "were"
    if not below:
        return f"No {unit} of {graded:,} {was} graded {result.scale.below_positive}"
    return f"{below:,} of {counted(graded, unit)} {was} graded {result.scale.below_positive}"


def _paragraphs(result: Programme) -> Iterator[Told]:
    if not result.good_now.is_estimable:
        yield Told(what=say_programme(result).paragraphs[0])
        return
    yield Told(what=_levels(result))
    yield Told(what=_year(result))
    for found in result.mix_breaks:
        yield Told(what=mix_break_words(found))
    for words in weakest_domains(result):
        yield Told(what=words, keep=7)
    yield Told(what=worst_grade_words(result), keep=6)


def _levels(result: Programme) -> str:
    below, graded = audits_below(result)
    if not LARGE_TYPE_RULE.tells(result.good_now.low, result.good_now.high):
        were = "was" if graded - below == 1 else "were"
        return (
            f"In {result.scope.period}, {graded - below:,} of {counted(graded, _unit(result))} "
            f"{were} graded {result.scale.positive} by auditors.{_others(result)} Too few were "
            "graded, or by too few auditors, to tell the share more closely than "
            f"{interval(result.good_now, percent)}."
        )
    share = with_interval(result.good_now, percent)
    return (
        f"In {result.scope.period}, {share} of {counted(graded, _unit(result))} were graded "
        f"{result.scale.positive} by auditors.{_others(result)}"
    )


def _others(result: Programme) -> str:
    """How many had each grade below, the worst always; with a space before, or empty.

    A count stands in brackets after its grade: on a scale of numbers "12 5" could not be read.
    """
    counts, scale = _window_counts(result), result.scale
    below = audits_below(result)[0]
    if not below:
        return ""
    if below == 1:
        alone = next(code for code in range(scale.good_from) if counts[code])
        return f" The other was graded {scale.within(alone)}."
    levels = [code for code in reversed(range(scale.good_from)) if counts[code] or not code]
    low = [f"{scale.within(code)} ({counts[code]:,})" for code in levels]
    return f" The others were graded {listed(low)}."


def _unit(result: Programme) -> str:
    return "audit" if result.has_overall else "domain grade"


def _year(result: Programme) -> str:
    if result.verdict == YearVerdict.CANNOT_BE_TOLD:
        return f"A change from one year to the next {result.verdict}: {result.change.why_not}."
    before, last = result.years[-2:]
    said = f"the share {result.verdict}" if result.verdict in YEAR_CLAIMS else str(result.verdict)
    # Where the period told is longer than the year, a reader would set it beside the year before.
    alone = (
        f"In {last.period} alone it was {with_interval(last.good, percent)}. "
        if last.period != result.scope.period
        else ""
    )
    return (
        f"In {before.period} the share was {with_interval(before.good, percent)}. {alone}"
        "Allowing for who "
        f"audited in each year: {said} ({points(result.change.low)} to "
        f"{points(result.change.high)} points)."
    )


def _shown(result: Programme, optimism: Optimism | None) -> Iterator[Told]:
    if any(quarter.total for quarter in result.by_quarter):
        yield Told(
            what=drawn_for_both(lambda size: grades_picture(result, optimism, size=size)),
            measure=f"Share of routine audits by grade and quarter{_adjusted(optimism)}",
        )
    yield Told(what=by_year_table(result), keep=3, is_filler=True)
    weakest = for_both_if_any(lambda size: weakest_domains_picture(result, size=size))
    if weakest is not None:
        yield Told(what=weakest, keep=5, measure=f"Share {result.scale.positive_alone} by domain")


def _adjusted(optimism: Optimism | None) -> str:
    if optimism is None or not optimism.adjusted_good.is_estimable:
        return ""
    return "; the bar on the right is the year had moderators graded it all"


def _window_counts(result: Programme) -> tuple[int, ...]:
    window = {str(q) for q in quarters_between(result.scope.first, result.scope.last)}
    each = [quarter.counts for quarter in result.by_quarter if quarter.label in window]
    return tuple(map(sum, zip(*each, strict=True)))
