"""Every figure of a severity model for one plain table, for an analyst who checks one by hand.

What stands beside severities (fit, habits, tests, caseloads) is there for those who ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Literal, TypeAlias, get_args

import numpy as np

from qaf_analysis.data.plain.severity import PlainRatings
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.allocation import allocation_test
from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.fit_statistics import FitStatistics
from qaf_analysis.stats.severity.grade_links import Link
from qaf_analysis.stats.severity.in_grades import auditor_fair_grades, auditor_severity_in_grades
from qaf_analysis.stats.severity.joint.fit import JointFit, joint_fit
from qaf_analysis.stats.severity.joint.tables import FacetMeasures
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.observed_agreement import ObservedAgreement
from qaf_analysis.stats.severity.options import AuditorEffects, SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.separation import ChiSquare, Separation
from qaf_analysis.stats.severity.statistics import (
    SeverityStatistics,
    severity_differences,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.severity.analysis.figures import (
    SEED,
    at_one_end,
    difficulties,
    fitted_statistics,
    freed_differences,
    spread_estimate,
)

JOINT = "joint likelihood, conditional error"
NOT_IN_JOINT = "joint likelihood estimates every audit for itself and knows no such spread"


@dataclass(frozen=True, kw_only=True)
class SeverityTable:
    """Every figure of the model of one table.

    Parameters
    ----------
    levels : tuple of str
        The scale, worst first.
    estimates : tuple of NamedEstimate
        Severities (positive: harsher), difficulties, thresholds, spreads and the likelihood.
    verdict : str
        Whether auditors can be compared at all.
    warnings : tuple of str
    """

    levels: tuple[str, ...]
    estimates: tuple[NamedEstimate, ...]
    verdict: str
    warnings: tuple[str, ...]


def severity_table(found: PlainRatings, asked: SeverityAsked) -> SeverityTable:
    """Fit the model to a table.

    Raises
    ------
    UsageError
        If an option is not known, or only linked audits are asked for and there are none.
    """
    ratings = SeverityRatings(
        audit=found.audit,
        auditor=found.auditor,
        domain=found.domain,
        grade=found.grade,
        n_levels=len(found.levels.labels),
        quarter=found.year,
    )
    if asked.linked_only:
        if ratings.n_linked == 0:
            raise UsageError("No audit was graded by two auditors, so --linked-only leaves none.")
        ratings = ratings.linked
    if asked.jml:
        fit = joint_fit(ratings)
        estimates = (
            *_joint(fit, ratings, found, asked.level),
            *joint_statistics(fit, asked, found),
        )
        warnings, groups = (*fit.warnings, f"Standard errors are {fit.se_note}."), fit.n_groups
    else:
        model = severity_model(ratings, options=asked.options)
        estimates = (*_model(model, found), *model_statistics(model, asked, found))
        warnings, groups = (*model.warnings, *_about_grid(model)), model.groups.n_groups
    verdict = (
        "connected: every auditor can be compared with every other"
        if groups == 1
        else f"disconnected: auditors fall into {groups} groups without an audit in common; "
        "severities hold within a group only"
    )
    return SeverityTable(
        levels=found.levels.labels,
        estimates=estimates,
        verdict=verdict,
        warnings=(*found.warnings, *warnings),
    )


def _about_grid(fit: SeverityFit) -> tuple[str, ...]:
    reach = float(fit.posterior.grid.nodes[-1])
    if fit.options.reach is None or reach > 3 * fit.sd_audit.value:
        return ()
    return (
        f"Practice differs so much that the grid, which ends at {reach:g} logits, cuts it off; "
        "give --auditors free for a grid that suits the data.",
    )


def _model(fit: SeverityFit, found: PlainRatings) -> Iterator[NamedEstimate]:
    ratings, level = fit.ratings, fit.options.level
    for code, estimate in zip(ratings.auditor_codes, severity_estimates(fit), strict=True):
        yield NamedEstimate(name=f"severity[{found.auditors[code]}]", estimate=estimate)
    how = f"severity model, {fit.options.link} link, logits"
    for code, estimate in zip(ratings.domain_codes, difficulties(fit, method=how), strict=True):
        yield NamedEstimate(name=f"difficulty[{found.domains[code]}]", estimate=estimate)
    for name, value in _thresholds(fit, found):
        yield NamedEstimate(
            name=name, estimate=_number(value, ratings=ratings, level=level, method=how)
        )
    for name, spread in (
        ("sd_audit", fit.sd_audit),
        ("sd_halo", fit.sd_halo),
        ("sd_caseload", fit.sd_caseload),
    ):
        yield NamedEstimate(name=name, estimate=_spread(spread, fit))
    yield NamedEstimate(name="sd_auditor", estimate=_between_auditors(fit))
    numbers = (
        (
            "log_likelihood",
            fit.log_marginal if fit.options.auditor_effects == "shrunken" else fit.log_likelihood,
            "audits and halo integrated on a grid, shrunken effects by Laplace",
        ),
        ("log_likelihood_given_auditors", fit.log_likelihood, "at the estimated effects"),
        ("components", float(fit.groups.n_groups), "groups of auditors that share audits"),
    )
    for name, number, method in numbers:
        yield NamedEstimate(
            name=name, estimate=_number(number, ratings=ratings, level=level, method=method)
        )


def _thresholds(fit: SeverityFit, found: PlainRatings) -> Iterator[tuple[str, float]]:
    """Thresholds from the second level up; with partial credit those of each domain."""
    if fit.thresholds.ndim == 1:
        for step, value in enumerate(fit.thresholds, start=1):
            yield f"threshold[{step}]", float(value)
        return
    for code, steps in zip(fit.ratings.domain_codes, fit.thresholds, strict=True):
        for step, value in enumerate(steps, start=1):
            yield f"threshold[{found.domains[code]}, {step}]", float(value)


def _joint(
    fit: JointFit, ratings: SeverityRatings, found: PlainRatings, level: float
) -> Iterator[NamedEstimate]:
    for what, names, facet in (
        ("severity", found.auditors, fit.auditors),
        ("difficulty", found.domains, fit.domains),
    ):
        for code, measure, se in _measures(facet):
            yield NamedEstimate(
                name=f"{what}[{names[code]}]",
                estimate=_wald(measure, se, ratings=ratings, level=level, method=JOINT),
            )
    for step, value in enumerate(fit.steps, start=1):
        yield NamedEstimate(
            name=f"threshold[{step}]",
            estimate=_number(float(value), ratings=ratings, level=level, method=JOINT),
        )
    for name in ("sd_audit", "sd_halo", "sd_auditor"):
        nothing = Estimate.not_estimable(NOT_IN_JOINT, method=JOINT, level=level)
        yield NamedEstimate(name=name, estimate=nothing)
    for name, number in (
        ("log_likelihood", fit.log_likelihood),
        ("components", float(fit.n_groups)),
    ):
        yield NamedEstimate(
            name=name, estimate=_number(number, ratings=ratings, level=level, method=JOINT)
        )


def _between_auditors(fit: SeverityFit) -> Estimate:
    """Spread of severities; of free ones, what is left of it once their errors are taken out."""
    if fit.options.auditor_effects != "free" or fit.ratings.n_auditors < 2:
        return _spread(fit.sd_auditor, fit)
    apart = severity_differences(fit).separation
    how = "standard deviation in logits, errors of free severities taken out"
    if apart is None:
        why = "groups of auditors share no audit"
        return Estimate.not_estimable(why, method=how, level=fit.options.level)
    reason = "no interval, because shrunken severities are needed for one"
    if apart.true_sd == 0:
        reason = f"at the boundary of 0: they differ no more than their errors; {reason}"
    return _number(
        apart.true_sd, ratings=fit.ratings, level=fit.options.level, method=f"{how}; {reason}"
    )


def _measures(facet: FacetMeasures) -> Iterator[tuple[int, float, float]]:
    for code, measure, se in zip(facet.code, facet.measure, facet.se, strict=True):
        yield int(code), float(measure), float(se)


def _wald(
    value: float, se: float, *, ratings: SeverityRatings, level: float, method: str
) -> Estimate:
    if np.isnan(value):
        return Estimate.not_estimable("it cannot be told", method=method, level=level)
    half = normal_quantile(level) * se if se > 0 else nan
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        cases=ratings.n_audits,
        auditors=ratings.n_auditors,
        method=method,
        se=se if se > 0 else nan,
    )


def _number(value: float, *, ratings: SeverityRatings, level: float, method: str) -> Estimate:
    return _wald(value, nan, ratings=ratings, level=level, method=method)


def _spread(spread: SpreadComponent, fit: SeverityFit) -> Estimate:
    told = not np.isnan(spread.value)
    method = f"standard deviation in logits; {spread.words}" if told else "severity model"
    return spread_estimate(spread, fit, method=method, why_not=spread.words)


AuditorsAs: TypeAlias = Literal["auto", "shrunken", "free"]
TAM_NODES, TAM_REACH = 81, 8.0
"""The grid that the published TAM fits integrate on."""


@dataclass(frozen=True, kw_only=True)
class SeverityAsked:
    """What the model is to hold.

    Parameters
    ----------
    link : {"adjacent", "cumulative"}
    halo : bool
        Whether one auditor's grades of one audit may go together.
    partial_credit : bool
        Whether each domain has thresholds of its own.
    auditors : {"auto", "shrunken", "free"}
        Severities drawn together as far as chance explains them, or each for itself. ``auto``
        is ``free`` for the adjacent link without halo, the model that TAM fits, on the grid of
        its published fits, and else ``shrunken`` on a grid that suits the data.
    jml : bool
        Joint likelihood, as Facets has it, for comparison only.
    linked_only : bool
        Whether audits that one auditor graded are left out.
    statistics : bool
        Whether fit, habits, fair grades, differences among auditors and the test of random
        allocation are wanted too.
    level : float
    """

    link: Link = "adjacent"
    halo: bool = True
    partial_credit: bool = False
    auditors: AuditorsAs = "auto"
    jml: bool = False
    linked_only: bool = False
    statistics: bool = False
    level: float = 0.95

    @property
    def effects(self) -> AuditorEffects:
        """How auditors enter the model.

        Raises
        ------
        UsageError
            If the word is not known.
        """
        if self.auditors not in get_args(AuditorsAs):
            known = ", ".join(get_args(AuditorsAs))
            raise UsageError(f'"{self.auditors}" is none of {known}.')
        if self.auditors == "auto":
            return "free" if self.link == "adjacent" and not self.halo else "shrunken"
        return self.auditors

    @property
    def options(self) -> SeverityOptions:
        """The same for the severity model."""
        as_tam = self.auditors == "auto" and self.effects == "free"
        return SeverityOptions(
            link=self.link,
            halo=self.halo,
            thresholds="partial_credit" if self.partial_credit else "rating_scale",
            auditor_effects=self.effects,
            caseload=None if self.halo else False,
            nodes=TAM_NODES if as_tam else None,
            reach=TAM_REACH if as_tam else None,
            level=self.level,
        )


MODEL = "severity model"
STATISTICS_JOINT = "joint likelihood, as Facets prints it"


def model_statistics(
    fit: SeverityFit, asked: SeverityAsked, found: PlainRatings
) -> Iterator[NamedEstimate]:
    """Statistics of a fitted severity model; none where they were not asked for."""
    if not asked.statistics:
        return
    statistics = fitted_statistics(fit)
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
        yield from _each(what, names, map(_statistics_number, values, [MODEL] * len(names), counts))
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
        yield from _fit(prefix, labels, facet.fit, how=STATISTICS_JOINT)
    for what, values in (
        ("point_measure", fit.auditors.point_measure.observed),
        ("point_measure_expected", fit.auditors.point_measure.expected),
    ):
        yield from _each(
            what,
            names,
            map(_statistics_number, values, [STATISTICS_JOINT] * len(names), fit.auditors.count),
        )
    yield from _agreement(names, fit.agreement, fit.agreement_by_auditor, how=STATISTICS_JOINT)
    yield from _separation(fit.auditors.separation, how=STATISTICS_JOINT)
    yield from _facets_tests(fit.auditors)
    for what, measures in (("audits", fit.audits), ("auditors", fit.auditors)):
        count = float(measures.is_extreme.sum())
        yield NamedEstimate(
            name=f"{what}_at_one_end", estimate=_statistics_number(count, STATISTICS_JOINT)
        )


def _each(
    what: str,
    names: list[str],
    estimates: Iterator[Estimate] | tuple[Estimate, ...] | map[Estimate],
) -> Iterator[NamedEstimate]:
    for name, estimate in zip(names, estimates, strict=True):
        yield NamedEstimate(name=f"{what}[{name}]", estimate=estimate)


def _statistics_number(value: float, method: str, cases: int = 0) -> Estimate:
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
            estimate = _statistics_number(value, f"{how}, mean square; cases are grades", count)
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
            yield NamedEstimate(name=f"{what}[{name}]", estimate=_statistics_number(value, how))


def _agreement(
    names: list[str], whole: ObservedAgreement, each: tuple[ObservedAgreement, ...], *, how: str
) -> Iterator[NamedEstimate]:
    every = [("", whole), *((f"[{name}]", one) for name, one in zip(names, each, strict=True))]
    for label, one in every:
        for what, share in (
            ("identical", one.observed_share),
            ("identical_expected", one.expected_share),
        ):
            estimate = _statistics_number(share, f"{how}, share of pairs", one.pairs)
            yield NamedEstimate(name=f"{what}{label}", estimate=estimate)


def _differences(fit: SeverityFit) -> Iterator[NamedEstimate]:
    apart = freed_differences(fit)
    if apart is None:
        return
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
        yield NamedEstimate(name=name, estimate=_statistics_number(value, how))


def _facets_tests(auditors: FacetMeasures) -> Iterator[NamedEstimate]:
    for name, test in (
        ("fixed_chi_square", auditors.fixed),
        ("random_chi_square", auditors.random),
    ):
        if test is not None:
            yield _test(name, test, how=f"{STATISTICS_JOINT}; no test to rely on")


def _test(name: str, test: ChiSquare, *, how: str) -> NamedEstimate:
    if isnan(test.value):
        return NamedEstimate(name=name, estimate=Estimate.not_estimable(test.why_not, method=how))
    estimate = replace(
        _statistics_number(test.value, f"{how}, {test.df} df"), p=test.p, df=float(test.df)
    )
    return NamedEstimate(name=name, estimate=estimate)


def _extremes(fit: SeverityFit) -> Iterator[NamedEstimate]:
    for what, count in zip(("audits", "auditors"), at_one_end(fit), strict=True):
        how = "all grades at one end of the scale, once others such are set aside"
        yield NamedEstimate(
            name=f"{what}_at_one_end", estimate=_statistics_number(float(count), how)
        )


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
        else replace(
            _statistics_number(test.statistic, how, ratings.n_audits), p=test.p, df=test.df
        )
    )
    yield NamedEstimate(name="allocation_chi_square", estimate=whole)
    names = [found.auditors[code] for code in test.uneven.ratings.auditor_codes]
    yield from _each("caseload", names, test.caseload)
    yield NamedEstimate(name="caseload_correlation", estimate=test.correlation)
