"""The few claims a report is read for, and which of them stand when all are judged together.

Each verdict keeps its own error. A report that makes a dozen claims still errs somewhere more often
than in 5 of 100, so the first page says which claims also hold after Holm over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from qaf_analysis.kit.parts import listed
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.stats.core.intervals import p_from_interval
from qaf_analysis.stats.trend.decomposition import claim
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import (
    JOINT_ERROR,
    OPTIMISM_CLAIMS,
    SPREAD_CLAIMS,
    THEME_CLAIMS,
    YEAR_CLAIMS,
    AgreementChangeVerdict,
    TrendClaim,
)
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.words import figure_name
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.trend.analysis import TrueTrend


@dataclass(frozen=True, kw_only=True)
class PrimaryClaim:
    """Something the first page may claim: in words, whether it does, and its p-value alone."""

    words: str
    is_made: bool
    p: float


def primary_claims(
    programme: Programme,
    optimism: Optimism,
    themes: Themes | None,
    consistency: Consistency,
    trend: TrueTrend,
) -> tuple[PrimaryClaim, ...]:
    """Every comparison that the lead and the cards may claim something of.

    Themes are about no headline: of several headlines the first brings them, the others None.
    """
    return (
        _claim("the change in the share", programme.verdict in YEAR_CLAIMS, programme.change),
        *_optimism(optimism),
        *_themes(themes),
        *_process(consistency),
        *_trend(trend),
    )


def _optimism(optimism: Optimism) -> Iterator[PrimaryClaim]:
    """The verdict's own figures, each against what its rule lets pass."""
    claims = optimism.verdict in OPTIMISM_CLAIMS
    for one in optimism.figures:
        yield PrimaryClaim(
            words=f"{figure_name(one.figure, optimism.scale)} against moderators",
            is_made=claims and one.is_beyond,
            p=one.p,
        )


def _themes(themes: Themes | None) -> Iterator[PrimaryClaim]:
    for theme in themes.themes if themes is not None else ():
        if theme.change is not None:
            made = theme.verdict in THEME_CLAIMS
            p = theme.change.evidence.p(theme.change.rule.outcome)
            yield PrimaryClaim(words=theme.name, is_made=made, p=p)


def _process(consistency: Consistency) -> Iterator[PrimaryClaim]:
    for one in consistency.changes:
        made = one.change.verdict in SPREAD_CLAIMS
        yield _claim(f"strictness after {listed(one.periods.labels)}", made, one.change.sd)
    moved = (AgreementChangeVerdict.FELL, AgreementChangeVerdict.IMPROVED)
    for found in consistency.agreement:
        words = f"agreement with moderators after {listed(found.periods.labels)}"
        yield _claim(words, found.verdict in moved, found.difference)


def _trend(trend: TrueTrend) -> Iterator[PrimaryClaim]:
    unclaimed = (TrendClaim.NO_CLEAR_CHANGE, TrendClaim.CANNOT_BE_TOLD)
    practice, leniency = trend.grade.practice, trend.grade.leniency
    made = claim("practice", practice) not in unclaimed
    yield _claim("practice since the start", made, practice)
    yield _claim("grading since the start", claim("leniency", leniency) not in unclaimed, leniency)


def _claim(words: str, is_made: bool, estimate: Estimate) -> PrimaryClaim:
    return PrimaryClaim(words=words, is_made=is_made, p=p_from_interval(estimate))


def together(claims: tuple[PrimaryClaim, ...]) -> tuple[str, ...]:
    """Say which claims stand when all are judged together; nothing where none is made.

    Holm over everything that was asked, claimed or not, so that among claims said to stand the
    chance of any false one is at most ``JOINT_ERROR``.
    """
    made = [each for each in claims if each.is_made]
    if not made:
        return ()
    adjusted = holm([each.p for each in claims])
    stand = [
        each.words
        for each, p in zip(claims, adjusted, strict=True)
        if each.is_made and not isnan(p) and p <= JOINT_ERROR
    ]
    alone = [each.words for each in made if each.words not in stand]
    told = (
        f"Found also when all findings are judged together: {'; '.join(stand)}."
        if stand
        else "No finding holds when all are judged together."
    )
    return (f"{told} Found only on its own: {'; '.join(alone)}." if alone else told,)
