"""Correlation of severity with caseload: found where planted, and not where the plain one errs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.severity.allocation import (
    NO_PEAK,
    _Effects,
    allocation_test,
    caseload_correlation,
)
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.variances import guard
from tests.monte_carlo import lowest
from tests.stats.severity.simulated_grades import simulated

AUDITORS, AUDITS, DOMAINS = 24, 500, 5


def uneven(rng, correlation, *, double=0.6, spread=0.9):
    """Audits whose practice hangs on the first auditor, whose severity goes with it or against."""
    severity, own = rng.normal(0, 0.6, AUDITORS), rng.normal(0, 1, AUDITORS)
    load = spread * (correlation * severity / 0.6 + np.sqrt(1 - correlation**2) * own)
    first = rng.integers(AUDITORS, size=AUDITS)
    twice = np.flatnonzero(rng.random(AUDITS) < double)
    other = (first + rng.integers(1, AUDITORS, size=AUDITS)) % AUDITORS
    audit, auditor = np.append(np.arange(AUDITS), twice), np.append(first, other[twice])
    seen = (rng.normal(0, 1.2, AUDITS) + load[first])[audit] + rng.normal(0, 0.6, len(audit))
    place = (seen - severity[auditor])[:, np.newaxis, np.newaxis] - np.array([-2.0, 0.0, 2.0])
    weight = np.exp(np.cumsum(place, axis=2)).repeat(DOMAINS, axis=1)
    weight = np.concatenate([np.ones((*weight.shape[:2], 1)), weight], axis=2)
    below = (weight / weight.sum(axis=2, keepdims=True)).cumsum(axis=2)
    grade = (rng.random(below.shape[:2])[..., np.newaxis] > below[..., :-1]).sum(axis=2)
    return SeverityRatings(
        audit=np.repeat(audit, DOMAINS),
        auditor=np.repeat(auditor, DOMAINS),
        domain=np.tile(np.arange(DOMAINS), len(audit)),
        grade=grade.ravel(),
        n_levels=4,
    )


@pytest.mark.slow
@pytest.mark.parametrize("planted", [-0.8, 0.8])
def test_a_planted_correlation_is_found(planted):
    found = allocation_test(uneven(np.random.default_rng(5), planted)).correlation
    assert found.low <= planted <= found.high
    assert found.low > 0 if planted > 0 else found.high < 0
    assert (found.cases, found.auditors) == (AUDITS, AUDITORS)


@pytest.mark.slow
def test_where_there_is_none_the_plain_correlation_errs_and_this_does_not(times):
    plain, ours, covers = [], [], []
    councils = times(12, full=24)
    for place in range(councils):
        fit = severity_model(uneven(np.random.default_rng([3, place]), 0.0, double=0.25))
        plain.append(np.corrcoef(fit.severity, fit.caseload)[0, 1])
        found = caseload_correlation(fit)
        ours.append(found.value)
        covers.append(found.low <= 0 <= found.high)
    assert np.mean(plain) < -0.15
    assert np.mean(ours) == pytest.approx(0, abs=0.15 * np.sqrt(24 / councils))
    assert np.mean(covers) >= lowest(0.95, councils)


def test_its_likelihood_is_that_of_estimates_with_normal_errors():
    """For a quadratic log-likelihood: a normal density of the peak, from another program."""
    rng, n = np.random.default_rng(4), 4
    root = rng.normal(size=(2 * n, 3 * n))
    information, peak = root @ root.T, rng.normal(size=2 * n)
    effects = _Effects(information=information, slope=information @ peak)
    heights, densities = [], []
    for correlation, sd in ((0.0, (0.5, 0.7)), (0.6, (0.5, 0.7)), (-0.4, (1.1, 0.2))):
        heights.append(-effects.depth(correlation, np.log(sd)) - float(np.sum(guard(np.array(sd)))))
        shared = np.outer(sd, sd) * np.array([[1, correlation], [correlation, 1]])
        spread = np.linalg.inv(information) + np.kron(shared, np.eye(n))
        densities.append(stats.multivariate_normal(cov=spread).logpdf(peak))
    assert np.diff(heights) == pytest.approx(np.diff(densities), abs=1e-9)


def test_spreads_at_which_the_quadratic_has_no_peak_are_no_goal():
    bent = _Effects(information=-np.eye(4), slope=np.ones(4))
    assert bent.depth(0.0, np.log([10.0, 10.0])) == NO_PEAK
    assert bent.depth(0.0, np.log([0.5, 0.5])) < NO_PEAK


def test_what_cannot_be_told_is_said():
    ratings = simulated(
        np.random.default_rng(1), audits=200, auditors=8, halo=0.5, double=0.4
    ).ratings
    alike = caseload_correlation(severity_model(ratings))
    assert not alike.is_estimable
    assert "may not differ" in alike.why_not
    none = caseload_correlation(severity_model(ratings, options=SeverityOptions(caseload=False)))
    assert "holds no differences" in none.why_not
    few = severity_model(
        simulated(np.random.default_rng(1), audits=100, auditors=4, double=0.5).ratings
    )
    spread = replace(few.sd_caseload, value=0.5, low=0.2, at_boundary=False)
    assert "fewer than 5" in caseload_correlation(replace(few, sd_caseload=spread)).why_not
