"""What so many audits can tell, and what reading found, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest
from statsmodels.stats.proportion import power_proportions_2indep

from qaf_analysis.data.contract.record import Check, FileRecord, Finding, ImportRecord
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.analysis.intake import FindingGroup, intake
from qaf_analysis.topics.programme.analysis.reach import reach
from qaf_analysis.topics.programme.tables import reach_table
from qaf_analysis.topics.programme.words import reach_points
from tests.topics.by_hand import GOOD, IMPROVE, audit, council

NOW = Quarter(2019, 4)
QUARTERS = ("2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")


def moderated_audit(quarter: str, grade: int, theirs: int | None, auditor: str):
    moderated = {} if theirs is None else {"Overall": theirs}
    return audit(quarter, grade, auditor=auditor, moderated=moderated)


def of(rows, *, settings=None):
    audits = council(*rows, settings=settings)
    return reach(programme(audits, quarter=NOW), optimism(audits, quarter=NOW))


def fifty(good: int, *, moderated: int = 0, lowered: int = 0):
    """Fifty audits in each of four quarters, so many of each good.

    Of the last quarter's good ones so many were moderated and so many of these lowered.
    """
    rows = []
    for quarter in QUARTERS:
        for k in range(50):
            grade = GOOD if k < good else IMPROVE
            is_read = quarter == QUARTERS[3] and k < moderated
            theirs = (IMPROVE if k < lowered else GOOD) if is_read else None
            rows.append(moderated_audit(quarter, grade, theirs, auditor=f"A{k % 5}"))
    return rows


def test_power_is_that_of_an_independent_implementation():
    """25 of 50 good: a rise to 35 is shown 17 times in 100, so it is missed 83 times."""
    found = of(fifty(25))
    by_other = power_proportions_2indep(0.10, prop2=0.5, nobs1=50).power
    assert found.missed == pytest.approx(1 - by_other, abs=0.01)
    assert (found.change, found.power) == (0.10, 0.8)
    assert (found.audits, found.open_cases) == (50, 0)
    assert found.share.value == 25 / 50
    assert found.share.cases == 50
    (told,) = [row for row in reach_table(found).rows if row[0].startswith("A rise of 10 points")]
    assert told[1] == "83"


def test_the_smallest_rise_is_shown_four_times_in_five():
    """Quarter on quarter with 50 audits a side, year on year with 200."""
    found = of(fifty(25))
    for rise, audits in ((found.detectable_quarters, 50), (found.detectable_years, 200)):
        power = power_proportions_2indep(rise.value, prop2=0.5, nobs1=audits).power
        assert power == pytest.approx(0.8, abs=0.01)
    assert found.detectable_years.value == pytest.approx(0.138, abs=0.002)
    assert found.detectable_quarters.value == pytest.approx(0.265, abs=0.005)


def test_one_year_to_the_next_is_one_year():
    """Where headlines cover all quarters, a year of 41 audits still counts as 41 and not 148."""
    sizes = {"2017-18": 54, "2018-19": 53, "2019-20": 41}
    rows = [
        audit(f"{year} Q{1 + k % 4}", GOOD if k % 100 < 0.72 * n else IMPROVE, auditor="A")
        for year, n in sizes.items()
        for k in range(n)
    ]
    settings = Settings(council="Small", window="all")
    found = of(rows, settings=settings)
    share = programme(council(*rows, settings=settings), quarter=NOW).good_now
    assert share.cases == 148
    power = power_proportions_2indep(found.detectable_years.value, prop2=share.value, nobs1=41)
    assert power.power == pytest.approx(0.8, abs=0.01)
    assert found.detectable_years.value == pytest.approx(0.225, abs=0.005)
    assert (
        "From one year to the next, a rise must reach 22 points to be found 80% of the time."
        in reach_points(found)
    )


def test_auditors_who_differ_raise_the_smallest_rise():
    """Ten auditors, 20 audits a year each; half of them call all good, the other half none.

    This year by ten, last year by ten others: each year's variance is 1/40 times 10/9, where 200
    independent audits have 1/800, so that 200 audits count as 9.
    """
    rows = [
        audit(f"{year} Q{quarter}", GOOD if number < 5 else IMPROVE, auditor=f"{who}{number}")
        for year, who in (("2018-19", "D"), ("2019-20", "A"))
        for quarter in range(1, 5)
        for number in range(10)
        for _ in range(5)
    ]
    alike = [replace(row, auditor=f"{row.auditor}{k}") for k, row in enumerate(rows)]
    assert not of(rows).detectable_years.is_estimable  # nine audits find no rise that there can be
    assert of(alike).detectable_years.value == pytest.approx(0.138, abs=0.002)


def test_a_tenth_of_the_audits_may_meet_no_lowered_grade():
    """12 moderated, 6 lowered: 5 of 50 meet none with probability (1/2)^5 = 1/32."""
    found = of(fifty(25, moderated=12, lowered=6))
    assert (found.moderated, found.lowered) == (5, 0.5)
    assert found.none_found == pytest.approx(1 / 32)
    (told,) = [row for row in reach_table(found).rows if row[0].startswith("A random moderation")]
    assert told[0].startswith("A random moderation of 5 meets no lowered grade when 50% would")
    assert told[1] == "3"


def test_what_cannot_be_computed_is_left_out():
    """46 of 50 good leave no room for a rise of ten points; few audits for no moderation."""
    full = of(fifty(46))
    assert isnan(full.missed)
    assert not isnan(of(fifty(45)).missed)
    few = of([moderated_audit(QUARTERS[3], GOOD, GOOD, auditor="A") for _ in range(4)])
    assert few.moderated == 0
    assert isnan(few.none_found)
    assert isnan(of(fifty(25)).none_found)  # nobody moderated, so no rate is known
    nothing = of([audit(QUARTERS[3], None)])
    assert (nothing.audits, isnan(nothing.missed)) == (0, True)
    for rise in (nothing.detectable_quarters, nothing.detectable_years):
        assert rise.why_not == "no audit was graded, or the audits carry no overall grade"


def test_without_an_overall_grade_no_power_is_computed():
    rows = [
        replace(row, grades={"Plan": row.grades["Overall"], "Voice": GOOD}) for row in fifty(25)
    ]
    found = of(rows)
    assert (found.audits, found.moderated) == (50, 0)
    assert isnan(found.missed)
    assert not found.detectable_quarters.is_estimable
    assert not found.detectable_years.is_estimable


def test_open_cases_are_those_of_the_settings():
    assert of(fifty(25), settings=Settings(council="Small", open_cases=3500)).open_cases == 3500


def finding(code: str, outcome: str, *, file: str = "audits.csv", rows: int = 1, row: int = 9):
    return Finding(
        code=code, outcome=outcome, file=file, found="x", expected="y", mend=f"Mend {row}.",
        row=row, rows=rows,
    )  # fmt: skip


def test_findings_are_grouped_by_kind_and_file_the_gravest_first():
    audits = council(
        moderated_audit(QUARTERS[3], GOOD, IMPROVE, auditor="A"),
        audit(QUARTERS[2], GOOD, second={"Overall": GOOD}),
        audit(QUARTERS[1], IMPROVE),
        settings=Settings(council="Small", synthetic=True, sha256="abc"),
    )
    files = (
        FileRecord(
            name="audits.csv", kind="audits", sha256="1", rows_in=9, loaded=7, quarantined=2
        ),
        FileRecord(name="more.csv", kind="audits", sha256="2", rows_in=5, loaded=4, quarantined=1),
    )
    checks = (Check(name="Dates", state="passed", detail="all"),)
    record = ImportRecord(
        files=files,
        findings=(
            finding("blank", "note"),
            finding("odd", "warning"),
            finding("grade", "quarantine", rows=2, row=3),
            finding("grade", "quarantine", file="more.csv", row=5),
            finding("grade", "quarantine", rows=4, row=7),
            finding("header", "reject"),
            finding("age", "quarantine"),
        ),
        checks=checks,
        key_id="key",
        dropped_columns=("worker",),
    )
    result = intake(replace(audits, record=record), quarter=NOW)
    assert [(one.code, one.outcome, one.file, one.rows) for one in result.findings] == [
        ("header", "reject", "audits.csv", 1),
        ("age", "quarantine", "audits.csv", 1),
        ("grade", "quarantine", "audits.csv", 6),
        ("grade", "quarantine", "more.csv", 1),
        ("odd", "warning", "audits.csv", 1),
        ("blank", "note", "audits.csv", 1),
    ]
    assert result.findings[2] == FindingGroup(
        code="grade", outcome="quarantine", file="audits.csv",
        first_place="audits.csv › row 3", rows=6, mend="Mend 3.",
    )  # fmt: skip
    assert (result.rows_in, result.loaded, result.quarantined) == (14, 11, 3)
    # 3 auditors' grades, a second auditor's and a moderator's
    assert (result.audits, result.ratings, result.moderations) == (3, 5, 1)
    assert (result.council, result.synthetic, result.quarter) == ("Small", True, NOW)
    assert (result.files, result.checks) == (files, checks)
    assert (result.key_id, result.settings_sha256) == ("key", "abc")
    assert result.dropped_columns == ("worker",)
