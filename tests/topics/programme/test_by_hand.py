"""Thirty audits whose every figure is worked out by hand, and all that must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.topics.common.scope import Event
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.pictures import grades_picture, programme_pictures
from qaf_analysis.topics.programme.tables import programme_tables
from qaf_analysis.topics.programme.words import (
    programme_claim,
    programme_lead,
    say_multi_agency,
    say_programme,
    since_last_quarter,
    voice_words,
    worst_grade_words,
)
from tests.topics.by_hand import GOOD, IMPROVE, INADEQUATE, OUTSTANDING, Row, audit, council

NOW, LATER = Quarter(2019, 4), "2020-21 Q1"
FIRST_YEAR = ("2018-19 Q1", "2018-19 Q2", "2018-19 Q3", "2018-19 Q4")
LAST_YEAR = ("2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")
FEW_GOOD = ((0, 1, 1), (1, 1, 2), (0, 1, 2), (1, 1, 3))  # 3 of 12 good or better
MANY_GOOD = ((2, 2, 1), (2, 3, 1), (2, 2, 2), (3, 2, 0))  # 9 of 12
HALF_GOOD = ((2, 2, 1), (2, 1, 1), (3, 1, 2), (1, 2, 0))  # 6 of 12

SETTINGS = Settings(
    council="Small",
    synthetic=True,
    open_cases=300,
    themes=(Theme(name="Plans", domain="Plan", audited_in=Quarter(2019, 2)),),
    process_changes=(
        ProcessChange(kind="training", label="Training", starts=date(2019, 5, 1)),
        ProcessChange(kind="pool", label="New pool", starts=date(2020, 1, 7)),
        ProcessChange(kind="pool", label="Next year's pool", starts=date(2020, 5, 1)),
    ),
)


def year(
    quarters: Sequence[str], grades: Sequence[Sequence[int]], auditors: str, **more: object
) -> list[Row]:
    """Three audits a quarter; one auditor grades all of a quarter."""
    return [
        audit(quarter, grade, auditor=who, **more)
        for quarter, row, who in zip(quarters, grades, auditors, strict=True)
        for grade in row
    ]


def beside() -> list[Row]:
    """Eight audits of other kinds, one without a grade, and one after the quarter reported."""
    multi = {"audit_type": "multi_agency", "theme": "Neglect"}
    return [
        audit(LAST_YEAR[1], IMPROVE, audit_type="themed"),
        audit(LAST_YEAR[1], GOOD, audit_type="themed"),
        audit(LAST_YEAR[3], INADEQUATE, **multi),
        audit(LAST_YEAR[3], GOOD, **multi),
        audit(LAST_YEAR[3], None, **multi),
        audit(LAST_YEAR[2], None),  # routine, without a grade
        audit(LATER, INADEQUATE, auditor="Z"),
    ]


def rows(before=FEW_GOOD, now=MANY_GOOD) -> list[Row]:
    return [*year(FIRST_YEAR, before, "DDDD"), *year(LAST_YEAR, now, "ABAC"), *beside()]


def found(*more_rows: Row, before=FEW_GOOD, now=MANY_GOOD, settings=SETTINGS):
    audits = council(*rows(before, now), *more_rows, settings=settings)
    return programme(audits, quarter=NOW)


@pytest.fixture(scope="module")
def risen():
    return found()


def test_shares_and_their_change_are_those_of_an_independent_implementation(risen):
    """3 of 12, 9 of 12, and their difference 6/12 with Newcombe's limits, from statsmodels."""
    assert (risen.good_before.value, risen.good_now.value) == (3 / 12, 9 / 12)
    assert (risen.good_now.cases, risen.good_before.cases) == (12, 12)
    for share, good in ((risen.good_before, 3), (risen.good_now, 9)):
        limits = proportion_confint(good, 12, method="wilson")
        assert (share.low, share.high) == pytest.approx(limits)
    limits = confint_proportions_2indep(9, 12, 3, 12, compare="diff", method="newcomb")
    assert risen.change.value == 9 / 12 - 3 / 12
    assert (risen.change.low, risen.change.high) == pytest.approx(limits)


