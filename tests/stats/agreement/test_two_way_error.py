"""Standard errors when auditors are sampled as well as audits."""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pytest

from qaf_analysis.stats.agreement.alpha import krippendorff_alpha
from qaf_analysis.stats.agreement.coefficient_protocol import PairContributions
from qaf_analysis.stats.agreement.kappas import (
    agreement_coefficient,
    brennan_prediger,
    fleiss,
    gwet_ac,
    percent_agreement,
)
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import (
    dyadic_variance,
    effective_auditors,
    sum_over_sharing,
)
from tests.stats.agreement.cases import random_ratings


def brute_force(pairs, coefficient):
    """Sum over all products of contributions that share an auditor or a cluster."""
    rows = [
        (pairs.cluster[a], {f, s}, c)
        for a, f, s, c in zip(
            pairs.audit, pairs.first, pairs.second, coefficient.on_pairs, strict=True
        )
    ]
    rows += [
        (pairs.cluster[a], {g}, c)
        for a, g, c in zip(
            pairs.single_audit, pairs.single_auditor, coefficient.on_singles, strict=True
        )
    ]
    return sum(
        one[2] * other[2]
        for one in rows
        for other in rows
        if one[0] == other[0] or (one[1] & other[1])
    )


@pytest.mark.parametrize("raters", [2, 3, 5])
@pytest.mark.parametrize("clustered", [False, True])
def test_dyadic_sum_is_the_sum_over_all_that_share(raters, clustered):
    rng = np.random.default_rng(raters)
    ratings = random_ratings(rng, audits=14, auditors=9, raters=raters, single=0.3)
    if clustered:
        ratings = Ratings(
            audit=ratings.audit,
            auditor=ratings.auditor,
            grade=ratings.grade,
            n_levels=4,
            cluster=ratings.audit // 3,
        )
    pairs = ratings.pairs
    coefficient = PairContributions(
        value=0.5,
        seen=0.5,
        expected=0,
        on_pairs=rng.normal(size=len(pairs.audit)),
        on_singles=rng.normal(size=len(pairs.single_audit)),
    )
    assert sum_over_sharing(pairs, coefficient) == pytest.approx(brute_force(pairs, coefficient))


def test_two_grades_per_audit_give_the_published_dyadic_sum():
    # sum of squared totals by auditor, less that by pair of auditors
    ratings = random_ratings(np.random.default_rng(4), audits=40, auditors=9)
    pairs = ratings.pairs
    on_pairs = np.random.default_rng(5).normal(size=len(pairs.audit))
    none = np.zeros(0)
    coefficient = PairContributions(value=0, seen=0, expected=0, on_pairs=on_pairs, on_singles=none)
    by_auditor, by_dyad = np.zeros(9), np.zeros((9, 9))
    np.add.at(by_auditor, pairs.first, on_pairs)
    np.add.at(by_auditor, pairs.second, on_pairs)
    np.add.at(by_dyad, (pairs.first, pairs.second), on_pairs)
    expected = (by_auditor**2).sum() - (by_dyad**2).sum()
    assert sum_over_sharing(pairs, coefficient) == pytest.approx(expected)


