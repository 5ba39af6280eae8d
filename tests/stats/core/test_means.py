"""Means and shares of cases that share an auditor."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.core.means import (
    clustered_mean,
    clustered_share,
    mean_interval,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate


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


def test_weighted_mean_by_hand():
    """Two auditors of weight 3 each: f = 1/2, totals -5/2 and 5/2, variance 2 (25/4) 2 / 36."""
    found = clustered_mean([1.0, 0.0, 2.0], cluster=[4, 4, 9], weight=[1, 2, 3])
    assert found.value == pytest.approx(7 / 6)
    assert found.variance == pytest.approx(25 / 36)
    assert found.df == pytest.approx(1)
    assert (found.cases, found.clusters) == (3, 2)
    whole = mean_interval([1.0, 0.0, 2.0], cluster=[4, 4, 9], weight=[1, 2, 3], level=0.9)
    half = stats.t.ppf(0.95, 1) * 5 / 6
    assert (whole.low, whole.high) == pytest.approx((7 / 6 - half, 7 / 6 + half))
    assert whole.se == pytest.approx(5 / 6)
    assert whole.p == pytest.approx(2 * stats.t.sf(7 / 5, 1))
    assert (whole.level, whole.cases, whole.auditors) == (0.9, 3, 2)
    assert whole.method == "t with 1.0 df, by auditor (CR2), weighted by the chance of being chosen"


def test_what_a_mean_rests_on_is_told():
    plain = mean_interval([1.0, 0.0, 2.0], weight=[1, 5, 1], level=0.8)
    assert plain.value == 1  # weights count only beside auditors
    assert (plain.cases, plain.auditors, plain.method) == (3, 0, "t with 2 df")
    assert plain.high == pytest.approx(1 + stats.t.ppf(0.9, 2) / np.sqrt(3))
    alone = mean_interval([1.0, 0.0, 2.0], cluster=[7] * 3)
    assert alone.auditors == 1
    assert alone.method == "t with 2 df; one auditor only, so it speaks of this auditor"
    by_auditor = mean_interval([1.0, 0.0, 2.0], cluster=[7, 7, 8])
    assert by_auditor.method.endswith("df, by auditor (CR2)")
    same = mean_interval([2.0, 2.0], level=0.9)
    assert (same.value, same.level, same.cases, same.auditors) == (2, 0.9, 2, 0)
    assert same.method == "t with 1 df; no variation to measure"
    none = mean_interval([], level=0.9)
    assert (none.level, none.method) == (0.9, "t")
    nobody = clustered_mean([], cluster=[])
    assert (nobody.cases, nobody.clusters, isnan(nobody.value)) == (0, 0, True)
    one = clustered_mean([1.0, 3.0], cluster=[5, 5])
    assert (one.value, one.cases, one.clusters, isnan(one.variance)) == (2, 2, 1, True)


def test_auditors_with_one_mean_leave_only_rounding():
    """0.1 + 0.2 and 0.3 are one mean but for rounding: no interval may be had from that."""
    found = mean_interval([0.1, 0.2, 0.15, 0.15], cluster=[0, 0, 1, 1])
    assert found.value == pytest.approx(0.15)
    assert not found.has_interval
    assert "no variation to measure" in found.method
    assert (found.cases, found.auditors) == (4, 2)


@pytest.mark.parametrize("call", [mean_interval, clustered_share])
def test_levels_and_lengths_are_checked(call):
    with pytest.raises(UsageError, match="confidence level"):
        call([0, 1], level=95)
    with pytest.raises(ShapeError, match="values 2, cluster 3"):
        call([0, 1], cluster=[1, 2, 3])


def test_weights_are_as_many_as_values():
    for call in (mean_interval, clustered_mean):
        with pytest.raises(ShapeError, match="values 2, weight 1"):
            call([0, 1], cluster=[1, 2], weight=[1])


def of(value, low, high, **more):
    rest = {"level": 0.9, "cases": 10, "auditors": 3, "method": "t", "se": 0.3} | more
    return Estimate(value=value, low=low, high=high, **rest)


def nothing_of():
    why = "none were drawn"
    return Estimate.not_estimable(why, method="t", level=0.9, cases=2, auditors=5)


def wilson_by_hand(share, n, quantile):
    """Roots of (p - share)^2 = q^2 p (1 - p) / n."""
    a, b, c = 1 + quantile**2 / n, -(2 * share + quantile**2 / n), share**2
    return tuple((-b + sign * np.sqrt(b**2 - 4 * a * c)) / (2 * a) for sign in (-1, 1))


def test_share_by_auditor_is_wilson_on_effective_cases():
    values = np.array([1, 1, 1, 0, 0, 0, 0, 1, 1, 1])
    cluster = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    variance, df = bell_mccaffrey(values, cluster)
    n = 10 / (variance / (0.6 * 0.4 / 10))
    found = clustered_share(values, cluster=cluster, level=0.9)
    limits = wilson_by_hand(0.6, n, stats.t.ppf(0.95, df))
    assert (found.low, found.high) == pytest.approx(limits)
    assert found.se == pytest.approx(np.sqrt(variance))
    assert (found.level, found.cases, found.auditors) == (0.9, 10, 3)
    assert found.method == f"Wilson on {n:.1f} effective cases, by auditor, t with {df:.1f} df"
    # Auditors more alike than chance make no case count for more than one.
    alike = clustered_share([0, 1, 0, 1, 1, 0], cluster=[0, 0, 1, 1, 2, 2])
    assert alike.method.startswith("Wilson on 6.0 effective cases")


@pytest.mark.parametrize(("values", "cluster"), [([0, 1, 1], [4, 4, 4]), ([1, 1, 1], [1, 2, 3])])
def test_share_whose_likeness_cannot_be_measured(values, cluster):
    found = clustered_share(values, cluster=cluster)
    limits = wilson_by_hand(np.mean(values), 3, stats.norm.ppf(0.975))
    assert (found.low, found.high) == pytest.approx(limits)
    assert found.method == "Wilson; likeness of one auditor's cases could not be measured"
    assert (found.cases, found.auditors) == (3, len(set(cluster)))