def test_words_of_a_rise(risen):
    """Wilson 9/12: 0.47 to 0.91; 3/12: 0.09 to 0.53; 2/3: 0.21 to 0.94; Newcombe: 0.10 to 0.73."""
    said = say_programme(risen)
    assert said.claim == "Good or better rose from 25% to 75%"
    assert said.paragraphs == (
        "In the year to March 2020, auditors graded 75% (47 to 91%) of 12 audits good or better. "
        "In the year to March 2019 it was 25% (9 to 53%): a change of +50 points (+10 to +73).",
        "In 2019-20 Q4 alone it was 67% (21 to 94%) of 3.",
        # 12 + 12 graded and 1 ungraded collaborative audit
        "Since 2018-19 Q1 the programme completed 30 audits: 25 collaborative, 3 multi-agency and "
        "2 themed. 3 auditors graded in the year to March 2020.",
    )
    assert said.source == (
        "12 audits with an overall grade, the year to March 2020. 1 left out (no grade); 5 left "
        "out (themed, multi-agency or calibration audits)."
    )
    assert programme_lead(risen) == (
        "The share that auditors graded good or better has risen since the year to March 2019, "
        "when it was 25% (a change of +10 to +73 points)."
    )


def test_words_of_a_fall():
    fallen = found(before=MANY_GOOD, now=FEW_GOOD)
    minus = "\N{MINUS SIGN}"
    assert programme_claim(fallen) == "Good or better fell from 75% to 25%"
    assert say_programme(fallen).paragraphs[0] == (
        "In the year to March 2020, auditors graded 25% (9 to 53%) of 12 audits good or better. "
        "In the year to March 2019 it was 75% (47 to 91%): a change of "
        f"{minus}50 points ({minus}73 to {minus}10)."
    )
    assert programme_lead(fallen) == (
        "The share that auditors graded good or better has fallen since the year to March 2019, "
        f"when it was 75% (a change of {minus}73 to {minus}10 points)."
    )


def test_words_of_no_clear_change():
    """6/12 and then 9/12: 0.25 - sqrt(0.282^2 + 0.246^2) = -0.12, 0.25 + 0.29 = 0.54."""
    same = found(before=HALF_GOOD)
    assert programme_claim(same) == "Good or better: no clear change (50%, now 75%)"
    minus = "\N{MINUS SIGN}"
    assert (
        say_programme(same)
        .paragraphs[0]
        .endswith(
            "In the year to March 2019 it was 50% (25 to 75%): a change of +25 points "
            f"({minus}12 to +54)."
        )
    )
    assert programme_lead(same).startswith(
        "The share that auditors graded good or better shows no clear change since"
    )


def test_the_last_quarter_stands_against_the_one_before(risen):
    """3 of 3 good in Q3, 2 of 3 in Q4: -1/3 - 0.459 = -0.79 and
    -1/3 + sqrt(0.272^2 + 0.562^2) = 0.29 (Newcombe).
    """
    minus = "\N{MINUS SIGN}"
    assert since_last_quarter(risen) == (
        "3 audits graded, 3 the quarter before.",
        f"Good or better moved by {minus}33 points ({minus}79 to +29): no clear change.",
        "New this quarter: New pool (process change).",
    )


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        # 0 of 6 and then 6 of 6: Newcombe 1 -+ sqrt(2) (0.3903) = 0.45
        ((1,) * 6, (2,) * 6, "Good or better moved by +100 points (+45 to +100): a rise."),
        (
            (2,) * 6,
            (1,) * 6,
            "Good or better moved by \N{MINUS SIGN}100 points "
            "(\N{MINUS SIGN}100 to \N{MINUS SIGN}45): a fall.",
        ),
    ],
)
def test_a_rise_and_a_fall_since_last_quarter(then, now, said):
    two = [
        *(audit(LAST_YEAR[2], grade) for grade in then),
        *(audit(LAST_YEAR[3], grade) for grade in now),
    ]
    assert since_last_quarter(programme(council(*two), quarter=NOW)) == (
        "6 audits graded, 6 the quarter before.",
        said,
    )


def test_worst_grades_are_those_of_the_last_four_quarters(risen):
    assert worst_grade_words(risen) == (
        "Routine audits graded inadequate, by quarter: 2019-20 Q1: 0 of 3; 2019-20 Q2: 0 of 3; "
        "2019-20 Q3: 0 of 3; 2019-20 Q4: 1 of 3."
    )


def test_rounds_of_multi_agency_audits(risen):
    assert say_multi_agency(risen) == (
        "2019-20 Q4, Neglect: 3 cases; 1 graded inadequate, 1 graded good and 1 without an "
        "overall grade.",
    )


