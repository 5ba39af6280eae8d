"""What the severity model finds: known truth, symmetries, and data that tell little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import linalg, stats

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.severity.allocation import allocation_p, allocation_test
from qaf_analysis.stats.severity.contrasts import caseload_estimates, severity_estimates
from qaf_analysis.stats.severity.grid import grid_posterior
from qaf_analysis.stats.severity.in_grades import category_probabilities, expected_grades
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings, linked_groups
from qaf_analysis.stats.severity.variances import GUARD, QuadraticLikelihood, best_spreads
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError
from tests.stats.severity.simulated_grades import simulated

FREE = SeverityOptions(auditor_effects="free", halo=False)


def changed(ratings: SeverityRatings, **more: object) -> SeverityRatings:
    names = ("audit", "auditor", "domain", "grade", "n_levels", "quarter")
    return SeverityRatings(**{name: getattr(ratings, name) for name in names} | more)


def kept(ratings: SeverityRatings, rows: Ints) -> SeverityRatings:
    names = ("audit", "auditor", "domain", "grade")
    return changed(ratings, **{name: getattr(ratings, name)[rows] for name in names})


@pytest.fixture(scope="module")
def truth():
    return simulated(np.random.default_rng(3), audits=300, auditors=8, halo=0.7, double=0.5)


@pytest.fixture(scope="module")
def fit(truth):
    return severity_model(truth.ratings)


# --- known truth ---------------------------------------------------------------------------------


def test_planted_values_are_recovered():
    made = simulated(
        np.random.default_rng(1), audits=600, auditors=29, domains=9, halo=0.7, double=0.3
    )
    fit = severity_model(made.ratings)
    planted = made.severity - made.severity.mean()
    found = severity_estimates(fit)
    assert fit.converged
    assert fit.gradient_norm < 1e-6
    assert np.corrcoef(fit.severity, planted)[0, 1] > 0.75
    covered = [e.low <= t <= e.high for e, t in zip(found, planted, strict=True)]
    assert np.mean(covered) > 0.85
    for component, value in ((fit.sd_audit, 1.5), (fit.sd_halo, 0.7), (fit.sd_auditor, 0.5)):
        assert component.low < value < component.high
        assert not component.at_boundary
    assert fit.thresholds == pytest.approx([-2, 0, 2], abs=0.35)
    assert fit.difficulty == pytest.approx(np.linspace(-0.5, 0.5, 9), abs=0.2)


def test_effects_by_domain_and_quarter_and_drift_are_found():
    rng = np.random.default_rng(4)
    made = simulated(rng, audits=500, auditors=4, domains=4, severity=np.zeros(4), halo=0.3)
    ratings = made.ratings
    quarter = rng.integers(4, size=ratings.n_audits)[ratings.audit_number]
    harsh_on_one = (ratings.auditor == 0) & (ratings.domain == 1) & (rng.random(len(quarter)) < 0.7)
    later = (ratings.auditor == 2) & (rng.random(len(quarter)) < 0.6 * (quarter - 1.5) / 1.5)
    grade = np.maximum(ratings.grade - harsh_on_one - later, 0)
    fit = severity_model(
        changed(ratings, grade=grade, quarter=quarter),
        options=SeverityOptions(auditor_by_domain=True, drift=True, auditor_by_quarter=True),
    )
    assert fit.by_domain.shape == (4, 4)
    assert np.unravel_index(fit.by_domain.argmax(), (4, 4)) == (0, 1)
    assert fit.drift.argmax() == 2
    assert fit.by_quarter.shape == (4, 4)
    assert fit.drift[2] > 1.96 * np.sqrt(fit.drift_covariance[2, 2])
    assert fit.practice_by_quarter.sum() == pytest.approx(0, abs=1e-10)


def test_better_practice_in_a_quarter_is_not_taken_for_kindness():
    """Auditors 0-3 worked in a weak quarter, 4-7 in a good one, with a few in both."""
    rng = np.random.default_rng(8)
    made = simulated(rng, audits=500, auditors=8, severity=np.zeros(8), domains=6, halo=0.5)
    ratings = made.ratings
    early = (ratings.auditor < 4)[ratings.bundle_first][ratings.bundle_number]
    both = np.bincount(ratings.audit_number, weights=early) / np.bincount(ratings.audit_number)
    quarter = (both < 0.5)[ratings.audit_number].astype(np.int64)
    grade = np.clip(ratings.grade + quarter * (rng.random(len(quarter)) < 0.5), 0, 3)
    fit = severity_model(changed(ratings, grade=grade, quarter=quarter))
    assert fit.practice_by_quarter[1] - fit.practice_by_quarter[0] > 0.8
    assert np.abs(fit.severity).max() < 0.4


# --- symmetries ----------------------------------------------------------------------------------


def test_names_and_order_of_rows_change_nothing(truth, fit):
    ratings, rng = truth.ratings, np.random.default_rng(1)
    auditors, domains = rng.permutation(8) * 7 - 3, rng.permutation(5) + 40
    shuffled = rng.permutation(len(ratings.grade))
    other = severity_model(
        changed(
            ratings,
            audit=(rng.permutation(300) * 11)[ratings.audit][shuffled],
            auditor=auditors[ratings.auditor][shuffled],
            domain=domains[ratings.domain][shuffled],
            grade=ratings.grade[shuffled],
        )
    )
    back = np.argsort(np.argsort(auditors))
    assert other.severity[back] == pytest.approx(fit.severity, abs=1e-8)
    assert other.difficulty[np.argsort(np.argsort(domains))] == pytest.approx(
        fit.difficulty, abs=1e-8
    )
    assert other.severity_covariance[np.ix_(back, back)] == pytest.approx(
        fit.severity_covariance, abs=1e-8
    )
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-7)


@pytest.mark.parametrize("link", ["adjacent", "cumulative"])
def test_reversing_the_scale_turns_the_signs(truth, link):
    options = SeverityOptions(link=link)
    ratings = truth.ratings
    plain = severity_model(ratings, options=options)
    turned = severity_model(changed(ratings, grade=3 - ratings.grade), options=options)
    assert turned.severity == pytest.approx(-plain.severity, abs=1e-8)
    assert turned.thresholds == pytest.approx(-plain.thresholds[::-1], abs=1e-8)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-7)


def test_twice_the_audits_make_errors_smaller_by_the_root_of_two(truth):
    ratings = truth.ratings
    doubled = SeverityRatings(
        audit=np.concatenate([ratings.audit, ratings.audit + 1000]),
        **{n: np.tile(getattr(ratings, n), 2) for n in ("auditor", "domain", "grade")},
        n_levels=4,
    )
    one, two = severity_model(ratings, options=FREE), severity_model(doubled, options=FREE)
    assert two.severity == pytest.approx(one.severity, abs=1e-4)
    ratio = np.diag(two.severity_covariance) / np.diag(one.severity_covariance)
    assert ratio == pytest.approx(0.5, rel=1e-3)


def test_covariance_is_the_inverse_of_differenced_derivatives(truth):
    """Of the log-likelihood alone, differenced twice; the wide priors are too weak to matter."""
    fit = severity_model(kept(truth.ratings, truth.ratings.audit < 80), options=FREE)
    free = fit.parameters[:-1]
    terms, grid = fit.terms, fit.posterior.grid

    def value(at):
        offsets, thresholds = terms.offsets_and_thresholds(np.append(at, 0.0))
        return grid_posterior(
            grid,
            offsets=offsets,
            thresholds=thresholds,
            audit_means=np.zeros(len(grid.kinds.audit_count)),
            sd_audit=float(np.exp(at[-1])),
            sd_halo=0.0,
        ).log_likelihood

    n, step = len(free), 1e-3
    moves = step * np.eye(n)
    hessian = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            ends = [
                value(free + a * moves[i] + b * moves[j]) * a * b for a in (1, -1) for b in (1, -1)
            ]
            hessian[i, j] = hessian[j, i] = sum(ends) / (4 * step**2)
    expected = np.sqrt(np.diag(linalg.inv(-hessian)))
    found = np.sqrt(np.diag(fit.covariance)[:-1])
    assert found == pytest.approx(expected, rel=2e-3)


def test_spreads_stand_where_the_em_rule_does():
    """tau^2 = (squares + variances) / (n - 1 + (tau / guard)^2), from a thousand EM steps."""
    rng = np.random.default_rng(2)
    root = rng.normal(size=(30, 12))
    likelihood = QuadraticLikelihood(
        information=root.T @ root, slope=rng.normal(0, 8, 12), random=(slice(2, 7), slice(7, 12))
    )
    sd = np.array([0.5, 0.5])
    for _ in range(1000):
        covariance = linalg.inv(likelihood.information + np.diag(likelihood.penalty(sd)))
        effects = covariance @ likelihood.slope
        total = [(effects[b] ** 2).sum() + np.diag(covariance)[b].sum() for b in likelihood.random]
        sd = np.sqrt(np.array(total) / (5 - 1 + (sd / GUARD) ** 2))
    best = best_spreads(likelihood, start=np.array([0.5, 0.5]))
    assert best.sd == pytest.approx(sd, rel=1e-6)


# --- what little data tell -----------------------------------------------------------------------


def two_teams(truth) -> SeverityRatings:
    """Audits of auditors 0-3 among themselves, and of 4-7 among themselves."""
    ratings = truth.ratings
    team = ratings.auditor // 4
    most = np.bincount(ratings.audit, weights=team) / np.bincount(ratings.audit)
    return kept(ratings, np.isin(most[ratings.audit], (0, 1)))


def test_teams_without_a_common_audit_are_not_compared(truth):
    ratings = two_teams(truth)
    fit = severity_model(ratings)
    assert fit.groups.n_groups == 2
    assert not fit.groups.is_connected
    for team in (slice(0, 4), slice(4, 8)):
        assert fit.severity[team].sum() == pytest.approx(0, abs=1e-10)
    assert any("2 groups" in warning for warning in fit.warnings)
    assert [e.auditors for e in severity_estimates(fit)] == [4] * 8


def test_an_anchor_in_each_team_makes_them_comparable(truth):
    ratings = two_teams(truth)
    fit = severity_model(ratings, options=SeverityOptions(anchored={0: 0.5, 4: -0.5}))
    assert (fit.severity[0], fit.severity[4]) == (0.5, -0.5)
    assert fit.severity_covariance[0, 0] == 0
    assert not any("groups" in warning for warning in fit.warnings)
    assert not np.isnan(fit.severity).any()


def test_anchoring_moves_the_others_and_nothing_else(truth):
    free = SeverityOptions(auditor_effects="free")
    plain = severity_model(truth.ratings, options=free)
    held = severity_model(truth.ratings, options=replace(free, anchored={2: 1.0}))
    moved = held.severity - plain.severity
    assert moved == pytest.approx(1 - plain.severity[2], abs=2e-3)
    assert held.location - plain.location == pytest.approx(-moved.mean(), abs=2e-3)


def test_an_auditor_alone_has_no_severity_and_a_reason(truth):
    ratings = truth.ratings
    single = np.bincount(ratings.audit) == ratings.n_domains
    alone = (ratings.auditor == 0) & single[ratings.audit]
    fit = severity_model(kept(ratings, alone | (ratings.auditor != 0)))
    found = severity_estimates(fit)[0]
    assert np.isnan(fit.severity[0])
    assert found.why_not == "no audit in common with another auditor"
    assert not np.isnan(fit.severity[1:]).any()


def test_equal_auditors_are_said_to_be_so():
    made = simulated(np.random.default_rng(6), audits=200, severity=np.zeros(6), auditors=6)
    fit = severity_model(made.ratings)
    assert fit.sd_auditor.low == 0
    assert np.isfinite(fit.severity).all()
    assert fit.sd_auditor.at_boundary == any("between auditors" in w for w in fit.warnings)
    assert fit.sd_auditor.at_boundary
    assert all(e.low < 0 < e.high for e in severity_estimates(fit))


@pytest.mark.parametrize("effects", ["shrunken", "free"])
def test_auditors_with_one_grade_only_stay_finite(truth, effects):
    ratings = truth.ratings
    grade = np.where(ratings.auditor == 1, 0, np.where(ratings.auditor == 5, 3, ratings.grade))
    fit = severity_model(
        changed(ratings, grade=grade), options=SeverityOptions(auditor_effects=effects)
    )
    assert fit.converged
    assert np.isfinite(fit.severity).all()
    assert fit.severity.argmax() == 1
    assert fit.severity.argmin() == 5


def test_a_level_that_nobody_used_has_no_threshold(truth):
    ratings = truth.ratings
    merged = severity_model(changed(ratings, grade=np.where(ratings.grade > 1, 3, ratings.grade)))
    plain = severity_model(
        changed(ratings, grade=np.where(ratings.grade > 1, 2, ratings.grade), n_levels=3)
    )
    assert np.isnan(merged.thresholds[1])
    assert merged.thresholds[[0, 2]] == pytest.approx(plain.thresholds, abs=1e-9)
    assert any("Nobody gave grade 2" in warning for warning in merged.warnings)
    table = category_probabilities(merged, 0.3, severity=0.0, domain=0)
    assert table[2] == 0
    assert table.sum() == pytest.approx(1)


def test_partial_credit_falls_back_where_a_domain_lacks_a_level(truth):
    ratings = truth.ratings
    grade = np.where((ratings.domain == 0) & (ratings.grade == 0), 1, ratings.grade)
    options = SeverityOptions(thresholds="partial_credit")
    fit = severity_model(changed(ratings, grade=grade), options=options)
    assert fit.options.thresholds == "rating_scale"
    assert any("share one set" in warning for warning in fit.warnings)
    full = severity_model(ratings, options=options)
    assert full.thresholds.shape == (5, 3)
    assert full.thresholds.mean(axis=1) == pytest.approx(full.location, abs=1e-10)
    assert full.difficulty.sum() == pytest.approx(0, abs=1e-10)


def test_one_domain_has_no_halo_and_two_levels_work(truth):
    ratings = kept(truth.ratings, truth.ratings.domain == 2)
    fit = severity_model(changed(ratings, grade=(ratings.grade > 1).astype(np.int64), n_levels=2))
    assert np.isnan(fit.sd_halo.value)
    assert any("one domain" in warning for warning in fit.warnings)
    assert fit.thresholds.shape == (1,)
    assert np.isfinite(fit.severity).all()


def test_one_auditor_has_no_severity(truth):
    fit = severity_model(kept(truth.ratings, truth.ratings.auditor == 3))
    assert np.isnan(fit.severity).all()
    assert any("one auditor only" in warning for warning in fit.warnings)
    assert not severity_estimates(fit)[0].is_estimable
    assert not caseload_estimates(fit)[0].is_estimable


def test_audits_graded_once_leave_the_halo_out_and_say_so(truth):
    ratings = truth.ratings
    single = np.bincount(ratings.audit) == ratings.n_domains
    fit = severity_model(kept(ratings, single[ratings.audit]))
    assert not fit.options.halo
    assert np.isnan(fit.severity).all()
    assert any("at random" in warning for warning in fit.warnings)


def test_a_single_grade_per_audit_leaves_the_spread_of_practice_open(truth):
    ratings = kept(truth.ratings, truth.ratings.domain == 0)
    first = np.unique(ratings.audit, return_index=True)[1]
    fit = severity_model(kept(ratings, first))
    assert fit.sd_audit.value == 1
    assert any("taken as 1 logit" in warning for warning in fit.warnings)


def test_what_cannot_be_is_refused(truth):
    ratings = truth.ratings
    with pytest.raises(UsageError, match="All grades are the same"):
        severity_model(changed(ratings, grade=np.full(len(ratings.grade), 2)))
    with pytest.raises(UsageError, match="graded nothing"):
        severity_model(ratings, options=SeverityOptions(anchored={99: 0.0}))
    with pytest.raises(UsageError, match="link"):
        SeverityOptions(link="probit")
    with pytest.raises(UnknownGradeError):
        changed(ratings, grade=ratings.grade + 1)
    with pytest.raises(ShapeError, match="repeat"):
        changed(ratings, audit=np.zeros(len(ratings.grade), dtype=np.int64))
    with pytest.raises(ShapeError, match="no grade"):
        kept(ratings, np.zeros(len(ratings.grade), dtype=bool))


# --- grid, expectations, links, allocation -------------------------------------------------------


def test_a_finer_and_wider_grid_changes_nothing(truth, fit):
    finer = severity_model(truth.ratings, options=SeverityOptions(nodes=181, reach=12.0))
    assert fit.severity == pytest.approx(finer.severity, abs=2e-4)
    assert fit.sd_halo.value == pytest.approx(finer.sd_halo.value, abs=5e-4)


@pytest.mark.wide
def test_the_grid_widens_and_refines_itself():
    made = simulated(
        np.random.default_rng(9), audits=40, auditors=8, raters=8, domains=9, sd_audit=4.0
    )
    fit = severity_model(made.ratings, options=SeverityOptions(halo=False))
    nodes = fit.posterior.grid.nodes
    assert nodes[-1] >= 4.5 * fit.sd_audit.value
    assert nodes[1] - nodes[0] <= 1.25 * fit.audit_sd.min()


def test_expected_grades_average_to_those_given(fit):
    """At the peak, grades seen and expected agree for each domain, and nearly for each auditor."""
    found, ratings = expected_grades(fit), fit.ratings
    assert found.probability.sum(axis=1) == pytest.approx(1)
    away = ratings.grade - found.mean
    by_domain = np.bincount(ratings.domain_number, weights=away)
    assert by_domain == pytest.approx(0, abs=1e-3)
    by_auditor = np.bincount(ratings.auditor_number, weights=away) / ratings.audits_of_auditor
    assert np.abs(by_auditor).max() < 0.1
    assert (found.variance > 0).all()


def test_groups_are_found_by_walking_from_audit_to_audit():
    ratings = SeverityRatings(
        audit=[1, 1, 2, 2, 3, 3, 4],
        auditor=[10, 11, 11, 12, 13, 14, 15],
        domain=[0] * 7,
        grade=[0, 1, 2, 3, 0, 1, 2],
        n_levels=4,
    )
    groups = linked_groups(ratings)
    assert groups.group.tolist() == [0, 0, 0, 1, 1, 2]
    assert groups.sizes.tolist() == [3, 2, 1]
    assert ratings.linked_audits.tolist() == [1, 2, 1, 1, 1, 0]
    assert ratings.linked.n_audits == 3


def caseloads(rng, sd: float) -> SeverityRatings:
    """Audits whose first auditor's caseload decides what practice there is."""
    n, r, domains = 400, 10, 5
    load, severity = rng.normal(0, sd, r), rng.normal(0, 0.5, r)
    first = rng.integers(r, size=n)
    twice = np.flatnonzero(rng.random(n) < 0.4)
    other = (first + rng.integers(1, r, size=n)) % r
    audit, auditor = np.append(np.arange(n), twice), np.append(first, other[twice])
    seen = (rng.normal(0, 1.2, n) + load[first])[audit] + rng.normal(0, 0.6, len(audit))
    x = (seen - severity[auditor])[:, np.newaxis] + np.zeros(domains)
    cut = rng.logistic(size=x.shape) + x
    return SeverityRatings(
        audit=np.repeat(audit, domains),
        auditor=np.repeat(auditor, domains),
        domain=np.tile(np.arange(domains), len(audit)),
        grade=np.searchsorted([-2.0, 0.0, 2.0], cut).ravel(),
        n_levels=4,
    )


@pytest.mark.wide
def test_unequal_caseloads_are_noticed():
    options = SeverityOptions(link="cumulative")
    found = allocation_test(caseloads(np.random.default_rng(1), 1.0), options=options)
    assert found.p < 0.001
    assert len(found.caseload) == 10
    assert any(e.low > 0 for e in found.caseload)
    assert any(e.high < 0 for e in found.caseload)
    assert found.linked.ratings.n_audits < found.pooled.ratings.n_audits
    assert found.pooled.caseload is None


def test_allocation_cannot_be_tested_without_linked_audits():
    ratings = SeverityRatings(audit=[1, 2], auditor=[1, 2], domain=[0, 0], grade=[0, 1], n_levels=2)
    with pytest.raises(UsageError, match="allocation"):
        allocation_test(ratings)


@pytest.mark.slow
def test_random_allocation_gives_uniform_p_values(times):
    options = SeverityOptions(link="cumulative")
    p = [
        allocation_p(caseloads(np.random.default_rng([5, place]), 0.0), options=options)
        for place in range(times(24, full=60))
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.01
