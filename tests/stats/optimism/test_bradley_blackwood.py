"""Bradley-Blackwood against R and an ordinary regression."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from qaf_analysis.stats.optimism.square_tables import bradley_blackwood
from tests.stats.optimism.paired_tables import EXPECTED, TABLES, grades_of, random_tables


@pytest.mark.parametrize("name", sorted(TABLES))
def test_matches_r(name):
    found, expected = bradley_blackwood(*grades_of(TABLES[name])), EXPECTED[name]
    expected = expected["bradley_blackwood"]
    assert found.value == pytest.approx(expected["F"], rel=1e-6)
    assert found.df == expected["df2"]
    assert found.p == pytest.approx(expected["p"], rel=1e-6)


def test_is_the_joint_test_of_a_regression():
    rng = np.random.default_rng(9)
    audited, moderated = rng.integers(0, 4, 50), rng.integers(0, 4, 50)
    fit = sm.OLS(audited - moderated, sm.add_constant(audited + moderated)).fit()
    expected = fit.f_test(np.eye(2))
    found = bradley_blackwood(audited, moderated)
    assert (found.value, found.p) == pytest.approx((expected.fvalue, expected.pvalue))


def test_every_table_has_a_result_or_a_reason():
    for table in random_tables(1_500, seed=10):
        found = bradley_blackwood(*grades_of(table))
        assert found.is_estimable != bool(found.why_not)
        if found.is_estimable:
            assert np.isfinite(found.value)
            assert found.value >= 0
            assert 0 <= found.p <= 1


@pytest.mark.parametrize(
    ("audited", "moderated", "words"),
    [
        ([1, 2], [1, 1], "fewer than three"),
        ([1, 2, 3], [1, 2, 3], "same grade"),
        ([0, 1, 2], [2, 1, 0], "add up to the same"),
        ([2, 4, 6], [1, 2, 3], "follow the grades exactly"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(audited, moderated, words):
    assert words in bradley_blackwood(audited, moderated).why_not


def test_error_rate_and_power():
    rng = np.random.default_rng(11)

    def alarms(scale):
        practice = rng.normal(1.5, 0.8, (1_000, 60))
        audited = np.clip(np.rint(scale * practice + rng.normal(0, 0.5, (1_000, 60))), 0, 3)
        moderated = np.clip(np.rint(practice + rng.normal(0, 0.5, (1_000, 60))), 0, 3)
        pairs = zip(audited.astype(int), moderated.astype(int), strict=True)
        return np.mean([bradley_blackwood(*pair).p < 0.05 for pair in pairs])

    assert alarms(1.0) == pytest.approx(0.05, abs=0.025)
    assert alarms(1.3) > 0.5
