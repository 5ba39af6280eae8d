"""The limit of a test that is repeated: published constants, and walks simulated elsewhere."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.moderation.boundary import boundary, crossing_chance, noise_scales
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.monte_carlo import monte_carlo_error

FOUR = np.array([1, 5, 14, 30]) / 30


@pytest.mark.parametrize(
    ("looks", "constant"), [(1, 1.960), (2, 1.977), (3, 2.004), (4, 2.024), (5, 2.040), (10, 2.087)]
)
def test_constants_of_obrien_and_fleming(looks, constant):
    """Jennison & Turnbull (2000), table 2.3, alpha 0.05: equal steps of information."""
    share = np.arange(1, looks + 1) / looks
    assert boundary([share], error=0.05) == pytest.approx(constant, abs=6e-4)
    assert crossing_chance(share, limit=constant) == pytest.approx(0.05, abs=1.2e-4)


def walks(rng, times, series, share, drift=0.0):
    """Brownian walks at the looks, from a generator of another kind."""
    steps = np.sqrt(np.diff(share, prepend=0.0))
    return np.cumsum(rng.normal(size=(times, series, len(share))) * steps, axis=2) + drift


@pytest.mark.parametrize(("df", "series"), [(inf, 4), (20, 4), (56, 1)])
def test_false_alarms_of_several_walks_with_one_estimate_of_noise(df, series):
    rng, times = np.random.Generator(np.random.MT19937(11)), 60_000
    limit = boundary([FOUR] * series, error=0.025, df=df)
    missed = np.sqrt(rng.chisquare(df, times) / df) if df < inf else np.ones(times)
    rang = (np.abs(walks(rng, times, series, FOUR)).max(axis=(1, 2)) > limit * missed).mean()
    assert rang == pytest.approx(0.025, abs=3 * monte_carlo_error(0.025, times))


def test_one_look_is_students_test():
    for df in (5, 12, 60):
        assert boundary([[1.0]], error=0.05, df=df) == pytest.approx(stats.t.ppf(0.975, df), 2e-4)


def test_unequal_evidence_of_moderators_shares_one_limit():
    """Independent walks: the chance that none rings is the product of theirs."""
    paths = [FOUR, np.array([0.2, 0.6, 0.6, 1.0]), np.array([0.5])]
    limit = boundary(paths, error=0.03)
    quiet = np.prod([1 - crossing_chance(path, limit=limit) for path in paths])
    assert 1 - quiet == pytest.approx(0.03, abs=2e-5)


def test_a_look_that_adds_nothing_changes_nothing():
    assert crossing_chance([0.2, 0.2, 1.0], limit=2.0) == pytest.approx(
        crossing_chance([0.2, 1.0], limit=2.0), abs=1e-12
    )


def test_drift_makes_it_ring_as_simulated_walks_do():
    rng, times = np.random.Generator(np.random.MT19937(5)), 60_000
    drift = np.array([0.2, 0.9, 1.6, 3.1])
    rang = (np.abs(walks(rng, times, 1, FOUR, drift)).max(axis=(1, 2)) > 2.5).mean()
    chance = crossing_chance(FOUR, limit=2.5, drift=drift)
    assert rang == pytest.approx(chance, abs=3 * monte_carlo_error(chance, times))
    assert crossing_chance(FOUR, limit=2.5, drift=-drift) == pytest.approx(chance, abs=1e-9)
    assert crossing_chance([1.0], limit=2.5, drift=[3.1]) == pytest.approx(
        stats.norm.sf(2.5 - 3.1) + stats.norm.cdf(-2.5 - 3.1), abs=1e-9
    )


def test_the_noise_quadrature_knows_chi():
    factors, chances = noise_scales(8)
    assert chances.sum() == pytest.approx(1)
    assert chances @ factors**2 == pytest.approx(1, abs=2e-3)
    assert noise_scales(inf) == (pytest.approx([1.0]), pytest.approx([1.0]))


def test_what_cannot_be_a_limit():
    with pytest.raises(ShapeError):
        crossing_chance([0.5, 0.4], limit=2)
    with pytest.raises(ShapeError):
        crossing_chance([], limit=2)
    with pytest.raises(ShapeError):
        crossing_chance([0.5, 1], limit=2, drift=[1])
    with pytest.raises(ShapeError):
        boundary([])
    with pytest.raises(UsageError):
        boundary([[1.0]], error=0)
    assert crossing_chance([1.0], limit=0) == 1
