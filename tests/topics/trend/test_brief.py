"""What a committee is told of whether the trend is real, for chosen figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.topics.trend.brief import trend_brief
from tests.topics.by_hand import estimated, unknown
from tests.topics.trend.results import TREND

MINUS = "\N{MINUS SIGN}"
SINCE = "Since the year to March 2018, by moderators' grades: "
RISE, FALL, NEITHER = (
    estimated(0.41, 0.2, 0.62),
    estimated(-0.41, -0.62, -0.2),
    estimated(0.11, -0.12, 0.34),
)
UP, DOWN = "(+0.2 to +0.6 of a grade)", f"({MINUS}0.6 to {MINUS}0.2 of a grade)"


def trend(practice, leniency):
    return replace(TREND, grade=replace(TREND.grade, practice=practice, leniency=leniency))


@pytest.mark.parametrize(
    ("practice", "leniency", "sentence", "claim"),
    [
        (NEITHER, RISE, f"no clear change in practice; grading became kinder {UP}.",
         "Grading became kinder"),
        (NEITHER, FALL, f"no clear change in practice; grading became harsher {DOWN}.",
         "Grading became harsher"),
        (RISE, NEITHER, f"practice improved {UP}; no clear change in grading.",
         "Practice improved"),
        (FALL, RISE, f"practice got worse {DOWN}; grading became kinder {UP}.",
         "Practice got worse; grading became kinder"),
        (NEITHER, NEITHER, "no clear change in practice; no clear change in grading.",
         "Neither practice nor grading clearly changed"),
    ],
)  # fmt: skip
def test_practice_and_grading_are_each_told_with_their_sign(practice, leniency, sentence, claim):
    brief = trend_brief(trend(practice, leniency))
    (told,) = brief.paragraphs
    assert told.what == f"{SINCE}{sentence}"
    assert brief.claim == claim
    assert brief.shown == ()


def test_nothing_is_claimed_that_cannot_be_told():
    none = unknown("no audit of the first year was moderated")
    brief = trend_brief(trend(none, none))
    assert brief.claim == "Whether the trend in grades is real cannot be told"
    assert [told.what for told in brief.paragraphs] == [
        "Whether the trend since the year to March 2018 is real cannot be told, because no audit "
        "of the first year was moderated."
    ]


def test_a_long_reason_is_a_sentence_of_its_own():
    why = (
        "in the first period, only 16 moderated audits were chosen by chance; at least 30 are "
        "needed"
    )
    (told,) = trend_brief(trend(unknown(why), unknown(why))).paragraphs
    assert told.what == (
        "Whether the trend since the year to March 2018 is real cannot be told. This is because "
        "in the first period, only 16 moderated audits were chosen by chance; at least "
        "30 are needed."
    )


def test_limits_in_one_sentence():
    assert trend_brief(TREND).limits == (
        "The split rests on moderators who held steady: if they became kinder or harsher, what is "
        "called practice moves with them."
    )
    assert trend_brief(TREND).source == (
        "170 moderated audits chosen by a recorded chance, the year to March 2018 and the year to "
        "March 2020. None left out."
    )
