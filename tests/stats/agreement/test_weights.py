"""Weights for pairs of grades against irrCAC, their formulas and their properties."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.weights import (
    WeightName,
    grade_weights,
    neighbour_weights,
    power_weights,
    weights_name,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import ratings_of
from tests.stats.agreement.other_cases import OTHER, scores_of

NAMES = get_args(WeightName)


@pytest.mark.parametrize("case", sorted(OTHER))
@pytest.mark.parametrize("weights", ["radical", "ratio", "circular", "bipolar"])
def test_weights_give_what_irrcac_gives(case, weights):
    ratings, expected = ratings_of(case), OTHER[case]["weights"].get(weights, {})
    matrix = grade_weights(weights, n_levels=ratings.n_levels, scores=scores_of(case))
    for name, function in (("percent_agreement", percent_agreement), ("gwet", gwet_ac)):
        if name in expected:
            found = function(ratings, weights=matrix, se="subjects")
            assert found.value == pytest.approx(expected[name], abs=1e-9)
    # irrCAC has no value where a level stands for 0 (0/0 on the diagonal); ours is tested below.
    assert len(expected) == 2 or (case, weights) == ("gwet_raw5obser", "ratio")


def test_ratio_weights_with_a_level_of_zero():
    # 1 - ((a - b) / (a + b))^2, with 1 for the same level and 0 for any other beside level 0
    found = grade_weights("ratio", n_levels=4, scores=[0, 1, 2, 3])
    expected = [[1, 0, 0, 0], [0, 1, 8 / 9, 3 / 4], [0, 8 / 9, 1, 24 / 25], [0, 3 / 4, 24 / 25, 1]]
    assert found == pytest.approx(np.array(expected), abs=1e-15)


def test_formulas_by_hand_on_four_levels():
    # Gwet (2014), chapter 3, worked for levels 1 to 4
    assert grade_weights("linear", n_levels=4)[0] == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert grade_weights("ordinal", n_levels=4)[0] == pytest.approx([1, 5 / 6, 1 / 2, 0])
    assert grade_weights("radical", n_levels=4)[0] == pytest.approx(
        [1, 1 - 3**-0.5, 1 - (2 / 3) ** 0.5, 0]
    )
    # sin(pi/4)^2 = 1/2 one step apart, sin(pi/2)^2 = 1 two steps, and back to 1/2 for three
    assert grade_weights("circular", n_levels=4)[0] == pytest.approx([1, 0.5, 0, 0.5])
    # (a - b)^2 / ((a + b - 2)(8 - a - b)): 1/5, 1/2, 1 from level 1; 1/9 in the middle
    assert grade_weights("bipolar", n_levels=4)[0] == pytest.approx([1, 4 / 5, 1 / 2, 0])
    assert grade_weights("bipolar", n_levels=4)[1, 2] == pytest.approx(8 / 9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_levels", [2, 3, 4, 7])
def test_every_set_is_a_valid_set_of_ones_own(name, n_levels):
    matrix = grade_weights(name, n_levels=n_levels)
    assert (grade_weights(matrix, n_levels=n_levels) == matrix).all()
    assert weights_name(matrix) == "own"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"ratio", "circular"}))
def test_unit_and_origin_of_scores_do_not_matter(name):
    scores = np.array([1.0, 2.0, 4.0, 5.0])
    found = grade_weights(name, n_levels=4, scores=scores)
    assert grade_weights(name, n_levels=4, scores=7 * scores - 3) == pytest.approx(found)


def test_ratio_weights_do_not_depend_on_the_unit():
    scores = np.array([1.0, 2.0, 4.0, 5.0])
    found = grade_weights("ratio", n_levels=4, scores=scores)
    assert grade_weights("ratio", n_levels=4, scores=7 * scores) == pytest.approx(found)


@pytest.mark.parametrize(("power", "name"), [(0.5, "radical"), (1, "linear"), (2, "quadratic")])
def test_powers_have_names(power, name):
    assert (power_weights(power, n_levels=5) == grade_weights(name, n_levels=5)).all()


def test_neighbour_weights_lie_between_identity_and_within_one():
    assert (neighbour_weights(0, n_levels=4) == np.eye(4)).all()
    assert (neighbour_weights(1, n_levels=4) == grade_weights("within_one", n_levels=4)).all()
    # Warrens and Pratiwi: four levels in a circle, full credit to neighbours of either side
    ring = [[1, 0.3, 0, 0.3], [0.3, 1, 0.3, 0], [0, 0.3, 1, 0.3], [0.3, 0, 0.3, 1]]
    assert (neighbour_weights(0.3, n_levels=4, circular=True) == np.array(ring)).all()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: grade_weights("cubic", n_levels=4), UsageError),
        (lambda: grade_weights("linear", n_levels=1), ShapeError),
        (lambda: grade_weights("linear", n_levels=3, scores=[1, 2]), ShapeError),
        (lambda: grade_weights("linear", n_levels=3, scores=[1, 2, 2]), ShapeError),
        (lambda: grade_weights("linear", n_levels=3, scores=[1, np.nan, 2]), ShapeError),
        (lambda: grade_weights("ratio", n_levels=3, scores=[-1, 0, 1]), ShapeError),
        (lambda: grade_weights(np.eye(3), n_levels=4), ShapeError),
        (lambda: power_weights(0, n_levels=4), UsageError),
        (lambda: power_weights(np.inf, n_levels=4), UsageError),
        (lambda: neighbour_weights(1.1, n_levels=4), UsageError),
        (lambda: neighbour_weights(np.nan, n_levels=4), UsageError),
    ],
)
def test_bad_weights_are_refused(make, error):
    with pytest.raises(error):
        make()


def test_weights_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        grade_weights("linear", n_levels=3)[0, 0] = 0
