"""The verdict follows from intervals, in the order stated."""

from __future__ import annotations

from math import nan

import pytest

from qaf_analysis.stats.optimism.verdict import optimism_verdict
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OptimismRule, OptimismVerdict


def between(low, high):
    middle = (low + high) / 2
    return Estimate(value=middle, low=low, high=high, level=0.95, cases=60, auditors=9, method="t")


RARE, COMMON = between(0.0, 0.06), between(0.051, 0.2)


@pytest.mark.parametrize(
    ("gap", "severe", "p", "verdict"),
    [
        (between(-0.25, 0.25), RARE, 0.5, OptimismVerdict.ACCEPT),
        (between(0.05, 0.2), COMMON, 0.01, OptimismVerdict.ACCEPT),  # small beats everything else
        (between(0.1, 0.5), RARE, 0.5, OptimismVerdict.ADJUST),
        (between(-0.5, -0.1), RARE, 0.5, OptimismVerdict.ADJUST),
        (between(0.1, 0.5), RARE, 0.1, OptimismVerdict.RE_AUDIT),
        (between(0.1, 0.5), COMMON, 0.5, OptimismVerdict.RE_AUDIT),
        (between(-0.1, 0.5), COMMON, 0.01, OptimismVerdict.MORE_MODERATION),
        (between(0.0, 0.5), RARE, 0.5, OptimismVerdict.MORE_MODERATION),
        (between(0.1, 0.5), RARE, nan, OptimismVerdict.ADJUST),
        (
            between(0.1, 0.5),
            Estimate.not_estimable("none", method="w"),
            0.5,
            OptimismVerdict.ADJUST,
        ),
        (between(nan, nan), RARE, 0.5, OptimismVerdict.MORE_MODERATION),
    ],
)
def test_rule(gap, severe, p, verdict):
    found = optimism_verdict(gap, severe=severe, heterogeneity_p=p)
    assert found.verdict == verdict
    assert found.reason


def test_reason_says_which_way_and_what_is_unknown():
    kinder = optimism_verdict(between(0.1, 0.5), severe=RARE, heterogeneity_p=nan)
    assert "kinder" in kinder.reason
    assert "could not be tested" in kinder.reason
    harsher = optimism_verdict(between(-0.5, -0.1), severe=COMMON, heterogeneity_p=0.5)
    assert "harsher" in harsher.reason
    assert "5%" in harsher.reason


def test_no_gap_gives_its_own_reason():
    nothing = Estimate.not_estimable("no audit was moderated", method="t")
    found = optimism_verdict(nothing, severe=RARE, heterogeneity_p=0.5)
    assert found == (OptimismVerdict.MORE_MODERATION, "no audit was moderated")


def test_tolerance_is_the_councils():
    gap = between(-0.3, 0.35)
    assert (
        optimism_verdict(
            gap, severe=RARE, heterogeneity_p=1, rule=OptimismRule(tolerance=0.4)
        ).verdict
        == OptimismVerdict.ACCEPT
    )
