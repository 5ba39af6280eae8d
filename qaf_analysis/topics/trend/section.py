"""The section on whether the trend in grades is real."""

from __future__ import annotations

from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section
from qaf_analysis.topics.severity.analysis.models import severity_models
from qaf_analysis.topics.trend.analysis import TrueTrend, true_trend
from qaf_analysis.topics.trend.pictures import true_trend_pictures
from qaf_analysis.topics.trend.tables import true_trend_tables
from qaf_analysis.topics.trend.words import say_true_trend


def _answer(evidence: Evidence) -> TrueTrend:
    models = evidence.once_for_all(severity_models).about(evidence.audits)
    return true_trend(
        evidence.audits,
        quarter=evidence.quarter,
        leniency=models.leniency,
        good_leniency=models.good_leniency,
    )


TRUE_TREND = Section(
    id="true-trend",
    short="Is the trend real",
    level=3,
    notebook="02_severity",
    each_headline=True,
    of_derived=False,
    result=TrueTrend,
    asks=true_trend,
    answer=_answer,
    say=say_true_trend,
    tables=true_trend_tables,
    pictures=true_trend_pictures,
)
