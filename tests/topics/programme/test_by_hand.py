"""Thirty audits whose every figure is worked out by hand, and all that must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.terms.verdicts import YearVerdict
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
    """Three audits a quarter; each audit of a year has an auditor of its own."""
    each = [
        (quarter, grade) for quarter, row in zip(quarters, grades, strict=True) for grade in row
    ]
    return [
        audit(quarter, grade, auditor=f"{auditors}{number}", **more)
        for number, (quarter, grade) in enumerate(each)
    ]


def wilson(good: int, n: int) -> tuple[float, float]:
    """Limits for n audits by as many auditors: n - 1 of them in effect, and Student's t."""
    alpha = 2 * stats.norm.sf(stats.t.ppf(0.975, n - 1))
    return proportion_confint(good / n * (n - 1), n - 1, alpha=alpha, method="wilson")


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
    return [*year(FIRST_YEAR, before, "D"), *year(LAST_YEAR, now, "A"), *beside()]


def found(*more_rows: Row, before=FEW_GOOD, now=MANY_GOOD, settings=SETTINGS):
    audits = council(*rows(before, now), *more_rows, settings=settings)
    return programme(audits, quarter=NOW)


@pytest.fixture(scope="module")
def risen():
    return found()


def test_shares_and_their_change_are_those_of_an_independent_implementation(risen):
    """3 of 12, 9 of 12, and their difference: each auditor audits once, so Student's t of two
    samples.
    """
    before, now = risen.years
    assert (before.good.value, now.good.value) == (3 / 12, 9 / 12)
    assert (before.good.cases, now.good.cases) == (12, 12)
    assert (before.period, now.period) == ("the year to March 2019", "the year to March 2020")
    assert now.good == risen.good_now
    for share, good in ((before.good, 3), (now.good, 9)):
        assert (share.low, share.high) == pytest.approx(wilson(good, 12))
    test = stats.ttest_ind([1] * 9 + [0] * 3, [1] * 3 + [0] * 9)
    limits = test.confidence_interval(0.95)
    assert risen.change.value == 9 / 12 - 3 / 12
    assert (risen.change.low, risen.change.high) == pytest.approx((limits.low, limits.high))
    assert risen.change.p == pytest.approx(test.pvalue)
    assert risen.verdict == YearVerdict.RISEN


def test_auditors_of_both_years_are_subtracted_from_themselves():
    """The same twelve in both years: Student's t of pairs, and no rise can be told."""
    rows = [*year(FIRST_YEAR, FEW_GOOD, "A"), *year(LAST_YEAR, MANY_GOOD, "A")]
    found = programme(council(*rows), quarter=NOW)
    good = [[float(g >= 2) for row in grades for g in row] for grades in (FEW_GOOD, MANY_GOOD)]
    limits = stats.ttest_rel(good[1], good[0]).confidence_interval(0.95)
    assert limits.high > 1  # no share rises by more than all
    assert (found.change.low, found.change.high) == pytest.approx((limits.low, 1))
    assert found.verdict == YearVerdict.NO_CHANGE


def test_this_year_stands_against_the_year_before_and_no_other():
    """A first year without a good audit, then two alike: no change, and the first year is told."""
    none = ((1, 1, 1),) * 4
    first = ("2017-18 Q1", "2017-18 Q2", "2017-18 Q3", "2017-18 Q4")
    three = [
        *year(first, none, "Z"), *year(FIRST_YEAR, MANY_GOOD, "D"), *year(LAST_YEAR, MANY_GOOD, "A")
    ]  # fmt: skip
    result = programme(council(*three), quarter=NOW)
    assert [(one.period, one.is_whole, one.good.value) for one in result.years] == [
        ("the year to March 2018", True, 0.0),
        ("the year to March 2019", True, 0.75),
        ("the year to March 2020", True, 0.75),
    ]
    assert (result.change.value, result.verdict) == (0.0, YearVerdict.NO_CHANGE)
    assert programme_claim(result) == "Good or better: no change can be told (75%, now 75%)"
    # Half a year more at the start is a year of its own, not a whole one.
    longer = programme(council(audit("2016-17 Q3", GOOD), *three), quarter=NOW)
    assert (longer.years[0].period, longer.years[0].is_whole) == (
        "2016-17 Q3 to 2016-17 Q4", False,
    )  # fmt: skip
    assert longer.years[1:] == result.years