def test_events_of_quarters_up_to_now_in_order_of_time(risen):
    assert risen.events == (
        Event(quarter=Quarter(2019, 1), label="Training", kind="process change"),
        Event(quarter=Quarter(2019, 2), label="Plans", kind="themed audit"),
        Event(quarter=Quarter(2019, 4), label="New pool", kind="process change"),
    )


def test_counts_that_no_sentence_tells(risen):
    assert (risen.auditors, risen.audits_now, risen.audits_quarter) == (3, 12, 3)
    assert (risen.open_cases, risen.synthetic, risen.has_overall) == (300, True, True)
    assert (risen.good_from, risen.before_period) == (2, "the year to March 2019")
    assert (str(risen.scope.first), str(risen.scope.last)) == ("2019-20 Q1", "2019-20 Q4")
    assert str(risen.scope.quarter) == "2019-20 Q4"
    assert not found(settings=Settings(council="Small")).synthetic
    assert repr(found(settings=Settings(council="Small")).open_cases) == "0"


def test_every_row_of_every_table(risen):
    by_quarter, by_type, figures = programme_tables(risen)
    assert [column.heading for column in by_quarter.columns] == [
        "Quarter", "Inadequate", "Requires improvement", "Good", "Outstanding", "All graded",
        "Good or better",
    ]  # fmt: skip
    assert by_quarter.rows == (
        ("2018-19 Q1", "1", "2", "0", "0", "3", "0%"),
        ("2018-19 Q2", "0", "2", "1", "0", "3", "33%"),
        ("2018-19 Q3", "1", "1", "1", "0", "3", "33%"),
        ("2018-19 Q4", "0", "2", "0", "1", "3", "33%"),
        ("2019-20 Q1", "0", "1", "2", "0", "3", "67%"),
        ("2019-20 Q2", "0", "1", "1", "1", "3", "67%"),
        ("2019-20 Q3", "0", "0", "3", "0", "3", "100%"),
        ("2019-20 Q4", "1", "0", "1", "1", "3", "67%"),
    )
    assert [column.heading for column in by_type.columns] == [
        "Quarter", "Collaborative", "Multi-agency", "Themed", "All audits",
    ]  # fmt: skip
    assert by_type.rows == (
        ("2018-19 Q1", "3", "0", "0", "3"),
        ("2018-19 Q2", "3", "0", "0", "3"),
        ("2018-19 Q3", "3", "0", "0", "3"),
        ("2018-19 Q4", "3", "0", "0", "3"),
        ("2019-20 Q1", "3", "0", "0", "3"),
        ("2019-20 Q2", "3", "0", "2", "5"),
        ("2019-20 Q3", "4", "0", "0", "4"),
        ("2019-20 Q4", "3", "3", "0", "6"),
        ("All quarters", "25", "3", "2", "30"),
    )
    minus = "\N{MINUS SIGN}"
    wilson, newcombe = "Wilson", "Newcombe method 10, independent"
    unknown = ("too few to say", "", "0", "", "the exports do not record it")
    assert figures.rows == (
        ("Good or better, the year to March 2020", "75%", "47 to 91%", "12", "", wilson),
        ("Good or better, 2019-20 Q4", "67%", "21 to 94%", "3", "", wilson),
        ("Good or better, the year to March 2019", "25%", "9 to 53%", "12", "", wilson),
        ("Change, in percentage points", "+50", "+10 to +73", "24", "", newcombe),
        (
            "Change since last quarter, in percentage points",
            f"{minus}33", f"{minus}79 to +29", "6", "", newcombe,
        ),
        ("Audits with the worker present", *unknown),
        ("Audits with family feedback", *unknown),
    )  # fmt: skip
    assert figures.note == (
        "3 auditors graded routine audits in the year to March 2020; 12 grades are used."
    )
    assert (by_quarter.place, by_type.place, figures.place) == ("section", "appendix", "appendix")


