"""Every cell of the tables on process changes, with a different figure in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.topics.process.tables import consistency_tables, process_agreement_tables
from tests.topics.by_hand import estimated, unknown
from tests.topics.process.results import (
    AGREEMENT,
    CONSISTENCY,
    LATE,
    POOL_AGREEMENT,
    SCOPE,
    stratified,
)

MINUS = "\N{MINUS SIGN}"


def heads(table) -> list[str]:
    """Headings with unit and side: "Spread before [grades] r"."""
    return [
        f"{column.heading}{f' [{column.unit}]' if column.unit else ''} {column.align[0]}"
        for column in table.columns
    ]


def test_spread_before_and_after():
    spreads, _, _ = consistency_tables(CONSISTENCY)
    assert spreads.caption == "Spread of auditors' severity before and after each process change"
    assert heads(spreads) == [
        "Change l", "Verdict l", "Spread before [grades] r", "Spread after [grades] r",
        "Difference [grades] r", "Audits before, after r", "Auditors before, after r",
        "Auditors tied to teams before, after r",
    ]  # fmt: skip
    assert spreads.rows == (
        (
            "Pool cut (2018-19 Q3)", "more consistent", "0.42 (0.29 to 0.56)",
            "0.27 (0.13 to 0.45)", f"{MINUS}0.15 ({MINUS}0.28 to {MINUS}0.02)", "1,100, 1,200",
            "44, 31", "0.07, 0.04",
        ),
        (
            "Training and Days together (2019-20 Q2)", "no evidence of change",
            "0.31 (0.22 to 0.41)", "0.36 (0.26 to 0.47)", f"+0.05 ({MINUS}0.07 to +0.17)",
            "199, 190", "29, 28", "0.12, 0.09",
        ),
        (
            "New tool (2019-20 Q4)", "too little data", "too few to say",
            "too few to say", "0 audits after the change; at least 25 needed", "48, 0", "12, 0",
            "0.15, not told",
        ),
    )  # fmt: skip
    assert spreads.note == (
        "In brackets 95% intervals, of the difference 90%. Spread: standard deviation between "
        "auditors' usual strictness, by analysis of variance with quarter, case type and team held "
        "fixed. Tied to teams: 0 where auditors had cases whatever the team, 1 where each had one "
        "team's. Where before and after lie more than 0.20 apart, auditors are compared within "
        "teams only."
    )
    assert (spreads.source, spreads.place) == (SCOPE.source_line, "section")


def test_no_spread_stands_beside_a_verdict_of_too_little_data():
    """The side with 48 audits could be told; read beside the other it would pass for a finding."""
    finding = CONSISTENCY.changes[2]
    turned = replace(finding, before=finding.after, after=finding.before)
    spreads = consistency_tables(replace(CONSISTENCY, changes=(turned,)))[0]
    assert spreads.rows[0][2:4] == ("too few to say", "too few to say")


def test_those_of_both_periods():
    _, stayed, _ = consistency_tables(CONSISTENCY)
    assert stayed.caption == "The same among auditors of both periods"
    assert heads(stayed) == [
        "Change l", "Auditors in both r", "Difference in spread [grades] r",
        "Verdict on these alone l", "Against all auditors l",
    ]  # fmt: skip
    assert stayed.rows == (
        (
            "Pool cut (2018-19 Q3)", "26", f"{MINUS}0.09 ({MINUS}0.25 to +0.07)",
            "no evidence of change", "agrees",
        ),
        (
            "Training and Days together (2019-20 Q2)", "25",
            f"{MINUS}0.03 ({MINUS}0.16 to +0.10)", "no evidence of change", "differs",
        ),
        (
            "New tool (2019-20 Q4)", "0", "0 audits before the change; at least 25 needed",
            "too little data", "cannot be told",
        ),
    )  # fmt: skip
    assert stayed.note == (
        "In brackets 90% intervals. When the pool changes, spread may change because others audit; "
        "among these auditors it cannot."
    )
    assert (stayed.source, stayed.place) == (SCOPE.source_line, "appendix")


PERIODS = (
    (
        "Pool cut (2018-19 Q3)", "2018-19 Q1, 2018-19 Q2", "2018-19 Q4, 2019-20 Q1, 2019-20 Q2",
        "Training and Days together",
    ),
    (
        "Training and Days together (2019-20 Q2)",
        "2018-19 Q2, 2018-19 Q3, 2018-19 Q4, 2019-20 Q1", "2019-20 Q3", "no other change",
    ),
    (
        "New tool (2019-20 Q4)", "2018-19 Q4, 2019-20 Q1, 2019-20 Q2", "none", "no other change",
    ),
)  # fmt: skip


def test_periods_compared():
    _, _, periods = consistency_tables(CONSISTENCY)
    assert periods.caption == "Periods compared"
    assert heads(periods) == ["Change l", "Before l", "After l", "Also within these periods l"]
    assert periods.rows == PERIODS
    assert periods.note == (
        "Up to four quarters on each side; the quarter of the change itself is left out."
    )
    assert (periods.source, periods.place) == (SCOPE.source_line, "appendix")
    first = replace(CONSISTENCY.changes[2], periods=replace(LATE, before=()))
    none = consistency_tables(replace(CONSISTENCY, changes=(first,)))[2]
    assert none.rows == (("New tool (2019-20 Q4)", "none", "none", "no other change"),)


def test_nothing_declared_gives_no_table():
    assert consistency_tables(replace(CONSISTENCY, changes=())) == ()
    assert process_agreement_tables(replace(AGREEMENT, changes=())) == ()


def test_agreement_before_and_after():
    verdicts = process_agreement_tables(AGREEMENT)[0]
    assert verdicts.caption == "Agreement with moderators before and after each process change"
    assert heads(verdicts) == [
        "Change l", "Verdict l", "Same grade before r", "Same grade after r",
        "Difference [points] r", "Moderated before, after r", "Auditors before, after r",
    ]  # fmt: skip
    assert verdicts.rows == (
        (
            "Pool cut (2018-19 Q3)", "agreement improved", "51%", "63%", "+12 (+3 to +21)",
            "1,062, 1,075", "33, 27",
        ),
    )  # fmt: skip
    assert verdicts.note == (
        "At the same mix of moderators' grades (Mantel and Haenszel's weights); 95% intervals in "
        "brackets. Under 25 moderated audits on a side: too little data."
    )
    assert (verdicts.source, verdicts.place) == (SCOPE.source_line, "section")


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "too little data"},
        {"exact": stratified(unknown("no grade in common"), 0.4, 0.6)},
    ],
)
def test_too_few_pairs_give_no_share(change):
    few = replace(
        POOL_AGREEMENT, change=replace(POOL_AGREEMENT.change, **change, reason="only 24 pairs")
    )
    row = process_agreement_tables(replace(AGREEMENT, changes=(few,)))[0].rows[0]
    assert row[2:5] == ("too few to say", "too few to say", "only 24 pairs")


def test_what_else_moved():
    beside = process_agreement_tables(AGREEMENT)[1]
    assert beside.caption == "What else moved in agreement with moderators"
    assert heads(beside) == [
        "Change l", "Within one grade [points] r", "Quadratic weighted kappa r",
        "Mean gap before, after [grades] r", "Its change [grades] r",
        "Brought about by that change [points] r",
    ]  # fmt: skip
    assert beside.rows == (
        (
            "Pool cut (2018-19 Q3)", f"+4 ({MINUS}2 to +10)", f"0.08 ({MINUS}0.05 to 0.22)",
            "+0.35, +0.11", f"{MINUS}0.24 ({MINUS}0.40 to {MINUS}0.08)", "+6 (+1 to +11)",
        ),
    )  # fmt: skip
    assert beside.note == (
        "After less before, with 95% intervals. Kappa is not at the same mix of grades; its "
        "interval is a bootstrap. Pairs whose moderator's grade was met in one period only cannot "
        "be matched: 2."
    )
    assert (beside.source, beside.place) == (SCOPE.source_line, "appendix")


@pytest.mark.parametrize(
    ("within", "cell"),
    [
        (estimated(0.0), "0 (no variation)"),
        (estimated(0.05), "+5 (no variation)"),
        (unknown("too few"), "too few to say"),
    ],
)
def test_a_difference_without_variation_says_so(within, cell):
    changed = replace(POOL_AGREEMENT.change, within_one=stratified(within))
    more = replace(POOL_AGREEMENT, change=changed)
    beside = process_agreement_tables(replace(AGREEMENT, changes=(more, POOL_AGREEMENT)))[1]
    assert beside.rows[0][1] == cell
    assert beside.note.endswith("cannot be matched: 2 and 2.")


def test_agreement_among_those_of_both_periods():
    _, _, stayed, periods, _ = process_agreement_tables(AGREEMENT)
    assert stayed.caption == "Agreement with moderators among auditors of both periods"
    assert heads(stayed) == [
        "Change l", "Auditors in both r", "Moderated before, after r", "Difference [points] r",
        "Against all auditors l",
    ]  # fmt: skip
    assert stayed.rows == (
        ("Pool cut (2018-19 Q3)", "19", "41, 52", f"+9 ({MINUS}3 to +20)", "agrees"),
    )
    assert stayed.note == (
        "95% intervals in brackets. A change of pool cannot explain what these auditors did."
    )
    assert (stayed.source, stayed.place) == (SCOPE.source_line, "appendix")
    assert (periods.rows, periods.place) == (PERIODS[:1], "appendix")
    assert periods.source == SCOPE.source_line


def test_moderated_audits_by_quarter():
    timeline = process_agreement_tables(AGREEMENT)[4]
    assert timeline.caption == "Moderated audits by quarter, with the changes that began in it"
    assert heads(timeline) == [
        "Audited in l", "Moderated r", "Same grade r", "Mean gap [grades] r", "Began l",
    ]  # fmt: skip
    assert timeline.rows == (
        ("2019-20 Q1", "1,020", "51% (40 to 70%)", f"+0.10 ({MINUS}0.10 to +0.40)", ""),
        (
            "2019-20 Q2", "30", "52% (40 to 70%)", f"+0.20 ({MINUS}0.10 to +0.40)",
            "Training and Days together",
        ),
        ("2019-20 Q3", "0", "too few to say", "too few to say", ""),
    )  # fmt: skip
    assert timeline.note == (
        "95% intervals in brackets. The gap is audit minus moderation: above 0 the auditor was "
        "kinder. Nothing is given under 10 moderated audits."
    )
    assert (timeline.source, timeline.place) == (SCOPE.source_line, "appendix")
