"""Audits of one theme from a plain table: what is read, and faults that are named."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.data.plain_levels import declared_levels
from qaf_analysis.data.plain_themed import read_plain_themed
from qaf_analysis.data.record import FileRefusedError
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
