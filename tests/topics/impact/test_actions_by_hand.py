"""Improvement actions and re-audits of a small council, from the rows to the words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Theme
from qaf_analysis.topics.impact.analysis.actions import actions, re_audits
from qaf_analysis.topics.impact.tables import actions_tables
from qaf_analysis.topics.impact.words import say_actions
from tests.topics.themed_council import council

MINUS = "\N{MINUS SIGN}"
# Chosen in Q1, audited in Q2, phased in over Q3: 1 January 2019 begins the first quarter after.
PLANS = Theme(
    name="Plans",
    domain="Plan",
    audited_in=Quarter(2018, 2),
    selected_in=(Quarter(2018, 1),),
    phase_in_quarters=1,
)
LATER = Theme(name="Later", domain="Risk", audited_in=Quarter(2019, 2))
ROWS = [
    (quarter, {"Overall": "21", "Plan": "21", "Risk": "12"})
    for quarter in ("2018-19 Q1", "2018-19 Q2", "2018-19 Q3", "2018-19 Q4")
]
AUDIT = "2018-19 Q4-00"
ACTIONS = [
    # theme, raised, due, closed, verified, verified by
    ("Plans", "2018-09-01", "2018-10-15", "2018-10-15", "2019-01-05", AUDIT),  # in time, on the day
    ("Plans", "2018-09-01", "2018-10-15", "2018-10-16", "2019-01-05", None),  # late by a day
    ("Plans", "2018-09-01", "2018-10-15", "2019-01-01", None, None),  # late; after Q3 had ended
    ("Plans", "2018-09-01", "2019-03-31", None, None, None),  # overdue from the quarter's last day
    ("Plans", "2018-09-01", "2019-04-01", "2018-12-31", None, None),  # closed before it was due
    ("Plans", "2018-09-01", None, "2019-02-01", "2019-04-01", AUDIT),  # no day; verified later
    ("Other", "2019-03-31", "2019-03-31", "2019-04-01", None, None),  # raised on the last day
    (None, "2019-01-01", "2019-02-01", "2019-01-20", "2019-02-20", AUDIT),
    ("Plans", "2019-04-01", "2019-04-02", None, None, None),  # raised later
]
QUARTER = Quarter(2018, 4)


@pytest.fixture(scope="module")
def found():
    return actions(council(*ROWS, themes=(LATER, PLANS), actions=ACTIONS), quarter=QUARTER)


def test_shares_have_the_limits_of_wilson():
    """Six of eight closed; two of six due closed in time; two of six closed verified by audit."""
    assert proportion_confint(6, 8, method="wilson") == pytest.approx((0.409, 0.929), abs=5e-4)
    assert proportion_confint(2, 6, method="wilson") == pytest.approx((0.097, 0.700), abs=5e-4)


def test_actions_are_counted_by_hand_and_told(found):
    said = say_actions(found)
    assert said.claim == "2 improvement actions overdue at the end of 2018-19 Q4"
    assert said.paragraphs == (
        "By the end of 2018-19 Q4, 8 actions had been raised and 6 closed (too few for "
        "a share). Of 6 whose day had come, 2 were closed by it (too few for a share); 2 after it, "
        "and 2 not yet.",
        "Of those closed, 3 were verified, 2 by a later audit (too few for a share).",
        "1 action had no due day, and can be neither late nor overdue.",
        "Plans (audited in 2018-19 Q2): 3 of 6 actions had been closed before the first quarter "
        "after, 2018-19 Q4, and 2 since; 1 still open. Whether the theme changed cannot be said.",
    )
    assert said.source == (
        "8 improvement actions, 2018-19 Q2 to 2018-19 Q4. 1 left out (raised after the quarter)."
    )


def test_the_tables_hold_what_was_counted(found):
    counts, shares, order = actions_tables(found)
    assert counts.rows == (
        ("Plans", "6", "1", "4", "1", "2", "1", "5", "2", "1"),
        ("Other", "1", "0", "1", "0", "0", "1", "0", "0", "0"),
        ("No theme stated", "1", "0", "1", "1", "0", "0", "1", "1", "1"),
        ("All actions", "8", "1", "6", "2", "2", "2", "6", "3", "2"),
    )
    few = "too few to say"
    assert shares.rows == (
        ("Plans", few, few, few),
        ("Other", few, few, few),
        ("No theme stated", few, few, few),
        ("All actions", few, few, few),
    )
    assert order.rows == (
        ("Plans", "2018-19 Q2", "2018-19 Q4", "6", "3", "2", "1", "2018-19 Q3", "2018-19 Q4"),
    )


def test_a_quarter_earlier_less_was_known():
    """Raised: the six about plans; of these closed by 31 December: the first, second and fifth."""
    audits = council(*ROWS, themes=(LATER, PLANS), actions=ACTIONS)
    early = actions(audits, quarter=Quarter(2018, 3))
    assert actions_tables(early)[0].rows == (
        ("Plans", "6", "1", "3", "1", "1", "1", "3", "0", "0"),
        ("All actions", "6", "1", "3", "1", "1", "1", "3", "0", "0"),
    )
    assert say_actions(early).paragraphs[3] == (
        "Plans (audited in 2018-19 Q2): 3 of 6 actions closed so far; the first quarter after, "
        "2018-19 Q4, had not begun."
    )
    first = actions(audits, quarter=Quarter(2018, 1))
    assert first.why_not == "no action was raised by the end of 2018-19 Q1"
    assert (first.scope.used, first.scope.first) == (0, Quarter(2018, 1))


def test_a_council_without_an_export_is_told_so():
    none = actions(council(*ROWS, themes=(PLANS,)), quarter=QUARTER)
    assert none.why_not == "no export of actions is declared"


# Audited and audited again


def audit(quarter, kind, grade, *, theme="Plans", case=None):
    return {
        "quarter": quarter,
        "audit_type": kind,
        "theme": theme,
        "case_ref": case,
        "auditor": "A",
        "grades": {"Plan": grade, "Overall": 3 - grade},
    }


TWICE = [
    # 1 of 6 good in the audit, over two quarters; two of the cases audited again.
    *(audit("2018-19 Q1", "themed", grade, case=f"c{grade}") for grade in (0, 1)),
    *(audit("2018-19 Q2", "themed", grade) for grade in (2, 1, 0)),
    audit("2018-19 Q2", "themed", 1, case="not again"),
    # 5 of 7 good in the re-audit, over two quarters.
    *(audit("2018-19 Q3", "re_audit", grade, case=f"c{grade}") for grade in (3, 2, 1, 0)),
    *(audit("2018-19 Q4", "re_audit", grade) for grade in (2, 2, 3)),
    audit("2018-19 Q3", "themed", 3),  # within the re-audit: not before it
    audit("2018-19 Q1", "themed", 3, theme="Elsewhere"),
    audit("2018-19 Q3", "re_audit", 3, theme="Never audited"),
]


def test_two_snapshots_are_counted_and_told():
    """10/12 - 1/11 = 0.742; limits by statsmodels, above zero. Six and seven are too few."""
    limits = confint_proportions_2indep(10, 12, 1, 11, method="newcomb")
    assert limits == pytest.approx((0.3409, 0.8835), abs=5e-4)
    more = [audit("2018-19 Q2", "themed", 0) for _ in range(5)]
    more += [audit("2018-19 Q4", "re_audit", 3) for _ in range(5)]
    few = actions(council(*ROWS, themes=(PLANS,), audits=TWICE), quarter=QUARTER)
    assert few.re_audits[0].change.verdict == "too few to say"
    result = actions(council(*ROWS, themes=(PLANS,), audits=[*TWICE, *more]), quarter=QUARTER)
    assert say_actions(result).paragraphs[1:] == (
        "Plans, audit (2018-19 Q1 to 2018-19 Q2) and re-audit (2018-19 Q3 to 2018-19 Q4): 1 of "
        "11 audits and 10 of 12 graded good or better for Plan, a difference of +74 (+34 to +88) "
        "points. Verdict: difference seen; cannot tell practice from who audited or how the "
        "sample was picked.",
    )
    (table,) = actions_tables(result)
    assert table.rows == (
        (
            "Plans", "Plan", "2018-19 Q1 to 2018-19 Q2", "1 of 11", "2018-19 Q3 to 2018-19 Q4",
            "10 of 12", "2", "+74", "+34 to +88",
            "difference seen; cannot tell practice from who audited or how the sample was picked",
        ),
    )  # fmt: skip
    (early,) = re_audits(council(*ROWS, themes=(PLANS,), audits=TWICE), quarter=Quarter(2018, 3))
    assert (early.change.re_audit_good, early.change.re_audit_n) == (2, 4)
    assert early.change.verdict == "too few to say"


def test_a_theme_that_is_not_declared_is_compared_on_the_headline_domain():
    (one,) = re_audits(council(*ROWS, audits=TWICE), quarter=QUARTER)
    # The overall grades stand three less each: 5 of 6 good, and of seven those of 1, 0: two.
    assert (one.domain, one.change.audit_good, one.change.re_audit_good) == ("Overall", 5, 2)
    about_cases = replace(PLANS, domain=None, case_type="Fostering")
    (one,) = re_audits(council(*ROWS, themes=(about_cases,), audits=TWICE), quarter=QUARTER)
    assert one.domain == "Overall"
