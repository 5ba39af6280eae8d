"""Tables about themed audits: whole rows, with another number in every cell."""

from __future__ import annotations

from dataclasses import replace
from math import log, nan

import pytest

from qaf_analysis.stats.impact.snapshots import ReAuditVerdict
from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact.designs import design_changes_tables
from qaf_analysis.topics.impact.tables import (
    actions_tables,
    theme_checks_tables,
    themes_tables,
)
from tests.topics.impact.made import (
    ACTIONS,
    CHECK,
    COUNTS,
    MINUS,
    NAMES,
    ORDER,
    SOURCE,
    change,
    checks_of,
    cohort,
    estimate,
    finding,
    line,
    no_estimate,
    themes_of,
)
from tests.topics.impact.test_words_of_actions import changed, designs, re_audit


def shape(table):
    """Caption, headings with their units, note, source and place."""
    heads = tuple(
        f"{one.heading} / {one.unit}" if one.unit else one.heading for one in table.columns
    )
    return table.caption, heads, table.note, table.source, table.place


def left(table):
    """Headings of columns of words, which stand to the left."""
    return [one.heading for one in table.columns if one.align == "left"]


def test_tables_of_a_theme_say_what_they_hold():
    tables = themes_tables(themes_of(finding()))
    assert [shape(table) for table in tables] == [
        (
            "Change after each themed audit, against domains no theme touched",
            (
                "Theme", "Verdict", "Audits", "Quarters before, after",
                "Smallest change found 4 times in 5 / grades", "Change / grades",
                "Good or better / points", "Drift that would explain it / a year",
            ),
            "95% intervals in brackets. Untouched domains' movements count as much as they are "
            "worth at the themed domain's level. Decided on the mean grade, unless the design says "
            "otherwise; the smallest change and the drift are then in points. For a theme about a "
            "type of case, the change is a plain before and after.",
            SOURCE,
            "section",
        ),
        (
            'How often "improved" comes up although no theme had any effect',
            ("What else is going on", '"Improved" / of 100 councils'),
            "Measured on simulated councils with 8 quarters of 50 audits or 12 of 150; the largest "
            "rate of each kind.",
            "Table of measured error rates of this version (docs/calibration/impact.md).",
            "section",
        ),
        (
            "Why each theme got its verdict, and what else it may be",
            (
                "Theme", "Why", "p for all themes", "Ruled out: a change of more than",
                "Untouched domains' own change", "Also in these quarters",
            ),
            "Own change in grades, in points where the share graded good or better decides. The p "
            "for all themes is the larger p of the two scales on which a claim must hold, "
            "corrected for the number of themes compared (Holm).",
            "The rule stands in the section on method.",
            "appendix",
        ),
        (
            "Level and drift: what the change of each theme rests on",
            (
                "Theme", "Untouched domains' change, at the theme's level",
                "Change on the second scale", "Holds up to, times the common movement",
                "Drift that would explain it / a year", "Moved before / a year",
                "Fastest untouched domain / a year", "Other ways of asking: agree, do not",
                "Against drift",
            ),
            "In grades; in points where the share graded good or better decides. A common "
            "movement is worth the first figure if it is equally many standard deviations in "
            "every domain. It is worth the second if the domains have their thresholds between "
            "grades in common.",
            SOURCE,
            "appendix",
        ),
        (
            "Design of each theme, fixed in the settings before outcomes were read",
            (
                "Theme", "About", "Audited in", "Decided on", "Quarters left out", "Compared with",
                "Improvement activity",
            ),
            "Compared with: the domains that no theme touched and that were graded in every "
            "quarter in which the themed domain was, or those that the settings name.",
            "Settings file, SHA-256 abababababababab.",
            "appendix",
        ),
        (
            "Chronology work: mean grade by quarter, themed domain and untouched domains",
            (
                "Quarter", "Audits", "Chronologies", "Untouched domains", "Difference at one level",
                "Had it moved alike",
            ),
            "Mean of grade codes, 0 for the worst level; quarters left out by design, or for too "
            "few audits, are absent. Difference at one level: above 0 the themed domain stands "
            "higher than the untouched domains' movements lead one to expect. Had it moved alike: "
            "where it would stand after the themed audit had it moved as they did.",
            "Routine audits graded in the themed domain and in at least one untouched domain.",
            "appendix",
        ),
    ]  # fmt: skip
    assert [left(table) for table in tables] == [
        ["Theme", "Verdict"],
        ["What else is going on"],
        ["Theme", "Why", "Ruled out: a change of more than", "Also in these quarters"],
        ["Theme", "Against drift"],
        [one.heading for one in tables[4].columns],
        ["Quarter"],
    ]
    assert tables[1].rows == (
        ("Whatever moves all domains alike, other auditors, stricter ones", "up to 3"),
        ("The same, with a single comparison domain", "up to 3"),
        ("A domain's luck lasts from quarter to quarter", "up to 7"),
        ("The theme was picked as the worst domain of a quarter that is not left out", "up to 4"),
        ("The themed domain was rising by itself all along", "17 to 100"),
    )
    assert tables[3].rows == (
        (
            "Chronology work", f"{MINUS}0.11, {MINUS}0.10", "+0.29 (+0.10 to +0.48)", "", "0.08",
            f"+0.02 ({MINUS}0.33 to +0.37)", "0.06", "0, 0",
            "stands if it drifted no faster than was seen",
        ),
    )  # fmt: skip
    assert tables[5].rows == (
        # Before, 0.25 under the others: after, 1.75 less 0.125 and less 0.25 is 1.375.
        ("2017-18 Q4", "1,041", "1.25", "1.50", f"{MINUS}0.25", ""),
        ("2018-19 Q3", "52", "1.75", "1.62", "+0.12", "1.38"),
    )


