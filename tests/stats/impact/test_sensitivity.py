"""The nine lines: what each says, when it agrees, and that none fails on poor data."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.impact.difference_in_differences import (
    change_of,
    theme_change,
    with_holm,
)
from qaf_analysis.stats.impact.leave_one_out import (
    leave_one_auditor_out,
    leave_one_quarter_out,
    same_auditors,
)
from qaf_analysis.stats.impact.sensitivity import (
    ANSWERS,
    NO_MARK,
    QUESTIONS,
    _agrees,
    is_contested,
    saying,
    theme_sensitivity,
)
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import Saying, ThemeRule, ThemeVerdict
from tests.stats.impact.test_difference_in_differences import POOR, degenerate, themed_audits
from tests.topics.impact.made import line as made_line

RULE = ThemeRule()


def council(seed=5, *, quarters=12, audits=50, **world):
    made = themed_audits(np.random.default_rng(seed), quarters=quarters, audits=audits, **world)
    return ThemedAudits.checked(**made)


def lines_of(audits):
    found = theme_sensitivity(change_of(audits, rule=RULE), audits)
    return {line.name: line for line in found}


def test_there_are_nine_lines_and_a_strong_change_stands_up_to_them():
    audits = council(effect=2.0, audits=150)
    found = lines_of(audits)
    assert list(found) == list(QUESTIONS) == list(ANSWERS)
    assert len(found) == 9
    for name, line in found.items():
        assert line.question == QUESTIONS[name]
        if name != "placebo_dates":
            assert line.says == Saying.IMPROVED, name
            assert line.agrees is (None if name in NO_MARK else True), name
    assert found["placebo_domains"].note.startswith("number 1 of 6")
    assert found["placebo_domains"].estimate.p == pytest.approx(1 / 6)
    assert found["ordinal_step"].estimate.value > 1


def test_a_fall_is_said_to_be_one():
    found = lines_of(council(effect=-2.0, audits=150))
    for name in ("other_outcome", "wild_bootstrap", "same_auditors"):
        assert (found[name].says, found[name].agrees) == (Saying.GOT_WORSE, True), name
    assert found["ordinal_step"].says == Saying.GOT_WORSE
    assert found["ordinal_step"].estimate.value < 1


def test_placebo_domains_speak_of_claims_only():
    audits = council(seed=8)
    line = lines_of(audits)["placebo_domains"]
    assert change_of(audits, rule=RULE).verdict == ThemeVerdict.NO_EVIDENCE
    assert line.estimate.is_estimable
    assert line.agrees is None


def test_placebo_dates_never_agree_and_may_disagree():
    still = lines_of(council(effect=2.0, audits=150))["placebo_dates"]
    assert (still.says, still.agrees) == (Saying.NO_CLEAR_CHANGE, None)
    audits = council(effect=2.0, audits=150)
    early = ThemedAudits.checked(
        **{
            **vars(audits),
            "themed_grade": np.round(audits.themed_grade + (audits.quarter > 2)),
        }
    )
    moved = lines_of(early)["placebo_dates"]
    assert (moved.says, moved.agrees) == (Saying.IMPROVED, False)


def test_without_a_comparison_stricter_auditors_look_like_worse_practice():
    audits = council(seed=2, quarters=8, audits=150, tougher=1.2)
    found = lines_of(audits)
    assert change_of(audits, rule=RULE).verdict == ThemeVerdict.NO_EVIDENCE
    for name in ("its_quasibinomial", "ordinal_step"):
        assert (found[name].says, found[name].agrees) == (Saying.GOT_WORSE, None), name


def test_lines_are_set_against_the_verdict_of_the_theme_alone():
    audits, alone = next(
        (audits, change)
        for audits in (council(seed, quarters=8, audits=80, effect=0.6) for seed in range(99))
        for change in [change_of(audits, rule=RULE)]
        if change.verdict == ThemeVerdict.IMPROVED and change.evidence.p("mean_grade") > 0.0125
    )
    among = with_holm([alone, *[change_of(council(seed=s), rule=RULE) for s in range(4)]])[0]
    assert among.verdict == ThemeVerdict.NO_EVIDENCE
    first, second = (theme_sensitivity(change, audits) for change in (alone, among))
    assert [line.agrees for line in first] == [line.agrees for line in second]


def test_same_auditors_are_those_on_both_sides():
    audits = council(seed=1, quarters=8, audits=30)
    who = audits.auditor.copy()
    who[audits.post & (who < 10)] += 100
    moved = ThemedAudits.checked(**{**vars(audits), "auditor": who})
    kept = same_auditors(moved)
    assert set(kept.auditor) == set(who[audits.post]) & set(who[~audits.post])
    assert kept.auditor.min() >= 10
    line = lines_of(moved)["same_auditors"]
    assert line.estimate.cases == len(kept.quarter)
    assert line.note == f"{kept.auditors} of {moved.auditors} auditors"


@pytest.mark.parametrize("kind", ["quarter", "auditor"])
def test_leaving_one_out_is_the_headline_without_it(kind):
    audits = council(seed=5, quarters=8, audits=30, effect=0.7)
    leave = {"quarter": leave_one_quarter_out, "auditor": leave_one_auditor_out}[kind]
    found = leave(audits, rule=RULE)
    numbers = getattr(audits, kind)
    assert [one.number for one in found.without] == np.unique(numbers).tolist()
    for one in found.without[:6]:
        kept = numbers != one.number
        again = theme_change(**{name: values[kept] for name, values in vars(audits).items()})
        assert (one.change, one.verdict) == (again.grade, again.verdict)
    values = [one.change.value for one in found.without]
    assert found.range == (min(values), max(values))
    assert found.whole == change_of(audits, rule=RULE).verdict
    assert {one.verdict for one in found.other_verdicts} == {
        one.verdict for one in found.without
    } - {found.whole}


def test_one_auditor_who_makes_the_change_is_found():
    audits = council(seed=4, quarters=8, audits=40)
    kind = audits.auditor == 3
    # One auditor has a third of the audits, and is the only one whose themed grades rose.
    kind |= np.arange(len(kind)) % 3 == 0
    grade = np.where(audits.post & kind, 3.0, audits.themed_grade)
    good = np.where(audits.post & kind, 1.0, audits.themed_good)
    who = np.where(kind, 3, audits.auditor)
    moved = ThemedAudits.checked(
        **{**vars(audits), "themed_grade": grade, "themed_good": good, "auditor": who}
    )
    assert change_of(moved, rule=RULE).verdict == ThemeVerdict.IMPROVED
    assert [one.number for one in leave_one_auditor_out(moved, rule=RULE).other_verdicts] == [3]
    line = lines_of(moved)["leave_one_out"]
    assert (line.says, line.agrees) == (Saying.NO_CLEAR_CHANGE, False)
    assert "without one auditor the change lies from" in line.note


def test_without_auditors_what_needs_them_says_so():
    audits = ThemedAudits.checked(**{**vars(council()), "auditor": None})
    found = lines_of(audits)
    assert found["same_auditors"].estimate.why_not == "it is not known who audited"
    assert found["same_auditors"].agrees is None
    assert "not two auditors" in found["leave_one_out"].note
    assert "no auditor term" in found["ordinal_step"].estimate.method


@pytest.mark.parametrize("name", POOR)
def test_nothing_is_asked_otherwise_of_what_was_not_tested(name):
    audits = ThemedAudits.checked(**degenerate(name))
    assert theme_sensitivity(change_of(audits, rule=RULE), audits) == ()


@pytest.mark.parametrize(
    ("says", "verdict", "agrees"),
    [
        (Saying.NO_CLEAR_CHANGE, ThemeVerdict.IMPROVED, None),  # its interval is twice as wide
        (Saying.IMPROVED, ThemeVerdict.IMPROVED, True),
        (Saying.GOT_WORSE, ThemeVerdict.IMPROVED, False),
        (Saying.NO_CLEAR_CHANGE, ThemeVerdict.NO_EVIDENCE, True),
        (Saying.IMPROVED, ThemeVerdict.NO_EVIDENCE, False),
        (Saying.IMPROVED, ThemeVerdict.TOO_LITTLE, None),
        (Saying.NOT_AVAILABLE, ThemeVerdict.IMPROVED, None),
    ],
)
def test_when_a_trend_of_its_own_agrees(says, verdict, agrees):
    assert _agrees("differential_trend", says, verdict=verdict) is agrees


@pytest.mark.parametrize(
    ("agree", "contested"),
    [
        ((True, True, False), False),
        ((True, False), False),
        ((True, False, False, None, None), True),
        ((None, None), False),
        ((), False),
    ],
)
def test_a_verdict_is_contested_where_more_lines_differ_than_agree(agree, contested):
    lines = [made_line(name, says) for name, says in zip(QUESTIONS, agree, strict=False)]
    assert is_contested(lines) is contested


def test_refuses_comparison_grades_that_do_not_fit():
    audits = vars(council())
    n = len(audits["quarter"])
    for grades, goods in ((5, 3), (5, 3)), ((n,), (n,)), ((n, 3), (n, 2)), ((n, 3), (n, 0)):
        with pytest.raises(ShapeError):
            ThemedAudits.checked(
                **{**audits, "control_grades": np.ones(grades), "control_goods": np.ones(goods)}
            )
    blank = np.full((n, 3), np.nan)
    with pytest.raises(ShapeError):
        ThemedAudits.checked(**{**audits, "control_grades": blank, "control_goods": blank})


def test_saying_needs_a_p_value():
    found = change_of(council(effect=2.0), rule=RULE)
    assert saying(found.grade) == Saying.IMPROVED
    assert saying(found.detectable_grade) == Saying.NOT_AVAILABLE
