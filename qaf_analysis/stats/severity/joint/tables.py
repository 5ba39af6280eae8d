"""The table of one facet of a joint-likelihood fit: audits, auditors or domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, frozen_floats, frozen_ints, sums
from qaf_analysis.stats.severity.fit_statistics import (
    FitStatistics,
    PointMeasure,
    fit_statistics,
    grade_moments,
    point_measure,
)
from qaf_analysis.stats.severity.joint.scale import JointScale
from qaf_analysis.stats.severity.separation import (
    ChiSquare,
    Separation,
    facets_fixed_chi_square,
    facets_random_chi_square,
    separation,
)

EXTREME = "all its grades are at one end of the scale; its measure is from an adjusted score"
OUT_OF_REACH = (
    "all its grades are at one end of the scale, and nothing with mixed grades stands beside them"
)
ONLY_EXTREMES = "it was graded only beside others whose grades are all at one end of the scale"


@dataclass(frozen=True, kw_only=True, eq=False)
class FacetMeasures:
    """Measures of one facet; arrays of shape (elements,) in the order of their codes.

    Parameters
    ----------
    code : int array
        Codes as given.
    measure, se : array
        In logits; the standard error is conditional. NaN where ``remark`` says why.
    is_extreme : bool array
        Whether all its grades are at one end of the scale, once other extreme ones are set aside.
    group : int array
        Connected group; -1 for those that took no part in the estimation. Audits and auditors of
        different groups are not comparable.
    count : int array
        Grades.
    observed_average : array
        Their mean, 0 to K-1.
    fit : FitStatistics
        Of the grades that take part; NaN for extreme elements, as in Facets.
    point_measure : PointMeasure
        Correlation of those grades with the measures they are given for.
    separation : Separation or None
        Without extreme elements; None where groups are not connected.
    fixed, random : ChiSquare or None
        As Facets prints them: see ``separation`` for why they are not tests to rely on.
    remark : tuple of str
        What is special about each element; empty for most.
    """

    code: Ints
    measure: Floats
    se: Floats
    is_extreme: Bools
    group: Ints
    count: Ints
    observed_average: Floats
    fit: FitStatistics
    point_measure: PointMeasure
    separation: Separation | None
    fixed: ChiSquare | None
    random: ChiSquare | None
    remark: tuple[str, ...]


def facet_measures(
    scale: JointScale, *, facet: int, code: Ints, probabilities: Floats
) -> FacetMeasures:
    """Table of one facet.

    Parameters
    ----------
    scale : JointScale
    facet : int
        0 audits, 1 auditors, 2 domains.
    code : int array, shape (elements,)
        Code of each element.
    probabilities : array, shape (grades, K)
        From ``scale.probabilities()``.
    """
    element, n = scale.facets.columns[facet], len(code)
    measure = (scale.measures.practice, scale.measures.severity, scale.measures.difficulty)[facet]
    is_extreme, informs = _sources(scale, facet, n)
    se = _conditional_se(measure, element, probabilities, informs)
    core, comparable = scale.groups[facet] >= 0, facet == 2 or scale.n_groups == 1
    values, errors = measure[core], se[core]
    count, part = np.bincount(element, minlength=n), scale.takes_part
    total = sums(element, scale.facets.grade.astype(np.float64), n=n)
    return FacetMeasures(
        code=frozen_ints(code, name="code"),
        measure=frozen_floats(measure),
        se=frozen_floats(se),
        is_extreme=is_extreme,
        group=frozen_ints(scale.groups[facet], name="group"),
        count=frozen_ints(count, name="count"),
        observed_average=frozen_floats(total / count),
        fit=fit_statistics(
            scale.facets.grade[part],
            grade_moments(probabilities[part]),
            unit=element[part],
            n_units=n,
        ),
        point_measure=point_measure(
            scale.facets.grade[part],
            probabilities[part],
            measure=scale.measures.predictor(scale.facets)[part],
            unit=element[part],
            n_units=n,
        ),
        separation=separation(values, se=errors) if comparable else None,
        fixed=facets_fixed_chi_square(values, se=errors) if comparable else None,
        random=facets_random_chi_square(values, se=errors) if comparable else None,
        remark=tuple(map(_remark, is_extreme.tolist(), np.isfinite(measure).tolist())),
    )


def _sources(scale: JointScale, facet: int, n: int) -> tuple[Bools, Bools]:
    """Which elements are extreme, and which grades each element's measure comes from."""
    is_extreme, informs = np.zeros(n, dtype=bool), scale.takes_part.copy()
    for step in scale.aside:
        if step.facet == facet:
            is_extreme[step.elements] = True
            informs |= step.grades
    is_extreme.setflags(write=False)
    return is_extreme, informs


def _conditional_se(
    measure: Floats, element: Ints, probabilities: Floats, informs: Bools
) -> Floats:
    """Standard error with all other measures taken as known; NaN without a measure."""
    known = informs & np.isfinite(probabilities[:, 0])
    variance = grade_moments(probabilities[known]).variance
    information = sums(element[known], variance, n=len(measure))
    se = np.full(len(measure), np.nan)
    has = np.isfinite(measure)
    se[has] = 1 / np.sqrt(information[has])
    return se


def _remark(is_extreme: bool, has_measure: bool) -> str:
    if not is_extreme:
        return "" if has_measure else ONLY_EXTREMES
    return EXTREME if has_measure else OUT_OF_REACH
