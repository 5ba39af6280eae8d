"""Domains at one level: slopes worked out by hand, and what a common shift does to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from qaf_analysis.stats.impact.levels import at_themed_level, off_the_mode, slopes


def graded(*counts):
    """Columns of grades, one for each tuple of how often each grade was given."""
    columns = [np.repeat(np.arange(len(each)), each).astype(float) for each in counts]
    table = np.full((max(map(len, columns)), len(columns)), np.nan)
    for place, column in enumerate(columns):
        table[: len(column), place] = column
    return table


def found_of(before, after, good_from=2):
    goods = [np.where(np.isnan(side), np.nan, side >= good_from) for side in (before, after)]
    return slopes((before, after), (goods[0], goods[1]))


def test_the_slope_is_the_sum_of_densities_at_the_thresholds():
    side = graded((10, 45, 40, 5), (2, 18, 50, 30))
    found = found_of(side, side)
    for place, shares in enumerate([(0.90, 0.45, 0.05), (0.98, 0.80, 0.30)]):
        density = norm.pdf(norm.ppf(shares))
        assert found.latent[place] == pytest.approx(density.sum())
        assert found.good_latent[place] == pytest.approx(density[1])


def test_the_level_is_the_middle_of_both_sides_however_many_audits_each_has():
    few, many = graded((2, 9, 8, 1)), graded((10, 10, 60, 20))
    shares = [(0.9 + 0.9) / 2, (0.45 + 0.8) / 2, (0.05 + 0.2) / 2]
    assert found_of(few, many).latent[0] == pytest.approx(norm.pdf(norm.ppf(shares)).sum())


def test_a_grade_never_given_counts_as_half_of_one():
    side = graded((10, 30, 0, 0), (10, 10, 10, 10))
    shares = np.array([0.75, 0.5 / 80, 0.5 / 80])
    assert found_of(side, side).latent[0] == pytest.approx(norm.pdf(norm.ppf(shares)).sum())


def test_twice_the_noise_halves_the_distance_between_thresholds():
    """Thresholds common to both domains; the second is graded with twice the noise."""
    rng = np.random.default_rng(1)
    thresholds, practice = np.array([-1.0, 0.0, 1.2]), rng.normal(size=(400_000, 2)) * [1.0, 2.0]
    side = np.searchsorted(thresholds, practice).astype(float)
    found = found_of(side, side)
    ratio = (found.threshold / found.latent)[0] / (found.threshold / found.latent)[1]
    assert ratio == pytest.approx(2, rel=0.02)
    # A common shift of 0.01 on the scale of thresholds moves the two means in this proportion.
    shifted = [norm.sf((thresholds - 0.01) / sd) - norm.sf(thresholds / sd) for sd in (1.0, 2.0)]
    moved = shifted[0].sum() / shifted[1].sum()
    assert found.threshold[0] / found.threshold[1] == pytest.approx(moved, rel=0.02)


def test_weighted_fit_of_thresholds_by_hand():
    side = graded((10, 45, 40, 5), (2, 18, 50, 30), (30, 40, 20, 10))
    limits = -norm.ppf([(0.90, 0.45, 0.05), (0.98, 0.80, 0.30), (0.70, 0.30, 0.10)])
    density, common = norm.pdf(limits), limits.mean(axis=0)
    found = found_of(side, side)
    for place in range(3):
        weight = density[place] * density.mean(axis=0)
        slope = np.polyfit(common, limits[place], 1, w=np.sqrt(weight))[0]
        assert found.threshold[place] == pytest.approx(slope * density[place].sum())
        assert found.good_threshold[place] == pytest.approx(slope * density[place, 1])


def test_two_grades_have_one_scale_only():
    side = graded((30, 20), (20, 30))
    found = found_of(side, side, good_from=1)
    assert np.isnan(found.threshold).all()
    assert found.latent == pytest.approx(found.good_latent)


def test_a_shift_of_everybody_is_worth_the_same_at_one_level():
    """Latent shift of 0.1: in raw grades twice as much low on the scale, alike at one level."""
    thresholds, levels = np.array([-1.3, 0.1, 1.7]), np.array([-0.5, 1.6])
    means = np.array([norm.sf(thresholds - level - s).sum() for s in (0, 0.1) for level in levels])
    before, after = means.reshape(2, 2)
    densities = np.array([norm.pdf(thresholds - level - 0.05).sum() for level in levels])
    level = at_themed_level(np.array([before, after]), densities, centre=(before + after) / 2)
    raw, moved = after - before, level[1] - level[0]
    assert raw[0] > 1.2 * raw[1]
    assert moved[1] == pytest.approx(moved[0], rel=0.02)


def test_grades_off_the_commonest():
    table = graded((3, 9, 8, 0), (0, 0, 7, 0))
    assert off_the_mode(table).tolist() == [11, 0]
    assert off_the_mode(np.full((3, 2), np.nan)).tolist() == [0, 0]
