"""Figures of severity models small enough to follow, and what they rest on."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from scipy import special, stats

from qaf_analysis.stats.severity import model as module
from qaf_analysis.stats.severity.allocation import allocation_p, allocation_test
from qaf_analysis.stats.severity.bundles import bundle_kinds
from qaf_analysis.stats.severity.contrasts import caseload_estimates, severity_estimates
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
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.search import severity_start
from qaf_analysis.stats.severity.separation import (
    separation,
)
from qaf_analysis.stats.severity.statistics import severity_differences, severity_statistics
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
    of_caseload = np.sqrt(np.diag(fit.caseload_covariance))
    for found, values, errors, method in (
        (severity_estimates(fit), fit.severity, fit.severity_error, "severity model"),
        (caseload_estimates(fit), fit.caseload, of_caseload, "severity model, caseload"),
    ):
        for place, one in enumerate(found):
            se = errors[place]
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
    # Intervals take the spread of severities at its upper limit.
    plain = np.sqrt(np.diag(fit.severity_covariance))
    assert (fit.severity_error > plain).all()
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
        (0.5, 0.2, 0.0, "at the boundary of 0: the grades show no difference beyond chance", 0.0),
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
