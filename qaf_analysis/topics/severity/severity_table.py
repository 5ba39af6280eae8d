"""Every figure of a severity model for one plain table, for an analyst who checks one by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from qaf_analysis.data.plain.plain_severity import PlainRatings
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.joint.joint_fit import JointFit, joint_fit
from qaf_analysis.stats.severity.joint.joint_tables import FacetMeasures
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.statistics import severity_differences
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.severity.severity_asked import SeverityAsked
from qaf_analysis.topics.severity.severity_table_statistics import (
    joint_statistics,
    model_statistics,
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
        quarter=found.quarter,
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
    variances = np.diag(fit.difficulty_covariance)
    for place, code in enumerate(ratings.domain_codes):
        yield NamedEstimate(
            name=f"difficulty[{found.domains[code]}]",
            estimate=_wald(
                float(fit.difficulty[place]),
                sqrt(max(float(variances[place]), 0.0)),
                ratings=ratings,
                level=level,
                method=how,
            ),
        )
    for name, value in _thresholds(fit, found):
        yield NamedEstimate(
            name=name, estimate=_number(value, ratings=ratings, level=level, method=how)
        )
    for name, spread in (
        ("sd_audit", fit.sd_audit),
        ("sd_halo", fit.sd_halo),
        ("sd_caseload", fit.sd_caseload),
    ):
        yield NamedEstimate(name=name, estimate=_spread(spread, ratings, level))
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
        return _spread(fit.sd_auditor, fit.ratings, fit.options.level)
    apart = severity_differences(fit).separation
    how = "standard deviation in logits, errors of free severities taken out"
    if apart is None:
        why = "groups of auditors share no audit"
        return Estimate.not_estimable(why, method=how, level=fit.options.level)
    return _number(apart.true_sd, ratings=fit.ratings, level=fit.options.level, method=how)


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


def _spread(spread: SpreadComponent, ratings: SeverityRatings, level: float) -> Estimate:
    if np.isnan(spread.value):
        return Estimate.not_estimable(spread.words, method="severity model", level=level)
    return Estimate(
        value=spread.value,
        low=spread.low,
        high=spread.high,
        level=level,
        cases=ratings.n_audits,
        auditors=ratings.n_auditors,
        method=f"standard deviation in logits; {spread.words}",
    )
