"""Headlines of a council, and the overall grade that is derived from areas: worked out by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from qaf_analysis.terms.headlines import DerivedRule, stand_ins
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.headlines import (
    derived_grades,
    headlines,
    headlines_to_declare,
    judged,
    with_derived,
)
from qaf_analysis.topics.common.scope import latest_quarter
from tests.topics.by_hand import Row, council

AREAS = ("Help", "Care", "Plan", "Risk")


def graded(*rows):
    return pd.DataFrame(
        [
            {"audit_id": audit, "rater": rater, "role": role, "scale": "ofsted4", "domain": area,
             "grade": grade, "grade_raw": "x"}
            for audit, rater, role, grades in rows
            for area, grade in zip(AREAS, grades, strict=False)
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "areas", "expected"),
    [
        (DerivedRule.WEAKEST, AREAS, {"A": 0, "B": 2}),
        (DerivedRule.LOWER_MEDIAN, AREAS, {"A": 1, "B": 2}),  # 0 1 2 3 and 2 2 3 3
        (DerivedRule.LOWER_MEDIAN, AREAS[:3], {"A": 2, "B": 3}),  # 1 2 3 and 2 3 3
    ],
)
def test_derived_by_each_rule(rule, areas, expected):
    rows = graded(("A", "P1", "auditor", (3, 2, 1, 0)), ("B", "P1", "auditor", (3, 2, 3, 2)))
    found = derived_grades(rows, rule=rule, areas=areas, name="Derived")
    assert dict(zip(found["audit_id"], found["grade"], strict=True)) == expected
    assert set(found["domain"]) == {"Derived"}


def test_who_left_an_area_blank_gives_no_derived_grade():
    rows = graded(
        ("A", "P1", "auditor", (3, 2, 1)),
        ("A", "M1", "external_moderator", (2, 2, 1, 1)),
        ("B", "P2", "auditor", (3, 3, 3, 3)),
        ("B", "P3", "second_auditor", (1, 3, 3, 3)),
    )
    found = derived_grades(rows, rule=DerivedRule.WEAKEST, areas=AREAS, name="Derived")
    assert sorted(zip(found["audit_id"], found["rater"], found["grade"], strict=True)) == [
        ("A", "M1", 1), ("B", "P2", 3), ("B", "P3", 1)
    ]  # fmt: skip
    assert set(found["role"]) == {"external_moderator", "auditor", "second_auditor"}


def of_areas(**more):
    settings = Settings(
        council="Small", headline_domain="Help", headline_domains=("Help", "Care"),
        domains={"Help": DomainTag.CHILD, "Care": None, "Risk": None}, **more,
    )  # fmt: skip
    rows = [
        Row(quarter="2024-25 Q1", grades=grades)
        for grades in ({"Help": 2, "Care": 1, "Risk": 3}, {"Help": 3, "Care": 3})
    ]
    return council(*rows, settings=settings)


def test_the_derived_grade_joins_the_ratings_and_the_headlines():
    audits = with_derived(of_areas(derived_overall=DerivedRule.WEAKEST))
    name = "Overall, derived as the weakest of 2 areas"
    own = audits.ratings[audits.ratings["domain"] == name]
    assert own["grade"].tolist() == [1, 3]
    assert own.dtypes.to_dict() == of_areas().ratings.dtypes.to_dict()
    assert headlines(audits) == ("Help", "Care", name)


def test_headlines_that_nobody_graded_are_passed_over():
    assert headlines(of_areas(impact_domain="Impact")) == ("Help", "Care")


def test_where_none_is_declared_two_domains_take_the_place_of_an_overall_grade():
    """Risk is graded in one of two audits: often enough, but two are as many as can be read."""
    plain = replace(of_areas(), settings=Settings(council="Small"))
    assert headlines(plain) == ("Care", "Help") == headlines_to_declare(plain)
    declared = {"Risk": None, "Help": None, "Care": None}
    assert headlines(replace(plain, settings=Settings(council="Small", domains=declared))) == (
        "Risk", "Help",
    )  # fmt: skip
    assert headlines_to_declare(of_areas()) == ()


def test_the_impact_alone_is_no_headline_of_practice():
    settings = Settings(council="Small", impact_domain="Help")
    council = replace(of_areas(), settings=settings)
    assert headlines(council) == ("Care", "Risk", "Help")
    assert headlines_to_declare(council) == ("Care", "Risk")


@pytest.mark.parametrize(
    ("audits", "expected"),
    [
        ({}, ()),
        ({"Plan": 0}, ()),
        ({"Plan": 1}, ("Plan",)),
        ({"Adoption": 19, "Plan": 40, "Risk": 39, "Voice": 40}, ("Plan", "Risk")),
        ({"Adoption": 20, "Plan": 40, "Risk": 39}, ("Adoption", "Plan")),
        ({"Adoption": 1, "Plan": 40}, ("Plan",)),
    ],
)
def test_domains_that_stand_in_are_those_graded_as_a_matter_of_course(audits, expected):
    assert stand_ins(audits) == expected


def test_questions_about_a_judged_whole_find_none_among_areas():
    audits = of_areas()
    assert judged(audits).settings.headline_domain == "Overall"
    evidence = Evidence(audits=audits, quarter=latest_quarter(audits))
    assert evidence.about("Care").audits.settings.headline_domain == "Care"
    assert evidence.about("Care").headline == "Care"
    assert evidence.of_whole_audit.headline == ""


def test_what_is_made_once_is_made_for_each_headline():
    audits = of_areas()
    evidence = Evidence(audits=audits, quarter=latest_quarter(audits))
    made = []

    def make(audits, *, quarter):
        made.append(audits.settings.headline_domain)
        return len(made)

    assert [evidence.about(name).once(make) for name in ("Help", "Care", "Help")] == [1, 2, 1]
    assert [evidence.about(name).once_for_all(make) for name in ("Help", "Care")] == [3, 3]
    assert made == ["Help", "Care", "Help"]
