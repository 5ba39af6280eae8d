"""Each recommended step, whole, and the verdict that calls for it."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace as Some

import pytest

from qaf_analysis.stats.core.detectable import after_more_quarters
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import SelectionRefusal, Standing
from qaf_analysis.topics.recommendations import Recommendation, recommendations
from tests.topics.by_hand import estimated, unknown

QUARTER = Quarter.parse("2019-20 Q4")
SUMMER, SPRING = Quarter.parse("2020-21 Q1"), Quarter.parse("2020-21 Q4")


def agreement(**more):
    return Some(**{"verdict": "agrees well", "reason": "ten audits", **more})


def boundary(lower, upper, confused, pairs=40):
    return Some(lower=lower, upper=upper, confused=confused, pairs=pairs)


CLEAR = boundary("Inadequate", "Requires improvement", estimated(0.1, 0.02, 0.3))
BLURRED = boundary("Requires improvement", "Good", estimated(0.304, 0.19, 0.44), 3913)


def open_figure(settled_at, standing=Standing.OPEN):
    return Some(standing=standing, settled_at=settled_at)


def moderated(**more):
    found = {
        "refusal": None, "gap": estimated(0.1, cases=40), "verdict": "accept",
        "reason": "the gap is small", "figures": (), "audits": 200,
    }  # fmt: skip
    return Some(**{**found, **more})


def theme(name, verdict, *, detectable=0.2, outcome="mean_grade", sides=(4, 4)):
    change = Some(
        rule=Some(outcome=outcome, fewest_pre=3),
        detectable_grade=estimated(detectable),
        detectable_good=estimated(detectable),
    )
    return Some(name=name, verdict=verdict, change=change, sides=sides)


def of_cases(name, verdict):
    return Some(name=name, verdict=verdict, change=None, sides=(0, 0))


def begun(*labels, verdict="no evidence of change"):
    periods = Some(labels=labels, inseparable=len(labels) > 1)
    return Some(periods=periods, verdict=verdict, change=Some(verdict=verdict))


def steps(*, agrees=None, boundaries=(CLEAR, BLURRED), optimism=None, themes=(), changes=(),
          agreed=()):  # fmt: skip
    return recommendations(
        agrees or agreement(),
        Some(boundaries=boundaries),
        optimism or moderated(),
        Some(themes=tuple(themes)),
        Some(changes=tuple(changes), agreement=tuple(agreed)),
        quarter=QUARTER,
    )


def step(action: str, because: str, by: Quarter = SUMMER) -> tuple[Recommendation, ...]:
    return (Recommendation(action=action, because=because, by=by),)


def test_where_every_verdict_is_good_nothing_is_recommended():
    assert steps() == ()


def test_each_step_has_an_owner_to_fill_in_and_a_date():
    (found,) = steps(optimism=moderated(verdict="re-audit", reason="gaps differ"))
    assert found.reminder == "Owner: ____________. By 30 June 2020."
    (later,) = steps(changes=[begun("Training", "Days")])
    assert later.reminder == "Owner: ____________. By 31 March 2021."


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


def test_moderators_grades_that_cannot_be_used_are_mended_first():
    assert steps(optimism=moderated(verdict="not judged", reason="all are copies")) == step(
        "Mend the export of moderators' grades, and run the report again.", "All are copies."
    )


@pytest.mark.parametrize("verdict", ["accept", "re-audit", "more moderation needed"])
def test_without_a_gap_moderation_is_to_be_had(verdict):
    bare = moderated(gap=unknown("no audit was moderated"), verdict=verdict)
    assert steps(optimism=bare) == step(
        "Have external moderators re-read a random share of audits each year.",
        "Over-optimism cannot be measured without it.",
        SPRING,
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
    assert steps(optimism=found) == step(action, "Auditors' gaps differ.")


def more(*figures, cases=40):
    return moderated(
        verdict="more moderation needed", reason="the shift is open", figures=figures,
        gap=estimated(0.1, cases=cases),
    )  # fmt: skip


def test_the_number_to_moderate_settles_every_open_figure():
    shut = open_figure(900.0, Standing.SMALL)
    assert steps(optimism=more(open_figure(70.0), open_figure(130.0), shut)) == step(
        "Moderate 130 audits a year, chosen by chance: 90 more than this year.",
        "That many would settle what is still open about over-optimism.",
        SPRING,
    )


@pytest.mark.parametrize("figures", [(201.0,), (nan,), (70.0, nan)])
def test_where_no_number_would_do_all_are_moderated(figures):
    assert steps(optimism=more(*map(open_figure, figures))) == step(
        "Moderate every audit of the year, or as many as can be, chosen by chance.",
        "No smaller number would settle what is still open about over-optimism.",
        SPRING,
    )


@pytest.mark.parametrize("verdict", ["too few to say", "not measurable this period"])
def test_agreement_that_cannot_be_told_needs_second_readings(verdict):
    assert steps(agrees=agreement(verdict=verdict)) == step(
        "Plan blind second readings of a share of audits each quarter.",
        "How far auditors agree cannot be said without them.",
    )


@pytest.mark.parametrize("verdict", ["agrees in part", "agrees poorly"])
def test_disagreement_needs_calibration_at_the_boundary_with_the_highest_rate(verdict):
    found = agreement(verdict=verdict)
    assert steps(agrees=found) == step(
        "Hold a calibration session on the line between requires improvement and good.",
        "Where both grades are one of these two, auditors part in 30% (19 to 44%; 3,913 pairs).",
    )
    assert steps(agrees=found, boundaries=()) == ()
    few = boundary("Good", "Outstanding", unknown("3 pairs"))
    assert steps(agrees=found, boundaries=(few, CLEAR))[0].action.endswith(
        "inadequate and requires improvement."
    )


def test_a_theme_is_waited_for_only_where_waiting_finds_something():
    # Four quarters on either side: with four more the error falls by the root of 3 / 4.
    waits = theme("Plans", "no evidence of change", detectable=0.2309)
    stuck = theme("Court", "too little data", detectable=0.2310)
    assert steps(themes=[waits]) == step(
        "Keep grading Plans in every audit until 2020-21 Q4.",
        "By then a change of 0.20 of a grade would be found four times in five.",
        SPRING,
    )
    assert steps(themes=[stuck]) == step(
        "Grade Court in more audits, or follow it by other means.",
        "Waiting another 4 quarters would still miss a change of 0.20 of a grade.",
    )
    good = theme("Court", "too little data", detectable=0.12, outcome="good_or_better")
    assert steps(themes=[good])[0].because.endswith("a change of 10 points.")
    soon = theme("Court", "too little data", detectable=0.1154, outcome="good_or_better")
    assert steps(themes=[soon])[0].because.startswith("By then a change of 10 points")


def test_quarters_before_a_theme_cannot_be_made_up_for():
    assert steps(themes=[theme("Plans", "too little data", sides=(2, 4))]) == ()
    new = theme("Plans", "too little data", sides=(3, 0), detectable=nan)
    assert steps(themes=[new])[0].action.startswith("Keep grading Plans")
    unknown_size = theme("Plans", "too little data", sides=(3, 1), detectable=nan)
    assert steps(themes=[unknown_size])[0].action.startswith("Grade Plans in more audits")


def test_what_was_found_and_what_cannot_be_compared_is_not_waited_for():
    themes = (
        theme("Voice", "improved"),
        theme("Health", "got worse"),
        of_cases("Fostering", "too little data"),
    )
    assert steps(themes=themes) == ()


def test_more_quarters_by_hand():
    assert after_more_quarters(1.0, before=4, after=1, more=3) == pytest.approx((0.5 / 1.25) ** 0.5)
    assert after_more_quarters(0.3, before=4, after=1, more=0) == 0.3
    for before, after, more_quarters in ((0, 1, 1), (1, 0, 1), (1, 1, -1)):
        with pytest.raises(UsageError):
            after_more_quarters(0.3, before=before, after=after, more=more_quarters)


def test_agreement_that_fell_comes_first():
    found = steps(
        optimism=moderated(verdict="adjust"),
        agreed=[begun("Pool cut", verdict="agreement fell")],
        changes=[begun("Pool cut", verdict="less consistent")],
    )
    assert [each.action.split()[0] for each in found] == ["Let", "Let", "Read"]
    assert found[0].because == "They agree less often than before a change of the process."
    assert found[1].because == "Auditors are less alike in strictness since Pool cut."
    assert found[1].action == "Let all auditors grade the same few audits, and compare."


def test_changes_that_began_together_are_to_be_told_apart_next_time():
    changes = [begun("Pool"), begun("Training", "Days"), begun("Tool", "Form", "Rota")]
    assert steps(changes=changes) == step(
        "Begin changes to the audit process in different quarters.",
        "Tool, Form and Rota began together and cannot be told apart.",
        SPRING,
    )
    assert steps(changes=[begun("Pool"), begun("Move")]) == ()


def test_three_steps_at_most_moderation_first():
    rest = {
        "agrees": agreement(verdict="agrees poorly"),
        "themes": (theme("Plans", "too little data"),),
        "changes": [begun("Training", "Days")],
    }
    found = steps(optimism=moderated(verdict="adjust"), **rest)
    assert [each.action.split()[0] for each in found] == ["Read", "Hold", "Keep"]
    assert [each.action.split()[0] for each in steps(**rest)] == ["Hold", "Keep", "Begin"]
