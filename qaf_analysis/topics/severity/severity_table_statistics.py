"""What stands beside severities in a plain table's analysis: fit, habits, tests, caseloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isnan, nan

import numpy as np

from qaf_analysis.data.plain.plain_severity import PlainRatings
from qaf_analysis.stats.severity.allocation import allocation_test
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.fit_statistics import FitStatistics
from qaf_analysis.stats.severity.in_grades import auditor_fair_grades, auditor_severity_in_grades
from qaf_analysis.stats.severity.joint.extreme_scores import extreme_counts
from qaf_analysis.stats.severity.joint.joint_fit import JointFit
from qaf_analysis.stats.severity.joint.joint_tables import FacetMeasures
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.observed_agreement import ObservedAgreement
from qaf_analysis.stats.severity.separation import ChiSquare, Separation
from qaf_analysis.stats.severity.statistics import (
    SeverityStatistics,
    severity_differences,
    severity_statistics,
)
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.severity.severity_asked import SeverityAsked

SEED, DRAWS = 20200403, 500
MODEL = "severity model"
JOINT = "joint likelihood, as Facets prints it"


def model_statistics(
    fit: SeverityFit, asked: SeverityAsked, found: PlainRatings
) -> Iterator[NamedEstimate]:
    """Statistics of a fitted severity model; none where they were not asked for."""
    if not asked.statistics:
        return
    statistics = severity_statistics(fit, rng=np.random.default_rng(SEED), draws=DRAWS)
    names = [found.auditors[code] for code in fit.ratings.auditor_codes]
    domains = [found.domains[code] for code in fit.ratings.domain_codes]
    for what, estimates in (
        ("severity_in_grades", auditor_severity_in_grades(fit)),
        ("fair_grade", auditor_fair_grades(fit)),
        ("inconsistency", statistics.inconsistency.shrunken),
        ("spread_within_file", statistics.halo.shrunken),
        ("stretch", statistics.centrality),
    ):
        yield from _each(what, names, estimates)
    yield from _fit("", names, statistics.fit, how=MODEL)
    yield from _usual(names, statistics)
    yield from _fit("domain_", domains, statistics.domain_fit, how=MODEL)
    for what, values in (
        ("point_measure", statistics.point_measure.observed),
        ("point_measure_expected", statistics.point_measure.expected),
    ):
        counts = statistics.fit.count
        yield from _each(what, names, map(_number, values, [MODEL] * len(names), counts))
    yield from _agreement(names, statistics.agreement, statistics.agreement_by_auditor, how=MODEL)
    yield from _differences(fit)
    yield from _extremes(fit)
    yield from _allocation(fit, asked, found)


def joint_statistics(
    fit: JointFit, asked: SeverityAsked, found: PlainRatings
) -> Iterator[NamedEstimate]:
    """Statistics of a joint-likelihood fit, as Facets prints them; none where not asked for."""
    if not asked.statistics:
        return
    names = [found.auditors[code] for code in fit.auditors.code]
    domains = [found.domains[code] for code in fit.domains.code]
    for prefix, labels, facet in (("", names, fit.auditors), ("domain_", domains, fit.domains)):
        yield from _fit(prefix, labels, facet.fit, how=JOINT)
    for what, values in (
        ("point_measure", fit.auditors.point_measure.observed),
        ("point_measure_expected", fit.auditors.point_measure.expected),
    ):
        yield from _each(
            what, names, map(_number, values, [JOINT] * len(names), fit.auditors.count)
        )
    yield from _agreement(names, fit.agreement, fit.agreement_by_auditor, how=JOINT)
    yield from _separation(fit.auditors.separation, how=JOINT)
    yield from _facets_tests(fit.auditors)
    for what, measures in (("audits", fit.audits), ("auditors", fit.auditors)):
        count = float(measures.is_extreme.sum())
        yield NamedEstimate(name=f"{what}_at_one_end", estimate=_number(count, JOINT))


def _each(
    what: str,
    names: list[str],
    estimates: Iterator[Estimate] | tuple[Estimate, ...] | map[Estimate],
) -> Iterator[NamedEstimate]:
    for name, estimate in zip(names, estimates, strict=True):
        yield NamedEstimate(name=f"{what}[{name}]", estimate=estimate)


def _number(value: float, method: str, cases: int = 0) -> Estimate:
    if isnan(value):
        return Estimate.not_estimable("its grades do not tell it", method=method, cases=int(cases))
    return Estimate(
        value=float(value),
        low=nan,
        high=nan,
        level=0.95,
        cases=int(cases),
        auditors=0,
        method=method,
    )


def _fit(prefix: str, names: list[str], fit: FitStatistics, *, how: str) -> Iterator[NamedEstimate]:
    for what, values in (
        ("infit", fit.infit),
        ("outfit", fit.outfit),
        ("infit_z", fit.infit_z),
        ("outfit_z", fit.outfit_z),
    ):
        for name, value, count in zip(names, values, fit.count, strict=True):
            estimate = _number(value, f"{how}, mean square; cases are grades", count)
            yield NamedEstimate(name=f"{prefix}{what}[{name}]", estimate=estimate)


def _usual(names: list[str], statistics: SeverityStatistics) -> Iterator[NamedEstimate]:
    limits = statistics.limits
    how = f"parametric bootstrap, {limits.draws} draws, seed {SEED}"
    for what, values in (
        ("infit_usual_low", limits.infit_low),
        ("infit_usual_high", limits.infit_high),
        ("outfit_usual_low", limits.outfit_low),
        ("outfit_usual_high", limits.outfit_high),
    ):
        for name, value in zip(names, values, strict=True):
            yield NamedEstimate(name=f"{what}[{name}]", estimate=_number(value, how))


def _agreement(
    names: list[str], whole: ObservedAgreement, each: tuple[ObservedAgreement, ...], *, how: str
) -> Iterator[NamedEstimate]:
    every = [("", whole), *((f"[{name}]", one) for name, one in zip(names, each, strict=True))]
    for label, one in every:
        for what, share in (
            ("identical", one.observed_share),
            ("identical_expected", one.expected_share),
        ):
            estimate = _number(share, f"{how}, share of pairs", one.pairs)
            yield NamedEstimate(name=f"{what}{label}", estimate=estimate)


def _differences(fit: SeverityFit) -> Iterator[NamedEstimate]:
    if fit.ratings.n_auditors < 2 or fit.options.auditor_effects == "none" or fit.is_anchored:
        return
    free = fit
    if fit.options.auditor_effects != "free":
        caseload = fit.options.has_caseload
        options = replace(fit.options, auditor_effects="free", caseload=caseload)
        free = severity_model(fit.ratings, options=options, near=fit)
    apart = severity_differences(free)
    how = "free severities with their covariance"
    yield from _separation(apart.separation, how=how)
    yield _test("fixed_chi_square", apart.fixed, how=how)


def _separation(apart: Separation | None, *, how: str) -> Iterator[NamedEstimate]:
    if apart is None:
        return
    for name, value in (
        ("separation", apart.separation),
        ("strata", apart.strata),
        ("reliability", apart.reliability),
    ):
        yield NamedEstimate(name=name, estimate=_number(value, how))


def _facets_tests(auditors: FacetMeasures) -> Iterator[NamedEstimate]:
    for name, test in (
        ("fixed_chi_square", auditors.fixed),
        ("random_chi_square", auditors.random),
    ):
        if test is not None:
            yield _test(name, test, how=f"{JOINT}; no test to rely on")


def _test(name: str, test: ChiSquare, *, how: str) -> NamedEstimate:
    if isnan(test.value):
        return NamedEstimate(name=name, estimate=Estimate.not_estimable(test.why_not, method=how))
    estimate = replace(_number(test.value, f"{how}, {test.df} df"), p=test.p, df=float(test.df))
    return NamedEstimate(name=name, estimate=estimate)


def _extremes(fit: SeverityFit) -> Iterator[NamedEstimate]:
    facets = fit.ratings.audit_number, fit.ratings.auditor_number
    counts = extreme_counts(facets, fit.ratings.grade)
    for what, count in zip(("audits", "auditors"), counts, strict=True):
        how = "all grades at one end of the scale, once others such are set aside"
        yield NamedEstimate(name=f"{what}_at_one_end", estimate=_number(float(count), how))


def _allocation(
    fit: SeverityFit, asked: SeverityAsked, found: PlainRatings
) -> Iterator[NamedEstimate]:
    """Who gets the harder cases: of all audits with an auditor's own among them."""
    ratings = fit.ratings
    if ratings.n_auditors < 2 or not 0 < ratings.n_linked < ratings.n_audits:
        return
    options = replace(asked.options, auditor_effects="shrunken", caseload=None)
    test = allocation_test(ratings, options=options)
    how = "score test of practice between caseloads (Hausman, Mundlak)"
    whole = (
        Estimate.not_estimable(test.why_not, method=how)
        if isnan(test.statistic)
        else replace(_number(test.statistic, how, ratings.n_audits), p=test.p, df=test.df)
    )
    yield NamedEstimate(name="allocation_chi_square", estimate=whole)
    names = [found.auditors[code] for code in test.uneven.ratings.auditor_codes]
    yield from _each("caseload", names, test.caseload)
    yield NamedEstimate(name="caseload_correlation", estimate=test.correlation)
