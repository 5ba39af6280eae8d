"""Figures of one fitted severity model that the report and a plain table both print."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan, sqrt

import numpy as np

from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.joint.scale import extreme_counts
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.statistics import (
    SeverityDifferences,
    SeverityStatistics,
    severity_differences,
    severity_statistics,
)
from qaf_analysis.terms.estimate import Estimate

SEED = 20200403
"""Of the limits within which fit and habits usually lie."""


def fitted_statistics(fit: SeverityFit) -> SeverityStatistics:
    """Fit, habits and agreement, with the limits that this seed draws."""
    return severity_statistics(fit, rng=np.random.default_rng(SEED))


def freed_differences(fit: SeverityFit) -> SeverityDifferences | None:
    """Whether auditors differ at all: the same model with each severity for itself.

    Caseloads may differ where they may in the model. None where there are no two auditors to
    compare, or some are anchored.
    """
    options = fit.options
    if fit.ratings.n_auditors < 2 or options.auditor_effects == "none" or fit.is_anchored:
        return None
    if options.auditor_effects != "free":
        freed = replace(options, auditor_effects="free", caseload=options.has_caseload)
        fit = severity_model(fit.ratings, options=freed, near=fit)
    return severity_differences(fit)


def at_one_end(fit: SeverityFit) -> tuple[int, int]:
    """Audits, and auditors, with grades at one end of the scale only."""
    ratings = fit.ratings
    audits, auditors = extreme_counts((ratings.audit_number, ratings.auditor_number), ratings.grade)
    return audits, auditors


def difficulties(fit: SeverityFit, *, method: str) -> tuple[Estimate, ...]:
    """How much lower than the average domain each is graded, in logits."""
    variances = np.diag(fit.difficulty_covariance)
    return tuple(
        wald(float(value), sqrt(max(float(variance), 0.0)), fit=fit, method=method)
        for value, variance in zip(fit.difficulty, variances, strict=True)
    )


def wald(value: float, se: float, *, fit: SeverityFit, method: str) -> Estimate:
    """A figure with its normal interval; without one where the error is 0 or not known."""
    if isnan(value):
        return Estimate.not_estimable("it cannot be told", method=method, level=fit.options.level)
    half = normal_quantile(fit.options.level) * se if se > 0 else nan
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=fit.options.level,
        cases=fit.ratings.n_audits,
        auditors=fit.ratings.n_auditors,
        method=method,
        se=se if se > 0 else nan,
    )


def spread_estimate(
    spread: SpreadComponent, fit: SeverityFit, *, method: str, why_not: str, slope: float = 1.0
) -> Estimate:
    """A standard deviation of the model, in logits times ``slope``.

    At its boundary of 0, or where no interval is known, the method says so.
    """
    if isnan(spread.value):
        return Estimate.not_estimable(why_not, method=method, level=fit.options.level)
    if spread.at_boundary and spread.words not in method:
        method = f"{method}; at the boundary of 0, no difference beyond chance"
    elif isnan(spread.low) and spread.words not in method:
        method = f"{method}; no interval, because the grades do not tell how large it could be"
    return Estimate(
        value=slope * spread.value,
        low=slope * spread.low,
        high=slope * spread.high,
        level=fit.options.level,
        cases=fit.ratings.n_audits,
        auditors=fit.ratings.n_auditors,
        method=method,
    )
