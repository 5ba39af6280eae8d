"""Means and shares of cases that share an auditor."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.core.means import (
    clustered_mean,
    clustered_share,
    difference_of_means,
    mean_interval,
)
from qaf_analysis.terms.errors import ShapeError


def bell_mccaffrey(values, cluster):
    """CR2 variance and Satterthwaite degrees of freedom by the general matrix formulas."""
    n, groups = len(values), np.unique(cluster)
    x = np.ones((n, 1))
    bread = np.linalg.inv(x.T @ x)
    off = np.eye(n) - x @ bread @ x.T
    residual, rows = off @ values, []
    for g in groups:
        inside = cluster == g
        block = np.eye(inside.sum()) - x[inside] @ bread @ x[inside].T
        eigen, vectors = np.linalg.eigh(block)
        root = vectors @ np.diag(eigen**-0.5) @ vectors.T
        rows.append((bread @ x[inside].T @ root @ off[inside]).ravel())
    rows = np.array(rows)
    variance = ((rows @ values) ** 2).sum()
    assert np.allclose(rows @ residual, rows @ values)
    products = rows @ rows.T
    return variance, np.trace(products) ** 2 / (products**2).sum()


@pytest.mark.parametrize("sizes", [(4, 4, 4), (1, 2, 9, 3), (20, 1, 1)])
def test_closed_form_is_bell_and_mccaffreys(sizes):
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    values = np.random.default_rng(1).normal(size=len(cluster))
    variance, df = bell_mccaffrey(values, cluster)
    found = clustered_mean(values, cluster=cluster)
    assert found.variance == pytest.approx(variance)
    assert found.df == pytest.approx(df)


def test_equal_clusters_are_a_t_test_of_their_means():
    values = np.random.default_rng(2).normal(size=24)
    found = mean_interval(values, cluster=np.repeat(np.arange(6), 4))
    means = values.reshape(6, 4).mean(axis=1)
    expected = stats.ttest_1samp(means, 0)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_plain_mean_matches_scipy():
    values = [1, 0, 2, -1, 0, 1, 1]
    expected = stats.ttest_1samp(values, 0)
    found = mean_interval(values)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_single_auditor_is_said():
    found = mean_interval([1, 0, 2], cluster=[4, 4, 4])
    assert found.low == pytest.approx(mean_interval([1, 0, 2]).low)
    assert "one auditor only" in found.method


@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0, 2.0]])
def test_no_variation_has_no_interval(values):
    found = mean_interval(values)
    assert found.is_estimable
    assert not found.has_interval


def test_nothing_has_a_reason():
    assert mean_interval([]).why_not == "there are no cases"
    assert clustered_share([], cluster=[]).why_not == "there are no cases"


def test_lengths_must_fit():
    with pytest.raises(ShapeError):
        mean_interval([1, 2], cluster=[1])
    with pytest.raises(ShapeError, match="0 or 1"):
        clustered_share([0, 2])


def test_share_with_alike_cases_is_less_certain():
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(10), 10)
    own = rng.random(10)
    values = rng.random(100) < own[cluster]
    plain, honest = clustered_share(values), clustered_share(values, cluster=cluster)
    assert honest.value == plain.value
    assert honest.high - honest.low > 1.5 * (plain.high - plain.low)
    assert honest.auditors == 10


def test_difference_of_separate_means():
    rng = np.random.default_rng(3)
    first, second = rng.normal(0.4, 1, 60), rng.normal(0, 1, 50)
    found = difference_of_means(mean_interval(first), mean_interval(second))
    welch = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    assert found.low == pytest.approx(welch.low, abs=0.02)
    assert found.high == pytest.approx(welch.high, abs=0.02)
    nothing = difference_of_means(mean_interval(first), mean_interval([]))
    assert isnan(nothing.value)
    assert nothing.why_not == "there are no cases"


@pytest.mark.slow
@pytest.mark.parametrize("auditors", [8, 29])
@pytest.mark.parametrize("even", [True, False])
def test_mean_gap_covers_with_few_unequal_auditors(auditors, even):
    """Severity SD 0.5; with unequal loads the usual cluster variance covers 89 %."""
    rng = np.random.default_rng(auditors)
    hits = []
    for _ in range(2_000):
        load = np.ones(auditors) if even else rng.gamma(1.0, size=auditors)
        cluster = rng.choice(auditors, size=60, p=load / load.sum())
        values = rng.normal(0, 0.5, auditors)[cluster] + rng.normal(0, 0.7, 60)
        found = mean_interval(values, cluster=cluster)
        hits.append(found.low <= 0 <= found.high)
    held = float(np.mean(hits))
    assert 0.93 <= held <= 0.975
