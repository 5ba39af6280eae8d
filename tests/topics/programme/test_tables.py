"""Every cell of the tables on the audit programme, with a different figure in each."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.programme.tables import intake_tables, programme_tables, reach_table
from tests.topics.by_hand import estimated, unknown
from tests.topics.programme.results import INTAKE, PROGRAMME, REACH, counts

MINUS = "\N{MINUS SIGN}"


def headings(table) -> list[str]:
    return [column.heading for column in table.columns]


def aligned(table) -> str:
    return "".join(column.align[0] for column in table.columns)


def test_grades_by_quarter_audits_by_type_and_the_figures_of_the_words():
    _, by_quarter, by_type, figures = programme_tables(PROGRAMME)
    assert by_quarter.caption == "Routine audits by quarter and grade"
    assert headings(by_quarter) == [
        "Quarter", "Inadequate", "Requires improvement", "Good", "Outstanding", "All graded",
        "Good or better",
    ]  # fmt: skip
    assert aligned(by_quarter) == "lrrrrrr"
    assert by_quarter.rows == (
        ("2019-20 Q3", "3", "10", "30", "7", "50", "74%"),
        ("2019-20 Q4", "2", "16", "25", "5", "48", "63%"),
    )
    assert by_quarter.source == (
        "Grades given by the first auditor; themed, multi-agency and calibration audits are left "
        "out."
    )
    assert by_type.caption == "Audits completed by quarter and type"
    assert headings(by_type) == ["Quarter", "Collaborative", "Multi-agency", "All audits"]
    assert aligned(by_type) == "lrrr"
    assert by_type.rows == (
        ("2019-20 Q3", "50", "2", "52"),
        ("2019-20 Q4", "1,048", "4", "1,052"),
        ("All quarters", "1,098", "6", "1,104"),
    )
    assert by_type.source == "Every audit loaded, whatever its type."
    assert figures.caption == "Figures in the overview"
    assert figures.rows == (
        ("Good or better, 2019-20 Q4", "62%", "48 to 75%", "48", "", "by hand"),
        ("Good or better, 2019-20 Q3", "74%", "", "50", "", "by hand"),
        (
            "Change since last quarter, in percentage points", f"{MINUS}12", f"{MINUS}31 to +7",
            "98", "", "by hand",
        ),
        ("Audits with the worker present", "81%", "74 to 86%", "198", "", "by hand"),
        ("Audits with family feedback", "35%", "28 to 42%", "197", "", "by hand"),
    )  # fmt: skip
    assert figures.note == (
        "29 auditors graded routine audits in the year to March 2020; 199 grades are used."
    )
    assert figures.source == (
        "199 audits with an overall grade, the year to March 2020. None left out."
    )
    assert [table.place for table in (by_quarter, by_type, figures)] == [
        "section", "appendix", "appendix",
    ]  # fmt: skip


def test_every_year_stands_with_its_audits_and_one_change():
    years = programme_tables(PROGRAMME)[0]
    assert (years.caption, years.place) == ("Good or better, year by year", "section")
    assert headings(years) == [
        "Year", "Audits", "Auditors", "Good or better", "95% interval",
        "Change on the year before, points", "95% interval",
    ]  # fmt: skip
    assert aligned(years) == "lrrrrrr"
    assert years.rows == (
        ("2016-17 Q3 to 2016-17 Q4, not a whole year", "41", "9", "33%", "20 to 50%", "", ""),
        ("the year to March 2018", "171", "31", "52%", "44 to 60%", "", ""),
        ("the year to March 2019", "180", "30", "46%", "39 to 54%", "", ""),
        ("the year to March 2020", "199", "29", "60%", "53 to 67%", "+14", "+4 to +24"),
    )
    assert years.note == (
        "Intervals allow for auditors who grade alike, and for who audited in which year. Only "
        "this year and the year before are compared."
    )
    assert years.source == "Grades given by the first auditor in routine audits."


def test_years_are_written_so_that_their_change_adds_up():
    """45.4 and 59.6 would be 45 and 60 with 14 between; with a decimal they are 14.2 apart."""
    *others, before, last = PROGRAMME.years
    result = replace(
        PROGRAMME,
        years=(
            *others,
            replace(before, good=estimated(0.454, 0.38, 0.53)),
            replace(last, good=estimated(0.596, 0.53, 0.66)),
        ),
        change=estimated(0.142, 0.0004, 0.2836),
    )
    assert [row[3:] for row in programme_tables(result)[0].rows[-2:]] == [
        ("45.4%", "38.0 to 53.0%", "", ""),
        ("59.6%", "53.0 to 66.0%", "+14.2", "0.0 to +28.4"),
    ]


def test_a_year_without_a_share_and_no_change():
    few = unknown("it would rest on 9 audits", cases=9)
    result = replace(
        PROGRAMME,
        has_overall=False,
        change=unknown("none"),
        years=(replace(PROGRAMME.years[-1], good=few),),
    )
    years = programme_tables(result)[0]
    assert headings(years)[1] == "Grades"
    assert years.rows == (("the year to March 2020", "9", "0", "too few to say", "", "", ""),)


def test_a_headline_of_all_quarters_stands_among_the_figures():
    result = replace(PROGRAMME, scope=replace(PROGRAMME.scope, period="all of it"))
    assert programme_tables(result)[-1].rows[0] == (
        "Good or better, all of it", "60%", "53 to 67%", "199", "", "by hand",
    )  # fmt: skip


def test_one_auditor_one_grade_no_earlier_year_and_a_quarter_without_grades():
    one = replace(
        PROGRAMME,
        auditors=1,
        scope=replace(PROGRAMME.scope, used=1),
        by_quarter=(counts("2019-20 Q4", 0, 0, 0, 0), counts("2020-21 Q1", 0, 1000, 3000, 0)),
    )
    _, by_quarter, _, figures = programme_tables(one)
    assert by_quarter.rows == (
        ("2019-20 Q4", "0", "0", "0", "0", "0", "none graded"),
        ("2020-21 Q1", "0", "1,000", "3,000", "0", "4,000", "75%"),
    )
    assert figures.rows[1][1] == "too few to say"
    assert figures.note == (
        "1 auditor graded routine audits in the year to March 2020; 1 grade is used."
    )
    other = replace(PROGRAMME, scale=ScaleWords.of(("Poor", "Fair", "Strong", "Leading"), 1))
    _, by_quarter, _, figures = programme_tables(other)
    assert headings(by_quarter)[1:] == [
        "Poor", "Fair", "Strong", "Leading", "All graded", "Fair or better",
    ]  # fmt: skip
    assert figures.rows[0][0] == "Fair or better, 2019-20 Q4"


def test_domains_teams_and_types_of_case():
    full = replace(
        PROGRAMME,
        by_domain=(counts("Plan", 1, 2, 3, 4),),
        by_team=(counts("East", 0, 4, 5, 1), counts("West", 1, 2, 5, 1)),
        by_case_type=(counts("Looked after", 2, 3, 9, 6), counts("In need", 0, 0, 1, 0)),
    )
    _, _, _, domains, teams, cases, _ = programme_tables(full)
    assert domains.caption == "Grades by domain, the year to March 2020"
    assert headings(domains)[0] == "Domain"
    assert domains.rows == (("Plan", "1", "2", "3", "4", "10", "70%"),)
    assert (domains.place, domains.note) == ("section", "")
    assert teams.caption == "Grades by team, the year to March 2020"
    assert headings(teams)[0] == "Team"
    # A share needs ten audits: East has ten, West nine.
    assert teams.rows == (
        ("East", "0", "4", "5", "1", "10", "60%"),
        ("West", "1", "2", "5", "1", "9", "too few to say"),
    )
    assert (teams.place, teams.note) == (
        "appendix", "No share is given on fewer than 10 audits.",
    )  # fmt: skip
    assert cases.caption == "Grades by case type, the year to March 2020"
    assert headings(cases)[0] == "Case type"
    assert cases.rows == (
        ("Looked after", "2", "3", "9", "6", "20", "75%"),
        ("In need", "0", "0", "1", "0", "1", "too few to say"),
    )
    assert {table.source for table in (domains, teams, cases)} == {PROGRAMME.scope.source_line}
    # One team alone is all audits again.
    assert len(programme_tables(replace(full, by_team=full.by_team[:1]))) == 6


def test_files_findings_and_checks():
    files, findings, checks = intake_tables(INTAKE)
    assert files.caption == "Files read"
    assert headings(files) == ["File", "Holds", "Rows in", "Loaded", "Set aside", "SHA-256"]
    assert aligned(files) == "llrrrl"
    assert files.rows == (
        ("audits.csv", "audits", "5,000", "4,990", "10", "a" * 16),
        ("moderations.csv", "moderations", "700", "697", "3", "c" * 16),
        (
            "All files", "601 audits, 4,802 grades, 203 moderations", "5,700", "5,687", "13", "",
        ),
    )  # fmt: skip
    assert files.source == f"Settings file SHA-256: {'e' * 16}."
    assert findings.caption == "What reading found"
    assert headings(findings) == ["Finding", "Rows", "Outcome", "First place", "To mend"]
    assert aligned(findings) == "lrlll"
    assert findings.rows == (
        ("unknown grade", "1,013", "set aside", "audits.csv › row 9", "Write Good."),
        ("odd date", "2", "loaded, with a warning", "audits.csv › row 12", "Look at it."),
        ("blank team", "4", "loaded", "audits.csv › row 3", "Nothing."),
        ("no header", "5", "rejected", "late.csv", "Add headings."),
    )
    assert findings.note == (
        "Rows set aside are kept outside this report, where only who made it may read them."
    )
    assert checks.caption == "Checks of the data"
    assert headings(checks) == ["Check", "Result", "Detail"]
    assert aligned(checks) == "lll"
    assert checks.rows == (
        ("Dates in order", "passed", "all 600"),
        ("Ages", "could not run", "no column"),
        ("Grades in use", "failed", "one level is never used."),
        ("Rounds", "passed", "5 rounds"),
        ("Teams", "passed", "6 teams"),
        ("Names", "failed", "2 look alike"),
    )
    assert [table.place for table in (files, findings, checks)] == [
        "section", "appendix", "section",
    ]  # fmt: skip


def test_nothing_found_nothing_checked_no_settings_file():
    (files,) = intake_tables(replace(INTAKE, findings=(), checks=(), settings_sha256=""))
    assert files.source == "Settings file SHA-256: no settings file."


def test_every_figure_of_the_box():
    table = reach_table(REACH)
    assert table.caption == "What 48 audits can and cannot tell"
    assert headings(table) == ["Question", "Answer", "How computed"]
    assert aligned(table) == "lrl"
    assert table.rows == (
        ("Graded routine audits in the quarter", "48", "count"),
        ("Open cases", "3,500", "settings"),
        ("Good or better in the quarter", "62% (48 to 75%)", "Wilson"),
        (
            "A rise of 10 points between two such quarters is missed, times in 100",
            "83",
            "normal approximation, two-sided test at 95% confidence",
        ),
        (
            "Smallest rise seen 80% of the time, quarter to quarter",
            "27 points",
            "power by quarter",
        ),
        ("Smallest rise seen 80% of the time, year to year", "14 points", "power by year"),
        (
            "A random moderation of 5 meets no lowered grade when 31% would be lowered, times in "
            "100",
            "16",
            "binomial",
        ),
    )
    assert table.source == (
        "Computed from this report's own figures; nothing here is a rule of thumb."
    )
    assert table.place == "appendix"


def test_what_the_box_does_not_know():
    bare = replace(
        REACH, audits=0, open_cases=0, share=unknown("none"), missed=nan, none_found=nan,
        detectable_quarters=unknown("no audit was graded"),
        detectable_years=unknown("even a rise to 100% would be missed"),
    )  # fmt: skip
    assert reach_table(bare).rows == (
        ("Graded routine audits in the quarter", "0", "count"),
        ("Open cases", "not stated", "settings"),
        (
            "Smallest rise seen 80% of the time, quarter to quarter",
            "none",
            "no audit was graded",
        ),
        (
            "Smallest rise seen 80% of the time, year to year",
            "none",
            "even a rise to 100% would be missed",
        ),
    )


@pytest.mark.parametrize("power", [0.8, 0.9])
def test_the_chance_named_is_the_one_computed_with(power):
    table = reach_table(replace(REACH, power=power, detectable_years=estimated(0.2)))
    assert table.rows[5][0] == f"Smallest rise seen {100 * power:.0f}% of the time, year to year"
