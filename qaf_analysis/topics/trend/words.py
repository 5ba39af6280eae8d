"""Is the trend in grades real: words, tables and pictures of the change split into its parts."""

from __future__ import annotations

from typing import Literal

from qaf_analysis.kit.numbers import counted, gap, interval, points, with_interval
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.stats.trend.decomposition import TrendSplit, claim
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SteadinessVerdict, TrendClaim
from qaf_analysis.topics.trend.analysis import TrueTrend

LIMITS = (
    "The split rests on moderators who held steady: if they became kinder or harsher, what is "
    "called practice moves with them. Practice is what audited files show, not what families "
    "experienced. Interval ends of the parts move together, so they cannot be added up."
)


def say_true_trend(result: TrueTrend) -> Statement:
    """Words on how much of the change is practice, and how much is grading."""
    return Statement(
        claim=_claim(result),
        paragraphs=(*_observed(result), *_split(result), _steady(result), *_anchored(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def true_trend_line(result: TrueTrend) -> str:
    """One sentence for the first page."""
    split = result.grade
    if not split.practice.is_estimable:
        return (
            f"Whether the trend since {result.first_period or 'the start'} is real cannot be "
            f"told, because {split.practice.why_not}."
        )
    return (
        f"Since {result.first_period}, by moderators' grades: "
        f"{_of('practice', split.practice)}; {_of('leniency', split.leniency)}."
    )


def _of(part: Literal["practice", "leniency"], change: Estimate) -> str:
    """What a part came to, with its interval where something is claimed of it."""
    said = claim(part, change)
    unnamed = said in (TrendClaim.NO_CLEAR_CHANGE, TrendClaim.CANNOT_BE_TOLD)
    if unnamed:
        return f"{said} in {'practice' if part == 'practice' else 'grading'}"
    return f"{said} ({interval(change, gap)} of a grade)"


def _claim(result: TrueTrend) -> str:
    split = result.grade
    if not split.practice.is_estimable:
        return "Whether the trend in grades is real cannot be told"
    said = [claim("practice", split.practice), claim("leniency", split.leniency)]
    clear = [words for words in said if words != TrendClaim.NO_CLEAR_CHANGE]
    if not clear:
        return "Neither practice nor grading clearly changed"
    return f"{clear[0].capitalize()}{f'; {clear[1]}' if len(clear) > 1 else ''}"


def _observed(result: TrueTrend) -> tuple[str, ...]:
    split = result.grade
    if not split.observed.is_estimable:
        return ()
    return (
        f"From {result.first_period} to {result.last_period} auditors' mean grade changed by "
        f"{with_interval(split.observed, gap)} of a grade "
        f"({counted(split.observed.cases, 'audit')}). The share graded "
        f"{result.scale.positive} changed by "
        f"{with_interval(result.good.observed, points)} points.",
    )


def _split(result: TrueTrend) -> tuple[str, ...]:
    split = result.grade
    if not split.practice.is_estimable:
        change = "it" if split.observed.is_estimable else "a change in grades"
        return (f"What of {change} is practice cannot be told, because {split.practice.why_not}."
                f"{_needed(split)}",)  # fmt: skip
    first = (
        f"By moderators' grades, practice changed by {with_interval(split.practice, gap)} of a "
        f"grade: {claim('practice', split.practice)}. The gap between auditors and moderators "
        f"changed by {with_interval(split.leniency, gap)}: {claim('leniency', split.leniency)}."
    )
    if not split.mix.is_estimable:
        return (first, f"Auditor mix and drift cannot be told apart, because {split.mix.why_not}.")
    second = (
        f"Of that, {with_interval(split.mix, gap)} is due to other auditors doing the audits and "
        f"{with_interval(split.drift, gap)} to auditors changing: "
        f"{claim('drift', split.drift)}."
    )
    undecided = claim("practice", split.practice) == TrendClaim.NO_CLEAR_CHANGE
    few = split.needed.value > min(result.moderated_first, result.moderated_last)
    return (first, second, *([_needed(split).strip()] if undecided and few else []))


def _anchored(result: TrueTrend) -> tuple[str, ...]:
    """How much of the change moderators themselves account for, or why nothing is taken out."""
    found = result.anchored
    if found is None:
        return ()
    drift, practice = found.readers.change, found.practice
    if not practice.is_estimable:
        return (f"Nothing is taken out for moderators' own drift, because {practice.why_not}.",)
    return (
        f"{counted(drift.cases, 'case')} that moderators read again put "
        f"{with_interval(drift, gap)} of a grade of this change down to moderators themselves. "
        f"With that taken out, practice changed by {with_interval(practice, gap)} of a grade: "
        f"{claim('practice', practice)}.",
    )


def _needed(split: TrendSplit) -> str:
    if not split.needed.is_estimable:
        return ""
    return (
        f" To see a change in practice as large as the one in grades, about "
        f"{counted(round(split.needed.value), 'audit')} moderated by chance would be needed in "
        "each of the two years."
    )


def _steady(result: TrueTrend) -> str:
    found = result.steadiness
    said = {
        SteadinessVerdict.STEADY: "Audits that two moderators read show that moderators held "
        "steady",
        SteadinessVerdict.MOVED: "Audits that two moderators read show that moderators themselves "
        "moved, so the split must not be relied on",
        SteadinessVerdict.NOT_SHOWN: "Too few audits were read by two moderators to show whether "
        "moderators held steady",
        SteadinessVerdict.NOT_TESTED: "Whether moderators held steady could not be tested: no "
        "audits were read by two of them at different times",
    }[found.verdict]
    if found.repeated.cases and not (found.repeated.is_estimable or found.newcomers.is_estimable):
        one = found.repeated.cases == 1
        said = (
            "Whether moderators held steady could not be tested: only "
            f"{counted(found.repeated.cases, 'audit')} {'was' if one else 'were'} read by two of "
            "them at different times"
        )
    repeated = (
        f" ({with_interval(found.repeated, gap)} of a grade on "
        f"{counted(found.repeated.cases, 'audit')})"
        if found.repeated.is_estimable
        else ""
    )
    further = f" Note that {listed(result.limitations)}." if result.limitations else ""
    return (
        f"{said}{repeated}. {counted(found.moderators_both, 'moderator')} worked in both years."
        f"{further}"
    )
