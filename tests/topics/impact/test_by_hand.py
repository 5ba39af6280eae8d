"""Themed audits of councils small enough to be worked out by hand, from the rows to the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import sqrt

import pytest
from scipy.stats import nct, t
from statsmodels.stats.proportion import confint_proportions_2indep

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Theme
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.impact.pictures import themes_pictures
from qaf_analysis.topics.impact.tables import theme_checks_tables, themes_tables
from qaf_analysis.topics.impact.words import say_theme_checks, say_themes, themes_card
from tests.topics.themed_council import council

MINUS = "\N{MINUS SIGN}"
LAST = Quarter(2019, 3)
QUARTERS = tuple(str(Quarter(2018, 1).next(step)) for step in range(7))
AUDITED = Quarter(2018, 4)  # the fourth of them
PLANS = Theme(name="Plans", domain="Plan", audited_in=AUDITED, selected_in=(Quarter(2017, 4),))
SOURCE = "70 routine audits with domain grades, 2018-19 Q1 to 2019-20 Q3. None left out."

# Ten audits a quarter. Beside each line: mean grades of Plan, Risk and Recording, and how far
# Plan lies from the mean of the other two.
BEFORE = (
    # 1.0, 1.5, 1.3; 1.0 - 1.40 = -0.40; good 2, 6 and 4 of 10
    {"Plan": "2200111111", "Risk": "2222221110", "Recording": "2222111110"},
    # 1.2, 1.4, 1.3; 1.2 - 1.35 = -0.15; good 4, 5 and 4
    {"Plan": "2222111100", "Risk": "2222211110", "Recording": "2222111110"},
    # 1.1, 1.6, 1.3; 1.1 - 1.45 = -0.35; good 3, 7 and 4
    {"Plan": "2221111100", "Risk": "2222222110", "Recording": "2222111110"},
)
THEMED = ({"Plan": "0000000000", "Risk": "3333333333", "Recording": "3333333333"},)  # never counts
AFTER = (
    # 1.7, 1.6, 1.3; 1.7 - 1.45 = +0.25; good 8, 7 and 4
    {"Plan": "2222222300", "Risk": "2222222110", "Recording": "2222111110"},
    # 1.5, 1.7, 1.2; 1.5 - 1.45 = +0.05; good 6, 8 and 3
    {"Plan": "2222221110", "Risk": "2222222210", "Recording": "2221111110"},
    # 1.6, 1.5, 1.4; 1.6 - 1.45 = +0.15; good 7, 6 and 5
    {"Plan": "2222222110", "Risk": "2222221110", "Recording": "2222211110"},
)
# Plan rose by 1.6 - 1.1 = 0.50, the others by 1.45 - 1.40 = 0.05: by 0.45 more. Good or better:
# 0.7 - 0.3 = 0.40 against 0.55 - 0.50 = 0.05: by 0.35 more.
# Within sides every mean lies as far from its side's as the share does, so both have one error.
# Its largest source is that of all three domains beside their quarter's own mean: squares
# (1.4 + 1.4 + 0.2) / 90 before and (0.8 + 2.6 + 1.4) / 90 after, 7.8 / 90 in all, over
# (6 - 2) quarters x 2 domains, times (1/3 + 1/3) of quarters and (1 + 1/2) of domains.
ERROR = sqrt(7.8 / 90 / 8 * (2 / 3) * (3 / 2))


def by_hand(*lines, themes_declared=(PLANS,), **more):
    """The council of these quarters, with an overall grade that no comparison may touch."""
    rows = [
        (quarter, {"Overall": "3" * len(next(iter(line.values()))), **line})
        for quarter, line in zip(QUARTERS, lines, strict=False)
    ]
    return council(*rows, themes=themes_declared, sha256="12" * 32, **more)


RISE = by_hand(*BEFORE, *THEMED, *AFTER)
FALL = by_hand(*AFTER, *THEMED, *BEFORE)
SAME = by_hand(*BEFORE, *THEMED, *BEFORE)


def found(audits, quarter=LAST):
    return themes(audits, quarter=quarter)


def test_the_limits_worked_out_by_hand_are_those_of_t():
    half = t.ppf(0.975, 8) * ERROR
    assert (0.45 - half, 0.45 + half) == pytest.approx((0.21, 0.69), abs=5e-5)
    assert (0.35 - half, 0.35 + half) == pytest.approx((0.11, 0.59), abs=5e-5)
    # A true change of 0.33 passes the limit of 8 degrees of freedom four times in five.
    shift = 0.3332 / ERROR
    limit = t.ppf(0.975, 8)
    power = nct.sf(limit, 8, shift) + nct.cdf(-limit, 8, shift)
    assert power == pytest.approx(0.8, abs=0.0005)
    # The others' own movement: squares 0.005 before and 0 after, over 4 degrees of freedom.
    own = t.ppf(0.975, 4) * sqrt(0.005 / 4 * 2 / 3)
    assert (0.05 - own, 0.05 + own) == pytest.approx((-0.03, 0.13), abs=5e-4)


def test_a_rise_is_told_as_one():
    result = found(RISE)
    said = say_themes(result)
    assert said.claim == "Plans improved against untouched domains"
    assert said.paragraphs == (
        "Plans (Plan; audited in 2018-19 Q4): improved, because the themed domain rose against "
        "the comparison domains of the same audits by more than chance explains. With 60 audits, "
        "3 quarters before the themed audit and 3 after, a true change of 0.33 of a grade would "
        "be found four times in five. Against 2 domains no theme touched, it changed by +0.45 "
        "(+0.21 to +0.69) of a grade, and its share good or better by +35 (+11 to +59) points; a "
        "change of more than 0.69 of a grade is ruled out. Those domains themselves moved by "
        f"+0.05 ({MINUS}0.03 to +0.13) of a grade. Nothing else is on record for the quarters "
        "compared.",
    )
    assert said.source == SOURCE
    assert (result.verdict, result.reason) == (
        "improved in 1 of 1",
        "against domains that no theme touched, in the same audits",
    )
    assert themes_card(result) == "Plans: improved. From 70 routine audits."


def test_a_fall_is_told_as_one():
    """Before and after exchanged: every figure has the other sign and the same size."""
    result = found(FALL)
    assert say_themes(result).claim == "Plans got worse against untouched domains"
    assert say_themes(result).paragraphs == (
        "Plans (Plan; audited in 2018-19 Q4): got worse, because the themed domain fell against "
        "the comparison domains of the same audits by more than chance explains. With 60 audits, "
        "3 quarters before the themed audit and 3 after, a true change of 0.33 of a grade would "
        f"be found four times in five. Against 2 domains no theme touched, it changed by {MINUS}"
        f"0.45 ({MINUS}0.69 to {MINUS}0.21) of a grade, and its share good or better by {MINUS}35 "
        f"({MINUS}59 to {MINUS}11) points; a change of more than 0.69 of a grade is ruled out. "
        f"Those domains themselves moved by {MINUS}0.05 ({MINUS}0.13 to +0.03) of a grade. Nothing "
        "else is on record for the quarters compared.",
    )
    assert themes_card(result) == "Plans: got worse. From 70 routine audits."


def test_where_nothing_moved_ten_audits_a_quarter_say_too_little():
    """No change; the error of Plan's own series, 0.070 over 4, is the largest: limits of 0.25."""
    half = t.ppf(0.975, 8) * sqrt(0.07 / 4 * 2 / 3)
    assert half == pytest.approx(0.249, abs=5e-4)
    result = found(SAME)
    assert say_themes(result).claim == "There is too little data to judge any theme"
    reason = (
        "the interval for the change includes no change, and the interval for Good or better "
        "reaches more than 15 points either way"
    )
    assert say_themes(result).paragraphs == (
        f"Plans (Plan; audited in 2018-19 Q4): too little data, because {reason}. With 60 audits, "
        "3 quarters before the themed audit and 3 after, a true change of 0.35 of a grade would "
        "be found four times in five. Against 2 domains no theme touched, it changed by 0.00 "
        f"({MINUS}0.25 to +0.25) of a grade, and its share good or better by 0 ({MINUS}25 to +25) "
        "points; a change of more than 0.25 of a grade is ruled out. Those domains themselves "
        f"moved by 0.00 ({MINUS}0.11 to +0.11) of a grade. Nothing else is on record for the "
        "quarters compared.",
    )
    assert (result.verdict, result.reason) == ("too little data", reason)


