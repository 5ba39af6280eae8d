"""The one list of sections: notebooks, report and tests read it, so it has to be right."""

from __future__ import annotations

import re
from dataclasses import replace

import nbformat
import pytest

from qaf_analysis import notebook as qaf
from qaf_analysis.kit.parts import Picture, Statement
from qaf_analysis.terms.errors import DisclosureError, UsageError
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.release import Released, release
from qaf_analysis.topics.common.section import Question, Section
from qaf_analysis.topics.registry import (
    ANALYSIS_NOTEBOOKS,
    PAGES,
    QUESTIONS,
    SECTIONS,
    Results,
    page_of,
    question_of,
)
from qaf_analysis.topics.show import plot, say
from tests.places import ROOT
from tests.topics.by_hand import audit, council

ASKED = re.compile(r"session\.answer\(qaf\.(\w+)\)")


def asked_in(notebook: str) -> list[str]:
    cells = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    return [name for cell in cells for name in ASKED.findall(cell.source)]


@pytest.mark.parametrize("notebook", ["00_intake", *ANALYSIS_NOTEBOOKS])
def test_each_notebook_answers_just_the_questions_that_name_it(notebook):
    asked = [getattr(qaf, name) for name in asked_in(notebook)]
    assert len(asked) == len(set(asked))
    assert set(asked) == {q.asks for q in QUESTIONS if q.notebook == notebook}


def test_every_analysis_notebook_is_run():
    files = {path.stem for path in (ROOT / "notebooks").glob("0[1-5]_*.ipynb")}
    assert set(ANALYSIS_NOTEBOOKS) == files


def test_no_question_kind_of_result_or_place_in_the_report_stands_twice():
    for names in (
        [question.asks for question in QUESTIONS],
        [question.result for question in QUESTIONS],
        [page.result for page in PAGES],
        [section.id for section in SECTIONS],
        [section.short for section in SECTIONS],
    ):
        assert len(names) == len(set(names))


def test_the_report_opens_with_a_numbered_section_and_has_four_cards_in_their_order():
    assert SECTIONS[0].level == 2
    assert [section.id for section in SECTIONS if section.card is not None] == [
        "agreement",
        "moderation",
        "themes",
        "process",
    ]


def test_a_result_without_a_page_and_an_unknown_question_are_refused():
    with pytest.raises(UsageError, match="shown"):
        page_of(int)
    with pytest.raises(UsageError, match="no question"):
        question_of(print)
    with pytest.raises(UsageError, match="not answered"):
        Results([]).released(int)


def test_what_has_not_passed_the_gate_is_not_shown():
    with pytest.raises(DisclosureError, match="call release first"):
        say(3)


def test_a_section_is_made_once_however_often_it_is_used():
    calls = []
    statement = Statement(claim="Three", paragraphs=(), limits="None.", source="A count.")
    section = Section(
        id="three",
        short="Three",
        notebook="none",
        result=int,
        asks=lambda audits, *, quarter: 3,
        say=lambda result: calls.append("say") or statement,
        tables=lambda result: calls.append("tables") or (),
        pictures=lambda result: calls.append("pictures") or (),
    )
    shown = section.shown(release(3))
    assert (shown.statement, shown.tables, shown.pictures) == (statement, (), ())
    assert shown.card() is None
    assert calls == ["say", "tables", "pictures"]


def test_what_questions_share_is_made_once():
    calls = []

    def models(audits, *, quarter):
        calls.append(quarter)
        return f"{len(audits.audits)} to {quarter}"

    evidence = Evidence(audits=council(audit("2019-20 Q3", 2)), quarter="Q3")
    assert evidence.once(models) == evidence.once(models) == "1 to Q3"
    assert replace(evidence, quarter="Q4").once(models) == "1 to Q3"
    assert calls == ["Q3"]


def test_a_question_is_answered_by_its_analysis_unless_it_says_how():
    evidence = Evidence(audits=council(audit("2019-20 Q3", 2)), quarter="Q3")
    plain = Question(
        result=str, asks=lambda audits, *, quarter: f"{len(audits.audits)}{quarter}", notebook="x"
    )
    assert plain.answered(evidence) == "1Q3"
    assert replace(plain, answer=lambda given: given.quarter).answered(evidence) == "Q3"
    resting = replace(plain, answer=lambda given: given.answer_to(int))
    with pytest.raises(UsageError, match="answer that question first"):
        resting.answered(evidence)
    found = replace(evidence, found=lambda kind, headline: {(int, ""): 7}[kind, headline])
    assert resting.answered(found) == 7


def test_the_grades_by_quarter_come_first_in_a_notebook(monkeypatch):
    front, later = (
        Picture(svg="<svg xmlns='http://www.w3.org/2000/svg'/>", alt="a", title=title, width=1)
        for title in ("front", "later")
    )
    section = replace(SECTIONS[0], front=lambda result: front, pictures=lambda result: (later,))
    monkeypatch.setattr("qaf_analysis.topics.show.page_of", lambda kind: section)
    released = Released(result=1, edition="board", marking="")
    assert tuple(plot(released)) == (front, later)
    several = replace(released, headline="Help", further=(replace(released, headline="Care"),))
    assert [drawn.title for drawn in plot(several)] == [
        "Help: front", "Help: later", "Care: front", "Care: later"
    ]  # fmt: skip


def test_notebooks_find_every_question_by_its_name_and_no_other():
    assert {getattr(qaf, question.asks.__name__) for question in QUESTIONS} == {
        question.asks for question in QUESTIONS
    }
    assert {"optimism", "themes", "say", "open_session"} <= set(dir(qaf))
    with pytest.raises(AttributeError, match="no question optimsim; there are"):
        qaf.optimsim  # noqa: B018
