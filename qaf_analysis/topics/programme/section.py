"""The sections on the audit programme, and the question of what so many audits can tell."""

from __future__ import annotations

from qaf_analysis.kit.parts import Picture
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Question, Section
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme, programme
from qaf_analysis.topics.programme.analysis.intake import Intake, intake
from qaf_analysis.topics.programme.analysis.reach import Reach, reach
from qaf_analysis.topics.programme.pictures import grades_picture, programme_pictures
from qaf_analysis.topics.programme.tables import intake_tables, programme_tables
from qaf_analysis.topics.programme.words import say_intake, say_programme

NOTEBOOK = "00_intake"


def _front(result: Programme) -> Picture:
    return grades_picture(result, None)


def _reach(evidence: Evidence) -> Reach:
    return reach(evidence.answer_to(Programme), evidence.answer_to(Optimism))


GRADES = Section(
    id="grades",
    short="Activity and grades",
    notebook=NOTEBOOK,
    each_headline=True,
    result=Programme,
    asks=programme,
    say=say_programme,
    tables=programme_tables,
    front=_front,
    pictures=programme_pictures,
)


def _intake(evidence: Evidence) -> Intake:
    """What the files hold is told of every era of the scale: nothing is left out in reading."""
    return intake(evidence.every_era, quarter=evidence.quarter, reported=evidence.audits)


DATA = Section(
    id="data",
    short="Data quality",
    notebook=NOTEBOOK,
    result=Intake,
    asks=intake,
    answer=_intake,
    say=say_intake,
    tables=intake_tables,
)
REACH = Question(
    result=Reach,
    asks=reach,
    notebook="06_quarterly_report",
    answer=_reach,
    each_headline=True,
    of_derived=False,
)