CASES = finding(
    None,
    cohort=cohort((9, 1_020), (24, 30)),
    verdict=ThemeVerdict.TOO_LITTLE,
    reason="nothing is compared",
    rivals=("Training (2018-19 Q3)",),
    excluded=(Quarter(2018, 2),),
)
UNTESTED = finding(
    change(tested=False, verdict=ThemeVerdict.TOO_LITTLE, reason="too few quarters", audits=1_234)
)


@pytest.mark.parametrize(
    ("theme", "verdict", "reason"),
    [
        (
            finding(change(provisional=True)),
            (
                "improved, provisional", "487", "4, 6", "0.24", "+0.31 (+0.12 to +0.50)",
                "+17 (+5 to +29)", "0.08",
            ),
            ("it rose", "0.016", "0.50 of a grade", f"{MINUS}0.09 ({MINUS}0.20 to +0.02)",
             "nothing on record"),
        ),
        (
            finding(
                change(
                    rule="good_or_better", holm_p=0.00099, control_good=no_estimate("all alike")
                ),
                rivals=("Training (2018-19 Q3)", "Plans (2019-20 Q1)"),
            ),
            (
                "improved", "487", "4, 6", "13 points", "+0.31 (+0.12 to +0.50)",
                "+17 (+5 to +29)", "8",
            ),
            ("it rose", "under 0.001", "29 points", "not known",
             "Training (2018-19 Q3) and Plans (2019-20 Q1)"),
        ),
        (
            finding(change(holm_p=0.001, good=no_estimate("all alike"))),
            (
                "improved", "487", "4, 6", "0.24", "+0.31 (+0.12 to +0.50)", "too few to say",
                "0.08",
            ),
            ("it rose", "0.001", "0.50 of a grade", f"{MINUS}0.09 ({MINUS}0.20 to +0.02)",
             "nothing on record"),
        ),
        (
            UNTESTED,
            ("too little data", "1,234", "4, 6", "", "too few to say", "too few to say", ""),
            ("too few quarters", "not tested", "not known", f"{MINUS}0.09 ({MINUS}0.20 to +0.02)",
             "nothing on record"),
        ),
        (
            CASES,
            (
                "too little data", "1,020, 30", "2, 1", "", "no comparison", "+79 (+62 to +90)", "",
            ),
            ("nothing is compared", "not tested", "90 points", "not known",
             "Training (2018-19 Q3)"),
        ),
        (
            finding(None, reason="unknown", verdict=ThemeVerdict.TOO_LITTLE),
            ("too little data", "0", "1, 1", "", "too few to say", "too few to say", ""),
            ("unknown", "not tested", "not known", "not known", "nothing on record"),
        ),
    ],
)  # fmt: skip
def test_verdict_and_reason_stand_in_their_columns(theme, verdict, reason):
    verdicts, _, reasons, *_ = themes_tables(themes_of(theme))
    assert verdicts.rows == (("Chronology work", *verdict),)
    assert reasons.rows == (("Chronology work", *reason),)


