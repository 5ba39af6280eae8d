"""Child-experience gap and good-without-the-child rate: worked by hand, scipy, and null worlds."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.experience import (
    child_experience_gap,
    crossed_difference,
    good_without_child_difference,
    good_without_child_rate,
)
from qaf_analysis.stats.core.intervals import wilson
from tests.stats.child.cases import reading, simulated

EACH = np.arange(6)
AUDIT = reading(
    [[2, 2, 2, 2], [3, 2, 2, 2], [2, 1, 2, 2], [1, 1, 2, 2], [2, 2, 1, 1], [2, 2, 2, 2]],
    [2, 2, 2, 1, 2, 2],
)
MODERATION = reading(
    [[1, 2, 2, 2], [2, 2, 2, 1], [1, 1, 2, 2], [1, 1, 2, 2], [2, 2, 1, 1], [1, 2, 2, np.nan]],
    [2, 2, 1, 1, 1, 1],
)


def test_gap_is_the_mean_of_differences_by_hand():
    by_hand = [0.5, 0.0, 0.5, 0.0, 0.0, 0.5]  # (child gap) - (process gap), audit by audit
    found = child_experience_gap(AUDIT, MODERATION, auditor=EACH)
    expected = stats.ttest_1samp(by_hand, 0)
    assert found.value == pytest.approx(np.mean(by_hand))
    assert found.p == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_kindness_spread_evenly_is_no_gap():
    audit, moderation, auditor = simulated(np.random.default_rng(1))
    before = child_experience_gap(audit, moderation, auditor=auditor)
    kinder = reading(audit.domains + 1, audit.overall)
    after = child_experience_gap(kinder, moderation, auditor=auditor)
    assert after.value == pytest.approx(before.value)
    assert after.p == pytest.approx(before.p)


def test_gap_has_an_interval_when_auditors_means_are_alike_though_audits_vary():
    audit = reading([[2, 2, 1, 1], [1, 1, 2, 2]] * 3)
    moderation = reading([[1, 1, 1, 1], [2, 2, 2, 2]] * 3)
    found = child_experience_gap(audit, moderation, auditor=[0, 0, 1, 1, 2, 2])
    assert found.value == 0
    assert found.has_interval


def test_rate_is_counted_among_audits_with_a_child_domain_below_good():
    # The moderator has a child domain below good in audits 1, 3, 4 and 6.
    ours = good_without_child_rate(AUDIT, child_by=MODERATION, good_from=2, auditor=EACH)
    theirs = good_without_child_rate(MODERATION, child_by=MODERATION, good_from=2, auditor=EACH)
    own = good_without_child_rate(AUDIT, child_by=AUDIT, good_from=2, auditor=EACH)
    assert (ours.value, ours.cases) == (0.75, 4)
    assert (theirs.value, theirs.cases) == (0.25, 4)
    assert (own.value, own.cases) == (0.5, 2)  # audits 3 and 4
    assert ours.low < wilson(3, 4).low  # few auditors: Student's t


def test_difference_is_mcnemar_with_one_audit_each():
    found = good_without_child_difference(AUDIT, MODERATION, good_from=2, auditor=EACH)
    assert (found.value, found.cases) == (0.5, 4)
    assert found.p == pytest.approx(stats.binomtest(2, 2, 0.5).pvalue)


def test_crossed_readings_by_hand():
    # Auditor good, moderator's child below: 1, 3, 6. The other way round: none (2 is good in both).
    found = crossed_difference(AUDIT, MODERATION, good_from=2, auditor=EACH)
    assert (found.value, found.cases) == (0.5, 6)
    assert found.p == pytest.approx(stats.binomtest(3, 3, 0.5).pvalue)
    back = crossed_difference(MODERATION, AUDIT, good_from=2, auditor=EACH)
    assert back.value == -found.value
    assert back.p == found.p


def test_unsure_readers_of_one_rule_cross_evenly_where_rates_do_not():
    rng = np.random.default_rng(3)
    practice = rng.normal(size=(40_000, 1)) + 0.3 * rng.normal(size=(40_000, 4))

    def read():
        seen = practice + rng.normal(size=practice.shape)
        grades = np.searchsorted([-2, 0.3, 2], seen).astype(float)
        return reading(grades, np.floor(grades.mean(axis=1) + 0.5))

    audit, moderation = read(), read()
    alone = np.arange(40_000)
    crossed = crossed_difference(audit, moderation, good_from=2, auditor=alone)
    rates = good_without_child_difference(audit, moderation, good_from=2, auditor=alone)
    assert crossed.low < 0 < crossed.high
    assert rates.low > 0.02


def test_reasons():
    none_below = reading([[2, 2, 1, 1]], [2])
    rate = good_without_child_rate(none_below, child_by=none_below, good_from=2, auditor=[0])
    assert rate.why_not == "no audit has a child domain below good"
    ungraded = reading([[np.nan, np.nan, 1, 1]], [2])
    rate = good_without_child_rate(ungraded, child_by=ungraded, good_from=2, auditor=[0])
    assert rate.why_not == "no child domain was graded"
    no_overall = reading([[1, 1, 1, 1]])
    for function in (good_without_child_difference, crossed_difference):
        assert "overall" in function(no_overall, no_overall, good_from=2, auditor=[0]).why_not
    untagged = reading([[1, 1, 1, 1]], [2], child=0)
    for function in (good_without_child_difference, crossed_difference):
        found = function(untagged, untagged, good_from=2, auditor=[0])
        assert found.why_not == "no domain is tagged as about the child"
    gap = child_experience_gap(ungraded, ungraded, auditor=[0])
    assert "no audit has a child and a process domain" in gap.why_not
    all_child = reading([[1, 1, 1, 1]], [2], child=4)
    gap = child_experience_gap(all_child, all_child, auditor=[0])
    assert gap.why_not == "no domain is tagged as about process"
    assert isnan(gap.p)
