"""The section on auditors' severity."""

from __future__ import annotations

from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section
from qaf_analysis.topics.severity.analysis.headline import Severity, severity
from qaf_analysis.topics.severity.analysis.models import severity_models
from qaf_analysis.topics.severity.pictures import severity_pictures
from qaf_analysis.topics.severity.tables import severity_tables
from qaf_analysis.topics.severity.words import say_severity


def _answer(evidence: Evidence) -> Severity:
    return severity(
        evidence.audits, quarter=evidence.quarter, models=evidence.once_for_all(severity_models)
    )


SEVERITY = Section(
    id="severity",
    short="Auditors' severity",
    notebook="02_severity",
    result=Severity,
    asks=severity,
    answer=_answer,
    say=say_severity,
    tables=severity_tables,
    pictures=severity_pictures,
)
