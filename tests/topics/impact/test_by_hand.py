"""Themed audits of councils small enough to be worked out by hand, from the rows to the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import sqrt

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import nct, t
from statsmodels.stats.proportion import confint_proportions_2indep

from qaf_analysis.stats.impact.errors import ComparedAudits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Theme
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.impact.pictures import themes_pictures
from qaf_analysis.topics.impact.tables import theme_checks_tables, themes_tables
from qaf_analysis.topics.impact.words import say_theme_checks, say_themes, themes_card
from tests.stats.impact.test_errors import slowly
from tests.topics.theme_by_hand import at_one_level, compared, quarter_means, wide
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
# Plan rose by 1.6 - 1.1 = 0.50, the others by 1.45 - 1.40 = 0.05; Good or better by
# 0.7 - 0.3 = 0.40 and by 0.55 - 0.50 = 0.05. Risk and Recording lie about as high as Plan, so that
# their movements count for nearly what they are: ``worked`` has it by loops over the audits.


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


def worked(audits, controls=("Risk", "Recording"), *, good=False, themed="Plan"):
    """Value, limits, df and smallest change found four times in five, by loops over the audits."""
    table = wide(audits)
    table = table[table["quarter"] != str(AUDITED)]
    codes, late = table[[themed, *controls]], table["quarter"] > str(AUDITED)
    grades = (codes >= 2).astype(float) if good else codes
    values = at_one_level(grades, codes, late=late)
    told = ComparedAudits(
        values=values.to_numpy(),
        quarter=table["quarter"].map(QUARTERS.index).to_numpy(),
        post=late.to_numpy(),
        auditor=table["auditor"].astype("category").cat.codes.to_numpy(np.int64),
    )
    value, variance, df = slowly(told)
    error, limit = sqrt(variance), t.ppf(0.975, df)
    power = brentq(lambda shift: nct.sf(limit, df, shift) - 0.8, 0.1, 9)
    return value, value - limit * error, value + limit * error, df, power * error


def signed(number, digits=2):
    text = f"{number:+.{digits}f}".replace("-", MINUS)
    return text if float(f"{number:.{digits}f}") else text[1:]


def said_of(audits, controls=("Risk", "Recording")):
    """The figures of the paragraph on Plans, by loops."""
    value, low, high, _, found = worked(audits, controls)
    good, good_low, good_high, *_ = (100 * number for number in worked(audits, controls, good=True))
    ruled_out = max(abs(low), abs(high))
    return (
        f"a true change of {found:.2f} of a grade would be found four times in five. Against "
        f"{len(controls)} domains no theme touched, it changed by {signed(value)} ({signed(low)} "
        f"to {signed(high)}) of a grade, and its share graded good or better by {signed(good, 0)} "
        f"({signed(good_low, 0)} to {signed(good_high, 0)}) points. A change of more than "
        f"{ruled_out:.2f} of a grade is ruled out. "
    )


@pytest.mark.parametrize(
    ("audits", "verdict", "rose", "moved"),
    [(RISE, "improved", "rose", "+0.05"), (FALL, "got worse", "fell", f"{MINUS}0.05")],
    ids=["rise", "fall"],
)
def test_a_rise_is_told_as_one_and_a_fall_as_one(audits, verdict, rose, moved):
    result = found(audits)
    said = say_themes(result)
    assert said.claim.startswith(f"Plans {verdict} against untouched domains")
    told, none = said.paragraphs
    why = ", because" if verdict == "improved" else ". This is because"
    start = (
        f"Plans (Plan; audited in 2018-19 Q4): {result.themes[0].full_verdict}{why} the themed "
        f"domain {rose} against the comparison domains of the same audits by more than chance "
        "explains. With 60 audits, 3 quarters before the themed audit and 3 after, "
        f"{said_of(audits)}Those domains themselves moved by {moved} ("
    )
    assert told.startswith(start)
    assert "at this domain's level that is worth" in told or f"moved by {moved}" in told
    assert none == "Nothing else is on record for the quarters compared."
    assert said.source == SOURCE
    assert result.themes[0].verdict == verdict
    assert (result.verdict, result.reason) == (
        f"1 of 1 {verdict}",
        "against domains that no theme touched, in the same audits",
    )
    assert themes_card(result).startswith(f"Plans: {verdict}")


def test_a_rise_and_a_fall_are_of_one_size():
    rise, fall = (found(audits).themes[0].change for audits in (RISE, FALL))
    assert fall.grade.value == pytest.approx(-rise.grade.value)
    assert fall.grade.low == pytest.approx(-rise.grade.high)
    assert rise.grade.value == pytest.approx(0.45, abs=0.02)
    assert rise.themed_grade.value == pytest.approx(0.5)
    assert rise.control_grade.value == pytest.approx(0.05)
    assert (rise.themed_good.value, rise.control_good.value) == pytest.approx((0.4, 0.05))


def test_where_nothing_moved_ten_audits_a_quarter_say_too_little():
    result = found(SAME)
    assert say_themes(result).claim == "There is too little data to judge any theme"
    reason = (
        "the interval for the change includes no change, and the interval for the positive share "
        "reaches more than 15 points either way"
    )
    told = say_themes(result).paragraphs[0]
    assert told.startswith(
        f"Plans (Plan; audited in 2018-19 Q4): too little data. This is because {reason}. With 60 "
        f"audits, 3 quarters before the themed audit and 3 after, {said_of(SAME)}Those domains "
        "themselves moved by 0.00 ("
    )
    assert "Had it been moving" not in told
    assert (result.verdict, result.reason) == ("too little data", reason)


def test_the_tables_hold_what_was_worked_out():
    result = found(RISE)
    verdicts, _, reasons, level, design, quarters = themes_tables(result)
    value, low, high, df, mde = worked(RISE)
    good, good_low, good_high, *_ = worked(RISE, good=True)
    (theme,) = result.themes
    assert verdicts.rows[0][:7] == (
        "Plans", str(theme.full_verdict), "60", "3, 3", f"{mde:.2f}",
        f"{signed(value)} ({signed(low)} to {signed(high)})",
        f"{signed(100 * good, 0)} ({signed(100 * good_low, 0)} to {signed(100 * good_high, 0)})",
    )  # fmt: skip
    # Between the middles of the sides lie four quarters, a year; the second scale gives less.
    assert 0 <= theme.change.drift.breakdown <= low + 1e-9
    assert level.rows[0][0] == "Plans"
    assert df >= 4
    assert reasons.rows[0][3:] == (
        f"{high:.2f} of a grade", reasons.rows[0][4], "nothing on record",
    )  # fmt: skip
    assert reasons.rows[0][4].startswith("+0.05 (")
    assert design.rows == (
        (
            "Plans", "Plan", "2018-19 Q4", "mean grade", "2018-19 Q4", "2 domains: Risk, Recording",
            "not stated",
        ),
    )  # fmt: skip
    assert design.source == "Settings file, SHA-256 1212121212121212."
    sides = ([QUARTERS[0], QUARTERS[1], QUARTERS[2]], list(QUARTERS[4:]))
    means = quarter_means(RISE, "Plan", ("Risk", "Recording"), sides=sides)
    assert tuple(row[:-1] for row in quarters.rows) == tuple(
        (quarter, "10", *(f"{mean:.2f}" for mean in row[:2]), signed(row[2]))
        for quarter, row in zip(means.index, means.to_numpy(), strict=True)
    )
    assert [row[2:4] for row in quarters.rows] == [
        ("1.00", "1.40"), ("1.20", "1.35"), ("1.10", "1.45"),
        ("1.70", "1.45"), ("1.50", "1.45"), ("1.60", "1.45"),
    ]  # fmt: skip


def test_the_picture_shows_what_was_worked_out():
    """Beside Risk alone; where Plan would stand is its mean before plus what Risk moved, at its
    level."""
    named = replace(PLANS, controls=("Risk",))
    audits = by_hand(*BEFORE, *THEMED, *AFTER, themes_declared=(named,))
    result = found(audits)
    forest, lines = themes_pictures(result)
    value, low, high, _, mde = worked(audits, ("Risk",))
    assert forest.alt.endswith(
        f"In grades, above zero better. Plans {signed(value, 1)} "
        f"({signed(low, 2 if abs(low) < 0.05 else 1)} to {signed(high, 1)}), "
        f"{result.themes[0].verdict}. Found four times in five from {mde:.1f}."
    )
    sides = (list(QUARTERS[:3]), list(QUARTERS[4:]))
    means = quarter_means(audits, "Plan", ("Risk",), sides=sides)
    usual = means.loc[sides[0], "difference"].mean()
    stands = [f"{row['themed'] - row['difference'] + usual:.1f}" for _, row in
              means.loc[sides[1]].iterrows()]  # fmt: skip
    assert (
        f"Had it moved alike {stands[0]} in {sides[1][0]} to {stands[-1]} in {sides[1][-1]}."
        in lines.alt
    )
    assert "Mean grades. Plan 1.0 in 2018-19 Q1 to 1.6 in 2019-20 Q3." in lines.alt
    table = next(one for one in themes_tables(result) if one.caption.startswith("Plans: mean"))
    assert [f"{float(row[-1]):.1f}" for row in table.rows if row[-1]] == stands
    assert [row[2][:3] for row in table.rows] == ["1.0", "1.2", "1.1", "1.7", "1.5", "1.6"]


def test_two_themes_are_corrected_for_each_other():
    """With Recording alone to compare with; the smaller p counts twice."""
    risks = Theme(name="Risks", domain="Risk", audited_in=AUDITED)
    audits = by_hand(*BEFORE, *THEMED, *AFTER, themes_declared=(PLANS, risks))
    result = found(audits)
    _, _, reasons, _, design, *_ = themes_tables(result)
    first, second = (theme.change.evidence.p("mean_grade") for theme in result.themes)
    for theme, name in zip(result.themes, ("Plan", "Risk"), strict=True):
        value, low, high, *_ = worked(audits, ("Recording",), themed=name)
        grade = theme.change.grade
        assert (grade.value, grade.low, grade.high) == pytest.approx((value, low, high))
    assert first < second
    assert [row[2] for row in reasons.rows] == [f"{2 * first:.3f}", f"{second:.3f}"]
    assert [row[5] for row in design.rows] == ["1 domain: Recording"] * 2
    assert [row[5] for row in reasons.rows] == [
        "themed audit Risks (2018-19 Q4)",
        "themed audit Plans (2018-19 Q4)",
    ]
    assert say_themes(result).claim.startswith("Plans improved against untouched domains")
    assert say_themes(result).paragraphs[-2] == (
        "Also on record for the quarters compared, and not ruled out as an explanation: themed "
        "audit Risks (2018-19 Q4); themed audit Plans (2018-19 Q4)."
    )
    assert (
        say_themes(result)
        .paragraphs[-1]
        .startswith("No quarter of selection is declared for Risks. ")
    )
    assert result.verdict == "1 of 2 improved, 1 too little data"


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
    assert len(quarters.rows) == 5
    told, events = say_themes(result).paragraphs
    assert "too little data, because 5 quarters in all; at least 6 needed" in told
    assert told.endswith(
        "(50 audits, 3 quarters before the themed audit and 2 after.) Named for comparison but "
        "graded in no audit: Ghost."
    )
    assert events == (
        "Also on record for the quarters compared, and not ruled out as an explanation: Training "
        "(2018-19 Q2)."
    )


def test_one_grade_only_judges_nothing():
    alike = {"Plan": "1111111111", "Risk": "2222222222", "Recording": "2222222222"}
    result = found(by_hand(*[alike] * 7))
    assert say_themes(result).paragraphs[0] == (
        "Plans (Plan; audited in 2018-19 Q4): too little data. This is because no comparison "
        "domain is left (0 grades differ from its commonest one, and at least 20 are needed to "
        "tell its level). (60 audits, 3 quarters before the themed audit and 3 after.) Not "
        "compared with Risk and Recording, because its grades are too much alike to tell its level."
    )
    assert themes_pictures(result) == ()


def test_what_is_not_graded_does_not_count():
    """Two audits of the first quarter have no Plan, so that eight are left: too few a quarter."""
    first = {"Plan": "..00111111", "Risk": ".222221110", "Recording": "2222111110"}
    last = {"Plan": "2222222110", "Risk": "..........", "Recording": "2222211110"}
    result = found(by_hand(first, *BEFORE[1:], *THEMED, *AFTER[:2], last))
    (theme,) = result.themes
    assert theme.design.controls == ("Recording",)
    assert theme.change.without_theme == 2
    told = say_themes(result).paragraphs[0]
    assert "because 2 quarters before the themed audit with at least 10 audits; at least 3" in told
    assert "Left out, because fewer than 10 audits can be compared: 2018-19 Q1." in told
    assert "Not compared with Risk, because not graded in every quarter in which Plan was." in told
    quarters = themes_tables(result)[-1]
    assert [row[0] for row in quarters.rows] == [*QUARTERS[1:3], *QUARTERS[4:]]


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
        "Fostering (cases of type Fostering; audited in 2018-19 Q4): too little data. This is "
        f"because {cannot}. 5 audits before and 6 after, in 3 quarters before the themed audit "
        f"and 3 after: the share graded good or better differs by +43 ({MINUS}11 to +75) points. A "
        f"difference of more than 75 points is ruled out.",
        "Nothing else is on record for the quarters compared.",
    )
    assert themes_tables(result)[0].rows == (
        ("Fostering", "too little data", "5, 6", "3, 3", "", "no comparison",
         f"+43 ({MINUS}11 to +75)", ""),
    )  # fmt: skip
    assert (result.verdict, result.reason) == ("too little data", cannot)


def test_other_ways_of_asking_start_from_the_same_figures():
    result = theme_checks(RISE, quarter=LAST)
    (check,) = result.themes
    assert (check.name, check.verdict, check.tested) == ("Plans", "improved", True)
    lines = {line.name: line for line in check.lines}
    value, *_ = worked(RISE, good=True)
    assert lines["other_outcome"].estimate.value == pytest.approx(value)
    assert lines["other_outcome"].agrees is True
    # Cliff's delta by counting every pair of an audit after and one before, at one level.
    sides = (list(QUARTERS[:3]), list(QUARTERS[4:]))
    table = compared(RISE, "Plan", ("Risk", "Recording"), sides=sides)
    late = table["quarter"].isin(sides[1])
    after, before = table.loc[late, "difference"], table.loc[~late, "difference"]
    signs = np.sign(np.subtract.outer(after.to_numpy(), before.to_numpy()).round(9))
    assert check.effect.value == pytest.approx(signs.sum() / 900)
    overview, lines_table = theme_checks_tables(result)
    change = themes(RISE, quarter=LAST).themes[0].change.grade
    assert lines_table.note.startswith(
        "Found in grades, unless it says otherwise. Verdict on its own: improved, "
        f"{signed(change.value)} ({signed(change.low)} to {signed(change.high)}). Cliff's delta, "
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
        "6 needed. (40 audits, 3 quarters before the themed audit and 1 after.)"
    )