def test_the_tables_hold_what_was_worked_out():
    verdicts, _, reasons, design, quarters = themes_tables(found(RISE))
    assert verdicts.rows == (
        ("Plans", "improved", "60", "3, 3", "0.33", "+0.45 (+0.21 to +0.69)", "+35 (+11 to +59)"),
    )
    # 0.45 over its error, 0.1041, is 4.32: p = 0.0025 on 8 degrees of freedom.
    assert 2 * t.sf(0.45 / ERROR, 8) == pytest.approx(0.0025, abs=5e-5)
    assert reasons.rows == (
        (
            "Plans",
            "the themed domain rose against the comparison domains of the same audits by more "
            "than chance explains",
            "0.003", "0.69 of a grade", f"+0.05 ({MINUS}0.03 to +0.13)", "nothing on record",
        ),
    )  # fmt: skip
    assert design.rows == (
        (
            "Plans", "Plan", "2018-19 Q4", "mean grade", "2018-19 Q4", "2 domains: Risk, Recording",
            "not stated",
        ),
    )  # fmt: skip
    assert design.source == "Settings file, SHA-256 1212121212121212."
    assert quarters.rows == (
        ("2018-19 Q1", "10", "1.00", "1.40", f"{MINUS}0.40"),
        ("2018-19 Q2", "10", "1.20", "1.35", f"{MINUS}0.15"),
        ("2018-19 Q3", "10", "1.10", "1.45", f"{MINUS}0.35"),
        ("2019-20 Q1", "10", "1.70", "1.45", "+0.25"),
        ("2019-20 Q2", "10", "1.50", "1.45", "+0.05"),
        ("2019-20 Q3", "10", "1.60", "1.45", "+0.15"),
    )


