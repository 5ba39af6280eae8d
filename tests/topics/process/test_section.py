"""Where the sections on process changes stand, what they are made of, and their card."""

from __future__ import annotations

from dataclasses import replace

from qaf_analysis.terms.verdicts import ProcessAnswer
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement, process_agreement
from qaf_analysis.topics.process.analysis.spread import Consistency, consistency
from qaf_analysis.topics.process.section import PROCESS, PROCESS_AGREEMENT
from tests.topics.process.results import AGREEMENT, CONSISTENCY


def test_the_section_on_spread():
    assert (PROCESS.id, PROCESS.short, PROCESS.level) == ("process", "Process changes", 2)
    assert (PROCESS.notebook, PROCESS.result) == ("05_process_change", Consistency)
    assert PROCESS.asks is consistency
    shown = PROCESS.shown(release(CONSISTENCY))
    assert shown.statement.claim.startswith("There is no evidence that auditing became more")
    assert [table.caption for table in shown.tables] == [
        "Spread of auditors' severity before and after each process change",
        "The same among auditors of both periods",
        "Periods compared",
    ]
    assert [picture.title for picture in shown.pictures] == [
        "Pool cut: more consistent",
        "Training and Days together: no evidence of change",
    ]


def test_the_card_of_the_first_page():
    card = PROCESS.shown(release(CONSISTENCY)).card()
    assert card is not None
    assert card.question == "Is auditing more consistent?"
    assert card.verdict == "No evidence of change"
    assert str(card.words).startswith(
        "The spread between strict and lenient auditors went from 0.31"
    )
    assert card.section == "process"
    assert card.picture is not None
    assert card.picture.title == "Training and Days together: no evidence of change"
    none = replace(
        CONSISTENCY,
        changes=(),
        headline=-1,
        verdict="too little data",
        answer=ProcessAnswer.TOO_LITTLE,
    )
    bare = PROCESS.shown(release(none)).card()
    assert bare is not None
    assert (bare.verdict, bare.picture) == ("Too little data", None)


def test_the_section_on_agreement():
    assert (PROCESS_AGREEMENT.id, PROCESS_AGREEMENT.level) == ("process-agreement", 3)
    assert PROCESS_AGREEMENT.short == "Agreement with moderators before and after"
    assert (PROCESS_AGREEMENT.notebook, PROCESS_AGREEMENT.result) == (
        "05_process_change",
        ProcessAgreement,
    )
    assert PROCESS_AGREEMENT.asks is process_agreement
    assert PROCESS_AGREEMENT.card is None
    shown = PROCESS_AGREEMENT.shown(release(AGREEMENT))
    assert shown.statement.claim == "Auditors agree more often with moderators since Pool cut"
    assert [table.caption for table in shown.tables] == [
        "Agreement with moderators before and after each process change",
        "What else moved in agreement with moderators",
        "Agreement with moderators among auditors of both periods",
        "Periods compared",
        "Moderated audits by quarter, with the changes that began in it",
    ]
    assert len(shown.pictures) == 1
