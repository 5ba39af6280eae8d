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
    assert means.q(found.low**2) == pytest.approx(stats.chi2.ppf(0.975, 8))
    assert means.q(found.high**2) == pytest.approx(stats.chi2.ppf(0.025, 8))


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