def test_the_picture_shows_what_was_worked_out():
    """Beside Risk alone: Plan lay 0.5, 0.2 and 0.5 under it before, by 0.4 in the mean, so that it
    would stand at 1.2, 1.3 and 1.1; it stood 0.1 over, 0.2 under and 0.1 over: up by 0.4. Squares
    0.06 on either side, 4 degrees of freedom: an error of 0.1414, limits 0.3926 either way."""
    error = sqrt(0.12 / 4 * 2 / 3)
    assert t.ppf(0.975, 4) * error == pytest.approx(0.3926, abs=5e-5)
    assert nct.sf(t.ppf(0.975, 4), 4, 0.533 / error) == pytest.approx(0.8, abs=0.003)
    named = replace(PLANS, controls=("Risk",))
    forest, lines = themes_pictures(
        found(by_hand(*BEFORE, *THEMED, *AFTER, themes_declared=(named,)))
    )
    assert forest.alt == (
        "Change of each theme against domains no theme touched. Change against untouched domains, "
        "in grades; above zero is better. Plans: +0.4 (+0.01 to +0.8), improved; smallest change "
        "that could be seen 0.5."
    )
    assert lines.alt == (
        "Plans: improved. Plan, mean grade: 2018-19 Q1 1.0, 2018-19 Q2 1.2, 2018-19 Q3 1.1, "
        "2019-20 Q1 1.7, 2019-20 Q2 1.5, 2019-20 Q3 1.6. Had it moved as they did, mean grade: "
        "2019-20 Q1 1.2, 2019-20 Q2 1.3, 2019-20 Q3 1.1. Untouched domains, mean grade: 2018-19 "
        "Q1 1.5, 2018-19 Q2 1.4, 2018-19 Q3 1.6, 2019-20 Q1 1.6, 2019-20 Q2 1.7, 2019-20 Q3 1.5. "
        "Before 2018-19 Q4: Themed audit."
    )


