"""Two years of thirty moderated audits, every figure worked out by hand, up to the sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.contract.audits import MODERATION_COLUMNS, RATING_COLUMNS
from qaf_analysis.data.contract.record import COPIED_CHECK, Check, FileRecord, Finding
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.leniency import AuditorLeniency
from qaf_analysis.topics.trend.analysis import true_trend
from qaf_analysis.topics.trend.tables import true_trend_tables
from qaf_analysis.topics.trend.words import say_true_trend, true_trend_line
from tests.topics.by_hand import audit, council

LAST = Quarter(2019, 4)
THEN, NOW = "2017-18 Q1", "2019-20 Q1"

# Auditor's and moderator's grade, how often. Auditors' means 2 and 2.6, moderators' 1.5 and 1.6.
FIRST = {(2, 1): 15, (2, 2): 15}
FINAL = {(2, 1): 6, (2, 2): 6, (3, 1): 6, (3, 2): 12}
EVENLY = dict.fromkeys("ABCDEF", 5)
UNEVENLY = {"A": 10, "B": 10, "C": 4, "D": 2, "E": 2, "F": 2}


def year(quarter, grades, *, by=EVENLY, **more):
    """Grades one after another, dealt out to auditors in turn as long as each has audits left."""
    left, who = dict(by), []
    while sum(left.values()):
        for auditor in left:
            if left[auditor]:
                left[auditor] -= 1
                who.append(auditor)
    pairs = [pair for pair, times in grades.items() for _ in range(times)]
    return [
        audit(quarter, given, auditor=name, moderated={"Overall": found},
              **{"selected_by": "all", "chance": 1.0, **more})
        for name, (given, found) in zip(who, pairs, strict=True)
    ]  # fmt: skip


def of(*rows, **more):
    return true_trend(council(*rows), quarter=LAST, **more)


@pytest.fixture(scope="module")
def kinder():
    return of(*year(THEN, FIRST), *year(NOW, FINAL))


def test_a_rise_that_is_mostly_grading(kinder):
    grade, good = kinder.grade, kinder.good
    assert grade.observed.value == pytest.approx(0.6)
    assert grade.practice.value == pytest.approx(0.1)
    assert grade.leniency.value == pytest.approx(0.5)  # gaps 0.5 and 1.0
    # every audit was good to its auditor; to moderators 15 of 30, and 18 of 30
    assert good.observed.value == pytest.approx(0.0)
    assert good.practice.value == pytest.approx(0.1)
    assert good.leniency.value == pytest.approx(-0.1)
    # the same auditors did as many audits
    assert grade.mix.value == pytest.approx(0.0)
    assert grade.drift.value == pytest.approx(0.5)
    assert kinder.verdict == "grading became kinder"
    assert (kinder.moderated_first, kinder.moderated_last) == (30, 30)
    assert (kinder.first_period, kinder.last_period) == (
        "the year to March 2018", "the year to March 2020",
    )  # fmt: skip


def test_what_is_said_of_it(kinder):
    said = say_true_trend(kinder)
    assert said.claim == "Grading became kinder"
    assert said.paragraphs[0].startswith(
        "From the year to March 2018 to the year to March 2020 auditors' mean grade changed by "
        "+0.6 ("
    )
    assert (
        "of a grade (60 audits). The share graded good or better changed by 0 (−11 to +11) points."
        in (said.paragraphs[0])
    )
    assert said.paragraphs[1].startswith("By moderators' grades, practice changed by +0.1 (")
    assert (
        "of a grade: no clear change. The gap between auditors and moderators"
        in (said.paragraphs[1])
    )
    assert said.paragraphs[1].endswith("): grading became kinder.")
    assert " changed by +0.5 (" in said.paragraphs[1]
    assert said.paragraphs[2].startswith("Of that, 0.0 (")
    assert " and +0.5 (" in said.paragraphs[2]
    assert said.paragraphs[2].endswith("to auditors changing: auditors became kinder.")
    assert said.paragraphs[-1] == (
        "Whether moderators held steady could not be tested: no audits were read by two of them at "
        "different times. 1 moderator worked in both years. Note that too few audits were read by "
        "two moderators to test whether they held steady."
    )
    assert said.source == (
        "60 moderated audits chosen by a recorded chance, the year to March 2018 and the year to "
        "March 2020. None left out."
    )


def test_the_levels_of_the_years(kinder):
    assert [(year.period, year.audits, year.moderated) for year in kinder.years] == [
        ("the year to March 2018", 30, 30),
        ("the year to March 2020", 30, 30),
    ]
    cells = [row[:5] + row[6:8] for row in true_trend_tables(kinder)[1].rows]
    assert cells == [
        ("the year to March 2018", "30", "30", "2.00", "1.50", "100%", "50%"),
        ("the year to March 2020", "30", "30", "2.60", "1.60", "100%", "60%"),
    ]


def test_a_fall_is_the_other_way_round():
    harsher = of(*year(THEN, FINAL), *year(NOW, FIRST))
    assert harsher.grade.observed.value == pytest.approx(-0.6)
    assert harsher.grade.practice.value == pytest.approx(-0.1)
    assert harsher.grade.leniency.value == pytest.approx(-0.5)
    assert harsher.verdict == "grading became harsher"
    assert say_true_trend(harsher).claim == "Grading became harsher"
    assert true_trend_line(harsher).endswith("; grading became harsher (−0.8 to −0.2 of a grade).")


@pytest.mark.parametrize(
    ("first", "last", "change", "claim"),
    [
        ({(1, 1): 15, (2, 2): 15}, {(2, 2): 15, (3, 3): 15}, 1.0, "Practice improved"),
        ({(2, 2): 15, (3, 3): 15}, {(1, 1): 15, (2, 2): 15}, -1.0, "Practice got worse"),
        (FIRST, FIRST, 0.0, "Neither practice nor grading clearly changed"),
    ],
)
def test_a_change_that_moderators_see_too_is_practice(first, last, change, claim):
    found = of(*year(THEN, first), *year(NOW, last))
    assert found.grade.observed.value == pytest.approx(change)
    assert found.grade.practice.value == pytest.approx(change)
    assert found.grade.leniency.value == pytest.approx(0.0)
    assert say_true_trend(found).claim == claim


def test_other_auditors_and_changed_auditors_are_told_apart():
    """A and B, kinder by 0.6 for certain, did 20 of 30 audits instead of 10: 10/30 x 0.6 = 0.2.

    The gap rose by 0.5, so that 0.3 are left for auditors who changed.
    """
    known = AuditorLeniency(
        auditors=tuple("ABCDEF"),
        leniency=np.array([0.6, 0.6, 0.0, 0.0, 0.0, 0.0]),
        covariance=1e-12 * np.eye(6),
    )
    found = of(*year(THEN, FIRST), *year(NOW, FINAL, by=UNEVENLY), leniency=known)
    assert found.grade.leniency.value == pytest.approx(0.5)
    assert found.grade.mix.value == pytest.approx(0.2, abs=1e-6)
    assert found.grade.drift.value == pytest.approx(0.3, abs=1e-6)
    said = say_true_trend(found).paragraphs[2]
    assert said.startswith("Of that, +0.2 (")
    assert ") is due to other auditors doing the audits and +0.3 (" in said
    rows = true_trend_tables(found)[0].rows
    assert [row[:2] for row in rows[3:5]] == [
        ("   … other auditors did the audits", "+0.2"),
        ("   … auditors became kinder or harsher", "+0.3"),
    ]


def again(rows, *, grades, moderator, on):
    """The council of these rows, of which the first were read again, with these grades."""
    whole = council(*rows)
    ids = [f"A{number:03}" for number in range(1, len(grades) + 1)]
    graded = pd.DataFrame({"audit_id": ids, "grade": grades}).assign(
        domain="Overall", rater=moderator, role="external_moderator", source="", grade_raw="",
        scale="ofsted4",         rated_on=None, blind=True,
    )  # fmt: skip
    read = pd.DataFrame({"audit_id": ids}).assign(
        moderator=moderator, moderation_source="partner", round=None, moderated_on=pd.Timestamp(on),
        selected_by="targeted", selection_probability=None, reason=None, response=None,
    )  # fmt: skip
    return replace(
        whole,
        ratings=pd.concat([whole.ratings, typed(graded, RATING_COLUMNS)], ignore_index=True),
        moderations=pd.concat([whole.moderations, typed(read, MODERATION_COLUMNS)],
                              ignore_index=True),
    )  # fmt: skip


TWICE = (*year(THEN, FIRST, moderator="Old"), *year(NOW, FINAL, moderator="New"))


@pytest.mark.parametrize(
    ("grades", "difference", "verdict"),
    [
        # Old graded the first fifteen 1: New grades eight of twelve one higher, or none, or lower
        ([2] * 8 + [1] * 4, 8 / 12, "moved"),
        ([0] * 8 + [1] * 4, -8 / 12, "moved"),
        ([1] * 12, 0.0, "held steady"),
        ([2, 0] + [1] * 10, 0.0, "not shown"),
    ],
)
def test_moderators_are_compared_on_audits_that_both_read(grades, difference, verdict):
    found = true_trend(again(TWICE, grades=grades, moderator="New", on="2018-01-10"), quarter=LAST)
    steady = found.steadiness
    assert (steady.repeated.value, steady.repeated.cases) == (pytest.approx(difference), 12)
    assert (steady.newcomers.value, steady.newcomers.cases) == (pytest.approx(difference), 12)
    assert steady.verdict == verdict
    assert (steady.moderators_first, steady.moderators_last, steady.moderators_both) == (1, 1, 0)
    assert found.limitations[-1] == (
        "no moderator worked in both years, so a difference between moderators would look like a "
        "change in practice"
    )


def test_newcomers_may_have_read_before():
    """New read the first twelve audits on the day before the quarter ended, higher than Old."""
    found = true_trend(
        again(TWICE, grades=[2] * 12, moderator="New", on="2017-06-29"), quarter=LAST
    ).steadiness
    assert found.repeated.value == pytest.approx(-1.0)  # later less earlier
    assert found.newcomers.value == pytest.approx(1.0)  # new less old


def test_nine_audits_read_twice_are_too_few():
    found = true_trend(again(TWICE, grades=[1] * 9, moderator="New", on="2018-01-10"), quarter=LAST)
    assert found.steadiness.repeated.why_not == (
        "only 9 audits were moderated by both; at least 10 are needed"
    )
    assert (
        say_true_trend(found)
        .paragraphs[-1]
        .startswith(
            "Whether moderators held steady could not be tested: only 9 audits were read by two of "
            "them at different times. 0 moderators worked in both years."
        )
    )


def test_what_the_moderators_leave_open_is_said():
    found = of(
        *year(THEN, FIRST, moderator="Old"),
        *year(NOW, FINAL, moderator="New", moderation_source="peers", blind=False),
    )
    assert found.limitations == (
        "too few audits were read by two moderators to test whether they held steady",
        "other sources moderated in the two years, so a difference between sources would look "
        "like a change in practice",
        "no moderator worked in both years, so a difference between moderators would look like a "
        "change in practice",
        "some moderators knew the auditor's grade, which pulls their own towards it and hides "
        "leniency",
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (year(NOW, FINAL), "there is only one year of audits, so nothing can be compared"),
        (
            [audit(THEN, 2), audit(THEN, 1), *year(NOW, FINAL)],
            "no audit of the first year was moderated",
        ),
        (
            [*year(THEN, FIRST), audit(NOW, 2), audit(NOW, 1)],
            "no audit of the latest year was moderated",
        ),
        (
            [*year(THEN, FIRST), *year(NOW, FINAL, selected_by="targeted", chance=None)],
            "cases of the latest year were picked for moderation by risk, none by chance",
        ),
        (
            [*year(THEN, FIRST, selected_by="unknown"), *year(NOW, FINAL)],
            "how cases of the first year were chosen for moderation is not recorded",
        ),
        (
            [*year(THEN, FIRST)[:29], *year(NOW, FINAL)],
            "in the first period, only 29 moderated audits were chosen by chance; at least 30 are "
            "needed",
        ),
        (
            [*year(THEN, FIRST), *year(NOW, FINAL)[:1], audit(NOW, 2)],
            "in the last period, only 1 moderated audit was chosen by chance; at least 30 are "
            "needed",
        ),
    ],
)
def test_what_cannot_be_told_says_why(rows, why):
    found = of(*rows)
    assert found.verdict == "cannot be told"
    said = say_true_trend(found)
    assert said.claim == "Whether the trend in grades is real cannot be told"
    of_what = "it" if found.grade.observed.is_estimable else "a change in grades"
    assert any(
        text.startswith(f"What of {of_what} is practice cannot be told, because {why}.")
        for text in said.paragraphs
    )
    assert found.grade.practice.why_not == found.good.leniency.why_not == why


def test_audits_left_out_are_counted_by_why():
    found = of(
        *year(THEN, FIRST),
        *year(NOW, FINAL),
        *year(NOW, FINAL, selected_by="targeted", chance=None)[:2],
        *(audit(NOW, 2) for _ in range(3)),
    )
    assert say_true_trend(found).source.endswith(
        "3 left out (not moderated); 2 left out (picked without a recorded chance only)."
    )


@pytest.mark.parametrize(("number", "is_enough"), [(1, False), (9, False), (10, True)])
def test_a_year_of_few_audits_stands_without_a_level(number, is_enough):
    between = [audit("2018-19 Q1", 1 + place % 2) for place in range(number)]
    found = of(*year(THEN, FIRST), *between, *year(NOW, FINAL))
    assert [one.audits for one in found.years] == [30, number, 30]
    for level in (found.years[1].grade, found.years[1].good):
        assert level.observed.is_estimable == is_enough


def test_copied_grades_withhold_the_trend():
    """Thirty pairs of equal grades each year: a check of the data that fails."""
    alike = {(1, 1): 15, (2, 2): 15}
    bundle = council(*year(THEN, alike), *year(NOW, alike))
    check = Check(name=COPIED_CHECK, state="failed", detail="60 of 60 equal; mend the export")
    bundle = replace(bundle, record=replace(bundle.record, checks=(check,)))
    found = true_trend(bundle, quarter=LAST)
    assert "a check of the data failed (60 of 60 equal)" in found.grade.practice.why_not
    assert all(not year.good.adjusted.is_estimable for year in found.years)
    assert found.steadiness.verdict == "not tested"


LOST_FILE = FileRecord(
    name="moderations.csv", kind="moderations", sha256="", rows_in=38, loaded=0, quarantined=38
)
LOST = Finding(
    code="grade_unknown", outcome="quarantine", file="moderations.csv", found="", expected="",
    mend="", rows=38,
)  # fmt: skip


def test_moderations_that_could_not_be_read_are_not_called_none():
    bundle = council(*year(THEN, {(2, 2): 30}), *year(NOW, {(2, 2): 30}))
    none = replace(
        bundle,
        ratings=bundle.ratings[bundle.ratings["role"] == "auditor"],
        moderations=bundle.moderations.iloc[:0],
        record=replace(bundle.record, files=(LOST_FILE,), findings=(LOST,)),
    )
    assert true_trend(none, quarter=LAST).grade.practice.why_not == (
        "no moderation of the first year could be used, and 38 of 38 rows of moderations were "
        "set aside when the files were read"
    )


@pytest.mark.parametrize(
    ("first", "since"),
    [
        ("2018-19 Q2", "the three quarters to March 2019"),
        ("2018-19 Q3", "the two quarters to March 2019"),
        ("2018-19 Q4", "2018-19 Q4"),
    ],
)
def test_a_first_period_short_of_a_year_is_said_with_one_preposition(first, since):
    """Never "since 2018-19 Q2 to 2018-19 Q4", nor "from … to … to …"."""
    found = of(*year(first, FIRST), *year(NOW, FINAL))
    assert true_trend_line(found).startswith(f"Since {since}, by moderators' grades: ")
    assert (
        say_true_trend(found)
        .paragraphs[0]
        .startswith(
            f"From {since} to the year to March 2020 auditors' mean grade changed by +0.6 ("
        )
    )
    assert true_trend_tables(found)[0].note.startswith(f"From {since} to the year to March 2020; ")


def test_a_first_period_short_of_a_year_is_said_alike_where_nothing_can_be_told():
    rows = [audit("2018-19 Q2", 2, auditor=name) for name in "ABCDEF" for _ in range(5)]
    found = of(*rows, *year(NOW, FINAL))
    assert true_trend_line(found).startswith(
        "Whether the trend since the three quarters to March 2019 is real cannot be told, because "
    )
