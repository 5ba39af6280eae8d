"""The error of a change: every part by an independent path, equal quarters, and tiny ones."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.impact.auditors import auditor_variance, variance_between
from qaf_analysis.stats.impact.errors import (
    MOST_SURE,
    ComparedAudits,
    difference_of_means,
    own_change,
    quarter_means,
    weighted_change,
)


def audits_of(rng, sizes, *, before, controls=3, missing=0.0, auditors=6, shock=0.1, kind=0.2):
    """Values about a shared case, with quarter shocks and auditors kind in a domain."""
    place = np.repeat(np.arange(len(sizes)), sizes)
    n = len(place)
    auditor = rng.integers(0, auditors, n) + (place >= before) * (auditors // 2)
    values = rng.normal(size=(n, 1)) + rng.normal(0, 0.6, (n, controls + 1))
    values += rng.normal(0, shock, (len(sizes), controls + 1))[place]
    values += rng.normal(0, kind, (2 * auditors, controls + 1))[auditor]
    gone = rng.random((n, controls)) < missing
    gone[gone.all(axis=1), 0] = False
    values[:, 1:][gone] = np.nan
    return ComparedAudits(
        values=values, quarter=3 + 2 * place, post=place >= before, auditor=auditor
    )


def change(audits, level=0.95):
    return weighted_change(audits, level=level, auditors=9)


def slowly(audits):
    """Every part of the error with loops, from the formulas."""
    x, when, post = audits.values, audits.quarter, audits.post
    quarters, domains = np.unique(when), x.shape[1]
    m, spare = domains - 1, len(quarters) - 2
    late = np.array([post[when == q][0] for q in quarters])
    gap = np.array([
        [x[i, d] - np.nanmean(np.delete(x[i], d)) if not np.isnan(x[i, d]) else np.nan
         for d in range(domains)] for i in range(len(x))
    ])  # fmt: skip
    s2, r, iota, means, n = [], [], [], [], []
    for d in range(domains):
        parts = [gap[when == q, d][~np.isnan(gap[when == q, d])] for q in quarters]
        n.append([len(p) for p in parts])
        means.append([p.mean() for p in parts])
        s2.append(sum(((p - p.mean()) ** 2).sum() for p in parts) / (sum(n[-1]) - len(quarters)))
        y = np.array(means[-1])
        r.append(sum(((y[s] - y[s].mean()) ** 2).sum() for s in (late, ~late)) / spare)
        sides = [late.sum() if is_late else (~late).sum() for is_late in late]
        iota.append(sum((1 - 1 / k) / c for k, c in zip(sides, n[-1], strict=True)) / spare)
    beyond = np.array(r) - np.array(s2) * iota
    tau2 = max(0, beyond[0] if m == 1 else beyond.mean())
    w = 1 / (tau2 + s2[0] / np.array(n[0]))
    a = np.array([wq / w[late == is_late].sum() for wq, is_late in zip(w, late, strict=True)])
    h, sign = (a**2).sum(), np.where(late, 1, -1)
    sampling = s2[0] * (a**2 / n[0]).sum()
    own, of_all = max(0, beyond[0]) * h + sampling, tau2 * h + sampling
    by = np.array([[np.nanmean(x[when == q, d]) for q in quarters] for d in range(1, domains)])
    share = {}
    for i in range(len(x)):
        q = int(np.flatnonzero(quarters == when[i])[0])
        name = int(audits.auditor[i])
        share[name] = share.get(name, 0) + sign[q] * a[q] / n[0][q]
    top = bottom = 0
    for d in range(domains):
        for side in (post, ~post):
            kept = side & ~np.isnan(gap[:, d])
            groups = [gap[kept & (audits.auditor == j), d] for j in np.unique(audits.auditor[kept])]
            total, k = kept.sum(), len(groups)
            if total - k < 10:
                continue
            whole = gap[kept, d].mean()
            within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (total - k)
            top += sum(len(g) * (g.mean() - whole) ** 2 for g in groups) - (k - 1) * within
            bottom += total - sum(len(g) ** 2 for g in groups) / total
    by_chance = sum(a[q] ** 2 / n[0][q] for q in range(len(quarters)))
    u_auditors = max(0, sum(v**2 for v in share.values()) - by_chance) * max(0, top / bottom)
    value = (sign * a * means[0]).sum()
    if m == 1:
        return value, own + u_auditors, spare * np.clip((own / (h * r[0])) ** 2, 1, 50)
    moved = (by * sign * a).sum(axis=1)
    u = moved.var(ddof=1) * (1 + 1 / m)
    mixed = (4 * (of_all + u_auditors) + (m - 1) * u) / (m + 3)
    variance = max(own + u_auditors, of_all + u_auditors, mixed)
    if own + u_auditors < variance:
        return value, variance, spare * m * np.clip((of_all / (h * np.mean(r))) ** 2, 1, 50)
    p = stats.f.sf(r[0] / np.mean(r[1:]), spare, spare * (m - 1))
    df0 = spare if p < 0.10 else spare * m
    return value, variance, df0 * np.clip((own / (h * r[0])) ** 2, 1, 50)


@pytest.mark.parametrize("controls", [1, 2, 5])
@pytest.mark.parametrize(("sizes", "before"), [((20,) * 6, 3), ((30, 12, 4, 25, 3, 40, 11), 4)])
def test_every_part_equals_the_formulas(controls, sizes, before):
    for seed in range(6):
        audits = audits_of(
            np.random.default_rng([seed, controls]), sizes, before=before, controls=controls,
            missing=0.2 if controls == 5 and seed % 2 else 0.0, shock=0.3 * (seed % 3),
        )  # fmt: skip
        found = change(audits).estimate
        value, variance, df = slowly(audits)
        assert (found.value, found.se**2, found.df) == pytest.approx((value, variance, df))
        half = stats.t.ppf(0.975, df) * sqrt(variance)
        assert (found.low, found.high) == pytest.approx((value - half, value + half))
        assert found.p == pytest.approx(2 * stats.t.sf(abs(value) / sqrt(variance), df))


def balanced(controls=4, quarters=8, audits=10, seed=3, shock=0.4):
    """Equal quarters, no auditors known, one variance within quarters in every domain's gap."""
    rng = np.random.default_rng(seed)
    # Noise of the same squares in each domain and quarter, uncorrelated between domains.
    basis = np.linalg.qr(np.column_stack([np.ones(audits), rng.normal(size=(audits, 7))]))[0]
    noise = basis[:, 1 : controls + 2] * sqrt(audits)
    means = rng.normal(0, shock, (quarters, controls + 1))
    return means, ComparedAudits(
        values=(means[:, np.newaxis] + noise).reshape(-1, controls + 1),
        quarter=np.repeat(np.arange(quarters), audits),
        post=np.repeat(np.arange(quarters) >= quarters // 2, audits),
        auditor=np.full(quarters * audits, -1),
    )


@pytest.mark.parametrize("seed", range(8))
def test_equal_quarters_give_the_classical_variance(seed):
    """Own, of all domains, and mixed with the comparison domains' movements, on quarter means."""
    means, audits = balanced(seed=seed)
    late, m = np.arange(8) > 3, 4
    gap = means[:, 0] - means[:, 1:].mean(axis=1)
    squares = sum(((gap[s] - gap[s].mean()) ** 2).sum() for s in (late, ~late))
    own = squares / 6 * (1 / 4 + 1 / 4)
    free = means - means.mean(axis=1, keepdims=True)
    rest = sum(((free[s] - free[s].mean(axis=0)) ** 2).sum() for s in (late, ~late))
    of_all = rest / (6 * m) * (1 / 2) * (1 + 1 / m)
    moved = means[late, 1:].mean(axis=0) - means[~late, 1:].mean(axis=0)
    mixed = (4 * of_all + (m - 1) * moved.var(ddof=1) * (1 + 1 / m)) / (m + 3)
    found = change(audits)
    assert found.estimate.se**2 == pytest.approx(max(own, of_all, mixed), rel=1e-12)
    assert found.estimate.value == pytest.approx(gap[late].mean() - gap[~late].mean(), abs=1e-12)
    assert found.weights == pytest.approx(np.full(8, 0.25))


def test_one_comparison_domain_and_equal_quarters_give_the_t_test():
    means, audits = balanced(controls=1, shock=1.5)
    gap, found = means[:, 0] - means[:, 1], change(audits).estimate
    plain = difference_of_means(gap[:4], gap[4:])
    assert (found.low, found.high, found.p, found.df) == pytest.approx(
        (plain.low, plain.high, plain.p, 6)
    )


def test_a_tiny_quarter_alone_on_its_side_brings_its_own_error():
    audits = audits_of(np.random.default_rng(1), (50,) * 7 + (3,), before=7)
    assert change(audits).estimate.se ** 2 >= audits.gap_means.within[0] / 3


def test_a_tiny_quarter_counts_for_less():
    audits = audits_of(np.random.default_rng(2), (50,) * 7 + (5,), before=4, shock=0.05)
    weights = change(audits).weights
    assert weights[:4].sum() == pytest.approx(1)
    assert weights[4:].sum() == pytest.approx(1)
    assert weights[7] < 0.5 * weights[6]


@pytest.mark.parametrize(("own", "df"), [(3.0, 6), (0.3, 6 * 4)])
def test_an_error_of_the_themed_domain_has_its_own_degrees_of_freedom(own, df):
    """With quarters far apart in the themed domain only, F tells it from the others."""
    _, audits = balanced()
    rng = np.random.default_rng(4)
    moved = audits.values.copy()
    moved[:, 0] += (rng.normal(size=8) * own)[audits.place]
    apart = ComparedAudits(
        values=moved, quarter=audits.quarter, post=audits.post, auditor=audits.auditor
    )
    assert change(apart).estimate.df == pytest.approx(df, rel=0.05)


def test_degrees_of_freedom_rise_only_where_audits_make_the_error():
    still = balanced(shock=0.0)[1]
    found = change(still).estimate
    assert found.df >= 6 * MOST_SURE
    assert found.se**2 == pytest.approx(still.gap_means.within[0] / 10 * (1 / 4 + 1 / 4))


def test_auditors_who_were_replaced_widen_the_interval():
    rng = np.random.default_rng(5)
    audits = audits_of(rng, (40,) * 8, before=4, auditors=6, kind=0.5)
    unknown = ComparedAudits(
        values=audits.values, quarter=audits.quarter, post=audits.post,
        auditor=np.full(len(audits.values), -1),
    )  # fmt: skip
    assert change(audits).estimate.se > change(unknown).estimate.se
    assert change(audits).estimate.value == change(unknown).estimate.value


def test_variance_between_auditors_by_hand():
    """Gaps 1, 1, ... of one and 0, 0, ... of the other auditor on one side; nothing within."""
    gaps = np.repeat([[1.0], [0.0]], 12, axis=0)
    auditor, post = np.repeat([0, 1], 12), np.zeros(24, dtype=bool)
    # Between 24 x 0.25 = 6 on 1; n - sum(n^2)/n = 24 - 12 = 12.
    assert variance_between(gaps, auditor=auditor, post=post) == pytest.approx(0.5)
    few = variance_between(gaps[7:17], auditor=auditor[7:17], post=post[7:17])
    assert few == 0.0  # eight degrees of freedom within auditors do not show how they differ


def test_auditors_of_both_sides_in_equal_shares_add_nothing():
    rng = np.random.default_rng(6)
    auditor = np.tile(np.arange(5), 16)
    post = np.arange(80) >= 40
    gaps = rng.normal(size=(80, 1)) + auditor[:, np.newaxis]
    weight = np.full(80, 1 / 40)
    assert auditor_variance(gaps, auditor=auditor, post=post, weight=weight) == pytest.approx(0)
    replaced = auditor_variance(gaps, auditor=auditor + 5 * post, post=post, weight=weight)
    between = variance_between(gaps, auditor=auditor + 5 * post, post=post)
    assert replaced == pytest.approx((10 * 0.2**2 - 80 / 40**2) * between)


def test_auditors_who_come_once_each_are_in_the_error_of_audits_already():
    rng = np.random.default_rng(6)
    found = auditor_variance(
        rng.normal(size=(80, 1)), auditor=np.arange(80), post=np.arange(80) >= 40,
        weight=np.full(80, 1 / 40),
    )  # fmt: skip
    assert found == 0.0


@pytest.mark.parametrize(
    ("sizes", "before", "why_not"),
    [
        ((10,) * 4, 4, "no quarter after"),
        ((10,) * 4, 0, "no quarter before"),
        ((10, 10), 1, "one quarter on each side"),
        ((1,) * 6, 3, "no quarter has a second audit"),
    ],
)
def test_too_little_to_judge_has_a_reason(sizes, before, why_not):
    found = change(audits_of(np.random.default_rng(7), sizes, before=before))
    assert why_not in found.estimate.why_not
    assert not found.estimate.is_estimable


def test_audits_all_alike_have_no_error():
    audits = ComparedAudits(
        values=np.ones((60, 3)), quarter=np.repeat(np.arange(6), 10),
        post=np.repeat(np.arange(6) > 2, 10), auditor=np.zeros(60, dtype=int),
    )  # fmt: skip
    assert "all alike" in change(audits).estimate.why_not


def test_own_change_of_one_series():
    """With equal quarters whose spread is more than audits make it, the t test of quarter means."""
    means, audits = balanced(shock=0.6)
    whole = change(audits)
    found = own_change(audits.means, weights=whole.weights, like=whole.estimate)
    plain = difference_of_means(means[:4, 0], means[4:, 0])
    assert (found.value, found.se, found.df) == pytest.approx((plain.value, plain.se, 6))
    refused = own_change(audits.means, weights=whole.weights, like=change(
        audits_of(np.random.default_rng(7), (10,) * 4, before=4)
    ).estimate)  # fmt: skip
    assert "no quarter after" in refused.why_not


def test_one_quarter_on_either_side_leaves_how_quarters_vary_unknown():
    """Four audits, means 1 and 3 of the first column; within a quarter they vary by 2."""
    values = np.array([[0.0, 1.0], [2.0, 1.0], [2.0, 5.0], [4.0, 5.0]])
    found = quarter_means(values, place=np.array([0, 0, 1, 1]), late=np.array([False, True]))
    assert found.mean.tolist() == [[1.0, 1.0], [3.0, 5.0]]
    assert found.within.tolist() == [2.0, 0.0]
    assert np.isnan(found.between).all()
