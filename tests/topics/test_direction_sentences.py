"""Sentences that say which way a figure went, with the figures put in by hand."""

from dataclasses import replace

import pytest

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    AgreementVerdict,
    GapDirection,
    OptimismVerdict,
    ThemeVerdict,
)
from qaf_analysis.topics.agreement.analysis.detail import agreement_detail
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.optimism.analysis.detail import optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.words import optimism_card, say_optimism, say_optimism_detail
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.programme.analysis.grades import YearShare, programme
from qaf_analysis.topics.programme.words import (
    programme_claim,
    programme_lead,
    since_last_quarter,
)
from qaf_analysis.topics.recommendations import recommendations
from tests.topics.councils import LAST, hunch_moderation, simulated

MINUS = "\N{MINUS SIGN}"


def estimate(value: float, low: float, high: float, cases: int = 40) -> Estimate:
    return Estimate(
        value=value, low=low, high=high, level=0.95, cases=cases, auditors=8, method="by hand"
    )


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def moderated(council):
    return optimism(council, quarter=LAST)


@pytest.fixture(scope="module")
def graded(council):
    found = programme(council, quarter=LAST)
    levels = ("Inadequate", "Requires improvement", "Good", "Outstanding")
    assert (found.scale.levels, found.scale.good_from) == (levels, 2)
    return found


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (
            (0.08, 0.03, 0.13),
            "The share graded good or better is 8 points higher by auditors than by moderators "
            "(+3 to +13).",
        ),
        (
            (-0.08, -0.13, -0.03),
            "The share graded good or better is 8 points lower by auditors than by moderators "
            f"({MINUS}13 to {MINUS}3).",
        ),
        (
            (0.0, -0.05, 0.05),
            f"The share graded good or better is the same by auditors and by moderators ({MINUS}5 "
            "to +5).",
        ),
        (
            (0.001, -0.05, 0.05),
            "The share graded good or better is 0.1 points higher by auditors than by moderators "
            f"({MINUS}5 to +5).",
        ),
    ],
)
def test_the_share_good_by_auditors_and_by_moderators(moderated, shift, sentence):
    found = replace(moderated, good_shift=estimate(*shift))
    assert sentence in say_optimism(found).paragraphs[0]


@pytest.mark.parametrize(
    ("gap", "ever", "claim", "card"),
    [
        (
            (0.4, 0.2, 0.6),
            (-0.3, -0.5, -0.1),
            "Moderators lowered 30% of the grades they re-read",
            "Auditors graded 0.40 of a grade above moderators",
        ),
        (
            (-0.4, -0.6, -0.2),
            (0.3, 0.1, 0.5),
            "Moderators raised 20% of the grades they re-read",
            "Auditors graded 0.40 of a grade below moderators",
        ),
        (
            (0.0, -0.2, 0.2),
            (0.0, -0.1, 0.1),
            "Auditors and moderators did not clearly differ",
            "Auditors graded on average the same as moderators",
        ),
        (
            (-0.04, -0.2, 0.2),
            (0.3, 0.1, 0.5),
            "Auditors and moderators did not clearly differ, but over all rounds auditors were "
            "kinder",
            "Auditors graded 0.04 of a grade below moderators",
        ),
        (
            (0.04, -0.2, 0.2),
            (-0.3, -0.5, -0.1),
            "Auditors and moderators did not clearly differ, but over all rounds auditors were "
            "harsher",
            "Auditors graded 0.04 of a grade above moderators",
        ),
    ],
)
def test_who_is_the_kinder(moderated, gap, ever, claim, card):
    found = replace(
        moderated,
        gap=estimate(*gap),
        over=estimate(0.3, 0.2, 0.4),
        under=estimate(0.2, 0.1, 0.3),
        ever=replace(moderated.ever, gap=estimate(*ever, cases=90), cases=90),
    )
    assert say_optimism(found).claim == claim
    assert optimism_card(found).startswith(card)


@pytest.mark.parametrize(
    ("first", "last", "direction", "claim"),
    [
        (0.6, 0.1, GapDirection.NARROWING, "The gap is narrowing from round to round"),
        (-0.1, -0.6, GapDirection.WIDENING, "The gap is widening from round to round"),
        (
            0.2,
            -0.1,
            GapDirection.NARROWING,
            "The gap is turning from one side of no gap to the other over the rounds",
        ),
        (0.31, 0.29, GapDirection.NARROWING, "The gap hardly moves over the rounds"),
        (0.6, 0.1, GapDirection.NO_CLEAR_CHANGE, "The gap shows no clear trend over the rounds"),
        (0.6, 0.1, GapDirection.NOT_KNOWN, "The gap shows no clear trend over the rounds"),
    ],
)
def test_the_line_through_the_rounds(council, first, last, direction, claim):
    found = optimism_detail(council, quarter=LAST)
    trend = replace(found.trend, first=first, last=last, direction=direction)
    assert say_optimism_detail(replace(found, trend=trend)).claim == claim


