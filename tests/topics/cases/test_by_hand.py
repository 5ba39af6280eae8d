"""Cases to discuss in small councils whose cases, order and numbers stand beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, Scale
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.cases.analysis import (
    Answer,
    Case,
    CaseRule,
    CasesToDiscuss,
    PartedAt,
    Reading,
    audit_codes,
    cases_to_discuss,
)
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.headlines import with_derived
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from tests.topics.by_hand import GOOD, IMPROVE, INADEQUATE, OUTSTANDING, audit, council

LAST = Quarter(2019, 4)
Q1, Q2, Q3, Q4 = (f"2019-20 Q{number}" for number in (1, 2, 3, 4))


def read_twice(first: int, second: int, quarter: str = Q4, /, **more):
    return audit(quarter, first, second={"Overall": second}, **more)


def moderated(first: int, second: int, quarter: str = Q4, /, **more):
    return audit(quarter, first, moderated={"Overall": second}, **more)


def found(*rows, settings: Settings | None = None, quarter: Quarter = LAST) -> CasesToDiscuss:
    return cases_to_discuss(council(*rows, settings=settings), quarter=quarter)


def names(cases: tuple[Case, ...], *rows) -> list[int]:
    """Places, from 1, of the rows that cases are about."""
    codes = audit_codes(f"A{number:03}" for number in range(1, len(rows) + 1))
    place = {code: int(name[1:]) for name, code in codes.items()}
    return [place[case.audit] for case in cases]


@pytest.mark.parametrize("grades", [moderated, read_twice], ids=["moderator", "second auditor"])
@pytest.mark.parametrize(
    ("first", "second", "rule", "apart"),
    [
        (GOOD, IMPROVE, CaseRule.ACROSS, 1),
        (IMPROVE, GOOD, CaseRule.ACROSS, 1),  # the second reader was kinder
        (GOOD, INADEQUATE, CaseRule.BOTH, 2),
        (IMPROVE, OUTSTANDING, CaseRule.BOTH, 2),
        (OUTSTANDING, INADEQUATE, CaseRule.BOTH, 3),
        (GOOD, OUTSTANDING, None, 1),
        (INADEQUATE, IMPROVE, None, 1),
        (GOOD, GOOD, None, 0),
    ],
)
def test_grades_on_both_sides_of_the_line_or_two_apart_make_a_case(
    grades, first, second, rule, apart
):
    result = found(grades(first, second))
    assert [(case.rule, case.apart) for case in result.cases] == ([(rule, apart)] if rule else [])
    assert (result.scope.used, result.alike, result.differ) == (1, int(not apart), int(apart > 0))


def test_two_apart_on_one_side_of_the_line_is_a_case_of_its_own_rule():
    three_good = Scale(name="three", levels=("Poor", "Fair", "Good", "Best"), good_from=1)
    settings = Settings(council="Small", scale=three_good)
    result = found(moderated(3, 1), moderated(3, 2), settings=settings)
    assert [(case.rule, case.apart) for case in result.cases] == [(CaseRule.FAR, 2)]


def test_how_far_is_far_follows_the_scale_and_not_a_number_of_our_own():
    eleven = Scale(name="signs", levels=tuple(map(str, range(11))), good_from=6)
    settings = Settings(council="Small", scale=eleven)
    # Half the way from 0 to 10 is far; 5 and 9 lie across the line, 6 and 10 do not.
    rows = moderated(10, 6), moderated(5, 0), moderated(9, 5), moderated(10, 5)
    result = found(*rows, settings=settings)
    assert result.far_from == 5
    rules = [case.rule for case in result.cases]
    assert dict(zip(names(result.cases, *rows), rules, strict=True)) == {
        2: CaseRule.FAR,
        3: CaseRule.ACROSS,
        4: CaseRule.BOTH,
    }
    two = Scale(name="met", levels=("Not met", "Met"), good_from=1)
    met = found(moderated(1, 0), settings=Settings(council="Small", scale=two))
    assert (met.far_from, met.far_words, met.cases[0].rule) == (None, "", CaseRule.ACROSS)


def test_newest_quarter_first_then_largest_difference_then_newest_day_then_code():
    rows = (
        moderated(GOOD, IMPROVE, Q3),
        moderated(OUTSTANDING, INADEQUATE, Q3),
        moderated(GOOD, IMPROVE, Q4),
        moderated(GOOD, IMPROVE, Q4),
        read_twice(GOOD, INADEQUATE, Q4),
        moderated(GOOD, IMPROVE, Q4),
    )
    built = council(*rows)
    later = built.audits["audit_id"] == "A006"
    days = built.audits["audit_date"].mask(later, pd.Timestamp("2020-03-02"))
    built = replace(built, audits=built.audits.assign(audit_date=days))
    order = names(cases_to_discuss(built, quarter=LAST).cases, *rows)
    codes = audit_codes(("A003", "A004"))
    tied = [3, 4] if codes["A003"] < codes["A004"] else [4, 3]
    assert order == [5, 6, *tied, 2, 1]
    backwards = replace(
        built, audits=built.audits.iloc[::-1], ratings=built.ratings.iloc[::-1]
    )  # the order of the rows read decides nothing
    assert names(cases_to_discuss(backwards, quarter=LAST).cases, *rows) == order


def test_only_audits_of_the_year_up_to_the_quarter_count():
    rows = (
        moderated(GOOD, IMPROVE, "2018-19 Q4"),
        moderated(GOOD, IMPROVE, Q1),
        moderated(GOOD, IMPROVE, "2020-21 Q1"),
        audit(Q4, GOOD),
    )
    result = found(*rows)
    assert names(result.cases, *rows) == [2]
    assert [(gone.reason, gone.records) for gone in result.scope.left_out] == [
        ("read by one person only", 1)
    ]
    assert (result.scope.used, result.scope.period) == (1, "the year to March 2020")
    every = Settings(council="Small", window="all")
    assert names(found(*rows, settings=every).cases, *rows) == [2, 1]


def test_where_readers_part_counts_each_audit_once():
    rows = (
        moderated(GOOD, IMPROVE, second={"Overall": IMPROVE}),
        moderated(GOOD, IMPROVE),
        moderated(GOOD, OUTSTANDING),
        moderated(INADEQUATE, IMPROVE),
        moderated(OUTSTANDING, IMPROVE),
        moderated(GOOD, GOOD),
        audit(Q4, GOOD),
    )
    result = found(*rows)
    assert result.parted == (
        PartedAt(lower=INADEQUATE, audits=1),
        PartedAt(lower=IMPROVE, audits=2),
        PartedAt(lower=GOOD, audits=1),
        PartedAt(lower=None, audits=1),
    )
    assert (result.scope.used, result.alike, result.differ, len(result.cases)) == (6, 1, 5, 3)


def test_who_gave_which_grade_is_told_by_role_and_never_by_person():
    row = moderated(
        GOOD, IMPROVE, auditor="Ann", second={"Overall": OUTSTANDING}, second_auditor="Bo",
        moderator="Cy", moderation_source="peer_audit", team="East", case_type="Early help",
    )  # fmt: skip
    case = found(row).cases[0]
    assert case.readings == (
        Reading(reader=Role.AUDITOR, source="", readers=1, grade=GOOD),
        Reading(reader=Role.SECOND_AUDITOR, source="", readers=1, grade=OUTSTANDING),
        Reading(reader=Role.EXTERNAL_MODERATOR, source="peer_audit", readers=1, grade=IMPROVE),
    )
    assert (case.team, case.case_type, case.kind) == ("East", "Early help", "collaborative")
    text = result_to_json(found(row))
    assert not any(f'"{name}"' in text for name in ("Ann", "Bo", "Cy", "A001"))


def test_many_auditors_of_a_calibration_file_are_counted_by_grade():
    rows = [read_twice(GOOD, IMPROVE, audit_type="calibration")]
    built = council(*rows)
    third = built.ratings.iloc[[0]].assign(rater="C")
    built = replace(built, ratings=pd.concat([built.ratings, third], ignore_index=True))
    case = cases_to_discuss(built, quarter=LAST).cases[0]
    assert case.readings == (
        Reading(reader=Role.AUDITOR, source="", readers=2, grade=GOOD),
        Reading(reader=Role.AUDITOR, source="", readers=1, grade=IMPROVE),
    )
    twice = pd.concat([council(*rows).ratings, built.ratings.iloc[[0]]], ignore_index=True)
    told = cases_to_discuss(replace(built, ratings=twice), quarter=LAST).cases[0]
    assert [one.readers for one in told.readings] == [1, 1]  # a rating told twice is one reading


def with_record(built, **columns):
    return replace(built, moderations=built.moderations.assign(**columns))


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("disagreed", Answer.DISPUTED),
        ("agreed", Answer.NOT_DISPUTED),
        ("partly agreed", Answer.NOT_DISPUTED),
        ("given", Answer.NOT_DISPUTED),  # a word that is on no list
        ("none", Answer.NOT_RECORDED),
        ("no response", Answer.NOT_RECORDED),
        (None, Answer.NOT_RECORDED),
    ],
)
def test_what_the_auditor_answered(response, answer):
    built = with_record(council(moderated(GOOD, IMPROVE)), response=response)
    assert cases_to_discuss(built, quarter=LAST).cases[0].answer is answer


@pytest.mark.parametrize(("reason", "reasons"), [("given", 1), ("Ann saw a bruise", 1), (None, 0)])
def test_of_a_reason_only_whether_there_is_one_is_kept(reason, reasons):
    built = with_record(council(moderated(GOOD, IMPROVE)), reason=reason)
    result = cases_to_discuss(built, quarter=LAST)
    assert (result.cases[0].moderators, result.cases[0].reasons) == (1, reasons)
    assert "bruise" not in result_to_json(result)


def test_a_moderator_who_upheld_the_auditor_has_no_reason_for_parting():
    row = moderated(GOOD, GOOD, second={"Overall": IMPROVE})
    built = with_record(council(row), reason="given", response="disagreed")
    case = cases_to_discuss(built, quarter=LAST).cases[0]
    assert (case.moderators, case.reasons, case.answer) == (0, 0, Answer.NO_MODERATOR)


def test_domains_furthest_apart_are_named_two_at_most_in_the_settings_order():
    domains = ("Plan", "Risk", "Voice", "Core", "Review")
    first = dict.fromkeys(domains, GOOD)
    row = audit(
        Q4,
        grades={"Overall": GOOD, **first, "Alone": GOOD},
        moderated={"Overall": IMPROVE, **first, "Voice": INADEQUATE, "Risk": IMPROVE,
                   "Core": OUTSTANDING, "Plan": IMPROVE},
    )  # fmt: skip
    settings = Settings(council="Small", domains=dict.fromkeys(("Risk", "Plan", "Voice", "Core")))
    case = found(row, settings=settings).cases[0]
    assert [(one.name, one.apart) for one in case.domains] == [
        ("Voice", 2), ("Risk", 1)
    ]  # fmt: skip
    assert case.graded_twice == 5  # "Alone" was graded by one reader


def test_a_council_without_headline_grades_is_compared_on_every_domain():
    both = {"Plan": GOOD, "Risk": GOOD}
    rows = (
        audit(Q4, grades=both, moderated={"Plan": GOOD, "Risk": INADEQUATE}),
        audit(Q4, grades=both, moderated={"Plan": GOOD}),
    )
    result = found(*rows)
    assert result.areas == ("Plan", "Risk")
    assert [(case.area, case.apart) for case in result.cases] == [("Risk", 2)]
    assert (result.scope.used, result.alike) == (2, 1)


AREAS = Settings(
    council="Small",
    headline_domains=("Help", "Care", "Lead"),
    domains=dict.fromkeys(("Help", "Care", "Lead", "Plan")),
    derived_overall=DerivedRule.WEAKEST,
)


def test_of_several_areas_the_one_furthest_apart_tells_the_case_and_a_derived_grade_none():
    row = audit(
        Q4,
        grades={"Help": GOOD, "Care": GOOD, "Lead": GOOD, "Plan": GOOD},
        moderated={"Help": IMPROVE, "Care": INADEQUATE, "Lead": GOOD, "Plan": IMPROVE},
    )
    whole = with_derived(council(row, settings=AREAS))
    result = cases_to_discuss(whole, quarter=LAST)
    assert result.areas == ("Help", "Care", "Lead")
    (case,) = result.cases
    assert (case.area, case.apart, case.further_areas) == ("Care", 2, ("Help",))
    assert [(one.name, one.apart) for one in case.domains] == [("Plan", 1)]
    assert case.graded_twice == 1


def test_areas_as_far_apart_as_each_other_are_told_in_the_settings_order():
    grades = dict.fromkeys(("Lead", "Care", "Help"), GOOD)
    row = audit(Q4, grades=grades, moderated=dict.fromkeys(("Lead", "Care"), IMPROVE))
    (case,) = found(row, settings=AREAS).cases
    assert (case.area, case.further_areas) == ("Care", ("Lead",))


def test_multi_agency_audits_are_told_apart():
    rows = (
        moderated(GOOD, IMPROVE, audit_type="multi_agency"),
        moderated(GOOD, GOOD, audit_type="multi_agency"),
        audit(Q4, GOOD, audit_type="multi_agency"),
        moderated(GOOD, IMPROVE, audit_type=None),
    )
    result = found(*rows)
    assert names(result.cases, *rows) == [4]
    assert names(result.multi_agency, *rows) == [1]
    assert (result.multi_agency_read, result.scope.used, result.differ) == (2, 1, 1)
    assert [(gone.reason, gone.records) for gone in result.scope.left_out] == [
        ("multi-agency, told apart", 3)
    ]


def test_nobody_s_own_view_and_no_other_scale_is_a_second_reading():
    rows = (
        audit(Q4, GOOD, second={"Overall": INADEQUATE}),
        audit(Q4, GOOD, second={"Overall": INADEQUATE}),
        audit(Q4, GOOD, second={"Overall": INADEQUATE}),
    )
    built = council(*rows)
    second = built.ratings["role"] == "second_auditor"
    role = built.ratings["role"].mask(second & built.ratings["audit_id"].eq("A001"), "self")
    scale = built.ratings["scale"].mask(second & built.ratings["audit_id"].eq("A002"), "five")
    role = role.mask(second & built.ratings["audit_id"].eq("A003"), "bridge")
    built = replace(built, ratings=built.ratings.assign(role=role, scale=scale))
    result = cases_to_discuss(built, quarter=LAST)
    assert (result.cases, result.scope.used) == ((), 0)


def test_across_a_change_of_scale_only_the_present_one_is_compared():
    new = Scale(
        name="five", levels=("Urgent", "Attention", "Expected", "Strong", "Best"), good_from=2
    )
    settings = Settings(
        council="Small", scale=OFSTED4, eras=(
            Era(scale=OFSTED4),
            Era(scale=new, first=date(2019, 10, 1)),
        ),
    )  # fmt: skip
    rows = (
        moderated(OUTSTANDING, INADEQUATE, Q2),
        moderated(3, 1, Q4),
        moderated(2, 2, Q4),
    )
    built = council(*rows, settings=settings)
    now = built.ratings["audit_id"].ne("A001")
    crossed = built.ratings["audit_id"].eq("A003") & built.ratings["role"].ne("auditor")
    scale = built.ratings["scale"].mask(now & ~crossed, "five")
    built = replace(built, ratings=built.ratings.assign(scale=scale))
    result = cases_to_discuss(in_era(built, LAST), quarter=LAST)
    assert names(result.cases, *rows) == [2]
    assert result.scale.levels == new.levels
    # The third audit's moderator graded on the earlier scale: one reading is left.
    assert (result.scope.used, result.alike) == (1, 0)


def test_a_result_is_kept_and_read_again_as_it_was():
    settings = replace(AREAS, derived_overall=None)
    result = found(
        audit(Q4, grades={"Help": GOOD}, moderated={"Help": IMPROVE}),
        audit(Q3, grades={"Care": GOOD}, moderated={"Care": INADEQUATE}, audit_type="multi_agency"),
        settings=settings,
    )
    assert result_from_json(result_to_json(result), CasesToDiscuss) == result


def test_codes_are_the_letters_of_the_pseudonym_and_grow_until_they_differ():
    codes = audit_codes(["audit-ABCDEFGHIJKLMNOPQRST", "audit-ABCDEFGZIJKLMNOPQRST"])
    assert list(codes.values()) == ["ABCDEFGH", "ABCDEFGZ"]
    assert len(audit_codes(["A001"])["A001"]) == 6
