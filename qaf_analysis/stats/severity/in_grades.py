"""Severity in grades: the grade that each auditor would give on average to the same files.

From a fitted model, ``auditor_fair_grades`` and ``auditor_severity_in_grades``; from severities of
any source, ``fair_grades`` and ``severity_in_grades`` with a curve of the expected grade at each
predictor; ``expected_grades`` for each grade that was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.grade_links import Link, grade_table
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

Reference: TypeAlias = Literal["files", "mean", "zero"]

# Rows worked on at once.
STRETCH = 8192

# Expected grade at a predictor (practice less difficulty less severity, in logits); rising.
GradeCurve: TypeAlias = Callable[[Floats], Floats]

FAIR = "fair grade"
IN_GRADES = "severity in grades"
# Distance, in logits, over which the slope of a curve is measured; exact to nine figures.
NEAR = 1e-4

# Points of the normal distribution at which a curve is averaged.
POINTS = 41


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
        se=fit.severity_error,
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
        se=fit.severity_error,
        practice=stick.practice,
        files=fit.ratings.linked_audits,
        level=fit.options.level,
    )


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


@dataclass(frozen=True, kw_only=True, eq=False)
class ExpectedGrades:
    """What the model expects of each grade given, its auditor and audit being who they are.

    Parameters
    ----------
    probability : float array, shape (grades, K)
        Probability of each level, averaged over what is left open about the audit's practice as
        the auditor saw it. The grade itself has helped to find that practice.
    mean, variance : float array, shape (grades,)
    """

    probability: Floats
    mean: Floats
    variance: Floats


def category_probabilities(
    fit: SeverityFit, practice: ArrayLike, *, severity: ArrayLike, domain: ArrayLike
) -> Floats:
    """Probability of each level for given practice, severity and domain.

    Parameters
    ----------
    fit : SeverityFit
    practice, severity : float or array
        In logits; severity as ``fit.auditor_effect``. Broadcast with each other.
    domain : int or int array
        Number of the domain.

    Returns
    -------
    array, shape (..., K)
        0 for levels that nobody used.
    """
    shapes = np.broadcast_arrays(practice, severity, domain)
    seen = shapes[0].astype(float) - shapes[1] - fit.difficulty[shapes[2]]
    thresholds = fit.thresholds[shapes[2]] if fit.thresholds.ndim == 2 else fit.thresholds
    used = np.unique(fit.ratings.grade)
    steps = np.broadcast_to(thresholds, (*seen.shape, fit.ratings.n_levels - 1))[..., used[1:] - 1]
    table = grade_table(
        seen.reshape(-1, 1), thresholds=steps.reshape(seen.size, -1), link=fit.options.link
    )
    result = np.zeros((seen.size, fit.ratings.n_levels))
    result[:, used] = np.exp(table.log_probability[:, :, 0])
    return result.reshape(*seen.shape, fit.ratings.n_levels)


def expected_grades(fit: SeverityFit) -> ExpectedGrades:
    """What the model expects of each grade, at the posterior of practice and halo."""
    posterior, ratings = fit.posterior, fit.ratings
    kinds = posterior.grid.kinds
    slot = kinds.slot_of_bundle[ratings.bundle_number]
    cell = kinds.station[kinds.slot_kind[slot]] * kinds.n_domains + ratings.domain_number
    used = np.unique(ratings.grade)
    table = np.exp(posterior.table.log_probability)
    probability = np.zeros((len(slot), ratings.n_levels))
    for start in range(0, len(slot), STRETCH):
        rows = slice(start, start + STRETCH)
        probability[rows, used] = np.einsum(
            "rs,rks->rk", posterior.slot_seen[slot[rows]], table[cell[rows]]
        )
    level = np.arange(ratings.n_levels)
    mean = probability @ level
    variance = probability @ level**2 - mean**2
    return ExpectedGrades(probability=probability, mean=mean, variance=variance)


def fair_grades(
    curve: GradeCurve,
    *,
    severity: ArrayLike,
    se: ArrayLike,
    practice: float,
    files: ArrayLike,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Grade that each auditor would give on average to files of the same practice.

    Parameters
    ----------
    curve : function
        Expected grade at a predictor: from ``link_curve``, averaged over files by
        ``averaged_curve``.
    severity, se : array, shape (auditors,)
        Severities (positive: harsher) and their standard errors, in logits. NaN where there is
        none.
    practice : float
        Where practice stands, in logits: its mean for mean-referenced fair grades (the files that
        there are), 0 for zero-referenced ones (the middle of the steps).
    files : int array, shape (auditors,)
        Number of files that each severity rests on; it becomes ``cases``.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Estimate
        In grade codes, 0 to K-1; a harsher auditor's is lower. The standard error is by the delta
        method; the interval is that of severity turned into grades, so it stays on the scale.

    Raises
    ------
    ShapeError
        If there are not as many standard errors and files as severities.

    References
    ----------
    Linacre (1989), Many-Facet Rasch Measurement (fair average).

    Examples
    --------
    >>> curve = link_curve([-1.0, 1.0], levels=[0, 1, 2], link="adjacent")
    >>> fair, = fair_grades(curve, severity=[0.0], se=[0.5], practice=0.0, files=[20])
    >>> round(fair.value, 3), round(fair.low, 3), round(fair.high, 3), round(fair.se, 3)
    (1.0, 0.602, 1.398, 0.212)
    """
    check_level(level)
    values, errors = np.asarray(severity, dtype=np.float64), np.asarray(se, dtype=np.float64)
    counts = np.asarray(files)
    if not values.shape == errors.shape == counts.shape:
        raise ShapeError("Severities, standard errors and files must be equally many.")
    known = np.isfinite(values) & np.isfinite(errors)
    place, margin = practice - values[known], normal_quantile(level) * errors[known]
    columns = np.full((4, len(values)), np.nan)
    columns[:, known] = (
        curve(place),
        curve(place - margin),
        curve(place + margin),
        slope_of(curve, place) * errors[known],
    )
    return _estimates(columns, known, counts, method=FAIR, level=level)


