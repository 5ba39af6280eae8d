"""Severity in grades: the grade that each auditor would give on average to the same files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.grade_links import Link, grade_table
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

Bools = NDArray[np.bool_]
# Expected grade at a predictor (practice less difficulty less severity, in logits); rising.
GradeCurve: TypeAlias = Callable[[Floats], Floats]

METHOD = "fair grade"
IN_GRADES = "severity in grades"
# Distance, in logits, over which the slope of a curve is measured; exact to nine figures.
NEAR = 1e-4
# Points of the normal distribution at which a curve is averaged.
POINTS = 41


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
        Expected grade at a predictor: from ``rating_scale_curve``, averaged over files by
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
    >>> curve = rating_scale_curve([-1.0, 1.0])
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
    return _estimates(columns, known, counts, method=METHOD, level=level)


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
    >>> curve = rating_scale_curve([-1.0, 1.0])
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


def rating_scale_curve(steps: ArrayLike, *, levels: ArrayLike | None = None) -> GradeCurve:
    """Return the expected grade under the rating-scale model.

    Parameters
    ----------
    steps : array, shape (levels - 1,)
        Where neighbouring levels in use are equally likely, in logits.
    levels : int array, shape (levels,), optional
        Grade codes of the levels in use; 0, 1, ... when not given.
    """
    edges = np.asarray(steps, dtype=np.float64)
    codes = np.arange(len(edges) + 1.0) if levels is None else np.asarray(levels, dtype=np.float64)
    log_weight = -np.concatenate([[0.0], (edges * np.diff(codes)).cumsum()])

    def expected(predictor: Floats) -> Floats:
        exponents = np.multiply.outer(predictor, codes) + log_weight
        grades: Floats = special.softmax(exponents, axis=-1) @ codes
        return grades

    return expected


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
