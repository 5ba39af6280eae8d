"""The sections on changes to the audit process: spread of severity, agreement with moderators."""

from __future__ import annotations

from qaf_analysis.kit.parts import Card
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section, Shown
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement, process_agreement
from qaf_analysis.topics.process.analysis.spread import Consistency, consistency
from qaf_analysis.topics.process.pictures import (
    consistency_card_picture,
    consistency_pictures,
    process_agreement_pictures,
)
from qaf_analysis.topics.process.tables import consistency_tables, process_agreement_tables
from qaf_analysis.topics.process.words import (
    consistency_card,
    say_consistency,
    say_process_agreement,
)

NOTEBOOK = "05_process_change"


def _answered(evidence: Evidence) -> Consistency:
    return consistency(
        evidence.audits, quarter=evidence.quarter, agreement=_agreement_answered(evidence)
    )


def _agreement_answered(evidence: Evidence) -> ProcessAgreement:
    return evidence.once(process_agreement)


def _card(result: Consistency, shown: Shown[Consistency]) -> Card:
    return Card(
        question="Is auditing more consistent?",
        verdict=result.answer.capitalize(),
        words=consistency_card(result),
        section=PROCESS.id,
        picture=consistency_card_picture(result),
    )


PROCESS = Section(
    id="process",
    short="Process changes",
    notebook=NOTEBOOK,
    each_headline=True,
    of_derived=False,
    result=Consistency,
    asks=consistency,
    answer=_answered,
    say=say_consistency,
    tables=consistency_tables,
    pictures=consistency_pictures,
    card=_card,
)
PROCESS_AGREEMENT = Section(
    id="process-agreement",
    short="Agreement with moderators before and after",
    level=3,
    notebook=NOTEBOOK,
    each_headline=True,
    of_derived=False,
    result=ProcessAgreement,
    asks=process_agreement,
    answer=_agreement_answered,
    say=say_process_agreement,
    tables=process_agreement_tables,
    pictures=process_agreement_pictures,
)
