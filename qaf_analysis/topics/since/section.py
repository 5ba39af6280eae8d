"""The section on what is otherwise than in the last report, and the facts kept for the next."""

from __future__ import annotations

from qaf_analysis.kit.numbers import percent
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.reported import ReportFacts
from qaf_analysis.topics.common.section import Question, Section
from qaf_analysis.topics.since.analysis import SinceLast, since_last
from qaf_analysis.topics.since.facts import report_facts
from qaf_analysis.topics.since.tables import since_tables
from qaf_analysis.topics.since.words import say_since

NOTEBOOK = "06_quarterly_report"


def _since(evidence: Evidence) -> SinceLast:
    return since_last(
        evidence.earlier_report(),
        evidence.found(ReportFacts, ""),
        agreed=evidence.audits.settings.agreed,
        printed=percent,
    )


def _has_something(result: SinceLast) -> bool:
    return result.has_something


FACTS = Question(result=ReportFacts, asks=report_facts, notebook=NOTEBOOK, answer=report_facts)
SINCE_LAST = Section(
    id="since-last-report",
    short="Since the last report",
    notebook=NOTEBOOK,
    result=SinceLast,
    asks=since_last,
    answer=_since,
    say=say_since,
    tables=since_tables,
    has_something=_has_something,
)
