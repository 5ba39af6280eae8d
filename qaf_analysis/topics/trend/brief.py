"""What a committee is told of whether the trend is real."""

from __future__ import annotations

from qaf_analysis.kit.parts import because
from qaf_analysis.topics.common.brief import Brief, Told, sentences
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.words import LIMITS, say_true_trend, true_trend_line


def trend_brief(result: TrueTrend) -> Brief:
    """Return one sentence: how much of the change is practice, and how much is grading."""
    return Brief(
        claim=say_true_trend(result).claim,
        paragraphs=(Told(what=_told(result)),),
        limits=sentences(LIMITS)[0],
        source=result.scope.source_line,
    )


def _told(result: TrueTrend) -> str:
    practice = result.grade.practice
    if practice.is_estimable:
        return true_trend_line(result)
    since = result.first_period or "the start"
    return because(f"Whether the trend since {since} is real cannot be told", practice.why_not)
