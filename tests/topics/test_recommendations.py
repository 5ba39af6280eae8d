"""Each recommended step, whole, and the verdict that calls for it."""

from __future__ import annotations

from types import SimpleNamespace as Some

import pytest

from qaf_analysis.terms.verdicts import SelectionRefusal
from qaf_analysis.topics.recommendations import Recommendation, recommendations
from tests.topics.by_hand import estimated, unknown


def agreement(**more):
    found = {
        "ac2": estimated(0.7, 0.6, 0.8), "verdict": "agrees well", "reason": "ten audits",
        "boundary": "Requires improvement and Good", "boundary_share": 0.75,
    }  # fmt: skip
    return Some(**{**found, **more})


def moderated(**more):
    found = {
        "refusal": None, "gap": estimated(0.1, cases=40), "verdict": "accept",
        "reason": "the gap is small",
    }  # fmt: skip
    return Some(**{**found, **more})


def theme(name: str, verdict: str, *, change: object = 1):
    return Some(name=name, verdict=verdict, change=change)


def consistency(*labels: tuple[str, ...]):
    return Some(
        changes=tuple(Some(periods=Some(labels=each, inseparable=len(each) > 1)) for each in labels)
    )


def steps(*, agrees=None, optimism=None, themes=(), changes=(), to_moderate=0):
    return recommendations(
        agrees or agreement(),
        optimism or moderated(),
        Some(themes=tuple(themes)),
        consistency(*changes),
        Some(to_moderate=to_moderate, half_width=0.15),
    )


def step(action: str, because: str) -> tuple[Recommendation, ...]:
    return (Recommendation(action=action, because=because),)


def test_where_every_verdict_is_good_nothing_is_recommended():
    assert steps() == ()
    assert steps(optimism=moderated(verdict="more moderation needed"), to_moderate=40) == ()


RECORD = step(
    "Record how each case is chosen for moderation, and choose by chance.",
    "Without a recorded rule no adjusted grade profile can be given.",
)


def test_an_unrecorded_rule_comes_before_all_else_on_moderation():
    hidden = SelectionRefusal.NOT_RECORDED
    assert steps(optimism=moderated(refusal=hidden)) == RECORD
    assert steps(optimism=moderated(refusal=hidden, gap=unknown("nobody"))) == RECORD
    assert steps(optimism=moderated(refusal=hidden, verdict="re-audit")) == RECORD
    for other in set(SelectionRefusal) - {hidden}:
        assert steps(optimism=moderated(refusal=other)) == ()


@pytest.mark.parametrize("verdict", ["accept", "re-audit", "more moderation needed"])
def test_without_a_gap_moderation_is_to_be_had(verdict):
    bare = moderated(gap=unknown("no audit was moderated"))
    bare.verdict = verdict
    assert steps(optimism=bare, to_moderate=90) == step(
        "Have external moderators re-read a random share of audits each year.",
        "Over-optimism cannot be measured: no audit was moderated.",
    )


@pytest.mark.parametrize(
    ("verdict", "action"),
    [
        (
            "re-audit",
            "Re-audit the cases whose grades differ most, and brief auditors together.",
        ),
        (
            "adjust",
            "Read grades beside the moderation-adjusted profile, and share moderated cases with "
            "every auditor.",
        ),
    ],
)
def test_each_verdict_on_optimism_has_its_step(verdict, action):
    found = moderated(verdict=verdict, reason="auditors' gaps differ")
    assert steps(optimism=found, to_moderate=900) == step(action, "Auditors' gaps differ.")


@pytest.mark.parametrize("verdict", ["accept", "more moderation needed"])
def test_more_moderation_where_the_gap_is_not_known_well_enough(verdict):
    found = moderated(verdict=verdict)
    assert steps(optimism=found, to_moderate=41) == step(
        "Moderate 41 audits at random over the next year.",
        "So many are needed to know the gap to within 0.15 of a grade.",
    )
    assert steps(optimism=found, to_moderate=40) == ()
    one = moderated(verdict=verdict, gap=estimated(0.1, cases=0))
    assert steps(optimism=one, to_moderate=1)[0].action == (
        "Moderate 1 audit at random over the next year."
    )


@pytest.mark.parametrize(
    "found",
    [
        agreement(verdict="too few to say"),
        agreement(verdict="not measurable this period"),
    ],
)
def test_agreement_that_cannot_be_measured_needs_second_readings(found):
    assert steps(agrees=found) == step(
        "Plan blind second readings of a share of audits each quarter.",
        "How far auditors agree cannot be said: ten audits.",
    )


@pytest.mark.parametrize("verdict", ["agrees in part", "agrees poorly"])
def test_disagreement_needs_calibration_where_it_lies(verdict):
    assert steps(agrees=agreement(verdict=verdict)) == step(
        "Hold a calibration session on the line between requires improvement and good.",
        "75% of the pairs that differ lie there.",
    )
    assert steps(agrees=agreement(verdict=verdict, boundary="")) == ()


def test_themes_without_an_answer_are_graded_on():
    themes = (
        theme("Plans", "no evidence of change"),
        theme("Voice", "improved"),
        theme("Court", "too little data"),
        theme("Health", "got worse"),
        theme("Fostering", "too little data", change=None),
    )
    assert steps(themes=themes) == step(
        "Keep grading Plans and Court in every audit, and look again next quarter.",
        "A change of a size that matters may not have been visible yet.",
    )
    assert steps(themes=(themes[1], themes[3], themes[4])) == ()


def test_changes_that_began_together_are_to_be_told_apart_next_time():
    changes = (("Pool",), ("Training", "Days"), ("Tool", "Form", "Rota"), ("Move",))
    assert steps(changes=changes) == step(
        "Begin changes to the audit process in different quarters.",
        "Tool, Form and Rota began together and cannot be told apart.",
    )
    assert steps(changes=(("Pool",), ("Move",))) == ()


def test_three_steps_at_most_moderation_first():
    found = steps(
        optimism=moderated(verdict="adjust"),
        agrees=agreement(verdict="agrees poorly"),
        themes=(theme("Plans", "too little data"),),
        changes=(("Training", "Days"),),
    )
    assert [step.action.split()[0] for step in found] == ["Read", "Hold", "Keep"]
    fewer = steps(
        agrees=agreement(verdict="agrees poorly"),
        themes=(theme("Plans", "too little data"),),
        changes=(("Training", "Days"),),
    )
    assert [step.action.split()[0] for step in fewer] == ["Hold", "Keep", "Begin"]
