"""Sums over pairs of grades one by one, finite populations, plans, and limits by hand."""

from __future__ import annotations

from math import asin, atanh, isnan, sin, sqrt, tanh

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.agreement.coefficient import (
    MeasuredCoefficient,
    probability_at_least,
    transformed_limits,
)
from qaf_analysis.stats.agreement.coefficient_protocol import PairContributions
from qaf_analysis.stats.agreement.kappas import (
    agreement_coefficient,
    gwet_ac,
)
from qaf_analysis.stats.agreement.planning import (
    AgreementComponents,
    agreement_components,
    planned_audits,
)
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import (
    Population,
    audit_noise_in_leaving_out,
    dyadic_variance,
    effective_auditors,
    sampling_error,
    sum_over_sharing,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

N = np.nan
# Nine audits, two of them graded once; four auditors, of whom one has no partner.
TABLE = [
    [2, 2, N], [1, 2, N], [N, 1, 1], [0, N, 1], [3, 3, 2],
    [2, 2, 2], [1, 1, N], [N, 2, N], [N, N, 0],
]  # fmt: skip
RATINGS = Ratings.from_matrix(TABLE, n_levels=4)
TWO = Ratings.from_matrix([[2, 2], [1, 2], [0, 0], [3, 2], [1, 1], [2, N]], n_levels=4)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("df", [3.0, 40.0])
def test_transformed_limits_by_hand(level, df):
    q = stats.t.ppf(0.5 + level / 2, df)
    plain = transformed_limits(0.4, 0.3, df=df, level=level, lowest=-1.0, interval="plain")
    p = 2 * stats.t.sf(0.4 / 0.3, df)
    assert plain == pytest.approx((0.4 - q * 0.3, min(1, 0.4 + q * 0.3), p))
    fisher = transformed_limits(0.4, 0.3, df=df, level=level, lowest=-1.0, interval="fisher")
    spread = 0.3 / (1 - 0.16)
    p = 2 * stats.t.sf(atanh(0.4) / spread, df)
    expected = tanh(atanh(0.4) - q * spread), tanh(atanh(0.4) + q * spread), p
    assert fisher == pytest.approx(expected)
    assert fisher == transformed_limits(0.4, 0.3, df=df, level=level, lowest=-1.0, interval="auto")
    arc = transformed_limits(0.4, 0.1, df=df, level=level, lowest=-1.0, interval="arcsine")
    spread = 0.1 / sqrt(1 - 0.16)
    p = 2 * stats.t.sf(asin(0.4) / spread, df)
    assert arc == pytest.approx((sin(asin(0.4) - q * spread), sin(asin(0.4) + q * spread), p))
    # A share of 0.7 lies at 0.4 of -1 to 1, with twice the error.
    low, high, p = transformed_limits(0.7, 0.15, df=df, level=level, lowest=0.0, interval="auto")
    assert (low, high) == pytest.approx(((expected[0] + 1) / 2, (expected[1] + 1) / 2))
    assert isnan(p)
    wide = transformed_limits(0.9, 0.9, df=df, level=level, lowest=-1.0, interval="arcsine")
    assert wide[1] == pytest.approx(1)
    for value in (-1.2, 1.0, -1.0):
        found = transformed_limits(value, 0.1, df=df, level=level, lowest=-1.0, interval="auto")
        assert found[0] == pytest.approx(value - q * 0.1)
        assert found[1] == min(1.0, value + q * 0.1)
        assert isnan(found[2]) == (value <= -1)


def test_probability_at_least_by_hand():
    known = {"low": 0.3, "high": 0.9, "level": 0.95, "cases": 20, "auditors": 4, "method": "AC"}
    one = Estimate(value=0.6, se=0.2, df=5.0, **known)
    cut = stats.t.cdf([(0.6 - 0.5) / 0.2, (0.6 - 1) / 0.2, (0.6 + 1) / 0.2], 5)
    assert probability_at_least(one, 0.5) == pytest.approx((cut[0] - cut[1]) / (cut[2] - cut[1]))
    normal = Estimate(value=0.6, se=0.2, **known)
    cut = stats.norm.cdf([(0.6 - 0.5) / 0.2, (0.6 - 1) / 0.2, (0.6 + 1) / 0.2])
    assert probability_at_least(normal, 0.5) == pytest.approx((cut[0] - cut[1]) / (cut[2] - cut[1]))
    assert probability_at_least(one, -1) == 1
    assert probability_at_least(one, 1) == pytest.approx(0)
    certain = Estimate(value=0.6, se=0.0, **known)
    assert [probability_at_least(certain, t) for t in (0.5, 0.6, 0.7)] == [1, 1, 0]
    assert isnan(probability_at_least(Estimate(value=0.6, **known), 0.5))
    assert isnan(probability_at_least(Estimate.not_estimable("x", method="y"), 0.5))


def test_components_solve_both_errors():
    """n = 50, r = 10: subjects (2 s + t) / 50, two ways 4 s / 10 + t / 50 with s 0.02, t 0.3."""
    known = {"value": 0.7, "low": 0.5, "high": 0.8, "level": 0.95, "cases": 50, "auditors": 12,
             "method": "AC"}  # fmt: skip
    subjects = Estimate(se=sqrt(0.34 / 50), **known)
    two_way = Estimate(se=sqrt(0.08 / 10 + 0.3 / 50), **known)
    found = agreement_components(two_way, subjects, effective_auditors=10)
    assert (found.value, found.audits, found.auditors) == pytest.approx((0.7, 0.3, 0.08))
    assert found.variance(n_double=50, n_auditors=10) == pytest.approx(two_way.se**2)
    these = found.for_these_auditors()
    assert (these.audits, these.auditors) == pytest.approx((0.34, 0))
    alike = agreement_components(subjects, two_way, effective_auditors=10)
    assert (alike.auditors, alike.audits) == (0, pytest.approx(50 * two_way.se**2))
    none = agreement_components(Estimate.not_estimable("why", method="AC"), subjects,
                                effective_auditors=10)  # fmt: skip
    assert none.why_not == "why"
    plain = agreement_components(Estimate(**known), subjects, effective_auditors=10)
    assert plain.why_not == "the audits do not differ, or are too few, to show an error"
    assert np.isnan([plain.value, plain.audits, plain.auditors]).all()


def test_planned_audits_are_the_fewest():
    parts = AgreementComponents(value=0.7, audits=0.3, auditors=0.02)

    def width(n, level):
        r = min(12, 2 * n)
        of_audits, of_auditors = 0.31 / n, max(0.02 * (1 / r - 1 / (2 * n)), 0)
        total = of_audits + of_auditors
        df = total**2 / (of_auditors**2 * 4 / (r - 1) + of_audits**2 / (n - 1))
        df = min(max(df, 1), (min(r, n) if of_auditors > 0 else n) - 1)
        reach = stats.t.ppf(0.5 + level / 2, df) * sqrt(total) / (1 - 0.49)
        return tanh(atanh(0.7) + reach) - tanh(atanh(0.7) - reach)

    for level in (0.8, 0.95):
        found = planned_audits(parts, width=0.25, n_auditors=12, level=level)
        assert found.auditors == 12
        assert found.width == pytest.approx(width(found.double_graded, level))
        assert found.width <= 0.25 < width(found.double_graded - 1, level)
    never = planned_audits(
        AgreementComponents(value=0.7, audits=0.3, auditors=3.0), width=0.05, n_auditors=4
    )
    assert never.double_graded == 0
    assert never.why_not.startswith("4 auditors differ too much: however many audits")
    exact = planned_audits(
        AgreementComponents(value=0.7, audits=0.0, auditors=0.0), width=0.1, n_auditors=2
    )
    assert (exact.double_graded, exact.width) == (2, 0)
    for wrong, words in (
        ({"width": 0, "n_auditors": 3}, "between 0 and 2, not 0"),
        ({"width": 2, "n_auditors": 3}, "between 0 and 2, not 2"),
        ({"width": 0.1, "n_auditors": 1}, "at least two auditors"),
    ):
        with pytest.raises(UsageError, match=words):
            planned_audits(parts, **wrong)
    for wrong in ({"value": 1.0}, {"value": -1.0}, {"audits": -0.1}, {"auditors": -0.1}):
        with pytest.raises(ShapeError):
            AgreementComponents(**{"value": 0.5, "audits": 0.1, "auditors": 0.1} | wrong)


def test_populations_leave_what_was_not_read():
    measure = agreement_coefficient("gwet_ac", n_levels=4)
    found = MeasuredCoefficient(ratings=RATINGS, measure=measure)
    read = {
        "subjects": found.totals()[1].sum(),
        "gwet2014": found.published_totals()[1].sum(),
        "jackknife": found.without_audits()[1].sum(),
    }
    for se, n in read.items():
        whole = sampling_error(found, se=se).variance
        some = sampling_error(found, se=se, population=Population(audits=18)).variance
        assert some == pytest.approx(whole * (1 - n / 18))
    raters = sampling_error(found, se="raters").variance
    some = sampling_error(found, se="raters", population=Population(auditors=6)).variance
    assert some == pytest.approx(raters / 2)
    with pytest.raises(ShapeError, match="population of 2 auditors cannot hold the 3"):
        sampling_error(found, se="raters", population=Population(auditors=2))
    with pytest.raises(ShapeError, match="population of 2 audits cannot hold"):
        sampling_error(found, se="subjects", population=Population(audits=2))
    whole = gwet_ac(RATINGS, se="raters", population=Population(auditors=3), level=0.8)
    assert (whole.low, whole.high, whole.se) == (whole.value, whole.value, 0)
    assert whole.method.endswith("the whole population was read")


def test_effective_auditors_by_hand():
    """Loads 2 2 2 are three auditors; loads 3 1 1 1 are 36 / 12."""
    even = Ratings.from_matrix([[1, 1, N], [1, N, 1], [N, 1, 1]], n_levels=2)
    assert effective_auditors(even.pairs) == pytest.approx(3)
    star = Ratings.from_matrix([[1, 1, N, N], [1, N, 1, N], [1, N, N, 1]], n_levels=2)
    assert effective_auditors(star.pairs) == pytest.approx(36 / 12)


def test_pairs_of_audits_by_hand():
    pairs = RATINGS.pairs
    assert (pairs.n_audits, pairs.n_double, pairs.n_auditors) == (9, 7, 3)
    assert len(pairs.audit) == 5 + 2 * 3
    assert (pairs.first < pairs.second).all()
    assert pairs.raters.tolist() == [2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 2]
    assert np.bincount(pairs.audit, weights=pairs.audit_weight)[:7] == pytest.approx(1)
    assert pairs.single_audit.tolist() == [7, 8]
    assert pairs.single_auditor.tolist() == [1, 2]
    assert pairs.single_grade.tolist() == [2, 0]
    assert not pairs.is_clustered
    assert not pairs.is_one_pair_each
    assert TWO.pairs.is_one_pair_each
    nothing = Ratings(audit=[], auditor=[], grade=[], n_levels=3)
    assert (nothing.pairs.n_audits, nothing.pairs.is_clustered) == (0, False)
    grouped = Ratings(audit=[0, 0, 1, 1], auditor=[0, 1, 0, 1], grade=[1, 1, 0, 1], n_levels=2,
                      cluster=[5, 5, 5, 5])  # fmt: skip
    assert grouped.pairs.is_clustered
    assert (grouped.n_double, grouped.n_double_clusters) == (2, 1)
    with pytest.raises(ShapeError, match="two clusters"):
        Ratings(audit=[0, 0], auditor=[0, 1], grade=[1, 1], n_levels=2, cluster=[1, 2])


@pytest.mark.parametrize("clustered", [False, True])
def test_sums_over_all_that_share_an_auditor_or_cluster_one_by_one(clustered):
    """Every product of two pairs of grades, written out: who shares an auditor, or a cluster."""
    cluster = None
    if clustered:
        cluster = np.array([0, 0, 1, 1, 2, 2, 3, 4, 5])[RATINGS.audit]
    ratings = Ratings(audit=RATINGS.audit, auditor=RATINGS.auditor, grade=RATINGS.grade,
                      n_levels=4, cluster=cluster)  # fmt: skip
    pairs = ratings.pairs
    of = pairs.cluster[pairs.audit]
    who = list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    n = len(who)
    share = np.array([[bool(set(who[i]) & set(who[j])) or of[i] == of[j] for j in range(n)]
                      for i in range(n)])  # fmt: skip
    weight = pairs.audit_weight
    assert pairs.sharing_pairs == pytest.approx(weight @ share @ weight / 7**2)
    value = np.random.default_rng(1).normal(size=n)
    found = PairContributions(
        value=0.5, seen=0.5, expected=0.0, on_pairs=value, on_singles=np.zeros(0)
    )
    assert sum_over_sharing(pairs, found) == pytest.approx(value @ share @ value)
    taken = pairs.sharing_pairs
    if taken < 1:
        assert dyadic_variance(pairs, found) == pytest.approx(value @ share @ value / (1 - taken))


def test_noise_of_audits_in_leaving_an_auditor_out():
    """An audit of two drops out; of three, the pair that stays stands for the whole audit."""
    pairs = RATINGS.pairs
    value = np.random.default_rng(2).normal(size=len(pairs.audit))
    found = PairContributions(
        value=0.5, seen=0.5, expected=0.0, on_pairs=value, on_singles=np.zeros(0)
    )
    expected = np.zeros(3)
    for auditor in range(3):
        for audit in range(7):
            here = pairs.audit == audit
            own = here & ((pairs.first == auditor) | (pairs.second == auditor))
            if not own.any():
                continue
            left = value[here & ~own].sum() * (3 if pairs.raters[here][0] == 3 else 0)
            expected[auditor] += (left - value[here].sum()) ** 2
    noise = audit_noise_in_leaving_out(pairs, found)
    assert noise == pytest.approx(7 / 6 * expected)


def test_an_auditor_without_whom_nothing_is_left_has_no_error_of_others():
    star = Ratings.from_matrix([[1, 1, N], [1, 2, N], [2, N, 2], [0, N, 1], [3, 3, N]], n_levels=4)
    found = gwet_ac(star, se="two_way")
    assert "too few auditors, or one in every pair, to allow for others" in found.method
    assert found.se == pytest.approx(gwet_ac(star, se="subjects").se)
    none = gwet_ac(star, se="raters")
    assert not none.has_interval
    assert "one in every pair, to leave one out" in none.method
