"""Every sentence on the true trend, whole, for figures on either side of each condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.topics.trend.section import TRUE_TREND
from qaf_analysis.topics.trend.words import say_true_trend, true_trend_line
from tests.topics.by_hand import estimated, unknown
from tests.topics.trend.results import GOOD, GRADE, TREND

UP, DOWN, FLAT = (
    estimated(0.3, 0.1, 0.5),
    estimated(-0.3, -0.5, -0.1),
    estimated(0.2, -0.1, 0.5),
)
OBSERVED = (
    "From the year to March 2018 to the year to March 2020 auditors' mean grade changed by +0.5 "
    "(+0.3 to +0.7) of a grade (1,400 audits). The share graded good or better changed by +21 "
    "(+12 to +30) points."
)
NEEDED = (
    "To see a change in practice as large as the one in grades, about 1,085 audits moderated by "
    "chance would be needed in each of the two years."
)


def of(**parts):
    return replace(TREND, grade=replace(GRADE, **parts))


def test_everything_that_is_said_of_the_trend():
    said = say_true_trend(TREND)
    assert said.claim == "Grading became kinder"
    assert said.paragraphs == (
        OBSERVED,
        "By moderators' grades, practice changed by +0.1 (−0.1 to +0.3) of a grade: no clear "
        "change. The gap between auditors and moderators changed by +0.4 (+0.2 to +0.6): grading "
        "became kinder.",
        "Of that, +0.1 (−0.02 to +0.3) is due to other auditors doing the audits and +0.3 (+0.1 "
        "to +0.5) to auditors changing: auditors became kinder.",
        NEEDED,
        "Too few audits were read by two moderators to show whether moderators held steady (+0.1 "
        "(−0.1 to +0.3) of a grade on 24 audits). 7 moderators worked in both years. Note that "
        "moderators changed and some knew the grade.",
    )
    assert said.limits == (
        "The split rests on moderators who held steady: if they became kinder or harsher, what is "
        "called practice moves with them. Practice is what audited files show, not what families "
        "experienced. Interval ends of the parts move together, so they cannot be added up."
    )
    assert said.source == (
        "170 moderated audits chosen by a recorded chance, the year to March 2018 and the year to "
        "March 2020. None left out."
    )
    assert (TRUE_TREND.id, TRUE_TREND.short, TRUE_TREND.level, TRUE_TREND.notebook) == (
        "true-trend", "Is the trend real", 3, "02_severity",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("practice", "leniency", "claim"),
    [
        (UP, UP, "Practice improved; grading became kinder"),
        (UP, FLAT, "Practice improved"),
        (UP, DOWN, "Practice improved; grading became harsher"),
        (DOWN, UP, "Practice got worse; grading became kinder"),
        (DOWN, FLAT, "Practice got worse"),
        (DOWN, DOWN, "Practice got worse; grading became harsher"),
        (FLAT, UP, "Grading became kinder"),
        (FLAT, DOWN, "Grading became harsher"),
        (FLAT, FLAT, "Neither practice nor grading clearly changed"),
        (estimated(0.2, 0.0, 0.4), FLAT, "Neither practice nor grading clearly changed"),
        (FLAT, estimated(-0.2, -0.4, 0.0), "Neither practice nor grading clearly changed"),
        (unknown("few"), UP, "Whether the trend in grades is real cannot be told"),
    ],
)
def test_the_claim_names_what_clearly_changed(practice, leniency, claim):
    assert say_true_trend(of(practice=practice, leniency=leniency)).claim == claim


@pytest.mark.parametrize(
    ("estimate", "figures", "practice", "grading", "auditors"),
    [
        (UP, "+0.3 (+0.1 to +0.5)", "practice improved", "grading became kinder",
         "auditors became kinder"),
        (DOWN, "−0.3 (−0.5 to −0.1)", "practice got worse", "grading became harsher",
         "auditors became harsher"),
        (FLAT, "+0.2 (−0.1 to +0.5)", "no clear change", "no clear change", "no clear change"),
    ],
)  # fmt: skip
def test_each_part_is_said_with_its_own_words(estimate, figures, practice, grading, auditors):
    result = of(practice=estimate, leniency=estimate, drift=estimate, needed=unknown("none"))
    paragraphs = say_true_trend(result).paragraphs
    assert paragraphs[1:3] == (
        f"By moderators' grades, practice changed by {figures} of a grade: {practice}. The gap "
        f"between auditors and moderators changed by {figures}: {grading}.",
        f"Of that, +0.1 (−0.02 to +0.3) is due to other auditors doing the audits and {figures} "
        f"to auditors changing: {auditors}.",
    )
    assert len(paragraphs) == 4
    limits = f"({figures.split('(')[1].rstrip(')')} of a grade)"
    told = f"{practice} {limits}; {grading} {limits}"
    if practice == "no clear change":
        told = "no clear change in practice; no clear change in grading"
    assert true_trend_line(result) == (
        f"Since the year to March 2018, by moderators' grades: {told}."
    )


def test_the_number_needed_is_said_only_where_practice_is_undecided():
    assert say_true_trend(of(practice=FLAT)).paragraphs[3] == NEEDED
    assert len(say_true_trend(of(practice=UP)).paragraphs) == 4
    assert len(say_true_trend(of(practice=DOWN)).paragraphs) == 4


def test_mix_and_drift_that_cannot_be_told_apart():
    why = "only 3 auditors were moderated in both periods"
    said = say_true_trend(of(mix=unknown(why), drift=unknown(why))).paragraphs
    assert said[2] == f"Auditor mix and drift cannot be told apart, because {why}."
    assert len(said) == 4


@pytest.mark.parametrize(("needed", "more"), [(GRADE.needed, f" {NEEDED}"), (unknown("few"), "")])
def test_a_split_that_cannot_be_told_says_why_and_how_many_are_needed(needed, more):
    result = of(practice=unknown("no audit of the first year was moderated"), needed=needed)
    said = say_true_trend(result)
    assert said.claim == "Whether the trend in grades is real cannot be told"
    assert said.paragraphs[:2] == (
        OBSERVED,
        "What of it is practice cannot be told, because no audit of the first year was moderated."
        f"{more}",
    )
    assert len(said.paragraphs) == 3
    assert true_trend_line(result) == (
        "Whether the trend since the year to March 2018 is real cannot be told, because no audit "
        "of the first year was moderated."
    )
    assert true_trend_line(replace(result, first_period="")) == (
        "Whether the trend since the start is real cannot be told, because no audit of the first "
        "year was moderated."
    )


def test_without_a_year_before_nothing_is_said_to_have_changed():
    why = "there is only one year of audits, so nothing can be compared"
    said = say_true_trend(of(observed=unknown(why), practice=unknown(why), needed=unknown(why)))
    assert said.paragraphs[0] == (
        f"What of a change in grades is practice cannot be told, because {why}."
    )
    assert len(said.paragraphs) == 2


def test_the_share_good_or_better_is_that_of_the_other_split():
    fell = replace(
        TREND,
        grade=replace(GRADE, observed=estimated(-0.52, -0.73, -0.31, cases=1)),
        good=replace(GOOD, observed=estimated(-0.21, -0.3, -0.12, cases=2)),
    )
    assert say_true_trend(fell).paragraphs[0] == (
        "From the year to March 2018 to the year to March 2020 auditors' mean grade changed by "
        "−0.5 (−0.7 to −0.3) of a grade (1 audit). The share graded good or better changed by −21 "
        "(−30 to −12) points."
    )


NONE_READ = unknown("only 0 audits were moderated by both; at least 10 are needed")


def only(cases):
    return unknown(f"only {cases} were moderated by both", cases=cases)


@pytest.mark.parametrize(
    ("verdict", "repeated", "said"),
    [
        (
            "held steady",
            estimated(0.0, -0.2, 0.2, cases=1),
            "Audits that two moderators read show that moderators held steady (0.0 (−0.2 to +0.2) "
            "of a grade on 1 audit).",
        ),
        (
            "held steady",
            only(3),  # newcomers were compared
            "Audits that two moderators read show that moderators held steady.",
        ),
        (
            "moved",
            estimated(-0.3, -0.5, -0.1, cases=24),
            "Audits that two moderators read show that moderators themselves moved, so the split "
            "must not be relied on (−0.3 (−0.5 to −0.1) of a grade on 24 audits).",
        ),
        (
            "not shown",
            only(9),
            "Too few audits were read by two moderators to show whether moderators held steady.",
        ),
    ],
)
def test_moderators_who_hold_steady_or_move(verdict, repeated, said):
    found = replace(TREND.steadiness, verdict=verdict, repeated=repeated)
    result = replace(TREND, steadiness=found, limitations=())
    assert say_true_trend(result).paragraphs[-1] == f"{said} 7 moderators worked in both years."


@pytest.mark.parametrize(
    ("repeated", "read"),
    [
        (NONE_READ, "no audits were read by two of them at different times"),
        (only(1), "only 1 audit was read by two of them at different times"),
        (only(9), "only 9 audits were read by two of them at different times"),
    ],
)
def test_moderators_who_could_not_be_tested(repeated, read):
    found = replace(
        TREND.steadiness, verdict="not tested", repeated=repeated, newcomers=NONE_READ,
        moderators_both=1,
    )  # fmt: skip
    result = replace(TREND, steadiness=found, limitations=("some knew the grade",))
    assert say_true_trend(result).paragraphs[-1] == (
        f"Whether moderators held steady could not be tested: {read}. 1 moderator worked in both "
        "years. Note that some knew the grade."
    )
