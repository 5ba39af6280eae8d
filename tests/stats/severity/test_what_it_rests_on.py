"""Options, warnings, figures and what they rest on, of severity models small enough to follow."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import special, stats

from qaf_analysis.stats.severity import model as module
from qaf_analysis.stats.severity.allocation import allocation_p, allocation_test
from qaf_analysis.stats.severity.bundles import bundle_kinds
from qaf_analysis.stats.severity.contrasts import caseload_estimates, severity_estimates
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
from qaf_analysis.stats.severity.in_grades import (
    auditor_fair_grades,
    auditor_severity_in_grades,
    averaged_curve,
    category_probabilities,
    expected_grades,
    fair_grades,
    link_curve,
    lost_per_logit,
    mean_in_domain,
    severity_in_grades,
    slope_of,
    yardstick,
)
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.observed_agreement import observed_agreement
from qaf_analysis.stats.severity.options import SeverityOptions, severity_scope
from qaf_analysis.stats.severity.parameters import severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings, linked_groups
from qaf_analysis.stats.severity.search import severity_start
from qaf_analysis.stats.severity.separation import (
    facets_fixed_chi_square,
    facets_random_chi_square,
    fixed_chi_square,
    separation,
)
from qaf_analysis.stats.severity.statistics import severity_differences, severity_statistics
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from tests.stats.severity.simulated_grades import simulated


def ratings_of(rows, *, n_levels=4, quarters=False):
    names = ("audit", "auditor", "domain", "grade", *(("quarter",) if quarters else ()))
    columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    return SeverityRatings(**columns, n_levels=n_levels)


def scope(ratings, **options):
    return severity_scope(
        ratings, options=SeverityOptions(**options), groups=linked_groups(ratings)
    )


# Twelve audits, each by two of three auditors in two domains, every grade used.
LINKED = ratings_of(
    [
        (audit, auditor, domain, (audit + auditor + 2 * domain) % 4)
        for audit in range(12)
        for auditor in (audit % 3, (audit + 1) % 3)
        for domain in (0, 1)
    ]
)


# --- options ----------------------------------------------------------------------------------


def test_a_full_model_has_no_warning():
    found = scope(LINKED)
    assert found.warnings == ()
    assert not found.sd_is_known
    assert found.options.halo
    assert found.options.has_caseload
    assert not found.options.practice_by_quarter
    assert scope(LINKED, auditor_by_domain=True).options.auditor_by_domain
    assert scope(LINKED, thresholds="partial_credit").options.partial_credit
    assert not scope(LINKED, caseload=False).options.has_caseload
    assert not scope(LINKED, auditor_effects="free").options.has_caseload


def kept(rows):
    names = ("audit", "auditor", "domain", "grade")
    return SeverityRatings(**{name: getattr(LINKED, name)[rows] for name in names}, n_levels=4)


@pytest.mark.parametrize(
    ("ratings", "options", "warning", "left"),
    [
        (lambda: kept(LINKED.grade != 3), {},
         "Nobody gave grade 3; the model is that of the grades used, and has no threshold for it.",
         {}),
        (lambda: kept((LINKED.grade != 3) & (LINKED.grade != 1)), {},
         "Nobody gave grade 1, 3; the model is that of the grades used, and has no threshold for "
         "it.", {}),
        (lambda: kept(LINKED.domain == 0), {}, "The halo was left out: there is one domain only.",
         {"halo": False}),
        (lambda: kept(LINKED.domain == 0), {"auditor_by_domain": True},
         "Differences by domain were left out: there is one domain only.",
         {"auditor_by_domain": False}),
        (lambda: kept((LINKED.auditor + LINKED.audit + LINKED.domain) % 2 == 0), {},
         "The halo was left out: no auditor graded two domains of one audit.", {"halo": False}),
        (lambda: kept(LINKED.auditor == LINKED.audit % 3), {},
         "The halo was left out: no audit was graded twice, so the halo cannot be told from "
         "practice.", {"halo": False, "caseload": False}),
        (lambda: kept(LINKED.auditor == LINKED.audit % 3), {},
         "No audit was graded by two auditors, so a harsh auditor cannot be told from one who "
         "gets weaker practice; severities hold only if audits reached auditors at random.",
         {"caseload": False}),
        (lambda: kept(LINKED.audit < 9), {},
         "Only 9 audits were graded by two or more auditors; severities rest on audits having "
         "reached auditors at random.", {}),
        (lambda: kept(LINKED.auditor == 1), {},
         "There is one auditor only, so nobody's severity can be told.",
         {"auditor_effects": "none"}),
        (lambda: kept(LINKED.auditor == 1), {"drift": True},
         "No differences between auditors are estimated: there are none to tell.",
         {"drift": False, "auditor_effects": "none"}),
        (lambda: LINKED, {"anchored": {0: 0.0, 1: 0.1, 2: 0.2}, "auditor_by_domain": True},
         "No differences between auditors are estimated: there are none to tell.",
         {"auditor_effects": "none", "auditor_by_domain": False}),
        (lambda: LINKED, {"drift": True},
         "Changes over time were left out: there is one quarter only.",
         {"drift": False, "auditor_by_quarter": False, "practice_by_quarter": False}),
        (lambda: LINKED, {"auditor_by_quarter": True},
         "Changes over time were left out: there is one quarter only.",
         {"auditor_by_quarter": False}),
        (lambda: kept((LINKED.domain == 0) | (LINKED.grade != 3)), {"thresholds": "partial_credit"},
         "Some domains lack a grade that others have, so all domains share one set of thresholds.",
         {"thresholds": "rating_scale"}),
        (lambda: kept((LINKED.domain == 0) & (LINKED.auditor == LINKED.audit % 3)), {},
         "Every audit has one grade only, so how far practice differs between audits is not "
         "known; it was taken as 1 logit.", {}),
    ],
)  # fmt: skip
def test_what_ratings_cannot_tell_is_left_out_and_said(ratings, options, warning, left):
    found = scope(ratings(), **options)
    assert warning in found.warnings
    for name, value in left.items():
        assert getattr(found.options, name) == value
    assert found.sd_is_known == (len(ratings().grade) == ratings().n_audits)


def test_ten_linked_audits_are_enough():
    assert not any("Only" in one for one in scope(kept(LINKED.audit < 10)).warnings)
    alone = scope(kept(LINKED.auditor == 1)).warnings
    assert not any("Only" in one or "No audit" in one for one in alone)


def test_groups_without_an_audit_in_common_are_said():
    two = ratings_of([(0, 1, 0, 1), (0, 2, 0, 2), (1, 3, 0, 1), (1, 4, 0, 0), (2, 3, 0, 3)])
    said = "Auditors fall into 2 groups without an audit in common."
    assert any(said in one for one in scope(two).warnings)
    one = scope(two, anchored={1: 0.0})
    assert any(said in warning for warning in one.warnings)
    both = scope(two, anchored={1: 0.0, 3: 0.0})
    assert not any(said in warning for warning in both.warnings)


def test_moderators_are_those_who_graded_beside_auditors():
    assert scope(LINKED, moderators={2, 9}).options.moderators == {2}
    assert scope(LINKED, moderators={0, 1, 2}).options.moderators == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "probit"}, '"link" is one of adjacent, cumulative, not "probit"'),
        ({"thresholds": "x"}, '"thresholds" is one of rating_scale, partial_credit'),
        ({"auditor_effects": "x"}, '"auditor_effects" is one of shrunken, free, none'),
        ({"level": 95}, "confidence level"),
        ({"nodes": 4}, "at least 5 points"),
        ({"reach": 0.0}, "reach above 0"),
    ],
)
def test_options_that_make_no_model(options, words):
    with pytest.raises(UsageError, match=words):
        SeverityOptions(**options)


def test_smallest_grid_and_anchors():
    assert SeverityOptions(nodes=5, reach=0.1).nodes == 5
    with pytest.raises(UsageError, match=r"2 anchored auditors graded nothing \(first: code 7\)"):
        scope(LINKED, anchored={8: 0.0, 7: 0.0, 1: 0.0})
    with pytest.raises(UsageError, match="All grades are the same"):
        severity_model(ratings_of([(0, 1, 0, 1), (0, 2, 0, 1)]))


# --- ratings ----------------------------------------------------------------------------------


def test_ratings_are_numbered_and_counted():
    found = ratings_of(
        [(5, 9, 3, 1, 20), (5, 7, 3, 2, 20), (5, 7, 4, 2, 20), (2, 7, 4, 0, 10)], quarters=True
    )
    assert found.audit_number.tolist() == [1, 1, 1, 0]
    assert found.auditor_number.tolist() == [1, 0, 0, 0]
    assert found.domain_number.tolist() == [0, 0, 1, 1]
    assert found.quarter_number.tolist() == [1, 1, 1, 0]
    assert (found.n_audits, found.n_auditors, found.n_domains, found.n_quarters) == (2, 2, 2, 2)
    assert found.bundle_number.tolist() == [2, 1, 1, 0]
    assert found.n_bundles == 3
    assert found.auditors_of_audit.tolist() == [1, 2]
    assert found.audits_of_auditor.tolist() == [2, 1]
    assert found.linked_audits.tolist() == [1, 1]
    assert found.n_linked == 1
    assert found.linked.audit.tolist() == [5, 5, 5]
    assert found.linked.quarter.tolist() == [20, 20, 20]
    assert found.of_auditors([9]).grade.tolist() == [1]
    groups = linked_groups(ratings_of([(0, 4, 0, 1), (1, 5, 0, 1), (1, 6, 0, 2)]))
    assert groups.group.tolist() == [1, 0, 0]
    assert groups.sizes.tolist() == [2, 1]
    assert not groups.is_connected
    with pytest.raises(ShapeError, match="no grade at all"):
        SeverityRatings(audit=[], auditor=[], domain=[], grade=[], n_levels=4)
    with pytest.raises(ShapeError, match="1 grades repeat an audit, auditor and domain"):
        ratings_of([(0, 1, 0, 1), (0, 1, 0, 2), (0, 1, 1, 2)])
    with pytest.raises(ShapeError, match="none is linked"):
        _ = ratings_of([(0, 1, 0, 1), (1, 2, 0, 2)]).linked
    with pytest.raises(UnknownGradeError):
        ratings_of([(0, 1, 0, 4)])


# --- separation -------------------------------------------------------------------------------


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


# --- links, grid, habits, fit -------------------------------------------------------------------


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


# --- in grades ----------------------------------------------------------------------------------


def test_curves_by_hand():
    levels, edges = [0, 1, 3], [-1.0, 0.5]
    for link in ("adjacent", "cumulative"):
        curve = link_curve(edges, levels=levels, link=link)
        if link == "adjacent":
            expected = special.softmax([0, 0.2 + 1.0, 0.4 + 0.5]) @ levels
        else:
            above = special.expit(np.subtract(0.2, edges))
            expected = above[0] * 1 + above[1] * 2
        assert float(curve(np.array([0.2]))[0]) == pytest.approx(expected)
    step = slope_of(lambda x: 3 * x, np.array([0.4]))
    assert step == pytest.approx(3)
    spread = averaged_curve(lambda x: x**2, sd=0.5, difficulty=[-1.0, 1.0])
    assert float(spread(np.array([0.3]))[0]) == pytest.approx(0.09 + 1 + 0.25)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_fair_grades_on_a_straight_curve(level):
    def curve(place):
        return 1.5 + 0.4 * place

    z = stats.norm.ppf(0.5 + level / 2)
    given = {"severity": [0.5, np.nan], "se": [0.2, 0.1], "practice": 0.3, "files": [20, 3]}
    fair, none = fair_grades(curve, **given, level=level)
    assert fair.value == pytest.approx(1.5 + 0.4 * -0.2)
    assert (fair.low, fair.high) == pytest.approx((fair.value - 0.08 * z, fair.value + 0.08 * z))
    assert fair.se == pytest.approx(0.08)
    assert (fair.level, fair.cases, fair.auditors, fair.method) == (level, 20, 1, "fair grade")
    assert (none.why_not, none.cases) == ("the auditor has no severity", 3)
    harsh, none = severity_in_grades(curve, **given, level=level)
    assert harsh.value == pytest.approx(0.2)
    assert (harsh.low, harsh.high) == pytest.approx((0.2 - 0.08 * z, 0.2 + 0.08 * z))
    assert (harsh.level, harsh.cases, harsh.method) == (level, 20, "severity in grades")
    with pytest.raises(ShapeError, match="equally many"):
        fair_grades(curve, severity=[0.5], se=[0.2, 0.1], practice=0.0, files=[20])


@pytest.fixture(scope="module")
def fit():
    truth = simulated(np.random.default_rng(5), audits=60, auditors=4, domains=2, halo=0.5)
    return severity_model(truth.ratings, options=SeverityOptions(level=0.8))


def test_severities_say_what_they_rest_on(fit):
    for found, values, covariance, method in (
        (severity_estimates(fit), fit.severity, fit.severity_covariance, "severity model"),
        (caseload_estimates(fit), fit.caseload, fit.caseload_covariance,
         "severity model, caseload"),
    ):  # fmt: skip
        for place, one in enumerate(found):
            se = sqrt(covariance[place, place])
            half = stats.norm.ppf(0.9) * se
            assert (one.value, one.low, one.high) == pytest.approx(
                (values[place], values[place] - half, values[place] + half)
            )
            assert one.p == pytest.approx(2 * stats.norm.sf(abs(one.value) / se))
            assert (one.level, one.cases, one.auditors) == (
                0.8,
                fit.ratings.linked_audits[place],
                4,
            )
            assert one.method == f"{method}, adjacent link"
    assert fit.severity.sum() == pytest.approx(0, abs=1e-9)
    assert fit.severity_covariance.sum(axis=0) == pytest.approx(0, abs=1e-9)


def test_nobody_to_compare_with_is_said():
    rows = [(0, 1, 0, 1), (0, 2, 0, 2), (1, 3, 0, 1), (2, 1, 0, 0), (2, 2, 0, 2), (3, 1, 0, 3),
            (3, 2, 0, 3)]  # fmt: skip
    found = severity_estimates(severity_model(ratings_of(rows)))
    assert found[2].why_not == "no audit in common with another auditor"
    assert (found[2].cases, found[2].auditors) == (0, 1)
    assert (found[0].cases, found[0].auditors) == (3, 2)
    none = severity_model(ratings_of(rows), options=SeverityOptions(auditor_effects="none"))
    assert severity_estimates(none)[0].why_not == "the model holds no differences between auditors"
    assert caseload_estimates(none)[0].why_not == "the model holds no differences between caseloads"
    lone = severity_model(ratings_of([(0, 1, 0, 1), (1, 1, 0, 2)]))
    assert severity_estimates(lone)[0].why_not == "no audit in common with another auditor"


def test_spreads_of_a_model_have_their_words(fit):
    for spread in (fit.sd_audit, fit.sd_halo, fit.sd_auditor):
        assert spread.low <= spread.value <= spread.high
        if spread.low > 0:
            assert spread.value**2 == pytest.approx(spread.low * spread.high)
            assert spread.words == (f"differs by {spread.value:.2f} logits (standard deviation)")
    assert fit.sd_drift.words == "not in the model"
    assert np.isnan(fit.sd_drift.value)
    assert fit.location == pytest.approx(fit.thresholds.mean())
    assert fit.deviance == pytest.approx(-2 * fit.log_likelihood)
    assert fit.log_marginal < fit.log_likelihood
    assert fit.difficulty.sum() == pytest.approx(0, abs=1e-9)
    assert not fit.is_anchored
    assert list(fit.spreads) == ["auditor", "caseload"]


@pytest.mark.parametrize(
    ("value", "se", "gain", "words", "low"),
    [
        (0.5, 0.2, 5.0, "differs by 0.50 logits (standard deviation)", 0.5 / exp(1.959964 * 0.2)),
        (0.5, 0.2, 1.0, "differs by 0.50 logits (standard deviation), but could also not differ "
         "at all", 0.0),
        (0.5, 0.2, 1.93, "differs by 0.50 logits (standard deviation)", 0.5 / exp(1.959964 * 0.2)),
        (0.5, 0.2, 1.91, "differs by 0.50 logits (standard deviation), but could also not differ "
         "at all", 0.0),
        (0.5, 0.2, 0.0, "at the boundary: the grades show no difference beyond chance", 0.0),
        (0.5, 6.0, 5.0, "about 0.50 logits (standard deviation), but how far is not known",
         np.nan),
    ],
)  # fmt: skip
def test_words_of_a_spread(value, se, gain, words, low):
    """Half the 95 % quantile of chi-square with 1 df is 1.92."""
    found = module._component(value, se=se, gain=gain, level=0.95)
    assert found.words == words
    assert found.low == pytest.approx(low, nan_ok=True)
    assert found.at_boundary == (gain <= 0)
    if np.isfinite(low):
        assert found.high == pytest.approx(0.5 * exp(1.959964 * se))


def test_auditors_in_grades_follow_their_severity(fit):
    stick = yardstick(fit)
    fair, harsh = auditor_fair_grades(fit), auditor_severity_in_grades(fit)
    order = np.argsort(fit.severity)
    assert np.argsort([one.value for one in harsh]).tolist() == order.tolist()
    assert np.argsort([-one.value for one in fair]).tolist() == order.tolist()
    for place, one in enumerate(harsh):
        own = stick.curve(np.array([stick.practice - fit.severity[place], stick.practice]))
        assert one.value == pytest.approx(own[1] - own[0])
        assert (one.level, one.cases) == (0.8, fit.ratings.linked_audits[place])
    middle = yardstick(fit, reference="zero")
    assert middle.practice == fit.location
    average = yardstick(fit, reference="mean")
    assert average.practice == pytest.approx(fit.audit_mean.mean())
    with pytest.raises(UsageError, match='"best" is no reference; expected one of files, mean'):
        yardstick(fit, reference="best")
    values = np.arange(4.0)
    kinder, harsher = mean_in_domain(fit, [-0.01, 0.01], values=values, domain=1)
    assert lost_per_logit(fit, values=values, domain=1) == pytest.approx(
        (kinder - harsher) / 0.02, rel=1e-3
    )
    assert kinder > harsher
    table = category_probabilities(fit, 0.3, severity=0.1, domain=0)
    steps = 0.2 - fit.difficulty[0] - fit.thresholds
    assert table == pytest.approx(special.softmax([0, *np.cumsum(steps)]))
    expected = expected_grades(fit)
    assert expected.probability.sum(axis=1) == pytest.approx(1)
    assert expected.mean == pytest.approx(expected.probability @ values)
    assert expected.variance == pytest.approx(expected.probability @ values**2 - expected.mean**2)


def test_statistics_of_a_fit_say_what_they_rest_on(fit):
    found = severity_statistics(fit, rng=np.random.default_rng(1), draws=20)
    ratings = fit.ratings
    assert found.fit.count.tolist() == np.bincount(ratings.auditor_number).tolist()
    assert found.domain_fit.count.tolist() == np.bincount(ratings.domain_number).tolist()
    assert (found.limits.level, found.limits.draws) == (0.8, 20)
    assert found.agreement.pairs == 60 * 2  # two auditors of each audit in two domains
    assert sum(one.pairs for one in found.agreement_by_auditor) == 2 * found.agreement.pairs
    for habits in (found.centrality, found.halo.shrunken, found.inconsistency.shrunken):
        assert [one.cases for one in habits] == ratings.audits_of_auditor.tolist()
        assert {one.level for one in habits} == {0.8}
    with pytest.raises(UsageError, match='auditor_effects="free"'):
        severity_differences(fit)


def test_differences_of_free_severities():
    truth = simulated(np.random.default_rng(5), audits=60, auditors=4, domains=2)
    options = SeverityOptions(auditor_effects="free", halo=False)
    free = severity_model(truth.ratings, options=options)
    found = severity_differences(free)
    assert found.fixed.df == 3
    assert found.separation.n == 4
    known = separation(free.severity, se=np.sqrt(np.diag(free.severity_covariance)))
    assert found.separation == known
    held = severity_model(truth.ratings, options=replace(options, anchored={0: 0.0}))
    with pytest.raises(UsageError, match="without"):
        severity_differences(held)


def test_allocation_is_tested_where_audits_are_linked():
    truth = simulated(np.random.default_rng(8), audits=80, auditors=6, domains=2, double=0.5)
    found = allocation_test(truth.ratings, options=SeverityOptions(level=0.8))
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, found.df))
    assert 0 < found.df <= 5
    # The statistic has the mean of its chi-square where audits reach auditors at random.
    assert 0.001 < found.p < 0.999
    assert len(found.caseload) == 6
    assert (found.linked.ratings.n_audits, found.pooled.ratings.n_audits) == (
        truth.ratings.n_linked, 80,
    )  # fmt: skip
    assert not found.pooled.options.has_caseload
    assert found.uneven.options.has_caseload
    assert (found.correlation.level, found.correlation.cases) == (0.8, 80)
    assert found.correlation.auditors == 6
    assert allocation_p(truth.ratings) == pytest.approx(found.p, rel=0.05)
    with pytest.raises(UsageError, match="allocation cannot be tested"):
        allocation_test(ratings_of([(0, 1, 0, 1), (1, 2, 0, 2)]))


def test_first_thresholds_follow_the_shares_of_grades():
    """Grades 0 0 1 2: log(1/2 / 1/4) and log(1) times 1.4; the spread of the halo begins at 1/2."""
    rows = [(a, r, d, g) for a, r, d, g in zip(
        [0, 0, 1, 1], [0, 1, 0, 1], [0] * 4, [0, 0, 1, 2], strict=True)]  # fmt: skip
    ratings = ratings_of(rows, n_levels=3)
    for link, steps in (("adjacent", [log(2), 0.0]), ("cumulative", [0.0, log(3)])):
        options = SeverityOptions(link=link, halo=False)
        terms = severity_terms(ratings, kinds=bundle_kinds(ratings, link=link), options=options)
        start = severity_start(ratings, terms=terms, options=options)
        place = terms.index["thresholds"]
        assert start.parameters[place] == pytest.approx(1.4 * np.array(steps))
        assert start.parameters[-2:] == pytest.approx([0, log(0.5)])
        assert (start.nodes, start.reach, start.is_near) == (61, 7.0, False)
        assert set(start.sd.values()) <= {0.5}
        asked = severity_start(ratings, terms=terms, options=replace(options, nodes=31, reach=5.0))
        assert (asked.nodes, asked.reach) == (31, 5.0)