@pytest.mark.parametrize("name", [gwet_ac, brennan_prediger, fleiss, krippendorff_alpha])
@pytest.mark.parametrize("single", [0.0, 0.5])
def test_subject_error_matches_leaving_one_audit_out(name, single):
    ratings = random_ratings(np.random.default_rng(11), audits=300, auditors=12, single=single)
    left_out = []
    for audit in range(300):
        kept = ratings.audit != audit
        rest = Ratings(
            audit=ratings.audit[kept],
            auditor=ratings.auditor[kept],
            grade=ratings.grade[kept],
            n_levels=4,
        )
        left_out.append(name(rest, se="subjects").value)
    jackknife = sqrt(299 / 300 * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    assert name(ratings, se="subjects").se == pytest.approx(jackknife, rel=0.02)


def test_few_auditors_use_the_larger_of_two():
    ratings = random_ratings(np.random.default_rng(21), audits=120, auditors=8)
    left_out = np.array([gwet_ac(ratings.without(a), se="subjects").value for a in range(8)])
    jackknife = 7 / 8 * ((left_out - left_out.mean()) ** 2).sum()
    subjects = gwet_ac(ratings, se="subjects")
    measure = agreement_coefficient("gwet_ac", n_levels=4)
    found = MeasuredCoefficient(ratings=ratings, measure=measure)
    dyadic = dyadic_variance(ratings.pairs, found.on_pairs())
    # With two grades per audit, audits alone are in the jackknife twice.
    expected = max(jackknife - subjects.se**2, subjects.se**2, dyadic)
    assert gwet_ac(ratings).se ** 2 == pytest.approx(expected, rel=1e-9)
    assert gwet_ac(ratings).se > subjects.se


def test_two_way_is_never_below_subjects():
    for seed in range(10):
        ratings = random_ratings(np.random.default_rng(seed), audits=30, auditors=16, severity=0)
        assert gwet_ac(ratings).se >= gwet_ac(ratings, se="subjects").se


def test_auditor_in_every_pair_cannot_stand_for_others():
    ratings = random_ratings(np.random.default_rng(1), audits=60, auditors=12)
    # auditor 99 reads everything
    hub = Ratings(
        audit=np.repeat(np.arange(60), 2),
        auditor=np.stack([ratings.auditor[::2], np.full(60, 99)], axis=1).ravel(),
        grade=ratings.grade,
        n_levels=4,
    )
    assert effective_auditors(hub.pairs) < 4
    assert "one in every pair" in gwet_ac(hub).method


def test_domains_of_one_audit_are_not_independent():
    one = random_ratings(np.random.default_rng(8), audits=80, auditors=20)
    audit = np.concatenate([one.audit * 5 + domain for domain in range(5)])
    copies = {"audit": audit, "auditor": np.tile(one.auditor, 5), "grade": np.tile(one.grade, 5)}
    naive = Ratings(**copies, n_levels=4)
    honest = Ratings(**copies, n_levels=4, cluster=np.tile(one.audit, 5))
    plain = gwet_ac(one, se="subjects").se
    assert gwet_ac(naive, se="subjects").se == pytest.approx(plain / sqrt(5), rel=0.02)
    assert gwet_ac(honest, se="subjects").se == pytest.approx(plain, rel=1e-9)
    assert gwet_ac(honest).se == pytest.approx(gwet_ac(one).se, rel=0.05)
    assert gwet_ac(honest).cases == 80


def coverage(name, truth, *, replicates, seed, **council):
    """Share of intervals that hold the truth, two-way and with audits sampled only."""
    rng = np.random.default_rng(seed)
    held = np.zeros(2)
    for _ in range(replicates):
        ratings = random_ratings(rng, **council)
        for place, se in enumerate(("two_way", "subjects")):
            found = name(ratings, se=se)
            held[place] += found.low <= truth <= found.high
    return held / replicates


@cache
def truth_of(name, *, severity=0.5, pairs=400_000):
    """The coefficient among very many audits, each by two auditors never seen before."""
    rng = np.random.default_rng(0)
    practice = rng.normal(size=(pairs, 1))
    seen = practice + rng.normal(0, sqrt(0.36 + severity**2), (pairs, 2))
    grades = np.searchsorted(np.array([-1.9, 0.3, 1.9]), seen)
    return name(Ratings.from_matrix(grades, n_levels=4), se="subjects").value


@pytest.mark.slow
@pytest.mark.parametrize("name", [gwet_ac, brennan_prediger])
def test_two_way_covers_where_audits_alone_do_not(name):
    # 29 auditors with severity SD 0.5, 1,450 audits; Monte Carlo error about 1.5 points
    two_way, subjects = coverage(
        name, truth_of(name), replicates=300, seed=7, audits=1450, auditors=29
    )
    assert two_way >= 0.90
    assert subjects < 0.75


@pytest.mark.slow
@pytest.mark.parametrize(
    "council",
    [
        {"audits": 200, "auditors": 8},
        {"audits": 200, "auditors": 29},
        {"audits": 20, "auditors": 8, "raters": 8},
        {"audits": 20, "auditors": 29, "raters": 29},
        {"audits": 400, "auditors": 29, "single": 0.8},
    ],
)
def test_two_way_covers_in_other_designs(council):
    for name in (gwet_ac, percent_agreement):
        two_way, _ = coverage(name, truth_of(name), replicates=150, seed=3, **council)
        assert two_way >= 0.90


def test_error_is_right_when_most_audits_are_graded_once():
    # Published formula: 6 to 7 times too large here. Ratio linearisation: within a tenth.
    rng = np.random.default_rng(2)
    council = {"audits": 400, "auditors": 400, "single": 0.8, "severity": 0}
    found = [gwet_ac(random_ratings(rng, **council), se="subjects") for _ in range(200)]
    spread = np.std([one.value for one in found])
    assert np.mean([one.se for one in found]) == pytest.approx(spread, rel=0.1)
    published = gwet_ac(random_ratings(rng, **council), se="gwet2014").se
    assert published > 4 * spread
