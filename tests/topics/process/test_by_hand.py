"""Small councils around a process change, every figure worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import sqrt

import pytest

from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import ProcessChange, Settings
from qaf_analysis.topics.process.analysis.agreement import process_agreement
from qaf_analysis.topics.process.analysis.periods import process_periods
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.process.pictures import process_agreement_pictures
from qaf_analysis.topics.process.tables import consistency_tables, process_agreement_tables
from qaf_analysis.topics.process.words import say_consistency, say_process_agreement
from tests.topics.by_hand import GOOD, IMPROVE, OUTSTANDING, Row, audit, council

MINUS = "\N{MINUS SIGN}"
BEFORE, DURING, AFTER = "2019-20 Q1", "2019-20 Q2", "2019-20 Q3"
NOW = Quarter(2019, 3)
TRAINING = ProcessChange(kind="training", label="Training", starts=date(2019, 7, 8))
SETTINGS = Settings(council="Small", process_changes=(TRAINING,))


def graded(quarter: str, grades: dict[str, tuple[int, ...]]) -> list[Row]:
    """Audits of a quarter by their auditors."""
    return [audit(quarter, each, auditor=who) for who, row in grades.items() for each in row]


# Within an auditor two grades lie one from the mean and three on it: 2 of 5 x 1 = sum of squares 2.
APART = {
    "A": (0, 1, 1, 1, 2),
    "B": (0, 1, 1, 1, 2),
    "C": (1, 2, 2, 2, 3),
    "D": (1, 2, 2, 2, 3),
    "E": (1, 2, 2, 2, 3),
}
ALIKE = dict.fromkeys(("C", "D", "E", "F", "G", "H"), (1, 2, 2, 2, 3))


def council_of(before, after, *, during=((2, 2, 2),), settings=SETTINGS):
    rows = [*graded(BEFORE, before), *graded(AFTER, after)]
    rows += [audit(DURING, each, auditor="A") for row in during for each in row]
    return council(*rows, settings=settings)


def test_spread_is_what_mean_squares_give():
    """Before: 25 audits, within 5 x 2 / 20 = 0.5. Auditors' means 1, 1, 2, 2, 2 about 1.6:

    between 5 x (2 x 0.36 + 3 x 0.16) / 4 = 1.5; component (1.5 - 0.5) / 5 = 0.2, its root 0.45.
    After: 30 audits, all means 2: component (0 - 0.5) / 5 = -0.1, so that the spread is 0.
    """
    result = consistency(council_of(APART, ALIKE), quarter=NOW)
    (found,) = result.changes
    assert found.before.component == pytest.approx(0.2)
    assert found.before.sd.value == pytest.approx(sqrt(0.2))
    assert found.after.component == pytest.approx(-0.1)
    assert found.after.sd.value == 0
    assert found.change.sd.value == pytest.approx(-sqrt(0.2))
    assert (found.before.audits, found.after.audits) == (25, 30)
    assert (found.auditors_before, found.auditors_after) == (5, 6)
    assert found.retained_auditors == 3  # C, D and E
    # All three have the mean 2 in both periods: no spread, before or after.
    assert found.retained.sd.value == 0
    assert result.scope.used == 58
    text = say_consistency(result).paragraphs[0]
    assert text.startswith(f"Training (2019-20 Q2): {result.verdict}. The spread between strict ")
    assert " went from 0.45 (" in text
    assert " to 0.00 (" in text
    assert f" of a grade. The change is {MINUS}0.45 (" in text
    assert ", on 25 audits by 5 auditors before and 30 audits by 6 auditors after. " in text
    assert (
        "Among the 3 auditors of both periods no change can be told, because 15 audits before the "
        "change; at least 25 needed."
    ) in text
    row = consistency_tables(result)[0].rows[0]
    assert row[0] == "Training (2019-20 Q2)"
    assert row[2].startswith("0.45 (")
    assert row[3].startswith("0.00 (")
    assert row[4].startswith(f"{MINUS}0.45 (")
    # No team is recorded, so that nobody can tell how cases were given out.
    assert row[5:] == ("25, 30", "5, 6", "not told, not told")


def test_turned_around_the_spread_grows():
    (found,) = consistency(council_of(ALIKE, APART), quarter=NOW).changes
    assert (found.before.sd.value, found.after.sd.value) == (0, pytest.approx(sqrt(0.2)))
    assert found.change.sd.value == pytest.approx(sqrt(0.2))
    assert (found.auditors_before, found.auditors_after) == (6, 5)


def test_one_audit_fewer_is_too_little():
    fewer = {**APART, "A": (0, 1, 1, 2)}
    result = consistency(council_of(fewer, ALIKE), quarter=NOW)
    assert result.verdict == "too little data"
    assert say_consistency(result).paragraphs == (
        "Training (2019-20 Q2): too little data, because 24 audits before the change; at least 25 "
        "needed (24 audits before, 30 after).",
    )


def test_what_is_used_and_what_is_left_out():
    more = [
        audit(BEFORE, GOOD, audit_type="themed"),
        audit(BEFORE, None),
        audit(AFTER, GOOD, audit_type="multi_agency"),
    ]
    rows = [*graded(BEFORE, APART), *graded(AFTER, ALIKE), *more, audit("2019-20 Q4", GOOD)]
    result = consistency(council(*rows, settings=SETTINGS), quarter=NOW)
    assert result.scope.source_line == (
        "55 routine audits with an overall grade, 2019-20 Q1 to 2019-20 Q3. 3 left out (no grade, "
        "or themed, multi-agency or calibration audits)."
    )
    assert result.scope.quarter == result.scope.last == NOW
    assert result.scope.first == Quarter(2019, 1)
    assert consistency(council_of(APART, ALIKE), quarter=NOW).scope.left_out == ()


def test_quarters_and_types_of_case_are_held_fixed():
    """A quarter in which all grades lie one higher adds nothing to the spread of auditors."""
    lower = {who: tuple(grade - 1 for grade in ALIKE["C"]) for who in ("C", "D", "E", "F", "G")}
    rows = [
        *graded("2018-19 Q4", lower),
        *graded(BEFORE, {"C": ALIKE["C"], "D": ALIKE["D"]}),
        *graded(AFTER, ALIKE),
    ]
    (found,) = consistency(council(*rows, settings=SETTINGS), quarter=NOW).changes
    assert found.before.ms_within == pytest.approx(0.5, abs=0.05)
    typed = [
        *(replace(row, case_type="Looked after") for row in graded(BEFORE, lower)),
        *graded(BEFORE, {"C": ALIKE["C"], "D": ALIKE["D"]}),
        *graded(AFTER, ALIKE),
    ]
    (same,) = consistency(council(*typed, settings=SETTINGS), quarter=NOW).changes
    assert same.before.component == pytest.approx(found.before.component)


def moderated(quarter: str, same: int, kinder: int, **more: object) -> list[Row]:
    """Audits that moderators found good: so many graded alike, so many one grade too kindly."""
    grades = [GOOD] * same + [OUTSTANDING] * kinder
    return [
        audit(quarter, grade, auditor=f"P{k:02}", moderated={"Overall": GOOD}, **more)
        for k, grade in enumerate(grades)
    ]


def agreement_of(before, after, *others, settings=SETTINGS):
    return process_agreement(council(*before, *after, *others, settings=settings), quarter=NOW)


def test_agreement_is_the_share_of_equal_grades():
    """10 of 25 before, 20 of 25 after: +40 points; mean gap 15/25 and then 5/25."""
    result = agreement_of(moderated(BEFORE, 10, 15), moderated(AFTER, 20, 5))
    (found,) = result.changes
    assert found.change.exact.difference.value == pytest.approx(0.4)
    assert (found.change.exact.before, found.change.exact.after) == pytest.approx((0.4, 0.8))
    assert (found.change.bias_before.value, found.change.bias_after.value) == (
        pytest.approx(0.6), pytest.approx(0.2),
    )  # fmt: skip
    assert result.verdict == "agreement improved"
    said = say_process_agreement(result)
    assert said.claim == "Auditors agree more often with moderators since Training"
    (text,) = said.paragraphs
    assert (
        "auditor and moderator gave the same grade in 40% of audits before and 80% "
        "after. The difference is +40 (" in text
    )
    assert "(25 moderated audits before, 25 after)" in text
    assert (
        f"the mean gap to moderators went from +0.60 to +0.20 of a grade, a change of {MINUS}0.40 ("
        in text
    )
    assert "Among the 25 auditors of both periods the difference is +40 (" in text
    row = process_agreement_tables(result)[0].rows[0]
    assert row[:4] == ("Training (2019-20 Q2)", "agreement improved", "40%", "80%")
    assert row[5:] == ("25, 25", "25, 25")
    (picture,) = process_agreement_pictures(result)
    assert "All quarters together: 0.60. 2019-20 Q3: 0.80 (" in picture.alt  # 30 of 50
    assert " Lowest 2019-20 Q1: 0.40 (" in picture.alt
    assert "Before 2019-20 Q2: Training." in picture.alt


def test_agreement_that_falls():
    result = agreement_of(moderated(BEFORE, 20, 5), moderated(AFTER, 10, 15))
    assert result.verdict == "agreement fell"
    said = say_process_agreement(result)
    assert said.claim == "Auditors agree less often with moderators since Training"
    assert (
        f"in 80% of audits before and 40% after. The difference is {MINUS}40 ("
        in said.paragraphs[0]
    )


def test_agreement_that_hardly_moves():
    result = agreement_of(moderated(BEFORE, 13, 12), moderated(AFTER, 14, 11))
    assert result.verdict == "no evidence of change"
    assert "in 52% of audits before and 56% after" in say_process_agreement(result).paragraphs[0]


def test_one_grade_only_does_not_vary():
    result = agreement_of(moderated(BEFORE, 25, 0), moderated(AFTER, 25, 0))
    assert result.verdict == "too little data"
    assert say_process_agreement(result).paragraphs == (
        "Training (2019-20 Q2): too little data, because agreement does not vary, so chance cannot "
        "be judged. (25 moderated audits before, 25 after.)",
    )


def test_the_first_moderation_drawn_by_chance_counts():
    """An audit moderated by hunch is left out; one read twice counts as first read."""
    hunch = moderated(BEFORE, 3, 0, selected_by="targeted")
    result = agreement_of(moderated(BEFORE, 10, 15), moderated(AFTER, 20, 5), *hunch)
    assert result.changes[0].change.pairs_before == 25
    assert result.scope.source_line == (
        "50 routine audits moderated by chance, 2019-20 Q1 to 2019-20 Q3. 3 left out (moderation "
        "not drawn by a recorded chance)."
    )
    assert [(str(q.quarter), q.pairs, q.changes) for q in result.timeline] == [
        (BEFORE, 25, ()), (DURING, 0, ("Training",)), (AFTER, 25, ()),
    ]  # fmt: skip
    gaps = [quarter.gap.value for quarter in result.timeline if quarter.pairs]
    assert gaps == pytest.approx([15 / 25, 5 / 25])


def test_without_an_overall_grade_nothing_is_compared():
    rows = [
        replace(row, grades={"Plan": GOOD}, moderated={"Plan": GOOD})
        for row in [*moderated(BEFORE, 25, 0), *moderated(AFTER, 25, 0)]
    ]
    result = process_agreement(council(*rows, settings=SETTINGS), quarter=NOW)
    assert result.verdict == "too little data"
    assert result.scope.used == 0
    assert result.scope.left_out[0].reason == "no single overall grade"
    assert result.scope.left_out[0].records == 50


CAUTIONS = {
    "drawn": "some cases were drawn by the auditor's grade, which alters how often both agree",
    "moderators": "no moderator worked in both periods, so moderators may differ instead",
    "sources": "cases came to moderation from other sources",
    "sight": "not every moderator graded without sight of the auditor's grade",
}


@pytest.mark.parametrize(
    ("after", "cautions"),
    [
        ({}, ()),
        ({"moderator": "N"}, ("moderators",)),
        ({"moderation_source": "internal"}, ("sources",)),
        ({"blind": False}, ("sight",)),
        ({"blind": None}, ()),  # not recorded: nothing is said of it
        ({"moderator": "N", "moderation_source": "internal"}, ("moderators", "sources")),
    ],
)
def test_other_reasons_for_a_difference(after, cautions):
    result = agreement_of(moderated(BEFORE, 10, 15), moderated(AFTER, 20, 5, **after))
    assert result.changes[0].cautions == tuple(CAUTIONS[each] for each in cautions)


@pytest.mark.parametrize(
    ("drawn_before", "drawn_after", "is_compared"),
    [(0, 0, True), (0, 6, True), (0, 7, False), (7, 0, False), (25, 25, True)],
)
def test_cases_drawn_by_grade_on_one_side_only_are_not_compared(
    drawn_before, drawn_after, is_compared
):
    """6 of 25 are 0.24 and 7 of 25 are 0.28; up to 0.25 may lie between the two periods."""

    def some(rows: list[Row], number: int) -> list[Row]:
        return [
            replace(row, selected_by="stratified" if k < number else "random", chance=0.5)
            for k, row in enumerate(rows)
        ]

    result = agreement_of(
        some(moderated(BEFORE, 10, 15), drawn_before), some(moderated(AFTER, 20, 5), drawn_after)
    )
    (found,) = result.changes
    assert (found.change.verdict != "too little data") == is_compared
    assert (CAUTIONS["drawn"] in found.cautions) == (drawn_before + drawn_after > 0)
    if not is_compared:
        assert found.change.reason == (
            "cases were drawn for moderation by the auditor's grade in one period and not in the "
            "other, which alone moves agreement"
        )


def changes(*starts: tuple[str, date]) -> tuple[ProcessChange, ...]:
    return tuple(ProcessChange(kind="x", label=label, starts=day) for label, day in starts)


LATE = (("Late", date(2019, 10, 5)),)


def test_the_verdict_is_on_the_latest_change_that_can_be_judged():
    both = replace(SETTINGS, process_changes=(TRAINING, *changes(*LATE)))
    result = agreement_of(moderated(BEFORE, 10, 15), moderated(AFTER, 20, 5), settings=both)
    assert [one.periods.labels for one in result.changes] == [("Training",), ("Late",)]
    assert (result.headline, result.verdict) == (0, "agreement improved")
    spreads = consistency(council_of(APART, ALIKE, settings=both), quarter=NOW)
    assert (spreads.headline, spreads.changes[1].change.verdict) == (0, "too little data")
    assert spreads.verdict == spreads.changes[0].change.verdict
    assert spreads.reason == spreads.changes[0].change.reason


def test_without_one_that_can_be_judged_the_last_is_named():
    both = replace(SETTINGS, process_changes=(TRAINING, *changes(*LATE)))
    result = agreement_of(
        moderated(BEFORE, 1, 1), moderated(AFTER, 2, 2), *moderated(DURING, 1, 0), settings=both
    )
    assert (result.headline, result.verdict) == (1, "too little data")
    # Before the later change lie two quarters with 2 and 1 moderated audits.
    assert result.reason == "3 moderated audits before the change; at least 25 needed"
    few = consistency(council_of({"A": (1, 2)}, {"A": (2, 3)}, settings=both), quarter=NOW)
    assert (few.headline, few.verdict) == (1, "too little data")
    assert few.reason == few.changes[1].change.reason
    bare = Settings(council="S")
    untold = agreement_of(moderated(BEFORE, 9, 9), moderated(AFTER, 9, 9), settings=bare)
    assert (untold.headline, untold.verdict, untold.reason) == (
        -1, "too little data", "no process change is declared within the period audited",
    )  # fmt: skip
    assert untold.changes == ()
    assert [quarter.pairs for quarter in untold.timeline] == [18, 0, 18]
    none = consistency(council_of(APART, ALIKE, settings=bare), quarter=NOW)
    assert (none.headline, none.verdict, none.reason) == (
        -1, "too little data", "no process change is declared within the period audited",
    )  # fmt: skip


def test_grades_of_one_audit_count_once_with_their_mean():
    """Plan as in APART and Voice one higher: the mean is half a grade up, the spread the same."""
    rows = [
        Row(quarter=quarter, auditor=who, grades={"Plan": grade, "Voice": min(grade + 1, 3)})
        for quarter, grades in ((BEFORE, APART), (AFTER, ALIKE))
        for who, row in grades.items()
        for grade in row
    ]
    result = consistency(council(*rows, settings=SETTINGS), quarter=NOW)
    (found,) = result.changes
    assert (found.before.audits, found.after.audits, result.scope.used) == (25, 30, 55)
    assert result.scope.unit == "routine audits with grades"
    # A grade of 3 stays 3: C, D and E have 1.5, 2.5, 2.5, 2.5, 3 with the mean 2.4, A and B 1.5.
    within = (2 * 2 + 3 * (0.81 + 3 * 0.01 + 0.36)) / 20
    between = 5 * (2 * 0.54**2 + 3 * 0.36**2) / 4
    assert found.before.component == pytest.approx((between - within) / 5)


QUARTERS = quarters_between(Quarter(2018, 1), Quarter(2019, 4))


def test_periods_take_four_quarters_on_each_side_and_leave_out_their_own():
    first, second = process_periods(
        changes(
            ("Second", date(2019, 5, 1)), ("With it", date(2019, 6, 1)),
            ("First", date(2018, 7, 1)), ("Too early", date(2018, 4, 1)),
            ("Too late", date(2020, 4, 1)),
        ),
        quarters=QUARTERS,
    )  # fmt: skip
    assert (first.quarter, first.labels) == (Quarter(2018, 2), ("First",))
    assert first.before == (Quarter(2018, 1),)
    assert first.after == tuple(quarters_between(Quarter(2018, 3), Quarter(2019, 2)))
    assert first.also_within == ("Second", "With it")
    assert not first.inseparable
    assert (second.quarter, second.labels) == (Quarter(2019, 1), ("Second", "With it"))
    assert second.before == tuple(quarters_between(Quarter(2018, 1), Quarter(2018, 4)))
    assert second.after == tuple(quarters_between(Quarter(2019, 2), Quarter(2019, 4)))
    assert second.also_within == ("First",)
    assert second.inseparable


def test_a_change_in_the_last_quarter_counts_and_has_nothing_after_it():
    (only,) = process_periods(changes(("Last", date(2020, 1, 1))), quarters=QUARTERS)
    assert only.quarter == Quarter(2019, 4)
    assert only.after == ()
    assert only.before == tuple(quarters_between(Quarter(2018, 4), Quarter(2019, 3)))


def test_order_of_names_of_the_quarter_is_that_of_their_days():
    (only,) = process_periods(
        changes(("B", date(2019, 6, 1)), ("A", date(2019, 5, 1))), quarters=QUARTERS
    )
    assert only.labels == ("A", "B")


def test_an_auditor_s_improvement_is_no_one_else_s():
    """IMPROVE where moderators found good is as far off as OUTSTANDING, the other way."""
    strict = [
        replace(row, grades={"Overall": IMPROVE}) if row.grades["Overall"] == OUTSTANDING else row
        for row in moderated(AFTER, 20, 5)
    ]
    result = agreement_of(moderated(BEFORE, 10, 15), strict)
    assert result.changes[0].change.bias_after.value == pytest.approx(-5 / 25)
    assert result.changes[0].change.bias.value == pytest.approx(-0.2 - 0.6)