def test_words_of_a_rise(risen):
    """On 11 in effect and t 2.201: 9/12 is 0.42 to 0.92, 3/12 the rest; change 0.5 -+ 0.383."""
    said = say_programme(risen)
    assert said.claim == "Good or better rose from 25% to 75%"
    assert said.paragraphs == (
        "In the year to March 2020, 75% (42 to 92%) of 12 audits were graded good or better by "
        "auditors. In the year to March 2019 it was 25% (8 to 58%). The change of +12 to +88 "
        "points allows for who audited in each year: the share has risen.",
        "In 2019-20 Q4 alone no share is given: it would rest on 3 audits; at least 10 are needed.",
        # 12 + 12 graded and 1 ungraded collaborative audit
        "Since 2018-19 Q1 the programme completed 30 audits: 25 collaborative, 3 multi-agency and "
        "2 themed. 12 auditors graded in the year to March 2020.",
    )
    assert said.source == (
        "12 audits with an overall grade, the year to March 2020. 1 left out (no grade); 5 left "
        "out (themed, multi-agency or calibration audits)."
    )
    assert programme_lead(risen) == (
        "The share that auditors graded good or better has risen since the year to March 2019 "
        "(+12 to +88 points)."
    )


def test_words_of_a_fall():
    fallen = found(before=MANY_GOOD, now=FEW_GOOD)
    minus = "\N{MINUS SIGN}"
    assert programme_claim(fallen) == "Good or better fell from 75% to 25%"
    assert say_programme(fallen).paragraphs[0] == (
        "In the year to March 2020, 25% (8 to 58%) of 12 audits were graded good or better by "
        "auditors. In the year to March 2019 it was 75% (42 to 92%). The change of "
        f"{minus}88 to {minus}12 points allows for who audited in each year: the share has fallen."
    )
    assert programme_lead(fallen) == (
        "The share that auditors graded good or better has fallen since the year to March 2019 "
        f"({minus}88 to {minus}12 points)."
    )


def test_words_of_no_clear_change():
    """6/12 and then 9/12: 0.25 -+ 2.074 sqrt(0.1875/11 + 0.25/11) = 0.25 -+ 0.414."""
    same = found(before=HALF_GOOD)
    assert programme_claim(same) == "Good or better: no change can be told (50%, now 75%)"
    minus = "\N{MINUS SIGN}"
    assert (
        say_programme(same)
        .paragraphs[0]
        .endswith(
            "In the year to March 2019 it was 50% (22 to 78%). The change of "
            f"{minus}16 to +66 points allows for who audited in each year: no change can be told."
        )
    )
    assert programme_lead(same).startswith(
        "No change can be told in the share graded good or better since"
    )


