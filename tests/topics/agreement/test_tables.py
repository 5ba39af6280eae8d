"""Every cell of the tables on agreement."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.topics.agreement.tables import (
    agreement_detail_tables,
    agreement_drivers_tables,
    agreement_tables,
)
from tests.topics.agreement.results import (
    AGREEMENT,
    DETAIL,
    DRIVERS,
    SOURCE,
    unmeasured,
)

FIGURES = ("Measure", "Estimate", "95% interval", "n", "Auditors", "Method, or why not")


def headings(table):
    return tuple(column.heading for column in table.columns)


def sides(table):
    return tuple(column.align for column in table.columns)


def test_the_tables_stand_in_their_order_and_place():
    tables = agreement_tables(AGREEMENT)
    assert [(table.caption, table.place) for table in tables] == [
        ("Pairs of grades on the same audit", "section"),
        ("One auditor's grade by another's on the same audit", "appendix"),
        ("Agreement coefficients", "appendix"),
        ("Agreement by financial year", "appendix"),
    ]
    assert [table.source for table in tables] == [SOURCE] * 3 + [
        "Blind second readings and calibration audits of each year."
    ]
    assert sides(tables[0]) == ("left", "right", "left")
    assert sides(tables[1]) == ("left", "right", "right", "right", "right")
    assert sides(tables[3]) == ("left", *["right"] * 5)


def test_pairs_of_grades():
    pairs = agreement_tables(AGREEMENT)[0]
    assert headings(pairs) == ("Measure", "Number", "Method, or why not")
    assert pairs.rows == (
        ("Audits graded by two or more auditors", "1,030", "count"),
        ("Auditors among them", "1,007", "count"),
        ("Pairs of grades", "1,204", "count"),
        ("Identical, of 100 pairs", "60", "each audit counts once"),
        ("One grade apart, of 100 pairs", "28", "each audit counts once"),
        ("Two or more apart, of 100 pairs", "12", "each audit counts once"),
        (
            "Of differing pairs, between Requires improvement and Good",
            "42%",
            "each audit counts once",
        ),
    )
    alike = replace(AGREEMENT, boundary="", boundary_share=nan)
    assert agreement_tables(alike)[0].rows == pairs.rows[:6]


def test_the_grid_of_a_hundred_pairs():
    grid = agreement_tables(AGREEMENT)[1]
    assert headings(grid) == ("Grade", "Inadequate", "Requires improvement", "Good", "Outstanding")
    assert grid.rows == (
        ("Inadequate", "4", "7", "3", "1"),
        ("Requires improvement", "7", "20", "16", "8"),
        ("Good", "3", "16", "30", "5"),
        ("Outstanding", "1", "8", "5", "6"),
    )
    assert grid.note == (
        "Of 100 pairs, each audit counting once however many auditors read it. A pair of "
        "different grades stands on both sides of the diagonal."
    )


def test_the_coefficients():
    table = agreement_tables(AGREEMENT)[2]
    assert headings(table) == FIGURES
    on = ("1,030", "1,007", "by hand")
    assert table.rows == (
        ("Identical grades", "60%", "51 to 71%", *on),
        ("Within one grade", "88%", "81 to 94%", *on),
        ("Gwet's AC2, linear weights, for auditors like these", "0.64", "0.52 to 0.76", *on),
        ("Gwet's AC2, linear weights, for these auditors only", "0.65", "0.55 to 0.75", *on),
        ("Krippendorff's alpha, nominal", "0.31", "0.22 to 0.40", *on),
        ("Krippendorff's alpha, ordinal", "0.45", "0.33 to 0.57", *on),
        ("Krippendorff's alpha, interval", "0.47", "0.36 to 0.58", *on),
    )
    assert table.note == (
        "Prevalence matters: read the coefficients beside the grid of grades. By whole 95% "
        "intervals, auditors agree well from AC2 0.60 and ordinal alpha 0.20 on, in part from AC2 "
        "0.40 on or between 0.30 and 0.70, poorly below 0.50."
    )


def test_agreement_by_year():
    table = agreement_tables(AGREEMENT)[3]
    assert headings(table) == (
        "Year", "Audits graded twice", "Identical", "95% interval of identical", "AC2",
        "95% interval of AC2",
    )  # fmt: skip
    assert table.rows == (
        ("2018-19", "1,411", "48%", "39 to 57%", "0.44", "0.32 to 0.59"),
        ("2019-20", "4", "too few to say", "", "too few to say", ""),
    )
    assert table.note == '"too few to say" stands where no coefficient can be estimated.'
    assert len(agreement_tables(replace(AGREEMENT, by_year=()))) == 3


def test_where_nothing_was_graded_twice_the_tables_say_why():
    pairs, figures = agreement_tables(unmeasured("nothing was"))
    assert pairs.rows == (("Audits graded by two or more auditors", "0", "nothing was"),)
    assert pairs.place == "section"
    assert figures.rows == tuple(
        (name, "too few to say", "", "0", "", "nothing was")
        for name in (
            "Identical grades",
            "Within one grade",
            "Gwet's AC2, linear weights",
            "Krippendorff's alpha, nominal",
            "Krippendorff's alpha, ordinal",
            "Krippendorff's alpha, interval",
        )
    )


def test_the_tables_of_the_detail_stand_in_their_order_and_place():
    tables = agreement_detail_tables(DETAIL)
    assert [(table.caption, table.place) for table in tables] == [
        ("When one auditor gives a grade, how often another gives it too", "section"),
        ("Confusion between neighbouring grades", "section"),
        ("What would halve the interval of AC2", "appendix"),
        ("Every measure of agreement, linear weights", "appendix"),
    ]
    assert [table.source for table in tables] == [SOURCE] * 4
    assert [sides(table) for table in tables[:3]] == [
        ("left", "right", "right", "right"),
        ("left", *["right"] * 5),
        ("left", "right"),
    ]
    assert agreement_detail_tables(replace(DETAIL, double_graded=0)) == ()


def test_how_often_each_grade_is_shared():
    table = agreement_detail_tables(DETAIL)[0]
    assert headings(table) == ("Grade", "Audits", "Shared", "95% interval")
    assert table.rows == (
        ("Inadequate", "10", "42%", "21 to 63%"),
        ("Requires improvement", "1,034", "61%", "51 to 70%"),
        ("Good", "51", "78%", "69 to 86%"),
        ("Outstanding", "9", "too few to say", ""),
    )
    assert table.note == (
        "Audits: those graded twice in which somebody gave the grade; fewer than ten are "
        '"too few to say".'
    )


def test_confusion_at_each_boundary():
    table = agreement_detail_tables(DETAIL)[1]
    assert headings(table) == (
        "Boundary", "Pairs of grades there", "One of each", "95% interval",
        "Times as often as next to it", "95% interval",
    )  # fmt: skip
    assert table.rows == (
        (
            "Inadequate and Requires improvement",
            "1,021",
            "31%",
            "20 to 44%",
            "0.90",
            "0.71 to 1.12",
        ),
        ("Requires improvement and Good", "77", "36%", "25 to 47%", "1.53", "1.14 to 1.92"),
        ("Good and Outstanding", "0", "too few to say", "", "too few to say", ""),
    )
    assert table.note == (
        "Times as often: 1 where the boundary is as clear as those next to it, above 1 where it is "
        "less clear. Descriptive only."
    )


PLAN = (
    ("Width of the interval now", "0.24"),
    ("Audits graded twice in the period", "1,030"),
    ("Audits to grade twice in a year", "1,120"),
    ("Auditors to share them", "1,008"),
    ("What stands in the way", "nothing"),
    ("Largest change of AC2 without any one auditor", "0.06"),
)


@pytest.mark.parametrize(
    ("changed", "cells"),
    [
        ({}, {}),
        ({"needed": 0, "why_not": "more auditors"}, {2: "too few to say", 4: "more auditors"}),
        (
            {"needed": 0, "needed_share": nan, "auditors": 0, "why_not": "too wide"},
            {2: "too few to say", 3: "too few to say", 4: "too wide"},
        ),
        ({"needed_share": nan}, {2: "too few to say", 3: "too few to say"}),
        ({"largest_pull": nan}, {5: "too few to say"}),
        ({"width": nan}, {0: "too few to say"}),
    ],
)
def test_what_would_halve_the_interval(changed, cells):
    table = agreement_detail_tables(replace(DETAIL, **changed))[2]
    assert headings(table) == ("Question", "Answer")
    assert table.rows == tuple(
        (question, cells.get(place, answer)) for place, (question, answer) in enumerate(PLAN)
    )
    assert table.note == (
        "From this council's own audits and auditors. The interval speaks of auditors like these."
    )


def test_every_measure_is_a_share_or_a_coefficient():
    table = agreement_detail_tables(DETAIL)[3]
    assert headings(table) == FIGURES
    assert table.rows == (
        (
            "Mean credit of a pair, chance left in (percent_agreement)",
            "84%",
            "74 to 91%",
            "1,030",
            "1,007",
            "by hand",
        ),
        (
            "Same grade or the one beside it (within_one)",
            "88%",
            "81 to 94%",
            "1,030",
            "1,007",
            "by hand",
        ),
        (
            "Grade shared when one auditor gives it: Good (specific[Good])",
            *("78%", "69 to 86%", "51", "1,007", "by hand"),
        ),
        ("Gwet's AC2 (gwet_ac)", "0.64", "0.52 to 0.76", "1,030", "1,007", "by hand"),
        ("Scott's pi (scott)", "too few to say", "", "30", "", "more than two auditors"),
    )
    assert table.note == (
        "How common each grade is among audits graded twice: Inadequate 11%, Requires improvement "
        "24%, Good 52%, Outstanding 13%. Chance-corrected coefficients fall when one grade is "
        "very common, even if auditors agree; AC2 and Brennan-Prediger fall less. Errors allow "
        "for audits and auditors both being a sample, unless the method says otherwise. In "
        "brackets: the name by which qaf stat agreement lists the measure."
    )


def test_agreement_by_group_and_by_quarter():
    groups, quarters = agreement_drivers_tables(DRIVERS)
    assert [(one.caption, one.place) for one in (groups, quarters)] == [
        ("Agreement by domain, case and sitting", "section"),
        ("Agreement by quarter", "appendix"),
    ]
    after = ("Audits graded twice", "Identical", "AC2", "95% interval")
    assert headings(groups) == ("Group", *after)
    assert headings(quarters) == ("Quarter", *after)
    assert sides(groups) == sides(quarters) == ("left", *["right"] * 4)
    assert groups.rows == (
        ("domain: Overall", "1,030", "60%", "0.64", "0.52 to 0.76"),
        ("domain: Plan", "31", "58%", "0.51", "0.42 to 0.60"),
        ("domain: Risk", "33", "63%", "0.71", "0.62 to 0.80"),
        ("domain: Voice", "9", "too few to say", "too few to say", ""),
        ("team: North", "14", "55%", "0.35", "0.15 to 0.55"),
        ("sitting: in the same room", "25", "72%", "0.82", "0.73 to 0.91"),
        ("sitting: apart", "37", "47%", "0.46", "0.34 to 0.59"),
    )
    assert quarters.rows == (
        ("2019-20 Q2", "21", "57%", "0.56", "0.37 to 0.74"),
        ("2019-20 Q3", "9", "too few to say", "too few to say", ""),
        ("2019-20 Q4", "1,023", "66%", "0.68", "0.49 to 0.88"),
    )
    for table in (groups, quarters):
        assert table.source == SOURCE
        assert table.note == (
            "No figure is given on fewer than ten audits. Calibration audits, which every "
            "auditor grades, count once each."
        )
    [alone] = agreement_drivers_tables(replace(DRIVERS, groups=()))
    assert alone.caption == "Agreement by quarter"
