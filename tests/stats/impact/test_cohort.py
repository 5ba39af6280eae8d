"""A theme about a kind of case is never more than a difference seen."""

from __future__ import annotations

import pytest

from qaf_analysis.stats.impact.snapshots import cohort_change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import ThemeVerdict


def test_interval_is_newcombes():
    # Newcombe (1998), Statistics in Medicine 17: 873-890, Table II (a), method 10.
    change = cohort_change(48, 80, 56, 70)
    assert change.difference.value == pytest.approx(0.2)
    assert change.difference.low == pytest.approx(0.0524, abs=5e-5)
    assert change.difference.high == pytest.approx(0.3339, abs=5e-5)
    assert change.difference_seen
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert "no comparison inside the same audits" in change.reason


@pytest.mark.parametrize("counts", [(0, 0, 5, 9), (5, 9, 0, 0), (0, 0, 0, 0)])
def test_an_empty_side_has_a_reason(counts):
    change = cohort_change(*counts)
    assert not change.difference.is_estimable
    assert change.reason.startswith("no such cases were audited before")
    assert not change.difference_seen


def test_no_difference_seen():
    change = cohort_change(5, 10, 10, 20)
    assert not change.difference_seen
    assert change.reason.startswith("there is no comparison")


def test_refuses_more_good_than_audits():
    with pytest.raises(ShapeError):
        cohort_change(11, 10, 1, 2)
