"""The verdict as a total function of its evidence: every combination has its word and reason."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import nan

import pytest

from qaf_analysis.stats.impact.verdict import theme_decision
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    DriftStanding,
    Reservation,
    ThemeRule,
    ThemeVerdict,
)
from tests.topics.impact.made import EVIDENCE, estimate

RULE = ThemeRule()
NONE = Estimate.not_estimable("cannot be told", method="")
UP, DOWN = estimate(0.3, 0.1, 0.5, p=0.01), estimate(-0.3, -0.5, -0.1, p=0.01)
OPEN, TINY = estimate(0.1, -0.1, 0.3, p=0.3), estimate(0.04, 0.02, 0.06, p=0.001)
GOOD, WIDE = estimate(0.1, 0.0, 0.2, p=0.05), estimate(0.1, -0.2, 0.4, p=0.5)


def told(grade=UP, second=UP, good=GOOD, *, holm=0.01, rule=RULE, tested=1, **parts):
    evidence = replace(EVIDENCE, grade=grade, grade_threshold=second, good=good, **parts)
    return theme_decision(evidence, rule=rule, holm_p=holm, themes_tested=tested)


@pytest.mark.parametrize(
    ("grade", "second", "verdict", "scale"),
    [
        (UP, UP, "improved", False),
        (DOWN, DOWN, "got worse", False),
        (UP, OPEN, "no evidence of change", True),
        (OPEN, UP, "no evidence of change", True),
        (UP, TINY, "no evidence of change", True),
        (UP, DOWN, "no evidence of change", True),
        (OPEN, OPEN, "no evidence of change", False),
        (TINY, TINY, "no evidence of change", False),
        (TINY, OPEN, "no evidence of change", False),
    ],
)
def test_a_claim_must_hold_on_both_scales(grade, second, verdict, scale):
    good = replace(GOOD, value=-0.1, low=-0.2, high=0.0) if grade is DOWN else GOOD
    found = told(grade, second, good)
    assert (found.verdict, found.depends_on_scale) == (verdict, scale)
    assert (Reservation.SCALE in found.reservations) == scale


def test_each_doubt_has_its_reason():
    assert told(TINY, TINY).reason == "the change is smaller than 0.05 of a grade"
    assert told(OPEN, OPEN).reason == "the interval for the change includes no change"
    assert "on one of the two scales" in told(UP, OPEN).reason
    assert "with 5 themes tested at once" in told(holm=0.06, tested=5).reason
    falls = replace(GOOD, value=-0.1, low=-0.2, high=0.0)
    assert "opposite directions" in told(good=falls).reason
    assert told(good=replace(GOOD, value=-1e-17)).verdict == ThemeVerdict.IMPROVED
    assert told(OPEN, OPEN, WIDE).reason.endswith("reaches more than 15 points either way")
    assert told(OPEN, OPEN, NONE).reason.endswith("cannot be formed")
    assert told(OPEN, OPEN, WIDE).verdict == ThemeVerdict.TOO_LITTLE


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"pre_quarters": 2}, "2 quarters before the themed audit; at least 3 needed"),
        ({"pre_quarters": 0, "small_quarters": (1,)},
         "no quarter before the themed audit with at least 10 audits; at least 3 needed"),
        ({"post_quarters": 0}, "no quarter after the themed audit; at least 1 needed"),
        ({"pre_quarters": 3, "post_quarters": 2}, "5 quarters in all; at least 6 needed"),
        ({"why_not": "nothing to compare"}, "nothing to compare"),
        ({"grade": NONE}, "cannot be told"),
        ({"grade_threshold": NONE}, "cannot be told"),
    ],
)  # fmt: skip
def test_what_is_short_is_never_tested(parts, reason):
    found = theme_decision(replace(EVIDENCE, **parts), rule=RULE, holm_p=0.001, themes_tested=1)
    assert (found.verdict, found.reason) == (ThemeVerdict.TOO_LITTLE, reason)
    assert not found.tested
    assert found.standing is None


def test_two_grades_need_one_scale():
    assert told(UP, NONE, scales=1).verdict == ThemeVerdict.IMPROVED


def test_the_p_of_a_verdict_is_the_larger_and_none_is_one():
    evidence = replace(EVIDENCE, grade=replace(UP, p=0.01), grade_threshold=replace(UP, p=0.04))
    assert evidence.p("mean_grade") == 0.04
    assert replace(evidence, scales=1).p("mean_grade") == 0.01
    assert replace(evidence, grade_threshold=NONE).p("mean_grade") == 1.0


def test_a_claim_carries_how_it_stands_against_drift():
    assert told().standing is DriftStanding.STANDS
    weak = replace(EVIDENCE.drift, breakdown=0.0)
    assert Reservation.DRIFT in told(drift=weak).reservations
    assert told(OPEN, OPEN, drift=weak).reservations == ()
    assert told(pre_quarters=6, post_quarters=1).reservations == (Reservation.PROVISIONAL,)
    assert told().contested(True).reservations == (Reservation.CONTESTED,)


def test_every_combination_reaches_a_word_and_no_claim_rests_on_what_is_no_number():
    some = (UP, DOWN, OPEN, TINY, NONE, estimate(nan, nan, nan), estimate(0.3, 0.1, 0.5, p=nan))
    rules = (RULE, ThemeRule(outcome="good_or_better"))
    for grade, second, good, holm, rule in product(some, some, some, (0.01, 0.2, nan), rules):
        found = told(grade, second, good, good_threshold=second, holm=holm, rule=rule)
        assert found.reason or not found.tested
        if found.verdict in THEME_CLAIMS:
            decides = good if rule.outcome == "good_or_better" else grade
            assert decides.p < 0.05
            assert second.p < 0.05
            assert holm < 0.05
            assert decides.value * second.value > 0