def test_the_last_quarter_is_too_small_to_stand_against_the_one_before(risen):
    assert risen.quarter_change.why_not == (
        "one of the two periods has 3 graded audits; at least 10 are needed in each"
    )
    assert since_last_quarter(risen) == (
        "Whether the last quarter differs from the one before cannot be told.",
        "New this quarter: New pool (process change).",
    )


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        # None and then all of 12: each has 1/14 x 13/14 / 14 at least, so 1 - 2.074 x 0.0973
        (1, 2, "the share has risen (+80 to +100 points)."),
        (
            2,
            1,
            "the share has fallen (\N{MINUS SIGN}100 to \N{MINUS SIGN}80 points).",
        ),
    ],
)
def test_a_rise_and_a_fall_since_last_quarter(then, now, said):
    two = [
        audit(quarter, grade, auditor=f"{who}{number}")
        for quarter, grade, who in ((LAST_YEAR[2], then, "D"), (LAST_YEAR[3], now, "A"))
        for number in range(12)
    ]
    assert since_last_quarter(programme(council(*two), quarter=NOW)) == (
        f"Good or better, this quarter against the last: {said}",
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
    assert (risen.auditors, risen.audits_now, risen.audits_quarter) == (12, 12, 3)
    assert (risen.open_cases, risen.synthetic, risen.has_overall) == (300, True, True)
    assert risen.scale.good_from == 2
    assert (str(risen.scope.first), str(risen.scope.last)) == ("2019-20 Q1", "2019-20 Q4")
    assert str(risen.scope.quarter) == "2019-20 Q4"
    assert not found(settings=Settings(council="Small")).synthetic
    assert repr(found(settings=Settings(council="Small")).open_cases) == "0"


def test_every_row_of_every_table(risen):
    years, by_quarter, by_type, figures = programme_tables(risen)
    assert years.rows == (
        ("the year to March 2019", "12", "12", "25%", "8 to 58%", "", ""),
        ("the year to March 2020", "12", "12", "75%", "42 to 92%", "+50", "+12 to +88"),
    )
    assert [column.heading for column in by_quarter.columns] == [
        "Quarter", "Inadequate", "Requires improvement", "Good", "Outstanding", "All graded",
        "Good or better",
    ]  # fmt: skip
    assert by_quarter.rows == (
        ("2018-19 Q1", "1", "2", "0", "0", "3", "too few to say"),
        ("2018-19 Q2", "0", "2", "1", "0", "3", "too few to say"),
        ("2018-19 Q3", "1", "1", "1", "0", "3", "too few to say"),
        ("2018-19 Q4", "0", "2", "0", "1", "3", "too few to say"),
        ("2019-20 Q1", "0", "1", "2", "0", "3", "too few to say"),
        ("2019-20 Q2", "0", "1", "1", "1", "3", "too few to say"),
        ("2019-20 Q3", "0", "0", "3", "0", "3", "too few to say"),
        ("2019-20 Q4", "1", "0", "1", "1", "3", "too few to say"),
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
    few = ("too few to say", "", "3", "", "it would rest on 3 audits; at least 10 are needed")
    unknown = ("too few to say", "", "0", "", "the exports do not record it")
    assert figures.rows == (
        ("Good or better, 2019-20 Q4", *few),
        ("Good or better, 2019-20 Q3", *few),
        (
            "Change since last quarter, in percentage points", "too few to say", "", "6", "",
            "one of the two periods has 3 graded audits; at least 10 are needed in each",
        ),
        ("Audits with the worker present", *unknown),
        ("Audits with family feedback", *unknown),
    )  # fmt: skip
    assert figures.note == (
        "12 auditors graded routine audits in the year to March 2020; 12 grades are used."
    )
    assert (by_quarter.place, by_type.place, figures.place) == ("section", "appendix", "appendix")


def test_pictures_say_the_same(risen):
    (completed,) = programme_pictures(risen)
    assert completed.title == "30 audits completed since 2018-19 Q1"
    assert completed.alt == (
        "30 audits completed since 2018-19 Q1. "
        "Collaborative: 25 audits, 3 in 2019-20 Q4. Multi-agency: 3 audits, 3 in 2019-20 Q4. "
        "Themed: 2 audits, 0 in 2019-20 Q4."
    )
    grades = grades_picture(risen, None)
    assert grades.title == "Good or better rose from 25% to 75%"
    assert grades.alt == (
        "Good or better rose from 25% to 75%. Share graded good or better: 2019-20 Q4 3 audits. "
        "First 2018-19 Q1 3 audits. Before 2019-20 Q1: Training. Before 2019-20 Q4: New pool."
    )


# Twelve audits of one quarter with more columns: domains, teams, types of case, feedback.
DOMAINS = {"Review": 9, "Voice": 3, "Plan": 6, "Chronology": 12, "Rare": 0}
DETAILED = (
    *(audit(LAST_YEAR[3], GOOD, team="East", case_type="Child in need") for _ in range(8)),
    *(audit(LAST_YEAR[3], IMPROVE, team="East", case_type="Looked after") for _ in range(2)),
    audit(LAST_YEAR[3], OUTSTANDING, team="West", case_type="Looked after"),
    audit(LAST_YEAR[3], IMPROVE, case_type="Looked after"),
)


def detailed(settings=None):
    answers = ((True, True), (True, False), (True, False), (False, None), (None, False)) * 2
    answers = (*answers, (False, True), (True, True))
    rows = []
    for number, row in enumerate(DETAILED):
        # Good in so many of all twelve; Rare is graded in four only.
        marks = {
            name: GOOD if number < good else IMPROVE
            for name, good in DOMAINS.items()
            if number < 4 or name != "Rare"
        }
        feedback, present = answers[number]
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
    """Second auditors' and moderators' grades count nowhere; feedback 7 of 10, present 4 of 10."""
    result = detailed()
    said = say_programme(result).paragraphs
    assert said[2:] == (
        "Since 2019-20 Q4 the programme completed 12 audits: 12 collaborative. 1 auditor graded "
        "in 2019-20 Q4. 70% of audits included the family's feedback (40 to 89%).",
        "The domains with the smallest share graded good or better were Voice (25%), Plan (50%) "
        "and Review (75%).",
    )
    _, _, _, domains, teams, cases, figures = programme_tables(result)
    assert domains.rows == (
        ("Chronology", "0", "0", "12", "0", "12", "100%"),
        ("Plan", "0", "6", "6", "0", "12", "50%"),
        ("Rare", "0", "4", "0", "0", "4", "too few to say"),
        ("Review", "0", "3", "9", "0", "12", "75%"),
        ("Voice", "0", "9", "3", "0", "12", "25%"),
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
    assert figures.rows[1:] == (
        ("Audits with the worker present", "40%", "17 to 69%", "10", "", "Wilson"),
        ("Audits with family feedback", "70%", "40 to 89%", "10", "", "Wilson"),
    )
    assert voice_words(result) == (
        "The family's feedback is recorded in 70% (40 to 89%) of 10 routine audits in 2019-20 Q4."
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
        "Voice", "Plan", "Chronology", "Rare", "Review",
    ]  # fmt: skip


def test_without_an_earlier_whole_year_no_change_is_told():
    """Seven quarters: the year before lacks one."""
    seven = [
        audit(quarter, GOOD if number else IMPROVE, auditor=f"A{number}")
        for quarter in (*FIRST_YEAR[1:], *LAST_YEAR)
        for number in range(4)
    ]
    result = programme(council(*seven), quarter=NOW)
    assert programme_claim(result) == "Good or better: 75% of audits"
    assert say_programme(result).paragraphs[0].endswith(
        " of 16 audits were graded good or better by auditors. A change from one year to the next "
        "cannot be told: there is no earlier whole year to compare with."
    )  # fmt: skip
    assert programme_lead(result) == (
        "How the share graded good or better has moved cannot be told: there is no earlier whole "
        "year to compare with."
    )
    assert [year.is_whole for year in result.years] == [False, True]
    eight = programme(council(audit(FIRST_YEAR[0], GOOD), *seven), quarter=NOW)
    assert (eight.years[0].period, eight.years[0].good.cases) == ("the year to March 2019", 13)
    assert eight.verdict == YearVerdict.NO_CHANGE


@pytest.mark.parametrize(("audits", "given"), [(9, False), (10, True)])
def test_no_share_on_fewer_than_ten_audits(audits, given):
    rows = [audit(LAST_YEAR[3], GOOD, auditor=f"A{number}") for number in range(audits)]
    result = programme(council(*rows), quarter=NOW)
    assert result.good_now.is_estimable == given
    assert result.good_quarter == result.good_now == result.by_quarter[-1].good
    assert programme_claim(result) == (
        "Good or better: 100% of audits" if given else "Good or better: too few to say"
    )


def test_nothing_graded():
    result = programme(council(audit(LAST_YEAR[2], None), audit(LAST_YEAR[3], None)), quarter=NOW)
    said = say_programme(result)
    assert said.claim == "No routine audit of this period was graded"
    assert said.paragraphs[1] == "In 2019-20 Q4 no routine audit was graded."
    assert said.source == ("0 domain grades, 2019-20 Q3 to 2019-20 Q4. 2 left out (no grade).")
    assert since_last_quarter(result) == (
        "Whether the last quarter differs from the one before cannot be told.",
    )


def test_without_an_overall_grade_domains_are_counted_and_auditors_are_clusters():
    """Ten audits with two domain grades each, 15 of 20 good; no change told."""
    ten = [
        Row(quarter=LAST_YEAR[3], grades={"Plan": GOOD if n < 5 else IMPROVE, "Voice": GOOD},
            auditor=f"A{n}") for n in range(10)
    ]  # fmt: skip
    before = [Row(quarter=quarter, grades={"Plan": GOOD, "Voice": GOOD}) for quarter in FIRST_YEAR]
    result = programme(council(*ten, *before), quarter=NOW)
    assert (result.has_overall, result.audits_now, result.scope.used) == (False, 10, 20)
    assert (result.good_now.value, result.good_now.cases, result.good_now.auditors) == (
        15 / 20, 20, 10,
    )  # fmt: skip
    # 20 grades in pairs: five auditors are .5 above and five .5 below twice the mean, / 20 each
    assert result.good_now.se**2 == pytest.approx(10 * 0.25 / 20**2 / (9 / 10))
    assert (
        say_programme(result)
        .paragraphs[0]
        .endswith(
            "of 20 domain grades were graded good or better by auditors. A change from one year "
            "to the next cannot be told: the audits carry no overall grade."
        )
    )
    assert result.scope.unit == "domain grades"
    # Nine audits are too few, though they carry 18 grades.
    assert not programme(council(*ten[1:]), quarter=NOW).good_now.is_estimable


def test_all_quarters_count_where_the_settings_ask_for_it():
    whole = found(settings=replace(SETTINGS, window="all"))
    assert (whole.scope.used, whole.good_now.value) == (24, 12 / 24)
    assert whole.scope.period == "2018-19 Q1 to 2019-20 Q4"
    assert whole.years[-1].good.value == 9 / 12
    assert (whole.change.value, whole.verdict) == (6 / 12, YearVerdict.RISEN)
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
    assert result.by_quarter[-1].counts == (0, 2, 2, 0)
    assert say_programme(result).paragraphs[2] == (
        "Since 2019-20 Q4 the programme completed 5 audits: 2 case-file, 1 calibration, 1 "
        "inspection and 1 type not recorded. 1 auditor graded in 2019-20 Q4."
    )
