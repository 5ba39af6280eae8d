"""Cliff's delta against a count of all pairs, and its interval against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.impact.effect_size import cliffs_delta
from tests.stats.impact.test_difference_in_differences import themed_audits


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_value_is_the_count_over_all_pairs(seed):
    rng = np.random.default_rng(seed)
    difference = np.round(rng.normal(size=90), 1)
    quarter = rng.integers(0, 6, 90)
    post = quarter > 3
    found = cliffs_delta(difference, quarter=quarter, post=post)
    pairs = np.sign(difference[post][:, np.newaxis] - difference[~post])
    assert found.value == pytest.approx(pairs.mean(), abs=1e-12)
    assert found.low < found.value < found.high


def test_swapping_the_sides_turns_it_round():
    audits = themed_audits(np.random.default_rng(4), quarters=8, audits=20, effect=0.7)
    difference = audits["themed_grade"] - audits["control_grade"]
    first = cliffs_delta(difference, quarter=audits["quarter"], post=audits["post"])
    second = cliffs_delta(difference, quarter=audits["quarter"], post=~audits["post"])
    assert (second.value, second.low, second.p) == pytest.approx(
        (-first.value, -first.high, first.p), abs=1e-12
    )


def test_rounding_error_makes_no_order():
    # 0.1 + 0.2 is not quite 0.3 in binary; on paper these are ties.
    found = cliffs_delta(
        np.array([0.3, 0.3, 0.1 + 0.2, 0.1 + 0.2]), quarter=np.arange(4), post=np.arange(4) > 1
    )
    assert found.value == 0


@pytest.mark.parametrize(
    ("values", "value"), [([1.0, 1, 1, 1], 0.0), ([1.0, 2, 8, 9], 1.0), ([3.0, 3, 1, 1], -1.0)]
)
def test_without_variation_there_is_no_interval(values, value):
    found = cliffs_delta(np.array(values), quarter=np.arange(4), post=np.arange(4) > 1)
    assert found.value == value
    assert not found.has_interval
    assert "no variation" in found.method


@pytest.mark.parametrize("post", [np.zeros(4, dtype=bool), np.ones(4, dtype=bool)])
def test_an_empty_side_has_a_reason(post):
    found = cliffs_delta(np.arange(4.0), quarter=np.arange(4), post=post)
    assert found.why_not == "there is no audit before, or none after"


@pytest.mark.parametrize(("quarters", "pre"), [(8, 4), (8, 7)])
def test_no_change_is_inside_the_interval_as_often_as_it_says(quarters, pre):
    rng = np.random.default_rng(12)
    covered = []
    for _ in range(400):
        audits = themed_audits(rng, quarters=quarters, audits=30)
        found = cliffs_delta(
            audits["themed_grade"] - audits["control_grade"],
            quarter=audits["quarter"],
            post=audits["quarter"] >= pre,
        )
        covered.append(found.low <= 0 <= found.high)
    assert np.mean(covered) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 400))