@pytest.mark.parametrize(
    ("then", "now", "change", "claim", "moved"),
    [
        (0.50, 0.62, (0.05, 0.19), "Good or better rose from 50% to 62%", "has risen"),
        (0.62, 0.50, (-0.19, -0.05), "Good or better fell from 62% to 50%", "has fallen"),
        (0.596, 0.604, (0.001, 0.015), "Good or better stayed at 60%", "has risen"),
        (
            0.55,
            0.60,
            (-0.05, 0.15),
            "Good or better: no change can be told (55%, now 60%)",
            "No change can be told in the share",
        ),
    ],
)
def test_the_share_good_over_time(graded, then, now, change, claim, moved):
    found = replace(
        graded,
        good_now=estimate(now, now - 0.05, now + 0.05),
        years=(
            YearShare(period="2018-19", is_whole=True, good=estimate(then, then, then)),
            YearShare(period="2019-20", is_whole=True, good=estimate(now, now, now)),
        ),
        change=estimate(now - then, *change),
    )
    assert programme_claim(found) == claim
    said = programme_lead(found)
    assert moved in said
    assert f"good or better{'' if 'share' in moved else f' {moved}'} since 2018-19" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((0.12, 0.02, 0.22), "the share has risen (+2 to +22 points)."),
        (
            (-0.12, -0.22, -0.02),
            f"the share has fallen ({MINUS}22 to {MINUS}2 points).",
        ),
        ((0.02, -0.08, 0.12), f"no change can be told ({MINUS}8 to +12 points)."),
    ],
)
def test_the_last_quarter(graded, change, words):
    said = since_last_quarter(replace(graded, quarter_change=estimate(*change)))
    assert said[0].startswith("Good or better, this quarter")
    assert said[0].endswith(words)


def test_recommendations_follow_the_verdicts(council):
    agreed = agreement(council, quarter=LAST)
    kinder, themed = optimism(council, quarter=LAST), themes(council, quarter=LAST)
    process = consistency(council, quarter=LAST)
    parts = agreement_detail(council, quarter=LAST)

    def actions(*, optimism=kinder, agreement=agreed, themes=themed):
        steps = recommendations(agreement, parts, optimism, themes, process, quarter=LAST)
        return [step.action for step in steps]

    def of_optimism(verdict):
        return actions(optimism=replace(kinder, verdict=verdict))[0]

    def of_agreement(verdict):
        return [a for a in actions(agreement=replace(agreed, verdict=verdict)) if "calib" in a]

    assert of_optimism(OptimismVerdict.RE_AUDIT).startswith("Re-audit the cases")
    assert of_optimism(OptimismVerdict.ADJUST).startswith("Read grades beside")
    assert not of_optimism(OptimismVerdict.ACCEPT).startswith(("Re-audit", "Read grades"))
    unrecorded = optimism(hunch_moderation(council), quarter=LAST)
    assert actions(optimism=unrecorded)[0].startswith("Record how each case is chosen")
    assert of_agreement(AgreementVerdict.WELL) == []
    for verdict in (AgreementVerdict.IN_PART, AgreementVerdict.POORLY):
        assert of_agreement(verdict) == [
            "Hold a calibration session on the line between requires improvement and good."
        ]
    for verdict in (AgreementVerdict.TOO_FEW, AgreementVerdict.NOT_MEASURABLE):
        unmeasured = actions(agreement=replace(agreed, verdict=verdict))
        assert "Plan blind second readings of a share of audits each quarter." in unmeasured
    for verdict in ThemeVerdict:
        every = tuple(replace(theme, verdict=verdict) for theme in themed.themes)
        found = actions(
            optimism=replace(kinder, verdict=OptimismVerdict.ACCEPT),
            agreement=replace(agreed, verdict=AgreementVerdict.WELL),
            themes=replace(themed, themes=every),
        )
        asked = ("Keep grading", "Grade ")
        is_open = any(action.startswith(asked) for action in found)
        assert is_open == (verdict not in THEME_CLAIMS)