def test_quarters_are_tabled_only_where_there_is_a_comparison():
    assert len(themes_tables(themes_of(CASES))) == 4
    assert len(themes_tables(themes_of(CASES, UNTESTED, finding()))) == 7
    assert themes_tables(themes_of(reason="none")) == ()


@pytest.mark.parametrize(
    ("parts", "row"),
    [
        (
            {},
            ("mean grade", "2018-19 Q1, 2018-19 Q2", "3 domains: Plan, Risk, Recording",
             "Workshops"),
        ),
        (
            {"outcome": "good_or_better", "controls": ("Plan",), "activity": "",
             "cut_because": "Plan is themed"},
            ("share graded good or better", "2018-19 Q1, 2018-19 Q2; Plan is themed",
             "1 domain: Plan",
             "not stated"),
        ),
        (
            {"excluded": (), "controls": (), "cut_because": "it is themed again"},
            ("mean grade", "none; it is themed again", "nothing comparable", "Workshops"),
        ),
        (
            {"excluded": ()},
            ("mean grade", "none", "3 domains: Plan, Risk, Recording", "Workshops"),
        ),
    ],
)  # fmt: skip
def test_the_design_stands_as_it_was_fixed(parts, row):
    design = themes_tables(themes_of(finding(**parts)))[4]
    assert design.rows == (("Chronology work", "Chronologies", "2018-19 Q2", *row),)


def test_without_a_settings_file_there_is_no_hash():
    assert themes_tables(themes_of(finding(), sha256=""))[4].source == (
        "Settings file, SHA-256 none."
    )


# Other ways of asking


def test_checks_are_counted_by_theme_and_in_all():
    one = replace(
        CHECK,
        name="A",
        lines=tuple(map(line, NAMES, (True, True, True, False, False, None, None, None, None))),
    )
    two = replace(CHECK, name="B", verdict=ThemeVerdict.GOT_WORSE, lines=(line(NAMES[0], True),))
    late = replace(CHECK, name="C", tested=False, reason="too few quarters", lines=())
    overview, *each = theme_checks_tables(checks_of(one, two, late))
    assert shape(overview) == (
        "Other ways of asking about each theme",
        (
            "Theme", "Verdict on its own", "Agree", "Do not", "Cannot say", "Which do not",
        ),
        "The verdict on its own is not corrected for the number of themes, since no line is.",
        SOURCE,
        "section",
    )  # fmt: skip
    assert overview.rows == (
        ("A", "improved", "3", "2", "4",
         "dates before the themed audit and comparison domains as if themed"),
        ("B", "got worse", "1", "0", "0", "none"),
        ("C", "improved", "", "", "", "not asked: too few quarters"),
        ("All themes", "", "4", "2", "4", ""),
    )  # fmt: skip
    assert left(overview) == ["Theme", "Verdict on its own", "Which do not"]
    assert [table.caption for table in each] == [
        "A: the same question asked in nine other ways",
        "B: the same question asked in nine other ways",
    ]


