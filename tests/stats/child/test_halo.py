"""Halo ratio and straight lines: by hand, against the jackknife, and at the edges."""

from __future__ import annotations

from math import isnan, log, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.halo import halo_ratio, straight_lines
from tests.stats.child.cases import reading, simulated


def test_ratio_is_of_mean_standard_deviations():
    audit = reading([[1, 2, 3], [2, 2, 2], [1, 1, 2]])
    moderation = reading([[1, 2, 3], [1, 3, np.nan], [0, 1, 2]])
    # Domain 3 of the second audit was not graded by both.
    ours = (1 + 0 + sqrt(1 / 3)) / 3
    theirs = (1 + sqrt(2) + 1) / 3
    found = halo_ratio(audit, moderation, auditor=[0, 1, 2])
    assert found.value == pytest.approx(ours / theirs)
    assert found.low < found.value < found.high


def test_exchange_of_readers_turns_the_ratio_over():
    audit, moderation, auditor = simulated(np.random.default_rng(4), missing=0.2)
    one = halo_ratio(audit, moderation, auditor=auditor)
    other = halo_ratio(moderation, audit, auditor=auditor)
    assert other.value == pytest.approx(1 / one.value)
    assert (other.low, other.high) == pytest.approx((1 / one.high, 1 / one.low))
    assert other.p == pytest.approx(one.p)


def test_standard_error_agrees_with_the_jackknife_by_auditor():
    audit, moderation, auditor = simulated(np.random.default_rng(5), audits=300, auditors=40)
    logs = []
    for name in range(40):
        left = auditor != name
        rest = halo_ratio(audit.select(left), moderation.select(left), auditor=auditor[left])
        logs.append(log(rest.value))
    jackknife = sqrt(39 / 40 * ((np.array(logs) - np.mean(logs)) ** 2).sum())
    found = halo_ratio(audit, moderation, auditor=auditor)
    assert found.se == pytest.approx(jackknife, rel=0.05)


def test_one_impression_is_found():
    audit, moderation, auditor = simulated(np.random.default_rng(6), audits=60)
    pulled = np.rint(audit.domains.mean(axis=1, keepdims=True) * 0.7 + audit.domains * 0.3)
    found = halo_ratio(reading(pulled), moderation, auditor=auditor)
    lines = straight_lines(reading(pulled), moderation, auditor=auditor)
    assert found.high < 1
    assert found.p < 0.001
    assert lines.difference.low > 0
    assert lines.difference.p < 0.001


def test_straight_lines_by_hand():
    audit = reading([[2, 2, 2], [1, 1, 1], [2, 2, 1], [3, 3, 3]])
    moderation = reading([[2, 2, 1], [1, 1, 2], [2, 1, 1], [3, 3, 3]])
    found = straight_lines(audit, moderation, auditor=[0, 1, 2, 3])
    assert (found.audit.value, found.moderation.value, found.difference.value) == (0.75, 0.25, 0.5)
    assert found.difference.p == pytest.approx(stats.binomtest(2, 2, 0.5).pvalue)


def test_auditors_who_never_tell_domains_apart_are_tested_still():
    _, moderation, auditor = simulated(np.random.default_rng(7))
    flat = reading(np.full((60, 5), 2.0))
    found = halo_ratio(flat, moderation, auditor=auditor)
    assert found.value == 0
    assert not found.has_interval
    assert "no interval" in found.method
    assert found.p < 1e-6


def test_reasons():
    audit, _, auditor = simulated(np.random.default_rng(8))
    flat = reading(np.full((60, 5), 2.0))
    assert (
        "moderators gave all domains the same" in halo_ratio(audit, flat, auditor=auditor).why_not
    )
    single = reading([[2]], child=1)
    assert "two or more domains" in halo_ratio(single, single, auditor=[0]).why_not
    assert "two or more domains" in straight_lines(single, single, auditor=[0]).audit.why_not
    alone = halo_ratio(audit, audit, auditor=np.zeros(60, int))
    assert alone.value == 1
    assert isnan(alone.p)
    assert "no interval" in alone.method
