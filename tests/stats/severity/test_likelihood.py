"""The likelihood of the severity model beside plain loops, and its derivatives."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log

import numpy as np
import pytest

from qaf_analysis.stats.severity.bundles import bundle_kinds
from qaf_analysis.stats.severity.grid import RaterGrid, grid_posterior
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.stats.severity.simulated_grades import simulated

NODES = np.linspace(-13, 13, 261)
SD_AUDIT, SD_HALO = 1.2, 0.8
# Audit, auditor, domain, grade: one audit graded twice, one thrice and not in full, one once.
ROWS = [
    *[(0, 0, 0, 2), (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 1)],
    *[(1, 0, 0, 0), (1, 1, 0, 1), (1, 1, 1, 0), (1, 2, 1, 2)],
    *[(2, 2, 0, 2), (2, 2, 1, 2)],
]
STEPS = [[-0.9, 0.7], [-0.4, 0.5]]
SEVERITY, DIFFICULTY, MEAN = [0.3, -0.2, 0.1], [0.25, -0.25], [0.2, -0.1, 0.4]


def tiny() -> SeverityRatings:
    audit, auditor, domain, grade = (list(column) for column in zip(*ROWS, strict=True))
    return SeverityRatings(audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=3)


def chance(x: float, grade: int, steps: list[float], link: str) -> float:
    """Probability of a grade, written out."""
    if link == "adjacent":
        weight = [1.0, exp(x - steps[0]), exp(2 * x - steps[0] - steps[1])]
        return weight[grade] / sum(weight)
    below = [0.0, *(1 / (1 + exp(x - step)) for step in steps), 1.0]
    return below[grade + 1] - below[grade]


def by_hand(link: str, *, halo: bool) -> float:
    """Gauss-Hermite product quadrature in loops over audits, practice, auditors and halo."""
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    total = 0.0
    for audit in range(3):
        likelihood = 0.0
        for practice, share in zip(node * SD_AUDIT + MEAN[audit], weight, strict=True):
            product = share
            for auditor in range(3):
                mine = [row for row in ROWS if row[:2] == (audit, auditor)]
                seen = 0.0
                for u, part in zip(node * SD_HALO, weight, strict=True) if halo else [(0.0, 1.0)]:
                    all_grades = part
                    for _, _, domain, grade in mine:
                        x = practice + u - SEVERITY[auditor] - DIFFICULTY[domain]
                        all_grades *= chance(x, grade, STEPS[domain], link)
                    seen += all_grades
                product *= seen if mine else 1.0
            likelihood += product
        total += log(likelihood)
    return total


@pytest.mark.parametrize("halo", [True, False])
@pytest.mark.parametrize("link", ["adjacent", "cumulative"])
def test_likelihood_is_that_of_plain_loops(link, halo):
    kinds = bundle_kinds(tiny(), link=link)
    offsets = np.add.outer(np.array(SEVERITY)[kinds.station_auditor], DIFFICULTY).ravel()
    steps = np.tile(np.array(STEPS), (kinds.n_stations, 1))
    means = np.empty(len(kinds.audit_count))
    means[kinds.kind_of_audit] = MEAN
    posterior = grid_posterior(
        RaterGrid(kinds=kinds, nodes=NODES, link=link),
        offsets=offsets,
        thresholds=steps,
        audit_means=means,
        sd_audit=SD_AUDIT,
        sd_halo=SD_HALO if halo else 0.0,
    )
    assert posterior.log_likelihood == pytest.approx(by_hand(link, halo=halo), abs=1e-8)


def likelihood_of(link: str, thresholds: str) -> tuple[SeverityLikelihood, np.ndarray]:
    """A model with every kind of effect, and a point that is not its peak."""
    made = simulated(np.random.default_rng(3), audits=50, auditors=5, halo=0.7).ratings
    rng = np.random.default_rng(1)
    quarter = rng.integers(3, size=made.n_audits)[made.audit_number]
    kept = rng.random(len(quarter)) > 0.1
    ratings = SeverityRatings(
        audit=made.audit[kept],
        auditor=made.auditor[kept],
        domain=made.domain[kept],
        grade=made.grade[kept],
        n_levels=made.n_levels,
        quarter=quarter[kept],
    )
    options = SeverityOptions(
        link=link,
        thresholds=thresholds,
        auditor_by_domain=True,
        drift=True,
        auditor_by_quarter=True,
        anchored={2: 0.3},
    )
    kinds = bundle_kinds(ratings, link=link)
    terms = severity_terms(ratings, kinds=kinds, options=options)
    point = rng.normal(0, 0.3, terms.n_parameters)
    place = terms.index["thresholds"]
    start = np.linspace(-2, 2, made.n_levels - 1)
    point[place] += np.tile(start, (place.stop - place.start) // len(start))
    grid = RaterGrid(kinds=kinds, nodes=np.linspace(-9, 9, 81), link=link)
    whole = SeverityLikelihood(grid=grid, terms=terms, has_halo=True, sd_is_known=False)
    return whole, point


def differenced(function, point: np.ndarray, step: float = 1e-5) -> np.ndarray:
    steps = step * np.eye(len(point))
    ends = [(function(point + move) - function(point - move)) / (2 * step) for move in steps]
    return np.array(ends)


@pytest.mark.parametrize("thresholds", ["rating_scale", "partial_credit"])
@pytest.mark.parametrize("link", ["adjacent", "cumulative"])
def test_gradient_and_information_are_those_of_differences(link, thresholds):
    whole, point = likelihood_of(link, thresholds)

    def value(at):
        return whole.value(at, posterior=whole.posterior(at))

    def gradient(at):
        return whole.gradient(at, posterior=whole.posterior(at))

    here = gradient(point)
    assert here == pytest.approx(differenced(value, point), abs=1e-7 * np.abs(here).max())
    information = whole.information(point, posterior=whole.posterior(point))
    expected = -differenced(gradient, point)
    assert information == pytest.approx(expected, abs=1e-6 * np.abs(expected).max())


def test_width_of_the_peak_slopes_as_differences_say():
    whole, point = likelihood_of("adjacent", "rating_scale")
    penalty = np.full(len(point), 4.0)

    def width(at):
        inside = whole.design_information(whole.posterior(at)) + np.diag(penalty[:-2])
        return -0.5 * np.linalg.slogdet(inside)[1]

    information = whole.information(point, posterior=whole.posterior(point))
    found = whole.volume_slope(point, information=information, penalty=penalty)
    expected = [(width(point + m) - width(point - m)) / 2e-4 for m in 1e-4 * np.eye(len(point))]
    assert found[-2:] == pytest.approx(expected[-2:], rel=0.05, abs=0.02)


def test_bundles_with_the_same_total_are_counted_together():
    """Under the adjacent link; log-likelihoods with and without it are the same."""
    made = simulated(np.random.default_rng(5), audits=80, auditors=4, halo=0.7).ratings
    reduced, full = bundle_kinds(made, link="adjacent"), bundle_kinds(made, link="cumulative")
    assert len(reduced.station) < len(full.station)
    values = []
    for kinds in (reduced, full):
        options = SeverityOptions(caseload=False)
        terms = severity_terms(made, kinds=kinds, options=options)
        grid = RaterGrid(kinds=kinds, nodes=np.linspace(-8, 8, 61), link="adjacent")
        whole = SeverityLikelihood(grid=grid, terms=terms, has_halo=True, sd_is_known=False)
        point = np.random.default_rng(2).normal(0, 0.5, terms.n_parameters)
        values.append(whole.posterior(point).log_likelihood)
    assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_levels_add_up_to_one_in_both_links():
    for link in ("adjacent", "cumulative"):
        whole, point = likelihood_of(link, "rating_scale")
        table = whole.posterior(point).table
        assert np.exp(table.log_probability).sum(axis=1) == pytest.approx(1, abs=1e-12)
        steps = table.thresholds[0]
        assert all(low < high for low, high in pairwise(steps))