@pytest.mark.parametrize(
    ("name", "outcome", "found", "interval"),
    [
        ("other_outcome", "mean_grade", "points: +40", "+10 to +70"),
        ("other_outcome", "good_or_better", "+0.40", "+0.10 to +0.70"),
        ("same_auditors", "mean_grade", "+0.40", "+0.10 to +0.70"),
        ("same_auditors", "good_or_better", "points: +40", "+10 to +70"),
        ("leave_one_out", "good_or_better", "points: +40", "+10 to +70"),
        ("leave_one_out", "mean_grade", "+0.40", "+0.10 to +0.70"),
        ("wild_bootstrap", "good_or_better", "+0.40", "+0.10 to +0.70"),
        ("placebo_dates", "mean_grade", "+0.40", "+0.10 to +0.70"),
        ("ordinal_step", "mean_grade", "odds × 0.40", "0.10 to 0.70"),
    ],
)
def test_a_line_is_written_in_its_unit(name, outcome, found, interval):
    theme = replace(CHECK, outcome=outcome, lines=(line(name, True),))
    (row,) = theme_checks_tables(checks_of(theme))[1].rows
    assert row == (f"Asked by {name}", found, interval, "2%", "improved", "yes", "")


def test_log_odds_are_written_as_odds():
    """exp(log 2) = 2, with limits of one half and eight."""
    of_odds = estimate(log(2), log(0.5), log(8), p=0.5)
    theme = replace(
        CHECK, lines=(line("its_quasibinomial", False, "no clear change", estimate=of_odds),)
    )
    (row,) = theme_checks_tables(checks_of(theme))[1].rows
    assert row[1:] == ("odds × 2.00", "0.50 to 8.00", "50%", "no clear change", "no", "")


def test_a_line_without_an_answer_says_so():
    none = line(
        "wild_bootstrap", None, "not available", estimate=no_estimate("few"), note="too few"
    )
    table = theme_checks_tables(checks_of(replace(CHECK, lines=(none,))))[1]
    assert table.rows == (
        ("Asked by wild_bootstrap", "not available", "too few to say", "", "not available",
         "cannot say", "too few"),
    )  # fmt: skip
    assert shape(table)[1:] == (
        ("Question", "Found", "95% interval", "p", "Says", "Agrees", "To know"),
        "Found in grades, unless it says otherwise. Verdict on its own: improved, +0.31 (+0.12 to "
        f"+0.50). {CLIFF}",
        SOURCE,
        "appendix",
    )
    assert left(table) == ["Question", "Says", "Agrees", "To know"]
    shares = replace(CHECK, outcome="good_or_better", lines=(none,))
    assert theme_checks_tables(checks_of(shares))[1].note == (
        "Found in grades, unless it says otherwise. Verdict on its own: improved, +31 (+12 to "
        f"+50) points in the share graded good or better. {CLIFF}"
    )


CLIFF = (
    "Cliff's delta, from -1 to 1: how much oftener an audit after stands above one before than "
    "below, by its themed grade beside its other grades, 0.28 (0.11 to 0.43)."
)


def test_without_a_theme_there_is_no_table_of_checks():
    assert theme_checks_tables(checks_of(why_not="none")) == ()


# Actions and re-audits


def few() -> Estimate:
    return no_estimate("fewer than 5 actions")


