"""A design that was changed after a report had been made is named, each change once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.topics.common.declared import (
    DeclaredDesign,
    EarlierDesigns,
    declared_design,
)
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.impact.analysis.changes import DesignChanges, design_changes

Q1, Q2, Q3, Q4 = (Quarter(2019, number) for number in (1, 2, 3, 4))
PLANS = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 2))
TRAINING = ProcessChange(kind="training", label="Training", starts=date(2018, 10, 1))


def report(
    *declared: Theme | ProcessChange, quarter: Quarter = Q4, run: str = "", sha: str = ""
) -> DeclaredDesign:
    return declared_design(
        Settings(
            council="Example",
            themes=tuple(one for one in declared if isinstance(one, Theme)),
            process_changes=tuple(one for one in declared if isinstance(one, ProcessChange)),
            sha256=sha,
        ),
        quarter=quarter,
        run_id=run,
    )


def found(now: DeclaredDesign, *earlier: DeclaredDesign) -> DesignChanges:
    return design_changes(now, EarlierDesigns(designs=earlier))


def told(result: DesignChanges) -> list[tuple[str, ...]]:
    return [(c.name, c.aspect, c.before, c.now, c.run_id) for c in result.changes]


def test_without_an_earlier_report_the_result_says_so():
    result = found(report(PLANS))
    assert result.changes == ()
    assert result.looked_at == 0
    assert result.why_not.startswith("no earlier report")


def test_reports_that_declare_the_same_are_passed_over():
    # Another hash, quarter, order and activity, but the same design.
    same = report(TRAINING, replace(PLANS, activity="Briefings"), quarter=Q3, run="a1", sha="ab")
    result = found(report(PLANS, TRAINING, sha="cd"), same)
    assert result.looked_at == 0
    assert result.why_not


def test_a_changed_date_names_the_last_report_that_had_the_old_one():
    moved = replace(PLANS, audited_in=Quarter(2018, 3))
    result = found(
        report(moved),
        report(PLANS, quarter=Q1, run="a1"),
        report(PLANS, quarter=Q2, run="a2"),
        report(moved, quarter=Q3, run="a3"),
    )
    assert told(result) == [("Plans", "date", "2018-19 Q2", "2018-19 Q3", "a2")]
    assert result.changes[0].quarter == Q2
    assert result.changes[0].covered
    assert (result.looked_at, result.first, result.last) == (2, Q1, Q2)
    assert result.why_not == ""


def test_each_earlier_value_is_told_once_in_the_order_of_its_last_report():
    first, second = (replace(PLANS, audited_in=Quarter(2018, n)) for n in (1, 3))
    result = found(
        report(PLANS),
        report(first, run="a1"),
        report(second, run="a2"),
        report(first, run="a3"),
        report(second, run="a4"),
        report(first, run="a5"),
    )
    assert [(c.before, c.run_id) for c in result.changes] == [
        ("2018-19 Q3", "a4"),
        ("2018-19 Q1", "a5"),
    ]


@pytest.mark.parametrize(
    ("before", "aspect", "was", "is_now"),
    [
        ({"selected_in": (Quarter(2018, 1),)}, "selection", "2018-19 Q1", "none"),
        ({"phase_in_quarters": 1}, "phase_in", "1", "0"),
        (
            {"controls": ("Voice", "Risk")},
            "controls",
            "Risk, Voice",
            "every domain no theme touches",
        ),
        ({"outcome": "good_or_better"}, "outcome", "good_or_better", "mean_grade"),
        ({"domain": "Risk"}, "subject", "Risk", "Plan"),
    ],
)
def test_whatever_figures_rest_on_is_compared(before, aspect, was, is_now):
    result = found(report(PLANS), report(replace(PLANS, **before), run="a1"))
    assert told(result) == [("Plans", aspect, was, is_now, "a1")]
    assert result.after_outcomes == result.changes


def test_the_order_of_controls_is_no_change():
    one, other = (replace(PLANS, controls=names) for names in (("A", "B"), ("B", "A")))
    assert found(report(one), report(other)).looked_at == 0


@pytest.mark.parametrize(("quarter", "changes"), [(Quarter(2018, 1), 0), (Quarter(2018, 2), 1)])
def test_a_theme_declared_once_its_quarter_was_reported_on_is_named(quarter, changes):
    result = found(report(PLANS), report(quarter=quarter, run="a1"))
    assert result.looked_at == 1
    expected = [("Plans", "added", "", "2018-19 Q2", "a1")]
    assert told(result) == expected[:changes]
    assert result.why_not == ""


def test_what_is_no_longer_declared_is_named_once():
    result = found(
        report(),
        report(PLANS, TRAINING, run="a1"),
        report(replace(PLANS, audited_in=Quarter(2018, 4)), run="a2"),
    )
    assert told(result) == [
        ("Training", "removed", "2018-19 Q3", "", "a1"),
        ("Plans", "removed", "2018-19 Q4", "", "a2"),
    ]


def test_another_name_for_the_same_subject_and_quarter_is_a_renaming():
    renamed = replace(PLANS, name="Care plans", phase_in_quarters=1)
    trained = replace(TRAINING, label="Training of all")
    result = found(report(renamed, trained), report(PLANS, TRAINING, run="a1"))
    assert told(result) == [
        ("Care plans", "name", "Plans", "Care plans", "a1"),
        ("Care plans", "phase_in", "0", "1", "a1"),
        ("Training of all", "name", "Training", "Training of all", "a1"),
    ]
    assert [change.aspect for change in result.after_outcomes] == ["phase_in"]


def test_two_changes_of_one_label_are_kept_apart_by_their_quarters():
    again = replace(TRAINING, starts=date(2019, 5, 1))
    moved = replace(TRAINING, starts=date(2019, 8, 1))
    result = found(report(moved, TRAINING), report(TRAINING, again, run="a1"))
    assert told(result) == [("Training", "date", "2019-20 Q1", "2019-20 Q2", "a1")]


def test_the_day_of_a_process_change_matters_only_by_its_quarter():
    same = replace(TRAINING, starts=date(2018, 12, 31))
    later = replace(TRAINING, starts=date(2019, 1, 1))
    assert found(report(TRAINING), report(same)).looked_at == 0
    assert told(found(report(TRAINING), report(later, run="a1"))) == [
        ("Training", "date", "2018-19 Q4", "2018-19 Q3", "a1")
    ]


def test_the_kind_of_a_process_change_moves_no_figure():
    result = found(report(TRAINING), report(replace(TRAINING, kind="course"), run="a1"))
    assert told(result) == [("Training", "kind", "course", "training", "a1")]
    assert result.after_outcomes == ()


@pytest.mark.parametrize(("reported", "covered"), [(Q1, False), (Q2, True)])
def test_a_date_that_no_report_had_reached_is_told_as_such(reported, covered):
    planned, held = replace(PLANS, audited_in=Q2), replace(PLANS, audited_in=Q3)
    result = found(report(held), report(planned, quarter=reported, run="a1"))
    assert [change.covered for change in result.changes] == [covered]
    assert len(result.after_outcomes) == covered


def test_outcomes_seen_in_one_report_stay_seen_in_a_later_one_of_an_earlier_quarter():
    planned, held = replace(PLANS, audited_in=Q2), replace(PLANS, audited_in=Q3)
    result = found(
        report(held), report(planned, quarter=Q2, run="a1"), report(planned, quarter=Q1, run="a2")
    )
    assert [(c.run_id, c.covered) for c in result.changes] == [("a2", True)]


def test_what_lies_after_the_quarter_reported_is_passed_over():
    ahead, further = replace(PLANS, audited_in=Q3), replace(PLANS, audited_in=Q4)
    assert found(report(quarter=Q2), report(ahead, quarter=Q3)).looked_at == 0
    assert found(report(ahead, quarter=Q2), report(further, quarter=Q4)).looked_at == 0
    moved = found(report(further, quarter=Q3), report(ahead, quarter=Q3, run="a1"))
    assert told(moved) == [("Plans", "date", "2019-20 Q3", "2019-20 Q4", "a1")]


def test_designs_and_changes_come_back_from_json_and_pass_the_gate():
    earlier = EarlierDesigns(
        designs=(report(replace(PLANS, controls=("Risk",)), TRAINING, run="a1"),),
        unreadable=("2019-20-Q1/ab: damaged",),
    )
    result = design_changes(report(PLANS), earlier)
    for one in (earlier, result):
        assert result_from_json(result_to_json(one), type(one)) == one
    assert release(result).result == result
    assert result.unreadable == earlier.unreadable
