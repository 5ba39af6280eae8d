"""The statistics that are printed beside a severity model: fit, habits, agreement, differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.fit_statistics import (
    FitLimits,
    FitStatistics,
    FittedGrades,
    GradeMoments,
    PointMeasure,
    fit_limits,
    fit_statistics,
    fitted_grades,
    point_measure,
)
from qaf_analysis.stats.severity.habits import (
    GradedFiles,
    RaterHabit,
    centrality,
    halo_index,
    inconsistency,
    stretched_log_probability,
)
from qaf_analysis.stats.severity.observed_agreement import ObservedAgreement, observed_agreement
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.separation import (
    ChiSquare,
    Separation,
    fixed_chi_square,
    separation,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityStatistics:
    """Statistics of every auditor, in the order of ``ratings.auditor_codes``.

    Parameters
    ----------
    fit : FitStatistics
        Infit and outfit of auditors.
    limits : FitLimits
        Between which they lie when the model holds.
    domain_fit : FitStatistics
        The same for domains.
    point_measure : PointMeasure
        Whether each auditor's grades rise with practice.
    agreement : ObservedAgreement
        Exact agreement of all pairs beside the model's expectation.
    agreement_by_auditor : tuple of ObservedAgreement
    centrality : tuple of Estimate
        Stretch of the thresholds: above 1 keeps to the middle grades.
    halo : RaterHabit
        Spread of grades within a file: below 1 nearly one grade for all domains.
    inconsistency : RaterHabit
        Above 1: more erratic than the model expects.
    """

    fit: FitStatistics
    limits: FitLimits
    domain_fit: FitStatistics
    point_measure: PointMeasure
    agreement: ObservedAgreement
    agreement_by_auditor: tuple[ObservedAgreement, ...]
    centrality: tuple[Estimate, ...]
    halo: RaterHabit
    inconsistency: RaterHabit


@dataclass(frozen=True, kw_only=True)
class SeverityDifferences:
    """Whether auditors differ in severity at all.

    Parameters
    ----------
    separation : Separation or None
        None where groups of auditors share no audit.
    fixed : ChiSquare
        Test that all auditors of each group are alike, from their whole covariance.
    """

    separation: Separation | None
    fixed: ChiSquare


def severity_statistics(
    fit: SeverityFit, *, rng: np.random.Generator, draws: int = 200
) -> SeverityStatistics:
    """Fit, point-measure correlation, agreement and habits under a severity model.

    Parameters
    ----------
    fit : SeverityFit
    rng : numpy.random.Generator
        For the limits of fit and habits; the same state gives the same limits.
    draws : int
        Simulated sets of grades, 2 or more.

    Notes
    -----
    Practice and halo are at their posterior. Mean squares and correlations allow for that having
    been fitted to the same grades; the limits do not fit the model again.
    """
    ratings, fitted, level = fit.ratings, fitted_grades(fit), fit.options.level
    auditor, n = ratings.auditor_number, ratings.n_auditors
    whole, each = observed_agreement(
        fitted.grade,
        fitted.probability,
        auditor=auditor,
        place=ratings.audit_number * ratings.n_domains + ratings.domain_number,
        n_auditors=n,
    )
    # In an order that does not hang on what auditors are called, so that neither do the draws.
    order = np.lexsort((fitted.moments.expected, ratings.domain_number, ratings.audit_number))
    files = _graded_files(ratings, fitted, order)
    return SeverityStatistics(
        fit=_fit_of(fitted, auditor, n),
        limits=fit_limits(
            files.probabilities,
            unit=files.auditor,
            n_units=n,
            rng=rng,
            draws=draws,
            level=level,
        ),
        domain_fit=_fit_of(fitted, ratings.domain_number, ratings.n_domains),
        point_measure=_point_measure(fitted, auditor, n),
        agreement=whole,
        agreement_by_auditor=each,
        centrality=_centrality(ratings, fitted, level),
        halo=halo_index(files, rng=rng, draws=draws, level=level),
        inconsistency=inconsistency(files, rng=rng, draws=draws, level=level),
    )


def _graded_files(ratings: SeverityRatings, fitted: FittedGrades, order: Ints) -> GradedFiles:
    moments = GradeMoments(
        expected=fitted.moments.expected[order],
        variance=fitted.moments.variance[order],
        fourth=fitted.moments.fourth[order],
    )
    return GradedFiles(
        grade=fitted.grade[order],
        probabilities=fitted.probability[order],
        auditor=ratings.auditor_number[order],
        bundle=ratings.bundle_number[order],
        n_auditors=ratings.n_auditors,
        variance=fitted.variance[order],
        moments=moments,
    )


def _fit_of(fitted: FittedGrades, unit: Ints, n_units: int) -> FitStatistics:
    return fit_statistics(fitted.grade, fitted.moments, unit=unit, n_units=n_units)


def _point_measure(fitted: FittedGrades, auditor: Ints, n_auditors: int) -> PointMeasure:
    return point_measure(
        fitted.grade,
        fitted.probability,
        measure=fitted.position,
        unit=auditor,
        n_units=n_auditors,
        leverage=fitted.leverage,
        pull=fitted.pull,
    )


def _centrality(
    ratings: SeverityRatings, fitted: FittedGrades, level: float
) -> tuple[Estimate, ...]:
    curve = stretched_log_probability(
        fitted.grade,
        predictor=fitted.position,
        thresholds=fitted.thresholds,
        link=fitted.link,
    )
    return centrality(
        curve, auditor=ratings.auditor_number, files=ratings.audits_of_auditor, level=level
    )


def severity_differences(fit: SeverityFit) -> SeverityDifferences:
    """Separation of auditors and the test that they do not differ.

    Parameters
    ----------
    fit : SeverityFit
        With ``auditor_effects="free"``: shrunken severities are drawn together, so their spread
        says nothing.

    Raises
    ------
    UsageError
        If the severities are not free, or some are anchored.
    """
    if fit.options.auditor_effects != "free" or fit.is_anchored:
        raise UsageError(
            'Whether auditors differ is told from a model with auditor_effects="free" and without '
            "anchors; shrunken severities are drawn together."
        )
    known = np.isfinite(fit.severity)
    covariance = fit.severity_covariance[np.ix_(known, known)]
    severity = fit.severity[known]
    apart = None
    if fit.groups.is_connected:
        apart = separation(severity, se=np.sqrt(np.diag(covariance)))
    return SeverityDifferences(
        separation=apart, fixed=fixed_chi_square(severity, covariance=covariance)
    )