def test_actions_stand_in_their_columns():
    ours = replace(
        COUNTS, label="Chronology work", raised=21, undated=1, due=14, in_time=9, late=3, overdue=2,
        closed=16, verified=8, re_audited=5, closed_share=few(),
        in_time_share=estimate(0.64, 0.39, 0.84), re_audited_share=few(),
    )  # fmt: skip
    result = replace(ACTIONS, by_theme=(ours,), order=(ORDER,))
    counts, shares, order = actions_tables(result)
    source = "600 improvement actions, 2017-18 Q1 to 2019-20 Q4. None left out."
    assert shape(counts) == (
        "Improvement actions by theme at the end of 2019-20 Q4",
        (
            "Theme", "Raised", "No due day", "Due", "Closed in time", "Closed late", "Overdue",
            "Closed", "Verified", "Verified by a later audit",
        ),
        "Due: the day by which it was to be closed had come. Closed in time, closed late and "
        "overdue add up to due. Closed also counts actions closed that were not due yet or had no "
        "due day.",
        source,
        "section",
    )  # fmt: skip
    assert counts.rows == (
        ("Chronology work", "21", "1", "14", "9", "3", "2", "16", "8", "5"),
        ("All actions", "1,040", "6", "32", "17", "8", "7", "28", "13", "9"),
    )
    assert shape(shares) == (
        "Shares of the actions, where there are at least five",
        (
            "Theme", "Closed, of those raised / 95% interval",
            "Closed in time, of those due / 95% interval",
            "Verified by a later audit, of those closed / 95% interval",
        ),
        "Wilson intervals.",
        source,
        "appendix",
    )  # fmt: skip
    assert shares.rows == (
        ("Chronology work", "too few to say", "64% (39 to 84%)", "too few to say"),
        ("All actions", "70% (55 to 82%)", "53% (36 to 69%)", "32% (18 to 51%)"),
    )
    assert shape(order) == (
        "When actions were closed, beside the first quarter after each themed audit",
        (
            "Theme", "Audited in", "First quarter after", "Raised", "Closed before it",
            "Closed since", "Open", "Closed from", "Closed to",
        ),
        "An order of dates only. The first quarter after is the first one that the comparison of "
        "themes counts as after the themed audit.",
        source,
        "section",
    )  # fmt: skip
    assert order.rows == (
        ("Chronology work", "2018-19 Q2", "2018-19 Q3", "12", "3", "5", "4", "2018-19 Q2",
         "2019-20 Q1"),
    )  # fmt: skip
    assert [left(table) for table in (counts, shares, order)] == [
        ["Theme"],
        ["Theme"],
        ["Theme", "Audited in", "First quarter after", "Closed from", "Closed to"],
    ]


def test_an_order_that_has_not_begun_says_so():
    order = replace(ORDER, has_begun=False, first_closed=None, last_closed=None)
    (row,) = actions_tables(replace(ACTIONS, order=(order,)))[2].rows
    assert row[2] == "2018-19 Q3, not begun"
    assert row[-2:] == ("none", "none")


def test_tables_of_actions_stand_only_where_there_is_something():
    snapshots = re_audit(estimate(-0.31, -0.48, -0.12), ReAuditVerdict.SEEN)
    none = replace(ACTIONS, why_not="nothing was raised", order=(ORDER,))
    assert actions_tables(none) == ()
    assert len(actions_tables(replace(none, re_audits=(snapshots,)))) == 1
    assert len(actions_tables(ACTIONS)) == 2
    assert len(actions_tables(replace(ACTIONS, re_audits=(snapshots,)))) == 3


def test_two_snapshots_stand_in_their_columns():
    seen = re_audit(estimate(-0.31, -0.48, -0.12), ReAuditVerdict.SEEN)
    not_seen = re_audit(no_estimate("few"), ReAuditVerdict.TOO_FEW)
    (table,) = actions_tables(
        replace(ACTIONS, why_not="nothing was raised", re_audits=(seen, not_seen))
    )
    assert shape(table) == (
        "Themes audited and audited again: graded good or better in each",
        (
            "Theme", "Domain", "Audit", "Good or better", "Re-audit", "Good or better again",
            "Cases in both", "Difference / points", "95% interval", "Verdict",
        ),
        "Two snapshots with no comparison: they differ as easily by who audited, which cases were "
        "picked and what moved every domain as by practice. Their interval allows for chance "
        "alone.",
        "Themed audits and re-audits up to 2019-20 Q4.",
        "section",
    )  # fmt: skip
    start = (
        "Chronology work", "Chronologies", "2018-19 Q2", "1,007 of 1,020",
        "2019-20 Q3 to 2019-20 Q4", "11 of 44", "5",
    )  # fmt: skip
    assert table.rows == (
        (
            *start, f"{MINUS}31", f"{MINUS}48 to {MINUS}12",
            "difference seen; cannot tell practice from who audited or how the sample was picked",
        ),
        (*start, "too few to say", "too few to say", "too few to say"),
    )  # fmt: skip
    assert left(table) == ["Theme", "Domain", "Audit", "Re-audit", "Verdict"]