def test_pictures_say_the_same(risen):
    (completed,) = programme_pictures(risen)
    assert completed.title == "30 audits completed since 2018-19 Q1"
    assert completed.alt == (
        "30 audits completed since 2018-19 Q1. "
        "Collaborative: 25 audits from 2018-19 Q1 to 2019-20 Q4, 3 in the last quarter. "
        "Multi-agency: 3 audits from 2018-19 Q1 to 2019-20 Q4, 3 in the last quarter. "
        "Themed: 2 audits from 2018-19 Q1 to 2019-20 Q4, 0 in the last quarter."
    )
    grades = grades_picture(risen, None)
    assert grades.title == "Good or better rose from 25% to 75%"
    assert grades.alt == (
        "Good or better rose from 25% to 75%. Share of audits graded Good or better: "
        "2018-19 Q1 0% of 3, 2018-19 Q2 33% of 3, 2018-19 Q3 33% of 3, 2018-19 Q4 33% of 3, "
        "2019-20 Q1 67% of 3, 2019-20 Q2 67% of 3, 2019-20 Q3 100% of 3, 2019-20 Q4 67% of 3. "
        "In 2019-20 Q4: Inadequate 33%, Requires improvement 0%, Good 33%, Outstanding 33%. "
        "Before 2019-20 Q1: Training. Before 2019-20 Q4: New pool."
    )


# Twelve audits of one quarter with more columns: domains, teams, types of case, feedback.
DOMAINS = {"Review": 2, "Voice": 1, "Plan": 2, "Chronology": 3}
DETAILED = (
    *(audit(LAST_YEAR[3], GOOD, team="East", case_type="Child in need") for _ in range(8)),
    *(audit(LAST_YEAR[3], IMPROVE, team="East", case_type="Looked after") for _ in range(2)),
    audit(LAST_YEAR[3], OUTSTANDING, team="West", case_type="Looked after"),
    audit(LAST_YEAR[3], IMPROVE, case_type="Looked after"),
)


def detailed(settings=None):
    answers = ((True, True), (True, False), (True, False), (False, None), (None, False))
    rows = []
    for number, row in enumerate(DETAILED):
        # Voice is good in 1 of 4, Plan in 2, Review in 3, Chronology in 4 of the first four.
        marks = {
            name: GOOD if number < good else IMPROVE
            for name, good in (("Review", 3), ("Voice", 1), ("Plan", 2), ("Chronology", 4))
            if number < 4
        }
        feedback, present = answers[number] if number < len(answers) else (None, None)
        rows.append(
            replace(
                row,
                grades={**row.grades, **marks},
                family_feedback=feedback,
                collaborative=present,
                second={"Overall": OUTSTANDING, "Plan": OUTSTANDING},
                moderated={"Overall": INADEQUATE, "Plan": INADEQUATE},
            )
        )
    return programme(council(*rows, settings=settings), quarter=NOW)


def test_domains_teams_types_of_case_and_feedback():
    """Second auditors' and moderators' grades count nowhere; feedback 3 of 4, present 1 of 4."""
    result = detailed()
    said = say_programme(result).paragraphs
    assert said[2:] == (
        "Since 2019-20 Q4 the programme completed 12 audits: 12 collaborative. 1 auditor graded "
        "in 2019-20 Q4. 75% of audits included the family's feedback (30 to 95%).",
        "The domains with the smallest share good or better were Voice (25%), Plan (50%) and "
        "Review (75%).",
    )
    _, _, domains, teams, cases, figures = programme_tables(result)
    assert domains.rows == (
        ("Chronology", "0", "0", "4", "0", "4", "100%"),
        ("Plan", "0", "2", "2", "0", "4", "50%"),
        ("Review", "0", "1", "3", "0", "4", "75%"),
        ("Voice", "0", "3", "1", "0", "4", "25%"),
    )
    # East 8 of 10; West and those without a team stand on too few for a share.
    assert teams.rows == (
        ("East", "0", "2", "8", "0", "10", "80%"),
        ("West", "0", "0", "0", "1", "1", "too few to say"),
        ("not recorded", "0", "1", "0", "0", "1", "too few to say"),
    )
    assert cases.rows == (
        ("Child in need", "0", "0", "8", "0", "8", "too few to say"),
        ("Looked after", "0", "3", "0", "1", "4", "too few to say"),
    )
    assert figures.rows[5:] == (
        ("Audits with the worker present", "25%", "5 to 70%", "4", "", "Wilson"),
        ("Audits with family feedback", "75%", "30 to 95%", "4", "", "Wilson"),
    )
    assert voice_words(result) == (
        "The family's feedback is recorded in 75% (30 to 95%) of 4 routine audits in 2019-20 Q4."
    )
    assert [table.caption for table in (domains, teams, cases)] == [
        "Grades by domain, 2019-20 Q4",
        "Grades by team, 2019-20 Q4",
        "Grades by case type, 2019-20 Q4",
    ]
    assert [table.columns[0].heading for table in (domains, teams, cases)] == [
        "Domain", "Team", "Case type",
    ]  # fmt: skip
    assert [table.place for table in (domains, teams, cases)] == ["section", *["appendix"] * 2]


