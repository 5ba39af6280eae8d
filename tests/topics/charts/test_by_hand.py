"""Charts of a council small enough to be worked out by hand, from the rows to the words."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.topics.charts.analysis.themes import SeriesFrame, theme_charts
from qaf_analysis.topics.charts.pictures import theme_pictures
from qaf_analysis.topics.charts.tables import theme_charts_tables
from qaf_analysis.topics.charts.words import say_theme_charts
from qaf_analysis.topics.impact.analysis.design import theme_design
from tests.topics.impact.test_by_hand import AFTER, BEFORE, PLANS, by_hand
from tests.topics.themed_council import council

MINUS = "\N{MINUS SIGN}"
LAST = Quarter(2019, 3)
# Plan good or better: 2, 4 and 3 of 10 before; 2 in the quarter of the audit; 8, 6 and 7 after.
# Beside the others: -0.40, -0.15, -0.35; -0.40; +0.25, +0.05, +0.15.
RISE = by_hand(*BEFORE, BEFORE[0], *AFTER)
# A fall: 8, 6 and 7; 8; 2, 4 and 3. Beside the others +0.25, +0.05, +0.15; +0.25; -0.40, -0.15,
# -0.35.
FALL = by_hand(*AFTER, AFTER[0], *BEFORE)


def paragraph(audits):
    return say_theme_charts(theme_charts(audits, quarter=LAST)).paragraphs[1]


def test_limits_are_those_of_the_formulas():
    """Share: 9 of 30, three binomial errors of ten audits. Difference: mean -0.30, moving ranges
    0.25 and 0.20, times 2.66; of the fall 0.20 and 0.10 about +0.15."""
    assert 0.3 + 3 * sqrt(0.3 * 0.7 / 10) == pytest.approx(0.7347, abs=5e-5)
    assert 0.3 - 3 * sqrt(0.3 * 0.7 / 10) < 0
    assert pytest.approx((-0.8985, 0.2985)) == (-0.3 - 2.66 * 0.225, -0.3 + 2.66 * 0.225)
    assert pytest.approx((-0.249, 0.549)) == (0.15 - 2.66 * 0.15, 0.15 + 2.66 * 0.15)


def test_a_rise_is_told_in_the_better_direction():
    """8 of 10 lies above 0.73. Two thirds of the way to 0.2985 is 0.099: 0.25 and 0.15 lie beyond
    it, of three quarters that all lie above the line."""
    assert paragraph(RISE) == (
        "Plans (Plan; audited in 2018-19 Q4). On the p chart of the share graded good or better, "
        "a rule finds 1 of 7 quarters, 1 after the theme; last quarter: no signal at this point. "
        "On the XmR chart of the difference to untouched domains, a rule finds 2 of 7 quarters, 2 "
        "after the theme; last quarter: a signal in the better direction. Run-chart rules cannot "
        "signal on the share: 6 useful points, and they need 10. Run-chart rules cannot signal on "
        "the difference: 6 useful points, and they need 10."
    )


def test_a_fall_is_told_in_the_worse_direction():
    """21 of 30 before, limits 0.27 and 1: 2 of 10 lies below. Of the differences -0.40 and -0.35
    lie below -0.249."""
    assert paragraph(FALL) == (
        "Plans (Plan; audited in 2018-19 Q4). On the p chart of the share graded good or better, "
        "a rule finds 1 of 7 quarters, 1 after the theme; last quarter: no signal at this point. "
        "On the XmR chart of the difference to untouched domains, a rule finds 2 of 7 quarters, 2 "
        "after the theme; last quarter: a signal in the worse direction. Run-chart rules cannot "
        "signal on the share: 6 useful points, and they need 10. Run-chart rules cannot signal on "
        "the difference: 6 useful points, and they need 10."
    )


def test_the_tables_hold_every_quarter_as_worked_out():
    found, choice, _, shares, gaps = theme_charts_tables(theme_charts(RISE, quarter=LAST))
    silent = "no rule could signal here, so silence means nothing"
    assert found.rows == (
        ("Plans", "p chart, good or better", "3", "7", "1", "1", "7", "6", "3 (no rule)",
         "3 (no rule)", "no signal at this point"),
        ("Plans", "XmR chart, difference", "3", "7", "2", "2", "", "7", "3 (no rule)",
         "3 (no rule)", "a signal in the better direction"),
        ("Plans", "run chart, good or better", "3", "7", "0", "0", "", "6", "3 (no rule)",
         "3 (no rule)", silent),
        ("Plans", "run chart, difference", "3", "7", "0", "0", "", "6", "3 (no rule)",
         "3 (no rule)", silent),
    )  # fmt: skip
    assert choice.rows == (
        ("Plans", "good or better", "p chart",
         "fewer than 7 quarters to judge how shares vary beyond chance"),
        ("Plans", "difference", "XmR chart", "single values, not counts"),
    )  # fmt: skip
    lines = ("0%", "30%", "73%", "30%")
    assert shares.rows == (
        ("2018-19 Q1", "before", "10", "2", "20%", *lines, "", ""),
        ("2018-19 Q2", "before", "10", "4", "40%", *lines, "", ""),
        ("2018-19 Q3", "before", "10", "3", "30%", *lines, "", ""),
        ("2018-19 Q4", "left out", "10", "2", "20%", *lines, "", "Themed audit"),
        ("2019-20 Q1", "after", "10", "8", "80%", *lines, "a point outside the limits", ""),
        ("2019-20 Q2", "after", "10", "6", "60%", *lines, "", ""),
        ("2019-20 Q3", "after", "10", "7", "70%", *lines, "", ""),
    )
    near = "two of three points near a limit"
    # The median of -0.40, -0.15 and -0.35 is -0.35.
    lines = (f"{MINUS}0.90", f"{MINUS}0.30", "+0.30", f"{MINUS}0.35")
    assert gaps.rows == (
        ("2018-19 Q1", "before", "10", f"{MINUS}0.40", *lines, "", ""),
        ("2018-19 Q2", "before", "10", f"{MINUS}0.15", *lines, "", ""),
        ("2018-19 Q3", "before", "10", f"{MINUS}0.35", *lines, "", ""),
        ("2018-19 Q4", "left out", "10", f"{MINUS}0.40", *lines, "", "Themed audit"),
        ("2019-20 Q1", "after", "10", "+0.25", *lines, near, ""),
        ("2019-20 Q2", "after", "10", "+0.05", *lines, "", ""),
        ("2019-20 Q3", "after", "10", "+0.15", *lines, near, ""),
    )
    assert gaps.source == (
        "Routine audits graded in Plan, against Risk, Recording in the same audits."
    )


def test_the_pictures_mark_the_same_quarters():
    (theme,) = theme_charts(RISE, quarter=LAST).themes
    share, gap, runs = theme_pictures(theme, OFSTED4.words)
    assert share.title == "Plans: good or better, 1 of 7 quarters stands out"
    assert share.alt == (
        "Plans: good or better, 1 of 7 quarters stands out. Share graded good or better in Plan (p "
        "chart), 2018-19 Q1 to 2019-20 Q3: 70% (7 of 10 audits) at the end; lower limit 0%, share "
        "before 30%, upper limit 73%. High, outside the limits: 2019-20 Q1. Before 2018-19 Q4: "
        "Themed audit."
    )
    assert "+0.15 (10 audits) at the end; lower limit −0.90, mean before −0.30, upper" in gap.alt
    assert "High, two of three near a limit: 2019-20 Q1" in gap.alt
    assert runs.title == "Plans: run charts, on which no rule can signal yet"
    (theme,) = theme_charts(FALL, quarter=LAST).themes
    assert "Low, outside the limits: 2019-20 Q1." in theme_pictures(theme, OFSTED4.words)[0].alt


def test_what_was_not_graded_stays_a_gap():
    """Risk is not graded in the last quarter, so that Recording alone is compared with; in the
    first, two audits have no Plan, and one of the others no Recording."""
    first = {"Plan": "..00111111", "Risk": "2222221110", "Recording": "22.2111110"}
    nobody = {"Plan": "..........", "Risk": "2222221110", "Recording": "2222111110"}
    last = {"Plan": "2222222110", "Risk": "..........", "Recording": "2222211110"}
    audits = by_hand(first, nobody, BEFORE[2], BEFORE[0], *AFTER[:2], last)
    (theme,) = theme_charts(audits, quarter=LAST).themes
    assert theme.controls == ("Recording",)
    share, gap = theme.share.points, theme.difference.points
    assert [(point.good, point.audits) for point in share[:2]] == [(0, 8), (0, 0)]
    assert [point.reading for point in share[:2]][1] == "missing"
    assert np.isnan(share[1].value)
    # The seven with both: Plan 0 and six 1, Recording 2, 1, 1, 1, 1, 1, 0: 6/7 - 7/7.
    assert (gap[0].audits, gap[0].value) == (7, pytest.approx(-1 / 7))
    # The last: 16 of 10 against 14 of 10.
    assert (gap[6].audits, gap[6].value) == (10, pytest.approx(0.2))
    assert theme.share.bearing == 2
    assert [point.bears for point in share] == [True, False, True, False, False, False, False]


def test_a_theme_about_cases_or_an_ungraded_domain_is_not_charted():
    cases = Theme(name="Fostering", case_type="Fostering", audited_in=Quarter(2018, 4))
    ghost = Theme(name="Ghost", domain="Ghost", audited_in=Quarter(2018, 4))
    some = theme_charts(
        by_hand(*BEFORE, themes_declared=(cases, PLANS, ghost)), quarter=Quarter(2018, 3)
    )
    assert ([theme.name for theme in some.themes], some.not_charted, some.reason) == (
        ["Plans"], ("Fostering", "Ghost"), "",
    )  # fmt: skip
    none = theme_charts(by_hand(*BEFORE, themes_declared=(cases, ghost)), quarter=Quarter(2018, 3))
    assert (none.themes, none.reason) == (
        (), "no theme is about a domain that routine audits were graded in",
    )  # fmt: skip
    undeclared = theme_charts(by_hand(*BEFORE, themes_declared=()), quarter=Quarter(2018, 3))
    assert undeclared.reason == "no themed audit is declared in the settings"


def test_without_a_domain_to_compare_with_there_is_no_difference():
    rows = [(f"2018-19 Q{k}", {"Overall": "22", "Plan": "12"}) for k in (1, 2, 3, 4)]
    theme = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 3))
    (found,) = theme_charts(council(*rows, themes=(theme,)), quarter=Quarter(2018, 4)).themes
    assert (found.difference, found.difference_run, found.controls) == (None, None, ())
    assert found.why_not == "no untouched domain was graded in every quarter beside the themed one"


def test_marks_are_of_the_theme_itself():
    other = Theme(name="Risks", domain="Risk", audited_in=Quarter(2018, 2))
    result = theme_charts(
        by_hand(*BEFORE, BEFORE[0], *AFTER, themes_declared=(PLANS, other)), quarter=LAST
    )
    assert [[(e.label, str(e.quarter)) for e in theme.marked] for theme in result.themes] == [
        [("Plans", "2018-19 Q4")],
        [("Risks", "2018-19 Q2")],
    ]


# Which chart of a share

FIRST = Quarter(2017, 1)


def frame(before, length=16):
    theme = Theme(name="t", audited_in=FIRST.next(before), domain="d")
    quarters = quarters_between(FIRST, FIRST.next(length - 1))
    settings = Settings(council="c", themes=(theme,))
    return SeriesFrame.of(theme_design(settings, theme, graded=("d",), quarters=quarters), quarters)


def chosen(good, before=8):
    """Chart and reason for so many good of a hundred before, and half of them after."""
    filled = np.array([*good, *[50] * (16 - len(good))], dtype=float)
    series = frame(before).share_chart(filled, np.full(16, 100.0))
    return series.chart, series.why


@pytest.mark.parametrize(
    ("good", "before", "chart"),
    [
        # Errors of 0.05 about 0.5: 40 and 60 lie two off, four apart; 4 / 1.128 = 3.5.
        (
            [40, 60] * 4, 8,
            ("pprime", "shares varied 3.5 times as much as chance in the quarters before"),
        ),
        ([48, 52] * 4, 8, ("p", "shares varied no more than chance in the quarters before")),
        ([47, 53] * 4, 8, ("pprime", "shares varied 1.1 times as much as chance in the quarters "
                           "before")),
        ([40, 60] * 3 + [50], 7, ("pprime", "shares varied 3.3 times as much as chance in the "
                                  "quarters before")),
        (
            [40, 60] * 3, 6,
            ("p", "fewer than 7 quarters to judge how shares vary beyond chance"),
        ),
        ([100] * 8, 8, ("p", "the quarters before are all alike")),
        ([0] * 8, 8, ("p", "the quarters before are all alike")),
    ],
)  # fmt: skip
def test_the_chart_follows_how_shares_varied_before(good, before, chart):
    assert chosen(good, before) == chart


def test_a_run_chart_says_why_it_has_no_limits():
    series = frame(8).run_chart(np.arange(16.0), np.full(16, 100.0))
    assert series.why == "values around their median, without limits"
    # The median of 0 to 7, and the seven quarters after the audit's own lie above it.
    assert {point.centre for point in series.points} == {3.5}
    assert (series.bearing, series.is_frozen, series.too_small) == (8, True, 0)
