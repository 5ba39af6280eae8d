"""What a committee is told of over-optimism, for chosen figures and for every verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.scale import SIGNS_OF_SAFETY
from qaf_analysis.terms.verdicts import OptimismVerdict
from qaf_analysis.topics.common.brief import ALWAYS
from qaf_analysis.topics.optimism.brief import (
    optimism_brief,
    optimism_claim,
    optimism_in_short,
)
from tests.report.scale_councils import FIVE, TWO
from tests.topics.by_hand import estimated, unknown
from tests.topics.optimism.results import OPTIMISM, SOURCE, group

MINUS = "\N{MINUS SIGN}"
NOTHING = unknown("no audit of this period was moderated")
UNKNOWN = replace(
    OPTIMISM,
    verdict=OptimismVerdict.MORE_MODERATION,
    gap=NOTHING,
    over=NOTHING,
    under=NOTHING,
    good_shift=NOTHING,
    adjusted_good=NOTHING,
    by_selection=(),
    rounds=(),
    sensitivity=(),
)
KIND, HARSH, NEITHER = (
    estimated(0.2, 0.1, 0.3, cases=60),
    estimated(-0.2, -0.3, -0.1, cases=60),
    estimated(0.02, -0.1, 0.14, cases=60),
)
UNSETTLED = "it is not settled whether grades are too kind"


def told(result):
    return [(one.what, one.keep) for one in optimism_brief(result).paragraphs]


@pytest.mark.parametrize(
    ("verdict", "claim"),
    [
        (OptimismVerdict.ACCEPT, "grades may be taken as they are"),
        (OptimismVerdict.ADJUST, "auditors grade more kindly than moderators"),
        (OptimismVerdict.RE_AUDIT, "grades cannot be relied on as they are"),
        (OptimismVerdict.MORE_MODERATION, UNSETTLED),
        (OptimismVerdict.NOT_JUDGED, "it could not be judged whether grades are too kind"),
    ],
)
def test_every_verdict_has_its_claim(verdict, claim):
    assert optimism_claim(replace(OPTIMISM, verdict=verdict)) == claim


def test_no_verdict_is_left_out():
    for verdict in OptimismVerdict:
        assert optimism_claim(replace(OPTIMISM, verdict=verdict))


@pytest.mark.parametrize(
    ("gap", "shift", "claim"),
    [
        (KIND, NEITHER, "auditors grade more kindly than moderators"),
        (NEITHER, KIND, "auditors grade more kindly than moderators"),
        (HARSH, NEITHER, "auditors grade more harshly than moderators"),
        (NEITHER, HARSH, "auditors grade more harshly than moderators"),
        (NEITHER, NEITHER, "grades are best read adjusted"),
        (NOTHING, NOTHING, "grades are best read adjusted"),
        (estimated(-0.02, -0.14, 0.1), NEITHER, "grades are best read adjusted"),
        (NEITHER, estimated(-0.02, -0.14, 0.1), "grades are best read adjusted"),
        (HARSH, NOTHING, "auditors grade more harshly than moderators"),
    ],
)
def test_kind_or_harsh_is_said_only_where_an_interval_shows_it(gap, shift, claim):
    adjust = replace(OPTIMISM, verdict=OptimismVerdict.ADJUST, gap=gap, good_shift=shift)
    assert optimism_claim(adjust) == claim


def test_what_is_told_of_the_gap():
    brief = optimism_brief(OPTIMISM)
    assert brief.claim == "Moderators lowered 45% of the grades they re-read"
    assert told(OPTIMISM) == [
        (
            "On 60 audits drawn by chance, moderators graded lower in 45% (33 to 58%) and higher "
            "in 8% (3 to 18%). On average auditors’ grades less moderators’ came to +0.42 (+0.21 "
            "to +0.63) of a grade.",
            ALWAYS,
        ),
        ("Verdict: re-audit. More than 10% of audits are two grades or more apart.", ALWAYS),
    ]
    assert brief.source == SOURCE
    assert brief.limits == (
        "Moderators are the yardstick, not the truth: if two moderators differ by half a grade, "
        "these figures move too."
    )


def test_a_harsher_council_is_told_with_its_sign():
    harsher = replace(OPTIMISM, gap=HARSH, verdict=OptimismVerdict.ADJUST, reason="it is small")
    assert optimism_brief(harsher).claim == "Moderators raised 8% of the grades they re-read"
    assert told(harsher)[0][0].endswith(
        f"came to {MINUS}0.20 ({MINUS}0.30 to {MINUS}0.10) of a grade."
    )
    assert told(harsher)[1][0] == "Verdict: adjust. It is small."


def test_what_is_not_settled_is_named():
    open_still = replace(OPTIMISM, verdict=OptimismVerdict.MORE_MODERATION)
    # the shift is 6 points (-4 to 16), small within 12.5 and not shown; the spread is not known
    assert told(open_still)[1][0] == (
        "Verdict: more moderation needed. Not settled yet: shift in the share graded good or "
        "better and spread between auditors."
    )
    none = replace(open_still, figures=())
    assert told(none)[1][0] == (
        "Verdict: more moderation needed. More than 10% of audits are two grades or more apart."
    )


@pytest.mark.parametrize("scale", [TWO, FIVE, SIGNS_OF_SAFETY])
def test_the_shift_is_named_in_the_scale_s_own_words(scale):
    other = replace(
        OPTIMISM, verdict=OptimismVerdict.MORE_MODERATION, scale=scale.words,
        adjusted_good=NOTHING,
    )  # fmt: skip
    text = told(other)[1][0]
    assert f"shift in the share graded {scale.positive}" in text
    assert "good" not in text.lower()


def test_rounds_are_told_where_there_are_more_than_this_period():
    ever = group("all rounds", 1201, estimated(0.18, 0.06, 0.30))
    ever = replace(
        ever,
        over=estimated(0.26, 0.22, 0.32, cases=1201),
        under=estimated(0.09, 0.06, 0.13, cases=1201),
    )
    more = told(replace(OPTIMISM, ever=ever))
    assert more[2:] == [
        (
            "Over all rounds since 2017-18 Q1 the mean gap is +0.18 (+0.06 to +0.30) of a grade, "
            "on 1,201 audits. Moderators graded lower in 26% (22 to 32%) and higher in 9% (6 to "
            "13%).",
            6,
        )
    ]


def test_nothing_is_claimed_where_nothing_was_moderated():
    brief = optimism_brief(UNKNOWN)
    assert brief.claim == "Over-optimism could not be measured this period"
    assert [text for text, _ in told(UNKNOWN)] == [
        "Not available because no audit of this period was moderated. No audit of this period has "
        "a moderator's grade."
    ]
    assert brief.shown == ()
    assert optimism_claim(UNKNOWN) == UNSETTLED
    assert optimism_in_short(UNKNOWN) == (
        "Not measurable because no audit of this period was moderated."
    )
    mend = replace(UNKNOWN, verdict=OptimismVerdict.NOT_JUDGED)
    assert optimism_brief(mend).claim == (
        "Over-optimism cannot be judged until the data are mended"
    )


def test_one_sentence_for_the_first_page():
    assert optimism_in_short(OPTIMISM) == (
        "Auditors graded 0.42 of a grade above moderators on the same audits (+0.21 to +0.63; 60 "
        "audits)."
    )
    below = replace(OPTIMISM, gap=HARSH)
    assert optimism_in_short(below) == (
        f"Auditors graded 0.20 of a grade below moderators on the same audits ({MINUS}0.30 to "
        f"{MINUS}0.10; 60 audits)."
    )
    alone = replace(OPTIMISM, gap=replace(KIND, cases=1))
    assert optimism_in_short(alone).endswith("; 1 audit).")
    assert told(alone)[0][0].startswith("On 1 audit drawn by chance, ")


def test_what_is_shown_and_what_goes_first():
    gaps, profile, however = optimism_brief(OPTIMISM).shown
    assert (gaps.keep, gaps.is_filler) == (8, False)
    assert gaps.measure == "Mean of audit minus moderation in grades, with 95% interval"
    assert (profile.what.caption, profile.keep, profile.is_filler) == (
        "Grades as audited, and had moderators graded every audit", 2, True,
    )  # fmt: skip
    assert [row[:2] for row in profile.what.rows][:2] == [
        ("Inadequate", "6%"), ("Requires improvement", "34%"),
    ]  # fmt: skip
    assert however.keep == 5
    assert however.measure == "Share good or better, with 95% interval"
    assert gaps.what.narrow_svg
    assert however.what.narrow_svg
