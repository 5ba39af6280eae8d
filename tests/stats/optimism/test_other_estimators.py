"""Estimators from weights: identities with the adjusted profile, and textbook formulas."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.optimism.adjusted import adjusted_profile
from qaf_analysis.terms.errors import ShapeError
from tests.stats.optimism.other_estimators import difference_mean, hajek_mean, powered_mean


def chosen_by_grade(rng):
    """300 audits, and cases drawn at random within each auditor's grade with unequal shares."""
    audited = rng.choice(4, 300, p=[0.06, 0.31, 0.49, 0.14])
    moderated = np.clip(audited - rng.choice(3, 300, p=[0.55, 0.37, 0.08]) + 0, 0, 3)
    cases, chance = [], np.zeros(300)
    for grade in range(4):
        inside = np.flatnonzero(audited == grade)
        n = max(2, round(len(inside) * rng.uniform(0.05, 0.5)))
        cases.append(rng.choice(inside, n, replace=False))
        chance[inside] = n / len(inside)
    at = np.concatenate(cases)
    return audited, moderated, at, chance[at]


@pytest.mark.parametrize("seed", range(25))
def test_drawn_by_grade_all_estimators_are_one(seed):
    audited, moderated, at, chance = chosen_by_grade(np.random.default_rng(seed))
    adjusted = adjusted_profile(
        np.bincount(audited, minlength=4),
        audit_grade=audited[at],
        moderation_grade=moderated[at],
        selection_probability=chance,
        good_from=2,
    )
    assert adjusted.good.is_estimable
    scores = [(share, np.eye(4)[grade]) for grade, share in enumerate(adjusted.shares)]
    scores.append((adjusted.good, np.array([0.0, 0, 1, 1])))
    for figure, score in scores:
        known = {
            "audit_value": score[audited[at]],
            "population_mean": float(score[audited].mean()),
            "selection_probability": chance,
        }
        value = score[moderated[at]]
        found = [hajek_mean(value, selection_probability=chance), difference_mean(value, **known)]
        found += [powered_mean(value, power=power, **known) for power in (0.3, None)]
        for one in found:
            assert one.value == pytest.approx(figure.value, abs=1e-12)
    levels = np.arange(4.0)
    gap = difference_mean(
        levels[moderated[at]],
        audit_value=levels[audited[at]],
        population_mean=float(audited.mean()),
        selection_probability=chance,
    )
    assert audited.mean() - gap.value == pytest.approx(adjusted.gap.value, abs=1e-12)


def test_equal_chances_are_a_t_interval():
    values = np.random.default_rng(1).normal(size=30)
    found = hajek_mean(values, selection_probability=np.full(30, 0.1))
    expected = stats.ttest_1samp(values, 0)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_best_power_has_the_smallest_error():
    rng = np.random.default_rng(2)
    audited = rng.integers(0, 2, 60).astype(float)
    value = np.where(rng.random(60) < 0.7, audited, 1 - audited)
    known = {
        "audit_value": audited,
        "population_mean": 0.55,
        "selection_probability": rng.uniform(0.1, 0.6, 60),
    }
    best = powered_mean(value, **known)
    others = [powered_mean(value, power=power, **known) for power in np.linspace(0, 1, 21)]
    # The mean is itself weighted, so the power is best up to a small-sample term.
    assert best.se <= min(one.se for one in others) * 1.001
    assert others[0].value == hajek_mean(
        value, selection_probability=known["selection_probability"]
    ).value  # fmt: skip


def test_power_one_is_the_difference_estimator():
    found = difference_mean(
        [1, 0, 0, 1],
        audit_value=[1, 1, 0, 1],
        population_mean=0.6,
        selection_probability=[0.5, 0.25, 0.25, 0.5],
    )
    assert found.value == pytest.approx(0.6 + (2 * 0 - 4 * 1 + 4 * 0 + 2 * 0) / 12)


def test_constant_auditors_leave_ppi_at_the_weighted_mean():
    found = powered_mean(
        [1, 0, 1], audit_value=[1, 1, 1], population_mean=1.0, selection_probability=[0.2] * 3
    )
    assert found.value == pytest.approx(2 / 3)
    assert "power 0" in found.method


def test_few_cases_and_bad_chances():
    assert hajek_mean([], selection_probability=[]).why_not == "no audit was moderated"
    nothing = powered_mean([], audit_value=[], population_mean=0.5, selection_probability=[])
    assert isnan(nothing.value)
    single = hajek_mean([1], selection_probability=[0.5])
    assert single.is_estimable
    assert not single.has_interval
    with pytest.raises(ShapeError, match="1 of 2 probabilities are missing"):
        hajek_mean([1, 0], selection_probability=[0.5, np.nan])
    with pytest.raises(ShapeError):
        hajek_mean([1, 0], selection_probability=[0.5])
    with pytest.raises(ShapeError):
        hajek_mean([1, 0], selection_probability=[0.5, 0.0])
