"""Every row of the tables of child focus, and its picture; no cell equals its neighbour."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.kit.numbers import percent
from qaf_analysis.kit.parts import COLUMNS
from qaf_analysis.stats.child.halo import StraightLines
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.child import pictures
from qaf_analysis.topics.child.pictures import child_focus_pictures
from qaf_analysis.topics.child.tables import child_focus_tables
from tests.drawn import drawn, words_drawn
from tests.topics.by_hand import estimated, unknown
from tests.topics.child.results import FINDING, FOCUS, SOURCE, TESTS


def headings(table):
    return tuple(column.heading for column in table.columns)


def aligned(table):
    return "".join(column.align[0] for column in table.columns)


def test_the_measures_stand_each_in_its_row():
    table = child_focus_tables(FINDING)[0]
    assert table.caption == "Focus on the child, auditors against moderators"
    assert table.place == "section"
    assert table.columns == COLUMNS
    assert table.rows == (
        ("Optimism, child's domains less process domains, grades", "+0.3", "+0.1 to +0.5", "60",
         "11", "gap"),
        ("Child's domains' share in the overall grade, auditors", "36%", "25 to 47%", "61", "12",
         "share of audits"),
        ("… moderators", "58%", "40 to 70%", "62", "13", "share of moderators"),
        ("… auditors minus moderators, points", "−22", "−40 to −4", "63", "14", "share less"),
        ("Good or better although a child's domain is not, auditors", "67%", "50 to 80%", "34",
         "15", "rate of audits"),
        ("… moderators", "12%", "5 to 27%", "35", "16", "rate of moderators"),
        ("How far the domains of an audit go together (0 not at all, 1 wholly), auditors", "0.74",
         "0.66 to 0.82", "64", "19", "halo of audits"),
        ("… moderators", "0.53", "0.42 to 0.64", "36", "17", "of moderators"),
        ("… auditors minus moderators", "0.21", "0.08 to 0.34", "37", "18", "halo less"),
        ("All domains graded alike, auditors", "26%", "17 to 38%", "65", "20", "lines of audits"),
        ("… moderators", "9%", "4 to 19%", "66", "21", "lines of moderators"),
        ("… auditors minus moderators, points", "+17", "+5 to +29", "67", "22", "lines less"),
        ("Overall no higher than the weakest domain, difference, points", "−13", "−27 to +2",
         "68", "23", "link"),
    )  # fmt: skip
    assert table.note == (
        "Chance of so large a difference were there none, adjusted for 3 measures tested together: "
        "kinder to the child's domains than to process 0.01; the child's domains count for less in "
        "the overall grade 0.02; the domains of an audit are graded more alike 0.03. The other "
        "figures are shown and not tested."
    )
    assert table.source == SOURCE


def test_shares_are_written_so_that_their_difference_adds_up():
    """45.4 and 59.6 would be 45 and 60 with 14 between; with a decimal they are 14.2 apart."""
    lines = StraightLines(
        audit=estimated(0.596, 0.5, 0.69), moderation=estimated(0.454, 0.36, 0.55),
        difference=estimated(0.142, 0.004, 0.28),
    )  # fmt: skip
    table = child_focus_tables(replace(FINDING, comparison=replace(FOCUS, straight_lines=lines)))[0]
    assert [row[1:3] for row in table.rows[9:12]] == [
        ("59.6%", "50.0 to 69.0%"), ("45.4%", "36.0 to 55.0%"), ("+14.2", "+0.4 to +28.0"),
    ]  # fmt: skip
    unknown_lines = replace(lines, difference=unknown("none"))
    table = child_focus_tables(
        replace(FINDING, comparison=replace(FOCUS, straight_lines=unknown_lines))
    )[0]
    assert [row[1] for row in table.rows[9:12]] == ["60%", "45%", "too few to say"]


def test_domains_whose_grades_hardly_vary_are_named():
    table = child_focus_tables(replace(FINDING, unvarying_domains=("Voice", "Recording")))[0]
    assert table.note.endswith(
        "shown and not tested. Grades of Voice and Recording hardly vary, so they count for "
        "neither the optimism nor how far domains go together."
    )


def test_without_a_test_the_note_says_none():
    untested = tuple(replace(test, p=nan, adjusted_p=nan) for test in TESTS)
    finding = replace(
        FINDING,
        comparison=replace(FOCUS, tests=untested),
        scale=ScaleWords.of(("Poor", "Fair", "Strong", "Leading"), 2),
    )
    table = child_focus_tables(finding)[0]
    assert table.note == "Nothing could be tested."
    assert table.rows[4][0] == "Strong or better although a child's domain is not, auditors"


def test_rules_have_auditors_before_moderators():
    table = child_focus_tables(FINDING)[1]
    assert (table.caption, table.place) == ("Which rule the overall grade follows", "section")
    assert headings(table) == (
        "Overall grade equals", "All audits", "95% interval", "n", "Moderated: auditor",
        "Moderated: moderator", "n moderated",
    )  # fmt: skip
    assert aligned(table) == "lrrrrrr"
    assert table.rows == (
        ("Weakest domain", "20%", "15 to 26%", "190", "21%", "62%", "51"),
        ("Weakest child domain", "30%", "24 to 37%", "1,191", "32%", "51%", "1,052"),
        ("Median", "70%", "63 to 76%", "192", "73%", "44%", "53"),
        ("Most common grade", "80%", "74 to 85%", "193", "84%", "35%", "54"),
    )
    assert table.note == "Child's domains: Voice and Impact. Process domains: Recording."
    assert table.source == "Routine audits, the year to March 2020."


def test_rules_without_moderators_say_why_they_stand_alone():
    own = replace(
        FINDING.own,
        rules=(replace(FINDING.own.rules[0], share=unknown("no domain", cases=3)),),
    )
    alone = replace(
        FINDING, comparison=None, reason="none was drawn by chance", child_domains=(),
        process_domains=(), own=own,
    )  # fmt: skip
    rules, years = child_focus_tables(alone)
    assert rules.rows == (("Weakest domain", "too few to say", "", "3", "", "", ""),)
    assert rules.note == (
        "Child's domains: none declared. Process domains: none declared. Not compared with "
        "moderators, because none was drawn by chance."
    )
    assert years.place == "appendix"


def test_years_have_all_graded_before_those_with_a_weak_domain():
    table = child_focus_tables(FINDING)[2]
    assert table.caption == (
        "Good or better overall although a child's domain is not, by auditors' own grades"
    )
    assert headings(table) == (
        "Year", "Audits graded", "With a child's domain below", "Share", "95% interval",
    )  # fmt: skip
    assert aligned(table) == "lrrrr"
    assert table.rows == (
        ("2018-19", "1,180", "1,063", "52%", "45 to 60%"),
        ("2019-20", "201", "0", "too few to say", "too few to say"),
        ("the year to March 2020", "200", "70", "41%", "30 to 53%"),
    )
    assert table.source == "Routine audits, moderated or not."


def test_the_latest_year_is_not_told_twice():
    same = replace(FINDING, own=replace(FINDING.years[0], period="the year to March 2019"),
                   years=FINDING.years[:1])  # fmt: skip
    assert [row[0] for row in child_focus_tables(same)[2].rows] == ["2018-19"]
    assert [row[0] for row in child_focus_tables(replace(same, years=()))[2].rows] == [
        "the year to March 2019"
    ]
    other = replace(same, years=(FINDING.years[0], FINDING.years[1]))
    assert [row[0] for row in child_focus_tables(other)[2].rows] == [
        "2018-19", "2019-20", "the year to March 2019",
    ]  # fmt: skip


def test_rules_stand_between_never_and_always():
    first, *others = FINDING.own.rules
    own = replace(FINDING.own, rules=(*others, replace(first, share=unknown("none"))))
    (picture,) = child_focus_pictures(replace(FINDING, own=own))
    assert picture.title == "Overall grades most often follow the most common grade"
    # From never at 148 to always at 582, 434 pixels: 30 % at 278, 70 % at 452, 80 % at 495.
    dots = [mark for mark in drawn(picture) if mark.startswith("dot")]
    assert [mark.split(",")[0] for mark in dots] == ["dot 278", "dot 452", "dot 495"]
    words = words_drawn(picture)
    assert {"Weakest child domain", "Median", "Most common grade", "30%", "70%", "80%"} <= set(
        words
    )
    assert {"never", "share of audits"} <= set(words)
    assert "Weakest domain" not in words
    assert len(picture.alt.split()) <= 60
    assert picture.alt == (
        "Overall grades most often follow the most common grade. Share of audits whose overall "
        "grade is what each rule would give. Weakest child domain: 30% (24% to 37%). Median: 70% "
        "(63% to 76%). Most common grade: 80% (74% to 85%)."
    )


def test_without_a_rule_nothing_is_drawn(monkeypatch):
    none = replace(
        FINDING.own,
        rules=tuple(replace(rule, share=unknown("no domain")) for rule in FINDING.own.rules),
    )
    assert child_focus_pictures(replace(FINDING, own=none)) == ()
    asked = []
    monkeypatch.setattr(pictures, "interval_rows", lambda rows, **rest: asked.append(rest))
    child_focus_pictures(FINDING)
    assert asked[0]["axis"].span == (0.0, 1.0)
    assert asked[0]["axis"].number is percent
