"""Ratings are checked, and pairs are counted plainly."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from qaf_analysis.stats.agreement.kappas import percent_agreement
from qaf_analysis.stats.agreement.pair_counts import pair_counts
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from tests.stats.agreement.cases import random_ratings

GOOD = {"audit": [1, 1], "auditor": [1, 2], "grade": [0, 3], "n_levels": 4}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grade": [0, 4]}, UnknownGradeError),
        ({"grade": [0, -1]}, UnknownGradeError),
        ({"grade": [0]}, ShapeError),
        ({"grade": [0.0, 1.5]}, ShapeError),
        ({"auditor": [[1, 2]]}, ShapeError),
        ({"auditor": [2, 2]}, ShapeError),
        ({"n_levels": 1}, ShapeError),
        ({"cluster": [1, 2]}, ShapeError),
        ({"cluster": [1]}, ShapeError),
    ],
)
def test_bad_ratings_are_refused(change, error):
    with pytest.raises(error):
        Ratings(**{**GOOD, **change})


@pytest.mark.parametrize("matrix", [[[0, 4]], [[0, 1.5]]])
def test_bad_matrix_grades_are_refused(matrix):
    with pytest.raises(UnknownGradeError):
        Ratings.from_matrix(matrix, n_levels=4)


def test_matrix_must_be_a_table():
    with pytest.raises(ShapeError):
        Ratings.from_matrix([1, 2], n_levels=4)


def test_arrays_are_read_only_copies():
    grade = np.array([0, 3])
    ratings = Ratings(**{**GOOD, "grade": grade})
    grade[0] = 2
    assert ratings.grade[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        ratings.grade[0] = 1


def test_pairs_match_a_plain_loop():
    ratings = random_ratings(np.random.default_rng(1), audits=30, auditors=6, raters=3, single=0.2)
    matrix = np.zeros((4, 4), dtype=int)
    for audit in np.unique(ratings.audit):
        for a, b in combinations(ratings.grade[ratings.audit == audit], 2):
            matrix[a, b] += 1
            matrix[b, a] += a != b
    counts = pair_counts(ratings)
    assert (counts.matrix == matrix).all()
    assert counts.pairs == np.triu(matrix).sum()
    assert counts.identical + counts.one_apart + counts.two_or_more == pytest.approx(1)


def test_calibration_audit_counts_once():
    calibration = np.full((1, 29), 2.0)
    routine = np.full((1, 29), np.nan)
    routine[0, :2] = 0, 2
    ratings = Ratings.from_matrix(np.vstack([calibration, routine]), n_levels=4)
    counts = pair_counts(ratings)
    assert (counts.pairs, counts.audits, counts.auditors) == (407, 2, 29)
    assert counts.identical == pytest.approx(0.5)
    assert counts.within_one == pytest.approx(0.5)
    assert percent_agreement(ratings).value == pytest.approx(0.5)


def test_no_pairs_has_no_shares():
    counts = pair_counts(Ratings.from_matrix([[1, np.nan]], n_levels=4))
    assert counts.pairs == 0
    assert np.isnan(counts.identical)


def test_within_one_agrees_with_the_counts():
    ratings = random_ratings(np.random.default_rng(6), audits=40, auditors=10, raters=3)
    counts = pair_counts(ratings)
    within = percent_agreement(ratings, weights="within_one")
    assert within.value == pytest.approx(counts.within_one)
    assert percent_agreement(ratings).value == pytest.approx(counts.identical)
