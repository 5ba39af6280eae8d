"""The wild bootstrap against one that refits every combination of signs, one after the other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from qaf_analysis.stats.impact.wild_bootstrap import wild_bootstrap


def made(seed, *, sizes, pre, change=0.3):
    rng = np.random.default_rng(seed)
    quarter = np.repeat(np.arange(len(sizes)), sizes)
    shock = rng.normal(0, 0.2, len(sizes))[quarter]
    return rng.normal(size=quarter.size) + shock + change * (quarter >= pre), quarter


def clustered_t(outcome, design, quarter, null=0.0):
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ outcome
    left = outcome - design @ fitted
    meat = np.zeros((2, 2))
    for one in np.unique(quarter):
        score = design[quarter == one].T @ left[quarter == one]
        meat += np.outer(score, score)
    n, g = len(outcome), len(np.unique(quarter))
    covariance = g / (g - 1) * (n - 1) / (n - 2) * inverse @ meat @ inverse
    return fitted[1], np.sqrt(max(covariance[1, 1], 0.0)), null


def looped_p(outcome, quarter, pre, null=0.0):
    """Fit by matrices; every sign vector, both halves."""
    design = np.column_stack([np.ones(len(outcome)), quarter >= pre])
    value, se, _ = clustered_t(outcome, design, quarter)
    shifted = outcome - null * design[:, 1]
    centre = shifted.mean()
    hits, total = 0, 0
    for signs in product([1, -1], repeat=len(np.unique(quarter))):
        again = centre + np.array(signs)[quarter] * (shifted - centre)
        b, error, _ = clustered_t(again, design, quarter)
        hits += abs(b) >= abs(value - null) / se * error * (1 - 1e-9)
        total += 1
    return value, se, hits / total


@pytest.mark.parametrize(
    ("seed", "sizes", "pre"), [(1, [9] * 6, 3), (2, [4, 9, 7, 3, 8, 12], 2), (3, [6] * 7, 5)]
)
def test_equals_the_loop(seed, sizes, pre):
    outcome, quarter = made(seed, sizes=sizes, pre=pre)
    found = wild_bootstrap(outcome, quarter=quarter, post=quarter >= pre)
    value, se, p = looped_p(outcome, quarter, pre)
    assert (found.value, found.se, found.p) == pytest.approx((value, se, p), abs=1e-12)


def test_the_interval_ends_where_the_test_begins_to_reject():
    outcome, quarter = made(5, sizes=[10] * 7, pre=3)
    found = wild_bootstrap(outcome, quarter=quarter, post=quarter >= 3, level=0.9)
    for end, outward in ((found.low, -1), (found.high, 1)):
        inside = looped_p(outcome, quarter, 3, null=end - outward * 1e-4)[2]
        outside = looped_p(outcome, quarter, 3, null=end + outward * 1e-4)[2]
        assert outside < 0.1 <= inside


def test_a_shift_of_all_audits_and_other_labels_change_nothing():
    outcome, quarter = made(6, sizes=[8] * 8, pre=4)
    first = wild_bootstrap(outcome, quarter=quarter, post=quarter >= 4)
    order = np.random.default_rng(1).permutation(len(outcome))
    second = wild_bootstrap(
        (outcome + 5)[order], quarter=3 * quarter[order] + 11, post=(quarter >= 4)[order]
    )
    for name in ("value", "low", "high", "p", "se"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), abs=1e-9)


def test_many_quarters_are_drawn_and_say_so():
    outcome, quarter = made(7, sizes=[10] * 16, pre=8, change=0.6)
    found = wild_bootstrap(outcome, quarter=quarter, post=quarter >= 8)
    assert "9,999 combinations of signs, seed 1" in found.method
    again = wild_bootstrap(outcome, quarter=quarter, post=quarter >= 8)
    assert again == found
    fewer = quarter < 14
    exact = wild_bootstrap(outcome[fewer], quarter=quarter[fewer], post=quarter[fewer] >= 8)
    assert "every combination" in exact.method


@pytest.mark.parametrize(
    ("sizes", "pre", "reason"),
    [
        ([], 0, "no quarter before"),
        ([9] * 6, 6, "no quarter after"),
        ([9] * 6, 5, "single quarter"),
        ([9] * 4, 2, "too few combinations"),
    ],
)
def test_too_few_quarters_have_a_reason(sizes, pre, reason):
    outcome, quarter = made(1, sizes=sizes, pre=pre)
    found = wild_bootstrap(outcome, quarter=quarter, post=quarter >= pre)
    assert not found.is_estimable
    assert reason in found.why_not


def test_audits_all_alike_have_a_reason():
    quarter = np.repeat(np.arange(8), 5)
    found = wild_bootstrap(np.ones(40) * 0.3, quarter=quarter, post=quarter > 3)
    assert found.why_not == "the quarters of each side are all alike"