# Changed designs

DATE = (
    " Choosing the date of a themed audit after outcomes are seen finds an improvement in 5 to 12 "
    "of 100 steady councils instead of at most 3."
)
COVERED = (
    "Outcomes had been reported where a report that had the earlier entry already covered the "
    "quarter in question."
)


@pytest.mark.parametrize(
    ("one", "row"),
    [
        (
            changed(),
            ("themed audit", "Date", "2018-19 Q2", "2018-19 Q3", "yes"),
        ),
        (
            changed("subject", "Plan", "Risk", covered=False),
            ("themed audit", "Subject", "Plan", "Risk", "not yet"),
        ),
        (
            changed("selection", "none", "2018-19 Q1"),
            ("themed audit", "Quarters of selection", "none", "2018-19 Q1", "yes"),
        ),
        (
            changed("phase_in", "0", "1"),
            ("themed audit", "Quarters of phasing in", "0", "1", "yes"),
        ),
        (
            changed("controls", "Plan", "Risk"),
            ("themed audit", "Compared with", "Plan", "Risk", "yes"),
        ),
        (
            changed("outcome", "mean_grade", "good_or_better"),
            (
                "themed audit",
                "What decides",
                "the mean grade",
                "the positive share",
                "yes",
            ),
        ),
        (
            changed("kind", "new_form", "pool_cut", what="process change"),
            ("process change", "Kind", "new form", "pool cut", "yes"),
        ),
        (
            changed("name", "Old", "New"),
            ("themed audit", "Name", "Old", "New", "yes"),
        ),
        (
            changed("added", "", "2018-19 Q3"),
            ("themed audit", "Declared", "not declared", "declared for 2018-19 Q3", "yes"),
        ),
        (
            changed("removed", "2018-19 Q2", ""),
            ("themed audit", "Declared", "declared for 2018-19 Q2", "not declared", "yes"),
        ),
    ],
)
def test_a_changed_design_stands_before_and_now(one, row):
    (table,) = design_changes_tables(designs(one))
    what, aspect, before, now, covered = row
    assert table.rows == (
        (f"Chronologies ({what})", aspect, before, now, "2019-20 Q2, run ab12cd34", covered),
    )


def test_the_table_of_changed_designs_says_what_it_holds():
    (table,) = design_changes_tables(designs(changed()))
    assert shape(table) == (
        "What is declared otherwise than in earlier reports",
        (
            "Theme or process change", "What of it", "Earlier", "Now",
            "Last report that had it so", "Had outcomes been reported?",
        ),
        f"{COVERED}{DATE}",
        "Settings file, SHA-256 0123456789abcdef. 1 earlier report with another design, about "
        "2019-20 Q2.",
        "section",
    )  # fmt: skip
    assert len(left(table)) == 6
    (quiet,) = design_changes_tables(designs(changed(covered=False)))
    assert quiet.note == COVERED
    assert design_changes_tables(designs()) == ()


def test_a_theme_without_a_value_of_its_controls_is_not_known():
    change_of = change(control_grade=estimate(nan))
    assert themes_tables(themes_of(finding(change_of)))[2].rows[0][4] == "not known"
