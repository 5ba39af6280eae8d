"""The section on cases to discuss."""

from __future__ import annotations

from qaf_analysis.topics.cases.analysis import CasesToDiscuss, cases_to_discuss
from qaf_analysis.topics.cases.tables import cases_to_discuss_tables
from qaf_analysis.topics.cases.words import say_cases_to_discuss
from qaf_analysis.topics.common.section import Section

NOTEBOOK = "03_optimism"

CASES = Section(
    id="cases",
    short="Cases to discuss",
    level=3,
    notebook=NOTEBOOK,
    result=CasesToDiscuss,
    asks=cases_to_discuss,
    say=say_cases_to_discuss,
    tables=cases_to_discuss_tables,
)
