"""Auditors' severities in grades, from a fitted severity model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.severity.expected_grades import category_probabilities
from qaf_analysis.stats.severity.fair_grades import (
    NEAR,
    POINTS,
    GradeCurve,
    averaged_curve,
    fair_grades,
    link_curve,
    severity_in_grades,
)
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Reference: TypeAlias = Literal["files", "mean", "zero"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Yardstick:
    """What all auditors are imagined to grade.

    Parameters
    ----------
    curve : function
        Expected grade at practice less severity.
    practice : float
        Where practice stands, in logits.
    """

    curve: GradeCurve
    practice: float


def yardstick(fit: SeverityFit, *, reference: Reference = "files") -> Yardstick:
    """Return the files that auditors are compared on.

    Parameters
    ----------
    fit : SeverityFit
    reference : {"files", "mean", "zero"}
        All files and domains as they were spread (the default, for reports: it gives grades that
        a council would see change); one average file and domain (the mean-referenced fair average
        of Facets); or a file and domain in the middle of the thresholds (its zero-referenced one).

    Raises
    ------
    UsageError
        If the reference is not one of the three.
    """
    if reference not in get_args(Reference):
        known = ", ".join(get_args(Reference))
        raise UsageError(f'"{reference}" is no reference; expected one of {known}.')
    practice = fit.audit_mean + _quarter_level(fit)
    if reference == "files":
        # Posterior means are drawn together; with what they leave open the spread is the audits'.
        spread = practice.var() + (fit.audit_sd**2).mean() + fit.posterior.sd_halo**2
        curve = averaged_curve(_mean_of(_domain_curves(fit)), sd=float(np.sqrt(spread)))
        return Yardstick(curve=curve, practice=float(practice.mean()))
    average = link_curve(_average_steps(fit), levels=_levels(fit), link=fit.options.link)
    if reference == "mean":
        return Yardstick(curve=average, practice=float(practice.mean()))
    return Yardstick(curve=average, practice=fit.location)


def auditor_fair_grades(
    fit: SeverityFit, *, reference: Reference = "files"
) -> tuple[Estimate, ...]:
    """Mean grade that each auditor would give to the same files, in grade codes.

    ``cases`` are the auditor's linked audits. The interval is that of severity beside the mean of
    the auditor's group; that the group's own level is estimated too is left out, as it is the same
    for all of its auditors.
    """
    stick = yardstick(fit, reference=reference)
    return fair_grades(
        stick.curve,
        severity=np.where(np.isfinite(fit.severity), fit.auditor_effect, np.nan),
        se=_contrast_errors(fit),
        practice=stick.practice,
        files=fit.ratings.linked_audits,
        level=fit.options.level,
    )


def auditor_severity_in_grades(
    fit: SeverityFit, *, reference: Reference = "files"
) -> tuple[Estimate, ...]:
    """How much lower each auditor would grade the same files than the average of the group.

    Positive is harsher. Severity 0, and so 0 grades, is the mean of the auditor's connected group,
    or the anchors. ``cases`` are the auditor's linked audits.
    """
    stick = yardstick(fit, reference=reference)
    return severity_in_grades(
        stick.curve,
        severity=fit.severity,
        se=_contrast_errors(fit),
        practice=stick.practice,
        files=fit.ratings.linked_audits,
        level=fit.options.level,
    )


def _contrast_errors(fit: SeverityFit) -> Floats:
    # Rounding may leave a trace below 0 where a severity is held fixed.
    errors: Floats = np.sqrt(np.maximum(np.diag(fit.severity_covariance), 0))
    return errors


def _quarter_level(fit: SeverityFit) -> Floats:
    """Level of practice of each audit's quarter."""
    if fit.practice_by_quarter is None:
        return np.zeros(fit.ratings.n_audits)
    quarter = np.zeros(fit.ratings.n_audits, dtype=np.int64)
    quarter[fit.ratings.audit_number] = fit.ratings.quarter_number
    level: Floats = fit.practice_by_quarter[quarter]
    return level


def _levels(fit: SeverityFit) -> Floats:
    return np.unique(fit.ratings.grade).astype(np.float64)


def _steps(fit: SeverityFit) -> Floats:
    """Thresholds between levels in use, (1 or domains, levels - 1)."""
    used = np.unique(fit.ratings.grade)
    return np.atleast_2d(fit.thresholds)[:, used[1:] - 1]


def _average_steps(fit: SeverityFit) -> Floats:
    average: Floats = _steps(fit).mean(axis=0)
    return average


def _domain_curves(fit: SeverityFit) -> list[GradeCurve]:
    """Expected grade in each domain."""
    steps = np.broadcast_to(_steps(fit), (len(fit.difficulty), _steps(fit).shape[1]))
    return [
        link_curve(own + difficulty, levels=_levels(fit), link=fit.options.link)
        for own, difficulty in zip(steps, fit.difficulty, strict=True)
    ]


def _mean_of(curves: list[GradeCurve]) -> GradeCurve:
    def expected(predictor: Floats) -> Floats:
        mean: Floats = np.mean([curve(predictor) for curve in curves], axis=0)
        return mean

    return expected


def lost_per_logit(fit: SeverityFit, *, values: ArrayLike, domain: int) -> float:
    """How much a domain's mean of some values falls with one logit of severity, at no severity.

    Parameters
    ----------
    fit : SeverityFit
    values : array, shape (K,)
        What each grade counts: 0 .. K-1 for grades, 0 and 1 for the share Good or better.
    domain : int
        Number of the domain.

    Returns
    -------
    float
        Averaged over all files as they were spread; 0 or more for values that rise with grades.
    """
    kinder, harsher = mean_in_domain(fit, (-NEAR, NEAR), values=values, domain=domain)
    return float((kinder - harsher) / (2 * NEAR))


def mean_in_domain(
    fit: SeverityFit, severity: ArrayLike, *, values: ArrayLike, domain: int
) -> Floats:
    """Mean of some values that raters of given severities would give to all files, in one domain.

    Parameters
    ----------
    fit : SeverityFit
    severity : array, shape (raters,)
        In logits, as ``fit.auditor_effect``.
    values : array, shape (K,)
        What each grade counts.
    domain : int
        Number of the domain.

    Returns
    -------
    array, shape (raters,)
        Averaged over all files as they were spread.
    """
    worth = np.asarray(values, dtype=np.float64)
    practice = fit.audit_mean + _quarter_level(fit)
    spread = np.sqrt(practice.var() + (fit.audit_sd**2).mean() + fit.posterior.sd_halo**2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    at = float(practice.mean()) + float(spread) * nodes
    raters = np.asarray(severity, dtype=np.float64)[:, np.newaxis]
    table = category_probabilities(fit, at, severity=raters, domain=domain)
    mean: Floats = (table @ worth) @ weights / weights.sum()
    return mean