def test_domains_stand_in_the_order_of_the_settings_and_then_of_the_alphabet():
    settings = Settings(council="Small", domains={"Voice": None, "Overall": None, "Plan": None})
    assert [domain.label for domain in detailed(settings).by_domain] == [
        "Voice", "Plan", "Chronology", "Review",
    ]  # fmt: skip


def test_without_an_earlier_year_no_change_is_told():
    """Seven quarters: the fourth of the first year lies in the last year."""
    seven = [audit(quarter, GOOD) for quarter in (*FIRST_YEAR[1:], *LAST_YEAR)]
    result = programme(council(*seven), quarter=NOW)
    assert programme_claim(result) == "Good or better: 100% of audits"
    assert say_programme(result).paragraphs[0] == (
        "In the year to March 2020, auditors graded 100% (51 to 100%) of 4 audits good or better. "
        "A change cannot be told, because there is no earlier period to compare with."
    )
    assert programme_lead(result) == (
        "How the share good or better has moved cannot be told: there is no earlier period to "
        "compare with."
    )
    assert programme_tables(result)[-1].rows[2][0] == "Good or better, first year"
    eight = programme(council(audit(FIRST_YEAR[0], GOOD), *seven), quarter=NOW)
    assert eight.before_period == "the year to March 2019"
    assert eight.good_before.cases == 4


def test_nothing_graded():
    result = programme(council(audit(LAST_YEAR[2], None), audit(LAST_YEAR[3], None)), quarter=NOW)
    said = say_programme(result)
    assert said.claim == "No audit of this period was graded"
    assert said.paragraphs[1] == "In 2019-20 Q4 no routine audit was graded."
    assert said.source == ("0 domain grades, 2019-20 Q3 to 2019-20 Q4. 2 left out (no grade).")
    assert since_last_quarter(result) == ("0 domain grades graded, 0 the quarter before.",)


def test_without_an_overall_grade_domains_are_counted_and_audits_are_clusters():
    """Two audits with two domain grades each: 3 of 4 grades good, no change told."""
    two = [
        Row(quarter=LAST_YEAR[3], grades={"Plan": GOOD, "Voice": GOOD}),
        Row(quarter=LAST_YEAR[3], grades={"Plan": IMPROVE, "Voice": GOOD}),
        *(Row(quarter=quarter, grades={"Plan": GOOD, "Voice": GOOD}) for quarter in FIRST_YEAR),
    ]
    result = programme(council(*two), quarter=NOW)
    assert (result.has_overall, result.audits_now, result.scope.used) == (False, 2, 4)
    assert (result.good_now.value, result.good_now.cases) == (3 / 4, 4)
    assert result.good_now.method != "Wilson"
    assert (
        say_programme(result)
        .paragraphs[0]
        .endswith(
            "of 4 domain grades good or better. A change cannot be told, because the audits carry "
            "no overall grade."
        )
    )
    assert result.scope.unit == "domain grades"


def test_all_quarters_count_where_the_settings_ask_for_it():
    whole = found(settings=replace(SETTINGS, window="all"))
    assert (whole.scope.used, whole.good_now.value) == (24, 12 / 24)
    assert whole.scope.period == "2018-19 Q1 to 2019-20 Q4"
    assert not whole.change.is_estimable
    assert str(whole.scope.first) == "2018-19 Q1"


def test_a_type_that_is_not_recorded_is_routine_and_named_so():
    rows = [
        audit(LAST_YEAR[3], GOOD, audit_type=None),
        audit(LAST_YEAR[3], IMPROVE, audit_type="case_file"),
        audit(LAST_YEAR[3], IMPROVE, audit_type="inspection", role="inspector"),
        audit(LAST_YEAR[3], GOOD, audit_type="case_file"),
        audit(LAST_YEAR[3], INADEQUATE, audit_type="calibration"),
    ]
    result = programme(council(*rows), quarter=NOW)
    assert result.good_now.value == 2 / 4
    assert say_programme(result).paragraphs[2] == (
        "Since 2019-20 Q4 the programme completed 5 audits: 2 case-file, 1 calibration, 1 "
        "inspection and 1 type not recorded. 1 auditor graded in 2019-20 Q4."
    )
