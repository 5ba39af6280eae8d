"""Audits of one theme from a plain table: what is read, and faults that are named."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.themed import read_plain_themed
from qaf_analysis.terms.errors import UsageError

HEAD = "quarter,post,auditor,themed_grade,control_grade,control_good"
ROWS = ["1,0,ann,Good,1.5,0.5", "1,0,ben,RI,2,1", "2,1,ann,,1.25,0.25", "2,1,cat,Good,,"]


@pytest.fixture
def read(tmp_path):
    def read(*lines, levels=None):
        path = tmp_path / "themed.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_plain_themed(path, levels=levels)

    return read


def test_a_row_per_audit(read):
    found = read(HEAD, *ROWS)
    assert found.quarter.tolist() == [1, 1, 2, 2]
    assert found.post.tolist() == [False, False, True, True]
    assert found.auditor.tolist() == [0, 1, 0, 2]
    assert found.themed_grade.tolist() == [2, 1, -1, 2]
    np.testing.assert_array_equal(found.control_grade, [1.5, 2, 1.25, np.nan])
    np.testing.assert_array_equal(found.control_good, [0.5, 1, 0.25, np.nan])
    assert found.warnings == ()


def test_financial_quarters_and_a_declared_scale(read):
    found = read(
        "audit_id," + HEAD,
        "7,2019-20 Q4,0,a,1,0,0",
        "8,2020-21 Q1,1,a,3,2,1",
        levels=declared_levels("1,2,3"),
    )
    assert np.diff(found.quarter).tolist() == [1]
    assert found.themed_grade.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEAD.replace("post,", ""), "1,ann,Good,1,1"], "column of the post"),
        ([HEAD, "1,,ann,Good,1,1"], "after the themed audit"),
        ([HEAD, "1,0.5,ann,Good,1,1"], "after the themed audit"),
        ([HEAD, "1,2,ann,Good,1,1"], "after the themed audit"),
        ([HEAD, "1,0,ann,Good,1,1", "1,1,ann,Good,1,1"], "all rows of a quarter"),
        ([HEAD, "one,0,ann,Good,1,1"], "number of the quarter"),
        ([HEAD, "1,0,,Good,1,1"], "a name or number"),
        ([HEAD, "1,0,ann,Splendid,1,1"], "levels"),
        ([HEAD, "1,0,ann,Good,3.2,1"], "mean grade code from 0"),
        ([HEAD, "1,0,ann,Good,-1,1"], "mean grade code from 0"),
        ([HEAD, "1,0,ann,Good,1,80"], "a share from 0 to 1"),
        ([HEAD, "1,0,ann,Good,1,"], "both blank"),
        ([HEAD, "1,0,ann,Good,,1"], "both blank"),
        (["audit_id," + HEAD, "7,1,0,a,Good,1,1", "7,1,0,a,Good,1,1"], "one row per audit"),
    ],
)
def test_a_fault_is_refused_with_its_reason(read, lines, words):
    with pytest.raises(FileRefusedError) as refused:
        read(*lines)
    assert words in str(refused.value)


def test_no_such_file_is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        read_plain_themed(tmp_path / "none.csv")


DOMAINS = "quarter,post,auditor,themed_grade,control: Risk,Control : The  plan"
LEVELS = [
    "1,0,ann,Good,RI,Outstanding",  # codes 1 and 3
    "1,0,ben,RI,,Good",  # code 2 alone
    "2,1,ann,,Inadequate,RI",  # codes 0 and 1
    "2,1,cat,Good,,",  # none
]


def test_comparison_domains_given_one_by_one_are_reckoned_together(read):
    found = read(DOMAINS, *LEVELS)
    assert found.controls == ("Risk", "The plan")
    assert found.control_codes.tolist() == [[1, 3], [-1, 2], [0, 1], [-1, -1]]
    np.testing.assert_array_equal(found.control_grade, [2, 2, 0.5, np.nan])
    np.testing.assert_array_equal(found.control_good, [0.5, 1, 0, np.nan])
    assert found.themed_grade.tolist() == [2, 1, -1, 2]


def test_a_table_with_means_only_has_no_comparison_domain(read):
    found = read(HEAD, *ROWS)
    assert (found.controls, found.control_codes.shape) == ((), (4, 0))


def test_means_given_beside_the_domains_may_be_rounded_and_are_reckoned_anew(read):
    head = DOMAINS + ",control: Voice,control_grade,control_good"
    found = read(head, "1,0,ann,Good,RI,Outstanding,RI,1.67,0.33", "2,1,ann,Good,,,,,")
    assert found.controls == ("Risk", "The plan", "Voice")
    np.testing.assert_array_equal(found.control_grade, [5 / 3, np.nan])
    np.testing.assert_array_equal(found.control_good, [1 / 3, np.nan])


def test_what_counts_as_good_follows_the_level_named(read, tmp_path):
    lines = [
        "quarter,post,auditor,themed_grade,control:a,control:b,control_good",
        "1,0,x,1,2,3,0.5",
    ]
    levels = declared_levels("1,2,3,4,5")
    np.testing.assert_array_equal(read(*lines, levels=levels).control_good, [0.5])
    with pytest.raises(FileRefusedError, match="expected 1, the positive share"):
        read_plain_themed(tmp_path / "themed.csv", levels=levels, good_from="2")
    with pytest.raises(UsageError, match="lowest positive level"):
        read_plain_themed(tmp_path / "themed.csv", levels=levels, good_from="9")


def test_a_heading_that_only_begins_like_one_is_no_comparison_domain(read):
    found = read(HEAD + ",control_risk,controls: x", *(row + ",Good,nonsense" for row in ROWS))
    assert found.controls == ()


@pytest.mark.parametrize(
    ("heads", "cells", "words"),
    [
        ("control: Risk", "Splendid", ["Splendid", "levels"]),
        ("control: Risk,control:", "Good,Good", ["no name after control:", "the domain's name"]),
        ("control: Risk,Control:risk", "Good,Good", ["a second column for risk"]),
        (
            "control: Risk,control: Plan,control_grade",
            "Good,RI,2",
            ["row 2", "control_grade", '"2"', "expected 1.5, the mean code"],
        ),
        (
            "control: Risk,control: Plan,control_grade",
            "Good,RI,",
            ["row 2", "control_grade", "an empty cell", "expected 1.5"],
        ),
        (
            "control: Risk,control: Plan,control_good",
            "Good,RI,1",
            ["row 2", "control_good", '"1"', "expected 0.5, the positive share"],
        ),
        (
            "control: Risk,control_grade",
            ",2",
            ["row 2", "control_grade", "expected nothing, as no such column has a level"],
        ),
        ("control: Risk,control_grade", "Good,two", ["a number: the mean code"]),
        ("control_good", "1", ["no column of the control grade", "headed control: and the"]),
    ],
)
def test_a_fault_of_comparison_domains_is_named(read, heads, cells, words):
    with pytest.raises(FileRefusedError) as refused:
        read(f"quarter,post,auditor,themed_grade,{heads}", f"1,0,ann,Good,{cells}")
    assert not [word for word in words if word not in str(refused.value)]


def test_a_cell_that_is_no_declared_level_is_named_with_its_row_and_column(read):
    levels = declared_levels("Inadequate,Requires improvement,Good,Outstanding")
    with pytest.raises(FileRefusedError) as refused:
        read(DOMAINS, *LEVELS[:2], "2,1,cat,Good,Good,Splendid", levels=levels)
    said = str(refused.value)
    for word in ("row 4", "Control : The plan", '"Splendid"', "one of Inadequate"):
        assert word in said


def test_every_row_that_does_not_fit_is_named_up_to_twenty(read):
    rows = [f"{quarter},0,ann,Good,Good,1" for quarter in range(1, 31)]
    with pytest.raises(FileRefusedError) as refused:
        read("quarter,post,auditor,themed_grade,control: Risk,control_grade", *rows)
    said = str(refused.value)
    assert said.count("expected 2, the mean code") == 20
    assert "row 21" in said
    assert "row 22" not in said
