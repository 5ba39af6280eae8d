"""How the check of the methods is told, tabulated and drawn, for chosen figures."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.topics.check.analysis.recovery import (
    NOTHING,
    PLANTED,
    MethodCheck,
    Recovery,
    VerdictRate,
)
from qaf_analysis.topics.check.pictures import method_check_pictures
from qaf_analysis.topics.check.section import METHOD_CHECK
from qaf_analysis.topics.check.tables import method_check_tables
from qaf_analysis.topics.check.words import say_method_check
from tests.topics.by_hand import estimated, unknown

MINUS = "\N{MINUS SIGN}"


def rate(question: str, world: str, verdict: str, share: float) -> VerdictRate:
    return VerdictRate(
        question=question,
        world=world,
        verdict=verdict,
        share=estimated(share, share / 2, share + 0.1),
    )


GAP = Recovery(
    figure="Mean gap", world=PLANTED, councils=1200, estimable=1100,
    share=estimated(0.94, 0.92, 0.96), mean_error=-0.014,
)  # fmt: skip
AC2 = Recovery(
    figure="AC2", world=NOTHING, councils=30, estimable=20, share=estimated(0.9, 0.7, 0.97),
    mean_error=0.026,
)  # fmt: skip
NEVER = Recovery(
    figure="Spread", world=PLANTED, councils=10, estimable=0, share=unknown("none"), mean_error=nan
)
CHECKED = MethodCheck(
    councils=40,
    audits_per_quarter=50,
    seed=7,
    recoveries=(GAP, AC2, NEVER),
    verdicts=(
        rate("Optimism", PLANTED, "adjust", 0.8),
        rate("Optimism", NOTHING, "adjust", 0.04),
        rate("Optimism", NOTHING, "accept", 0.6),
        rate("Consistency", NOTHING, "less consistent", 0.02),
    ),
)


def test_words():
    """0.94 x 1,100 + 0.9 x 20 = 1,052 of 1,120: 94%."""
    said = say_method_check(CHECKED)
    assert said.claim == "Of 1,120 planted values, 94% lay in their 95% interval"
    assert said.paragraphs == (
        "40 councils of 50 audits a quarter were simulated with effects and as many without.",
        "False claims where nothing was planted: optimism, adjust: 4% (2 to 14%); consistency, "
        "less consistent: 2% (1 to 12%).",
    )
    assert said.limits == (
        "Simulated councils follow the model they are drawn from. Real ones may not: these rates "
        "show that the methods do what they claim where their assumptions hold."
    )
    assert said.source == (
        "Seed 7. Intervals of the shares are Wilson's and show how far so few councils can tell."
    )


def test_figures_weigh_as_many_as_they_were_estimable():
    half = replace(CHECKED, recoveries=(replace(GAP, share=estimated(0.5), estimable=10), AC2))
    # 5 + 18 of 30
    assert say_method_check(half).claim == "Of 30 planted values, 77% lay in their 95% interval"
    nothing = say_method_check(replace(CHECKED, recoveries=(NEVER,), verdicts=(), councils=1))
    assert nothing.claim == "Of 0 planted values, 0% lay in their 95% interval"
    assert nothing.paragraphs == (
        "1 council of 50 audits a quarter was simulated with effects and as many without.",
        "False claims where nothing was planted: none.",
    )


@pytest.mark.parametrize(
    ("verdict", "is_a_claim"),
    [
        ("adjust", True), ("re-audit", True), ("improved", True), ("got worse", True),
        ("more consistent", True), ("less consistent", True), ("accept", False),
        ("more moderation needed", False), ("no evidence of change", False),
        ("too little data", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_claim(verdict, is_a_claim):
    result = replace(CHECKED, verdicts=(rate("Theme: Plans", NOTHING, verdict, 0.2),))
    told = f"theme: plans, {verdict}: 20% (10 to 30%)" if is_a_claim else "none"
    assert say_method_check(result).paragraphs[1] == (
        f"False claims where nothing was planted: {told}."
    )


def test_tables():
    covered, verdicts = method_check_tables(CHECKED)
    assert covered.caption == "How often the planted value lay in its 95% interval"
    assert [(column.heading, column.align) for column in covered.columns] == [
        ("Figure", "left"), ("World", "left"), ("Councils", "right"), ("Estimable", "right"),
        ("Covered", "right"), ("Mean error", "right"),
    ]  # fmt: skip
    assert covered.rows == (
        ("Mean gap", "effects planted", "1,200", "1,100", "94% (92 to 96%)", f"{MINUS}0.01"),
        ("AC2", "nothing planted", "30", "20", "90% (70 to 97%)", "+0.03"),
        ("Spread", "effects planted", "10", "0", "too few to say", ""),
    )
    assert verdicts.caption == "Verdicts given"
    assert [(column.heading, column.align) for column in verdicts.columns] == [
        ("Question", "left"), ("World", "left"), ("Verdict", "left"),
        ("Share of councils", "right"),
    ]  # fmt: skip
    assert verdicts.rows[:2] == (
        ("Optimism", "effects planted", "adjust", "80% (40 to 90%)"),
        ("Optimism", "nothing planted", "adjust", "4% (2 to 14%)"),
    )
    assert len(verdicts.rows) == 4


def test_pictures_are_those_of_the_planted_world():
    """What was never estimable is not drawn."""
    (picture,) = method_check_pictures(CHECKED)
    assert picture.title == "Mean gap, effects planted: planted values covered"
    assert picture.alt.startswith("Mean gap, effects planted: planted values covered. ")
    assert "0.94 (0.92 to 0.96)" in picture.alt
    assert "as claimed" in picture.alt
    low = replace(GAP, share=estimated(0.92, 0.9, 0.94))
    assert "too few" in method_check_pictures(replace(CHECKED, recoveries=(low,)))[0].alt


def test_the_page():
    assert METHOD_CHECK.result is MethodCheck
    assert METHOD_CHECK.say(CHECKED).claim == say_method_check(CHECKED).claim
    assert METHOD_CHECK.tables(CHECKED) == method_check_tables(CHECKED)
    assert len(METHOD_CHECK.pictures(CHECKED)) == 1
