"""Intervals for shares and their differences against published limits and statsmodels."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from qaf_analysis.stats.core.intervals import (
    newcombe_independent,
    newcombe_paired,
    normal_quantile,
    t_p_value,
    t_quantile,
    wilson,
    wilson_limits,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.places import REFERENCE

SAVED = json.loads((REFERENCE / "optimism" / "values.json").read_text())


@pytest.mark.parametrize("case", SAVED["wilson"])
def test_wilson_matches_newcombe_1998(case):
    found = wilson(case["x"], case["n"])
    assert found.low == pytest.approx(case["lo"], abs=1e-6)
    assert found.high == pytest.approx(case["hi"], abs=1e-6)


@given(n=st.integers(1, 400), data=st.data(), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_matches_statsmodels(n, data, level):
    x = data.draw(st.integers(0, n))
    low, high = proportion_confint(x, n, alpha=1 - level, method="wilson")
    found = wilson(x, n, level=level)
    assert found.low == pytest.approx(low, abs=1e-12)
    assert found.high == pytest.approx(high, abs=1e-12)
    other = wilson(n - x, n, level=level)  # the other side of the coin
    assert other.low == pytest.approx(1 - found.high, abs=1e-12)


@pytest.mark.parametrize("case", SAVED["newcombe_paired"])
def test_paired_difference_matches_published(case):
    found = newcombe_paired(*case["table"])
    assert found.value == pytest.approx(case["diff"], abs=1e-12)
    assert found.low == pytest.approx(case["lo"], abs=1e-6)
    assert found.high == pytest.approx(case["hi"], abs=1e-6)


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (0, 20, 0, 10), (5, 5, 0, 6)])
def test_independent_difference_matches_statsmodels(counts):
    x1, n1, x2, n2 = counts
    low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
    found = newcombe_independent((x1, x2), (n1, n2))
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)


def test_empty_groups_have_a_reason():
    for found in (wilson(0, 0), newcombe_independent((1, 0), (3, 0)), newcombe_paired(0, 0, 0, 0)):
        assert not found.is_estimable
        assert "no cases" in found.why_not


def test_impossible_counts_are_refused():
    with pytest.raises(ShapeError):
        wilson(4, 3)
    with pytest.raises(UsageError):
        wilson(1, 3, level=95)


def test_all_or_none_never_has_zero_width():
    assert wilson(12, 12).low < 0.8
    found = newcombe_paired(12, 0, 0, 0)
    assert found.low < 0 < found.high


def test_design_effect_widens():
    plain = newcombe_paired(30, 15, 5, 10)
    wide = newcombe_paired(30, 15, 5, 10, design_effect=2, df=7)
    assert wide.low < plain.low < plain.value < plain.high < wide.high
    assert np.isclose(wide.value, plain.value)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_quantiles_and_p_values_are_two_sided(level):
    assert normal_quantile(level) == pytest.approx(stats.norm.ppf(0.5 + level / 2))
    assert t_quantile(level, df=4) == pytest.approx(stats.t.ppf(0.5 + level / 2, 4))
    for t in (-2.5, 2.5):
        assert t_p_value(t, df=3) == pytest.approx(2 * stats.t.sf(2.5, 3))


def test_what_a_share_rests_on_is_told():
    share = wilson(3, 10, level=0.9)
    assert (share.value, share.level, share.cases, share.auditors) == (0.3, 0.9, 10, 0)
    assert share.method == "Wilson"
    gap = newcombe_independent((3, 5), (10, 20), level=0.9)
    assert (gap.value, gap.level, gap.cases) == (pytest.approx(0.05), 0.9, 30)
    assert gap.auditors == 0
    pair = newcombe_paired(2, 3, 1, 4, level=0.9)
    assert (pair.value, pair.level, pair.cases) == (pytest.approx(0.2), 0.9, 10)
    assert pair.auditors == 0
    for none, cases in (
        (newcombe_independent((0, 5), (0, 20), level=0.9), 20),
        (newcombe_independent((0, 0), (4, 0), level=0.9), 4),
        (newcombe_paired(0, 0, 0, 0, level=0.9), 0),
        (wilson(0, 0, level=0.9), 0),
    ):
        assert (none.level, none.cases, none.is_estimable) == (0.9, cases, False)


@pytest.mark.parametrize("table", [(30, 15, 5, 10), (4, 6, 9, 3), (3, 0, 0, 5)])
@pytest.mark.parametrize(("effect", "df"), [(1.0, float("nan")), (2.5, 6.0)])
def test_paired_difference_by_newcombes_formulas(table, effect, df):
    """Method 10 with effective cases: Wilson limits of both margins, corrected correlation."""
    a, b, c, d = table
    n = sum(table)
    quantile = stats.norm.ppf(0.975) if np.isnan(df) else stats.t.ppf(0.975, df)
    first, second = (a + b) / n, (a + c) / n
    (l1, u1), (l2, u2) = (
        wilson_limits(share, n / effect, quantile=quantile) for share in (first, second)
    )
    over = a * d - b * c
    if over > 0:
        over = max(over - n / 2, 0)
    phi = over / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    down = (first - l1) ** 2 - 2 * phi * (first - l1) * (u2 - second) + (u2 - second) ** 2
    up = (u1 - first) ** 2 - 2 * phi * (u1 - first) * (second - l2) + (second - l2) ** 2
    found = newcombe_paired(*table, design_effect=effect, df=df)
    assert found.low == pytest.approx(first - second - np.sqrt(down))
    assert found.high == pytest.approx(first - second + np.sqrt(up))