def test_two_themes_are_corrected_for_each_other():
    """With Recording alone to compare with: Plan +0.5, error 0.0816, t 6.12 on 4 degrees of
    freedom, p 0.0036, twice that 0.007; Risk +0.1, error 0.1291, t 0.77, p 0.48."""
    assert 2 * t.sf(0.5 / sqrt(0.04 / 4 * 2 / 3), 4) == pytest.approx(0.0036, abs=5e-5)
    assert 2 * t.sf(0.1 / sqrt(0.1 / 4 * 2 / 3), 4) == pytest.approx(0.482, abs=5e-4)
    risks = Theme(name="Risks", domain="Risk", audited_in=AUDITED)
    result = found(by_hand(*BEFORE, *THEMED, *AFTER, themes_declared=(PLANS, risks)))
    _, _, reasons, design, *_ = themes_tables(result)
    assert [row[2] for row in reasons.rows] == ["0.007", "0.482"]
    assert [row[5] for row in design.rows] == ["1 domain: Recording"] * 2
    assert [row[5] for row in reasons.rows] == [
        "themed audit Risks (2018-19 Q4)",
        "themed audit Plans (2018-19 Q4)",
    ]
    assert say_themes(result).claim == "Plans improved against untouched domains"
    assert (
        say_themes(result)
        .paragraphs[-1]
        .startswith("No quarter of selection is declared for Risks. ")
    )
    assert result.verdict == "improved in 1 of 1"
    assert themes_card(result) == (
        "Plans: improved. Risks: too little data. From 70 routine audits."
    )


def test_declared_controls_and_other_events_are_named():
    named = replace(PLANS, controls=("Risk", "Ghost"), activity="Workshops", phase_in_quarters=1)
    changes = (
        ProcessChange(kind="training", label="Training", starts=date(2018, 7, 1)),
        ProcessChange(kind="form", label="Form", starts=date(2018, 4, 1)),  # the first day
    )
    result = found(
        by_hand(
            *BEFORE, *THEMED, *AFTER, themes_declared=(named,), process_changes=changes
        )
    )  # fmt: skip
    _, _, reasons, design, quarters = themes_tables(result)
    assert design.rows == (
        (
            "Plans", "Plan", "2018-19 Q4", "mean grade", "2018-19 Q4, 2019-20 Q1", "1 domain: Risk",
            "Workshops",
        ),
    )  # fmt: skip
    assert reasons.rows[0][-1] == "Training (2018-19 Q2)"
    # Plan less Risk: -0.5, -0.2 and -0.5 before; after the quarter of phasing in -0.2 and 0.1.
    assert [row[4] for row in quarters.rows] == [
        f"{MINUS}0.50", f"{MINUS}0.20", f"{MINUS}0.50", f"{MINUS}0.20", "+0.10",
    ]  # fmt: skip
    told = say_themes(result).paragraphs[0]
    assert "too little data, because 5 quarters in all; at least 6 needed" in told
    assert told.endswith(
        "(50 audits, 3 quarters before the themed audit and 2 after.) Named for comparison but "
        "graded in no audit: Ghost. Also on record for these quarters, and not ruled out as an "
        "explanation: Training (2018-19 Q2)."
    )


def test_one_grade_only_judges_nothing():
    alike = {"Plan": "1111111111", "Risk": "2222222222", "Recording": "2222222222"}
    result = found(by_hand(*[alike] * 7))
    assert say_themes(result).paragraphs[0] == (
        "Plans (Plan; audited in 2018-19 Q4): too little data, because the quarters of each side "
        "are all alike, so chance variation cannot be judged. (60 audits, 3 quarters before the "
        "themed audit and 3 after.) Nothing else is on record for the quarters compared."
    )
    assert themes_pictures(result) == ()


def test_what_is_not_graded_does_not_count():
    """Two audits of the first quarter have no Plan, one has no Risk; the last quarter has none."""
    first = {"Plan": "..00111111", "Risk": ".222221110", "Recording": "2222111110"}
    last = {"Plan": "2222222110", "Risk": "..........", "Recording": "2222211110"}
    result = found(by_hand(first, *BEFORE[1:], *THEMED, *AFTER[:2], last))
    (theme,) = result.themes
    assert theme.design.controls == ("Recording",)
    assert theme.change.without_theme == 2
    told = say_themes(result).paragraphs[0]
    assert "With 58 audits" in told
    assert "Not compared with Risk, because not graded in every quarter in which Plan was." in told
    quarters = themes_tables(result)[-1]
    # Of the eight audits with both grades: Plan 6 of 8, Recording (2 + 2 + 5) of 8.
    assert quarters.rows[0] == ("2018-19 Q1", "8", "0.75", "1.12", f"{MINUS}0.38")