def severity_in_grades(
    curve: GradeCurve,
    *,
    severity: ArrayLike,
    se: ArrayLike,
    practice: float,
    files: ArrayLike,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """How much lower each auditor would grade the same files than one of severity 0.

    Parameters, errors and the kind of interval are those of ``fair_grades``.

    Returns
    -------
    tuple of Estimate
        In grades; positive is harsher, as severity is.

    Examples
    --------
    >>> curve = link_curve([-1.0, 1.0], levels=[0, 1, 2], link="adjacent")
    >>> harsh, = severity_in_grades(curve, severity=[0.5], se=[0.2], practice=0.0, files=[20])
    >>> round(harsh.value, 3)
    0.21
    """
    centre = float(curve(np.array([float(practice)]))[0])
    fair = fair_grades(curve, severity=severity, se=se, practice=practice, files=files, level=level)
    return tuple(
        replace(
            one,
            value=centre - one.value,
            low=centre - one.high,
            high=centre - one.low,
            method=IN_GRADES,
        )
        for one in fair
    )


def _estimates(
    columns: Floats, known: Bools, counts: Ints, *, method: str, level: float
) -> tuple[Estimate, ...]:
    """One estimate for each column of value, low, high and standard error."""
    return tuple(
        Estimate(
            value=float(value),
            low=float(low),
            high=float(high),
            se=float(error),
            level=level,
            cases=int(count),
            auditors=1,
            method=method,
            why_not="" if is_known else "the auditor has no severity",
        )
        for value, low, high, error, count, is_known in zip(
            *columns, counts.tolist(), known.tolist(), strict=True
        )
    )


def link_curve(thresholds: ArrayLike, *, levels: ArrayLike, link: Link) -> GradeCurve:
    """Return the expected grade under a link of the severity model.

    Parameters
    ----------
    thresholds : array, shape (levels - 1,)
        In logits.
    levels : int array, shape (levels,)
        Grade codes of the levels in use.
    link : {"adjacent", "cumulative"}
    """
    edges = np.asarray(thresholds, dtype=np.float64)[np.newaxis]
    codes = np.asarray(levels, dtype=np.float64)

    def expected(predictor: Floats) -> Floats:
        table = grade_table(predictor.reshape(1, -1), thresholds=edges, link=link)
        grades: Floats = codes @ np.exp(table.log_probability[0])
        return grades.reshape(predictor.shape)

    return expected


def averaged_curve(curve: GradeCurve, *, sd: float, difficulty: ArrayLike = (0.0,)) -> GradeCurve:
    """Expected grade averaged over files and domains instead of at the average file.

    Differences between auditors are largest at the middle of a threshold, and files lie on all
    sides of it. The average over files is what changes in a council's grades when one auditor is
    replaced by another.

    Parameters
    ----------
    curve : function
        Expected grade at a predictor.
    sd : float
        Standard deviation of practice as an auditor sees it (audits, and halo), in logits.
    difficulty : array, shape (domains,)
        Domains to average over, in logits.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    shifts = np.subtract.outer(sd * nodes, np.asarray(difficulty, dtype=np.float64))
    share = (
        np.broadcast_to((weights / weights.sum())[:, np.newaxis], shifts.shape) / shifts.shape[1]
    )

    def expected(predictor: Floats) -> Floats:
        grades: Floats = curve(np.add.outer(predictor, shifts.ravel())) @ share.ravel()
        return grades

    return expected


def slope_of(curve: GradeCurve, predictor: Floats) -> Floats:
    """Grades per logit of a curve, at each predictor."""
    return (curve(predictor + NEAR) - curve(predictor - NEAR)) / (2 * NEAR)
