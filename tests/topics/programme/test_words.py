"""Every sentence on the audit programme, whole, for figures on either side of each condition."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.data.contract.record import FileRecord
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.analysis.intake import FindingGroup
from qaf_analysis.topics.programme.words import (
    MULTI_AGENCY,
    data_warnings,
    programme_claim,
    programme_lead,
    reach_points,
    reach_title,
    say_intake,
    say_multi_agency,
    say_programme,
    since_last_quarter,
    voice_words,
    worst_grade_title,
    worst_grade_words,
)
from tests.topics.by_hand import estimated, unknown
from tests.topics.programme.results import INTAKE, LAST, PROGRAMME, REACH, counts
from tests.topics.scales.eras_by_hand import LAST as ERA_LAST
from tests.topics.scales.eras_by_hand import bridged

MINUS = "\N{MINUS SIGN}"
RISE, FALL = estimated(0.14, 0.04, 0.24), estimated(-0.14, -0.24, -0.04)


def test_everything_that_is_said_of_a_rise():
    said = say_programme(PROGRAMME)
    assert said.claim == "Good or better rose from 46% to 60%"
    assert said.paragraphs == (
        "In the year to March 2020, 60% (53 to 67%) of 199 audits were graded good or better by "
        "auditors. In the year to March 2019 it was 46% (39 to 54%). The change of +4 to +24 "
        "points allows for who audited in each year: the share has risen. Before that it was 52% "
        "in the year to March 2018.",
        "In 2019-20 Q4 alone it was 62% (48 to 75%) of 48.",
        "Since 2019-20 Q3 the programme completed 1,104 audits: 1,098 collaborative and 6 "
        "multi-agency. 29 auditors graded in the year to March 2020. 35% of audits included the "
        "family's feedback (28 to 42%).",
    )
    assert said.limits == (
        "These are auditors' own grades. A rise can mean better practice, a different set of "
        "auditors, or kinder auditing; the section on external moderation bears on which. "
        "Quarters of this size move by chance, so single quarters should not be compared."
    )
    assert said.source == "199 audits with an overall grade, the year to March 2020. None left out."


RISEN = "The share that auditors graded good or better has risen since the year to March 2019, "
FALLEN = "The share that auditors graded good or better has fallen since the year to March 2019, "
OPEN = "No change can be told in the share graded good or better since the year to March 2019, "


def of_years(then, now, change):
    years = PROGRAMME.years
    return replace(
        PROGRAMME,
        good_now=estimated(now),
        change=change,
        years=(
            *years[:2],
            replace(years[2], good=estimated(then)),
            replace(years[3], good=estimated(now)),
        ),
    )


@pytest.mark.parametrize(
    ("then", "now", "change", "claim", "lead"),
    [
        (0.46, 0.6, (0.14, 0.001, 0.24), "Good or better rose from 46% to 60%", RISEN),
        (0.46, 0.6, (0.14, 0.0, 0.28),
         "Good or better: no change can be told (46%, now 60%)", OPEN),
        (0.46, 0.6, (0.14, -0.01, 0.28),
         "Good or better: no change can be told (46%, now 60%)", OPEN),
        (0.6, 0.4, (-0.2, -0.3, -0.001), "Good or better fell from 60% to 40%", FALLEN),
        (0.6, 0.4, (-0.2, -0.4, 0.0),
         "Good or better: no change can be told (60%, now 40%)", OPEN),
    ],
)  # fmt: skip
def test_a_rise_or_fall_needs_an_interval_on_one_side_of_zero(then, now, change, claim, lead):
    result = of_years(then, now, estimated(*change))
    assert programme_claim(result) == claim
    said = programme_lead(result)
    assert said.startswith(f"{lead.removesuffix(', ')} (")
    assert said.endswith(" points).")
    # The first of the three whole years is told in the section, and compared with none.
    before = "Before that it was 52% in the year to March 2018."
    assert say_programme(result).paragraphs[0].endswith(before)


def test_the_lead_of_the_first_page():
    two = replace(PROGRAMME, years=PROGRAMME.years[2:])
    assert programme_lead(two) == (
        "The share that auditors graded good or better has risen since the year to March 2019 "
        "(+4 to +24 points)."
    )
    alone = replace(PROGRAMME, change=unknown("there is no earlier whole year to compare with"))
    assert programme_lead(alone) == (
        "How the share graded good or better has moved cannot be told: there is no earlier whole "
        "year to compare with."
    )


def test_a_headline_of_all_quarters_tells_this_year_beside_it():
    all_of_it = replace(
        PROGRAMME,
        scope=replace(PROGRAMME.scope, period="2016-17 Q3 to 2019-20 Q4"),
        good_now=estimated(0.5, 0.45, 0.55),
    )
    assert say_programme(all_of_it).paragraphs[0].startswith(
        "In 2016-17 Q3 to 2019-20 Q4, 50% (45 to 55%) of 199 audits were graded good or "
        "better by auditors. In the year to March 2020 alone it was 60% (53 to 67%). In the year "
        "to March 2019 it was 46%"
    )  # fmt: skip
    assert programme_claim(all_of_it) == "Good or better rose from 46% to 60%"


def test_too_few_audits_for_a_share():
    why = "it would rest on 9 audits; at least 10 are needed"
    few = replace(PROGRAMME, good_now=unknown(why, cases=9))
    assert programme_claim(few) == "Good or better: too few to say"
    assert say_programme(few).paragraphs[0] == (
        "How many audits of the year to March 2020 were graded good or better cannot be said: it "
        "would rest on 9 audits; at least 10 are needed."
    )
    assert say_programme(replace(PROGRAMME, good_quarter=unknown(why))).paragraphs[1] == (
        f"In 2019-20 Q4 alone no share is given: {why}."
    )


def test_what_is_said_without_a_change_and_without_grades():
    alone = replace(PROGRAMME, change=unknown("nobody looked"))
    assert programme_claim(alone) == "Good or better: 60% of audits"
    assert say_programme(alone).paragraphs[0] == (
        "In the year to March 2020, 60% (53 to 67%) of 199 audits were graded good or better by "
        "auditors. A change from one year to the next cannot be told: nobody looked."
    )
    nothing = replace(alone, good_now=unknown("no audit was graded"))
    assert programme_claim(nothing) == "No routine audit of this period was graded"


def test_another_scale_is_named_by_its_own_level():
    other = replace(PROGRAMME, scale=ScaleWords.of(("Poor", "Fair", "Strong", "Leading"), 1))
    assert programme_claim(other) == "Fair or better rose from 46% to 60%"
    assert (
        "of 199 audits were graded fair or better by auditors."
        in say_programme(other).paragraphs[0]
    )
    assert programme_lead(other).startswith("The share that auditors graded fair or better has")
    assert since_last_quarter(other)[0].startswith("Fair or better, this quarter")
    assert worst_grade_title(other) == "Audits graded poor"
    assert worst_grade_words(other).startswith("Routine audits graded poor, by quarter: ")


def test_one_audit_one_auditor_one_domain_grade():
    one = replace(
        PROGRAMME,
        scope=replace(PROGRAMME.scope, used=1),
        auditors=1,
        by_type=(replace(PROGRAMME.by_type[1], counts=(0, 1)),),
        family_feedback=unknown("nobody asked"),
    )
    paragraphs = say_programme(one).paragraphs
    assert "60% (53 to 67%) of 1 audit was graded good or better by auditors." in paragraphs[0]
    assert paragraphs[2] == (
        "Since 2019-20 Q3 the programme completed 1 audit: 1 multi-agency. 1 auditor graded in "
        "the year to March 2020."
    )
    grades = replace(one, has_overall=False)
    said = say_programme(grades).paragraphs[0]
    assert "of 1 domain grade was graded good or better by auditors." in said


def test_a_quarter_without_a_routine_grade():
    empty = replace(PROGRAMME, by_quarter=(PROGRAMME.by_quarter[0], counts("2019-20 Q4", 0, 0, 0)))
    assert say_programme(empty).paragraphs[1] == "In 2019-20 Q4 no routine audit was graded."
    many = replace(
        PROGRAMME, by_quarter=(PROGRAMME.by_quarter[0], counts("2019-20 Q4", 1, 0, 1199, 0))
    )
    assert say_programme(many).paragraphs[1] == (
        "In 2019-20 Q4 alone it was 62% (48 to 75%) of 1,200."
    )


def domain(label: str, good: int) -> object:
    return counts(label, 0, 100 - good, good, 0)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((("Plan", 70), ("Voice", 40), ("Review", 55)), ()),
        (
            (("Plan", 70), ("Voice", 40), ("Court", 90), ("Review", 55)),
            (
                "The domains with the smallest share graded good or better were Voice (40%), "
                "Review (55%) and Plan (70%).",
            ),
        ),
    ],
)
def test_the_weakest_three_domains_stand_weakest_first(shares, said):
    result = replace(PROGRAMME, by_domain=tuple(domain(*each) for each in shares))
    assert say_programme(result).paragraphs[3:] == said
    # A domain that nobody graded is not among the weakest, and does not make them enough.
    more = replace(result, by_domain=(*result.by_domain, counts("Never", 0, 0, 0, 0)))
    assert say_programme(more).paragraphs[3:] == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (estimated(0.12, 0.01, 0.23), "the share has risen (+1 to +23 points)."),
        (estimated(0.12, 0.0, 0.24), "no change can be told (0 to +24 points)."),
        (
            estimated(-0.12, -0.31, 0.07),
            f"no change can be told ({MINUS}31 to +7 points).",
        ),
        (
            estimated(-0.12, -0.24, 0.0),
            f"no change can be told ({MINUS}24 to 0 points).",
        ),
        (
            estimated(-0.12, -0.23, -0.01),
            f"the share has fallen ({MINUS}23 to {MINUS}1 points).",
        ),
    ],
)
def test_what_is_new_since_last_quarter(change, said):
    assert since_last_quarter(replace(PROGRAMME, quarter_change=change)) == (
        f"Good or better, this quarter against the last: {said}",
        "New this quarter: Plans (themed audit).",
        "New this quarter: New pool (process change).",
    )


def test_nothing_is_new_without_an_earlier_quarter():
    first = replace(
        PROGRAMME,
        by_quarter=PROGRAMME.by_quarter[1:],
        quarter_change=unknown("there is no earlier period"),
        events=(),
    )
    assert since_last_quarter(first) == ("There is no earlier quarter to compare with.",)
    one = replace(
        PROGRAMME,
        by_quarter=(counts("2019-20 Q3", 0, 1200, 0, 0), counts("2019-20 Q4", 0, 1, 0, 0)),
        quarter_change=unknown("none"),
        events=PROGRAMME.events[:1],
    )
    assert since_last_quarter(one) == (
        "Whether the last quarter differs from the one before cannot be told.",
    )


def test_the_voice_of_families():
    assert voice_words(PROGRAMME) == (
        "The family's feedback is recorded in 35% (28 to 42%) of 197 routine audits in the year "
        "to March 2020."
    )
    one = replace(PROGRAMME, family_feedback=estimated(1.0, 0.2, 1.0, cases=1))
    assert voice_words(one) == (
        "The family's feedback is recorded in 100% (20 to 100%) of 1 routine audit in the year to "
        "March 2020."
    )
    assert voice_words(replace(PROGRAMME, family_feedback=unknown("not there"))) == (
        "Not available because the exports do not record whether the family was heard (column "
        "family_feedback)."
    )


def test_the_worst_grade_of_the_last_four_quarters():
    five = tuple(counts(f"2019-20 Q{k}", k, 1000 * k, 0, 0) for k in (1, 2, 3, 4))
    result = replace(PROGRAMME, by_quarter=(counts("2018-19 Q4", 9, 0, 0, 0), *five))
    assert worst_grade_title(result) == "Audits graded inadequate"
    assert worst_grade_words(result) == (
        "Routine audits graded inadequate, by quarter: 2019-20 Q1: 1 of 1,001; 2019-20 Q2: 2 of "
        "2,002; 2019-20 Q3: 3 of 3,003; 2019-20 Q4: 4 of 4,004."
    )


def test_rounds_of_multi_agency_audits():
    assert say_multi_agency(PROGRAMME) == (
        "2019-20 Q4, Neglect: 1,006 cases; 2 graded requires improvement, 1,001 graded good and 3 "
        "without an overall grade.",
        "2019-20 Q4: 1 case; 1 graded inadequate.",
    )
    assert say_multi_agency(replace(PROGRAMME, multi_agency=())) == ()
    assert MULTI_AGENCY == (
        "So few cases, chosen for what they can teach, are for reading. Their grades are in no "
        "percentage, interval or verdict of this report."
    )


def test_what_reading_found():
    said = say_intake(INTAKE)
    assert said.claim == "13 rows of 5,700 were set aside"
    assert said.paragraphs == (
        "2 files held 5,700 rows: 5,687 were loaded and 13 were set aside, each with its place and "
        "how to mend it. They hold 601 audits, 4,802 grades and 203 moderations.",
        "Of 6 checks, 3 passed, 2 failed and 1 could not run.",
        "Failed: Grades in use. one level is never used.",
        "Failed: Names. 2 look alike.",
        "Left out because they may name people: child and worker.",
    )
    assert said.limits == (
        "The checks see what the exports hold. They cannot see an audit that was never entered, "
        "or a grade that was changed before it was exported."
    )
    assert said.source == "Pseudonyms made with key k1."


def test_what_reading_found_when_all_is_well():
    well = replace(
        INTAKE, quarantined=0, rows_in=1, loaded=1, files=INTAKE.files[:1], audits=1, ratings=1,
        moderations=1, checks=INTAKE.checks[:1], dropped_columns=(),
    )  # fmt: skip
    said = say_intake(well)
    assert said.claim == "Every row was loaded"
    assert said.paragraphs == (
        "1 file held 1 row: 1 was loaded and 0 were set aside, each with its place and how to "
        "mend it. They hold 1 audit, 1 grade and 1 moderation.",
        "Of 1 check, 1 passed, 0 failed and 0 could not run.",
    )
    assert say_intake(replace(INTAKE, quarantined=1)).claim == "1 row of 5,700 was set aside"


def test_the_box_on_what_so_many_audits_can_tell():
    assert reach_title(REACH) == "What 48 audits can and cannot tell"
    assert reach_title(replace(REACH, audits=1)) == "What 1 audit can and cannot tell"
    assert reach_title(replace(REACH, audits=0)) == "What this report can and cannot tell"
    assert reach_points(REACH) == (
        "In one such quarter a share is known to about 14 points either way.",
        "From one year to the next, a rise must reach 14 points to be found 80% of the time.",
        "Nothing here says anything about one child’s case or one worker.",
    )


def test_the_box_leaves_out_what_is_not_known():
    last = "Nothing here says anything about one child’s case or one worker."
    nothing = replace(
        REACH, share=unknown("none"), missed=nan, detectable_years=unknown("none"), none_found=nan
    )
    assert reach_points(nothing) == (last,)
    assert reach_points(replace(nothing, share=REACH.share, open_cases=0, audits=1)) == (
        "In one such quarter a share is known to about 14 points either way.",
        last,
    )
    assert reach_points(replace(nothing, detectable_years=estimated(0.3), power=0.9))[0] == (
        "From one year to the next, a rise must reach 30 points to be found 90% of the time."
    )


def test_only_events_of_the_quarter_reported_are_new():
    earlier = replace(PROGRAMME, scope=replace(PROGRAMME.scope, quarter=LAST.next(-1)))
    assert since_last_quarter(earlier)[1:] == ("New this quarter: Training (process change).",)


def read(kind, *, rows_in, aside):
    return FileRecord(
        name=f"{kind}.csv", kind=kind, sha256="0" * 64, rows_in=rows_in,
        loaded=rows_in - aside, quarantined=aside,
    )  # fmt: skip


def test_the_first_page_warns_of_rows_that_were_lost():
    files = (
        read("audits", rows_in=1000, aside=21),  # just above two in a hundred
        read("moderations", rows_in=38, aside=38),
        read("actions", rows_in=100, aside=3),  # not above it without the row that is a repeat
    )
    repeat = FindingGroup(
        code="duplicate", outcome="quarantine", file="actions.csv", first_place="row 3", rows=1,
        mend="Nothing.",
    )  # fmt: skip
    assert data_warnings(replace(INTAKE, files=files, findings=(repeat,))) == (
        "21 of 1,000 rows of audits.csv (2%) were set aside and are in no figure. See Data "
        "quality.",
        "All 38 rows of moderations.csv were set aside: nothing in this report rests on it. See "
        "Data quality.",
    )
    assert data_warnings(INTAKE) == ()


def test_the_settings_are_no_file_of_rows():
    files = (*INTAKE.files, read("settings", rows_in=0, aside=0))
    said = say_intake(replace(INTAKE, files=files)).paragraphs[0]
    assert said.startswith("2 files held 5,700 rows: ")
    assert data_warnings(replace(INTAKE, files=files)) == ()


def test_a_derived_grade_is_told_as_derived():
    told = say_programme(replace(PROGRAMME, areas=3)).limits
    assert told.startswith("Nobody gave this grade: a rule derives it from 3 areas. Its level")
    assert say_programme(PROGRAMME).limits == told[told.index("These are auditors' own") :]


def test_an_overall_grade_that_nobody_gave_is_said():
    say = "Say in council.toml which domains this page should be about; qaf check prints the line "
    assert data_warnings(replace(INTAKE, stand_ins=("Plan", "Risk"))) == (
        "No audit has an overall grade, and no headline is declared: Plan and Risk stand here in "
        f"its place. {say}to paste. See Data quality.",
    )
    [alone] = data_warnings(replace(INTAKE, stand_ins=("Plan",)))
    assert "Plan stands here in its place." in alone


def test_audits_are_counted_on_the_scale_in_use_and_it_is_said():
    """200 audits on the new scale, 200 on the old one: never "since 2027-28 Q1 … 200" alone."""
    whole = bridged()
    new = programme(in_era(whole, ERA_LAST), quarter=ERA_LAST)
    assert say_programme(new).paragraphs[2] == (
        "On the scale in use since 1 April 2027 the programme completed 200 audits, not counting "
        "audits on an earlier scale: 200 collaborative. 5 auditors graded in the year to March "
        "2028."
    )
    before = ERA_LAST.next(-4)
    old = programme(in_era(whole, before), quarter=before)
    assert (
        say_programme(old)
        .paragraphs[2]
        .startswith("Since 2026-27 Q1 the programme completed 200 audits: 200 collaborative.")
    )