def test_a_type_of_case_is_counted_and_never_claimed():
    """2 of 5 before, 5 of 6 after: 5/6 - 2/5 = 13/30, 43 points; limits by statsmodels."""
    limits = confint_proportions_2indep(5, 6, 2, 5, method="newcomb")
    assert limits == pytest.approx((-0.1087, 0.7470), abs=5e-4)
    grades = {"2018-19 Q3": (3, 2, 1, 1, 0), "2019-20 Q1": (2, 2, 3, 2, 2, 1)}
    fostered = [
        {"quarter": quarter, "case_type": "Fostering", "auditor": "A", "grades": {"Overall": grade}}
        for quarter, each in grades.items()
        for grade in each
    ]
    theme = Theme(name="Fostering", case_type="Fostering", audited_in=AUDITED)
    result = found(by_hand(*BEFORE, *THEMED, *AFTER, themes_declared=(theme,), audits=fostered))
    cannot = (
        "there is no comparison inside the same audits, so practice cannot be told from who "
        "audited or how the sample was picked"
    )
    assert say_themes(result).paragraphs == (
        "Fostering (cases of type Fostering; audited in 2018-19 Q4): too little data, because "
        f"{cannot}. 5 audits before and 6 after, in 3 quarters before the themed audit and 3 "
        f"after: the share good or better differs by +43 ({MINUS}11 to +75) points; a difference "
        "of more than 75 points is ruled out. Nothing else is on record for the quarters compared.",
    )
    assert themes_tables(result)[0].rows == (
        ("Fostering", "too little data", "5, 6", "3, 3", "", "no comparison",
         f"+43 ({MINUS}11 to +75)"),
    )  # fmt: skip
    assert (result.verdict, result.reason) == ("too little data", cannot)


def test_other_ways_of_asking_start_from_the_same_figures():
    result = theme_checks(RISE, quarter=LAST)
    (check,) = result.themes
    assert (check.name, check.verdict, check.tested) == ("Plans", "improved", True)
    lines = {line.name: line for line in check.lines}
    assert lines["other_outcome"].estimate.value == pytest.approx(0.35)
    assert lines["other_outcome"].agrees is True
    # Cliff's delta by counting every pair of an audit after and one before, Plan less the others.
    after, before = (
        [
            int(plan) - (int(risk) + int(recording)) / 2
            for line in side
            for plan, risk, recording in zip(*line.values(), strict=True)
        ]
        for side in (AFTER, BEFORE)
    )
    signs = [(late > early) - (late < early) for late in after for early in before]
    assert check.effect.value == pytest.approx(sum(signs) / 900)
    overview, lines_table = theme_checks_tables(result)
    assert lines_table.note == (
        "Found in grades, unless it says otherwise. Verdict on its own: improved, +0.45 (+0.21 to "
        "+0.69)."
    )
    assert overview.rows[0][:2] == ("Plans", "improved")
    assert say_theme_checks(result).source == SOURCE


def test_a_theme_about_cases_is_not_asked_about_otherwise():
    theme = Theme(name="Fostering", case_type="Fostering", audited_in=AUDITED)
    none = theme_checks(by_hand(*BEFORE, themes_declared=(theme,)), quarter=Quarter(2018, 3))
    assert (none.themes, none.why_not) == (
        (),
        "no theme about a domain is declared in the settings",
    )


def test_later_quarters_are_not_known():
    early = found(RISE, Quarter(2019, 1))
    assert early.scope.used == 50
    assert say_themes(early).paragraphs[0] == (
        "Plans (Plan; audited in 2018-19 Q4): too little data, because 4 quarters in all; at least "
        "6 needed. (40 audits, 3 quarters before the themed audit and 1 after.) "
        "Nothing else is on record for the quarters compared."
    )
