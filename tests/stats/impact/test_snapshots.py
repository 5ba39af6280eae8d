"""Two snapshots: Newcombe's interval, and a verdict that never claims a change of practice."""

import math

import pytest

from qaf_analysis.stats.impact.snapshots import re_audit_change
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import CANNOT_TELL, RE_AUDIT_RULE, ReAuditVerdict

# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 - 48/80,
# 9/10 - 3/10, 5/56 - 0/29, 0/10 - 0/20, 10/10 - 0/20.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
]


@pytest.mark.parametrize(("counts", "limits"), PUBLISHED)
def test_the_interval_is_newcombes(counts, limits):
    later_good, later_n, earlier_good, earlier_n = counts
    change = re_audit_change(earlier_good, earlier_n, later_good, later_n)
    assert (change.difference.low, change.difference.high) == pytest.approx(limits, abs=5e-5)
    seen = limits[0] > 0 or limits[1] < 0
    assert change.verdict is (ReAuditVerdict.SEEN if seen else ReAuditVerdict.NOT_SEEN)


@pytest.mark.parametrize("counts", [(0, 50, 50, 50), (50, 50, 0, 50), (10, 50, 30, 50)])
def test_no_difference_however_large_is_called_a_change_of_practice(counts):
    verdict = re_audit_change(*counts).verdict
    assert verdict is ReAuditVerdict.SEEN
    assert verdict.endswith(CANNOT_TELL)
    assert not {"improved", "worse", "better"} & set(verdict.replace(";", "").split())


def test_exchanging_the_snapshots_turns_the_sign():
    there, back = re_audit_change(8, 20, 30, 40), re_audit_change(30, 40, 8, 20)
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert there.difference.low == pytest.approx(-back.difference.high)


@pytest.mark.parametrize("counts", [(2, 9, 5, 30), (5, 30, 2, 9), (0, 0, 3, 9)])
def test_few_audits_are_counted_only(counts):
    change = re_audit_change(*counts)
    assert change.verdict is ReAuditVerdict.TOO_FEW
    assert math.isnan(change.difference.value)
    assert f"fewer than {RE_AUDIT_RULE.fewest_audits}" in change.difference.why_not
    assert (change.audit_n, change.re_audit_n) == (counts[1], counts[3])
    assert re_audit_change(2, 10, 5, 30).verdict is not ReAuditVerdict.TOO_FEW


def test_more_good_audits_than_audits_are_refused():
    with pytest.raises(ShapeError):
        re_audit_change(9, 8, 5, 8)
