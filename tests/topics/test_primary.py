"""Which claims of the first page stand when all are judged together, by hand."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace as Some

import pytest
from scipy import stats

from qaf_analysis.stats.core.intervals import p_from_interval
from qaf_analysis.terms.scale import SIGNS_OF_SAFETY
from qaf_analysis.terms.verdicts import VerdictFigure
from qaf_analysis.topics.primary import PrimaryClaim, primary_claims, together
from tests.topics.by_hand import estimated, unknown


def of(words, p, *, made=True):
    return PrimaryClaim(words=words, is_made=made, p=p)


def test_nothing_claimed_is_nothing_said():
    assert together((of("the share", 0.2, made=False), of("Plans", nan, made=False))) == ()


def test_holm_runs_over_all_that_was_asked():
    # Holm over four: 0.012 x 4 = 0.048 stands, 0.03 x 3 = 0.09 does not.
    asked = (
        of("Plans", 0.012), of("the share", 0.03), of("Voice", 0.5, made=False),
        of("Risk", 0.9, made=False), of("Court", nan, made=False),
    )  # fmt: skip
    assert together(asked) == (
        "Found also when all findings are judged together: Plans. Found only on its own: "
        "the share.",
    )
    # Without the two that claim nothing both would stand: 0.024 and 0.03.
    assert together(asked[:2]) == (
        "Found also when all findings are judged together: Plans; the share.",
    )


def test_claims_that_stand_by_themselves_only():
    asked = (of("Plans", 0.04), of("the share", 0.03))
    assert together(asked) == (
        "No finding holds when all are judged together. Found only on its own: Plans; the share.",
    )
    assert together((of("Plans", nan),))[0].endswith("Found only on its own: Plans.")


def test_a_p_value_is_the_level_whose_interval_just_reaches_none():
    half = stats.t.ppf(0.975, 12) * 0.2
    t = estimated(0.5, 0.5 - half, 0.5 + half)
    t = Some(**{**vars(t), "df": 12.0, "has_interval": True})
    assert p_from_interval(t) == pytest.approx(2 * stats.t.sf(2.5, 12))
    # Of an interval that is longer on one side the end nearer to none counts.
    low, high = estimated(0.3, 0.1, 0.9), estimated(-0.3, -0.9, -0.1)
    expected = 2 * stats.norm.sf(0.3 / 0.2 * stats.norm.ppf(0.975))
    for found in (low, high):
        assert p_from_interval(found) == pytest.approx(expected)
    assert p_from_interval(estimated(0.2, 0.0, 0.5)) == pytest.approx(0.05)
    assert p_from_interval(estimated(0.0, -0.1, 0.1)) == 1
    assert p_from_interval(estimated(0.2, 0.2, 0.5)) == 0
    assert p_from_interval(unknown("nothing")) != p_from_interval(unknown("nothing"))  # NaN


@pytest.mark.parametrize("verdict", ["more moderation needed", "adjust", "re-audit"])
def test_every_comparison_of_lead_and_cards_is_asked_with_what_is_said_of_it(verdict):
    up, flat = estimated(0.2, 0.1, 0.3), estimated(0.1, -0.1, 0.3)
    changed = Some(
        rule=Some(outcome="good_or_better"), evidence=Some(p={"good_or_better": 0.02}.get)
    )
    pool = Some(labels=("Pool cut",))
    found = primary_claims(
        Some(verdict="has risen", change=up),
        Some(
            verdict=verdict,
            scale=SIGNS_OF_SAFETY.words,
            figures=(
                Some(figure=VerdictFigure.SHIFT, is_beyond=False, p=0.3),
                Some(figure="mean gap", is_beyond=True, p=0.004),
                Some(figure="severe differences", is_beyond=False, p=0.6),
            ),
        ),
        Some(
            themes=(
                Some(name="Plans", verdict="improved", change=changed),
                Some(name="Fostering", verdict="too little data", change=None),
            )
        ),
        Some(
            changes=(Some(periods=pool, change=Some(verdict="less consistent", sd=up)),),
            agreement=(Some(periods=pool, verdict="no evidence of change", difference=flat),),
        ),
        Some(grade=Some(practice=flat, leniency=up)),
    )
    assert [(each.words, each.is_made) for each in found] == [
        ("the change in the share", True),
        ("shift in the share graded 6 or more against moderators", False),
        ("mean gap against moderators", verdict in ("adjust", "re-audit")),
        ("severe differences against moderators", False),
        ("Plans", True),
        ("strictness after Pool cut", True),
        ("agreement with moderators after Pool cut", False),
        ("practice since the start", False),
        ("grading since the start", True),
    ]
    assert [each.p for each in found[1:5]] == [0.3, 0.004, 0.6, 0.02]
    assert found[0].p == p_from_interval(up)
    assert found[6].p == p_from_interval(flat)
