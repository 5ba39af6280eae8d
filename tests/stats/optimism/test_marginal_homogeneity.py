"""Stuart-Maxwell and Bhapkar against printed values, R, statsmodels and plain linear algebra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable

from qaf_analysis.stats.optimism.square_tables import bhapkar, stuart_maxwell
from qaf_analysis.terms.errors import ShapeError
from tests.stats.optimism.paired_tables import EXPECTED, PRINTED, TABLES, grades_of, random_tables


def shifts(table):
    """One row an audit: +1 at the auditor's grade, -1 at the moderator's."""
    audited, moderated = grades_of(table)
    eye = np.eye(len(table))
    return eye[audited] - eye[moderated]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_matches_r_and_statsmodels(name):
    found, expected = stuart_maxwell(TABLES[name]), EXPECTED[name]
    assert found.value == pytest.approx(expected["stuart_R_coin"]["chisq"], rel=1e-6)
    assert found.df == expected["stuart_R_coin"]["df"]
    assert found.p == pytest.approx(expected["stuart_R_coin"]["p"], rel=1e-6, abs=1e-12)
    printed = expected["statsmodels"]["homogeneity_bhapkar"]
    found = bhapkar(TABLES[name])
    assert found.value == pytest.approx(printed["stat"], rel=1e-6)
    assert found.p == pytest.approx(printed["p"], rel=1e-6, abs=1e-12)


def test_matches_what_is_printed():
    women, men = (PRINTED[name] for name in ("vision_women", "vision_men"))
    assert round(stuart_maxwell(TABLES["vision_women"]).value, 3) == women["stuart_maxwell"]["stat"]
    assert round(bhapkar(TABLES["vision_women"]).value, 3) == women["bhapkar"]["stat"]
    assert round(stuart_maxwell(TABLES["vision_men"]).value, 3) == men["stuart_maxwell"]["stat"]
    sex = stuart_maxwell(TABLES["premarital_extramarital"])
    assert round(sex.value, 2) == PRINTED["premarital_extramarital"]["stuart"]
    votes = stuart_maxwell(TABLES["prime_minister"])  # with two grades it is McNemar's test
    assert round(votes.value, 3) == PRINTED["prime_minister"]["mcnemar"]


@pytest.mark.slow
def test_every_table_has_a_test_or_a_reason():
    for table in random_tables(3_000, seed=1):
        shift = shifts(table)
        n, d, v = table.sum(), shift.sum(axis=0), shift.T @ shift
        plain, found = stuart_maxwell(table), bhapkar(table)
        assert plain.is_estimable == bool(v.any()) != bool(plain.why_not)
        assert found.is_estimable != bool(found.why_not)
        if plain.is_estimable:
            expected = d @ np.linalg.pinv(v) @ d
            assert plain.value == pytest.approx(expected, abs=1e-7)
            assert plain.df == np.linalg.matrix_rank(v)
            assert 0 <= plain.p <= 1
            assert found.is_estimable == (expected < n - 1e-7)
        if found.is_estimable:
            inner = np.linalg.pinv(v - np.outer(d, d) / n, rcond=1e-10)
            assert found.value == pytest.approx(d @ inner @ d, rel=1e-5, abs=1e-6)
            assert found.df == plain.df
            assert 0 <= found.p <= plain.p


def test_grades_that_nobody_gave_change_nothing():
    table = TABLES["vision_men"]
    wider = np.zeros((7, 7), dtype=int)
    wider[np.ix_([1, 2, 4, 5], [1, 2, 4, 5])] = table
    for test in (stuart_maxwell, bhapkar):
        assert test(wider).value == pytest.approx(test(table).value)
        assert test(wider).df == 3


def test_separate_groups_of_grades_are_said():
    table = [[5, 3, 0, 0], [1, 5, 0, 0], [0, 0, 5, 6], [0, 0, 1, 5]]
    found = stuart_maxwell(table)
    assert found.value == pytest.approx(4 / 4 + 25 / 7)
    assert found.df == 2
    assert "generalised inverse" in found.method
    with pytest.warns(match="invert"):
        assert np.isnan(SquareTable(np.array(table), shift_zeros=False).homogeneity().statistic)


def test_statsmodels_changes_tables_with_zeros_unless_told_not_to():
    table = TABLES["premarital_extramarital"]
    found = stuart_maxwell(table).value
    assert SquareTable(table, shift_zeros=False).homogeneity().statistic == pytest.approx(found)
    assert SquareTable(table).homogeneity().statistic != pytest.approx(found, rel=1e-3)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (np.zeros((3, 3), dtype=int), "no cases"),
        (np.eye(4, dtype=int), "same grade to every audit"),
        ([[0, 6], [0, 0]], "every audit differs in the same way"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(table, words):
    assert words in bhapkar(table).why_not


@pytest.mark.parametrize("table", [[[1, 2]], [[1.5, 0.0], [0.0, 1.0]], [[1, -1], [0, 2]], [[3]]])
def test_bad_tables_are_refused(table):
    with pytest.raises(ShapeError):
        stuart_maxwell(table)


def test_error_rate_is_held_with_no_optimism():
    rng = np.random.default_rng(2)
    chances = np.full((4, 4), 0.03) + np.diag([0.1, 0.2, 0.2, 0.02])
    tables = rng.multinomial(120, (chances / chances.sum()).ravel(), size=1_500).reshape(-1, 4, 4)
    p_values = [stuart_maxwell(table).p for table in tables]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.02)
    assert stats.kstest(p_values, "uniform").statistic < 0.06
