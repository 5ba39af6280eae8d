"""Every cell of the tables on severity."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.verdicts import SeverityFinding
from qaf_analysis.topics.severity.section import SEVERITY as SECTION
from qaf_analysis.topics.severity.tables import people_tables, severity_tables
from tests.topics.by_hand import unknown
from tests.topics.severity.results import FACET, KIND, NEW, SEVERITY, SOURCE, STRICT, untold

FIGURES = ("Measure", "Estimate", "95% interval", "n", "Auditors", "Method, or why not")
ON = ("1,060", "1,004", "by hand")
MINUS = "\N{MINUS SIGN}"


def headings(table):
    return tuple(column.heading for column in table.columns)


def units(table):
    return {column.heading: column.unit for column in table.columns if column.unit}


def test_the_tables_stand_in_their_order_and_place():
    tables = severity_tables(SEVERITY)
    assert SECTION.tables(SEVERITY) == tables
    assert [(table.caption, table.place) for table in tables] == [
        ("Auditors' severity as a group", "section"),
        ("Auditors' severity on the same files, in the order of their codes", "appendix"),
        ("The same files, and each auditor's own files", "appendix"),
        (
            "How far auditors' grades are as the model expects, in the order of their codes",
            "appendix",
        ),
        (
            "How often auditors give the grade that a colleague gives, in the order of their codes",
            "appendix",
        ),
        ("How auditors use the scale, in the order of their codes", "appendix"),
        ("Moderators as raters of the same audits", "appendix"),
        ("What differs by how much, in logits", "appendix"),
        ("Domains: how much lower than the average one each is graded, in logits", "appendix"),
        ("Where audits and auditors lie on the scale, in logits", "appendix"),
        ("Tests behind auditors' severity as a group", "appendix"),
    ]
    assert {table.source for table in tables} == {SOURCE}
    assert [tuple(column.align for column in table.columns) for table in tables[1:6]] == [
        ("left", "right", "right", "right", "right", "left", "right", "right"),
        ("left", *["right"] * 4),
        ("left", *["right"] * 6),
        ("left", *["right"] * 3),
        ("left", *["right"] * 6),
    ]


def test_what_cannot_be_told_says_what_is_needed():
    [table] = severity_tables(untold("nothing is shared"))
    assert table.caption == "Why severity cannot be told"
    assert headings(table) == ("What is needed", "What was found")
    assert [column.align for column in table.columns] == ["left", "left"]
    assert table.rows == (("10 audits graded by two or more auditors", "1,060: nothing is shared"),)
    assert table.source == SOURCE


def number(label, text, method):
    return (label, text, "", "", "", method)


ENDS = "drawn towards the others here; without a finite measure in joint likelihood"
SPREADS = (
    ("Half-width of a typical auditor's interval, grades", "0.26", "", "1,058", "3", "by hand"),
    ("Spread of severities (standard deviation), grades", "0.34", "0.23 to 0.48", *ON),
    ("Spread between auditors by domain, grades", "0.13", "0.06 to 0.22", *ON),
    ("Spread of auditors' change over the period, grades", "0.17", "0.09 to 0.28", *ON),
    ("Spread of practice between caseloads, grades", "0.24", "0.15 to 0.33", *ON),
    (
        "Correlation of severity with practice in own files",
        f"{MINUS}0.38",
        f"{MINUS}0.59 to {MINUS}0.11",
        *ON,
    ),
)
SHARES = (
    number("Pairs of grades of one domain of one audit", "1,302", "count"),
    number("… identical", "58%", "share of pairs"),
    number("… different", "42%", "share of pairs"),
    number("… identical, as the model expects", "52%", "severity model"),
)
DEALT = number(
    "Chance of such caseloads if audits had reached auditors at random (chi-square 21.60, 9.00 df)",
    "1%",
    "score test of practice between caseloads (Hausman, Mundlak)",
)
LARGEST = number(
    "Largest change of a severity if all audits were used so, grades",
    "0.11",
    "linked audits against all, as if allocated at random",
)
APART = (
    number(
        "Chance of such differences if all were alike (chi-square 41.50, 12 df)",
        "3%",
        "free severities with their covariance",
    ),
    number("Separation", "1.83", "true spread over error"),
    number("Groups that can be told apart", "2.77", "strata"),
    number(
        "Reliability of the differences",
        "0.74",
        "0: auditors cannot be told apart; high means that they differ",
    ),
)
EXTREMES = (
    number("Audits with grades at one end only", "1,006", ENDS),
    number("Auditors with grades at one end only", "1,002", ENDS),
)


def group(**changed):
    return severity_tables(replace(SEVERITY, **changed))[0]


def behind(**more):
    return severity_tables(replace(SEVERITY, **more))[-1]


def test_the_section_s_table_holds_no_name_that_only_a_statistician_knows():
    words = " ".join(cell for row in group().rows for cell in row[:3])
    for name in ("chi-square", " df", "Separation", "Reliability", "sd_", "logit"):
        assert name not in words


def test_the_group():
    table = group()
    assert headings(table) == FIGURES
    assert table.rows == (*SPREADS, *SHARES)
    assert behind().rows == (DEALT, LARGEST, *APART, *EXTREMES)
    assert headings(behind()) == FIGURES
    assert table.note == (
        "Auditors: 3; known closely enough: 2; clearly more than 0.25 of a grade from colleagues: "
        "1. Groups that share no audit: 1. Every spread is beyond chance."
    )


def test_what_is_not_known_of_the_group_is_left_out_or_says_why():
    assert behind(differences=None).rows == (DEALT, LARGEST, *EXTREMES)
    no_change = replace(SEVERITY.allocation, change=nan)
    assert behind(allocation=no_change).rows == (DEALT, *APART, *EXTREMES)
    untested = replace(SEVERITY.allocation, why_not="caseloads do not overlap")
    assert behind(allocation=untested).rows == (
        number("Test of random allocation", "too few to say", "caseloads do not overlap"),
        *APART,
        *EXTREMES,
    )
    unknown_p = replace(SEVERITY.allocation, correlation=unknown("too few", cases=7))
    assert group(allocation=unknown_p).rows[5] == (
        "Correlation of severity with practice in own files",
        "too few to say",
        "",
        "7",
        "",
        "too few",
    )


def test_the_note_counts_auditors_groups_and_what_may_be_nothing():
    kind = replace(KIND, finding=SeverityFinding.CLEARLY_KINDER)
    table = group(
        auditors=(
            STRICT,
            kind,
            NEW,
            NEW,
            replace(KIND, finding=SeverityFinding.NO_CLEAR_DIFFERENCE),
        ),
        groups=(2, 3),
        boundary=("auditors by domain", "halo"),
    )
    assert table.note == (
        "Auditors: 5; known closely enough: 3; clearly more than 0.25 of a grade from colleagues: "
        "2. Groups that share no audit: 2. Could be nothing at all: auditors by domain, halo."
    )


def people():
    return people_tables(SEVERITY)


def test_severities_from_linked_and_from_all_audits():
    table = people()[0]
    assert headings(table) == (
        "Auditor", "Audits", "Shared", "Severity", "95% interval", "What may be said",
        "From all audits", "95% interval",
    )  # fmt: skip
    assert units(table) == {"Severity": "grades", "From all audits": "grades"}
    assert table.rows == (
        (
            "001",
            "1,104",
            "1,031",
            "+0.6",
            "+0.4 to +0.8",
            "grades lower than colleagues on the same files (clear)",
            "+0.7",
            "+0.5 to +0.9",
        ),
        (
            "002",
            "57",
            "23",
            f"{MINUS}0.5",
            f"{MINUS}0.8 to {MINUS}0.2",
            "may grade higher than colleagues on the same files",
            f"{MINUS}0.2",
            f"{MINUS}0.7 to +0.1",
        ),
        (
            "003",
            "9",
            "4",
            "+0.1",
            f"{MINUS}0.6 to +0.8",
            "not enough shared audits yet",
            "too few to say",
            "",
        ),
    )
    assert table.note == (
        "Positive: grades lower (stricter) than colleagues. Severity, and what may be said, rest "
        "on shared audits alone; under 10 of them, or with an interval wider than a grade, "
        "nothing is said. The last two columns use all audits as if they had reached auditors at "
        "random; where the two differ, shared audits count. Not a ranking."
    )


def test_caseloads():
    table = people()[1]
    assert headings(table) == (
        "Auditor", "Grade for the same files", "95% interval", "Practice in own files",
        "95% interval",
    )  # fmt: skip
    assert units(table) == {
        "Grade for the same files": "0 and up",
        "Practice in own files": "grades",
    }
    assert table.rows == (
        ("001", "1.31", "1.12 to 1.53", f"{MINUS}0.3", f"{MINUS}0.5 to {MINUS}0.1"),
        ("002", "2.12", "1.93 to 2.34", "+0.4", "+0.2 to +0.6"),
        ("003", "1.80", "", "too few to say", ""),
    )
    assert table.note == (
        "Grade for the same files (fair grade): mean over all domains, Inadequate counted as 0. "
        "Practice in own files: how much better than in colleagues' files; below zero, harder "
        "cases. It says nothing of the auditor."
    )


def test_fit():
    table = people()[2]
    assert headings(table) == (
        "Auditor", "Infit", "Usual", "Outfit", "Usual", "Rise with practice", "Expected",
    )  # fmt: skip
    assert units(table) == {"Rise with practice": "correlation"}
    assert table.rows == (
        ("001", "0.91", "0.73 to 1.34", "1.12", "0.65 to 1.46", "0.52", "0.57"),
        ("002", "1.45", "0.73 to 1.34", "1.12", "0.65 to 1.46", "0.52", "0.57"),
        ("003", "", "", "", "", "", ""),
    )
    assert table.note == (
        "Infit and outfit: 1 is as the model expects, above it more surprising grades. Usual: "
        "where they lie for 95 of 100 auditors who grade as the model says, by simulation; with so "
        "many auditors a few lie outside by chance."
    )


def test_identical_grades():
    table = people()[3]
    assert headings(table) == (
        "Auditor", "Pairs with colleagues", "Identical", "As the model expects",
    )  # fmt: skip
    assert table.rows == (
        ("001", "1,203", "61%", "54%"),
        ("002", "44", "61%", "54%"),
        ("003", "0", "", ""),
    )
    assert table.note == (
        "Pairs of grades of one domain of one audit. More identical grades than expected may mean "
        "that the two were not given apart."
    )


def test_habits():
    table = people()[4]
    assert headings(table) == (
        "Auditor", "Erratic grades", "95% interval", "Spread within a file", "95% interval",
        "Stretch of the scale", "95% interval",
    )  # fmt: skip
    row = ("0.95", "0.81 to 1.17", "1.08", "0.87 to 1.29", "1.21", "1.02 to 1.44")
    assert table.rows == (
        ("001", *row),
        ("002", *row),
        ("003", "too few to say", "", "1.30", "", "too few to say", ""),
    )
    assert table.note == (
        "1 is as the model expects. Erratic grades above it: less consistent than expected. "
        "Spread within a file below it: nearly one grade for all domains. Stretch above it: keeps "
        "to the middle grades. Each is drawn towards all auditors' as far as it is uncertain."
    )


def test_moderators():
    table = severity_tables(SEVERITY)[6]
    assert headings(table) == FIGURES
    assert table.rows == (
        (
            "Moderators stricter than auditors by, grades",
            "0.35",
            "0.14 to 0.56",
            "1,085",
            "1,003",
            "by hand",
        ),
        ("… logits", "0.88", "0.37 to 1.39", *ON),
        ("Spread of moderators' severities, grades", "0.19", "0.08 to 0.31", *ON),
        ("Spread of auditors' severities, same model, grades", "0.27", "0.16 to 0.42", *ON),
    )
    assert table.note == (
        "Moderators: 8. Positive: moderators grade lower, so auditors are kinder. The interval is "
        "about these moderators; others may be stricter or kinder by what their spread says. "
        "Moderations left out: 1,014 (audit not chosen by a recorded chance), 1,007 (auditor's "
        "grade known)."
    )
    assert FACET.moderators == 8


def test_the_model_and_the_scale():
    model, scale = severity_tables(SEVERITY)[7:9]
    assert headings(model) == headings(scale) == FIGURES
    assert model.rows == (
        ("Practice of audits", "1.41", "1.22 to 1.63", *ON),
        ("Auditors by domain", "too few to say", "", "0", "", "not in the model"),
    )
    assert model.note == (
        "Standard deviations. The last two are findings about the group: single auditors by "
        "domain or quarter are not shown, because they rest on too little."
    )
    assert scale.rows == (
        ("Overall", f"{MINUS}0.21", f"{MINUS}0.35 to {MINUS}0.07", *ON),
        ("Risk", "0.42", "0.28 to 0.56", *ON),
        ("Overall: infit", "0.93", "", *ON),
        ("Risk: infit", "1.07", "", *ON),
    )


@pytest.mark.parametrize(
    ("thresholds", "begin"),
    [
        ((-1.8, 0.1, 1.9), f"Requires improvement {MINUS}1.80; Good 0.10; Outstanding 1.90."),
        ((-1.8, nan, 1.9), f"Requires improvement {MINUS}1.80; Outstanding 1.90."),
    ],
)
def test_where_grades_begin(thresholds, begin):
    scale = severity_tables(replace(SEVERITY, thresholds=thresholds))[8]
    assert scale.note == f"Infit: 1 is as the model expects. Grades begin at: {begin}"
