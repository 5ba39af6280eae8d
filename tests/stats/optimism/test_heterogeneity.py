"""Spread between auditors against an independent analysis of variance and meta-analysis."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from qaf_analysis.stats.optimism.heterogeneity import (
    auditor_means,
    dersimonian_laird,
    gap_heterogeneity,
    means_of_gaps,
    spread_of_means,
)


@pytest.fixture
def moderated():
    rng = np.random.default_rng(12)
    auditor = rng.integers(0, 9, 90)
    gap = np.rint(rng.normal(0, 0.6, 9)[auditor] + rng.normal(0.2, 0.7, 90)).astype(int)
    return 3 + gap, np.full(90, 3), auditor


def test_q_and_tau_match_statsmodels(moderated):
    audited, moderation, auditor = moderated
    means = auditor_means(audited - moderation, auditor)
    expected = combine_effects(means.mean, means.within / means.cases, method_re="chi2")
    assert means.q() == pytest.approx(expected.q)
    assert dersimonian_laird(means) == pytest.approx(expected.tau2)
    assert gap_heterogeneity(*moderated).value == pytest.approx(sqrt(expected.tau2))


def test_p_is_that_of_the_analysis_of_variance(moderated):
    audited, moderation, auditor = moderated
    groups = [(audited - moderation)[auditor == a] for a in np.unique(auditor)]
    assert gap_heterogeneity(*moderated).p == pytest.approx(stats.f_oneway(*groups).pvalue)


def test_interval_solves_the_q_profile(moderated):
    audited, moderation, auditor = moderated
    found = gap_heterogeneity(*moderated)
    means = auditor_means(audited - moderation, auditor)
    assert means.q(found.low**2) == pytest.approx(8 * stats.f.ppf(0.975, 8, 81))
    assert means.q(found.high**2) == pytest.approx(8 * stats.f.ppf(0.025, 8, 81))


def test_the_interval_leaves_out_none_exactly_where_the_test_finds_a_spread():
    rng, both = np.random.default_rng(8), set()
    for _ in range(60):
        auditor = rng.integers(0, 6, 24)
        gap = np.rint(rng.normal(0, 0.5, 6)[auditor] + rng.normal(0, 0.7, 24)).astype(int)
        found = gap_heterogeneity(3 + gap, np.full(24, 3), auditor)
        assert (found.low > 0) == (found.p < 0.025)
        both.add(found.low > 0)
    assert both == {True, False}


def test_weighted_means_count_as_so_many_audits_of_equal_weight():
    gaps, auditor = np.array([1, 0, 0, 2, 1]), np.array([0, 0, 0, 1, 1])
    found = means_of_gaps(gaps, auditor, weight=np.array([2.0, 1, 1, 3, 1]))
    assert found.mean == pytest.approx([2 / 4, 7 / 4])
    assert found.cases == pytest.approx([16 / 6, 16 / 10])
    assert found.spare == pytest.approx(16 / 6 + 16 / 10 - 2)
    # Squares 2/4 + 1/4 + 1/4 and 3/16 + 9/16, over 4 (1 - 6/16) + 4 (1 - 10/16).
    assert found.within == pytest.approx((1 + 0.75) / (2.5 + 1.5))


def test_too_little_within_auditors_is_refused_where_so_much_is_asked_for():
    means = means_of_gaps(np.array([1, 0, 0, 1, 2, 1]), np.array([0, 0, 1, 1, 2, 2]))
    assert spread_of_means(means, fewest_df=3).is_estimable
    assert "3 beyond the first of each auditor, where 4" in (
        spread_of_means(means, fewest_df=4).why_not
    )


@pytest.mark.parametrize(
    ("gaps", "auditor", "words"),
    [
        ([], [], "fewer than two auditors"),
        ([1, 0, 1], [4, 4, 4], "fewer than two auditors"),
        ([1, 0, 1], [1, 2, 3], "no auditor has two"),
        ([1, 1, 0, 0], [1, 1, 2, 2], "do not vary"),
    ],
)
def test_not_estimable_has_a_reason(gaps, auditor, words):
    found = gap_heterogeneity(np.array(gaps, dtype=int) + 2, [2] * len(gaps), auditor)
    assert isnan(found.value)
    assert words in found.why_not


def test_error_rate_is_held_with_few_cases_each():
    rng = np.random.default_rng(6)
    alarms = []
    for _ in range(1_500):
        auditor = np.repeat(np.arange(12), 3)
        gap = np.rint(rng.normal(0.3, 0.7, 36)).astype(int)
        alarms.append(gap_heterogeneity(3 + gap, np.full(36, 3), auditor).p <= 0.1)
    assert np.mean(alarms) == pytest.approx(0.1, abs=0.025)
