"""Symmetry of a grade-by-grade table: Bowker, ordinal quasi-symmetry and McNemar."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar

from qaf_analysis.stats.optimism.square_tables import (
    bowker,
    mcnemar_exact,
    ordinal_quasi_symmetry,
)
from qaf_analysis.terms.errors import UnknownGradeError
from tests.stats.optimism.paired_tables import EXPECTED, PRINTED, TABLES, random_tables


def logistic_regression(table):
    """Ordinal quasi-symmetry by statsmodels: kinder auditor against kinder moderator."""
    low, high = np.triu_indices(len(table), 1)
    kinder, stricter = table[high, low], table[low, high]
    some = kinder + stricter > 0
    sides = np.column_stack([kinder, stricter])[some]
    steps = (high - low)[some].astype(float)[:, np.newaxis]
    return sm.GLM(sides, steps, family=sm.families.Binomial()).fit(tol=1e-12)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_bowker_matches_r(name):
    found, expected = bowker(TABLES[name]), EXPECTED[name]["bowker_R_mcnemar"]
    assert found.value == pytest.approx(expected["chisq"], rel=1e-6)
    assert found.df == expected["df"]
    assert found.p == pytest.approx(expected["p"], rel=1e-6)


@pytest.mark.parametrize("name", ["vision_women", "vision_men"])
def test_bowker_matches_what_is_printed(name):
    found = bowker(TABLES[name])
    printed = PRINTED[name]["bowker"]
    assert (round(found.value, 3), found.df) == (printed["stat"], printed["df"])


def test_empty_pairs_of_grades_are_left_out_and_said():
    table = np.array([[4, 5, 0, 0], [1, 9, 7, 0], [0, 2, 9, 0], [0, 0, 0, 3]])
    found = bowker(table)
    assert found.value == pytest.approx(16 / 6 + 25 / 9)
    assert found.df == 2
    assert found.p == pytest.approx(stats.chi2.sf(found.value, 2))
    assert "non-empty ones of 6 pairs" in found.method
    peer = SquareTable(table, shift_zeros=False).symmetry()
    assert peer.statistic == pytest.approx(found.value)
    assert peer.pvalue > 3 * found.p  # it counts the four empty pairs as well


def test_statsmodels_changes_tables_with_zeros_unless_told_not_to():
    table = TABLES["premarital_extramarital"]
    found = bowker(table).value
    assert SquareTable(table, shift_zeros=False).symmetry().statistic == pytest.approx(found)
    assert SquareTable(table).symmetry().statistic != pytest.approx(found, rel=1e-3)


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"altman62", "prime_minister"}))
def test_quasi_symmetry_matches_statsmodels(name):
    found, expected = ordinal_quasi_symmetry(TABLES[name]), logistic_regression(TABLES[name])
    assert found.slope.value == pytest.approx(expected.params[0], rel=1e-6)
    assert found.slope.se == pytest.approx(expected.bse[0], rel=1e-5)
    assert found.slope.p == pytest.approx(expected.pvalues[0], rel=1e-4)
    low, high = expected.conf_int()[0]
    assert (found.slope.low, found.slope.high) == pytest.approx((low, high), rel=1e-5)
    assert found.fit.value == pytest.approx(expected.deviance, rel=1e-6)
    assert found.fit.df == 5


def test_quasi_symmetry_of_two_grades_is_the_log_of_the_discordant_ratio():
    found = ordinal_quasi_symmetry(TABLES["prime_minister"])
    assert found.slope.value == pytest.approx(np.log(86 / 150))
    assert found.slope.se == pytest.approx(np.sqrt(1 / 86 + 1 / 150))
    assert "between two grades only" in found.fit.why_not


def test_quasi_symmetry_recovers_a_known_slope():
    rng = np.random.default_rng(3)
    low, high = np.triu_indices(4, 1)
    held = []
    for _ in range(400):
        table = np.diag([9, 9, 9, 9])
        kinder = rng.binomial(12, 1 / (1 + np.exp(-0.6 * (high - low))))
        table[high, low], table[low, high] = kinder, 12 - kinder
        slope = ordinal_quasi_symmetry(table).slope
        held.append(slope.low <= 0.6 <= slope.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_mcnemar_matches_r():
    exact = mcnemar_exact(TABLES["prime_minister"], good_from=1)
    assert exact.p == pytest.approx(PRINTED["prime_minister"]["exact_p"], rel=2e-4)
    for name in ("vision_women", "vision_men", "premarital_extramarital", "recycle_drive"):
        exact = mcnemar_exact(TABLES[name], good_from=2)
        assert exact.p == pytest.approx(EXPECTED[name]["mcnemar_gob_exact"]["p"], rel=1e-6)


@pytest.mark.parametrize(("over", "under"), [(5, 0), (0, 4), (7, 2), (3, 3), (150, 86), (1, 1)])
def test_mcnemar_exact_against_scipy(over, under):
    table = np.array([[9, under], [over, 9]])
    exact = mcnemar_exact(table, good_from=1)
    assert exact.p == pytest.approx(statsmodels_mcnemar(table, exact=True).pvalue)
    expected = stats.binomtest(over, over + under).proportion_ci(method="exact")
    assert (exact.low, exact.high) == pytest.approx((expected.low, expected.high))
    assert (exact.low <= 0.5 <= exact.high) == (exact.p > 0.05)  # interval and test agree


@pytest.mark.slow
def test_every_table_has_a_result_or_a_reason():
    for table in random_tables(2_000, seed=4):
        good = len(table) // 2
        model = ordinal_quasi_symmetry(table)
        exact = mcnemar_exact(table, good_from=good)
        for found in (bowker(table), model.fit, model.slope, exact):
            assert found.is_estimable != bool(found.why_not)
            if found.is_estimable:
                assert 0 <= found.p <= 1
        if exact.is_estimable:
            assert 0 <= exact.low <= exact.value <= exact.high <= 1
            assert exact.high - exact.low > 0.01
        if model.slope.is_estimable:
            assert model.slope.se > 0
            assert np.isfinite([model.slope.low, model.slope.high]).all()
        if model.fit.is_estimable:
            assert model.fit.value >= 0


def test_reasons_are_plain():
    assert "same grade" in bowker(np.eye(3, dtype=int)).why_not
    one_way = ordinal_quasi_symmetry([[3, 0], [4, 3]])
    assert "one direction" in one_way.slope.why_not
    assert mcnemar_exact([[3, 0], [0, 3]], good_from=1).why_not == "no audit differs"
    with pytest.raises(UnknownGradeError):
        mcnemar_exact([[3, 1], [1, 3]], good_from=2)
