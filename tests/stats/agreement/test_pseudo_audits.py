"""Limits of alpha with two pseudo-audits: by another road, in general, and over simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.pseudo_audits import WithPseudoAudits, pseudo_limits
from qaf_analysis.stats.agreement.ratings import Ratings

SKEWED = [[2, 2]] * 20 + [[2, 1], [1, 1], [3, 2], [2, 0]]


def alpha_of(table: np.ndarray) -> float:
    """Ordinal alpha from a symmetric table of coincidences, straight from its definition."""
    n_k = table.sum(axis=0)
    n, k = n_k.sum(), len(n_k)
    distance = np.zeros((k, k))
    for i in range(k):
        for j in range(i + 1, k):
            between = n_k[i : j + 1].sum() - (n_k[i] + n_k[j]) / 2
            distance[i, j] = distance[j, i] = between**2
    expected = sum(n_k[i] * n_k[j] * distance[i, j] for i in range(k) for j in range(k))
    return 1 - (n - 1) * (table * distance).sum() / expected


def coincidences(pairs, k=4):
    table = np.zeros((k, k))
    for one, other in pairs:
        table[one, other] += 1
        table[other, one] += 1
    return table


def with_pseudo(table, k=4):
    added = table.copy()
    for grade in range(k):  # one audit that agrees, a K-th of it on each grade
        added[grade, grade] += 2 / k
    for border in range(k - 1):  # one audit a single step apart
        added[border, border + 1] += 1 / (k - 1)
        added[border + 1, border] += 1 / (k - 1)
    return added


def test_pairs_equal_the_rule_worked_out_by_numerical_influence():
    """Influence of an audit: the slope of alpha by its weight; nothing of ours but the data."""
    base = with_pseudo(coincidences(SKEWED))
    centre, step = alpha_of(base), 1e-5

    def influence(table):
        # As published, alpha's error leaves out the small-sample factor (n - 1) / n.
        def large(t):
            return 1 - (1 - alpha_of(t)) * t.sum() / (t.sum() - 1)

        return (large(base + step * table) - large(base - step * table)) / (2 * step)

    real = np.array([influence(coincidences([pair])) for pair in SKEWED])
    n = len(real)
    variance = n / (n - 1) * ((real - real.mean()) ** 2).sum()
    for grade in range(4):
        variance += influence(coincidences([(grade, grade)])) ** 2 / 4
    for border in range(3):
        variance += influence(coincidences([(border, border + 1)])) ** 2 / 3
    half = stats.t.ppf(0.975, n - 1) * np.sqrt(variance) / (1 - centre**2)
    low, high = np.tanh(np.arctanh(centre) + np.array([-half, half]))
    found = pseudo_limits(
        Ratings.from_matrix(SKEWED, n_levels=4), alpha_coefficient(n_levels=4), se="subjects"
    )
    assert found.centre == pytest.approx(centre, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    # The value stays plain alpha.
    plain = krippendorff_alpha(Ratings.from_matrix(SKEWED, n_levels=4), se="subjects")
    assert plain.value == pytest.approx(alpha_of(coincidences(SKEWED)), abs=1e-12)
    assert (plain.low, plain.high) == (found.low, found.high)


def test_contributions_of_real_audits_add_up_to_nothing():
    ratings = Ratings.from_matrix([*SKEWED, [0, 3]], n_levels=4)
    joined = WithPseudoAudits(measure=alpha_coefficient(n_levels=4), grades=2.0, units=25)
    total, times = MeasuredCoefficient(ratings=ratings, measure=joined).totals()
    assert float(total @ times) == pytest.approx(0, abs=1e-12)


def test_the_same_audits_by_more_auditors_get_pseudo_audits_of_their_size():
    """Each audit read four times as two pairs alike: coincidences, and so the centre, double."""
    m = alpha_coefficient(n_levels=4, metric="interval")
    pairs = [[2, 2], [1, 1], [1, 2], [3, 3], [2, 2]] * 4
    two = Ratings.from_matrix(pairs, n_levels=4)
    grades = float(two.moments.coincidences.sum()) / two.n_double_clusters
    assert grades == 2
    three = Ratings.from_matrix([[a, b, b] for a, b in pairs], n_levels=4)
    table = three.moments.coincidences
    k = 4
    added = 3 * (np.eye(k) / k + (np.eye(k, k=1) + np.eye(k, k=-1)) / 2 / (k - 1))
    steps = np.subtract.outer(np.arange(k), np.arange(k)) ** 2.0
    joined = table + added
    n_k = joined.sum(axis=0)
    expected = 1 - (n_k.sum() - 1) * (joined * steps).sum() / (n_k @ steps @ n_k)
    assert pseudo_limits(three, m, se="subjects").centre == pytest.approx(expected, abs=1e-12)


def test_domains_of_one_audit_get_pseudo_audits_of_its_size():
    pairs = [(2, 2), (1, 1), (1, 2), (3, 3), (2, 2), (2, 1)] * 3
    whole = Ratings(
        audit=np.repeat(np.arange(18), 2),
        auditor=np.tile([0, 1], 18),
        grade=np.array(pairs).ravel(),
        n_levels=4,
        cluster=np.repeat(np.arange(18) // 3, 2),
    )
    base = coincidences(pairs)
    added = base + 3 * (with_pseudo(base) - base)
    found = pseudo_limits(whole, alpha_coefficient(n_levels=4), se="subjects")
    assert found.centre == pytest.approx(alpha_of(added), abs=1e-12)


def test_all_grades_equal_still_have_limits_and_perfect_agreement_no_special_case():
    same = Ratings.from_matrix([[2, 2]] * 40, n_levels=4)
    found = pseudo_limits(same, alpha_coefficient(n_levels=4), se="subjects")
    assert not krippendorff_alpha(same).is_estimable
    assert -1 < found.low < 0.2 < found.high < 1
    rows = np.arange(96) // 2
    alike = Ratings(audit=rows, auditor=np.arange(96) % 8, grade=rows % 4, n_levels=4)
    alpha = krippendorff_alpha(alike)
    assert (alpha.value, alpha.high) == (1, 1)
    # Here each pair of auditors reads one grade, which is no sign that they differ.
    assert 0.6 < alpha.low < 0.95


def test_only_the_interval_chosen_by_itself_has_pseudo_audits():
    """Fisher's is plain alpha's, as published programs have it; fixed audits lack no pattern."""
    ratings = Ratings.from_matrix([[2, 2, 1], [1, 1, 2], [3, 2, 2], [0, 1, 1]] * 5, n_levels=4)
    ours, plain = (
        krippendorff_alpha(ratings, se="subjects", interval=kind) for kind in ("auto", "fisher")
    )
    assert "two pseudo-audits" in ours.method
    assert "pseudo" not in plain.method
    assert (ours.value, ours.se) == (plain.value, plain.se)
    assert (ours.low, ours.high) != pytest.approx((plain.low, plain.high), abs=0.01)
    assert "pseudo" not in krippendorff_alpha(ratings, se="raters").method


def test_a_hub_leaves_no_error_for_others():
    rows = np.arange(60) // 2
    people = np.column_stack([np.zeros(30, int), 1 + np.arange(30) % 5]).ravel()
    ratings = Ratings(audit=rows, auditor=people, grade=np.arange(60) % 3, n_levels=4)
    assert "for these auditors" in krippendorff_alpha(ratings).method


def simulated(rng, *, n, cuts, noise):
    seen = rng.normal(size=(n, 1)) + rng.normal(0, noise, (n, 2))
    return Ratings.from_matrix(np.searchsorted(cuts, seen), n_levels=4)


@pytest.mark.parametrize(("good", "n"), [(0.92, 40), (0.88, 40), (0.50, 40)])
def test_the_interval_covers_the_truth_where_grades_are_skewed(good, n):
    """At 92 % of one grade and 40 double gradings the plain interval covers about .75."""
    rng = np.random.default_rng(11)
    noise = 0.45
    shares = np.array([(1 - good) * 0.25, (1 - good) * 0.75, 1 - (1 - good) * 0.25])
    cuts = stats.norm.ppf(shares) * np.sqrt(1 + noise**2)
    measure = alpha_coefficient(n_levels=4)
    truth = float(measure.values(simulated(rng, n=400_000, cuts=cuts, noise=noise).moments))
    covered, plain = [], []
    for _ in range(400):
        ratings = simulated(rng, n=n, cuts=cuts, noise=noise)
        found = krippendorff_alpha(ratings, se="subjects")
        old = krippendorff_alpha(ratings, se="subjects", interval="fisher")
        if found.is_estimable:
            covered.append(found.low <= truth <= found.high)
            plain.append(old.low <= truth <= old.high)
    assert np.mean(covered) >= 0.93
    if good > 0.9:
        assert np.mean(plain) < 0.9
