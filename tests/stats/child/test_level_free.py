"""Slopes and normal scores: worked by hand, and the same wherever a domain stands."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from qaf_analysis.stats.child.level_free import grade_slopes, normal_scores
from tests.stats.child.cases import latent, reading


def test_slope_by_hand():
    """At or above 1: 9 and 7 of 10, midway .8; at or above 2: 4 and 2, midway .3; 3: 1 and 0."""
    audit = reading([[0], [1], [1], [1], [1], [1], [2], [2], [2], [3]], child=1)
    moderation = reading([[0], [0], [0], [1], [1], [1], [1], [1], [2], [2]], child=1)
    by_hand = sum(norm.pdf(norm.ppf(share)) for share in (0.8, 0.3, 0.05))
    assert grade_slopes(audit, moderation) == pytest.approx([by_hand])
    # Shares of none and all are held half an audit off: 1/20 of ten audits.
    none = reading([[1], [1], [1], [1], [1], [1], [2], [2], [2], [2]], child=1)
    by_hand = sum(norm.pdf(norm.ppf(share)) for share in (0.95, 0.4))
    assert grade_slopes(none, none) == pytest.approx([by_hand])


def test_slope_is_what_a_standard_deviation_moves_the_mean():
    """Twice the same council, a tenth of a standard deviation apart: the means' difference."""
    for level in (0.0, 1.2):
        kinder = latent(
            np.random.default_rng(1), audits=200_000, level=(level, 0.0), kind=0.1, case=0.7,
            noise=0.5, own=0.5,
        )  # fmt: skip
        sd = sqrt(0.7**2 + 0.5**2 + 0.5**2)
        moved = (kinder.audit.domains - kinder.moderation.domains)[:, 0].mean() / (0.1 / sd)
        slope = grade_slopes(kinder.audit, kinder.moderation)[0]
        assert slope == pytest.approx(moved, rel=0.06)


def test_only_what_both_graded_counts():
    audit = reading([[0], [1], [2], [1], [0], [3], [np.nan]], child=1)
    moderation = reading([[0], [1], [2], [2], [0], [np.nan], [3]], child=1)
    five = slice(0, 5)
    assert grade_slopes(audit, moderation) == pytest.approx(
        grade_slopes(
            reading(audit.domains[five], child=1), reading(moderation.domains[five], child=1)
        )
    )


@pytest.mark.parametrize(("off", "known"), [(4, False), (5, True)])
def test_a_domain_needs_five_grades_off_its_commonest(off, known):
    grades = np.full((20, 1), 2.0)
    grades[:off] = 1
    slope = grade_slopes(reading(grades, child=1), reading(np.full((20, 1), 2.0), child=1))
    assert np.isnan(slope[0]) != known


def test_without_audits_there_is_no_slope():
    empty = reading(np.empty((0, 3)))
    assert np.isnan(grade_slopes(empty, empty)).all()
    assert (normal_scores(empty).told == 0).all()


def test_normal_scores_of_two_halves():
    """The mean of the upper half of a normal variable is sqrt(2/pi), what it tells 2/pi."""
    found = normal_scores(reading([[1, 2], [1, 2], [2, 2], [2, 2]], child=1))
    assert found.told == pytest.approx([2 / pi, 0])
    assert found.score[:, 0] == pytest.approx(np.array([-1, -1, 1, 1]) * sqrt(pi / 2))
    assert np.isnan(found.score[:, 1]).all()


def test_normal_scores_of_four_grades_by_quadrature():
    """10, 45, 40 and 5 of 100: means between the limits by numerical integration."""
    grades = np.repeat([0, 1, 2, 3], [10, 45, 40, 5])[:, np.newaxis].astype(float)
    found = normal_scores(reading(grades, child=1))
    limits = norm.ppf([0, 0.1, 0.55, 0.95, 1])
    means = [norm.expect(lambda z: z, lb=a, ub=b, conditional=True) for a, b in
             pairwise(limits)]  # fmt: skip
    told = np.average(np.square(means), weights=[10, 45, 40, 5])
    assert found.told == pytest.approx([told])
    assert found.score[[0, 10, 55, 95], 0] == pytest.approx(np.array(means) / told)


def test_a_grade_left_out_changes_nothing():
    """Grades 0, 2 and 3 are scored as 0, 1 and 2 are."""
    one = normal_scores(reading([[0], [2], [2], [3], [np.nan]], child=1))
    other = normal_scores(reading([[0], [1], [1], [2], [np.nan]], child=1))
    assert one.score == pytest.approx(other.score, nan_ok=True)
