"""The next round of moderation: the command's own plan, and what is open to be drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import up_to
from qaf_analysis.topics.moderation.analysis import moderation_plan
from qaf_analysis.topics.moderation.next_sample import NextSample, next_sample
from qaf_analysis.topics.moderation.tables import next_sample_tables
from qaf_analysis.topics.moderation.words import say_next_sample
from tests.topics.by_hand import GOOD, IMPROVE, OUTSTANDING, audit, council

LAST = Quarter(2019, 4)
Q3, Q4 = "2019-20 Q3", "2019-20 Q4"


def moderated(quarter: str, grade: int, found: int, **more):
    return audit(quarter, grade, moderated={"Overall": found}, **more)


# 40 audits moderated by chance: auditors kinder by one in every fourth.
ROUND = [
    moderated(Q3, GOOD, IMPROVE if place % 4 == 0 else GOOD, auditor=f"A{place % 5}")
    for place in range(40)
]


def test_the_plan_is_the_one_that_the_command_prints():
    audits = council(*ROUND, *[audit(Q4, grade) for grade in (GOOD, IMPROVE, OUTSTANDING)] * 4)
    found = next_sample(audits, quarter=LAST)
    plan = moderation_plan(up_to(audits, LAST))
    assert (found.answers, found.sizes, found.rests_on) == (
        plan.answers, plan.sizes, plan.assumptions
    )  # fmt: skip
    assert found.by_grades == plan.answers[1]
    assert found.scope.used == plan.audits == 52


def test_open_are_routine_audits_of_the_quarter_that_an_auditor_graded_and_nobody_moderated():
    rows = [
        audit(Q4, GOOD),
        audit(Q4, GOOD, audit_type="case_file"),
        audit(Q4, GOOD, second={"Overall": IMPROVE}),  # a second reading is no moderation
        moderated(Q4, GOOD, GOOD),
        moderated(Q4, GOOD, GOOD, selected_by="targeted"),
        audit(Q4, GOOD, audit_type="multi_agency"),
        audit(Q4, GOOD, audit_type="calibration"),
        audit(Q4, GOOD, role="inspector"),
        audit(Q4),
        audit(Q3, GOOD),
    ]
    assert next_sample(council(*rows), quarter=LAST).open_audits == 3


def test_later_audits_are_not_known():
    rows = [audit(Q3, GOOD), audit(Q3, GOOD), audit(Q4, GOOD)]
    found = next_sample(council(*rows), quarter=Quarter(2019, 3))
    assert (found.open_audits, found.scope.used) == (2, 2)


@pytest.mark.parametrize(
    ("a_year", "open_audits", "draw"),
    [(37, 30, 10), (40, 30, 10), (41, 30, 11), (37, 4, 4), (0, 30, 0), (37, 0, 0)],
)
def test_a_round_is_a_quarter_of_a_year_and_no_more_than_are_open(a_year, open_audits, draw):
    found = replace(next_sample(council(*ROUND), quarter=LAST), open_audits=open_audits)
    assert found.of_a_round(a_year) == draw


def test_without_an_overall_grade_nothing_is_planned_and_it_is_said_why():
    rows = [audit(Q4, grades={"Plan": GOOD}, moderated={"Plan": IMPROVE}) for _ in range(40)]
    found = next_sample(council(*rows), quarter=LAST)
    assert (found.answers, found.by_grades) == ((), None)
    said = say_next_sample(found)
    assert said.claim == "How many audits to have moderated cannot be planned"
    assert said.paragraphs[0] == (
        "Nothing is planned, because audits carry no overall grade to draw by."
    )
    assert [table.caption for table in next_sample_tables(found)] == [
        "What the next round draws from"
    ]


def test_too_few_audits_for_any_plan_are_told_and_do_not_fail():
    found = next_sample(council(audit(Q4, GOOD)), quarter=LAST)
    assert found.answers  # assumed figures take the place of the council's own
    assert "assumed ones are used" in " ".join(found.warnings)


def test_what_is_said_with_the_numbers_of_the_plan():
    found = next_sample(council(*ROUND, audit(Q4, GOOD)), quarter=LAST)
    need = found.by_grades
    assert need is not None
    said = say_next_sample(found)
    assert said.claim == (
        f"{need.moderated} moderated audits a year would tell the mean gap to ±0.15 of a grade"
    )
    assert said.paragraphs[1] == (
        "Of 2019-20 Q4, 1 audit is open to be drawn: routine, graded and not moderated yet."
    )
    assert "without those picked by risk" in said.paragraphs[2]


def test_it_is_kept_and_read_again_as_it_was():
    found = next_sample(council(*ROUND), quarter=LAST)
    assert result_from_json(result_to_json(found), NextSample) == found
