"""A change with the mix held: worked out by hand, against plain sums, and in simulated councils."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from qaf_analysis.stats.trend.standard_mix import mix_of, standardised_change
from qaf_analysis.terms.errors import ShapeError

# Year before: 40 of type 0, 10 good; 20 of type 1, 15 good. This year: 10, 4 good; 50, 30 good.
FIRST = [1] * 10 + [0] * 30 + [1] * 15 + [0] * 5
FIRST_TYPE = [0] * 40 + [1] * 20
LAST = [1] * 4 + [0] * 6 + [1] * 30 + [0] * 20
LAST_TYPE = [0] * 10 + [1] * 50


def change(weights, **more):
    given = {"first_stratum": FIRST_TYPE, "last_stratum": LAST_TYPE, **more}
    return standardised_change(FIRST, LAST, weights=weights, **given)


def test_each_mix_by_hand():
    """Within type 0 from 1/4 to 2/5, within type 1 from 3/4 to 3/5; plain 25/60 to 34/60."""
    old, new = (mix_of(each, n_strata=2) for each in (FIRST_TYPE, LAST_TYPE))
    assert old.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert new.tolist() == pytest.approx([1 / 6, 5 / 6])
    assert change(old).value == pytest.approx(2 / 3 * 0.15 - 1 / 3 * 0.15)  # +5 points
    assert change(new).value == pytest.approx(1 / 6 * 0.15 - 5 / 6 * 0.15)  # -10 points
    assert np.mean(LAST) - np.mean(FIRST) == pytest.approx(0.15)  # what the mix alone made


def test_the_error_is_the_sum_over_types():
    """One audit of each kind is added: 11/42, 5/12, 16/22 and 31/52."""
    near = {40: 11 / 42, 10: 5 / 12, 20: 16 / 22, 50: 31 / 52}
    v = {n: p * (1 - p) / n for n, p in near.items()}
    expected = sqrt((2 / 3) ** 2 * (v[40] + v[10]) + (1 / 3) ** 2 * (v[20] + v[50]))
    found = change([2 / 3, 1 / 3])
    assert found.se == pytest.approx(expected)
    assert found.high - found.value == pytest.approx(1.959964 * expected, abs=1e-6)
    assert (found.cases, found.level) == (120, 0.95)


def test_one_type_is_the_plain_difference():
    alone = change([1.0], first_stratum=[0] * 60, last_stratum=[0] * 60)
    assert alone.value == pytest.approx(34 / 60 - 25 / 60)


def test_a_type_with_four_audits_is_left_out_when_light_and_refused_when_heavy():
    few = {"last_stratum": [2] * 4 + [0] * 6 + [1] * 50}
    refused = change([0.5, 0.4, 0.1], **few)
    assert not refused.is_estimable
    assert refused.why_not == (
        "1 group of the mix had fewer than 5 audits in one of the two periods"
    )
    light = change([0.55, 0.4, 0.05], **few)
    assert light.value == pytest.approx((0.55 * (0 / 6 - 0.25) + 0.4 * (0.6 - 0.75)) / 0.95)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": [0.5, 0.6]},
        {"weights": [1.5, -0.5]},
        {"weights": [1.0]},
        {"weights": [0.5, 0.5], "last_stratum": [0] * 3},
    ],
)
def test_what_is_no_mix_is_refused(wrong):
    with pytest.raises(ShapeError):
        change(**wrong)
    with pytest.raises(ShapeError):
        mix_of([], n_strata=2)
    with pytest.raises(ShapeError):
        standardised_change([2], [1], first_stratum=[0], last_stratum=[0], weights=[1.0])


def test_no_change_within_types_is_covered_though_the_mix_moves():
    rng = np.random.default_rng(5)
    share = np.array([0.3, 0.7])
    covered = 0
    for _ in range(600):
        types = [rng.random(150) < mix for mix in (0.3, 0.6)]
        values = [(rng.random(150) < share[kind.astype(int)]).astype(float) for kind in types]
        found = standardised_change(
            values[0], values[1], first_stratum=types[0].astype(int),
            last_stratum=types[1].astype(int), weights=mix_of(types[0].astype(int), n_strata=2),
        )  # fmt: skip
        covered += found.low <= 0 <= found.high
    assert covered / 600 == pytest.approx(0.95, abs=0.03)
