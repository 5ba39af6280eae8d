"""What a committee is told of themed audits and actions, for chosen figures and every mix."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.common.brief import ALWAYS
from qaf_analysis.topics.impact.brief import themes_brief, themes_in_short
from tests.topics.impact.made import (
    ACTIONS,
    COUNTS,
    MINUS,
    SOURCE,
    change,
    cohort,
    estimate,
    finding,
    no_estimate,
    themes_of,
)

WORSE, LITTLE, NONE, BETTER = (
    ThemeVerdict.GOT_WORSE,
    ThemeVerdict.TOO_LITTLE,
    ThemeVerdict.NO_EVIDENCE,
    ThemeVerdict.IMPROVED,
)


def theme(name, verdict, reason="it was seen", **more):
    """A theme with a verdict; what is said of its change by name."""
    found = change(verdict=verdict, reason=reason, tested=verdict != LITTLE, **more)
    return finding(found, name=name, about=name)


def told(result, actions=ACTIONS):
    return [(one.what, one.keep) for one in themes_brief(result, actions).paragraphs]


@pytest.mark.parametrize(
    ("verdicts", "claim", "short"),
    [
        ((NONE,), "No change can be shown for A", "A: no evidence of change."),
        ((LITTLE,), "No change can be shown for A", "A: too little data."),
        ((BETTER,), "A improved", "A: improved."),
        ((WORSE,), "A got worse", "A: got worse."),
        ((NONE, LITTLE), "No change can be shown for any of 2 themed audits",
         "B: too little data. A: no evidence of change."),
        ((NONE, WORSE), "B got worse; for 1 of 2 themed audits no change can be shown",
         "B: got worse. A: no evidence of change."),
        ((WORSE, WORSE), "A and B got worse", "A and B: got worse."),
        ((BETTER, WORSE), "B got worse; 1 improved", "B: got worse."),
        ((BETTER, WORSE, LITTLE),
         "B got worse; for 1 of 3 themed audits no change can be shown; 1 improved",
         "B: got worse. C: too little data."),
        ((BETTER, NONE), "For 1 of 2 themed audits no change can be shown; 1 improved",
         "B: no evidence of change."),
        ((BETTER, BETTER), "2 of 2 themed audits improved", "A and B: improved."),
    ],
)  # fmt: skip
def test_bad_news_stands_first_in_every_mix(verdicts, claim, short):
    result = themes_of(
        *(theme(name, verdict) for name, verdict in zip("ABC", verdicts, strict=False))
    )
    assert themes_brief(result, ACTIONS).claim == claim
    assert themes_in_short(result) == short


def test_a_heading_counts_themes_whose_names_it_has_no_room_for():
    # 25 letters each: two with " and " make 55, three 82; a heading has room for 60
    names = [f"How well managers act, {letter:>2}" for letter in "ABC"]
    two = themes_of(*(theme(name, WORSE) for name in names[:2]), theme("D", NONE))
    assert themes_brief(two, ACTIONS).claim == (
        f"{names[0]} and {names[1]} got worse; for 1 of 3 themed audits no change can be shown"
    )
    three = themes_of(*(theme(name, WORSE) for name in names), theme("D", NONE), theme("E", BETTER))
    assert themes_brief(three, ACTIONS).claim == (
        "3 of 5 themed audits got worse; for 1 no change can be shown; 1 improved"
    )


def test_a_claim_with_a_reservation_is_not_told_without_it():
    weak = theme("A", BETTER, provisional=True)
    assert themes_brief(themes_of(weak), ACTIONS).claim == "A improved (with reservations)"
    both = themes_of(weak, theme("B", BETTER))
    assert themes_brief(both, ACTIONS).claim == (
        "2 of 2 themed audits improved (1 with reservations)"
    )
    worse = themes_of(theme("A", WORSE, provisional=True), theme("B", NONE))
    assert themes_brief(worse, ACTIONS).claim == (
        "A got worse (with reservations); for 1 of 2 themed audits no change can be shown"
    )
    assert told(themes_of(weak))[0] == ("A (provisional): improved. It was seen.", ALWAYS)


def test_without_a_theme_nothing_is_claimed():
    result = themes_of(reason="no themed audit is declared in the settings")
    brief = themes_brief(result, ACTIONS)
    assert brief.claim == "No themed audit is declared"
    assert [text for text, _ in told(result)] == [
        "Not available because no themed audit is declared in the settings. Declare each theme, "
        "with its domain and the quarter of its audit, in council.toml before outcomes are read."
    ]
    assert brief.shown == ()
    assert themes_in_short(result) == (
        "Not available because no themed audit is declared in the settings."
    )


def test_themes_of_one_verdict_share_a_sentence_and_a_reason():
    result = themes_of(
        theme("A", NONE, reason="the interval includes no change"),
        theme("B", WORSE, reason="it fell"),
        theme("C", NONE, reason="the interval includes no change"),
        theme("D", LITTLE, reason="too few audits"),
        theme("E", LITTLE, reason="one quarter only"),
    )
    assert told(result)[:3] == [
        ("B: got worse. It fell.", ALWAYS),
        ("D and E: too little data.", ALWAYS),
        ("A and C: no evidence of change. The interval includes no change.", ALWAYS),
    ]
    assert told(result)[3] == ("Nothing else is on record for the quarters compared.", 5)
    # where no theme was compared with anything, nothing lies in "the quarters compared"
    few = themes_of(theme("D", LITTLE, reason="too few audits"))
    assert told(few)[:-1] == [("D: too little data. Too few audits.", ALWAYS)]


@pytest.mark.parametrize(
    ("due", "in_time", "late", "overdue", "sentence"),
    [
        (32, 17, 8, 7,
         "Of 32 actions whose day had come, 17 were closed by it, 8 after it, and 7 not yet."),
        (3, 1, 2, 0,
         "Of 3 actions whose day had come, 1 was closed by it, 2 after it, and 0 not yet."),
        (1, 0, 0, 1,
         "Of 1 action whose day had come, 0 were closed by it, 0 after it, and 1 not yet."),
    ],
)  # fmt: skip
def test_actions_are_in_time_late_or_overdue(due, in_time, late, overdue, sentence):
    every = replace(COUNTS, due=due, in_time=in_time, late=late, overdue=overdue)
    said = told(themes_of(theme("A", NONE)), replace(ACTIONS, overall=every))
    assert said[-1] == (sentence, 8)


@pytest.mark.parametrize(
    "actions",
    [
        replace(ACTIONS, why_not="no action is recorded"),
        replace(ACTIONS, overall=replace(COUNTS, due=0, in_time=0, late=0, overdue=0)),
    ],
)
def test_without_a_day_that_had_come_nothing_is_told_of_actions(actions):
    assert not any("day had come" in text for text, _ in told(themes_of(theme("A", NONE)), actions))


def _table(result, actions=ACTIONS):
    return themes_brief(result, actions).shown[0].what


def test_every_theme_stands_in_one_table_with_its_actions():
    result = themes_of(
        theme("A", BETTER, provisional=True),
        theme("B", NONE, grade=estimate(-0.04, -0.2, 0.12)),
        theme("C", WORSE, grade=estimate(-0.31, -0.5, -0.12)),
        theme("D", LITTLE),
        theme("E", NONE, rule="good_or_better", good=estimate(0.17, -0.05, 0.39)),
    )
    counts = (
        replace(COUNTS, label="A", raised=12, closed=8, overdue=3),
        replace(COUNTS, label="B", raised=1_040, closed=1_028, overdue=0),
        replace(COUNTS, label="C", raised=0, closed=0, overdue=0),
    )
    table = _table(result, replace(ACTIONS, by_theme=counts))
    assert table.caption == "Every themed audit: what was found, and what was done"
    assert [(column.heading, column.align) for column in table.columns] == [
        ("Theme", "left"), ("Audited in", "left"), ("Found since", "left"),
        ("Change", "right"), ("Actions closed", "right"), ("Overdue", "right"),
    ]  # fmt: skip
    assert table.rows == (
        ("C", "2018-19 Q2", "got worse", f"{MINUS}0.31 ({MINUS}0.50 to {MINUS}0.12)",
         "none recorded", ""),
        ("D", "2018-19 Q2", "too little data", "too few to say", "none recorded", ""),
        ("B", "2018-19 Q2", "no evidence of change", f"{MINUS}0.04 ({MINUS}0.20 to +0.12)",
         "1,028 of 1,040", "0"),
        ("E", "2018-19 Q2", "no evidence of change", f"+17 ({MINUS}5 to +39) points",
         "none recorded", ""),
        ("A", "2018-19 Q2", "improved, provisional", "+0.31 (+0.12 to +0.50)", "8 of 12", "3"),
    )  # fmt: skip
    assert table.note == (
        "Change against domains that no theme touched, in grades unless points are named; 95% "
        "interval in brackets."
    )
    assert table.source == SOURCE


def test_a_type_of_case_has_no_comparison_and_an_unknown_change_no_number():
    kind = finding(
        None, name="F", about="", cohort=cohort((12, 40), (15, 40)), verdict=LITTLE, reason="none"
    )
    unknown = theme("G", NONE, grade=no_estimate("one quarter only"))
    rows = _table(themes_of(kind, unknown)).rows
    assert {row[0]: row[3] for row in rows} == {"F": "no comparison", "G": "too few to say"}
    hole = theme("H", NONE, grade=estimate(nan))
    assert "nan" not in str(_table(themes_of(hole)).rows).lower()


def test_what_is_shown_and_what_goes_first():
    brief = themes_brief(themes_of(theme("A", BETTER)), ACTIONS)
    table, forest, lines = brief.shown
    assert (table.keep, table.is_filler) == (ALWAYS, False)
    assert (forest.keep, forest.is_filler) == (2, True)
    assert (lines.keep, lines.is_filler) == (6, False)
    assert forest.measure == "Change in mean grade, with 95% interval"
    assert lines.measure == (
        "Mean grade by quarter, 2017-18 Q1 to 2019-20 Q4; the same scale in every chart"
    )
    assert brief.source == SOURCE
    assert len(brief.limits.split()) <= 60
    assert brief.limits.startswith("The comparison is with domains that no theme touched, ")


def test_the_quarter_is_that_of_the_themed_audit():
    later = finding(change(), name="A", about="A", audited_in=Quarter(2019, 1))
    assert _table(themes_of(later)).rows[0][1] == "2019-20 Q1"


def test_a_card_names_three_themes_of_one_verdict_and_counts_the_rest():
    three = themes_of(*(theme(name, NONE) for name in "ABC"))
    assert themes_in_short(three) == "A, B and C: no evidence of change."
    twelve = themes_of(*(theme(name, NONE) for name in "ABCDEFGHIJKL"))
    assert themes_in_short(twelve) == "A, B and 10 others: no evidence of change."
