"""The section on the next round of moderation."""

from __future__ import annotations

from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section
from qaf_analysis.topics.moderation.next_sample import NextSample, next_sample
from qaf_analysis.topics.moderation.tables import next_sample_tables
from qaf_analysis.topics.moderation.words import say_next_sample

NOTEBOOK = "03_optimism"


def _next_sample(evidence: Evidence) -> NextSample:
    """One plan, by the grade that ``qaf sample`` draws by and ``qaf plan`` plans for."""
    return next_sample(evidence.audits, quarter=evidence.quarter)


NEXT_SAMPLE = Section(
    id="next-sample",
    short="Next sample",
    level=3,
    notebook=NOTEBOOK,
    result=NextSample,
    asks=next_sample,
    answer=_next_sample,
    say=say_next_sample,
    tables=next_sample_tables,
)
