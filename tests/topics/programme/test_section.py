"""Where the sections on the audit programme stand, and what they are made of."""

from __future__ import annotations

from types import SimpleNamespace

from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme, programme
from qaf_analysis.topics.programme.analysis.intake import Intake, intake
from qaf_analysis.topics.programme.analysis.reach import Reach, reach
from qaf_analysis.topics.programme.section import DATA, GRADES, REACH
from tests.topics.programme.results import INTAKE, PROGRAMME


def test_the_section_on_grades():
    assert (GRADES.id, GRADES.short, GRADES.level) == ("grades", "Activity and grades", 2)
    assert (GRADES.notebook, GRADES.result, GRADES.asks) == ("00_intake", Programme, programme)
    assert GRADES.say(PROGRAMME).claim == "Good or better rose from 46% to 60%"
    assert [table.caption for table in GRADES.tables(PROGRAMME)][-1] == "Figures in the overview"
    assert GRADES.front is not None
    assert GRADES.front(PROGRAMME).title == "Good or better rose from 46% to 60%"
    assert "had moderators" not in GRADES.front(PROGRAMME).alt
    assert [picture.title for picture in GRADES.pictures(PROGRAMME)] == [
        "1,104 audits completed since 2019-20 Q3"
    ]
    assert GRADES.card is None


def test_the_section_on_data():
    assert (DATA.id, DATA.short, DATA.level) == ("data", "Data quality", 2)
    assert (DATA.notebook, DATA.result, DATA.asks) == ("00_intake", Intake, intake)
    assert DATA.say(INTAKE).claim == "13 rows of 5,700 were set aside"
    assert [table.caption for table in DATA.tables(INTAKE)] == [
        "Files read", "What reading found", "Checks of the data",
    ]  # fmt: skip
    assert DATA.pictures(INTAKE) == ()
    assert (DATA.card, DATA.front) == (None, None)


def test_what_so_many_audits_can_tell_rests_on_two_other_answers(monkeypatch):
    assert (REACH.result, REACH.asks, REACH.notebook) == (Reach, reach, "06_quarterly_report")
    given = []
    monkeypatch.setattr(
        "qaf_analysis.topics.programme.section.reach", lambda *found: given.append(found) or 7
    )
    evidence = SimpleNamespace(
        headlines=("Overall",), answer_to={Programme: "grades", Optimism: "gaps"}.__getitem__
    )
    evidence.about = lambda headline: evidence
    assert REACH.answered(evidence) == 7
    assert given == [("grades", "gaps")]
