"""Agreement with a gold standard against plain counts and a simulated truth."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from qaf_analysis.stats.agreement.criterion import criterion_agreement
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.weights import grade_weights
from qaf_analysis.terms.errors import UsageError

PANEL = 0


def calibration(rng, *, audits=12, auditors=20, each=20, severity=0.5, bias=0.0):
    """A panel's grades, and those of auditors who each read some of the same audits."""
    limits = np.array([-1.9, 0.3, 1.9])
    practice = rng.normal(size=(audits, 1))
    harsh = rng.normal(-bias, severity, auditors)
    seen = practice - harsh + rng.normal(0, 0.5, (audits, auditors))
    grades = np.searchsorted(limits, seen).astype(float)
    away = rng.random(grades.shape).argsort(axis=1) >= each
    grades[away] = np.nan
    right = np.searchsorted(limits, practice)
    return Ratings.from_matrix(np.hstack([right, grades]), n_levels=4)


def test_values_by_hand():
    # the last audit has no grade by the panel and is left out
    grades = [[2, 2, 3], [1, 0, np.nan], [0, 2, 0], [np.nan, 3, 3]]
    found = criterion_agreement(Ratings.from_matrix(grades, n_levels=4), criterion=PANEL)
    assert found.comparisons == 5
    assert found.exact.cases == 3
    assert found.exact.auditors == 2
    # each audit counts once: one half, none, one half
    assert found.exact.value == pytest.approx(1 / 3)
    assert found.bias.value == pytest.approx((0.5 - 1 + 1) / 3)
    assert found.distance.value == pytest.approx((0.5 + 1 + 1) / 3)
    assert found.weighted.value == pytest.approx(1 - found.distance.value / 3)


def test_weights_asked_for_are_used():
    ratings = calibration(np.random.default_rng(1))
    within = criterion_agreement(ratings, criterion=PANEL, weights="within_one")
    own = criterion_agreement(
        ratings, criterion=PANEL, weights=grade_weights("within_one", n_levels=4)
    )
    assert within.weighted.value == own.weighted.value > within.exact.value
    identity = criterion_agreement(ratings, criterion=PANEL, weights="identity")
    assert identity.weighted.value == identity.exact.value
    assert identity.weighted.low == identity.exact.low


def test_scale_turned_round_turns_the_bias_round():
    ratings = calibration(np.random.default_rng(2), bias=0.4)
    turned = Ratings(
        audit=ratings.audit, auditor=ratings.auditor, grade=3 - ratings.grade, n_levels=4
    )
    one, two = (criterion_agreement(r, criterion=PANEL) for r in (ratings, turned))
    assert one.bias.value > 0
    assert one.bias.value == pytest.approx(-two.bias.value)
    assert one.bias.low == pytest.approx(-two.bias.high)
    assert one.exact.low == pytest.approx(two.exact.low)


def test_variance_is_that_of_the_plain_formula():
    # one auditor for each audit, all different: no likeness, so the usual s^2 / n
    rng = np.random.default_rng(3)
    right, given = rng.integers(0, 4, 50), rng.integers(0, 4, 50)
    ratings = Ratings(
        audit=np.tile(np.arange(50), 2),
        auditor=np.concatenate([np.zeros(50, dtype=int), np.arange(1, 51)]),
        grade=np.concatenate([right, given]),
        n_levels=4,
    )
    found = criterion_agreement(ratings, criterion=PANEL)
    assert found.bias.se**2 == pytest.approx(np.var(given - right, ddof=1) / 50)


def test_auditors_count_as_sampled_and_clusters_belong_together():
    ratings = calibration(np.random.default_rng(4), audits=200, auditors=10, each=2, severity=1)
    found = criterion_agreement(ratings, criterion=PANEL).bias
    assert "audits and auditors sampled" in found.method
    of_others = ratings.auditor != PANEL
    spread = np.std((ratings.grade[of_others]).astype(float)) / np.sqrt(of_others.sum())
    assert found.se > 2 * spread
    few = calibration(np.random.default_rng(4), auditors=2, each=2)
    assert criterion_agreement(few, criterion=PANEL).bias.method.count("auditors sampled") == 0
    paired = Ratings(
        audit=ratings.audit,
        auditor=ratings.auditor,
        grade=ratings.grade,
        n_levels=4,
        cluster=ratings.audit // 2,
    )
    assert criterion_agreement(paired, criterion=PANEL).exact.cases == 100


def test_full_agreement_has_an_honest_interval():
    grades = np.tile([[0, 0, 0], [2, 2, 2]], (10, 1))
    found = criterion_agreement(Ratings.from_matrix(grades, n_levels=4), criterion=PANEL)
    assert found.exact.value == found.exact.high == 1
    assert found.exact.low == pytest.approx(0.05 ** (1 / 20))
    assert found.bias.value == found.distance.value == found.distance.low == 0
    assert found.bias.low == pytest.approx(-found.bias.high)
    assert isnan(found.bias.se)


@pytest.mark.parametrize("grades", [[[1, np.nan], [np.nan, 2]], [[1, np.nan]]])
def test_nothing_to_compare_has_a_reason(grades):
    found = criterion_agreement(Ratings.from_matrix(grades, n_levels=4), criterion=PANEL)
    assert found.comparisons == 0
    for estimate in (found.exact, found.weighted, found.bias, found.distance):
        assert isnan(estimate.value)
        assert "by the criterion and by an auditor" in estimate.why_not


def test_one_audit_gives_a_wide_interval():
    found = criterion_agreement(Ratings.from_matrix([[1, 1, 2]], n_levels=4), criterion=PANEL)
    assert found.exact.value == 0.5
    assert found.exact.high - found.exact.low > 0.9


def test_a_criterion_nobody_knows_is_refused():
    with pytest.raises(UsageError, match="gave no grade"):
        criterion_agreement(Ratings.from_matrix([[1, 1]], n_levels=4), criterion=7)


@pytest.mark.slow
@pytest.mark.parametrize("design", [{}, {"audits": 150, "auditors": 29, "each": 2}])
def test_intervals_cover_the_truth(design):
    truth = criterion_agreement(
        calibration(np.random.default_rng(0), audits=2000, auditors=400, each=400), criterion=PANEL
    )
    rng, held = np.random.default_rng(5), np.zeros(2)
    for _ in range(300):
        found = criterion_agreement(calibration(rng, **design), criterion=PANEL)
        for place, name in enumerate(("exact", "bias")):
            estimate = getattr(found, name)
            held[place] += estimate.low <= getattr(truth, name).value <= estimate.high
    # Monte Carlo error 1.3 points
    assert (held / 300 >= 0.90).all()
