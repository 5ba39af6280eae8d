"""Links, grid, habits, fit statistics and separation, each by hand or by plain quadrature."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from scipy import special, stats

from qaf_analysis.stats.severity import model as module
from qaf_analysis.stats.severity.fit_statistics import fit_limits, fit_statistics, grade_moments
from qaf_analysis.stats.severity.grade_links import grade_table
from qaf_analysis.stats.severity.grid import RaterGrid, grid_posterior
from qaf_analysis.stats.severity.habits import (
    LOG_RATIOS,
    GradedFiles,
    centrality,
    halo_index,
    inconsistency,
    ratio_estimates,
    shrunken_ratios,
    stretched_log_probability,
)
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.observed_agreement import observed_agreement
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.separation import (
    facets_fixed_chi_square,
    facets_random_chi_square,
    fixed_chi_square,
    separation,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.severity.simulated_grades import simulated


def ratings_of(rows, *, n_levels=4, quarters=False):
    names = ("audit", "auditor", "domain", "grade", *(("quarter",) if quarters else ()))
    columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    return SeverityRatings(**columns, n_levels=n_levels)


# Twelve audits, each by two of three auditors in two domains, every grade used.
LINKED = ratings_of(
    [
        (audit, auditor, domain, (audit + auditor + 2 * domain) % 4)
        for audit in range(12)
        for auditor in (audit % 3, (audit + 1) % 3)
        for domain in (0, 1)
    ]
)


def test_separation_by_hand():
    """Measures -1 and 1: variance 2, errors 0.36 and 0.64: mean 0.5."""
    found = separation([-1.0, 1.0], se=[0.6, 0.8])
    assert found.n == 2
    assert (found.sd, found.rmse) == pytest.approx((sqrt(2), sqrt(0.5)))
    assert found.true_sd == pytest.approx(sqrt(1.5))
    assert found.separation == pytest.approx(sqrt(3))
    assert found.strata == pytest.approx((4 * sqrt(3) + 1) / 3)
    assert found.reliability == pytest.approx(0.75)
    one = separation([0.3], se=[0.1])
    assert one.n == 1
    assert np.isnan([one.sd, one.rmse, one.true_sd, one.separation, one.strata]).all()


def test_chi_squares_of_two_and_three():
    two = fixed_chi_square([-1.0, 1.0], covariance=np.diag([0.5, 0.5]))
    assert (two.value, two.df) == (pytest.approx(4.0), 1)
    assert two.p == pytest.approx(stats.chi2.sf(4, 1))
    printed = facets_fixed_chi_square([-1.0, 1.0], se=[0.5, 1.0])
    # Weights 4 and 1, mean -0.6: 4 x 0.16 + 2.56.
    assert (printed.value, printed.df) == (pytest.approx(3.2), 1)
    drawn = facets_random_chi_square([-1.0, 0.0, 1.0], se=[0.5] * 3)
    assert (drawn.value, drawn.df) == (pytest.approx(2.0), 1)
    for found, words in (
        (fixed_chi_square([0.3], covariance=[[0.01]]), "fewer than two to compare"),
        (facets_fixed_chi_square([0.3], se=[0.1]), "fewer than two to compare"),
        (facets_random_chi_square([0.3, 0.4], se=[0.1, 0.1]), "fewer than three to compare"),
        (fixed_chi_square([0.3, 0.1], covariance=np.zeros((2, 2))), "no error to compare with"),
    ):
        assert words in found.why_not
        assert found.df == 0
        assert np.isnan([found.value, found.p]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: separation([1.0, 2.0], se=[1.0]), "as many standard errors"),
        (lambda: separation([[1.0]], se=[[1.0]]), "as many standard errors"),
        (lambda: separation([1.0, np.nan], se=[1.0, 1.0]), "finite"),
        (lambda: separation([1.0, 2.0], se=[1.0, 0.0]), "above 0"),
        (lambda: separation([1.0, 2.0], se=[1.0, np.inf]), "finite"),
        (lambda: fixed_chi_square([1.0, 2.0], covariance=np.eye(3)), "square covariance"),
        (lambda: fixed_chi_square([1.0, np.nan], covariance=np.eye(2)), "must be finite"),
        (lambda: fixed_chi_square([1.0, 2.0], covariance=[[1, np.inf], [0, 1]]), "must be finite"),
        (lambda: fixed_chi_square([1.0, 2.0], covariance=[[1, 0.5], [0, 1]]), "not symmetric"),
        (lambda: fixed_chi_square([1.0, 2.0], covariance=-np.eye(2)), "negative variances"),
    ],
)
def test_measures_that_do_not_fit(call, words):
    with pytest.raises(ShapeError, match=words):
        call()


@pytest.mark.parametrize("link", ["adjacent", "cumulative"])
def test_grades_by_their_link_and_their_derivatives(link):
    x, edges = 0.4, np.array([-1.0, 0.2, 1.5])

    def chances(place, at):
        if link == "adjacent":
            return special.softmax([0, *np.cumsum(place - at)])
        return -np.diff([1, *special.expit(place - at), 0])

    table = grade_table(np.array([[x]]), thresholds=edges[np.newaxis], link=link)
    assert np.exp(table.log_probability[0, :, 0]) == pytest.approx(chances(x, edges))
    counts = np.array([[2.0, 1.0, 3.0, 0.5]])[..., np.newaxis]

    def total(parameters):
        return counts[0, :, 0] @ np.log(chances(x - parameters[0], edges + parameters[1:]))

    h = 1e-4
    steps = h * np.eye(4)
    slope = [(total(e) - total(-e)) / (2 * h) for e in steps]
    bend = [[(total(a + b) - total(a - b) - total(b - a) + total(-a - b)) / (4 * h * h)
             for a in steps] for b in steps]  # fmt: skip
    assert table.slope(counts)[0] == pytest.approx(slope, abs=1e-6)
    assert table.curvature(counts)[0] == pytest.approx(np.array(bend), abs=1e-5)
    for grade in range(4):
        one = np.zeros((1, 4, 1))
        one[0, grade] = 1
        assert table.slope(one)[0] == pytest.approx(table.score[0, grade, :, 0])
    assert not table.score[0, 4].any()


def test_weights_of_the_grid_are_those_of_an_endless_one():
    grid = RaterGrid(kinds=None, nodes=np.linspace(-6, 6, 121), link="adjacent")
    for sd in (0.2, 1.0):
        weight = np.exp(grid.log_practice(sd, mean=np.array([0.0, 0.5])))
        assert weight.sum(axis=1) == pytest.approx(1, abs=1e-6)
        assert weight @ grid.nodes == pytest.approx([0, 0.5], abs=1e-6)
        slope = grid.practice_slope(sd, mean=np.array([0.0]))
        h = 1e-5
        up, down = (grid.log_practice(sd * exp(s), mean=np.array([0.0])) for s in (h, -h))
        assert slope == pytest.approx((up - down) / (2 * h), abs=1e-4)
        halo = grid.halo_weights(sd)
        assert halo.sum(axis=1) == pytest.approx(1)
        near = np.s_[60, 57:64]
        up, down = (np.log(grid.halo_weights(sd * exp(s))[near]) for s in (h, -h))
        assert grid.halo_slope(sd)[near] == pytest.approx((up - down) / (2 * h), abs=1e-4)
    # A short grid loses what lies beyond it: 4.55 % outside 2 SDs (half a node at either end).
    short = RaterGrid(kinds=None, nodes=np.linspace(-2, 2, 401), link="adjacent")
    whole = np.exp(short.log_practice(1.0, mean=np.zeros(1))).sum()
    assert whole == pytest.approx(0.9545, abs=0.001)


def test_an_audits_likelihood_is_an_integral():
    """One grade an audit: the chance of the grade over practice, by plain quadrature."""
    ratings = ratings_of([(0, 0, 0, 2), (1, 0, 0, 0), (2, 0, 0, 1)], n_levels=3)
    fit = severity_model(ratings, options=SeverityOptions(nodes=201, reach=8.0))
    grid = fit.posterior.grid
    edges = np.array([[-0.5, 0.7]])
    found = grid_posterior(
        grid,
        offsets=np.array([0.3]),
        thresholds=edges,
        audit_means=np.zeros(len(grid.kinds.audit_count)),
        sd_audit=1.2,
        sd_halo=0.0,
    )
    place = np.linspace(-9, 9, 4001)
    weight = stats.norm.pdf(place, scale=1.2) * (place[1] - place[0])
    chance = special.softmax(np.stack([0 * place, place + 0.2, 2 * (place - 0.3) - 0.2]), axis=0)
    expected = np.log(chance @ weight).sum()
    assert found.log_likelihood == pytest.approx(expected, abs=1e-6)
    with_halo = grid_posterior(
        grid, offsets=np.array([0.3]), thresholds=edges,
        audit_means=np.zeros(len(grid.kinds.audit_count)), sd_audit=1.2, sd_halo=0.5,
    )  # fmt: skip
    weight = stats.norm.pdf(place, scale=1.3) * (place[1] - place[0])
    expected = np.log(chance @ weight).sum()
    assert with_halo.log_likelihood == pytest.approx(expected, abs=1e-5)
    assert (found.halo == np.eye(201)).all()
    mean, sd = found.practice
    posterior = chance[2] * stats.norm.pdf(place, scale=1.2)
    posterior /= posterior.sum()
    expected = posterior @ place
    assert mean.max() == pytest.approx(expected, abs=1e-6)
    assert sd[mean.argmax()] == pytest.approx(sqrt(posterior @ place**2 - expected**2), abs=1e-6)


@pytest.mark.parametrize("sd_halo", [0.0, 0.6])
def test_gradients_are_differences_of_the_likelihood(sd_halo):
    grid = severity_model(LINKED, options=SeverityOptions(nodes=81, reach=6.0)).posterior.grid
    cells = len(np.unique(grid.kinds.station)) * grid.kinds.n_domains
    kinds = len(grid.kinds.audit_count)

    def at(offset=0.0, edge=0.0, log_sd=0.0, log_halo=0.0, mean=0.0):
        return grid_posterior(
            grid,
            offsets=np.linspace(-0.4, 0.4, cells) + offset,
            thresholds=np.tile([-1.0 + edge, 0.1, 1.3], (cells, 1)),
            audit_means=np.full(kinds, 0.2 + mean),
            sd_audit=0.9 * exp(log_sd),
            sd_halo=sd_halo * exp(log_halo),
        )

    here, h = at(), 1e-5

    def slope(name):
        up, down = (at(**{name: step}).log_likelihood for step in (h, -h))
        return (up - down) / (2 * h)

    assert here.gradient[:, 0].sum() == pytest.approx(slope("offset"), abs=1e-5)
    assert here.gradient[:, 1].sum() == pytest.approx(slope("edge"), abs=1e-5)
    assert here.mean_gradient.sum() == pytest.approx(slope("mean"), abs=1e-4)
    assert here.sd_gradient[0] == pytest.approx(slope("log_sd"), abs=1e-4)
    assert here.sd_gradient[1] == pytest.approx(slope("log_halo"), abs=1e-4)
    assert here.counts.sum() + grid.kinds.surplus.sum() == pytest.approx(len(LINKED.grade))
    assert here.audit.sum(axis=1) == pytest.approx(1)
    assert here.slot_seen.sum(axis=1) == pytest.approx(1)


def test_a_grid_covers_and_resolves_what_it_must():
    """At 4.5 SDs less than 1 audit in 100,000 is beyond, and not much less than that."""
    beyond = 2 * stats.norm.sf(module.COVERED)
    assert 5e-6 < beyond < 1e-5

    # Sums over nodes 1.25 SDs apart are integrals to six digits, and coarser ones are not.
    def error(spacing):
        steps = np.arange(-40, 41) * spacing
        return max(abs(stats.norm.pdf(steps + shift * spacing).sum() * spacing - 1)
                   for shift in (0, 0.25, 0.5))  # fmt: skip

    assert error(module.SPACING) < 1e-5 < error(2.25)


def test_habits_say_what_they_rest_on():
    truth = simulated(np.random.default_rng(12), audits=30, auditors=3, raters=2)
    ratings = truth.ratings
    moments = grade_moments(truth.probabilities)
    files = GradedFiles(
        grade=ratings.grade,
        probabilities=truth.probabilities,
        auditor=ratings.auditor_number,
        bundle=ratings.bundle_number,
        n_auditors=3,
        variance=moments.variance,
        moments=moments,
    )
    stretch = stretched_log_probability(
        ratings.grade, predictor=truth.predictor, thresholds=[-2.0, 0.0, 2.0]
    )
    for found, method in (
        (halo_index(files, rng=np.random.default_rng(1), draws=30, level=0.8).shrunken,
         "spread of grades within a file over the expected one, shrunken"),
        (inconsistency(files, rng=np.random.default_rng(1), draws=30, level=0.8).shrunken,
         "infit mean square, shrunken"),
        (centrality(stretch, auditor=ratings.auditor_number, files=ratings.audits_of_auditor,
                    level=0.8),
         "stretch of the thresholds beside that of all auditors, shrunken"),
    ):  # fmt: skip
        for one, cases in zip(found, ratings.audits_of_auditor, strict=True):
            assert (one.level, one.cases, one.auditors, one.method) == (0.8, cases, 1, method)
            assert one.low < one.value < one.high
    with pytest.raises(ShapeError, match="auditors 2, log probabilities"):
        centrality(stretch, auditor=[0, 1], files=[10, 10])
    narrow = halo_index(files, rng=np.random.default_rng(1), draws=30, level=0.8)
    wide = halo_index(files, rng=np.random.default_rng(1), draws=30, level=0.98)
    assert (wide.usual_low <= narrow.usual_low).all()
    assert (narrow.usual_high <= wide.usual_high).all()
    assert (narrow.usual_low < narrow.usual_high).all()
    with pytest.raises(UsageError, match="2 or more draws, not 1"):
        inconsistency(files, rng=np.random.default_rng(1), draws=1)
    with pytest.raises(UsageError, match="confidence level"):
        inconsistency(files, rng=np.random.default_rng(1), level=9)


def test_ratios_of_auditors_with_few_files():
    alike = -0.5 * ((LOG_RATIOS - np.log([[1.0], [1.5], [0.8]])) / 0.3) ** 2
    found = ratio_estimates(alike, files=np.array([10, 9, 40]), centre=0.0, method="m", level=0.8)
    assert found[1].why_not == "too few: 9 files where at least 10 are needed"
    assert (found[1].level, found[1].cases, found[1].auditors, found[1].method) == (0.8, 9, 1, "m")
    both = shrunken_ratios(alike[[0, 2]], level=0.8)
    assert [found[0].value, found[2].value] == pytest.approx(both.value.tolist())
    assert (found[0].low, found[0].high) == pytest.approx((both.low[0], both.high[0]))
    assert (found[2].cases, found[2].level, found[2].auditors) == (40, 0.8, 1)
    few = ratio_estimates(alike, files=np.array([1, 2, 3]), centre=0.0, method="m", level=0.8)
    assert [one.cases for one in few] == [1, 2, 3]
    # The centre and the spread by hand for one auditor of whom nothing is known.
    spreads = np.geomspace(0.01, 2.0, 40)
    weight = np.exp(-0.5 * (spreads / 0.5) ** 2) * spreads
    unknown = shrunken_ratios(np.zeros((1, len(LOG_RATIOS))), centre=0.2)
    assert unknown.spread == pytest.approx(weight @ spreads / weight.sum())
    assert unknown.value[0] == pytest.approx(exp(0.2), rel=0.02)
    with pytest.raises(ShapeError, match="251 nodes"):
        shrunken_ratios(np.zeros(251))


def test_fit_statistics_by_hand():
    """Chances 1/4 1/2 1/4: variance 1/2, fourth moment 1/2; grades 0 and 2 of unit 0, 1 of 1."""
    even = grade_moments([[0.25, 0.5, 0.25]] * 3)
    assert even.expected.tolist() == [1, 1, 1]
    assert even.variance.tolist() == [0.5] * 3
    assert even.fourth.tolist() == [0.5] * 3
    found = fit_statistics([0, 2, 1], even, unit=[0, 0, 1], n_units=3)
    assert found.count.tolist() == [2, 1, 0]
    assert found.infit[:2].tolist() == [2, 0]
    assert found.outfit[:2].tolist() == [2, 0]
    q = sqrt(2 * 0.25 / 1)
    assert found.infit_z[0] == pytest.approx((2 ** (1 / 3) - 1) * 3 / q + q / 3)
    q = sqrt((2 - 1) / 2)
    assert found.outfit_z[0] == pytest.approx((2 ** (1 / 3) - 1) * 3 / q + q / 3)
    assert np.isnan([found.infit[2], found.outfit[2]]).all()
    for units in ([0, 0, 3], [-1, 0, 0]):
        with pytest.raises(ShapeError, match="numbered 0 to 2"):
            fit_statistics([0, 2, 1], even, unit=units, n_units=3)
    uneven = grade_moments([[0.1, 0.2, 0.7]])
    assert uneven.expected[0] == pytest.approx(1.6)
    assert uneven.variance[0] == pytest.approx(0.44)
    assert uneven.fourth[0] == pytest.approx(0.1 * 1.6**4 + 0.2 * 0.6**4 + 0.7 * 0.4**4)


def test_fit_limits_hold_their_level():
    table = np.tile([0.25, 0.5, 0.25], (40, 1))
    unit = np.repeat([0, 1], 20)
    rng = np.random.default_rng(2)
    found = fit_limits(table, unit=unit, n_units=2, rng=rng, draws=400, level=0.8)
    assert (found.level, found.draws) == (0.8, 400)
    # Infit is the share of grades off the middle, over a half: binomial of 20.
    low, high = stats.binom.ppf([0.1, 0.9], 20, 0.5) / 10
    for ends, expected in (
        (found.infit_low, low), (found.infit_high, high),
        (found.outfit_low, low), (found.outfit_high, high),
    ):  # fmt: skip
        assert ends == pytest.approx(expected, abs=0.11)
    with pytest.raises(UsageError, match="2 or more draws, not 1"):
        fit_limits(table, unit=unit, n_units=2, rng=rng, draws=1)


def test_agreement_beside_its_expectation_by_hand():
    """Place 1 by auditors 0, 1 and 2 (grades 0 0 1), place 2 twice by auditor 0 and once by 1."""
    chances = np.array([[0.8, 0.2], [0.6, 0.4], [0.5, 0.5], [0.1, 0.9], [0.3, 0.7], [0.4, 0.6]])
    whole, each = observed_agreement(
        [0, 0, 1, 1, 0, 1], chances, auditor=[0, 1, 2, 0, 0, 1], place=[1, 1, 1, 2, 2, 2],
        n_auditors=4,
    )  # fmt: skip

    def both(i, j):
        return float(chances[i] @ chances[j])

    assert (whole.pairs, whole.exact) == (5, 2)
    expected = both(0, 1) + both(0, 2) + both(1, 2) + both(3, 5) + both(4, 5)
    assert whole.expected == pytest.approx(expected)
    assert whole.observed_share == pytest.approx(0.4)
    assert whole.expected_share == pytest.approx(expected / 5)
    assert [one.pairs for one in each] == [4, 4, 2, 0]
    assert [one.exact for one in each] == [2, 2, 0, 0]
    assert each[2].expected == pytest.approx(both(0, 2) + both(1, 2))
    assert np.isnan([each[3].observed_share, each[3].expected_share]).all()
